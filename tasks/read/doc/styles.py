"""How text and paragraphs of an old Word document look; used by its reader.

    style of the paragraph, its ancestors first -> style of the characters -> the text itself

Source: [MS-DOC] 2.9.271 STSH, 2.9.260 STD, 2.6.1 Character Properties, 2.6.2 Paragraph Properties,
2.9.119 Ico, 2.9.43 COLORREF.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tasks.read.doc.file import FONTS, STYLES, WordFile
from tasks.read.doc.sprms import Sprm, sprms
from tasks.read.palette import AUTO, UNKNOWN
from tasks.read.seen import Look

_LEAST_SIZE, _LEAST_WIDTH = 4, 5
_DEEPEST_STYLE = 20
_NO_STYLE = 0xFFF
_OF_PARAGRAPHS, _OF_CHARACTERS = 1, 2
#: Numbers of styles that every document has: the first heading, the title.
_HEADINGS = frozenset((1, 62))
_COLOURS = (
    *("", "000000", "0000FF", "00FFFF", "00FF00", "FF00FF", "FF0000", "FFFF00", "FFFFFF"),
    *("00008B", "008B8B", "006400", "800080", "8B0000", "808000", "808080", "C0C0C0"),
)


class Face(NamedTuple):
    """What is said of some text."""

    hidden: bool = False
    deleted: bool = False
    struck: bool = False
    aligned: str = ""
    raised_by: int = 0
    size: int = 20
    width: int = 100
    colour: str = AUTO
    shade: str = AUTO
    font: int = 0
    #: A character that stands for something else than itself.
    special: bool = False
    #: Font and code of a symbol.
    symbol: tuple[int, int] | None = None


class Lines(NamedTuple):
    """What is said of a paragraph."""

    in_table: bool = False
    level: int = 0
    #: Its mark ends a row, and in tables within tables a row or a cell.
    ends_row: bool = False
    ends_inner_row: bool = False
    ends_inner_cell: bool = False
    shade: str = AUTO
    #: The number of its list, from 1, and its level, from 0.
    list: int = 0
    list_level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    kind: int
    number: int
    base: int
    of_paragraph: bytes = b""
    of_text: bytes = b""


class Styles:
    """The styles and fonts of a document, resolved as they are asked for."""

    def __init__(self, file: WordFile) -> None:
        self._styles = _styles(file.part(STYLES))
        self.fonts = _fonts(file.part(FONTS))
        self._faces: dict[tuple[int, bytes], Face] = {}
        self._lines: dict[tuple[int, bytes], Lines] = {}
        self._looks: dict[Face, Look] = {}

    def face(self, style: int, said: bytes) -> Face:
        """`style`: of the paragraph; `said`: of the text."""
        key = (style, said)
        if key not in self._faces:
            face = Face()
            for one in self._chain(style):
                face = _applied(face, one.of_text, face)
            own = next((one.number() for one in sprms(said) if one.code == 0x4A30), None)
            for one in () if own is None else self._chain(own):
                face = _applied(face, one.of_text, face)
            self._faces[key] = _applied(face, said, face)
        return self._faces[key]

    def lines(self, style: int, said: bytes) -> Lines:
        key = (style, said)
        if key not in self._lines:
            lines = Lines()
            for operations in (*(one.of_paragraph for one in self._chain(style)), said):
                for sprm in sprms(operations):
                    lines = _with(lines, sprm)
            self._lines[key] = lines
        return self._lines[key]

    def look(self, face: Face) -> Look:
        if face not in self._looks:
            self._looks[face] = Look(
                hidden=face.hidden,
                struck=face.struck,
                tiny=face.size < _LEAST_SIZE or face.width < _LEAST_WIDTH,
                aligned=face.aligned,
                raised_by=face.raised_by,
                colour=face.colour,
                shade=face.shade,
                font=self.fonts.get(face.font, ""),
            )
        return self._looks[face]

    def is_heading(self, style: int) -> bool:
        return any(one.number in _HEADINGS for one in self._chain(style))

    def _chain(self, style: int) -> list[_Style]:
        """The style behind those that it is based on."""
        chain: list[_Style] = []
        while style in self._styles and len(chain) < _DEEPEST_STYLE:
            chain.insert(0, self._styles[style])
            style = chain[0].base
        return chain


# Text.


def _applied(face: Face, said: bytes, style: Face) -> Face:
    """`style`: as the styles around have it, which switches may turn over."""
    for sprm in sprms(said):
        known = _TEXT.get(sprm.code)
        if known is not None:
            face = known(face, sprm, style)
    return face


_Change = Callable[[Face, Sprm, Face], Face]


def _switch(name: str) -> _Change:
    def change(face: Face, sprm: Sprm, style: Face) -> Face:
        said = sprm.number()
        around = bool(getattr(style, name))
        on = {0x80: around, 0x81: not around}.get(said, bool(said))
        return face._replace(**_named(name, on))

    return change


def _named(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def _number(name: str, *, signed: bool = False) -> _Change:
    def change(face: Face, sprm: Sprm, _style: Face) -> Face:
        value = sprm.signed() if signed else sprm.number()
        return face._replace(**_named(name, value))

    return change


def _coloured(name: str, read: Callable[[Sprm], str]) -> _Change:
    return lambda face, sprm, _: face._replace(**_named(name, read(sprm)))


def _aligned(face: Face, sprm: Sprm, _style: Face) -> Face:
    said = {1: "superscript", 2: "subscript"}.get(sprm.number(), "")
    return face._replace(aligned=said)


def _symbol(face: Face, sprm: Sprm, _style: Face) -> Face:
    if len(sprm.operand) < 4:
        return face
    font, code = struct.unpack_from("<HH", sprm.operand)
    return face._replace(symbol=(font, code))


def _plain(face: Face, _sprm: Sprm, style: Face) -> Face:
    return style._replace(special=face.special)


def _of_index(sprm: Sprm) -> str:
    number = sprm.number()
    return _COLOURS[number] if number < len(_COLOURS) else UNKNOWN


def _rgb(source: bytes) -> str:
    return AUTO if len(source) < 4 or source[3] else source[:3].hex().upper()


def old_shade(source: bytes) -> str:
    """As `shade`, in the shorter way of writing it."""
    said = int.from_bytes(source[:2], "little")
    if said == 0xFFFF:
        return AUTO
    fore, back = (
        _COLOURS[one] if one < len(_COLOURS) else UNKNOWN for one in (said & 31, said >> 5 & 31)
    )
    return _patterned(fore, back, said >> 10)


def shade(source: bytes) -> str:
    """The colour that is laid behind; "" for none."""
    if len(source) < 10:
        return AUTO
    pattern = int.from_bytes(source[8:10], "little")
    return AUTO if pattern == 0xFFFF else _patterned(_rgb(source), _rgb(source[4:]), pattern)


def _patterned(fore: str, back: str, pattern: int) -> str:
    if not pattern:
        return back
    return (fore or "000000") if pattern == 1 else UNKNOWN


_TEXT: Final[Mapping[int, _Change]] = {
    0x0800: _switch("deleted"),
    0x083C: _switch("hidden"),
    0x0837: _switch("struck"),
    0x2A53: _switch("struck"),
    0x0855: _switch("special"),
    0x2A48: _aligned,
    0x4845: _number("raised_by", signed=True),
    0x4A43: _number("size"),
    0x4852: _number("width"),
    0x4A4F: _number("font"),
    0x2A42: _coloured("colour", _of_index),
    0x6870: _coloured("colour", lambda sprm: _rgb(sprm.operand)),
    0x2A0C: _coloured("shade", _of_index),
    0x4866: _coloured("shade", lambda sprm: old_shade(sprm.operand)),
    0xCA71: _coloured("shade", lambda sprm: shade(sprm.operand)),
    0x6A09: _symbol,
    0x2A33: _plain,
}


# Paragraphs.


def _with(lines: Lines, sprm: Sprm) -> Lines:
    name = _SWITCHES.get(sprm.code)
    if name is not None:
        return lines._replace(**_named(name, bool(sprm.number())))
    match sprm.code:
        case 0x6649:
            return lines._replace(level=sprm.number())
        case 0x664A:
            return lines._replace(level=lines.level + sprm.signed())
        case 0x460B:
            return lines._replace(list=sprm.number())
        case 0x260A:
            return lines._replace(list_level=sprm.number())
        case 0x442D:
            return lines._replace(shade=old_shade(sprm.operand))
        case 0xC64D:
            return lines._replace(shade=shade(sprm.operand))
    return lines


_SWITCHES: Final[Mapping[int, str]] = {
    0x2416: "in_table",
    0x2417: "ends_row",
    0x244B: "ends_inner_cell",
    0x244C: "ends_inner_row",
}


# The tables of styles and fonts.


def _styles(source: bytes) -> dict[int, _Style]:
    found: dict[int, _Style] = {}
    if len(source) < 6:
        return found
    head, count, base = struct.unpack_from("<3H", source)
    at = 2 + head
    for number in range(count):
        if at + 2 > len(source):
            break
        size = struct.unpack_from("<H", source, at)[0]
        if size:
            made = _style(source[at + 2 : at + 2 + size], base)
            if made is not None:
                found[number] = made
        at += 2 + size + size % 2
    return found


def _style(source: bytes, base: int) -> _Style | None:
    """`base`: how long the part is that all styles have."""
    if len(source) < base + 2 or base < 10:
        return None
    number, kind, parts = struct.unpack_from("<3H", source)
    at = base + 2 + 2 * (struct.unpack_from("<H", source, base)[0] + 1)
    held: list[bytes] = []
    for _ in range(parts & 15):
        if at + 2 > len(source):
            break
        size = struct.unpack_from("<H", source, at)[0]
        held.append(source[at + 2 : at + 2 + size])
        at += 2 + size + size % 2
    is_of_text = kind & 15 == _OF_CHARACTERS
    paragraph = held[0][2:] if held and not is_of_text else b""
    text = held[0] if held and is_of_text else (held[1] if len(held) > 1 else b"")
    known = kind & 15 in (_OF_PARAGRAPHS, _OF_CHARACTERS)
    return _Style(
        kind=kind & 15,
        number=number & 0xFFF,
        base=kind >> 4 if kind >> 4 != _NO_STYLE else -1,
        of_paragraph=paragraph if known else b"",
        of_text=text if known else b"",
    )


def _fonts(source: bytes) -> dict[int, str]:
    """The names of fonts, in small letters."""
    found: dict[int, str] = {}
    at = 4
    count = int.from_bytes(source[:2], "little")
    for number in range(count):
        if at >= len(source):
            break
        size = source[at] + 1
        name = source[at + 40 : at + size]
        found[number] = name.decode("utf-16-le", "ignore").split("\0")[0].strip().lower()
        at += size
    return found
