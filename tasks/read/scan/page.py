"""One page of pixels → what is drawn on it, as a PDF would say it, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.model.box import Box
from tasks.read.pdf.drawn import UNMAPPED, Drawn, DrawnCharacter, DrawnPath
from tasks.read.scan.lines import MARGIN, TextLine, in_cell, ink_of, outside, size_of_type
from tasks.read.scan.pixels import Layers, Picture, Pixels, Span, layers, resized
from tasks.read.scan.recogniser import Line, Recogniser
from tasks.read.scan.rules import Ruled, Ruling, cells_of, find_rules
from tasks.read.scan.seals import Seal, find_seals, without_light
from tasks.read.scan.shapes import is_rest_of_rule, told_by_ink
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
#: In heights of their line: how high characters are set whose ink is so high, how far figures
#: stand above its bottom, how broad they are set, and what between two of them is seen as a gap.
TALL = 1.05
DESCENT = 0.12
WIDE, NARROW = 1.0, 0.55
SEEN_GAP = 0.35


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
    pixels, scale = resized(picture)
    page, way = straightened(layers(pixels))
    ruled = find_rules(page.plain)
    page = page.each(ruled.without)
    ink = ink_of(page.plain)
    size = size_of_type(ink)
    seals = find_seals(page.plain, ink, size)
    if any(seal.light for seal in seals):
        page = replace(page, plain=without_light(page.plain, seals))
        ink = ink_of(page.plain)
    cells = cells_of(ruled, ink.shape)
    lines = [line for cell in cells for line in in_cell(ink, cell, size)]
    lines += outside(ink, cells, size)
    lines = [line for line in lines if max(line.span.width, line.span.height) > DOT * size]
    said = [
        _under_seals(told_by_ink(found, line, ink, size), line, seals)
        for line, found in zip(lines, _read(recogniser, page, lines, size), strict=True)
    ]
    told = [
        (line, found)
        for line, found in zip(lines, said, strict=True)
        if not is_rest_of_rule(line, size)
    ]
    height, width = ink.shape
    drawn = Drawn(
        width * scale,
        height * scale,
        characters=tuple(
            one for line, found in told for one in _characters(line, found, size, scale)
        ),
        paths=_paths(ruled, scale),
    )
    read = tuple(
        ReadLine(_box(line.span, scale), found.text, found.confidence, None) for line, found in told
    )
    return ReadPage(drawn, read, way.scaled(scale))


def _under_seals(found: Line, line: TextLine, seals: Sequence[Seal]) -> Line:
    """No surer than anything is on which a seal lies."""
    sure = min((seal.sure for seal in seals if seal.touches(line.span)), default=1.0)
    return found if sure == 1.0 else found.no_surer(sure)


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


def _characters(line: TextLine, found: Line, size: float, scale: float) -> list[DrawnCharacter]:
    """Of one size and on one base line, one beside the other where no gap is seen between: so a
    program sets them. The ink of each is not looked at."""
    span = line.span
    if not found.signs or found.confidence < LEAST:
        return [_character(UNMAPPED, _box(span, scale))]
    height = max(size, span.height * TALL)
    bottom = span.bottom + (0.0 if found.is_wide else DESCENT * height)
    top = bottom - height
    whole = span.width + 2 * MARGIN
    middles = [span.left - MARGIN + sign.middle * whole for sign in found.signs]
    halves = [height * (WIDE if sign.is_wide else NARROW) / 2 for sign in found.signs]
    edges = [(one - half, one + half) for one, half in zip(middles, halves, strict=True)]
    for index in range(len(edges) - 1):
        left, right = edges[index], edges[index + 1]
        if right[0] - left[1] < SEEN_GAP * height:
            between = (left[1] + right[0]) / 2
            edges[index], edges[index + 1] = (left[0], between), (between, right[1])
    return [
        _character(sign.text, Box(*(scale * one for one in (left, top, right, bottom))))
        for sign, (left, right) in zip(found.signs, edges, strict=True)
    ]


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
