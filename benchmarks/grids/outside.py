"""Row labels left of a whole grid, outside of its lines; and texts there that are none."""

from __future__ import annotations

from benchmarks.grids.content import STUBS, make_plain
from benchmarks.grids.measure import GridCell
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.tables import draw_boxes, draw_texts, measure


def labels_outside(sheet: Sheet, area: Area) -> Drawn | None:
    """Each label level with its row, and a head over the labels or none."""
    rng = sheet.rng
    made = make_plain(rng, sheet.lang, rng.randint(2, 6), rng.randint(4, 18))
    if rng.random() < 0.5:
        made.cells[0] = GridCell(0, 0, "")
    style = any_style(rng, "full")
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_boxes(sheet, [cell for cell in made.cells if cell.column > 0], frame)
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def text_beside(sheet: Sheet, area: Area) -> Drawn | None:
    """A paragraph left of the grid, whose lines are not those of the rows."""
    rng = sheet.rng
    made = make_plain(rng, sheet.lang, rng.randint(2, 3), rng.randint(6, 12))
    made.cells[0] = GridCell(0, 0, rng.choice(STUBS[sheet.lang]) or "A")
    style = any_style(rng, "full")
    middle = area.x0 + rng.uniform(150, 200)
    frame = measure(sheet, made, style, middle + 18, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area._replace(x0=frame.left))
    draw_boxes(sheet, made.cells, frame)
    draw_texts(sheet, made, style, frame)
    size = rng.choice([8.5, 9.5, 10.5])
    n_lines = int((frame.bottom - frame.top) / (1.35 * size))
    sheet.prose(area.x0, middle, area.y + size, n_lines, size)
    return Drawn([made.cells], frame.bottom)
