"""A file is whole under its name, or not there at all."""

from __future__ import annotations

import errno
import os
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.result import refused
from workers.cli.stop import USAGE, Stop
from workers.cli.target import Begun, folder, target

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


def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    link = tmp_path / "a.csv"
    for there in (False, True):
        link.unlink(missing_ok=True)
        link.symlink_to("share/real.csv")
        with to(link) as begun:
            begun.file.write(b"new")
            begun.finish()
        assert link.is_symlink(), there
        assert (tmp_path / "share/real.csv").read_bytes() == b"new"
    assert len(list((tmp_path / "share").iterdir())) == 1


def test_rights_of_a_file_that_is_replaced_are_kept(tmp_path: Path) -> None:
    there = tmp_path / "a.csv"
    there.write_text("before")
    there.chmod(0o600)
    with to(there) as begun:
        begun.finish()
    assert there.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["loop", "pipe", "device"])
def test_what_can_be_no_file_is_told_before_the_work(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.csv"
    if kind == "loop":
        path.symlink_to(path)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/full")
    before = list(tmp_path.iterdir())
    with pytest.raises(Stop, match=r"a\.csv") as caught, to(path):
        pass
    assert caught.value.code == USAGE
    assert list(tmp_path.iterdir()) == before


def test_a_name_that_is_no_utf8_has_its_folder(tmp_path: Path) -> None:
    """As `unzip` makes them of names in GBK; two that are alike then do not meet."""
    made = folder(tmp_path / "out")
    refusal = Refusal(RefusalCode.EMPTY, "空", "empty")
    for name in (b"\xc4\xea\xb1\xa8.html", b"\xc4\xea\xb1\xa9.html"):
        made.put(refused({"name": "a", "path": os.fsdecode(name)}, refusal))
    assert len(list((tmp_path / "out").rglob("result.json"))) == 2


def test_members_of_one_name_do_not_meet_in_a_folder(tmp_path: Path) -> None:
    """Archives named twice, and what keys cannot be."""
    made = folder(tmp_path / "out")
    refusal = Refusal(RefusalCode.EMPTY, "空", "empty")
    for path, member in [
        ("a.zip", "甲.html"), ("a.zip", "甲.html"), ("../a.zip", "甲.html"), ("a.zip!", "甲.html"),
        ("a.zip", "result.json/b.html"), ("a.zip", "x" * 400 + ".html"), ("a.zip", "b.zip!甲.html"),
    ]:  # fmt: skip
        made.put(refused({"name": "a.zip", "path": path, "member": member}, refusal))
    found = [one.parent for one in (tmp_path / "out").rglob("result.json")]
    assert len(found) == 7
    assert len({one for one in found if one.is_relative_to(tmp_path / "out" / "a.zip" / "!")}) == 6


def test_a_file_below_a_folder_of_our_name_is_no_member(tmp_path: Path) -> None:
    made = folder(tmp_path / "out")
    refusal = Refusal(RefusalCode.EMPTY, "空", "empty")
    for source in (
        {"path": "a.zip", "member": "甲.html"},
        {"path": "a.zip/!/甲.html"},
        {"path": "!/甲.html"},
    ):
        made.put(refused({"name": "a.zip"} | source, refusal))
    found = {one.parent.relative_to(tmp_path / "out") for one in made.path.rglob("result.json")}
    assert len(found) == 3
    assert Path("!/甲.html") in found
