"""Tables with drawn lines: networks → lattices (`lattice.py`) → what stands in their cells
→ pieces, if they are judged to be tables (`judge.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.document import Where
from tasks.read.pdf.charts import find_charts, is_of_chart
from tasks.read.pdf.judge import (
    frames_page,
    goes_on_outside,
    holds_rows,
    is_drawing,
    is_table,
    rows_of_table,
)
from tasks.read.pdf.lattice import (
    MEETING,
    Lattice,
    LatticeCell,
    Network,
    lattice_to_cells,
    network_to_lattice,
    rules_to_networks,
    without_page_lines,
)
from tasks.read.pdf.lines import (
    NUMERIC,
    CellText,
    Line,
    close_numbers,
    glyphs_to_cell_text,
    glyphs_to_lines,
)
from tasks.read.pdf.marks import Glyph, Rule, Sheet
from tasks.read.pdf.outside import with_outside
from tasks.read.pdf.partly import complete, glyphs_to_rows, with_bare_rows_parted
from tasks.read.pdf.pieces import Piece, PieceCell, White

#: A row of one line is no higher, in points; and its text is of the size of the others, but
#: for this share.
HIGHEST_ROW = 40.0
SAME_SIZE = 0.1
#: A wall cuts a character if more than this share of it stands beyond.
CUT = 0.12
#: Characters of one text stand on one line and are of one size, but for so many points.
LEVEL = 0.3
SAME_POINTS = 0.1
#: How far they may overlap, and stand apart, in font sizes.
OVERLAP = 0.3
TIGHT = 0.15
#: White between characters set apart, in font sizes, at the most; how far it may differ; and
#: from how many such gaps on a text is taken to be set apart.
SPACED = 0.7
EVEN = 0.03
FEWEST_GAPS = 3
#: Tables may touch, and overlap by so many points.
TOUCHING = 2.0
#: How far outside of its lines a glyph may stand that is in a table, in points.
OVER_EDGE = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """The tables with lines of one page, and the glyphs that stand in none of them."""

    pieces: tuple[Piece, ...]
    glyphs: tuple[Glyph, ...]
    #: Rules of networks that made no table.
    horizontals: tuple[Rule, ...]
    verticals: tuple[Rule, ...]
    #: The glyphs in tables whose lines part not all rows and columns.
    in_open: tuple[Glyph, ...]
    #: Charts and other drawings; what stands in them is no table.
    drawings: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Framed:
    """What a network encloses, if it is a table or a drawing."""

    piece: Piece | None = None
    glyphs: tuple[Glyph, ...] = ()
    #: Whether its lines part not all its rows and columns.
    is_open: bool = False
    drawing: Box | None = None
    #: Its rules, where they may still belong to a table.
    left: Network | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A lattice and what stands in it; lists are by cell."""

    lattice: Lattice
    cells: list[LatticeCell]
    #: All glyphs, and those of each cell.
    glyphs: list[Glyph]
    held: list[list[Glyph]]
    wheres: list[Where]
    texts: list[CellText]
    #: The cells whose digits touch those of the next.
    touching: set[int]

    @property
    def lines(self) -> list[tuple[Line, ...]]:
        return [text.lines for text in self.texts]


def find_ruled(sheet: Sheet) -> Found:
    """Pieces of tables by their lines, in reading order."""
    charts = find_charts(sheet)
    horizontals = [r for r in sheet.horizontals if not is_of_chart(r.lying, charts)]
    uprights = [r for r in sheet.verticals if not is_of_chart(r.upright, charts)]
    verticals = without_page_lines(horizontals, uprights, sheet.height)
    networks = rules_to_networks(horizontals, verticals)
    networks = _with_open_sides_joined(networks, sheet.glyphs)
    free = sheet.glyphs
    framed: list[Framed] = []
    pieces: list[Piece] = []
    for network in sorted(networks, key=lambda network: network.extent, reverse=True):
        one = _network_to_framed(network, sheet, free, pieces)
        framed.append(one)
        if one.piece is not None:
            pieces.append(one.piece)
            taken = {glyph.order for glyph in one.glyphs}
            free = tuple(glyph for glyph in free if glyph.order not in taken)
    framed, free = _with_outside(framed, free, sheet)
    left = [one.left for one in framed if one.left is not None]
    found = [one.piece for one in framed if one.piece is not None]
    return Found(
        pieces=tuple(sorted(found, key=lambda piece: (piece.box.top, piece.box.x0))),
        glyphs=free,
        horizontals=tuple(rule for network in left for rule in network.horizontals),
        verticals=tuple(rule for network in left for rule in network.verticals),
        in_open=_in_open(framed, free),
        drawings=(*charts, *(one.drawing for one in framed if one.drawing is not None)),
    )


def _with_outside(
    framed: Sequence[Framed], free: tuple[Glyph, ...], sheet: Sheet
) -> tuple[list[Framed], tuple[Glyph, ...]]:
    """The tables with the labels and heads outside of them, and the glyphs left in none."""
    others = [one.piece.box for one in framed if one.piece is not None]
    made: list[Framed] = []
    for one in framed:
        whole = _whole(one, free, others, sheet)
        made.append(whole)
        if whole is not one:
            taken = {glyph.order for glyph in whole.glyphs}
            free = tuple(glyph for glyph in free if glyph.order not in taken)
    return made, free


def _whole(one: Framed, free: Sequence[Glyph], tables: Sequence[Box], sheet: Sheet) -> Framed:
    inside = glyphs_to_rows(one.glyphs)
    if one.piece is None or not inside:
        return one
    outside = glyphs_to_rows([glyph for glyph in free if not glyph.angle])
    piece, phrases = with_outside(one.piece, inside, outside, sheet)
    if not phrases:
        return one
    if sum(piece.box.grown(-TOUCHING).overlaps(table) for table in tables) > 1:
        return one  # another table stands between
    glyphs = (glyph for phrase in phrases for glyph in phrase.glyphs)
    return replace(one, piece=piece, glyphs=(*one.glyphs, *glyphs), is_open=True)


def _in_open(framed: Sequence[Framed], free: Sequence[Glyph]) -> tuple[Glyph, ...]:
    """The glyphs in tables that go on outside of their lines, or inside without any."""
    tables = [one for one in framed if one.piece is not None]
    lines = glyphs_to_lines(free) if tables else []
    return tuple(
        glyph
        for one in tables
        if one.is_open or (one.piece is not None and goes_on_outside(one.piece, lines))
        for glyph in one.glyphs
    )


def _network_to_framed(
    network: Network, sheet: Sheet, free: Sequence[Glyph], pieces: Sequence[Piece]
) -> Framed:
    lattice = network_to_lattice(network)
    if lattice is None or any(_overlap(lattice, piece) for piece in pieces):
        return Framed(left=network)
    filled = _filled(lattice, sheet, free)
    if frames_page(lattice, filled.cells, filled.lines, sheet.height):
        return Framed()
    rows = rows_of_table(lattice, filled.cells, filled.lines)
    if lattice.n_columns < 2 or not rows:
        return Framed(left=network)
    drawn = _to_piece(filled, rows, sheet)
    in_rows = [filled.held[index] for index, cell in enumerate(filled.cells) if cell.row in rows]
    used = {glyph.order for glyphs in in_rows for glyph in glyphs}
    glyphs = tuple(glyph for glyph in filled.glyphs if glyph.order in used)
    lines = glyphs_to_rows(glyphs)
    piece = with_bare_rows_parted(drawn, lines, sheet)
    if is_drawing(piece, lattice):
        return Framed(drawing=lattice.box)
    if not is_table(piece, sheet):
        return Framed(left=network)
    even, ys = _without_stubs(piece, lattice.ys[rows.start : rows.stop + 1])
    whole = complete(even, ys, lines, sheet, network.horizontals)
    is_open = piece is not drawn or whole is not even or holds_rows(even)
    return Framed(whole, glyphs, is_open)


def _overlap(lattice: Lattice, piece: Piece) -> bool:
    return lattice.box.overlaps(piece.box.grown(-TOUCHING))


def _filled(lattice: Lattice, sheet: Sheet, free: Sequence[Glyph]) -> Filled:
    # A cell that reaches beyond the page is not blank for what cannot be seen of it.
    left, top, right, bottom = lattice.box.grown(OVER_EDGE)
    inside = [
        one
        for one in (*free, *sheet.beyond)
        if left <= (one.box[0] + one.box[2]) / 2 <= right
        and top <= (one.box[1] + one.box[3]) / 2 <= bottom
    ]
    cells = lattice_to_cells(lattice)
    held, touching = glyphs_to_cells(inside, cells, lattice)
    wheres = [sheet.where(cell.box) for cell in cells]
    texts = [glyphs_to_cell_text(*one) for one in zip(held, wheres, strict=True)]
    return Filled(lattice, cells, inside, held, wheres, texts, touching)


def _to_piece(filled: Filled, rows: range, sheet: Sheet) -> Piece:
    """Some of the rows of a lattice."""
    found = zip(filled.cells, filled.wheres, filled.texts, strict=True)
    made = [
        _to_cell(cell, rows, where, text, touches=index in filled.touching)
        for index, (cell, where, text) in enumerate(found)
        if cell.row in rows
    ]
    box = hull(cell.box for cell in made)
    leaf, xs = sheet.leaf, filled.lattice.xs
    return Piece(leaf, leaf, box, sheet.where(box), xs, len(rows), tuple(made))


def _to_cell(
    cell: LatticeCell, rows: range, where: Where, text: CellText, *, touches: bool
) -> PieceCell:
    return PieceCell(
        row=cell.row - rows.start,
        column=cell.column,
        rowspan=min(cell.rowspan, rows.stop - cell.row),
        colspan=cell.colspan,
        box=cell.box,
        where=where,
        text=text.text,
        doubts=text.doubts + ((close_numbers(where),) if touches else ()),
        white=_white(text.lines, cell.box),
    )


def _white(lines: Sequence[Line], cell: Box) -> White | None:
    if not lines:
        return None
    first, last = lines[0], lines[-1]
    return White(
        above=(first.box.top - cell.top) / first.size,
        below=(cell.bottom - last.box.bottom) / last.size,
        beside=(cell.width - last.box.width) / last.size,
    )


def _without_stubs(piece: Piece, ys: tuple[float, ...]) -> tuple[Piece, tuple[float, ...]]:
    """The piece without rows in which nothing begins but blanks left of cells that go on: where
    a page break made a row taller, the label of a group ends above the end of its last row."""
    begin = piece.rows()
    for row in range(piece.n_rows - 1, 0, -1):
        begun = begin[row]
        if not begun or any(cell.text or cell.rowspan > 1 for cell in begun):
            continue
        over = [cell for cell in piece.cells if cell.row < row < cell.below]
        if not _is_stub(piece, row, begun, over):
            continue
        shorter = {cell.place for cell in over}
        cells = tuple(
            replace(
                cell,
                row=cell.row - (cell.row > row),
                rowspan=cell.rowspan - (cell.place in shorter),
            )
            for cell in piece.cells
            if cell.row != row
        )
        piece = replace(piece, cells=cells, n_rows=piece.n_rows - 1)
        begin = piece.rows()
        ys = (*ys[:row], *ys[row + 1 :])
    return piece, ys


def _is_stub(piece: Piece, row: int, begun: list[PieceCell], over: list[PieceCell]) -> bool:
    if not over:
        return False
    if max(cell.column for cell in begun) > max(cell.column for cell in over):
        return False
    ends = {(cell.column, cell.colspan) for cell in piece.cells if cell.below == row}
    return all((cell.column, cell.colspan) in ends for cell in begun)


# --- tables of which some lines are not drawn -------------------------------------------------


def _with_open_sides_joined(networks: list[Network], glyphs: Sequence[Glyph]) -> list[Network]:
    """Networks without lines at their sides, those joined that a row of one cell parts."""
    if len(networks) < 2 or not any(network.verticals for network in networks):
        return networks
    lying = [network for network in networks if network.horizontals]
    lines = glyphs_to_lines(glyphs)
    joined: list[Network] = []
    for network in sorted(lying, key=lambda network: network.horizontals[0].at):
        if joined and _row_between(joined[-1], network, lines):
            joined[-1] = joined[-1].with_rules(network.horizontals, network.verticals)
        else:
            joined.append(network)
    return joined + [network for network in networks if not network.horizontals]


def _row_between(upper: Network, lower: Network, lines: Sequence[Line]) -> bool:
    """Whether a line of text of their size stands between them as in a row, and the columns
    of one are among those of the other."""
    top, bottom = upper.horizontals[-1], lower.horizontals[0]
    if not (upper.verticals or lower.verticals) or not 0 < bottom.at - top.at < HIGHEST_ROW:
        return False
    if not _columns_agree(upper, lower):
        return False
    between = [line for line in lines if top.at < line.middle < bottom.at]
    if len(between) != 1:
        return False
    end = (lower if lower.verticals else upper).horizontals[-1].at
    inside = [line.size for line in lines if top.at < line.middle < end]
    inside += [line.size for line in lines if upper.horizontals[0].at < line.middle < top.at]
    left, right = upper.span
    line = between[0]
    return (
        left - OVER_EDGE <= line.box.x0
        and line.box.x1 <= right + OVER_EDGE
        and abs(line.size - median(inside)) <= SAME_SIZE * line.size
    )


def _columns_agree(upper: Network, lower: Network) -> bool:
    """Whether they begin and end at one place, with no line there, and their lines agree."""
    ends = upper.span
    ats = [[rule.at for rule in network.verticals] for network in (upper, lower)]
    few, many = sorted(ats, key=len)
    return (
        all(abs(one - other) <= MEETING for one, other in zip(ends, lower.span, strict=True))
        and not any(abs(at - end) <= MEETING for end in ends for at in (*few, *many))
        and all(any(abs(at - other) <= MEETING for other in many) for at in few)
    )


# --- what stands in which cell ----------------------------------------------------------------


def glyphs_to_cells(
    glyphs: list[Glyph], cells: list[LatticeCell], lattice: Lattice
) -> tuple[list[list[Glyph]], set[int]]:
    """The glyphs of each cell, and the cells (by index) whose digits touch those of the next.

    A run of characters that a wall cuts through the middle of one overflows its cell: it
    stays whole, in the cell that holds most of it. So does one set evenly apart, whose gap a
    wall may meet; if it is a number, it is in doubt.
    """
    owner = {
        (row, column): index
        for index, cell in enumerate(cells)
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    }
    held: list[list[Glyph]] = [[] for _ in cells]
    touching: set[int] = set()
    for run in _spaced_runs(_runs(glyphs)):
        places = [owner[lattice.at(*glyph.box.middle)] for glyph in run]
        if len(set(places)) > 1:
            numeric = all(set(glyph.text) <= NUMERIC for glyph in run)
            spaced = _is_spaced(run)
            if spaced or _is_cut(run, places, cells):
                places = [max(set(places), key=places.count)] * len(places)
            if numeric and (spaced or len(set(places)) > 1):
                touching.update(places)
        for glyph, place in zip(run, places, strict=True):
            held[place].append(glyph)
    return held, touching


def _runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Characters of one size written one after another without a gap."""
    runs: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.order):
        gap = _gap(runs[-1][-1], glyph) if runs else None
        if gap is not None and -OVERLAP * glyph.size < gap < TIGHT * glyph.size:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _spaced_runs(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """The runs, those put together that stand one after another at one distance."""
    gaps = [_spacing(before[-1], after[0]) for before, after in pairwise(runs)]
    whole: list[list[Glyph]] = runs[:1]
    apart: float | None = None
    for (gap, after), run in zip(pairwise([*gaps, None]), runs[1:], strict=True):
        like = after if apart is None else apart
        if gap is not None and like is not None and abs(gap - like) <= EVEN * run[0].size:
            whole[-1] = [*whole[-1], *run]
            apart = gap
        else:
            whole.append(run)
            apart = None
    return whole


def _spacing(left: Glyph, right: Glyph) -> float | None:
    """The white between two runs of one line and size, None where it is none of a text."""
    gap = _gap(left, right)
    return gap if gap is not None and 0 < gap <= SPACED * left.size else None


def _gap(left: Glyph, right: Glyph) -> float | None:
    """The white between two characters, None where they are not of one line and size."""
    if left.blank or right.blank or left.angle or right.angle:
        return None
    if abs(left.box.bottom - right.box.bottom) >= LEVEL:
        return None
    return right.box.x0 - left.box.x1 if abs(left.size - right.size) < SAME_POINTS else None


def _is_spaced(run: list[Glyph]) -> bool:
    gaps = [right.box.x0 - left.box.x1 for left, right in pairwise(run)]
    return sum(gap > TIGHT * run[0].size for gap in gaps) >= FEWEST_GAPS


def _is_cut(run: list[Glyph], places: list[int], cells: list[LatticeCell]) -> bool:
    for glyph, place in zip(run, places, strict=True):
        box, cell = glyph.box, cells[place].box
        if max(cell.x0 - box.x0, box.x1 - cell.x1) > CUT * box.width:
            return True
    return False
