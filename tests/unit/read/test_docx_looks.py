"""What styles, colours, fields and controls make of the text of a DOCX."""

from __future__ import annotations

import io
import zipfile

import pytest
from drawn import drawn, outline
from lxml import etree
from test_docx import NAMES, OFFICE, letter, p, packed, read, read_bytes, tbl, tc, tr

from tasks.model.document import Document, DoubtKind
from tasks.read.looks import ground
from tasks.read.seen import Look
from tasks.render.wording import told

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def style(id: str, properties: str, *, kind: str = "character", more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{id}">{more}<w:rPr>{properties}</w:rPr></w:style>'


def cell(content: str, styles: str = "", properties: str = "") -> str:
    """The text of a cell beside one of words."""
    rows = tr("规章", tc(content, properties)) + tr("文件", "5")
    [table] = read(tbl(rows), styles=styles).tables()
    return table.cells[1].text


def strays(document: Document) -> list[str]:
    return [told(d.says, "en") for d in document.doubts if d.kind is DoubtKind.STRAY_TEXT]


OWN = '<w:rStyle w:val="Own"/>'
BASED = '<w:basedOn w:val="Base"/>'


# Styles.


@pytest.mark.parametrize(
    ("properties", "seen"),
    [
        ('<w:vertAlign w:val="superscript"/>', "12¹"),
        ('<w:position w:val="8"/>', "12¹"),
        ('<w:position w:val="4pt"/>', "12¹"),
        ('<w:position w:val="2"/>', "121"),
        ("<w:strike/>", "12"),
        ("<w:dstrike/>", "12"),
        ("<w:vanish/>", "12"),
        ("<w:specVanish/>", "12"),
        ("<w:webHidden/>", "121"),
        ('<w:color w:val="FFFFFF"/>', "12"),
        ('<w:color w:val="FDFDFE"/>', "12"),
        ('<w:color w:val="auto"/>', "121"),
        ('<w:color w:val="D0D0D0"/>', "121"),
        ('<w:sz w:val="2"/>', "12"),
        ('<w:sz w:val="9"/>', "121"),
        ('<w:w w:val="1"/>', "12"),
    ],
)
def test_a_style_counts_as_what_is_said_at_the_run(properties: str, seen: str) -> None:
    assert cell(r("12") + r("1", properties)) == seen
    assert cell(r("12") + r("1", OWN), style("Own", properties)) == seen
    inherited = style("Base", properties) + style("Own", "<w:b/>", more=BASED)
    assert cell(r("12") + r("1", OWN), inherited) == seen


def test_what_is_said_at_the_run_goes_before_its_style() -> None:
    raised = style("Own", '<w:vertAlign w:val="superscript"/><w:color w:val="FFFFFF"/>')
    plain = '<w:vertAlign w:val="baseline"/><w:color w:val="auto"/>'
    assert cell(r("12") + r("1", OWN + plain), raised) == "121"
    below = raised + style("Own2", plain, more='<w:basedOn w:val="Own"/>')
    assert cell(r("12") + r("1", '<w:rStyle w:val="Own2"/>'), below) == "121"


def test_a_style_of_paragraphs_is_none_of_characters() -> None:
    assert cell(r("12") + r("1", OWN), style("Own", "<w:vanish/>", kind="paragraph")) == "121"


def test_two_styles_that_turn_a_switch_over_leave_it_off() -> None:
    styles = style("P", "<w:vanish/>", kind="paragraph") + style("Own", "<w:vanish/>")
    content = '<w:pPr><w:pStyle w:val="P"/></w:pPr>' + r("5", OWN) + r("7")
    [table] = read(tbl(tr("规章", f"<w:tc><w:p>{content}</w:p></w:tc>")), styles=styles).tables()
    assert table.cells[1].text == "5"


def test_a_switch_of_the_defaults_stays_on() -> None:
    defaults = "<w:docDefaults><w:rPrDefault><w:rPr>{}</w:rPr></w:rPrDefault></w:docDefaults>"
    styles = defaults.format("<w:strike/>") + style("Own", "<w:strike/>")
    assert outline(read(p(r("1", OWN)), styles=styles)) == []
    assert outline(read(p(r("1", '<w:strike w:val="0"/>')), styles=styles)) == ["1"]


def test_the_usual_style_needs_no_name() -> None:
    usual = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:rPr><w:color w:val="FFFFFF"/>'
        "</w:rPr></w:style>"
    )
    assert outline(read(p("12"), styles=usual)) == []


def test_styles_based_on_each_other_end() -> None:
    circle = style("Own", "", more='<w:basedOn w:val="Own2"/>') + style(
        "Own2", "<w:vanish/>", more='<w:basedOn w:val="Own"/>'
    )
    assert cell(r("12") + r("1", OWN), circle) == "12"


# Raised and lowered.


@pytest.mark.parametrize("mark", ["1", "12", "[3]", "（2）"])
def test_a_raised_mark(mark: str) -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    pieces = "".join(r(sign, raised) for sign in mark)
    digits = "".join(sign for sign in mark if sign.isdigit())
    marks = digits.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    assert cell(r("8") + pieces) == f"8{marks}"


@pytest.mark.parametrize(
    "content",
    [
        r("12") + r("3", '<w:vertAlign w:val="subscript"/>'),
        r("12") + r("3", '<w:position w:val="-8"/>'),
        r("1") + r("2", '<w:vertAlign w:val="superscript"/>') + r("3"),
        r("12") + r("1,2", '<w:vertAlign w:val="superscript"/>'),
    ],
)
def test_what_is_no_mark_behind_the_figure_is_not_sure(content: str) -> None:
    assert cell(content).endswith("\ufffd")


def test_a_figure_that_is_raised_as_a_whole_is_a_figure() -> None:
    assert cell(r("1", '<w:position w:val="8"/>') + r("2", '<w:position w:val="8"/>')) == "12"


def test_in_words_nothing_is_doubted() -> None:
    assert cell(r("规章数") + r("2", '<w:vertAlign w:val="subscript"/>')) == "规章数2"


# Colours.

WHITE = '<w:color w:val="FFFFFF"/>'


@pytest.mark.parametrize(
    ("properties", "shade", "seen"),
    [
        (WHITE, "", "12"),
        (WHITE, '<w:shd w:val="clear" w:fill="000000"/>', "121"),
        (WHITE, '<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>', "121"),
        (WHITE, '<w:shd w:val="pct5" w:color="000000" w:fill="FFFFFF"/>', "12"),
        (WHITE, '<w:shd w:val="pct60" w:color="000000" w:fill="FFFFFF"/>', "121"),
        (WHITE, '<w:shd w:val="nil" w:fill="000000"/>', "12"),
        (WHITE + '<w:shd w:val="clear" w:fill="444444"/>', "", "121"),
        (WHITE + '<w:highlight w:val="darkBlue"/>', "", "121"),
        ('<w:color w:val="AAAAAA"/>', '<w:shd w:val="clear" w:fill="AAAAAA"/>', "12"),
        ('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>', "", "12"),
        ('<w:color w:val="000000"/>', '<w:shd w:val="clear" w:fill="000000"/>', "12"),
        ('<w:color w:val="auto"/>', '<w:shd w:val="clear" w:fill="000000"/>', "121"),
        (f"<w14:textFill {W14}><w14:noFill/></w14:textFill>", "", "12"),
        (
            f'<w14:textFill {W14}><w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'
            "</w14:textFill>",
            "",
            "12",
        ),
    ],
)
def test_ink_in_the_colour_behind_it_is_not_seen(properties: str, shade: str, seen: str) -> None:
    figure = '<w:color w:val="E00000"/>'
    assert cell(r("12", figure) + r("1", properties), properties=shade) == seen


def test_what_is_not_seen_is_told_once_for_all() -> None:
    white = r("12") + r("7", WHITE)
    document = read(tbl(tr("规章", tc(white)), tr("文件", tc(white))))
    assert strays(document) == [
        "2 texts have the colour of what is behind them and were left out (the first: '7')."
    ]


def table_styled(conditions: str, look: str = "firstRow") -> str:
    """Two rows under a style of tables with these parts."""
    styles = f'<w:style w:type="table" w:styleId="T">{conditions}</w:style>'
    properties = f'<w:tblPr><w:tblStyle w:val="T"/><w:tblLook w:{look}="1"/></w:tblPr>'
    rows = tr("规章", "1") + tr("文件", "2")
    [table] = read(f"<w:tbl>{properties}{rows}</w:tbl>", styles=styles).tables()
    return drawn(table)


HEAD = '<w:tblStylePr w:type="{}"><w:rPr>{}</w:rPr><w:tcPr>{}</w:tcPr></w:tblStylePr>'
DARK = '<w:shd w:val="clear" w:fill="203864"/>'


def test_the_style_of_a_table_colours_its_parts() -> None:
    assert table_styled(HEAD.format("firstRow", WHITE, DARK)) == "规章 1\n文件 2"
    assert table_styled(HEAD.format("firstRow", WHITE, ""), look="lastRow") == "规章 1\n文件 2"
    assert table_styled(f"<w:rPr>{WHITE}</w:rPr><w:tcPr>{DARK}</w:tcPr>") == "规章 1\n文件 2"
    body = f"<w:rPr>{WHITE}</w:rPr>" + HEAD.format("firstRow", "", DARK)
    assert table_styled(body + HEAD.format("band1Horz", "", DARK)) == "规章 1\n文件 2"
    first = HEAD.format("firstCol", WHITE, DARK)
    assert table_styled(first, look="firstColumn") == "规章 1\n文件 2"


def test_text_in_a_shape_is_seen_on_its_fill() -> None:
    box = (
        "<w:r><w:pict><v:rect {}><v:textbox><w:txbxContent>"
        f"{p(r('12', WHITE))}</w:txbxContent></v:textbox></v:rect></w:pict></w:r>"
    )
    assert outline(read(p(box.format('fillcolor="#203864"')))) == ["12"]
    assert outline(read(p(box.format("")))) == []
    assert outline(read(p(box.format('filled="f"')))) == []


PICTURES = (
    '<w:r><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing" behindDoc="1"/></w:drawing></w:r>',
    '<w:r><w:pict><v:rect style="position:absolute;z-index:-251658240"/></w:pict></w:r>',
)


@pytest.mark.parametrize("picture", PICTURES)
def test_what_is_drawn_behind_the_text_may_make_white_seen(picture: str) -> None:
    rows = tbl(tr("规章", tc(r("12") + r("7", WHITE))), tr("文件", tc(r("5"))))
    document = read(p(picture) + p(r("霁川县财政局", WHITE)) + rows)
    [table] = document.tables()
    assert drawn(table) == "规章 127\ufffd\n文件 5"
    assert outline(document)[0] == "霁川县财政局"


def test_the_colour_of_the_page_counts_where_it_is_shown() -> None:
    page = f'<w:document {NAMES}><w:background w:color="203864"/></w:document>'
    for shown, unseen in (("<w:displayBackgroundShape/>", False), ("", True)):
        settings = etree.fromstring(f"<w:settings {NAMES}>{shown}</w:settings>")
        behind = ground(etree.fromstring(page), settings)
        assert Look(colour="FFFFFF").is_unseen(behind) is unseen


def test_numbers_beyond_all_measure_are_none() -> None:
    many = "9" * 5000
    odd = f'<w:sz w:val="{many}"/><w:position w:val="{many}pt"/><w:w w:val="{many}"/>'
    assert cell(r("12", odd)) == "12"
    usual = (
        f'<w:style w:type="table" w:default="1" w:styleId="t"><w:tblPr><w:tblStyleRowBandSize '
        f'w:val="{many}"/></w:tblPr></w:style>'
    )
    assert cell("12", usual) == "12"


def test_rows_of_no_height() -> None:
    flat = tr("规章", "9", properties='<w:trHeight w:val="20" w:hRule="exact"/>')
    high = tr("规章", "3", properties='<w:trHeight w:val="20" w:hRule="atLeast"/>')
    document = read(tbl(tr("项", "数"), flat, high))
    [table] = document.tables()
    assert drawn(table) == "项 数\n规章 3"
    assert len(strays(document)) == 1


# Fields.


def mark(kind: str, data: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>'


def field(instruction: str, result: str | None, data: str = "") -> str:
    field = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    shown = "" if result is None else mark("separate") + result
    return mark("begin", data) + field + shown + mark("end")


def drop_down(chosen: str, *entries: str, default: str = "") -> str:
    items = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in entries)
    return f"<w:ffData><w:ddList>{chosen}{default}{items}</w:ddList></w:ffData>"


@pytest.mark.parametrize(
    ("data", "result", "seen"),
    [
        (drop_down('<w:result w:val="2"/>', "98", "99", "10"), None, "10"),
        (drop_down("", "98", "99"), None, "98"),
        (drop_down("", "98", "99", default='<w:default w:val="1"/>'), None, "99"),
        (drop_down('<w:result w:val="1"/>', "98", "99"), r("99"), "99"),
        (drop_down('<w:result w:val="1"/>', "98", "99"), r("98"), "98\ufffd"),
        (drop_down('<w:result w:val="5"/>', "98", "99"), None, "\ufffd"),
        (drop_down(""), None, "\ufffd"),
        ("<w:ffData><w:checkBox><w:default/></w:checkBox></w:ffData>", None, "☑"),
        ('<w:ffData><w:checkBox><w:checked w:val="0"/></w:checkBox></w:ffData>', None, "□"),
    ],
)
def test_form_fields(data: str, result: str | None, seen: str) -> None:
    assert cell(field(" FORMDROPDOWN ", result, data)) == seen


@pytest.mark.parametrize(
    ("instruction", "result", "seen"),
    [
        (" =SUM(LEFT) ", None, "\ufffd"),
        (" DOCPROPERTY x ", "", "\ufffd"),
        (" FORMTEXT ", "", "\ufffd"),
        (" FORMTEXT ", r("     "), ""),
        (" FORMTEXT ", r("12"), "12"),
        (' XE "规章" ', None, ""),
        (" TC x ", None, ""),
        (" SYMBOL 49 ", None, "\ufffd"),
    ],
)
def test_fields_without_a_result(instruction: str, result: str | None, seen: str) -> None:
    assert cell(field(instruction, result)) == seen


def test_a_simple_field_without_a_result() -> None:
    assert cell('<w:fldSimple w:instr=" REF a "/>') == "\ufffd"
    assert cell(f'<w:fldSimple w:instr=" REF a ">{r("3")}</w:fldSimple>') == "3"


def test_the_instruction_of_a_field_around_is_not_shown() -> None:
    inner = field(" REF a ", None)
    assert cell(mark("begin") + inner + mark("separate") + r("4") + mark("end")) == "4"


# Content controls.

BINDING = '<w:dataBinding w:prefixMappings="xmlns:d=\'urn:d\'" w:xpath="{}" w:storeItemID="{{A}}"/>'


def bound(way: str, held: str, more: str = "", binding: str = BINDING) -> str:
    """The cell of a control that is bound to data in which `/a/b` is 12."""
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = (
        f'<Relationships xmlns="{links}">'
        '<Relationship Id="1" Type="{}" Target="{}"/></Relationships>'
    )
    properties = f"<w:sdtPr>{binding.format(way)}{more}</w:sdtPr>"
    control = f"<w:sdt>{properties}<w:sdtContent>{held}</w:sdtContent></w:sdt>"
    main = letter(tbl(tr("规章", tc(control)), tr("文件", "5")))
    with zipfile.ZipFile(io.BytesIO(main)) as package:
        parts: dict[str, str | bytes] = {
            name: package.read(name)
            for name in package.namelist()
            if name not in ("[Content_Types].xml", "word/_rels/document.xml.rels")
        }
    parts["word/_rels/document.xml.rels"] = link.format(f"{OFFICE}/customXml", "../customXml/i.xml")
    parts["customXml/i.xml"] = '<d:a xmlns:d="urn:d"><d:b k="7">12</d:b></d:a>'
    parts["customXml/_rels/i.xml.rels"] = link.format(f"{OFFICE}/customXmlProps", "p.xml")
    parts["customXml/p.xml"] = (
        '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/'
        'customXml" ds:itemID="{a}"/>'
    )
    [table] = read_bytes(packed(parts)).tables()
    return table.cells[1].text


@pytest.mark.parametrize(
    ("way", "held", "more", "seen"),
    [
        ("/d:a[1]/d:b[1]", r("12"), "", "12"),
        ("/d:a[1]/d:b[1]", r("1") + r("2"), "", "12"),
        ("/d:a/d:b/@k", r("7"), "", "7"),
        ("/d:a/d:b/text()", r("12"), "", "12"),
        ("/d:a[1]/d:b[1]", r("13"), "", "13\ufffd"),
        ("/d:a[1]/d:b[1]", r("点击输入"), "<w:showingPlcHdr/>", "\ufffd"),
        ("/d:a[1]/d:c[1]", r("13"), "", "13"),
        ("//*[contains(., '1')]", r("13"), "", "13\ufffd"),
        ("/d:a[1]/x:b[1]", r("13"), "", "13\ufffd"),
        (
            "/d:a[1]/d:b[1]",
            r("3"),
            '<w:dropDownList><w:listItem w:displayText="3" w:value="12"/></w:dropDownList>',
            "3",
        ),
        ("/d:a[1]/d:b[1]", r("2024年"), '<w:date w:fullDate="2024-01-17"/>', "2024年"),
    ],
)
def test_bound_controls(way: str, held: str, more: str, seen: str) -> None:
    assert bound(way, held, more) == seen


LATER = BINDING.replace("w:dataBinding", "w15:dataBinding").replace(
    "<w15:dataBinding",
    '<w15:dataBinding xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"',
)


@pytest.mark.parametrize(
    ("binding", "seen"),
    [
        (LATER, "13\ufffd"),
        (BINDING.replace("{{A}}", ""), "13\ufffd"),
        (BINDING.replace(' w:storeItemID="{{A}}"', ""), "13\ufffd"),
        (BINDING.replace("{{A}}", "{{B}}"), "13"),
    ],
)
def test_controls_that_name_their_data_otherwise(binding: str, seen: str) -> None:
    assert bound("/d:a[1]/d:b[1]", r("12"), binding=binding) == "12"
    assert bound("/d:a[1]/d:b[1]", r("13"), binding=binding) == seen


def test_without_a_theme_the_ground_is_white() -> None:
    white = '<w:color w:val="000000" w:themeColor="background1"/>'
    black = '<w:color w:val="FFFFFF" w:themeColor="text1"/>'
    assert cell(r("12", black) + r("9", white)) == "12"


def test_a_control_that_lost_what_was_chosen() -> None:
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    chosen = '<w:dropDownList w:lastValue="2"/>'
    assert cell(control.format(chosen, "")) == "\ufffd"
    assert cell(control.format(chosen, r("2"))) == "2"
    assert cell(control.format("<w:dropDownList/>", "")) == ""


def test_a_prompt_that_is_a_figure_may_be_one() -> None:
    asking = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    assert cell(asking.format(r("12"))) == "\ufffd"
    assert cell(asking.format(r("1,200 "))) == "\ufffd"
    assert cell(asking.format(r("0 单击此处输入数字。"))) == ""
    assert cell(asking.format(r("  "))) == ""


def test_one_text_beside_a_cell_that_is_not_sure_is_a_table() -> None:
    [table] = read(tbl(tr("规章", tc(field(" REF a ", None))))).tables()
    assert drawn(table) == "规章 \ufffd"


# Other things that are shown.


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (f"<m:oMath {MATH}><m:r><m:t>12</m:t></m:r></m:oMath>", "12"),
        (
            f"<m:oMath {MATH}><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
            "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
            "12\ufffd",
        ),
        ("<w:r><w:object/></w:r>", "\ufffd"),
        ("<w:r><w:drawing/></w:r>", "\ufffd"),
        (f"{r('3')}<w:r><w:drawing/></w:r>", "3"),
        (f'<w:bdo w:val="rtl">{r("21")}</w:bdo>', "21\ufffd"),
        (f'<w:bdo w:val="ltr">{r("21")}</w:bdo>', "21"),
        (r("\u202e21"), "12\ufffd"),
        ('<w:r><w:sym w:font="Symbol" w:char="F031"/></w:r>', "1"),
        ('<w:r><w:sym w:font="宋体" w:char="0033"/></w:r>', "3"),
        (r("1", '<w:rFonts w:ascii="Wingdings"/>'), "\ufffd"),
        (r("12", '<w:rFonts w:ascii="Symbol"/>'), "12"),
        (r("\uf06c", '<w:rFonts w:ascii="Wingdings"/>'), "●"),
        (r("件", '<w:rFonts w:ascii="Wingdings"/>'), "件"),
        (
            f"<w:r><w:ruby><w:rt>{r('9')}</w:rt><w:rubyBase>{r('3')}</w:rubyBase></w:ruby></w:r>",
            "3",
        ),
        (r("12", '<w:fitText w:val="900"/>'), "12"),
        ("<w:r><w:noBreakHyphen/><w:t>3</w:t></w:r>", "-3"),
    ],
)
def test_what_a_cell_shows(content: str, seen: str) -> None:
    assert cell(content) == seen


def test_alternatives_that_are_not_understood() -> None:
    both = (
        '<mc:AlternateContent><mc:Choice xmlns:n="{}" Requires="n">'
        f"{r('1')}</mc:Choice><mc:Fallback>{r('2')}</mc:Fallback></mc:AlternateContent>"
    )
    assert cell(both.format("urn:later")) == "2"
    assert cell(both.format("http://schemas.microsoft.com/office/word/2010/wordml")) == "1"
