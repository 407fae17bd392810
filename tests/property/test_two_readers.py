"""Figures are misread in up to three cells: none is wrong without a word on its cell.

Reports whose relations hold, read from pixels. What is misread: by the first reader, by the
second one, or by both alike and then with little confidence. The cells are drawn anywhere, or
along one relation and by amounts that cancel. A doubt or an error must name each wrong figure;
and where exactly one way to take the two readings lets the relations hold, that one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from against_truth import BLANKS, seeds

from samples.readings import Seen, as_scanned
from samples.report import LogicalReport, make_report, truth
from tasks.check import check
from tasks.check.relations import cell_value, instances
from tasks.flow import conclude
from tasks.forms.annual_report import FORM
from tasks.model.document import Document, Format
from tasks.model.report import Finding, Kind, Report, Severity, Value

Count = Callable[..., None]
Values = dict[str, Value]
_SURELY = 0.99


def drawn(seed: int) -> LogicalReport:
    return make_report(
        seed,
        year=2023,
        editions={"requests": ("2021", "2019")[seed % 2]},
        blanks=BLANKS[seed % len(BLANKS)],
        zero_share=(0.7, 0.3, 0.9)[seed % 3],
    )


def as_report(report: LogicalReport) -> Report:
    values = {
        table: {
            row: {
                column: Value(
                    kind=Kind(kind), value=value, raw=str(value or ""), confidence=_SURELY
                )
                for column, (kind, value) in columns.items()
            }
            for row, columns in rows.items()
        }
        for table, rows in truth(report).items()
    }
    return Report(form=FORM.id, organ="甲局", year=2023, edition=report.editions, values=values)


def with_values(report: Report, new: Mapping[str, Value]) -> Report:
    values = {
        table: {
            row: {c: new.get(f"{table}.{row}.{c}", value) for c, value in columns.items()}
            for row, columns in rows.items()
        }
        for table, rows in report.values.items()
    }
    return replace(report, values=values)


def relations(report: Report) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [
        (one.parts, one.wholes)
        for table, name in report.edition.items()
        for one in instances(table, FORM.edition(table, name or ""), report.values[table])
    ]


def holds(report: Report, parts: tuple[str, ...], wholes: tuple[str, ...]) -> bool:
    def total(cells: tuple[str, ...]) -> int:
        return sum(int(cell_value(report, cell).amount or 0) for cell in cells)

    return total(parts) == total(wholes)


def misread(value: Value, by: int, random: Random) -> Value:
    """One cell of which at least one reader has another figure than stands there."""
    true = value.amount or 0
    wrong = true + by if true + by >= 0 else true + abs(by)
    confidence = random.choice([0.35, 0.6, 0.88, 0.97])
    match random.randrange(3):
        case 0:
            return Value(
                kind=Kind.NUMBER, value=wrong, raw=str(wrong), confidence=confidence, second=true
            )
        case 1:
            return replace(value, confidence=confidence, second=wrong)
        case _:
            return Value(
                kind=Kind.NUMBER,
                value=wrong,
                raw=str(wrong),
                confidence=random.choice([0.35, 0.6, 0.88]),
                confirmed=random.random() < 0.5,
            )


def some_cells(report: Report, random: Random) -> list[str]:
    """Up to three that hold a figure: anywhere, or along one relation."""
    n = random.randint(1, 3)
    if random.random() < 0.6:
        parts, wholes = random.choice(relations(report))
        return random.sample([*parts, *wholes], min(n, len(parts) + len(wholes)))
    cells = [
        f"{table}.{row}.{column}"
        for table, rows in report.values.items()
        for row, columns in rows.items()
        for column in columns
    ]
    return random.sample(cells, n)


def misreadings(seed: int, each: int) -> Iterator[tuple[Report, Values]]:
    """A report, and what is misread of it."""
    random = Random(seed)
    clean = as_report(drawn(seed))
    for _ in range(each):
        by = random.choice([1, 1, -1, 6, 10, 100])
        values = {}
        for cell in some_cells(clean, random):
            value = cell_value(clean, cell)
            if value.amount is not None:
                values[cell] = misread(value, by * random.choice([1, 1, -1]), random)
        yield clean, values


def spoken_of(findings: tuple[Finding, ...]) -> set[str]:
    return {cell for one in findings if one.severity is not Severity.INFO for cell in one.cells}


def wrong_and_unsaid(clean: Report, report: Report, findings: tuple[Finding, ...]) -> list[str]:
    said = spoken_of(findings)
    return [
        cell
        for table, rows in report.values.items()
        for row, columns in rows.items()
        for column, value in columns.items()
        if (cell := f"{table}.{row}.{column}") not in said
        and value.kind is not Kind.UNREADABLE
        and value.amount != cell_value(clean, cell).amount
    ]


def the_only_way(report: Report, values: Values) -> dict[str, int] | None:
    """How to take the two readings so that all relations hold that touch them; None where there
    are several ways, or none."""
    cells = [cell for cell, value in values.items() if value.second is not None]
    touched = [one for one in relations(report) if any(c in cells for side in one for c in side)]
    if not cells or any(not any(c in (*p, *w) for p, w in touched) for c in cells):
        return None
    found = []
    for way in product(*((values[c].amount or 0, values[c].second or 0) for c in cells)):
        amounts = {
            c: Value(kind=Kind.NUMBER, value=amount) for c, amount in zip(cells, way, strict=True)
        }
        if all(holds(with_values(report, amounts), *one) for one in touched):
            found.append({c: int(v.value or 0) for c, v in amounts.items()})
    return found[0] if len(found) == 1 else None


@pytest.mark.parametrize("seed", seeds(40))
def test_no_figure_is_wrong_unsaid(seed: int, count: Count) -> None:
    document = Document(format=Format.PDF)
    n_settled = n_cells = 0
    for clean, values in misreadings(seed, 25):
        report = with_values(clean, values)
        only = the_only_way(report, values)
        known, findings = check(document, report)

        assert wrong_and_unsaid(clean, known, findings) == [], values
        for cell, amount in (only or {}).items():
            assert cell_value(known, cell).amount == amount, (cell, values)
            n_settled += 1
        # nothing is said of the reading of what was read surely
        assert [c for c in of_reading(findings) if c not in values] == [], values
        n_cells += len(values)
    count("two readers", cells_misread=n_cells, settled_by_relations=n_settled)


def of_reading(findings: tuple[Finding, ...]) -> list[str]:
    """Cells whose reading is in doubt, as opposed to those of a relation that is broken."""
    return [c for one in findings if one.rule.startswith("extraction.") for c in one.cells]


@pytest.mark.parametrize("seed", seeds(6))
def test_the_same_of_whole_documents(seed: int, count: Count) -> None:
    drawn_report = drawn(seed)
    clean = conclude(as_scanned(drawn_report, {})).report
    assert clean is not None
    for _, values in misreadings(seed, 4):
        seen = {
            cell: Seen(
                first=str(value.value) if value.value is not None else None,
                second=None if value.second is None else str(value.second),
                confidence=value.confidence or 0.0,
            )
            for cell, value in values.items()
        }
        outcome = conclude(as_scanned(drawn_report, seen))
        assert outcome.report is not None
        assert wrong_and_unsaid(clean, outcome.report, outcome.findings) == [], values
        count("two readers", documents=1, cells_misread=len(values))
