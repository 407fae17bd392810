"""Scans over the text that a program read from them, and pictures that are no scans."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from pdf_drawing import Paper, read, tables
from PIL import Image
from reportlab.lib.utils import ImageReader

from samples.hard.prints import over_layer
from samples.layout import draft
from samples.pdf import PdfStyle, render_pdf
from samples.prose import paper as drafted_paper
from samples.report import make_report
from tasks.flow import examine
from tasks.model.box import Box
from tasks.model.document import DoubtKind
from tasks.model.report import Kind, Severity
from tasks.read.pdf.drawn import DrawnImage
from tasks.read.pdf.scans import whole_pictures

XS, YS = [50.0, 150.0, 250.0], [100.0, 120.0, 140.0]
ROWS = [["规章", "件数"], ["本年", "12"]]


def picture(paper: Paper, *place: float, **how: object) -> None:
    image = BytesIO()
    Image.new(str(how.get("mode", "L")), (60, 84), how.get("ink", 200)).save(image, "PNG")
    mask = {"mask": "auto"} if how.get("mode") == "RGBA" else {}
    paper.canvas.drawImage(ImageReader(image), *(place or (0, 0, 595, 842)), **mask)


def kinds(paper: Paper) -> list[DoubtKind]:
    return [doubt.kind for doubt in read(paper.done()).doubts]


def body(paper: Paper, **how: object) -> None:
    for line in range(4):
        paper.text(50, 300 + 20 * line, f"第{line}行的文字说明本年公开情况", **how)


def test_text_beneath_a_picture_is_the_layer_of_a_scan() -> None:
    paper = Paper()
    body(paper)
    picture(paper)
    assert kinds(paper) == [DoubtKind.SCAN]


def test_text_without_ink_on_a_picture_is_the_layer_of_a_scan() -> None:
    paper = Paper()
    picture(paper)
    body(paper, mode=3)
    assert kinds(paper) == [DoubtKind.SCAN]


def test_so_is_text_so_clear_that_nothing_is_seen() -> None:
    paper = Paper()
    picture(paper)
    paper.canvas.setFillAlpha(0)
    body(paper)
    assert kinds(paper) == [DoubtKind.SCAN]


def test_a_background_is_no_scan() -> None:
    paper = Paper()
    picture(paper)
    paper.grid(XS, YS, ROWS)
    body(paper)
    document = read(paper.done())
    assert document.doubts == ()
    assert next(iter(document.tables())).cells[3].text == "12"


def test_a_watermark_that_is_seen_through_is_no_scan() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    body(paper)
    picture(paper, mode="RGBA", ink=(200, 0, 0, 60))
    assert kinds(paper) == []


def test_a_picture_mixed_with_the_page_is_no_scan() -> None:
    paper = Paper()
    body(paper)
    paper.canvas.setFillAlpha(0.4)
    picture(paper)
    assert kinds(paper) == []


def test_part_of_a_page_may_be_a_scan() -> None:
    paper = Paper()
    body(paper)
    picture(paper, 40, 842 - 150, 300, 60)
    paper.grid(XS, YS, ROWS, lines=False)
    for row, y in enumerate((100, 120)):
        paper.text(400, y, f"第{row}段", 10)
    document = read(paper.done())
    assert document.doubts == ()  # what lies on the picture is seen
    paper = Paper()
    body(paper)
    paper.text(54, 114, "12")
    picture(paper, 40, 842 - 150, 300, 60)
    (doubt,) = read(paper.done()).doubts
    assert doubt.kind is DoubtKind.SCAN
    assert doubt.where.box == (40.0, 90.0, 340.0, 150.0)


def test_strips_and_tiles_are_one_picture() -> None:
    tiles = [
        DrawnImage(Box(100 * x, 50 * y, 100 * x + 100, 50 * y + 50), 7, True)
        for y in range(3)
        for x in range(2)
    ]
    assert whole_pictures(tiles) == [DrawnImage(Box(0, 0, 200, 150), 7, True)]


@pytest.mark.parametrize("beneath", [True, False])
def test_no_figure_of_a_scan_is_taken_and_no_organ_blamed(beneath: bool) -> None:
    drafted = draft(make_report(4, big=True))
    plain = render_pdf(drafted_paper(drafted), PdfStyle(name="", about="", paged=True), 4)
    outcome = examine(over_layer(plain, 4, share=0.1, beneath=beneath, strips=3), "a.pdf")
    assert outcome.report is not None
    told = [
        v for rows in outcome.report.values.values() for row in rows.values() for v in row.values()
    ]
    assert {value.kind for value in told} <= {Kind.UNREADABLE, Kind.ABSENT}
    assert not any(finding.severity is Severity.ERROR for finding in outcome.findings)


def test_a_table_is_the_same_beside_a_small_picture() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    picture(paper, 400, 700, 60, 60)
    assert tables(paper.done()) == [["规章|件数", "本年|12"]]


def test_pages_that_are_no_scan_are_taken() -> None:
    drafted = draft(make_report(4, big=True))
    plain = render_pdf(drafted_paper(drafted), PdfStyle(name="", about="", paged=True), 4)
    outcome = examine(_with_scans(plain, over_layer(plain, 4, share=0.0), first=1), "a.pdf")
    assert outcome.report is not None
    kinds = {
        table: {value.kind for row in rows.values() for value in row.values()}
        for table, rows in outcome.report.values.items()
    }
    assert kinds["disclosure"] <= {Kind.NUMBER, Kind.BLANK, Kind.DASH}
    assert kinds["requests"] <= {Kind.UNREADABLE, Kind.ABSENT}


def _with_scans(plain: bytes, scanned: bytes, first: int) -> bytes:
    """The pages of one file up to the first scan, then those of the other."""
    out = BytesIO()
    whole, other = pypdfium2.PdfDocument(plain), pypdfium2.PdfDocument(scanned)
    made = pypdfium2.PdfDocument.new()
    made.import_pages(whole, list(range(first)))
    made.import_pages(other, list(range(first, len(other))))
    made.save(out)
    for document in (made, whole, other):
        document.close()
    return out.getvalue()
