"""Automatic list numbers of a DOCX, as Word would print them; read by the DOCX reader.

The labels of the form are often numbered by Word (一、（一）1.), so that the text of the
paragraph alone lacks what tells 三（三）1 from 三（四）1.

Source: ECMA-376 Part 1, 17.9 Numbering, 17.18.59 ST_NumberFormat.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from tasks.model.patterns import regex

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def _counting(digits: str, units: str, *, ten: bool) -> Callable[[int], str]:
    """Numbers below 10,000 in words; `ten`: 十一 rather than 一十一."""

    def written(number: int) -> str:
        if not 0 < number < 10_000:
            return str(number) if number else digits[0]
        figures = [int(figure) for figure in str(number)]
        words = ""
        for place, figure in zip(range(len(figures) - 1, -1, -1), figures, strict=True):
            if figure:
                words += digits[figure] + units[place].strip()
            elif words and not words.endswith(digits[0]):
                words += digits[0]
        words = words.rstrip(digits[0])
        return words[1:] if ten and 10 <= number < 20 else words

    return written


def _roman(number: int) -> str:
    table = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    )
    if not 0 < number < 4_000:
        return str(number)
    words = ""
    for value, letters in table:
        count, number = divmod(number, value)
        words += letters * count
    return words


def _letters(number: int) -> str:
    """a … z, aa … zz: the letter repeated, as Word counts."""
    if number < 1:
        return str(number)
    times, letter = divmod(number - 1, 26)
    return chr(ord("A") + letter) * min(times + 1, 30)


def _from(table: str) -> Callable[[int], str]:
    def written(number: int) -> str:
        return table[(number - 1) % len(table)] if number > 0 else str(number)

    return written


def _run(first: str, last: int) -> Callable[[int], str]:
    """Consecutive characters of Unicode; plain figures beyond the last."""

    def written(number: int) -> str:
        return chr(ord(first) + number - 1) if 0 < number <= last else str(number)

    return written


def _figures(table: str) -> Callable[[int], str]:
    return lambda number: "".join(table[int(figure)] for figure in str(abs(number)))


_CHINESE = _counting("零" + _DIGITS[1:], " 十百千", ten=True)
_CHINESE_THOUSAND = _counting("〇" + _DIGITS[1:], " 十百千", ten=True)
#: Name of a number format and how it writes a number. Others are written in figures.
FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": _figures("０１２３４５６７８９"),
    "decimalFullWidth2": _figures("０１２３４５６７８９"),
    "decimalEnclosedCircle": _run("①", 20),
    "decimalEnclosedCircleChinese": _run("①", 20),
    "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "ideographEnclosedCircle": _run("㊀", 10),
    "chineseCounting": _CHINESE,
    "chineseCountingThousand": _CHINESE_THOUSAND,
    "chineseLegalSimplified": _counting(_FORMAL, " 拾佰仟", ten=False),
    "ideographLegalTraditional": _counting(_FORMAL_TRADITIONAL, " 拾佰仟", ten=False),
    "ideographDigital": _figures(_DIGITS),
    "japaneseDigitalTenThousand": _figures(_DIGITS),
    "japaneseCounting": _CHINESE_THOUSAND,
    "taiwaneseCounting": _CHINESE_THOUSAND,
    "taiwaneseCountingThousand": _CHINESE_THOUSAND,
    "taiwaneseDigital": _figures(_DIGITS),
    "koreanDigital2": _figures(_DIGITS),
    "ideographTraditional": _from(_STEMS),
    "ideographZodiac": _from(_BRANCHES),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "ordinal": str,
    "none": lambda number: "",
    "bullet": lambda number: "",
}
_PLACEHOLDER = regex(r"%([1-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level of a list is numbered."""

    start: int = 1
    format: str = "decimal"
    #: `%1.%2`: each placeholder is the number of that level.
    text: str = ""
    #: Numbers of the levels above are written in figures.
    legal: bool = False
    #: Begins anew after a paragraph of this level (from 1) or above it; 0: never.
    restart: int | None = None


@dataclass(slots=True)
class _List:
    """The paragraphs that count together."""

    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    started: set[str] = field(default_factory=set)


class Numbering:
    """The lists of a document, counting on with each label that is asked for."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._levels: dict[str, dict[int, Level]] = {}
        #: numId -> id of the abstract list, overridden starts, overridden levels
        self._numbers: dict[str, tuple[str, dict[int, int], dict[int, Level]]] = {}
        #: styleId -> the level that this style stands for, within its list
        self.styles: dict[str, int] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for abstract in root.iterfind(f"{W}abstractNum"):
            id = abstract.get(f"{W}abstractNumId", "")
            self._levels[id] = {
                _number(level.get(f"{W}ilvl"), 0): _level(level)
                for level in abstract.iterfind(f"{W}lvl")
            }
            for level in abstract.iterfind(f"{W}lvl"):
                style = _value(level, "pStyle")
                if style:
                    self.styles.setdefault(style, _number(level.get(f"{W}ilvl"), 0))
            if link := _value(abstract, "numStyleLink"):
                links[id] = link
            if name := _value(abstract, "styleLink"):
                named[name] = id
        for id, link in links.items():
            self._levels[id] = self._levels.get(named.get(link, ""), self._levels[id])
        for number in root.iterfind(f"{W}num"):
            starts: dict[int, int] = {}
            levels: dict[int, Level] = {}
            for override in number.iterfind(f"{W}lvlOverride"):
                at = _number(override.get(f"{W}ilvl"), 0)
                if (start := _value(override, "startOverride")) is not None:
                    starts[at] = _number(start, 1)
                for level in override.iterfind(f"{W}lvl"):
                    levels[at] = _level(level)
            abstract_id = _value(number, "abstractNumId") or ""
            self._numbers[number.get(f"{W}numId", "")] = (abstract_id, starts, levels)

    def label(self, number: str, at: int) -> str:
        """The next label of list `number` (a numId) on level `at` (from 0); "" for none."""
        if number not in self._numbers or not 0 <= at < LEVELS:
            return ""
        abstract, starts, overridden = self._numbers[number]
        levels = self._levels.get(abstract, {}) | overridden
        if at not in levels:
            return ""
        counts = self._count(abstract, number, at, levels, starts)
        level = levels[at]

        def figure(found: re.Match[str]) -> str:
            shown = int(found[1]) - 1
            of = levels.get(shown, Level())
            form = "decimal" if level.legal and shown != at else of.format
            count = counts[shown]
            return FORMATS.get(form, str)(of.start if count is None else count)

        return "" if level.format == "bullet" else _PLACEHOLDER.sub(figure, level.text)

    def _count(
        self, abstract: str, number: str, at: int, levels: dict[int, Level], starts: dict[int, int]
    ) -> list[int | None]:
        """Counts one paragraph, and returns the counts of all levels."""
        group = self._lists.setdefault(abstract, _List())
        counts = group.counts
        if number not in group.started:
            group.started.add(number)
            for level in starts:
                if level < LEVELS:
                    counts[level] = None
        start = starts.get(at, levels[at].start)
        count = counts[at]
        counts[at] = start if count is None else count + 1
        for above in range(at):
            if counts[above] is None:
                counts[above] = starts.get(above, levels.get(above, Level()).start)
        for below in range(at + 1, LEVELS):
            restart = levels.get(below, Level()).restart
            if restart is None or at < restart:
                counts[below] = None
        return counts


def _level(element: etree._Element) -> Level:
    level = Level(
        start=_number(_value(element, "start"), 1),
        format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText") or "",
        legal=is_on(first(element, f"{W}isLgl")),
    )
    restart = _value(element, "lvlRestart")
    return level if restart is None else replace(level, restart=_number(restart, 0))


def first(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child of this tag. `find` and `iterchildren` do the same in four times the time:
    properties have few children, and most often it is the first of them."""
    for child in element:
        if child.tag == tag:
            return child
    return None


def is_on(element: etree._Element | None) -> bool:
    """Whether a switch is there and on. Source: 17.17.4 Boolean Property."""
    return element is not None and element.get(f"{W}val", "true") not in ("0", "false", "off")


def _value(element: etree._Element, name: str) -> str | None:
    child = first(element, f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise
