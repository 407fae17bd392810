"""The form's relations written out, when they hold, and what is said when they do not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from samples.report import make_report, truth
from tasks.check.relations import broken_relations, cell_value, instances
from tasks.forms.annual_report import FORM
from tasks.model.report import Kind, Report, Severity, Value
from tasks.render.wording import told

NEW = {"disclosure": "2021", "requests": "2021"}


def clean(**options) -> Report:
    report = make_report(1, year=2023, **{"editions": NEW, "zero_share": 0.4, **options})
    values = {
        table: {
            row: {c: Value(kind=Kind(kind), value=value) for c, (kind, value) in line.items()}
            for row, line in rows.items()
        }
        for table, rows in truth(report).items()
    }
    return Report(form=FORM.id, organ="甲局", year=2023, edition=report.editions, values=values)


def with_value(report: Report, cell: str, value: Value) -> Report:
    table, row, column = cell.split(".")
    lines = report.values[table]
    changed = {**lines, row: {**lines[row], column: value}}
    return replace(report, values={**report.values, table: changed})


def off(report: Report, cell: str, by: int) -> Report:
    return with_value(
        report, cell, Value(kind=Kind.NUMBER, value=(cell_value(report, cell).amount or 0) + by)
    )


@pytest.mark.parametrize(
    ("edition", "along_columns", "along_rows"), [("2021", 7, 26), ("2019", 7, 24)]
)
def test_every_relation_runs_along_every_line(edition, along_columns, along_rows):
    form = FORM.edition("requests", edition)
    values = {
        row.id: {column.id: Value(kind=Kind.BLANK) for column in form.blocks[0].columns}
        for row in form.rows()
    }

    rules = [instance.relation.rule for instance in instances("requests", form, values)]

    assert rules.count("requests.balance") == along_columns
    assert rules.count("requests.outcomes") == along_columns
    assert rules.count("requests.applicants") == along_rows


def test_optional_rows_that_are_not_there_take_no_part():
    report = clean()
    form = FORM.edition("requests", "2021")

    cells = {c for one in instances("requests", form, report.values["requests"]) for c in one.cells}

    assert not any("denied_work_secret" in cell for cell in cells)
    with_secret = clean(work_secret=True)
    assert broken_relations(with_secret) == []
    assert any(
        "requests.denied_work_secret.total" in one.cells
        for one in instances("requests", form, with_secret.values["requests"])
    )


@pytest.mark.parametrize("blanks", ["zero", "blank", "dash", "mixed"])
@pytest.mark.parametrize("editions", [NEW, {"disclosure": "2019", "requests": "2019"}])
def test_clean_reports(blanks, editions):
    assert broken_relations(clean(blanks=blanks, editions=editions)) == []


@pytest.mark.parametrize(
    ("cell", "broken"),
    [
        ("requests.new.business", {"requests.balance", "requests.applicants"}),
        ("requests.carried_forward.total", {"requests.balance", "requests.applicants"}),
        ("requests.granted.research", {"requests.outcomes", "requests.applicants"}),
        (
            "requests.processed_total.natural_person",
            {"requests.balance", "requests.outcomes", "requests.applicants"},
        ),
        ("disputes.review.total", {"disputes.total"}),
        ("disclosure.licensing.decisions", set()),
    ],
)
def test_exactly_the_relations_that_name_a_cell_break(cell, broken):
    findings = broken_relations(off(clean(), cell, 7))

    assert {finding.rule for finding in findings} == broken
    assert all(cell in finding.cells for finding in findings)
    assert all(finding.severity is Severity.ERROR for finding in findings)


def test_what_is_said_of_a_wrong_figure():
    report = clean()
    true = cell_value(report, "requests.granted.research").amount
    findings = broken_relations(off(report, "requests.granted.research", 7))

    finding = next(f for f in findings if f.rule == "requests.applicants")
    assert int(finding.expected) == int(finding.actual) + 7
    assert [(s.cell, s.value) for s in finding.suspects] == [
        ("requests.granted.research", str(true))
    ]
    assert "（一）予以公开" in told(finding.says, "zh")
    assert "7" in told(finding.says, "zh")


def test_the_message_shows_the_figures_of_the_sum():
    report = clean()
    finding = next(
        f
        for f in broken_relations(off(report, "requests.new.total", 1))
        if f.rule == "requests.balance"
    )
    new = cell_value(report, "requests.new.total").amount + 1

    assert f"本年新收政府信息公开申请数量 {new}" in told(finding.says, "zh")
    assert "总计" in told(finding.says, "zh")


@pytest.mark.parametrize("kind", [Kind.BLANK, Kind.DASH])
def test_blank_and_dash_are_0_and_never_make_a_check_void(kind):
    report = clean(blanks="zero")
    cell = next(
        f"requests.{row}.natural_person"
        for row, line in report.values["requests"].items()
        if row.startswith("denied_") and line["natural_person"].amount
    )

    findings = broken_relations(with_value(report, cell, Value(kind=kind)))

    assert {f.rule for f in findings} == {"requests.outcomes", "requests.applicants"}
    assert all(f.severity is Severity.ERROR for f in findings)


def test_an_unreadable_cell_makes_its_relations_not_assessable():
    report = with_value(clean(), "requests.granted.research", Value(kind=Kind.UNREADABLE, raw="?"))

    findings = broken_relations(report)

    assert {f.rule for f in findings} == {"requests.outcomes", "requests.applicants"}
    assert all(f.severity is Severity.INFO for f in findings)
    assert all(f.cells == ("requests.granted.research",) for f in findings)


def test_an_unreadable_cell_does_not_hide_an_error_elsewhere():
    report = with_value(clean(), "requests.granted.research", Value(kind=Kind.UNREADABLE, raw="?"))

    errors = [
        f
        for f in broken_relations(off(report, "requests.new.business", 3))
        if f.severity is Severity.ERROR
    ]

    assert {f.rule for f in errors} == {"requests.balance", "requests.applicants"}
    assert {s.cell for f in errors for s in f.suspects} == {"requests.new.business"}


def test_absent_rows_of_zeros_leave_the_sums_as_they_are():
    report = clean()
    gone = next(
        row
        for row, line in report.values["requests"].items()
        if not any(value.amount for value in line.values())
    )
    for column in report.values["requests"][gone]:
        report = with_value(report, f"requests.{gone}.{column}", Value(kind=Kind.ABSENT))

    assert not [f for f in broken_relations(report) if f.severity is Severity.ERROR]


def test_an_absent_row_that_a_sum_needs_is_no_error_of_the_source():
    report = clean()
    for column in report.values["requests"]["granted"]:
        report = with_value(report, f"requests.granted.{column}", Value(kind=Kind.ABSENT))

    findings = broken_relations(report)

    assert findings
    assert all(f.severity is Severity.INFO for f in findings)


def test_a_table_that_was_not_found_is_not_checked():
    report = clean()
    report = replace(
        report,
        edition={**report.edition, "requests": None},
        values={**report.values, "requests": {}},
    )

    assert broken_relations(report) == []


def test_a_column_shift_is_named():
    report = clean(zero_share=0.8, blanks="zero")
    row, line = next(
        (row, line)
        for row, line in report.values["requests"].items()
        if line["natural_person"].amount and not line["business"].amount
    )
    amount = line["natural_person"].amount
    shifted = off(
        off(report, f"requests.{row}.natural_person", -amount), f"requests.{row}.business", amount
    )

    findings = broken_relations(shifted)

    assert findings
    assert all("填错了栏" in told(f.says, "zh") for f in findings)
    suspects = {(s.cell, s.value) for f in findings for s in f.suspects}
    assert suspects >= {
        (f"requests.{row}.natural_person", str(amount)),
        (f"requests.{row}.business", "0"),
    }


def test_a_part_of_a_figure_in_the_next_column_is_named():
    report = clean(zero_share=0.2, blanks="zero")
    row = "new"
    shifted = off(off(report, f"requests.{row}.natural_person", -2), f"requests.{row}.business", 2)

    findings = broken_relations(shifted)

    assert findings
    assert all("有 2 填错了栏，在“自然人”与“商业企业”之间" in told(f.says, "zh") for f in findings)


def row_of(report: Report, row: str) -> list[Value]:
    return list(report.values["requests"][row].values())


def with_row(report: Report, row: str, values: list[Value]) -> Report:
    for column, value in zip(report.values["requests"][row], values, strict=True):
        report = with_value(report, f"requests.{row}.{column}", value)
    return report


def test_a_row_one_column_off_is_named():
    report = clean(zero_share=0.2, blanks="zero")
    values = row_of(report, "new")
    left = with_row(report, "new", [*values[1:], Value(kind=Kind.NUMBER, value=0)])

    findings = broken_relations(left)

    assert len(findings) > 3
    assert all(
        "“一、本年新收政府信息公开申请数量”整行错了一栏" in told(f.says, "zh") for f in findings
    )
    suspects = {(s.cell, s.value) for f in findings for s in f.suspects[:1]}
    assert suspects <= {
        (f"requests.new.{column}", str(value.amount))
        for column, value in report.values["requests"]["new"].items()
    }


def test_a_row_that_stands_in_the_next_one_is_named():
    report = clean(zero_share=0.2, blanks="zero")
    done = row_of(report, "processed_total")
    nothing = [Value(kind=Kind.NUMBER, value=0)] * len(done)
    wrong = with_row(with_row(report, "processed_total", nothing), "carried_forward", done)

    findings = broken_relations(wrong)

    assert findings
    said = "看来“三（七）总计”的数填到了“四、结转下年度继续办理”一行"
    assert all(said in told(f.says, "zh") for f in findings)


def test_a_column_left_blank_is_named():
    report = clean(zero_share=0.2, blanks="zero")
    for row in report.values["requests"]:
        report = with_value(report, f"requests.{row}.business", Value(kind=Kind.BLANK))

    findings = broken_relations(report)

    assert findings
    assert all("看来“商业企业”整栏没有填写" in told(f.says, "zh") for f in findings)


def test_two_rows_exchanged_are_named():
    report = clean(zero_share=0.2, blanks="zero")
    done, left = row_of(report, "processed_total"), row_of(report, "carried_forward")
    wrong = with_row(with_row(report, "processed_total", left), "carried_forward", done)

    findings = broken_relations(wrong)

    assert findings
    assert all(
        "“三（七）总计”与“四、结转下年度继续办理”两行填颠倒了" in told(f.says, "zh")
        for f in findings
    )


def test_all_totals_0_are_one_finding():
    report = clean(blanks="zero")
    due = {c for c in totals(report) if cell_value(report, c).amount}
    wrong = report
    for cell in totals(report):
        wrong = with_value(wrong, cell, Value(kind=Kind.NUMBER, value=0))

    (finding,) = broken_relations(wrong)

    assert "填了 0" in told(finding.says, "zh")
    assert {one.cell for one in finding.suspects} == due


def test_totals_without_parts_are_one_finding():
    report = clean()
    for row, line in report.values["requests"].items():
        for column in line:
            if column != "total":
                report = with_value(report, f"requests.{row}.{column}", BLANK)

    (finding,) = broken_relations(report)

    assert finding.rule == "requests.applicants"
    assert finding.severity is Severity.ERROR
    assert "只填了总计" in told(finding.says, "zh")


def test_long_sums_are_not_written_out():
    report = clean(zero_share=0.0, blanks="zero")

    findings = broken_relations(off(report, "requests.processed_total.natural_person", 1))

    assert all(len(told(f.says, "zh")) < 200 for f in findings)
    assert any("各项合计" in told(f.says, "zh") for f in findings)


def test_decimals_are_summed_exactly():
    report = off(clean(), "disputes.review.upheld", 0)
    line = {
        "upheld": Decimal("0.1"), "corrected": Decimal("0.2"), "other": 0, "pending": 0,
        "total": Decimal("0.3"),
    }  # fmt: skip
    for column, value in line.items():
        report = with_value(
            report, f"disputes.review.{column}", Value(kind=Kind.NUMBER, value=value)
        )

    assert not [f for f in broken_relations(report) if "disputes.review.total" in f.cells]


# Totals left blank


BLANK = Value(kind=Kind.BLANK)


def without(report: Report, *cells: str) -> Report:
    for cell in cells:
        report = with_value(report, cell, BLANK)
    return report


def totals(report: Report) -> list[str]:
    return [f"requests.{row}.total" for row in report.values["requests"]]


def test_a_whole_column_of_totals_left_blank_is_one_finding_with_what_they_should_be():
    report = clean()
    due = {c: str(cell_value(report, c).amount) for c in totals(report)}

    (finding,) = broken_relations(without(report, *totals(report)))

    assert finding.rule == "requests.applicants"
    assert finding.severity is Severity.ERROR
    assert "“总计”没有填写" in told(finding.says, "zh")
    suspects = {one.cell: one.value for one in finding.suspects}
    assert suspects == {cell: amount for cell, amount in due.items() if amount != "0"}
    assert set(finding.cells) == set(suspects)


def test_a_whole_row_of_totals_left_blank():
    report = clean()
    cells = [f"requests.processed_total.{c}" for c in report.values["requests"]["new"]]
    due = {c: str(cell_value(report, c).amount) for c in cells}

    (finding,) = broken_relations(without(report, *cells))

    assert finding.rule == "requests.outcomes"
    assert {one.cell: one.value for one in finding.suspects} == {
        cell: amount for cell, amount in due.items() if amount != "0"
    }


def test_a_wrong_figure_beside_totals_left_blank_is_still_told():
    report = off(clean(), "requests.new.business", 3)

    findings = broken_relations(without(report, *totals(report)))

    blank, *others = findings
    assert "没有填写" in told(blank.says, "zh")
    assert "requests.new.business" in {cell for one in others for cell in one.cells}
    named = [one for one in others if one.suspects]
    assert all(s.cell.endswith(".business") for one in named for s in one.suspects)


def test_one_total_left_blank_is_a_cell_like_any_other():
    report = clean()

    findings = broken_relations(without(report, "requests.new.total"))

    assert {one.suspects[0].cell for one in findings} == {"requests.new.total"}


def test_figures_one_column_off_are_no_totals_left_blank():
    report = clean()
    columns = list(report.values["requests"]["new"])
    for row in ("new", "granted"):
        line = [cell_value(report, f"requests.{row}.{c}") for c in columns]
        for column, value in zip(columns, [*line[1:], BLANK], strict=True):
            report = with_value(report, f"requests.{row}.{column}", value)

    assert not any("没有填写" in told(one.says, "zh") for one in broken_relations(report))


def test_where_the_relations_cannot_tell_the_cell_it_is_said():
    findings = broken_relations(off(clean(), "disputes.review.total", 2))

    assert [len(one.suspects) for one in findings] == [5]
    assert "看不出" in told(findings[0].says, "zh")
