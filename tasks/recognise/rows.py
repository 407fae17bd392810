"""Tables of a document -> rows, told apart by the table of the form they belong to.

One table of the form may be cut into several of the document, and several may be joined
into one; rows are what survives both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tasks.model.document import Cell, Paragraph, Table
from tasks.says.amounts import is_bare_change, looks_like_value
from tasks.says.figures import may_be_figure, rows_of_changes
from tasks.says.labels import key
from tasks.says.vocabulary import any_column_label, any_row_label, table_of

#: What stands before the numbers of columns.
_COUNTING = frozenset({"甲", "乙", "栏次", "列次", "序号"})
#: Fewer figures than this count by chance: 1, 2 and 3 are a row as well.
_FEWEST_COLUMN_NUMBERS = 5
#: Signs of a page, at least.
_WHOLE_PAGE = 1200
#: So many lines again, and more than half of what a table says: it is another copy.
_FEWEST_AGAIN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table of the document."""

    table: Table
    index: int
    #: The grid's row: a spanning cell at each of its positions, None where there is no cell.
    grid: tuple[Cell | None, ...]
    #: The cells standing in this row, each once, those that hang down from above included.
    cells: tuple[Cell, ...]
    #: The cells that begin in this row.
    own: tuple[Cell, ...]
    #: The row's own cells behind its labels, blank ones included. What is left of a figure (`?`)
    #: is no label, or its row would be one cell short.
    behind: tuple[Cell, ...]

    def counts_columns(self) -> bool:
        """Whether its figures are the numbers of its columns; no sums tie so."""
        texts = [cell.text.strip() for cell in filled(self.own)]
        numbers = [text for text in texts if text.isdecimal()]
        return (
            self.table.columns_sure
            and len(numbers) >= _FEWEST_COLUMN_NUMBERS
            and numbers == [str(number) for number in range(1, len(numbers) + 1)]
            and all(text.isdecimal() or key(text) in _COUNTING for text in texts)
        )

    def has_values(self) -> bool:
        return any(looks_like_value(cell.text) for cell in self.own)

    def is_figure(self, cell: Cell) -> bool:
        """Whether a cell holds a figure, or 增 behind the label of a row: a figure left out."""
        return _is_figure(cell, self.own)

    def may_be_figure(self, cell: Cell) -> bool:
        """Whether a cell holds a figure or what may be one."""
        return self.is_figure(cell) or _may_be(cell)


def _is_figure(cell: Cell, own: Iterable[Cell]) -> bool:
    if not is_bare_change(cell.text):
        return looks_like_value(cell.text)
    before = (one.text for one in own if one.column < cell.column)
    return any(rows_of_changes().match(text) for text in before)


def _may_be(cell: Cell) -> bool:
    return may_be_figure(cell.text)


def filled(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells that have a text."""
    return tuple(cell for cell in cells if cell.text.strip())


def seen_in(cells: Iterable[Cell]) -> str:
    """What cells say, for people."""
    return " ".join(cell.text for cell in filled(cells))


def reach(cell: Cell) -> range:
    """The grid columns that a cell takes."""
    return range(cell.column, cell.column + cell.colspan)


def meet(one: range, other: range) -> bool:
    """Whether two reaches have a grid column in common."""
    return one.start < other.stop and other.start < one.stop


def table_rows(table: Table) -> tuple[Row, ...]:
    return tuple(_row(table, index, line) for index, line in enumerate(table.grid()))


def _row(table: Table, index: int, line: tuple[Cell | None, ...]) -> Row:
    cells = distinct(line)
    own = tuple(cell for cell in cells if cell.row == index)
    first = 0
    for at, cell in enumerate(own):
        if cell.text.strip() and not _is_figure(cell, own) and not (at and _may_be(cell)):
            first = at + 1
    return Row(table=table, index=index, grid=line, cells=cells, own=own, behind=own[first:])


def distinct(line: Iterable[Cell | None]) -> tuple[Cell, ...]:
    """The cells of a grid's row or of a piece of it, each once."""
    cells: list[Cell] = []
    before: Cell | None = None
    for cell in line:
        if cell is not None and cell is not before:
            cells.append(cell)
        before = cell
    return tuple(cells)


def is_long_line(block: Paragraph) -> bool:
    """Whether it may be a page that lost the ends of its lines."""
    return len(block.text) >= _WHOLE_PAGE and "\n" not in block.text


def cells_by_row(table: Table) -> list[list[Cell]]:
    """The cells that begin in each row, in their order."""
    rows: list[list[Cell]] = [[] for _ in range(table.n_rows)]
    for cell in table.cells:
        rows[cell.row].append(cell)
    return rows


# Segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Consecutive rows of one table of the document that belong to one table of the form."""

    table: Table
    rows: tuple[Row, ...]
    #: Whether the document shows that blank cells kept their place where that is not sure.
    blanks_kept: bool = False
    #: Nothing stands behind it in the document: its last row may be cut short.
    at_end: bool = False


def tables_to_segments(
    tables: Iterable[Table], *, at_end: Table | None = None
) -> Mapping[str, tuple[Segment, ...]]:
    """table of the form -> its segments in reading order. `at_end`: the table that the document
    ends with, None where something follows.

    A table without any label of the form is a continuation where it has the columns of the
    segment before it and holds figures; else it is none of ours.
    """
    tables = tuple(tables)
    kept = _keep_blanks(tables)
    found: dict[str, list[Segment]] = {}
    last: tuple[str, Segment] | None = None
    for table in tables:
        cut = _table_to_segments(table)
        if not cut and last and _continues(last[1], table):
            cut = [(last[0], Segment(table=table, rows=table_rows(table)))]
        for at, (name, segment) in enumerate(cut, 1):
            ends = table is at_end and at == len(cut)
            told = replace(segment, blanks_kept=kept, at_end=ends)
            found.setdefault(name, []).append(told)
        last = cut[-1] if cut else None
    return {name: tuple(segments) for name, segments in found.items()}


def _keep_blanks(tables: Iterable[Table]) -> bool:
    """Whether a blank of some table whose columns are only an order surely stands where it stood,
    between two figures: one program wrote them all. A table whose blanks are sure by themselves
    says it of the others."""
    rows = (row for table in tables if not table.columns_sure for row in cells_by_row(table))
    return any(_stands_between(row) for row in rows)


def _stands_between(cells: Sequence[Cell]) -> bool:
    """Whether a blank stands between two figures."""
    figures = [at for at, cell in enumerate(cells) if looks_like_value(cell.text)]
    return bool(figures) and any(not cell.text.strip() for cell in cells[figures[0] : figures[-1]])


def _continues(before: Segment, table: Table) -> bool:
    figures = sum(looks_like_value(cell.text) for cell in table.cells)
    n_filled = len(filled(table.cells))
    return table.n_columns == before.table.n_columns and n_filled > 0 and figures * 2 >= n_filled


def _table_to_segments(table: Table) -> list[tuple[str, Segment]]:
    rows = [row for row in table_rows(table) if not row.counts_columns()]
    told = list(map(spoken_of, rows))
    if not any(told):
        return []
    pairs = zip(_with_silent(told), rows, strict=True)
    return [
        (name, Segment(table=table, rows=tuple(row for _, row in members)))
        for name, members in groupby(pairs, key=lambda pair: pair[0])
    ]


def spoken_of(row: Row) -> str | None:
    """The table of the form that most labels of the row tell of; of equals the first."""
    told = [name for cell in row.own if cell.text.strip() and (name := table_of(cell.text))]
    return Counter(told).most_common(1)[0][0] if told else None


def _with_silent(told: Sequence[str | None]) -> list[str]:
    """Rows that tell nothing go with the row above, the first ones with the row below."""
    first = next(name for name in told if name)
    names: list[str] = []
    for name in told:
        names.append(name or (names[-1] if names else first))
    for at in range(1, len(names) - 1):
        if names[at - 1] == names[at + 1]:
            names[at] = names[at - 1]  # half a label may sound like one of another table
    return names


def turned(segment: Segment) -> Segment:
    """The rows of a segment as columns; addresses are those of the table in the document."""
    cells = (
        replace(
            cell.moved(row=cell.column, column=cell.row),
            rowspan=cell.colspan,
            colspan=cell.rowspan,
        )
        for row in segment.rows
        for cell in row.own
    )
    table = segment.table
    on_its_side = Table(
        id=table.id,
        n_rows=table.n_columns,
        n_columns=table.n_rows,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        where=table.where,
    )
    return replace(segment, table=on_its_side, rows=table_rows(on_its_side))


def lines_of(table: str, segment: Segment) -> set[str]:
    """The lines whose labels stand in the segment; 其他 and 总计 in a header are none."""
    labels, columns = any_row_label(table), any_column_label(table)
    found = []
    for row in segment.rows:
        heads = [cell for cell in row.own if columns.match(cell.text)]
        said = [cell for cell in row.own if len(heads) < 2 or cell not in heads]
        found += [labels.match(cell.text) for cell in said]
    return {match.id for match in found if match}


def copies(table: str, segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments parted where the table of the form begins anew: printed twice, for two kinds
    of screens, or with last year's."""
    found: list[list[Segment]] = [[]]
    covered: set[str] = set()
    heads: list[Segment] = []
    for segment in segments:
        lines = lines_of(table, segment)
        if not lines and not any(row.has_values() for row in segment.rows):
            heads.append(segment)
            continue
        again = len(lines & covered)
        if again >= _FEWEST_AGAIN and again * 2 > len(lines):
            found.append([])
            covered = set()
        found[-1] += [*heads, segment]
        heads = []
        covered |= lines
    found[-1] += heads
    return found
