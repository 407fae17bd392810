"""What containers cost: the same mix through them and through `gouji up`, by turns.

A figure that is printed, for docs/performance.md, and no test of a time."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import arriving
from engine import ROOT
from stack import Stack, until

from storage.objects import S3ObjectStore

COUNT, ROUNDS = 64, 3


@contextlib.contextmanager
def gouji_up(home: Path) -> Iterator[S3ObjectStore]:
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
        yield S3ObjectStore(**json.loads((home / "up.json").read_text())["s3"])
    finally:
        process.terminate()
        process.wait()


def seconds(through: Stack, folder: str, store: S3ObjectStore, count: int = COUNT) -> float:
    """From the first put to the last record."""
    documents = arriving.mixed(folder, count, seed=17, poison=False)
    began = time.monotonic()
    through.drop(documents, store)
    through.until_ended(folder, len(documents), store)
    return time.monotonic() - began


def test_how_quick_containers_are(stack: Stack, tmp_path: Path, figures: dict[str, str]) -> None:
    with gouji_up(tmp_path / "home") as store:
        ways = {"containers": stack.store, "gouji up": store}
        for name, where in ways.items():  # loads what the others find loaded
            seconds(stack, f"warm-{name.split()[0]}", where, COUNT // 4)
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(ROUNDS):
            order = list(ways) if turn % 2 else list(ways)[::-1]
            for name in order:
                taken[name].append(seconds(stack, f"turn-{turn}", ways[name]))
    rates = {name: COUNT / statistics.median(each) for name, each in taken.items()}
    ratio = rates["containers"] / rates["gouji up"]
    each = "; ".join(f"{name} {rate:.2f}/s" for name, rate in rates.items())
    figures["throughput"] = f"{each}; ratio {ratio:.2f}, load {os.getloadavg()[0]:.1f}"
    assert all(len(each) == ROUNDS for each in taken.values())
