"""Draws one line of text as a scan shows it, and tells where the ink of each character is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.figures.faces import Face, ink_box

#: Pixels drawn for one of the scan, each way.
_FINE = 4
Random = np.random.Generator
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Wear:
    """What a scanner does to a line; the defaults are a clean one."""

    #: Pixels that a digit is high.
    height: float = 24.0
    ink: int = 20
    paper: int = 245
    #: Standard deviations, in pixels of the scan and in levels of grey.
    blur: float = 0.4
    noise: float = 2.0
    #: Degrees.
    skew: float = 0.0
    #: Quality of JPEG; 0 is none.
    jpeg: int = 0
    bilevel: bool = False
    #: Width of strokes, in fine pixels added (or taken).
    stroke: int = 0
    #: Width of characters, to that of the face.
    stretch: float = 1.0
    #: Between characters, in heights.
    spacing: float = 0.0
    #: Grey of a stamp over it; 0 is none.
    stamp: int = 0
    #: Sides with a rule.
    rules: str = ""
    #: Paper around the ink, in heights: left, top, right, bottom.
    margins: tuple[float, float, float, float] = (0.3, 0.25, 0.3, 0.25)


@dataclass(frozen=True, slots=True)
class Line:
    picture: Grey
    text: str
    #: left, top, right, bottom of each character's ink in pixels of the picture.
    boxes: NDArray[np.float64]


def worn(rng: Random) -> Wear:
    """Wear of all kinds."""
    height = float(np.exp(rng.uniform(np.log(7.5), np.log(44))))
    bilevel = rng.random() < 0.25
    return Wear(
        height=height,
        ink=int(rng.integers(0, 90)),
        paper=int(rng.integers(205, 256)),
        blur=float(rng.uniform(0.15, 0.75 if height < 14 else 1.1)),
        noise=float(rng.choice([1, 4, 9, 16])),
        skew=float(rng.normal(0, 0.7)),
        jpeg=int(rng.integers(30, 95)) if rng.random() < 0.4 else 0,
        bilevel=bilevel,
        stroke=_stroke(rng, height),
        stretch=float(rng.uniform(0.75, 1.3)) if rng.random() < 0.4 else 1.0,
        spacing=float(rng.choice([0, 0, 0, 0.03, 0.1, -0.06, -0.12])),
        stamp=int(rng.integers(90, 190)) if rng.random() < 0.12 else 0,
        rules="".join(side for side in "ltrb" if rng.random() < 0.06),
        margins=tuple(rng.uniform(0.12, 0.6, 4)),
    )


def _stroke(rng: Random, height: float) -> int:
    """Heavier far more often than lighter: what is taken from thin strokes breaks them."""
    most = height * _FINE * 0.06
    drawn = float(rng.random())
    if drawn < 0.55:
        return 0
    return round(float(rng.uniform(0, most))) if drawn < 0.85 else -round(rng.uniform(0, most / 3))


def drawn(rng: Random, face: Face, text: str, wear: Wear) -> Line:
    size = _size_for(face, wear.height * _FINE)
    fine, boxes = _fine_line(rng, face, size, text, wear)
    fine, boxes = _skewed(fine, boxes, wear.skew)
    scale = 1 / _FINE
    shape = (max(3, round(fine.shape[1] * scale)), max(3, round(fine.shape[0] * scale)))
    cover = cv2.resize(fine, shape, interpolation=cv2.INTER_AREA).astype(np.float32)
    if wear.blur > 0.2:
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), wear.blur), np.float32)
    grey = np.asarray(wear.paper + (wear.ink - wear.paper) * cover / 255, np.float32)
    return Line(_scanned(rng, _ruled(grey, wear), wear), text, boxes * scale)


def _size_for(face: Face, height: float) -> int:
    box = ink_box(face, 160, "0") or (0, 0, 0, 110)
    return max(8, round(160 * height / max(1, box[3] - box[1])))


def _fine_line(
    rng: Random, face: Face, size: int, text: str, wear: Wear
) -> tuple[Grey, NDArray[np.float64]]:
    high = wear.height * _FINE
    font = face.at(size)
    left, above, right, below = (round(margin * high) for margin in wear.margins)
    pens = [float(left)]
    for one in text:
        pens.append(pens[-1] + font.getlength(one) + wear.spacing * high)
    inks = [ink_box(face, size, one) or (0, 0, 1, 1) for one in text]
    top = min(box[1] for box in inks)
    bottom = max(box[3] for box in inks)
    shift = left - min(pen + box[0] for pen, box in zip(pens, inks, strict=False)) + rng.random()
    wide = round(max(pen + box[2] for pen, box in zip(pens, inks, strict=False)) + shift) + right
    image = Image.new("L", (max(8, wide), above + bottom - top + below))
    pencil = ImageDraw.Draw(image)
    boxes = []
    for pen, box, one in zip(pens, inks, text, strict=False):
        x, y = round(pen + shift), above - top
        pencil.text((x, y), one, font=font, fill=255)
        boxes.append([x + box[0], y + box[1], x + box[2], y + box[3]])
    fine = np.asarray(image, np.uint8)
    places = np.array(boxes, np.float64)
    if wear.stroke:
        turn = cv2.dilate if wear.stroke > 0 else cv2.erode
        brush = np.ones((abs(wear.stroke) + 1,) * 2, np.uint8)
        fine = np.asarray(turn(fine, brush), np.uint8)
        places += np.array([-0.5, -0.5, 0.5, 0.5]) * wear.stroke
    if wear.stretch != 1.0:
        wider = (max(8, round(fine.shape[1] * wear.stretch)), fine.shape[0])
        fine = np.asarray(cv2.resize(fine, wider, interpolation=cv2.INTER_AREA), np.uint8)
        places[:, [0, 2]] *= wear.stretch
    return fine, places


def _skewed(
    fine: Grey, boxes: NDArray[np.float64], degrees: float
) -> tuple[Grey, NDArray[np.float64]]:
    if abs(degrees) < 0.05:
        return fine, boxes
    slope = float(np.tan(np.radians(degrees)))
    height, width = fine.shape
    room = abs(slope) * width
    start = room if slope < 0 else 0.0
    matrix = np.array([[1, 0, 0], [slope, 1, start]], np.float64)
    turned = cv2.warpAffine(fine, matrix, (width, round(height + room)))
    down = slope * (boxes[:, 0] + boxes[:, 2]) / 2 + start
    moved = boxes + np.stack([0 * down, down, 0 * down, down], axis=1)
    return np.asarray(turned, np.uint8), moved


def _ruled(grey: NDArray[np.float32], wear: Wear) -> NDArray[np.float32]:
    thick = max(1, round(wear.height * 0.06))
    for side in wear.rules:
        if side == "l":
            grey[:, :thick] = wear.ink
        elif side == "r":
            grey[:, -thick:] = wear.ink
        elif side == "t":
            grey[:thick] = wear.ink
        else:
            grey[-thick:] = wear.ink
    return grey


def _scanned(rng: Random, grey: NDArray[np.float32], wear: Wear) -> Grey:
    if wear.stamp:
        grey = np.minimum(grey, _stamp(rng, grey.shape, wear))
    out = np.clip(grey + rng.normal(0, wear.noise, grey.shape), 0, 255).astype(np.uint8)
    if wear.bilevel:
        at = wear.ink + (wear.paper - wear.ink) * rng.uniform(0.4, 0.68)
        out = np.where(out < at, 0, 255).astype(np.uint8)
    if wear.jpeg:
        _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, wear.jpeg])
        out = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return out


def _stamp(rng: Random, shape: tuple[int, ...], wear: Wear) -> NDArray[np.float32]:
    """A piece of a round seal: its ring, and strokes of its writing."""
    paper = np.full(shape, 255, np.uint8)
    thick = max(1, round(wear.height * rng.uniform(0.1, 0.3)))
    radius = int(wear.height * rng.uniform(2, 6))
    middle = (
        int(rng.uniform(-0.3, 1.3) * shape[1]),
        int(shape[0] / 2 + rng.uniform(-1, 1) * radius),
    )
    cv2.circle(paper, middle, radius, wear.stamp, thick)
    for _ in range(int(rng.integers(0, 4))):
        ends = rng.uniform(0, 1, 4) * [shape[1], shape[0], shape[1], shape[0]]
        x0, y0, x1, y1 = (int(end) for end in ends)
        cv2.line(paper, (x0, y0), (x1, y1), wear.stamp, max(1, thick // 2))
    return cv2.GaussianBlur(paper, (0, 0), 0.6).astype(np.float32)


def some_figure(rng: Random) -> str:
    """Digits all alike likely; some with groups, a point, a minus."""
    count = int(rng.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 7]))
    digits = "".join(str(digit) for digit in rng.integers(0, 10, count))
    if rng.random() < 0.25:
        digits = str(rng.integers(0, 10)) * count
    figure = digits if rng.random() < 0.3 else digits.lstrip("0") or "0"
    kind = rng.random()
    if kind < 0.15:
        figure = f"{int(figure):,}"
    if 0.1 < kind < 0.3:
        figure += "." + "".join(
            str(digit) for digit in rng.integers(0, 10, int(rng.choice([1, 2])))
        )
    return "-" + figure if rng.random() < 0.05 else figure


def some_text(rng: Random, characters: Sequence[str]) -> str:
    return "".join(rng.choice(characters, int(rng.integers(1, 7))))
