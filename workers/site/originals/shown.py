"""What is shown of an original."""

from __future__ import annotations

from dataclasses import dataclass

#: The id of the marked element in a page.
MARK = "gouji-cell"
#: Pixels of a page, and of its longer side.
MOST_PIXELS = 4_000_000
LONGEST_SIDE = 6_000
#: Lines of a text, and characters of one.
MOST_LINES = 400
MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame on the picture of a page: percent of its width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """A page of a PDF as it is shown, crop box and /Rotate applied; or of a picture."""

    png: bytes
    #: Of the page, in points (as `Where.box` counts: of a PDF without UserUnit).
    width: float
    height: float
    #: Pages of the document.
    pages: int

    def frame(self, box: tuple[float, float, float, float]) -> Frame:
        """Around a box, `Where.box`; what of it reaches out of the page is cut off."""
        x0, top, x1, bottom = box
        left, right = _percent(x0, self.width), _percent(x1, self.width)
        upper, lower = _percent(top, self.height), _percent(bottom, self.height)
        return Frame(
            left=left,
            top=upper,
            width=round(max(right - left, 0.0), 3),
            height=round(max(lower - upper, 0.0), 3),
        )


def _percent(at: float, length: float) -> float:
    return round(min(max(at / length, 0.0), 1.0) * 100, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    #: In the file, from 1.
    number: int
    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Some lines of a text that follow each other."""

    lines: tuple[Line, ...]
    #: Lines of the whole text.
    total: int
