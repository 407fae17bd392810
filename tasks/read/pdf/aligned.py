"""Tables without lines between their columns, found by the white that the rows share.

rows of phrases
  | blocks.py    rows that may be a table
  | white.py     the white strips between columns; rows as entries in columns
  | heads.py     heads over the body; body.py: lines of one entry joined
  | judge.py     nothing where the evidence is too thin: prose must not become a table
  v
pieces
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.model.box import hull
from tasks.read.pdf.blocks import find_blocks
from tasks.read.pdf.body import body_rows
from tasks.read.pdf.cells import edges_to_columns, grid_to_cells
from tasks.read.pdf.heads import BESIDE, Frame, head_rows, over_all, untorn, with_words_joined
from tasks.read.pdf.judge import is_evident
from tasks.read.pdf.marks import Rule, Sheet
from tasks.read.pdf.phrases import Row, is_year
from tasks.read.pdf.pieces import Piece
from tasks.read.pdf.white import (
    Block,
    GridRow,
    find_strips,
    row_to_entries,
    with_strips_of_heads,
)

#: The last line of heads is nearer to the one above than this many font sizes, and than this
#: share of the white below; so many rows below it show the figures under it.
TIGHT = 1.35
NEARER = 0.9
ROWS_BELOW = 3
#: Rules above the first row that are still its own, in points.
OVER_FIRST = 3.0


def find_aligned(
    sheet: Sheet, rows: Sequence[Row], horizontals: Sequence[Rule], verticals: Sequence[Rule]
) -> tuple[list[Piece], list[Row]]:
    """Tables among these rows (one column of text, top to bottom), and the other rows."""
    pieces: list[Piece] = []
    used: set[Row] = set()
    for block in find_blocks(rows, horizontals, verticals, sheet):
        made = block_to_piece(block, sheet, horizontals)
        if made is not None:
            pieces.append(made)
            used.update(block.rows)
    rest = [row for row in rows if row not in used]
    return sorted(pieces, key=lambda piece: piece.box.top), rest


def block_to_piece(block: Block, sheet: Sheet, horizontals: Sequence[Rule]) -> Piece | None:
    strips = find_strips(block)
    if not strips:
        return None
    n_head = _n_head_rows(block, [row_to_entries(row, strips) for row in block.rows])
    top, bottom = block.rows[0].box.top - OVER_FIRST, block.rows[-1].box.bottom
    rules = [rule for rule in horizontals if top < rule.at < bottom]
    rows = with_words_joined(block.rows, n_head, rules)
    strips = with_strips_of_heads(rows[:n_head], rows[n_head:], strips)
    grid = [row_to_entries(row, strips) for row in rows]
    if not is_evident(block, grid, n_head, len(strips) + 1):
        return None
    frame = Frame(block, strips, rules, grid[n_head:])
    head = head_rows(frame, untorn(rows, grid, n_head, rules))
    body = body_rows(block, grid[n_head:], rows[n_head:], strips)
    made: list[GridRow] = [*head, *body]
    if any(entry.is_figure for row in body for entry in row):
        made = [over_all(row, frame) for row in made]
    box = hull(row.box for row in rows)
    xs = (box.x0, *(strip.middle for strip in strips), box.x1)
    cells = grid_to_cells(made, edges_to_columns(xs), sheet)
    leaf, where = sheet.leaf, sheet.where(box)
    return Piece(leaf, leaf, box, where, xs, len(made), tuple(cells), ruled=False)


# --- where the body begins --------------------------------------------------------------------


def _n_head_rows(block: Block, grid: Sequence[GridRow]) -> int:
    """Rows before the body: those above the first figures, up to the rule between."""
    rows = block.rows
    first = _first_figures(grid, rows)
    least = first or _n_lines_of_first(grid, rows)
    if not block.closed:
        return first or (0 if _holds_figures(grid[0]) else least)
    middle = rows[first].middle if first else rows[-1].middle
    above = [y for y in block.ys[1:-1] if y < middle]
    if not above:
        return least
    edge = max(above) if first else min(above)
    n = sum(row.middle < edge for row in rows)
    return n if 0 < n < len(grid) else first


def _n_lines_of_first(grid: Sequence[GridRow], rows: Sequence[Row]) -> int:
    """Lines of the first row: those near below it without a label are its own."""
    n = min(1, len(grid) - 1)
    while 0 < n < len(grid) - 1 and grid[n][0].first > 0:
        if rows[n].middle - rows[n - 1].middle >= TIGHT * rows[n].size:
            break
        n += 1
    return n


def _first_figures(grid: Sequence[GridRow], rows: Sequence[Row]) -> int:
    """Index of the first row of the body, 0 where it cannot be told."""
    figured = (
        index
        for index, row in enumerate(grid)
        if _holds_figures(row) and not _is_line_of_heads(grid, rows, index)
    )
    first = start = next(figured, 0)
    while start > 0 and [(e.first, e.last) for e in grid[start - 1]] == [(0, 0)]:
        start -= 1  # a group head above the first figures
    near = BESIDE * rows[first].size
    while start > 0 and rows[start].middle - rows[start - 1].middle < near:
        start -= 1  # a line of a tall cell beside them
    return start or first


def _is_line_of_heads(grid: Sequence[GridRow], rows: Sequence[Row], index: int) -> bool:
    """Whether a row with figures is the last line of heads, such as `15 to` / `24`: closer to
    the row above than to that below, with words where the next rows have figures."""
    if not 0 < index < len(grid) - 1:
        return False
    above = rows[index].middle - rows[index - 1].middle
    below = rows[index + 1].middle - rows[index].middle
    if above >= min(TIGHT * rows[index].size, NEARER * below):
        return False
    words = {e.first for e in grid[index] if e.first > 0 and not e.is_figure}
    next_rows = grid[index + 1 : index + 1 + ROWS_BELOW]
    return bool(words & {e.first for row in next_rows for e in row if e.is_figure})


def _holds_figures(row: GridRow) -> bool:
    figures = [entry.phrases[0].text for entry in row if entry.is_figure]
    return bool(figures) and len(figures) * 2 >= len(row) and not all(map(is_year, figures))
