"""Each style gives the same bytes for the same arguments, and shows what it says it shows."""

import io
import zipfile

import docx
import pdfplumber
import pytest

from samples.defects import DEFECTS, spoil
from samples.fonts import drawable
from samples.layout import draft
from samples.poison import POISON
from samples.prose import paper
from samples.report import make_report
from samples.style import Lost
from samples.styles import STYLES, render
from samples.text import traditional, with_radicals
from tasks.model.document import BATCHES, Format

EVERY = [(format, name) for format, styles in STYLES.items() for name in styles]
REPORT = make_report(
    11, year=2023, editions={"disclosure": "2021", "requests": "2021"}, zero_share=0.5
)


@pytest.mark.parametrize(("format", "style"), EVERY)
def test_the_same_arguments_give_the_same_bytes(format, style):
    assert render(REPORT, format, style, 3) == render(REPORT, format, style, 3)


def test_every_format_has_its_styles():
    # Pictures are drawn by `samples.scans`, whose kinds are no styles.
    assert STYLES.keys() == set(Format) - BATCHES - {Format.IMAGE}
    assert all(len(styles) > 8 for styles in STYLES.values())


def figures() -> list[str]:
    return [cell.text for table in draft(REPORT).tables for cell in table.cells if cell.field]


KEEPING = [
    name
    for name, style in STYLES[Format.TEXT].items()
    if not style.loses & {Lost.REPEATED_LINES, Lost.CELLS} and name != "full_width"
]


@pytest.mark.parametrize("style", KEEPING)
def test_text_keeps_the_figures_in_order(style):
    encoding = getattr(STYLES[Format.TEXT][style], "encoding", "utf-8")
    text = render(REPORT, Format.TEXT, style, 1).decode(encoding)
    words = iter(text.replace("|", " ").replace(",", " ").split())

    # Each figure is found behind the one before it, whatever stands between.
    assert all(any(word == figure for word in words) for figure in figures())


def test_repeated_lines_are_gone_where_a_style_says_so():
    lines = render(REPORT, Format.TEXT, "without_repeats").decode().split("\n")

    assert len(lines) == len(set(lines))


def test_a_style_that_refuses_or_loses_is_not_held_to_its_figures():
    styles = STYLES[Format.TEXT]
    assert styles["pipe_rows"].certain(blanks=True)
    assert styles["cell_a_paragraph"].certain(blanks=False)
    assert not styles["cell_a_paragraph"].certain(blanks=True)
    assert not styles["run_together"].certain(blanks=False)
    assert not STYLES[Format.PDF]["scan"].certain(blanks=False)
    assert not STYLES[Format.PDF]["user_password"].same_grid


def test_docx_cells_are_merged_as_in_the_form():
    document = docx.Document(io.BytesIO(render(REPORT, Format.DOCX, "plain")))
    want = [table.grid() for table in draft(REPORT).tables]

    got = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert got == [[[cell.text for cell in row] for row in grid] for grid in want]


def test_docx_members_have_no_time_of_day():
    with zipfile.ZipFile(io.BytesIO(render(REPORT, Format.DOCX, "wps"))) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def pdf_cells(style: str) -> set[str]:
    with pdfplumber.open(io.BytesIO(render(REPORT, Format.PDF, style))) as document:
        return {
            (text or "").replace("\n", "")
            for page in document.pages
            for table in page.extract_tables()
            for row in table
            for text in row
        }


@pytest.mark.parametrize("style", ["compact", "narrow", "not_embedded", "rectangles"])
def test_characters_come_back_from_a_pdf(style):
    want = {cell.text for table in draft(REPORT).tables for cell in table.cells}

    assert want - pdf_cells(style) == set()


def n_pages(body: bytes) -> int:
    with pdfplumber.open(io.BytesIO(body)) as document:
        return len(document.pages)


def test_the_second_table_crosses_pages():
    assert "四、结转下年度继续办理" in pdf_cells("compact")
    assert n_pages(render(REPORT, Format.PDF, "ruled")) > n_pages(
        render(REPORT, Format.PDF, "compact")
    )


def test_a_scan_has_no_text():
    with pdfplumber.open(io.BytesIO(render(REPORT, Format.PDF, "scan"))) as document:
        assert not any(page.chars for page in document.pages)
        assert all(page.images for page in document.pages)


def test_the_font_has_every_character_that_samples_use():
    texts = set()
    for seed in range(30):
        drafted = draft(make_report(seed, blanks="dash"))
        for defect in ("", *DEFECTS):
            one = spoil(drafted, defect, seed) if defect else drafted
            for part in paper(one).parts:
                texts |= {cell.text for cell in getattr(part, "cells", ())}
                texts.add(getattr(part, "text", ""))
    # Conversion goes by phrases: only texts as they are written say what they become.
    used = set[str]()
    for text in texts:
        used |= set(text) | set(traditional(text)) | set(with_radicals(text, 0))

    # When this fails: python -m samples.fonts.build
    assert used - drawable() - set("\n") == set()


@pytest.mark.parametrize("name", POISON)
def test_poison_is_small_and_always_the_same(name):
    body = POISON[name].make()

    assert len(body) < 3_000_000
    assert POISON[name].outcomes
    assert body == POISON[name].make()
