"""Error localisation against a reference that is slow and plain: every set of cells is tried.

The forms are those of table 三 with fewer rows and columns: what came in and what was carried
over, the outcomes, their total and what is carried forward, by applicants and in total. The
reference solves the whole system for each set of cells in fractions. It shares nothing with
`localise` but the equations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from tasks.check.localise import Equation, localise
from tasks.model.report import Kind, Value

#: Sets of more cells are not tried.
MOST = 3
#: Cases of a run, in batches of which each is a test.
BATCHES, CASES = 12, 50


# --- small forms ----------------------------------------------------------------------------


def form(n_items: int, n_columns: int) -> list[Equation]:
    columns = [f"c{n}" for n in range(n_columns)]
    items = [f"i{n}" for n in range(n_items)]
    rows = ["new", "over", *items, "done", "left"]

    def sums(line: Sequence[str], wholes: Sequence[str]) -> Equation:
        return Equation(dict.fromkeys(line, 1) | dict.fromkeys(wholes, -1))

    def cells(some: Sequence[str], column: str) -> list[str]:
        return [f"t.{row}.{column}" for row in some]

    down = [*columns, "total"]
    return [
        *(sums(cells(["new", "over"], of), cells(["done", "left"], of)) for of in down),
        *(sums(cells(items, of), cells(["done"], of)) for of in down),
        *(sums([f"t.{row}.{of}" for of in columns], [f"t.{row}.total"]) for row in rows),
    ]


def case(random: Random) -> tuple[list[Equation], dict[str, Value]]:
    """A form filled in rightly, and then one, two or three of its cells changed."""
    n_items, n_columns = random.choice(((1, 1), (2, 1), (1, 2), (2, 2), (3, 2)))
    figures: dict[str, int] = {}
    for column in [f"c{n}" for n in range(n_columns)]:
        outcomes = [random.choice((0, 0, 1, 2, 5, 12)) for _ in range(n_items)]
        figures |= {f"t.i{n}.{column}": figure for n, figure in enumerate(outcomes)}
        done, left = sum(outcomes), random.choice((0, 0, 1, 3))
        over = random.randint(0, min(3, done + left))
        figures |= {f"t.done.{column}": done, f"t.left.{column}": left}
        figures |= {f"t.over.{column}": over, f"t.new.{column}": done + left - over}
    for row in {cell.split(".")[1] for cell in figures}:
        parts = [figures[f"t.{row}.c{n}"] for n in range(n_columns)]
        figures[f"t.{row}.total"] = sum(parts)
    for cell in random.sample(sorted(figures), random.choice((1, 1, 2, 2, 3))):
        figures[cell] = random.choice([n for n in range(25) if n != figures[cell]])
    return form(n_items, n_columns), {
        cell: value(figure, random) for cell, figure in sorted(figures.items())
    }


def value(figure: int, random: Random) -> Value:
    doubt = random.choice((0.0, 0.0, 0.0, 0.4, 0.9))
    if figure == 0 and random.random() < 0.4:
        return Value(kind=random.choice((Kind.BLANK, Kind.DASH)), doubt=doubt)
    return Value(kind=Kind.NUMBER, value=figure, doubt=doubt)


# --- the reference --------------------------------------------------------------------------

Changes = frozenset[tuple[str, int]]


def smallest_repairs(equations: Sequence[Equation], values: Mapping[str, Value]) -> set[Changes]:
    """All sets of as few cells as will do, each with what the cells have to be.

    A set of which the cells may be this or that is passed over: there is nothing to propose.
    """
    amounts = {cell: int(one.amount or 0) for cell, one in values.items()}
    off = [sum(amounts[c] * sign for c, sign in one.terms.items()) for one in equations]
    for size in range(1, MOST + 1):
        found = {
            solution
            for chosen in combinations(amounts, size)
            if (solution := solved(chosen, equations, amounts, off))
        }
        if found:
            return found
    return set()


def solved(
    chosen: tuple[str, ...],
    equations: Sequence[Equation],
    amounts: Mapping[str, int],
    off: Sequence[int],
) -> Changes | None:
    lines = []
    for equation, by in zip(equations, off, strict=True):
        line = [Fraction(equation.terms.get(cell, 0)) for cell in chosen]
        if sum(map(bool, line)) <= 1 and any(line) != bool(by):
            # nothing that could mend it, or one cell that would break it
            return None
        if any(line):
            lines.append([*line, Fraction(-by)])
    change = unique_solution(lines, len(chosen))
    if change is None or not all(change):
        return None
    new = [amounts[cell] + by for cell, by in zip(chosen, change, strict=True)]
    if any(amount < 0 or amount.denominator != 1 for amount in new):
        return None
    return frozenset((cell, int(amount)) for cell, amount in zip(chosen, new, strict=True))


def unique_solution(lines: list[list[Fraction]], n: int) -> list[Fraction] | None:
    """Gauss and Jordan; None where there is no solution or more than one."""
    done = 0
    for column in range(n):
        pivot = next((i for i in range(done, len(lines)) if lines[i][column]), None)
        if pivot is None:
            return None
        lines[done], lines[pivot] = lines[pivot], lines[done]
        lead = lines[done][column]
        lines[done] = [factor / lead for factor in lines[done]]
        for i, line in enumerate(lines):
            if i != done and line[column]:
                times = line[column]
                lines[i] = [a - times * b for a, b in zip(line, lines[done], strict=True)]
        done += 1
    if any(line[n] for line in lines[done:]):
        return None
    return [line[n] for line in lines[:n]]


def weight(changes: Changes, values: Mapping[str, Value]) -> float:
    """How unlikely a repair is, as `docs/adr/0014` and the docstrings have it."""
    weights = []
    for cell, new in changes:
        one = values[cell]
        is_whole = cell.endswith(".total") or ".done." in cell or ".left." in cell
        if one.kind is Kind.NUMBER:
            less = slip(str(one.amount), str(new))
        else:
            less = 0.5 if is_whole else 0.25
        weights.append(1.0 - 0.6 * one.doubt - less)
    return sum(weights) - (1.0 if is_moved_whole(changes, values) else 0.0)


def slip(old: str, new: str) -> float:
    if len(old) == len(new):
        wrong = [i for i in range(len(old)) if old[i] != new[i]]
        if len(wrong) == 1:
            return 0.3
        if len(wrong) == 2 and wrong[0] + 1 == wrong[1]:
            return 0.4 if old[wrong[0]] == new[wrong[1]] and old[wrong[1]] == new[wrong[0]] else 0.0
        return 0.0
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    dropped = {longer[:i] + longer[i + 1 :] for i in range(len(longer))}
    return 0.3 if shorter in dropped else 0.0


def is_moved_whole(changes: Changes, values: Mapping[str, Value]) -> bool:
    if len(changes) != 2:
        return False
    (one, new), (other, other_new) = sorted(changes)
    old, other_old = (int(values[cell].amount or 0) for cell in (one, other))
    same_row = one.split(".")[1] == other.split(".")[1]
    return same_row and (new, other_new) == (other_old, old) and 0 in (old, other_old)


# --- agreement ------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_same_repairs_in_the_order_of_their_weight(batch: int) -> None:
    for number in range(CASES):
        seed = f"{batch} {number}"
        equations, values = case(Random(seed))

        found = localise(equations, values)
        expected = smallest_repairs(equations, values)

        assert found is not None, seed
        if len(found) == 0 or len(found[0].changes) > MOST:
            assert expected == set(), seed
            continue
        assert {frozenset(one.changes.items()) for one in found} == expected, seed
        weights = [weight(frozenset(one.changes.items()), values) for one in found]
        assert [one.cost for one in found] == pytest.approx(weights), seed
        assert weights == sorted(weights), seed


def test_the_reference_finds_what_was_changed() -> None:
    """Not of the code: that the reference itself is worth something."""
    equations = form(2, 2)
    true = dict.fromkeys((cell for one in equations for cell in one.terms), 0)
    values = {cell: Value(kind=Kind.NUMBER, value=figure) for cell, figure in true.items()}
    wrong = {**values, "t.i1.c0": replace(values["t.i1.c0"], value=7)}

    assert smallest_repairs(equations, values) == set()
    assert smallest_repairs(equations, wrong) == {frozenset({("t.i1.c0", 0)})}
