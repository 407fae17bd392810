"""Sheet → paragraphs and tables, as a person sees them.

A sheet is one large grid in which titles, paragraphs and tables stand below one another. What
is hidden is left out first, then the rows are parted: a row with one text that reaches over
the table, or stands outside of its lines, is a paragraph; the rest are rows of tables.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tasks.model.document import Block, Cell, Doubt, Paragraph, Table, Where
from tasks.model.limits import MAX_CELLS
from tasks.model.patterns import regex
from tasks.read.grid import placed_to_grid
from tasks.read.workbook.book import Book, Sheet, column_name, too_complex
from tasks.read.workbook.seen import Seen, seen_cells
from tasks.read.workbook.unseen import LeftOut

#: 一、总体情况, a title: no row of the form's tables.
_HEADING = regex(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．章节]\s*\S.*(?:情况|事项)|\S.*年度报告.{0,10})\s*"
)
#: 第二十条第（一）项: a row of the form's first table.
_CLAUSE = regex(r"\s*第[〇零一二三四五六七八九十百\d]+条")
_DATE = regex(r"\s*[（(]?\s*(?:19|20|二[〇○零]).{2,12}[日年月]\s*[)）]?\s*")
_SENTENCE_ENDS = tuple("。；;！!")
#: Longer than any label of the form.
_PROSE = 60
#: Cells of heads; a table of more has something below them.
_MOST_HEADS = 200
_ANYWHERE = 1 << 20
_TOLD = regex(r"[：:]")
_FIGURE = regex(r"[\d\s,.，．+-]+")
_SAYS_NOTHING = regex(r"[-—–−/／\\无空\s]+")


@dataclass(frozen=True, slots=True)
class _Row:
    """What begins in a row of the sheet, from left to right."""

    number: int
    cells: tuple[Seen, ...]
    #: Some cell of it has a line on some side.
    is_lined: bool = False
    #: Cells from above reach into it.
    is_under: bool = False
    #: Nothing but empty rows before it.
    is_apart: bool = False

    @property
    def alone(self) -> Seen | None:
        """Its only text."""
        return self.cells[0] if len(self.cells) == 1 and not self.is_under else None


@dataclass(slots=True)
class Making:
    """The blocks of a workbook while they are made, sheet by sheet."""

    book: Book
    blocks: list[Block] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    _tables: int = 0
    _cells: int = 0

    def add(self, sheet: Sheet) -> None:
        """Raises Refusal `too_complex`."""
        if sheet.is_hidden:
            self.left_out.sheet(sheet)
            return
        if sheet.drawn:
            self.left_out.drawn(sheet)
        cells = seen_cells(sheet, self.book, self.left_out)
        rows = _rows(cells, sheet)
        filled = {row.number for row in rows}
        is_lined = sum(row.is_lined and len(row.cells) > 1 for row in rows) > 1
        for is_table, part in _parts(rows, is_lined=is_lined):
            if is_table:
                self._table(part, sheet, filled)
            else:
                self.blocks += (
                    Paragraph(text=cell.text, where=_where(sheet, cell))
                    for row in part
                    for cell in row.cells
                )

    def doubts(self) -> Iterator[Doubt]:
        return self.left_out.doubts()

    def _table(self, rows: Sequence[_Row], sheet: Sheet, filled: Set[int]) -> None:
        self._tables += 1
        if _end_of(rows) + 1 not in filled and _is_all_heads(rows, sheet):
            rows = (*rows, _Row(number=_end_of(rows) + 1, cells=()))
        table = _table_of(rows, sheet, f"t{self._tables}")
        self._cells += len(table.cells)
        if self._cells > MAX_CELLS:
            raise too_complex()
        self.blocks.append(table)


def _rows(cells: Sequence[Seen], sheet: Sheet) -> list[_Row]:
    begins: dict[int, list[Seen]] = {}
    for cell in cells:
        if cell.text:
            begins.setdefault(cell.row, []).append(cell)
    lined = {cell.row for cell in cells if cell.is_lined} | sheet.lined_rows
    rows, before = [], -1
    for number in sorted(begins):
        rows.append(
            _Row(
                number=number,
                cells=tuple(begins[number]),
                is_lined=number in lined,
                is_under=number <= before,
                is_apart=number > before + 1,
            )
        )
        before = max(before, *(cell.last_row for cell in begins[number]))
    return rows


# Paragraphs and tables.


def _parts(rows: Sequence[_Row], *, is_lined: bool) -> Iterator[tuple[bool, list[_Row]]]:
    """(is a table, its rows) from top to bottom."""
    loose = _loose(rows, is_lined=is_lined)
    table = _Growing()
    for at, row in enumerate(rows):
        below = not loose[at] and row.is_apart and _begins_anew(rows, loose, at)
        if table.rows and (loose[at] or below or table.is_left_by(row)):
            yield True, table.rows
            table = _Growing()
        if loose[at]:
            yield False, [row]
        else:
            table.add(row)
    if table.rows:
        yield True, table.rows


class _Growing:
    """A table while its rows are met."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self._right = -1
        self._has_figures = False

    def add(self, row: _Row) -> None:
        self.rows.append(row)
        self._right = max(self._right, *(cell.last_column for cell in row.cells))
        self._has_figures |= any(_FIGURE.fullmatch(cell.text) for cell in row.cells)

    def is_left_by(self, row: _Row) -> bool:
        """Whether heads that reach further right than all above them stand below figures."""
        return self._has_figures and row.cells[-1].last_column > self._right and _is_head(row)


def _loose(rows: Sequence[_Row], *, is_lined: bool) -> list[bool]:
    """Of each row, whether it is no row of a table."""
    width = _width(rows)
    found = [_is_loose(row, width, is_lined=is_lined) for row in rows]
    _with_rows_beside(rows, found, width[0])
    if not is_lined:
        _with_openings(rows, found)
    _with_signatures(rows, found)
    return found


def _with_signatures(rows: Sequence[_Row], loose: list[bool]) -> None:
    """Whoever signs stands alone above the date."""
    for at, (row, below) in enumerate(pairwise(rows)):
        dated = below.alone is not None and _DATE.fullmatch(below.alone.text)
        if dated and row.alone and not any(map(str.isdigit, row.alone.text)):
            loose[at] = True


def _with_rows_beside(rows: Sequence[_Row], loose: list[bool], left: int) -> None:
    """A label that stands alone beside blank cells, right above a row of the table that has no
    lines either, is a row of it, too; so is one right below, in the first column."""
    for at in reversed(range(len(rows) - 1)):
        _join(rows, loose, at, at + 1, right=_ANYWHERE)
    for at in range(1, len(rows)):
        _join(rows, loose, at, at - 1, right=left)


def _join(rows: Sequence[_Row], loose: list[bool], at: int, beside: int, *, right: int) -> None:
    alone = rows[at].alone
    apart = rows[max(at, beside)].is_apart
    goes_on = not apart and not loose[beside] and not rows[beside].is_lined
    if loose[at] and alone and goes_on and alone.column <= right:
        loose[at] = _is_prose(alone.text) or bool(_TOLD.search(alone.text))


def _width(rows: Sequence[_Row]) -> tuple[int, int]:
    """First and last column of what stands in rows of several cells."""
    cells = [cell for row in rows if len(row.cells) > 1 for cell in row.cells]
    if not cells:
        return (0, -1)
    return min(cell.column for cell in cells), max(cell.last_column for cell in cells)


def _is_loose(row: _Row, width: tuple[int, int], *, is_lined: bool) -> bool:
    alone = row.alone
    if alone is None:
        named = all(_TOLD.search(cell.text) for cell in row.cells)
        return named and not row.is_under and not row.is_lined
    text = alone.text
    if _CLAUSE.match(text) and len(text) < _PROSE:
        return False
    if _is_prose(text):
        return True
    if is_lined:
        return not row.is_lined
    # A figure without a label may be the only one of a row.
    is_beside = alone.column > width[0] and not any(map(str.isdigit, text))
    return is_beside and not _SAYS_NOTHING.fullmatch(text)


def _is_prose(text: str) -> bool:
    """A paragraph, a heading, a title or a date, by what it says."""
    is_long = len(text) >= _PROSE or text.rstrip().endswith(_SENTENCE_ENDS)
    return is_long or bool(_HEADING.fullmatch(text) or _DATE.fullmatch(text))


def _with_openings(rows: Sequence[_Row], loose: list[bool]) -> None:
    """Without lines: texts that stand alone before the first row of a table are paragraphs."""
    waiting: list[int] = []
    opens = True
    for at, row in enumerate(rows):
        if loose[at]:
            opens, waiting = True, []
        elif row.alone and not _CLAUSE.match(row.alone.text) and (opens or row.is_apart):
            opens = True
            waiting.append(at)
        else:
            for index in waiting if _is_head(row) else ():
                loose[index] = True
            opens, waiting = False, []
    for index in waiting if waiting and len(waiting) == len(rows) else ():
        loose[index] = True


def _is_head(row: _Row) -> bool:
    """Whether a row has several texts and no figure, as the head of a table."""
    return len(row.cells) > 1 and not any(_FIGURE.fullmatch(cell.text) for cell in row.cells)


def _begins_anew(rows: Sequence[_Row], loose: Sequence[bool], at: int) -> bool:
    """Whether, below empty rows, another table begins: with a head of its own."""
    for index in range(at, min(at + 3, len(rows))):
        if loose[index]:
            return True
        if len(rows[index].cells) > 1:
            return _is_head(rows[index])
    return False


# Tables.


def _table_of(rows: Sequence[_Row], sheet: Sheet, id: str) -> Table:
    """The rows as a grid; a position of it with nothing in it is a blank cell."""
    numbers = [row.number for row in rows]
    columns = sorted({cell.column for row in rows for cell in row.cells})
    if len(rows) * len(columns) > MAX_CELLS:
        raise too_complex()
    cells, taken = [], [bytearray(len(columns)) for _ in rows]
    area = 0
    for cell in (*(cell for row in rows for cell in row.cells), *_blank_spans(rows, sheet)):
        below = _within(numbers, cell.row, cell.last_row)
        across = _within(columns, cell.column, cell.last_column)
        if not below or not across or taken[below.start][across.start]:
            continue
        area += len(below) * len(across)
        if area > 2 * MAX_CELLS:  # ranges on one another
            raise too_complex()
        for line in below:
            taken[line][across.start : across.stop] = b"\x01" * len(across)
        cells.append(_placed(cell, below, across, sheet))
    for line, (row, filled) in enumerate(zip(rows, taken, strict=True)):
        place = filled.find(0)
        while place >= 0:
            where = Where(path=_address(sheet, row.number, columns[place]))
            cells.append(Cell(text="", row=line, column=place, where=where))
            place = filled.find(0, place + 1)
    first = rows[0].cells[0]
    return placed_to_grid(cells).table(id, where=_where(sheet, first))


def _is_all_heads(rows: Sequence[_Row], sheet: Sheet) -> bool:
    """Whether a table has heads and no figures: then what they stand over is the next row, in
    which nothing is filled in. Labels beside blank cells are no such heads."""
    cells = [cell for row in rows for cell in row.cells]
    if any(_FIGURE.fullmatch(cell.text) or _SAYS_NOTHING.fullmatch(cell.text) for cell in cells):
        return False
    if not 1 < len(rows) <= len(cells) <= _MOST_HEADS:
        return False
    end = _end_of(rows)
    columns = {cell.column for cell in cells}
    headed = {n for n in columns for cell in cells if _reaches(cell, end, n)}
    has_lines = any(cell.is_lined for cell in cells)
    return headed == columns and (not has_lines or end + 1 in sheet.lined_rows)


def _reaches(cell: Seen, row: int, column: int) -> bool:
    return cell.last_row >= row and cell.column <= column <= cell.last_column


def _end_of(rows: Sequence[_Row]) -> int:
    return max(max((cell.last_row for cell in row.cells), default=row.number) for row in rows)


def _within(lines: Sequence[int], first: int, last: int) -> range:
    """Which of the sorted lines lie from first to last."""
    start = bisect_left(lines, first)
    return range(start, bisect_right(lines, last, start))


def _blank_spans(rows: Sequence[_Row], sheet: Sheet) -> list[Seen]:
    """Merged ranges in which nothing is stored."""
    first, last = rows[0].number, rows[-1].number
    filled = {(cell.row, cell.column) for row in rows for cell in row.cells}
    return [
        Seen(row=top, column=left, last_row=bottom, last_column=right, text="")
        for top, bottom, left, right in sheet.merged
        if first <= top <= last and (top, left) not in filled
    ]


def _placed(cell: Seen, below: range, across: range, sheet: Sheet) -> Cell:
    where = _where(sheet, cell)
    return Cell(
        text=cell.text,
        row=below.start,
        column=across.start,
        rowspan=len(below),
        colspan=len(across),
        where=where,
        doubts=cell.doubts and tuple(replace(one, where=where) for one in cell.doubts),
    )


def _where(sheet: Sheet, cell: Seen) -> Where:
    return Where(path=_address(sheet, cell.row, cell.column))


def _address(sheet: Sheet, row: int, column: int) -> str:
    """As programs write it: `依申请公开!D7`."""
    return f"{sheet.name}!{column_name(column)}{row + 1}"
