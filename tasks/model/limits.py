"""What one document may ask of us. Beyond it the document is refused as `too_complex`.

A yearly report has some hundred cells and a few thousand characters; a book of statistics
has ten thousand cells. The limits stand far above both and far below what a machine has.
"""

from __future__ import annotations

#: Cells of all tables of a document.
MAX_CELLS = 200_000
#: Rows × columns of one table, counted once rows and columns that begin nothing are gone.
MAX_POSITIONS = 2_000_000
#: Characters of text in all.
MAX_CHARACTERS = 20_000_000
#: Tags of an HTML page.
MAX_TAGS = 2_000_000
#: Elements within elements. Pages with thousands of unclosed `<font>` are real.
MAX_DEPTH = 6_000
#: Pages that are read from their pixels, seconds each.
MAX_SCANNED_PAGES = 200
#: Pages within pages (HTML), and how many of them in all.
MAX_FRAMES_WITHIN = 10
MAX_FRAMES = 1_000
#: Tables within tables (DOCX).
MAX_TABLES_WITHIN = 50

#: Members of a zip package or an archive.
MAX_MEMBERS = 10_000
#: Bytes of the central directory of a zip package.
MAX_DIRECTORY_BYTES = 8 * 2**20
#: Bytes inflated from a package, in all and for one part that is parsed as XML.
MAX_INFLATED_BYTES = 512 * 2**20
MAX_PART_BYTES = 96 * 2**20
#: Bytes of one member of an archive or a mail: as much as one document may have by itself.
MAX_MEMBER_BYTES = 64 * 2**20
#: Bytes that a 7z or RAR says its members have in all: to come to one, those before are inflated.
MAX_DECLARED_BYTES = 4 * MAX_INFLATED_BYTES
#: Archives and mails within an archive or a mail.
MAX_ARCHIVES_WITHIN = 3
#: Inflated to deflated, looked at only beyond the floor: small parts of blanks shrink well.
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 8 * 2**20
