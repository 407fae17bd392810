"""The formula of an XLS cell, in reversed order of operations → the terms of a sum.

Source: [MS-XLS] 2.5.198.25 Ptg and what follows it.
"""

from __future__ import annotations

import struct

from tasks.read.workbook.book import Area, Ref, Terms

_SUM = 4
_COLUMN_AWAY, _ROW_AWAY = 0x4000, 0x8000
#: Terms of a sum that is added up.
_MOST = 1_000
#: (sign, what): what stands on the stack is a list of them; areas may only be inside of SUM.
_Part = list[tuple[int, Ref | Area | float]]


class _Other(Exception):
    """More than a sum."""


def token_terms(tokens: bytes, place: tuple[int, int]) -> Terms | None:
    """None where there is anything but sums and differences of cells. `place`: row and column of
    the cell, from which formulas that several cells share count."""
    try:
        terms = _Stack(tokens, place).result()
    except (_Other, struct.error, IndexError):
        return None
    has_cells = any(not isinstance(term, float) for _, term in terms)
    return tuple(terms) if has_cells else None


class _Stack:
    def __init__(self, tokens: bytes, place: tuple[int, int]) -> None:
        self._tokens = tokens
        self._place = place
        self._at = 0
        #: (is a range, which is no figure until SUM makes one of it; the terms)
        self._parts: list[tuple[bool, _Part]] = []

    def result(self) -> _Part:
        while self._at < len(self._tokens):
            self._step(self._tokens[self._at])
        found = self._pop()
        if self._parts:
            raise _Other
        return found

    def _step(self, kind: int) -> None:
        match kind & 0x1F | 0x20 if kind >= 0x40 else kind:
            case 0x03:
                last, first = self._pop(), self._pop()
                self._push(1, first + last)
            case 0x04:
                last, first = self._pop(), self._pop()
                self._push(1, first + _negative(last))
            case 0x12 | 0x15:
                self._push(1, self._pop())
            case 0x13:
                self._push(1, _negative(self._pop()))
            case 0x19:
                self._attribute()
            case 0x22:
                self._function()
            case operand:
                self._operand(operand)

    def _operand(self, kind: int) -> None:
        at = self._at + 1
        match kind:
            case 0x1E:
                self._push(3, [(1, float(struct.unpack_from("<H", self._tokens, at)[0]))])
            case 0x1F:
                self._push(9, [(1, struct.unpack_from("<d", self._tokens, at)[0])])
            case 0x24:
                row, column = struct.unpack_from("<2H", self._tokens, at)
                self._push(5, [(1, Ref(row, column & 0x3FFF))])
            case 0x25:
                first, last, left, right = struct.unpack_from("<4H", self._tokens, at)
                area = Area(first, left & 0x3FFF, last, right & 0x3FFF)
                self._push(9, [(1, area)], is_range=True)
            case 0x2C:
                row, column = struct.unpack_from("<2H", self._tokens, at)
                self._push(5, [(1, Ref(*self._counted(row, column)))])
            case 0x2D:
                first, last, left, right = struct.unpack_from("<4H", self._tokens, at)
                begin, end = self._counted(first, left), self._counted(last, right)
                self._push(9, [(1, Area(*begin, *end))], is_range=True)
            case _:
                raise _Other

    def _counted(self, row: int, column: int) -> tuple[int, int]:
        """Of a shared formula: by how many rows and columns away, or which."""
        if column & _ROW_AWAY:
            row = (self._place[0] + row) & 0xFFFF
        left = column & 0xFF
        return row, (self._place[1] + left) & 0xFF if column & _COLUMN_AWAY else left

    def _attribute(self) -> None:
        flags = self._tokens[self._at + 1]
        if flags & 0x10:
            self._push(4, self._parts.pop()[1])
        elif flags & 0x40 or flags in (0, 1):
            self._at += 4  # white space; calculated always
        else:
            raise _Other

    def _function(self) -> None:
        count, function = struct.unpack_from("<BH", self._tokens, self._at + 1)
        if function & 0x7FFF != _SUM:
            raise _Other
        added: _Part = []
        for part in reversed([self._parts.pop()[1] for _ in range(count & 0x7F)]):
            added += part
        self._push(4, added)

    def _pop(self) -> _Part:
        is_range, part = self._parts.pop()
        if is_range:
            raise _Other
        return part

    def _push(self, length: int, part: _Part, *, is_range: bool = False) -> None:
        if len(part) > _MOST:
            raise _Other
        self._parts.append((is_range, part))
        self._at += length


def _negative(part: _Part) -> _Part:
    return [(-sign, term) for sign, term in part]
