"""Formats that are zips: whatever is damaged and however it is packed, it is read or refused."""

from __future__ import annotations

from io import BytesIO
from random import Random
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from samples import STYLES, make_report, render
from tasks.detect import detect
from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read

REPORT = make_report(3, year=2023)


def packed(format: Format, method: int) -> bytes:
    drawn = render(REPORT, format, next(iter(STYLES[format])))
    file = BytesIO()
    with ZipFile(BytesIO(drawn)) as source, ZipFile(file, "w", method) as made:
        for one in source.namelist():
            made.writestr(one, source.read(one))
    return file.getvalue()


def outcome(source: bytes) -> Document | RefusalCode:
    try:
        return read(source, detect(source, "a"))
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
@pytest.mark.parametrize("format", [Format.DOCX, Format.ODT, Format.XLSX, Format.OFD])
def test_a_part_that_is_damaged_ends_in_a_reading_or_a_refusal(format: Format, method: int) -> None:
    whole = packed(format, method)
    assert isinstance(outcome(whole), Document)
    with ZipFile(BytesIO(whole)) as package:
        parts = package.infolist()
    random, refused = Random(f"{format} {method}"), 0
    for one in parts:
        damaged = bytearray(whole)
        begin = one.header_offset + 30 + len(one.filename.encode())
        damaged[begin + random.randrange(one.compress_size)] ^= random.randrange(1, 256)
        refused += not isinstance(outcome(bytes(damaged)), Document)
    assert refused
