"""Lines for a terminal: how wide a text is there, and how it is folded. A Chinese character
takes two columns."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator

#: Where nobody looks at a terminal, and at most.
USUAL = 80
#: Longer lines are hard to read however wide the window is.
WIDEST = 100
_OPENS, _CLOSES = "（“‘《", "，。；：、！？）”’》·…"
#: What is never parted: a word, a number, a path; a sign that closes goes with what is before,
#: one that opens with what comes.
_PIECES = re.compile(
    rf"[{_OPENS}]*(?:[!-~]+[{_CLOSES}]* ?|[^\s!-~{_OPENS}][{_CLOSES}]*)|\s+|[{_OPENS}]+"
)


def width(text: str) -> int:
    """Columns that the text takes."""
    if text.isascii():
        return len(text)
    return sum(_width_of(letter) for letter in text)


def _width_of(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WFA" else 1


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def terminal_width() -> int:
    """Of the terminal behind stdout, or the usual one."""
    try:
        found = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return USUAL
    return min(found or USUAL, WIDEST)


def folded(text: str, columns: int, indent: str = "") -> list[str]:
    """Lines of at most `columns`, all but the first with the indent before them. A piece that
    is wider than the line is cut."""
    lines, line = [], ""
    for piece in _pieces(text, max(columns - width(indent), 2)):
        if line.strip() and width(line) + width(piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line, piece = indent, piece.lstrip()
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, widest: int) -> Iterator[str]:
    for piece in _PIECES.findall(text):
        while width(piece.rstrip()) > widest:
            cut = _fitting(piece, widest)
            yield piece[:cut]
            piece = piece[cut:]
        yield piece


def _fitting(piece: str, widest: int) -> int:
    """How many letters of the piece fit; at least one."""
    taken = 0
    for number, letter in enumerate(piece):
        taken += _width_of(letter)
        if taken > widest:
            return max(number, 1)
    return len(piece)
