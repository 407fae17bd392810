"""Which cells are wrong: the smallest sets whose correction lets every relation hold.

Theory (Fellegi and Holt, 1976, for linear equalities). Changing the cells of a set S repairs
the report if the equations, with everything outside S fixed, can be solved for S. If they
cannot, elimination yields a combination of equations in which no cell of S is left but the
sum is off: an implied relation. Every repair must then touch a cell of that combination, so
the search branches over its cells only. Sets are tried by size, so the first size that has
a repair is the smallest; all repairs of that size are kept and ranked.

The search is exact. It is bounded by a number of steps, and where that is not enough (a
report in which very many cells are wrong at once) it names nothing rather than something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from tasks.model.report import Kind, Value

_MOST_CELLS = 8
_MOST_STEPS = 6000
_MOST_REPAIRS = 200

Amount = int | Decimal


@dataclass(frozen=True, slots=True)
class Equation:
    """The sum of coefficient × cell is 0."""

    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A set of cells and what they should be, so that every relation holds."""

    changes: Mapping[str, Amount]
    #: Lower is likelier.
    cost: float
    #: A figure moved as a whole from one column to another of its row.
    shift: bool = False


def localise(equations: Sequence[Equation], values: Mapping[str, Value]) -> tuple[Repair, ...]:
    """The smallest repairs, most likely first; none where the search ran out of steps.

    `values` has every cell of the equations; unreadable cells must not be among them.
    """
    search = _Search(equations, values)
    for size in range(1, _MOST_CELLS + 1):
        found = search.of_size(size)
        if found is None:
            return ()
        if found:
            return tuple(sorted(found, key=lambda repair: (repair.cost, sorted(repair.changes))))
    return ()


class _Search:
    def __init__(self, equations: Sequence[Equation], values: Mapping[str, Value]) -> None:
        self.values = values
        self.equations = equations
        amounts = {cell: Fraction(value.amount or 0) for cell, value in values.items()}
        self.amounts = amounts
        self.rest = [
            sum((amounts[cell] * factor for cell, factor in equation.terms.items()), Fraction(0))
            for equation in equations
        ]
        self.touching: dict[str, list[int]] = {}
        for index, equation in enumerate(equations):
            for cell in equation.terms:
                self.touching.setdefault(cell, []).append(index)
        self.violated = [index for index, rest in enumerate(self.rest) if rest]
        self.steps = 0

    def of_size(self, size: int) -> list[Repair] | None:
        """All repairs of exactly this size; None where the steps ran out."""
        found: dict[frozenset[str], Repair] = {}
        tried: set[frozenset[str]] = set()
        stack: list[frozenset[str]] = [frozenset()]
        while stack:
            chosen = stack.pop()
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return None
            solution, open_cells = self._solve(chosen)
            if solution is not None:
                if len(chosen) == size and all(solution.values()):
                    repair = self._repair(solution)
                    if repair:
                        found[chosen] = repair
                        if len(found) >= _MOST_REPAIRS:
                            break
                continue
            if len(chosen) == size or self._too_far(chosen, size):
                continue
            for cell in open_cells:
                bigger = chosen | {cell}
                if bigger not in tried:
                    tried.add(bigger)
                    stack.append(bigger)
        return list(found.values())

    def _too_far(self, chosen: frozenset[str], size: int) -> bool:
        """More violated relations without a chosen cell, no two with a cell in common, than
        cells are left to choose."""
        left = size - len(chosen)
        used: set[str] = set()
        needed = 0
        for index in self.violated:
            terms = self.equations[index].terms
            if chosen.isdisjoint(terms) and used.isdisjoint(terms):
                used.update(terms)
                needed += 1
                if needed > left:
                    return True
        return False

    def _solve(self, chosen: frozenset[str]) -> tuple[dict[str, Fraction] | None, tuple[str, ...]]:
        """The changes of the chosen cells, or else the cells of an implied relation.

        Gaussian elimination over the violated equations and those that a chosen cell is in.
        """
        used = set(self.violated)
        for cell in chosen:
            used.update(self.touching[cell])
        pivots: list[_Row] = []
        best: tuple[str, ...] | None = None
        for index in sorted(used):
            terms = {
                cell: Fraction(factor)
                for cell, factor in self.equations[index].terms.items()
                if cell in chosen
            }
            row = _Row(terms, -self.rest[index], {index: Fraction(1)})
            for pivot in pivots:
                row.eliminate(pivot)
            if row.terms:
                pivots.append(row.scaled())
            elif row.rest:
                implied = self._cells_of(row.origin, chosen)
                if best is None or len(implied) < len(best):
                    best = implied
        if best is not None:
            return None, best
        if len(pivots) < len(chosen):
            return None, ()
        return _back_substitute(pivots), ()

    def _cells_of(self, origin: Mapping[int, Fraction], chosen: frozenset[str]) -> tuple[str, ...]:
        """The cells whose coefficient in a combination of equations is not 0."""
        total: dict[str, Fraction] = {}
        for index, factor in origin.items():
            for cell, term in self.equations[index].terms.items():
                total[cell] = total.get(cell, Fraction(0)) + factor * term
        return tuple(cell for cell, factor in total.items() if factor and cell not in chosen)

    def _repair(self, solution: Mapping[str, Fraction]) -> Repair | None:
        """None where a cell would have to be negative or a fraction."""
        changes: dict[str, Amount] = {}
        for cell, change in solution.items():
            new = self.amounts[cell] + change
            if new < 0 or new.denominator != 1:
                return None
            changes[cell] = int(new)
        shift = self._is_shift(solution)
        cost = sum(_cost(self.values[cell], new) for cell, new in changes.items())
        return Repair(changes=changes, cost=cost - (1.0 if shift else 0.0), shift=shift)

    def _is_shift(self, solution: Mapping[str, Fraction]) -> bool:
        """Two cells of one row, and one gives the other all it has."""
        if len(solution) != 2:
            return False
        (one, change), (other, other_change) = solution.items()
        if change + other_change or one.rsplit(".", 1)[0] != other.rsplit(".", 1)[0]:
            return False
        giver = one if change < 0 else other
        taker = other if change < 0 else one
        return self.amounts[giver] + solution[giver] == 0 and self.amounts[taker] == 0


@dataclass(slots=True)
class _Row:
    """terms = rest, and the combination of equations that it came from."""

    terms: dict[str, Fraction]
    rest: Fraction
    origin: dict[int, Fraction]

    @property
    def pivot(self) -> str:
        return next(iter(self.terms))

    def eliminate(self, other: _Row) -> None:
        """Take off as much of the other row as frees this one of its pivot."""
        factor = self.terms.get(other.pivot)
        if factor:
            _take(self.terms, other.terms, factor)
            _take(self.origin, other.origin, factor)
            self.rest -= factor * other.rest

    def scaled(self) -> _Row:
        """The same row with a pivot of 1."""
        by = self.terms[self.pivot]
        return _Row(
            {cell: factor / by for cell, factor in self.terms.items()},
            self.rest / by,
            {index: factor / by for index, factor in self.origin.items()},
        )


_Key = TypeVar("_Key")


def _take(left: dict[_Key, Fraction], right: Mapping[_Key, Fraction], factor: Fraction) -> None:
    for key, value in right.items():
        new = left.get(key, Fraction(0)) - factor * value
        if new:
            left[key] = new
        else:
            left.pop(key, None)


def _back_substitute(pivots: Sequence[_Row]) -> dict[str, Fraction]:
    solution: dict[str, Fraction] = {}
    for row in reversed(pivots):
        known = (factor * solution[c] for c, factor in row.terms.items() if c != row.pivot)
        solution[row.pivot] = row.rest - sum(known, Fraction(0))
    return solution


# How likely a correction is


def _cost(value: Value, new: Amount) -> float:
    """Doubtful cells are likelier wrong; so are slips of one digit, of order, of a blank."""
    cost = 1.0 - 0.6 * value.doubt
    old = str(value.amount)
    if value.kind in (Kind.BLANK, Kind.DASH):
        return cost - 0.25
    return cost - _slip(old, str(new))


def _slip(old: str, new: str) -> float:
    """0 for any change, up to 0.4 for one that a slip of the hand makes."""
    if len(old) == len(new):
        differing = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(differing) == 1:
            return 0.3
        if len(differing) == 2 and differing[1] == differing[0] + 1 and sorted(old) == sorted(new):
            return 0.4
    shorter, longer = sorted((old, new), key=len)
    if len(longer) == len(shorter) + 1 and any(
        longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    ):
        return 0.3
    return 0.0
