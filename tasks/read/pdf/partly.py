"""Tables with some of their lines: what the drawn lines leave together, the text parts.

A frame with lines between the columns only holds all its rows in one tall cell a column;
one with lines between the rows only holds all figures of a row in one cell. Where some rows have
both, such as the heads, the others are parted at their columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from tasks.model.box import Box
from tasks.read.pdf.aligned import block_to_piece
from tasks.read.pdf.body import body_rows
from tasks.read.pdf.cells import band_to_columns, edges_to_columns, grid_to_cells
from tasks.read.pdf.heads import Frame, head_rows, merge_lines
from tasks.read.pdf.lines import glyphs_to_cell_text, glyphs_to_lines
from tasks.read.pdf.marks import Glyph, Rule, Sheet
from tasks.read.pdf.phrases import Phrase, Row, in_columns, line_to_row, parted_at
from tasks.read.pdf.pieces import Piece, PieceCell, in_order, moved
from tasks.read.pdf.white import Block, drawn_strips, row_to_entries

#: Rows of figures in one tall cell, from which they are rows of the table.
FEWEST_STACKED = 2
#: Rows with several figures in one cell, from which these are columns, and their share of the
#: lines of the table.
FEWEST_BESIDE = 3
HALF = 0.5
#: Share of the lines of a column of figures that are figures.
MOSTLY = 0.7
#: Rows with words side by side in one cell, and their share of the lines of the table, from
#: which the words stand in columns.
FEWEST_WORDS = 4
ALL_BUT = 0.8
#: A row without uprights holds figures: this share of its phrases at least. A figure stands in
#: its column that begins, ends or has its middle where this share of the others do, but for
#: so many points.
FIGURED = 1 / 3
OF_COLUMN = 0.5
LEVEL = 2.0
#: The usual white that parts rows is wider than that between the lines of a text by so many font
#: sizes; no white is of neither, for this share of that; and the fewest rows with text in several
#: cells that it parts.
APART, OF_BEYOND = 0.3, 0.3
FEWEST_APART = 3

#: The cells of one row, from left to right.
Band = Sequence[PieceCell]


def glyphs_to_rows(glyphs: Sequence[Glyph]) -> list[Row]:
    """The lines of a table; none where text is set upwards, which stands in no line."""
    if any(glyph.angle for glyph in glyphs if not glyph.blank):
        return []
    return [line_to_row(line) for line in glyphs_to_lines(glyphs)]


def complete(
    piece: Piece, ys: Sequence[float], lines: Sequence[Row], sheet: Sheet, rules: Sequence[Rule]
) -> Piece:
    """The piece with the rows and columns that no line parts, itself where lines part them all.
    `ys` are its drawn edges."""
    if _columns_in_cells(piece, lines):
        block = Block(tuple(lines), closed=True, xs=piece.xs, ys=tuple(ys))
        made = block_to_piece(block, sheet, rules)
        if made is not None and made.n_columns > piece.n_columns:
            return replace(made, ruled=True, xs=(piece.xs[0], *made.xs[1:-1], piece.xs[-1]))
    return _with_bands_parted(piece, lines, sheet)


def _held(cell: PieceCell, rows: Sequence[Row]) -> list[Phrase]:
    """The phrases of some rows that stand in a cell."""
    _, top, _, bottom = box = cell.box
    level = [row for row in rows if row.box.bottom >= top and row.box.top <= bottom]
    return [p for row in level for p in row.phrases if box.holds(*p.box.middle)]


# --- rows without uprights --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bare:
    """A cell over several columns, each phrase of which stands in one column of the table."""

    cell: PieceCell
    #: By column; two at least.
    phrases: Mapping[int, Phrase]


def with_bare_rows_parted(piece: Piece, lines: Sequence[Row], sheet: Sheet) -> Piece:
    """The piece with its columns in those rows as well that have no uprights.

    The words of one cell over several columns may be set as wide apart, so in one of these
    rows, which follow one another, figures must stand in their columns.
    """
    columns = _boxes_by_column(lines, piece.xs)
    parted: dict[tuple[int, int], Bare] = {}
    for run in _runs([bare for cell in piece.cells if (bare := _bare(cell, piece, lines))]):
        if any(_holds_figures(bare, columns) for bare in run):
            parted |= {bare.cell.place: bare for bare in run}
    if not parted:
        return piece
    cells: list[PieceCell] = []
    for cell in piece.cells:
        cells += _cut(parted[cell.place], piece, sheet) if cell.place in parted else [cell]
    return replace(piece, cells=in_order(cells))


def _bare(cell: PieceCell, piece: Piece, lines: Sequence[Row]) -> Bare | None:
    if cell.colspan < 2 or not cell.text or "\n" in cell.text:
        return None
    places = in_columns(_held(cell, lines), piece.xs)
    return Bare(cell, places) if len(places) > 1 else None


def _runs(bare: Sequence[Bare]) -> list[list[Bare]]:
    """Those below one another over the same columns, with no more than one row between."""
    runs: list[list[Bare]] = []
    for one in bare:
        last = runs[-1][-1].cell if runs else None
        if last is not None and _goes_on(last, one.cell):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _goes_on(above: PieceCell, cell: PieceCell) -> bool:
    same = (above.column, above.colspan) == (cell.column, cell.colspan)
    return same and cell.row - above.below <= 1


def _holds_figures(bare: Bare, columns: Sequence[Sequence[Box]]) -> bool:
    """Whether enough of its phrases are figures, and each is level with those of its column."""
    figures = {column: phrase.box for column, phrase in bare.phrases.items() if phrase.is_figure}
    return len(figures) >= max(1, FIGURED * len(bare.phrases)) and all(
        _is_level(box, columns[column]) for column, box in figures.items()
    )


def _boxes_by_column(lines: Sequence[Row], xs: Sequence[float]) -> list[list[Box]]:
    phrases = [p for row in lines for whole in row.phrases for p in parted_at(whole, xs)]
    placed = [(p.box.middle[0], p.box) for p in phrases]
    return [[box for x, box in placed if left < x < right] for left, right in pairwise(xs)]


def _is_level(box: Box, others: Sequence[Box]) -> bool:
    """Whether it begins, or ends, or has its middle, where many of the column do, itself one."""
    edges = zip(*((b.x0, b.x1, b.middle[0]) for b in others), strict=True)
    places = (box.x0, box.x1, box.middle[0])
    near = [
        sum(abs(x - place) <= LEVEL for x in xs) for place, xs in zip(places, edges, strict=True)
    ]
    return bool(max(near) - 1 >= OF_COLUMN * (len(others) - 1))


def _cut(bare: Bare, piece: Piece, sheet: Sheet) -> Iterator[PieceCell]:
    """The cells that it is: one a column, blank where nothing stands."""
    _, top, _, bottom = bare.cell.box
    for column in range(bare.cell.column, bare.cell.beyond):
        box = Box(piece.xs[column], top, piece.xs[column + 1], bottom)
        where = sheet.where(box)
        phrase = bare.phrases.get(column)
        text = glyphs_to_cell_text(phrase.glyphs if phrase else (), where)
        yield replace(
            bare.cell,
            column=column,
            colspan=1,
            box=box,
            where=where,
            text=text.text,
            doubts=text.doubts,
            white=None,
        )


# --- columns ----------------------------------------------------------------------------------


def _columns_in_cells(piece: Piece, rows: Sequence[Row]) -> bool:
    """Whether several figures stand side by side in one cell, row after row; or words."""
    figures = words = 0
    for row in rows:
        if len(row.phrases) < 2:
            continue
        level = [
            cell
            for cell in piece.cells
            if cell.box.top <= row.box.bottom and row.box.top <= cell.box.bottom
        ]
        beside = [held for cell in level if len(held := _held(cell, [row])) > 1]
        words += any(not any(p.is_prose for p in held) for held in beside)
        figures += any(_are_figures(held) for held in beside)
    return (words >= FEWEST_WORDS and words >= ALL_BUT * len(rows)) or (
        figures >= FEWEST_BESIDE and figures >= HALF * len(rows)
    )


def _are_figures(held: Sequence[Phrase]) -> bool:
    """Two figures, and no more than a label beside them."""
    n = sum(p.is_figure for p in held)
    return n >= 2 and n >= len(held) - 1


def _with_bands_parted(piece: Piece, rows: Sequence[Row], sheet: Sheet) -> Piece:
    """Each row of tall cells that hold stacks of figures becomes as many rows."""
    across = {row for cell in piece.cells for row in range(cell.row + 1, cell.below)}
    cells: list[PieceCell] = []
    shift = 0
    for number, band in enumerate(piece.rows()):
        parted: list[PieceCell] = []
        if band and number not in across and all(cell.rowspan == 1 for cell in band):
            parted = _part(piece, number, band, rows, sheet, number + shift)
        cells += parted or [moved(cell, shift) for cell in band]
        if parted:
            shift = max(cell.row for cell in parted) - number
    if cells == list(piece.cells):
        return piece
    return replace(piece, cells=tuple(cells), n_rows=piece.n_rows + shift)


def _part(
    piece: Piece, number: int, band: Band, rows: Sequence[Row], sheet: Sheet, first_row: int
) -> list[PieceCell]:
    """The cells of the rows that one row of cells holds; none where it holds one."""
    held = [row for row in rows if band[0].box.top <= row.middle <= band[0].box.bottom]
    edges = (*(piece.xs[cell.column] for cell in band), piece.xs[-1])
    strips = drawn_strips(edges)
    if groups := _groups_apart(band, held):
        lines = [[row_to_entries(row, strips) for row in group] for group in groups]
        return grid_to_cells(list(map(merge_lines, lines)), band_to_columns(band), sheet, first_row)
    if _is_stack(band, held):
        block = Block(tuple(held), closed=True, xs=edges)
        grid = body_rows(block, [row_to_entries(row, strips) for row in held], held, strips)
        return grid_to_cells(grid, band_to_columns(band), sheet, first_row)
    if number == 0 and len(band) == 1 and any(len(row.phrases) > 1 for row in held):
        # The heads of all columns stand in one cell over them.
        strips = drawn_strips(piece.xs)
        frame = Frame(Block(tuple(held), closed=True, xs=piece.xs), strips, ())
        grid = head_rows(frame, [row_to_entries(row, strips) for row in held])
        return grid_to_cells(grid, edges_to_columns(piece.xs), sheet)
    return []


def _is_stack(band: Band, held: Sequence[Row]) -> bool:
    """Whether columns of figures stand in the cells of one row."""
    if len(held) < FEWEST_STACKED or len(band) < 2:
        return False
    stacks = [_held(cell, held) for cell in band]
    if _are_level(stacks, len(held)):
        return True
    if len(stacks[0]) < 2:
        return False  # a figure that was broken in a narrow cell is no two rows
    figured = [stack for stack in stacks[1:] if _is_figured(stack)]
    others = [one for one in stacks[1:] if len(one) >= FEWEST_STACKED and not _is_figured(one)]
    lines = set().union(*(_heights(stack, held) for stack in figured))
    for stack in others:
        beside = _heights(stack, held) & lines
        if len(beside) < MOSTLY * len(lines) or (stack is not others[0] and beside != lines):
            return False
    return bool(figured)


def _heights(stack: Sequence[Phrase], held: Sequence[Row]) -> set[float]:
    """Where the lines are that its phrases stand in."""
    return {row.middle for row in held if any(phrase in stack for phrase in row.phrases)}


def _is_figured(stack: Sequence[Phrase]) -> bool:
    figures = sum(phrase.is_figure for phrase in stack)
    return len(stack) >= FEWEST_STACKED and figures >= MOSTLY * len(stack)


def _are_level(stacks: Sequence[Sequence[Phrase]], n_lines: int) -> bool:
    """Whether each of many lines has a phrase in each cell, and one cell holds figures only."""
    return (
        n_lines >= FEWEST_WORDS
        and all(len(stack) == n_lines for stack in stacks)
        and any(all(phrase.is_figure for phrase in stack) for stack in stacks)
    )


def _groups_apart(band: Band, held: Sequence[Row]) -> list[list[Row]]:
    """The lines of a row of tall cells by the white between them, where they are rows of the
    table of some lines each. None elsewhere.

    The lines of one text stand evenly, so the least white by which all groups are rows is theirs.
    """
    if len(held) < FEWEST_WORDS or len(band) < 2:
        return []
    gaps = [after.box.top - before.box.bottom for before, after in pairwise(held)]
    apart = APART * median(row.size for row in held)
    for white, wider in pairwise(sorted(gaps)):
        near = median(gap for gap in gaps if gap <= white)
        beyond = median(gap for gap in gaps if gap > white) - near if wider > white else 0.0
        if beyond > apart and wider - white > OF_BEYOND * beyond:
            groups = _parted(held, gaps, white)
            if _are_records(band, groups):
                return groups
    return []


def _parted(held: Sequence[Row], gaps: Sequence[float], white: float) -> list[list[Row]]:
    """The lines in groups with more than this white between them."""
    groups = [[held[0]]]
    for gap, row in zip(gaps, held[1:], strict=True):
        if gap > white:
            groups.append([])
        groups[-1].append(row)
    return groups


def _are_records(band: Band, groups: Sequence[Sequence[Row]]) -> bool:
    """Whether each group begins in the first cell and has its figures, if any, in its first
    line, since several lines of them are rows; and most groups have text in another cell. Those
    of one text say what the next ones are about."""
    filled = [group for group in groups if any(_held(cell, group) for cell in band[1:])]
    return len(filled) >= max(FEWEST_APART, HALF * len(groups)) and all(
        _held(band[0], group[:1]) and not any(row.n_figures for row in group[1:])
        for group in groups
    )
