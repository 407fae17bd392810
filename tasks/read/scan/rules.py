"""The lines of tables on an upright page: found, made straight, and painted over.

A stroke of a character is shorter than the shortest rule, or ends in the open: a rule that
belongs to a table meets others. What is no rule stays ink.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.frames import Bold, Frame, bold_frames, bridged, without_frames
from tasks.read.scan.lines import runs
from tasks.read.scan.pixels import Pixels, Span, as_bytes
from tasks.read.scan.ruling import OFF_LINE, Ruling, meet
from tasks.read.scan.seals import Seal

#: In pixels of the working resolution (an eighth of a millimetre each): of those that lie, and of
#: those that stand, which may be as high as one row.
SHORTEST = 44
LOWEST_ROW = 28
#: A rule is at most this thick.
THICKEST = 12
#: The paper around a rule is looked at as far as this.
AROUND = 31
#: A rule is darker than the paper around it by this, on average over `ALONG` pixels.
DARKER = 18
ALONG = 25
#: Where it is fainter than on average, as a share of that.
FAINTER = 0.6
#: The share of a rule that is ink, and how much of what lies beside it may be, within so many
#: pixels: on one side at least there is more paper than that.
UNBROKEN = 0.93
HALF = 0.5
#: Columns over which the middle of a piece is smoothed.
SMOOTHED = 31
CROWDED = 0.6
BESIDE = 8
#: A piece that is no longer than this is straight: its middle is off the line between its ends by
#: less than that.
MAY_BEND = 300
MOST_SAG = 1.3
#: Pieces of one rule are at most so far apart: in pixels, and as a share of the shorter one.
#: Pieces that are no longer than a few characters must all but touch.
BROKEN = 24
GAP = 0.3
LONG_PIECE = 110
TOUCHING = 4
#: What goes on for less than this beyond the last upright that it meets is no part of a line.
OVER = 40.0
#: Without uprights, lines that are this share of the page's breadth are rules as well.
LONG = 0.3
#: What is painted over, on each side of the rule's ink; that is found in parts of this length, as
#: rows (or columns) of pixels that are as dark as this share of the darkest, and no
#: further from its line than this: text beside a faint rule is darker.
EDGE = 2
PART = 64
OF_DARKEST = 0.85
LEANS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Ruled:
    """The rules of a page; `without`: the page with them painted over."""

    lying: tuple[Ruling, ...]
    standing: tuple[Ruling, ...]
    #: Of square seals that lie over them.
    frames: tuple[Frame, ...]
    #: Where the ink of all these is.
    mask: npt.NDArray[np.bool_]

    def without(self, pixels: Pixels) -> Pixels:
        painted = pixels.copy()
        painted[self.mask] = 255
        return painted


def find_rules(grey: Pixels, seals: Sequence[Seal] = ()) -> Ruled:
    """`grey`: on white paper, upright. `seals`: known to lie on it, whose rings are none."""
    bold = bold_frames(grey)
    if bold:
        bare = grey.copy()
        for one in bold:
            bare[one.ink] = 255
        ruled = _rules(bare, seals, bold)
        if all(one.is_crossed(ruled.lying, ruled.standing) for one in bold):
            return ruled
    return _rules(grey, seals)


def _rules(grey: Pixels, seals: Sequence[Seal], bold: Sequence[Bold] = ()) -> Ruled:
    lying = _pieces(grey, SHORTEST)
    lying = _joined([one for one in lying if not _is_arc(_ends(one), seals)])
    cuts = sorted(one.at for one in lying)
    standing = _pieces(np.ascontiguousarray(grey.T), LOWEST_ROW, cuts)
    standing = _joined([one for one in standing if not _is_arc(_ends(one, stands=True), seals)])
    frames = tuple(one.frame for one in bold)
    lying, standing = bridged(lying, standing, frames)
    lying, standing = _belonging(lying, standing, grey.shape[1])
    parted = without_frames(lying, standing)
    lying, standing = (
        _reaching(parted.lying, parted.standing, OVER),
        _reaching(parted.standing, parted.lying, float("inf")),
    )
    mask = np.zeros(grey.shape, bool)
    for one in bold:
        mask |= one.ink
    _mark(mask, grey, [*lying, *parted.strokes[0]])
    _mark(mask.T, grey.T, [*standing, *parted.strokes[1]])
    return Ruled(tuple(lying), tuple(standing), (*frames, *parted.frames), mask)


def has_arcs(ruled: Ruled, seals: Sequence[Seal]) -> bool:
    """Whether a rule was found that is of a seal: in a row of a table, its side is as good as
    straight."""
    ends = [_ends(one) for one in ruled.lying] + [_ends(one, stands=True) for one in ruled.standing]
    return any(_is_arc(places, seals) for places in ends)


def _is_arc(places: Sequence[tuple[float, float]], seals: Sequence[Seal]) -> bool:
    return any(seal.has_arc(*places) for seal in seals)


def _ends(one: Ruling, *, stands: bool = False) -> tuple[tuple[float, float], ...]:
    """And the middle."""
    places = [(float(along), one.at) for along in (one.start, (one.start + one.end) / 2, one.end)]
    return tuple((y, x) if stands else (x, y) for x, y in places)


def _pieces(grey: Pixels, shortest: int, cuts: Sequence[float] = ()) -> list[Ruling]:
    """Those that lie. `cuts`: where rules cross: text that stands
    between two of them in the way of a rule is looked at apart from it."""
    along = cv2.blur(grey, (ALONG, 1))
    around = cv2.blur(grey, (ALONG, AROUND))
    darker = cv2.subtract(around, along) > DARKER
    dark = as_bytes(cv2.subtract(around, cv2.blur(grey, (3, 1))))
    # Averages reach beyond the ends of short strokes, which are many: these have to be there.
    there = cv2.morphologyEx(
        as_bytes(dark > DARKER * FAINTER), cv2.MORPH_CLOSE, np.ones((1, 2 * TOUCHING + 1), np.uint8)
    )
    strokes = as_bytes(darker) & as_bytes(there)
    ink = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    del along, around, darker, there, strokes
    _n, _labels, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    pieces = []
    for index in range(1, len(stats)):
        left, top, width, height, area = (int(one) for one in stats[index])
        if area / width > THICKEST or height > THICKEST + 0.02 * width:
            continue
        span = Span(left, top, left + width, top + height)
        thickness = max(1, round(area / width))
        for start, end in _stretches(dark, span, cuts):
            if end - start >= shortest:
                pieces.append(Ruling(float(middles[index][1]), start, end, thickness))
    return pieces


def _stretches(dark: Pixels, span: Span, cuts: Sequence[float]) -> Iterator[tuple[int, int]]:
    """From where to where a piece is a rule."""
    # Averages reach beyond the ends of what they are of, and over gaps.
    profile = span.of(dark).max(axis=0) > DARKER
    for first, last in runs(profile, TOUCHING):
        first, last = first + span.left, last + span.left
        ends = [first, *(round(cut) for cut in cuts if first < cut < last), last]
        start = first
        for one, other in pairwise(ends):
            part = Span(one, span.top, other, span.bottom)
            if part.width > TOUCHING and not _is_even(dark, part):
                if one > start:
                    yield start, one
                start = other
        if last > start:
            yield start, last


def _is_even(dark: Pixels, span: Span) -> bool:
    """Whether it is one stroke all along, with white above or below: no line of text, nor an arc
    of a seal."""
    part = span.of(dark).astype(np.float32)
    middles = _middles(part)
    if span.width <= MAY_BEND and _sag(middles) > MOST_SAG:
        return False
    if not _is_unbroken(part, middles):
        return False
    beside = [
        dark[max(0, span.top - BESIDE) : max(0, span.top - 2), span.left : span.right],
        dark[span.bottom + 2 : span.bottom + BESIDE, span.left : span.right],
    ]
    shares = [float((one.max(axis=0) > DARKER).mean()) for one in beside if one.shape[0]]
    return min(shares, default=0.0) < CROWDED


def _middles(part: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The row that the ink of each column is around, smoothed along the piece."""
    rows = np.arange(part.shape[0], dtype=np.float32)[:, None]
    weight = cv2.blur(part.sum(axis=0, keepdims=True), (SMOOTHED, 1))
    moment = cv2.blur((rows * part).sum(axis=0, keepdims=True), (SMOOTHED, 1))
    middles: npt.NDArray[np.float64] = (moment / np.maximum(weight, 1e-3))[0].astype(np.float64)
    return middles


def _is_unbroken(part: npt.NDArray[np.float32], middles: npt.NDArray[np.float64]) -> bool:
    """Whether a stroke three pixels broad is dark nearly everywhere along its middle."""
    columns = np.arange(part.shape[1])
    rows = np.rint(middles).astype(int)
    last = part.shape[0] - 1
    along = np.maximum.reduce(
        [part[np.clip(rows + shift, 0, last), columns] for shift in (-1, 0, 1)]
    )
    return float((along > HALF * np.median(along)).mean()) >= UNBROKEN


def _sag(middles: npt.NDArray[np.float64]) -> float:
    """How far the middle is off the line between the ends, in pixels."""
    if len(middles) < 3:
        return 0.0
    bent = np.polyfit(np.arange(len(middles)), middles, 2)
    return abs(float(bent[0])) * (len(middles) / 2) ** 2


def _joined(pieces: Sequence[Ruling]) -> list[Ruling]:
    """Those that go on after a gap are one."""
    whole: list[Ruling] = []
    for piece in sorted(pieces, key=lambda one: one.start):
        before = next(
            (
                index
                for index, one in enumerate(whole)
                if abs(one.at - piece.at) <= OFF_LINE
                and piece.start - one.end <= _most_gap(one, piece)
            ),
            None,
        )
        if before is None:
            whole.append(piece)
            continue
        one = whole[before]
        at = (one.at * one.length + piece.at * piece.length) / (one.length + piece.length)
        whole[before] = Ruling(
            at, one.start, max(one.end, piece.end), max(one.thickness, piece.thickness)
        )
    return whole


def _most_gap(one: Ruling, other: Ruling) -> float:
    """A short piece may be a stroke of a character that stands on the line of a rule."""
    shorter = min(one.length, other.length)
    return min(BROKEN, GAP * shorter) if shorter >= LONG_PIECE else TOUCHING


def _belonging(
    lying: list[Ruling], standing: list[Ruling], width: int
) -> tuple[list[Ruling], list[Ruling]]:
    """Those that meet others, until none more falls away; and long ones that lie."""
    while True:
        n_before = len(lying) + len(standing)
        standing = [one for one in standing if _n_met(one, lying) >= 2]
        lying = [one for one in lying if _n_met(one, standing) >= 2 or one.length > LONG * width]
        if len(lying) + len(standing) == n_before:
            return lying, standing


def _n_met(one: Ruling, across: Sequence[Ruling]) -> int:
    return sum(meet(one, other) for other in across)


def _reaching(rules: Sequence[Ruling], across: Sequence[Ruling], most_over: float) -> list[Ruling]:
    """Each ends on the rule that it meets: what goes on for less than `most_over` beyond that is a
    stroke of a character that touches it."""
    found = []
    for one in rules:
        met = [other.at for other in across if meet(one, other)]
        start, end = float(one.start), float(one.end)
        if len(met) >= 2 and min(met) - start < most_over:
            start = min(met)
        if len(met) >= 2 and end - max(met) < most_over:
            end = max(met)
        found.append(replace(one, start=round(start), end=round(end)))
    return found


def _mark(mask: npt.NDArray[np.bool_], grey: Pixels, rules: Sequence[Ruling]) -> None:
    """A rule that leans a little leaves its line towards its ends: each part is painted over where
    its ink is. Figures that stand in a column beside it are not as dark all along."""
    height = len(mask)
    for one in rules:
        first, last = max(0, round(one.at) - LEANS), min(height, round(one.at) + LEANS + 1)
        for start in range(max(0, one.start), one.end, PART):
            end = min(start + PART, one.end)
            part = grey[first:last, start:end]
            if part.size:
                profile = 255.0 - part.mean(axis=1)
                rows = np.flatnonzero(profile >= OF_DARKEST * profile.max())
                reach = np.add.outer(rows + first, np.arange(-EDGE, EDGE + 1))
                mask[np.clip(reach, 0, height - 1), start:end] = True
                middle = first + float(np.median(rows))
                half = one.thickness / 2 + EDGE
                mask[max(0, round(middle - half)) : round(middle + half) + 1, start:end] = True


def cells_of(ruled: Ruled, shape: tuple[int, int]) -> list[Span]:
    """What rules close in on all sides, from top to bottom and from left to right."""
    canvas = np.ones(shape, np.uint8)
    for one in ruled.lying:
        cv2.line(canvas, (one.start, round(one.at)), (one.end, round(one.at)), 0, 3)
    for one in ruled.standing:
        cv2.line(canvas, (round(one.at), one.start), (round(one.at), one.end), 0, 3)
    # The frame around the page closes nothing in.
    canvas[0, :] = canvas[-1, :] = canvas[:, 0] = canvas[:, -1] = 1
    _n, _labels, stats, _middles = cv2.connectedComponentsWithStats(canvas, connectivity=4)
    height, width = shape
    cells = []
    for left, top, wide, high, area in stats[1:].tolist():
        touches = left == 0 or top == 0 or left + wide == width or top + high == height
        if touches or min(wide, high) < SMALLEST_CELL or area < FILLED * wide * high:
            continue
        cells.append(Span(left, top, left + wide, top + high))
    return sorted(cells, key=lambda one: (one.top, one.left))


def is_touched(grey: Pixels, cell: Span, size: float, within: int) -> bool:
    """Whether a stroke as high as a figure stands so near to a rule at the side of the cell that
    it may have been painted over with it. `grey`: with its rules; `within`: so many pixels of the
    cell's edge."""
    inner = grey[cell.top + EDGE : cell.bottom - EDGE]
    reach = RULE_HALF + LEANS
    left = inner[:, max(0, cell.left - reach) : cell.left + within]
    right = inner[:, max(0, cell.right - within) : cell.right + reach][:, ::-1]
    return _stands_beside(left, size) or _stands_beside(right, size)


def _stands_beside(part: Pixels, size: float) -> bool:
    """Whether there is more ink than the rule has, in as many rows as a figure is high. By how
    much ink there is: blurred, a stroke that touches a rule cannot be told from it by its edge.
    `part`: rows × columns, the first ones those around the rule."""
    low, high = AS_HIGH
    if len(part) < low * size or not part.size:
        return False
    # From the middle of the rule, which strokes that touch it have drawn off its line: what
    # touches its other side is of the other cell.
    middle = int(part[:, : 2 * LEANS + RULE_HALF].sum(axis=0).argmin())
    inked = (255.0 - part[:, middle:]).sum(axis=1) / 255
    of_rule = np.quantile(inked, OF_RULE)
    more = inked > of_rule + STROKE * size
    return any(low * size <= last - first <= high * size for first, last in runs(more, 1))


#: In sizes of a character: as high as a figure, which may be of smaller type than most of the
#: page, and how broad the ink of its strokes is at least.
AS_HIGH = (0.3, 1.1)
STROKE = 0.04
#: A figure fills most rows of a low cell: those with the least ink have the rule alone.
OF_RULE = 0.05
#: In pixels: from the edge of a cell to the middle of its rule.
RULE_HALF = 2
#: Sides of the smallest cell, in pixels; and how much of its box a cell fills.
SMALLEST_CELL = 12
FILLED = 0.9
