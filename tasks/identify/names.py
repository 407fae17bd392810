"""A text -> the name of an organ, where it is one.

The one place that says so, for every witness alike: what is not made as names of organs are
(`tasks/forms/organs.py`) is none, however well it stands in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

from tasks.forms.organs import (
    ENDINGS,
    KINDS,
    LEADS,
    NO_ENDINGS,
    OPENINGS,
    PLACES,
    TELLING,
    TRAILS,
    VOICES,
)
from tasks.model.patterns import regex
from tasks.says.figures import HAN


def _any(words: Iterable[str]) -> str:
    """The longest first, so that none hides another."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SHORTEST, _LONGEST = 3, 40
#: Han characters, brackets around them, and numbers that are no year: 霁川县第12中学.
_MADE_OF = regex(
    r"(?!.*(?:19|20)\d\d(?!\d))[\u3400-\u9fff〇](?:[\u3400-\u9fff〇·()]|(?<=[\u4e00-\u9fff])\d{1,5}(?=[\u4e00-\u9fff]))+"
)
_ENDS = regex(rf"(?:{_any((*ENDINGS, *PLACES))})$")
_NAMES_NOBODY = regex(rf"(?:{_any(NO_ENDINGS)})$")
_PLACE_ENDS = regex(rf"(?:{_any(PLACES)})$")
#: 县政府, 市人民政府: of which place is not said.
_KIND = regex(rf"[省市县区州旗镇乡]?(?:{_any(KINDS)})")
_OPENS = regex("|".join(f"{word}(?![{but}])" if but else word for word, but in OPENINGS.items()))
_TELLS = regex("|".join(TELLING))
_LEADS = regex("|".join(f"(?:{lead.replace('^', '')})" for lead in LEADS if lead[0] != "^"))
_LEADS_FIRST = regex(f"(?:{'|'.join(lead[1:] for lead in LEADS if lead[0] == '^')})+")
_TRAILS = regex(f"(?:{_any(TRAILS)})+$")
#: A place and what stands in it: 霁川县|财政局.
_PLACED = regex(rf"(?P<place>[\u3400-\u9fff]{{2,8}}?(?:{_any(PLACES)}))[\u3400-\u9fff(]")
_LEVEL = regex(r"[省市县区州旗镇乡]")
_GOVERNMENT = regex(r"(?:人民政府|政府|办事处|管委会|管理委员会)$")
_PARTY = regex(r"^中共|(?:[省市县区州旗盟镇乡]|党|工)委$")
#: What has parts that are named after it: 国家税务总局 霁川县税务局.
_HAS_PARTS = regex(r"(?:总局|总署|总队|总公司|集团|银行|大学)$")
_IS_PART = regex(r"(?:分局|支队|大队|支行|分行|分院|分公司|分校|所|站|中心)$")


@lru_cache(maxsize=4096)
def as_organ(text: str) -> str | None:
    """The text as an organ's name, without spaces; None where it is none as a whole.

    `text` is in simplified characters and half-width signs. Names joined by 、 are one name
    if each of them is one.
    """
    said = _unbracketed(re.sub(r"\s+", "", text))
    parts = said.split("、")
    return said if len(said) <= _LONGEST and all(map(_is_name, parts)) else None


def _unbracketed(said: str) -> str:
    """Without brackets around all of it."""
    inner = said[1:-1]
    depths = list(accumulate((sign == "(") - (sign == ")") for sign in inner))
    around = said[:1] + said[-1:] == "()" and min(depths, default=0) >= 0
    return inner if around and not depths[-1] else said


def _is_name(said: str) -> bool:
    bare = re.sub(r"\([^()]*\)", "", said)
    return (
        len(said) >= _SHORTEST
        and bool(_MADE_OF.fullmatch(said))
        and not set("()") & {*bare}
        and bool(_ENDS.search(bare))
        and not _NAMES_NOBODY.search(bare)
        and not _KIND.fullmatch(bare)
        and not _OPENS.match(said)
        and not _TELLS.search(said)
    )


def is_place(name: str) -> bool:
    """霁川县, which may stand for its government and for much else."""
    return bool(_PLACE_ENDS.search(name))


def organ_at_end(text: str) -> str | None:
    """The name that stands last in what a title says before its year or its own words.

    Spaces may stand inside of a name and between it and something else. What has a place of
    its own begins a name, unless what stands before it belongs to it.
    """
    parts = [part for part in _last_segment(_YEARS.sub("", text)).split() if HAN.search(part)]
    for start in range(len(parts)):
        name = as_organ(_bare("".join(parts[start:])))
        if name and all(_belongs(*halves) for halves in _halves(parts[start:])):
            return name
    return None


#: 2022-2023学年, which a title may put behind the name.
_YEARS = regex(r"(?:20\d\d\s*年?\s*[-—–~至到]\s*)?20\d\d\s*学?年?度?\s*$")
_SEGMENT = regex(r"[>》»›|_–—•●■◆,:;\-]|(?:门户)?网站|政务网|信息网|【[^】]*】")
_SIGNS = " 《》“”\"'、,:·.[]【】<>*#~"


def _last_segment(text: str) -> str:
    segments = [part.strip(_SIGNS) for part in _SEGMENT.split(text)]
    return next((part for part in reversed(segments) if part), "")


def _bare(text: str) -> str:
    """Without the words that bring the name, and those between it and the year."""
    text = _LEADS.split(text)[-1]
    text = _LEADS_FIRST.sub("", text, count=1) if _LEADS_FIRST.match(text) else text
    return _TRAILS.sub("", text.strip(_SIGNS)).strip(_SIGNS)


def _halves(parts: list[str]) -> Iterator[tuple[str, str]]:
    """(before, rest) wherever the rest is a name with a place of its own, or 县 behind the
    county's government."""
    for at in range(1, len(parts)):
        before, rest = _bare("".join(parts[:at])), _bare("".join(parts[at:]))
        placed = _PLACED.match(rest) or (_LEVEL.match(rest) and _GOVERNMENT.search(before))
        if placed and as_organ(rest):
            yield before, rest


def _belongs(before: str, name: str) -> bool:
    """Whether two names written apart are one: 霁川县 砚岭镇人民政府."""
    if _PARTY.search(before):
        return bool(_GOVERNMENT.search(name))
    place = _PLACED.match(name)
    if place and before.startswith(place["place"]):
        return False
    if is_place(before):
        return as_organ(before) is not None
    return bool(_HAS_PARTS.search(before) or _IS_PART.search(name))


# --- who speaks -----------------------------------------------------------------------------

_SPEAKS = regex("[我本](?:" + "|".join(f"(?P<v{n}>{word})" for n, word in enumerate(VOICES)) + ")")


def voices(text: str) -> tuple[str, ...]:
    """How a text calls its own organ, as what its name has in it: 我局 → `局`."""
    kinds = tuple(VOICES.values())
    found = (int((match.lastgroup or "v0")[1:]) for match in _SPEAKS.finditer(text))
    return tuple(dict.fromkeys(kinds[n] for n in found))


def may_speak(name: str, heard: tuple[str, ...]) -> bool:
    """Whether an organ of this name may call itself so, in one of the ways at least."""
    return not heard or any(any(letter in name for letter in kind) for kind in heard)
