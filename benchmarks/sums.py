"""What sums over many reports cost: `python -m benchmarks.sums [REPORTS]`.

REPORTS (20,000) of one year, each organ once but for one in fifty: summed from their packed
figures, beside reading the envelopes as the catalogue keeps them (inflated and parsed, and no
more: nothing is added up). Own processor time; of some hundred different reports, in turn.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable

from samples import make_report, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.figures import pack
from tasks.render.result import done, dumps, loads
from tasks.render.sums import summed

DIFFERENT = 100
#: One in so many is a copy of the one before.
COPY = 50


def drawn(seed: int) -> tuple[bytes, bytes]:
    """A report's figures and its envelope without the document's tables, both packed."""
    report = make_report(seed, year=2023, blanks="mixed", zero_share=(0.3, 0.7, 0.9)[seed % 3])
    told = done({"name": "a.html"}, examine(render(report, Format.HTML, "cms"), "a.html"))
    return pack(told["report"], told["findings"]), zlib.compress(dumps({**told, "tables": []}))


def took(what: Callable[[], object]) -> float:
    began = time.process_time()
    what()
    return time.process_time() - began


def main(reports: int) -> None:
    made = [drawn(seed) for seed in range(DIFFERENT)]
    chosen = [made[number % DIFFERENT] for number in range(reports)]
    organs = [f"organ {number - (number % COPY == 0)}" for number in range(reports)]
    figures = [(organ, packed) for organ, (packed, _) in zip(organs, chosen, strict=True)]

    def read() -> None:
        for _, envelope in chosen:
            loads(zlib.decompress(envelope))

    summing = min(took(lambda: summed(figures)) for _ in range(3))
    reading = took(read)
    size, whole = (sum(map(len, kept)) // DIFFERENT for kept in zip(*made, strict=True))
    print(f"{reports} reports: summed in {summing:.2f} s; reading their envelopes {reading:.2f} s,")
    print(f"{reading / summing:.0f} times as long; {size} bytes a report beside {whole}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
