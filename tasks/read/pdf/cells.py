"""Rows of entries → cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tasks.model.box import Box, hull
from tasks.read.pdf.lines import glyphs_to_cell_text
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.pieces import PieceCell
from tasks.read.pdf.white import Entry, GridRow

#: Phrases stand on one line whose middles are this near, in heights.
ONE_LINE = 0.5


class Column(NamedTuple):
    """What a column of entries is in the table: the first of its columns, how many they are,
    and where it begins and ends."""

    column: int
    colspan: int
    x0: float
    x1: float


def edges_to_columns(xs: Sequence[float]) -> list[Column]:
    return [Column(number, 1, x0, x1) for number, (x0, x1) in enumerate(pairwise(xs))]


def band_to_columns(band: Sequence[PieceCell]) -> list[Column]:
    """The cells of one row of a table as the columns of rows in it."""
    return [Column(cell.column, cell.colspan, cell.box.x0, cell.box.x1) for cell in band]


def grid_to_cells(
    grid: Sequence[GridRow], columns: Sequence[Column], sheet: Sheet, first_row: int = 0
) -> list[PieceCell]:
    """Cells of all entries, and blank ones where a row has none; row by row."""
    cells: list[PieceCell] = []
    for number, row in enumerate(grid, first_row):
        cells += _filled(row, number, columns, sheet)
        cells += _blanks(row, number, columns, sheet)
    return sorted(cells, key=lambda cell: cell.place)


def _filled(
    row: GridRow, number: int, columns: Sequence[Column], sheet: Sheet
) -> Iterator[PieceCell]:
    for entry in row:
        box = entry.box
        where = sheet.where(box)
        glyphs = [glyph for phrase in entry.phrases for glyph in phrase.glyphs]
        first, last = columns[entry.first], columns[entry.last]
        yield PieceCell(
            row=number,
            column=first.column,
            rowspan=1,
            colspan=last.column + last.colspan - first.column,
            box=box,
            where=where,
            text="\n".join(_line_texts(entry)),
            doubts=glyphs_to_cell_text(glyphs, where).doubts,
        )


def _blanks(
    row: GridRow, number: int, columns: Sequence[Column], sheet: Sheet
) -> Iterator[PieceCell]:
    around = hull(entry.box for entry in row)
    covered = {at for entry in row for at in entry.columns}
    for at, (column, colspan, x0, x1) in enumerate(columns):
        if at not in covered:
            box = Box(x0, around.top, x1, around.bottom)
            yield PieceCell(number, column, 1, colspan, box, sheet.where(box))


def _line_texts(entry: Entry) -> list[str]:
    """The lines of an entry; phrases of one line are joined by a space."""
    lines: list[tuple[float, str]] = []
    for phrase in entry.phrases:
        middle = phrase.box.middle[1]
        if lines and abs(lines[-1][0] - middle) < ONE_LINE * phrase.box.height:
            lines[-1] = (middle, f"{lines[-1][1]} {phrase.text}")
        else:
            lines.append((middle, phrase.text))
    return [text for _, text in lines]
