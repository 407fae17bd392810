"""Frames of square seals among the rules of a page: they lie over a table and are none of it.

Within a table a rule ends on another one that goes on. Where two end at each other, that is a
corner of the whole table, or of something that was put over it: then others cross its sides. A
frame that is bolder than rules and type is found by that alone, also where a side of it lies along
a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.pixels import Pixels, Span, as_bytes
from tasks.read.scan.ruling import MEETS, OFF_LINE, Ruling, meet
from tasks.read.scan.seals import SURE_UNDER_DARK

#: In pixels of the working resolution (an eighth of a millimetre each): how bold the sides of a
#: bold frame are at least, how broad it is, and what is painted over around its ink.
BOLD = 7
SMALLEST, LARGEST = 72, 480
EDGE = 5
#: Darker than this is its ink. A side lies within this share of its breadth, for it may lean, and
#: is there along so much of it.
DARK = 150
SIDE = 0.12
CLOSED = 0.93
#: Rules that cross both sides at a corner, together; those that the seal covers seem to end there.
CROSSED = 2
#: In pixels: a rule that reaches under a seal is seen until so far from it, as what is left between
#: a rule across and the seal is too short.
NEAR = 40
#: In pixels: beside the middle of a side, what its ink may have hidden.
BESIDE = 8


@dataclass(frozen=True, slots=True)
class Frame:
    """Around the middles of those of its sides that are no rules as well."""

    span: Span

    @property
    def sure(self) -> float:
        """How sure a reading is at most within it."""
        return SURE_UNDER_DARK

    @property
    def covered(self) -> Span:
        """Where print may be hidden: strokes of its characters are taken off as rules, too."""
        return self.span.grown(BESIDE)

    def touches(self, span: Span) -> bool:
        own = self.covered
        return (
            own.left < span.right
            and span.left < own.right
            and own.top < span.bottom
            and span.top < own.bottom
        )


@dataclass(frozen=True, slots=True)
class Parted:
    """What is left of the rules, and what was none: strokes of seals."""

    lying: tuple[Ruling, ...]
    standing: tuple[Ruling, ...]
    #: That lie, that stand.
    strokes: tuple[tuple[Ruling, ...], tuple[Ruling, ...]]
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Bold:
    """What may be the frame of a seal: a square, bolder than rules are."""

    frame: Frame
    #: Its ink, of the whole page.
    ink: npt.NDArray[np.bool_]

    def is_crossed(self, lying: Sequence[Ruling], standing: Sequence[Ruling]) -> bool:
        """Otherwise it is the frame of a table."""
        span = self.frame.span
        across = ((one, span.left, span.right, span.top, span.bottom) for one in lying)
        down = ((one, span.top, span.bottom, span.left, span.right) for one in standing)
        return any(
            low + MEETS < one.at < high - MEETS and one.start < first < last < one.end
            for one, first, last, low, high in (*across, *down)
        )


def bold_frames(grey: Pixels) -> list[Bold]:
    dark = as_bytes(grey < DARK)
    bold = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((BOLD, BOLD), np.uint8))
    _n, labels, stats, _middles = cv2.connectedComponentsWithStats(bold, connectivity=8)
    found = []
    for index, (left, top, width, height, _area) in enumerate(stats.tolist()[1:], 1):
        if min(width, height) < SMALLEST or max(width, height) > LARGEST:
            continue
        span = Span(left, top, left + width, top + height)
        if _has_sides(
            labels[top : top + height, left : left + width] == index,
            max(3, round(SIDE * min(width, height))),
        ):
            grown = cv2.dilate(as_bytes(labels == index), np.ones((EDGE, EDGE), np.uint8))
            found.append(Bold(Frame(span), grown > 0))
    return found


def _has_sides(ink: npt.NDArray[np.bool_], deep: int) -> bool:
    """`deep`: rows or columns from the edge that a side is sought in, as it may lean."""
    sides = (ink[:deep], ink[-deep:], ink[:, :deep].T, ink[:, -deep:].T)
    inner = ink[deep:-deep, deep:-deep]
    return all(float(side.any(axis=0).mean()) >= CLOSED for side in sides) and not inner.all()


def without_frames(lying: Sequence[Ruling], standing: Sequence[Ruling]) -> Parted:
    """`lying`, `standing`: as far as their ink goes, those that belong to tables or seals."""
    frames: list[Frame] = []
    across, down = set[Ruling](), set[Ruling]()
    for row, column in _odd_corners(lying, standing):
        if row not in across and column not in down:
            rows, columns = _sides(row, column, lying, standing)
            frames.append(_frame(rows, columns))
            across |= set(rows)
            down |= set(columns)
    rows, columns = (
        [one for one in rules if one not in of] for rules, of in ((lying, across), (standing, down))
    )
    rows, columns = bridged(rows, columns, frames)
    strokes = (
        tuple(one for one in lying if not _is_in(one, rows)),
        tuple(one for one in standing if not _is_in(one, columns)),
    )
    return Parted(tuple(rows), tuple(columns), strokes, tuple(frames))


def bridged(
    lying: Sequence[Ruling], standing: Sequence[Ruling], frames: Sequence[Frame]
) -> tuple[list[Ruling], list[Ruling]]:
    """The rules, whole where a seal lies over them. Its own sides are not among them."""
    rows, columns = list(lying), list(standing)
    for frame in frames:
        span = frame.span
        rows = _bridged(rows, (span.left, span.right), (span.top, span.bottom))
        columns = _bridged(columns, (span.top, span.bottom), (span.left, span.right))
    return rows, columns


def _bridged(
    rules: Sequence[Ruling], along: tuple[int, int], across: tuple[int, int]
) -> list[Ruling]:
    """Those that reach under a seal go on there as far as pieces of them are seen; what is seen
    under it alone is none."""
    reaching = [one for one in rules if _reaches_under(one, along, across)]
    found = [one for one in rules if one not in reaching]
    groups: list[list[Ruling]] = []
    for one in sorted(reaching, key=lambda one: (one.at, one.start)):
        if groups and one.at - groups[-1][-1].at <= OFF_LINE:
            groups[-1].append(one)
        else:
            groups.append([one])
    for group in groups:
        start, end = min(one.start for one in group), max(one.end for one in group)
        if start < along[0] - NEAR or end > along[1] + NEAR:
            at = sum(one.at * one.length for one in group) / sum(one.length for one in group)
            found.append(Ruling(at, start, end, min(one.thickness for one in group)))
    return found


def _reaches_under(one: Ruling, along: tuple[int, int], across: tuple[int, int]) -> bool:
    return (
        across[0] < one.at < across[1] and one.start < along[1] + NEAR and one.end > along[0] - NEAR
    )


def _is_in(one: Ruling, rules: Sequence[Ruling]) -> bool:
    return any(
        abs(one.at - other.at) <= OFF_LINE and other.start <= one.start and one.end <= other.end
        for other in rules
    )


def _odd_corners(
    lying: Sequence[Ruling], standing: Sequence[Ruling]
) -> list[tuple[Ruling, Ruling]]:
    """Within a table, of two rules that others cross."""
    return [
        (row, column)
        for row in lying
        for column in standing
        if _is_end(row, column.at)
        and _is_end(column, row.at)
        and _is_within(column.at, row.at, lying, standing)
        and _n_crossing(row, standing) + _n_crossing(column, lying) >= CROSSED
    ]


def _is_end(one: Ruling, at: float) -> bool:
    return min(abs(one.start - at), abs(one.end - at)) <= MEETS


def _is_inside(one: Ruling, at: float) -> bool:
    return one.start + MEETS < at < one.end - MEETS


def _is_within(x: float, y: float, lying: Sequence[Ruling], standing: Sequence[Ruling]) -> bool:
    """Whether there are rules on all four sides."""
    across = [one.at for one in lying if _is_inside(one, x)]
    beside = [one.at for one in standing if _is_inside(one, y)]
    return all(
        min(places, default=at) < at - MEETS and max(places, default=at) > at + MEETS
        for places, at in ((across, y), (beside, x))
    )


def _n_crossing(one: Ruling, others: Sequence[Ruling]) -> int:
    """Those that go on on both sides of it."""
    return sum(
        _is_inside(one, other.at) and _is_inside(other, one.at) and meet(one, other)
        for other in others
    )


def _sides(
    row: Ruling, column: Ruling, lying: Sequence[Ruling], standing: Sequence[Ruling]
) -> tuple[list[Ruling], list[Ruling]]:
    """The two at a corner, and those on the other sides that end at them as well."""
    rows = [
        one
        for one in lying
        if one is row or (_are_alike(one, row) and _ends_at(one, column) and _ends_at(column, one))
    ]
    columns = [
        one
        for one in standing
        if one is column or (_are_alike(one, column) and any(_ends_at(one, row) for row in rows))
    ]
    return rows, columns


def _are_alike(one: Ruling, other: Ruling) -> bool:
    return abs(one.start - other.start) <= MEETS and abs(one.end - other.end) <= MEETS


def _ends_at(one: Ruling, other: Ruling) -> bool:
    return _is_end(one, other.at) and meet(one, other)


def _frame(rows: Sequence[Ruling], columns: Sequence[Ruling]) -> Frame:
    lefts = [one.start for one in rows] + [one.at for one in columns]
    rights = [one.end for one in rows] + [one.at for one in columns]
    tops = [one.start for one in columns] + [one.at for one in rows]
    bottoms = [one.end for one in columns] + [one.at for one in rows]
    return Frame(Span(round(min(lefts)), round(min(tops)), round(max(rights)), round(max(bottoms))))
