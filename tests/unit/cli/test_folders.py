"""Which files a folder means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.cli.folders import Skipped, files_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "年报"
    for name in ("b.html", "a.pdf", "乡镇/c.txt", "乡镇/深/d.docx"):
        file = made / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a")
    return made


def found(folder: Path) -> tuple[list[str], Skipped]:
    skipped = Skipped()
    return [file.relative_to(folder).as_posix() for file in files_in(folder, skipped)], skipped


def test_files_in_the_order_of_their_paths(folder: Path) -> None:
    names, skipped = found(folder)
    assert names == ["a.pdf", "b.html", "乡镇/c.txt", "乡镇/深/d.docx"]
    assert list(skipped.told()) == []


@pytest.mark.parametrize(
    "name",
    ["~$年报.docx", "Thumbs.db", "thumbs.db", "Desktop.ini", ".DS_Store", "._a.pdf", ".~lock.a#"],
)
def test_what_programs_leave_behind_is_skipped(folder: Path, name: str) -> None:
    (folder / "乡镇" / name).write_text("a")
    names, skipped = found(folder)
    assert len(names) == 4
    assert skipped.junk == 1
    assert len(list(skipped.told())) == 1


def test_a_folder_that_a_mac_packed_is_skipped_as_one(folder: Path) -> None:
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "a.pdf").write_text("a")
    assert found(folder)[1].junk == 1


def test_links_are_followed_inside_of_the_folder_only(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "e.txt").write_text("a")
    (folder / "again.pdf").symlink_to("a.pdf")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "loop").symlink_to(folder)
    names, skipped = found(folder)
    assert names == ["a.pdf", "again.pdf", "b.html", "乡镇/c.txt", "乡镇/深/d.docx"]
    assert skipped.links == 3


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    names, skipped = found(folder)
    assert len(names) == 4
    assert skipped.odd == 1


def test_links_that_lead_in_a_circle_end(folder: Path) -> None:
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    assert found(folder)[1].links == 2
