"""Reports as envelopes have them, from the truth of a drawn one: nothing is read or checked."""

from __future__ import annotations

from typing import Any

from samples.report import LogicalReport, truth


def report_dict(report: LogicalReport) -> dict[str, Any]:
    return {
        "form": "disclosure-annual-report",
        "organ": report.organ,
        "year": report.year,
        "edition": dict(report.editions),
        **{
            table: {
                row: {
                    column: {"kind": kind, "value": value, "raw": "", "at": None}
                    for column, (kind, value) in columns.items()
                }
                for row, columns in rows.items()
            }
            for table, rows in truth(report).items()
        },
        "left_over": [],
    }


def cells(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{table}.{row}.{column}": value
        for table in report["edition"]
        for row, columns in report[table].items()
        for column, value in columns.items()
    }
