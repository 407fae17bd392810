"""Tables without lines between their columns, found by the white that the rows share.

rows of phrases
  | blocks.py    rows that may be a table
  | columns.py   the white strips between columns; rows as entries in columns
  | rows.py      heads over the body; lines of one entry joined
  v
pieces, or nothing where the evidence is too thin: prose must not become a table
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.read.pdf.blocks import BESIDE, YEAR, Block, find_blocks
from tasks.read.pdf.columns import (
    Entry,
    GridRow,
    Strip,
    find_strips,
    row_to_entries,
    with_strips_of_heads,
    without_false_strips,
)
from tasks.read.pdf.lines import Line, glyphs_to_cell_text
from tasks.read.pdf.marks import Glyph, Rule, Sheet
from tasks.read.pdf.phrases import Row, line_to_row
from tasks.read.pdf.pieces import Piece, PieceCell, in_order
from tasks.read.pdf.rows import body_rows, head_rows, span_over_all

#: Lines of one head are nearer than this many font sizes.
TIGHT = 1.35
#: Digits of what counts pages or items.
LONGEST_COUNT = 6
#: Two rows without a head are a table from this many columns on.
FEWEST_WITHOUT_HEAD = 4
#: A table of contents, or an index, has this many entries at least; pages before and behind
#: the text are counted apart.
FEWEST_PAGES = 3
PAGE = re.compile(r"\d{1,3}|[ivxlc]+|[A-Z]{1,2}-\d{1,3}")
#: Share of the lines of a bar chart that have one value.
SHARE_SINGLE = 0.7
SECTION = re.compile(r"[A-Z]?\d{1,2}(?:\.\d{1,2})*\.?")


def _is_count(text: str) -> bool:
    """Whether it counts pages or items; ① is a digit to Python and no number."""
    return text.isdecimal() and len(text) <= LONGEST_COUNT


def find_aligned(
    sheet: Sheet, lines: list[Line], horizontals: Sequence[Rule], verticals: Sequence[Rule]
) -> tuple[list[Piece], list[Line]]:
    """Tables among these lines (one column of text, top to bottom), and the other lines."""
    rows = [line_to_row(line) for line in lines]
    pieces: list[Piece] = []
    used: set[int] = set()
    for block in find_blocks(rows, horizontals, verticals, sheet):
        made = block_to_piece(block, sheet, horizontals)
        if made is not None:
            pieces.append(made)
            used.update(id(row) for row in block.rows)
    rest = [line for line, row in zip(lines, rows, strict=True) if id(row) not in used]
    return sorted(pieces, key=lambda piece: piece.box.top), rest


def block_to_piece(block: Block, sheet: Sheet, horizontals: Sequence[Rule]) -> Piece | None:
    strips = find_strips(block)
    strips = without_false_strips(block.rows, strips, block.xs)
    if not strips:
        return None
    grid = [row_to_entries(row, strips) for row in block.rows]
    n_head = _n_head_rows(block, grid)
    more = with_strips_of_heads(block.rows, n_head, strips)
    if len(more) > len(strips):
        strips = more
        grid = [row_to_entries(row, strips) for row in block.rows]
    if not _is_evident(block, grid, n_head, len(strips) + 1):
        return None
    partial = [
        rule
        for rule in horizontals
        if block.rows[0].box.top - 3 < rule.at < block.rows[-1].box.bottom
    ]
    head = head_rows(block, grid[:n_head], strips, partial)
    body = body_rows(block, grid[n_head:], block.rows[n_head:], strips)
    if any(entry.is_figure for row in body for entry in row):
        for row in (*head, *body):
            span_over_all(row, strips, block)
    return _to_piece(sheet, block, [*head, *body], strips)


def _n_head_rows(block: Block, grid: list[GridRow]) -> int:
    """Rows before the body: those above the first figures, up to the rule between."""
    first = _first_figures(grid, block.rows)
    if not block.closed:
        return first or (0 if _holds_figures(grid[0]) else min(1, len(grid) - 1))
    middle = block.rows[first].middle if first else block.rows[-1].middle
    above = [y for y in block.ys[1:-1] if y < middle]
    if not above:
        return first if first else min(1, len(grid) - 1)
    edge = max(above) if first else min(above)
    n = sum(row.middle < edge for row in block.rows)
    return n if 0 < n < len(grid) else first


def _first_figures(grid: list[GridRow], rows: list[Row]) -> int:
    """Index of the first row of the body, 0 where it cannot be told."""
    for index, row in enumerate(grid):
        if _holds_figures(row) and not _is_line_of_heads(grid, rows, index):
            start, row_size = index, rows[index].size
            while start > 0 and [(e.first, e.last) for e in grid[start - 1]] == [(0, 0)]:
                start -= 1  # a group head above the first figures
            while start > 0 and rows[start].middle - rows[start - 1].middle < BESIDE * row_size:
                start -= 1  # a line of a tall cell beside them
            return start if start > 0 else index
    return 0


def _is_line_of_heads(grid: list[GridRow], rows: list[Row], index: int) -> bool:
    """Whether a row with figures is the last line of heads, such as `15 to` / `24`: closer to
    the row above than to that below, with words where the next rows have figures."""
    if not 0 < index < len(grid) - 1:
        return False
    above = rows[index].middle - rows[index - 1].middle
    below = rows[index + 1].middle - rows[index].middle
    words = {e.first for e in grid[index] if e.first > 0 and not e.is_figure}
    figures = {e.first for row in grid[index + 1 : index + 4] for e in row if e.is_figure}
    tight = above < TIGHT * rows[index].size and above < 0.9 * below
    return tight and bool(words & figures)


def _holds_figures(row: GridRow) -> bool:
    figures = [entry for entry in row if entry.is_figure]
    return bool(figures) and len(figures) * 2 >= len(row) and not _are_years(figures)


def _are_years(figures: list[Entry]) -> bool:
    texts = [entry.phrases[0].text for entry in figures]
    return all(YEAR.fullmatch(text) for text in texts)


def _is_evident(block: Block, grid: list[GridRow], n_head: int, n_columns: int) -> bool:
    """Whether the block is a table beyond doubt."""
    body = grid[n_head:]
    wide = [row for row in body if len(row) >= 2]
    if _is_contents(grid, n_columns) or (not block.closed and _is_list(body, n_head, n_columns)):
        return False
    if not block.closed and _is_bar_chart(body, n_columns):
        return False
    if len(wide) < 2 and not _is_lone_row(wide, grid[:n_head]):
        return False
    later = [entry for row in body for entry in row if entry.first > 0]
    figures = sum(entry.is_figure for entry in later)
    figured = bool(later) and figures >= 0.5 * len(later)
    crossing = sum(entry.first != entry.last for row in body for entry in row)
    if crossing > 0.25 * sum(len(row) for row in body):
        return False
    prose = sum(phrase.is_prose for row in block.rows for phrase in row.phrases)
    if prose > 0.3 * len(block.rows) and not block.closed:
        return False
    if block.closed or block.xs:
        return len(wide) >= 0.3 * len(body)
    if figured and n_head == 0 and len(wide) == 2:
        return n_columns >= FEWEST_WITHOUT_HEAD
    if figured:
        return n_columns >= 3 or len(wide) >= 3
    return n_columns >= 3 and len(wide) >= 3 and _starts_agree(body, n_columns)


def _is_contents(grid: list[GridRow], n_columns: int) -> bool:
    """Whether it is a table of contents: titles, and pages that only go up."""
    if not 2 <= n_columns <= 3:
        return False
    pages = [text for row in grid if row[-1].last == n_columns - 1 for text in _texts(row[-1])]
    figures = [entry for row in grid for entry in row[:-1] if entry.is_figure]
    numbers = [entry for entry in figures if SECTION.fullmatch(entry.phrases[0].text)]
    if len(pages) < FEWEST_PAGES or not all(PAGE.fullmatch(page) for page in pages):
        return False
    counted = [int(page) for page in pages if _is_count(page)]
    rising = bool(counted) and all(one <= next_ for one, next_ in pairwise(counted))
    return rising and len(numbers) == len(figures)


def _texts(entry: Entry) -> list[str]:
    return [phrase.text for phrase in entry.phrases]


def _is_list(body: list[GridRow], n_head: int, n_columns: int) -> bool:
    """Whether it is a list without heads: an index, words in their order and their pages, or
    lines with their numbers."""
    pairs = [(_texts(row[0])[0], _texts(row[-1])[0]) for row in body if len(row) == 2]
    if n_head or n_columns != 2 or len(pairs) < max(FEWEST_PAGES, 0.8 * len(body)):
        return False
    firsts, lasts = zip(*pairs, strict=True)
    in_order = all(one.casefold() <= next_.casefold() for one, next_ in pairwise(firsts))
    if in_order and all(_is_count(last) for last in lasts):
        return not any(_is_count(first) for first in firsts)
    numbers = [int(first) for first in firsts if _is_count(first)]
    counts = len(numbers) == len(firsts) and all(
        0 < next_ - one <= 2 for one, next_ in pairwise(numbers)
    )
    return counts and not any(row[-1].is_figure for row in body)


def _is_bar_chart(body: list[GridRow], n_columns: int) -> bool:
    """Whether nearly each line has one value, at another place: those at the ends of bars."""
    wide = [row for row in body if len(row) >= 2]
    single = [row[1] for row in wide if len(row) == 2]
    if n_columns < FEWEST_WITHOUT_HEAD or len(single) < SHARE_SINGLE * len(wide):
        return False
    columns = [[e.box for e in single if e.first == column] for column in range(1, n_columns)]
    return any(len(boxes) > 1 and not _are_level(boxes, reach=1) for boxes in columns)


def _is_lone_row(wide: list[GridRow], head: list[GridRow]) -> bool:
    """One row of figures, each with a head above it."""
    return (
        len(wide) == 1
        and len(wide[0]) >= 4
        and all(entry.is_figure for entry in wide[0])
        and any(len(row) >= 0.6 * len(wide[0]) for row in head)
    )


def _starts_agree(body: list[GridRow], n_columns: int) -> bool:
    """Whether the entries of each later column begin (or end, or centre) at one place."""
    for column in range(1, n_columns):
        boxes = [e.box for row in body for e in row if e.first == e.last == column]
        if len(boxes) < 2 or not _are_level(boxes):
            return False
    return True


def _are_level(boxes: list[Box], reach: float = 3) -> bool:
    """Whether most of them begin, or end, or have their middle, at one place."""
    spread = min(
        sum(abs(value - median(values)) > reach for value in values) / len(values)
        for values in (
            [box.x0 for box in boxes],
            [box.x1 for box in boxes],
            [box.middle[0] for box in boxes],
        )
    )
    return spread <= 0.25


def _to_piece(sheet: Sheet, block: Block, grid: list[GridRow], strips: list[Strip]) -> Piece:
    box = hull([row.box for row in block.rows])
    xs = (box.x0, *(strip.middle for strip in strips), box.x1)
    cells: list[PieceCell] = []
    for number, row in enumerate(grid):
        for entry in row:
            cells.append(entry_to_cell(entry, number, sheet))
        cells.extend(blanks(number, row, xs, sheet))
    leaf, where = sheet.leaf, sheet.where(box)
    return Piece(leaf, leaf, box, where, xs, len(grid), in_order(cells), ruled=False)


def entry_to_cell(entry: Entry, row: int, sheet: Sheet) -> PieceCell:
    glyphs: list[Glyph] = [glyph for phrase in entry.phrases for glyph in phrase.glyphs]
    where = sheet.where(entry.box)
    content = glyphs_to_cell_text(glyphs, where)
    return PieceCell(
        row=row,
        column=entry.first,
        rowspan=1,
        colspan=entry.last - entry.first + 1,
        box=entry.box,
        where=where,
        text="\n".join(_line_texts(entry)),
        doubts=content.doubts,
    )


def blanks(number: int, row: GridRow, xs: Sequence[float], sheet: Sheet) -> list[PieceCell]:
    """Cells without text where the row has none."""
    box = hull([entry.box for entry in row])
    covered = {column for entry in row for column in range(entry.first, entry.last + 1)}
    made = []
    for column in range(len(xs) - 1):
        if column not in covered:
            place = Box(xs[column], box.top, xs[column + 1], box.bottom)
            made.append(PieceCell(number, column, 1, 1, place, sheet.where(place)))
    return made


def _line_texts(entry: Entry) -> list[str]:
    """The lines of an entry; phrases of one line are joined by a space."""
    lines: list[tuple[float, str]] = []
    for phrase in entry.phrases:
        middle = phrase.box.middle[1]
        if lines and abs(lines[-1][0] - middle) < 0.5 * phrase.box.height:
            lines[-1] = (middle, f"{lines[-1][1]} {phrase.text}")
        else:
            lines.append((middle, phrase.text))
    return [text for _, text in lines]
