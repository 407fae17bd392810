"""Pictures in other documents: pages of an OFD, tables in letters and pages, parts of a PDF."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from random import Random
from zipfile import ZipFile

import docx
import pytest
from docx.shared import Pt
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples.fonts import registered
from samples.layout import draft
from samples.ofd import MILLIMETRE, Picture, of_pictures
from samples.pdf import PdfStyle
from samples.prose import Paper, Passage
from samples.prose import paper as drafted_paper
from samples.report import Truth, make_report
from samples.scans.containers import jpeg, png
from samples.scans.manner import Manner, Shot, shots_of
from samples.scans.pages import brief, pages_of, tables_on
from samples.styles import render
from tasks.detect import detect
from tasks.flow import examine
from tasks.model.box import Box
from tasks.model.document import Document, DoubtKind, Format, Paragraph
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Outcome
from tasks.model.scans import ScanLeft, Scans
from tasks.read import read
from tasks.read.embedded import may_hold_table

STYLE = PdfStyle(name="plain", about="", paged=True)
REPORT = make_report(5, year=2023)
#: The tables that are text, and the one that is a picture.
TEXT, SHOWN = ("disclosure", "requests"), "disputes"
LINE = 24.0


def paper() -> Paper:
    """The title, the headings and the last table."""
    whole = brief(drafted_paper(draft(REPORT)))
    tables = [part for part in whole.parts if not isinstance(part, Passage)]
    return replace(whole, parts=tuple(one for one in whole.parts if one not in tables[:-1]))


@lru_cache(maxsize=1)
def shot() -> Shot:
    (pages,) = tables_on(paper(), STYLE, 150)
    (found,) = shots_of(pages, Manner(noise=2.0, skew=0.3), paper().organ, Random(5))
    return found


def other_shot() -> Shot:
    """A small table of another report, of the lines and columns of one that is text."""
    whole = drafted_paper(draft(make_report(6, year=2023)))
    first = next(part for part in whole.parts if not isinstance(part, Passage))
    (pages,) = tables_on(replace(whole, parts=(first,)), STYLE, 120)
    (found,) = shots_of(pages, Manner(noise=2.0), whole.organ, Random(5))
    return found


def photograph(width: int, height: int) -> bytes:
    """A picture of something else."""
    out = BytesIO()
    Image.effect_mandelbrot((width, height), (-3, -2.5, 2, 2.5), 100).save(out, "PNG")
    return out.getvalue()


def html(*pictures: bytes, before: str = "") -> bytes:
    """The report with its last table as pictures."""
    body = render(REPORT, Format.HTML, "cms").decode()
    last = list(re.finditer(r"<table.*?</table>", body, re.DOTALL))[-1]
    images = "".join(
        f'<p><img src="data:image/png;base64,{b64encode(one).decode()}"></p>' for one in pictures
    )
    return (body[: last.start()] + before + images + body[last.end() :]).encode()


def letter(*pictures: bytes) -> bytes:
    document = docx.Document(BytesIO(render(REPORT, Format.DOCX, "plain")))
    last = document.tables[-1]._tbl
    for one in pictures:
        paragraph = document.add_paragraph()
        paragraph.add_run().add_picture(BytesIO(one), Pt(430))
        last.addprevious(paragraph._p)
    last.getparent().remove(last)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def open_letter(*pictures: bytes) -> bytes:
    """The same as an ODT."""
    out = BytesIO()
    with ZipFile(BytesIO(render(REPORT, Format.ODT, "plain"))) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "content.xml":
                body = _with_frames(body.decode(), len(pictures)).encode()
            new.writestr(name, body)
        for number, one in enumerate(pictures):
            new.writestr(f"Pictures/{number}.png", one)
    return out.getvalue()


def _with_frames(content: str, n_pictures: int) -> str:
    last = list(re.finditer(r"<table:table[ >].*?</table:table>", content, re.DOTALL))[-1]
    frames = "".join(
        '<text:p><draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
        '<draw:image xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="Pictures/{number}.png"/></draw:frame></text:p>'
        for number in range(n_pictures)
    )
    return content[: last.start()] + frames + content[last.end() :]


def page(*, layered: bool, rows: int = 0) -> bytes:
    """A PDF on which the table is a picture between text; `layered`: and text hidden on it that
    is misread; `rows`: of text that is seen upon it."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    font = registered(song=False)
    at = 780.0
    canvas.setFont(font, 12)
    for part in paper().parts:
        if isinstance(part, Passage):
            canvas.drawString(60, at, part.text)
            at -= LINE
            continue
        one = shot()
        width, height = one.size
        canvas.drawImage(ImageReader(BytesIO(jpeg(one))), 60, at - height, width, height)
        for text in one.page.drawn.texts if layered else ():
            said = canvas.beginText(60 + text.xs[0] * MILLIMETRE, at - text.y * MILLIMETRE)
            said.setTextRenderMode(3)
            said.setFont(font, text.size * MILLIMETRE)
            said.textOut(text.text.replace("0", "8"))
            canvas.drawText(said)
        for row in range(rows):
            canvas.drawString(70, at - 12 * row - 12, part_text())
        at -= height + LINE
    canvas.save()
    return out.getvalue()


def part_text() -> str:
    return "本机关无其他需要报告的事项" * 2


def read_figures(outcome: Outcome, table: str) -> dict[tuple[str, str], object]:
    assert outcome.report is not None
    rows = outcome.report.values[table]
    return {(row, column): v.amount for row, them in rows.items() for column, v in them.items()}


def true_figures(table: str) -> dict[tuple[str, str], object]:
    truth: Truth = draft(REPORT).truth
    return {
        (row, column): value or 0
        for row, columns in truth[table].items()
        for column, (_, value) in columns.items()
    }


def kinds_of(document: Document) -> list[str]:
    return [block.text if isinstance(block, Paragraph) else block.id for block in document.blocks]


def document_of(source: bytes) -> Document:
    return read(source, detect(source, "a"))


# --- letters and pages ------------------------------------------------------------------------


@pytest.mark.parametrize("made", [html, letter, open_letter])
def test_a_table_that_is_a_picture_is_read_in_its_place(made) -> None:
    outcome = examine(made(photograph(600, 300), png(shot())), "a")
    for table in (*TEXT, SHOWN):
        assert read_figures(outcome, table) == true_figures(table)
    blocks = outcome.document.blocks
    place = next(i for i, block in enumerate(blocks) if block.where.page == 2)
    heading = blocks[place - 1]
    assert isinstance(heading, Paragraph)
    assert heading.text.startswith("四、") or heading.where.page == 1
    assert len({table.id for table in outcome.document.tables()}) == 3
    on_picture = {reading.where for reading in outcome.document.readings if reading.where.page == 2}
    assert len({where.path for where in on_picture}) == 1


@pytest.mark.parametrize("made", [html, letter])
def test_pictures_are_left_alone_where_the_text_has_all(made) -> None:
    document = document_of(made(photograph(600, 300)))
    assert len(document.pictures) == 1
    assert document_of(made(photograph(290, 300))).pictures == ()
    source = render(REPORT, Format.HTML, "cms")
    picture = b64encode(photograph(600, 300))
    source = source.replace(
        b"</body>", b'<img src="data:image/png;base64,' + picture + b'"></body>'
    )
    assert len(document_of(source).pictures) == 1
    assert examine(source, "a.html", scans=Scans.LEAVE).document.readings == ()


def test_pictures_that_show_no_table_change_nothing() -> None:
    outcome = examine(html(photograph(600, 300)), "a.html")
    plain = examine(html(), "a.html")
    assert outcome.findings == plain.findings
    assert kinds_of(outcome.document) == kinds_of(plain.document)
    assert outcome.document.readings == ()


def test_another_report_in_a_picture_is_not_taken() -> None:
    """The text has two tables; the pictures have the third, and another one of the second."""
    plain = examine(html(), "a.html")
    outcome = examine(html(png(shot()), png(other_shot())), "a.html")
    for table in TEXT:
        assert read_figures(outcome, table) == true_figures(table)
    assert read_figures(outcome, SHOWN) == read_figures(plain, SHOWN)
    assert "picture.other" in {finding.says[0].id for finding in outcome.findings}


def test_a_picture_that_is_damaged_is_told() -> None:
    outcome = examine(html(photograph(600, 300)[:200]), "a.html")
    assert read_figures(outcome, "requests") == true_figures("requests")
    assert "picture.broken" in {finding.says[0].id for finding in outcome.findings}


def test_a_picture_that_is_not_shown_is_not_read() -> None:
    source = html(png(shot())).replace(b"<img ", b'<img style="display:none" ')
    assert document_of(source).pictures == ()


def test_documents_with_pictures_are_left_to_others_where_these_are_needed() -> None:
    with pytest.raises(ScanLeft):
        examine(html(png(shot())), "a.html", scans=Scans.LEAVE)


def test_without_the_extra_a_report_is_kept_and_it_is_said(without_extra) -> None:
    outcome = examine(letter(png(shot())), "a.docx")
    assert read_figures(outcome, "requests") == true_figures("requests")
    assert "picture.unread" in {finding.says[0].id for finding in outcome.findings}


def test_without_the_extra_pictures_alone_are_refused(without_extra) -> None:
    picture = b64encode(png(shot()))
    source = b'<html><body><img src="data:image/png;base64,' + picture + b'"></body></html>'
    with pytest.raises(Refusal) as refused:
        examine(source, "a.html")
    assert refused.value.code is RefusalCode.UNSUPPORTED_FORMAT
    assert "gouji[ocr]" in refused.value.message


@pytest.mark.parametrize(
    ("format", "size", "holds"),
    [
        ("PNG", (300, 80), True),
        ("PNG", (299, 80), False),
        ("JPEG", (800, 600), True),
        ("JPEG", (800, 79), False),
        ("GIF", (300, 80), True),
        ("BMP", (200, 300), False),
    ],
)
def test_the_size_of_a_picture(format: str, size: tuple[int, int], holds: bool) -> None:
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, format)
    assert may_hold_table(out.getvalue(), len(out.getvalue())) is holds
    assert may_hold_table(out.getvalue()[:8], 8) is False


# --- pages that are drawn ---------------------------------------------------------------------


@pytest.mark.parametrize("layered", [False, True])
def test_a_part_of_a_page_is_read_between_its_text(layered: bool) -> None:
    outcome = examine(page(layered=layered), "a.pdf")
    assert read_figures(outcome, SHOWN) == true_figures(SHOWN)
    texts = [one.text for one in outcome.document.paragraphs()]
    assert "".join(texts).startswith(paper().title[:10])
    assert DoubtKind.SCAN not in {doubt.kind for doubt in outcome.document.doubts}
    (table,) = outcome.document.tables()
    assert table.where.page == 1
    place = Box(*table.where.box).grown(2)
    for reading in outcome.document.readings:
        assert place.covers(Box(*reading.where.box))


def test_a_picture_under_text_is_a_background() -> None:
    document = document_of(page(layered=False, rows=4))
    assert document.pictures == ()


def test_an_ofd_of_pictures_is_read() -> None:
    (whole,) = shots_of(pages_of(paper(), STYLE, 150), Manner(noise=2.0), "", Random(1))
    width, height = (side / MILLIMETRE for side in whole.size)
    picture = Picture(body=jpeg(whole), format="JPEG", size=(width, height))
    source = of_pictures("", [picture])
    with pytest.raises(ScanLeft):
        examine(source, "a.ofd", scans=Scans.LEAVE)
    outcome = examine(source, "a.ofd")
    assert read_figures(outcome, SHOWN) == true_figures(SHOWN)
    assert outcome.document.format is Format.OFD


def test_text_with_a_picture_loads_nothing_that_reads_pixels(tmp_path) -> None:
    whole = render(REPORT, Format.PDF, "ruled")
    (tmp_path / "a.pdf").write_bytes(whole)
    told = subprocess.run(
        [sys.executable, "-c", _CHECK, str(tmp_path / "a.pdf")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.split() == ["1", "[]"]


#: Puts a picture beside the text of a PDF and examines it.
_CHECK = """
import sys
from io import BytesIO
from pathlib import Path
import pypdfium2
from PIL import Image
from tasks.detect import detect
from tasks.flow import examine
from tasks.read import read

pdf = pypdfium2.PdfDocument(Path(sys.argv[1]).read_bytes())
page = pdf[len(pdf) - 1]
image = pypdfium2.PdfImage.new(pdf)
out = BytesIO()
Image.radial_gradient("L").resize((800, 400)).save(out, "JPEG")
image.load_jpeg(BytesIO(out.getvalue()))
image.set_matrix(pypdfium2.PdfMatrix().scale(300, 100).translate(150, 20))
page.insert_obj(image)
page.gen_content()
out = BytesIO()
pdf.save(out)
body = out.getvalue()
outcome = examine(body, "a.pdf")
assert all(outcome.report.edition.values())
pictures = len(read(body, detect(body, "a.pdf")).pictures)
print(pictures, [name for name in ("cv2", "onnxruntime", "rapidocr") if name in sys.modules])
"""
