"""What the style sheets in a page hide, strike through or lay out as a table; for `html`.

Three properties and the selectors that pages hide things with: tags, classes and ids, one
inside the other. Passed over: conditions (`@media`), attributes, pseudo-classes, siblings,
and sheets in other files, which nobody sent.

Source: CSS 2.1, 6.4 The cascade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_SHEET = re.compile(r"<!--.*?-->|<style\b([^>]*)>(.*?)</style", re.IGNORECASE | re.DOTALL)
_REMARK = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_OTHER_MEDIUM = re.compile(r"media\s*=\s*[\"']?(?![^\"'>]*(?:all|screen))", re.IGNORECASE)
_DECLARATION = re.compile(
    r"(?:^|[;\s])(display|visibility|text-decoration(?:-line)?)\s*:\s*([^;!}]+)(!\s*important)?"
)
#: Without one of these in it a sheet changes nothing that we would read otherwise.
_TELLING = re.compile(r"none|hidden|collapse|line-through|table", re.IGNORECASE)
_PART = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w\u0080-\uffff-]+)*)")
_NAME = re.compile(r"[.#][^.#]+")
#: More rules than any page of a report has: such a sheet is not followed.
_MOST_RULES = 5_000
_MOST_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Named:
    """An element as selectors see it; `names` are its classes and id, as `.row`, `#top`."""

    tag: str
    names: frozenset[str]


def named(tag: str, attributes: Mapping[str, str]) -> Named:
    names = {f".{name}" for name in attributes.get("class", "").split()}
    if "id" in attributes:
        names.add(f"#{attributes['id'].strip()}")
    return Named(tag, frozenset(names))


@dataclass(frozen=True, slots=True)
class _Part:
    """A compound selector and how it stands to the one before it."""

    tag: str
    names: frozenset[str]
    child: bool

    def fits(self, element: Named) -> bool:
        return self.tag in ("", element.tag) and self.names <= element.names


@dataclass(frozen=True, slots=True)
class _Rule:
    parts: tuple[_Part, ...]
    #: property -> value, important
    looks: Mapping[str, tuple[str, bool]]
    #: ids, classes, tags, place in the sheets: the greater one wins.
    weight: tuple[int, int, int, int]


class Cascade:
    """The rules of a page's sheets that matter here; false where there are none."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        for rule in sorted(rules, key=lambda rule: rule.weight):
            last = rule.parts[-1]
            key = min(last.names, default=last.tag)
            self._by_key.setdefault(key, []).append(rule)

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def looks(self, path: Sequence[Named]) -> tuple[str, str]:
        """Declarations for the last element of a path from the root: those that outweigh its
        own `style`, and the others."""
        element = path[-1]
        fitting = [
            rule
            for key in ("", element.tag, *element.names)
            for rule in self._by_key.get(key, ())
            if _fits(rule.parts, path)
        ]
        if not fitting:
            return "", ""
        found: dict[str, tuple[str, bool]] = {}
        for rule in sorted(fitting, key=lambda rule: rule.weight):
            for name, (value, important) in rule.looks.items():
                if important or not found.get(name, ("", False))[1]:
                    found[name] = (value, important)
        return _written(found, important=True), _written(found, important=False)


def _written(looks: Mapping[str, tuple[str, bool]], *, important: bool) -> str:
    return "".join(
        f"{name}:{value};" for name, (value, first) in looks.items() if first == important
    )


def _fits(parts: Sequence[_Part], path: Sequence[Named]) -> bool:
    """From the right; an ancestor is sought greedily, which fails only for `a b > c` mixtures
    that pages do not have."""
    at = len(path) - 1
    if not parts[-1].fits(path[at]):
        return False
    for index in range(len(parts) - 2, -1, -1):
        at -= 1
        if parts[index + 1].child:
            if at < 0 or not parts[index].fits(path[at]):
                return False
            continue
        while at >= 0 and not parts[index].fits(path[at]):
            at -= 1
        if at < 0:
            return False
    return True


def cascade(text: str) -> Cascade:
    """The rules of all sheets in a page's source."""
    if "<style" not in text and "<STYLE" not in text:
        return Cascade(())
    sheets = [
        found[2]
        for found in _SHEET.finditer(text)
        if found[2] is not None and not _OTHER_MEDIUM.search(found[1])
    ]
    sheet = _REMARK.sub(" ", "\n".join(sheets))
    if len(sheet) > _MOST_CHARACTERS or not _TELLING.search(sheet):
        return Cascade(())
    rules = list(_rules(sheet))
    telling = any(_TELLING.search(value) for rule in rules for value, _ in rule.looks.values())
    return Cascade(rules if telling and len(rules) <= _MOST_RULES else ())


def _rules(sheet: str) -> Iterator[_Rule]:
    for order, (selectors, body) in enumerate(_blocks(sheet)):
        looks = {
            name.removesuffix("-line"): (value.strip(), bool(important))
            for name, value, important in _DECLARATION.findall(body.lower())
        }
        if not looks:
            continue
        for selector in selectors.split(","):
            parts = _parts(selector.strip())
            if parts:
                yield _Rule(parts, looks, (*_specificity(parts), order))


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that stand under no condition."""
    start = depth = opened = 0
    selectors = ""
    for found in re.finditer(r"[{};]", sheet):
        at = found.start()
        if found[0] == "{":
            depth += 1
            if depth == 1:
                selectors, opened = sheet[start:at].strip(), at + 1
        elif found[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                if not selectors.startswith("@"):
                    yield selectors, sheet[opened:at]
                start = at + 1
        elif found[0] == ";" and depth == 0:  # @import, @charset
            start = at + 1


def _parts(selector: str) -> tuple[_Part, ...]:
    """() where it has more in it than tags, classes, ids, descendants and children."""
    parts: list[_Part] = []
    child = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            child = True
            continue
        found = _PART.fullmatch(word)
        if found is None or not word:
            return ()
        tag = (found[1] or "").lower().replace("*", "")
        parts.append(_Part(tag, frozenset(_NAME.findall(found[2])), child))
        child = False
    return tuple(parts)


def _specificity(parts: Sequence[_Part]) -> tuple[int, int, int]:
    names = [name for part in parts for name in part.names]
    ids = sum(name.startswith("#") for name in names)
    return ids, len(names) - ids, sum(bool(part.tag) for part in parts)
