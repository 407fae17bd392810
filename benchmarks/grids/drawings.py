"""Charts and diagrams, which are no tables; on every second page a table stands below."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import cos, pi, sin

from benchmarks.grids.content import make_plain, words
from benchmarks.grids.pages import Area, Drawn, any_style, caption
from benchmarks.grids.sheet import PAGE_HEIGHT, Sheet
from benchmarks.grids.tables import draw_table

FIGURE = {"en": "Figure {}. ", "zh": "图{} "}
#: What tells the parts of a chart apart, from black (0) to white (1).
GRAYS = (0.88, 0.5, 0.7, 0.3, 0.95, 0.6, 0.8)
#: White between a drawing and what follows it, in points.
BELOW = 22.0


def bars(sheet: Sheet, area: Area) -> Drawn | None:
    """Upright bars on an axis, alone or in groups."""
    return _page(sheet, area, _bars)


def curves(sheet: Sheet, area: Area) -> Drawn | None:
    """Lines over years, with markers."""
    return _page(sheet, area, _curves)


def lying_bars(sheet: Sheet, area: Area) -> Drawn | None:
    """Bars to the right of their names, with their values."""
    return _page(sheet, area, _lying_bars)


def pies(sheet: Sheet, area: Area) -> Drawn | None:
    """One pie or two, their shares beside the sectors, and what the colours mean."""
    return _page(sheet, area, _pies)


def flows(sheet: Sheet, area: Area) -> Drawn | None:
    """Boxes joined by arrows, in rows or as a tree."""
    return _page(sheet, area, _flows)


def _page(sheet: Sheet, area: Area, draw: Callable[[Sheet, Area], float]) -> Drawn | None:
    rng = sheet.rng
    number = FIGURE[sheet.lang].format(rng.randint(1, 40))
    sheet.text(area.x0, area.y - 10, number + words(rng, sheet.lang, 3), 9, bold=True)
    sheet.canvas.setLineWidth(0.6)
    bottom = draw(sheet, area)
    if rng.random() < 0.5:
        return Drawn([], bottom)
    below = area._replace(y=bottom + BELOW + 24)
    for _ in range(20):
        made = make_plain(rng, sheet.lang, rng.randint(2, 4), rng.randint(3, 8))
        style = any_style(rng, rng.choice(["full", "three_line"]))
        end = draw_table(sheet, made, style, *below)
        if end is not None:
            caption(sheet, below)
            return Drawn([made.cells], end)
    return Drawn([], bottom)


def _plot(sheet: Sheet, area: Area) -> tuple[Area, float]:
    """Axes with a scale, sometimes lines across and a frame: the area within, and its bottom."""
    rng = sheet.rng
    left, top = area.x0 + 34, area.y + 8
    right = left + rng.uniform(220, 400)
    bottom = top + rng.uniform(110, 190)
    n = rng.randint(4, 7)
    across, step = rng.random() < 0.7, rng.choice([5, 10, 20, 250])
    for mark in range(n + 1):
        y = bottom - (bottom - top) * mark / n
        sheet.text(left - 6, y + 2.5, f"{mark * step:,}", 7, align="right")
        sheet.line(left - 3, y, right if across else left, y)
    sheet.line(left, bottom, right, bottom)
    sheet.line(left, top, left, bottom)
    if rng.random() < 0.4:
        sheet.box(area.x0 - 4, area.y - 4, right + 90, bottom + 46)
    return Area(left, right, top), bottom


def _names(sheet: Sheet, xs: list[float], y: float) -> None:
    """Years, or words, below an axis."""
    first = sheet.rng.randint(1995, 2015)
    years = sheet.rng.random() < 0.6
    for number, x in enumerate(xs):
        name = str(first + number) if years else words(sheet.rng, sheet.lang, 1)[:7]
        sheet.text(x, y, name, 7, align="center")


def _legend(sheet: Sheet, x: float, y: float, n: int, *, beside: bool) -> None:
    """Colours and what they mean, side by side or one below another."""
    for number in range(n):
        name = words(sheet.rng, sheet.lang, 1)
        sheet.shade(x, y - 6, x + 7, y + 1, GRAYS[number])
        sheet.text(x + 11, y, name, 7)
        x, y = (x + 26 + sheet.width(name, 7), y) if beside else (x, y + 12)


def _bars(sheet: Sheet, area: Area) -> float:
    rng = sheet.rng
    inside, bottom = _plot(sheet, area)
    n, beside, told = rng.randint(4, 9), rng.choice([1, 1, 2, 3]), rng.random() < 0.6
    pitch = (inside.x1 - inside.x0) / n
    xs = [inside.x0 + pitch * (number + 0.5) for number in range(n)]
    width = 0.7 * pitch / beside
    for x in xs:
        for number in range(beside):
            share = rng.uniform(0.1, 0.95)
            left = x - 0.35 * pitch + number * width
            top = bottom - share * (bottom - inside.y)
            sheet.shade(left, top, left + width, bottom, GRAYS[number])
            if rng.random() < 0.5:
                sheet.box(left, top, left + width, bottom)
            if told:
                sheet.text(left + width / 2, top - 2, f"{100 * share:.0f}", 6, align="center")
    _names(sheet, xs, bottom + 11)
    _legend(sheet, inside.x0, bottom + 27, beside, beside=rng.random() < 0.4)
    return bottom + 34 + 12 * (beside - 1)


def _curves(sheet: Sheet, area: Area) -> float:
    rng = sheet.rng
    inside, bottom = _plot(sheet, area)
    n, many = rng.randint(5, 11), rng.randint(1, 4)
    pitch = (inside.x1 - inside.x0) / n
    xs = [inside.x0 + pitch * (number + 0.5) for number in range(n)]
    for _ in range(many):
        share = rng.uniform(0.2, 0.8)
        places = []
        for x in xs:
            share = min(0.98, max(0.02, share + rng.uniform(-0.15, 0.15)))
            places.append((x, bottom - share * (bottom - inside.y)))
        for (x0, y0), (x1, y1) in pairwise(places):
            sheet.line(x0, y0, x1, y1)
        told = rng.random() < 0.5
        for x, y in places:
            sheet.canvas.circle(x, PAGE_HEIGHT - y, 1.6, fill=1)
            if told:
                sheet.text(x, y - 4, f"{rng.uniform(1, 99):.1f}", 6, align="center")
    _names(sheet, xs, bottom + 11)
    _legend(sheet, inside.x1 + 12, inside.y + 12, many, beside=False)
    return bottom + 18


def _lying_bars(sheet: Sheet, area: Area) -> float:
    rng = sheet.rng
    y = area.y + 6
    name_end, n = area.x0 + rng.uniform(90, 150), rng.randint(4, 12)
    pitch, most = rng.uniform(13, 20), rng.uniform(150, 260)
    top = y - 4
    for _ in range(n):
        length = most * rng.uniform(0.05, 1)
        sheet.text(
            name_end - 5, y + 8, words(rng, sheet.lang, rng.choice([1, 2])), 7, align="right"
        )
        sheet.shade(name_end, y, name_end + length, y + 0.6 * pitch)
        sheet.text(name_end + length + 3, y + 8, f"{length / 3:.1f}%", 7)
        y += pitch
    sheet.line(name_end, top, name_end, y)
    if rng.random() < 0.6:
        for mark in range(6):
            x = name_end + most * mark / 5
            sheet.line(x, top if rng.random() < 0.5 else y - 3, x, y)
            sheet.text(x, y + 10, str(20 * mark), 7, align="center")
    return y + 14


def _pies(sheet: Sheet, area: Area) -> float:
    rng = sheet.rng
    radius = rng.uniform(40, 70)
    y = area.y + radius + 22
    for number in range(rng.choice([1, 2])):
        x = area.x0 + radius + 60 + 230 * number
        _pie(sheet, x, y, radius)
    _legend(sheet, area.x0 + 20, y + radius + 36, rng.randint(3, 5), beside=rng.random() < 0.4)
    return y + radius + 100


def _pie(sheet: Sheet, x: float, y: float, radius: float) -> None:
    rng = sheet.rng
    parts = [rng.uniform(0.2, 1) for _ in range(rng.randint(3, 7))]
    start, named = 0.0, rng.random() < 0.6
    for number, part in enumerate(parts):
        share = part / sum(parts)
        sheet.canvas.setFillGray(GRAYS[number])
        low, high = PAGE_HEIGHT - y - radius, PAGE_HEIGHT - y + radius
        sheet.canvas.wedge(x - radius, low, x + radius, high, 360 * start, 360 * share, fill=1)
        sheet.canvas.setFillGray(0)
        angle = 2 * pi * (start + share / 2)
        place = (x + (radius + 14) * cos(angle), y - (radius + 10) * sin(angle))
        name = words(rng, sheet.lang, 1) + " " if named else ""
        align = "left" if cos(angle) > 0 else "right"
        sheet.text(*place, f"{name}{100 * share:.1f}%", 7, align=align)
        start += share


def _flows(sheet: Sheet, area: Area) -> float:
    rng = sheet.rng
    n_columns, n_rows = rng.randint(2, 4), rng.randint(3, 6)
    pitch_x, pitch_y = (area.x1 - area.x0) / n_columns, rng.uniform(44, 62)
    width, height = min(0.72 * pitch_x, 110), rng.uniform(22, 30)
    tree = rng.random() < 0.4
    for row in range(n_rows):
        here = min(row + 1, n_columns) if tree else n_columns
        for column in range(here):
            x = area.x0 + (area.x1 - area.x0) * (column + 0.5) / here
            y = area.y + pitch_y * row
            _step(sheet, x, y, width, height)
            if row + 1 < n_rows:
                _arrow(sheet, x, y + height, x, y + pitch_y)
            if not tree and column + 1 < here and rng.random() < 0.6:
                middle = y + height / 2
                _arrow(sheet, x + width / 2, middle, x + pitch_x - width / 2, middle)
            if tree and column + 1 < here:
                middle = y - (pitch_y - height) / 2
                sheet.line(x, middle, x + (area.x1 - area.x0) / here, middle)
    return area.y + pitch_y * n_rows


def _step(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    sheet.box(x - width / 2, y, x + width / 2, y + height)
    for number in range(sheet.rng.choice([1, 1, 2])):
        text = words(sheet.rng, sheet.lang, 1)
        sheet.text(x, y + 10 + 9 * number, text, 7, align="center")


def _arrow(sheet: Sheet, x0: float, y0: float, x1: float, y1: float) -> None:
    sheet.line(x0, y0, x1, y1)
    back, aside = (-3, 2) if x0 == x1 else (2, -3)
    for sign in (-1, 1):
        if x0 == x1:
            sheet.line(x1, y1, x1 + sign * aside, y1 + back)
        else:
            sheet.line(x1, y1, x1 + aside, y1 + sign * back)
