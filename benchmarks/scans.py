"""Scans, read by us and by peers: `python -m benchmarks.scans [--n 300] [--kinds grey,fax]`.

The corpus of `samples.scans`, file by file. A figure (a field of the form that the document has) is

- **right**: as it stands on the page;
- **said**: unreadable, and the result says so;
- **missing**: its row, column, table or report was not found;
- **told**: read as another figure, and an error or a doubt names its cell;
- **silent**: read as another figure, and nothing names its cell. There must be none.

**False** errors say of cells that were all read right that they do not tie, and it is not so on
paper: reading the same report as a web page does not say it. **Faults**: planted in a third of the
reports, each must be found, by the finding that the web page gets, be it a warning
where figures were placed by their order, as most are that peers read.

Seconds are processor time of the process that reads, for each page that was printed. Memory is the
most that it held for any one file, the models included. Peers: see `benchmarks.scan_peers`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measure import fields_of, is_same, made_up
from samples.scans import KINDS, Scan, corpus
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.model.report import Finding, Kind, Outcome, Report, Severity

OURS = "gouji"
PEERS = ("rapidocr", "tesseract 6", "tesseract 11")
STATUS = Path("/proc/self/status")
#: Writing 5 into it makes the most memory that the process held what it holds now.
PEAK = Path("/proc/self/clear_refs")

# --- reading ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of one file."""

    #: `report`, `no report`, `refused:<code>`
    became: str
    report: Report | None = None
    findings: tuple[Finding, ...] = ()
    seconds: float
    #: The most memory, MiB.
    memory: float


def reader_of(name: str) -> Callable[[bytes, str], Outcome]:
    if name == OURS:
        return examine
    from benchmarks import scan_peers

    peer = scan_peers.PEERS[name]
    return lambda body, file: scan_peers.examined_by(peer, body, file)


def read(reader: str, body: bytes, name: str) -> Read:
    """In a process of its own, which reads one file after the other."""
    how = reader_of(reader)
    PEAK.write_text("5")
    began = time.process_time()
    outcome: Outcome | None
    try:
        outcome = how(body, name)
    except Refusal as refusal:
        outcome, became = None, f"refused:{refusal.code}"
    else:
        became = "report" if outcome.report else "no report"
    seconds = time.process_time() - began
    return Read(
        became=became,
        report=outcome.report if outcome else None,
        findings=outcome.findings if outcome else (),
        seconds=seconds,
        memory=_peak(),
    )


def _peak() -> float:
    told = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) / 1024


def all_read(
    scans: Iterable[Scan], readers: Collection[str], jobs: int
) -> Iterator[tuple[Scan, str, Read]]:
    """Each scan by each reader. The next one is drawn while one is read."""
    # Libraries must count their threads before they are loaded.
    os.environ |= {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
    pools = {
        reader: ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) for reader in readers
    }
    waiting: list[tuple[Scan, str, Future[Read]]] = []
    try:
        for scan in scans:
            for reader, pool in pools.items():
                # Processes that run beside each other take the caches from one another.
                while len(waiting) >= jobs:
                    yield _finished(waiting)
                waiting.append((scan, reader, pool.submit(read, reader, scan.body, scan.name)))
        while waiting:
            yield _finished(waiting)
    finally:
        for pool in pools.values():
            pool.shutdown(cancel_futures=True)


def _finished(waiting: list[tuple[Scan, str, Future[Read]]]) -> tuple[Scan, str, Read]:
    scan, reader, future = waiting.pop(0)
    return scan, reader, future.result()


# --- counting -----------------------------------------------------------------------------


@dataclass(slots=True)
class Count:
    """Of some scans, by one reader; adds up."""

    scans: int = 0
    pages: int = 0
    right: int = 0
    said: int = 0
    missing: int = 0
    told: int = 0
    silent: int = 0
    false: int = 0
    faults: int = 0
    found: int = 0
    exact: int = 0
    seconds: float = 0.0
    memory: float = 0.0
    #: Lines for people: what was wrong and where.
    notes: list[str] = field(default_factory=list)

    def __iadd__(self, other: Count) -> Count:
        for name in (
            "scans", "pages", "right", "said", "missing", "told", "silent", "false", "faults",
            "found", "exact", "seconds", "notes",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.memory = max(self.memory, other.memory)
        return self

    @property
    def figures(self) -> int:
        return self.right + self.said + self.missing + self.told + self.silent


def count_of(scan: Scan, found: Read) -> Count:
    count = Count(scans=1, pages=scan.pages, seconds=found.seconds, memory=found.memory)
    if found.became != "report":
        count.notes.append(f"{scan.name}: {found.became}")
    wrong = _count_figures(count, scan, found)
    _count_findings(count, scan, found, wrong)
    count.exact = int(count.right == count.figures)
    return count


def _count_figures(count: Count, scan: Scan, found: Read) -> set[str]:
    """Cells that were not read right."""
    named = _named(found.findings)
    printed = {cell.field: cell.text for table in scan.draft.tables for cell in table.cells}
    unread = Counter[str]()
    wrong = set[str]()
    fields = [
        one
        for one in fields_of(scan.truth, found.report)
        # What the document does not have may not be found in it, and is no figure.
        if one[1][0] != "absent" or not is_same(one[1], one[2])
    ]
    for cell, true, value in (*fields, *made_up(scan.truth, found.report)):
        if is_same(true, value):
            count.right += 1
            continue
        wrong.add(cell)
        if value is None or value.kind is Kind.ABSENT:
            count.missing += 1
            unread["missing"] += 1
        elif value.kind is Kind.UNREADABLE:
            count.said += 1
            unread[repr(printed.get(cell))] += 1
        else:
            is_told = cell in named
            count.told += is_told
            count.silent += not is_told
            how = "told" if is_told else "SILENT"
            count.notes.append(f"{scan.name} {scan.dpi}: {how}: {cell}: {true} was read as {value}")
    if unread:
        said = ", ".join(f"{text} x{n}" for text, n in unread.most_common(6))
        count.notes.append(f"{scan.name} {scan.dpi}: not read: {said}")
    return wrong


def _named(findings: Iterable[Finding]) -> set[str]:
    """Cells that an error or a doubt names."""
    return {
        cell
        for finding in findings
        if finding.severity is not Severity.INFO
        for cell in (*finding.cells, *(suspect.cell for suspect in finding.suspects))
    }


def _count_findings(count: Count, scan: Scan, found: Read, wrong: set[str]) -> None:
    as_page = examine(render(scan.draft, Format.HTML, "cms"), "a.html")
    true = {_essence(one) for one in as_page.findings if one.severity is Severity.ERROR}
    errors = [one for one in found.findings if one.severity is Severity.ERROR]
    for error in errors:
        if _essence(error) not in true and not wrong & set(error.cells):
            count.false += 1
            count.notes.append(f"{scan.name}: false: {error.rule} {error.cells}")
    if scan.fault is not None:
        count.faults = 1
        said = [one for one in found.findings if one.severity is not Severity.INFO]
        count.found = int(any(_essence(one) in true and scan.fault in one.cells for one in said))


def _essence(finding: Finding) -> tuple[str, frozenset[str]]:
    return finding.rule, frozenset(finding.cells)


# --- the tables ---------------------------------------------------------------------------

HEAD = (
    "", "scans", "figures", "right", "said", "missing", "told", "**silent**", "false errors",
    "faults", "CPU s a page", "MiB",
)  # fmt: skip


def lines_of(counts: dict[str, Count]) -> Iterator[str]:
    """A Markdown table, the sum below it."""
    yield "| " + " | ".join(HEAD) + " |"
    yield "| --- |" + " ---: |" * (len(HEAD) - 1)
    total = Count()
    for name, count in counts.items():
        yield _line(name, count)
        total += count
    if len(counts) > 1:
        yield _line("all", total)


def _line(name: str, count: Count) -> str:
    share = count.right / count.figures if count.figures else 0.0
    columns = (
        name, f"{count.scans}", f"{count.figures}", f"{share:.2%}", f"{count.said}",
        f"{count.missing}", f"{count.told}", f"{count.silent}", f"{count.false}",
        f"{count.found} of {count.faults}", f"{count.seconds / max(1, count.pages):.2f}",
        f"{count.memory:.0f}",
    )  # fmt: skip
    return "| " + " | ".join(columns) + " |"


@dataclass(slots=True)
class Counts:
    """Of one reader: by kind, by resolution, by typeface."""

    kinds: dict[str, Count] = field(default_factory=dict)
    dpis: dict[str, Count] = field(default_factory=dict)
    faces: dict[str, Count] = field(default_factory=dict)

    def add(self, scan: Scan, count: Count) -> None:
        face = "Song" if scan.song else "sans"
        for counts, name in (
            (self.kinds, scan.kind.name), (self.dpis, f"{scan.dpi} dpi"), (self.faces, face),
        ):  # fmt: skip
            counts.setdefault(name, Count())
            counts[name] += count

    def lines(self) -> Iterator[str]:
        ordered = {name: self.kinds[name] for name in KINDS if name in self.kinds}
        by_dpi = dict(sorted(self.dpis.items(), key=lambda one: int(one[0].split()[0])))
        for counts in (ordered, by_dpi, self.faces):
            yield from lines_of(counts)
            yield ""


def compare(given: argparse.Namespace, readers: Collection[str]) -> int:
    """How many figures we read wrong without a word."""
    counts = {reader: Counts() for reader in readers}
    scans = corpus(given.n, given.kinds)
    for scan, reader, found in all_read(scans, readers, given.jobs):
        count = count_of(scan, found)
        counts[reader].add(scan, count)
        if given.save and reader == OURS and count.notes:
            given.save.mkdir(parents=True, exist_ok=True)
            (given.save / scan.name).write_bytes(scan.body)
        if given.each:
            print(_line(f"{reader} {scan.name} {scan.dpi}", count), file=sys.stderr, flush=True)
    for reader in readers:
        print(f"\n{reader}\n")
        print(*counts[reader].lines(), sep="\n")
    ours = counts.get(OURS, Counts())
    for count in ours.kinds.values():
        print(*count.notes, sep="\n", end="\n" * bool(count.notes))
    return sum(count.silent for count in ours.kinds.values())


def _kinds(told: str) -> list[str]:
    names = told.split(",")
    if unknown := set(names) - KINDS.keys():
        raise argparse.ArgumentTypeError(f"no such kind: {', '.join(sorted(unknown))}")
    return names


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scans")
    parser.add_argument("--n", type=int, default=300, help="scans in the corpus (300)")
    parser.add_argument("--kinds", type=_kinds, default=list(KINDS), help="only these of them")
    parser.add_argument("--only", choices=("ours", "rapidocr", "tesseract"), help="one reader")
    parser.add_argument("--jobs", type=int, default=1, help="how many are read at a time (1)")
    parser.add_argument("--each", action="store_true", help="tells of each scan on the way")
    parser.add_argument("--save", type=Path, help="folder for scans that we did not read in full")
    given = parser.parse_args()
    wanted = {None: "", "ours": OURS}.get(given.only, given.only)
    readers = [name for name in (OURS, *PEERS) if name.startswith(wanted)]
    if compare(given, readers):
        sys.exit(1)


if __name__ == "__main__":
    main()
