"""Text -> lines without what extractors and browsers put between them.

Invisible characters, numbers before the lines, quotation marks, one space between every two
characters, page numbers and running heads: none of it is the document's. A line keeps the
number it has in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.model.limits import MAX_CHARACTERS
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.text.pages import NUMBER, page_heads

_INVISIBLE = dict.fromkeys(
    (0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065))
)
_SPACES = {0xA0: " ", 0x2007: " ", 0x202F: " ", 0x2002: " ", 0x2003: " ", 0x2009: " "}
_CLEARED = {**_INVISIBLE, **_SPACES}
_ANY_CLEARED = regex(f"[{''.join(map(chr, _CLEARED))}]")
_BOOKMARK = regex(r"\[bookmark: ?[^\]\n]{0,80}\]")
_LINE_ENDS = regex(r"\r\n|[\r\n\v\x85\u2028\u2029]")

_PAGE = regex(rf"[-—–~·<\[【〈(（\s]*{NUMBER}[-—–~·>\]】〉)）\s]*", re.IGNORECASE)
#: `- 3 -`, `3/5`, `3`: page numbers only where they count the pages up.
_COUNTED = (
    regex(r"\s*[-—–－~·]\s*(?P<page>\d{1,3})\s*[-—–－~·]\s*"),
    regex(r"\s*(?P<page>[1-9]\d{0,2})\s*/\s*(?P<of>[1-9]\d{0,2})\s*"),
)
_ALONE = regex(r"\s*(?P<page>[1-9]\d{0,2})\s*")
_DIGITS = regex(r"\d+")
_NUMBERED = regex(r"[ \t]*(?P<number>\d{1,7})(?:\t|[:：|.]|[ ]{1,4}(?=\S)|$)(?P<rest>.*)")
#: A report has some hundred lines, one cell a line some thousand.
_MOST_LINES = 300_000
#: Fewer lines than this show no habit of an extractor.
_FEWEST = 8


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    #: Counted from 1 at form feeds and page numbers; None where there are none.
    page: int | None = None

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def text_to_lines(text: str) -> list[Line]:
    """The lines of a text. Raises Refusal `too_complex`."""
    return without_pages(_without_margin(_without_numbers(_condensed(numbered(text)))))


def numbered(text: str) -> list[Line]:
    """All lines as they stand, but for what cannot be seen. Raises Refusal `too_complex`."""
    if len(text) > MAX_CHARACTERS:
        raise _too_long(MAX_CHARACTERS, "个字符", "characters")
    if _ANY_CLEARED.search(text):
        text = text.translate(_CLEARED)
    text = _BOOKMARK.sub("", text)
    texts = _LINE_ENDS.split(text)
    if len(texts) > _MOST_LINES:
        raise _too_long(_MOST_LINES, "行", "lines")
    return [Line(n, line) for n, line in enumerate(texts, 1)]


def _too_long(most: int, of: str, of_en: str) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"文本过长（最多 {most} {of}）。请拆分后重新提交。",
        f"The text is too long (at most {most} {of_en}). Split it and send it again.",
    )


# Habits of a whole text


def _condensed(lines: Sequence[Line]) -> list[Line]:
    """A text in which a space follows every character, without those spaces."""
    said = [line.text.strip() for line in lines if len(line.text.strip()) > 4]
    spaced = [text for text in said if not text[1::2].strip(" ")]
    if len(said) < _FEWEST or len(spaced) * 10 < len(said) * 9 or not _is_chinese(spaced):
        return list(lines)
    return [
        Line(line.number, _every_other(line.text)) if " " in line.text else line for line in lines
    ]


def _is_chinese(texts: Sequence[str]) -> bool:
    """Most signs are Chinese: figures with spaces between them are figures."""
    signs = Counter(_is_han(sign) for text in texts for sign in text if sign != " ")
    return signs[True] > signs[False]


def _every_other(text: str) -> str:
    if not text[1::2].strip(" "):
        return text[::2]
    stripped = text.strip(" ")
    return text if stripped[1::2].strip(" ") else stripped[::2]


def _without_numbers(lines: Sequence[Line]) -> list[Line]:
    """A listing without the number before each line."""
    filled = [line for line in lines if not line.blank]
    if len(filled) < _FEWEST:
        return list(lines)
    found = [_NUMBERED.fullmatch(line.text) for line in filled]
    numbers = [int(match["number"]) for match in found if match]
    if len(numbers) < len(filled) or any(after <= before for before, after in pairwise(numbers)):
        return list(lines)
    if numbers[-1] - numbers[0] >= 2 * (filled[-1].number - filled[0].number) + _FEWEST:
        return list(lines)
    marks = {_marks(match["rest"]) for match in found if match}
    if len(marks) == 1 and marks != {0}:
        # a table whose first column counts its rows
        return list(lines)
    space = all(match["rest"][:1] in ("", " ") for match in found if match)
    rests = iter(match["rest"][1 if space else 0 :] for match in found if match)
    return [line if line.blank else Line(line.number, next(rests)) for line in lines]


def _marks(text: str) -> int:
    return sum(text.count(mark) for mark in "|\t,;")


def _without_margin(lines: Sequence[Line]) -> list[Line]:
    """Without the spaces, or the `>` of a quotation, before every line."""
    filled = [line for line in lines if not line.blank]
    if len(filled) >= _FEWEST and all(line.text.startswith(">") for line in filled):
        lines = [Line(line.number, line.text[1:].removeprefix(" ")) for line in lines]
        filled = [line for line in lines if not line.blank]
    margin = min((_indent(line.text) for line in filled), default=0)
    if not margin:
        return list(lines)
    return [Line(line.number, line.text[margin:]) for line in lines]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \u3000"))


# Pages


def without_pages(lines: Sequence[Line]) -> list[Line]:
    """Without page numbers, running heads and form feeds."""
    plain, breaks = _at_form_feeds(lines)
    dropped = {at for at, line in enumerate(plain) if _is_page(line.text)}
    dropped |= page_heads([line.text for line in plain])
    for pattern in _COUNTED:
        dropped |= _counted(plain, pattern)
    dropped |= _counted_at_breaks(plain, breaks)
    starts = sorted(breaks | {at + 1 for at in dropped})
    dropped |= _running_heads(plain, starts)
    if not starts:
        return plain
    return [
        Line(line.number, line.text, bisect_right(starts, at) + 1)
        for at, line in enumerate(plain)
        if at not in dropped
    ]


def _is_page(text: str) -> bool:
    return len(text) < 60 and bool(_PAGE.fullmatch(text))


def _at_form_feeds(lines: Sequence[Line]) -> tuple[list[Line], set[int]]:
    """The lines cut at form feeds, and the indices of those that begin a page."""
    plain: list[Line] = []
    breaks: set[int] = set()
    for line in lines:
        parts = line.text.split("\f")
        for part in parts[:-1]:
            if part.strip():
                plain.append(Line(line.number, part))
            breaks.add(len(plain))
        if parts[-1].strip() or len(parts) == 1:
            plain.append(Line(line.number, parts[-1]) if len(parts) > 1 else line)
    return plain, breaks


def _counted(lines: Sequence[Line], pattern: re.Pattern[str]) -> set[int]:
    """Lines written alike that count up by one from the first to the last."""
    found: dict[str, list[tuple[int, int]]] = {}
    for at, line in enumerate(lines):
        if len(line.text) < 200 and (match := pattern.fullmatch(line.text)):
            style = _DIGITS.sub("#", line.text.strip(), count=1)
            found.setdefault(style, []).append((at, int(match["page"])))
    return {at for written in found.values() if _counts_up(written) for at, _ in written}


def _counts_up(found: Sequence[tuple[int, int]]) -> bool:
    pages = [page for _, page in found]
    return len(pages) > 1 and all(after == before + 1 for before, after in pairwise(pages))


def _counted_at_breaks(lines: Sequence[Line], breaks: set[int]) -> set[int]:
    """Bare numbers, each the last line of a page or each the first, that count up."""
    if len(breaks) < 2:
        return set()
    for lasts in (True, False):
        edges = [_edge(lines, at, lasts) for at in sorted(breaks)]
        numbers = [(at, m) for at in edges if at is not None and (m := _alone(lines[at].text))]
        if len(numbers) < len(breaks):
            continue
        if all(after == before + 1 for (_, before), (_, after) in pairwise(numbers)):
            return {at for at, _ in numbers}
    return set()


def _alone(text: str) -> int | None:
    found = _ALONE.fullmatch(text)
    return int(found["page"]) if found else None


def _edge(lines: Sequence[Line], start: int, last: bool) -> int | None:
    """The last line with text before a page's start, or the first one from it on."""
    span = range(start - 1, max(start - 4, -1), -1) if last else range(start, start + 3)
    return next((at for at in span if at < len(lines) and not lines[at].blank), None)


def _running_heads(lines: Sequence[Line], starts: Iterable[int]) -> set[int]:
    """The line that most pages begin with, where it stands again and again."""
    firsts = {at for start in starts if (at := _edge(lines, start, False)) is not None}
    said = Counter(lines[at].text.strip() for at in firsts)
    heads = {
        text
        for text, times in said.items()
        if times >= 2 and times * 5 >= len(firsts) * 3 and sum(map(_is_han, text)) >= 4
    }
    return {at for at in firsts if lines[at].text.strip() in heads and "|" not in lines[at].text}


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
