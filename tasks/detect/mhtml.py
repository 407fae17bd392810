"""MHTML: a page saved with its pictures as one MIME message; Word does so under `.doc` too.

Only the one part that holds the page is decoded. `email` could parse the whole message, but
it recurses into nested parts and copies each picture.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

_HEADER_BYTES = 16_384
_FIRST_LINE = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9-]*:[ \t])")
_MIME = re.compile(rb"(?im)^(?:mime-version:\s*1|content-type:\s*(?:multipart|message)/)")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
#: A message that went through the post is a letter, even where it holds a page.
_OF_LETTERS = ("received", "delivered-to", "message-id", "to", "return-path")
_PAGES = ("text/html", "application/xhtml+xml")
_MOST_PARTS = 1_000
_DEEPEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPart:
    """The page in a MIME message."""

    body: bytes
    #: As its own header declares it; "" where it does not.
    charset: str


def is_mime(source: bytes) -> bool:
    """Whether the bytes begin with the headers of a MIME message."""
    head = source[:_HEADER_BYTES]
    return bool(_FIRST_LINE.match(head)) and bool(_MIME.search(head))


def html_part(source: bytes) -> HtmlPart | None:
    """The page of an MHTML file; None where the bytes are none."""
    if not is_mime(source):
        return None
    headers, body = _split(source.lstrip())
    if any(name in headers for name in _OF_LETTERS):
        return None
    return next(_pages(headers, body, _DEEPEST), None)


def _pages(headers: Message, body: bytes, depth: int) -> Iterator[HtmlPart]:
    kind = headers.get_content_type()
    if kind in _PAGES:
        yield HtmlPart(body=_decoded(headers, body), charset=headers.get_content_charset() or "")
    boundary = headers.get_boundary()
    if not kind.startswith("multipart/") or not boundary or not depth:
        return
    mark = re.compile(rb"(?m)^--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(?:--)?")
    for part in mark.split(body, _MOST_PARTS)[1:]:
        yield from _pages(*_split(part.lstrip(b" \t\r\n")), depth - 1)


def _split(message: bytes) -> tuple[Message, bytes]:
    """The headers and the body."""
    found = _BLANK_LINE.search(message, 0, _HEADER_BYTES)
    end, begin = (found.start(), found.end()) if found else (len(message), len(message))
    return BytesHeaderParser().parsebytes(message[:end]), message[begin:]


def _decoded(headers: Message, body: bytes) -> bytes:
    """The body without its transfer encoding; what is broken in it is passed over."""
    how = str(headers.get("content-transfer-encoding", "")).strip().lower()
    if how == "quoted-printable":
        return quopri.decodestring(body)
    if how == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        whole = letters[: len(letters) // 4 * 4]
        rest = letters[len(whole) :]
        return binascii.a2b_base64(whole + (rest + b"==")[:4] if len(rest) > 1 else whole)
    return body
