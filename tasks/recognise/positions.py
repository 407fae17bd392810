"""Figures laid out in columns by spaces -> the blanks between them.

Where a row has as many figures as the form has columns, its figures show where the columns
stand. A row with fewer is laid against the nearest such rows: each figure goes to the column
it stands in, and only where no other way of laying it is nearly as good. What is left over
is blank. Rows that fit two ways keep what was seen, without blanks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import comb

from tasks.recognise.tokens import Is, Spot, Token

#: More ways to lay a row than this are not tried.
_MOST_WAYS = 6_500
#: Of the distance to the next column: how far a figure may stand off, in all and on average.
_FARTHEST, _MARGIN = 0.6, 0.5
#: Rows that far apart may stand on pages laid out in other ways.
_NEAR = 12


def middles(tokens: Sequence[Token], by_width: bool) -> list[float] | None:
    """The places of the tokens in their line; None where they are not known."""
    spots = [token.spot for token in tokens]
    if not tokens or any(spot is None for spot in spots):
        return None
    return [_middle(spot, by_width) for spot in spots if spot is not None]


def _middle(spot: Spot, by_width: bool) -> float:
    return spot.by_width if by_width else spot.by_character


#: A row that is full: its index, its figures.
Full = tuple[int, Sequence[Token]]


def ways_of_counting(full: Sequence[Full]) -> tuple[bool, ...]:
    """Whether places are to be counted in columns of a terminal or in characters: as the full
    rows stand under each other; both where they do not tell."""
    off = {by_width: _off(full, by_width) for by_width in (False, True)}
    if off[False] == off[True]:
        return (False, True)
    return (off[True] < off[False],)


def _off(full: Sequence[Full], by_width: bool) -> float:
    rows = [places for _, row in full if (places := middles(row, by_width))]
    return sum(
        abs(one - other)
        for before, after in pairwise(rows)
        if len(before) == len(after)
        for one, other in zip(before, after, strict=True)
    )


def with_blanks(
    figures: Sequence[Token], columns: int, full: Sequence[Full], at: int
) -> list[Token] | None:
    """The figures of row `at` with blanks between them, `columns` in all.

    `full`: rows of as many figures as there are columns. None where the blanks cannot be
    placed in one way.
    """
    near = sorted(full, key=lambda row: abs(row[0] - at))
    near = [row for row in near if abs(row[0] - at) <= _NEAR]
    above = next((row for index, row in near if index < at), None)
    below = next((row for index, row in near if index >= at), None)
    readings = {
        _laid(figures, row, by_width)
        for row in (above, below)
        if row is not None
        for by_width in ways_of_counting(full)
    }
    if len(readings) != 1 or () in readings:
        return None
    places = dict(zip(readings.pop(), figures, strict=True))
    return [places.get(column) or _blank(figures[0]) for column in range(columns)]


def _blank(beside: Token) -> Token:
    return Token("", Is.BLANK, beside.block, beside.where, beside.line)


def _laid(figures: Sequence[Token], full: Sequence[Token], by_width: bool) -> tuple[int, ...]:
    """The column of each figure; () where two ways to lay them are nearly as good."""
    seen, columns = middles(figures, by_width), middles(full, by_width)
    if seen is None or columns is None or comb(len(columns), len(seen)) > _MOST_WAYS:
        return ()
    gaps = [after - before for before, after in pairwise(columns)]
    if not gaps or min(gaps) <= 0:
        return ()
    ways = sorted(_ways(seen, columns, gaps))
    if not ways or ways[0][0] > _FARTHEST * len(seen):
        return ()
    if len(ways) > 1 and ways[1][0] - ways[0][0] < _MARGIN:
        return ()
    return ways[0][1]


def _ways(
    seen: Sequence[float], columns: Sequence[float], gaps: Sequence[float]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Each way to lay the figures, with how far they stand off, in gaps between columns."""
    for places in combinations(range(len(columns)), len(seen)):
        off = [abs(x - columns[p]) / _gap(gaps, p) for x, p in zip(seen, places, strict=True)]
        if max(off) <= 1.0:
            yield sum(off), places


def _gap(gaps: Sequence[float], column: int) -> float:
    return min(gaps[max(column - 1, 0) : column + 1])
