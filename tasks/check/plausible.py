"""Figures that tie and still look odd. Hints, never errors."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tasks.model.patterns import regex
from tasks.model.report import Finding, Report, Severity, Value
from tasks.model.saying import LinesOf, say

#: Organs that cannot make 规章: departments below the province and the city with districts,
#: counties, towns. Source: 立法法 art. 91, 93.
_LOCAL = regex(
    r"(?:县|(?<!自治)(?<!特)区|旗)[^省市]*(?:局|委|办|中心|大队|政府)$|(?:镇|乡|街道)[^省市]*$"
)
_FIELDS = ("issued", "in_force", "made", "published", "total_published")
#: What one of a unit is in 万元.
IN_WAN = {
    "元": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "亿": Decimal(10_000),
    "亿元": Decimal(10_000),
}
#: 万元; a county's department that takes more has most likely written 元.
_MUCH_FOR_A_COUNTY = 50_000


def implausible(report: Report) -> Iterator[Finding]:
    yield from _regulations(report)
    yield from _in_force(report)
    yield from _fees(report)
    yield from _procurement(report)
    yield from _disputes_of_nothing(report)


def _value(report: Report, cell: str) -> Value | None:
    table, row, column = cell.split(".")
    return report.values.get(table, {}).get(row, {}).get(column)


def _is_local(report: Report) -> bool:
    return bool(report.organ and _LOCAL.search(report.organ))


def _regulations(report: Report) -> Iterator[Finding]:
    row = report.values.get("disclosure", {}).get("regulations", {})
    figures = [f"disclosure.regulations.{c}" for c in _FIELDS if c in row and row[c].amount]
    if figures and _is_local(report):
        yield Finding(
            rule="plausible.regulations",
            severity=Severity.INFO,
            says=(say("plausible.regulations", organ=report.organ or ""),),
            cells=tuple(figures),
        )


def _in_force(report: Report) -> Iterator[Finding]:
    """What was issued this year is in force, unless it was repealed within the year."""
    for row in ("regulations", "normative_documents"):
        cells = [f"disclosure.{row}.{column}" for column in ("issued", "repealed", "in_force")]
        issued, repealed, left = (
            value.amount if (value := _value(report, cell)) else None for cell in cells
        )
        if issued is None or repealed is None or left is None or left >= issued - repealed:
            continue
        said = say(
            "plausible.in_force",
            # only this edition has these columns
            row=LinesOf("disclosure", "2021", "row", (row,)),
            issued=issued,
            repealed=repealed,
            in_force=left,
        )
        yield Finding(
            rule="plausible.in_force",
            severity=Severity.INFO,
            says=(said,),
            cells=tuple(cells),
        )


def _fees(report: Report) -> Iterator[Finding]:
    """The form of 2021 prints （单位：万元） over them."""
    cell = "disclosure.fees.amount"
    value = _value(report, cell)
    if value is None or not value.amount:
        return
    if in_wan := _in_wan(value):
        yield Finding(
            rule="plausible.fee_unit",
            severity=Severity.WARNING,
            says=(say("plausible.fee_unit", written=value.raw.strip(), in_wan=in_wan),),
            cells=(cell,),
            expected=in_wan,
            actual=str(value.amount),
        )
    elif _is_local(report) and value.amount >= _MUCH_FOR_A_COUNTY:
        yield Finding(
            rule="plausible.fee_unit",
            severity=Severity.INFO,
            says=(say("plausible.fee_unit.much", written=value.raw.strip()),),
            cells=(cell,),
            actual=str(value.amount),
        )


def _procurement(report: Report) -> Iterator[Finding]:
    """The form has no unit over it, and most organs give 万元."""
    cell = "disclosure.procurement.amount"
    value = _value(report, cell)
    if value is not None and value.amount and (in_wan := _in_wan(value)):
        yield Finding(
            rule="plausible.unit",
            severity=Severity.INFO,
            says=(say("plausible.unit", written=value.raw.strip(), in_wan=in_wan),),
            cells=(cell,),
            actual=str(value.amount),
        )


def _in_wan(value: Value) -> str:
    """The amount in 万元, where it is written in another unit; else ""."""
    share = IN_WAN.get(value.unit or "")
    return f"{((value.amount or 0) * share).normalize():f}" if share else ""


def _disputes_of_nothing(report: Report) -> Iterator[Finding]:
    # a total left blank is not 0 where its parts are not
    rows = [report.values.get("requests", {}).get(row, {}) for row in ("new", "carried_over")]
    if not all(rows) or any(value.amount != 0 for row in rows for value in row.values()):
        return
    cells = [
        f"disputes.{row}.total"
        for row in ("review", "litigation_direct", "litigation_after_review")
        if (value := _value(report, f"disputes.{row}.total")) and value.amount
    ]
    if cells:
        yield Finding(
            rule="plausible.disputes_without_requests",
            severity=Severity.INFO,
            says=(say("plausible.disputes_without_requests"),),
            cells=tuple(cells),
        )
