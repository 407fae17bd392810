"""One stream out of an OLE2 file.

Chains of sectors may go round in circles or lead out of the file: each is followed no further
than the file has sectors.

Source: [MS-CFB] 2.2 Header, 2.3 FAT, 2.4 Mini FAT, 2.5 DIFAT, 2.6 Directory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

_LAST = 0xFFFFFFFA  # and above: end of chain, free, a table's own
_ENTRY = 128
_ROOT, _STREAM = 5, 2


class Broken(ValueError):
    """The file is cut short, or its tables contradict each other."""


def stream(source: bytes, name: str) -> bytes | None:
    """None where there is no such stream in the root. Raises `Broken`."""
    try:
        return _Compound(source).stream(name)
    except (struct.error, IndexError) as error:
        raise Broken("a table of it leads out of the file") from error


class _Compound:
    def __init__(self, source: bytes) -> None:
        self._source = source
        shift, mini_shift = struct.unpack_from("<2H", source, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Broken("no such size of sectors")
        self._size = 1 << shift
        self._most = len(source) // self._size + 1
        self._table = self._numbers(self._table_sectors())

    def stream(self, name: str) -> bytes | None:
        (first,) = struct.unpack_from("<L", self._source, 48)
        directory = self._chain(first)
        root = directory[:_ENTRY]
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            entry = directory[at : at + _ENTRY]
            length = min(int.from_bytes(entry[64:66], "little"), 64)
            said = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
            if entry[66] == _STREAM and said == name:
                return self._content(entry, root)
        return None

    def _content(self, entry: bytes, root: bytes) -> bytes:
        (first, size) = struct.unpack_from("<2L", entry, 116)
        (least,) = struct.unpack_from("<L", self._source, 56)
        if size >= least:
            found = self._chain(first)
        else:
            found = self._short(first, size, self._chain(struct.unpack_from("<L", root, 116)[0]))
        if len(found) < size:
            raise Broken("a stream of it is cut short")
        return found[:size]

    def _short(self, first: int, size: int, around: bytes) -> bytes:
        """A stream of less than a sector, which lies in a stream of such."""
        (table,) = struct.unpack_from("<L", self._source, 60)
        numbers = self._numbers(self._sectors(table))
        found, sector = bytearray(), first
        while sector < _LAST and len(found) < size:
            found += around[64 * sector : 64 * sector + 64]
            sector = numbers[sector]
            if 64 * sector > len(around) and sector < _LAST:
                raise Broken("a chain of it leads out of the file")
        return bytes(found)

    def _table_sectors(self) -> list[int]:
        """The sectors of the table of sectors: 109 in the header, the rest in a chain."""
        found = list(struct.unpack_from("<109L", self._source, 76))
        (sector,) = struct.unpack_from("<L", self._source, 68)
        for _ in range(self._most):
            if sector >= _LAST:
                break
            *more, sector = self._numbers([sector])
            found += more
        return [one for one in found if one < _LAST]

    def _numbers(self, sectors: Sequence[int]) -> list[int]:
        if len(sectors) > self._most:
            raise Broken("it has more tables than sectors")
        return [
            number
            for sector in sectors
            for number in struct.unpack(f"<{self._size // 4}L", self._sector(sector, whole=True))
        ]

    def _sector(self, sector: int, *, whole: bool = False) -> bytes:
        start = (sector + 1) * self._size
        found = self._source[start : start + self._size]
        if not found:
            raise Broken("a chain of it leads out of the file")
        # The last sector of a file may lack its end.
        return found.ljust(self._size, b"\x00") if whole else found

    def _sectors(self, first: int) -> list[int]:
        return list(self._follow(first))

    def _follow(self, sector: int) -> Iterator[int]:
        for _ in range(self._most):
            if sector >= _LAST:
                return
            yield sector
            sector = self._table[sector]
        raise Broken("a chain of it goes round in a circle")

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._follow(first)))
