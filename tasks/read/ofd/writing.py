"""A text object → its characters, each at its place.

A text says where its first character stands and how far each next one is from the one before.
How broad a character is stands in its font, which is not read: a Chinese character is as broad
as it is high, any other half of that, and none reaches over where the next one stands.
Source: GB/T 33190-2016, 11.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import cos, hypot, radians, sin
from typing import NamedTuple

from lxml import etree

from tasks.model.box import Box
from tasks.read.ofd.looks import child, local
from tasks.read.ofd.space import (
    Broken,
    Matrix,
    TooMuch,
    after,
    area,
    deltas,
    number,
    numbers,
)
from tasks.read.pdf.drawn import UNMAPPED, DrawnCharacter, is_ghost

#: How far a character reaches above and below its base line, in sizes.
ABOVE, BELOW = 0.86, 0.14
#: Characters that are not Chinese are this broad, in sizes; the broadest of them nearly a size.
HALF = 0.5
BROADEST_DIGIT = 0.62
BROADEST_LETTER = 1.0
#: Larger text than this, in points, is on no page.
LARGEST = 3_000.0
#: What is seen of a character that begins beside what is shown of its text, in points.
CUT_OFF = 0.1
#: More in one text are no report's.
MOST_CHARACTERS = 100_000
_BREAKS = str.maketrans("", "", "\r\n\t")


HasOutline = Callable[[str, int], bool]


class Letters(NamedTuple):
    """What the characters of a text object have in common."""

    no_ink: bool
    white: bool
    #: On the page, what its boundary and clips leave of it.
    shown: Box
    #: Whether a glyph of a font, by their numbers, is known to have an outline.
    has_outline: HasOutline


class _Sign(NamedTuple):
    """Characters that are one sign (a ligature), where they stand in their object."""

    text: str
    x: float
    y: float
    width: float


@dataclass(slots=True)
class Written:
    """The characters of a text object, and whether their places are said."""

    characters: list[DrawnCharacter]
    loose: bool = False


def text_to_characters(element: etree._Element, to: Matrix, letters: Letters) -> Written:
    """Raises Broken, TooMuch."""
    size = abs(number(element.get("Size", "")))
    scale = number(element.get("HScale", "1")) or 1.0
    setting = _Setting(element, to, size)
    changes = [one for one in element if local(one) == "CGTransform"]
    written = Written([])
    x = y = 0.0
    before = 0
    for code in element:
        if local(code) != "TextCode":
            continue
        x, y = _begin(code, "X", x), _begin(code, "Y", y)
        text = "".join(map(str, code.itertext())).translate(_BREAKS)
        if len(text) > MOST_CHARACTERS:
            raise TooMuch
        clusters = _clusters(text, changes, before)
        glyphs = _glyphs(changes, before) if changes else {}
        before += len(text)
        if changes and any(map(is_ghost, text)):
            clusters = list(_with_ghosts_told(clusters, glyphs, element, letters))
        signs, loose = _signs(code, clusters, (x, y), size * abs(scale))
        written.loose |= loose
        written.characters += _placed(signs, setting, letters)
    return written


def _begin(code: etree._Element, name: str, last: float) -> float:
    said = code.get(name)
    return last if said is None else number(said)


# --- which characters -----------------------------------------------------------------------


def _clusters(text: str, changes: Sequence[etree._Element], before: int) -> list[tuple[str, int]]:
    """Texts that are set as one, with the number of glyphs that they are set in."""
    joined: dict[int, tuple[int, int]] = {}
    for change in changes:
        at = int(number(change.get("CodePosition", "0"))) - before
        codes, glyphs = (int(number(change.get(f"{one}Count", "1"))) for one in ("Code", "Glyph"))
        if codes != glyphs and codes > 0 and glyphs > 0:
            joined[at] = codes, glyphs
    if not joined:
        return [(one, 1) for one in text]
    clusters: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        codes, glyphs = joined.get(at, (1, 1))
        clusters.append((text[at : at + codes], glyphs))
        at += codes
    return clusters


def _glyphs(changes: Sequence[etree._Element], before: int) -> dict[int, int]:
    """The number of the glyph that stands for a character, by its place in the text, where each
    has one of its own."""
    found: dict[int, int] = {}
    for change in changes:
        at = int(number(change.get("CodePosition", "0"))) - before
        said = child(change, "Glyphs")
        listed = numbers((said.text or "") if said is not None else "")
        if len(listed) == int(number(change.get("CodeCount", "1"))):
            found.update((at + n, int(glyph)) for n, glyph in enumerate(listed))
    return found


def _with_ghosts_told(
    clusters: list[tuple[str, int]],
    glyphs: Mapping[int, int],
    element: etree._Element,
    letters: Letters,
) -> Iterator[tuple[str, int]]:
    """What the text calls blank, and its glyph is not, is a character that cannot be told."""
    at = 0
    for text, n_glyphs in clusters:
        glyph = glyphs.get(at)
        at += len(text)
        is_there = glyph is not None and is_ghost(text)
        if is_there and letters.has_outline(element.get("Font", ""), glyph or 0):
            text = UNMAPPED
        yield text, n_glyphs


def _signs(
    code: etree._Element, clusters: list[tuple[str, int]], at: tuple[float, float], size: float
) -> tuple[list[_Sign], bool]:
    """The signs of a text, and whether some of their places are not said."""
    n_codes = sum(len(text) for text, _ in clusters)
    n_glyphs = sum(glyphs for _, glyphs in clusters)
    most = max(n_codes, n_glyphs) + 1
    across, down = (deltas(code.get(name, ""), most) for name in ("DeltaX", "DeltaY"))
    if not down and n_codes == n_glyphs == len(clusters) and len(across) >= n_codes - 1:
        return _in_line(clusters, across, at, size), False
    # Some writers count the distances by characters, others by glyphs.
    by_code = max(len(across), len(down)) == n_codes - 1 != n_glyphs - 1
    x, y = at
    signs: list[_Sign] = []
    told = 0
    loose = False
    for index, (text, glyphs) in enumerate(clusters):
        width = sum(map(_breadth, text)) * size
        steps = len(text) if by_code else glyphs
        right, under = sum(across[told : told + steps]), sum(down[told : told + steps])
        is_told = max(len(across), len(down)) >= told + steps
        told += steps
        if not is_told:
            # After the last one nothing need be said.
            loose |= index < len(clusters) - 1
            right, under = (width, 0.0) if across or not down else (0.0, size)
        signs.append(_Sign(text, x, y, _narrowed(text, width, right, size)))
        x, y = x + right, y + under
    return signs, loose


def _in_line(
    clusters: list[tuple[str, int]], across: list[float], at: tuple[float, float], size: float
) -> list[_Sign]:
    """Signs of one character each, side by side."""
    x, y = at
    signs: list[_Sign] = []
    for (text, _), step in zip(clusters, chain(across[: len(clusters) - 1], (0.0,)), strict=False):
        signs.append(_Sign(text, x, y, _narrowed(text, _breadth(text) * size, step, size)))
        x += step
    return signs


def _narrowed(text: str, width: float, step: float, size: float) -> float:
    """The width of a sign, by where the next one stands."""
    if step <= 0:
        return width
    if step <= width:
        return step
    broadest = BROADEST_LETTER if text.isalpha() else BROADEST_DIGIT
    return step if step <= broadest * size * len(text) else width


@lru_cache(maxsize=8192)
def _breadth(one: str) -> float:
    return 1.0 if unicodedata.east_asian_width(one) in "WFA" else HALF


# --- where on the page ----------------------------------------------------------------------


class _Setting:
    """How the characters of one object lie on the page."""

    def __init__(self, element: etree._Element, to: Matrix, size: float) -> None:
        turn = radians(number(element.get("CharDirection", "0")))
        along = cos(turn), sin(turn)
        self.to = to
        #: From the space of a character, which stands on its own origin.
        self.turned: Matrix = (along[0], along[1], -along[1], along[0], 0.0, 0.0)
        self.level = abs(along[0] - 1) < 1e-9 and not to[1] and not to[2]
        a, b, c, d, _, _ = after(self.turned, to)
        self.size = hypot(c, d) * size
        self.above, self.below = ABOVE * size, BELOW * size
        # Directions are told as in a PDF, where up is more.
        self.direction = a * size, -b * size
        if not self.size <= LARGEST:
            raise Broken

    def boxes(self, signs: Sequence[_Sign]) -> list[Box]:
        a, _, _, d, e, f = self.to
        above, below = self.above, self.below
        if self.level and a > 0 and d > 0:
            return [
                Box(a * x + e, d * (y - above) + f, a * (x + width) + e, d * (y + below) + f)
                for _, x, y, width in signs
            ]
        g, h, i, j, _, _ = self.turned
        return [
            area(Box(0.0, -above, sign.width, below), after((g, h, i, j, sign.x, sign.y), self.to))
            for sign in signs
        ]


def _placed(
    signs: Sequence[_Sign], setting: _Setting, letters: Letters
) -> Iterator[DrawnCharacter]:
    size, direction = setting.size, setting.direction
    a, b, c, d, e, f = setting.to
    boxes = setting.boxes(signs)
    left, upper, right, lower = letters.shown.grown(size / 2)
    seen = [
        left <= (x0 + x1) / 2 <= right and upper <= (top + low) / 2 <= lower
        for x0, top, x1, low in boxes
    ]
    texts = [sign.text for sign in signs]
    cut = set() if all(seen) else set(_cut_off(texts, boxes, seen))
    no_ink, white = letters.no_ink, letters.white
    for index, (_, x, y, _) in enumerate(signs):
        yield DrawnCharacter(
            texts[index],
            boxes[index],
            size,
            (a * x + c * y + e, b * x + d * y + f),
            direction,
            False,
            no_ink,
            white,
            index in cut,
        )


def _cut_off(texts: list[str], boxes: list[Box], seen: list[bool]) -> Iterator[int]:
    """The characters that nobody sees. A figure of which a part is cut off is another figure: at
    the end of what is seen of it stands a sign that cannot be read."""
    said = [bool(text.strip()) for text in texts]
    for index, is_seen in enumerate(seen):
        if is_seen or not said[index]:
            continue
        near = (at for at in (index - 1, index + 1) if 0 <= at < len(texts))
        beside = next((at for at in near if seen[at] and said[at]), None)
        if beside is None:
            yield index
        else:
            texts[index] = UNMAPPED
            boxes[index] = _edge(boxes[beside], is_before=index < beside)


def _edge(box: Box, *, is_before: bool) -> Box:
    if is_before:
        return Box(box.x0 - CUT_OFF, box.top, box.x0, box.bottom)
    return Box(box.x1, box.top, box.x1 + CUT_OFF, box.bottom)
