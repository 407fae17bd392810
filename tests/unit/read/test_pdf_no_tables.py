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
