"""What the pages work with: the bucket, what is known of it, and the way to have work done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from storage import keys
from storage.catalogue import Catalogue, CatalogueError
from storage.errors import NotFound
from storage.members import Members
from storage.objects import ObjectStore
from storage.results import DocumentVersion, Records, State
from storage.reviews import Reviews
from tasks.render.result import Envelope
from workers.catalogue import Clerk, ended
from workers.site.originals import Originals
from workers.site.saving import PART_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One document and what became of its current version, from the bucket itself."""

    version: DocumentVersion
    state: State
    #: Of the record; None while the document is pending.
    envelope: Envelope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    store: ObjectStore
    records: Records
    reviews: Reviews
    #: None where there is none, or it could not be opened.
    catalogue: Catalogue | None
    originals: Originals
    #: Has documents processed again. Raises `Unavailable`.
    again: Callable[[Sequence[DocumentVersion]], None]
    max_document_mib: int
    #: Of an archive or a mail.
    max_archive_mib: int
    #: Where Flower is, as a browser reaches it; None where it is not known.
    flower: str | None

    def standing(self, key: str) -> Standing | None:
        """None where the inbox has no such document."""
        version = self.records.current(key) if _is_named(key) else None
        if version is None:
            return None
        there = None
        if version.member is not None:
            there = self.members.original_info(version)
            version = replace(version, size=there.size if there else 0)
        found = ended(self.records, version)
        if found is None and version.member is not None and there is None:
            return None
        if found is None:
            return Standing(version=version, state=State.PENDING, envelope=None)
        state, _, envelope = found
        return Standing(version=version, state=state, envelope=envelope)

    def asked_catalogue(self) -> Catalogue:
        """For pages that are nothing without it. Raises CatalogueError where there is none."""
        if self.catalogue is None:
            raise CatalogueError("there is none")
        return self.catalogue

    def original(self, version: DocumentVersion) -> bytes | None:
        """Its bytes; None where the inbox has gone on to another version."""
        most = self.max_document_mib * 2**20
        with suppress(NotFound):
            if version.member is not None:
                return self.members.original(version, limit_bytes=most).body
            stored = self.store.get(version.object_key, limit_bytes=most)
            if stored.info.etag == version.etag:
                return stored.body
        return None

    def parts(self, version: DocumentVersion) -> Iterator[bytes]:
        """Its bytes, a part at a time. Raises NotFound, and Conflict where the inbox has gone on
        to another version."""
        key, etag = version.object_key, version.etag
        if version.member is not None:
            info = self.members.original_info(version)
            if info is None:
                raise NotFound(f"{version.key}: not taken out")
            key, etag = info.key, info.etag
        for first in range(0, version.size, PART_BYTES):
            size = min(PART_BYTES, version.size - first)
            yield self.store.get_part(key, first, size, if_match=etag)

    @property
    def members(self) -> Members:
        return Members(self.store)

    @property
    def clerk(self) -> Clerk:
        """A new one each time: a person waits for what is written, so it is tried each time."""
        return Clerk(self.catalogue)


def _is_named(key: str) -> bool:
    """Whether it may be the key of a document in every store: some take `..` for a way out of
    the inbox, and some refuse NUL as if they were set up wrongly."""
    named = keys.may_be_document(key) and "\0" not in key
    return named and not {".", ".."} & set(keys.apart(key)[0].split("/"))
