"""Formulas whose result is not in the file, or may be an old one: sums of read cells are added
up, all else is told to be unread. Nothing else is ever calculated.

A cell that no program has calculated looks empty in the file, or holds the 0 of the library that
wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from tasks.model.patterns import regex
from tasks.read.workbook.book import Area, Formula, Kept, Ref, Stored, Terms
from tasks.read.workbook.shown import to_number

#: Cells that are looked at for all sums of a sheet; the rest stay unread.
_MOST_LOOKED_AT = 2_000_000
#: Sums of sums of sums.
_DEEPEST = 100
_DIGIT = regex(r"\d")

Place = tuple[int, int]


class _Unknown(Exception):
    """It cannot be told what the formula gives."""


class Sums:
    """The sums of one sheet, each found once."""

    def __init__(self, cells: Mapping[Place, Kept]) -> None:
        self._cells = cells
        self._found: dict[Place, Decimal | None] = {}
        self._looked_at = 0

    @cached_property
    def _columns(self) -> Mapping[int, Sequence[Kept]]:
        """Asked for by few sheets."""
        columns: dict[int, list[Kept]] = {}
        for cell in self._cells.values():
            columns.setdefault(cell.column, []).append(cell)
        return columns

    def of(self, cell: Kept) -> Decimal | None:
        """What the formula of a cell gives; None where it is no sum of cells that are read."""
        try:
            return self._result(cell, 0)
        except _Unknown:
            return None

    def _result(self, cell: Kept, depth: int) -> Decimal:
        place = (cell.row, cell.column)
        if place not in self._found:
            self._found[place] = None  # also while it is at it: a circle gives nothing
            formula = cell.formula
            if depth < _DEEPEST and formula is not None and formula.terms is not None:
                self._found[place] = self._added(formula.terms, depth)
        found = self._found[place]
        if found is None:
            raise _Unknown
        return found

    def _added(self, terms: Terms, depth: int) -> Decimal | None:
        total = Decimal(0)
        try:
            for sign, term in terms:
                total += sign * self._term(term, depth)
        except _Unknown:
            return None
        return total

    def _term(self, term: Ref | Area | float, depth: int) -> Decimal:
        match term:
            case Ref():
                cell = self._cells.get((term.row, term.column))
                self._count(1)
                if cell is None:
                    return Decimal(0)
                if cell.stored is Stored.TEXT and cell.text.strip():
                    raise _Unknown  # programs show #VALUE!
                return self._amount(cell, depth)
            case Area():
                return sum((self._amount(cell, depth) for cell in self._within(term)), Decimal(0))
            case _:
                return Decimal(repr(term))

    def _within(self, area: Area) -> list[Kept]:
        """By what is stored, not by what there could be: a range may have millions of rows."""
        wide = area.last_column - area.column + 1
        if (area.last_row - area.row + 1) * wide <= len(self._cells):
            self._count((area.last_row - area.row + 1) * wide)
            places = (
                (row, column)
                for row in range(area.row, area.last_row + 1)
                for column in range(area.column, area.last_column + 1)
            )
            return [self._cells[place] for place in places if place in self._cells]
        found: list[Kept] = []
        for column, cells in self._columns.items():
            if area.column <= column <= area.last_column:
                self._count(len(cells))
                found += (cell for cell in cells if area.row <= cell.row <= area.last_row)
        return found

    def _count(self, cells: int) -> None:
        self._looked_at += cells
        if self._looked_at > _MOST_LOOKED_AT:
            raise _Unknown

    def _amount(self, cell: Kept, depth: int) -> Decimal:
        formula = cell.formula
        if formula and (formula.terms or formula.is_stale or cell.stored is Stored.NOTHING):
            return self._result(cell, depth + 1)
        if cell.stored is Stored.NUMBER:
            number = to_number(cell.text)
            if number is None:
                raise _Unknown
            return number
        # Programs leave text out of a sum; whether a figure that is text was meant is not known.
        if cell.stored is Stored.TEXT and not _DIGIT.search(cell.text):
            return Decimal(0)
        raise _Unknown


# Formulas as they are written: =SUM(B3:G3), =B3+B4-$C$5.

_SIGNS = regex(
    r"\s*(?:(?P<area>\$?[A-Z]{1,3}\$?\d{1,7}:\$?[A-Z]{1,3}\$?\d{1,7})(?![\w(!.:])"
    r"|(?P<ref>\$?[A-Z]{1,3}\$?\d{1,7})(?![\w(!.:])"
    r"|(?P<sum>SUM\()|(?P<number>\d+(?:\.\d+)?)(?![\w.:])|(?P<sign>[-+(),]))\s*",
    re.IGNORECASE,
)
_PLACE = regex(r"(\$?)([A-Z]{1,3})(\$?)(\d{1,7})", re.IGNORECASE)
_LONGEST = 1_000


def written_formula(text: str, *, is_stale: bool, moved: Place = (0, 0)) -> Formula:
    """`moved`: by how many rows and columns from the cell that the formula was written for."""
    return Formula(terms=_terms(text.removeprefix("="), moved), is_stale=is_stale)


def _terms(text: str, moved: Place) -> Terms | None:
    """The terms with their signs; None where there is anything but sums and differences."""
    if len(text) > _LONGEST:
        return None
    reading, at = _Reading(moved), 0
    while at < len(text):
        found = _SIGNS.match(text, at)
        if found is None or not reading.take(found.lastgroup or "", found[found.lastgroup or 0]):
            return None
        at = found.end()
    return reading.terms()


class _Reading:
    """A formula while it is read from left to right."""

    def __init__(self, moved: Place) -> None:
        self._moved = moved
        self._terms: list[tuple[int, Ref | Area | float]] = []
        #: The sign before each bracket that is open, and whether it is that of SUM.
        self._open: list[tuple[int, bool]] = [(1, False)]
        self._sign = 1
        self._wants_term = True

    def terms(self) -> Terms | None:
        is_whole = not self._wants_term and len(self._open) == 1
        has_cells = any(not isinstance(term, float) for _, term in self._terms)
        return tuple(self._terms) if is_whole and has_cells else None

    def take(self, kind: str, written: str) -> bool:
        """False where the sign does not fit."""
        if kind == "sign":
            return self._take_sign(written)
        if not self._wants_term or (kind == "area" and not self._open[-1][1]):
            return False
        match kind:
            case "sum":
                self._begin(is_sum=True)
                return True
            case "area":
                self._terms.append((self._signed(), _area(written, self._moved)))
            case "ref":
                self._terms.append((self._signed(), _ref(written, self._moved)))
            case _:
                self._terms.append((self._signed(), float(written)))
        self._wants_term = False
        return True

    def _take_sign(self, written: str) -> bool:
        if written in "+-":
            self._sign = (self._sign if self._wants_term else 1) * (-1 if written == "-" else 1)
            self._wants_term = True
        elif written == "(" and self._wants_term:
            self._begin(is_sum=False)
        elif written == ")" and not self._wants_term and len(self._open) > 1:
            self._open.pop()
        elif written == "," and not self._wants_term and self._open[-1][1]:
            self._sign, self._wants_term = 1, True
        else:
            return False
        return True

    def _begin(self, *, is_sum: bool) -> None:
        self._open.append((self._signed(), is_sum))
        self._sign = 1

    def _signed(self) -> int:
        return self._open[-1][0] * self._sign


def _ref(written: str, moved: Place) -> Ref:
    found = _PLACE.fullmatch(written)
    assert found is not None  # noqa: S101 - the same pattern found it
    column = 0
    for letter in found[2].upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(found[4]) - 1 + (0 if found[3] else moved[0])
    return Ref(row, column - 1 + (0 if found[1] else moved[1]))


def _area(written: str, moved: Place) -> Area:
    first, last = (_ref(one, moved) for one in written.split(":"))
    rows, columns = sorted((first.row, last.row)), sorted((first.column, last.column))
    return Area(rows[0], columns[0], rows[1], columns[1])
