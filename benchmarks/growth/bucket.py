"""What a round of the sweep costs beside buckets of several sizes, on the embedded SeaweedFS.

    python -m benchmarks.growth.bucket [--sizes 1000,10000,100000] [--home FOLDER] [--write FILE]

Each bucket has so many documents in folders of a thousand, each with the three objects of its
record. Then a sweeper is started beside each, in a process of its own: it compares everything
without a catalogue (up to 1,000 documents), and another one does it with the catalogue, as after
a restart; then some documents come, and it does two of the rounds that come every half minute.
Requests are counted; of times the processor's is told, of the sweeper and of the store, and the
clock's beside it, which other work changes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr

from samples import make_report, render
from storage import keys
from storage.broker import Broker, RedisLeases
from storage.listing import Page
from storage.local import LocalServers
from storage.members import Members
from storage.objects import S3ObjectStore
from storage.results import DOUBT, DocumentVersion, Records
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.entry import entry
from tasks.render.result import done, dumps, source_of
from workers.app import make_app
from workers.catalogue import open_catalogue
from workers.settings import Settings
from workers.sweep import Sweeper

FOLDER = 1000
#: Of a larger bucket the records are not read: what one takes is known from the others.
MOST_READ = 1_000
TOLD = "told"
#: Documents that one process fills at a time.
PORTION = 500
_FILLERS, _WRITERS = 3, 4
#: A round that only looks at what is new goes back so far from the newest document.
SETTLED_SECONDS = DOUBT.total_seconds() + 60


class Counted(S3ObjectStore):
    """Counts requests by method; `LIST` are pages of listings."""

    def __init__(self, **access: Any) -> None:
        super().__init__(**access)
        self.asked: Counter[str] = Counter()

    def _ask(self, method: str, *told: Any, **others: Any) -> Any:
        self.asked[method] += 1
        return super()._ask(method, *told, **others)

    def _page(self, wanted: Mapping[str, str]) -> Page:
        self.asked["LIST"] += 1
        return super()._page(wanted)


# --- buckets ---------------------------------------------------------------------------------


def document(number: int) -> str:
    return f"{keys.INBOX}2025/{number // FOLDER:05}/{number:08}.html"


def fill(access: dict[str, Any], first: int, last: int) -> None:
    """Documents and, but for their size, all that stands there of each when it is done."""
    store = S3ObjectStore(**access)
    outcome = examine(render(make_report(7, year=2025), Format.HTML, "cms"), "a.html")
    told = {**done({}, outcome), "tables": []}

    def put(number: int) -> None:
        info = store.put(document(number), b"<p>%d</p>" % number, content_type="text/html")
        source = source_of(DocumentVersion.of(info))
        place = keys.result_key(info.key)
        for name in keys.OUTPUT_NAMES:
            store.put(keys.beside(place, name), b".", content_type="text/plain")
        store.put(place, dumps({**told, "source": source}), content_type="application/json")

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(put, range(first, last)))


def filled(access: dict[str, Any], documents: int) -> float:
    """Seconds."""
    began = time.monotonic()
    S3ObjectStore(**access).ensure_bucket()
    portions = range(0, documents, PORTION)
    with ProcessPoolExecutor(_FILLERS, multiprocessing.get_context("spawn")) as pool:
        list(
            pool.map(
                fill,
                [access] * len(portions),
                portions,
                [min(first + PORTION, documents) for first in portions],
            )
        )
    return time.monotonic() - began


# --- rounds ----------------------------------------------------------------------------------


def rounds(
    settings: Settings, store_pid: int, names: tuple[str, ...], new: int, size: int
) -> Iterator[dict[str, Any]]:
    """In a process of its own: one sweeper, and a line a round."""
    app = make_app(settings, publisher=True)
    secret = settings.s3_secret_key
    assert secret is not None
    store = Counted(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=secret.get_secret_value(),
    )
    app.workplace = replace(
        app.workplace, store=store, records=Records(store), members=Members(store)
    )
    broker = settings.broker_address()
    sweeper = Sweeper(app, Broker(broker), RedisLeases(broker))
    before = psutil.Process().memory_info().rss
    for name in names:
        if name == TOLD:
            tell_catalogue(settings, store)
            continue
        if name == "new":
            for number in range(new):
                key = document(size + number)
                store.put(key, b"<p>new</p>", content_type="text/html")
        store.asked.clear()
        began, own, its = time.monotonic(), time.process_time(), spent(store_pid)
        swept = sweeper.once()
        yield {
            "documents": size,
            "round": name,
            "seconds": round(time.monotonic() - began, 2),
            "own_processor": round(time.process_time() - own, 2),
            "store_processor": round(spent(store_pid) - its, 2),
            "asked": dict(store.asked),
            "rss_mib": round(psutil.Process().memory_info().rss / 2**20),
            "most_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "began_mib": round(before / 2**20),
            "swept": {name: told for name, told in asdict(swept).items() if told},
        }


def tell_catalogue(settings: Settings, store: S3ObjectStore) -> None:
    """A row for each record, as workers have told of it: without reading any."""
    catalogue = open_catalogue(settings)
    assert catalogue is not None
    outcome = examine(render(make_report(7, year=2025), Format.HTML, "cms"), "a.html")
    said = entry(done({}, outcome))
    records = {info.key: info for info in store.list(keys.RESULTS) if keys.is_result(info.key)}
    catalogue.put_all(
        (DocumentVersion.of(info), records[place], said)
        for info in store.list(keys.INBOX)
        if (place := keys.result_key(info.key)) in records
    )
    catalogue.close()


def spent(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def told_rounds(*given: Any) -> list[dict[str, Any]]:
    return list(rounds(*given))


def in_a_process(*given: Any) -> list[dict[str, Any]]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(told_rounds, *given).result()


def measured(
    servers: LocalServers, home: Path, sizes: list[int], new: int, *, hasty: bool
) -> Iterator[Any]:
    s3 = servers.s3
    access = {
        "endpoint": s3.endpoint, "access_key": s3.access_key, "secret_key": s3.secret_key,
    }  # fmt: skip
    for size in sizes:
        full = home / f"full-{size}"
        if not full.exists():
            took = filled({**access, "bucket": f"growth-{size}"}, size)
            full.touch()
            yield {"documents": size, "filled": round(took), "objects": 4 * size}
    ended = datetime.now(UTC)
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix=f"sweep-{size}-", dir=home))
        told: dict[str, Any] = {
            "home": folder,
            "s3_endpoint": s3.endpoint,
            "s3_bucket": f"growth-{size}",
            "s3_access_key": s3.access_key,
            "s3_secret_key": SecretStr(s3.secret_key),
            "broker_url": SecretStr(servers.broker_url),
        }
        settings = Settings(**told)
        pid = servers.pids["seaweedfs"]
        if size <= MOST_READ:
            yield from in_a_process(settings, pid, ("everything, no catalogue yet",), new, size)
        else:
            in_a_process(settings, pid, (TOLD,), new, size)
        # What is told of the newest documents must not be what filled the bucket a moment ago.
        if not hasty:
            time.sleep(max(0.0, SETTLED_SECONDS - (datetime.now(UTC) - ended).total_seconds()))
        yield from in_a_process(settings, pid, ("everything, restarted", "new", "again"), new, size)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth.bucket")
    parser.add_argument("--sizes", default="1000,10000,100000", help="documents of each bucket")
    parser.add_argument("--new", type=int, default=10, help="documents that come (10)")
    parser.add_argument("--write", type=Path, help="a file for a line of JSON each")
    parser.add_argument("--home", type=Path, help="keeps the buckets, for another run")
    parser.add_argument("--hasty", action="store_true", help="does not wait until all is old")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        home.mkdir(exist_ok=True)
        with LocalServers(home / "servers") as servers:
            tell(measured(servers, home, sizes, given.new, hasty=given.hasty), given.write)


def tell(lines: Iterable[Any], write: Path | None) -> None:
    for line in lines:
        print(json.dumps(line), flush=True)
        if write:
            with write.open("a") as file:
                file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
