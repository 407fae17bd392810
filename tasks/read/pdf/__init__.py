"""bytes of a PDF → Document.

bytes
  | opening.py    pages as drawn, or a Refusal        (pdfminer, PDFium)
  |   objects.py    objects of the file; fonts.py: fonts, maps.py: their maps to Unicode;
                    content.py: operands and operators; tokens.py: the lexer of these; what it
                    does not know is left to pdfminer
  |   interpreter.py  operators done; strings.py, faces.py: strings set
  |   canvas.py     what is drawn on each page; notes.py, layers.py: fields and
                    notes that lie on it, layers that are not shown
  |   ink.py        characters that their font calls blank, and are none
  |   shells.py     pages that only stand in front of the document
  | laid.py       from here on every format whose pages are drawn goes one way (OFD, too)
  | sheets.py     what is seen on each page: glyphs; rules.py: lines and shades;
                  marked.py: struck, raised; shaded.py: lines that are edges of colours;
                  scans.py: hidden text of scans
  | leaves.py     two pages on one sheet are two sheets
  | pages.py      tables and paragraphs in reading order:
  |   charts.py     drawings with a scale or with bars, which are no tables
  |   ruled.py      tables by their lines (lattice.py); partly.py: what no line parts, the text
                    does; outside.py: labels at the left of the lines, heads above
  |   zones.py      columns of text
  |   aligned.py    tables by the white between their columns (blocks, white, heads, body, cells)
  |   judge.py      what of both is a table
  |   prose.py      the other lines: page furniture, paragraphs
  |   joined.py     tables over pages made whole; beside.py: those cut by their columns
  |   runs.py       what no lines part, with its places
  v
Document: paragraphs and tables in reading order, runs of text
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tasks.model.document import Detection, Document, Format, Reading
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.scans import Scans

if TYPE_CHECKING:
    from tasks.read.pdf.laid import Laid
    from tasks.read.pdf.parts import Wanted

__all__ = ["read_pdf"]


def read_pdf(
    source: bytes, detection: Detection, scans: Scans = Scans.READ, *, pictured: bool = False
) -> Document:
    """`pictured`: whether pictures beside text are read as well.

    Raises Refusal: empty, encrypted, corrupt, too_complex, unsupported_format (scans that
    cannot be read here); ScanLeft.
    """
    # Who only lays out pages that another reader has drawn needs no library for PDFs.
    from tasks.read.pdf.laid import lay_out, page_doubts, refuse_without_text
    from tasks.read.pdf.opening import open_pdf
    from tasks.read.pdf.parts import over_doubts, parts_of, wanted_of, within_reach
    from tasks.read.pdf.shells import refuse_shell, shell_to_doubts

    source = source[detection.offset :]
    if not source.strip():
        raise Refusal(
            RefusalCode.EMPTY, "文件是空的。请重新上传。", "the file is empty: send it again"
        )
    opened = open_pdf(source)
    title, shell, pages = opened.title, opened.shell, deque(opened.pages)
    parts = parts_of(opened.pages)
    del opened  # the pages are given up one by one
    laid = lay_out(pages)
    refuse_shell(shell, laid.seen, has_tables=laid.has_tables)
    wanted = within_reach(wanted_of(laid, parts, pictured=pictured, scans=scans), laid, scans)
    readings: tuple[Reading, ...] = ()
    if wanted.is_any:
        laid, readings = _with_pixels_read(source, laid, wanted)
    refuse_without_text(laid, "PDF")
    return Document(
        format=Format.PDF,
        pages=laid.n_pages,
        title=title,
        blocks=laid.blocks,
        doubts=(*shell_to_doubts(shell), *page_doubts(laid), *over_doubts(wanted)),
        runs=laid.runs,
        readings=readings,
        pictures=wanted.left,
    )


def _with_pixels_read(
    source: bytes, laid: Laid, wanted: Wanted
) -> tuple[Laid, tuple[Reading, ...]]:
    from tasks.read.pdf.pixels import PdfPages
    from tasks.read.scan.paged import with_pixels_read

    read = with_pixels_read(PdfPages(source), laid, wanted.scanned, wanted.parts)
    return read.laid, read.readings
