"""The run: pages are drawn, each reader reads them, and what it found is held against the truth."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import NamedTuple

import benchmarks.grids
from benchmarks.grids import kinds, styles
from benchmarks.grids.measure import Grid, Score, score
from benchmarks.grids.readers import READERS, Reader

#: Seeds of one run are this far from those of the next.
SEEDS = 10_000


class Page(NamedTuple):
    """A page to read, and what is true of it."""

    #: The style or kind.
    name: str
    file: str
    source: bytes
    truth: list[Grid]


@dataclass(slots=True)
class Tally:
    """What one reader made of all pages."""

    precision: float = 0.0
    recall: float = 0.0
    seconds: float = 0.0
    pages: int = 0
    failed: int = 0
    #: name of a style or kind -> F1 of each page
    by_name: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, one: Score, seconds: float) -> None:
        self.precision += one.precision
        self.recall += one.recall
        self.seconds += seconds
        self.pages += 1
        self.by_name.setdefault(name, []).append(one.f1)

    def line(self, name: str) -> str:
        n = max(self.pages, 1)
        whole = Score(self.precision / n, self.recall / n)
        return (
            f"{name:<17}{whole.precision:>7.3f}{whole.recall:>7.3f}{whole.f1:>7.3f}"
            f"{1000 * self.seconds / n:>9.0f}{self.failed:>8}"
        )

    def mean(self, names: Iterable[str]) -> float:
        return fmean(f1 for name in names for f1 in self.by_name[name])


def pages_of_styles(n: int, seed: int) -> Iterator[Page]:
    for number in range(n):
        source, truth, style = styles.make_page(seed * SEEDS + number)
        yield Page(style, f"page-{number:04d}.pdf", source, truth)


def pages_of_kinds(n: int, seed: int, families: kinds.Families) -> Iterator[Page]:
    """So many pages of each kind."""
    for family in families.values():
        for name, kind in family.items():
            for number in range(n):
                source, truth = kinds.make_page(kind, seed * SEEDS + number)
                file = f"{name.replace(' ', '-')}-{number:02d}.pdf"
                yield Page(name, file, source, truth)


def run(pages: Iterable[Page], readers: Mapping[str, Reader], folder: Path) -> dict[str, Tally]:
    tallies = {name: Tally() for name in readers}
    for page in pages:
        path = folder / page.file
        path.write_bytes(page.source)
        for name, reader in readers.items():
            start = time.perf_counter()
            try:
                found = reader(path)
            except Exception as fault:  # noqa: BLE001 - a peer may raise anything
                tallies[name].failed += 1
                found = []
                print(f"{name}: {path.name}: {fault!r}", file=sys.stderr)
            seconds = time.perf_counter() - start
            tallies[name].add(page.name, score(page.truth, found), seconds)
    return tallies


def _chosen_readers(only: set[str]) -> dict[str, Reader]:
    return {
        name: reader
        for name, (package, reader) in READERS.items()
        if (not only or name in only) and _is_here(name, package)
    }


def _is_here(name: str, package: str) -> bool:
    if importlib.util.find_spec(package) is None:
        print(f"{name}: not compared, the package {package} is not installed", file=sys.stderr)
        return False
    return True


def _chosen_families(names: set[str]) -> kinds.Families:
    """The families and kinds of these names; all of them where none is named."""
    chosen = {
        family: {
            name: kind
            for name, kind in members.items()
            if not names or family in names or name in names
        }
        for family, members in kinds.FAMILIES.items()
    }
    return {family: members for family, members in chosen.items() if members}


def _print_whole(tallies: Mapping[str, Tally]) -> None:
    print(f"{'reader':<17}{'P':>7}{'R':>7}{'F1':>7}{'ms/page':>9}{'failed':>8}")
    for name, tally in tallies.items():
        print(tally.line(name))


def _print_styles(tallies: Mapping[str, Tally]) -> None:
    print()
    _print_heads("mean F1 by style", tallies)
    for style in sorted({name for tally in tallies.values() for name in tally.by_name}):
        _print_means(style, [style], tallies)


def _print_kinds(tallies: Mapping[str, Tally], families: kinds.Families) -> None:
    print()
    _print_heads("mean F1 by kind", tallies)
    for family, members in families.items():
        _print_means(family, list(members), tallies)
        for name in members:
            _print_means(f"  {name}", [name], tallies)


def _print_heads(about: str, tallies: Mapping[str, Tally]) -> None:
    print(f"{about:<28}" + "".join(f"{name:>{_width(name)}}" for name in tallies))


def _print_means(label: str, names: list[str], tallies: Mapping[str, Tally]) -> None:
    means = (f"{tally.mean(names):>{_width(name)}.3f}" for name, tally in tallies.items())
    print(f"{label:<28}" + "".join(means))


def _width(name: str) -> int:
    return max(8, len(name) + 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=(benchmarks.grids.__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=90, help="pages in every style")
    parser.add_argument("--each", type=int, default=10, help="pages of each other kind")
    parser.add_argument("--kinds", default="", help="names of kinds or families, by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the pages in this folder")
    parser.add_argument("--only", default="", help="names of readers, by commas")
    chosen = parser.parse_args()
    readers = _chosen_readers({name for name in chosen.only.split(",") if name})
    families = _chosen_families({name for name in chosen.kinds.split(",") if name})
    with TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if chosen.pages:
            tallies = run(pages_of_styles(chosen.pages, chosen.seed), readers, folder)
            _print_whole(tallies)
            _print_styles(tallies)
        if chosen.each:
            print()
            tallies = run(pages_of_kinds(chosen.each, chosen.seed, families), readers, folder)
            _print_whole(tallies)
            _print_kinds(tallies, families)


if __name__ == "__main__":
    main()
