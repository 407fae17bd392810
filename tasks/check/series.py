"""A report against the same organ's report of the year before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tasks.forms.annual_report import FORM, TABLE_NAMES
from tasks.model.report import Finding, Kind, PlacedBy, Report, Severity, Suspect, Value
from tasks.recognise.labels import key, plain

_Name = TypeVar("_Name")

#: More than so many times last year's figure is worth a look, from this figure on.
_TIMES = 5
_FROM = 20


#: 市中区, 市南区 and 市北区 are places of that name.
_OF_ANY_PLACE = re.compile(r"[省县区州旗]|市(?![中南北]区)")


def pairs(reports: Iterable[tuple[_Name, str | None, int | None]]) -> Iterator[tuple[_Name, _Name]]:
    """(name, name of the year before) of the reports that follow each other, given the
    name, organ and year of each in any order.

    A name that does not say of which county (县财政局) is that of many, and no series. Two
    reports of one organ and year are no series either: neither is chosen.
    """
    by_year: dict[tuple[str, int], list[_Name]] = {}
    for name, organ, year in reports:
        if organ and year and not _OF_ANY_PLACE.match(plain(organ)):
            by_year.setdefault((key(organ), year), []).append(name)
    for (said, year), names in by_year.items():
        before = by_year.get((said, year - 1), [])
        if len(names) == 1 and len(before) == 1:
            yield names[0], before[0]


def against_last_year(report: Report, last: Report) -> Iterator[Finding]:
    """What does not go on from last year's report."""
    yield from _carried(report, last)
    yield from _in_force(report, last)
    yield from _leaps(report, last)
    yield from _same(report, last)


def _value(report: Report, cell: str) -> Value | None:
    table, row, column = cell.split(".")
    return report.values.get(table, {}).get(row, {}).get(column)


_COLUMNS = {column.id: column.label for column in FORM.of("requests")[0].blocks[0].columns}


def _carried(report: Report, last: Report) -> Iterator[Finding]:
    """上年结转 is last year's 结转下年度继续办理, column by column."""
    for column, label in _COLUMNS.items():
        now = _told(report, "carried_over", column)
        then = _told(last, "carried_forward", column)
        if now is None or then is None or now.amount == then.amount:
            continue
        sure = now.placed_by is then.placed_by is PlacedBy.LABEL
        doubt = "" if sure else "；所涉的格是按顺序或推定读取的，也可能是读取有误"
        yield Finding(
            rule="series.carried_over",
            severity=Severity.ERROR if sure else Severity.WARNING,
            message=f"表三“{label}”栏：“上年结转”应与 {last.year} 年报告的"
            f"“结转下年度继续办理”相同，本年填了 {now.amount}，上年填了 {then.amount}{doubt}",
            message_en=f"carried over {now.amount}, but the {last.year} report carried "
            f"forward {then.amount} ({column})",
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
            label = next(r.label for r in FORM.of("disclosure")[0].rows() if r.id == row)
            yield Finding(
                rule="series.in_force",
                severity=Severity.WARNING,
                message=f"表二“{label}”：{last.year} 年末现行有效 {before} + 本年制发 {issued}"
                f" - 本年废止 {repealed} = {expected}，而本年现行有效填了 {now}，请核对",
                message_en=f"{row}: {before} in force + {issued} issued - {repealed} repealed"
                f" = {expected}, not {now}",
                cells=tuple(f"disclosure.{row}.{c}" for c in ("issued", "repealed", "in_force")),
                expected=str(expected),
                actual=str(now),
            )


def _leaps(report: Report, last: Report) -> Iterator[Finding]:
    for cell, name in (
        ("requests.new.total", "本年新收申请"),
        ("disclosure.licensing.decisions", "行政许可"),
        ("disclosure.penalties.decisions", "行政处罚"),
        ("disclosure.coercion.decisions", "行政强制"),
        ("disclosure.fees.amount", "行政事业性收费"),
    ):
        now, then = _value(report, cell), _value(last, cell)
        if now is None or then is None or not now.amount or not then.amount:
            continue
        high, low = max(now.amount, then.amount), min(now.amount, then.amount)
        if high > _TIMES * low and high >= _FROM:
            yield Finding(
                rule="plausible.leap",
                severity=Severity.INFO,
                message=f"{name}：{last.year} 年为 {then.amount}，本年为 {now.amount}，"
                f"相差 {_TIMES} 倍以上，请核对单位和位数",
                message_en=f"{cell}: {then.amount} last year, {now.amount} now",
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
            yield Finding(
                rule="plausible.same_as_last_year",
                severity=Severity.INFO,
                message=f"{TABLE_NAMES[table]}的数与 {last.year} 年报告完全相同，"
                "请核对是否误用了上年的表",
                message_en=f"table {table} is the same as in {last.year}",
                cells=(),
            )


def _figures(report: Report, table: str) -> dict[str, object]:
    return {
        f"{row}.{column}": value.amount
        for row, columns in report.values.get(table, {}).items()
        for column, value in columns.items()
        if value.kind is not Kind.ABSENT
    }
