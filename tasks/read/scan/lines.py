"""Where lines of text stand: within the cells of a table, and outside of all tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.pixels import Pixels, Span, as_bytes

Ink = npt.NDArray[np.bool_]

#: Between ink and white paper, where the darkest ink is black; a share of what lies between.
THRESHOLD = 0.55
#: Specks of fewer pixels are no ink: a full stop of the smallest type has nine.
SPECK = 6
#: Rows of a picture that are looked through for specks at once.
BAND = 8192
#: Heights of characters, in pixels of the working resolution, that are taken into account.
SMALLEST, LARGEST = 8, 90
#: What is used where a page has too few characters to say.
USUAL_SIZE = 28.0
FEWEST = 20
#: In sizes of a character: gaps within a line of text; what parts a line into two.
WITHIN_CELL = 1.1
WITHIN_LINE = 1.4
#: In sizes: strokes of one character that lie so near are one line (二, 三).
STROKES = 0.55
ONE_LINE = 1.25
#: Where more stand outside of tables, the smallest are specks. A long picture has some 4000.
MOST_BOXES = 8000
#: In pixels: what is cut out around a line.
MARGIN = 3
#: In pixels: within a cell, what lies so near to its edge may be a rest of a rule.
EDGE = 3


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text at its place: the box of its ink."""

    span: Span
    #: The cell that it stands in; None outside of tables.
    cell: Span | None = None


def ink_of(grey: Pixels) -> Ink:
    """`grey`: on white paper. What is dark and no speck."""
    dark = float(np.percentile(grey[grey < 200], 20)) if (grey < 200).any() else 0.0
    level = dark + (255 - dark) * THRESHOLD
    ink = as_bytes(grey < level)
    found = np.zeros(ink.shape, bool)
    # In bands, with what a speck may reach beyond them: labels of a long picture take much room.
    for top in range(0, len(ink), BAND):
        above = min(top, SPECK)
        part = _without_specks(ink[top - above : top + BAND + SPECK])
        found[top : top + BAND] = part[above : above + BAND]
    return found


def _without_specks(ink: Pixels) -> Ink:
    _n, labels, stats, _middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= SPECK
    kept[0] = False
    found: Ink = kept[labels]
    return found


def size_of_type(ink: Ink) -> float:
    """How high most characters are, in pixels."""
    _n, _labels, stats, _middles = cv2.connectedComponentsWithStats(as_bytes(ink), connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights >= SMALLEST) & (heights <= LARGEST)]
    if len(heights) < FEWEST:
        return USUAL_SIZE
    # Many characters fall into parts, and none is higher than its size.
    return float(np.percentile(heights, 85))


def in_cell(ink: Ink, cell: Span, size: float) -> list[TextLine]:
    """From top to bottom; parts of one line with a wide gap between from left to right."""
    inner = Span(cell.left + EDGE, cell.top + EDGE, cell.right - EDGE, cell.bottom - EDGE)
    if inner.width <= 0 or inner.height <= 0:
        return []
    part = ink[inner.top : inner.bottom, inner.left : inner.right]
    lines = []
    for top, bottom in _line_rows(_any(part, 1), size):
        for left, right in runs(_any(part[top:bottom], 0), WITHIN_CELL * size):
            rows = np.flatnonzero(part[top:bottom, left:right].any(axis=1))
            span = Span(left, top + int(rows[0]), right, top + int(rows[-1]) + 1)
            lines.append(TextLine(span.moved(inner.left, inner.top), cell))
    return lines


def _any(ink: Ink, axis: int) -> Ink:
    found: Ink = np.any(ink, axis=axis)
    return found


def _line_rows(rows: Ink, size: float) -> list[tuple[int, int]]:
    """Rows of each line: runs of rows with ink, those that are strokes of one joined."""
    lines: list[tuple[int, int]] = []
    for top, bottom in runs(rows, 1):
        if lines:
            above_top, above_bottom = lines[-1]
            near = top - above_bottom <= STROKES * size
            if near and bottom - above_top <= ONE_LINE * size:
                lines[-1] = (above_top, bottom)
                continue
        lines.append((top, bottom))
    return lines


def runs(filled: Ink, gap: float) -> Iterator[tuple[int, int]]:
    """Where it is filled, gaps narrower than `gap` in it."""
    places = np.flatnonzero(filled)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > max(gap, 1))
    firsts = np.concatenate([places[:1], places[breaks + 1]])
    lasts = np.concatenate([places[breaks], places[-1:]])
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield first, last + 1


def outside(ink: Ink, cells: Sequence[Span], size: float) -> list[TextLine]:
    """Lines that stand in no cell, from top to bottom."""
    left_over = ink.copy()
    for cell in cells:
        left_over[cell.top : cell.bottom, cell.left : cell.right] = False
    reach = max(1, round(WITHIN_LINE * size))
    joined = cv2.morphologyEx(as_bytes(left_over), cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _n, _labels, stats, _middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        Span(left, top, left + width, top + height)
        for left, top, width, height, _area in stats[1:].tolist()
    ]
    if len(boxes) > MOST_BOXES:
        boxes = sorted(boxes, key=lambda one: -max(one.width, one.height))[:MOST_BOXES]
    lines = _strokes_joined(boxes, size)
    return [TextLine(one) for one in sorted(lines, key=lambda one: (one.top, one.left))]


def _strokes_joined(boxes: Sequence[Span], size: float) -> list[Span]:
    """Dots and strokes above or below others belong to their line, the highest first."""
    lines: list[Span] = []
    # By bands of the page, so that a page of specks is not looked through for each of them.
    of_band: dict[int, list[int]] = defaultdict(list)
    for box in sorted(boxes, key=lambda one: -one.height):
        near = sorted({index for band in _bands(box, size) for index in of_band[band]})
        found = next((index for index in near if _is_of(box, lines[index], size)), len(lines))
        if found == len(lines):
            lines.append(box)
        else:
            line = lines[found]
            lines[found] = Span(
                min(box.left, line.left),
                min(box.top, line.top),
                max(box.right, line.right),
                max(box.bottom, line.bottom),
            )
        for band in _bands(lines[found], size):
            if not of_band[band] or of_band[band][-1] != found:
                of_band[band].append(found)
    return lines


def _bands(span: Span, size: float) -> range:
    """Those that it reaches, or all but reaches."""
    high = 2 * size
    return range(int((span.top - size) // high), int((span.bottom + size) // high) + 1)


def _is_of(box: Span, line: Span, size: float) -> bool:
    beside = max(box.left, line.left) - min(box.right, line.right)
    within = min(box.bottom, line.bottom) - max(box.top, line.top)
    together = max(box.bottom, line.bottom) - min(box.top, line.top)
    if beside > WITHIN_LINE * size or together > max(ONE_LINE * size, line.height):
        return False
    return within > 0.5 * box.height or (within > -STROKES * size and box.height < 0.6 * size)
