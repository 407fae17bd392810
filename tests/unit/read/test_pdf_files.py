"""Files: locked, scanned, broken, hostile; text that nobody sees or no font names."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

import pytest
from pdf_drawing import Paper, drawn, read
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from tasks.model.document import DoubtKind
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.pdf import canvas, opening, streams
from tasks.render.wording import told

XS = (50, 150, 250, 350)
YS = (100, 120, 140, 160)
ROWS = (("项目", "本年", "上年"), ("规章", "0", "12"), ("文件", "3", "8"))
GRID = ["项目|本年|上年", "规章|0|12", "文件|3|8"]


def report(**options: object) -> bytes:
    paper = Paper(**options)
    paper.text(50, 60, "某县财政局政府信息公开工作年度报告")
    paper.grid(XS, YS, ROWS)
    return paper.done()


def raw(objects: list[bytes], trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """A PDF of these objects, numbered from 1, with a true cross-reference table."""
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = b"<</Size %d" % (len(objects) + 1)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n%s\nstartxref\n%d\n%%%%EOF" % (trailer.replace(b"<<", size, 1), len(out))
    )


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>"
FONT = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"


def refused(source: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(source)
    assert re.search("[一-鿿]", caught.value.message)
    return caught.value


def test_nothing_in_the_file() -> None:
    assert refused(b"").code is RefusalCode.EMPTY
    assert refused(b" \n").code is RefusalCode.EMPTY


def test_blank_pages() -> None:
    paper = Paper()
    paper.page()
    assert refused(paper.done()).code is RefusalCode.EMPTY


def test_junk_before_the_header() -> None:
    junk = b"HTTP/1.1 200 OK\r\n\r\n"
    (table,) = read(junk + report(), offset=len(junk)).tables()
    assert drawn(table) == GRID


def test_an_owner_password_does_not_keep_readers_out() -> None:
    paper = Paper(encrypt=StandardEncryption("", "owner", canCopy=0, canPrint=0))
    paper.text(50, 100, "Annual report", font="Helvetica")
    assert [p.text for p in read(paper.done()).paragraphs()] == ["Annual report"]


def test_a_font_whose_collection_is_illegible_is_known_by_its_encoding() -> None:
    # reportlab leaves the strings inside of its font dictionaries unencrypted
    paper = Paper(encrypt=StandardEncryption("", "owner"))
    paper.text(50, 100, "本年新收政府信息公开申请数量 12")
    assert [p.text for p in read(paper.done()).paragraphs()] == ["本年新收政府信息公开申请数量 12"]


def font_with_map(*entries: bytes) -> bytes:
    """A page that says `[\x01\x02]`, codes named fi and f_f_i, whose map has these entries."""
    told = b"%d beginbfchar %s endbfchar" % (len(entries), b" ".join(entries))
    return raw(
        [
            CATALOG,
            PAGES,
            PAGE % b"/Font<</F1 5 0 R>>",
            stream(b"BT /F1 20 Tf 100 700 Td ([\001\002]) Tj ET"),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R"
            b"/Encoding<</Type/Encoding/Differences[1/fi/f_f_i]>>>>",
            stream(b"1 begincodespacerange <00> <FF> endcodespacerange " + told),
        ]
    )


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ((), "[fiffi]"),
        ((b"<01> <0069>", b"<02> <0069>"), "[fiffi]"),  # one letter a code is kept: the last
        ((b"<01> <00660069>", b"<02> <FB03>"), "[fiffi]"),
        ((b"<01> <0041>", b"<02> <00660066>"), "[Aff]"),  # the map is right in all else
    ],
)
def test_a_ligature_of_which_the_map_tells_the_end(entries: tuple[bytes, ...], text: str) -> None:
    assert [p.text for p in read(font_with_map(*entries)).paragraphs()] == [text]


@pytest.mark.parametrize("strength", [40, 128])
def test_a_user_password(strength: int) -> None:
    source = report(encrypt=StandardEncryption("secret", "owner", strength=strength))
    assert refused(source).code is RefusalCode.ENCRYPTED


def scan(paper: Paper) -> None:
    image = BytesIO()
    Image.new("L", (60, 84), 200).save(image, "PNG")
    paper.canvas.drawImage(ImageReader(image), 0, 0, 595, 842)


def test_scanned_pages_that_show_nothing_are_blank() -> None:
    paper = Paper()
    scan(paper)
    paper.page()
    assert refused(paper.done()).code is RefusalCode.EMPTY


# Without the extra `ocr`; with it: tests/unit/scan, tests/unit/read/test_pdf_scans.py.


def test_scanned_pages(without_extra: None) -> None:
    paper = Paper()
    for _ in range(3):
        scan(paper)
        paper.page()
    refusal = refused(paper.done())
    assert refusal.code is RefusalCode.UNSUPPORTED_FORMAT
    assert "gouji[ocr]" in refusal.message_en
    assert "扫描" in refusal.message


def test_scanned_pages_with_page_numbers(without_extra: None) -> None:
    paper = Paper()
    for page in range(3):
        scan(paper)
        paper.text(297, 810, f"- {page + 1} -")
        paper.page()
    assert refused(paper.done()).code is RefusalCode.UNSUPPORTED_FORMAT


def test_scanned_pages_over_a_layer_of_text(without_extra: None) -> None:
    paper = Paper()
    scan(paper)
    for line in range(4):
        paper.text(50, 100 + 20 * line, f"第{line}行是识别出来的文字，可能有误", mode=3)
    assert refused(paper.done()).code is RefusalCode.UNSUPPORTED_FORMAT


def test_one_scanned_page_among_others_is_told(without_extra: None) -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    paper.text(50, 300, "本报告由县财政局根据有关规定编制，报告期自一月一日起。")
    paper.page()
    scan(paper)
    document = read(paper.done())
    assert [drawn(table) for table in document.tables()] == [GRID]
    assert [(doubt.kind, doubt.where.page) for doubt in document.doubts] == [
        (DoubtKind.TRUNCATED, 2)
    ]
    assert [(where.page, where.box) for where in document.pictures] == [(2, None)]


def test_the_text_layer_of_an_ocr_is_read_with_a_doubt() -> None:
    """Where the picture shows nothing that would take its place."""
    paper = Paper()
    scan(paper)
    for line in range(4):
        paper.text(50, 100 + 20 * line, f"第{line}行是识别出来的文字，可能有误", mode=3)
    document = read(paper.done())
    assert "第2行是识别出来的文字" in "".join(p.text for p in document.paragraphs())
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.SCAN]
    assert "OCR" in told(document.doubts[0].says, "zh")


def test_text_that_nobody_sees_is_left_out_and_told() -> None:
    paper = Paper()
    paper.grid(XS, YS, ROWS)
    paper.text(160, 134, "999", mode=3)
    paper.canvas.setFillGray(1)
    paper.text(260, 134, "888")
    paper.canvas.setFillGray(0)
    paper.text(-300, 134, "777")
    document = read(paper.done())
    assert [drawn(table) for table in document.tables()] == [GRID]
    assert not list(document.paragraphs())
    (doubt,) = document.doubts
    assert doubt.kind is DoubtKind.STRAY_TEXT
    assert "6个看不见的字" in told(doubt.says, "zh")


def test_white_text_on_a_dark_band_is_seen() -> None:
    paper = Paper()
    paper.canvas.setFillGray(0.2)
    paper.bar(50, 100, 350, 120)
    paper.canvas.setFillGray(1)
    paper.grid(XS, YS[:2], ROWS[:1])
    paper.canvas.setFillGray(0)
    paper.grid(XS, YS[1:], ROWS[1:])
    assert [drawn(table) for table in read(paper.done()).tables()] == [GRID]


def test_a_font_without_a_map_to_unicode_gives_no_digits() -> None:
    """What glyphs look like cannot be told from their numbers: `(cid:20)` is no 1."""
    lines = b" ".join(
        b"%d %d m %d %d l S" % line
        for line in (
            *((50, y, 250, y) for y in (700, 720, 740)),
            *((x, 700, x, 740) for x in (50, 150, 250)),
        )
    )
    text = b"BT /F1 10 Tf 55 726 Td (A) Tj 100 0 Td (B) Tj ET"
    text += b" BT /F1 10 Tf 55 706 Td (C) Tj ET BT /F2 10 Tf 155 706 Td <00140015> Tj ET"
    font = (
        b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>/F2<</Type/Font/Subtype/Type0"
        b"/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
        b"/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 500 500]>>>>]>>>>"
    )
    (table,) = read(raw([CATALOG, PAGES, PAGE % font, stream(lines + text)])).tables()
    assert drawn(table) == ["A|B", "C|\ufffd\ufffd"]
    assert [doubt.kind for doubt in table.cells[3].doubts] == [DoubtKind.UNMAPPED_CHARACTERS]


def test_ligatures_are_spelt_out_and_kangxi_radicals_kept() -> None:
    """Chromium writes radicals for characters; the recogniser knows that, and a reader
    says what stands in the file."""
    to_unicode = stream(
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> "
        b"endcodespacerange 2 beginbfchar <41> <2F8F> <42> <FB01> endbfchar endcmap end"
    )
    font = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>>>"
    text = stream(b"BT /F1 12 Tf 72 700 Td (AB) Tj ET")
    document = read(raw([CATALOG, PAGES, PAGE % font, text, to_unicode]))
    assert [p.text for p in document.paragraphs()] == ["⾏fi"]


def test_a_broken_cross_reference_table_is_repaired() -> None:
    source = re.sub(rb"startxref\s+\d+", b"startxref 99999999", report())
    assert [drawn(table) for table in read(source).tables()] == [GRID]
    without = source[: source.rindex(b"xref")].replace(b"xref", b"____")
    assert [drawn(table) for table in read(without).tables()] == [GRID]


@pytest.mark.parametrize("broken", ["FileDocument", "Interpreter"])
def test_what_our_lexer_cannot_follow_pdfplumber_reads(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """A fault of ours in it costs time, and no page."""
    source, ours = report(), read(report())

    def fail(*_: object, **named: object) -> object:
        if named.get("at_once", True):
            raise IndexError("a fault of ours")
        return whole(*_, **named)

    room = opening if broken == "FileDocument" else canvas
    whole = getattr(room, broken)
    monkeypatch.setattr(room, broken, fail)

    assert read(source) == ours


def test_a_figure_with_a_stroke_before_a_digit_loses_none() -> None:
    said = rb"BT /F1 12 Tf 60 700 Td (Rules \89) Tj 0 -20 Td <52756C657320313> Tj ET"
    source = raw([CATALOG, PAGES, PAGE % FONT, stream(said)])

    assert " ".join(one.text for one in read(source).paragraphs()) == "Rules 89 Rules 10"


def test_a_file_cut_off() -> None:
    source = report()
    refusal = refused(source[: len(source) // 4])
    assert refusal.code is RefusalCode.CORRUPT
    assert "重新" in refusal.message


def written(upto: float) -> bytes:
    """A page of lines whose content stream is damaged from this share of it on."""
    lines = b"".join(
        b"BT /F1 10 Tf 50 %d Td (Line %d of %d) Tj ET\n" % (800 - 12 * n, n, n**5)
        for n in range(60)
    )
    data = bytearray(zlib.compress(lines))
    start = int(upto * len(data))
    data[start:] = b"\xff" * (len(data) - start)
    return raw([CATALOG, PAGES, PAGE % FONT, stream(bytes(data), b"/Filter/FlateDecode")])


def test_a_content_stream_damaged_from_its_start() -> None:
    assert refused(written(0.02)).code is RefusalCode.CORRUPT


def test_a_content_stream_damaged_on_the_way_is_told() -> None:
    document = read(written(0.7))
    assert any("Line 3" in paragraph.text for paragraph in document.paragraphs())
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.TRUNCATED]


def test_a_page_that_cannot_be_followed_is_told() -> None:
    page = PAGE.replace(b"4 0 R", b"6 0 R") % FONT
    text = stream(b"BT /F1 10 Tf 50 700 Td (All of the text) Tj ET")
    unread = stream(b"\xff" * 50, b"/Filter/Nonsense")
    pages = b"<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>"
    [doubt] = read(raw([CATALOG, pages, PAGE % FONT, text, page, unread])).doubts
    assert told(doubt.says, "zh") == "第2页已损坏，未能读取。"


def test_a_content_stream_that_lacks_its_checksum_is_whole() -> None:
    data = zlib.compress(b"BT /F1 10 Tf 50 700 Td (All of the text) Tj ET")[:-4]
    source = raw([CATALOG, PAGES, PAGE % FONT, stream(data, b"/Filter/FlateDecode")])
    document = read(source)
    assert [p.text for p in document.paragraphs()] == ["All of the text"]
    assert document.doubts == ()


def test_bytes_that_are_no_pdf() -> None:
    assert refused(b"%PDF-1.7\n" + bytes(range(256)) * 40).code is RefusalCode.CORRUPT


def test_a_page_tree_in_a_circle() -> None:
    circle = b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"
    text = stream(b"BT /F1 12 Tf 72 700 Td (seen once) Tj ET")
    document = read(raw([CATALOG, circle, PAGE % FONT, text]))
    assert [p.text for p in document.paragraphs()] == ["seen once"]


def test_a_form_that_draws_itself() -> None:
    form = stream(
        b"BT /F1 12 Tf 72 700 Td (seen) Tj ET /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>%s>>" % FONT,
    )
    resources = b"/XObject<</X 5 0 R>>" + FONT
    source = raw([CATALOG, PAGES, PAGE % resources, stream(b"/X Do"), form])
    assert "seen" in next(read(source).paragraphs()).text


@pytest.mark.parametrize("times", [1, 2])
def test_a_bomb_of_nulls(times: int) -> None:
    data = zlib.compress(bytes(streams.LARGEST_STREAM + 2**20), 9)
    filters = b"/Filter/FlateDecode"
    if times == 2:
        data = zlib.compress(data, 9)
        filters = b"/Filter[/FlateDecode/FlateDecode]"
    source = raw([CATALOG, PAGES, PAGE % FONT, stream(data, filters)])
    assert refused(source).code is RefusalCode.TOO_COMPLEX


def test_too_many_pages() -> None:
    paper = Paper()
    for _ in range(opening.MOST_PAGES + 1):
        paper.text(50, 50, "1")
        paper.page()
    refusal = refused(paper.done())
    assert refusal.code is RefusalCode.TOO_COMPLEX
    assert str(opening.MOST_PAGES) in refusal.message


def test_too_many_characters_on_a_page() -> None:
    text = b"BT /F1 1 Tf 72 700 Td (%s) Tj ET" % (b"x" * 100_001)
    source = raw([CATALOG, PAGES, PAGE % FONT, stream(text)])
    assert refused(source).code is RefusalCode.TOO_COMPLEX


def test_a_drawing_of_many_lines_is_not_searched_for_tables() -> None:
    lines = b"\n".join(
        b"%d %d m %d %d l S" % (x, y, x + 3, y) for x in range(0, 590, 16) for y in range(0, 840, 4)
    )
    text = b" BT /F1 12 Tf 72 700 Td (A map of the county) Tj ET"
    document = read(raw([CATALOG, PAGES, PAGE % FONT, stream(lines + text)]))
    assert not list(document.tables())
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.TRUNCATED]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("某县2024年政府信息公开工作年度报告", "某县2024年政府信息公开工作年度报告"),
        ("Microsoft Word - 年报.doc", ""),
        ("年报终稿.docx", ""),
        ("文档1", ""),
        ("Annual report 2024", "Annual report 2024"),
    ],
)
def test_the_title_of_the_document(title: str, expected: str) -> None:
    paper = Paper()
    paper.canvas.setTitle(title)
    paper.text(50, 50, "正文")
    assert read(paper.done()).title == expected


def test_a_figure_that_the_edge_of_the_page_cuts_off_is_no_figure() -> None:
    paper = Paper(width=300)
    paper.grid([40, 160, 280], [100, 124, 148], [["新收", ""], ["结转", "5"]])
    paper.text(288, 114, "3147", font="Helvetica")  # 288 … 310, the page ends at 300

    document = read(paper.done())

    said = [b.text for b in document.paragraphs()] + [
        cell.text for table in document.tables() for cell in table.cells
    ]
    assert any("\ufffd" in text for text in said)
    assert not any(text.strip() in ("31", "314") for text in said)
    assert DoubtKind.TRUNCATED in {doubt.kind for doubt in document.doubts}


def test_a_character_that_the_edge_of_the_page_meets_is_read() -> None:
    paper = Paper(width=300)
    paper.text(285, 114, "314", font="Helvetica")  # its last digit is seen in part

    (paragraph,) = read(paper.done()).paragraphs()
    assert paragraph.text == "314"


def test_rows_of_figures_at_the_top_of_two_pages_are_no_running_header() -> None:
    paper = Paper()
    for figures in ("25 - - 0 25", "3 - - 1 13"):
        paper.text(60, 50, figures, font="Helvetica")
        paper.text(60, 400, "正文另起一行，与上面无关。")
        paper.page()

    said = "\n".join(paragraph.text for paragraph in read(paper.done()).paragraphs())
    assert "25" in said
    assert "13" in said


def test_a_figure_between_the_lines_of_its_label_is_no_page_number() -> None:
    paper = Paper()
    paper.text(60, 50, "行政处")
    paper.text(300, 56, "38", font="Helvetica")
    paper.text(60, 62, "罚")
    paper.text(60, 400, "正文另起一行，与上面无关。")

    said = "\n".join(run.text for run in read(paper.done()).runs)
    assert "38" in said
