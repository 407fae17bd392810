"""Defects of the form that seldom occur: kept apart from those that any sample may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from samples.defects import Defect
from samples.layout import Draft, LogicalCell, LogicalTable, made, with_texts
from samples.report import Expected, Truth

_BLANK: Expected = ("blank", None)


def _blanked(draft: Draft, fields: set[str]) -> Truth:
    return {
        table: {
            row: {
                column: _BLANK if f"{table}.{row}.{column}" in fields else value
                for column, value in line.items()
            }
            for row, line in lines.items()
        }
        for table, lines in draft.truth.items()
    }


def _without_text(table: LogicalTable, fields: set[str]) -> LogicalTable:
    cells = [replace(cell, text="") if cell.field in fields else cell for cell in table.cells]
    return made(table.id, cells)


def _vanished(draft: Draft, random: Random) -> Draft:
    """All figures of a report are gone, the forms are whole."""
    fields = {str(cell.field) for table in draft.tables for cell in table.cells if cell.field}
    tables = tuple(_without_text(table, fields) for table in draft.tables)
    return replace(draft, tables=tables, truth=_blanked(draft, fields))


def _merged_applicants(draft: Draft, random: Random) -> Draft:
    """In some rows the six applicants are one blank cell, and only 总计 is left."""
    table = draft.table("requests")
    rows = sorted({cell.row for cell in table.cells if cell.field})
    chosen = set(random.sample(rows, 6))
    merged: list[LogicalCell] = []
    gone: set[str] = set()
    for cell in table.cells:
        column = str(cell.field).rpartition(".")[2]
        if cell.row not in chosen or not cell.field or column == "total":
            merged.append(cell)
            continue
        gone.add(cell.field)
        if column == "natural_person":
            merged.append(replace(cell, text="", colspan=6))
    changed = draft.with_table(made(table.id, merged))
    return replace(changed, truth=_blanked(draft, gone))


def _left_out_columns(draft: Draft, random: Random) -> Draft:
    """The organ leaves columns out: of blocks of table 二 any but one, of table 三 those in which
    nothing stands. The cells that are left are as wide together as before."""
    gone: set[str] = set()
    tables = []
    for table in draft.tables:
        cells = table.cells
        if table.id == "disclosure":
            cells = _narrowed(table, random)
        elif table.id == "requests":
            cells = _without_empty_columns(draft, table)
        gone |= {str(c.field) for c in table.cells} - {str(c.field) for c in cells}
        tables.append(made(table.id, cells))
    return replace(draft, tables=tuple(tables), truth=_absent(draft.truth, gone))


def _narrowed(table: LogicalTable, random: Random) -> tuple[LogicalCell, ...]:
    cells: list[LogicalCell] = []
    titles = [cell.row for cell in table.cells if cell.role == "title"]
    for start, end in zip(titles, [*titles[1:], table.n_rows], strict=True):
        block = [cell for cell in table.cells if start <= cell.row < end]
        columns = sorted({cell.column for cell in block if cell.field})
        kept = sorted(random.sample(columns, random.randint(1, len(columns))))
        for cell in block:
            if cell.column == 0:
                cells.append(cell)
            elif cell.column in kept:
                at = 1 + kept.index(cell.column)
                width = table.n_columns - at if cell.column == kept[-1] else 1
                cells.append(replace(cell, column=at, colspan=width))
    return tuple(cells)


def _without_empty_columns(draft: Draft, table: LogicalTable) -> tuple[LogicalCell, ...]:
    """Without the columns inside of a group in which nothing stands; one of them stays."""
    amounts: dict[int, int] = {}
    for cell in table.cells:
        if cell.field:
            figure = bool(draft.report.amount(cell.field))
            amounts[cell.column] = amounts.get(cell.column, 0) + figure
    inner = sorted(amounts)[1:-1]
    gone = [column for column in inner[:-1] if not amounts[column]]
    cells = []
    for cell in table.cells:
        inside = range(cell.column, cell.column + cell.colspan)
        width = cell.colspan - sum(column in inside for column in gone)
        before = sum(column < cell.column for column in gone)
        if width:
            cells.append(replace(cell, column=cell.column - before, colspan=width))
    return tuple(cells)


def _absent(truth: Truth, fields: set[str]) -> Truth:
    absent: Expected = ("absent", None)
    return {
        table: {
            row: {
                column: absent if f"{table}.{row}.{column}" in fields else value
                for column, value in line.items()
            }
            for row, line in lines.items()
        }
        for table, lines in truth.items()
    }


def _with_texts(draft: Draft, changes: Mapping[str, tuple[str, Expected]]) -> Draft:
    """Cells with another text, and what is true of them now."""
    found: Truth = {
        table: {
            row: {
                column: changes.get(f"{table}.{row}.{column}", ("", value))[1]
                for column, value in line.items()
            }
            for row, line in lines.items()
        }
        for table, lines in draft.truth.items()
    }
    tables = tuple(
        with_texts(
            table, {c: changes[c.field][0] for c in table.cells if c.field and c.field in changes}
        )
        for table in draft.tables
    )
    return replace(draft, tables=tables, truth=found)


_BARE = ("增", "减", "增加", "减少", "+", "增/减", "增（）", "减 项")


def _bare_changes(draft: Draft, random: Random) -> Draft:
    """本年增/减 without its figure: the words of the form, and nothing filled in."""
    fields = [
        str(cell.field)
        for table in draft.tables
        for cell in table.cells
        if cell.field and cell.field.endswith(".change")
    ]
    unreadable: Expected = ("unreadable", None)
    chosen = random.sample(fields, min(len(fields), random.randint(1, 3)))
    return _with_texts(draft, {field: (random.choice(_BARE), unreadable) for field in chosen})


_MONEY = ("{}元", "{}万", "{}万元", "{} 万", "{}（万元）", "{}亿元", "{}千元")


def _money_in_units(draft: Draft, random: Random) -> Draft:
    """Amounts of money with the unit that they are in."""
    fields = {
        cell.field: cell.text
        for table in draft.tables
        for cell in table.cells
        if cell.field and cell.field.endswith(".amount") and cell.text[:1].isdigit()
    }
    return _with_texts(
        draft,
        {
            field: (random.choice(_MONEY).format(text), _true(draft, field))
            for field, text in fields.items()
        },
    )


def _true(draft: Draft, field: str) -> Expected:
    table, row, column = field.split(".")
    return draft.truth[table][row][column]


UNCOMMON = {
    defect.name: defect
    for defect in (
        Defect(
            name="vanished", about="all figures are gone", apply=_vanished, relations_hold=False
        ),
        Defect(
            name="merged_applicants",
            about="applicants merged into one blank cell, only 总计 left",
            apply=_merged_applicants,
            relations_hold=False,
        ),
        Defect(
            name="left_out_columns",
            about="columns that the organ left out, with their heads",
            apply=_left_out_columns,
        ),
        Defect(name="bare_changes", about="增 without its figure", apply=_bare_changes),
        Defect(name="money_in_units", about="amounts in 元, 万, 亿元", apply=_money_in_units),
    )
}
