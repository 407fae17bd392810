"""Report -> text, flattened in the ways that extractors, converters and crawlers flatten.

A shape turns one table into lines; a style is a shape and what happens to the whole after.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from opencc import OpenCC

from samples.layout import LogicalCell, LogicalTable, with_texts
from samples.prose import Paper, Part, Passage
from samples.style import Lost, Style, named

Shape = Callable[[LogicalTable], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle(Style):
    shape: Shape
    #: Between the paragraphs of the document.
    between: str = "\n"
    #: Put into the middle of narrow header cells (`商业` / `企业`), None: not split.
    split: str | None = None
    #: Done to the whole text at the end; gets the seed.
    after: Callable[[str, int], str] = lambda text, _: text
    encoding: str = "utf-8"


def render_text(paper: Paper, style: TextStyle, seed: int) -> bytes:
    lines = [_part(part, style) for part in paper.parts]
    return style.after(style.between.join(lines) + "\n", seed).encode(style.encoding)


def _part(part: Part, style: TextStyle) -> str:
    if isinstance(part, Passage):
        return part.text
    if style.split is not None:
        part = split_headers(part, style.split)
    return "\n".join(style.shape(part))


def split_headers(table: LogicalTable, by: str) -> LogicalTable:
    """Narrow header cells of four characters in two lines, as the official form prints them."""
    if table.n_columns < 10:
        return table
    return with_texts(
        table,
        {
            cell: cell.text[:2] + by + cell.text[2:]
            for cell in table.cells
            if cell.role == "header" and len(cell.text) == 4 and cell.colspan == 1
        },
    )


def in_place(table: LogicalTable) -> list[list[str]]:
    """Rows × columns of texts; a spanned position is an empty text."""
    return [
        [
            cell.text if (cell.row, cell.column) == (row, column) else ""
            for column, cell in enumerate(line)
        ]
        for row, line in enumerate(table.grid())
    ]


# --- shapes: a cell a line ----------------------------------------------------------------


def _missing(table: LogicalTable, cells: tuple[LogicalCell, ...]) -> str:
    return "|" * (table.n_columns - len(cells))


def _closed(text: str) -> str:
    return f"{text} |" if text else "|"


def pipe_after_cell(table: LogicalTable) -> list[str]:
    """`cell |`; the pipes of the cells that are spanned stand on a line of their own."""
    lines = []
    for cells in table.rows():
        lines += [_closed(cell.text) for cell in cells]
        if missing := _missing(table, cells):
            lines.append(missing)
    return lines


def pipe_after_cell_closed(table: LogicalTable) -> list[str]:
    """`cell |`; the closing pipes stay on the line of the last cell."""
    lines = []
    for cells in table.rows():
        texts = [_closed(cell.text) for cell in cells]
        if texts and (missing := _missing(table, cells)):
            texts[-1] += f" {missing}"
        lines += texts
    return lines


def pipe_after_cell_open(table: LogicalTable) -> list[str]:
    """`cell |` and nothing that ends a row."""
    return [_closed(cell.text) for cells in table.rows() for cell in cells]


def pipe_before_row(table: LogicalTable) -> list[str]:
    """A lone `|` before each row, then `cell |`, then the pipes of the spanned cells."""
    lines = []
    for cells in table.rows():
        lines += ["|", *(_closed(cell.text) for cell in cells)]
        if missing := _missing(table, cells):
            lines.append(missing)
    return lines


def pipe_between_cells(table: LogicalTable) -> list[str]:
    """Cells and lone `|` lines in turn."""
    lines = []
    for cells in table.rows():
        for cell in cells:
            lines += ["|", cell.text] if cell.text else ["|"]
    return [*lines, "|"]


def pipe_before_cell(table: LogicalTable) -> list[str]:
    """`| cell`, a line `|` at the end of each row."""
    lines = []
    for cells in table.rows():
        lines += [f"| {cell.text}".rstrip() for cell in cells]
        lines.append("|" + _missing(table, cells))
    return lines


def cell_a_paragraph(table: LogicalTable) -> list[str]:
    """One cell a paragraph, blank lines between; blank cells vanish."""
    return "\n\n".join(cell.text for cell in table.cells if cell.text).split("\n")


def blank_lines(table: LogicalTable) -> list[str]:
    """One cell a paragraph; a blank cell is one empty line more."""
    return "".join(f"{cell.text}\n\n" if cell.text else "\n" for cell in table.cells).split("\n")[
        :-1
    ]


def lines_in_rows(table: LogicalTable) -> list[str]:
    """One cell a line, a blank one an empty line; two empty lines part rows."""
    return [text for cells in table.rows() for text in ("", "", *(cell.text for cell in cells))]


def tabs_alone(table: LogicalTable) -> list[str]:
    """What a browser copies where each cell holds a paragraph: a tab alone in a line between
    two cells, none between rows."""
    rows = [
        "\n\n\t\n\n".join(cell.text.replace("\n", "\n\n") for cell in cells)
        for cells in table.rows()
    ]
    return "\n\n".join(rows).split("\n")


def cell_a_line(table: LogicalTable) -> list[str]:
    """One cell a line; blank cells vanish."""
    return [line for cell in table.cells if cell.text for line in cell.text.split("\n")]


def tab_before_cell(table: LogicalTable) -> list[str]:
    """A tab before each cell, merged ones too when they hang from above; blank line after a row."""
    lines = []
    for row, line in enumerate(table.grid()):
        seen: set[LogicalCell] = set()
        for cell in line:
            if cell not in seen:
                seen.add(cell)
                lines += f"\t{cell.text if cell.row == row else ''}".split("\n")
        lines.append("")
    return lines


# --- shapes: a row a line -----------------------------------------------------------------


def _flat(text: str) -> str:
    return text.replace("\n", " ")


def pipe_rows(table: LogicalTable) -> list[str]:
    """`a | b | c | ||`: spanned cells are not there, their pipes follow at the end."""
    return [
        " | ".join(_flat(cell.text) for cell in cells) + " | " + _missing(table, cells)
        for cells in table.rows()
    ]


def markdown(table: LogicalTable) -> list[str]:
    """`| a | b |` with a ruler under the first row; spanned positions are empty cells."""
    rows = [f"| {' | '.join(_flat(text) for text in row)} |" for row in in_place(table)]
    return ["", rows[0], "|" + "---|" * table.n_columns, *rows[1:], ""]


def bare_pipes_in_place(table: LogicalTable) -> list[str]:
    """`a|||b|`: no outer pipe, no ruler, spanned positions as bare pipes where they are."""
    return ["|".join(_flat(text) for text in row) for row in in_place(table)]


def pipe_rows_without_spanned(table: LogicalTable) -> list[str]:
    """`| a | b |`: spanned cells are not there and nothing follows for them."""
    return [f"| {' | '.join(_flat(cell.text) for cell in cells)} |" for cells in table.rows()]


def pipe_rows_broken(table: LogicalTable) -> list[str]:
    """As `pipe_rows`, but a blank cell breaks its row over two lines."""
    lines = []
    for cells in table.rows():
        row = (
            " | ".join(_flat(cell.text) or "\n" for cell in cells) + " | " + _missing(table, cells)
        )
        lines += [line.strip() for line in row.split("\n")]
    return lines


def pipe_rows_last_open(table: LogicalTable) -> list[str]:
    """As `pipe_rows`, but nothing stands for spanned cells in the last row."""
    *lines, last = pipe_rows(table)
    return [*lines, last.removesuffix(_missing(table, table.rows()[-1]))]


def pipe_rows_hanging(table: LogicalTable) -> list[str]:
    """`| | c | d |`: a bare pipe for a cell that hangs down from above, none for one that a
    cell to the left covers. The halves of wrapped heads stand in two rows."""
    lines = []
    for row, line in enumerate(table.grid()):
        cells = dict.fromkeys(line)
        texts = [cell.text if cell.row == row else "" for cell in cells]
        halves = [
            text.split("\n") if _is_halved(cell) else []
            for cell, text in zip(cells, texts, strict=True)
        ]
        shown = [half[0] if half else _flat(text) for half, text in zip(halves, texts, strict=True)]
        lines.append(" | ".join(shown) + " |")
        if below := [half[1] for half in halves if len(half) > 1]:
            lines.append(" | ".join(below) + " |")
    return lines


def _is_halved(cell: LogicalCell) -> bool:
    return cell.role == "header" and cell.text.count("\n") == 1


def ruled_rows(table: LogicalTable) -> list[str]:
    """`a | b | c`: no outer pipes, a ruler under the first row; spanned cells are not there."""
    first, *rest = [cells for cells in table.rows() if cells]
    lines = [" | ".join(_flat(cell.text) for cell in cells) + "  " for cells in (first, *rest)]
    return [lines[0], "|".join("---" for _ in first) + "  ", *lines[1:]]


def again(table: LogicalTable) -> list[list[str]]:
    """Rows × columns of texts; a spanning cell's text stands at each of its positions."""
    return [[_flat(cell.text) for cell in line] for line in table.grid()]


def pipe_rows_again(table: LogicalTable) -> list[str]:
    """`a | a | a | a`: programs that know no spans write a cell once for each position."""
    return [" | ".join(row) for row in again(table)]


def tab_rows_again(table: LogicalTable) -> list[str]:
    return ["\t".join(row) for row in again(table)]


def row_a_table(table: LogicalTable) -> list[str]:
    """Each row a table of its own with its ruler, as PDF converters write."""
    lines = []
    for cells in table.rows():
        texts = [_flat(cell.text) for cell in cells]
        lines += ["", f"| {' | '.join(texts)} |", "|" + "---|" * len(texts)]
    return [*lines, ""]


def tab_rows(table: LogicalTable) -> list[str]:
    return ["\t".join(_flat(text) for text in row) for row in in_place(table)]


def csv_rows(table: LogicalTable) -> list[str]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(in_place(table))
    return out.getvalue().rstrip("\n").split("\n")


def spaced_rows(table: LogicalTable) -> list[str]:
    """A row a line, cells parted by one space; blank cells vanish."""
    return [" ".join(_flat(cell.text) for cell in cells if cell.text) for cells in table.rows()]


def run_together(table: LogicalTable) -> list[str]:
    """`行政规范性文件000`: nothing between the cells of a row."""
    return ["".join(_flat(cell.text) for cell in cells) for cells in table.rows()]


def stacked_headers(table: LogicalTable) -> list[str]:
    """Text order of a PDF: headers one below the other, the figures of a row on one line,
    which stands between the two halves of a label that was wrapped."""
    lines = []
    for cells in table.rows():
        figures = " ".join(cell.text for cell in cells if cell.role == "value" and cell.text)
        labels = [cell.text for cell in cells if cell.role != "value" and cell.text]
        if not figures:
            lines += labels
            continue
        *groups, label = labels or [""]
        lines += groups
        if len(label) > 20:
            lines += [label[:18], figures, label[18:]]
        else:
            lines.append(f"{label} {figures}".strip())
    return lines


def columns_of_spaces(table: LogicalTable) -> list[str]:
    """Columns kept by spaces, as `pdftotext -layout` does; a blank cell is a gap."""
    widths = [
        2
        + max(
            (_width(c.text) for c in table.cells if c.column == column and c.colspan == 1),
            default=0,
        )
        for column in range(table.n_columns)
    ]
    lines = []
    for row in in_place(table):
        line = ""
        for column, text in enumerate(row):
            at = sum(widths[:column])
            if text:
                line += " " * max(at - _width(line), 2 if line else 0) + _flat(text)
        lines.append(line)
    return lines


#: Widths of the columns of a printed page, by their number, in columns of a terminal.
_PRINTED = {4: (22, 16, 16, 16), 10: (6, 8, 22, *[6] * 7), 15: (4,) * 15}
#: With a column of numbers before them.
_PRINTED |= {1 + n: (4, *widths) for n, widths in _PRINTED.items()}


def page_words(table: LogicalTable) -> list[str]:
    """Text of a printed page, line by line: cells wrapped in narrow columns, each in the middle
    of its rows; what stands on one line is parted by a space."""
    return [" ".join(text for _, text in line) for line in _printed(table) if line]


def laid_page(table: LogicalTable) -> list[str]:
    """The same at the places that it has on the page, as `pdftotext -layout` gives it."""
    lines = []
    for printed in _printed(table):
        line = ""
        for start, text in printed:
            line += " " * max(2 * start - _width(line), 1 if line else 0) + text
        lines.append(line)
    return lines


def _printed(table: LogicalTable) -> list[list[tuple[int, str]]]:
    """The lines of the page: where each text begins, and the text."""
    widths = _PRINTED[table.n_columns]
    starts = [sum(widths[:column]) for column in range(table.n_columns + 1)]
    room = {cell: starts[cell.column + cell.colspan] - starts[cell.column] for cell in table.cells}
    wrapped = {cell: _wrapped(cell.text, room[cell]) for cell in table.cells}
    heights = [
        max((len(wrapped[c]) for c in table.cells if (c.row, c.rowspan) == (row, 1)), default=0)
        or 1
        for row in range(table.n_rows)
    ]
    for cell in table.cells:
        last = cell.row + cell.rowspan
        heights[last - 1] += max(0, len(wrapped[cell]) - sum(heights[cell.row : last]))
    lines: list[list[tuple[int, str]]] = [[] for _ in range(sum(heights))]
    for cell in table.cells:
        height = sum(heights[cell.row : cell.row + cell.rowspan])
        top = sum(heights[: cell.row]) + (height - len(wrapped[cell])) // 2
        for at, text in enumerate(wrapped[cell]):
            lines[top + at].append((starts[cell.column], text))
    return [sorted(line) for line in lines]


def _wrapped(text: str, room: int) -> list[str]:
    lines = [""]
    for sign in text:
        if _width(lines[-1] + sign) > room and not sign.isdigit():
            lines.append("")
        lines[-1] += sign
    return [line for line in lines if line]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


# --- what happens to the whole ------------------------------------------------------------


def one_line(text: str, seed: int) -> str:
    return " ".join(text.split())


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def traditional(text: str, seed: int = 0) -> str:
    return str(_to_traditional().convert(text))


#: Readings that one converter puts behind characters it changed.
READINGS = {
    "標": "biāo", "題": "tí", "報": "bào", "號": "hào", "發": "fā", "機": "jī", "構": "gòu",
    "數": "shù", "據": "jù", "統": "tǒng", "計": "jì", "對": "duì", "內": "nèi", "請": "qǐng",
    "聯": "lián", "總": "zǒng", "體": "tǐ", "動": "dòng", "規": "guī", "費": "fèi", "項": "xiàng",
    "業": "yè", "廢": "fèi", "現": "xiàn", "權": "quán", "關": "guān", "會": "huì", "務": "wù",
    "屬": "shǔ", "類": "lèi", "過": "guò", "執": "zhí", "結": "jié", "轉": "zhuǎn", "續": "xù",
    "辦": "bàn", "訴": "sù", "訟": "sòng", "經": "jīng", "議": "yì", "織": "zhī", "區": "qū",
    "單": "dān", "萬": "wàn", "處": "chù", "決": "jué", "強": "qiáng", "許": "xǔ", "錄": "lù",
    "補": "bǔ", "認": "rèn", "獲": "huò", "繳": "jiǎo", "納": "nà", "繼": "jì", "審": "shěn",
    "維": "wéi", "糾": "jiū", "復": "fù", "團": "tuán", "與": "yǔ", "無": "wú", "勾": "gōu",
}  # fmt: skip


def with_readings(text: str, seed: int) -> str:
    """Traditional characters, some followed by their reading in brackets: `標(biāo)題`."""
    random = Random(seed)
    seldom = {one for one in READINGS if random.random() < 0.3}
    return "".join(
        f"{one}({READINGS[one]})" if one in READINGS and one not in seldom else one
        for one in traditional(text)
    )


@cache
def radicals() -> dict[str, str]:
    """Common character -> the Kangxi radical that looks the same."""
    return {unicodedata.normalize("NFKC", chr(one)): chr(one) for one in range(0x2F00, 0x2FD6)}


def with_radicals(text: str, seed: int) -> str:
    return "".join(radicals().get(one, one) for one in text)


def without_repeats(text: str, seed: int) -> str:
    """Each line only where it stands first."""
    return "\n".join(dict.fromkeys(text.split("\n")))


def without_characters(text: str, seed: int) -> str:
    """Some characters are lost everywhere, as by a font filter; never a digit."""
    lost = Random(seed).sample("减项规量类构", 3)
    return text.translate(dict.fromkeys(map(ord, lost)))


def full_width(text: str, seed: int) -> str:
    return text.translate({ord("0") + one: 0xFF10 + one for one in range(10)})


def windows_lines(text: str, seed: int) -> str:
    return text.replace("\n", "\r\n")


SPANS = frozenset({Lost.SPANS})
ROWS = SPANS | {Lost.ROWS}
VANISHED = SPANS | {Lost.BLANK_CELLS}

TEXT_STYLES = named(
    TextStyle(
        name="pipe_after_cell",
        about="a cell a line, `cell |`, the row closed by a line of pipes",
        loses=SPANS,
        shape=pipe_after_cell,
        split=" ",
    ),
    TextStyle(
        name="pipe_after_cell_closed",
        about="the same, closing pipes on the last cell's line",
        loses=SPANS,
        shape=pipe_after_cell_closed,
    ),
    TextStyle(
        name="pipe_after_cell_open",
        about="the same, nothing closes a row",
        loses=ROWS,
        shape=pipe_after_cell_open,
    ),
    TextStyle(
        name="pipe_before_row",
        about="a lone pipe before each row",
        loses=SPANS,
        shape=pipe_before_row,
    ),
    TextStyle(
        name="pipe_between_cells",
        about="a lone pipe between cells",
        loses=ROWS,
        shape=pipe_between_cells,
    ),
    TextStyle(
        name="pipe_before_cell",
        about="`| cell`, a line of pipes after each row",
        loses=SPANS,
        shape=pipe_before_cell,
    ),
    TextStyle(
        name="cell_a_paragraph",
        about="one cell a paragraph, blank cells vanish",
        loses=ROWS | VANISHED,
        shape=cell_a_paragraph,
        between="\n\n",
    ),
    TextStyle(
        name="cell_a_paragraph_split",
        about="the same, header cells split over two paragraphs",
        loses=ROWS | VANISHED,
        shape=cell_a_paragraph,
        between="\n\n",
        split="\n\n",
    ),
    TextStyle(
        name="cell_a_line",
        about="one cell a line, nothing else; blank cells vanish",
        loses=ROWS | VANISHED,
        shape=cell_a_line,
        split="\n",
    ),
    TextStyle(
        name="tab_before_cell",
        about="text of a DOCX: tab before each cell, blank line between rows",
        loses=SPANS,
        shape=tab_before_cell,
        split="\n",
    ),
    TextStyle(
        name="pipe_rows",
        about="pipe rows, spanned cells as pipes at the end",
        loses=SPANS,
        shape=pipe_rows,
    ),
    TextStyle(name="markdown", about="pipe rows with ruler", loses=SPANS, shape=markdown),
    TextStyle(
        name="bare_pipes_in_place",
        about="pipe rows without outer pipes, spanned cells as bare pipes in place",
        loses=SPANS,
        shape=bare_pipes_in_place,
    ),
    TextStyle(
        name="pipe_rows_without_spanned",
        about="pipe rows of the cells that are there",
        loses=SPANS,
        shape=pipe_rows_without_spanned,
    ),
    TextStyle(
        name="pipe_rows_broken",
        about="pipe rows, broken over lines at blank cells",
        loses=ROWS,
        shape=pipe_rows_broken,
    ),
    TextStyle(name="row_a_table", about="each row a one-row table", loses=SPANS, shape=row_a_table),
    TextStyle(name="tab_rows", about="tab separated rows", loses=SPANS, shape=tab_rows),
    TextStyle(name="csv_rows", about="comma separated rows", loses=SPANS, shape=csv_rows),
    TextStyle(
        name="spaced_rows", about="cells parted by a space", loses=VANISHED, shape=spaced_rows
    ),
    TextStyle(
        name="run_together",
        about="nothing between cells: 行政规范性文件000",
        loses=VANISHED | {Lost.CELLS},
        shape=run_together,
    ),
    TextStyle(
        name="stacked_headers",
        about="text order of a PDF: wrapped labels around their figures",
        loses=VANISHED,
        shape=stacked_headers,
    ),
    TextStyle(
        name="columns_of_spaces",
        about="columns kept by spaces",
        loses=SPANS,
        shape=columns_of_spaces,
    ),
    TextStyle(
        name="one_line",
        about="the whole page on one line",
        loses=ROWS | VANISHED,
        shape=cell_a_line,
        after=one_line,
    ),
    TextStyle(
        name="readings",
        about="traditional characters with readings in brackets, a lone pipe before each row",
        loses=SPANS | {Lost.SCRIPT},
        shape=pipe_before_row,
        after=with_readings,
    ),
    TextStyle(
        name="traditional",
        about="traditional characters",
        loses=SPANS | {Lost.SCRIPT},
        shape=pipe_rows,
        after=traditional,
    ),
    TextStyle(
        name="kangxi",
        about="Kangxi radicals from a PDF of Chromium",
        loses=SPANS | {Lost.SCRIPT},
        shape=pipe_rows,
        after=with_radicals,
    ),
    TextStyle(
        name="full_width",
        about="full-width digits",
        loses=SPANS,
        shape=pipe_rows,
        after=full_width,
    ),
    TextStyle(
        name="without_characters",
        about="characters lost by a font filter",
        loses=SPANS | {Lost.CHARACTERS},
        shape=pipe_rows,
        after=without_characters,
    ),
    TextStyle(
        name="without_repeats",
        about="repeated lines removed: only the first 0 survives",
        loses=ROWS | VANISHED | {Lost.REPEATED_LINES},
        shape=pipe_after_cell,
        after=without_repeats,
    ),
    TextStyle(
        name="gbk",
        about="pipe rows in GB18030 with CRLF",
        loses=SPANS,
        shape=pipe_rows,
        after=windows_lines,
        encoding="gb18030",
    ),
    TextStyle(
        name="utf16",
        about="tab rows in UTF-16 with a byte order mark",
        loses=SPANS,
        shape=tab_rows,
        encoding="utf-16",
    ),
    TextStyle(
        name="pipe_rows_last_open",
        about="pipe rows, no pipes at the end of the last row for spanned cells",
        loses=VANISHED,
        shape=pipe_rows_last_open,
    ),
    TextStyle(
        name="pipe_rows_hanging",
        about="pipe rows, cells that hang from above as bare pipes, heads halved over two rows",
        loses=SPANS,
        shape=pipe_rows_hanging,
        split="\n",
    ),
    TextStyle(
        name="ruled_rows",
        about="rows without outer pipes, a ruler under the first",
        loses=SPANS,
        shape=ruled_rows,
    ),
    TextStyle(
        name="pipe_rows_again",
        about="pipe rows, spanning cells repeated at each position",
        loses=SPANS,
        shape=pipe_rows_again,
    ),
    TextStyle(
        name="tab_rows_again",
        about="tab rows, spanning cells repeated at each position",
        loses=SPANS,
        shape=tab_rows_again,
    ),
    TextStyle(
        name="blank_lines",
        about="one cell a paragraph, a blank cell one empty line more",
        loses=ROWS,
        shape=blank_lines,
        split="\n",
    ),
    TextStyle(
        name="lines_in_rows",
        about="one cell a line, blank ones empty lines, two empty lines between rows",
        loses=SPANS,
        shape=lines_in_rows,
    ),
    TextStyle(
        name="tabs_alone",
        about="copied from a browser: a tab alone in a line between cells",
        loses=VANISHED,
        shape=tabs_alone,
        split="\n",
    ),
    TextStyle(
        name="page_words",
        about="text of a PDF line by line: labels wrapped in narrow columns",
        loses=VANISHED,
        shape=page_words,
    ),
)
