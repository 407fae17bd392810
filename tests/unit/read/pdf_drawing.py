"""Draws the PDFs of these tests: text and lines at places, counted from the upper left."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tasks.model.document import Detection, Document, Format, Table
from tasks.read.pdf import read_pdf

SONG = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(SONG))


class Paper:
    """An A4 PDF in the making."""

    def __init__(self, width: float = 595, height: float = 842, **options: Any) -> None:
        self.width, self.height = width, height
        self.stream = BytesIO()
        self.canvas = Canvas(self.stream, pagesize=(width, height), **options)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        font: str = SONG,
        align: str = "left",
        **how: Any,
    ) -> None:
        """Text whose base line is at y."""
        length = pdfmetrics.stringWidth(text, font, size)
        x -= {"left": 0, "center": length / 2, "right": length}[align]
        writer = self.canvas.beginText(x, self.height - y)
        writer.setFont(font, size)
        if "mode" in how:
            writer.setTextRenderMode(how["mode"])
        if "spacing" in how:
            writer.setCharSpace(how["spacing"])
        writer.textOut(text)
        if "mode" in how:
            writer.setTextRenderMode(0)
        if "spacing" in how:
            writer.setCharSpace(0)
        self.canvas.drawText(writer)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def bar(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A filled rectangle."""
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)

    def frame(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=1, fill=0)

    def grid(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        rows: Sequence[Sequence[str]],
        lines: bool = True,
    ) -> None:
        """A table of single cells; `None` in a row draws no text."""
        if lines:
            for x in xs:
                self.line(x, ys[0], x, ys[-1])
            for y in ys:
                self.line(xs[0], y, xs[-1], y)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                for n, part in enumerate(text.split("\n")):
                    self.text(xs[column] + 4, ys[row] + 14 + 12 * n, part)

    def page(self) -> None:
        self.canvas.showPage()

    def done(self) -> bytes:
        self.canvas.save()
        return self.stream.getvalue()


def read(source: bytes, offset: int = 0) -> Document:
    return read_pdf(source, Detection(format=Format.PDF, offset=offset))


def drawn(table: Table) -> list[str]:
    """A grid drawn as text: `<` goes on from the left, `^` from above, `.` is no cell."""
    lines = []
    for row, cells in enumerate(table.grid()):
        texts = []
        for column, cell in enumerate(cells):
            if cell is None:
                texts.append(".")
            elif cell.row == row and cell.column == column:
                texts.append(cell.text.replace("\n", "/"))
            else:
                texts.append("<" if cell.row == row else "^")
        lines.append("|".join(texts))
    return lines


def tables(source: bytes) -> list[list[str]]:
    return [drawn(table) for table in read(source).tables()]
