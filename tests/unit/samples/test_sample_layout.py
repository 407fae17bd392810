"""The printed grids: those of the official form, and what the operations on them keep."""

import pytest

from samples.layout import (
    LogicalCell,
    LogicalTable,
    draft,
    made,
    pieces,
    with_row_after,
    without_row,
)
from samples.report import make_report

NEW = {"disclosure": "2021", "requests": "2021"}
OLD = {"disclosure": "2019", "requests": "2019"}


def tables(editions, **options) -> dict[str, LogicalTable]:
    report = make_report(1, year=2023, editions=editions, **options)
    return {table.id: table for table in draft(report).tables}


def test_the_grids_have_the_size_of_the_official_form():
    new, old = tables(NEW), tables(OLD)

    assert {id: (table.n_rows, table.n_columns) for id, table in new.items()} == {
        "disclosure": (14, 4),
        "requests": (28, 10),
        "disputes": (4, 15),
    }
    assert (old["requests"].n_rows, old["requests"].n_columns) == (26, 10)


def test_procurement_and_work_secrets_are_printed_when_the_report_has_them():
    with_both = tables(OLD, procurement=True, work_secret=True)
    without = tables(OLD, procurement=False)

    assert with_both["disclosure"].n_rows == without["disclosure"].n_rows + 3
    assert with_both["requests"].n_rows == without["requests"].n_rows + 1
    assert "9.属于工作秘密" in {cell.text for cell in with_both["requests"].cells}


def place(table: LogicalTable, text: str) -> tuple[int, int, int, int]:
    cell = next(cell for cell in table.cells if cell.text == text)
    return cell.row, cell.column, cell.rowspan, cell.colspan


def test_spans_are_those_of_the_official_form():
    requests, disputes = tables(NEW)["requests"], tables(NEW)["disputes"]

    assert requests.cells[0].text.startswith("（本列数据的勾稽关系为")
    assert place(requests, requests.cells[0].text) == (0, 0, 3, 3)
    assert place(requests, "申请人情况") == (0, 3, 1, 7)
    assert place(requests, "自然人") == (1, 3, 2, 1)
    assert place(requests, "法人或其他组织") == (1, 4, 1, 5)
    assert place(requests, "三、本年度办理结果") == (5, 0, 22, 1)
    assert place(requests, "（三）不予公开") == (7, 1, 8, 1)
    assert place(requests, "（七）总计") == (26, 1, 1, 2)
    assert place(requests, "四、结转下年度继续办理") == (27, 0, 1, 3)
    assert place(disputes, "行政诉讼") == (0, 5, 1, 10)
    assert place(disputes, "复议后起诉") == (1, 10, 1, 5)


@pytest.mark.parametrize("header", [True, False])
def test_pieces_hold_every_figure_once(header):
    for table in tables(NEW).values():
        cut = pieces(table, header=header)
        fields = [cell.field for piece in cut for cell in piece.cells if cell.field]

        assert fields == [cell.field for cell in table.cells if cell.field]
    assert len(pieces(tables(NEW)["requests"], header=header)) > 1


def test_a_row_taken_out_leaves_a_whole_grid():
    table = tables(NEW)["requests"]
    shorter = without_row(table, 7)

    assert shorter.n_rows == table.n_rows - 1
    assert place(shorter, "三、本年度办理结果") == (5, 0, 21, 1)


def test_a_row_put_in_stays_inside_its_group():
    table = tables(NEW)["requests"]
    longer = with_row_after(table, 14, "9.其他情形", "0000000")

    assert place(longer, "（三）不予公开") == (7, 1, 9, 1)
    assert place(longer, "9.其他情形") == (15, 2, 1, 1)
    assert len([cell for cell in longer.cells if cell.row == 15]) == 8


@pytest.mark.parametrize(
    "cells",
    [
        [LogicalCell(text="", row=0, column=0), LogicalCell(text="", row=1, column=1)],
        [LogicalCell(text="", row=0, column=0, colspan=2), LogicalCell(text="", row=0, column=1)],
    ],
    ids=["hole", "overlap"],
)
def test_a_grid_with_holes_or_overlaps_cannot_be_made(cells):
    with pytest.raises(ValueError, match="cover the grid"):
        made("t", cells)
