"""Figures of the text against the tables: what is an error, what a hint, what is let be."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from samples.report import make_report, truth, with_figure
from tasks.check.narrative import against_text
from tasks.forms.annual_report import FORM
from tasks.model.document import Document, Format, Paragraph
from tasks.model.report import Finding, Kind, Report, Severity, Value
from tasks.render.wording import told

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
    "disclosure.normative_documents.issued": 3,
    "disclosure.normative_documents.repealed": 2,
    "disclosure.normative_documents.in_force": 20,
    "disclosure.licensing.decisions": 160,
    "disclosure.penalties.decisions": 32,
}


def report(organ: str = "霁川县财政局", **figures: int) -> Report:
    source = make_report(
        1, zero_share=1.0, year=2023, editions={"disclosure": "2021", "requests": "2021"}
    )
    for cell, figure in {
        **FIGURES,
        **{key.replace("__", "."): n for key, n in figures.items()},
    }.items():
        source = with_figure(source, cell, figure)
    values = {
        table: {
            row: {c: Value(kind=Kind(kind), value=value) for c, (kind, value) in line.items()}
            for row, line in rows.items()
        }
        for table, rows in truth(source).items()
    }
    return Report(form=FORM.id, organ=organ, year=2023, edition=source.editions, values=values)


def said(*texts: str, of: Report | None = None) -> list[Finding]:
    blocks = tuple(Paragraph(text=text) for text in texts)
    document = Document(format=Format.HTML, blocks=blocks)
    return list(against_text(document, of or report()))


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
        "本年度收到12份政府信息公开申请，均来自自然人。",
        "全年收到依申请公开12件，已办结14件，另有1件结转至下年办理。",
        "2023年受理并办结政府信息公开申请，收到公民、法人和其他组织申请12件次。",
        "结转上年度申请3件，结转至2024年继续办理1件。",
        "所有答复件中，予以公开和部分公开的共8件，不予公开的1件。",
        "信息公开引起的行政复议、行政诉讼共6件。",
        "制发规范性文件3件，废止规范性文件2件，现行有效规范性文件20件。",
        "作出行政许可决定160件，行政处罚决定32件。",
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
        # 受理 and 答复 may be of fewer than came in, but not of more
        ("全年受理政府信息公开申请16件。", "narrative.received"),
        ("全年答复政府信息公开申请16件。", "narrative.answered"),
        # the figure before its noun
        ("2023年，我局共收到13份政府信息公开申请。", "narrative.received"),
        ("全年办结依申请公开14件，2件结转至下一年度办理。", "narrative.carried_forward"),
        ("2023年政府信息公开申请共收到13件。", "narrative.received"),
        # other names of an application
        ("2023年共收到依申请公开8件。", "narrative.received"),
        ("新收到政府信息依申请公开8件次。", "narrative.received"),
        # none in words
        ("2023年，本单位未接到任何形式的信息公开申请。", "narrative.received"),
        ("全年未收到公民、法人或其他组织要求公开政府信息的申请。", "narrative.received"),
        ("2023年未收到依申请公开事项.", "narrative.received"),
        ("本年度无政府信息公开申请。", "narrative.received"),
        ("本年度无依申请公开政务信息的情况。", "narrative.received"),
        ("本年度政府信息公开申请零申请。", "narrative.received"),
        ("无上年结转申请。", "narrative.carried_over"),
        ("办理中的申请无结转下年度继续办理的情况。", "narrative.carried_forward"),
        ("没有因政府信息公开引起的行政复议。", "narrative.review"),
        ("无涉及政府信息公开的行政诉讼。", "narrative.litigation"),
        # several outcomes in one figure
        ("申请中予以公开和部分公开的共9件。", "narrative.granted"),
        ("因信息公开被申请行政复议、提起行政诉讼共9件。", "narrative.review"),
        # the first table
        ("全年制发行政规范性文件4件。", "narrative.issued"),
        ("全年未制定规范性文件。", "narrative.issued"),
        ("全年废止规范性文件4件。", "narrative.repealed"),
        ("目前现行有效的行政规范性文件21件。", "narrative.in_force"),
        ("全年作出行政许可决定165件。", "narrative.licensing"),
        ("全年作出行政处罚决定35件。", "narrative.penalties"),
        # whose and when it is told of, said more than once
        ("截至2023年12月31日，本局共收到申请13件。", "narrative.received"),
        ("2023年以来，财政局共收到政府信息公开申请13件。", "narrative.received"),
        ("根据《2022年政务公开工作要点》，我局收到申请13件。", "narrative.received"),
    ],
)
def test_a_text_that_contradicts_is_an_error(text, rule):
    assert rules("本年度情况如下。", text) == [(rule, Severity.ERROR)]


def test_the_sentence_is_quoted_with_both_figures():
    (finding,) = said("一、总体情况。2023年，我局共收到政府信息公开申请13件。其余略。")

    assert (finding.expected, finding.actual) == ("12", "13")
    assert "收到政府信息公开申请13件" in told(finding.says, "zh")
    assert "其余略" not in told(finding.says, "zh")
    assert finding.cells == ("requests.new.total",)


@pytest.mark.parametrize(
    "text",
    [
        "2022年共收到政府信息公开申请99件。",
        "共收到人大代表建议99件、政协提案88件，均已办结。",
        "主动公开政府信息999条。",
        "受理群众来电99件。",
        "行政复议工作有序开展。",
        # another time
        "近三年来，共收到政府信息公开申请99件。",
        "“十三五”期间，共收到政府信息公开申请99件。",
        "五年来，共收到政府信息公开申请99件。",
        "2021年至2023年，累计收到政府信息公开申请99件。",
        "《条例》实施以来，我局累计收到政府信息公开申请99件。",
        "去年共收到政府信息公开申请99件。",
        "2023年上半年收到政府信息公开申请5件。",
        "1月至6月，收到政府信息公开申请5件。",
        "与上年相比，多收到政府信息公开申请5件。",
        # no exact figure
        "全年共收到申请300余件。",
        "共收到政府信息公开申请近20件。",
        # another matter
        "收到群众来信15件，答复15件。",
        "全年未收到行政许可申请。",
        "全年受理行政复议申请135件，审结120件，代理行政诉讼20件。",
        "归集行政许可信息938条，公示行政处罚信息166条，新增行政处罚64项。",
        "主动公开规范性文件99件。",
        "申请中不予公开、无法提供共3件。",
        # no report of what was
        "如未收到政府信息公开申请答复，可以依法申请行政复议。",
        "个别申请人反映未收到政府信息公开申请。",
        "无因政府信息公开行政复议被纠正、行政诉讼败诉的情况。",
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
        "全县共收到政府信息公开申请99件。",
        "本系统各单位共收到政府信息公开申请99件。",
        "全年办结政府信息公开申请12件。",
        "收到自然人申请7件。",
        "收到政府信息公开申请12件。全年收到行政复议9件。",
    ],
)
def test_what_may_be_of_another_scope_is_never_an_error(text):
    assert [severity for _, severity in rules(text) if severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    "texts",
    [
        ("全县各部门共办结依申请公开99件，含上年结转5件。其中，予以公开80件；不予公开9件。",),
        ("各镇、街道共收到申请99件。上述申请中，予以公开80件，部分公开7件。",),
        ("全县行政机关收到政府信息公开申请99件。办结98件，予以公开80件。",),
        ("县直部门共办结申请99件。按办理结果分，予以公开80件。",),
        ("各镇街共收到申请99件。", "其中：", "予以公开80件；", "部分公开7件；", "不予公开9件。"),
        ("全县共收到申请99件。", "以上申请中，予以公开80件。"),
        ("各部门共收到申请99件，办理结果如下：", "1.予以公开80件。", "2.不予公开9件。"),
        ("部门和镇街共办结申请99件。以上工作扎实有力。予以公开80件。",),
    ],
)
def test_figures_of_others_stay_theirs_while_the_text_goes_on(texts):
    findings = said(*texts)

    assert findings
    assert {finding.severity for finding in findings} == {Severity.INFO}


@pytest.mark.parametrize(
    "texts",
    [
        ("各镇街共办结申请99件。其中，本机关收到申请13件。",),
        ("各镇街共办结申请99件；我局收到申请13件。",),
        ("（一）各镇街共办结申请99件。（二）依申请公开。全年收到申请13件。",),
        ("各镇街共办结申请99件。", "全年收到申请13件。"),
        # nothing is told of their applications
        ("各镇街积极公开信息。全年收到申请13件。",),
    ],
)
def test_a_subject_of_its_own_or_a_new_beginning_ends_it(texts):
    assert Severity.ERROR in {finding.severity for finding in said(*texts)}


def test_a_time_is_carried_where_the_words_say_that_it_goes_on():
    assert [finding.severity for finding in said("2022年，收到申请9件。其中予以公开7件。")] == [
        Severity.INFO,
        Severity.INFO,
    ]
    assert Severity.ERROR in {f.severity for f in said("2022年，收到申请9件。今年予以公开7件。")}


def test_answered_is_not_taken_for_received():
    """The best-known false alarm: 答复 14 beside 新收 12 is right."""
    assert rules("全年收到政府信息公开申请12件，答复14件。") == []
    assert rules("全年答复政府信息公开申请14件。") == []


def test_said_rightly_once_is_said_rightly():
    assert rules("收到政府信息公开申请12件。", "其中县级收到政府信息公开申请5件。") == []


def test_a_sentence_of_last_year_is_a_hint_that_says_so():
    (finding,) = said("2022年，我局共收到政府信息公开申请9件。")

    assert finding.severity is Severity.INFO
    assert "上年的文字" in told(finding.says, "zh")
    assert rules("2022年，我局共收到申请9件；2023年，共收到申请12件。") == []


def test_the_whole_county_is_its_governments_own():
    text = "2023年，全县共收到政府信息公开申请99件。"

    (own,) = said(text, of=report("霁川县人民政府"))
    (others,) = said(text, of=report("霁川县财政局"))

    assert own.severity is Severity.ERROR
    assert others.severity is Severity.INFO
    assert "其他单位" in told(others.says, "zh")


def test_a_total_left_blank_is_what_its_parts_are():
    read = report()
    line = {column: Value(kind=Kind.NUMBER, value=2) for column in read.values["requests"]["new"]}
    line["total"] = Value(kind=Kind.BLANK)
    read = replace(
        read, values={**read.values, "requests": {**read.values["requests"], "new": line}}
    )

    assert said("全年收到政府信息公开申请12件。", of=read) == []
    (finding,) = said("全年收到政府信息公开申请13件。", of=read)
    assert finding.expected == "12"


def test_a_hint_says_why_it_is_none_but_a_hint():
    (answered,) = said("全年答复政府信息公开申请9件。")
    (part,) = said("通过网络收到政府信息公开申请5件。")

    assert "口径" in told(answered.says, "zh")
    assert "一部分" in told(part.says, "zh")


def test_the_quote_is_as_the_document_writes_it():
    (finding,) = said("２０２３年，我局（机关）共收到 政府信息公开申请13件，全部办结。")

    assert "２０２３年，我局（机关）共收到政府信息公开申请13件，全部办结" in told(
        finding.says, "zh"
    )


@pytest.mark.parametrize(
    "text",
    [
        "收到公民提出的政府信息公开申请8件，法人4件。",
        "收到公民申请8件、其他组织申请4件。",
        "收到法人申请4件。",
        "收到法人和其他组织提交的申请4件。",
        "未收到公民申请。",
    ],
)
def test_applications_of_one_kind_of_applicant_are_a_part(text):
    (finding,) = said(text)

    assert (finding.rule, finding.severity) == ("narrative.received", Severity.INFO)
    assert "一部分" in told(finding.says, "zh")


@pytest.mark.parametrize("text", ["无行政复议纠错案件。", "不存在被复议机关纠错的情形。"])
def test_none_that_was_put_right_is_not_none(text):
    assert rules(f"政府信息公开工作有序，{text}") == []


def test_a_figure_far_behind_in_a_sentence_is_heard():
    assert rules("主动公开信息，" * 600 + "收到政府信息公开申请13件。") == [
        ("narrative.received", Severity.ERROR)
    ]


@pytest.mark.parametrize("sign", ["1", "一"])
def test_what_is_too_long_for_a_figure_is_none(sign):
    assert rules(f"收到政府信息公开申请{sign * 5000}件。") == []
    assert rules(f"收到政府信息公开申请{sign * 1900}件。") == []


def test_a_table_that_was_not_read_contradicts_nothing():
    document = Document(
        format=Format.HTML, blocks=(Paragraph(text="共收到政府信息公开申请13件。"),)
    )
    empty = Report(form=FORM.id, organ=None, year=2023, edition={}, values={"requests": {}})

    assert list(against_text(document, empty)) == []


@pytest.mark.parametrize(
    "text",
    [
        "我局收到申请1件，" * 2000,
        "未收到" + "的" * 40_000,
        "收到" + "申请" * 20_000,
        "复议1件，" * 5000,
        "收到政府信息公开申请" + "共计" * 26 + "若干。",
        "办结" + "件数共有" * 5000 + "若干。",
        "无复议" * 8000,
        "收到申请1件；" * 5000,
        "予以公开1件；" * 10_000,
    ],
)
def test_a_text_that_repeats_itself_is_read_in_good_time(text):
    begun = process_time()
    said(text)

    assert process_time() - begun < 4


def test_a_text_that_says_two_figures_is_told_of_with_a_doubt():
    (finding,) = said(
        "2023年，我局共收到政府信息公开申请13件。", "全年共收到政府信息公开申请17件。"
    )

    assert finding.severity is Severity.INFO
    assert "（正文前后说法不一，请人工核对）" in told(finding.says, "zh")


def test_what_the_text_tells_of_a_cell_left_blank():
    of = report()
    line = dict.fromkeys(of.values["requests"]["new"], Value(kind=Kind.BLANK))
    requests = {**of.values["requests"], "new": line}
    of = replace(of, values={**of.values, "requests": requests})

    (finding,) = said("2023年，我局共收到政府信息公开申请13件。", of=of)

    assert "正文写本年新收申请 13，表格中没有填写。" in told(finding.says, "zh")
    assert "the tables are blank" in told(finding.says, "en")
