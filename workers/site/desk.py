"""What the pages work with: the bucket, what is known of it, and the way to have work done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from storage import keys
from storage.catalogue import Catalogue, CatalogueError
from storage.errors import NotFound
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
    #: Where Flower is, as a browser reaches it; None where it is not known.
    flower: str | None

    def standing(self, key: str) -> Standing | None:
        """None where the inbox has no such document."""
        info = self.store.head(key) if _is_named(key) else None
        if info is None:
            return None
        version = DocumentVersion.of(info)
        found = ended(self.records, version)
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
        with suppress(NotFound):
            stored = self.store.get(version.key, limit_bytes=self.max_document_mib * 2**20)
            if stored.info.etag == version.etag:
                return stored.body
        return None

    def parts(self, version: DocumentVersion) -> Iterator[bytes]:
        """Its bytes, a part at a time. Raises NotFound, and Conflict where the inbox has gone on
        to another version."""
        for first in range(0, version.size, PART_BYTES):
            size = min(PART_BYTES, version.size - first)
            yield self.store.get_part(version.key, first, size, if_match=version.etag)

    @property
    def clerk(self) -> Clerk:
        """A new one each time: a person waits for what is written, so it is tried each time."""
        return Clerk(self.catalogue)


def _is_named(key: str) -> bool:
    """Whether it may be the key of a document in every store: some take `..` for a way out of
    the inbox, and some refuse NUL as if they were set up wrongly."""
    return keys.is_document(key) and "\0" not in key and not {".", ".."} & set(key.split("/"))
