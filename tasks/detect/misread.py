"""Texts that a program read in a wrong encoding before it saved them: 政 as `æ”¿` or `Õþ`.

Chinese in UTF-8 or GBK, read as Latin-1 or Windows-1252, keeps its bytes, one a character. Where
they make Chinese again, piece by piece, the reading is undone; a piece that lost bytes on the way
keeps a U+FFFD for them. UTF-8 read as GBK loses bytes, and signs beside them: it is recognised
and left as it is.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from tasks.model.patterns import regex

#: What Windows-1252 has where Latin-1 has controls. Source: WHATWG Encoding, index windows-1252.
_WINDOWS: Final = {
    byte: bytes((byte,)).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
#: A lost character stands for a byte that no text has.
_BYTE_OF: Final = {ord(sign): byte for byte, sign in _WINDOWS.items()} | {0xFFFD: 0xFF}
_SPECIAL = "".join(map(re.escape, _WINDOWS.values()))
_CONTINUES = f"[\u0080-\u00bf{_SPECIAL}]"
#: One character of UTF-8 as three of Latin-1, or as two, as these three look when they are misread
#: again.
_WOVEN = regex(f"[\u00e2-\u00ef]{_CONTINUES}{_CONTINUES}|[\u00c2\u00c3]{_CONTINUES}")
#: The first of these in Chinese characters and signs.
_LEADS = "ÂÃâãäåæçèéï"
#: One character of GB 2312's first level, as two.
_PAIR = regex("[\u00b0-\u00d7][\u00a1-\u00fe]")
_RUN = regex(f"[\u0080-\u00ff{_SPECIAL}\ufffd]+")
_HAN = regex("[\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]")
_OF_CHINESE = regex("[\u2010-\u2027\u2160-\u25ff\u3000-\u3011\u4e00-\u9fff\uff01-\uff5e]")
#: Browsers and programs write such letters as references, `&aelig;&#148;&iquest;`: any of these,
#: and the first of three.
_REFERENCE = regex(r"&(?:[A-Za-z]{2,8}|#\d{3,4}|#[xX][0-9a-fA-F]{2,4});")
_LEAD_REFERENCE = regex(
    r"&(?:a(?:circ|tilde|uml|ring|elig)|ccedil|e(?:grave|acute|circ|uml)|iuml"
    r"|#(?:22[6-9]|23[0-9])|#x[eE][2-9a-fA-F]);"
)
#: So many are no accident; and so many times may a text have been misread.
_FEWEST_WOVEN, _FEWEST_PAIRS, _MOST_TIMES = 8, 40, 3
#: Share of Chinese among the characters that an undone piece gives, at least.
_CHINESE = 0.7

#: Words of every report as they look when their UTF-8 is read as GBK, from an even byte and from
#: an odd one; and what such a text becomes when it is saved once more.
_WORDS = ("政府信息公开", "年度报告", "本年", "行政", "申请", "数量", "情况")
_AS_GBK = frozenset(
    found
    for word in _WORDS
    for shift in (0, 1)
    for once in (word.encode()[shift:].decode("gb18030", "ignore"),)
    for found in (once[:2], once.encode()[shift:].decode("gb18030", "ignore")[:2], "锟斤拷")
    if len(found) > 1 and not any("\ue000" <= sign <= "\uf8ff" for sign in found)
)
_FEWEST_WORDS = 3
#: How the same words look when their UTF-8 is read in what other systems wrote.
_AS_OTHERS = frozenset(
    word.encode().decode(codec) for word in _WORDS for codec in ("mac_roman", "cp437", "cp850")
)


def undone(text: str) -> str:
    """The text as it was meant; the same where nothing is certain to have been misread."""
    woven = _is_woven(text) or _has(_LEAD_REFERENCE, text, _FEWEST_WOVEN)
    if not woven and not _is_paired(text):
        return text
    plain = _REFERENCE.sub(_character, text) if "&" in text else text
    meant = plain
    if woven:
        meant = _RUN.sub(lambda run: _piece(run[0], "utf-8", _WOVEN), plain)
    if meant == plain and _is_paired(plain):
        meant = _RUN.sub(lambda run: _piece(run[0], "gb18030", _PAIR), plain)
    return text if meant == plain else meant


def _character(reference: re.Match[str]) -> str:
    said = unescape(reference[0])
    return said if len(said) == 1 and "\x7f" < said < "\u2fff" else reference[0]


def _is_woven(text: str) -> bool:
    # Looked for first, since it takes no time: no Chinese is without one of them.
    return any(lead in text for lead in _LEADS) and _has(_WOVEN, text, _FEWEST_WOVEN)


def _is_paired(text: str) -> bool:
    return not _has(_HAN, text, _FEWEST_PAIRS) and _has(_PAIR, text, _FEWEST_PAIRS)


def _has(pattern: re.Pattern[str], text: str, fewest: int) -> bool:
    return any(at >= fewest for at, _ in enumerate(pattern.finditer(text), 1))


def _piece(run: str, codec: str, sign: re.Pattern[str]) -> str:
    """What a piece was before it was misread, once or more often; itself where that is no
    Chinese."""
    meant = run
    for _ in range(_MOST_TIMES):
        source = _bytes_of(meant)
        if source is None:
            break
        meant = source.decode(codec, "replace")
        if "\ufffd" in meant and not sign.search(run):
            break  # a letter of its own, as é
        chinese = len(_OF_CHINESE.findall(meant))
        if chinese >= _CHINESE * len(meant.strip("\xa0 ")):
            return meant
    return run


def _bytes_of(text: str) -> bytes | None:
    try:
        return text.translate(_BYTE_OF).encode("latin-1")
    except UnicodeEncodeError:
        return None


def is_salad(text: str) -> bool:
    """Whether a text was misread, and that could not be undone."""
    if _is_woven(text) or _is_paired(text):
        return True
    if any(word in text for word in _WORDS[:2]):
        return False
    return any(
        sum(word in text for word in words) >= _FEWEST_WORDS for words in (_AS_GBK, _AS_OTHERS)
    )
