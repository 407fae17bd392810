"""The bytes of an RTF, cut into control words, groups and text; used by the RTF reader.

Source: Rich Text Format Specification 1.9.1, Basic Entities, Binary Data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from tasks.model.patterns import regex


class Kind(IntEnum):
    OPEN = 0
    CLOSE = 1
    #: `\\word12`
    WORD = 2
    #: `\\~` and its like.
    SYMBOL = 3
    #: Bytes of text, also those written `\\'hh`.
    TEXT = 4


class Token(NamedTuple):
    kind: Kind
    word: str = ""
    #: What stands behind a control word; None where nothing does.
    number: int | None = None
    data: bytes = b""


_START = rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|((?:\\'[0-9A-Fa-f]{2})+)|\\(.)|([{}])|[\r\n\x00]+"
_SINGLE = regex(_START + rb"|([^\\{}\r\n\x00]+)", re.DOTALL)
#: Where two bytes are one character the second may look like a sign of RTF.
_DOUBLE = regex(_START + rb"|((?:[\x81-\xfe][\x40-\xfe]|[^\\{}\r\n\x00])+)", re.DOTALL)
_BRACES = regex(rb"\\bin([0-9]{1,10}) ?|\\.|[{}]", re.DOTALL)

_OPEN, _CLOSE = Token(Kind.OPEN), Token(Kind.CLOSE)


class Tokens:
    """A walk over the bytes, which may pass over a group that nobody reads."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._at = 0
        #: Characters of two bytes may stand in the file as they are.
        self.double = False

    def __iter__(self) -> Iterator[Token]:
        source = self._source
        while True:
            found = (_DOUBLE if self.double else _SINGLE).match(source, self._at)
            if found is None:
                return
            self._at = found.end()
            match found.lastindex:
                case 1 | 2:
                    yield self._word(found)
                case 3:
                    digits = found[3].replace(b"\\'", b"").decode()
                    yield Token(Kind.TEXT, data=bytes.fromhex(digits))
                case 4:
                    yield _symbol(found[4])
                case 5:
                    yield _OPEN if found[5] == b"{" else _CLOSE
                case 6:
                    yield Token(Kind.TEXT, data=found[6])

    def _word(self, found: re.Match[bytes]) -> Token:
        word = found[1].decode("ascii")
        number = None if found[2] is None else int(found[2])
        if word == "bin" and number is not None and number > 0:
            self._at = min(self._at + number, len(self._source))
        return Token(Kind.WORD, word, number)

    def skip_group(self) -> bool:
        """To behind the end of the group that is open; False where it has none."""
        depth = 1
        while True:
            found = _BRACES.search(self._source, self._at)
            if found is None:
                self._at = len(self._source)
                return False
            self._at = found.end()
            if found[1] is not None:
                self._at = min(self._at + int(found[1]), len(self._source))
            elif found[0] == b"{":
                depth += 1
            elif found[0] == b"}":
                depth -= 1
                if not depth:
                    return True


def _symbol(one: bytes) -> Token:
    if one in b"\\{}":
        return Token(Kind.TEXT, data=one)
    return Token(Kind.SYMBOL, one.decode("latin-1"))
