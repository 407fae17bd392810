"""Which numbers of a text count its rows, and which are figures."""

import pytest

from tasks.says.figures import row_number_before, row_numbers

#: One cell after the other, each row behind its number; the blanks of the rows are lost.
COUNTED = [
    "序号",
    "信息内容",
    "1",
    "规章",
    "2",
    "规范性文件",
    "7",
    "3",
    "行政许可",
    "4",
    "行政处罚",
]
COUNTED += ["9", "5", "行政强制", "6"]


def each_alone(texts: list[str]) -> list[tuple[int, str]]:
    """Each text with a row of its own."""
    return [*enumerate(texts)]


def test_numbers_before_labels_that_count_on_from_1():
    assert row_numbers(each_alone(COUNTED)) == {2, 4, 7, 9, 12}


def test_the_last_figure_before_a_heading_counts_no_row():
    texts = [*COUNTED, "三、收到和处理政府信息公开申请情况", "1", "一、本年新收"]

    assert row_numbers(each_alone(texts)) == {2, 4, 7, 9, 12}


def test_a_figure_more_before_a_text_does_not_end_the_counting():
    assert row_numbers(each_alone([*COUNTED[:7], "注：", *COUNTED[7:]])) == {2, 4, 8, 10, 13}


def test_the_last_figure_of_a_row_is_not_the_next_number_where_a_row_begins_with_it():
    rows = ["1|规章", "2|规范性文件|3|3", "3 第二十条第（五）项", "4|信息内容|数量", "5|行政许可"]
    texts = [(row, text) for row, said in enumerate(rows) for text in said.split("|")]

    numbers = row_numbers(texts)

    assert [texts[at] for at in sorted(numbers)] == [
        (0, "1"),
        (1, "2"),
        (2, "3 第二十条第（五）项"),
        (3, "4"),
        (4, "5"),
    ]


def test_a_number_at_the_end_of_a_row_that_was_cut_there_counts_the_next_one():
    rows = ["1|规章|0|2", "规范性文件|1|3", "行政许可|5|4", "行政处罚|2|5", "行政强制"]
    texts = [(row, text) for row, said in enumerate(rows) for text in said.split("|")]

    numbers = row_numbers(texts)

    assert [texts[at][1] for at in sorted(numbers)] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("n", [5, 6, 9])
@pytest.mark.parametrize("before", [(), ("12",), ("1", "1")])
@pytest.mark.parametrize("blanks", [(), ("", "")])
def test_the_last_figures_of_rows_may_count_on_by_chance(n, before, blanks):
    totals = [*before, *map(str, range(1, n + 1)), "3", "5", "22", "7", "113"]
    rows = [("一、行政许可", "1", *blanks, total) for total in totals]

    assert row_numbers([(at, text) for at, row in enumerate(rows) for text in row]) == frozenset()


@pytest.mark.parametrize(
    "texts",
    [
        COUNTED[:9],
        COUNTED[3:],
        ["1" * 5000, *COUNTED[3:]],
        [text for text in COUNTED if not text.isdecimal()],
    ],
)
def test_too_few_or_not_from_1_count_nothing(texts):
    assert row_numbers(each_alone(texts)) == frozenset()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4 （二）部分公开（区分处理的，只计这一情形）", "4 "),
        ("  6   2.重复申请 0 0", "  6   "),
        ("12    行政事业性收费  0", "12    "),
        ("2.重复申请", ""),
        ("3 （其中修订1件）", ""),
        ("16 件", ""),
        ("3 月", ""),
        ("2023 年度", ""),
        ("8 9", ""),
    ],
)
def test_the_number_that_stands_before_a_label(text, number):
    assert row_number_before(text) == number
