"""RTF to Document. Takes what `detect` decided.

tokens.py     bytes -> control words, groups, text
letters.py    bytes of text -> characters, by code page
faces.py      fonts and colours -> how a text looks
reader.py     tokens -> what is shown, and where cells and rows end
story         paragraphs, cells, rows, tables within tables; shared with old Word documents
edges         rows that say where their cells end -> placed cells; likewise
seen, unseen, placed, nesting, grid   shared
"""

from __future__ import annotations

from tasks.model.document import Detection, Document, Format
from tasks.read.nesting import blocks
from tasks.read.rtf.reader import Reader


def read_rtf(source: bytes, detection: Detection) -> Document:
    """Raises Refusal `too_complex`."""
    reader = Reader(source[detection.offset :])
    contents = reader.contents()
    return Document(
        format=Format.RTF,
        title=reader.title or reader.tally.heading,
        blocks=blocks(contents),
        doubts=(*reader.doubts, *reader.tally.unseen.doubts()),
    )
