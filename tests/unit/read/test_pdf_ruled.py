"""Tables with drawn lines on one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from pdf_drawing import Paper, drawn, read, tables

from tasks.model.document import DoubtKind, Paragraph, Table

XS = (50, 150, 250, 350)
YS = (100, 120, 140, 160)
ROWS = (("项目", "本年", "上年"), ("规章", "0", "12"), ("文件", "3", "8"))
GRID = ["项目|本年|上年", "规章|0|12", "文件|3|8"]


def test_a_plain_grid() -> None:
    paper = Paper()
    paper.text(50, 80, "二、主动公开政府信息情况", size=14)
    paper.grid(XS, YS, ROWS)
    paper.text(50, 200, "以上数据截至年底。")
    document = read(paper.done())
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Table, Paragraph]
    (table,) = document.tables()
    assert drawn(table) == GRID
    assert (table.id, table.caption) == ("p1/t1", "二、主动公开政府信息情况")
    cell = table.grid()[1][1]
    assert cell is not None
    assert cell.where.page == 1
    assert cell.where.box == (150, 120, 250, 140)


def test_cells_that_span() -> None:
    paper = Paper()
    for x in (50, 350):
        paper.line(x, 100, x, 160)
    paper.line(150, 100, 150, 160)
    paper.line(250, 120, 250, 160)
    for y in (100, 140, 160):
        paper.line(50, y, 350, y)
    paper.line(150, 120, 350, 120)
    for x, y, text in ((60, 125, "项目"), (200, 114, "合计"), (160, 134, "甲"), (260, 134, "乙")):
        paper.text(x, y, text)
    for x, text in ((60, "规章"), (160, "1"), (260, "2")):
        paper.text(x, 154, text)
    assert tables(paper.done()) == [["项目|合计|<", "^|甲|乙", "规章|1|2"]]


def test_lines_drawn_as_thin_bars_doubled_and_broken() -> None:
    paper = Paper()
    for x in XS:
        paper.bar(x - 0.25, 100, x + 0.25, 129)
        paper.bar(x - 0.25, 131, x + 0.25, 160)  # broken by 2 points
    for y in YS:
        paper.line(50, y, 350, y)
        paper.line(50, y + 1.5, 350, y + 1.5)  # doubled
    paper.grid(XS, YS, ROWS, lines=False)
    assert tables(paper.done()) == [GRID]


def test_lines_made_of_dashes() -> None:
    paper = Paper()
    for y in YS:
        for x in range(50, 350, 6):
            paper.bar(x, y - 0.25, x + 3, y + 0.25)
    for x in XS:
        for y in range(100, 160, 6):
            paper.bar(x - 0.25, y, x + 0.25, y + 3)
    paper.grid(XS, YS, ROWS, lines=False)
    assert tables(paper.done()) == [GRID]


def test_the_outer_border_is_missing() -> None:
    paper = Paper()
    for x in XS[1:-1]:
        paper.line(x, 100, x, 160)
    for y in YS[1:-1]:
        paper.line(50, y, 350, y)
    paper.grid(XS, YS, ROWS, lines=False)
    assert tables(paper.done()) == [GRID]


def test_white_boxes_behind_the_text_are_no_lines() -> None:
    """WPS lays a white box behind each line of text; it once glued 20 lines to a table."""
    paper = Paper()
    paper.canvas.setFillGray(1)
    for n in range(4):
        paper.bar(50, 20 + 20 * n, 350, 40 + 20 * n)
    paper.canvas.setFillGray(0)
    for n in range(4):
        paper.text(52, 35 + 20 * n, "严格落实三审三校制度从严从实把好政治关法律关政策关")
    paper.grid(XS, YS, ROWS)
    assert tables(paper.done()) == [GRID]


def test_prose_in_a_stack_of_frames_is_no_table() -> None:
    paper = Paper()
    for n in range(4):
        paper.frame(50, 20 + 20 * n, 350, 40 + 20 * n)
        paper.text(52, 35 + 20 * n, "严格落实三审三校制度从严从实把好政治关法律关政策关大局")
    paper.grid(XS, YS, ROWS)
    document = read(paper.done())
    assert [drawn(table) for table in document.tables()] == [GRID]
    assert "严格落实" in next(document.paragraphs()).text


def test_a_band_over_the_whole_width_stays_in_its_table() -> None:
    paper = Paper()
    paper.frame(50, 80, 350, 100)
    paper.text(150, 94, "第二十条第（一）项")
    paper.grid(XS, YS, ROWS)
    assert tables(paper.done()) == [["第二十条第（一）项|<|<", *GRID]]


def test_a_frame_around_the_page_is_no_table() -> None:
    paper = Paper()
    paper.frame(20, 20, 575, 820)
    paper.text(50, 80, "本报告由县财政局编制。")
    paper.grid(XS, YS, ROWS)
    assert tables(paper.done()) == [GRID]


def test_the_axes_of_a_chart_are_no_table() -> None:
    paper = Paper()
    paper.grid(XS, YS, ())
    paper.text(50, 300, "图一 各年申请数量")
    assert tables(paper.done()) == []


def test_a_label_set_vertically_is_one_word() -> None:
    paper = Paper()
    paper.grid((50, 80, 200, 300), (100, 220, 240), (("", "予以公开", "5"), ("四", "结转", "0")))
    for n, letter in enumerate("三、本年度办理结果"):
        paper.text(60, 113 + 12 * n, letter)
    assert tables(paper.done()) == [["三、本年度办理结果|予以公开|5", "四|结转|0"]]


def test_a_label_cut_inside_its_cell() -> None:
    paper = Paper()
    paper.grid((50, 90, 200), (100, 130, 150), (("商业企\n业", "5"), ("其他", "0")))
    assert tables(paper.done()) == [["商业企/业|5", "其他|0"]]


def test_print_doubled_for_boldness_is_read_once() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            paper.text(XS[column] + 4.3, YS[row] + 14, text)
    paper.text(250, 300, "11")
    document = read(paper.done())
    assert [drawn(table) for table in document.tables()] == [GRID]
    assert [paragraph.text for paragraph in document.paragraphs()] == ["11"]


def turned_paper(turn: int) -> Paper:
    """A square page, what is drawn on it turned against the clock around its middle."""
    paper = Paper(600, 600)
    paper.canvas.translate(300, 300)
    paper.canvas.rotate(turn)
    paper.canvas.translate(-300, -300)
    return paper


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_shown_turned(turn: int) -> None:
    paper = turned_paper(turn)
    paper.canvas.setPageRotation(turn)
    paper.grid(XS, YS, ROWS)
    (table,) = read(paper.done()).tables()
    assert drawn(table) == GRID
    assert table.where.box == (50, 100, 350, 160)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_table_set_sideways_on_an_upright_page(turn: int) -> None:
    paper = turned_paper(turn)
    paper.grid(XS, YS, ROWS)
    document = read(paper.done())
    (table,) = document.tables()
    assert drawn(table) == GRID
    assert table.where.box is not None
    x0, top, x1, bottom = table.where.box
    wide, high = round(x1 - x0), round(bottom - top)
    assert (wide, high) == ((300, 60) if turn == 180 else (60, 300))


def test_places_are_counted_from_the_crop_box() -> None:
    paper = Paper()
    paper.canvas.setCropBox((40, 200, 500, 800))
    paper.grid(XS, YS, ROWS)
    paper.text(10, 30, "裁掉的字")
    document = read(paper.done())
    (table,) = document.tables()
    assert table.where.box == (10, 58, 310, 118)
    assert not list(document.paragraphs())


def numbers(**how: float) -> tuple[str, set[DoubtKind]]:
    """What is read of a cell that holds some digits."""
    paper = Paper()
    paper.grid(XS, YS, ROWS[:2])
    x = 160.0
    for digit in str(how.pop("text")):
        paper.text(x, 154, digit)
        x += 5 + how["gap"]
        how["gap"] += how.get("more", 0)
    (table,) = read(paper.done()).tables()
    cell = table.grid()[2][1]
    assert cell is not None
    return cell.text, {doubt.kind for doubt in cell.doubts}


def test_digits_set_apart_are_one_number_in_doubt() -> None:
    assert numbers(text=126, gap=0) == ("126", set())
    assert numbers(text=126, gap=4) == ("126", {DoubtKind.SPLIT_DIGITS})
    assert numbers(text=126, gap=15) == ("1 2 6", {DoubtKind.CLOSE_NUMBERS})
    assert numbers(text=126, gap=0, more=12) == ("12 6", {DoubtKind.CLOSE_NUMBERS})


def test_a_number_wider_than_its_cell_stays_whole() -> None:
    paper = Paper()
    paper.grid((50, 100, 120, 200), YS, (("项目", "甲", "乙"), ("收费", "", ""), ("费", "1", "2")))
    paper.text(103.5, 134, "96171.6")
    paper.text(180, 134, "7")
    (table,) = read(paper.done()).tables()
    assert drawn(table)[1] == "收费|96171.6|7"


def test_numbers_at_both_sides_of_a_border_stay_apart() -> None:
    paper = Paper()
    paper.grid((50, 100, 150, 200), YS, (("项目", "甲", "乙"), ("收费", "", ""), ("费", "1", "2")))
    paper.text(149.5, 134, "95", align="right")
    paper.text(150.5, 134, "31")
    (table,) = read(paper.done()).tables()
    assert drawn(table)[1] == "收费|95|31"
    kinds = [{doubt.kind for doubt in cell.doubts} for cell in table.cells if cell.row == 1]
    assert kinds == [set(), {DoubtKind.CLOSE_NUMBERS}, {DoubtKind.CLOSE_NUMBERS}]


SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
TABLES = ("disclosure", "requests", "disputes")


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not beside the project")
def test_the_figures_of_a_real_report() -> None:
    truths = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
    truth = next(truth for truth in truths if truth["file"] == "hongze-2024.pdf")
    document = read((SAMPLES / "hongze-2024.pdf").read_bytes())
    read_tables = list(document.tables())
    assert [table.id for table in read_tables] == ["p2/t1", "p3/t1", "p4/t1"]
    for table, name in zip(read_tables, TABLES, strict=True):
        figures = [int(cell.text) for cell in table.cells if cell.text.isdigit()]
        expected = [value for row in truth[name].values() for value in row.values()]
        assert figures == expected
        assert not any(cell.doubts for cell in table.cells)
    requests = drawn(read_tables[1])
    assert requests[5].startswith("三、本年度办理结果|（一）予以公开")
    assert requests[16] == "^|^|2.没有现成信息需要另行制作|1|0|0|0|0|0|1"


def test_rows_of_one_cell_between_open_sides() -> None:
    """No rule at the sides: nothing drawn joins what stands above and below such a row."""
    paper = Paper()
    for y in range(100, 221, 20):
        paper.line(50, y, 350, y)
    for top, bottom, xs in ((120, 160, (150, 250)), (180, 220, (150,))):
        for x in xs:
            paper.line(x, top, x, bottom)
    rows = {0: "第（一）项", 1: "项目", 2: "规章", 3: "第（五）项", 4: "项目", 5: "许可"}
    for row, text in rows.items():
        paper.text(180 if len(text) > 2 else 54, 114 + 20 * row, text)
    for row, text in ((1, "本年"), (2, "7"), (4, "处理"), (5, "9")):
        paper.text(154, 114 + 20 * row, text)

    assert tables(paper.done()) == [
        ["第（一）项|<|<", "项目|本年|", "规章|7|", "第（五）项|<|<", "项目|处理|<", "许可|9|<"]
    ]


def test_a_heading_between_tables_of_open_sides_parts_them() -> None:
    paper = Paper()
    for top in (100, 170):
        for y in (top, top + 20, top + 40):
            paper.line(50, y, 350, y)
        paper.line(150, top, 150, top + 40)
        for row, texts in enumerate((("项目", "本年"), ("规章", "7"))):
            paper.text(54, top + 14 + 20 * row, texts[0])
            paper.text(154, top + 14 + 20 * row, texts[1])
    paper.text(50, 159, "三、收到和处理情况", size=14)

    assert len(tables(paper.done())) == 2


def test_text_set_apart_that_overflows_its_cell_stays_whole() -> None:
    paper = Paper()
    paper.grid((50, 100, 150, 200), (100, 120), [("项目", "", "")])
    paper.text(147.7, 114, "979(其中9件)", size=4, spacing=1.6)

    (grid,) = tables(paper.done())
    assert grid == ["项目||979(其中9件)"]


def test_two_numbers_at_a_border_are_not_put_together() -> None:
    paper = Paper()
    paper.grid((50, 100, 150, 200), (100, 120), [("项目", "", "")])
    paper.text(138, 114, "12")
    paper.text(152, 114, "34")

    assert tables(paper.done()) == [["项目|12|34"]]


def runs(source: bytes) -> list[str]:
    return [run.text for run in read(source).runs]


def test_heads_with_lines_over_rows_without_are_laid_out_together() -> None:
    paper = Paper()
    paper.grid((50, 150, 250, 350), (100, 120), [("项目", "本年", "上年")])
    for n in range(3):
        for x, text in ((54, f"第{n}类"), (200, f"{n}"), (300, f"{n + 4}")):
            paper.text(x, 134 + 16 * n, text)
    assert {"项目", "本年", "上年", "第1类"} <= set(runs(paper.done()))


def test_figures_with_lines_beside_labels_without_are_laid_out_together() -> None:
    paper = Paper()
    paper.grid((150, 250, 350), (100, 120, 140), [("1", "2"), ("3", "4")])
    for y, text in ((114, "规章"), (134, "文件")):
        paper.text(60, y, text)
    assert runs(paper.done()) == ["规章", "1", "2", "文件", "3", "4"]


def test_a_cell_that_holds_rows_is_no_cell() -> None:
    paper = Paper()
    paper.grid((50, 150, 250, 350), (100, 120), [("项目", "本年", "上年")])
    paper.frame(50, 120, 350, 200)
    for n in range(4):
        for x, text in ((54, f"{n + 1}.某类"), (200, f"{n}"), (300, f"{n + 4}")):
            paper.text(x, 134 + 16 * n, text)
    assert {"项目", "3.某类", "6"} <= set(runs(paper.done()))


def test_the_label_of_a_group_that_ends_above_its_last_row_makes_no_row() -> None:
    paper = Paper()
    paper.frame(50, 100, 350, 200)
    for x in (150, 250):
        paper.line(x, 100, x, 200)
    for y in (120, 160):
        paper.line(150, y, 350, y)
    paper.line(50, 145, 150, 145)
    paper.line(50, 160, 350, 160)
    for x, y, text in ((54, 125, "不予"), (154, 114, "一"), (154, 134, "二"), (54, 180, "总计")):
        paper.text(x, y, text)
    for y, text in ((114, "1"), (134, "2"), (180, "3")):
        paper.text(254, y, text)
    assert tables(paper.done()) == [["不予|一|1", "^|二|2", "总计||3"]]


def test_an_upright_line_parts_heads_that_stand_close() -> None:
    paper = Paper()
    for x in (50, 94, 138, 182):
        paper.line(x, 100, x, 180)
    for x, text in ((52, "商业企业"), (96, "科研机构"), (140, "法律服务")):
        paper.text(x, 112, text)
    assert runs(paper.done()) == ["商业企业", "科研机构", "法律服务"]


BARE_YS = (100, 120, 140, 160, 180)
BARE_ROWS = (
    ("项目", "本年", "上年", "负责单位"),
    ("规章", "0", "12", "办公室"),
    ("规范性文件", "3", "8", "法规处"),
    ("总计", "3", "20", "办公室"),
)
BARE_XS = (50, 150, 250, 350, 450)


def without_uprights(n_whole: int, rows: tuple[tuple[str, ...], ...] = BARE_ROWS) -> Paper:
    """A frame with lines between all rows, and between the columns of the first ones."""
    paper = Paper()
    paper.grid(BARE_XS, BARE_YS, rows, lines=False)
    for y in BARE_YS:
        paper.line(50, y, 450, y)
    for x in BARE_XS:
        paper.line(x, 100, x, BARE_YS[-1] if x in (50, 450) else BARE_YS[n_whole])
    return paper


@pytest.mark.parametrize("n_whole", [1, 2, 3])
def test_rows_without_uprights_have_the_columns_of_the_heads(n_whole: int) -> None:
    grid = ["|".join(row) for row in BARE_ROWS]
    assert tables(without_uprights(n_whole).done()) == [grid]


def test_a_row_of_one_cell_whose_words_are_set_apart_stays_one() -> None:
    rows = (*BARE_ROWS[:3], ("", "", "", ""))
    for words in (("合", "计"), ("第", "2", "部分"), ("办", "公", "室", "报")):
        paper = without_uprights(3, rows)
        for n, word in enumerate(words):
            paper.text(120 + 70 * n, 174, word)
        assert tables(paper.done()) == [
            [*("|".join(row) for row in rows[:3]), f"{' '.join(words)}|<|<|<"]
        ]


def in_frame(first: str = "", last: str = "", *, size: float = 10, small: float = 10) -> Paper:
    """A grid whose frame has a row of one cell above, and one below."""
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    paper.frame(50, 75, 350, 185)
    paper.text(200, 92, first, size, align="center")
    paper.text(54, 176, last, small)
    return paper


@pytest.mark.parametrize(
    ("paper", "title"),
    [
        (in_frame("表3 主动公开情况", "注：数据截至年底。"), "表3 主动公开情况"),
        (in_frame("主动公开情况", "*数据截至年底。", size=14, small=8), "主动公开情况"),
    ],
)
def test_a_title_and_notes_in_the_frame_are_no_rows(paper: Paper, title: str) -> None:
    document = read(paper.done())
    (table,) = document.tables()
    assert drawn(table) == GRID
    assert table.caption == title
    assert [type(block) for block in document.blocks] == [Paragraph, Table, Paragraph]


def test_a_row_of_one_cell_that_is_no_title_and_no_note_stays() -> None:
    above, below = "规章和文件|<|<", "以上合计：15件|<|<"
    assert tables(in_frame("规章和文件", "以上合计：15件").done()) == [[above, *GRID, below]]
    assert tables(in_frame("表3", "表4").done()) == [["表3|<|<", *GRID, "表4|<|<"]]


def labelled(texts: tuple[str, ...], pitch: float = 20) -> Paper:
    """A grid, and texts at its left, one below another."""
    paper = Paper()
    xs, ys = (200, 300, 400), [100 + 20 * n for n in range(6)]
    paper.grid(xs, ys, [("本年", "上年"), *((str(n), str(7 * n)) for n in range(4))])
    for n, text in enumerate(texts):
        paper.text(90, 114 + pitch * n, text)
    return paper


FIGURES = ["0|0", "1|7", "2|14", "3|21"]


def test_labels_level_with_the_rows_of_a_grid_are_its_first_column() -> None:
    for head in ("项目", ""):
        labels = (head, "规章", "规范性文件", "许可", "处罚")
        rows = ["本年|上年", *FIGURES]
        grid = [f"{label}|{row}" for label, row in zip(labels, rows, strict=True)]
        assert tables(labelled(labels).done()) == [grid]


def test_a_text_beside_a_grid_is_no_column_of_labels() -> None:
    line = "主动公开各类信息情况"
    grid = ["本年|上年", *FIGURES]
    for texts, pitch in (((line,) * 7, 14), ((line, line), 20), ((f"{line}的", *(line,) * 6), 17)):
        assert tables(labelled(texts, pitch).done()) == [grid]


#: The columns of grids whose heads stand above the lines.
UNDER_HEADS = (50, 150, 230, 310)


def headed(lines: Sequence[Sequence[str]], grid: Sequence[Sequence[str]]) -> list[list[str]]:
    """The tables of a page with lines of heads, or what else, right above a grid."""
    paper = Paper()
    ys = [100 + 20 * n for n in range(len(grid) + 1)]
    paper.grid(UNDER_HEADS, ys, grid)
    for n, texts in enumerate(reversed(lines)):
        for x, text in zip(UNDER_HEADS, texts, strict=False):
            paper.text(x + 4, 94 - 12 * n, text)
    return tables(paper.done())


def test_heads_above_the_lines_of_a_grid_are_its_first_row() -> None:
    body = [row.split("|") for row in ("规章|0|12", "文件|3|8")]
    heads = [("", "制发件数", ""), ("", "本年", "现行有效"), ("项目", "合计", "（件）")]
    made = ["项目|制发件数/本年/合计|现行有效/（件）", "规章|0|12", "文件|3|8"]
    assert headed(heads, body) == [made]
    assert headed([("全省情况",), *heads], body) == [made]
    unlabelled = [(*line[:0], "", *line[1:]) for line in heads]
    assert headed(unlabelled, body) == [["|制发件数/本年/合计|现行有效/（件）", *made[1:]]]


@pytest.mark.parametrize(
    "line",
    [
        ("全省情况", "", ""),
        ("全省情况", "数量", ""),
        ("全省情况", "", "单位：件"),
        ("全省各地区本年发布规章和规范性文件的数量", "", ""),
        ("", "全省各地区本年发布的数量", ""),
    ],
)
def test_a_line_above_a_grid_that_heads_not_all_columns_is_no_row(line: Sequence[str]) -> None:
    body = ["规章|0|12", "文件|3|8"]
    assert headed([line], [row.split("|") for row in body]) == [body]


def test_a_grid_that_begins_with_heads_gets_no_more() -> None:
    grid = ["项目|本年|上年", "规章|0|12"]
    years = ["项目|2022年|2023年", "规章|0|12"]
    for rows in (grid, years):
        assert headed([("地区", "全省", "全市")], [row.split("|") for row in rows]) == [rows]
