"""Names of members: as their writers meant them, safe to write, each once."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.archives import LITTER, is_opened_here, mailed, rarred, rarred_4, zipped
from tasks.detect import detect
from tasks.queues import KINDS, holds_others
from tasks.unpack import Member, base_of, unpack
from tasks.unpack.names import Names, is_litter, is_safe, leads_out, safe

SIMPLIFIED = "各单位/云岭县财政局2023年政府信息公开工作年度报告.docx"
TRADITIONAL = "各單位/臺東縣政府財政處資訊公開年度報告.docx"


def members(source: bytes) -> list[Member]:
    return list(unpack(source, detect(source, "a.zip")))


def names(source: bytes) -> list[str]:
    return [one.name for one in members(source)]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("", SIMPLIFIED),
        ("utf-8", SIMPLIFIED),
        ("gb18030", SIMPLIFIED),
        ("gb18030", TRADITIONAL),
        ("big5", TRADITIONAL),
        ("cp437", "résumé.txt"),
    ],
)
def test_of_a_zip_in_each_encoding(codec: str, name: str) -> None:
    assert names(zipped([(name, b"a")], codec=codec)) == [name]


def test_of_a_zip_of_which_only_some_say_that_they_are_utf_8() -> None:
    """As tools write it that were given files by other tools."""
    marked, unmarked = zipped([("甲.txt", b"a")]), zipped([("乙镇.txt", b"b")], codec="gb18030")
    out = io.BytesIO(marked)
    with zipfile.ZipFile(out, "a") as package, zipfile.ZipFile(io.BytesIO(unmarked)) as other:
        (one,) = other.infolist()
        one.filename = "乙镇.txt"
        package.writestr(one, b"b")
    assert names(out.getvalue()) == ["甲.txt", "乙镇.txt"]


def test_a_mark_of_utf_8_that_lies_costs_no_member() -> None:
    source = zipped([("甲.txt", b"a"), ("乙.txt", b"b")], codec="gb18030")
    marked = bytearray(source)
    for mark, at in ((b"PK\3\4", 7), (b"PK\1\2", 9)):
        found = marked.find(mark)
        while found >= 0:
            marked[found + at] |= 0x08
            found = marked.find(mark, found + 4)
    found_members = members(bytes(marked))
    assert [(one.name, one.content) for one in found_members] == [
        ("甲.txt", b"a"),
        ("乙.txt", b"b"),
    ]


@pytest.mark.parametrize(("is_of_it", "name"), [(True, "年报.txt"), (False, "+-+-.txt")])
def test_the_unicode_path_counts_where_it_is_of_that_name(is_of_it: bool, name: str) -> None:
    raw = b"+-+-.txt"
    told = zlib.crc32(raw if is_of_it else b"another")
    path = struct.pack("<BL", 1, told) + "年报.txt".encode()
    info = zipfile.ZipInfo(raw.decode())
    info.extra = struct.pack("<HH", 0x7075, len(path)) + path
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(info, b"a")
    assert names(out.getvalue()) == [name]


def test_another_name_before_the_member_than_in_the_directory() -> None:
    """`zipfile` refuses such a member; the tools that people have take it out."""
    source = zipped([("aaaa.txt", b"a")])
    (only,) = members(source.replace(b"aaaa.txt", b"bbbb.txt", 1))
    assert (only.name, only.content) == ("aaaa.txt", b"a")


@pytest.mark.skipif(not is_opened_here("rar"), reason="libarchive is not here")
@pytest.mark.parametrize(
    ("source", "name"),
    [
        (rarred([(SIMPLIFIED, b"a")]), SIMPLIFIED),
        (rarred_4([(SIMPLIFIED, b"a")]), SIMPLIFIED),
        (rarred_4([(TRADITIONAL, b"a")], codec="big5"), TRADITIONAL),
    ],
    ids=["5", "4 GBK", "4 Big5"],
)
def test_of_a_rar(source: bytes, name: str) -> None:
    assert names(source) == [name]


@pytest.mark.parametrize("naming", ["rfc2231", "rfc2047", "raw_gbk", "raw_utf_8"])
def test_of_an_attachment(naming) -> None:
    name = SIMPLIFIED.rpartition("/")[2]
    assert names(mailed([(name, b"a")], naming=naming)) == [name]


def test_what_lies_in_something_is_named_after_it() -> None:
    inner = zipped([("年报.docx", b"a")])
    mail = mailed([("乡镇.zip", inner)])
    assert names(zipped([("各镇/来信.eml", mail)])) == ["各镇/来信.eml!乡镇.zip!年报.docx"]
    assert base_of("各镇/来信.eml!乡镇.zip!2023/年报.docx") == "年报.docx"


def test_the_endings_of_all_that_holds_others_are_known() -> None:
    known = [ending for ending in KINDS if holds_others(f"a{ending}")]
    found = {base_of(f"各镇/a{one.upper()}!b!年报.docx") for one in (*known, ".mht", ".mhtml")}
    assert len(known) >= 4
    assert found == {"b!年报.docx"}
    assert base_of("各镇/通知!2023年报.docx") == "通知!2023年报.docx"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_each_is_there_once() -> None:
    source = zipped([("年报.docx", b"a"), ("年报.docx", b"b"), ("年报 (2).docx", b"c")])
    found = members(source)
    assert len({one.name for one in found}) == 3
    assert [one.content for one in found] == [b"a", b"b", b"c"]
    assert found[1].name == "年报 (2).docx"


def test_a_name_that_looks_like_one_within_is_no_other() -> None:
    inner = zipped([("b.txt", b"inner")])
    found = members(zipped([("a.zip!b.txt", b"outer"), ("a.zip", inner)]))
    assert [(one.name, one.content) for one in found] == [
        ("a.zip!b.txt", b"outer"),
        ("a.zip!b (2).txt", b"inner"),
    ]


def test_numbers_of_one_name_are_given_fast() -> None:
    given = Names()
    found = {given.given("a.txt") for _ in range(20_000)}
    assert len(found) == 20_000


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a\\b\\c.txt", "a/b/c.txt"),
        ("./a//b/./c.txt", "a/b/c.txt"),
        ("a\x00b\x1f\x7f\u2028.txt", "ab.txt"),
        ("a\ud800.txt", "a.txt"),
        ("C:\\a.txt", "a.txt"),
        ("../a.txt", "a.txt"),
        ("..", "未命名"),
        ("", "未命名"),
        ("...", "未命名"),
        (" 年报 .txt", " 年报 .txt"),
    ],
)
def test_names_are_safe_to_write(name: str, written: str) -> None:
    assert safe(name) == written


PIECES = [
    "年报",
    "a" * 300,
    "县" * 400,
    ".zip!",
    "/",
    " ",
    "..",
    "\\",
    "C:",
    "\x00",
    "\ud800",
    ".docx",
]
told = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join)


@given(st.lists(told, min_size=1, max_size=4), told)
def test_what_is_given_is_safe_and_there_once(outer: list[str], name: str) -> None:
    """Within each other, and of those that would be too long."""
    names, prefix = Names(), ""
    for one in outer:
        prefix = names.given(prefix + safe(one)) + "!"
    found = [names.given(prefix + safe(name)) for _ in range(3)]
    assert len({*found, prefix[:-1]}) == 4
    assert all(map(is_safe, found))


def test_of_a_name_that_is_too_long_its_end_is_kept() -> None:
    """No tool of people writes such a one; a mail can."""
    name = "清河县财政局2023年政府信息公开工作年度报告.docx"
    (found,) = names(zipped([("很长/" * 1000 + name, b"a")]))
    assert found.endswith(f"/很长/{name}")
    assert found.startswith("…")
    assert is_safe(found)
    (found,) = names(mailed([("长" * 100_000 + name, b"a")]))
    assert base_of(found).endswith(name)
    assert is_safe(found)


@pytest.mark.parametrize(
    "name", ["", "/a", "a//b", "a/../b", ".", " ", "a\x00", "a\n", "a\ud800", "a\u2028", "a" * 2000]
)
def test_names_that_are_not_safe(name: str) -> None:
    assert not is_safe(name)


@pytest.mark.parametrize("name", ["/a", "\\a", "\\\\a\\b", "C:a", "c:/a", "a/../b", ".."])
def test_names_that_lead_out(name: str) -> None:
    assert leads_out(name)


@pytest.mark.parametrize("name", ["a/b", "a..b", "..a", "a/...", "./a", "第C:节"])
def test_names_that_do_not(name: str) -> None:
    assert not leads_out(name)


def test_what_programs_leave_is_no_member() -> None:
    assert all(is_litter(name) for name, _ in LITTER)
    assert names(zipped([*LITTER, ("年报.txt", b"a"), ("各镇/", b"")])) == ["年报.txt"]


@pytest.mark.parametrize("name", ["~年报.docx", "_年报.docx", ".gitignore", "Thumbs.db.docx"])
def test_what_people_may_have_put_there_is_one(name: str) -> None:
    assert names(zipped([(name, b"a")])) == [name]
