"""Letters to documents: what Word would show is what is read."""

from __future__ import annotations

import re
import subprocess
import time
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from drawn import drawn, grids, lines, outline
from hypothesis import given, settings
from office import needs_writer

from tasks.detect import detect
from tasks.model.document import Document, DoubtKind
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.docx import read_docx
from tasks.read.grid import Span, rows_to_grid
from tasks.read.html import read_html
from tasks.read.numbering import FORMATS
from tasks.render.wording import told

BLANK = Path(__file__).parents[3].parent / "shared" / "samples" / "blank-2021.docx"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMES = (
    f'xmlns:w="{MAIN}" xmlns:r="{OFFICE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def packed(parts: dict[str, str | bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def letter(body: str, *, numbering: str = "", styles: str = "", core: str = "") -> bytes:
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{links}">'
        f'<Relationship Id="1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="2" Type="x/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{links}">'
        f'<Relationship Id="1" Type="{OFFICE}/numbering" Target="numbering.xml"/>'
        f'<Relationship Id="2" Type="{OFFICE}/styles" Target="/word/styles.xml"/>'
        f'<Relationship Id="3" Type="{OFFICE}/image" Target="http://x/" TargetMode="External"/>'
        "</Relationships>",
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/numbering.xml": f"<w:numbering {NAMES}>{numbering}</w:numbering>",
        "word/styles.xml": f"<w:styles {NAMES}>{styles}</w:styles>",
        "docProps/core.xml": '<c xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{core}</dc:title></c>",
    }
    return packed(parts)


def read_bytes(source: bytes) -> Document:
    return read_docx(source, detect(source, ""))


def read(body: str, **parts: str) -> Document:
    return read_bytes(letter(body, **parts))


def p(content: str, properties: str = "") -> str:
    """A paragraph; plain text becomes a run."""
    run = content if content.startswith("<") else f"<w:r><w:t>{content}</w:t></w:r>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(content)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    whole = (cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(whole)}</w:tr>"


def tbl(*rows: str, widths: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def text(content: str) -> str:
    return "|".join(outline(read(p(content))))


def grid(*rows: str, widths: tuple[int, ...] = ()) -> str:
    [table] = read(tbl(*rows, widths=widths)).tables()
    return drawn(table)


SPAN = '<w:gridSpan w:val="{}"/>'
RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


# Tables.


def test_spans_and_merges() -> None:
    rows = (
        tr(tc("a", RESTART), tc("b", SPAN.format(2))),
        tr(tc("", CONTINUE), "c", "d"),
        tr("e", tc("f", SPAN.format(2) + RESTART)),
        tr("g", tc("", SPAN.format(2) + '<w:vMerge w:val="continue"/>')),
    )
    assert grid(*rows) == lines("""
        a b <
        ^ c d
        e f <
        g ^ ^
    """)


def test_a_column_a_hair_wide_is_none() -> None:
    """An office program wrote one edge of the rows as two."""
    two = SPAN.format(2)
    rows = (tr(tc("a", two), tc("b", SPAN.format(3))), tr("c", tc("d", two), "e", "f"))
    assert grid(*rows, widths=(600, 575, 1, 600, 600)) == "a < b <\nc d e f"
    assert grid(*rows, widths=(600, 300, 300, 600, 600)) == "a < b < <\nc d < e f"


def test_a_cell_with_nothing_but_a_picture_is_not_blank() -> None:
    picture = '<w:r><w:pict><v:shape><v:imagedata r:id="3"/></v:shape></w:pict></w:r>'
    assert grid(tr("规章", tc(picture), ""), tr("文件", "1", "2")) == "规章 \ufffd _\n文件 1 2"


def test_rows_that_are_tables_each_are_one_table() -> None:
    rows = (
        tr("项", "上年", "本年"),
        tr("许可", "3", "1"),
        tr("规章", "", ""),
        tr("收费", "0", "9"),
    )
    [table] = read("".join(tbl(row) for row in rows)).tables()
    assert drawn(table) == "项 上年 本年\n许可 3 1\n规章 _ _\n收费 0 9"


def test_rows_that_are_tables_each_with_its_own_grid() -> None:
    rows = (
        tbl(tr("勾稽", "申请人情况"), widths=(2000, 2000)),
        tbl(tr("一、新收", "3", "1"), widths=(2000, 1010, 990)),
        tbl(tr("三、结果", "公开", "2", "1"), widths=(1000, 1000, 1000, 1000)),
    )
    [table] = read("".join(rows)).tables()
    assert drawn(table) == "勾稽 < 申请人情况 <\n一、新收 < 3 1\n三、结果 公开 2 1"

    uneven = tbl(tr("一、新收", "3", "1"), widths=(1500, 1500, 1000))
    assert len(list(read(rows[0] + uneven + rows[2]).tables())) == 3


def test_a_cell_that_goes_on_from_nothing_begins() -> None:
    rows = (tr(tc("a", CONTINUE), "b"), tr(tc("", CONTINUE), "c"), tr("d", tc("e", CONTINUE)))
    assert grid(*rows) == "a b\n^ c\nd e"


def test_a_cell_goes_on_only_from_one_of_its_width() -> None:
    rows = (tr(tc("a", SPAN.format(2) + RESTART), "b"), tr(tc("c", CONTINUE), "d", "e"))
    assert grid(*rows) == "a < b\nc d e"


def test_old_merges_along_the_row() -> None:
    rows = (
        tr(tc("a", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "b"),
        tr("c", "d", "e"),
    )
    assert grid(*rows) == "a < b\nc d e"


def test_text_that_a_merge_covers_is_told() -> None:
    [table] = read(tbl(tr(tc("a", RESTART), "b"), tr(tc("x", CONTINUE), "c"))).tables()
    assert drawn(table) == "a b\n^ c"
    assert [doubt.kind for doubt in table.cells[0].doubts] == [DoubtKind.STRAY_TEXT]


def test_rows_that_begin_late_and_end_early() -> None:
    rows = (
        tr("a", "b", "c"),
        tr("d", "e", properties='<w:gridBefore w:val="1"/>'),
        tr("f", properties='<w:gridAfter w:val="2"/>'),
    )
    assert grid(*rows) == "a b c\n. d e\nf . ."


def test_cells_without_spans_stand_where_their_widths_say() -> None:
    wide = '<w:tcW w:w="{}" w:type="dxa"/>'
    rows = (
        tr(tc("a", wide.format(1000)), tc("b", wide.format(3010))),
        tr(tc("c", wide.format(1000)), tc("d", wide.format(2000)), tc("e", wide.format(1000))),
    )
    assert grid(*rows, widths=(1000, 2000, 1000)) == "a b <\nc d e"


def test_deleted_and_hidden_rows_and_deleted_cells() -> None:
    rows = (
        tr("a", "b"),
        tr("x", "x", properties="<w:del/>"),
        tr("x", "x", properties="<w:hidden/>"),
        tr(tc("x", "<w:cellDel/>"), "c", "d", properties="<w:ins/>"),
    )
    assert grid(*rows) == "a b\nc d"


def test_content_controls_around_tables_rows_and_cells() -> None:
    def sdt(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    rows = (sdt(sdt(tr("a", "b"))), tr(sdt(tc("c")), f"<w:customXml>{tc('d')}</w:customXml>"))
    document = read(sdt(p("前") + sdt(tbl(*rows))) + p("后"))
    assert outline(document) == ["前", "[a b]", "后"]
    assert [drawn(table) for table in document.tables()] == ["a b\nc d"]


def test_layout_is_poured_out_and_data_kept() -> None:
    inner = tbl(tr("规章", "0"), tr("许可", "1"))
    frame = f"<w:tc>{p('头')}{inner}{p('尾')}</w:tc>"
    assert outline(read(tbl(tr(frame)))) == ["头", "[规章 0]", "尾"]
    outer = tbl(tr("a", "b"), tr("c", "d"), tr("e", f"<w:tc>{p('f')}{inner}</w:tc>"))
    assert [drawn(table) for table in read(outer).tables()] == [
        "a b\nc d\ne f",
        "规章 0\n许可 1",
    ]


def test_places_are_paths_that_lead_there() -> None:
    document = read(p("x") + tbl(tr("a", "b"), tr("c", "d")))
    [table] = document.tables()
    assert table.where.path == "/document/body/tbl[1]"
    assert table.cells[3].where.path == "/document/body/tbl[1]/tr[2]/tc[2]"


# Text.

R = "<w:r><w:t>{}</w:t></w:r>"
GONE = "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (R.format("行") + R.format("政") + R.format("许可"), "行政许可"),
        (
            "<w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins>"
            + R.format("2")
            + "</w:ins>",
            "2",
        ),
        (f"<w:moveFrom>{R.format(1)}</w:moveFrom><w:moveTo>{R.format(2)}</w:moveTo>", "2"),
        (
            FIELD.format("begin")
            + "<w:r><w:instrText>PAGE</w:instrText></w:r>"
            + R.format("x")
            + FIELD.format("separate")
            + R.format("7")
            + FIELD.format("end")
            + R.format("8"),
            "78",
        ),
        (
            FIELD.format("begin")
            + FIELD.format("begin")
            + R.format("x")
            + FIELD.format("separate")
            + R.format("y")
            + FIELD.format("end")
            + FIELD.format("separate")
            + R.format("1")
            + FIELD.format("end"),
            "1",
        ),
        (f'<w:fldSimple w:instr="DATE">{R.format("2023")}</w:fldSimple>', "2023"),
        (f'<w:hyperlink r:id="rId9">{R.format("规章")}</w:hyperlink>', "规章"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>" + R.format("1"), "1"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>1</w:t></w:r>', "1"),
        ("<w:r><w:t>商业</w:t><w:br/><w:t>企业</w:t><w:cr/><w:t>a</w:t></w:r>", "商业\n企业\na"),
        ('<w:r><w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t></w:r>', "ab"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t></w:r>", "a\tb-c"),
        ("<w:r><w:t>1</w:t><w:softHyphen/><w:t>2\u200b\u00ad</w:t></w:r>", "12"),
        ('<w:r><w:t xml:space="preserve"> a </w:t><w:t> b </w:t></w:r>', "a b"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        (
            "<w:r><w:ruby><w:rt>"
            + R.format("biao")
            + "</w:rt><w:rubyBase>"
            + R.format("標")
            + "</w:rubyBase></w:ruby></w:r>",
            "標",
        ),
        ("<w:sdt><w:sdtContent>" + R.format("12") + "</w:sdtContent></w:sdt>", "12"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            + R.format("单击此处")
            + "</w:sdtContent></w:sdt>"
            + R.format("0"),
            "0",
        ),
        (R.format("1") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "1"),
    ],
)
def test_text_as_it_is_shown(content: str, shown: str) -> None:
    assert text(content) == shown


def test_hidden_by_style() -> None:
    styles = (
        '<w:style w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    )
    run = '<w:r><w:rPr><w:rStyle w:val="b"/></w:rPr><w:t>x</w:t></w:r>'
    assert outline(read(p(run + R.format("1")), styles=styles)) == ["1"]


def test_an_unknown_symbol_is_doubted() -> None:
    document = read(p('<w:r><w:sym w:font="Webdings" w:char="F041"/></w:r>'))
    assert outline(document) == ["\ufffd"]
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.UNMAPPED_CHARACTERS]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p('框')}{tbl(tr('a', 'b'), tr('c', 'd'))}</w:txbxContent>"
    drawing = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert outline(read(p(R.format("前") + drawing) + p("后"))) == ["前", "框", "[a b]", "后"]


def test_embedded_files_are_told() -> None:
    document = read(p("前") + '<w:altChunk r:id="rId5"/>')
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.TRUNCATED]


def test_titles() -> None:
    styles = '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    body = p("正文") + p("某局报告", '<w:pStyle w:val="1"/>') + p("二", '<w:pStyle w:val="1"/>')
    assert read(body, styles=styles).title == "某局报告"
    assert read(body, styles=styles, core="年度报告").title == "年度报告"


# Numbers of lists.


def lvl(at: int, form: str, shown: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{shown}"/></w:lvl>'
    )


def num(at: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'


FORM = (
    '<w:abstractNum w:abstractNumId="0">'
    + lvl(0, "chineseCountingThousand", "%1、")
    + lvl(1, "chineseCounting", "（%2）")
    + lvl(2, "decimal", "%3.")
    + lvl(3, "decimal", "%1.%4", "<w:isLgl/>")
    + lvl(4, "bullet", "\uf06c")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def test_the_numbers_of_the_form() -> None:
    at = [0, 0, 0, 1, 1, 2, 2, 1, 2, 3, 4, 0]
    body = "".join(p("甲", num(level)) for level in at) + p("甲", num(0, 2)) + p("甲", num(0, 0))
    assert outline(read(body, numbering=FORM)) == [
        *("一、甲", "二、甲", "三、甲", "（一）甲", "（二）甲", "1.甲", "2.甲", "（三）甲", "1.甲"),
        *("3.1甲", "甲", "四、甲", "五、甲", "甲"),
    ]


def test_numbers_by_style_and_in_cells() -> None:
    styles = (
        '<w:style w:styleId="n"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    style = '<w:pStyle w:val="n"/>'
    cells = [f"<w:tc>{p(word, style)}</w:tc>" for word in ("予以公开", "b")]
    [table] = read(tbl(tr(*cells), tr("c", "d")), numbering=FORM, styles=styles).tables()
    assert drawn(table) == "（一）予以公开 （二）~b\nc d"


def test_a_deleted_paragraph_does_not_count() -> None:
    gone = p(
        "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>", num(0) + "<w:rPr><w:del/></w:rPr>"
    )
    assert outline(read(p("甲", num(0)) + gone + p("乙", num(0)), numbering=FORM)) == [
        "一、甲",
        "二、乙",
    ]


@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 11, "十一"),
        ("chineseCounting", 20, "二十"),
        ("chineseCounting", 105, "一百零五"),
        ("chineseCountingThousand", 3_010, "三千〇一十"),
        ("chineseLegalSimplified", 10, "壹拾"),
        ("ideographDigital", 20, "二〇"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 12, "亥"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircleChinese", 21, "21"),
        ("decimalEnclosedParen", 3, "⑶"),
        ("decimalEnclosedFullstop", 1, "⒈"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalZero", 7, "07"),
        ("upperLetter", 28, "BB"),
        ("lowerRoman", 1_994, "mcmxciv"),
        ("none", 1, ""),
    ],
)
def test_number_formats(form: str, number: int, written: str) -> None:
    assert FORMATS[form](number) == written


# Packages that are not as they should be.


def test_strict_packages_and_utf_16() -> None:
    body = f"<w:document {NAMES}><w:body>{p('规章')}</w:body></w:document>"
    strict = body.replace(MAIN, STRICT)
    for part in (strict.encode(), ("\ufeff" + body).encode("utf-16-le")):
        assert outline(read_bytes(packed({"word/document.xml": part}))) == ["规章"]


def test_the_main_part_may_have_another_name() -> None:
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    source = packed(
        {
            "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="1" '
            f'Type="{OFFICE}/officeDocument" Target="/word/document2.xml"/></Relationships>',
            "word/document2.xml": f"<w:document {NAMES}><w:body>{p('规章')}</w:body></w:document>",
        }
    )
    assert outline(read_bytes(source)) == ["规章"]


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
FILE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word/other.xml": "<a/>"}, RefusalCode.CORRUPT),
        ({"word/document.xml": "<a>"}, RefusalCode.CORRUPT),
        ({"word/document.xml": "<a/>"}, RefusalCode.CORRUPT),
        ({"word/document.xml": ""}, RefusalCode.CORRUPT),
        ({"word/document.xml": f"{BOMB}<w:document {NAMES}/>"}, RefusalCode.CORRUPT),
        ({"word/document.xml": f"{FILE}<w:document {NAMES}>&b;</w:document>"}, RefusalCode.CORRUPT),
        ({"word/document.xml": f"{FILE}<a/>".encode("utf-16")}, RefusalCode.CORRUPT),
        ({"word/document.xml": b"<a>" + b" " * 60_000_000 + b"</a>"}, RefusalCode.TOO_COMPLEX),
    ],
)
def test_broken_and_hostile_packages(parts: dict[str, str | bytes], code: RefusalCode) -> None:
    source = packed(parts)
    before = time.process_time()
    with pytest.raises(Refusal) as refusal:
        read_bytes(source)
    assert refusal.value.code is code
    assert time.process_time() - before < 10


def test_sizes_that_lie_do_not_help() -> None:
    """The directory says 10 bytes; the stream inflates to 60 million."""
    source = bytearray(packed({"word/document.xml": b"<a>" + b" " * 60_000_000}))
    at = source.rfind(b"PK\x01\x02")
    source[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Refusal):
        read_bytes(bytes(source))


def test_a_damaged_stream() -> None:
    source = bytearray(letter(p("规章" * 2_000)))
    at = source.find(b"word/document.xml") + len("word/document.xml") + 20
    source[at : at + 10] = bytes(10)
    with pytest.raises((Refusal, zlib.error)) as refusal:
        read_bytes(bytes(source))
    assert isinstance(refusal.value, Refusal)
    assert refusal.value.code is RefusalCode.CORRUPT


@pytest.mark.parametrize("depth", [30, 60, 400, 5_000])
def test_tables_in_tables(depth: int) -> None:
    inner = tbl(tr("a", "b"), tr("c", "d"))
    start, end = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    source = letter(start * depth + inner + end * depth)
    if depth <= 30:
        assert outline(read_bytes(source)) == ["[a b]"]
        return
    with pytest.raises(Refusal) as refusal:
        read_bytes(source)
    assert refusal.value.code is RefusalCode.TOO_COMPLEX


# Peers: python-docx writes, LibreOffice converts.


def as_docx(rows: list[list[Span]]) -> bytes:
    wanted = rows_to_grid([rows])
    document = docx.Document()
    table = document.add_table(wanted.n_rows, wanted.n_columns)
    for cell in wanted.cells:
        last = table.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
        table.cell(cell.row, cell.column).merge(last).text = cell.text
    file = BytesIO()
    document.save(file)
    return file.getvalue()


@settings(max_examples=30)
@given(grids())
def test_a_grid_written_by_python_docx_reads_back(rows: list[list[Span]]) -> None:
    wanted = rows_to_grid([rows])
    if len(wanted.cells) < 5 or not any(c.text for c in wanted.cells):  # may be a frame
        return
    [table] = read_bytes(as_docx(rows)).tables()
    assert drawn(table) == drawn(wanted.table("t1"))


sample = pytest.mark.skipif(
    not BLANK.exists(), reason="the shared samples are not beside the repository"
)


@sample
def test_the_blank_form() -> None:
    document = read_bytes(BLANK.read_bytes())
    first, second, third = document.tables()
    assert [(t.n_rows, t.n_columns) for t in (first, second, third)] == [(14, 4), (28, 10), (4, 15)]
    corner, applicants = second.cells[:2]
    assert (corner.rowspan, corner.colspan) == (3, 3)
    assert (applicants.text, applicants.colspan) == ("申请人情况", 7)
    assert not any(table.doubts for table in document.tables())


@sample
@needs_writer
@pytest.mark.slow
def test_the_blank_form_converted_by_libreoffice(tmp_path: Path) -> None:
    """Through ODT to DOCX and HTML: other programs write it, the same grids are read."""

    def converted(source: Path, to: str) -> Path:
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(tmp_path)]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=180)
        return tmp_path / f"{source.stem}.{to}"

    def seen(source: bytes) -> list[tuple[int, int, list[tuple[int, int, int, int, str]]]]:
        detection = detect(source, "")
        read = read_html if detection.format == "html" else read_docx
        return [
            (
                table.n_rows,
                table.n_columns,
                [
                    (c.row, c.column, c.rowspan, c.colspan, re.sub(r"\s", "", c.text))
                    for c in table.cells
                ],
            )
            for table in read(source, detection).tables()
        ]

    odt = converted(BLANK, "odt")
    wanted = seen(BLANK.read_bytes())
    assert seen(converted(odt, "docx").read_bytes()) == wanted
    assert seen(converted(odt, "html").read_bytes()) == wanted


# What stands beside a figure.


def looking(content: str, looks: str) -> str:
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{content}</w:t></w:r>"


@pytest.mark.parametrize(("mark", "shown"), [("1", "12¹"), (" [3]", "12³"), ("st", "12st")])
def test_a_raised_number_is_no_digit_of_the_figure(mark: str, shown: str) -> None:
    raised = looking(mark, '<w:vertAlign w:val="superscript"/>')
    [paragraph] = read(p(f"{looking('12', '')}{raised}")).paragraphs()
    assert paragraph.text == shown


@pytest.mark.parametrize("how", ["<w:strike/>", '<w:dstrike w:val="1"/>'])
def test_struck_text_is_left_out_and_told(how: str) -> None:
    document = read(p(f"{looking('315', how)}{looking('12', '')}"))
    assert [one.text for one in document.paragraphs()] == ["12"]
    [doubt] = document.doubts
    assert doubt.kind is DoubtKind.STRAY_TEXT
    assert "'315'" in told(doubt.says, "en")
    kept = read(p(looking("315", '<w:strike w:val="0"/>')))
    assert [one.text for one in kept.paragraphs()] == ["315"]
    assert kept.doubts == ()


# What is a table.


def test_one_text_among_rows_and_columns_is_a_table() -> None:
    assert grid(tr("甲", ""), tr("", "")) == "甲 _\n_ _"
    lines = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(["甲", "乙"])
    assert grid(tr("", lines), tr("", "")) == "_ 甲/乙\n_ _"


@pytest.mark.parametrize(
    "rows", [(("甲", ""),), (("甲",), ("",)), (("甲",),), (("", ""), ("", ""))]
)
def test_a_frame_around_one_text_or_around_none_is_no_table(rows: tuple[tuple[str, ...]]) -> None:
    found = read(tbl(*(tr(*map(tc, row)) for row in rows)))
    assert not list(found.tables())
    assert outline(found) == [text for row in rows for text in row if text]


def test_an_article_beside_empty_cells_is_no_table() -> None:
    article = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(["霁川县财政局", "述" * 120])
    assert outline(read(tbl(tr("", article), tr("", "")))) == ["霁川县财政局", "述" * 120]
