"""Workers and sweeps on hosts of their own, one of which is cut off in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest
from corpus import light
from hosts import Hosts, why_not
from proxy import Asked
from world import Normal, Row, World, until

from storage.keys import FAILED, RESULTS
from storage.local import LocalServers


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    if why := why_not():
        pytest.skip(why)
    made = Hosts("one", "two")
    try:
        with made.in_hub():
            yield made
    finally:
        made.end()


@pytest.fixture
def world_of_hosts(hosts: Hosts, tmp_path: Path) -> Iterator[World]:
    """The store, the broker, and whoever brings documents are at the hub."""
    servers = LocalServers(tmp_path / "servers")
    servers.start()
    world = World(servers, tmp_path / "world", host=hosts.addresses["hub"])
    yield world
    world.end()
    for pid in servers.pids.values():
        os.kill(pid, signal.SIGKILL)
    servers.stop()


class Cut:
    """Takes a host from the others at a moment of a job: when the store has done what its worker
    asked for, and the worker has not heard of it."""

    def __init__(self, world: World, hosts: Hosts, name: str, method: str, end: str) -> None:
        self._world, self._hosts, self._name = world, hosts, name
        self._method, self._end = method, end
        #: The path of what was asked for.
        self.at: str | None = None
        world.proxy.answered = self

    def __call__(self, asked: Asked) -> None:
        room = "/inbox/" if self._method == "GET" else f"/{RESULTS}"
        is_its = asked.peer == self._hosts.addresses[self._name]
        is_it = is_its and asked.method == self._method and room in asked.path
        if self.at is None and is_it and asked.path.endswith(self._end):
            self._hosts.cut(self._name)
            self.at = asked.path


def start_on(world: World, hosts: Hosts, name: str) -> None:
    """A worker and a sweep; nothing is shared with other hosts but the store and the broker."""
    home = world.folder / name
    home.mkdir()
    within = ("on_host.py", hosts.space(name))
    world.start(f"light-{name}", f"sweep-{name}", within=within, home=home)


def said_of_jobs(world: World, name: str) -> list[str]:
    """What the worker of a host has logged of its jobs: that one ended, waits, or was let go."""
    return [line for line in world.processes[f"light-{name}"].said().splitlines() if "job." in line]


def records(world: World) -> dict[str, str]:
    return {i.key: i.etag for room in (RESULTS, FAILED) for i in world.store.list(room)}


@pytest.mark.long
@pytest.mark.parametrize(
    ("method", "end"),
    [("GET", ""), ("PUT", "/result.json")],
    ids=["as_it_fetches", "as_it_has_written"],
)
def test_hosts_cut_off(
    method: str,
    end: str,
    hosts: Hosts,
    world_of_hosts: World,
    row: Row,
    corpus: Mapping[str, bytes],
    quiet: Mapping[str, Normal],
) -> None:
    """Two is cut off with work in its hands, and another host does all there is; it comes back
    and goes on with what it had. Then the other one is cut off, likewise and for good."""
    world = world_of_hosts
    documents = light(corpus, 40)
    first = dict(islice(documents.items(), 25))
    rest = {name: body for name, body in documents.items() if name not in first}
    world.start("listen")
    start_on(world, hosts, "two")
    cut = Cut(world, hosts, "two", method, end)
    arriving = world.arrive(first, 5)
    until(lambda: cut.at is not None, 60, "two has work")
    start_on(world, hosts, "one")
    arriving.join()
    settled = [world.keeps_its_promise(quiet, 120)]
    there = records(world)
    assert not hosts.is_reached("two")
    hosts.heal("two")
    # It was in the middle of its first; where the others were slow it has let go of it by now.
    until(lambda: said_of_jobs(world, "two"), 120, "two goes on")

    cut = Cut(world, hosts, "one", method, end)
    world.arrive(rest, 5).join()
    until(lambda: cut.at is not None, 120, "one has work")
    settled.append(world.keeps_its_promise(quiet, 120))
    assert not hosts.is_reached("one")
    assert world.processes["light-two"].starts == world.processes["light-one"].starts == 1
    # What was done while it was away, it has not done again.
    assert there.items() <= records(world).items()
    row.says(documents=len(documents), kills={"host cut off": 2}, settled=max(settled))
