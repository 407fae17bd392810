"""What a process takes that reads documents: memory, its start, and where the time goes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from pypdfium2 import PdfDocument

from benchmarks.known import ROOT
from benchmarks.speed import asking
from benchmarks.speed.beside import OURS, WARMING
from benchmarks.speed.documents import KINDS, Kind, pdf_of, report

# --- memory ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The most memory of a process that read one PDF, resident, in MiB; its time in seconds."""

    pages: int
    #: As far as the envelope, and with the outputs for people.
    peak_mib: float
    people_mib: float
    seconds: float


def memory(pages: int, folder: Path, tree: Path = ROOT) -> Memory:
    """In a process that has read nothing before. Raises `Unreadable`."""
    path = folder / "long.pdf"
    path.write_bytes(pdf_of(pages))
    with closing(PdfDocument(path)) as pdf:
        drawn = len(pdf)
    with asking.ours(tree) as program:
        answer = program.read(OURS, path)
    envelope, people = answer.peaks_mib
    return Memory(pages=drawn, peak_mib=envelope, people_mib=people, seconds=answer.seconds[0])


# --- start ----------------------------------------------------------------------------------

_CHECK: Final = "import sys; from workers.cli import main; sys.argv[0] = 'gouji'; sys.exit(main())"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds of the processor of a command, from nothing to its end, the system's included."""

    #: `gouji check` of a document of this name, "" for an interpreter that does nothing.
    of: str
    seconds: float


def starts(runs: int, folder: Path, tree: Path = ROOT) -> Iterator[Start]:
    """Byte-code is written before; the commands take turns."""
    commands = {"": ["-c", "pass"]}
    for name in ("html portal", "pdf lines"):
        kind = next(one for one in KINDS if one.name == name)
        path = folder / f"start.{kind.suffix}"
        path.write_bytes(kind.draw(report(0), 0))
        commands[kind.says] = ["-c", _CHECK, "check", str(path)]
    taken: dict[str, list[float]] = {name: [] for name in commands}
    with TemporaryDirectory() as kept:
        variables = {**asking.environment(tree), "PYTHONPYCACHEPREFIX": kept}
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        for run in range(runs + 1):
            for name, command in commands.items():
                seconds = _seconds([sys.executable, *command], variables, folder)
                if run:  # the first writes byte-code
                    taken[name].append(seconds)
    for name, times in taken.items():
        yield Start(of=name, seconds=median(times))


def _seconds(command: Sequence[str], variables: Mapping[str, str], folder: Path) -> float:
    """User and system time of the process and of what it waited for."""
    process = subprocess.Popen(
        command,
        env=variables,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits for it again
    assert process.returncode in (0, 1), command  # 1: the document has findings
    return used.ru_utime + used.ru_stime


# --- shares ---------------------------------------------------------------------------------

ROOMS: Final = ("detect", "read", "recognise", "check", "envelope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Where the time of a document goes."""

    kind: Kind
    #: Seconds of each of `ROOMS`, medians.
    seconds: tuple[float, ...]
    #: Of the functions that take most in themselves: share of the time, calls, address.
    functions: Sequence[tuple[float, int, str]]

    def shares(self) -> tuple[float, ...]:
        return tuple(one / sum(self.seconds) for one in self.seconds)


def shares(kinds: Sequence[Kind], documents: int, folder: Path) -> Iterator[Shares]:
    """One process for all kinds. Raises `Unreadable`."""
    with asking.ours() as program:
        for kind in kinds:
            taken = list[tuple[float, ...]]()
            for seed in range(WARMING + documents + 1):
                path = folder / f"{seed}.{kind.suffix}"
                path.write_bytes(kind.draw(report(seed), seed))
                if seed < WARMING + documents:
                    taken.append(program.read("rooms", path).seconds)
            yield Shares(
                kind=kind,
                seconds=tuple(median(one) for one in zip(*taken[WARMING:], strict=True)),
                functions=program.profile(path),
            )
