"""Rows that say where their cells end, to placed cells; shared by the readers of RTF and of old
Word documents.

A row says where each of its cells ends, so a column of the grid begins wherever a cell of some
row does. Cells that are merged say that they begin or go on.

Source: Rich Text Format Specification 1.9.1, Table Definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from tasks.model.document import Where
from tasks.read.nesting import Content, Held
from tasks.read.placed import SLIVER, Placed, as_contents, merged_down

#: A row of exactly this height or less (twentieths of a point) shows nothing of its text.
_FLAT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSays:
    """What the definition of a row says of one of its cells."""

    #: Where it ends, in twentieths of a point.
    edge: int = 0
    #: Goes on from the cell before it.
    goes_on: bool = False
    begins_down: bool = False
    goes_on_down: bool = False
    #: The number of the colour behind, and the pattern over it.
    behind: int = 0
    pattern: int = 0


@dataclass(slots=True, kw_only=True)
class Definition:
    """A row as it is being defined; what is said before `\\cellx` is of the cell that it ends."""

    left: int = 0
    height: int = 0
    cells: list[CellSays] = field(default_factory=list)
    _next: CellSays = CellSays()

    def say(self, **said: Any) -> None:
        self._next = replace(self._next, **said)

    def end_cell(self, edge: int) -> None:
        self.cells.append(replace(self._next, edge=edge))
        self._next = CellSays()

    def edges(self) -> tuple[int, ...]:
        """From the left, one more than cells; () where they are in no order."""
        edges = (self.left, *(cell.edge for cell in self.cells))
        return edges if all(left < right for left, right in pairwise(edges)) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with its end."""

    edges: tuple[int, ...]
    says: tuple[CellSays, ...]
    cells: tuple[Held, ...]
    #: Exactly so high that nothing can be seen of its text.
    is_flat: bool = False


def row_of(definition: Definition, cells: Sequence[Held]) -> Row:
    return Row(
        edges=definition.edges(),
        says=tuple(definition.cells),
        cells=tuple(cells),
        is_flat=-_FLAT <= definition.height < 0,
    )


def table_of(rows: Sequence[Row], where: Where) -> list[Content]:
    """What the rows come to."""
    lines = _lines(rows)
    columns = {edge: number for number, line in enumerate(lines) for edge in line}
    placed = [list(_placed(row, columns, len(lines))) for row in rows]
    starts = tuple(line[0] for line in lines)
    return as_contents(merged_down(placed), len(placed), where, edges=starts)


def _lines(rows: Sequence[Row]) -> list[list[int]]:
    """The edges of all rows, those together that are one line of the grid.

    Programs round the edges of each row by itself. Between two edges of one line no cell stands,
    so no row has both.
    """
    rows_of: dict[int, set[int]] = {}
    for number, row in enumerate(rows):
        for edge in row.edges:
            rows_of.setdefault(edge, set()).add(number)
    lines: list[list[int]] = []
    taken: set[int] = set()
    for edge in sorted(rows_of):
        if lines and edge - lines[-1][0] <= SLIVER and not taken & rows_of[edge]:
            lines[-1].append(edge)
            taken |= rows_of[edge]
        else:
            lines.append([edge])
            taken = set(rows_of[edge])
    return lines


def _placed(row: Row, columns: dict[int, int], n_lines: int) -> Iterator[Placed]:
    """The cells of a row. Those beyond its definition, and all of a row that has none, stand in
    columns of their own and are not sure."""
    known = row.says if row.edges else ()
    last: Placed | None = None
    for number, held in enumerate(row.cells):
        if number >= len(known):
            held.unsure = True
            yield Placed(column=n_lines + number, span=1, held=held)
            continue
        says = known[number]
        left, right = columns[row.edges[number]], columns[row.edges[number + 1]]
        if last is not None and says.goes_on:
            last.span += right - left
            last.held.contents.extend(held.contents)
            last.held.unsure |= held.unsure
            continue
        if last is not None:
            yield last
        last = Placed(
            column=left,
            span=right - left,
            held=held,
            continues=says.goes_on_down,
            begins=says.begins_down,
        )
    if last is not None:
        yield last
