"""What an old Word document shows and does not show; each is put together here from its runs and
paragraphs (`samples/doc.py`)."""

import struct

import pytest
from office import converted_docx, needs_writer

from samples.doc import assembled, compound
from tasks.detect import detect
from tasks.model.document import Document, DoubtKind, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read

IN_TABLE = struct.pack("<HB", 0x2416, 1)
ENDS_ROW = IN_TABLE + struct.pack("<HB", 0x2417, 1)
SPECIAL = struct.pack("<HB", 0x0855, 1)

Run = tuple[str, bytes]


def on(code: int, value: int = 1) -> bytes:
    return struct.pack("<HB", code, value)


def of_row(*edges: int, flags: tuple[int, ...] = (), more: bytes = b"") -> bytes:
    said = flags or (0,) * len(edges)
    cells = b"".join(struct.pack("<HH", flag, 0) + bytes(16) for flag in said)
    held = struct.pack(f"<B{len(edges) + 1}h", len(edges), 0, *edges) + cells
    return ENDS_ROW + struct.pack("<HH", 0xD608, len(held) + 1) + held + more


class Drawn:
    """A document as it is put together."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.paragraphs: list[tuple[int, bytes]] = []

    def paragraph(self, *runs: Run | str, mark: str = "\r", said: bytes = b"") -> "Drawn":
        made = [(one, b"") if isinstance(one, str) else one for one in (*runs, mark)]
        self.runs += made
        self.paragraphs.append((sum(len(text) for text, _ in made), said))
        return self

    def row(self, *cells: tuple[Run, ...] | str, says: bytes = b"") -> "Drawn":
        for cell in cells:
            runs = (cell,) if isinstance(cell, str) else cell
            self.paragraph(*runs, mark="\x07", said=IN_TABLE)
        edges = [1_000 * (number + 1) for number in range(len(cells))]
        return self.paragraph(mark="\x07", said=says or of_row(*edges))

    def source(self, **parts: bytes) -> bytes:
        self.paragraph()
        return assembled(self.runs, self.paragraphs, **parts)

    def read(self) -> Document:
        return document(self.source())


def document(source: bytes) -> Document:
    return read(source, detect(source, "a.doc"))


HEAD = ("信息内容", "本年制发件数", "本年废止件数")


def texts(read_as: Document) -> list[list[str | None]]:
    grid = next(read_as.tables()).grid()
    return [[one.text if one else None for one in line] for line in grid]


def with_cell(*runs: Run | str, more: bytes = b"") -> Document:
    cell = tuple((one, b"") if isinstance(one, str) else one for one in runs)
    says = of_row(1_000, 2_000, 3_000, more=more)
    return Drawn().row(*HEAD).row("规章", cell, "3", says=says).read()


def figure(*runs: Run | str, more: bytes = b"") -> str:
    """What a cell with these runs reads as."""
    return texts(with_cell(*runs, more=more))[1][1] or ""


@pytest.mark.parametrize(
    ("runs", "read_as"),
    [
        (("12",), "12"),
        (("1", "2"), "12"),
        (("1\x0b2",), "1\n2"),
        (("1\x1e2",), "1-2"),
        (("1\x1f2",), "12"),
        (("1\xa02",), "1 2"),
        ((("9", on(0x083C)), "12"), "12"),
        ((("9", on(0x0800)), ("12", on(0x0801))), "12"),
        (("12", ("\x02", SPECIAL)), "12"),
        (("12", ("\x05", SPECIAL)), "12"),
        (("12", ("1", on(0x2A48))), "12¹"),
        ((("\x13", SPECIAL), " =SUM(LEFT) 99 ", ("\x14", SPECIAL), "12", ("\x15", SPECIAL)), "12"),
        ((("\x13", SPECIAL), " XE 99 ", ("\x15", SPECIAL), "12"), "12"),
        ((("12", SPECIAL),), "12"),
    ],
)
def test_what_a_cell_shows(runs, read_as):
    assert figure(*runs) == read_as


@pytest.mark.parametrize(
    "runs",
    [
        (("\x01", SPECIAL),),
        (("\x08", SPECIAL),),
        (("\x13", SPECIAL), " =SUM(LEFT) ", ("\x14", SPECIAL), ("\x15", SPECIAL)),
        (("(", SPECIAL + struct.pack("<HHH", 0x6A09, 0, 0xF0E6)),),
        ("12", ("1", on(0x2A48, 2))),
    ],
)
def test_what_is_shown_and_is_no_text_is_no_blank(runs):
    assert figure(*runs).endswith("\ufffd")


@pytest.mark.parametrize(
    "said",
    [
        on(0x0837),
        on(0x2A53),
        on(0x2A42, 8),
        struct.pack("<HL", 0x6870, 0xFFFFFF),
        struct.pack("<HH", 0x4A43, 2),
        struct.pack("<HH", 0x4852, 1),
    ],
)
def test_what_is_not_seen_is_left_out_and_said(said):
    read_as = with_cell(("9", said), "12")

    assert texts(read_as)[1][1] == "12"
    assert [one.kind for one in read_as.doubts] == [DoubtKind.STRAY_TEXT]


def shaded(colour: int) -> bytes:
    """Of a row whose second cell has this colour behind it."""
    none = struct.pack("<LLH", 0xFF000000, 0xFF000000, 0)
    return struct.pack("<HB", 0xD612, 20) + none + struct.pack("<LLH", 0xFF000000, colour, 0)


def test_what_is_behind_a_cell_is_told_at_the_end_of_its_row():
    white = struct.pack("<HL", 0x6870, 0xFFFFFF)
    blue = struct.pack("<HL", 0x6870, 0x800000)

    assert figure(("12", white), more=shaded(0x800000)) == "12"
    assert figure(("9", blue), "12", more=shaded(0x800000)) == "12"
    assert figure(("9", blue), "12", more=shaded(0xFFFFFF)) == "912"


def test_a_style_of_tables_leaves_open_what_is_behind():
    white = struct.pack("<HL", 0x6870, 0xFFFFFF)
    assert figure(("12", white), more=struct.pack("<HH", 0x563A, 15)) == "12\ufffd"


# Tables.

WANTED = [["甲", "甲", "乙"], ["甲", "甲", "1"], ["丙", "2", "3"]]
_RESTARTS, _GOES_ON = 0x60, 0x20


@pytest.mark.parametrize(("first", "others"), [(1, 2), (2, 1)])
def test_merged_cells_stand_where_they_are_drawn(first, others):
    edges = (1_000, 2_000, 3_000)
    top = of_row(*edges, flags=(_RESTARTS | first, _RESTARTS | others, 0))
    below = of_row(*edges, flags=(_GOES_ON | first, _GOES_ON | others, 0))
    drawn = Drawn().row("甲", "", "乙", says=top).row("", "", "1", says=below)

    assert texts(drawn.row("丙", "2", "3").read()) == WANTED


def test_two_sets_of_merged_cells_beside_each_other_stay_two():
    edges = (1_000, 2_000, 3_000, 4_000)
    drawn = Drawn().row("甲", "", "乙", "", says=of_row(*edges, flags=(1, 2, 1, 2)))

    assert texts(drawn.row("1", "2", "3", "4").read())[0] == ["甲", "甲", "乙", "乙"]


def test_wide_cells_reach_over_columns():
    top = of_row(2_000, 3_000, flags=(_RESTARTS, 0))
    below = of_row(2_010, 2_990, flags=(_GOES_ON, 0))
    drawn = Drawn().row("甲", "乙", says=top).row("", "1", says=below)

    assert texts(drawn.row("丙", "2", "3").read()) == WANTED


def test_merges_may_be_said_after_the_row():
    says = of_row(1_000, 2_000, 3_000, more=struct.pack("<HBB", 0x5624, 1, 3))
    drawn = Drawn().row("甲", "乙", "", says=says).row("1", "2", "3")

    assert texts(drawn.read()) == [["甲", "乙", "乙"], ["1", "2", "3"]]


def test_rows_too_flat_to_be_seen_are_left_out():
    flat = of_row(1_000, 2_000, 3_000, more=struct.pack("<Hh", 0x9407, -10))
    read_as = Drawn().row(*HEAD).row("8", "8", "8", says=flat).row("1", "2", "3").read()

    assert texts(read_as)[1:] == [["1", "2", "3"]]
    assert [one.kind for one in read_as.doubts] == [DoubtKind.STRAY_TEXT]


def test_rows_that_were_deleted_are_left_out():
    gone = tuple(((one, on(0x0800)),) for one in "789")
    read_as = Drawn().row(*HEAD).row(*gone).row("1", "2", "3").read()
    assert texts(read_as)[1:] == [["1", "2", "3"]]


def test_a_row_without_its_end_is_said():
    drawn = Drawn().row(*HEAD).row("1", "2", "3")
    drawn.paragraph("4", mark="\x07", said=IN_TABLE)
    read_as = drawn.read()

    assert texts(read_as) == [list(HEAD), ["1", "2", "3"]]
    assert DoubtKind.TRUNCATED in [one.kind for one in read_as.doubts]


def test_lists_number_their_paragraphs():
    level = struct.pack("<lBB9BBllBBBB", 1, 37, 0, *bytes(9), 0, 0, 0, 0, 0, 0, 0)
    levels = level + struct.pack("<H", 2) + "\x00、".encode("utf-16-le")
    lists = struct.pack("<H", 1) + struct.pack("<ll18xBB", 7, 0, 1, 0)
    overrides = struct.pack("<L", 1) + struct.pack("<lllBBBB", 7, 0, 0, 0, 0, 0, 0) + b"\xff" * 4
    numbered = struct.pack("<HH", 0x460B, 1)
    drawn = Drawn().paragraph("总体", said=numbered).paragraph("公开", said=numbered).paragraph("x")
    drawn.paragraph()
    source = with_lists(drawn, lists, levels, overrides)

    assert [one.text for one in document(source).paragraphs()] == ["一、总体", "二、公开", "x"]


def with_lists(drawn: Drawn, lists: bytes, levels: bytes, overrides: bytes) -> bytes:
    """The levels stand behind the lists, and are not counted with them."""
    source = assembled(drawn.runs, drawn.paragraphs, parts={73: lists + levels, 74: overrides})
    place = 0x9A + 8 * 73 + 4
    size = struct.pack("<L", len(lists) + len(levels))
    at = source.index(b"\xec\xa5\xc1\x00")
    assert source[at + place : at + place + 4] == size
    return source[: at + place] + struct.pack("<L", len(lists)) + source[at + place + 4 :]


# Files.


def test_it_is_found_by_content_under_any_name():
    source = Drawn().paragraph("x").source()
    assert detect(source, "报告.wps").format is Format.DOC
    assert detect(source, "报告.docx").format is Format.DOC


def refused(source: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        document(source)
    assert caught.value.message
    assert caught.value.message_en
    return caught.value


def changed(at: int, value: bytes) -> bytes:
    """A file with other bytes at this place of its header."""
    source = Drawn().paragraph("x").source()
    begins = source.index(b"\xec\xa5\xc1\x00")
    return source[: begins + at] + value + source[begins + at + len(value) :]


def test_passwords_and_older_words_end_in_their_code():
    assert refused(changed(10, b"\x00\x13")).code is RefusalCode.ENCRYPTED
    old = refused(changed(2, b"\x68\x00"))
    assert old.code is RefusalCode.UNSUPPORTED_FORMAT
    assert "Word 95" in old.message_en


@pytest.mark.parametrize(
    "source",
    [
        changed(0, b"\x00\x00"),
        changed(0x4C, b"\xff\xff\x00\x00"),
        changed(0x4C, b"\xff\xff\xff\xff"),
        changed(0x9A + 8 * 33, bytes(8)),
        changed(0x9A + 8 * 13, struct.pack("<2L", 0, 0x7FFFFFFF)),
        compound({"WordDocument": b"x"}),
        compound({"WordDocument": bytes(5_000)}),
    ],
)
def test_broken_files_end_in_their_code(source):
    assert refused(source).code is RefusalCode.CORRUPT


def test_more_characters_than_a_document_has_end_in_their_code():
    assert refused(changed(0x4C, b"\xff\xff\xff\x7f")).code is RefusalCode.TOO_COMPLEX


def outcome(source: bytes) -> str:
    try:
        document(source)
    except Refusal as refusal:
        return refusal.code
    return "read"


WHOLE = Drawn().row(*HEAD).row("规章", "1", "2").source()


def test_files_that_break_off_end_in_their_code():
    ends = {outcome(WHOLE[:length]) for length in range(0, len(WHOLE) - 600, 509)}
    assert "read" not in ends


def test_no_byte_breaks_the_reader():
    for at in range(0, len(WHOLE), 37):
        for value in (0, 0x7F, 0xFF):
            outcome(WHOLE[:at] + bytes((value,)) + WHOLE[at + 1 :])


#: LibreOffice writes what stands in content controls twice, with signs of fields between.
_TWICE = "controls"


@needs_writer
def test_what_libreoffice_makes_of_a_docx_reads_to_the_same_figures(tmp_path):
    for name, wanted, found in converted_docx("doc", tmp_path):
        if name == _TWICE:
            assert all(found[at][0] in (None, value) for at, (value, _) in wanted.items())
        else:
            assert found == wanted, name
