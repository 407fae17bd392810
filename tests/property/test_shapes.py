"""One truth, many shapes: a report reads alike from every format and style.

Where the style says that nothing needed is lost, every figure must be read. Everywhere,
certain or not: no figure is wrong, and no figure is lost without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from against_truth import BLANKS, FIRST_SEED, Compared, compare, seeds, silently_lost
from known_faults import tolerate

from samples.report import LogicalReport, make_report, truth
from samples.style import Lost, Style
from samples.styles import STYLES, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.model.report import Outcome, Severity
from tasks.render.wording import told

SUITE = "one truth, many shapes"
#: Of each style at scale 1. Three tables a report: some 80 styles make 2,400 tables at 10.
REPORTS = 1
SHAPES = [
    (format, name)
    for format, styles in STYLES.items()
    for name, style in styles.items()
    if style.refusal is None and Lost.TEXT not in style.loses
]
REFUSED = [
    (format, name)
    for format, styles in STYLES.items()
    for name, style in styles.items()
    if style.refusal
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One report in one shape; `how` makes it again."""

    how: str
    style: Style
    report: LogicalReport
    outcome: Outcome
    compared: Compared

    @property
    def certain(self) -> bool:
        blanks = any(
            figure is None
            for lines in self.report.values.values()
            for line in lines.values()
            for figure in line.values()
        )
        return self.style.certain(blanks=blanks)


def reading(format: Format, name: str, seed: int) -> Reading:
    # Neighbouring shapes get other reports, so that a run sees many.
    at = list(STYLES[format]).index(name)
    number = seed * 97 + at * 7 + list(Format).index(format)
    blanks = BLANKS[(seed + at) % len(BLANKS)]
    zero_share, big = (0.7, 0.3, 0.97)[number % 3], number % 5 == 0
    secret = number % 7 == 0
    report = make_report(number, blanks=blanks, zero_share=zero_share, big=big, work_secret=secret)
    how = (
        f"render(make_report({number}, {blanks=}, {zero_share=}, {big=}, work_secret={secret}), "
        f"{str(format)!r}, {name!r}, {number})"
    )
    outcome = examine(render(report, format, name, number), "document")
    compared = compare(truth(report), outcome.report)
    return Reading(how, STYLES[format][name], report, outcome, compared)


@pytest.fixture(scope="module", params=SHAPES, ids=lambda shape: f"{shape[0]}-{shape[1]}")
def at(request: pytest.FixtureRequest) -> tuple[Format, str]:
    format, name = request.param
    return format, name


@pytest.fixture(scope="module")
def attempts(at: tuple[Format, str]) -> list[Reading | Exception]:
    return [_attempt(*at, seed) for seed in seeds(REPORTS)]


def _attempt(format: Format, name: str, seed: int) -> Reading | Exception:
    try:
        return reading(format, name, seed)
    except Exception as error:  # noqa: BLE001 -- what breaks is told by the first test
        error.add_note(f"seed {seed}")
        return error


@pytest.fixture(scope="module")
def shape(attempts: list[Reading | Exception]) -> list[Reading]:
    return [one for one in attempts if isinstance(one, Reading)]


@pytest.fixture(autouse=True)
def known(request: pytest.FixtureRequest) -> None:
    if "at" in request.fixturenames:
        format, name = request.getfixturevalue("at")
        tolerate(request, request.node.originalname, f"{format}/{name}")


Count = Callable[..., None]


def test_every_document_is_read(attempts: list[Reading | Exception], count: Count) -> None:
    broken = [one for one in attempts if isinstance(one, Exception)]
    count(SUITE, documents_that_broke_the_program=len(broken))
    assert [(repr(error), error.__notes__) for error in broken] == []


def test_no_figure_is_wrong(shape: list[Reading], count: Count) -> None:
    count(
        SUITE,
        documents=len(shape),
        tables=sum(len(one.report.values) for one in shape),
        figures_right=sum(one.compared.right for one in shape),
        figures_wrong=sum(len(one.compared.wrong) for one in shape),
        figures_0_or_blank_told_by_inference=sum(one.compared.rewritten for one in shape),
    )
    assert [(one.how, str(bad)) for one in shape for bad in one.compared.wrong] == []


def test_every_figure_is_read_where_nothing_needed_is_lost(
    shape: list[Reading], count: Count
) -> None:
    sure = [one for one in shape if one.certain]
    count(
        SUITE,
        documents_in_which_every_figure_is_demanded=len(sure),
        figures_lost_though_demanded=sum(len(one.compared.lost) for one in sure),
        figures_lost_with_the_style=sum(len(one.compared.lost) for one in shape if not one.certain),
    )
    missed = [
        (one.how, len(one.compared.lost), str(one.compared.lost[0]))
        for one in sure
        if one.compared.lost
    ]
    assert missed == []


def test_what_is_lost_is_said(shape: list[Reading]) -> None:
    silent = [
        (one.how, str(field))
        for one in shape
        for field in silently_lost(one.compared, one.outcome)[:1]
    ]
    assert silent == []


def test_organ_year_and_editions_are_right(shape: list[Reading]) -> None:
    differing = []
    for one in shape:
        read, report = one.outcome.report, one.report
        if read is None:
            differing.append((one.how, "no report"))
            continue
        if read.year != report.year:
            differing.append((one.how, f"year {read.year}, not {report.year}"))
        if Lost.SCRIPT not in one.style.loses and read.organ != report.organ:
            differing.append((one.how, f"organ {read.organ}, not {report.organ}"))
        for table, edition in report.editions.items():
            if read.edition[table] != edition and (one.certain or read.edition[table]):
                differing.append((one.how, f"{table}: {read.edition[table]}, not {edition}"))
    assert differing == []


def test_clean_reports_raise_no_error(shape: list[Reading], count: Count) -> None:
    alarms = [
        (one.how, finding.rule, told(finding.says, "zh"))
        for one in shape
        for finding in one.outcome.findings
        if finding.severity is Severity.ERROR
    ]
    count(SUITE, findings_of_severity_error=len(alarms))
    assert alarms == []


@pytest.mark.parametrize(("format", "name"), REFUSED)
def test_what_cannot_be_read_is_refused(format: Format, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        reading(format, name, FIRST_SEED)
    assert refused.value.code == STYLES[format][name].refusal
