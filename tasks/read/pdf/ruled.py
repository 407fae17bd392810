"""Tables with drawn lines: rules → networks → lattices → cells → pieces.

A network is rules that cross or meet. Its lattice is every position of its rules on
both axes; two boxes of the lattice belong to one cell unless enough of a line stands
between them. So a cell may span, a line may be broken, and an outer border be missing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.read.pdf.lines import (
    NUMERIC,
    Line,
    close_numbers,
    glyphs_to_cell_text,
    glyphs_to_lines,
    line_text,
)
from tasks.read.pdf.marks import Glyph, Piece, PieceCell, Rule, Sheet, White
from tasks.read.pdf.partly import complete
from tasks.read.pdf.phrases import line_to_row

#: How far apart the ends of two lines may be that meet.
MEETING = 3.0
#: A row of one line is no higher.
HIGHEST_ROW = 40.0
#: A cell beside the rows of a page that has no line above and below is no wider; and so many
#: lines lie beside it.
WIDEST_TALL = 120.0
FEWEST_BESIDE_TALL = 3
#: Positions nearer than this are one edge; no column or row of text is narrower.
NARROWEST = 4.5
#: Share of a side of a cell that must be drawn for a wall to stand there.
WALL = 0.6
#: More boxes than this in a lattice are a drawing.
MOST_BOXES = 60_000
#: Pairs of lines to try at the most, on one page.
MOST_PAIRS = 4_000_000
#: A wall cuts a character if more than this share of it stands beyond.
CUT = 0.12
#: White between characters set apart, in font sizes, at the most; how far it may differ; and
#: from how many such gaps on a text is taken to be set apart.
SPACED = 0.7
EVEN = 0.03
FEWEST_GAPS = 3
#: Share of the page, from its top, where the last row of a table may stand.
REST_OF_FORM = 0.2
#: A chart has at least this many lines each way, and text in less than this share of the
#: rows and of the columns between them.
FEWEST_OF_CHART = 4
SHARE_OF_CHART = 0.4
#: A drawing of boxes and arrows has fewer cells than this share of the boxes of its lattice:
#: each line is a side of one box only. Paper with a printed grid has text in less than this
#: share of its cells.
SHARE_OF_DRAWING = 0.25
SHARE_OF_PAPER = 0.05
#: Lines of figures or of numbered entries in one cell, from which it is no cell.
FEWEST_IN_ONE = 3
#: The number of an entry.
ENTRY = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")
#: White between heads with lines and the rows below, in font sizes, at the most; and the
#: fewest figures that must stand there.
HEAD_WHITE = 3.0
FEWEST_BELOW = 3
#: A line of prose fills this share of its frame.
PROSE_FILL = 0.8


@dataclass(slots=True)
class Network:
    """Horizontal and vertical rules that cross or meet."""

    horizontals: list[Rule]
    verticals: list[Rule]


@dataclass(slots=True)
class Lattice:
    """Edges on both axes, and the walls between neighbouring boxes."""

    xs: list[float]
    ys: list[float]
    #: [row][i]: a wall stands at xs[i] along that row.
    upright: list[list[bool]]
    #: [i][column]: a wall lies at ys[i] along that column.
    lying: list[list[bool]]

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


@dataclass(slots=True)
class Found:
    """The tables with lines of one page, and the glyphs that stand in none of them."""

    pieces: list[Piece]
    glyphs: list[Glyph]
    #: Rules of networks that made no table.
    horizontals: list[Rule]
    verticals: list[Rule]
    #: The glyphs in tables whose lines part not all rows and columns.
    in_open: list[Glyph] = field(default_factory=list)
    #: Charts and other drawings; what stands in them is no table.
    drawings: list[Box] = field(default_factory=list)


def find_ruled(sheet: Sheet) -> Found:
    """Pieces of tables by their lines, in reading order."""
    found = Found([], list(sheet.glyphs), [], [])
    networks = rules_to_networks(sheet.horizontals, sheet.verticals)
    networks = _with_open_sides_joined(_with_tall_cells_joined(networks), sheet.glyphs)
    for network in sorted(networks, key=_extent, reverse=True):
        piece = _network_to_piece(network, sheet, found)
        if piece is None:
            found.horizontals.extend(network.horizontals)
            found.verticals.extend(network.verticals)
    found.in_open.extend(_heads_of_open(found, sheet))
    found.pieces.sort(key=lambda piece: (piece.box.top, piece.box.x0))
    return found


def _heads_of_open(found: Found, sheet: Sheet) -> list[Glyph]:
    """The glyphs of heads with lines around them, where the rows below have none, and of
    figures with lines around them, where the labels at their left have none."""
    if not found.pieces:
        return []
    lines = glyphs_to_lines(found.glyphs)
    boxes = [
        piece.box
        for piece in found.pieces
        if _begins_at_left(piece, lines)
        or (not _has_figures(piece) and _goes_on_below(piece, lines))
    ]
    return [g for g in sheet.glyphs if any(box.holds(*g.box.middle) for box in boxes)]


def _begins_at_left(piece: Piece, lines: list[Line]) -> bool:
    """Whether text stands at the left of its rows, outside of all lines."""
    left, top, _, bottom = piece.box
    beside = [line for line in lines if top < line.box.middle[1] < bottom and line.box.x0 < left]
    return len(beside) >= max(2, piece.n_rows / 2)


def _has_figures(piece: Piece) -> bool:
    return any(cell.text.strip() and set(cell.text.strip()) <= NUMERIC for cell in piece.cells)


def _goes_on_below(piece: Piece, lines: list[Line]) -> bool:
    """Whether rows with figures under its columns stand right below."""
    bottom, figures = piece.box.bottom, 0
    for line in sorted(lines, key=lambda line: line.box.top):
        if line.box.middle[1] < piece.box.bottom:
            continue
        if line.box.top - bottom > HEAD_WHITE * line.size or line.box.x0 < piece.box.x0 - MEETING:
            break
        row = line_to_row(line)
        figures += sum(
            phrase.is_figure and piece.xs[1] < phrase.box.middle[0] < piece.xs[-1]
            for phrase in row.phrases
        )
        bottom = line.box.bottom
    return figures >= FEWEST_BELOW


def _without_stubs(piece: Piece, ys: list[float]) -> tuple[Piece, list[float]]:
    """The piece without rows in which nothing begins but blanks left of cells that go on: where
    a page break made a row taller, the label of a group ends above the end of its last row."""
    for row in range(piece.n_rows - 1, 0, -1):
        begun = [cell for cell in piece.cells if cell.row == row]
        over = [cell for cell in piece.cells if cell.row < row < cell.row + cell.rowspan]
        if not begun or not over or any(cell.text or cell.rowspan > 1 for cell in begun):
            continue
        if max(cell.column for cell in begun) > max(cell.column for cell in over):
            continue
        ends = {(c.column, c.colspan) for c in piece.cells if c.row + c.rowspan == row}
        if any((cell.column, cell.colspan) not in ends for cell in begun):
            continue
        cells = [
            replace(cell, row=cell.row - (cell.row > row), rowspan=cell.rowspan - (cell in over))
            for cell in piece.cells
            if cell not in begun
        ]
        piece = replace(piece, cells=cells, n_rows=piece.n_rows - 1)
        ys = [*ys[:row], *ys[row + 1 :]]
    return piece, ys


def _holds_rows(piece: Piece) -> bool:
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


def _extent(network: Network) -> float:
    if not network.horizontals or not network.verticals:
        return 0.0
    width = max(rule.end for rule in network.horizontals) - min(
        rule.start for rule in network.horizontals
    )
    return width * (network.horizontals[-1].at - network.horizontals[0].at)


def _network_to_piece(network: Network, sheet: Sheet, found: Found) -> Piece | None:
    lattice = network_to_lattice(network)
    if lattice is None or any(lattice.box.overlaps(piece.box.grown(-2)) for piece in found.pieces):
        return None
    cells = lattice_to_cells(lattice)
    # A cell that reaches beyond the page is not blank for what cannot be seen of it.
    seen = [*found.glyphs, *sheet.beyond]
    inside = [glyph for glyph in seen if lattice.box.grown(1).holds(*glyph.box.middle)]
    by_cell, touching = glyphs_to_cells(inside, cells, lattice)
    rows = _rows_of_table(lattice, cells, by_cell)
    if rows is None:
        return None
    piece, used = _to_piece(sheet, lattice, cells, by_cell, touching, rows)
    if _is_chart(piece) or _is_drawing(piece):
        found.drawings.append(lattice.box)
        return None
    if not _is_table(piece, sheet):
        return None
    glyphs = [glyph for glyph in inside if id(glyph) in used]
    ys = lattice.ys[rows.start : rows.stop + 1]
    piece, ys = _without_stubs(piece, ys)
    completed = complete(piece, ys, glyphs, sheet, network.horizontals)
    if piece.n_columns == 1 or completed.cells is not piece.cells or _holds_rows(piece):
        found.in_open.extend(glyphs)
    piece = completed
    found.pieces.append(piece)
    found.glyphs = [glyph for glyph in found.glyphs if id(glyph) not in used]
    return piece


def rules_to_networks(horizontals: Sequence[Rule], verticals: Sequence[Rule]) -> list[Network]:
    """Groups of rules that hang together. A lone rule is a network of its own."""
    if len(horizontals) * len(verticals) > MOST_PAIRS:
        return []
    parent = list(range(len(horizontals) + len(verticals)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    places = [rule.at for rule in verticals]
    for index, lying in enumerate(horizontals):
        first = bisect_left(places, lying.start - MEETING)
        last = bisect_right(places, lying.end + MEETING)
        for other in range(first, last):
            upright = verticals[other]
            if upright.start - MEETING <= lying.at <= upright.end + MEETING:
                parent[root(index)] = root(len(horizontals) + other)
    networks: dict[int, Network] = {}
    for index, rule in enumerate(horizontals):
        networks.setdefault(root(index), Network([], [])).horizontals.append(rule)
    for index, rule in enumerate(verticals, len(horizontals)):
        networks.setdefault(root(index), Network([], [])).verticals.append(rule)
    return list(networks.values())


def _with_tall_cells_joined(networks: list[Network]) -> list[Network]:
    """Networks with the upright lines beside them that are as high: the sides of a cell that
    reaches over the whole page and has neither top nor bottom there."""
    lone = [network for network in networks if not network.horizontals]
    joined = [network for network in networks if network.horizontals]
    for network in joined:
        if len(network.horizontals) < FEWEST_BESIDE_TALL or not network.verticals:
            continue
        top = min([network.horizontals[0].at, *(rule.start for rule in network.verticals)])
        bottom = max([network.horizontals[-1].at, *(rule.end for rule in network.verticals)])
        left, right = _span(network)
        beside = [
            other
            for other in lone
            for rule in other.verticals
            if abs(rule.start - top) <= 2 * NARROWEST
            and abs(rule.end - bottom) <= 2 * NARROWEST
            and (left - WIDEST_TALL < rule.at < left or right < rule.at < right + WIDEST_TALL)
        ]
        if beside:
            network.verticals = sorted(
                network.verticals + [rule for other in beside for rule in other.verticals]
            )
            lone = [other for other in lone if all(other is not one for one in beside)]
    return joined + lone


def _with_open_sides_joined(networks: list[Network], glyphs: Sequence[Glyph]) -> list[Network]:
    """Networks without lines at their sides, those joined that a row of one cell parts."""
    if sum(bool(network.verticals) for network in networks) < 1 or len(networks) < 2:
        return networks
    lying = [network for network in networks if network.horizontals]
    joined: list[Network] = []
    lines = glyphs_to_lines(glyphs)
    for network in sorted(lying, key=lambda network: network.horizontals[0].at):
        before = joined[-1] if joined else None
        if before is not None and _row_between(before, network, lines):
            before.horizontals.extend(network.horizontals)
            before.verticals = sorted(before.verticals + network.verticals)
        else:
            joined.append(network)
    return joined + [network for network in networks if not network.horizontals]


def _row_between(upper: Network, lower: Network, lines: list[Line]) -> bool:
    """Whether a line of text of their size stands between them as in a row, and the columns
    of one are among those of the other."""
    top, bottom = upper.horizontals[-1], lower.horizontals[0]
    if not (upper.verticals or lower.verticals) or not 0 < bottom.at - top.at < HIGHEST_ROW:
        return False
    spans = [_span(network) for network in (upper, lower)]
    ats = [[rule.at for rule in network.verticals] for network in (upper, lower)]
    if any(abs(one - other) > MEETING for one, other in zip(*spans, strict=True)) or any(
        abs(at - end) <= MEETING for end in spans[0] for at in (*ats[0], *ats[1])
    ):
        return False
    few, many = sorted(ats, key=len)
    if not all(any(abs(at - other) <= MEETING for other in many) for at in few):
        return False
    between = [line for line in lines if top.at < line.box.middle[1] < bottom.at]
    end = (lower if lower.verticals else upper).horizontals[-1].at
    inside = [line.size for line in lines if top.at < line.box.middle[1] < end]
    inside += [line.size for line in lines if upper.horizontals[0].at < line.box.middle[1] < top.at]
    return (
        len(between) == 1
        and spans[0][0] - 1 <= between[0].box.x0 <= between[0].box.x1 <= spans[0][1] + 1
        and abs(between[0].size - median(inside)) <= 0.1 * between[0].size
    )


def _span(network: Network) -> tuple[float, float]:
    return (
        min(rule.start for rule in network.horizontals),
        max(rule.end for rule in network.horizontals),
    )


def network_to_lattice(network: Network) -> Lattice | None:
    """None where the rules enclose nothing, or so much that they are a drawing."""
    lying, upright = network.horizontals, network.verticals
    if not lying or not upright or len(lying) + len(upright) < 3:
        return None
    xs = _edges([rule.at for rule in upright], [(rule.start, rule.end) for rule in lying])
    ys = _edges([rule.at for rule in lying], [(rule.start, rule.end) for rule in upright])
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    if n_columns < 1 or n_rows < 1 or n_columns * n_rows > MOST_BOXES:
        return None
    return Lattice(xs, ys, _walls(upright, xs, ys), _walls_lying(lying, xs, ys))


def _edges(places: list[float], reaches: list[tuple[float, float]]) -> list[float]:
    """Distinct positions; also where the crossing rules end, if a border is missing there."""
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > NARROWEST:
            edges.append(place)
    starts = sorted(start for start, _ in reaches)
    ends = sorted((end for _, end in reaches), reverse=True)
    for bounds, outside in ((starts, -1), (ends, 1)):
        if len(bounds) < 2:
            continue
        bound = bounds[1]  # reached by two rules at least
        edge = edges[0] if outside < 0 else edges[-1]
        if (bound - edge) * outside > 2 * NARROWEST:
            edges.insert(0 if outside < 0 else len(edges), bound)
    return edges


def _walls(rules: list[Rule], xs: list[float], ys: list[float]) -> list[list[bool]]:
    """[row][i]: whether enough of xs[i] is drawn along the row."""
    drawn = [[0.0] * len(xs) for _ in range(len(ys) - 1)]
    for rule in rules:
        i = _nearest(xs, rule.at)
        first = max(0, bisect_right(ys, rule.start) - 1)
        for row in range(first, len(ys) - 1):
            if ys[row] >= rule.end:
                break
            drawn[row][i] += min(rule.end, ys[row + 1]) - max(rule.start, ys[row])
    return [
        [length >= WALL * (ys[row + 1] - ys[row]) for length in lengths]
        for row, lengths in enumerate(drawn)
    ]


def _walls_lying(rules: list[Rule], xs: list[float], ys: list[float]) -> list[list[bool]]:
    """[i][column]: whether enough of ys[i] is drawn along the column."""
    by_column = _walls(rules, ys, xs)
    return [[by_column[column][i] for column in range(len(xs) - 1)] for i in range(len(ys))]


def _nearest(places: list[float], place: float) -> int:
    after = bisect_left(places, place)
    if after == 0:
        return 0
    if after == len(places):
        return after - 1
    return after if places[after] - place < place - places[after - 1] else after - 1


@dataclass(slots=True)
class LatticeCell:
    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box


def lattice_to_cells(lattice: Lattice) -> list[LatticeCell]:
    """Cells in row-major order; they cover the lattice and never overlap."""
    n_rows, n_columns = len(lattice.ys) - 1, len(lattice.xs) - 1
    region = _regions(lattice, n_rows, n_columns)
    taken = [[False] * n_columns for _ in range(n_rows)]
    cells: list[LatticeCell] = []
    for row in range(n_rows):
        for column in range(n_columns):
            if taken[row][column]:
                continue
            cell = _largest_from(row, column, region, taken, lattice)
            cells.append(cell)
            for covered in range(row, row + cell.rowspan):
                taken[covered][column : column + cell.colspan] = [True] * cell.colspan
    return cells


def _regions(lattice: Lattice, n_rows: int, n_columns: int) -> list[list[int]]:
    """Number of the region of each box: boxes without a wall between them share one."""
    parent = list(range(n_rows * n_columns))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for row in range(n_rows):
        for column in range(n_columns):
            here = row * n_columns + column
            if column + 1 < n_columns and not lattice.upright[row][column + 1]:
                parent[root(here + 1)] = root(here)
            if row + 1 < n_rows and not lattice.lying[row + 1][column]:
                parent[root(here + n_columns)] = root(here)
    return [
        [root(row * n_columns + column) for column in range(n_columns)] for row in range(n_rows)
    ]


def _largest_from(
    row: int, column: int, region: list[list[int]], taken: list[list[bool]], lattice: Lattice
) -> LatticeCell:
    """The cell whose upper left box this is; a region of another shape falls into several."""
    mark = region[row][column]
    right = column
    while (
        right + 1 < len(region[row])
        and region[row][right + 1] == mark
        and not taken[row][right + 1]
    ):
        right += 1
    low = row
    while low + 1 < len(region) and all(
        region[low + 1][c] == mark and not taken[low + 1][c] for c in range(column, right + 1)
    ):
        low += 1
    box = Box(lattice.xs[column], lattice.ys[row], lattice.xs[right + 1], lattice.ys[low + 1])
    return LatticeCell(row, column, low - row + 1, right - column + 1, box)


def glyphs_to_cells(
    glyphs: list[Glyph], cells: list[LatticeCell], lattice: Lattice
) -> tuple[dict[int, list[Glyph]], set[int]]:
    """Glyphs of each cell by its index, and the cells whose digits touch those of the next.

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
    held: dict[int, list[Glyph]] = {index: [] for index in range(len(cells))}
    touching: set[int] = set()
    for run in _spaced_runs(_runs(glyphs)):
        places = [_cell_at(glyph, lattice, owner) for glyph in run]
        if len(set(places)) > 1:
            numeric = all(set(glyph.text) <= NUMERIC for glyph in run)
            spaced = _is_spaced(run)
            if _is_cut(run, places, cells) or spaced:
                place = max(set(places), key=places.count)
                places = [place] * len(places)
                if spaced and numeric and place is not None:
                    touching.add(place)
            elif numeric:
                touching.update(place for place in places if place is not None)
        for glyph, place in zip(run, places, strict=True):
            if place is not None:
                held[place].append(glyph)
    return held, touching


def _runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Characters of one size written one after another without a gap."""
    runs: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.order):
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and not glyph.blank
            and not last.blank
            and glyph.angle == last.angle == 0
            and abs(glyph.box.bottom - last.box.bottom) < 0.3
            and abs(glyph.size - last.size) < 0.1
            and -0.3 * glyph.size < glyph.box.x0 - last.box.x1 < 0.15 * glyph.size
        ):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _spaced_runs(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """The runs, those put together that stand one after another at one distance."""
    whole: list[list[Glyph]] = []
    apart: float | None = None
    for number, run in enumerate(runs):
        gap = _gap(runs[number - 1], run) if number else None
        after = _gap(run, runs[number + 1]) if number + 1 < len(runs) else None
        same = EVEN * run[0].size
        if gap is not None and (
            abs(gap - apart) <= same
            if apart is not None
            else after is not None and abs(gap - after) <= same
        ):
            whole[-1] = [*whole[-1], *run]
            apart = gap
        else:
            whole.append(run)
            apart = None
    return whole


def _gap(before: list[Glyph], after: list[Glyph]) -> float | None:
    """The white between two runs of one line and size, None where it is none of a text."""
    left, right = before[-1], after[0]
    if left.blank or right.blank or left.angle or right.angle:
        return None
    if abs(left.box.bottom - right.box.bottom) >= 0.3 or abs(left.size - right.size) >= 0.1:
        return None
    gap = right.box.x0 - left.box.x1
    return gap if 0 < gap <= SPACED * left.size else None


def _is_spaced(run: list[Glyph]) -> bool:
    gaps = [right.box.x0 - left.box.x1 for left, right in pairwise(run)]
    return sum(gap > 0.15 * run[0].size for gap in gaps) >= FEWEST_GAPS


def _cell_at(glyph: Glyph, lattice: Lattice, owner: dict[tuple[int, int], int]) -> int | None:
    x, y = glyph.box.middle
    column = min(max(bisect_right(lattice.xs, x) - 1, 0), len(lattice.xs) - 2)
    row = min(max(bisect_right(lattice.ys, y) - 1, 0), len(lattice.ys) - 2)
    return owner.get((row, column))


def _is_cut(run: list[Glyph], places: list[int | None], cells: list[LatticeCell]) -> bool:
    for glyph, place in zip(run, places, strict=True):
        if place is None:
            return True
        box, cell = glyph.box, cells[place].box
        out = max(cell.x0 - box.x0, box.x1 - cell.x1)
        if out > CUT * box.width:
            return True
    return False


def _rows_of_table(
    lattice: Lattice, cells: list[LatticeCell], by_cell: dict[int, list[Glyph]]
) -> range | None:
    """The rows without the framed prose above and below; None where nothing is left.

    Some makers of PDFs box each line of the body text, and the boxes touch the table.
    """
    n_rows, n_columns = len(lattice.ys) - 1, len(lattice.xs) - 1
    if n_columns < 2:
        return None
    prose: dict[int, bool] = {}
    for index, cell in enumerate(cells):
        if cell.colspan == n_columns:
            lines = glyphs_to_lines(by_cell[index])
            for row in range(cell.row, cell.row + cell.rowspan):
                prose[row] = len(lines) == 1 and _is_prose(lines[0], cell.box)
    first, last = 0, n_rows
    run = _full_width_run(prose, range(n_rows))
    if run:
        first = run
    run = _full_width_run(prose, range(n_rows - 1, -1, -1))
    if run:
        last = n_rows - run
    return range(first, last) if first < last else None


def _full_width_run(prose: dict[int, bool], rows: range) -> int:
    """How many rows from the edge to the last line of prose, 0 where that is no stack."""
    last_prose = 0
    for run, row in enumerate(rows, 1):
        if row not in prose:
            break
        if prose[row]:
            last_prose = run
    return last_prose if last_prose >= 2 else 0


def _is_prose(line: Line, frame: Box) -> bool:
    return line.box.width >= PROSE_FILL * frame.width and len(line_text(line.glyphs)) >= 15


def _to_piece(
    sheet: Sheet,
    lattice: Lattice,
    cells: list[LatticeCell],
    by_cell: dict[int, list[Glyph]],
    touching: set[int],
    rows: range,
) -> tuple[Piece, set[int]]:
    """The piece, and the ids of the glyphs that stand in it."""
    used: set[int] = set()
    made: list[PieceCell] = []
    for index, cell in enumerate(cells):
        if cell.row not in rows:
            continue
        where = sheet.where(cell.box)
        content = glyphs_to_cell_text(by_cell[index], where)
        used.update(id(glyph) for glyph in by_cell[index])
        made.append(
            PieceCell(
                row=cell.row - rows.start,
                column=cell.column,
                rowspan=min(cell.rowspan, rows.stop - cell.row),
                colspan=cell.colspan,
                box=cell.box,
                where=where,
                text=content.text,
                doubts=content.doubts + ((close_numbers(where),) if index in touching else ()),
                white=_white(content.lines, cell.box),
            )
        )
    box = hull([cell.box for cell in made])
    return Piece(sheet.leaf, box, sheet.where(box), lattice.xs, len(rows), made), used


def _white(lines: Sequence[Line], cell: Box) -> White | None:
    if not lines:
        return None
    first, last = lines[0], lines[-1]
    return White(
        above=(first.box.top - cell.top) / first.size,
        below=(cell.bottom - last.box.bottom) / last.size,
        beside=(cell.width - last.box.width) / last.size,
    )


def _is_table(piece: Piece, sheet: Sheet) -> bool:
    """Two columns at least, and text in two cells: frames and axes of charts are none.

    One row at the top of a page may be the end of a form that was not filled in.
    """
    filled = [cell for cell in piece.cells if cell.text]
    columns = {cell.column for cell in piece.cells}
    if piece.n_rows == 1 and len(columns) >= 3 and piece.box.top < REST_OF_FORM * sheet.height:
        return len(filled) >= 1
    return len(columns) >= 2 and len(filled) >= 2


def _is_chart(piece: Piece) -> bool:
    """The lines of a chart: text in few of its rows and few of its columns."""
    if min(piece.n_rows, piece.n_columns) < FEWEST_OF_CHART:
        return False
    filled = [cell for cell in piece.cells if cell.text]
    rows = {cell.row for cell in filled}
    columns = {cell.column for cell in filled}
    return (
        len(rows) < SHARE_OF_CHART * piece.n_rows
        and len(columns) < SHARE_OF_CHART * piece.n_columns
    )


def _is_drawing(piece: Piece) -> bool:
    """Boxes that stand here and there, or a grid to draw on."""
    if min(piece.n_rows, piece.n_columns) < FEWEST_OF_CHART:
        return False
    filled = [cell for cell in piece.cells if cell.text]
    return len(piece.cells) < SHARE_OF_DRAWING * piece.n_rows * piece.n_columns or len(
        filled
    ) < SHARE_OF_PAPER * len(piece.cells)
