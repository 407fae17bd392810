"""MHTML: a page saved with its pictures as one MIME message; Word does so under `.doc` too.

The parts are found by their boundaries and decoded when they are asked for: the page, the frames
and style sheets that it names. `email` could parse the whole message, but it recurses into nested
parts and copies each picture.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from tasks.detect.headers import file_name, parameter
from tasks.model.patterns import regex

if TYPE_CHECKING:
    from email.message import Message as HeaderMessage

_HEADER_BYTES = 16_384
_FIRST_LINE = regex(rb"\s*(?:[A-Za-z][A-Za-z0-9-]*:[ \t])")
_MIME = regex(rb"(?im)^(?:mime-version:\s*1|content-type:\s*(?:multipart|message)/)")
_BLANK_LINE = regex(rb"\r?\n\r?\n")
#: A message that went through the post is a letter, even where it holds a page.
_OF_LETTERS = ("received", "delivered-to", "message-id", "to", "return-path")
PAGES = ("text/html", "application/xhtml+xml")
MOST_PARTS = 1_000
_DEEPEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a message that holds no others."""

    #: Which it is, from 0.
    number: int
    kind: str
    #: As its own header declares it; "" where it does not.
    charset: str
    #: Content-ID without its brackets, and the address that it was saved from.
    id: str
    location: str
    how: str
    raw: bytes
    #: Its sender called it an attachment, and what he called it.
    attached: bool = False
    name: str = ""

    def body(self) -> bytes:
        """Without its transfer encoding; what is broken in it is passed over."""
        return decoded(self.how, self.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A page in a MIME message, and what was saved with it."""

    root: Part
    parts: tuple[Part, ...]
    _by_name: dict[str, Part]

    def find(self, address: str) -> Part | None:
        """The part that an address in the page leads to."""
        return self._by_name.get(_plain(address))

    def pages(self) -> Iterator[Part]:
        return (part for part in self.parts if part.kind in PAGES)


def written(parts: Sequence[Part]) -> bytes:
    """A page with these parts, the root first."""
    boundary = b"----=_Part"
    while any(boundary in part.raw for part in parts):
        boundary += b"_"
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="'
    lines = [head + boundary + b'"\r\n']
    for part in parts:
        charset = f'; charset="{part.charset}"' if part.charset else ""
        told = {
            "Content-Type": part.kind + charset,
            "Content-ID": f"<{part.id}>" if part.id else "",
            "Content-Location": part.location,
            "Content-Transfer-Encoding": part.how,
        }
        said = "".join(f"{name}: {' '.join(one.split())}\r\n" for name, one in told.items() if one)
        lines.append(b"--" + boundary + b"\r\n" + said.encode() + b"\r\n" + part.raw)
    lines.append(b"--" + boundary + b"--\r\n")
    return b"\r\n".join(lines)


def is_mime(source: bytes) -> bool:
    """Whether the bytes begin with the headers of a MIME message."""
    head = source[:_HEADER_BYTES]
    return bool(_FIRST_LINE.match(head)) and bool(_MIME.search(head))


def message(source: bytes) -> Message | None:
    """The page of an MHTML file with its parts; None where the bytes are none.

    Source: RFC 2557; RFC 2387, 3.2 for the part that is the root.
    """
    if not is_mime(source):
        return None
    headers, body = _split(source.lstrip())
    if any(name in headers for name in _OF_LETTERS):
        return None
    parts: list[Part] = []
    _gather(headers, body, "", parts, _DEEPEST)
    start = parameter(headers, "start").strip("<>")
    pages = [part for part in parts if part.kind in PAGES]
    root = next((part for part in pages if start and part.id == start), next(iter(pages), None))
    if root is None:
        return None
    return Message(root=root, parts=tuple(parts), _by_name=_by_name(parts))


def _gather(headers: HeaderMessage, body: bytes, base: str, parts: list[Part], depth: int) -> None:
    """Collect the parts in their order."""
    kind = headers.get_content_type()
    location = joined(base, _said(headers, "content-location"))
    if not kind.startswith("multipart/"):
        parts.append(
            Part(
                number=len(parts),
                kind=kind,
                charset=parameter(headers, "charset").lower(),
                id=_said(headers, "content-id").strip("<>"),
                location=location,
                how=_said(headers, "content-transfer-encoding").lower(),
                raw=body,
                attached=headers.get_content_disposition() == "attachment",
                name=file_name(headers),
            )
        )
        return
    boundary = parameter(headers, "boundary")
    if not boundary or not depth:
        return
    mark = re.compile(rb"(?m)^--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(?:--)?")
    for part in mark.split(body, MOST_PARTS)[1:]:
        _gather(*_split(part.lstrip(b" \t\r\n")), location, parts, depth - 1)


def _said(headers: HeaderMessage, name: str) -> str:
    """A header's value, in UTF-8 where it is not ASCII; "" where there is none."""
    found = next((value for key, value in headers.raw_items() if key.lower() == name), "")
    return str(found).encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def _by_name(parts: list[Part]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for part in parts:
        for name in (f"cid:{part.id}" if part.id else "", part.location):
            if name:
                found.setdefault(_plain(name), part)
    return found


def _plain(address: str) -> str:
    """An address as it is compared: what is escaped in it written out, without a fragment."""
    return unquote(address.partition("#")[0].strip()).replace("\\", "/")


def joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # no address at all
        return address


def _split(text: bytes) -> tuple[HeaderMessage, bytes]:
    """The headers and the body."""
    from email.parser import BytesHeaderParser  # few documents need it, and it takes long

    found = _BLANK_LINE.search(text, 0, _HEADER_BYTES)
    end, begin = (found.start(), found.end()) if found else (len(text), len(text))
    return BytesHeaderParser().parsebytes(text[:end]), text[begin:]


def decoded(how: str, body: bytes) -> bytes:
    """A body without its transfer encoding; what is broken in it is passed over."""
    if how == "quoted-printable":
        return quopri.decodestring(body)
    if how == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        whole = letters[: len(letters) // 4 * 4]
        rest = letters[len(whole) :]
        return binascii.a2b_base64(whole + (rest + b"==")[:4] if len(rest) > 1 else whole)
    return body
