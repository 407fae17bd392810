"""Accidents that put many cells wrong at once: a line shifted, exchanged, moved or wrong.

The search for the smallest repair (`localise.py`) knows cells only. Where it needs many of
them, or gives up, one accident may explain them all. An accident is named only where undoing
it lets every relation hold, and where it is the only one of its kind that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, pairwise

from tasks.check.localise import Equation
from tasks.model.report import Kind, Value

Amount = int | Decimal


class AccidentKind(StrEnum):
    #: The figures of a row stand one column off.
    SHIFTED = "shifted"
    #: Two rows, or two columns, stand in each other's place.
    EXCHANGED = "exchanged"
    #: The figures of the first row stand in the second, beside it.
    MOVED = "moved"
    #: A row or column has no figures.
    BLANK = "blank"
    #: A row or column is wrong as a whole.
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accident:
    kind: AccidentKind
    #: Ids of the rows or columns concerned.
    lines: tuple[str, ...]
    #: Cell -> what it should be.
    changes: Mapping[str, Amount]


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of one table that the equations name, by row and column in form order."""

    table: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    amounts: Mapping[str, Amount]
    blank: frozenset[str]
    #: Those that do not hold first: most attempts fail at once.
    equations: Sequence[Equation]

    def line(self, id: str) -> tuple[str, ...]:
        """The cells of a row, or of a column, in order."""
        cells = (
            (f"{self.table}.{id}.{column}" for column in self.columns)
            if id in self.rows
            else (f"{self.table}.{row}.{id}" for row in self.rows)
        )
        return tuple(cell for cell in cells if cell in self.amounts)

    def figures(self, id: str) -> list[Amount]:
        return [self.amounts[cell] for cell in self.line(id)]

    def is_empty(self, id: str) -> bool:
        return all(cell in self.blank or not self.amounts[cell] for cell in self.line(id))

    def off(self, equation: Equation, changes: Mapping[str, Amount]) -> Amount:
        return _off(equation, self.amounts, changes)

    def hold(self, changes: Mapping[str, Amount]) -> bool:
        return not any(self.off(equation, changes) for equation in self.equations)

    def changed(self, changes: Mapping[str, Amount]) -> dict[str, Amount]:
        return {cell: amount for cell, amount in changes.items() if amount != self.amounts[cell]}


def _off(
    equation: Equation, amounts: Mapping[str, Amount], changes: Mapping[str, Amount]
) -> Amount:
    return sum(
        (changes.get(cell, amounts[cell]) * sign for cell, sign in equation.terms.items()), start=0
    )


def accident(
    equations: Sequence[Equation],
    values: Mapping[str, Value],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
) -> Accident | None:
    """The one accident that explains all equations that do not hold; None where none does.

    `rows` and `columns` are ids in the order of the form, the column of totals last.
    """
    if not equations:
        return None
    amounts = {cell: value.amount or 0 for cell, value in values.items()}
    grid = _Grid(
        next(iter(values)).partition(".")[0],
        tuple(rows),
        tuple(columns),
        amounts,
        frozenset(c for c, value in values.items() if value.kind in (Kind.BLANK, Kind.DASH)),
        sorted(equations, key=lambda equation: not _off(equation, amounts, {})),
    )
    for of_kind in _KINDS:
        found = list(of_kind(grid))
        if len(found) == 1:
            return found[0]
    return None


def _shifted(grid: _Grid) -> Iterator[Accident]:
    for row in grid.rows:
        cells, figures = grid.line(row), grid.figures(row)
        if len(cells) < len(grid.columns) or not any(figures):
            continue
        *others, last = figures
        first, *rest = figures
        ways = []
        if not last:
            # one to the left: the first figure is lost, and is what the total lacks
            ways.append([others[-1] - sum(others[:-1]), *others])
        if not first:
            # one to the right: the total is lost
            ways.append([*rest, sum(rest)])
        for figures in ways:
            changes = grid.changed(dict(zip(cells, figures, strict=True)))
            if changes and min(figures) >= 0 and grid.hold(changes):
                yield Accident(kind=AccidentKind.SHIFTED, lines=(row,), changes=changes)


def _exchanged(grid: _Grid) -> Iterator[Accident]:
    for lines in (grid.rows, grid.columns):
        for one, other in combinations(lines, 2):
            cells, others = grid.line(one), grid.line(other)
            if len(cells) != len(others):
                continue
            figures = zip(cells + others, grid.figures(other) + grid.figures(one), strict=True)
            changes = grid.changed(dict(figures))
            if changes and grid.hold(changes):
                yield Accident(kind=AccidentKind.EXCHANGED, lines=(one, other), changes=changes)


def _moved(grid: _Grid) -> Iterator[Accident]:
    for pair in pairwise(grid.rows):
        for empty, taken in (pair, pair[::-1]):
            if not grid.is_empty(empty) or grid.is_empty(taken):
                continue
            back = dict(zip(grid.line(empty), grid.figures(taken), strict=False))
            solved = _solved(grid, taken, back)
            if solved is not None:
                yield Accident(
                    kind=AccidentKind.MOVED,
                    lines=(empty, taken),
                    changes=grid.changed(back | solved),
                )


def _blank_line(grid: _Grid) -> Iterator[Accident]:
    yield from _whole_lines(grid, AccidentKind.BLANK, grid.is_empty)


def _wrong_line(grid: _Grid) -> Iterator[Accident]:
    yield from _whole_lines(grid, AccidentKind.WRONG, lambda line: not grid.is_empty(line))


def _whole_lines(
    grid: _Grid, kind: AccidentKind, fits: Callable[[str], bool]
) -> Iterator[Accident]:
    for line in (*grid.rows, *grid.columns):
        if fits(line):
            solved = _solved(grid, line, {})
            if solved:
                yield Accident(kind=kind, lines=(line,), changes=solved)


#: Likeliest first; a kind of which several would do explains nothing.
_KINDS: tuple[Callable[[_Grid], Iterator[Accident]], ...] = (
    _shifted,
    _exchanged,
    _moved,
    _blank_line,
    _wrong_line,
)


def _solved(grid: _Grid, line: str, given: Mapping[str, Amount]) -> dict[str, Amount] | None:
    """What the cells of a line should be, taken from the equations that name one of them,
    so that all hold; None where that cannot be."""
    cells = set(grid.line(line))
    changes: dict[str, Amount] = {}
    for equation in grid.equations:
        named = [cell for cell in equation.terms if cell in cells]
        if len(named) != 1:
            continue
        off = grid.off(equation, given)
        cell = named[0]
        amount = grid.amounts[cell] - off * equation.terms[cell]
        if changes.setdefault(cell, amount) != amount or amount < 0:
            return None
    changes = grid.changed(changes)
    return changes if grid.hold({**given, **changes}) else None
