"""Pieces of a table that is cut by its columns: the last columns stand on a later page.

Sheets that are broader than the paper are printed so. The rows are those of the piece
before: their labels are printed again, or all of them stand at the same heights. The heads
must be others; where they are the same it is another table of the same form. Where the rows
do not correspond for certain the pieces stay apart.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.read.pdf.joined import BLANK_OR_NUMBER
from tasks.read.pdf.marks import Piece, PieceCell

#: How far apart the edges of a row may be on two pages, in points.
SAME_HEIGHT = 1.5
#: Rows that stand at the same heights, without labels, from which they are the same rows.
FEWEST_ROWS = 3
#: Labels of rows that are printed again, from which it is seen that the rows begin anew.
FEWEST_LABELS = 3


def stands_beside(left: Piece, right: Piece) -> bool:
    """Whether the rows of both are the same, and the columns go on."""
    if not (left.ruled and right.ruled) or left.n_rows != right.n_rows:
        return False
    n_labels = _n_labels(left)
    if n_labels and _has_labels(right, n_labels):
        same = _labels(left, n_labels) == _labels(right, n_labels)
    else:
        n_labels = 0
        same = left.n_rows >= FEWEST_ROWS and not _has_words(right) and _level(left, right)
    return same and _heads_go_on(left, right, n_labels)


def begins_anew(upper: Piece, lower: Piece) -> bool:
    """Whether the lower piece repeats the rows of the upper one under other heads, so that its
    rows are no further ones."""
    n_labels = _n_labels(upper)
    if not n_labels or not _has_labels(lower, n_labels) or lower.n_rows > upper.n_rows:
        return False
    above = {place: text for place, text in _labels(upper, n_labels).items() if text}
    below = {place: text for place, text in _labels(lower, n_labels).items() if text}
    again = [place for place, text in below.items() if above.get(place) == text]
    # The last label of a page may be the beginning of one that is cut there.
    repeated = len(again) >= max(FEWEST_LABELS, len(below) - 2)
    return repeated and _heads_go_on(upper, lower, n_labels)


def join_beside(left: Piece, right: Piece) -> Piece:
    """One piece of both, which keeps the place of the first."""
    n_labels = _n_labels(left) if _has_labels(right, _n_labels(left)) else 0
    shift = left.n_columns - n_labels
    more = [
        replace(cell, column=cell.column + shift)
        for cell in right.cells
        if cell.column >= n_labels
    ]
    edges = [left.xs[-1] + edge - right.xs[n_labels] for edge in right.xs[n_labels + 1 :]]
    cells = _with_heads_joined(left, more)
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(left, xs=[*left.xs, *edges], cells=cells, leaf=right.leaf)


def _with_heads_joined(left: Piece, more: list[PieceCell]) -> list[PieceCell]:
    """The cells of both; a head over columns of both is one."""
    ends = {
        (cell.row, cell.rowspan): cell
        for cell in left.cells
        if cell.column + cell.colspan == left.n_columns and cell.row < _first_figures(left)
    }
    cells = {id(cell): cell for cell in left.cells}
    for cell in more:
        end = ends.get((cell.row, cell.rowspan))
        begins = cell.column == left.n_columns
        if begins and end is not None and cell.text and _said(end) == _said(cell):
            cells[id(end)] = replace(end, colspan=end.colspan + cell.colspan)
        else:
            cells[id(cell)] = cell
    return list(cells.values())


def _n_labels(piece: Piece) -> int:
    """How many columns at the left hold no figures."""
    figures = [cell.column for cell in piece.cells if _is_figure(cell)]
    return min(figures, default=0)


def _has_labels(piece: Piece, n_labels: int) -> bool:
    """Whether that many columns at the left hold no figures, and words beside each row of
    figures, and none of their cells reaches out."""
    if not 0 < n_labels < piece.n_columns or _n_labels(piece) < n_labels:
        return False
    ours = [cell for cell in piece.cells if cell.column < n_labels]
    rows = {cell.row for cell in piece.cells if _is_figure(cell)}
    labelled = {
        row
        for cell in ours
        if cell.text.strip() and cell.rowspan == 1
        for row in (cell.row,)
    }
    return rows <= labelled and all(cell.column + cell.colspan <= n_labels for cell in ours)


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
            cell
            for cell in piece.cells
            if cell.row < first and cell.column <= column < cell.column + cell.colspan
        ]
        over.sort(key=lambda cell: cell.row)
        heads.append(tuple(_said(cell) for cell in over if cell.text.strip()))
    # Labels that no figures stand left of are heads of nothing.
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
    return all(
        one is not None and other is not None and abs(one - other) <= SAME_HEIGHT
        for edges in pairs
        for one, other in zip(*edges, strict=True)
    )


def _edges(piece: Piece) -> list[tuple[float | None, float | None]]:
    """Top and bottom of each row, None where no cell begins or ends there."""
    tops: dict[int, float] = {}
    bottoms: dict[int, float] = {}
    for cell in piece.cells:
        tops[cell.row] = cell.box.top
        bottoms[cell.row + cell.rowspan - 1] = cell.box.bottom
    return [(tops.get(row), bottoms.get(row)) for row in range(piece.n_rows)]


def _is_figure(cell: PieceCell) -> bool:
    return bool(cell.text.strip()) and BLANK_OR_NUMBER.fullmatch(cell.text) is not None


def _said(cell: PieceCell) -> str:
    return "".join(cell.text.split())
