"""How fast it is: `python -m benchmarks.speed`.

    python -m benchmarks.speed                      all parts, printed as Markdown
    python -m benchmarks.speed --write              the same into docs/performance.md
    python -m benchmarks.speed --parts beside,start only these; the others stay on the page
    python -m benchmarks.speed --profile            where the time goes, function by function
    python -m benchmarks.speed --before FOLDER      beside the code of that checkout, too

Time is that of the processor, user and system, so that other work on the machine matters little;
what is comparable are ratios of one run. `beside` is one report of seven pages in many formats,
beside the bare extraction of others, which live in an environment of their own
(`benchmarks.peers`); `formats` is that report in further formats, beside ours of the nearest of
these; `growth` ten and a hundred times as many documents, and as much in one document; `memory` a
long PDF; `start` commands from nothing; `rooms` the share of each room. Kinds whose program is not
installed are named and passed over.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.known import ROOT
from benchmarks.speed import costs, tables
from benchmarks.speed.beside import HELD, PEERS, held, held_to
from benchmarks.speed.beside import costs as measured_costs
from benchmarks.speed.documents import GROWING, KINDS, MOST_PAGES, Kind
from benchmarks.speed.growth import grown
from benchmarks.speed.plot import plotted
from samples.hard.programs import is_here

PAGE: Final = ROOT / "docs/performance.md"
PLOT: Final = ROOT / "docs/growth.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured, and of how much."""

    kinds: Sequence[Kind]
    #: Whether LibreOffice and Chromium may draw.
    programs: bool
    documents: int
    sizes: Sequence[int]
    pages: int
    runs: int
    before: Path | None
    with_peers: bool
    #: Where documents are put while they are read.
    folder: Path
    write: bool


def _beside(asked: Asked) -> str:
    found = [
        *measured_costs(
            [kind for kind in asked.kinds if kind.format in PEERS],
            asked.documents,
            asked.folder,
            before=asked.before,
            with_peers=asked.with_peers,
        )
    ]
    both = [tables.own_costs(found), tables.beside_peers(found)]
    return "\n\n".join(both if asked.with_peers else both[:1])


def _formats(asked: Asked) -> str:
    kinds = [
        kind
        for kind in asked.kinds
        if kind.name in HELD and _can_draw(held_to(kind), programs=asked.programs)
    ]
    return tables.beside_own([*held(kinds, asked.documents, asked.folder)])


def _growth(asked: Asked) -> str:
    kinds = [kind for kind in GROWING if kind in asked.kinds]
    found = [*grown(kinds, asked.sizes, asked.runs, asked.folder)]
    if asked.write:
        PLOT.write_text(plotted(found, asked.sizes), encoding="utf-8")
    return tables.growths(found, asked.sizes)


def _memory(asked: Asked) -> str:
    sizes = (10, asked.pages)
    of = [*(asked.before for _ in range(1) if asked.before)]
    ours = [costs.memory(pages, asked.folder) for pages in sizes]
    before = [costs.memory(pages, asked.folder, tree) for tree in of for pages in sizes]
    return tables.memories(ours, before)


def _start(asked: Asked) -> str:
    ours = [*costs.starts(asked.runs, asked.folder)]
    before = [*costs.starts(asked.runs, asked.folder, asked.before)] if asked.before else []
    return tables.started(ours, before)


def _rooms(asked: Asked) -> str:
    return tables.shared([*costs.shares(asked.kinds, asked.documents, asked.folder)])


PARTS: Final[dict[str, Callable[[Asked], str]]] = {
    "beside": _beside,
    "formats": _formats,
    "growth": _growth,
    "memory": _memory,
    "start": _start,
    "rooms": _rooms,
}


def _profiles(asked: Asked) -> Iterator[str]:
    for one in costs.shares(asked.kinds, asked.documents, asked.folder):
        yield f"{tables.shared([one])}\n\n{tables.functions(one)}\n"


def _kinds(names: str, *, programs: bool) -> Iterator[Kind]:
    """Those with one of these in their names that can be drawn here."""
    parts = names.split(",")
    for kind in KINDS:
        if any(part in kind.name for part in parts) and _can_draw(kind, programs=programs):
            yield kind


def _can_draw(kind: Kind, *, programs: bool) -> bool:
    """What cannot be drawn for want of a program is told."""
    if kind.needs and not programs:
        return False
    if not is_here(kind.needs):
        print(f"{kind.name}: not measured, {kind.needs} is not installed", file=sys.stderr)
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("--parts", default=",".join(PARTS), help="of them, with commas between")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    parser.add_argument("--profile", action="store_true", help="only where the time goes")
    parser.add_argument("--before", type=Path, help="a checkout to be measured beside this one")
    parser.add_argument("--kinds", default="", help="parts of their names, with commas between")
    parser.add_argument("--documents", type=int, default=9, help="measured of each kind (9)")
    parser.add_argument("--sizes", default="1,10,100", help="what grows, grows so far (1,10,100)")
    parser.add_argument("--pages", type=int, default=MOST_PAGES, help=f"long PDF ({MOST_PAGES})")
    parser.add_argument("--runs", type=int, default=9, help="processes for one number (9)")
    parser.add_argument("--no-peers", action="store_true", help="ours only")
    parser.add_argument("--no-programs", action="store_true", help="no LibreOffice, no Chromium")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    with TemporaryDirectory() as folder:
        asked = Asked(
            kinds=[*_kinds(given.kinds, programs=not given.no_programs)],
            programs=not given.no_programs,
            documents=given.documents,
            sizes=[int(size) for size in given.sizes.split(",")],
            pages=given.pages,
            runs=given.runs,
            before=given.before.resolve() if given.before else None,
            with_peers=not given.no_peers,
            folder=Path(folder),
            write=given.write,
        )
        if given.profile:
            for said in _profiles(asked):
                print(said, flush=True)
            return 0
        for part in given.parts.split(","):
            body = PARTS[part](asked)
            print(f"{part}\n\n{body}\n", flush=True)
            if given.write:
                page = PAGE.read_text(encoding="utf-8")
                PAGE.write_text(tables.page_with(page, part, body), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
