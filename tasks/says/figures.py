"""Whether a text that is no plain figure may be one all the same, or hides one.

`amounts.py` says what a figure is; here is what may be left of one, beside labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import cache
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.patterns import regex
from tasks.says.amounts import looks_like_value
from tasks.says.labels import Labels, key, numbering
from tasks.says.remembered import remembered
from tasks.says.vocabulary import headings, line_labels, table_of

HAN = regex(r"[\u3400-\u9fff]")
#: The number of a label, `1.` or `（1）`.
NUMBERED = regex(r"\s*[(（]?\s*\d{1,2}\s*[.．、)）]")
#: Signs of a text that draws a table or ends a line; any other may stand for a figure.
DRAWN = regex(r"[\s|+=*_:：.。·…,，;；、()（）\[\]【】<>《》“”\"'‘’•●○◆◇▪-]*")
#: Rows' labels have so many Chinese characters, but for few.
_LABEL_LENGTH = 4
#: What is left of a figure, or its unit beside it, is no longer, in signs.
_LONGEST_FIGURE = 14
#: A day, a year, a page, a law's clause.
_COUNTS_NOTHING = regex(r"[年月日页第条章注]")


@remembered
def may_say_row(text: str) -> bool:
    """Not a piece of a label, as narrow columns cut it: `三、本`, `年度办`."""
    return len(HAN.findall(text)) >= _LABEL_LENGTH


@remembered
def numbers_next(text: str, after: str) -> bool:
    """Whether a text is the number of the label in the next cell: `1、`, not the figure 1."""
    is_label = bool(HAN.search(after)) and not looks_like_value(after)
    return is_label and bool(NUMBERED.fullmatch(text))


@remembered
def hides_figures(text: str) -> bool:
    """Whether a text that is no figure has digits in it that number nothing."""
    return bool(re.search(r"\d", NUMBERED.sub("", text, count=1)))


@remembered
def may_be_figure(text: str) -> bool:
    """Whether a text that is not read as a figure may be one all the same, spoilt or written in
    a way that is not known: `?3`, `■`, `约52万元`; no label, no date, no remark."""
    text = text.strip()
    if not text or len(text) > _LONGEST_FIGURE or table_of(text) or NUMBERED.match(text):
        return False
    if not HAN.search(text):
        return not DRAWN.fullmatch(text)
    return hides_figures(text) and not _COUNTS_NOTHING.search(text)


# Numbers that count rows


#: Fewer that count on may do so by chance.
_FEWEST_NUMBERS = 5
#: So many other figures may stand before labels between two of them: of titles, spoilt ones.
_MOST_BETWEEN = 2
_ROW_NUMBER = regex(r"\d{1,3}")
#: A number before a label in one text, parted by a space, `6 2.重复申请`; but no date.
_LEADING = regex(r"\s*\d{1,3}\s+(?=\d{1,2}\s*[.．、]|[^\d\s.．、)）年月日])")


#: What stands over the numbers of rows.
_NUMBER_HEADS = frozenset({"序号", "行次", "序", "编号"})


def heads_row_numbers(text: str) -> bool:
    """Whether a text is the head of a column of numbers that count the rows."""
    return key(text) in _NUMBER_HEADS


@remembered
def row_number_before(text: str) -> str:
    """The number that a text begins with, where a label follows: `4` of `4 信息内容`, spaces
    included; else blank. `4 （二）部分公开` is no figure with a remark."""
    found = _LEADING.match(text)
    if not found or not HAN.search(text):
        return ""
    is_label = numbering(text[found.end() :]) or not looks_like_value(text)
    return found[0] if is_label else ""


def row_numbers(texts: Sequence[tuple[int, str]]) -> frozenset[int]:
    """Which of some texts, in reading order, each with the number of its row, count the rows or
    begin with a number that does: each stands before a label, and they count on from 1. Blank
    texts part nothing.

    Where as many begin their rows as there are in all, it is these: the last figure of a row may
    be the next number as well, `2 | 规范性文件 | 3` above `3 第二十条第（五）项`.
    """
    said = [text for _, text in texts]
    found = list(_numbers_before_labels(said))
    filled = [at for at, text in enumerate(said) if text.strip()]
    behind = {two for one, two in pairwise(range(len(texts))) if texts[one][0] == texts[two][0]}
    closing = {
        at for at, after in pairwise(filled) if at in behind and texts[at][0] != texts[after][0]
    }
    beginning = _counting([(at, number) for at, number in found if at not in behind], closing)
    anywhere = _counting(found, closing)
    return beginning if len(beginning) >= len(anywhere) else anywhere


def _counting(found: Sequence[tuple[int, int]], closing: Set[int]) -> frozenset[int]:
    """The indices of those numbers that count on from 1. `closing`: what closes a row and may be
    its last figure: where only these count on, they do it to the end, or it is by chance."""
    runs: list[list[int]] = []
    for at, (_, number) in enumerate(found):
        near = [run for run in runs if at - run[-1] <= 1 + _MOST_BETWEEN]
        going_on = [run for run in near if found[run[-1]][1] == number - 1]
        if going_on:
            going_on[-1].append(at)
        elif number == 1:
            runs.append([at])
    counted = (
        run
        for run in runs
        if len(run) >= _FEWEST_NUMBERS
        and (
            run[-1] + 1 + _MOST_BETWEEN >= len(found) or not {found[at][0] for at in run} <= closing
        )
    )
    return frozenset(found[at][0] for run in counted for at in run)


def _numbers_before_labels(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Index and number of the texts that may count rows. A figure before the heading of a section
    is the last one of a table."""
    filled = [(at, text.strip()) for at, text in enumerate(texts) if text.strip()]
    for (at, text), (_, after) in pairwise([*filled, (len(texts), "")]):
        if leading := row_number_before(text):
            yield at, int(leading)
        elif _ROW_NUMBER.fullmatch(text) and _may_be_label(after):
            yield at, int(text)


@remembered
def _may_be_label(text: str) -> bool:
    return bool(HAN.search(text)) and not looks_like_value(text) and key(text) not in headings()


@cache
def rows_of_changes() -> Labels:
    """The labels of the rows that have a column for more or less than the year before."""
    blocks = (block for edition in FORM.editions for block in edition.blocks)
    changing = (block for block in blocks if any(column.change for column in block.columns))
    return line_labels(row for block in changing for row in block.rows)
