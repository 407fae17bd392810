"""Pages of an OFD as pixels, as far as they are pictures: each laid in its place on white paper.

Text and lines of a page are drawn by nobody here: they are known as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot

import cv2
import numpy as np

from tasks.model.box import Box
from tasks.model.refusal import Refusal
from tasks.read.ofd.opening import Opened
from tasks.read.ofd.paper import Shown
from tasks.read.pdf.drawn import Drawn
from tasks.read.scan.pictures import pages_of
from tasks.read.scan.pixels import WORKING, Picture, Pixels, as_bytes

#: Pixels of a page at the most; larger ones are drawn smaller.
MOST_PIXELS = 40_000_000
#: Pictures of one page; more are tiles of a drawing.
MOST_PICTURES = 1_000
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class OfdPages:
    """The pages of an OFD as `tasks/read/scan/paged.py` asks for them."""

    opened: Opened
    shows_text: bool = False

    def drawn(self) -> Sequence[Drawn | None]:
        return self.opened.pages

    def pixels(self, numbers: Iterable[int]) -> Iterator[tuple[int, Picture | None]]:
        for number in numbers:
            page = self.opened.pages[number - 1]
            yield number, None if page is None else self._page(page, self.opened.shown[number - 1])

    def _page(self, page: Drawn, shown: Sequence[Shown]) -> Picture | None:
        """None where one of its pictures cannot be read: what would be missing is not known."""
        if len(shown) > MOST_PICTURES:
            return None
        scale = min(WORKING / 72, (MOST_PIXELS / max(1.0, page.width * page.height)) ** 0.5)
        size = max(1, round(page.height * scale)), max(1, round(page.width * scale))
        paper = np.full((*size, 3), 255, np.uint8)
        for one in shown:
            picture = self._picture(one.name)
            if picture is None:
                return None
            _lay(paper, picture, one, scale)
        return Picture(pixels=paper, width=page.width)

    def _picture(self, name: str) -> Pixels | None:
        """None where it is damaged, too large, or of a kind that is not known (JBIG2)."""
        source = self.opened.container.body(name) if name else b""
        try:
            found = next(pages_of(source), None)
        except Refusal:
            return None
        if found is None:
            return None
        pixels = found.pixels
        return as_bytes(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)) if pixels.ndim == 2 else pixels


def _lay(paper: Pixels, picture: Pixels, shown: Shown, scale: float) -> None:
    """First as large as it is shown, then into its place, turned and slanted as it may be."""
    a, b, c, d, e, f = (value * scale for value in shown.to)
    width, height = max(1, round(hypot(a, b))), max(1, round(hypot(c, d)))
    if width * height > 4 * MOST_PIXELS:
        return
    shrinks = width < picture.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    sized = cv2.resize(picture, (width, height), interpolation=way)
    to = np.array([[a / width, c / height, e], [b / width, d / height, f]])
    straight = abs(b) + abs(c) < 1 and a > 0 and d > 0
    if straight:
        to = np.array([[1.0, 0.0, round(e)], [0.0, 1.0, round(f)]])
    size = paper.shape[1], paper.shape[0]
    flags = cv2.INTER_NEAREST if straight else cv2.INTER_CUBIC
    laid = as_bytes(cv2.warpAffine(sized, to, size, flags=flags, borderValue=WHITE))
    whole = np.full(sized.shape[:2], 255, np.uint8)
    inside = cv2.warpAffine(whole, to, size, flags=cv2.INTER_NEAREST)
    # Where it is not shown, what is beneath stays.
    rows, columns = _pixels_of(shown.box, paper, scale)
    seen = inside[rows, columns] > 0
    paper[rows, columns][seen] = laid[rows, columns][seen]


def _pixels_of(box: Box, paper: Pixels, scale: float) -> tuple[slice, slice]:
    height, width = paper.shape[:2]
    x0, top, x1, bottom = (value * scale for value in box)
    return (
        slice(max(0, int(top)), min(height, int(bottom + 1))),
        slice(max(0, int(x0)), min(width, int(x1 + 1))),
    )
