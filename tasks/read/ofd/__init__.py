"""bytes of an OFD (GB/T 33190) → Document.

bytes
  | opening.py    OFD.xml → document → pages, each drawn on its paper, or a Refusal
  |   container.py  its files, by where they are named; resources.py: what pages share
  |   drawing.py    layers, blocks, composites, clips (space.py: places)
  |     writing.py    text → characters;  outline.py: paths;  looks.py: colours, lines
  |     paper.py      what is drawn, what is painted over
  | pixels.py     pages that are pictures, as pixels (tasks/read/scan)
  | tasks/read/pdf  what is seen on each page, tables and paragraphs: as of a PDF
  v
Document: paragraphs and tables in reading order, runs of text

An OFD says what a page looks like, as a PDF does; so from what is drawn on it (`Drawn`) on, both
go one way. Signatures and seals are not verified, and a seal is no text.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from tasks.model.document import Detection, Document, Doubt, DoubtKind, Format, Reading, Where
from tasks.model.saying import say
from tasks.model.scans import Scans
from tasks.read.ofd.opening import Opened, open_ofd
from tasks.read.pdf.laid import lay_out, page_doubts, refuse_without_text
from tasks.read.pdf.marks import doubt
from tasks.read.pdf.parts import over_doubts, parts_of, wanted_of, within_reach

__all__ = ["read_ofd"]


def read_ofd(
    source: bytes, detection: Detection, scans: Scans = Scans.READ, *, pictured: bool = False
) -> Document:
    """`pictured`: whether pictures beside text are read as well.

    Raises Refusal: encrypted, corrupt, empty, too_complex, unsupported_format (scans that cannot
    be read here); ScanLeft.
    """
    opened = open_ofd(source[detection.offset :])
    laid = lay_out(deque(opened.pages))
    wanted = wanted_of(laid, parts_of(opened.pages), pictured=pictured, scans=scans)
    # Outlines in place of text are no pictures: nothing here makes pixels of them.
    scanned = tuple(number for number in wanted.scanned if opened.shown[number - 1])
    wanted = within_reach(replace(wanted, scanned=scanned), laid, scans)
    readings: tuple[Reading, ...] = ()
    if wanted.is_any:
        from tasks.read.ofd.pixels import OfdPages
        from tasks.read.scan.paged import with_pixels_read

        read = with_pixels_read(OfdPages(opened), laid, wanted.scanned, wanted.parts)
        laid, readings = read.laid, read.readings
    refuse_without_text(laid, "OFD")
    return Document(
        format=Format.OFD,
        pages=len(opened.pages),
        title=opened.title,
        blocks=laid.blocks,
        doubts=(*_doubts(opened), *page_doubts(laid), *over_doubts(wanted)),
        runs=laid.runs,
        readings=readings,
        pictures=wanted.left,
    )


def _doubts(opened: Opened) -> list[Doubt]:
    found = [
        doubt(DoubtKind.STRAY_TEXT, say("ofd.loose_text", page=number), Where(page=number))
        for number in opened.loose
    ]
    if opened.n_further:
        said = say("ofd.further_documents", n=opened.n_further)
        found.append(doubt(DoubtKind.TRUNCATED, said))
    return found
