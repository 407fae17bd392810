"""A report against last year's, and figures that tie and still look odd."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from samples.report import make_report, next_year, truth
from tasks.check.plausible import implausible
from tasks.check.series import against_last_year, agreed, duplicate, follows
from tasks.forms.annual_report import FORM
from tasks.model.report import Kind, PlacedBy, Report, Severity, Value
from tasks.render.wording import told

FIRST = make_report(
    3, organ="霁川县财政局", year=2022, zero_share=0.3,
    editions={"disclosure": "2021", "requests": "2021"},
)  # fmt: skip
SECOND = next_year(FIRST, 4)


def recognised(source) -> Report:
    values = {
        table: {
            row: {c: Value(kind=Kind(kind), value=value) for c, (kind, value) in line.items()}
            for row, line in rows.items()
        }
        for table, rows in truth(source).items()
    }
    return Report(
        form=FORM.id, organ=source.organ, year=source.year, edition=source.editions, values=values
    )


def with_value(report: Report, cell: str, value: int | Decimal | None, **options) -> Report:
    table, row, column = cell.split(".")
    kind = options.pop("kind", Kind.BLANK if value is None else Kind.NUMBER)
    lines = report.values[table]
    changed = {**lines, row: {**lines[row], column: Value(kind=kind, value=value, **options)}}
    return replace(report, values={**report.values, table: changed})


LAST, NOW = recognised(FIRST), recognised(SECOND)


def said(now: Report, last: Report = LAST) -> list[tuple[str, Severity, tuple[str, ...]]]:
    return [
        (f.rule, f.severity, f.cells)
        for f in against_last_year(now, last)
        if f.rule.startswith("series.")
    ]


# Which reports follow each other


def test_a_report_follows_that_of_the_year_before():
    assert follows("甲局", 2023).before == follows("甲局", 2022)
    assert follows("甲局", 2022).after == follows("甲局", 2023)
    assert follows("甲局", 2023).before != follows("乙局", 2022)


def test_reports_without_organ_or_year_are_no_series():
    assert follows(None, 2021) is follows("甲局", None) is None


def test_a_name_that_does_not_say_of_which_county_is_no_series():
    assert follows("县财政局", 2021) is None
    assert follows("市中区水利局", 2022).before == follows("市中区水利局", 2021)


def test_the_name_may_be_written_otherwise():
    assert follows("甲縣財政局", 2021) == follows("甲县 财政局", 2021)


# Several reports of one organ and year


def test_of_several_reports_the_figures_that_all_give_count():
    other = with_value(NOW, "requests.carried_over.total", 77)
    both = agreed([NOW, other])

    assert both.values["requests"]["carried_over"]["total"].kind is Kind.UNREADABLE
    assert both.values["requests"]["new"] == NOW.values["requests"]["new"]
    assert agreed([NOW]) == NOW


def test_the_comparison_goes_on_where_they_agree():
    wrong = with_value(NOW, "requests.carried_over.natural_person", 900)
    other = with_value(wrong, "requests.carried_over.total", 77)

    assert [cells for _, _, cells in said(agreed([wrong, other]))] == [
        ("requests.carried_over.natural_person",)
    ]
    assert said(agreed([NOW, other])) == []


def test_a_cell_that_one_of_them_lacks_is_left_out():
    lines = {row: line for row, line in NOW.values["requests"].items() if row != "carried_over"}
    other = replace(NOW, values={**NOW.values, "requests": lines})

    assert "carried_over" not in {
        row for row, line in agreed([NOW, other]).values["requests"].items() if line
    }


def test_what_was_placed_by_order_in_one_of_them_is_less_sure():
    other = with_value(
        NOW,
        "requests.new.total",
        NOW.values["requests"]["new"]["total"].value,
        placed_by=PlacedBy.ORDER,
    )

    assert agreed([NOW, other]).values["requests"]["new"]["total"].placed_by is PlacedBy.ORDER


def test_a_second_report_of_the_year_is_told_by_its_file_and_the_cells_that_differ():
    other = with_value(NOW, "requests.carried_over.total", 77)
    finding = duplicate(NOW, {"二稿.docx": other})

    assert (finding.rule, finding.severity) == ("series.duplicate", Severity.WARNING)
    assert finding.cells == ("requests.carried_over.total",)
    assert "二稿.docx" in told(finding.says, "zh")
    assert "二稿.docx" in told(finding.says, "en")
    assert duplicate(NOW, {"二稿.docx": NOW}).cells == ()
    unread = with_value(NOW, "requests.carried_over.total", None, kind=Kind.UNREADABLE, raw="?")
    assert duplicate(NOW, {"二稿.docx": unread}).cells == ()


# What goes on from last year


def test_a_series_that_goes_on():
    assert said(NOW) == []


@pytest.mark.parametrize("column", ["natural_person", "business", "other_organization", "total"])
def test_what_was_carried_over_is_what_was_carried_forward(column):
    cell = f"requests.carried_over.{column}"
    then = LAST.values["requests"]["carried_forward"][column].amount
    (finding,) = [
        f
        for f in against_last_year(with_value(NOW, cell, then + 5), LAST)
        if f.rule.startswith("series.")
    ]

    assert (finding.rule, finding.severity) == ("series.carried_over", Severity.ERROR)
    assert (finding.expected, finding.actual) == (str(then), str(then + 5))
    assert [(s.cell, s.value) for s in finding.suspects] == [(cell, str(then))]
    assert "2022" in told(finding.says, "zh")


def test_blank_after_0_goes_on():
    column = next(
        column
        for column, value in LAST.values["requests"]["carried_forward"].items()
        if value.amount == 0
    )

    assert said(with_value(NOW, f"requests.carried_over.{column}", None)) == []


def test_what_cannot_be_read_is_not_compared():
    now = with_value(NOW, "requests.carried_over.total", None, kind=Kind.UNREADABLE, raw="?")

    assert said(now) == []


def with_row(report: Report, row: str, **figures: int | None) -> Report:
    """Figures for some columns, and None for a blank; the others stay."""
    for column, figure in figures.items():
        report = with_value(report, f"requests.{row}.{column}", figure)
    return report


PARTS = [column for column in NOW.values["requests"]["new"] if column != "total"]


FOUR = {"natural_person": 4, "total": 4}


@pytest.mark.parametrize("blank", [{"total": None}, dict.fromkeys(PARTS)])
def test_a_total_or_parts_left_blank_are_not_0(blank):
    now, last = with_row(NOW, "carried_over", **FOUR), with_row(LAST, "carried_forward", **FOUR)

    assert said(now, last) == []
    assert said(with_row(now, "carried_over", **blank), last) == []
    assert said(now, with_row(last, "carried_forward", **blank)) == []


def test_a_row_without_any_figure_is_0():
    now = with_row(NOW, "carried_over", total=None, **dict.fromkeys(PARTS))
    last = with_row(LAST, "carried_forward", natural_person=4, total=4)

    assert "series.carried_over" in {rule for rule, *_ in said(now, last)}


def test_a_figure_that_was_placed_by_its_order_may_be_read_wrongly():
    cell = "requests.carried_over.total"
    then = LAST.values["requests"]["carried_forward"]["total"].amount

    findings = said(with_value(NOW, cell, then + 5, placed_by=PlacedBy.ORDER))

    assert [severity for _, severity, _ in findings] == [Severity.WARNING]


def test_in_force_is_what_was_plus_issued_less_repealed():
    cell = "disclosure.normative_documents.in_force"
    stock = NOW.values["disclosure"]["normative_documents"]["in_force"].amount

    ((rule, severity, cells),) = said(with_value(NOW, cell, stock + 1))

    assert (rule, severity) == ("series.in_force", Severity.WARNING)
    assert cell in cells


def test_other_editions_are_not_compared():
    older = recognised(replace(make_report(5, year=2020), organ=FIRST.organ))

    assert not [rule for rule, *_ in said(NOW, older) if rule == "series.in_force"]


# What looks odd


def odd(report: Report) -> set[str]:
    findings = list(implausible(report))
    rules = {f.rule for f in findings if f.severity is not Severity.INFO}
    assert rules <= {"plausible.fee_unit"}
    return {finding.rule for finding in findings}


def test_nothing_is_odd():
    assert not odd(NOW) - {"plausible.fee_unit"}


@pytest.mark.parametrize(
    ("organ", "hinted"),
    [
        ("霁川县财政局", True),
        ("青砚镇人民政府", True),
        ("霁川县青砚镇人民政府", True),
        ("某某市人民政府", False),
        ("某省生态环境厅", False),
    ],
)
def test_regulations_of_an_organ_that_cannot_make_them(organ, hinted):
    report = with_value(replace(NOW, organ=organ), "disclosure.regulations.issued", 3)

    assert ("plausible.regulations" in odd(report)) is hinted


def test_an_autonomous_region_makes_regulations():
    report = with_value(
        replace(NOW, organ="霁川自治区人民政府"), "disclosure.regulations.issued", 3
    )

    assert "plausible.regulations" not in odd(report)


@pytest.mark.parametrize(
    ("figures", "hinted"), [((3, 0, 1), True), ((3, 2, 1), False), ((3, 0, 3), False)]
)
def test_fewer_in_force_than_were_issued(figures, hinted):
    report = NOW
    for column, figure in zip(("issued", "repealed", "in_force"), figures, strict=True):
        report = with_value(report, f"disclosure.normative_documents.{column}", figure)

    assert ("plausible.in_force" in odd(report)) is hinted


def test_fees_in_the_wrong_unit():
    cell = "disclosure.fees.amount"

    assert "plausible.fee_unit" in odd(with_value(NOW, cell, 251000, unit="元", raw="251000元"))
    assert "plausible.fee_unit" in odd(with_value(NOW, cell, Decimal("119253.55")))
    assert "plausible.fee_unit" not in odd(with_value(NOW, cell, Decimal("12.50")))


@pytest.mark.parametrize(
    ("amount", "unit", "in_wan"),
    [
        (251000, "元", "25.1"),
        (Decimal("251000.00"), "元", "25.1"),
        (300, "千元", "30"),
        (Decimal("1.2"), "亿元", "12000"),
        (Decimal("1.2"), "亿", "12000"),
    ],
)
def test_what_fees_in_another_unit_come_to(amount, unit, in_wan):
    report = with_value(NOW, "disclosure.fees.amount", amount, unit=unit, raw=f"{amount}{unit}")
    (finding,) = [f for f in implausible(report) if f.rule == "plausible.fee_unit"]

    assert finding.severity is Severity.WARNING
    assert (finding.expected, finding.actual) == (in_wan, str(amount))
    assert f"{in_wan} 万元" in told(finding.says, "zh")


@pytest.mark.parametrize(("unit", "odd_unit"), [("元", True), ("万元", False), (None, False)])
def test_what_procurement_in_another_unit_comes_to(unit, odd_unit):
    report = recognised(replace(make_report(5, year=2020), organ=FIRST.organ))
    report = with_value(
        report, "disclosure.procurement.amount", 251000, unit=unit, raw=f"251000{unit or ''}"
    )

    assert ("plausible.unit" in odd(report)) is odd_unit


def test_disputes_without_any_request():
    report = with_value(NOW, "disputes.review.total", 2)
    for row in ("new", "carried_over"):
        report = with_value(report, f"requests.{row}.total", 0)

    # a total that is 0 or left blank over parts that are not says nothing
    assert "plausible.disputes_without_requests" not in odd(report)

    for row in ("new", "carried_over"):
        for column in NOW.values["requests"][row]:
            report = with_value(report, f"requests.{row}.{column}", 0)
    assert "plausible.disputes_without_requests" in odd(report)


def test_five_times_as_many_as_last_year():
    last = with_value(LAST, "requests.new.total", 10)
    rules = {f.rule: f for f in against_last_year(with_value(NOW, "requests.new.total", 51), last)}

    assert rules["plausible.leap"].severity is Severity.INFO
    assert "plausible.leap" not in {
        f.rule
        for f in against_last_year(with_value(NOW, "requests.new.total", 50), last)
        if f.cells == ("requests.new.total",)
    }


def same(now: Report, last: Report) -> list[Severity]:
    return [
        finding.severity
        for finding in against_last_year(now, last)
        if finding.rule == "plausible.same_as_last_year"
    ]


def test_the_figures_of_last_year_once_more():
    assert set(same(replace(LAST, year=2023), LAST)) == {Severity.INFO}


def test_few_figures_may_be_the_same_by_chance():
    """Nothing but some documents in force and one application a year."""
    quiet = recognised(make_report(1, zero_share=1.0, year=2022, editions=FIRST.editions))
    quiet = with_value(quiet, "disclosure.normative_documents.in_force", 7)
    for row in ("new", "granted", "processed_total"):
        quiet = with_row(quiet, row, natural_person=1, total=1)

    assert same(replace(quiet, year=2023), quiet) == []
