"""The printed table: every place is one cell, and every field has its place."""

from __future__ import annotations

import pytest

from tasks.forms.annual_report import FORM
from tasks.render.layout import sheet

EDITIONS = [(edition.table, edition.edition) for edition in FORM.editions]
ALL = frozenset(row.id for edition in FORM.editions for row in edition.rows())


@pytest.mark.parametrize("here", [frozenset(), ALL], ids=["least", "most"])
@pytest.mark.parametrize(("table", "edition"), EDITIONS)
def test_no_place_is_free_or_taken_twice(table: str, edition: str, here: frozenset[str]) -> None:
    printed = sheet(table, edition, here)
    taken = [
        (row, column)
        for cell in printed.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    ]
    assert len(taken) == len(set(taken))
    assert set(taken) == {(r, c) for r in range(printed.rows) for c in range(printed.columns)}


@pytest.mark.parametrize(("table", "edition"), EDITIONS)
def test_every_field_has_its_place(table: str, edition: str) -> None:
    fields = {
        f"{table}.{row.id}.{column.id}" for row, column in FORM.edition(table, edition).fields()
    }
    assert {cell.cell for cell in sheet(table, edition, ALL).cells if cell.cell} == fields


def test_rows_that_may_be_left_out_are_there_where_a_report_has_them() -> None:
    def rows(here: frozenset[str]) -> set[str]:
        return {
            cell.cell.split(".")[1] for cell in sheet("requests", "2021", here).cells if cell.cell
        }

    assert rows(frozenset({"denied_work_secret"})) - rows(frozenset()) == {"denied_work_secret"}


def test_table_three_is_as_on_paper() -> None:
    cells = {(cell.row, cell.column): cell for cell in sheet("requests", "2021", frozenset()).cells}
    legal = next(cell for cell in cells.values() if cell.text == "法人或其他组织")
    results = next(cell for cell in cells.values() if cell.text == "三、本年度办理结果")
    new = next(cell for cell in cells.values() if cell.text.startswith("一、"))
    assert (legal.colspan, legal.rowspan) == (5, 1)
    assert (results.rowspan, results.colspan, results.is_side) == (22, 1, True)
    assert (new.rowspan, new.colspan) == (1, 3)
