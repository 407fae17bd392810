"""Regions with tabs -> rows, or cells whose rows are lost. The grammar: see the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.model.limits import MAX_CELLS
from tasks.read.text.commas import record_at, split_record
from tasks.read.text.lines import Line
from tasks.read.text.pieces import Found, Piece, Row, Rows, paragraph, too_large
from tasks.read.text.regions import ends_region

_LONGEST_CELL = 200
_LOOSE = 3


def is_tab_line(line: Line) -> bool:
    """A tab before text, between texts, or alone; not in a line of prose."""
    return "\t" in line.text and all(len(cell) <= _LONGEST_CELL for cell in line.text.split("\t"))


def tab_region_end(lines: Sequence[Line], start: int) -> int:
    """Index after the region: lines without a tab only where they go on with a cell."""
    end, at, loose = start + 1, start + 1, 0
    while at < len(lines):
        line = lines[at]
        if is_tab_line(line):
            end, loose = at + 1, 0
        elif line.blank:
            pass
        elif ends_region(line) or loose >= _LOOSE or lines[at - 1].blank:
            break
        else:
            loose += 1
        at += 1
    # the last cell's own line breaks
    while end < len(lines) and not lines[end].blank and not ends_region(lines[end]):
        end += 1
    return end


def read_tabs(lines: Sequence[Line]) -> Iterator[Found]:
    marked = [line for line in lines if "\t" in line.text]
    if sum(line.text.count("\t") for line in marked) > MAX_CELLS:
        raise too_large()
    between = sum("\t" in line.text.strip("\t ") for line in marked)
    if between * 2 > len(marked):
        yield from _line_a_row(lines)
    elif any(line.text == "" for line in lines) or len(marked) < 3:
        yield from _table(_before_each_cell(lines))
    else:
        yield from _loose_cells(lines)


def _table(rows: list[Row]) -> Iterator[Found]:
    """Rows as a table; two cells in one row are a line of text with a tab in it."""
    rows = [row for row in rows if row]
    if len(rows) > 1 and all(not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    if len(rows) == 1 and len(rows[0]) < 3:
        yield from (paragraph(p.text, p.first, p.last) for p in rows[0] if p.text)
    elif rows:
        yield Rows(rows)


def _line_a_row(lines: Sequence[Line]) -> Iterator[Found]:
    """A tab between cells. A line without one stands between two tables."""
    rows: list[Row] = []
    at = 0
    while at < len(lines):
        taken, text = record_at(lines, at)
        first, last = lines[at].number, lines[at + taken - 1].number
        at += taken
        if "\t" in text:
            rows.append([Piece(cell, first, last) for cell in split_record(text, "\t")])
        elif text.strip():
            yield from _table(rows)
            yield paragraph(text, first, last)
            rows = []
    yield from _table(rows)


def _before_each_cell(lines: Sequence[Line]) -> list[Row]:
    """A tab before each cell, an empty line between rows; other lines continue a cell."""
    rows: list[Row] = [[]]
    for line in lines:
        if line.text == "":
            rows.append([])
        elif "\t" in line.text:
            cells = line.text.removeprefix("\t").split("\t")
            rows[-1] += [Piece(cell.strip(), line.number, line.number) for cell in cells]
        elif rows[-1]:
            last = rows[-1][-1]
            last.text, last.last = f"{last.text}\n{line.text.strip()}".strip(), line.number
        elif not line.blank:
            rows[-1].append(Piece(line.text.strip(), line.number, line.number))
    return [row for row in rows if row]


def _loose_cells(lines: Sequence[Line]) -> Iterator[Found]:
    for line in lines:
        if "\t" in line.text:
            for cell in line.text.lstrip("\t").split("\t") if line.text.strip() else [""]:
                yield paragraph(cell, line.number, line.number)
        elif not line.blank:
            yield paragraph(line.text, line.number, line.number)
