"""The name of an organ -> the place it lies in, by GB/T 2260, and what is its own in the name.

江苏省淮安市洪泽区财政局, 淮安市洪泽区财政局 and 洪泽区财政局 are one organ: the name begins with
a chain of places of which the last decides. Nothing is guessed: a name that several places bear
(鼓楼区 without its city), or that goes on with a place that is in no list (淮安市霁川区), has no
region.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.forms.regions import Level, Place, as_parent, by_name, full_name, within
from tasks.model.patterns import regex
from tasks.model.report import Region
from tasks.says.labels import half_width, key, plain

#: Organs of the state that name their place behind the state's.
_OF_THE_STATE = regex(
    r"^(?:中华人民共和国|国家税务总局|国家统计局|中国人民银行|国家金融监督管理总局)"
)
#: A town, whose county is the region.
_TOWNSHIP = regex(
    r"^.{1,12}?(?:镇|乡|街道|苏木)(?:人民政府|政府|办事处|办公室|党|街道办|综合|便民|$)"
)
#: What follows a place whose name is only the first part of another's: 市中区街道, 东区街道.
_OF_A_TOWN = regex(r"^(?:街道|苏木|[镇乡](?:人民)?政府|(?:村|社区)[村居]民委员会)")
#: Zones that have no code; the place before them is where they lie.
_ZONE = regex(
    r"^.{0,20}?(?:开发|高新|新|园|港|景|保税|示范|合作|试验|功能|度假|保护|管理|工业|产业|自贸|"
    r"风景|实验|库|矿|林|牧|校|灌)区"
)
#: 城市, 社区 and the like are no places.
_ANOTHER = regex(r"^[\u4e00-\u9fff]{1,7}?(?<!城)(?<!门)(?<!超)(?<!都)(?<!股)(?:县|旗|市|区)(?!域)")
_NOT_ANOTHER = regex(r"^.{0,6}?(?:社区|辖区|地区|小区|片区|军区|战区|市场|区域|城区)")
#: 县财政局 is that of many.
_OF_ANY_PLACE = regex(r"[省县区州旗]|市(?![中南北]区)")


@dataclass(frozen=True, slots=True)
class Located:
    """Where the chain of places at the beginning of a name leads."""

    place: Place
    #: None where the name tells only where the organ lies: 淮安市某开发区管委会.
    level: Level | None
    #: The name without its places.
    own: str


def region_of(organ: str | None, year: int | None = None) -> Region | None:
    """None where the name does not decide it. `year` is the one reported on: where a place was
    recoded, its code is the one of that year."""
    located = _located(organ, year) if organ else None
    if located is None:
        return None
    place = located.place
    return Region(code=place.code, name=full_name(place.code, place.name), level=located.level)


def organ_key(organ: str | None) -> str | None:
    """What all the names of one organ have in common, so that its reports find each other: the
    code of its region today and its own name, or the name alone where the region is unknown.
    None where the name is that of many."""
    if not organ or _OF_ANY_PLACE.match(plain(organ).strip()):
        return None
    located = _located(organ, None)
    if located is None:
        return key(organ)
    # A place may stand for its government, as 霁川县2023年政府信息公开工作年度报告 has it.
    own = "人民政府" if located.own in ("", "政府") else key(located.own)
    return f"{located.place.code}:{own}"


def _located(organ: str, year: int | None) -> Located | None:
    # As it is written first: 乾安县 is no 干安县.
    said = (re.sub(r"\s+", "", text) for text in (half_width(organ), plain(organ)))
    return next(filter(None, (_locate(name, year) for name in said)), None)


@lru_cache(maxsize=65536)
def _locate(name: str, year: int | None) -> Located | None:
    state = _OF_THE_STATE.match(name)
    before, rest = (state[0], name[state.end() :]) if state else ("", name)
    found, own = _chain(rest)
    place = _one_of(found, year)
    if place is None or _OF_A_TOWN.match(own):
        return None
    if _TOWNSHIP.match(own):
        return Located(place, Level.TOWNSHIP, before + own)
    if _ZONE.match(own):
        return Located(place, None, before + own)
    if place.level is not Level.COUNTY and _is_another_place(own):
        return None
    return Located(place, place.level, before + own)


def _is_another_place(own: str) -> bool:
    return bool(_ANOTHER.match(own)) and not _NOT_ANOTHER.match(own)


def _chain(name: str) -> tuple[Sequence[Place], str]:
    """The places that the last name of the chain may mean, and what follows it."""
    parents, own = _longest(name, as_parent())
    if parents:
        found, after = _inside(parents, own)
        if found:
            return _onward(found, after)
    found, own = _longest(name, by_name())
    return _onward(found, own)


def _onward(found: Sequence[Place], own: str) -> tuple[Sequence[Place], str]:
    while found:
        inner, after = _inside(found, own)
        if not inner:
            break
        found, own = inner, after
    return found, own


def _inside(outer: Sequence[Place], name: str) -> tuple[Sequence[Place], str]:
    """Places in one of the outer ones with which the name begins, by their longest name."""
    best: tuple[list[Place], str] = [], name
    for place in outer:
        found, after = _longest(name, within(place))
        if found and len(after) < len(best[1]):
            best = list(found), after
        elif found and len(after) == len(best[1]):
            best[0].extend(found)
    if best[0] or all(place.level is not Level.PROVINCE for place in outer):
        return best
    # 江苏淮安洪泽区: a prefecture without its 市, where a place in it follows.
    for length in range(2, min(len(name), _LONGEST) + 1):
        between = [
            one
            for one in as_parent().get(name[:length], ())
            if any(one.is_in(place) for place in outer)
        ]
        if between:
            found, after = _inside(between, name[length:])
            if found:
                return found, after
    return best


_LONGEST = 16


def _longest(name: str, known: Mapping[str, Sequence[Place]]) -> tuple[Sequence[Place], str]:
    for length in range(min(len(name), _LONGEST), 1, -1):
        if found := known.get(name[:length]):
            return found, name[length:]
    return (), name


def _one_of(found: Sequence[Place], year: int | None) -> Place | None:
    """The one that all of them are, under the code of the year."""
    several = {(place.code[:4], place.name): place for place in found}
    if len(several) != 1:
        return None
    in_force = [one for one in found if one.until is None or (year and one.until >= year)]
    ended_first = sorted(in_force or found, key=lambda one: one.until or 9999)
    return ended_first[0] if year and in_force else ended_first[-1]
