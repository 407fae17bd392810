"""A page of a listing, as S3 writes it: XML of ListObjectsV2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

Entry = dict[str, Any]


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
        if _name(root) != "ListBucketResult":
            raise NoPage
        told = {_name(child): child.text or "" for child in root}
        is_quoted = told.get("EncodingType") == "url"
        entries = tuple(_entries(root, is_quoted=is_quoted))
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise NoPage from error
    is_last = told.get("IsTruncated") != "true"
    following = None if is_last else told.get("NextContinuationToken")
    if not is_last and not following:
        raise NoPage
    return Page(entries=entries, next=following)


def moment(text: str) -> datetime:
    """A moment of an S3 answer: ISO 8601 in listings, RFC 9110 in headers. Raises ValueError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _entries(root: ElementTree.Element, *, is_quoted: bool) -> Iterator[Entry]:
    for child in root:
        if _name(child) != "Contents":
            continue
        said = {_name(one): one.text or "" for one in child}
        yield {
            "Key": unquote_plus(said["Key"]) if is_quoted else said["Key"],
            "Size": int(said["Size"]),
            "ETag": said["ETag"],
            "LastModified": moment(said["LastModified"]),
        }


def _name(element: ElementTree.Element) -> str:
    """Without its namespace, of which stores have several."""
    return element.tag.rpartition("}")[2]
