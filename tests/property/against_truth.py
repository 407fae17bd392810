"""What was read beside what is true, and how many cases a run of this rung has.

A number that differs from the truth is *wrong*: the one thing that must never happen. A
figure that was not read is *lost*: unreadable, absent, or its table not found. Where columns
were inferred from the relations, a 0 and a blank cannot be told apart: such a figure is right
if its amount is, and is counted as *rewritten*.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from samples.report import Blanks, Expected, Truth
from tasks.model.report import Kind, Outcome, PlacedBy, Report, Value
from tasks.model.saying import TableOf, say

#: A half is what `make test` runs, 10 is `make property`.
SCALE = float(os.environ.get("PROPERTY_SCALE", "0.5"))
#: The first seed; another one draws other reports.
FIRST_SEED = int(os.environ.get("PROPERTY_SEED", "0"))

BLANKS: tuple[Blanks, ...] = ("zero", "mixed", "blank", "dash")


def seeds(n: int) -> range:
    """The seeds of n cases at scale 1, ten times as many at scale 10; of one case at least."""
    return range(FIRST_SEED, FIRST_SEED + max(1, round(n * SCALE)))


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that was read otherwise than it stands."""

    cell: str
    true: Expected
    #: None where the table was not found.
    read: Value | None

    def __str__(self) -> str:
        if self.read is None:
            return f"{self.cell}: {self.true} is not there"
        said = f"{self.read.kind} {self.read.value} {self.read.raw!r} at {self.read.at}"
        return f"{self.cell}: {self.true} was read as {said}"


@dataclass(frozen=True, slots=True)
class Compared:
    """All fields of one document."""

    right: int
    wrong: tuple[Differing, ...]
    lost: tuple[Differing, ...]
    rewritten: int


def compare(truth: Truth, report: Report | None) -> Compared:
    right, rewritten, wrong, lost = 0, 0, list[Differing](), list[Differing]()
    for differing in _fields(truth, report):
        if _same(differing):
            right += 1
        elif _is_rewritten(differing):
            rewritten += 1
        elif _is_lost(differing):
            lost.append(differing)
        else:
            wrong.append(differing)
    wrong += _invented(truth, report)
    return Compared(right, tuple(wrong), tuple(lost), rewritten)


def _fields(truth: Truth, report: Report | None) -> Iterator[Differing]:
    for table, rows in truth.items():
        for row, columns in rows.items():
            for column, true in columns.items():
                values = report.values.get(table, {}) if report else {}
                read = values.get(row, {}).get(column)
                yield Differing(f"{table}.{row}.{column}", true, read)


def _same(field: Differing) -> bool:
    kind, value = field.true
    if field.read is None:
        return kind == "absent"
    if (field.read.kind, field.read.value) == (kind, value):
        return True
    # How a blank was written may be lost on the way (`-` or nothing); that it is none, not.
    nothing = (Kind.BLANK, Kind.DASH)
    return kind in nothing and field.read.kind in nothing


def _is_rewritten(field: Differing) -> bool:
    inferred = field.read is not None and field.read.placed_by is PlacedBy.RELATIONS
    nothing = field.true[0] in (Kind.BLANK, Kind.DASH) or field.true == ("number", 0)
    return inferred and nothing and field.read is not None and field.read.amount == 0


def _is_lost(field: Differing) -> bool:
    if field.read is None or field.read.kind is Kind.UNREADABLE:
        return True
    return field.read.kind is Kind.ABSENT


def _invented(truth: Truth, report: Report | None) -> Iterator[Differing]:
    """Figures in fields that the document does not have."""
    for table, rows in report.values.items() if report else ():
        for row, columns in rows.items():
            for column, value in columns.items():
                if column not in truth[table].get(row, {}) and value.value:
                    yield Differing(f"{table}.{row}.{column}", ("absent", None), value)


def silently_lost(compared: Compared, outcome: Outcome) -> list[Differing]:
    """Lost fields that no finding speaks of: neither by name nor with their whole table."""
    if outcome.report is None:
        return list(compared.lost)
    named = {cell for finding in outcome.findings for cell in finding.cells}
    gone = {
        table
        for table in outcome.report.values
        if any(
            finding.says == (say("extraction.missing_table", table=TableOf(table)),)
            for finding in outcome.findings
        )
    }
    return [
        field
        for field in compared.lost
        if field.cell not in named and field.cell.partition(".")[0] not in gone
    ]
