"""What an old Word document says of a row at its end; used by its reader.

Source: [MS-DOC] 2.6.3 Table Properties, 2.9.321 TDefTableOperand, 2.9.327 TCGRF.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tasks.read.doc.sprms import Sprm, sprms
from tasks.read.doc.styles import old_shade, shade
from tasks.read.edges import CellSays, Definition
from tasks.read.palette import AUTO, UNKNOWN

_CELL = 20
_ACROSS, _DOWN, _RESTARTS = 0x03, 0x20, 0x40
_MOST_CELLS = 64
#: What says the colours behind cells, and which of them is its first.
_SHADES = {0xD612: 0, 0xD616: 22, 0xD60C: 44}
_TABLE_NORMAL = 11


@dataclass(slots=True)
class _Row:
    left: int = 0
    height: int = 0
    widths: list[int] = field(default_factory=list)
    cells: list[CellSays] = field(default_factory=list)


def definition(said: bytes) -> Definition:
    """The cells of a row, from what is said of the paragraph that ends it."""
    row = _Row()
    for sprm in sprms(said):
        match sprm.code:
            case 0xD608:
                _define(row, sprm.operand)
            case 0x9407:
                row.height = sprm.signed()
            case 0x9601:
                row.left = sprm.signed()
            case 0x7623:
                _widen(row, sprm.operand)
            case 0x5624:
                _merge(row, sprm.operand)
            case 0x5625:
                _split(row, sprm.operand)
            case 0xD62B:
                _merge_down(row, sprm)
            case 0x5622:
                del row.widths[sprm.operand[0] : sprm.operand[1]]
                del row.cells[sprm.operand[0] : sprm.operand[1]]
            case 0x7621:
                _insert(row, sprm.operand)
    made = Definition(left=row.left, height=row.height)
    edge = row.left
    for width, says in zip(row.widths, row.cells, strict=True):
        edge += width
        made.cells.append(replace(says, edge=edge))
    return made


def shades(said: bytes) -> tuple[str, ...]:
    """The colours behind the cells of a row, "" where the page shows through; UNKNOWN where the
    style of the table says it."""
    found: dict[int, str] = {}
    otherwise = AUTO
    for sprm in sprms(said):
        source = sprm.operand
        if sprm.code in _SHADES:
            first = _SHADES[sprm.code]
            for number in range(len(source) // 10):
                found[first + number] = shade(source[10 * number : 10 * number + 10])
        elif sprm.code == 0xD609 and not found:
            for number in range(len(source) // 2):
                found[number] = old_shade(source[2 * number : 2 * number + 2])
        elif sprm.code == 0xD62D and len(source) >= 12:
            for number in range(source[0], min(source[1], _MOST_CELLS)):
                found[number] = shade(source[2:12])
        elif sprm.code == 0x563A and sprm.number() not in (0, _TABLE_NORMAL):
            otherwise = UNKNOWN
    return tuple(found.get(number) or otherwise for number in range(_MOST_CELLS))


def _define(row: _Row, source: bytes) -> None:
    count = source[0] if source else 0
    if count > _MOST_CELLS or len(source) < 1 + 2 * (count + 1):
        row.widths, row.cells = [], []
        return
    edges = struct.unpack_from(f"<{count + 1}h", source, 1)
    row.left = edges[0]
    row.widths = [right - left for left, right in pairwise(edges)]
    row.cells = []
    first, at = 0, 1 + 2 * (count + 1)
    for number in range(count):
        said = int.from_bytes(source[at + _CELL * number : at + _CELL * number + 2], "little")
        across = said & _ACROSS
        # programs differ in which number the first of merged cells has, and which the others
        goes_on = bool(across and first and across != first)
        first = (first or across) if across else 0
        row.cells.append(
            CellSays(
                goes_on=goes_on,
                begins_down=bool(said & _DOWN and said & _RESTARTS),
                goes_on_down=bool(said & _DOWN and not said & _RESTARTS),
            )
        )


def _merge(row: _Row, source: bytes) -> None:
    first, end = source[0], source[1]
    for number in range(first, min(end, len(row.cells))):
        row.cells[number] = replace(row.cells[number], goes_on=number > first)


def _split(row: _Row, source: bytes) -> None:
    for number in range(source[0], min(source[1], len(row.cells))):
        row.cells[number] = replace(row.cells[number], goes_on=False)


def _merge_down(row: _Row, sprm: Sprm) -> None:
    if len(sprm.operand) >= 2 and sprm.operand[0] < len(row.cells):
        number, said = sprm.operand[0], sprm.operand[1]
        row.cells[number] = replace(
            row.cells[number], begins_down=said == 3, goes_on_down=said == 1
        )


def _widen(row: _Row, source: bytes) -> None:
    first, end = source[0], source[1]
    width = struct.unpack_from("<h", source, 2)[0]
    for number in range(first, min(end, len(row.widths))):
        row.widths[number] = width


def _insert(row: _Row, source: bytes) -> None:
    at, count = source[0], min(source[1], _MOST_CELLS)
    width = struct.unpack_from("<h", source, 2)[0]
    at = min(at, len(row.cells))
    row.widths[at:at] = [width] * count
    row.cells[at:at] = [CellSays()] * count
