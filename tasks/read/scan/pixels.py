"""The vocabulary of reading pixels, and how a page of them is made ready to be read.

Pixels are arrays of rows × columns, 0 (black) to 255 (white); places in them are `Span`s, which
count pixels from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

#: Rows × columns, or rows × columns × 3 (red, green, blue).
Pixels = npt.NDArray[np.uint8]

#: What is read has this resolution, in dots an inch: below `LOW` it is enlarged to it, above `HIGH`
#: reduced. All sizes in pixels are of this one.
WORKING = 200.0
LOW = 185.0
HIGH = 220.0
#: In inches: where nobody says how large a picture is, it is as broad as a page.
PAGE_WIDTH = 8.27
#: Colours differ by this much in what is no shade of grey.
COLOURED = 40
#: The share of a page that has a colour, where it has any: single pixels come of compression.
A_COLOUR = 0.0001
#: The paper is sought in squares of this many pixels, at the working resolution.
PAPER_SQUARE = 16
#: What is darker than this, of a picture, is no paper, whatever is around it.
DARKEST_PAPER = 90


class Span(NamedTuple):
    """Columns and rows, the last ones not in it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def of(self, pixels: Pixels) -> Pixels:
        return pixels[self.top : self.bottom, self.left : self.right]

    def grown(self, by: int) -> Span:
        return Span(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def moved(self, right: int, down: int) -> Span:
        return Span(self.left + right, self.top + down, self.right + right, self.bottom + down)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A page as it came; `width` is that of the page in points, None where nobody says."""

    pixels: Pixels
    width: float | None = None

    @property
    def dpi(self) -> float:
        inches = PAGE_WIDTH if self.width is None else self.width / 72
        # A picture that lies is as broad as a page is high.
        if self.width is None and self.pixels.shape[1] > 1.2 * self.pixels.shape[0]:
            inches = PAGE_WIDTH * 2**0.5
        return float(self.pixels.shape[1]) / inches


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A page without colours and with white paper, twice: all that is there, and what is left
    where coloured ink (of stamps) counts as paper. The same where nothing has a colour."""

    full: Pixels
    plain: Pixels

    def each(self, change: Callable[[Pixels], Pixels]) -> Layers:
        full = change(self.full)
        return Layers(full=full, plain=full if self.plain is self.full else change(self.plain))


def resized(picture: Picture, wanted: float | None = None) -> tuple[Pixels, float]:
    """At a resolution that is read, or near to the one that is `wanted`; and how long one of its
    pixels is, in points."""
    dpi = picture.dpi
    target = WORKING if wanted is None else wanted
    if LOW <= dpi * WORKING / target <= HIGH:
        return picture.pixels, 72 / dpi
    factor = target / dpi
    way = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    pixels = cv2.resize(picture.pixels, None, fx=factor, fy=factor, interpolation=way)
    return as_bytes(pixels), 72 / target


def layers(pixels: Pixels) -> Layers:
    if pixels.ndim == 2:
        grey = on_white(pixels)
        return Layers(full=grey, plain=grey)
    full = on_white(as_bytes(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)))
    red, green, blue = cv2.split(pixels)
    brightest = cv2.max(cv2.max(red, green), blue)
    darkest = cv2.min(cv2.min(red, green), blue)
    coloured = cv2.countNonZero(as_bytes(cv2.subtract(brightest, darkest) > COLOURED))
    if coloured < A_COLOUR * darkest.size:
        return Layers(full=full, plain=full)
    return Layers(full=full, plain=on_white(as_bytes(brightest)))


def on_white(grey: Pixels) -> Pixels:
    """The page as if it were evenly lit, on white paper."""
    height, width = grey.shape
    small = cv2.resize(
        grey,
        (max(1, width // PAPER_SQUARE), max(1, height // PAPER_SQUARE)),
        interpolation=cv2.INTER_AREA,
    )
    # Ink is thinner than two squares: the brightest of some neighbours is paper.
    paper = cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (5, 5))
    if int(paper.min()) >= 250:
        return grey
    paper = np.maximum(paper, DARKEST_PAPER)
    spread = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return as_bytes(cv2.divide(grey, spread, scale=255.0))


def as_bytes(pixels: npt.NDArray[np.generic]) -> Pixels:
    return pixels.astype(np.uint8, copy=False)
