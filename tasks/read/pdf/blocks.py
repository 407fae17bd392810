"""Rows of phrases → blocks that may be tables: runs of rows with several phrases, or what
stands between the first and the last of a stack of long rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.read.pdf.marks import Rule, Sheet
from tasks.read.pdf.phrases import Row

#: Rows farther apart than this many line heights belong to different tables.
MOST_PITCH = 3.6
#: The same for rows whose figures stand exactly below one another.
WIDEST_PITCH = 6.0
#: Rows with one phrase that may stand between rows of a table.
MOST_SINGLE = 3
#: Lines nearer than this many font sizes stand beside one another: a label of several lines
#: and the figures in the middle of its height.
BESIDE = 0.85
#: Fewest lines of the same height that part columns.
FEWEST_UPRIGHT = 2
#: Shares of the height of a page, at its top and bottom, where rules frame the page.
MARGIN = 0.12
#: A title is shorter than this share of the rule above it.
TITLE = 0.6
#: A rule shorter than this share of the page is no edge of a table.
SHORTEST_RULE = 0.1
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


def find_blocks(
    rows: list[Row], horizontals: Sequence[Rule], verticals: Sequence[Rule], sheet: Sheet
) -> list[Block]:
    """Blocks that share no row; those between rules first."""
    rules = _long_rules(horizontals, sheet)
    blocks = _closed_blocks(rows, rules, verticals, sheet.height)
    taken = {id(row) for block in blocks for row in block.rows}
    blocks += _parted_blocks([row for row in rows if id(row) not in taken], verticals)
    taken = {id(row) for block in blocks for row in block.rows}
    return blocks + _open_blocks(rows, taken, rules)


def _long_rules(horizontals: Sequence[Rule], sheet: Sheet) -> list[Rule]:
    """Rules of the width of a table; one drawn in a part for each column is one rule."""
    whole: list[Rule] = []
    for rule in sorted(horizontals):
        last = whole[-1] if whole else None
        if last is not None and rule.at - last.at < 1.5 and rule.start - last.end < 25:
            whole[-1] = Rule(last.at, min(last.start, rule.start), max(last.end, rule.end))
        else:
            whole.append(rule)
    return [rule for rule in whole if rule.length >= SHORTEST_RULE * sheet.width]


def _closed_blocks(
    rows: list[Row], rules: Sequence[Rule], verticals: Sequence[Rule], height: float
) -> list[Block]:
    """Rows between the first and the last of a stack of rules of the same extent."""
    blocks: list[Block] = []
    free = rows
    end = float("-inf")
    for first, top in enumerate(rules):
        if top.at <= end or _closes_frame(rules, first, verticals):
            continue
        bottom = _last_of_stack(rules, first, free, verticals, height)
        inside = _between(free, top.at, bottom.at, top)
        if bottom is top or sum(row.is_tabular for row in inside) < 2:
            continue
        if _are_heads_alone(inside, free, bottom):
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


def _parted_blocks(rows: list[Row], verticals: Sequence[Rule]) -> list[Block]:
    """Rows beside lines of the same height, which are drawn between columns and nowhere else."""
    stacks: list[list[Rule]] = []
    for rule in sorted(verticals, key=lambda rule: rule.start):
        for stack in stacks:
            if max(abs(rule.start - stack[0].start), abs(rule.end - stack[0].end)) < 6:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    blocks: list[Block] = []
    taken: set[int] = set()
    for stack in stacks:
        top, bottom = stack[0].start, stack[0].end
        inside = [row for row in rows if top < row.middle < bottom and id(row) not in taken]
        if len(stack) < FEWEST_UPRIGHT or sum(row.is_tabular for row in inside) < 2:
            continue
        box = hull([row.box for row in inside])
        ats = sorted(rule.at for rule in stack)
        left = [box.x0] if box.x0 < ats[0] - 3 else []
        right = [box.x1] if box.x1 > ats[-1] + 3 else []
        blocks.append(Block(inside, closed=True, xs=[*left, *ats, *right]))
        taken |= {id(row) for row in inside}
    return blocks


def _are_heads_alone(inside: list[Row], rows: list[Row], bottom: Rule) -> bool:
    """Whether the rules close the heads of a table only, whose figures follow below."""
    if any(_holds_figures(row) for row in inside):
        return False
    below = [row for row in rows if row.middle > bottom.at]
    return bool(below) and below[0].is_tabular and _holds_figures(below[0])


def _holds_figures(row: Row) -> bool:
    figures = [phrase.text for phrase in row.phrases if phrase.is_figure]
    return len(figures) * 2 >= len(row.phrases) and not all(YEAR.fullmatch(f) for f in figures)


def _heads_above(rows: list[Row], inside: list[Row], top: Rule) -> list[Row]:
    """The rows of heads right above the first rule, where no rule is drawn over them."""
    left = min(row.box.x0 for row in inside)
    starts = [edge for row in inside for p in row.phrases for edge in (p.box.x0, p.box.x1)]
    heads: list[Row] = []
    edge = top.at
    for row in reversed([row for row in rows if row.middle < top.at]):
        edges = [(phrase.box.x0, phrase.box.x1) for phrase in row.phrases]
        matched = sum(any(abs(x - start) < 3 for start in starts for x in xs) for xs in edges)
        near = edge - row.box.bottom < 0.8 * row.size
        captions = any(CAPTION.match(phrase.text) for phrase in row.phrases)
        if not near or not row.is_tabular or matched < 2 or row.box.x0 < left - 10 or captions:
            break
        heads.insert(0, row)
        edge = row.box.top
    return heads


def _last_of_stack(
    rules: Sequence[Rule], first: int, rows: list[Row], verticals: Sequence[Rule], height: float
) -> Rule:
    """The lowest rule of the extent of this one, with nothing but a table between."""
    top = last = rules[first]
    for rule in rules[first + 1 :]:
        if _reaches_beyond(rule, top):
            break
        if abs(rule.start - top.start) > 8 or abs(rule.end - top.end) > 8:
            continue
        between = _between(rows, last.at, rule.at, top)
        if any(CAPTION.match(row.phrases[0].text) for row in between):
            break
        if between and _has_sides(top, last, verticals) and not _has_sides(last, rule, verticals):
            break  # a frame ends here, and another begins below
        if last is top and _frames_page(top, rule, between, height):
            break
        if between and not _holds_table(between, last is top):
            break
        if any(_is_heading(row, _between(rows, top.at, last.at, top)) for row in between):
            break
        last = rule
    return last


def _has_sides(upper: Rule, lower: Rule, verticals: Sequence[Rule]) -> bool:
    """Whether lines join the ends of two rules, left and right."""
    return upper is not lower and all(
        any(
            abs(rule.at - end) < 4 and rule.start < upper.at + 4 and rule.end > lower.at - 4
            for rule in verticals
        )
        for end in (upper.start, upper.end)
    )


def _closes_frame(rules: Sequence[Rule], number: int, verticals: Sequence[Rule]) -> bool:
    """Whether this rule is the lower side of a frame, and of no other the upper one."""
    rule = rules[number]
    above, below = rules[:number], rules[number + 1 :]
    return any(_has_sides(other, rule, verticals) for other in above) and not any(
        _has_sides(rule, other, verticals) for other in below
    )


def _frames_page(top: Rule, rule: Rule, between: list[Row], height: float) -> bool:
    """Whether the upper rule is that under the header of the page: the next one is that over
    its footer, or only a title stands between."""
    if top.at > MARGIN * height:
        return False
    titles = [row for row in between if row.box.width < TITLE * top.length]
    only_titles = len(titles) == len(between) and not any(row.is_tabular for row in between)
    return rule.at > (1 - MARGIN) * height or only_titles


def _reaches_beyond(rule: Rule, top: Rule) -> bool:
    """Whether a rule beside or under those of a table belongs to another table."""
    over = min(rule.end, top.end) - max(rule.start, top.start)
    beyond = rule.start < top.start - 8 or rule.end > top.end + 8
    return beyond and over > 0.3 * top.length


def _is_heading(row: Row, others: list[Row]) -> bool:
    """A lone phrase in larger letters than the rows of the table have."""
    sizes = [other.size for other in others if other.is_tabular]
    return len(row.phrases) == 1 and bool(sizes) and row.size > 1.15 * median(sizes)


def _row_edges(rules: Sequence[Rule], top: Rule, bottom: Rule) -> list[float]:
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
    return tabular > 0 or may_be_head or len(rows) <= 1


def _open_blocks(rows: list[Row], taken: set[int], rules: Sequence[Rule]) -> list[Block]:
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
        if row.is_tabular and all(CAPTION.match(phrase.text) for phrase in row.phrases):
            _close(run, blocks, rows, taken, rules)
            run = []
        elif row.is_tabular:
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
    run: list[Row], blocks: list[Block], rows: list[Row], taken: set[int], rules: Sequence[Rule]
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


def _with_head(
    run: list[Row], rows: list[Row], taken: set[int], rules: Sequence[Rule]
) -> list[Row]:
    """The run and the rows right above it that are heads of its columns."""
    box = hull([row.box for row in run])
    first = rows.index(run[0])
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
