"""OLE2 files: a stream is there whole, or the file is broken; both readers that stand on it end
in a reading or in a refusal with its code, whatever was cut off or changed."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from samples.doc import compound as with_streams
from samples.report import make_report
from samples.styles import render
from tasks.detect import detect
from tasks.detect.compound import Broken, Compound
from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read

SECTOR = 512
LONG, OTHER = bytes(range(256)) * 40, b"\x01" * 5_000
WHOLE = with_streams({"Ab": LONG, "Bcd": OTHER})
#: Where the header says which sectors hold the table of sectors.
TABLES = 76


def put(source: bytes, at: int, *numbers: int) -> bytes:
    said = struct.pack(f"<{len(numbers)}L", *numbers)
    return source[:at] + said + source[at + len(said) :]


def number(source: bytes, at: int) -> int:
    return int(struct.unpack_from("<L", source, at)[0])


def entry_of(name: str) -> int:
    return WHOLE.index(name.encode("utf-16-le") + b"\0\0")


def following(sector: int) -> int:
    """Where it stands which sector comes after this one."""
    return (number(WHOLE, TABLES) + 1) * SECTOR + 4 * sector


def test_streams_of_the_root_by_their_names() -> None:
    opened = Compound(WHOLE)
    assert sorted(opened.names()) == ["Ab", "Bcd"]
    assert opened.stream("Ab") == LONG
    assert opened.stream("Bcd") == OTHER
    assert opened.stream("ab") is None
    assert opened.stream("Root Entry") is None


def test_a_storage_is_no_stream() -> None:
    at = entry_of("Ab") + 66
    opened = Compound(WHOLE[:at] + b"\x01" + WHOLE[at + 1 :])
    assert "Ab" in opened.names()
    assert opened.stream("Ab") is None


def test_tables_beyond_those_of_the_header() -> None:
    """Of a large file further sectors say which hold the table of sectors."""
    n_sectors = len(WHOLE) // SECTOR - 1
    source = put(WHOLE, 68, n_sectors, 1)
    source = put(source, TABLES, 0xFFFFFFFF)
    more = struct.pack("<128L", number(WHOLE, TABLES), *[0xFFFFFFFF] * 126, 0xFFFFFFFE)
    assert Compound(source + more).stream("Ab") == LONG
    with pytest.raises(Broken):
        Compound(source).stream("Ab")


def test_sectors_of_four_thousand_bytes() -> None:
    size = 4_096
    table = struct.pack("<1024L", 1, 2, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFD, *[0xFFFFFFFF] * 1019)
    begun = entry_of("Root Entry")
    entries = put(WHOLE[begun : begun + 3 * 128], 128 + 116, 0, len(LONG))
    head = WHOLE[:30] + struct.pack("<H", 12) + WHOLE[32:SECTOR]
    head = put(put(head, 48, 3), TABLES, 4).ljust(size, b"\0")
    source = head + LONG.ljust(3 * size, b"\0") + entries.ljust(size, b"\0") + table
    assert Compound(source).stream("Ab") == LONG


def test_short_streams_lie_in_that_of_the_root() -> None:
    short = LONG[:200]
    table = len(WHOLE) // SECTOR - 1
    source = put(WHOLE, 60, table, 1)
    source = put(source, entry_of("Ab") + 116, 1, len(short))
    source = put(source, entry_of("Root Entry") + 116, 0, SECTOR)
    # the first short sector is nobody's
    chain = struct.pack("<4L", 0xFFFFFFFF, 2, 3, 4) + struct.pack("<L", 0xFFFFFFFE)
    source = source[:SECTOR] + (bytes(64) + short).ljust(SECTOR, b"\0") + source[2 * SECTOR :]
    source = put(source, following(table), 0xFFFFFFFE)
    assert Compound(source + chain.ljust(SECTOR, b"\xff")).stream("Ab") == short
    with pytest.raises(Broken):
        Compound(source + chain[:8].ljust(SECTOR, b"\xff")).stream("Ab")


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(put(WHOLE, following(2), 0), id="in_a_circle"),
        pytest.param(put(WHOLE, following(2), 999), id="out_of_the_file"),
        pytest.param(put(WHOLE, following(2), 0xFFFFFFFE), id="ends_too_soon"),
        pytest.param(put(WHOLE, entry_of("Ab") + 120, len(LONG) + 2_000), id="longer_than_told"),
    ],
)
def test_a_stream_that_is_not_whole_breaks_the_file_and_no_other_stream(damaged: bytes) -> None:
    opened = Compound(damaged)
    assert opened.stream("Bcd") == OTHER
    with pytest.raises(Broken):
        opened.stream("Ab")


@pytest.mark.parametrize(
    "source", [b"", WHOLE[:511], put(WHOLE, 30, 0x00060007), put(WHOLE, 30, 0x00050009)]
)
def test_what_has_no_header_is_broken(source: bytes) -> None:
    with pytest.raises(Broken):
        Compound(source)


def test_a_directory_that_goes_round_in_a_circle_ends() -> None:
    at = number(WHOLE, 48)
    assert sorted(Compound(put(WHOLE, following(at), at)).names()) == ["Ab", "Bcd"]


# Both readers on damaged files.

DRAWN = {
    (format, style): render(make_report(3, year=2023), format, style, 3)
    for format, styles in (
        (Format.DOC, ("plain", "wps", "huge", "hasty")),
        (Format.XLS, ("one_sheet", "sheets", "sums")),
    )
    for style in styles
}
each_drawn = pytest.mark.parametrize(
    ("format", "style"), DRAWN, ids=lambda one: str(getattr(one, "value", one))
)
#: What a damaged file may be refused for.
CODES = {
    RefusalCode.CORRUPT, RefusalCode.ENCRYPTED, RefusalCode.TOO_COMPLEX,
    RefusalCode.UNSUPPORTED_FORMAT,
}  # fmt: skip


def outcome(source: bytes, name: str) -> Document | RefusalCode:
    try:
        return read(source, detect(source, name))
    except Refusal as refusal:
        return refusal.code


@each_drawn
def test_of_a_file_that_is_cut_short_nothing_else_is_read(format: Format, style: str) -> None:
    """It reads as the whole one, or not at all."""
    whole = DRAWN[format, style]
    whole_reads = outcome(whole, f"a.{format.value}")
    assert isinstance(whole_reads, Document)
    random = Random(f"cut {format} {style}")
    lengths = [*range(8, len(whole), 1_531), *(random.randrange(8, len(whole)) for _ in range(20))]
    for length in lengths:
        found = outcome(whole[:length], f"a.{format.value}")
        assert found in CODES or found == whole_reads, length


def flipped(source: bytes, random: Random) -> bytes:
    changed = bytearray(source)
    for _ in range(random.choice((1, 3, 20))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def tables_changed(source: bytes, random: Random) -> bytes:
    """A number in the header, in the directory or in the table of sectors is another."""
    table = (number(source, TABLES) + 1) * SECTOR
    directory = (number(source, 48) + 1) * SECTOR
    at = random.choice(
        (
            24 + 4 * random.randrange(20),
            directory + 4 * random.randrange(SECTOR // 4),
            table + 4 * random.randrange(SECTOR // 4),
        )
    )
    return put(source, at, random.choice((0, 1, 5, 0xFFFFFFFE, random.getrandbits(32))))


@each_drawn
@pytest.mark.parametrize("change", [flipped, tables_changed], ids=lambda one: one.__name__)
def test_no_byte_brings_a_reader_down(
    format: Format, style: str, change: Callable[[bytes, Random], bytes]
) -> None:
    random = Random(f"{change.__name__} {format} {style}")
    ends = Counter[str]()
    for _ in range(40):
        found = outcome(change(DRAWN[format, style], random), f"a.{format.value}")
        assert isinstance(found, Document) or found in CODES
        ends["read" if isinstance(found, Document) else "refused"] += 1
    assert len(ends) == 2, ends
