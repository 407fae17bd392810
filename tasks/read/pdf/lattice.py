"""Rules → networks → lattices → cells: where boxes are drawn, whatever stands in them.

A network is rules that cross or meet. Its lattice is every position of its rules on
both axes; two boxes of the lattice belong to one cell unless enough of a line stands
between them. So a cell may span, a line may be broken, and an outer border be missing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.model.box import Box
from tasks.read.pdf.marks import Rule

#: How far apart the ends of two lines may be that meet.
MEETING = 3.0
#: Positions nearer than this are one edge; no column or row of text is narrower.
NARROWEST = 4.5
#: Share of a side of a cell that must be drawn for a wall to stand there.
WALL = 0.6
#: More boxes than this in a lattice are a drawing.
MOST_BOXES = 60_000
#: Pairs of lines to try at the most, on one page.
MOST_PAIRS = 4_000_000
#: Lines over more than this share of a page are lines of the page where they stand out of all
#: that meets them by so many points.
PAGE_HIGH = 0.6
STANDS_OUT = 20.0
#: A cell beside the rows of a page that has no line above and below is no wider; and so many
#: lines lie beside it.
WIDEST_TALL = 120.0
FEWEST_BESIDE_TALL = 3

#: [row][i]: whether a wall stands at edge i along a row.
Walls = Sequence[Sequence[bool]]


@dataclass(frozen=True, slots=True)
class Network:
    """Horizontal and vertical rules that cross or meet, each by position."""

    horizontals: tuple[Rule, ...]
    verticals: tuple[Rule, ...]

    @property
    def span(self) -> tuple[float, float]:
        """Where its lying rules begin and end; it has one at least."""
        return (
            min(rule.start for rule in self.horizontals),
            max(rule.end for rule in self.horizontals),
        )

    @property
    def extent(self) -> float:
        """The area that its lying rules reach over, 0 where it encloses nothing."""
        if not self.horizontals or not self.verticals:
            return 0.0
        left, right = self.span
        return (right - left) * (self.horizontals[-1].at - self.horizontals[0].at)

    def with_rules(self, horizontals: Iterable[Rule], verticals: Iterable[Rule]) -> Network:
        return Network(
            (*self.horizontals, *horizontals), tuple(sorted((*self.verticals, *verticals)))
        )


@dataclass(frozen=True, slots=True)
class Lattice:
    """Edges on both axes, and the walls between neighbouring boxes."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    #: [row][i]: a wall stands at xs[i] along that row.
    upright: Walls
    #: [column][i]: a wall lies at ys[i] along that column.
    lying: Walls

    @property
    def n_rows(self) -> int:
        return len(self.ys) - 1

    @property
    def n_columns(self) -> int:
        return len(self.xs) - 1

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def height(self, row: int) -> float:
        return self.ys[row + 1] - self.ys[row]

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the box at a place, or nearest to it."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), self.n_rows - 1)
        return row, min(max(bisect_right(self.xs, x) - 1, 0), self.n_columns - 1)


@dataclass(frozen=True, slots=True)
class LatticeCell:
    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box


def without_page_lines(
    horizontals: Sequence[Rule], verticals: Sequence[Rule], height: float
) -> tuple[Rule, ...]:
    """The upright rules but those along a page of this height at which lines of a table begin,
    or end: what stands above and below the table beside such a line is in none of its rows. So
    it is with a tab at the side of the page which the lines of a table reach."""
    along = [rule for rule in verticals if rule.length >= PAGE_HIGH * height]
    tabs = {rule for rule in along if _is_of_tab(rule, along, horizontals)}
    return tuple(
        rule
        for rule in verticals
        if rule not in tabs and not (rule in along and _is_page_line(rule, horizontals))
    )


def _is_of_tab(upright: Rule, along: Sequence[Rule], horizontals: Sequence[Rule]) -> bool:
    """Whether it is a side of a box that is closed above and below, and that other lines reach
    into from outside, though never so far that they part it."""
    sides = [rule for rule in along if _is_level(rule, upright)]
    left, right = sides[0].at, sides[-1].at
    met = [rule for rule in horizontals if any(_meet(side, rule) for side in sides)]
    ends = [rule for rule in met if left - MEETING <= rule.start and rule.end <= right + MEETING]
    outer = [rule for rule in met if rule not in ends]
    return (
        bool(outer)
        and all(
            any(abs(rule.at - at) <= MEETING for rule in ends)
            for at in (upright.start, upright.end)
        )
        and all(
            min(rule.end, other.at) - max(rule.start, one.at) < WALL * (other.at - one.at)
            for rule in outer
            for one, other in pairwise(sides)
        )
    )


def _is_level(one: Rule, other: Rule) -> bool:
    return max(abs(one.start - other.start), abs(one.end - other.end)) <= MEETING


def _meet(upright: Rule, lying: Rule) -> bool:
    return (
        upright.start - MEETING <= lying.at <= upright.end + MEETING
        and lying.start - MEETING <= upright.at <= lying.end + MEETING
    )


def _is_page_line(upright: Rule, horizontals: Sequence[Rule]) -> bool:
    met = [rule for rule in horizontals if _meet(upright, rule)]
    if not met:
        return False
    begin = all(upright.at - rule.start <= MEETING for rule in met)
    end = all(rule.end - upright.at <= MEETING for rule in met)
    out = max(met[0].at - upright.start, upright.end - met[-1].at)
    return (begin or end) and out > STANDS_OUT


def rules_to_networks(horizontals: Sequence[Rule], verticals: Sequence[Rule]) -> list[Network]:
    """Groups of rules that hang together, and what stands alone. None where there are too
    many to try."""
    if len(horizontals) * len(verticals) > MOST_PAIRS:
        return []
    n = len(horizontals)
    roots = _groups(n + len(verticals), _meetings(horizontals, verticals))
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate((*horizontals, *verticals)):
        groups.setdefault(roots[index], ([], []))[index >= n].append(rule)
    networks = [Network(tuple(lying), tuple(upright)) for lying, upright in groups.values()]
    return _with_tall_cells_joined(networks)


def _meetings(horizontals: Sequence[Rule], verticals: Sequence[Rule]) -> Iterable[tuple[int, int]]:
    """Pairs of rules that cross or meet, by their places among the lying, then the upright."""
    places = [rule.at for rule in verticals]
    for index, lying in enumerate(horizontals):
        first = bisect_left(places, lying.start - MEETING)
        for other in range(first, bisect_right(places, lying.end + MEETING)):
            upright = verticals[other]
            if upright.start - MEETING <= lying.at <= upright.end + MEETING:
                yield index, len(horizontals) + other


def _groups(n: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """A number for each of n things; those that pairs join, one to the next, have the same."""
    parent = list(range(n))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for one, other in pairs:
        parent[root(one)] = root(other)
    return [root(index) for index in range(n)]


def _with_tall_cells_joined(networks: list[Network]) -> list[Network]:
    """Networks with the upright lines beside them that are as high: the sides of a cell that
    reaches over the whole page and has neither top nor bottom there."""
    lone = [network for network in networks if not network.horizontals]
    joined: list[Network] = []
    for network in networks:
        if not network.horizontals:
            continue
        beside = [other for other in lone if _is_side_of(other, network)]
        lone = [other for other in lone if other not in beside]
        joined.append(network.with_rules((), [r for other in beside for r in other.verticals]))
    return joined + lone


def _is_side_of(lone: Network, network: Network) -> bool:
    if len(network.horizontals) < FEWEST_BESIDE_TALL or not network.verticals:
        return False
    top = min([network.horizontals[0].at, *(rule.start for rule in network.verticals)])
    bottom = max([network.horizontals[-1].at, *(rule.end for rule in network.verticals)])
    left, right = network.span
    return any(
        abs(rule.start - top) <= 2 * NARROWEST
        and abs(rule.end - bottom) <= 2 * NARROWEST
        and (left - WIDEST_TALL < rule.at < left or right < rule.at < right + WIDEST_TALL)
        for rule in lone.verticals
    )


def network_to_lattice(network: Network) -> Lattice | None:
    """None where the rules enclose nothing, or so much that they are a drawing."""
    lying, upright = network.horizontals, network.verticals
    if not lying or not upright or len(lying) + len(upright) < 3:
        return None
    xs, ys = _edges(upright, lying), _edges(lying, upright)
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    if n_columns < 1 or n_rows < 1 or n_columns * n_rows > MOST_BOXES:
        return None
    return Lattice(xs, ys, _walls(upright, xs, ys), _walls(lying, ys, xs))


def _edges(rules: Sequence[Rule], crossing: Sequence[Rule]) -> tuple[float, ...]:
    """Distinct positions; also where two crossing rules end, if a border is missing there."""
    edges: list[float] = []
    for rule in rules:
        if not edges or rule.at - edges[-1] > NARROWEST:
            edges.append(rule.at)
    if len(crossing) < 2:
        return tuple(edges)
    start = sorted(rule.start for rule in crossing)[1]
    end = sorted(rule.end for rule in crossing)[-2]
    first = [start] if edges[0] - start > 2 * NARROWEST else []
    last = [end] if end - edges[-1] > 2 * NARROWEST else []
    return (*first, *edges, *last)


def _walls(rules: Sequence[Rule], xs: Sequence[float], ys: Sequence[float]) -> Walls:
    """[row][i]: whether enough of xs[i] is drawn along the row."""
    drawn = [[0.0] * len(xs) for _ in range(len(ys) - 1)]
    for rule in rules:
        i = _nearest(xs, rule.at)
        for row in range(max(0, bisect_right(ys, rule.start) - 1), len(ys) - 1):
            if ys[row] >= rule.end:
                break
            drawn[row][i] += min(rule.end, ys[row + 1]) - max(rule.start, ys[row])
    return [
        [length >= WALL * (ys[row + 1] - ys[row]) for length in lengths]
        for row, lengths in enumerate(drawn)
    ]


def _nearest(places: Sequence[float], place: float) -> int:
    after = bisect_left(places, place)
    if after == 0:
        return 0
    if after == len(places):
        return after - 1
    return after if places[after] - place < place - places[after - 1] else after - 1


def lattice_to_cells(lattice: Lattice) -> list[LatticeCell]:
    """Cells in row-major order; they cover the lattice and never overlap."""
    region = _regions(lattice)
    cells: list[LatticeCell] = []
    for row in range(lattice.n_rows):
        for column in range(lattice.n_columns):
            if region[row][column] is None:
                continue
            cell = _largest_from(row, column, region, lattice)
            cells.append(cell)
            for taken in region[row : row + cell.rowspan]:
                taken[column : column + cell.colspan] = [None] * cell.colspan
    return cells


def share_of_ground(lattice: Lattice) -> float:
    """The share of its area that lies in regions of another shape than that of a cell: what is
    around the boxes of a drawing."""
    boxes: dict[int | None, list[tuple[int, int]]] = {}
    for row, marks in enumerate(_regions(lattice)):
        for column, mark in enumerate(marks):
            boxes.setdefault(mark, []).append((row, column))
    ground = (place for places in boxes.values() if not _is_rectangle(places) for place in places)
    area = sum(
        (lattice.xs[column + 1] - lattice.xs[column]) * lattice.height(row)
        for row, column in ground
    )
    return area / lattice.box.area


def _is_rectangle(places: Sequence[tuple[int, int]]) -> bool:
    rows, columns = zip(*places, strict=True)
    return bool(len(places) == (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1))


def _regions(lattice: Lattice) -> list[list[int | None]]:
    """Number of the region of each box: boxes without a wall between them share one."""
    n_rows, n_columns = lattice.n_rows, lattice.n_columns
    open_right = (
        (row * n_columns + column, row * n_columns + column + 1)
        for row in range(n_rows)
        for column in range(n_columns - 1)
        if not lattice.upright[row][column + 1]
    )
    open_below = (
        (row * n_columns + column, (row + 1) * n_columns + column)
        for row in range(n_rows - 1)
        for column in range(n_columns)
        if not lattice.lying[column][row + 1]
    )
    groups: list[int | None] = [*_groups(n_rows * n_columns, (*open_right, *open_below))]
    return [groups[row * n_columns : (row + 1) * n_columns] for row in range(n_rows)]


def _largest_from(
    row: int, column: int, region: list[list[int | None]], lattice: Lattice
) -> LatticeCell:
    """The cell whose upper left box this is; a region of another shape falls into several.
    Boxes that are taken are in no region."""
    mark = region[row][column]
    right = column + 1
    while right < lattice.n_columns and region[row][right] == mark:
        right += 1
    low = row + 1
    while low < lattice.n_rows and all(one == mark for one in region[low][column:right]):
        low += 1
    box = Box(lattice.xs[column], lattice.ys[row], lattice.xs[right], lattice.ys[low])
    return LatticeCell(row, column, low - row, right - column, box)
