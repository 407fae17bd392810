"""Text -> paragraphs and tables: each grammar, what is taken off first, what is left as text."""

from __future__ import annotations

import time

import pytest
from drawn import drawn, lines, outline

from tasks.detect import detect
from tasks.model.document import Document, DoubtKind, Format, Table
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.text import read_text


def read(text: str, encoding: str = "utf-8") -> Document:
    source = text.encode(encoding)
    detection = detect(source, "a.txt")
    assert detection.format is Format.TEXT
    return read_text(source, detection)


def only_table(text: str) -> Table:
    (table,) = read(text).tables()
    return table


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in read(text).paragraphs()]


# Pipes


@pytest.mark.parametrize(
    "text",
    [
        "| 项目 | 数量 |\n|---|---|\n| 规章 | 0 |\n| 许可 | |\n",
        "项目 | 数量\n规章 | 0\n许可 |\n",
        "项目|数量|\n规章|0|\n许可||\n",
        "｜项目｜数量｜\n｜规章｜0｜\n｜许可｜　｜\n",
        "│项目│数量│\n│规章│0│\n│许可│　│\n",
        "|| 项目 || 数量 ||\n|| 规章 || 0 ||\n|| 许可 ||  ||\n",
        "| **项目** | 数量 |\n| --- | ---: |\n| 规章 | 0 |\n| 许可 | &nbsp; |\n",
        "|项目|数量|\n|---+---|\n|规章|0|\n|许可||\n",
        "> | 项目 | 数量 |\n> | 规章 | 0 |\n> | 许可 | |\n" + "> 以上是表。\n" * 5,
        "{| class=a\n|-\n! 项目 !! 数量\n|-\n| 规章 || 0\n|-\n| 许可 ||\n|}\n",
    ],
)
def test_rows_of_pipes(text):
    table = only_table(text)

    assert drawn(table) == lines("""
        项目 数量
        规章 0
        许可 _
    """)
    assert not table.columns_sure


@pytest.mark.parametrize(
    "text",
    [
        "项目 |\n本年 |\n上年 |\n标题 |\n||\n规章 |\n0 |\n|\n许可 |\n1 |\n2 |\n合计 |\n||\n",
        "|\n项目 |\n本年 |\n上年 |\n|\n标题 |\n||\n|\n规章 |\n0 |\n|\n|\n许可 |\n1 |\n2 |\n"
        "|\n合计 |\n||\n",
        "| 项目\n| 本年\n| 上年\n|\n| 标题\n|||\n| 规章\n| 0\n|\n|\n| 许可\n| 1\n| 2\n|\n"
        "| 合计\n|||\n",
    ],
)
def test_a_cell_a_line_is_counted_by_what_closes_the_rows(text):
    assert [row.split()[:3] for row in drawn(only_table(text)).split("\n")] == [
        ["项目", "本年", "上年"],
        ["标题", "_", "_"],
        ["规章", "0", "_"],
        ["许可", "1", "2"],
        ["合计", "_", "_"],
    ]


def test_cells_a_line_without_anything_that_closes_a_row_stay_cells():
    assert texts("规章 |\n0 |\n|\n2 |\n行政许可 |\n1 |\n") == [
        "规章",
        "0",
        "",
        "2",
        "行政许可",
        "1",
    ]


def test_two_numbers_of_pipes_that_fit_are_none():
    # 4 and 6 both divide 12: rows of four or of six cells
    cells = "".join(f"c{n} |\n" for n in range(10)) + "||\n"
    document = read(cells + cells)

    assert not list(document.tables())


def test_a_row_broken_where_a_cell_is_blank_is_joined():
    rows = ["甲甲 | 1 | 2 | 3 ||", "乙乙 |", "| 2 | 3 ||", "丙丙 | 1 | 2 | 3 ||"]
    table = only_table("\n".join(rows))

    assert [row.split()[:4] for row in drawn(table).split("\n")] == [
        ["甲甲", "1", "2", "3"],
        ["乙乙", "_", "2", "3"],
        ["丙丙", "1", "2", "3"],
    ]


def test_lines_with_several_blank_cells_are_rows():
    table = only_table("规章 |  |  |  |\n许可 |  |  |  |\n收费 |  |  |  |\n")

    assert [len([c for c in table.cells if c.row == row]) for row in range(3)] == [4, 4, 4]


def test_a_pipe_beside_a_blank_cell_is_that_cells_own():
    table = only_table("项目 | 数量 | 总计\n规章 | 0 | \n许可 | 1 | \n处罚 | 2 | \n收费 | 3 | \n")

    assert drawn(table) == lines("""
        项目 数量 总计
        规章 0 _
        许可 1 _
        处罚 2 _
        收费 3 _
    """)


def test_a_last_row_without_what_pads_the_others_keeps_its_blanks():
    rows = "规章 | 0 | 0 | ||\n" * 5 + "收费 |  |  |\n"
    table = only_table(rows)

    assert [cell.text for cell in table.cells if cell.row == 5] == ["收费", "", ""]


def test_a_dash_for_a_blank_is_no_ruler():
    assert drawn(only_table("甲甲 | —— | ——\n乙乙 | -- | 0\n")) == "甲甲 —— ——\n乙乙 -- 0"


def test_an_escaped_pipe_is_text():
    assert drawn(only_table("| a \\| b | c |\n| d | e |\n")) == "a~|~b c\nd e"


def test_line_breaks_of_html_are_breaks():
    assert drawn(only_table("| 商业<br>企业 | 科研<br/>机构 |\n| 0 | 1 |\n")) == (
        "商业/企业 科研/机构\n0 1"
    )


def test_what_a_program_made_up_is_left_out():
    table = only_table(
        "| | Unnamed: 0 | Unnamed: 1 |\n|--:|:--|:--|\n|0| 规章 | nan |\n|1| 许可 | 3 |\n"
    )

    assert drawn(table) == "规章 _\n许可 3"


def test_two_tables_with_a_ruler_each_are_two():
    document = read("| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n| 3 | 4 |\n")

    assert outline(document) == ["[a b]", "[c d]"]


def test_rows_with_a_ruler_each_are_one_table():
    assert drawn(only_table("| a | b |\n|---|---|\n\n| 1 | 2 |\n|---|---|\n")) == "a b\n1 2"


def test_a_sentence_parts_two_tables():
    document = read("a | b\nc | d\n注：以上为甲。\ne | f\ng | h\n")

    assert outline(document) == ["[a b]", "注：以上为甲。", "[e f]"]


def test_a_breadcrumb_is_no_table():
    assert texts("当前位置 | \n正文\n") == ["当前位置", "正文"]


def test_a_heading_parts_two_tables():
    document = read("a | b\nc | d\n三、收到和处理政府信息公开申请情况\ne | f\ng | h\n")

    assert outline(document) == ["[a b]", "三、收到和处理政府信息公开申请情况", "[e f]"]


# Tabs and commas


@pytest.mark.parametrize(
    "text",
    [
        "项目\t数量\n规章\t0\n许可\t\n",
        "\t项目\t数量\n\t规章\t0\n\t许可\t\n",
        "\t项目\n\t数量\n\n\t规章\n\t0\n\n\t许可\n\t\n",
        '"项目"\t"数量"\n规章\t0\n许可\t""\n',
        "项目,数量,\n规章,0,\n许可,,\n",
        '项目;数量;""\n规章;0;\n许可;;\n',
    ],
)
def test_rows_of_tabs_and_commas(text):
    rows = [row.split()[:2] for row in drawn(only_table(text)).split("\n")]

    assert rows == [["项目", "数量"], ["规章", "0"], ["许可", "_"]]


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_a_quoted_cell_runs_over_lines(mark):
    text = mark.join(['"商业\n企业"', "科研", "总计"]) + "\n" + f"0{mark}1{mark}2\n" * 2

    assert drawn(only_table(text)) == "商业/企业 科研 总计\n0 1 2\n0 1 2"


@pytest.mark.parametrize(
    "row",
    [
        '规章,="0",="1,234",',
        '="规章",="0",="1,234",=""',
        '规章, ="0" ,="1,234" ,',
        '"=""规章""","=""0""","=""1,234""",',
        '规章,=0,"=T(""1,234"")",',
        '规章,\'0,"=VALUE(""1,234"")",',
    ],
)
def test_figures_in_formulas_are_what_a_spreadsheet_shows(row):
    assert drawn(only_table(f"项目,甲,乙,\n{row}\n{row}\n")).split("\n")[1] == "规章 0 1,234 _"


def test_a_formula_that_reckons_is_left_as_it_is():
    assert drawn(only_table('甲,乙,丙\n="1"&"2",=1+2,=A1\n4,5,6\n')).split("\n")[1] == (
        '="1"&"2" =1+2 =A1'
    )


def test_rows_whose_figures_are_blank_are_rows_by_their_tabs():
    text = "信息\t制发\t废止\t有效\n规章\t\t\t\n文件\t\t\t2\n许可\t\t\t\n处罚\t\t\t\n强制\t\t\t\n"

    assert drawn(only_table(text)).split("\n") == [
        "信息 制发 废止 有效", "规章 _ _ _", "文件 _ _ 2", "许可 _ _ _", "处罚 _ _ _", "强制 _ _ _",
    ]  # fmt: skip


def test_text_without_a_tab_goes_on_with_the_cell_above():
    assert (
        drawn(only_table("\t商业\n企业\n\t科研\n机构\n\n\t0\n\t1\n")) == "商业/企业 科研/机构\n0 1"
    )


def test_a_tab_in_a_line_of_text_is_no_table():
    assert texts("联系人\t张三\n") == ["联系人", "张三"]


def test_prose_with_commas_is_no_table():
    said = "我局,今年,公开信息。\n下一步,将,继续努力。\n以上,特此,报告。\n"

    assert texts(said) == said.split()


def test_a_quotation_mark_that_is_never_closed_is_text():
    assert texts('他说："好，\n' + "正文一行\n" * 3)[0] == '他说："好，'


def test_tabs_alone_in_very_many_lines_and_a_tab_between_texts():
    before = time.process_time()
    read("\t\n某字\n" * 6_000 + "甲\t乙\n")
    assert time.process_time() - before < 5


def test_tabs_alone_in_their_lines_stand_between_cells():
    cells = [["信息内容", "本年", "废止"], ["规章", "", "1"], ["文件", "2", ""], ["许可", "3", "4"]]
    table = only_table("\n\n".join("\n\n\t\n\n".join(row) for row in cells) + "\n")

    # the first cell stands before the first tab
    assert drawn(table) == lines("""
        本年 废止 .
        规章 _ 1
        文件 2 _
        许可 3 4
    """)


def test_a_row_of_figures_whose_first_cell_is_blank_does_not_go_on_with_the_heads():
    cells = [["维持", "纠正", "其他", "未结", "总计"], ["", "2", "", "1", "3"]]
    table = only_table("说明\n\t\n" + "\n".join("\n\t\n".join(row) for row in cells) + "\n")

    assert [cell.text for cell in table.cells if cell.row == 1] == cells[1]


# Drawn


BOX = """
┌──────┬─────────────┐
│项目  │    数量     │
│      ├──────┬──────┤
│      │本年  │上年  │
├──────┼──────┼──────┤
│规章  │0     │      │
└──────┴──────┴──────┘
"""


def test_a_drawing_keeps_its_spans():
    table = only_table(BOX)

    assert drawn(table) == lines("""
        项目 数量 <
        ^ 本年 上年
        规章 0 _
    """)
    assert table.columns_sure


def test_a_cell_of_a_drawing_may_have_several_lines():
    text = (
        "+------+------+\n| 商业 | 科研 |\n| 企业 | 机构 |\n+======+======+\n"
        "| 0    | 1    |\n+------+------+\n| 2    |      |\n+------+------+\n"
    )

    assert drawn(only_table(text)) == "商业/企业 科研/机构\n0 1\n2 _"


def test_lines_around_the_head_only_make_each_line_a_row():
    text = "+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n| 3 | 4 |\n+---+---+\n"

    assert drawn(only_table(text)) == "a b\n1 2\n3 4"


def test_a_drawing_whose_bars_do_not_meet_keeps_the_order_of_cells():
    table = only_table(
        "+--+--+\n| 项目 | 数量 |\n+--+--+\n| 规章 | 10 |\n+--+--+\n| 许可 | 7 |\n+--+--+\n"
    )

    assert drawn(table) == "项目 数量\n规章 10\n许可 7"
    assert not table.columns_sure


# Columns kept by spaces


@pytest.mark.parametrize(
    "text",
    [
        "项目      本年  上年\n规章      0     2\n行政许可        3\n",
        "项目        本年  上年\n------------------\n规章         0    2\n行政许可          3\n",
        "    项目　　　本年　上年\n    规章　　　　0　　2\n    行政许可　　　　　3\n",
    ],
)
def test_columns_of_spaces(text):
    rows = [row.split() for row in drawn(only_table(text)).split("\n")]

    assert rows == [["项目", "本年", "上年"], ["规章", "0", "2"], ["行政许可", "_", "3"]]


def test_columns_that_are_not_plain_stay_text_with_their_spaces():
    text = "一个很长的标签挤到了后面  1  2\n规章          0          5\n许可      3      4\n"
    document = read(text)

    assert not list(document.tables())
    assert [p.text for p in document.paragraphs()] == text.rstrip("\n").split("\n")


def test_a_line_with_one_gap_is_text():
    assert texts("联系人：张三    电话：0000\n") == ["联系人：张三    电话：0000"]


# What is taken off first


TABLE = [["项目", "本年", "上年"], *([f"第{n}类", str(n), "0"] for n in "一二三四五六七八九")]
ROWS = "\n".join(" | ".join(row) for row in TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{n}: {line}" for n, line in enumerate(ROWS.split("\n"), 1)) + "\n12: 完",
        "\n".join(f"{n:6}\t{line}" for n, line in enumerate(ROWS.split("\n"), 1)) + "\n    12\t完",
        "\n".join(f"    {line}" for line in ROWS.split("\n")),
        "\n".join(f"> {line}" for line in ROWS.split("\n")),
        ROWS.replace("\n", "\r\n"),
        ROWS.replace("\n", "\r"),
        ROWS.replace("项目", "[bookmark: _GoBack]项\u200b目\u00ad"),
        ROWS.replace(" ", "\u00a0"),
        "\n".join(" ".join(line) for line in ROWS.split("\n")),
        ROWS.replace("第四类", "- 1 -\n第四类").replace("第八类", "- 2 -\n第八类"),
        ROWS.replace("第四类", "第 1 页 共 2 页\n第四类"),
        ROWS.replace("第四类", "1/2\n第四类").replace("第八类", "2/2\n第八类"),
        ROWS.replace("第四类", "7\n\f第四类").replace("第八类", "8\n\f第八类"),
    ],
)
def test_what_stands_between_the_lines_is_taken_off(text):
    table = next(read(text).tables())

    assert [[cell.text for cell in row if cell] for row in table.grid()] == TABLE


def test_a_line_keeps_its_number():
    document = read("首行\n\n- 1 -\n规章 | 0\n许可 | 1\n- 2 -\n末行\n")

    assert [block.where.lines for block in document.blocks] == [(1, 1), (4, 5), (7, 7)]


def test_figures_between_dashes_that_do_not_count_up_stay():
    assert texts("- 3 -\n- 3 -\n") == ["- 3 -", "- 3 -"]


def test_running_heads_go_where_pages_begin():
    pages = "\f".join(f"某市财政局年度报告\n第{n}部分\n内容\n" for n in "一二三四")

    assert texts(pages).count("某市财政局年度报告") == 1


def test_a_first_column_that_counts_the_rows_stays():
    text = "\n".join(f"{n}\t甲{n}\t0" for n in range(1, 12))

    assert only_table(text).n_columns == 3


def test_figures_with_a_space_between_stay_apart():
    assert texts("0 1 2 3 4\n" * 10)[0] == "0 1 2 3 4"


# Encoding, doubts, limits


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5hkscs"])
def test_encodings(encoding):
    text = "政府信息公開工作年度報告\n" + "規章 | 0 | 機關\n行政許可 | 12 | 單位\n" * 5

    assert "行政許可 12 單位" in drawn(next(read(text, encoding).tables()))


def test_a_broken_byte_is_a_doubt():
    source = "规章 | 0\n行政许可 | 1\n".encode() * 20 + b"\xff\n"

    assert [d.kind for d in read_text(source, detect(source, "a.txt")).doubts] == [
        DoubtKind.ENCODING
    ]


def test_lines_that_never_repeat_are_a_doubt():
    text = "\n".join([f"标签{n}" for n in range(30)] + [str(n) for n in range(6)])

    assert [doubt.kind for doubt in read(text).doubts] == [DoubtKind.LOST_LINES]


@pytest.mark.parametrize(
    "text",
    [
        "a|" * (MAX_CELLS + 1),
        ("a|" * 99 + "\n") * (MAX_CELLS // 90),
        ("a\t" * 99 + "\n") * (MAX_CELLS // 90),
        ("a," * 99 + "\n") * (MAX_CELLS // 90),
        "+-+\n|a|\n" * MAX_CELLS,
        "正" * (MAX_CHARACTERS + 1),
        "\n" * 400_000 + "正文",
    ],
    ids=["pipes", "rows", "tabs", "commas", "drawn", "characters", "lines"],
)
def test_too_much_is_refused(text):
    with pytest.raises(Refusal) as refused:
        read(text)

    assert refused.value.code is RefusalCode.TOO_COMPLEX


@pytest.mark.parametrize(
    "text",
    ["-" * 200_000 + "x", "|" + "--|" * 60_000 + "x", "|" + "**a" * 60_000 + "|b|", " | " * 60_000],
    ids=["hyphens", "almost a ruler", "stars", "blank cells"],
)
def test_long_lines_do_not_hang(text):
    assert read("首行\n" + text).blocks
