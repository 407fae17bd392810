"""What is drawn on a page, before anything is judged: the vocabulary of drawing.

Coordinates are those of the page as it is shown (crop box, /Rotate applied).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from tasks.model.box import Box

#: A character that is there and cannot be told.
UNMAPPED = "\ufffd"
#: Characters without ink whose class of Unicode does not say so: fillers, the Braille blank.
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
DIGITS = frozenset("0123456789")
#: What a form has in place of a figure. A font may call a digit so.
DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
#: Classes of characters without ink: separators, controls, formats, what is not assigned.
INKLESS = ("Zs", "Zl", "Zp", "Cc", "Cf", "Cn")
#: How near to the edge of a field a line is its edge, in points; and how broad a line is at the
#: most that belongs to one of its boxes, in breadths of these.
EDGE = 1.5
ONE_BOX = 1.2

Point = tuple[float, float]


class DrawnCharacter(NamedTuple):
    text: str
    box: Box
    size: float
    #: Where it stands on its base line.
    origin: Point
    #: The first two components of the text matrix: the direction of writing.
    direction: Point
    #: Set downwards by its font (-V encodings).
    vertical: bool = False
    no_ink: bool = False
    white: bool = False
    #: Painted over in white later, or on a layer that is not shown.
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Ghost:
    """A drawn character that its font calls blank, and the glyph that stands there."""

    #: Its place among the characters of the page.
    index: int
    character: DrawnCharacter
    font: Any
    #: Its number in the font.
    code: int
    #: Where it stands and where its line runs, in the coordinates of the page's content: on a
    #: page stored on its side these are not those of the page as it is shown.
    place: Point
    along: Point


@dataclass(frozen=True, slots=True)
class DrawnPath:
    #: Ends of its straight strokes, one subpath after the other.
    strokes: tuple[tuple[Point, Point], ...]
    box: Box
    #: Width of the stroke as shown, None where the path is not stroked.
    stroke_width: float | None
    filled: bool
    #: One subpath of four right angles.
    rectangle: bool
    white: bool


@dataclass(frozen=True, slots=True)
class Comb:
    """A field of a form that is parted into boxes for one character each."""

    place: Box
    boxes: int

    def parts(self, box: Box) -> bool:
        """Whether a line of the page is one between its boxes, or around one of them."""
        if box.width > ONE_BOX * self.place.width / self.boxes:
            return False
        inside = self.place.x0 + EDGE < box.middle[0] < self.place.x1 - EDGE
        return inside and self.place.grown(EDGE).holds(*box.middle)


@dataclass(frozen=True, slots=True)
class DrawnImage:
    box: Box
    #: How many characters were drawn before it.
    before: int
    #: Whether nothing beneath it is seen.
    opaque: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn on a page, in the order it is drawn."""

    width: float
    height: float
    characters: tuple[DrawnCharacter, ...] = ()
    paths: tuple[DrawnPath, ...] = ()
    images: tuple[DrawnImage, ...] = ()
    #: The characters among them that are called blank, where they would be seen.
    ghosts: tuple[Ghost, ...] = ()
    #: The digits that each font shows.
    digits: Mapping[Any, frozenset[str]] = field(default_factory=dict)
    #: Places that a note strikes out.
    struck: tuple[Box, ...] = ()
    #: Places of notes that show another text than they hold.
    differing: tuple[Box, ...] = ()
    #: Fields that are parted into boxes.
    combs: tuple[Comb, ...] = ()
    #: Whether a part of its content cannot be inflated to its end, so that text may be lost.
    damaged: bool = False


def is_ghost(text: str) -> bool:
    """Whether a text says that nothing is seen. Private characters are seen, and unknown."""
    if text.strip() and text.isprintable() and text not in FILLERS:
        return False
    return all(one in FILLERS or unicodedata.category(one) in INKLESS for one in text)


@lru_cache(maxsize=4096)
def may_be_another(text: str) -> bool:
    """Whether a font that is wrong may call a figure so: a blank, or a dash."""
    return is_ghost(text) or text in DASHES
