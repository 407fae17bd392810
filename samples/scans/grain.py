"""What is done to single pixels; needs numpy, which the other samples do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Point = tuple[float, float]
Pixels = NDArray[np.float32]


def grained(
    picture: Image.Image, *, noise: float, specks: float, shade: float, seed: int
) -> Image.Image:
    """Light that falls from one side, noise and specks, in this order."""
    dice = np.random.default_rng(seed)
    pixels: Pixels = np.asarray(picture, dtype=np.float32)
    height, width = pixels.shape[:2]
    # In colours all three suffer alike.
    deep = pixels.ndim == 3
    if shade:
        light = _light(width, height, shade, dice)
        pixels = pixels * (light[:, :, None] if deep else light)
    if noise:
        grain: Pixels = dice.standard_normal((height, width), dtype=np.float32) * np.float32(noise)
        pixels = pixels + (grain[:, :, None] if deep else grain)
    if specks:
        drawn = dice.random((height, width), dtype=np.float32)
        pixels = np.array(pixels)
        pixels[drawn < specks / 2] = 0
        pixels[drawn > 1 - specks / 2] = 255
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _light(width: int, height: int, shade: float, dice: np.random.Generator) -> Pixels:
    """Of each pixel 1 (bright) to 1 - shade (the farthest corner)."""
    angle = dice.uniform(0, 2 * np.pi)
    across = np.linspace(-1, 1, width, dtype=np.float32) * np.float32(np.cos(angle))
    down = np.linspace(-1, 1, height, dtype=np.float32) * np.float32(np.sin(angle))
    slope: Pixels = down[:, None] + across[None, :]
    slope = (slope - slope.min()) / (slope.max() - slope.min())
    return np.asarray(1 - np.float32(shade) * slope, dtype=np.float32)


def seen_askew(
    picture: Image.Image,
    corners: Sequence[Point],
    size: tuple[int, int],
    fill: tuple[int, ...] | int,
) -> Image.Image:
    """`corners`: where the page's corners come to lie, from the upper left one clockwise."""
    width, height = picture.size
    stood = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, stood, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    told = np.linalg.solve(np.array(rows), np.array(wanted))
    return picture.transform(
        size, Image.Transform.PERSPECTIVE, told.tolist(), Image.Resampling.BICUBIC, fillcolor=fill
    )
