"""Tables at a terminal, which may be narrow, and on their way to a program, which never is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from workers.cli.columns import width
from workers.cli.tables import print_table, stacked

HEADS = ("状态", "文件", "说明")
ROWS = [
    ("拒收", "inbox/2023/霁川县/财政局.zip", "不支持的文件格式：ZIP 压缩包。" * 4),
    ("待处理", "inbox/2023/澜柘县/水利局.pdf", ""),
]


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], None]], list[str]]:
    """What is printed where stdout is a terminal so wide."""

    def lines(columns: int, work: Callable[[], None]) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        ours, theirs = os.openpty()
        with os.fdopen(theirs, "w", encoding="utf-8") as terminal, redirect_stdout(terminal):
            work()
            terminal.flush()
            said = os.read(ours, 1 << 16).decode()
        os.close(ours)
        return said.splitlines()

    return lines


def test_a_row_is_its_heading_and_its_cells_below() -> None:
    first, *more = stacked(HEADS, ROWS, 40, heading=1)
    assert first == ROWS[0][1]
    assert more[0] == "  状态  拒收"
    assert more[1].startswith("  说明  不支持")
    assert all(line.startswith(" " * 8) for line in more[2:-2])
    assert more[-2:] == [ROWS[1][1], "  状态  待处理"]
    assert all(width(line) <= 40 for line in more)


def test_a_table_too_wide_for_the_terminal_is_stacked(
    at_terminal: Callable[[int, Callable[[], None]], list[str]],
) -> None:
    narrow = at_terminal(80, lambda: print_table(HEADS, ROWS, heading=1))
    assert narrow[0] == ROWS[0][1]
    assert all(width(line) <= 80 for line in narrow)
    wide = at_terminal(200, lambda: print_table(HEADS, ROWS, heading=1))
    assert len(wide) == 1 + len(ROWS)


def test_what_goes_to_a_program_has_a_line_a_row(capfd: pytest.CaptureFixture[str]) -> None:
    print_table(HEADS, ROWS, heading=1)
    assert len(capfd.readouterr().out.splitlines()) == 1 + len(ROWS)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_full_disk_behind_stdout_is_told_in_a_line(option: list[str]) -> None:
    gouji = [sys.executable, "-m", "workers.cli", "settings", *option]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(gouji, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 74
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_reads_no_more_hears_no_more() -> None:
    gouji = [sys.executable, "-m", "workers.cli", "settings", "--json"]
    with subprocess.Popen(gouji, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
