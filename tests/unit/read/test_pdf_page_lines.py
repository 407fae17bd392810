"""Lines as high as the page: its frame, a margin for binding, tabs at its side."""

from __future__ import annotations

import pytest
from pdf_drawing import Paper, drawn, read, tables

XS = (100, 200, 300, 400)
YS = (140, 160, 180, 200)
ROWS = (("项目", "本年", "上年"), ("规章", "0", "12"), ("文件", "3", "8"))
GRID = ["项目|本年|上年", "规章|0|12", "文件|3|8"]


def page() -> Paper:
    """A grid between lines of prose."""
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    for n in range(20):
        paper.text(100, 260 + 20 * n, "本年度继续推进政府信息公开工作，主动公开各类信息。")
    return paper


def test_a_frame_around_the_page_whose_margin_is_parted() -> None:
    paper = page()
    paper.frame(40, 40, 555, 800)
    paper.line(70, 40, 70, 800)
    paper.line(40, 70, 555, 70)
    assert tables(paper.done()) == [GRID]


def test_a_line_along_the_page_at_which_the_table_begins() -> None:
    paper = page()
    paper.line(100, 40, 100, 800)
    paper.line(80, 40, 80, 800)
    assert tables(paper.done()) == [GRID]


def test_a_line_along_the_page_at_which_rows_without_uprights_begin() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS, lines=False)
    for y in YS:
        paper.line(90, y, 400, y)
    paper.line(90, 40, 90, 800)
    paper.text(100, 300, "以上数据截至年底。")
    assert tables(paper.done()) == [GRID]


def turned(paper: Paper, x: float, y: float, text: str) -> None:
    """Text that runs upwards from (x, y)."""
    paper.canvas.saveState()
    paper.canvas.translate(x, paper.height - y)
    paper.canvas.rotate(90)
    paper.canvas.setFont("STSong-Light", 10)
    paper.canvas.drawString(0, 0, text)
    paper.canvas.restoreState()


def test_tabs_at_the_side_are_no_table_and_their_text_goes_with_no_line() -> None:
    paper = Paper()
    for _ in range(2):
        paper.grid(XS, YS, ROWS, lines=False)
        for y in (140, 160, 200):
            paper.line(100, y, 400, y)
        for x in (520, 540, 560):
            paper.line(x, 20, x, 820)
        for y in (20, 820):
            paper.line(520, y, 560, y)
        turned(paper, 533, 190, "信息公开")
        turned(paper, 553, 190, "年度报告")
        paper.page()
    document = read(paper.done())
    assert [drawn(table) for table in document.tables()] == [[*GRID, *GRID[1:]]]
    one, other = document.paragraphs()  # once, not on each page
    assert (one.text, other.text) == ("信息公开", "年度报告")
    assert one.where.page == 1
    assert one.where.box is not None
    assert 520 < one.where.box[0] < one.where.box[2] < 540


@pytest.mark.parametrize("inner", [400.5, 394], ids=["touches", "crosses"])
@pytest.mark.parametrize("uprights", [(), (100,), (100, 400), XS], ids=len)
def test_a_tab_that_the_lines_of_the_table_reach(inner: float, uprights: tuple[int, ...]) -> None:
    paper = Paper()
    ys = [y + 250 for y in YS]  # no row of tab and table together is as high as the page
    paper.grid(XS, ys, ROWS, lines=False)
    for y in ys if len(uprights) == len(XS) else (*ys[:2], ys[-1]):
        paper.line(100, y, 400, y)
    for x in uprights:
        paper.line(x, ys[0], x, ys[-1])
    for x in (inner, inner + 20, inner + 40):
        paper.line(x, 20, x, 820)
    for y in (20, 820):
        paper.line(inner, y, inner + 40, y)
    turned(paper, inner + 33, 500, "信息公开")
    for n in range(10):
        paper.text(100, 160 + 20 * n, "本年度主动公开各类政府信息。")
        paper.text(100, 510 + 20 * n, "本年度主动公开各类政府信息。")
    assert tables(paper.done()) == [GRID]


def test_a_box_that_the_rows_part_is_no_tab() -> None:
    paper = Paper()
    ys = tuple(range(40, 761, 80))
    rows = [("一", f"第{n}项", str(n)) for n in range(len(ys) - 1)]
    paper.grid((60, 80, 300, 400), ys, rows)
    assert tables(paper.done()) == [["|".join(row) for row in rows]]


def test_a_box_for_a_long_text_has_its_label() -> None:
    paper = Paper()
    paper.frame(60, 60, 540, 760)
    paper.line(120, 60, 120, 760)
    paper.text(70, 400, "工作总结")
    lines = [f"第{n}项工作按照要求全部完成。" for n in range(1, 4)]
    for n, line in enumerate(lines):
        paper.text(130, 90 + 20 * n, line)
    assert tables(paper.done()) == [["工作总结|" + "/".join(lines)]]
