"""Labels that were cut into pieces -> whole again.

Narrow columns wrap their labels. In the text of a page the pieces then stand one below the
other, the figures of the row on the line of one of them, and pieces of a group's label in
between: `4.保护第三方` / `（三） 0 0 0` / `合法权益`. Only pieces that make up a label of the
form exactly are taken for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, groupby, takewhile

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis, Edition
from tasks.model.document import Cell, Table
from tasks.model.patterns import regex
from tasks.model.report import Kind
from tasks.recognise.lines import Is, Mark, is_damaged, together
from tasks.recognise.rows import cells_by_row
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.labels import key, plain
from tasks.says.vocabulary import any_label, any_row_label, label_keys

#: Pieces of a label that follow each other, at most: it may be set vertically.
_MOST_PIECES = 14
#: `（三）`, `三`, `1.`: what stands before a label and may be cut off from it.
_NUMBER = regex(r"\s*[(（]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})?[)）、.．]?\s*")
#: A label of fewer signs than this may be a piece; longer ones stand alone.
_SHORT = 30
#: How many texts before and behind the figures of a row may be pieces of its label.
_BEFORE, _BEHIND = 12, 8


def whole_labels(marks: Sequence[Mark], table: str) -> list[Mark]:
    """The same marks with labels in pieces put together, each before its figures."""
    if FORM.of(table)[0].sideways:
        marks = _with_heads_of_a_page(marks, _header(table))
    marks = _with_halves_joined(marks, table)
    return _around_figures(_in_succession(marks, table), table)


def is_row_label(mark: Mark, table: str, groups: frozenset[str]) -> bool:
    """Whether it says a row, whole, and no group: （六）其他处理 is a row in one edition only,
    本机关不掌握 may be the first line of a longer label. `groups`: keys of the groups' labels."""
    if mark.is_ is not Is.LABEL or key(mark.text) in groups | _unfinished(table):
        return False
    found = any_row_label(table).match(mark.text)
    return found is not None and found.score == 1.0


# What the form has


@cache
def _beginnings(table: str) -> frozenset[str]:
    return frozenset(whole[:end] for whole in label_keys(table) for end in range(1, len(whole) + 1))


@cache
def _unfinished(table: str) -> frozenset[str]:
    """Shortened labels of rows with which the official label begins."""
    return frozenset(
        key(label)
        for edition in FORM.of(table)
        for row in edition.rows()
        for label in row.labels
        if key(row.label).startswith(key(label)) and key(row.label) != key(label)
    )


@cache
def _row_keys(table: str) -> Mapping[str, str]:
    """Key of a row's label -> id of the row."""
    return {
        key(label): row.id
        for edition in FORM.of(table)
        for row in edition.rows()
        for label in row.labels
    }


@cache
def _group_keys(table: str) -> frozenset[str]:
    return frozenset(key(label) for edition in FORM.of(table) for label in edition.other_labels)


# Halves of heads under each other, where lines are laid out by spaces


#: Lines between the two halves, at most: `总计` stands there.
_BETWEEN = 5
#: How far the middle of a half may stand beside that of the other, in characters or columns.
_BESIDE = 2


def _with_halves_joined(marks: Sequence[Mark], table: str) -> list[Mark]:
    lines = [list(line) for _, line in groupby(marks, key=lambda mark: mark.line.number)]
    for at, line in enumerate(lines):
        for index, mark in enumerate(line):
            for below in lines[at + 1 : at + 1 + _BETWEEN]:
                half = _half_in(below, mark, table)
                if half is not None:
                    line[index] = replace(mark, text=mark.text + half.text, is_=Is.LABEL)
                    below.remove(half)
                    break
    return [mark for line in lines for mark in line]


def _half_in(line: Sequence[Mark], upper: Mark, table: str) -> Mark | None:
    """The nearest text under the upper half of a label that makes it whole."""
    if not upper.span or not _may_be_piece(upper) or key(upper.text) in label_keys(table):
        return None
    halves = [
        mark
        for mark in line
        if mark.span
        and _may_be_piece(mark)
        and key(upper.text + mark.text) in label_keys(table)
        and _beside(upper, mark) <= _BESIDE
    ]
    return min(halves, key=lambda mark: _beside(upper, mark), default=None)


def _beside(one: Mark, other: Mark) -> float:
    """How far the middles of two texts are apart, in characters or columns of a terminal."""
    return min(
        abs(sum(one.place(by_width=way)) - sum(other.place(by_width=way))) / 2
        for way in (False, True)
    )


# Pieces that follow each other


def _in_succession(marks: Sequence[Mark], table: str) -> list[Mark]:
    joined: list[Mark] = []
    at = 0
    while at < len(marks):
        length = _label_length(marks, at, table)
        joined.append(together(marks[at : at + length]) if length else marks[at])
        at += length or 1
    return joined


def _label_length(marks: Sequence[Mark], at: int, table: str) -> int:
    """Number of marks from `at` that make up a label, 0 where none do."""
    if not _may_be_piece(marks[at]) or marks[at].is_ is Is.LABEL:
        return 0
    text = marks[at].text
    for length, mark in enumerate(marks[at + 1 : at + _MOST_PIECES], 2):
        if key(text) not in _beginnings(table) and not _NUMBER.fullmatch(text):
            return 0
        if not _may_be_piece(mark):
            return 0
        text += mark.text
        if key(text) in label_keys(table):
            return length
    return 0


def _may_be_piece(mark: Mark) -> bool:
    return mark.is_ in (Is.OTHER, Is.LABEL) and 0 < len(mark.text.strip()) <= _SHORT


# Pieces around the figures


@dataclass(frozen=True, slots=True)
class _Figures:
    """Figures that follow each other: where they begin, and the short texts next to them that
    may be pieces of their label; indices of marks in reading order."""

    start: int
    before: tuple[int, ...]
    behind: tuple[int, ...]


def _around_figures(marks: Sequence[Mark], table: str) -> list[Mark]:
    taken: set[int] = set()
    labels: dict[int, Mark] = {}
    for figures in _all_figures(marks):
        parts = _label_parts(marks, figures, taken, table)
        if parts:
            taken.update(parts)
            labels[figures.start] = together([marks[at] for at in parts])
    whole: list[Mark] = []
    for at, mark in enumerate(marks):
        if at in labels:
            whole.append(labels[at])
        if at not in taken:
            whole.append(mark)
    return whole


def _all_figures(marks: Sequence[Mark]) -> Iterator[_Figures]:
    end = 0
    for are_values, run in groupby(marks, key=lambda mark: mark.is_ is Is.VALUE):
        start, end = end, end + len(list(run))
        if are_values:
            before = _pieces(marks, range(start - 1, max(start - 1 - _BEFORE, -1), -1))
            behind = _pieces(marks, range(end, min(end + _BEHIND, len(marks))))
            yield _Figures(start, before[::-1], behind)


def _pieces(marks: Sequence[Mark], near: range) -> tuple[int, ...]:
    return tuple(takewhile(lambda at: _may_be_piece(marks[at]), near))


def _label_parts(
    marks: Sequence[Mark], figures: _Figures, taken: set[int], table: str
) -> tuple[int, ...]:
    """The texts that make up the label of these figures; none where it stands whole, where
    they make up no label, or two equally near."""
    before = [at for at in figures.before if at not in taken]
    if not before or is_row_label(marks[before[-1]], table, _group_keys(table)):
        return ()
    found: dict[str, list[tuple[int, int, tuple[int, ...]]]] = {}
    for wanted, row in _row_keys(table).items():
        parts = _made_of(wanted, marks, [*before, *figures.behind]) or ()
        nearest = max((at for at in parts if at < figures.start), default=-1)
        if nearest < 0 or (len(parts) == 1 and nearest == before[-1]):
            continue
        if all(_may_stand_between(marks[at]) for at in before if at > nearest):
            found.setdefault(row, []).append((nearest, len(wanted), parts))
    best = sorted((max(readings) for readings in found.values()), reverse=True)
    if not best or (len(best) > 1 and best[0][:2] == best[1][:2]):
        return ()
    return best[0][2]


def _may_stand_between(mark: Mark) -> bool:
    """A piece of a group's label may part a label from its figures; what is left of a figure is
    one of them."""
    return mark.is_ is Is.OTHER and not is_damaged(mark)


def _made_of(
    wanted: str, marks: Sequence[Mark], texts: Sequence[int], done: int = 0
) -> tuple[int, ...] | None:
    """Some of the texts, in order, that make up what is not `done` of a label; None where none do.
    Only what it begins with may be numbered."""
    if done == len(wanted):
        return ()
    for first, at in enumerate(texts):
        piece = _as_in_key(marks[at].text) if done else key(marks[at].text)
        if piece and wanted.startswith(piece, done):
            rest = _made_of(wanted, marks, texts[first + 1 :], done + len(piece))
            if rest is not None:
                return (at, *rest)
    return None


def _as_in_key(text: str) -> str:
    """A piece of a label as it stands in the label's key: signs and spaces off, numbers kept."""
    return re.sub(r"[^\w]|_|\s", "", plain(text))


# The header of a table on its side in the text of a page, its pieces in any lines:
# `结果 结果 其他 尚未 未经复议直接起诉` / `总计 结果 结果 其他 尚未` / `维持 纠正 结果 审结 总计`


#: Lines of such a header whose order is that of the form, at most; and where a line may hold
#: one sign, and the figures below have to tell.
_MOST_HEAD_LINES, _MOST_TORN_LINES = 10, 90


@dataclass(frozen=True, slots=True)
class _Header:
    """The heads over a table on its side."""

    edition: Edition
    #: Groups, rows and columns of the form, as the table prints them.
    labels: tuple[str, ...]
    #: The heads over all columns of a row of the form, and those over several rows.
    over: frozenset[str]
    #: Columns that are parts of a sum, side by side, and their parts between two places: their
    #: upper halves, their third signs.
    runs: tuple[tuple[str, ...], ...]
    #: Heads that stand alone: those of rows, and the sums.
    alone: frozenset[str]

    def signs(self) -> Counter[str]:
        return Counter("".join(self.labels))


@cache
def _header(table: str) -> _Header:
    edition = FORM.of(table)[0]
    block = edition.blocks[0]
    columns = [column.label for column in block.columns]
    groups = list(dict.fromkeys(group for row in block.rows for group in row.group))
    outer = [row.label for row in block.rows if not row.group]
    inner = [row.label for row in block.rows if row.group]
    over = {*groups, *outer, *inner}
    summed = {part for relation in edition.relations for part in relation.parts}
    parts = tuple(column.label for column in block.columns if column.id in summed)
    places = range(min(map(len, parts)) + 1)
    cuts = [tuple(label[one:two] for label in parts) for one, two in combinations(places, 2)]
    return _Header(
        edition=edition,
        labels=(*outer, *groups, *columns * len(outer), *inner, *columns * len(inner)),
        over=frozenset(over),
        runs=(parts, *cuts),
        alone=frozenset(over | set(columns) - set(parts)),
    )


def _with_heads_of_a_page(marks: Sequence[Mark], header: _Header) -> Sequence[Mark]:
    """The lines of such a header as its labels, in the order of the form."""
    lines = [tuple(line) for _, line in groupby(marks, key=lambda mark: mark.line.number)]
    for start in range(len(lines)):
        end = _end_of_heads(lines, start, header)
        if end:
            first = lines[start][0]
            lines[start:end] = [
                tuple(replace(first, text=label, is_=Is.LABEL) for label in header.labels)
            ]
            return [mark for line in lines for mark in line]
    return marks


def _end_of_heads(lines: Sequence[Sequence[Mark]], start: int, header: _Header) -> int:
    """The line behind a header that begins here; 0 where none does.

    It holds all signs of one and no other, and the pieces of each line stand in the order of the
    form; or most of them, torn in any way, where a figure for each field follows, and these tie.
    Lines that are laid out in columns tell more than their order, and stay unless they are torn.
    """
    wanted = header.signs()
    signs: Counter[str] = Counter()
    in_order = True
    end = start
    while end < min(start + _MOST_TORN_LINES, len(lines)):
        words = _words(lines[end])
        if not words or not wanted.keys() >= set("".join(words)):
            break
        laid_out = any(mark.span for mark in lines[end])
        in_order = in_order and not laid_out and _are_in_order(words, header)
        signs.update("".join(words))
        end += 1
        if in_order and signs == wanted and end - start <= _MOST_HEAD_LINES:
            return end
    if end == start or header.over.isdisjoint(_words(lines[start])):
        return 0
    most = (signs & wanted).total() * 2 >= wanted.total()
    return end if most and _tie(_figures_from(lines, end), header.edition) else 0


def _words(line: Sequence[Mark]) -> list[str]:
    """The words of a line of short texts; none where it holds figures or is long."""
    if not all(_may_be_piece(mark) for mark in line):
        return []
    return [word for mark in line for word in mark.text.split()]


def _are_in_order(words: Sequence[str], header: _Header) -> bool:
    """Whether a line is made of runs of columns and of pieces of the heads that stand alone."""
    at = 0
    while at < len(words):
        run = next((run for run in header.runs if tuple(words[at : at + len(run)]) == run), ())
        if not run and not any(words[at] in label for label in header.alone):
            return False
        at += len(run) or 1
    return True


def _figures_from(lines: Sequence[Sequence[Mark]], start: int) -> list[Mark]:
    """The figures on this line and the next ones, up to anything else."""
    following = (mark for line in lines[start:] for mark in line if mark.is_ is not Is.BLANK)
    return list(takewhile(lambda mark: mark.is_ is Is.VALUE, following))


def _tie(figures: Sequence[Mark], edition: Edition) -> bool:
    """Whether there is a figure for each field of the table, and the sums in its rows hold."""
    amounts = [text_to_amount(mark.text) for mark in figures]
    fields = [(row.id, column.id) for row, column in edition.fields()]
    if len(amounts) != len(fields) or any(one.kind is Kind.UNREADABLE for one in amounts):
        return False
    values = {at: one.value or 0 for at, one in zip(fields, amounts, strict=True)}
    return all(
        sum(values[row.id, part] for part in relation.parts)
        == sum(values[row.id, whole] for whole in relation.wholes)
        for relation in edition.relations
        if relation.axis is Axis.ROW
        for row in edition.rows()
    )


# Heads whose halves stand in two rows of cells:
# `结果 | 结果 | 其他 | 尚未 | 总计` over `维持 | 纠正 | 结果 | 审结`


def with_whole_heads(table: Table) -> Table:
    """A table whose columns are an order, with the halves of its heads put together."""
    rows = cells_by_row(table)
    at = 0
    while at + 1 < len(rows):
        whole = _with_halves(rows[at], rows[at + 1])
        if whole is not None:
            rows[at : at + 2] = [whole]
        at += 1
    if len(rows) == table.n_rows:
        return table
    cells = tuple(cell.moved(row=row) for row, line in enumerate(rows) for cell in line)
    return table.reworked(cells, n_rows=len(rows))


def _with_halves(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell] | None:
    """The cells of the upper row with the texts of the lower one; None unless every one of
    these makes up a head with one above it, in order, and every other above is one."""
    halves = [cell.text for cell in lower if key(cell.text)]
    if not halves or any(looks_like_value(cell.text) for cell in (*upper, *lower)):
        return None
    return next(filter(None, (_paired(upper, halves, table) for table in FORM.tables)), None)


def _paired(upper: Sequence[Cell], halves: Sequence[str], table: str) -> list[Cell] | None:
    left = list(halves)
    whole: list[Cell] = []
    for cell in upper:
        text = cell.text + left[0] if left else cell.text
        if left and key(cell.text) and key(text) in label_keys(table):
            whole.append(replace(cell, text=text))
            del left[0]
        elif key(cell.text) and not any_label(table).match(cell.text):
            return None
        else:
            whole.append(cell)
    return None if left else whole
