"""Documents as a reader of pixels gives them, without pixels: what was read, how surely, and what
a second reader has to say is chosen here. For tests of what follows reading, and for the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from samples.report import LogicalReport
from samples.styles import render
from tasks.detect import detect
from tasks.model.document import Block, Cell, Document, Format, Reading, Table, Where
from tasks.read import read
from tasks.recognise import recognise

#: Points; every cell is as large, and the ink in it smaller.
_WIDTH, _HEIGHT, _MARGIN = 40.0, 18.0, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen in one cell."""

    #: None for what stands there.
    first: str | None = None
    second: str | None = None
    confidence: float = 0.99


_PLAIN = Seen()


def as_scanned(report: LogicalReport, seen: Mapping[str, Seen]) -> Document:
    """The report as read from pixels, a page a table; `seen`: of cells of the form by their ids,
    `requests.new.total`. What a cell holds otherwise was read surely, and by one reader."""
    page = read(source := render(report, Format.HTML, "plain", 1), detect(source, "scan"))
    _, recognised, _ = recognise(page)
    at = {
        value.at: f"{table}.{row}.{column}"
        for table, rows in (recognised.values if recognised else {}).items()
        for row, columns in rows.items()
        for column, value in columns.items()
    }
    blocks: list[Block] = []
    readings: list[Reading] = []
    for block in page.blocks:
        if isinstance(block, Table):
            n = 1 + sum(isinstance(one, Table) for one in blocks)
            cells = [_cell(c, n, seen.get(at.get(block.at(c), ""), _PLAIN)) for c in block.cells]
            block = replace(block, cells=tuple(cell for cell, _ in cells))
            readings += [reading for _, reading in cells if reading is not None]
        blocks.append(block)
    pages = sum(isinstance(block, Table) for block in blocks)
    return replace(
        page, format=Format.PDF, pages=pages, blocks=tuple(blocks), readings=tuple(readings)
    )


def _cell(cell: Cell, page: int, seen: Seen) -> tuple[Cell, Reading | None]:
    """The cell in its place, and what was read of its ink; None where there is none."""
    left, top = cell.column * _WIDTH, cell.row * _HEIGHT
    right, bottom = left + cell.colspan * _WIDTH, top + cell.rowspan * _HEIGHT
    text = cell.text if seen.first is None else seen.first
    shown = replace(cell, text=text, where=Where(page=page, box=(left, top, right, bottom)))
    if not text.strip() and seen.second is None:
        return shown, None
    box = (left + _MARGIN, top + _MARGIN, right - _MARGIN, bottom - _MARGIN)
    reading = Reading(
        where=Where(page=page, box=box),
        text=text,
        confidence=seen.confidence,
        second=seen.second,
    )
    return shown, reading
