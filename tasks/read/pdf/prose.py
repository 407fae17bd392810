"""Lines that stand in no table → paragraphs; headers, footers and page numbers told apart."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.document import Where
from tasks.read.pdf.lines import Line, is_han, line_text
from tasks.read.pdf.marks import Sheet

#: Shares of the height of a page, at its top and bottom, where headers and footers stand.
MARGIN = 0.12
#: Points that it has at least, unless that were a large share of a low page.
LEAST_MARGIN = 60.0
LARGEST_SHARE = 0.25
#: Heads of a table printed again may reach so many margins down; white between their lines, in
#: font sizes, at the most.
TWICE = 2.0
HEAD_LINES = 3.0
PAGE_NUMBER = re.compile(
    r"[-—–─－~·•\s]*(?:\d{1,4}|[ivxlcdm]{1,7})[-—–─－~·•\s]*"
    r"|(?:page|p\.?|第)\s*[-\d]+\s*页?\s*(?:[,，/]?\s*(?:of|共|/)?\s*\d+\s*页?)?"
    r"|\d+\s*(?:/|of)\s*\d+",
    re.IGNORECASE,
)
#: A line is full if it ends within this many characters of the edge of its column.
FULL = 2.2
#: An indented line begins this many characters to the right of the others.
INDENT = 1.2
HEADING = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|第.{1,4}[章节条]"
)
CLOSED = "。！？!?：:；;"


@dataclass(slots=True)
class Text:
    """A paragraph on one page."""

    text: str
    box: Box
    where: Where
    #: Whether it may go on in the next paragraph: its last line is full and not closed.
    open_end: bool
    #: Whether its first line begins where other lines do, not indented.
    flush: bool


@dataclass(slots=True)
class Margins:
    """The page furniture of a document: by sheet, the lines that are no body text."""

    furniture: dict[int, set[int]]
    #: Running headers and footers, each where it first stood, by sheet.
    first: dict[int, list[Line]]


def find_furniture(sheets: list[tuple[Sheet, list[Line]]]) -> Margins:
    """Which lines (by id) are page numbers, or repeat at the same height on other pages."""
    places: Counter[tuple[str, int]] = Counter()
    near_margin: list[tuple[Sheet, Line, str]] = []
    for sheet, lines in sheets:
        for line in lines:
            if _in_margin(line.box, sheet, TWICE):
                text = re.sub(r"\d+", "0", "".join(line_text(line.glyphs).split()))
                near_margin.append((sheet, line, text))
                places[text, round(line.box.top / 6)] += 1
    repeated: dict[int, list[Line]] = {}
    for sheet, line, text in near_margin:
        height = round(line.box.top / 6)
        times = sum(places[text, near] for near in (height - 1, height, height + 1))
        if times >= max(2, 0.3 * len(sheets)) and _has_words(text):
            repeated.setdefault(sheet.leaf, []).append(line)
    margins = Margins({}, {})
    told: set[str] = set()
    for sheet, line, text in near_margin:
        if not _in_margin(line.box, sheet):
            continue
        is_number = PAGE_NUMBER.fullmatch(line_text(line.glyphs).strip()) is not None
        again = repeated.get(sheet.leaf, [])
        if is_number and _is_outermost(line, sheet, sheets):
            margins.furniture.setdefault(sheet.leaf, set()).add(id(line))
        elif line in again and not _leaves_margin(line, again, sheet):
            margins.furniture.setdefault(sheet.leaf, set()).add(id(line))
            if text not in told and not is_number:
                told.add(text)
                margins.first.setdefault(sheet.leaf, []).append(line)
    return margins


def _has_words(text: str) -> bool:
    """Rows of figures at the top of two pages look alike, too, and are no running header."""
    return sum(letter.isalpha() for letter in text) > 1


def _leaves_margin(line: Line, repeated: list[Line], sheet: Sheet) -> bool:
    """Whether lines that repeat go on from it, out of the margin at the top: the heads of a
    table that are printed again."""
    if line.box.top > sheet.height / 2:
        return False
    bottom = line.box.bottom
    for below in sorted(repeated, key=lambda other: other.box.top):
        if below.box.bottom <= bottom:
            continue
        if below.box.top - bottom > HEAD_LINES * below.size or below.box.top > sheet.height / 2:
            return False
        if not _in_margin(below.box, sheet):
            return True
        bottom = below.box.bottom
    return False


def _in_margin(box: Box, sheet: Sheet, times: float = 1.0) -> bool:
    margin = max(MARGIN * sheet.height, min(LEAST_MARGIN, LARGEST_SHARE * sheet.height))
    margin *= times
    return box.bottom < margin or box.top > sheet.height - margin


def _is_outermost(line: Line, sheet: Sheet, sheets: list[tuple[Sheet, list[Line]]]) -> bool:
    """A bare number is a page number only where nothing stands beyond it."""
    lines = next(lines for other, lines in sheets if other is sheet)
    if line.box.top > sheet.height / 2:
        return all(other.box.bottom <= line.box.bottom for other in lines)
    return all(other.box.top >= line.box.top for other in lines)


def lines_to_texts(lines: list[Line], sheet: Sheet) -> list[Text]:
    """Paragraphs, top to bottom: a line goes on in the next if it is full."""
    if not lines:
        return []
    left = _common([line.box.x0 for line in lines])
    right = max(line.box.x1 for line in lines)
    texts: list[Text] = []
    run: list[Line] = []
    for line in lines:
        if run and not _goes_on(run, line, left, right):
            texts.append(_to_text(run, sheet, left, right))
            run = []
        run.append(line)
    texts.append(_to_text(run, sheet, left, right))
    return texts


def _common(places: list[float]) -> float:
    """The place most lines share, to the nearest 3 points; the least one if none is shared."""
    counts = Counter(round(place / 3) for place in places)
    place, count = counts.most_common(1)[0]
    return place * 3.0 if count > 1 else min(places)


def _goes_on(run: list[Line], line: Line, left: float, right: float) -> bool:
    last = run[-1]
    size = max(last.size, line.size)
    pitch = line.box.middle[1] - last.box.middle[1]
    usual = (
        median(after.box.middle[1] - before.box.middle[1] for before, after in pairwise(run))
        if len(run) > 1
        else pitch
    )
    return (
        abs(last.size - line.size) < 0.15 * size
        and right - last.box.x1 < FULL * size
        and line.box.x0 - left < INDENT * size
        and 0 < pitch < 1.3 * usual + 1
        and pitch < 3.2 * size
    )


def _to_text(run: list[Line], sheet: Sheet, left: float, right: float) -> Text:
    text = ""
    for line in run:
        text = join_lines(text, line_text(line.glyphs))
    last = run[-1]
    box = hull([line.box for line in run])
    return Text(
        text=text,
        box=box,
        where=sheet.where(box),
        open_end=right - last.box.x1 < FULL * last.size and text[-1:] not in CLOSED,
        flush=run[0].box.x0 - left < INDENT * run[0].size and not HEADING.match(text),
    )


def join_lines(text: str, line: str) -> str:
    """Two lines of a paragraph; a word that was divided at the line's end is made whole."""
    if not text or not line:
        return text + line
    if is_han(text[-1]) or is_han(line[0]):
        return text + line
    if text.endswith("-") and text[-2:-1].isalpha() and line[0].islower():
        return text[:-1] + line
    return f"{text} {line}"
