"""Documents that take more memory together than there is, in a group with a limit of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from station import HERE, wait_for

from storage.errors import Unavailable
from workers.sandbox.crowd import Crowd

MIB = 2**20
#: Version 1 and 2 of control groups: folder, the file with the limit, the one with the use.
GROUPS = (
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes"),
    (Path("/sys/fs/cgroup"), "memory.max", "memory.current"),
)


class Group:
    """Processes that share so much memory."""

    def __init__(self, folder: Path, limit: str, usage: str) -> None:
        self.folder, self._limit, self._usage = folder, folder / limit, folder / usage

    def take_in(self, pid: int) -> None:
        (self.folder / "cgroup.procs").write_text(str(pid))

    def leave(self, mib: int) -> None:
        """So much more than now, and no more."""
        now = int(self._usage.read_text())
        self._limit.write_text(str(now + mib * MIB))


@pytest.fixture
def group() -> Iterator[Group]:
    for root, limit, usage in GROUPS:
        folder = root / f"gouji-test-{uuid.uuid4().hex[:8]}"
        try:
            folder.mkdir()
        except OSError:
            continue
        if (folder / limit).exists():
            yield Group(folder, limit, usage)
            wait_for(lambda: _removed(folder))  # noqa: B023 - called at once
            return
        folder.rmdir()
    pytest.skip("no group with a limit on its memory can be made here")


def _removed(folder: Path) -> bool:
    """Those who were in it may be ending still."""
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


class Reader:
    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "reader.py"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hears(self) -> str:
        """The next answer; lines of the log stand between them."""
        assert self.process.stdout is not None
        line = next(line for line in self.process.stdout if line.startswith('"'))
        return str(json.loads(line))

    def ask(self, name: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def readers(group: Group, tmp_path: Path) -> Iterator[tuple[Reader, Reader]]:
    made = (Reader(tmp_path), Reader(tmp_path))
    for reader in made:
        group.take_in(reader.process.pid)
    for reader in made:
        assert reader.hears() == "ready"
    yield made
    for reader in made:
        reader.end()


def test_who_was_ended_for_its_neighbour_is_read_alone(
    group: Group, readers: tuple[Reader, Reader]
) -> None:
    group.leave(mib=500)
    for round in range(3):
        for reader in readers:
            reader.ask(f"weighty-350-{round}.html")
        assert [reader.hears() for reader in readers] == ["html", "html"]


def test_who_takes_more_than_there_is_alone_is_refused_and_nobody_else(
    group: Group, readers: tuple[Reader, Reader]
) -> None:
    group.leave(mib=500)
    readers[0].ask("weighty-700.html")
    readers[1].ask("weighty-100.html")
    assert readers[1].hears() == "html"
    assert readers[0].hears().startswith("out_of_memory: read alone, it takes more memory")


def test_one_is_alone_when_the_others_have_ended(tmp_path: Path) -> None:
    """Locks are of a process: the other one is a process of its own."""
    crowd = Crowd(tmp_path, patience_seconds=0.2)
    begun, end = os.pipe(), os.pipe()
    other = os.fork()
    if other == 0:
        with Crowd(tmp_path).among():
            os.write(begun[1], b"!")
            os.read(end[0], 1)
        os._exit(0)
    os.read(begun[0], 1)
    with crowd.among():
        pass
    with pytest.raises(Unavailable), crowd.alone():
        pass
    threading.Timer(0.3, os.write, (end[1], b"!")).start()
    with Crowd(tmp_path, patience_seconds=20).alone():
        assert os.waitpid(other, 0) == (other, 0)
