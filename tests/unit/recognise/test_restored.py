"""Text that lost its rows, its columns or the order of its words -> figures, or none at all."""

from __future__ import annotations

import time

import pytest
from pictures import table

from tasks.flow import examine
from tasks.forms.annual_report import FORM
from tasks.model.document import Document, Format, Paragraph, Where
from tasks.model.report import Kind, PlacedBy, Report
from tasks.recognise.lines import to_marks
from tasks.recognise.pieces import with_whole_heads
from tasks.recognise.text import restore, unfold

DISCLOSURE = """
第二十条第（一）项
信息内容 本年制发件数 本年废止件数 现行有效件数
规章 {0} {1} {2}
行政规范性文件 {3} {4} {5}
第二十条第（五）项
信息内容 本年处理决定数量
行政许可 {6}
第二十条第（六）项
信息内容 本年处理决定数量
行政处罚 {7}
行政强制 {8}
第二十条第（八）项
信息内容 本年收费金额（单位：万元）
行政事业性收费 {9}
"""
FIGURES = ("1", "2", "3", "4", "5", "6", "70", "8", "9", "1.50")
FIELDS = (
    "regulations.issued",
    "regulations.repealed",
    "regulations.in_force",
    "normative_documents.issued",
    "normative_documents.repealed",
    "normative_documents.in_force",
    "licensing.decisions",
    "penalties.decisions",
    "coercion.decisions",
    "fees.amount",
)
HEAD = "某县财政局2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
TAIL = "\n三、收到和处理政府信息公开申请情况\n本机关没有收到申请。\n"


def written(*figures: str) -> str:
    return DISCLOSURE.format(*figures).strip()


def report(text: str) -> Report:
    found = examine((HEAD + text + TAIL).encode(), "a.txt").report
    assert found is not None
    return found


def read(text: str, table: str = "disclosure") -> dict[str, str | None]:
    """row.column -> its figure as text, "" for a blank, None for what cannot be told."""
    said: dict[str, str | None] = {}
    for row, columns in report(text).values[table].items():
        for column, value in columns.items():
            known = value.kind in (Kind.NUMBER, Kind.BLANK, Kind.DASH)
            said[f"{row}.{column}"] = (
                str(value.amount if value.value else value.raw) if known else None
            )
    return said


def whole() -> dict[str, str | None]:
    return dict(zip(FIELDS, FIGURES, strict=True))


def cells(text: str) -> str:
    """A cell a line."""
    return "\n".join(text.split())


# Rows from labels


@pytest.mark.parametrize(
    "text",
    [
        written(*FIGURES),
        cells(written(*FIGURES)),
        cells(written(*FIGURES)).replace("\n", "\n\n"),
        cells(written(*FIGURES)).replace("\n", " |\n"),
        "|\n" + cells(written(*FIGURES)).replace("\n", "\n|\n") + "\n|",
        written(*FIGURES).replace(" ", "\t").replace("规章", "规　章"),
        written(*FIGURES).replace("行政许可 ", "行政许可：").replace("规章 1 2 3", "规章：1，2，3"),
        cells(written(*FIGURES)).replace("规范性文件", "规范\n性文件").replace("件数", "\n件数"),
        written(*FIGURES).replace("行政规范性文件 4 5 6", "行政规范\n4 5 6\n性文件"),
        written(*FIGURES).replace("行政规范性文件 4 5 6", "行政规范\n（一）项 4 5 6\n性文件"),
        written(*FIGURES).replace("行政许可 70", "行政许可70").replace("强制 9", "强制9"),
        written(*FIGURES).replace("第二十条第（六）项", "第 3 页 共 5 页\n第二十条第（六）项"),
    ],
)
def test_rows_are_brought_back(text):
    assert read(text) == whole()


def test_a_page_on_one_line():
    prose = "全年工作平稳有序，各项任务如期完成，群众满意度进一步提高。" * 60
    text = " ".join(prose.split("，")) + " " + " ".join(written(*FIGURES).split())
    source = (HEAD + text + TAIL).replace("\n", " ").encode()

    found = examine(source, "a.txt").report

    assert found is not None
    assert found.values["disclosure"]["licensing"]["decisions"].value == 70


def test_the_paragraphs_around_the_table_stay():
    text = HEAD + cells(written(*FIGURES)) + TAIL
    document = examine(text.encode(), "a.txt").document

    assert [p.text for p in document.paragraphs()] == [
        *HEAD.split("\n")[:2],
        *TAIL.split("\n")[1:3],
    ]
    assert [table.columns_sure for table in document.tables()] == [False]


def test_a_mention_of_labels_is_no_table():
    document = Document(
        format=Format.TEXT,
        blocks=(Paragraph(text="行政许可 1\n行政处罚 2", where=Where(lines=(1, 2))),),
    )

    assert restore(document, ["disclosure"]) is document


def test_a_label_in_a_sentence_is_text():
    text = cells(written(*FIGURES)) + "\n今年共办理行政许可 12 件。"

    assert read(text) == whole()


def test_the_first_sign_of_a_label_set_vertically_is_no_figure():
    text = cells(written(*FIGURES)).replace(
        "第二十条第（六）项", "三\n、\n本\n年\n第二十条第（六）项"
    )

    assert read(text) == whole()


def test_a_row_that_the_form_does_not_know_keeps_its_figures():
    text = written(*FIGURES).replace("行政许可 70", "1.其他许可 6\n行政许可 70")

    assert read(text) == whole()


# Blanks


def test_blanks_that_left_no_trace_make_their_row_unreadable():
    said = read(cells(written("1", "", "3", *FIGURES[3:])))

    assert [said[field] for field in FIELDS[:3]] == [None, None, None]
    assert [said[field] for field in FIELDS[3:]] == list(FIGURES[3:])


def test_blank_cells_that_are_empty_lines():
    figures = ("1", "", "3", "", "5", "6", *FIGURES[6:])
    said = read("\n".join(written(*figures).replace(" ", "\n").split("\n")))

    assert [said[field] for field in FIELDS] == list(figures)


def test_empty_lines_between_rows_are_no_blank_cells():
    text = cells(written("1", "", "3", *FIGURES[3:])).replace("行政规范性文件", "\n行政规范性文件")

    assert [read(text)[field] for field in FIELDS[:3]] == [None, None, None]


def test_an_empty_line_after_every_cell_is_no_blank_cell():
    figures = ("", "2", "", "", "5", "", *FIGURES[6:])
    text = "\n\n".join(written(*figures).split())

    assert [read(text)[field] for field in FIELDS[:6]] == [None] * 6


def test_blank_cells_among_cells_with_an_empty_line_after_each():
    figures = ("1", "", "3", "", "5", "6", *FIGURES[6:])
    said = read("\n\n".join(written(*figures).replace(" ", "\n").split("\n")))

    assert [said[field] for field in FIELDS] == list(figures)


@pytest.mark.parametrize(("between", "blank", "rows"), [(1, 1, 0), (0, 1, 2), (1, 2, 1)])
def test_blank_cells_by_the_empty_lines_that_stand_between_heads(between, blank, rows):
    figures = ("1", "", "3", "", "", "6", "", "8", "", "")
    text = ""
    for row in written(*figures).split("\n"):
        for cell in row.split(" "):
            text += cell + "\n" * (1 + between) if cell else "\n" * blank
        text += "\n" * rows
    said = read(text)

    assert [said[field] for field in FIELDS] == list(figures)


def test_a_blank_last_cell_is_one_however_many_lines_a_blank_adds():
    text = "\n\n".join(written(*FIGURES[:9], "").split()) + "\n\n\n\n\n"
    values = report(text).values["disclosure"]

    assert values["coercion"]["decisions"].raw == FIGURES[8]
    assert values["fees"]["amount"].kind is Kind.BLANK


def test_blank_cells_at_the_end_of_a_text_that_ends_there_are_not_known():
    figures = ("1", "", "3", "", "", "6", "7", "8", "9", "")
    text = written(*figures).replace(" ", "\n") + "\n\n\n"
    found = examine((HEAD + text).encode(), "a.txt").report

    assert found is not None
    assert found.values["disclosure"]["fees"]["amount"].kind is Kind.UNREADABLE


def test_a_page_number_taken_out_is_no_blank_cell():
    text = written("1", "", "3", *FIGURES[3:]).replace("行政规范性", "- 1 -\n行政规范性")
    said = read(text + "\n- 2 -")

    assert [said[field] for field in FIELDS[:3]] == [None, None, None]


def test_blank_cells_between_pipes():
    figures = ("1", "", "3", *FIGURES[3:])
    lines = written(*figures).split("\n")
    said = read("\n".join(f"{cell} |".strip() for line in lines for cell in line.split(" ")))

    assert [said[field] for field in FIELDS] == list(figures)


def test_blanks_that_are_more_than_cells_tell_nothing():
    figures = ("1", "", "3", *FIGURES[3:])
    lines = written(*figures).split("\n")
    text = "\n".join(f"{cell} |" if cell else "|" for line in lines for cell in line.split(" "))
    said = read(text.replace("70 |", "70 |\n|").replace("9 |", "9 |\n|\n|"))

    assert [said[field] for field in FIELDS[:3]] == [None, None, None]


def test_a_row_that_lost_a_blank_cell_is_not_shifted():
    rows = [line.split(" ") for line in written("1", "", "3", *FIGURES[3:]).split("\n")]
    text = "\n".join(" | ".join(row + [""] * (4 - len(row))) for row in rows)
    said = read(text.replace("规章 | 1 |  | 3", "规章 | 1 | 3"))

    assert [said[field] for field in FIELDS[:3]] == [None, None, None]
    assert [said[field] for field in FIELDS[3:]] == list(FIGURES[3:])


def test_two_rows_on_one_line_are_parted():
    text = written(*FIGURES).replace(" ", "\t").replace("3\n行政规范", "3\t行政规范")

    assert read(text) == whole()


# Columns kept by spaces

LAID = """
第二十条第（一）项
信息内容                本年制发件数    本年废止件数    现行有效件数
规章                         {0:4}            {1:4}            {2:4}
行政规范性文件               {3:4}            {4:4}            {5:4}
第二十条第（五）项
信息内容                                本年处理决定数量
行政许可                                      {6:4}
第二十条第（六）项
信息内容                                本年处理决定数量
行政处罚                                      {7:4}
行政强制                                      {8:4}
第二十条第（八）项
信息内容                            本年收费金额（单位：万元）
行政事业性收费                                {9:4}
"""


@pytest.mark.parametrize(
    "figures",
    [
        ("", "2", "3", *FIGURES[3:]),
        ("1", "", "3", *FIGURES[3:]),
        ("1", "2", "", *FIGURES[3:]),
        ("", "", "3", "4", "", "", *FIGURES[6:]),
        ("", "", "", *FIGURES[3:6], "", *FIGURES[7:]),
    ],
)
def test_a_gap_between_columns_is_a_blank(figures):
    said = read(LAID.format(*figures))

    assert [said[field] for field in FIELDS] == list(figures)


def test_a_figure_between_two_columns_is_not_placed():
    laid = LAID.format("", "2", "3", *FIGURES[3:])
    row = next(line for line in laid.split("\n") if line.startswith("规章"))
    between = row[: row.index("2") - 8] + "2" + row[row.index("2") + 1 :]

    said = read(laid.replace(row, between))

    assert [said[field] for field in FIELDS[:3]] == [None, None, None]


def test_columns_of_one_page_are_not_those_of_the_next():
    laid = LAID.format("1", "2", "3", "4", "", "6", *FIGURES[6:])
    row = next(line for line in laid.split("\n") if line.startswith("行政规范性文件"))

    said = read(laid.replace(row, f"- 1 -\n{row}") + "\n- 2 -")

    assert [said[field] for field in FIELDS[:6]] == ["1", "2", "3", None, None, None]


@pytest.mark.parametrize("sign", ["{row}", "二\n{row}", "    二\n{row}", "二  {row}"])
def test_the_first_sign_of_a_vertical_label_is_no_figure_of_the_row_above(sign):
    laid = LAID.format("", "", "", *FIGURES[3:])
    row = next(line for line in laid.split("\n") if line.startswith("行政规范性文件"))

    said = read(laid.replace(row, sign.format(row=row)))

    assert [said[field] for field in FIELDS[:6]] == ["", "", "", *FIGURES[3:6]]


def test_two_spaces_between_all_cells_are_no_columns():
    text = written("1", "", "3", *FIGURES[3:]).replace(" ", "  ").replace("1    3", "1  3")

    assert [read(text)[field] for field in FIELDS[:3]] == [None, None, None]


def in_columns(label: str, *texts: str, han: int = 2) -> str:
    """A line of a page: a label, and the texts of columns of eight signs. `han`: the places that
    a Han character takes."""
    line = label
    for column, text in enumerate(texts):
        wide = sum(han if ord(sign) > 0x2000 else 1 for sign in line)
        line += " " * (30 + 8 * column - wide) * bool(text) + text
    return line


HALVES = (
    in_columns("", "自然人", "商业", "科研", "社会公", "法律服", "", "总计"),
    in_columns("", "", "", "", "", "", "其他"),
    in_columns("", "", "企业", "机构", "益组织", "务机构"),
)
ROWS = {
    "一、本年新收申请数量": ("2", "", "1", "", "", "", "3"),
    "二、上年结转申请数量": ("", "1", "", "", "", "", "1"),
    "（一）予以公开": ("1", "1", "", "", "", "", "2"),
    "（二）部分公开": (),
    "1.属于国家秘密": ("", "", "1", "", "", "", "1"),
    "2.其他法律行政法规禁止公开": (),
    "（七）总计": ("1", "1", "1", "", "", "", "3"),
    "四、结转下年度继续办理": ("1", "", "", "", "", "", "1"),
}


def below(heads: tuple[str, ...]) -> dict[str, str | None]:
    """What is read of the rows below heads."""
    table = [*heads, *(in_columns(label, *figures) for label, figures in ROWS.items())]
    return read(TAIL + "\n".join(table) + "\n" + DISPUTES, "requests")


def requests(heads: tuple[str, ...]) -> list[str | None]:
    """The figures of 一 and 二 below heads."""
    return list(below(heads).values())[:14]


def test_columns_by_heads_whose_halves_stand_under_each_other():
    assert requests(HALVES) == [*ROWS["一、本年新收申请数量"], *ROWS["二、上年结转申请数量"]]


def test_heads_one_space_apart_may_have_pushed_each_other():
    near = tuple(
        line.replace("  法律服", " 法律服").replace("  务机构", " 务机构") for line in HALVES
    )

    assert requests(near)[:7] == [None] * 7


def test_a_row_without_figures_is_blank_but_a_head_that_says_a_row_as_well_is_none():
    said = below(HALVES)

    assert said["denied_prohibited_by_law.total"] == ""
    assert said["other_remaining.total"] is None


#: A Han character takes one place, and by chance both figures end at one place if it takes two.
FEW_FIGURES = """
        信息内容        本年制发件数          本年废止件数    现行有效件数
规章
行政规范性文件                                        1
        信息内容                       本年处理决定数量
行政许可                                              6
行政处罚
行政强制
        信息内容                       本年收费金额（单位：万元）
行政事业性收费
"""


def test_how_places_count_is_told_by_all_tables_together():
    requests = "\n".join(in_columns(label, *ROWS[label], han=1) for label in ROWS)
    said = read(FEW_FIGURES + TAIL + requests)

    assert [said[field] for field in FIELDS[3:7]] == ["", "", "1", "6"]


def test_figures_that_count_alike_either_way_stand_where_both_say():
    said = read(FEW_FIGURES.replace(" 6", ""))

    assert [said[field] for field in FIELDS[3:6]] == [None, None, None]


def test_full_rows_that_stand_elsewhere_show_no_columns():
    laid = LAID.format("1", "2", "3", "4", "", "6", *FIGURES[6:])
    row = next(line for line in laid.split("\n") if line.startswith("规章"))
    other = row.replace("规章  ", "1.规章制度" + " " * 12)
    said = read(laid.replace(row, f"{row}\n{other}"))

    assert [said[field] for field in FIELDS[:6]] == ["1", "2", "3", None, None, None]


def test_full_rows_one_space_apart_may_have_pushed_each_other():
    laid = LAID.format("1", "2", "3", "4", "", "6", *FIGURES[6:])
    row = next(line for line in laid.split("\n") if line.startswith("规章"))
    said = read(laid.replace(row, "规章                         1111111111111111 2222222222 3"))

    assert [said[field] for field in FIELDS[3:6]] == ["4", "", "6"]


# Order


def test_figures_before_their_labels_are_not_the_next_label_s():
    text = cells(written(*FIGURES))
    for label, figures in (("规章", "1\n2\n3"), ("行政规范性文件", "4\n5\n6")):
        text = text.replace(f"{label}\n{figures}", f"{figures}\n{label}")
    said = read(text)

    assert [said[field] for field in FIELDS[:6]] == [None] * 6
    assert [said[field] for field in FIELDS[6:]] == list(FIGURES[6:])


def test_labels_and_figures_torn_apart_are_not_put_together():
    words = written(*FIGURES).split()
    labels = [word for word in words if word not in FIGURES]
    said = read("\n".join([*labels, *FIGURES]))

    assert set(said.values()) == {None}


def test_one_figure_after_all_labels_is_nobody_s():
    said = read(cells(written(*[""] * 9, "24")))

    assert said["fees.amount"] is None


def test_figures_in_tables_of_one_row_below_their_labels_are_none_of_other_rows():
    text = "\n".join(
        f"{line.split()[0]}\n" + "\t".join(line.split()[1:])
        for line in written(*FIGURES).split("\n")
    )

    assert set(read(text).values()) == {None}


def test_too_many_figures_are_none():
    text = cells(written(*FIGURES)).replace("1\n2\n3", "1\n2\n3\n4")

    assert [read(text)[field] for field in FIELDS[:3]] == [None, None, None]


# Table 四

DISPUTES = "四、政府信息公开行政复议、行政诉讼情况\n"
LEAVES = "结果维持 结果纠正 其他结果 尚未审结 总计"


def disputes(text: str) -> list[str | None]:
    return list(
        read(TAIL + DISPUTES + text + "\n五、存在的主要问题及改进情况\n", "disputes").values()
    )


FIFTEEN = [str(n) for n in range(15)]


@pytest.mark.parametrize(
    "head",
    [
        f"行政复议 行政诉讼\n{LEAVES} 未经复议直接起诉 复议后起诉\n{LEAVES} {LEAVES}",
        f"行政复议\n行政诉讼\n{LEAVES} 未经复议直接起诉 复议后起诉\n{LEAVES} {LEAVES}".replace(
            " ", "\n"
        ),
        "行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n结果 结果 其他 尚未\n总计\n"
        "维持 纠正 结果 审结\n结果 结果 其他 尚未 结果 结果 其他 尚未\n总计 总计\n"
        "维持 纠正 结果 审结 维持 纠正 结果 审结",
        "行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n结果 结果 其他 尚未\n总计\n"
        "维持 纠正 结果 审结 结果 结果 其他 尚未 结果 结果 其他 尚未\n总计 总计\n"
        "维持 纠正 结果 审结 维持 纠正 结果 审结",
    ],
)
def test_fifteen_figures_under_their_heads(head):
    assert disputes(f"{head}\n{' '.join(FIFTEEN)}") == ["0", *FIFTEEN[1:]]


def test_fewer_than_fifteen_figures_are_none():
    head = f"行政复议 行政诉讼\n{LEAVES} 未经复议直接起诉 复议后起诉\n{LEAVES} {LEAVES}"

    assert disputes(f"{head}\n{' '.join(FIFTEEN[1:])}") == [None] * 15


def test_fifteen_blank_cells():
    head = f"行政复议 行政诉讼 {LEAVES} 未经复议直接起诉 复议后起诉 {LEAVES} {LEAVES}"
    text = "\n".join(f"{label} |" for label in head.split()) + "\n|" * 15

    assert disputes(text) == [""] * 15


# Time


@pytest.mark.parametrize(
    "lines",
    [["行政", "行政", "3"] * 300, ["规章", "0"] * 3_000, ["其他", "其他", "政", "0"] * 800],
    ids=["equal pieces", "labels", "pieces"],
)
def test_pieces_of_labels_without_end_come_to_an_end(lines):
    blocks = tuple(
        Paragraph(text=line, where=Where(lines=(n, n))) for n, line in enumerate(lines, 1)
    )
    document = Document(format=Format.TEXT, blocks=blocks)
    start = time.perf_counter()

    restored = restore(unfold(document), ["disclosure", "requests", "disputes"])

    assert restored.blocks
    assert time.perf_counter() - start < 20


# Heads in rows of cells


def test_heads_whose_halves_stand_in_two_rows():
    halves = table(
        "行政复议 | 行政诉讼\n结果 | 结果 | 其他 | 尚未 | 总计\n维持 | 纠正 | 结果 | 审结",
        columns_sure=False,
    )
    whole = with_whole_heads(halves)

    assert [cell.text for cell in whole.cells if cell.row == 1] == [
        "结果维持",
        "结果纠正",
        "其他结果",
        "尚未审结",
        "总计",
    ]
    assert whole.n_rows == 2


def test_a_row_below_that_is_no_half_stays():
    rows = table("商业 | 科研 | 其他\n企业 | 机构 | 说明", columns_sure=False)

    assert with_whole_heads(rows) is rows


LINES = """
行政复议 行政诉讼
结果 结果 其他 尚未 未经复议直接起诉 复议后起诉
总计 结果 结果 其他 尚未 结果 结果 其他 尚未
维持 纠正 结果 审结 总计 总计
维持 纠正 结果 审结 维持 纠正 结果 审结
"""
OUTCOMES = " ".join(map(str, range(15)))


def test_the_heads_of_table_four_in_the_lines_of_a_page():
    text = f"四、政府信息公开行政复议、行政诉讼情况{LINES}{OUTCOMES}"
    said = read(written(*FIGURES) + "\n" + text, "disputes")

    assert list(said.values()) == OUTCOMES.split()


def test_heads_of_table_four_that_change_places_tell_nothing():
    changed = LINES.replace("维持 纠正 结果 审结 维持", "纠正 维持 结果 审结 维持")
    text = f"四、政府信息公开行政复议、行政诉讼情况{changed}{OUTCOMES}"
    values = report(written(*FIGURES) + "\n" + text).values["disputes"]

    assert not any(value.value for line in values.values() for value in line.values())


@pytest.mark.parametrize(
    "parts", [("2.", "其他法律行政法规禁止公开"), ("2", ".其他法律行政法规禁止公开")]
)
def test_the_number_of_a_label_on_a_line_of_its_own_is_no_figure(parts):
    blocks = tuple(
        Paragraph(text=text, where=Where(lines=(n, n)))
        for n, text in enumerate(("0", *parts, "7"), 1)
    )
    marks = to_marks(Document(format=Format.TEXT, blocks=blocks), "requests")

    assert [mark.text for mark in marks] == ["0", "2.其他法律行政法规禁止公开", "7"]
    assert marks[1].where.lines == (2, 3)


def test_the_last_figure_of_a_row_is_no_number_of_what_goes_on_below():
    lines = ("2.申请人逾期", "未按收费通知", "要求缴纳费用", "       0   3   1", "、行政机关不")
    blocks = tuple(
        Paragraph(text=text, where=Where(lines=(n, n))) for n, text in enumerate(lines, 1)
    )
    marks = to_marks(Document(format=Format.TEXT, blocks=blocks), "requests")

    assert [mark.text for mark in marks][-4:] == ["0", "3", "1", "、行政机关不"]


# A label that was lost


@pytest.mark.parametrize("between", ["\n", "\n\n", " |\n"])
def test_figures_below_heads_whose_label_was_lost(between):
    text = written(*FIGURES).replace("规章 ", "").replace("行政许可 ", "")
    found = report(between.join(text.split()))

    assert read(between.join(text.split())) == whole()
    by = {value.placed_by for value in found.values["disclosure"]["regulations"].values()}
    assert by == {PlacedBy.ORDER}


#: The header is printed again in the middle of a row.
CUT = """
自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计
一、本年新收申请数量 5 0 0 0 0 0 5
二、上年结转申请数量 0 0 0 0 0 0 0
（一）予以公开 1 0 0 0 0 0 1
1.属于国家秘密 0 0 0 0 0 0 0
2.其他法律行政法规禁止公开 1 0 0 0 0 0 1
3.危及“三安
自然人 总计
商业企业 科研机构 社会公益组织 法律服务机构{middle}
其他 2 0 0 0 0 0 2
4.保护第三方合法权益 1 0 0 0 0 0 1
（七）总计 5 0 0 0 0 0 5
四、结转下年度继续办理 0 0 0 0 0 0 0
"""


@pytest.mark.parametrize("word", ["全一稳定”", ""])
def test_the_last_head_of_a_header_in_the_middle_of_a_row_says_no_row(word):
    said = read(TAIL + CUT.format(middle=f" {word}"), "requests")

    assert said["denied_prohibited_by_law.total"] == "1"
    assert said["denied_security_stability.total"] is None
    assert said["other_remaining.total"] is None


def test_a_row_below_a_header_that_is_whole_says_what_it_says():
    text = CUT.replace("3.危及“三安\n", "").format(middle=" 其他")
    said = read(TAIL + text, "requests")

    assert said["other_remaining.total"] == "2"
    assert said["denied_security_stability.total"] is None


@pytest.mark.parametrize(("figures", "edition"), [("", "2021"), (" 0" * 7, "2019")])
def test_a_label_alone_that_is_a_group_of_the_other_edition_shows_none(figures, edition):
    heads = "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"
    group = "（六）其他处理"
    torn = ("1.申请人无正当理由逾期不补", "正、行政机关不再处理其政府", "信息公开申请")
    rows = [
        f"{line.numbering}{line.label}{' 0' * 7}"
        for line in FORM.edition("requests", "2021").rows()
        if not line.optional and group not in line.group
    ]
    text = "\n".join((heads, *rows[:-2], group + figures, *torn, *rows[-2:]))

    assert report(TAIL + text).edition["requests"] == edition


@pytest.mark.parametrize(
    ("heads", "row"),
    [("现行有效件数 50 60 70", "1 2 3"), ("现行有效件数 50", "1 2 3"), ("现行有效件数", "1 2 3 7")],
)
def test_figures_too_many_below_heads_are_nobodys(heads, row):
    """Where a label was lost, which of them are the row's is not known."""
    text = written(*FIGURES).replace("现行有效件数", heads).replace("规章 1 2 3", row)

    lost = dict.fromkeys(field for field in FIELDS if field.startswith("regulations."))
    assert read(text) == whole() | lost


def test_figures_where_a_label_was_overwritten_are_none_of_the_row():
    """It is all one which of the others are."""
    text = written("0", "0", "0", *FIGURES[3:]).replace("规章 0", "0 0")

    nothing = dict.fromkeys((field for field in FIELDS if field.startswith("regulations.")), "0")
    assert read(text) == whole() | nothing


def test_heads_are_no_name_of_a_row():
    lines = [f"| {' | '.join(line.split())} |" for line in written(*FIGURES).split("\n")]
    lines.insert(4, "| 全部 | 本年废止件数 | 现行有效件数 | 8 | 9 |")

    found = report("\n".join(lines)).left_over
    assert [(left.label, left.values) for left in found] == [("全部", ("8", "9"))]


#: As a program takes a page apart that goes by columns: the label of a row before its heads.
BEFORE_HEADS = """
信息内容 本年新制作数量 本年新公开数量 对外公开总数量
规章 0 1 0
规范性文件 3 2 15
信息内容 上一年项目数量 本年增/减 处理决定数量
行政许可 84 91 5
其他对外管理服务事项 7 0 0
行政处罚 7 2 25
行政强制 4 0 0
信息内容
{0}
上一年项目数量 本年增/减
{1} 6 8
"""


def test_figures_that_heads_part_from_a_label_are_not_those_of_the_row_missing_next():
    said = read(BEFORE_HEADS.format("行政事业性收费", ""))

    assert said["coercion.decisions"] == "0"
    assert [said["fees.previous_items"], said["fees.change"]] == [None, None]
    assert [said["procurement.projects"], said["procurement.amount"]] == [None, None]


def test_figures_with_a_label_of_their_own_below_heads_are_its_row_s():
    said = read(BEFORE_HEADS.format("", "行政事业性收费"))

    assert [said["fees.previous_items"], said["fees.change"]] == ["6", "8"]


# 增 without its figure


@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_more_without_a_figure_is_a_figure_of_its_row(between):
    heads = "信息内容 上一年项目数量 本年增/减 处理决定数量"
    rows = ["规章 0 0 0", "规范性文件 3 2 15", "行政许可 84 增91 5", "其他对外管理服务事项 0 0 0",
            "行政处罚 7 增 25", "行政强制 0 0 0"]  # fmt: skip
    lines = ["信息内容 本年新制作数量 本年新公开数量 对外公开总数量", *rows[:2], heads, *rows[2:4],
             heads, *rows[4:], "信息内容 上一年项目数量 本年增/减",
             "行政事业性收费 2 减"]  # fmt: skip
    text = "\n".join(line.replace(" ", between) for line in lines)
    values = report(text).values["disclosure"]

    assert [v.value for v in values["penalties"].values()] == [7, None, 25]
    assert [v.value for v in values["fees"].values()] == [2, None]
    assert [v.value for v in values["licensing"].values()] == [84, 91, 5]


# Table 四 whose heads are torn

TORN = """四、政府信息公开行政复议、行政诉讼情况
行政复议 行政诉讼
未经复议直接起诉 复议后起诉
结 结 其 尚
结 结 其 尚 结 结 其 尚
果 果 他 未
总计 果 果 他 未 总 果 果 他 未 总
维 纠 结 审
维 纠 结 审 计 维 纠 结 审 计
持 正 果 结
持 正 果 结 持 正 果 结
{figures}
五、存在的主要问题及改进情况
"""
TIED = "2 0 1 0 3 1 0 0 0 1 0 1 0 2 3"
UNTIED = TIED.removesuffix("3") + "4"


def below_torn_heads(text: str) -> list[int | None]:
    found = report(cells(written(*FIGURES)) + "\n" + text).values.get("disputes", {})
    return [value.value for line in found.values() for value in line.values()]


@pytest.mark.parametrize("figures", [TIED, UNTIED, TIED.replace(" ", "\n")])
def test_all_heads_of_table_four_in_pieces(figures):
    assert below_torn_heads(TORN.format(figures=figures)) == [int(f) for f in figures.split()]


@pytest.mark.parametrize(
    ("gone", "instead"),
    [("\n持 正 果 结\n", "\n"), ("维 纠 结 审\n", "维 结 审\n"), ("总计 果", "果"), ("尚\n", "\n")],
)
def test_heads_of_which_a_part_is_lost_where_the_figures_tie(gone, instead):
    torn = TORN.replace(gone, instead)

    assert below_torn_heads(torn.format(figures=TIED)) == [int(f) for f in TIED.split()]
    assert below_torn_heads(torn.format(figures=UNTIED)) == []


@pytest.mark.parametrize("figures", [TIED + " 9", TIED.removesuffix(" 3"), TIED.replace("2", "?")])
def test_torn_heads_over_another_number_of_figures(figures):
    assert not any(below_torn_heads(TORN.replace("\n持 正 果 结\n", "\n").format(figures=figures)))


# Units apart from their figures


@pytest.mark.parametrize(
    ("amount", "value", "unit"),
    [("12.50 万元", "12.50", "万元"), ("12.50 万", "12.50", "万"), ("12.50万", "12.50", "万")],
)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_a_unit_belongs_to_the_figure_before_it(amount, value, unit, between):
    text = written(*FIGURES).replace("行政事业性收费 1.50", f"行政事业性收费{between}{amount}")
    fees = report(text).values["disclosure"]["fees"]["amount"]

    assert (str(fees.value), fees.unit) == (value, unit)


@pytest.mark.parametrize("between", [" ", "\n"])
def test_units_among_several_figures(between):
    text = written(*FIGURES).replace("规章 1 2 3", f"规章{between}1 件 2 件 3 件")

    assert [read(text)[field] for field in FIELDS[:3]] == ["1", "2", "3"]


def test_ten_thousands_of_anything_else_are_no_figure():
    assert read(written(*FIGURES).replace("行政许可 70", "行政许可 3 万"))[FIELDS[6]] is None


# Rows that are numbered

NUMBERED = """
序号
第二十条第（一）项
信息内容 本年制发件数 本年废止件数 现行有效件数
1 规章 1 2 3
2 行政规范性文件 4 5 6
3 第二十条第（五）项
4 信息内容 本年处理决定数量
5 行政许可 70
6 第二十条第（六）项
7 信息内容 本年处理决定数量
8 行政处罚 8
9 行政强制 9
10 第二十条第（八）项
11 信息内容 本年收费金额（单位：万元）
12 行政事业性收费 1.50
""".strip()


@pytest.mark.parametrize("parted", [" ", "\n"])
def test_the_numbers_of_rows_are_no_figures(parted):
    assert read(NUMBERED.replace(" ", parted)) == whole()


def test_a_blank_is_not_filled_by_the_number_of_the_next_row():
    lines = NUMBERED.replace("行政许可 70", "行政许可").replace(" ", "\n")

    assert read(lines)["licensing.decisions"] is None


def test_where_numbers_stand_in_the_middle_of_labels_no_figure_is_told_from_them():
    cut = NUMBERED.replace("5 行政许可 70", "行政许\n5 70\n可")

    document = Document(format=Format.TEXT, blocks=(Paragraph(text=cut, where=Where()),))
    assert restore(document, ["disclosure"]) is document
