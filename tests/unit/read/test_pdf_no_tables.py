"""What stands in rows and columns and is no table: lists of pages, charts, drawings."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_drawing import Paper, read, tables

LATIN = "Helvetica"


def pairs(paper: Paper, texts: Sequence[tuple[str, str]]) -> None:
    for n, (left, right) in enumerate(texts):
        paper.text(80, 100 + 14 * n, left, font=LATIN)
        paper.text(480, 100 + 14 * n, right, font=LATIN, align="right")


def test_contents_whose_first_and_last_pages_are_counted_apart() -> None:
    paper = Paper()
    pairs(
        paper,
        [
            ("Foreword", "iii"),
            ("Executive summary", "v"),
            ("1 Introduction", "1"),
            ("2 Findings", "8"),
            ("Annex", "A-1"),
        ],
    )
    assert tables(paper.done()) == []


def test_an_index() -> None:
    paper = Paper()
    pairs(paper, [("Alphabet", "97"), ("Base", "12"), ("Cipher", "55"), ("Digest", "8")])
    assert tables(paper.done()) == []


def test_lines_with_their_numbers() -> None:
    paper = Paper()
    for n, text in enumerate(("while the sum is less", "add one to it", "give it back", "end")):
        paper.text(80, 100 + 14 * n, str(n + 1), font=LATIN)
        paper.text(110, 100 + 14 * n, text, font=LATIN)
    assert tables(paper.done()) == []


def test_values_at_the_ends_of_bars() -> None:
    paper = Paper()
    bars = {"Belgium": 120, "Germany": 240, "Estonia": 60, "Ireland": 180, "Spain": 90}
    for n, (name, length) in enumerate(bars.items()):
        y = 100 + 20 * n
        paper.text(150, y, name, 8, LATIN, align="right")
        paper.bar(160, y - 8, 160 + length, y)
        paper.text(164 + length, y, f"{length / 3:.1f}", 8, LATIN)
    for n in range(6):
        paper.text(160 + 50 * n, 210, str(10 * n), 8, LATIN, align="center")
    assert tables(paper.done()) == []


def boxes(paper: Paper, places: Sequence[tuple[float, float]]) -> None:
    for n, (x, y) in enumerate(places):
        paper.frame(x, y, x + 80, y + 44)
        paper.line(x, y + 20, x + 80, y + 20)
        paper.text(x + 6, y + 14, f"Entity {n}", 8, LATIN)
        paper.text(x + 6, y + 34, f"+ number: {n}", 8, LATIN)


def test_boxes_joined_by_lines() -> None:
    paper = Paper()
    boxes(paper, [(220, 100), (90, 190), (350, 205), (60, 300), (185, 310), (310, 290), (420, 320)])
    for x, top, bottom in ((260, 144, 170), (130, 170, 190), (390, 170, 205), (130, 234, 270)):
        paper.line(x, top, x, bottom)
    paper.line(130, 170, 390, 170)
    for x, bottom in ((100, 300), (225, 310), (350, 290), (460, 320)):
        paper.line(x, 270, x, bottom)
    paper.line(100, 270, 460, 270)
    document = read(paper.done())
    assert list(document.tables()) == []
    assert any("Entity 3" in paragraph.text for paragraph in document.paragraphs())


def test_paper_with_a_printed_grid() -> None:
    paper = Paper()
    for n in range(16):
        paper.line(60, 100 + 12 * n, 420, 100 + 12 * n)
    for n in range(31):
        paper.line(60 + 12 * n, 100, 60 + 12 * n, 280)
    for x, y in ((62, 111), (158, 135), (230, 195), (326, 243)):
        paper.text(x, y, "x", 8, LATIN)
    assert tables(paper.done()) == []


def scale(paper: Paper, x: float, bottom: float, *, right: float) -> None:
    """Numbers from 0 to 80 above one another, each at the left end of a line."""
    for n in range(5):
        y = bottom - 25 * n
        paper.text(x - 6, y + 2.5, str(20 * n), 7, LATIN, align="right")
        paper.line(x - 3, y, right, y)


def test_values_and_years_of_a_curve() -> None:
    paper = Paper()
    scale(paper, 100, 220, right=400)
    paper.line(100, 120, 100, 220)
    for n, y in enumerate((200, 170, 180, 150, 118)):
        paper.text(130 + 55 * n, y, f"{(222 - y) * 0.8:.1f}", 6, LATIN, align="center")
        paper.text(130 + 55 * n, 231, str(2015 + n), 7, LATIN, align="center")
    document = read(paper.done())
    assert list(document.tables()) == []
    told = " ".join(paragraph.text for paragraph in document.paragraphs())
    assert {"80", "2015", "2019", "17.6"} <= set(told.split())


def test_bars_on_lines_across() -> None:
    paper = Paper()
    scale(paper, 100, 220, right=400)
    paper.line(100, 120, 100, 220)
    for n, top in enumerate((200, 170, 180, 150, 125)):
        paper.frame(115 + 55 * n, top, 145 + 55 * n, 220)
        paper.text(130 + 55 * n, top - 2, str(220 - top), 6, LATIN, align="center")
        paper.text(130 + 55 * n, 231, ("甲", "乙", "丙", "丁", "戊")[n], 7, align="center")
    assert tables(paper.done()) == []


def test_bars_on_a_scale_with_lines_of_which_a_table_would_be_closed() -> None:
    paper = Paper()
    for n, (name, length) in enumerate({"甲": 120, "乙": 240, "丙": 60, "丁": 180}.items()):
        y = 100 + 20 * n
        paper.text(150, y, name, 8, align="right")
        paper.bar(160, y - 8, 160 + length, y)
        paper.text(164 + length, y, f"{length / 3:.1f}", 8, LATIN)
    for n in range(6):
        paper.line(160 + 50 * n, 86, 160 + 50 * n, 172)
        paper.text(160 + 50 * n, 182, str(20 * n), 8, LATIN, align="center")
    assert tables(paper.done()) == []


def test_numbered_rows_are_on_no_scale() -> None:
    paper = Paper()
    rows = [(str(n), f"{7 * n % 5}", f"{13 * n}") for n in range(1, 6)]
    paper.grid((90, 150, 250, 350), [100 + 20 * n for n in range(6)], rows)
    (grid,) = tables(paper.done())
    assert grid == ["|".join(row) for row in rows]


def test_shades_of_different_lengths_in_cells_are_no_bars() -> None:
    paper = Paper()
    rows = [("甲", "12"), ("乙", "40"), ("丙", "25"), ("丁", "33")]
    for n, (_, value) in enumerate(rows):
        paper.canvas.setFillGray(0.8)
        paper.bar(150, 102 + 20 * n, 150 + 2 * int(value), 118 + 20 * n)
        paper.canvas.setFillGray(0)
    paper.grid((50, 150, 250), [100 + 20 * n for n in range(5)], rows)
    assert tables(paper.done()) == [["|".join(row) for row in rows]]


def test_a_chain_of_boxes_with_arrows_between_them() -> None:
    paper = Paper()
    for x in (80, 280):
        for n, step in enumerate(("受理", "审查", "决定", "送达")):
            paper.frame(x, 100 + 55 * n, x + 110, 130 + 55 * n)
            paper.text(x + 55, 118 + 55 * n, step, align="center")
            if n < 3:
                paper.line(x + 55, 130 + 55 * n, x + 55, 155 + 55 * n)
    assert tables(paper.done()) == []


def test_a_grid_of_boxes_with_ground_around_them() -> None:
    paper = Paper()
    for x in (80, 230, 380):
        for n, step in enumerate(("受理", "审查", "决定", "送达")):
            paper.frame(x, 100 + 55 * n, x + 110, 130 + 55 * n)
            paper.text(x + 55, 118 + 55 * n, step, align="center")
            if n < 3:
                paper.line(x + 55, 130 + 55 * n, x + 55, 155 + 55 * n)
    for x, n in ((190, 0), (340, 1), (190, 2), (340, 3)):
        paper.line(x, 115 + 55 * n, x + 40, 115 + 55 * n)
    assert tables(paper.done()) == []


def test_contents_with_dots_that_lead_to_the_pages() -> None:
    paper = Paper()
    for n, (title, page) in enumerate((("总体情况", "1"), ("主动公开", "3"), ("存在问题", "7"))):
        paper.text(80, 100 + 18 * n, title)
        paper.text(130, 100 + 18 * n, "." * 60, font=LATIN)
        paper.text(320, 100 + 18 * n, page, font=LATIN, align="right")
    assert tables(paper.done()) == []
