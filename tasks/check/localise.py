"""Which cells are wrong: the smallest sets whose correction lets every relation hold.

Theory (Fellegi and Holt, 1976, for linear equalities). Changing the cells of a set S repairs
the report if the equations, with everything outside S fixed, can be solved for S. So: take an
equation that does not hold. Every repair changes one of its cells, hence the search branches
over these. A cell once chosen takes the equation with it: the equation says what the cell
must be, and put into the others it leaves a system that is smaller by one of each. When all
that is left holds, the chosen cells are a repair. Sets are tried by size, so the first size
that has a repair is the smallest, and all repairs of that size are found.

Relations that have no cell in common are looked at apart (`blocks`). All numbers are whole:
decimals are scaled, and elimination multiplies where it would divide.

The search is exact. It is bounded by work done, never by the clock; where that is not enough
(very many cells wrong at once) it names nothing rather than something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import gcd

from tasks.model.report import Kind, Value

_MOST_CELLS = 12
#: Sets of cells looked at for one block.
_MOST_STEPS = 4000
#: Where more repairs than these are equally small, nothing is determined.
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
    #: One column of a row has too many by what another has too few.
    shift: bool = False


def blocks(equations: Sequence[Equation]) -> list[tuple[int, ...]]:
    """The equations by number, in groups that have no cell in common."""
    group_of = list(range(len(equations)))
    owner: dict[str, int] = {}
    for index, equation in enumerate(equations):
        for cell in equation.terms:
            old, new = group_of[owner.setdefault(cell, index)], group_of[index]
            if old != new:
                group_of = [old if group == new else group for group in group_of]
    members: dict[int, list[int]] = {}
    for index, group in enumerate(group_of):
        members.setdefault(group, []).append(index)
    return [tuple(group) for group in members.values()]


def localise(
    equations: Sequence[Equation], values: Mapping[str, Value]
) -> tuple[Repair, ...] | None:
    """The smallest repairs, most likely first; none where no few cells repair it, and None
    where it took too much work to say.

    `values` has every cell of the equations; unreadable cells must not be among them.
    """
    search = _Search(equations, values)
    if not any(search.begin.rest):
        return ()
    found: list[dict[str, Amount]] = []
    try:
        for size in range(search.fewest(search.begin), _MOST_CELLS + 1):
            found = list(search.of_size(size))
            if found:
                break
    except _TooMuchWork:
        return None
    wholes = {cell for equation in equations for cell, sign in equation.terms.items() if sign < 0}
    repairs = [_repair(changes, values, wholes) for changes in found]
    return tuple(sorted(repairs, key=lambda repair: (repair.cost, sorted(repair.changes))))


class _TooMuchWork(Exception):
    """The bound on steps or on repairs was met."""


@dataclass(slots=True)
class _System:
    """What is left of the equations once cells have been chosen; never changed in place."""

    #: Cell number -> coefficient; empty where an equation went with a cell.
    rows: list[dict[int, int]]
    #: By how much each equation is off.
    rest: list[int]
    #: The group of each equation; groups that a chosen cell has joined are one.
    group: list[int]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A chosen cell and the equation that says by how much it changes."""

    cell: int
    row: Mapping[int, int]
    rest: int
    #: The choice before.
    before: _Choice | None = field(default=None, repr=False)


class _Search:
    def __init__(self, equations: Sequence[Equation], values: Mapping[str, Value]) -> None:
        self.cells = sorted({cell for equation in equations for cell in equation.terms})
        number = {cell: index for index, cell in enumerate(self.cells)}
        exact = [Fraction(values[cell].amount or 0) for cell in self.cells]
        #: All amounts are whole multiples of 1/scale.
        self.scale = 1
        for amount in exact:
            self.scale *= amount.denominator // gcd(self.scale, amount.denominator)
        self.amounts = [int(amount * self.scale) for amount in exact]
        rows = [
            {number[cell]: factor for cell, factor in equation.terms.items() if factor}
            for equation in equations
        ]
        rest = [sum(self.amounts[cell] * factor for cell, factor in row.items()) for row in rows]
        self.begin = _System(rows, rest, _groups(rows))
        self.steps = 0

    def of_size(self, size: int) -> Iterator[dict[str, Amount]]:
        """All repairs of exactly this size. Raises `_TooMuchWork`."""
        found = 0
        for choice in self._choices(self.begin, None, frozenset(), size):
            changes = self._solved(choice)
            if changes:
                found += 1
                if found > _MOST_REPAIRS:
                    raise _TooMuchWork
                yield changes

    def _choices(
        self, system: _System, chosen: _Choice | None, without: frozenset[int], left: int
    ) -> Iterator[_Choice]:
        """Sets of cells that solve the system, each once: what an earlier branch had is left
        out of the later ones."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _TooMuchWork
        violated = [index for index, rest in enumerate(system.rest) if rest]
        if not violated:
            # with choices left, a smaller set solves it, and was found or not wanted before
            if chosen and not left:
                yield chosen
            return
        if not left or self.fewest(system) > left:
            return
        pivot = min(violated, key=lambda index: len(system.rows[index].keys() - without))
        for cell in sorted(system.rows[pivot].keys() - without):
            choice = _Choice(cell, system.rows[pivot], system.rest[pivot], chosen)
            yield from self._choices(_without(system, cell, pivot), choice, without, left - 1)
            without = without | {cell}

    def fewest(self, system: _System) -> int:
        """No fewer cells than this can repair the system.

        Two bounds. Violated equations without a cell in common need a cell each. And of k
        cells that hang together no more than k + 1 groups can be mended, one cell mending two
        only where both are off by the same: so n groups, of which no more than p pairs are
        off by the same, need p + 2/3 (n - 2p) cells.
        """
        off: dict[int, set[int]] = {}
        rows = []
        for row, rest, group in zip(system.rows, system.rest, system.group, strict=True):
            if rest:
                rows.append(row)
                off.setdefault(group, set()).add(abs(rest) if _plain(row) else 0)
        apart = max(_apart(sorted(rows, key=len)), _apart(sorted(rows, key=len, reverse=True)))
        alike = Counter(amount for amounts in off.values() for amount in amounts)
        pairs = min(
            len(off) // 2,
            # 0 stands for an equation that may match any other
            sum(n // 2 for amount, n in alike.items() if amount) + alike[0],
        )
        return max(apart, pairs - (-2 * (len(off) - 2 * pairs) // 3))

    def _solved(self, choice: _Choice | None) -> dict[str, Amount] | None:
        """What the chosen cells should be; None where one would be negative or a fraction,
        or need not change at all."""
        change: dict[int, Fraction] = {}
        while choice:
            known = sum(
                (factor * change[cell] for cell, factor in choice.row.items() if cell in change),
                Fraction(0),
            )
            change[choice.cell] = -(choice.rest + known) / choice.row[choice.cell]
            choice = choice.before
        new = {cell: (self.amounts[cell] + by) / self.scale for cell, by in change.items()}
        if any(amount < 0 or amount.denominator != 1 for amount in new.values()):
            return None
        if not all(change.values()):
            return None
        return {self.cells[cell]: int(amount) for cell, amount in new.items()}


def _groups(rows: Sequence[Mapping[int, int]]) -> list[int]:
    """Equations in groups, so that no cell is in more than two of them.

    A total of the outcomes is in three equations, two of its column and one of its row. The
    equation that most such cells share stays apart; the others of each cell become one group.
    """
    touching: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        for cell in row:
            touching.setdefault(cell, []).append(index)
    group = list(range(len(rows)))
    crowded = [equations for equations in touching.values() if len(equations) > 2]
    shared = Counter(index for equations in crowded for index in equations)
    for equations in crowded:
        apart = max(equations, key=lambda index: (shared[index], -index))
        first, *others = (group[index] for index in equations if index != apart)
        group = [first if one in others else one for one in group]
    return group


def _plain(row: Mapping[int, int]) -> bool:
    return all(factor in (1, -1) for factor in row.values())


def _apart(rows: Sequence[Mapping[int, int]]) -> int:
    """How many of the rows, taken in this order, have no cell in common."""
    used: set[int] = set()
    n = 0
    for row in rows:
        if used.isdisjoint(row):
            used.update(row)
            n += 1
    return n


def _without(system: _System, cell: int, pivot: int) -> _System:
    """The system once the pivot equation is solved for the cell and put into the others."""
    by, by_rest = system.rows[pivot], system.rest[pivot]
    lead = by[cell]
    rows, rest, group = list(system.rows), list(system.rest), system.group
    joined = {group[pivot]}
    for index, row in enumerate(rows):
        factor = row.get(cell)
        if factor is None or index == pivot:
            continue
        rows[index], rest[index] = _reduced(row, rest[index], by, by_rest, factor, lead)
        joined.add(group[index])
    rows[pivot], rest[pivot] = {}, 0
    if len(joined) > 1:
        one = min(joined)
        group = [one if number in joined else number for number in group]
    return _System(rows, rest, group)


def _reduced(
    row: Mapping[int, int], rest: int, by: Mapping[int, int], by_rest: int, factor: int, lead: int
) -> tuple[dict[int, int], int]:
    """lead × row - factor × by, without the cell that falls out, in lowest terms."""
    if lead in (1, -1):
        times, less = 1, factor * lead
        new = dict(row)
    else:
        times, less = lead, factor
        new = {cell: times * coefficient for cell, coefficient in row.items()}
    for cell, coefficient in by.items():
        left = new.get(cell, 0) - less * coefficient
        if left:
            new[cell] = left
        else:
            del new[cell]
    rest = times * rest - less * by_rest
    common = gcd(rest, *new.values())
    if common > 1:
        return {cell: coefficient // common for cell, coefficient in new.items()}, rest // common
    return new, rest


# How likely a correction is


def _repair(changes: Mapping[str, Amount], values: Mapping[str, Value], wholes: set[str]) -> Repair:
    cost = sum(_cost(values[cell], new, cell in wholes) for cell, new in changes.items())
    if _is_moved_whole(changes, values):
        cost -= 1.0
    return Repair(changes=changes, cost=cost, shift=_is_shift(changes, values))


def _is_shift(changes: Mapping[str, Amount], values: Mapping[str, Value]) -> bool:
    """Two cells of one row, and what one has too many the other has too few."""
    if len(changes) != 2:
        return False
    (one, new), (other, other_new) = changes.items()
    if one.rsplit(".", 1)[0] != other.rsplit(".", 1)[0]:
        return False
    old, other_old = values[one].amount or 0, values[other].amount or 0
    return new + other_new == old + other_old


def _is_moved_whole(changes: Mapping[str, Amount], values: Mapping[str, Value]) -> bool:
    """A shift in which one gives the other all it has: a figure typed into the next column."""
    amounts = [values[cell].amount or 0 for cell in changes]
    return (
        _is_shift(changes, values) and 0 in amounts and [*changes.values()] == [*reversed(amounts)]
    )


def _cost(value: Value, new: Amount, whole: bool) -> float:
    """Doubtful cells are likelier wrong; so are slips of one digit, of order, of a blank. What a
    second reader read is likelier right than what nobody did."""
    cost = 1.0 - 0.6 * value.doubt
    if new == value.second:
        return cost - 0.5
    if value.kind in (Kind.BLANK, Kind.DASH):
        # a total that was not filled in is likelier than any slip
        return cost - (0.5 if whole else 0.25)
    return cost - _slip(str(value.amount), str(new))


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
