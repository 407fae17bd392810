"""Digits that touch: cut where the ink is thin, in the way that makes each part a sure digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.read.scan.figures.ink import Ink, Piece

#: Widths of a digit, in heights.
_NARROWEST, _WIDEST = 0.2, 0.9
#: Most places to cut at that are looked into, and most digits in one piece.
_CUTS = 7

Chances = Callable[[Sequence[Piece]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Part:
    """What is written at one place of a line."""

    #: `?` for what is no sure digit.
    text: str
    #: Of the least sure digit.
    chance: float
    #: How many characters it is, read or not; None where that is not sure either.
    glyphs: int | None


UNREAD = Part("?", 0.0, None)


def parted(ink: Ink, piece: Piece, chances: Chances) -> Part:
    """The digits, by the surest way of cutting."""
    edges = [piece.left, *_cuts(ink, piece), piece.right]
    spans = [
        (start, end)
        for start in range(len(edges) - 1)
        for end in range(start + 1, len(edges))
        if _NARROWEST * piece.height <= edges[end] - edges[start] <= _WIDEST * piece.height
        and not (start == 0 and end == len(edges) - 1)
    ]
    parts = [_part(ink, piece, edges[start], edges[end]) for start, end in spans]
    kept = [(span, part) for span, part in zip(spans, parts, strict=True) if part is not None]
    if not kept:
        return UNREAD
    rows = chances([part for _, part in kept])
    return _best({span: row for (span, _), row in zip(kept, rows, strict=True)}, len(edges) - 1)


def _best(rows: dict[tuple[int, int], NDArray[np.float32]], last: int) -> Part:
    """The surest way through all edges; two ways that are both likely make neither sure."""
    ways: list[list[tuple[str, float]]] = [[("", 1.0)]] + [[] for _ in range(last)]
    for (start, end), row in sorted(rows.items(), key=lambda item: item[0][1]):
        digit = int(row[:10].argmax())
        chance = float(row[digit])
        ways[end] += [(text + str(digit), min(sure, chance)) for text, sure in ways[start]]
        ways[end] = sorted(ways[end], key=lambda way: -way[1])[:4]
    if not ways[last]:
        return UNREAD
    text, sure = ways[last][0]
    rival = max((other for said, other in ways[last][1:] if said != text), default=0.0)
    return Part(text, sure, len(text)) if rival < 0.5 else UNREAD


def _cuts(ink: Ink, piece: Piece) -> list[int]:
    """Columns with the least ink nearby, from left to right."""
    column = ink.darkness[piece.top : piece.bottom, piece.left : piece.right].sum(axis=0)
    reach = max(1, round(0.1 * piece.height))
    least = round(_NARROWEST * piece.height)
    inner = range(least, piece.width - least)
    low = [x for x in inner if column[x] <= column[max(0, x - reach) : x + reach + 1].min()]
    apart: list[int] = []
    for x in sorted(low, key=lambda x: column[x]):
        if all(abs(x - other) > reach for other in apart):
            apart.append(x)
    return sorted(piece.left + x for x in apart[:_CUTS])


def _part(ink: Ink, piece: Piece, left: int, right: int) -> Piece | None:
    """The ink of the piece between two columns; None where it does not fill the height."""
    within = ink.labels[piece.top : piece.bottom, left:right]
    rows = np.flatnonzero((within > 0).any(axis=1))
    if not len(rows) or rows[-1] + 1 - rows[0] < 0.86 * piece.height:
        return None
    top, bottom = piece.top + int(rows[0]), piece.top + int(rows[-1]) + 1
    return Piece(left, top, right, bottom, piece.labels)
