"""What an RTF shows and does not show; each document is written out here.

Source of what programs write: Word, WPS and LibreOffice 7.4.
"""

import pytest
from office import converted_docx, needs_writer

from tasks.detect import detect
from tasks.model.document import Document, DoubtKind, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read

HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset134 SimSun;}"
    r"{\f2\fcharset2 Symbol;}{\f3\fcharset128 Mincho;}}"
    r"{\colortbl;\red0\green0\blue0;\red255\green255\blue255;\red0\green0\blue128;}"
    r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}}"
)


def letters(text: str) -> str:
    return "".join(
        one if one.isascii() else "".join(f"\\'{byte:02x}" for byte in one.encode("gbk"))
        for one in text
    )


def rtf(body: str, head: str = HEAD) -> Document:
    return document((head + body + "}").encode("latin-1"))


def document(source: bytes) -> Document:
    return read(source, detect(source, "a.rtf"))


def row(*cells: str, says: tuple[str, ...] = (), edges: tuple[int, ...] = ()) -> str:
    said = says or ("",) * len(cells)
    ends = edges or tuple(1_000 * (number + 1) for number in range(len(cells)))
    defined = "".join(f"{one}\\cellx{edge}" for one, edge in zip(said, ends, strict=True))
    texts = "".join(f"\\pard\\intbl\\f1 {cell}\\cell " for cell in cells)
    return f"\\trowd {defined}{texts}\\row "


FIRST = row(*map(letters, ("信息内容", "本年制发件数", "本年废止件数")))


def texts(read_as: Document) -> list[list[str | None]]:
    grid = next(read_as.tables()).grid()
    return [[one.text if one else None for one in line] for line in grid]


def figure(shown: str) -> str:
    """What a cell with these contents reads as."""
    return texts(rtf(FIRST + row(letters("规章"), shown, "3")))[1][1] or ""


def paragraphs(body: str) -> list[str]:
    return [one.text for one in rtf(body).paragraphs()]


@pytest.mark.parametrize(
    ("shown", "read_as"),
    [
        ("12", "12"),
        ("1{2}", "12"),
        ("1\r\n2", "12"),
        (r"1\u50 ?", "12"),
        (r"1\u50?3", "123"),
        (r"\uc0 1\u50 3", "123"),
        (r"\uc2 1\u50\'b5\'da3", "123"),
        (r"1\u50\'3f", "12"),
        (r"{\uc3 1\u50 abc}4\u50 ?", "1242"),
        (r"\u65297?\u65298?", "１２"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"1\~2", "1 2"),
        (r"\_5", "-5"),
        (r"1\-2", "12"),
        (r"1\emdash", "1—"),
        (r"\'d2\'bb", "一"),
        ("\xd2\xbb", "一"),
        (r"{\f0 \'d2\'bb}", "一"),  # a Western font in a document of code page 936
        (r"{\f3 \'88\'ea}", "一"),
        (r"12{\footnote 3}", "12"),
        (r"12{\super 1}", "12¹"),
        (r"12{\*\bkmkstart a}{\*\nobody 3 {4}}", "12"),
        (r"12{\pict\bin5 }}}}}}", "12"),
        (r"12{\pict 0123456789abcdef}", "12"),
        (r"{\field{\*\fldinst =SUM(LEFT) 99}{\fldrslt 12}}", "12"),
        (r"{\field{\*\fldinst{ FORMTEXT }{\*\formfield{\fftype0{\*\ffname 9}}}}{\fldrslt 12}}",
         "12"),
        (r"{\field{\*\fldinst{ FORMDROPDOWN }{\*\formfield{\fftype2\ffres1{\*\ffl 7}{\*\ffl 8}}}}"
         r"{\fldrslt}}", "8"),
        (r"12{\field{\*\fldinst XE 9}{\fldrslt}}", "12"),
        (r"{\upr{?}{\*\ud\uc0 \u19968}}", "一"),
        (r"{\v 9}12", "12"),
        (r"{\deleted 9}{\revised 12}", "12"),
        (r"\v 9\v0 12", "12"),
        (r"\v 9\plain 12", "12"),
        (r"1\{2\}\\", "1{2}\\"),
        (r"{\f2 \'31\'32}", "12"),
        (r"1\par 2", "1\n2"),
        (r"1\line 2", "1\n2"),
        (r"{\object{\*\objdata 01ab}{\result 12}}", "12"),
        (r"{\cf2\chcbpat3 12}", "12"),
    ],
)  # fmt: skip
def test_what_a_cell_shows(shown, read_as):
    assert figure(shown) == read_as


@pytest.mark.parametrize(
    "shown",
    [
        r"{\pict 0123}",
        r"{\*\shppict{\pict 0123}}",
        r"{\object{\*\objdata 01}{\result{\pict 01}}}",
        r"{\field{\*\fldinst =SUM(LEFT)}{\fldrslt}}",
        r"{\field{\*\fldinst EQ \\o\\ac(1)}}",
        r"{\f2 \'e6}",
        r"12{\sub 1}",
        r"{\field{\*\fldinst{ FORMDROPDOWN }{\*\formfield{\fftype2\ffres5{\*\ffl 7}}}}{\fldrslt}}",
    ],
)
def test_what_is_shown_and_is_no_text_is_no_blank(shown):
    assert figure(shown).endswith("\ufffd")


@pytest.mark.parametrize("how", [r"\strike", r"\striked1", r"\cf2", r"\fs2", r"\charscalex1"])
def test_what_is_not_seen_is_left_out_and_said(how):
    read_as = rtf(FIRST + row(letters("规章"), f"{{{how} 9}}12", "3"))

    assert texts(read_as)[1][1] == "12"
    assert [one.kind for one in read_as.doubts] == [DoubtKind.STRAY_TEXT]


def test_white_on_a_dark_cell_is_seen():
    says = ("", r"\clcbpat3", "")
    assert texts(rtf(FIRST + row("1", r"{\cf2 12}", "3", says=says)))[1][1] == "12"


def test_white_on_a_cell_that_is_not_defined_yet_is_not_sure():
    late = row("1", r"{\cf2 12}", "3").removeprefix(r"\trowd \cellx1000\cellx2000\cellx3000")
    late = late.replace(r"\row", r"\trowd \cellx1000\cellx2000\cellx3000\row")
    assert texts(rtf(FIRST + late))[1][1] == "12\ufffd"


def test_bytes_that_are_no_letters_are_said():
    read_as = rtf(FIRST + row(r"\'81", "1", "3"))
    assert [one.kind for one in read_as.doubts] == [DoubtKind.ENCODING]


# Tables.

WANTED = [["甲", "甲", "乙"], ["甲", "甲", "1"], ["丙", "2", "3"]]
_ONE, _TWO, _THREE = (letters(one) for one in "甲乙丙")


@pytest.mark.parametrize(
    "rows",
    [
        (
            row(_ONE, _TWO, says=(r"\clvmgf", ""), edges=(2000, 3000)),
            row("", "1", says=(r"\clvmrg", ""), edges=(2000, 3000)),
            row(_THREE, "2", "3"),
        ),
        (
            row(_ONE, "", _TWO, says=(r"\clvmgf\clmgf", r"\clvmrg\clmrg", "")),
            row("", "", "1", says=(r"\clvmrg\clmgf", r"\clvmrg\clmrg", "")),
            row(_THREE, "2", "3"),
        ),
        # the edges of each row rounded by itself
        (
            row(_ONE, _TWO, says=(r"\clvmgf", ""), edges=(2000, 2990)),
            row("", "1", says=(r"\clvmrg", ""), edges=(2004, 3010)),
            row(_THREE, "2", "3", edges=(1020, 1996, 3002)),
        ),
    ],
)
def test_merged_cells_stand_where_they_are_drawn(rows):
    assert texts(rtf("".join(rows))) == WANTED


def test_a_row_is_defined_behind_its_cells_as_well():
    behind = r"\pard\intbl 1\cell 2\cell\pard\intbl{\trowd\cellx1000\cellx2000\row}"
    assert texts(rtf(row("a", "b") + behind)) == [["a", "b"], ["1", "2"]]


def test_a_definition_holds_until_the_next():
    again = r"\pard\intbl 1\cell 2\cell\row "
    assert texts(rtf(row("a", "b") + again)) == [["a", "b"], ["1", "2"]]


def test_cells_of_scripts_say_nothing_of_a_table():
    bare = (row("a", "b") + row(r"1\par 1", "2")).replace(r"\pard\intbl", "")
    assert texts(rtf(bare)) == [["a", "b"], ["1\n1", "2"]]


def test_cells_beyond_the_definition_of_their_row_are_not_sure():
    more = row("1", "2").replace(r"\row", r"\pard\intbl 3\cell\row")
    assert texts(rtf(row("a", "b") + more))[1] == ["1", "2", "3\ufffd"]


def test_paragraphs_part_tables():
    body = row("a", "b") + row("1", "2") + r"\pard x\par " + row("c", "d") + row("3", "4")
    assert len(list(rtf(body).tables())) == 2


def test_a_table_in_a_cell_follows_the_one_around_it():
    inner = "".join(
        rf"\pard\intbl\itap2 {one}\nestcell {two}\nestcell"
        r"{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}"
        for one, two in (("7", "8"), ("9", "10"))
    )
    rows = "".join(row(letters(f"第{one}行"), "1", "2") for one in "一二三四")
    read_as = rtf(FIRST + rows + row(letters("规章"), inner + r"\pard\intbl", "3"))

    outer, within = read_as.tables()
    assert [one.text for one in within.cells] == ["7", "8", "9", "10"]
    assert [one.text for one in outer.cells][-3:] == ["规章", "\ufffd", "3"]


def test_rows_too_flat_to_be_seen_are_left_out():
    flat = row("8", "8", "8").replace(r"\trowd", r"\trowd\trrh-10")
    read_as = rtf(FIRST + flat + row("1", "2", "3"))

    assert texts(read_as)[1:] == [["1", "2", "3"]]
    assert [one.kind for one in read_as.doubts] == [DoubtKind.STRAY_TEXT]


def test_rows_that_were_deleted_are_left_out():
    gone = row(*(f"{{\\deleted {one}}}" for one in "789"))
    assert texts(rtf(FIRST + gone + row("1", "2", "3")))[1:] == [["1", "2", "3"]]


def test_places_are_counted():
    cell = next(rtf(r"x\par " + FIRST + row("1", "2", "3")).tables()).grid()[1][2]
    assert cell is not None
    assert cell.where.path == "/rtf/table[1]/row[2]/cell[3]"


# Text around tables.


def test_lists_say_their_numbers_in_the_text():
    label = rf"{{\listtext\pard\plain\f1 {letters('一、')}\tab}}\ls1 "
    bullet = r"{\listtext\pard\plain\f2 \'b7\tab}\ls2 "
    assert paragraphs(rf"{label}{letters('总体')}\par\pard {bullet}x\par ") == ["一、总体", "x"]


def test_headers_and_tables_of_the_file_are_no_text():
    body = r"{\header 9\par}{\*\listtable{\list 9}}{\info{\author 9}}{\comment 9}x\par"
    assert paragraphs(body) == ["x"]


def test_a_text_box_stands_behind_its_paragraph_once():
    shape = (
        r"{\shp{\*\shpinst\shpleft0{\sp{\sn fillColor}{\sv 9}}{\shptxt \pard 7\par 8\par}}"
        r"{\shprslt{\*\do{\dptxbxtext 7\par}}}}"
    )
    assert paragraphs(rf"a{shape}b\par c\par ") == ["ab", "7", "8", "c"]


def test_the_title_is_the_properties_or_the_heading():
    info = rf"{{\info{{\title {letters('年报')}}}}}"
    assert rtf(rf"{info}x\par").title == "年报"
    assert rtf(r"\pard\s1 a\par\pard b\par").title == "a"
    assert paragraphs(rf"{info}x\par") == ["x"]


# Files.


def test_it_is_found_by_content_under_any_name():
    source = (HEAD + r"x\par}").encode()
    assert detect(source, "报告.doc").format is Format.RTF
    assert document(b"\xef\xbb\xbf\r\n" + source).format is Format.RTF
    assert [one.text for one in document(b"\n" + source + b"\x00\x00 9").paragraphs()] == ["x"]


WHOLE = HEAD + FIRST + row("1", "20", "30") + row("2", "45", "60") + r"\pard x\par}"


@pytest.mark.parametrize("lost", range(1, 90))
def test_what_breaks_off_says_so_and_has_no_half_figure(lost):
    read_as = document(WHOLE.encode("latin-1")[:-lost])

    assert DoubtKind.TRUNCATED in [one.kind for one in read_as.doubts]
    assert all(line in (["1", "20", "30"], ["2", "45", "60"]) for line in texts(read_as)[1:])


def test_groups_as_deep_as_they_like_end_in_their_code():
    with pytest.raises(Refusal) as deep:
        document(b"{\\rtf1" + b"{" * 100_000)
    assert deep.value.code is RefusalCode.TOO_COMPLEX
    assert document(b"{\\rtf1" + b"}" * 100_000).blocks == ()


@pytest.mark.parametrize(
    "body",
    [
        r"\trowd" + r"\cellx1" * 500_000,
        r"\pard\intbl" + r"\cell" * 300_000,
        r"\pard\intbl\itap3000000 x\par",
        "".join(r"{\shp{\*\shpinst{\shptxt x" for _ in range(50)),
    ],
)
def test_bombs_end_in_their_code(body):
    with pytest.raises(Refusal) as caught:
        rtf(body)
    assert caught.value.code is RefusalCode.TOO_COMPLEX
    assert "RTF" in caught.value.message
    assert "RTF" in caught.value.message_en


@pytest.mark.parametrize(
    "body",
    [
        r"\bin99999999999 x",
        r"\bin-5 x",
        r"\u99999999999?",
        r"\cellx\row\nestrow\nestcell",
        r"\field\fldrslt",
        r"{\fonttbl\f99999999 x;}\f99999999 \'ff",
        r"{\colortbl\red999\green-1;}\cf99 x",
        r"\trowd\cellx5\cellx3\pard\intbl 1\cell 2\cell\row",
        r"\uc99999999 \u1 x",
        "\\",
        r"\'zz",
        r"\ansicpg99999 \'ff\'fe",
        r"{\*}{\*\*}{}",
        r"{\upr}{\*\ud x}",
    ],
)
def test_nonsense_is_read_without_breaking(body):
    rtf(body)


#: LibreOffice writes what stands in content controls twice, with signs of fields between.
_TWICE = "controls"


@needs_writer
def test_what_libreoffice_makes_of_a_docx_reads_to_the_same_figures(tmp_path):
    for name, wanted, found in converted_docx("rtf", tmp_path):
        if name == _TWICE:
            assert all(found[at][0] in (None, value) for at, (value, _) in wanted.items())
        else:
            assert found == wanted, name
