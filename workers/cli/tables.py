"""Tables for people: a line a row, or, on a terminal that is too narrow for it, a few lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.cli.columns import folded, padded, terminal_width, width
from workers.cli.harmless import harmless

#: Wide enough that nothing is folded when the table goes to a file or a pipe.
UNFOLDED = 400
_GAP = 2


def print_table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], *, heading: int = 0
) -> None:
    """Cells are shown as they are: square brackets in a key are no markup, and what would
    move the cursor or break the line is left out. `heading`: the column that a row goes by."""
    shown = [[harmless(str(cell)) for cell in row] for row in rows]
    console = Console(width=None if sys.stdout.isatty() else UNFOLDED, highlight=False)
    if sys.stdout.isatty() and _width(heads, shown) > console.width:
        for line in stacked(heads, shown, terminal_width(), heading=heading):
            print(line)
        return
    console.print(_table(heads, shown))


def stacked(
    heads: Sequence[str], rows: Sequence[Sequence[str]], columns: int, *, heading: int = 0
) -> Iterator[str]:
    """Each row as its heading and, below it, its other cells with their heads; an empty cell
    has no line."""
    first = max(width(head) for head in heads) + 2 * _GAP
    for row in rows:
        yield from folded(row[heading], columns, " " * _GAP)
        for number, (head, cell) in enumerate(zip(heads, row, strict=True)):
            if cell and number != heading:
                before = padded(" " * _GAP + head, first)
                yield from folded(before + cell, columns, " " * first)


def _width(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Columns that the table takes."""
    widest = [max(map(width, cells)) for cells in zip(heads, *rows, strict=True)]
    return sum(widest) + _GAP * (len(widest) - 1)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    made = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        made.add_column(head, overflow="fold")
    for row in rows:
        made.add_row(*map(escape, row))
    return made
