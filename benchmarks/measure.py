"""What was read beside what is true: cells at their places, figures in their fields.

**Cells.** The rows of all tables of a document, one below the other, are aligned with the
rows that are true so that most cells agree; a cell is right if its text (white space aside)
stands in that row at its column. So a table cut by pages or repeated headers cost a reader
nothing; a cell moved to another column, or joined with its neighbour, does.

**Figures.** The recogniser of this project on top of any reader's tables: each field of the
form is right, wrong (another figure, and not a word about it), doubted (another figure, and
a finding `extraction.*` beside it) or lost (unreadable, absent, table not found).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from samples.layout import LogicalTable
from samples.report import Expected, Truth
from tasks.model.report import Finding, Kind, PlacedBy, Report, Severity, Value

#: A row as a reader gives it: one text a column, None where it has no cell.
Row = Sequence[str | None]


@dataclass(slots=True)
class Tally:
    """Counts of one measure; adds up."""

    right: int = 0
    wrong: int = 0
    doubted: int = 0
    lost: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        self.right += other.right
        self.wrong += other.wrong
        self.doubted += other.doubted
        self.lost += other.lost
        return self

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.doubted + self.lost

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 1.0


# --- cells --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _TrueRow:
    """Cells that begin in a row: column, text."""

    cells: tuple[tuple[int, str], ...]


#: Marks of footnotes, told apart from the digits before them.
_MARKS = dict.fromkeys(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def squeezed(text: str | None) -> str:
    """Without white space and marks, radicals and wide forms as the characters they stand for."""
    return "".join(unicodedata.normalize("NFKC", (text or "").translate(_MARKS)).split())


def compare_cells(
    tables: Sequence[LogicalTable],
    rows: Sequence[Row],
    *,
    as_written: Callable[[str], str] = str,
    figures_only: bool = False,
    doubted: bool = False,
) -> Tally:
    """`as_written` puts a text of the form into the document's script; `figures_only` where
    labels lost characters; `doubted`: the reader said that it is not sure."""
    wanted = [
        _TrueRow(
            tuple(
                (c.column, squeezed(as_written(c.text)))
                for c in cells
                if c.field or not figures_only
            )
        )
        for table in tables
        for cells in table.rows()
    ]
    got = [[None if text is None else squeezed(text) for text in row] for row in rows]
    tally = Tally()
    for true, at in zip(wanted, _aligned(wanted, got), strict=True):
        row = got[at] if at is not None else []
        for column, text in true.cells:
            found = row[column] if column < len(row) else None
            if found == text or (found is None and not text and at is not None):
                tally.right += 1
            elif not found:
                tally.lost += 1
            elif doubted:
                tally.doubted += 1
            else:
                tally.wrong += 1
    return tally


def _agreeing(true: _TrueRow, row: Sequence[str | None]) -> int:
    """A text that agrees counts more than a blank that does."""
    agreeing = 0
    for column, text in true.cells:
        found = row[column] if column < len(row) else None
        if (found or "") == text:
            agreeing += 5 if text else 1
    return agreeing


def _aligned(wanted: Sequence[_TrueRow], got: Sequence[Sequence[str | None]]) -> list[int | None]:
    """For each true row the read row that it is, in order, so that most cells agree."""
    scores = [[_agreeing(true, row) for row in got] for true in wanted]
    best = [[0] * (len(got) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(got))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores[i][j])
    found: list[int | None] = [None] * len(wanted)
    i = j = 0
    while i < len(wanted) and j < len(got):
        if scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            found[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return found


# --- figures ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that was read otherwise than it stands."""

    cell: str
    true: Expected
    #: None where the table was not found.
    read: Value | None
    #: `wrong`, `doubted` or `lost`.
    how: str

    def __str__(self) -> str:
        if self.read is None:
            return f"{self.cell}: {self.true} is not there"
        said = f"{self.read.kind} {self.read.value} {self.read.raw!r} at {self.read.at}"
        return f"{self.how}: {self.cell}: {self.true} was read as {said}"


def in_doubt(finding: Finding) -> bool:
    return finding.rule.startswith("extraction.") and finding.severity is not Severity.INFO


def compare_figures(
    truth: Truth,
    report: Report | None,
    findings: Sequence[Finding],
    *,
    whole: bool = True,
    zero_may_be_blank: bool = False,
) -> tuple[Tally, tuple[Differing, ...]]:
    """`whole`: a figure in a field that the truth does not have was made up; otherwise such
    fields are not looked at. `zero_may_be_blank`: the truth says 0 for a blank cell as well."""
    said = [f for f in findings if in_doubt(f)]
    named = {cell for finding in said for cell in finding.cells}
    all_doubted = any(not finding.cells for finding in said)
    tally, differing = Tally(), list[Differing]()
    fields = fields_of(truth, report)
    for cell, true, read in (*fields, *(made_up(truth, report) if whole else ())):
        if is_same(true, read) or (zero_may_be_blank and _is_nothing(true, read)):
            tally.right += 1
            continue
        if read is None or read.kind in (Kind.UNREADABLE, Kind.ABSENT):
            how = "lost"
        elif all_doubted or cell in named or read.doubt:
            how = "doubted"
        else:
            how = "wrong"
        setattr(tally, how, getattr(tally, how) + 1)
        differing.append(Differing(cell, true, read, how))
    return tally, tuple(differing)


def fields_of(truth: Truth, report: Report | None) -> Iterator[tuple[str, Expected, Value | None]]:
    for table, rows in truth.items():
        values = report.values.get(table, {}) if report else {}
        for row, columns in rows.items():
            for column, true in columns.items():
                yield f"{table}.{row}.{column}", true, values.get(row, {}).get(column)


def made_up(truth: Truth, report: Report | None) -> Iterator[tuple[str, Expected, Value]]:
    for table, rows in truth.items():
        for row, line in (report.values.get(table, {}) if report else {}).items():
            for column, value in line.items():
                if column not in rows.get(row, {}) and value.value:
                    yield f"{table}.{row}.{column}", ("absent", None), value


def _is_nothing(true: Expected, read: Value | None) -> bool:
    return true == ("number", 0) and read is not None and read.amount == 0


def is_same(true: Expected, read: Value | None) -> bool:
    kind, value = true
    if read is None:
        return kind == "absent"
    if (read.kind, read.value) == (kind, value):
        return True
    nothing = (Kind.BLANK, Kind.DASH)
    # How a blank was written may be lost on the way (`-` or nothing); that it is none, not.
    if kind in nothing and read.kind in nothing:
        return True
    # The relations tell amounts only: 0 and a blank are alike to them.
    inferred = read.placed_by is PlacedBy.RELATIONS
    return inferred and (kind in nothing or value == 0) and read.amount == 0
