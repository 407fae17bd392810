"""What containers cost: the same mix through them and through `gouji up`, by turns.

Figures that are printed, for docs/performance.md, and no test of a time. Documents a second say
little on a machine that others use as well, whose kernel shares it out among groups of processes;
processor time says what the work was."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import arriving
from engine import CGROUPS, ROOT
from stack import Stack, until

from benchmarks.service import processor_milliseconds
from storage.objects import S3ObjectStore

COUNT, ROUNDS = 64, 2


@contextlib.contextmanager
def gouji_up(home: Path) -> Iterator[dict[str, Any]]:
    """What it says of itself in `up.json`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "up"],
        cwd=ROOT,
        env={**environ, "GOUJI_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until((home / "up.json").exists, "gouji up")
        yield json.loads((home / "up.json").read_text())
    finally:
        process.terminate()
        process.wait()


def of_containers() -> float:
    """Processor seconds of all of them since they were started."""
    for name, unit in (("cpuacct.usage", 1e-9), ("cpu.stat", 1e-6)):
        for file in Path("/sys/fs/cgroup").glob(f"**/{CGROUPS}/{name}"):
            words = file.read_text().split()
            return int(words[words.index("usage_usec") + 1] if len(words) > 1 else words[0]) * unit
    raise AssertionError("no control group of the containers tells its processor time")


@dataclass
class Way:
    """Where documents are put, and what its processes have taken of the processor so far."""

    store: S3ObjectStore
    spent: Callable[[], float]
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def turn(self, through: Stack, folder: str, count: int = COUNT) -> None:
        """From the first put to the last record."""
        documents = arriving.mixed(folder, count, seed=17, poison=False)
        began, before = time.monotonic(), self.spent()
        through.drop(documents, self.store)
        through.until_ended(folder, count, self.store)
        self.seconds.append(time.monotonic() - began)
        self.processor.append(self.spent() - before)


def test_how_quick_containers_are(stack: Stack, tmp_path: Path, figures: dict[str, str]) -> None:
    with gouji_up(tmp_path / "home") as up:
        contained = Way(stack.store, of_containers)
        plain = Way(
            S3ObjectStore(**up["s3"]),
            lambda: sum(processor_milliseconds(up["pids"]).values()) / 1000,
        )
        for way in (contained, plain):  # loads what the others find loaded
            way.turn(stack, "warm", COUNT // 4)
        for number in range(ROUNDS):
            order = (contained, plain) if number % 2 else (plain, contained)
            for way in order:
                way.turn(stack, f"turn-{number}")
    assert len(contained.seconds) == len(plain.seconds) == ROUNDS + 1
    rates = [COUNT * ROUNDS / sum(way.seconds[1:]) for way in (contained, plain)]
    spent = [sum(way.processor[1:]) / COUNT / ROUNDS for way in (contained, plain)]
    figures["throughput"] = (
        f"containers {rates[0]:.2f}/s, gouji up {rates[1]:.2f}/s, ratio {rates[0] / rates[1]:.2f};"
        f" load {os.getloadavg()[0]:.0f}"
    )
    figures["processor time of a document"] = (
        f"containers {spent[0] * 1000:.0f} ms, gouji up {spent[1] * 1000:.0f} ms,"
        f" ratio {spent[0] / spent[1]:.2f}"
    )
