"""What becomes of tables within tables; shared by the readers of markup.

Pages and letters are laid out with tables. A layout table is poured out: its text becomes
paragraphs, the tables in it stand for themselves. A data table with a table in one of its
cells is kept, and the inner table follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tasks.model.document import Block, Doubt, Paragraph, Where
from tasks.read.grid import Grid, Span

_NOWHERE = Where()

#: A cell with as much text as this, in a table of so few cells with text, is a page column.
ARTICLE_CHARACTERS = 800
ARTICLE_CELLS = 4
#: A table that holds tables is data only with so many plain cells, and so many to each cell
#: that holds a table.
DATA_PLAIN_CELLS = 4
DATA_PLAIN_TO_HOLDING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A block of text."""

    text: str
    where: Where = _NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A table that holds data."""

    grid: Grid
    caption: str = ""
    where: Where = _NOWHERE


Content = Loose | Data


@dataclass(slots=True, kw_only=True)
class Held:
    """A cell with what it holds, before anyone knows whether its table is data or layout."""

    contents: list[Content] = field(default_factory=list)
    rowspan: int = 1
    colspan: int = 1
    where: Where = _NOWHERE
    doubts: tuple[Doubt, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(item.text for item in self.contents if isinstance(item, Loose))

    def tables(self) -> list[Data]:
        return [item for item in self.contents if isinstance(item, Data)]

    def holds_data(self) -> bool:
        """Whether some table in this cell has anything in it."""
        return any(cell.text for table in self.tables() for cell in table.grid.cells)

    def span(self) -> Span:
        return Span(
            text=self.text,
            rowspan=self.rowspan,
            colspan=self.colspan,
            where=self.where,
            doubts=self.doubts,
        )


def is_layout(rows: Sequence[Sequence[Held]]) -> bool:
    """Whether a table only puts things in their places, or keeps a place free."""
    cells = [cell for row in rows for cell in row]
    filled = [cell for cell in cells if cell.contents]
    if len(cells) <= 1 or not filled:
        return True
    if any(cell.holds_data() for cell in filled):
        return not _is_data_around(rows)
    if len(filled) == 1 and len(cells) <= ARTICLE_CELLS:
        return True
    longest = max((len(cell.text) for cell in filled), default=0)
    return len(filled) <= ARTICLE_CELLS and longest >= ARTICLE_CHARACTERS


def _is_data_around(rows: Sequence[Sequence[Held]]) -> bool:
    """Whether a table that holds tables says something in columns itself."""
    holding = sum(cell.holds_data() for row in rows for cell in row)
    plain = [sum(bool(cell.text) and not cell.holds_data() for cell in row) for row in rows]
    return (
        sum(plain) >= max(DATA_PLAIN_CELLS, DATA_PLAIN_TO_HOLDING * holding)
        and sum(count >= 2 for count in plain) >= 2
    )


def poured(rows: Iterable[Iterable[Held]]) -> list[Content]:
    """What a layout table holds, in reading order."""
    return [item for row in rows for cell in row for item in cell.contents]


def kept(grid: Grid, rows: Iterable[Iterable[Held]], caption: str, where: Where) -> list[Content]:
    """A data table, then the tables in its cells."""
    inner = [table for row in rows for cell in row for table in cell.tables()]
    return [Data(grid=grid, caption=caption, where=where), *inner]


def blocks(contents: Iterable[Content]) -> tuple[Block, ...]:
    """Paragraphs and tables, the tables numbered in reading order."""
    made: list[Block] = []
    tables = 0
    for item in contents:
        if isinstance(item, Loose):
            made.append(Paragraph(text=item.text, where=item.where))
        elif item.grid.cells:
            tables += 1
            made.append(item.grid.table(f"t{tables}", caption=item.caption, where=item.where))
    return tuple(made)
