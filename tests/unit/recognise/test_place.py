"""Grids drawn as text -> figures in their fields: headers, merged cells, padding, pieces."""

import pytest
from pictures import figures, reading, rules, table

from tasks.recognise.rows import spoken_of, table_rows, tables_to_segments
from tasks.render.wording import told
from tasks.says.figures import hides_figures

DISCLOSURE = """
    第二十条第（一）项 | < | < | <
    信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数
    规章 | 1 | 0 | 2
    行政规范性文件 | 3 | / |
    第二十条第（五）项 | < | < | <
    信息内容 | 本年处理决定数量 | < | <
    行政许可 | 4 | < | <
    第二十条第（六）项 | < | < | <
    信息内容 | 本年处理决定数量 | < | <
    行政处罚 | 5 | < | <
    行政强制 | 6 | < | <
    第二十条第（八）项 | < | < | <
    信息内容 | 本年收费金额（单位：万元） | < | <
    行政事业性收费 | 7.50 | < | <
"""
#: The corner is left blank: a picture draws spans in one direction only.
HEAD = """
    勾稽关系 | | | 自然人 | 法人或其他组织 | < | < | < | < | 总计
    | | | ^ | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | ^
"""
BODY = """
    一、本年新收政府信息公开申请数量 | < | < | 3 | 1 | 0 | 0 | 0 | 0 | 4
    二、上年结转政府信息公开申请数量 | < | < | 0 | 0 | 0 | 0 | 0 | 0 | 0
    三、本年度办理结果 | （一）予以公开 | < | 2 | 1 | 0 | 0 | 0 | 0 | 3
    ^ | （二）部分公开 | < | 0 | 0 | 0 | 0 | 0 | 0 | 0
    ^ | （三）不予公开 | 1.属于国家秘密 | 1 | 0 | 0 | 0 | 0 | 0 | 1
    ^ | ^ | 2.其他法律行政法规禁止公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0
    ^ | （六）其他处理 | 3.其他 | 0 | 0 | 0 | 0 | 0 | 0 | 0
    ^ | （七）总计 | < | 3 | 1 | 0 | 0 | 0 | 0 | 4
    四、结转下年度继续办理 | < | < | 0 | 0 | 0 | 0 | 0 | 0 | 0
"""
REQUESTS = HEAD + BODY


def replaced(picture: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in picture
        picture = picture.replace(old, new)
    return picture


# Rows and segments


def test_a_row_has_its_own_cells_and_those_that_hang_down():
    rows = table_rows(table("a | b | c \n ^ | d | <"))

    assert [cell.text for cell in rows[1].cells] == ["a", "d"]
    assert [cell.text for cell in rows[1].own] == ["d"]
    assert not rows[1].has_values()


def test_tables_joined_into_one_are_told_apart_by_their_labels():
    joined = table(DISCLOSURE + REQUESTS)

    segments = tables_to_segments([joined])

    assert set(segments) == {"disclosure", "requests"}
    assert len(segments["disclosure"][0].rows) == 14


@pytest.mark.parametrize(
    ("labels", "first"),
    [("行政许可 | 商业企业 | 1", "disclosure"), ("商业企业 | 行政许可 | 1", "requests")],
)
def test_a_row_that_tells_of_two_tables_alike_is_the_first_one_s(labels: str, first: str):
    assert spoken_of(table_rows(table(labels))[0]) == first


@pytest.mark.parametrize(
    ("text", "hides"),
    [("1.属于国家秘密", False), ("（1）规章", False), ("规章1 0", True), ("1.规章 2.", True)],
)
def test_digits_that_number_nothing_may_be_figures(text: str, hides: bool):
    assert hides_figures(text) is hides


def test_a_table_of_other_things_is_no_segment():
    other = table("序号 | 单位 | 数量 \n 1 | 办公室 | 3 \n 2 | 财务科 | 5")

    assert tables_to_segments([other]) == {}


def test_a_piece_without_labels_goes_on_with_the_table_before_it():
    whole = table("行政许可 | 4 \n 行政处罚 | 5")
    rest = table("| 6 \n | 7", id="t2")

    segments = tables_to_segments([whole, rest])["disclosure"]

    assert [segment.table.id for segment in segments] == ["t1", "t2"]


@pytest.mark.parametrize("parted", ["\n", "|"])
def test_of_a_row_that_a_page_cut_in_its_label_no_half_is_blank(parted: str):
    """In one table of the document, or in two."""
    row = "    ^ | ^ | 2.其他法律行政法规禁止公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0"
    upper = "    ^ | ^ | 2.其他法律行政 | | | | | | | 4"
    lower = "    ^ | ^ | 法规禁止公开 | 3 | 1 | 0 | 0 | 0 | 0 | "
    before, after = REQUESTS.split(row)
    pieces = [before + upper + "\n" + lower + after]
    if parted == "|":
        pieces = [before + upper, lower.replace("^", "") + after.replace("^", "", 2)]
    found = reading("requests", *pieces)

    assert figures(found, "denied_prohibited_by_law") == "? ? ? ? ? ? ?"
    assert figures(found, "denied_state_secret") == "1 0 0 0 0 0 1"


# Table 二


def test_the_first_table_as_printed():
    found = reading("disclosure", DISCLOSURE)

    assert found.edition.edition == "2021"
    assert figures(found, "regulations") == "1 0 2"
    assert figures(found, "normative_documents") == "3 / _"
    assert [figures(found, row) for row in ("licensing", "penalties", "coercion", "fees")] == [
        "4", "5", "6", "7.50",
    ]  # fmt: skip
    assert found.values["regulations"]["repealed"].at == "t1/r3c3"
    assert found.findings == ()


def test_columns_go_by_their_headers_not_by_their_order():
    picture = replaced(
        DISCLOSURE,
        (
            "本年制发件数 | 本年废止件数 | 现行有效件数",
            "现行有效件数 | 本年制发件数 | 本年废止件数",
        ),
    )

    found = reading("disclosure", picture)

    assert {c: v.value for c, v in found.values["regulations"].items()} == {
        "in_force": 1, "issued": 0, "repealed": 2,
    }  # fmt: skip


def test_the_labels_decide_the_edition_whatever_the_year():
    for year in (2019, 2023, None):
        assert reading("disclosure", DISCLOSURE, year=year).edition.edition == "2021"


def test_a_row_of_its_own_is_kept_aside():
    picture = replaced(
        DISCLOSURE, ("行政规范性文件", "其他主动公开文件 | 9 | 9 | 9\n行政规范性文件")
    )

    found = reading("disclosure", picture)

    assert [(left.label, left.values) for left in found.left_over] == [
        ("其他主动公开文件", ("9", "9", "9"))
    ]
    assert figures(found, "regulations") == "1 0 2"
    assert figures(found, "normative_documents") == "3 / _"
    assert rules(found) == {"extraction.unknown_row"}


@pytest.mark.parametrize("beside", ["^ | ^ | ^", "^ | ^ | "])
def test_a_row_that_lines_inside_of_its_cells_have_torn_is_not_blank(beside: str):
    picture = replaced(
        REQUESTS,
        (
            "1.属于国家秘密 | 1 | 0 | 0 | 0 | 0 | 0 | 1",
            f"1.属于国家秘密 | | | 0 | | | | \n    {beside} | 1 | 0 | | 0 | 0 | 0 | 1",
        ),
    )

    found = reading("requests", picture)

    assert figures(found, "denied_state_secret") == "? ? 0 ? ? ? ?"
    [torn] = [one for one in found.findings if one.rule == "extraction.unknown_row"]
    assert "requests.denied_state_secret.natural_person" in torn.cells


def test_a_missing_row_is_absent_and_said():
    picture = replaced(DISCLOSURE, ("    行政处罚 | 5 | < | <\n", ""))

    found = reading("disclosure", picture)

    assert figures(found, "penalties") == "."
    assert figures(found, "coercion") == "6"
    assert rules(found) == {"extraction.missing_row"}


def test_a_doubled_row_with_other_figures_is_not_chosen_from():
    picture = replaced(
        DISCLOSURE, ("    行政处罚 | 5", "    行政处罚 | 8 | < | <\n    行政处罚 | 5")
    )

    found = reading("disclosure", picture)

    assert figures(found, "penalties") == "?"
    assert found.values["penalties"]["decisions"].raw == "8 | 5"
    assert rules(found) == {"extraction.doubled_row"}


@pytest.mark.parametrize("remark", ["其中网上办理", "含网上办理", "不含即办件", "包括备案"])
def test_a_part_of_a_row_below_it_is_not_the_row_again(remark):
    part = f"    行政许可（{remark}） | 2 | < | <\n"
    picture = replaced(DISCLOSURE, ("    第二十条第（六）项", part + "    第二十条第（六）项"))

    found = reading("disclosure", picture)

    assert figures(found, "licensing") == "4"
    assert rules(found) == {"extraction.unknown_row"}


def test_a_row_that_has_such_a_remark_and_stands_alone_is_read():
    picture = replaced(DISCLOSURE, ("行政许可 | 4", "行政许可（含其他审批） | 4"))

    assert figures(reading("disclosure", picture), "licensing") == "4"


def test_a_doubled_row_with_the_same_figures_is_harmless():
    picture = replaced(
        DISCLOSURE, ("    行政处罚 | 5", "    行政处罚 | 5 | < | <\n    行政处罚 | 5")
    )

    assert figures(reading("disclosure", picture), "penalties") == "5"


# Heads that are not those of the figures below them

CHANGES = """
    信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
    行政许可 | 8 | +2 | 5
    其他对外管理服务事项 | 3 | | 4
    信息内容 | 上一年项目数量 | 本年增/减 |
    行政事业性收费 | 6 | -1 |
    信息内容 | 采购项目数量 | 采购总金额 |
    政府集中采购 | 0 | 0 |
"""


def test_each_figure_under_a_head_of_its_own():
    found = reading("disclosure", CHANGES)

    assert figures(found, "licensing") == "8 2 5"
    assert figures(found, "other_services") == "3 _ 4"
    assert figures(found, "fees") == "6 -1"


@pytest.mark.parametrize(
    ("heads", "row"),
    [
        ("上一年项目数量 本年增/减 | | 处理决定数量", "8 | +2 | 5"),
        ("| 上一年项目数量 本年增/减 | 处理决定数量", "8 | +2 | 5"),
        ("上一年项目数量 | 本年增/减 处理决定数量 |", "8 | +2 | 5"),
    ],
)
def test_of_two_heads_in_one_cell_order_tells_where_each_has_its_column(heads: str, row: str):
    picture = replaced(
        CHANGES,
        ("上一年项目数量 | 本年增/减 | 处理决定数量", heads),
        ("行政许可 | 8 | +2 | 5", f"行政许可 | {row}"),
    )

    assert figures(reading("disclosure", picture), "licensing") == "~8 ~2 ~5"


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        ("上一年项目数量 | 本年增/减 处理决定数量", "8 ? ?"),
        ("上一年项目数量 本年增/减 | 处理决定数量", "? ? 2"),
    ],
)
def test_a_column_under_two_heads_is_neither_s(heads: str, said: str):
    picture = f"""
        信息内容 | {heads}
        行政许可 | 8 | +2
        信息内容 | 上一年项目数量 | 本年增/减
        行政事业性收费 | 6 | -1
        信息内容 | 采购项目数量 | 采购总金额
        政府集中采购 | 0 | 0
    """

    assert figures(reading("disclosure", picture), "licensing") == said


def test_of_two_heads_over_one_column_neither_has_the_figures_below():
    """As where a page has no figure of a column that could show that it is one."""
    head = """
        | 自然人 | 法人或其他组织 | < | < | | 总计
        | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |
    """
    body = """
        一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 4
        二、上年结转政府信息公开申请数量 | 1 | 2 | 0 | 0 | 0 | 3
        （一）予以公开 | 2 | 1 | 0 | 0 | 0 | 3
        四、结转下年度继续办理 | 2 | 2 | 0 | 0 | 0 | 4
    """

    found = reading("requests", head + body)

    assert figures(found, "new") == "? ? 1 0 0 0 4"
    assert figures(found, "granted") == "? ? 1 0 0 0 3"


@pytest.mark.parametrize(
    ("heads", "row", "said"),
    [
        ("上一年项目数量 | 本年增/减 |", "6 | | -1", "6 ?"),
        ("| 上一年项目数量 | 本年增/减", "6 | -1 |", "? ?"),
        # a head that is not the form's has figures of its own
        ("上一年项目数量 | 本年增/减 | 占比", "6 | | 12", "6 _"),
    ],
)
def test_a_blank_under_a_head_is_none_where_a_figure_stands_under_no_text(
    heads: str, row: str, said: str
):
    before = "信息内容 | 上一年项目数量 | 本年增/减 |\n"
    picture = replaced(
        CHANGES, (before, f"信息内容 | {heads}\n"), ("收费 | 6 | -1 |", f"收费 | {row}")
    )

    assert figures(reading("disclosure", picture), "fees") == said


# Table 三


def test_the_second_table_as_printed():
    found = reading("requests", REQUESTS)

    assert figures(found, "new") == "3 1 0 0 0 0 4"
    assert figures(found, "denied_state_secret") == "1 0 0 0 0 0 1"
    assert figures(found, "processed_total") == "3 1 0 0 0 0 4"
    assert figures(found, "denied_third_party") == ". . . . . . ."
    assert found.values["granted"]["natural_person"].at == "t1/r5c4"


def test_a_figure_over_two_columns_is_not_given_to_either():
    found = reading(
        "requests",
        replaced(
            REQUESTS, ("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 3 | < | 0 | 0 | 0 | 0 | 4\n    二")
        ),
    )

    assert figures(found, "new") == "? ? 0 0 0 0 4"
    assert "extraction.unreadable" in rules(found)


def test_figures_merged_into_the_total_are_not_spread():
    found = reading(
        "requests",
        replaced(
            REQUESTS, ("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 4 | < | < | < | < | < | <\n    二")
        ),
    )

    assert figures(found, "new") == "? ? ? ? ? ? ?"


def test_a_figure_over_two_rows_is_given_to_neither():
    found = reading(
        "requests",
        replaced(
            REQUESTS,
            ("（一）予以公开 | < | 2", "（一）予以公开 | < | 9"),
            ("（二）部分公开 | < | 0", "（二）部分公开 | < | ^"),
        ),
    )

    assert figures(found, "granted") == "? 1 0 0 0 0 3"
    assert figures(found, "partly_granted") == "? 0 0 0 0 0 0"


def test_a_short_row_lacks_the_columns_at_its_end():
    found = reading(
        "requests",
        replaced(
            REQUESTS, ("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 3 | 1 | 0 | 0 | 0 | 0 | .\n    二")
        ),
    )

    assert figures(found, "new") == "3 1 0 0 0 0 ?"


def test_a_lost_row_label_is_placed_by_order_and_marked():
    found = reading(
        "requests", replaced(REQUESTS, ("二、上年结转政府信息公开申请数量 | <", " | <"))
    )

    assert figures(found, "carried_over") == "~0 ~0 ~0 ~0 ~0 ~0 ~0"
    assert figures(found, "new") == "3 1 0 0 0 0 4"
    assert "extraction.placed_by_order" in rules(found)


def test_a_lost_column_label_is_placed_by_order_and_marked():
    found = reading("requests", replaced(REQUESTS, ("科研机构", "")))

    assert figures(found, "new") in ("~3 ~1 ~0 ~0 ~0 ~0 ~4", "3 1 ~0 0 0 0 4")


def test_columns_exchanged_go_by_their_labels():
    found = reading("requests", replaced(REQUESTS, ("商业企业 | 科研机构", "科研机构 | 商业企业")))

    assert found.values["new"]["research"].value == 1
    assert found.values["new"]["business"].value == 0


def test_a_column_of_its_own_takes_no_figure_from_the_others():
    picture = "\n".join(
        line.replace("商业企业", "商业企业 | 外资企业").replace("| 1 | 0 |", "| 1 | 8 | 0 |")
        for line in """
        项目 | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计
        一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4
        二、上年结转政府信息公开申请数量 | 0 | 1 | 0 | 0 | 0 | 0 | 1
        （一）予以公开 | 2 | 1 | 0 | 0 | 0 | 0 | 3
        （七）总计 | 3 | 1 | 0 | 0 | 0 | 0 | 4
        四、结转下年度继续办理 | 0 | 1 | 0 | 0 | 0 | 0 | 1
        """.splitlines()
    )

    found = reading("requests", picture)

    assert figures(found, "new") == "3 1 0 0 0 0 4"
    assert figures(found, "carried_over") == "0 1 0 0 0 0 1"


def test_a_table_cut_in_two_is_one():
    first, second = REQUESTS.split("    ^ | （二）部分公开")

    found = reading("requests", first, " | （二）部分公开" + second.replace("^", ""))

    assert figures(found, "granted") == "2 1 0 0 0 0 3"
    assert figures(found, "processed_total") == "3 1 0 0 0 0 4"
    assert found.values["processed_total"]["total"].at.startswith("t2/")


def test_a_header_repeated_on_the_next_page_is_no_row():
    first, second = REQUESTS.split("    ^ | （二）部分公开")

    found = reading("requests", first, HEAD + " | （二）部分公开" + second.replace("^", ""))

    assert figures(found, "partly_granted") == "0 0 0 0 0 0 0"
    assert found.left_over == ()


def test_a_variant_with_a_row_for_work_secrets():
    found = reading(
        "requests",
        replaced(
            REQUESTS,
            (
                "    ^ | （六）其他处理",
                "    ^ | ^ | 9.属于工作秘密 | 5 | 0 | 0 | 0 | 0 | 0 | 5\n    ^ | （六）其他处理",
            ),
        ),
    )

    assert figures(found, "denied_work_secret") == "5 0 0 0 0 0 5"
    assert "denied_work_secret" not in reading("requests", REQUESTS).values


def test_the_row_under_other_treatment_is_not_the_column_of_that_name():
    found = reading(
        "requests",
        replaced(
            REQUESTS, ("3.其他 | 0 | 0 | 0 | 0 | 0 | 0 | 0", "3.其他 | 6 | 0 | 0 | 0 | 0 | 0 | 6")
        ),
    )

    assert figures(found, "other_remaining") == "6 0 0 0 0 0 6"


# Rows in which only the order is known


FLAT = """
    自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计
    一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4
    二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0
    三、本年度办理结果 | （一）予以公开 | 2 | 1 | 0 | 0 | 0 | 0 | 3
    （二）部分公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0
    （三）不予公开 | 1.属于国家秘密 | 1 | 0 | 0 | 0 | 0 | 0 | 1
    （七）总计 | 3 | 1 | 0 | 0 | 0 | 0 | 4
    四、结转下年度继续办理 | 0 | 0 | 0 | 0 | 0 | 0 | 0
"""


def flat(*pairs: tuple[str, str]):
    return reading("requests", replaced(FLAT, *pairs), sure=False)


def test_full_rows_are_placed_by_their_order():
    found = flat()

    assert figures(found, "new") == "3 1 0 0 0 0 4"
    assert figures(found, "denied_state_secret") == "1 0 0 0 0 0 1"


def test_a_blank_cell_that_is_there_is_a_blank():
    assert figures(
        flat(("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 3 | 1 | | | | | 4\n    二")), "new"
    ) == ("3 1 _ _ _ _ 4")


def test_blanks_behind_a_row_are_padding():
    found = flat(
        ("总计\n", "总计 | |\n"),
        ("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 3 | 1 | | | | | 4 | |\n    二"),
        ("| 2 | 1 | 0 | 0 | 0 | 0 | 3\n", "| 2 | 1 | 0 | 0 | 0 | 0 | 3 |\n"),
    )

    assert figures(found, "new") == "3 1 _ _ _ _ 4"
    assert figures(found, "granted") == "2 1 0 0 0 0 3"


def test_a_row_that_lost_figures_which_nothing_can_place_is_unreadable():
    found = flat(
        (
            "二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
            "二、上年结转政府信息公开申请数量 | 9 | 8",
        )
    )

    values = found.values["carried_over"].values()
    assert not any(value.value in (9, 8) for value in values)
    assert "extraction.unreadable" in rules(found)
    assert any("9" in value.raw for value in values)


def test_a_row_with_too_many_figures_is_unreadable():
    found = flat(("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 3 | 1 | 0 | 0 | 0 | 0 | 7 | 4\n    二"))

    assert figures(found, "new") == "? ? ? ? ? ? ?"


def test_a_word_among_the_figures_does_not_swallow_those_before_it():
    found = flat(
        ("| 3 | 1 | 0 | 0 | 0 | 0 | 4\n    二", "| 3 | 见附件 | 0 | 0 | 0 | 0 | 4\n    二")
    )

    assert figures(found, "new") in ("3 ? 0 0 0 0 4", "? ? ? ? ? ? ?")


def test_the_figures_of_the_next_row_are_never_taken():
    """The figures of 二 were glued to its label; those of the row below stand alone."""
    found = flat(
        (
            "二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
            "二、上年结转政府信息公开申请数量1——————1",
        ),
        (
            "（二）部分公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
            "（二）部分公开2——————2 | （三）不予公开 | 7 | 0 | 0 | 0 | 0 | 0 | 7",
        ),
    )

    assert "7" not in figures(found, "partly_granted")


def test_a_row_that_a_stray_line_has_torn_is_not_inferred_from_what_is_left():
    """The rest of its figures stands in a line of its own: sums would tie with blanks as well."""
    whole = "四、结转下年度继续办理 | 0 | 0 | 0 | 0 | 0 | 0 | 0"

    found = flat((whole, "四、结转下年度继续办理 | 0 | 0\n0 | 0 | 0 | 1 | 1"))

    assert figures(found, "carried_forward") == "? ? ? ? ? ? ?"
    assert figures(found, "processed_total") == "3 1 0 0 0 0 4"


def test_a_figure_glued_to_the_number_of_the_label_below_leaves_no_blank():
    found = flat(
        ("1.属于国家秘密 | 1 | 0 | 0 | 0 | 0 | 0 | 1", "1.属于国家秘密 | 1 | 0 | 0 | 0 | 0 | 0 | "),
        ("（七）总计", "12.其他法律行政法规禁止公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0\n（七）总计"),
    )

    assert figures(found, "denied_state_secret") == "1 0 0 0 0 0 ?"


def test_blanks_padded_before_a_row_are_not_those_of_its_columns():
    head, *rows = FLAT.strip().splitlines()
    picture = "\n".join([f" | | {head}", *(row.replace(" | ", " | | | ", 1) for row in rows)])
    blank = picture.replace(
        "二、上年结转政府信息公开申请数量 | | | 0 | 0 | 0 | 0 | 0 | 0 | 0",
        "二、上年结转政府信息公开申请数量 | | | | | | | | | ",
    )

    found = reading("requests", blank, sure=False)

    assert figures(found, "carried_over") == "_ _ _ _ _ _ _"
    assert found.values["carried_over"]["natural_person"].at == "t1/r3c4"
    assert found.values["new"]["natural_person"].at == "t1/r2c4"


def test_the_blank_of_a_lost_label_is_no_figure():
    """Rows are padded behind, so nothing but the label can stand before the figures."""
    found = flat(
        ("总计\n", "总计 | |\n"),
        ("（二）部分公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0", " | 8 | | | | | | 8 |"),
    )

    read = figures(found, "partly_granted").replace("~", "").replace("=", "").split()
    for said, stood in zip(read, ["8", "_", "_", "_", "_", "_", "8"], strict=True):
        assert said in (stood, "?")


def test_the_last_head_is_no_row_where_that_of_its_name_is_cut_off():
    cut = """
        勾稽关系 | 申请人情况 | | | | | | | |
        自然人 | 法人或其他组织 | 总计 | | | | | | |
        商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | | | | |
        一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4 | |
        二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | |
        三、本年度办理结果 | （一）予以公开 | 2 | 1 | 0 | 0 | 0 | 0 | 3 |
        （二）部分公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | |
    """

    assert figures(reading("requests", cut, sure=False), "processed_total") == ". . . . . . ."


# Laid out otherwise


#: Labels of rows that have figures, and how the row goes on and the one above hangs down.
CUT = [
    ("new", "一、本年新收政府信息公开申请数量", "{} | < | <"),
    ("partly_granted", "（二）部分公开", "^ | {} | <"),
    ("denied_prohibited_by_law", "2.其他法律行政法规禁止公开", "^ | ^ | {}"),
    ("carried_forward", "四、结转下年度继续办理", "{} | < | <"),
]


@pytest.mark.parametrize(
    ("row", "label", "cells", "at"),
    [(*one, at) for one in CUT for at in range(3, len(one[1]) - 1)],
)
def test_a_row_cut_in_two_below_its_figures(row: str, label: str, cells: str, at: int):
    """A page cuts it: the rest of the label stands beside blanks."""
    begin = REQUESTS.index(label)
    whole = REQUESTS[begin - 40 : begin].rsplit("\n", 1)[1] + REQUESTS[begin:].split("\n")[0]
    figures_of = " | 6 | | | | | | 6"
    halves = (
        cells.format(label[:at]) + figures_of + "\n" + cells.format(label[at:]) + " | | | | | | |"
    )

    found = reading("requests", REQUESTS.replace(whole, halves))

    assert figures(found, row) in ("6 _ _ _ _ _ 6", "? ? ? ? ? ? ?")
    assert figures(found, "granted") == "2 1 0 0 0 0 3"
    assert figures(found, "processed_total") == "3 1 0 0 0 0 4"


def test_heads_in_halves():
    halves = """
        勾稽关系 | | | 自然人 | 法人或其他组织 | < | < | < | < | 总计
        | | | ^ | 商业 | 科研 | 社会公 | 法律服 | 其他 | ^
        | | | ^ | 企业 | 机构 | 益组织 | 务机构 | ^ | ^
    """

    found = reading("requests", halves + BODY)

    assert figures(found, "granted") == "2 1 0 0 0 0 3"


def test_a_unit_beside_the_label_is_not_the_label():
    found = reading("disclosure", """
        信息内容 | 单位 | 本年制发件数 | 本年废止件数 | 现行有效件数
        规章 | 件 | 1 | 0 | 2
        行政规范性文件 | 件 | 3 | / |
        信息内容 | 单位 | 本年处理决定数量 | < | <
        行政许可 | 件 | 4 | < | <
    """)  # fmt: skip

    assert figures(found, "normative_documents") == "3 / _"
    assert figures(found, "licensing") == "4"


def test_columns_as_rows_and_their_addresses():
    lines = [
        [text.strip() for text in line.split("|")] for line in REQUESTS.splitlines() if line.strip()
    ]
    signs = {"<": "^", "^": "<"}
    turned = [[signs.get(text, text) for text in line] for line in zip(*lines, strict=True)]

    found = reading("requests", "\n".join(" | ".join(line) for line in turned))

    assert figures(found, "granted") == "2 1 0 0 0 0 3"
    assert figures(found, "processed_total") == "3 1 0 0 0 0 4"
    assert found.values["granted"]["total"].at == "t1/r10c5"


def test_a_few_lines_of_the_form_again_and_again_are_not_turned():
    found = reading("requests", *["1.属于国家秘密" + " | 1" * 7 + "\n2.重复申请" + " | 2" * 7] * 4)

    assert {row for row in found.values if "." not in figures(found, row)} == {
        "denied_state_secret", "rejected_repeat",
    }  # fmt: skip


def test_no_columns_but_the_total():
    found = reading("requests", """
        勾稽关系 | < | < | 总计
        一、本年新收政府信息公开申请数量 | < | < | 4
        二、上年结转政府信息公开申请数量 | < | < | 0
        三、本年度办理结果 | （一）予以公开 | < | 3
    """)  # fmt: skip

    assert figures(found, "new") == ". . . . . . 4"
    assert figures(found, "granted") == ". . . . . . 3"
    missing = next(
        one for one in found.findings if "缺少一些栏：一、本年新收" in told(one.says, "zh")
    )
    assert missing.rule == "extraction.missing_row"


@pytest.mark.parametrize(
    ("name", "picture", "sure", "why"),
    [
        (
            "requests",
            REQUESTS.replace("商业企业 | 科研机构", "科研机构 | 商业企业"),
            False,
            "表三有 63 格读不出，栏目的次序与表样不同，而文本里只剩下次序：",
        ),
        (
            "disclosure",
            DISCLOSURE.replace("行政许可 | 4", "行政许可 4 | "),
            True,
            "表二有 1 格读不出，标签的格里还有数，看不出属于哪一栏：行政许可。原文：（空）",
        ),
        (
            "disclosure",
            DISCLOSURE.replace("| 本年废止件数 | 现行有效件数", "| | |")
            .replace("规章 | 1 | 0 | 2", "规章 | 1 | 0 | 2 | 5")
            .replace("文件 | 3 | / |", "文件 | 3 | / | | 6"),
            True,
            "表二有 4 格读不出，这一栏的标签丢了，看不出是哪一栏：规章、行政规范性文件。",
        ),
    ],
)
def test_why_a_column_cannot_be_told_is_said(name: str, picture: str, sure: bool, why: str):
    found = reading(name, picture, sure=sure)

    assert why in "".join(told(one.says, "zh") for one in found.findings)


def test_a_head_that_was_lost_among_heads_in_another_order():
    """Seven figures for seven columns, but the heads that are left say that order tells nothing."""
    swapped = replaced(REQUESTS, ("商业企业 | 科研机构", "科研机构 | 企业"))

    found = reading("requests", swapped)

    assert found.values["granted"]["research"].value == 1
    assert found.values["granted"]["business"].value == 0


def test_a_row_merged_into_one_cell_with_nothing_in_it():
    line = "二、上年结转政府信息公开申请数量 | < | < | "
    merged = REQUESTS.replace(line + "0 | 0 | 0 | 0 | 0 | 0 | 0", line + "/" + " | <" * 6)

    assert figures(reading("requests", merged), "carried_over") == "/ / / / / / /"


def test_a_header_in_a_table_of_its_own():
    """Its corner has no columns to be told from there; both tables end on the same edge."""
    head = """
        勾稽关系 | 自然人 | 法人或其他组织 | < | < | < | < | 总计
        | ^ | 科研机构 | 商业企业 | 社会公益组织 | 法律服务机构 | 其他 | ^
    """
    found = reading("requests", head, BODY)

    granted = {column: value.value for column, value in found.values["granted"].items()}
    assert (granted["research"], granted["business"]) == (1, 0)
    assert "extraction.placed_by_order" not in rules(found)


def test_figures_that_are_not_quite_under_their_heads():
    found = reading("disclosure", """
        信息内容 | < | 本年制发件数 | < | 本年废止件数 | < | 现行有效件数
        规章 | 1 | < | < | 0 | < | 2
        行政规范性文件 | < | < | 3 | < | / |
        信息内容 | < | 本年处理决定数量 | < | < | < | <
        行政许可 | < | < | < | 4 | < | <
    """)  # fmt: skip

    assert figures(found, "regulations") == "1 0 2"
    assert figures(found, "normative_documents") == "3 / _"
    assert figures(found, "licensing") == "4"


def test_a_blank_row_of_other_treatment_with_its_group_before_it():
    body = BODY.replace("3.其他 | 0 | 0 | 0 | 0 | 0 | 0 | 0", "3.其他 | | | | | | | ")

    assert figures(reading("requests", HEAD + body), "other_remaining") == "_ _ _ _ _ _ _"


def test_last_year_s_table_fills_no_gap_of_this_year_s():
    line = "    ^ | ^ | 2.其他法律行政法规禁止公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0\n"
    before = REQUESTS.replace("2.其他法律行政法规禁止公开 | 0", "2.其他法律行政法规禁止公开 | 8")

    found = reading("requests", replaced(REQUESTS, (line, "")), before)

    assert figures(found, "denied_prohibited_by_law") == ". . . . . . ."
    assert figures(found, "granted") == "2 1 0 0 0 0 3"
    [left] = found.left_over
    assert (left.label, left.values[0]) == ("2.其他法律行政法规禁止公开", "8")
    assert [one.rule for one in found.findings if "另一份" in told(one.says, "zh")] == [
        "extraction.unknown_row"
    ]


def test_a_row_of_a_second_copy_that_is_not_in_the_form_is_kept_aside():
    row = "    ^ | （四）无法提供 | 9.涉及商业谈判底价 | 7 | 7 | 7 | 7 | 7 | 7 | 7\n"
    group = "    ^ | （六）其他处理"
    more = replaced(REQUESTS, (group, row + group))

    assert [left.values for left in reading("requests", REQUESTS, more).left_over] == [("7",) * 7]
    assert len(reading("requests", more, more).left_over) == 1


@pytest.mark.parametrize("mark", [".", "、", "．"])
def test_numbers_of_labels_in_cells_of_their_own(mark: str):
    rows = [
        "一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4",
        "二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
        "（三）不予公开 | 1{} | 属于国家秘密 | 2 | 1 | 0 | 0 | 0 | 0 | 3",
        "2{} | 其他法律行政法规禁止公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
        "3{} | 危及“三安全一稳定” | 0 | 0 | 0 | 0 | 0 | 0 | 0",
        "4{} | 保护第三方合法权益 | 1 | 0 | 0 | 0 | 0 | 0 | 1",
    ]
    found = reading("requests", "\n".join(rows).format(*[mark] * 4), sure=False)

    assert figures(found, "denied_state_secret") == "2 1 0 0 0 0 3"
    assert figures(found, "denied_third_party") == "1 0 0 0 0 0 1"
    assert not rules(found) & {"extraction.lost_row", "extraction.unreadable"}


def test_a_figure_too_many_behind_some_rows_is_padding_in_none():
    """Last year's total stands behind the others where the header is lost."""
    rows = [
        "一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4 | 9",
        "二、上年结转政府信息公开申请数量 |  | 1 | 0 | 0 | 0 | 0 | 1 | 7",
        "（一）予以公开 | 2 | 1 | 0 | 0 | 0 | 0 | 3 |",
    ]
    found = reading("requests", "\n".join(rows), sure=False)

    assert figures(found, "carried_over") == "? ? ? ? ? ? ?"


# 增 without its figure


DISCLOSURE_2019 = """
    第二十条第（一）项 | | |
    信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量
    规章 | 0 | 0 | 0
    规范性文件 | 3 | 2 | 15
    第二十条第（五）项 | | |
    信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
    行政许可 | 84 | 增91 | 5
    其他对外管理服务事项 | 0 | 0 | 0
    第二十条第（六）项 | | |
    信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
    行政处罚 | 7 | 增 | 25
    行政强制 | 0 | 0 | 0
    第二十条第（八）项 | | |
    信息内容 | 上一年项目数量 | 本年增/减 |
    行政事业性收费 | 2 | 0 |
    第二十条第（九）项 | | |
    信息内容 | 采购项目数量 | 采购总金额 |
    政府集中采购 | 9 | 418.306125万 |
"""


@pytest.mark.parametrize("bare", ["增", "减", "增加", "减少", "+", "增/减", "减（）", "增 项", "±"])
@pytest.mark.parametrize("sure", [True, False])
def test_more_or_less_without_a_figure_hides_itself_alone(bare, sure):
    picture = replaced(DISCLOSURE_2019, ("7 | 增 |", f"7 | {bare} |"))
    found = reading("disclosure", picture, sure=sure, year=2020)

    assert figures(found, "penalties") == "7 ? 25"
    assert figures(found, "licensing") == "84 91 5"
    unread = [f.cells for f in found.findings if f.rule == "extraction.unreadable"]
    assert unread == [("disclosure.penalties.change",)]


def test_more_or_less_behind_a_blank_and_at_the_end():
    picture = replaced(DISCLOSURE_2019, ("7 | 增 |", " | 增 |"), ("2 | 0 |", "2 | 减 |"))
    found = reading("disclosure", picture, sure=False, year=2020)

    assert figures(found, "penalties") == "_ ? 25"
    assert figures(found, "fees") == "2 ?"


def test_a_label_in_pieces_is_no_figure():
    assert not any(row.has_values() for row in table_rows(table("信息内容 | 本年 | 增 | 减")))
    (row,) = table_rows(table("本年 | 增"))
    assert not row.is_figure(row.own[1])


def test_an_amount_in_ten_thousands():
    found = reading("disclosure", DISCLOSURE_2019, sure=False, year=2020)

    assert figures(found, "procurement") == "9 418.306125"
    assert found.values["procurement"]["amount"].unit == "万"
