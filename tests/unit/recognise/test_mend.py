"""Rows whose figures stand beside their heads, drawn as text."""

import time

import pytest
from pictures import table

from tasks.model.document import Document, Format, Table
from tasks.recognise import recognise
from tasks.recognise.mend import mended
from tasks.recognise.rows import cells_by_row

HEAD = """
    勾稽关系 | | | 自然人 | 法人或其他组织 | < | < | < | < | 总计
    | | | ^ | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | ^
    一、本年新收政府信息公开申请数量 | < | < | 3 | 1 | 0 | 0 | 0 | 0 | 4
"""


def moved(picture: str) -> Table:
    document = Document(format=Format.HTML, blocks=(table(picture),))
    [found] = mended(document).tables()
    return found


def row(found: Table, index: int) -> list[str]:
    line = found.grid()[index]
    return ["." if cell is None else cell.text for cell in line]


def test_a_row_that_lacks_the_cell_of_its_group():
    found = moved(HEAD + "3.危及“三安全一稳定” | 2 | 0 | | 1 | 0 | / | 3 | . | .")

    assert row(found, 3) == ["3.危及“三安全一稳定”"] * 3 + ["2", "0", "", "1", "0", "/", "3"]


def test_one_row_with_a_figure_among_the_labels_tells_for_all_like_it():
    found = moved(
        HEAD
        + "| 3.危及“三安全一稳定” |  | 0 | 0 | 1 | 0 | 0 | 1 | .\n"
        + "| 4.保护第三方合法权益 | 1 | 0 | 0 | 0 | 0 | 0 | 1 | ."
    )

    assert row(found, 3)[2:] == ["3.危及“三安全一稳定”", "", "0", "0", "1", "0", "0", "1"]
    assert row(found, 4)[2:] == ["4.保护第三方合法权益", "1", "0", "0", "0", "0", "0", "1"]


def test_a_row_whose_figures_tie_under_their_heads():
    """A label too narrow by one, and the first figure blank."""
    found = moved(HEAD + "3.危及“三安全一稳定” | < |  | 0 | 0 | 1 | 0 | 1 | 2 | .")

    assert row(found, 3) == ["3.危及“三安全一稳定”"] * 3 + ["", "0", "0", "1", "0", "1", "2"]


def test_cells_between_and_behind_the_figures_move_with_them():
    found = moved("""
        勾稽关系 | | | 自然人 | | 商业企业 | | 总计 | 占比
        一、本年新收政府信息公开申请数量 | < | < | 3 | | 1 | | 4 | 9%
        3.危及“三安全一稳定” | < | 2 | | 5 | | 7 | 1% | .
    """)

    assert row(found, 2) == ["3.危及“三安全一稳定”"] * 3 + ["2", "", "5", "", "7", "1%"]


def test_a_row_pushed_aside_by_a_label_that_reaches_too_far():
    found = moved(
        "\n".join(f"{line} | ." for line in HEAD.strip().splitlines())
        + "\n三、本年度办理结果 | （一）予以公开 | < | 2 | 1 | 0 | 0 | 0 | 0 | 3 | .\n"
        + "^ | 四、结转下年度继续办理 | < | < | 5 | 4 | 0 | 0 | 0 | 0 | 9"
    )

    assert found.n_columns == 10
    assert row(found, 4) == [
        "三、本年度办理结果",
        *["四、结转下年度继续办理"] * 2,
        *["5", "4", "0", "0", "0", "0", "9"],
    ]


def test_a_column_that_counts_the_rows_holds_no_figures():
    picture = """
        序号 | 信息内容 | 本年制发件数 | 现行有效件数
        1 | 规章 | 0 | 4
        2 | 行政规范性文件 | 1 | 5
        3 | 说明 | |
    """
    assert row(moved(picture), 1) == ["", "规章", "0", "4"]
    assert row(moved(picture), 3) == ["", "说明", "", ""]


def test_the_rows_of_a_piece_without_a_head_are_counted_on():
    picture = """
        9 | 行政处罚 | 0 | 4
        10 | 行政强制 | 1 | 5
        11 | 信息内容 | 上一年项目数量 | 本年增/减
        12 | 行政事业性收费 | 2 |
    """

    assert [row(moved(picture), at)[0] for at in range(4)] == [""] * 4


def test_where_columns_are_an_order_the_number_leaves_no_place():
    picture = "1 | 规章 | 0 | 4 \n 2 | 行政规范性文件 | 1 | 5 \n 3 | 说明 | | "
    document = Document(format=Format.TEXT, blocks=(table(picture, columns_sure=False),))
    [found] = mended(document).tables()

    assert row(found, 0) == ["规章", "0", "4"]


@pytest.mark.parametrize(
    "picture",
    [
        "年度 | 规章 | 文件 \n 1 | 甲 | 3 \n 2 | 乙 | 4 \n 3 | 丙 | 5",
        "| 规章 | 文件 \n 1 | 甲 | 3 \n 2 | 乙 | 4 \n 2 | 丙 | 5",
        "1 | 0 | 3 \n 2 | 0 | 4 \n 3 | 4 | 5",
        "| 规章 | 文件 \n 7 | 甲 | 3 \n 8 | 乙 | 4 \n 9 | 丙 | 5",
    ],
)
def test_figures_that_merely_stand_first_stay(picture):
    assert moved(picture) == table(picture)


def test_a_row_pushed_aside_whose_label_has_no_room_leaves_only_an_order():
    found = moved(
        "\n".join(f"{line} | ." for line in HEAD.strip().splitlines())
        + "\n三、本年度办理结果 | （三）不予公开 | 8.属于行政查询事项"
        + " | 0 | 0 | 0 | 0 | 0 | 0 | 0 | .\n"
        + "^ | ^ | （四）无法提供 | 1.本机关不掌握相关政府信息"
        + " | 5 | 4 | 0 | 0 | 0 | 0 | 9"
    )

    assert not found.columns_sure


def test_a_very_long_table_is_gone_through_row_by_row():
    long = table("某某项目 | 1 | 甲 | 乙\n" * 4_000, columns_sure=False)
    before = time.process_time()
    recognise(Document(format=Format.TEXT, blocks=(long,)))
    assert time.process_time() - before < 2


def test_heads_without_their_spans_keep_only_an_order():
    picture = """
        勾稽关系 | 自然人 | 法人或其他组织 | 总计 | . | . | . | .
        ^ | ^ | 商业企业 | ^ | 科研机构 | 社会公益组织 | 法律服务机构 | 其他
        一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4
    """
    assert not moved(picture).columns_sure


def test_heads_in_another_order_keep_their_columns():
    picture = """
        勾稽关系 | | | 总计 | 自然人 | 商业企业 | 科研机构 | 其他
        一、本年新收政府信息公开申请数量 | < | < | 4 | 3 | 1 | 0 | .
    """
    assert moved(picture).columns_sure


@pytest.mark.parametrize(
    "line",
    [
        # the last figure may be what is missing
        "| 3.危及“三安全一稳定” |  | 0 | 0 | 1 | 0 | 0 | 2 | .",
        # more cells, or fewer, than there are heads
        "3.危及“三安全一稳定” | 2 | 0 | 0 | 1 | 0 | 0 | 3 | 3 | .",
        "3.危及“三安全一稳定” | 2 | 0 | 0 | 1 | 0 | 3 | . | . | .",
        # two figures in one cell
        "3.危及“三安全一稳定” | 2 | < | 0 | 1 | 0 | 0 | 3 | . | .",
        # no line of the form
        "机关地址 | 2 | 0 | 0 | 1 | 0 | 0 | 3 | . | .",
        "3.危及“三安全一稳定” | 2 | 见说明 | 0 | 1 | 0 | 0 | 3 | . | .",
    ],
)
def test_what_may_mean_something_else_stays(line):
    picture = HEAD + line

    assert moved(picture) == table(picture)


# Spanning cells that are written again and again


AGAIN = """
    第二十条第（五）项 | 第二十条第（五）项 | 第二十条第（五）项
    信息内容 | 本年处理决定数量 | 本年处理决定数量
    行政许可 | 0 | 0
    行政处罚 | 2 | 3
    行政强制 |  |
"""


def once(picture: str) -> list[list[str]]:
    document = Document(format=Format.TEXT, blocks=(table(picture, columns_sure=False),))
    [found] = mended(document).tables()
    return [[c.text for c in found.cells if c.row == row] for row in range(found.n_rows)]


def test_what_one_head_covers_counts_once_where_it_is_alike():
    assert once(AGAIN)[1:] == [
        ["信息内容", "本年处理决定数量"],
        ["行政许可", "0"],
        # two figures under one head are not one
        ["行政处罚", "2", "3"],
        ["行政强制", ""],
    ]


def test_a_head_printed_twice_is_no_span_where_no_title_is_repeated():
    picture = AGAIN.replace("第二十条第（五）项 | 第二十条第（五）项 |", "第二十条第（五）项 |  |")

    assert once(picture)[2] == ["行政许可", "0", "0"]


def test_a_row_of_equal_figures_is_no_title():
    picture = "结果 | 结果 | 总计\n维持 | 纠正 |\n0 | 0 | 0"

    assert once(picture)[0] == ["结果", "结果", "总计"]


def test_a_first_column_of_endless_digits_counts_nothing():
    endless = "1" * 5000

    assert moved(f"{endless} | 规章 | 3\n2 | 规范性文件 | 4\n3 | 其他 | 5").n_columns == 3


# Numbers of rows that stand behind the row above


BEHIND = """
    1 | 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 | 2
    规章 | 0 | | 4 | 3
    行政规范性文件 | 1 | 0 | | 4
    信息内容 | 本年处理决定数量 | 5
    行政许可 | | 6
    行政处罚 | 3 | 7
    行政强制 | 0
"""


def moved_in_order(picture: str, *, sure: bool = False) -> Table:
    document = Document(format=Format.TEXT, blocks=(table(picture, columns_sure=sure),))
    [found] = mended(document).tables()
    return found


def ends(picture: str, *, sure: bool = False) -> list[str]:
    return [cells[-1].text for cells in cells_by_row(moved_in_order(picture, sure=sure))]


def test_numbers_behind_the_row_above_leave_no_place():
    assert ends(BEHIND) == ["现行有效件数", "4", "", "本年处理决定数量", "", "3", "0"]


def test_a_number_in_the_cell_of_a_label_is_taken_off_it():
    found = moved_in_order(BEHIND.replace("| 7\n    行政强制", "\n    7 行政强制"))

    assert [cell.text for cell in cells_by_row(found)[-1]] == ["行政强制", "0"]


@pytest.mark.parametrize(
    "picture",
    [
        BEHIND.replace("| 5", "| 6"),
        BEHIND.replace("    1 | ", ""),
        "规章 | 1\n行政规范性文件 | 2\n行政许可 | 3\n行政处罚 | 4\n行政强制 | 0",
    ],
)
def test_figures_that_do_not_count_on_stay(picture):
    before = table(picture, columns_sure=False)
    assert ends(picture) == [cells[-1].text for cells in cells_by_row(before)]


def test_where_columns_are_sure_a_number_has_one_of_its_own():
    assert ends(BEHIND, sure=True)[1] == "3"
