"""A page → zones of one column of text each, in reading order.

Pages set in two columns are parted at the gutter, or the lines of one column would join
those of the other to rows of a table that is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.model.box import Box
from tasks.read.pdf.lines import Line, glyphs_to_lines
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import Phrase, Row, line_to_row

#: Where a gutter may stand, as shares of the width of the page.
GUTTER_FROM, GUTTER_TO = 0.3, 0.7
#: Half of the narrowest gutter, in points.
HALF_GUTTER = 4.0
#: Fewest lines side by side that make two columns.
FEWEST_LINES = 6
#: It is sought in steps of so many points.
STEP = 3
#: Fewest of them on each side; and their share of the lines beside the gutter, unless these keep
#: to their column.
FEWEST_A_SIDE = 3
WORDY = 0.4
#: Share of the width of the page that a line of a text column has, and its words or letters.
COLUMN_LINE = 0.22
FEWEST_WORDS = 4
FEWEST_LETTERS = 12
#: What keeps to its column begins so near to its edge, in points, for this share of it.
BEFORE_EDGE, AFTER_EDGE = -4.0, 20.0
MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Zone:
    """One column of text and the part of the page that it stands in."""

    place: Box
    rows: tuple[Row, ...]

    def holds(self, box: Box) -> bool:
        """Whether the middle of a box lies in it, of two zones in the right or the lower one."""
        x, y = box.middle
        return self.place.x0 <= x < self.place.x1 and self.place.top <= y < self.place.bottom


@dataclass(frozen=True, slots=True)
class Gutter:
    """The white between two columns of text."""

    at: float
    #: The first and the last row beside it.
    first: int
    last: int


def lines_to_zones(lines: Sequence[Line], sheet: Sheet) -> list[Zone]:
    """Zones from top to bottom, left before right; together they cover the page."""
    rows = [line_to_row(line) for line in lines]
    gutter = _gutter(rows, sheet.width)
    width, height = sheet.width, sheet.height
    if gutter is None:
        return [Zone(sheet.box, tuple(rows))]
    at, above, below = gutter.at, rows[: gutter.first], rows[gutter.last + 1 :]
    top = rows[gutter.first].box.top - 1
    bottom = rows[gutter.last].box.bottom + 1
    inside = [g for row in rows[gutter.first : gutter.last + 1] for g in row.line.glyphs]
    left = glyphs_to_lines(glyph for glyph in inside if glyph.box.middle[0] < at)
    right = glyphs_to_lines(glyph for glyph in inside if glyph.box.middle[0] >= at)
    zones = [
        Zone(Box(0, 0, width, top), tuple(above)),
        Zone(Box(0, top, at, bottom), tuple(map(line_to_row, left))),
        Zone(Box(at, top, width, bottom), tuple(map(line_to_row, right))),
        Zone(Box(0, bottom, width, height), tuple(below)),
    ]
    return zones if above or top > 1 else zones[1:]


def _gutter(rows: Sequence[Row], width: float) -> Gutter | None:
    """The gutter with most prose beside it; None for a page of one column."""
    if sum(any(_is_column_line(p, width) for p in row.phrases) for row in rows) < FEWEST_LINES:
        return None
    best: tuple[int, int] | None = None
    found: Gutter | None = None
    x = GUTTER_FROM * width
    while x < GUTTER_TO * width:
        for first, last in _free_runs(rows, x):
            run = _between_prose(rows, x, first, last, width)
            if run is None:
                continue
            start, end, n_prose = run
            if best is None or (n_prose, end - start) > best:
                best, found = (n_prose, end - start), Gutter(x, start, end)
        x += STEP
    if found is None:
        return None
    phrases = [p.box for row in rows[found.first : found.last + 1] for p in row.phrases]
    left = max((box.x1 for box in phrases if box.x1 <= found.at), default=found.at)
    right = min((box.x0 for box in phrases if box.x0 >= found.at), default=found.at)
    return replace(found, at=(left + right) / 2)


def _free_runs(rows: Sequence[Row], x: float) -> list[tuple[int, int]]:
    """First and last index of runs of lines that leave the place free."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for index, row in enumerate([*rows, None]):
        free = row is not None and not any(
            phrase.box.x0 < x + HALF_GUTTER and phrase.box.x1 > x - HALF_GUTTER
            for phrase in row.phrases
        )
        if free and start is None:
            start = index
        elif not free and start is not None:
            runs.append((start, index - 1))
            start = None
    return runs


def _between_prose(
    rows: Sequence[Row], x: float, first: int, last: int, width: float
) -> tuple[int, int, int] | None:
    """The part of a run from its first to its last line of prose, and how many it has."""
    sides = [
        (
            any(_is_column_line(p, width) for p in row.phrases if p.box.x1 <= x),
            any(_is_column_line(p, width) for p in row.phrases if p.box.x0 >= x),
        )
        for row in rows[first : last + 1]
    ]
    prose = [index for index, side in enumerate(sides) if any(side)]
    n_left = sum(left for left, _ in sides)
    n_right = sum(right for _, right in sides)
    n_wordy = len(prose)
    if min(n_left, n_right) < FEWEST_A_SIDE or n_wordy < FEWEST_LINES:
        return None
    start, end = first + prose[0], first + prose[-1]
    edge = min(
        p.box.x0
        for row in rows[start : end + 1]
        for p in row.phrases
        if p.box.x0 >= x and _is_column_line(p, width)
    )
    if n_wordy < WORDY * (end - start + 1) and not _keep_to_column(rows[start : end + 1], x, edge):
        return None
    # What follows or goes before in the same columns is theirs as well: tables, headings.
    if end < last and _keep_to_column(rows[end + 1 : last + 1], x, edge):
        end = last
    if start > first and _keep_to_column(rows[first:start], x, edge):
        start = first
    return start, end, n_wordy


def _keep_to_column(rows: Sequence[Row], x: float, edge: float) -> bool:
    """Whether what stands right of the gutter begins at the edge of the column there, so
    that tables beside one another are not taken for one."""
    right = [[p for p in row.phrases if p.box.x0 >= x] for row in rows]
    starts = [phrases[0].box.x0 for phrases in right if phrases]
    return bool(starts) and sum(BEFORE_EDGE < s - edge < AFTER_EDGE for s in starts) > MOSTLY * len(
        starts
    )


def _is_column_line(phrase: Phrase, width: float) -> bool:
    wordy = len(phrase.text.split()) >= FEWEST_WORDS or len(phrase.text) >= FEWEST_LETTERS
    return wordy and not phrase.is_figure and phrase.box.width >= COLUMN_LINE * width
