"""Whether a picture between texts shows paper with something written on it, or something else: a
photograph, a seal, a drawing. What is written is thin, and white is around it."""

from __future__ import annotations

import cv2

from tasks.read.scan.pixels import Pixels, as_bytes, on_white

#: Looked at in a picture of this many pixels at the longer side.
SIDE = 800
#: What is as light as this, on white paper, is paper; and the share of it that a page has: tables
#: have 0.85 and more, photographs 0.65 at the most.
LIGHT = 200
LEAST_PAPER = 0.75


def is_paper(pixels: Pixels) -> bool:
    grey = pixels if pixels.ndim == 2 else as_bytes(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    factor = min(1.0, SIDE / max(grey.shape))
    small = as_bytes(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    return float((on_white(small) >= LIGHT).mean()) >= LEAST_PAPER
