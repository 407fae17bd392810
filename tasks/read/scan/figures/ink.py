"""Pixels -> ink: how dark each pixel is, and the pieces of ink that hang together.

A crop is brought to one height first, so that each distance that follows is a share of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Darkness = NDArray[np.float32]

#: Pixels: each crop is brought to this height.
HEIGHT = 56
#: A crop longer than this many heights holds no figure.
_LONGEST = 16
#: Levels of grey between ink and paper that there must be.
_LEAST_CONTRAST = 40.0
#: Levels between a dot of dirt and none: half of the ramp around the threshold, as a share of
#: the contrast.
_RAMP = 0.3
#: Share of a side along which a piece at the edge must run to be a rule.
_RULE_RUNS = 0.9
#: Cracks narrower than this are bridged.
_BRIDGE = np.ones((5, 5), np.uint8)
#: Pixels of paper that may be left outside of a rule.
_RULE_WITHIN = 3
#: No rule is thicker than this share of the crop's height.
_RULE_THICKNESS = 0.2


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink that hangs together, or parts of one broken character; half-open box in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    labels: tuple[int, ...]

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    def with_(self, other: Piece) -> Piece:
        return Piece(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
            self.labels + other.labels,
        )


@dataclass(frozen=True, slots=True)
class Ink:
    """One crop at one threshold."""

    #: 0 paper, 1 ink; rows × columns.
    darkness: Darkness
    #: Which piece a pixel belongs to, 0 none; of the same shape.
    labels: NDArray[np.int32]
    #: From left to right, rules left out.
    pieces: tuple[Piece, ...]
    #: Something other than a rule runs over the edge: the crop may have cut a character.
    cut: bool


def at_one_height(crop: Grey) -> Grey | None:
    """None where the crop has no room for a character, or for far too many."""
    height, width = crop.shape
    if height < 6 or width < 3 or width > _LONGEST * height:
        return None
    scale = HEIGHT / height
    size = (max(1, round(width * scale)), HEIGHT)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=how), np.uint8)


def levels(grey: Grey) -> tuple[float, float] | None:
    """Grey of the ink and of the paper; None where nothing is written."""
    counts = np.cumsum(np.bincount(grey.ravel(), minlength=256))
    ink = float(np.searchsorted(counts, 0.012 * grey.size))
    paper = float(np.searchsorted(counts, 0.75 * grey.size))
    return (ink, paper) if paper - ink >= _LEAST_CONTRAST else None


def ink_at(grey: Grey, ink: float, paper: float, share: float, *, bridged: bool = False) -> Ink:
    """What is darker than `share` of the way from ink to paper.

    `bridged`: ink on both sides of a crack is one piece. The crack stays white.
    """
    threshold = ink + share * (paper - ink)
    ramp = _RAMP * (paper - ink)
    darkness = np.clip((threshold + ramp - grey) / (2 * ramp), 0, 1).astype(np.float32)
    mask = (grey < threshold).view(np.uint8)
    _paint_over_rules(mask)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _BRIDGE) if bridged else mask
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = [
        Piece(int(x), int(y), int(x + w), int(y + h), (label,))
        for label, (x, y, w, h, _) in enumerate(stats.tolist())
        if label
    ]
    inner = [piece for piece in found if not _touches(piece, grey.shape)]
    outer = [piece for piece in found if _touches(piece, grey.shape)]
    cut = any(not _is_rule(piece, grey.shape) for piece in outer)
    pieces = tuple(sorted(inner, key=lambda piece: piece.left))
    return Ink(darkness, np.asarray(labels, np.int32), pieces, cut)


def _paint_over_rules(mask: NDArray[np.uint8]) -> None:
    """Takes off the rules that run along an edge, whatever they meet."""
    sides = (mask, mask[::-1], mask.T, mask.T[::-1])
    widths = [_rule_along(side) for side in sides]
    for side, width in zip(sides, widths, strict=True):
        side[:width] = 0


def _rule_along(side: NDArray[np.uint8]) -> int:
    """How many of the first rows a rule takes."""
    inked = side[: round(_RULE_THICKNESS * HEIGHT)].mean(axis=1) > _RULE_RUNS
    begins = int(inked.argmax())
    if not inked.any() or begins > _RULE_WITHIN or inked[begins:].all():
        return 0
    return begins + int((~inked[begins:]).argmax()) + 1


def _touches(piece: Piece, shape: tuple[int, ...]) -> bool:
    height, width = shape
    return piece.left == 0 or piece.top == 0 or piece.right == width or piece.bottom == height


def _is_rule(piece: Piece, shape: tuple[int, ...]) -> bool:
    """A strip along an edge, or dirt too small to be part of a character."""
    height, width = shape
    thickest = _RULE_THICKNESS * height
    along = piece.width >= _RULE_RUNS * width and piece.height <= thickest
    down = piece.height >= _RULE_RUNS * height and piece.width <= thickest
    flat = piece.height <= thickest / 2 and (piece.top == 0 or piece.bottom == height)
    small = max(piece.width, piece.height) <= thickest / 2
    return along or down or flat or small
