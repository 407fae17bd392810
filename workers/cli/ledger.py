"""Every document of the inbox beside its record: what the service owes, seen from outside.

Exact, for it reads each record: a result counts for the version that it names, not for the
one that happens to lie in the inbox. Records once read are not read again while unchanged.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from storage import keys
from storage.errors import NotFound
from storage.members import Members
from storage.objects import ObjectInfo, ObjectStore
from storage.results import DocumentVersion
from tasks.render.result import Envelope, dumps, loads
from tasks.render.shape import read_envelope

#: As many as boto3 keeps connections for without a word.
READERS = 8
#: So many are read before they are asked for.
_AHEAD = 64
PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of the inbox and what became of its current version."""

    version: DocumentVersion
    #: `done`, `refused`, `failed` or `pending`.
    status: str
    #: The record of this version; None where it is pending.
    envelope: Envelope | None

    @property
    def has_errors(self) -> bool:
        findings = (self.envelope or {}).get("findings", ())
        return any(finding["severity"] == "error" for finding in findings)

    @property
    def format(self) -> str | None:
        document: dict[str, Any] = (self.envelope or {}).get("document") or {}
        return document.get("format")

    @property
    def code(self) -> str | None:
        """Why there is no result: the code of the refusal, or the exception's type."""
        envelope = self.envelope or {}
        refusal, error = envelope.get("refusal"), envelope.get("error")
        if refusal:
            return str(refusal["code"])
        return str(error["type"]) if error else None


class Ledger:
    """The documents of one store."""

    def __init__(self, store: ObjectStore, *, keeps: bool = True) -> None:
        """`keeps`: records that were read are not read again while they are the same."""
        self._store = store
        self._keeps = keeps
        #: key of a record -> etag and content, packed: a bucket may hold tens of thousands
        self._read: dict[str, tuple[str, bytes | None]] = {}

    def entries(
        self, prefix: str = "", advance: Callable[[int], None] = lambda _total: None
    ) -> Iterator[Entry]:
        """Documents whose path begins with `prefix`, in order of their keys; what lies in an
        archive behind it, in its own order.

        `advance` is called once a document of the inbox with how many of them there are.
        """
        records = {
            info.key: info
            for folder in (keys.RESULTS, keys.FAILED)
            for info in self._store.list(folder)
            if keys.is_result(info.key) or keys.is_failed(info.key) or keys.is_members(info.key)
        }
        documents = self._documents(prefix)
        waiting = iter(documents)
        with ThreadPoolExecutor(READERS) as pool:

            def read(versions: Iterable[DocumentVersion]) -> Iterator[Entry]:
                left = iter(versions)
                while batch := list(islice(left, _AHEAD)):
                    yield from pool.map(lambda version: self._entry(version, records), batch)

            for entry in read(waiting):
                advance(len(documents))
                yield from self._below(prefix, [entry])
                if keys.members_key(entry.version.key) in records:
                    yield from self._below(prefix, read(self._members(entry.version)))

    def _documents(self, prefix: str) -> list[DocumentVersion]:
        """Of the inbox itself, in the order of their keys; those whose path begins so, or the
        archive in which such ones lie."""
        object_key, member = keys.apart(keys.INBOX + prefix)
        infos = self._store.list(object_key if member is not None else keys.INBOX + prefix)
        versions = (DocumentVersion.of(info) for info in infos if keys.is_document(info.key))
        return sorted(versions, key=lambda version: version.key)

    @staticmethod
    def _below(prefix: str, entries: Iterable[Entry]) -> Iterator[Entry]:
        return (entry for entry in entries if entry.version.key.startswith(keys.INBOX + prefix))

    def _members(self, archive: DocumentVersion) -> Iterator[DocumentVersion]:
        """What lies in this version of it, as far as it was unpacked."""
        listed = Members(self._store).read(archive)
        if listed is not None:
            yield from listed.versions(archive)

    def entry(self, key: str) -> Entry | None:
        """The document of one key; None where there is none."""
        object_key, member = keys.apart(key)
        info = self._store.head(object_key)
        if info is None:
            return None
        version = DocumentVersion.of(info)
        if member is not None:
            named = (one for one in self._members(version) if one.member == member)
            found = next(named, None)
            if found is None:
                return None
            version = found
        there = {name: self._store.head(name) for name in _record_keys(key)}
        return self._entry(version, {name: info for name, info in there.items() if info})

    def dead_letters(self) -> Iterator[tuple[str, Envelope]]:
        """Key in the inbox and envelope, also where the document itself is gone."""
        letters = [info for info in self._store.list(keys.FAILED) if keys.is_failed(info.key)]
        with ThreadPoolExecutor(READERS) as pool:
            for info, envelope in zip(letters, pool.map(self._envelope, letters), strict=True):
                if envelope is not None:
                    yield _document_key(info, envelope), envelope

    def _entry(self, version: DocumentVersion, records: dict[str, ObjectInfo]) -> Entry:
        for key in _record_keys(version.key):
            record = records.get(key)
            envelope = self._envelope(record) if record else None
            if envelope and envelope.get("source", {}).get("etag") == version.etag:
                return Entry(version=version, status=envelope["status"], envelope=envelope)
        return Entry(version=version, status=PENDING, envelope=None)

    def _envelope(self, record: ObjectInfo) -> Envelope | None:
        """None where something lies there that is not ours, or not any more."""
        etag, packed = self._read.get(record.key, ("", None))
        if etag == record.etag:
            return loads(zlib.decompress(packed)) if packed is not None else None
        envelope = self._fetched(record.key)
        if self._keeps:
            packed = zlib.compress(dumps(envelope), 1) if envelope is not None else None
            self._read[record.key] = (record.etag, packed)
        return envelope

    def _fetched(self, key: str) -> Envelope | None:
        try:
            return read_envelope(self._store.get(key).body)
        except NotFound:
            return None


def _record_keys(key: str) -> tuple[str, ...]:
    return *keys.result_keys(key), *keys.failed_keys(key)


def _document_key(record: ObjectInfo, envelope: Envelope) -> str:
    return keys.key_in(envelope.get("source", {})) or keys.document_of(record.key) or record.key
