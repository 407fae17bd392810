"""What counting costs: `python -m benchmarks.counting [DOCUMENTS] [SIMULATED]`.

DOCUMENTS (10,000) of an embedded SeaweedFS, each with the record of a real report, are counted
as `gouji status` does, by the inbox beside the catalogue; as it does without one, from listings;
and as version 0.1.0 did, by reading every record. Then SIMULATED (100,000) of a store that only
makes up its listings: what is left is our own time.
One document of twenty pends, one has a dead letter.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from samples import make_report, render
from storage import keys
from storage.catalogue import Catalogue, sqlite_url
from storage.counts import Counts, count
from storage.local import LocalServers
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo, ObjectStore, S3ObjectStore
from storage.results import DocumentVersion, Records
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.result import done, dumps, refused
from workers.catalogue import Mending
from workers.cli.catalogued import counted
from workers.cli.ledger import Ledger

OF = 20
PENDS, FAILED = 0, 1
DROPPED = datetime(2026, 1, 31, tzinfo=UTC)


_LOCKED = Refusal(RefusalCode.ENCRYPTED, "文件已加密。", "The file is encrypted.")


def document(number: int) -> str:
    return f"{keys.INBOX}{number // 1000:03}/{number:06}.html"


def record_of(number: int) -> str | None:
    """None: it pends."""
    if number % OF == PENDS:
        return None
    place = keys.failed_key if number % OF == FAILED else keys.result_key
    return place(document(number))


def fill(store: S3ObjectStore, documents: int) -> None:
    outcome = examine(render(make_report(7, year=2023), Format.HTML, "cms"), "a.html")

    def put(number: int) -> None:
        body = b"<p>%d</p>" % number
        info = store.put(document(number), body, content_type="text/html")
        place = record_of(number)
        if place is not None:
            moment = info.last_modified.isoformat()
            source = {"key": info.key, "etag": info.etag, "last_modified": moment}
            told = done(source, outcome) if keys.is_result(place) else refused(source, _LOCKED)
            store.put(place, dumps(told), content_type="application/json")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(documents)))


class Simulated(MemoryObjectStore):
    """As a listing of a million would come, without a store behind it."""

    def __init__(self, documents: int) -> None:
        super().__init__()
        self._numbers = range(documents)

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        for number in self._numbers:
            key = document(number) if prefix == keys.INBOX else record_of(number)
            if key is not None and key.startswith(prefix):
                later = timedelta(seconds=number + 7 * (prefix != keys.INBOX))
                yield ObjectInfo(
                    key=key, size=1, etag="", version_id=None, last_modified=DROPPED + later
                )


def rows(store: ObjectStore) -> Iterator[tuple[DocumentVersion, ObjectInfo, dict[str, str]]]:
    """All have their record but what was dropped last."""
    *known, _ = (DocumentVersion.of(info) for info in store.list(keys.INBOX))
    for version in known:
        record = ObjectInfo(key="", size=1, etag="", version_id=None, last_modified=DROPPED)
        yield version, record, {"state": "result", "verdict": "clean"}


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of this process's own; the better of three."""
    taken = []
    for _ in range(3):
        began, own = time.perf_counter(), time.process_time()
        what()
        taken.append((time.perf_counter() - began, time.process_time() - own))
    return min(taken)


def by_reading(store: S3ObjectStore) -> Counter[str]:
    """With nothing kept of an earlier count."""
    return Counter(entry.status for entry in Ledger(store).entries())


def told_of(store: ObjectStore, catalogue: Catalogue) -> None:
    """As the first sweep of a service does."""
    records = Records(store)
    mending = Mending(catalogue, records, is_whole=True)
    for standing in records.standings():
        mending.take(*standing)
    mending.end()


def agree(counts: Counts, read: Counter[str]) -> None:
    assert (counts.pending, counts.documents) == (read["pending"], read.total())


def real(documents: int) -> None:
    servers = LocalServers(Path(tempfile.mkdtemp(prefix="gouji-counting-")))
    servers.start()
    try:
        s3 = servers.s3
        store = S3ObjectStore(
            endpoint=s3.endpoint,
            bucket="counting",
            access_key=s3.access_key,
            secret_key=s3.secret_key,
        )
        store.ensure_bucket()
        fill(store, documents)
        catalogue = Catalogue(sqlite_url(servers.home), bucket="counting")
        told_of(store, catalogue)
        catalogued = timed(lambda: counted(store, catalogue))
        by_catalogue, by_listings = counted(store, catalogue), count(store)
        assert by_catalogue is not None, "the catalogue was never compared"
        assert replace(by_catalogue, doubtful=0) == replace(by_listings, doubtful=0)
        listed = timed(lambda: count(store))
        began = time.perf_counter()
        read = by_reading(store)
        reading = time.perf_counter() - began
        agree(count(store), read)
        print(
            f"{documents} documents of SeaweedFS: with the catalogue {catalogued[0]:.2f} s"
            f" (our own {catalogued[1]:.2f} s); listings {listed[0]:.2f} s"
            f" (our own {listed[1]:.2f} s), reading every record {reading:.1f} s:"
            f" {reading / listed[0]:.0f} times as long"
        )
    finally:
        servers.stop()


def simulated(documents: int) -> None:
    store = Simulated(documents)
    rooms = (keys.INBOX, keys.RESULTS, keys.FAILED)
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(sqlite_url(Path(folder)), bucket="simulated")
        catalogue.put_all(rows(store))
        catalogue.swept(DROPPED)
        catalogued, _ = timed(lambda: counted(store, catalogue))
        catalogue.close()
    _, listing = timed(lambda: [sum(1 for _ in store.list(room)) for room in rooms])
    whole, own = timed(lambda: count(store))
    print(
        f"{documents} simulated documents: with the catalogue {catalogued:.2f} s;"
        f" listings {whole:.2f} s (our own {own:.2f} s, of which making"
        f" up the listings {listing:.2f} s)"
    )


def main(documents: int, others: int) -> None:
    simulated(others)
    real(documents)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [10_000, 100_000][len(given) :]))
