"""A stream of an XLS as records, and the strings in them.

Source: [MS-XLS] 2.1.4 Record, 2.5.240 ShortXLUnicodeString, 2.5.294 XLUnicodeString,
2.5.293 XLUnicodeRichExtendedString, 2.4.58 Continue.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CONTINUE = 0x003C
_HEAD = struct.Struct("<2H")
#: A run of a string and the font that it is in: from which character, font.
Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    kind: int
    #: Where in the stream it begins.
    at: int
    #: What it holds, and what the records that continue it hold.
    parts: tuple[bytes, ...]

    @property
    def body(self) -> bytes:
        return self.parts[0]


def records(stream: bytes, start: int = 0) -> Iterator[Record]:
    """From `start` to the end. Raises `struct.error` where a record is cut short."""
    at = start
    waiting: tuple[int, int, list[bytes]] | None = None
    while at + 4 <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        body = stream[at + 4 : at + 4 + length]
        if len(body) < length:
            raise struct.error("a record is cut short")
        if kind == CONTINUE and waiting:
            waiting[2].append(body)
        else:
            if waiting:
                yield Record(waiting[0], waiting[1], tuple(waiting[2]))
            waiting = (kind, at, [body])
        at += 4 + length
    if waiting:
        yield Record(waiting[0], waiting[1], tuple(waiting[2]))


def short_string(body: bytes, at: int) -> str:
    """With a length of one byte."""
    length, flags = body[at], body[at + 1]
    return _characters(body, at + 2, length, flags)


def long_string(parts: Sequence[bytes], at: int = 0) -> str:
    """With a length of two bytes; what follows its characters is left."""
    return next(strings(parts, at, 1))[0]


def _characters(body: bytes, at: int, length: int, flags: int) -> str:
    if flags & 1:
        return body[at : at + 2 * length].decode("utf-16-le", "replace")
    return body[at : at + length].decode("latin-1")


def strings(parts: Sequence[bytes], at: int, count: int) -> Iterator[tuple[str, tuple[Run, ...]]]:
    """Strings one after the other, over the ends of records."""
    reading = _Reading(parts, at)
    for _ in range(count):
        yield reading.string()


class _Reading:
    """A place in a record and in what continues it."""

    def __init__(self, parts: Sequence[bytes], at: int) -> None:
        self._parts = parts
        self._part = 0
        self._at = at

    def string(self) -> tuple[str, tuple[Run, ...]]:
        length, flags = struct.unpack("<HB", self._take(3))
        n_runs = int.from_bytes(self._take(2), "little") if flags & 8 else 0
        extra = int.from_bytes(self._take(4), "little") if flags & 4 else 0
        text = self._text(length, flags)
        runs = tuple(struct.unpack("<2H", self._take(4)) for _ in range(n_runs))
        self._skip(extra)
        return text, runs

    def _text(self, length: int, flags: int) -> str:
        """Where a string goes on in the next record, that says anew how wide its signs are."""
        found: list[str] = []
        wide = flags & 1
        while length:
            rest = len(self._parts[self._part]) - self._at
            if rest <= 0:
                self._next()
                wide = self._parts[self._part][0] & 1
                self._at = 1
                continue
            taken = min(length, max(rest // (1 + wide), 1))
            body = self._parts[self._part]
            found.append(_characters(body, self._at, taken, wide))
            self._at += taken * (1 + wide)
            length -= taken
        return "".join(found)

    def _take(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            if self._at >= len(self._parts[self._part]):
                self._next()
                continue
            piece = self._parts[self._part][self._at : self._at + size - len(found)]
            self._at += len(piece)
            found += piece
        return found

    def _skip(self, size: int) -> None:
        while size > 0:
            rest = len(self._parts[self._part]) - self._at
            if rest <= 0:
                self._next()
                continue
            step = min(rest, size)
            self._at += step
            size -= step

    def _next(self) -> None:
        self._part += 1
        self._at = 0
        if self._part >= len(self._parts):
            raise struct.error("a string is cut short")
