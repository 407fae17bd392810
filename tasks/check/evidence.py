"""Figures read from pixels are evidence: what the relations make of them, and what is left to say.

values, unsure where a reader was     -> which of two readings is taken, which value is none
  not confident or a second one differs  (`settled`, before the relations are checked)
the same, and the relations that break -> what a person should compare (`doubts`)

Where two readings of a cell differ, one is taken if, of all ways to read the cells that hang
together, those that break the fewest relations have it in common, and no relation of the cell
is broken there. Where they have not, both readings fit, and none is taken.

What was taken is *proven* where a relation leaves no other way: a relation that holds, and all
of whose other cells are sure or proven before, says what the last one is. A relation holds as
well with two errors that cancel, so of two unsure cells it proves neither. What is not proven
is said: by the relation that breaks, or else here. A figure that nobody is confident of and
nothing proves is not taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import count, product

from tasks.check.localise import Amount, Equation, blocks
from tasks.check.relations import cell_value, instances
from tasks.forms.annual_report import FORM
from tasks.model.report import Finding, Kind, PlacedBy, Report, Severity, Value
from tasks.model.saying import LinesOf, Saying, say
from tasks.says.amounts import text_to_amount

#: With less confidence, and without a second reader that read the same, a figure is a guess.
_LEAST = 0.5
#: Steps on the ways to read one group of cells.
_MOST_STEPS = 5000
#: Sums of one relation that its readings may make; with more, it may hold.
_MOST_SUMS = 4096
#: Cells of one relation whose readings are tried together when it is to prove them.
_MOST_TOGETHER = 8

#: Characters of a cell that a finding quotes.
_LONGEST_SEEN = 24

#: Cell -> what is taken to stand there.
_Way = Mapping[str, Amount]
#: What the first reader and what the second one read.
_Both = tuple[Amount, Amount]


class Verdict(Enum):
    """What the relations say of a cell whose readings differ."""

    #: One reading is left.
    TAKEN = auto()
    #: Both fit.
    SEVERAL = auto()
    #: Neither does, or there is no relation to ask.
    NONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A report as far as its own relations settle what was read from pixels."""

    report: Report
    #: As they were read, the cells that are unsure; in the order of the form.
    unsure: Mapping[str, Value] = field(default_factory=dict)
    #: Of those whose readings differ.
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    #: Those that a relation leaves no other way.
    proven: Collection[str] = frozenset()


def settled(report: Report) -> Settled:
    """Takes what the relations leave, and nothing of what may as well be otherwise."""
    unsure = {cell: value for cell, value in _values(report) if _is_figure(value)}
    if not unsure:
        return Settled(report=report)
    readings = {cell: both for cell, value in unsure.items() if (both := _both(value))}
    said = _told(report, readings)
    differing = (cell for cell, value in unsure.items() if value.second is not None)
    verdicts = {cell: said[cell][0] if cell in said else Verdict.NONE for cell in differing}
    taken = {cell: amount for cell, (verdict, amount) in said.items() if verdict is Verdict.TAKEN}
    chosen = _changed(report, {cell: _read_as(unsure[cell], taken[cell]) for cell in taken})
    proven = _proven(chosen, unsure, readings)
    new = {cell: replace(cell_value(chosen, cell), doubt=0.0) for cell in proven}
    for cell, value in unsure.items():
        verdict = verdicts.get(cell)
        is_known = cell in proven or cell in taken
        if verdict is Verdict.SEVERAL or (_is_guess(value) and not is_known):
            new[cell] = _not_read(value, verdict)
    return Settled(report=_changed(chosen, new), unsure=unsure, verdicts=verdicts, proven=proven)


def _values(report: Report) -> Iterator[tuple[str, Value]]:
    for table, rows in report.values.items():
        for row, columns in rows.items():
            for column, value in columns.items():
                yield f"{table}.{row}.{column}", value


def _is_figure(value: Value) -> bool:
    return value.is_unsure and value.amount is not None


def _both(value: Value) -> _Both | None:
    """The two readings of a cell that may be either: what relations add up are whole numbers."""
    first, second = value.amount, value.second
    if first is None or not isinstance(second, int) or second < 0:
        return None
    return first, second


def _is_guess(value: Value) -> bool:
    return value.confidence is not None and value.confidence < _LEAST and not value.confirmed


# Which of two readings


@dataclass(frozen=True, slots=True)
class _Sum:
    """A relation on one line that can be asked: all of its cells were read in their places."""

    #: What its other cells add up to.
    rest: Amount
    #: Of the cells that are asked about, by what sign they go into it.
    signs: Mapping[str, int]

    def holds(self, way: _Way) -> bool:
        return self.rest + sum(sign * way[cell] for cell, sign in self.signs.items()) == 0

    def may_hold(self, readings: Mapping[str, _Both]) -> bool:
        sums = {self.rest}
        for cell, sign in self.signs.items():
            sums = {one + sign * amount for one in sums for amount in readings[cell]}
            if len(sums) > _MOST_SUMS:
                return True
        return 0 in sums


def _sums(report: Report, asked: Collection[str]) -> Iterator[_Sum]:
    """The relations that can be asked, and name a cell that is asked about."""
    for table, name in report.edition.items():
        if name is None:
            continue
        for one in instances(table, FORM.edition(table, name), report.values[table]):
            if not any(cell in asked for cell in one.cells):
                continue
            signs = dict.fromkeys(one.parts, 1) | dict.fromkeys(one.wholes, -1)
            amounts = {cell: cell_value(report, cell) for cell in signs}
            if not all(map(_may_prove, amounts.values())):
                continue
            rest = sum(signs[c] * (v.amount or 0) for c, v in amounts.items() if c not in asked)
            yield _Sum(rest, {cell: sign for cell, sign in signs.items() if cell in asked})


def _may_prove(value: Value) -> bool:
    """Whether relations with it can be asked: one that placed a figure holds for that reason."""
    is_there = value.kind not in (Kind.UNREADABLE, Kind.ABSENT)
    return is_there and value.placed_by is not PlacedBy.RELATIONS


def _told(report: Report, readings: Mapping[str, _Both]) -> Mapping[str, tuple[Verdict, Amount]]:
    """What the relations say of the cells that may be read in two ways, and the reading of the
    likeliest way; nothing of cells that they cannot be asked about."""
    # what no reading mends is broken by something else, and tells nothing of them
    sums = [one for one in _sums(report, readings) if one.may_hold(readings)]
    said: dict[str, tuple[Verdict, Amount]] = {}
    for numbers in blocks([Equation(one.signs) for one in sums]):
        group = [sums[number] for number in numbers]
        try:
            found = _fewest_broken(group, readings)
        except _TooManyWays:
            continue
        broken = {
            cell for way in found for one in group if not one.holds(way) for cell in one.signs
        }
        for cell, amount in found[0].items():
            alike = all(way[cell] == amount for way in found)
            verdict = Verdict.TAKEN if alike else Verdict.SEVERAL
            said[cell] = (Verdict.NONE if cell in broken else verdict), amount
    return said


class _TooManyWays(Exception):
    """The bound on steps or on ways was met."""


def _fewest_broken(group: Sequence[_Sum], readings: Mapping[str, _Both]) -> list[_Way]:
    """All ways to read the cells that break no more relations than they must; at least one.
    Raises `_TooManyWays`."""
    search = _Search(group, readings)
    return next(found for most in count() if (found := list(search.ways(most))))


class _Search:
    def __init__(self, group: Sequence[_Sum], readings: Mapping[str, _Both]) -> None:
        self.readings = readings
        #: In the order in which they are read, and the relations that each is the last cell of.
        self.cells: list[str] = []
        self.ended_by: dict[str, list[_Sum]] = {}
        self.steps = 0
        left = list(group)
        while left:
            one = min(left, key=lambda one: len(one.signs.keys() - self.ended_by.keys()))
            left.remove(one)
            for cell in one.signs:
                if cell not in self.ended_by:
                    self.cells.append(cell)
                    self.ended_by[cell] = []
            self.ended_by[max(one.signs, key=self.cells.index)].append(one)

    def ways(self, most: int, begun: _Way | None = None) -> Iterator[_Way]:
        """Those that go on from what is read so far, and break no more relations than `most`."""
        begun = begun or {}
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _TooManyWays
        if len(begun) == len(self.cells):
            yield begun
            return
        cell = self.cells[len(begun)]
        for amount in self.readings[cell]:
            way = {**begun, cell: amount}
            left = most - sum(not one.holds(way) for one in self.ended_by[cell])
            if left >= 0:
                yield from self.ways(left, way)


# What the relations prove


def _proven(
    report: Report, unsure: Collection[str], readings: Mapping[str, _Both]
) -> frozenset[str]:
    """The unsure cells that can be nothing else, if the sure ones are right."""
    sums = list(_sums(report, unsure))
    amounts = {cell: cell_value(report, cell).amount or 0 for cell in unsure}
    broken = {cell for one in sums if not one.holds(amounts) for cell in one.signs}
    holding = [one for one in sums if broken.isdisjoint(one.signs)]
    left = set(unsure)
    found = True
    while found:
        found = False
        for one in holding:
            open_cells = left.intersection(one.signs)
            if open_cells and _is_the_only_way(one, open_cells, amounts, readings):
                left -= open_cells
                found = True
    return frozenset(unsure) - left


def _is_the_only_way(
    one: _Sum,
    cells: Collection[str],
    amounts: _Way,
    readings: Mapping[str, _Both],
) -> bool:
    if len(cells) == 1:
        return True
    if len(cells) > _MOST_TOGETHER or not all(cell in readings for cell in cells):
        return False
    ways = product(*(readings[cell] for cell in cells))
    holding = (one.holds({**amounts, **dict(zip(cells, way, strict=True))}) for way in ways)
    return sum(holding) == 1


# The report with what is taken


def _changed(report: Report, new: Mapping[str, Value]) -> Report:
    if not new:
        return report
    values = {
        table: {
            row: {c: new.get(f"{table}.{row}.{c}", value) for c, value in columns.items()}
            for row, columns in rows.items()
        }
        for table, rows in report.values.items()
    }
    return replace(report, values=values)


def _read_as(value: Value, amount: Amount) -> Value:
    """The second reading in place of the first, of which the cell still shows the text."""
    if amount == value.amount:
        return value
    raw = value.second_raw or str(amount)
    is_dash = text_to_amount(raw).kind is Kind.DASH
    return replace(
        value,
        kind=Kind.DASH if is_dash else Kind.NUMBER,
        value=None if is_dash else amount,
        raw=raw,
        second=value.amount,
        second_raw=value.raw,
    )


def _not_read(value: Value, verdict: Verdict | None) -> Value:
    both = f"{value.raw} | {value.second_raw or value.second}"
    raw = both if verdict is Verdict.SEVERAL else value.raw
    return replace(
        value, kind=Kind.UNREADABLE, value=None, raw=raw, unit=None, note=None, doubt=1.0
    )


# What is said


def doubts(known: Settled, broken: Sequence[Finding]) -> Iterator[Finding]:
    """What a person should compare with the original; `broken`: of the relations, which speak of
    the cells that they name themselves."""
    named = {c for one in broken if one.severity is Severity.ERROR for c in one.cells}
    guesses, unproven = [], []
    for cell in known.unsure:
        if cell in known.verdicts:
            yield _two_readings(known, cell)
        elif cell_value(known.report, cell).kind is Kind.UNREADABLE:
            guesses.append(cell)
        elif cell not in known.proven and cell not in named:
            unproven.append(cell)
    yield from _low_confidence(known, guesses, taken=False)
    yield from _low_confidence(known, unproven, taken=True)


def _two_readings(known: Settled, cell: str) -> Finding:
    table, row, column = cell.split(".")
    edition = known.report.edition[table] or ""
    read = known.unsure[cell]
    first, second = _seen(read.raw, read.amount), _seen(read.second_raw, read.second)
    said = say(
        "extraction.two_readings",
        row=LinesOf(table, edition, "row", (row,)),
        column=LinesOf(table, edition, "column", (column,)),
        first=first,
        second=second,
    )
    is_settled = known.verdicts[cell] is Verdict.TAKEN and cell in known.proven
    return Finding(
        rule="extraction.two_readings",
        severity=Severity.INFO if is_settled else Severity.WARNING,
        says=(said, _what_is_taken(known, cell)),
        cells=(cell,),
        actual=f"{first} | {second}",
    )


def _seen(raw: str, amount: Amount | None) -> str:
    """As it stood, where that is no more than a figure or a sign."""
    shown = raw.strip()
    return shown if shown and len(shown) <= _LONGEST_SEEN else str(amount or 0)


def _what_is_taken(known: Settled, cell: str) -> Saying:
    now, verdict = cell_value(known.report, cell), known.verdicts[cell]
    if verdict is Verdict.SEVERAL:
        return say("two_readings.several")
    if now.amount is None:
        return say("two_readings.guess")
    if verdict is Verdict.NONE:
        return say("two_readings.kept", taken=now.amount)
    if cell in known.proven:
        return say("two_readings.settled", taken=now.amount)
    return say("two_readings.likely", taken=now.amount)


def _low_confidence(known: Settled, cells: Sequence[str], *, taken: bool) -> Iterator[Finding]:
    """One finding a table."""
    for table, edition in known.report.edition.items():
        of_table = [cell for cell in cells if cell.startswith(f"{table}.")]
        if not of_table or edition is None:
            continue
        rows = dict.fromkeys(cell.split(".")[1] for cell in of_table)
        lines, n = LinesOf(table, edition, "row", tuple(rows)), len(of_table)
        lowest = f"{min(known.unsure[cell].confidence or 0.0 for cell in of_table):.2f}"
        said = say("extraction.low_confidence", rows=lines, n=n, lowest=lowest)
        if not taken:
            said = say("extraction.low_confidence.not_taken", rows=lines, n=n, lowest=lowest)
        yield Finding(
            rule="extraction.low_confidence",
            severity=Severity.WARNING,
            says=(said,),
            cells=tuple(of_table),
        )
