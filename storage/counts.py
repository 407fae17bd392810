"""How many documents stand where, from listings alone: no record is read but a few.

    inbox/ beside results/ and failed/  ──>  by their times  ──>  a few doubtful ones are read

A listing does not say which version a record is about, so a record that is younger than its
document counts, and only the following are doubtful: a record as old as its document, to the
second, or older (overwritten since, or the same bytes put once more); and one of a document
of which a job waits or runs. `Records.states` is exact, and reads every young record.

What is trusted here and should not be: a record of an older version that was written in the
moment in which its document was overwritten, while no job of the newer version is known to
the broker. The sweep reads such records, and makes it one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from storage import keys
from storage.objects import ObjectInfo, ObjectStore
from storage.results import DocumentVersion, Records, State

#: So many of the doubtful are read, the youngest documents first;
MOST_READS = 64
#: so many at a time, for which boto3 keeps connections.
READERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """`documents` = `results` + `failures` + `pending`."""

    documents: int
    #: Their current version has a result.
    results: int
    #: Their current version has a dead letter: refused or failed, which no listing tells.
    failures: int
    pending: int
    #: Doubtful ones beyond those that were read. By listings: counted as pending if the record
    #: is older than its document or a job of it waits or runs, else by the record. By the
    #: catalogue: counted as pending.
    doubtful: int
    oldest_pending: DocumentVersion | None


def count(
    store: ObjectStore, *, on_their_way: Collection[str] = (), most_reads: int = MOST_READS
) -> Counts:
    """`on_their_way`: keys of documents of which a job waits or runs."""
    with ThreadPoolExecutor(READERS) as pool:
        documents = pool.submit(lambda: list(store.list(keys.INBOX)))
        records = _Listed(store)
        counted, doubtful = _Counted(), list[tuple[ObjectInfo, State]]()
        for info in filter(_is_document, documents.result()):
            state, sure = _judged(info, records, on_their_way)
            if sure:
                counted.add(info, state)
            else:
                doubtful.append((info, state))
        doubtful.sort(key=lambda one: one[0].last_modified, reverse=True)
        looked_at = [info for info, _ in doubtful[:most_reads]]
        for info, exact in zip(looked_at, pool.map(_Exact(store), looked_at), strict=True):
            counted.add(info, exact)
    for info, state in doubtful[most_reads:]:
        counted.add(info, state)
    return counted.told(doubtful=max(0, len(doubtful) - most_reads))


class _Counted:
    def __init__(self) -> None:
        self._states: Counter[State] = Counter()
        self._oldest: ObjectInfo | None = None

    def add(self, document: ObjectInfo, state: State) -> None:
        self._states[state] += 1
        if state is State.PENDING and (
            self._oldest is None or document.last_modified < self._oldest.last_modified
        ):
            self._oldest = document

    def told(self, doubtful: int) -> Counts:
        return Counts(
            documents=self._states.total(),
            results=self._states[State.RESULT],
            failures=self._states[State.FAILED],
            pending=self._states[State.PENDING],
            doubtful=doubtful,
            oldest_pending=DocumentVersion.of(self._oldest) if self._oldest else None,
        )


class _Exact:
    """Where a document stands, by its record."""

    def __init__(self, store: ObjectStore) -> None:
        self._records = Records(store)

    def __call__(self, document: ObjectInfo) -> State:
        return self._records.terminal(DocumentVersion.of(document)) or State.PENDING


class _Listed:
    """The records of a bucket by the path in their key."""

    def __init__(self, store: ObjectStore) -> None:
        self._results = _by_path(store, keys.RESULTS, "/" + keys.RESULT_NAME)
        self._failures = _by_path(store, keys.FAILED, ".json")
        #: Most buckets have none, and then nobody's path need be looked at.
        self._some_hashed = any(
            keys.is_hashed(path) for found in (self._results, self._failures) for path in found
        )

    def of(self, path: str) -> tuple[State, ObjectInfo] | None:
        """The record of a document. Of two, as while a dead letter is about to go, the
        younger, and the result first."""
        result, failure = self._at(self._results, path), self._at(self._failures, path)
        if failure and (result is None or failure.last_modified > result.last_modified):
            return State.FAILED, failure
        return (State.RESULT, result) if result else None

    def _at(self, found: Mapping[str, ObjectInfo], path: str) -> ObjectInfo | None:
        # Its own path is never that of another's record.
        there = found.get(path)
        if there is None and self._some_hashed:
            there = found.get(keys.kept_path(path)) or found.get(keys.older_path(path) or path)
        return there


def _by_path(store: ObjectStore, room: str, end: str) -> dict[str, ObjectInfo]:
    before, after = len(room), -len(end)
    return {i.key[before:after]: i for i in store.list(room) if i.key.endswith(end)}


def _is_document(info: ObjectInfo) -> bool:
    return keys.is_document(info.key)


def _judged(
    document: ObjectInfo, records: _Listed, on_their_way: Collection[str]
) -> tuple[State, bool]:
    """By the listings, and whether that is sure."""
    found = records.of(document.key[len(keys.INBOX) :])
    if found is None:
        return State.PENDING, True
    state, record = found
    is_on_its_way = keys.document_key(document.key) in on_their_way
    if is_on_its_way or record.last_modified < document.last_modified:
        return State.PENDING, False
    return state, record.last_modified > document.last_modified
