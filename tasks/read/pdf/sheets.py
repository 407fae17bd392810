"""What is drawn on a page → what is seen on it (`Sheet`): who reads the page reads this.

Left out: text outside of the page, printed a second time for boldness, white on white,
invisible where no picture is, or set large and askew (a watermark). Text that is hidden on a
picture is what an OCR read from it (`scans.py`): kept, with a doubt.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import atan2, degrees
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.saying import say
from tasks.read.pdf.canvas import UNMAPPED, Drawn, DrawnCharacter, DrawnPath
from tasks.read.pdf.marked import Letter, Letters, find_marks, find_struck
from tasks.read.pdf.marks import Glyph, Rule, Sheet
from tasks.read.pdf.rules import merge_rules
from tasks.read.pdf.scans import hidden_on, tell_scans, whole_pictures
from tasks.read.pdf.shaded import shades_to_rules

#: A stroke or a filled box up to this thick is a line, a thicker one an area.
THICKEST_LINE = 4.0
#: How far a line may lean and still follow an axis.
LEANING = 1.0
#: More lines than this after merging are a drawing, and no table is sought in it.
MOST_RULES = 4000
#: More pairs of lines and fields than this are no form.
MOST_PAIRS = 4_000_000
#: Letters this many times the usual size that run askew are a watermark, which says nothing
#: about what it crosses; askew by this share of their length at least.
WATERMARK = 1.5
ASKEW = 0.15

Turn = Callable[[Box], Box]


def drawn_to_sheet(number: int, drawn: Drawn) -> Sheet:
    """The page as a reader sees it, turned so that most of its text is upright."""
    turn = _turn_to_upright(drawn.characters)
    width, height = drawn.width, drawn.height
    sheet = Sheet(
        number=number,
        width=height if turn in (90, 270) else width,
        height=width if turn in (90, 270) else height,
        turned=turn,
    )

    def turned(box: Box) -> Box:
        return box.turned(turn, width, height)

    pictures = whole_pictures(drawn.images)
    sheet.image_share = _share([picture.box for picture in pictures], width, height)
    letters = _letters(drawn.characters, turned, turn)
    paths = drawn.paths
    if len(drawn.combs) * len(paths) <= MOST_PAIRS:
        paths = [path for path in paths if not any(one.parts(path.box) for one in drawn.combs)]
    struck = _take_paths(sheet, paths, turned, letters)
    for place in map(turned, drawn.struck):
        struck |= {letter.index for letter in letters.all if place.holds(*letter.box.middle)}
    marks = find_marks(letters, sheet.verticals)
    hidden = hidden_on(pictures, drawn.characters)
    unsaid = Unsaid(struck, marks, hidden.keys(), [turned(picture.box) for picture in pictures])
    _take_glyphs(sheet, drawn.characters, turned, turn, unsaid)
    n_hidden = sum(glyph.order in hidden for glyph in sheet.glyphs)
    n_seen = sum(not glyph.blank for glyph in sheet.glyphs) - n_hidden
    tell_scans(sheet, [turned(one.box) for one in hidden.values()], n_hidden, n_seen)
    sheet.doubts.extend(_differing(sheet, turned(box)) for box in drawn.differing)
    return sheet


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Characters that are not what they seem to be, by their index."""

    struck: set[int]
    #: Their texts and places as marks of what they stand beside.
    marks: dict[int, tuple[str, Box]]
    #: Those of the hidden layer of a scan.
    hidden: Collection[int]
    #: Where pictures are, on which white text may be seen.
    pictures: list[Box]


def _letters(characters: list[DrawnCharacter], turned: Turn, turn: int) -> Letters:
    """The characters that are set in lines from left to right."""
    return Letters(
        [
            Letter(
                index,
                character.text,
                turned(character.box),
                turned(Box(*character.origin, *character.origin)).top,
                character.size,
            )
            for index, character in enumerate(characters)
            if character.text.strip()
            and not character.vertical
            and not character.no_ink
            and not character.covered
            and not _is_askew(character)
            and _angle(character) == turn
        ]
    )


def _turn_to_upright(characters: list[DrawnCharacter]) -> int:
    """The clockwise turn after which most characters run to the right."""
    votes: dict[int, int] = defaultdict(int)
    for character in characters:
        if character.text.strip():
            votes[_angle(character)] += 1
    if not votes:
        return 0
    angle, count = max(votes.items(), key=lambda vote: vote[1])
    return angle if count > 0.6 * sum(votes.values()) else 0


def _angle(character: DrawnCharacter) -> int:
    if character.vertical:  # stands upright, one below the other
        return 0
    a, b = character.direction
    if b == 0 and a > 0:
        return 0
    return round(degrees(atan2(b, a)) / 90) % 4 * 90


def _is_askew(character: DrawnCharacter) -> bool:
    """Whether its text runs along neither side of the page."""
    a, b = character.direction
    return min(abs(a), abs(b)) > ASKEW * max(abs(a), abs(b))


def _share(boxes: list[Box], width: float, height: float) -> float:
    """Share of the page under the boxes; overlaps are counted once in each eighth of it."""
    if not boxes or width <= 0 or height <= 0:
        return 0.0
    covered = 0
    for row in range(16):
        for column in range(16):
            x, y = (column + 0.5) * width / 16, (row + 0.5) * height / 16
            covered += any(box.holds(x, y) for box in boxes)
    return covered / 256


def _take_paths(sheet: Sheet, paths: list[DrawnPath], turned: Turn, letters: Letters) -> set[int]:
    """Lines and shades; gives the letters that a line strikes out."""
    horizontals: list[Rule] = []
    verticals: list[Rule] = []
    outlined: set[Box] = set()
    page = Box(0, 0, sheet.width, sheet.height).grown(2)
    for path in paths:
        box = turned(path.box)
        if not box.overlaps(page.grown(1)) and not page.holds(*box.middle):
            continue
        if path.white and not _on_shade(box, sheet.shades):
            if path.filled and path.rectangle:
                _cover(sheet.shades, box)
            continue
        thin = min(box.width, box.height) <= THICKEST_LINE
        if path.filled and path.stroke_width is None:
            if thin and max(box.width, box.height) > 0:
                _add_thin(box, horizontals, verticals)
            elif path.rectangle and not path.white:
                sheet.shades.append(box)
            continue
        if path.stroke_width is not None and path.stroke_width > THICKEST_LINE:
            sheet.shades.append(box.grown(path.stroke_width / 2))
            continue
        if thin and path.rectangle and path.stroke_width is not None:
            _add_thin(box, horizontals, verticals)
            continue
        for start, end in path.strokes:
            _add_stroke(turned(_stroke_box(start, end)), horizontals, verticals)
        if path.filled and path.rectangle and not path.white:
            sheet.shades.append(box)
            outlined.add(box)
    struck, horizontals = find_struck(letters, horizontals)
    plain = [shade for shade in sheet.shades if shade not in outlined]
    lying, upright = shades_to_rules(plain, [one.box for one in letters.all], horizontals)
    horizontals += lying
    verticals += upright
    sheet.horizontals = merge_rules(horizontals)
    sheet.verticals = merge_rules(verticals)
    if len(sheet.horizontals) > MOST_RULES or len(sheet.verticals) > MOST_RULES:
        sheet.horizontals, sheet.verticals = [], []
        sheet.doubts.append(
            Doubt(
                kind=DoubtKind.TRUNCATED,
                says=(say("pdf.drawing", page=sheet.number),),
                where=Where(page=sheet.number),
            )
        )
    return struck


def _stroke_box(start: tuple[float, float], end: tuple[float, float]) -> Box:
    (x0, y0), (x1, y1) = start, end
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _on_shade(box: Box, shades: list[Box]) -> bool:
    x, y = box.middle
    return any(shade.holds(x, y) for shade in shades[-500:])


def _cover(shades: list[Box], cover: Box) -> None:
    """White paper over earlier colour hides it."""
    hidden = [shade for shade in shades if cover.covers(shade)]
    for shade in hidden:
        shades.remove(shade)


def _add_thin(box: Box, horizontals: list[Rule], verticals: list[Rule]) -> None:
    x, y = box.middle
    if box.width >= box.height:
        horizontals.append(Rule(y, box.x0, box.x1))
    if box.height >= box.width:
        verticals.append(Rule(x, box.top, box.bottom))


def _add_stroke(box: Box, horizontals: list[Rule], verticals: list[Rule]) -> None:
    if box.height <= LEANING < box.width:
        horizontals.append(Rule((box.top + box.bottom) / 2, box.x0, box.x1))
    elif box.width <= LEANING < box.height:
        verticals.append(Rule((box.x0 + box.x1) / 2, box.top, box.bottom))


def _take_glyphs(
    sheet: Sheet,
    characters: list[DrawnCharacter],
    turned: Turn,
    turn: int,
    unsaid: Unsaid,
) -> None:
    page = Box(0, 0, sheet.width, sheet.height)
    usual = median(character.size for character in characters) if characters else 0.0
    seen: dict[tuple[str, int, int], list[Box]] = defaultdict(list)
    left_out = 0
    struck: list[Box] = []
    cut: list[Box] = []
    for order, character in enumerate(characters):
        box = turned(character.box)
        x, y = box.middle
        if not page.holds(x, y) and not box.overlaps(page):
            if sheet.glyphs and _goes_on_outside(sheet.glyphs[-1], box, order):
                sheet.glyphs.append(_cut_off(sheet.glyphs[-1], order))
                cut.append(sheet.glyphs[-1].box)
            elif character.text.strip() and not character.no_ink:
                sheet.beyond.append(Glyph(UNMAPPED, box, character.size, 0, order))
            continue
        if character.size > WATERMARK * usual and _is_askew(character):
            continue
        blank = not character.text.strip()
        if not blank and character.covered:
            left_out += 1
            continue
        pale = character.white and not _on_shade(box, sheet.shades)
        on_picture = pale and any(picture.holds(x, y) for picture in unsaid.pictures)
        inkless = character.no_ink or (pale and not on_picture)
        if not blank and inkless and order not in unsaid.hidden:
            left_out += 1
            continue
        if order in unsaid.struck:
            struck.append(box)
            continue
        if not blank and _printed_before(character.text, box, seen):
            continue
        mark, box = unsaid.marks.get(order, (character.text, box))
        sheet.glyphs.append(
            Glyph(
                text=_as_text(mark),
                box=box,
                size=character.size,
                angle=(_angle(character) - turn) % 360,
                order=order,
            )
        )
    _tell_of_hidden(sheet, left_out)
    if struck:
        sheet.doubts.append(_struck_out(sheet, struck))
    if cut:
        sheet.doubts.append(_reaches_out(sheet, cut))


def _goes_on_outside(last: Glyph, box: Box, order: int) -> bool:
    """Whether a character outside of the page goes on a text that begins on it: `31` may be
    what can be seen of 314."""
    gap = box.x0 - last.box.x1
    level = abs(box.middle[1] - last.box.middle[1]) < 0.3 * last.box.height
    return last.order == order - 1 and level and abs(gap) < 0.3 * last.size and not last.blank


def _cut_off(last: Glyph, order: int) -> Glyph:
    """What stands for the rest of a text that the edge of the page cuts off."""
    edge = Box(last.box.x1, last.box.top, last.box.x1 + 0.1, last.box.bottom)
    return Glyph(text=UNMAPPED, box=edge, size=last.size, angle=last.angle, order=order)


def _reaches_out(sheet: Sheet, cut: list[Box]) -> Doubt:
    return Doubt(
        kind=DoubtKind.TRUNCATED,
        says=(say("pdf.reaches_out", page=sheet.number),),
        where=sheet.where(hull(cut)),
    )


def _differing(sheet: Sheet, box: Box) -> Doubt:
    return Doubt(
        kind=DoubtKind.STRAY_TEXT,
        says=(say("pdf.differing_field", page=sheet.number),),
        where=sheet.where(box),
    )


def _struck_out(sheet: Sheet, struck: list[Box]) -> Doubt:
    return Doubt(
        kind=DoubtKind.STRAY_TEXT,
        says=(say("pdf.struck", n=len(struck), page=sheet.number),),
        where=sheet.where(hull(struck)),
    )


def _as_text(text: str) -> str:
    """Ligatures and presentation forms are spelt out, glyphs without Unicode marked."""
    if text.startswith("(cid:") or "\x00" in text:
        return UNMAPPED
    if len(text) == 1:
        code = ord(text)
        if 0xFB00 <= code <= 0xFB06:
            return unicodedata.normalize("NFKC", text)
        if code == 0xA0 or code == 0x3000 or code < 0x20:
            return " "
        if code == 0xAD:  # a soft hyphen that is printed is a hyphen
            return "-"
        if code in (0x200B, 0xFEFF):
            return ""
    return text


def _printed_before(text: str, box: Box, seen: dict[tuple[str, int, int], list[Box]]) -> bool:
    """Whether the same character stands in (nearly) the same place already."""
    x, y = box.middle
    reach_x = max(0.3, 0.25 * box.width)
    reach_y = max(0.3, 0.15 * box.height)
    column, row = int(x // 4), int(y // 4)
    for near_column in range(int((x - reach_x) // 4), int((x + reach_x) // 4) + 1):
        for near_row in range(int((y - reach_y) // 4), int((y + reach_y) // 4) + 1):
            for other in seen.get((text, near_column, near_row), ()):
                other_x, other_y = other.middle
                if abs(other_x - x) < reach_x and abs(other_y - y) < reach_y:
                    return True
    seen[text, column, row].append(box)
    return False


def _tell_of_hidden(sheet: Sheet, left_out: int) -> None:
    if left_out:
        sheet.doubts.append(
            Doubt(
                kind=DoubtKind.STRAY_TEXT,
                says=(say("pdf.unseen", n=left_out, page=sheet.number),),
                where=Where(page=sheet.number),
            )
        )
