"""One service is shared by the tests that leave it as it was; the others start their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from served import GOUJI, HASTE, Up


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Starts services that have ended when the test has."""
    started: list[Up] = []

    def start(home: Path | None = None, **settings: str) -> Up:
        started.append(Up(home or tmp_path / "home", **(HASTE | settings)))
        return started[-1]

    yield start
    # The later ones may have their servers with the first.
    for up in reversed(started):
        up.stop()


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    if not GOUJI.exists() or shutil.which("weed", path=str(GOUJI.parent)) is None:
        pytest.skip("needs the installed command with the extra `local`")
    up = Up(tmp_path_factory.mktemp("system") / "home", **HASTE)
    yield up
    up.stop()


@pytest.fixture(scope="session", autouse=True)
def figures() -> Iterator[dict[str, float]]:
    """What was measured, printed at the end of the run (`-s` shows it)."""
    measured: dict[str, float] = {}
    yield measured
    for name, seconds in measured.items():
        print(f"{name}: {seconds:.2f} s")
