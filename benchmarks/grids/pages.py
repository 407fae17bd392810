"""A page of one kind: prose above and below what the kind draws, and the grids that are true of it.

A kind is told the area that it may use. It measures first and draws then, so that where a table
does not fit, nothing was drawn, and another one is tried.
"""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from benchmarks.grids.content import NOTES, words
from benchmarks.grids.measure import Grid
from benchmarks.grids.sheet import SONG, STANDARD, Family, Sheet
from benchmarks.grids.tables import Style
from samples.fonts import NAME as EMBEDDED
from samples.fonts import drawable, registered

#: Where text stands on a page, left and right.
LEFT, RIGHT = 70.0, 525.0
#: Room for the caption above a table.
CAPTION = 24.0
#: Tables that are tried until one fits.
MOST_TRIES = 200


class Area(NamedTuple):
    """What a table may use: its left, its right at the most, and its top."""

    x0: float
    x1: float
    y: float


class Drawn(NamedTuple):
    """What a kind has drawn: the grids that are true of it, and where it ends."""

    truth: list[Grid]
    bottom: float


class Kind(Protocol):
    """Draws one thing into the area; None (nothing drawn) where it does not fit."""

    __name__: str

    def __call__(self, sheet: Sheet, area: Area) -> Drawn | None: ...


def make_page(kind: Kind, seed: int) -> tuple[bytes, list[Grid]]:
    """A PDF of one page and its grids. Even seeds are English, odd ones Chinese."""
    rng = random.Random(f"{kind.__name__} {seed}")
    lang = ("en", "zh")[seed % 2]
    stream = BytesIO()
    sheet = Sheet(stream, lang, rng, _families())
    if sheet.font == EMBEDDED:
        sheet.instead = lambda text: None if drawable().issuperset(text) else SONG
    sheet.text(LEFT, 40, words(rng, lang, 5), 8)
    top = sheet.prose(LEFT, RIGHT, 70, rng.choice([0, 2, 4, 7, 10]))
    area = Area(LEFT, RIGHT, top + CAPTION)
    tries = (kind(sheet, area) for _ in range(MOST_TRIES))
    drawn = next(one for one in tries if one is not None)
    if drawn.bottom < 680:
        n_lines = rng.randint(2, min(12, int((740 - drawn.bottom) / 13.5)))
        sheet.prose(LEFT, RIGHT, drawn.bottom + 30, n_lines)
    sheet.text(297, 810, str(rng.randint(2, 90)), 9, align="center")
    sheet.canvas.save()
    return stream.getvalue(), drawn.truth


def caption(sheet: Sheet, area: Area) -> None:
    """What the table is called, above it."""
    number = {"en": "Table {}. ", "zh": "表{} "}[sheet.lang].format(sheet.rng.randint(1, 40))
    text = number + words(sheet.rng, sheet.lang, sheet.rng.randint(2, 4))
    sheet.text(area.x0, area.y - 10, text, sheet.rng.choice([8, 9, 10]), bold=True)


def note(sheet: Sheet, x0: float, y: float) -> float:
    """The source below a table that ends at y, sometimes; returns where it ends."""
    if sheet.rng.random() < 0.4:
        return y
    sheet.text(x0, y + 11, NOTES[sheet.lang], 7)
    return y + 13


def any_style(rng: random.Random, rules: str, text_only: bool = False) -> Style:
    """A style with these rules, all else by chance."""
    return Style(
        rules=rules,
        size=rng.choice([7.5, 8, 9, 10, 11]),
        pitch=rng.choice([2.0, 2.4]) if text_only else rng.choice([1.4, 1.6, 2.0, 2.4]),
        align=rng.choice(["right", "right", "center"]),
        gap=rng.choice([1.0, 1.4, 2.0]),
    )


def _families() -> dict[str, tuple[Family, ...]]:
    """The standard families, and one in the file for each language."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in ("Vera", "VeraBd"):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    registered()
    return {
        "en": (*STANDARD["en"], ("Vera", "VeraBd")),
        "zh": (*STANDARD["zh"], (EMBEDDED, EMBEDDED)),
    }
