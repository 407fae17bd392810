"""The growth as a picture: what each one takes beside what it takes where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import cycle
from math import log10
from typing import Final

from benchmarks.speed.growth import DOCUMENTS, Growth

_LEFT, _RIGHT, _TOP, _BOTTOM, _WIDE = 50.0, 420.0, 40.0, 340.0, 860
_COLOURS: Final = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e5ea2")
#: Solid where there are more documents, broken where there is more in one.
_DASHES: Final = ("none", "7 4", "2 3")
_TEXT: Final = 'font-family="sans-serif" font-size="12" fill="#333"'


def plotted(grown: Sequence[Growth], sizes: Sequence[int]) -> str:
    """SVG: how many from left to right, each ten times as far, and times of one upwards."""
    found = [one.beside_one(size) for one in grown for size in one.each]
    most = max((one for one in found if one), default=1.0) * 1.1
    far = log10(sizes[-1] / sizes[0]) or 1.0

    def x(size: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * log10(size / sizes[0]) / far

    def y(times: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * times / most

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} 380">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="22" {_TEXT}>time for each, times that of one</text>',
        *_rulers(most, y),
        *(f'<text x="{x(size):.0f}" y="362" {_TEXT}>{size} ×</text>' for size in sizes),
    ]
    whats = [*dict.fromkeys((DOCUMENTS, *(one.what for one in grown)))]
    colours = dict(zip(dict.fromkeys(one.kind.name for one in grown), cycle(_COLOURS)))
    for at, one in enumerate(grown):
        dash = _DASHES[whats.index(one.what) % len(_DASHES)]
        look = f'fill="none" stroke="{colours[one.kind.name]}" stroke-dasharray="{dash}"'
        points = ((x(size), y(times)) for size in one.each if (times := one.beside_one(size)))
        places = " ".join(f"{right:.1f},{up:.1f}" for right, up in points)
        row = 50 + 24 * at
        parts += [
            f'<polyline points="{places}" {look} stroke-width="2"/>',
            f'<line x1="460" x2="490" y1="{row}" y2="{row}" {look} stroke-width="2"/>',
            f'<text x="500" y="{row + 4}" {_TEXT}>{escape(f"{one.kind.says}: {one.what}")}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


def _rulers(most: float, y: Callable[[float], float]) -> Iterator[str]:
    """A line at each half of what one takes."""
    for half in range(int(2 * most) + 1):
        up = y(half / 2)
        yield f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{up:.1f}" y2="{up:.1f}" stroke="#ddd"/>'
        yield f'<text x="12" y="{up + 4:.1f}" {_TEXT}>{half / 2:g}</text>'
