"""The long scenarios run in `make faults` (FAULTS=all), the soak in `make soak` (SOAK=count)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from corpus import light, mixed
from world import Normal, Row, World, normal_of

from storage.attempts import MemoryAttempts
from storage.broker import MemoryLeases, MemoryMarks, MemoryOutstanding
from storage.keys import INBOX
from storage.local import LocalServers
from storage.members import Members
from storage.memory import MemoryObjectStore
from storage.results import Records
from tasks import flow
from tasks.decide import Attempt, TryLimits
from tasks.jobs import treat
from tasks.render import result
from tasks.unpack import portion
from tasks.workplace import Reason, Workplace

ALL = os.environ.get("FAULTS") == "all"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: runs in `make faults` only")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("long") and not ALL:
            item.add_marker(pytest.mark.skip(reason="long: make faults"))


@pytest.fixture
def new_world(local_servers: LocalServers, tmp_path: Path) -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def make(**changed: Any) -> World:
        made.append(World(local_servers, tmp_path / f"world-{len(made)}", **changed))
        return made[-1]

    yield make
    for world in made:
        world.end()


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()


@pytest.fixture(scope="session")
def corpus() -> dict[str, bytes]:
    """What the scenarios take their documents from."""
    return mixed(300) if ALL else light(mixed(60), 30)


@pytest.fixture(scope="session")
def quiet(corpus: Mapping[str, bytes]) -> dict[str, Normal]:
    """The records of a run of the whole corpus without faults, by inbox key.

    Of the same jobs, but one after the other in this process on a bucket in memory: there is
    no server, no sandbox and no second worker that could fail.
    """
    store = MemoryObjectStore()
    waiting: list[tuple[str, Reason]] = []
    place = Workplace(
        store=store,
        records=Records(store),
        attempts=MemoryAttempts(),
        leases=MemoryLeases(),
        marks=MemoryMarks(),
        examine=lambda body, name: result.parts(flow.examine(body, name)),
        unpack=lambda body, name, after: portion(body, name, after=after, most_bytes=2**30),
        publish=lambda version, reason: waiting.append((version.key, reason)),
        members=Members(store),
        outstanding=MemoryOutstanding(),
        limits=TryLimits(failures=1, begun=1, lease_seconds=60),
        max_document_bytes=2**30,
        max_archive_bytes=2**30,
        mark_seconds=60,
    )
    for name, body in corpus.items():
        store.put(INBOX + name, body, content_type="application/octet-stream")
        assert treat(place, INBOX + name, Attempt())["status"] in ("done", "refused", "waiting")
    while waiting:
        key, reason = waiting.pop(0)
        came = treat(place, key, Attempt(), gather=reason is Reason.GATHER)
        assert came["status"] in ("done", "refused"), came
    return normal_of(place.records)


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Iterator[Row]:
    made = Row(request.node.name.removeprefix("test_"))
    yield made
    made.write()
