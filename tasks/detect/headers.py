"""What headers of a mail or of a part of one say: names of attachments and other parameters are
written in every way there is, and `email` breaks on some of them.

Source: RFC 2183; RFC 2231, 3 and 4; RFC 2047, which must not stand in a parameter, and does.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from tasks.detect.encoding import DECLARED, names_of
from tasks.model.patterns import regex

if TYPE_CHECKING:
    from email.message import Message

_PARAMETER = regex(r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""", re.S)
_ESCAPED = regex(r"\\([\\\"])")
#: A piece of a long value: its number, and whether `%E5` stands for a byte in it.
_PIECE = regex(r"\*(\d{1,3})(\*?)\Z")
_CHARSET = regex(r"([^']*)'[^']*'")
_PERCENT = regex(r"(?:%[0-9A-Fa-f]{2}){3}")
_WORDS_APART = regex(r"\?=\s+=\?")


def file_name(headers: Message) -> str:
    """As its sender meant it; "" where there is none."""
    for header, name in (("content-disposition", "filename"), ("content-type", "name")):
        found = dict(_parameters(value_of(headers, header)))
        said = _in_charset(found, name) or decoded_words(_percent(found.get(name, "")))
        if said:
            return said
    return ""


def parameter(headers: Message, name: str) -> str:
    """Of the content type; "" where it is not there."""
    found = dict(_parameters(value_of(headers, "content-type")))
    return (_in_charset(found, name) or found.get(name, "")).strip()


def value_of(headers: Message, name: str) -> str:
    """A header in one line; bytes that are no ASCII read as likely meant."""
    raw = next((value for key, value in headers.raw_items() if key.lower() == name), "")
    line = re.sub(r"\r?\n[ \t]*", " ", str(raw))
    return names_of([line.encode("utf-8", "surrogateescape")])[0]


def decoded_words(value: str) -> str:
    """With its encoded words read. Halves of a character that was cut between two of them are
    put together first."""
    if "=?" not in value:
        return value
    from email.errors import HeaderParseError  # few documents need them, and they take long
    from email.header import decode_header

    try:
        words = decode_header(_WORDS_APART.sub("?==?", value))
    except (HeaderParseError, binascii.Error, ValueError):
        return value
    return "".join(
        word if isinstance(word, str) else _of_charset(word, charset or "")
        for word, charset in words
    )


def _parameters(value: str) -> Iterator[tuple[str, str]]:
    for name, said in _PARAMETER.findall(value):
        plain = said.strip()
        if plain.startswith('"'):
            plain = _ESCAPED.sub(r"\1", plain[1:].removesuffix('"'))
        yield name.lower(), plain


def _in_charset(found: dict[str, str], parameter: str) -> str:
    """A value that tells its encoding, in one or in pieces; "" where there is none."""
    pieces = {int(one[1]): (said, bool(one[2])) for name, said in found.items()
              if name.startswith(parameter)
              and (one := _PIECE.match(name, len(parameter)))}  # fmt: skip
    if f"{parameter}*" in found:
        pieces = {0: (found[f"{parameter}*"], True)}
    if 0 not in pieces:
        return ""
    first, is_told = pieces[0]
    charset = _CHARSET.match(first) if is_told else None
    if charset:
        pieces[0] = (first[charset.end() :], True)
    raw = b"".join(
        unquote_to_bytes(said) if is_quoted else said.encode()
        for _, (said, is_quoted) in sorted(pieces.items())
    )
    return _of_charset(raw, charset[1] if charset else "")


def _percent(name: str) -> str:
    """Some programs write `%E5%B9%B4` without saying so; nothing else is written so."""
    if _PERCENT.search(name) and name.isascii():
        return names_of([unquote_to_bytes(name)])[0]
    return name


def _of_charset(raw: bytes, charset: str) -> str:
    """`gb2312` often is all of GBK."""
    try:
        return raw.decode(DECLARED.get(charset.lower(), charset or "utf-8"))
    except (LookupError, ValueError):
        return names_of([raw])[0]
