"""One page of pixels → what is drawn on it, as a PDF would say it, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tasks.model.box import Box
from tasks.read.pdf.drawn import UNMAPPED, Drawn, DrawnCharacter, DrawnImage, DrawnPath
from tasks.read.scan.figures import figure_reader
from tasks.read.scan.frames import Frame
from tasks.read.scan.lines import MARGIN, TextLine
from tasks.read.scan.pixels import Picture, Pixels, Span
from tasks.read.scan.recogniser import Line, Recogniser, recogniser
from tasks.read.scan.rules import Ruled
from tasks.read.scan.ruling import Ruling
from tasks.read.scan.seals import Seal
from tasks.read.scan.seen import Seen
from tasks.read.scan.shapes import is_rest_of_rule, may_be_a_one, told_by_ink
from tasks.read.scan.turns import Upright, upright
from tasks.read.scan.upright import Way, turned

#: Prose is read at this share of its width: half the time, and no sign of it is a figure of a
#: table. Lines that are this much broader than high are prose.
SQUEEZED = 0.62
PROSE = 14.0
#: In sizes of a character: how high a line is that is cut out, around its middle.
LINE = 1.2
#: On so many pixels there are so many lines at most, of which all are read.
A_PAGE = 3_900_000
MOST_LINES = 2000
#: Below this the reader made nothing of the ink.
LEAST = 0.3
#: How sure a figure is at most whose ink has more characters, or fewer.
SURE_OF_OTHER_LENGTH = 0.6
#: How sure it is that a stroke as high as a figure, at the edge of its cell, is of a rule.
SURE_OF_A_REST = 0.7
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
    #: See `tasks.model.document.Reading`.
    covering: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ReadPage:
    drawn: Drawn
    lines: tuple[ReadLine, ...]
    #: From points of the upright page to points of the page as it came.
    way: Way
    #: The paper was not flat, so that figures may seem to stand in other cells than theirs.
    is_bent: bool = False


class PageReader:
    """Reads the pages of one document; most lie the way the one before them did."""

    def __init__(self) -> None:
        self._recogniser = recogniser()
        self._quarters = 0

    def read(self, picture: Picture) -> ReadPage:
        found = upright(picture, partial(_read, self._recogniser), self._quarters)
        self._quarters = found.quarters
        return _page(found, self._recogniser)


def _page(found: Upright, recogniser: Recogniser) -> ReadPage:
    seen = found.seen
    height, width = seen.ink.shape
    whole = Box(0, 0, width * seen.scale, height * seen.scale)
    if not found.makes_sense:
        # As a picture, of which nothing is read: so it is said to be one.
        picture_alone = (DrawnImage(whole, before=0, opaque=True),)
        return ReadPage(Drawn(whole.x1, whole.bottom, images=picture_alone), (), seen.way)
    over: tuple[Seal | Frame, ...] = (*seen.seals, *seen.ruled.frames)
    told = [
        (line, _under_seals(told_by_ink(said, line, seen.ink, seen.size), line, over))
        for line, said in zip(seen.lines, _read_rest(recogniser, found), strict=True)
        if not is_rest_of_rule(line, seen.size)
    ]
    drawn = Drawn(
        whole.x1,
        whole.bottom,
        characters=tuple(
            one for line, said in told for one in _characters(line, said, seen.size, seen.scale)
        ),
        paths=_paths(seen.ruled, seen.scale),
    )
    read = tuple(
        _with_second(line, said, seen, _crop(seen.page.plain, line, seen.size))
        if said.is_figure
        else ReadLine(_box(line.span, seen.scale), said.text, said.confidence, None)
        for line, said in told
    )
    read += _not_read(seen, told)
    return ReadPage(drawn, read, seen.way, is_bent=seen.is_bent)


def _not_read(seen: Seen, told: Sequence[tuple[TextLine, Line]]) -> tuple[ReadLine, ...]:
    """Where something may stand that is not among what was read: strokes as high as a figure that
    were taken for rests of rules or went with them, cells without ink that the ring of a seal goes
    through."""
    rests = [
        ReadLine(_box(line.span, seen.scale), "", SURE_OF_A_REST, None)
        for line in seen.lines
        if is_rest_of_rule(line, seen.size) and may_be_a_one(line, seen.size)
    ]
    written = {line.cell for line, _ in told}
    hidden = [
        ReadLine(_box(cell, seen.scale), "", seal.sure, None)
        for seal in seen.seals
        for cell in seen.cells
        if cell not in written and seal.crosses(cell)
    ]
    covered = [
        ReadLine(_box(one.covered, seen.scale), "", one.sure, None, covering=True)
        for one in seen.ruled.frames
    ]
    touched = [ReadLine(_box(cell, seen.scale), "", SURE_OF_A_REST, None) for cell in seen.touched]
    return (*rests, *hidden, *touched, *covered)


def _with_second(line: TextLine, said: Line, seen: Seen, crop: Pixels) -> ReadLine:
    """A figure, and what a reader of other errors makes of it."""
    second = figure_reader().look(crop)
    sure = said.confidence
    if second.figure is None and second.glyphs is not None and second.glyphs != len(said.signs):
        # A reader of lines may drop one of two like digits, or see one twice.
        sure = min(sure, SURE_OF_OTHER_LENGTH)
    return ReadLine(_box(line.span, seen.scale), said.text, sure, second.figure)


def _read_rest(recogniser: Recogniser, found: Upright) -> list[Line]:
    seen = found.seen
    numbers = range(len(seen.lines))
    rest = [number for number in numbers if number not in found.known]
    if len(rest) > _most_lines(seen):
        rest = sorted(rest, key=lambda number: -seen.lines[number].span.height)
        rest = rest[: _most_lines(seen)]
    known = dict(found.known)
    lines = [seen.lines[number] for number in rest]
    read = _read(recogniser, lines, seen.page.plain, seen.size)
    known.update(zip(rest, read, strict=True))
    return [known.get(number, Line(())) for number in numbers]


def _most_lines(seen: Seen) -> int:
    """What is more than this has ink that nothing is made of."""
    return max(MOST_LINES, round(MOST_LINES * seen.ink.size / A_PAGE))


def _under_seals(found: Line, line: TextLine, seals: Sequence[Seal | Frame]) -> Line:
    """No surer than anything is on which a seal lies."""
    sure = min((seal.sure for seal in seals if seal.touches(line.span)), default=1.0)
    return found if sure == 1.0 else found.no_surer(sure)


def _read(
    recogniser: Recogniser,
    lines: Sequence[TextLine],
    grey: Pixels,
    size: float,
    quarters: int = 0,
) -> list[Line]:
    """Each line turned by so many quarters before."""
    found: list[Line] = [Line(())] * len(lines)
    for prose, squeezed in ((True, SQUEEZED), (False, 1.0)):
        chosen = [at for at, line in enumerate(lines) if _is_prose(line) is prose]
        crops = [_crop(grey, lines[at], size) for at in chosen]
        crops = [turned(crop, quarters) for crop in crops] if quarters else crops
        for at, line in zip(chosen, recogniser.read(crops, squeezed=squeezed), strict=True):
            found[at] = line
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
