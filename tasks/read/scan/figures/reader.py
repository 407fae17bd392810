"""A line's crop -> the figure in it, or None: the second reader.

PP-OCR reads a line as a whole, and errs where lines mislead: a digit dropped or doubled, a sign
read as its neighbours suggest. This one cuts the ink into glyphs and knows nothing of their
neighbours but height and foot. It answers only where each piece of ink is accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.read.scan.figures.faint import sign_left_over
from tasks.read.scan.figures.glyphs import WIDEST_DIGIT, Sign, glyphs_of
from tasks.read.scan.figures.ink import Grey, Ink, Piece, at_one_height, ink_at, levels
from tasks.read.scan.figures.network import NO_DIGIT, Networks, patch, taught
from tasks.read.scan.figures.touching import Part, parted

#: What is tried in turn: thresholds, as shares of the way from ink to paper, and whether cracks are
#: bridged. The darker threshold parts what touches and loses a stamp; the lighter one, and bridges,
#: mend what is broken.
WAYS = ((0.5, False), (0.36, False), (0.64, False), (0.5, True), (0.64, True))
#: What the less sure network must hold of each digit, and of one that was cut from others.
SURE, SURE_OF_A_PART = 0.85, 0.97
#: Heights: what is narrower is one digit.
_NARROWEST_PAIR = 0.5
#: What is no wider than this, by the widest digit of the line, is one character.
_AS_WIDE = 1.15
#: A point with three digits after it, or more, may be a comma that lost its tail.
_LIKE_A_GROUP = re.compile(r".*\.\d{3}.*")
#: A figure as it is written: groups of three after a comma, one point with digits after it.
_FIGURE = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one crop shows."""

    #: The figure, None where that cannot be told.
    figure: str | None
    #: How many characters the ink has, signs too; None where it is not that of a figure.
    glyphs: int | None
    #: What the less sure network holds of the least sure digit; 0 where nothing was read.
    confidence: float


_NOTHING = Seen(None, None, 0.0)


class FigureReader:
    def __init__(self) -> None:
        self._networks = taught()

    def read(self, crops: Sequence[NDArray[np.uint8]]) -> list[str | None]:
        """Crops are rows × columns, dark on light, of one line each, with paper around the ink."""
        return [self.look(crop).figure for crop in crops]

    def look(self, crop: Grey) -> Seen:
        grey = at_one_height(crop)
        between = levels(grey) if grey is not None else None
        if grey is None or between is None:
            return _NOTHING
        best = _NOTHING
        for share, bridged in WAYS:
            ink = ink_at(grey, *between, share, bridged=bridged)
            seen = _seen(ink, self._networks)
            if seen is None:
                return _NOTHING
            if seen.figure is not None:
                if not sign_left_over(grey, *between, ink.pieces):
                    return seen
            elif best.glyphs is None:
                best = seen
        return best


def _seen(ink: Ink, networks: Networks) -> Seen | None:
    """None for words: no other way of looking need be tried."""
    glyphs = None if ink.cut else glyphs_of(ink.pieces)
    if glyphs is None:
        return _NOTHING
    digits = [glyph.piece for glyph in glyphs if glyph.sign is Sign.DIGIT]
    told = _digits(ink, digits, networks)
    if told is None:
        return None
    read = iter(told)
    parts = [
        next(read) if glyph.sign is Sign.DIGIT else Part(glyph.sign, 1.0, 1) for glyph in glyphs
    ]
    counts = [part.glyphs for part in parts if part.glyphs is not None]
    count = sum(counts) if len(counts) == len(parts) else None
    text = "".join(part.text for part in parts)
    confidence = min(part.chance for part in parts)
    if confidence < SURE or not _FIGURE.fullmatch(text) or _LIKE_A_GROUP.fullmatch(text):
        return Seen(None, count, 0.0)
    return Seen(text, count, confidence)


def _digits(ink: Ink, pieces: Sequence[Piece], networks: Networks) -> list[Part] | None:
    """Of each piece its digit, or digits where some touch, and how sure that is; None for words."""
    chances = _chances(ink, pieces, networks)
    if (chances[:, NO_DIGIT] >= SURE).sum() > max(2, len(pieces) // 2):
        return None
    alone = [_alone(piece, row) for piece, row in zip(pieces, chances, strict=True)]
    widths = [piece.width for piece, part in zip(pieces, alone, strict=True) if part is not None]
    widest = _AS_WIDE * max(widths, default=0)
    read = []
    for piece, part in zip(pieces, alone, strict=True):
        if part is None and piece.width > _NARROWEST_PAIR * piece.height:
            cut = parted(ink, piece, lambda some: _chances(ink, some, networks))
            part = cut if cut.chance >= SURE_OF_A_PART else None
        if part is None:
            one = piece.width <= max(widest, _NARROWEST_PAIR * piece.height)
            part = Part("?", 0.0, 1 if one else None)
        read.append(part)
    return read


def _alone(piece: Piece, row: NDArray[np.float32]) -> Part | None:
    """The digit that the whole piece surely is."""
    best = int(row.argmax())
    if best == NO_DIGIT or row[best] < SURE or piece.width > WIDEST_DIGIT * piece.height:
        return None
    return Part(str(best), float(row[best]), 1)


def _chances(ink: Ink, pieces: Sequence[Piece], networks: Networks) -> NDArray[np.float32]:
    patches, shapes = zip(*(patch(ink, piece) for piece in pieces), strict=True)
    return networks.chances(np.stack(patches), np.asarray(shapes, np.float32))
