"""One engine, and on it one service, for all tests of this folder; `make compose` runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import engine
import pytest
from stack import Stack


@pytest.fixture(scope="session")
def running_engine() -> Iterator[engine.Engine]:
    if not engine.is_apart():
        pytest.skip("on an engine of its own: make compose")
    with engine.running(network=True) as running:
        yield running


@pytest.fixture(scope="session")
def up(running_engine: engine.Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    # Compose names networks and volumes after the project, not after the folder.
    stack = Stack(running_engine, tmp_path_factory.mktemp("gouji"))
    try:
        stack.up()
        yield stack
    finally:
        (engine.KEPT / "services.log").write_text(stack.compose("logs", check=False).stdout)
        stack.down()


@pytest.fixture
def stack(up: Stack) -> Stack:
    """All of it well, whatever the test before did."""
    if not up.runs():
        up.up()
    up.until_well()
    return up


@pytest.fixture(scope="session", autouse=True)
def figures() -> Iterator[dict[str, str]]:
    """What was measured; printed at the end and kept in `build/compose/figures.txt`."""
    measured: dict[str, str] = {}
    yield measured
    if measured:
        told = "".join(f"{name}: {figure}\n" for name, figure in measured.items())
        print(f"\n{told}", end="")
        Path(engine.KEPT, "figures.txt").write_text(told)
