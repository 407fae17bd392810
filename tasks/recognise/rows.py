"""Tables of a document -> rows, told apart by the table of the form they belong to.

One table of the form may be cut into several of the document, and several may be joined
into one; rows are what survives both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from tasks.model.document import Cell, Table
from tasks.recognise.amounts import looks_like_value
from tasks.recognise.vocabulary import table_of


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

    def has_values(self) -> bool:
        return any(looks_like_value(cell.text) for cell in self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Consecutive rows of one table of the document that belong to one table of the form."""

    table: Table
    rows: tuple[Row, ...]
    #: Number of labels that said so.
    votes: int


def table_rows(table: Table) -> tuple[Row, ...]:
    return tuple(
        Row(table=table, index=index, grid=line) for index, line in enumerate(table.grid())
    )


def tables_to_segments(tables: Iterable[Table]) -> Mapping[str, tuple[Segment, ...]]:
    """table of the form -> its segments in reading order.

    A table without any label of the form is a continuation where it has the columns of the
    segment before it and holds figures; else it is none of ours.
    """
    found: dict[str, list[Segment]] = {}
    last: tuple[str, Segment] | None = None
    for table in tables:
        cut = _table_to_segments(table)
        if not cut and last and _continues(last[1], table):
            cut = [(last[0], Segment(table=table, rows=table_rows(table), votes=0))]
        for name, segment in cut:
            found.setdefault(name, []).append(segment)
        last = cut[-1] if cut else None
    return {name: tuple(segments) for name, segments in found.items()}


def _continues(before: Segment, table: Table) -> bool:
    figures = sum(looks_like_value(cell.text) for cell in table.cells)
    filled = sum(bool(cell.text.strip()) for cell in table.cells)
    return table.n_columns == before.table.n_columns and filled > 0 and figures * 2 >= filled


def _table_to_segments(table: Table) -> list[tuple[str, Segment]]:
    rows = table_rows(table)
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


def spoken_of(row: Row) -> str | None:
    """The table of the form that most labels of the row tell of."""
    told = [name for cell in row.own if cell.text.strip() and (name := table_of(cell.text))]
    return max(set(told), key=told.count) if told else None


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
