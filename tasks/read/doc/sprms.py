"""What an old Word document says of text, paragraphs and rows: lists of operations on properties;
used by its reader.

Source: [MS-DOC] 2.2.5 Sprm, 2.6 Single Property Modifiers, 2.9.327 TCGRF, 2.9.246 SHD.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_DEF_TABLE, _TABS = 0xD608, 0xC615
_TAB_COUNTS_SAID_INSIDE = 255


class Sprm(NamedTuple):
    code: int
    operand: bytes

    def number(self) -> int:
        """The operand as a number without a sign."""
        return int.from_bytes(self.operand, "little")

    def signed(self) -> int:
        return int.from_bytes(self.operand, "little", signed=True)


def sprms(source: bytes) -> Iterator[Sprm]:
    """In the order in which they are applied; a list that breaks off ends there."""
    at = 0
    while at + 2 <= len(source):
        code = struct.unpack_from("<H", source, at)[0]
        at += 2
        start, size = _span(source, at, code)
        if size < 0 or start + size > len(source):
            return
        yield Sprm(code, source[start : start + size])
        at = start + size


def _span(source: bytes, at: int, code: int) -> tuple[int, int]:
    """Where the operand begins, and its size; -1 where that is not told."""
    kind = code >> 13
    if kind != 6:
        return at, _SIZES[kind]
    if code == _DEF_TABLE:
        if at + 2 > len(source):
            return at, -1
        return at + 2, struct.unpack_from("<H", source, at)[0] - 1
    if at >= len(source):
        return at, -1
    if code == _TABS and source[at] == _TAB_COUNTS_SAID_INSIDE and at + 1 < len(source):
        deleted = source[at + 1]
        added_at = at + 2 + 4 * deleted
        if added_at >= len(source):
            return at, -1
        return at + 1, added_at + 1 + 3 * source[added_at] - at - 1
    return at + 1, source[at]
