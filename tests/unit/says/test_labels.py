"""The same label in many writings, and labels that are alike but not the same."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import opencc
import pytest
from opencc import OpenCC

from tasks.forms.annual_report import FORM
from tasks.says.labels import (
    CHANGED,
    Labels,
    half_width,
    is_simplified,
    key,
    numbering,
    plain,
    without_remark,
)
from tasks.says.vocabulary import (
    OTHER,
    any_column_label,
    any_row_label,
    column_labels,
    row_labels,
    table_of,
)

REQUESTS = row_labels("requests", "2021")


@pytest.mark.parametrize(
    "written",
    [
        "本年新收政府信息公开申请数量",
        "一、本年新收政府信息公开申请数量",
        "一、 本年新收\n政府信息 公开申请数量",
        "本年新收政府信息公开申请数量：",
        "一、本年新收政府\u3000信息公开申请数量",
        "一、本年新收政府信息公開申請數量",
        "一、本年新收政府信息公\u200b开申请数量\ufeff",
        "⼀、本年新收政府信息公开申请数量",
        "一、本年新收政府信息公開(kāi)申請(qǐng)數量",
        "１．本年新收政府信息公开申请数量",
        "一、本年新收政府信息公开申请数量（单位：件）",
        "本年新收政府信息公开申请数量(件)",
    ],
)
def test_writings_of_one_label_have_one_key(written):
    assert key(written) == "本年新收政府信息公开申请数量"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("（三）不予公开", "不予公开"),
        ("(三)不予公开", "不予公开"),
        ("1.属于国家秘密", "属于国家秘密"),
        ("1、属于国家秘密", "属于国家秘密"),
        ("（1）属于国家秘密", "属于国家秘密"),
        ("①属于国家秘密", "属于国家秘密"),
        ("⑴属于国家秘密", "属于国家秘密"),
        ("1属于国家秘密", "属于国家秘密"),
        ("1 . 属于国家秘密", "属于国家秘密"),
        ("3.危及“三安全一稳定”", "危及三安全一稳定"),
        ("3.危及「三安全一稳定」", "危及三安全一稳定"),
        ("第二十条第（一）项", "第二十条第一项"),
        ("", ""),
        ("123", "123"),
        ("——", ""),
    ],
)
def test_numbers_and_signs_are_not_the_label(written, said):
    assert key(written) == said


def test_a_key_is_its_own_key():
    labels = [label for edition in FORM.editions for row in edition.rows() for label in row.labels]

    assert [key(key(label)) for label in labels] == [key(label) for label in labels]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("一、本年新收", "h1"),
        ("四、结转下年度", "h4"),
        ("十二、其他", "h12"),
        ("二十、其他", "h20"),
        ("（三）不予公开", "b3"),
        ("(七)总计", "b7"),
        ("七)总计", "b7"),
        ("1.属于国家秘密", "d1"),
        ("8、属于行政查询事项", "d8"),
        ("（2）重复申请", "d2"),
        ("③其他", "d3"),
        ("其他", ""),
        ("三类内部事务信息", ""),
        ("", ""),
    ],
)
def test_the_number_before_a_label(written, number):
    assert numbering(written) == number


def test_signs_become_half_width_and_keep_their_script():
    assert half_width("（１）標(biāo)題：") == "(1)標題:"
    assert plain("（１）標(biāo)題：") == "(1)标题:"


def test_brackets_after_characters_that_are_no_reading_stay():
    assert plain("天津(市)") == "天津(市)"
    assert plain("上海(shang)") == "上海"
    assert plain("12(其中3件)") == "12(其中3件)"


def test_line_breaks_stay_in_plain_text():
    assert plain("1\n2") == "1\n2"


def test_radicals_become_characters():
    assert plain("⾏政许可 ⻚ ⻋") == "行政许可 页 车"


# Matching


@pytest.mark.parametrize("edition", FORM.editions, ids=lambda e: f"{e.table}-{e.edition}")
def test_every_label_of_the_form_says_its_own_line_or_none(edition):
    labels = row_labels(edition.table, edition.edition)
    told = 0
    for row in edition.rows():
        for label in row.labels:
            found = labels.match(row.numbering + label)
            if found is None:
                # two lines of one name (三（六）3.其他 is told from others by its place)
                assert sum(label in other.labels for other in edition.rows()) > 1, label
            else:
                assert (found.id, found.score) == (row.id, 1.0)
                told += 1
    assert told


@pytest.mark.parametrize(
    ("misspelt", "id"),
    [
        ("5.属于三类内容事务信息", "denied_internal_affairs"),
        ("2.其他法律行政止公开", "denied_prohibited_by_law"),
        (
            "申请人无正当理由预期不补正、行政机关不再处理其政府信息公开申请",
            "other_correction_overdue",
        ),
        ("本年新收信息公开申请数量", "new"),
        ("结转下年度继续辦理", "carried_forward"),
        ("上年结转政府信息公开数量", "carried_over"),
        ("部分公开（区分处理的，只计这一情形）", "partly_granted"),
        ("属于行政执法案件卷", "denied_enforcement_file"),
    ],
)
def test_misspelt_and_shortened_labels_are_forgiven(misspelt, id):
    assert REQUESTS.match(misspelt).id == id


@pytest.mark.parametrize(
    "text",
    ["", "其", "自然", "以及", "2023", "单位：件", "属于", "申请数量", "其他主动公开文件情况"],
)
def test_what_is_no_label_matches_none(text):
    assert REQUESTS.match(text) is None


@pytest.mark.parametrize(
    "group",
    ["三、本年度办理结果", "（三）不予公开", "（四）无法提供", "（五）不予处理", "申请人情况"],
)
def test_a_group_is_not_the_row_that_it_resembles(group):
    found = REQUESTS.match(group)

    assert found is not None
    assert found.id == OTHER


def test_two_labels_nearly_as_close_are_no_match():
    labels = Labels({"up": ["本年度新增事项数量"], "down": ["本年度新减事项数量"]})

    assert labels.match("本年度新增事项数量").id == "up"
    assert labels.match("本年度新加事项数量") is None


def test_a_label_of_two_lines_is_no_match():
    labels = Labels({"one": ["其他"], "two": ["其他"]})

    assert labels.match("其他") is None


def test_short_labels_must_be_exact():
    labels = column_labels("disputes", "2021")

    assert labels.match("总计").id == "total"
    assert labels.match("总数") is None
    assert labels.match("其它").id == "other"


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("规章（设区的市、自治州人民政府应提供相关数据）", "regulations"),
        ("行政许可 (参考往年)：", "licensing"),
    ],
)
def test_a_remark_behind_a_label_is_no_part_of_it(written, id):
    found = row_labels("disclosure", "2019").match(written)

    assert (found.id, found.score) == (id, 1.0)


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("行政许可 (含其他审批12项)：", "licensing"),
        ("行政许可（其中网上办理）", "licensing"),
        ("行政许可（不含即办件）", "licensing"),
        ("行政许可（包括备案）", "licensing"),
        ("其他对外管理服务事项（含确认、裁决（含仲裁）和其他类）", "other_services"),
    ],
)
def test_a_remark_that_may_make_it_another_row_is_not_exact(written, id):
    found = row_labels("disclosure", "2019").match(written)

    assert found.id == id
    assert 0.9 < found.score < 1.0


def test_a_bracket_that_is_all_of_a_label_is_no_remark():
    assert without_remark("（本列数据的勾稽关系为：第一项加第二项之和）") == ""
    assert without_remark("（三）不予公开") == ""
    # the number of the group beside it
    assert without_remark("1.属于国家秘密（三）") == ""
    assert without_remark("部分公开（区分处理的）3件") == ""
    # nor one that a text closes and did not open
    assert without_remark("收费 1）") == ""


def test_the_margin_is_the_lead_over_another_id_not_over_another_writing():
    labels = Labels({"new": ["本年新收申请数量", "本年新收到申请数量"], "old": ["上年结转数量"]})

    assert labels.match("本年新收到的申请数量").id == "new"


@pytest.mark.parametrize(
    ("label", "table"),
    [
        ("行政规范性文件", "disclosure"),
        ("本年收费金额（单位：万元）", "disclosure"),
        ("第二十条第（一）项", "disclosure"),
        ("商业企业", "requests"),
        ("（四）无法提供", "requests"),
        ("未经复议直接起诉", "disputes"),
        ("结果纠正", "disputes"),
        ("总计", None),
        ("其他", None),
        ("0", None),
        ("政府信息公开", None),
        # usual in budgets too
        ("上年结转", None),
        ("上年结余", None),
        ("结转下年", None),
        ("结转下年度", None),
        ("本年新收", None),
        ("本年收入", None),
    ],
)
def test_a_label_tells_its_table_where_it_stands_in_one_only(label, table):
    assert table_of(label) == table


@pytest.mark.parametrize(
    ("label", "row"),
    [("上年结转", "carried_over"), ("结转下年度", "carried_forward"), ("本年新收", "new")],
)
def test_a_label_that_tells_no_table_still_tells_its_row(label, row):
    assert REQUESTS.match(label).id == row
    assert any_row_label("requests").match(label).id == row


def test_lines_of_all_editions_are_known_together():
    assert any_row_label("requests").match("（六）其他处理").id == "other"
    assert (
        any_row_label("requests").match("申请人逾期未按收费通知要求缴纳费用").id
        == "other_fee_overdue"
    )
    assert any_column_label("disclosure").match("上一年项目数量").id == "previous_items"


@pytest.mark.parametrize("written", ["共和(hé)国", "共(gòng)(gòng)和(hé)(hé)国", "共和(he) (he)国"])
def test_readings_in_brackets_are_dropped_however_often(written):
    assert key(written) == "共和国"


def test_what_was_seen_is_not_remembered_for_ever(monkeypatch):
    monkeypatch.setattr("tasks.says.labels.MOST", 3)
    labels = Labels({"state": ["属于国家秘密"]})

    for n in range(10):
        labels.match(f"标签{'甲乙丙丁戊己庚辛壬癸'[n]}")
        found = labels.match("属于国家秘密")
        assert found is not None
        assert found.id == "state"

    assert len(labels._found) <= 3


def test_only_what_opencc_changes_is_put_through_it():
    """All of GB 2312, which holds simplified characters, and every word that OpenCC knows."""
    converter = OpenCC("t2s")
    rows = range(0xA1, 0xF8)
    signs = [
        bytes((row, cell)).decode("gb2312", "ignore") for row in rows for cell in range(0xA1, 0xFF)
    ]

    assert {sign for sign in signs if sign and converter.convert(sign) != sign} <= CHANGED
    for word in words_of_opencc():
        simplified = word.isascii() or is_simplified(word)
        assert not simplified or converter.convert(word) == word


def words_of_opencc() -> list[str]:
    """The words that its dictionary changes or keeps as wholes."""
    there = Path(opencc.__file__).parent / "clib"
    tool, words = there / "bin" / "opencc_dict", there / "share" / "opencc" / "TSPhrases.ocd2"
    if not tool.exists():
        pytest.skip("this build of OpenCC comes without opencc_dict, which shows its words")
    with TemporaryDirectory() as scratch:
        shown = Path(scratch, "words.txt")
        command = [tool, "-i", words, "-f", "ocd2", "-t", "text", "-o", shown]
        subprocess.run(command, check=True, capture_output=True)
        found = [line.split("\t")[0] for line in shown.read_text().splitlines()]
    assert len(found) > 100
    return found
