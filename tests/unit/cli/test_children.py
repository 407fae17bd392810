"""Processes under the supervisor: readiness, death, stopping, and what they leave behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from workers.children import BACKOFF_SECONDS, Child, Role, stop

#: A child as `gouji` makes them: it takes up its tether and says that it is ready.
WELL_BEHAVED = """
import signal, sys, time
from workers.tether import Tether
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
Tether(int(sys.argv[sys.argv.index("--tether") + 1])).ready()
while True: time.sleep(0.05)
"""
DEAF = WELL_BEHAVED.replace("lambda *_: sys.exit(0)", "signal.SIG_IGN")
#: Leaves a process of its own behind when it is killed.
PARENT = "import subprocess; subprocess.Popen(['sleep', '60'])\n" + WELL_BEHAVED
DOOMED = "import sys; sys.exit('gouji: no such bucket')"


@pytest.fixture
def raised(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    made: list[Child] = []

    def start(program: str, *, wave: int = 0, patience_seconds: float = 5.0) -> Child:
        name = f"child-{len(made)}"
        role = Role(name=name, arguments=(), wave=wave, patience_seconds=patience_seconds)
        command = (sys.executable, "-c", program)
        child = Child(role, dict(os.environ), tmp_path / f"{name}.log", command=command)
        made.append(child)
        child.start()
        return child

    yield start
    for child in made:
        child.kill()


def until(met: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


def until_ready(child: Child) -> None:
    def ready() -> bool:
        assert child.look() is None
        return child.ready

    until(ready)


def test_a_child_is_ready_when_it_says_so(raised: Callable[..., Child]) -> None:
    until_ready(raised(WELL_BEHAVED))


def test_a_death_is_noted_once_with_its_last_words(raised: Callable[..., Child]) -> None:
    child = raised(DOOMED)
    codes: list[int | None] = []
    until(lambda: codes.append(child.look()) or codes[-1] is not None)
    assert codes[-1] == 1
    assert child.look() is None
    assert child.last_words() == "no such bucket"
    assert child.pid is None


def test_deaths_in_a_row_wait_longer(raised: Callable[..., Child]) -> None:
    child = raised(DOOMED)
    delays = []
    for _ in range(3):
        until(lambda: child.look() is not None)
        delays.append(child.delay_seconds())
        child.start()
    assert delays == list(BACKOFF_SECONDS[:3])


def test_what_a_killed_child_had_started_ends_with_it(raised: Callable[..., Child]) -> None:
    child = raised(PARENT)
    until_ready(child)
    assert child.pid is not None
    (orphan,) = psutil.Process(child.pid).children()
    os.kill(child.pid, signal.SIGKILL)
    until(lambda: child.look() == -signal.SIGKILL)
    until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)


def test_waves_stop_one_after_the_other(
    raised: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    last, first = raised(WELL_BEHAVED, wave=1), raised(WELL_BEHAVED, wave=0)
    for child in (first, last):
        until_ready(child)
    seen: list[tuple[bool, bool]] = []

    def watch() -> bool:
        seen.append((first.pid is not None, last.pid is not None))
        return False

    def tell() -> None:
        # One that ends at once is never seen to be the last.
        watch()
        Child.tell(last)

    monkeypatch.setattr(last, "tell", tell)
    stop([last, first], watch)
    assert (False, True) in seen
    assert (True, False) not in seen
    assert first.pid is None
    assert last.pid is None


@pytest.mark.parametrize(("patience_seconds", "hurried"), [(0.3, False), (60.0, True)])
def test_a_deaf_child_is_killed(
    raised: Callable[..., Child], patience_seconds: float, hurried: bool
) -> None:
    child = raised(DEAF, patience_seconds=patience_seconds)
    until_ready(child)
    began = time.monotonic()
    stop([child], lambda: hurried)
    assert child.pid is None
    assert time.monotonic() - began < 3


def test_a_child_whose_supervisor_was_killed_stops_by_itself(tmp_path: Path) -> None:
    supervisor = f"""
import os, sys, time
from pathlib import Path
from workers.children import Child, Role
role = Role(name="child", arguments=(), wave=0, patience_seconds=1)
command = (sys.executable, "-c", {WELL_BEHAVED!r})
child = Child(role, dict(os.environ), Path({str(tmp_path / "log")!r}), command=command)
child.start()
while not child.ready: child.look()
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", supervisor], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(child).wait(timeout=5)
    assert not psutil.pid_exists(child)
