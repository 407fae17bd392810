"""Which single wrong figure the relations can determine: proved on their incidence matrix.

A single figure that is off by d breaks the relations that name it, each by d times its
coefficient there. Two figures can stand for each other only where their columns of the
matrix (relations × figures) are proportional. So a figure whose column is proportional to
no other is determined, and a group of proportional columns is not.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest

from tasks.check.relations import instances
from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition
from tasks.model.report import Kind, Value

#: number of the relation -> coefficient, scaled so that the first is 1
Direction = tuple[tuple[int, Fraction], ...]


def directions(edition: Edition, *, optional: bool) -> dict[str, Direction]:
    """cell -> its column of the matrix, up to a factor."""
    values = {
        row.id: {column.id: Value(kind=Kind.BLANK) for column in block.columns}
        for block in edition.blocks
        for row in block.rows
        if optional or not row.optional
    }
    columns: dict[str, dict[int, int]] = defaultdict(dict)
    for row, line in values.items():
        for column in line:
            columns[f"{edition.table}.{row}.{column}"] = {}
    for number, instance in enumerate(instances(edition.table, edition, values)):
        for cells, sign in ((instance.parts, 1), (instance.wholes, -1)):
            for cell in cells:
                columns[cell][number] = sign
    return {cell: scaled(terms) for cell, terms in columns.items()}


def scaled(terms: dict[int, int]) -> Direction:
    first = next((factor for _, factor in sorted(terms.items())), 1)
    return tuple((number, Fraction(factor, first)) for number, factor in sorted(terms.items()))


def alike(edition: Edition, *, optional: bool) -> list[set[str]]:
    """Groups of cells that no relation tells from each other."""
    groups: dict[Direction, set[str]] = defaultdict(set)
    for cell, direction in directions(edition, optional=optional).items():
        groups[direction].add(cell)
    return [group for group in groups.values() if len(group) > 1]


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("name", ["2021", "2019"])
def test_every_single_wrong_figure_of_the_second_table_is_determined(name, optional):
    edition = FORM.edition("requests", name)
    cells = directions(edition, optional=optional)

    assert len(cells) == {"2021": 25, "2019": 23}[name] * 7 + 7 * optional
    assert all(cells.values()), "a figure that no relation names"
    assert alike(edition, optional=optional) == []


def test_of_the_third_table_only_the_block_is_determined():
    groups = alike(FORM.edition("disputes", "2021"), optional=False)

    assert sorted(map(len, groups)) == [5, 5, 5]
    blocks = [{cell.rpartition(".")[0] for cell in group} for group in groups]
    assert sorted(map(sorted, blocks)) == [
        ["disputes.litigation_after_review"],
        ["disputes.litigation_direct"],
        ["disputes.review"],
    ]


@pytest.mark.parametrize("name", ["2021", "2019"])
def test_of_the_first_table_nothing_is(name):
    assert not any(directions(FORM.edition("disclosure", name), optional=False).values())
