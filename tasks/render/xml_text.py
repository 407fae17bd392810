"""Text of documents on its way into files of XML, which cannot hold every character, and into
cells of spreadsheets, which cannot hold every length."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tasks.model.patterns import regex

#: Longest text of a cell; what is behind it in a CSV file comes to stand in other cells.
#: Source: Excel specifications and limits.
LONGEST = 32_767
#: What XML 1.0 has no place for, section 2.2.
_UNFIT = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with U+FFFD for what cannot be written, and cut where it is too long."""
    if not text.isprintable():
        text = _UNFIT.sub("\ufffd", text)
    return fitting(text)


def fitting(text: str) -> str:
    """The text, cut where a cell has no place for more."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


#: Of a line, in points, as Chinese fonts need it; and how many lines are shown of a long text.
_LINE, _MOST_LINES = 16.5, 12


def row_height(entries: Iterable[object], widths: Iterable[float]) -> float:
    """Points that a row needs for its texts to be seen whole, in columns so many half-width
    characters wide. Spreadsheets reckon it themselves only when a person edits the row."""
    lines = (
        -(-_width(entry) // int(width))
        for entry, width in zip(entries, widths, strict=True)
        if isinstance(entry, str)
    )
    return _LINE * min(_MOST_LINES, max(1, *lines, 1))


def _width(text: str) -> int:
    """Quotation marks and their like (`A`) are as wide as a character in Chinese fonts."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WFA") for letter in text[:1000])
