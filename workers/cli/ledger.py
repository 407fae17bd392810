"""Every document of the inbox beside its record: what the service owes, seen from outside.

Exact, for it reads each record: a result counts for the version that it names, not for the
one that happens to lie in the inbox. Records once read are not read again while unchanged.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from storage import keys
from storage.errors import NotFound
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
        """Documents whose path begins with `prefix`, in order of their keys.

        `advance` is called once a document with how many there are.
        """
        records = {
            info.key: info
            for folder in (keys.RESULTS, keys.FAILED)
            for info in self._store.list(folder)
            if keys.is_result(info.key) or keys.is_failed(info.key)
        }
        documents = sorted(
            (info for info in self._store.list(keys.INBOX + prefix) if keys.is_document(info.key)),
            key=lambda info: info.key,
        )
        waiting = iter(documents)
        with ThreadPoolExecutor(READERS) as pool:
            while batch := list(islice(waiting, _AHEAD)):
                for entry in pool.map(lambda info: self._entry(info, records), batch):
                    advance(len(documents))
                    yield entry

    def entry(self, key: str) -> Entry | None:
        """The document at one key of the inbox; None where there is none."""
        info = self._store.head(key)
        if info is None:
            return None
        found = {name: self._store.head(name) for name in _record_keys(key)}
        return self._entry(info, {name: there for name, there in found.items() if there})

    def dead_letters(self) -> Iterator[tuple[str, Envelope]]:
        """Key in the inbox and envelope, also where the document itself is gone."""
        letters = [info for info in self._store.list(keys.FAILED) if keys.is_failed(info.key)]
        with ThreadPoolExecutor(READERS) as pool:
            for info, envelope in zip(letters, pool.map(self._envelope, letters), strict=True):
                if envelope is not None:
                    yield _document_key(info, envelope), envelope

    def _entry(self, info: ObjectInfo, records: dict[str, ObjectInfo]) -> Entry:
        version = DocumentVersion.of(info)
        for key in _record_keys(info.key):
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
    return envelope.get("source", {}).get("key") or keys.document_of(record.key) or record.key
