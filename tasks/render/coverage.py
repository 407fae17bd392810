"""How much of the form could be read, and so be checked: of one envelope's report.

The one place that says what "much could not be checked" means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.forms.annual_report import FORM

#: More than this share of a table's cells unread, and a report without errors is no clean one.
MUCH = 0.1
BATCH = "batch"
_UNREAD = (None, "unreadable", "absent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of one table of one report."""

    table: str
    #: Cells that the form asks for, without rows that only some reports have.
    cells: int
    #: Of these, the ones that are unreadable or not in the document.
    unread: int

    @property
    def is_poor(self) -> bool:
        return self.unread > MUCH * self.cells


def coverage(report: dict[str, Any]) -> tuple[Coverage, ...]:
    """Of each table of the form; one that was not found counts as unread altogether."""
    return tuple(_of_table(report, table) for table in FORM.tables)


def is_poor(report: dict[str, Any]) -> bool:
    """Whether much could not be checked."""
    return any(one.is_poor for one in coverage(report))


def outcome(envelope: dict[str, Any]) -> str:
    """What a person should look at first: `failed`, `refused`, `error`, `poor` (much could not
    be checked), `warning`, `nothing` (no annual report), `clean` or `batch` (an archive or a mail,
    whose members have outcomes of their own)."""
    if envelope["status"] != "done":
        return str(envelope["status"])
    if "members" in envelope:
        return BATCH
    severities = {finding["severity"] for finding in envelope["findings"]}
    if "error" in severities:
        return "error"
    if envelope["report"] is None:
        return "nothing"
    if is_poor(envelope["report"]):
        return "poor"
    return "warning" if "warning" in severities else "clean"


def _of_table(report: dict[str, Any], table: str) -> Coverage:
    edition = report["edition"].get(table) or FORM.of(table)[0].edition
    lines = report.get(table) or {}
    kinds = [
        (lines.get(row, {}).get(column) or {}).get("kind") for row, column in _asked(table, edition)
    ]
    return Coverage(table=table, cells=len(kinds), unread=sum(kind in _UNREAD for kind in kinds))


def _asked(table: str, edition: str) -> Iterator[tuple[str, str]]:
    for block in FORM.edition(table, edition).blocks:
        for row in block.rows:
            if not (block.optional or row.optional):
                yield from ((row.id, column.id) for column in block.columns)
