"""Pages without lines: figures stand under heads and beside labels, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from pages import page
from pictures import figures, rules

from tasks.model.document import Document, Paragraph, TextRun
from tasks.recognise import recognise
from tasks.recognise.page import Side, side_of, with_table
from tasks.recognise.rows import tables_to_segments
from tasks.recognise.values import TableReading, read_table

HEADS = """
                                             申请人情况

                                          法人或其他组织
                         自然人                                        总计
                                 商业    科研  社会公    法律服
                                                                其他
                                 企业    机构  益组织    务机构
"""
#: Where the middle of each head is, in signs of the drawing.
MIDDLE = {"自然人": 28, "商业": 35, "科研": 43, "社会公": 50, "法律服": 60, "其他": 66, "总计": 73}
LABELS = (
    "一、本年新收政府信息公开",  # goes on in the next line
    "二、上年结转申请数量",
    "  （一）予以公开",
    "  （二）部分公开",
    "    1.属于国家秘密",
    "    2.法律行政法规禁止公开",
    "    3.危及三安全一稳定",
    "    4.保护第三方合法权益",
    "  （七）总计",
    "四、结转下年继续办理",
)


def rows(*labels: str, **values: str) -> str:
    """Lines of rows; `values`: first word of a label -> its figures."""
    drawn = [""]
    for label in labels or LABELS:
        drawn += [label + values.get(label.strip(), ""), ""]
        if label.startswith("一、") and label.endswith("公开"):
            drawn += ["申请数量", ""]
    return "\n".join(drawn)


def under(label: str, shift: int = 0, **values: str) -> dict[str, str]:
    """Figures of a row under the middle of their heads, or so many signs beside it."""
    taken = sum(2 if ord(sign) > 0x2000 else 1 for sign in label)
    line = " " * taken
    for head, text in values.items():
        start = MIDDLE[head] - len(text) // 2 + shift
        line = line.ljust(start) + text
    return {label.strip(): line[taken:]}


#: Figures in the middle of their columns in every row.
ONES = {key: value for label in LABELS for key, value in under(label, 自然人="1", 总计="1").items()}


def read(document: Document, table: str = "requests", side: Side | None = None) -> TableReading:
    laid = with_table(document, table, side)
    assert laid is not None
    found = read_table(table, tables_to_segments(laid.tables())[table], 2023)
    assert found is not None
    return found


def test_a_figure_is_its_heads_and_its_labels_and_the_rest_is_blank():
    found = read(page(HEADS + rows(**under("  （一）予以公开", 科研="3", 总计="3"))))

    assert figures(found, "granted") == "_ _ 3 _ _ _ 3"
    assert figures(found, "new") == "_ _ _ _ _ _ _"
    assert figures(found, "carried_forward") == "_ _ _ _ _ _ _"


def test_a_table_without_any_figure_is_blank():
    found = read(page(HEADS + rows()))

    assert found.found == len(LABELS)
    assert figures(found, "processed_total") == "_ _ _ _ _ _ _"


def test_a_label_of_two_lines_has_its_figures_between_them():
    label = "一、本年新收政府信息公开"
    between = under("", 自然人="12", 总计="12")[""]
    drawn = HEADS + rows().replace(f"{label}\n\n", f"{label}\n{between}\n")

    assert figures(read(page(drawn)), "new") == "12 _ _ _ _ _ 12"


def test_a_figure_between_two_heads_is_neithers():
    values = dict(ONES)
    values.update(under("  （一）予以公开", 3, 科研="3"))
    found = read(page(HEADS + rows(**values)))

    assert figures(found, "granted") == "_ _ ? ? _ _ _"
    assert figures(found, "new") == "1 _ _ _ _ _ 1"


def test_a_figure_between_two_rows_is_neithers():
    between = under("", 自然人="5", 总计="5")[""]
    drawn = HEADS + rows().replace("  （一）予以公开\n\n", f"  （一）予以公开\n{between}\n")
    found = read(page(drawn))

    assert figures(found, "granted") == "? _ _ _ _ _ ?"
    assert figures(found, "partly_granted") == "? _ _ _ _ _ ?"
    assert "extraction.unreadable" in rules(found)


def test_figures_at_the_right_of_their_columns():
    values = {
        **under("  （一）予以公开", 3, 商业="7", 其他="15"),
        **under("    1.属于国家秘密", 3, 商业="1", 其他="8"),
        **under("  （七）总计", 3, 商业="8", 总计="23"),
    }
    found = read(page(HEADS + rows(**values)))

    assert figures(found, "granted") == "_ 7 _ _ _ 15 _"
    assert figures(found, "processed_total") == "_ 8 _ _ _ _ 23"


def test_at_which_side_figures_stand_is_told_by_many():
    short = [label for label in LABELS[1:] if not label.startswith("    ")]
    at_left = {
        key: value
        for label in short
        for key, value in under(label, -3, 自然人="1", 其他="1").items()
    }

    assert side_of(page(HEADS + rows(**ONES))) is Side.CENTRE
    assert side_of(page(HEADS + rows(*short, **at_left))) is Side.LEFT
    assert side_of(page(HEADS + rows())) is None


def test_rows_go_on_over_the_page_without_heads():
    first, second = LABELS[:6], LABELS[6:]
    below = rows(*second, **under("    4.保护第三方合法权益", 法律服="6", 总计="6"))
    found = read(page(HEADS + rows(*first), below))

    assert figures(found, "denied_third_party") == "_ _ _ _ 6 _ 6"
    assert found.found == len(LABELS)


def test_heads_printed_again_on_the_next_page_are_no_row():
    below = HEADS + rows(*LABELS[6:], **under("  （七）总计", 社会公="2", 总计="2"))
    found = read(page(HEADS + rows(*LABELS[:6]), below))

    assert figures(found, "processed_total") == "_ _ _ 2 _ _ 2"
    assert found.left_over == ()


def test_a_label_cut_by_the_page_break_is_one_row():
    first = rows(*LABELS[:5], "    2.法律行政")
    second = rows(
        "    法规禁止公开", *LABELS[6:], **under("    法规禁止公开", 自然人="9", 总计="9")
    )
    found = read(page(HEADS + first, second))

    assert figures(found, "denied_prohibited_by_law") == "9 _ _ _ _ _ 9"
    assert found.left_over == ()


def test_a_label_set_apart_is_one():
    labels = [label.replace("（七）总计", "（七）  总  计") for label in LABELS]
    found = read(page(HEADS + rows(*labels, **under("  （七）  总  计", 自然人="9", 总计="9"))))

    assert figures(found, "processed_total") == "9 _ _ _ _ _ 9"


def test_a_row_that_the_form_does_not_have_keeps_its_figures():
    labels = [*LABELS[:8], "", "    新设的一种情形", "", *LABELS[8:]]
    found = read(page(HEADS + rows(*labels, **under("    新设的一种情形", 自然人="4", 总计="4"))))

    assert [(left.label, left.values) for left in found.left_over] == [
        ("新设的一种情形", ("4", "4"))
    ]
    assert figures(found, "denied_third_party") == "_ _ _ _ _ _ _"
    assert figures(found, "processed_total") == "_ _ _ _ _ _ _"


def test_figures_beside_a_piece_of_a_label_are_not_lost():
    """The rest of a misspelt label may be a row of its own, or the label's second line."""
    labels = [*LABELS[:7], "    4.保护第三方合法权益", "    及其他", *LABELS[8:]]
    drawn = rows(*labels, **under("    及其他", 自然人="4", 总计="4"))
    found = read(page(HEADS + drawn.replace("权益\n\n    及", "权益\n    及")))

    assert figures(found, "denied_third_party") == "? _ _ _ _ _ ?"


def test_prose_and_headings_end_the_table():
    after = """

四、政府信息公开行政复议、行政诉讼情况

                           12                                            12
"""
    found = read(page(HEADS + rows() + after))

    assert figures(found, "carried_forward") == "_ _ _ _ _ _ _"
    assert found.left_over == ()


def test_a_few_labels_in_the_text_are_no_table():
    assert with_table(page(HEADS + rows(*LABELS[:4])), "requests") is None
    assert with_table(page(rows()), "requests") is None


BLOCKS = """
                      第二十条第（一）项

信息内容      本年制发件数      本年废止件数      现行有效件数

规章                                                   2

行政规范性文件       3                                15

                      第二十条第（五）项

信息内容                     本年处理决定数量

行政许可                             40

                      第二十条第（六）项

信息内容                     本年处理决定数量

行政处罚

行政强制                             1

                      第二十条第（八）项
"""
LAST_BLOCK = """
信息内容                本年收费金额（单位：万元）

行政事业性收费                     0.5
"""


def test_each_block_of_table_two_has_heads_of_its_own():
    found = read(page(BLOCKS, LAST_BLOCK), "disclosure")

    assert figures(found, "regulations") == "_ _ 2"
    assert figures(found, "normative_documents") == "3 _ 15"
    assert figures(found, "licensing") == "40"
    assert figures(found, "penalties") == "_"
    assert figures(found, "coercion") == "1"
    assert figures(found, "fees") == "0.5"


def test_heads_that_touch_each_other_are_each_one():
    block = """
信息内容      本年制发件数本年废止件数现行有效件数

规章                           5           2

行政规范性文件     3                       15
"""
    rest = BLOCKS[BLOCKS.index("                      第二十条第（五）项") :]
    found = read(page(block + "\n" + rest, LAST_BLOCK), "disclosure")

    assert figures(found, "regulations") == "_ 5 2"
    assert figures(found, "normative_documents") == "3 _ 15"


OUTCOMES = """
           行政复议                                       行政诉讼

                                        未经复议直接起诉                  复议后起诉

结果  结果  其他  尚未            结果  结果  其他  尚未            结果  结果  其他  尚未
                        总计                              总计                              总计
维持  纠正  结果  审结            维持  纠正  结果  审结            维持  纠正  结果  审结
"""


def test_table_four_is_one_line_under_fifteen_heads():
    line = "\n\n       4                 4                            2     2\n"
    found = read(page(OUTCOMES + line), "disputes")

    assert figures(found, "review") == "_ 4 _ _ 4"
    assert figures(found, "litigation_direct") == "_ _ _ 2 2"
    assert figures(found, "litigation_after_review") == "_ _ _ _ _"


def test_table_four_without_a_figure_is_blank():
    found = read(page(OUTCOMES), "disputes")

    assert figures(found, "review") == "_ _ _ _ _"


def test_the_table_takes_the_place_of_its_texts_and_each_cell_knows_where_it_stood():
    drawn = HEADS + rows(**under("  （一）予以公开", 科研="3", 总计="3"))
    document = page(
        "三、收到和处理政府信息公开申请情况\n\n\n" + drawn + "\n\n\n五、存在的主要问题及改进情况"
    )
    laid = with_table(document, "requests")

    assert laid is not None
    heading, table, end = laid.blocks
    assert isinstance(heading, Paragraph)
    assert isinstance(end, Paragraph)
    assert (heading.text, end.text) == (
        "三、收到和处理政府信息公开申请情况",
        "五、存在的主要问题及改进情况",
    )
    assert table in laid.tables()
    (three, _) = [cell for cell in laid.tables().__next__().cells if cell.text == "3"]
    stood = next(run for run in document.runs if run.text == "3")
    assert three.where == stood.where


def test_a_document_with_such_a_page_is_a_report():
    _, report, _ = recognise(page(HEADS + rows(**under("  （七）总计", 自然人="1", 总计="1"))))

    assert report is not None
    assert report.values["requests"]["processed_total"]["natural_person"].value == 1


def test_figures_of_one_width_show_no_side_by_a_hair():
    """The same page drawn a hundredth of a point further left or right is the same page."""
    values = {
        key: value
        for label in LABELS
        for key, value in under(label, -3, 科研="1", 法律服="2", 总计="3").items()
    }
    document = page(HEADS + rows(**values))

    def moved(run: TextRun, by: float) -> TextRun:
        return replace(run, box=run.box.moved(by, 0)) if run.text.isdigit() else run

    for at in range(8):
        runs = [moved(run, 0.25 * at + 0.01 * (n % 3 - 1)) for n, run in enumerate(document.runs)]
        said = figures(read(replace(document, runs=tuple(runs))), "granted").split()
        true = ["_", "_", "1", "_", "2", "_", "3"]
        assert all(one in (other, "?") for one, other in zip(said, true, strict=True)), said


def test_a_figure_among_the_heads_is_not_dropped():
    """Then the page is not read by its labels at all."""
    among = HEADS + rows(**ONES)
    odd = among.replace("其他\n", "其他      5\n", 1)

    assert with_table(page(among), "requests") is not None
    assert with_table(page(odd), "requests") is None


def test_a_label_that_reaches_further_than_others_takes_no_figures():
    long = "    2.法律行政法规禁止公开"
    values = under("  （一）予以公开", -3, 自然人="7", 总计="7")
    drawn = HEADS + rows(**values)
    drawn = drawn.replace(long, long.ljust(len(long)) + "的信息")

    assert figures(read(page(drawn)), "granted") == "7 _ _ _ _ _ 7"


def test_heads_that_stand_as_close_as_characters_are_told_apart():
    solid = HEADS.replace("科研  社会公    法律服", "科研社会公法律服").replace(
        "机构  益组织    务机构", "机构益组织务机构"
    )
    assert solid != HEADS
    found = read(page(solid + rows(**ONES)))

    assert [figures(found, row)[0] for row in ("new", "carried_forward")] == ["1", "1"]


def test_a_head_lost_on_the_next_page_holds_on():
    first, second = LABELS[:6], LABELS[6:]
    again = HEADS.replace("科研", "    ").replace("机构  益", "      益")
    values = under("  （七）总计", 社会公="4", 总计="4")
    found = read(page(HEADS + rows(*first, **ONES), again + rows(*second, **values)))

    assert figures(found, "processed_total") == "_ _ _ 4 _ _ 4"


def test_a_note_below_the_figures_of_table_four_is_none_of_them():
    line = "\n\n       4                 4                            2     2\n"
    note = "\n\n注：统计截至年底，另有信访事项3件。"
    found = read(page(OUTCOMES + line + note), "disputes")

    assert figures(found, "review") == "_ 4 _ _ 4"


def test_a_figure_alone_among_the_labels_is_not_left_out():
    """It stands between the lines of its label, and another label reaches as far."""
    long = "    2.法律行政法规禁止公开的其他各种信息"
    drawn = rows(*[long if label.startswith("    2.") else label for label in LABELS])
    drawn = drawn.replace("公开\n\n申请数量", "公开\n\n                          7\n\n申请数量")
    found = read(page(HEADS + drawn))

    assert figures(found, "new") == "7 _ _ _ _ _ _"


def test_a_remark_below_a_figure_is_of_its_cell():
    values = under("    1.属于国家秘密", 科研="22", 总计="22")
    remark = under("", -2, 科研="（新1）")[""]
    drawn = rows(**values).replace("\n\n    2.法律", f"\n\n{remark}\n\n    2.法律")
    found = read(page(HEADS + drawn))

    assert figures(found, "denied_state_secret") == "_ _ 22 _ _ _ 22"
    assert figures(found, "denied_prohibited_by_law") == "_ _ _ _ _ _ _"


def test_a_row_that_is_called_like_a_column_is_no_head():
    """Heads printed again, and right below them the rows 其他 and 总计."""
    last = rows(*LABELS[8:], **under("  （七）总计", 自然人="9", 总计="9"))
    below = HEADS + "    3.其他\n" + last
    found = read(page(HEADS + rows(*LABELS[:8]), below))

    assert figures(found, "processed_total") == "9 _ _ _ _ _ 9"


def test_rows_above_heads_that_are_printed_again_are_rows():
    """Table two has the same head over each of its blocks."""
    at = BLOCKS.index("行政许可")
    found = read(page(BLOCKS[:at], BLOCKS[at:], LAST_BLOCK), "disclosure")

    assert figures(found, "licensing") == "40"
    assert figures(found, "coercion") == "1"


def test_figures_that_touch_over_two_columns_are_neithers():
    values = {**ONES, **under("  （一）予以公开", 社会公="1234567890123456")}
    found = read(page(HEADS + rows(**values)))

    assert figures(found, "granted") == "_ _ ? ? ? _ _"
