"""Pictures that came with a page: written into it (`data:`) or sent along with it (MHTML)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import unquote_to_bytes

from tasks.model.document import Where
from tasks.model.patterns import regex
from tasks.read.embedded import HEAD, MOST_PICTURES, Marks, may_hold_table
from tasks.read.html.frames import Page

_IMAGE = regex(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_SRC = regex(r"\ssrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_DATA = regex(r"\s*data:image/", re.IGNORECASE)
#: Its own style says that it is not shown.
_UNSEEN = regex(r"\sstyle\s*=\s*[\"'][^\"']*\b(?:none|hidden)\b", re.IGNORECASE)
#: Letters of base64 that stand for so many bytes.
_LETTERS = HEAD // 3 * 4


def pictures_in(page: Page) -> tuple[Where, ...]:
    """Those that may hold a table, by their number among the pictures of the page, from 1."""
    found: list[Where] = []
    for number, tag in enumerate(_tags(page), 1):
        source = _source(page, tag, whole=False)
        if source and may_hold_table(source, len(source)):
            found.append(Where(path=f"/img[{number}]"))
        if len(found) >= MOST_PICTURES:
            break
    return tuple(found)


def with_marks(page: Page, marks: Marks) -> Page:
    """The page with signs in the places of its pictures."""
    if not _may_have(page):
        return page

    def marked(tag: re.Match[str]) -> str:
        source = _source(page, tag[0], whole=True)
        return (marks.put(source) if source else "") or tag[0]

    return replace(page, text=_IMAGE.sub(marked, page.text))


def _may_have(page: Page) -> bool:
    if page.message is not None:
        return any(part.kind.startswith("image/") for part in page.message.parts)
    return "data:image/" in page.text or "DATA:" in page.text


def _tags(page: Page) -> Iterator[str]:
    if _may_have(page):
        yield from (tag[0] for tag in _IMAGE.finditer(page.text))


def _source(page: Page, tag: str, *, whole: bool) -> bytes:
    """The bytes of a picture, or the first of them; b"" where they did not come with the page or
    the picture is not shown."""
    said = _SRC.search(tag)
    if said is None or _UNSEEN.search(tag):
        return b""
    address = said[1] or said[2] or said[3] or ""
    if _DATA.match(address):
        return _written(address, whole=whole)
    part = page.picture(unescape(address))
    return b"" if part is None else part.body()


def _written(address: str, *, whole: bool) -> bytes:
    head, _, body = address.partition(",")
    if not head.strip().lower().endswith(";base64"):
        return unquote_to_bytes(body)
    if "%" in body:
        body = unquote_to_bytes(body).decode("latin-1")
    letters = re.sub(r"[^A-Za-z0-9+/]", "", body if whole else body[:_LETTERS])
    try:
        return base64.b64decode(letters[: len(letters) // 4 * 4] + _rest(letters))
    except binascii.Error:
        return b""


def _rest(letters: str) -> str:
    """The last letters of base64, filled up to four."""
    rest = letters[len(letters) // 4 * 4 :]
    return (rest + "==")[:4] if len(rest) > 1 else ""
