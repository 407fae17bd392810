"""A page → zones of one column of text each, in reading order.

Pages set in two columns are parted at the gutter, or the lines of one column would join
those of the other to rows of a table that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.read.pdf.lines import Line, glyphs_to_lines
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import Phrase, Row, line_to_row

#: Where a gutter may stand, as shares of the width of the page.
GUTTER_FROM, GUTTER_TO = 0.3, 0.7
#: Half of the narrowest gutter, in points.
HALF_GUTTER = 4.0
#: Fewest lines side by side that make two columns.
FEWEST_LINES = 6
#: Share of the width of the page that a line of a text column has.
COLUMN_LINE = 0.22


@dataclass(slots=True)
class Zone:
    x0: float
    x1: float
    top: float
    bottom: float
    lines: list[Line]


def lines_to_zones(lines: list[Line], sheet: Sheet) -> list[Zone]:
    """Zones from top to bottom, left before right; together they cover the page."""
    found = _gutter(lines, sheet)
    if found is None:
        return [Zone(0, sheet.width, 0, sheet.height, lines)]
    at, first, last = found
    top = lines[first].box.top - 1
    bottom = lines[last].box.bottom + 1
    inside = [glyph for line in lines[first : last + 1] for glyph in line.glyphs]
    left = glyphs_to_lines(glyph for glyph in inside if glyph.box.middle[0] < at)
    right = glyphs_to_lines(glyph for glyph in inside if glyph.box.middle[0] >= at)
    above = Zone(0, sheet.width, 0, top, lines[:first])
    below = Zone(0, sheet.width, bottom, sheet.height, lines[last + 1 :])
    zones = [Zone(0, at, top, bottom, left), Zone(at, sheet.width, top, bottom, right)]
    return [*([above] if above.lines or top > 1 else []), *zones, below]


def _gutter(lines: list[Line], sheet: Sheet) -> tuple[float, int, int] | None:
    """Place of the gutter, first and last line beside it; None for a page of one column."""
    rows = [line_to_row(line) for line in lines]
    width = sheet.width
    if sum(any(_is_column_line(p, width) for p in row.phrases) for row in rows) < FEWEST_LINES:
        return None
    best: tuple[int, int, float, int, int] | None = None
    x = GUTTER_FROM * sheet.width
    while x < GUTTER_TO * sheet.width:
        for first, last in _free_runs(rows, x):
            run = _between_prose(rows, x, first, last, sheet.width)
            if run is None:
                continue
            start, end, n_prose = run
            if best is None or (n_prose, end - start) > best[:2]:
                best = (n_prose, end - start, x, start, end)
        x += 3
    if best is None:
        return None
    _, _, x, first, last = best
    left = max(
        (p.box.x1 for row in rows[first : last + 1] for p in row.phrases if p.box.x1 <= x),
        default=x,
    )
    right = min(
        (p.box.x0 for row in rows[first : last + 1] for p in row.phrases if p.box.x0 >= x),
        default=x,
    )
    return (left + right) / 2, first, last


def _free_runs(rows: list[Row], x: float) -> list[tuple[int, int]]:
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
    rows: list[Row], x: float, first: int, last: int, width: float
) -> tuple[int, int, int] | None:
    """The part of a run from its first to its last line of prose, and how many it has."""
    sides: list[tuple[bool, bool]] = []
    for row in rows[first : last + 1]:
        left = any(_is_column_line(p, width) for p in row.phrases if p.box.x1 <= x)
        right = any(_is_column_line(p, width) for p in row.phrases if p.box.x0 >= x)
        sides.append((left, right))
    prose = [index for index, side in enumerate(sides) if any(side)]
    n_left = sum(left for left, _ in sides)
    n_right = sum(right for _, right in sides)
    n_wordy = len(prose)
    if min(n_left, n_right) < 3 or n_wordy < FEWEST_LINES:
        return None
    start, end = first + prose[0], first + prose[-1]
    edge = min(
        p.box.x0
        for row in rows[start : end + 1]
        for p in row.phrases
        if p.box.x0 >= x and _is_column_line(p, width)
    )
    if n_wordy < 0.4 * (end - start + 1) and not _keep_to_column(rows[start : end + 1], x, edge):
        return None
    # What follows or goes before in the same columns is theirs as well: tables, headings.
    if end < last and _keep_to_column(rows[end + 1 : last + 1], x, edge):
        end = last
    if start > first and _keep_to_column(rows[first:start], x, edge):
        start = first
    return start, end, n_wordy


def _keep_to_column(rows: list[Row], x: float, edge: float) -> bool:
    """Whether what stands right of the gutter begins at the edge of the column there, so
    that tables beside one another are not taken for one."""
    right = [[p for p in row.phrases if p.box.x0 >= x] for row in rows]
    starts = [phrases[0].box.x0 for phrases in right if phrases]
    return bool(starts) and sum(-4 < s - edge < 20 for s in starts) > 0.8 * len(starts)


def _is_column_line(phrase: Phrase, width: float) -> bool:
    wordy = len(phrase.text.split()) >= 4 or len(phrase.text) >= 12
    return wordy and not phrase.is_figure and phrase.box.width >= COLUMN_LINE * width
