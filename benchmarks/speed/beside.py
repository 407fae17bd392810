"""One report in many formats: ours beside the bare extraction of others, and beside ours of
another format, by turns."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import peers
from benchmarks.speed import asking
from benchmarks.speed.asking import Program, Unreadable
from benchmarks.speed.documents import KINDS, Kind, report
from tasks.model.document import Format

OURS, BEFORE = "gouji", "before"
#: The first is the one that people would take for tables of that format.
PEERS: Final[Mapping[Format, tuple[str, ...]]] = {
    Format.HTML: ("pandas", "kreuzberg"),
    Format.DOCX: ("python-docx", "kreuzberg"),
    Format.TEXT: ("kreuzberg",),
    Format.PDF: ("pdfplumber", "tablers", "kreuzberg"),
}
#: Beginning of a kind's name, peer -> the ratio that is aimed at.
AIMS: Final[Mapping[tuple[str, str], float]] = {
    ("html", "pandas"): 1.0,
    ("html", "kreuzberg"): 3.0,
    ("docx", "python-docx"): 0.2,
    ("pdf office", "pdfplumber"): 0.2,
    ("pdf office", "tablers"): 4.0,
    ("pdf browser", "pdfplumber"): 0.2,
    ("pdf browser", "tablers"): 3.5,
}
#: A kind's name -> the kind of the same report that it is held to, and the ratio aimed at.
HELD: Final[Mapping[str, tuple[str, float | None]]] = {
    "ofd objects": ("pdf office", 1.0),
    "ofd runs": ("pdf office", 1.0),
    "xlsx one": ("docx plain", 0.5),
    "xlsx sheets": ("docx plain", 0.5),
    "xls one": ("docx plain", 0.5),
    "odt plain": ("docx plain", None),
    "rtf plain": ("docx plain", None),
    "doc plain": ("docx plain", 1.5),
}
#: Documents that only warm up; others than those that are measured.
WARMING: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one document of a kind takes: medians, in seconds of the processor."""

    kind: Kind
    #: From bytes to the JSON of the envelope.
    ours: float
    #: report.html and report.xlsx beside it.
    people: float
    #: The first of these in another checkout, None where none is measured.
    before: float | None
    #: Peer -> seconds; those that read no such document are missing.
    peers: Mapping[str, float]


def aim(kind: Kind, peer: str) -> float | None:
    aims = (to for (name, of), to in AIMS.items() if of == peer and kind.name.startswith(name))
    return next(aims, None)


class Measured:
    """Of one kind: what the programs answered."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.seconds: dict[str, list[tuple[float, ...]]] = defaultdict(list)
        self.failed: set[str] = set()

    def ask(self, name: str, program: Program, path: Path, *, warming: bool) -> None:
        if name in self.failed:
            return
        try:
            answer = program.read(OURS if name == BEFORE else name, path)
        except Unreadable as error:
            print(f"{self.kind.name}: not measured, {name}: {error}", file=sys.stderr)
            self.failed.add(name)
            return
        if not warming:
            self.seconds[name].append(answer.seconds)

    def median(self, name: str, step: int = 0) -> float:
        return median(one[step] for one in self.seconds[name])


def cost_of(kind: Kind, documents: int, programs: Mapping[str, Program], folder: Path) -> Cost:
    """Raises `Unreadable` where ours could not read it."""
    names = [one for one in programs if one in (OURS, BEFORE, *PEERS[kind.format])]
    measured = Measured(kind)
    for seed in range(WARMING + documents):
        path = folder / f"{seed}.{kind.suffix}"
        path.write_bytes(kind.draw(report(seed), seed))
        # None always comes first.
        for name in (*names[seed % len(names) :], *names[: seed % len(names)]):
            measured.ask(name, programs[name], path, warming=seed < WARMING)
    if OURS in measured.failed:
        raise Unreadable(kind.name)
    there = [name for name in PEERS[kind.format] if measured.seconds[name]]
    return Cost(
        kind=kind,
        ours=measured.median(OURS),
        people=measured.median(OURS, 1),
        before=measured.median(BEFORE) if measured.seconds[BEFORE] else None,
        peers={name: measured.median(name) for name in there},
    )


def costs(
    kinds: Sequence[Kind],
    documents: int,
    folder: Path,
    *,
    before: Path | None = None,
    with_peers: bool = True,
) -> Iterator[Cost]:
    """Each program is one process for all kinds, as in a worker; raises `Unreadable`."""
    with ExitStack() as stack:
        programs = {OURS: stack.enter_context(asking.ours())}
        if before:
            programs[BEFORE] = stack.enter_context(asking.ours(before))
        if with_peers:
            python = peers.python()
            for name in _all_of(kinds):
                programs[name] = stack.enter_context(asking.peer(python))
        for kind in kinds:
            yield cost_of(kind, documents, programs, folder)


def _all_of(kinds: Iterable[Kind]) -> list[str]:
    return [*dict.fromkeys(name for kind in kinds for name in PEERS[kind.format])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one report takes in a format, and what it takes in the one that this is held to."""

    kind: Kind
    to: Kind
    #: Medians, in seconds of the processor, as far as the envelope.
    ours: float
    other: float
    #: The ratio that is aimed at, None where there is none.
    aim: float | None


def held_to(kind: Kind) -> Kind:
    """Raises `KeyError` for a kind that is held to none."""
    name, _ = HELD[kind.name]
    return next(one for one in KINDS if one.name == name)


def held(kinds: Iterable[Kind], documents: int, folder: Path) -> Iterator[Held]:
    """One process for all. Raises `Unreadable`."""
    with asking.ours() as program:
        for kind in kinds:
            pair = kind, held_to(kind)
            seconds: dict[str, list[float]] = {one.name: [] for one in pair}
            for seed in range(WARMING + documents):
                for one in pair if seed % 2 else reversed(pair):
                    path = folder / f"{seed}.{one.suffix}"
                    path.write_bytes(one.draw(report(seed), seed))
                    seconds[one.name].append(program.read(OURS, path).seconds[0])
            ours, other = (median(seconds[one.name][WARMING:]) for one in pair)
            aim_of = HELD[kind.name][1]
            yield Held(kind=kind, to=pair[1], ours=ours, other=other, aim=aim_of)
