"""Lines of text that was a table -> marks: labels, figures and blanks, each with its place.

A line may be one cell, a label with its figures behind it, or a row of either; where gaps of
spaces part it, the texts stand in columns and their places are worth keeping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import groupby, takewhile

from tasks.model.document import Document, Paragraph, Where
from tasks.model.patterns import regex
from tasks.says.amounts import is_bare_change, is_unit, looks_like_value
from tasks.says.figures import (
    DRAWN,
    HAN,
    heads_row_numbers,
    hides_figures,
    may_say_row,
    row_number_before,
    row_numbers,
)
from tasks.says.labels import plain, without_remark
from tasks.says.remembered import remembered
from tasks.says.vocabulary import all_labels, any_label, any_row_label

#: A piece of text longer than this, in signs, is prose and ends a table.
PROSE = 60
#: A line longer than this is not laid out by spaces, and longer than that is no page.
_LAID_LINE, _LONGEST_LINE = 400, 60_000
#: Alone in its line it is the first sign of a label set vertically, not a figure.
_NUMERALS = frozenset("一二三四五六七八九十")
_WORD = regex(r"\S+")
#: Chinese has no spaces within a word: what two of them part are two texts.
_CHUNK = regex(r"\S+(?: \S+)*")
_NUMBER = regex(r"\d+(?:\.\d+)?")
_THOUSANDS = regex(r"\d{1,3}(?:,\d{3})+")

#: First character of a text in its line, and last + 1.
Span = tuple[int, int]


class Is(Enum):
    LABEL = "label"
    VALUE = "value"
    BLANK = "blank"
    OTHER = "other"
    #: Parts what stands before it from what follows: a table in between.
    END = "end"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph, its spaces kept."""

    text: str
    #: Of all lines of the document's paragraphs, from 1.
    number: int
    #: Index of the paragraph in the document's blocks.
    block: int
    where: Where

    @property
    def laid_out(self) -> bool:
        """Whether a gap parts it, so that its texts may stand in columns."""
        return "  " in self.text

    def mark(self, text: str, is_: Is, span: Span | None = None) -> Mark:
        return Mark(text, is_, self, self.where, span if self.laid_out else None)

    def whole(self, is_: Is) -> Mark:
        """All of it as one text."""
        return self.mark(self.text.strip(), is_, _inside(self.text))


@dataclass(frozen=True, slots=True)
class Mark:
    """A label, a figure, a blank cell or another text of a line."""

    text: str
    is_: Is
    #: The line that it begins on.
    line: Line
    #: All lines that it stands on.
    where: Where
    #: None where its line is not laid out by spaces, or was rewritten to be read.
    span: Span | None = None

    @property
    def is_cell(self) -> bool:
        return self.is_ in (Is.VALUE, Is.BLANK)

    def place(self, *, by_width: bool) -> Span:
        """Where it begins and ends in its line: in columns of a terminal, or in characters."""
        start, end = self.span or (0, 0)
        if not by_width:
            return start, end
        text = self.line.text
        return display_width(text[:start]), display_width(text[:end])

    @property
    def first_line(self) -> int:
        """In the source, from 1; 0 where lines have no numbers there."""
        return self.where.lines[0] if self.where.lines else 0

    @property
    def last_line(self) -> int:
        return self.where.lines[1] if self.where.lines else 0


def display_width(text: str) -> int:
    """Columns of a terminal that a text takes: wide characters two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def is_damaged(mark: Mark) -> bool:
    """A text that is neither label nor figure and may be what is left of a figure: `■`, `12x`.
    The row that it stands in has a figure more than can be seen."""
    if mark.is_ is not Is.OTHER or may_say_row(mark.text):
        return False
    if not HAN.search(mark.text):
        return not DRAWN.fullmatch(mark.text)
    return hides_figures(mark.text)


def begins_vertical(mark: Mark) -> bool:
    """Whether it is a numeral that its line begins with: in a table laid out by spaces the first
    sign of a label set vertically, never a figure."""
    return (
        mark.is_ is Is.OTHER and mark.text in _NUMERALS and mark.line.text.split()[0] == mark.text
    )


def blank_beside(mark: Mark) -> Mark:
    """A cell without a text where another one stands."""
    return Mark("", Is.BLANK, mark.line, mark.where)


def together(parts: Sequence[Mark]) -> Mark:
    """One label of its pieces, standing where the first one does."""
    text = "\n".join(part.text for part in parts)
    where = joined_lines(parts[0].where, parts[-1].where)
    return replace(parts[0], text=text, is_=Is.LABEL, where=where)


def joined_lines(first: Where, last: Where) -> Where:
    if first.lines is None or last.lines is None:
        return first
    return Where(lines=(first.lines[0], last.lines[1]))


def to_marks(document: Document, table: str) -> list[Mark]:
    """All text of the document, in pieces that are labels of this table, figures or neither."""
    marks: list[Mark] = []
    number = 0
    for index, block in enumerate(document.blocks):
        if not isinstance(block, Paragraph):
            marks.append(Line("", -1, index, block.where).mark("", Is.END))
            continue
        for text in block.text.split("\n"):
            number += 1
            marks += _line_to_marks(Line(text, number, index, block.where), table)
    marks = _with_numbers_joined(_with_rows_uncounted(marks, table), table)
    return _with_bare_changes(marks, table)


# What a line needs its neighbours for


def _with_rows_uncounted(marks: Sequence[Mark], table: str) -> list[Mark]:
    """Numbers that count the rows are no figures of the row above: each goes with the label
    behind it, which stands on the lines of both, and so does their head."""
    numbers = row_numbers([(mark.line.number, mark.text) for mark in marks])
    if not numbers:
        return list(marks)
    numbers |= _heads_of(numbers, marks)
    kept: list[Mark] = []
    number: Mark | None = None
    for line, members in groupby(enumerate(marks), key=lambda member: member[1].line):
        indexed = dict(members)
        before = row_number_before(line.text)
        if before and [at for at in indexed if at in numbers] == [min(indexed)]:
            rest = " " * len(before) + line.text[len(before) :]
            kept += _line_to_marks(replace(line, text=rest), table)
            continue
        for at, mark in indexed.items():
            if at in numbers:
                number = mark
            elif number and not mark.is_cell:
                kept.append(replace(mark, where=joined_lines(number.where, mark.where)))
                number = None
            else:
                kept.append(mark)
    return kept


def _with_bare_changes(marks: Iterable[Mark], table: str) -> list[Mark]:
    """`增` behind a figure or the label of a row is a figure that was left out; elsewhere it is
    a piece of the label 本年增/减."""
    found: list[Mark] = []
    after_row = False
    for mark in marks:
        if after_row and mark.is_ is Is.OTHER and is_bare_change(mark.text):
            mark = replace(mark, is_=Is.VALUE)
        found.append(mark)
        if mark.is_ is Is.VALUE:
            after_row = any(map(str.isdecimal, mark.text))
        elif mark.is_ is not Is.BLANK:
            after_row = mark.is_ is Is.LABEL and _says_row(mark.text, table)
    return found


def _says_row(text: str, table: str) -> bool:
    return any_row_label(table).match(text) is not None


def _with_numbers_joined(marks: Iterable[Mark], table: str) -> list[Mark]:
    """`2.` and `.其他` on lines of their own are no figure but the number of the label that
    goes on in the next line. The last figure of a row is none, though a label goes on below it."""
    joined: list[Mark] = []
    for mark in marks:
        before = joined[-1] if joined else None
        if before and before.line.number == mark.line.number - 1 and _is_number_of(before, mark):
            text = before.text + mark.text
            is_ = Is.LABEL if _is_exact(text, table) else Is.OTHER
            where = joined_lines(before.where, mark.where)
            joined[-1] = replace(before, text=text, is_=is_, where=where)
        else:
            joined.append(mark)
    return joined


def _is_number_of(before: Mark, mark: Mark) -> bool:
    if before.is_ is not Is.VALUE or mark.is_ not in (Is.OTHER, Is.LABEL):
        return False
    if before.text != before.line.text.strip():
        return False
    found = _LABEL_NUMBER.fullmatch(before.text)
    rest = _REST_OF_NUMBER if found and not found["mark"] else _WORD_OF_LABEL
    return bool(found and rest.match(mark.text))


_LABEL_NUMBER = regex(r"[(（]?\d{1,2}(?P<mark>[.．、)）]?)")
_REST_OF_NUMBER = regex(r"[.．、)）]\s*[\u3400-\u9fff]")
_WORD_OF_LABEL = regex(r"[\u3400-\u9fff]")


def _heads_of(numbers: frozenset[int], marks: Sequence[Mark]) -> frozenset[int]:
    """The heads of the numbers that are told; one that is left stands over others."""
    heads: dict[int, int | None] = {}
    head: int | None = None
    for at, mark in enumerate(marks):
        if heads_row_numbers(mark.text):
            head = at
        elif at in numbers:
            heads[at] = head
    return frozenset(head for head in heads.values() if head is not None)


# One line


def _line_to_marks(line: Line, table: str) -> list[Mark]:
    return [
        Mark(mark.text, mark.is_, line, line.where, mark.span) for mark in _cut(line.text, table)
    ]


@remembered
def _cut(text: str, table: str) -> Sequence[Mark]:
    """The marks of a line that stands nowhere; many lines of a table are alike."""
    line = Line(text, 0, 0, Where())
    text = line.text.strip()
    if not text:
        return [line.mark("", Is.BLANK)]
    if text in _NUMERALS:
        return [line.whole(Is.OTHER)]
    if _is_exact(text, table):
        return [line.whole(Is.LABEL)]
    if len(line.text) > _LONGEST_LINE:
        return [line.mark(text, Is.OTHER)]
    if looks_like_value(text):
        return _figures(line, 0)
    if len(line.text) <= _LAID_LINE:
        head = _before_figures(line.text)
        labels = _laid_labels(line, head, table)
        if labels or not line.text[:head].strip():
            return [*labels, *_figures(line, head)]
    return _cut_at_labels(line, text, table) or [line.mark(text, Is.OTHER)]


def _inside(text: str) -> Span:
    """A text without the spaces around it."""
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _is_exact(text: str, table: str) -> bool:
    """Whether a text is a label and no more, but for a remark in brackets."""
    bare = without_remark(text) or text
    if len(bare) >= PROSE:
        return False
    label = any_label(table).match(bare) if bare else None
    return label is not None and label.score == 1.0 and not looks_like_value(bare.split()[-1])


def _before_figures(text: str) -> int:
    """Where the figures begin that a line ends with; its length where it ends with none."""
    head = len(text.rstrip())
    for word in reversed(list(_WORD.finditer(text))):
        if looks_like_value(word[0]):
            head = word.start()
        elif not is_unit(word[0]):
            break
    return head


def _with_units(text: str) -> list[Span]:
    """Where the words of a text begin and end, a unit with the figure before it: `13 万元`."""
    spans: list[Span] = []
    for word in _WORD.finditer(text):
        if spans and is_unit(word[0]) and looks_like_value(text[slice(*spans[-1])]):
            spans[-1] = (spans[-1][0], word.end())
        else:
            spans.append(word.span())
    return spans


def _figures(line: Line, head: int) -> list[Mark]:
    """What a line ends with: `1 0 0` is three figures; `1,234` and `22（其中修订16件）` are one."""
    text = line.text
    spans = [(start + head, end + head) for start, end in _with_units(text[head:])]
    if len(spans) > 1 and not all(looks_like_value(text[slice(*span)]) for span in spans):
        whole = (spans[0][0], spans[-1][1])
        return [line.mark(text[slice(*whole)], Is.VALUE, whole)]
    return [
        line.mark(figure, Is.VALUE, span)
        for span in spans
        for figure in _listed(text[slice(*span)])
    ]


def _listed(word: str) -> list[str]:
    """`0，0，0` is three figures where it can be no number with separators."""
    parts = re.split(r"[，,、；;]", word)
    if len(parts) > 1 and all(_NUMBER.fullmatch(part) for part in parts):
        return [word] if _THOUSANDS.search(",".join(parts)) else parts
    return [word]


def _laid_labels(line: Line, end: int, table: str) -> list[Mark]:
    """The texts before `end` that gaps part, if they are labels or may be pieces of one; else
    none."""
    text = line.text[:end]
    chunks = list(_CHUNK.finditer(text))
    if len(text.strip()) > PROSE and len(chunks) == 1 and not _is_exact(text.strip(), table):
        return []
    return [mark for chunk in chunks for mark in _chunk_to_marks(line, chunk, table)]


def _chunk_to_marks(line: Line, chunk: re.Match[str], table: str) -> list[Mark]:
    text = chunk[0]
    if _is_exact(text, table):
        return [line.mark(text, Is.LABEL, chunk.span())]
    if cut := _cut_at_labels(line, text, table):
        return cut
    if any_label(table).match(text):
        return [line.mark(text, Is.LABEL, chunk.span())]
    return _words(line, chunk)


def _words(line: Line, chunk: re.Match[str]) -> list[Mark]:
    """Pieces of labels that stand side by side: Chinese has no spaces within one."""
    return [
        line.mark(word[0], Is.OTHER, (word.start() + chunk.start(), word.end() + chunk.start()))
        for word in _WORD.finditer(chunk[0])
    ]


# Labels inside a longer text


@cache
def _label_pattern(table: str) -> re.Pattern[str]:
    """The labels of a table inside a longer line, numbering and spaces included."""
    numbering = r"(?:\(?[一二三四五六七八九十]{1,2}[)、.]\s*|\(?\d[).、]\s*)?"
    labels = []
    for label in all_labels(table):
        signs = [re.escape(sign) for sign in re.sub(r"\s+", "", plain(label))]
        labels.append(r"\s*".join(signs))
    return re.compile(rf"{numbering}(?:{'|'.join(labels)})")


#: So many labels in one line are no sentence.
_LIST = 4


def _cut_at_labels(line: Line, text: str, table: str) -> list[Mark]:
    """A text of labels and figures cut into both; none where it is not made of those.

    A label is one only with figures or another label after it: in a sentence there is text.
    """
    said = plain(text)
    found = list(_label_pattern(table).finditer(said))
    if not found:
        return []
    before = said[: found[0].start()].strip()
    are_figures = looks_like_value(before) or all(map(looks_like_value, before.split()))
    if before and len(found) < _LIST and not are_figures:
        return []
    marks = _values(line, [before]) if are_figures else _text(line, before)
    ends = [match.start() for match in found[1:]] + [len(said)]
    for match, end in zip(found, ends, strict=True):
        row = _says_row(match[0], table)
        after = _figures_and_text(said[match.end() : end], row=row)
        if after is not None:
            label = line.mark(match[0], Is.LABEL)
            marks += [label, *_values(line, after[0]), *_text(line, after[1])]
        elif len(found) < _LIST:
            return []
        else:
            marks += _text(line, said[match.start() : end].strip())
    return marks if any(mark.is_ is Is.LABEL for mark in marks) else []


def _values(line: Line, texts: Iterable[str]) -> list[Mark]:
    words = [text[slice(*span)] for text in texts for span in _with_units(text)]
    return [line.mark(figure, Is.VALUE) for word in words for figure in _listed(word)]


def _text(line: Line, text: str) -> list[Mark]:
    return [line.mark(text, Is.OTHER)] if text else []


def _figures_and_text(rest: str, *, row: bool) -> tuple[list[str], str] | None:
    """The figures that follow a label, and what follows them; None where text does at once.
    `row`: it is the label of a row, so that 增 may be a figure that was left out."""
    rest = rest.strip(" |\t:：;；,，").replace("|", " ")
    words = [rest[slice(*span)] for span in _with_units(rest)]
    figures = list(takewhile(lambda w: looks_like_value(w) or (row and is_bare_change(w)), words))
    if words and not figures:
        return None
    return figures, " ".join(words[len(figures) :])


# Rows of marks


@dataclass(frozen=True, slots=True)
class TextRow:
    """Marks that may be a row of a table, in reading order."""

    marks: tuple[Mark, ...]
    #: Id of the row of the form that its last label says surely, None where it says none.
    says: str | None

    @property
    def labels(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.is_ is Is.LABEL]

    @property
    def figures(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.is_ is Is.VALUE]

    @property
    def cells(self) -> list[Mark]:
        """Figures and blanks."""
        return [mark for mark in self.marks if mark.is_cell]

    @property
    def is_damaged(self) -> bool:
        return any(map(is_damaged, self.marks))

    def with_cells(self, cells: Sequence[Mark]) -> TextRow:
        """The row with other cells, behind all that is none."""
        kept = (mark for mark in self.marks if not mark.is_cell)
        return replace(self, marks=(*kept, *cells))

    def without(self, is_: Is) -> TextRow:
        return replace(self, marks=tuple(mark for mark in self.marks if mark.is_ is not is_))


def text_row(marks: Iterable[Mark], table: str) -> TextRow:
    marks = tuple(marks)
    last = next((mark for mark in reversed(marks) if mark.is_ is Is.LABEL), None)
    return TextRow(marks, row_of(last.text, table) if last else None)


#: Labels that are less alike than this may say another row.
_SURE = 0.9


def row_of(text: str, table: str) -> str | None:
    """The id of the row of the form that a text says surely."""
    found = any_row_label(table).match(text)
    return found.id if found and found.score > _SURE else None
