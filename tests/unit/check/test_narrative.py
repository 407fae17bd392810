"""Figures of the text against the tables: what is an error, what a hint, what is let be."""

from __future__ import annotations

import pytest

from samples.report import make_report, truth, with_figure
from tasks.check.narrative import against_text
from tasks.forms.annual_report import FORM
from tasks.model.document import Document, Format, Paragraph
from tasks.model.report import Finding, Kind, Report, Severity, Value

FIGURES = {
    "requests.new.total": 12,
    "requests.carried_over.total": 3,
    "requests.processed_total.total": 14,
    "requests.carried_forward.total": 1,
    "requests.granted.total": 6,
    "requests.partly_granted.total": 2,
    "requests.denied_third_party.total": 1,
    "disputes.review.total": 4,
    "disputes.litigation_direct.total": 1,
    "disputes.litigation_after_review.total": 1,
}


def report() -> Report:
    source = make_report(
        1, zero_share=1.0, year=2023, editions={"disclosure": "2021", "requests": "2021"}
    )
    for cell, figure in FIGURES.items():
        source = with_figure(source, cell, figure)
    values = {
        table: {
            row: {c: Value(kind=Kind(kind), value=value) for c, (kind, value) in line.items()}
            for row, line in rows.items()
        }
        for table, rows in truth(source).items()
    }
    return Report(
        form=FORM.id, organ="霁川县财政局", year=2023, edition=source.editions, values=values
    )


def said(*texts: str) -> list[Finding]:
    blocks = tuple(Paragraph(text=text) for text in texts)
    return list(against_text(Document(format=Format.HTML, blocks=blocks), report()))


def rules(*texts: str) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in said(*texts)]


@pytest.mark.parametrize(
    "text",
    [
        "2023年，我局共收到政府信息公开申请12件。",
        "2023年，我局共收到政府信息公开申请十二件。",
        "全年新收依申请公开12件，上年结转3件，办结14件，结转下年度继续办理1件。",
        "其中予以公开6件，部分公开2件，不予公开1件。",
        "全年收到政府信息公开申请15件（含上年结转3件）。",
        "因政府信息公开被申请行政复议4件，行政诉讼2件。",
        "收到政府信息公开申请１２件。",
    ],
)
def test_a_text_that_agrees_is_let_be(text):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2023年，我局共收到政府信息公开申请13件。", "narrative.received"),
        ("全年未收到政府信息公开申请。", "narrative.received"),
        ("全年上年结转5件。", "narrative.carried_over"),
        ("全年办结政府信息公开申请9件。", "narrative.answered"),
        ("其中予以公开7件。", "narrative.granted"),
        ("全年部分公开申请9件。", "narrative.partly_granted"),
        ("全年不予公开申请8件。", "narrative.denied"),
        ("全年结转下年度申请7件。", "narrative.carried_forward"),
        ("全年结转下年度继续办理7件。", "narrative.carried_forward"),
        ("因政府信息公开引发行政复议9件。", "narrative.review"),
        ("因政府信息公开引发行政诉讼9件。", "narrative.litigation"),
    ],
)
def test_a_text_that_contradicts_is_an_error(text, rule):
    assert rules("本年度情况如下。", text) == [(rule, Severity.ERROR)]


def test_the_sentence_is_quoted_with_both_figures():
    (finding,) = said("一、总体情况。2023年，我局共收到政府信息公开申请13件。其余略。")

    assert (finding.expected, finding.actual) == ("12", "13")
    assert "收到政府信息公开申请13件" in finding.message
    assert "其余略" not in finding.message
    assert finding.cells == ("requests.new.total",)


@pytest.mark.parametrize(
    "text",
    [
        "2022年共收到政府信息公开申请99件。",
        "共收到人大代表建议99件、政协提案88件，均已办结。",
        "主动公开政府信息999条。",
        "受理群众来电99件。",
        "行政复议工作有序开展。",
    ],
)
def test_other_figures_are_no_contradiction(text):
    assert [severity for _, severity in rules(text) if severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    "text",
    [
        "全年答复政府信息公开申请12件。",
        "县政府办公室收到政府信息公开申请99件。",
        "各镇、街道共收到政府信息公开申请99件。",
        "通过网络收到政府信息公开申请5件。",
        "受理政府信息公开申请11件。",
        "较上年增加，收到政府信息公开申请同比增长99件。",
    ],
)
def test_what_may_be_of_another_scope_is_never_an_error(text):
    assert [severity for _, severity in rules(text) if severity is Severity.ERROR] == []


def test_answered_is_not_taken_for_received():
    """The best-known false alarm: 答复 14 beside 新收 12 is right."""
    assert rules("全年收到政府信息公开申请12件，答复14件。") == []
    assert rules("全年答复政府信息公开申请14件。") == []


def test_said_rightly_once_is_said_rightly():
    assert rules("收到政府信息公开申请12件。", "其中县级收到政府信息公开申请5件。") == []


def test_a_table_that_was_not_read_contradicts_nothing():
    document = Document(
        format=Format.HTML, blocks=(Paragraph(text="共收到政府信息公开申请13件。"),)
    )
    empty = Report(form=FORM.id, organ=None, year=2023, edition={}, values={"requests": {}})

    assert list(against_text(document, empty)) == []
