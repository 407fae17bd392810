"""A small page with a table, drawn at once: as a scanner sees it, or as a camera does."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from samples.fonts import FILE
from tasks.model.box import Box
from tasks.model.document import Table
from tasks.read.scan.pixels import Picture, Pixels

DPI = 200
WIDTH, HEIGHT = 1000, 760
TITLE = "政府信息公开工作年度报告"
ROWS = (
    ("信息内容", "本年新制作数量", "总计"),
    ("规章", "37", "106"),
    ("规范性文件", "24", "59"),
    ("行政许可", "8", "4512"),
    ("行政处罚", "91", "63"),
)
COLUMNS = (70, 390, 690, 930)
TOP, ROW = 190, 70
#: Of a desk.
DARK = 80


def drawn() -> Pixels:
    page = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FILE), 32)
    pen.text((500, 110), TITLE, 0, font, anchor="mm")
    for row, texts in enumerate(ROWS):
        for left, right, text in zip(COLUMNS, COLUMNS[1:], texts, strict=False):
            pen.text(((left + right) / 2, TOP + ROW * row + ROW / 2), text, 0, font, anchor="mm")
    low = TOP + ROW * len(ROWS)
    for row in range(len(ROWS) + 1):
        at = TOP + ROW * row
        pen.line((COLUMNS[0], at, COLUMNS[-1], at), 0, 3)
    for at in COLUMNS:
        pen.line((at, TOP, at, low), 0, 3)
    pen.text((500, low + 60), "电话：0000-1234567", 0, font, anchor="mm")
    return np.array(page)


def picture(pixels: Pixels) -> Picture:
    return Picture(pixels, pixels.shape[1] * 72 / DPI)


def photographed(pixels: Pixels, corners: npt.ArrayLike, size: tuple[int, int]) -> Pixels:
    """Its corners, from the upper left one clockwise, come to lie at these."""
    height, width = pixels.shape
    stood = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    there = cv2.getPerspectiveTransform(stood, np.asarray(corners, np.float32))
    return np.asarray(
        cv2.warpPerspective(pixels, there, size, flags=cv2.INTER_AREA, borderValue=DARK), np.uint8
    )


def ink_within(pixels: Pixels, box: Box) -> float:
    """`box`: in points of the page. Which share of what is around it, and dark, is in it."""
    x0, top, x1, bottom = (round(value * DPI / 72) for value in box)
    around = 12
    near = pixels[max(0, top - around) : bottom + around, max(0, x0 - around) : x1 + around] < 128
    inside = pixels[max(0, top - 3) : bottom + 3, max(0, x0 - 3) : x1 + 3] < 128
    return float(inside.sum()) / max(1.0, float(near.sum()))


def texts_of(table: Table) -> tuple[tuple[str, ...], ...]:
    """Rows of it, as `ROWS`."""
    return tuple(tuple(cell.text if cell else "" for cell in row) for row in table.grid())
