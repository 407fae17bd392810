"""Rows of a document -> figures of one edition of a table: labels on both sides, then order.

Two kinds of rows come in. In a sure grid the column of a figure is the column its header
stands over. In rows from text only the order is known; how blanks were padded is learnt from
the rows that are full, and a row that still fits two ways is not placed at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import zip_longest

from tasks.forms.vocabulary import Axis, Block, Edition, Line
from tasks.model.document import Cell, DoubtKind, Table
from tasks.model.report import Kind, PlacedBy
from tasks.model.saying import Saying, say
from tasks.recognise.align import Alignment, RowLabel, align
from tasks.recognise.blanks import ends_in_doubt, totals_tell
from tasks.recognise.columns import Header, completed, headers_of, is_header
from tasks.recognise.own_heads import OwnHeads, own_heads
from tasks.recognise.rows import (
    HAN,
    NUMBERED,
    Row,
    Segment,
    hides_figures,
    may_be_figure,
    may_say_row,
)
from tasks.says.amounts import is_unit, looks_like_value, text_to_amount
from tasks.says.labels import Labels, key, numbering, plain
from tasks.says.vocabulary import OTHER, any_label, column_labels, row_labels


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


#: (row id, column id) -> spot
Spots = dict[tuple[str, str], Spot]


@dataclass(slots=True, kw_only=True)
class Placement:
    """What one edition makes of the rows. The edition with the best score is the document's."""

    edition: Edition
    spots: Spots = field(default_factory=dict)
    #: Later readings of a line that was placed already.
    doubled: list[tuple[str, Row, Spots]] = field(default_factory=list)
    unknown: list[Row] = field(default_factory=list)
    ambiguous: list[Row] = field(default_factory=list)
    #: Rows with figures whose line only another copy of the table has: maybe last year's.
    elsewhere: list[Row] = field(default_factory=list)
    #: Lines that the ambiguous rows may be: neither absent nor readable.
    ambiguous_lines: tuple[str, ...] = ()
    reordered: list[str] = field(default_factory=list)
    #: Row id -> its row, for messages.
    rows: dict[str, Row] = field(default_factory=dict)
    #: Row id -> the figures of a row whose columns cannot be told, in order.
    loose: dict[str, tuple[Cell, ...]] = field(default_factory=dict)
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


class Padding(Enum):
    """Where a flattened row keeps the blanks that spanned cells left behind."""

    NONE = "none"
    AFTER = "after"
    BEFORE = "before"
    NEITHER = "neither"


_MERGED = say("unreadable.merged")
_SEVERAL = say("unreadable.several")
_TOO_FEW = say("unreadable.too_few")
_TOO_MANY = say("unreadable.too_many")
_IN_LABEL = say("unreadable.in_label")
_DISORDER = say("unreadable.disorder")
_LOST_ROW = say("unreadable.lost_row")


# Labels of rows


def _row_label(row: Row, first_value_column: int | None, edition: Edition) -> RowLabel:
    """The label of a row; cells at or after `first_value_column` are figures."""
    labels = row_labels(edition.table, edition.edition)
    own: list[str] = []
    groups: list[str] = []
    alike: str | None = None
    mixed = False
    for cell, after in zip_longest(row.cells, row.cells[1:]):
        text = cell.text.strip()
        if first_value_column is not None and cell.column >= first_value_column:
            break
        if after is not None and _numbers(text, after.text):
            continue
        if first_value_column is None and row.is_figure(cell):
            break
        if not text or looks_like_value(text) or is_unit(text):
            continue
        if _follows_label(text, own, labels):
            break
        found = labels.match(text)
        if cell.row < row.index or (found and found.id == OTHER):
            mixed = mixed or (any(map(may_say_row, own)) and cell.row == row.index)
            groups.append(text)
            if found and found.score < 1 and cell.row == row.index:
                alike = text
        else:
            own.append(text)
    if not own and alike:
        # `（六）其他处理：3.其他` is more than the group that it is like
        groups.remove(alike)
        own.append(alike)
    return RowLabel(
        leaf=own[-1] if own else "",
        # cells that a span gave to each of its places say one thing
        groups=tuple(dict.fromkeys((*groups, *(text for text in own if text != own[-1])))),
        has_values=_has_figures(row, first_value_column),
        has_blanks=not row.table.columns_sure and bool(_after_label(row)) and _is_blank(row),
        mixed=mixed,
    )


def _follows_label(text: str, own: Sequence[str], labels: Labels) -> bool:
    """Whether a text stands where the first figure of a row does, and may be it."""
    before = labels.match(own[-1]) if own else None
    return before is not None and before.score == 1.0 and may_be_figure(text)


def _head_words(rows: Sequence[Row], edition: Edition) -> list[int]:
    """Rows of text in which 总计 or 其他 stands alone among the heads, where these take several
    lines: none is the row of that name, which has a number or comes behind other rows."""
    labels = row_labels(edition.table, edition.edition)
    found: list[int] = []
    headed = False
    for index, row in enumerate(rows):
        texts = [cell.text for cell in row.own if cell.text.strip()]
        if row.table.columns_sure or row.has_values():
            break
        if _is_head_word(texts, edition):
            found.append(index)
        elif is_header(row, edition):
            headed = True
        elif any((match := labels.match(text)) and match.id != OTHER for text in texts):
            break
    return found if headed else []


def _is_head_word(texts: Sequence[str], edition: Edition) -> bool:
    columns = column_labels(edition.table, edition.edition)
    return len(texts) == 1 and not numbering(texts[0]) and columns.match(texts[0]) is not None


def _numbers(text: str, after: str) -> bool:
    """Whether a text is the number of the label in the next cell: `1、`, not the figure 1."""
    is_label = bool(HAN.search(after)) and not looks_like_value(after)
    return is_label and bool(NUMBERED.fullmatch(text))


_NO_LABEL = RowLabel(leaf="", has_values=False)


def _has_figures(row: Row, first_value_column: int | None) -> bool:
    return any(
        row.is_figure(cell)
        for cell in row.own
        if first_value_column is None or cell.column + cell.colspan > first_value_column
    )


# Rows × columns


def place_rows(segments: Sequence[Segment], edition: Edition) -> Placement:
    """Tables whose lines are rows: 二 and 三."""
    rows = [row for segment in segments for row in segment.rows]
    headers = headers_of(rows, edition)
    block_of = {line.id: block for block in edition.blocks for line in block.rows}
    widest = max(len(block.columns) for block in edition.blocks)
    starts = [
        _first_value_column(row, header, widest) for row, header in zip(rows, headers, strict=True)
    ]
    labels = [
        # 总计 at the end of a header is no row, though （七）总计 may be missing
        _NO_LABEL if is_header(row, edition) else _row_label(row, start, edition)
        for row, start in zip(rows, starts, strict=True)
    ]
    for index in _head_words(rows, edition):
        labels[index] = _NO_LABEL
    labels = _doubting_torn_rows(rows, _with_halves_joined(rows, labels, edition))
    lines = list(edition.rows())
    alignment = align(labels, lines)
    own = own_heads(rows, {**alignment.placed, **alignment.doubled}, edition)
    habits = _habits_of(rows, segments, headers, alignment, own, edition)
    # where blanks are kept, what a torn row lacks may be a figure
    blanks_kept = {
        id(rows[index].table)
        for index in alignment.placed
        if any(not cell.text.strip() for cell in _after_label(rows[index]))
    }
    placement = Placement(edition=edition)
    for index, row in enumerate(rows):
        line = alignment.placed.get(index) or alignment.doubled.get(index)
        if line is None:
            continue
        by_order = alignment.by.get(index) is PlacedBy.ORDER
        spots = _place_row(
            row,
            line,
            block_of[line].columns,
            headers[index],
            own.get(index),
            habits[index],
        )
        if index in alignment.doubled:
            placement.doubled.append((line, row, spots))
            continue
        if by_order:
            spots = {where: _by_order(spot) for where, spot in spots.items()}
        spots = {where: _doubting_broken(spot) for where, spot in spots.items()}
        if index + 1 < len(rows) and _begins_with_figure(
            rows[index + 1], alignment, index + 1, lines
        ):
            spots = _doubting_blanks(spots)
        placement.spots.update(spots)
        placement.rows[line] = row
        # in a sure grid it is the header that was lost, not a cell
        lost = not row.table.columns_sure and any(s.trouble is _TOO_FEW for s in spots.values())
        if (
            lost
            and not habits[index].cut
            and not _hides_figures(row)
            and not _is_cut(rows, index, line, edition)
            and not _next_is_missing(line, alignment, edition)
            and not (habits[index].torn and id(row.table) in blanks_kept)
        ):
            placement.loose[line] = _filled_cells(row)
    placement.unknown = [rows[index] for index in alignment.unknown]
    placement.ambiguous = [rows[index] for index in alignment.ambiguous]
    placement.ambiguous_lines = alignment.ambiguous_lines
    placement.reordered = [alignment.placed[index] for index in alignment.reordered]
    placement.score = _score(alignment, headers, edition)
    placement.headed = _is_headed(rows, alignment, edition)
    _mark_ambiguous(placement, block_of)
    return placement


def _next_is_missing(line: str, alignment: Alignment, edition: Edition) -> bool:
    """Whether the row that follows in the form is nowhere: where only its label is lost, its
    figures stand behind those of this one."""
    lines = [one.id for one in edition.rows() if not one.optional]
    after = lines[lines.index(line) + 1 :] if line in lines else []
    return bool(after) and after[0] not in alignment.placed.values()


def _is_cut(rows: Sequence[Row], index: int, line: str, edition: Edition) -> bool:
    """Whether a text that the table does not have follows a row, or the table ends with it before
    the form does: a stray line may have torn it, and what is behind that may be its figures."""
    row = rows[index]
    if _is_last(rows, index):
        return row.table.n_rows > 1 and line != list(edition.rows())[-1].id
    after = rows[index + 1]
    said = [cell.text for cell in after.own if cell.text.strip() and not after.is_figure(cell)]
    return bool(said) and not any(any_label(edition.table).match(text) for text in said)


#: As printed a row has one label of a line, and one more where its group is like one.
_FEWEST_SIDE_BY_SIDE = 3


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
        first.unknown += _not_among(other.unknown, first.unknown)
        first.ambiguous += _not_among(other.ambiguous, first.ambiguous)
        new = [row for line, row in other.rows.items() if line not in first.rows]
        first.elsewhere += _not_among([row for row in new if row.has_values()], first.elsewhere)
        for line, row in other.rows.items():
            if line in first.rows:
                spots = {field: spot for field, spot in other.spots.items() if field[0] == line}
                first.doubled.append((line, row, spots))
    return first


def _not_among(rows: Iterable[Row], known: Iterable[Row]) -> list[Row]:
    """The rows that say something else than those that are known."""
    said = {tuple(cell.text for cell in row.own) for row in known}
    return [row for row in rows if tuple(cell.text for cell in row.own) not in said]


def _with_halves_joined(
    rows: Sequence[Row], labels: list[RowLabel], edition: Edition
) -> list[RowLabel]:
    """A row that a page break cut into two, by what its halves say together: the half with
    figures, or the first, has the whole label, and the other says nothing."""
    said = {key(label) for line in edition.rows() for label in line.labels}
    for index in range(len(rows) - 1):
        upper, lower = labels[index], labels[index + 1]
        whole = upper.leaf + lower.leaf
        if (
            upper.leaf
            and lower.leaf
            and key(whole) in said
            and not (upper.has_values and lower.has_values)
            and _are_parted_by_page(rows[index], rows[index + 1])
        ):
            kept, other = (index + 1, index) if lower.has_values else (index, index + 1)
            labels[kept] = replace(upper, leaf=whole, has_values=labels[kept].has_values)
            labels[other] = RowLabel(leaf="", has_values=False)
    return labels


def _are_parted_by_page(upper: Row, lower: Row) -> bool:
    pages = [{cell.where.page for cell in row.own if cell.text.strip()} for row in (upper, lower)]
    return upper.table is lower.table and None not in pages[0] and pages[0].isdisjoint(pages[1])


def _doubting_torn_rows(rows: Sequence[Row], labels: list[RowLabel]) -> list[RowLabel]:
    """On a page, a label without figures above figures without a label may be one row whose
    label takes two lines: then neither is taken at its word."""
    for index in range(len(rows) - 1):
        above, below = labels[index], labels[index + 1]
        if (
            rows[index].table is rows[index + 1].table
            and rows[index].table.where.page is not None
            and above.leaf
            and not above.has_values
            and below.has_values
            and not below.leaf
        ):
            labels[index] = replace(above, mixed=True)
            labels[index + 1] = replace(below, mixed=True)
    return labels


_BROKEN = say("unreadable.broken_off")


def _doubting_broken(spot: Spot) -> Spot:
    """Of a figure that the text ends with some digits may be missing."""
    doubts = spot.cell.doubts if spot.cell else ()
    broken = any(doubt.kind is DoubtKind.TRUNCATED for doubt in doubts)
    return replace(spot, trouble=spot.trouble or _BROKEN) if broken else spot


def _by_order(spot: Spot) -> Spot:
    return Spot(
        table=spot.table, cell=spot.cell, by=PlacedBy.ORDER, trouble=spot.trouble, seen=spot.seen
    )


def _mark_ambiguous(placement: Placement, block_of: Mapping[str, Block]) -> None:
    """The lines that ambiguous rows may be are there, but cannot be read."""
    if not placement.ambiguous:
        return
    seen = " | ".join(
        " ".join(cell.text for cell in row.own if cell.text.strip()) for row in placement.ambiguous
    )
    for line in placement.ambiguous_lines:
        if (
            placement.ambiguous
            and not next(row for row in block_of[line].rows if row.id == line).optional
        ):
            for column in block_of[line].columns:
                placement.spots[line, column.id] = Spot(
                    table=placement.ambiguous[0].table, cell=None, trouble=_LOST_ROW, seen=seen
                )


def _is_headed(rows: Sequence[Row], alignment: Alignment, edition: Edition) -> bool:
    labels = column_labels(edition.table, edition.edition)
    said = {
        found.id
        for index, row in enumerate(rows)
        if index not in alignment.placed and not row.has_values()
        for cell in row.own
        if (found := labels.match(cell.text))
    }
    return said.issuperset(column.id for column in edition.blocks[0].columns)


def _score(alignment: Alignment, headers: Iterable[Header | None], edition: Edition) -> float:
    columns = {column for header in headers if header for column in header.spans}
    missing = sum(
        not line.optional and line.id not in alignment.placed.values() for line in edition.rows()
    )
    return (
        sum(alignment.scores.values())
        + len(columns)
        - 0.5 * missing
        - 0.5 * len(alignment.unknown)
        - 0.25 * len(alignment.doubled)
    )


def _first_value_column(row: Row, header: Header | None, widest: int) -> int | None:
    """The first grid column of figures, None where only the order within the row is known."""
    if not row.table.columns_sure:
        return None
    if header and header.spans:
        return min(first for first, _ in header.spans.values())
    if row.table.n_columns > widest:
        return row.table.n_columns - widest
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Habits:
    """How a text writes its rows, and what is known of one of them."""

    #: None for a row whose label was lost: a blank may be what it left.
    padding: Padding | None
    #: Of a torn row the blanks prove nothing.
    torn: bool
    #: Whether a blank behind the last figure is a cell, and not what closes a row.
    blanks_kept: bool
    #: The last row with figures, which may be cut short.
    cut: bool
    #: No row of the table is short of figures.
    whole: bool


def _habits_of(
    rows: Sequence[Row],
    segments: Sequence[Segment],
    headers: Sequence[Header | None],
    alignment: Alignment,
    own: Mapping[int, OwnHeads],
    edition: Edition,
) -> Mapping[int, _Habits]:
    """Row index -> its habits, for all rows that are a line of the form."""
    block_of = {line.id: block for block in edition.blocks for line in block.rows}
    n_columns = {
        index: len(own[index].columns if index in own else block_of[line].columns)
        for index, line in alignment.placed.items()
    }
    padding = _padding(rows, headers, n_columns)
    crowded = _crowded(rows, alignment, n_columns, block_of)
    torn = _torn(rows, alignment, n_columns, block_of, at_end=segments[-1].at_end)
    kept = any(segment.blanks_kept for segment in segments)
    if any(relation.axis is Axis.ROW for relation in edition.relations):
        ends = ((_after_label(rows[index]), n) for index, n in n_columns.items())
        kept = totals_tell(ends, shown=kept)
    last = max((i for i in alignment.placed if _filled_cells(rows[i])), default=-1)
    cut = _may_be_cut(segments, alignment, edition)
    sides: dict[int, Padding | None] = {
        index: Padding.NEITHER if line in crowded else padding
        for index, line in {**alignment.placed, **alignment.doubled}.items()
    }
    by_order = [index for index, by in alignment.by.items() if by is PlacedBy.ORDER]
    whole = _lost_no_cell(rows, n_columns)
    return {
        index: _Habits(
            padding=side,
            torn=index in torn,
            blanks_kept=kept or rows[index].table.blanks_sure,
            cut=cut and index == last,
            whole=whole,
        )
        for index, side in {**sides, **dict.fromkeys(by_order)}.items()
    }


def _place_row(
    row: Row,
    line: str,
    columns: Sequence[Line],
    header: Header | None,
    own: OwnHeads | None,
    habits: _Habits,
) -> Spots:
    if own is not None:
        return _under_own_heads(row, line, columns, own, habits)
    sure = row.table.columns_sure
    complete = completed(header, columns, row.table.n_columns) if sure else None
    if not sure and header and header.disordered:
        seen = " ".join(cell.text for cell in _after_label(row) if cell.text.strip())
        return {
            (line, column.id): Spot(table=row.table, cell=None, trouble=_DISORDER, seen=seen)
            for column in columns
        }
    if complete:
        spots = {
            (line, column.id): _under(row, complete.spans[column.id], complete.by)
            for column in columns
        }
        spots = _with_alike(spots, row, complete)
        if _label_holds_figure(row):
            return _doubting_blanks(spots)
        if not any(spot.trouble for spot in spots.values()):
            return spots
        apart = _in_turn(row, line, columns, complete)
        return apart or (_without_trouble(spots) if _says_nothing(spots) else spots)
    spots = _in_order(row, line, columns, habits)
    if sure and header and not _agrees(spots, line, header):
        return _under_some(row, line, columns, header) or spots
    return spots


def _under_own_heads(
    row: Row, line: str, columns: Sequence[Line], own: OwnHeads, habits: _Habits
) -> Spots:
    """The figures under the heads that the document has. What the form has and the heads have
    not is absent; unless a head is not the form's: then it may be what stands under that."""
    slots = [
        head or Line(id=f":{at}", labels=("?",)) for at, head in enumerate(own.columns)
    ]  # fmt: skip
    spots = _in_order(row, line, slots, habits)
    missing = {(line, column.id) for column in columns if column not in own.columns}
    foreign = {where for where in spots if where[1].startswith(":")}
    if any(spot.trouble is _TOO_MANY for spot in spots.values()):
        doubtful = next(iter(spots.values()))  # the heads may be what was lost
    elif foreign:
        cells = (spots[where].cell for where in sorted(foreign))
        seen = " ".join(cell.text for cell in cells if cell)
        doubtful = Spot(table=row.table, cell=None, trouble=_FOREIGN_HEAD, seen=seen)
    else:
        return spots
    kept = {where: spot for where, spot in spots.items() if where not in foreign}
    return kept | dict.fromkeys(missing, doubtful)


_FOREIGN_HEAD = say("unreadable.foreign_head")


def _with_alike(spots: Spots, row: Row, header: Header) -> Spots:
    """Cells that were not merged under one head, and say the same, are one figure."""
    alike = {}
    for where, spot in spots.items():
        if spot.trouble is _SEVERAL:
            first, last = header.spans[where[1]]
            under = {id(c): c for c in row.grid[first : last + 1] if c and c.text.strip()}
            if _are_one(list(under.values()), len(spots)):
                alike[where] = replace(spot, trouble=None, seen=None)
    return spots | alike


def _agrees(spots: Spots, line: str, header: Header) -> bool:
    """Whether a row could be read by its order, and no head says otherwise."""
    heads = {(line, column): range(a, b + 1) for column, (a, b) in header.spans.items()}
    return not any(spot.trouble for spot in spots.values()) and all(
        spot.cell is None or where not in heads or _meet(_columns(spot.cell), heads[where])
        for where, spot in spots.items()
    )


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.colspan)


def _says_nothing(spots: Spots) -> bool:
    """Whether all figures of a row, merged or not, are blank, a dash or 0: then it is all one
    which is which."""
    return all(
        spot.cell is not None
        and spot.cell.rowspan == 1
        and text_to_amount(spot.cell.text).kind is not Kind.UNREADABLE
        and not text_to_amount(spot.cell.text).value
        for spot in spots.values()
    )


def _without_trouble(spots: Spots) -> Spots:
    return {
        where: replace(spot, trouble=None) if spot.trouble is _MERGED else spot
        for where, spot in spots.items()
    }


def _in_turn(row: Row, line: str, columns: Sequence[Line], header: Header) -> Spots:
    """The figures in the order of their heads, where there is one for each and it stands under
    its head at least with a part: programs round the edges of each row by themselves."""
    spans = sorted((header.spans[column.id], column.id) for column in columns)
    cells = _after_label(row)
    heads = [range(first, last + 1) for (first, last), _ in spans]
    under = [_columns(cell) for cell in cells]
    together = list(zip(under, heads, strict=False))
    if (
        len(together) < len(heads)
        or any(cell.rowspan > 1 for cell in cells)
        or not all(_meet(cell, head) for cell, head in together)
        or any(_meet(cell, heads[-1]) for cell in under[len(heads) :])
    ):
        return {}
    return {
        (line, column): Spot(table=row.table, cell=cell, by=header.by)
        for (_, column), cell in zip(spans, cells, strict=False)
    }


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _under_some(row: Row, line: str, columns: Sequence[Line], header: Header) -> Spots:
    """The figures under the heads that are known. Where no column stands without a head, the
    other columns are not in the document; where one does, and one is missing, it is that."""
    spans = {column.id: header.spans[column.id] for column in columns if column.id in header.spans}
    missing = [column.id for column in columns if column.id not in spans]
    if not spans:
        return {}
    first = min(first for first, _ in spans.values())
    headed = {at for left, right in spans.values() for at in range(left, right + 1)}
    bare = [at for at, cell in enumerate(row.grid) if cell and at >= first and at not in headed]
    spots = {(line, column): _under(row, span, header.by) for column, span in spans.items()}
    if len(bare) == len(missing) == 1:
        spots[line, missing[0]] = _under(row, (bare[0], bare[0]), PlacedBy.ORDER)
    elif bare:
        seen = " ".join(cell.text for cell in _after_label(row) if cell.text.strip())
        unheaded = Spot(table=row.table, cell=None, trouble=_NO_HEAD, seen=seen)
        spots |= {(line, column): unheaded for column in missing}
    return spots


_NO_HEAD = say("unreadable.no_head")


def _begins_with_figure(row: Row, alignment: Alignment, index: int, lines: Sequence[Line]) -> bool:
    """`102.其他法律行政法规禁止公开`: the last figure of the row above stands before the number."""
    line = next((line for line in lines if line.id == alignment.placed.get(index)), None)
    first = next((cell.text for cell in row.own if cell.text.strip()), "")
    digits = _LEADING_DIGITS.match(plain(first))
    number = line.numbering.rstrip(".") if line else ""
    if row.table.columns_sure or digits is None or not number.isdecimal():
        return False
    return digits[1] != number and digits[1].endswith(number)


_LEADING_DIGITS = re.compile(r"\s*(\d+)[.．、]")


def _label_holds_figure(row: Row) -> bool:
    """`行政许可 16`: a figure stands in the cell of the label, so it is missing elsewhere."""
    words = [cell.text.split() for cell in row.own if not looks_like_value(cell.text)]
    return any(
        len(parts) > 1 and HAN.search(parts[0]) and looks_like_value(parts[-1]) for parts in words
    )


def _doubting_blanks(spots: Spots) -> Spots:
    return {
        field: spot
        if spot.trouble or (spot.cell and spot.cell.text.strip())
        else replace(spot, trouble=_IN_LABEL)
        for field, spot in spots.items()
    }


def _under(row: Row, span: tuple[int, int], by: PlacedBy) -> Spot:
    """The figure under a header that stands over these grid columns."""
    first, last = span
    cells: dict[int, Cell] = {}
    for column in range(first, last + 1):
        cell = row.grid[column]
        if cell is not None:
            cells[id(cell)] = cell
    filled = [cell for cell in cells.values() if cell.text.strip()]
    if len(filled) > 1:
        seen = " ".join(cell.text for cell in filled)
        return Spot(table=row.table, cell=filled[0], by=by, trouble=_SEVERAL, seen=seen)
    cell = filled[0] if filled else next(iter(cells.values()), None)
    if cell is None:
        return Spot(table=row.table, cell=None, by=by, trouble=_NO_CELL)
    wider = cell.column < first or cell.column + cell.colspan - 1 > last
    if wider or cell.rowspan > 1 or cell.row < row.index:
        return Spot(table=row.table, cell=cell, by=by, trouble=_MERGED)
    return Spot(table=row.table, cell=cell, by=by)


_NO_CELL = say("unreadable.no_cell")


# Rows whose columns are only an order


def _after_label(row: Row) -> tuple[Cell, ...]:
    """The cells of a row after its labels; leading blanks that belong to labels are left out. What
    is left of a figure (`?`) is no label, or its row would be one cell short."""
    cells = row.own
    labels = (
        i
        for i, cell in enumerate(cells)
        if cell.text.strip() and not row.is_figure(cell) and not (i and may_be_figure(cell.text))
    )
    last = max(labels, default=-1)
    return cells[last + 1 :]


def _filled_cells(row: Row) -> tuple[Cell, ...]:
    """The cells of a row after its labels that have a text."""
    return tuple(cell for cell in _after_label(row) if cell.text.strip())


def _may_be_cut(segments: Sequence[Segment], alignment: Alignment, edition: Edition) -> bool:
    """Whether the last row may be cut short: the text ends there, or rows are missing after it."""
    required = [line.id for line in edition.rows() if not line.optional]
    here = set(alignment.placed.values())
    return any(segment.at_end for segment in segments) or not here & set(required[-_LAST_ROWS:])


#: Where none of so many last rows of the form is there the table ends before its end.
_LAST_ROWS = 2


def _hides_figures(row: Row) -> bool:
    """Whether beside its label the row has a text that may be a figure: one between figures,
    one without a word in it, or one with digits that number nothing."""
    cells = [cell for cell in row.own if cell.text.strip()]
    labels = [index for index, cell in enumerate(cells) if not row.is_figure(cell)]
    if labels and any(map(row.is_figure, cells[: labels[-1]])):
        return True
    texts = [cells[index].text.strip() for index in labels]
    return any(not HAN.search(text) or hides_figures(text) for text in texts)


def _padding(
    rows: Sequence[Row],
    headers: Sequence[Header | None],
    n_columns: Mapping[int, int],
) -> Padding:
    """Which side the rows of this table are padded on; NONE where nothing shows it.

    A figure in what would be the padding rules a side out; a header row shows its own.
    """
    after = before = True
    for index, columns in n_columns.items():
        cells = _after_label(rows[index])
        extra = len(cells) - columns
        # a remark behind the figures: what is too much stands there
        before = before and not _has_remark(rows[index])
        if extra > 0 and not _is_overfull(rows[index], columns):
            after = after and not any(cell.text.strip() for cell in cells[-extra:])
            before = before and not any(cell.text.strip() for cell in cells[:extra])
    if after and before:
        heads = [row.own for row, header in zip(rows, headers, strict=True) if header]
        heads = [cells for cells in heads if not any(looks_like_value(c.text) for c in cells)]
        after = not any(cells and not cells[0].text.strip() for cells in heads)
        before = not any(cells and not cells[-1].text.strip() for cells in heads)
    if after == before:
        return Padding.NONE
    return Padding.AFTER if after else Padding.BEFORE


def _crowded(
    rows: Sequence[Row],
    alignment: Alignment,
    n_columns: Mapping[int, int],
    block_of: Mapping[str, Block],
) -> frozenset[str]:
    """Lines of the blocks in which a row has more figures than there are columns: then a column
    is not the form's, and what is too much stands on neither side."""
    crowded: set[str] = set()
    for index, columns in n_columns.items():
        filled = _filled_cells(rows[index])
        if _is_overfull(rows[index], columns) and not _are_one(filled, columns):
            crowded.update(line.id for line in block_of[alignment.placed[index]].rows)
    return frozenset(crowded)


def _is_overfull(row: Row, columns: int) -> bool:
    """Whether a row has more figures behind its label than the form has columns."""
    cells = _after_label(row)
    return len(_filled_cells(row)) > columns and cells[0] is not row.own[0]


def _are_one(cells: Sequence[Cell], columns: int) -> bool:
    """Whether the cells that were not merged under one head all say the same; under several
    heads, whether they say nothing."""
    amounts = [text_to_amount(cell.text, decimal=True) for cell in cells]
    if len({(amount.kind, amount.value) for amount in amounts}) != 1:
        return False
    nothing = amounts[0].kind is not Kind.UNREADABLE and not amounts[0].value
    return nothing or (columns == 1 and amounts[0].kind is Kind.NUMBER)


def _has_remark(row: Row) -> bool:
    filled = [cell for cell in row.own if cell.text.strip()]
    return bool(filled) and not row.is_figure(filled[-1]) and any(map(row.is_figure, filled))


def _torn(
    rows: Sequence[Row],
    alignment: Alignment,
    n_columns: Mapping[int, int],
    block_of: Mapping[str, Block],
    *,
    at_end: bool,
) -> frozenset[int]:
    """Rows known by their order alone that are not as long as the others of their table with
    as many columns: a cell of theirs may have gone, blank or not.

    A row is whole where it has all cells of the longest rows; where these are not nearly all,
    also where most rows of its depth in the form have as many cells too many; the last one of
    a table also where it lacks no more than its padding, which some programs leave out there;
    but not where the text ends with it (`at_end`).
    A row that goes on in the next, which has no label, is never whole.
    """
    depth_of = {row.id: len(row.group) for block in block_of.values() for row in block.rows}
    by_width: dict[tuple[int, int], list[int]] = {}
    torn: set[int] = set()
    for index in alignment.placed:
        if not rows[index].table.columns_sure:
            by_width.setdefault((id(rows[index].table), n_columns[index]), []).append(index)
            if index + 1 < len(rows) and _goes_on(rows[index], rows[index + 1]):
                torn.add(index)
    for (_, columns), members in by_width.items():
        beyond: dict[int, dict[int, int]] = {}
        for index in members:
            more = len(_after_label(rows[index])) - columns
            beyond.setdefault(depth_of[alignment.placed[index]], {})[index] = more
        lengths = {index: len(rows[index].own) for index in members}
        longest, nearly_all = _longest(list(lengths.values()))
        for alike in beyond.values():
            usual, n = Counter(alike.values()).most_common(1)[0]
            agree = not nearly_all and n * 2 > len(alike)
            torn.update(
                index
                for index, more in alike.items()
                if lengths[index] != longest
                and not (agree and more == usual)
                and not (
                    more == 0
                    and _is_last(rows, index)
                    and not (at_end and index + 1 == len(rows))
                    and (usual > 1 or _is_blank(rows[index]))
                )
            )
    return frozenset(torn)


def _is_blank(row: Row) -> bool:
    return not any(cell.text.strip() for cell in _after_label(row))


def _is_last(rows: Sequence[Row], index: int) -> bool:
    return index + 1 == len(rows) or rows[index + 1].table is not rows[index].table


def _goes_on(row: Row, after: Row) -> bool:
    """Whether the next row of the table has cells, and not a word."""
    return (
        after.table is row.table
        and bool(after.own)
        and not any(cell.text.strip() and not looks_like_value(cell.text) for cell in after.own)
    )


#: So many rows of one length show that it is one; of so few rows two do, and one alone.
_ALIKE, _FEW_ROWS = 3, 4


def _longest(lengths: Sequence[int]) -> tuple[int, bool]:
    """The length of the longest rows, and whether it is that of nearly all."""
    counted = Counter(lengths)
    enough = min(_ALIKE, len(lengths) // _FEW_ROWS + 1)
    longest = max((length for length, n in counted.items() if n >= enough), default=0)
    return longest, counted[longest] * 5 > len(lengths) * 4


def _in_order(row: Row, line: str, columns: Sequence[Line], habits: _Habits) -> Spots:
    cells = _after_label(row)
    filled = [cell for cell in cells if cell.text.strip()]
    n = len(columns)
    padding = habits.padding
    chosen: Sequence[Cell] | None = None
    trouble = _TOO_FEW
    # in a sure grid this is a row without a header
    by = PlacedBy.ORDER if row.table.columns_sure else PlacedBy.LABEL
    if habits.whole and (spoilt := _with_spoilt(row, n)):
        chosen = spoilt
    elif _holds_text_among_figures(row):
        filled, trouble = [cell for cell in row.own if looks_like_value(cell.text)], _TOO_MANY
    elif len(filled) > n and _are_one(filled, n):
        chosen = filled[:n]
    elif len(cells) > n and padding is Padding.NEITHER:
        trouble = _TOO_MANY
    elif len(filled) == n:
        chosen = filled
    elif len(filled) > n:
        if all(cell.text.strip() for cell in cells[: len(filled)]) and cells[0] is row.own[0]:
            # the label itself was overwritten by a figure: it stands first
            chosen, by = filled[-n:], PlacedBy.ORDER
        trouble = _TOO_MANY
    elif habits.torn:
        pass
    elif len(cells) == n:
        chosen = cells
    elif len(cells) > n and padding is not None and not row.table.columns_sure:
        chosen = _unpadded(cells, n, padding)
    if chosen and not habits.blanks_kept and ends_in_doubt(chosen):
        chosen = None
    if chosen is None:
        seen = " ".join(cell.text for cell in filled)
        return {
            (line, column.id): Spot(table=row.table, cell=None, trouble=trouble, seen=seen)
            for column in columns
        }
    return {
        (line, column.id): Spot(table=row.table, cell=cell, by=by)
        for column, cell in zip(columns, chosen, strict=True)
    }


def _with_spoilt(row: Row, n: int) -> Sequence[Cell]:
    """The cells behind the label of a row where some of them are no figures but may be, and all
    are as many as the columns: each stands in its place. None for another row."""
    filled = [cell for cell in row.own if cell.text.strip()]
    labels, behind = filled[:-n], filled[-n:]
    if not labels or any(_is_or_may_be_figure(row, cell) for cell in labels):
        return ()
    if all(map(row.is_figure, behind)) or not all(_is_or_may_be_figure(row, c) for c in behind):
        return ()
    between = range(labels[-1].column, behind[-1].column)
    return () if any(c.column in between for c in row.own if c not in filled) else behind


def _is_or_may_be_figure(row: Row, cell: Cell) -> bool:
    return row.is_figure(cell) or may_be_figure(cell.text)


def _lost_no_cell(rows: Sequence[Row], n_columns: Mapping[int, int]) -> bool:
    """Whether every row that has a figure has one for each of its columns."""
    n_figures = {
        index: sum(_is_or_may_be_figure(rows[index], cell) for cell in rows[index].own)
        for index in n_columns
    }
    return all(n == 0 or n >= n_columns[index] for index, n in n_figures.items())


def _holds_text_among_figures(row: Row) -> bool:
    """`112 | ? | 64`, or two rows in one: which figures are whose is not known."""
    cells = [cell for cell in row.own if cell.text.strip()]
    filled = [
        row.is_figure(cell)
        for cell, after in zip_longest(cells, cells[1:])
        if after is None or not _numbers(cell.text.strip(), after.text.strip())
    ]
    return True in filled and False in filled[filled.index(True) :]


def _unpadded(cells: Sequence[Cell], n: int, padding: Padding) -> Sequence[Cell] | None:
    """The n cells of the columns among more, blanks included; None where two ways fit."""
    extra = len(cells) - n
    after = not any(cell.text.strip() for cell in cells[n:])
    before = not any(cell.text.strip() for cell in cells[:extra])
    if not any(cell.text.strip() for cell in cells):
        return cells[:n]
    if padding is Padding.AFTER and after:
        return cells[:n]
    if padding is Padding.BEFORE and before:
        return cells[extra:]
    if padding is Padding.NONE and after != before:
        return cells[:n] if after else cells[extra:]
    return None
