"""Pieces of ink -> the characters of a line: digits of one height on one line, and small signs.

What fits nowhere makes the line no figure: nothing is left out but dirt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean, median

from tasks.read.scan.figures.ink import HEIGHT, Piece

# All that follows is in heights of a digit.
#: No figure has more, dirt and all.
_MOST_PIECES = 40
#: Digits of one line differ in height by no more than this, with the roughness of scans.
_UNEVEN = 0.14
#: Both sides of what is dirt.
_DIRT = 0.09
_POINT_HEIGHT = 0.34
_POINT_WIDTH = 0.4
#: A point ends at the foot of the digits; a comma goes below it by more.
_POINT_BELOW = 0.075
_COMMA_BELOW = 0.095
_COMMA_HEIGHT = 0.55
_MINUS_HEIGHT = 0.24
_MINUS_WIDTH = (0.24, 1.1)
#: Where the middle of a minus stands, from the foot up.
_MINUS_AT = (0.25, 0.65)
#: A character beyond this is more than one.
WIDEST_DIGIT = 0.92
#: Between the middles of two digits there is less than this and the widest digit's width by
#: `_WIDTHS`, or something stood between them; and more, where something does.
_STEP, _SIGN_STEP, _WIDTHS = 0.4, 0.27, 0.9
#: Taken for the widest digit's width where all are narrower, as ones are.
_USUAL_WIDTH = 0.58
#: Steps of one figure are alike: the longest is less than this by the median.
_UNEVEN_STEP = 1.35
#: A part of a digit is lower than this and ends above this; so close is it to the rest; and so wide
#: are both.
_BROKEN, _CRACK, _WIDEST_MENDED = 0.5, 0.12, 0.85
#: White between a digit and a sign beside it.
_WIDEST_WHITE = 0.95
#: Of the crop: what is lower is no line of digits.
_LOWEST_LINE = 0.25


class Sign(StrEnum):
    DIGIT = "digit"
    POINT = "."
    COMMA = ","
    MINUS = "-"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's place, and what its size and height above the foot say that it is."""

    piece: Piece
    sign: Sign


def glyphs_of(pieces: Sequence[Piece]) -> tuple[Glyph, ...] | None:
    """From left to right; None where they are not digits on one line with signs between."""
    if not 0 < len(pieces) <= _MOST_PIECES:
        return None
    tallest = max(piece.height for piece in pieces)
    whole = _mended([one for one in pieces if not _dirt(one, tallest)], tallest)
    digits = [one for one in whole if one.height >= 0.62 * tallest]
    height = median(one.height for one in digits)
    if height < _LOWEST_LINE * HEIGHT or not _even(digits, height):
        return None
    slope, foot = _line(digits)
    glyphs = []
    for index, one in enumerate(whole):
        sign = _sign(one, height, slope * one.centre + foot, first=index == 0)
        if sign is None:
            if _dirt(one, height * 1.25):
                continue
            return None
        glyphs.append(Glyph(one, sign))
    return tuple(glyphs) if _in_step(glyphs, height) else None


def _dirt(piece: Piece, height: float) -> bool:
    return max(piece.width, piece.height) < _DIRT * height


def _mended(pieces: Sequence[Piece], tallest: int) -> list[Piece]:
    """Parts of one character made one."""
    whole: list[Piece] = []
    for piece in pieces:
        if whole:
            last = whole[-1]
            if _of_one(last, piece, tallest):
                whole[-1] = last.with_(piece)
                continue
        whole.append(piece)
    return whole


def _of_one(left: Piece, right: Piece, tallest: int) -> bool:
    """Above each other; or close together, one too high for a sign and too low for a digit."""
    together = left.with_(right)
    if together.height > 1.1 * tallest:
        return False
    common = min(left.right, right.right) - max(left.left, right.left)
    if common > 0.5 * min(left.width, right.width):
        return True
    low = min(left, right, key=lambda one: one.height)
    above = low.height < _BROKEN * tallest and low.bottom < together.top + _BROKEN * tallest
    return above and common > -_CRACK * tallest and together.width < _WIDEST_MENDED * tallest


def _line(digits: Sequence[Piece]) -> tuple[float, float]:
    """Slope and height of the line on which the digits stand."""
    feet = [one.bottom for one in digits]
    if len(digits) < 3:
        return 0.0, fmean(feet)
    middles = [one.centre for one in digits]
    middle, low = fmean(middles), fmean(feet)
    slope = sum((x - middle) * (y - low) for x, y in zip(middles, feet, strict=True)) / sum(
        (x - middle) ** 2 for x in middles
    )
    return slope, low - slope * middle


def _even(digits: Sequence[Piece], height: float) -> bool:
    slope, foot = _line(digits)
    return abs(slope) < 0.08 and all(
        abs(one.height - height) <= _UNEVEN * height
        and abs(one.bottom - slope * one.centre - foot) <= _UNEVEN * height
        for one in digits
    )


def _sign(piece: Piece, height: float, foot: float, *, first: bool) -> Sign | None:
    tall, wide = piece.height / height, piece.width / height
    below = (piece.bottom - foot) / height
    middle = (foot - (piece.top + piece.bottom) / 2) / height
    head = (foot - piece.top) / height
    if tall >= 1 - _UNEVEN:
        return Sign.DIGIT
    if head <= _POINT_HEIGHT and wide <= _POINT_WIDTH:
        if tall <= _POINT_HEIGHT and -_POINT_BELOW <= below <= _POINT_BELOW:
            return Sign.POINT
        if tall <= _COMMA_HEIGHT and below >= _COMMA_BELOW:
            return Sign.COMMA
        return None
    level = _MINUS_AT[0] <= middle <= _MINUS_AT[1] and tall <= _MINUS_HEIGHT
    long = _MINUS_WIDTH[0] <= wide <= _MINUS_WIDTH[1] and wide > 1.4 * tall
    return Sign.MINUS if first and level and long else None


def _in_step(glyphs: Sequence[Glyph], height: float) -> bool:
    """Digits of one figure stand at like distances, and a sign has room of its own.

    So a point that the scan lost is missed, and dirt between two digits is no point.
    """
    pairs = list(pairwise(glyphs))
    if any(right.piece.left - left.piece.right > _WIDEST_WHITE * height for left, right in pairs):
        return False
    digits = [place for place, glyph in enumerate(glyphs) if glyph.sign is Sign.DIGIT]
    widths = [glyphs[place].piece.width for place in digits]
    single = [width for width in widths if width <= WIDEST_DIGIT * height]
    wide = _WIDTHS * max([*single, _USUAL_WIDTH * height])
    bare = []
    for one, other in pairwise(digits):
        left, right = glyphs[one].piece, glyphs[other].piece
        # Of digits that touch each other only those at the ends count.
        step = right.left - left.right + (min(left.width, wide) + min(right.width, wide)) / 2
        if other == one + 1:
            bare.append(step)
        elif step < _SIGN_STEP * height + wide:
            return False
    return not bare or max(bare) < min(_STEP * height + wide, _UNEVEN_STEP * median(bare))
