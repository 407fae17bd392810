"""Hard shapes of PDF: what fonts, printers, scanners and form programs make of a page.

Each shape draws one of its kind by its seed; `tests/property/test_prints.py` draws many.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any, Literal

import pypdfium2
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from samples.fonts import registered
from samples.hard.shape import Make, Shape
from samples.hard.sheets import Box, _drawn, _styled
from samples.layout import Draft, LogicalCell, LogicalTable, made
from samples.pdf import PdfStyle, Pen
from samples.style import Lost
from tasks.model.document import Format

#: A measured table of `samples.pdf`.
Measured = Any
_INVISIBLE = 3
#: Width of a table that goes on no page, in points.
_BROAD = 660.0


# --- fonts that call a digit blank --------------------------------------------------------

#: What a lying map says of a digit, in the hexadecimal digits of a CMap.
BLANKS = {
    "space": "0020",
    "no-break space": "00A0",
    "ideographic space": "3000",
    "thin space": "2009",
    "zero-width space": "200B",
    "zero-width joiner": "200D",
    "word joiner": "2060",
    "byte order mark": "FEFF",
    "soft hyphen": "00AD",
    "control character": "0001",
    "filler": "3164",
    "nothing": "",
}


class _Plain(Pen):
    """Nothing in the file is compressed."""

    def __init__(self, style: PdfStyle, title: str) -> None:
        super().__init__(style, title)
        self.canvas.setPageCompression(0)


def with_blank_digit(body: bytes, digit: str, called: str) -> bytes:
    """The file with the map of each font calling a digit something else."""
    said = f"<{called}>".ljust(6).encode()
    return re.sub(b"(?<= )<00%02X>" % ord(digit), lambda _: said, body)


def _blank_digit(drafted: Draft, seed: int) -> bytes:
    random = Random(seed)
    digit, called = random.choice("123456789"), random.choice(list(BLANKS.values()))
    return with_blank_digit(
        _drawn(_Plain, paged=random.random() < 0.5)(drafted, seed), digit, called
    )


# --- upright by other ways ----------------------------------------------------------------

#: Size, horizontal scale in per cent, matrix: upright text all of them, in font sizes.
SETTINGS: tuple[tuple[float, float, tuple[float, float, float, float]], ...] = (
    (-1, 100, (-1, 0, 0, -1)),
    (1, -100, (-1, 0, 0, 1)),
    (-1, -100, (1, 0, 0, -1)),
    (1, 80, (1.25, 0, 0, 1)),
    (1, 125, (0.8, 0, 0, 1)),
    (0.1, 100, (10, 0, 0, 10)),
    (-0.1, 100, (-10, 0, 0, -10)),
    (100, 100, (0.01, 0, 0, 0.01)),
)


class _Otherwise(Pen):
    """Text set with a size, a scale and a matrix that together are upright."""

    setting = SETTINGS[0]
    rise = 0.0

    def _text(
        self,
        text: str,
        x: float,
        baseline: float,
        size: float,
        *,
        align: Literal["left", "centre"] = "left",
        spacing: float = 0.0,
    ) -> None:
        share, scale, (a, b, c, d) = self.setting
        width = stringWidth(text, self.font, size)
        line = self.canvas.beginText()
        line.setTextTransform(
            a, b, c, d, x - width / 2 if align == "centre" else x, baseline - self.rise
        )
        line.setFont(self.font, size * share)
        line.setHorizScale(scale)
        if self.rise:
            line.setRise(self.rise / d)
        line.textOut(text)
        line.setHorizScale(100)
        if self.rise:
            line.setRise(0)
        self.canvas.drawText(line)


def _otherwise(drafted: Draft, seed: int) -> bytes:
    random = Random(seed)

    class Chosen(_Otherwise):
        setting = SETTINGS[seed % len(SETTINGS)]
        rise = random.choice((0.0, 0.0, 4.0, -3.0))

    return _drawn(Chosen, paged=random.random() < 0.5)(drafted, seed)


# --- tables that the paper cuts -----------------------------------------------------------


def halves(table: LogicalTable, row: int, n: int) -> tuple[LogicalTable, LogicalTable]:
    """The table down to a row, of whose figures only the first digits are left, as many as go
    on a line, and the rest: the other digits, and the rows that follow."""
    upper: list[LogicalCell] = []
    lower: list[LogicalCell] = []
    for cell in table.cells:
        end = cell.row + cell.rowspan
        cut = cell.covers(row)
        first, rest = cell.text, ""
        if cut and cell.role == "value" and cell.text.isdigit():
            first, rest = cell.text[:n], cell.text[n:]
        if cell.row <= row:
            upper.append(replace(cell, text=first, rowspan=min(end, row + 1) - cell.row))
        if end > row + 1 or cut:
            begins = max(cell.row, row)
            text = rest if cut else cell.text
            lower.append(replace(cell, text=text, row=begins - row, rowspan=end - begins))
    return made(table.id, upper), made(table.id, lower)


class _Cut(Pen):
    """One row of a table falls on two pages, inside of its figures."""

    id = "disputes"
    #: Counted from the last.
    row = 1

    def table(self, table: LogicalTable) -> None:
        if table.id != self.id:
            super().table(table)
            return
        row = table.n_rows - self.row
        longest = max(len(cell.text) for cell in table.cells if cell.field and cell.row == row)
        for part, piece in enumerate(halves(table, row, (longest + 1) // 2)):
            if part:
                self._new_page()
            super().table(piece)


def _cut_digits(drafted: Draft, seed: int) -> bytes:
    random = Random(seed)

    class Chosen(_Cut):
        id = random.choice(("disputes", "requests"))
        row = 1 if id == "disputes" else random.choice((1, 2, 5))

    return _drawn(Chosen, paged=True)(drafted, seed)


class _Broad(Pen):
    """A table broader than the paper: its last columns stand on later pages."""

    #: Columns of figures on the first page, and on each further one.
    parts: tuple[int, ...] = (3, 4)
    #: Whether the labels of the rows are printed again.
    again = True
    #: Rows on a page; all of them where it is None.
    rows: int | None = None
    across_first = False

    def table(self, table: LogicalTable) -> None:
        if table.id != "requests":
            super().table(table)
            return
        whole = self._sized(table, _BROAD)
        beside = list(self._beside(whole, table.n_columns))
        below = [0.0, *(whole.edges[row] for row in (self.rows,) if row), whole.edges[-1]]
        order = [(part, cut) for part in beside for cut in pairwise(below)]
        if self.across_first:
            order.sort(key=lambda one: one[1])
        for part, (start, end) in order:
            self._new_page()
            self._segment(part, start, end)

    def _beside(self, whole: Measured, n_columns: int) -> Iterator[Measured]:
        """What falls on each page, from left to right; its labels first."""
        at = {box.cell.column: box.left for box in whole.boxes} | {n_columns: _BROAD}
        first = n_columns - sum(self.parts)
        labels = at[first]
        for number, part in enumerate(self.parts):
            shown = (0.0 if number == 0 else at[first], at[first + part])
            moved = (labels if self.again else 0.0) - shown[0] if number else 0.0
            boxes = _between(whole.boxes, *shown, moved)
            if number and self.again:
                boxes = [*_between(whole.boxes, 0.0, labels, 0.0), *boxes]
            yield replace(whole, boxes=tuple(boxes))
            first += part


def _between(boxes: Iterable[Box], left: float, right: float, moved: float) -> list[Box]:
    """What of the cells lies between two places. The text of a cell that is cut stands in each
    part that has room for it."""
    return [
        _part(box, max(box.left, left), min(box.right, right), moved)
        for box in boxes
        if box.left < right - 1 and box.right > left + 1
    ]


def _part(box: Box, left: float, right: float, moved: float) -> Box:
    cut = right - left < box.right - box.left - 1
    room = max((len(line.text) * line.size for line in box.lines), default=0.0) < right - left
    lines = box.lines if room or not cut else ()
    return replace(box, left=left + moved, right=right + moved, lines=lines)


def _broad(drafted: Draft, seed: int) -> bytes:
    random = Random(seed)

    class Chosen(_Broad):
        parts = random.choice(((3, 4), (4, 3), (3, 3, 1), (2, 3, 2)))
        again = random.random() < 0.6
        rows = random.choice((None, 12, 17))
        across_first = random.random() < 0.5

    return _drawn(Chosen, paged=True)(drafted, seed)


# --- forms --------------------------------------------------------------------------------


class _Combs(Pen):
    """Figures are values of fields that are parted into boxes."""

    boxes = 6
    #: Whether the page draws the boxes, the field or nobody.
    drawn: Literal["lines", "frames", "no"] = "lines"

    def _content(self, box: Box, base: float) -> None:
        if box.cell.role != "value" or not box.cell.text.isdigit():
            super()._content(box, base)
            return
        left, width = 62.0 + box.left + 1, box.right - box.left - 2
        low, height = base - box.bottom + 2, min(box.bottom - box.top - 4, 14)
        self.canvas.acroForm.textfield(
            name=f"f{self.page}-{box.cell.row}-{box.cell.column}-{box.left:.0f}",
            value=box.cell.text,
            x=left,
            y=low,
            width=width,
            height=height,
            fontSize=7,
            borderWidth=0,
            maxlen=self.boxes,
            fieldFlags="comb",
        )
        part = width / self.boxes
        for number in range(1, self.boxes):
            if self.drawn == "lines":
                self.canvas.line(left + number * part, low, left + number * part, low + height)
            elif self.drawn == "frames":
                self.canvas.rect(left + number * part, low, part, height, stroke=1, fill=0)


def _combs(drafted: Draft, seed: int) -> bytes:
    random = Random(seed)

    class Chosen(_Combs):
        boxes = random.choice((6, 8, 10))
        drawn = random.choice(("lines", "frames", "no"))

    return _drawn(Chosen, paged=True)(drafted, seed)


def with_entries(body: bytes, entries: str) -> bytes:
    """The file with more entries in its catalog, saved behind its end as editors do."""
    root = int(re.findall(rb"/Root (\d+) 0 R", body)[-1])
    begins = body.index(b"\n%d 0 obj" % root)
    catalog = body[body.index(b"<<", begins) + 2 : body.index(b"endobj", begins)]
    size = int(re.findall(rb"/Size (\d+)", body)[-1])
    before = int(re.findall(rb"startxref\s+(\d+)", body)[-1])
    at = len(body) + 1
    added = b"\n%d 0 obj\n<< %s %s\nendobj\n" % (root, entries.encode(), catalog.strip())
    table = len(body) + len(added)
    return (
        body
        + added
        + b"xref\n%d 1\n%010d 00000 n \n" % (root, at)
        + b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, before)
        + b"startxref\n%d\n%%%%EOF\n" % table
    )


def _one_page(lines: Iterable[str]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number, line in enumerate(lines):
        canvas.setFont(registered(embedded=True), 11)
        canvas.drawString(60, 760 - 20 * number, line)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _waiting(drafted: Draft, seed: int) -> bytes:
    page = _one_page(
        (
            "Please wait...",
            "If this message is not eventually replaced with the proper contents of the document,",
            "your viewer may not be able to display this type of document.",
        )
    )
    form = "/AcroForm << /Fields [] /XFA [(template) (x)] >>"
    return with_entries(page, f"{form} /NeedsRendering true")


def _portfolio(drafted: Draft, seed: int) -> bytes:
    page = _one_page((drafted.report.organ, "本文件包内有 3 个文件，请用支持文件包的阅读器打开。"))
    return with_entries(page, "/Collection << /Type /Collection /View /D >>")


# --- scans --------------------------------------------------------------------------------


def _misread(text: str, random: Random, share: float) -> str:
    """What a program makes of a text: some signs are lost, some taken for others."""
    read = ""
    for one in text:
        if random.random() >= share:
            read += one
        elif one.isdigit() and random.random() < 0.7:
            read += random.choice("0123456789")
    return read


def over_layer(
    body: bytes,
    seed: int,
    *,
    share: float = 0.05,
    beneath: bool = False,
    strips: int = 1,
) -> bytes:
    """The pages as pictures with what a program read from them as hidden text: without ink on
    the picture, or with ink beneath it."""
    random = Random(seed)
    font = registered(embedded=True)
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    document = pypdfium2.PdfDocument(body)
    for page in document:
        canvas.setPageSize(page.get_size())
        if beneath:
            _layer(canvas, page, font, random, share, 0)
        _picture(canvas, page, strips)
        if not beneath:
            _layer(canvas, page, font, random, share, _INVISIBLE)
        canvas.showPage()
    document.close()
    canvas.save()
    return out.getvalue()


def _picture(canvas: Canvas, page: Any, strips: int) -> None:
    width, height = page.get_size()
    picture = page.render(scale=1.0, grayscale=True).to_pil()
    for strip in range(strips):
        low, high = picture.height * strip // strips, picture.height * (strip + 1) // strips
        part = picture.crop((0, low, picture.width, high))
        top = height * (1 - high / picture.height)
        canvas.drawImage(ImageReader(part), 0, top, width, height * (high - low) / picture.height)


def _layer(canvas: Canvas, page: Any, font: str, random: Random, share: float, mode: int) -> None:
    text = page.get_textpage()
    for index in range(text.count_rects()):
        left, low, right, high = text.get_rect(index)
        said = _misread(text.get_text_bounded(left, low, right, high).strip(), random, share)
        line = canvas.beginText(left, low + 1)
        line.setFont(font, max(high - low, 4))
        line.setTextRenderMode(mode)
        line.textOut(said)
        line.setTextRenderMode(0)
        canvas.drawText(line)


def _scan_over_text(drafted: Draft, seed: int) -> bytes:
    random = Random(seed)
    return over_layer(
        _styled(paged=True)(drafted, seed),
        seed,
        share=random.choice((0.0, 0.02, 0.1)),
        beneath=random.random() < 0.5,
        strips=random.choice((1, 1, 7)),
    )


class _OnPicture(Pen):
    """A picture in the background of each page, as letter paper has."""

    def _begin_page(self) -> None:
        super()._begin_page()
        paper = _one_page(())
        picture = pypdfium2.PdfDocument(paper)[0].render(scale=0.3).to_pil()
        self.canvas.drawImage(ImageReader(picture), 0, 0, self.width, self.height)


def _shape(
    name: str,
    hard_for: str,
    make: Make,
    loses: Iterable[Lost] = (),
    outcome: str = "report",
) -> Shape:
    return Shape(
        name=name,
        format=Format.PDF,
        hard_for=hard_for,
        make=make,
        suffix="pdf",
        loses=frozenset(loses),
        outcome=outcome,
    )


#: What is drawn without a place for each figure: only that none is wrong can be demanded.
_UNSURE = {Lost.SPANS, Lost.TEXT}

PRINTS: tuple[Shape, ...] = (
    _shape("blank_digit", "the font calls a digit a blank", _blank_digit, _UNSURE),
    _shape(
        "set_otherwise", "upright by size, scale and matrix together", _otherwise, {Lost.CUT_CELLS}
    ),
    _shape("cut_digits", "a row cut by the page inside of its figures", _cut_digits, _UNSURE),
    _shape("broad", "the last columns stand on later pages", _broad, _UNSURE),
    _shape("combs", "figures in fields of one box a digit", _combs),
    _shape(
        "waiting",
        "a dynamic form: the page asks to wait",
        _waiting,
        outcome="refused:unsupported_format",
    ),
    _shape(
        "portfolio",
        "a cover page before a folder of files",
        _portfolio,
        outcome="refused:unsupported_format",
    ),
    _shape("scan_over_text", "a scan over what a program read from it", _scan_over_text, _UNSURE),
    _shape("on_picture", "a picture in the background", _drawn(_OnPicture, paged=True)),
)
