"""Many documents in one run: nothing is left pending, and no process grows.

`make soak` runs it with SOAK documents and draws `build/soak.svg`.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import linear_regression, mean

import psutil
import pytest
from corpus import pages
from plot import drawn
from world import Row, World, until

from storage.local import LocalServers
from workers.settings import Settings

COUNT = int(os.environ.get("SOAK", "0"))
PLOT = Path("build/soak.svg")
BATCH = 200
#: So many documents may wait: people drop them as fast as they are read.
AHEAD = 1000
#: Settings that the scenarios shorten.
PATIENCE = ("sweep_seconds", "enqueued_seconds", "lease_seconds")
#: What the first quarter of a run does to memory is warming up.
WARM = 0.25
#: Growth over the rest of the run, of the mean.
FLAT = 0.15
#: The store keeps a cache of what it holds, up to a limit of its own (GOMEMLIMIT).
WITHIN_ITS_LIMIT = {"store": 600.0}

#: Role -> seconds since the start, MiB.
Samples = dict[str, list[tuple[float, float]]]


def roles(world: World, servers: LocalServers) -> Iterator[tuple[str, psutil.Process]]:
    yield "store", psutil.Process(servers.pids["seaweedfs"])
    if world.broker.process is not None:
        yield "broker", psutil.Process(world.broker.process.pid)
    for name, process in world.processes.items():
        main = psutil.Process(process.popen.pid)
        yield name, main
        for child in main.children():
            yield f"{name} pool", child
            for warm in child.children():
                yield f"{name} reader", warm


def sample(world: World, servers: LocalServers, began: float, samples: Samples) -> None:
    """The largest process of each role; children come and go."""
    found: dict[str, float] = defaultdict(float)
    try:
        for role, process in roles(world, servers):
            found[role] = max(found[role], process.memory_info().rss / 2**20)
    except psutil.Error:  # one ended while we looked
        return
    for role, mib in found.items():
        samples[role].append((time.monotonic() - began, mib))


def growth(samples: list[tuple[float, float]]) -> float:
    """Over the run after its warming up, as a part of the mean."""
    end = samples[-1][0]
    steady = [(at, mib) for at, mib in samples if at >= end * WARM]
    slope, _ = linear_regression(*zip(*steady, strict=True))
    return slope * (end - steady[0][0]) / mean(mib for _, mib in steady)


@pytest.mark.skipif(not COUNT, reason="make soak")
def test_soak(new_world: Callable[..., World], local_servers: LocalServers, row: Row) -> None:
    # Nothing is broken on purpose here, so nothing needs to be noticed sooner than in service.
    world = new_world(**{name: Settings.model_fields[name].default for name in PATIENCE})
    world.start("light", "sweep", "listen")
    began, samples, ended = time.monotonic(), defaultdict(list), threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            sample(world, local_servers, began, samples)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    coming = pages(COUNT)
    while batch := dict(islice(coming, BATCH)):
        until(lambda: world.queued() < AHEAD, 600, "room")
        world.tell(world.drop(batch))
    world.settle(900)
    seconds = time.monotonic() - began
    ended.set()
    watching.join()
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(drawn(samples, f"{COUNT} documents, {COUNT / seconds:.0f} a second"))
    tally = world.records.tally()
    assert (tally.result, tally.failed, tally.pending) == (COUNT, 0, 0)
    grown = {role: round(growth(taken), 3) for role, taken in samples.items() if len(taken) > 20}
    row.says(documents=COUNT, per_second=round(COUNT / seconds, 1), grown=grown)
    for role, limit in WITHIN_ITS_LIMIT.items():
        assert max(mib for _, mib in samples[role]) < limit
    assert {
        role: by for role, by in grown.items() if role not in WITHIN_ITS_LIMIT and by > FLAT
    } == {}
