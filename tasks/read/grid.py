"""Spans to a rectangular grid; shared by the readers.

Two ways in: `rows_to_grid` for formats whose cells follow one another and are pushed aside
by spans from above (HTML), `placed_to_grid` for formats whose cells know their row and
column (DOCX, PDF). One way out: rows and columns in which no cell begins cannot be seen in
the document and are dropped, so that the same table reads to the same grid in each format.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from tasks.model.document import Cell, Doubt, DoubtKind, Table, Where
from tasks.model.limits import MAX_CELLS, MAX_POSITIONS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.saying import say

_NOWHERE = Where()


class Span(NamedTuple):
    """A cell that does not know its place yet."""

    text: str
    #: 0: down to the end of its row group.
    rowspan: int = 1
    colspan: int = 1
    where: Where = _NOWHERE
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows × columns, rectangular; cells in row-major order, none overlapping."""

    n_rows: int
    n_columns: int
    cells: tuple[Cell, ...]
    doubts: tuple[Doubt, ...] = ()

    def table(self, id: str, *, caption: str = "", where: Where = _NOWHERE) -> Table:
        return Table(
            id=id,
            n_rows=self.n_rows,
            n_columns=self.n_columns,
            cells=self.cells,
            caption=caption,
            where=where,
            doubts=self.doubts,
        )


def rows_to_grid(groups: Iterable[Sequence[Sequence[Span]]]) -> Grid:
    """Row groups of rows of spans, in the order in which they are rendered.

    A span ends with its row group. Raises Refusal `too_complex`.

    Source: HTML Standard, 4.9.12.1 Forming a table. There two cells may lie on one slot;
    here the later one gives way, with a doubt.
    """
    return placed_to_grid(rows_to_cells(groups))


def rows_to_cells(groups: Iterable[Sequence[Sequence[Span]]]) -> list[Cell]:
    """The same spans with their places, before anything is dropped.

    Programs that take the first row for the head of a table cut the spans that reach out of it:
    where the rows are whole without their groups, and not with them, there are none.
    """
    groups = list(groups)
    cells: list[Cell] = []
    first = 0
    for group in groups:
        cells.extend(_placed(group, first))
        first += len(group)
    if len(groups) > 1 and not _is_whole(cells, first):
        joined = list(_placed([row for group in groups for row in group], 0))
        if _is_whole(joined, first):
            return joined
    return cells


def _is_whole(cells: Sequence[Cell], n_rows: int) -> bool:
    """Whether the cells fill a rectangle, and none had to give way."""
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    area = sum(cell.rowspan * cell.colspan for cell in cells)
    return area == width * n_rows and not any(cell.doubts for cell in cells)


#: Beyond so many lines of cells a table is no form, and its edges are left as they are.
_EDGES_LOOKED_AT = 100_000


def joined_edges(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The same cells, where an edge that a single row has beside the edge of other rows is
    that edge.

    Programs that place cells by their widths and round each row by itself write one edge as
    two. Between them no cell stands alone, and no row has both.
    """
    if sum(cell.rowspan for cell in cells) > _EDGES_LOOKED_AT:
        return cells
    rows_of: dict[int, set[int]] = {}
    for cell in cells:
        for edge in (cell.column, cell.column + cell.colspan):
            rows = rows_of.get(edge)
            if rows is None:
                rows = rows_of[edge] = set()
            if cell.rowspan == 1:
                rows.add(cell.row)
            else:
                rows.update(range(cell.row, cell.row + cell.rowspan))
    edges = sorted(rows_of)[1:-1]
    same: dict[int, int] = {}
    for left, right in pairwise(edges):
        alone, other = sorted((left, right), key=lambda edge: len(rows_of[edge]))
        if len(rows_of[alone]) > 1 or len(rows_of[other]) == 1 or other in same:
            continue
        if not rows_of[alone] & rows_of[other]:
            same[alone] = other
            rows_of[other] |= rows_of[alone]
    if not same:
        return cells
    moved = []
    for cell in cells:
        left, right = cell.column, cell.column + cell.colspan
        left, right = same.get(left, left), same.get(right, right)
        moved.append(replace(cell, column=left, colspan=right - left))
    return moved


def _placed(group: Sequence[Sequence[Span]], first: int) -> Iterator[Cell]:
    """The spans of one row group with their places; `first` is its first row.

    The columns taken from above are kept as intervals, so a colspan costs the same however
    wide it is.
    """
    above: list[tuple[int, int, int]] = []  # from column, to column, rows left; sorted
    work = 0
    for index, row in enumerate(group):
        work += len(above) + len(row)
        if work > MAX_POSITIONS:
            raise _too_large()
        left = len(group) - index
        below = [(start, end, rows - 1) for start, end, rows in above if rows > 1]
        for span, start, end in _beside(row, above):
            rowspan = min(span.rowspan or left, left)
            doubts = span.doubts
            if end - start < span.colspan:
                doubts = (*doubts, _overlap(span.where))
            yield Cell(
                text=span.text,
                row=first + index,
                column=start,
                rowspan=rowspan,
                colspan=end - start,
                where=span.where,
                doubts=doubts,
            )
            if rowspan > 1:
                below.append((start, end, rowspan - 1))
        above = sorted(below)


def _beside(
    row: Sequence[Span], above: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[Span, int, int]]:
    """Each span of a row with the columns that the spans from above leave it."""
    column = 0
    taken = 0
    for span in row:
        while taken < len(above) and above[taken][0] <= column:
            column = max(column, above[taken][1])
            taken += 1
        end = column + max(span.colspan, 1)
        if taken < len(above):
            end = min(end, above[taken][0])
        yield span, column, end
        column = end


def placed_to_grid(cells: Iterable[Cell], *, columns: Collection[int] = ()) -> Grid:
    """Cells that know their row and column, in any order. Raises Refusal `too_complex`.

    `columns` are there though no cell may begin in them.

    Where two overlap, the one that begins later (row, then column) gives way; where nothing
    is left of it, its text goes to the cell that covers it. Both with a doubt.
    """
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    if len(ordered) > MAX_CELLS:
        raise _too_large()
    rows = sorted({cell.row for cell in ordered})
    columns = sorted({*columns, *(cell.column for cell in ordered)})
    if len(rows) * len(columns) > MAX_POSITIONS:
        raise _too_large()
    apart = _apart(_seen(ordered, rows, columns), len(rows), len(columns))
    return Grid(
        n_rows=len(rows),
        n_columns=len(columns),
        cells=tuple(apart),
        doubts=tuple(_ragged(apart, len(rows), len(columns))),
    )


def _seen(cells: list[Cell], rows: Sequence[int], columns: Sequence[int]) -> list[Cell]:
    """The cells on the grid of those rows and columns in which some cell begins."""
    n_rows, n_columns = len(rows), len(columns)
    if rows and (rows[-1], columns[-1]) == (n_rows - 1, n_columns - 1):  # all of them
        return [
            cell
            if cell.row + cell.rowspan <= n_rows and cell.column + cell.colspan <= n_columns
            else _without_the_unseen(cell, rows, columns)
            for cell in cells
        ]
    return [_without_the_unseen(cell, rows, columns) for cell in cells]


def _without_the_unseen(cell: Cell, rows: Sequence[int], columns: Sequence[int]) -> Cell:
    row, column = bisect_left(rows, cell.row), bisect_left(columns, cell.column)
    rowspan = bisect_left(rows, cell.row + cell.rowspan) - row
    colspan = bisect_left(columns, cell.column + cell.colspan) - column
    if (row, column, rowspan, colspan) == (cell.row, cell.column, cell.rowspan, cell.colspan):
        return cell
    return replace(cell, row=row, column=column, rowspan=rowspan, colspan=colspan)


def _apart(cells: Sequence[Cell], n_rows: int, n_columns: int) -> list[Cell]:
    """The cells with none on another; `cells` in row-major order."""
    taken = [bytearray(n_columns) for _ in range(n_rows)]
    kept: list[Cell] = []
    for cell in cells:
        row, column = cell.row, cell.column
        if taken[row][column]:
            _give_to_the_cell_above(kept, cell)
            continue
        if cell.rowspan == cell.colspan == 1:
            taken[row][column] = 1
            kept.append(cell)
            continue
        free = taken[row].find(1, column, column + cell.colspan)
        colspan = cell.colspan if free < 0 else free - column
        rowspan = 1
        while rowspan < cell.rowspan and not any(taken[row + rowspan][column : column + colspan]):
            rowspan += 1
        if (rowspan, colspan) != (cell.rowspan, cell.colspan):
            doubts = (*cell.doubts, _overlap(cell.where))
            cell = replace(cell, rowspan=rowspan, colspan=colspan, doubts=doubts)
        for below in range(row, row + rowspan):
            taken[below][column : column + colspan] = b"\x01" * colspan
        kept.append(cell)
    return kept


def _give_to_the_cell_above(kept: list[Cell], cell: Cell) -> None:
    """Only cells from other programs come here: none of our readers places one on another."""
    for index, other in enumerate(kept):
        if (
            other.row <= cell.row < other.row + other.rowspan
            and other.column <= cell.column < other.column + other.colspan
        ):
            text = "\n".join(filter(None, (other.text, cell.text)))
            doubts = (*other.doubts, *cell.doubts, _overlap(cell.where))
            kept[index] = replace(other, text=text, doubts=doubts)
            return


def _ragged(cells: Sequence[Cell], n_rows: int, n_columns: int) -> Iterator[Doubt]:
    """A doubt where rows end early or have holes."""
    if sum(cell.rowspan * cell.colspan for cell in cells) == n_rows * n_columns:
        return
    changes = [0] * (n_rows + 1)
    for cell in cells:
        changes[cell.row] += cell.colspan
        changes[cell.row + cell.rowspan] -= cell.colspan
    widths = list(accumulate(changes))[:n_rows]
    short = tuple(row + 1 for row, width in enumerate(widths) if width < n_columns)
    said = say("ragged_rows", n_columns=n_columns, n=len(short), short=short)
    yield Doubt(kind=DoubtKind.RAGGED_ROWS, says=(said,))


def _overlap(where: Where) -> Doubt:
    return Doubt(
        kind=DoubtKind.OVERLAPPING_SPAN,
        says=(say("overlapping_span"),),
        where=where,
    )


def _too_large() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"文件中的表格过大（最多 {MAX_CELLS} 个单元格）。请拆分后重新提交。",
        f"The tables of the document are too large (at most {MAX_CELLS} cells). "
        "Split it and send it again.",
    )
