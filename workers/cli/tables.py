"""Tables for people: as wide as the terminal, and whole lines where there is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.cli.harmless import harmless

#: Wide enough that nothing is folded when the table goes to a file or a pipe.
UNFOLDED = 400


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else UNFOLDED, highlight=False)


def table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None
) -> Table:
    """Cells are shown as they are: square brackets in a key are no markup, and what would
    move the cursor or break the line is left out."""
    made = Table(title=title, box=None, pad_edge=False, header_style="bold", title_justify="left")
    for head in heads:
        made.add_column(head, overflow="fold")
    for row in rows:
        made.add_row(*(escape(harmless(str(cell))) for cell in row))
    return made


def print_table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None
) -> None:
    console().print(table(heads, rows, title))
