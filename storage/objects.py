"""The bucket: what a store must be able to do, and S3 doing it.

Every key is a full key (`inbox/a.pdf`). All methods raise the exceptions of errors.py:
Unavailable wherever the store could not be reached or answered nonsense, Misconfigured
where asking again is no use. A store may be used by several threads at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What a store says about one object."""

    key: str
    #: Bytes.
    size: int
    #: Without quotes.
    etag: str
    #: None where the bucket keeps no versions, and always None in listings.
    version_id: str | None
    #: Aware, UTC, whole seconds: listings are finer than HEAD in some stores, and the same
    #: object must be as old in both.
    last_modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    body: bytes
    info: ObjectInfo


class ObjectStore(Protocol):
    def get(
        self,
        key: str,
        *,
        version_id: str | None = None,
        if_match: str | None = None,
        limit_bytes: int | None = None,
    ) -> Stored:
        """The whole object. NotFound; Conflict (another etag than `if_match`); TooLarge."""

    def head(self, key: str, version_id: str | None = None) -> ObjectInfo | None:
        """None where there is no such object."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        """Conflict where the object is there (`if_absent`), or is not the one of `if_match`.

        `last_modified` of what is returned is the store's own clock.
        """

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        """Objects whose key begins with `prefix`, in ascending order of key, page by page."""

    def delete_failed(self, key: str) -> None:
        """Remove a dead letter; ValueError for any key outside `failed/`.

        The only way in which this system deletes. Nothing happens where it is not there.
        """

    def probe(self) -> None:
        """Misconfigured unless the bucket is there and conditional writes are obeyed."""

    def ensure_bucket(self) -> None:
        """Create the bucket where it is missing: for servers on this machine."""


class S3ObjectStore:
    """A bucket of any store that speaks S3."""

    def __init__(
        self, *, endpoint: str | None, bucket: str, access_key: str, secret_key: str, region: str
    ) -> None:
        """`endpoint` None is AWS itself. Nothing is connected to here."""
        raise NotImplementedError
