"""Tables that a page break cut, made whole again."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_drawing import Paper, drawn, read, tables

XS = (50.0, 150.0, 250.0, 350.0)
HEAD = ("项目", "本年", "上年")
FEW = [("规章", "0", "12"), ("文件", "3", "8")]
MORE = [("许可", "5", "6"), ("处罚", "7", "9")]
WHOLE = ["项目|本年|上年", "规章|0|12", "文件|3|8", "许可|5|6", "处罚|7|9"]


def ys(top: float, n: int) -> list[float]:
    return [top + 20 * row for row in range(n + 1)]


def two_pages(
    upper: Sequence[Sequence[str]],
    lower: Sequence[Sequence[str]],
    between: str = "",
    shift: float = 0,
    number: bool = True,
) -> bytes:
    paper = Paper()
    paper.text(50, 660, "本级情况如下表所示。")
    paper.grid(XS, ys(700, len(upper)), upper)
    if number:
        paper.text(300, 810, "- 1 -", align="center")
    paper.page()
    if between:
        paper.text(50, 70, between)
    paper.grid([x + shift for x in XS], ys(80, len(lower)), lower)
    if number:
        paper.text(300, 810, "- 2 -", align="center")
    return paper.done()


def test_a_table_over_two_pages_with_page_numbers() -> None:
    document = read(two_pages([HEAD, *FEW], MORE))
    (table,) = document.tables()
    assert drawn(table) == WHOLE
    assert table.id == "p1/t1"
    assert [paragraph.text for paragraph in document.paragraphs()] == ["本级情况如下表所示。"]
    assert {cell.where.page for cell in table.cells} == {1, 2}


def test_a_repeated_header_is_dropped() -> None:
    assert tables(two_pages([HEAD, *FEW], [HEAD, *MORE])) == [WHOLE]


def test_a_margin_for_binding_shifts_the_rest() -> None:
    assert tables(two_pages([HEAD, *FEW], MORE, shift=20)) == [WHOLE]


def test_a_heading_between_parts_two_tables() -> None:
    assert tables(two_pages([HEAD, *FEW], MORE, between="三、申请情况")) == [WHOLE[:3], WHOLE[3:]]


def test_other_columns_are_another_table() -> None:
    paper = Paper()
    paper.grid(XS, ys(700, 3), [HEAD, *FEW])
    paper.page()
    paper.grid((50, 120, 350), ys(80, 2), [("甲", "1"), ("乙", "2")])
    assert tables(paper.done()) == [WHOLE[:3], ["甲|1", "乙|2"]]


def test_fewer_columns_on_the_same_edges_go_on() -> None:
    paper = Paper()
    paper.grid(XS, ys(700, 3), [HEAD, *FEW])
    paper.page()
    paper.grid((50, 150, 350), ys(80, 2), [("许可", "1"), ("处罚", "2")])
    assert tables(paper.done()) == [[*WHOLE[:3], "许可|1|<", "处罚|2|<"]]


def test_running_heads_do_not_stand_in_the_way() -> None:
    paper = Paper()
    for page, rows in ((1, [HEAD, *FEW]), (2, MORE)):
        paper.text(300, 40, "某县财政局政府信息公开工作年度报告", align="center")
        paper.grid(XS, ys(700 if page == 1 else 80, len(rows)), rows)
        paper.text(300, 810, f"第 {page} 页 共 2 页", align="center")
        paper.page()
    document = read(paper.done())
    assert [drawn(table) for table in document.tables()] == [WHOLE]
    texts = [paragraph.text for paragraph in document.paragraphs()]
    assert texts == ["某县财政局政府信息公开工作年度报告"]


def stub_grid(
    paper: Paper, top: float, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
) -> None:
    """A table with labels over several rows: group, label, figure."""
    y = top
    paper.line(50, y, 350, y)
    start = y
    for group, rows in groups:
        group_top = y
        for n, part in enumerate(group.split("\n")):
            paper.text(54, group_top + 14 + 12 * n, part)
        for label, figure in rows:
            paper.text(154, y + 14, label)
            paper.text(254, y + 14, figure)
            y += 20
            paper.line(150, y, 350, y)
        paper.line(50, y, 150, y)
    for x in XS:
        paper.line(x, start, x, y)


def test_the_rest_of_a_label_is_blank() -> None:
    paper = Paper()
    stub_grid(
        paper,
        700,
        [("（三）不予公开", [("1.甲", "1"), ("2.乙", "2")]), ("（四）无法提供", [("1.丙", "31")])],
    )
    paper.page()
    stub_grid(
        paper, 80, [("", [("2.丁", "1"), ("3.戊", "0")]), ("（五）不予处理", [("1.己", "4")])]
    )
    assert tables(paper.done()) == [
        [
            "（三）不予公开|1.甲|1",
            "^|2.乙|2",
            "（四）无法提供|1.丙|31",
            "^|2.丁|1",
            "^|3.戊|0",
            "（五）不予处理|1.己|4",
        ]
    ]


def test_the_text_of_a_label_is_cut() -> None:
    paper = Paper()
    stub_grid(paper, 700, [("（四）无", [("1.丙", "31")])])
    paper.page()
    stub_grid(
        paper, 80, [("法提供", [("2.丁", "1"), ("3.戊", "0")]), ("（五）不予处理", [("1.己", "4")])]
    )
    assert tables(paper.done()) == [
        [
            "（四）无/法提供|1.丙|31",
            "^|2.丁|1",
            "^|3.戊|0",
            "（五）不予处理|1.己|4",
        ]
    ]


def test_a_label_that_begins_on_the_next_page_stays_there() -> None:
    paper = Paper()
    stub_grid(paper, 700, [("（四）无法提供", [("1.丙", "31"), ("2.丁", "1")])])
    paper.page()
    stub_grid(paper, 80, [("（五）不予处理", [("1.己", "4"), ("2.庚", "0")])])
    assert tables(paper.done()) == [
        [
            "（四）无法提供|1.丙|31",
            "^|2.丁|1",
            "（五）不予处理|1.己|4",
            "^|2.庚|0",
        ]
    ]


def test_a_row_cut_through_its_lines() -> None:
    upper = [HEAD, *FEW, ("行政事业性收费和政", "7", "5")]
    assert tables(two_pages(upper, [("府性基金", "", ""), *MORE])) == [
        [
            *WHOLE[:3],
            "行政事业性收费和政/府性基金|7|5",
            *WHOLE[3:],
        ]
    ]


def test_a_row_whose_figures_are_blank_is_no_rest_if_it_is_numbered() -> None:
    upper = [HEAD, ("1.规章", "0", "12")]
    assert tables(two_pages(upper, [("2.许可", "", ""), ("3.处罚", "7", "9")])) == [
        [
            "项目|本年|上年",
            "1.规章|0|12",
            "2.许可||",
            "3.处罚|7|9",
        ]
    ]


#: A label column of `size` 10 with room for four characters.
NARROW = (50.0, 98.0, 150.0, 200.0)


def narrow(upper: Sequence[str], lower: Sequence[str], high: float) -> bytes:
    """One row above the break and one below it; a row is as high as given."""
    paper = Paper()
    for top, row in ((700 - high, upper), (80, lower)):
        y = 680 if row is upper else top
        paper.grid(NARROW, (y - 20, y, y + high), (HEAD, ("", "", "")))
        for x, text in zip(NARROW, row, strict=False):
            paper.text(x + 4, y + high / 2 + 4, text)
        paper.page()
    return paper.done()


def test_a_label_that_leaves_room_ends_above_the_break() -> None:
    """A row of blanks below the break is a row, whatever figures stand above."""
    upper = [HEAD, *FEW, ("行政处罚", "14", "2")]
    assert tables(two_pages(upper, [("行政强制", "", ""), *MORE])) == [
        [*WHOLE[:3], "行政处罚|14|2", "行政强制||", *WHOLE[3:]]
    ]


def test_labels_in_the_middle_of_their_cells_are_two() -> None:
    source = narrow(("行政处罚", "14", "2"), ("行政强制", "", ""), high=31)
    assert tables(source) == [["项目|本年|上年", "行政处罚|14|2", "行政强制||"]]


def test_a_label_cut_over_a_row_of_blanks() -> None:
    source = narrow(("行政事业", "", ""), ("性收费", "", ""), high=12)
    assert tables(source) == [["项目|本年|上年", "行政事业/性收费||"]]


def test_low_pages_have_margins_as_wide_as_others() -> None:
    paper = Paper(height=260)
    for number, row in enumerate([*FEW, *MORE]):
        rows = [HEAD, row] if number == 0 else [row]
        paper.grid(XS, ys(80, len(rows)), rows)
        paper.text(300, 225, f"- {number + 1} -", align="center")
        paper.page()
    assert tables(paper.done()) == [WHOLE]


def test_a_table_over_three_pages() -> None:
    paper = Paper()
    for page in range(3):
        rows = [(f"{page}{n}", str(n), "0") for n in range(35)]
        paper.grid(XS, ys(80, 36), [HEAD, *rows])
        paper.page()
    (table,) = read(paper.done()).tables()
    assert table.n_rows == 1 + 3 * 35


def test_a_label_that_stands_wholly_on_the_second_page() -> None:
    """The text is set in the middle of a cell whose upper part ends the first page."""
    paper = Paper()
    stub_grid(paper, 700, [("", [("1.丙", "31"), ("2.丁", "1")])])
    paper.page()
    stub_grid(paper, 80, [("（四）无法提供", [("3.戊", "0"), ("4.庚", "0")])])
    assert tables(paper.done()) == [["（四）无法提供|1.丙|31", "^|2.丁|1", "^|3.戊|0", "^|4.庚|0"]]


def test_a_row_cut_beside_a_label_over_several_rows() -> None:
    paper = Paper()
    stub_grid(paper, 700, [("", [("1.丙", "31"), ("2.危及公共安全和", "")])])
    paper.page()
    stub_grid(paper, 80, [("（三）不予公开", [("三安全", "1"), ("3.戊", "0")])])
    assert tables(paper.done()) == [
        ["（三）不予公开|1.丙|31", "^|2.危及公共安全和/三安全|1", "^|3.戊|0"]
    ]


def test_a_tall_cell_with_only_its_sides_on_a_page_keeps_its_column() -> None:
    # Chromium draws no line above and below a cell that begins and ends on other pages
    paper = Paper()
    paper.grid((50, 100, 200, 300), ys(700, 2), [("类别", "项目", "本年"), ("办理", "公开", "1")])
    paper.page()
    paper.grid((100, 200, 300), ys(40, 4), [(f"第{n}类", f"{n}") for n in (2, 3, 4, 5)])
    paper.line(50, 40, 50, 120)
    (table,) = tables(paper.done())
    assert table[1:4] == ["办理|公开|1", "^|第2类|2", "^|第3类|3"]


def test_a_break_between_heads_and_figures_leaves_a_blank_its_own() -> None:
    paper = Paper()
    for x in XS:
        paper.line(x, 740, x, 800)
    paper.line(50, 740, 350, 740)
    paper.line(150, 770, 350, 770)
    paper.line(50, 800, 350, 800)
    paper.line(50, 800, 350, 800)
    for x, y, text in ((60, 775, "维持"), (160, 760, "其他"), (260, 760, "总计")):
        paper.text(x, y, text)
    for x, text in ((160, "甲"), (260, "乙")):
        paper.text(x, 790, text)
    paper.page()
    paper.grid(XS, ys(80, 1), [("", "3", "4")])
    assert tables(paper.done()) == [["维持|其他|总计", "^|甲|乙", "|3|4"]]


def test_heads_of_which_one_character_stands_above_the_break_are_one_row() -> None:
    heads = two_pages([["总", "合", "其"]], [["计", "计", "他"], ["1", "2", "3"]])

    assert tables(heads) == [["总/计|合/计|其/他", "1|2|3"]]
