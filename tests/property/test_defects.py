"""What people do to the form, in every format: nothing is read in the wrong place.

Labels lost and misspelt, rows dropped, doubled, swapped and added, editions mixed, figures
wrong. Rows placed by their order are marked so, and rows that the form does not have are
kept aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import pytest
from against_truth import BLANKS, Compared, compare, seeds
from known_faults import UNSURE_IF_SPOILT, tolerate

from samples.defects import DEFECTS, spoil
from samples.layout import Draft, LogicalTable, draft
from samples.report import broken, make_report
from samples.style import Lost
from samples.styles import STYLES, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Kind, Outcome, PlacedBy, Report, Severity
from tasks.says.labels import key

SUITE = "defects"
#: Of each defect at scale 1, each in another shape.
CASES = 8
Count = Callable[..., None]


def _in_turn(*lists: list[tuple[Format, str]]) -> list[tuple[Format, str]]:
    """One of each list after the other, so that few cases see all of them."""
    return [shapes[at % len(shapes)] for at in range(max(map(len, lists))) for shapes in lists]


#: Shapes in which every figure can be demanded, whatever the blanks.
CERTAIN = _in_turn(
    *(
        [(format, name) for name, style in styles.items() if style.certain(blanks=True)]
        for format, styles in STYLES.items()
    )
)
#: Shapes without the blank cells: the columns must be told from the relations, or not at all.
WITHOUT_BLANKS = [
    (Format.TEXT, name)
    for name, style in STYLES[Format.TEXT].items()
    if Lost.BLANK_CELLS in style.loses and Lost.REPEATED_LINES not in style.loses
]


@dataclass(frozen=True, slots=True)
class Case:
    """A spoilt report in one shape; `how` makes it again."""

    how: str
    spoilt: Draft
    outcome: Outcome
    compared: Compared
    #: Every figure is demanded.
    firm: bool

    @property
    def report(self) -> Report:
        assert self.outcome.report is not None, self.how
        return self.outcome.report


def _drawn(spoilt: Draft, seed: int) -> tuple[Format, str, bytes]:
    """In the shape of this seed, or the next: GBK has no sign for some of the spaces that the
    defects sprinkle."""
    for at in range(seed, seed + len(CERTAIN)):
        format, style = CERTAIN[at % len(CERTAIN)]
        with suppress(UnicodeEncodeError):
            return format, style, render(spoilt, format, style, seed)
    raise AssertionError(f"no shape can be drawn: {spoilt.changes}")


def case(defect: str, seed: int) -> Case:
    blanks, zero_share = BLANKS[seed // 2 % len(BLANKS)], (0.5, 0.8, 0.97)[seed % 3]
    report = make_report(seed, blanks=blanks, zero_share=zero_share, big=seed % 4 == 1)
    spoilt = spoil(draft(report), defect, seed)
    format, style, body = _drawn(spoilt, seed)
    how = (
        f"render(spoil(draft(make_report({seed}, {blanks=}, {zero_share=}, big={seed % 4 == 1})), "
        f"{defect!r}, {seed}), {str(format)!r}, {style!r}, {seed})"
    )
    outcome = examine(body, "document")
    firm = f"{format}/{style}" not in UNSURE_IF_SPOILT
    return Case(how, spoilt, outcome, compare(spoilt.truth, outcome.report), firm)


@pytest.fixture(scope="module", params=DEFECTS)
def defect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def known(request: pytest.FixtureRequest) -> None:
    if "defect" in request.fixturenames:
        tolerate(request, request.node.originalname, request.getfixturevalue("defect"))


@pytest.fixture(scope="module")
def cases(defect: str) -> list[Case]:
    # Each defect begins at another shape.
    first = list(DEFECTS).index(defect) * 1000
    # Where very many figures are wrong at once, looking for the wrong ones takes seconds.
    n = CASES if DEFECTS[defect].relations_hold else CASES // 2
    return [case(defect, first + seed) for seed in seeds(n)]


def test_nothing_is_read_in_the_wrong_place(defect: str, cases: list[Case], count: Count) -> None:
    count(
        SUITE,
        documents=len(cases),
        figures_right=sum(one.compared.right for one in cases),
        figures_wrong=sum(len(one.compared.wrong) for one in cases),
        figures_unreadable_or_absent=sum(len(one.compared.lost) for one in cases),
    )
    assert [(one.how, str(bad)) for one in cases for bad in one.compared.wrong] == []


#: Labels that are gone may leave a row that nothing tells; the others must all be read.
UNSURE = {"lost_labels"}


def test_every_figure_is_read(defect: str, cases: list[Case]) -> None:
    if defect in UNSURE:
        lost = sum(len(one.compared.lost) for one in cases)
        assert lost <= sum(one.compared.right for one in cases) / 10
        return
    missed = [
        (one.how, str(one.compared.lost[0])) for one in cases if one.firm and one.compared.lost
    ]
    assert missed == []


def test_rows_that_the_form_does_not_have_are_kept_aside(defect: str, cases: list[Case]) -> None:
    if defect in UNSURE:
        kept = [
            (one.how, aside.label)
            for one in cases
            if one.firm
            for aside in one.report.left_over
            if aside.table != "requests"
        ]
        assert kept == []
        return
    for one in (one for one in cases if one.firm):
        kept = [key(aside.label) for aside in one.report.left_over]
        assert kept == [key(label) for label in one.spoilt.left_over], one.how


def test_sums_that_tie_raise_no_error_and_others_do(defect: str, cases: list[Case]) -> None:
    for one in (one for one in cases):
        rules = {f.rule for f in one.outcome.findings if f.severity is Severity.ERROR}
        ties = _amounts(one.spoilt) == _amounts(draft(one.spoilt.report))
        if DEFECTS[defect].relations_hold or ties:
            assert rules == set(), one.how
        elif one.firm or not one.compared.lost:  # what could not be read breaks no sum
            assert {rule.partition(".")[0] for rule in rules} >= {"requests"}, one.how


def _amounts(drafted: Draft) -> dict[str, object]:
    return {
        f"{table}.{row}.{column}": value or 0
        for table, rows in drafted.truth.items()
        for row, line in rows.items()
        for column, (_, value) in line.items()
    }


def _without_label(table: LogicalTable) -> Iterator[str]:
    """Ids of the rows whose label is gone."""
    rows = {cell.row for cell in table.cells if cell.role == "label" and not cell.text}
    found = {str(c.field).split(".")[1] for c in table.cells if c.row in rows and c.field}
    return iter(sorted(found))


def test_rows_placed_by_their_order_are_marked(count: Count) -> None:
    marked = unmarked = 0
    for seed in seeds(CASES * 2):
        one = case("lost_labels", seed + 500)
        if one.outcome.document.format is Format.TEXT:
            continue  # what stood in a lost label cannot be told from a figure there
        said = {
            cell
            for finding in one.outcome.findings
            if finding.rule == "extraction.placed_by_order"
            for cell in finding.cells
        }
        for row in _without_label(one.spoilt.table("requests")):
            for column, value in one.report.values["requests"][row].items():
                if value.kind in (Kind.UNREADABLE, Kind.ABSENT):
                    continue
                assert value.placed_by is PlacedBy.ORDER, (one.how, row, column)
                assert f"requests.{row}.{column}" in said, (one.how, row, column)
                marked += 1
        labelled = {
            row
            for row, line in one.report.values["requests"].items()
            if any(value.placed_by is PlacedBy.ORDER for value in line.values())
        } - set(_without_label(one.spoilt.table("requests")))
        unmarked += len(labelled)
    count(SUITE, figures_placed_by_order=marked)

    assert marked
    assert unmarked == 0, "a row with its label was placed by its order"


MIXED = [
    {"disclosure": first, "requests": second}
    for first in ("2021", "2019")
    for second in ("2021", "2019")
]


@pytest.mark.parametrize("editions", MIXED, ids=lambda mixed: "-".join(mixed.values()))
def test_the_edition_is_told_from_the_labels_whatever_the_year(editions, count: Count) -> None:
    for seed in seeds(CASES):
        format, style = CERTAIN[(seed * 5 + 1) % len(CERTAIN)]
        report = make_report(
            seed + 4000,
            year=2019 + seed % 7,
            editions=editions,
            blanks=BLANKS[seed % len(BLANKS)],
            zero_share=0.6,
        )
        outcome = examine(render(report, format, style, seed), "document")
        how = (
            f"make_report({seed + 4000}, year={report.year}, editions={editions}) {format}/{style}"
        )

        assert outcome.report is not None, how
        assert outcome.report.edition == {**editions, "disputes": "2021"}, how
        compared = compare(draft(report).truth, outcome.report)
        assert (compared.wrong, compared.lost) == ((), ()), how
        assert not any(f.severity is Severity.ERROR for f in outcome.findings), how
        count(SUITE, documents_of_mixed_editions=1)


def test_two_defects_at_once(count: Count) -> None:
    names = [name for name in DEFECTS if name not in ("lost_labels", "breaks")]
    wrong = []
    for seed in seeds(CASES * 2):
        # rows are dropped first: one that was added has no place in the truth
        chosen = sorted(Random(f"two {seed}").sample(names, 2), key="dropped_rows".__ne__)
        spoilt = draft(make_report(seed + 6000, zero_share=0.6, blanks=BLANKS[seed % 4]))
        for name in chosen:
            spoilt = spoil(spoilt, name, seed)
        format, style, body = _drawn(spoilt, seed * 3)
        outcome = examine(body, "document")
        how = f"make_report({seed + 6000}) + {chosen} {format}/{style}"
        wrong += [(how, str(bad)) for bad in compare(spoilt.truth, outcome.report).wrong]
        count(SUITE, documents_with_two_defects=1)
    assert wrong == []


@pytest.mark.parametrize(("format", "style"), WITHOUT_BLANKS)
def test_a_wrong_sum_does_not_lead_the_inference_astray(
    format, style, count: Count, request: pytest.FixtureRequest
) -> None:
    """Columns are inferred from relations, and this source breaks one of them."""
    wrong, inferred = [], 0
    for seed in seeds(4):
        report = make_report(
            seed + 8000,
            year=2023,
            zero_share=(0.6, 0.85)[seed % 2],
            blanks=("blank", "mixed", "dash")[seed % 3],
        )
        related = [cell for cell in report.cells() if cell.startswith("requests.")]
        filled = [cell for cell in related if report.amount(cell)]
        cell = Random(f"astray {seed}").choice(filled)
        astray = broken(report, cell, 1 + seed % 9)
        outcome = examine(render(astray, format, style, seed), "document")
        compared = compare(draft(astray).truth, outcome.report)
        how = f"broken(make_report({seed + 8000}, …), {cell!r}, {1 + seed % 9}) {format}/{style}"
        wrong += [(how, str(bad)) for bad in compared.wrong]
        if outcome.report:
            inferred += sum(
                value.placed_by is PlacedBy.RELATIONS
                for line in outcome.report.values["requests"].values()
                for value in line.values()
            )
    count(
        SUITE,
        documents_with_a_wrong_sum_and_no_blanks=len(seeds(4)),
        figures_inferred_there=inferred,
        figures_inferred_wrongly=len(wrong),
    )
    tolerate(request, request.node.originalname, f"{format}/{style}")
    assert wrong == []
