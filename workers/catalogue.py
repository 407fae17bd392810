"""The catalogue as the service uses it: it is filled beside the records, and never in their way.

Which one it is the settings say. Where it does not answer, the service and the commands do
without it, and say so once.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Any

import structlog

from storage import keys
from storage.catalogue import FILE_NAME, Catalogue, CatalogueError, sqlite_url
from storage.members import Members
from storage.objects import ObjectInfo
from storage.results import DocumentVersion, Record, Records, State
from storage.reviews import NotOurs, Review, Reviews
from tasks.render.entry import PENDING, entry
from tasks.render.result import Envelope
from tasks.render.shape import read_envelope
from workers.settings import Settings

log = structlog.get_logger("gouji")

NONE = "none"
#: A catalogue that does not answer is complained of so often, and asked again after as long.
SILENCE_SECONDS = 60.0
#: Documents that are compared with it at a time, and records that are read at a time.
_BATCH, _READERS = 500, 8
_PARTS = 256


def open_catalogue(settings: Settings) -> Catalogue | None:
    """None where there is to be none. Raises CatalogueError for an address that is none."""
    named = settings.catalogue_url
    if named is not None:
        url = named.get_secret_value()
        is_none = url.strip().casefold() == NONE
        return None if is_none else Catalogue(url, bucket=_bucket(settings))
    if not settings.home.is_dir():
        return None
    # What it holds is as private as the bucket; SQLite gives its other files the same rights.
    with suppress(OSError):
        (settings.home / FILE_NAME).touch(mode=0o600)
    return Catalogue(sqlite_url(settings.home), bucket=_bucket(settings))


def _bucket(settings: Settings) -> str:
    return f"{settings.s3_endpoint or 'aws'}/{settings.s3_bucket}"


class Clerk:
    """Writes rows for a worker or a sweep; what the database complains of is only logged."""

    def __init__(self, catalogue: Catalogue | None) -> None:
        self.catalogue = catalogue
        self._silent_until = 0.0

    @classmethod
    def of(cls, settings: Settings) -> Clerk:
        try:
            return cls(open_catalogue(settings))
        except CatalogueError as error:
            log.warning("catalogue.not_opened", message=str(error))
            return cls(None)

    @property
    def is_at_work(self) -> bool:
        return self.catalogue is not None and time.monotonic() >= self._silent_until

    def note(self, version: DocumentVersion, record: ObjectInfo, envelope: Envelope) -> None:
        """A record was committed."""
        if self.catalogue is not None and self.is_at_work:
            try:
                self.catalogue.put(version, record, entry(envelope))
            except CatalogueError as error:
                self.complain(error)
            except Exception:
                # The record is written: that it is not listed is no reason to do it again.
                log.exception("catalogue.broke", key=version.key)

    def note_pending(self, version: DocumentVersion) -> None:
        """Somebody has dropped it, and a list may show it before the next sweep tells of it."""
        if self.catalogue is not None and self.is_at_work:
            try:
                known = self.catalogue.noted_of([version.key]).get(version.key)
                if known is None or known.etag != version.etag:
                    self.catalogue.put(version, None, PENDING)
            except CatalogueError as error:
                self.complain(error)

    def known(self, versions: Sequence[DocumentVersion]) -> dict[str, str]:
        """The etag of the record, of those documents whose row names this very version: who wrote
        the row had read or written that record, and another one has another etag. Of none where
        the catalogue does not answer."""
        if self.catalogue is None or not self.is_at_work:
            return {}
        try:
            rows = self.catalogue.noted_of(version.key for version in versions)
        except CatalogueError as error:
            self.complain(error)
            return {}
        return {
            version.key: row.record_etag
            for version in versions
            if (row := rows.get(version.key)) is not None
            and row.record_etag is not None
            and (row.etag, row.modified) == (version.etag, version.last_modified)
        }

    def note_decisions(self, reviews: Reviews, key: str) -> None:
        """Somebody has decided on findings of this document. StorageError of the store."""
        if self.catalogue is not None and self.is_at_work:
            try:
                note_decisions(self.catalogue, reviews, [key])
            except CatalogueError as error:
                self.complain(error)

    def complain(self, error: CatalogueError) -> None:
        log.warning("catalogue.silent", message=str(error))
        self._silent_until = time.monotonic() + SILENCE_SECONDS


@dataclass(slots=True)
class Mending:
    """One comparison of the bucket with the catalogue, document by document.

    Rows that are right stay as they are, so a round that finds nothing to do writes nothing.
    Raises CatalogueError, and StorageError where a record cannot be read.
    """

    catalogue: Catalogue
    records: Records
    #: Whether every document of the bucket goes by: then rows of others go.
    is_whole: bool
    #: Is told of a document that was said to have its record, where that is about another version.
    #: A record is trusted for being so much younger than its document (`Records.standings`), which
    #: it may also be because both were copied, in this order, out of another bucket.
    overtaken: Callable[[DocumentVersion], None] = lambda _: None
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    #: Documents, and objects with decisions.
    mended: int = 0
    mended_reviews: int = 0
    #: Of each document that went by, eight bytes: a bucket may hold millions. In parts, as sorting
    #: makes objects of the numbers, five times as large.
    _seen: list[array[int]] = field(default_factory=lambda: [array("q") for _ in range(_PARTS)])
    _waiting: list[tuple[DocumentVersion, State, ObjectInfo | None]] = field(default_factory=list)

    def take(self, version: DocumentVersion, state: State, record: ObjectInfo | None) -> None:
        if self.is_whole:
            number = hash(version.key)
            self._seen[number % _PARTS].append(number)
        self._waiting.append((version, state, record))
        if len(self._waiting) >= _BATCH:
            self._compare()

    def end(self) -> None:
        self._compare()
        if self.is_whole:
            gone = list(self._gone())
            self.catalogue.forget(gone)
            self.mended += len(gone)
            self._compare_reviews()
            self.catalogue.swept(self.began)

    def _compare_reviews(self) -> None:
        """All of them: they are few, beside the documents."""
        reviews = Reviews(self.records.store)
        seen: set[int] = set()
        listed = reviews.listed()
        while batch := {info.key: info.etag for info in islice(listed, _BATCH)}:
            seen.update(map(hash, batch))
            read = self.catalogue.reviews_read(batch)
            places = [place for place, etag in batch.items() if read.get(place) != etag]
            with ThreadPoolExecutor(_READERS) as pool:
                keys = [key for key in pool.map(reviews.document_of, places) if key is not None]
            note_decisions(self.catalogue, reviews, keys)
            self.mended_reviews += len(keys)
        gone = [key for place, key in self.catalogue.known_reviews() if hash(place) not in seen]
        note_decisions(self.catalogue, reviews, gone)
        self.mended_reviews += len(gone)

    def _gone(self) -> Iterator[str]:
        """Of those that did not go by, what was not dropped, or unpacked, since the listing."""
        for archive, unseen in groupby(self._unseen(), keys.archive_of):
            if archive is None:
                yield from (key for key in unseen if not self.records.has_document(key))
            else:
                inside = self._inside(archive)
                yield from (key for key in unseen if key not in inside)

    def _inside(self, archive: str) -> set[str]:
        """Keys of what lies in the archive as it is in the inbox now."""
        info = self.records.store.head(keys.apart(archive)[0])
        version = DocumentVersion.of(info) if info is not None else None
        listed = Members(self.records.store).read(version) if version is not None else None
        return {keys.member_key(archive, one.name) for one in (listed.members if listed else ())}

    def _unseen(self) -> Iterator[str]:
        """Keys of rows whose documents did not go by: deleted, or dropped meanwhile."""
        for place, part in enumerate(self._seen):
            self._seen[place] = array("q", sorted(part))
        for key in self.catalogue.known_keys():
            number = hash(key)
            part = self._seen[number % _PARTS]
            place = bisect_left(part, number)
            if place == len(part) or part[place] != number:
                yield key

    def _compare(self) -> None:
        noted = self.catalogue.noted_of(version.key for version, _, _ in self._waiting)
        wrong: list[tuple[DocumentVersion, State | None]] = []
        for version, state, record in self._waiting:
            row = noted.get(version.key)
            if (
                row is None
                or (row.etag, row.state) != (version.etag, state)
                or row.record_etag != (record.etag if record else None)
            ):
                ended = row is not None and row.etag == version.etag and row.record_etag
                # its record came since the listing, or was taken away: it is looked for again
                wrong.append((version, None if ended and state is State.PENDING else state))
        self._waiting = []
        self.catalogue.put_all(self._rows(wrong))
        self.mended += len(wrong)

    def _rows(
        self, wrong: list[tuple[DocumentVersion, State | None]]
    ) -> Iterator[tuple[DocumentVersion, ObjectInfo | None, Mapping[str, Any]]]:
        with ThreadPoolExecutor(_READERS) as pool:
            rows = pool.map(lambda one: looked_up(self.records, *one), wrong)
            for (version, state), row in zip(wrong, rows, strict=True):
                if state is None and row[1] is None:
                    self.catalogue.forget([version.key])
                elif state in ENDED and row[1] is None:
                    self.overtaken(version)
                yield row


def note_decisions(catalogue: Catalogue, reviews: Reviews, keys: Collection[str]) -> None:
    """What people decided on these documents, as the bucket has it now.

    Whoever wrote last looks whether it is still so: a slower one has written what it read before.
    """
    while keys:
        with ThreadPoolExecutor(_READERS) as pool:
            read = list(pool.map(lambda key: _read(reviews, key), keys))
            catalogue.put_all_decisions((one.key, one.etag, one.decisions) for one in read)
            now = list(pool.map(lambda one: reviews.etag(one.key), read))
        keys = [one.key for one, etag in zip(read, now, strict=True) if one.etag != etag]


def _read(reviews: Reviews, key: str) -> Review:
    """Without decisions where what lies there is not ours."""
    try:
        return reviews.read(key)
    except NotOurs as error:
        log.warning("reviews.not_ours", key=key, message=str(error))
        return Review(key=key, etag=reviews.etag(key))


def looked_up(
    records: Records, version: DocumentVersion, state: State | None = None
) -> tuple[DocumentVersion, ObjectInfo | None, Mapping[str, Any]]:
    """The row of a document as the bucket has it now; `state`: where it was just seen to stand."""
    where = ENDED if state is None else (state,)
    found = ended(records, version, where, tables=False) if state is not State.PENDING else None
    if found is None:
        return version, None, PENDING
    there, record, envelope = found
    return version, record.info, {**entry(envelope), "state": there}


#: Where the record of a version may be, in the order in which it is looked for.
ENDED = (State.RESULT, State.FAILED)


def ended(
    records: Records,
    version: DocumentVersion,
    where: Iterable[State] = ENDED,
    *,
    tables: bool = True,
) -> tuple[State, Record, Envelope] | None:
    """The record of a version, and what it says; None where there is none. `tables` as in
    `read_envelope`."""
    for state in where:
        read = records.read_result if state is State.RESULT else records.read_failure
        record = read(version.key)
        envelope = envelope_of(record, version, tables=tables)
        if record is not None and envelope is not None:
            return state, record, envelope
    return None


def envelope_of(
    record: Record | None, version: DocumentVersion, *, tables: bool = True
) -> Envelope | None:
    """What a record says of this version; None where it is about another, or not ours."""
    envelope = None if record is None else read_envelope(record.body, tables=tables)
    if envelope is None:
        return None
    source = envelope.get("source") or {}
    named = (keys.key_in(source), source.get("etag"))
    return envelope if named == (version.key, version.etag) else None
