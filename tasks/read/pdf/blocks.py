"""Rows of phrases → blocks that may be tables: what stands between the first and the last of a
stack of long rules; rows beside lines between columns; runs of rows with several phrases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.read.pdf.heads import BESIDE, HEAD_WHITE, same_edge
from tasks.read.pdf.marks import Rule, Sheet
from tasks.read.pdf.phrases import CAPTION, Row, holds_figures, is_about, is_year
from tasks.read.pdf.white import Block, side_by_side

#: Rows farther apart than this many font sizes, and than this many usual distances of the
#: rows above, belong to different tables.
MOST_PITCH = 3.6
MOST_PITCHES = 2.2
#: The usual distance where too few rows show it, in font sizes.
USUAL_PITCH = 1.6
#: Rows farther apart, up to this many font sizes, are of one table if so many figures, and this
#: share of them, stand exactly below one another.
WIDEST_PITCH = 6.0
FEWEST_FIGURES = 3
MOST_BELOW = 0.8
#: Rows with one phrase that may stand between rows of a table.
MOST_SINGLE = 3
#: Fewest lines of the same height that part columns, and how far their ends may differ, in
#: points.
FEWEST_UPRIGHT = 2
SAME_HEIGHT = 6.0
#: Shares of the height of a page, at its top and bottom, where rules frame the page.
MARGIN = 0.12
#: A title is shorter than this share of the rule above it.
TITLE = 0.6
#: A heading is larger than the rows of a table by this factor.
LARGER = 1.15
#: A rule shorter than this share of the page is no edge of a table.
SHORTEST_RULE = 0.1
#: Rules of one table begin and end at one place, but for so many points. One that goes beyond
#: belongs to another table if it lies over this share of those.
SAME_EXTENT = 8.0
LIES_OVER = 0.3
#: A rule that parts rows may begin this share of its length farther in.
FARTHER_IN = 0.5
#: How far text may reach beyond the rules it stands between, across and up, in points.
OVER_RULE, OVER_EDGE = 3.0, 1.0
#: So many of the heads above the first rule stand as text below does; how far they may begin
#: at its left, in points.
FEWEST_MATCHED = 2
AT_LEFT = 10.0
#: Share of the columns of figures that a row below the last rule has.
HALF = 0.5
#: Heads above a run of rows are so near, in font sizes; how far they may reach beyond it at
#: the right, in points; and the share of its width that a rule between them may lack on a side.
HEAD_PITCH = 2.0
AT_RIGHT = 25.0
SHORT_OF = 0.2


def find_blocks(
    rows: Sequence[Row], horizontals: Sequence[Rule], verticals: Sequence[Rule], sheet: Sheet
) -> list[Block]:
    """Blocks that share no row; those between rules first."""
    shortest = SHORTEST_RULE * sheet.width
    rules = [rule for rule in sorted(horizontals) if rule.length >= shortest]
    closed = _closed_blocks(rows, rules, sheet.height)
    taken = _rows_of(closed)
    parted = _parted_blocks([row for row in rows if row not in taken], verticals)
    return [*closed, *parted, *_open_blocks(rows, taken | _rows_of(parted), rules)]


def _rows_of(blocks: Sequence[Block]) -> set[Row]:
    return {row for block in blocks for row in block.rows}


def _is_caption(row: Row) -> bool:
    return CAPTION.match(row.phrases[0].text) is not None


def _is_heading(row: Row, others: Sequence[Row]) -> bool:
    """A lone phrase in larger letters than the rows of the table have."""
    sizes = [other.size for other in others if other.is_tabular]
    return len(row.phrases) == 1 and bool(sizes) and row.size > LARGER * median(sizes)


# --- between rules ----------------------------------------------------------------------------


def _closed_blocks(rows: Sequence[Row], rules: Sequence[Rule], height: float) -> list[Block]:
    """Rows between the first and the last of a stack of rules of the same extent."""
    blocks: list[Block] = []
    free = list(rows)
    end = float("-inf")
    for first, top in enumerate(rules):
        if top.at <= end:
            continue
        bottom = _last_of_stack(rules, first, free, height)
        inside = _between(free, top, bottom)
        if bottom is top or sum(row.is_tabular for row in inside) < 2:
            continue
        if _are_heads_alone(inside, free, bottom):
            continue
        end = bottom.at
        heads = _heads_above(free, inside, top)
        below = _rows_below(free, inside, bottom)
        over = [heads[0].box.top - OVER_EDGE] if heads else []
        under = [below[-1].box.bottom + OVER_EDGE] if below else []
        edges = (*over, *_row_edges(rules, top, bottom), *under)
        blocks.append(Block((*heads, *inside, *below), closed=True, ys=edges))
        taken = {*heads, *inside, *below}
        free = [row for row in free if row not in taken]
    return blocks


def _between(
    rows: Sequence[Row], upper: Rule, lower: Rule, across: Rule | None = None
) -> list[Row]:
    """The rows between two rules, and within the ends of one, of the upper if none is said."""
    rule = across or upper
    return [
        row
        for row in rows
        if upper.at - OVER_EDGE < row.middle < lower.at + OVER_EDGE
        and row.box.x1 > rule.start - OVER_RULE
        and row.box.x0 < rule.end + OVER_RULE
    ]


def _last_of_stack(rules: Sequence[Rule], first: int, rows: Sequence[Row], height: float) -> Rule:
    """The lowest rule of the extent of this one, with nothing but a table between."""
    top = last = rules[first]
    for rule in rules[first + 1 :]:
        if _reaches_beyond(rule, top):
            break
        if abs(rule.start - top.start) > SAME_EXTENT or abs(rule.end - top.end) > SAME_EXTENT:
            continue
        between = _between(rows, last, rule, top)
        if last is top and _frames_page(top, rule, between, height):
            break
        if any(map(_is_caption, between)) or not _holds_table(between, may_be_head=last is top):
            break
        above = _between(rows, top, last)
        if any(_is_heading(row, above) for row in between):
            break
        last = rule
    return last


def _reaches_beyond(rule: Rule, top: Rule) -> bool:
    """Whether a rule beside or under those of a table belongs to another table."""
    over = min(rule.end, top.end) - max(rule.start, top.start)
    beyond = rule.start < top.start - SAME_EXTENT or rule.end > top.end + SAME_EXTENT
    return beyond and over > LIES_OVER * top.length


def _frames_page(top: Rule, rule: Rule, between: Sequence[Row], height: float) -> bool:
    """Whether the upper rule is that under the header of the page: the next one is that over
    its footer, or only a title stands between."""
    if top.at > MARGIN * height:
        return False
    only_titles = all(row.box.width < TITLE * top.length and not row.is_tabular for row in between)
    return rule.at > (1 - MARGIN) * height or only_titles


def _holds_table(rows: Sequence[Row], *, may_be_head: bool) -> bool:
    """Whether rows between two rules look like rows of one table rather than text."""
    tabular = sum(row.is_tabular for row in rows)
    prose = sum(len(row.phrases) == 1 and row.phrases[0].is_prose for row in rows)
    return prose <= tabular and (tabular > 0 or may_be_head or len(rows) <= 1)


def _are_heads_alone(inside: Sequence[Row], rows: Sequence[Row], bottom: Rule) -> bool:
    """Whether the rules close the heads of a table only, whose figures follow below."""
    if any(map(holds_figures, inside)):
        return False
    below = next((row for row in rows if row.middle > bottom.at), None)
    if below is None or any(phrase.is_prose for phrase in below.phrases):
        return False
    return below.is_tabular and holds_figures(below)


def _heads_above(rows: Sequence[Row], inside: Sequence[Row], top: Rule) -> list[Row]:
    """The rows of heads right above the first rule, where no rule is drawn over them."""
    left = min(row.box.x0 for row in inside)
    heads: list[Row] = []
    low = top.at
    for row in reversed([row for row in rows if row.middle < top.at]):
        near = low - row.box.bottom < HEAD_WHITE * row.size
        if not near or row.box.x0 < left - AT_LEFT or any(map(is_about, row.phrases)):
            break
        title = len(row.phrases) == 1 and row.box.x0 < left + AT_LEFT
        if not _heads_columns(row, inside) and (title or not _goes_before(row, heads)):
            break
        heads.insert(0, row)
        low = row.box.top
    return heads


def _heads_columns(row: Row, inside: Sequence[Row]) -> bool:
    """Whether enough of its phrases stand as those below do."""
    below = [phrase.box for one in inside for phrase in one.phrases]
    matched = [p for p in row.phrases if any(same_edge(p.box, box) for box in below)]
    return row.is_tabular and len(matched) >= FEWEST_MATCHED


def _goes_before(row: Row, heads: Sequence[Row]) -> bool:
    """Whether its phrases are lines before those of some of these heads: each stands as one of
    them does, and over no other."""
    phrases = [phrase for head in heads for phrase in head.phrases]
    columns = side_by_side(phrases)
    return all(
        sum(column.x0 < box.x1 and box.x0 < column.x1 for column in columns) == 1
        and any(same_edge(box, phrase.box) for phrase in phrases)
        for box in (phrase.box for phrase in row.phrases)
    )


def _rows_below(rows: Sequence[Row], inside: Sequence[Row], bottom: Rule) -> list[Row]:
    """The rows right below the last rule that go on the columns of figures, such as a total."""
    whole = list(inside)
    for row in rows:
        if row.middle < bottom.at or row in inside:
            continue
        if not (_follows(whole, row) and _goes_on(whole, row)):
            break
        whole.append(row)
    return whole[len(inside) :]


def _goes_on(above: Sequence[Row], row: Row) -> bool:
    """Whether a row has a label and figures alone, each of which stands as one above does, in
    half of the columns of figures at the least."""
    label, *others = row.phrases
    figures = [p for one in above for p in one.phrases if p.is_figure]
    columns = side_by_side(figures)
    return (
        bool(columns)
        and label.box.x0 > min(one.box.x0 for one in above) - AT_LEFT
        and label.box.x1 < columns[0].x0
        and len(others) >= max(1, HALF * len(columns))
        and all(p.is_figure and any(same_edge(p.box, f.box) for f in figures) for p in others)
        and not all(is_year(p.text) for p in others)
    )


def _row_edges(rules: Sequence[Rule], top: Rule, bottom: Rule) -> list[float]:
    """Rules that part rows: to the right end, though a label over several rows, or the
    like, may keep them from beginning at the left one."""
    return [
        rule.at
        for rule in rules
        if top.at <= rule.at <= bottom.at
        and abs(rule.end - top.end) <= SAME_EXTENT
        and rule.start <= top.start + FARTHER_IN * top.length
    ]


# --- beside lines between columns -------------------------------------------------------------


def _parted_blocks(rows: Sequence[Row], verticals: Sequence[Rule]) -> list[Block]:
    """Rows beside lines of the same height, which are drawn between columns and nowhere else."""
    blocks: list[Block] = []
    for stack in _stacks(verticals):
        top, bottom = stack[0].start, stack[0].end
        taken = _rows_of(blocks)
        inside = [row for row in rows if top < row.middle < bottom and row not in taken]
        if len(stack) < FEWEST_UPRIGHT or sum(row.is_tabular for row in inside) < 2:
            continue
        box = hull(row.box for row in inside)
        ats = sorted(rule.at for rule in stack)
        left = [box.x0] if box.x0 < ats[0] - OVER_RULE else []
        right = [box.x1] if box.x1 > ats[-1] + OVER_RULE else []
        blocks.append(Block(tuple(inside), closed=True, xs=(*left, *ats, *right)))
    return blocks


def _stacks(verticals: Sequence[Rule]) -> list[list[Rule]]:
    """Lines that begin and end at the same heights."""
    stacks: list[list[Rule]] = []
    for rule in sorted(verticals, key=lambda rule: rule.start):
        for stack in stacks:
            first = stack[0]
            if max(abs(rule.start - first.start), abs(rule.end - first.end)) < SAME_HEIGHT:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return stacks


# --- runs of rows -----------------------------------------------------------------------------


def _open_blocks(rows: Sequence[Row], taken: set[Row], rules: Sequence[Rule]) -> list[Block]:
    """Runs of rows with several phrases, with single ones between; heads above added."""
    blocks: list[Block] = []
    for run in _runs(rows, taken):
        whole = _with_head(run, rows, taken | _rows_of(blocks), rules)
        blocks.append(Block(tuple(whole)))
    return blocks


def _runs(rows: Sequence[Row], taken: set[Row]) -> list[list[Row]]:
    """Runs that have two rows of several phrases at least, and end with one of these."""
    runs: list[list[Row]] = [[]]
    since = 0  # rows since the last one of several phrases
    for row in rows:
        since += 1
        tabular = row.is_tabular and row not in taken
        captions = tabular and all(CAPTION.match(phrase.text) for phrase in row.phrases)
        far = tabular and since > MOST_SINGLE + 1
        if row in taken or captions or far or (runs[-1] and not _follows(runs[-1], row)):
            runs.append([])
        if row in taken or captions or not (tabular or runs[-1]):
            continue
        runs[-1].append(row)
        if tabular:
            since = 0
    whole = map(_without_tail, runs)
    return [run for run in whole if sum(row.is_tabular for row in run) > 1]


def _without_tail(run: list[Row]) -> list[Row]:
    """The run up to its last row of several phrases, and the last line of a label beside it."""
    n = next((n for n in range(len(run), 0, -1) if run[n - 1].is_tabular), 0)
    beside = 0 < n < len(run) and run[n].middle - run[n - 1].middle < BESIDE * run[n].size
    return run[: n + beside]


def _follows(run: Sequence[Row], row: Row) -> bool:
    """Whether a row may be of the same table as those above it."""
    alone = len(row.phrases) == 1
    if (alone and (row.phrases[0].is_prose or _is_caption(row))) or _is_heading(row, run):
        return False
    gap, size = row.middle - run[-1].middle, run[-1].size
    pitches = [after.middle - before.middle for before, after in pairwise(run)]
    usual = median(pitches) if len(pitches) >= 2 else USUAL_PITCH * size
    if gap <= max(MOST_PITCH * size, MOST_PITCHES * usual):
        return True
    return gap <= WIDEST_PITCH * size and _aligns(run, row)


def _aligns(run: Sequence[Row], row: Row) -> bool:
    """Whether the figures of a row stand below those of the last row that has any."""
    above = next((one for one in reversed(run) if one.n_figures >= FEWEST_FIGURES), None)
    if above is None or above.n_figures != row.n_figures:
        return False
    places = [p.box for p in above.phrases if p.is_figure]
    figures = [p.box for p in row.phrases if p.is_figure]
    under = sum(any(b.x0 < a.x1 and a.x0 < b.x1 for a in places) for b in figures)
    return under >= MOST_BELOW * len(figures)


def _with_head(
    run: list[Row], rows: Sequence[Row], taken: set[Row], rules: Sequence[Rule]
) -> list[Row]:
    """The run and the rows right above it that are heads of its columns."""
    box = hull(row.box for row in run)
    labels = [row.phrases[0].box.x1 for row in run if len(row.phrases) > 1]
    stub_end = min(labels, default=box.x0)
    whole = run
    for row in reversed(rows[: rows.index(run[0])]):
        below = whole[0]
        far = below.middle - row.middle > HEAD_PITCH * max(row.size, below.size)
        between = (rule for rule in rules if row.middle < rule.at < below.middle)
        if row in taken or far or any(_spans(rule, box) for rule in between):
            break
        if not _is_head(row, box, stub_end):
            break
        whole = [row, *whole]
    return whole


def _spans(rule: Rule, box: Box) -> bool:
    short = SHORT_OF * box.width
    return rule.start < box.x0 + short and rule.end > box.x1 - short


def _is_head(row: Row, box: Box, stub_end: float) -> bool:
    if row.box.x0 < box.x0 - AT_LEFT or row.box.x1 > box.x1 + AT_RIGHT:
        return False
    if any(map(is_about, row.phrases)):
        return False
    if len(row.phrases) == 1:
        phrase = row.phrases[0]
        return phrase.box.x0 > stub_end and not phrase.is_prose and not phrase.text.endswith("。")
    return not any(phrase.is_prose for phrase in row.phrases)
