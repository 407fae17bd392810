"""Logical tables → the page: where the edges of rows and columns are, then lines and text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.grids.content import Made
from benchmarks.grids.measure import GridCell
from benchmarks.grids.sheet import Sheet

#: No table reaches lower on the page, in points.
LOWEST = 770


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is drawn."""

    #: full, frame, three_line, rows, columns, head, none; cells told apart by shades
    rules: str
    shade: str = ""  # "", head, zebra
    size: float = 9.0
    #: Height of a row of one line, and distance of the lines of one cell, in font sizes.
    pitch: float = 1.5
    leading: float = 1.2
    #: Line under heads that span.
    cmid: bool = False
    align: str = "right"
    #: What fills the way from a label to the figures, such as a dot.
    leaders: str = ""
    #: Distance between columns, in font sizes.
    gap: float = 1.6
    #: Where heads stand in their cells: bottom, middle, top.
    heads: str = "bottom"

    @property
    def pad(self) -> float:
        """White above and below the lines of a row, together, in points."""
        return self.size * (self.pitch - self.leading)


class Frame(NamedTuple):
    """The edges of a table's columns and rows, in points from the upper left corner."""

    xs: list[float]
    ys: list[float]

    @property
    def left(self) -> float:
        return self.xs[0]

    @property
    def right(self) -> float:
        return self.xs[-1]

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]

    def box(self, cell: GridCell) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a cell."""
        return (
            self.xs[cell.column],
            self.ys[cell.row],
            self.xs[cell.column + cell.colspan],
            self.ys[cell.row + cell.rowspan],
        )


def draw_table(
    sheet: Sheet, made: Made, style: Style, x0: float, x1: float, y: float
) -> float | None:
    """Draws the table between x0 and x1; None (nothing drawn) where it does not fit."""
    frame = measure(sheet, made, style, x0, x1, y)
    if frame is None:
        return None
    draw_shades(sheet, made, style, frame)
    draw_lines(sheet, made, style, frame)
    draw_texts(sheet, made, style, frame)
    return frame.bottom


def measure(sheet: Sheet, made: Made, style: Style, x0: float, x1: float, y: float) -> Frame | None:
    """The frame of the table from y on, as wide as its texts or as x0 to x1, or something
    between; None where it does not fit."""
    widths = _widths(sheet, made, style)
    gap = style.gap * style.size
    total = sum(widths) + gap * made.n_columns
    if total > x1 - x0:
        return None
    spare = (x1 - x0 - total) / made.n_columns * sheet.rng.choice([0, 0.3, 1])
    xs = [x0]
    for width in widths:
        xs.append(xs[-1] + width + gap + spare)
    row_lines = [1] * made.n_rows
    for cell in made.cells:
        if cell.rowspan == 1:
            row_lines[cell.row] = max(row_lines[cell.row], cell.text.count("\n") + 1)
    ys = [y]
    for n in row_lines:
        ys.append(ys[-1] + n * style.leading * style.size + style.pad)
    return Frame(xs, ys) if ys[-1] <= LOWEST else None


def _widths(sheet: Sheet, made: Made, style: Style) -> list[float]:
    """What the columns need for their texts."""
    size = style.size
    widths = [0.0] * made.n_columns
    for cell in made.cells:
        if cell.colspan == 1:
            for part in cell.text.split("\n"):
                bold = cell.row < made.n_head
                widths[cell.column] = max(widths[cell.column], sheet.width(part, size, bold))
    for cell in made.cells:
        if cell.colspan > 1:
            have = sum(widths[cell.column : cell.column + cell.colspan]) + style.gap * size
            need = sheet.width(cell.text, size, True)
            for column in range(cell.column, cell.column + cell.colspan):
                widths[column] += max(0, need - have) / cell.colspan
    widths[0] += _indent(made, style)
    return widths


def _indent(made: Made, style: Style) -> float:
    return style.size if made.indented else 0.0


def draw_shades(sheet: Sheet, made: Made, style: Style, frame: Frame) -> None:
    if style.shade == "head":
        sheet.shade(frame.left, frame.top, frame.right, frame.ys[made.n_head])
    if style.shade == "zebra":
        for row in range(made.n_head, made.n_rows, 2):
            sheet.shade(frame.left, frame.ys[row], frame.right, frame.ys[row + 1])
    if style.rules == "shades":
        for cell in made.cells:
            if cell.row < made.n_head or (cell.row - made.n_head) % 2:
                sheet.shade(*frame.box(cell))


def draw_lines(sheet: Sheet, made: Made, style: Style, frame: Frame) -> None:
    head = frame.ys[made.n_head]
    left, right, top, bottom = frame.left, frame.right, frame.top, frame.bottom
    sheet.canvas.setLineWidth(0.6)
    if style.rules == "full":
        draw_boxes(sheet, made.cells, frame)
    if style.rules in ("frame", "columns"):
        for x in (left, right):
            sheet.line(x, top, x, bottom)
    if style.rules in ("frame", "columns", "three_line", "rows", "head"):
        sheet.line(left, head, right, head)
    if style.rules in ("frame", "columns", "three_line", "rows"):
        sheet.line(left, top, right, top)
        sheet.line(left, bottom, right, bottom)
    if style.rules == "rows":
        for y in frame.ys[made.n_head : -1]:
            sheet.line(left, y, right, y)
    if style.rules == "columns":
        for x in frame.xs[1:-1]:
            sheet.line(x, head, x, bottom)
    if style.cmid and style.rules != "full":
        for cell in made.cells:
            if cell.row < made.n_head and cell.colspan > 1:
                x0, _, x1, _ = frame.box(cell)
                y = frame.ys[cell.row + 1]
                sheet.line(x0 + 3, y, x1 - 3, y)


def draw_boxes(sheet: Sheet, cells: Iterable[GridCell], frame: Frame) -> None:
    """The four sides of each cell."""
    for cell in cells:
        x0, y0, x1, y1 = frame.box(cell)
        for a, b, c, d in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            sheet.line(a, b, c, d)


def draw_texts(sheet: Sheet, made: Made, style: Style, frame: Frame) -> None:
    for cell in made.cells:
        _draw_text(sheet, made, style, cell, frame)


def _draw_text(sheet: Sheet, made: Made, style: Style, cell: GridCell, frame: Frame) -> None:
    left, y0, right, y1 = frame.box(cell)
    x0, x1 = left + 2, right - 3
    pitch, pad = style.leading * style.size, style.pad
    parts = cell.text.split("\n")
    head = cell.row < made.n_head
    align = "left"
    if cell.column > 0 and not made.text_only and cell.column not in made.wordy:
        align = "center" if head and (cell.colspan > 1 or style.align == "center") else style.align
    x = {"left": x0, "right": x1, "center": (x0 + x1) / 2}[align]
    if cell.column == 0 and cell.row in made.indented:
        x += _indent(made, style)
    y = y0 + pad / 2
    if head:
        spare = y1 - y0 - pad - len(parts) * pitch
        y += {"top": 0.0, "middle": spare / 2, "bottom": spare}[style.heads]
    for n, part in enumerate(parts):
        bold = head or cell.row in made.groups
        sheet.text(x, y + pitch * (n + 0.8), part, style.size, bold, align)
    if style.leaders and cell.column == 0 and not head and cell.row not in made.groups:
        end = x + sheet.width(parts[-1], style.size) + 2
        n_marks = int((x1 - end) / sheet.width(style.leaders, style.size)) - 1
        if n_marks > 4:
            baseline = y + pitch * (len(parts) - 0.2)
            sheet.text(end, baseline, style.leaders * n_marks, style.size)
