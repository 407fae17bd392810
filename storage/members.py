"""What is in an archive: the list of its members, and each as it was taken out.

    results/<archive path>/!members.json               the list, of one version of the archive
    results/<archive path>/!/<member>/!original-….docx  a member's bytes, beside its record
    results/<archive path>/!gathered-0000.json         what became of the first of them, and so on

Written by the job of the archive, the list last: where it is, all members are there that could
be taken out, and their jobs find what to read without the archive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storage import keys
from storage.errors import Conflict, NotFound, Unavailable
from storage.objects import ObjectInfo, ObjectStore, Stored, etag_of

if TYPE_CHECKING:
    from storage.results import DocumentVersion

SCHEMA = "gouji/members@1"
_BYTES = "application/octet-stream"
#: A write that keeps meeting others gives up after so many rounds; its job is tried again.
_ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What lies in an archive, or seems to."""

    #: Unique in it; members of a member behind a `!`: `各镇/乡镇.zip!年报.docx`.
    name: str
    #: Bytes; 0 of what could not be taken out.
    size: int
    #: Of its bytes; None where it could not be taken out, and has its dead letter already.
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in one version of an archive."""

    #: Of the archive itself.
    sha256: str
    #: What its record says of it besides.
    parts: dict[str, Any]
    #: In its order.
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Contents as they were written down."""

    contents: Contents
    #: By the store's clock.
    written: datetime
    #: Whether this version lay there before, perhaps with another one between: then its members
    #: may have records from that time, and who is at the other one may still write over them.
    again: bool = False

    @property
    def members(self) -> tuple[Member, ...]:
        return self.contents.members

    def versions(self, archive: DocumentVersion) -> Iterator[DocumentVersion]:
        """The members as documents; of the version that the list is about."""
        return (archive.holding(one.name, one.size) for one in self.members)


class Members:
    """Of all archives of a store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def read(self, archive: DocumentVersion) -> Listing | None:
        """None where there is none of this version, or where that was made before it was put
        where it lies now: another one may have had its place for a while, and written over
        records of members."""
        try:
            stored = self._store.get(keys.members_key(archive.key))
        except NotFound:
            return None
        return _listing(stored, archive)

    def write(
        self, archive: DocumentVersion, contents: Contents, *, again: bool = False
    ) -> Listing:
        """`again`: as `Listing.again`.

        Raises Conflict where the inbox has gone on to another version, of which the list
        stays, or has this one anew; Unavailable where others keep writing it."""
        told = {
            "schema": SCHEMA,
            "source": {
                "key": archive.object_key,
                "etag": archive.etag,
                "last_modified": archive.last_modified.isoformat(),
                "sha256": contents.sha256,
            },
            "again": again,
            "parts": contents.parts,
            "members": [asdict(one) for one in contents.members],
        }
        body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        info = self._put(keys.members_key(archive.key), body, "application/json", archive)
        return Listing(contents=contents, written=info.last_modified, again=again)

    def kept(self, archive: DocumentVersion) -> dict[str, ObjectInfo]:
        """What was taken out of whichever version of it, by its keys."""
        listed = self._store.list(keys.members_prefix(archive.key))
        return {info.key: info for info in listed if keys.is_original(info.key)}

    def kept_before(self, member: DocumentVersion, there: Mapping[str, ObjectInfo]) -> bool:
        """Whether it was taken out of this version of its archive already when that lay there
        before: by what is `there`, as `kept` told."""
        info = there.get(keys.original_key(member.key, member.etag))
        return info is not None and info.last_modified < member.last_modified

    def keep(self, member: DocumentVersion, body: bytes, there: Mapping[str, ObjectInfo]) -> bool:
        """What was taken out of this version of its archive, for its own job and for people.
        False: it is among those that are `there`, as `kept` told."""
        key = keys.original_key(member.key, member.etag)
        # Where a store makes etags otherwise, it is written again.
        if key in there and there[key].etag == etag_of(body):
            return False
        try:
            self._store.put(key, body, content_type=_BYTES, if_absent=True)
        except Conflict:
            # Of another gouji, which named the members otherwise.
            self._put(key, body, _BYTES)
        return True

    def gathered(self, archive: DocumentVersion, number: int) -> bytes | None:
        """What was noted of a part of the members, of whichever version."""
        try:
            return self._store.get(keys.gathered_key(archive.key, number)).body
        except NotFound:
            return None

    def note_gathered(self, archive: DocumentVersion, number: int, body: bytes) -> None:
        self._put(keys.gathered_key(archive.key, number), body, "application/json")

    def original_info(self, member: DocumentVersion) -> ObjectInfo | None:
        """None where it was not taken out."""
        return self._store.head(keys.original_key(member.key, member.etag))

    def original(self, member: DocumentVersion, *, limit_bytes: int) -> Stored:
        """Raises NotFound where it was not taken out, or not yet; TooLarge."""
        return self._store.get(keys.original_key(member.key, member.etag), limit_bytes=limit_bytes)

    def _put(
        self, key: str, body: bytes, kind: str, archive: DocumentVersion | None = None
    ) -> ObjectInfo:
        """Whatever lies there, but only while the archive lies in the inbox as this job found
        it."""
        for _ in range(_ROUNDS):
            # In this order: who writes of a newer version after the inbox was asked is met.
            there = self._store.head(key)
            if archive is not None and not self._is_current(archive):
                raise Conflict(f"{archive.key}: replaced while it was unpacked")
            try:
                return self._store.put(
                    key,
                    body,
                    content_type=kind,
                    if_absent=there is None,
                    if_match=there.etag if there else None,
                )
            except Conflict:
                continue
        raise Unavailable(f"{key}: others keep writing it")

    def _is_current(self, archive: DocumentVersion) -> bool:
        now = self._store.head(archive.object_key)
        return (
            now is not None
            and now.etag == archive.etag
            and now.last_modified <= archive.last_modified
        )


def _listing(stored: Stored, archive: DocumentVersion) -> Listing | None:
    try:
        told: Any = json.loads(stored.body)
        source = told["source"]
        if (source["key"], source["etag"]) != (archive.object_key, archive.etag):
            return None
        if _found_at(source, stored.info) < archive.last_modified:
            return None
        contents = Contents(
            sha256=str(source["sha256"]),
            parts=dict(told["parts"]),
            members=tuple(
                Member(name=str(one["name"]), size=int(one["size"]), sha256=one["sha256"])
                for one in told["members"]
            ),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        # Not ours: the archive is unpacked once more.
        return None
    return Listing(
        contents=contents, written=stored.info.last_modified, again=told.get("again") is True
    )


def _found_at(source: Mapping[str, Any], list_itself: ObjectInfo) -> datetime:
    """When what was unpacked had been put into the inbox. Lists of earlier goujis do not say: at
    the latest when they were written."""
    moment = source.get("last_modified")
    return list_itself.last_modified if moment is None else datetime.fromisoformat(moment)
