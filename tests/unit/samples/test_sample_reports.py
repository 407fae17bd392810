"""What every invented report promises: the relations of the form hold, and seeds decide all."""

import pytest

from samples.layout import draft
from samples.report import (
    LogicalReport,
    broken,
    edition_of,
    make_report,
    misreported,
    next_year,
    truth,
    with_figure,
)
from tasks.forms.vocabulary import Axis, Relation

SEEDS = range(40)


def sums(report: LogicalReport, table: str, relation: Relation) -> list[tuple[str, int, int]]:
    """(line, sum of the parts, sum of the wholes) along the relation's axis."""
    lines = report.values[table]
    across = relation.axis is Axis.COLUMN
    keys = next(iter(lines.values())) if across else lines
    # Optional rows that this report lacks take no part.
    present = [one for one in relation.parts if not across or one in lines]

    def cell(one: str, key: str) -> str:
        return f"{table}.{one}.{key}" if across else f"{table}.{key}.{one}"

    return [
        (
            f"{relation.rule} {key}",
            sum(int(report.amount(cell(one, key))) for one in present),
            sum(int(report.amount(cell(one, key))) for one in relation.wholes),
        )
        for key in keys
    ]


def failing(report: LogicalReport) -> set[str]:
    return {
        line
        for table in report.values
        for relation in edition_of(report, table).relations
        for line, parts, wholes in sums(report, table, relation)
        if parts != wholes
    }


@pytest.mark.parametrize("blanks", ["zero", "blank", "dash", "mixed"])
@pytest.mark.parametrize("work_secret", [False, True])
def test_every_relation_holds(blanks, work_secret):
    for seed in SEEDS:
        report = make_report(seed, blanks=blanks, big=seed % 2 == 0, work_secret=work_secret)
        assert failing(report) == set()


def test_the_relations_are_looked_at():
    assert {line.split()[0] for line in failing(broken_everywhere())} == {
        "requests.balance",
        "requests.outcomes",
        "requests.applicants",
        "disputes.total",
    }


def broken_everywhere() -> LogicalReport:
    report = make_report(3)
    for cell in ("requests.new.business", "requests.granted.research", "disputes.review.upheld"):
        report = broken(report, cell, 7)
    return report


def test_one_wrong_cell_breaks_the_relations_that_name_it():
    report = broken(make_report(5, blanks="blank"), "requests.granted.business", 2)

    assert failing(report) == {"requests.outcomes business", "requests.applicants granted"}


def test_next_year_takes_over_what_was_left():
    for seed in SEEDS:
        report = make_report(seed, editions={"disclosure": "2021"}, blanks="mixed", zero_share=0.3)
        following = next_year(report, seed + 1)

        assert failing(following) == set()
        assert (following.organ, following.year) == (report.organ, report.year + 1)
        for column in report.values["requests"]["new"]:
            before = report.amount(f"requests.carried_forward.{column}")
            assert following.amount(f"requests.carried_over.{column}") == before
        for row in ("regulations", "normative_documents"):
            line = f"disclosure.{row}"
            assert following.amount(f"{line}.in_force") == (
                report.amount(f"{line}.in_force")
                + following.amount(f"{line}.issued")
                - following.amount(f"{line}.repealed")
            )


def test_the_text_tells_the_figures_of_the_tables():
    for seed in SEEDS:
        report = make_report(seed)
        assert report.narrative["received"] == report.amount("requests.new.total")
        assert report.narrative["answered"] == report.amount("requests.processed_total.total")
        assert report.narrative["litigation"] == report.amount(
            "disputes.litigation_direct.total"
        ) + report.amount("disputes.litigation_after_review.total")


def test_a_misreported_figure_leaves_the_tables_alone():
    report = make_report(4)
    told = misreported(report, "received", 3)

    assert told.narrative["received"] == report.narrative["received"] + 3
    assert told.values == report.values


def test_truth_tells_blank_dash_and_absent_apart():
    report = make_report(1, editions={"disclosure": "2019"}, procurement=False)
    report = with_figure(report, "requests.new.business", None)
    report = with_figure(report, "requests.new.research", "dash")
    report = with_figure(report, "requests.new.total", "unreadable", written="略")
    found = truth(report)

    assert found["requests"]["new"]["business"] == ("blank", None)
    assert found["requests"]["new"]["research"] == ("dash", None)
    assert found["requests"]["new"]["total"] == ("unreadable", None)
    assert found["disclosure"]["procurement"]["projects"] == ("absent", None)
    assert "denied_work_secret" not in found["requests"]


def test_the_same_seed_gives_the_same_report():
    assert make_report(9, blanks="mixed") == make_report(9, blanks="mixed")
    assert make_report(9) != make_report(10)


def test_a_report_can_be_all_zeros_or_large():
    zeros = make_report(2, zero_share=1.0)
    large = [make_report(seed, zero_share=0.0, big=True) for seed in range(5)]

    assert {zeros.amount(cell) for cell in zeros.cells()} == {0}
    assert max(report.amount("requests.new.total") for report in large) > 10_000


def test_the_early_years_have_the_early_form():
    for seed in SEEDS:
        report = make_report(seed, year=2020)
        assert report.editions["disclosure"] == report.editions["requests"] == "2019"


def test_figures_in_the_tables_are_the_figures_of_the_report():
    for seed in SEEDS:
        report = make_report(seed, blanks="mixed")
        printed = {cell.field: cell.text for table in draft(report).tables for cell in table.cells}
        assert {cell: report.text(cell) for cell in report.cells()} == {
            field: text for field, text in printed.items() if field
        }
