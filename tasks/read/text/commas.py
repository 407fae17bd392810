"""Lines that agree in their commas or semicolons -> rows; quoted cells of all separators."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from tasks.model.limits import MAX_CELLS
from tasks.model.patterns import regex
from tasks.read.text.lines import Line
from tasks.read.text.pieces import Piece, Row, Rows, too_large

_SEPARATORS = (",", ";")
_FEWEST_ROWS = 3
_LONGEST_CELL = 120
_LONGEST_RECORD = 20_000
#: Lines that one quoted cell may run over.
_MOST_LINES = 20
#: `="12"`: programs write figures so, that a spreadsheet may not take them for dates; it shows
#: what is quoted. Written by a spreadsheet itself the whole is quoted again: `"=""12"""`.
_QUOTED = r'"(?:[^"]|"")*"'
_FORMULA = regex(rf"=\s*(?:({_QUOTED})|(?:T|VALUE)\(\s*({_QUOTED})\s*\))", re.IGNORECASE)
#: `=12` shows 12; so does `'12`, once it is typed.
_CONSTANT = regex(r"[=']\s*([+-]?\d{1,15}(?:\.\d{1,8})?)")


def comma_rows(lines: Sequence[Line], start: int) -> tuple[int, Rows] | None:
    """At least three records of short cells, as many in each; and the index after them."""
    for separator in _SEPARATORS:
        if record_at(lines, start)[1].count(separator) < 2:
            continue
        end, rows = _records(lines, start, separator)
        if len(rows) >= _FEWEST_ROWS:
            return end, Rows(rows, blanks_sure=False)
    return None


def _records(lines: Sequence[Line], start: int, separator: str) -> tuple[int, list[Row]]:
    rows: list[Row] = []
    at = start
    while at < len(lines):
        taken, text = record_at(lines, at)
        cells = _cells(text, separator)
        if len(cells) < 3 or (rows and len(cells) != len(rows[0])):
            break
        first, last = lines[at].number, lines[at + taken - 1].number
        rows.append([Piece(cell, first, last) for cell in cells])
        if len(rows) * len(cells) > MAX_CELLS:
            raise too_large()
        at += taken
    return at, rows


def _cells(text: str, separator: str) -> list[str]:
    """The cells of a record, none where it reads as prose."""
    if separator not in text or "。" in text:
        return []
    cells = split_record(text, separator)
    return [] if any(len(cell) > _LONGEST_CELL for cell in cells) else cells


def record_at(lines: Sequence[Line], at: int) -> tuple[int, str]:
    """Number of lines and text of a record: on while a quotation mark is open."""
    text = lines[at].text
    if text.count('"') % 2 == 0:
        return 1, text
    said = [text]
    for line in lines[at + 1 : at + _MOST_LINES]:
        said.append(line.text)
        if line.text.count('"') % 2:
            return len(said), "\n".join(said)
    return 1, text


def split_record(text: str, separator: str) -> list[str]:
    """The cells of a record without their quotation marks."""
    if '"' not in text or len(text) > _LONGEST_RECORD:
        return [_shown(cell.strip()) for cell in text.split(separator)]
    mark = re.escape(separator)
    text = re.sub(rf"(^|{mark})\s*=({_QUOTED})(?=\s*(?:{mark}|$))", r"\1\2", text, flags=re.M)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=separator, skipinitialspace=True)
    return [_shown(cell.strip()) for row in rows for cell in row]


def _shown(cell: str) -> str:
    """What a spreadsheet shows of a cell that is no more than a text or number in a formula; any
    other formula as it stands."""
    if cell[:1] not in ("=", "'"):
        return cell
    if found := _CONSTANT.fullmatch(cell):
        return found[1]
    if found := _FORMULA.fullmatch(cell):
        return (found[1] or found[2])[1:-1].replace('""', '"').strip()
    return cell
