"""Lines as high as the page: a frame around it, a margin for binding, tabs at its side.

They are no table, and the table that stands among them is the only one.
"""

from __future__ import annotations

from benchmarks.grids.content import make_plain, words
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import PAGE_HEIGHT, PAGE_WIDTH, Sheet
from benchmarks.grids.tables import Frame, draw_lines, draw_texts, measure

RULES = ("full", "three_line", "rows", "columns", "frame", "none")


def page_frame(sheet: Sheet, area: Area) -> Drawn | None:
    """A frame around the page; an upright parts its margin, and sometimes a line its header."""
    drawn = _table(sheet, area)
    if drawn is None:
        return None
    rng = sheet.rng
    margin = rng.uniform(18, 34)
    left, right = margin, PAGE_WIDTH - margin
    top, bottom = rng.uniform(20, 48), PAGE_HEIGHT - rng.uniform(18, 40)
    sheet.box(left, top, right, bottom)
    inner = left + rng.uniform(12, 28)
    sheet.line(inner, top, inner, bottom)
    if rng.random() < 0.4:
        sheet.line(left if rng.random() < 0.5 else inner, top + 30, right, top + 30)
    if rng.random() < 0.5:
        sheet.text_up(inner - 3, bottom - 60, words(rng, sheet.lang, 2), 7)
    return drawn


def side_tab(sheet: Sheet, area: Area) -> Drawn | None:
    """Two or three uprights at the side, closed above and below, with the name of the part
    between them."""
    drawn = _table(sheet, area)
    if drawn is None:
        return None
    rng = sheet.rng
    width = rng.uniform(14, 24)
    outer = rng.choice([rng.uniform(14, 30), PAGE_WIDTH - rng.uniform(14, 30) - 2 * width])
    top, bottom = rng.uniform(0, 60), PAGE_HEIGHT - rng.uniform(0, 60)
    xs = [outer, outer + width, outer + 2 * width][: rng.choice([2, 3, 3])]
    for x in xs:
        sheet.line(x, top, x, bottom)
    for y in (top, bottom):
        sheet.line(xs[0], y, xs[-1], y)
    sheet.text_up(outer + 0.7 * width, (top + bottom) / 2, words(rng, sheet.lang, 3), 8)
    if len(xs) > 2:
        sheet.text_up(outer + 1.7 * width, (top + bottom) / 2, words(rng, sheet.lang, 1), 8)
    return drawn


def side_line(sheet: Sheet, area: Area) -> Drawn | None:
    """An upright along the page, at which the lines of the table begin, and another beyond it."""
    area = area._replace(x0=area.x0 - 8)
    drawn = _table(sheet, area, ("rows", "three_line", "full"))
    if drawn is None:
        return None
    rng = sheet.rng
    top, bottom = rng.uniform(20, 50), PAGE_HEIGHT - rng.uniform(20, 50)
    for x in (area.x0, *rng.choice([(), (area.x0 - rng.uniform(10, 30),)])):
        sheet.line(x, top, x, bottom)
    return drawn


def _table(sheet: Sheet, area: Area, rules: tuple[str, ...] = RULES) -> Drawn | None:
    rng = sheet.rng
    made = make_plain(rng, sheet.lang, rng.randint(3, 6), rng.randint(4, 16))
    style = any_style(rng, rng.choice(rules))
    frame: Frame | None = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_lines(sheet, made, style, frame)
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))
