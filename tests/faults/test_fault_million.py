"""A bucket of a million documents, which is generated while it is listed."""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from world import Row

from storage.keys import FAILED, INBOX, RESULTS, failed_key, result_key
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo, Stored
from storage.results import Records, State

COUNT = 1_000_000
DROPPED = datetime(2026, 1, 31, tzinfo=UTC)
PAGE = 1000


class Generated(MemoryObjectStore):
    """Of every thousand documents, the first is pending and the second has a dead letter."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        room = next(room for room in (INBOX, RESULTS, FAILED) if prefix.startswith(room))
        key = KEYS[room]
        first = bisect_right(range(COUNT), max(prefix, start_after or ""), key=key)
        for number in range(first, COUNT):
            if not key(number).startswith(prefix):
                return
            if room == INBOX or HAS[room](number):
                # One request a page, of what is listed.
                self.asked += number % PAGE == 0
                yield about(key(number), number, 0 if room == INBOX else 3600)

    def head(self, key: str, version_id: str | None = None) -> ObjectInfo | None:
        self.asked += 1
        number = int(key.split("/")[2].partition(".")[0])
        room = key.split("/")[0] + "/"
        return about(key, number, 3600) if HAS[room](number) else None

    def get(self, key: str, **_: object) -> Stored:
        raise AssertionError(f"{key}: records are old enough not to be read")


def document(number: int) -> str:
    return f"{INBOX}{number // PAGE:03}/{number:06}.html"


KEYS: dict[str, Callable[[int], str]] = {
    INBOX: document,
    RESULTS: lambda number: result_key(document(number)),
    FAILED: lambda number: failed_key(document(number)),
}
HAS: dict[str, Callable[[int], bool]] = {
    RESULTS: lambda number: number % PAGE > 1,
    FAILED: lambda number: number % PAGE == 1,
}


def about(key: str, number: int, later: int) -> ObjectInfo:
    moment = DROPPED + timedelta(seconds=number // 100 + later)
    return ObjectInfo(key=key, size=1, etag=f"{number:032}", version_id=None, last_modified=moment)


def sweep(store: Generated, since: datetime | None) -> tuple[int, float, float]:
    """Pending documents, seconds, and by how many MiB this process grew."""
    own = psutil.Process()
    before = most = own.memory_info().rss
    began, pending = time.monotonic(), 0
    for number, (_, state) in enumerate(Records(store).states(modified_since=since)):
        pending += state is State.PENDING
        if number % 20_000 == 0:
            most = max(most, own.memory_info().rss)
    return pending, time.monotonic() - began, (most - before) / 2**20


@pytest.mark.long
def test_a_million_documents_in_bounded_memory(row: Row) -> None:
    store = Generated()
    pending, seconds, grown = sweep(store, None)
    everything = store.asked
    assert pending == COUNT // PAGE
    assert grown < 30
    store.asked = 0
    # The last five minutes: 30 000 of them.
    newest = about("", COUNT - 1, 0).last_modified
    recent, quick, _ = sweep(store, newest - timedelta(minutes=5))
    assert recent == 30
    assert store.asked < everything / 2
    row.says(
        documents=COUNT,
        figures=json.dumps(
            {
                "everything": f"{seconds:.0f} s of our own, {everything} requests",
                "recent": f"{quick:.0f} s, {store.asked} requests",
                "grown_mib": round(grown, 1),
            }
        ),
    )
