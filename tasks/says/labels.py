"""Labels by meaning: what a text says once its way of writing is taken off.

The same label comes full- and half-width, in traditional characters, with readings in
brackets after them, with spaces and line breaks inside words, numbered in five ways,
misspelt and shortened. `key` takes the writing off; `Labels.match` forgives the rest, but
only where no other label is nearly as close.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from tasks.model.patterns import regex
from tasks.says.remembered import MOST, remembered

if TYPE_CHECKING:
    from opencc import OpenCC

#: CJK radicals that Chromium's PDFs carry in place of the characters and NFKC leaves alone
#: (the Kangxi block it does repair). Source: Unicode, CJK Radicals Supplement.
_RADICALS = str.maketrans(
    "⺁⺅⺇⺉⺋⺍⺕⺗⺙⺝⺟⺠⺡⺣⺦⺩⺫⺬⺭⺮⺱⺶⺷⺼⻁⻂⻄⻅⻆⻈⻉⻋⻌⻍⻏⻐⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "厂亻几刂卩小彐心攵月母民氵灬丬王罒示礻竹罓羊羊肉虎衤西见角讠贝车辶辶阝钅长门阝雨青韦页风飞食饣饣马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
_ONE_READING = r"\(\s*[a-zü\u00e0-\u01dc\u0261\u0300-\u030c ]{1,7}\s*\)"
#: Some pages have the reading twice: `共(gòng)(gòng)`.
_READING = regex(rf"(?<=[\u3400-\u9fff]){_ONE_READING}(?:\s*{_ONE_READING})*")
_INVISIBLE = regex(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_NUMBERING = regex(
    r"""^(?:第?\(?(?P<han>[一二三四五六七八九十]{1,3})(?:\)[、.]?|[、.])
        |\(?(?P<digit>\d{1,2})(?:[)、.．:]+|(?=[\u4e00-\u9fff])))""",
    re.VERBOSE,
)
#: `③其他` is `3.其他`; NFKC would make it `3其他`.
_CIRCLED = {ord("①") + n: f"{n + 1}." for n in range(20)}
_SIGNS: Mapping[int, int | str] = {**_RADICALS, **_CIRCLED}
#: Texts with one of them are few, and looking for them is quicker than rewriting all.
_REWRITTEN = regex(f"[{''.join(map(chr, _SIGNS))}]")
#: The unit that a head or a label tells of its figures: `结果维持（件）`, `（单位：万元）`.
_UNIT = regex(r"(?:\((?:(?:计量)?单位[:：])?(?:[件项个条份次宗元]|件次|人次|万元)\)|/[件项个次])$")
_NOT_SAID = regex(r"[^\w]|_")
#: A label with a remark behind it is no longer.
_LONGEST_REMARKED = 300
#: `规章（设区的市填写）`, `自然人（件）`: what an organ put behind a label of the form.
_REMARK = regex(
    r"(?<=[^\s(])\s*\((?![一二三四五六七八九十\d]+\))(?:[^()]|\([^()]*\))*\)[\s:;,。]*$"
)
#: `行政许可（其中网上办理）` may be a row of its own below `行政许可`.
_PART_REMARK = regex(r"\s*\(\s*(?:其中|不?含|包括)")
_HAN = "零一二三四五六七八九"
#: Characters that whoever reads a scan, or types from it, takes for each other: 白然人 is 自然人.
_ONE_LOOK = str.maketrans(
    "白臼末已巳入士曰目太犬千于甲由夭问侍巿", "自自未己己人土日日大大干干申申天间待市"
)


#: Characters of GB 2312, the standard of simplified ones, that OpenCC changes all the same, alone
#: or in some word.
CHANGED = frozenset("乾菸薹拚捱摺吒後徵夥榘於袷麴醣麽沈藉覆坏哩")


@cache
def _converter() -> OpenCC:
    # Imported where a text is not simplified: it takes long.
    from opencc import OpenCC

    return OpenCC("t2s")


def is_simplified(text: str) -> bool:
    """Whether no character of it is a traditional one; a rare one may be."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return CHANGED.isdisjoint(text)


@remembered
def half_width(text: str) -> str:
    """The text in half-width signs and in its own script, readings in brackets dropped."""
    if _REWRITTEN.search(text):
        text = text.translate(_SIGNS)
    return _READING.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


@remembered
def plain(text: str) -> str:
    """The text in simplified characters and half-width signs, readings in brackets dropped.

    Spaces and line breaks stay: they tell numbers apart.
    """
    text = half_width(text)
    if is_simplified(text) or not any("\u3400" <= sign <= "\u9fff" for sign in text):
        return text
    converted: str = _converter().convert(text)
    return converted


@remembered
def key(text: str) -> str:
    """What two writings of one label have in common: no numbering, units, signs or spaces."""
    said = _UNIT.sub("", re.sub(r"\s+", "", plain(text))).replace("其它", "其他")
    return _NOT_SAID.sub("", _NUMBERING.sub("", said, count=1))


@remembered
def without_remark(text: str) -> str:
    """A label without the brackets that it ends with; "" where it has none."""
    if len(text) > _LONGEST_REMARKED or not text.rstrip(" \t\n:：;；,，。").endswith((")", "）")):
        return ""
    said = plain(text)
    bare = _REMARK.sub("", said)
    return bare if bare != said else ""


@remembered
def tells_part(text: str) -> bool:
    """Whether the remark behind a label may make another row of it."""
    bare = without_remark(text)
    return bool(bare and _PART_REMARK.match(plain(text)[len(bare) :]))


@remembered
def numbering(text: str) -> str:
    """The number before a label and its kind: `一、` → `h1`, `（三）` → `b3`, `2.` → `d2`."""
    stripped = re.sub(r"\s+", "", plain(text))
    found = _NUMBERING.match(stripped)
    if not found:
        return ""
    if found["digit"]:
        return f"d{int(found['digit'])}"
    kind = "b" if stripped.startswith(("(", "第(")) or ")" in found[0] else "h"
    return f"{kind}{_ordinal(found['han'])}"


def _ordinal(han: str) -> int:
    tens, ten, ones = han.partition("十")
    if not ten:
        return _HAN.index(han[-1])
    return (_HAN.index(tens) if tens else 1) * 10 + (_HAN.index(ones) if ones else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The label that a text comes closest to."""

    id: str
    #: 0 (nothing in common) to 1 (the same).
    score: float


#: The most for what is no more than like a label, and for a label with a part told behind it.
NOT_EXACT = 0.96
#: Below this a text is not this label, nor where the next label with another id is less far
#: behind; a label of two characters must be exact.
_ALIKE, _MARGIN = 0.72, 0.06

#: Texts of fewer signs are like too many labels.
_SHORTEST_ALIKE = 3
#: What is less alike is not remembered: nobody asks for less.
_FAINTLY = 0.3


class Words:
    """All labels that there are, by their keys. A text is held against them once, however many
    sets of labels are then asked what it says, and however many lines of the form."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = sorted({said for said in keys if len(said) >= _SHORTEST_ALIKE})
        #: `ratio` is at most 2 · shorter / (shorter + longer).
        self._longest = max(map(len, self._keys), default=0) * (2 - _FAINTLY) / _FAINTLY
        self._near: dict[str, Mapping[str, float]] = {}

    def near(self, said: str) -> Mapping[str, float]:
        """The keys of the labels that a key is like, the most alike first; how alike, 0 to 1."""
        found = self._near.get(said)
        if found is None:
            if len(self._near) >= MOST:
                self._near.clear()
            found = self._near[said] = self._look(said)
        return found

    def _look(self, said: str) -> Mapping[str, float]:
        if not _SHORTEST_ALIKE <= len(said) <= self._longest:
            return {}
        alike = process.extract(
            said, self._keys, scorer=fuzz.ratio, limit=None, score_cutoff=100 * _FAINTLY
        )
        return {label: score / 100 for label, score, _ in alike}


class Labels:
    """A set of labels to match against: id -> its writings."""

    def __init__(
        self, writings: Mapping[str, Sequence[str]], among: Callable[[], Words] | None = None
    ) -> None:
        """`among`: all labels there are, these included; None where there are no others."""
        self._ids: dict[str, dict[str, None]] = {}
        for id, labels in writings.items():
            for label in labels:
                self._ids.setdefault(key(label), {})[id] = None
        own = Words(self._ids)
        self._among = among or (lambda: own)
        self._looking: dict[str, dict[str, None]] = {}
        for said, ids in self._ids.items():
            self._looking.setdefault(said.translate(_ONE_LOOK), {}).update(ids)
        self._found: dict[str, Match | None] = {}

    def match(self, text: str) -> Match | None:
        """The label that `text` says, None where it says none or could say two."""
        try:
            return self._found[text]
        except KeyError:
            if len(self._found) >= MOST:
                self._found.clear()
            found = self._found[text] = self._match(text)
            return found

    def _match(self, text: str) -> Match | None:
        whole, bare = key(text), key(without_remark(text))
        for said in (whole, bare):
            if exact := self._ids.get(said):
                if len(exact) > 1:
                    return None
                score = NOT_EXACT if said != whole and tells_part(text) else 1.0
                return Match(id=next(iter(exact)), score=score)
        return self._looking_like(whole) or self._nearest(whole) or self._nearest(bare)

    def _looking_like(self, said: str) -> Match | None:
        """The one label that looks as `said` does, whose characters may have been misread."""
        ids = self._looking.get(said.translate(_ONE_LOOK), {})
        return Match(id=next(iter(ids)), score=NOT_EXACT) if len(ids) == 1 else None

    def _nearest(self, said: str) -> Match | None:
        best: dict[str, float] = {}
        for label, score in self._among().near(said).items():
            for id in self._ids.get(label, ()):
                best.setdefault(id, score)
        if not best:
            return None
        (id, score), *others = best.items()
        lead = score - (others[0][1] if others else 0.0)
        if score < _ALIKE or lead < _MARGIN:
            return None
        return Match(id=id, score=score)
