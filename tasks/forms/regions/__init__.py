"""The places of China and their codes by GB/T 2260, from the county upward: knowledge only.

`regions.csv`: one line a code and name, with the last year in which it was in force, blank where
it still is; a place that was renamed or recoded since 2018 has a line for each. Made by
`build.py`, which names the sources.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from tasks.forms.regions.peoples import short_of_autonomous

FILE = Path(__file__).with_name("regions.csv")
#: What a province is called where the place in it follows: 江苏淮安市, 广西南宁市.
_OF_PROVINCES = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")
#: 东区, 郊区 and 矿区 stand for a place only behind their city.
_SHORTEST_ALONE = 3


class Level(StrEnum):
    """Of an organ. A town has no code of its own in GB/T 2260: it has that of its county."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    #: Last year in which it was so; None: it still is.
    until: int | None

    @property
    def level(self) -> Level:
        if self.code.endswith("0000"):
            return Level.PROVINCE
        return Level.PREFECTURE if self.code.endswith("00") else Level.COUNTY

    @property
    def names(self) -> set[str]:
        return {self.name, short_of_autonomous(self.name)} - {""}

    @property
    def reach(self) -> str:
        """What the codes of all places in it begin with."""
        return self.code[: {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6}[self.level]]

    def is_in(self, other: Place) -> bool:
        """Whether it lies in another, larger place."""
        return self.code != other.code and self.code.startswith(other.reach)


@cache
def places() -> tuple[Place, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Place(row["code"], row["name"], int(row["until"]) if row["until"] else None)
            for row in csv.DictReader(file)
        )


@cache
def by_name() -> Mapping[str, tuple[Place, ...]]:
    """All names that stand for a place wherever they stand: `恩施土家族苗族自治州`, `恩施州`."""
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places():
        for name in place.names:
            if len(name) >= _SHORTEST_ALONE:
                found[name].append(place)
    return {name: tuple(several) for name, several in found.items()}


@cache
def as_parent() -> Mapping[str, tuple[Place, ...]]:
    """Names without 省 or 市, which stand for a place where one in it follows: 淮安洪泽区."""
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places():
        if place.level is not Level.COUNTY:
            for end in _OF_PROVINCES:
                if place.name.endswith(end) and len(place.name) > len(end) + 1:
                    found[place.name.removesuffix(end)].append(place)
                    break
    return {name: tuple(several) for name, several in found.items()}


def within(place: Place) -> Mapping[str, Sequence[Place]]:
    """Names of the places in another one, short ones among them."""
    return {} if place.level is Level.COUNTY else _within()[place.reach]


@cache
def _within() -> Mapping[str, Mapping[str, Sequence[Place]]]:
    """By the beginning of their codes, of two and of four digits."""
    found: dict[str, dict[str, list[Place]]] = {}
    for place in places():
        inner = {Level.PROVINCE: (), Level.PREFECTURE: (2,), Level.COUNTY: (2, 4)}[place.level]
        for digits in inner:
            names = found.setdefault(place.code[:digits], {})
            for name in place.names:
                names.setdefault(name, []).append(place)
    return defaultdict(dict, found)


@cache
def full_name(code: str, name: str) -> str:
    """With the names of the places that it lies in before it: 江苏省淮安市洪泽区."""
    outer = {place.code: place.name for place in places() if place.until is None}
    codes = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00"))
    return "".join(outer[one] for one in codes if one != code and one in outer) + name
