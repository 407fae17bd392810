"""A report against the same organ's report of the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks.forms.annual_report import FORM
from tasks.identify.regions import organ_key
from tasks.model.report import Finding, Kind, PlacedBy, Report, Severity, Suspect, Value
from tasks.model.saying import FigureOf, LinesOf, TableOf, say

#: More than so many times last year's figure is worth a look, from this figure on.
_TIMES = 5
_FROM = 20


@dataclass(frozen=True, slots=True)
class Follows:
    """Whose report, of which year: what it follows, and what follows it."""

    #: Its key, not its name.
    organ: str
    year: int

    @property
    def before(self) -> Follows:
        return Follows(self.organ, self.year - 1)

    @property
    def after(self) -> Follows:
        return Follows(self.organ, self.year + 1)


def follows(organ: str | None, year: int | None) -> Follows | None:
    """None where the report does not tell both. An organ's name may be written otherwise, with
    its city or without; one that does not say of which county (县财政局) is no series."""
    known = organ_key(organ)
    return Follows(known, year) if known and year else None


def duplicate(report: Report, others: Mapping[str, Report]) -> Finding:
    """Other files, by their names, that hold a report of the same organ and year."""
    cells = _differing([report, *others.values()])
    compared = (
        say("series.duplicate.differing", n=len(cells)) if cells else say("series.duplicate.alike")
    )
    said = say("series.duplicate", year=str(report.year), files=tuple(others), compared=compared)
    return Finding(
        rule="series.duplicate",
        severity=Severity.WARNING,
        says=(said,),
        cells=cells,
    )


def _differing(reports: Sequence[Report]) -> tuple[str, ...]:
    """Cells of the first that another one has with another figure; what cannot be read in one
    of them is not known to differ."""
    first, *others = reports
    return tuple(
        cell
        for table, rows in first.values.items()
        for row, columns in rows.items()
        for column, value in columns.items()
        for cell in (f"{table}.{row}.{column}",)
        if len({value.amount, *_amounts(others, cell)} - {None}) > 1
    )


def _amounts(reports: Sequence[Report], cell: str) -> list[int | Decimal | None]:
    found = (_value(report, cell) for report in reports)
    return [value.amount for value in found if value is not None]


def agreed(reports: Sequence[Report]) -> Report:
    """One report of several of the same organ and year: the figures that all of them give, and
    unreadable where they differ. A cell that one of them lacks is left out."""
    first, *others = reports
    if not others:
        return first
    values: dict[str, dict[str, dict[str, Value]]] = {}
    for table, rows in first.values.items():
        for row, columns in rows.items():
            line = values.setdefault(table, {}).setdefault(row, {})
            for column, value in columns.items():
                found = [_value(other, f"{table}.{row}.{column}") for other in others]
                known = [one for one in found if one is not None]
                if len(known) == len(others):
                    line[column] = _agreed([value, *known])
    return replace(first, values=values)


def _agreed(values: Sequence[Value]) -> Value:
    if len({value.amount for value in values}) > 1:
        return Value(kind=Kind.UNREADABLE, raw=values[0].raw, at=values[0].at)
    by_label = all(value.placed_by is PlacedBy.LABEL for value in values)
    return values[0] if by_label else replace(values[0], placed_by=PlacedBy.ORDER)


def against_last_year(report: Report, last: Report) -> Iterator[Finding]:
    """What does not go on from last year's report."""
    yield from _carried(report, last)
    yield from _in_force(report, last)
    yield from _leaps(report, last)
    yield from _same(report, last)


def _value(report: Report, cell: str) -> Value | None:
    table, row, column = cell.split(".")
    return report.values.get(table, {}).get(row, {}).get(column)


_REQUESTS = FORM.of("requests")[0]
_COLUMNS = [column.id for column in _REQUESTS.blocks[0].columns]


def _carried(report: Report, last: Report) -> Iterator[Finding]:
    """上年结转 is last year's 结转下年度继续办理, column by column."""
    for column in _COLUMNS:
        now = _told(report, "carried_over", column)
        then = _told(last, "carried_forward", column)
        if now is None or then is None or now.amount == then.amount:
            continue
        sure = now.placed_by is then.placed_by is PlacedBy.LABEL
        said = say(
            "series.carried_over",
            column=LinesOf(_REQUESTS.table, _REQUESTS.edition, "column", (column,)),
            year=str(last.year),
            now=str(now.amount),
            then=str(then.amount),
        )
        yield Finding(
            rule="series.carried_over",
            severity=Severity.ERROR if sure else Severity.WARNING,
            says=(said,) if sure else (said, say("relation.in_doubt")),
            cells=(f"requests.carried_over.{column}",),
            expected=str(then.amount),
            actual=str(now.amount),
            suspects=(Suspect(cell=f"requests.carried_over.{column}", value=str(then.amount)),),
        )


def _told(report: Report, row: str, column: str) -> Value | None:
    """A figure of table 三 that the report gives; None where it is unreadable or absent, and
    for a total or parts that the organ leaves out: these are 0 for the sums, and tell nothing.
    """
    line = report.values.get("requests", {}).get(row, {})
    value = line.get(column)
    if value is None or value.amount is None:
        return None
    totals = [column == "total" for column in line if line[column].amount]
    if not value.amount and totals and (all(totals) or (column == "total" and not any(totals))):
        return None
    return value


def _in_force(report: Report, last: Report) -> Iterator[Finding]:
    """现行有效 is last year's + 制发 - 废止; a clean-up may break it."""
    for row in ("regulations", "normative_documents"):
        then = _value(last, f"disclosure.{row}.in_force")
        figures = [
            _value(report, f"disclosure.{row}.{c}") for c in ("issued", "repealed", "in_force")
        ]
        amounts = [value.amount if value else None for value in figures]
        before = then.amount if then else None
        issued, repealed, now = amounts
        if before is None or issued is None or repealed is None or now is None:
            continue
        expected = before + issued - repealed
        if expected != now:
            said = say(
                "series.in_force",
                row=LinesOf("disclosure", FORM.of("disclosure")[0].edition, "row", (row,)),
                year=str(last.year),
                before=before,
                issued=issued,
                repealed=repealed,
                expected=expected,
                now=now,
            )
            yield Finding(
                rule="series.in_force",
                severity=Severity.WARNING,
                says=(said,),
                cells=tuple(f"disclosure.{row}.{c}" for c in ("issued", "repealed", "in_force")),
                expected=str(expected),
                actual=str(now),
            )


#: Cells that do not leap from one year to the next.
COMPARED = (
    "requests.new.total",
    "disclosure.licensing.decisions",
    "disclosure.penalties.decisions",
    "disclosure.coercion.decisions",
    "disclosure.fees.amount",
)


def _leaps(report: Report, last: Report) -> Iterator[Finding]:
    for cell in COMPARED:
        now, then = _value(report, cell), _value(last, cell)
        if now is None or then is None or not now.amount or not then.amount:
            continue
        high, low = max(now.amount, then.amount), min(now.amount, then.amount)
        if high > _TIMES * low and high >= _FROM:
            said = say(
                "plausible.leap",
                figure=FigureOf(cell),
                year=str(last.year),
                then=then.amount,
                now=now.amount,
                times=_TIMES,
            )
            yield Finding(
                rule="plausible.leap",
                severity=Severity.INFO,
                says=(said,),
                cells=(cell,),
                actual=str(now.amount),
            )


#: Columns that stay as they are where nothing happens.
_STOCK = frozenset({"in_force", "total_published", "previous_items"})
#: A table with fewer different figures may well be the same by chance.
_FEWEST_FIGURES = 3


def _same(report: Report, last: Report) -> Iterator[Finding]:
    """All figures of a table as last year, and enough of them to be no chance."""
    for table in FORM.tables:
        now = _figures(report, table)
        moving = {n for cell, n in now.items() if n and cell.rpartition(".")[2] not in _STOCK}
        if len(moving) >= _FEWEST_FIGURES and now == _figures(last, table):
            said = say("plausible.same_as_last_year", table=TableOf(table), year=str(last.year))
            yield Finding(
                rule="plausible.same_as_last_year",
                severity=Severity.INFO,
                says=(said,),
                cells=(),
            )


def _figures(report: Report, table: str) -> dict[str, object]:
    return {
        f"{row}.{column}": value.amount
        for row, columns in report.values.get(table, {}).items()
        for column, value in columns.items()
        if value.kind is not Kind.ABSENT
    }
