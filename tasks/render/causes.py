"""The findings of one envelope, put together by what has most likely gone wrong.

Programs get a finding for each relation that does not hold; a person mends one cell, or fills
in one line, and so reads of one cause. Nothing is dropped: every finding is in one cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: A finding as it stands in an envelope.
Found = dict[str, Any]

#: Rules about the reading, as opposed to faults of the source.
READING = "extraction."
#: Fewer cells of one line left blank are slips, each a cause of its own.
_FEWEST_OF_A_LINE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a person reads as one matter."""

    findings: tuple[Found, ...]
    #: Table, `row` or `column`, and id of a line whose cells were left blank; else None.
    line: tuple[str, str, str] | None = None

    @property
    def severity(self) -> str:
        return str(self.findings[0]["severity"])

    @property
    def suspects(self) -> tuple[Found, ...]:
        """Those of a line are all to be filled in; else they are alternatives."""
        if self.line is None:
            return tuple(self.findings[0]["suspects"])
        cells: dict[str, Found] = {}
        for finding in self.findings:
            for suspect in finding["suspects"]:
                cells.setdefault(suspect["cell"], suspect)
        return tuple(cells.values())

    @property
    def is_to_be_filled_in(self) -> bool:
        """Whether all of the suspects are blanks that lack a figure: nothing disagrees."""
        return self.line is not None or self.findings[0]["expected"] is None


def causes(envelope: dict[str, Any], *, notes: bool = True) -> tuple[Cause, ...]:
    """In the order of their first findings; `notes`: also findings that are mere notes."""
    findings = [
        finding
        for finding in envelope.get("findings", ())
        if notes or finding["severity"] != "info"
    ]
    report = envelope.get("report") or {}
    return _summed_up(_lines_left_blank(_confirmed(_of_one_cell(findings)), report))


def _of_one_cell(findings: Sequence[Found]) -> list[Cause]:
    """Findings that suspect one and the same cell, and no other; and doubts of the reading that
    say the same of no cell, as of each of many characters that could not be told."""
    groups: dict[tuple[object, ...], list[Found]] = {}
    for number, finding in enumerate(findings):
        one = _only_suspect(finding)
        what: tuple[object, ...] = (one["cell"], one["value"]) if one else (number,)
        if finding["rule"].startswith(READING) and not finding["cells"]:
            what = (finding["rule"], finding["message"])
        groups.setdefault((finding["severity"], *what), []).append(finding)
    return [Cause(findings=tuple(group)) for group in groups.values()]


def _only_suspect(finding: Found) -> Found | None:
    suspects = finding["suspects"]
    return suspects[0] if len(suspects) == 1 else None


def _confirmed(found: Sequence[Cause]) -> list[Cause]:
    """A sentence that tells for a cell what the relations say it should be, goes with them."""
    told: dict[tuple[str, str, str | None], int] = {}
    for number, cause in enumerate(found):
        for suspect in cause.suspects:
            told.setdefault((cause.severity, suspect["cell"], suspect["value"]), number)
    more: dict[int, tuple[Found, ...]] = {}
    moved = set()
    for number, cause in enumerate(found):
        (finding, *others) = cause.findings
        if others or finding["suspects"] or len(finding["cells"]) != 1:
            continue
        with_ = told.get((cause.severity, finding["cells"][0], finding["actual"]))
        if with_ is not None:
            more[with_] = (*more.get(with_, ()), finding)
            moved.add(number)
    return [
        Cause(findings=(*cause.findings, *more.get(number, ())))
        for number, cause in enumerate(found)
        if number not in moved
    ]


def _lines_left_blank(found: Sequence[Cause], report: dict[str, Any]) -> tuple[Cause, ...]:
    """Cells of one line that are blank, each named by a relation of its own: one cause."""
    left = dict(enumerate(found))
    for axis in ("column", "row"):
        lines: dict[tuple[str, tuple[str, str, str]], list[int]] = {}
        for number, cause in left.items():
            if cause.line is None and (line := _blank_cell(cause, axis, report)):
                lines.setdefault((cause.severity, line), []).append(number)
        for (_, line), numbers in lines.items():
            if len(numbers) >= _FEWEST_OF_A_LINE:
                members = [left.pop(number) for number in numbers]
                left[numbers[0]] = Cause(findings=_all(members), line=line)
    return tuple(left[number] for number in sorted(left))


def _summed_up(found: Sequence[Cause]) -> tuple[Cause, ...]:
    """A relation along a line left blank breaks with it, and suspects nothing else."""
    kept = list(found)
    for line in [cause for cause in found if cause.line]:
        known = [(suspect["cell"], suspect["value"]) for suspect in line.suspects]
        along = [
            cause
            for cause in kept
            if cause is not line
            and cause.severity == line.severity
            and cause.suspects
            and all((one["cell"], one["value"]) in known for one in cause.suspects)
        ]
        if along:
            kept = [cause for cause in kept if not any(cause is one for one in along)]
            place = next(number for number, cause in enumerate(kept) if cause is line)
            kept[place] = Cause(findings=_all((line, *along)), line=line.line)
    return tuple(kept)


def _all(members: Iterable[Cause]) -> tuple[Found, ...]:
    return tuple(finding for cause in members for finding in cause.findings)


def _blank_cell(cause: Cause, axis: str, report: dict[str, Any]) -> tuple[str, str, str] | None:
    """Table, axis and line of the one suspected cell, where nothing or 0 is in it."""
    suspect = _only_suspect(cause.findings[0])
    if suspect is None or suspect["cell"].count(".") != 2:
        return None
    table, row, column = suspect["cell"].split(".")
    value = report.get(table, {}).get(row, {}).get(column) or {}
    if value.get("kind") not in ("blank", "dash") and value.get("value") != 0:
        return None
    return table, axis, column if axis == "column" else row
