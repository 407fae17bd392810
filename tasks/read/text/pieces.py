"""Pieces of text that are cells, and rows of them -> blocks of the document."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.model.document import Block, Cell, Doubt, Paragraph, Table, Where
from tasks.model.limits import MAX_CELLS, MAX_POSITIONS
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.grid import placed_to_grid
from tasks.read.text.lines import Line

_BREAK = regex(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_ENTITY = regex(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_STRONG = regex(r"(\*\*|__)(?=\S)(.*?)(?<=\S)\1", re.DOTALL)


@dataclass(slots=True)
class Piece:
    """What stands in one cell, and the lines it stood on."""

    text: str
    first: int
    last: int
    doubts: tuple[Doubt, ...] = ()


Row = list[Piece]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of cells whose columns are only an order."""

    rows: list[Row]
    #: False where blanks at the ends of rows may be signs that close them.
    blanks_sure: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """Cells that know their row and column."""

    cells: list[Cell]
    lines: tuple[int, int]


#: What the grammars give: text between tables, or a table in one of two forms.
Found = Paragraph | Rows | Placed


def paragraph(text: str, first: int, last: int) -> Paragraph:
    """Text that is no table."""
    return Paragraph(text=text.strip(), where=Where(lines=(first, last)))


def laid_out(line: Line) -> Paragraph:
    """A line among lines with gaps: its spaces may be columns, on its page."""
    where = Where(page=line.page, lines=(line.number, line.number))
    return Paragraph(text=line.text.rstrip(), where=where)


def unmarked(text: str) -> str:
    """The text of a cell without the marks of Markdown and HTML."""
    if "<" in text:
        text = _BREAK.sub("\n", text)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text).replace("\xa0", " ")
    if "**" in text or "__" in text:
        text = _STRONG.sub(r"\2", text)
    return text.strip()


def to_blocks(found: Iterable[Found]) -> Iterator[Block]:
    """Blocks with the tables numbered. Raises Refusal `too_complex`."""
    count = cells = 0
    for block in found:
        if isinstance(block, Paragraph):
            yield block
            continue
        table = _table(f"t{count + 1}", block)
        if not table.cells:
            continue
        count += 1
        cells += len(table.cells)
        if cells > MAX_CELLS:
            raise too_large()
        yield table


def _table(id: str, found: Rows | Placed) -> Table:
    if isinstance(found, Placed):
        return placed_to_grid(found.cells).table(id, where=Where(lines=found.lines))
    table = _in_order(id, _evened([row for row in found.rows if row]))
    return replace(table, blanks_sure=found.blanks_sure)


def _evened(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows as they are; where nearly all are of one length, another one has lost a mark or got
    one too many, so that its blanks tell nothing: they go. The last row often lacks what pads
    the others; where that is more than one mark, or it has a label only, its blanks are blanks
    all the same."""
    lengths = Counter(map(len, rows))
    common, times = max(lengths.items(), key=lambda item: item[1], default=(0, 0))
    if not rows or times * 5 < len(rows) * 4:
        return rows
    evened = [row if len(row) == common else _without_blanks(row, common) for row in rows]
    last = rows[-1]
    blank = bool(last[0].text) and not any(piece.text for piece in last[1:])
    if len(last) < common - (0 if blank else 1):
        evened[-1] = last
    return evened


def _without_blanks(row: Row, common: int) -> Row:
    if len(row) > common:
        return [piece for piece in row if piece.text] or row
    end = max((at for at, piece in enumerate(row, 1) if piece.text), default=len(row))
    return row[:end]


def _in_order(id: str, rows: Sequence[Row]) -> Table:
    """A rectangular grid; rows that are short are left short."""
    width = max((len(row) for row in rows), default=0)
    if sum(map(len, rows)) > MAX_CELLS or len(rows) * width > MAX_POSITIONS:
        raise too_large()
    cells = tuple(
        Cell(
            text=piece.text,
            row=r,
            column=c,
            where=Where(lines=(piece.first, piece.last)),
            doubts=piece.doubts,
        )
        for r, row in enumerate(rows)
        for c, piece in enumerate(row)
    )
    lines = [line for row in rows for piece in row for line in (piece.first, piece.last)]
    return Table(
        id=id,
        n_rows=len(rows),
        n_columns=width,
        cells=cells,
        columns_sure=False,
        where=Where(lines=(min(lines), max(lines))) if lines else Where(),
    )


def too_large() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"文本中的表格过大（最多 {MAX_CELLS} 个单元格）。请拆分后重新提交。",
        f"The tables of the text are too large (at most {MAX_CELLS} cells). "
        "Split it and send it again.",
    )
