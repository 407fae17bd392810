"""Cells that know their columns to the contents of a document; shared by the readers of word
processors' documents.

A cell that reaches down stands in each of its rows there, and says that it goes on from above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tasks.model.document import Cell, Doubt, DoubtKind, Where
from tasks.model.saying import say
from tasks.read.grid import placed_to_grid
from tasks.read.nesting import Content, Held, is_layout, is_short, kept, poured
from tasks.read.nesting import pieces as as_pieces
from tasks.read.unseen import CITED

#: A column of the grid narrower than this (twentieths of a point) cannot be seen.
SLIVER = 120


@dataclass(slots=True, kw_only=True)
class Placed:
    """A cell of one row with the columns that it takes."""

    column: int
    span: int
    held: Held
    #: Goes on from the cell above.
    continues: bool = False
    #: Begins a cell that may go on below.
    begins: bool = False
    #: As declared, in twentieths of a point; None where it is not.
    width: int | None = None
    row: int = 0


def as_contents(
    cells: Sequence[tuple[Placed, int]],
    n_rows: int,
    where: Where,
    *,
    caption: str = "",
    edges: tuple[int, ...] = (),
) -> list[Content]:
    """What a table comes to: itself, or what it holds where it only lays out.

    `cells`: those that begin somewhere, in row-major order, with how many rows each takes.
    """
    held: list[list[Held]] = [[] for _ in range(n_rows)]
    for placed, _ in cells:
        held[placed.row].append(placed.held)
    as_placed = [_cell(placed, rowspan) for placed, rowspan in cells]
    if is_layout(held):
        layout = poured(held)
        return as_pieces(as_placed, held, layout, where, edges) if is_short(layout) else layout
    own = kept(placed_to_grid(as_placed), held, caption, where)
    return as_pieces(as_placed, held, own, where, edges)


def merged_down(rows: Sequence[Sequence[Placed]]) -> list[tuple[Placed, int]]:
    """The cells that begin somewhere, in row-major order, and how many rows each takes.

    A cell that goes on from a cell that is not there, or has another width, begins itself.
    """
    cells: list[tuple[Placed, int]] = []
    above: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        here: dict[tuple[int, int], int] = {}
        for placed in row:
            placed.row = number
            key = (placed.column, placed.span)
            if placed.continues and key in above:
                index = above[key]
                begun, rowspan = cells[index]
                cells[index] = (begun, rowspan + 1)
                if placed.held.text:
                    begun.held.doubts = (*begun.held.doubts, covered(placed.held))
                here[key] = index
            else:
                cells.append((placed, 1))
                if placed.begins or placed.continues:
                    here[key] = len(cells) - 1
        above = here
    return cells


def _cell(placed: Placed, rowspan: int) -> Cell:
    return Cell(
        text=placed.held.shown,
        row=placed.row,
        column=placed.column,
        rowspan=rowspan,
        colspan=placed.span,
        where=placed.held.where,
        doubts=placed.held.doubts,
    )


def covered(held: Held) -> Doubt:
    return Doubt(
        kind=DoubtKind.STRAY_TEXT,
        says=(say("stray_text.covered", text=held.text[:CITED]),),
        where=held.where,
    )


def drop_slivers(rows: Sequence[Sequence[Placed]], widths: Sequence[int]) -> None:
    """Takes out columns too narrow to be seen, in which no cell stands alone.

    Programs that round the widths of rows apart write one edge as two, a hair from each other.
    """
    own = {cell.column for row in rows for cell in row if cell.span == 1}
    slivers = {
        column for column, width in enumerate(widths) if 0 < width < SLIVER and column not in own
    }
    if not slivers:
        return
    before = list(accumulate((column not in slivers for column in range(len(widths))), initial=0))

    def place(edge: int) -> int:
        return before[edge] if edge < len(before) else edge - len(slivers)

    edges = [(place(cell.column), place(cell.column + cell.span)) for row in rows for cell in row]
    if all(left < right for left, right in edges):
        for cell, (left, right) in zip((c for row in rows for c in row), edges, strict=True):
            cell.column, cell.span = left, right - left
