"""What the headers of a RAR say, beyond what libarchive tells: volumes, encryption, checksums.

RAR 4   a header: CRC, type, flags, size, and the size of the data behind it where there are any
RAR 5   CRC-32, size, type, flags, size of an extra area, size of the data, and what its type has;
        numbers have seven bits a byte, the lowest first

Source: RAR 5.0 archive format (rarlab.com/technote.htm), and technote.txt of RAR 3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.detect.signatures import RAR_4, RAR_5

_VOLUME = 0x0001
_CHECKSUM_BYTES = 4
#: RAR 4.
_MAIN_4, _FILE_4 = 0x73, 0x74
_HAS_DATA_4, _IS_LARGE_4, _HIDDEN_4 = 0x8000, 0x0100, 0x0080
_HEADER_4 = struct.Struct("<2xBHH")
_CHECKSUM_AT_4, _HIGH_SIZE_AT_4 = 16, 32
#: RAR 5; the type 4 is of the header that hides all others behind a password.
_FILE_5, _HIDDEN_5 = 2, 4
_HAS_EXTRA, _HAS_DATA = 0x0001, 0x0002
_HAS_TIME, _HAS_CHECKSUM = 0x0002, 0x0004


@dataclass(frozen=True, slots=True)
class _Header:
    kind: int
    #: Of the header itself in RAR 5 not all, but those that its type has.
    flags: int
    #: CRC-32 of a file's content; None where none is told.
    checksum: int | None = None


def is_volume(source: bytes) -> bool:
    """Whether the archive goes on in another file."""
    first = next(_headers(source), None)
    return first is not None and bool(first.flags & _VOLUME)


def is_hidden(source: bytes) -> bool:
    """Whether even the names need a password."""
    first = next(_headers(source), None)
    if first is None:
        return False
    if source.startswith(RAR_5):
        return first.kind == _HIDDEN_5
    return first.kind == _MAIN_4 and bool(first.flags & _HIDDEN_4)


def checksums(source: bytes) -> tuple[int | None, ...]:
    """CRC-32 of each file and folder, in order; None where none is told."""
    file = _FILE_5 if source.startswith(RAR_5) else _FILE_4
    return tuple(one.checksum for one in _headers(source) if one.kind == file)


def _headers(source: bytes) -> Iterator[_Header]:
    return _headers_5(source) if source.startswith(RAR_5) else _headers_4(source)


def _headers_4(source: bytes) -> Iterator[_Header]:
    at = len(RAR_4)
    while at + _HEADER_4.size <= len(source):
        kind, flags, size = _HEADER_4.unpack_from(source, at)
        data = _le(source, at + _HEADER_4.size) if flags & _HAS_DATA_4 or kind == _FILE_4 else 0
        if kind == _FILE_4 and flags & _IS_LARGE_4:
            data += _le(source, at + _HIGH_SIZE_AT_4) << 32
        yield _Header(kind, flags, _le(source, at + _CHECKSUM_AT_4) if kind == _FILE_4 else None)
        at += max(size, _HEADER_4.size) + data


def _headers_5(source: bytes) -> Iterator[_Header]:
    at = len(RAR_5)
    while at + _CHECKSUM_BYTES < len(source):
        size, begin = _number(source, at + _CHECKSUM_BYTES)
        kind, body = _number(source, begin)
        flags, body = _number(source, body)
        data = 0
        if flags & _HAS_EXTRA:
            _, body = _number(source, body)
        if flags & _HAS_DATA:
            data, body = _number(source, body)
        own, body = _number(source, body)
        yield _Header(kind, own, _checksum_5(source, own, body) if kind == _FILE_5 else None)
        at = begin + size + data


def _checksum_5(source: bytes, flags: int, at: int) -> int | None:
    """`at`: behind the flags."""
    for _ in ("size", "attributes"):
        _, at = _number(source, at)
    if flags & _HAS_TIME:
        at += 4
    return _le(source, at) if flags & _HAS_CHECKSUM else None


def _le(source: bytes, at: int) -> int:
    return int.from_bytes(source[at : at + 4], "little")


def _number(source: bytes, at: int) -> tuple[int, int]:
    """And where the next one begins."""
    value = shift = 0
    while at < len(source) and shift < 63:
        value |= (source[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if source[at - 1] < 0x80:
            break
    return value, at
