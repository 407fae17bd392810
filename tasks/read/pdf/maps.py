"""The map to Unicode of a font (ToUnicode) → codes and their texts, taken in at once.

What stands in it beside the usual sections, and what `tokens.py` does not know, is left to
pdfminer whole: None.

Source: ISO 32000-1, 9.10.3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pdfminer.cmapdb import FileUnicodeMap
from pdfminer.psparser import KWD, PSKeyword
from pdfminer.utils import nunpack

from tasks.read.pdf.tokens import SIGNS, Nested, Unknown

#: A map of more bytes, or a range of more characters, is left to pdfminer.
LARGEST = 2**20
WIDEST = 2**16

_WORDS = (
    "begincmap endcmap def begin end dict dup pop findresource defineresource currentdict CMapName "
    "begincodespacerange endcodespacerange beginbfchar endbfchar beginbfrange endbfrange "
    "beginnotdefrange endnotdefrange"
)
WORDS = {**SIGNS, **{word.encode(): KWD(word.encode()) for word in _WORDS.split()}}
BEGIN, END = KWD(b"begincmap"), KWD(b"endcmap")
#: The words that take what stands before them, whatever it is.
TAKE_ALL = {
    b"begincmap", b"begincodespacerange", b"endcodespacerange", b"beginbfchar", b"beginbfrange",
    b"beginnotdefrange", b"endnotdefrange",
}  # fmt: skip


def source_to_map(source: bytes) -> FileUnicodeMap | None:
    if len(source) > LARGEST:
        return None
    nested = Nested(WORDS, outer=PSKeyword)
    try:
        nested.read(source)
        return None if nested.is_open else _to_map(nested.things)
    except Unknown:
        return None


def _to_map(things: list[Any]) -> FileUnicodeMap:
    """Raises Unknown."""
    found = FileUnicodeMap()
    add: dict[bytes, Callable[[FileUnicodeMap, list[Any]], None]] = {
        b"endbfchar": _add_characters,
        b"endbfrange": _add_ranges,
    }
    before: list[Any] = []
    if END in things and BEGIN in things[things.index(END) :]:
        raise Unknown
    for thing in things:
        if thing.__class__ is not PSKeyword:
            before.append(thing)
        elif thing is END:
            break
        elif thing.name == b"def":
            if len(before) < 2:
                raise Unknown
            del before[-2:]
        elif thing.name in TAKE_ALL:
            before = []
        elif thing.name in add:
            add[thing.name](found, before)
            before = []
        else:
            before.append(thing)
    return found


def _add_characters(found: FileUnicodeMap, listed: list[Any]) -> None:
    if len(listed) % 2 or not all(one.__class__ is bytes for one in listed):
        raise Unknown
    for code, text in zip(listed[::2], listed[1::2], strict=True):
        found.add_cid2unichr(nunpack(code), text)


def _add_ranges(found: FileUnicodeMap, listed: list[Any]) -> None:
    if len(listed) % 3:
        raise Unknown
    for first, last, to in zip(listed[::3], listed[1::3], listed[2::3], strict=True):
        if first.__class__ is not bytes or last.__class__ is not bytes or len(first) != len(last):
            raise Unknown
        codes = range(nunpack(first), nunpack(last) + 1)
        if len(codes) > WIDEST:
            raise Unknown
        for code, text in zip(codes, _texts(to, len(codes)), strict=True):
            found.add_cid2unichr(code, text)


def _texts(to: Any, n: int) -> list[bytes]:
    """The texts of so many codes in a row; of one text the last four bytes count upwards."""
    if to.__class__ is list and len(to) == n and all(one.__class__ is bytes for one in to):
        return list(to)
    if to.__class__ is not bytes or not to:
        raise Unknown
    begins, counted = to[:-4], to[-4:]
    first = nunpack(counted)
    if first + n > 256 ** len(counted):
        raise Unknown
    return [begins + (first + i).to_bytes(len(counted), "big") for i in range(n)]
