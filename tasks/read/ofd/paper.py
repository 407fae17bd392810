"""What is drawn on a page up to now; what is painted over, as a viewer paints.

The order is that of painting: whatever is solid hides what lies beneath it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from tasks.model.box import Box
from tasks.read.ofd.outline import Part
from tasks.read.ofd.space import Matrix, TooMuch
from tasks.read.pdf.drawn import Drawn, DrawnCharacter, DrawnImage, DrawnPath

#: More of these on one page is a drawing or a bomb, not a page of a report.
MOST_CHARACTERS = 100_000
MOST_STROKES = 200_000
MOST_IMAGES = 20_000
#: More objects than this, on one page, whatever they draw.
MOST_OBJECTS = 200_000
#: The share of a character that must be painted over to hide it.
COVERED = 0.6
#: Height of the bands that characters are sought in, in points.
BAND = 24.0
#: How far beyond the edge of what is shown of it a line is still seen, beside half its breadth.
OVER_EDGE = 1.0
#: A line that leans less than this, in points, follows an axis.
LEANING = 1.0


class Shown(NamedTuple):
    """A picture on a page."""

    #: Of its file in the container.
    name: str
    #: From the square of 1 that it fills to the page.
    to: Matrix
    #: What of the page it is shown on.
    box: Box


class Paper:
    def __init__(self, width: float, height: float) -> None:
        self.box = Box(0.0, 0.0, width, height)
        self._characters: list[DrawnCharacter] = []
        self._paths: list[DrawnPath] = []
        self._images: list[DrawnImage] = []
        #: In the order in which they are painted.
        self.shown: list[Shown] = []
        self._struck: list[Box] = []
        self._covered: set[int] = set()
        self._bands: dict[int, list[int]] = defaultdict(list)
        self._n_banded = 0
        self._n_strokes = 0
        self._n_objects = 0
        #: Whether text stands on it whose characters have no places of their own.
        self.loose = False
        #: Whether something on it could not be followed.
        self.damaged = False

    def count(self) -> None:
        """One more object. Raises TooMuch."""
        self._n_objects += 1
        if self._n_objects > MOST_OBJECTS:
            raise TooMuch

    @property
    def n_marks(self) -> int:
        return len(self._characters) + len(self._paths) + self._n_objects

    def drawn(self) -> Drawn:
        characters = list(self._characters)
        for index in self._covered:
            characters[index] = characters[index]._replace(covered=True)
        return Drawn(
            self.box.width,
            self.box.height,
            characters=tuple(characters),
            paths=tuple(self._paths),
            images=tuple(self._images),
            struck=tuple(self._struck),
            damaged=self.damaged,
        )

    def write(self, characters: Sequence[DrawnCharacter]) -> None:
        if len(self._characters) + len(characters) > MOST_CHARACTERS:
            raise TooMuch
        self._characters += characters

    def strike(self, box: Box) -> None:
        self._struck.append(box)

    def show(self, shown: Shown, *, opaque: bool) -> None:
        """A picture. What is beneath it may be the text that a program read from it."""
        if len(self._images) >= MOST_IMAGES:
            raise TooMuch
        box = shown.box
        if box.width > 0 and box.height > 0:
            self.shown.append(shown)
            self._images.append(DrawnImage(box, len(self._characters), opaque))

    def fill(self, part: Part, shown: Box, *, white: bool) -> None:
        """An area, or a line that is drawn as one."""
        box = part.box
        if not shown.covers(box):
            box = box.common(shown.grown(OVER_EDGE))
        if box.width >= 0 and box.height >= 0:
            self._keep(DrawnPath((), box, None, True, part.rectangle, white))

    def stroke(self, part: Part, shown: Box, *, width: float, filled: bool, white: bool) -> None:
        shown = shown.grown(OVER_EDGE + width / 2)
        if shown.covers(part.box):
            self._keep(DrawnPath(part.straight, part.box, width, filled, part.rectangle, white))
            return
        if filled:
            self.fill(part, shown, white=white)
        for start, end in part.straight:
            box = _around(start, end)
            if min(box.width, box.height) <= LEANING:
                box = box.common(shown)
            if box.width >= 0 and box.height >= 0:
                ends = ((box.x0, box.top), (box.x1, box.bottom))
                self._keep(DrawnPath((ends,), box, width, False, False, white))

    def _keep(self, path: DrawnPath) -> None:
        self._n_strokes += 1 + len(path.strokes)
        if self._n_strokes > MOST_STROKES:
            raise TooMuch
        if all(map(isfinite, path.box)):
            self._paths.append(path)

    def cover(self, box: Box) -> None:
        """Nothing that was written beneath it is seen."""
        if not self._characters:
            return
        shown = box.common(self.box)
        if shown.width <= 0 or shown.height <= 0:
            return
        self._into_bands()
        for band in range(_band(shown.top), _band(shown.bottom) + 1):
            here = self._bands.get(band)
            if not here:
                continue
            beneath = {one for one in here if _covers(shown, self._characters[one].box)}
            if beneath:
                self._covered |= beneath
                self._bands[band] = [one for one in here if one not in beneath]

    def _into_bands(self) -> None:
        for index in range(self._n_banded, len(self._characters)):
            middle = self._characters[index].box.middle[1]
            self._bands[_band(middle)].append(index)
        self._n_banded = len(self._characters)


def _around(start: tuple[float, float], end: tuple[float, float]) -> Box:
    (x0, y0), (x1, y1) = start, end
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _band(y: float) -> int:
    return int(y // BAND)


def _covers(paint: Box, character: Box) -> bool:
    area = paint.common(character).area
    return area > 0 and area >= COVERED * character.area
