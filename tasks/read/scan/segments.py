"""Long straight lines on a page, however they lean: what tells that it was photographed askew.

They are sought at half the resolution and are no rules yet: of those, tasks/read/scan/rules.py
decides, on a page that lies flat.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.pixels import Pixels, as_bytes

#: At half the resolution, in pixels: the paper around a line is looked at so far; a line is darker
#: by this; it has pieces of so many pixels in one row, of which a long one is made.
AROUND = 15
DARKER = 18
PIECE = 25
SHORTEST = 60
#: A line is so thick at most, and leans by this share of its length.
THICKEST = 7
STEEPEST = 0.09
#: So many are enough to tell, and few enough to be looked at one by one.
MOST = 400


@dataclass(frozen=True, slots=True)
class Segment:
    """In pixels of the page: its ends, and how far its ink leaves the straight line between."""

    x0: float
    y0: float
    x1: float
    y1: float
    sag: float

    @property
    def length(self) -> float:
        return float(np.hypot(self.x1 - self.x0, self.y1 - self.y0))

    @property
    def slant(self) -> float:
        """By how many pixels it is off its axis over its whole length."""
        return min(abs(self.x1 - self.x0), abs(self.y1 - self.y0))


def segments(grey: Pixels) -> tuple[list[Segment], list[Segment]]:
    """`grey`: on white paper. Those that lie, and those that stand."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    around = cv2.blur(half, (AROUND, AROUND))
    dark = as_bytes(cv2.subtract(around, as_bytes(half)) > DARKER)
    lying = [Segment(*_full(one)) for one in _lying(dark)]
    standing = []
    for one in _lying(np.ascontiguousarray(dark.T)):
        y0, x0, y1, x1, sag = _full(one)
        standing.append(Segment(x0, y0, x1, y1, sag))
    return lying, standing


_Found = tuple[float, float, float, float, float]


def _full(found: _Found) -> _Found:
    """Middles of pixels stay where they are."""
    x0, y0, x1, y1, sag = found
    return 2 * x0 + 0.5, 2 * y0 + 0.5, 2 * x1 + 0.5, 2 * y1 + 0.5, 2 * sag


def _lying(dark: Pixels) -> list[_Found]:
    # Where a thin line steps from one row to the next it goes on.
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, PIECE), np.uint8))
    _n, labels, stats, _middles = cv2.connectedComponentsWithStats(long, connectivity=8)
    order = np.argsort(-stats[1:, cv2.CC_STAT_WIDTH])[:MOST] + 1
    found = []
    for index in order.tolist():
        left, top, width, height, area = (int(one) for one in stats[index])
        if width < SHORTEST:
            break
        if area / width > THICKEST or height > THICKEST + STEEPEST * width:
            continue
        part = labels[top : top + height, left : left + width] == index
        found.append(_fitted(part, left, top))
    return found


def _fitted(part: npt.NDArray[np.bool_], left: int, top: int) -> _Found:
    height, width = part.shape
    inked = part.sum(axis=0)
    columns = np.flatnonzero(inked)
    rows = (part * np.arange(height)[:, None]).sum(axis=0)[columns] / inked[columns]
    slope, level = np.polyfit(columns, rows, 1)
    off = np.abs(rows - (slope * columns + level))
    return (
        float(left),
        float(top + level),
        float(left + width - 1),
        float(top + level + slope * (width - 1)),
        float(np.percentile(off, 90)),
    )
