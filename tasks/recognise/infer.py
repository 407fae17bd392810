"""Rows whose columns were lost -> figures, where only one reading is left.

A row that lost its blank cells, or whose cells ran together, can be read in a number of
ways. Readings in which a figure is not written as figures are (`007`) fall away at once,
then those that break the relation within the row, then those that break a relation of a
column whose other rows are known, again and again until nothing more falls away. A cell on
which all that are left agree is read so and marked as inferred; the others stay unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tasks.forms.vocabulary import Axis, Edition, Relation
from tasks.model.report import Field, Kind, PlacedBy, TableValues, Value
from tasks.says.amounts import MOST_DIGITS, text_to_amount

#: More readings of one row than this are not tried.
_MOST_READINGS = 30_000
#: So many rows whose last figure is the sum of the others: that is their total.
_FEWEST_TIES = 3
#: How doubtful an inferred value is, for error localisation.
_DOUBT = 0.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was seen, and where."""

    text: str
    at: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a reading puts into one column; `amount` is 0 for a blank."""

    amount: int | Decimal
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
    if not _writes_totals(edition, values) and (together or not _tie_by_themselves(loose)):
        return {}  # no relation decides anything
    open_rows: _Open = {
        row: readings
        for row, figures in loose.items()
        if (readings := _readings(edition, list(values[row]), figures, together=together))
    }
    inferred: dict[Field, Value] = {}
    for row, left in _propagated(edition, values, open_rows).items():
        for column, *parts in zip(values[row], *left, strict=True):
            agree = len({part.amount for part in parts}) == 1
            if agree and values[row][column].kind is Kind.UNREADABLE:
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


def _writes_totals(edition: Edition, values: TableValues) -> bool:
    """Whether some row that is known shows that this organ fills in its totals, and no row
    that it does not. Else the relations prove nothing."""
    shown = False
    for columns in values.values():
        relation = edition.row_relation(columns)
        amounts = [value.amount for value in columns.values()]
        if relation is None or any(amount is None for amount in amounts):
            continue
        signed = zip(map(relation.sign, columns), amounts, strict=True)
        if sum(sign * (amount or 0) for sign, amount in signed):
            return False
        shown = shown or any(amounts)
    return shown


def _tie_by_themselves(loose: Mapping[str, Sequence[Figure]]) -> bool:
    """The same where no row is known: in each the last figure is the sum of those before it, and
    in some that is more than 0."""
    ties = 0
    for figures in loose.values():
        amounts = [text_to_amount(figure.text, decimal=True) for figure in figures]
        if not amounts or any(amount.kind is Kind.UNREADABLE for amount in amounts):
            continue
        *parts, whole = (amount.value or 0 for amount in amounts)
        if sum(parts) != whole:
            return False
        ties += whole > 0
    return ties >= _FEWEST_TIES


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
    if together and len(figures) == 1 and figures[0].text.isdecimal() and len(figures[0].text) > 1:
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
    known; all of them where a relation fits none."""
    relations = [relation for relation in edition.relations if relation.axis is Axis.COLUMN]
    left = dict(open_rows)
    changed = True
    while changed:
        changed = False
        for row, relation in ((row, relation) for row in left for relation in relations):
            kept = _holding(relation, row, values, left)
            if not kept:
                return open_rows
            changed = changed or len(kept) < len(left[row])
            left[row] = kept
    return left


def _holding(
    relation: Relation, row: str, values: TableValues, open_rows: _Open
) -> Sequence[_Reading]:
    """The readings of a row that do not break a relation of the columns."""
    kept = open_rows[row]
    for index, column in enumerate(values[row]):
        wanted = _wanted(relation, row, column, values, open_rows)
        if wanted is not None:
            kept = [reading for reading in kept if reading[index].amount == wanted]
    return kept


def _wanted(
    relation: Relation, row: str, column: str, values: TableValues, open_rows: _Open
) -> int | Decimal | None:
    """What the cell must be for the relation to hold; None where another cell is open too."""
    if not relation.sign(row):
        return None
    rest: int | Decimal = 0
    for other, columns in values.items():
        if other == row or column not in columns or not relation.sign(other):
            continue
        amount = _known(other, column, values, open_rows)
        if amount is None:
            return None
        rest += relation.sign(other) * amount
    return -relation.sign(row) * rest


def _known(row: str, column: str, values: TableValues, open_rows: _Open) -> int | Decimal | None:
    if row in open_rows:
        index = list(values[row]).index(column)
        amounts = {reading[index].amount for reading in open_rows[row]}
        return amounts.pop() if len(amounts) == 1 else None
    # an absent row may only have lost its label: it is not known to be 0
    return values[row][column].amount


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
