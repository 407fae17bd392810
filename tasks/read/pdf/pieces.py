"""Parts of tables, as they stand on one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from tasks.model.box import Box
from tasks.model.document import Doubt, Where


class White(NamedTuple):
    """The white around the text of a cell, in font sizes."""

    above: float
    below: float
    #: Beside its last line, left and right of it together.
    beside: float


@dataclass(frozen=True, slots=True)
class PieceCell:
    """A cell of the part of a table that stands on one page."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box
    where: Where
    text: str = ""
    doubts: tuple[Doubt, ...] = ()
    #: None where it has no text, or no lines around it.
    white: White | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Row and column; no other cell of its piece begins there."""
        return self.row, self.column

    @property
    def below(self) -> int:
        """The first row below it."""
        return self.row + self.rowspan

    @property
    def beyond(self) -> int:
        """The first column at its right."""
        return self.column + self.colspan


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a table that stands on one page."""

    #: The places among all sheets of the first and the last one that it stands on.
    first_leaf: int
    leaf: int
    box: Box
    where: Where
    #: Edges of the columns, from left to right: one more than there are columns.
    xs: tuple[float, ...]
    n_rows: int
    #: In no order where they were not yet put in one.
    cells: tuple[PieceCell, ...]
    #: Whether lines were drawn between its cells.
    ruled: bool = True

    @property
    def n_columns(self) -> int:
        return len(self.xs) - 1

    def rows(self) -> list[list[PieceCell]]:
        """The cells that begin in each row."""
        rows: list[list[PieceCell]] = [[] for _ in range(self.n_rows)]
        for cell in self.cells:
            rows[cell.row].append(cell)
        return rows


def moved(cell: PieceCell, down: int) -> PieceCell:
    """The cell so many rows further down."""
    return replace(cell, row=cell.row + down) if down else cell


def in_order(cells: list[PieceCell]) -> tuple[PieceCell, ...]:
    return tuple(sorted(cells, key=lambda cell: cell.place))
