"""Lines laid out in columns by spaces -> cells, where the columns are plain to see.

A column is what gutters part: positions at which no line has a sign. At least one line has to
fill all columns and none may have two texts in one; else the lines stay text, with their
spaces, and whoever knows the form may make more of them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.model.document import Cell, Where
from tasks.model.patterns import regex
from tasks.read.text.lines import Line
from tasks.read.text.pieces import Placed
from tasks.read.text.pipes import is_pipe_line
from tasks.read.text.regions import ends_region

_CHUNK = regex(r"\S+(?: \S+)*")
_RULER = regex(r"[\s\-=—–─━═+|:]+")
_STROKE = regex(r"([-=—–─━═])\1{4,}")
_FEWEST_ROWS = 3
_MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class _Chunk:
    text: str
    start: int
    end: int


def display_width(text: str) -> int:
    """Columns of a terminal that a text takes: wide characters two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


_METRICS: tuple[Callable[[str], int], ...] = (display_width, len)


def is_long_ruler(line: Line) -> bool:
    """`------  --`: a stroke under a column; two hyphens alone may be a dash for a blank."""
    return bool(_RULER.fullmatch(line.text)) and bool(_STROKE.search(line.text))


def begins_columns(line: Line) -> bool:
    return _gaps(line) >= 1 and not _is_prose(line)


def _is_prose(line: Line) -> bool:
    """A heading, or a long text; the spaces between columns do not make a line long."""
    parts = _CHUNK.findall(line.text) or [""]
    return ends_region(Line(line.number, max(parts, key=len)))


def _gaps(line: Line) -> int:
    text = line.text.replace("\u3000", "  ").strip()
    return len(re.findall(r" {2,}", text)) if "  " in text else 0


def columns_end(lines: Sequence[Line], start: int) -> int:
    """Index after the lines that may be one table: between two rows at most one other line, and
    none whose cells pipes part, whatever gaps are in its labels."""
    end, at, missed = start + 1, start + 1, 0
    while at < min(len(lines), start + _MOST_ROWS) and missed < 2:
        line = lines[at]
        if is_pipe_line(line) and not _RULER.fullmatch(line.text):
            break
        if not line.blank and begins_columns(line):
            end, missed = at + 1, 0
        elif not line.blank and (_is_prose(line) or len(line.text.strip()) > 40):
            break
        else:
            missed += 1
        at += 1
    return end


def read_columns(lines: Sequence[Line]) -> Placed | None:
    """The table that the lines are, None where the columns are not plain."""
    filled = [
        Line(line.number, line.text.replace("\u3000", "  "))
        for line in lines
        if not line.blank and not _RULER.fullmatch(line.text)
    ]
    if len(filled) < _FEWEST_ROWS:
        return None
    for metric in _METRICS:
        rows = [_chunks(line.text, metric) for line in filled]
        columns = _columns(rows)
        if columns and _is_plain(rows, columns):
            return _placed(filled, rows, columns)
    return None


def _chunks(text: str, metric: Callable[[str], int]) -> list[_Chunk]:
    chunks = []
    x = at = 0
    for found in _CHUNK.finditer(text):
        x += metric(text[at : found.start()])
        start, at = x, found.end()
        x += metric(found[0])
        chunks.append(_Chunk(found[0], start, x))
    return chunks


def _columns(rows: Sequence[Sequence[_Chunk]]) -> list[int]:
    """Where each column begins, from left to right."""
    starts: list[int] = []
    end = -1
    for chunk in sorted((chunk for row in rows for chunk in row), key=lambda one: one.start):
        if chunk.start > end:
            starts.append(chunk.start)
        end = max(end, chunk.end)
    return starts


def _is_plain(rows: Sequence[Sequence[_Chunk]], columns: Sequence[int]) -> bool:
    several = sum(len(row) >= 2 for row in rows)
    return (
        len(columns) >= 2
        and several >= _FEWEST_ROWS
        and several * 10 >= len(rows) * 6
        and max(map(len, rows)) == len(columns)
        and all(len({_column(one, columns) for one in row}) == len(row) for row in rows)
    )


def _column(chunk: _Chunk, columns: Sequence[int]) -> int:
    return bisect_right(columns, chunk.start) - 1


def _placed(
    lines: Sequence[Line], rows: Sequence[Sequence[_Chunk]], columns: Sequence[int]
) -> Placed:
    """A gap in a row is a blank cell; a line of one text is no more than that."""
    cells = []
    for r, (line, row) in enumerate(zip(lines, rows, strict=True)):
        texts = {_column(chunk, columns): chunk.text for chunk in row}
        for c in range(len(columns)) if len(row) > 1 else texts:
            where = Where(lines=(line.number, line.number))
            cells.append(Cell(text=texts.get(c, ""), row=r, column=c, where=where))
    return Placed(cells, (lines[0].number, lines[-1].number))
