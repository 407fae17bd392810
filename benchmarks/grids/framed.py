"""Words inside the frame of a table that are no rows: its title above, notes and sources below.

Beside them full-width rows that are rows: what the rows below them are about, and a last line of
content.
"""

from __future__ import annotations

from benchmarks.grids.content import NOTES, make_plain, words
from benchmarks.grids.measure import GridCell
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.tables import draw_boxes, draw_lines, draw_texts, measure

TITLES = {"en": ("Table {}. ", "Table {} - ", ""), "zh": ("表{} ", "附表{}：", "")}
REMARKS = {
    "en": ("Note: ", "Notes: ", "1) ", "* ", "Source: "),
    "zh": ("注：", "备注：", "说明：", "注1：", "数据来源："),
}
SECTIONS = {"en": "Section {}. ", "zh": "第二十条第（{}）项 "}
SUMS = {"en": "All sections together: {:,} units", "zh": "以上合计：{}万元"}


def title_and_notes(sheet: Sheet, area: Area) -> Drawn | None:
    """A title in the first row, or notes in the last ones, or both."""
    rng = sheet.rng
    made = make_plain(rng, sheet.lang, rng.randint(2, 6), rng.randint(4, 14))
    style = any_style(rng, rng.choice(["full", "full", "rows", "columns"]))
    titled, noted = rng.choice([(True, True), (True, False), (False, True)])
    title_size = style.size * rng.choice([1.0, 1.2])
    room = 2.2 * title_size if titled else 0.0
    frame = measure(sheet, made, style, area.x0, area.x1, area.y + room)
    if frame is None:
        return None
    title, notes = _title(sheet), _notes(sheet)
    small = 0.9 * style.size
    if sheet.width(title, title_size, True) > frame.right - frame.left - 10:
        return None
    if any(sheet.width(text, small) > frame.right - frame.left - 6 for text in notes):
        return None
    draw_lines(sheet, made, style, frame)
    draw_texts(sheet, made, style, frame)
    bottom = frame.bottom
    if titled:
        centred = rng.random() < 0.7
        x = (frame.left + frame.right) / 2 if centred else frame.left + 3
        align = "center" if centred else "left"
        sheet.text(x, frame.top - 0.75 * title_size, title, title_size, True, align)
    else:
        caption(sheet, area)
    if noted:
        boxed = rng.random() < 0.5
        for number, text in enumerate(notes):
            if boxed and number:
                sheet.line(frame.left, bottom, frame.right, bottom)
            sheet.text(frame.left + 3, bottom + 1.3 * small, text, small)
            bottom += 1.8 * small
    sheet.box(frame.left, area.y if titled else frame.top, frame.right, bottom)
    return Drawn([made.cells], bottom)


def section_rows(sheet: Sheet, area: Area) -> Drawn | None:
    """Rows of one cell above each section, the first of them the first row of the table; and
    sometimes one with a sum at the end. All are rows."""
    rng = sheet.rng
    n = rng.randint(2, 5)
    cells: list[GridCell] = []
    row = 0
    for number in range(rng.randint(2, 4)):
        mark = "ABCD"[number] if sheet.lang == "en" else "一二三四"[number]
        text = SECTIONS[sheet.lang].format(mark) + words(rng, sheet.lang, rng.choice([1, 2]))
        cells.append(GridCell(row, 0, text, colspan=n + 1))
        part = make_plain(rng, sheet.lang, n, rng.randint(2, 5))
        cells += [GridCell(c.row + row + 1, c.column, c.text) for c in part.cells]
        row += 1 + part.n_rows
    if rng.random() < 0.4:
        text = SUMS[sheet.lang].format(rng.randint(100, 99_999))
        cells.append(GridCell(row, 0, text, colspan=n + 1))
    made = make_plain(rng, sheet.lang, n, 1)
    made.cells, made.n_head = cells, 0
    style = any_style(rng, "full")
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_boxes(sheet, cells, frame)
    draw_texts(sheet, made, style, frame)
    return Drawn([cells], note(sheet, area.x0, frame.bottom))


def _title(sheet: Sheet) -> str:
    number = sheet.rng.choice(TITLES[sheet.lang]).format(sheet.rng.randint(1, 40))
    return number + words(sheet.rng, sheet.lang, sheet.rng.randint(3, 5))


def _notes(sheet: Sheet) -> list[str]:
    rng = sheet.rng
    texts = [
        rng.choice(REMARKS[sheet.lang]) + words(rng, sheet.lang, rng.randint(3, 6))
        for _ in range(rng.choice([0, 1, 2]))
    ]
    return [*texts, NOTES[sheet.lang]]
