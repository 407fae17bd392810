"""Hard shapes of PDF: the same page for a person, drawn otherwise."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any, Literal

import pypdfium2
from reportlab.pdfbase.pdfmetrics import stringWidth

from samples.hard.shape import Make, Shape
from samples.layout import Draft, LogicalTable, with_texts
from samples.pdf import PdfStyle, Pen, render_pdf
from samples.prose import Passage, paper
from samples.style import Lost
from tasks.model.document import Format

#: A measured cell of `samples.pdf`.
Box = Any
_INVISIBLE = 3


def _styled(**looks: Any) -> Make:
    style = PdfStyle(name="", about="", **looks)
    return lambda drafted, seed: render_pdf(paper(drafted), style, seed)


def _drawn(pen: type[Pen], **looks: Any) -> Make:
    """The report drawn with a pen of its own."""
    style = PdfStyle(name="", about="", **looks)

    def make(drafted: Draft, seed: int) -> bytes:
        whole = paper(drafted)
        hand = pen(style, whole.title)
        for part in whole.parts:
            if isinstance(part, Passage):
                hand.passage(part)
            else:
                hand.table(part)
        return hand.finished()

    return make


# --- characters ---------------------------------------------------------------------------


class _Bold(Pen):
    """Bold for the poor: all text twice, a hair apart."""

    def _text(self, text: str, x: float, baseline: float, size: float, **how: Any) -> None:
        super()._text(text, x, baseline, size, **how)
        super()._text(text, x + 0.25, baseline, size, **how)


class _Backwards(Pen):
    """Each character drawn on its own, the last one first."""

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
        width = stringWidth(text, self.font, size)
        at = x - width / 2 if align == "centre" else x
        for index in reversed(range(len(text))):
            before = stringWidth(text[:index], self.font, size)
            super()._text(text[index], at + before, baseline, size)


class _Besides(Pen):
    """Draws something beside some figures; what, subclasses say."""

    share = 0.25

    def _content(self, box: Box, base: float) -> None:
        super()._content(box, base)
        if box.cell.role != "value" or not box.cell.text.isdigit():
            return
        random = Random(f"{self.page} {box.cell.row} {box.cell.column}")
        if random.random() < self.share:
            line = box.lines[0]
            middle = 62.0 + (box.left + box.right) / 2
            half = stringWidth(line.text, self.font, line.size) / 2
            self.beside(middle, half, base - line.top - line.size * 1.05, line.size, random)

    def beside(
        self, middle: float, half: float, baseline: float, size: float, random: Random
    ) -> None:
        raise NotImplementedError


class _Raised(_Besides):
    """A footnote's number: small, and higher than the figure."""

    def beside(
        self, middle: float, half: float, baseline: float, size: float, random: Random
    ) -> None:
        self._text("1", middle + half + 0.3, baseline + size * 0.4, size * 0.55)


class _Invisible(_Besides):
    """Another figure in ink that cannot be seen."""

    share = 1.0

    def beside(
        self, middle: float, half: float, baseline: float, size: float, random: Random
    ) -> None:
        text = self.canvas.beginText(middle + half, baseline)
        text.setFont(self.font, size)
        text.setTextRenderMode(_INVISIBLE)
        text.textOut(str(random.randint(1, 9)))
        text.setTextRenderMode(0)
        self.canvas.drawText(text)


class _White(_Besides):
    share = 1.0

    def beside(
        self, middle: float, half: float, baseline: float, size: float, random: Random
    ) -> None:
        self.canvas.setFillGray(1.0)
        self._text(str(random.randint(1, 9)), middle + half, baseline, size)
        self.canvas.setFillGray(0.0)


class _Struck(_Besides):
    """An old figure with a line through it before the new one."""

    def beside(
        self, middle: float, half: float, baseline: float, size: float, random: Random
    ) -> None:
        left = middle - half - size * 1.3
        self._text("31", left, baseline, size)
        self.canvas.line(
            left - 0.5, baseline + size * 0.3, left + size * 1.1, baseline + size * 0.3
        )


class _Fields(Pen):
    """Figures are the values of form fields, not text of the page."""

    def _content(self, box: Box, base: float) -> None:
        if box.cell.role != "value":
            super()._content(box, base)
            return
        self.canvas.acroForm.textfield(
            name=f"f{self.page}-{box.cell.row}-{box.cell.column}-{box.left:.0f}",
            value=box.cell.text if box.cell.text.isascii() else "",
            x=62.0 + box.left + 1,
            y=base - box.bottom + 1,
            width=box.right - box.left - 2,
            height=min(box.bottom - box.top - 2, 14),
            fontSize=8,
            borderWidth=0,
        )
        if not box.cell.text.isascii():
            super()._content(box, base)


def _without_map(drafted: Draft, seed: int) -> bytes:
    """The font does not say which characters its codes are."""
    body = _styled(paged=True)(drafted, seed)
    return re.sub(rb"/ToUnicode \d+ 0 R", lambda found: b" " * len(found[0]), body)


# --- rules --------------------------------------------------------------------------------


class _Dashed(Pen):
    """Rules of many short lines."""

    def _rules(self, box: Box, base: float) -> None:
        left, right = 62.0 + box.left, 62.0 + box.right
        top, bottom = base - box.top, base - box.bottom
        for y in (top, bottom):
            x = left
            while x < right:
                self.canvas.line(x, y, min(x + 2.5, right), y)
                x += 4
        for x in (left, right):
            y = bottom
            while y < top:
                self.canvas.line(x, y, x, min(y + 2.5, top))
                y += 4


class _Apart(Pen):
    """Rules that end a little before they meet."""

    def _rules(self, box: Box, base: float) -> None:
        left, right = 62.0 + box.left, 62.0 + box.right
        top, bottom = base - box.top, base - box.bottom
        for y in (top, bottom):
            self.canvas.line(left + 1, y, right - 1, y)
        for x in (left, right):
            self.canvas.line(x, bottom + 1, x, top - 1)


class _Double(Pen):
    """Each cell has a frame of its own, a little inside of its place."""

    def _rules(self, box: Box, base: float) -> None:
        width, height = box.right - box.left - 1.4, box.bottom - box.top - 1.4
        self.canvas.rect(62.0 + box.left + 0.7, base - box.bottom + 0.7, width, height)


class _OpenSides(Pen):
    """No rules at the left and right side of the table, as in books."""

    def _rules(self, box: Box, base: float) -> None:
        left, right = 62.0 + box.left, 62.0 + box.right
        top, bottom = base - box.top, base - box.bottom
        self.canvas.line(left, top, right, top)
        self.canvas.line(left, bottom, right, bottom)
        if box.left > 0:
            self.canvas.line(left, bottom, left, top)


class _Stubs(Pen):
    """The label of a group ends above the end of its last row."""

    def _rules(self, box: Box, base: float) -> None:
        above = 6.0 if box.cell.role == "group" else 0.0
        left, bottom = 62.0 + box.left, base - box.bottom + above
        self.canvas.rect(left, bottom, box.right - box.left, box.bottom - box.top - above)


class _AtBottom(Pen):
    """Figures stand at the bottom of their cells, beside the last lines of their labels."""

    def _content(self, box: Box, base: float) -> None:
        if box.cell.role == "value":
            at_bottom = (replace(one, top=box.bottom - one.height - 2.5) for one in box.lines)
            box = replace(box, lines=tuple(at_bottom))
        super()._content(box, base)


def _longer_labels(drafted: Draft, seed: int) -> bytes:
    table, random = drafted.table("requests"), Random(seed)
    wrapped = [cell for cell in table.cells if cell.role == "label" and len(cell.text) > 9]
    longer = {cell: f"{cell.text}及其他" for cell in random.sample(wrapped, 5)}
    drawn = _drawn(_AtBottom, lines="none", narrow=True, paged=True)
    return drawn(drafted.with_table(with_texts(table, longer)), seed)


class _TitlesLast(Pen):
    """Pages end below the title of a block, whose heads are on the next one."""

    def table(self, table: LogicalTable) -> None:
        titles = [cell for cell in table.cells if cell.role == "title"]
        measured = self._sized(table, self.width - 2 * 62.0)
        if len(titles) < 2:
            super().table(table)
            return
        self._new_page()
        cut = measured.edges[titles[1].row + 1]
        self._segment(measured, 0.0, cut)
        self._new_page()
        self._segment(measured, cut, measured.edges[-1])


# --- pages --------------------------------------------------------------------------------


class _Marked(Pen):
    """A stamp in large grey letters across each page."""

    def _begin_page(self) -> None:
        super()._begin_page()
        self.canvas.saveState()
        self.canvas.setFillGray(0.85)
        self.canvas.translate(self.width / 2, self.height / 2)
        self.canvas.rotate(45)
        self._text("政府信息公开", 0, 0, 60, align="centre")
        self.canvas.restoreState()


class _Headed(Pen):
    """A running head with a rule below it, and a foot with the date."""

    def _begin_page(self) -> None:
        super()._begin_page()
        self._text("政府信息公开工作年度报告", self.width / 2, self.height - 46, 9, align="centre")
        self.canvas.line(62, self.height - 52, self.width - 62, self.height - 52)

    def _end_page(self) -> None:
        self.canvas.line(62, 50, self.width - 62, 50)
        super()._end_page()


class _Low(Pen):
    """Pages so low that hardly a row goes on one."""

    def __init__(self, style: PdfStyle, title: str) -> None:
        super().__init__(style, title)
        self.height = 270.0
        self.canvas.setPageSize((self.width, self.height))
        self.y = self.height - 62


class _Cropped(Pen):
    """What is shown of a page is its middle: the origin lies elsewhere."""

    def _begin_page(self) -> None:
        self.canvas.setPageSize((self.width + 150, self.height + 130))
        self.canvas.setCropBox((100, 80, 100 + self.width, 80 + self.height))
        self.canvas.translate(100, 80)
        super()._begin_page()


class _InForm(Pen):
    """The page is one form object, as printers' drivers and stamping programs write."""

    def _begin_page(self) -> None:
        self.canvas.beginForm(f"page{self.page + 1}")
        super()._begin_page()

    def _end_page(self) -> None:
        name = f"page{self.page}"
        if self.style.page_numbers:
            self._text(f"- {self.page} -", self.width / 2, 31, 10, align="centre")
        self.canvas.endForm()
        self.canvas.doForm(name)
        self.canvas.showPage()


def _two_up(drafted: Draft, seed: int) -> bytes:
    """Two pages side by side on each sheet."""
    document = pypdfium2.PdfDocument(_styled(paged=True)(drafted, seed))
    raw = pypdfium2.raw.FPDF_ImportNPagesToOne(document.raw, 842.0, 595.0, 2, 1)
    out = io.BytesIO()
    sheets = pypdfium2.PdfDocument(raw)
    sheets.save(out)
    sheets.close()
    document.close()
    return out.getvalue()


# --- files --------------------------------------------------------------------------------


def _after(junk: bytes) -> Make:
    return lambda drafted, seed: junk + _styled()(drafted, seed)


def _end_lost(drafted: Draft, seed: int) -> bytes:
    """Cut off before the place where the table of contents is told."""
    body = _styled(paged=True)(drafted, seed)
    return body[: body.rindex(b"startxref")]


def _end_buried(drafted: Draft, seed: int) -> bytes:
    return _styled()(drafted, seed) + b"\r\n--boundary--\r\n" + b"\x00" * 1500


CUT = frozenset({Lost.CUT_CELLS})
SPANS = CUT | {Lost.SPANS}


def _shape(
    name: str,
    hard_for: str,
    make: Make,
    loses: Iterable[Lost] = (),
    suffix: str = "pdf",
    outcome: str = "report",
) -> Shape:
    return Shape(
        name=name,
        format=Format.PDF,
        hard_for=hard_for,
        make=make,
        suffix=suffix,
        loses=frozenset(loses),
        outcome=outcome,
    )


SHEETS: tuple[Shape, ...] = (
    _shape("bold_twice", "all text drawn twice, a hair apart", _drawn(_Bold, paged=True)),
    _shape(
        "backwards", "each character on its own, the last first", _drawn(_Backwards, paged=True)
    ),
    _shape("raised", "a raised small 1 behind figures", _drawn(_Raised, paged=True)),
    _shape("invisible", "figures in ink that cannot be seen", _drawn(_Invisible, paged=True)),
    _shape("white", "white figures on white", _drawn(_White, paged=True)),
    _shape("struck", "old figures with a line through them", _drawn(_Struck, paged=True)),
    _shape("fields", "figures are values of form fields", _drawn(_Fields, paged=True)),
    _shape(
        "no_map",
        "the font does not tell its characters",
        _without_map,
        {Lost.TEXT},
        outcome="no report",
    ),
    _shape("dashed", "rules of dashes", _drawn(_Dashed, paged=True)),
    _shape("rules_apart", "rules that do not meet", _drawn(_Apart, paged=True)),
    _shape("double", "a frame for each cell", _drawn(_Double, paged=True)),
    _shape("open_sides", "no rules at the sides", _drawn(_OpenSides), CUT),
    _shape("stamp", "a large grey stamp across each page", _drawn(_Marked), CUT),
    _shape("running_head", "running head with a rule, foot with a rule", _drawn(_Headed), CUT),
    _shape("low_pages", "hardly a row on a page: cut at every row", _drawn(_Low), CUT),
    _shape("cropped", "the shown part of a page is its middle", _drawn(_Cropped), CUT),
    _shape("in_form", "the page is one form object", _drawn(_InForm, paged=True)),
    _shape("two_up", "two pages on a sheet", _two_up),
    _shape(
        "http_headers",
        "HTTP headers before it",
        _after(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"),
        CUT,
    ),
    _shape(
        "mail",
        "lines of a mail gateway before it",
        _after(b"X-Scan: clean\r\n" * 80 + b"\r\n"),
        CUT,
    ),
    _shape("end_lost", "the file's end is gone", _end_lost),
    _shape("end_buried", "rubbish after its end, named .doc", _end_buried, CUT, suffix="doc"),
    _shape(
        "cut_everywhere",
        "cut rows, header repeated, narrow, vertical label, thin rectangles",
        _styled(cut_rows=True, repeat_header=True, narrow=True, vertical=True, lines="rectangles"),
        CUT,
    ),
    _shape(
        "rotated_spaced",
        "pages on their side, digits set apart, rows cut",
        _styled(rotated=True, spacing=1.4, cut_rows=True),
        CUT,
    ),
    _shape(
        "landscape_repeat",
        "broad pages, header repeated, filled cells",
        _styled(landscape=True, repeat_header=True, lines="filled"),
        CUT,
    ),
    _shape(
        "spaced_kangxi",
        "digits set apart, Kangxi radicals, owner's password",
        _styled(paged=True, spacing=1.6, kangxi=True, password="owner"),  # noqa: S106
        {Lost.SCRIPT},
    ),
    _shape(
        "unruled_paged", "no rules, no table over a page", _styled(paged=True, lines="none"), SPANS
    ),
    _shape(
        "horizontal_repeat",
        "horizontal rules only, header repeated",
        _styled(lines="horizontal", repeat_header=True),
        SPANS,
    ),
    _shape(
        "frame_not_embedded",
        "a frame only, a font that is not in the file",
        _styled(lines="outer", embedded=False, paged=True),
        SPANS,
    ),
)

#: Lines, labels and pages that end badly.
LATER_SHEETS: tuple[Shape, ...] = (
    _shape("stubs", "labels of groups end above their rows", _drawn(_Stubs, paged=True)),
    _shape(
        "titles_last",
        "no rules, a title at the end of a page",
        _drawn(_TitlesLast, lines="none"),
        SPANS,
    ),
    _shape(
        "longer_labels",
        "no rules, figures beside the last lines of labels with words added",
        _longer_labels,
        SPANS | {Lost.TEXT},
    ),
)
