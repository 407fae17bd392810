"""Figures that tie and still look odd. Hints, never errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.model.report import Finding, Report, Severity

#: Organs that cannot make 规章: departments below the province and the city with districts,
#: counties, towns. Source: 立法法 art. 91, 93.
_NO_REGULATIONS = re.compile(
    r"(?:县|区|旗)[^省市]*(?:局|委|办|中心|大队|政府)$|(?:镇|乡|街道)[^省市]*$"
)
_FIELDS = ("issued", "in_force", "made", "published", "total_published")


def implausible(report: Report) -> Iterator[Finding]:
    yield from _regulations(report)


def _regulations(report: Report) -> Iterator[Finding]:
    row = report.values.get("disclosure", {}).get("regulations", {})
    figures = [f"disclosure.regulations.{c}" for c in _FIELDS if c in row and row[c].amount]
    if figures and report.organ and _NO_REGULATIONS.search(report.organ):
        yield Finding(
            rule="plausible.regulations",
            severity=Severity.INFO,
            message=f"“规章”不为 0：{report.organ}一般无权制定规章，"
            "请看是否把规范性文件填到了这一行",
            message_en="regulations other than 0 from an organ that cannot make them",
            cells=tuple(figures),
        )
