"""A page in the making: text, lines and shades at their places, prose and charts beside tables."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.grids.content import WORDS, words

PAGE_WIDTH, PAGE_HEIGHT = 595, 842
SONG = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(SONG))

#: A font and its bold companion.
Family = tuple[str, str]
#: Families known to every viewer, by language.
STANDARD: dict[str, tuple[Family, ...]] = {
    "en": (("Helvetica", "Helvetica-Bold"), ("Times-Roman", "Times-Bold")),
    "zh": ((SONG, SONG),),
}


class Sheet:
    """A page in the making; y runs down."""

    def __init__(
        self,
        stream: BytesIO,
        lang: str,
        rng: random.Random,
        families: dict[str, tuple[Family, ...]] = STANDARD,
    ) -> None:
        self.canvas = Canvas(stream, pagesize=(PAGE_WIDTH, PAGE_HEIGHT))
        self.lang, self.rng = lang, rng
        self.font, self.bold = rng.choice(families[lang])
        #: The font for a text that the family cannot draw; None where it can.
        self.instead: Callable[[str], str | None] = lambda text: None
        self.y = 60.0

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return float(pdfmetrics.stringWidth(text, self._font(text, bold), size))

    def text(
        self, x: float, y: float, text: str, size: float, bold: bool = False, align: str = "left"
    ) -> None:
        self.canvas.setFont(self._font(text, bold), size)
        width = self.width(text, size, bold)
        x -= {"left": 0, "right": width, "center": width / 2}[align]
        self.canvas.drawString(x, PAGE_HEIGHT - y, text)

    def text_up(self, x: float, y: float, text: str, size: float) -> None:
        """Text that runs upwards from (x, y)."""
        self.canvas.saveState()
        self.canvas.translate(x, PAGE_HEIGHT - y)
        self.canvas.rotate(90)
        self.canvas.setFont(self._font(text, False), size)
        self.canvas.drawString(0, 0, text)
        self.canvas.restoreState()

    def _font(self, text: str, bold: bool) -> str:
        return self.instead(text) or (self.bold if bold else self.font)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, PAGE_HEIGHT - y0, x1, PAGE_HEIGHT - y1)

    def shade(self, x0: float, y0: float, x1: float, y1: float, gray: float = 0.88) -> None:
        """A filled rectangle; `gray` is 0 for black, 1 for white."""
        self.canvas.setFillGray(gray)
        self.canvas.rect(x0, PAGE_HEIGHT - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """The four sides of a rectangle."""
        self.canvas.rect(x0, PAGE_HEIGHT - y1, x1 - x0, y1 - y0, stroke=1, fill=0)

    def prose(self, x0: float, x1: float, y: float, n_lines: int, size: float = 10) -> float:
        """Justified lines; returns where the next thing may begin."""
        for n in range(n_lines):
            last = n == n_lines - 1
            line = self._filled(x1 - x0, size)
            if last:
                line = line[: len(line) // 2]
            if self.lang == "en" and not last:
                parts = line.split(" ")
                spare = (x1 - x0 - sum(self.width(p, size) for p in parts)) / max(len(parts) - 1, 1)
                x = x0
                for part in parts:
                    self.text(x, y, part, size)
                    x += self.width(part, size) + spare
            else:
                self.text(x0, y, line, size)
            y += size * 1.35
        return y + 6

    def chart(self, x0: float, y: float) -> float:
        """Bars with their names, values and a scale, which are no table."""
        scale = x0 + 80
        for _ in range(self.rng.randint(4, 8)):
            value = self.rng.uniform(5, 50)
            self.text(scale - 4, y, words(self.rng, self.lang, 1), 7, align="right")
            self.shade(scale, y - 7, scale + 2.5 * value, y)
            self.text(scale + 2.5 * value + 3, y, f"{value:.1f}", 7)
            y += 13
        self.line(scale, y - 8, scale + 125, y - 8)
        for n in range(6):
            self.text(scale + 25 * n, y + 2, str(10 * n), 7, align="center")
        return y + 20

    def _filled(self, width: float, size: float) -> str:
        line = ""
        while True:
            word = self.rng.choice(WORDS[self.lang])
            if self.rng.random() < 0.08:
                word = str(self.rng.randint(1, 2011))
            longer = line + (" " if self.lang == "en" and line else "") + word
            if self.width(longer, size) > width:
                return line
            line = longer
