"""A figure -> the head that it stands under.

Figures stand in the middle of their columns, as heads do, or at one side of them: then they
stand between two heads, and only together show whose they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from tasks.recognise.heads import Band, band_over
from tasks.recognise.whole import Text

#: A figure is under the middle of its head within this share of the way to the next; where
#: most are, one may stand further off.
_CENTRED = 0.2
_MOSTLY = 0.9
_OFF_HEAD = 0.4
#: Heads over columns of one width stand at distances that differ by no more than this factor.
_ONE_WIDTH = 1.15
#: Edges nearer than this, in points, stand at one place.
_ONE_PLACE = 1.5
#: A figure at one side of its column does not end at the middle of a head, in heights of a line.
_AT_MIDDLE = 0.3


class Side(Enum):
    """Where the figures stand in their columns."""

    LEFT = 0
    CENTRE = 1
    RIGHT = 2


def side_of_figures(figures: Sequence[Text], bands: Sequence[Band]) -> Side | None:
    """None where that cannot be told."""
    beside = [
        (figure, band)
        for figure in figures
        if (band := band_over(figure.sheet, figure.middle[1], bands)) and len(band.heads) > 1
    ]
    off = [_off(figure, band) for figure, band in beside]
    if sum(abs(one) <= _CENTRED for one in off) >= _MOSTLY * len(off):
        return Side.CENTRE
    left, right = (_n_places([figure.box[n] for figure, _ in beside]) for n in (0, 2))
    if left != right:
        return Side.LEFT if left < right else Side.RIGHT
    # alike where all figures have one digit: what stands outside of all heads tells
    before = any(figure.middle[0] < band.heads[0].middle[0] for figure, band in beside)
    behind = any(figure.middle[0] > band.heads[-1].middle[0] for figure, band in beside)
    if before == behind:
        return None
    return Side.LEFT if before else Side.RIGHT


def _n_places(edges: Sequence[float]) -> int:
    """At how many places edges stand; those a hair apart are one."""
    ordered = sorted(edges)
    return sum(after - before > _ONE_PLACE for before, after in pairwise(ordered)) + bool(ordered)


def _off(figure: Text, band: Band) -> float:
    """How far a figure stands beside the middle of the nearest head, in columns."""
    middle = figure.middle[0]
    at, beside = _two_nearest(middle, band)
    pitch = abs(band.heads[at].middle[0] - band.heads[beside].middle[0])
    return (middle - band.heads[at].middle[0]) / max(pitch, 1.0)


def _two_nearest(x: float, band: Band) -> tuple[int, int]:
    """The head whose middle is nearest, and the next one in the direction of x."""
    numbers = range(len(band.heads))
    at = min(numbers, key=lambda n: abs(band.heads[n].middle[0] - x))
    step = 1 if x > band.heads[at].middle[0] else -1
    beside = at + step if at + step in numbers else at - step
    return at, beside


def heads_over(figure: Text, band: Band, side: Side | None) -> tuple[int, ...]:
    """The number of the head that a figure stands under; several where it stands between."""
    heads = band.heads
    if len(heads) == 1:
        return (0,)
    if side in (Side.LEFT, Side.RIGHT):
        return _heads_beside(figure, band, side)
    x0, _, x1, _ = figure.box
    edges = [(left.box[2] + right.box[0]) / 2 for left, right in pairwise(heads)]
    crossed = [n for n, edge in enumerate(edges) if x0 < edge - 1 and edge + 1 < x1]
    if crossed:
        return tuple(sorted({*crossed, *(n + 1 for n in crossed)}))
    at, beside = _two_nearest(figure.middle[0], band)
    # at whichever side it stands, it is nearest to its own head where columns are alike
    reach = _OFF_HEAD if side or _are_alike(band, at, beside) else _CENTRED
    return (at,) if abs(_off(figure, band)) <= reach else tuple(sorted((at, beside)))


def _are_alike(band: Band, *numbers: int) -> bool:
    """Whether the heads around these stand at one distance, as over columns of one width."""
    middles = [head.middle[0] for head in band.heads]
    around = middles[max(min(numbers) - 1, 0) : max(numbers) + 2]
    gaps = [right - left for left, right in pairwise(around)]
    return len(gaps) > 1 and max(gaps) <= _ONE_WIDTH * min(gaps)


def _heads_beside(figure: Text, band: Band, side: Side) -> tuple[int, ...]:
    """Figures that stand at one side of their columns end between the middle of their own head
    and that of the next on that side."""
    x = figure.box[0] if side is Side.LEFT else figure.box[2]
    middles = [head.middle[0] for head in band.heads]
    last = len(middles) - 1
    if x < 2 * middles[0] - middles[1] or x > 2 * middles[-1] - middles[-2]:
        return tuple(range(len(middles)))  # further out than any column of these heads reaches
    passed = sum(middle < x for middle in middles)
    at = passed if side is Side.LEFT else passed - 1
    near = [n for n, middle in enumerate(middles) if abs(middle - x) < _AT_MIDDLE * figure.height]
    return tuple(sorted({min(max(at, 0), last), *near}))
