"""The streams of an OLE2 file, within limits; used by the reader of old Word documents.

Chains of sectors are followed no further than there are sectors, so a ring ends.

Source: [MS-CFB] 2.2 Header, 2.3 FAT, 2.4 Mini FAT, 2.6 Directory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.read.package import Named, corrupt

KIND = Named(zh="旧版 Word 或 WPS 文档", en="legacy Word or WPS document", program="Word")
_LAST = 0xFFFFFFFA  # and above: end of chain, free, FAT itself
_ENTRY = 128
_MINI = 64
_MOST_ENTRIES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """An open file. Raises Refusal `corrupt`."""

    def __init__(self, source: bytes) -> None:
        if len(source) < 512:
            raise broken()
        self._source = source
        self._shift = struct.unpack_from("<H", source, 30)[0]
        if self._shift not in (9, 12):
            raise broken()
        self._size = 1 << self._shift
        self._fat = self._table(list(self._fat_sectors()))
        directory, mini, self._cutoff = (
            struct.unpack_from("<L", source, at)[0] for at in (48, 60, 56)
        )
        self._entries = list(_entries(self._chain(directory)))
        if not self._entries:
            raise broken()
        numbers = self._chain(mini) if mini < _LAST else b""
        self._mini_fat = struct.unpack(f"<{len(numbers) // 4}L", numbers[: len(numbers) // 4 * 4])
        self._mini = self._chain(self._entries[0].start) if self._mini_fat else b""

    def stream(self, name: str) -> bytes:
        """Of the root; b"" where there is none of this name."""
        waiting, seen = [self._entries[0].child], set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            if entry.name == name:
                return self._bytes(entry)
            waiting += (entry.left, entry.right)
        return b""

    def _bytes(self, entry: _Entry) -> bytes:
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        parts, at = [], entry.start
        for _ in self._mini_fat:
            if at >= len(self._mini_fat):
                break
            parts.append(self._mini[at * _MINI : (at + 1) * _MINI])
            at = self._mini_fat[at]
        return b"".join(parts)[: entry.size]

    def _fat_sectors(self) -> Iterator[int]:
        """The sectors that hold the table of sectors, the further ones in a chain of their own."""
        header = struct.unpack_from("<109L", self._source, 76)
        yield from (number for number in header if number < _LAST)
        number = struct.unpack_from("<L", self._source, 68)[0]
        for _ in range(len(self._source) >> self._shift):
            if number >= _LAST:
                return
            held = self._table([number])
            if not held:
                return
            yield from (one for one in held[:-1] if one < _LAST)
            number = held[-1]

    def _table(self, sectors: Sequence[int]) -> tuple[int, ...]:
        most = len(self._source) >> self._shift
        held = b"".join(map(self._sector, sectors[: most + 1]))
        return struct.unpack(f"<{len(held) // 4}L", held)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        return self._source[start : start + self._size].ljust(self._size, b"\xff")

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        for _ in range((len(self._source) >> self._shift) + 1):
            if number >= _LAST:
                return b"".join(parts)
            if number >= len(self._fat) or (number + 1) << self._shift >= len(self._source):
                raise broken()
            parts.append(self._sector(number))
            number = self._fat[number]
        raise broken()


def _entries(directory: bytes) -> Iterator[_Entry]:
    for at in range(0, min(len(directory), _MOST_ENTRIES * _ENTRY), _ENTRY):
        entry = directory[at : at + _ENTRY]
        length = min(int.from_bytes(entry[64:66], "little"), 64)
        left, right, child = struct.unpack_from("<3L", entry, 68)
        start, size = struct.unpack_from("<2L", entry, 116)
        yield _Entry(
            name=entry[: max(length - 2, 0)].decode("utf-16-le", "replace"),
            left=left,
            right=right,
            child=child,
            start=start,
            size=size,
        )


def broken() -> Exception:
    return corrupt("内部结构不完整", "its inner structure is incomplete", KIND)
