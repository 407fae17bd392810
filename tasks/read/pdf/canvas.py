"""One page of the PDF → what is drawn on it (`Drawn`), before anything is judged.

A device of pdfminer's, which is told of each string, path and picture. Strings set downwards
come to it character by character, all others whole (`strings.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Any, NamedTuple

from pdfminer.converter import PDFPageAggregator
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.utils import Matrix, apply_matrix_pt, apply_matrix_rect

from tasks.model.box import Box
from tasks.read.pdf.drawn import (
    DIGITS,
    UNMAPPED,
    Comb,
    Drawn,
    DrawnCharacter,
    DrawnImage,
    DrawnPath,
    Ghost,
    Point,
    may_be_another,
)
from tasks.read.pdf.faces import Face
from tasks.read.pdf.fonts import Resources
from tasks.read.pdf.interpreter import NEARLY, Interpreter, Paint
from tasks.read.pdf.layers import hidden_layers, is_hidden
from tasks.read.pdf.notes import Note, direction, page_to_notes, page_to_struck, placed, same
from tasks.read.pdf.streams import is_damaged
from tasks.read.pdf.strings import Line, Set, Setting

#: More of these on one page is a drawing or a bomb, not a page of a report.
MOST_CHARACTERS = 100_000
MOST_PATHS = 200_000
#: Text render modes that leave no ink: 3 invisible, 7 clipping only.
NO_INK = (3, 7)
#: Entries of an image through which what is beneath may be seen.
SEE_THROUGH = ("SMask", "Mask", "ImageMask", "IM")
#: Components of white by colour space; in other spaces (Separation, Pattern) full
#: components mean full ink, or nothing that can be told.
WHITE_AT_ONE = ("DeviceGray", "CalGray", "G", "DeviceRGB", "CalRGB", "RGB")
WHITE_AT_NONE = ("DeviceCMYK", "CMYK")
#: Share of a character that white paint must cover to hide it.
COVERED = 0.6
#: Height of the bands that characters are sought in, in points.
BAND = 24.0
#: Size of text that is set in the place of a note, in points.
LARGEST_OF_NOTE = 10.0

#: Where the base line of a line in a note runs, in sizes below its top.
BASE = 0.85
#: A path is a rectangle whose corners are this near to those of its box, in points.
CORNER = 0.1


class TooMuchOnPage(Exception):
    """A page holds more characters or paths than the limit."""


class Look(NamedTuple):
    """What the characters of a string have in common."""

    size: float
    direction: Point
    no_ink: bool
    white: bool
    covered: bool


class Kept:
    """What was drawn up to now."""

    def __init__(self) -> None:
        self.characters: list[DrawnCharacter] = []
        self.paths: list[DrawnPath] = []
        self.images: list[DrawnImage] = []
        self.ghosts: list[Ghost] = []
        self.digits: dict[Any, set[str]] = defaultdict(set)
        #: Indices of characters that white paint covers.
        self.covered: set[int] = set()
        #: How many characters are in bands.
        self.n_banded = 0

    def shown(self) -> tuple[DrawnCharacter, ...]:
        characters = list(self.characters)
        for index in self.covered:
            characters[index] = characters[index]._replace(covered=True)
        return tuple(characters)


class Canvas(PDFPageAggregator):
    """A pdfminer device that keeps what is drawn, in the coordinates of `drawn`."""

    def __init__(self, resources: Resources, page: PDFPage, *, at_once: bool) -> None:
        super().__init__(resources, laparams=None)
        self._left, low, right, self._high = _shown_part(page)
        self._size = right - self._left, self._high - low
        self._from_drawn = _inverse(_to_drawn(page))
        self._no_ink = False
        self._kept = Kept()
        self._combs: list[Comb] = []
        self._differing: list[Box] = []
        self._faces = resources
        self._at_once = at_once
        self.paint = Paint()
        self._off = hidden_layers(page)
        #: For each part of the content that is marked, and holds this place: whether it is hidden.
        self.marked: list[bool] = []
        #: Characters by their height on the page, to find those that white paint covers; they
        #: are put here when there is such paint.
        self._bands: dict[int, list[tuple[Kept, int]]] = defaultdict(list)

    def drawn(self, struck: Iterable[Box], *, damaged: bool) -> Drawn:
        """All that was drawn. Raises TooMuchOnPage."""
        kept = self._kept
        if len(kept.characters) > MOST_CHARACTERS:
            raise TooMuchOnPage
        return Drawn(
            *self._size,
            characters=kept.shown(),
            paths=tuple(kept.paths),
            images=tuple(kept.images),
            ghosts=tuple(kept.ghosts),
            digits={font: frozenset(digits) for font, digits in kept.digits.items()},
            struck=tuple(struck),
            differing=tuple(self._differing),
            combs=tuple(self._combs),
            damaged=damaged,
        )

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._no_ink = textstate.render in NO_INK
        face = self._faces.face(textstate.font)
        if face.is_vertical or not self._at_once:
            super().render_string(textstate, seq, ncs, graphicstate)
            return
        line = Line(face, textstate, self.ctm)
        look = self._look(line.size, line.direction, graphicstate)
        for one in line.set(seq):
            self._keep_character(one, look, face)
        textstate.linematrix = line.end

    def render_char(self, *args: Any) -> float:
        advance = super().render_char(*args)
        item: Any = self.cur_item._objs.pop()
        as_set = Setting(*args)
        face = self._faces.face(as_set.font)
        at = apply_matrix_pt(item.matrix, (0.0, as_set.rise))
        one = face.told(item.get_text()), as_set.code, as_set.box(item, face), at
        look = self._look(as_set.size(item, face), as_set.direction, item.graphicstate)
        self._keep_character(one, look, face)
        return advance

    def _look(self, size: float, direction: Point, state: Any) -> Look:
        return Look(
            size,
            direction,
            no_ink=self._no_ink or self.paint.unseen,
            white=_is_white(state.ncolor, state.ncs),
            covered=any(self.marked),
        )

    def _keep_character(self, one: Set, look: Look, face: Face) -> None:
        kept = self._kept
        index = len(kept.characters)
        if index >= MOST_CHARACTERS:
            raise TooMuchOnPage
        left, high = self._left, self._high
        text, code, (x0, y0, x1, y1), (x, y) = one
        character = DrawnCharacter(
            text,
            Box(x0 - left, high - y1, x1 - left, high - y0),
            look.size,
            (x - left, high - y),
            look.direction,
            face.is_vertical,
            look.no_ink,
            look.white,
            look.covered,
        )
        kept.characters.append(character)
        if text in DIGITS:
            kept.digits[face.font].add(text)
        elif may_be_another(text) and not look.no_ink:
            place = apply_matrix_pt(self._from_drawn, one[3])
            along = self._in_content(look.direction)
            kept.ghosts.append(Ghost(index, character, face.font, code, place, along))

    def _in_content(self, direction: Point) -> Point:
        a, b, c, d, *_ = self._from_drawn
        x, y = direction
        return x * a + y * c, x * b + y * d

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        for subpath in self.subpaths(path):
            self._keep(gstate, stroke, fill, subpath)

    def subpaths(self, path: Any) -> Iterator[list[tuple[str, Point]]]:
        """The parts of a path, as they lie on the page."""
        subpath: list[tuple[str, Point]] = []
        a, b, c, d, e, f = self.ctm
        for step in path:
            command = step[0]
            if command == "m" and subpath:
                yield subpath
                subpath = []
            if command == "h":
                if subpath:
                    subpath.append(("l", subpath[0][1]))
                continue
            x, y = float(step[-2]), float(step[-1])
            place = a * x + c * y + e - self._left, self._high - (b * x + d * y + f)
            subpath.append((command, place))
        if subpath:
            yield subpath

    def open_layer(self, layer: Any) -> None:
        """What follows, up to `close_layer`, is on this layer; on none if it is None."""
        self.marked.append(layer is not None and is_hidden(layer, self._off))

    def close_layer(self) -> None:
        if self.marked:
            self.marked.pop()

    def clip(self, path: Any) -> None:
        """Nothing that is painted from now on shows beyond this path."""
        parts = list(self.subpaths(path))
        box = _box(parts[0]) if len(parts) == 1 and len(parts[0]) in (4, 5) else None
        exact = box is not None and _is_rectangle(parts[0], box)
        self.paint = self.paint.clipped(box if exact else None)

    def _cover(self, box: Box) -> None:
        """White paint over characters that were drawn before."""
        shown = self.paint.shown(box)
        if shown is None:
            return
        self._into_bands()
        for band in range(_band(shown.top), _band(shown.bottom) + 1):
            here = self._bands[band]
            beneath = {one for one in here if _covers(shown, one[0].characters[one[1]].box)}
            for kept, index in beneath:
                kept.covered.add(index)
            if beneath:
                self._bands[band] = [one for one in here if one not in beneath]

    def _into_bands(self) -> None:
        kept = self._kept
        for index in range(kept.n_banded, len(kept.characters)):
            character = kept.characters[index]
            if not character.covered:
                self._bands[_band(character.box.middle[1])].append((kept, index))
        kept.n_banded = len(kept.characters)

    def _keep(
        self, gstate: Any, stroke: bool, fill: bool, subpath: list[tuple[str, Point]]
    ) -> None:
        if len(self._kept.paths) >= MOST_PATHS:
            raise TooMuchOnPage
        if any(self.marked):
            return
        box = _box(subpath)
        a, b, c, d, _, _ = self.ctm
        scale = (hypot(a, b) + hypot(c, d)) / 2
        colour = (gstate.scolor, gstate.scs) if stroke else (gstate.ncolor, gstate.ncs)
        rectangle = _is_rectangle(subpath, box)
        if fill and rectangle and _is_white(gstate.ncolor, gstate.ncs):
            self._cover(box)
        self._kept.paths.append(
            DrawnPath(
                strokes=tuple(
                    (before[1], after[1])
                    for before, after in pairwise(subpath)
                    if after[0] == "l" and before[1] != after[1]
                ),
                box=box,
                stroke_width=float(gstate.linewidth or 0) * scale if stroke else None,
                filled=fill,
                rectangle=rectangle,
                white=_is_white(*colour),
            )
        )

    def render_image(self, name: str, stream: Any) -> None:
        super().render_image(name, stream)
        if any(self.marked):
            return
        box = self.place(*self.cur_item.bbox)
        whole = not any(key in stream.attrs for key in SEE_THROUGH)
        shown = self.paint.shown(box) if whole else None
        before = len(self._kept.characters)
        self._kept.images.append(DrawnImage(shown or box, before, shown is not None))

    def add_note(self, note: Note, interpreter: PDFPageInterpreter, ctm: Matrix) -> None:
        """The characters of a text that lies beside the content of the page."""
        self._into_bands()
        shown = self._shown(note, interpreter, ctm)
        text = "".join(character.text for character in shown)
        place = self.place(*apply_matrix_rect(ctm, note.rectangle))
        as_value = same(text, note.text)
        if note.boxes:
            self._combs.append(Comb(place, note.boxes))
        elif shown and (as_value or not (note.text or note.field)):
            self._add(shown)
            return
        # The boxes of a comb set apart what is one text.
        made_of_value = (
            note.appearance is None
            or (note.boxes > 0 and as_value)
            or "(cid:" in text
            or (note.stale and not text)
        )
        lines = note.lines
        if not made_of_value and (text or note.text.strip()):
            self._differing.append(place)
            lines = [UNMAPPED * len(note.text.strip() or text)]
        self._add(_set_in(place, lines, direction(note, ctm)))

    def _add(self, characters: list[DrawnCharacter]) -> None:
        """Those of a note, which no paint covers."""
        self._kept.characters.extend(characters)
        self._kept.n_banded = len(self._kept.characters)

    def _shown(
        self, note: Note, interpreter: PDFPageInterpreter, ctm: Matrix
    ) -> list[DrawnCharacter]:
        """The characters of its appearance; its lines are a frame, not rules of a table."""
        if note.appearance is None:
            return []
        page, self._kept = self._kept, Kept()
        resources, matrix = placed(note, note.appearance, ctm)
        inner = interpreter.subinterp()
        self.paint, self.marked = Paint(), []
        try:
            inner.render_contents(resources, [note.appearance], ctm=matrix)
            return [one for one in self._kept.shown() if one.text.strip()]
        except (TooMuchOnPage, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - pdfminer raises anything on broken appearances
            return []
        finally:
            self._kept = page

    def place(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        left, high = self._left, self._high
        return Box(x0 - left, high - y1, x1 - left, high - y0)


def draw_page(page: PDFPage, resources: Resources, *, at_once: bool = True) -> Drawn:
    """What is drawn on the page; without `at_once` as pdfminer interprets it, step by step.
    Raises TooMuchOnPage, and anything at all on broken bytes."""
    canvas = Canvas(resources, page, at_once=at_once)
    damaged = any(is_damaged(part) for part in page.contents)
    interpreter = Interpreter(resources, canvas, at_once=at_once)
    interpreter.process_page(page)
    to_drawn = _to_drawn(page)
    for note in page_to_notes(page):
        canvas.add_note(note, interpreter, to_drawn)
    struck = [canvas.place(*apply_matrix_rect(to_drawn, one)) for one in page_to_struck(page)]
    return canvas.drawn(struck, damaged=damaged)


def _set_in(place: Box, lines: list[str], at: Point) -> list[DrawnCharacter]:
    """Lines set in the middle of a place, as large as it allows, running in a direction."""
    angle = round(degrees(atan2(at[1], at[0])) / 90) % 4 * 90
    upright = Box(0, 0, place.width, place.height).turned(angle, place.width, place.height)
    back = (360 - angle) % 360, upright.width, upright.height
    widest = max(sum(map(_share_of_size, line)) for line in lines)
    size = min(LARGEST_OF_NOTE, upright.height / len(lines), upright.width / max(widest, 1.0))
    top = (upright.height - size * len(lines)) / 2
    made = []
    for line in lines:
        x = (upright.width - size * sum(map(_share_of_size, line))) / 2
        for letter in line:
            width = size * _share_of_size(letter)
            box = Box(x, top, x + width, top + size).turned(*back)
            base = Box(x, top + BASE * size, x, top + BASE * size).turned(*back)
            origin = base.moved(place.x0, place.top)[:2]
            made.append(DrawnCharacter(letter, box.moved(place.x0, place.top), size, origin, at))
            x += width
        top += size
    return made


def _share_of_size(letter: str) -> float:
    """The width of a character in font sizes, near enough to stand in the right cell."""
    return 0.5 if letter.isascii() else 1.0


def _band(y: float) -> int:
    return int(y // BAND)


def _covers(paint: Box, character: Box) -> bool:
    if character[0] >= paint[2] or character[2] <= paint[0]:
        return False
    area = paint.common(character).area
    return area > 0 and area >= COVERED * character.area


def _box(subpath: list[tuple[str, Point]]) -> Box:
    xs, ys = zip(*[point for _, point in subpath], strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _shown_part(page: PDFPage) -> tuple[float, float, float, float]:
    """The crop box, in the coordinates that pdfminer draws in (media box, after /Rotate)."""
    to_drawn = _to_drawn(page)
    media = apply_matrix_rect(to_drawn, page.mediabox)
    crop = apply_matrix_rect(to_drawn, page.cropbox or page.mediabox)
    left, low = max(crop[0], media[0]), max(crop[1], media[1])
    right, high = min(crop[2], media[2]), min(crop[3], media[3])
    if right - left < 1 or high - low < 1:
        return media
    return left, low, right, high


def _to_drawn(page: PDFPage) -> Matrix:
    """From the page's own coordinates to those that pdfminer draws in."""
    x0, y0, x1, y1 = page.mediabox
    return {
        90: (0, -1, 1, 0, -y0, x1),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, 1, -1, 0, y1, -x0),
    }.get(page.rotate % 360, (1, 0, 0, 1, -x0, -y0))


def _inverse(matrix: Matrix) -> Matrix:
    """That of a matrix that turns and moves."""
    a, b, c, d, e, f = matrix
    return a, c, b, d, -(a * e + b * f), -(c * e + d * f)


def _is_rectangle(subpath: list[tuple[str, Point]], box: Box) -> bool:
    if len(subpath) not in (4, 5):
        return False
    x0, top, x1, bottom = box
    for command, (x, y) in subpath:
        if command == "c" or min(abs(x - x0), abs(x - x1)) >= CORNER:
            return False
        if min(abs(y - top), abs(y - bottom)) >= CORNER:
            return False
    return True


@lru_cache(maxsize=1024)
def _is_white(colour: Any, space: Any) -> bool:
    parts = colour if isinstance(colour, (tuple, list)) else (colour,)
    if not all(isinstance(part, (int, float)) for part in parts):
        return False
    name = getattr(space, "name", "")
    if name in WHITE_AT_NONE or (name == "ICCBased" and len(parts) == 4):
        return all(part <= NEARLY for part in parts)
    if name in WHITE_AT_ONE or name == "ICCBased":
        return all(part >= 1 - NEARLY for part in parts)
    return False
