"""Tables drawn as text, so that a test shows the grid that it means.

A cell is written where it begins; `<` goes on from the left, `^` from above, `.` is a
position that no cell covers, `_` a cell with no text.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tasks.model.document import Document, Paragraph, Table
from tasks.read.grid import Span


def drawn(table: Table) -> str:
    rows = []
    for r, row in enumerate(table.grid()):
        marks = []
        for c, cell in enumerate(row):
            if cell is None:
                marks.append(".")
            elif cell.row < r:
                marks.append("^")
            elif cell.column < c:
                marks.append("<")
            else:
                marks.append(cell.text.replace("\n", "/").replace(" ", "~") or "_")
        rows.append(" ".join(marks))
    return "\n".join(rows)


def lines(picture: str) -> str:
    """A picture as it is indented in a test."""
    return "\n".join(" ".join(line.split()) for line in picture.strip().splitlines())


def outline(document: Document) -> list[str]:
    """The blocks in order: text of paragraphs, and tables as `[first row of the drawing]`."""
    return [
        block.text if isinstance(block, Paragraph) else f"[{drawn(block).splitlines()[0]}]"
        for block in document.blocks
    ]


@st.composite
def grids(draw: st.DrawFn) -> list[list[Span]]:
    """Rows of cells that tile a rectangle: what a person can draw."""
    n_rows, n_columns = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    taken: set[tuple[int, int]] = set()
    rows: list[list[Span]] = []
    for row in range(n_rows):
        rows.append([])
        for column in range(n_columns):
            if (row, column) in taken:
                continue
            rowspan = draw(st.integers(1, n_rows - row))
            widest = next((c for c in range(column, n_columns) if (row, c) in taken), n_columns)
            colspan = draw(st.integers(1, widest - column))
            taken |= {(row + r, column + c) for r in range(rowspan) for c in range(colspan)}
            text = draw(st.sampled_from(["", "0", "规章", "行政\n许可", "<b>&", "1 2"]))
            rows[-1].append(Span(text=text, rowspan=rowspan, colspan=colspan))
    return rows
