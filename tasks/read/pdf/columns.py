"""A block → its columns, by the white strips that (nearly) all of its rows leave free, and
each row as entries in those columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from tasks.model.box import Box, hull
from tasks.read.pdf.blocks import YEAR, Block
from tasks.read.pdf.phrases import Phrase, Row, gap_between, split_phrase, words_apart

#: Share of the rows that may cross the white strip between two columns.
MAY_CROSS = 0.12
#: Narrowest white strip between columns, in font sizes.
NARROWEST_STRIP = 0.3
#: A head this narrow (in font sizes) heads one column.
NARROW_HEAD = 3.0
#: A head of one column is no wider than this, in font sizes.
WIDEST_HEAD = 6.0
#: Share of a phrase that must stand over a column for the phrase to span it.
REACH = 0.2


class Strip(NamedTuple):
    """White between two columns, from `left` to `right`."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(slots=True)
class Entry:
    """Phrases that make one cell."""

    first: int
    last: int
    phrases: list[Phrase]

    @property
    def box(self) -> Box:
        return hull([phrase.box for phrase in self.phrases])

    @property
    def is_figure(self) -> bool:
        return len(self.phrases) == 1 and self.phrases[0].is_figure


GridRow = list[Entry]


def find_strips(block: Block) -> list[Strip]:
    """White strips between columns, from left to right."""
    rows = _measuring_rows(block)
    size = median(row.size for row in rows)
    left = min(row.box.x0 for row in rows)
    right = max(row.box.x1 for row in rows)
    crossed = _crossed(rows, left, right)
    allowed = int(MAY_CROSS * len(rows)) if len(rows) >= 6 else 0
    strips: list[Strip] = []
    start: int | None = None
    for x, count in enumerate(crossed):
        if count <= allowed:
            start = x if start is None else start
            continue
        if start is not None and start > 0 and x - start >= NARROWEST_STRIP * size:
            for begin, end in _around_figures(rows, start, x, left):
                first, last = _emptiest(crossed, begin, end)
                strips.append(Strip(left + first, left + last))
        start = None
    strips = [*_label_strips(rows if block.xs else block.rows, strips), *strips]
    return _with_drawn(strips, block.xs)


def _around_figures(rows: list[Row], start: int, end: int, left: float) -> list[tuple[int, int]]:
    """The white on both sides of figures that stand in it, which are a column of their own."""
    inside = _side_by_side(
        [
            p
            for row in rows
            for p in row.phrases
            if p.is_figure and left + start + 2 < p.box.x0 and p.box.x1 < left + end - 2
        ]
    )
    begins = [start, *(int(box.x1 - left) + 1 for box in inside)]
    ends = [*(int(box.x0 - left) for box in inside), end]
    return [(begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end]


def _label_strips(rows: list[Row], strips: list[Strip]) -> list[Strip]:
    """The strip between two columns of labels: groups, and what is in them.

    Labels that belong to no group stand over both, so more rows may cross it than others.
    """
    if not strips:
        return []
    body = next((n for n, row in enumerate(rows) if row.n_figures), 0)
    edge = strips[0].right
    labels = [p for row in rows[body:] for p in row.phrases if p.box.x1 <= edge and not p.is_figure]
    entries = [p for row in rows[body:] if row.n_figures for p in row.phrases if p.box.x1 <= edge]
    for start in sorted({round(p.box.x0) for p in entries}):
        begin = [p for p in entries if abs(p.box.x0 - start) <= 2]
        before = [p for p in labels if p.box.x1 < start - 2]
        level = [p for p in labels if abs(p.box.x0 - start) <= 2]
        crossing = len(labels) - len(level) - len(before)
        inside = [p for p in labels if p.box.x0 > start + 2]
        enough = len(begin) >= 3 and len(before) >= 2
        if enough and crossing <= 0.8 * len(level) and len(inside) <= 0.3 * len(begin):
            return [Strip(max(p.box.x1 for p in before), start - 1.0)]
    return []


def _crossed(rows: list[Row], left: float, right: float) -> list[int]:
    """How many phrases stand over each point between left and right."""
    crossed = [0] * (int(right - left) + 2)
    for row in rows:
        for phrase in row.phrases:
            first = max(0, int(phrase.box.x0 - left + 0.5))
            last = min(len(crossed), int(phrase.box.x1 - left + 0.5) + 1)
            for x in range(first, last):
                crossed[x] += 1
    return crossed


def _emptiest(crossed: list[int], start: int, end: int) -> tuple[int, int]:
    """The part of the strip that the fewest rows cross."""
    least = min(crossed[start:end])
    places = [x for x in range(start, end) if crossed[x] == least]
    return places[0], places[-1] + 1


def _with_drawn(strips: list[Strip], xs: list[float]) -> list[Strip]:
    inner = [Strip(x - 1, x + 1) for x in xs[1:-1]]
    kept = [
        strip
        for strip in strips
        if all(abs(strip.middle - line.middle) > 12 for line in inner)
        and not any(strip.left < line.middle < strip.right for line in inner)
    ]
    return sorted([*kept, *inner])


def _measuring_rows(block: Block) -> list[Row]:
    """The rows that show the columns: those with figures, if there are enough of them."""
    tabular = [row for row in block.rows if row.is_tabular]
    figured = [
        row
        for row in tabular
        if row.n_figures >= max(1, len(row.phrases) / 3) and not _heads_years(row)
    ]
    enough = len(figured) >= max(2, 0.4 * len(tabular))
    telling = any(row.n_figures >= 4 and row.n_figures == len(row.phrases) for row in figured)
    if len(figured) == 1 and telling:  # its blanks have heads above them
        return [*figured, *(row for row in block.rows if _is_narrow(row))]
    return figured if enough or telling else tabular


def _is_narrow(row: Row) -> bool:
    return all(phrase.box.width <= NARROW_HEAD * row.size for phrase in row.phrases)


def _heads_years(row: Row) -> bool:
    """Whether all figures of a row are years, as heads are."""
    figures = [phrase.text for phrase in row.phrases if phrase.is_figure]
    return bool(figures) and all(YEAR.fullmatch(text) for text in figures)


def without_false_strips(rows: list[Row], strips: list[Strip], xs: list[float]) -> list[Strip]:
    """The strips but those between a head and its own column.

    A centred head may stand wholly beside what it heads: then all that one column holds
    is above all that the other holds, and they are one. Drawn lines, at `xs`, stay.
    """
    kept = list(strips)
    held = _rows_of_columns(rows, kept)
    for strip in strips:
        if any(strip.left <= x <= strip.right for x in xs[1:-1]):
            continue
        at = kept.index(strip)
        left, right = held[at], held[at + 1]
        if not left or not right or _is_above(rows, left, right) or _is_above(rows, right, left):
            kept.remove(strip)
            held = _rows_of_columns(rows, kept)
    return kept


def with_strips_of_heads(rows: list[Row], n_head: int, strips: list[Strip]) -> list[Strip]:
    """The strips, parted where a head shows a column that is blank in all rows of the body."""
    heads = [p for row in rows[:n_head] for p in row.phrases if _is_head_of_one(p)]
    edges = [-inf, *(strip.middle for strip in strips), inf]
    strips = [
        part
        for number, strip in enumerate(strips)
        for part in _parted_by_heads(
            strip, [p for p in heads if edges[number] < p.box.middle[0] < edges[number + 2]]
        )
    ]
    return _with_strips_between_heads(rows, n_head, strips)


def _parted_by_heads(strip: Strip, heads: list[Phrase]) -> list[Strip]:
    """A head in the white between two columns, beside one of their heads, heads a column of
    its own; one above theirs would head both."""
    inside = [p for p in heads if strip.left < p.box.x0 and p.box.x1 < strip.right]
    left = [p for p in heads if p.box.x0 <= strip.left]
    right = [p for p in heads if p.box.x1 >= strip.right]
    groups = [
        group
        for group in (_side_by_side(inside) if left and right else ())
        if _is_beside(group, left) and _is_beside(group, right)
    ]
    starts = [strip.left, *(group.x1 for group in groups)]
    ends = [*(group.x0 for group in groups), strip.right]
    return [Strip(start, end) for start, end in zip(starts, ends, strict=True)]


def _is_beside(group: Box, heads: list[Phrase]) -> bool:
    return any(p.box.top < group.bottom and group.top < p.box.bottom for p in heads)


def _with_strips_between_heads(rows: list[Row], n_head: int, strips: list[Strip]) -> list[Strip]:
    """The strips, and those between two heads of one column, whose body has nothing under one
    of them: its rows cannot show that it is a column of its own."""
    edges = [-inf, *(strip.middle for strip in strips), inf]
    more: list[Strip] = []
    for left, right in pairwise(edges):
        heads = [p for row in rows[:n_head] for p in row.phrases if _lies_in(p.box, left, right)]
        body = [p for row in rows[n_head:] for p in row.phrases if left < p.box.middle[0] < right]
        groups = _side_by_side([p for p in heads if _is_head_of_one(p)])
        if len(groups) < 2 or len(groups) != len(_side_by_side(heads)) or not body:
            continue
        size = median(glyph.size for p in heads for glyph in p.glyphs)
        under = [[p for p in body if _stands_under(p, group, size)] for group in groups]
        if sum(map(len, under)) == len(body) and all(p.is_figure for p in body):
            more += [Strip(one.x1, other.x0) for one, other in pairwise(groups)]
    return sorted([*strips, *more])


def _lies_in(box: Box, left: float, right: float) -> bool:
    return left < box.x0 and box.x1 < right


def _is_head_of_one(phrase: Phrase) -> bool:
    """Whether it may head a column by itself: a word, neither a letter set apart nor a unit."""
    size = max(glyph.size for glyph in phrase.glyphs)
    word = len(phrase.text) >= 2 and phrase.text[0] not in "（(["
    return word and not phrase.is_figure and phrase.box.width <= WIDEST_HEAD * size


def _side_by_side(phrases: list[Phrase]) -> list[Box]:
    """Phrases that stand above one another, as one place each, from left to right."""
    groups: list[Box] = []
    for phrase in sorted(phrases, key=lambda phrase: phrase.box.x0):
        if groups and phrase.box.x0 < groups[-1].x1:
            groups[-1] = hull([groups[-1], phrase.box])
        else:
            groups.append(phrase.box)
    return groups


def _stands_under(phrase: Phrase, head: Box, size: float) -> bool:
    return head.x0 - size / 2 <= phrase.box.middle[0] <= head.x1 + size / 2


def _rows_of_columns(rows: list[Row], strips: list[Strip]) -> list[list[int]]:
    """For each column the rows that have an entry of its own in it."""
    held: list[list[int]] = [[] for _ in range(len(strips) + 1)]
    for number, row in enumerate(rows):
        for entry in row_to_entries(row, strips):
            in_white = any(s.left <= entry.box.x0 and entry.box.x1 <= s.right for s in strips)
            if entry.first == entry.last and not in_white:
                held[entry.first].append(number)
    return held


def _is_above(rows: list[Row], upper: list[int], lower: list[int]) -> bool:
    """Whether all of the upper rows stand above the lower ones, and none beside any."""
    one, other = rows[upper[-1]], rows[lower[0]]
    return upper[-1] < lower[0] and other.middle - one.middle > other.size


def row_to_entries(row: Row, strips: list[Strip]) -> GridRow:
    """The phrases of a row by the columns they stand in; a phrase over a strip is split
    where a gap between its words stands there, else it spans."""
    entries: GridRow = []
    queue = list(row.phrases)
    while queue:
        phrase = queue.pop(0)
        first, last = _columns(phrase.box, strips)
        if first != last or any(_inside(phrase.box, strip) for strip in strips):
            parts = _split(phrase, strips)
            if parts is not None:
                queue[:0] = parts
                continue
        if entries and entries[-1].last < last:
            first = max(first, entries[-1].last + 1)  # what stands before it has its columns
        elif entries and entries[-1].first < first:
            entries[-1].last = min(entries[-1].last, first - 1)  # and what follows has them
        if entries and entries[-1].last >= first:
            before = entries[-1]
            before.last = max(before.last, last)
            before.phrases.append(phrase)
        else:
            entries.append(Entry(first, last, [phrase]))
    return entries


def words_to_entries(entry: Entry, strips: list[Strip]) -> GridRow:
    """The entry cut into one for each column, where words set apart stand over one each."""
    words = words_apart(entry.phrases[0])
    columns = [sum(strip.middle < word.box.middle[0] for strip in strips) for word in words]
    if columns != [*range(entry.first, entry.last + 1)]:
        return [entry]
    return [Entry(column, column, [word]) for column, word in zip(columns, words, strict=True)]


def _inside(box: Box, strip: Strip) -> bool:
    return box.x0 < strip.left and strip.right < box.x1


def _split(phrase: Phrase, strips: list[Strip]) -> tuple[Phrase, Phrase] | None:
    crossed = [s for s in strips if phrase.box.x0 < s.right and s.left < phrase.box.x1]
    # Words apart at each of several strips are heads of these columns.
    apart = len(crossed) > 1 and all(gap_between(phrase, s.left, s.right) for s in crossed)
    for strip in crossed:
        parts = split_phrase(phrase, strip.left, strip.right, apart=apart)
        if parts is not None:
            return parts
    return None


def _columns(box: Box, strips: list[Strip]) -> tuple[int, int]:
    """First and last column that a box stands in.

    A box that reaches over a strip into the column beyond spans it only if it covers a
    good part of what is there; a head wider than its figures does not.
    """
    slack = min(2.0, 0.2 * box.width)
    first = sum(strip.right <= box.x0 + slack for strip in strips)
    last = max(first, sum(strip.left < box.x1 - slack for strip in strips))
    while first < last:
        spare_left = strips[first].left - box.x0
        spare_right = box.x1 - strips[last - 1].right
        least = REACH * box.width
        if min(spare_left, spare_right) >= least:
            break
        if spare_left < spare_right:
            first += 1
        else:
            last -= 1
    return first, last
