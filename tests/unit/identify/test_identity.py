"""Whose report, and on which year: titles in many shapes, and other witnesses."""

from dataclasses import replace
from time import process_time

import pytest

from tasks.identify.identity import Identity, _are_one, identify
from tasks.identify.witnesses import Source, witnesses
from tasks.model.document import Cell, Document, Format, Paragraph, Reading, Table, Where
from tasks.model.report import Severity
from tasks.render.wording import told

ORGAN = "霁川县财政局"
REPORT = "政府信息公开工作年度报告"


def document(*lines: str, title: str = "", blocks: tuple = ()) -> Document:
    paragraphs = tuple(Paragraph(text=line) for line in lines)
    return Document(format=Format.HTML, title=title, blocks=(*blocks, *paragraphs))


def who(*lines: str, title: str = "", blocks: tuple = ()) -> tuple[str | None, int | None]:
    found = identify(document(*lines, title=title, blocks=blocks))
    return found.organ, found.year


@pytest.mark.parametrize(
    "lines",
    [
        (f"{ORGAN}2023年{REPORT}",),
        (f"{ORGAN}2023年度{REPORT}",),
        (f"{ORGAN} 2023 年 {REPORT}",),
        (f"{ORGAN}（2023年）{REPORT}",),
        (f"2023年{ORGAN}{REPORT}",),
        (f"2023年度{ORGAN}{REPORT}",),
        (f"{ORGAN}２０２３年{REPORT}",),
        (f"{ORGAN}二〇二三年{REPORT}",),
        (f"{ORGAN}二○二三年度{REPORT}",),
        (f"{ORGAN}{REPORT}（2023年）",),
        (f"{ORGAN}{REPORT}(2023年度)",),
        (ORGAN, f"2023年{REPORT}"),
        (f"{ORGAN}2023年", REPORT),
        (ORGAN, "2023年", REPORT),
        (ORGAN, "2023年度政府信息公开", "工作年度报告"),
        (f"{ORGAN}\n2023年{REPORT}",),
        (f"{ORGAN}2023年政府信息公开年报",),
        (f"{ORGAN}2023年政府信息公开工作年报",),
        (f"{ORGAN}关于2023年{REPORT}",),
        (f"《{ORGAN}2023年{REPORT}》",),
        (f"{ORGAN}2023年政府信息公开工作报告",),
        (f"# {ORGAN}2023年{REPORT}",),
        (f"## **{ORGAN}2023年{REPORT}**",),
        (f"{ORGAN}关于2023年政府信息公开工作的年度报告",),
        (f"{ORGAN}关于2023年度政府信息公开工作情况的报告",),
        (f"关于{ORGAN}2023年度政府信息公开工作的报告",),
        (f"{ORGAN}关于公布2023年{REPORT}的公告",),
        (f"{ORGAN}2023年政府信息公开年度工作报告",),
        (f"{ORGAN}政府信息公开工作2023年度报告",),
        (f"{ORGAN}政府信息公开2023年年度报告",),
        (f"{ORGAN}2023{REPORT}",),
        (f"{ORGAN}[2023]年{REPORT}",),
        (f"2023年{REPORT}（{ORGAN}）",),
        (f"{ORGAN} 2023 年 政府信息公开工作 年度报告",),
        ("霁 川 县 财 政 局", f"2 0 2 3 年{REPORT}"),
        (ORGAN, REPORT, "（2023年度）"),
        (f"1/20/24, 10:30 PM {ORGAN}2023年{REPORT}",),
    ],
)  # fmt: skip
def test_titles(lines):
    assert who(*lines, "根据《中华人民共和国政府信息公开条例》，现公布本报告。") == (ORGAN, 2023)


@pytest.mark.parametrize(
    "lines",
    [
        (f"根据条例规定，现公布{ORGAN}2023年{REPORT}。本报告由六部分组成。",),
        (f"关于发布{ORGAN}2023年{REPORT}的公告",),
        (f"[2023年]{ORGAN}{REPORT}",),
        (f"{ORGAN}-2023年{REPORT}",),
        (f"{ORGAN} 2023 年 政府信息公开工作 年度报告",),
        (f"2023年政府信息公开年报（{ORGAN}）",),
        (f"{ORGAN}{REPORT}", f"2023年，我局落实条例要求。现将2023年度{REPORT}如下："),
        # nearly titles, and what is told in passing
        (f"{ORGAN}2023年政府信息公开 工作告年度报",),
        (f"{ORGAN}2023年政府信息公开工作情况报告",),
        (f"2023年{REPORT}", f"本报告由{ORGAN}根据条例编制，统计期限自2023年1月1日起。"),
        (f"关于2023年{REPORT}", f"发布时间：2024-01-31   录入：{ORGAN}"),
    ],
)  # fmt: skip
def test_names_that_are_announced_or_told_in_passing(lines):
    found = identify(document(*lines, "2023年，主动公开信息20条。"))

    assert (found.organ, found.year) == (ORGAN, 2023)


@pytest.mark.parametrize("organ", ["特霁县财政局", "现代农业示范区管委会", "公安局", "发展改革局"])
def test_names_that_begin_as_an_announcement_does(organ):
    assert who(f"{organ}2023年{REPORT}") == (organ, 2023)


def test_what_is_told_in_passing_gives_way_to_a_title():
    lines = (f"{ORGAN}2023年{REPORT}", "来源：霁川县人民政府", "本报告由霁川县人民政府办公室编制。")

    assert who(*lines) == (ORGAN, 2023)


def test_traditional_characters_stay_as_the_document_writes_them():
    organ, year = who("霽川縣財政局2023年政府信息公開工作年度報告")

    assert (organ, year) == ("霽川縣財政局", 2023)


def test_brackets_stay_as_the_document_writes_them():
    wide = "霁川县发展和改革局（粮食和物资储备局）"
    narrow = "霁川县卫生健康局(县疾病预防控制局)"

    assert who(f"{wide}2023年{REPORT}") == (wide, 2023)
    assert who(f"{narrow}2023年{REPORT}") == (narrow, 2023)


def test_a_title_in_a_frame_of_one_cell():
    cell = Cell(text=f"{ORGAN}2023年{REPORT}", row=0, column=0)
    frame = Table(id="t1", n_rows=1, n_columns=1, cells=(cell,))

    assert who("一、总体情况", blocks=(frame,)) == (ORGAN, 2023)


@pytest.mark.parametrize(
    "title",
    [
        f"{ORGAN}2023年{REPORT}-霁川县人民政府",
        f"{ORGAN}2023年{REPORT} | 霁川县人民政府",
        f"霁川县人民政府-{ORGAN}2023年{REPORT}",
        f"霁川县人民政府门户网站 {ORGAN}2023年{REPORT}",
        f"{ORGAN}2023年{REPORT} - 政府信息公开年报 - {ORGAN}",
    ],
)
def test_names_of_the_site_in_the_title_of_a_page(title):
    assert who("一、总体情况", title=title) == (ORGAN, 2023)


def test_spaces_inside_the_name_are_no_part_of_it():
    assert who(f"霁川县 财政局 2023年{REPORT}") == (ORGAN, 2023)


@pytest.mark.parametrize(
    "crumbs",
    [
        "当前位置：首页 > 政务公开 > 政府信息公开年报 > 2024年",
        f"首页>法定主动公开内容>政府信息公开年报>{ORGAN}2023年{REPORT}",
        "您现在的位置：首页 》政府信息公开 》年度报告",
        f"您的位置：首页>政府信息公开年报>2021年{REPORT}",
    ],
)
def test_breadcrumbs_are_no_title(crumbs):
    assert who(crumbs, f"{ORGAN}2023年{REPORT}") == (ORGAN, 2023)


def test_links_to_reports_of_other_years_below_the_report_do_not_count():
    links = [f"{ORGAN}{year}年{REPORT}" for year in (2022, 2021, 2020)]

    found = identify(document(f"{ORGAN}2023年{REPORT}", "一、总体情况", *links))

    assert (found.organ, found.year, found.findings) == (ORGAN, 2023, ())


@pytest.mark.parametrize("leads", ["上一篇：", "下一条: ", "相关链接："])
def test_titles_of_neighbouring_pages_name_nobody(leads):
    assert who(f"{leads}溟岭县教育局2021年{REPORT}", "2022年，公开信息10条。") == (None, 2022)


def test_the_year_of_what_asked_for_the_report_where_nothing_else_tells():
    asked = "按照县政府办公室《关于做好2022年政府信息公开工作年度报告编制工作的通知》，现报告如下。"

    assert who("一、总体情况", asked) == (None, 2022)
    assert who("一、总体情况", asked, "2021年，公开信息10条。") == (None, 2021)


def test_the_year_is_that_reported_on_not_that_of_publication():
    lines = (
        f"{ORGAN}2023年{REPORT}",
        "发布时间：2024-01-25",
        "2024年我局将继续推进政务公开。2024年要抓好落实。2024年重点工作如下。",
        ORGAN,
        "2024年1月25日",
    )

    assert who(*lines) == (ORGAN, 2023)


def test_the_period_sentence_gives_the_year_where_the_title_has_none():
    sentence = "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。"

    assert who(f"{ORGAN}{REPORT}", sentence, "2024年1月20日") == (ORGAN, 2023)


def test_only_a_signature():
    text = "我局认真落实政府信息公开条例，积极推进公开工作。"

    assert who("一、总体情况", text, ORGAN, "2024年1月20日") == (ORGAN, 2023)


@pytest.mark.parametrize(
    "sentence",
    [
        f"根据条例规定，现公布{ORGAN}2023年{REPORT}。",
        f"根据条例规定，特向社会公布《{ORGAN}2023年度{REPORT}》。",
        f"根据条例要求，由{ORGAN}编制2023年{REPORT}。",
        f"编制2023年{REPORT}。如对本报告有疑问，请与{ORGAN}办公室联系（电话：0000-1234567）。",
    ],
)
def test_the_preface_where_there_is_no_title(sentence):
    assert who(f"{sentence}全文由六个部分组成，可在门户网站查阅。", "一、总体情况") == (ORGAN, 2023)


def test_a_customs_house_signs():
    assert who(f"2023年{REPORT}", "一、总体情况", "霁川海关", "2024年1月3日") == ("霁川海关", 2023)


def test_the_reporter_is_not_named_by_who_speaks():
    preface = f"根据条例规定，现公布我局2023年{REPORT}。全文由六个部分组成。"

    assert who(preface, "一、总体情况", f"{ORGAN} 2024年1月3日") == (ORGAN, 2023)


@pytest.mark.parametrize(
    "line",
    [
        f"发 布 机 构：{ORGAN} 发布日期：2024-01-20",
        f"发布日期：2024-01-20 来源：{ORGAN} 浏览次数：12",
        f"来源：{ORGAN}",
    ],
)
def test_the_index_block_in_lines(line):
    assert who(line, f"2023年{REPORT}", "一、总体情况") == (ORGAN, 2023)


def test_the_index_block_names_the_publisher():
    cells = [("索引号", "000123"), ("发布机构", ORGAN), ("成文日期", "2024-01-20")]
    block = Table(
        id="t1",
        n_rows=3,
        n_columns=2,
        cells=tuple(
            Cell(text=text, row=r, column=c)
            for r, pair in enumerate(cells)
            for c, text in enumerate(pair)
        ),
    )

    assert who(f"2023年{REPORT}", "一、总体情况", blocks=(block,)) == (ORGAN, 2023)


def test_the_title_of_the_file_where_nothing_else_says_it():
    assert who("一、总体情况", title=f"{ORGAN}2023年{REPORT}") == (ORGAN, 2023)


def test_the_heading_weighs_more_than_the_title_of_the_file():
    assert who(f"{ORGAN}2023年{REPORT}", title=f"霁川县教育局2021年{REPORT}") == (ORGAN, 2023)


def test_a_page_or_file_that_is_called_after_another_year_is_a_hint():
    found = identify(document(f"{ORGAN}2023年{REPORT}", title=f"{ORGAN}2021年{REPORT}"))

    assert found.year == 2023
    assert [(f.rule, f.severity) for f in found.findings] == [("year.disagreement", Severity.INFO)]


def test_a_title_and_a_period_that_disagree_are_told():
    found = identify(
        document(f"{ORGAN}2023年{REPORT}", "统计期限自2022年1月1日起至2022年12月31日止。")
    )

    assert found.year == 2023
    assert [(f.rule, f.expected, f.actual) for f in found.findings] == [
        ("year.disagreement", "2023", "2022")
    ]


@pytest.mark.parametrize(
    "period",
    [
        "统计期限为2022.1.1—2022.12.31。",
        "统计期限自2022年1月1日起至2023年12月31日止。",
        f"现公布{ORGAN}2022年{REPORT}，供查阅。",
    ],
)
def test_other_ways_to_name_another_year(period):
    found = identify(document(f"{ORGAN}2023年{REPORT}", period))

    assert (found.year, [f.rule for f in found.findings]) == (2023, ["year.disagreement"])


def test_a_report_that_is_titled_with_the_year_it_is_published_in():
    """Period and date agree against the title: the year reported on is theirs."""
    period = "统计期限自2023年1月1日起至2023年12月31日止。"
    found = identify(document(f"{ORGAN}2024年{REPORT}", period, ORGAN, "2024年1月15日"))

    assert found.year == 2023
    assert [(f.expected, f.actual) for f in found.findings] == [("2023", "2024")]


def test_a_file_whose_title_is_denied_by_the_date():
    said = document("2023年工作。", ORGAN, "2024年1月15日", title=f"{ORGAN}2024年{REPORT}")
    [finding] = identify(said).findings

    assert told(finding.says, "zh") == (
        "文件属性或网页中的标题写的是 2024 年，日期写的是 2023 年，按 2023 年处理"
    )


def test_a_report_that_is_signed_before_its_year_has_ended():
    found = identify(document(f"{ORGAN}2023年{REPORT}", "一、总体情况", ORGAN, "2023年1月15日"))

    assert found.year == 2023
    assert [f.rule for f in found.findings] == ["year.disagreement"]
    assert "还没有结束" in told(found.findings[0].says, "zh")


@pytest.mark.parametrize(
    ("lines", "other"),
    [
        ((f"现公布霁川县教育局2023年{REPORT}。全文由六个部分组成。",), "霁川县教育局"),
        (("霁川县教育局", "2024年1月15日"), "霁川县教育局"),
    ],
)
def test_a_text_taken_over_from_another_organ(lines, other):
    found = identify(document(f"{ORGAN}2023年{REPORT}", "一、总体情况", *lines))

    assert found.organ == ORGAN
    assert [(f.rule, f.actual) for f in found.findings] == [("organ.disagreement", other)]


@pytest.mark.parametrize(
    ("organ", "signed"),
    [
        (ORGAN, "县财政局"),
        ("霁川县政务服务和大数据管理局", "县政务服务局"),
        ("霁川县教育体育局", "县教体局"),
        ("霁川县人民政府", "霁川县人民政府办公室"),
        ("霁川县", "霁川县人民政府"),
        ("柳浔街道办事处", "霁川县柳浔街道"),
        ("霁川县人民政府", "霁川县政务公开领导小组办公室"),
    ],
)
def test_a_short_name_is_the_same_organ(organ, signed):
    found = identify(document(f"{organ}2023年{REPORT}", "正文。", signed, "2024年1月15日"))

    assert (found.organ, found.findings) == (organ, ())


def test_agreement_is_no_finding():
    found = identify(document(f"{ORGAN}2023年{REPORT}", "统计期限自2023年1月1日起至12月31日止。"))

    assert found == Identity(organ=ORGAN, year=2023, findings=(), titled=True, titled_in_full=True)


@pytest.mark.parametrize(
    "line",
    [
        f"关于做好2023年{REPORT}编制工作的通知",
        f"2023年{REPORT}格式",
        "关于印发政府信息公开工作年度报告模板的通知",
    ],
)
def test_a_notice_about_reports_is_none(line):
    assert not identify(document(line, "各有关单位：请于1月31日前报送。")).titled


def test_nothing_said():
    assert who("会议纪要", "讨论了两项事务。") == (None, None)


# Names that are none, and names of others

ASKING = "以及霁川县政务公开办关于2023年度政府信息公开工作的具体要求"


@pytest.mark.parametrize(
    "lines",
    [
        # pieces of sentences
        (f"按照条例的规定，{ASKING}，我局安排人员做了统计。",),
        ("为把公开工作做实，根据霁川县2023年政务公开安排，我局推进了各项工作。",),
        ("本报告就总体情况，存在的主要问题及改进情况等六个方面汇报我镇2023年政府信息公开工作。",),
        ("在霁川县人民政府的领导下，2023年，我局做好政府信息公开工作。",),
        (f"按照县政府办公室2023年{REPORT}编制要求，我局编写本报告。",),
        (f"XX县财政局2023年{REPORT}", "2023年，公开信息。"),
        # who posts, answers and owns the site
        ("发布机构：霁川县人民政府办公室", f"2023年{REPORT}"),
        ("来源：霁川县人民政府 责任编辑：张三", f"2023年{REPORT}"),
        (f"2023年{REPORT}", "如有疑问，请与霁川县人民政府办公室联系。", "2023年，我局公开信息。"),
        ("霁川县人民政府", f"2023年{REPORT}", "来源：霁川县水利局", "2023年，本单位公开信息。"),
        ("霁川县人民政府", f"2023年{REPORT}", "2023年，我局公开信息。"),
        ("正文", f"2023年{REPORT}"),
        # who posts and who signs are two
        ("发布机构：霁川县水利局", f"2023年{REPORT}", "正文。", "霁川县财政局", "2024年1月5日"),
    ],
)  # fmt: skip
def test_a_name_that_is_no_organ_or_anothers_is_none(lines):
    assert who(*lines) == (None, 2023)


@pytest.mark.parametrize(
    "over",
    [
        ("索引号：QS/2024-17", f"发布机构：{ORGAN}", "分类：政府信息公开年报", "时间：2024-02-15"),
        ("• A0312-07/2024-00001", f"• {ORGAN}", "• 政府信息公开年度报告", "• 2024-02-15"),
        ("索引号", "QS/2024-00017", "发布机构", ORGAN, "成文日期", "2024-02-15"),
        ("霁川县人民政府", "首页 政务公开 互动交流", "正文"),
        ("Source: portal Date: 2024-02-15",),
    ],
)  # fmt: skip
def test_what_is_posted_over_a_title_is_no_part_of_it(over):
    assert who(*over, f"{ORGAN} 2023年度{REPORT}", "一、总体情况") == (ORGAN, 2023)


@pytest.mark.parametrize(
    ("title", "organ"),
    [
        ("2025年度霁川县砚岭镇人民政府信息公开工作年度报告", "霁川县砚岭镇人民政府"),
        ("霁川县砚岭镇人民政府信息公开工作2025年度报告", "霁川县砚岭镇人民政府"),
        ("2025年霽川縣硯嶺鎮人民政府信息公開工作年度報告", "霽川縣硯嶺鎮人民政府"),
        ("中共霁川县委、霁川县人民政府2025年政府信息公开年报", "中共霁川县委、霁川县人民政府"),
        ("霁川县委机构编制委员会办公室2025年政府信息公开年报", "霁川县委机构编制委员会办公室"),
        ("霁川县财政局关于报送2025年政府信息公开工作年度报告的函", "霁川县财政局"),
    ],
)  # fmt: skip
def test_names_in_titles(title, organ):
    assert who(title, "一、总体情况") == (organ, 2025)


@pytest.mark.parametrize(
    "lines",
    [
        (ORGAN, REPORT, "为把公开工作做实，根据霁川县2023年政务公开安排，我局推进了各项工作。"),
        (ORGAN, "政府信息公开", "工作年度报告", "2023年，我局公开信息。"),
        (ORGAN, f"2023年，{ORGAN}照条例的要求做了各项工作。", "一、总体情况"),
        (ORGAN, "一、总体情况", "2023年，我局公开信息。"),
        (f"2023年{REPORT}", ORGAN, "（2024年1月20日）", "一、总体情况", "我局公开信息。"),
        ("一、总体情况", f"2023年，{ORGAN}认真贯彻条例，公开信息20条。"),
    ],
)
def test_the_name_over_the_text_or_at_its_beginning(lines):
    assert who(*lines) == (ORGAN, 2023)


def test_titles_below_the_report_are_links():
    links = (f"霁川县教育局2022年{REPORT}", f"霁川县水利局2022年{REPORT}")

    assert who("一、总体情况", "2023年，我局公开信息。2023年开展培训。", *links) == (None, 2023)


@pytest.mark.parametrize(
    "lines",
    [
        (f"{ORGAN}{REPORT} 2024-02-15",),
        (f"{ORGAN}{REPORT}", "（2024年2月15日）"),
        (f"2024年2月 {ORGAN}2023年{REPORT}",),
        (f"{ORGAN}{REPORT}（2023年度）", "发布时间：2025-03-01"),
        (f"{ORGAN}{REPORT}", "发布日期：2025-03-01"),
        (f"{ORGAN}二O二三年{REPORT}",),
        (f"{ORGAN}20", f"23年{REPORT}"),
    ],
)
def test_the_day_of_publication_is_not_the_year_reported_on(lines):
    assert who(*lines, "一、总体情况", "2023年，公开信息20条。") == (ORGAN, 2023)


def test_a_year_that_nothing_but_a_guess_would_give_is_none():
    assert who(ORGAN, REPORT, "2023年公开信息20条，2022年公开信息18条。") == (ORGAN, None)
    assert who(ORGAN, REPORT, "2024年公开信息20条。", ORGAN, "2024年1月5日") == (ORGAN, None)


@pytest.mark.parametrize(
    "organ",
    ["霁川县人民政府", "霁川县人民政府办公室", "霁川县青砚镇人民政府", "柳浔街道办事处",
     "霁川县公安局交通管理大队", "国家税务总局霁川县税务局", "霁川县发展和改革委员会",
     "霁川经济技术开发区管委会", "霁川县第一中学", "霁川县政府信息公开办公室"],
)  # fmt: skip
def test_names_of_organs(organ):
    assert who(f"{organ}2023年{REPORT}") == (organ, 2023)


def test_years_of_a_period_are_heard_in_the_order_of_the_text():
    text = "统计期限自{}年1月1日起至{}年12月31日止。"
    spans = [(year, year + 1) for year in range(2010, 2024)]
    heard = witnesses(document(*(text.format(*span) for span in spans)))
    years = [witness.year for witness in heard if witness.source is Source.PERIOD]

    assert years == [year for span in spans for year in span]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("办公室", ORGAN, False),
        (ORGAN, "办公厅", False),
        ("办公室", "办公室", True),
        (ORGAN, "财政局", True),
    ],
)
def test_a_name_of_nothing_agrees_with_none_but_itself(one, other, agree):
    assert _are_one(one, other) is agree


@pytest.mark.parametrize(
    "line",
    [
        "某县财政局" + "、×" * 28 + f"局2023年{REPORT}",
        "某县财政局" + "、" * 28 + f"×局2023年{REPORT}",
        "某县财政局" + "年度" * 25 + f"×局2023年{REPORT}",
        "现公布" + "编制" * 20_000,
        "首页>" + "2023年" * 20_000,
    ],
)
def test_a_first_line_that_repeats_itself_is_read_in_good_time(line):
    begun = process_time()
    identify(document(line, title=line))

    assert process_time() - begun < 4


def scanned(*lines):
    """The same, read from pixels."""
    reading = Reading(where=Where(page=1), text=ORGAN, confidence=0.4)
    return replace(document(*lines), readings=(reading,))


def test_a_character_that_was_misread_makes_no_other_organ():
    misread = ORGAN[0] + "叉" + ORGAN[2:]
    lines = (f"{ORGAN}2023年{REPORT}", "一、总体情况", misread, "2024年1月15日")

    assert [finding.rule for finding in identify(document(*lines)).findings] == [
        "organ.disagreement"
    ]
    assert identify(scanned(*lines)).findings == ()
    assert identify(scanned(*lines)).organ == ORGAN


def test_another_organ_is_told_of_a_scan_too():
    lines = (f"{ORGAN}2023年{REPORT}", "一、总体情况", "霁川县教育局", "2024年1月15日")

    assert [finding.rule for finding in identify(scanned(*lines)).findings] == [
        "organ.disagreement"
    ]
