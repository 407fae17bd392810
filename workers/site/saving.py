"""Files for a browser to save: never shown, whatever they are."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

#: Of what is sent in parts, one is held at a time, however slowly it is taken.
PART_BYTES = 2**20
#: Kinds that a browser may be told of; any other is bytes.
_HARMLESS = frozenset(
    {
        "application/pdf",
        "application/json",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/csv",
    }
)


def saved(body: bytes, name: str) -> Response:
    return Response(body, media_type=_kind(name), headers=_named(name))


def saved_parts(parts: Iterable[bytes], size: int, name: str) -> Response:
    """`size`: bytes of all of them; the browser tells that a file was cut off by it."""
    headers = _named(name) | {"Content-Length": str(size)}
    return StreamingResponse(parts, media_type=_kind(name), headers=headers)


def saved_as_made(parts: Iterable[bytes], name: str) -> Response:
    """What is sent while it is made; where that breaks off, the browser tells."""
    return StreamingResponse(parts, media_type=_kind(name), headers=_named(name))


def saved_file(file: BinaryIO, name: str) -> Response:
    """The whole of a file, which is closed when it was sent, or the visitor has gone."""
    return saved_parts(_parts(file), file.seek(0, os.SEEK_END), name)


def _parts(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(PART_BYTES):
            yield part


def _kind(name: str) -> str:
    kind = mimetypes.guess_type(name)[0]
    return kind if kind in _HARMLESS else "application/octet-stream"


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
