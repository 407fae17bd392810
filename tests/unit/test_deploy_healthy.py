"""When the health check of a container ends what runs in it, and what it would end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import healthy


def test_only_those_in_a_row_count(tmp_path: Path) -> None:
    counted = tmp_path / "unhealthy"
    answers = [True, False, False, True, False]
    assert [healthy.in_a_row(answer, counted) for answer in answers] == [0, 1, 2, 0, 1]


def test_who_has_not_served_yet_is_given_all_time_to_start(tmp_path: Path) -> None:
    counted = tmp_path / "unhealthy"
    assert [healthy.in_a_row(False, counted) for _ in range(9)] == [0] * 9


def test_what_cannot_be_counted_ends_nobody(tmp_path: Path) -> None:
    counted = tmp_path / "unhealthy"
    counted.mkdir()
    assert [healthy.in_a_row(answer, counted) for answer in (True, False)] == [0, 0]


def process(proc: Path, pid: int, parent: int, started: int, name: str = "gouji") -> None:
    """As proc(5) has it: a name may hold what parts the others."""
    (proc / str(pid)).mkdir(parents=True)
    (proc / str(pid) / "comm").write_text(f"{name}\n")
    others = " ".join("0" for _ in range(17))
    (proc / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} {others} {started} 0 0\n")


@pytest.mark.parametrize("init", ["docker-init", "tini", "catatonit"])
def test_the_main_process_is_the_first_that_the_init_started(tmp_path: Path, init: str) -> None:
    process(tmp_path, 1, 0, 10, init)
    process(tmp_path, 7, 1, 20, "gouji) S 9 (x")
    process(tmp_path, 8, 7, 21)  # of its pool
    process(tmp_path, 6, 1, 90)  # left behind by one that ended; its number has come round
    process(tmp_path, 9, 0, 15)  # the check itself
    assert healthy.main_process(tmp_path) == 7


def test_outside_of_a_container_there_is_none_to_end(tmp_path: Path) -> None:
    process(tmp_path, 1, 0, 10, "systemd")
    process(tmp_path, 7, 1, 20)
    assert healthy.main_process(tmp_path) is None


def test_it_answers_as_without_while_it_does_not_end(tmp_path: Path) -> None:
    """As a program, and never as often as it says: these tests may run in a container."""
    environ = {**os.environ, "TMPDIR": str(tmp_path), "GOUJI_BROKER_URL": "redis://127.0.0.1:1"}
    fresh = tmp_path / "alive"
    fresh.touch()

    def ask(*words: str) -> int:
        command = [sys.executable, healthy.__file__, *words]
        return subprocess.run(command, env=environ, capture_output=True, timeout=60).returncode

    assert ask("ending:99", "alive", str(fresh)) == ask("alive", str(fresh)) == 0
    assert ask("ending:99", "alive", str(tmp_path / "not there")) == 1
    assert ask("ending:99", "page", "1", "/healthz") == 1
    assert (tmp_path / "unhealthy").read_bytes() == b".."
    assert ask("ending:99", "nonsense") == ask() == 1
