"""Tables whose columns are only an order -> whether blank cells kept their place in them.

Some converters drop blank cells and close the row with as many signs; behind the last figure a
blank and such a sign look alike. What the rows show together decides it: a blank between two
figures kept its place, and then one at the end of a row did, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tasks.model.document import Cell, Table
from tasks.recognise.amounts import looks_like_value


def keep_place(tables: Iterable[Table]) -> bool:
    """Whether a blank cell of some table surely stands where it stood."""
    return any(_shows_blank(table) for table in tables if not table.blanks_sure)


def _shows_blank(table: Table) -> bool:
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    return any(_stands_between(row) for row in rows.values())


def _stands_between(cells: Sequence[Cell]) -> bool:
    """Whether a blank stands between two figures."""
    figures = [at for at, cell in enumerate(cells) if looks_like_value(cell.text)]
    return bool(figures) and any(not cell.text.strip() for cell in cells[figures[0] : figures[-1]])


def ends_in_doubt(cells: Sequence[Cell]) -> bool:
    """Whether figures are followed by blanks, which may be signs that close the row."""
    return bool(cells) and not cells[-1].text.strip() and any(c.text.strip() for c in cells)
