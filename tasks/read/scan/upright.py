"""A page that was laid askew on the scanner → upright, and the way back to where things stood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
import numpy.typing as npt

from tasks.model.box import Box, hull
from tasks.read.scan.pixels import Layers, Pixels, as_bytes

#: Pages lean by this many degrees at most; more is a turn that somebody has to see.
MOST_LEANING = 6.0
#: Steps in which the leaning is sought, first over all, then around the best.
STEPS = (0.5, 0.1, 0.02)
#: Less than this, in degrees, is left: a line moves by less than its own breadth.
STRAIGHT = 0.03
#: The leaning is sought in a picture of this height, in pixels.
SOUGHT_IN = 800
INK = 140


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """From places on the upright page to those on the page as it came, in pixels or, once it is
    `scaled`, in points: 3 × 3, a homography, as of a page that was photographed askew."""

    matrix: npt.NDArray[np.float64]

    def scaled(self, scale: float) -> Way:
        by = np.array([scale, scale, 1.0])
        return Way(self.matrix * by[:, None] / by[None, :])

    def back(self, box: Box) -> Box:
        """The box around where these corners stood."""
        corners = np.array([[x, y, 1.0] for x in (box.x0, box.x1) for y in (box.top, box.bottom)])
        places = corners @ self.matrix.T
        places = places[:, :2] / places[:, 2:]
        return hull([(float(x), float(y), float(x), float(y)) for x, y in places])


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """By so many quarters of a turn, clockwise."""
    return np.ascontiguousarray(np.rot90(pixels, -quarters))


def way_of_turn(quarters: int, width: int, height: int) -> Way:
    """Back from a page that was `width` × `height` pixels and was `turned`."""
    match quarters % 4:
        case 1:
            rows = [[0, 1, 0], [-1, 0, height]]
        case 2:
            rows = [[-1, 0, width], [0, -1, height]]
        case 3:
            rows = [[0, -1, width], [1, 0, 0]]
        case _:
            rows = [[1, 0, 0], [0, 1, 0]]
    return Way(np.array([*rows, [0, 0, 1]], np.float64))


def joined(first: Way, then: Way) -> Way:
    """Back by `first`, and from there by `then`."""
    return Way(then.matrix @ first.matrix)


def straightened(page: Layers) -> tuple[Layers, Way]:
    leaning = _leaning(page.full)
    height, width = page.full.shape
    if abs(leaning) < STRAIGHT:
        return page, way_of_turn(0, width, height)
    there, size = _rotation(width, height, leaning)
    back = Way(np.linalg.inv(np.vstack([there, [0, 0, 1]])))
    return warped(page, cv2.warpAffine, there, size), back


def warped(
    page: Layers,
    warp: Callable[..., npt.NDArray[np.generic]],
    there: npt.NDArray[np.float64],
    size: tuple[int, int],
) -> Layers:
    """On white paper of another size, moved there by `cv2.warpAffine` or `warpPerspective`."""
    return page.each(
        lambda pixels: as_bytes(
            warp(
                pixels,
                there,
                size,
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=255,
            )
        )
    )


def _rotation(
    width: int, height: int, degrees: float
) -> tuple[npt.NDArray[np.float64], tuple[int, int]]:
    """Around the middle, onto a page that holds all of it."""
    there = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0).astype(np.float64)
    turn, lean = abs(cos(radians(degrees))), abs(sin(radians(degrees)))
    wide = round(width * turn + height * lean)
    high = round(width * lean + height * turn)
    there[0, 2] += (wide - width) / 2
    there[1, 2] += (high - height) / 2
    return there, (wide, high)


def _leaning(grey: Pixels) -> float:
    """By how many degrees it is to be turned (counter-clockwise) for its lines to lie: where rows
    of pixels are most unlike each other."""
    factor = min(1.0, SOUGHT_IN / max(grey.shape))
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = np.where(small < INK + 50, 255 - small, 0).astype(np.float32)
    if not ink.any():
        return 0.0
    best, reach = 0.0, MOST_LEANING
    for step in STEPS:
        tries = np.arange(best - reach, best + reach + step / 2, step)
        best = float(tries[int(np.argmax([_sharpness(ink, one) for one in tries]))])
        reach = step
    return best


def _sharpness(ink: npt.NDArray[np.float32], degrees: float) -> float:
    """The page is sheared rather than turned: rows keep all of their ink."""
    height, width = ink.shape
    lean = np.tan(radians(degrees))
    matrix = np.array([[1, 0, 0], [-lean, 1, lean * width / 2]], np.float64)
    rows = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR).sum(axis=1)
    return float(np.square(np.diff(rows)).sum())
