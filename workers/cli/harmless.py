"""Text of documents and keys of strangers, on its way to a terminal or into a line."""

from __future__ import annotations

import unicodedata

#: Controls, those that turn the direction of writing, and line and paragraph separators.
_HARMFUL = ("Cc", "Cf", "Zl", "Zp")


def harmless(text: str) -> str:
    """Moves no cursor, colours nothing, reverses nothing, and stays on its line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in _HARMFUL else letter
        for letter in text
    )
