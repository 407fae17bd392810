"""Which character encoding some bytes are in, and the text they say in it.

Statistical detectors need a page of text and take a short GBK line for Cyrillic or Korean.
Here few encodings occur, so each is tried and the text that it gives is weighed: common
Chinese characters speak for it; rare ones, other scripts, private use and broken bytes
against. What the document declares about itself is one witness among these. The likeliest is
tried first, and no other where none could be better.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.detect.misread import is_salad, undone
from tasks.model.document import Detection, Doubt, DoubtKind, Format
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.saying import say

#: Byte order marks, longest first, and the codec each stands for.
BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
#: The encodings that are tried, the likeliest first: it wins a draw.
CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
#: Declared names and the candidate that reads them: pages say gb2312 and mean all of it.
DECLARED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "unicode": "utf-16-le",
}

#: What Python's GB18030 (the standard of 2000) reads otherwise than browsers do: the blank
#: `A3 A0`, vertical punctuation and ideographs that had no code point then. Code point that
#: Python gives -> the one that a browser shows.
#: Source: WHATWG Encoding Standard, index gb18030 (with its changes after GB18030-2005 and
#: GB18030-2022); all two- and four-byte sequences of both were held beside each other.
_AS_IN_BROWSERS = {
    "gb18030": {
        0xE5E5: 0x3000,
        0xE78D: 0xFE10,
        0xE78E: 0xFE12,
        0xE78F: 0xFE11,
        0xE790: 0xFE13,
        0xE791: 0xFE14,
        0xE792: 0xFE15,
        0xE793: 0xFE16,
        0xE794: 0xFE17,
        0xE795: 0xFE18,
        0xE796: 0xFE19,
        # the two-byte and the four-byte sequence have changed places
        0xE7C7: 0x1E3F,
        0x1E3F: 0xE7C7,
        0xE81E: 0x9FB4,
        0xE826: 0x9FB5,
        0xE82B: 0x9FB6,
        0xE82C: 0x9FB7,
        0xE832: 0x9FB8,
        0xE843: 0x9FB9,
        0xE854: 0x9FBA,
        0xE864: 0x9FBB,
    }
}
_DIFFERING = {
    codec: regex(f"[{''.join(map(chr, differing))}]")
    for codec, differing in _AS_IN_BROWSERS.items()
}

#: The characters that make up most of any Chinese text, and those of this form.
_FREQUENT = (
    "的一是不了在有人这上大来和我个中地为子时道说要以到会就出对也可下你年生过自用行能家发学工经"
    "得作成多好开发长现日方前面部分二三四五六七八九十百千万亿零本市区县镇乡村省局厅委办政府信息公"
    "开报告度机关单位主动收申请情况处理件数规章范性文制新增减许可罚强制费项目采购总金额元自然法商"
    "业企科研构社益组织律服务其他计结转果予以国家密属于禁止危及安全稳定保护第三者合权内部事程案卷"
    "查询无提供掌握相关没需另补正后容仍明确访举投诉类重复求版物理由量反认或重获取逾期按通知纠维持"
    "尚未审直接起复议诉讼存问题改进体同与各实民主建设管基施加强推依责任领导教育财卫生环境资源农林"
    "水电交通网站平台电话地址邮编联系人月日年公布公告通过根据条例规定要求当前附表名称索引号成文"
    "這個來時為說會對過學經長現點開發報關單辦縣區鎮鄉廳務機構請處規範製許罰費項採購總額業組織"
    "維護權屬轉結禁國穩類查詢無據據內確訪舉訴複審議訟實設強責領導財環資農網電話聯繫條號稱"
)
_WEIGHT_FREQUENT, _WEIGHT_COMMON, _WEIGHT_SIGN = 1.0, 0.5, 0.6
_WEIGHT_SELDOM, _WEIGHT_RARE, _WEIGHT_OTHER, _WEIGHT_WRONG = 0.0, -0.6, -0.5, -4.0
#: What a declaration is worth, in the same units.
_WEIGHT_DECLARED = 0.15
#: Well-formed UTF-8 of any length is no accident.
_WEIGHT_WELL_FORMED = 0.25
#: Below this, the text is none: noise scores about -2, a page in a script that is not
#: looked for about -0.5.
NOISE = -1.2
#: A damaged text may score a little less, where its name says that it is one.
NOISE_BY_NAME = -1.5
#: The score UTF-16 without a byte order mark must reach, and shares of zeros that excuse it.
PLAIN_CHINESE, _ZEROS_OF_ASCII, _MOSTLY_ASCII = 0.5, 0.02, 0.3
#: A text of which so little is Chinese, and in which misread words stand, is misread as a whole.
_LEAST_OF_CHINESE = 0.4
#: Control characters in text, at most.
MOST_CONTROLS = 0.01
MOST_CONTROLS_IN_CHINESE = 0.2
_STRAY_CONTROLS = 2

_SAMPLE_BYTES = 200_000
_SAMPLE_CHARACTERS = 60_000
_HEAD_BYTES = 8_192
_SHORT_BYTES = 2_000
_ASCII = regex("[\x00-\x7f]+")
_CONTROL = regex("[\x00-\x08\x0e-\x19\x1c-\x1f]")
_NO_CONTROLS = bytes(byte for byte in range(256) if not _CONTROL.match(chr(byte)))


#: Rows of the first level of each standard, and of the second.
_GB_FIRST, _GB_SECOND = range(0xB0, 0xD8), range(0xD8, 0xF8)
_BIG5_FIRST = range(0xA4, 0xC7)


def _row(character: str, codec: str) -> int:
    """Where a character stands in a national standard; 0 where it does not."""
    try:
        found = character.encode(codec)
    except UnicodeEncodeError:
        return 0
    return found[0] if len(found) > 1 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text would be in one encoding."""

    codec: str
    #: Mean weight of a character that is not ASCII; 1 is plain Chinese, below `NOISE` is none.
    score: float
    #: Share of control characters that no text holds, but for a stray few.
    controls: float
    #: Broken sequences in the sample.
    broken: int
    declared: bool = False
    #: It is no worse than any other could be, so that those after it were not tried.
    certain: bool = False

    def is_text(self, least: float) -> bool:
        # a program may write a control character where a cell has a form field
        plain = self.score >= PLAIN_CHINESE and not self.broken
        most = MOST_CONTROLS_IN_CHINESE if plain else MOST_CONTROLS
        return self.score > least and self.controls <= most


def byte_order_mark(source: bytes) -> tuple[bytes, str] | None:
    return next((pair for pair in BYTE_ORDER_MARKS if source.startswith(pair[0])), None)


#: Without one of these nothing is declared.
_TELLING = regex(rb"charset|encoding", re.IGNORECASE)
#: The declaration as nearly all pages write it.
_META = regex(
    rb"""<meta\s+(?:http-equiv=["']?content-type["']?\s+content=["']\s*text/html;\s*)?"""
    rb"""charset=["']?([\w-]+)["']?\s*/?>""",
    re.IGNORECASE,
)


def declared_encoding(source: bytes) -> str:
    """As the document declares it in a `<meta>` or an XML declaration; "" where it does not."""
    head = source[:_HEAD_BYTES].replace(b"\x00", b"")
    first = _TELLING.search(head)
    if first is None:
        return ""
    if first[0].lower() == b"charset":
        plain = _META.match(head, max(head.rfind(b"<", 0, first.start()), 0))
        if plain:
            return plain[1].decode().lower()
    # Imported for what is not written plainly: it takes long.
    from bs4.dammit import EncodingDetector

    found = EncodingDetector.find_declared_encoding(head, is_html=True, search_entire_document=True)
    return (found or "").strip().lower()


def readings(source: bytes, declared: str) -> tuple[Reading, ...]:
    """Each encoding that could be it, the best first; no others where one cannot be surpassed.

    `source` has no byte order mark.
    """
    sample = source[:_SAMPLE_BYTES]
    meant = DECLARED.get(declared, "")
    if sample.isascii() and b"\x00" not in sample and not declared.startswith("iso-2022"):
        # Declared or not: ASCII is the same in all but UTF-16, and that would hold zeros.
        return (_read(sample, "utf-8", declared=meant == "utf-8"),)
    zeros = sample.count(0) / len(sample)
    # A page of UTF-16 without one space, digit or line break does not occur.
    likely = CANDIDATES if zeros or len(sample) < _SHORT_BYTES else CANDIDATES[:3]
    if meant == "gb18030" and _is_no_utf_8(sample):
        declared_one = _read(sample, meant, declared=True)
        if declared_one.score >= _WEIGHT_FREQUENT:
            return (replace(declared_one, certain=True),)
    believed: list[Reading] = []
    for at, codec in enumerate(likely):
        reading = _read(sample, codec, declared=meant == codec)
        if codec.startswith("utf-16") and not _is_utf_16(reading.score, zeros):
            continue
        believed.append(reading)
        best = max(believed, key=lambda one: one.score)
        if at + 1 < len(likely) and best.score >= _most(likely[at + 1 :], meant):
            return (replace(best, certain=True),)
    return tuple(sorted(believed, key=lambda reading: -reading.score))


def _most(codecs: tuple[str, ...], declared: str) -> float:
    """What the best of these could score at the most, where every character is a frequent one.
    UTF-8 is tried before them, so its bonus is none of theirs, and it wins a draw."""
    return _WEIGHT_FREQUENT + (_WEIGHT_DECLARED if declared in codecs else 0)


def _is_no_utf_8(sample: bytes) -> bool:
    """Whether bytes are broken as UTF-8, which then is no plain Chinese from end to end; a lost
    character that was saved as one may stand for nothing."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError as broken:
        return broken.start < _SAMPLE_CHARACTERS and b"\xef\xbf\xbd" not in sample
    return False


def _is_utf_16(score: float, zeros: float) -> bool:
    """Any two bytes are a character in UTF-16, most of them Chinese; so it must earn belief.

    By ASCII characters, each with a zero, or by being plain Chinese from end to end.
    """
    if zeros >= _ZEROS_OF_ASCII:
        return score >= 0 or zeros >= _MOSTLY_ASCII
    return score >= PLAIN_CHINESE


def _read(sample: bytes, codec: str, *, declared: bool) -> Reading:
    text = _decoded(sample, codec)[:_SAMPLE_CHARACTERS]
    if codec == "utf-8":
        # A lost character that was saved as one is no broken sequence.
        text = undone(text.replace("\ufffd", "") if b"\xef\xbf\xbd" in sample else text)
    foreign = _foreign(text)
    score = _score_of(foreign)
    broken = foreign.get("\ufffd", 0)
    if codec == "utf-8" and foreign and not broken:
        score += _WEIGHT_WELL_FORMED
    if not foreign and codec != "utf-8":
        score += _WEIGHT_OTHER
    # only in UTF-16 can bytes that are no control characters make one
    may_control = codec.startswith("utf-16") or bool(sample.translate(None, _NO_CONTROLS))
    controls = len(_CONTROL.findall(text)) if may_control else 0
    return Reading(
        codec=codec,
        score=score + (_WEIGHT_DECLARED if declared else 0),
        controls=max(controls - _STRAY_CONTROLS, 0) / max(len(text), 1),
        broken=broken,
        declared=declared,
    )


def _foreign(text: str) -> Counter[str]:
    """How often each character occurs that is not ASCII."""
    return Counter(_ASCII.sub("", text))


def _score(text: str) -> float:
    """Mean weight of the characters that are not ASCII; 0 where there are none."""
    return _score_of(_foreign(text))


def _score_of(foreign: Counter[str]) -> float:
    total = foreign.total()
    return sum(_weight(character) * n for character, n in foreign.items()) / max(total, 1)


@lru_cache(maxsize=8_192)
def _weight(character: str) -> float:
    if character in _FREQUENT_SET:
        return _WEIGHT_FREQUENT
    row = _row(character, "gb2312")
    if row in _GB_FIRST or _row(character, "big5") in _BIG5_FIRST:
        return _WEIGHT_COMMON
    if row in _GB_SECOND:
        return _WEIGHT_SELDOM
    return next(weight for last, weight in _RANGES if ord(character) <= last)


_FREQUENT_SET = frozenset(_FREQUENT)
#: The last code point of a range and the weight of what is in it and in no table above.
_RANGES: tuple[tuple[int, float], ...] = (
    (0x9F, _WEIGHT_WRONG),  # controls
    (0xB7, _WEIGHT_SIGN),  # no-break space, middle dot, degree
    (0x1FFF, _WEIGHT_OTHER),  # Latin, Greek, Cyrillic and the rest
    (0x27BF, _WEIGHT_SIGN),  # punctuation, circled digits, box drawing, squares
    (0x2FFF, _WEIGHT_OTHER),  # radicals
    (0x303F, _WEIGHT_SIGN),  # ideographic space and punctuation
    (0x30FF, _WEIGHT_OTHER),  # kana
    (0x33FF, _WEIGHT_SELDOM),  # enclosed ideographs
    (0x9FFF, _WEIGHT_RARE),  # ideographs that are in no first level
    (0xD7FF, _WEIGHT_OTHER),  # Yi, Hangul
    (0xF8FF, _WEIGHT_WRONG),  # surrogates, private use
    (0xFAFF, _WEIGHT_RARE),
    (0xFEFE, _WEIGHT_OTHER),
    (0xFEFF, _WEIGHT_SIGN),  # byte order mark inside a text
    (0xFF60, _WEIGHT_SIGN),  # full-width forms
    (0xFFDF, _WEIGHT_OTHER),  # half-width kana
    (0xFFE6, _WEIGHT_SIGN),
    (0xFFFF, _WEIGHT_WRONG),
    (0x1FFFF, _WEIGHT_OTHER),  # emoji and old scripts
    (0x3FFFF, _WEIGHT_RARE),
    (0x10FFFF, _WEIGHT_WRONG),
)


def decode(source: bytes, detection: Detection) -> tuple[str, tuple[Doubt, ...]]:
    """The text from `detection.offset` on, without a byte order mark.

    Bytes that are broken in the encoding become U+FFFD and one doubt in all. A character cut
    by the end of the file is dropped in silence. What a program misread before it saved it is
    read as it was meant, where that is certain; else that is a doubt as well.
    """
    codec = detection.encoding or "utf-8"
    source = source[detection.offset :]
    mark = byte_order_mark(source)
    if mark is not None and mark[1] == codec:
        source = source[len(mark[0]) :]
    text = _decoded(source, codec)
    meant = undone(text)
    broken = meant.count("\ufffd")
    if broken and (meant != text or source.count("\ufffd".encode(codec, "replace")) < broken):
        return meant, (_broken(codec, broken),)
    if not is_salad(meant):
        return meant, ()
    if _score(meant[:_SAMPLE_CHARACTERS]) < _LEAST_OF_CHINESE:
        raise _nothing_but_salad()
    return meant, (_salad(codec),)


def text_of(source: bytes, charset: str) -> tuple[str, tuple[Doubt, ...]]:
    """The text of a part of a document, whose header declares `charset`, "" if it does not."""
    mark = byte_order_mark(source)
    codec = mark[1] if mark else "utf-8"
    if mark is None and source:
        codec = readings(source, charset.lower() or declared_encoding(source))[0].codec
    return decode(source, Detection(format=Format.HTML, encoding=codec))


def names_of(raw: Sequence[bytes]) -> tuple[str, ...]:
    """Names of files that lie together, each in bytes of no known encoding.

    Too short to be told one by one: those that are no UTF-8 are weighed together. Broken bytes
    are given as the code page 437 has them, which has a character for each.
    """
    rest = b"\n".join(one for one in raw if not _is_utf_8(one))
    weighed = [_read(rest, codec, declared=False) for codec in ("gb18030", "big5hkscs")]
    best = max(weighed, key=lambda one: (not one.broken, one.score)).codec
    return tuple(_name_of(one, best, bool(rest)) for one in raw)


def _name_of(raw: bytes, codec: str, is_mixed: bool) -> str:
    """`is_mixed`: others beside it are no UTF-8, so it may look like it by accident."""
    if _is_utf_8(raw):
        weighed = (_read(raw, one, declared=False) for one in ("utf-8", codec))
        utf_8, other = (one.score for one in weighed)
        if raw.isascii() or not is_mixed or utf_8 >= other:
            return raw.decode("utf-8")
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return raw.decode("cp437")
    return _decoded(raw, codec)


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _broken(codec: str, broken: int) -> Doubt:
    return Doubt(
        kind=DoubtKind.ENCODING,
        says=(say("encoding.broken", codec=codec, n=broken),),
    )


def _nothing_but_salad() -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        "文字在保存之前就被按错误的编码转换过（乱码），原文已不能还原。请从原文件重新导出。",
        "The text was converted by a wrong encoding before it was saved, and cannot be restored. "
        "Export it again from its source.",
    )


def _salad(codec: str) -> Doubt:
    return Doubt(
        kind=DoubtKind.ENCODING,
        says=(say("encoding.misread", codec=codec),),
    )


def _decoded(source: bytes, codec: str) -> str:
    """The text as browsers read it, broken bytes as U+FFFD. Not final: a character that is cut
    by the end of the bytes is no fault."""
    text = codecs.getincrementaldecoder(codec)("replace").decode(source)
    if codec not in _DIFFERING or not _DIFFERING[codec].search(text):
        return text
    return text.translate(_AS_IN_BROWSERS[codec])
