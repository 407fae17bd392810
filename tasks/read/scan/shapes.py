"""What ink alone decides: signs that look alike to a reader of lines when nothing stands beside
them.

A lone dash is read as the numeral 一, a stroke that leans as the figure 1, a nought as a letter.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tasks.read.scan.lines import EDGE, Ink, TextLine
from tasks.read.scan.recogniser import FIGURE, Line, Sign

#: In sizes of a character: a dash is at most so high, and at least so long; it is longer than high
#: by this factor.
FLAT = 0.2
SHORTEST_DASH = 0.18
LONGER = 1.7
#: A long one may be higher, as one is that was enlarged.
MUCH_LONGER, FLAT_AND_LONG = 5.0, 0.35
#: A stroke is upright where it goes sideways by less than this share of its way up.
UPRIGHT = 0.19
#: How sure it is what the ink alone decides; and that a stroke which was read as a letter or a
#: sign is the figure 1.
SEEN = 0.95
LIKE_A_ONE = 0.85
#: The same of strokes of which a part may be missing.
SURE_OF_CUT = 0.7
#: A nought is narrower than high; a ring is not.
ROUND = 0.88
#: In pixels: what is flat and so near to the edge of its cell is a rest of a rule.
AT_EDGE = 6
#: In sizes of a character: a standing rest is at most so broad, and no character so high.
THIN = 0.17
TALL = 1.3
#: In sizes of a character: as high as a figure, which may be of smaller type than most of the page.
AS_HIGH = (0.3, 1.0)

DASH = "—"
#: What readers take for a nought.
NOUGHTS = frozenset("oOоОοΟ〇○◯óôòöōõøØ°ºQD")
#: What they take for a one, where it may be a stroke that leans.
ONES = frozenset("1lI|丨/∕／!ⅠІ")


def told_by_ink(line: Line, place: TextLine, ink: Ink, size: float) -> Line:
    """The line with its lone signs set right."""
    span = place.span
    part = ink[span.top : span.bottom, span.left : span.right]
    strokes = _flat_strokes(part, size)
    if strokes:
        return Line((Sign(DASH, _sure(line), 0.5),))
    is_one = len(line.signs) == 1 and line.text in ONES
    found = _one_or_slash(line.signs[0], part) if is_one else _with_noughts(line, part)
    if (is_one or found.is_figure) and _may_be_cut(place):
        return found.no_surer(SURE_OF_CUT)
    return found


def is_rest_of_rule(place: TextLine, size: float) -> bool:
    """Whether what stands there was left of a rule: a thin stroke at the edge of a cell."""
    span, cell = place.span, place.cell
    if cell is None:
        return False
    if span.height <= FLAT * size:
        return min(span.top - cell.top, cell.bottom - span.bottom) <= AT_EDGE
    if span.width <= THIN * size:
        beside = min(span.left - cell.left, cell.right - span.right) <= AT_EDGE
        return beside or span.height > TALL * size
    return False


def may_be_a_one(place: TextLine, size: float) -> bool:
    """Whether a thin stroke is as high as a figure is."""
    low, high = AS_HIGH
    return place.span.width <= THIN * size and low * size <= place.span.height <= high * size


def _may_be_cut(place: TextLine) -> bool:
    """Whether it reaches as far as cells are looked at: without its top, which went with a rule,
    a seven leans as a slash does, and without its left side an eight is a three."""
    span, cell = place.span, place.cell
    if cell is None:
        return False
    down = min(span.top - cell.top, cell.bottom - span.bottom)
    across = min(span.left - cell.left, cell.right - span.right)
    return min(down, across) <= EDGE + 1


def _one_or_slash(sign: Sign, part: Ink) -> Line:
    """Which of both it is, its ink says; a one that was read as another stroke is less sure."""
    if _leans(part):
        return Line((replace(sign, text="/", confidence=max(SEEN, sign.confidence)),))
    sure = sign.confidence if sign.text == "1" else min(sign.confidence, LIKE_A_ONE)
    return Line((replace(sign, text="1", confidence=sure),))


def _sure(line: Line) -> float:
    """That it is flat is seen; how sure the reader was of it says little."""
    return max(SEEN, line.confidence)


def _flat_strokes(part: Ink, size: float) -> int:
    """How many dashes its ink is, one beside the other; 0 where it is anything else."""
    height, width = part.shape
    is_long = width >= MUCH_LONGER * height
    high = (FLAT_AND_LONG if is_long else FLAT) * size
    if height > high or width < SHORTEST_DASH * size or width < LONGER * height:
        return 0
    columns = np.any(part, axis=0)
    strokes = 1 + int(np.count_nonzero(np.diff(columns.astype(np.int8)) == 1))
    # Dots in a row are as broad as high.
    return strokes if np.count_nonzero(columns) >= LONGER * height * strokes else 0


def _leans(part: Ink) -> bool:
    """Whether its ink goes to the right on its way up, as of a slash. The flag of a one is at its
    upper left, and its foot on both sides."""
    rows, columns = np.nonzero(part)
    if part.shape[0] < 3 or not len(rows):
        return False
    return -float(np.polyfit(rows, columns, 1)[0]) > UPRIGHT


def _with_noughts(line: Line, part: Ink) -> Line:
    """Where all else is figures, letters that look like noughts are noughts."""
    texts = [sign.text for sign in line.signs]
    if not any(text in NOUGHTS for text in texts):
        return line
    if not all(text in NOUGHTS or text in FIGURE for text in texts):
        return line
    height, width = part.shape
    if len(texts) == 1 and width > ROUND * height:
        return Line((replace(line.signs[0], text="○"),))
    return Line(
        tuple(replace(sign, text="0") if sign.text in NOUGHTS else sign for sign in line.signs)
    )
