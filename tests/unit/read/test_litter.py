"""What programs leave beside documents is refused by its right name, with what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_detect import ole, refusal

from tasks.detect.litter import OWNER, litter
from tasks.model.refusal import RefusalCode


def owner_file(
    name: str, *, codec: str = "gb18030", fill: bytes = b"\0", second_at: int = 54, size: int = 162
) -> bytes:
    """As Word (54, 162) and Excel (55, 165, spaces) write it."""
    own = name.encode(codec, "replace")
    first = (bytes([len(own)]) + own).ljust(second_at, fill)
    wide = fill + b"\0" if fill == b" " else b"\0\0"
    second = len(name).to_bytes(2, "little") + name.encode("utf-16-le")
    return (first + second + wide * 60)[:size]


@pytest.mark.parametrize("name", ["admin", "溟岭办公室", "Microsoft Office User", "李", "王 2"])
@pytest.mark.parametrize(
    ("fill", "second_at", "size"), [(b"\0", 54, 162), (b" ", 55, 165), (b" ", 55, 161)]
)
def test_owner_files(name: str, fill: bytes, second_at: int, size: int) -> None:
    for codec in ("gb18030", "utf-8", "cp1252"):
        source = owner_file(name, codec=codec, fill=fill, second_at=second_at, size=size)
        assert litter(source) is OWNER
        said = refusal(source, "~$报告.docx")
        assert said.code is RefusalCode.UNSUPPORTED_FORMAT
        assert "~$" in said.message
        assert "Close the document" in said.message_en


@given(st.text(min_size=30, max_size=400))
def test_a_text_is_no_owner_file(text: str) -> None:
    assert litter(text.encode("utf-8", "replace")) is None


DS_STORE = b"\x00\x00\x00\x01Bud1\x00\x00\x10\x00" + bytes(4096)
APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(3000)
INI = "[.ShellClassInfo]\r\nIconResource=shell32.dll,3\r\n"
URL = b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,11\r\n[InternetShortcut]\r\nURL=http://x/\r\n"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (DS_STORE, ".DS_Store"),
        (APPLE_DOUBLE, "._"),
        (INI.encode(), "desktop.ini"),
        (INI.encode("utf-16"), "desktop.ini"),
        (b"\xef\xbb\xbf\r\n" + INI.encode(), "desktop.ini"),
        (URL, ".url"),
        (b",admin,host,17.01.2024 09:30,file:///home/admin/.config;", ".~lock"),
        (ole("Catalog", "1", "2"), "Thumbs.db"),
    ],
)
def test_what_folders_keep(source: bytes, named: str) -> None:
    said = refusal(source, "报告.docx")
    assert said.code is RefusalCode.UNSUPPORTED_FORMAT
    assert named in said.message
    assert named in said.message_en
    assert "另存为 PDF" not in said.message


def test_a_report_that_speaks_of_them_is_a_report() -> None:
    assert litter("霁川县财政局\n[.ShellClassInfo] 是文件夹的设置".encode()) is None
