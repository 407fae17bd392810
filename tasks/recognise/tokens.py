"""Lines of text that was a table -> labels, figures and blanks, each with its place in the line.

A line may be one cell, a label with its figures behind it, or a row of either; where gaps of
spaces part it, the texts stand in columns and their places are worth keeping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from tasks.model.document import Document, Paragraph, Where
from tasks.says.amounts import is_bare_change, is_unit, looks_like_value
from tasks.says.figures import DRAWN, HAN, hides_figures, may_be_figure, may_say_row
from tasks.says.labels import plain, without_remark
from tasks.says.vocabulary import all_labels, any_label, any_row_label

#: A piece of text longer than this, in signs, is prose and ends a table.
PROSE = 60
#: A line longer than this is not laid out by spaces, and longer than that is no page.
_LAID_LINE, _LONGEST_LINE = 400, 60_000
#: Alone in its line it is the first sign of a label set vertically, not a figure.
_NUMERALS = frozenset("一二三四五六七八九十")
_WORD = re.compile(r"\S+")
_CHUNK = re.compile(r"\S+(?: \S+)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


class Is(Enum):
    LABEL = "label"
    VALUE = "value"
    BLANK = "blank"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text begins and ends in its line, in characters and in columns of a terminal."""

    by_character: tuple[float, float]
    by_width: tuple[float, float]
    #: Spaces between it and the text before it in its line; 0 for the first.
    gap: int


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    is_: Is
    #: Index of the paragraph in the document's blocks.
    block: int
    where: Where
    #: Running number of the line that it stands on.
    line: int = -1
    #: None where a line is not laid out by spaces.
    spot: Spot | None = None


def is_damaged(token: Token) -> bool:
    """A text that is neither label nor figure and may be what is left of a figure: `■`, `12x`.
    The row that it stands in has a figure more than can be seen."""
    if token.is_ is not Is.OTHER or may_say_row(token.text):
        return False
    if not HAN.search(token.text):
        return not DRAWN.fullmatch(token.text)
    return hides_figures(token.text)


#: What ends a table: a table in between, or the end of the text.
def end_token(block: int, where: Where) -> Token:
    return Token("\n", Is.OTHER, block, where)


def to_tokens(document: Document, table: str) -> list[Token]:
    """All text of the document, in pieces that are labels of this table, figures or neither."""
    tokens: list[Token] = []
    line_number = 0
    for index, block in enumerate(document.blocks):
        if not isinstance(block, Paragraph):
            tokens.append(end_token(index, block.where))
            continue
        for line in block.text.split("\n"):
            line_number += 1
            pieces = _pieces(line, table)
            where = block.where
            tokens += [
                Token(p.text, p.is_, index, where, line_number, p.spot(line)) for p in pieces
            ]
    return _with_bare_changes(_with_numbers_joined(tokens, table), table)


def _with_bare_changes(tokens: Sequence[Token], table: str) -> list[Token]:
    """`增` behind a figure or the label of a row is a figure that was left out; elsewhere it is
    a piece of the label 本年增/减."""
    found: list[Token] = []
    after_row = False
    for token in tokens:
        if after_row and token.is_ is Is.OTHER and is_bare_change(token.text):
            token = replace(token, is_=Is.VALUE)
        found.append(token)
        if token.is_ is not Is.BLANK:
            after_row = _is_figure(token) or _is_row_label(token, table)
    return found


def _is_figure(token: Token) -> bool:
    return token.is_ is Is.VALUE and bool(_DIGIT.search(token.text))


def _is_row_label(token: Token, table: str) -> bool:
    return token.is_ is Is.LABEL and bool(any_row_label(table).match(token.text))


_DIGIT = re.compile(r"\d")


def _with_numbers_joined(tokens: Sequence[Token], table: str) -> list[Token]:
    """`2.` and `.其他` on lines of their own are no figure but the number of the label that
    goes on in the next line."""
    joined: list[Token] = []
    for token in tokens:
        before = joined[-1] if joined else None
        if before is not None and before.line == token.line - 1 and _is_number_of(before, token):
            text = before.text + token.text
            is_ = Is.LABEL if _is_exact(text, table) else Is.OTHER
            where = joined_lines(before.where, token.where)
            joined[-1] = replace(before, text=text, is_=is_, where=where)
        else:
            joined.append(token)
    return joined


def _is_number_of(before: Token, token: Token) -> bool:
    if before.is_ is not Is.VALUE or token.is_ not in (Is.OTHER, Is.LABEL):
        return False
    found = _LABEL_NUMBER.fullmatch(before.text)
    rest = _REST_OF_NUMBER if found and not found["mark"] else _WORD_OF_LABEL
    return bool(found and rest.match(token.text))


_LABEL_NUMBER = re.compile(r"[(（]?\d{1,2}(?P<mark>[.．、)）]?)")
_REST_OF_NUMBER = re.compile(r"[.．、)）]\s*[\u3400-\u9fff]")
_WORD_OF_LABEL = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    is_: Is
    #: First and last + 1 character in the line; None where the line was rewritten to be read.
    span: tuple[int, int] | None = None

    def spot(self, line: str) -> Spot | None:
        if self.span is None or "  " not in line:
            return None
        start, end = self.span
        width = display_width(line[:start])
        before = line[:start].rstrip()
        return Spot(
            by_character=(start, end),
            by_width=(width, width + display_width(line[start:end])),
            gap=start - len(before) if before else 0,
        )


def display_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _pieces(line: str, table: str) -> list[_Piece]:
    text = line.strip()
    if not text:
        return [_Piece("", Is.BLANK)]
    if text in _NUMERALS:
        return [_Piece(text, Is.OTHER, _span(line))]
    if _is_exact(text, table):
        return [_Piece(text, Is.LABEL, _span(line))]
    if len(line) > _LONGEST_LINE:
        return [_Piece(text, Is.OTHER)]
    if looks_like_value(text) or len(line) > _LAID_LINE:
        figures = _laid_figures(line, 0) if looks_like_value(text) else None
        return figures or _unlaid(text, table)
    head = _before_figures(line)
    if head < len(line.rstrip()):
        figures = _laid_figures(line[head:], head)
        if not line[:head].strip():
            return figures
        label = _laid_labels(line[:head], table)
        if label:
            return [*label, *figures]
    elif laid := _laid_labels(line, table):
        return laid
    return _unlaid(text, table)


def _span(line: str) -> tuple[int, int]:
    return len(line) - len(line.lstrip()), len(line.rstrip())


def _is_exact(text: str, table: str) -> bool:
    """Whether a text is a label and no more, but for a remark in brackets."""
    bare = without_remark(text) or text
    if len(bare) >= PROSE:
        return False
    label = any_label(table).match(bare) if bare else None
    return label is not None and label.score == 1.0 and not looks_like_value(bare.split()[-1])


def _before_figures(line: str) -> int:
    """Where the figures begin that a line ends with; its length where it ends with none."""
    head = len(line.rstrip())
    for word in reversed(list(_WORD.finditer(line))):
        if looks_like_value(word[0]):
            head = word.start()
        elif not is_unit(word[0]):
            break
    return head


def _with_units(text: str) -> list[tuple[int, int]]:
    """Where the words of a text begin and end, a unit with the figure before it: `13 万元`."""
    spans: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if spans and is_unit(word[0]) and looks_like_value(text[slice(*spans[-1])]):
            spans[-1] = (spans[-1][0], word.end())
        else:
            spans.append(word.span())
    return spans


def _laid_figures(text: str, offset: int) -> list[_Piece]:
    """`1 0 0` is three figures; `1,234` and `22（其中修订16件）` are one."""
    spans = _with_units(text)
    if len(spans) > 1 and not all(looks_like_value(text[start:end]) for start, end in spans):
        start, end = _span(text)
        return [_Piece(text.strip(), Is.VALUE, (start + offset, end + offset))]
    return [
        _Piece(figure, Is.VALUE, (start + offset, end + offset))
        for start, end in spans
        for figure in _listed(text[start:end])
    ]


def _listed(word: str) -> list[str]:
    """`0，0，0` is three figures where it can be no number with separators."""
    parts = re.split(r"[，,、；;]", word)
    if len(parts) > 1 and all(_NUMBER.fullmatch(part) for part in parts):
        return [word] if _THOUSANDS.search(",".join(parts)) else parts
    return [word]


def _laid_labels(text: str, table: str) -> list[_Piece]:
    """The texts that gaps part, if they are labels or may be pieces of one; else none."""
    chunks = list(_CHUNK.finditer(text))
    if len(text.strip()) > PROSE and len(chunks) == 1 and not _is_exact(text.strip(), table):
        return []
    pieces: list[_Piece] = []
    for chunk in chunks:
        said = chunk[0]
        if _is_exact(said, table):
            pieces.append(_Piece(said, Is.LABEL, chunk.span()))
        elif cut := cut_at_labels(said, table):
            pieces += cut
        elif spoilt := _with_spoilt_figures(chunk, table):
            pieces += spoilt
        elif any_label(table).match(said):
            pieces.append(_Piece(said, Is.LABEL, chunk.span()))
        else:
            pieces += _words(said, chunk.start())
    return pieces


def _with_spoilt_figures(chunk: re.Match[str], table: str) -> list[_Piece]:
    """`行政处罚 ?3 2 8`: the label of a row and its figures, of which some are not read as such;
    none for another text."""
    label, *figures = _words(chunk[0], chunk.start())
    if not (_is_exact(label.text, table) and any_row_label(table).match(label.text)):
        return []
    pieces = [replace(label, is_=Is.LABEL)]
    for figure in figures:
        if not looks_like_value(figure.text) and not may_be_figure(figure.text):
            return []
        is_ = Is.VALUE if looks_like_value(figure.text) else Is.OTHER
        pieces.append(replace(figure, is_=is_))
    return pieces


def _words(text: str, offset: int) -> list[_Piece]:
    """Pieces of labels that stand side by side: Chinese has no spaces within one."""
    return [
        _Piece(word[0], Is.OTHER, (word.start() + offset, word.end() + offset))
        for word in _WORD.finditer(text)
    ]


def _unlaid(text: str, table: str) -> list[_Piece]:
    """A line without gaps, cut at the labels in it."""
    cut = cut_at_labels(text, table)
    if cut:
        return cut
    label = any_label(table).match(text) if len(text) < PROSE else None
    return [_Piece(text, Is.LABEL if label else Is.OTHER)]


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


def cut_at_labels(text: str, table: str) -> list[_Piece]:
    """A line of labels and figures cut into both; none where it is not made of those.

    A label is one only with figures or another label after it: in a sentence there is text.
    """
    said = plain(text)
    found = list(_label_pattern(table).finditer(said))
    if not found:
        return []
    before = said[: found[0].start()].strip()
    if before and len(found) < _LIST and not looks_like_value(before):
        return []
    pieces = _figures_in(before) if looks_like_value(before) else []
    if before and not pieces:
        pieces.append(_Piece(before, Is.OTHER))
    ends = [match.start() for match in found[1:]] + [len(said)]
    for match, end in zip(found, ends, strict=True):
        row = bool(any_row_label(table).match(match[0]))
        after = _after_label(said[match.end() : end], row=row)
        if after is None and len(found) < _LIST:
            return []
        if after is None:
            pieces.append(_Piece(said[match.start() : end].strip(), Is.OTHER))
        else:
            pieces += [_Piece(match[0], Is.LABEL), *after]
    return pieces if any(piece.is_ is Is.LABEL for piece in pieces) else []


def _figures_in(text: str) -> list[_Piece]:
    words = (text[start:end] for start, end in _with_units(text))
    return [_Piece(part, Is.VALUE) for word in words for part in _listed(word)]


def _after_label(rest: str, *, row: bool) -> list[_Piece] | None:
    """The figures that follow a label, and what follows them; None where text does at once.
    `row`: it is the label of a row, so that 增 may be a figure that was left out."""
    rest = rest.strip(" |\t:：;；,，").replace("|", " ")
    words = [rest[start:end] for start, end in _with_units(rest)]
    lead = 0
    while lead < len(words) and (
        looks_like_value(words[lead]) or (row and is_bare_change(words[lead]))
    ):
        lead += 1
    if words and not lead:
        return None
    figures = [_Piece(part, Is.VALUE) for word in words[:lead] for part in _listed(word)]
    rest = " ".join(words[lead:])
    return [*figures, _Piece(rest, Is.OTHER)] if rest else figures


# Labels in pieces


def said(text: str) -> str:
    """A piece of a label as it stands in the label's key: signs and spaces off, numbers kept."""
    return re.sub(r"[^\w]|_|\s", "", plain(text))


def joined_lines(first: Where, last: Where) -> Where:
    if first.lines is None or last.lines is None:
        return first
    return Where(lines=(first.lines[0], last.lines[1]))


def together(parts: Sequence[Token]) -> Token:
    """One label of its pieces, standing where the first one does."""
    first, last = parts[0], parts[-1]
    where = joined_lines(first.where, last.where)
    text = "\n".join(part.text for part in parts)
    return Token(text, Is.LABEL, first.block, where, first.line, first.spot)
