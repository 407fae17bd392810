"""How offices lay the form out otherwise: the same figures under the same labels, in other places.

All of these a person reads at once, so a reader must: `truth` stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from random import Random

from samples.defects import Defect
from samples.layout import Draft, LogicalCell, LogicalTable, made, with_numbers, with_texts

Change = Callable[[LogicalTable, Random], LogicalTable]

_OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_LITIGATION = ("未经复议直接起诉", "复议后起诉")


def _in(*ids: str) -> Callable[[Change], Callable[[Draft, Random], Draft]]:
    """The change made in these tables of a draft."""

    def apply_to(change: Change) -> Callable[[Draft, Random], Draft]:
        def apply(draft: Draft, random: Random) -> Draft:
            for id in ids:
                draft = draft.with_table(change(draft.table(id), random))
            return draft

        return apply

    return apply_to


def _first_figure(table: LogicalTable) -> int:
    return min(cell.column for cell in table.cells if cell.field)


def _below(table: LogicalTable, texts: Iterable[str], column: int) -> list[LogicalCell]:
    """A cell for each row under the header."""
    rows = range(table.n_header_rows(), table.n_rows)
    return [
        LogicalCell(text=text, row=row, column=column, role="label")
        for row, text in zip(rows, texts, strict=False)
    ]


# Turned, and in blocks


def _turned(table: LogicalTable, random: Random) -> LogicalTable:
    """What were rows are columns."""
    return made(
        table.id,
        (
            replace(
                cell,
                row=cell.column,
                column=cell.row,
                rowspan=cell.colspan,
                colspan=cell.rowspan,
            )
            for cell in table.cells
        ),
    )


def _in_lines(table: LogicalTable, random: Random) -> LogicalTable:
    """Table 四 in three lines of five outcomes."""
    figures = [cell for cell in table.cells if cell.field]
    cells = [
        LogicalCell(text="类型", row=0, column=0, colspan=2, role="header"),
        LogicalCell(text="行政复议", row=1, column=0, colspan=2, role="label"),
        LogicalCell(text="行政诉讼", row=2, column=0, rowspan=2, role="group"),
    ]
    cells += [
        LogicalCell(text=text, row=0, column=column, role="header")
        for column, text in enumerate(_OUTCOMES, 2)
    ]
    cells += [
        LogicalCell(text=text, row=row, column=1, role="label")
        for row, text in enumerate(_LITIGATION, 2)
    ]
    cells += [replace(cell, row=1 + at // 5, column=2 + at % 5) for at, cell in enumerate(figures)]
    return made(table.id, cells)


def _in_blocks(table: LogicalTable, random: Random) -> LogicalTable:
    """Table 四 with 行政诉讼 below 行政复议, each with its figures under it."""
    figures = [cell for cell in table.cells if cell.field]
    cells = [
        LogicalCell(text="行政复议", row=0, column=0, colspan=10, role="header"),
        LogicalCell(text="行政诉讼", row=3, column=0, colspan=10, role="header"),
    ]
    for at, text in enumerate(_OUTCOMES):
        cells.append(LogicalCell(text=text, row=1, column=2 * at, colspan=2, role="header"))
        cells.append(replace(figures[at], row=2, column=2 * at, colspan=2))
    for at, text in enumerate(_LITIGATION):
        cells.append(LogicalCell(text=text, row=4, column=5 * at, colspan=5, role="header"))
    for at, cell in enumerate(figures[5:]):
        cells.append(LogicalCell(text=_OUTCOMES[at % 5], row=5, column=at, role="header"))
        cells.append(replace(cell, row=6, column=at))
    return made(table.id, cells)


# Groups


def _groups_in_labels(table: LogicalTable, random: Random) -> LogicalTable:
    """One column of labels, the group before the item in the same cell."""
    head, first = table.n_header_rows(), _first_figure(table)
    cells = []
    for cell in table.cells:
        if cell.role == "group":
            continue
        if cell.column >= first:
            cells.append(replace(cell, column=cell.column - first + 1))
            continue
        over = [c for c in table.cells if c.role == "group" and c.column and c.covers(cell.row)]
        before = "".join(c.text + "：" for c in over if cell.row >= head)
        cells.append(replace(cell, text=before + cell.text, column=0, colspan=1))
    return made(table.id, cells)


def _unmerged_groups(table: LogicalTable, random: Random) -> LogicalTable:
    """The label of a group again in every row of it."""
    cells = []
    for cell in table.cells:
        if cell.role == "group":
            rows = range(cell.row, cell.row + cell.rowspan)
            cells += [replace(cell, row=row, rowspan=1) for row in rows]
        else:
            cells.append(cell)
    return made(table.id, cells)


# Heads


def _halved_heads(table: LogicalTable, random: Random) -> LogicalTable:
    """`商业` in one cell and `企业` in the cell below it."""
    head = table.n_header_rows()
    cells = []
    for cell in table.cells:
        if cell.role == "header" and cell.row == head - 1 and len(cell.text) >= 4:
            half = len(cell.text) // 2
            cells.append(replace(cell, text=cell.text[:half]))
            cells.append(replace(cell, text=cell.text[half:], row=head))
        elif cell.row >= head:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell.row + cell.rowspan == head:
            cells.append(replace(cell, rowspan=cell.rowspan + 1))
        else:
            cells.append(cell)
    return made(table.id, cells)


def _units_in_heads(table: LogicalTable, random: Random) -> LogicalTable:
    return with_texts(
        table,
        {
            cell: cell.text + random.choice(("（件）", "(件)", "/件", "（单位：件）"))
            for cell in table.cells
            if cell.role == "header" and cell.text and cell.colspan == 1
        },
    )


def _numbered_columns(table: LogicalTable, random: Random) -> LogicalTable:
    """A row under the header that counts the columns."""
    head, first = table.n_header_rows(), _first_figure(table)
    if any(cell.role == "label" for cell in table.cells):
        cells = [LogicalCell(text="栏次", row=head, column=0, colspan=first, role="header")]
    else:
        cells, head = [], table.n_rows - 1
    cells += [
        LogicalCell(text=str(number), row=head, column=column, role="header")
        for number, column in enumerate(range(first, table.n_columns), 1)
    ]
    cells += [replace(c, row=c.row + 1) if c.row >= head else c for c in table.cells]
    return made(table.id, cells)


# Columns


def _column_of_units(table: LogicalTable, random: Random) -> LogicalTable:
    """A column 单位 between the labels and the figures."""
    head, first = table.n_header_rows(), _first_figure(table)
    cells = [replace(c, column=c.column + (c.column >= first)) for c in table.cells]
    cells.append(LogicalCell(text="单位", row=0, column=first, rowspan=head, role="header"))
    cells += _below(table, ("件" for _ in count()), first)
    return made(table.id, cells)


def _column_of_shares(table: LogicalTable, random: Random) -> LogicalTable:
    """A column 占比 behind the figures."""
    head, last = table.n_header_rows(), table.n_columns
    shares = (random.choice(("0%", "12.5%", "100%")) for _ in count())
    title = LogicalCell(text="占比", row=0, column=last, rowspan=head, role="header")
    return made(table.id, [*table.cells, title, *_below(table, shares, last)])


# Merged


def _merged_nothing(draft: Draft, random: Random) -> Draft:
    """Where a row has no figure at all, its seven cells are one."""
    table = draft.table("requests")
    amounts: dict[int, list[LogicalCell]] = {}
    for cell in table.cells:
        if cell.field:
            amounts.setdefault(cell.row, []).append(cell)
    nothing = {
        row for row, cells in amounts.items() if not any(cell.text.strip() for cell in cells)
    }
    cells = [
        replace(cell, colspan=7) if cell.row in nothing and cell.field else cell
        for cell in table.cells
        if not (cell.field and cell.row in nothing and cell.column > _first_figure(table))
    ]
    return draft.with_table(made(table.id, cells))


def _only_totals(draft: Draft, random: Random) -> Draft:
    """No columns for the applicants, only 总计."""
    table = draft.table("requests")
    first, head = _first_figure(table), table.n_header_rows()
    cells = [cell for cell in table.cells if cell.column < first]
    cells.append(LogicalCell(text="总计", row=0, column=first, rowspan=head, role="header"))
    cells += [
        replace(cell, column=first) for cell in table.cells if str(cell.field).endswith(".total")
    ]
    truth = {
        row: {c: value if c == "total" else ("absent", None) for c, value in line.items()}
        for row, line in draft.truth["requests"].items()
    }
    changed = draft.with_table(made(table.id, cells))
    return replace(changed, truth={**draft.truth, "requests": truth})


_REQUESTS, _DISPUTES = _in("requests"), _in("disputes")

HABITS = {
    habit.name: habit
    for habit in (
        Defect(
            name="turned_requests",
            about="table 三 with columns as rows",
            apply=_REQUESTS(_turned),
        ),
        Defect(
            name="turned_disputes",
            about="table 四 in fifteen lines",
            apply=_DISPUTES(_turned),
        ),
        Defect(
            name="disputes_in_lines",
            about="table 四 in three lines of five",
            apply=_DISPUTES(_in_lines),
        ),
        Defect(
            name="disputes_in_blocks",
            about="table 四 in two blocks, one below the other",
            apply=_DISPUTES(_in_blocks),
        ),
        Defect(
            name="groups_in_labels",
            about="group and item in one cell",
            apply=_REQUESTS(_groups_in_labels),
        ),
        Defect(
            name="unmerged_groups",
            about="the group's label in every row",
            apply=_REQUESTS(_unmerged_groups),
        ),
        Defect(
            name="halved_heads",
            about="heads cut over two rows",
            apply=_REQUESTS(_halved_heads),
        ),
        Defect(
            name="units_in_heads",
            about="自然人（件）",
            apply=_in("requests", "disputes")(_units_in_heads),
        ),
        Defect(
            name="numbered_columns",
            about="a row that counts the columns",
            apply=_in("requests", "disputes")(_numbered_columns),
        ),
        Defect(
            name="numbered_rows",
            about="a column that counts the rows",
            apply=_in("disclosure", "requests")(lambda table, _: with_numbers(table)),
        ),
        Defect(
            name="column_of_units",
            about="a column 单位 before the figures",
            apply=_REQUESTS(_column_of_units),
        ),
        Defect(
            name="column_of_shares",
            about="a column 占比 behind the figures",
            apply=_REQUESTS(_column_of_shares),
        ),
        Defect(
            name="merged_nothing",
            about="rows of nothing merged into one cell",
            apply=_merged_nothing,
        ),
        Defect(
            name="only_totals",
            about="no columns for the applicants, only 总计",
            apply=_only_totals,
        ),
    )
}
