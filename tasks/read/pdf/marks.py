"""The marks on a page, as every step of the PDF reader takes them.

Lengths are points, coordinates run right and down from the upper left corner of the
page as it is shown (crop box, /Rotate applied), turned so that its text reads upright.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.model.box import Box
from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.saying import Saying


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One drawn character. `text` may hold several (ligatures) or U+FFFD (no Unicode known)."""

    text: str
    box: Box
    #: Font size as shown, in points.
    size: float
    #: Direction of writing as shown: 0 to the right, 90 upwards, 180, 270 downwards.
    angle: int
    #: Position in the content stream; no other glyph of the page has it.
    order: int
    #: Whether it leaves no ink: asked so often that it is told once.
    blank: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blank", not self.text.strip())


def doubt(kind: DoubtKind, said: Saying, where: Where | None = None) -> Doubt:
    return Doubt(kind=kind, says=(said,), where=where or Where())


class Rule(NamedTuple):
    """A straight line along one axis: at `at` on the other axis, from `start` to `end`."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def lying(self) -> Box:
        """Where it is, if it lies."""
        return Box(self.start, self.at, self.end, self.at)

    @property
    def upright(self) -> Box:
        return Box(self.at, self.start, self.at, self.end)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is seen on one page."""

    number: int
    width: float
    height: float
    #: Turn (0, 90, 180, 270, clockwise) that was applied to make the text upright.
    turned: int = 0
    glyphs: tuple[Glyph, ...] = ()
    #: What would be seen beside the page, if it were broader.
    beyond: tuple[Glyph, ...] = ()
    #: Merged lines: drawn lines, borders of boxes, thin filled boxes.
    horizontals: tuple[Rule, ...] = ()
    verticals: tuple[Rule, ...] = ()
    #: Areas filled with a colour other than the paper's.
    shades: tuple[Box, ...] = ()
    #: Share of the page under images, 0 to 1.
    image_share: float = 0.0
    #: Its place among all sheets, which is another than the page's where two pages share one.
    leaf: int = 0
    #: Where it begins on the page, and how broad that is, where it is a half of it.
    left: float = 0.0
    whole_width: float | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def box(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def where(self, box: Box) -> Where:
        """The place of a box on the page as it is shown, before it was turned."""
        width = self.width if self.whole_width is None else self.whole_width
        back = box.moved(self.left, 0.0).turned((360 - self.turned) % 360, width, self.height)
        x0, top, x1, bottom = (round(value, 1) for value in back)
        return Where(page=self.number, box=(x0, top, x1, bottom))
