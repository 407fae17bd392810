"""What a clerk reads at the terminal."""

from __future__ import annotations

import pytest

from tasks.forms.annual_report import FORM
from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Finding, Kind, Outcome, Report, Severity, Suspect, Value
from tasks.model.saying import say
from tasks.render.result import Envelope, done, refused
from workers.cli.people import WORDS, told

SOURCE = {"name": "财政局.pdf", "size": 1, "sha256": ""}
CELL = "requests.new.natural_person"


EDITIONS = dict.fromkeys(FORM.tables, "2021")


def all_blank() -> dict[str, dict[str, dict[str, Value]]]:
    """Every cell of the form, and nothing in it."""
    values: dict[str, dict[str, dict[str, Value]]] = {}
    for table, edition in EDITIONS.items():
        for row, column in FORM.edition(table, edition).fields():
            line = values.setdefault(table, {}).setdefault(row.id, {})
            line[column.id] = Value(kind=Kind.BLANK)
    return values


def envelope(*suspects: Suspect) -> Envelope:
    values = all_blank()
    values["requests"]["new"]["natural_person"] = Value(
        kind=Kind.NUMBER, value=11, raw="11", at="p3/t1/r4c5"
    )
    report = Report(
        form="disclosure-annual-report",
        organ="霁川县财政局",
        year=2023,
        edition=EDITIONS,
        values=values,
    )
    finding = Finding(
        rule="requests.balance",
        severity=Severity.ERROR,
        says=(say("relation.undetermined"),),
        cells=(CELL, "requests.no_such_row.total"),
        expected="12",
        actual="11",
        suspects=suspects,
    )
    outcome = Outcome(document=Document(format=Format.PDF), report=report, findings=(finding,))
    return done(SOURCE, outcome)


def test_a_finding_tells_what_and_where() -> None:
    header, what, where = told(envelope(), "zh").splitlines()
    assert header == "财政局.pdf: 霁川县财政局  2023 年度  2021 年版表样  1 处错误"
    # the id of the rule is for programs
    assert what == "  [错误] 不能确定是哪一格填错"
    assert "本年新收政府信息公开申请数量”的“自然人”（第 3 页表 1，第 4 行第 5 列）" in where
    assert "requests.no_such_row.total" in where


def test_suspects_are_named_with_their_corrections() -> None:
    other = Suspect(cell="requests.new.total", value="3")
    _, _, first, others = told(envelope(Suspect(cell=CELL, value="12"), other), "zh").splitlines()
    assert first.strip().startswith("可能有误：表三“一、本年新收")
    assert first.strip().endswith("“自然人”（第 3 页表 1，第 4 行第 5 列），现为 11，应为 12")
    assert others.strip().startswith("也可能是：")
    assert others.strip().endswith("应为 3")


def test_one_suspect_is_the_likeliest() -> None:
    *_, first = told(envelope(Suspect(cell=CELL, value="12")), "zh").splitlines()
    assert first.strip().startswith("最可能有误：表三“一、本年新收")


def test_relations_that_one_wrong_cell_breaks_are_told_together() -> None:
    said = envelope(Suspect(cell=CELL, value="12"))
    said["findings"].append(said["findings"][0] | {"message": "本年新收一行：合计不相符"})

    header, one, other, suspect = told(said, "zh").splitlines()

    assert header.endswith("  1 处错误")
    assert "不能确定是哪一格填错" in one
    assert other.strip() == "本年新收一行：合计不相符"
    assert suspect.strip().startswith("最可能有误")


def test_findings_are_counted_by_severity() -> None:
    said = envelope()
    said["findings"] += [said["findings"][0] | {"severity": "info"} for _ in range(2)]

    assert told(said, "zh").splitlines()[0].endswith("  1 处错误、2 处说明")
    assert told(said, "en").splitlines()[0].endswith("  error: 1, note: 2")


def test_editions_that_differ_are_named() -> None:
    said = envelope()
    said["report"]["edition"] = EDITIONS | {"disclosure": "2019"}

    assert "表二用 2019 年版表样、表三用 2021 年版表样" in told(said, "zh")


def test_many_cells_of_one_line_are_told_by_the_line() -> None:
    said = envelope()
    row = said["report"]["requests"]["new"]
    columns = ("natural_person", "business", "research", "social_welfare", "total")
    for number, column in enumerate(columns, 4):
        row[column] = row["natural_person"] | {"at": f"p3/t1/r4c{number}"}
    said["findings"][0]["cells"] = [f"requests.new.{column}" for column in columns]

    *_, where = told(said, "zh").splitlines()

    assert where.strip() == (
        "位置：表三“一、本年新收政府信息公开申请数量”一行 5 格"
        "（第 3 页表 1，第 4 行第 4 列至第 8 列）"
    )


def test_totals_left_blank_are_to_be_filled_in() -> None:
    said = envelope(*[Suspect(cell=CELL, value=str(n)) for n in range(6)])
    said["findings"][0]["expected"] = None
    *_, fill = told(said, "zh").splitlines()
    assert fill.strip().startswith("应填：表三“一、本年新收")
    assert fill.count("应为") == 4
    assert fill.endswith("；等 6 处")


def test_the_same_in_english() -> None:
    header, what, where = told(envelope(), "en").splitlines()
    assert header.endswith("2023  edition 2021  error: 1")
    assert "which cell is wrong is not determined" in what
    assert "(page 3 table 1 row 4 column 5)" in where


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "请解除密码"), ("en", "remove the password")]
)
def test_a_refusal_tells_what_to_do(language: str, said: str) -> None:
    refusal = Refusal(RefusalCode.ENCRYPTED, "请解除密码", "remove the password")
    header, message = told(refused(SOURCE, refusal), language).splitlines()
    assert "encrypted" in header
    assert message.strip() == said


def test_a_document_cannot_speak_to_the_terminal() -> None:
    hostile = refused(SOURCE | {"name": "a\x1b[2Jb\u202e.pdf"}, Refusal(RefusalCode.EMPTY, "", ""))
    assert "\x1b" not in told(hostile, "zh")
    assert "\u202e" not in told(hostile, "zh")
