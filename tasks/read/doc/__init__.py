"""Old Word documents (`.doc`, and `.wps` of WPS, which is the same) to Document.

file.py       streams (detect/compound) -> header, pieces of text, what is said of which bytes
sprms.py      operations on properties
styles.py     styles, text and paragraphs -> how they look
rows.py       what is said of a row at its end
lists.py      lists, told as a DOCX tells them
reader.py     text -> paragraphs, cells, rows
story, edges, seen, unseen, placed, nesting, grid, numbering   shared
"""

from __future__ import annotations

import struct

from tasks.detect.compound import Broken
from tasks.model.document import Detection, Document, Format
from tasks.read.doc.file import WordFile, broken
from tasks.read.doc.reader import Reader
from tasks.read.nesting import blocks


def read_doc(source: bytes, detection: Detection) -> Document:
    """Raises Refusal `corrupt`, `encrypted`, `too_complex`, `unsupported_format`."""
    try:
        reader = Reader(WordFile(source))
        contents = reader.contents()
    except (Broken, struct.error, IndexError, OverflowError) as error:
        raise broken() from error
    return Document(
        format=Format.DOC,
        title=reader.tally.heading,
        blocks=blocks(contents),
        doubts=(*reader.doubts, *reader.tally.unseen.doubts()),
    )
