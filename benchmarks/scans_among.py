"""How long pages take while scans are read: `python -m benchmarks.scans_among`.

    python -m benchmarks.scans_among [--pages 200] [--scans 20] [--singles 20] [--rounds 2]

Pages, of which a quarter are PDFs with text, go into the bucket of a running `gouji up` all at
once; by turns alone, and with scans of two or three pages put just before them. Then single pages,
each when the one before has ended, while the scans of that turn are still being read.

Both kinds of turns stand in one run, so that what else the machine does falls on both, and
what is told of them are ratios. A wait is from the put until the catalogue, which is told last,
has the document. The first turn is not counted: it loads what the others find loaded, but for the
models, which the first scan loads. Between two turns all that was put has ended: on a machine that
others keep busy, scans wait long for the processor.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.service import (
    PATIENCE_SECONDS,
    SETTLE_SECONDS,
    Documents,
    Up,
    processor_milliseconds,
    put_all,
    running,
)
from samples import make_report, render
from samples.scans import Scan, corpus
from storage import keys
from storage.catalogue import Catalogue, sqlite_url
from storage.results import State
from tasks.model.document import Format

#: Between two looks at the catalogue.
PAUSE_SECONDS = 0.1
#: What a page is loaded by that nobody counts.
FIRST = 12


def pages_of(count: int) -> dict[str, bytes]:
    """Reports, every fourth a PDF."""
    return {
        f"页/{number:03}.{'html' if number % 4 else 'pdf'}": render(
            make_report(number, year=2023),
            *((Format.HTML, "cms") if number % 4 else (Format.PDF, "ruled")),
            number,
        )
        for number in range(count)
    }


def scans_of(count: int) -> dict[str, bytes]:
    """Of all kinds, as they come, but of two or three pages."""
    return {f"扫描/{number:03}-{one.name}": one.body for number, one in _some(count)}


def _some(count: int) -> Iterator[tuple[int, Scan]]:
    found = (one for one in corpus(20 * count) if one.pages in (2, 3))
    return enumerate(islice(found, count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds, from the first put of a page."""

    #: Of each page that was put with the others.
    waits: Sequence[float]
    #: Of each page that was put alone.
    singles: Sequence[float]
    #: Until the last scan had its record; None where there was none.
    scans: float | None
    #: How many of the single pages met a scan that was still being read.
    met: int
    #: What scans took of the processor until the pages had ended, beside what the service took.
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is running, and the room in it that a turn has to itself."""

    up: Up
    catalogue: Catalogue
    room: str

    def put(self, documents: Documents) -> None:
        put_all(self.up.store(), documents, keys.INBOX + self.room)

    def processor(self) -> tuple[int, int]:
        """Milliseconds of those who read scans, and of the whole service."""
        spent = processor_milliseconds(self.up.pids)
        scans = sum(told for part, told in spent.items() if part.startswith("worker-ocr"))
        return scans, sum(spent.values())

    def ended(self, below: str) -> set[str]:
        rows = self.catalogue.noted(keys.INBOX + self.room + below)
        return {key for key, row in rows.items() if row.state is not State.PENDING}

    def waits(self, below: str, count: int, began: float) -> list[float]:
        """Seconds since `began` until each of so many had ended, when all have."""
        known: dict[str, float] = {}
        while len(known) < count:
            now = time.monotonic() - began
            if now > PATIENCE_SECONDS:
                raise SystemExit(f"{count - len(known)} documents do not come to their end")
            known |= dict.fromkeys(self.ended(below) - known.keys(), now)
            time.sleep(PAUSE_SECONDS)
        return list(known.values())


def turn(service: Service, pages: Documents, scans: Documents, singles: int) -> Turn:
    time.sleep(SETTLE_SECONDS)
    before = service.processor()
    service.put(scans)
    began = time.monotonic()
    service.put(pages)
    waits = service.waits("页/", len(pages), began)
    of_scans, of_all = (now - then for now, then in zip(service.processor(), before, strict=True))
    met, alone = 0, list[float]()
    for number, (name, body) in enumerate(islice(pages.items(), singles)):
        met += len(service.ended("扫描/")) < len(scans)
        put = time.monotonic()
        service.put({f"单/{number}/{name}": body})
        alone += service.waits(f"单/{number}/", 1, put)
    tell_pages(waits, alone, of_scans / of_all)
    last = max(service.waits("扫描/", len(scans), began), default=None)
    return Turn(waits=waits, singles=alone, scans=last, met=met, share=of_scans / of_all)


def by_turns(
    up: Up, home: Path, pages: Documents, scans: Documents, singles: int, rounds: int
) -> Mapping[bool, list[Turn]]:
    """With scans or not -> its turns."""
    bucket = f"{up.said['s3']['endpoint']}/{up.store().bucket}"
    catalogue = Catalogue(sqlite_url(home), bucket=bucket)
    first = Service(up=up, catalogue=catalogue, room="first/")
    turn(first, dict(islice(pages.items(), FIRST)), {}, 0)
    turns: dict[bool, list[Turn]] = {False: [], True: []}
    for number in range(2 * rounds):
        among = bool(number % 2)
        service = Service(up=up, catalogue=catalogue, room=f"{number}/")
        turns[among].append(turn(service, pages, scans if among else {}, singles))
        tell_scans(turns[among][-1], len(scans))
    return turns


def tell_pages(waits: Sequence[float], singles: Sequence[float], share: float) -> None:
    print(
        f"  all pages {max(waits):.1f} s, median {median(waits):.1f} s; single ones"
        f" {median(singles or [0]):.2f} s, at most {max(singles or [0]):.2f} s;"
        f" scans had {share:.0%} of the processor",
        flush=True,
    )


def tell_scans(one: Turn, scans: int) -> None:
    if one.scans is not None:
        print(
            f"  {scans} scans {one.scans:.1f} s, met by {one.met} single pages",
            flush=True,
        )


def tell(turns: Mapping[bool, list[Turn]]) -> None:
    print("\namong scans ÷ alone")
    for about, of in (
        ("until all pages had their records (the largest wait)", lambda one: max(one.waits)),
        ("wait of a page, median", lambda one: median(one.waits)),
        ("wait of a single page, median", lambda one: median(one.singles)),
        ("wait of a single page, largest", lambda one: max(one.singles)),
    ):
        if not turns[True][0].singles and "single" in about:
            continue
        spent = {among: sum(map(of, told)) for among, told in turns.items()}
        print(f"  {about:56}{spent[True] / spent[False]:6.2f}")
    shares = [one.share for one in turns[True]]
    print(f"  {'scans’ part of the processor until then':56}{median(shares):6.0%}")
    last = [one.scans / max(one.waits) for one in turns[True] if one.scans is not None]
    print(f"  {'until the last scan ÷ until all pages':56}{median(last):6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scans_among")
    parser.add_argument("--pages", type=int, default=200, help="put all at once (200)")
    parser.add_argument("--scans", type=int, default=20, help="put before them (20)")
    parser.add_argument("--singles", type=int, default=20, help="put one by one (20)")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each that count (2)")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped
    pages, scans = pages_of(given.pages), scans_of(given.scans)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home") as up:
        home = Path(folder) / "home"
        tell(by_turns(up, home, pages, scans, given.singles, given.rounds))


if __name__ == "__main__":
    main()
