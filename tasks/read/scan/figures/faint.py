"""Signs too faint to be ink: a thin minus or a small point that blur has made pale."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from tasks.read.scan.figures.ink import Grey, Piece

#: Of the way from ink to paper.
_SHARE = 0.8
# In heights of a digit.
_BLUR = 0.035
#: Beside a digit, where it is pale itself.
_BESIDE = 0.07
_LEAST, _WIDEST, _HIGHEST = 0.1, 1.1, 0.5
_ABOVE, _BELOW = 0.1, 0.3


def sign_left_over(grey: Grey, ink: float, paper: float, pieces: Sequence[Piece]) -> bool:
    """Something of the size of a sign stands before, between or behind the pieces."""
    height = max(piece.height for piece in pieces)
    soft = cv2.GaussianBlur(grey, (0, 0), _BLUR * height)
    mask = (soft < ink + _SHARE * (paper - ink)).view(np.uint8)
    beside = round(_BESIDE * height)
    for piece in pieces:
        mask[:, max(0, piece.left - beside) : piece.right + beside] = 0
    top = min(piece.top for piece in pieces) - _ABOVE * height
    foot = max(piece.bottom for piece in pieces) + _BELOW * height
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return any(
        _LEAST * height <= max(w, h)
        and w <= _WIDEST * height
        and h <= _HIGHEST * height
        and x > 0
        and x + w < grey.shape[1]
        and top <= y
        and y + h <= foot
        for x, y, w, h, _ in stats[1:].tolist()
    )
