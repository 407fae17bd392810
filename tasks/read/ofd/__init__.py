"""bytes of an OFD (GB/T 33190) → Document.

bytes
  | opening.py    OFD.xml → document → pages, each drawn on its paper, or a Refusal
  |   container.py  its files, by where they are named; resources.py: what pages share
  |   drawing.py    layers, blocks, composites, clips (space.py: places)
  |     writing.py    text → characters;  outline.py: paths;  looks.py: colours, lines
  |     paper.py      what is drawn, what is painted over
  | tasks/read/pdf  what is seen on each page, tables and paragraphs: as of a PDF
  v
Document: paragraphs and tables in reading order, runs of text

An OFD says what a page looks like, as a PDF does; so from what is drawn on it (`Drawn`) on, both
go one way. Signatures and seals are not verified, and a seal is no text.
"""

from __future__ import annotations

from collections import deque

from tasks.model.document import Detection, Document, Doubt, DoubtKind, Format, Where
from tasks.model.saying import say
from tasks.read.ofd.opening import Opened, open_ofd
from tasks.read.pdf.laid import lay_out, page_doubts, refuse_without_text
from tasks.read.pdf.marks import doubt

__all__ = ["read_ofd"]


def read_ofd(source: bytes, detection: Detection) -> Document:
    """Raises Refusal: encrypted, corrupt, empty, too_complex, unsupported_format (scans)."""
    opened = open_ofd(source[detection.offset :])
    laid = lay_out(deque(opened.pages))
    refuse_without_text(laid, "OFD")
    return Document(
        format=Format.OFD,
        pages=len(opened.pages),
        title=opened.title,
        blocks=laid.blocks,
        doubts=(*_doubts(opened), *page_doubts(laid)),
        runs=laid.runs,
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
