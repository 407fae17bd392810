"""Glyphs → lines of text, and the text of a cell with its doubts.

Where a space belongs, and whether digits are one number or two, is told by the gaps
between the characters, measured in widths of the characters themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.read.pdf.drawn import UNMAPPED
from tasks.read.pdf.marks import Glyph, doubt

#: Glyphs are on one line whose middles are this near, in halves of the height of the higher.
ONE_LINE = 0.8
#: A gap (in font sizes) that is a space between letters of words, and between Han characters.
LATIN_SPACE = 0.17
HAN_SPACE = 0.45
#: A blank between two letters says a space unless they are moved together by so much; one
#: between Han characters only where they are moved apart by it.
KERNED = 0.1
#: Gaps between digits, in widths of a digit: up to the first they are one number,
#: up to the second they may be one number set wide.
TIGHT_DIGITS = 0.35
WIDE_DIGITS = 1.5
#: Two digits alone are one number only if they stand this near: one gap shows no evenness.
WIDE_PAIR = 1.0
#: How far gaps may differ between digits of one number set wide; and how wide and how uneven
#: they are, from which they may be two numbers that nearly touch.
WIDE_EVEN = 0.35
CLOSE_DIGITS, CLOSE_EVEN = 0.15, 0.12
#: Figures with words set apart: fewest gaps, the widest, and how far they may differ, in
#: font sizes.
FEWEST_APART = 3
WIDEST_APART = 0.7
EVEN = 0.06
#: Lines of one character each, from this many on, are text set vertically.
SHORTEST_VERTICAL = 3

#: So many glyphs are those of a page, or of a table.
MANY = 40

#: What stands behind a figure.
UNITS = frozenset({"件", "项", "个", "条", "次", "宗", "份", "元", "万元", "人", "人次", "件次"})
NUMERIC = frozenset("0123456789０１２３４５６７８９.,．，")
DIGITS = frozenset("0123456789０１２３４５６７８９")
THOUSANDS = regex(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Glyphs on one base line, from left to right; blanks among them."""

    glyphs: tuple[Glyph, ...]
    #: Around those that are seen.
    box: Box
    #: The usual one of its glyphs, in points.
    size: float
    #: Its height on the page.
    middle: float


def glyphs_to_line(seen: Sequence[Glyph], blanks: Sequence[Glyph] = ()) -> Line:
    """The glyphs of one line (one at least is seen), in any order."""
    glyphs = (*seen, *blanks)
    if len(glyphs) > 1:
        glyphs = tuple(sorted(glyphs, key=_from_left))
    box = seen[0].box if len(seen) == 1 else hull([glyph.box for glyph in seen])
    return Line(glyphs, box, _usual([glyph.size for glyph in glyphs]), box.middle[1])


def _from_left(glyph: Glyph) -> tuple[float, int]:
    return glyph.box[0], glyph.order


def _usual(sizes: list[float]) -> float:
    """The median; nearly all lines are of one size."""
    return sizes[0] if min(sizes) == max(sizes) else median(sizes)


def is_han(text: str) -> bool:
    """Whether a character is set in the full width of a square."""
    code = ord(text[0])
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFF60


def glyphs_to_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Lines from top to bottom; glyphs share a line if their middles are near enough."""
    many = tuple(glyphs)
    return list(_lines_of_page(many)) if len(many) >= MANY else _lines_of(many)


@lru_cache(maxsize=16)
def _lines_of_page(glyphs: tuple[Glyph, ...]) -> tuple[Line, ...]:
    """Those of a page or a table, which several steps ask for."""
    return tuple(_lines_of(glyphs))


def _lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    seen = [glyph for glyph in glyphs if not glyph.blank]
    blanks = [glyph for glyph in glyphs if glyph.blank and glyph.text]
    rows = _rows(seen)
    if not blanks:
        return [glyphs_to_line(row) for row in rows]
    places = [hull([glyph.box for glyph in row]) for row in rows]
    # Blanks say where words end, so each goes back to the line it stands in.
    returned: dict[int, list[Glyph]] = defaultdict(list)
    for blank in blanks:
        x, y = blank.box.middle
        at = next((n for n, place in enumerate(places) if place.holds(x, y)), None)
        if at is not None:
            returned[at].append(blank)
    return [glyphs_to_line(row, returned.get(n, ())) for n, row in enumerate(rows)]


def _rows(seen: list[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    middle = reach = 0.0
    for glyph in sorted(seen, key=_twice_its_height):
        _, top, _, bottom = glyph.box
        y, half = (top + bottom) / 2, (bottom - top) / 2
        if rows and y - middle <= ONE_LINE * max(reach, half):
            rows[-1].append(glyph)
            if half > reach:
                middle, reach = y, half
        else:
            rows.append([glyph])
            middle, reach = y, half
    return rows


def _twice_its_height(glyph: Glyph) -> float:
    return glyph.box[1] + glyph.box[3]


def needs_space(left: Glyph, right: Glyph, blank_between: bool) -> bool:
    gap = right.box.x0 - left.box.x1
    size = max(left.size, right.size, 1.0)
    if gap <= LATIN_SPACE * size and not blank_between:
        return False
    if is_han(left.text) and is_han(right.text):
        return gap > HAN_SPACE * size or (blank_between and gap > KERNED * size)
    return gap > LATIN_SPACE * size or (blank_between and gap > -KERNED * size)


def line_text(glyphs: Sequence[Glyph]) -> str:
    """The text of glyphs that stand from left to right in one line."""
    text = ""
    before: Glyph | None = None
    blank = False
    for glyph in glyphs:
        if glyph.blank:
            blank = bool(before)
            continue
        if before is not None and needs_space(before, glyph, blank):
            text += " "
        text += glyph.text
        before, blank = glyph, False
    return text


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of one cell, its lines joined by `\\n`."""

    text: str
    doubts: tuple[Doubt, ...]
    #: The lines of text that runs to the right.
    lines: tuple[Line, ...] = ()


NOTHING = CellText("", ())


def glyphs_to_cell_text(glyphs: Sequence[Glyph], where: Where) -> CellText:
    """What stands in a cell, whichever way it is set."""
    lines = glyphs_to_lines(upright(glyphs)) if glyphs else []
    if not lines:
        return NOTHING
    doubts: dict[DoubtKind, Doubt] = {}
    texts = [_cell_line(line, where, doubts) for line in lines]
    text = "\n".join(texts)
    if len(texts) >= SHORTEST_VERTICAL and _stands_vertically(lines):
        text = "".join(texts)
    if UNMAPPED in text or any(0xE000 <= ord(letter) <= 0xF8FF for letter in text):
        kind = DoubtKind.UNMAPPED_CHARACTERS
        doubts[kind] = doubt(kind, say("pdf.unmapped"), where)
    turned = any(glyph.angle for glyph in glyphs)
    return CellText(text, tuple(doubts.values()), () if turned else tuple(lines))


def upright(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """The glyphs, turned if most of them are set upwards or downwards."""
    angles = [glyph.angle for glyph in glyphs if not glyph.blank]
    if not any(angles):
        return glyphs if angles else []
    angle = max(set(angles), key=angles.count)
    if angle == 0:
        return glyphs
    return [replace(glyph, box=glyph.box.turned(angle, 0, 0), angle=0) for glyph in glyphs]


def _stands_vertically(lines: list[Line]) -> bool:
    alone = [line for line in lines if sum(not glyph.blank for glyph in line.glyphs) == 1]
    letters = [line.glyphs[0] for line in alone if not line.glyphs[0].blank]
    return len(alone) == len(lines) and not all(set(letter.text) <= NUMERIC for letter in letters)


def _cell_line(line: Line, where: Where, doubts: dict[DoubtKind, Doubt]) -> str:
    seen = [glyph for glyph in line.glyphs if not glyph.blank]
    if len(seen) > 1 and all(set(glyph.text) <= NUMERIC for glyph in seen):
        return _number_text(seen, where, doubts)
    figure = _leading_figure(seen)
    if len(figure) > 1:
        return _number_text(figure, where, doubts) + line_text(seen[len(figure) :])
    if _is_set_apart(seen):
        doubts[DoubtKind.SPLIT_DIGITS] = _split(where)
        return "".join(glyph.text for glyph in seen)
    return line_text(line.glyphs)


def _leading_figure(seen: list[Glyph]) -> list[Glyph]:
    """The digits of a figure with a unit or a remark behind it, none where more digits follow
    or it is no figure: `1 3 件` is as much one number as `1 3`."""
    n = next((n for n, glyph in enumerate(seen) if not set(glyph.text) <= NUMERIC), len(seen))
    rest = "".join(glyph.text for glyph in seen[n:])
    return seen[:n] if rest in UNITS else []


def _is_set_apart(seen: list[Glyph]) -> bool:
    """Whether figures and words are set with one space after most characters, and none wider."""
    size = median(glyph.size for glyph in seen)
    gaps = [(right.box.x0 - left.box.x1) / size for left, right in pairwise(seen)]
    wide = [gap for gap in gaps if gap > LATIN_SPACE]
    if len(wide) < FEWEST_APART or 2 * len(wide) < len(gaps) or max(wide) > WIDEST_APART:
        return False
    return max(wide) - min(wide) <= EVEN and any(set(glyph.text) <= DIGITS for glyph in seen)


def _number_text(seen: list[Glyph], where: Where, doubts: dict[DoubtKind, Doubt]) -> str:
    """Digits alone on a line of a cell: one number, or more, and how sure that is."""
    digits = [glyph for glyph in seen if set(glyph.text) <= DIGITS]
    width = median(glyph.box.width for glyph in digits or seen) or 1.0
    gaps = [(right.box.x0 - left.box.x1) / width for left, right in pairwise(seen)]
    if max(gaps) <= TIGHT_DIGITS:
        if max(gaps) > CLOSE_DIGITS and max(gaps) - min(gaps) > CLOSE_EVEN:
            doubts[DoubtKind.CLOSE_NUMBERS] = close_numbers(where)
        return "".join(glyph.text for glyph in seen)
    even = max(gaps) - min(gaps) <= WIDE_EVEN
    widest_one = WIDE_DIGITS if len(gaps) > 1 else WIDE_PAIR
    if even and max(gaps) <= widest_one:
        doubts[DoubtKind.SPLIT_DIGITS] = _split(where)
        return "".join(glyph.text for glyph in seen)
    text = seen[0].text
    for gap, glyph in zip(gaps, seen[1:], strict=True):
        text += (" " if gap > TIGHT_DIGITS else "") + glyph.text
    if THOUSANDS.fullmatch(text):
        doubts[DoubtKind.SPLIT_DIGITS] = _split(where)
    else:
        doubts[DoubtKind.CLOSE_NUMBERS] = close_numbers(where)
    return text


def _split(where: Where) -> Doubt:
    return doubt(DoubtKind.SPLIT_DIGITS, say("split_digits"), where)


def close_numbers(where: Where) -> Doubt:
    return doubt(DoubtKind.CLOSE_NUMBERS, say("close_numbers"), where)
