"""Tables that the paper cuts: by their columns, and inside of their figures."""

from __future__ import annotations

from pdf_drawing import Paper, tables

XS = [50.0, 150.0, 200.0, 250.0]
YS = [100.0, 120.0, 140.0, 160.0, 180.0]
LEFT = [["项目", "甲", "乙"], ["一、新收", "1", "2"], ["二、结转", "3", ""], ["三、办理", "4", "5"]]
RIGHT = [
    ["项目", "丙", "丁"],
    ["一、新收", "6", "7"],
    ["二、结转", "", "9"],
    ["三、办理", "8", "0"],
]
WHOLE = ["项目|甲|乙|丙|丁", "一、新收|1|2|6|7", "二、结转|3|||9", "三、办理|4|5|8|0"]


def two(
    left: list[list[str]],
    right: list[list[str]],
    right_xs: list[float] = XS,
    right_ys: list[float] = YS,
) -> Paper:
    paper = Paper()
    paper.grid(XS, YS, left)
    paper.page()
    paper.grid(right_xs, right_ys, right)
    return paper


def test_columns_on_the_next_page_with_the_labels_again() -> None:
    assert tables(two(LEFT, RIGHT).done()) == [WHOLE]


def test_columns_on_the_next_page_without_labels_at_the_same_heights() -> None:
    bare = [row[1:] for row in RIGHT]
    assert tables(two(LEFT, bare, XS[:3]).done()) == [WHOLE]


def test_without_labels_at_other_heights_they_stay_apart() -> None:
    bare = [row[1:] for row in RIGHT]
    moved = [y + 7 for y in YS]
    assert len(tables(two(LEFT, bare, XS[:3], moved).done())) == 2


def test_another_table_of_the_same_form_stays_apart() -> None:
    other = [LEFT[0], *RIGHT[1:]]
    joined = tables(two(LEFT, other).done())
    assert WHOLE not in joined
    assert all(row.count("|") == 2 for table in joined for row in table)


def test_other_rows_are_no_further_columns() -> None:
    other = [RIGHT[0], *([label + "乙", *rest] for label, *rest in RIGHT[1:])]
    assert all(row.count("|") == 2 for table in tables(two(LEFT, other).done()) for row in table)


def test_text_between_keeps_them_apart() -> None:
    paper = Paper()
    paper.grid(XS, YS, LEFT)
    paper.page()
    paper.text(50, 60, "二、另一张表的说明文字")
    paper.grid(XS, YS, RIGHT)
    assert len(tables(paper.done())) == 2


def test_downwards_first_and_across_first() -> None:
    left, right = (LEFT, LEFT_BELOW), (RIGHT, RIGHT_BELOW)
    for order in ((*left, *right), (left[0], right[0], left[1], right[1])):
        paper = Paper()
        for rows in order:
            paper.grid(XS, YS[: len(rows) + 1], rows)
            paper.page()
        assert tables(paper.done()) == [[*WHOLE, "四、其他|1|0|2|0", "五、总计|3|1|4|1"]]


LEFT_BELOW = [["四、其他", "1", "0"], ["五、总计", "3", "1"]]
RIGHT_BELOW = [["四、其他", "2", "0"], ["五、总计", "4", "1"]]


def test_a_head_over_columns_of_both_is_one() -> None:
    heads = [["项目", "申请人", ""], ["", "甲", "乙"]], [["项目", "申请人", ""], ["", "丙", "丁"]]
    paper = Paper()
    for head, rows in zip(heads, (LEFT, RIGHT), strict=True):
        _with_head(paper, head, rows[1:])
        paper.page()
    (table,) = tables(paper.done())
    assert table[:2] == ["项目|申请人|<|<|<", "^|甲|乙|丙|丁"]


def _with_head(paper: Paper, head: list[list[str]], rows: list[list[str]]) -> None:
    """A head of two lines: the label over both, one head over two columns."""
    ys = [80.0, *YS]
    for y in (ys[0], *ys[2:]):
        paper.line(XS[0], y, XS[-1], y)
    paper.line(XS[1], ys[1], XS[-1], ys[1])
    for x in (XS[0], XS[1], XS[3]):
        paper.line(x, ys[0], x, ys[-1])
    paper.line(XS[2], ys[1], XS[2], ys[-1])
    for row, texts in enumerate([*head, *rows]):
        for column, text in enumerate(texts):
            paper.text(XS[column] + 4, ys[row] + 14, text)


def cut(upper: list[list[str]], lower: list[list[str]]) -> list[list[str]]:
    paper = Paper()
    paper.grid(XS, [842 - 20.0 * n for n in range(len(upper) + 2, 1, -1)], upper)
    paper.page()
    paper.grid(XS, YS[: len(lower) + 1], lower)
    return tables(paper.done())


def test_digits_below_a_break_are_the_rest_of_those_above() -> None:
    heads = ["结果维持", "结果纠正", "总计"]
    assert cut([heads, ["1", "2", "3"]], [["1", "", "0"]]) == [
        ["结果维持|结果纠正|总计", "1/1|2|3/0"]
    ]


def test_also_where_a_label_stands_beside_them() -> None:
    upper, lower = [LEFT[0], LEFT[1], ["二、结转", "9", "12"]], [["", "7", ""], LEFT[3]]
    assert cut(upper, lower) == [["项目|甲|乙", "一、新收|1|2", "二、结转|9/7|12", "三、办理|4|5"]]


def test_a_row_with_more_digits_is_another_row() -> None:
    (table,) = cut([LEFT[0], ["二、结转", "9", "12"]], [["", "345", ""]])
    assert len(table) == 3


def test_where_rows_have_no_words_one_more_is_a_row() -> None:
    (table,) = cut([LEFT[0], ["1", "2", "3"], ["4", "5", "6"]], [["7", "8", "9"]])
    assert len(table) == 4
