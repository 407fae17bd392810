"""How well tables are read from PDFs: ours beside pdfplumber, tablers and camelot.

    python benchmarks/grids.py [--pages 120] [--seed 1] [--keep FOLDER] [--only ours,...]

Pages of statistical reports are drawn in many styles, English and Chinese, with their
grids known; each reader's tables are compared by the adjacency relations of Göbel, Hassan,
Oro, Orsi (2012, 2013): pairs of neighbouring cells that hold text, to the right and below,
blank cells passed over. Precision and recall are taken a page at a time and averaged.
Peers that are not installed are named and passed over.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

# --- the measure --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell at its upper left position."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1


Grid = Sequence[GridCell]
Relation = tuple[str, str, str]


def normal(text: str) -> str:
    """Text without what readers differ in: spaces, leaders, forms of a character."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"\.{4,}", "", "".join(text.split()))
    return text.casefold()


def relations(grid: Grid) -> Counter[Relation]:
    """Each cell that holds text with its next such neighbours to the right and below."""
    at: dict[tuple[int, int], GridCell] = {}
    for cell in grid:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                at[row, column] = cell
    n_rows = max((row for row, _ in at), default=-1) + 1
    n_columns = max((column for _, column in at), default=-1) + 1
    found: set[tuple[GridCell, GridCell, str]] = set()
    for cell in grid:
        if not normal(cell.text):
            continue
        for row in range(cell.row, cell.row + cell.rowspan):
            right = ((row, column) for column in range(cell.column + cell.colspan, n_columns))
            _add(found, cell, right, at, "right")
        for column in range(cell.column, cell.column + cell.colspan):
            below = ((row, column) for row in range(cell.row + cell.rowspan, n_rows))
            _add(found, cell, below, at, "below")
    return Counter((normal(one.text), normal(other.text), way) for one, other, way in found)


def _add(
    found: set[tuple[GridCell, GridCell, str]],
    cell: GridCell,
    places: Iterable[tuple[int, int]],
    at: dict[tuple[int, int], GridCell],
    way: str,
) -> None:
    for place in places:
        other = at.get(place)
        if other is not None and normal(other.text):
            found.add((cell, other, way))
            return


@dataclass(slots=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score(truth: Sequence[Grid], found: Sequence[Grid]) -> Score:
    """Relations of all tables of a document together."""
    expected: Counter[Relation] = Counter()
    actual: Counter[Relation] = Counter()
    for grid in truth:
        expected += relations(grid)
    for grid in found:
        actual += relations(grid)
    right = sum((expected & actual).values())
    n_expected, n_actual = sum(expected.values()), sum(actual.values())
    if not n_expected:
        return Score(0.0 if n_actual else 1.0, 1.0)
    return Score(right / n_actual if n_actual else 0.0, right / n_expected)


# --- the readers --------------------------------------------------------------------------

Reader = Callable[[Path], list[Grid]]


def from_rows(rows: Iterable[Iterable[str | None]]) -> Grid:
    return [
        GridCell(row, column, text or "")
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


def ours(path: Path) -> list[Grid]:
    from tasks.model.document import Detection, Format
    from tasks.read.pdf import read_pdf

    document = read_pdf(path.read_bytes(), Detection(format=Format.PDF))
    return [
        [GridCell(c.row, c.column, c.text, c.rowspan, c.colspan) for c in table.cells]
        for table in document.tables()
    ]


def pdfplumber_with(settings: dict[str, str]) -> Reader:
    def read(path: Path) -> list[Grid]:
        import pdfplumber

        with pdfplumber.open(path) as pdf:
            return [from_rows(t) for page in pdf.pages for t in page.extract_tables(settings)]

    return read


def tablers(path: Path) -> list[Grid]:
    import tablers as library

    grids: list[Grid] = []
    with library.Document(str(path)) as document:
        for page in document.pages():
            for table in library.find_tables(page, extract_text=True):
                grids.append(from_rows([c.text if c else "" for c in r.cells] for r in table.rows))
    return grids


def camelot_with(flavor: str) -> Reader:
    def read(path: Path) -> list[Grid]:
        import camelot

        found = camelot.read_pdf(str(path), pages="all", flavor=flavor, suppress_stdout=True)
        return [from_rows(table.df.values.tolist()) for table in found]

    return read


TEXT = {"vertical_strategy": "text", "horizontal_strategy": "text"}
#: name -> the package it needs, and the reader
READERS: dict[str, tuple[str, Reader]] = {
    "ours": ("tasks", ours),
    "pdfplumber": ("pdfplumber", pdfplumber_with({})),
    "pdfplumber text": ("pdfplumber", pdfplumber_with(TEXT)),
    "tablers": ("tablers", tablers),
    "camelot lattice": ("camelot", camelot_with("lattice")),
    "camelot stream": ("camelot", camelot_with("stream")),
    "camelot network": ("camelot", camelot_with("network")),
    "camelot hybrid": ("camelot", camelot_with("hybrid")),
}

# --- the pages ----------------------------------------------------------------------------

SONG = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(SONG))


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is drawn."""

    #: full, frame, three_line, rows, columns, head, none; cells told apart by shades
    rules: str
    shade: str = ""  # "", head, zebra
    size: float = 9.0
    pitch: float = 1.5
    #: Line under heads that span.
    cmid: bool = False
    align: str = "right"
    leaders: bool = False
    #: Distance between columns, in font sizes.
    gap: float = 1.6


@dataclass(slots=True)
class Made:
    """A logical table: rows of cells with their spans; texts may hold `\\n`."""

    cells: list[GridCell]
    n_columns: int
    n_head: int
    #: Rows that are group heads, and rows that are indented.
    groups: set[int] = field(default_factory=set)
    indented: set[int] = field(default_factory=set)
    text_only: bool = False

    @property
    def n_rows(self) -> int:
        return max(cell.row + cell.rowspan for cell in self.cells)


WORDS_EN = (
    "agriculture fishing energy water supply manufacturing construction transport public "
    "administration education health social work other services wholesale retail trade "
    "finance insurance real estate renting business households mining food beverages "
    "tobacco textile paper printing chemical rubber plastic metal machinery electrical "
    "optical vehicles furniture recycling forestry hunting hotels restaurants storage "
    "communication research defence compulsory security community personal"
)
WORDS_ZH = (
    "农业 林业 畜牧业 渔业 采矿业 制造业 电力 燃气 建筑业 批发 零售业 交通运输 仓储 "
    "邮政业 住宿 餐饮业 信息传输 软件 金融业 房地产业 租赁 商务服务 科学研究 技术服务 "
    "水利 环境 公共设施 居民服务 教育 卫生 社会工作 文化 体育 娱乐业 公共管理 社会保障 "
    "国际组织 规章 规范性文件 行政许可 行政处罚 行政强制 事业性收费 政府采购"
)
WORDS = {"en": WORDS_EN.split(" "), "zh": WORDS_ZH.split(" ")}
NAMES = (
    "Austria Belgium Bulgaria Cyprus Denmark Estonia Finland France Germany Greece "
    "Hungary Ireland Italy Latvia Lithuania Luxembourg Malta Netherlands Poland Portugal "
    "Romania Slovakia Slovenia Spain Sweden Alabama Alaska Arizona Arkansas California "
    "Colorado"
)
COUNTRIES = NAMES.split()
HEADS_EN = (
    "Number|Share\nof total|Value\n(EUR million)|Change\non year|Men|Women|Total|Under 25|"
    "Rural areas|Employed\npersons|Per capita|Rate (%)|Average\nannual\ngrowth|Index"
)
HEADS_ZH = (
    "数量|占比（%）|金额\n（万元）|比上年\n增长|男|女|合计|本年\n制发件数|现行有效|农村|"
    "城镇|从业\n人员|人均|指数"
)
HEADS = {"en": HEADS_EN.split("|"), "zh": HEADS_ZH.split("|")}
SPANS = {
    "en": ["Men and women", "2009", "2010", "Urban areas", "EU-27", "Expenditure", "Of which"],
    "zh": ["法人或其他组织", "2022年", "2023年", "城镇地区", "全省", "支出", "其中"],
}
NOTES = {"en": "Source: national accounts, own calculation.", "zh": "资料来源：本局统计。"}
STUBS = {"en": ["", "Country", "Sector", "Region", "Item"], "zh": ["项目", "地区", "指标", "行业"]}


def words(rng: random.Random, lang: str, n: int) -> str:
    chosen = rng.choices(WORDS[lang], k=n)
    if lang == "zh":
        return "".join(chosen)
    return " ".join(chosen).capitalize()


def figures(rng: random.Random, n: int) -> list[str]:
    """A column of figures of one kind."""
    kind = rng.choice(["int", "thousands", "spaced", "decimal", "percent", "signed", "year"])
    texts = []
    for _ in range(n):
        value = rng.random() * 10 ** rng.randint(1, 5)
        texts.append(
            {
                "int": f"{value:.0f}",
                "thousands": f"{value:,.0f}",
                "spaced": f"{value:,.0f}".replace(",", " "),
                "decimal": f"{value / 100:.1f}",
                "percent": f"{value % 100:.1f}%",
                "signed": f"{rng.choice(['-', '', '+'])}{value / 1000:.2f}",
                "year": f"{value % 1000:.0f}",
            }[kind]
        )
        if rng.random() < 0.05:
            texts[-1] = rng.choice(["-", "..", "n/a", "", ":"])
    return texts


def make_figures(rng: random.Random, lang: str) -> Made:
    """A statistical table: labels, heads (some over several columns), figures."""
    n = rng.choice([2, 3, 3, 4, 5, 6, 8])
    n_body = rng.randint(4, 22)
    spanned = n >= 4 and rng.random() < 0.45
    years = rng.random() < 0.25
    heads = [str(2000 + i) for i in range(n)] if years else rng.sample(HEADS[lang], n)
    cells: list[GridCell] = []
    n_head = 1
    stub = rng.choice(STUBS[lang])
    if spanned:
        n_head = 2
        cells.append(GridCell(0, 0, stub, rowspan=2))
        column = 1
        spans = iter(rng.sample(SPANS[lang], len(SPANS[lang])))
        while column <= n:
            width = min(rng.choice([1, 2, 3, 3]), n - column + 1)
            if width == 1:
                cells.append(GridCell(0, column, heads[column - 1], rowspan=2))
            else:
                cells.append(GridCell(0, column, next(spans), colspan=width))
                cells += [GridCell(1, column + i, heads[column - 1 + i]) for i in range(width)]
            column += width
    else:
        cells.append(GridCell(0, 0, stub))
        cells += [GridCell(0, i + 1, head) for i, head in enumerate(heads)]
    made = Made(cells, n + 1, n_head)
    columns = [figures(rng, n_body) for _ in range(n)]
    names = rng.choice([COUNTRIES, None]) if lang == "en" else None
    grouped = rng.random() < 0.35
    for i in range(n_body):
        row = n_head + i
        if grouped and i % 5 == 0:
            made.groups.add(row)
            cells.append(GridCell(row, 0, words(rng, lang, 2)))
            cells += [GridCell(row, column + 1, "") for column in range(n)]
            continue
        label = rng.choice(names) if names else words(rng, lang, rng.randint(1, 3))
        if i == n_body - 1:
            label = {"en": "Total", "zh": "总计"}[lang]
        elif rng.random() < 0.12 and not names:
            label = label + "\n" + words(rng, lang, 2).lower()
        if grouped:
            made.indented.add(row)
        cells.append(GridCell(row, 0, label))
        cells += [GridCell(row, c + 1, columns[c][i]) for c in range(n)]
    return made


def make_texts(rng: random.Random, lang: str) -> Made:
    """A table of words: two to four columns, cells of several lines."""
    n = rng.choice([2, 3, 3, 4])
    n_body = rng.randint(3, 8)
    cells = [GridCell(0, c, words(rng, lang, 1 if c else 2)) for c in range(n)]
    for row in range(1, n_body + 1):
        for column in range(n):
            n_lines = 1 if column == 0 else rng.choice([1, 1, 2, 3])
            text = "\n".join(words(rng, lang, rng.randint(1, 3)) for _ in range(n_lines))
            if lang == "en":
                text = text.split("\n")[0] + "".join(
                    "\n" + line.lower() for line in text.split("\n")[1:]
                )
            cells.append(GridCell(row, column, text))
    return Made(cells, n, 1, text_only=True)


class Sheet:
    """A page in the making; y runs down."""

    def __init__(self, stream: BytesIO, lang: str, rng: random.Random) -> None:
        self.canvas = Canvas(stream, pagesize=(595, 842))
        self.lang, self.rng = lang, rng
        family = rng.choice([("Helvetica", "Helvetica-Bold"), ("Times-Roman", "Times-Bold")])
        self.font, self.bold = family if lang == "en" else (SONG, SONG)
        self.y = 60.0

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return float(pdfmetrics.stringWidth(text, self.bold if bold else self.font, size))

    def text(
        self, x: float, y: float, text: str, size: float, bold: bool = False, align: str = "left"
    ) -> None:
        self.canvas.setFont(self.bold if bold else self.font, size)
        width = self.width(text, size, bold)
        x -= {"left": 0, "right": width, "center": width / 2}[align]
        self.canvas.drawString(x, 842 - y, text)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, 842 - y0, x1, 842 - y1)

    def shade(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setFillGray(0.88)
        self.canvas.rect(x0, 842 - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def prose(self, x0: float, x1: float, y: float, n_lines: int, size: float = 10) -> float:
        """Justified lines; returns where the next thing may begin."""
        for n in range(n_lines):
            last = n == n_lines - 1
            line = self._filled(x1 - x0, size)
            if last:
                line = line[: len(line) // 2]
            if self.lang == "en" and not last:
                parts = line.split(" ")
                spare = (x1 - x0 - sum(self.width(p, size) for p in parts)) / max(len(parts) - 1, 1)
                x = x0
                for part in parts:
                    self.text(x, y, part, size)
                    x += self.width(part, size) + spare
            else:
                self.text(x0, y, line, size)
            y += size * 1.35
        return y + 6

    def chart(self, x0: float, y: float) -> float:
        """Bars with their names, values and a scale, which are no table."""
        scale = x0 + 80
        for _ in range(self.rng.randint(4, 8)):
            value = self.rng.uniform(5, 50)
            self.text(scale - 4, y, words(self.rng, self.lang, 1), 7, align="right")
            self.shade(scale, y - 7, scale + 2.5 * value, y)
            self.text(scale + 2.5 * value + 3, y, f"{value:.1f}", 7)
            y += 13
        self.line(scale, y - 8, scale + 125, y - 8)
        for n in range(6):
            self.text(scale + 25 * n, y + 2, str(10 * n), 7, align="center")
        return y + 20

    def _filled(self, width: float, size: float) -> str:
        line = ""
        while True:
            word = self.rng.choice(WORDS[self.lang])
            if self.rng.random() < 0.08:
                word = str(self.rng.randint(1, 2011))
            longer = line + (" " if self.lang == "en" and line else "") + word
            if self.width(longer, size) > width:
                return line
            line = longer


def draw_table(
    sheet: Sheet, made: Made, style: Style, x0: float, x1: float, y: float
) -> float | None:
    """Draws the table between x0 and x1; None (nothing drawn) where it does not fit."""
    size, pitch = style.size, style.size * 1.2
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
    indent = size if made.indented else 0
    widths[0] += indent
    gap = style.gap * size
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
    pad = size * (style.pitch - 1.2)
    ys = [y]
    for n in row_lines:
        ys.append(ys[-1] + n * pitch + pad)
    if ys[-1] > 770:
        return None
    _draw_lines(sheet, made, style, xs, ys)
    for cell in made.cells:
        _draw_cell(sheet, made, style, cell, xs, ys, indent, pitch, pad)
    return ys[-1]


def _draw_lines(sheet: Sheet, made: Made, style: Style, xs: list[float], ys: list[float]) -> None:
    head = ys[made.n_head]
    left, right, top, bottom = xs[0], xs[-1], ys[0], ys[-1]
    if style.shade == "head":
        sheet.shade(left, top, right, head)
    if style.shade == "zebra":
        for row in range(made.n_head, made.n_rows, 2):
            sheet.shade(left, ys[row], right, ys[row + 1])
    if style.rules == "shades":
        for cell in made.cells:
            if cell.row < made.n_head or (cell.row - made.n_head) % 2:
                x1, y1 = xs[cell.column + cell.colspan], ys[cell.row + cell.rowspan]
                sheet.shade(xs[cell.column], ys[cell.row], x1, y1)
    sheet.canvas.setLineWidth(0.6)
    if style.rules == "full":
        for cell in made.cells:
            x0, x1 = xs[cell.column], xs[cell.column + cell.colspan]
            y0, y1 = ys[cell.row], ys[cell.row + cell.rowspan]
            for a, b, c, d in (
                (x0, y0, x1, y0),
                (x0, y1, x1, y1),
                (x0, y0, x0, y1),
                (x1, y0, x1, y1),
            ):
                sheet.line(a, b, c, d)
    if style.rules in ("frame", "columns"):
        for x in (left, right):
            sheet.line(x, top, x, bottom)
    if style.rules in ("frame", "columns", "three_line", "rows", "head"):
        sheet.line(left, head, right, head)
    if style.rules in ("frame", "columns", "three_line", "rows"):
        sheet.line(left, top, right, top)
        sheet.line(left, bottom, right, bottom)
    if style.rules == "rows":
        for y in ys[made.n_head : -1]:
            sheet.line(left, y, right, y)
    if style.rules == "columns":
        for x in xs[1:-1]:
            sheet.line(x, head, x, bottom)
    if style.cmid and style.rules != "full":
        for cell in made.cells:
            if cell.row < made.n_head and cell.colspan > 1:
                y = ys[cell.row + 1]
                sheet.line(xs[cell.column] + 3, y, xs[cell.column + cell.colspan] - 3, y)


def _draw_cell(
    sheet: Sheet,
    made: Made,
    style: Style,
    cell: GridCell,
    xs: list[float],
    ys: list[float],
    indent: float,
    pitch: float,
    pad: float,
) -> None:
    x0, x1 = xs[cell.column] + 2, xs[cell.column + cell.colspan] - 3
    y0, y1 = ys[cell.row], ys[cell.row + cell.rowspan]
    parts = cell.text.split("\n")
    head = cell.row < made.n_head
    align = "left"
    if cell.column > 0 and not made.text_only:
        align = "center" if head and (cell.colspan > 1 or style.align == "center") else style.align
    x = {"left": x0, "right": x1, "center": (x0 + x1) / 2}[align]
    if cell.column == 0 and cell.row in made.indented:
        x += indent
    y = y0 + pad / 2
    if head:
        y = y1 - pad / 2 - len(parts) * pitch  # heads stand on the line below them
    for n, part in enumerate(parts):
        bold = head or cell.row in made.groups
        sheet.text(x, y + pitch * (n + 0.8), part, style.size, bold, align)
    if style.leaders and cell.column == 0 and not head and cell.row not in made.groups:
        dot = sheet.width(".", style.size)
        end = x + sheet.width(parts[-1], style.size) + 2
        n_dots = int((x1 - end) / dot) - 1
        if n_dots > 4:
            sheet.text(end, y + pitch * (len(parts) - 0.2), "." * n_dots, style.size)


RULES = (
    *("full", "frame", "three_line", "rows", "columns", "head", "none", "three_line", "none"),
    "shades",
)


def make_page(seed: int) -> tuple[bytes, list[Grid], str]:
    """A page with one or two tables, their grids, and the name of its style."""
    rng = random.Random(seed)
    lang = rng.choice(["en", "en", "zh"])
    stream = BytesIO()
    sheet = Sheet(stream, lang, rng)
    columns = rng.random() < 0.25
    rules = RULES[seed % len(RULES)]
    name = f"{rules}{' two-column' if columns else ''}"
    truth: list[Grid] = []
    sheet.text(70, 40, words(rng, lang, 5), 8)
    y = sheet.y
    areas = [(70, 287), (308, 525)] if columns else [(70, 525)]
    for number, (x0, x1) in enumerate(areas):
        y = sheet.prose(x0, x1, 70, rng.randint(3, 12))
        if rng.random() < 0.25:
            y = sheet.chart(x0, y + 10)
        for _ in range(1 if columns or rng.random() < 0.6 else 2):
            for _attempt in range(30):
                text_only = rng.random() < 0.3 and rules in ("full", "rows", "three_line", "shades")
                made = (make_texts if text_only else make_figures)(rng, lang)
                style = Style(
                    rules=rules,
                    shade=rng.choice(["", "", "head", "zebra"]) if rules != "shades" else "",
                    size=rng.choice([7.5, 8, 9, 10]),
                    pitch=rng.choice([1.3, 1.5, 1.9]) if not text_only else 2.0,
                    cmid=rng.random() < 0.5,
                    align=rng.choice(["right", "right", "center"]),
                    leaders=rng.random() < 0.1 and rules == "none",
                    gap=rng.choice([1.0, 1.4, 2.0]),
                )
                caption = {"en": f"Table {number + 1}. ", "zh": f"表{number + 1} "}[lang]
                end = draw_table(sheet, made, style, x0, x1, y + 24)
                if end is None:
                    continue
                sheet.text(x0, y + 12, caption + words(rng, lang, 4), 9, bold=True)
                truth.append(made.cells)
                note = {
                    "en": "Source: national accounts, own calculation.",
                    "zh": "资料来源：本局统计。",
                }
                sheet.text(x0, end + 12, note[lang], 7)
                y = end + 30
                break
        if y < 700:
            y = sheet.prose(x0, x1, y + 8, rng.randint(2, min(14, int((760 - y) / 13.5))))
    sheet.text(297, 810, str(rng.randint(2, 90)), 9, align="center")
    sheet.canvas.save()
    return stream.getvalue(), truth, name


# --- the run ------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    precision: float = 0.0
    recall: float = 0.0
    seconds: float = 0.0
    pages: int = 0
    failed: int = 0
    by_style: dict[str, list[float]] = field(default_factory=dict)

    def add(self, style: str, one: Score, seconds: float) -> None:
        self.precision += one.precision
        self.recall += one.recall
        self.seconds += seconds
        self.pages += 1
        self.by_style.setdefault(style, []).append(one.f1)

    def line(self, name: str) -> str:
        n = max(self.pages, 1)
        whole = Score(self.precision / n, self.recall / n)
        return (
            f"{name:<17}{whole.precision:>7.3f}{whole.recall:>7.3f}{whole.f1:>7.3f}"
            f"{1000 * self.seconds / n:>9.0f}{self.failed:>8}"
        )


def run(pages: int, seed: int, keep: Path | None, only: set[str]) -> None:
    chosen = {
        name: reader
        for name, (package, reader) in READERS.items()
        if (not only or name in only) and _is_here(name, package)
    }
    tallies = {name: Tally() for name in chosen}
    with TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(pages):
            source, truth, style = make_page(seed * 10_000 + number)
            path = folder / f"page-{number:04d}.pdf"
            path.write_bytes(source)
            for name, reader in chosen.items():
                start = time.perf_counter()
                try:
                    found = reader(path)
                except Exception as fault:  # noqa: BLE001 - a peer may raise anything
                    tallies[name].failed += 1
                    found = []
                    print(f"{name}: {path.name}: {fault!r}", file=sys.stderr)
                tallies[name].add(style, score(truth, found), time.perf_counter() - start)
    print(f"{'reader':<17}{'P':>7}{'R':>7}{'F1':>7}{'ms/page':>9}{'failed':>8}")
    for name, tally in tallies.items():
        print(tally.line(name))
    _print_styles(tallies)


def _is_here(name: str, package: str) -> bool:
    if importlib.util.find_spec(package) is None:
        print(f"{name}: not compared, the package {package} is not installed", file=sys.stderr)
        return False
    return True


def _print_styles(tallies: dict[str, Tally]) -> None:
    styles = sorted({style for tally in tallies.values() for style in tally.by_style})
    print()
    print(f"{'mean F1 by style':<24}" + "".join(f"{name[-11:]:>12}" for name in tallies))
    for style in styles:
        means = [
            sum(tally.by_style[style]) / len(tally.by_style[style]) for tally in tallies.values()
        ]
        print(f"{style:<24}" + "".join(f"{mean:>12.3f}" for mean in means))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the pages in this folder")
    parser.add_argument("--only", default="", help="names of readers, by commas")
    chosen = parser.parse_args()
    only = {name for name in chosen.only.split(",") if name}
    run(chosen.pages, chosen.seed, chosen.keep, only)


if __name__ == "__main__":
    main()
