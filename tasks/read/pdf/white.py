"""Rows of phrases → columns, by the white strips that (nearly) all rows leave free, and each
row as entries in those columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from tasks.model.box import Box, hull
from tasks.read.pdf.phrases import Phrase, Row, gap_between, is_year, split_phrase

#: Share of the rows that may cross the white strip between two columns, where they are so many.
MAY_CROSS = 0.12
FEWEST_CROSSED = 6
#: Narrowest white strip between columns, in font sizes.
NARROWEST_STRIP = 0.3
#: A head this narrow (in font sizes) heads one column; one of one column is no wider than this.
NARROW_HEAD = 3.0
WIDEST_HEAD = 6.0
#: Share of a phrase that must stand over a column for the phrase to span it.
REACH = 0.2
#: How far a phrase may reach into the white beside it, in points and in shares of its width.
SLACK, SLACK_SHARE = 2.0, 0.2
#: Heads side by side share this of their height at least.
LEAST_OVER = 0.25
#: Phrases begin at one place, but for so many points.
LEVEL = 2.0
#: White that the rows show is another strip than a drawn line that is this far, in points.
BESIDE_LINE = 12.0
#: Rows show their columns that have figures in this share of their phrases, if they are so
#: many and this share of the rows of the table.
FIGURED_ROW = 1 / 3
FEWEST_FIGURED, SHARE_FIGURED = 2, 0.4
#: A column of labels beside one of groups: so many labels and groups, and how many labels may
#: stand over both columns, or farther in, each as a share of those that begin at the column.
FEWEST_LABELS, FEWEST_GROUPS = 3, 2
OVER_BOTH, FARTHER_IN = 0.8, 0.3


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that may be a table, from top to bottom."""

    rows: tuple[Row, ...]
    #: Whether long rules close it above and below.
    closed: bool = False
    #: Edges of columns and rows that are drawn.
    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()


class Strip(NamedTuple):
    """White between two columns, from `left` to `right`."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def holds(self, x: float) -> bool:
        return self.left <= x <= self.right


def drawn_strips(xs: Sequence[float]) -> list[Strip]:
    """The strips at lines between columns; the outer edges are `xs` as well."""
    return [Strip(x - 1, x + 1) for x in xs[1:-1]]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Phrases that make one cell, and the columns that it stands in."""

    first: int
    last: int
    phrases: tuple[Phrase, ...]

    @property
    def box(self) -> Box:
        return hull(phrase.box for phrase in self.phrases)

    @property
    def columns(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def spans(self) -> bool:
        return self.first != self.last

    @property
    def is_figure(self) -> bool:
        return len(self.phrases) == 1 and self.phrases[0].is_figure

    def meets(self, other: Entry) -> bool:
        """Whether they have a column in common."""
        return self.first <= other.last and other.first <= self.last

    def over(self, first: int, last: int) -> Entry:
        return replace(self, first=first, last=last)

    def with_phrases(self, phrases: Iterable[Phrase]) -> Entry:
        return replace(self, phrases=(*self.phrases, *phrases))


#: The entries of one row, from left to right.
GridRow = Sequence[Entry]


# --- the strips -------------------------------------------------------------------------------


def find_strips(block: Block) -> list[Strip]:
    """White strips between columns, from left to right."""
    rows = _measuring_rows(block.rows)
    shown = _free_strips(rows)
    shown = [*_label_strips(rows if block.xs else block.rows, shown), *shown]
    drawn = drawn_strips(block.xs)
    apart = [s for s in shown if all(_is_apart(s, line) for line in drawn)]
    strips = sorted([*apart, *drawn])
    return _without_false_strips(block.rows, strips, block.xs)


def _is_apart(strip: Strip, line: Strip) -> bool:
    far = abs(strip.middle - line.middle) > BESIDE_LINE
    return far and not strip.left < line.middle < strip.right


def _measuring_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows that show the columns: those with figures, if there are enough of them."""
    tabular = [row for row in rows if row.is_tabular]
    figured = [
        row
        for row in tabular
        if row.n_figures >= max(1, FIGURED_ROW * len(row.phrases)) and not _heads_years(row)
    ]
    if len(figured) == 1:  # its blanks have heads above them
        return [*figured, *(row for row in rows if _is_narrow(row))]
    return figured if len(figured) >= max(FEWEST_FIGURED, SHARE_FIGURED * len(tabular)) else tabular


def _is_narrow(row: Row) -> bool:
    return all(phrase.box.width <= NARROW_HEAD * row.size for phrase in row.phrases)


def _heads_years(row: Row) -> bool:
    """Whether all figures of a row are years, as heads are."""
    return all(is_year(phrase.text) for phrase in row.phrases if phrase.is_figure)


def _free_strips(rows: Sequence[Row]) -> list[Strip]:
    """What nearly all rows leave free, the part of each that the fewest cross."""
    left = min(row.box.x0 for row in rows)
    crossed = _crossed(rows, left, max(row.box.x1 for row in rows))
    allowed = int(MAY_CROSS * len(rows)) if len(rows) >= FEWEST_CROSSED else 0
    narrowest = NARROWEST_STRIP * median(row.size for row in rows)
    strips: list[Strip] = []
    start = None
    for x, count in enumerate(crossed):
        if count <= allowed:
            start = x if start is None else start
            continue
        if start and x - start >= narrowest:
            for begin, end in _around_figures(rows, start, x, left):
                least = min(crossed[begin:end])
                places = [at for at in range(begin, end) if crossed[at] == least]
                strips.append(Strip(left + places[0], left + places[-1] + 1))
        start = None
    return strips


def _around_figures(
    rows: Sequence[Row], start: int, end: int, left: float
) -> list[tuple[int, int]]:
    """The white on both sides of figures that stand in it, which are a column of their own; in
    points from `left`."""
    low, high = left + start + SLACK, left + end - SLACK
    figures = (p for p in _phrases(rows) if p.is_figure and low < p.box.x0 and p.box.x1 < high)
    groups = side_by_side(figures)
    starts = [start, *(int(group.x1 - left) + 1 for group in groups)]
    ends = [*(int(group.x0 - left) for group in groups), end]
    return [(begin, to) for begin, to in zip(starts, ends, strict=True) if begin < to]


def _crossed(rows: Sequence[Row], left: float, right: float) -> list[int]:
    """How many phrases stand over each point between left and right."""
    crossed = [0] * (int(right - left) + 2)
    for phrase in _phrases(rows):
        first = max(0, int(phrase.box.x0 - left + 0.5))
        for x in range(first, min(len(crossed), int(phrase.box.x1 - left + 0.5) + 1)):
            crossed[x] += 1
    return crossed


def _phrases(rows: Iterable[Row]) -> list[Phrase]:
    return [phrase for row in rows for phrase in row.phrases]


def side_by_side(phrases: Iterable[Phrase]) -> list[Box]:
    """Phrases that stand above one another, as one place each, from left to right."""
    groups: list[Box] = []
    for phrase in sorted(phrases, key=lambda phrase: phrase.box.x0):
        if groups and phrase.box.x0 < groups[-1].x1:
            groups[-1] = hull([groups[-1], phrase.box])
        else:
            groups.append(phrase.box)
    return groups


def _label_strips(rows: Sequence[Row], strips: Sequence[Strip]) -> list[Strip]:
    """The strip between two columns of labels: groups, and what is in them.

    Labels that belong to no group stand over both, so more rows may cross it than others.
    """
    if not strips:
        return []
    body = next((n for n, row in enumerate(rows) if row.n_figures), 0)
    edge = strips[0].right
    labels = [p for p in _phrases(rows[body:]) if p.box.x1 <= edge and not p.is_figure]
    entries = [p for row in rows[body:] if row.n_figures for p in row.phrases if p.box.x1 <= edge]
    for start in sorted({round(p.box.x0) for p in entries}):
        begin = [p for p in entries if abs(p.box.x0 - start) <= LEVEL]
        before = [p for p in labels if p.box.x1 < start - LEVEL]
        level = [p for p in labels if abs(p.box.x0 - start) <= LEVEL]
        crossing = len(labels) - len(level) - len(before)
        inside = [p for p in labels if p.box.x0 > start + LEVEL]
        enough = len(begin) >= FEWEST_LABELS and len(before) >= FEWEST_GROUPS
        few = crossing <= OVER_BOTH * len(level) and len(inside) <= FARTHER_IN * len(begin)
        if enough and few:
            return [Strip(max(p.box.x1 for p in before), start - 1.0)]
    return []


def _without_false_strips(
    rows: Sequence[Row], strips: Sequence[Strip], xs: Sequence[float]
) -> list[Strip]:
    """The strips but those between a head and its own column.

    A centred head may stand wholly beside what it heads: then all that one column holds
    is above all that the other holds, and they are one. Drawn lines, at `xs`, stay.
    """
    kept = list(strips)
    held = _rows_of_columns(rows, kept)
    for strip in strips:
        if any(strip.holds(x) for x in xs[1:-1]):
            continue
        at = kept.index(strip)
        left, right = held[at], held[at + 1]
        if not left or not right or _is_above(rows, left, right) or _is_above(rows, right, left):
            kept.remove(strip)
            held = _rows_of_columns(rows, kept)
    return kept


def _rows_of_columns(rows: Sequence[Row], strips: Sequence[Strip]) -> list[list[int]]:
    """For each column the rows that have an entry of its own in it."""
    held: list[list[int]] = [[] for _ in range(len(strips) + 1)]
    for number, row in enumerate(rows):
        for entry in row_to_entries(row, strips):
            box = entry.box
            in_white = any(s.left <= box.x0 and box.x1 <= s.right for s in strips)
            if not entry.spans and not in_white:
                held[entry.first].append(number)
    return held


def _is_above(rows: Sequence[Row], upper: Sequence[int], lower: Sequence[int]) -> bool:
    """Whether all of the upper rows stand above the lower ones, and none beside any."""
    one, other = rows[upper[-1]], rows[lower[0]]
    return upper[-1] < lower[0] and other.middle - one.middle > other.size


# --- columns that only their heads show -------------------------------------------------------


def with_strips_of_heads(
    heads: Sequence[Row], body: Sequence[Row], strips: Sequence[Strip]
) -> list[Strip]:
    """The strips, parted where a head shows a column that is blank in all rows of the body."""
    words = [phrase for phrase in _phrases(heads) if _is_head_of_one(phrase)]
    edges = [-inf, *(strip.middle for strip in strips), inf]
    parted = [
        part
        for number, strip in enumerate(strips)
        for part in _parted_by_heads(strip, _between(words, edges[number], edges[number + 2]))
    ]
    edges = [-inf, *(strip.middle for strip in parted), inf]
    more = [
        strip
        for left, right in pairwise(edges)
        for strip in _strips_in_column(_phrases(heads), _phrases(body), left, right)
    ]
    return sorted([*parted, *more])


def _between(phrases: Iterable[Phrase], left: float, right: float) -> list[Phrase]:
    return [phrase for phrase in phrases if left < phrase.box.middle[0] < right]


def _parted_by_heads(strip: Strip, heads: Sequence[Phrase]) -> list[Strip]:
    """A head in the white between two columns, beside one of their heads, heads a column of
    its own; one above theirs would head both."""
    inside = [p for p in heads if strip.left < p.box.x0 and p.box.x1 < strip.right]
    left = [p for p in heads if p.box.x0 <= strip.left]
    right = [p for p in heads if p.box.x1 >= strip.right]
    groups = [
        group
        for group in side_by_side(inside)
        if _is_beside(group, left) and _is_beside(group, right)
    ]
    starts = [strip.left, *(group.x1 for group in groups)]
    ends = [*(group.x0 for group in groups), strip.right]
    return [Strip(start, end) for start, end in zip(starts, ends, strict=True)]


def _is_beside(group: Box, heads: Iterable[Phrase]) -> bool:
    """Whether it is level with one of them, for a part of its height: not a line above."""
    for box in (phrase.box for phrase in heads):
        over = min(box.bottom, group.bottom) - max(box.top, group.top)
        if over > LEAST_OVER * (box.bottom - box.top):
            return True
    return False


def _strips_in_column(
    heads: Sequence[Phrase], body: Sequence[Phrase], left: float, right: float
) -> list[Strip]:
    """The strips between heads of one column, whose body has nothing under one of them: its
    rows cannot show that it is a column of its own."""
    heads = [p for p in heads if left < p.box.x0 and p.box.x1 < right]
    body = _between(body, left, right)
    groups = side_by_side(p for p in heads if _is_head_of_one(p))
    if len(groups) < 2 or len(groups) != len(side_by_side(heads)) or not body:
        return []
    if not all(_is_beside(one, (p for p in heads if p.box.x0 > one.x1)) for one in groups[:-1]):
        return []
    reach = median(glyph.size for p in heads for glyph in p.glyphs) / 2
    under = sum(g.x0 - reach <= p.box.middle[0] <= g.x1 + reach for p in body for g in groups)
    if under != len(body) or not all(p.is_figure for p in body):
        return []
    return [Strip(one.x1, other.x0) for one, other in pairwise(groups)]


def _is_head_of_one(phrase: Phrase) -> bool:
    """Whether it may head a column by itself: a word, neither a letter set apart nor a unit."""
    size = max(glyph.size for glyph in phrase.glyphs)
    word = len(phrase.text) >= 2 and phrase.text[0] not in "（(["
    return word and not phrase.is_figure and phrase.box.width <= WIDEST_HEAD * size


# --- the entries ------------------------------------------------------------------------------


def row_to_entries(row: Row, strips: Sequence[Strip]) -> list[Entry]:
    """The phrases of a row by the columns they stand in; a phrase over a strip is split
    where a gap between its words stands there, else it spans."""
    entries: list[Entry] = []
    queue = list(row.phrases)
    while queue:
        phrase = queue.pop(0)
        first, last = _columns(phrase.box, strips)
        if first != last or any(_covers(phrase.box, strip) for strip in strips):
            parts = _split(phrase, strips)
            if parts is not None:
                queue[:0] = parts
                continue
        before = entries.pop() if entries else None
        if before is not None and before.last < last:
            first = max(first, before.last + 1)  # what stands before it has its columns
        if before is None:
            entries.append(Entry(first, last, (phrase,)))
        elif before.last < first:
            entries += [before, Entry(first, last, (phrase,))]
        else:
            both = before.with_phrases([phrase])
            entries.append(both.over(before.first, max(before.last, last)))
    return entries


def _covers(box: Box, strip: Strip) -> bool:
    return box.x0 < strip.left and strip.right < box.x1


def _split(phrase: Phrase, strips: Sequence[Strip]) -> tuple[Phrase, Phrase] | None:
    crossed = [s for s in strips if phrase.box.x0 < s.right and s.left < phrase.box.x1]
    # Words apart at each of several strips are heads of these columns.
    apart = len(crossed) > 1 and all(gap_between(phrase, s.left, s.right) for s in crossed)
    parts = (split_phrase(phrase, s.left, s.right, apart=apart) for s in crossed)
    return next((both for both in parts if both is not None), None)


def _columns(box: Box, strips: Sequence[Strip]) -> tuple[int, int]:
    """First and last column that a box stands in.

    A box that reaches over a strip into the column beyond spans it only if it covers a
    good part of what is there; a head wider than its figures does not.
    """
    slack = min(SLACK, SLACK_SHARE * box.width)
    first = sum(strip.right <= box.x0 + slack for strip in strips)
    last = max(first, sum(strip.left < box.x1 - slack for strip in strips))
    while first < last:
        spare_left = strips[first].left - box.x0
        spare_right = box.x1 - strips[last - 1].right
        if min(spare_left, spare_right) >= REACH * box.width:
            break
        if spare_left < spare_right:
            first += 1
        else:
            last -= 1
    return first, last
