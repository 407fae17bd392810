"""A file that has no reader is refused with what to do about a file of its kind."""

from __future__ import annotations

import tarfile
from io import BytesIO

import pytest

from tasks.detect import detect
from tasks.model.refusal import Refusal, RefusalCode


def tar() -> bytes:
    held = BytesIO()
    with tarfile.open(fileobj=held, mode="w") as file:
        file.addfile(tarfile.TarInfo("年报.txt"), BytesIO())
    return held.getvalue()


@pytest.mark.parametrize(
    ("source", "advice", "advice_en"),
    [
        (tar(), "解压", "Unpack it"),
        (b"\x1f\x8b\x08" + bytes(60), "解压", "Unpack it"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(60), "另存为 PDF、PNG", "PDF, PNG, JPEG or TIFF"),
        (b"ID3" + bytes(60), "选错", "right file"),
        (b"AT&TFORM" + bytes(60), "另存为", "Save it as PDF"),
    ],
    ids=["tar", "gz", "heic", "mp3", "djvu"],
)
def test_the_advice_fits_the_kind(source: bytes, advice: str, advice_en: str) -> None:
    with pytest.raises(Refusal) as caught:
        detect(source, "年报")
    assert caught.value.code is RefusalCode.UNSUPPORTED_FORMAT
    assert advice in caught.value.message
    assert advice_en in caught.value.message_en
