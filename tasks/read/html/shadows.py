"""Shadow trees that are written into a page (`<template shadowrootmode>`), put in their place.

Between the parser and the page: what the parser tells of such a host is kept until it ends, then
told again as a browser shows it: the shadow tree, and where it has a slot, what its host holds.
Sheets in a shadow tree are for it alone, and those of the page are not for the shadow tree.

Source: HTML Standard, 4.12.3 The template element; DOM Standard, 4.2.2 Shadow tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tasks.read.html.sheets import Cascade, cascade, written_sheet

#: Elements that may have a shadow tree, besides those with a hyphen in their name.
_HOSTS = {
    "article", "aside", "blockquote", "body", "div", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "main", "nav", "p", "section", "span",
}  # fmt: skip
#: As it is written today, as the first browsers took it, and as browsers write it into MHTML.
_SAVED = "shadowmode"
_MODES = ("shadowrootmode", "shadowroot", _SAVED)


class Target(Protocol):
    """What takes the events of the parser."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...
    def enter(self, sheets: Cascade, host: Mapping[str, str]) -> None: ...
    def visit(self) -> None: ...
    def leave(self) -> None: ...
    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Node:
    """An element with what it holds, or a text (`tag` is "")."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    inside: list[Node] = field(default_factory=list)


def has_shadows(page: str) -> bool:
    low = page.encode("utf-8", "replace").lower()
    return any(mode.encode() in low for mode in _MODES)


def has_lost_sheets(page: str) -> bool:
    """Whether a browser saved shadow trees in it: it leaves their style sheets out."""
    return f"<template {_SAVED}=" in page


def _is_shadow(node: Node) -> bool:
    return node.tag == "template" and any(
        node.attributes.get(mode, "").strip().lower() in ("open", "closed") for mode in _MODES
    )


def _may_host(tag: str) -> bool:
    return tag in _HOSTS or "-" in tag


class Composed:
    """A target in front of the page: hosts are kept until they end, all else goes through."""

    def __init__(self, page: Target) -> None:
        self._page = page
        #: The elements open around, of which none is kept.
        self._through: list[str] = []
        #: Those that are kept: the host, and what is open in it.
        self._kept: list[Node] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._kept:
            node = Node(tag, dict(attributes))
            self._kept[-1].inside.append(node)
            self._kept.append(node)
        elif _may_host(tag):
            self._kept.append(Node(tag, dict(attributes)))
        else:
            self._through.append(tag)
            self._page.start(tag, attributes)

    def end(self, tag: str) -> None:
        if not self._kept:
            self._through.pop()
            self._page.end(tag)
            return
        node = self._kept.pop()
        if not self._kept:
            _tell(node, self._page)

    def data(self, text: str) -> None:
        if self._kept:
            self._kept[-1].inside.append(Node("", text=text))
        else:
            self._page.data(text)

    def close(self) -> None:
        if self._kept:
            _tell(self._kept[0], self._page)
            self._kept.clear()
        self._page.close()


@dataclass(slots=True)
class _Scope:
    """A shadow tree while it is told: what its host holds, by the slot that it is for."""

    held: dict[str, list[Node]]
    around: _Scope | None


#: What to do next, with which node, inside of which shadow tree.
_Step = tuple[str, Node, "_Scope | None"]


def _tell(node: Node, page: Target) -> None:
    """Tell a node as it is shown; each node in it once, and without recursion."""
    steps: list[_Step] = [("begin", node, None)]
    while steps:
        step, at, scope = steps.pop()
        if step == "end":
            page.end(at.tag)
        elif step == "leave":
            page.leave()
        elif not at.tag:
            page.data(at.text)
        elif at.tag == "slot" and scope is not None:
            steps += _slotted(at, page, scope)
        else:
            page.start(at.tag, at.attributes)
            steps.append(("end", at, scope))
            steps += _inside(at, page, scope)


def _inside(host: Node, page: Target, scope: _Scope | None) -> list[_Step]:
    """What an element holds, the last step first: its shadow tree, if it has one."""
    shadow = _shadow_of(host)
    if shadow is None:
        return [("begin", one, scope) for one in reversed(host.inside)]
    page.enter(_sheets(shadow), host.attributes)
    own = _Scope(_by_slot(host, shadow), scope)
    return [("leave", host, scope), *(("begin", one, own) for one in reversed(shadow.inside))]


def _slotted(slot: Node, page: Target, scope: _Scope) -> list[_Step]:
    """What stands in a slot, the last step first; the first slot of a name has it."""
    held = scope.held.pop(slot.attributes.get("name", ""), None)
    if held is None:
        return [("begin", one, scope) for one in reversed(slot.inside)]
    page.visit()
    return [("leave", slot, scope), *(("begin", one, scope.around) for one in reversed(held))]


def _shadow_of(host: Node) -> Node | None:
    if not _may_host(host.tag):
        return None
    return next((one for one in host.inside if _is_shadow(one)), None)


def _by_slot(host: Node, shadow: Node) -> dict[str, list[Node]]:
    held: dict[str, list[Node]] = {}
    for one in host.inside:
        if one is shadow or (not one.tag and not one.text.strip()):
            continue
        held.setdefault(one.attributes.get("slot", "") if one.tag else "", []).append(one)
    return held


def _sheets(shadow: Node) -> Cascade:
    """The rules of the sheets in a shadow tree."""
    found: list[tuple[str, str]] = []
    styles: list[str] = []
    waiting: list[Node] = [*reversed(shadow.inside)]
    while waiting:
        node = waiting.pop()
        if node.tag == "style":
            text = "".join(one.text for one in node.inside)
            found.append((text, node.attributes.get("media", "")))
        elif node.tag == "link" and "stylesheet" in node.attributes.get("rel", "").lower().split():
            sheet = written_sheet(node.attributes.get("href", ""))
            found.append((sheet or "", node.attributes.get("media", "")))
        elif node.tag != "template":
            styles.append(node.attributes.get("style", ""))
            waiting += reversed(node.inside)
    return cascade(found, ";".join(styles))
