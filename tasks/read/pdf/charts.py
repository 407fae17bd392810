"""Charts on a page: what stands in them is in no table, and their lines are no table's.

A chart is known by its scale, numbers that rise evenly, each of which stands at the end of a line
of its own; or by bars that begin at one place, each with a figure where it ends. In a table no
number stands at the end of a line, and none keeps out of the column that it is in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tasks.model.box import Box, hull
from tasks.model.patterns import regex
from tasks.read.pdf.lines import glyphs_to_lines
from tasks.read.pdf.marks import Rule, Sheet
from tasks.read.pdf.phrases import Phrase, Row, line_to_row

#: Marks of a scale, at the least.
FEWEST_MARKS = 4
#: White between a number and its line, in font sizes, at the most; and how far its middle may be
#: off the line.
AT_LINE = 1.0
OFF_LINE = 0.2
#: Numbers of one scale, and bars, begin or end at one place, but for so many points.
LEVEL = 2.0
#: Numbers rise, and stand apart, evenly but for this share.
UNEVEN = 0.1
#: Bars with a figure where they end, and the different ends of them, at the least.
FEWEST_BARS = 3
#: Names of bars, and of what stands on a scale, are so near, in font sizes.
BESIDE = 1.2
#: How far lines of a chart may stand out of it, in points.
OVER_EDGE = 4.0
#: More pairs of shades and figures than this are no bars.
MOST_PAIRS = 1_000_000
NUMBER = regex(r"[-−–]?\d[\d,]*(?:\.\d+)?%?")
OF_NUMBER = regex(r"[-−–\d,.%]+")
#: What arithmetic may move a place by, in points.
CLOSE = 0.01


@dataclass(frozen=True, slots=True)
class Text:
    """A phrase, and its number if it is one."""

    box: Box
    size: float
    number: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A number and the line that begins at it."""

    number: float
    box: Box
    rule: Rule


def find_charts(sheet: Sheet) -> list[Box]:
    """The places of charts, with the names and figures that stand beside, above and below."""
    if not _may_hold_one(sheet):
        return []
    lines = glyphs_to_lines(glyph for glyph in sheet.glyphs if not glyph.angle)
    rows = [line_to_row(line) for line in lines]
    texts = [_to_text(phrase) for row in rows for phrase in row.phrases]
    plots = [*_scales(texts, sheet.horizontals), *_lying_scales(texts, sheet), *_bars(texts, sheet)]
    return [_with_lines_at(plot, rows) for plot in _joined(plots)]


def _may_hold_one(sheet: Sheet) -> bool:
    """Whether there are shades, or a character of a number stands where a lying line begins or
    under the end of an upright one: without that there are no bars and no marks of a scale."""
    if sheet.shades:
        return True
    numeric = [one for one in sheet.glyphs if not one.blank and OF_NUMBER.fullmatch(one.text)]
    near = AT_LINE * max((one.size for one in sheet.glyphs), default=0.0) + CLOSE
    starts = sorted({rule.start for rule in sheet.horizontals})
    ends = sorted({rule.end for rule in sheet.verticals})
    return any(
        _any_between(starts, one.box.x1 - LEVEL - CLOSE, one.box.x1 + near)
        or _any_between(ends, one.box.top - near, one.box.top + LEVEL + CLOSE)
        for one in numeric
    )


def _any_between(places: Sequence[float], low: float, high: float) -> bool:
    at = bisect_left(places, low)
    return at < len(places) and places[at] <= high


def _to_text(phrase: Phrase) -> Text:
    text = phrase.text
    plain = text.replace(",", "").rstrip("%").replace("−", "-").replace("–", "-")
    number = float(plain) if NUMBER.fullmatch(text) else None
    return Text(phrase.box, max(glyph.size for glyph in phrase.glyphs), number)


# --- scales -----------------------------------------------------------------------------------


def _scales(texts: Sequence[Text], lying: Sequence[Rule]) -> list[Box]:
    """What stands at the right of numbers above one another, these included."""
    marks = [mark for text in texts for mark in _marks(text, lying)]
    return [
        hull(box for mark in run for box in (mark.box, mark.rule.lying))
        for column in _levels(marks)
        for run in _runs(column)
        if len(run) >= FEWEST_MARKS
    ]


def _lying_scales(texts: Sequence[Text], sheet: Sheet) -> list[Box]:
    """What stands above numbers beside one another: the same on the page turned."""
    width, height = sheet.width, sheet.height
    numbers = [text for text in texts if text.number is not None]
    turned = [replace(text, box=text.box.turned(90, width, height)) for text in numbers]
    lying = [Rule(rule.at, height - rule.end, height - rule.start) for rule in sheet.verticals]
    return [box.turned(270, height, width) for box in _scales(turned, lying)]


def _marks(text: Text, lying: Sequence[Rule]) -> list[Mark]:
    if text.number is None:
        return []
    middle, near = text.box.middle[1], AT_LINE * text.size
    return [
        Mark(text.number, text.box, rule)
        for rule in lying
        if abs(rule.at - middle) <= OFF_LINE * text.size
        and -LEVEL <= rule.start - text.box.x1 <= near
    ]


def _levels(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Marks whose numbers end at one place."""
    levels: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: mark.box.x1):
        if levels and mark.box.x1 - levels[-1][-1].box.x1 <= LEVEL:
            levels[-1].append(mark)
        else:
            levels.append([mark])
    return levels


def _runs(level: Iterable[Mark]) -> list[list[Mark]]:
    """Marks that follow one another as far apart as their numbers."""
    runs: list[list[Mark]] = []
    for mark in sorted(level, key=lambda mark: mark.rule.at):
        if runs and _goes_on(runs[-1], mark):
            runs[-1].append(mark)
        else:
            runs.append([mark])
    return runs


def _goes_on(run: Sequence[Mark], mark: Mark) -> bool:
    step, apart = mark.number - run[-1].number, mark.rule.at - run[-1].rule.at
    if len(run) == 1 or not step:
        return bool(step)
    usual, distance = run[1].number - run[0].number, run[1].rule.at - run[0].rule.at
    even = abs(apart - distance) <= max(UNEVEN * distance, LEVEL)
    return even and abs(step - usual) <= UNEVEN * abs(usual)


# --- bars -------------------------------------------------------------------------------------


def _bars(texts: Sequence[Text], sheet: Sheet) -> list[Box]:
    """Bars to the right of one place, with their names at their left."""
    shades = sorted(set(sheet.shades))
    figures = [text for text in texts if text.number is not None]
    if len(shades) * len(figures) > MOST_PAIRS:
        return []
    groups: list[list[Box]] = []
    for shade in shades:
        if not any(_stands_behind(figure, shade) for figure in figures):
            continue
        if groups and shade.x0 - groups[-1][-1].x0 <= LEVEL:
            groups[-1].append(shade)
        else:
            groups.append([shade])
    return [_with_texts(bars, texts) for bars in groups if _are_bars(bars)]


def _with_texts(bars: Sequence[Box], texts: Sequence[Text]) -> Box:
    named = (
        text.box
        for text in texts
        if any(_stands_before(text, bar) or _stands_behind(text, bar) for bar in bars)
    )
    return hull([*bars, *named])


def _stands_before(text: Text, bar: Box) -> bool:
    return _is_level(text, bar) and 0 <= bar.x0 - text.box.x1 <= BESIDE * text.size


def _stands_behind(text: Text, bar: Box) -> bool:
    return _is_level(text, bar) and 0 <= text.box.x0 - bar.x1 <= BESIDE * text.size


def _is_level(text: Text, bar: Box) -> bool:
    return bar.top <= text.box.middle[1] <= bar.bottom


def _are_bars(bars: Sequence[Box]) -> bool:
    """Whether they are as broad, and end at different places."""
    breadths = [bar.height for bar in bars]
    ends = sorted(bar.x1 for bar in bars)
    different = 1 + sum(after - before > LEVEL for before, after in pairwise(ends))
    return max(breadths) - min(breadths) <= LEVEL and different >= FEWEST_BARS


# --- all of a chart ---------------------------------------------------------------------------


def _joined(plots: Sequence[Box]) -> list[Box]:
    """Those that touch are one: what both scales of a chart enclose."""
    whole: list[Box] = []
    for plot in plots:
        touching = [other for other in whole if plot.grown(OVER_EDGE).overlaps(other)]
        whole = [other for other in whole if other not in touching]
        whole.append(hull([plot, *touching]))
    return whole


def _with_lines_at(plot: Box, rows: Sequence[Row]) -> Box:
    """The chart with the line of names below it, and with figures that stand over its edge."""
    below = [
        row
        for row in rows
        if -OVER_EDGE <= row.box.top - plot.bottom <= BESIDE * row.size
        and row.box.x0 >= plot.x0 - OVER_EDGE
        and row.box.x1 <= plot.x1 + OVER_EDGE
    ]
    over = [row.size for row in rows if row.box.top < plot.top < row.box.bottom]
    whole = hull([plot, *(row.box for row in below[:1])])
    return whole._replace(top=whole.top - max(over, default=0.0))


def is_of_chart(line: Box, charts: Sequence[Box]) -> bool:
    """Whether a line, as the box that it fills, is one of a chart."""
    return any(chart.grown(OVER_EDGE).covers(line) for chart in charts)
