"""A file is whole under its name, or not there at all."""

from __future__ import annotations

import errno
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from workers.cli.stop import USAGE, Stop
from workers.cli.target import Begun, target

ENDINGS = (".csv",)


def to(path: Path) -> AbstractContextManager[Begun]:
    return target(path, ENDINGS, "清单.csv")


def test_a_file_is_written(tmp_path: Path) -> None:
    with to(tmp_path / "清单.csv") as begun:
        begun.file.write("甲乙\r\n".encode())
        assert not (tmp_path / "清单.csv").exists()
        begun.finish()
    assert (tmp_path / "清单.csv").read_bytes() == "甲乙\r\n".encode()
    assert (tmp_path / "清单.csv").stat().st_mode & 0o600 == 0o600
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_left_where_the_disk_is_full(tmp_path: Path) -> None:
    def fill() -> None:
        with to(tmp_path / "a.csv") as begun:
            begun.file.write(b"a" * 100_000)
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        fill()
    assert caught.value.filename == str(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_until_all_is_written(tmp_path: Path) -> None:
    there = tmp_path / "a.csv"
    there.write_text("before")
    with pytest.raises(KeyboardInterrupt), to(there):
        raise KeyboardInterrupt
    assert there.read_text() == "before"
    assert list(tmp_path.iterdir()) == [there]


def test_what_was_not_finished_is_not_there(tmp_path: Path) -> None:
    with to(tmp_path / "a.csv") as begun:
        begun.file.write(b"half")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.xls", "list", "list.csv.zip", "nowhere/list.csv", "."])
def test_a_name_that_will_not_do_is_refused_before_the_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(Stop) as caught, to(tmp_path / name):
        pass
    assert caught.value.code == USAGE
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"\.csv"), to(tmp_path / "list.doc"):
        pass
