"""Report -> XLS (BIFF8 in an OLE2 file), written record by record as [MS-XLS] has it.

No library that writes it is kept any more. What is here is what a reader must know: shared
strings over several records, short and long numbers, blanks in runs, merged ranges, formulas.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from samples.book import BOOK_STYLES, BookStyle, Placed, Plan, plans
from samples.prose import Paper
from samples.style import named

XLS_STYLES = named(*BOOK_STYLES)

_MOST = 8_224  # bytes of a record
_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
#: Number formats that are there by themselves.
_BUILT_IN = {"": 0, "0_ ": 1, "#,##0": 3, "#,##0.00": 4}
_EMPTY_RESULT = struct.pack("<Q", 0xFFFF000000000003)


def render_xls(paper: Paper, style: BookStyle, seed: int) -> bytes:
    return compound(workbook(plans(paper, style, seed), style.sums))


def workbook(sheets: Sequence[Plan], sums: str = "stored") -> bytes:
    """The stream. `sums`: see `BookStyle`."""
    texts = _Texts()
    looks = _Looks()
    bodies = [b"".join(_sheet(plan, texts, looks, sums)) for plan in sheets]
    parts = [_record(0x0809, struct.pack("<4H2L", 0x0600, 5, 0, 0, 0, 6))]
    parts += [_record(0x0022, struct.pack("<H", 0)), *_fonts(), *looks.records()]
    names = [_tab(plan) for plan in sheets]
    end = [*texts.records(), _record(0x000A, b"")]
    at = sum(map(len, (*parts, *names, *end)))
    for name, body in zip(names, bodies, strict=True):
        parts.append(name[:4] + struct.pack("<L", at) + name[8:])
        at += len(body)
    return b"".join((*parts, *end, *bodies))


def _record(kind: int, body: bytes) -> bytes:
    """One, and as many as continue it."""
    pieces = [body[at : at + _MOST] for at in range(0, len(body), _MOST)] or [b""]
    head = struct.pack("<2H", kind, len(pieces[0])) + pieces[0]
    return head + b"".join(struct.pack("<2H", 0x003C, len(one)) + one for one in pieces[1:])


def _fonts() -> Iterator[bytes]:
    name = "宋体"
    body = struct.pack("<5H4B", 220, 0, 0x7FFF, 400, 0, 0, 0, 134, 0)
    body += struct.pack("<2B", len(name), 1) + name.encode("utf-16-le")
    for _ in range(4):
        yield _record(0x0031, body)


def _tab(plan: Plan) -> bytes:
    name = plan.name.encode("utf-16-le")
    body = struct.pack("<L4B", 0, int(plan.is_hidden), 0, len(plan.name), 1) + name
    return _record(0x0085, body)


class _Texts:
    """The strings of all sheets, each once."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._uses = 0

    def number(self, text: str) -> int:
        self._uses += 1
        return self._number.setdefault(text, len(self._number))

    def records(self) -> Iterator[bytes]:
        """A string may go on in the next record, which tells first how wide its signs are."""
        parts = [struct.pack("<2L", self._uses, len(self._number))]
        for text in self._number:
            wide = not text.isascii()
            codec, width = ("utf-16-le", 2) if wide else ("latin-1", 1)
            if len(parts[-1]) + 3 > _MOST:
                parts.append(b"")
            parts[-1] += struct.pack("<HB", len(text), wide)
            left = text
            while left:
                room = (_MOST - len(parts[-1])) // width
                parts[-1] += left[:room].encode(codec)
                left = left[room:]
                if left:
                    parts.append(bytes([wide]))
        yield b"".join(
            struct.pack("<2H", 0x003C if at else 0x00FC, len(part)) + part
            for at, part in enumerate(parts)
        )


@dataclass(slots=True)
class _Looks:
    _numbers: dict[tuple[bool, str], int] = field(default_factory=dict)

    def number(self, cell: Placed) -> int:
        key = (cell.is_lined, cell.code)
        return self._numbers.setdefault(key, 16 + len(self._numbers))

    def records(self) -> Iterator[bytes]:
        formats = {**_BUILT_IN}
        for _, code in self._numbers:
            if code not in formats:
                formats[code] = 164 + len(formats)
                body = struct.pack("<2HB", formats[code], len(code), 0) + code.encode("latin-1")
                yield _record(0x041E, body)
        for _ in range(16):
            yield _record(0x00E0, struct.pack("<3H4B2LH", 0, 0, 0xFFF5, 32, 0, 0, 0, 0, 0, 0x20C0))
        for is_lined, code in self._numbers:
            sides = 0x1111 if is_lined else 0
            yield _record(
                0x00E0,
                struct.pack("<3H4B2LH", 0, formats[code], 1, 32, 0, 0, 0, sides, 0, 0x20C0),
            )


def _sheet(plan: Plan, texts: _Texts, looks: _Looks, sums: str) -> Iterator[bytes]:
    yield _record(0x0809, struct.pack("<4H2L", 0x0600, 16, 0, 0, 0, 6))
    for column in plan.hidden_columns:
        yield _record(0x007D, struct.pack("<6H", column, column, 0, 15, 1, 0))
    for row in sorted({cell.row for cell in plan.cells}):
        flags = 0x100 | (0x20 if row in plan.hidden_rows else 0)
        yield _record(0x0208, struct.pack("<6HL", row, 0, 256, 255, 0, 0, flags))
    for cell in sorted(plan.cells, key=lambda one: (one.row, one.column)):
        yield from _cell(cell, texts, looks.number(cell), sums)
    spans = [one for one in plan.cells if one.rowspan > 1 or one.colspan > 1]
    for at in range(0, len(spans), 1_000):
        some = spans[at : at + 1_000]
        yield _record(0x00E5, struct.pack("<H", len(some)) + b"".join(map(_range, some)))
    yield _record(0x000A, b"")


def _range(cell: Placed) -> bytes:
    last = (cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
    return struct.pack("<4H", cell.row, last[0], cell.column, last[1])


def _cell(cell: Placed, texts: _Texts, look: int, sums: str) -> Iterator[bytes]:
    place = struct.pack("<3H", cell.row, cell.column, look)
    if cell.adds:
        yield _formula(cell, place, sums)
    elif isinstance(cell.value, str):
        if cell.value:
            yield _record(0x00FD, place + struct.pack("<L", texts.number(cell.value)))
        elif cell.is_lined:
            yield _record(0x0201, place)
    else:
        yield _number(cell.value, place)
    if cell.is_lined:
        yield from _lines(cell, look)


def _lines(cell: Placed, look: int) -> Iterator[bytes]:
    """Blank cells below a merged range have its lines."""
    for row in range(cell.row, cell.row + cell.rowspan):
        first = cell.column + (row == cell.row)
        count = cell.column + cell.colspan - first
        if count:
            body = struct.pack("<2H", row, first) + struct.pack("<H", look) * count
            yield _record(0x00BE, body + struct.pack("<H", first + count - 1))


def _number(value: int | Decimal, place: bytes) -> bytes:
    """Short where it fits, by itself or as hundredths."""
    hundreds = value * 100
    if isinstance(value, int) and value < 1 << 29:
        return _record(0x027E, place + struct.pack("<L", value << 2 | 2))
    if hundreds == int(hundreds) and hundreds < 1 << 29:
        return _record(0x027E, place + struct.pack("<L", int(hundreds) << 2 | 3))
    return _record(0x0203, place + struct.pack("<d", float(value)))


def _formula(cell: Placed, place: bytes, sums: str) -> bytes:
    if cell.adds is None or isinstance(cell.value, str):
        raise ValueError(f"no sum: {cell!r}")
    first, left, last, right = cell.adds
    area = struct.pack("<B4H", 0x25, first, last, left | 0xC000, right | 0xC000)
    tokens = area + struct.pack("<2BH", 0x19, 0x10, 0)
    value = 0.0 if sums == "zero" else float(cell.value)
    result = _EMPTY_RESULT if sums == "empty" else struct.pack("<d", value)
    flags = struct.pack("<HL", 1 if sums == "zero" else 0, 0)
    return _record(0x0006, place + result + flags + struct.pack("<H", len(tokens)) + tokens)


# The file around the stream.


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """An OLE2 file with one stream."""
    data = stream.ljust(max(-(-len(stream) // _SECTOR), 9) * _SECTOR, b"\x00")
    n_data = len(data) // _SECTOR
    n_tables = -(-(n_data + 1) * 4 // (_SECTOR - 4))
    if n_tables > 109:
        raise ValueError("too long for one table of tables")
    chain = [*range(1, n_data), _END, _END, *([_TABLE] * n_tables)]
    chain += [_FREE] * (n_tables * _SECTOR // 4 - len(chain))
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry(name, 2, 0, len(data))
    tables = range(n_data + 1, n_data + 1 + n_tables)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, n_tables, n_data, 0, 0x1000, _END, 0, _END, 0)
    header += struct.pack("<109L", *tables, *([_FREE] * (109 - n_tables)))
    return b"".join(
        (header, data, directory.ljust(_SECTOR, b"\x00"), struct.pack(f"<{len(chain)}L", *chain))
    )


def _entry(name: str, kind: int, first: int, size: int, child: int = _FREE) -> bytes:
    said = name.encode("utf-16-le") + b"\x00\x00"
    return (
        said.ljust(64, b"\x00")
        + struct.pack("<H2B3L", len(said), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<3L", first, size, 0)
    )
