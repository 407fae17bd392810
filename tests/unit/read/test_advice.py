"""A file that has no reader is refused with what to do about a file of its kind."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from tasks.detect import detect
from tasks.model.refusal import Refusal, RefusalCode


def archive() -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as file:
        file.writestr("年报.txt", "一、总体情况")
    return held.getvalue()


@pytest.mark.parametrize(
    ("source", "advice", "advice_en"),
    [
        (archive(), "解压", "Unpack it"),
        (b"Rar!\x1a\x07" + bytes(60), "解压", "Unpack it"),
        (b"\x1f\x8b\x08" + bytes(60), "解压", "Unpack it"),
        (b"\xff\xd8\xff" + bytes(60), "扫描件", "scans"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "扫描件", "scans"),
        (b"ID3" + bytes(60), "选错", "right file"),
        (b"AT&TFORM" + bytes(60), "另存为", "Save it as PDF"),
    ],
    ids=["zip", "rar", "gz", "jpg", "png", "mp3", "djvu"],
)
def test_the_advice_fits_the_kind(source: bytes, advice: str, advice_en: str) -> None:
    with pytest.raises(Refusal) as caught:
        detect(source, "年报")
    assert caught.value.code is RefusalCode.UNSUPPORTED_FORMAT
    assert advice in caught.value.message
    assert advice_en in caught.value.message_en
