"""Rows whose figures stand beside their heads, put back under the header.

Where a table is cut, the merged label beside a row may leave no cell behind it: the row is
short, and each figure stands under the head to the left of its own. Where a merged label
reaches one row too far, the row below is pushed aside: it is long, and its label stands under
the first head.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.model.document import Cell, Document, Table
from tasks.recognise.amounts import looks_like_value
from tasks.recognise.rows import Row, spoken_of, table_rows
from tasks.recognise.vocabulary import any_column_label, any_row_label

#: One head alone shows no columns that figures could be out of.
_FEWEST_HEADS = 2


def with_rows_in_place(document: Document) -> Document:
    """The document with such rows moved under their heads, their label as wide as is left.

    A short row is moved only where the rows short in its way prove it: one of them has a
    figure where the header leaves room for labels alone.
    """
    tables = {id(table): _in_place(table) for table in document.tables() if table.columns_sure}
    if all(tables[id(table)] is table for table in document.tables() if id(table) in tables):
        return document
    blocks = tuple(
        tables.get(id(block), block) if isinstance(block, Table) else block
        for block in document.blocks
    )
    return replace(document, blocks=blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aside:
    """A row in which a label and just enough cells for the heads stand, but not under them."""

    label: Cell
    cells: tuple[Cell, ...]
    #: How many columns it has to go to the right.
    by: int

    def proves(self) -> bool:
        return self.by < 0 or any(cell.text.strip() for cell in self.cells[: self.by])


def _in_place(table: Table) -> Table:
    if sum(cell.rowspan * cell.colspan for cell in table.cells) == table.n_rows * table.n_columns:
        return table
    alike: dict[tuple[int, int], list[_Aside]] = defaultdict(list)
    for aside in _rows_aside(table):
        alike[aside.by, aside.label.column].append(aside)
    moved: dict[int, Cell] = {}
    for rows in alike.values():
        if any(aside.proves() for aside in rows):
            for aside in rows:
                wider = replace(aside.label, colspan=aside.label.colspan + aside.by)
                moved[id(aside.label)] = wider
                for cell in aside.cells:
                    moved[id(cell)] = replace(cell, column=cell.column + aside.by)
    if not moved:
        return table
    cells = tuple(moved.get(id(cell), cell) for cell in table.cells)
    width = max(cell.column + cell.colspan for cell in cells)
    return replace(table, cells=cells, n_columns=width)


def _rows_aside(table: Table) -> Iterator[_Aside]:
    heads: set[int] = set()
    gathering = False
    name = None
    for row in table_rows(table):
        name = spoken_of(row) or name
        columns = _heads(row, name)
        if columns:
            heads = heads | columns if gathering else columns
            gathering = True
        elif row.has_values():
            gathering = False
        if name is not None and not columns and (aside := _aside(row, heads, name)):
            yield aside


def _heads(row: Row, table: str | None) -> set[int]:
    """The columns that stand under a head of one column in this row."""
    if table is None or row.has_values():
        return set()
    labels = any_column_label(table)
    heads = {c.column for c in row.own if c.colspan == 1 and c.column > 0 and labels.match(c.text)}
    return heads if len(heads) >= _FEWEST_HEADS else set()


def _aside(row: Row, heads: set[int], table: str) -> _Aside | None:
    n = len(heads)
    if n < _FEWEST_HEADS or len(row.own) <= n:
        return None
    *before, label = row.own[:-n]
    cells = row.own[-n:]
    first, end = min(heads), label.column + label.colspan
    by = first - end
    if (
        by == 0
        or label.colspan + by < 1
        or label.rowspan > 1
        or heads != set(range(first, first + n))
        or [cell.column for cell in cells] != list(range(end, end + n))
        or any(cell.colspan > 1 or cell.rowspan > 1 for cell in cells)
        or any(cell.text.strip() and not looks_like_value(cell.text) for cell in cells)
        or None in row.grid[:end]
        or any(cell is not None for cell in row.grid[end + n :])
        or any(looks_like_value(cell.text) for cell in (*before, label))
        or not any_row_label(table).match(label.text)
    ):
        return None
    return _Aside(label=label, cells=cells, by=by)
