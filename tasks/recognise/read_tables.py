"""Placements -> values of each table of the form, its edition and what was left over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition, Line
from tasks.model.report import Finding, Kind, LeftOver, PlacedBy, Severity, Value
from tasks.model.saying import LinesOf, Saying, TableOf, say
from tasks.recognise.infer import Figure, infer
from tasks.recognise.place import Placement, Spot, Spots, are_side_by_side, compared, place_rows
from tasks.recognise.rows import Row, Segment, copies, turned
from tasks.recognise.sideways import place_sideways
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.labels import key, plain
from tasks.says.vocabulary import (
    any_column_label,
    any_other_label,
    any_row_label,
    column_labels,
)

#: How doubtful a reading is that rests on more than its own label, for error localisation.
_DOUBT_OF_ORDER = 0.3
_DOUBT_OF_CELL = 0.5
#: A label as like as this to one of the form is that one.
_SURE = 0.9


@dataclass(slots=True, kw_only=True)
class TableReading:
    """One table of the form as the document has it."""

    table: str
    edition: Edition
    #: row id -> column id -> value; every field of the edition, absent ones included
    values: dict[str, dict[str, Value]]
    left_over: list[LeftOver] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: Number of lines of the form that were found.
    found: int = 0
    #: Every column of the form's first block has its head.
    headed: bool = False

    def distrust_all(self) -> None:
        """Nothing read here is sure, as repeated lines were removed."""
        if len(FORM.of(self.table)) > 1 and not any(
            finding.rule == "extraction.edition" for finding in self.findings
        ):
            self.findings.append(_edition_in_doubt(self.edition))
        self.distrust(lambda value: True, say("not_taken.lines_lost"))

    def distrust(self, doubtful: Callable[[Value], bool], why: Saying) -> None:
        """Keep what was seen of these values, as unreadable, and say so."""
        read = [
            (row, column)
            for row, columns in self.values.items()
            for column, value in columns.items()
            if value.kind not in (Kind.ABSENT, Kind.UNREADABLE) and doubtful(value)
        ]
        for row, column in read:
            value = self.values[row][column]
            self.values[row][column] = Value(
                kind=Kind.UNREADABLE, raw=value.raw, at=value.at, doubt=1.0
            )
        if read:
            rows = _rows(self.edition, dict.fromkeys(row for row, _ in read))
            said = say("extraction.unreadable.not_taken", rows=rows, n=len(read), why=why)
            self.findings.append(
                Finding(
                    rule="extraction.unreadable",
                    severity=Severity.WARNING,
                    says=(said,),
                    cells=tuple(f"{self.table}.{row}.{column}" for row, column in read),
                )
            )

    def tell_left_out(self, texts: Sequence[str]) -> None:
        """Say which rows that may be left out are not read though their label is there.

        `texts`: keys of the short texts of the document.
        """
        unread = [
            line
            for block in self.edition.blocks
            for line in block.rows
            if (block.optional or line.optional) and not self._is_read(line)
        ]
        shown = [
            line
            for line in unread
            if any(text.startswith(key(label)) for label in line.labels for text in texts)
        ]
        if shown:
            columns: dict[str, list[str]] = {row.id: [] for row in shown}
            for row, column in self.edition.fields():
                if row.id in columns:
                    columns[row.id].append(column.id)
            self.findings.append(_missing(self, columns))

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
    findings: list[Finding] = []
    if len(placements) > 1 and _in_doubt(best, placements[1]):
        best = _by_year(placements, year)
        findings.append(_edition_in_doubt(best.edition))
    reading = _to_reading(table, best)
    reading.findings[:0] = findings
    return reading


def _denied(placement: Placement) -> int:
    """How many rows that this edition does not know are rows of another one: where a table is
    torn, what is missing says less than what is there."""
    table = placement.edition.table
    own = {line.id for line in placement.edition.rows()}
    said = (any_row_label(table).match(_own_label(row, table)) for row in placement.unknown)
    return sum(found is not None and found.score > _SURE and found.id not in own for found in said)


def _in_doubt(best: Placement, other: Placement) -> bool:
    if _denied(other) > _denied(best):
        return False
    return other.score > best.score - 0.25 or not _shows_edition(best, other.edition)


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
    if not sure or placement.readable * 2 > len(list(edition.fields())):
        return placement
    if not any(are_side_by_side(row, edition) for segment in segments for row in segment.rows):
        return placement
    on_its_side = place_rows([turned(segment) for segment in segments], edition)
    return max(placement, on_its_side, key=lambda one: one.score)


def _by_year(placements: Sequence[Placement], year: int | None) -> Placement:
    """Two editions fit alike: the one in force in the year reported on, else the newer."""
    newer, older = sorted(placements[:2], key=lambda one: one.edition.last_year is not None)
    last = older.edition.last_year
    return older if year is not None and last is not None and year <= last else newer


def _shows_edition(best: Placement, other: Edition) -> bool:
    """Whether a row is there that only this edition has, if it has any; the word 其他 alone may
    be the head of a column."""
    own = {row.id for row in best.edition.rows()} - {row.id for row in other.rows()}
    heads = column_labels(best.edition.table, best.edition.edition)
    return not own or any(
        line in own and (len(row.own) > 1 or not any(heads.match(c.text) for c in row.own))
        for line, row in best.rows.items()
    )


def _edition_in_doubt(chosen: Edition) -> Finding:
    """`cells`: what the other editions have and this one has not."""
    own = {(row.id, column.id) for row, column in chosen.fields()}
    fields = (field for other in FORM.of(chosen.table) for field in other.fields())
    others = dict.fromkeys((row.id, column.id) for row, column in fields)
    table = chosen.table
    return Finding(
        rule="extraction.edition",
        severity=Severity.WARNING,
        says=(say("extraction.edition", table=TableOf(table), edition=chosen.edition),),
        cells=tuple(
            f"{table}.{row}.{column}" for row, column in others if (row, column) not in own
        ),
    )


def _to_reading(table: str, placement: Placement) -> TableReading:
    edition = placement.edition
    reading = TableReading(
        table=table, edition=edition, values={}, found=placement.found, headed=placement.headed
    )
    there = {row for row, _ in placement.spots}
    for row, column in edition.fields():
        spot = placement.spots.get((row.id, column.id))
        if row.optional and row.id not in there:
            continue
        value = _to_value(spot, row, column)
        reading.values.setdefault(row.id, {})[column.id] = value
    _infer_loose(reading, placement)
    _tell_places(reading, placement)
    _tell_doubled(reading, placement)
    _tell_unknown(reading, placement)
    _tell_missing(reading, placement)
    return reading


def _infer_loose(reading: TableReading, placement: Placement) -> None:
    """Rows that lost their columns, where the relations leave one reading."""
    loose = {
        row: [Figure(cell.text, placement.rows[row].table.at(cell)) for cell in cells]
        for row, cells in placement.loose.items()
    }
    inferred = infer(reading.edition, reading.values, loose) if loose else []
    if inferred:
        rows = _rows(reading.edition, dict.fromkeys(cell.split(".")[0] for cell in inferred))
        reading.findings.append(
            Finding(
                rule="extraction.inferred",
                severity=Severity.INFO,
                says=(say("extraction.inferred", rows=rows, n=len(inferred)),),
                cells=tuple(f"{reading.table}.{cell}" for cell in inferred),
            )
        )


def _to_value(spot: Spot | None, row: Line, column: Line) -> Value:
    if spot is None:
        return Value(kind=Kind.ABSENT)
    at = spot.table.at(spot.cell) if spot.cell else None
    text = spot.seen if spot.seen is not None else (spot.cell.text if spot.cell else "")
    raw = (spot.cell.as_read if spot.cell else None) or text
    doubt = 0.0 if spot.by is PlacedBy.LABEL else _DOUBT_OF_ORDER
    if spot.cell and spot.cell.doubts:
        doubt = max(doubt, _DOUBT_OF_CELL)
    if spot.trouble:
        return Value(kind=Kind.UNREADABLE, raw=raw, at=at, placed_by=spot.by, doubt=1.0)
    amount = text_to_amount(
        text, decimal=row.decimal or column.decimal, change=column.id == "change"
    )
    if amount.kind is Kind.UNREADABLE:
        doubt = 1.0
    return Value(
        kind=amount.kind,
        value=amount.value,
        raw=raw,
        at=at,
        unit=amount.unit,
        note=amount.note,
        placed_by=spot.by,
        doubt=doubt,
    )


# What has to be said


def _tell_places(reading: TableReading, placement: Placement) -> None:
    """Rows placed by order, rows out of order, and cells that could not be read."""
    ordered = sorted(
        {row for (row, _), spot in placement.spots.items() if spot.by is PlacedBy.ORDER},
        key=list(reading.values).index,
    )
    if ordered:
        rows = _rows(reading.edition, ordered)
        reading.findings.append(
            Finding(
                rule="extraction.placed_by_order",
                severity=Severity.INFO,
                says=(say("extraction.placed_by_order", rows=rows),),
                cells=_fields(reading, placement.spots, PlacedBy.ORDER),
            )
        )
    if placement.reordered:
        rows = _rows(reading.edition, placement.reordered)
        reading.findings.append(
            Finding(
                rule="extraction.reordered_rows",
                severity=Severity.INFO,
                says=(say("extraction.reordered_rows", rows=rows),),
            )
        )
    reading.findings += _unreadable(reading, placement)


def _fields(reading: TableReading, spots: Spots, by: PlacedBy) -> tuple[str, ...]:
    return tuple(
        f"{reading.table}.{row}.{column}" for (row, column), spot in spots.items() if spot.by is by
    )


_NO_FIGURE = say("unreadable.no_figure")


def _unreadable(reading: TableReading, placement: Placement) -> Iterator[Finding]:
    """One finding a reason, with all the cells it hides."""
    causes: dict[Saying, dict[str, list[str]]] = {}
    for row, columns in reading.values.items():
        for column, value in columns.items():
            if value.kind is Kind.UNREADABLE:
                cause = placement.spots[row, column].trouble or _NO_FIGURE
                causes.setdefault(cause, {}).setdefault(row, []).append(column)
    for why, rows in causes.items():
        cells = [(row, column) for row, columns in rows.items() for column in columns]
        raws = dict.fromkeys(reading.values[row][column].raw for row, column in cells)
        said = say(
            "extraction.unreadable",
            rows=_rows(reading.edition, rows),
            n=len(cells),
            why=why,
            seen=tuple(raws),
        )
        # what was seen goes to programs as well, in one form whatever people speak
        seen = "；".join(raw or "（空）" for raw in raws)
        yield Finding(
            rule="extraction.unreadable",
            severity=Severity.WARNING,
            says=(said,),
            cells=tuple(f"{reading.table}.{row}.{column}" for row, column in cells),
            actual=_short(seen),
        )


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _rows(edition: Edition, rows: Iterable[str]) -> LinesOf:
    return LinesOf(edition.table, edition.edition, "row", tuple(rows))


def _tell_doubled(reading: TableReading, placement: Placement) -> None:
    """The same line twice: alike is harmless, else neither reading is chosen."""
    for line, row, spots in placement.doubled:
        lines = {r.id: (r, c) for r, c in reading.edition.fields() if r.id == line}
        differing = []
        for (_, column), spot in spots.items():
            by_id = next(c for r, c in reading.edition.fields() if r.id == line and c.id == column)
            again = _to_value(spot, lines[line][0], by_id)
            first = reading.values[line].get(column)
            if first is None or again.amount == first.amount:
                continue
            differing.append(column)
            reading.values[line][column] = Value(
                kind=Kind.UNREADABLE,
                raw=f"{first.raw} | {again.raw}",
                at=first.at,
                placed_by=first.placed_by,
                doubt=1.0,
            )
        of = _rows(reading.edition, [line])
        said = (
            say("extraction.doubled_row", row=of)
            if differing
            else say("extraction.doubled_row.alike", row=of)
        )
        reading.findings.append(
            Finding(
                rule="extraction.doubled_row",
                severity=Severity.WARNING if differing else Severity.INFO,
                says=(said,),
                cells=tuple(f"{reading.table}.{line}.{column}" for column in differing),
                actual=_text(row),
            )
        )


def _text(row: Row) -> str:
    return " | ".join(cell.text.replace("\n", "") for cell in row.own if cell.text.strip())


def _own_label(row: Row, table: str) -> str:
    """What a row is called, without the labels of its groups where these stand in it as well.
    Heads of columns call no row, unless one of them is all there is: 总计."""
    said = dict.fromkeys(c.text for c in row.own if not looks_like_value(c.text))
    heads = [text for text in said if any_column_label(table).match(text)]
    if len(heads) > 1:
        said = dict.fromkeys(text for text in said if text not in heads)
    own = [text for text in said if not any_other_label(table).match(text)]
    return "".join(own or said).strip()


def _tell_unknown(reading: TableReading, placement: Placement) -> None:
    table = TableOf(reading.table)
    for row in placement.unknown:
        said = say("extraction.unknown_row", table=table, text=_text(row))
        torn = _torn(reading, placement, row)
        _keep_aside(reading, row, said, rule="extraction.unknown_row", cells=torn)
    for row in placement.ambiguous:
        said = say("extraction.lost_row", table=table, text=_text(row))
        _keep_aside(reading, row, said, rule="extraction.lost_row")
    for row in placement.elsewhere:
        said = say("extraction.unknown_row.elsewhere", table=table, text=_text(row))
        _keep_aside(reading, row, said, rule="extraction.unknown_row")


def _torn(reading: TableReading, placement: Placement, row: Row) -> tuple[str, ...]:
    """Figures without a label of their own, beside one that belongs to the row above: lines
    inside of its cells have torn that row, so what is blank in it is none. Their fields."""
    if any(cell.text.strip() and not looks_like_value(cell.text) for cell in row.own):
        return ()
    labels = [id(cell) for cell in row.cells if cell.text.strip() and cell.row < row.index]
    line = next((id for id, one in placement.rows.items() if _label(one) in labels), None)
    if line is None or not row.has_values():
        return ()
    blank = [column for column, one in reading.values[line].items() if one.kind is Kind.BLANK]
    for column in blank:
        before = reading.values[line][column]
        reading.values[line][column] = replace(before, kind=Kind.UNREADABLE, doubt=1.0)
    return tuple(f"{reading.table}.{line}.{column}" for column in blank)


def _label(row: Row) -> int | None:
    """The last text of a row before its figures, which is its own label."""
    texts = [id(cell) for cell in row.own if cell.text.strip() and not looks_like_value(cell.text)]
    return texts[-1] if texts else None


def _keep_aside(
    reading: TableReading, row: Row, said: Saying, *, rule: str, cells: tuple[str, ...] = ()
) -> None:
    label = _own_label(row, reading.table)
    values = tuple(c.text.strip() for c in row.own if looks_like_value(c.text))
    at = row.table.at(row.own[0]) if row.own else None
    reading.left_over.append(
        LeftOver(table=reading.table, label=plain(label), values=values, at=at)
    )
    reading.findings.append(
        Finding(
            rule=rule,
            severity=Severity.WARNING,
            says=(said,),
            cells=cells,
            actual=_text(row),
        )
    )


def _tell_missing(reading: TableReading, placement: Placement) -> None:
    often_left_out = {
        row.id for block in reading.edition.blocks if block.optional for row in block.rows
    }
    absent = {
        row: [column for column, value in columns.items() if value.kind is Kind.ABSENT]
        for row, columns in reading.values.items()
        if row not in often_left_out
    }
    whole = {
        row: columns for row, columns in absent.items() if len(columns) == len(reading.values[row])
    }
    partly = {row: columns for row, columns in absent.items() if columns and row not in whole}
    if whole:
        reading.findings.append(_missing(reading, whole))
    if partly:
        reading.findings.append(_missing(reading, partly, partly=True))


def _missing(
    reading: TableReading, fields: Mapping[str, Iterable[str]], *, partly: bool = False
) -> Finding:
    """`fields`: row id -> column ids; `partly`: the rows are there without these columns."""
    rows = _rows(reading.edition, fields)
    said = (
        say("extraction.missing_row.partly", rows=rows)
        if partly
        else say("extraction.missing_row", rows=rows)
    )
    return Finding(
        rule="extraction.missing_row",
        severity=Severity.WARNING,
        says=(said,),
        cells=tuple(
            f"{reading.table}.{row}.{column}"
            for row, columns in fields.items()
            for column in columns
        ),
    )
