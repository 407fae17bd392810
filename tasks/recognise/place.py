"""Rows of a document -> figures of one edition of a table of the form.

A row is first told to be a line of the form (`align.py`). Then its cells go to its columns: in
a sure grid by place, a figure being what stands under a head; else by order (`order.py`). What
could be the figure of two columns, or of none, is placed on no one, and why is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tasks.forms.vocabulary import Edition
from tasks.model.document import Cell, DoubtKind, Table
from tasks.model.patterns import regex
from tasks.model.report import Field, Kind, PlacedBy
from tasks.model.saying import Saying, say
from tasks.recognise.align import Alignment, align, labels_of, lines_of
from tasks.recognise.columns import Header, Headers, completed, headers_of, own_columns
from tasks.recognise.order import (
    TOO_FEW,
    TOO_MANY,
    Habits,
    Lined,
    Sheet,
    are_one,
    choose,
    habits_of,
)
from tasks.recognise.rows import Row, Segment, distinct, filled, meet, reach, seen_in
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.figures import HAN, hides_figures
from tasks.says.labels import plain
from tasks.says.vocabulary import OTHER, any_label, row_labels

SEVERAL = say("unreadable.several")
_BROKEN = say("unreadable.broken_off")
_DISORDER = say("unreadable.disorder")
_FOREIGN_HEAD = say("unreadable.foreign_head")
_IN_LABEL = say("unreadable.in_label")
_LOST_ROW = say("unreadable.lost_row")
_MERGED = say("unreadable.merged")
_NO_CELL = say("unreadable.no_cell")
_NO_HEAD = say("unreadable.no_head")

#: As printed a row has one label of a line, and one more where its group is like one.
_FEWEST_SIDE_BY_SIDE = 3
#: How much of a line that is missing, not known or doubled counts against an edition, for which
#: each line and each head that is found counts one.
_MISSING, _UNKNOWN, _DOUBLED = 0.5, 0.5, 0.25
_LEADING_DIGITS = regex(r"\s*(\d+)[.．、]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where the figure of a field stands, or what stands in its way."""

    table: Table
    #: None where the figure has no cell of its own.
    cell: Cell | None
    by: PlacedBy = PlacedBy.LABEL
    #: Set where the figure cannot be told: why.
    trouble: Saying | None = None
    #: What was seen, where it is not simply the cell's text.
    seen: str | None = None


Spots = Mapping[Field, Spot]
#: column id -> spot, of one row
_InRow = dict[str, Spot]
#: What order needs to know of a row.
_Asked = Callable[[], Habits]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What one edition makes of the rows. The edition with the best score is the document's."""

    edition: Edition
    spots: Spots = field(default_factory=dict)
    #: Later readings of a line that was placed already.
    doubled: tuple[tuple[str, Row, Spots], ...] = ()
    unknown: tuple[Row, ...] = ()
    ambiguous: tuple[Row, ...] = ()
    #: Rows with figures whose line only another copy of the table has: maybe last year's.
    elsewhere: tuple[Row, ...] = ()
    reordered: tuple[str, ...] = ()
    #: Row id -> its row, for messages.
    rows: Mapping[str, Row] = field(default_factory=dict)
    #: Row id -> the figures of a row whose columns cannot be told, in order.
    loose: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    score: float = 0.0
    #: Every column of the form's first block has its head.
    headed: bool = False

    @property
    def found(self) -> int:
        """Number of lines of the form that were found."""
        return len({row for row, _ in self.spots})

    @property
    def readable(self) -> int:
        """Number of fields whose figure can be told."""
        return sum(not spot.trouble for spot in self.spots.values())


def place_rows(segments: Sequence[Segment], edition: Edition) -> Placement:
    """Tables whose lines are rows: 二 and 三."""
    rows = tuple(row for segment in segments for row in segment.rows)
    headers = headers_of(rows, edition)
    starts = _starts(rows, headers, edition)
    alignment = align(
        labels_of(rows, headers, starts, edition), lines_of(edition.table, edition.edition)
    )
    sheet = Sheet(
        edition=edition,
        rows=rows,
        headers=headers,
        lined=_lined(rows, alignment, edition),
        at_end=any(segment.at_end for segment in segments),
        blanks_kept=any(segment.blanks_kept for segment in segments),
    )
    habits = habits_of(sheet)
    read = {at: _read(sheet, at, partial(habits, at)) for at in sheet.lined}
    lines = {at: one for at, one in sheet.lined.items() if not one.again}
    ambiguous = tuple(rows[at] for at in alignment.ambiguous)
    spots = {where: spot for at in lines for where, spot in read[at].items()}
    return Placement(
        edition=edition,
        spots=spots | _lost_spots(ambiguous, alignment.ambiguous_lines, edition),
        doubled=tuple(
            (one.line.id, one.row, read[at]) for at, one in sheet.lined.items() if one.again
        ),
        unknown=tuple(rows[at] for at in alignment.unknown),
        ambiguous=ambiguous,
        reordered=tuple(alignment.placed[at] for at in alignment.reordered),
        rows={one.line.id: one.row for one in lines.values()},
        loose={
            one.line.id: filled(one.row.behind)
            for at, one in lines.items()
            if any(spot.trouble is TOO_FEW for spot in read[at].values())
            and _lost_only_blanks(sheet, at, habits(at))
        },
        score=_score(alignment, headers, edition),
        headed=headers.columns.issuperset(column.id for column in edition.blocks[0].columns),
    )


def _starts(rows: Sequence[Row], headers: Headers, edition: Edition) -> list[int | None]:
    """The first grid column of each row's figures, None where only the order within it is known."""
    widest = max(len(block.columns) for block in edition.blocks)
    starts: list[int | None] = []
    for row, header in zip(rows, headers.over, strict=True):
        if not row.table.columns_sure:
            starts.append(None)
        elif header:
            starts.append(min(span.start for span in header.spans.values()))
        else:
            starts.append(max(row.table.n_columns - widest, 0) or None)
    return starts


def _lined(rows: Sequence[Row], alignment: Alignment, edition: Edition) -> dict[int, Lined]:
    """The rows that are a line of the form, in their order."""
    known = {line.id: (line, block) for block in edition.blocks for line in block.rows}
    id_of = dict(sorted({**alignment.placed, **alignment.doubled}.items()))
    own = own_columns(rows, {at: known[id][1] for at, id in id_of.items()}, edition)
    return {
        at: Lined(
            row=rows[at],
            line=known[id][0],
            block=known[id][1],
            columns=own.get(at, known[id][1].columns),
            by=alignment.by.get(at, PlacedBy.LABEL),
            again=at in alignment.doubled,
        )
        for at, id in id_of.items()
    }


# One row


def _read(sheet: Sheet, at: int, habits: _Asked) -> Spots:
    """The figures of a row, by their fields."""
    one, header = sheet.lined[at], sheet.headers.over[at]
    if one.row.table.columns_sure and header:
        spots = _by_place(one, header, habits)
    elif header and header.disordered and one.columns is one.block.columns:
        untold = _untold(one, _DISORDER, seen_in(one.row.behind))
        spots = {column.id: untold for column in one.columns if column}
    else:
        spots = _by_order(one, habits())
    in_label = _is_in_label(one, sheet.lined.get(at + 1))
    return {
        (one.line.id, column): _doubted(spot, one, in_label=in_label)
        for column, spot in spots.items()
    }


def _doubted(spot: Spot, one: Lined, *, in_label: bool) -> Spot:
    """What is said of a row is said of each of its figures. Of one that the text ends with some
    digits may be missing; where one stands in a label, no blank of the row is sure."""
    doubts = spot.cell.doubts if spot.cell else ()
    blank = not (spot.cell and spot.cell.text.strip())
    trouble = spot.trouble
    if any(doubt.kind is DoubtKind.TRUNCATED for doubt in doubts):
        trouble = trouble or _BROKEN
    if in_label and blank:
        trouble = trouble or _IN_LABEL
    by = PlacedBy.ORDER if one.by is PlacedBy.ORDER else spot.by
    if trouble is spot.trouble and by is spot.by:
        return spot
    return replace(spot, trouble=trouble, by=by)


def _is_in_label(one: Lined, below: Lined | None) -> bool:
    """Whether a figure of a row stands in a label: in its own, `行政许可 16`, or before the number
    of the one below it, `102.其他法律行政法规禁止公开`."""
    words = [cell.text.split() for cell in one.row.own if not looks_like_value(cell.text)]
    if one.row.table.columns_sure:
        return any(
            len(parts) > 1 and HAN.search(parts[0]) and looks_like_value(parts[-1])
            for parts in words
        )
    number = below.line.numbering.rstrip(".") if below else ""
    first = seen_in(filled(below.row.own)[:1]) if below else ""
    digits = _LEADING_DIGITS.match(plain(first))
    if digits is None or not number.isdecimal():
        return False
    return digits[1] != number and digits[1].endswith(number)


# By order


def _by_order(one: Lined, habits: Habits) -> _InRow:
    """The figures in the order of the columns over them.

    What the form has and the document has not is absent; unless there are too many figures, or
    one stands under a head that is not the form's: then it may be what is missing.
    """
    chosen = choose(one, habits)
    if chosen.trouble:
        untold = _untold(one, chosen.trouble, chosen.seen)
        spots = {column.id: untold for column in one.columns if column}
    else:
        table, pairs = one.row.table, list(zip(one.columns, chosen.cells, strict=True))
        spots = {c.id: Spot(table=table, cell=cell, by=chosen.by) for c, cell in pairs if c}
        untold = _untold(one, _FOREIGN_HEAD, seen_in(cell for c, cell in pairs if c is None))
    if chosen.trouble is TOO_MANY or None in one.columns:
        missing = (column.id for column in one.block.columns if column not in one.columns)
        spots |= dict.fromkeys(missing, untold)
    return spots


def _untold(one: Lined, why: Saying, seen: str) -> Spot:
    """What stands in the way of a figure that has no cell."""
    return Spot(table=one.row.table, cell=None, trouble=why, seen=seen)


# By place


def _by_place(one: Lined, header: Header, habits: _Asked) -> _InRow:
    """The figures under their heads. Where merged cells or lost heads leave some in doubt, they
    may still stand in their order, each at least with a part under its head, as programs round
    the edges of each row by themselves; or say nothing that could be of another column."""
    whole = completed(header, one.block.columns, one.row.table.n_columns)
    spots = _under_heads(one, whole or header)
    astray = whole is not None and _is_astray(one, whole, spots)
    if whole and not any(spot.trouble for spot in spots.values()) and not astray:
        return spots
    in_order = _by_order(one, habits())
    if astray:
        return _where_both_agree(one, spots, in_order)
    if _agree(in_order, whole or header):
        by = whole.by if whole else PlacedBy.ORDER
        return {column: replace(spot, by=by) for column, spot in in_order.items()}
    if not whole:
        return spots or in_order
    if not _says_nothing(spots.values()):
        return spots
    merged = {column: spot for column, spot in spots.items() if spot.trouble is _MERGED}
    return spots | {column: replace(spot, trouble=None) for column, spot in merged.items()}


def _under_heads(one: Lined, header: Header) -> _InRow:
    """The figures under the heads that are known. Where no column stands without a head, the
    other columns are not in the document; where one does, and one is missing, it is that."""
    columns, clear = [column.id for column in one.block.columns], header.clear
    spans = {column: clear[column] for column in columns if column in clear}
    missing = [column for column in columns if column not in spans]
    spots = {column: _under(one, span, header.by) for column, span in spans.items()}
    if not spots or not missing:
        return spots
    bare = _bare(one, spans)
    shared = any(column in header.spans for column in missing)
    if len(bare) == len(missing) == 1 and _may_be(bare[0], columns, spans, header):
        spots[missing[0]] = _under(one, range(bare[0], bare[0] + 1), PlacedBy.ORDER)
    elif bare or shared:
        unheaded = _untold(one, _NO_HEAD, seen_in(one.row.behind))
        spots |= dict.fromkeys(missing, unheaded)
    return spots


def _may_be(bare: int, columns: Sequence[str], spans: Mapping[str, range], header: Header) -> bool:
    """Whether a grid column may be the one column that has no head: under a text that is no head
    of the form's, but maybe its own; under none where the form has it among the others."""
    at = {column: spans[column].start if column in spans else bare for column in columns}
    return bare in header.foreign or sorted(columns, key=lambda id: at[id]) == list(columns)


def _bare(one: Lined, spans: Mapping[str, range]) -> list[int]:
    """The grid columns of a row under none of these heads: those behind the first of them, and
    before it those with a figure."""
    first = min(span.start for span in spans.values())
    headed = {at for span in spans.values() for at in span}
    figures = {at for cell in filled(one.row.behind) for at in reach(cell)}
    return [
        at
        for at, cell in enumerate(one.row.grid)
        if cell and at not in headed and (at >= first or at in figures)
    ]


def _is_astray(one: Lined, header: Header, spots: _InRow) -> bool:
    """Whether a figure of a row stands under no text at all, while one of its heads has none
    below it: then the heads may not be over their figures."""
    if all(spot.cell and spot.cell.text.strip() for spot in spots.values()):
        return False
    headed = {at for span in header.spans.values() for at in span} | header.foreign
    return any(headed.isdisjoint(reach(cell)) for cell in filled(one.row.behind))


def _where_both_agree(one: Lined, spots: _InRow, in_order: _InRow) -> _InRow:
    """The figures that stand where heads as well as order have them."""
    untold = _untold(one, _NO_HEAD, seen_in(one.row.behind))
    return {
        column: spot
        if column in in_order and spot.cell and spot.cell is in_order[column].cell
        else untold
        for column, spot in spots.items()
    }


def _under(one: Lined, span: range, by: PlacedBy) -> Spot:
    """The figure under a head that stands over these grid columns."""
    row = one.row
    cells = distinct(row.grid[span.start : span.stop])
    figures = filled(cells)
    cell = next(iter(figures or cells), None)
    spot = Spot(table=row.table, cell=cell, by=by)
    if cell is None:
        return replace(spot, trouble=_NO_CELL)
    if len(figures) > 1 and not are_one(figures, len(one.block.columns)):
        return replace(spot, trouble=SEVERAL, seen=seen_in(figures))
    within = span.start <= cell.column and reach(cell).stop <= span.stop
    if not within or cell.rowspan > 1 or cell.row < row.index:
        return replace(spot, trouble=_MERGED)
    return spot


def _says_nothing(spots: Iterable[Spot]) -> bool:
    """Whether all figures of a row, merged or not, are blank, a dash or 0: then it is all one
    which is which."""
    cells = [spot.cell for spot in spots]
    amounts = [text_to_amount(cell.text) for cell in cells if cell and cell.rowspan == 1]
    return len(amounts) == len(cells) and not any(
        amount.kind is Kind.UNREADABLE or amount.value for amount in amounts
    )


def _agree(spots: _InRow, header: Header) -> bool:
    """Whether a row could be read by its order, and no head says otherwise."""
    clear = header.clear
    return all(
        not spot.trouble
        and spot.cell is not None
        and spot.cell.rowspan == 1
        and (column not in clear or meet(reach(spot.cell), clear[column]))
        for column, spot in spots.items()
    )


# Rows that have too few figures for their columns


def _lost_only_blanks(sheet: Sheet, at: int, habits: Habits) -> bool:
    """Whether all figures of a row that has too few are in it: then the relations may tell of
    which columns they are. In a sure grid it is the header that was lost, not a cell; and where
    blanks are kept, what a torn row lacks may be a figure."""
    row = sheet.rows[at]
    texts = [cell.text.strip() for cell in filled(row.own) if not row.is_figure(cell)]
    hidden = any(not HAN.search(text) or hides_figures(text) for text in texts)
    torn = habits.torn and _keeps_blanks(sheet, row.table)
    return not row.table.columns_sure and not hidden and not torn and _is_followed(sheet, at)


def _keeps_blanks(sheet: Sheet, table: Table) -> bool:
    """Whether rows of a table have blanks behind their labels."""
    rows = (one.row for one in sheet.first().values() if one.row.table is table)
    return any(len(filled(row.behind)) < len(row.behind) for row in rows)


def _is_followed(sheet: Sheet, at: int) -> bool:
    """Whether the line that follows in the form follows here, with labels of the form between
    them at most. Else the text may be cut, or a stray line have torn the row, or the figures
    of a row that lost its label stand behind its own."""
    here = sheet.lined[at].line
    lines = [line.id for line in sheet.edition.rows() if not line.optional or line is here]
    following = lines[lines.index(here.id) + 1 :][:1]
    for below in range(at + 1, len(sheet.rows)):
        row, other = sheet.rows[below], sheet.lined.get(below)
        if row.table is not sheet.rows[at].table and sheet.rows[at].table.n_rows > 1:
            break
        if other and not other.line.optional:
            return [other.line.id] == following
        said = [cell.text for cell in filled(row.own)]
        if not all(any_label(sheet.edition.table).match(text) for text in said):
            return False
    return not following and not sheet.at_end


# The whole table


def _lost_spots(rows: Sequence[Row], lines: Sequence[str], edition: Edition) -> dict[Field, Spot]:
    """The lines that ambiguous rows may be are there, but cannot be read."""
    if not rows:
        return {}
    seen = " | ".join(seen_in(row.own) for row in rows)
    lost = Spot(table=rows[0].table, cell=None, trouble=_LOST_ROW, seen=seen)
    return {
        (row.id, column.id): lost
        for row, column in edition.fields()
        if row.id in lines and not row.optional
    }


def _score(alignment: Alignment, headers: Headers, edition: Edition) -> float:
    placed = set(alignment.placed.values())
    missing = sum(not line.optional and line.id not in placed for line in edition.rows())
    return (
        sum(alignment.scores.values())
        + len(headers.columns)
        - _MISSING * missing
        - _UNKNOWN * len(alignment.unknown)
        - _DOUBLED * len(alignment.doubled)
    )


# Several readings of a table


def are_side_by_side(row: Row, edition: Edition) -> bool:
    """Whether labels of lines stand in one row, as where a table is turned on its side."""
    labels = row_labels(edition.table, edition.edition)
    found = (labels.match(cell.text) for cell in row.own)
    return len({match.id for match in found if match} - {OTHER}) >= _FEWEST_SIDE_BY_SIDE


def compared(readings: Sequence[Placement]) -> Placement:
    """The first of several readings of a table; the others are later readings of its lines.
    What the first has not is told, but fills no gap: the others may be last year's."""
    first = readings[0]
    for other in readings[1:]:
        new = [row for id, row in other.rows.items() if id not in first.rows and row.has_values()]
        again = tuple(
            (id, row, {where: spot for where, spot in other.spots.items() if where[0] == id})
            for id, row in other.rows.items()
            if id in first.rows
        )
        first = replace(
            first,
            unknown=_with_others(first.unknown, other.unknown),
            ambiguous=_with_others(first.ambiguous, other.ambiguous),
            elsewhere=_with_others(first.elsewhere, new),
            doubled=first.doubled + again,
        )
    return first


def _with_others(known: tuple[Row, ...], rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows, and those among others that say something else."""
    said = {tuple(cell.text for cell in row.own) for row in known}
    return known + tuple(row for row in rows if tuple(cell.text for cell in row.own) not in said)
