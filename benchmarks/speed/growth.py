"""What a document more costs, and a page or a row more in one document.

Each number is measured in processes of their own, which have read a few documents before: what
one keeps of many documents must not cost the next one anything, and what it keeps must not help
the same document either.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.speed import asking
from benchmarks.speed.asking import Unreadable
from benchmarks.speed.beside import OURS, WARMING
from benchmarks.speed.documents import Kind, lists, report, reports
from samples.prose import Paper

DOCUMENTS: Final = "documents"
#: What grows in one document -> so many of them.
WITHIN: Final[Mapping[str, Callable[[int, int], Paper]]] = {
    "reports in one document": reports,
    "lists of a page in one document": lists,
}
#: Seeds of what is measured lie so far apart that no two documents share one.
_APART = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What one more of something costs."""

    kind: Kind
    #: What there is more of.
    what: str
    #: How many -> seconds of the processor for each; without those that could not be read.
    each: Mapping[int, float]

    def beside_one(self, count: int) -> float | None:
        """Times what each takes where there is the least of them."""
        return self.each[count] / self.each[min(self.each)] if count in self.each else None


def runs_of(count: int, runs: int) -> int:
    """Few documents take little time and differ more, so they are measured in more processes."""
    return max(1, min(runs, round(2 * runs / count)))


def grown(kinds: Sequence[Kind], sizes: Sequence[int], runs: int, folder: Path) -> Iterator[Growth]:
    for kind in kinds:
        for what in (DOCUMENTS, *WITHIN):
            each = dict[int, float]()
            for count in sizes:
                times = range(runs_of(count, runs))
                try:
                    each[count] = median(_seconds(kind, what, count, run, folder) for run in times)
                except Unreadable as error:
                    print(f"{kind.name}: not measured, {count} {what}: {error}", file=sys.stderr)
            yield Growth(kind=kind, what=what, each=each)


def _seconds(kind: Kind, what: str, count: int, run: int, folder: Path) -> float:
    """For each, in a process of its own. Raises `Unreadable`."""
    seed = _APART * (1 + run)
    if what == DOCUMENTS:
        warming = measured = report
        papers = [measured(seed + at) for at in range(count)]
    else:
        warming = lambda seed: WITHIN[what](1, seed)  # noqa: E731 - so much of it as is least
        papers = [WITHIN[what](count, seed)]
    with asking.ours() as program:
        for at in range(WARMING):
            program.read(OURS, _written(kind, warming(_APART * 100 + at * _APART), at, folder))
        paths = [_written(kind, paper, WARMING + at, folder) for at, paper in enumerate(papers)]
        return sum(program.read(OURS, path).seconds[0] for path in paths) / count


def _written(kind: Kind, paper: Paper, at: int, folder: Path) -> Path:
    path = folder / f"grown-{at}.{kind.suffix}"
    path.write_bytes(kind.draw(paper, at))
    return path
