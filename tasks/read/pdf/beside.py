"""Pieces of a table that is cut by its columns: the last columns stand on a later page.

Sheets that are broader than the paper are printed so. The rows are those of the piece
before: their labels are printed again, or all of them stand at the same heights. The heads
must be others; where they are the same it is another table of the same form. Where the rows
do not correspond for certain the pieces stay apart.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.read.pdf.joined import BLANK_OR_NUMBER
from tasks.read.pdf.pieces import Piece, PieceCell, in_order

#: How far apart the edges of a row may be on two pages, in points.
SAME_HEIGHT = 1.5
#: Rows that stand at the same heights, without labels, from which they are the same rows.
FEWEST_ROWS = 3
#: What is written in place of a figure.
NOTHING = frozenset({"无", "没有", "空"})
#: Labels of rows that are printed again, from which it is seen that the rows begin anew.
FEWEST_LABELS = 3


def join_beside(left: Piece, right: Piece) -> Piece | None:
    """One piece of both, which keeps the place of the first; None where it is not certain that
    the rows of both are the same, and the columns go on."""
    if not (left.ruled and right.ruled):
        return None
    one, other = _on_rows_of(right, left), _on_rows_of(left, right)
    if one is None or other is None:
        return None
    left, right = one, other
    n_labels = _n_labels(left)
    if n_labels and _has_labels(left, n_labels) and _has_labels(right, n_labels):
        same = _labels(left, n_labels) == _labels(right, n_labels)
    else:
        n_labels = 0
        same = left.n_rows >= FEWEST_ROWS and not _has_words(right) and _level(left, right)
    return _joined(left, right, n_labels) if same and _heads_go_on(left, right, n_labels) else None


def begins_anew(upper: Piece, lower: Piece) -> bool:
    """Whether the lower piece repeats the rows of the upper one under other heads, so that its
    rows are no further ones."""
    n_labels = _n_labels(upper)
    if not n_labels or not _has_labels(lower, n_labels):
        return False
    above = [text for text in _labels(upper, n_labels).values() if text]
    below = [text for text in _labels(lower, n_labels).values() if text]
    # The last label of a page, and of its group, may be the beginning of one that is cut there.
    repeated = any(
        n >= FEWEST_LABELS and above[:n] == below[:n] for n in (len(below), len(below) - 2)
    )
    return repeated and _heads_go_on(upper, lower, n_labels)


def _on_rows_of(pattern: Piece, piece: Piece) -> Piece | None:
    """The piece with its rows counted as in another one that has more: a head of two lines is
    one row where nothing parts it. By their heights; None where these are others."""
    if piece.n_rows >= pattern.n_rows:
        return piece
    edges = _edges(pattern)
    begins: list[int] = []
    row = 0
    for top, bottom in _edges(piece):
        end = row
        while end < len(edges) and not _same(edges[end][1], bottom):
            end += 1
        if end == len(edges) or not _same(edges[row][0], top):
            return None
        begins.append(row)
        row = end + 1
    if row != pattern.n_rows:
        return None
    begins.append(row)
    cells = tuple(
        replace(cell, row=begins[cell.row], rowspan=begins[cell.below] - begins[cell.row])
        for cell in piece.cells
    )
    return replace(piece, cells=cells, n_rows=pattern.n_rows)


def _joined(left: Piece, right: Piece, n_labels: int) -> Piece:
    shift = left.n_columns - n_labels
    more = [
        replace(cell, column=cell.column + shift) for cell in right.cells if cell.column >= n_labels
    ]
    edges = [left.xs[-1] + edge - right.xs[n_labels] for edge in right.xs[n_labels + 1 :]]
    cells = in_order(_with_heads_joined(left, more))
    return replace(left, xs=(*left.xs, *edges), cells=cells, leaf=right.leaf)


def _with_heads_joined(left: Piece, more: list[PieceCell]) -> list[PieceCell]:
    """The cells of both; a head over columns of both is one."""
    ends = {
        (cell.row, cell.rowspan): cell
        for cell in left.cells
        if cell.beyond == left.n_columns and cell.row < _first_figures(left)
    }
    cells = {cell.place: cell for cell in left.cells}
    for cell in more:
        end = ends.get((cell.row, cell.rowspan))
        begins = cell.column == left.n_columns
        if begins and end is not None and cell.text and _said(end) == _said(cell):
            cells[end.place] = replace(end, colspan=end.colspan + cell.colspan)
        else:
            cells[cell.place] = cell
    return list(cells.values())


def _n_labels(piece: Piece) -> int:
    """How many columns at the left hold the words of its rows, whatever else is blank."""
    first = _first_figures(piece)
    ends = [
        cell.beyond
        for cell in piece.cells
        if cell.row >= first and cell.text.strip() and not _is_figure(cell)
    ]
    return max(ends, default=0)


def _has_labels(piece: Piece, n_labels: int) -> bool:
    """Whether that many columns at the left hold words beside each row of figures, and no
    figures, and none of their cells reaches out."""
    if not 0 < n_labels < piece.n_columns or _n_labels(piece) != n_labels:
        return False
    ours = [cell for cell in piece.cells if cell.column < n_labels]
    rows = {cell.row for cell in piece.cells if _is_figure(cell)}
    labelled = {cell.row for cell in ours if cell.text.strip() and cell.rowspan == 1}
    return (
        rows <= labelled
        and all(cell.beyond <= n_labels for cell in ours)
        and not any(_is_figure(cell) for cell in ours)
    )


def _labels(piece: Piece, n_labels: int) -> dict[tuple[int, int, int, int], str]:
    return {
        (cell.row, cell.column, cell.rowspan, cell.colspan): _said(cell)
        for cell in piece.cells
        if cell.column < n_labels
    }


def _heads_go_on(left: Piece, right: Piece, n_labels: int) -> bool:
    """Whether no column of one has the heads of one of the other; or none has any."""
    one, other = _heads(left, n_labels), _heads(right, n_labels)
    if not any(one) and not any(other):
        return True
    return all(one) and all(other) and not set(one) & set(other)


def _heads(piece: Piece, n_labels: int) -> list[tuple[str, ...]]:
    """What stands over each column of figures, from top to bottom."""
    first = _first_figures(piece)
    heads: list[tuple[str, ...]] = []
    for column in range(n_labels, piece.n_columns):
        over = [
            cell for cell in piece.cells if cell.row < first and cell.column <= column < cell.beyond
        ]
        over.sort(key=lambda cell: cell.row)
        heads.append(tuple(_said(cell) for cell in over if cell.text.strip()))
    return heads


def _first_figures(piece: Piece) -> int:
    return min((cell.row for cell in piece.cells if _is_figure(cell)), default=piece.n_rows)


def _has_words(piece: Piece) -> bool:
    """Whether words stand in its rows of figures, or below them."""
    first = _first_figures(piece)
    return any(cell.row >= first and cell.text and not _is_figure(cell) for cell in piece.cells)


def _level(left: Piece, right: Piece) -> bool:
    """Whether each row stands at the same height on both pages."""
    pairs = zip(_edges(left), _edges(right), strict=True)
    return all(_same(one, other) for edges in pairs for one, other in zip(*edges, strict=True))


def _same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= SAME_HEIGHT


def _edges(piece: Piece) -> list[tuple[float | None, float | None]]:
    """Top and bottom of each row, None where no cell begins or ends there."""
    tops: dict[int, float] = {}
    bottoms: dict[int, float] = {}
    for cell in piece.cells:
        tops[cell.row] = cell.box.top
        bottoms[cell.below - 1] = cell.box.bottom
    return [(tops.get(row), bottoms.get(row)) for row in range(piece.n_rows)]


def _is_figure(cell: PieceCell) -> bool:
    text = cell.text.strip()
    return bool(text) and (text in NOTHING or BLANK_OR_NUMBER.fullmatch(text) is not None)


def _said(cell: PieceCell) -> str:
    return "".join(cell.text.split())
