"""One page of pixels → what is drawn on it, as a PDF would say it, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.model.box import Box
from tasks.read.pdf.drawn import UNMAPPED, Drawn, DrawnCharacter, DrawnPath
from tasks.read.scan.lines import MARGIN, TextLine, in_cell, ink_of, outside, size_of_type
from tasks.read.scan.pixels import WORKING, Layers, Picture, Pixels, Span, layers, resized
from tasks.read.scan.recogniser import Line, Recogniser
from tasks.read.scan.rules import Ruled, Ruling, cells_of, find_rules
from tasks.read.scan.upright import Way, straightened

#: Prose is read at this share of its width: half the time, and no sign of it is a figure of a
#: table. Lines that are this much broader than high are prose.
SQUEEZED = 0.62
PROSE = 14.0
#: In sizes of a character: what is smaller each way is dirt.
DOT = 0.22
#: In sizes of a character: how high a line is that is cut out, around its middle.
LINE = 1.2
#: Below this the reader made nothing of the ink.
LEAST = 0.3
#: Breadth of the characters that are placed, in heights of the line.
BREADTH = 0.9


@dataclass(frozen=True, slots=True)
class ReadLine:
    """In points of the upright page, as the page that is drawn."""

    box: Box
    text: str
    confidence: float
    second: str | None


@dataclass(frozen=True, slots=True, eq=False)
class ReadPage:
    drawn: Drawn
    lines: tuple[ReadLine, ...]
    #: From points of the upright page to points of the page as it came.
    way: Way


def read_page(picture: Picture, recogniser: Recogniser) -> ReadPage:
    page = layers(resized(picture).pixels)
    page, way = straightened(page)
    ruled = find_rules(page.plain)
    page = page.each(ruled.without)
    ink = ink_of(page.plain)
    size = size_of_type(ink)
    cells = cells_of(ruled, ink.shape)
    lines = [line for cell in cells for line in in_cell(ink, cell, size)]
    lines += outside(ink, cells, size)
    lines = [line for line in lines if max(line.span.width, line.span.height) > DOT * size]
    said = _read(recogniser, page, lines, size)
    height, width = ink.shape
    scale = 72 / WORKING
    characters: list[DrawnCharacter] = []
    read: list[ReadLine] = []
    for line, found in zip(lines, said, strict=True):
        characters += _characters(line, found, ink, scale)
        read.append(
            ReadLine(_box(line.span, scale), found.text, found.confidence, None)
        )
    drawn = Drawn(
        width * scale, height * scale, characters=tuple(characters), paths=_paths(ruled, scale)
    )
    return ReadPage(drawn, tuple(read), way)


def _read(
    recogniser: Recogniser, page: Layers, lines: Sequence[TextLine], size: float
) -> list[Line]:
    found: list[Line] = [Line(())] * len(lines)
    prose = [one for one, line in enumerate(lines) if _is_prose(line)]
    others = [one for one, line in enumerate(lines) if not _is_prose(line)]
    for chosen, squeezed in ((prose, SQUEEZED), (others, 1.0)):
        crops = [_crop(page.plain, lines[one], size) for one in chosen]
        for index, line in zip(chosen, recogniser.read(crops, squeezed=squeezed), strict=True):
            found[index] = line
    return found


def _is_prose(line: TextLine) -> bool:
    return line.cell is None and line.span.width > PROSE * line.span.height


def _crop(grey: Pixels, line: TextLine, size: float) -> Pixels:
    """With a margin, and as high as a line is: a dash alone is read in the middle of it. White
    where that reaches into a neighbouring cell or line."""
    span, limit = line.span, line.cell or Span(0, 0, grey.shape[1], grey.shape[0])
    above = max(MARGIN, round((LINE * size - span.height) / 2))
    cut = np.full((span.height + 2 * above, span.width + 2 * MARGIN), 255, np.uint8)
    left, top = max(span.left - MARGIN, limit.left), max(span.top - MARGIN, limit.top)
    right, bottom = min(span.right + MARGIN, limit.right), min(span.bottom + MARGIN, limit.bottom)
    x, y = left - span.left + MARGIN, top - span.top + above
    cut[y : y + bottom - top, x : x + right - left] = grey[top:bottom, left:right]
    return cut


def _characters(
    line: TextLine, found: Line, ink: object, scale: float
) -> list[DrawnCharacter]:
    span = line.span
    if not found.signs:
        return [_character(UNMAPPED, _box(span, scale))]
    breadth = BREADTH * span.height
    whole = span.width + 2 * MARGIN
    middles = [span.left - MARGIN + sign.middle * whole for sign in found.signs]
    placed = []
    for index, sign in enumerate(found.signs):
        left = middles[index] - breadth / 2
        right = middles[index] + breadth / 2
        if index:
            left = max(left, (middles[index - 1] + middles[index]) / 2)
        if index + 1 < len(middles):
            right = min(right, (middles[index] + middles[index + 1]) / 2)
        left, right = max(left, span.left), min(right, span.right)
        right = max(right, left + 1)
        text = sign.text if found.confidence >= LEAST else UNMAPPED
        box = Box(left * scale, span.top * scale, right * scale, span.bottom * scale)
        placed.append(_character(text, box))
    return placed


def _character(text: str, box: Box) -> DrawnCharacter:
    return DrawnCharacter(text, box, box.height, (box.x0, box.bottom), (1.0, 0.0))


def _paths(ruled: Ruled, scale: float) -> tuple[DrawnPath, ...]:
    return (
        *(_path(one, Box(one.start, one.at, one.end, one.at), scale) for one in ruled.lying),
        *(_path(one, Box(one.at, one.start, one.at, one.end), scale) for one in ruled.standing),
    )


def _path(one: Ruling, line: Box, scale: float) -> DrawnPath:
    x0, top, x1, bottom = (value * scale for value in line)
    return DrawnPath(
        strokes=(((x0, top), (x1, bottom)),),
        box=Box(x0, top, x1, bottom),
        stroke_width=one.thickness * scale,
        filled=False,
        rectangle=False,
        white=False,
    )


def _box(span: Span, scale: float) -> Box:
    return Box(*(value * scale for value in span))
