"""Figures that tie and still look odd. Hints, never errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tasks.model.report import Finding, Report, Severity, Value

#: Organs that cannot make 规章: departments below the province and the city with districts,
#: counties, towns. Source: 立法法 art. 91, 93.
_LOCAL = re.compile(
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
            message=f"“规章”不为 0：{report.organ}一般无权制定规章，"
            "请核对是否把规范性文件填到了这一行",
            message_en="regulations other than 0 from an organ that cannot make them",
            cells=tuple(figures),
        )


def _in_force(report: Report) -> Iterator[Finding]:
    """What was issued this year is in force, unless it was repealed within the year."""
    for row, name in (("regulations", "规章"), ("normative_documents", "行政规范性文件")):
        cells = [f"disclosure.{row}.{column}" for column in ("issued", "repealed", "in_force")]
        issued, repealed, left = (
            value.amount if (value := _value(report, cell)) else None for cell in cells
        )
        if issued is None or repealed is None or left is None or left >= issued - repealed:
            continue
        yield Finding(
            rule="plausible.in_force",
            severity=Severity.INFO,
            message=f"表二“{name}”本年制发 {issued} 件、废止 {repealed} 件，"
            f"现行有效却只有 {left} 件，请核对",
            message_en=f"{row}: {issued} issued, {repealed} repealed, and only {left} in force",
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
            message=f"“行政事业性收费”为 {value.raw.strip()}：表样的单位是万元，"
            f"折合 {in_wan} 万元，请核对（结果中保留原数，未作换算）",
            message_en=f"fees of “{value.raw.strip()}”: the form asks for tens of thousands of "
            f"yuan, in which this is {in_wan}; kept as written",
            cells=(cell,),
            expected=in_wan,
            actual=str(value.amount),
        )
    elif _is_local(report) and value.amount >= _MUCH_FOR_A_COUNTY:
        yield Finding(
            rule="plausible.fee_unit",
            severity=Severity.INFO,
            message=f"“行政事业性收费”为 {value.raw.strip()}：表样的单位是万元，"
            "对这一级机关来说过大，请核对是否按元填写了",
            message_en=f"fees of {value.amount}: the form asks for tens of thousands of yuan, "
            "this looks like yuan",
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
            message=f"“政府集中采购”的金额为 {value.raw.strip()}，折合 {in_wan} 万元：表样没有印"
            "单位，与其他机关比较前请先统一单位（结果中保留原数，未作换算）",
            message_en=f"procurement of “{value.raw.strip()}”, which is {in_wan} in tens of "
            "thousands of yuan: the form has no unit; kept as written",
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
            message="表三没有收到任何申请，表四却有行政复议或诉讼，请核对（也可能由往年申请引起）",
            message_en="disputes without any request; they may stem from earlier years",
            cells=tuple(cells),
        )
