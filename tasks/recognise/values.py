"""Segments of one table of the form -> its edition, and the values of its fields.

segments
  | place.py, sideways.py   each edition's fields -> spots
  | the edition             the one that fits best; of two that fit alike, by the year
  | infer.py                rows without their columns -> figures, by the relations
  | findings.py             what has to be said, and what is left over
  v
TableReading
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition, Line
from tasks.model.document import Cell
from tasks.model.report import (
    Field,
    Finding,
    Kind,
    LeftOver,
    PlacedBy,
    TableValues,
    Value,
)
from tasks.model.saying import Saying, say
from tasks.recognise import findings as told
from tasks.recognise.infer import Figure, infer
from tasks.recognise.place import Placement, Spot, are_side_by_side, compared, place_rows
from tasks.recognise.rows import Row, Segment, copies, filled, turned
from tasks.recognise.sideways import place_sideways
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.labels import key, plain
from tasks.says.vocabulary import (
    OTHER,
    any_column_label,
    any_other_label,
    any_row_label,
    column_labels,
    row_labels,
)

#: How doubtful a value is that rests on more than its own label, for error localisation: its
#: column is an order, or the reader had doubts about its cell.
_DOUBT_OF_ORDER = 0.3
_DOUBT_OF_CELL = 0.5
#: A label as like as this to one of the form is that one.
_SURE = 0.9
#: Two editions fit alike where one has no more than a doubled row (`place.py`) less of a score.
_FIT_ALIKE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReading:
    """One table of the form as the document has it."""

    #: What it was read from.
    segments: tuple[Segment, ...]
    edition: Edition
    #: Every field of the edition, absent ones included; but for optional rows that are not there.
    values: TableValues
    left_over: tuple[LeftOver, ...]
    findings: tuple[Finding, ...]
    #: Number of lines of the form that were found.
    found: int
    #: Every column of the form's first block has its head.
    headed: bool

    def distrusted(self, doubtful: Callable[[Value], bool], why: Saying) -> TableReading:
        """What was seen of these values is kept, as unreadable, and said."""
        hidden = {
            (row, column): _unread(value)
            for row, columns in self.values.items()
            for column, value in columns.items()
            if value.kind not in (Kind.ABSENT, Kind.UNREADABLE) and doubtful(value)
        }
        if not hidden:
            return self
        said = told.not_taken(self.edition, list(hidden), why)
        return replace(self, values=_changed(self.values, hidden), findings=(*self.findings, said))

    def with_values(self, new: Mapping[Field, Value]) -> TableReading:
        """The same of other values, at these fields."""
        return replace(self, values=_changed(self.values, new)) if new else self

    def with_lines_lost(self) -> TableReading:
        """Nothing read here is sure, as repeated lines were removed."""
        doubted = any(finding.rule == "extraction.edition" for finding in self.findings)
        if len(FORM.of(self.edition.table)) > 1 and not doubted:
            said = told.edition_in_doubt(self.edition)
            self = replace(self, findings=(*self.findings, said))
        return self.distrusted(lambda value: True, say("not_taken.lines_lost"))

    def with_left_out(self, texts: Sequence[str]) -> TableReading:
        """It says which rows that may be left out are not read though their label is there.

        `texts`: keys of the short texts of the document.
        """
        may_be_left_out = (
            line
            for block in self.edition.blocks
            for line in block.rows
            if (block.optional or line.optional) and not self._is_read(line)
        )
        shown = {
            line.id
            for line in may_be_left_out
            if any(text.startswith(key(label)) for label in line.labels for text in texts)
        }
        fields = [(row.id, column.id) for row, column in self.edition.fields() if row.id in shown]
        said = told.left_out(self.edition, fields)
        return replace(self, findings=(*self.findings, *said))

    def _is_read(self, line: Line) -> bool:
        return any(v.kind is not Kind.ABSENT for v in self.values.get(line.id, {}).values())


def read_table(table: str, segments: Sequence[Segment], year: int | None) -> TableReading | None:
    """Read the segments of one table in the edition that fits best; None where none fits.

    Segments that repeat what an earlier one holds are compared with it, never mixed in.
    """
    placements = [_place(segments, edition) for edition in FORM.of(table)]
    placements.sort(key=lambda placement: (_denied(placement), -placement.score))
    best = placements[0]
    if not best.spots:
        return None
    in_doubt = len(placements) > 1 and _fit_alike(best, placements[1], segments)
    best = _by_year(placements[:2], year) if in_doubt else best
    reading = _to_reading(best, tuple(segments))
    if in_doubt:
        said = told.edition_in_doubt(best.edition)
        reading = replace(reading, findings=(said, *reading.findings))
    return reading


# Which edition


def _place(segments: Sequence[Segment], edition: Edition) -> Placement:
    if edition.sideways:
        return place_sideways(segments, edition)
    readings = [_place_copy(copy, edition) for copy in copies(edition.table, segments)]
    most = max(reading.found for reading in readings)
    main = next(reading for reading in readings if reading.found * 2 > most or not most)
    return compared([main, *(reading for reading in readings if reading is not main)])


def _place_copy(segments: Sequence[Segment], edition: Edition) -> Placement:
    """As printed, or turned on its side where that makes more of it."""
    placement = place_rows(segments, edition)
    sure = all(segment.table.columns_sure for segment in segments)
    if not sure or placement.readable * 2 > edition.n_fields:
        return placement
    if not any(are_side_by_side(row, edition) for segment in segments for row in segment.rows):
        return placement
    on_its_side = place_rows([turned(segment) for segment in segments], edition)
    return max(placement, on_its_side, key=lambda one: one.score)


def _denied(placement: Placement) -> int:
    """How many rows that this edition does not know are rows of another one: where a table is
    torn, what is missing says less than what is there."""
    table = placement.edition.table
    own = {line.id for line in placement.edition.rows()}
    said = (any_row_label(table).match(_own_label(row, table)) for row in placement.unknown)
    return sum(found is not None and found.score > _SURE and found.id not in own for found in said)


def _fit_alike(best: Placement, other: Placement, segments: Sequence[Segment]) -> bool:
    if _denied(other) > _denied(best):
        return False
    if other.score > best.score - _FIT_ALIKE:
        return True
    return not (_shows_edition(best, other.edition) or _is_whole(best, segments))


def _shows_edition(best: Placement, other: Edition) -> bool:
    """Whether a row is there that only this edition has, if it has any. A label alone shows none
    where it may be the head of a column, 其他, or a group of the other edition, （六）其他处理."""
    own = {row.id for row in best.edition.rows()} - {row.id for row in other.rows()}
    heads = column_labels(best.edition.table, best.edition.edition)
    lines = row_labels(other.table, other.edition)

    def says_more(row: Row) -> bool:
        return len(row.own) > 1 or not any(
            heads.match(cell.text) or ((found := lines.match(cell.text)) and found.id == OTHER)
            for cell in row.own
        )

    return not own or any(line in own and says_more(row) for line, row in best.rows.items())


def _is_whole(placement: Placement, segments: Sequence[Segment]) -> bool:
    """Whether no line of its edition is missing, and nothing is there but labels of this edition
    and figures."""
    edition = placement.edition
    heads = column_labels(edition.table, edition.edition)
    lines = row_labels(edition.table, edition.edition)
    texts = (cell.text for segment in segments for row in segment.rows for cell in filled(row.own))
    return all(line.id in placement.rows for line in edition.rows() if not line.optional) and all(
        looks_like_value(text) or heads.match(text) or lines.match(text) for text in texts
    )


def _by_year(two: Sequence[Placement], year: int | None) -> Placement:
    """The edition in force in the year reported on, else the newer."""
    newer, older = sorted(two, key=lambda one: one.edition.last_year is not None)
    last = older.edition.last_year
    return older if year is not None and last is not None and year <= last else newer


# Spots -> values


def _to_reading(placement: Placement, segments: tuple[Segment, ...]) -> TableReading:
    edition = placement.edition
    values = _to_values(placement)
    torn = [_torn_line(placement, row) for row in placement.unknown]
    inferred = infer(edition, values, _loose(placement, torn))
    values = _changed(values, inferred)
    causes = {field: spot.trouble for field, spot in placement.spots.items()}
    said = [
        *told.inferred(edition, list(inferred)),
        *told.placed_by_order(edition, values, _by_order(placement)),
        *told.reordered(edition, placement.reordered),
        *told.unreadable(edition, values, causes),
    ]
    for line, row, spots in placement.doubled:
        differing = _differing(edition, values, spots)
        values = _changed(values, differing)
        said.append(told.doubled(edition, line, row, list(differing)))
    for row, upper in zip(placement.unknown, torn, strict=True):
        doubtful = _blanks(values, upper) if upper else {}
        values = _changed(values, doubtful)
        said.append(told.unknown(edition, row, list(doubtful)))
    said += [told.lost(edition, row) for row in placement.ambiguous]
    said += [told.elsewhere(edition, row) for row in placement.elsewhere]
    aside = (*placement.unknown, *placement.ambiguous, *placement.elsewhere)
    return TableReading(
        segments=segments,
        edition=edition,
        values=values,
        left_over=tuple(_left_over(row, edition.table) for row in aside),
        findings=(*said, *told.absent(edition, values)),
        found=placement.found,
        headed=placement.headed,
    )


def _to_values(placement: Placement) -> TableValues:
    there = {row for row, _ in placement.spots}
    values: dict[str, dict[str, Value]] = {}
    for row, column in placement.edition.fields():
        if not row.optional or row.id in there:
            spot = placement.spots.get((row.id, column.id))
            values.setdefault(row.id, {})[column.id] = _to_value(spot, row, column)
    return values


def _to_value(spot: Spot | None, row: Line, column: Line) -> Value:
    if spot is None:
        return Value(kind=Kind.ABSENT)
    cell = spot.cell
    text = spot.seen if spot.seen is not None else (cell.text if cell else "")
    raw = (cell.as_read if cell else None) or text
    at = spot.table.at(cell) if cell else None
    amount = text_to_amount(text, decimal=row.decimal or column.decimal, change=column.change)
    if spot.trouble or amount.kind is Kind.UNREADABLE:
        return Value(kind=Kind.UNREADABLE, raw=raw, at=at, placed_by=spot.by, doubt=1.0)
    by_order = 0.0 if spot.by is PlacedBy.LABEL else _DOUBT_OF_ORDER
    in_cell = _DOUBT_OF_CELL if cell and cell.doubts else 0.0
    return Value(
        kind=amount.kind,
        value=amount.value,
        unit=amount.unit,
        note=amount.note,
        raw=raw,
        at=at,
        placed_by=spot.by,
        doubt=max(by_order, in_cell),
    )


def _changed(values: TableValues, new: Mapping[Field, Value]) -> TableValues:
    return {
        row: {column: new.get((row, column), value) for column, value in columns.items()}
        for row, columns in values.items()
    }


def _unread(value: Value, raw: str | None = None) -> Value:
    """A value of which only what was seen is taken."""
    raw = value.raw if raw is None else raw
    return Value(kind=Kind.UNREADABLE, raw=raw, at=value.at, doubt=1.0)


def _loose(placement: Placement, torn: Collection[str | None]) -> dict[str, list[Figure]]:
    """Rows that lost their columns; of one that was torn more is lost than its blanks."""
    return {
        line: [Figure(cell.text, placement.rows[line].table.at(cell)) for cell in cells]
        for line, cells in placement.loose.items()
        if line not in torn
    }


def _by_order(placement: Placement) -> list[Field]:
    return [field for field, spot in placement.spots.items() if spot.by is PlacedBy.ORDER]


def _differing(
    edition: Edition, values: TableValues, spots: Mapping[Field, Spot]
) -> dict[Field, Value]:
    """Where a line stands twice and does not say the same: neither reading is taken."""
    differing = {}
    for row, column in edition.fields():
        spot = spots.get((row.id, column.id))
        first = values.get(row.id, {}).get(column.id)
        if spot is None or first is None:
            continue
        again = _to_value(spot, row, column)
        if again.amount != first.amount:
            differing[row.id, column.id] = _unread(first, f"{first.raw} | {again.raw}")
    return differing


def _blanks(values: TableValues, line: str) -> dict[Field, Value]:
    """What is blank in a torn row is none."""
    columns = values[line].items()
    return {(line, c): _unread(value) for c, value in columns if value.kind is Kind.BLANK}


def _torn_line(placement: Placement, row: Row) -> str | None:
    """The line whose row this row of no line may be the rest of, as it has figures and no label
    of its own, and stands below that row or beside its label: lines inside of cells tore it."""
    if _words(row) or not row.has_values():
        return None
    for line, above in placement.rows.items():
        is_below = above.table is row.table and above.index == row.index - 1
        label = _words(above)[-1:]
        if is_below or any(cell is own for cell in row.cells for own in label):
            return line
    return None


def _words(row: Row) -> list[Cell]:
    """The cells of a row that hold no figure; the last is its own label."""
    return [cell for cell in row.own if cell.text.strip() and not looks_like_value(cell.text)]


def _left_over(row: Row, table: str) -> LeftOver:
    return LeftOver(
        table=table,
        label=plain(_own_label(row, table)),
        values=tuple(c.text.strip() for c in row.own if looks_like_value(c.text)),
        at=row.table.at(row.own[0]) if row.own else None,
    )


def _own_label(row: Row, table: str) -> str:
    """What a row is called, without the labels of its groups where these stand in it as well.
    Heads of columns call no row, unless one of them is all there is: 总计."""
    said = dict.fromkeys(c.text for c in row.own if not looks_like_value(c.text))
    heads = [text for text in said if any_column_label(table).match(text)]
    if len(heads) > 1:
        said = dict.fromkeys(text for text in said if text not in heads)
    own = [text for text in said if not any_other_label(table).match(text)]
    return "".join(own or said).strip()
