"""Text that lost blank cells, columns or its end: nothing is moved, and what is lost is said."""

from __future__ import annotations

import re

import pytest
from pictures import drawn, figures, reading, rules, table

from tasks.flow import examine
from tasks.model.document import Table
from tasks.model.report import Kind, Outcome, Severity
from tasks.recognise.order import totals_tell
from tasks.recognise.rows import tables_to_segments
from tasks.recognise.values import TableReading

TITLE = "霁川县水利局{year}年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"
END = "五、存在的主要问题及改进情况\n公开的深度还不够。\n"

DISCLOSURE_2019 = """
第二十条第（一）项 | |||
信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量 |
规章 | 0 | 0 | 0 |
规范性文件 | 3 | 2 | 15 |
第二十条第（五）项 | |||
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |
行政许可 | 18 | 0 | 417 |
其他对外管理服务事项 | 3 | 0 | 29 |
第二十条第（六）项 | |||
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |
行政处罚 | 58 | 4 | 29 |
行政强制 | 1 | 0 | 2 |
第二十条第（八）项 | |||
信息内容 | 上一年项目数量 | 本年增/减 | |
行政事业性收费 | 2 | 0 | |
"""


def outcome(text: str, year: int = 2020) -> Outcome:
    return examine((TITLE.format(year=year) + text.strip() + "\n" + END).encode(), "a.txt")


def said(found: Outcome, table: str, row: str) -> str:
    """The figures of a row as `figures` draws them."""
    assert found.report is not None
    return drawn(found.report.values[table][row].values())


def told(found: Outcome) -> set[str]:
    return {c for f in found.findings if f.rule.startswith("extraction.") for c in f.cells}


def changed(*pairs: tuple[str, str]) -> str:
    text = DISCLOSURE_2019
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


# Blank cells that were dropped


def test_a_sign_that_closes_a_row_is_no_blank_cell():
    found = outcome(changed(("18 | 0 | 417 |", "18 | 417 | |"), ("1 | 0 | 2 |", "1 | ||")))

    assert said(found, "disclosure", "licensing") == "? ? ?"
    assert said(found, "disclosure", "coercion") == "? ? ?"
    assert said(found, "disclosure", "penalties") == "58 4 29"
    assert "disclosure.licensing.change" in told(found)


def test_a_blank_between_figures_shows_that_blanks_keep_their_place():
    found = outcome(changed(("18 | 0 | 417 |", "18 | 417 | |"), ("58 | 4 | 29 |", "58 | | 29 |")))

    assert said(found, "disclosure", "licensing") == "18 417 _"
    assert said(found, "disclosure", "penalties") == "58 _ 29"


def test_blanks_that_look_other_than_what_closes_rows_are_blanks():
    found = outcome(changed(("1 | 0 | 2 |", "1 | | |"), ("18 | 0 | 417 |", "18 | 417 | |")))

    assert said(found, "disclosure", "coercion") == "1 _ _"
    assert said(found, "disclosure", "licensing") == "18 417 _"


def a_cell_a_line(text: str) -> str:
    """Each cell on its line, what is missing to four as pipes on a line of their own."""
    lines: list[str] = []
    for row in text.strip().split("\n"):
        cells = [said for cell in row.split("|") if (said := cell.strip())]
        lines += [f"{cell} |" for cell in cells]
        lines += ["|" * (4 - len(cells))] if len(cells) < 4 else []
    return "\n".join(lines)


@pytest.mark.parametrize(("end", "read"), [("|\n|", "1 _ _"), ("||", "? ? ?")])
def test_a_blank_cell_on_a_line_of_its_own(end: str, read: str):
    text = a_cell_a_line(changed(("1 | 0 | 2 |", "1 | ||")))
    assert "行政强制 |\n1 |\n||" in text

    found = outcome(text.replace("行政强制 |\n1 |\n||", f"行政强制 |\n1 |\n{end}"))

    assert said(found, "disclosure", "coercion") == read


def test_a_row_without_a_figure_is_blank_wherever_its_blanks_went():
    found = outcome(changed(("1 | 0 | 2 |", "|||")))

    assert said(found, "disclosure", "coercion") == "_ _ _"


def test_one_figure_for_several_columns_is_not_inferred_where_no_relation_is():
    found = outcome(changed(("行政事业性收费 | 2 | 0 | |", "行政事业性收费 | 0 | ||")))

    assert said(found, "disclosure", "fees") == "? ?"
    assert "disclosure.fees.change" in told(found)
    assert not any(f.rule == "extraction.inferred" for f in found.findings)


HEAD = """
    勾稽关系 | 申请人情况 | | | | | | | |
    自然人 | 法人或其他组织 | 总计 | | | | | | |
    商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | | | | |
"""
ROWS = """
    一、本年新收政府信息公开申请数量 | {} | | | | | | |
    二、上年结转政府信息公开申请数量 | {} | | | | | | |
    三、本年度办理结果 | （一）予以公开 | {} | | | | | | |
    （二）部分公开 | {} | | | | | | |
    （三）不予公开 | 1.属于国家秘密 | {} | | | | | | |
    2.其他法律行政法规禁止公开 | {} | | | | | | |
    （七）总计 | {} | | | | | | |
    四、结转下年度继续办理 | {} | | | | | | |
"""


def closed(*texts: str) -> Table:
    return _unsure(table(HEAD + ROWS.format(*texts), columns_sure=False))


def _unsure(one: Table) -> Table:
    return Table(
        id=one.id,
        n_rows=one.n_rows,
        n_columns=one.n_columns,
        cells=one.cells,
        columns_sure=False,
        blanks_sure=False,
    )


def requests(*texts: str) -> TableReading:
    return reading("requests", closed(*texts))


def test_where_rows_tie_by_themselves_their_last_figure_is_the_total():
    found = requests("32 | 32", "0 | 0", "3 | 2 | 5", "4 | 4", "0 | 0", "0", "8 | 1 | 9", "2 | 2")

    assert [row["total"].value for row in found.values.values()][:4] == [32, None, 5, 4]
    assert figures(found, "new") == "? ? ? ? ? ? =32"
    assert figures(found, "carried_over") == "=_ =_ =_ =_ =_ =_ =_"
    assert "extraction.inferred" in rules(found)


def test_where_they_do_not_tie_nothing_is_inferred():
    found = requests("32 | 32", "0 | 0", "3 | 2 | 6", "4 | 4", "0 | 0", "0", "8 | 1 | 9", "2 | 2")

    assert figures(found, "new") == "? ? ? ? ? ? ?"
    assert "extraction.inferred" not in rules(found)


def test_nothing_is_inferred_of_a_row_that_goes_on_below():
    """`0`, and below it the rest of the row: it is no row of nothing."""
    full = "3 | 0 | 0 | 0 | 0 | 2 | 5"
    torn = ROWS.format(full, "0\n    0 | 0 | 0 | 0 | 1", *[full] * 6)
    picture = re.sub(r"( \|)+\n", "\n", HEAD + torn)
    found = reading("requests", table(picture, columns_sure=False))

    assert figures(found, "carried_over") == "? ? ? ? ? ? ?"
    assert figures(found, "new") == "3 0 0 0 0 2 5"


def test_totals_that_an_organ_left_blank_are_blank():
    rows = ["5 | 0 | 0 | 0 | 0 | 0 |"] * 8
    cut = [row.removesuffix(" |") for row in rows]
    found = requests(*cut)

    assert figures(found, "new") == "5 0 0 0 0 0 _"


def blanks_kept(one: Table) -> bool:
    [segment] = tables_to_segments([one])["disclosure"]
    return segment.blanks_kept


def test_what_shows_that_blanks_keep_their_place():
    assert blanks_kept(_unsure(table("规章 | 1 | | 2", columns_sure=False)))
    assert not blanks_kept(_unsure(table("规章 | | 1 | 2 | |", columns_sure=False)))
    # a table that is sure by itself was written by the same program
    assert blanks_kept(table("规章 | 1 | | 2", columns_sure=False))
    assert not blanks_kept(table("规章 | 1 | | 2"))


def test_totals_outweigh_one_blank_between_figures():
    cells = [table("32 | 32 | | | | |", columns_sure=False).cells] * 3

    assert not totals_tell([(row, 7) for row in cells], shown=True)
    assert totals_tell([(row, 7) for row in cells[:2]], shown=True)


def test_the_line_of_figures_of_table_four_is_not_moved_either():
    heads = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计"
    lines = [
        "行政复议 | 行政诉讼",
        f"{heads} | 未经复议直接起诉 | 复议后起诉",
        f"{heads} | {heads}",
    ]
    line = "1 | 0 | 5 | 5 | 11 | 1 | 11 | 12 | | | | | | | |"

    found = reading("disputes", _unsure(table("\n".join([*lines, line]), columns_sure=False)))

    assert {figures(found, row) for row in found.values} == {"? ? ? ? ?"}


# Columns that the organ left out


def test_the_heads_of_a_block_say_which_columns_it_has():
    found = outcome(
        changed(
            (
                "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n行政处罚 | 58 | 4 | 29 |",
                "信息內容 | 處理決定數量 | ||\n行政处罚 | 29件 | ||",
            ),
            ("1 | 0 | 2 |", "8項 | ||"),
        )
    )

    assert said(found, "disclosure", "penalties") == ". . 29"
    assert said(found, "disclosure", "coercion") == ". . 8"
    assert said(found, "disclosure", "licensing") == "18 0 417"
    assert "disclosure.penalties.change" in told(found)


def test_a_column_left_out_in_the_middle():
    found = outcome(
        changed(
            ("本年新制作数量 | 本年新公开数量 | 对外", "本年新制作数量 | 对外"),
            ("0 | 0 | 0 |", "0 | 0 | |"),
            ("3 | 2 | 15 |", "3 | 15 | |"),
        )
    )

    assert said(found, "disclosure", "normative_documents") == "3 . 15"


def test_what_stands_under_a_head_that_the_form_does_not_have_is_not_guessed():
    found = outcome(
        changed(
            (
                "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n行政许可 | 18 | 0 | 417 |",
                "信息内容 | 项目数量 | 处理决定数量 | |\n行政许可 | 18 | 417 | |",
            ),
            ("3 | 0 | 29 |", "3 | 29 | |"),
        )
    )

    assert said(found, "disclosure", "licensing") == "? ? 417"
    assert said(found, "disclosure", "other_services") == "? ? 29"
    assert "disclosure.licensing.previous_items" in told(found)


@pytest.mark.parametrize(("head", "read"), [("备注", "? 4 29"), ("上年项目数", "58 4 29")])
def test_a_head_in_other_words_and_one_that_says_something_else(head: str, read: str):
    *before, block = DISCLOSURE_2019.partition("第二十条第（六）项")
    text = "".join([*before, block.replace("上一年项目数量", head, 1)])

    assert said(outcome(text), "disclosure", "penalties") == read


def test_the_heads_of_another_block_say_nothing():
    """The header of 第（六）项 is lost: those of 第（五）项 do not reach over its title."""
    header = "第二十条第（六）项 | |||\n信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |"
    found = outcome(
        changed(
            (header, "第二十条第（六）项 | |||"),
            (
                "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n行政许可 | 18 | 0 | 417 |",
                "信息内容 | 处理决定数量 | ||\n行政许可 | 417 | ||",
            ),
            ("3 | 0 | 29 |", "29 | ||"),
        )
    )

    assert said(found, "disclosure", "licensing") == ". . 417"
    assert said(found, "disclosure", "penalties") == "58 4 29"


def test_a_column_left_out_of_the_second_table():
    head = HEAD.replace("科研机构 | 社会公益组织 | 法律服务机构 | 其他", "其他")
    rows = [f"{n} | 0 | 1 | {n + 1}" for n in range(8)]

    found = reading("requests", _unsure(table(head + ROWS.format(*rows), columns_sure=False)))

    assert figures(found, "granted") == "2 0 . . . 1 3"


def test_full_rows_outweigh_heads_that_were_lost():
    head = HEAD.replace("科研机构 | 社会公益组织 | 法律服务机构 | 其他", "其他")
    rows = [f"{n} | 0 | 0 | 0 | 0 | 1 | {n + 1}" for n in range(8)]

    found = reading("requests", _unsure(table(head + ROWS.format(*rows), columns_sure=False)))

    assert figures(found, "granted") == "2 0 0 0 0 1 3"


# Cells that were not merged


@pytest.mark.parametrize(
    ("cells", "read"), [("0 | 0 | 0 |", "0"), ("6 | 6 | 6 |", "6"), ("6 | 0 | 0 |", "?")]
)
def test_several_cells_under_one_head(cells: str, read: str):
    text = f"""
第二十条第（一）项 | |||
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | 0 | 0 | 0 |
行政规范性文件 | 4 | 1 | 9 |
第二十条第（五）项 | |||
信息内容 | 本年处理决定数量 | ||
行政许可 | 72 | ||
第二十条第（六）项 | |||
信息内容 | 本年处理决定数量 | ||
行政处罚 | {cells}
行政强制 | 0 | 0 | 0 |
"""
    found = outcome(text, 2023)

    assert said(found, "disclosure", "penalties") == read
    assert said(found, "disclosure", "coercion") == "0"
    assert said(found, "disclosure", "licensing") == "72"


def test_cells_that_were_not_merged_in_a_sure_grid():
    found = reading(
        "disclosure",
        """
        第二十条第（五）项 | < | < | <
        信息内容 | 本年处理决定数量 | < | <
        行政许可 | 7 | 7 | 7
        第二十条第（六）项 | < | < | <
        信息内容 | 本年处理决定数量 | < | <
        行政处罚 | 0 | 0 | 0
        行政强制 | 1 | 0 | 0
        """,
    )

    assert [figures(found, row) for row in ("licensing", "penalties", "coercion")] == [
        "7", "0", "?",
    ]  # fmt: skip


# Texts that end before their tables do


EXCERPT = """霁川县水利局2023年政府信息公开工作年度报告
三、收到和处理政府信息公开申请情况
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 |
自然人 | 法人或其他组织 | 总计 |
商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |
一、本年新收政府信息公开申请数量 | 65 | 0 | 0 | 0 | 0 | 0 | 65 |
二、上年结转政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |
三、本年度办理结果 | （一）予以公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
（二）部分公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
（三）不予公开 | 1.属于国家秘密 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
2.其他法律行政法规禁止公开 | """


def excerpt(last: str) -> Outcome:
    return examine((EXCERPT + last).encode(), "a.txt")


@pytest.mark.parametrize("last", ["0 | 0", "8 | 0 | 0 | 0 | 0 |", "", "8 | |"])
def test_of_a_row_cut_short_nothing_is_made_up(last: str):
    found = excerpt(last)

    assert said(found, "requests", "denied_prohibited_by_law") == "? ? ? ? ? ? ?"
    assert "requests.denied_prohibited_by_law.total" in told(found)
    assert said(found, "requests", "new") == "65 0 0 0 0 0 65"


def test_digits_that_a_text_breaks_off_in_are_not_all_of_them():
    found = excerpt("16 | 0 | 0 | 0 | 0 | 0 | 1")

    assert said(found, "requests", "denied_prohibited_by_law") == "16 0 0 0 0 0 ?"
    assert not any(f.severity is Severity.ERROR for f in found.findings)
    whole = excerpt("16 | 0 | 0 | 0 | 0 | 0 | 16 |")
    assert said(whole, "requests", "denied_prohibited_by_law") == "16 0 0 0 0 0 16"


@pytest.mark.parametrize("between", ["\n\n", " |\n"])
def test_head_words_are_no_rows(between: str):
    figures_ = ["65", "0", "0", "0", "0", "0", "65"]
    cells = ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"]
    cells += ["自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "社会公益组织"]
    cells += ["法律服务机构", "其他", "一、本年新收政府信息公开申请数量", *figures_]
    cells += ["二、上年结转政府信息公开申请数量", *["0"] * 7, "三、本年度办理结果"]
    cells += ["（一）予以公开", *["0"] * 7, "（二）部分公开", *["0"] * 7]
    cells += ["（三）不予公开", "1.属于国家秘密", *["0"] * 7]
    text = "霁川县水利局2022年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n\n"

    found = examine((text + between.join([*cells, ""])).encode(), "a.txt")

    assert said(found, "requests", "new") == "65 0 0 0 0 0 65"
    for row in ("processed_total", "other_remaining", "carried_forward"):
        assert said(found, "requests", row) == ". . . . . . ."
    assert not any(f.rule == "extraction.reordered_rows" for f in found.findings)


def test_the_first_rows_of_a_table_are_kept_for_what_they_are():
    rows = "\n".join(EXCERPT.split("\n")[:7]) + "\n"

    found = examine(rows.encode(), "a.txt")

    assert said(found, "requests", "new") == "65 0 0 0 0 0 65"
    assert said(found, "requests", "carried_over") == "1 0 0 0 0 0 1"
    assert said(found, "requests", "granted") == ". . . . . . ."
    assert "requests.granted.total" in told(found)


def test_a_row_that_only_one_edition_has_decides_the_edition_of_a_torn_table():
    """What a stray line tore off is missing in either edition."""
    lines = [
        "（一）予以公开 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |",
        "（五）不予处理 | 1.信访举报投诉类申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "2.重复申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "3.要求提供公开出版物 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "4.无正当理由大量反复申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "（六）其他处理 |",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
        " | 2 | 0 | 0 | 0 | 0 | 0 | 2 |",
    ]
    text = "某县财政局2022年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"
    found = examine((text + "\n".join(lines) + "\n").encode(), "a.txt").report
    assert found is not None
    assert found.edition["requests"] == "2021"
    assert found.values["requests"]["other_fee_overdue"]["total"].value == 2


# Figures that were spoilt


def _a_cell_a_line(text: str) -> str:
    return "\n".join(part.strip() for part in re.split(r"[|\n]", text) if part.strip())


@pytest.mark.parametrize("spoilt", ["?5", "5?", "&nbsp5", "_x0020_5", "■"])
def test_what_is_left_of_a_figure_is_no_piece_of_the_label_above(spoilt: str):
    text = _a_cell_a_line(changed(("58 | 4 | 29", f"{spoilt} | 4 | 29")))
    found = outcome(text)

    assert said(found, "disclosure", "penalties") == "? 4 29"
    assert "disclosure.penalties.previous_items" in told(found)


def test_a_sign_in_the_place_of_a_figure_is_no_label():
    """`?` behind the label: the row would else be one cell short, and its figures shifted."""
    rows = ["一、本年新收政府信息公开申请数量 | 1 | 0 | 0 | 2 | 1 | 0 | 4 |"]
    rows += ["二、上年结转政府信息公开申请数量 | ? |  |  | 0 | 0 | 0 | 1 |"]
    rows += [f"（{n}）{label} | 0 | 0 | 0 | 0 | 0 | 0 | 0 |" for n, label in _OUTCOMES]
    text = "某县财政局2022年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"
    found = examine((text + "\n".join(rows) + "\n").encode(), "a.txt").report
    assert found is not None
    row = found.values["requests"]["carried_over"]
    assert row["natural_person"].kind is Kind.UNREADABLE
    assert row["total"].value == 1
    assert row["other_organization"].value == 0


_OUTCOMES = (("一", "予以公开"), ("二", "部分公开"), ("七", "总计"))
