"""What counts as right, said, missing, told and silent, on reports that were read as web pages."""

from dataclasses import replace

import pytest

from benchmarks.scans import Count, Read, count_of, lines_of
from samples.scans import KINDS, Scan, scan_of
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Finding, Kind, Report, Severity, Suspect, Value

#: It stands in both editions, and in no relation: nothing but a doubt tells that it is wrong.
CELL = "disclosure.penalties.decisions"
SUMMED = "requests.new.total"


@pytest.fixture(scope="module", params=[0, 1], ids=["fault", "sound"])
def scan(request) -> Scan:
    return scan_of(replace(KINDS["html"], dpis=(40,)), request.param)


def read_as_page(scan: Scan) -> Read:
    outcome = examine(render(scan.draft, Format.HTML, "cms"), "a.html")
    return Read(
        became="report", report=outcome.report, findings=outcome.findings, seconds=2.0, memory=300.0
    )


def with_value(found: Read, cell: str, value: Value) -> Read:
    table, row, column = cell.split(".")
    report = found.report
    lines = {**report.values[table]}
    lines[row] = {**lines[row], column: value}
    return replace(found, report=replace(report, values={**report.values, table: lines}))


def finding(*cells: str, severity: Severity = Severity.ERROR, suspect: str = "") -> Finding:
    suspects = (Suspect(cell=suspect, value="1"),) if suspect else ()
    return Finding(rule="new.rule", severity=severity, says=(), cells=cells, suspects=suspects)


def n_figures(scan: Scan) -> int:
    return sum(bool(cell.field) for table in scan.draft.tables for cell in table.cells)


def test_a_report_that_was_read_is_right_and_its_fault_is_found(scan):
    count = count_of(scan, read_as_page(scan))

    assert (count.right, count.figures, count.exact) == (n_figures(scan),) * 2 + (1,)
    assert (count.faults, count.found) == ((1, 1) if scan.fault else (0, 0))
    assert (count.false, count.silent, count.notes) == (0, 0, [])


WRONG = Value(kind=Kind.NUMBER, value=987654, raw="987654")


@pytest.mark.parametrize(
    ("value", "how"),
    [
        (WRONG, "silent"),
        (Value(kind=Kind.UNREADABLE, raw="?"), "said"),
        (Value(kind=Kind.ABSENT), "missing"),
    ],
)
def test_one_figure_that_is_not_right(scan, value, how):
    count = count_of(scan, with_value(read_as_page(scan), CELL, value))

    assert getattr(count, how) == 1
    assert count.figures - count.right == 1
    assert len(count.notes) == 1


@pytest.mark.parametrize(
    ("said", "how"),
    [
        (finding(CELL), "told"),
        (finding(CELL, severity=Severity.WARNING), "told"),
        (finding(SUMMED, suspect=CELL), "told"),
        (finding(CELL, severity=Severity.INFO), "silent"),
        (finding(SUMMED), "silent"),
        # Of the whole document: that something in it is not sure names no cell.
        (finding(severity=Severity.WARNING), "silent"),
    ],
)
def test_only_a_finding_that_names_the_cell_tells(scan, said, how):
    wrong = with_value(read_as_page(scan), CELL, WRONG)
    count = count_of(scan, replace(wrong, findings=(*wrong.findings, said)))

    assert getattr(count, how) == 1
    assert count.told + count.silent == 1


def test_an_error_on_cells_that_were_read_right_is_false(scan):
    found = read_as_page(scan)
    more = replace(found, findings=(*found.findings, finding(CELL, SUMMED)))

    assert count_of(scan, more).false == 1
    assert count_of(scan, with_value(more, SUMMED, WRONG)).false == 0


def test_what_was_refused_is_missing(scan):
    count = count_of(scan, Read(became="refused:corrupt", seconds=1.0, memory=0.0))

    assert count.missing == count.figures == n_figures(scan)
    assert count.notes[0] == f"{scan.name}: refused:corrupt"


def test_a_figure_that_the_document_does_not_have_is_silent(scan):
    found = read_as_page(scan)
    report: Report = found.report
    values = {
        **report.values,
        "requests": {**report.values["requests"], "made_up": {"total": WRONG}},
    }
    count = count_of(scan, replace(found, report=replace(report, values=values)))

    assert count.silent == 1


def test_counts_add_up_in_the_table():
    one = Count(scans=1, pages=2, right=199, silent=1, seconds=3.0, memory=400.0)
    two = Count(scans=1, pages=1, right=100, said=100, seconds=3.0, memory=500.0, faults=1)
    *_, total = lines_of({"one": one, "two": two})

    assert total == "| all | 2 | 400 | 74.75% | 100 | 0 | 0 | 1 | 0 | 0 of 1 | 2.00 | 500 |"
