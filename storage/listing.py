"""A page of a listing, as S3 writes it: XML of ListObjectsV2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

Entry = dict[str, Any]
_ROOT = "ListBucketResult"
_QUOTED = re.compile("(?:%[0-9A-Fa-f]{2})+")


class NoPage(Exception):
    """It is none, or lacks something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    #: Key, Size, ETag and LastModified of each object, as boto3 names them.
    entries: tuple[Entry, ...]
    #: What asks for the next page; None on the last.
    next: str | None


def page_of(body: bytes) -> Page:
    """Raises NoPage."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - from our own store; expat has its limits
        # Stores have several namespaces, or none.
        space = root.tag[: root.tag.rfind("}") + 1]
        if root.tag != space + _ROOT:
            raise NoPage
        is_quoted = root.findtext(f"{space}EncodingType") == "url"
        entries = tuple(_entries(root, space, is_quoted=is_quoted))
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise NoPage from error
    is_last = root.findtext(f"{space}IsTruncated") != "true"
    following = None if is_last else root.findtext(f"{space}NextContinuationToken")
    if not is_last and not following:
        raise NoPage
    return Page(entries=entries, next=following)


def moment(text: str) -> datetime:
    """A moment of an S3 answer: ISO 8601 in listings, RFC 9110 in headers. Raises ValueError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _entries(root: ElementTree.Element, space: str, *, is_quoted: bool) -> Iterator[Entry]:
    """The sweep takes all of the inbox by this, each time: what a bucket of millions costs it."""
    for child in root.findall(f"{space}Contents"):
        key = _text(child, f"{space}Key")
        yield {
            "Key": _unquoted(key) if is_quoted else key,
            "Size": int(_text(child, f"{space}Size")),
            "ETag": _text(child, f"{space}ETag"),
            "LastModified": moment(_text(child, f"{space}LastModified")),
        }


def _text(element: ElementTree.Element, name: str) -> str:
    """Raises KeyError where it has no such part."""
    text = element.findtext(name)
    if text is None:
        raise KeyError(name)
    return text


def _unquoted(key: str) -> str:
    """As `unquote_plus`, which takes a key of Chinese characters apart byte by byte."""
    return _QUOTED.sub(_decoded, key.replace("+", " "))


def _decoded(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace")
