"""Sums over the reports of one year, as filled forms: one for each edition of a table. Pure.

    (organ_key, pack) ──> each organ once ──> tokens counted, field by field ──> totals
                                                                            └──> do they tie?

A blank or a dash counts as 0. What could not be read, or is not in a report, is left out and
counted. Several reports of one organ count once: a figure where all of them give the same, none
where they differ; one that lacks a whole table says nothing about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Any

from tasks.check.relations import Instance, instances
from tasks.forms.annual_report import FORM, TABLE_NAMES
from tasks.forms.vocabulary import Axis
from tasks.model.report import Kind, Value
from tasks.render.figures import Figure, Tables, fields, figure, token, unpack
from tasks.render.marks import format_figure
from tasks.render.names import names
from tasks.render.result import ENGINE, SCHEMA, Envelope

#: Of a figure that the copies of one report give differently; no pack has it.
_DIFFERS = "="
#: Reports whose tokens are counted at a time.
_BATCH = 2048
#: A figure has eighteen signs at most: what this cannot hold is a fault, and loud.
_EXACT = Context(prec=80, traps=[Inexact])


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One cell of the form over all reports that have its table in this edition."""

    cell: str
    total: int | Decimal = 0
    #: Reports with a figure in it.
    given: int = 0
    #: With a blank or a dash, which counts as 0.
    empty: int = 0
    #: In which it could not be read, or stands in a unit that the form does not ask for.
    unread: int = 0
    #: That lack the cell.
    absent: int = 0
    #: Organs whose reports differ in it.
    differing: int = 0
    #: In which it stands in a relation that does not hold; it is summed all the same.
    in_error: int = 0
    #: In which it is most likely the wrong cell; likewise.
    suspect: int = 0
    #: In which it named another unit and was converted into 万元.
    converted: int = 0

    @property
    def left_out(self) -> int:
        return self.unread + self.absent + self.differing

    @property
    def is_summed(self) -> bool:
        return bool(self.given or self.empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A relation of the form that does not hold on the sums."""

    rule: str
    #: `requests`, and the id of the line that the relation runs along.
    table: str
    line: str
    cells: tuple[str, ...]
    parts: int | Decimal
    wholes: int | Decimal
    #: Figures that these cells lack: of how many reports, all cells together. 0: the gap comes
    #: of wrong figures alone.
    left_out: int
    message: str
    message_en: str

    @property
    def by(self) -> int | Decimal:
        return _plain(_EXACT.subtract(Decimal(self.parts), Decimal(self.wholes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSum:
    """One table in one edition."""

    table: str
    edition: str
    #: How many were summed, each organ once.
    reports: int
    #: By cell, in the order of the form.
    fields: Mapping[str, Field]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """An organ whose reports of the year are not the same."""

    organ_key: str
    reports: int
    #: Not summed; all cells of a table whose copies are of different editions.
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    year: int | None
    #: All that were given, copies too.
    reports: int
    #: What they were counted as: each organ once.
    counted: int
    #: Of these, the ones whose organ is not known, so that copies among them count twice.
    unknown: int
    #: In the order of the form, the edition of more reports first.
    tables: tuple[TableSum, ...]
    differing: tuple[Differing, ...]


def summed(reports: Iterable[tuple[str | None, bytes]], *, year: int | None = None) -> Sums:
    """`reports`: of each its organ_key, or what else tells its copies, None where nothing does;
    and its pack. In any order. Raises `OtherForm`."""
    by_organ: dict[str, list[bytes]] = {}
    counts, unknown = _Counts(), 0
    for organ, packed in reports:
        if organ is None:
            unknown += 1
            counts.add(unpack(packed))
        else:
            by_organ.setdefault(organ, []).append(packed)
    differing = []
    for organ, copies in by_organ.items():
        tables, cells = _agreed([unpack(packed) for packed in set(copies)])
        counts.add(tables)
        if cells:
            differing.append(Differing(organ_key=organ, reports=len(copies), cells=cells))
    return Sums(
        year=year,
        reports=unknown + sum(map(len, by_organ.values())),
        counted=unknown + len(by_organ),
        unknown=unknown,
        tables=tuple(counts.tables()),
        differing=tuple(sorted(differing, key=lambda one: one.organ_key)),
    )


# Copies of one report


def _agreed(copies: Sequence[Tables]) -> tuple[Tables, tuple[str, ...]]:
    """The figures that all of them give, and the cells in which they differ."""
    if len(copies) == 1:
        return copies[0], ()
    tables: dict[str, tuple[str, list[str]]] = {}
    differing: list[str] = []
    for table in FORM.tables:
        found = [copy[table] for copy in copies if table in copy]
        editions = sorted({edition for edition, _ in found})
        if len(editions) > 1:
            differing += dict.fromkeys(cell for one in editions for cell in fields(table, one))
        elif editions:
            tokens = [_common(several) for several in zip(*(row for _, row in found), strict=True)]
            tables[table] = editions[0], tokens
            differing += [
                cell
                for cell, one in zip(fields(table, editions[0]), tokens, strict=True)
                if one == _DIFFERS
            ]
    return tables, tuple(differing)


def _common(tokens: Sequence[str]) -> str:
    if len(set(tokens)) == 1:
        return tokens[0]
    # sorted, so that the order of the copies does not matter
    figures = [figure(one) for one in sorted(set(tokens))]
    amounts = {one.amount for one in figures}
    if len(amounts - {None}) > 1:
        return _DIFFERS
    if None in amounts:
        kinds = {one.kind for one in figures}
        kind = Kind.ABSENT if kinds == {Kind.ABSENT} else Kind.UNREADABLE
        return token(Figure(kind=kind, **_marks(figures)))
    said = next((one for one in figures if one.kind is Kind.NUMBER), figures[0])
    return token(
        Figure(kind=said.kind, value=said.value, converted=said.converted, **_marks(figures))
    )


def _marks(figures: Sequence[Figure]) -> dict[str, bool]:
    return {
        "in_error": any(one.in_error for one in figures),
        "suspect": any(one.suspect for one in figures),
    }


# Counting


class _Counts:
    """How often each token stands in each field: few are different, so few are read."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], list[list[str]]] = {}
        self._reports: Counter[tuple[str, str]] = Counter()
        self._tokens: dict[tuple[str, str], list[Counter[str]]] = {}

    def add(self, tables: Tables) -> None:
        for table, (edition, tokens) in tables.items():
            waiting = self._waiting.setdefault((table, edition), [])
            waiting.append(tokens)
            if len(waiting) >= _BATCH:
                self._count(table, edition)

    def _count(self, table: str, edition: str) -> None:
        rows = self._waiting[table, edition]
        self._reports[table, edition] += len(rows)
        known = self._tokens.setdefault(
            (table, edition), [Counter() for _ in fields(table, edition)]
        )
        for counter, column in zip(known, zip(*rows, strict=True), strict=True):
            counter.update(column)
        rows.clear()

    def tables(self) -> Iterator[TableSum]:
        for (table, edition), waiting in self._waiting.items():
            if waiting:
                self._count(table, edition)
        places = {table: place for place, table in enumerate(FORM.tables)}
        for table, edition in sorted(
            self._reports, key=lambda one: (places[one[0]], -self._reports[one], one[1])
        ):
            cells = zip(fields(table, edition), self._tokens[table, edition], strict=True)
            found = {cell: _field(cell, counted) for cell, counted in cells}
            yield TableSum(
                table=table,
                edition=edition,
                reports=self._reports[table, edition],
                fields=found,
                gaps=tuple(_gaps(table, edition, found)),
            )


def _field(cell: str, counted: Mapping[str, int]) -> Field:
    total: Decimal = Decimal(0)
    counts: Counter[str] = Counter()
    for one, reports in counted.items():
        if one == _DIFFERS:
            counts["differing"] += reports
            continue
        said = figure(one)
        counts[_COUNTED[said.kind]] += reports
        for mark in ("in_error", "suspect", "converted"):
            counts[mark] += reports * getattr(said, mark)
        if said.value:
            total = _EXACT.fma(Decimal(said.value), Decimal(reports), total)
    return Field(cell=cell, total=_plain(total), **counts)


_COUNTED = {
    Kind.NUMBER: "given",
    Kind.BLANK: "empty",
    Kind.DASH: "empty",
    Kind.UNREADABLE: "unread",
    Kind.ABSENT: "absent",
}


def _plain(total: Decimal) -> int | Decimal:
    """Without zeros at its end: the same sum whatever the order."""
    return int(total) if total == total.to_integral_value() else total.normalize(_EXACT)


# Whether the sums tie


def _gaps(table: str, edition: str, found: Mapping[str, Field]) -> Iterator[Gap]:
    """Rows that only some reports have count with those that have them."""
    declared = FORM.edition(table, edition)
    optional = {row.id for row in declared.rows() if row.optional}
    values: dict[str, dict[str, Value]] = {}
    for cell in found:
        _, row, column = cell.split(".")
        values.setdefault(row, {})[column] = Value(kind=Kind.BLANK)
    for instance in instances(table, declared, values):
        parts, wholes = (
            _total(found[cell].total for cell in side) for side in (instance.parts, instance.wholes)
        )
        if parts == wholes:
            continue
        left_out = sum(
            found[cell].left_out - (found[cell].absent if cell.split(".")[1] in optional else 0)
            for cell in instance.cells
        )
        yield _gap(instance, parts, wholes, left_out)


def _total(totals: Iterable[int | Decimal]) -> int | Decimal:
    said = Decimal(0)
    for one in totals:
        said = _EXACT.add(said, Decimal(one))
    return _plain(said)


def _gap(instance: Instance, parts: int | Decimal, wholes: int | Decimal, left_out: int) -> Gap:
    relation = instance.relation
    zh, en = (_line_name(instance, language) for language in ("zh", "en"))
    line = "栏" if relation.axis is Axis.COLUMN else "行"
    one, other = format_figure(parts), format_figure(wholes)
    by = format_figure(_plain(abs(_EXACT.subtract(Decimal(parts), Decimal(wholes)))))
    doubt = f"；其中有 {left_out} 个数未能计入，不一定是填报有误" if left_out else ""
    doubt_en = f"; {left_out} figures are left out, so no organ need be wrong" if left_out else ""
    return Gap(
        rule=relation.rule,
        table=instance.table,
        line=instance.line,
        cells=instance.cells,
        parts=parts,
        wholes=wholes,
        left_out=left_out,
        message=f"汇总后{TABLE_NAMES[instance.table]}“{zh}”{line}不相符"
        f"（{relation.formula}）：{one} 与 {other}，相差 {by}{doubt}",
        message_en=f"the sums of {instance.table}, {en}, do not tie "
        f"({relation.formula_en}): {one} against {other}, off by {by}{doubt_en}",
    )


def _line_name(instance: Instance, language: str) -> str:
    rows, columns = names(instance.table, instance.edition, language)
    return {**rows, **columns}[instance.line]


# The filled forms


def filled(sums: Sums, title: str) -> tuple[Envelope, ...]:
    """Envelopes that the page and the workbook of a report draw. The first has of each table
    the edition of most reports, the next what the others were in; none where nothing was summed.
    `title`: whose sum it is."""
    by_table = [[one for one in sums.tables if one.table == table] for table in FORM.tables]
    return tuple(
        _envelope(sums, [several[turn] for several in by_table if turn < len(several)], title)
        for turn in range(max(map(len, by_table)))
    )


def _envelope(sums: Sums, tables: Sequence[TableSum], title: str) -> Envelope:
    report: dict[str, Any] = {
        "form": FORM.id,
        "organ": title,
        "year": sums.year,
        "edition": dict.fromkeys(FORM.tables) | {one.table: one.edition for one in tables},
        **{table: {} for table in FORM.tables},
        "left_over": [],
    }
    for one in tables:
        for cell, said in one.fields.items():
            table, row, column = cell.split(".")
            report[table].setdefault(row, {})[column] = _value(said)
    return {
        "schema": SCHEMA,
        "status": "done",
        "source": {"name": title},
        "document": {"format": "", "encoding": None, "pages": None, "title": title},
        "report": report,
        "findings": [_finding(gap) for one in tables for gap in one.gaps],
        "tables": [],
        "engine": ENGINE,
    }


def _value(said: Field) -> dict[str, Any]:
    if not said.is_summed:
        kind = Kind.UNREADABLE if said.unread or said.differing else Kind.ABSENT
        return {"value": None, "raw": "", "kind": str(kind), "at": None}
    value = {"value": said.total, "raw": format_figure(said.total), "kind": "number", "at": None}
    return value | ({"note": f"另有 {said.left_out} 份未计入"} if said.left_out else {})


def _finding(gap: Gap) -> dict[str, Any]:
    return {
        "rule": gap.rule,
        "severity": "warning" if gap.left_out else "error",
        "message": gap.message,
        "message_en": gap.message_en,
        "cells": list(gap.cells),
        "expected": format_figure(gap.parts),
        "actual": format_figure(gap.wholes),
        "suspects": [],
    }
