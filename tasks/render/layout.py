"""An edition of a table -> how it is printed: cells with spans, as on paper. Pure.

disclosure   one block below the other, a title and the heads over each
requests     labels in three columns, heads in three rows
disputes     sideways: the rows of the form stand beside each other over one line of figures
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Block, Edition, Line

#: What stands over the heads of table 三, and beside them.
_APPLICANTS = "申请人情况"
_CORNER = "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One cell of the printed table; rows and columns count from 0."""

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    #: `requests.new.total` where a figure belongs here; "" for a label.
    cell: str = ""
    #: A label of the rows beside it, not of the columns below.
    is_side: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table as it is printed."""

    table: str
    edition: str
    title: str
    rows: int
    columns: int
    cells: tuple[Printed, ...]

    def by_row(self) -> Iterator[tuple[Printed, ...]]:
        for row in range(self.rows):
            yield tuple(cell for cell in self.cells if cell.row == row)


def sheets(report: dict[str, Any]) -> Iterator[Sheet]:
    """The tables of a report, each in its edition, in the order of the form; rows that only some
    reports have are there where this one has them. A table that was not found is blank."""
    for table in FORM.tables:
        edition = report["edition"].get(table) or FORM.of(table)[0].edition
        lines = report.get(table) or {}
        here = frozenset(
            row
            for row, columns in lines.items()
            if any(value["kind"] != "absent" for value in columns.values())
        )
        yield sheet(table, edition, here)


@lru_cache(maxsize=64)
def sheet(table: str, name: str, here: Collection[str]) -> Sheet:
    """`here`: ids of the rows that the report has, which decides those that may be left out."""
    edition = FORM.edition(table, name)
    cells = list(_sideways(edition) if edition.sideways else _upright(edition, here))
    return Sheet(
        table=table,
        edition=name,
        title=edition.titles[0],
        rows=max(cell.row + cell.rowspan for cell in cells),
        columns=max(cell.column + cell.colspan for cell in cells),
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
    )


def _upright(edition: Edition, here: Collection[str]) -> Iterator[Printed]:
    blocks = [
        (block, rows)
        for block in edition.blocks
        if (rows := [row for row in block.rows if not _is_left_out(row, block, here)])
    ]
    side = max(len(row.group) + 1 for _, rows in blocks for row in rows)
    width = max(len(block.columns) for block, _ in blocks)
    at = 0
    for block, rows in blocks:
        if block.title:
            yield Printed(row=at, column=0, colspan=side + width, text=block.title)
            at += 1
        wide = _shares(width, len(block.columns))
        heads = list(_heads(block.columns, at, side, wide, edition.table))
        depth = max(cell.row + cell.rowspan for cell in heads) - at
        stub = block.stub or (_CORNER if edition.table == "requests" else "")
        yield Printed(row=at, column=0, rowspan=depth, colspan=side, text=stub)
        yield from heads
        at += depth
        yield from _labels(rows, at, side)
        for number, row in enumerate(rows):
            column = side
            for line, share in zip(block.columns, wide, strict=True):
                cell = f"{edition.table}.{row.id}.{line.id}"
                yield Printed(row=at + number, column=column, colspan=share, cell=cell)
                column += share
        at += len(rows)


def _is_left_out(row: Line, block: Block, here: Collection[str]) -> bool:
    return (row.optional or block.optional) and row.id not in here


def _shares(width: int, columns: int) -> list[int]:
    """How many columns of the sheet each column of a block takes; the last takes the rest."""
    return [*[1] * (columns - 1), width - columns + 1]


def _heads(
    columns: Sequence[Line], at: int, side: int, wide: Sequence[int], table: str
) -> Iterator[Printed]:
    over = (_APPLICANTS,) if table == "requests" else ()
    paths = [(*over, *column.group, column.label) for column in columns]
    yield from _tree(paths, at, side, wide)


def _tree(
    paths: Sequence[Sequence[str]], at: int, left: int, wide: Sequence[int]
) -> Iterator[Printed]:
    """Heads over heads: labels that neighbours share are one cell, and the last reaches down."""
    depth = max(map(len, paths))
    starts = [left + sum(wide[:number]) for number in range(len(wide) + 1)]
    for level in range(depth):
        first = 0
        for number in range(1, len(paths) + 1):
            path = paths[first]
            if number < len(paths) and level < len(path) - 1 and (
                paths[number][: level + 1] == path[: level + 1]
            ):  # fmt: skip
                continue
            if level < len(path):
                is_last = level == len(path) - 1
                yield Printed(
                    row=at + level,
                    column=starts[first],
                    rowspan=depth - level if is_last else 1,
                    colspan=starts[number] - starts[first],
                    text=path[level],
                )
            first = number


def _labels(rows: Sequence[Line], at: int, side: int) -> Iterator[Printed]:
    """The labels beside the figures, those that rows share in one cell."""
    for level in range(side):
        first = 0
        for number in range(1, len(rows) + 1):
            row = rows[first]
            path = (*row.group, f"{row.numbering}{row.label}")
            if number < len(rows) and level < len(row.group) and (
                rows[number].group[: level + 1] == row.group[: level + 1]
            ):  # fmt: skip
                continue
            if level < len(path):
                is_last = level == len(path) - 1
                yield Printed(
                    row=at + first,
                    column=level,
                    rowspan=1 if is_last else number - first,
                    colspan=side - level if is_last else 1,
                    text=path[level],
                    is_side=True,
                )
            first = number


def _sideways(edition: Edition) -> Iterator[Printed]:
    (block,) = edition.blocks
    paths = [
        (*row.group, row.label, column.label) for row in block.rows for column in block.columns
    ]
    # 行政复议 has no label between, and takes the place of two.
    yield from _tree_to_the_bottom(paths)
    depth = max(map(len, paths))
    for number, (row, column) in enumerate(edition.fields()):
        yield Printed(row=depth, column=number, cell=f"{edition.table}.{row.id}.{column.id}")


def _tree_to_the_bottom(paths: Sequence[Sequence[str]]) -> Iterator[Printed]:
    """As `_tree`, but the last labels stand in one row: 行政复议, which has no label between,
    takes the place of two."""
    depth = max(map(len, paths))
    full = [(*path[:-1], *[""] * (depth - len(path)), path[-1]) for path in paths]
    for cell in _tree(full, 0, 0, [1] * len(full)):
        below = full[cell.column][cell.row + 1 : -1]
        if cell.text:
            yield replace(cell, rowspan=1 if any(below) else 1 + len(below))
