"""A TrueType font's bytes → whether a glyph of it has an outline.

Source: OpenType specification, `head` and `loca`.
"""

from __future__ import annotations

import struct

#: Where the table directory begins, how long an entry is, and where the form of `loca` stands.
DIRECTORY, ENTRY, FORM_OF_PLACES = 12, 16, 50
OUTLINES = (b"\x00\x01\x00\x00", b"true")


def is_blank(font: bytes, glyph: int) -> bool:
    """Whether a glyph surely has no outline: what cannot be followed may have one."""
    if font[:4] not in OUTLINES:
        return False
    try:
        tables = _tables(font)
        (form,) = struct.unpack_from(">h", font, tables[b"head"][0] + FORM_OF_PLACES)
        start, length = tables[b"loca"]
        kind, size = (">HH", 2) if form == 0 else (">LL", 4)
        if form not in (0, 1) or not 0 <= (glyph + 2) * size <= length:
            return False
        begin, end = struct.unpack_from(kind, font, start + glyph * size)
    except (KeyError, struct.error):
        return False
    return bool(begin == end)


def _tables(font: bytes) -> dict[bytes, tuple[int, int]]:
    """Where the tables begin, and how long they are. Raises `struct.error`."""
    (n,) = struct.unpack_from(">H", font, 4)
    tables: dict[bytes, tuple[int, int]] = {}
    for place in range(DIRECTORY, DIRECTORY + ENTRY * n, ENTRY):
        name, _, start, length = struct.unpack_from(">4sLLL", font, place)
        tables.setdefault(name, (start, length))
    return tables
