"""Rows whose columns were lost -> figures, where only one reading is left.

A row that lost its blank cells, or whose cells ran together, can be read in a number of
ways. Readings in which a figure is not written as figures are (`007`) fall away at once,
then those that break a relation within the row, then those that break a relation of a
column whose other rows are known, again and again until nothing more falls away. A cell on
which all that are left agree is read so and marked as inferred; the others stay unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tasks.forms.vocabulary import Axis, Edition, Relation
from tasks.model.report import Kind, PlacedBy, Value
from tasks.says.amounts import MOST_DIGITS, text_to_amount

#: More readings of one row than this are not tried.
_MOST_READINGS = 30_000
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


_Reading = tuple[_Part, ...]
_BLANK = _Part(0, None)


def infer(
    edition: Edition,
    values: dict[str, dict[str, Value]],
    loose: Mapping[str, Sequence[Figure]],
) -> list[str]:
    """Read what can be read of the loose rows, in place; gives the dotted row.column ids."""
    together = _ran_together(loose)
    if not _writes_totals(edition, values) and (together or not _tie_by_themselves(loose)):
        return []  # no relation decides anything
    open_rows = {
        row: readings
        for row, figures in loose.items()
        # a row in which nothing is left may have lost more than blanks
        if figures
        # and where some figures ran together, two of these may be three
        and not (together and len(figures) > 1)
        and (relation := _row_relation(edition, values[row])) is not None
        and (readings := _readings(figures, len(values[row]), relation, together=together))
    }
    open_rows = _propagated(edition, values, open_rows)
    return [
        f"{row}.{column}"
        for row, readings in open_rows.items()
        for column in _agreed(values[row], readings)
    ]


def _ran_together(loose: Mapping[str, Sequence[Figure]]) -> bool:
    """Whether some figure is one that nobody writes: `000`, `0120`."""
    return any(
        figure.text.isdigit() and figure.text.startswith("0") and len(figure.text) > 1
        for figures in loose.values()
        for figure in figures
    )


def _writes_totals(edition: Edition, values: Mapping[str, Mapping[str, Value]]) -> bool:
    """Whether some row that is known shows that this organ fills in its totals, and no row
    that it does not. Else the relations prove nothing."""
    shown = False
    for columns in values.values():
        relation = _row_relation(edition, columns)
        amounts = [value.amount for value in columns.values()]
        if relation is None or any(amount is None for amount in amounts):
            continue
        parts, wholes = (sum(amounts[i] or 0 for i in side) for side in relation)
        if parts != wholes:
            return False
        shown = shown or parts > 0
    return shown


#: So many rows whose last figure is the sum of the others: that is their total.
_FEWEST_TIES = 3


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
    figures: Sequence[Figure],
    columns: int,
    relation: tuple[list[int], list[int]],
    *,
    together: bool,
) -> list[_Reading]:
    """All ways to read a row; none where there are too many."""
    found: list[_Reading] = []
    for count, parts in enumerate(_parts(figures, columns, together)):
        if count > _MOST_READINGS:
            return []
        for places in combinations(range(columns), len(parts)):
            reading = [_BLANK] * columns
            for place, part in zip(places, parts, strict=True):
                reading[place] = part
            if _holds(reading, relation):
                found.append(tuple(reading))
            if len(found) > _MOST_READINGS:
                return []
    return found


def _holds(reading: Sequence[_Part], relation: tuple[list[int], list[int]]) -> bool:
    parts, wholes = relation
    return sum(reading[i].amount for i in parts) == sum(reading[i].amount for i in wholes)


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


def _row_relation(
    edition: Edition, columns: Mapping[str, Value]
) -> tuple[list[int], list[int]] | None:
    """The relation within a row as positions of its parts and wholes."""
    ids = list(columns)
    for relation in edition.relations:
        if relation.axis is Axis.ROW and set(relation.parts + relation.wholes) == set(ids):
            return [ids.index(id) for id in relation.parts], [
                ids.index(id) for id in relation.wholes
            ]
    return None


# Relations between rows


def _propagated(
    edition: Edition,
    values: Mapping[str, Mapping[str, Value]],
    open_rows: Mapping[str, list[_Reading]],
) -> dict[str, list[_Reading]]:
    """The rows without the readings that break a column's relation whose other cells are
    known; all of them where a relation fits none."""
    relations = [relation for relation in edition.relations if relation.axis is Axis.COLUMN]
    left = dict(open_rows)
    changed = True
    while changed:
        changed = False
        for row, readings in left.items():
            for index, column in enumerate(values[row]):
                for relation in relations:
                    wanted = _wanted(relation, row, column, index, values, left)
                    if wanted is None:
                        continue
                    kept = [reading for reading in readings if reading[index].amount == wanted]
                    if not kept:
                        return dict(open_rows)
                    if len(kept) < len(readings):
                        left[row] = readings = kept
                        changed = True
    return left


def _wanted(
    relation: Relation,
    row: str,
    column: str,
    index: int,
    values: Mapping[str, Mapping[str, Value]],
    open_rows: Mapping[str, list[_Reading]],
) -> int | Decimal | None:
    """What the cell must be for the relation to hold; None where another cell is open too."""
    if row not in relation.parts + relation.wholes:
        return None
    rest: int | Decimal = 0
    for other in relation.parts + relation.wholes:
        if other == row or column not in values.get(other, {}):
            continue
        amount = _known(other, column, index, values, open_rows)
        if amount is None:
            return None
        rest += amount if other in relation.parts else -amount
    return -rest if row in relation.parts else rest


def _known(
    row: str,
    column: str,
    index: int,
    values: Mapping[str, Mapping[str, Value]],
    open_rows: Mapping[str, list[_Reading]],
) -> int | Decimal | None:
    if row in open_rows:
        amounts = {reading[index].amount for reading in open_rows[row]}
        return amounts.pop() if len(amounts) == 1 else None
    # an absent row may only have lost its label: it is not known to be 0
    return values[row][column].amount


# What all readings agree on


def _agreed(columns: dict[str, Value], readings: Sequence[_Reading]) -> list[str]:
    agreed = []
    for index, column in enumerate(list(columns)):
        if columns[column].kind is not Kind.UNREADABLE:
            continue
        parts = {reading[index] for reading in readings}
        if len({part.amount for part in parts}) != 1:
            continue
        columns[column] = _value(parts)
        agreed.append(column)
    return agreed


def _value(parts: set[_Part]) -> Value:
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
