"""Parts of tables that hang together by little: heads of several lines, a row below the last
line, two columns of words, dots that lead to figures, and a font that spells badly."""

from __future__ import annotations

import random
from dataclasses import replace

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFStream

from benchmarks.grids.content import Made, make_plain, words
from benchmarks.grids.measure import GridCell
from benchmarks.grids.pages import Area, Drawn, any_style, caption, note
from benchmarks.grids.sheet import Sheet
from benchmarks.grids.spans import OPEN
from benchmarks.grids.tables import Style, draw_boxes, draw_lines, draw_table, draw_texts, measure

#: What a head may end with, on a line of its own.
ENDS = {
    "en": ("(%)", "(EUR)", "2010", "2009/10", "15-24", "(a)", "per 1 000"),
    "zh": ("（%）", "（万元）", "2022年", "15-24岁", "（件）", "（1）"),
}


def tall_heads(sheet: Sheet, area: Area) -> Drawn | None:
    """Heads of one to four lines, all of them standing on the line below, or what would be it;
    the last line may be a unit, a year, a range."""
    made = _with_tall_heads(sheet)
    leading = sheet.rng.choice([1.1, 1.2, 1.4])
    style = replace(any_style(sheet.rng, sheet.rng.choice(OPEN)), leading=leading)
    return _draw(sheet, area, made, style)


def heads_above(sheet: Sheet, area: Area) -> Drawn | None:
    """Such heads above the first line: that of a table open at the top, or of a grid."""
    made = _with_tall_heads(sheet)
    style = any_style(sheet.rng, sheet.rng.choice(["head", "full"]))
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    if style.rules == "head":
        draw_lines(sheet, made, style, frame)
        sheet.line(frame.left, frame.bottom, frame.right, frame.bottom)
    else:
        draw_boxes(sheet, [cell for cell in made.cells if cell.row > 0], frame)
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def _with_tall_heads(sheet: Sheet) -> Made:
    rng = sheet.rng
    n = rng.randint(3, 6)
    made = make_plain(rng, sheet.lang, n, rng.randint(4, 14))
    counts = [rng.randint(1, 4) for _ in range(n)]
    for column, count in enumerate(counts, 1):
        text = _lines(rng, sheet.lang, count)
        if rng.random() < 0.4:
            text += "\n" + rng.choice(ENDS[sheet.lang])
        made.cells[column] = replace(made.cells[column], text=text)
    return made


def row_below(sheet: Sheet, area: Area) -> Drawn | None:
    """The last row, a total, below the last line."""
    rng = sheet.rng
    made = make_plain(rng, sheet.lang, rng.randint(2, 6), rng.randint(4, 14))
    style = any_style(rng, rng.choice(["three_line", "three_line", "rows"]))
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    last = made.n_rows - 1
    ruled = replace(made, cells=[cell for cell in made.cells if cell.row < last])
    draw_lines(sheet, ruled, style, frame._replace(ys=frame.ys[:-1]))
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def two_columns(sheet: Sheet, area: Area) -> Drawn | None:
    """Words in two columns, cells of one line or two, one line above all and one below."""
    rng = sheet.rng
    made = Made([], 2, rng.choice([0, 1]), text_only=True)
    for row in range(rng.randint(4, 9)):
        made.cells.append(GridCell(row, 0, words(rng, sheet.lang, rng.randint(1, 2))))
        n_lines = 1 if row < made.n_head else rng.choice([1, 1, 2])
        made.cells.append(GridCell(row, 1, _lines(rng, sheet.lang, n_lines, rng.randint(2, 4))))
    style = any_style(rng, "none", text_only=True)
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    for y in (frame.top, frame.bottom):
        sheet.line(frame.left, y, frame.right, y)
    draw_texts(sheet, made, style, frame)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


def dot_leaders(sheet: Sheet, area: Area) -> Drawn | None:
    """Dots from each label to the end of its column, or on to its figure."""
    rng = sheet.rng
    mark = rng.choice({"en": [".", ". "], "zh": [".", "…", "·"]}[sheet.lang])
    n = rng.randint(1, 5)
    made = make_plain(rng, sheet.lang, n, rng.randint(5, 16))
    style = replace(any_style(rng, rng.choice(OPEN)), leaders=mark, align="right", gap=2.0)
    if rng.random() < 0.5:
        return _draw(sheet, area, made, style)
    frame = measure(sheet, made, style, area.x0, area.x1, area.y)
    if frame is None:
        return None
    caption(sheet, area)
    draw_lines(sheet, made, style, frame)
    draw_texts(sheet, made, replace(style, leaders=""), frame)
    at = {(cell.row, cell.column): cell for cell in made.cells}
    for row in range(1, made.n_rows):
        start = frame.left + 4 + sheet.width(at[row, 0].text, style.size)
        end = frame.xs[2] - 5 - sheet.width(at[row, 1].text, style.size)
        n_marks = int((end - start) / sheet.width(mark, style.size))
        baseline = frame.ys[row] + style.pad / 2 + 0.8 * style.leading * style.size
        if at[row, 1].text:
            sheet.text(start, baseline, mark * n_marks, style.size)
    return Drawn([made.cells], note(sheet, area.x0, frame.bottom))


#: Names with ligatures in them.
NAMES = (
    "Office of finance",
    "Certified profit",
    "First fishing fleet",
    "Official notification",
    "Flood defence",
    "Traffic flow",
    "Benefits of staff",
    "Field office",
    "Financial inflow",
    "Reflection of fines",
    "Firefighters",
    "Flax and fleece",
)
#: The codes at which the font has its ligatures, how they are spelled, and the character that
#: its map gives for each.
LIGATURES = (("¦", "fi", "i"), ("§", "fl", "l"))


def ligatures(sheet: Sheet, area: Area) -> Drawn | None:
    """A column of English names, in a font whose map says `i` for the ligature of `fi`, and
    whose encoding calls it by its name."""
    rng = sheet.rng
    made = make_plain(rng, sheet.lang, rng.randint(2, 4), rng.randint(4, 12), wordy=(1,))
    made.cells = [
        replace(cell, text=rng.choice(NAMES)) if cell.column == 1 and cell.row else cell
        for cell in made.cells
    ]
    style = any_style(rng, rng.choice(["full", "three_line", "none"]))
    shown = replace(made, cells=[replace(cell, text=_bound(cell.text)) for cell in made.cells])
    before, font = sheet.instead, _ligatured()
    sheet.instead = lambda text: font if {"¦", "§"} & set(text) else before(text)
    end = draw_table(sheet, shown, style, *area)
    if end is None:
        return None
    caption(sheet, area)
    return Drawn([made.cells], note(sheet, area.x0, end))


def _bound(text: str) -> str:
    for code, spelled, _ in LIGATURES:
        text = text.replace(spelled, code)
    return text


class _Ligatured(pdfmetrics.Font):  # type: ignore[misc]
    """A standard font with ligatures at the codes of two signs, and a bad map of them."""

    def __init__(self, name: str, face: str) -> None:
        super().__init__(name, face, "WinAnsiEncoding")
        self.encoding = pdfmetrics.Encoding(f"{name}-encoding", "WinAnsiEncoding")
        for code, spelled, _ in LIGATURES:
            self.encoding[ord(code)] = spelled
        self._calcWidths()

    def addObjects(self, doc):  # type: ignore[no-untyped-def]  # noqa: N802 - the library's name
        super().addObjects(doc)
        made = doc.idToObject["BasicFonts"].dict[doc.fontMapping[self.fontName][1:]]
        made.ToUnicode = doc.Reference(PDFStream(content=_bad_map()))


def _bad_map() -> str:
    entries = "\n".join(f"<{ord(code):02X}> <{ord(told):04X}>" for code, _, told in LIGATURES)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(LIGATURES)} beginbfchar\n{entries}\nendbfchar\n"
        "endcmap end end"
    )


def _ligatured() -> str:
    name = "Helvetica-Ligatured"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(_Ligatured(name, "Helvetica"))
    return name


def _lines(rng: random.Random, lang: str, n_lines: int, n_words: int = 1) -> str:
    first, *rest = (words(rng, lang, n_words) for _ in range(n_lines))
    return "\n".join([first, *(line.lower() for line in rest)])


def _draw(sheet: Sheet, area: Area, made: Made, style: Style) -> Drawn | None:
    end = draw_table(sheet, made, style, *area)
    if end is None:
        return None
    caption(sheet, area)
    return Drawn([made.cells], note(sheet, area.x0, end))
