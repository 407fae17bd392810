"""Glyphs that the font calls blank: with ink they are characters that nobody can tell."""

from __future__ import annotations

import pytest
from pdf_drawing import read, tables
from test_pdf_files import CATALOG, PAGE, PAGES, raw, stream

from samples.hard.prints import BLANKS, with_blank_digit
from samples.pdf import PdfStyle, Pen
from tasks.model.document import DoubtKind, Paragraph
from tasks.read.pdf.drawn import UNMAPPED, is_ghost


def cells(texts: list[str], draw: str = "") -> Pen:
    """A row of cells, in a font of the file; nothing is compressed."""
    pen = Pen(PdfStyle(name="", about="", page_numbers=False), "title")
    pen.canvas.setPageCompression(0)
    for column, text in enumerate(texts):
        for row in range(2):
            pen.canvas.rect(62 + 60 * column, 700 - 20 * row, 60, 20)
            pen._text(text if row else "数", 72 + 60 * column, 706 - 20 * row, 10)
    return pen


@pytest.mark.parametrize("called", BLANKS.values(), ids=BLANKS.keys())
def test_a_digit_that_the_font_calls_blank(called: str) -> None:
    source = with_blank_digit(cells(["1", "21", "2", "", "甲 乙"]).finished(), "1", called)
    document = read(source)
    (table,) = document.tables()
    figures = [cell for cell in table.cells if cell.row == 1]
    assert [cell.text for cell in figures] == [UNMAPPED, "2" + UNMAPPED, "2", "", "甲 乙"]
    doubted = [
        any(d.kind is DoubtKind.UNMAPPED_CHARACTERS for d in cell.doubts) for cell in figures
    ]
    assert doubted == [True, True, False, False, False]


@pytest.mark.parametrize("dash", ["002D", "2010", "2013", "2014", "2212"])
def test_a_digit_that_the_font_calls_a_dash(dash: str) -> None:
    source = with_blank_digit(cells(["1", "21", "-", "—", "4-5"]).finished(), "1", dash)
    (table,) = read(source).tables()
    figures = [cell.text for cell in table.cells if cell.row == 1]
    assert figures == [UNMAPPED, "2" + UNMAPPED, "-", "—", "4-5"]


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0"])
def test_a_blank_without_ink_stays_a_blank(blank: str) -> None:
    assert tables(cells([blank, f"1{blank}", "7"]).finished()) == [["数|数|数", "|1|7"]]


def drawn_font(procedure: bytes, called: bytes) -> bytes:
    """`4A5` in Helvetica with an A of a font of drawn glyphs; its map says what A is."""
    font = (
        b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        b"/F2<</Type/Font/Subtype/Type3/FontBBox[0 0 10 10]/FontMatrix[.1 0 0 .1 0 0]"
        b"/FirstChar 65/LastChar 65/Widths[6]/Encoding<</Type/Encoding/Differences[65/one]>>"
        b"/CharProcs<</one 6 0 R>>/ToUnicode 5 0 R>>>>"
    )
    text = b"BT /F1 10 Tf 100 700 Td (total 4) Tj /F2 10 Tf (A) Tj /F1 10 Tf (5) Tj ET"
    to_unicode = (
        b"/CMapName/x def 1 begincodespacerange<00><FF>endcodespacerange "
        b"1 beginbfchar <41> <%s> endbfchar" % called
    )
    return raw([CATALOG, PAGES, PAGE % font, stream(text), stream(to_unicode), stream(procedure)])


@pytest.mark.parametrize(
    ("procedure", "seen"),
    [
        (b"6 0 d0 2 0 2 7 re f", f"total 4{UNMAPPED}5"),
        (b"6 0 0 0 6 7 d1 q 6 0 0 7 0 0 cm BI /W 1/H 1/IM true ID x EI Q", f"total 4{UNMAPPED}5"),
        (b"6 0 0 0 6 7 d1", "total 4 5"),
    ],
)
def test_a_drawn_glyph_has_the_ink_that_it_draws(procedure: bytes, seen: str) -> None:
    document = read(drawn_font(procedure, b"0020"))
    assert [one.text for one in document.blocks if isinstance(one, Paragraph)] == [seen]


def test_a_font_that_is_not_in_the_file_shows_what_its_encoding_says() -> None:
    font = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>>>"
    to_unicode = b"1 begincodespacerange<00><FF>endcodespacerange 1 beginbfchar<31><0020>endbfchar"
    text = b"BT /F1 10 Tf 100 700 Td (total 2 213) Tj ET"
    document = read(raw([CATALOG, PAGES, PAGE % font, stream(text), stream(to_unicode)]))
    assert [one.text for one in document.blocks if isinstance(one, Paragraph)] == [
        f"total 2 2{UNMAPPED}3"
    ]


def test_a_soft_hyphen_that_is_printed_flat_is_a_hyphen() -> None:
    source = cells(["-5", "7"]).finished()
    assert tables(source.replace(b"<2D> <002D>", b"<2D> <00AD>")) == [["数|数", "-5|7"]]


def test_what_says_that_nothing_is_seen() -> None:
    assert all(is_ghost(text) for text in ("", " ", "\xa0", "\u200b", "\xad", "\u3164", "  "))
    assert not any(is_ghost(text) for text in ("1", "（", "\ue000", "\u200b1", UNMAPPED, "(cid:3)"))


@pytest.mark.parametrize("name", [b"SimSun", b"FangSong_GB2312", b"Calibri", b"Arial"])
def test_blanks_of_a_font_that_is_not_in_the_file(name: bytes) -> None:
    """Whatever a program takes in place of the font: its blanks are blanks, and the place of
    the soft hyphen has a hyphen."""
    font = (
        b"/Font<</F1<</Type/Font/Subtype/TrueType/BaseFont/%s/Encoding/WinAnsiEncoding"
        b"/FirstChar 32/LastChar 126/Widths[%s]/FontDescriptor<</Type/FontDescriptor"
        b"/FontName/%s/Flags 32/FontBBox[0 -200 1000 900]>>>>>>" % (name, b"500 " * 95, name)
    )
    text = b"BT /F1 10 Tf 100 700 Td (total 4\\240) Tj 30 0 Td (\\2555) Tj ET"
    document = read(raw([CATALOG, PAGES, PAGE % font, stream(text)]))
    said = "".join(one.text for one in document.blocks if isinstance(one, Paragraph))
    assert UNMAPPED not in said
    assert said.startswith("total 4")


@pytest.mark.parametrize("name", [b"ZapfDingbats", b"Wingdings", b"ABCDEF+Wingdings-Regular"])
def test_a_tick_is_no_four(name: bytes) -> None:
    font = (
        b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        b"/F2<</Type/Font/Subtype/Type1/BaseFont/%s>>>>" % name
    )
    text = b"BT /F1 10 Tf 100 700 Td (total ) Tj /F2 10 Tf (4) Tj ET"
    document = read(raw([CATALOG, PAGES, PAGE % font, stream(text)]))
    assert [one.text for one in document.blocks if isinstance(one, Paragraph)] == [
        f"total {UNMAPPED}"
    ]
