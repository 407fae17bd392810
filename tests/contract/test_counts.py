"""Counting by listings, held against the comparison that reads every young record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from storage.counts import Counts, count
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo, ObjectStore, S3ObjectStore, Stored
from storage.results import DocumentVersion, Records

NAMES = ("a", "a-b", "a/b", "a.json", "a.json/b", "a/result.json", "x" * 255, "c+d e", "中/..")


class Clocked(MemoryObjectStore):
    """Goes on by so many seconds before each PUT, and counts what is read."""

    def __init__(self, step: float = 2.0) -> None:
        self.now, self.step, self.read = datetime(2026, 1, 31, tzinfo=UTC), step, 0
        super().__init__(clock=lambda: self.now)

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        self.now += timedelta(seconds=self.step)
        return super().put(
            key, body, content_type=content_type, if_absent=if_absent, if_match=if_match
        )

    def get(
        self,
        key: str,
        *,
        version_id: str | None = None,
        if_match: str | None = None,
        limit_bytes: int | None = None,
    ) -> Stored:
        self.read += 1
        return super().get(key, version_id=version_id, if_match=if_match, limit_bytes=limit_bytes)


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return Clocked(step=0.3)
    s3_store: S3ObjectStore = request.getfixturevalue("s3_store")
    return s3_store


def drop(store: ObjectStore, name: str, content: str = "one") -> DocumentVersion:
    return DocumentVersion.of(
        store.put(f"inbox/{name}", content.encode(), content_type="text/plain")
    )


def record(store: ObjectStore, version: DocumentVersion, status: str = "done") -> None:
    source = {
        "key": version.key,
        "etag": version.etag,
        "last_modified": version.last_modified.isoformat(),
    }
    envelope = json.dumps({"status": status, "source": source}).encode()
    records = Records(store)
    if status == "done":
        records.write_result(version, envelope, {})
    else:
        records.write_failure(version, envelope)


def of(counts: Counts) -> tuple[int, int, int]:
    return counts.results, counts.failures, counts.pending


def test_where_documents_stand(store: ObjectStore) -> None:
    """Put and recorded within a second or two, so that some are doubtful."""
    names = [name for name in NAMES if ".." not in name or isinstance(store, Clocked)]
    versions = [drop(store, name) for name in names]
    for version in versions[::3]:
        record(store, version)
    for version in versions[1::3]:
        record(store, version, "failed")
    tally = Records(store).tally()
    counts = count(store)
    assert of(counts) == (tally.result, tally.failed, tally.pending)
    assert (counts.documents, counts.doubtful) == (len(names), 0)
    assert counts.oldest_pending is not None
    assert counts.oldest_pending.key == versions[2].key


def test_an_overwritten_document_pends_and_the_same_bytes_again_do_not(store: ObjectStore) -> None:
    for name in ("overwritten", "again"):
        record(store, drop(store, name))
    drop(store, "overwritten", "two")
    drop(store, "again")
    counts = count(store)
    assert of(counts) == (1, 0, 1)
    assert counts.oldest_pending is not None
    assert counts.oldest_pending.key == "inbox/overwritten"


def test_records_that_are_younger_are_not_read() -> None:
    store = Clocked()
    for number in range(500):
        record(store, drop(store, f"{number:03}"), "done" if number % 2 else "failed")
    store.read = 0
    assert of(count(store)) == (250, 250, 0)
    assert store.read == 0


def test_of_many_doubtful_ones_some_are_read_and_the_others_told() -> None:
    """All of them put once more: it is never said that nothing is pending."""
    store = Clocked()
    for number in range(100):
        record(store, drop(store, f"{number:03}"))
    for number in range(100):
        drop(store, f"{number:03}", "one" if number else "two")
    store.read = 0
    counts = count(store, most_reads=10)
    assert of(counts) == (10, 0, 90)
    assert counts.doubtful == 90
    assert store.read == 10
    assert of(count(store, most_reads=100)) == (99, 0, 1)


def test_a_document_on_its_way_is_looked_at() -> None:
    """Its record may be of the version before, though it is younger."""
    store = Clocked()
    first = drop(store, "a")
    drop(store, "a", "two")
    store.put(
        "results/a/result.json",
        json.dumps(
            {
                "source": {
                    "key": "inbox/a",
                    "etag": first.etag,
                    "last_modified": first.last_modified.isoformat(),
                }
            }
        ).encode(),
        content_type="application/json",
    )
    assert of(count(store)) == (1, 0, 0), "as the listing looks"
    assert of(count(store, on_their_way=["inbox/a"])) == (0, 0, 1)
    counts = count(store, on_their_way=["inbox/a"], most_reads=0)
    assert (of(counts), counts.doubtful) == ((0, 0, 1), 1)


def test_a_document_on_its_way_that_has_its_record_is_done() -> None:
    store = Clocked()
    record(store, drop(store, "a"))
    assert of(count(store, on_their_way=["inbox/a"])) == (1, 0, 0)


@pytest.fixture(params=range(20))
def chance(request: pytest.FixtureRequest) -> Random:
    return Random(request.param)


def test_any_history_is_counted_as_the_exact_comparison_does(chance: Random) -> None:
    store = Clocked(step=0.4)
    latest: dict[str, DocumentVersion] = {}
    for _ in range(60):
        name = chance.choice(NAMES)
        if name not in latest or chance.random() < 0.3:
            latest[name] = drop(store, name, chance.choice(["one", "two"]))
        else:
            record(store, latest[name], chance.choice(["done", "failed"]))
    tally = Records(store).tally()
    assert of(count(store)) == (tally.result, tally.failed, tally.pending)
