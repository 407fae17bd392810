"""The short form of a path → its parts, as they lie on the page.

Source: GB/T 33190-2016, 9.1: S and M begin, L is straight, Q and B are curves, A is an arc, C
closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tasks.model.box import Box
from tasks.model.patterns import regex
from tasks.read.ofd.space import MOST, Broken, Matrix, TooMuch, point

_LONGEST = 4_000_000
_WORD = regex(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: How many numbers follow each letter; the last two of them are where it ends.
_FOLLOWING = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_BEGINS, _STRAIGHT = "SM", "SML"
#: Corners of a rectangle lie this near to those of its box, in points.
_CORNER = 0.1

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One stroke of the pen, from where it is put down."""

    #: Straight parts, each from one point to another.
    straight: tuple[tuple[Point, Point], ...]
    box: Box
    #: Four right angles along the axes.
    rectangle: bool


def parts(said: str, to: Matrix) -> Iterator[Part]:
    if len(said) > _LONGEST:
        raise TooMuch
    words = _WORD.findall(said)
    points: list[Point] = []
    #: Whether what leads to each point is straight.
    straight: list[bool] = []
    at = 0
    while at < len(words):
        letter = words[at]
        end = at + 1 + _FOLLOWING.get(letter, len(words))
        if end > len(words):
            raise Broken
        following = [float(one) for one in words[at + 1 : end] if one not in _FOLLOWING]
        if len(following) < end - at - 1:
            raise Broken
        at = end
        if letter in _BEGINS and points:
            yield _part(points, straight)
            points, straight = [], []
        if following:
            points.append(point(following[-2], following[-1], to))
            straight.append(letter in _STRAIGHT)
        elif points:
            points.append(points[0])
            straight.append(True)
    if points:
        yield _part(points, straight)


def _part(points: list[Point], straight: list[bool]) -> Part:
    xs, ys = zip(*points, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    if not -MOST <= min(box) <= max(box) <= MOST:
        raise Broken
    even = all(straight)
    strokes = [
        ends
        for ends, is_straight in zip(pairwise(points), straight[1:], strict=True)
        if is_straight and ends[0] != ends[1]
    ]
    return Part(tuple(strokes), box, even and _is_rectangle(points, box))


def _is_rectangle(points: list[Point], box: Box) -> bool:
    """Each point at a corner of the box, and all corners taken."""
    if len(points) not in (4, 5):
        return False
    x0, top, x1, bottom = (
        box.x0 + _CORNER, box.top + _CORNER, box.x1 - _CORNER, box.bottom - _CORNER
    )  # fmt: skip
    if any(x0 <= x <= x1 or top <= y <= bottom for x, y in points):
        return False
    return len({(x < x0, y < top) for x, y in points}) == 4 or x1 <= x0 or bottom <= top
