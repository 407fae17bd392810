"""What a page costs: `python -m benchmarks.site [DOCUMENTS] [FOLDER]`.

The pages over a catalogue of DOCUMENTS (100,000) in SQLite, asked as a browser asks, without a
network: the first page of the inbox, each filter, each order, a late page, what is left to review,
the overview and its sums. Milliseconds of the server, the middle of five, and how many times as
long as the sign-in form, which asks nothing of anybody. In FOLDER the catalogue is kept, and
taken again where it is there.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.catalogue import Simulated, decide, rebuilt
from storage.catalogue import Catalogue, Filters, sqlite_url
from storage.results import Records
from storage.reviews import Reviews
from workers.settings import read_settings
from workers.site.app import make_site
from workers.site.desk import Desk
from workers.site.originals import Originals

PASSWORD = "a password of nobody"  # noqa: S105
ROUNDS = 5
#: What a person may be kept waiting for, before the network.
LIMIT_MS = 150
ASKED = {
    "first page": "/",
    "verdict": "/?verdict=error",
    "state": "/?state=failed",
    "year": "/?year=2022",
    "format": "/?format=html",
    "rule": "/?rule=requests.balance",
    "to review": "/?review=open",
    "folder": "/?folder=050/",
    "year and rule": "/?year=2023&rule=requests.balance",
    "search": "/?search=第77局",
    "by file": "/?order=file",
    "by organ": "/?order=organ",
    "by errors": "/?order=errors",
    "a late page": "/?page=1900",
    "left to review": "/review",
    "failed": "/failed",
    "overview": "/overview?year=2022",
}


def measured(client: TestClient, address: str, rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get(address)
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(taken)


def main(arguments: list[str]) -> None:
    documents = int(arguments[0]) if arguments else 100_000
    store = Simulated(documents)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(arguments[1] if len(arguments) > 1 else folder)
        home.mkdir(exist_ok=True)
        catalogue = Catalogue(sqlite_url(home), bucket="b")
        if catalogue.count(Filters()) != documents:
            print(f"{documents} documents; catalogue filled in {rebuilt(store, catalogue):.0f} s")
            decide(store, catalogue, documents)
        desk = Desk(
            store=store,
            records=Records(store),
            reviews=Reviews(store),
            catalogue=catalogue,
            originals=Originals(),
            again=lambda _: None,
            max_archive_mib=256,
            max_document_mib=64,
            flower=None,
        )
        settings = read_settings({"GOUJI_HOME": str(home), "GOUJI_SITE_PASSWORD": PASSWORD})
        with TestClient(make_site(settings, desk), base_url="http://localhost:8080") as client:
            plain = measured(client, "/sign-in")
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
            assert token is not None
            client.post("/sign-in", data={"csrf": token[1], "user": "gouji", "password": PASSWORD})
            for name, address in ASKED.items():
                took = measured(client, address)
                slow = "   above the limit" if took > LIMIT_MS else ""
                print(f"  {name:<16} {took:7.1f} ms, {took / plain:5.0f} forms{slow}", flush=True)
            for name, address in (
                ("sums, first", "/overview/sums"),
                ("sums, again", "/overview/sums"),
            ):
                took = measured(client, address, 1)
                print(f"  {name:<16} {took:7.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
