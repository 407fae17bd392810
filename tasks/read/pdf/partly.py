"""Tables with some of their lines: what the drawn lines leave together, the text parts.

A frame with lines between the columns only holds all its rows in one tall cell a column;
one with lines between the rows only holds all figures of a row in one cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from tasks.model.box import Box
from tasks.read.pdf.aligned import blanks, block_to_piece, entry_to_cell
from tasks.read.pdf.blocks import Block
from tasks.read.pdf.columns import GridRow, Strip, row_to_entries
from tasks.read.pdf.lines import glyphs_to_lines
from tasks.read.pdf.marks import Glyph, Rule, Sheet
from tasks.read.pdf.phrases import Phrase, Row, line_to_row
from tasks.read.pdf.pieces import Piece, PieceCell
from tasks.read.pdf.rows import body_rows, head_rows, merge_lines

#: Rows of figures in one tall cell, from which they are rows of the table.
FEWEST_STACKED = 2
#: Rows with several figures in one cell, from which these are columns.
FEWEST_BESIDE = 3
#: Share of the lines of a column of figures that are figures.
MOSTLY = 0.7
#: Rows with words side by side in one cell, and their share of the lines of the table, from
#: which the words stand in columns.
FEWEST_WORDS = 4
ALL_BUT = 0.8
#: White between lines that parts rows, in font sizes beyond the usual white; and the fewest
#: rows that it parts.
APART = 0.3
FEWEST_APART = 3


def complete(
    piece: Piece, ys: Sequence[float], glyphs: list[Glyph], sheet: Sheet, rules: Sequence[Rule]
) -> Piece:
    """The piece with the rows and columns that no line parts. `ys` are its drawn edges."""
    if any(glyph.angle for glyph in glyphs if not glyph.blank):
        return piece  # text set upwards stands in no row
    rows = [line_to_row(line) for line in glyphs_to_lines(glyphs)]
    if _columns_in_cells(piece, rows):
        block = Block(rows, closed=True, xs=list(piece.xs), ys=list(ys))
        made = block_to_piece(block, sheet, rules)
        if made is not None and made.n_columns > piece.n_columns:
            return replace(made, ruled=True, xs=(piece.xs[0], *made.xs[1:-1], piece.xs[-1]))
    return _with_stacks_parted(piece, rows, sheet)


def _columns_in_cells(piece: Piece, rows: list[Row]) -> bool:
    """Whether several figures stand side by side in one cell, row after row."""
    beside = words = 0
    for row in rows:
        held = [[p for p in row.phrases if cell.box.holds(*p.box.middle)] for cell in piece.cells]
        words += any(len(inside) >= 2 and not any(p.is_prose for p in inside) for inside in held)
        for inside in held:
            figures = [p for p in inside if p.is_figure]
            if len(figures) >= 2 and len(figures) >= len(inside) - 1:
                beside += 1
                break
    if words >= FEWEST_WORDS and words >= ALL_BUT * len(rows):
        return True
    return beside >= FEWEST_BESIDE and beside >= 0.5 * len(rows)


def _with_stacks_parted(piece: Piece, rows: list[Row], sheet: Sheet) -> Piece:
    """Each row of tall cells that hold stacks of figures becomes as many rows."""
    cells = list(piece.cells)
    shift = 0
    parted_any = False
    for number in range(piece.n_rows):
        band = [cell for cell in cells if cell.row == number + shift]
        if any(cell.row < number + shift < cell.row + cell.rowspan for cell in cells) or any(
            cell.rowspan > 1 for cell in band
        ):
            continue
        held = [row for row in rows if _stands_in(row, band)]
        if _is_stack(band, held):
            parted = _part(band, held, piece, sheet, number + shift)
        elif (apart := _stands_apart(band, held)) is not None:
            parted = _part_apart(band, apart, piece, sheet, number + shift)
        elif number == 0 and len(band) == 1 and any(len(row.phrases) > 1 for row in held):
            parted = _part_head(band[0], held, piece, sheet)
        else:
            continue
        parted_any = True
        more = max(cell.row for cell in parted) - (number + shift)
        before = [cell for cell in cells if cell.row < number + shift]
        after = [cell for cell in cells if cell.row > number + shift]
        cells = [*before, *parted, *(replace(cell, row=cell.row + more) for cell in after)]
        shift += more
    if not parted_any:
        return piece
    return replace(piece, cells=tuple(cells), n_rows=piece.n_rows + shift)


def _part_head(cell: PieceCell, held: list[Row], piece: Piece, sheet: Sheet) -> list[PieceCell]:
    """The heads of all columns, which stand in one cell over them."""
    strips = [Strip(edge - 1, edge + 1) for edge in piece.xs[1:-1]]
    block = Block(held, closed=True, xs=list(piece.xs))
    grid = head_rows(block, [row_to_entries(row, strips) for row in held], strips, [])
    return [
        made
        for number, entries in enumerate(grid)
        for made in [
            *(entry_to_cell(entry, number, sheet) for entry in entries),
            *blanks(number, entries, piece.xs, sheet),
        ]
    ]


def _stands_in(row: Row, band: list[PieceCell]) -> bool:
    return bool(band) and band[0].box.top <= row.middle <= band[0].box.bottom


def _is_stack(band: list[PieceCell], held: list[Row]) -> bool:
    if len(held) < FEWEST_STACKED or len(band) < 2:
        return False
    if _are_level(band, held):
        return True
    if sum(band[0].box.holds(*phrase.box.middle) for r in held for phrase in r.phrases) < 2:
        return False  # a figure that was broken in a narrow cell is no two rows
    stacks = [[p for r in held for p in r.phrases if c.box.holds(*p.box.middle)] for c in band[1:]]
    figured = [stack for stack in stacks if _is_figured(stack)]
    lines = {row.middle for row in held for stack in figured for p in row.phrases if p in stack}
    others = [stack for stack in stacks if len(stack) >= FEWEST_STACKED and stack not in figured]
    for stack in others:
        beside = {row.middle for row in held for p in row.phrases if p in stack} & lines
        if stack is not others[0] and beside != lines:
            return False
        if len(beside) < MOSTLY * len(lines):
            return False
    return bool(figured)


def _is_figured(stack: list[Phrase]) -> bool:
    figures = sum(phrase.is_figure for phrase in stack)
    return len(stack) >= FEWEST_STACKED and figures >= MOSTLY * len(stack)


def _are_level(band: list[PieceCell], held: list[Row]) -> bool:
    """Whether each of many lines has a phrase in each cell, and one cell holds figures only."""
    if len(held) < FEWEST_WORDS:
        return False
    stacks = [[p for r in held for p in r.phrases if c.box.holds(*p.box.middle)] for c in band]
    level = all(len(stack) == len(held) for stack in stacks)
    return level and any(all(p.is_figure for p in stack) for stack in stacks)


def _stands_apart(band: list[PieceCell], held: list[Row]) -> list[list[Row]] | None:
    """The lines of a row of tall cells by the wide white between them, where each group has
    text in the first cell and in another: they are rows of the table."""
    if len(held) < FEWEST_WORDS or len(band) < 2:
        return None
    gaps = [after.box.top - before.box.bottom for before, after in pairwise(held)]
    usual = median(gaps)
    groups: list[list[Row]] = [[held[0]]]
    for gap, row in zip(gaps, held[1:], strict=True):
        if gap > usual + APART * row.size:
            groups.append([])
        groups[-1].append(row)
    if len(groups) < FEWEST_APART or len(groups) == len(held):
        return None
    for group in groups:
        first = [p for p in group[0].phrases if band[0].box.holds(*p.box.middle)]
        phrases = [p for row in group for p in row.phrases]
        if not first or not any(c.box.holds(*p.box.middle) for c in band[1:] for p in phrases):
            return None
    return groups


def _part_apart(
    band: list[PieceCell], groups: list[list[Row]], piece: Piece, sheet: Sheet, first: int
) -> list[PieceCell]:
    edges = [piece.xs[cell.column] for cell in band] + [piece.xs[-1]]
    strips = [Strip(edge - 1, edge + 1) for edge in edges[1:-1]]
    grid = [merge_lines([row_to_entries(row, strips) for row in group]) for group in groups]
    return _rows_to_cells(band, grid, sheet, first)


def _part(
    band: list[PieceCell], held: list[Row], piece: Piece, sheet: Sheet, first: int
) -> list[PieceCell]:
    edges = [piece.xs[cell.column] for cell in band] + [piece.xs[-1]]
    block = Block(held, closed=True, xs=edges)
    strips = [Strip(edge - 1, edge + 1) for edge in edges[1:-1]]
    grid = body_rows(block, [row_to_entries(row, strips) for row in held], held, strips)
    return _rows_to_cells(band, grid, sheet, first)


def _rows_to_cells(
    band: list[PieceCell], grid: list[GridRow], sheet: Sheet, first: int
) -> list[PieceCell]:
    """Cells of rows whose columns are the cells of the band."""
    parted: list[PieceCell] = []
    for number, entries in enumerate(grid):
        boxes = [entry.box for entry in entries]
        top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
        at = {entry.first: entry for entry in entries}
        taken = {c for entry in entries for c in range(entry.first, entry.last + 1)}
        for index, cell in enumerate(band):
            if index in at:
                made = entry_to_cell(at[index], number, sheet)
                last = band[at[index].last]
                span = last.column + last.colspan - cell.column
                parted.append(replace(made, row=first + number, column=cell.column, colspan=span))
            elif index not in taken:
                box = Box(cell.box.x0, top, cell.box.x1, bottom)
                parted.append(
                    PieceCell(first + number, cell.column, 1, cell.colspan, box, sheet.where(box))
                )
    return parted
