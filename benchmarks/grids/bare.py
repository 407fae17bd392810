"""Grids whose rows lack lines: no uprights below the heads, or in the last rows.

A frame, heads in boxes, and a line under every row. Where no upright parts a row, its phrases
stand below the heads' columns. Beside them, for what must not be parted: rows that are truly one
cell, in whole grids, with their words set wide apart.
"""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.grids.content import Made, make_plain, words
from benchmarks.grids.measure import GridCell
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.tables import Frame, Style, draw_boxes, draw_texts, measure

#: What is set wide apart: its parts, by language.
WIDE = {
    "en": ["T o t a l", "Part two", "Annex B", "Subtotal of rows", "Of which", "Group I A"],
    "zh": ["合 计", "小 计", "其 中", "一 般 公 共 服 务", "本 年 合 计", "第 二 部 分"],
}


def bare_body(sheet: Sheet, area: Area) -> Drawn | None:
    """No upright below the heads. A group's label is centred over all columns, if there is one."""
    made = _content(sheet, grouped=sheet.rng.random() < 0.4)
    return _draw(sheet, area, made, first_bare=1)


def bare_end(sheet: Sheet, area: Area) -> Drawn | None:
    """No upright in the last rows, such as those of sums."""
    made = _content(sheet, grouped=False)
    return _draw(sheet, area, made, first_bare=made.n_rows - sheet.rng.randint(1, 4))


def wide_words(sheet: Sheet, area: Area) -> Drawn | None:
    """A whole grid, in which some rows are one cell, or one beside the label."""
    rng = sheet.rng
    made = _content(sheet, grouped=False)
    style = any_style(rng, "full")
    rows = rng.sample(range(2, made.n_rows), rng.randint(1, 3))
    wide = [_merged(rng, sheet.lang, row, made.n_columns, rng.choice([0, 0, 1])) for row in rows]
    covered = {(cell.row, column) for cell in wide for column in range(cell.column, made.n_columns)}
    others = [cell for cell in made.cells if (cell.row, cell.column) not in covered]
    made.cells = [*others, *(replace(cell, text="") for cell in wide)]
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_boxes(sheet, made.cells, frame)
    draw_texts(sheet, made, style, frame)
    for cell in wide:
        _draw_wide(sheet, cell, style, frame)
    return Drawn([[*others, *wide]], note(sheet, area.x0, frame.bottom))


def _content(sheet: Sheet, *, grouped: bool) -> Made:
    rng = sheet.rng
    n = rng.randint(2, 6)
    wordy = rng.sample(range(1, n + 1), rng.choice([0, 0, 1, n // 2]))
    made = make_plain(rng, sheet.lang, n, rng.randint(4, 18), wordy)
    if grouped:
        for row in rng.sample(range(1, made.n_rows - 1), rng.choice([1, 2])):
            label = GridCell(row, 0, words(rng, sheet.lang, 2), colspan=made.n_columns)
            made.cells = [cell for cell in made.cells if cell.row != row] + [label]
            made.groups.add(row)
    return made


def _merged(rng: random.Random, lang: str, row: int, n_columns: int, first: int) -> GridCell:
    return GridCell(row, first, rng.choice(WIDE[lang]), colspan=n_columns - first)


def _draw(sheet: Sheet, area: Area, made: Made, first_bare: int) -> Drawn | None:
    style = any_style(sheet.rng, "full")
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_boxes(sheet, [cell for cell in made.cells if cell.row < first_bare], frame)
    sheet.box(frame.left, frame.top, frame.right, frame.bottom)
    for y in frame.ys[first_bare:-1]:
        sheet.line(frame.left, y, frame.right, y)
    centred = [cell for cell in made.cells if cell.row in made.groups]
    others = [cell for cell in made.cells if cell.row not in made.groups]
    draw_texts(sheet, Made(others, made.n_columns, made.n_head, wordy=made.wordy), style, frame)
    for cell in centred:
        middle = (frame.left + frame.right) / 2
        sheet.text(middle, _baseline(cell, style, frame), cell.text, style.size, True, "center")
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def _draw_wide(sheet: Sheet, cell: GridCell, style: Style, frame: Frame) -> None:
    """The words of the cell in its middle, with some widths of a character between them."""
    left, _, right, _ = frame.box(cell)
    parts = cell.text.split(" ")
    widths = [sheet.width(part, style.size) for part in parts]
    room = (right - left - sum(widths) - 2 * style.size) / max(len(parts) - 1, 1)
    gap = min(sheet.rng.choice([1.5, 3.0, 5.0]) * style.size, room)
    x = (left + right - sum(widths) - gap * (len(parts) - 1)) / 2
    for part, width in zip(parts, widths, strict=True):
        sheet.text(x, _baseline(cell, style, frame), part, style.size)
        x += width + gap


def _baseline(cell: GridCell, style: Style, frame: Frame) -> float:
    _, top, _, bottom = frame.box(cell)
    return (top + bottom) / 2 + 0.36 * style.size
