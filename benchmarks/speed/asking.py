"""The other end of the pipe: a program that takes part, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.known import ROOT

ANSWERING: Final = Path(__file__).with_name("answering.py")


class Unreadable(Exception):
    """The program could not read the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What reading one document took."""

    #: Of the processor, for each step.
    seconds: tuple[float, ...]
    #: The most memory that the process had at the end of each step.
    peaks_mib: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A process that reads documents."""

    process: subprocess.Popen[str]

    def read(self, how: str, path: Path) -> Answer:
        """`how`: a key of `answering.READERS`. Raises `Unreadable`."""
        told = self._asked(how, path)
        peaks = tuple(peak / 1024 for peak in told["peak_kib"])
        return Answer(seconds=tuple(told["seconds"]), peaks_mib=peaks)

    def profile(self, path: Path) -> list[tuple[float, int, str]]:
        """As `answering.profiled` has it. Raises `Unreadable`."""
        told = self._asked("profile", path)["profile"]
        return [(share, calls, address) for share, calls, address in told]

    def _asked(self, how: str, path: Path) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": how, "path": str(path)}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Unreadable(f"its process ended at {path.name}")
        told: dict[str, Any] = json.loads(line)
        if "failed" in told:
            raise Unreadable(f"{told['failed']} at {path.name}")
        return told


def environment(tree: Path | None) -> dict[str, str]:
    """Of a program: of ours with the code of that checkout, of a peer with none of it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept if tree is None else {**kept, "PYTHONPATH": str(tree)}


@contextmanager
def _running(python: Path, variables: Mapping[str, str]) -> Iterator[Program]:
    with TemporaryDirectory() as folder:
        # What a program keeps of a document must not be there at the next run.
        homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "KREUZBERG_CACHE_DIR"), folder)
        process = subprocess.Popen(
            [str(python), "-P", str(ANSWERING)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=folder,
            env={**variables, **homes},
        )
        try:
            yield Program(process)
        finally:
            process.kill()
            process.communicate()


@contextmanager
def ours(tree: Path = ROOT) -> Iterator[Program]:
    """Our code as it lies in that checkout, in the environment of this process."""
    with _running(Path(sys.executable), environment(tree)) as program:
        yield program


@contextmanager
def peer(python: Path) -> Iterator[Program]:
    with _running(python, environment(None)) as program:
        yield program
