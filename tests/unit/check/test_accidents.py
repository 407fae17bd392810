"""Accidents to whole lines: which is named, and that none is named without need."""

from __future__ import annotations

from random import Random

import pytest

from tasks.check.accidents import Accident, accident
from tasks.check.localise import Equation
from tasks.model.report import Kind, Value

#: Two that come in, two items, their total, and what is left over; as in table 三.
ROWS = ("new", "over", "yes", "no", "done", "left")
COLUMNS = ("a", "b", "c", "total")
CLEAN = {
    "new": (5, 9, 2, 16),
    "over": (1, 0, 3, 4),
    "yes": (4, 2, 1, 7),
    "no": (2, 6, 3, 11),
    "done": (6, 8, 4, 18),
    "left": (0, 1, 1, 2),
}
Figures = dict[str, tuple[int | None, ...]]


def equations() -> list[Equation]:
    def column(parts: tuple[str, ...], wholes: tuple[str, ...], of: str) -> Equation:
        return Equation(
            {f"t.{row}.{of}": 1 for row in parts} | {f"t.{row}.{of}": -1 for row in wholes}
        )

    return [
        *(column(("new", "over"), ("done", "left"), of) for of in COLUMNS),
        *(column(("yes", "no"), ("done",), of) for of in COLUMNS),
        *(
            Equation({f"t.{row}.{of}": 1 for of in COLUMNS[:-1]} | {f"t.{row}.total": -1})
            for row in ROWS
        ),
    ]


def found(figures: Figures) -> tuple[str, tuple[str, ...]] | None:
    one = accident(equations(), values(figures), rows=ROWS, columns=COLUMNS)
    if one is None:
        return None
    assert_mended(figures, one)
    return one.kind, one.lines


def values(figures: Figures) -> dict[str, Value]:
    return {
        f"t.{row}.{column}": Value(kind=Kind.BLANK)
        if figure is None
        else Value(kind=Kind.NUMBER, value=figure)
        for row, line in figures.items()
        for column, figure in zip(COLUMNS, line, strict=True)
    }


def assert_mended(figures: Figures, one: Accident) -> None:
    amounts = {cell: value.amount for cell, value in values(figures).items()} | one.changes
    for equation in equations():
        assert sum(amounts[cell] * sign for cell, sign in equation.terms.items()) == 0
    assert all(amount >= 0 for amount in one.changes.values())


def with_lines(**lines: tuple[int | None, ...]) -> Figures:
    return {**CLEAN, **lines}


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (with_lines(new=(9, 2, 16, 0)), ("shifted", ("new",))),
        (with_lines(new=(None, 5, 9, 2)), ("shifted", ("new",))),
        (with_lines(done=CLEAN["left"], left=CLEAN["done"]), ("exchanged", ("done", "left"))),
        (with_lines(done=(None,) * 4, left=CLEAN["done"]), ("moved", ("done", "left"))),
        (with_lines(no=CLEAN["done"], done=(0, 0, 0, 0)), ("moved", ("done", "no"))),
        (with_lines(done=(None,) * 4), ("blank", ("done",))),
        (
            {row: (*line[:2], None, line[3]) for row, line in CLEAN.items()},
            ("blank", ("c",)),
        ),
        (with_lines(done=(7, 3, 9, 12)), ("wrong", ("done",))),
    ],
)  # fmt: skip
def test_an_accident_is_told_with_what_undoes_it(figures, told):
    assert found(figures) == told


def test_two_columns_exchanged():
    figures = {row: (line[0], line[3], line[2], line[1]) for row, line in CLEAN.items()}

    assert found(figures) == ("exchanged", ("b", "total"))


def test_what_two_accidents_explain_is_explained_by_none():
    """A row of last year: new or over may be the one that is wrong."""
    assert found(with_lines(new=(3, 4, 5, 12))) is None


def test_figures_by_chance_are_no_accident():
    random = Random(1)
    figures = {row: tuple(random.randint(0, 50) for _ in COLUMNS) for row in ROWS}

    assert found(figures) is None


def test_nothing_is_wrong():
    assert found(CLEAN) is None
