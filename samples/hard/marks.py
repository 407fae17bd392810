"""Hard shapes by their signs: marks beside figures, heads that are torn, labels that are lost.

What a conversion makes of blanks and spaces, what stands at the edges of pages, and rows that
are tables of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

from samples.hard.pages import of_cells, page, plain_cell
from samples.hard.shape import Make, Shape
from samples.layout import Draft, LogicalCell, LogicalTable
from samples.prose import paper
from samples.style import Lost
from samples.text import (
    TextStyle,
    cell_a_line,
    in_place,
    pipe_after_cell,
    pipe_rows,
    render_text,
    spaced_rows,
)
from tasks.model.document import Format

_SPANS = frozenset({Lost.SPANS})
_ROWS = _SPANS | {Lost.ROWS, Lost.BLANK_CELLS}

Lines = Callable[[LogicalTable], list[str]]
After = Callable[[str, int], str]


def _text(lines: Lines, after: After = lambda text, _: text) -> Make:
    style = TextStyle(name="", about="", shape=lines, after=after)
    return lambda drafted, seed: render_text(paper(drafted), style, seed)


# --- blanks and spaces ----------------------------------------------------------------------


def _blanks_of_gbk(text: str) -> bytes:
    """GBK in which a blank is `A3 A0`, as some programs write it."""
    return text.encode("gb18030").replace(b"\xa1\xa1", b"\xa3\xa0")


def _text_of_gbk(drafted: Draft, seed: int) -> bytes:
    text = _text(pipe_rows)(drafted, seed).decode()
    return _blanks_of_gbk(re.sub(r"\|[^\S\n]+(?=\|)", "|\u3000", text))


def _page_of_gbk(drafted: Draft, seed: int) -> bytes:
    written = page(drafted, seed, of_cells(plain_cell))
    return _blanks_of_gbk(written.replace("></td>", ">\u3000</td>"))


_FIGURE_CELL = re.compile(r"(?<=\| )[\d.+-]+(?= \|)")


def _question_marks(text: str, seed: int) -> str:
    """`? 7` for a no-break space before the figure, as programs that write GBK have it."""
    random = Random(seed)
    mark = random.choice(("? ", "?? ", "\ufffd ", "？ "))
    return _FIGURE_CELL.sub(lambda m: mark + m[0] if random.random() < 0.3 else m[0], text)


def _entities(text: str, seed: int) -> str:
    """The entities of spaces, as escaping twice leaves them, in cells of a line each."""
    random = Random(seed)
    space = random.choice(("&nbsp;", "&nbsp;&nbsp;", "&#160;", "&amp;nbsp;", "Â"))
    lines = text.split("\n")
    return "\n".join(
        space + line if re.fullmatch(r"\d* \|", line) and random.random() < 0.4 else line
        for line in lines
    )


def formulas(table: LogicalTable) -> list[str]:
    """CSV whose figures are formulas of a text, that no program makes dates of them."""
    return [
        ",".join(f'="{text}"' if text[:1].isdigit() else _quoted(text) for text in row)
        for row in in_place(table)
    ]


def _quoted(text: str) -> str:
    return f'"{text}"' if "," in text or "\n" in text else text


# --- edges of pages -------------------------------------------------------------------------

#: `{title}`, `{organ}`: as on the first line of the report; `{n}`: the number of the page.
_HEADS = (
    ("Page {n} - {year}年报_{organ}", "P. {n}"),
    ("第{n}页 {organ}",),
    ("{organ} 第 {n} 页 共 12 页",),
    ("{title} {n}",),
    ("{title}", "第 {n} 页"),
    ("{n} {title}",),
    ("{year}/1/20 10:33 政府信息公开年报", "http://www.example.invalid/nb/{year}.html {n}/12"),
    ("页码：{n}",),
)
_TITLE = re.compile(r"(?P<organ>\S+?)(?P<year>20\d\d)年\S*报告")


def _page_heads(text: str, seed: int) -> str:
    """Heads of pages between the rows of the tables, one in some forty lines."""
    random = Random(seed)
    heads = random.choice(_HEADS)
    title = _TITLE.search(text)
    known = {"title": title[0], "organ": title["organ"], "year": title["year"]} if title else {}
    found: list[str] = []
    inside = False
    at, n = random.randrange(5, 40), 2
    for line in text.split("\n"):
        inside = (inside or "申请情况" in line) and "存在的主要问题" not in line
        at -= inside
        if at < 0:
            found += [head.format(n=n, **known) for head in heads]
            at, n = random.randrange(20, 60), n + 1
        found.append(line)
    return "\n".join(found)


# --- heads and labels -----------------------------------------------------------------------

_OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结")


def torn_heads(table: LogicalTable) -> list[str]:
    """Lines of a page; the heads of table 四 run down in columns of one sign, the first block
    on lines of its own."""
    if table.id != "disputes":
        return spaced_rows(table)
    down = [" ".join(head[at] for head in _OUTCOMES) for at in range(4)]
    lines = ["行政复议 行政诉讼", "未经复议直接起诉 复议后起诉"]
    for line, total in zip(down, ("", "总", "计", ""), strict=True):
        twice = " ".join(part for part in (line, total, line, total) if part)
        lines += [line, f"总计 {twice}" if total == "总" else twice]
    figures = [cell.text for row in table.rows() for cell in row if cell.field]
    return [*lines, " ".join(text for text in figures if text)]


def _eaten(text: str, seed: int) -> str:
    """A filter that knows no 规 eats the label of the first row, and its line stays blank."""
    begin = text.index("第二十条")
    return text[:begin] + re.sub(r"(?m)^规章$", "  ", text[begin:], count=1)


# --- rows that are tables -------------------------------------------------------------------


def _below_labels(table: LogicalTable) -> Iterable[tuple[list[str], list[LogicalCell]]]:
    """Labels, from the outermost, and the figures of each row."""
    for row in table.rows():
        labels = [cell.text for cell in row if cell.role in ("label", "group")]
        figures = [cell for cell in row if cell.field]
        if figures:
            yield labels, figures


def _heads(n: int) -> list[str]:
    """Heads that say nothing, but for 总计 behind six."""
    return [f"数据{at}" for at in range(1, n)] + ["总计" if n == 7 else f"数据{n}"]


def markdown_below_labels(table: LogicalTable) -> list[str]:
    if table.id == "disputes":
        return pipe_rows(table)
    lines: list[str] = []
    for labels, figures in _below_labels(table):
        lines += [f"### {label}\n" for label in labels]
        lines += [f"| {' | '.join(_heads(len(figures)))} |", "|" + "---|" * len(figures)]
        lines += [f"| {' | '.join(cell.text for cell in figures)} |", ""]
    return lines


def _page_below_labels(table: LogicalTable, random: Random) -> str:
    if table.id != "requests":
        return of_cells(plain_cell)(table, random)
    written = []
    for labels, figures in _below_labels(table):
        written += [f"<h4>{label}</h4>" for label in labels]
        heads = "".join(f"<th>{head}</th>" for head in _heads(len(figures)))
        cells = "".join(f"<td>{cell.text}</td>" for cell in figures)
        written.append(f"<table><tr>{heads}</tr><tr>{cells}</tr></table>")
    return "\n".join(written)


def _made_page(drafted: Draft, seed: int) -> bytes:
    return page(drafted, seed, _page_below_labels).encode()


def _shape(
    name: str, hard_for: str, make: Make, loses: Iterable[Lost], suffix: str = "txt"
) -> Shape:
    return Shape(
        name=name,
        format=Format.HTML if suffix == "html" else Format.TEXT,
        hard_for=hard_for,
        make=make,
        suffix=suffix,
        loses=frozenset(loses),
    )


MARKS: tuple[Shape, ...] = (
    _shape("gbk_blanks", "GBK: A3 A0 in blank cells", _text_of_gbk, _SPANS),
    _shape("gbk_blank_cells", "GBK: A3 A0 in blank cells", _page_of_gbk, (), "html"),
    _shape("question_marks", "`? 7` for a space", _text(pipe_rows, _question_marks), _SPANS),
    _shape("entities", "&nbsp; left in cells", _text(pipe_after_cell, _entities), _SPANS),
    _shape("formulas", '="12" in CSV', _text(formulas), _SPANS, "csv"),
    _shape(
        "page_heads",
        "heads of pages between rows",
        _text(spaced_rows, _page_heads),
        _SPANS | {Lost.BLANK_CELLS},
    ),
    _shape(
        "page_heads_in_cells",
        "heads of pages between cells of a line each",
        _text(cell_a_line, _page_heads),
        _ROWS,
    ),
    _shape(
        "torn_heads",
        "heads of table 四 a character a line",
        _text(torn_heads),
        _SPANS | {Lost.BLANK_CELLS},
    ),
    _shape("eaten_label", "规章 eaten by a filter", _text(cell_a_line, _eaten), _ROWS),
    _shape(
        "markdown_below_labels",
        "rows below their labels, heads 数据1 … 总计",
        _text(markdown_below_labels),
        {Lost.SPANS, Lost.WHOLENESS, Lost.GRID},
        "md",
    ),
    _shape(
        "tables_below_labels",
        "rows below their labels, heads 数据1 … 总计",
        _made_page,
        {Lost.SPANS, Lost.WHOLENESS, Lost.GRID},
        "html",
    ),
)
