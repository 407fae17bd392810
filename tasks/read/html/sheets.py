"""The style sheets in a page: the rules that change what is read of it.

Followed are selectors (`selectors`), nesting, conditions on the medium and its width, and the
cascade; what a rule says is read by `look`. A rule under a condition, or in a layer, that is not
followed may hold or not: where it would change something, that is unsure. Sheets in other files
are followed where they were sent along.

No library: tinycss2 takes a millisecond a kilobyte, which doubles the time for a page that Word
saved, and matchers ask for a tree (docs/adr/0009-html-by-events.md).

Source: CSS Cascade 5, CSS Syntax 3, Media Queries 4.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import unquote_to_bytes

from tasks.detect.mhtml import joined
from tasks.model.patterns import regex
from tasks.read.html.look import (
    PLAIN,
    TELLING,
    UNKNOWN,
    Declaration,
    Look,
    declarations,
    look,
    matters_told,
)
from tasks.read.html.refused import too_complex
from tasks.read.html.selectors import Named, Selector, parted, selectors

#: What a page has its sheets in, and what hides them: templates, other pages, remarks.
_OPENING = regex(r"<!--|<(script|noscript|style|link|iframe|/?template)(?=[\s/>])", re.IGNORECASE)
_REST_OF_TAG = regex(r"((?:\"[^\"]*\"|'[^']*'|[^'\">])*)>")
#: What ends each of these.
_ENDS = {"!--": regex("-->")} | {
    tag: regex(f"</{tag}", re.IGNORECASE | re.ASCII) for tag in ("script", "noscript", "style")
}
#: So many broken tags, and the rest is no page.
_MOST_BROKEN = 3
_ATTRIBUTE = regex(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_REMARK = regex(r"/\*.*?\*/", re.DOTALL)
_HIDDEN = regex(r"<!--|-->")
_IMPORT = regex(r"@import\s+(?:url\(\s*)?[\"']?([^\"')\s;]+)[\"']?\s*\)?([^;{}]*);", re.IGNORECASE)
#: A mark of a sheet's grammar outside of strings and brackets.
_MARK = regex(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\([^(){}]*\)|\\.|([{};])", re.DOTALL)
#: Without one of these in it a sheet changes nothing that is read.
_WORTH = regex(
    r"none|hidden|collapse|line-through|table|su[pb]\b|content\s*:|opacity|clip|-\d|reverse|scale"
    r"|vertical-align|font(?:-size)?\s*:\s*0|override|rtl|float|absolute|security|transparent|order\s*:"
    r"|(?:height|width)\s*:\s*0|[\s;{]color\s*:|font-size\s*:\s*(?:0|\.|[12](?:\.\d+)?p[xt])|position|var\(|url\(|list-style",
    re.IGNORECASE,
)
#: More rules than any page of a report has: such a sheet is not followed.
_MOST_RULES = 10_000
#: Rules held against elements, in all: what asks for more is no page for people.
_MOST_TRIALS = 300_000
_MOST_CHARACTERS = 4_000_000
_DEEPEST = 8
#: Sheets that ask for sheets that ask for more; and no sheet is asked for again and again.
_DEEPEST_IMPORT = 4

#: Screens on which people read such pages, in pixels across.
_NARROWEST, _WIDEST = 800, 1_920
_FEATURE = regex(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([\d.]+)\s*(px|em|rem)\s*\)")
#: Rules inside of these are no style of elements.
_OTHER_RULES = regex(
    r"@(?:font-face|(?:-\w+-)?keyframes|page|counter-style|property|font-feature-values|"
    r"font-palette-values|view-transition|position-try|viewport|-ms-viewport|charset|namespace)\b",
    re.IGNORECASE,
)

#: A variable that is set, the rules that set it for all of a page, and where one is used.
_VARIABLE = regex(r"(?<![\w-])(--[\w-]+)\s*:([^;{}\"]*)")
_OF_ALL = regex(r"(?:^|[},;]|\*/)\s*(?::root|html|body)\s*\{([^{}]*)")
_USE = regex(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*(?:\([^()]*\)[^()]*)*))?\)")

#: Gives the sheet that an address leads to; None where it was not sent.
Linked = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    selector: Selector
    declared: tuple[Declaration, ...]
    #: ids, classes, tags, place in the sheets: the greater one wins.
    weight: tuple[int, int, int, int]
    #: Whether the conditions around it are known to hold.
    sure: bool


#: A rule that fits, and whether that is sure.
Fit = tuple[Rule, bool]


@dataclass(frozen=True, slots=True)
class Looks:
    """Of an element and of what is put into it."""

    own: Look = PLAIN
    before: Look | None = None
    after: Look | None = None
    #: What is put into it is known once it is known whether there is anything in it.
    late: bool = False


_PUT_IN = ("before", "after")
#: Pseudo-elements that are a part of the element's own text.
_PARTS = ("first-letter", "first-line", "marker", "slotted", "part")


class Cascade:
    """The rules of a page's sheets that matter here; false where there are none."""

    def __init__(self, rules: Sequence[Rule], *, foreign: bool = False) -> None:
        #: Whether the page names sheets that nobody sent.
        self.foreign = foreign
        self._rules = tuple(rules)
        self.asks_siblings = any(rule.selector.asks_siblings for rule in rules)
        #: Something is said here of what stands in the page around.
        self.slotted = any(rule.selector.pseudo == "slotted" for rule in rules)
        self._of_host = any(rule.selector.is_of_host for rule in rules)
        self._by_key: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: rule.weight):
            last = rule.selector.compounds[-1]
            key = min(last.names, default=last.tag)
            self._by_key.setdefault(key, []).append(rule)
        self._trials = 0
        self._known: dict[tuple[str, tuple[Fit, ...]], Looks] = {}

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def showing(self) -> Cascade:
        """The same sheets, as if a script showed what they hide."""
        shown = ("display", "visibility", "content-visibility")
        rules = [
            Rule(rule.selector, kept, rule.weight, rule.sure)
            for rule in self._rules
            if (kept := tuple(one for one in rule.declared if one[0] not in shown))
        ]
        return Cascade(rules, foreign=self.foreign)

    def looks_at_host(self, host: Named) -> bool:
        """Whether something is said here of the host of the tree that this is for."""
        return self._of_host and self.looks(host, "") is not _NOTHING

    def looks(self, element: Named, style: str) -> Looks:
        """`style`: what the element says of itself."""
        tried = [
            rule for key in ("", element.tag, *element.names) for rule in self._by_key.get(key, ())
        ]
        self._trials += len(tried)
        if self._trials > _MOST_TRIALS:
            raise too_complex("样式规则过多", "its style sheets have too many rules")
        fits = [
            (rule, bool(fits and rule.sure))
            for rule in tried
            if (fits := rule.selector.fits(element)) is not False
        ]
        if not fits and not style:
            return _NOTHING
        known = (style, tuple(fits))
        if known not in self._known:
            self._known[known] = _looks(style, fits)
        return self._known[known]


_NOTHING = Looks()


def _looks(style: str, fits: Sequence[Fit]) -> Looks:
    ordered = sorted(fits, key=lambda fit: fit[0].weight)
    own = [fit for fit in ordered if not fit[0].selector.pseudo]
    parts = [fit for fit in ordered if fit[0].selector.pseudo in _PARTS]
    look = _weighed(style, own, parts)
    put = {
        place: _weighed("", there, ())
        for place in _PUT_IN
        if (there := [fit for fit in ordered if fit[0].selector.pseudo == place])
    }
    return Looks(
        own=look,
        before=put.get("before"),
        after=put.get("after"),
        late=any(said.unsure for said in put.values()),
    )


def _weighed(style: str, fits: Sequence[Fit], parts: Sequence[Fit]) -> Look:
    """The look by the rules that are sure to hold; unsure where another one would change it."""
    sure = [rule for rule, certain in fits if certain]
    found = look(_values(style, sure), style)
    doubtful = [rule for rule, certain in fits if not certain]
    others = [[*sure, rule] for rule in doubtful[:20]]
    if len(doubtful) > 1:
        others.append([*sure, *doubtful])
    changed = any(
        look(_values(style, sorted(other, key=lambda rule: rule.weight)), style) != found
        for other in others
    )
    if changed or _is_parted(parts):
        return replace(found, unsure=True)
    return found


def _is_parted(parts: Sequence[Fit]) -> bool:
    """Whether a part of the text, as its first letter, looks otherwise than the rest."""
    return any(look(_values("", [rule])) != PLAIN for rule, _ in parts)


def _values(style: str, rules: Sequence[Rule]) -> dict[str, str]:
    """Property -> value, as the cascade has it; `rules` by their weight."""
    declared = [one for rule in rules for one in rule.declared]
    own = declarations(style) if style else []
    values: dict[str, str] = {}
    for urgent in (False, True):
        for name, value, important in (*declared, *own):
            if important is urgent:
                values[name] = value
    return values


# Reading.


def page_sheets(page: str, linked: Linked) -> Cascade:
    """The rules of all sheets of a page."""
    low = page.encode("utf-8", "replace").lower()
    if b"<style" not in low and b"stylesheet" not in low:
        return Cascade(())
    sheets, foreign = _sheets(page, linked)
    return cascade(sheets, page, foreign=foreign)


@dataclass(frozen=True, slots=True)
class _Place:
    """A `<style>` or `<link>`: what its tag says, and the sheet in it."""

    given: Mapping[str, str]
    sheet: str | None


def _places(page: str) -> Iterator[_Place]:
    """Where the page has its sheets, outside of templates, scripts and pages in it."""
    at = inert = broken = 0
    while (found := _OPENING.search(page, at)) and broken < _MOST_BROKEN:
        tag = (found[1] or "").lower()
        if not tag:
            at = _behind(page, _ENDS["!--"], found.end())
            continue
        rest = _REST_OF_TAG.match(page, found.end())
        if rest is None:
            broken += 1
            at = found.end()
            continue
        at = rest.end()
        if tag in ("template", "/template"):
            inert = max(inert + (1 if tag == "template" else -1), 0)
        elif tag in ("script", "noscript"):
            at = _behind(page, _ENDS[tag], at)
        elif tag == "style":
            found = _ENDS[tag].search(page, at)
            end = found.start() if found else len(page)
            if not inert:
                yield _Place(_attributes(rest[1]), page[at:end])
            at = end
        elif tag == "link" and not inert:
            yield _Place(_attributes(rest[1]), None)


def _behind(page: str, end: re.Pattern[str], at: int) -> int:
    found = end.search(page, at)
    return found.end() if found else len(page)


def _sheets(page: str, linked: Linked) -> tuple[list[tuple[str, str]], bool]:
    """Each sheet with the medium that it is for; whether one of them was not sent."""
    found: list[tuple[str, str]] = []
    foreign = False
    for place in _places(page):
        given, sheet = place.given, place.sheet
        if sheet is None:
            kinds = given.get("rel", "").lower().split()
            if "stylesheet" not in kinds or "alternate" in kinds or "disabled" in given:
                continue
            sheet = _sent(given.get("href", ""), linked)
            foreign = foreign or sheet is None
        elif given.get("type", "text/css").strip().lower() not in ("text/css", ""):
            continue
        medium = given.get("media", "")
        own = [*_imported(sheet or "", given.get("href", ""), medium, linked, _DEEPEST_IMPORT)]
        foreign = foreign or any(one is None for one, _ in own)
        found += ((one or "", where) for one, where in own)
    return found, foreign


def _imported(
    sheet: str, address: str, medium: str, linked: Linked, depth: int
) -> Iterator[tuple[str | None, str]]:
    """A sheet behind those that it asks for; None for one that was not sent."""
    for named, condition in _IMPORT.findall(_plain(sheet)):
        there = joined(address, named)
        inner = _sent(there, linked) if depth else None
        where = f"{medium} and {condition}" if medium and condition else medium or condition
        if inner is None:
            yield None, where
        else:
            yield from _imported(inner, there, where, linked, depth - 1)
    yield sheet, medium


def _sent(address: str, linked: Linked) -> str | None:
    written = written_sheet(address)
    return linked(address) if written is None else written


def _plain(sheet: str) -> str:
    """Without remarks, and without what hid it from the first browsers."""
    return _HIDDEN.sub(" ", _REMARK.sub("", sheet))


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): unescape(one or two or three)
        for name, one, two, three in _ATTRIBUTE.findall(text)
    }


def written_sheet(address: str) -> str | None:
    """The sheet in a `data:` address."""
    head, comma, body = address.partition(",")
    if not comma or not head.strip().lower().startswith("data:text/css"):
        return None
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body).decode("utf-8", "replace")
    try:
        return base64.b64decode(unquote_to_bytes(body)).decode("utf-8", "replace")
    except binascii.Error:
        return None


def cascade(sheets: Sequence[tuple[str, str]], page: str, *, foreign: bool = False) -> Cascade:
    """The rules of some sheets, each with its medium, that say something of this page."""
    cleaned = [(_plain(sheet), medium) for sheet, medium in sheets]
    whole = "\n".join(sheet for sheet, _ in cleaned)
    if UNKNOWN in whole:
        known = _variables(whole, page)
        cleaned = [(_without_variables(sheet, known), medium) for sheet, medium in cleaned]
        whole = "\n".join(sheet for sheet, _ in cleaned)
    if len(whole) > _MOST_CHARACTERS or not _WORTH.search(whole):
        return Cascade((), foreign=foreign)
    read = [
        (raw, declared)
        for sheet, medium in cleaned
        if (holds := _holds(medium)) is not False
        for raw in _blocks(sheet, holds, "", _DEEPEST)
        if (declared := declarations(raw.body))
    ]
    if not read:
        return Cascade((), foreign=foreign)
    said: dict[str, list[str]] = {}
    for _, declared in read:
        for name, value, _ in declared:
            said.setdefault(name, []).append(value)
    matters = matters_told(said, page)
    rules: list[Rule] = []
    for order, (raw, declared) in enumerate(read):
        if len(rules) > _MOST_RULES:
            break
        kept = tuple(one for one in declared if TELLING[one[0]][0] in matters)
        for selector in (selectors(raw.selectors) or ()) if kept else ():
            rules.append(Rule(selector, kept, (*selector.weight, order), raw.sure))
    return Cascade(rules if len(rules) <= _MOST_RULES else (), foreign=foreign)


def _variables(whole: str, page: str) -> dict[str, str]:
    """What variables of the whole page stand for, where nothing else is said of them anywhere."""
    said: dict[str, set[str]] = {}
    for name, value in _VARIABLE.findall(f"{whole}\n{page}"):
        said.setdefault(name, set()).add(value.strip())
    everywhere = {name for body in _OF_ALL.findall(whole) for name, _ in _VARIABLE.findall(body)}
    return {name: min(values) for name, values in said.items() if len(values) == 1} | {
        name: UNKNOWN for name, values in said.items() if len(values) > 1 or name not in everywhere
    }


def _without_variables(sheet: str, known: Mapping[str, str]) -> str:
    """A sheet with each variable written out that is known; one that nobody sets leaves what
    stands in its place."""

    def written(use: re.Match[str]) -> str:
        value = known.get(use[1], use[2])
        return use[0] if value is None or UNKNOWN in value else value

    return _USE.sub(written, sheet)


@dataclass(frozen=True, slots=True)
class _Raw:
    selectors: str
    body: str
    sure: bool


def _blocks(sheet: str, sure: bool | None, around: str, depth: int) -> Iterator[_Raw]:
    """Selectors and declarations of the rules, those in others after these; `around`: the
    selectors of the rule that this is the inside of."""
    start = opened = level = 0
    head = ""
    own: list[str] = []
    for found in _MARK.finditer(sheet):
        mark, at = found[1], found.start()
        if mark == "{":
            level += 1
            if level == 1:
                head, opened = sheet[start:at].strip(), at + 1
        elif mark == "}" and level:
            level -= 1
            if level == 0:
                if own:
                    yield _Raw(around, ";".join(own), sure is True)
                    own = []
                yield from _inside(head, sheet[opened:at], sure, around, depth)
                start = at + 1
        elif mark == ";" and level == 0:  # a declaration, @import, @charset
            own.append(sheet[start:at])
            start = at + 1
    if level:  # the end of the sheet closes what is open
        yield from _inside(head, sheet[opened:], sure, around, depth)
    elif around:
        own.append(sheet[start:])
    if own and around:
        yield _Raw(around, ";".join(own), sure is True)


def _inside(head: str, body: str, sure: bool | None, around: str, depth: int) -> Iterator[_Raw]:
    if not depth:
        return
    if not head.startswith("@"):
        head = _nested(head, around)
        if "{" in body:
            yield from _blocks(body, sure, head, depth - 1)
        else:
            yield _Raw(head, body, sure is True)
        return
    if _OTHER_RULES.match(head):
        return
    name, _, condition = head.partition(" ")
    holds = _holds(condition) if name.lower() == "@media" else None
    if holds is not False:
        yield from _blocks(body, sure if holds else None, around, depth - 1)


def _nested(head: str, around: str) -> str:
    """The selectors of a rule in another one, written out."""
    if not around:
        return head
    inside = f":is({around})"
    return ",".join(
        one.replace("&", inside) if "&" in one else f"{inside} {one}" for one in parted(head)
    )


def _holds(medium: str) -> bool | None:
    """Whether a condition holds on a screen; None where that is not known."""
    if not medium.strip():
        return True
    said = [_one_holds(one.strip().lower()) for one in medium.split(",")]
    return True if True in said else None if None in said else False


def _one_holds(query: str) -> bool | None:
    words = re.sub(r"\([^()]*\)", " ", query).split()
    denied = "not" in words
    kinds = [word for word in words if word not in ("and", "only", "not")]
    answer: bool | None = all(kind in ("all", "screen") for kind in kinds)
    if answer:
        for feature in re.findall(r"\([^()]*\)", query):
            said = _feature_holds(feature)
            if said is False:
                answer = False
                break
            answer = None if said is None else answer
    return answer if not denied or answer is None else not answer


def _feature_holds(feature: str) -> bool | None:
    found = _FEATURE.fullmatch(feature)
    if found is None:
        return None
    width = float(found[2]) * (1 if found[3] == "px" else 16)
    if found[1] == "min":
        return True if width <= _NARROWEST else False if width > _WIDEST else None
    return True if width >= _WIDEST else False if width < _NARROWEST else None
