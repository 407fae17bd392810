"""Readings of pixels -> how sure the figures are that rest on them.

Values know the address of their cell, cells and readings their place on the page: what was read
where a cell stands is what its figure rests on. Nothing is decided here: `tasks/check/evidence.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tasks.forms.vocabulary import Edition, Line
from tasks.model.box import Box
from tasks.model.document import Document, Reading, Where
from tasks.model.report import SURE, Field, Kind, TableValues, Value
from tasks.says.amounts import text_to_amount

#: Of two readings that differ one is wrong: no other cell is likelier wrong than this one.
_DOUBT_OF_TWO = 0.9
#: A reading belongs to a cell where so much of the smaller of both lies in the other.
_SHARE = 0.5
#: How sure a figure is of which no reading is: a part of a line that reaches over several cells.
_SURE_OF_A_PART = 0.5
#: Points; readings are looked up by the bands of their page that they reach into.
_BAND = 40.0


class Readings:
    """What was read from pixels, by where it stands."""

    def __init__(self, document: Document) -> None:
        self._cells = {t.at(cell): cell.where for t in document.tables() for cell in t.cells}
        self._all: dict[tuple[int | None, str | None], list[Reading]] = defaultdict(list)
        self._bands: dict[tuple[int | None, str | None, int], list[Reading]] = defaultdict(list)
        for reading in document.readings:
            where = reading.where
            self._all[where.page, where.path].append(reading)
            if where.box is not None:
                for band in _bands(where.box):
                    self._bands[where.page, where.path, band].append(reading)

    def of(self, value: Value) -> list[Reading]:
        """Those that a value rests on, as one reads them; none where it stood as text."""
        where = self._cells.get(value.at or "", Where())
        if where.box is not None:
            found = self._in_box(where, Box(*where.box), value.raw)
        else:
            found = self._without_box(where, value)
        if len(found) > 1:
            # a box around several lines, or no box: those that show what the cell holds
            named = [one for one in found if value.raw.strip() and value.raw.strip() in one.text]
            found = named or found
        return sorted(found, key=lambda one: (one.where.box or (0, 0))[1::-1])

    def _in_box(self, where: Where, box: Box, raw: str) -> list[Reading]:
        near = dict.fromkeys(
            reading
            for band in _bands(box)
            for reading in self._bands.get((where.page, where.path, band), ())
        )
        found = [one for one in near if not one.covering and _belongs(one.where, box)]
        found = found or [one for one in near if one.covering and _is_covered(box, one.where)]
        if found or not raw.strip() or (where.page, where.path) not in self._all:
            return found
        # What was read across cells, or elsewhere, says nothing that is sure of this one.
        return [Reading(where=where, text=raw, confidence=_SURE_OF_A_PART)]

    def _without_box(self, where: Where, value: Value) -> list[Reading]:
        """What stands somewhere on a page may be any of its readings; what nobody saw, none,
        unless it may be hidden."""
        if value.kind is Kind.BLANK:
            return [one for one in self._all.get((where.page, where.path), ()) if one.covering]
        if where == Where() or where.lines is not None:
            return [one for readings in self._all.values() for one in readings]
        return list(self._all.get((where.page, where.path), ()))


def _bands(box: tuple[float, float, float, float]) -> range:
    return range(int(box[1] // _BAND), int(box[3] // _BAND) + 1)


def _belongs(reading: Where, cell: Box) -> bool:
    ink = Box(*(reading.box or cell))
    return cell.common(ink).area >= _SHARE * min(cell.area, ink.area)


def _is_covered(cell: Box, by: Where) -> bool:
    common = cell.common(Box(*(by.box or cell)))
    return common.width > 0 and common.height > 0


def weighed(
    edition: Edition, values: TableValues, readings: Readings
) -> Iterator[tuple[Field, Value]]:
    """The values of a table that were read from pixels, with what is known of their reading."""
    for row, column in edition.fields():
        value = values.get(row.id, {}).get(column.id)
        if value is None or value.kind is Kind.ABSENT:
            continue
        if found := readings.of(value):
            yield (row.id, column.id), _weighed(value, found, row, column)


def _weighed(value: Value, found: Sequence[Reading], row: Line, column: Line) -> Value:
    confidence = min(reading.confidence for reading in found)
    text = _as_second(found)
    told = None if text is None else _second(value, found, text, row, column)
    confirmed = told is not None and told == value.amount
    second = None if confirmed else told
    doubt = 1.0 - confidence if confidence < SURE else 0.0
    return replace(
        value,
        confidence=confidence,
        second=second,
        second_raw=text if text is not None and second is not None else "",
        confirmed=confirmed,
        doubt=max(value.doubt, doubt if second is None else _DOUBT_OF_TWO),
    )


def _as_second(found: Sequence[Reading]) -> str | None:
    """The text of the cell as the second reader has it; None where it was silent."""
    if all(reading.second is None for reading in found):
        return None
    return _joined(one.text if one.second is None else one.second for one in found)


def _second(
    value: Value, found: Sequence[Reading], text: str, row: Line, column: Line
) -> int | Decimal | None:
    """The figure that the second reader's text says, 0 for a dash.

    None where it says none, or where what the first one read there does not make the value: then
    the two cannot be held against each other.
    """
    decimal = row.decimal or column.decimal
    seen = _joined(one.text for one in found)
    first = text_to_amount(seen, decimal=decimal, change=column.change)
    if value.kind is not Kind.UNREADABLE and (first.kind, first.value) != (value.kind, value.value):
        return None
    # a fraction of a document is no figure here, but it is another one
    asked = ((decimal, column.change), (True, True))
    told = [text_to_amount(text, decimal=d, change=c) for d, c in asked]
    if told[0].kind is Kind.DASH:
        return 0
    return next((amount.value for amount in told if amount.kind is Kind.NUMBER), None)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)
