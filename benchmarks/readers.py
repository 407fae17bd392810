"""How fast our readers are beside those that people use, on the same files in one run.

    python -m benchmarks.readers [--files 8] [--rounds 3]

Ours gives a whole document (paragraphs, tables with spans and places, doubts); each peer
gives the tables only, by the call named. The ratio counts, not the milliseconds, which are
of the processor, so that other work on the machine matters little.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from io import BytesIO
from random import Random

from benchmarks.corpus import pdfplumber_tables, python_docx_tables, soup_tables
from samples.report import make_report
from samples.style import Lost
from samples.styles import STYLES, render
from tasks.detect import detect
from tasks.model.document import Format
from tasks.read import read as read_document

Read = Callable[[bytes], object]


def ours(body: bytes) -> object:
    return read_document(body, detect(body, ""))


def pdfplumber_found(body: bytes) -> object:
    """Where the tables are, without their text."""
    import pdfplumber

    with pdfplumber.open(BytesIO(body)) as pdf:
        return [page.find_tables() for page in pdf.pages]


PEERS: tuple[tuple[Format, str, Read], ...] = (
    (Format.HTML, "BeautifulSoup over lxml, texts of cells", soup_tables),
    (Format.DOCX, "python-docx, texts of cells", python_docx_tables),
    (Format.PDF, "pdfplumber find_tables", pdfplumber_found),
    (Format.PDF, "pdfplumber extract_tables", pdfplumber_tables),
)


def _bodies(format: Format, files: int) -> list[bytes]:
    styles = [
        name
        for name, style in STYLES[format].items()
        if style.refusal is None and Lost.TEXT not in style.loses
    ]
    random = Random(7)
    return [
        render(make_report(seed, zero_share=0.5), format, random.choice(styles), seed)
        for seed in range(files)
    ]


def _can(peer: Read, body: bytes) -> bool:
    """python-docx ends with an error where content controls stand around cells."""
    try:
        peer(body)
    except Exception:  # noqa: BLE001 - a peer may raise anything
        return False
    return True


def _milliseconds(reads: tuple[Read, ...], bodies: list[bytes], rounds: int) -> list[float]:
    """For each reader the best round's mean of a file; the readers take turns."""
    best = [float("inf")] * len(reads)
    for round_ in range(rounds + 1):
        for index, read in enumerate(reads):
            start = time.process_time()
            for body in bodies:
                read(body)
            mean = 1000 * (time.process_time() - start) / len(bodies)
            if round_:  # the first only warms up
                best[index] = min(best[index], mean)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers")
    parser.add_argument("--files", type=int, default=8, help="files of each format (8)")
    parser.add_argument("--rounds", type=int, default=3, help="times each file is read (3)")
    given = parser.parse_args()
    print(f"{'format':<8}{'ours ms':>9}{'peer ms':>9}{'ratio':>8}  peer")
    for format, name, peer in PEERS:
        bodies = [body for body in _bodies(format, given.files) if _can(peer, body)]
        mine, theirs = _milliseconds((ours, peer), bodies, given.rounds)
        print(f"{format:<8}{mine:>9.1f}{theirs:>9.1f}{mine / theirs:>8.2f}  {name}")


if __name__ == "__main__":
    main()
