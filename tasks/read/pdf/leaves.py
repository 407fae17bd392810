"""Two pages printed side by side on one sheet → two sheets, left before right.

What tells them from a broad page with a table across it: nothing at all crosses the middle,
and both halves hold lines of text or rules that fill a good part of their width.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.read.pdf.lines import glyphs_to_lines
from tasks.read.pdf.marks import Rule, Sheet

#: A sheet of two pages is this many times as broad as it is high, at least.
BROAD = 1.2
#: Half of the white between two pages, as a share of the width of the sheet.
WHITE = 0.03
#: Lines of text or rules of this share of the width of the sheet, on each half.
LONG = 0.22
FEWEST_LONG = 3


def parted(sheet: Sheet) -> list[Sheet]:
    """The sheet, or its halves where they are two pages."""
    middle = sheet.width / 2
    if sheet.width < BROAD * sheet.height or _is_crossed(sheet, middle):
        return [sheet]
    halves = [_half(sheet, 0.0, middle), _half(sheet, middle, sheet.width)]
    return halves if all(_is_filled(half, sheet.width) for half in halves) else [sheet]


def _is_crossed(sheet: Sheet, middle: float) -> bool:
    low, high = middle - WHITE * sheet.width, middle + WHITE * sheet.width
    return (
        any(g.box.x0 < high and g.box.x1 > low for g in sheet.glyphs if not g.blank)
        or any(rule.start < high and rule.end > low for rule in sheet.horizontals)
        or any(low < rule.at < high for rule in sheet.verticals)
        or any(shade.x0 < high and shade.x1 > low for shade in sheet.shades)
    )


def _is_filled(half: Sheet, width: float) -> bool:
    lines = [line.box.width for line in glyphs_to_lines(half.glyphs)]
    long = [length for length in lines if length >= LONG * width]
    long += [rule.length for rule in half.horizontals if rule.length >= LONG * width]
    return len(long) >= FEWEST_LONG


def _half(sheet: Sheet, left: float, right: float) -> Sheet:
    """What stands between two places, counted from the first of them."""
    return replace(
        sheet,
        width=right - left,
        glyphs=tuple(
            replace(glyph, box=glyph.box.moved(-left, 0.0))
            for glyph in sheet.glyphs
            if left <= glyph.box.middle[0] < right
        ),
        horizontals=tuple(
            Rule(rule.at, rule.start - left, rule.end - left)
            for rule in sheet.horizontals
            if left <= (rule.start + rule.end) / 2 < right
        ),
        verticals=tuple(
            Rule(rule.at - left, rule.start, rule.end)
            for rule in sheet.verticals
            if left <= rule.at < right
        ),
        shades=tuple(
            box.moved(-left, 0.0) for box in sheet.shades if left <= box.middle[0] < right
        ),
        doubts=() if left else sheet.doubts,
        leaf=sheet.leaf + (1 if left else 0),
        left=left,
        whole_width=sheet.width,
    )
