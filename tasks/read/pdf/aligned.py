"""Tables without lines between their columns, found by the white that the rows share.

rows of phrases
  | blocks    rows that follow one another and hold several phrases, or stand
  |           between two long rules
  | columns   the white strips that (nearly) all rows of a block leave free
  | header    the rows above the figures: spanning heads, heads of several lines
  | body      labels of several lines made one; group heads kept as rows
  v
pieces, or nothing where the evidence is too thin: prose must not become a table
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from tasks.read.pdf.lines import Line, glyphs_to_cell_text
from tasks.read.pdf.marks import Box, Glyph, Piece, PieceCell, Rule, Sheet, hull
from tasks.read.pdf.phrases import Phrase, Row, line_to_row, split_phrase

#: Rows farther apart than this many line heights belong to different tables.
MOST_PITCH = 3.6
#: The same for rows whose figures stand exactly below one another.
WIDEST_PITCH = 6.0
#: Rows with one phrase that may stand between rows of a table.
MOST_SINGLE = 3
#: Share of the rows that may cross the white strip between two columns.
MAY_CROSS = 0.12
#: Narrowest white strip between columns, in font sizes.
NARROWEST_STRIP = 0.3
#: Lines nearer than this many font sizes stand beside one another: a label of several lines
#: and the figures in the middle of its height.
BESIDE = 0.85
#: Lines nearer than this share of the usual distance of rows are lines of one row.
NEAR = 0.9
#: Share of a phrase that must stand over a column for the phrase to span it.
REACH = 0.2
#: A rule shorter than this share of the page is no edge of a table.
SHORTEST_RULE = 0.15
CAPTION = re.compile(
    r"\s*(?:table|tab\.|figure|fig\.|chart|box|graph|exhibit|annex|appendix|source|sources|"
    r"notes?|表|图|附表|附件|注|资料来源|数据来源|单位|unit)\s*[\d:：.一二三四五六七八九十（(A-Z]",
    re.IGNORECASE,
)
YEAR = re.compile(r"[(（]?(?:19|20)\d\d\s?[)）年*a-z]?(?:[-/–]\d\d(?:\d\d)?)?|\(\d\)")
UNIT = re.compile(r"[（(]?\s*(?:计量)?单位\s*[:：]")


@dataclass(slots=True)
class Block:
    """Rows that may be a table, from top to bottom."""

    rows: list[Row]
    #: Whether long rules close it above and below.
    closed: bool = False
    #: Edges of columns and rows that are drawn.
    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)


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


def find_aligned(
    sheet: Sheet, lines: list[Line], horizontals: list[Rule]
) -> tuple[list[Piece], list[Line]]:
    """Tables among these lines (one column of text, top to bottom), and the other lines."""
    rows = [line_to_row(line) for line in lines]
    long_rules = _long_rules(horizontals, sheet)
    blocks = _closed_blocks(rows, long_rules)
    taken = {id(row) for block in blocks for row in block.rows}
    blocks += _open_blocks(rows, taken, long_rules)
    pieces: list[Piece] = []
    used: set[int] = set()
    for block in blocks:
        made = block_to_piece(block, sheet, horizontals)
        if made is not None:
            pieces.append(made)
            used.update(id(row) for row in block.rows)
    rest = [line for line, row in zip(lines, rows, strict=True) if id(row) not in used]
    return sorted(pieces, key=lambda piece: piece.box.top), rest


# --- blocks -------------------------------------------------------------------------------


def _long_rules(horizontals: list[Rule], sheet: Sheet) -> list[Rule]:
    """Rules of the width of a table; one drawn in a part for each column is one rule."""
    whole: list[Rule] = []
    for rule in sorted(horizontals):
        last = whole[-1] if whole else None
        if last is not None and rule.at - last.at < 1.5 and rule.start - last.end < 25:
            whole[-1] = Rule(last.at, min(last.start, rule.start), max(last.end, rule.end))
        else:
            whole.append(rule)
    return [rule for rule in whole if rule.length >= SHORTEST_RULE * sheet.width]


def _closed_blocks(rows: list[Row], rules: list[Rule]) -> list[Block]:
    """Rows between the first and the last of a stack of rules of the same extent."""
    blocks: list[Block] = []
    free = rows
    end = float("-inf")
    for first, top in enumerate(rules):
        if top.at <= end:
            continue
        bottom = _last_of_stack(rules, first, free)
        inside = _between(free, top.at, bottom.at, top)
        if bottom is top or sum(row.is_tabular for row in inside) < 2:
            continue
        end = bottom.at
        taken = {id(row) for row in inside}
        edges = _row_edges(rules, top, bottom)
        heads = _heads_above(free, inside, top)
        taken |= {id(row) for row in heads}
        if heads:
            edges.insert(0, heads[0].box.top - 1)
        free = [row for row in free if id(row) not in taken]
        blocks.append(Block([*heads, *inside], closed=True, ys=edges))
    return blocks


def _heads_above(rows: list[Row], inside: list[Row], top: Rule) -> list[Row]:
    """The row of heads right above the first rule, where no rule is drawn over it."""
    above = [row for row in rows if row.middle < top.at]
    if not above:
        return []
    row = above[-1]
    box = hull([one.box for one in inside])
    near = top.at - row.box.bottom < 0.8 * row.size
    starts = [phrase.box.x0 for one in inside for phrase in one.phrases]
    matched = sum(any(abs(p.box.x0 - start) < 3 for start in starts) for p in row.phrases)
    if near and row.is_tabular and matched >= 2 and box.x0 - 10 < row.box.x0:
        return [row]
    return []


def _last_of_stack(rules: list[Rule], first: int, rows: list[Row]) -> Rule:
    """The lowest rule of the extent of this one, with nothing but a table between."""
    top = last = rules[first]
    for rule in rules[first + 1 :]:
        if abs(rule.start - top.start) > 8 or abs(rule.end - top.end) > 8:
            continue
        between = _between(rows, last.at, rule.at, top)
        if between and not _holds_table(between, last is top):
            break
        if any(_is_heading(row, _between(rows, top.at, last.at, top)) for row in between):
            break
        last = rule
    return last


def _is_heading(row: Row, others: list[Row]) -> bool:
    """A lone phrase in larger letters than the rows of the table have."""
    sizes = [other.size for other in others if other.is_tabular]
    return len(row.phrases) == 1 and bool(sizes) and row.size > 1.15 * median(sizes)


def _row_edges(rules: list[Rule], top: Rule, bottom: Rule) -> list[float]:
    """Rules that part rows: to the right end, though a label over several rows, or the
    like, may keep them from beginning at the left one."""
    edges = [
        rule.at
        for rule in rules
        if top.at <= rule.at <= bottom.at
        and abs(rule.end - top.end) <= 8
        and rule.start <= top.start + 0.5 * top.length
    ]
    return sorted(edges)


def _between(rows: list[Row], top: float, bottom: float, rule: Rule) -> list[Row]:
    return [
        row
        for row in rows
        if top - 1 < row.middle < bottom + 1
        and row.box.x1 > rule.start - 3
        and row.box.x0 < rule.end + 3
    ]


def _holds_table(rows: list[Row], may_be_head: bool) -> bool:
    """Whether rows between two rules look like rows of one table rather than text."""
    tabular = sum(row.is_tabular for row in rows)
    prose = sum(len(row.phrases) == 1 and row.phrases[0].is_prose for row in rows)
    if prose > tabular:
        return False
    return tabular > 0 or may_be_head or len(rows) <= 2


def _open_blocks(rows: list[Row], taken: set[int], rules: list[Rule]) -> list[Block]:
    """Runs of rows with several phrases, with single ones between; heads above added."""
    blocks: list[Block] = []
    run: list[Row] = []
    last_tabular = -1
    for index, row in enumerate(rows):
        if id(row) in taken:
            _close(run, blocks, rows, taken, rules)
            run = []
            continue
        if run and not _follows(run, row):
            _close(run, blocks, rows, taken, rules)
            run = []
        if row.is_tabular:
            if run and index - last_tabular > MOST_SINGLE + 1:
                _close(run, blocks, rows, taken, rules)
                run = []
            run.append(row)
            last_tabular = index
        elif run:
            run.append(row)
    _close(run, blocks, rows, taken, rules)
    return blocks


def _follows(run: list[Row], row: Row) -> bool:
    gap = row.middle - run[-1].middle
    pitches = [after.middle - before.middle for before, after in pairwise(run)]
    usual = median(pitches) if len(pitches) >= 2 else 1.6 * run[-1].size
    if len(row.phrases) == 1 and row.phrases[0].is_prose:
        return False
    if len(row.phrases) == 1 and CAPTION.match(row.phrases[0].text):
        return False
    if _is_heading(row, run):
        return False
    if gap <= max(MOST_PITCH * run[-1].size, 2.2 * usual):
        return True
    return gap <= WIDEST_PITCH * run[-1].size and _aligns(run, row)


def _aligns(run: list[Row], row: Row) -> bool:
    """Whether the figures of a row stand below those of the last row that has any."""
    above = next((one for one in reversed(run) if one.n_figures >= 3), None)
    if above is None or row.n_figures < 3:
        return False
    places = [p.box for p in above.phrases if p.is_figure]
    figures = [p.box for p in row.phrases if p.is_figure]
    under = sum(any(b.x0 < a.x1 and a.x0 < b.x1 for a in places) for b in figures)
    return under >= 0.8 * len(figures) and len(figures) == len(places)


def _close(
    run: list[Row], blocks: list[Block], rows: list[Row], taken: set[int], rules: list[Rule]
) -> None:
    while run and not run[-1].is_tabular and not _stands_beside(run):
        run.pop()
    if sum(row.is_tabular for row in run) < 2:
        return
    block = Block(_with_head(run, rows, taken, rules))
    taken.update(id(row) for row in block.rows)
    blocks.append(block)


def _stands_beside(run: list[Row]) -> bool:
    """Whether the last row is the last line of a label beside the figures above it."""
    if len(run) < 2 or not run[-2].is_tabular:
        return False
    return run[-1].middle - run[-2].middle < BESIDE * run[-1].size


def _with_head(run: list[Row], rows: list[Row], taken: set[int], rules: list[Rule]) -> list[Row]:
    """The run and the rows right above it that are heads of its columns."""
    box = hull([row.box for row in run])
    first = next(index for index, row in enumerate(rows) if row is run[0])
    heads: list[Row] = []
    below = run[0]
    stub_end = min((row.phrases[0].box.x1 for row in run if len(row.phrases) > 1), default=box.x0)
    for row in reversed(rows[:first]):
        if id(row) in taken or below.middle - row.middle > 2.0 * max(row.size, below.size):
            break
        if any(row.middle < rule.at < below.middle and _spans(rule, box) for rule in rules):
            break
        if not _is_head(row, box, stub_end):
            break
        heads.append(row)
        below = row
    while heads and len(heads[-1].phrases) == 1 and heads[-1].phrases[0].box.x0 <= stub_end:
        heads.pop()
    return [*reversed(heads), *run]


def _spans(rule: Rule, box: Box) -> bool:
    return rule.start < box.x0 + 0.2 * box.width and rule.end > box.x1 - 0.2 * box.width


def _is_head(row: Row, box: Box, stub_end: float) -> bool:
    if row.box.x0 < box.x0 - 10 or row.box.x1 > box.x1 + 25:
        return False
    if any(CAPTION.match(phrase.text) or UNIT.match(phrase.text) for phrase in row.phrases):
        return False
    if len(row.phrases) == 1:
        phrase = row.phrases[0]
        return phrase.box.x0 > stub_end and not phrase.is_prose and not phrase.text.endswith("。")
    return not any(phrase.is_prose for phrase in row.phrases)


# --- columns ------------------------------------------------------------------------------


def block_to_piece(block: Block, sheet: Sheet, horizontals: list[Rule]) -> Piece | None:
    strips = find_strips(block)
    if not block.xs:
        strips = without_false_strips(block.rows, strips)
    if not strips:
        return None
    grid = [row_to_entries(row, strips) for row in block.rows]
    n_head = _n_head_rows(block, grid)
    if not _is_evident(block, grid, n_head, len(strips) + 1):
        return None
    partial = [
        rule
        for rule in horizontals
        if block.rows[0].box.top - 3 < rule.at < block.rows[-1].box.bottom
    ]
    head = head_rows(block, grid[:n_head], strips, partial)
    body = body_rows(block, grid[n_head:], block.rows[n_head:], strips)
    return _to_piece(sheet, block, [*head, *body], strips)


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
            first, last = _emptiest(crossed, start, x)
            strips.append(Strip(left + first, left + last))
        start = None
    strips = [*_label_strips(rows if block.xs else block.rows, strips), *strips]
    return _with_drawn(strips, block.xs)


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
        crossing = len(labels) - len(begin) - len(before)
        inside = [p for p in labels if p.box.x0 > start + 2]
        enough = len(begin) >= 3 and len(before) >= 2
        if enough and crossing <= 0.6 * len(begin) and len(inside) <= 0.3 * len(begin):
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
    return figured if enough or telling else tabular


def _heads_years(row: Row) -> bool:
    """Whether all figures of a row are years, as heads are."""
    figures = [phrase.text for phrase in row.phrases if phrase.is_figure]
    return bool(figures) and all(YEAR.fullmatch(text) for text in figures)


def without_false_strips(rows: list[Row], strips: list[Strip]) -> list[Strip]:
    """The strips but those between a head and its own column.

    A centred head may stand wholly beside what it heads: then all that one column holds
    is above all that the other holds, and they are one.
    """
    kept = list(strips)
    for strip in strips:
        columns = len(kept) + 1
        grid = [row_to_entries(row, kept) for row in rows]
        held = [
            [n for n, row in enumerate(grid) if any(e.first <= c <= e.last for e in row)]
            for c in range(columns)
        ]
        at = kept.index(strip)
        left, right = held[at], held[at + 1]
        if not left or not right or left[-1] < right[0] or right[-1] < left[0]:
            kept.remove(strip)
    return kept


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
        if entries and entries[-1].last >= first:
            before = entries[-1]
            before.last = max(before.last, last)
            before.phrases.append(phrase)
        else:
            entries.append(Entry(first, last, [phrase]))
    return entries


def _inside(box: Box, strip: Strip) -> bool:
    return box.x0 < strip.left and strip.right < box.x1


def _split(phrase: Phrase, strips: list[Strip]) -> tuple[Phrase, Phrase] | None:
    for strip in strips:
        if phrase.box.x0 < strip.right and strip.left < phrase.box.x1:
            parts = split_phrase(phrase, strip.left, strip.right)
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


def _n_head_rows(block: Block, grid: list[GridRow]) -> int:
    """Rows before the body: those above the first figures, up to the rule between."""
    first = _first_figures(grid)
    if not block.closed:
        return first if first else min(1, len(grid) - 1)
    middle = block.rows[first].middle if first else block.rows[-1].middle
    above = [y for y in block.ys[1:-1] if y < middle]
    if not above:
        return first if first else min(1, len(grid) - 1)
    edge = max(above) if first else min(above)
    n = sum(row.middle < edge for row in block.rows)
    return n if 0 < n < len(grid) else first


def _first_figures(grid: list[GridRow]) -> int:
    """Index of the first row of the body, 0 where it cannot be told."""
    for index, row in enumerate(grid):
        figures = [entry for entry in row if entry.is_figure]
        if figures and len(figures) * 2 >= len(row) and not _are_years(figures):
            start = index
            while start > 0 and [(e.first, e.last) for e in grid[start - 1]] == [(0, 0)]:
                start -= 1  # a group head above the first figures
            return start if start > 0 else index
    return 0


def _are_years(figures: list[Entry]) -> bool:
    texts = [entry.phrases[0].text for entry in figures]
    return all(
        re.fullmatch(r"[(（]?(?:19|20)\d\d\s?[)）年*a-z]?(?:[-/–]\d\d(?:\d\d)?)?|\(\d\)", text)
        for text in texts
    )


def _is_evident(block: Block, grid: list[GridRow], n_head: int, n_columns: int) -> bool:
    """Whether the block is a table beyond doubt."""
    body = grid[n_head:]
    wide = [row for row in body if len(row) >= 2]
    if len(wide) < 2 and not _is_lone_row(wide, grid[:n_head]):
        return False
    later = [entry for row in body for entry in row if entry.first > 0]
    figures = sum(entry.is_figure for entry in later)
    figured = bool(later) and figures >= 0.5 * len(later)
    crossing = sum(entry.first != entry.last for row in body for entry in row)
    if crossing > 0.25 * sum(len(row) for row in body):
        return False
    prose = sum(phrase.is_prose for row in block.rows for phrase in row.phrases)
    if prose > 0.3 * len(block.rows) and not block.closed:
        return False
    if block.closed or block.xs:
        return len(wide) >= 0.3 * len(body)
    if figured:
        return n_columns >= 3 or len(wide) >= 3
    return n_columns >= 3 and len(wide) >= 3 and _starts_agree(body, n_columns)


def _is_lone_row(wide: list[GridRow], head: list[GridRow]) -> bool:
    """One row of figures, each with a head above it."""
    return (
        len(wide) == 1
        and len(wide[0]) >= 4
        and all(entry.is_figure for entry in wide[0])
        and any(len(row) >= 0.6 * len(wide[0]) for row in head)
    )


def _starts_agree(body: list[GridRow], n_columns: int) -> bool:
    """Whether the entries of each later column begin (or end, or centre) at one place."""
    for column in range(1, n_columns):
        boxes = [e.box for row in body for e in row if e.first == e.last == column]
        if len(boxes) < 2:
            return False
        spread = min(
            sum(abs(value - median(values)) > 3 for value in values) / len(values)
            for values in (
                [box.x0 for box in boxes],
                [box.x1 for box in boxes],
                [box.middle[0] for box in boxes],
            )
        )
        if spread > 0.25:
            return False
    return True


# --- head and body ------------------------------------------------------------------------


def head_rows(
    block: Block, grid: list[GridRow], strips: list[Strip], rules: list[Rule]
) -> list[GridRow]:
    """Rows of heads: lines of one head joined, heads over several columns widened."""
    n_columns = len(strips) + 1
    levels: list[list[int]] = []
    rows = block.rows
    for index in range(len(grid)):
        if levels and not _new_level(grid, index, rows, rules):
            levels[-1].append(index)
        else:
            levels.append([index])
    merged = [_merge_lines([grid[index] for index in level]) for level in levels]
    bottoms = [max(rows[index].box.bottom for index in level) for level in levels]
    for number, row in enumerate(merged[:-1]):
        _widen(row, merged[number + 1], bottoms[number], strips, rules, n_columns, block)
    return merged


def _new_level(grid: list[GridRow], index: int, rows: list[Row], rules: list[Rule]) -> bool:
    """Whether this row of the head holds heads of its own, not more lines of those above."""
    above, here = grid[index - 1], grid[index]
    upper, lower = rows[index - 1].middle, rows[index].middle
    if any(upper < rule.at < lower for rule in rules):
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
    gap = lower - upper
    if gap > 1.7 * max(rows[index - 1].size, rows[index].size):
        return True
    return _stands_between(above, here)


def _stands_between(above: GridRow, here: GridRow) -> bool:
    """Whether a head above is centred over two heads of this row."""
    for entry in above:
        centre = entry.box.middle[0]
        for left, right in pairwise(here):
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


def _merge_lines(rows: list[GridRow]) -> GridRow:
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
    free = [e for e in below if e.first > 0 or n_columns == 2]
    narrow = [entry for entry in row if entry.first > 0]
    if len(free) <= len(narrow):
        return
    for entry in narrow:
        if _rule_under(entry, bottom, rules) is None:
            _set_span(row, entry, *_centred(entry, row, free))


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
            held[-1] = _merge_lines([held[-1], entries])
        elif held and tight and _is_wrapped(held[-1], entries, stub_end, near, n_labels):
            held.append(_merge_lines([held.pop(), entries]))
        elif held and tight and _is_tail(held[-1], entries, near, n_labels):
            held[-1] = _merge_lines([held[-1], entries])
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
    return [
        merged
        for _, band in sorted(bands.items())
        for merged in ([_merge_lines(band)] if not _repeats_figures(band) else band)
    ]


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
    if len(above) < 2 or len(here) > 1:
        return False
    text = here[0].phrases[0].text
    return near or text[:1].islower() or text[:1] in "(（，、"


def _to_piece(sheet: Sheet, block: Block, grid: list[GridRow], strips: list[Strip]) -> Piece:
    box = hull([row.box for row in block.rows])
    xs = [box.x0, *(strip.middle for strip in strips), box.x1]
    cells: list[PieceCell] = []
    for number, row in enumerate(grid):
        for entry in row:
            cells.append(entry_to_cell(entry, number, sheet))
        cells.extend(blanks(number, row, xs, sheet))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Piece(sheet.number, box, sheet.where(box), xs, len(grid), cells, ruled=False)


def entry_to_cell(entry: Entry, row: int, sheet: Sheet) -> PieceCell:
    glyphs: list[Glyph] = [glyph for phrase in entry.phrases for glyph in phrase.glyphs]
    where = sheet.where(entry.box)
    content = glyphs_to_cell_text(glyphs, where)
    return PieceCell(
        row=row,
        column=entry.first,
        rowspan=1,
        colspan=entry.last - entry.first + 1,
        box=entry.box,
        where=where,
        text="\n".join(_line_texts(entry)),
        doubts=content.doubts,
        lines=content.lines,
    )


def blanks(number: int, row: GridRow, xs: list[float], sheet: Sheet) -> list[PieceCell]:
    """Cells without text where the row has none."""
    box = hull([entry.box for entry in row])
    covered = {column for entry in row for column in range(entry.first, entry.last + 1)}
    made = []
    for column in range(len(xs) - 1):
        if column not in covered:
            place = Box(xs[column], box.top, xs[column + 1], box.bottom)
            made.append(PieceCell(number, column, 1, 1, place, sheet.where(place)))
    return made


def _line_texts(entry: Entry) -> list[str]:
    """The lines of an entry; phrases of one line are joined by a space."""
    lines: list[tuple[float, str]] = []
    for phrase in entry.phrases:
        middle = phrase.box.middle[1]
        if lines and abs(lines[-1][0] - middle) < 0.5 * phrase.box.height:
            lines[-1] = (middle, f"{lines[-1][1]} {phrase.text}")
        else:
            lines.append((middle, phrase.text))
    return [text for _, text in lines]
