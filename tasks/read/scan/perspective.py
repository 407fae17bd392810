"""A page that was photographed askew → flat, and the way back.

Lines that are parallel on paper meet in one point of a photograph: those that lie in one, those
that stand in another. The page is flat again where both points are infinitely far away.

    page -> segments -> where each family meets -> homography -> flat page
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.pixels import Layers
from tasks.read.scan.segments import Segment, segments
from tasks.read.scan.upright import Way, warped, way_of_turn

Matrix = npt.NDArray[np.float64]

#: In pixels: lines that are no further off their axis, over their length, are straight enough.
STRAIGHT = 3.0
#: Where a family meets is sought with so many lines at least, which are spread over this share of
#: the page; the furthest off of them, as a share of its length, is not believed.
FEWEST = 3
SPREAD = 0.12
ROUNDS = 8
#: In pixels: a line that misses the point by more counts less.
MISSED = 1.5
#: No photograph that can be read is foreshortened by more: a page's far side is at least so long,
#: as a share of its near side.
FORESHORTENED = 0.6
#: In pixels: a line whose ink leaves it by more is bent; this share of a page's lines is enough
#: to say so.
BENT = 7.0
MOST_BENT = 0.25
#: A line that is shorter than this share of the page says nothing of its bending.
TELLING = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    page: Layers
    way: Way
    #: Its lines are no straight ones: the paper itself was not flat.
    is_bent: bool


def flattened(page: Layers, edges: Sequence[Segment] = ()) -> Flat:
    """`page`: on white paper, upright as a whole; `edges`: those of the sheet, where they are
    seen."""
    height, width = page.full.shape
    lying, standing = segments(page.plain)
    is_bent = _is_bent([*lying, *standing], max(width, height))
    for edge in edges:
        lies = abs(edge.x1 - edge.x0) > abs(edge.y1 - edge.y0)
        (lying if lies else standing).append(edge)
    there = None if _are_straight([*lying, *standing]) else _homography(lying, standing, page)
    if there is None:
        return Flat(page, way_of_turn(0, width, height), is_bent)
    there, size = _onto_paper(there, width, height)
    flat = warped(page, cv2.warpPerspective, there, size)
    return Flat(flat, Way(np.linalg.inv(there).astype(np.float64)), is_bent)


def _are_straight(found: Sequence[Segment]) -> bool:
    """One line in ten may be anything."""
    if len(found) < FEWEST:
        return True
    return float(np.percentile([one.slant for one in found], 90)) < STRAIGHT


def _is_bent(found: Sequence[Segment], across: int) -> bool:
    telling = [one for one in found if one.length > TELLING * across]
    bent = sum(one.length for one in telling if one.sag > BENT)
    return bent > MOST_BENT * sum(one.length for one in telling)


def _homography(
    lying: Sequence[Segment], standing: Sequence[Segment], page: Layers
) -> Matrix | None:
    """From places on the page to those on a flat one, that around the middle of the page nothing
    changes by much; None where the lines do not tell, or tell of no photograph."""
    height, width = page.full.shape
    middle = np.array([width / 2, height / 2, 1.0])
    across = _meeting(lying, np.array([1.0, 0.0, 0.0]), middle, height)
    down = _meeting(standing, np.array([0.0, 1.0, 0.0]), middle, width)
    horizon = np.cross(across, down)
    there = np.array([np.cross(down, middle), np.cross(across, middle), horizon])
    # Of a page's own size around its middle: one pixel stays one pixel.
    depth = float(horizon @ middle)
    if abs(depth) < 1e-12 or abs(there[0, 0]) < 1e-12 or abs(there[1, 1]) < 1e-12:
        return None
    there[0] *= depth / there[0, 0]
    there[1] *= depth / there[1, 1]
    there = there / depth
    corners = _corners(width, height)
    depths = corners @ there[2]
    if depths.min() < FORESHORTENED * depths.max() or depths.min() <= 0:
        return None
    return there if _is_better(there, [*lying, *standing]) else None


def _is_better(there: Matrix, found: Sequence[Segment]) -> bool:
    before = np.array([one.slant for one in found])
    ends = np.array([[one.x0, one.y0, 1.0, one.x1, one.y1, 1.0] for one in found])
    first, last = ends[:, :3] @ there.T, ends[:, 3:] @ there.T
    off = first[:, :2] / first[:, 2:] - last[:, :2] / last[:, 2:]
    return float(np.median(np.abs(off).min(axis=1))) < 0.7 * float(np.median(before))


def _meeting(found: Sequence[Segment], axis: Matrix, middle: Matrix, across: int) -> Matrix:
    """Where lines meet: least squares over all, those that miss it left out little by little.
    `axis`: where they meet that are parallel to it, and where too few say. `across`: how large the
    page is at right angles to it."""
    off_axis = int(axis[0])
    ends = np.array([[one.x0, one.y0, one.x1, one.y1] for one in found]).reshape(-1, 4)
    places = (ends[:, off_axis] + ends[:, 2 + off_axis]) / 2
    if len(found) < FEWEST or float(np.ptp(places)) < SPREAD * across:
        return axis
    # Around the middle of the page and in its own size numbers stay small.
    size = float(max(middle))
    first = np.column_stack([(ends[:, :2] - middle[:2]) / size, np.ones(len(ends))])
    last = np.column_stack([(ends[:, 2:] - middle[:2]) / size, np.ones(len(ends))])
    lengths = np.linalg.norm(first - last, axis=1)
    lines = np.cross(first, last) / lengths[:, None]
    weights = lengths
    point = axis
    for _round in range(ROUNDS):
        point = np.linalg.eigh((lines * (weights * lengths)[:, None]).T @ lines)[1][:, 0]
        missed = _missed((first + last) / 2, first, point) * size
        weights = lengths / (1 + np.square(missed / MISSED))
    there = np.array([size * point[0] + middle[0] * point[2], 0.0, point[2]])
    there[1] = size * point[1] + middle[1] * point[2]
    return there


def _missed(middles: Matrix, ends: Matrix, point: Matrix) -> Matrix:
    """How far each line's end is off the one from its middle to the point."""
    wanted = np.cross(middles, point)
    norm = np.maximum(np.hypot(wanted[:, 0], wanted[:, 1]), 1e-12)
    found: Matrix = np.abs((wanted * ends).sum(axis=1)) / norm
    return found


def _corners(width: int, height: int) -> Matrix:
    return np.array([[x, y, 1.0] for x in (0, width) for y in (0, height)])


def _onto_paper(there: Matrix, width: int, height: int) -> tuple[Matrix, tuple[int, int]]:
    """Onto a page that holds all of it."""
    places = _corners(width, height) @ there.T
    places = places[:, :2] / places[:, 2:]
    left, top = places.min(axis=0)
    right, bottom = places.max(axis=0)
    moved = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top], [0.0, 0.0, 1.0]]) @ there
    return moved, (round(right - left), round(bottom - top))
