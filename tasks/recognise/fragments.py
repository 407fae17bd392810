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
from tasks.model.document import Cell, Table
from tasks.model.report import Kind
from tasks.recognise.rows import cells_by_row
from tasks.recognise.tokens import Is, Spot, Token, is_damaged, said, together
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.labels import key
from tasks.says.vocabulary import all_labels, any_label, any_row_label

#: Pieces of a label that follow each other, at most: it may be set vertically.
_MOST_PIECES = 14
#: `（三）`, `三`, `1.`: what stands before a label and may be cut off from it.
_NUMBER = re.compile(r"\s*[(（]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})?[)）、.．]?\s*")
#: A label of fewer signs than this may be a piece; longer ones stand alone.
_SHORT = 30
#: How many texts before and behind the figures of a row may be pieces of its label.
_BEFORE, _BEHIND = 12, 8


@cache
def _keys(table: str) -> tuple[frozenset[str], frozenset[str]]:
    """The labels of a table, and all their beginnings."""
    keys = frozenset(filter(None, (key(label) for label in all_labels(table))))
    return keys, frozenset(whole[:end] for whole in keys for end in range(1, len(whole) + 1))


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


def whole_labels(tokens: Sequence[Token], table: str) -> list[Token]:
    """The same tokens with labels in pieces put together, each before its figures."""
    if FORM.of(table)[0].sideways:
        tokens = _with_heads_of_a_page(tokens, table)
    return _around_figures(_in_succession(_on_two_lines(tokens, table), table), table)


# The header of table 四 in the text of a page, its pieces in any lines:
# `结果 结果 其他 尚未 未经复议直接起诉` / `总计 结果 结果 其他 尚未` / `维持 纠正 结果 审结 总计`


def _with_heads_of_a_page(tokens: Sequence[Token], table: str) -> list[Token]:
    """The lines of such a header as its labels, in the order of the form: where they hold all
    signs of it and no other, and the pieces of each line stand in that order; or, torn in any
    way, where a figure for each of its columns follows, and these tie. Lines that are laid out
    in columns tell more than that, and stay unless they are torn."""
    lines = [list(group) for _, group in groupby(tokens, key=lambda token: token.line)]
    for start in range(len(lines)):
        end = _end_of_heads(lines, start, table) or _end_of_torn_heads(lines, start, table)
        if end:
            first = lines[start][0]
            heads = [replace(first, text=head, is_=Is.LABEL) for head in _all_heads(table)]
            lines[start:end] = [heads]
            return [token for line in lines for token in line]
    return list(tokens)


def _end_of_heads(lines: Sequence[Sequence[Token]], start: int, table: str) -> int:
    """The line behind a whole header that begins here; 0 where none does."""
    wanted = _head_signs(table)
    signs: Counter[str] = Counter()
    for end in range(start, min(start + _MOST_HEAD_LINES, len(lines))):
        words = _words(lines[end])
        laid_out = any(token.spot is not None for token in lines[end])
        if not words or laid_out or not _in_order(words, table):
            break
        signs.update("".join(words))
        if signs == wanted:
            return end + 1
    return 0


def _end_of_torn_heads(lines: Sequence[Sequence[Token]], start: int, table: str) -> int:
    """The same for a header of which a part may be lost, down to figures that tie."""
    wanted = _head_signs(table)
    if _line_heads(table).isdisjoint(_words(lines[start])):
        return 0
    signs: Counter[str] = Counter()
    end = start
    while end < min(start + _MOST_TORN_LINES, len(lines)):
        said = "".join(_words(lines[end]))
        if not said or not wanted.keys() >= set(said):
            break
        signs.update(said)
        end += 1
    held = (signs & wanted).total()
    if held * 2 < wanted.total() or not _tie(_figures_from(lines, end), table):
        return 0
    return end


@cache
def _head_signs(table: str) -> Counter[str]:
    return Counter("".join(_all_heads(table)))


@cache
def _line_heads(table: str) -> frozenset[str]:
    """The heads over all columns of a line of the form, and those over several lines."""
    rows = FORM.of(table)[0].rows()
    return frozenset(head for row in rows for head in (row.label, *row.group))


def _figures_from(lines: Sequence[Sequence[Token]], start: int) -> list[Token]:
    """The figures on this line and the next ones, up to anything else."""
    following = (token for line in lines[start:] for token in line if token.is_ is not Is.BLANK)
    return list(takewhile(lambda token: token.is_ is Is.VALUE, following))


def _tie(figures: Sequence[Token], table: str) -> bool:
    """Whether there is a figure for each field of the table, and in each row of it the last is
    the sum of the others."""
    edition = FORM.of(table)[0]
    width = len(edition.blocks[0].columns)
    amounts = [text_to_amount(token.text) for token in figures]
    if len(amounts) != len(list(edition.fields())):
        return False
    if any(amount.kind is Kind.UNREADABLE for amount in amounts):
        return False
    values = [amount.value or 0 for amount in amounts]
    rows = [values[at : at + width] for at in range(0, len(values), width)]
    return all(sum(parts) == total for *parts, total in rows)


#: Lines of such a header, at most.
_MOST_HEAD_LINES = 10
#: The same where a line may hold one sign.
_MOST_TORN_LINES = 90


@cache
def _all_heads(table: str) -> tuple[str, ...]:
    """Groups, lines and columns of a table on its side, as it prints them."""
    block = FORM.of(table)[0].blocks[0]
    columns = [column.label for column in block.columns]
    groups = list(dict.fromkeys(group for row in block.rows for group in row.group))
    alone = [row.label for row in block.rows if not row.group]
    below = [row.label for row in block.rows if row.group]
    return (*alone, *groups, *columns * len(alone), *below, *columns * len(below))


def _in_order(words: Sequence[str], table: str) -> bool:
    """Whether a line is made of whole runs of columns or of their parts between two places (their
    upper halves, their third signs), of pieces of the lines' labels, and of 总计 or its halves."""
    block = FORM.of(table)[0].blocks[0]
    *columns, total = (column.label for column in block.columns)
    size = min(map(len, columns))
    parts = [slice(first, last) for first, last in combinations(range(size + 1), 2)]
    runs = [columns, *([label[part] for label in columns] for part in parts)]
    labels = [*(row.label for row in block.rows), *(g for row in block.rows for g in row.group)]
    at = 0
    while at < len(words):
        run = next((run for run in runs if list(words[at : at + len(run)]) == run), None)
        if run is not None:
            at += len(run)
        elif words[at] in total or any(words[at] in label for label in labels):
            at += 1
        else:
            return False
    return True


# A header on two lines: `结果 结果 其他 尚未` over `维持 纠正 结果 审结`


#: Lines between the two halves, at most: `总计` stands there.
_BETWEEN = 5
#: How far a half may stand beside the other, in characters.
_BESIDE = 2


def _on_two_lines(tokens: Sequence[Token], table: str) -> list[Token]:
    """Labels whose halves stand one below the other, word by word."""
    lines = [list(group) for _, group in groupby(tokens, key=lambda token: token.line)]
    for at, line in enumerate(lines):
        upper = _words(line)
        for below in range(at + 1, min(at + 1 + _BETWEEN, len(lines))):
            lower = _words(lines[below])
            if len(upper) > 1 and _all_labels(upper, lower[: len(upper)], table):
                stacked = _stacked(line, upper, lower)
                lines[at] = _with_between(stacked, lines[at + 1 : below])
                lines[at + 1 : below] = [[] for _ in range(below - at - 1)]
                lines[below] = _without_words(lines[below], lower, len(upper))
                break
        else:
            _put_halves_together(lines, at, table)
    return [token for line in lines for token in line]


def _without_words(line: list[Token], words: Sequence[str], first: int) -> list[Token]:
    """A line without its first words; it may go on with the upper halves of others."""
    if len(line) == len(words):
        return line[first:]
    return [replace(line[0], text=word, is_=Is.OTHER, spot=None) for word in words[first:]]


def _words(line: Sequence[Token]) -> list[str]:
    """The words of a line of short texts; none where it holds figures or is long."""
    if not all(_may_be_piece(token) for token in line):
        return []
    return [word for token in line for word in token.text.split()]


def _all_labels(upper: Sequence[str], lower: Sequence[str], table: str) -> bool:
    keys, _ = _keys(table)
    alike = len(upper) == len(lower)
    return alike and all(key(a + b) in keys for a, b in zip(upper, lower, strict=True))


def _stacked(line: Sequence[Token], upper: Sequence[str], lower: Sequence[str]) -> list[Token]:
    spots = [token.spot for token in line] if len(line) == len(upper) else [None] * len(upper)
    return [
        replace(line[0], text=a + b, is_=Is.LABEL, spot=spot)
        for a, b, spot in zip(upper, lower, spots, strict=False)
    ]


def _with_between(stacked: list[Token], lines: Sequence[Sequence[Token]]) -> list[Token]:
    """Labels of one line that stand at the middle of the two, each behind its share of them."""
    between = [token for line in lines for token in line]
    share, rest = divmod(len(stacked), len(between)) if between else (len(stacked), 0)
    if rest or not all(token.is_ is Is.LABEL for token in between):
        return [*stacked, *between]
    return [
        token
        for at, middle in enumerate(between or [None])
        for token in (*stacked[at * share : (at + 1) * share], middle)
        if token is not None
    ]


def _put_halves_together(lines: list[list[Token]], at: int, table: str) -> None:
    """The same where the lines are laid out by spaces: one half stands under the other."""
    for index, token in enumerate(lines[at]):
        for below in range(at + 1, min(at + 1 + _BETWEEN, len(lines))):
            half = _half_below(token, lines[below], table)
            if half is not None:
                whole = token.text + lines[below].pop(half).text
                lines[at][index] = replace(token, text=whole, is_=Is.LABEL)
                break


def _half_below(token: Token, line: Sequence[Token], table: str) -> int | None:
    keys, _ = _keys(table)
    if token.spot is None or not _may_be_piece(token) or key(token.text) in keys:
        return None
    near = [
        (beside, index)
        for index, other in enumerate(line)
        if other.spot is not None
        and _may_be_piece(other)
        and key(token.text + other.text) in keys
        and (beside := _beside(token.spot, other.spot)) <= _BESIDE
    ]
    return min(near)[1] if near else None


def _beside(one: Spot, other: Spot) -> float:
    """How far the middles of two texts are apart, in characters or columns of a terminal."""
    by_character = sum(one.by_character) - sum(other.by_character)
    by_width = sum(one.by_width) - sum(other.by_width)
    return min(abs(by_character), abs(by_width)) / 2


# A header in rows of cells: `结果 | 结果 | 其他 | 尚未 | 总计` over `维持 | 纠正 | 结果 | 审结`


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
    if not halves or any(map(looks_like_value, [cell.text for cell in (*upper, *lower)])):
        return None
    return next(filter(None, (_paired(upper, halves, table) for table in FORM.tables)), None)


def _paired(upper: Sequence[Cell], halves: Sequence[str], table: str) -> list[Cell] | None:
    keys, _ = _keys(table)
    left = list(halves)
    whole: list[Cell] = []
    for cell in upper:
        text = cell.text + left[0] if left else cell.text
        if left and key(cell.text) and key(text) in keys:
            whole.append(replace(cell, text=text))
            del left[0]
        elif key(cell.text) and not any_label(table).match(cell.text):
            return None
        else:
            whole.append(cell)
    return None if left else whole


# Pieces that follow each other


def _in_succession(tokens: Sequence[Token], table: str) -> list[Token]:
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        length = _label_length(tokens, at, table)
        if length:
            joined.append(together(tokens[at : at + length]))
        else:
            joined.append(tokens[at])
        at += length or 1
    return joined


def _label_length(tokens: Sequence[Token], at: int, table: str) -> int:
    """Number of tokens from `at` that make up a label, 0 where none do."""
    if not _may_be_piece(tokens[at]) or tokens[at].is_ is Is.LABEL:
        return 0
    keys, beginnings = _keys(table)
    joined = tokens[at].text
    for length, token in enumerate(tokens[at + 1 : at + _MOST_PIECES], 2):
        if key(joined) not in beginnings and not _NUMBER.fullmatch(joined):
            return 0
        if not _may_be_piece(token):
            return 0
        joined += token.text
        if key(joined) in keys:
            return length
    return 0


def _may_be_piece(token: Token) -> bool:
    return token.is_ in (Is.OTHER, Is.LABEL) and 0 < len(token.text.strip()) <= _SHORT


# Pieces around the figures


@dataclass(frozen=True, slots=True)
class _Group:
    """Figures that follow each other, and the indices of the texts around them."""

    start: int
    end: int
    before: tuple[int, ...]
    behind: tuple[int, ...]


def _around_figures(tokens: Sequence[Token], table: str) -> list[Token]:
    taken: set[int] = set()
    labels: dict[int, Token] = {}
    for group in _groups(tokens):
        parts = _label_parts(tokens, group, taken, table)
        if parts:
            taken.update(parts)
            labels[group.start] = together([tokens[at] for at in parts])
    whole: list[Token] = []
    for at, token in enumerate(tokens):
        if at in labels:
            whole.append(labels[at])
        if at not in taken:
            whole.append(token)
    return whole


def _groups(tokens: Sequence[Token]) -> Iterator[_Group]:
    starts = [
        at
        for at, token in enumerate(tokens)
        if token.is_ is Is.VALUE and (at == 0 or tokens[at - 1].is_ is not Is.VALUE)
    ]
    for start in starts:
        end = start
        while end < len(tokens) and tokens[end].is_ is Is.VALUE:
            end += 1
        yield _Group(start, end, _texts(tokens, start, -1), _texts(tokens, end, 1))


def _texts(tokens: Sequence[Token], at: int, step: int) -> tuple[int, ...]:
    """The short texts next to figures, in reading order."""
    found: list[int] = []
    at = at - 1 if step < 0 else at
    most = _BEFORE if step < 0 else _BEHIND
    while 0 <= at < len(tokens) and len(found) < most and _may_be_piece(tokens[at]):
        found.append(at)
        at += step
    return tuple(sorted(found))


def _label_parts(
    tokens: Sequence[Token], group: _Group, taken: set[int], table: str
) -> tuple[int, ...]:
    """The texts that make up the label of these figures; none where it stands whole, where
    they make up no label, or two equally near."""
    before = [at for at in group.before if at not in taken]
    if not before or is_row_label(tokens[before[-1]], table, _group_keys(table)):
        return ()
    texts = [*before, *group.behind]
    found: dict[str, list[tuple[int, int, tuple[int, ...]]]] = {}
    for wanted, row in _row_keys(table).items():
        parts = _made_of(wanted, tokens, texts)
        nearest = max((at for at in parts if at < group.start), default=-1)
        if nearest < 0 or (len(parts) == 1 and nearest == before[-1]):
            continue
        if all(_may_stand_between(tokens[at]) for at in before if at > nearest):
            found.setdefault(row, []).append((nearest, len(wanted), parts))
    best = sorted((max(readings) for readings in found.values()), reverse=True)
    if not best or (len(best) > 1 and best[0][:2] == best[1][:2]):
        return ()
    return best[0][2]


def is_row_label(token: Token, table: str, groups: frozenset[str]) -> bool:
    """Whether it says a row, whole, and no group: （六）其他处理 is a row in one edition only,
    本机关不掌握 may be the first line of a longer label."""
    if token.is_ is not Is.LABEL or key(token.text) in groups | _unfinished(table):
        return False
    found = any_row_label(table).match(token.text)
    return found is not None and found.score == 1.0


def _may_stand_between(token: Token) -> bool:
    """A piece of a group's label may part a label from its figures; what is left of a figure is
    one of them."""
    return token.is_ is Is.OTHER and not is_damaged(token)


@cache
def _group_keys(table: str) -> frozenset[str]:
    return frozenset(key(label) for edition in FORM.of(table) for label in edition.other_labels)


def _made_of(wanted: str, tokens: Sequence[Token], texts: Sequence[int]) -> tuple[int, ...]:
    """Some of the texts, in order, that make up a label; none where none do."""
    for first, at in enumerate(texts):
        begun = key(tokens[at].text)
        if begun and wanted.startswith(begun):
            rest = _rest_made_of(wanted, len(begun), tokens, texts[first + 1 :])
            if rest is not None:
                return (at, *rest)
    return ()


def _rest_made_of(
    wanted: str, done: int, tokens: Sequence[Token], texts: Sequence[int]
) -> tuple[int, ...] | None:
    if done == len(wanted):
        return ()
    for next_, at in enumerate(texts):
        more = said(tokens[at].text)
        if more and wanted.startswith(more, done):
            rest = _rest_made_of(wanted, done + len(more), tokens, texts[next_ + 1 :])
            if rest is not None:
                return (at, *rest)
    return None
