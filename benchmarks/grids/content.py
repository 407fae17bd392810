"""What the drawn tables say: logical tables of invented words and figures, English and Chinese."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.grids.measure import GridCell


@dataclass(slots=True)
class Made:
    """A logical table: rows of cells with their spans; texts may hold `\\n`."""

    cells: list[GridCell]
    n_columns: int
    n_head: int
    #: Rows that are group heads, and rows that are indented.
    groups: set[int] = field(default_factory=set)
    indented: set[int] = field(default_factory=set)
    #: Columns of words, and whether all are.
    wordy: set[int] = field(default_factory=set)
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
TOTALS = {"en": "Total", "zh": "总计"}
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
        names = iter(rng.sample(SPANS[lang], len(SPANS[lang])))
        while column <= n:
            width = min(rng.choice([1, 2, 3, 3]), n - column + 1)
            if width == 1:
                cells.append(GridCell(0, column, heads[column - 1], rowspan=2))
            else:
                cells.append(GridCell(0, column, next(names), colspan=width))
                cells += [GridCell(1, column + i, heads[column - 1 + i]) for i in range(width)]
            column += width
    else:
        cells.append(GridCell(0, 0, stub))
        cells += [GridCell(0, i + 1, head) for i, head in enumerate(heads)]
    made = Made(cells, n + 1, n_head)
    columns = [figures(rng, n_body) for _ in range(n)]
    labels = rng.choice([COUNTRIES, None]) if lang == "en" else None
    grouped = rng.random() < 0.35
    for i in range(n_body):
        row = n_head + i
        if grouped and i % 5 == 0:
            made.groups.add(row)
            cells.append(GridCell(row, 0, words(rng, lang, 2)))
            cells += [GridCell(row, column + 1, "") for column in range(n)]
            continue
        label = rng.choice(labels) if labels else words(rng, lang, rng.randint(1, 3))
        if i == n_body - 1:
            label = TOTALS[lang]
        elif rng.random() < 0.12 and not labels:
            label = label + "\n" + words(rng, lang, 2).lower()
        if grouped:
            made.indented.add(row)
        cells.append(GridCell(row, 0, label))
        cells += [GridCell(row, c + 1, columns[c][i]) for c in range(n)]
    return made


def make_plain(
    rng: random.Random, lang: str, n: int, n_body: int, wordy: Sequence[int] = ()
) -> Made:
    """One row of heads, labels, and n columns of figures; of words in the columns `wordy`,
    which are counted from 1. The last row is a total, and no label is wrapped."""
    heads = rng.sample(HEADS[lang], n)
    cells = [GridCell(0, 0, rng.choice(STUBS[lang]))]
    cells += [GridCell(0, column, head) for column, head in enumerate(heads, 1)]
    columns = [figures(rng, n_body) for _ in range(n)]
    for column in wordy:
        columns[column - 1] = [words(rng, lang, rng.randint(1, 2)) for _ in range(n_body)]
    for row in range(1, n_body + 1):
        label = words(rng, lang, rng.randint(1, 3)) if row < n_body else TOTALS[lang]
        cells.append(GridCell(row, 0, label))
        cells += [GridCell(row, c, texts[row - 1]) for c, texts in enumerate(columns, 1)]
    return Made(cells, n + 1, 1, wordy=set(wordy))


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
