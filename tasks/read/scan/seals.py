"""A round seal over a page: found by its ring, and made paper where it is lighter than print.

A seal in colour is gone already where its colour was taken off (`pixels.layers`); on a grey or
bilevel scan it is ink among ink. What stands within a seal is never quite sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import cv2
import numpy as np
import numpy.typing as npt

from tasks.read.scan.lines import Ink
from tasks.read.scan.pixels import Pixels, Span, as_bytes

#: Radii, in sizes of a character: seals are 38 to 50 mm across.
SMALLEST, LARGEST = 3.5, 14.0
#: Its ring falls into pieces where rules were, as long as a row of a table is high; a piece is at
#: least this long, in sizes, and of its box no more than this share is ink.
PIECE = 1.2
FILLED = 0.45
#: How many of its directions (of 36) have ink at the distance of the ring, within this share.
DIRECTIONS = 36
FEWEST_DIRECTIONS = 22
NEAR_RING = 0.05
#: Circles through three points of pieces that are tried; the second and the third lie no further
#: from the first than a seal is broad, so that several seals do not hide one another.
TRIES = 240
#: Seals on one page.
MOST = 4
#: Levels of grey by which it is lighter than print, so that both can be told apart.
LIGHTER = 55
#: How far from print towards the seal's grey a pixel is print.
PRINT = 0.55
#: Print is as dark as this share, in percent, of all ink.
DARK = 15
#: The share of a ring's ink, in percent, that is taken to be its breadth: print touches it.
OF_RING = 85
#: How sure a reading is at most where a seal of another grey, or of the same, lies upon it.
SURE_UNDER_LIGHT = 0.88
SURE_UNDER_DARK = 0.7


@dataclass(frozen=True, slots=True)
class Seal:
    x: float
    y: float
    radius: float
    #: Half of how broad its ring is.
    breadth: float
    #: The usual level of its ink, and of what is printed on the page.
    grey: float
    print: float

    @property
    def light(self) -> bool:
        """Whether it can be told from print by its grey."""
        return self.grey - self.print >= LIGHTER

    @property
    def sure(self) -> float:
        return SURE_UNDER_LIGHT if self.light else SURE_UNDER_DARK

    def touches(self, span: Span) -> bool:
        x = min(max(self.x, span.left), span.right)
        y = min(max(self.y, span.top), span.bottom)
        return hypot(x - self.x, y - self.y) <= self.radius * (1 + NEAR_RING)

    def has_arc(self, *places: tuple[float, float]) -> bool:
        """Whether all of them are on its ring."""
        reach = self.breadth + NEAR_RING * self.radius
        return all(abs(hypot(x - self.x, y - self.y) - self.radius) <= reach for x, y in places)

    def crosses(self, span: Span) -> bool:
        """Whether its ring does, so that print may be hidden there."""
        corners = [(x, y) for x in (span.left, span.right) for y in (span.top, span.bottom)]
        furthest = max(hypot(x - self.x, y - self.y) for x, y in corners)
        return self.touches(span) and furthest >= self.radius * (1 - NEAR_RING)


def find_seals(grey: Pixels, ink: Ink, size: float) -> list[Seal]:
    """`grey`, `ink`: of the page without its rules."""
    pieces = _pieces(ink, size)
    seals: list[Seal] = []
    random = np.random.default_rng(0)
    while len(seals) < MOST and len(pieces) >= DIRECTIONS:
        found = _circle(pieces, size, random)
        if found is None:
            return seals
        fitted = _fitted(pieces, found)
        is_better = _directions(pieces, fitted) >= _directions(pieces, found)
        x, y, radius = fitted if is_better else found
        distance = np.hypot(pieces[:, 0] - x, pieces[:, 1] - y)
        on_ring = np.abs(distance - radius) <= NEAR_RING * radius
        columns, rows = pieces[on_ring].astype(int).T
        seals.append(
            Seal(
                x,
                y,
                radius,
                breadth=float(np.percentile(np.abs(distance - radius)[on_ring], OF_RING)) + 1.5,
                grey=float(np.median(grey[rows, columns])),
                print=float(np.percentile(grey[ink], DARK)),
            )
        )
        pieces = pieces[distance > radius * (1 + 2 * NEAR_RING)]
    return seals


def without_seals(grey: Pixels, seals: Sequence[Seal]) -> Pixels:
    """Within a light seal only print is left; the ring of a dark one is paper, and with it what
    of print it crosses."""
    cleaned = grey.copy()
    for seal in seals:
        reach = seal.radius * (1 + 2 * NEAR_RING)
        left, top = max(0, round(seal.x - reach)), max(0, round(seal.y - reach))
        part = cleaned[top : round(seal.y + reach) + 1, left : round(seal.x + reach) + 1]
        rows, columns = np.indices(part.shape)
        distance = np.hypot(columns + left - seal.x, rows + top - seal.y)
        if seal.light:
            within = distance <= reach
            part[within] = _print_alone(part, seal)[within]
        else:
            part[np.abs(distance - seal.radius) <= seal.breadth] = 255
    return cleaned


def _print_alone(part: Pixels, seal: Seal) -> Pixels:
    """Between print and the seal's grey all greys are spread out again, as edges of print have
    them."""
    level = seal.print + PRINT * (seal.grey - seal.print)
    return as_bytes(np.clip(part.astype(np.float32) * (255.0 / max(1.0, level)), 0, 255))


def _pieces(ink: Ink, size: float) -> npt.NDArray[np.float64]:
    """Places (x, y) of ink in long thin pieces, as a ring leaves them and print does not."""
    _n, labels, stats, _middles = cv2.connectedComponentsWithStats(as_bytes(ink), connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    long = np.maximum(width, height) >= PIECE * size
    thin = stats[:, cv2.CC_STAT_AREA] <= FILLED * width * height
    kept = long & thin
    kept[0] = False
    rows, columns = np.nonzero(kept[labels])
    return np.column_stack([columns, rows]).astype(np.float64)


def _circle(
    places: npt.NDArray[np.float64], size: float, random: np.random.Generator
) -> tuple[float, float, float] | None:
    """The circle that most of its directions agree on; None where none is a ring."""
    sampled = places[random.integers(0, len(places), min(len(places), 4000))]
    best, most = None, FEWEST_DIRECTIONS - 1
    for first in random.integers(0, len(sampled), TRIES):
        across = np.abs(sampled - sampled[first]).max(axis=1)
        near = np.flatnonzero(across <= 2 * LARGEST * size)
        second, third = random.choice(near, 2)
        found = _through(sampled[first], sampled[second], sampled[third])
        if found is None or not SMALLEST * size <= found[2] <= LARGEST * size:
            continue
        n = _directions(sampled, found)
        if n > most:
            best, most = found, n
    return best


def _through(
    one: npt.NDArray[np.float64], two: npt.NDArray[np.float64], three: npt.NDArray[np.float64]
) -> tuple[float, float, float] | None:
    matrix = np.array([two - one, three - one]) * 2
    if abs(float(np.linalg.det(matrix))) < 1.0:
        return None
    squares = np.array([two @ two - one @ one, three @ three - one @ one])
    x, y = (float(value) for value in np.linalg.solve(matrix, squares))
    return x, y, hypot(x - float(one[0]), y - float(one[1]))


def _fitted(
    places: npt.NDArray[np.float64], circle: tuple[float, float, float]
) -> tuple[float, float, float]:
    """The circle through most of what is near to one: three points alone are some pixels off."""
    x, y, radius = circle
    for _again in range(2):
        distance = np.hypot(places[:, 0] - x, places[:, 1] - y)
        near = places[np.abs(distance - radius) <= NEAR_RING * radius]
        known = np.column_stack([2 * near, np.ones(len(near))])
        x, y, rest = np.linalg.lstsq(known, (near**2).sum(axis=1), rcond=None)[0].tolist()
        radius = max(rest + x * x + y * y, 0.0) ** 0.5
    return x, y, radius


def _directions(places: npt.NDArray[np.float64], circle: tuple[float, float, float]) -> int:
    x, y, radius = circle
    across, down = places[:, 0] - x, places[:, 1] - y
    on_ring = np.abs(np.hypot(across, down) - radius) <= NEAR_RING * radius
    angles = np.arctan2(down[on_ring], across[on_ring])
    return len(np.unique(((angles + np.pi) / (2 * np.pi) * DIRECTIONS).astype(int) % DIRECTIONS))
