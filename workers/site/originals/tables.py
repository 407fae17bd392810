"""The tables of a document as they were read, for a format that is not shown itself
(`place.way_of`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.render.result import Envelope
from workers.site.originals.place import Place

#: Positions that are shown, the chosen cell's table among them.
MOST_POSITIONS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    text: str
    rowspan: int = 1
    colspan: int = 1
    is_marked: bool = False
    #: No cell stands there: its row is shorter than the table.
    is_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    id: str
    caption: str
    #: Number of the first row that is shown, from 1; rows of the whole table.
    first_row: int
    n_rows: int
    #: Rows × the cells that begin in them.
    rows: tuple[tuple[ShownCell, ...], ...]


def tables(envelope: Envelope, place: Place) -> tuple[ShownTable, ...]:
    """All tables in their order. Of more than can be shown, the chosen cell's and those that
    come first; of one that is too long itself, the rows around the cell."""
    chosen = sorted(envelope["tables"], key=lambda table: table["id"] != place.table)
    left = MOST_POSITIONS
    shown: dict[str, ShownTable] = {}
    for table in chosen:
        fitting = max(left // max(table["n_columns"], 1), 0)
        if not shown:
            fitting = max(fitting, 1)
        elif fitting < table["n_rows"]:
            continue
        one = _shown(table, place, fitting)
        left -= len(one.rows) * table["n_columns"]
        shown[table["id"]] = one
    return tuple(shown[table["id"]] for table in envelope["tables"] if table["id"] in shown)


def _shown(table: dict[str, Any], place: Place, most_rows: int) -> ShownTable:
    marked = place.row if place.exact and table["id"] == place.table else None
    first = max(min((marked or 0) - most_rows // 2, table["n_rows"] - most_rows), 0)
    end = min(first + most_rows, table["n_rows"])
    return ShownTable(
        id=table["id"],
        caption=table["caption"],
        first_row=first + 1,
        n_rows=table["n_rows"],
        rows=tuple(tuple(row) for row in _rows(table, place, first, end)),
    )


def _rows(
    table: dict[str, Any], place: Place, first: int, end: int
) -> Iterator[Iterator[ShownCell]]:
    """Rows from `first` to before `end`; a cell that reaches in from above begins there."""
    begins: dict[tuple[int, int], ShownCell] = {}
    covered: set[tuple[int, int]] = set()
    for cell in table["cells"]:
        top, bottom = max(cell["row"], first), min(cell["row"] + cell["rowspan"], end)
        if top >= bottom:
            continue
        columns = range(cell["column"], cell["column"] + cell["colspan"])
        covered |= {(row, column) for row in range(top, bottom) for column in columns}
        begins[top, cell["column"]] = ShownCell(
            text=cell["text"],
            rowspan=bottom - top,
            colspan=cell["colspan"],
            is_marked=place.exact
            and (table["id"], cell["row"], cell["column"])
            == (place.table, place.row, place.column),
        )
    for row in range(first, end):
        places = ((row, column) for column in range(table["n_columns"]))
        yield (
            begins.get(at) or ShownCell(text="", is_gap=True)
            for at in places
            if at in begins or at not in covered
        )
