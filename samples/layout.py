"""Report -> the printed tables, cell by cell as the official form has them.

Every renderer draws these grids and no other, so one grid can be demanded of all readers.
The operations on grids at the end are what `defects` is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from samples.report import LogicalReport, Truth, edition_of, truth
from tasks.forms.vocabulary import Block, Edition, Line

Role = Literal["title", "header", "group", "label", "value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalCell:
    """One cell at its upper left position; rows and columns count from 0."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    role: Role = "value"
    #: Dotted id of the figure in it (`requests.new.total`), None in labels.
    field: str | None = None

    def covers(self, row: int) -> bool:
        return self.row <= row < self.row + self.rowspan


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalTable:
    """A grid `n_rows` × `n_columns`, covered wholly; cells in row-major order."""

    id: str
    n_rows: int
    n_columns: int
    cells: tuple[LogicalCell, ...]

    def __post_init__(self) -> None:
        taken = [
            (row, column)
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rowspan)
            for column in range(cell.column, cell.column + cell.colspan)
        ]
        wanted = {(row, column) for row in range(self.n_rows) for column in range(self.n_columns)}
        if len(taken) != len(wanted) or set(taken) != wanted:
            raise ValueError(f"{self.id}: the cells do not cover the grid exactly")

    def rows(self) -> tuple[tuple[LogicalCell, ...], ...]:
        """The cells that begin in each row, from left to right."""
        return tuple(
            tuple(cell for cell in self.cells if cell.row == row) for row in range(self.n_rows)
        )

    def grid(self) -> tuple[tuple[LogicalCell, ...], ...]:
        """Rows × columns; a spanning cell stands at each of its positions."""
        rows: list[dict[int, LogicalCell]] = [{} for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    rows[row][column] = cell
        return tuple(tuple(row[column] for column in range(self.n_columns)) for row in rows)

    def n_header_rows(self) -> int:
        """Rows above the first figure or row label."""
        return min((c.row for c in self.cells if c.role in ("label", "value")), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report laid out, before it becomes bytes; what defects change."""

    report: LogicalReport
    tables: tuple[LogicalTable, ...]
    truth: Truth
    #: Labels of rows that the form does not know.
    left_over: tuple[str, ...] = ()
    #: What was done to the report, for people.
    changes: tuple[str, ...] = ()

    def table(self, id: str) -> LogicalTable:
        return next(table for table in self.tables if table.id == id)

    def with_table(self, table: LogicalTable) -> Draft:
        tables = tuple(table if one.id == table.id else one for one in self.tables)
        return replace(self, tables=tables)


def draft(report: LogicalReport) -> Draft:
    return Draft(
        report=report,
        tables=tuple(layout(report, table) for table in report.values),
        truth=truth(report),
    )


def label_of(row: Line) -> str:
    """The row's label as the form prints it, number included."""
    if row.optional and row.group:
        return f"9.{row.label}"
    return f"{row.numbering}{row.label}"


def layout(report: LogicalReport, table: str) -> LogicalTable:
    """The printed table. Rows that are not in `report.values` are not printed."""
    edition = edition_of(report, table)
    if edition.sideways:
        cells = _sideways(report, edition)
    elif any(block.title for block in edition.blocks):
        cells = _stacked(report, edition)
    else:
        cells = _matrix(report, edition)
    return made(table, cells)


def made(id: str, cells: Iterable[LogicalCell]) -> LogicalTable:
    """A table just as large as its cells, which may come in any order."""
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return LogicalTable(
        id=id,
        n_rows=max(cell.row + cell.rowspan for cell in ordered),
        n_columns=max(cell.column + cell.colspan for cell in ordered),
        cells=ordered,
    )


def _stacked(report: LogicalReport, edition: Edition) -> list[LogicalCell]:
    """表二: blocks one below the other, the last column of a block as wide as is left."""
    width = 1 + max(len(block.columns) for block in edition.blocks)
    cells: list[LogicalCell] = []
    row = 0
    for block in edition.blocks:
        lines = [line for line in block.rows if line.id in report.values[edition.table]]
        if not lines:
            continue
        cells.append(LogicalCell(text=block.title, row=row, column=0, colspan=width, role="title"))
        cells.append(LogicalCell(text=block.stub, row=row + 1, column=0, role="header"))
        cells += _across(block, row + 1, width, lambda column: (column.label, None))
        for offset, line in enumerate(lines, start=row + 2):
            cells.append(LogicalCell(text=line.label, row=offset, column=0, role="label"))
            cells += _across(block, offset, width, _figures(report, edition.table, line))
        row += 2 + len(lines)
    return cells


def _figures(
    report: LogicalReport, table: str, row: Line
) -> Callable[[Line], tuple[str, str | None]]:
    def figure(column: Line) -> tuple[str, str | None]:
        field = f"{table}.{row.id}.{column.id}"
        return report.text(field), field

    return figure


def _across(
    block: Block, row: int, width: int, content: Callable[[Line], tuple[str, str | None]]
) -> list[LogicalCell]:
    last = len(block.columns)
    cells = []
    for column, line in enumerate(block.columns, start=1):
        text, field = content(line)
        cells.append(
            LogicalCell(
                text=text,
                row=row,
                column=column,
                colspan=width - last if column == last else 1,
                role="value" if field else "header",
                field=field,
            )
        )
    return cells


def _matrix(report: LogicalReport, edition: Edition) -> list[LogicalCell]:
    """表三: corner, two lines of groups over the columns, groups beside the rows."""
    block = edition.blocks[0]
    lines = [line for line in block.rows if line.id in report.values[edition.table]]
    stub = 1 + max(len(line.group) for line in lines)
    deep = 2 + max(len(column.group) for column in block.columns)
    corner, over_all = edition.other_labels[:2]
    cells = [
        LogicalCell(text=corner, row=0, column=0, rowspan=deep, colspan=stub, role="header"),
        LogicalCell(text=over_all, row=0, column=stub, colspan=len(block.columns), role="header"),
        *_heads(block.columns, first_row=1, last_row=deep - 1, first_column=stub),
        *_groups(lines, stub - 1, first_row=deep),
    ]
    for row, line in enumerate(lines, start=deep):
        depth = len(line.group)
        cells.append(
            LogicalCell(
                text=label_of(line), row=row, column=depth, colspan=stub - depth, role="label"
            )
        )
        for column, head in enumerate(block.columns, start=stub):
            text, field = _figures(report, edition.table, line)(head)
            cells.append(LogicalCell(text=text, row=row, column=column, field=field))
    return cells


def _heads(
    columns: Iterable[Line], *, first_row: int, last_row: int, first_column: int
) -> list[LogicalCell]:
    """Column labels with their groups; a column without a group reaches from top to bottom."""
    cells: list[LogicalCell] = []
    at = first_column
    for group, members in groupby(columns, key=lambda column: column.group):
        heads = list(members)
        for level, label in enumerate(group):
            cells.append(
                LogicalCell(
                    text=label, row=first_row + level, column=at, colspan=len(heads), role="header"
                )
            )
        top = first_row + len(group)
        cells += [
            LogicalCell(
                text=head.label, row=top, column=column, rowspan=last_row - top + 1, role="header"
            )
            for column, head in enumerate(heads, start=at)
        ]
        at += len(heads)
    return cells


def _groups(lines: list[Line], depth: int, *, first_row: int) -> list[LogicalCell]:
    """The cells beside the rows: one for each run of rows under the same group."""
    cells: list[LogicalCell] = []
    for level in range(depth):
        row = first_row
        for group, members in groupby(lines, key=lambda line: line.group[: level + 1]):
            count = len(list(members))
            if len(group) == level + 1:
                cells.append(
                    LogicalCell(
                        text=group[level], row=row, column=level, rowspan=count, role="group"
                    )
                )
            row += count
    return cells


def _sideways(report: LogicalReport, edition: Edition) -> list[LogicalCell]:
    """表四: the form's rows stand side by side over one line of figures."""
    block = edition.blocks[0]
    width = len(block.columns)
    deep = 2 + max(len(line.group) for line in block.rows)
    cells: list[LogicalCell] = []
    at = 0
    for group, members in groupby(block.rows, key=lambda line: line.group):
        lines = list(members)
        for level, label in enumerate(group):
            span = width * len(lines)
            cells.append(LogicalCell(text=label, row=level, column=at, colspan=span, role="header"))
        for line in lines:
            top = len(group)
            cells.append(
                LogicalCell(text=line.label, row=top, column=at, colspan=width, role="header")
            )
            for column, head in enumerate(block.columns, start=at):
                text, field = _figures(report, edition.table, line)(head)
                cells.append(
                    LogicalCell(
                        text=head.label,
                        row=top + 1,
                        column=column,
                        rowspan=deep - top - 1,
                        role="header",
                    )
                )
                cells.append(LogicalCell(text=text, row=deep, column=column, field=field))
            at += width
    return cells


# --- operations on grids ------------------------------------------------------------------


def with_texts(table: LogicalTable, texts: Mapping[LogicalCell, str]) -> LogicalTable:
    cells = tuple(
        replace(cell, text=texts[cell]) if cell in texts else cell for cell in table.cells
    )
    return replace(table, cells=cells)


def without_row(table: LogicalTable, row: int) -> LogicalTable:
    """Cells that only began in the row vanish, those that cover more shrink."""
    kept = []
    for cell in table.cells:
        if cell.covers(row) and cell.rowspan == 1:
            continue
        if cell.covers(row):
            kept.append(replace(cell, rowspan=cell.rowspan - 1))
        else:
            kept.append(replace(cell, row=cell.row - (cell.row > row)))
    return made(table.id, kept)


def with_row_after(table: LogicalTable, row: int, label: str, texts: Iterable[str]) -> LogicalTable:
    """A row like the one above it, in the same groups. `texts` fill the figures' places."""
    new = iter(texts)
    cells: list[LogicalCell] = []
    for cell in table.cells:
        if cell.row > row:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell.covers(row) and cell.rowspan > 1:
            cells.append(replace(cell, rowspan=cell.rowspan + 1))
        else:
            cells.append(cell)
        if cell.covers(row) and cell.rowspan == 1:
            text = label if cell.role == "label" else next(new, "")
            cells.append(replace(cell, row=row + 1, text=text, field=None))
    return made(table.id, cells)


def pieces(table: LogicalTable, *, header: bool) -> list[LogicalTable]:
    """The table cut at its row groups, as pages and editors cut it; spans end at the cut.

    With `header` the header rows are repeated on each piece.
    """
    stacked = any(cell.role == "title" for cell in table.cells)
    # Each block of a stacked table brings its own header.
    head = 0 if stacked else table.n_header_rows()
    return cut_at(table, _cuts(table, head), head if header else 0)


def cut_at(table: LogicalTable, rows: Iterable[int], head: int = 0) -> list[LogicalTable]:
    """The table cut before each of these rows; the first `head` rows on every piece."""
    found = []
    for start, end in pairwise([0, *rows, table.n_rows]):
        cells = [_clipped(cell, start, end, 0) for cell in table.cells if _meets(cell, start, end)]
        if start >= head > 0:
            top = [_clipped(cell, 0, head, 0) for cell in table.cells if _meets(cell, 0, head)]
            cells = top + [replace(cell, row=cell.row + head) for cell in cells]
        found.append(made(table.id, cells))
    return found


def _cuts(table: LogicalTable, head: int) -> list[int]:
    """Rows at which a block title begins or, without titles, a group of the second level."""
    titles = [cell.row for cell in table.cells if cell.role == "title" and cell.row > 0]
    groups = [c.row for c in table.cells if c.role == "group" and c.column == 1 and c.row > head]
    return titles or groups[1::2]


def _meets(cell: LogicalCell, start: int, end: int) -> bool:
    return cell.row < end and cell.row + cell.rowspan > start


def _clipped(cell: LogicalCell, start: int, end: int, base: int) -> LogicalCell:
    top, bottom = max(cell.row, start), min(cell.row + cell.rowspan, end)
    text = cell.text if cell.row >= start else ""
    return replace(cell, row=top - start + base, rowspan=bottom - top, text=text)


def with_numbers(table: LogicalTable) -> LogicalTable:
    """With a column that counts the rows before it."""
    head = table.n_header_rows()
    numbers = [LogicalCell(text="序号", row=0, column=0, rowspan=head, role="header")]
    numbers += (
        LogicalCell(text=str(row - head + 1), row=row, column=0, role="label")
        for row in range(head, table.n_rows)
    )
    return made(table.id, [*numbers, *(replace(c, column=c.column + 1) for c in table.cells)])
