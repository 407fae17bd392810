"""What a report of `gouji check --json` says, in the form of the truth beside the samples."""

from __future__ import annotations

from typing import Any


def figures(report: dict[str, Any], table: str) -> dict[str, dict[str, Any]]:
    """Row -> column -> figure of one table, blanks and dashes as 0; without what is not there."""
    found = {
        row: {
            column: 0 if value["kind"] in ("blank", "dash") else value["value"]
            for column, value in columns.items()
            if value["kind"] != "absent"
        }
        for row, columns in report[table].items()
    }
    return {row: columns for row, columns in found.items() if columns}
