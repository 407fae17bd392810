"""The short form of a path → its parts, as they lie on the page.

Source: GB/T 33190-2016, 9.1: S and M begin, L is straight, Q and B are curves, A is an arc, C
closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tasks.model.box import Box, hull
from tasks.model.patterns import regex
from tasks.read.ofd.space import Broken, Matrix, TooMuch, number, point

_LONGEST = 4_000_000
_WORD = regex(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: How many numbers follow each letter; the last two of them are where it ends.
_FOLLOWING = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
#: Corners of a rectangle lie this near to those of its box, in points.
_CORNER = 0.1

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One stroke of the pen, from where it is put down."""

    points: tuple[Point, ...]
    #: Straight parts, each from one point to another.
    straight: tuple[tuple[Point, Point], ...]
    box: Box
    #: Four right angles along the axes.
    rectangle: bool


def parts(said: str, to: Matrix) -> Iterator[Part]:
    steps: list[tuple[bool, Point]] = []
    for letter, following in _commands(said):
        if letter in "SM":
            if steps:
                yield _part(steps)
            steps = [(True, point(following[0], following[1], to))]
        elif letter == "C":
            if steps:
                steps.append((True, steps[0][1]))
        else:
            steps.append((letter == "L", point(following[-2], following[-1], to)))
    if steps:
        yield _part(steps)


def _commands(said: str) -> Iterator[tuple[str, list[float]]]:
    if len(said) > _LONGEST:
        raise TooMuch
    words = _WORD.findall(said)
    at = 0
    while at < len(words):
        letter = words[at]
        count = _FOLLOWING.get(letter)
        following = words[at + 1 : at + 1 + (count or 0)]
        if count is None or len(following) < count:
            raise Broken
        yield letter, [number(one) for one in following]
        at += 1 + count


def _part(steps: list[tuple[bool, Point]]) -> Part:
    points = tuple(place for _, place in steps)
    box = hull((x, y, x, y) for x, y in points)
    straight = tuple(
        (before, after) for (_, before), (is_straight, after) in pairwise(steps)
        if is_straight and before != after
    )  # fmt: skip
    even = all(is_straight for is_straight, _ in steps)
    return Part(points, straight, box, even and _is_rectangle(points, box))


def _is_rectangle(points: tuple[Point, ...], box: Box) -> bool:
    """Each point at a corner of the box, and all corners taken."""
    if len(points) not in (4, 5):
        return False
    corners = set()
    for x, y in points:
        left, right = abs(x - box.x0) < _CORNER, abs(x - box.x1) < _CORNER
        high, low = abs(y - box.top) < _CORNER, abs(y - box.bottom) < _CORNER
        if not (left or right) or not (high or low):
            return False
        corners.add((left, high))
    return len(corners) == 4 or min(box.width, box.height) < _CORNER
