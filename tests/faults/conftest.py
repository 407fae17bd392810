"""The long scenarios run in `make faults` (FAULTS=all), the soak in `make soak` (SOAK=count)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from corpus import light, mixed
from in_quiet import quiet_run
from world import Normal, Row, World

from storage.local import LocalServers

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
    """The records of a run of the whole corpus without faults, by document."""
    return quiet_run(corpus)


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Iterator[Row]:
    made = Row(request.node.name.removeprefix("test_"))
    yield made
    made.write()
