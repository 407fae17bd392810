"""Lines that stand in no table → paragraphs; headers, footers and page numbers told apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.document import Where
from tasks.model.patterns import regex
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
#: A line is repeated that stands on this share of the sheets, and on two at least, at one height,
#: in steps of so many points.
REPEATED = 0.3
ONE_HEIGHT = 6
PAGE_NUMBER = regex(
    r"[-—–─－~·•\s]*(?:\d{1,4}|[ivxlcdm]{1,7})[-—–─－~·•\s]*"
    r"|(?:page|p\.?|第)\s*[-\d]+\s*页?\s*(?:[,，/]?\s*(?:of|共|/)?\s*\d+\s*页?)?"
    r"|\d+\s*(?:/|of)\s*\d+",
    re.IGNORECASE,
)
#: A line is full if it ends within this many characters of the edge of its column.
FULL = 2.2
#: An indented line begins this many characters to the right of the others.
INDENT = 1.2
#: Lines begin at one place, in steps of so many points.
ONE_EDGE = 3.0
#: Lines of one paragraph are of one size, but for this share; are no farther apart than the
#: others by this factor, and than so many sizes.
SAME_SIZE = 0.15
SAME_PITCH = 1.3
WIDEST_PITCH = 3.2
HEADING = regex(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|第.{1,4}[章节条]")
CLOSED = "。！？!?：:；;"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph on one page."""

    text: str
    box: Box
    where: Where
    #: Whether it may go on in the next paragraph: its last line is full and not closed.
    open_end: bool
    #: Whether its first line begins where other lines do, not indented.
    flush: bool


@dataclass(frozen=True, slots=True)
class Margins:
    """The page furniture of a document: lines that are no body text."""

    furniture: frozenset[Line]
    #: Running headers and footers, each where it first stood.
    first: tuple[tuple[Sheet, Line], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """A line near the margin of a sheet, and the lines of that sheet."""

    sheet: Sheet
    line: Line
    lines: Sequence[Line]
    #: What it says, without blanks, whatever its figures are; and at which height, roughly.
    text: str
    height: int

    @property
    def on_top(self) -> bool:
        return self.line.box.top <= self.sheet.height / 2


def find_furniture(sheets: Sequence[tuple[Sheet, Sequence[Line]]]) -> Margins:
    """Lines that are page numbers, or repeat at the same height on other pages."""
    near = [
        _to_near(sheet, line, lines)
        for sheet, lines in sheets
        for line in lines
        if _in_margin(line.box, sheet, TWICE)
    ]
    places = Counter((one.text, one.height) for one in near)
    repeated: dict[int, list[Line]] = defaultdict(list)
    for one in near:
        times = sum(places[one.text, one.height + off] for off in (-1, 0, 1))
        if times >= max(2, REPEATED * len(sheets)) and _has_words(one.text):
            repeated[one.sheet.leaf].append(one.line)
    furniture: set[Line] = set()
    first: dict[str, tuple[Sheet, Line]] = {}
    for one in near:
        again = repeated[one.sheet.leaf]
        is_number = PAGE_NUMBER.fullmatch(line_text(one.line.glyphs).strip()) is not None
        if not _in_margin(one.line.box, one.sheet):
            continue
        if is_number and _is_outermost(one):
            furniture.add(one.line)
        elif one.line in again and not _leaves_margin(one, again):
            furniture.add(one.line)
            if not is_number:
                first.setdefault(one.text, (one.sheet, one.line))
    return Margins(frozenset(furniture), tuple(first.values()))


def _to_near(sheet: Sheet, line: Line, lines: Sequence[Line]) -> Near:
    text = re.sub(r"\d+", "0", "".join(line_text(line.glyphs).split()))
    return Near(sheet, line, lines, text, round(line.box.top / ONE_HEIGHT))


def _has_words(text: str) -> bool:
    """Rows of figures at the top of two pages look alike, too, and are no running header."""
    return sum(letter.isalpha() for letter in text) > 1


def _leaves_margin(near: Near, repeated: Sequence[Line]) -> bool:
    """Whether lines that repeat go on from it, out of the margin at the top: the heads of a
    table that are printed again."""
    if not near.on_top:
        return False
    bottom, middle = near.line.box.bottom, near.sheet.height / 2
    for below in sorted(repeated, key=lambda other: other.box.top):
        if below.box.bottom <= bottom:
            continue
        if below.box.top - bottom > HEAD_LINES * below.size or below.box.top > middle:
            return False
        if not _in_margin(below.box, near.sheet):
            return True
        bottom = below.box.bottom
    return False


def _in_margin(box: Box, sheet: Sheet, times: float = 1.0) -> bool:
    margin = max(MARGIN * sheet.height, min(LEAST_MARGIN, LARGEST_SHARE * sheet.height)) * times
    return box.bottom < margin or box.top > sheet.height - margin


def _is_outermost(near: Near) -> bool:
    """A bare number is a page number only where nothing stands beyond it."""
    box = near.line.box
    if near.on_top:
        return all(other.box.top >= box.top for other in near.lines)
    return all(other.box.bottom <= box.bottom for other in near.lines)


def lines_to_texts(lines: Sequence[Line], sheet: Sheet) -> list[Text]:
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
    """The place most lines share, roughly; the least one if none is shared."""
    counts = Counter(round(place / ONE_EDGE) for place in places)
    place, count = counts.most_common(1)[0]
    return place * ONE_EDGE if count > 1 else min(places)


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
        abs(last.size - line.size) < SAME_SIZE * size
        and right - last.box.x1 < FULL * size
        and line.box.x0 - left < INDENT * size
        and 0 < pitch < SAME_PITCH * usual + 1
        and pitch < WIDEST_PITCH * size
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
