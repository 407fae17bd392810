"""What the writers of DOCX, ODT, RTF and old Word documents have in common: switches of styles that
mean the same in each, the styles that are only these, and how tables are laid out for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from samples.layout import LogicalCell, LogicalTable, pieces
from samples.style import Lost, Style
from samples.text import split_headers


@dataclass(frozen=True, slots=True, kw_only=True)
class WordStyle(Style):
    #: Narrow header cells in two lines.
    split: bool = False
    #: Figures were changed under revision: the deleted ones are still in the file.
    tracked: bool = False
    #: All inside one cell of a table for layout.
    nested: bool = False
    #: A table cut into several, as by a page break put in by hand.
    cut: bool = False
    #: Between the runs what is no text: hidden text, notes, comments, bookmarks, marks, fields.
    noise: bool = False

    def tables(self, table: LogicalTable) -> list[LogicalTable]:
        """Those that are written for one of the report."""
        return pieces(table, header=False) if self.cut else [table]

    def printed(self, table: LogicalTable, by: str) -> LogicalTable:
        """`by`: what breaks a line in a cell."""
        return split_headers(table, by) if self.split else table


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStyle(WordStyle):
    #: Text cut into several runs, each with its own look.
    runs: bool = False
    #: Headings numbered by a list, their numbers not in the text.
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckStyle(RunStyle):
    #: The old figure struck through beside the new one, or in white.
    struck: bool = False


# Styles that are nothing but one of these, for `OdtStyle(**TRACKED)`.
TRACKED: Final[dict[str, Any]] = {
    "name": "tracked", "about": "figures put in under revision", "tracked": True,
}  # fmt: skip
NESTED: Final[dict[str, Any]] = {
    "name": "nested", "about": "all inside a layout table", "nested": True,
}  # fmt: skip
NUMBERED: Final[dict[str, Any]] = {
    "name": "numbered", "about": "headings numbered by a list", "numbered": True,
}  # fmt: skip
STRUCK: Final[dict[str, Any]] = {
    "name": "struck", "about": "old figures struck through, or white", "struck": True,
}  # fmt: skip
PIECES: Final[dict[str, Any]] = {
    "name": "pieces", "about": "a table cut into several", "loses": frozenset({Lost.WHOLENESS}),
    "cut": True,
}  # fmt: skip


def in_runs(text: str, random: Random) -> Iterator[str]:
    """The text cut into runs of a few characters."""
    while text:
        size = random.randint(1, 4)
        yield text[:size]
        text = text[size:]


def rows_of(table: LogicalTable) -> list[list[tuple[LogicalCell, bool]]]:
    """The cells that each row has, from left to right, and whether they begin in it: of formats in
    which a cell that spans rows is there again in each of them."""
    rows: dict[int, list[tuple[LogicalCell, bool]]] = defaultdict(list)
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            rows[row].append((cell, row == cell.row))
    return [sorted(rows[row], key=lambda one: one[0].column) for row in sorted(rows)]


def kept_edges(table: LogicalTable) -> set[int]:
    """The columns at the sides of cells that span rows: all rows draw them alike."""
    spanning = [cell for cell in table.cells if cell.rowspan > 1]
    return {edge for cell in spanning for edge in (cell.column, cell.column + cell.colspan)}
