"""A string of the content → its characters, where they stand, how large and which way.

Nearly all text is set from left to right: here it is placed without pdfminer's object a
character, by the arithmetic of pdfminer, operation by operation, so that no place differs in its
last digit. Text that is set downwards is pdfminer's.

Source: ISO 32000-1, 9.2, 9.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from typing import Any, NamedTuple

from pdfminer.utils import Matrix, apply_matrix_pt, apply_matrix_rect, mult_matrix

from tasks.read.pdf.drawn import Point
from tasks.read.pdf.faces import Face

#: The code that the spacing of words belongs to.
SPACE = 32


class Setting(NamedTuple):
    """How one character is set: what pdfminer hands to a device."""

    matrix: Matrix
    font: Any
    fontsize: float
    scaling: float
    rise: float
    code: int
    colours: Any
    state: Any

    @property
    def direction(self) -> Point:
        """Where its line runs. A negative size, or a negative scaling, turns it round: with a
        matrix that is turned as well the text is upright."""
        a, b = self.matrix[:2]
        return (-a, -b) if self.fontsize * self.scaling < 0 else (a, b)

    def size(self, item: Any, face: Face) -> float:
        if face.is_vertical:
            return float(item.size)
        across = hypot(self.matrix[2], self.matrix[3])
        if face.is_drawn:
            low, high = face.reach(self.fontsize)
            return (high - low) * across
        return abs(self.fontsize) * across

    def box(self, item: Any, face: Face) -> Any:
        """Left, low, right, high on the page as drawn."""
        if not face.is_drawn:
            return item.bbox
        low, high = face.reach(self.fontsize)
        if self.fontsize < 0:
            low, high = -high, -low
        return apply_matrix_rect(
            self.matrix, (min(0.0, item.adv), low + self.rise, max(0.0, item.adv), high + self.rise)
        )


#: A character as it is set, on the page as pdfminer draws it: its text, its number in the font,
#: left, low, right and high, and where it stands on its base line.
Set = tuple[str, int, tuple[float, float, float, float], Point]


class Line:
    """A string that is set from left to right, and where the next one goes on."""

    def __init__(self, face: Face, state: Any, ctm: Matrix) -> None:
        self._face = face
        self._matrix = mult_matrix(state.matrix, ctm)
        self._fontsize = state.fontsize
        self._scaling = state.scaling * 0.01
        self._rise = state.rise
        self._between = state.charspace * self._scaling
        self._words = 0 if face.is_multibyte else state.wordspace * self._scaling
        self.end: Point = state.linematrix
        across = hypot(self._matrix[2], self._matrix[3])
        if face.is_drawn:
            low, high = face.reach(self._fontsize)
            self.size = (high - low) * across
            if self._fontsize < 0:
                low, high = -high, -low
            self._low, self._high = low + self._rise, high + self._rise
        else:
            self.size = abs(self._fontsize) * across
            self._low = face.descent * self._fontsize + self._rise
            self._high = self._low + self._fontsize

    @property
    def direction(self) -> Point:
        a, b = self._matrix[:2]
        return (-a, -b) if self._fontsize * self._scaling < 0 else (a, b)

    def set(self, parts: Any) -> Iterator[Set]:
        """The characters of its parts, one by one."""
        x, y = self.end
        step = 0.001 * self._fontsize * self._scaling
        is_first = True
        for part in parts:
            if isinstance(part, (int, float)):
                x -= part * step
                is_first = False
            elif isinstance(part, bytes):
                for code in self._face.codes(part):
                    if not is_first:
                        x += self._between
                    text, width = self._face.shown(code)
                    advance = width * self._fontsize * self._scaling
                    yield self._placed(text, code, x, y, advance)
                    x += advance
                    if code == SPACE and self._words:
                        x += self._words
                    is_first = False
        self.end = x, y

    def _placed(self, text: str, code: int, x: float, y: float, advance: float) -> Set:
        a, b, c, d, e, f = self._matrix
        low, high = self._low, self._high
        e, f = x * a + y * c + e, x * b + y * d + f
        if b or c:
            matrix = (a, b, c, d, e, f)
            box = apply_matrix_rect(matrix, (0, low, advance, high))
            return text, code, box, apply_matrix_pt(matrix, (0.0, self._rise))
        right, bottom, top = a * advance + e, d * low + f, d * high + f
        x0, x1 = (e, right) if e < right else (right, e)
        y0, y1 = (bottom, top) if bottom < top else (top, bottom)
        return text, code, (x0, y0, x1, y1), (e, d * self._rise + f)
