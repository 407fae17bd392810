"""Pixels of a page → the page upright, flat and without rules, and where lines of text stand on
it. Nothing is read yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.read.scan.ground import find_ground
from tasks.read.scan.lines import EDGE, Ink, TextLine, in_cell, ink_of, outside, size_of_type
from tasks.read.scan.perspective import flattened
from tasks.read.scan.pixels import Layers, Picture, Pixels, Span, layers, resized
from tasks.read.scan.rules import Ruled, cells_of, find_rules, has_arcs, is_touched
from tasks.read.scan.seals import Seal, find_seals, without_seals
from tasks.read.scan.segments import Segment
from tasks.read.scan.shapes import is_rest_of_rule
from tasks.read.scan.upright import Way, joined, straightened, turned, way_of_turn

#: In sizes of a character: what is smaller each way is dirt.
DOT = 0.22
#: In pixels: how far from the edge of its cell a stroke is sought that touches the rule, where
#: nothing is read; and where something is, as far as no line is looked for.
NEAR_RULE, BESIDE_RULE = 12, EDGE
#: In pixels: characters that are lower are enlarged to the size that lines are read well in, by
#: this factor at most, and to so many pixels of the page.
SMALL_TYPE, GOOD_TYPE = 20.0, 28.0
#: In pixels: what is lower is noise, or too small to be read.
LEAST_TYPE = 11.0
MOST_ENLARGED = 2.0
MOST_PIXELS = 24_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    #: Rules painted over.
    page: Layers
    ruled: Ruled
    ink: Ink
    seals: tuple[Seal, ...]
    cells: tuple[Span, ...]
    lines: tuple[TextLine, ...]
    #: Cells in which a stroke may have been taken off with a rule.
    touched: tuple[Span, ...]
    #: How high most characters are, in pixels.
    size: float
    #: How long a pixel is, in points.
    scale: float
    #: From pixels of it to points of the page as it came.
    way: Way
    #: Lines of tables are bent, so that none of its figures is sure to stand in its cell.
    is_bent: bool


def seen_on(picture: Picture, quarters: int = 0) -> Seen:
    """`quarters`: of a turn, clockwise, that make it upright."""
    seen = _seen(picture, None, quarters)
    factor = min(GOOD_TYPE / seen.size, MOST_ENLARGED, (MOST_PIXELS / seen.page.full.size) ** 0.5)
    if not LEAST_TYPE <= seen.size < SMALL_TYPE or factor < GOOD_TYPE / SMALL_TYPE / 1.2:
        return seen
    return _seen(picture, 72 / seen.scale * factor, quarters)


def _seen(picture: Picture, wanted: float | None, quarters: int) -> Seen:
    """`wanted`: dots an inch, as in `resized`."""
    pixels, scale = resized(picture, wanted)
    height, width = pixels.shape[:2]
    pixels = turned(pixels, quarters) if quarters else pixels
    way = way_of_turn(quarters, width, height)
    page = layers(pixels)
    ground = find_ground(pixels)
    # Of a long picture its colours would take as much room as all that comes after.
    del pixels
    page = ground.painted(page) if ground else page
    page, back = straightened(page)
    flat = flattened(page, _moved(ground.edges if ground else (), back))
    way = joined(flat.way, joined(back, way))
    ruled = find_rules(flat.page.plain)
    page = flat.page.each(ruled.without)
    ink = ink_of(page.plain)
    size = size_of_type(ink)
    seals = find_seals(page.plain, ink, size)
    if has_arcs(ruled, seals):
        ruled = find_rules(flat.page.plain, seals)
        page = flat.page.each(ruled.without)
    if seals:
        page = replace(page, plain=without_seals(page.plain, seals))
        ink = ink_of(page.plain)
    cells = cells_of(ruled, ink.shape)
    lines = _lines(ink, cells, size)
    written = {line.cell for line in lines if not is_rest_of_rule(line, size)}
    return Seen(
        page=page,
        ruled=ruled,
        ink=ink,
        seals=tuple(seals),
        cells=tuple(cells),
        lines=lines,
        touched=tuple(
            cell
            for cell in cells
            if is_touched(
                flat.page.plain, cell, size, BESIDE_RULE if cell in written else NEAR_RULE
            )
        ),
        size=size,
        scale=scale,
        way=way.scaled(scale),
        is_bent=flat.is_bent,
    )


def _lines(ink: Ink, cells: Sequence[Span], size: float) -> tuple[TextLine, ...]:
    lines = [line for cell in cells for line in in_cell(ink, cell, size)]
    lines += outside(ink, cells, size)
    return tuple(line for line in lines if max(line.span.width, line.span.height) > DOT * size)


def lines_aside(seen: Seen) -> tuple[Pixels, tuple[TextLine, ...]]:
    """The page turned by a quarter, clockwise, and the lines that stand on it then."""
    high = seen.ink.shape[0]
    cells = [Span(high - one.bottom, one.left, high - one.top, one.right) for one in seen.cells]
    ink = np.ascontiguousarray(np.rot90(seen.ink, -1))
    return turned(seen.page.plain, 1), _lines(ink, cells, seen.size)


def _moved(edges: Sequence[Segment], back: Way) -> list[Segment]:
    """Where they stand on the page from which `back` leads."""
    there = np.linalg.inv(back.matrix)
    found = []
    for edge in edges:
        ends = np.array([[edge.x0, edge.y0, 1.0], [edge.x1, edge.y1, 1.0]]) @ there.T
        (x0, y0), (x1, y1) = (ends[:, :2] / ends[:, 2:]).tolist()
        found.append(Segment(x0, y0, x1, y1, edge.sag))
    return found
