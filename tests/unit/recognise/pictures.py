"""Tables of the form drawn as text, and the figures read from them drawn back.

A line is a row, cells are parted by `|`. `<` goes on from the left, `^` from above, `.` is a
position that no cell covers; nothing at all is a cell with no text.
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.model.document import Cell, Table
from tasks.model.report import Kind, PlacedBy, Value
from tasks.recognise.rows import tables_to_segments
from tasks.recognise.values import TableReading, read_table


def table(picture: str, *, id: str = "t1", columns_sure: bool = True) -> Table:
    rows = [
        [text.strip() for text in line.split("|")]
        for line in (line.strip() for line in picture.strip().splitlines())
        if line
    ]
    width = max(map(len, rows))
    rows = [row + ["."] * (width - len(row)) for row in rows]
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("<", "^", "."):
                continue
            colspan = 1 + _run(row[c + 1 :], "<")
            rowspan = 1 + _run([below[c] for below in rows[r + 1 :]], "^")
            cell = Cell(
                text=text.replace("~", "\n"), row=r, column=c, rowspan=rowspan, colspan=colspan
            )
            cells.append(cell)
    return Table(
        id=id, n_rows=len(rows), n_columns=width, cells=tuple(cells), columns_sure=columns_sure
    )


def _run(texts: list[str], sign: str) -> int:
    return next((at for at, text in enumerate(texts) if text != sign), len(texts))


def reading(
    name: str, *pictures: str | Table, sure: bool = True, year: int | None = 2023
) -> TableReading:
    """What is made of the pictures as pieces of one table of the form."""
    tables = [
        picture
        if isinstance(picture, Table)
        else table(picture, id=f"t{number}", columns_sure=sure)
        for number, picture in enumerate(pictures, 1)
    ]
    found = read_table(name, tables_to_segments(tables)[name], year)
    assert found is not None
    return found


def figures(found: TableReading, row: str) -> str:
    """`12 _ / ? .`: blank, dash, unreadable, absent; `~` before what was placed by order."""
    return drawn(found.values[row].values())


def drawn(values: Iterable[Value]) -> str:
    return " ".join(map(_drawn, values))


def _drawn(value: Value) -> str:
    signs = {Kind.BLANK: "_", Kind.DASH: "/", Kind.UNREADABLE: "?", Kind.ABSENT: "."}
    mark = {PlacedBy.LABEL: "", PlacedBy.ORDER: "~", PlacedBy.RELATIONS: "="}[value.placed_by]
    return mark + signs.get(value.kind, str(value.value))


def rules(found: TableReading) -> set[str]:
    return {finding.rule for finding in found.findings}
