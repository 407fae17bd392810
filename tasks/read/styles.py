"""The styles of a DOCX by their ids, each parsed when it is asked for; used by the DOCX reader.

Programs give a document all the styles that they know, some hundred thousand bytes, and it uses
three of them. Where the part is written as programs write it, it is cut at the ends of its styles,
and a style that nothing uses is never parsed; else the whole part is. One that is asked for and is
not well formed makes the document a damaged one, as the whole part would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.numbering import W, first
from tasks.read.package import parsed

_ROOT = regex(rb"\s*(?:<\?xml[^<>]*\?>\s*)?(<w:styles\b[^<>]*[^<>/]>)")
_NAMED = f'xmlns:w="{W[1:-1]}"'.encode()
_END = b"</w:styles>"
_BEGINNING, _ENDING = b"<w:style", b"</w:style>"
_HEAD = regex(rb"<w:style( [^<>'&]*[^<>'&/])>")
_SAID = regex(rb' w:(type|styleId|default)="([^"]*)"')
_DEFAULTS = regex(rb"<w:docDefaults>.*?</w:docDefaults>", re.DOTALL)
#: With one of these behind its root a part may mean something else than its bytes look like:
#: remarks, instructions, names of another kind, alternatives.
_ODD = (b"!", b"?", b"xmlns", b"AlternateContent")
_ON = ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class _Head:
    """What the tag of a style says."""

    id: str
    #: `paragraph`, `character`, `table` …
    kind: str
    #: Whether it is that of all of its kind that name none.
    is_usual: bool


class Styles:
    """Raises Refusal `corrupt` where it is asked for a style that is not well formed."""

    def __init__(self, source: bytes | None) -> None:
        #: Those that were parsed, and those that were not, as documents of their own.
        self._parsed: dict[str, etree._Element] = {}
        self._waiting: dict[str, bytes] = {}
        #: Kind -> the id of the style that is meant where none is named.
        self.usual: Mapping[str, str] = {}
        #: What holds where no style says otherwise.
        self.defaults: etree._Element | None = None
        cut = None if source is None else _cut(source)
        if cut is not None:
            self._take(cut)
        elif source is not None:
            self._take_whole(parsed(source))

    def __contains__(self, id: str) -> bool:
        return id in self._parsed or id in self._waiting

    def get(self, id: str) -> etree._Element | None:
        if id in self._waiting:
            self._parsed[id] = parsed(self._waiting.pop(id))[0]
        return self._parsed.get(id)

    def _take(self, cut: _Cut) -> None:
        self._waiting = {head.id: cut.alone(written) for head, written in cut.styles}
        self.usual = _usual(head for head, _ in cut.styles)
        if cut.defaults:
            self.defaults = parsed(cut.alone(cut.defaults))[0]

    def _take_whole(self, root: etree._Element) -> None:
        found = [(_head_of(style), style) for style in root.iterfind(f"{W}style")]
        self._parsed = {head.id: style for head, style in found}
        self.usual = _usual(head for head, _ in found)
        self.defaults = first(root, f"{W}docDefaults")


def _usual(heads: Iterator[_Head]) -> dict[str, str]:
    return {head.kind: head.id for head in heads if head.kind and head.is_usual}


def _head_of(style: etree._Element) -> _Head:
    said = style.get(f"{W}default", "0")
    return _Head(style.get(f"{W}styleId", ""), style.get(f"{W}type", ""), said in _ON)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The part cut into its styles, as they are written."""

    root: bytes
    styles: tuple[tuple[_Head, bytes], ...]
    defaults: bytes

    def alone(self, written: bytes) -> bytes:
        """A style, or the defaults, as a document that holds it alone."""
        return b"".join((self.root, written, _END))


def _cut(source: bytes) -> _Cut | None:
    """None where the part is not written so that its bytes alone tell where styles end."""
    root = _ROOT.match(source)
    if root is None or _NAMED not in root[1] or not source.rstrip().endswith(_END):
        return None
    if any(source.find(odd, root.end()) >= 0 for odd in _ODD):
        return None
    *pieces, rest = source[root.end() :].split(_ENDING)
    styles: list[tuple[_Head, bytes]] = []
    for piece in pieces:
        head = _HEAD.search(piece)
        if head is None or piece.count(_BEGINNING) != 1:
            return None
        said = {name: value.decode("utf-8", "replace") for name, value in _SAID.findall(head[1])}
        told = _Head(
            said.get(b"styleId", ""), said.get(b"type", ""), said.get(b"default", "0") in _ON
        )
        styles.append((told, piece[head.start() :] + _ENDING))
    if _BEGINNING in rest:
        return None
    defaults = _DEFAULTS.search(source, root.end())
    return _Cut(root[1], tuple(styles), defaults[0] if defaults else b"")
