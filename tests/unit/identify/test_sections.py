"""When a document without tables is a report, and when a form is nobody's."""

from __future__ import annotations

import pytest

from tasks.flow import examine

SECTIONS = """一、总体情况
{overview}
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
{problems}
六、其他需要报告的事项
"""
TOLD = SECTIONS.format(overview="2021年，办理审批事项7项。", problems="宣传的力度不够。")
#: Table 二 without a figure, its blanks lost or seen.
LOST = "\n".join(
    ("二、主动公开政府信息情况", "信息内容", "本年制发件数", "本年废止件数", "现行有效件数", "规章",
     "行政规范性文件", "信息内容", "本年处理决定数量", "行政许可", "行政处罚", "行政强制",
     "信息内容", "本年收费金额（单位：万元）", "行政事业性收费")
)  # fmt: skip
SEEN = """<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数
<tr><td>规章<td><td><td><tr><td>行政规范性文件<td><td><td>
<tr><td>信息内容<td colspan=3>本年处理决定数量<tr><td>行政许可<td colspan=3>
<tr><td>行政处罚<td colspan=3><tr><td>行政强制<td colspan=3></table>"""
NOTICE = "关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知"


def examined(text: str):
    return examine(text.encode(), "document")


@pytest.mark.parametrize(
    "text",
    [
        f"云浔区民族和宗教事务局\n{TOLD}",
        TOLD,
        TOLD.replace("情况\n", "情况（见附图）\n"),
        f"霁川县财政局2021年政府信息公开工作年度报告\n{SECTIONS}",
        TOLD.replace("2021年，办理", "我局办理"),
    ],
)
def test_sections_and_a_years_work_told_in_them_are_a_report(text):
    outcome = examined(text)

    assert outcome.report is not None
    assert [f.rule for f in outcome.findings if f.rule == "extraction.missing_table"] == [
        "extraction.missing_table"
    ] * 3


@pytest.mark.parametrize(
    "text",
    [
        f"关于做好2021年政府信息公开工作年度报告编制工作的通知\n各乡镇人民政府：\n{TOLD}",
        f"政府信息公开工作年度报告编写说明\n{TOLD}",
        SECTIONS.format(overview="（概述本年度工作）", problems="（说明问题）"),
        "霁川县财政局2021年法治政府建设年度报告\n一、总体情况\n2021年，我局推进。\n"
        "二、存在的主要问题及改进情况\n不足。\n三、其他需要报告的事项\n无。",
        "2021年政务公开工作总结\n一、总体情况\n2021年，我局推进公开。\n二、主动公开政府信息情况\n好。",
    ],
)
def test_notices_summaries_and_instructions_are_none(text):
    assert examined(text).report is None


@pytest.mark.parametrize(
    "over",
    [
        f"发布机构：澜柘市商务局\n发文日期：2021-10-08\n{NOTICE}\n各省、自治区人民政府办公厅：",
        f"澜柘市商务局转发{NOTICE}\n各科室：请于2021年12月31日前报送。",
        "发布机构：澜柘市商务局\n发文日期：2021-10-08",
        "发布机构：澜柘市商务局\nXX局2021年政府信息公开工作年度报告",
    ],
)
def test_a_blank_form_is_nobodys_whoever_shows_it(over):
    lost = examined(f"{over}\n{LOST}")
    seen = examined("".join(f"<p>{line}" for line in over.split("\n")) + SEEN)

    assert lost.report is None
    assert seen.report is not None
    assert (seen.report.organ, seen.report.year) == (None, None)


@pytest.mark.parametrize(
    "over",
    [
        "澜柘市商务局2021年政府信息公开工作年度报告",
        "澜柘市商务局</p><p>一、总体情况</p><p>2021年，我局公开信息3条。",
    ],
)
def test_a_form_left_blank_under_a_title_or_a_text_of_its_own_is_a_report(over):
    report = examined(f"<p>{over}</p>{SEEN}").report

    assert report is not None
    assert (report.organ, report.year) == ("澜柘市商务局", 2021)
