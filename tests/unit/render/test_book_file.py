"""A workbook in a file, and on a disk that does not take it."""

from __future__ import annotations

import errno
import gc
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tasks.render.book_file import book_in


class Full(io.BytesIO):
    """A disk with room for so many bytes."""

    room = 0

    def write(self, part: Any) -> int:
        self.room -= len(part)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(part)


def fill(file: Any, **options: Any) -> None:
    with book_in(file, **options) as book:
        sheet = book.add_worksheet()
        for row in range(200):
            sheet.write_string(row, 0, f"=1+{row}")


@pytest.mark.parametrize("options", [{"in_memory": True}, {"constant_memory": True}])
def test_what_is_written_is_read_back(options: dict[str, bool]) -> None:
    file = io.BytesIO()
    fill(file, **options)
    assert openpyxl.load_workbook(file).active["A3"].value == "=1+2"


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("options", [{"in_memory": True}, {"constant_memory": True}])
@pytest.mark.parametrize("room", [0, 100, 1000, 2000, 3000])
def test_a_full_disk_is_an_error_of_the_machine(room: int, options: dict[str, bool]) -> None:
    file = Full()
    file.room = room
    with pytest.raises(OSError, match="No space left") as caught:
        fill(file, **options)
    file.close()
    del caught
    gc.collect()


@pytest.mark.parametrize("kilobytes", [1, 4, 8])
def test_a_limit_of_size_is_told_in_one_line(tmp_path: Path, kilobytes: int) -> None:
    (tmp_path / "a.html").write_text("<table><tr><td>1</td></tr></table>")
    ran = subprocess.run(
        ["sh", "-c", f"ulimit -f {kilobytes}; exec {sys.executable} -m workers.cli "
         f"check {tmp_path}/a.html --to {tmp_path}/list.xlsx --lang en"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 74, ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]
