"""Hard shapes of tables that a conversion tore: cells that are gone, figures before their labels,
columns apart from each other, rows in two, and tables of two years.

Each shape draws one of its kind by its seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from samples.hard.pages import of_cells, page, plain_cell
from samples.hard.shape import Make, Shape
from samples.layout import Draft, LogicalCell, LogicalTable, draft, made, with_texts, without_row
from samples.prose import paper
from samples.report import make_report
from samples.style import Lost
from samples.styles import SUFFIXES
from samples.text import TextStyle, cell_a_line, laid_page, render_text, tab_rows
from tasks.model.document import Format

_SPANS = frozenset({Lost.SPANS})
#: No figure can be demanded, only that none is wrong.
_UNSURE = frozenset({Lost.SPANS, Lost.TEXT})
_CELLS = _SPANS | {Lost.ROWS, Lost.BLANK_CELLS}

Lines = Callable[[LogicalTable, Random], list[str]]


def _text(lines: Lines) -> Make:
    def make(drafted: Draft, seed: int) -> bytes:
        random = Random(seed)
        style = TextStyle(name="", about="", shape=lambda table: lines(table, random))
        return render_text(paper(drafted), style, seed)

    return make


def _figure_rows(table: LogicalTable) -> list[list[LogicalCell]]:
    """The figures of each row."""
    rows = ([cell for cell in row if cell.field] for row in table.rows())
    return [row for row in rows if row]


# --- text ---------------------------------------------------------------------------------


def numbers_alone(table: LogicalTable, random: Random) -> list[str]:
    """`2.` on a line of its own, as programs copy the items of a list."""
    numbered = {
        cell: cell.text.replace(".", ".\n", 1)
        for cell in table.cells
        if cell.role == "label" and cell.text[:1].isdigit()
    }
    return cell_a_line(with_texts(table, numbered))


def cells_gone(table: LogicalTable, random: Random) -> list[str]:
    """A figure's cell went from one row or two, and these are shorter."""
    lines = tab_rows(table)
    if table.id == "requests":
        for at in random.sample(range(table.n_header_rows(), len(lines)), random.choice((1, 2))):
            cells = lines[at].split("\t")
            figures = [n for n, text in enumerate(cells) if text.isdecimal()]
            if figures:
                del cells[random.choice(figures)]
            lines[at] = "\t".join(cells)
    return lines


def figures_first(table: LogicalTable, random: Random) -> list[str]:
    """A page draws the figures of each row before its label, of rows that are wrapped at least."""
    if table.id != "requests":
        return cell_a_line(table)
    longest = random.choice((4, 8, 12))
    lines: list[str] = []
    for row in table.rows():
        figures = [cell.text for cell in row if cell.field and cell.text]
        labels = [cell.text for cell in row if not cell.field and cell.text]
        wrapped = any(len(label) > longest for label in labels)
        lines += [*figures, *labels] if wrapped else [*labels, *figures]
    return lines


def columns_apart(table: LogicalTable, random: Random) -> list[str]:
    """Read by columns: all labels, and behind them what figures there are."""
    said = [cell.text for cell in table.cells if not cell.field]
    return [*said, *(cell.text for cell in table.cells if cell.field and cell.text)]


# --- HTML ---------------------------------------------------------------------------------


def in_two(table: LogicalTable, random: Random) -> LogicalTable:
    """The figures of one row stand at two heights, and make two rows with one label."""
    torn = random.choice(_figure_rows(table))
    at = torn[0].row
    cells: list[LogicalCell] = []
    for cell in table.cells:
        if cell in torn:
            texts = random.sample((cell.text, ""), 2)
            cells += [replace(cell, row=at + n, text=text) for n, text in enumerate(texts)]
        elif cell.covers(at):
            cells.append(replace(cell, rowspan=cell.rowspan + 1))
        else:
            cells.append(replace(cell, row=cell.row + (cell.row > at)))
    return made(table.id, cells)


def _torn_row(drafted: Draft, seed: int) -> bytes:
    torn = drafted.with_table(in_two(drafted.table("requests"), Random(seed)))
    return page(torn, seed, of_cells(plain_cell)).encode()


def _two_years(drafted: Draft, seed: int) -> bytes:
    """Table 三 lacks a row, and below it stands that of the year before."""
    random = Random(seed)
    edition = {"requests": drafted.report.editions["requests"]}
    before = draft(make_report(seed + 1, editions=edition)).table("requests")
    write = of_cells(plain_cell)

    def both(table: LogicalTable, _: Random) -> str:
        if table.id != "requests":
            return write(table, random)
        row = random.choice(_figure_rows(table)[2:])[0].row
        return "\n".join([write(without_row(table, row), random), write(before, random)])

    return page(drafted, seed, both).encode()


def _shape(
    name: str, hard_for: str, make: Make, loses: Iterable[Lost], format: Format = Format.TEXT
) -> Shape:
    return Shape(
        name=name,
        format=format,
        hard_for=hard_for,
        make=make,
        suffix=SUFFIXES[format],
        loses=frozenset(loses),
    )


TORN: tuple[Shape, ...] = (
    _shape("numbers_alone", "`2.` on a line of its own", _text(numbers_alone), _CELLS),
    _shape("cells_gone", "a cell of a row is gone", _text(cells_gone), _UNSURE),
    _shape("figures_first", "figures before their labels", _text(figures_first), _UNSURE),
    _shape(
        "laid_page",
        "a printed page in columns of spaces, heads in halves",
        _text(lambda table, _: laid_page(table)),
        _CELLS,
    ),
    _shape("columns_apart", "all labels before all figures", _text(columns_apart), _UNSURE),
    _shape("torn_row", "a row in two, its label beside both", _torn_row, _UNSURE, Format.HTML),
    _shape("two_years", "last year's table has what lacks", _two_years, _UNSURE, Format.HTML),
)
