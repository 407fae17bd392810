"""Lists of organs as people have them: every writing of a list gives its names, and what is no
list one sentence."""

from __future__ import annotations

import io
from itertools import product

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tasks.forms.expected import MOST_MIB, MOST_NAMES, Complaint, Expected, expected_of

NAMES = ("霁川县财政局", "洪泽区人民政府", "市场监督管理局", "淮安市洪泽区三河镇人民政府")
CODECS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "utf-16-be-bom")
LAYOUTS = {
    "names only": "{names}",
    "head": "机关名称\n{names}",
    "numbered column": "序号{s}机关名称{s}备注\n{numbered}",
    "no head": "{numbered}",
    "title over the head": "2023年应报送机关名单{s}{s}\n序号{s}单位名称{s}备注\n{numbered}",
    "English head": "no{s}Organ Name{s}remark\n{numbered}",
}


def encoded(text: str, codec: str) -> bytes:
    if codec == "utf-16-be-bom":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(codec)


def names_of(source: bytes) -> tuple[str, ...]:
    told = expected_of(source)
    assert isinstance(told, Expected), told
    return told.names


def complaint(source: bytes) -> Complaint:
    told = expected_of(source)
    assert isinstance(told, Complaint), told
    assert told.zh.count("。") == 1
    assert told.zh.endswith("。")
    assert told.en.count(".") == 1
    assert told.en.endswith(".")
    return told


@pytest.mark.parametrize(("codec", "layout"), list(product(CODECS, LAYOUTS)))
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_in_any_encoding_and_layout(codec: str, layout: str, separator: str) -> None:
    numbered = "\n".join(
        f"{number}{separator}{name}{separator}" for number, name in enumerate(NAMES, 1)
    )
    text = LAYOUTS[layout].format(names="\n".join(NAMES), numbered=numbered, s=separator)
    for end in ("\n", "\r\n"):
        assert names_of(encoded(text.replace("\n", end), codec)) == NAMES


@pytest.mark.parametrize("codec", CODECS)
def test_one_name_is_a_list(codec: str) -> None:
    assert names_of(encoded("霁川县财政局\n", codec)) == ("霁川县财政局",)


def test_what_people_put_around_names() -> None:
    text = (
        "\ufeff\n　霁川县财政局　\n\n\"洪泽区人民政府\"\n“市场监督管理局”\n3、霁川县 教育局\n"
        "霁川县水利局，\n霁川县财政局\n\u200b霁川县公安局\n————\n合计\n"
    )  # fmt: skip
    told = expected_of(text.encode())
    assert told == Expected(
        names=(
            "霁川县财政局", "洪泽区人民政府", "市场监督管理局", "霁川县教育局", "霁川县水利局",
            "霁川县公安局",
        ),
        doubled=("霁川县财政局",),
    )  # fmt: skip


def test_quoted_cells_may_hold_separators_and_line_ends() -> None:
    text = '机关名称,备注\n"霁川县\n财政局","a,b"\n"水利局","say ""no"""\n'
    assert names_of(text.encode()) == ("霁川县财政局", "水利局")


def test_the_column_of_names_is_the_one_of_organs() -> None:
    text = "张三,霁川县财政局,138\n李四,霁川县水利局,139\n王五,三河镇,137\n"
    assert names_of(text.encode()) == ("霁川县财政局", "霁川县水利局", "三河镇")


def test_names_may_be_english_and_hold_a_comma() -> None:
    assert names_of(b"Bureau of Finance\nBureau of Culture, Sports\nBureau of Water\n") == (
        "Bureau of Finance", "Bureau of Culture, Sports", "Bureau of Water",
    )  # fmt: skip


def test_a_head_tells_the_column_whatever_is_in_it() -> None:
    assert names_of("主管,单位名称（全称）\n财政局,A1 站\n水利局,B2 站\n".encode()) == (
        "A1 站",
        "B2 站",
    )


# What is no list


def workbook_bytes() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write(0, 0, "霁川县财政局")
    return file.getvalue()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "没有找到机关名称"),
        (b"\xef\xbb\xbf \r\n", "没有找到机关名称"),
        ("机关名称\n".encode(), "没有找到机关名称"),
        (b"1,2,3\n4,5,6\n", "没有找到机关名称"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "这不是名单"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "这不是名单"),
        (b"%PDF-1.7\n1 0 obj\n", "这不是名单"),
        ("<html><body><table><tr><td>财政局</table></html>".encode(), "这不是名单"),
        (bytes(range(256)) * 50, "这不是名单"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 CSV"),
        (workbook_bytes(), "另存为 CSV"),
        (b"a" * (MOST_MIB * 2**20 + 1), "MiB"),
        (("霁川县财政局\n" + "很长" * 80 + "\n").encode(), "第 2 行"),
        ("霁川县财政局\n今年工作很好。明年会更好！\n".encode(), "第 2 行"),
        ('"霁川县财政局\n水利局\n教育局\n'.encode(), "行不像机关名称"),
        ("".join(f"第{n}局\n" for n in range(MOST_NAMES + 1)).encode(), str(MOST_NAMES)),
    ],
)
def test_what_is_no_list_gets_one_sentence(source: bytes, says: str) -> None:
    assert says in complaint(source).zh


@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_a_complaint(source: bytes) -> None:
    told = expected_of(source)
    assert isinstance(told, Expected | Complaint)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=30))
def test_each_name_is_listed_once_and_doubles_are_told(drawn: list[str]) -> None:
    told = expected_of("\n".join(drawn).encode())
    assert isinstance(told, Expected)
    assert told.names == tuple(dict.fromkeys(drawn))
    assert set(told.doubled) == {name for name in drawn if drawn.count(name) > 1}
