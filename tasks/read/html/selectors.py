"""Selectors of style sheets: whether they fit an element, as far as that can be known.

A page is read from its first tag to its last and no tree is kept, so what stands behind an
element (`:last-child`, `:has`) is not known when it begins, nor is what a script or a hand
does to it. Three answers therefore: True, False, and None for what is not followed.

Source: Selectors Level 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tasks.model.patterns import regex

#: Steps in matching one selector, and siblings looked back at: beyond, nothing is known.
_MOST_STEPS = 500
_MOST_SIBLINGS = 500
_DEEPEST_FUNCTION = 5

_NAMED = r"(?:\\.|[\w\u0080-\uffff-])+"
_SIMPLE = regex(
    rf"""(?P<any>\*)|\.(?P<class>{_NAMED})|\#(?P<id>{_NAMED})|(?P<tag>{_NAMED})
    |\[\s*(?P<attribute>[\w:-]+)\s*
      (?:(?P<how>[~|^$*]?=)\s*(?P<value>"[^"]*"|'[^']*'|[^\s\]"']+)\s*(?P<flag>[is])?\s*)?\]
    |(?P<colons>::?)(?P<pseudo>-?[a-z][\w-]*)(?P<opens>\()?""",
    re.VERBOSE | re.IGNORECASE,
)
_COMBINATOR = regex(r"\s*([>+~])\s*|\s+")
_ESCAPE = regex(r"\\(.)")
_NTH = regex(r"\s*(?:(?P<a>[+-]?\d*)n\s*(?P<b>[+-]\s*\d+)?|(?P<only>[+-]?\d+))\s*")
#: Written with one colon by old sheets.
_OLD_ELEMENTS = {"before", "after", "first-letter", "first-line"}
#: Nothing of the page is so before somebody touches it.
_NEVER = {
    "hover", "active", "focus", "focus-within", "focus-visible", "visited", "target",
    "target-within", "fullscreen", "popover-open", "modal",
}  # fmt: skip
_ALWAYS = {"defined"}
#: The host of a shadow tree, as the sheets in the tree see it.
HOST = ":host"

Combinator = Literal["", " ", ">", "+", "~"]


@dataclass(slots=True, eq=False)
class Named:
    """An element as selectors see it."""

    tag: str
    #: Its classes and id, as `.row`, `#top`.
    names: frozenset[str]
    attributes: Mapping[str, str]
    parent: Named | None
    #: The sibling before it; kept only where some selector asks for it.
    before: Named | None = None
    #: Which child it is, and which of its kind; from 1.
    number: int = 1
    number_of_kind: int = 1
    #: Whether it holds nothing at all; None while it is open.
    empty: bool | None = None
    #: While it is open: its children so far.
    children: int = 0
    last: Named | None = None
    kinds: dict[str, int] = field(default_factory=dict)
    #: The row group that a browser puts around rows that stand in none.
    body: Named | None = None

    def child(self, tag: str, attributes: Mapping[str, str], *, siblings: bool) -> Named:
        """A child that begins now."""
        if tag == "tr" and self.tag == "table":
            self.body = self.body or self._next("tbody", {}, siblings=siblings)
            return self.body._next(tag, attributes, siblings=siblings)
        self.body = None
        return self._next(tag, attributes, siblings=siblings)

    def _next(self, tag: str, attributes: Mapping[str, str], *, siblings: bool) -> Named:
        self.children += 1
        kind = self.kinds[tag] = self.kinds.get(tag, 0) + 1
        before = self.last if siblings else None
        made = Named(tag, _names(attributes), attributes, self, before, self.children, kind)
        if siblings:
            self.last = made
        return made


def _names(attributes: Mapping[str, str]) -> frozenset[str]:
    if "class" not in attributes and "id" not in attributes:
        return frozenset()
    names = {f".{name}" for name in attributes.get("class", "").split()}
    if "id" in attributes:
        names.add(f"#{attributes['id'].strip()}")
    return frozenset(names)


def root(tag: str, attributes: Mapping[str, str]) -> Named:
    return Named(tag, _names(attributes), attributes, None)


# What a compound selector asks beside tag, classes and id.


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    how: str
    value: str
    any_case: bool

    def fits(self, element: Named) -> bool | None:
        has = element.attributes.get(self.name)
        if has is None:
            return False
        has, value = (has.lower(), self.value.lower()) if self.any_case else (has, self.value)
        match self.how:
            case "":
                return True
            case "=":
                return has == value
            case "~=":
                return value in has.split()
            case "|=":
                return has == value or has.startswith(f"{value}-")
            case "^=":
                return bool(value) and has.startswith(value)
            case "$=":
                return bool(value) and has.endswith(value)
            case _:
                return bool(value) and value in has


@dataclass(frozen=True, slots=True)
class _Nth:
    """Every `step`-th child from the `first` on."""

    step: int
    first: int
    of_kind: bool

    def fits(self, element: Named) -> bool | None:
        beyond = (element.number_of_kind if self.of_kind else element.number) - self.first
        if not self.step:
            return beyond == 0
        return beyond % self.step == 0 and beyond // self.step >= 0


@dataclass(frozen=True, slots=True)
class _Any:
    """`:is(…)`, `:where(…)`; denied, `:not(…)`."""

    choices: tuple[Selector, ...]
    denied: bool

    def fits(self, element: Named) -> bool | None:
        found = [choice.fits(element) for choice in self.choices]
        fits = True if True in found else None if None in found else False
        return fits if not self.denied or fits is None else not fits


@dataclass(frozen=True, slots=True)
class _State:
    name: str

    def fits(self, element: Named) -> bool | None:
        match self.name:
            case "root" | "scope":
                return element.parent is None and element.tag != HOST
            case "host":
                return element.tag == HOST
            case "host-context":
                return None if element.tag == HOST else False
            case "link" | "any-link":
                return element.tag == "a" and "href" in element.attributes
            case "empty":
                return element.empty
            case "only-child" | "only-of-type":
                alone = element.number if self.name == "only-child" else element.number_of_kind
                return False if alone > 1 else None
            case name if name in _NEVER:
                return False
            case name if name in _ALWAYS:
                return True
            case _:
                return None


_Test = _Attribute | _Nth | _Any | _State


@dataclass(frozen=True, slots=True)
class Compound:
    """What a selector asks of one element, and how that stands to the one before it."""

    combinator: Combinator
    tag: str = ""
    names: frozenset[str] = frozenset()
    tests: tuple[_Test, ...] = ()

    def fits(self, element: Named) -> bool | None:
        if self.tag not in ("", element.tag) or not self.names <= element.names:
            return False
        answer: bool | None = True
        for test in self.tests:
            said = test.fits(element)
            if said is False:
                return False
            answer = answer if said else None
        return answer


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector from its first compound to the last, which is the element it speaks of."""

    compounds: tuple[Compound, ...]
    #: `before`, `after`, …; "" for the element itself.
    pseudo: str
    #: ids, classes, tags.
    weight: tuple[int, int, int]

    @property
    def is_of_host(self) -> bool:
        """Whether it speaks of the host of a shadow tree."""
        tests = self.compounds[-1].tests
        return any(isinstance(one, _State) and one.name.startswith("host") for one in tests)

    @property
    def asks_siblings(self) -> bool:
        return any(one.combinator in ("+", "~") for one in self.compounds) or any(
            choice.asks_siblings
            for one in self.compounds
            for test in one.tests
            if isinstance(test, _Any)
            for choice in test.choices
        )

    def fits(self, element: Named) -> bool | None:
        return _Match(self.compounds).fits(len(self.compounds) - 1, element)


class _Match:
    """One selector held against one element, from the right to the left."""

    def __init__(self, compounds: Sequence[Compound]) -> None:
        self._compounds = compounds
        self._steps = 0

    def fits(self, at: int, element: Named) -> bool | None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return None
        compound = self._compounds[at]
        said = compound.fits(element)
        if said is False or at == 0:
            return said
        before = self._before(at, compound.combinator, element)
        return before if said or before is False else None

    def _before(self, at: int, combinator: Combinator, element: Named) -> bool | None:
        if combinator == ">":
            return element.parent is not None and self.fits(at - 1, element.parent)
        if combinator == "+":
            return element.before is not None and self.fits(at - 1, element.before)
        answer: bool | None = False
        other = element.parent if combinator == " " else element.before
        looked = 0
        while other is not None:
            looked += 1
            if looked > _MOST_SIBLINGS or self._steps > _MOST_STEPS:
                return None
            said = self.fits(at - 1, other)
            if said:
                return True
            answer = None if said is None else answer
            other = other.parent if combinator == " " else other.before
        return answer


# Reading.


def selectors(text: str, depth: int = _DEEPEST_FUNCTION) -> tuple[Selector, ...] | None:
    """The selectors of a list; None where it is no such list: browsers drop all of it."""
    found = [_selector(one, depth) for one in parted(text)]
    return None if None in found else tuple(one for one in found if one is not None)


def parted(text: str) -> list[str]:
    """A list parted at the commas that stand in no brackets."""
    parts, depth, start, quote = [], 0, 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


@dataclass(slots=True)
class _Open:
    """A compound while it is read."""

    tag: str = ""
    names: set[str] = field(default_factory=set)
    tests: list[_Test] = field(default_factory=list)
    any: bool = False

    def closed(self, combinator: Combinator) -> Compound | None:
        if not (self.tag or self.names or self.tests or self.any):
            return None
        return Compound(combinator, self.tag, frozenset(self.names), tuple(self.tests))


def _selector(text: str, depth: int) -> Selector | None:
    text = text.strip().replace("*|", "")  # of any namespace
    compounds: list[Compound] = []
    combinator: Combinator = ""
    opened, pseudo, at = _Open(), "", 0
    weight = [0, 0, 0]
    while at < len(text):
        found = _COMBINATOR.match(text, at)
        if found:
            made = opened.closed(combinator)
            if made is None or pseudo:
                return None
            compounds.append(made)
            combinator, opened, at = found[1] or " ", _Open(), found.end()  # type: ignore[assignment]
            continue
        simple = _SIMPLE.match(text, at)
        if simple is None or pseudo:
            return None
        at = simple.end()
        if simple["pseudo"]:
            inside = ""
            if simple["opens"]:
                end = _closing(text, at)
                inside, at = text[at : end - 1], end
            name = simple["pseudo"].lower()
            if simple["colons"] == "::" or name in _OLD_ELEMENTS:
                pseudo = name
                opened.any = True
                weight[2] += 1
            elif not _read_pseudo(opened, name, inside, weight, depth):
                return None
        else:
            _read_simple(opened, simple, weight)
    made = opened.closed(combinator)
    if made is None:
        return None
    return Selector((*compounds, made), pseudo, (weight[0], weight[1], weight[2]))


def _closing(text: str, at: int) -> int:
    """Behind the bracket that closes the one before `at`."""
    depth = 1
    while at < len(text) and depth:
        depth += (text[at] == "(") - (text[at] == ")")
        at += 1
    return at


def _read_simple(opened: _Open, simple: re.Match[str], weight: list[int]) -> None:
    if simple["any"]:
        opened.any = True
    elif simple["tag"]:
        opened.tag = _ESCAPE.sub(r"\1", simple["tag"]).lower()
        weight[2] += 1
    elif simple["id"]:
        opened.names.add("#" + _ESCAPE.sub(r"\1", simple["id"]))
        weight[0] += 1
    elif simple["class"]:
        opened.names.add("." + _ESCAPE.sub(r"\1", simple["class"]))
        weight[1] += 1
    else:
        value = simple["value"] or ""
        value = value[1:-1] if value[:1] in ("'", '"') else value
        any_case = (simple["flag"] or "").lower() == "i"
        opened.tests.append(
            _Attribute(simple["attribute"].lower(), simple["how"] or "", value, any_case)
        )
        weight[1] += 1


def _read_pseudo(opened: _Open, name: str, inside: str, weight: list[int], depth: int) -> bool:
    """A pseudo-class into the compound. False where its brackets hold no selectors."""
    if name == "host" and inside:
        opened.tests.append(_State(name))
        name = "is"
    if name in ("is", "where", "not", "matches", "-webkit-any") and depth:
        choices = selectors(inside, depth - 1)
        if choices is None:
            return False
        opened.tests.append(_Any(choices, name == "not"))
        if name != "where":
            heaviest = max((choice.weight for choice in choices), default=(0, 0, 0))
            weight[:] = [one + more for one, more in zip(weight, heaviest, strict=True)]
        return True
    weight[1] += 1
    nth = _nth(name, inside.lower())
    opened.tests.append(nth or _State(name))
    return True


def _nth(name: str, inside: str) -> _Nth | None:
    of_kind = name.endswith("-of-type")
    if name in ("first-child", "first-of-type"):
        return _Nth(0, 1, of_kind)
    if name not in ("nth-child", "nth-of-type"):
        return None
    found = _NTH.fullmatch({"odd": "2n+1", "even": "2n"}.get(inside.strip(), inside))
    if found is None:
        return None
    if found["only"]:
        return _Nth(0, int(found["only"]), of_kind)
    step = {"": 1, "+": 1, "-": -1}.get(found["a"]) or int(found["a"])
    return _Nth(step, int((found["b"] or "0").replace(" ", "")), of_kind)
