"""Bytes in the syntax of PDF → what they say, told by one pattern.

pdfminer looks at bytes a character at a time, which took most of the time of reading a PDF.
What is written as most programs write it is cut by one regular expression instead, into the very
objects that pdfminer makes of it, but where pdfminer takes a text otherwise than the standard. What
the pattern does not know, or pdfminer takes in a way of its own (nested brackets in a text, broken
bytes), is `Unknown`, and left to it.

Source: ISO 32000-1, 7.2, 7.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from pdfminer.pdftypes import PDFObjRef
from pdfminer.psparser import LIT, PSLiteral, literal_name

from tasks.model.patterns import regex

#: A number of more digits is none.
LONGEST_NUMBER = 40


class Unknown(Exception):
    """It is left to pdfminer."""


class Sign(Enum):
    ARRAY = auto()
    END_OF_ARRAY = auto()
    DICTIONARY = auto()
    END_OF_DICTIONARY = auto()
    REFERENCE = auto()
    NULL = auto()
    COMMENT = auto()


ARRAY, END_OF_ARRAY = Sign.ARRAY, Sign.END_OF_ARRAY
DICTIONARY, END_OF_DICTIONARY = Sign.DICTIONARY, Sign.END_OF_DICTIONARY
#: What all uses of the syntax share. Words of one use alone are given with it.
SIGNS: dict[bytes, Any] = {
    b"[": Sign.ARRAY,
    b"]": Sign.END_OF_ARRAY,
    b"<<": Sign.DICTIONARY,
    b">>": Sign.END_OF_DICTIONARY,
    b"true": True,
    b"false": False,
}

_TOKEN = regex(
    rb"""
    [A-Za-z][^\s\x00\#/%\[\]()<>{}]* | ' | "
    | [+-]?(?: [0-9]+\.?[0-9]* | \.[0-9]+ )
    | <<\s*/MCID\s+[0-9]{1,9}\s*>>(?!>)  # of nearly all dictionaries in content
    | <[0-9A-Fa-f\s]*>(?= (?:>>)* (?!>) )
    | \([^()\\]*(?: \\.[^()\\]* )*\)
    | /[^\s\x00\#/%\[\]()<>{}]*(?: \#[0-9A-Fa-f]{2}[^\s\x00\#/%\[\]()<>{}]* )*
    | \[ | \] | << | >>
    | %[^\r\n]*
    | \S  # what is not known
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = regex(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"b": 8, b"t": 9, b"n": 10, b"f": 12, b"r": 13, b"(": 40, b")": 41, b"\\": 92}
_DIGITS = regex(rb"[0-9]+")
_NUMBERED = regex(rb"#([0-9A-Fa-f]{2})")


class Nested:
    """What was read so far: numbers, names, bytes, lists, dictionaries, references, and what the
    given words stand for. Things of the class `outer` are within no list or dictionary; `of` is
    the document that references are to."""

    def __init__(
        self, words: Mapping[bytes, Any], *, outer: type | None = None, of: Any = None
    ) -> None:
        self.things: list[Any] = []
        self._outer = outer
        self._told = dict(words)
        self._of = of
        self._into = self.things
        self._open: list[tuple[Sign, list[Any]]] = []

    @property
    def is_open(self) -> bool:
        """Whether a list or a dictionary is not yet closed."""
        return bool(self._open)

    def read(self, source: bytes, start: int = 0, end: int | None = None) -> None:
        """Raises Unknown."""
        told, into = self._told, self._into
        for token in _TOKEN.findall(source, start, len(source) if end is None else end):
            thing = told.get(token)
            if thing is None:
                thing = told[token] = _tell(token)
            if thing.__class__ is Sign:
                into = self._after(thing)
            else:
                into.append(thing)

    def _after(self, sign: Sign) -> list[Any]:
        """Where the things go that follow."""
        if sign is ARRAY or sign is DICTIONARY:
            self._into = []
            self._open.append((sign, self._into))
        elif sign is END_OF_ARRAY or sign is END_OF_DICTIONARY:
            self._close(ARRAY if sign is END_OF_ARRAY else DICTIONARY)
        elif sign is Sign.REFERENCE:
            self._refer()
        elif sign is Sign.NULL:
            self._into.append(None)
        return self._into

    def _refer(self) -> None:
        number, generation = self._into[-2:] if len(self._into) > 1 else (None, None)
        if type(number) is not int or type(generation) is not int:
            raise Unknown
        self._into[-2:] = [PDFObjRef(self._of, number)]

    def _close(self, opened: Sign) -> None:
        if not self._open or self._open[-1][0] is not opened:
            raise Unknown
        _, inside = self._open.pop()
        if self._outer is not None and any(one.__class__ is self._outer for one in inside):
            raise Unknown
        self._into = self._open[-1][1] if self._open else self.things
        self._into.append(inside if opened is ARRAY else _dictionary(inside))


def _dictionary(inside: list[Any]) -> dict[str, Any]:
    keys, values = inside[::2], inside[1::2]
    if len(keys) != len(values) or any(key.__class__ is not PSLiteral for key in keys):
        raise Unknown
    pairs = zip(keys, values, strict=True)
    return {literal_name(key): value for key, value in pairs if value is not None}


def _tell(token: bytes) -> Any:
    """What a token stands for that is no word. Raises Unknown."""
    match token[:1]:
        case b"(" if len(token) > 1:
            return _ESCAPED.sub(_unescaped, token[1:-1]) if b"\\" in token else token[1:-1]
        case b"<" if token[1:2] == b"<":
            return {"MCID": int(_DIGITS.findall(token)[0])}
        case b"<" if len(token) > 1:
            return _of_hexadecimals(token[1:-1])
        case b"/":
            return _name(token[1:])
        case b"%":
            return Sign.COMMENT
    if len(token) > LONGEST_NUMBER or token.isalpha():
        raise Unknown
    try:
        return float(token) if b"." in token else int(token)
    except ValueError:
        raise Unknown from None


def _unescaped(match: re.Match[bytes]) -> bytes:
    """A character that needs no escape stays (ISO 32000-1, 7.3.4.2); pdfminer leaves it out."""
    escaped = match[1]
    if escaped[0] in b"01234567":
        code = int(escaped, 8)
        if code > 255:
            raise Unknown
        return bytes((code,))
    if escaped == b"\r":
        raise Unknown
    if escaped == b"\n":
        return b""  # the text goes on in the next line
    return bytes((_PLAIN[escaped],)) if escaped in _PLAIN else escaped


def _of_hexadecimals(digits: bytes) -> bytes:
    """Behind half a byte a 0 is left out (ISO 32000-1, 7.3.4.3); pdfminer puts it before."""
    said = b"".join(digits.split())
    try:
        return bytes.fromhex(f"{said.decode('ascii')}{'0' * (len(said) % 2)}")
    except ValueError:
        raise Unknown from None


def _name(name: bytes) -> Any:
    if b"#" in name:
        name = _NUMBERED.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), name)
    try:
        return LIT(str(name, "utf-8"))
    except UnicodeDecodeError:
        return LIT(name)
