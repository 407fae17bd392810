"""What an ODT shows and does not show; each document is written out here.

Source of what LibreOffice writes: LibreOffice 7.4.
"""

import io
import zipfile

import pytest
from office import converted_docx, needs_writer

from samples.odt import MIMETYPE, packed
from tasks.detect import detect
from tasks.model.document import DoubtKind, Format
from tasks.model.limits import MAX_CELLS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read

_NAMES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "style": "style",
    "draw": "drawing",
    "fo": "xsl-fo-compatible",
    "svg": "svg-compatible",
}
XMLNS = (
    "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in _NAMES.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'
)


def content(body: str, styles: str = "", fonts: str = "") -> str:
    return (
        f"<office:document-content{XMLNS}>"
        f"<office:font-face-decls>{fonts}</office:font-face-decls>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )


def odt(body: str, styles: str = "", fonts: str = ""):
    source = packed(content(body, styles, fonts))
    return read(source, detect(source, "a.odt"))


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def cell(text: str, **said: str) -> str:
    said = {name.replace("_", "-"): value for name, value in said.items()}
    attributes = "".join(f' table:{name}="{value}"' for name, value in said.items())
    return f"<table:table-cell{attributes}>{p(text)}</table:table-cell>"


def row(*cells: str, **said: str) -> str:
    attributes = "".join(f' table:{name.replace("_", "-")}="{v}"' for name, v in said.items())
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


def table(*rows: str) -> str:
    return f"<table:table>{''.join(rows)}</table:table>"


MANY = str(MAX_CELLS + 1)
COVERED = "<table:covered-table-cell/>"
HEAD = row(cell("信息内容"), cell("本年制发件数"), cell("本年废止件数"))


def text_style(name: str, said: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="text">'
        f"<style:text-properties {said}/></style:style>"
    )


def figure(shown: str, styles: str = "", fonts: str = "") -> str:
    """What a cell with these contents reads as."""
    document = odt(table(HEAD, row(cell("规章"), cell(shown), cell("3"))), styles, fonts)
    return next(document.tables()).grid()[1][1].text


def span(text: str, style: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


@pytest.mark.parametrize(
    ("shown", "read_as"),
    [
        ("1<text:s/>2", "1 2"),
        ("12\n   ", "12"),
        ('1<text:span text:style-name="None">2</text:span>', "12"),
        ("<text:a>12</text:a>", "12"),
        ("12<text:note><text:note-citation>1</text:note-citation></text:note>", "12"),
        ("12<office:annotation><text:p>3</text:p></office:annotation>", "12"),
        ("<text:ruby><text:ruby-base>12</text:ruby-base><text:ruby-text>3</text:ruby-text>"
         "</text:ruby>", "12"),
        ("<text:placeholder>填写</text:placeholder>", ""),
        ('<text:hidden-text text:is-hidden="true">9</text:hidden-text>12', "12"),
        ('<text:variable-set text:display="none">9</text:variable-set>12', "12"),
        ("<text:expression>12</text:expression>", "12"),
        ("一<text:line-break/>二", "一\n二"),
        ("1<text:soft-page-break/>2<text:bookmark/>", "12"),
    ],
)  # fmt: skip
def test_what_a_paragraph_shows(shown, read_as):
    assert figure(shown) == read_as


@pytest.mark.parametrize(
    "shown",
    [
        "<text:placeholder>&lt;0&gt;</text:placeholder>",
        "<field:fieldmark/>",
        "<draw:frame><draw:image/></draw:frame>",
        "<draw:frame><draw:object/></draw:frame>",
        "<draw:control/>",
    ],
)
def test_what_is_shown_and_is_no_text_is_no_blank(shown):
    assert figure(shown) == "\ufffd"


@pytest.mark.parametrize(
    ("said", "is_said"),
    [
        ('style:text-line-through-style="solid"', True),
        ('style:text-line-through-type="double"', True),
        ('fo:color="#ffffff"', True),
        ('fo:color="#ffffff" fo:background-color="#fefefe"', True),
        ('fo:font-size="1pt"', True),
        ('style:text-scale="1%"', True),
        ('fo:color="#ff0000" loext:opacity="0%"', True),
        ('text:display="none"', False),
    ],
)
def test_what_is_not_seen_is_left_out(said, is_said):
    body = table(HEAD, row(cell("规章"), cell(span("9", "Own") + "12"), cell("3")))
    document = odt(body, text_style("Own", said))

    assert next(document.tables()).grid()[1][1].text == "12"
    assert [one.kind for one in document.doubts] == [DoubtKind.STRAY_TEXT] * is_said


@pytest.mark.parametrize(
    "said",
    [
        'fo:color="#ffffff" fo:background-color="#000000"',
        'style:use-window-font-color="true" loext:opacity="0%"',
        'style:text-line-through-style="none"',
        'fo:color="#ffffff" style:use-window-font-color="true"',
    ],
)
def test_what_is_seen_stays(said):
    assert figure(span("12", "Own"), text_style("Own", said)) == "12"


def test_white_on_a_dark_cell_is_seen():
    styles = text_style("Own", 'fo:color="#ffffff"') + (
        '<style:style style:name="Dark" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#000080"/></style:style>'
    )
    body = table(HEAD, row(cell("规章"), cell(span("12", "Own"), style_name="Dark"), cell("3")))

    assert next(odt(body, styles).tables()).grid()[1][1].text == "12"


def test_a_style_takes_from_its_parent_and_a_size_in_per_cent_is_of_that_around():
    styles = (
        text_style("Small", 'fo:font-size="4pt"')
        + '<style:style style:name="Smaller" style:family="text" style:parent-style-name="Small">'
        '<style:text-properties fo:font-size="30%"/></style:style>'
    )
    assert figure(span("9", "Smaller") + "12", styles) == "12"
    assert figure(span("9", "Small") + "12", styles) == "912"


@pytest.mark.parametrize("position", ["super 58%", "33% 66%"])
def test_a_raised_figure_is_the_mark_of_a_note(position):
    style = text_style("Up", f'style:text-position="{position}"')
    assert figure("12" + span("1", "Up"), style) == "12¹"


def test_a_lowered_figure_is_not_sure():
    style = text_style("Low", 'style:text-position="sub 58%"')
    assert figure("12" + span("1", "Low"), style).endswith("\ufffd")


def test_symbols_are_characters_of_their_fonts():
    fonts = '<style:font-face style:name="S" svg:font-family="Symbol"/>'
    style = text_style("S", 'style:font-name="S"')
    assert figure(span("\uf031\uf032", "S"), style, fonts) == "12"
    assert figure(span("\uf0e6", "S"), style, fonts) == "\ufffd"


# Tables.


def texts(document) -> list[list[str | None]]:
    grid = next(document.tables()).grid()
    return [[one.text if one else None for one in line] for line in grid]


WANTED = [["甲", "甲", "乙"], ["甲", "甲", "1"], ["丙", "2", "3"]]
WIDE = cell("甲", number_columns_spanned="2", number_rows_spanned="2")


@pytest.mark.parametrize(
    "rows",
    [
        (
            row(WIDE, COVERED, cell("乙")),
            row(COVERED, COVERED, cell("1")),
            row(cell("丙"), cell("2"), cell("3")),
        ),
        (
            row(WIDE, COVERED, cell("乙")),
            row('<table:covered-table-cell table:number-columns-repeated="2"/>', cell("1")),
            row(cell("丙"), cell("2"), cell("3")),
        ),
        # no covered cells: as scripts write it
        (row(WIDE, cell("乙")), row(cell("1")), row(cell("丙"), cell("2"), cell("3"))),
    ],
)
def test_merged_cells_stand_where_they_are_drawn(rows):
    assert texts(odt(table(*rows))) == WANTED


def test_wrappers_around_rows_are_seen_through():
    head = f"<table:table-header-rows>{HEAD}</table:table-header-rows>"
    group = row(cell("规章"), cell("1"), cell("2"))
    body = (
        f"<table:table>{head}<table:table-row-group>{group}</table:table-row-group></table:table>"
    )

    assert texts(odt(body))[1] == ["规章", "1", "2"]


def test_repeated_rows_and_cells_stand_as_often():
    body = table(
        HEAD,
        row(cell("规章"), cell("1", number_columns_repeated="2")),
        row(cell("规范性文件"), cell("2"), cell("3"), number_rows_repeated="2"),
    )
    assert texts(odt(body))[1:] == [["规章", "1", "1"]] + [["规范性文件", "2", "3"]] * 2


def test_what_lies_below_a_merged_cell_is_said():
    below = f"<table:covered-table-cell>{p('77')}</table:covered-table-cell>"
    document = odt(table(HEAD, row(cell("规章", number_columns_spanned="2"), below, cell("3"))))

    assert "77" not in str(texts(document))
    assert [one.kind for one in document.doubts] == [DoubtKind.STRAY_TEXT]


def test_rows_that_are_put_away_are_left_out():
    flat = (
        '<style:style style:name="Flat" style:family="table-row">'
        '<style:table-row-properties style:row-height="0.5pt"/></style:style>'
    )
    body = table(
        HEAD,
        row(cell("规章"), cell("9"), cell("9"), visibility="collapse"),
        row(cell("规章"), cell("8"), cell("8"), style_name="Flat"),
        row(cell("规章"), cell("1"), cell("2")),
    )
    document = odt(body, flat)

    assert texts(document)[1:] == [["规章", "1", "2"]]
    assert [one.kind for one in document.doubts] == [DoubtKind.STRAY_TEXT]


def test_a_span_over_rows_that_are_put_away_is_shorter():
    body = table(
        row(cell("甲", number_rows_spanned="3"), cell("一"), cell("1")),
        row(COVERED, cell("二"), cell("2"), visibility="collapse"),
        row(COVERED, cell("三"), cell("3")),
        row(cell("乙"), cell("四"), cell("4")),
    )
    assert texts(odt(body)) == [["甲", "一", "1"], ["甲", "三", "3"], ["乙", "四", "4"]]


def test_a_table_in_a_cell_of_data_leaves_no_blank_behind():
    inner = table(row(cell("1"), cell("2")), row(cell("3"), cell("4")))
    holding = f"<table:table-cell>{inner}<text:p/></table:table-cell>"
    rows = [row(cell(f"第{one}行"), cell("1"), cell("2")) for one in "一二三四"]
    document = odt(table(HEAD, *rows, row(cell("规章"), holding, cell("3"))))

    outer, within = document.tables()
    assert outer.grid()[5][1].text == "\ufffd"
    assert [one.text for one in within.cells] == ["1", "2", "3", "4"]


# Lists and sections.

_LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1"'
    ' style:num-format="一, 二, 三, ..." style:num-suffix="、"/>'
    '<text:list-level-style-number text:level="2" style:num-prefix="（" style:num-suffix="）"'
    ' style:num-format="一, 二, 三, ..."/>'
    '<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="2"'
    ' loext:num-list-format="第%2%.%3%项"/>'
    '<text:list-level-style-bullet text:level="4" text:bullet-char="•"/></text:list-style>'
)


def item(*within: str, start: str = "") -> str:
    said = f' text:start-value="{start}"' if start else ""
    return f"<text:list-item{said}>{''.join(within)}</text:list-item>"


def listed(*items: str, said: str = "") -> str:
    return f'<text:list text:style-name="L"{said}>{"".join(items)}</text:list>'


def nested(*items: str) -> str:
    return f"<text:list>{''.join(items)}</text:list>"


def paragraphs(body: str) -> list[str]:
    return [one.text for one in odt(body, _LIST).paragraphs()]


def test_lists_number_what_they_hold():
    within = nested(item(p("甲")), item(p("乙")))
    deeper = nested(item(nested(item(p("丙")))))
    body = listed(item(p("总体"), p("又")), item(p("公开"), within), item(deeper))

    assert paragraphs(body) == [
        "一、总体", "又", "二、公开", "（一）甲", "（二）乙", "第二.1项丙",
    ]  # fmt: skip


def test_lists_go_on_where_they_say_so():
    first = listed(item(p("甲")), said=' xml:id="one"')
    body = (
        first
        + listed(item(p("乙")), said=' text:continue-numbering="true"')
        + listed(item(p("丙")))
        + listed(item(p("丁")), said=' text:continue-list="one"')
        + listed(item(p("戊"), start="9"))
    )
    assert paragraphs(body) == ["一、甲", "二、乙", "一、丙", "三、丁", "九、戊"]


def test_headers_of_lists_and_bullets_have_no_number():
    header = f"<text:list-header>{p('标题')}</text:list-header>"
    assert paragraphs(listed(header, item(p("甲")))) == ["标题", "一、甲"]


def test_sections_and_paragraphs_that_are_hidden_are_left_out():
    hidden = f'<text:section text:display="none">{p("九")}</text:section>'
    shown = f"<text:section>{p('一')}</text:section>"
    gone = p('二<text:hidden-paragraph text:is-hidden="true"/>')

    assert paragraphs(hidden + shown + gone) == ["一"]


def test_a_section_from_another_file_that_is_not_there_is_said():
    linked = '<text:section><text:section-source xlink:href="b.odt"/></text:section>'
    assert [one.kind for one in odt(p("一") + linked).doubts] == [DoubtKind.TRUNCATED]


def test_deleted_text_is_left_out():
    deletion = f"<text:deletion>{p('99')}</text:deletion>"
    changes = f"<text:tracked-changes><text:changed-region>{deletion}</text:changed-region>"
    assert paragraphs(f"{changes}</text:tracked-changes>{p('1<text:change/>2')}") == ["12"]


# Packages.


def test_it_is_found_by_content_under_any_name():
    source = packed(content(p("一")))
    assert detect(source, "报告.doc").format is Format.ODT
    assert detect(packed(content(p("一")), first=False), "a.zip").format is Format.ODT


def refused(source: bytes) -> RefusalCode:
    with pytest.raises(Refusal) as caught:
        read(source, detect(source, "a.odt"))
    assert caught.value.message
    assert caught.value.message_en
    return caught.value.code


def package(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", MIMETYPE)
        for name, text in members.items():
            made.writestr({"manifest": "META-INF/manifest.xml"}.get(name, f"{name}.xml"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (package(content="<a/>"), RefusalCode.CORRUPT),
        (package(content="<office:document-content"), RefusalCode.CORRUPT),
        (package(content="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), RefusalCode.CORRUPT),
        (
            package(content="\x8f", manifest="<manifest:encryption-data/>"),
            RefusalCode.ENCRYPTED,
        ),
        (package(content=content(" " * 30_000_000)), RefusalCode.TOO_COMPLEX),
        (
            package(content=content(table(row(cell("1"), number_rows_repeated="999999")))),
            RefusalCode.TOO_COMPLEX,
        ),
        (
            package(content=content(table(row(cell("1", number_columns_repeated=MANY))))),
            RefusalCode.TOO_COMPLEX,
        ),
        (package(content=content("<text:section>" * 60 + "</text:section>" * 60)),
         RefusalCode.TOO_COMPLEX),
        (package(content=content("<text:span>" * 9_000)), RefusalCode.TOO_COMPLEX),
        (packed(content(p("一")))[:-40], RefusalCode.CORRUPT),
    ],
)  # fmt: skip
def test_broken_and_hostile_packages(source, code):
    assert refused(source) is code


def test_spans_in_spans_are_read_however_deep():
    shown = "<text:span>" * 500 + "12" + "</text:span>" * 500
    assert figure(shown) == "12"


@needs_writer
def test_what_libreoffice_makes_of_a_docx_reads_to_the_same_figures(tmp_path):
    for name, wanted, found in converted_docx("odt", tmp_path):
        assert found == wanted, name
