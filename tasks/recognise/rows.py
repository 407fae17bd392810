"""Tables of a document -> rows, told apart by the table of the form they belong to.

One table of the form may be cut into several of the document, and several may be joined
into one; rows are what survives both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tasks.model.document import Cell, Table
from tasks.recognise.blanks import keep_place
from tasks.says.amounts import is_bare_change, looks_like_value
from tasks.says.labels import key
from tasks.says.vocabulary import any_column_label, any_row_label, table_of

#: What stands before the numbers of columns.
_COUNTING = frozenset({"甲", "乙", "栏次", "列次", "序号"})
#: A block of table 四 has so many columns.
_FEWEST_COLUMN_NUMBERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table of the document."""

    table: Table
    index: int
    #: The grid's row: a spanning cell at each of its positions, None where there is no cell.
    grid: tuple[Cell | None, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells standing in this row, each once, those that hang down from above included."""
        seen: dict[int, Cell] = {id(cell): cell for cell in self.grid if cell is not None}
        return tuple(seen.values())

    @property
    def own(self) -> tuple[Cell, ...]:
        """The cells that begin in this row."""
        return tuple(cell for cell in self.cells if cell.row == self.index)

    def counts_columns(self) -> bool:
        """Whether its figures are the numbers of its columns; no sums tie so."""
        texts = [cell.text.strip() for cell in self.own if cell.text.strip()]
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
        if not is_bare_change(cell.text):
            return looks_like_value(cell.text)
        before = (one.text for one in self.own if one.column < cell.column)
        return any(any_row_label("disclosure").match(text) for text in before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Consecutive rows of one table of the document that belong to one table of the form."""

    table: Table
    rows: tuple[Row, ...]
    #: Number of labels that said so.
    votes: int
    #: Whether the document shows that blank cells kept their place where that is not sure.
    blanks_kept: bool = False
    #: Nothing stands behind it in the document: its last row may be cut short.
    at_end: bool = False


def table_rows(table: Table) -> tuple[Row, ...]:
    return tuple(
        Row(table=table, index=index, grid=line) for index, line in enumerate(table.grid())
    )


def cells_by_row(table: Table) -> list[list[Cell]]:
    """The cells that begin in each row, in their order."""
    rows: list[list[Cell]] = [[] for _ in range(table.n_rows)]
    for cell in table.cells:
        rows[cell.row].append(cell)
    return rows


def tables_to_segments(
    tables: Iterable[Table], *, at_end: Table | None = None
) -> Mapping[str, tuple[Segment, ...]]:
    """table of the form -> its segments in reading order. `at_end`: the table that the document
    ends with, None where something follows.

    A table without any label of the form is a continuation where it has the columns of the
    segment before it and holds figures; else it is none of ours.
    """
    tables = tuple(tables)
    kept = keep_place(tables)
    found: dict[str, list[Segment]] = {}
    last: tuple[str, Segment] | None = None
    for table in tables:
        cut = _table_to_segments(table)
        if not cut and last and _continues(last[1], table):
            cut = [(last[0], Segment(table=table, rows=table_rows(table), votes=0))]
        for at, (name, segment) in enumerate(cut, 1):
            ends = table is at_end and at == len(cut)
            told = replace(segment, blanks_kept=kept, at_end=ends)
            found.setdefault(name, []).append(told)
        last = cut[-1] if cut else None
    return {name: tuple(segments) for name, segments in found.items()}


def _continues(before: Segment, table: Table) -> bool:
    figures = sum(looks_like_value(cell.text) for cell in table.cells)
    filled = sum(bool(cell.text.strip()) for cell in table.cells)
    return table.n_columns == before.table.n_columns and filled > 0 and figures * 2 >= filled


def _table_to_segments(table: Table) -> list[tuple[str, Segment]]:
    rows = [row for row in table_rows(table) if not row.counts_columns()]
    votes = [spoken_of(row) for row in rows]
    if not any(votes):
        return []
    names = _filled(votes)
    segments: list[tuple[str, Segment]] = []
    for name, group in groupby(zip(names, rows, votes, strict=True), key=lambda item: item[0]):
        members = list(group)
        segments.append(
            (
                name,
                Segment(
                    table=table,
                    rows=tuple(row for _, row, _ in members),
                    votes=sum(vote is not None for _, _, vote in members),
                ),
            )
        )
    return segments


def turned(segment: Segment) -> Segment:
    """The rows of a segment as columns; addresses are those of the table in the document."""
    cells = sorted(
        (
            replace(
                cell.moved(row=cell.column, column=cell.row),
                rowspan=cell.colspan,
                colspan=cell.rowspan,
            )
            for row in segment.rows
            for cell in row.own
        ),
        key=lambda cell: (cell.row, cell.column),
    )
    table = segment.table
    on_its_side = Table(
        id=table.id,
        n_rows=table.n_columns,
        n_columns=table.n_rows,
        cells=tuple(cells),
        where=table.where,
    )
    return replace(segment, table=on_its_side, rows=table_rows(on_its_side))


#: Rows' labels have so many Chinese characters, but for few.
_LABEL_LENGTH = 4
HAN = re.compile(r"[\u3400-\u9fff]")
#: The number of a label, `1.` or `（1）`.
NUMBERED = re.compile(r"\s*[(（]?\s*\d{1,2}\s*[.．、)）]")


def may_say_row(text: str) -> bool:
    """Not a piece of a label, as narrow columns cut it: `三、本`, `年度办`."""
    return len(HAN.findall(text)) >= _LABEL_LENGTH


def hides_figures(text: str) -> bool:
    """Whether a text that is no figure has digits in it that number nothing."""
    return bool(re.search(r"\d", NUMBERED.sub("", text, count=1)))


#: Signs of a text that draws a table or ends a line; any other may stand for a figure.
DRAWN = re.compile(r"[\s|+=*_:：.。·…,，;；、()（）\[\]【】<>《》“”\"'‘’•●○◆◇▪-]*")
#: What is left of a figure, or its unit beside it, is no longer, in signs.
_LONGEST_FIGURE = 14
#: A day, a year, a page, a law's clause.
_COUNTS_NOTHING = re.compile(r"[年月日页第条章注]")


def may_be_figure(text: str) -> bool:
    """Whether a text that is not read as a figure may be one all the same, spoilt or written in
    a way that is not known: `?3`, `■`, `约52万元`; no label, no date, no remark."""
    text = text.strip()
    if not text or len(text) > _LONGEST_FIGURE or table_of(text) or NUMBERED.match(text):
        return False
    if not HAN.search(text):
        return not DRAWN.fullmatch(text)
    return hides_figures(text) and not _COUNTS_NOTHING.search(text)


def spoken_of(row: Row) -> str | None:
    """The table of the form that most labels of the row tell of; of equals the first."""
    told = [name for cell in row.own if cell.text.strip() and (name := table_of(cell.text))]
    return Counter(told).most_common(1)[0][0] if told else None


def _filled(votes: list[str | None]) -> list[str]:
    """Rows that tell nothing go with the row above, the first ones with the row below."""
    first = next(vote for vote in votes if vote)
    names: list[str] = []
    for vote in votes:
        names.append(vote or (names[-1] if names else first))
    for at in range(1, len(names) - 1):
        if names[at - 1] == names[at + 1]:
            names[at] = names[at - 1]  # half a label may sound like one of another table
    return names


def lines_of(table: str, segment: Segment) -> set[str]:
    """The lines whose labels stand in the segment; 其他 and 总计 in a header are none."""
    labels, columns = any_row_label(table), any_column_label(table)
    heads = {
        row.index for row in segment.rows if sum(bool(columns.match(c.text)) for c in row.own) > 1
    }
    found = (
        labels.match(cell.text)
        for row in segment.rows
        for cell in row.own
        if not (row.index in heads and columns.match(cell.text))
    )
    return {match.id for match in found if match}


#: So many lines again, and more than half of what a table says: it is another copy.
_FEWEST_AGAIN = 3


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
