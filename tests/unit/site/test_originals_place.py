"""Where the original is opened for a cell, and the tables of one that is not shown itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samples import make_report, render
from tasks.flow import examine
from tasks.model.document import Format, Where
from tasks.render import result
from workers.site.originals import Place, ShownCell, original, tables
from workers.site.originals.tables import MOST_POSITIONS

CELL = "requests.new.total"


def envelope_of(format: Format, style: str) -> dict[str, Any]:
    body = render(make_report(3, editions={"requests": "2021"}), format, style)
    return result.parts(examine(body, "a"))


@pytest.mark.parametrize(
    ("format", "style", "has"),
    [
        (Format.HTML, "plain", "path"),
        (Format.TEXT, "pipe_rows", "lines"),
        (Format.PDF, "ruled", "box"),
        (Format.DOCX, "plain", "path"),
        (Format.XLSX, "sheets", "path"),
        (Format.XLS, "one_sheet", "path"),
    ],
)
def test_a_cell_is_where_the_reader_found_it(format: Format, style: str, has: str) -> None:
    envelope = envelope_of(format, style)
    place = original(envelope, CELL)
    assert place.exact
    assert place.format is format
    assert place.text == envelope["report"]["requests"]["new"]["total"]["raw"]
    assert getattr(place.where, has) is not None


def test_without_a_cell_the_document_is_opened() -> None:
    assert original(envelope_of(Format.HTML, "plain"), None) == Place(format=Format.HTML)


@pytest.mark.parametrize("cell", ["weather.new.total", "requests", "", "a.b.c.d", "requests.x.y"])
def test_an_id_that_nobody_knows_marks_nothing(cell: str) -> None:
    place = original(envelope_of(Format.PDF, "ruled"), cell)
    assert not place.exact
    assert place.where.box is None


def test_an_absent_cell_opens_the_table_of_its_neighbours() -> None:
    envelope = envelope_of(Format.PDF, "ruled")
    envelope["report"]["requests"]["new"]["total"] = {"value": None, "kind": "absent", "at": None}
    place = original(envelope, CELL)
    beside = original(envelope, "requests.new.natural_person")
    assert (place.exact, place.table) == (False, beside.table)
    assert place.where == Where(page=int(str(beside.table)[1]))


def test_no_report_no_place() -> None:
    envelope = {**envelope_of(Format.PDF, "ruled"), "report": None}
    assert original(envelope, CELL) == Place(format=Format.PDF)


# --- tables --------------------------------------------------------------------------------


def test_the_tables_of_a_docx_with_the_cell_marked() -> None:
    envelope = envelope_of(Format.DOCX, "plain")
    place = original(envelope, CELL)
    shown = tables(envelope, place)
    assert [table.id for table in shown] == [table["id"] for table in envelope["tables"]]
    marked = [(t.id, c) for t in shown for row in t.rows for c in row if c.is_marked]
    assert [(id, cell.text) for id, cell in marked] == [(place.table, place.text)]
    texts = [cell.text for table in shown for row in table.rows for cell in row]
    assert texts == [cell["text"] for table in envelope["tables"] for cell in table["cells"]]


def test_nothing_is_marked_where_the_cell_is_absent() -> None:
    envelope = envelope_of(Format.DOCX, "plain")
    place = replace(original(envelope, CELL), exact=False)
    assert not any(
        cell.is_marked for table in tables(envelope, place) for row in table.rows for cell in row
    )


def drawn_table(id: str, n_rows: int, n_columns: int, *cells: tuple[int, ...]) -> dict[str, Any]:
    """Cells as row, column, rowspan, colspan."""
    return {
        "id": id,
        "caption": "",
        "n_rows": n_rows,
        "n_columns": n_columns,
        "cells": [
            {
                "row": row, "column": column, "rowspan": down, "colspan": across,
                "text": f"{row},{column}", "where": {},
            }
            for row, column, down, across in cells
        ],
    }  # fmt: skip


def test_a_short_row_has_a_gap_and_a_span_has_none() -> None:
    table = drawn_table("t1", 2, 3, (0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1))
    (shown,) = tables({"tables": [table]}, Place(format=Format.DOCX))
    assert shown.rows == (
        (ShownCell(text="0,0", rowspan=2), ShownCell(text="0,1", colspan=2)),
        (ShownCell(text="1,1"), ShownCell(text="", is_gap=True)),
    )


def test_of_a_table_that_is_too_long_the_rows_around_the_cell_are_shown() -> None:
    n_rows = MOST_POSITIONS
    long = drawn_table("t2", n_rows, 2, (0, 0, n_rows, 1), *((r, 1, 1, 1) for r in range(n_rows)))
    short = drawn_table("t1", 1, 1, (0, 0, 1, 1))
    place = Place(format=Format.DOCX, exact=True, table="t2", row=15_000, column=1)
    shown = tables({"tables": [short, long]}, place)
    assert [table.id for table in shown] == ["t2"]
    (table,) = shown
    assert sum(len(row) for row in table.rows) <= MOST_POSITIONS
    assert table.rows[0][0].rowspan == len(table.rows), "the span is cut to what is shown"
    marked = [
        table.first_row + at
        for at, row in enumerate(table.rows)
        if any(cell.is_marked for cell in row)
    ]
    assert marked == [15_001]
    assert len(tables({"tables": [short, long]}, Place(format=Format.DOCX))) == 1
