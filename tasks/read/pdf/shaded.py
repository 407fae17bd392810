"""Shades that meet side by side, row above row → the lines that their edges are.

Cells are told apart by their colour as well as by lines: every second row is shaded, or each
head. Shades behind words of a text meet, too, but at other places in every line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from tasks.model.box import Box
from tasks.read.pdf.marks import Rule

#: Edges nearer than this are one, in points.
SAME_EDGE = 1.5
#: Shades of cells are higher and wider than this, in points.
SMALLEST = 6.0
#: Rows without a shade beside one that has: up to this many times as high as these.
UNSHADED = 2.5

#: Rows of shades with more edges than this are a drawing.
_MOST_EDGES = 8_000

#: The edges of a row of shades, from left to right, and its top and bottom.
Band = tuple[list[float], float, float]


def shades_to_rules(
    shades: Sequence[Box], letters: list[Box], drawn: Sequence[Rule]
) -> tuple[list[Rule], list[Rule]]:
    """Lying and upright lines around the cells of rows of shades, and of the rows without a
    shade between and below them unless lines are drawn around these."""
    lying: list[Rule] = []
    upright: list[Rule] = []
    for bands in _stacks(_rows_of_cells(_bands(shades))):
        bands += _unshaded_end(bands, letters, drawn)
        lying += [Rule(at, xs[0], xs[-1]) for xs, top, bottom in bands for at in (top, bottom)]
        upright += [Rule(x, top, bottom) for xs, top, bottom in bands for x in xs]
        for (xs, _, bottom), (below, top, _) in pairwise(bands):
            if top > bottom and not _is_drawn(bottom, xs, drawn):
                between = [box for box in letters if bottom < box.middle[1] < top]
                upright += [Rule(x, bottom, top) for x in _free(_shared(xs, below), between)]
    return lying, upright


def _stacks(bands: list[Band]) -> list[list[Band]]:
    """Rows of shades one below another, with at most one row without a shade between."""
    stacks: list[list[Band]] = []
    for band in bands:
        for stack in stacks:
            if _follows(stack[-1], band):
                stack.append(band)
                break
        else:
            stacks.append([band])
    return stacks


def _follows(above: Band, band: Band) -> bool:
    (xs, top, bottom), (below, next_top, next_bottom) = above, band
    gap = next_top - bottom
    beside = xs[0] >= below[-1] or below[0] >= xs[-1]
    return not beside and gap <= UNSHADED * max(bottom - top, next_bottom - next_top)


def _shared(xs: list[float], below: list[float]) -> list[float]:
    """The edges of the cells between two rows of shades: those of the one that has all the
    edges of the other, where heads span or one of them is two rows high."""
    common = [x for x in xs if _is_among(x, below)]
    return below if len(common) == len(xs) else common


def _is_drawn(at: float, xs: list[float], drawn: Sequence[Rule]) -> bool:
    """Whether a line is drawn below a row of shades."""
    return any(
        abs(rule.at - at) <= SAME_EDGE and rule.start < xs[-1] and rule.end > xs[0]
        for rule in drawn
    )


def _free(xs: list[float], letters: list[Box]) -> list[float]:
    """The edges that no letter crosses; the outer ones where all text stands in one column."""
    held = {sum(x < box.x0 for x in xs) for box in letters}
    inner = [x for x in xs[1:-1] if not any(box.x0 < x < box.x1 for box in letters)]
    return [*xs[:1], *(inner if len(held) > 1 else ()), *xs[-1:]]


def _bands(shades: Sequence[Box]) -> list[Band]:
    """Shades of the same top and bottom that meet side by side, from top to bottom."""
    levels: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for shade in shades:
        if min(shade.width, shade.height) >= SMALLEST:
            levels[round(shade.top), round(shade.bottom)].append(shade)
    bands: list[Band] = []
    for level in levels.values():
        xs: list[float] = []
        for shade in sorted(level, key=lambda shade: shade.x0):
            if xs and abs(shade.x0 - xs[-1]) <= SAME_EDGE:
                xs.append(shade.x1)
                continue
            bands.append((xs, level[0].top, level[0].bottom))
            xs = [shade.x0, shade.x1]
        bands.append((xs, level[0].top, level[0].bottom))
    return sorted((band for band in bands if len(band[0]) > 2), key=lambda band: band[1])


def _rows_of_cells(bands: list[Band]) -> list[Band]:
    """The bands whose shades meet where those of another band do; none of a drawing's."""
    if sum(len(xs) for xs, _, _ in bands) > _MOST_EDGES:
        return []
    places: dict[int, set[int]] = defaultdict(set)
    for at, (xs, _, _) in enumerate(bands):
        for x in xs:
            places[_place(x)].add(at)
    kept: set[int] = set()
    for at, (xs, _, _) in enumerate(bands):
        inner = xs[1:-1]
        others = set.intersection(*(_near(x, places) for x in inner)) - {at}
        for other in others - kept if at in kept else others:
            if not {at, other} <= kept and all(_is_among(x, bands[other][0]) for x in inner):
                kept |= {at, other}
    return [band for at, band in enumerate(bands) if at in kept]


def _place(x: float) -> int:
    """Edges that are one are at the same place, or at two that are next to each other."""
    return int(x // SAME_EDGE)


def _near(x: float, places: Mapping[int, set[int]]) -> set[int]:
    at = _place(x)
    return set().union(*(places.get(place, ()) for place in (at - 1, at, at + 1)))


def _unshaded_end(bands: list[Band], letters: list[Box], drawn: Sequence[Rule]) -> list[Band]:
    """The last row, where every second one is shaded and it is none of these."""
    if len(bands) < 2:
        return []
    (_, _, above), (xs, top, bottom) = bands[-2:]
    height = top - above
    if not SMALLEST <= height <= UNSHADED * (bottom - top) or _is_drawn(bottom, xs, drawn):
        return []
    inside = [box for box in letters if bottom < box.middle[1] < bottom + height]
    if any(box.x0 < x < box.x1 for box in inside for x in xs):
        return []
    held = {sum(x < box.x0 for x in xs) for box in inside}
    within = min(held, default=0) > 0 and max(held, default=0) < len(xs)
    return [(xs, bottom, bottom + height)] if within and len(held) > 1 else []


def _is_among(x: float, xs: list[float]) -> bool:
    return any(abs(x - other) <= SAME_EDGE for other in xs)
