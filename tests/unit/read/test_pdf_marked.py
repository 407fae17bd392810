"""Struck-out figures and small raised numbers: no digits of the figure they stand beside."""

from __future__ import annotations

import pytest
from pdf_drawing import SONG, Paper, drawn, read
from reportlab.pdfbase.pdfmetrics import stringWidth

from tasks.model.document import Document, DoubtKind

XS = (50, 150, 250)
YS = (100, 120, 140, 160)


def table(paper: Paper, value: str = "27") -> None:
    paper.grid(XS, YS, (("项目", "本年"), ("规章", value), ("文件", "3")))


def grid(document: Document) -> list[str]:
    return drawn(next(document.tables()))


#: Where `27` ends in its cell, and its base line.
END, BASE = 154 + stringWidth("27", SONG, 10), 134


@pytest.mark.parametrize(
    ("mark", "size", "up"), [("1", 5.5, 4), ("12", 6.5, 3.3), ("1", 7, 3), ("1", 6, -1.5)]
)
def test_a_small_number_off_the_base_line_is_a_mark(mark: str, size: float, up: float) -> None:
    paper = Paper()
    table(paper)
    paper.text(END + 0.3, BASE - up, mark, size=size)

    raised = mark.translate(str.maketrans("12", "¹²"))
    assert grid(read(paper.done())) == ["项目|本年", f"规章|27{raised}", "文件|3"]


def test_raised_by_the_text_and_in_brackets() -> None:
    paper = Paper()
    table(paper, "")
    text = paper.canvas.beginText(154, paper.height - BASE)
    text.setFont(SONG, 10)
    text.textOut("27")
    text.setFont(SONG, 6)
    text.setRise(4)
    text.textOut("[3]")
    paper.canvas.drawText(text)

    assert grid(read(paper.done()))[1] == "规章|27³"


def test_a_small_figure_in_the_next_cell_is_a_figure() -> None:
    paper = Paper()
    paper.grid((50, 150, 179, 260), YS[:2], (("项目",),))
    paper.text(154, 114, "12345")
    paper.text(179.5, 112, "6789", size=6)

    assert grid(read(paper.done())) == ["项目|12345|6789"]


def test_digits_on_the_base_line_are_digits() -> None:
    paper = Paper()
    table(paper)
    paper.text(END, BASE, "1", size=7)

    assert grid(read(paper.done()))[1] == "规章|271"


@pytest.mark.parametrize("at", [1.5, 3, 5])
def test_a_figure_with_a_line_through_it_is_left_out_and_told(at: float) -> None:
    paper = Paper()
    table(paper)
    paper.line(153, BASE - at, END + 1, BASE - at)
    paper.text(END + 4, BASE, "31")
    document = read(paper.done())

    assert grid(document) == ["项目|本年", "规章|31", "文件|3"]
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.STRAY_TEXT]


@pytest.mark.parametrize(
    ("x0", "x1", "y"), [(153, END + 1, BASE + 1.5), (153, END + 1, BASE - 9), (100, 250, BASE - 3)]
)
def test_lines_under_and_over_a_figure_and_long_ones_strike_nothing(
    x0: float, x1: float, y: float
) -> None:
    paper = Paper()
    table(paper)
    paper.line(x0, y, x1, y)
    document = read(paper.done())

    assert "27" in "".join(grid(document))
    assert document.doubts == ()


def test_a_figure_struck_out_by_a_note() -> None:
    paper = Paper()
    table(paper)
    top, bottom = paper.height - BASE + 9, paper.height - BASE - 2
    quad = f"[154 {top} {END} {top} 154 {bottom} {END} {bottom}]"
    paper.canvas.highlightAnnotation("", (154, bottom, END, top), quad)
    source = paper.done().replace(b"/Highlight", b"/StrikeOut")

    assert grid(read(source))[1] == "规章|"


def repainted(before: str = "", white: float = 1.0, box: tuple[float, ...] = (152, 122, 240, 138)):
    """A new figure on paint over the old one."""
    paper = Paper()
    table(paper)
    paper.canvas.saveState()
    if before == "clear":
        paper.canvas.setFillAlpha(0.0)
    if before == "clip":
        path = paper.canvas.beginPath()
        path.rect(152, 842 - 158, 80, 14)
        paper.canvas.clipPath(path, stroke=0, fill=0)
    paper.canvas.setFillGray(white)
    paper.bar(*box)
    paper.canvas.restoreState()
    paper.text(200, BASE, "31")
    return read(paper.done())


def test_a_figure_painted_over_in_white_is_left_out_and_told() -> None:
    document = repainted()
    assert grid(document) == ["项目|本年", "规章|31", "文件|3"]
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.STRAY_TEXT]


@pytest.mark.parametrize(
    ("before", "size"), [("clear", (152, 122, 190, 138)), ("clip", (0, 0, 595, 842))]
)
def test_paint_that_does_not_show_there_hides_nothing(before: str, size: tuple[float, ...]) -> None:
    assert grid(repainted(before, box=size))[1] == "规章|27 31"
