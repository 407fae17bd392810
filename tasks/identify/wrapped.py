"""Lines that were broken at a width -> the paragraphs that they were.

A text that was saved with every line cut at the same width has figures and names cut in two:
`收到申请1` / `5件`. Where a document is broken so, a full line goes on in the next one.

In plain text each line is a block; in other formats the blocks are paragraphs, and only the
lines inside of one may be broken.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from tasks.model.document import Document, Format, Paragraph
from tasks.model.patterns import regex

#: Characters; narrower and wider lines are not broken by a program.
_NARROWEST, _WIDEST = 20, 200
#: A wide character that does not fit any more leaves so many columns free, and a sign that
#: must not stand at the head of a line is taken along.
_PLAY = 3
#: As few full lines as these may be full by chance.
_FEWEST = 4
#: Prose has signs in it; titles, names and entries of a menu of one length have none. At least
#: one of so many lines must have one.
_PROSE = 3
_SIGN = regex(r"[，。；、：,;]")
#: What begins with a number of its own goes on from nothing, and what has ended goes on nowhere.
_NUMBERED = regex(
    r"(?:第?[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]"
    r"|\d{1,2}[)）、.．](?!\d)|[①-⑳])"
)
_ENDED = ("。", "；", ";", "：", ":")


def paragraphs(document: Document) -> Iterator[str]:
    """The texts outside the tables, in reading order."""
    for is_text, run in groupby(document.blocks, key=lambda block: isinstance(block, Paragraph)):
        if not is_text:
            continue
        texts = [block.text for block in run if isinstance(block, Paragraph)]
        for lines in [texts] if document.format is Format.TEXT else [[text] for text in texts]:
            yield from _joined(lines)


def _joined(texts: Sequence[str]) -> Iterator[str]:
    lines = [line.strip() for text in texts for line in text.split("\n")]
    if len(lines) < _FEWEST:
        yield from texts
        return
    goes_on = [
        full and not line.endswith(_ENDED) and not _NUMBERED.match(after)
        for full, (line, after) in zip(_full(lines), pairwise([*lines, ""]), strict=True)
    ]
    signed = sum(on and bool(_SIGN.search(line)) for line, on in zip(lines, goes_on, strict=True))
    if sum(goes_on) < _FEWEST or signed * _PROSE < sum(goes_on):
        yield from texts
        return
    whole = ""
    for line, on in zip(lines, goes_on, strict=True):
        whole += line
        if not on:
            yield whole
            whole = ""
    if whole:
        yield whole


def _full(lines: Sequence[str]) -> list[bool]:
    """Which lines are full, by the measure by which more of them are: columns or characters."""
    measured = ([measure(line) for line in lines] for measure in (_columns, len))
    return max((_at_the_edge(widths) for widths in measured), key=sum)


def _at_the_edge(widths: Sequence[int]) -> list[bool]:
    edge = max(widths, default=0)
    broken = _NARROWEST <= edge <= _WIDEST
    return [broken and width >= edge - _PLAY for width in widths]


def _columns(line: str) -> int:
    """What the line takes in a terminal."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in line)
