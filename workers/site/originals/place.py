"""Where in its document a cell stands: the envelope and a dotted id -> Place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any, assert_never

from tasks.forms.annual_report import FORM
from tasks.model.document import Format, Where
from tasks.render.result import Envelope

_ADDRESS = re.compile(r"(?P<table>.+)/r(?P<row>\d+)c(?P<column>\d+)")


class Way(StrEnum):
    """How an original is shown; templates ask for it by its value."""

    #: A page of it as a picture, with a frame around the cell.
    IMAGE = auto()
    #: A page in a frame.
    PAGE = auto()
    LINES = auto()
    #: Not itself: its tables as they were read, from the envelope.
    TABLES = auto()


def way_of(format: Format) -> Way:
    match format:
        case Format.PDF | Format.IMAGE:
            return Way.IMAGE
        case Format.HTML:
            return Way.PAGE
        case Format.TEXT:
            return Way.LINES
        case (
            Format.DOCX
            | Format.DOC
            | Format.ODT
            | Format.RTF
            | Format.OFD
            | Format.XLSX
            | Format.XLS
            # Of these there is nothing to see: a page about them lists their members.
            | Format.ARCHIVE
            | Format.MAIL
        ):
            return Way.TABLES
        case _:
            assert_never(format)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to open a document, and whether the chosen cell itself is there to be marked."""

    format: Format
    #: The cell's place; where it has none, that where its table begins, or nothing.
    where: Where = field(default_factory=Where)
    #: `where` is the cell's own.
    exact: bool = False
    #: Text of the cell as it was read.
    text: str = ""
    #: The table that it stands in, `p3/t1`; row and column in it, from 0, if it is `exact`.
    table: str | None = None
    row: int | None = None
    column: int | None = None


def original(envelope: Envelope, cell: str | None) -> Place:
    """`cell`: a dotted id, `requests.new.total`. A cell that has no place, as one that is absent,
    is looked for where its row, else its table begins; else the document is opened."""
    format = Format(envelope["document"]["format"])
    if cell is None:
        return Place(format=format)
    tables = {table["id"]: table for table in envelope["tables"]}
    own, *near = _addresses(envelope.get("report") or {}, cell)
    found = _cell_at(tables, own)
    if found is not None:
        table, said = found
        return Place(
            format=format,
            where=_where(said),
            exact=True,
            text=said["text"],
            table=table["id"],
            row=said["row"],
            column=said["column"],
        )
    for address in near:
        if beside := _cell_at(tables, address):
            table, _ = beside
            return Place(format=format, where=_beginning(table), table=table["id"])
    return Place(format=format)


def _addresses(report: dict[str, Any], cell: str) -> Iterator[str | None]:
    """Of the cell, then of those in its row, then of those in its table of the form."""
    table, row, column = [*cell.split("."), "", ""][:3]
    # What else a report has, `organ` or `edition`, holds no cells.
    rows: dict[str, Any] = (report.get(table) if table in FORM.tables else None) or {}
    own: dict[str, Any] = rows.get(row) or {}
    yield (own.get(column) or {}).get("at")
    for figures in (own, *rows.values()):
        yield from (value["at"] for value in figures.values())


def _cell_at(
    tables: dict[str, dict[str, Any]], address: str | None
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """A table and the cell in it that covers the position."""
    found = _ADDRESS.fullmatch(address or "")
    if found is None or found["table"] not in tables:
        return None
    table = tables[found["table"]]
    row, column = int(found["row"]) - 1, int(found["column"]) - 1
    for cell in table["cells"]:
        across = cell["column"] <= column < cell["column"] + cell["colspan"]
        if across and cell["row"] <= row < cell["row"] + cell["rowspan"]:
            return table, cell
    return None


def _where(cell: dict[str, Any]) -> Where:
    said = cell["where"]
    x0, top, x1, bottom = map(float, said.get("box", (0, 0, 0, 0)))  # as a record is read: exact
    return Where(
        page=said.get("page"),
        box=(x0, top, x1, bottom) if "box" in said else None,
        path=said.get("path"),
        lines=tuple(said["lines"]) if "lines" in said else None,
    )


def _beginning(table: dict[str, Any]) -> Where:
    """Without a box: that of the first cell would be taken for the one that was chosen."""
    first = _where(table["cells"][0])
    return Where(page=first.page, path=first.path, lines=first.lines)
