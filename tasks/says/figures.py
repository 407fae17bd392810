"""Whether a text that is no plain figure may be one all the same, or hides one.

`amounts.py` says what a figure is; here is what may be left of one, beside labels.
"""

from __future__ import annotations

import re
from functools import cache

from tasks.forms.annual_report import FORM
from tasks.says.amounts import looks_like_value
from tasks.says.labels import Labels
from tasks.says.vocabulary import line_labels, table_of

HAN = re.compile(r"[\u3400-\u9fff]")
#: The number of a label, `1.` or `（1）`.
NUMBERED = re.compile(r"\s*[(（]?\s*\d{1,2}\s*[.．、)）]")
#: Signs of a text that draws a table or ends a line; any other may stand for a figure.
DRAWN = re.compile(r"[\s|+=*_:：.。·…,，;；、()（）\[\]【】<>《》“”\"'‘’•●○◆◇▪-]*")
#: Rows' labels have so many Chinese characters, but for few.
_LABEL_LENGTH = 4
#: What is left of a figure, or its unit beside it, is no longer, in signs.
_LONGEST_FIGURE = 14
#: A day, a year, a page, a law's clause.
_COUNTS_NOTHING = re.compile(r"[年月日页第条章注]")


def may_say_row(text: str) -> bool:
    """Not a piece of a label, as narrow columns cut it: `三、本`, `年度办`."""
    return len(HAN.findall(text)) >= _LABEL_LENGTH


def numbers_next(text: str, after: str) -> bool:
    """Whether a text is the number of the label in the next cell: `1、`, not the figure 1."""
    is_label = bool(HAN.search(after)) and not looks_like_value(after)
    return is_label and bool(NUMBERED.fullmatch(text))


def hides_figures(text: str) -> bool:
    """Whether a text that is no figure has digits in it that number nothing."""
    return bool(re.search(r"\d", NUMBERED.sub("", text, count=1)))


def may_be_figure(text: str) -> bool:
    """Whether a text that is not read as a figure may be one all the same, spoilt or written in
    a way that is not known: `?3`, `■`, `约52万元`; no label, no date, no remark."""
    text = text.strip()
    if not text or len(text) > _LONGEST_FIGURE or table_of(text) or NUMBERED.match(text):
        return False
    if not HAN.search(text):
        return not DRAWN.fullmatch(text)
    return hides_figures(text) and not _COUNTS_NOTHING.search(text)


@cache
def rows_of_changes() -> Labels:
    """The labels of the rows that have a column for more or less than the year before."""
    blocks = (block for edition in FORM.editions for block in edition.blocks)
    changing = (block for block in blocks if any(column.change for column in block.columns))
    return line_labels(row for block in changing for row in block.rows)
