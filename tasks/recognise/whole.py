"""Runs of a page -> texts: labels that take several lines, or are set apart, made whole.

A label is whole where its lines together say what the form says. So of two labels that stand
as close as two lines, each keeps its own.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.model.box import Box, hull
from tasks.model.document import TextRun, Where
from tasks.model.patterns import regex
from tasks.says.labels import NOT_EXACT, key
from tasks.says.vocabulary import all_labels, label_keys

#: White between two lines of one label, in heights of a line, at the most; and where they
#: say exactly what the form says, with an empty line between them.
LINE_GAP = 0.8
_EMPTY_LINE = 2.0
#: White between two parts of a label that is set apart, and between a label and a mark of it
#: that stands alone, likewise.
_PART_GAP = 2.2
#: A line below another begins at least this far below its top, and lines this near to each
#: other are level, likewise.
_NEXT_LINE = 0.5
#: Two runs stand in one line if their tops differ by this share of a line's height.
_LEVEL = 0.3
#: A label takes so many lines at the most; one that is set vertically is one a character.
_MOST_LINES = 16
#: The text that another goes on from is one of so many before it.
_NEAR_TEXTS = 60
_OPEN_REMARK = regex(r"(?<=.)[(（][^()（）]*$")
#: Unicode categories of marks that open.
_OPENING = ("Ps", "Pi")

#: What a text says: the id of a label, and how surely, 0 to 1. None where it says none.
Says = Callable[[str], "tuple[str, float] | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A label, a figure or anything else, from the runs that it is written in."""

    text: str
    runs: tuple[TextRun, ...]
    #: Its place on the sheet that it begins on.
    box: Box
    #: The id of the label that it says, None where it says none.
    says: str | None

    @classmethod
    def of(cls, text: str, runs: Iterable[TextRun], says: str | None = None) -> Text:
        """`runs`: at least one, in reading order."""
        runs = tuple(runs)
        box = hull(run.box for run in runs if run.sheet == runs[0].sheet)
        return cls(text, runs, box, says)

    @property
    def sheet(self) -> int:
        """The sheet that it begins on."""
        return self.runs[0].sheet

    @property
    def middle(self) -> tuple[float, float]:
        return self.box.middle

    @property
    def height(self) -> float:
        """Of one of its lines."""
        return line_height(self.runs[0])

    def levels(self, sheet: int) -> tuple[float, float] | None:
        """Top and bottom of what stands of it on a sheet."""
        boxes = [run.box for run in self.runs if run.sheet == sheet]
        return (min(box.top for box in boxes), max(box.bottom for box in boxes)) if boxes else None

    def on(self, other: Text) -> Text:
        """The same at the height of another text, on its sheet."""
        where = replace(other.runs[0].where, box=None)
        box = self.box._replace(top=other.box.top, bottom=other.box.bottom)
        run = replace(self.runs[0], sheet=other.sheet, box=box, where=where)
        return Text.of(self.text, (run,), self.says)

    def then(self, other: Text) -> Text:
        """Both as one, the other below."""
        return Text.of(f"{self.text}\n{other.text}", (*self.runs, *other.runs), self.says)


def with_next_lines(texts: Iterable[Text], goes_on: Callable[[Text, Text], bool]) -> list[Text]:
    """Texts from top to bottom, those in one that are lines of one.

    `goes_on`: whether the second text is the next line of the first.
    """
    joined: list[Text] = []
    for text in sorted(texts, key=lambda text: (text.sheet, text.box.top)):
        last = len(joined) - 1
        nearest_first = range(last, max(last - _NEAR_TEXTS, -1), -1)
        above = next((at for at in nearest_first if goes_on(joined[at], text)), None)
        if above is None:
            joined.append(text)
        else:
            joined[above] = joined[above].then(text)
    return joined


def runs_to_texts(runs: Iterable[TextRun], says: Says, table: str) -> list[Text]:
    """Labels that say exactly what the form says first, the longest first; then those that say
    it nearly; the rest as it stands. Each run is in one text."""
    lines = _with_parts_joined(runs, table)
    longest = max(map(len, all_labels(table)))
    taken: set[_Line] = set()
    texts: list[Text] = []
    for label in sorted(_labels(lines, says, longest), key=lambda one: one.rank, reverse=True):
        if taken.isdisjoint(label.lines):
            taken.update(label.lines)
            texts.append(_to_text(label.lines, label.says))
    others = [_to_text((line,)) for line in lines if line not in taken]
    texts += [text for text in others if key(text.text)]
    for mark in others:
        if not key(mark.text):
            _put_back(mark, texts)
    return texts


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A run, or what stands side by side as one."""

    run: TextRun
    parts: tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class _Label:
    """Lines below each other that may be one label."""

    lines: tuple[_Line, ...]
    says: str
    #: Whether they say exactly that, and how many signs say it.
    rank: tuple[bool, float]


def _to_text(lines: Sequence[_Line], says: str | None = None) -> Text:
    text = "\n".join(line.run.text for line in lines)
    return Text.of(text, [part for line in lines for part in line.parts], says)


def _labels(lines: Sequence[_Line], says: Says, longest: int) -> Iterator[_Label]:
    """All that the lines, and lines below each other, may say. `longest`: signs of a label."""
    below = _Below(lines)
    for line in lines:
        for chain, is_tight in _chains(line, below, longest):
            text = "".join(one.run.text for one in chain)
            label, score = says(text) or (None, 0.0)
            if label is None and len(chain) == 1 and (begun := says(before_open_remark(text))):
                label, score = begun[0], min(begun[1], NOT_EXACT)
            if label and (is_tight or score == 1.0):
                yield _Label(chain, label, (score == 1.0, len(key(text)) * score))


def _chains(line: _Line, below: _Below, longest: int) -> Iterator[tuple[tuple[_Line, ...], bool]]:
    """The line alone, and with more and more lines below it; and whether no line between them
    is empty. A remark behind the label goes on to its end."""
    chain: tuple[_Line, ...] = (line,)
    is_tight, text = True, line.run.text
    yield chain, is_tight
    while len(chain) < _MOST_LINES and (len(text) <= longest or _OPEN_REMARK.search(text)):
        last = chain[-1].run
        after = below.next_line(last)
        if after is None:
            return
        gap = after.run.box.top - last.box.bottom
        same = after.run.sheet == last.sheet
        is_tight = is_tight and not (same and gap >= LINE_GAP * line_height(last))
        chain, text = (*chain, after), text + after.run.text
        yield chain, is_tight


def before_open_remark(text: str) -> str:
    """A label without a remark that goes on in the next line: `本年增/减（本年增加或减`."""
    return _OPEN_REMARK.sub("", text)


class _Below:
    """Which line may be the next one of a label. Looked up: a page may have thousands."""

    def __init__(self, lines: Iterable[_Line]) -> None:
        self._sheets: dict[int, list[_Line]] = {}
        for line in sorted(lines, key=lambda line: line.run.box.top):
            self._sheets.setdefault(line.run.sheet, []).append(line)
        self._tops = {
            sheet: [line.run.box.top for line in lines] for sheet, lines in self._sheets.items()
        }

    def next_line(self, last: TextRun) -> _Line | None:
        """At the foot of a page what the page break cut off."""
        height = line_height(last)
        lines, tops = self._sheets[last.sheet], self._tops[last.sheet]
        first = bisect_right(tops, last.box.top + _NEXT_LINE * height)
        end = bisect_left(tops, last.box.bottom + _EMPTY_LINE * height, lo=first)
        under = [line for line in lines[first:end] if share(line.run, last) > 0]
        if under:
            low = under[0].run.box.top + _NEXT_LINE * height
            level = [line for line in under if line.run.box.top < low]
            return max(level, key=lambda line: share(line.run, last))
        if any(share(line.run, last) > 0 for line in lines[end:]):
            return None
        over_the_page = self._sheets.get(last.sheet + 1, ())
        return next((line for line in over_the_page if share(line.run, last) > 0), None)


# Parts set apart


def _with_parts_joined(runs: Iterable[TextRun], table: str) -> list[_Line]:
    """`总 计` whole: what stands side by side and together is a part of one label."""
    joined: list[_Line] = []
    for level in _levels(runs):
        for at, run in enumerate(level):
            if at and _are_parts(joined[-1].run, run, table):
                before = joined[-1]
                joined[-1] = _Line(_joined(before.run, run), (*before.parts, run))
            else:
                joined.append(_Line(run, (run,)))
    return joined


def _levels(runs: Iterable[TextRun]) -> Iterator[list[TextRun]]:
    """What stands at one height from left to right, from top to bottom."""
    level: list[TextRun] = []
    for run in sorted(runs, key=lambda run: (run.sheet, run.box.top)):
        if level and not _is_level(level[0], run):
            yield sorted(level, key=lambda run: run.box.x0)
            level = []
        level.append(run)
    if level:
        yield sorted(level, key=lambda run: run.box.x0)


def _is_level(run: TextRun, other: TextRun) -> bool:
    near = abs(other.box.top - run.box.top) < _LEVEL * line_height(run)
    return near and run.sheet == other.sheet


def _are_parts(left: TextRun, right: TextRun, table: str) -> bool:
    if right.box.x0 - left.box.x1 >= _PART_GAP * line_height(left):
        return False
    if _is_mark(left.text) or _is_mark(right.text):
        return True
    if not key(left.text):
        return False  # a number: of the label beside it, or of that of a group
    both = key(left.text + right.text)
    return any(both in label for label in label_keys(table))


def _is_mark(text: str) -> bool:
    return not re.search(r"\w", text)


def _joined(left: TextRun, right: TextRun) -> TextRun:
    return replace(
        left,
        text=left.text + right.text,
        box=hull((left.box, right.box)),
        where=around((left, right)),
        doubts=left.doubts + right.doubts,
    )


def _put_back(mark: Text, texts: list[Text]) -> None:
    """A number, quotation mark or bracket that stands alone goes to the label beside it."""
    away = {n: text.box.gap(mark.box) for n, text in enumerate(texts) if text.sheet == mark.sheet}
    nearest = min(away, key=lambda n: away[n], default=None)
    if nearest is None or away[nearest] > _PART_GAP * mark.height:
        texts.append(mark)
        return
    text = texts[nearest]
    closes = _is_mark(mark.text) and unicodedata.category(mark.text.strip()[0]) not in _OPENING
    whole = text.then(mark) if closes else mark.then(text)
    texts[nearest] = replace(whole, says=text.says)


# Places


def line_height(run: TextRun) -> float:
    return max(run.box.height, 1.0)


def share(one: TextRun, other: TextRun) -> float:
    """How far two runs stand over each other; at most 1, not above 0 where they do not."""
    left, right = one.box, other.box
    common = min(left.x1, right.x1) - max(left.x0, right.x0)
    return common / max(min(left.width, right.width), 1.0)


def around(runs: Sequence[TextRun]) -> Where:
    """The place of runs on the page of the first; nowhere where there are none."""
    if not runs:
        return Where()
    first = runs[0].where
    boxes = [run.where.box for run in runs if run.where.page == first.page and run.where.box]
    return Where(page=first.page, box=hull(boxes)) if boxes else first
