"""The streams of an OLE2 file; for `packages`, and for the readers of old Word documents and XLS.

One rule of what may be damaged: *a stream is there whole, or the file is broken*.

    names      as far as the directory can be followed: a file that is cut short is refused as
               what it was meant to be
    a stream   each of its bytes, over a chain that stays in the file and has an end. One that is
               short of a sector may lack a row or the end of a text, and nothing else tells
    the rest   may be damaged: a picture that is cut off costs no figure

Counts that the file tells are not believed: chains are followed no further than there are sectors.

Source: [MS-CFB] 2.2 Header, 2.3 FAT, 2.4 Mini FAT, 2.5 DIFAT, 2.6 Directory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_HEADER = 512
_LAST = 0xFFFFFFFA  # and above: end of chain, free, a table's own
_ENTRY, _SHORT = 128, 64
_STREAM = 2
_MOST_OF_DIRECTORY = 2_000


class Broken(ValueError):
    """The file is cut short, or its tables contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A stream or storage."""

    name: str
    kind: int
    #: Numbers of the entries beside it, and of one that lies in it.
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """An open file. Raises `Broken` where not even its header can be read."""

    def __init__(self, source: bytes) -> None:
        if len(source) < _HEADER:
            raise Broken("it is shorter than its header")
        shift, short_shift = struct.unpack_from("<2H", source, 30)
        if shift not in (9, 12) or 1 << short_shift != _SHORT:
            raise Broken("no such size of sectors")
        self._source = source
        self._size = 1 << shift
        #: Of sectors; the last one may lack its end.
        self._count = max(-(-len(source) // self._size) - 1, 0)
        n_tables = -(-self._count * 4 // self._size)
        self._fat = self._numbers(islice(self._fat_sectors(), n_tables))[: self._count]
        directory, self._least, self._short_table = (
            struct.unpack_from("<L", source, at)[0] for at in (48, 56, 60)
        )
        #: More may stand in the directory than could be followed.
        self._breaks_off = False
        self._entries = tuple(_entries(b"".join(map(self._sector, self._directory(directory)))))

    def names(self) -> tuple[str, ...]:
        """Of the streams and storages in the root; () where there is no directory.

        Only the root: a letter may hold a workbook, whose streams lie deeper.
        """
        return tuple(entry.name for entry in self._root())

    def stream(self, name: str) -> bytes | None:
        """None where the root has none of this name. Raises `Broken`."""
        found = (one for one in self._root() if one.kind == _STREAM and one.name == name)
        entry = next(found, None)
        if entry is None:
            if self._breaks_off:
                raise Broken("its directory is cut short")
            return None
        body = self._body(entry)
        if len(body) < entry.size:
            raise Broken("a stream of it is cut short")
        return body[: entry.size]

    def _body(self, entry: _Entry) -> bytes:
        if not entry.size:
            return b""
        is_short = entry.size < self._least
        return self._short_bytes(entry.start) if is_short else self._bytes(entry.start)

    def _root(self) -> Iterator[_Entry]:
        """The entries in it: a tree, each with one to its left and one to its right."""
        waiting = [self._entries[0].child] if self._entries else []
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            yield entry
            waiting += (entry.left, entry.right)

    # Chains of sectors.

    def _directory(self, first: int) -> Iterator[int]:
        """Its sectors, as far as they can be followed."""
        try:
            yield from islice(self._chain(first), _MOST_OF_DIRECTORY)
        except Broken:
            self._breaks_off = True

    def _bytes(self, first: int) -> bytes:
        return b"".join(map(self._sector, self._chain(first)))

    def _chain(self, first: int) -> Iterator[int]:
        """The numbers of sectors to the end of the chain."""
        return _followed(first, self._fat)

    def _short_bytes(self, first: int) -> bytes:
        """Of a stream that lies in short sectors, which lie in the stream of the root."""
        table = self._numbers(self._chain(self._short_table))
        around = self._bytes(self._entries[0].start)
        chain = _followed(first, table[: -(-len(around) // _SHORT)])
        return b"".join(around[_SHORT * at : _SHORT * (at + 1)] for at in chain)

    def _fat_sectors(self) -> Iterator[int]:
        """The sectors that hold the table of sectors, the further ones in a chain of their own."""
        header = struct.unpack_from("<109L", self._source, 76)
        yield from (number for number in header if number < _LAST)
        number = struct.unpack_from("<L", self._source, 68)[0]
        for _ in range(self._count):
            if number >= self._count:
                return
            *held, number = self._numbers([number])
            yield from (one for one in held if one < _LAST)

    def _numbers(self, sectors: Iterable[int]) -> tuple[int, ...]:
        """What stands in tables; the end of a chain for what the file lacks of them."""
        held = b"".join(self._sector(one).ljust(self._size, b"\xff") for one in sectors)
        return struct.unpack(f"<{len(held) // 4}L", held)

    def _sector(self, number: int) -> bytes:
        """b"" beyond the end of the file."""
        start = (number + 1) * self._size
        return self._source[start : start + self._size]


def _followed(first: int, following: Sequence[int]) -> Iterator[int]:
    """From `first` on; `following`: which sector comes after each."""
    number = first
    for _ in range(len(following) + 1):
        if number >= _LAST:
            return
        if number >= len(following):
            raise Broken("a chain of it leads out of the file")
        yield number
        number = following[number]
    raise Broken("a chain of it goes round in a circle")


def _entries(directory: bytes) -> Iterator[_Entry]:
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        length = min(int.from_bytes(entry[64:66], "little"), 64)
        left, right, child = struct.unpack_from("<3L", entry, 68)
        start, size = struct.unpack_from("<2L", entry, 116)
        yield _Entry(
            name=entry[: max(length - 2, 0)].decode("utf-16-le", "replace"),
            kind=entry[66],
            left=left,
            right=right,
            child=child,
            start=start,
            size=size,
        )
