"""Paragraphs that were a table of the form once -> rows again.

Flattening may leave one cell a line, several to a line, or a whole page on one line, with
no row ends. What the form knows brings the rows back: a row begins at a row's label and
holds the figures up to the next label. Which columns they belong to is decided later, with
the same rules as for any row whose columns are only an order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from tasks.forms.annual_report import FORM
from tasks.model.document import Block, Cell, Document, Paragraph, Table, Where
from tasks.recognise.amounts import looks_like_value
from tasks.recognise.labels import key, plain
from tasks.recognise.vocabulary import (
    all_labels,
    any_column_label,
    any_label,
    any_row_label,
    table_of,
)

#: Fewer different labels than this are a mention in the text, not a table.
_FEWEST_LABELS = {"disclosure": 5, "requests": 8, "disputes": 5}
#: A piece of text longer than this, in signs, is prose and ends a table.
_PROSE = 60
_LONGEST_JOIN = 10
#: A label of fewer signs than this may be cut over lines; longer ones stand alone.
_SHORT = 26


class _Is(Enum):
    LABEL = "label"
    VALUE = "value"
    BLANK = "blank"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_: _Is
    #: Index of the paragraph in the document's blocks.
    block: int
    where: Where


def restore(document: Document, missing: Sequence[str]) -> Document:
    """The document with the paragraphs that are tables of the form made tables again.

    `missing`: the tables of the form that were not found as tables. Such a table's columns
    are not sure.
    """
    for table in missing:
        document = _restore_one(document, table)
    return document


def _restore_one(document: Document, table: str) -> Document:
    tokens = _tokens(document, table)
    window = _window(tokens, table)
    if window is None:
        return document
    rows = _rows(tokens[window[0] : window[1]], table)
    if len(rows) < 2:
        return document
    return _with_table(document, tokens[window[0] : window[1]], rows)


#: A line longer than this that holds labels of a table is a page without line breaks.
_WHOLE_PAGE = 1200


def unfold(document: Document) -> Document:
    """A page that stands on one line cut where it has spaces: Chinese prose has none, so
    what the spaces part are its lines and cells."""
    if not any(_is_whole_page(block) for block in document.blocks):
        return document
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Paragraph) and _is_whole_page(block):
            blocks += [Paragraph(text=part, where=block.where) for part in block.text.split()]
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _is_whole_page(block: Block) -> bool:
    if isinstance(block, Table) or len(block.text) < _WHOLE_PAGE or "\n" in block.text:
        return False
    words = block.text.split()
    return len(words) > 30 and sum(bool(table_of(word)) for word in words) >= 8


# Paragraphs to tokens


def _tokens(document: Document, table: str) -> list[_Token]:
    tokens: list[_Token] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Table):
            tokens.append(_Token("\n", _Is.OTHER, index, block.where))
            continue
        for line in block.text.split("\n"):
            tokens += _line_tokens(line, table, index, block.where)
    return _joined(tokens, table)


def _line_tokens(line: str, table: str, block: int, where: Where) -> list[_Token]:
    text = line.strip()
    if not text:
        return [_Token("", _Is.BLANK, block, where)]
    if looks_like_value(text):
        return [_Token(part, _Is.VALUE, block, where) for part in _figures(text)]
    label = any_label(table).match(text) if len(text) < _PROSE else None
    if label and label.score == 1.0:
        return [_Token(text, _Is.LABEL, block, where)]
    pieces = _cut_at_labels(text, table)
    if pieces is not None:
        return [_Token(piece, is_, block, where) for piece, is_ in pieces]
    return [_Token(text, _Is.LABEL if label else _Is.OTHER, block, where)]


def _figures(text: str) -> list[str]:
    """`1 0 0` is three figures; `1,234` and `22（其中修订16件）` are one."""
    parts = text.split()
    if len(parts) > 1 and all(looks_like_value(part) for part in parts):
        return parts
    return [text]


@cache
def _label_pattern(table: str) -> re.Pattern[str]:
    """The labels of a table inside a longer line, numbering and spaces included."""
    numbering = r"(?:\(?[一二三四五六七八九十]{1,2}[)、.]\s*|\(?\d[).、]\s*)?"
    labels = []
    for label in all_labels(table):
        signs = [re.escape(sign) for sign in re.sub(r"\s+", "", plain(label))]
        labels.append(r"\s*".join(signs))
    return re.compile(rf"{numbering}(?:{'|'.join(labels)})")


def _cut_at_labels(text: str, table: str) -> list[tuple[str, _Is]] | None:
    """A line of labels and figures cut into both; None where it is not made of those.

    A label is one only with figures or another label after it: in a sentence there is text.
    """
    said = plain(text)
    found = list(_label_pattern(table).finditer(said))
    if not found:
        return None
    pieces: list[tuple[str, _Is]] = []
    before = said[: found[0].start()].strip()
    if len(before) > 0 and len(found) < 4:
        if not looks_like_value(before):
            return None
        pieces += [(figure, _Is.VALUE) for figure in _figures(before)]
    elif before:
        pieces.append((before, _Is.OTHER))
    for position, match in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(said)
        rest = said[match.end() : end].strip(" |\t:：;；")
        figures = re.split(r"[\s|]+", rest) if rest else []
        if all(looks_like_value(figure) for figure in figures):
            pieces.append((match[0], _Is.LABEL))
            pieces += [(figure, _Is.VALUE) for figure in figures]
            continue
        lead = []
        for figure in figures:
            if not looks_like_value(figure):
                break
            lead.append(figure)
        if lead:
            pieces.append((match[0], _Is.LABEL))
            pieces += [(figure, _Is.VALUE) for figure in lead]
            pieces.append((" ".join(figures[len(lead) :]), _Is.OTHER))
        elif len(found) < 4:
            return None
        else:
            pieces.append((said[match.start() : end].strip(), _Is.OTHER))
    labels = sum(is_ is _Is.LABEL for _, is_ in pieces)
    return pieces if labels else None


def _joined(tokens: list[_Token], table: str) -> list[_Token]:
    """Labels that were cut over several lines put together: `商业` / `企业`."""
    labels = any_label(table)
    joined: list[_Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.is_ is _Is.OTHER and len(token.text) < _SHORT and token.text.strip():
            parts = [token.text]
            for ahead in range(at + 1, min(at + _LONGEST_JOIN, len(tokens))):
                if (
                    tokens[ahead].is_ not in (_Is.OTHER, _Is.LABEL)
                    or len(tokens[ahead].text) > _SHORT
                ):
                    break
                parts.append(tokens[ahead].text)
                found = labels.match("".join(parts))
                if found and found.score > 0.9:
                    where = Where(lines=_lines(token.where, tokens[ahead].where))
                    joined.append(_Token("\n".join(parts), _Is.LABEL, token.block, where))
                    at = ahead + 1
                    break
            else:
                joined.append(token)
                at += 1
                continue
            if joined and joined[-1].text == "\n".join(parts):
                continue
        joined.append(token)
        at += 1
    return joined


def _lines(first: Where, last: Where) -> tuple[int, int] | None:
    if first.lines is None or last.lines is None:
        return None
    return (first.lines[0], last.lines[1])


# Where the table is


def _window(tokens: Sequence[_Token], table: str) -> tuple[int, int] | None:
    """First and last + 1 token of the table: the run of labels and figures with the most
    different labels."""
    best: tuple[int, int, int] | None = None
    start: int | None = None
    last = 0
    seen: set[str] = set()
    for index, token in enumerate([*tokens, _Token("\n", _Is.OTHER, -1, Where())]):
        ends = token.is_ is _Is.OTHER and (
            len(token.text) > _PROSE
            or token.text == "\n"
            or "。" in token.text
            or _other_table(token.text, table)
        )
        if ends:
            if start is not None and (best is None or len(seen) > best[0]):
                best = (len(seen), start, last + 1)
            start, seen = None, set()
        elif token.is_ is _Is.LABEL:
            start = index if start is None else start
            seen.add(key(token.text))
            last = index
        elif token.is_ in (_Is.VALUE, _Is.BLANK) and start is not None:
            last = index
    if best is None or best[0] < _FEWEST_LABELS[table]:
        return None
    return best[1], best[2]


def _other_table(text: str, table: str) -> bool:
    """A heading, or a label that stands in another table of the form."""
    other = table_of(text)
    if other is not None and other != table:
        return True
    said = key(text)
    return any(
        said == key(title) for edition in FORM.editions for title in edition.titles
    ) or said.endswith("报告的事项")


# Tokens to rows


def _rows(tokens: Sequence[_Token], table: str) -> list[list[_Token]]:
    """A row begins at a label that comes after figures, or that is a row's own label."""
    if FORM.of(table)[0].sideways:
        return _sideways_rows(tokens)
    row_labels = any_row_label(table)
    column_labels = any_column_label(table)
    rows: list[list[_Token]] = [[]]
    for token in tokens:
        row = rows[-1]
        figures = any(part.is_ in (_Is.VALUE, _Is.BLANK) for part in row)
        if token.is_ is _Is.OTHER and not key(token.text):
            continue
        if token.is_ in (_Is.LABEL, _Is.OTHER) and row:
            says_row = bool(row_labels.match(token.text))
            has_row = any(part.is_ is _Is.LABEL and row_labels.match(part.text) for part in row)
            heads = says_row and any(column_labels.match(part.text) for part in row)
            if figures or (says_row and has_row) or heads or _begins_block(token):
                rows.append([])
        rows[-1].append(token)
    return [row for row in rows if row]


def _begins_block(token: _Token) -> bool:
    """`第二十条…` and `信息内容` stand on lines of their own."""
    return key(token.text).startswith("第二十条") or key(token.text) == "信息内容"


def _sideways_rows(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """The labels, and the figures after the last of them; blanks before it are padding."""
    last = max(i for i, token in enumerate(tokens) if token.is_ is _Is.LABEL)
    labels = [token for token in tokens[: last + 1] if token.is_ is not _Is.BLANK]
    figures = [token for token in tokens[last + 1 :] if token.is_ in (_Is.VALUE, _Is.BLANK)]
    stray = [token for token in labels if token.is_ is _Is.VALUE]
    return [row for row in (labels, figures) if row] if not stray else [labels]


def _with_table(document: Document, tokens: Sequence[_Token], rows: list[list[_Token]]) -> Document:
    """Put the restored table in the place of the paragraphs that it is made of."""
    used = {token.block for token in tokens}
    number = 1 + sum(isinstance(block, Table) for block in document.blocks)
    lines = [
        line for token in tokens if token.where.lines is not None for line in token.where.lines
    ]
    table = Table(
        id=f"t{number}",
        n_rows=len(rows),
        n_columns=max(len(row) for row in rows),
        cells=tuple(
            Cell(text=token.text, row=r, column=c, where=token.where)
            for r, row in enumerate(rows)
            for c, token in enumerate(row)
        ),
        columns_sure=False,
        where=Where(lines=(min(lines), max(lines))) if lines else tokens[0].where,
    )
    blocks: list[Block] = []
    for index, block in enumerate(document.blocks):
        if index == min(used):
            blocks += [*_kept(document, tokens, index, before=True), table]
        if index in used:
            if index == max(used):
                blocks += _kept(document, tokens, index, before=False)
            continue
        blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _kept(
    document: Document, tokens: Sequence[_Token], index: int, *, before: bool
) -> list[Paragraph]:
    """What a paragraph says beside the table, where a whole page stands on one line."""
    block = document.blocks[index]
    if not isinstance(block, Paragraph) or len(block.text) <= _PROSE:
        return []
    said = plain(block.text)
    inside = [token.text for token in tokens if token.block == index and token.text]
    if not inside:
        return []
    rest = said.partition(inside[0])[0] if before else said.rpartition(inside[-1])[2]
    return [Paragraph(text=rest.strip(), where=block.where)] if rest.strip() else []
