"""What drawn lines enclose: a table, frames around prose, a chart, a drawing, a form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from tasks.model.box import Box
from tasks.read.pdf.lattice import Lattice, LatticeCell
from tasks.read.pdf.lines import NUMERIC, Line, line_text
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import line_to_row
from tasks.read.pdf.pieces import Piece

#: Share of the page, from its top, where the last row of a table may stand, and its fewest
#: columns: one row alone is a frame otherwise.
REST_OF_FORM = 0.2
FEWEST_OF_REST = 3
#: A chart has at least this many lines each way, and text in less than this share of the
#: rows and of the columns between them.
FEWEST_OF_CHART = 4
SHARE_OF_CHART = 0.4
#: A drawing of boxes and arrows has fewer cells than this share of the boxes of its lattice:
#: each line is a side of one box only. Paper with a printed grid has text in less than this
#: share of its cells.
SHARE_OF_DRAWING = 0.25
SHARE_OF_PAPER = 0.05
#: A line of prose fills this share of its frame, and has so many characters; two such frames
#: are a stack.
PROSE_FILL = 0.8
SHORTEST_PROSE = 15
FEWEST_OF_STACK = 2
#: Lines of figures or of numbered entries in one cell, from which it is no cell.
FEWEST_IN_ONE = 3
#: The number of an entry.
ENTRY = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")
#: White between heads with lines and the rows below, in font sizes, at the most; and the
#: fewest figures that must stand there.
HEAD_WHITE = 3.0
FEWEST_BELOW = 3
#: How far at the left of heads a row below them may begin, in points.
LEFT_OF_HEADS = 3.0


def rows_of_table(
    lattice: Lattice, cells: Sequence[LatticeCell], texts: Mapping[int, Sequence[Line]]
) -> range:
    """The rows without the framed prose above and below; `texts` are the lines of each cell.

    Some makers of PDFs box each line of the body text, and the boxes touch the table.
    """
    prose: dict[int, bool] = {}
    for index, cell in enumerate(cells):
        if cell.colspan == lattice.n_columns:
            lines = texts[index]
            is_prose = len(lines) == 1 and _fills(lines[0], cell.box)
            prose.update(dict.fromkeys(range(cell.row, cell.row + cell.rowspan), is_prose))
    rows = range(lattice.n_rows)
    above = _stack(prose, rows)
    below = _stack(prose, rows[::-1])
    return rows[above : len(rows) - below]


def _stack(prose: Mapping[int, bool], rows: range) -> int:
    """How many rows from the edge to the last line of prose, 0 where that is no stack."""
    last = 0
    for run, row in enumerate(rows, 1):
        if row not in prose:
            break
        if prose[row]:
            last = run
    return last if last >= FEWEST_OF_STACK else 0


def _fills(line: Line, frame: Box) -> bool:
    """Whether a line is prose in a frame of its own."""
    wide = line.box.width >= PROSE_FILL * frame.width
    return wide and len(line_text(line.glyphs)) >= SHORTEST_PROSE


def is_table(piece: Piece, sheet: Sheet) -> bool:
    """Two columns at least, and text in two cells: frames and axes of charts are none.

    One row at the top of a page may be the end of a form that was not filled in.
    """
    filled = sum(bool(cell.text) for cell in piece.cells)
    columns = {cell.column for cell in piece.cells}
    top = piece.box.top < REST_OF_FORM * sheet.height
    if piece.n_rows == 1 and len(columns) >= FEWEST_OF_REST and top:
        return filled >= 1
    return len(columns) >= 2 and filled >= 2


def is_drawing(piece: Piece) -> bool:
    """The lines of a chart, with text in few of its rows and few of its columns; boxes that
    stand here and there; a grid to draw on."""
    if min(piece.n_rows, piece.n_columns) < FEWEST_OF_CHART:
        return False
    filled = [cell for cell in piece.cells if cell.text]
    rows, columns = len({cell.row for cell in filled}), len({cell.column for cell in filled})
    return (
        (rows < SHARE_OF_CHART * piece.n_rows and columns < SHARE_OF_CHART * piece.n_columns)
        or len(piece.cells) < SHARE_OF_DRAWING * piece.n_rows * piece.n_columns
        or len(filled) < SHARE_OF_PAPER * len(piece.cells)
    )


def holds_rows(piece: Piece) -> bool:
    """Whether one cell, or two side by side, hold what must be several rows: figures or
    entries below each other."""
    beside: Counter[int] = Counter()
    for cell in piece.cells:
        rows = sum(_is_row_by_itself(line) for line in cell.text.split("\n"))
        if rows >= FEWEST_IN_ONE:
            return True
        beside[cell.row] += rows == 2
    return any(count >= 2 for count in beside.values())


def _is_row_by_itself(line: str) -> bool:
    return bool(ENTRY.match(line)) or any(set(word) <= NUMERIC for word in line.split())


def goes_on_outside(piece: Piece, lines: Sequence[Line]) -> bool:
    """Whether a table has lines in part: around its figures, while its labels at their left
    have none; around its heads, while the rows below have none. `lines` stand in no table."""
    left, top, _, bottom = piece.box
    beside = sum(top < line.middle < bottom and line.box.x0 < left for line in lines)
    if beside >= max(2, piece.n_rows / 2):
        return True
    return not _has_figures(piece) and _has_rows_below(piece, lines)


def _has_figures(piece: Piece) -> bool:
    return any(cell.text.strip() and set(cell.text.strip()) <= NUMERIC for cell in piece.cells)


def _has_rows_below(piece: Piece, lines: Sequence[Line]) -> bool:
    """Whether rows with figures under its columns stand right below."""
    bottom, figures = piece.box.bottom, 0
    below = [line for line in lines if line.middle >= piece.box.bottom]
    for line in sorted(below, key=lambda line: line.box.top):
        far = line.box.top - bottom > HEAD_WHITE * line.size
        if far or line.box.x0 < piece.box.x0 - LEFT_OF_HEADS:
            break
        figures += sum(
            phrase.is_figure and piece.xs[1] < phrase.box.middle[0] < piece.xs[-1]
            for phrase in line_to_row(line).phrases
        )
        bottom = line.box.bottom
    return figures >= FEWEST_BELOW
