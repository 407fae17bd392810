"""Which pages are scans, which pictures are none, and that text which a program read from a scan
is not taken: the pixels are read instead."""

from __future__ import annotations

from collections import deque
from io import BytesIO

import pypdfium2
import pytest
from pdf_drawing import Paper, drawn, read, tables
from PIL import Image
from reportlab.lib.utils import ImageReader

from samples.hard.prints import over_layer
from samples.layout import draft
from samples.pdf import PdfStyle, render_pdf
from samples.prose import paper as drafted_paper
from samples.report import make_report
from tasks.flow import examine
from tasks.model.box import Box
from tasks.model.document import Doubt, DoubtKind
from tasks.model.report import Severity
from tasks.read.pdf.drawn import DrawnImage
from tasks.read.pdf.laid import Laid, lay_out, scanned_pages
from tasks.read.pdf.opening import open_pdf
from tasks.read.pdf.scans import whole_pictures

XS, YS = [50.0, 150.0, 250.0], [100.0, 120.0, 140.0]
ROWS = [["规章", "件数"], ["本年", "12"]]


def picture(paper: Paper, *place: float, **how: object) -> None:
    image = BytesIO()
    Image.new(str(how.get("mode", "L")), (60, 84), how.get("ink", 200)).save(image, "PNG")
    mask = {"mask": "auto"} if how.get("mode") == "RGBA" else {}
    paper.canvas.drawImage(ImageReader(image), *(place or (0, 0, 595, 842)), **mask)


def laid(paper: Paper) -> Laid:
    """Its pages, of which no pixels were read yet."""
    return lay_out(deque(open_pdf(paper.done()).pages))


def doubts(pages: Laid) -> list[Doubt]:
    return [doubt for sheet in pages.sheets for doubt in sheet.doubts]


def body(paper: Paper, **how: object) -> None:
    for line in range(4):
        paper.text(50, 300 + 20 * line, f"第{line}行的文字说明本年公开情况", **how)


# --- which pages are scans ------------------------------------------------------------------


def is_scan_over_text(paper: Paper) -> bool:
    pages = laid(paper)
    return scanned_pages(pages) == (1,) and [one.kind for one in doubts(pages)] == [DoubtKind.SCAN]


def test_text_beneath_a_picture_is_the_layer_of_a_scan() -> None:
    paper = Paper()
    body(paper)
    picture(paper)
    assert is_scan_over_text(paper)


def test_text_without_ink_on_a_picture_is_the_layer_of_a_scan() -> None:
    paper = Paper()
    picture(paper)
    body(paper, mode=3)
    assert is_scan_over_text(paper)


def test_so_is_text_so_clear_that_nothing_is_seen() -> None:
    paper = Paper()
    picture(paper)
    paper.canvas.setFillAlpha(0)
    body(paper)
    assert is_scan_over_text(paper)


def test_a_picture_with_nothing_beneath_it_is_a_scan_even_with_a_page_number() -> None:
    paper = Paper()
    body(paper)
    paper.page()
    picture(paper)
    paper.text(297, 810, "- 2 -")
    assert scanned_pages(laid(paper)) == (2,)


def test_a_background_is_no_scan() -> None:
    paper = Paper()
    picture(paper)
    paper.grid(XS, YS, ROWS)
    body(paper)
    document = read(paper.done())
    assert document.doubts == document.readings == ()
    assert next(iter(document.tables())).cells[3].text == "12"


def test_a_watermark_that_is_seen_through_is_no_scan() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    body(paper)
    picture(paper, mode="RGBA", ink=(200, 0, 0, 60))
    pages = laid(paper)
    assert (scanned_pages(pages), doubts(pages)) == ((), [])


def test_a_picture_mixed_with_the_page_is_no_scan() -> None:
    paper = Paper()
    body(paper)
    paper.canvas.setFillAlpha(0.4)
    picture(paper)
    pages = laid(paper)
    assert (scanned_pages(pages), doubts(pages)) == ((), [])


def test_part_of_a_page_may_be_a_scan() -> None:
    paper = Paper()
    body(paper)
    picture(paper, 40, 842 - 150, 300, 60)
    paper.grid(XS, YS, ROWS, lines=False)
    for row, y in enumerate((100, 120)):
        paper.text(400, y, f"第{row}段", 10)
    assert doubts(laid(paper)) == []  # what lies on the picture is seen
    paper = Paper()
    body(paper)
    paper.text(54, 114, "12")
    picture(paper, 40, 842 - 150, 300, 60)
    pages = laid(paper)
    assert scanned_pages(pages) == ()
    (doubt,) = doubts(pages)
    assert doubt.kind is DoubtKind.SCAN
    assert doubt.where.box == (40.0, 90.0, 340.0, 150.0)


def test_strips_and_tiles_are_one_picture() -> None:
    tiles = [
        DrawnImage(Box(100 * x, 50 * y, 100 * x + 100, 50 * y + 50), 7, True)
        for y in range(3)
        for x in range(2)
    ]
    assert whole_pictures(tiles) == [DrawnImage(Box(0, 0, 200, 150), 7, True)]


def test_a_table_is_the_same_beside_a_small_picture() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    picture(paper, 400, 700, 60, 60)
    assert tables(paper.done()) == [["规章|件数", "本年|12"]]


# --- what is read of them -------------------------------------------------------------------


@pytest.mark.parametrize("strips", [1, 3])
@pytest.mark.parametrize("beneath", [True, False])
def test_what_a_program_laid_on_a_scan_is_in_no_block(beneath: bool, strips: int) -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    # Each figure of the layer is lost or another one.
    source = over_layer(paper.done(), 4, share=1.0, beneath=beneath, strips=strips)
    pages = open_pdf(source).pages[0].characters
    layer = {one.text for one in pages if one.text.strip()}
    assert layer
    assert not layer & set("12")
    document = read(source)
    assert [drawn(table) for table in document.tables()] == [["规章|件数", "本年|12"]]
    assert [block.text for block in document.paragraphs()] == []
    assert {reading.text for reading in document.readings} == {"规章", "件数", "本年", "12"}
    assert document.doubts == ()


def test_pages_that_are_no_scan_are_taken_as_they_are() -> None:
    drafted = draft(make_report(4, big=True))
    plain = render_pdf(drafted_paper(drafted), PdfStyle(name="", about="", paged=True), 4)
    # On the first page stands the first table.
    outcome = examine(_joined(over_layer(plain, 4, share=0.1), plain, first=1), "a.pdf")
    assert outcome.report is not None
    assert {one.where.page for one in outcome.document.readings} == {1}
    from_pixels = set()
    for table, rows in outcome.report.values.items():
        for row, columns in rows.items():
            for column, value in columns.items():
                true = drafted.truth[table].get(row, {}).get(column)
                if true is not None:
                    assert value.amount == (true[1] or 0), (table, row, column)
                if value.confidence is not None:
                    from_pixels.add(table)
    assert from_pixels == {"disclosure"}
    assert not any(finding.severity is Severity.ERROR for finding in outcome.findings)


def _joined(one: bytes, two: bytes, first: int) -> bytes:
    """The first pages of one file, then the further pages of the other."""
    out = BytesIO()
    whole, other = pypdfium2.PdfDocument(one), pypdfium2.PdfDocument(two)
    made = pypdfium2.PdfDocument.new()
    made.import_pages(whole, list(range(first)))
    made.import_pages(other, list(range(first, len(other))))
    made.save(out)
    for document in (made, whole, other):
        document.close()
    return out.getvalue()
