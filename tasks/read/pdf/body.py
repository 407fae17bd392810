"""The lines below the heads of a table without lines → its rows: lines of one entry joined;
heads of groups stay rows of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tasks.read.pdf.heads import BESIDE, merge_lines
from tasks.read.pdf.phrases import Row, first_word
from tasks.read.pdf.white import Block, GridRow, Strip

#: Share of the lines of a text that end for want of place.
FILLED = 0.5
#: Lines nearer than this share of the usual distance of rows are lines of one row; and the
#: fewest distances that show the usual one.
NEAR = 0.9
FEWEST_PITCHES = 3
#: Lines of one entry are no farther apart, in font sizes.
TIGHT = 1.45
#: Distances above and below a line are alike, but for this share.
ALIKE = 0.12
#: A column is one of figures that has this share of those of the one that has most.
MANY_FIGURES = 0.4
#: Rules part the rows of a body if there are so many for each line; a body is text where
#: figures are less than this share of its entries.
RULES_A_LINE = 0.25
FIGURES_IN_TEXT = 0.4
#: A label has no room for a further word this near to its end, in font sizes; its next line is
#: no farther in, in points.
NO_ROOM = 4.5
INDENT = 2.0


@dataclass(frozen=True, slots=True)
class Spacing:
    """How a line stands to the one above it and the one below."""

    #: Near enough to be its next line; nearer than rows usually stand; level with it.
    tight: bool = False
    near: bool = False
    beside: bool = False


def body_rows(
    block: Block, grid: Sequence[GridRow], rows: Sequence[Row], strips: Sequence[Strip]
) -> list[GridRow]:
    """Rows of the body: lines of one entry joined."""
    inner = [y for y in block.ys[1:-1] if rows and y > rows[0].middle]
    if len(inner) >= max(1, RULES_A_LINE * len(rows)) or (
        block.closed and _is_text(grid) and inner
    ):
        return _by_rules(grid, rows, inner)
    n_labels = _n_label_columns(grid)
    stub_end = strips[min(n_labels, len(strips)) - 1].left
    held: list[GridRow] = []
    for entries, spacing in zip(grid, _spacings(grid, rows), strict=True):
        if held and _goes_on(held[-1], entries, spacing, n_labels, stub_end):
            held[-1] = merge_lines([held[-1], entries])
        else:
            held.append(entries)
    return held


def _spacings(grid: Sequence[GridRow], rows: Sequence[Row]) -> list[Spacing]:
    pitch = _usual_pitch(grid, rows)
    spacings = [Spacing()] if rows else []
    for index, (above, row) in enumerate(pairwise(rows), 1):
        gap, size = row.middle - above.middle, max(row.size, above.size)
        after = rows[index + 1].middle - row.middle if index + 1 < len(rows) else 2 * gap
        # A label as far from the row above as from the one below belongs to both.
        alike = abs(gap - after) < ALIKE * gap
        tight = gap < TIGHT * size
        near = tight and pitch is not None and gap < NEAR * pitch and not alike
        spacings.append(Spacing(tight, near, gap < BESIDE * size))
    return spacings


def _usual_pitch(grid: Sequence[GridRow], rows: Sequence[Row]) -> float | None:
    """Usual distance of rows with figures; None where too few follow one another."""
    figured = [any(e.is_figure for e in entries if e.first > 0) for entries in grid]
    pitches = [
        rows[n + 1].middle - rows[n].middle
        for n, (before, after) in enumerate(pairwise(figured))
        if before and after
    ]
    return median(pitches) if len(pitches) >= FEWEST_PITCHES else None


def _n_label_columns(grid: Sequence[GridRow]) -> int:
    """Columns before the first one of figures, one at least."""
    figures = Counter(entry.first for row in grid for entry in row if entry.is_figure)
    most = max(figures.values(), default=0)
    return max(1, min((c for c, n in figures.items() if n >= MANY_FIGURES * most), default=1))


def _is_text(grid: Sequence[GridRow]) -> bool:
    later = [entry for row in grid for entry in row if entry.first > 0]
    return sum(entry.is_figure for entry in later) < FIGURES_IN_TEXT * len(later)


# --- lines between two rules ------------------------------------------------------------------


def _by_rules(grid: Sequence[GridRow], rows: Sequence[Row], ys: Sequence[float]) -> list[GridRow]:
    bands: dict[int, list[GridRow]] = {}
    for entries, row in zip(grid, rows, strict=True):
        bands.setdefault(sum(y < row.middle for y in ys), []).append(entries)
    ends = _column_ends(grid)
    grouped = any(len(band) > 2 and _are_parted(band, ends) for band in bands.values())
    return [
        row
        for _, band in sorted(bands.items())
        for row in (band if _are_rows(band, grouped) else [merge_lines(band)])
    ]


def _are_rows(band: Sequence[GridRow], grouped: bool) -> bool:
    """Whether the lines between two rules are rows, and the rules part groups of them."""
    if grouped and _are_full(band, n_labels=1):
        return True
    return _repeats_figures(band) or (_are_full(band) and not _goes_on_small(band))


def _are_parted(band: Sequence[GridRow], ends: dict[int, float]) -> bool:
    return _are_full(band) or (_are_full(band, n_labels=1) and not _are_filled(band, ends))


def _column_ends(grid: Sequence[GridRow]) -> dict[int, float]:
    """How far to the right the text of each column reaches."""
    ends: dict[int, float] = {}
    for row in grid:
        for entry in row:
            ends[entry.last] = max(ends.get(entry.last, 0.0), entry.box.x1)
    return ends


def _are_full(band: Sequence[GridRow], n_labels: int = 0) -> bool:
    """Whether all lines fill the same columns, as lines of cells that go on below do not.
    Of so many label columns some lines may have no text: their groups have one label."""
    columns = [[(e.first, e.last) for e in row if e.first >= n_labels] for row in band]
    enough = len(columns[0]) > 2 - n_labels and len(band) > 1
    return enough and all(one == columns[0] for one in columns)


def _are_filled(band: Sequence[GridRow], ends: dict[int, float]) -> bool:
    """Whether lines of cells end where the first word of the next has no place, as lines of
    one text do."""
    full = [
        entry.box.x1 + first_word(below.phrases[0]).width > ends[entry.last]
        for above, here in pairwise(band)
        for entry in above
        for below in here
        if entry.first > 0 and below.first == entry.first
    ]
    return sum(full) > FILLED * len(full)


def _goes_on_small(band: Sequence[GridRow]) -> bool:
    return any(entry.phrases[0].text[:1].islower() for row in band[1:] for entry in row)


def _repeats_figures(band: Sequence[GridRow]) -> bool:
    """Several lines with figures in one column are several rows."""
    columns = [e.first for row in band for e in row if e.is_figure and e.first > 0]
    return len(set(columns)) < len(columns)


# --- lines that no rule parts -----------------------------------------------------------------


def _goes_on(
    above: GridRow, here: GridRow, spacing: Spacing, n_labels: int, stub_end: float
) -> bool:
    """Whether a line goes on the row above it."""
    if spacing.beside and not _repeats_figures([above, here]):
        return True
    return spacing.tight and (
        _is_wrapped(above, here, stub_end, spacing.near, n_labels)
        or _is_tail(above, here, spacing.near, n_labels)
    )


def _is_wrapped(above: GridRow, here: GridRow, stub_end: float, near: bool, n_labels: int) -> bool:
    """Whether the row above is the first line of the label that this row ends."""
    if len(above) != 1 or above[0].last >= n_labels or above[0].is_figure or len(here) < 2:
        return False
    first, second = above[0].phrases[-1], here[0].phrases[0]
    if here[0].first != above[0].first or first.text.endswith((":", "：")):
        return False
    if second.text[:1].islower() or near:
        return True
    full = first.box.x1 > stub_end - NO_ROOM * first.glyphs[-1].size
    indented = second.box.x0 > first.box.x0 + INDENT
    return full and not indented and not second.text[:1].isupper() and not second.text[:1].isdigit()


def _is_tail(above: GridRow, here: GridRow, near: bool, n_labels: int) -> bool:
    """Whether this row is the rest of entries of the row above: no figures, less than it."""
    columns = {entry.first: entry for entry in above}
    if any(entry.is_figure or entry.first not in columns for entry in here):
        return False
    if here[0].first >= n_labels:  # no label of its own
        return all(not columns[entry.first].is_figure for entry in here)
    if len(here) > 1:
        return False
    text = here[0].phrases[0].text
    if len(above) < 2:  # a label of three lines and more, its figures beside the last
        return text[:1].islower() and not above[0].is_figure
    return near or text[:1].islower() or text[:1] in "(（，、"
