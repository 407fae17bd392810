"""Each kind of archive gives what was put into it, at once or in portions."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator

import pytest

from samples.archives import (
    KINDS,
    Kind,
    archive_of,
    is_opened_here,
    mailed,
    rarred,
    rarred_4,
    seven_zipped,
    zipped,
)
from tasks.detect import detect
from tasks.model import limits
from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read
from tasks.unpack import Member, budget, portion, rar, unpack
from tasks.unpack.foreign import _held_against

OPENED = [kind for kind in KINDS if is_opened_here(kind)]
WITH_LIBRARY = pytest.mark.skipif("7z" not in OPENED, reason="libarchive is not here")
#: The page that documents hang on is a member as well.
PAGE = "正文.mht"


def members(source: bytes) -> list[Member]:
    return list(unpack(source, detect(source, "a.docx")))


def refusals(source: bytes) -> list[tuple[str, RefusalCode | None]]:
    return [
        (one.name, one.content.code if isinstance(one.content, Refusal) else None)
        for one in members(source)
    ]


@pytest.mark.parametrize("kind", OPENED)
@pytest.mark.parametrize("seed", range(3))
def test_what_was_put_in_comes_out(kind: Kind, seed: int) -> None:
    drawn = archive_of(3, seed, kind)
    found = [(one.name, one.content) for one in members(drawn.body) if one.name != PAGE]
    assert found == [(name, one.body) for name, one in drawn.members]


@pytest.mark.parametrize("kind", OPENED)
def test_it_is_read_as_a_document_without_anything_in_it(kind: Kind) -> None:
    source = archive_of(2, 7, kind).body
    format = Format.MAIL if kind in ("eml", "mht") else Format.ARCHIVE
    assert read(source, detect(source, "a")) == Document(format=format)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_of_zip(method: int) -> None:
    assert [one.content for one in members(zipped([("a", b"a" * 999)], method=method))] == [
        b"a" * 999
    ]


def test_a_method_that_is_not_known_is_refused_of_its_member() -> None:
    source = bytearray(zipped([("a.txt", b"a"), ("b.txt", b"b")], method=zipfile.ZIP_STORED))
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        found = source.find(mark)
        source[found + at] = 9  # Deflate64
    assert refusals(bytes(source)) == [("a.txt", RefusalCode.UNSUPPORTED_FORMAT), ("b.txt", None)]


def test_an_empty_file_and_a_picture_are_members() -> None:
    held = [("空.docx", b""), ("照片.png", b"\x89PNG\r\n\x1a\n")]
    assert [(one.name, one.content) for one in members(zipped(held))] == held


@WITH_LIBRARY
def test_archives_within_are_opened_to_a_depth() -> None:
    body = zipped([("a.txt", b"a")])
    for level in (3, 2, 1):
        body = rarred([(f"{level}.zip", body)]) if level == 2 else zipped([(f"{level}.x", body)])
    assert [one.name for one in members(body)] == ["1.x!2.zip!3.x!a.txt"]


def test_what_its_own_job_refuses_better_is_a_leaf() -> None:
    """A broken archive within, and a package of another program."""
    inner = zipped([("a.txt", b"a" * 99)])
    held = [("半.zip", inner[:60]), ("说明.epub", zipped([("mimetype", b"application/epub+zip")]))]
    assert [(one.name, one.content) for one in members(zipped(held))] == held


def test_an_archive_within_that_gives_nothing_is_refused_by_its_name() -> None:
    held = [("空.zip", zipped([])), ("a.txt", b"a")]
    assert refusals(zipped(held)) == [("空.zip", RefusalCode.EMPTY), ("a.txt", None)]


# Portions.


def portions(source: bytes, most_bytes: int) -> Iterator[tuple[Member, ...]]:
    after: int | None = 0
    while after is not None:
        found = portion(source, "a.zip", after=after, most_bytes=most_bytes)
        yield found.members
        after = found.following


@pytest.mark.parametrize("kind", OPENED)
@pytest.mark.parametrize("most_bytes", [1, 50_000, 10**9])
def test_portions_are_the_whole_in_order(kind: Kind, most_bytes: int) -> None:
    source = archive_of(3, 5, kind).body
    found = list(portions(source, most_bytes))
    assert [one for each in found for one in each] == members(source)
    assert all(
        len(each) == 1 or sum(len(one.content) for one in each) <= most_bytes for each in found
    )
    assert len(found) == {1: len(members(source)), 10**9: 1}.get(most_bytes, len(found))


def test_there_is_nothing_behind_the_last() -> None:
    found = portion(zipped([("a", b"a")]), "a.zip", after=5, most_bytes=1)
    assert (found.members, found.following) == ((), None)


# Limits, lowered: what is in force is the same code.


@pytest.mark.parametrize(
    "make",
    [
        zipped,
        mailed,
        pytest.param(seven_zipped, marks=WITH_LIBRARY),
        pytest.param(rarred, marks=WITH_LIBRARY),
    ],
    ids=["zip", "eml", "7z", "rar"],
)
def test_a_large_member_and_what_is_beyond_the_budget(make, monkeypatch) -> None:
    monkeypatch.setattr(budget, "MAX_MEMBER_BYTES", 1_000)
    monkeypatch.setattr(budget, "MAX_INFLATED_BYTES", 2_500)
    held = [("a", b"a" * 900), ("b", b"b" * 1_100), ("c", b"c" * 900), ("d", b"d" * 900)]
    found = dict(refusals(make(held)))
    assert (found["a"], found["b"]) == (None, RefusalCode.TOO_LARGE)
    assert found["d"] is RefusalCode.TOO_COMPLEX


def test_one_member_may_be_as_large_as_one_document() -> None:
    assert limits.MAX_MEMBER_BYTES == 64 << 20
    body = bytes(range(256)) * (limits.MAX_MEMBER_BYTES // 256)
    stored = zipped([("a", body), ("b", body + b"x")], method=zipfile.ZIP_STORED)
    assert refusals(stored) == [("a", None), ("b", RefusalCode.TOO_LARGE)]


@WITH_LIBRARY
def test_a_7z_that_says_it_is_vast_is_refused_before_anything_is_inflated(monkeypatch) -> None:
    from tasks.unpack import foreign

    monkeypatch.setattr(foreign, "MAX_DECLARED_BYTES", 1_000)
    source = seven_zipped([("a", bytes(999)), ("b", bytes(2))])
    with pytest.raises(Refusal) as refused:
        members(source)
    assert refused.value.code is RefusalCode.TOO_COMPLEX


@WITH_LIBRARY
def test_without_the_library_7z_is_refused_by_its_name(monkeypatch) -> None:
    import sys

    from tasks.unpack import foreign

    source = seven_zipped([("a", b"a")])
    # As on a machine where neither the library nor its wrapper is there.
    monkeypatch.setattr(foreign, "_LIBRARIES", ("libnowhere.so.1",))
    monkeypatch.setenv("LIBARCHIVE", "libnowhere.so.1")
    for name in [one for one in sys.modules if one.partition(".")[0] == "libarchive"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(Refusal) as refused:
        members(source)
    assert refused.value.code is RefusalCode.UNSUPPORTED_FORMAT
    assert "7z" in refused.value.message
    assert "libarchive13" in refused.value.message_en


def test_what_a_rar_says_of_its_members_is_held_against_them() -> None:
    """Not all that reads a RAR does so."""
    members = [("a.txt", b"one"), ("b.txt", b"two")]
    for packed in (rarred(members), rarred_4(members)):
        assert list(rar.checksums(packed)) == [zlib.crc32(body) for _, body in members]
    assert _held_against(b"one", zlib.crc32(b"one")) == b"one"
    assert _held_against(b"one", None) == b"one"
    refusal = _held_against(b"one", zlib.crc32(b"two"))
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.CORRUPT
