"""Compressed streams: how much they hold once inflated, and whether they are whole.

Both are told without keeping what they hold: a piece is inflated at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream, resolve1

from tasks.model.patterns import regex

#: Bytes of one stream, and of all streams, once inflated (images are never inflated here).
LARGEST_STREAM = 64 * 2**20
LARGEST_IN_ALL = 512 * 2**20
#: Bytes that are inflated at a time, and that are looked at for it.
PIECE = 2**20
CHUNK = 2**16
#: Bytes before a stream that say what it is.
HEAD = 400

_STREAM = regex(rb"stream\r?\n")
_IMAGE = regex(rb"/Subtype\s*/Image")
#: How a stream begins that is compressed by deflate.
_DEFLATED = b"x"


class TooLarge(Exception):
    """What the streams hold is larger than any report."""


def check_inflated(source: bytes) -> None:
    """Counts what the compressed streams of a file hold. Raises TooLarge.

    pdfminer inflates a stream whole, so a bomb must be known before it is opened.
    """
    total = 0
    for start in _deflated(source):
        total += _inflated_size(source, start)
        if total > LARGEST_IN_ALL:
            raise TooLarge


def is_damaged(part: Any) -> bool:
    """Whether the content is not what was written: pdfminer takes what it can inflate of it,
    and says nothing. A missing checksum loses nothing. Raises TooLarge.
    """
    stream = resolve1(part)
    data = stream.get_rawdata() if isinstance(stream, PDFStream) else None
    if not data or not (filters := stream.get_filters()):
        return False
    if filters[0][0] not in LITERALS_FLATE_DECODE:
        return False
    if stream.decipher is not None:
        data = stream.decipher(stream.objid, stream.genno, data, stream.attrs)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size, checksum = 0, 1
    try:
        for content in _pieces(inflater, data[2:]):
            size, checksum = size + len(content), zlib.adler32(content, checksum)
            if size > LARGEST_STREAM:
                raise TooLarge
    except zlib.error:
        return True
    written = inflater.unused_data[:4]
    return not inflater.eof or (len(written) == 4 and written != checksum.to_bytes(4, "big"))


def _pieces(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What these bytes hold. Raises `zlib.error`."""
    while data and not inflater.eof:
        yield inflater.decompress(data, PIECE)
        data = inflater.unconsumed_tail


def _deflated(source: bytes) -> Iterator[int]:
    """Where the streams of a file begin that are compressed by deflate, and are no images."""
    for match in _STREAM.finditer(source):
        start = match.end()
        ends = source[match.start() - 3 : match.start()] == b"end"
        if ends or source[start : start + 1] != _DEFLATED:
            continue
        head = source[max(0, match.start() - HEAD) : match.start()]
        if not _IMAGE.search(head, max(0, head.rfind(b" obj"))):
            yield start


def _inflated_size(source: bytes, start: int) -> int:
    """Bytes of a stream, also of one that was deflated twice. Raises TooLarge."""
    outer, inner = zlib.decompressobj(), zlib.decompressobj()
    size = inner_size = 0
    twice: bool | None = None
    try:
        while start < len(source) and not outer.eof:
            for content in _pieces(outer, source[start : start + CHUNK]):
                size += len(content)
                if twice is None and content:
                    twice = content.startswith(_DEFLATED)
                if twice:
                    more = _size(inner, content)
                    twice, inner_size = more is not None, inner_size + (more or 0)
                if max(size, inner_size) > LARGEST_STREAM:
                    raise TooLarge
            start += CHUNK
    except zlib.error:
        pass  # it ends here, or is none
    return size + inner_size


def _size(inflater: zlib._Decompress, data: bytes) -> int | None:
    """Bytes that these hold, as far as is no bomb; None where they are not compressed."""
    size = 0
    try:
        for content in _pieces(inflater, data):
            size += len(content)
            if size > LARGEST_STREAM:
                break
    except zlib.error:
        return None
    return size
