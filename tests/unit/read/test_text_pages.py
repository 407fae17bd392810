"""Heads and feet of pages between the lines of a text: which are, and which may be rows."""

from __future__ import annotations

import pytest

from tasks.read.text.lines import text_to_lines
from tasks.read.text.pages import page_heads

TITLE = "霁川区审计局2020年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "text",
    [
        "Page 9 - 2020年报_审计局",
        "2020年报_审计局_Page 9",
        "第9页 霁川区审计局",
        "霁川区审计局　第 9 页 共 12 页",
        "霁川区审计局 | P. 9",
        "页码：9 · 政府信息公开年报",
        "第 9 页 2021-01-20 10:33",
        "http://www.example.invalid/nb/2020.html 3/9",
        f"3/9 {TITLE}",
        f"{TITLE} 3/9",
        "2021/1/20 10:33 政府信息公开年报",
        "2021/1/20 政府信息公开年报 - 霁川区审计局",
        "2021-01-20 10:33",
        "打印日期：2021-01-20",
        "导出时间: 2021年1月20日 10:33:05",
    ],
)
def test_a_head_of_a_page(text):
    assert page_heads([*["正文"] * 20, text]) == {20}


def test_the_title_of_the_document_stays_whatever_stands_beside_it():
    assert page_heads([f"2021/1/20 10:33 {TITLE}", f"{TITLE} 3/9"]) == {1}
    assert page_heads([f"Page 1 - {TITLE}"]) == set()


@pytest.mark.parametrize(
    "text",
    [
        TITLE,
        f"{TITLE} 9",
        "规章 第3页 5",
        "行政许可 3/9",
        "见附件第9页",
        "详细情况见第 9 页 的说明；下同。",
        "stop 3 - 审计局",
        "2020年 12",
        "1.信访举报投诉类申请 5 0 0 0 0 0 5",
        "0 0 1/2",
        "2021-01-20",
    ],
)
def test_what_may_be_a_row_or_stands_once(text):
    assert page_heads([*["正文"] * 20, text]) == set()


def test_when_it_was_published_is_no_head():
    assert page_heads(["2021-01-20 10:33", TITLE]) == set()


@pytest.mark.parametrize("text", ["[Page 9]", "<第 9 页>", "【第9页 共12页】", "（P. 9）"])
def test_page_numbers_in_brackets(text):
    assert [line.text for line in text_to_lines(f"规章 0\n{text}\n行政许可 1")] == [
        "规章 0",
        "行政许可 1",
    ]


def test_a_title_again_is_a_head_but_for_the_first():
    texts = [TITLE, "规章 0", f"{TITLE} 2", "行政许可 1", f"3 {TITLE}", "行政处罚 2"]

    assert page_heads(texts) == {2, 4}


def test_a_title_that_stands_in_tables_alone_goes_with_the_first():
    texts = [TITLE, *["正文"] * 20, "2020年报_审计局 8", "规章 0", "2020年报_审计局 9"]

    assert page_heads(texts) == {21, 23}


def test_a_title_far_below_is_the_document_s_own_where_it_has_no_number():
    assert page_heads([*["正文"] * 20, TITLE, "规章 0", TITLE]) == {22}


def test_titles_of_several_years_are_several():
    assert page_heads([TITLE, TITLE.replace("2020", "2021")]) == set()


def test_rows_with_pipes_are_rows():
    assert page_heads(["2020年度报告 | 1"] * 3) == set()


def test_labels_of_the_form_are_no_titles():
    assert page_heads(["一、本年新收政府信息公开申请数量 1", "政府信息公开 2"] * 3) == set()
