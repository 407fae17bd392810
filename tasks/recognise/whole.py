"""Runs of a page -> labels that take several lines, or are set apart, made whole.

A label is whole where its lines together say what the form says. So of two labels that stand
as close as two lines, each keeps its own.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from tasks.model.box import Box, hull
from tasks.model.document import TextRun, Where
from tasks.says.labels import key, numbering
from tasks.says.vocabulary import all_labels

#: White between two lines of one label, in heights of a line, at the most; and where they
#: say exactly what the form says, with an empty line between them.
LINE_GAP = 0.8
_EMPTY_LINE = 2.0
#: White between two parts of a label that is set apart, likewise.
_PART_GAP = 2.2
#: Unicode categories of marks that open.
_OPENING = ("Ps", "Pi")
#: White between a label and a mark of it that stands alone, likewise.
_MARK_GAP = _PART_GAP
#: A label takes so many lines at the most; one that is set vertically is one a character.
_MOST_LINES = 16
#: Two runs stand in one line if their tops differ by this share of a line's height.
_LEVEL = 0.3

#: What a text says: the id of a label, and how surely, 0 to 1. None where it says none.
Says = Callable[[str], "tuple[str, float] | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A label, a figure or anything else, from the runs that it is written in."""

    text: str
    runs: tuple[TextRun, ...]
    #: The id of the label that it says, None where it says none.
    says: str | None = None
    #: Its place on the sheet that it begins on.
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        box = hull(run.box for run in self.runs if run.sheet == self.sheet)
        object.__setattr__(self, "box", box)

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

    def on(self, other: Text) -> Text:
        """The same at the height of another text, on its sheet."""
        where = replace(other.runs[0].where, box=None)
        box = self.box._replace(top=other.box.top, bottom=other.box.bottom)
        run = replace(self.runs[0], sheet=other.sheet, box=box, where=where)
        return Text(self.text, (run,), self.says)

    def levels(self, sheet: int) -> tuple[float, float] | None:
        """Top and bottom of what stands of it on a sheet."""
        boxes = [run.box for run in self.runs if run.sheet == sheet]
        return (hull(boxes).top, hull(boxes).bottom) if boxes else None


def runs_to_texts(runs: Sequence[TextRun], says: Says, table: str) -> list[Text]:
    """Labels that say exactly what the form says first, the longest first; then those that say
    it nearly; the rest as it stands."""
    alone = [_Line(run, (run,)) for run in runs]
    joined = _with_parts_joined(runs, table)
    longest = max(map(len, all_labels(table)))
    found = list(_labels(alone, says, longest))
    if len(joined) < len(alone):
        found += _labels(joined, says, longest)
    found.sort(key=lambda label: label.rank, reverse=True)
    sides = {id(part): line for line in joined for part in line.parts[1:] and line.parts}
    taken: set[int] = set()
    texts: list[Text] = []
    for label in found:
        text = _with_its_number(label.text, sides, says)
        if not taken.isdisjoint(map(id, text.runs)):
            text = label.text
        if taken.isdisjoint(map(id, text.runs)):
            taken.update(map(id, text.runs))
            texts.append(text)
    rest = [line for line in joined if taken.isdisjoint(map(id, line.parts))]
    left = {id(run) for line in rest for run in line.parts} | taken
    rest += [line for line in alone if id(line.run) not in left]
    texts += [Text(line.run.text, line.parts) for line in rest if key(line.run.text)]
    for line in rest:
        if not key(line.run.text):
            _put_back(line, texts)
    return texts


def _with_its_number(text: Text, sides: Mapping[int, _Line], says: Says) -> Text:
    """`（七` and `）总计` side by side: the second says the label, and the first is of it."""
    line = sides.get(id(text.runs[0])) if len(text.runs) == 1 else None
    said = says(line.run.text) if line else None
    return Text(line.run.text, line.parts, text.says) if line and said == (text.says, 1.0) else text


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A run, or what stands side by side as one."""

    run: TextRun
    parts: tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class _Label:
    text: Text
    #: Whether it is exact, how much is said, whether no line is joined, the first of equals.
    rank: tuple[bool, float, bool, int]


def _labels(lines: Sequence[_Line], says: Says, longest: int) -> Iterator[_Label]:
    """All that the lines, and lines below each other, may say."""
    below = _Below(lines, longest)
    for at, line in enumerate(lines):
        for chain, tight in below.chains(line):
            text = "".join(one.run.text for one in chain)
            said = says(text)
            if said and (tight or said[1] == 1.0):
                label, score = said
                parts = tuple(part for one in chain for part in one.parts)
                whole = Text("\n".join(one.run.text for one in chain), parts, label)
                plain = len(parts) == len(chain)
                yield _Label(whole, (score == 1.0, len(key(text)) * score, plain, -at))


def _put_back(line: _Line, texts: list[Text]) -> None:
    """A number, quotation mark or bracket that stands alone goes to the label beside it: what
    closes to the label before it, be it on the page before."""
    mark = line.run
    closes = _is_mark(mark.text) and unicodedata.category(mark.text.strip()[0]) not in _OPENING
    away = {n: away for n, text in enumerate(texts) if (away := _away(mark, text, closes))}
    nearest = min(away, key=lambda n: away[n], default=None)
    if nearest is None:
        texts.append(Text(mark.text, line.parts))
        return
    text = texts[nearest]
    both = (text.text, mark.text) if closes else (mark.text, text.text)
    runs = (*text.runs, *line.parts) if closes else (*line.parts, *text.runs)
    texts[nearest] = Text("\n".join(both), runs, text.says)


def _away(mark: TextRun, text: Text, closes: bool) -> tuple[int, float] | None:
    """Sheets and points from a text to its mark, None where it cannot be its."""
    last = text.runs[-1]
    if closes and last.sheet == mark.sheet - 1 and share(last, mark) > 0:
        return 1, -last.box[3]
    box = text.box
    if text.sheet != mark.sheet or box.gap(mark.box) > _MARK_GAP * line_height(mark):
        return None
    if closes and box[1] > mark.box[3]:
        return None
    return 0, box.gap(mark.box)


class _Below:
    """Which line may be the next one of a label."""

    def __init__(self, lines: Sequence[_Line], longest: int) -> None:
        """`longest`: signs of the longest label."""
        self._longest = longest
        self._sheets: dict[int, list[_Line]] = {}
        for line in sorted(lines, key=lambda line: line.run.box[1]):
            self._sheets.setdefault(line.run.sheet, []).append(line)
        self._tops = {
            sheet: [line.run.box[1] for line in lines] for sheet, lines in self._sheets.items()
        }

    def chains(self, line: _Line) -> Iterator[tuple[tuple[_Line, ...], bool]]:
        """The line alone, and with more and more lines below it; and whether none is empty."""
        chain: tuple[_Line, ...] = (line,)
        tight = True
        yield chain, tight
        signs = len(line.run.text)
        while (
            len(chain) < _MOST_LINES
            and signs <= self._longest
            and (after := self._next_line(chain[-1].run))
        ):
            signs += len(after.run.text)
            last = chain[-1].run
            gap = after.run.box[1] - last.box[3]
            same = after.run.sheet == last.sheet
            tight = tight and not (same and gap >= LINE_GAP * line_height(last))
            chain = (*chain, after)
            yield chain, tight

    def _next_line(self, last: TextRun) -> _Line | None:
        height = line_height(last)
        lines, tops = self._sheets[last.sheet], self._tops[last.sheet]
        first = bisect_right(tops, last.box[1] + 0.5 * height)
        end = bisect_left(tops, last.box[3] + _EMPTY_LINE * height, lo=first)
        under = [other for other in lines[first:end] if share(other.run, last) > 0]
        if under:
            top = under[0].run.box[1]
            level = [other for other in under if other.run.box[1] < top + 0.5 * height]
            return max(level, key=lambda other: share(other.run, last))
        if any(share(other.run, last) > 0 for other in reversed(lines[end:])):
            return None
        return self._over_the_page(last)

    def _over_the_page(self, last: TextRun) -> _Line | None:
        """What the page break cut off a label at the foot of its page."""
        after = self._sheets.get(last.sheet + 1, ())
        over = [line for line in after if share(line.run, last) > 0]
        return over[0] if over else None


# Parts set apart


def _with_parts_joined(runs: Sequence[TextRun], table: str) -> list[_Line]:
    """`总 计` whole: what stands side by side and together is a part of one label."""
    joined: list[_Line] = []
    for line in _lines(runs):
        for at, run in enumerate(line):
            before = joined[-1] if at else None
            if before and _are_parts(before.run, run, table):
                joined[-1] = _Line(_joined(before.run, run), (*before.parts, run))
            else:
                joined.append(_Line(run, (run,)))
    return joined


def _lines(runs: Sequence[TextRun]) -> Iterator[list[TextRun]]:
    """Runs of one line from left to right, lines from top to bottom."""
    line: list[TextRun] = []
    for run in sorted(runs, key=lambda run: (run.sheet, run.box[1])):
        if line and not _is_level(line[0], run):
            yield sorted(line, key=lambda run: run.box[0])
            line = []
        line.append(run)
    if line:
        yield sorted(line, key=lambda run: run.box[0])


def _is_level(run: TextRun, other: TextRun) -> bool:
    near = abs(other.box[1] - run.box[1]) < _LEVEL * line_height(run)
    return near and run.sheet == other.sheet


def _are_parts(left: TextRun, right: TextRun, table: str) -> bool:
    gap = (right.box[0] - left.box[2]) / line_height(left)
    if gap >= _PART_GAP:
        return False
    if _is_mark(left.text):
        return not numbering(right.text)
    if _is_mark(right.text):
        return gap < 1.0
    if not key(left.text):
        return False  # a number: of the label beside it, or of that of a group
    both = key(left.text + right.text)
    return any(both in label for label in keys(table))


def _is_mark(text: str) -> bool:
    return not re.search(r"\w", text)


@cache
def keys(table: str) -> frozenset[str]:
    """The keys of all labels of a table."""
    return frozenset(filter(None, (key(label) for label in all_labels(table))))


def _joined(left: TextRun, right: TextRun) -> TextRun:
    return replace(
        left,
        text=left.text + right.text,
        box=hull((left.box, right.box)),
        where=around((left, right)),
        doubts=left.doubts + right.doubts,
    )


# Places


def place_of(run: TextRun) -> tuple[int, Box]:
    return run.sheet, run.box


def holds(place: tuple[int, Box], run: TextRun) -> bool:
    """Whether the middle of a run lies there."""
    sheet, box = place
    return run.sheet == sheet and box.holds(*run.box.middle)


def line_height(run: TextRun) -> float:
    return max(run.box.height, 1.0)


def share(one: TextRun, other: TextRun) -> float:
    """How far two runs stand over each other; at most 1, not above 0 where they do not."""
    common = one.box.common(other.box).width
    return common / max(min(one.box.width, other.box.width), 1.0)


def around(runs: Sequence[TextRun]) -> Where:
    """The place of runs on the page of the first; nowhere where there are none."""
    if not runs:
        return Where()
    first = runs[0].where
    boxes = [run.where.box for run in runs if run.where.page == first.page and run.where.box]
    return Where(page=first.page, box=hull(boxes)) if boxes else first
