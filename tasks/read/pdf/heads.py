"""The lines above the body of a table without lines → rows of heads.

A head stands over the heads below whose middle is its own. By that it is told where a new
level of heads begins, as opposed to a further line of the same heads, and which columns each
head spans; a line drawn beneath a head tells it outright.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import inf
from statistics import median

from tasks.model.box import Box, hull
from tasks.read.pdf.marks import Rule
from tasks.read.pdf.phrases import PHRASE_GAP, Phrase, Row, is_year, joined_phrase
from tasks.read.pdf.white import Block, Entry, GridRow, Strip

#: They share them out exactly if each is this near.
EXACT = 0.1
#: Lines nearer than this many font sizes stand beside one another: a label of several lines
#: and the figures in the middle of its height.
BESIDE = 0.85
#: Lines of one head are no farther apart, in font sizes.
NEXT_LINE = 1.7
#: Heads above the lines of a table, or other heads there, are so near, in font sizes.
HEAD_WHITE = 0.8
#: How far a head may stand from the middle of those it stands over, in points.
OFF_CENTRE = 4.0
#: The same for several that share out all those below them, in distances between these; and
#: for what stands over all columns.
OFF_PITCH = 0.45
OVER_ALL = OFF_PITCH / 2
#: Lines of one head begin, end or have their middle at one place, but for so many points.
SAME_EDGE = 2.0
#: A line beneath a head lies between so many points above its lower edge and below; and may
#: be shorter by so many points on each side.
RULE_ABOVE, RULE_BELOW = 3.0, 8.0
SHORTER = 4.0
#: What a head that no other one stands over counts, as one that stands off the middle of those
#: below does, in distances between these.
UNHEADED = 0.2
#: They share them out exactly if each is this near.
EXACT = 0.1
#: Lines nearer than this share of the usual distance of rows are of one row.
NEARER = 0.9
#: White at the side of a cell at which its text is set, in font sizes, at the most.
PADDING = 0.5
#: The sides of a text.
LEFT, RIGHT, MIDDLE = range(3)


@dataclass(frozen=True, slots=True)
class Frame:
    """What heads are set in: the table, the white between its columns, the lines in it."""

    block: Block
    strips: Sequence[Strip]
    rules: Sequence[Rule]
    #: The rows below the heads.
    body: Sequence[GridRow] = ()

    @property
    def n_columns(self) -> int:
        return len(self.strips) + 1


def head_rows(frame: Frame, grid: Sequence[GridRow]) -> list[GridRow]:
    """Rows of heads: lines of one head joined, heads over several columns widened."""
    rows = frame.block.rows
    levels: list[list[int]] = []
    for index in range(len(grid)):
        if levels and not _new_level(frame, grid, index, levels[-1][0]):
            levels[-1].append(index)
        else:
            levels.append([index])
    merged: list[GridRow] = [merge_lines([grid[index] for index in level]) for level in levels]
    bottoms = [max(rows[index].box.bottom for index in level) for level in levels]
    for number, bottom in enumerate(bottoms[:-1]):
        below = _nearest(merged[number + 1 :])
        row = _widened(merged[number], below, bottom, frame)
        if not any(_lies_under(rule, bottom) for rule in frame.rules):
            row, merged[number + 1] = _moved_down(row, merged[number + 1])
        merged[number] = row
    return [_filled(row, frame) for row in merged]


def merge_lines(rows: Sequence[GridRow]) -> list[Entry]:
    """Entries of consecutive lines in the same columns as one entry each."""
    merged: list[Entry] = []
    for entry in (entry for row in rows for entry in row):
        at = next((n for n, other in enumerate(merged) if other.meets(entry)), None)
        if at is None:
            merged.append(entry)
            continue
        place = merged[at].with_phrases(entry.phrases)
        wide = place.over(min(place.first, entry.first), max(place.last, entry.last))
        free = not any(wide.meets(other) for n, other in enumerate(merged) if n != at)
        merged[at] = wide if free else place
    return sorted(merged, key=lambda entry: entry.first)


def spanning(row: GridRow, at: int, first: int, last: int) -> GridRow:
    """The row whose entry at this place spans these columns, if no other stands there."""
    wide = row[at].over(first, last)
    if any(wide.meets(other) for n, other in enumerate(row) if n != at):
        return row
    return [*row[:at], wide, *row[at + 1 :]]


def over_all(row: GridRow, frame: Frame) -> GridRow:
    """A lone text in the middle over all columns but that of the labels belongs to all: a
    unit, or what the rows below are about."""
    return [row[0].over(1, len(frame.strips))] if _is_over_all(row, frame) else row


def _is_over_all(row: GridRow, frame: Frame) -> bool:
    strips = frame.strips
    if len(row) != 1 or len(strips) < 2 or row[0].first == 0:
        return False
    if row[0].is_figure:
        return is_year(row[0].phrases[0].text) and _is_between_rules(row[0], frame)
    left, right = strips[0].right, max(other.box.x1 for other in frame.block.rows)
    off = abs((left + right) / 2 - row[0].box.middle[0])
    return off < OVER_ALL * (right - left) / len(strips) or _is_between_rules(row[0], frame)


def _is_between_rules(entry: Entry, frame: Frame) -> bool:
    """Whether it stands between two lines over all columns, in the middle of them, above rows
    that no line parts. The first column begins somewhere in the white before it."""
    middle, height = entry.box.middle
    rows = frame.block.rows
    above = max((row.middle for row in rows if row.box.bottom <= height), default=0.0)
    below = [row.middle for row in rows if row.box.top >= height]
    if len(below) < 2:
        return False
    white, right = frame.strips[0], max(row.box.x1 for row in rows)
    over = [r for r in frame.rules if r.start <= white.right and r.end >= right - SHORTER]
    upper = [rule for rule in over if above < rule.at < height]
    lower = [rule for rule in over if height < rule.at < below[0]]
    if not (upper and lower) or any(below[0] < rule.at < below[1] for rule in over):
        return False
    least = (max(white.left, lower[0].start) + lower[0].end) / 2
    most = (white.right + lower[0].end) / 2
    return least - OFF_CENTRE < middle < most + OFF_CENTRE


# --- heads of several words -------------------------------------------------------------------


def with_words_joined(rows: Sequence[Row], n_head: int, rules: Sequence[Rule]) -> list[Row]:
    """The rows, of which the first are heads, with the words of a head as one phrase where a
    line below them says that they are one. Below the last heads a line says nothing."""
    return [
        replace(row, phrases=_joined(row, rules)) if number < n_head - 1 else row
        for number, row in enumerate(rows)
    ]


def _joined(row: Row, rules: Sequence[Rule]) -> tuple[Phrase, ...]:
    joined: list[Phrase] = []
    for phrase in row.phrases:
        both = joined_phrase(joined[-1], phrase) if joined else None
        near = both is not None and phrase.box.x0 - joined[-1].box.x1 <= PHRASE_GAP * row.size
        if both is not None and near and _rule_under(both.box, row.box.bottom, rules):
            joined[-1] = both
        else:
            joined.append(phrase)
    return tuple(joined)


def untorn(
    rows: Sequence[Row], grid: Sequence[GridRow], n_head: int, rules: Sequence[Rule]
) -> list[GridRow]:
    """The entries of the heads, with those whole whose words stand in several columns but as
    heads of none: not as the entries below them, or with one line below them all."""
    whole = list(grid[:n_head])
    for number, row in enumerate(rows[: max(n_head - 1, 0)]):
        heads, body = grid[number + 1 : n_head], grid[n_head:]
        for phrase in row.phrases:
            parts = _parts(whole[number], phrase)
            ruled = _rule_under(phrase.box, row.box.bottom, rules) is not None
            if parts and (ruled or not all(_heads_column(one, heads, body) for one in parts)):
                others = [entry for entry in whole[number] if entry not in parts]
                one = Entry(parts[0].first, parts[-1].last, (phrase,))
                whole[number] = sorted([*others, one], key=lambda entry: entry.first)
    return whole


def _parts(row: GridRow, phrase: Phrase) -> list[Entry]:
    """The entries that a phrase was split into, none where it is in one, or another beside it."""
    parts = [e for e in row if any(part.glyphs[0] in phrase.glyphs for part in e.phrases)]
    return parts if len(parts) > 1 and all(len(e.phrases) == 1 for e in parts) else []


def _heads_column(entry: Entry, heads: Sequence[GridRow], body: Sequence[GridRow]) -> bool:
    """Whether it stands as one of the heads below in its column does, or as all its figures."""
    places, figures = (
        [e.box for row in rows for e in row if e.columns == entry.columns] for rows in (heads, body)
    )
    places += [hull(figures)] if figures else []
    return not places or any(same_edge(entry.box, box) for box in places)


# --- levels -----------------------------------------------------------------------------------


def _new_level(frame: Frame, grid: Sequence[GridRow], index: int, first: int) -> bool:
    """Whether this row of the head holds heads of its own, not more lines of those above, which
    begin with the row `first`."""
    rows, here = frame.block.rows, grid[index]
    upper, lower = rows[index - 1], rows[index]
    above = _nearest(grid[first:index][::-1])
    if any(upper.middle < rule.at < lower.middle for rule in frame.rules):
        return True
    if _is_over_all(here, frame) and not any(same_edge(here[0].box, entry.box) for entry in above):
        return True  # a unit of all heads
    if _are_over(above, here, frame) or any(_parts_under(entry, here) for entry in above):
        return True
    gap = lower.middle - upper.middle
    if gap < BESIDE * lower.size:
        return False  # lines of heads of different heights, each in the middle
    return gap > NEXT_LINE * max(upper.size, lower.size) or _stands_between(above, here)


def _parts_under(entry: Entry, here: GridRow) -> bool:
    """Whether heads below stand under parts of one that spans columns."""
    under = [e for e in here if entry.first <= e.first and e.last <= entry.last]
    narrower = bool(under) and under[0].last - under[0].first < entry.last - entry.first
    return len(under) >= 2 or narrower


def _are_over(above: GridRow, here: GridRow, frame: Frame) -> bool:
    """Whether the heads above share out those of this row, and one of them is no line of any."""
    lower = [entry for entry in here if entry.first > 0]
    upper = [entry for entry in above if entry.first > 0 and _has_below(entry, lower)]
    if not 0 < len(upper) < len(lower):
        return False
    cost, runs = _shared_out(upper, lower, frame)
    if sum(map(len, runs)) < len(lower):
        return False
    sides, close = _sides(lower, frame), _are_close(upper, lower, frame)
    if not close and cost < EXACT * len(upper) and all(len(run) > 1 for run in runs):
        return True
    return any(
        len(run) > 1 and not _is_line(entry, run, sides, close=close)
        for entry, run in zip(upper, runs, strict=True)
    )


def _are_close(upper: GridRow, lower: GridRow, frame: Frame) -> bool:
    """Whether the lower heads are nearer to the upper ones than the rows below to one another,
    as lines of one head are."""
    rows = frame.block.rows[len(frame.block.rows) - len(frame.body) :]
    pitches = [below.middle - above.middle for above, below in pairwise(rows)]
    low = max(entry.phrases[-1].box.middle[1] for entry in upper)
    gap = lower[0].phrases[0].box.middle[1] - low
    return bool(pitches) and gap < NEARER * median(pitches)


def _has_below(entry: Entry, below: GridRow) -> bool:
    """Whether its column has a head below: one of the height of all heads has none."""
    return any(entry.meets(other) for other in below)


def _stands_between(above: GridRow, here: GridRow) -> bool:
    """Whether a head above is centred over the white between two heads of this row."""
    return any(
        left.box.x1 < entry.box.middle[0] < right.box.x0
        for entry in above
        if not any(same_edge(entry.box, other.box) for other in here)
        for left, right in pairwise(here)
        if right.first <= left.last + 1  # else columns between have heads of their own
    )


# --- spans ------------------------------------------------------------------------------------


def _nearest(levels: Sequence[GridRow]) -> list[Entry]:
    """The next heads, those of a later level where the next one has none."""
    nearest: list[Entry] = []
    for level in levels:
        nearest += [entry for entry in level if not _has_below(entry, nearest)]
    return sorted(nearest, key=lambda entry: entry.first)


def _widened(row: GridRow, below: GridRow, bottom: float, frame: Frame) -> GridRow:
    """The heads of a row over the columns they stand over: by the rule beneath, else by
    their place over the heads below."""
    ruled = [_rule_under(entry.box, bottom, frame.rules) for entry in row]
    for at, rule in enumerate(ruled):
        if rule is not None:
            entry = row[at]
            first, last = _columns_under(rule, frame.strips, entry)
            if last - first + 1 < frame.n_columns and first <= entry.first and last >= entry.last:
                row = spanning(row, at, first, last)
    narrow = [n for n, entry in enumerate(row) if entry.first > 0 and _has_below(entry, below)]
    free = [entry for entry in below if entry.first > 0 or frame.n_columns == 2]
    if len(free) <= len(narrow):
        return row
    told = {n for n, rule in enumerate(ruled) if rule is not None}
    shared = [
        (*_shared_out([row[at] for at in chosen], lower, frame, fixed), chosen)
        for chosen, lower in ((narrow, free), (range(len(row)), below))
        for fixed in [{n for n, at in enumerate(chosen) if at in told}]
    ]
    # Over the labels as well only if nothing is left without a head.
    if sum(map(len, shared[1][1])) < len(below):
        shared = shared[:1]
    _, runs, chosen = min(shared, key=lambda found: found[0])
    for at, run in zip(chosen, runs, strict=False):
        row = spanning(row, at, run[0].first, run[-1].last)
    return row


#: Runs of heads that share out those below, and how badly they fit; infinitely where none do.
Shared = tuple[float, list[GridRow]]


def _shared_out(
    upper: GridRow, lower: GridRow, frame: Frame, fixed: Collection[int] = ()
) -> Shared:
    """The heads below that each of the upper ones stands over, from left to right, those of
    the `fixed` being in its columns; none where they cannot be shared out.

    The middle of a head is that of its columns, or that of the heads below as they are set.
    """
    if not upper or len(lower) < 2:
        return inf, []
    pitch = (lower[-1].box.middle[0] - lower[0].box.middle[0]) / (len(lower) - 1)
    edges, sides = _edges(lower, frame), _sides(lower, frame)

    def misfit(at: int, run: GridRow, left: float, right: float) -> float | None:
        if at in fixed:
            return 0.0 if _is_within(run, upper[at]) else None
        if len(run) == 1:
            return 0.0 if _is_line(upper[at], run, sides) else None
        off = abs((left + right) / 2 - upper[at].box.middle[0]) / pitch
        beside = all(right.first == left.last + 1 for left, right in pairwise(run))
        return off if beside and off < OFF_PITCH else None

    def by_heads(at: int, run: GridRow) -> float | None:
        return misfit(at, run, run[0].box.x0, run[-1].box.x1)

    def by_edges(at: int, run: GridRow) -> float | None:
        return misfit(at, run, edges[run[0].first], edges[run[-1].last + 1])

    found = [_best_runs(len(upper), lower, fit) for fit in (by_heads, by_edges)]
    return min(found, key=lambda one: one[0])


def _best_runs(
    n_upper: int, lower: GridRow, misfit: Callable[[int, GridRow], float | None]
) -> Shared:
    """The runs of the lower heads that fit the upper ones best, and how badly they do."""
    best: dict[int, Shared] = {0: (0.0, [])}
    for at in range(n_upper):
        reached: dict[int, Shared] = {}
        for used, (cost, runs) in best.items():
            for start, end in combinations(range(used, len(lower) + 1), 2):
                off = misfit(at, lower[start:end])
                if off is None:
                    continue
                whole = cost + off + UNHEADED * (start - used)
                if end not in reached or whole < reached[end][0]:
                    reached[end] = whole, [*runs, lower[start:end]]
        best = reached
    ends = [(cost + UNHEADED * (len(lower) - end), runs) for end, (cost, runs) in best.items()]
    return min(ends, key=lambda found: found[0], default=(inf, []))


def _is_line(entry: Entry, run: GridRow, sides: Collection[int], *, close: bool = True) -> bool:
    """Whether it is set like one of these heads, as lines of one head are. To stand in the
    middle of the middle one of three says nothing, unless they are as close as such lines."""
    for n, other in enumerate(run):
        one, two = entry.box, other.box
        if one.x0 < two.x1 and two.x0 < one.x1:
            centred = not close and 2 * n + 1 == len(run)
            told = [side for side in sides if side != MIDDLE or not centred]
            if any(abs(_sides_of(one)[side] - _sides_of(two)[side]) < SAME_EDGE for side in told):
                return True
    return False


def _is_within(run: GridRow, entry: Entry) -> bool:
    return entry.first <= run[0].first and run[-1].last <= entry.last


def _places(heads: GridRow, frame: Frame) -> list[Box]:
    """Where each column stands, by what is in it alone; between the strips where nothing is."""
    ends = [strip.left for strip in frame.strips]
    starts = [strip.right for strip in frame.strips]
    right = max(entry.box.x1 for entry in heads)
    places = []
    for column, (start, end) in enumerate(zip([0.0, *starts], [*ends, right], strict=True)):
        boxes = _boxes_in(column, [*frame.body, heads])
        places.append(hull(boxes) if boxes else Box(start, 0.0, max(start, end), 0.0))
    return places


def _boxes_in(column: int, rows: Sequence[GridRow]) -> list[Box]:
    return [e.box for row in rows for e in row if e.first == e.last == column]


def _edges(heads: GridRow, frame: Frame) -> list[float]:
    """Where each column begins, and the last one ends: in the middle of the white between two,
    or right behind what is set at the right."""
    places = _places(heads, frame)
    inner = [(left.x1 + right.x0) / 2 for left, right in pairwise(places)]
    if _sides(heads, frame) == [RIGHT]:
        white = min(right.x0 - left.x1 for left, right in pairwise(places)) / 2
        white = max(0.0, min(white, PADDING * heads[0].phrases[0].glyphs[0].size))
        inner = [inner[0], *(place.x1 + white for place in places[1:-1])]
        return [places[0].x0, *inner, places[-1].x1 + white]
    return [places[0].x0, *inner, 2 * places[-1].middle[0] - inner[-1]]


def _sides(heads: GridRow, frame: Frame) -> list[int]:
    """At which of their sides the heads stand as the figures below them do; all where none is
    told."""
    pairs = [
        (_sides_of(head.box), _sides_of(hull(boxes)))
        for head in heads
        if not head.spans and (boxes := _boxes_in(head.first, frame.body))
    ]
    same = [
        side
        for side in (LEFT, RIGHT, MIDDLE)
        if all(abs(one[side] - other[side]) < SAME_EDGE for one, other in pairs)
    ]
    return same or [LEFT, RIGHT, MIDDLE]


def _sides_of(box: Box) -> tuple[float, float, float]:
    return box.x0, box.x1, box.middle[0]


def same_edge(one: Box, two: Box) -> bool:
    """Whether they begin, or end, or have their middle, at one place."""
    return any(abs(a - b) < SAME_EDGE for a, b in zip(_sides_of(one), _sides_of(two), strict=True))


def _columns_under(rule: Rule, strips: Sequence[Strip], entry: Entry) -> tuple[int, int]:
    """First and last column that a rule lies over; the outer two have no outer edge."""
    covered = [
        number
        for number, (left, right) in enumerate(pairwise(strips), 1)
        if rule.start <= (left.right + right.left) / 2 <= rule.end
    ]
    if rule.end > strips[-1].right:
        covered.append(len(strips))
    return min([*covered, entry.first]), max([*covered, entry.last])


def _rule_under(box: Box, bottom: float, rules: Sequence[Rule]) -> Rule | None:
    under = (
        rule
        for rule in rules
        if _lies_under(rule, bottom)
        and rule.start <= box.x0 + SHORTER
        and rule.end >= box.x1 - SHORTER
    )
    return next(under, None)


def _lies_under(rule: Rule, bottom: float) -> bool:
    return bottom - RULE_ABOVE < rule.at < bottom + RULE_BELOW


def _moved_down(row: GridRow, below: GridRow) -> tuple[GridRow, GridRow]:
    """A head of one column whose other lines stand in the row below is one head with them."""
    kept: list[Entry] = []
    under = list(below)
    wide = any(entry.spans for entry in row)
    for entry in row:
        at = next((n for n, e in enumerate(under) if e.columns == entry.columns), None)
        if wide and at is not None and not entry.spans and same_edge(entry.box, under[at].box):
            under[at] = entry.with_phrases(under[at].phrases)
        else:
            kept.append(entry)
    return kept, under


def _filled(row: GridRow, frame: Frame) -> GridRow:
    """A head alone between two drawn lines heads all columns between them."""
    lines = frame.block.xs[1:-1]
    drawn = [n for n, strip in enumerate(frame.strips, 1) if any(map(strip.holds, lines))]
    for start, end in pairwise([0, *drawn, frame.n_columns]) if frame.block.xs else ():
        inside = [n for n, e in enumerate(row) if start <= e.first and e.last < end]
        if len(inside) == 1:
            row = spanning(row, inside[0], start, end - 1)
    return row
