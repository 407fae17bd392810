"""The numbers of lists and headings of an ODT, as they are printed; used by the ODT reader.

Source: OpenDocument 1.3, Part 3, 5.3 Lists, 16.30 to 16.36, 19.500 style:num-format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.numbering import FORMATS
from tasks.read.odt.names import ID, LOEXT, OFFICE, STYLE, TEXT

_LEVELS = 10
#: The first numbers of a way to count, and what it is called in `numbering`.
_WAYS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "壱": "chineseLegalSimplified",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "①": "decimalEnclosedCircle",
    "１": "decimalFullWidth",
}
_PLACEHOLDER = regex("%([0-9]{1,2})%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level of a list is numbered."""

    #: Its name in `numbering`; "" where no number is shown.
    way: str = ""
    before: str = ""
    behind: str = ""
    #: How many levels are shown, the last of them this one.
    shown: int = 1
    start: int = 1
    #: `%1%.%2%` with all that stands around, "" where the parts above say it.
    pattern: str = ""


@dataclass(slots=True)
class Counted:
    """The items of lists that count together."""

    counts: list[int | None] = field(default_factory=lambda: [None] * (_LEVELS + 1))


class Lists:
    """The list styles of a document, and how far each list has counted."""

    def __init__(self, content: etree._Element, common: etree._Element | None) -> None:
        self._styles: dict[str, dict[int, Level]] = {}
        self._outline: dict[int, Level] = {}
        self._headings = Counted()
        self._by_id: dict[str, Counted] = {}
        self._by_style: dict[str, Counted] = {}
        places = [(content, f"{OFFICE}automatic-styles")]
        if common is not None:
            places.insert(0, (common, f"{OFFICE}styles"))
            outline = common.find(f"{OFFICE}styles/{TEXT}outline-style")
            self._outline = {} if outline is None else dict(_levels(outline))
        for root, place in places:
            for style in root.iterfind(f"{place}/{TEXT}list-style"):
                self._styles[style.get(f"{STYLE}name", "")] = dict(_levels(style))

    def begun(self, element: etree._Element, style: str) -> Counted:
        """What a list that stands in no other counts on from."""
        found: Counted | None = None
        if (other := element.get(f"{TEXT}continue-list")) is not None:
            found = self._by_id.get(other)
        elif element.get(f"{TEXT}continue-numbering") == "true":
            found = self._by_style.get(style)
        counted = found or Counted()
        if id := element.get(ID):
            self._by_id[id] = counted
        self._by_style[style] = counted
        return counted

    def item(self, counted: Counted, style: str, level: int, start: int | None) -> str:
        """The next number on a level (from 1); "" for none. `start`: begins anew with it."""
        return _label(self._styles.get(style, {}), counted, level, start)

    def heading(self, level: int, start: int | None) -> str:
        return _label(self._outline, self._headings, level, start)


def _label(levels: dict[int, Level], counted: Counted, at: int, start: int | None) -> str:
    level = levels.get(at)
    if level is None or not 0 < at <= _LEVELS:
        return ""
    counts = counted.counts
    last = counts[at]
    counts[at] = start if start is not None else (level.start if last is None else last + 1)
    counts[at + 1 :] = [None] * (_LEVELS - at)

    def figure(of: int) -> str:
        way = levels.get(of, Level()).way
        count = counts[of] if 0 < of <= _LEVELS else None
        begun = levels.get(of, Level()).start if count is None else count
        return FORMATS[way](begun) if way else ""

    if level.pattern:
        return _PLACEHOLDER.sub(lambda found: figure(int(found[1])), level.pattern)
    if not level.way:
        return ""
    numbers = (figure(of) for of in range(max(at - level.shown + 1, 1), at + 1))
    return level.before + ".".join(filter(None, numbers)) + level.behind


def _levels(style: etree._Element) -> Iterable[tuple[int, Level]]:
    names = (f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style")
    for element in style.iterchildren(*names):
        form = element.get(f"{STYLE}num-format", "")
        way = _WAYS.get(form[:1], "decimal") if form else ""
        patterns = (element.get(f"{one}num-list-format") for one in (LOEXT, STYLE))
        pattern = next(filter(None, patterns), "")
        level = Level(
            way=way,
            before=element.get(f"{STYLE}num-prefix", ""),
            behind=element.get(f"{STYLE}num-suffix", ""),
            shown=number(element.get(f"{TEXT}display-levels"), 1) or 1,
            start=_started(element),
            pattern=pattern if way or not _PLACEHOLDER.search(pattern) else "",
        )
        yield number(element.get(f"{TEXT}level"), 0) or 0, level


def _started(element: etree._Element) -> int:
    start = number(element.get(f"{TEXT}start-value"), 1)
    return 1 if start is None else start


def number(text: str | None, otherwise: int | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,6}", text) else otherwise
