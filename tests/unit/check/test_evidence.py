"""Figures read from pixels: which of two readings is taken, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from samples.readings import Seen, as_scanned
from samples.report import LogicalReport, broken, make_report, misreported, with_figure
from tasks.check import evidence
from tasks.check.relations import cell_value
from tasks.flow import conclude
from tasks.model.report import Finding, Kind, Outcome, PlacedBy, Severity, Value
from tasks.render.wording import told

CLEAN = make_report(
    11,
    year=2023,
    editions={"disclosure": "2021", "requests": "2021"},
    zero_share=0.3,
    narrative=False,
)
TOTAL = "requests.new.total"
UPHELD, REVIEWS = "disputes.review.upheld", "disputes.review.total"
LICENCES = "disclosure.licensing.decisions"


def off(cell: str, by: int, report: LogicalReport = CLEAN) -> str:
    return str(int(report.amount(cell)) + by)


def examined(seen: Mapping[str, Seen], report: LogicalReport = CLEAN) -> Outcome:
    return conclude(as_scanned(report, seen))


def read(outcome: Outcome, cell: str) -> Value:
    assert outcome.report is not None
    return cell_value(outcome.report, cell)


def about(outcome: Outcome, cell: str, rule: str = "extraction.two_readings") -> Finding:
    [found] = [f for f in outcome.findings if f.rule == rule and cell in f.cells]
    return found


def rules(outcome: Outcome) -> set[str]:
    return {one.rule for one in outcome.findings}


def test_a_scan_that_is_read_surely_says_no_more_than_that_it_is_one() -> None:
    outcome = examined({})

    assert [(f.rule, f.severity, f.cells) for f in outcome.findings] == [
        ("extraction.read_by_ocr", Severity.INFO, ())
    ]


@pytest.mark.parametrize("first", [True, False])
def test_the_reading_is_taken_that_the_relations_leave(first: bool) -> None:
    true, wrong = off(TOTAL, 0), off(TOTAL, 6)
    seen = Seen(second=wrong) if first else Seen(first=wrong, second=true, confidence=0.97)

    outcome = examined({TOTAL: seen})

    value, finding = read(outcome, TOTAL), about(outcome, TOTAL)
    assert (value.value, value.raw, str(value.second)) == (int(true), true, wrong)
    assert value.confidence == seen.confidence
    assert finding.severity is Severity.INFO
    assert true in told(finding.says, "zh")
    assert wrong in told(finding.says, "zh")
    assert rules(outcome) == {"extraction.read_by_ocr", "extraction.two_readings"}


def test_a_digit_that_the_first_reader_missed_is_taken_from_the_second() -> None:
    report = with_figure(CLEAN, UPHELD, int(CLEAN.amount(UPHELD)))
    seen = {UPHELD: Seen(first="—", second=off(UPHELD, 0))}

    value = read(examined(seen, report), UPHELD)

    assert (value.kind, value.value) == (Kind.NUMBER, int(CLEAN.amount(UPHELD)))


def test_a_stroke_that_the_second_reader_takes_for_a_dash_is_one() -> None:
    report = with_figure(CLEAN, "requests.granted.research", "dash", written="/")
    report = with_total(report, "granted")
    seen = {"requests.granted.research": Seen(first="1", second="/", confidence=0.7)}

    value = read(examined(seen, report), "requests.granted.research")

    assert (value.kind, value.value, value.raw, value.second) == (Kind.DASH, None, "/", 1)


def with_total(report: LogicalReport, row: str) -> LogicalReport:
    """The row adds up again."""
    cells = [f"requests.{row}.{column}" for column in report.values["requests"][row]]
    total = sum(int(report.amount(cell)) for cell in cells if not cell.endswith(".total"))
    return with_figure(report, f"requests.{row}.total", total)


def test_where_neither_reading_fits_the_first_stays_and_is_doubted() -> None:
    outcome = examined({TOTAL: Seen(first=off(TOTAL, 1), second=off(TOTAL, 2))})

    assert read(outcome, TOTAL).value == int(off(TOTAL, 1))
    assert about(outcome, TOTAL).severity is Severity.WARNING
    errors = [f for f in outcome.findings if f.severity is Severity.ERROR]
    assert {f.rule for f in errors} == {"requests.balance", "requests.applicants"}
    for finding in errors:
        assert [(s.cell, s.value) for s in finding.suspects] == [(TOTAL, off(TOTAL, 0))]
        assert "读自扫描件" in told(finding.says, "zh")
        assert "read from a scan" in told(finding.says, "en")


def test_two_readings_that_both_fit_are_unreadable() -> None:
    outcome = examined(
        {
            UPHELD: Seen(first=off(UPHELD, 1), second=off(UPHELD, 0)),
            REVIEWS: Seen(first=off(REVIEWS, 1), second=off(REVIEWS, 0)),
        }
    )

    for cell in (UPHELD, REVIEWS):
        value = read(outcome, cell)
        assert value.kind is Kind.UNREADABLE
        assert value.raw == f"{off(cell, 1)} | {off(cell, 0)}"
        finding = about(outcome, cell)
        assert finding.severity is Severity.WARNING
        assert off(cell, 0) in told(finding.says, "zh")
    assert not any(f.severity is Severity.ERROR for f in outcome.findings)


def test_a_reading_that_fits_beside_an_unsure_cell_is_taken_with_a_doubt() -> None:
    """Both readers have the total wrong, and the first one the part, by as much."""
    outcome = examined(
        {
            UPHELD: Seen(first=off(UPHELD, 1), second=off(UPHELD, 0)),
            REVIEWS: Seen(first=off(REVIEWS, 1), second=off(REVIEWS, 1), confidence=0.7),
        }
    )

    assert about(outcome, UPHELD).severity is Severity.WARNING
    assert about(outcome, REVIEWS, "extraction.low_confidence").severity is Severity.WARNING


def test_two_errors_that_cancel_are_said_where_both_are_unsure() -> None:
    outcome = examined(
        {
            UPHELD: Seen(first=off(UPHELD, 1), confidence=0.8),
            REVIEWS: Seen(first=off(REVIEWS, 1), confidence=0.7),
        }
    )

    finding = about(outcome, UPHELD, "extraction.low_confidence")
    assert set(finding.cells) == {UPHELD, REVIEWS}
    assert "0.70" in told(finding.says, "zh")


@pytest.mark.parametrize("confidence", [0.3, 0.89])
def test_a_relation_that_holds_proves_its_only_unsure_cell(confidence: float) -> None:
    outcome = examined({UPHELD: Seen(confidence=confidence)})

    assert read(outcome, UPHELD).value == CLEAN.amount(UPHELD)
    assert read(outcome, UPHELD).confidence == confidence
    assert rules(outcome) == {"extraction.read_by_ocr"}


def test_a_relation_that_placed_a_figure_proves_none() -> None:
    report = examined({}).report
    assert report is not None
    rows = report.values["disputes"]
    placed = {
        column: replace(value, placed_by=PlacedBy.RELATIONS)
        for column, value in rows["review"].items()
    }
    unsure = {**placed, "total": replace(rows["review"]["total"], confidence=0.7)}
    values = {**report.values, "disputes": {**rows, "review": unsure}}

    known = evidence.settled(replace(report, values=values))

    assert known.proven == frozenset()
    assert [one.cells for one in evidence.doubts(known, [])] == [(REVIEWS,)]


def test_what_is_proven_proves_others() -> None:
    """A row with two unsure cells proves neither, but the column of one does, and so both."""
    cells = ["requests.new.natural_person", TOTAL, "requests.carried_over.natural_person"]
    outcome = examined({cell: Seen(confidence=0.6) for cell in cells})

    assert rules(outcome) == {"extraction.read_by_ocr"}


def test_unsure_cells_that_stand_in_a_square_prove_each_other_no_more() -> None:
    square = [
        f"requests.{row}.{column}"
        for row in ("granted", "partly_granted")
        for column in ("natural_person", "business")
    ]
    outcome = examined({cell: Seen(confidence=0.6) for cell in square})

    assert set(about(outcome, square[0], "extraction.low_confidence").cells) == set(square)


@pytest.mark.parametrize(
    ("seen", "kind", "rule"),
    [
        (Seen(confidence=0.95), Kind.NUMBER, None),
        (Seen(confidence=0.95, second="{true}"), Kind.NUMBER, None),
        (Seen(confidence=0.8), Kind.NUMBER, "extraction.low_confidence"),
        (Seen(confidence=0.8, second="{true}"), Kind.NUMBER, "extraction.low_confidence"),
        (Seen(confidence=0.4, second="{true}"), Kind.NUMBER, "extraction.low_confidence"),
        (Seen(confidence=0.4), Kind.UNREADABLE, "extraction.low_confidence"),
        (Seen(confidence=0.99, second="{other}"), Kind.NUMBER, "extraction.two_readings"),
        (Seen(confidence=0.4, second="{other}"), Kind.UNREADABLE, "extraction.two_readings"),
        # no figure of this table, and yet not what the first reader has
        (Seen(confidence=0.99, second="{true}.5"), Kind.NUMBER, "extraction.two_readings"),
    ],
)
def test_of_cells_in_no_relation_the_reading_alone_counts(
    seen: Seen, kind: Kind, rule: str | None
) -> None:
    true, other = off(LICENCES, 0), off(LICENCES, 5)
    second = seen.second and seen.second.format(true=true, other=other)

    outcome = examined({LICENCES: replace(seen, second=second)})

    assert read(outcome, LICENCES).kind is kind
    said = {f.rule: f.severity for f in outcome.findings if LICENCES in f.cells}
    assert said == ({rule: Severity.WARNING} if rule else {})


def test_a_fault_of_the_source_is_told_as_one() -> None:
    """The relation is broken by what stands there, and every figure was read surely."""
    outcome = examined({}, broken(CLEAN, TOTAL, 3))

    errors = [f for f in outcome.findings if f.severity is Severity.ERROR]
    assert {f.rule for f in errors} == {"requests.balance", "requests.applicants"}
    assert not any("扫描件" in told(f.says, "zh") for f in errors)


def test_a_text_that_differs_may_be_misread_as_well() -> None:
    told_otherwise = misreported(make_report(11, year=2023), "received", 5)

    [finding] = [f for f in examined({}, told_otherwise).findings if f.rule.startswith("narrative")]

    assert finding.severity is Severity.ERROR
    assert "读自扫描件" in told(finding.says, "zh")


def test_a_fault_of_the_source_does_not_keep_the_relations_from_deciding() -> None:
    """The row is broken by another cell; the column still leaves one reading, with a doubt."""
    cell, other = "requests.granted.natural_person", "requests.granted.total"
    report = broken(CLEAN, other, 3)

    outcome = examined({cell: Seen(first=off(cell, 7), second=off(cell, 0))}, report)

    assert read(outcome, cell).value == CLEAN.amount(cell)
    assert about(outcome, cell).severity is Severity.WARNING
    [row] = [f for f in outcome.findings if f.rule == "requests.applicants"]
    assert row.severity is Severity.ERROR
    assert [(s.cell, s.value) for s in row.suspects] == [(other, off(other, 0))]


def test_a_page_of_doubted_cells_is_settled_in_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every cell of table 三 was read in two ways."""
    cells = [cell for cell in CLEAN.cells() if cell.startswith("requests.")]
    seen = {cell: Seen(first=off(cell, 10), second=off(cell, 0)) for cell in cells}
    steps = 0
    ways = evidence._Search.ways

    def counted(*arguments: object) -> object:
        nonlocal steps
        steps += 1
        return ways(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(evidence._Search, "ways", counted)
    outcome = examined(seen)

    assert 0 < steps <= 2 * evidence._MOST_STEPS
    said = {c for f in outcome.findings if f.severity is not Severity.INFO for c in f.cells}
    for cell in cells:
        value = read(outcome, cell)
        assert cell in said or value.amount in (None, CLEAN.amount(cell))
