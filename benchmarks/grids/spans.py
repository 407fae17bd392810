"""Heads over several columns, where no upright parts the columns.

Each such head spans what stands below it, whether a line says so or only its place; the head of
the labels spans all rows of heads, wherever in them it stands.
"""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.grids.content import HEADS, SPANS, STUBS, Made, make_plain
from benchmarks.grids.measure import GridCell
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.tables import Frame, Style, draw_lines, draw_texts, measure

OPEN = ("three_line", "head", "none", "rows")
#: Heads of two words of about one width.
PAIRS = {
    "en": ("Rural areas", "Whole year", "Total costs", "Urban areas", "Gross value", "Other goods"),
    "zh": ("城镇 地区", "农村 地区", "本年 合计", "上年 同期", "全省 平均", "收入 情况"),
}
#: White between such words, in font sizes: at the least; at the most, which is more where a line
#: below says that they are one head. Columns stand farther apart.
LEAST_SPACE = 0.45
MOST_SPACE, MOST_SPACE_OVER_LINE = 0.55, 0.8
COLUMNS_APART = 1.6


def torn(sheet: Sheet, area: Area) -> Drawn | None:
    """The space between the words of a head stands over the white between two columns."""
    rng = sheet.rng
    widths = rng.choice([[2, 2], [2, 2, 2], [2, 1, 2], [4], [2, 4]])
    names = rng.sample(PAIRS[sheet.lang], len(widths))
    made = _spanned(rng, sheet.lang, widths, names)
    style = any_style(rng, rng.choice(OPEN))
    style = replace(style, cmid=rng.random() < 0.5, align="right", gap=COLUMNS_APART)
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    heads = [cell for cell in made.cells if cell.colspan > 1]
    starts = [_start_of_torn(sheet, head, style, frame) for head in heads]
    if None in starts:
        return None
    caption(sheet, area)
    draw_lines(sheet, made, style, frame)
    shown = [cell for cell in made.cells if cell.colspan == 1]
    draw_texts(sheet, replace(made, cells=shown), style, frame)
    for head, start in zip(heads, starts, strict=True):
        assert start is not None
        gap, x = start
        _, _, _, bottom = frame.box(head)
        y = bottom - style.pad / 2 - 0.24 * style.size
        for word in head.text.split(" "):
            sheet.text(x, y, word, style.size, bold=True)
            x += sheet.width(word, style.size, True) + gap
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def between_lines(sheet: Sheet, area: Area) -> Drawn | None:
    """One head in the middle over all columns but that of the labels, between two lines: at the
    top, or above each part of the body."""
    rng = sheet.rng
    n = rng.randint(3, 7)
    in_body = rng.random() < 0.5
    made = (_with_parts if in_body else _spanned_by_one)(rng, sheet.lang, n)
    style = any_style(rng, "three_line")
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_lines(sheet, made, style, frame)
    start = frame.left if rng.random() < 0.5 else frame.xs[1]
    spans = [cell for cell in made.cells if cell.colspan > 1]
    for row in {cell.row for cell in spans}:
        for y in {frame.ys[row], frame.ys[row + 1]}:
            sheet.line(start, y, frame.right, y)
    others = [cell for cell in made.cells if cell.colspan == 1]
    draw_texts(sheet, replace(made, cells=others), style, frame)
    for cell in spans:
        left, _, right, bottom = frame.box(cell)
        y = bottom - style.pad / 2 - 0.24 * style.size
        sheet.text((left + right) / 2, y, cell.text, style.size, True, "center")
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def without_line(sheet: Sheet, area: Area) -> Drawn | None:
    """Heads in the middle over two to five columns each, and no line below them."""
    rng = sheet.rng
    widths = rng.choice([[3, 3], [2, 2, 2], [4, 3], [5], [2, 5], [3, 1, 3]])
    made = _spanned(rng, sheet.lang, widths, rng.sample(SPANS[sheet.lang], len(widths)))
    style = any_style(rng, rng.choice(OPEN))
    return _draw(sheet, area, made, style)


def stub_down(sheet: Sheet, area: Area) -> Drawn | None:
    """Heads of one column in the middle, or at the top, of all rows of heads."""
    rng = sheet.rng
    widths = rng.choice([[2, 2], [1, 2, 2], [3, 1, 2], [2, 3], [1, 3, 1]])
    made = _spanned(rng, sheet.lang, widths, rng.sample(SPANS[sheet.lang], len(widths)))
    style = replace(
        any_style(rng, rng.choice(OPEN)),
        cmid=rng.random() < 0.7,
        heads=rng.choice(["middle", "middle", "top"]),
    )
    return _draw(sheet, area, made, style)


def _draw(sheet: Sheet, area: Area, made: Made, style: Style) -> Drawn | None:
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_lines(sheet, made, style, frame)
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def _spanned_by_one(rng: random.Random, lang: str, n: int) -> Made:
    return _spanned(rng, lang, [n], rng.sample(SPANS[lang], 1))


def _with_parts(rng: random.Random, lang: str, n: int) -> Made:
    """A body in two or three parts, above each of which a row has one head over all figures."""
    plain = make_plain(rng, lang, n, rng.randint(8, 14))
    part = (plain.n_rows - 1) // rng.choice([2, 3])
    names = iter(rng.sample(SPANS[lang], len(SPANS[lang])))
    cells: list[GridCell] = []
    more = 0
    for cell in plain.cells:
        if cell.column == 0 and cell.row % part == 1 and plain.n_rows - cell.row >= part:
            more += 1
            cells.append(GridCell(cell.row + more - 1, 0, ""))
            cells.append(GridCell(cell.row + more - 1, 1, next(names), colspan=n))
        cells.append(replace(cell, row=cell.row + more))
    return Made(cells, n + 1, 1)


def _spanned(rng: random.Random, lang: str, widths: list[int], names: list[str]) -> Made:
    """Figures below two rows of heads: those of the upper row span as many columns as is
    said. Over a single column one head stands in both rows, and no name is used."""
    n = sum(widths)
    plain = make_plain(rng, lang, n, rng.randint(4, 16))
    heads = [head.replace("\n", " ") for head in rng.sample(HEADS[lang], n)]
    cells = [GridCell(0, 0, rng.choice(STUBS[lang]) or "A", rowspan=2)]
    column = 1
    for width, name in zip(widths, names, strict=True):
        below = range(column, column + width)
        if width == 1:
            cells.append(GridCell(0, column, heads[column - 1], rowspan=2))
        else:
            cells.append(GridCell(0, column, name, colspan=width))
            cells += [GridCell(1, c, heads[c - 1]) for c in below]
        column += width
    cells += [replace(cell, row=cell.row + 1) for cell in plain.cells if cell.row > 0]
    return Made(cells, n + 1, 2)


def _start_of_torn(
    sheet: Sheet, head: GridCell, style: Style, frame: Frame
) -> tuple[float, float] | None:
    """The white between the two words, and where the first begins, so that the white stands
    between columns near the middle of the head; None where no columns part there."""
    left, right = frame.xs[head.column], frame.xs[head.column + head.colspan]
    most = MOST_SPACE_OVER_LINE if style.cmid else MOST_SPACE
    gap = sheet.rng.uniform(LEAST_SPACE, most) * style.size
    first, second = (sheet.width(word, style.size, True) for word in head.text.split(" "))
    middle = (left + right - first - gap - second) / 2 + first + gap / 2
    edges = frame.xs[head.column + 1 : head.column + head.colspan]
    edge = min(edges, key=lambda edge: abs(edge - middle))
    if abs(edge - middle) > style.size:
        return None
    return gap, edge - gap / 2 - first
