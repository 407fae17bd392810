"""A rectangle on a page, and its arithmetic.

Lengths are points; coordinates run right and down from the upper left corner of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """Left, top, right, bottom."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        """0 where there is none: `common` of two that do not overlap is of negative width."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def covers(self, other: Box) -> bool:
        return (
            self.x0 <= other.x0
            and self.top <= other.top
            and self.x1 >= other.x1
            and self.bottom >= other.bottom
        )

    def overlaps(self, other: Box) -> bool:
        return (
            self.x0 < other.x1
            and other.x0 < self.x1
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def common(self, other: Box) -> Box:
        """What lies in both; of negative width or height where nothing does."""
        return Box(
            max(self.x0, other.x0),
            max(self.top, other.top),
            min(self.x1, other.x1),
            min(self.bottom, other.bottom),
        )

    def gap(self, other: Box) -> float:
        """The white between two boxes, the larger of both ways; negative where they overlap."""
        part = self.common(other)
        return max(-part.width, -part.height)

    def grown(self, by: float) -> Box:
        return Box(self.x0 - by, self.top - by, self.x1 + by, self.bottom + by)

    def moved(self, right: float, down: float) -> Box:
        return Box(self.x0 + right, self.top + down, self.x1 + right, self.bottom + down)

    def turned(self, turn: int, width: float, height: float) -> Box:
        """The box after its page, of this width and height, is turned clockwise: by 0, 90,
        180 or 270 degrees."""
        match turn:
            case 90:
                return Box(height - self.bottom, self.x0, height - self.top, self.x1)
            case 180:
                return Box(
                    width - self.x1, height - self.bottom, width - self.x0, height - self.top
                )
            case 270:
                return Box(self.top, width - self.x1, self.bottom, width - self.x0)
        return self


def hull(boxes: Iterable[tuple[float, float, float, float]]) -> Box:
    """The smallest box around some boxes (at least one)."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(min(x0s), min(tops), max(x1s), max(bottoms))
