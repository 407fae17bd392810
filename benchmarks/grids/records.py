"""Several records in one tall box: lines between the columns only, white between the records."""

from __future__ import annotations

from benchmarks.grids.content import HEADS, STUBS, Made, figures, words
from benchmarks.grids.measure import GridCell
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.tables import draw_lines, draw_texts, measure


def records(sheet: Sheet, area: Area) -> Drawn | None:
    """Records of some lines each, here and there below a group's label on a line of its own."""
    rng = sheet.rng
    made = _content(sheet)
    style = any_style(rng, "columns", text_only=True)
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_lines(sheet, made, style, frame)
    for x in frame.xs[1:-1]:
        sheet.line(x, frame.top, x, frame.ys[1])
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def _content(sheet: Sheet) -> Made:
    rng, lang = sheet.rng, sheet.lang
    n_words, n_figures = rng.choice([(2, 0), (3, 0), (1, 1), (2, 1), (1, 2), (2, 2)])
    heads = [rng.choice(STUBS[lang]) or "A", *rng.sample(HEADS[lang], n_words + n_figures - 1)]
    n = len(heads)
    made = Made([GridCell(0, c, head) for c, head in enumerate(heads)], n, 1)
    made.wordy = set(range(n_words))
    n_records = rng.randint(4, 8)
    columns = [figures(rng, n_records) for _ in range(n_figures)]
    grouped = rng.random() < 0.6
    row = 1
    for number in range(n_records):
        if grouped and number % 3 == 0:
            made.groups.add(row)
            made.cells.append(GridCell(row, 0, words(rng, lang, 1)))
            made.cells += [GridCell(row, column, "") for column in range(1, n)]
            row += 1
        for column in range(n_words):
            n_lines = rng.choice([1, 1, 2]) if column == 0 else rng.choice([1, 2, 3, 4])
            made.cells.append(GridCell(row, column, _lines(sheet, n_lines)))
        made.cells += [GridCell(row, n_words + c, texts[number]) for c, texts in enumerate(columns)]
        row += 1
    return made


def _lines(sheet: Sheet, n: int) -> str:
    """The lines of one text: only the first begins with a capital."""
    first, *rest = (words(sheet.rng, sheet.lang, sheet.rng.randint(1, 3)) for _ in range(n))
    return "\n".join([first, *(line.lower() for line in rest)])
