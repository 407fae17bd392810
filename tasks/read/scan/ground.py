"""What a photographed page lies on: found, so that it is neither ink nor rule, and painted white.

Only where it is plainly a ground: darker than the paper, all around it or nearly, with nothing
written on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.pixels import Layers, Pixels, as_bytes
from tasks.read.scan.segments import Segment

#: The ground is sought in a picture reduced by this.
REDUCED = 8
#: In shares of 255: paper and ground differ by this much in the middle.
DIFFER = 0.2
#: The share of a side of the picture that is ground, and how many sides are.
OF_SIDE = 0.5
SIDES = 3
#: Paper fills this share of its hull, and is this share of the picture at least.
WHOLE = 0.93
LEAST_PAPER = 0.25
#: More of the ground that stands out from what is around it, as a share, is something on it.
WRITTEN = 0.002
STANDS_OUT = 40
#: An edge of the page is looked at between these shares of its length, and fitted twice: what is
#: further off than this many pixels, reduced, is none of it.
WITHIN = (0.06, 0.94)
OFF_EDGE = 1.0
#: What lies so near to the ground, in pixels, is its shadow or the edge of the paper.
EDGE = 12


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    #: Rows × columns of the reduced picture.
    mask: npt.NDArray[np.bool_]
    #: Of the page, in pixels of the picture.
    edges: tuple[Segment, ...]

    def painted(self, page: Layers) -> Layers:
        height, width = page.full.shape
        mask = cv2.resize(as_bytes(self.mask), (width, height), interpolation=cv2.INTER_LINEAR)
        reach = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
        ground = cv2.dilate(mask, reach) > 0

        def change(pixels: Pixels) -> Pixels:
            white = pixels.copy()
            white[ground] = 255
            return white

        return page.each(change)


def find_ground(pixels: Pixels) -> Ground | None:
    """`pixels`: as they came, grey or in colours."""
    if min(pixels.shape[:2]) < 24 * REDUCED or not _may_have_ground(pixels):
        return None
    small = _small(pixels, REDUCED)
    level, _picture = cv2.threshold(small, 0, 255, cv2.THRESH_OTSU)
    dark = as_bytes(small <= level)
    mask = _from_outside(dark)
    paper = ~mask
    if float(np.median(small[paper])) - float(np.median(small[mask])) < DIFFER * 255:
        return None
    if sum(float(side.mean()) >= OF_SIDE for side in _sides(mask)) < SIDES:
        return None
    outline = _outline(paper)
    if outline is None or _is_written_on(pixels, outline, mask.shape):
        return None
    return Ground(mask, tuple(_edges(outline, paper)))


def _small(pixels: Pixels, by: int) -> Pixels:
    height, width = pixels.shape[:2]
    size = (max(1, width // by), max(1, height // by))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return as_bytes(small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))


def _sides(mask: npt.NDArray[np.generic]) -> Iterator[npt.NDArray[np.generic]]:
    """Of a picture: its first and last rows and columns."""
    yield from (mask[0], mask[-1], mask[:, 0], mask[:, -1])


def _may_have_ground(pixels: Pixels) -> bool:
    """In most scans paper reaches the sides; few pixels tell that."""
    few = _grey(np.ascontiguousarray(pixels[:: 4 * REDUCED, :: 4 * REDUCED]))
    paper = float(np.percentile(few, 80))
    sides = (_grey(np.ascontiguousarray(side)) for side in _sides(pixels[::REDUCED, ::REDUCED]))
    dark = [float((side < paper - DIFFER * 255).mean()) >= OF_SIDE for side in sides]
    return sum(dark) >= SIDES


def _grey(pixels: Pixels) -> Pixels:
    return as_bytes(pixels.mean(axis=-1)) if pixels.shape[-1] == 3 else pixels


def _from_outside(dark: Pixels) -> npt.NDArray[np.bool_]:
    """What is dark and goes on to a side of the picture."""
    _n, labels = cv2.connectedComponents(dark, connectivity=4)
    outside = np.unique(np.concatenate([np.ravel(side) for side in _sides(labels)]))
    found: npt.NDArray[np.bool_] = np.isin(labels, outside[outside > 0])
    return found


def _outline(paper: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64] | None:
    """Of the largest piece of paper, n × 2; None where that is no whole page."""
    contours, _tree = cv2.findContours(as_bytes(paper), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None:
        return None
    hull = cv2.convexHull(largest)
    area = float(cv2.contourArea(hull))
    if float(cv2.contourArea(largest)) < WHOLE * area or area < LEAST_PAPER * paper.size:
        return None
    return np.asarray(largest, np.float64).reshape(-1, 2)


def _is_written_on(
    pixels: Pixels, outline: npt.NDArray[np.float64], shape: tuple[int, ...]
) -> bool:
    """Whether much of what is around the page is far brighter than what is around that, as
    writing is, or another sheet."""
    hull = cv2.convexHull(outline.astype(np.int32))
    paper = cv2.fillConvexPoly(np.zeros(shape, np.uint8), hull, 1)
    paper = cv2.dilate(as_bytes(paper), np.ones((5, 5), np.uint8))
    finer = _small(pixels, REDUCED // 4)
    height, width = finer.shape
    around = cv2.resize(paper, (width, height), interpolation=cv2.INTER_NEAREST) == 0
    if not around.any():
        return False
    # Beside the page it is compared with the ground alone.
    ground = np.where(around, finer, np.uint8(np.median(finer[around])))
    bright = cv2.subtract(ground, as_bytes(cv2.blur(ground, (25, 25)))) > STANDS_OUT
    return float(bright[around].mean()) > WRITTEN


def _edges(outline: npt.NDArray[np.float64], paper: npt.NDArray[np.bool_]) -> Iterator[Segment]:
    """`outline`: all its points, reduced. Edges that lie on a side of the picture are none."""
    box = cv2.boxPoints(cv2.minAreaRect(outline.astype(np.float32)))
    for one, other in zip(box, np.roll(box, -1, axis=0), strict=True):
        edge = _edge(outline, paper.shape, one, other)
        if edge is not None:
            yield edge


def _edge(
    outline: npt.NDArray[np.float64],
    shape: tuple[int, ...],
    one: npt.NDArray[np.float32],
    other: npt.NDArray[np.float32],
) -> Segment | None:
    """Along one side of the box around the page: the straight line that most points there keep."""
    along = other.astype(np.float64) - one
    length = float(np.hypot(*along))
    if length < 8:
        return None
    along /= length
    place = (outline - one) @ along / length
    off = (outline - one) @ np.array([-along[1], along[0]])
    height, width = shape
    inside = (outline > 1).all(axis=1) & (outline < [width - 2, height - 2]).all(axis=1)
    near = (place > WITHIN[0]) & (place < WITHIN[1]) & inside & (np.abs(off) < 0.12 * length)
    if near.sum() < 0.5 * length:
        return None
    place, off = place[near], off[near]
    line = np.polyfit(place, off, 1)
    for _again in range(3):
        kept = np.abs(off - np.polyval(line, place)) <= max(
            OFF_EDGE, float(np.median(np.abs(off - np.polyval(line, place))))
        )
        line = np.polyfit(place[kept], off[kept], 1)
    if float(np.mean(np.abs(off - np.polyval(line, place)) <= 2 * OFF_EDGE)) < 0.7:
        return None
    across = np.array([-along[1], along[0]])
    ends = [
        (one + along * at * length + across * np.polyval(line, at) + 0.5) * REDUCED for at in WITHIN
    ]
    (x0, y0), (x1, y1) = ends
    return Segment(float(x0), float(y0), float(x1), float(y1), 0.0)
