"""Rows of which only the order of the cells is known -> the cells of their columns.

Where a row has as many figures as columns, or as many cells, these are they. A row may have
more: blanks that spanned cells left behind, at one end; and fewer: some converters drop blank
cells and close the row with as many signs, and behind the last figure a blank and such a sign
look alike. What the rows show together decides it (`Habits`), and a row that still fits two
ways is not placed at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from itertools import zip_longest

from tasks.forms.vocabulary import Axis, Block, Edition, Line
from tasks.model.document import Cell
from tasks.model.report import Kind, PlacedBy
from tasks.model.saying import Saying, say
from tasks.recognise.columns import Columns, Headers
from tasks.recognise.rows import Row, filled, seen_in
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.figures import numbers_next

TOO_FEW = say("unreadable.too_few")
TOO_MANY = say("unreadable.too_many")

#: So many rows whose last figure is the sum of those before it: that is their total, and what
#: follows it stands for blanks that were dropped from among them.
_FEWEST_TIES = 3
#: So many times as many rows that do not tie show that the others do by chance.
_MORE = 4
#: So many rows of one length show that it is one; of so few rows two do, and one alone.
_ALIKE, _FEW_ROWS = 3, 4
#: So large a share of the rows is nearly all of them.
_NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Lined:
    """A row that is a line of the form."""

    row: Row
    line: Line
    block: Block
    #: The columns over it, from left to right: the form's, or those that the document has.
    columns: Columns
    #: How the line was told.
    by: PlacedBy
    #: A later reading of a line that was placed already.
    again: bool = False

    @property
    def n_more(self) -> int:
        """By how many its cells behind the label are more than its columns."""
        return len(self.row.behind) - len(self.columns)

    def is_overfull(self) -> bool:
        """Whether it has more figures behind its label than there are columns."""
        behind = self.row.behind
        return len(filled(behind)) > len(self.columns) and behind[0] is not self.row.own[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a table of the form, whatever tables of the document they stand in."""

    edition: Edition
    rows: tuple[Row, ...]
    headers: Headers
    #: index of a row -> what it is, in the order of the rows
    lined: Mapping[int, Lined]
    #: Nothing stands behind it in the document: its last row may be cut short.
    at_end: bool
    #: Whether the document shows that blank cells kept their place where that is not sure.
    blanks_kept: bool

    def first(self) -> Mapping[int, Lined]:
        """The first reading of each line."""
        return {at: one for at, one in self.lined.items() if not one.again}

    def ends_table(self, at: int) -> bool:
        """Whether a row is the last of its table."""
        return at + 1 == len(self.rows) or self.rows[at + 1].table is not self.rows[at].table


@dataclass(frozen=True, slots=True, kw_only=True)
class Padding:
    """At which ends of a row blanks may stand that are no cells of columns."""

    before: bool = False
    behind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a text writes its rows, and what is known of one of them."""

    padding: Padding
    #: A column is not the form's, and what is too much stands at neither end.
    crowded: bool
    #: A cell may have gone, blank or not: the blanks prove nothing.
    torn: bool
    #: A blank behind the last figure is a cell, and not what closes a row.
    blanks_kept: bool
    #: No row of the table is short of figures.
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The cells of a row's columns, from left to right; none where they cannot be told."""

    cells: tuple[Cell, ...] = ()
    by: PlacedBy = PlacedBy.LABEL
    #: Why they cannot be told, and what was seen.
    trouble: Saying | None = None
    seen: str = ""


# One row


def choose(one: Lined, habits: Habits) -> Chosen:
    """The cells of the columns of a row, by their number and their order."""
    row, n = one.row, len(one.columns)
    figures = filled(row.behind)
    # in a sure grid this is a row without a header
    by = PlacedBy.ORDER if row.table.columns_sure else PlacedBy.LABEL
    cells = _with_spoilt(row, n) if habits.whole else ()
    if cells:
        return Chosen(cells=cells, by=by)
    if _holds_text_among_figures(row):
        figures = tuple(cell for cell in row.own if looks_like_value(cell.text))
        return Chosen(trouble=TOO_MANY, seen=seen_in(figures))
    if len(figures) > n and are_one(figures, n):
        cells = figures[:n]
    elif len(figures) > n and not habits.crowded and _are_its_labels_lost(one):
        cells, by = figures[-n:], PlacedBy.ORDER
    elif len(figures) > n or (habits.crowded and one.n_more > 0):
        return Chosen(trouble=TOO_MANY, seen=seen_in(figures))
    elif not habits.torn or len(figures) == n:
        cells = pick(row.behind, n, habits.padding)
    if not cells or (ends_in_doubt(cells) and not habits.blanks_kept):
        return Chosen(trouble=TOO_FEW, seen=seen_in(figures))
    return Chosen(cells=cells, by=by)


def pick(cells: Sequence[Cell], n: int, padding: Padding) -> tuple[Cell, ...]:
    """The cells of n columns among these: the only n that have a text, or n in a row, blanks
    included, that leave out nothing but padding. None where two ways fit."""
    figures = filled(cells)
    if len(figures) == n:
        return figures
    if len(cells) == n:
        return tuple(cells)
    ways = []
    if len(cells) > n and padding.behind and not filled(cells[n:]):
        ways.append(tuple(cells[:n]))
    if len(cells) > n and padding.before and not filled(cells[:-n]):
        ways.append(tuple(cells[-n:]))
    return ways[0] if len(ways) == 1 or (ways and not figures) else ()


def ends_in_doubt(cells: Sequence[Cell]) -> bool:
    """Whether figures are followed by blanks, which may be signs that close the row."""
    return bool(cells) and not cells[-1].text.strip() and bool(filled(cells))


def are_one(cells: Sequence[Cell], columns: int) -> bool:
    """Whether the cells that were not merged under one head all say the same; under several
    heads, whether they say nothing."""
    amounts = [text_to_amount(cell.text, decimal=True) for cell in cells]
    if len({(amount.kind, amount.value) for amount in amounts}) != 1:
        return False
    nothing = amounts[0].kind is not Kind.UNREADABLE and not amounts[0].value
    return nothing or (columns == 1 and amounts[0].kind is Kind.NUMBER)


def _are_its_labels_lost(one: Lined) -> bool:
    """Whether a row begins with figures, and with no more of them too many than it has labels: the
    first stand where these were overwritten, if it is all one at which of them its own begin."""
    behind, n = one.row.behind, len(one.columns)
    figures = filled(behind)
    begins = behind[: len(figures)] == figures and behind[0] is one.row.own[0]
    few = len(figures) - n <= len(one.line.group) + 1
    return begins and few and are_one(figures[-n - 1 :], n)


def _with_spoilt(row: Row, n: int) -> tuple[Cell, ...]:
    """The cells behind the label of a row where some of them are no figures but may be, and all
    are as many as the columns: each stands in its place. None for another row."""
    cells = filled(row.own)
    labels, behind = cells[:-n], cells[-n:]
    if not labels or any(map(row.may_be_figure, labels)):
        return ()
    if all(map(row.is_figure, behind)) or not all(map(row.may_be_figure, behind)):
        return ()
    between = range(labels[-1].column + 1, behind[-1].column)
    blank = [cell for cell in row.own if cell.column in between and cell not in cells]
    return () if blank else behind


def _holds_text_among_figures(row: Row) -> bool:
    """`112 | ? | 64`, or two rows in one: which figures are whose is not known."""
    cells = filled(row.own)
    are_figures = [
        row.is_figure(cell)
        for cell, after in zip_longest(cells, cells[1:])
        if after is None or not numbers_next(cell.text.strip(), after.text.strip())
    ]
    return True in are_figures and False in are_figures[are_figures.index(True) :]


# What rows show together


def habits_of(sheet: Sheet) -> Callable[[int], Habits]:
    """The habits of each line, by the index of its row. They are looked for when one is asked
    for: figures that stand under their heads ask for none."""
    habits = cache(partial(_habits, sheet))
    return lambda at: habits()[at]


def _habits(sheet: Sheet) -> Mapping[int, Habits]:
    first = sheet.first()
    padding = _padding(sheet)
    crowded = _crowded(first.values())
    torn = _torn(sheet)
    kept = sheet.blanks_kept
    if any(relation.axis is Axis.ROW for relation in sheet.edition.relations):
        ends = ((one.row.behind, len(one.columns)) for one in first.values())
        kept = totals_tell(ends, shown=kept)
    whole = all(map(_has_all_figures, first.values()))
    return {
        at: Habits(
            # a blank may be what a lost label left, and a sure grid has no padding
            padding=Padding() if one.by is PlacedBy.ORDER or _is_sure(one) else padding,
            crowded=one.line.id in crowded and one.by is not PlacedBy.ORDER,
            torn=at in torn,
            blanks_kept=kept or one.row.table.blanks_sure,
            whole=whole,
        )
        for at, one in sheet.lined.items()
    }


def _is_sure(one: Lined) -> bool:
    return one.row.table.columns_sure


def _has_all_figures(one: Lined) -> bool:
    """Whether a row that has a figure has one for each of its columns."""
    n = sum(map(one.row.may_be_figure, one.row.own))
    return n == 0 or n >= len(one.columns)


def _padding(sheet: Sheet) -> Padding:
    """Which ends the rows of this table are padded at; both where nothing shows it.

    A figure in what would be the padding rules an end out; a row of heads shows its own.
    """
    longer = [one for one in sheet.first().values() if one.n_more > 0 and not one.is_overfull()]
    behind = not any(filled(one.row.behind[-one.n_more :]) for one in longer)
    before = not any(filled(one.row.behind[: one.n_more]) for one in longer)
    if before and behind:
        pairs = zip(sheet.rows, sheet.headers.over, strict=True)
        heads = [row.own for row, header in pairs if header and row.own and not row.has_values()]
        behind = all(cells[0].text.strip() for cells in heads)
        before = all(cells[-1].text.strip() for cells in heads)
    return Padding(before=before or not behind, behind=behind or not before)


def _crowded(lined: Iterable[Lined]) -> frozenset[str]:
    """Lines of the blocks in which a row has more figures than there are columns: then a column
    is not the form's, and what is too much stands on neither side."""
    blocks = (
        one.block
        for one in lined
        if one.is_overfull() and not are_one(filled(one.row.behind), len(one.columns))
    )
    return frozenset(line.id for block in blocks for line in block.rows)


def _torn(sheet: Sheet) -> set[int]:
    """Rows known by their order alone that are not as long as the others of their table with
    as many columns: a cell of theirs may have gone, blank or not.

    A row is whole where it has all cells of the longest rows; where these are not nearly all,
    also where most rows of its depth in the form have as many cells too many; the last one of
    a table also where it lacks no more than its padding, which some programs leave out there;
    but not where the text ends with it.
    A row that goes on in the next, which has no label, is never whole.
    """
    alike: dict[tuple[str, int], dict[int, Lined]] = {}
    torn = set()
    for at, one in sheet.first().items():
        if not _is_sure(one):
            alike.setdefault((one.row.table.id, len(one.columns)), {})[at] = one
            if not sheet.ends_table(at) and _goes_on(sheet.rows[at + 1]):
                torn.add(at)
    for members in alike.values():
        longest, nearly_all = _longest([len(one.row.own) for one in members.values()])
        for at, one in members.items():
            depth = len(one.line.group)
            more = Counter(o.n_more for o in members.values() if len(o.line.group) == depth)
            usual, n = more.most_common(1)[0]
            agrees = one.n_more == usual and n * 2 > more.total() and not nearly_all
            last = sheet.ends_table(at) and not (sheet.at_end and at + 1 == len(sheet.rows))
            bare = last and one.n_more == 0 and (usual > 1 or not filled(one.row.behind))
            if len(one.row.own) != longest and not agrees and not bare:
                torn.add(at)
    return torn


def _goes_on(after: Row) -> bool:
    """Whether a row has cells, and not a word: it goes on with the one above."""
    cells = filled(after.own)
    return bool(after.own) and all(looks_like_value(cell.text) for cell in cells)


def _longest(lengths: Sequence[int]) -> tuple[int, bool]:
    """The length of the longest rows, and whether it is that of nearly all."""
    counted = Counter(lengths)
    enough = min(_ALIKE, len(lengths) // _FEW_ROWS + 1)
    longest = max((length for length, n in counted.items() if n >= enough), default=0)
    return longest, counted[longest] > _NEARLY_ALL * len(lengths)


# Whether blanks kept their place, by what figures come to


def totals_tell(rows: Iterable[tuple[Sequence[Cell], int]], *, shown: bool) -> bool:
    """Whether blanks keep their place in rows that end with a total. `rows`: the cells of each
    behind its label, and how many columns it has; `shown`: what else of the document shows."""
    open_ended = [found for cells, columns in rows if (found := _open_ended(cells, columns))]
    ties = sum(_ties(amounts) for amounts, _ in open_ended if any(amounts))
    # all but one: were the last of them the total, it would be their sum
    untied = sum(missing == 1 and not _ties(amounts) for amounts, missing in open_ended)
    if ties >= _FEWEST_TIES and ties >= untied:
        return False
    return shown or untied > _MORE * ties


def _ties(amounts: Sequence[int | Decimal]) -> bool:
    return len(amounts) > 1 and sum(amounts[:-1]) == amounts[-1]


def _open_ended(cells: Sequence[Cell], columns: int) -> tuple[list[int | Decimal], int] | None:
    """The amounts of a row whose blanks all stand behind its figures, and how many columns these
    leave open; None for another row."""
    figures = filled(cells)
    amounts = [text_to_amount(cell.text, decimal=True) for cell in figures]
    if not 0 < len(figures) < columns <= len(cells) or figures != tuple(cells[: len(figures)]):
        return None
    if any(amount.kind is Kind.UNREADABLE for amount in amounts):
        return None
    return [amount.value or 0 for amount in amounts], columns - len(figures)
