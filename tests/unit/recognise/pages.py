"""Pages without lines drawn as text, and what is read from them.

A line of the drawing is half a line of text high, so what stands between two lines can be
drawn. A sign is 5 points wide, a Han character 10. Two spaces part texts.
"""

from __future__ import annotations

import re
import unicodedata

from tasks.model.box import Box
from tasks.model.document import Document, Format, Paragraph, TextRun, Where

_HALF_LINE = 6.0
_HEIGHT = 10.0
_SIGN = 5.0


def page(*pictures: str) -> Document:
    """A document of one page a picture; its blocks are the texts as a reader would give them
    that has found no table."""
    runs = [run for sheet, picture in enumerate(pictures) for run in _runs(sheet, picture)]
    blocks = tuple(Paragraph(text=run.text, where=run.where) for run in runs)
    return Document(format=Format.PDF, pages=len(pictures), blocks=blocks, runs=tuple(runs))


def _runs(sheet: int, picture: str) -> list[TextRun]:
    runs = []
    for number, line in enumerate(picture.strip("\n").splitlines()):
        for found in re.finditer(r"\S+(?: \S+)*", line):
            x0 = _width(line[: found.start()])
            top = number * _HALF_LINE
            box = Box(x0, top, x0 + _width(found[0]), top + _HEIGHT)
            where = Where(page=sheet + 1, box=box)
            runs.append(TextRun(text=found[0], sheet=sheet, box=box, where=where))
    return runs


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return _SIGN * (len(text) + wide)
