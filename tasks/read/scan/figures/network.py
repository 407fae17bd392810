"""One glyph -> which digit it is, by two small networks that look at different things.

The one sees how dark each point is, the other where its edges run. Both were taught
(`benchmarks/figures`) a class for all that is no digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.read.scan.figures.ink import Darkness, Ink, Piece

FILE = Path(__file__).with_name("glyphs.npz")
#: A glyph as the networks see it: rows × columns.
ROWS, COLUMNS = 24, 20
#: Digits, then the class of all else.
CLASSES = 11
NO_DIGIT = 10
_CELL = 4
_DIRECTIONS = 8

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layers:
    """Weights (inputs × outputs) and offsets, a pair a layer."""

    weights: tuple[tuple[Floats, Floats], ...]

    def chances(self, features: Floats) -> Floats:
        """Glyphs × classes."""
        values = features
        for weight, offset in self.weights[:-1]:
            values = np.maximum(values @ weight + offset, 0)
        weight, offset = self.weights[-1]
        return softmax(values @ weight + offset)


@dataclass(frozen=True, slots=True)
class Networks:
    dark: Layers
    edges: Layers

    def chances(self, patches: Floats, shapes: Floats) -> Floats:
        """Glyphs × classes: the lower of what the two hold of each class.

        `patches` is glyphs × rows × columns, `shapes` the width of each in heights.
        """
        one = self.dark.chances(dark_features(patches, shapes))
        two = self.edges.chances(edge_features(patches, shapes))
        return np.minimum(one, two)


@cache
def taught() -> Networks:
    with np.load(FILE, allow_pickle=False) as kept:
        return Networks(_layers(kept, "dark"), _layers(kept, "edges"))


def _layers(kept: np.lib.npyio.NpzFile, name: str) -> Layers:
    count = sum(1 for key in kept.files if key.startswith(f"{name}_weight"))
    return Layers(
        tuple(
            (
                kept[f"{name}_weight{layer}"].astype(np.float32),
                kept[f"{name}_offset{layer}"].astype(np.float32),
            )
            for layer in range(count)
        )
    )


def softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def patch(ink: Ink, piece: Piece) -> tuple[Darkness, float]:
    """The glyph alone, brought to one height, and its width in heights."""
    rows, columns = slice(piece.top, piece.bottom), slice(piece.left, piece.right)
    labels = ink.labels[rows, columns]
    darkness = ink.darkness[rows, columns]
    others = labels != 0
    for label in piece.labels:
        others &= labels != label
    if others.any():
        darkness = np.where(others, np.float32(0), darkness)
    shape = piece.width / piece.height
    width = min(COLUMNS, max(1, round(shape * ROWS)))
    small = cv2.resize(darkness, (width, ROWS), interpolation=cv2.INTER_AREA)
    out = np.zeros((ROWS, COLUMNS), np.float32)
    left = (COLUMNS - width) // 2
    out[:, left : left + width] = small
    return out, shape


def dark_features(patches: Floats, shapes: Floats) -> Floats:
    flat = patches.reshape(len(patches), -1)
    return np.concatenate([flat, shapes[:, None]], axis=1)


def edge_features(patches: Floats, shapes: Floats) -> Floats:
    """How much edge runs in each of eight directions, by cells of 4 × 4 points."""
    wide = np.pad(patches, ((0, 0), (1, 1), (1, 1)))
    across = wide[:, 1:-1, 2:] - wide[:, 1:-1, :-2]
    down = wide[:, 2:, 1:-1] - wide[:, :-2, 1:-1]
    turns = np.arange(_DIRECTIONS, dtype=np.float32) * np.float32(2 * np.pi / _DIRECTIONS)
    # Directions last; an edge counts for those within 60 degrees of its own.
    along = across[..., None] * np.cos(turns) + down[..., None] * np.sin(turns)
    length = np.sqrt(across**2 + down**2)[..., None]
    strength = np.maximum(2 * along - length, 0).astype(np.float32)
    n = len(patches)
    cells = strength.reshape(n, ROWS // _CELL, _CELL, COLUMNS // _CELL, _CELL, _DIRECTIONS)
    flat = cells.mean(axis=(2, 4)).reshape(n, -1)
    size = np.sqrt((flat**2).mean(axis=1, keepdims=True)) + np.float32(1e-4)
    return np.concatenate([flat / size, shapes[:, None]], axis=1)
