"""Rows whose columns were lost -> figures, where only one reading is left.

A row that lost its blank cells, or whose cells ran together, can be read in a number of
ways. Readings in which a figure is not written as figures are (`007`) fall away at once,
then those that break the relation within the row, then those that break a relation of a
column whose other rows are known, again and again until nothing more falls away. A cell on
which all that are left agree is read so and marked as inferred; the others stay unreadable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tasks.forms.vocabulary import Axis, Edition
from tasks.model.report import Field, Kind, PlacedBy, TableValues, Value
from tasks.says.amounts import MOST_DIGITS, text_to_amount

#: More readings of one row than this are not tried.
_MOST_READINGS = 30_000
#: So many rows whose last figure is the sum of the others: that is their total.
_FEWEST_TIES = 3
#: How doubtful an inferred value is, for error localisation.
_DOUBT = 0.5

_Amount = int | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was seen, and where."""

    text: str
    at: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a reading puts into one column; `amount` is 0 for a blank."""

    amount: _Amount
    figure: Figure | None


_BLANK = _Part(0, None)
#: A part for each column of the row.
_Reading = tuple[_Part, ...]
#: row id -> all ways in which it may still be read
_Open = Mapping[str, Sequence[_Reading]]


def infer(
    edition: Edition, values: TableValues, loose: Mapping[str, Sequence[Figure]]
) -> dict[Field, Value]:
    """What can be read of the loose rows: the values of their fields that are no longer in doubt.

    `loose`: row id -> its figures in order; in `values` such a row is unreadable.
    """
    together = _ran_together(loose)
    written = _show_totals(_known_sums(edition, values), fewest=1)
    if not written and (together or not _show_totals(_loose_sums(loose), fewest=_FEWEST_TIES)):
        return {}  # no relation decides anything
    open_rows: _Open = {
        row: readings
        for row, figures in loose.items()
        if (readings := _readings(edition, list(values[row]), figures, together=together))
    }
    inferred: dict[Field, Value] = {}
    for row, left in _propagated(edition, values, open_rows).items():
        for column, *parts in zip(values[row], *left, strict=True):
            if values[row][column].kind is Kind.UNREADABLE and _agree(parts):
                inferred[row, column] = _value(parts)
    return inferred


# Whether relations decide anything


def _ran_together(loose: Mapping[str, Sequence[Figure]]) -> bool:
    """Whether some figure is one that nobody writes: `000`, `0120`."""
    return any(
        figure.text.isdigit() and figure.text.startswith("0") and len(figure.text) > 1
        for figures in loose.values()
        for figure in figures
    )


def _show_totals(sums: Iterable[tuple[_Amount, _Amount]], *, fewest: int) -> bool:
    """Whether so many rows show that this organ fills in its totals, and no row that it does
    not. Else the relations prove nothing. `sums`: of the parts of a row, and its total."""
    n = 0
    for parts, total in sums:
        if parts != total:
            return False
        n += total > 0
    return n >= fewest


def _known_sums(edition: Edition, values: TableValues) -> Iterator[tuple[_Amount, _Amount]]:
    for columns in values.values():
        amounts = {id: v.amount for id, v in columns.items() if v.amount is not None}
        if relation := edition.row_relation(amounts):
            yield relation.sums(amounts)


def _loose_sums(loose: Mapping[str, Sequence[Figure]]) -> Iterator[tuple[_Amount, _Amount]]:
    """Of rows without their columns: the last figure may be the total of those before it."""
    for figures in loose.values():
        amounts = [text_to_amount(figure.text, decimal=True) for figure in figures]
        if amounts and not any(amount.kind is Kind.UNREADABLE for amount in amounts):
            *parts, total = (amount.value or 0 for amount in amounts)
            yield sum(parts), total


# Readings of one row


def _readings(
    edition: Edition, columns: Sequence[str], figures: Sequence[Figure], *, together: bool
) -> list[_Reading]:
    """All ways to read a row that hold its relation; none where there is no telling."""
    relation = edition.row_relation(columns)
    # a row in which nothing is left may have lost more than blanks, and where some figures ran
    # together, two of these may be three
    if relation is None or not figures or (together and len(figures) > 1):
        return []
    signs = [relation.sign(column) for column in columns]
    found: list[_Reading] = []
    for count, parts in enumerate(_parts(figures, len(columns), together)):
        if count > _MOST_READINGS:
            return []
        for places in combinations(range(len(columns)), len(parts)):
            at = zip(places, parts, strict=True)
            if not sum(signs[place] * part.amount for place, part in at):
                reading = dict(zip(places, parts, strict=True))
                found.append(tuple(reading.get(n, _BLANK) for n in range(len(columns))))
            if len(found) > _MOST_READINGS:
                return []
    return found


def _parts(figures: Sequence[Figure], columns: int, together: bool) -> Iterator[list[_Part]]:
    """The figures as they stand, or the one figure cut into as many as there may be, where
    figures ran together."""
    if together and figures[0].text.isdecimal() and len(figures[0].text) > 1:
        for texts in _cuts(figures[0].text, columns):
            yield [_Part(int(text), figures[0]) for text in texts]
        return
    parts = []
    for figure in figures:
        amount = text_to_amount(figure.text, decimal=True)
        if amount.kind is Kind.UNREADABLE:
            return
        parts.append(_Part(amount.value or 0, figure))
    if len(parts) <= columns:
        yield parts


def _cuts(digits: str, most: int) -> Iterator[list[str]]:
    """Every way to cut digits into at most so many figures; none begins with a needless 0."""
    if not digits:
        yield []
        return
    if len(digits) > most * MOST_DIGITS:
        return
    longest = 1 if digits[0] == "0" else min(len(digits), MOST_DIGITS)
    for length in range(1, longest + 1):
        for rest in _cuts(digits[length:], most - 1):
            yield [digits[:length], *rest]


# Relations between rows


def _propagated(edition: Edition, values: TableValues, open_rows: _Open) -> _Open:
    """The rows without the readings that break a column's relation whose other cells are
    known, until none does; all of them where a relation fits none."""
    left = open_rows
    while True:
        wanted = _wanted(edition, values, _known(values, left))
        kept = {
            row: [
                reading
                for reading in readings
                if all(
                    wanted[row, column] <= {part.amount}
                    for column, part in zip(values[row], reading, strict=True)
                )
            ]
            for row, readings in left.items()
        }
        if not all(kept.values()):
            return open_rows
        if all(len(kept[row]) == len(left[row]) for row in kept):
            return left
        left = kept


def _known(values: TableValues, open_rows: _Open) -> dict[Field, _Amount]:
    """What is sure. An absent row may only have lost its label: it is not known to be 0."""
    known = {
        (row, column): value.amount
        for row, columns in values.items()
        for column, value in columns.items()
        if value.amount is not None
    }
    for row, readings in open_rows.items():
        for column, *parts in zip(values[row], *readings, strict=True):
            if _agree(parts):
                known[row, column] = parts[0].amount
    return known


def _wanted(
    edition: Edition, values: TableValues, known: Mapping[Field, _Amount]
) -> defaultdict[Field, set[_Amount]]:
    """What a cell must be for the relations of its column in which no other cell is open."""
    wanted: defaultdict[Field, set[_Amount]] = defaultdict(set)
    columns = dict.fromkeys(column for row in values.values() for column in row)
    for relation in (one for one in edition.relations if one.axis is Axis.COLUMN):
        for column in columns:
            rows = [row for row in values if relation.sign(row) and column in values[row]]
            still_open = [row for row in rows if (row, column) not in known]
            if len(still_open) > 1:
                continue
            rest = sum(relation.sign(row) * known.get((row, column), 0) for row in rows)
            for row in still_open or rows:
                is_now = known.get((row, column), 0)
                wanted[row, column].add(is_now - relation.sign(row) * rest)
    return wanted


def _agree(parts: Sequence[_Part]) -> bool:
    return len({part.amount for part in parts}) == 1


def _value(parts: Sequence[_Part]) -> Value:
    """The value that all readings give a cell."""
    amount = next(iter(parts)).amount
    texts = {part.figure.text if part.figure else "" for part in parts}
    figure = next((part.figure for part in parts if part.figure), None)
    if figure is None or (not amount and len(texts) > 1):
        # nothing, written as a blank, a dash or a 0: in the arithmetic they are the same
        return Value(kind=Kind.BLANK, placed_by=PlacedBy.RELATIONS, doubt=_DOUBT)
    dash = text_to_amount(figure.text, decimal=True).kind is Kind.DASH
    return Value(
        kind=Kind.DASH if dash else Kind.NUMBER,
        value=None if dash else amount,
        raw=figure.text,
        at=figure.at,
        placed_by=PlacedBy.RELATIONS,
        doubt=_DOUBT,
    )
