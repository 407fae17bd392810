"""Spans to a rectangular grid; shared by the readers.

Two ways in: `rows_to_grid` for formats whose cells follow one another and are pushed aside
by spans from above (HTML), `placed_to_grid` for formats whose cells know their row and
column (DOCX, PDF). One way out: rows and columns in which no cell begins cannot be seen in
the document and are dropped, so that the same table reads to the same grid in each format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.model.document import Cell, Doubt, Table, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A cell that does not know its place yet."""

    text: str
    #: 0: down to the end of its row group.
    rowspan: int = 1
    colspan: int = 1
    where: Where = Where()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows × columns, rectangular; cells in row-major order, none overlapping."""

    n_rows: int
    n_columns: int
    cells: tuple[Cell, ...]
    doubts: tuple[Doubt, ...] = ()

    def table(self, id: str, *, caption: str = "", where: Where | None = None) -> Table:
        return Table(
            id=id,
            n_rows=self.n_rows,
            n_columns=self.n_columns,
            cells=self.cells,
            caption=caption,
            where=where or Where(),
            doubts=self.doubts,
        )


def rows_to_grid(groups: Iterable[Sequence[Sequence[Span]]]) -> Grid:
    """Row groups of rows of spans, in the order they are rendered. Raises Refusal."""
    raise NotImplementedError


def placed_to_grid(cells: Iterable[Cell]) -> Grid:
    """Cells that know their row and column, in any order. Raises Refusal.

    Where two overlap, the one that begins later (row, then column) gives way.
    """
    raise NotImplementedError
