"""Numbers, boxes and matrices of OFD → places on the page in points.

OFD measures in millimetres, right and down from the upper left corner. An object has a space of
its own: its CTM leads to the space of its boundary, whose corner is a place in the space around.
Source: GB/T 33190-2016, 7.3 and 8.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from tasks.model.box import Box

#: Points in a millimetre.
MILLIMETRE = 72 / 25.4
#: No number of a page is larger.
MOST = 1e6
#: A list of numbers that is longer than this, in characters, is no report's.
_LONGEST_LIST = 4_000_000

#: a b c d e f: x' = ax + cy + e, y' = bx + dy + f.
Matrix = tuple[float, float, float, float, float, float]
#: From the space of a page to points.
PAGE: Matrix = (MILLIMETRE, 0.0, 0.0, MILLIMETRE, 0.0, 0.0)
#: Nothing is cut off.
EVERYWHERE = Box(-inf, -inf, inf, inf)


class Broken(Exception):
    """What an object says of itself is no number, or none that a page can have."""


class TooMuch(Exception):
    """More than any report holds."""


def number(said: str) -> float:
    try:
        value = float(said)
    except ValueError as error:
        raise Broken from error
    if not -MOST <= value <= MOST:  # nor is what is no number
        raise Broken
    return value


def numbers(said: str) -> list[float]:
    if len(said) > _LONGEST_LIST:
        raise TooMuch
    return [number(one) for one in said.replace(",", " ").split()]


def deltas(said: str, most: int) -> list[float]:
    """Up to `most` distances; `g n d` stands for n times d. Source: GB/T 33190-2016, 11.3."""
    if len(said) > _LONGEST_LIST:
        raise TooMuch
    if "g" not in said:
        return numbers(said)[:most]
    found: list[float] = []
    words: Iterator[str] = iter(said.replace(",", " ").split())
    for word in words:
        if len(found) >= most:
            break
        if word != "g":
            found.append(number(word))
            continue
        times, distance = number(next(words, "")), number(next(words, ""))
        found += [distance] * min(int(times), most - len(found))
    return found


def box(said: str) -> Box:
    """Of left, top, width and height, in the space that they are said in."""
    parts = numbers(said)
    if len(parts) != 4:
        raise Broken
    x, y, width, height = parts
    return Box(x, y, x + width, y + height)


def matrix(said: str) -> Matrix:
    parts = numbers(said)
    if len(parts) != 6:
        raise Broken
    a, b, c, d, e, f = parts
    return a, b, c, d, e, f


def after(inner: Matrix, outer: Matrix) -> Matrix:
    """The inner one, then the outer one."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def moved(x: float, y: float, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = outer
    return a, b, c, d, x * a + y * c + e, x * b + y * d + f


def point(x: float, y: float, to: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = to
    return a * x + c * y + e, b * x + d * y + f


def area(place: Box, to: Matrix) -> Box:
    """The upright box around a box."""
    x0, top, x1, bottom = place
    a, b, c, d, e, f = to
    if not b and not c and a > 0 and d > 0:
        return Box(a * x0 + e, d * top + f, a * x1 + e, d * bottom + f)
    corners = [point(x, y, to) for x in (x0, x1) for y in (top, bottom)]
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def cut_to(place: Box, to: Matrix, around: Box) -> Box:
    """What a boundary leaves to be seen. One that has no width or height, as writers give it to a
    line, cuts nothing off that way."""
    shown = area(place, to)
    across = (shown.x0, shown.x1) if shown.width > 0 else (-inf, inf)
    down = (shown.top, shown.bottom) if shown.height > 0 else (-inf, inf)
    own = Box(across[0], down[0], across[1], down[1])
    return own if around is EVERYWHERE else around.common(own)
