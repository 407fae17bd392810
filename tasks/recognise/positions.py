"""Figures laid out in columns by spaces -> the blanks between them.

Where a row has as many figures as the form has columns, its figures show where the columns
stand. A row with fewer is laid against the nearest such rows: each figure goes to the column
it stands in, and only where no other way of laying it is nearly as good. What is left over
is blank. Rows that fit two ways keep what was seen, without blanks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

from tasks.recognise.tokens import Is, Token

#: More ways to lay a row than this are not tried.
_MOST_WAYS = 6_500
#: Of the distance to the next column: how far a figure may stand off, in all and on average.
_FARTHEST, _MARGIN = 0.5, 0.4
#: The same for each figure.
_MOST_OFF = 0.8
#: What standing off the middle weighs, and what not standing under a column at all.
_UNDER, _OUTSIDE = 0.3, 0.5
#: Rows that far apart may stand on pages laid out in other ways.
_NEAR = 12


Span = tuple[float, float]


def spans(tokens: Sequence[Token], by_width: bool) -> list[Span] | None:
    """Where the tokens begin and end in their line; None where that is not known."""
    spots = [token.spot for token in tokens if token.spot is not None]
    if not tokens or len(spots) < len(tokens):
        return None
    return [spot.by_width if by_width else spot.by_character for spot in spots]


def _middle(span: Span) -> float:
    return sum(span) / 2


#: A row that is full: its index, its figures.
Full = tuple[int, Sequence[Token]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the figures of a table stand under each other."""

    #: Whether places are to be counted in columns of a terminal or in characters; None where
    #: both are as good.
    by_width: bool | None
    #: At how many places figures stand; as many as columns where all is laid out alike.
    places: int


def layout_of(figures: Sequence[Token]) -> Layout:
    in_characters, in_columns = (_places(figures, by_width) for by_width in (False, True))
    return Layout(
        by_width=None if in_characters == in_columns else in_columns < in_characters,
        places=min(in_characters, in_columns),
    )


def _nearer_by_width(figures: Sequence[Token], full: Sequence[Token]) -> bool | None:
    """The same for one row and what stands over it: the way in which it stands nearer."""
    in_characters, in_columns = (
        min((off for off, _ in _all_ways(figures, full, by_width)), default=None)
        for by_width in (False, True)
    )
    if in_characters is None or in_columns is None:
        return None if in_characters is in_columns else in_characters is None
    return None if abs(in_characters - in_columns) < _MARGIN else in_columns < in_characters


def _places(figures: Sequence[Token], by_width: bool) -> int:
    """At how many places figures stand, where they are flush left, right or about a middle."""
    found = spans(figures, by_width) or []
    return min(
        len({start for start, _ in found}),
        len({end for _, end in found}),
        len({round(_middle(span)) for span in found}),
    )


def near(full: Sequence[Full], at: int, layout: Layout) -> list[Full]:
    """The full rows that row `at` may be laid against: all, where all are laid out alike."""
    return [row for row in full if layout.places <= len(row[1]) or abs(row[0] - at) <= _NEAR]


def in_line(full: Sequence[Full], layout: Layout) -> list[Full]:
    """Without the rows that a label too long has pushed out of line: where others stand exactly
    under each other, and more than one of them, these."""
    places: dict[tuple[float, ...], list[Full]] = {}
    for row in full:
        found = spans(row[1], bool(layout.by_width))
        if found is None:
            return list(full)
        for edge in (0, 1):
            places.setdefault((edge, *(span[edge] for span in found)), []).append(row)
    alike = max(places.values(), key=len, default=[])
    return alike if len(alike) > 1 else list(full)


def with_blanks(
    figures: Sequence[Token], full: Sequence[Full], at: int, layout: Layout
) -> list[Token] | None:
    """The figures of row `at` with blanks between them.

    `full`: rows of as many figures as there are columns. None where the blanks cannot be
    placed in one way.
    """
    if any(token.spot is None or token.spot.gap == 1 for token in figures):
        return None
    columns = len(full[0][1])
    nearest = sorted(full, key=lambda row: abs(row[0] - at))
    above = next((row for index, row in nearest if index < at), None)
    below = next((row for index, row in nearest if index >= at), None)
    by_width = layout.by_width
    if by_width is None:
        by_width = _nearer_by_width(figures, full[0][1])
    readings = {
        _laid(figures, row, way)
        for row in (above, below)
        if row is not None
        for way in ((False, True) if by_width is None else (by_width,))
    }
    if len(readings) != 1 or () in readings:
        return None
    places = dict(zip(readings.pop(), figures, strict=True))
    return [places.get(column) or _blank(figures[0]) for column in range(columns)]


def _blank(beside: Token) -> Token:
    return Token("", Is.BLANK, beside.block, beside.where, beside.line)


def _laid(figures: Sequence[Token], full: Sequence[Token], by_width: bool) -> tuple[int, ...]:
    """The column of each figure; () where two ways to lay them are nearly as good."""
    ways = sorted(_all_ways(figures, full, by_width))
    if not ways or ways[0][0] > _FARTHEST * len(figures):
        return ()
    if len(ways) > 1 and ways[1][0] - ways[0][0] < _MARGIN:
        return ()
    return ways[0][1]


def _all_ways(
    figures: Sequence[Token], full: Sequence[Token], by_width: bool
) -> Iterator[tuple[float, tuple[int, ...]]]:
    seen, columns = spans(figures, by_width), spans(full, by_width)
    if seen is None or columns is None or comb(len(columns), len(seen)) > _MOST_WAYS:
        return
    gaps = [_middle(after) - _middle(before) for before, after in pairwise(columns)]
    if gaps and min(gaps) > 0:
        yield from _ways(seen, columns, gaps)


def _ways(
    seen: Sequence[Span], columns: Sequence[Span], gaps: Sequence[float]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Each way to lay the figures, with how far they stand off, in gaps between columns."""
    for places in combinations(range(len(columns)), len(seen)):
        off = [_off_by(x, columns[p], _gap(gaps, p)) for x, p in zip(seen, places, strict=True)]
        if max(off) <= _MOST_OFF:
            yield sum(off), places


def _off_by(span: Span, column: Span, gap: float) -> float:
    """How far a text stands beside a column: under it counts as near, off its middle as less
    near."""
    beside = max(span[0] - column[1], column[0] - span[1], -1.0)
    outside = _OUTSIDE + beside / gap if beside >= 0 else 0.0
    return outside + _UNDER * abs(_middle(span) - _middle(column)) / gap


def _gap(gaps: Sequence[float], column: int) -> float:
    return min(gaps[max(column - 1, 0) : column + 1])
