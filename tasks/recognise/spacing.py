"""Blank cells that left a sign in the text -> cells again.

A blank may be a line of its own, an empty line among others, or a gap in a row laid out in
columns by spaces. Each is taken for a cell only where the rows together show that it is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, groupby, pairwise
from math import comb

from tasks.forms.annual_report import FORM
from tasks.recognise.lines import Is, Mark, TextRow, blank_beside
from tasks.recognise.pieces import is_row_label
from tasks.says.figures import hides_figures
from tasks.says.labels import Labels, key, numbering
from tasks.says.vocabulary import any_column_label, any_row_label

# What the form has


@cache
def widths(table: str) -> Mapping[str, frozenset[int]]:
    """Row id -> numbers of columns that it has in the editions."""
    found: dict[str, set[int]] = {}
    for edition in FORM.of(table):
        for row, width in _columns_of(table, edition.edition).items():
            found.setdefault(row, set()).add(width)
    return {row: frozenset(counts) for row, counts in found.items()}


@cache
def _columns_of(table: str, edition: str) -> Mapping[str, int]:
    """Row id -> number of columns that it has in an edition."""
    blocks = FORM.edition(table, edition).blocks
    return {row.id: len(block.columns) for block in blocks for row in block.rows}


def groups_in(rows: Sequence[TextRow], table: str) -> frozenset[str]:
    """Keys of the labels that stand over rows that are there; one alone may be a column."""
    present = {row.says for row in rows}
    under = Counter(
        key(line.group[-1])
        for edition in FORM.of(table)
        for line in edition.rows()
        if line.group and line.id in present
    )
    return frozenset(group for group, lines in under.items() if lines > 1)


def is_group(row: TextRow, groups: frozenset[str]) -> bool:
    """（六）其他处理 says a row in one edition and stands over rows in the other."""
    labels = row.labels
    return bool(labels) and not row.cells and key(labels[-1].text) in groups


def _heads(row: TextRow, table: str) -> dict[str, Mark]:
    """Id of a column -> the label that says it, of a row without figures."""
    labels = any_column_label(table)
    said = ((labels.match(mark.text), mark) for mark in row.marks)
    return {found.id: mark for found, mark in said if found} if not row.figures else {}


# Blanks that are marks of their own


#: Of ten rows with figures so many have to agree in what their blanks are.
_MOST_OF_TEN = 8


def with_sure_blanks(rows: Sequence[TextRow], table: str) -> list[TextRow]:
    """Without the blanks that are not surely cells, but what the text's makers left.

    They are cells where with them nearly every row has its columns; or, where swallowed cells
    left blanks too, nearly every row is of one length with its labels. Rows that are not lose
    their blanks all the same. Rows laid out by spaces have none yet.
    """
    editions = (_columns_of(table, edition.edition) for edition in FORM.of(table))
    sure = max((_sure(rows, columns, table) for columns in editions), key=len)
    return [row if at in sure else row.without(Is.BLANK) for at, row in enumerate(rows)]


def _sure(rows: Sequence[TextRow], columns: Mapping[str, int], table: str) -> set[int]:
    """The rows whose blanks are cells; none where too few rows agree."""
    extra: dict[int, int] = {}
    for at, row in enumerate(rows):
        cells, labels = row.cells, row.labels
        said = any_row_label(table).match(labels[-1].text) if labels else None
        if said and said.id in columns and cells and not any(cell.span for cell in cells):
            extra[at] = len(cells) - columns[said.id]
    lengths = Counter(len(rows[at].marks) for at in extra)
    common = max(lengths, key=lambda length: lengths[length], default=0)
    exact = {at for at, more in extra.items() if more == 0}
    even = {at for at, more in extra.items() if more >= 0 and len(rows[at].marks) == common}
    for sure in (exact, even):
        if len(sure) * 10 >= len(extra) * _MOST_OF_TEN:
            return sure
    return set()


# Blanks that are empty lines


@dataclass(frozen=True, slots=True)
class _Spacing:
    """How empty lines stand between cells, each on lines of its own."""

    #: Empty lines between two cells, blank or not, of one row.
    between: int
    #: Lines that a blank cell adds.
    blank: int
    #: Empty lines that part rows, beside those between any two cells.
    rows: int = 0

    def blanks(self, before: Mark, after: Mark, *, new_row: bool) -> int | None:
        """How many blank cells stand between two cells; None where that does not come out even."""
        more = _empty_lines(before, after) - self.between - self.rows * new_row
        return None if more < 0 or more % self.blank else more // self.blank

    def filled(self, marks: Sequence[Mark], new_row: Mark | None) -> list[Mark] | None:
        """All marks but the first, and blanks for the empty lines between them; None where these
        do not come out even. `new_row`: the mark that a row begins with."""
        cells: list[Mark] = []
        for before, mark in pairwise(marks):
            blanks = self.blanks(before, mark, new_row=mark is new_row)
            if blanks is None:
                return None
            cells += [*[blank_beside(before)] * blanks, mark]
        return cells


def _empty_lines(before: Mark, after: Mark) -> int:
    return after.first_line - before.last_line - 1


#: Empty lines that part rows, at most.
_MOST_PARTING = 3
#: One in so many rows with blanks among their figures, and no others, proves nothing.
_FEW_OF = 8
#: Fewer labelled rows than this show nothing.
_FEWEST_LABELLED = 3


def _spacings(labels: Sequence[Mark], row_labels: Labels | None) -> Iterator[_Spacing]:
    """The ways in which empty lines may stand, from those between labels that head no row:
    as many everywhere, or more where a row ends. `row_labels`: None where no label heads one."""
    gaps = {
        _empty_lines(before, after)
        for before, after in pairwise(labels)
        if before.is_ is after.is_ is Is.LABEL
        and not (row_labels and row_labels.match(before.text))
    }
    between = min(gaps, default=-1)
    if between < 0:
        return
    more = {gap - between for gap in gaps if gap > between} or {0}
    for rows in sorted(rows for rows in more if rows <= _MOST_PARTING):
        for blank in {1, between + 1}:
            yield _Spacing(between, blank, rows)


def with_empty_lines(
    rows: Sequence[TextRow], table: str, end: Mark | None, *, shown: bool
) -> list[TextRow] | None:
    """Empty lines are blank cells where with them every row has its number of columns, in one
    way only; None where some row has not. `end`: what stands after the table; `shown`: whether
    another table shows the same."""
    if any(len({mark.line for mark in row.figures}) < len(row.figures) for row in rows):
        return None
    marks = [mark for row in rows for mark in row.marks]
    if any(mark.is_ is Is.BLANK for mark in marks):
        return None  # blanks have signs of their own here
    ways: set[tuple[TextRow, ...]] = set()
    for spacing in _spacings(marks, any_row_label(table)):
        filled = _filled(rows, table, spacing, end)
        if filled and _is_proof(rows, filled, shown=shown):
            ways.add(tuple(filled))
    return list(ways.pop()) if len(ways) == 1 else None


def _filled(
    rows: Sequence[TextRow], table: str, spacing: _Spacing, end: Mark | None
) -> list[TextRow] | None:
    """The rows with blanks for the empty lines among and behind their figures; None where one
    has not its number of columns then."""
    groups = groups_in(rows, table)
    filled: list[TextRow] = []
    for at, row in enumerate(rows):
        if row.says is None or is_group(row, groups):
            filled.append(row)
            continue
        after = rows[at + 1].marks[0] if at + 1 < len(rows) else None
        cells = spacing.filled([row.labels[-1], *row.cells, *([after] if after else [])], after)
        if cells is None:
            return None
        allowed = widths(table)[row.says]
        if after is None:
            width = len(_heads(rows[at - 1], table)) if len(allowed) > 1 else min(allowed)
            cells = _with_last_blanks(row, cells, width, spacing, end)
        else:
            cells = cells[:-1]
        if cells and not row.is_damaged and len(cells) not in allowed:
            return None
        filled.append(row.with_cells(cells) if cells and not row.is_damaged else row)
    return filled


def _with_last_blanks(
    row: TextRow, cells: list[Mark], width: int, spacing: _Spacing, end: Mark | None
) -> list[Mark]:
    """The cells of the last row with the blanks at its end, if there are lines for them."""
    missing = width - len(cells)
    if end is None or missing < 0:
        return []
    last = row.marks[-1]
    if missing * spacing.blank > _empty_lines(last, end) - spacing.between:
        return []
    return [*cells, *[blank_beside(last)] * missing]


def _is_proof(rows: Sequence[TextRow], filled: Sequence[TextRow], *, shown: bool) -> bool:
    """Whether enough rows came out even. Blanks among the figures of very few rows alone may be
    any empty lines: a page break that was taken out leaves some."""
    told = [
        (len(row.figures), len(new.cells))
        for row, new in zip(rows, filled, strict=True)
        if new is not row
    ]
    added = [figures for figures, cells in told if figures < cells]
    few = all(added) and len(added) <= max(1, len(told) // _FEW_OF)
    return bool(added) and (shown or not few) and len(told) >= _FEWEST_LABELLED


def with_lines_between(
    labels: Sequence[Mark], figures: Sequence[Mark], table: str, end: Mark | None
) -> list[Mark] | None:
    """The figures of a table on its side with blanks for the empty lines before, between and after
    them, where they come out as many as there are columns; None where they do not."""
    n_columns = FORM.of(table)[0].n_fields
    cells = [labels[-1], *figures]
    lines = {mark.line.number for mark in cells}
    if len(figures) >= n_columns or len(lines) < len(cells):
        return None
    ways = {
        tuple(way)
        for spacing in _spacings(labels, None)  # all of them stand over the one row of figures
        if (way := _filled_below(cells, spacing, n_columns, end))
    }
    return list(ways.pop()) if len(ways) == 1 else None


def _filled_below(
    cells: Sequence[Mark], spacing: _Spacing, n_columns: int, end: Mark | None
) -> list[Mark] | None:
    """`cells`: the last label, and the figures below it."""
    below = cells[1] if len(cells) > 1 else end
    found = spacing.filled(cells, new_row=below)
    if found is None or len(found) > n_columns:
        return None
    missing = n_columns - len(found)
    if not missing:
        return found
    # of a line all of which is blank, the empty lines that part it from the heads stand there, too
    if end is None or spacing.blanks(cells[-1], end, new_row=end is below) != missing:
        return None
    return [*found, *[blank_beside(cells[-1])] * missing]


# Blanks that are gaps in a row laid out in columns by spaces
#
# Where a row has as many figures as the form has columns, its figures show where the columns
# stand; else the heads do. A row with fewer is laid against each of them: a figure goes to the
# column it stands in, and only where no other way of laying the row is nearly as good, and all
# of them say so. What is left over is blank. Rows that fit two ways stay as they are.


#: More ways to lay a row than this are not tried.
_MOST_WAYS = 6_500
#: Of the distance to the next column: how far figures may stand off, on average, so that one
#: between two columns is neither's; and how much farther off the next best way has to be.
_FARTHEST, _MARGIN = 0.5, 0.4
#: The same for each figure.
_MOST_OFF = 0.8
#: What standing off the middle weighs, since figures of other lengths do, and what not standing
#: under a column at all.
_UNDER, _OUTSIDE = 0.3, 0.5
#: So many times as many places are clearly more: by the wrong count a column's figures stand at as
#: many places as the labels before them have lengths, which comes to twice as many.
_CLEARLY = 1.25
#: Where a text begins and ends in its line.
_Place = tuple[int, int]
#: A row that is full: its index, and a text for each column.
_Full = tuple[int, Sequence[Mark]]


def with_laid_blanks(rows: Sequence[TextRow], table: str, metrics: Sequence[bool]) -> list[TextRow]:
    """Rows laid out in columns with their blanks; the others as they were. `metrics`: see
    `metrics_of`."""
    if not _are_laid_out(rows):
        return list(rows)
    columns = _columns_of_rows(rows, table, metrics)
    return [columns.filled(at, row) for at, row in enumerate(rows)]


def laid_under(
    labels: Sequence[Mark], figures: list[Mark], table: str, metrics: Sequence[bool]
) -> list[Mark]:
    """The figures of a table on its side with its blanks, by the heads that stand over them; as
    they were where these do not show them. `metrics`: see `metrics_of`."""
    n_columns = FORM.of(table)[0].n_fields
    heads = [m for m in labels if m.span and any_column_label(table).match(m.text)]
    pages = {mark.where.page for mark in (*heads, *figures)}
    known = len(figures) >= n_columns or any(mark.is_ is Is.BLANK for mark in figures)
    if known or len(heads) != n_columns or len(pages) > 1:
        return figures
    if not figures:
        return [blank_beside(labels[-1])] * n_columns
    return _with_gaps(figures, [heads], metrics) or figures


def _are_laid_out(rows: Sequence[TextRow]) -> bool:
    """Gaps of several spaces that are not all alike: those would part the cells, no more."""
    gaps = {_gap(mark) for row in rows for mark in row.marks if mark.span}
    return len(gaps - {0}) > 1


def _gap(mark: Mark) -> int:
    """Spaces between a text and the one before it in its line; 0 for the first."""
    start = mark.span[0] if mark.span else 0
    before = mark.line.text[:start].rstrip()
    return start - len(before) if before else 0


def _stand_free(marks: Sequence[Mark]) -> bool:
    """Whether texts may stand where their columns do: one space apart, one has perhaps pushed the
    other out of its own."""
    return all(mark.span and _gap(mark) != 1 for mark in marks)


def metrics_of(marks: Sequence[Mark]) -> tuple[bool, ...]:
    """Whether places are to be counted in columns of a terminal (True) or in characters, as other
    programs lay out: as it gives far fewer places for all figures of the document, which one
    program wrote; both where neither does, and then both have to say the same.

    `marks`: of the whole document. Few figures, those of one table, may stand better by chance.
    """
    figures = [mark for mark in marks if mark.is_ is Is.VALUE and mark.span]
    pages = [[*page] for _, page in groupby(figures, key=lambda mark: mark.where.page)]
    by_character, by_width = (
        sum(_n_places(page, by_width=one) for page in pages) for one in (False, True)
    )
    fewer, more = sorted((by_character, by_width))
    return (False, True) if fewer * _CLEARLY > more else (by_width < by_character,)


def _n_places(marks: Sequence[Mark], *, by_width: bool) -> int:
    """At how many places texts stand, where they are flush left, right or about a middle."""
    found = _places(marks, by_width=by_width)
    return min(
        len({start for start, _ in found}),
        len({end for _, end in found}),
        len({round(_middle(place)) for place in found}),
    )


def _places(marks: Sequence[Mark], *, by_width: bool) -> tuple[_Place, ...]:
    """Where each text stands; nothing where one is not known."""
    if not all(mark.span for mark in marks):
        return ()
    return tuple(mark.place(by_width=by_width) for mark in marks)


def _middle(place: _Place) -> float:
    return sum(place) / 2


@dataclass(frozen=True, slots=True)
class _Columns:
    """What shows how many columns rows have, and where these stand."""

    rows: Sequence[TextRow]
    table: str
    #: Heads, with the index of the last row that holds one.
    heads: Sequence[_Full]
    #: Whether places count in columns of a terminal: see `metrics_of`.
    metrics: Sequence[bool]
    #: Keys of the labels of groups that have rows.
    groups: frozenset[str]
    #: Whether each figure is seen and has its label: then a row without one is blank.
    is_whole: bool

    def filled(self, at: int, row: TextRow) -> TextRow:
        """The row with its blanks, if they are sure."""
        if row.says is None or row.is_damaged:
            return row
        allowed = widths(self.table)[row.says]
        above = self._n_above(at)
        cells, figures = row.cells, row.figures
        if len(cells) in ({above} if above in allowed else allowed):
            return row
        if figures and len(figures) == len(cells):
            return row.with_cells(self._laid(figures, allowed))
        sure = self.is_whole and _is_labelled(row, self.table, self.groups)
        if sure and not _may_be_head(self.rows[: at + 1], self.table):
            return row.with_cells(
                [*cells, *[blank_beside(row.marks[-1])] * self._width(at, allowed)]
            )
        return row

    def _laid(self, figures: list[Mark], allowed: frozenset[int]) -> list[Mark]:
        page = figures[0].where.page
        found = [
            laid
            for width in allowed
            if width > len(figures)
            and (laid := _with_gaps(figures, self._over(width, page), self.metrics))
        ]
        return found[0] if len(found) == 1 else figures

    def _over(self, width: int, page: int | None) -> list[Sequence[Mark]]:
        """What shows where the columns stand: full rows on the same page, else heads there."""
        heads = (heads for _, heads in self.heads if len(heads) == width)
        return _on_page(self._full(width), page) or _on_page(heads, page)

    def _full(self, width: int) -> list[Sequence[Mark]]:
        """Rows of so many figures on one line, that may have as many columns."""
        return [
            row.figures
            for row in self.rows
            if len(row.figures) == width
            and len({mark.line for mark in row.figures}) == 1
            and (row.says is None or width in widths(self.table)[row.says])
        ]

    def _width(self, at: int, allowed: frozenset[int]) -> int:
        """The number of columns of a row without a figure, 0 where it could be another."""
        width = min(allowed)
        headed = any(len(heads) == width for last, heads in self.heads if last < at)
        if len(allowed) == 1 and (headed or self._full(width)):
            return width
        return self._n_above(at)

    def _n_above(self, at: int) -> int:
        """How many columns the nearest header above names."""
        return next((len(heads) for last, heads in reversed(self.heads) if last < at), 0)


def _columns_of_rows(rows: Sequence[TextRow], table: str, metrics: Sequence[bool]) -> _Columns:
    groups = groups_in(rows, table)
    others = [mark for row in rows for mark in row.marks if mark.is_ is Is.OTHER]
    return _Columns(
        rows=rows,
        table=table,
        heads=list(_all_heads(rows, table)),
        metrics=metrics,
        groups=groups,
        is_whole=all(_is_labelled(row, table, groups) for row in rows if row.figures)
        and not any(hides_figures(mark.text) for mark in others),
    )


def _all_heads(rows: Sequence[TextRow], table: str) -> Iterator[_Full]:
    """The labels of columns in rows without figures that follow each other, with the index of the
    last of these."""
    heads: dict[str, Mark] = {}
    for at, row in enumerate([*rows, None]):
        found = _heads(row, table) if row else {}
        labels = {id: mark for id, mark in found.items() if mark.span}
        if heads and (not labels or heads.keys() & labels.keys()):
            yield at - 1, tuple(heads.values())
            heads = {}
        heads |= labels


def _is_labelled(row: TextRow, table: str, groups: frozenset[str]) -> bool:
    """Whether a row's label stands in it whole, and is not that of a group."""
    return any(is_row_label(mark, table, groups) for mark in row.marks)


def _may_be_head(rows: Sequence[TextRow], table: str) -> bool:
    """Whether the last of the rows says 总计 or 其他 without a number and before every label that
    a row alone can have: it may be part of the header, and its row missing."""
    columns = any_column_label(table)
    labels = (row.labels[-1].text for row in rows if row.says)
    return all(not numbering(label) and columns.match(label) for label in labels)


def _on_page(rows: Iterable[Sequence[Mark]], page: int | None) -> list[Sequence[Mark]]:
    """The rows of a page whose texts stand in their columns."""
    return [row for row in rows if row[0].where.page == page and _stand_free(row)]


def _with_gaps(
    figures: Sequence[Mark], full: Sequence[Sequence[Mark]], metrics: Sequence[bool]
) -> list[Mark] | None:
    """The figures of a row with blanks between them; None where the blanks cannot be placed in one
    way. `full`: rows of as many texts as there are columns."""
    if not _stand_free(figures):
        return None
    columns: tuple[int, ...] = ()
    for by_width in metrics:
        seen = _places(figures, by_width=by_width)
        for places in {_places(row, by_width=by_width) for row in full}:
            found = _columns_under(seen, sorted(places))
            if not found or (columns and found != columns):
                return None
            columns = found
    if not columns:
        return None
    by_column = dict(zip(columns, figures, strict=True))
    return [by_column.get(n) or blank_beside(figures[0]) for n in range(len(full[0]))]


def _columns_under(seen: Sequence[_Place], columns: Sequence[_Place]) -> tuple[int, ...]:
    """The column of each figure; () where two ways to lay them are nearly as good."""
    if not columns or comb(len(columns), len(seen)) > _MOST_WAYS:
        return ()
    ways = sorted(_ways(seen, columns))
    if not ways or ways[0][0] > _FARTHEST * len(seen):
        return ()
    if len(ways) > 1 and ways[1][0] - ways[0][0] < _MARGIN:
        return ()
    return ways[0][1]


def _ways(
    seen: Sequence[_Place], columns: Sequence[_Place]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Each way to lay the figures, with how far they stand off, in gaps between columns."""
    gaps = [_middle(after) - _middle(before) for before, after in pairwise(columns)]
    if not gaps or min(gaps) <= 0:
        return
    room = [min(gaps[max(n - 1, 0) : n + 1]) for n in range(len(columns))]
    for places in combinations(range(len(columns)), len(seen)):
        off = [_off_by(x, columns[n], room[n]) for x, n in zip(seen, places, strict=True)]
        if max(off) <= _MOST_OFF:
            yield sum(off), places


def _off_by(place: _Place, column: _Place, room: float) -> float:
    """How far a text stands beside a column: under it counts as near, off its middle as less
    near."""
    beside = max(place[0] - column[1], column[0] - place[1])
    outside = _OUTSIDE + beside / room if beside >= 0 else 0.0
    return outside + _UNDER * abs(_middle(place) - _middle(column)) / room
