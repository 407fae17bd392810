"""Tables drawn as text, so that a test shows the grid that it means.

A cell is written where it begins; `<` goes on from the left, `^` from above, `.` is a
position that no cell covers, `_` a cell with no text.
"""

from __future__ import annotations

from tasks.model.document import Document, Paragraph, Table


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
