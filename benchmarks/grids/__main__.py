"""The run: pages are drawn, each reader reads them, and what it found is held against the truth."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import benchmarks.grids
from benchmarks.grids.measure import Score, score
from benchmarks.grids.readers import READERS
from benchmarks.grids.styles import make_page


@dataclass(slots=True)
class Tally:
    precision: float = 0.0
    recall: float = 0.0
    seconds: float = 0.0
    pages: int = 0
    failed: int = 0
    by_style: dict[str, list[float]] = field(default_factory=dict)

    def add(self, style: str, one: Score, seconds: float) -> None:
        self.precision += one.precision
        self.recall += one.recall
        self.seconds += seconds
        self.pages += 1
        self.by_style.setdefault(style, []).append(one.f1)

    def line(self, name: str) -> str:
        n = max(self.pages, 1)
        whole = Score(self.precision / n, self.recall / n)
        return (
            f"{name:<17}{whole.precision:>7.3f}{whole.recall:>7.3f}{whole.f1:>7.3f}"
            f"{1000 * self.seconds / n:>9.0f}{self.failed:>8}"
        )


def run(pages: int, seed: int, keep: Path | None, only: set[str]) -> None:
    chosen = {
        name: reader
        for name, (package, reader) in READERS.items()
        if (not only or name in only) and _is_here(name, package)
    }
    tallies = {name: Tally() for name in chosen}
    with TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(pages):
            source, truth, style = make_page(seed * 10_000 + number)
            path = folder / f"page-{number:04d}.pdf"
            path.write_bytes(source)
            for name, reader in chosen.items():
                start = time.perf_counter()
                try:
                    found = reader(path)
                except Exception as fault:  # noqa: BLE001 - a peer may raise anything
                    tallies[name].failed += 1
                    found = []
                    print(f"{name}: {path.name}: {fault!r}", file=sys.stderr)
                tallies[name].add(style, score(truth, found), time.perf_counter() - start)
    print(f"{'reader':<17}{'P':>7}{'R':>7}{'F1':>7}{'ms/page':>9}{'failed':>8}")
    for name, tally in tallies.items():
        print(tally.line(name))
    _print_styles(tallies)


def _is_here(name: str, package: str) -> bool:
    if importlib.util.find_spec(package) is None:
        print(f"{name}: not compared, the package {package} is not installed", file=sys.stderr)
        return False
    return True


def _print_styles(tallies: dict[str, Tally]) -> None:
    styles = sorted({style for tally in tallies.values() for style in tally.by_style})
    print()
    print(f"{'mean F1 by style':<24}" + "".join(f"{name[-11:]:>12}" for name in tallies))
    for style in styles:
        means = [
            sum(tally.by_style[style]) / len(tally.by_style[style]) for tally in tallies.values()
        ]
        print(f"{style:<24}" + "".join(f"{mean:>12.3f}" for mean in means))


def main() -> None:
    parser = argparse.ArgumentParser(description=(benchmarks.grids.__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the pages in this folder")
    parser.add_argument("--only", default="", help="names of readers, by commas")
    chosen = parser.parse_args()
    only = {name for name in chosen.only.split(",") if name}
    run(chosen.pages, chosen.seed, chosen.keep, only)


if __name__ == "__main__":
    main()
