"""Bytes of an RTF to text: the code page is the font's, or else the document's; used by the RTF
reader.

Source: Rich Text Format Specification 1.9.1, Character Set, Font Table; Code Page Support.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

SYMBOLS = "symbol"
WESTERN = "cp1252"
_CHARSETS = {
    0: WESTERN,
    2: SYMBOLS,
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
_PAGES = {
    **{number: f"cp{number}" for number in (437, 850, 852, 866, 874, 932, 949, 950)},
    **{number: f"cp{number}" for number in range(1250, 1259)},
    **{936: "gbk", 1361: "johab", 10000: "mac_roman", 10008: "gb2312", 54936: "gb18030"},
    65001: "utf-8",
}
# Python loads a codec when it is first asked for, and in the sandbox no file can be opened.
for _codec in {*_CHARSETS.values(), *_PAGES.values()} - {SYMBOLS}:
    codecs.lookup(_codec)
#: Those whose characters may be two bytes long, with any second byte.
DOUBLE = frozenset(("gbk", "gb18030", "gb2312", "cp932", "cp949", "cp950", "johab"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Some text, and how many of its bytes could not be read."""

    text: str
    broken: int = 0


def of_charset(number: int) -> str:
    """The codec of a font's character set; "" where it says nothing."""
    return _CHARSETS.get(number, "")


def of_page(number: int) -> str:
    """The codec of a code page; "" where it is not known."""
    return _PAGES.get(number, "")


def decoded(source: bytes, font: str, document: str) -> Letters:
    """`font`, `document`: their codecs, "" for none.

    Programs name a Western character set for a font that has Chinese letters as well: where the
    document's code page has two bytes to a character it goes before that.
    """
    if source.isascii():
        return Letters(text=source.decode("ascii"))
    if font == SYMBOLS:
        return Letters(text=source.decode("latin-1"))
    document = document or WESTERN
    tried = [font or document, document]
    if document in DOUBLE and font in ("", WESTERN):
        tried = [document, WESTERN]
    for codec in tried:
        for wider in (codec, *(("gb18030",) if codec == "gbk" else ())):
            try:
                return Letters(text=source.decode(wider))
            except UnicodeDecodeError:
                continue
    text = source.decode(tried[0], "replace")
    return Letters(text=text, broken=text.count("\ufffd"))
