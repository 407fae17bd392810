"""What is drawn on a page → what is seen on it (`Sheet`): who reads the page reads this.

Left out: text outside of the page, printed a second time for boldness, white on white,
invisible where no picture is, or set large and askew (a watermark). Text that is hidden on a
picture is what an OCR read from it (`scans.py`): kept, with a doubt.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from math import atan2, degrees
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.saying import say
from tasks.read.pdf.drawn import UNMAPPED, Drawn, DrawnCharacter, DrawnPath, Point
from tasks.read.pdf.marked import Letter, Letters, find_marks, find_struck
from tasks.read.pdf.marks import Glyph, Sheet, doubt
from tasks.read.pdf.rules import Turn, merge_rules, on_shade, paths_to_painted
from tasks.read.pdf.scans import hidden_on, scan_doubts, whole_pictures
from tasks.read.pdf.shaded import shades_to_rules

#: More lines than this after merging are a drawing, and no table is sought in it.
MOST_RULES = 4000
#: More pairs of lines and fields than this are no form.
MOST_PAIRS = 4_000_000
#: A page is turned where more than this share of its characters runs in one other direction.
MOST_OF_TEXT = 0.6
#: Letters this many times the usual size that run askew are a watermark, which says nothing
#: about what it crosses; askew by this share of their length at least.
WATERMARK = 1.5
ASKEW = 0.15
#: The share of a page under images is counted on a net of so many places each way.
NET = 16
#: A text goes on outside of the page: its next character is this near, in sizes, and level,
#: in heights. What stands for it is this broad, in points.
GOES_ON = 0.3
CUT_OFF = 0.1
#: A character is printed again within these shares of its width and height, and not less
#: than some points; places are kept in squares of so many points.
TWICE_ACROSS, TWICE_DOWN = 0.25, 0.15
LEAST_TWICE = 0.3
SQUARE = 4

#: Ligatures of Latin letters, which are spelt out.
LIGATURES = range(0xFB00, 0xFB07)


def drawn_to_sheet(number: int, drawn: Drawn, leaf: int = 0) -> Sheet:
    """The page as a reader sees it, turned so that most of its text is upright; `leaf` is its
    place among all sheets."""
    turn = _turn_to_upright(drawn.characters)
    width, height = drawn.width, drawn.height
    across = (height, width) if turn in (90, 270) else (width, height)
    blank = Sheet(number, *across, turned=turn, leaf=leaf)

    def turned(box: Box) -> Box:
        return box.turned(turn, width, height) if turn else box

    letters = _letters(drawn.characters, turned, turn)
    lined, struck = _with_lines(blank, drawn, turned, letters)
    for place in map(turned, drawn.struck):
        struck |= {letter.index for letter in letters if place.holds(*letter.box.middle)}
    pictures = whole_pictures(drawn.images)
    hidden = hidden_on(pictures, drawn.characters)
    places = tuple(turned(picture.box) for picture in pictures)
    seen = replace(lined, image_share=_share([one.box for one in pictures], width, height))
    unsaid = Unsaid(struck, find_marks(letters, lined.verticals), hidden.keys(), places)
    seen = _with_glyphs(seen, drawn.characters, turned, unsaid)
    n_hidden = sum(glyph.order in hidden for glyph in seen.glyphs)
    n_seen = sum(not glyph.blank for glyph in seen.glyphs) - n_hidden
    scans = scan_doubts(seen, [turned(one.box) for one in hidden.values()], n_hidden, n_seen)
    differing = [_differing(seen, turned(box)) for box in drawn.differing]
    return replace(seen, doubts=(*seen.doubts, *scans, *differing))


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Characters that are not what they seem to be, by their index."""

    struck: Collection[int]
    #: Their texts and places as marks of what they stand beside.
    marks: Mapping[int, tuple[str, Box]]
    #: Those of the hidden layer of a scan.
    hidden: Collection[int]
    #: Where pictures are, on which white text may be seen.
    pictures: Sequence[Box]


def _letters(characters: Sequence[DrawnCharacter], turned: Turn, turn: int) -> Letters:
    """The characters that are set in lines from left to right, by their base lines."""
    ways: dict[Point, bool] = {}
    letters: list[Letter] = []
    for index, character in enumerate(characters):
        if character.vertical or character.no_ink or character.covered:
            continue
        if (level := ways.get(character.direction)) is None:
            level = not _is_askew(character) and _angle(character) == turn
            ways[character.direction] = level
        if level and character.text.strip():
            base = turned(Box(*character.origin, *character.origin)).top
            place = turned(character.box)
            letters.append(Letter(index, character.text, place, base, character.size))
    return sorted(letters, key=lambda letter: letter.base)


def _turn_to_upright(characters: Sequence[DrawnCharacter]) -> int:
    """The clockwise turn after which most characters run to the right."""
    seen = [character for character in characters if character.text.strip()]
    ways = Counter((character.direction, character.vertical) for character in seen)
    votes: dict[int, int] = defaultdict(int)
    for (direction, vertical), count in ways.items():
        votes[_angle_of(direction, vertical)] += count
    if not votes:
        return 0
    angle, count = max(votes.items(), key=lambda vote: vote[1])
    return angle if count > MOST_OF_TEXT * sum(votes.values()) else 0


def _angle(character: DrawnCharacter) -> int:
    return _angle_of(character.direction, character.vertical)


@lru_cache(maxsize=1024)
def _angle_of(direction: Point, vertical: bool) -> int:
    if vertical:  # stands upright, one below the other
        return 0
    a, b = direction
    if b == 0 and a > 0:
        return 0
    return round(degrees(atan2(b, a)) / 90) % 4 * 90


def _is_askew(character: DrawnCharacter) -> bool:
    """Whether its text runs along neither side of the page."""
    a, b = character.direction
    return min(abs(a), abs(b)) > ASKEW * max(abs(a), abs(b))


def _share(boxes: list[Box], width: float, height: float) -> float:
    """Share of the page under the boxes; overlaps are counted once."""
    if not boxes or width <= 0 or height <= 0:
        return 0.0
    places = [
        ((column + 0.5) * width / NET, (row + 0.5) * height / NET)
        for row in range(NET)
        for column in range(NET)
    ]
    return sum(any(box.holds(*place) for box in boxes) for place in places) / NET**2


def _with_lines(
    sheet: Sheet, drawn: Drawn, turned: Turn, letters: Letters
) -> tuple[Sheet, set[int]]:
    """The sheet with lines and shades; and the letters that a line strikes out, by index."""
    paths: Sequence[DrawnPath] = drawn.paths
    if len(drawn.combs) * len(drawn.paths) <= MOST_PAIRS:
        paths = [path for path in paths if not any(one.parts(path.box) for one in drawn.combs)]
    painted = paths_to_painted(paths, turned, sheet.box)
    struck, others = find_struck(letters, painted.horizontals)
    plain = [shade for shade in painted.shades if shade not in painted.outlined]
    lying, upright = shades_to_rules(plain, [one.box for one in letters], others)
    rules = merge_rules([*others, *lying]), merge_rules([*painted.verticals, *upright])
    if max(map(len, rules)) > MOST_RULES:
        return replace(sheet, shades=painted.shades, doubts=(_drawing(sheet),)), struck
    horizontals, verticals = map(tuple, rules)
    seen = replace(sheet, horizontals=horizontals, verticals=verticals, shades=painted.shades)
    return seen, struck


class Fate(Enum):
    """What becomes of a drawn character."""

    SEEN = auto()
    #: Nobody sees it, and that is told.
    UNSEEN = auto()
    STRUCK = auto()
    #: It goes on a text that the edge of the page cuts off.
    CUT = auto()
    #: It stands beside the page.
    BEYOND = auto()
    #: A watermark, or a blank beside the page.
    NOTHING = auto()


def _with_glyphs(
    sheet: Sheet, characters: Sequence[DrawnCharacter], turned: Turn, unsaid: Unsaid
) -> Sheet:
    """The sheet with what is seen of the characters, and what has to be said of the others."""
    page = sheet.box
    usual = median(character.size for character in characters) if characters else 0.0
    printed = Printed()
    places: dict[Fate, list[Box]] = defaultdict(list)
    glyphs: list[Glyph] = []
    beyond: list[Glyph] = []
    for order, character in enumerate(characters):
        box = turned(character.box)
        if not (page.covers(box) or page.holds(*box.middle) or box.overlaps(page)):
            fate = _fate_outside(character, box, order, glyphs[-1] if glyphs else None)
        elif character.size > WATERMARK * usual and _is_askew(character):
            fate = Fate.NOTHING
        else:
            fate = _fate(sheet, order, character, box, unsaid)
        if fate is Fate.SEEN:
            if character.text.strip() and printed.again(character.text, box):
                continue
            text, box = unsaid.marks.get(order, (character.text, box))
            angle = (_angle_of(character.direction, character.vertical) - sheet.turned) % 360
            glyphs.append(Glyph(_as_text(text), box, character.size, angle, order))
            continue
        if fate is Fate.CUT:
            glyphs.append(_cut_off(glyphs[-1], order))
            box = glyphs[-1].box
        elif fate is Fate.BEYOND:
            beyond.append(Glyph(UNMAPPED, box, character.size, 0, order))
        places[fate].append(box)
    doubts = (*sheet.doubts, *_doubts(sheet, places))
    return replace(sheet, glyphs=tuple(glyphs), beyond=tuple(beyond), doubts=doubts)


def _fate_outside(character: DrawnCharacter, box: Box, order: int, last: Glyph | None) -> Fate:
    """Of a character beside the page: `31` may be what can be seen of 314."""
    if last is not None and _goes_on_outside(last, box, order):
        return Fate.CUT
    return Fate.BEYOND if character.text.strip() and not character.no_ink else Fate.NOTHING


def _fate(sheet: Sheet, order: int, character: DrawnCharacter, box: Box, unsaid: Unsaid) -> Fate:
    covered = character.covered
    if (covered or character.no_ink or character.white) and character.text.strip():
        covered = covered or not _has_ink(sheet, order, character, box, unsaid)
        if covered:
            return Fate.UNSEEN
    return Fate.STRUCK if order in unsaid.struck else Fate.SEEN


def _has_ink(sheet: Sheet, order: int, character: DrawnCharacter, box: Box, unsaid: Unsaid) -> bool:
    """Whether it is seen, or stands for what is seen in a picture."""
    if order in unsaid.hidden:
        return True
    if character.no_ink:
        return False
    if not character.white or on_shade(box, sheet.shades):
        return True
    return any(picture.holds(*box.middle) for picture in unsaid.pictures)


def _goes_on_outside(last: Glyph, box: Box, order: int) -> bool:
    gap = box.x0 - last.box.x1
    level = abs(box.middle[1] - last.box.middle[1]) < GOES_ON * last.box.height
    return last.order == order - 1 and level and abs(gap) < GOES_ON * last.size and not last.blank


def _cut_off(last: Glyph, order: int) -> Glyph:
    """What stands for the rest of a text that the edge of the page cuts off."""
    edge = last.box._replace(x0=last.box.x1, x1=last.box.x1 + CUT_OFF)
    return replace(last, text=UNMAPPED, box=edge, order=order)


@lru_cache(maxsize=8192)
def _as_text(text: str) -> str:
    """Ligatures and presentation forms are spelt out, glyphs without Unicode marked."""
    if text.startswith("(cid:") or "\x00" in text:
        return UNMAPPED
    if len(text) == 1:
        code = ord(text)
        if code in LIGATURES:
            return unicodedata.normalize("NFKC", text)
        if code == 0xA0 or code == 0x3000 or code < 0x20:
            return " "
        if code == 0xAD:  # a soft hyphen that is printed is a hyphen
            return "-"
        if code in (0x200B, 0xFEFF):
            return ""
    return text


class Printed:
    """Which characters stand where already, by the squares that they stand in."""

    def __init__(self) -> None:
        self._places: dict[str, dict[tuple[int, int], list[tuple[float, float]]]] = {}

    def again(self, text: str, box: Box) -> bool:
        """Whether it stands in (nearly) the same place already; remembers it if not."""
        x0, top, x1, bottom = box
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        places = self._places.setdefault(text, {})
        if places:
            reach_x = max(LEAST_TWICE, TWICE_ACROSS * (x1 - x0))
            reach_y = max(LEAST_TWICE, TWICE_DOWN * (bottom - top))
            rows = range(int((y - reach_y) // SQUARE), int((y + reach_y) // SQUARE) + 1)
            for column in range(int((x - reach_x) // SQUARE), int((x + reach_x) // SQUARE) + 1):
                for row in rows:
                    for other_x, other_y in places.get((column, row), ()):
                        if abs(other_x - x) < reach_x and abs(other_y - y) < reach_y:
                            return True
        places.setdefault((int(x // SQUARE), int(y // SQUARE)), []).append((x, y))
        return False


def _doubts(sheet: Sheet, places: Mapping[Fate, list[Box]]) -> Iterator[Doubt]:
    page = sheet.number
    if unseen := len(places.get(Fate.UNSEEN, ())):
        yield doubt(DoubtKind.STRAY_TEXT, say("pdf.unseen", n=unseen, page=page), Where(page=page))
    if struck := places.get(Fate.STRUCK):
        said = say("pdf.struck", n=len(struck), page=page)
        yield doubt(DoubtKind.STRAY_TEXT, said, sheet.where(hull(struck)))
    if cut := places.get(Fate.CUT):
        said = say("pdf.reaches_out", page=page)
        yield doubt(DoubtKind.TRUNCATED, said, sheet.where(hull(cut)))


def _differing(sheet: Sheet, box: Box) -> Doubt:
    said = say("pdf.differing_field", page=sheet.number)
    return doubt(DoubtKind.STRAY_TEXT, said, sheet.where(box))


def _drawing(sheet: Sheet) -> Doubt:
    page = sheet.number
    return doubt(DoubtKind.TRUNCATED, say("pdf.drawing", page=page), Where(page=page))
