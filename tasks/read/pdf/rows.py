"""Rows of entries → rows of the table: lines of one head or label joined, heads over
several columns widened; group heads stay rows of their own."""

from __future__ import annotations

from itertools import accumulate, pairwise
from statistics import median

from tasks.read.pdf.blocks import BESIDE, Block
from tasks.read.pdf.columns import Entry, GridRow, Strip, words_to_entries
from tasks.read.pdf.marks import Rule
from tasks.read.pdf.phrases import Row, first_word

#: Share of the lines of a text that end for want of place.
FILLED = 0.5
#: How far a head may stand from the middle of those it stands over.
OFF_CENTRE = 4.0
#: The same for several that share out all those below them, in distances between these.
OFF_PITCH = 0.45
#: Lines nearer than this share of the usual distance of rows are lines of one row.
NEAR = 0.9


def head_rows(
    block: Block, grid: list[GridRow], strips: list[Strip], rules: list[Rule]
) -> list[GridRow]:
    """Rows of heads: lines of one head joined, heads over several columns widened."""
    n_columns = len(strips) + 1
    grid = [_parted(row, strips) for row in grid]
    levels: list[list[int]] = []
    rows = block.rows
    for index in range(len(grid)):
        unit = index and _is_unit(grid[index], grid[index - 1], strips, block)
        if levels and not unit and not _new_level(grid, index, rows, rules):
            levels[-1].append(index)
        else:
            levels.append([index])
    merged = [merge_lines([grid[index] for index in level]) for level in levels]
    bottoms = [max(rows[index].box.bottom for index in level) for level in levels]
    for number, row in enumerate(merged[:-1]):
        below = _heads_below(merged[number + 1 :])
        _widen(row, below, bottoms[number], strips, rules, n_columns, block)
        if not any(bottoms[number] - 3 < rule.at < bottoms[number] + 8 for rule in rules):
            _move_down(row, merged[number + 1])
    for row in merged:
        _fill_drawn(row, strips, block.xs)
    return [row for row in merged if row]


def _parted(row: GridRow, strips: list[Strip]) -> GridRow:
    """Heads with less white between them than phrases have, one over each column."""
    return [
        part
        for entry in row
        for part in (
            words_to_entries(entry, strips)
            if entry.first != entry.last and len(entry.phrases) == 1
            else [entry]
        )
    ]


def _heads_below(levels: list[GridRow]) -> GridRow:
    """The next heads below, those of a later level where the next one has none."""
    below: GridRow = []
    for level in levels:
        taken = {column for entry in below for column in range(entry.first, entry.last + 1)}
        below += [e for e in level if not taken & set(range(e.first, e.last + 1))]
    return sorted(below, key=lambda entry: entry.first)


def _move_down(row: GridRow, below: GridRow) -> None:
    """A head of one column whose other lines stand in the row below is one head with them."""
    if not any(entry.first != entry.last for entry in row):
        return
    for entry in list(row):
        under = [e for e in below if (e.first, e.last) == (entry.first, entry.last)]
        if entry.first == entry.last and under and _same_edge(entry, under[0]):
            under[0].phrases[:0] = entry.phrases
            row.remove(entry)


def _fill_drawn(row: GridRow, strips: list[Strip], xs: list[float]) -> None:
    """A head alone between two drawn lines heads all columns between them."""
    places = [0, *(n for n, strip in enumerate(strips, 1) if _is_drawn(strip, xs)), len(strips) + 1]
    for start, end in pairwise(places) if xs else ():
        inside = [entry for entry in row if start <= entry.first and entry.last < end]
        if len(inside) == 1:
            _set_span(row, inside[0], start, end - 1)


def _is_drawn(strip: Strip, xs: list[float]) -> bool:
    return any(strip.left <= x <= strip.right for x in xs[1:-1])


def _new_level(grid: list[GridRow], index: int, rows: list[Row], rules: list[Rule]) -> bool:
    """Whether this row of the head holds heads of its own, not more lines of those above."""
    above, here = grid[index - 1], grid[index]
    upper, lower = rows[index - 1].middle, rows[index].middle
    if any(upper < rule.at < lower for rule in rules):
        return True
    if _are_over(above, here):
        return True
    for entry in above:
        under = [e for e in here if entry.first <= e.first and e.last <= entry.last]
        if len(under) >= 2:
            return True
        if (
            entry.first != entry.last
            and under
            and under[0].last - under[0].first < (entry.last - entry.first)
        ):
            return True
    if lower - upper < BESIDE * rows[index].size:
        return False  # lines of heads of different heights, each in the middle
    gap = lower - upper
    if gap > 1.7 * max(rows[index - 1].size, rows[index].size):
        return True
    return _stands_between(above, here)


def _are_over(above: GridRow, here: GridRow) -> bool:
    """Whether each head above is centred over heads of this row, and they are all headed."""
    lower = [entry for entry in here if entry.first > 0]
    upper = [entry for entry in above if entry.first > 0 and _is_over_any(entry, lower)]
    return 0 < len(upper) < len(lower) and bool(_runs_under(upper, lower))


def _is_over_any(entry: Entry, below: GridRow) -> bool:
    """Whether its column has a head below: one of the height of all heads has none."""
    return any(e.first <= entry.last and entry.first <= e.last for e in below)


def _runs_under(upper: GridRow, lower: GridRow) -> list[int]:
    """How many of the lower heads each of the upper ones is centred over, from left to right;
    none where they cannot be shared out like that."""
    if not upper or not lower:
        return []
    exact = _share_out(upper, lower, OFF_CENTRE)
    if exact or len(upper) < 2 or len(lower) < 2:
        return exact
    pitch = (lower[-1].box.middle[0] - lower[0].box.middle[0]) / (len(lower) - 1)
    runs = _share_out(upper, lower, OFF_CENTRE, each_several=True)
    return runs or _share_out(upper, lower, OFF_PITCH * pitch)


def _share_out(
    upper: GridRow, lower: GridRow, reach: float, each_several: bool = False
) -> list[int]:
    fewest = 2 if each_several else 1
    for n in range(len(lower) - len(upper) + 1, fewest - 1, -1):
        first, last = lower[0].box, lower[n - 1].box
        off = abs((first.x0 + last.x1) / 2 - upper[0].box.middle[0])
        over = off < reach and not _is_line_of(upper[0], lower[:n], each_several)
        if not (over if n > 1 else _same_edge(upper[0], lower[0])):
            continue
        if len(upper) == 1 and n == len(lower):
            return [n]
        left = upper[1:] and lower[n:]
        rest = _share_out(upper[1:], lower[n:], reach, each_several) if left else []
        if rest:
            return [n, *rest]
    return []


def _is_line_of(entry: Entry, run: GridRow, each_several: bool) -> bool:
    """Whether it is set like one of these heads, as lines of one head are. To stand in the
    middle of the middle one of three says nothing; where each head has several below it, to
    begin or end with that one does not either."""
    for n, other in enumerate(run):
        one, two = entry.box, other.box
        if one.x0 < two.x1 and two.x0 < one.x1:
            centred = 2 * n + 1 == len(run)
            flush = min(abs(one.x0 - two.x0), abs(one.x1 - two.x1)) < 2
            if (flush and not (centred and each_several)) or (
                _same_edge(entry, other) and not centred
            ):
                return True
    return False


def _stands_between(above: GridRow, here: GridRow) -> bool:
    """Whether a head above is centred over two heads of this row."""
    for entry in above:
        if any(_same_edge(entry, other) for other in here if other.first == entry.first):
            continue  # the next line of the same head
        centre = entry.box.middle[0]
        for left, right in pairwise(here):
            if right.first > left.last + 1:
                continue  # the columns between have heads of their own
            if left.box.x1 < centre < right.box.x0:
                return True
            middle = (left.box.x0 + right.box.x1) / 2
            taken = any(
                other is not entry and other.box.x0 < right.box.x1 and other.box.x1 > left.box.x0
                for other in above
            )
            if left.first > 0 and not taken and abs(centre - middle) < 4 and len(here) > len(above):
                return True
    return False


def _same_edge(entry: Entry, other: Entry) -> bool:
    one, two = entry.box, other.box
    offs = (one.x0 - two.x0, one.x1 - two.x1, one.middle[0] - two.middle[0])
    return min(abs(off) for off in offs) < 2


def merge_lines(rows: list[GridRow]) -> GridRow:
    """Entries of consecutive lines in the same columns as one entry each."""
    merged: GridRow = []
    for row in rows:
        for entry in row:
            place = next(
                (m for m in merged if m.first <= entry.last and entry.first <= m.last), None
            )
            if place is None:
                merged.append(Entry(entry.first, entry.last, list(entry.phrases)))
            else:
                place.phrases.extend(entry.phrases)
                first, last = min(place.first, entry.first), max(place.last, entry.last)
                free = all(m is place or m.last < first or m.first > last for m in merged)
                if free:
                    place.first, place.last = first, last
    return sorted(merged, key=lambda entry: entry.first)


def _widen(
    row: GridRow,
    below: GridRow,
    bottom: float,
    strips: list[Strip],
    rules: list[Rule],
    n_columns: int,
    block: Block,
) -> None:
    """Gives the heads of a row the columns they stand over: by the rule beneath, else by
    their place over the heads below."""
    for entry in row:
        rule = _rule_under(entry, bottom, rules)
        if rule is not None:
            first, last = _columns_under(rule, strips, entry)
            if last - first + 1 < n_columns and first <= entry.first and last >= entry.last:
                _set_span(row, entry, first, last)
    narrow = [entry for entry in row if entry.first > 0 and _is_over_any(entry, below)]
    free = [e for e in below if e.first > 0 or n_columns == 2]
    if len(free) <= len(narrow):
        return
    if _share_among(row, narrow, free) or _share_among(row, row, below):
        return
    for entry in narrow:
        if _rule_under(entry, bottom, rules) is None:
            _set_span(row, entry, *_centred(entry, row, free))


def _share_among(row: GridRow, heads: GridRow, below: GridRow) -> bool:
    """Gives heads the columns of the heads that they share out; those further left may be
    under nothing."""
    for start in range(len(below) - len(heads) if heads else 0):
        if start and below[start - 1].box.x1 > heads[0].box.x0:
            return False
        if runs := _runs_under(heads, below[start:]):
            ends = list(accumulate(runs, initial=start))
            for entry, (first, end) in zip(list(heads), pairwise(ends), strict=True):
                _set_span(row, entry, below[first].first, below[end - 1].last)
            return True
    return False


def _columns_under(rule: Rule, strips: list[Strip], entry: Entry) -> tuple[int, int]:
    """First and last column that a rule lies over; the outer two have no outer edge."""
    inner = pairwise(strips)
    covered = [
        number
        for number, (left, right) in enumerate(inner, 1)
        if rule.start <= (left.right + right.left) / 2 <= rule.end
    ]
    if rule.end > strips[-1].right:
        covered.append(len(strips))
    return min([*covered, entry.first]), max([*covered, entry.last])


def _rule_under(entry: Entry, bottom: float, rules: list[Rule]) -> Rule | None:
    box = entry.box
    for rule in rules:
        if (
            bottom - 3 < rule.at < bottom + 8
            and rule.start <= box.x0 + 4
            and rule.end >= box.x1 - 4
        ):
            return rule
    return None


def _centred(entry: Entry, row: GridRow, below: GridRow) -> tuple[int, int]:
    """The run of heads below whose middle is nearest to that of the entry."""
    others = [other for other in row if other is not entry]
    low = max((other.last for other in others if other.last < entry.first), default=0)
    high = min((other.first for other in others if other.first > entry.last), default=10**6)
    inside = [e for e in below if low < e.first and e.last < high]
    best = (entry.first, entry.last)
    best_off = None
    centre = entry.box.middle[0]
    for start in range(len(inside)):
        for end in range(start, len(inside)):
            first, last = inside[start].first, inside[end].last
            if first > entry.first or last < entry.last:
                continue
            middle = (inside[start].box.x0 + inside[end].box.x1) / 2
            off = abs(middle - centre) - 0.01 * (end - start)
            if best_off is None or off < best_off - 3:
                best, best_off = (first, last), off
    return best


def _set_span(row: GridRow, entry: Entry, first: int, last: int) -> None:
    if all(o is entry or o.last < first or o.first > last for o in row):
        entry.first, entry.last = first, last


def span_over_all(row: GridRow, strips: list[Strip], block: Block) -> None:
    """A lone text in the middle over all columns but that of the labels belongs to all: a
    unit, or what the rows below are about."""
    if _is_over_all(row, strips, block):
        row[0].first, row[0].last = 1, len(strips)


def _is_over_all(row: GridRow, strips: list[Strip], block: Block) -> bool:
    if len(row) != 1 or len(strips) < 2 or row[0].first == 0 or row[0].is_figure:
        return False
    right = max(other.box.x1 for other in block.rows)
    pitch = (right - strips[0].right) / len(strips)
    off = abs((strips[0].right + right) / 2 - row[0].box.middle[0])
    return off < 0.5 * OFF_PITCH * pitch


def _is_unit(row: GridRow, above: GridRow, strips: list[Strip], block: Block) -> bool:
    """Whether a lone text below heads belongs to all of them, and is not a line of one."""
    return _is_over_all(row, strips, block) and not any(_same_edge(row[0], e) for e in above)


def body_rows(
    block: Block, grid: list[GridRow], rows: list[Row], strips: list[Strip]
) -> list[GridRow]:
    """Rows of the body: lines of one entry joined."""
    inner = [y for y in block.ys[1:-1] if rows and y > rows[0].middle]
    if len(inner) >= max(1, 0.25 * len(rows)) or (block.closed and _is_text(grid) and inner):
        return _by_rules(grid, rows, inner)
    n_labels = _n_label_columns(grid)
    stub_end = strips[n_labels - 1].left if 0 < n_labels <= len(strips) else strips[0].left
    pitch = _usual_pitch(grid, rows)
    held: list[GridRow] = []
    last: Row | None = None
    for index, (entries, row) in enumerate(zip(grid, rows, strict=True)):
        gap = row.middle - last.middle if last is not None else 0.0
        size = max(row.size, last.size) if last is not None else row.size
        after = rows[index + 1].middle - row.middle if index + 1 < len(rows) else 2 * gap
        tight = last is not None and gap < 1.45 * size
        near = tight and pitch is not None and gap < NEAR * pitch and not _alike(gap, after)
        beside = last is not None and gap < BESIDE * size
        if held and beside and not _repeats_figures([held[-1], entries]):
            held[-1] = merge_lines([held[-1], entries])
        elif held and tight and _is_wrapped(held[-1], entries, stub_end, near, n_labels):
            held.append(merge_lines([held.pop(), entries]))
        elif held and tight and _is_tail(held[-1], entries, near, n_labels):
            held[-1] = merge_lines([held[-1], entries])
        else:
            held.append(entries)
        last = row
    return held


def _alike(gap: float, after: float) -> bool:
    """A label as far from the row above as from the one below belongs to both."""
    return abs(gap - after) < 0.12 * gap


def _n_label_columns(grid: list[GridRow]) -> int:
    """Columns before the first one of figures, one at least."""
    figures: dict[int, int] = {}
    for row in grid:
        for entry in row:
            if entry.is_figure:
                figures[entry.first] = figures.get(entry.first, 0) + 1
    most = max(figures.values(), default=0)
    return max(1, min((c for c, n in figures.items() if n >= 0.4 * most), default=1))


def _usual_pitch(grid: list[GridRow], rows: list[Row]) -> float | None:
    """Usual distance of rows with figures; None where too few follow one another."""
    figured = [any(e.is_figure for e in entries if e.first > 0) for entries in grid]
    pitches = [
        rows[n + 1].middle - rows[n].middle
        for n, (before, after) in enumerate(pairwise(figured))
        if before and after
    ]
    return median(pitches) if len(pitches) >= 3 else None


def _is_text(grid: list[GridRow]) -> bool:
    later = [entry for row in grid for entry in row if entry.first > 0]
    return sum(entry.is_figure for entry in later) < 0.4 * len(later)


def _by_rules(grid: list[GridRow], rows: list[Row], ys: list[float]) -> list[GridRow]:
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


def _are_rows(band: list[GridRow], grouped: bool) -> bool:
    """Whether the lines between two rules are rows, and the rules part groups of them."""
    if grouped and _are_full(band, n_labels=1):
        return True
    return _repeats_figures(band) or (_are_full(band) and not _goes_on_small(band))


def _are_parted(band: list[GridRow], ends: dict[int, float]) -> bool:
    return _are_full(band) or (_are_full(band, n_labels=1) and not _are_filled(band, ends))


def _column_ends(grid: list[GridRow]) -> dict[int, float]:
    """How far to the right the text of each column reaches."""
    ends: dict[int, float] = {}
    for row in grid:
        for entry in row:
            ends[entry.last] = max(ends.get(entry.last, 0.0), entry.box.x1)
    return ends


def _are_full(band: list[GridRow], n_labels: int = 0) -> bool:
    """Whether all lines fill the same columns, as lines of cells that go on below do not.
    Of so many label columns some lines may have no text: their groups have one label."""
    columns = [[(e.first, e.last) for e in row if e.first >= n_labels] for row in band]
    enough = len(columns[0]) > 2 - n_labels and len(band) > 1
    return enough and all(one == columns[0] for one in columns)


def _are_filled(band: list[GridRow], ends: dict[int, float]) -> bool:
    """Whether lines of cells end where the first word of the next has no place, as lines of
    one text do."""
    steps = filled = 0
    for above, here in pairwise(band):
        below = {entry.first: entry for entry in here}
        for entry in above:
            if entry.first > 0 and entry.first in below:
                word = first_word(below[entry.first].phrases[0])
                steps += 1
                filled += entry.box.x1 + word.width > ends[entry.last]
    return filled > FILLED * steps


def _goes_on_small(band: list[GridRow]) -> bool:
    return any(entry.phrases[0].text[:1].islower() for row in band[1:] for entry in row)


def _repeats_figures(band: list[GridRow]) -> bool:
    """Several lines with figures in one column are several rows."""
    seen: set[int] = set()
    for row in band:
        for entry in row:
            if entry.is_figure and entry.first > 0:
                if entry.first in seen:
                    return True
                seen.add(entry.first)
    return False


def _is_wrapped(above: GridRow, here: GridRow, stub_end: float, near: bool, n_labels: int) -> bool:
    """Whether the row above is the first line of the label that this row ends."""
    if len(above) != 1 or above[0].last >= n_labels or above[0].is_figure or not here:
        return False
    if here[0].first != above[0].first or len(here) < 2:
        return False
    first, second = above[0].phrases[-1], here[0].phrases[0]
    if first.text.endswith((":", "：")):
        return False
    if second.text[:1].islower() or near:
        return True
    full = first.box.x1 > stub_end - 4.5 * first.glyphs[-1].size
    indented = second.box.x0 > first.box.x0 + 2
    return full and not indented and not second.text[:1].isupper() and not second.text[:1].isdigit()


def _is_tail(above: GridRow, here: GridRow, near: bool, n_labels: int) -> bool:
    """Whether this row is the rest of entries of the row above: no figures, less than it."""
    if not here or any(entry.is_figure for entry in here):
        return False
    columns = {entry.first: entry for entry in above}
    if any(entry.first not in columns for entry in here):
        return False
    if here[0].first >= n_labels:  # no label of its own
        return all(not columns[entry.first].is_figure for entry in here)
    if len(here) > 1:
        return False
    text = here[0].phrases[0].text
    if len(above) < 2:  # a label of three lines and more, its figures beside the last
        return text[:1].islower() and not above[0].is_figure
    return near or text[:1].islower() or text[:1] in "(（，、"
