"""Report -> PDF, drawn cell by cell so that what crosses a page crosses it as in the wild.

A table is first measured in one endless column; page breaks then cut that column, and each
page draws the part that fell to it: rules clipped, each line of text where its place is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Literal

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from samples.fonts import registered
from samples.layout import LogicalCell, LogicalTable
from samples.prose import Paper, Passage
from samples.style import Lost, Style, named
from samples.text import split_headers, with_radicals

#: Points, between the rules of a cell and its text.
_PADDING = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfStyle(Style):
    lines: Literal["all", "horizontal", "vertical", "outer", "none", "rectangles", "filled"] = "all"
    #: Where figures stand in their cells, and their heads.
    figures: Literal["left", "centre", "right"] = "centre"
    #: Text begins at the top of its cell.
    at_top: bool = False
    #: Header rows drawn again on the next page.
    repeat_header: bool = False
    #: Page breaks fall inside a row, between the lines of its text.
    cut_rows: bool = False
    #: Little room for labels, so that most are wrapped.
    narrow: bool = False
    #: The outermost group label one character a line.
    vertical: bool = False
    #: Underlines and frames around lines of the running text.
    frames: bool = False
    #: Low rows, and each table stays together: none crosses a page.
    paged: bool = False
    #: Extra space after each digit in figures, in points.
    spacing: float = 0.0
    landscape: bool = False
    #: The page is stored lying on its side and turned by the viewer.
    rotated: bool = False
    embedded: bool = True
    #: Set in a Song face.
    song: bool = False
    #: Breadth of the rules, in points.
    rule: float = 0.5
    #: How light the rules are, 0 black to 1 white.
    faint: float = 0.0
    #: Small type, and rows hardly higher than it, so that it nearly touches the rules.
    tight: bool = False
    #: How far figures at the side of their cell stand from its rule, in points.
    inset: float = _PADDING
    kangxi: bool = False
    page_numbers: bool = True
    password: Literal["none", "owner", "user"] = "none"  # noqa: S105 - which kind, not a secret
    #: Only a picture of the pages.
    scan: bool = False


#: Points.
_MARGIN = 62.0
_TEXT_SIZE = 12.0
_CELL_SIZE = 9.0
_SMALL_CELL_SIZE = 7.5
_LEADING = 1.35
_TIGHT_LEADING = 1.12
_TIGHT_PADDING = 0.8
#: Added to each row's height: table 三 is longer than a page, unless rows are low.
_AIR = 14.0
_LOW_AIR = 3.0
#: Relative widths of columns; other tables have columns all alike. What stands left of the
#: figures needs more room.
_WIDTHS = {
    "disclosure": (28.0, 24.0, 24.0, 24.0),
    "requests": (8.0, 15.0, 26.0, 7.5, 7.0, 7.0, 7.5, 7.5, 7.0, 7.5),
}
_NARROW = {
    **_WIDTHS,
    "disclosure": (9.0, 8.0, 8.0, 75.0),
    "requests": (5.0, 8.0, 13.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 14.0),
}
#: The same of a column before them, which counts the rows.
_NUMBERS = 6.0


def render_pdf(paper: Paper, style: PdfStyle, seed: int) -> bytes:
    pen = Pen(style, paper.title)
    for part in paper.parts:
        if isinstance(part, Passage):
            pen.passage(part)
        else:
            pen.table(part)
    body = pen.finished()
    return _scanned(body) if style.scan else body


# --- measuring ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of a cell's text: its top in the endless column, and what is drawn."""

    text: str
    top: float
    size: float
    #: Of its size.
    leading: float

    @property
    def height(self) -> float:
        return self.size * self.leading

    @property
    def rise(self) -> float:
        """From the base line to the top."""
        return self.size * (1.05 - (_LEADING - self.leading) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A cell in the endless column."""

    cell: LogicalCell
    left: float
    right: float
    top: float
    bottom: float
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    boxes: tuple[_Box, ...]
    #: Top of each row, and the bottom of the last.
    edges: tuple[float, ...]


def _wrapped(text: str, width: float, font: str, size: float) -> list[str]:
    """Lines no wider than `width`, broken anywhere, as Chinese is."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for one in paragraph:
            if line and stringWidth(line + one, font, size) > width:
                lines.append(line)
                line = ""
            line += one
        lines.append(line)
    return lines


def _cell_lines(cell: LogicalCell, width: float, style: PdfStyle, font: str) -> _Fitted:
    if style.vertical and cell.role == "group" and cell.column == 0:
        return _Fitted(tuple(cell.text), _cell_size(style), style.tight)
    room = width - 2 * _PADDING
    size = _cell_size(style)
    if cell.role == "value":
        # A figure is never wrapped: editors shrink it to fit.
        needed = stringWidth(cell.text, font, size) + style.spacing * len(cell.text)
        size = min(size, size * room / needed) if needed else size
        return _Fitted((cell.text,), size, style.tight)
    return _Fitted(tuple(_wrapped(cell.text, room, font, size)), size, style.tight)


@dataclass(frozen=True, slots=True)
class _Fitted:
    lines: tuple[str, ...]
    size: float
    tight: bool

    @property
    def leading(self) -> float:
        return _TIGHT_LEADING if self.tight else _LEADING

    @property
    def height(self) -> float:
        padding = _TIGHT_PADDING if self.tight else _PADDING
        return len(self.lines) * self.size * self.leading + 2 * padding


def _measured(table: LogicalTable, width: float, style: PdfStyle, font: str) -> _Measured:
    shares = (_NARROW if style.narrow else _WIDTHS).get(table.id, (1.0,) * table.n_columns)
    shares = (_NUMBERS,) * (table.n_columns - len(shares)) + shares
    at = [sum(shares[:column]) / sum(shares) * width for column in range(table.n_columns + 1)]
    fitted = {
        cell: _cell_lines(cell, at[cell.column + cell.colspan] - at[cell.column], style, font)
        for cell in table.cells
    }
    heights = [_low(style)] * table.n_rows
    for cell in sorted(table.cells, key=lambda cell: cell.rowspan):
        rows = slice(cell.row, cell.row + cell.rowspan)
        lacking = fitted[cell].height - sum(heights[rows])
        heights[cell.row + cell.rowspan - 1] += max(lacking, 0)
    edges = (0.0, *accumulate(heights))
    boxes = tuple(_box(cell, fitted[cell], at, edges, style.at_top) for cell in table.cells)
    return _Measured(boxes, edges)


def _cell_size(style: PdfStyle) -> float:
    return _SMALL_CELL_SIZE if style.tight else _CELL_SIZE


def _low(style: PdfStyle) -> float:
    """Height of a row whose cells have one line each."""
    if style.tight:
        return _SMALL_CELL_SIZE * _TIGHT_LEADING + 2 * _TIGHT_PADDING
    return _CELL_SIZE * _LEADING + 2 * _PADDING + (_LOW_AIR if style.paged else _AIR)


def _box(
    cell: LogicalCell, fitted: _Fitted, at: list[float], edges: tuple[float, ...], at_top: bool
) -> _Box:
    top, bottom = edges[cell.row], edges[cell.row + cell.rowspan]
    first = (top + bottom) / 2 - len(fitted.lines) * fitted.size * fitted.leading / 2
    if at_top:
        first = top + _PADDING
    return _Box(
        cell=cell,
        left=at[cell.column],
        right=at[cell.column + cell.colspan],
        top=top,
        bottom=bottom,
        lines=tuple(
            _Line(
                text=text,
                top=first + index * fitted.size * fitted.leading,
                size=fitted.size,
                leading=fitted.leading,
            )
            for index, text in enumerate(fitted.lines)
        ),
    )


def _part_of(box: _Box, start: float, end: float) -> _Box | None:
    """What of a cell falls between two heights. A line that the cut would halve goes after it."""
    if box.bottom <= start or box.top >= end:
        return None
    lines = []
    cursor = start
    for line in box.lines:
        if line.top + line.height > end and end < box.bottom:
            break
        # Lines before the cut were drawn there, unless the cut pushed them here.
        if line.top + line.height > start or box.top >= start:
            top = max(line.top, cursor)
            lines.append(replace(line, top=top))
            cursor = top + line.height
    return replace(box, top=max(box.top, start), bottom=min(box.bottom, end), lines=tuple(lines))


def _next_cut(measured: _Measured, start: float, room: float, inside: bool) -> float:
    """Where the page must end that begins at `start`: the last row edge in reach or, when rows
    may be cut, the last line of a wrapped label that is followed by another."""
    end = start + room
    if measured.edges[-1] <= end:
        return measured.edges[-1]
    cuts = [edge for edge in measured.edges if start < edge <= end]
    if inside:
        cuts = [cut for cut in _between_lines(measured) if start < cut <= end] or cuts
    # A row taller than the page is cut wherever the page ends.
    return max(cuts, default=end)


def _between_lines(measured: _Measured) -> Iterator[float]:
    for box in measured.boxes:
        if box.cell.role == "label":
            for line in box.lines[:-1]:
                yield line.top + line.height


# --- drawing ------------------------------------------------------------------------------


class Pen:
    """A canvas and how far down the page the drawing has come."""

    def __init__(self, style: PdfStyle, title: str) -> None:
        self.style = style
        self.font = registered(embedded=style.embedded, song=style.song)
        self.width: float
        self.height: float
        self.y: float
        self.width, self.height = A4[::-1] if style.landscape or style.rotated else A4
        self.buffer = io.BytesIO()
        self.canvas = self._canvas()
        self.canvas.setTitle(title)
        self.page = 0
        self._begin_page()

    def finished(self) -> bytes:
        self._end_page()
        self.canvas.save()
        return self.buffer.getvalue()

    def _canvas(self) -> Any:
        # Invariant: no date and no random id, so that the same report gives the same bytes.
        return Canvas(
            self.buffer,
            pagesize=(self.width, self.height),
            invariant=1,
            encrypt=_encryption(self.style),
        )

    def _begin_page(self) -> None:
        self.page += 1
        self.y = self.height - _MARGIN
        if self.style.rotated:
            self.canvas.setPageRotation(90)
            # The library stores the sides exchanged when a page is turned.
            self.canvas.transform(0, 1, -1, 0, A4[0], 0)
        self.canvas.setLineWidth(self.style.rule)
        if self.style.faint:
            self.canvas.setStrokeGray(self.style.faint)

    def _end_page(self) -> None:
        if self.style.page_numbers:
            text = f"- {self.page} -"
            self._text(text, self.width / 2, _MARGIN / 2, 10, align="centre")
        self.canvas.showPage()

    def _new_page(self) -> None:
        self._end_page()
        self._begin_page()

    @property
    def _room(self) -> float:
        """Points left on the page."""
        return self.y - _MARGIN

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
        if self.style.kangxi:
            text = with_radicals(text, 0)
        width = stringWidth(text, self.font, size) + spacing * len(text)
        line = self.canvas.beginText(x - width / 2 if align == "centre" else x, baseline)
        line.setFont(self.font, size)
        if spacing:
            line.setCharSpace(spacing)
        line.textOut(text)
        if spacing:
            line.setCharSpace(0)
        self.canvas.drawText(line)

    # --- running text

    def passage(self, part: Passage) -> None:
        size = {"title": 18.0, "heading": 14.0}.get(part.kind, _TEXT_SIZE)
        width = self.width - 2 * _MARGIN
        indent = "　　" if part.kind in ("body", "heading") else ""
        lines = _wrapped(indent + part.text, width, self.font, size)
        if part.kind == "heading" and self._room < 5 * size:
            self._new_page()
        for line in lines:
            self._line(line, size, part)
        self.y -= size * 0.5

    def _line(self, text: str, size: float, part: Passage) -> None:
        height = size * 1.6
        if self._room < height:
            self._new_page()
        self.y -= height
        left = _MARGIN
        if part.kind == "title":
            self._text(text, self.width / 2, self.y + size * 0.4, size, align="centre")
        elif part.kind == "signature":
            left = self.width - _MARGIN - stringWidth(text, self.font, size)
            self._text(text, left, self.y + size * 0.4, size)
        else:
            self._text(text, left, self.y + size * 0.4, size)
        if self.style.frames:
            self._decorate(text, left, size, part)

    def _decorate(self, text: str, left: float, size: float, part: Passage) -> None:
        width = stringWidth(text, self.font, size)
        if part.kind == "heading":
            self.canvas.rect(_MARGIN, self.y, self.width - 2 * _MARGIN, size * 1.5)
        elif part.kind == "body":
            self.canvas.line(left, self.y + 1, left + width, self.y + 1)

    # --- tables

    def table(self, table: LogicalTable) -> None:
        measured = self._sized(table, self.width - 2 * _MARGIN)
        stacked = any(cell.role == "title" for cell in table.cells)
        head = 0.0 if stacked else measured.edges[table.n_header_rows()]
        if self._room < (measured.edges[-1] if self.style.paged else head + 60):
            self._new_page()
        start = 0.0
        while start < measured.edges[-1]:
            if start > 0 and self.style.repeat_header and head:
                self._segment(measured, 0.0, head)
            end = _next_cut(measured, start, self._room, self.style.cut_rows)
            self._segment(measured, start, end)
            start = end
            if start < measured.edges[-1]:
                self._new_page()
        self.y -= 14

    def _sized(self, table: LogicalTable, width: float) -> _Measured:
        return _measured(split_headers(table, "\n"), width, self.style, self.font)

    def _segment(self, measured: _Measured, start: float, end: float) -> None:
        """Draws what lies between two heights of the endless column, downwards from `y`."""
        base = self.y + start
        visible = [part for box in measured.boxes if (part := _part_of(box, start, end))]
        for box in visible:
            self._rules(box, base)
        if self.style.lines in ("outer", "horizontal"):
            self.canvas.rect(
                _MARGIN, base - end, self.width - 2 * _MARGIN, end - start, stroke=1, fill=0
            )
        for box in visible:
            self._content(box, base)
        self.y = base - end

    def _content(self, box: _Box, base: float) -> None:
        centre = _MARGIN + (box.left + box.right) / 2
        value = box.cell.role == "value"
        for line in box.lines:
            baseline = base - line.top - line.rise
            spacing = self.style.spacing if value else 0.0
            align = (
                "left" if box.cell.role == "label" else self.style.figures if value else "centre"
            )
            if align == "centre":
                self._text(line.text, centre, baseline, line.size, align="centre", spacing=spacing)
                continue
            width = stringWidth(line.text, self.font, line.size) + spacing * len(line.text)
            inset = self.style.inset if value else _PADDING
            right = _MARGIN + box.right - inset - width
            left = right if align == "right" else _MARGIN + box.left + inset
            self._text(line.text, left, baseline, line.size, spacing=spacing)

    def _rules(self, box: _Box, base: float) -> None:
        left, right = _MARGIN + box.left, _MARGIN + box.right
        top, bottom = base - box.top, base - box.bottom
        match self.style.lines:
            case "all":
                self.canvas.rect(left, bottom, right - left, top - bottom, stroke=1, fill=0)
            case "filled":
                self.canvas.setFillGray(0.85 if box.cell.role == "header" else 1.0)
                self.canvas.rect(left, bottom, right - left, top - bottom, stroke=1, fill=1)
                self.canvas.setFillGray(0.0)
            case "rectangles":
                for x, y, width, height in _thin(left, right, top, bottom):
                    self.canvas.rect(x, y, width, height, stroke=0, fill=1)
            case "horizontal":
                self.canvas.line(left, bottom, right, bottom)
            case "vertical":
                self.canvas.line(left, bottom, left, top)
                self.canvas.line(right, bottom, right, top)
            case "outer" | "none":
                pass


def _thin(
    left: float, right: float, top: float, bottom: float
) -> Iterator[tuple[float, float, float, float]]:
    """The four sides of a cell as rectangles of half a point, as WPS and Word draw rules."""
    yield left, top - 0.25, right - left, 0.5
    yield left, bottom - 0.25, right - left, 0.5
    yield left - 0.25, bottom, 0.5, top - bottom
    yield right - 0.25, bottom, 0.5, top - bottom


def _encryption(style: PdfStyle) -> Any:
    if style.password == "none":  # noqa: S105 - which kind, not a secret
        return None
    user = "needed-to-open" if style.password == "user" else ""  # noqa: S105 - a sample's
    return StandardEncryption(user, ownerPassword="needed-to-change", canModify=0, strength=128)


def _scanned(body: bytes) -> bytes:
    """The same pages as grey pictures, 72 dots an inch: enough to see, nothing to read."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    document = pypdfium2.PdfDocument(body)
    for page in document:
        picture = page.render(scale=1.0, grayscale=True).to_pil()
        canvas.setPageSize(page.get_size())
        canvas.drawImage(ImageReader(picture), 0, 0, *page.get_size())
        canvas.showPage()
    document.close()
    canvas.save()
    return out.getvalue()


#: All but the low rows are taller than a page together.
CUT = frozenset({Lost.CUT_CELLS})
SPANS = CUT | {Lost.SPANS}

PDF_STYLES = named(
    PdfStyle(name="ruled", loses=CUT, about="all rules, over pages, page numbers between"),
    PdfStyle(name="compact", about="no table crosses a page", paged=True),
    PdfStyle(name="repeat_header", loses=CUT, about="header rows on each page", repeat_header=True),
    PdfStyle(name="narrow", loses=CUT, about="labels wrapped in narrow columns", narrow=True),
    PdfStyle(
        name="cut_row", loses=CUT, about="page breaks inside rows", narrow=True, cut_rows=True
    ),
    PdfStyle(
        name="vertical", loses=CUT, about="vertical group label", vertical=True, lines="rectangles"
    ),
    PdfStyle(name="rectangles", about="rules are thin rectangles", paged=True, lines="rectangles"),
    PdfStyle(name="filled", about="cells filled with grey and white", paged=True, lines="filled"),
    PdfStyle(name="horizontal", about="no vertical rules", loses=SPANS, lines="horizontal"),
    PdfStyle(name="outer", about="only a frame", loses=SPANS, lines="outer"),
    PdfStyle(name="unruled", about="no rules at all", loses=SPANS, lines="none"),
    PdfStyle(
        name="unruled_low",
        about="no rules, low rows, figures right",
        loses=SPANS,
        lines="none",
        paged=True,
        figures="right",
    ),
    PdfStyle(
        name="unruled_narrow",
        about="no rules, labels wrapped, text at the top",
        loses=SPANS,
        lines="none",
        narrow=True,
        at_top=True,
    ),
    PdfStyle(
        name="unruled_left",
        about="no rules, figures left, vertical group label",
        loses=SPANS,
        lines="none",
        figures="left",
        vertical=True,
    ),
    PdfStyle(
        name="unruled_cut",
        about="no rules, page breaks inside rows, heads repeated",
        loses=SPANS,
        lines="none",
        narrow=True,
        cut_rows=True,
        repeat_header=True,
    ),
    PdfStyle(
        name="unruled_rotated",
        about="no rules, pages stored on their side, spaced digits",
        loses=SPANS,
        lines="none",
        rotated=True,
        spacing=1.6,
    ),
    PdfStyle(name="upright", about="no horizontal rules", loses=SPANS, lines="vertical"),
    PdfStyle(name="frames", about="underlined and framed running text", paged=True, frames=True),
    PdfStyle(name="spaced", about="space after each digit", paged=True, spacing=1.6),
    PdfStyle(name="landscape", loses=CUT, about="broad pages", landscape=True),
    PdfStyle(name="rotated", loses=CUT, about="pages stored on their side", rotated=True),
    PdfStyle(
        name="not_embedded", about="a font that is not in the file", paged=True, embedded=False
    ),
    PdfStyle(
        name="kangxi",
        about="Kangxi radicals, as from Chromium",
        loses=CUT | {Lost.SCRIPT},
        kangxi=True,
        lines="rectangles",
        page_numbers=False,
    ),
    PdfStyle(
        name="owner_password",
        paged=True,
        about="may be read, not changed",
        password="owner",  # noqa: S106 - which kind, not a secret
    ),
    PdfStyle(
        name="user_password",
        about="cannot be opened without a password",
        refusal="encrypted",
        password="user",  # noqa: S106 - which kind, not a secret
    ),
    PdfStyle(name="scan", about="pictures only", loses=frozenset({Lost.TEXT}), scan=True),
)
