"""Pages to documents: what a browser shows is what is read."""

from __future__ import annotations

import base64
import subprocess
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from drawn import drawn, grids, lines, outline
from hypothesis import example, given
from hypothesis import strategies as st
from office import needs_writer

from tasks.detect import detect
from tasks.model.document import Document, DoubtKind, Format, Paragraph, Table
from tasks.model.limits import MAX_CELLS, MAX_DEPTH
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.grid import Span, joined_edges, placed_to_grid, rows_to_cells
from tasks.read.html import read_html
from tasks.render.wording import told

HERE = Path(__file__).parent
BLANK = HERE.parents[2].parent / "shared" / "samples" / "blank-2021.docx"


def read(page: str) -> Document:
    source = f"<!doctype html><meta charset=utf-8>{page}".encode()
    return read_html(source, detect(source, ""))


def tables(page: str) -> list[str]:
    return [drawn(table) for table in read(page).tables()]


def cell(content: str) -> str:
    """The text of a cell with this content."""
    [table] = read(f"<table><tr><td>{content}</td><td>x<td>y</tr></table>{'文' * 99}").tables()
    return table.cells[0].text


# Rows, columns and spans.


def test_heads_bodies_feet_and_the_caption() -> None:
    [table] = read("""
        <table>
          <caption>表 <b>二</b></caption>
          <tfoot><tr><td>合计<td>3</tfoot>
          <thead><tr><th>项<th>数</thead>
          <tbody><tr><td rowspan=0>a<td>1<tr><td>2</tbody>
        </table>""").tables()
    assert table.caption == "表 二"
    assert drawn(table) == lines("""
        项 数
        a 1
        ^ 2
        合计 3
    """)


@pytest.mark.parametrize(
    ("span", "drawing"),
    [
        ("2", "a < b"),
        (" +2 ", "a < b"),
        ("2px", "a < b"),
        ("0", "a b ."),
        ("-2", "a b ."),
        ("two", "a b ."),
        ("", "a b ."),
        ("1.9", "a b ."),
    ],
)
def test_spans_as_browsers_read_them(span: str, drawing: str) -> None:
    [first] = tables(f'<table><tr><td colspan="{span}">a<td>b<tr><td>c<td>d<td>e</table>')
    assert first.splitlines()[0] == drawing


@pytest.mark.parametrize("span", ["1000000000", "9" * 5_000])
def test_spans_beyond_all_measure(span: str) -> None:
    page = f"<table><tr><td colspan={span}>a<tr><td rowspan={span}>b<td>c<tr><td>d</table>"
    assert tables(page) == ["a <\nb c\n^ d"]


def test_overlapping_spans_are_doubted() -> None:
    [table] = read(
        "<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c<tr><td>d<td>e</table>"
    ).tables()
    assert drawn(table) == "a b\nc ^\nd e"
    assert [doubt.kind for cell in table.cells for doubt in cell.doubts] == [
        DoubtKind.OVERLAPPING_SPAN
    ]


# Malformed markup.


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tr><td><span>a<td><font><b>b<tr><td>c</td><td>d",
        "<table><tbody><td>a</td><td>b</td></tr><td>c</td><td>d</td></tr></tbody></table>",
        "<p><table width=100% border=0><tr height=20><td width=5>a<td>b<tr><td>c<td>d</table>",
        "<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr>",
        "<table><form><tr><td>a</td><td>b</td></tr></form><tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><td>a</td></div><td>b</td></tr></span><tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><th>a</td><td>b</th></tr><tr><td>c</td><td>d</td></tr></tabel></table>",
        "<div><table><tr><td><div>a<td><div>b<tr><td><p>c<td><ul><li>d</table>",
        "<TABLE><TR><TD>a</TD><TD>b</TD></TR><TR><TD>c</TD><TD>d</TD></TR></TABLE>",
    ],
)
def test_the_same_table_however_badly_written(page: str) -> None:
    assert tables(page) == ["a b\nc d"]


def test_a_page_that_breaks_off_is_doubted() -> None:
    document = read("<html><body><table><tr><td>a<td>b<tr><td>c<td cla")
    assert [drawn(table) for table in document.tables()] == ["a b\nc ."]
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.TRUNCATED]


def test_what_stands_in_no_cell_comes_before_its_table() -> None:
    page = "<table>前<tr>中<td>a<td>b</tr>后</table>尾"
    assert outline(read(page)) == ["前中后", "[a b]", "尾"]


# Text.


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a  \n b", "a b"),
        ("政府信息\r\n    公开", "政府信息公开"),
        ("规章\n0", "规章 0"),
        ("商业<br>企业", "商业\n企业"),
        ("<p>商业</p><p>企业</p>", "商业\n企业"),
        ("<div>商业<div>企业</div></div>", "商业\n企业"),
        ("商业<br/><br/>企业", "商业\n\n企业"),
        ("<span>行</span><span>政<b>许</b></span>\n<span>可</span>", "行政许可"),
        ("&nbsp;12&nbsp;", "12"),
        ("\u3000\u3000规章\u3000", "规章"),
        ("1&nbsp;&nbsp;2", "1  2"),
        ("<o:p>&nbsp;</o:p>", ""),
        ("12<o:p></o:p>", "12"),
        ("1\u200b2&shy;3&zwnj;4\ufeff", "1234"),
        ("&lt;3 &amp; &#x89c4;&#31456;", "<3 & 规章"),
        ("<ruby>標<rp>(</rp><rt>biāo</rt><rp>)</rp></ruby>題", "標題"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<input type=text value=12><input type=hidden value=9><input value=万>", "12万"),
        ("<input type=checkbox value=1>是", "是"),
        ("<select><option>否<option selected>是</select>", "是"),
        ("<select><option>否</option><option>是</option></select>", "否"),
        ("<textarea>12</textarea>", "12"),
        ("0<script>document.write(1)</script><style>td{}</style><!-- 2 -->", "0"),
        ("0<template>1</template><noscript>2</noscript>", "0"),
        ("0<iframe srcdoc='<p>1</p>'>2</iframe>", "0\n1"),
        ("0<i style='display: none'>1</i><i hidden>2</i>", "0"),
        ("0<i style='color:red;DISPLAY:NONE'>1<b>2</b></i>3", "03"),
        ("0<i style='mso-hide:all'>1</i>", "0"),
        ("0<i style='font-size: 0'>1</i>", "0"),
        ("<i style='font-size:0px'>1<b style='font-size:14px'>2</b></i>", "2"),
        ("<i style='font-size:0.9em'>1</i>", "1"),
        ("<i style='font-size:0'>1<font size=3>2</font></i>", "2"),
        ("0<i style='opacity:0;color:red'>1<b style='opacity:1'>2</b></i>", "0"),
        ("<i style='opacity:0.5'>1</i>", "1"),
        ("0<i style='position:absolute;left:-9999px'>1</i>", "0"),
        ("0<i style='text-indent: -999em'>1</i>", "0"),
        ("<i style='position:relative;left:-2px'>1</i>", "1"),
        ("<i style='position:relative;left:50%;margin-left:-500px;width:1000px'>1</i>", "1"),
        ("<i style='position:absolute;left:50%;margin-left:-4900px'>1</i>", "1"),
        ("<i style='margin-left:-100px;background-position:0 0'>1</i>", "1"),
        ("<i style='text-indent:2em;margin-left:-120pt'>1</i>", "1"),
        ("<i style='position:relative;top:-100px'>1</i>", "1"),
        ("<i style='position:absolute;left:-1000%'>1</i>", "1"),
        ("<i style='position:absolute;top:-100px'>1</i>", "1"),
        ("<i style='opacity:;color:red'>1</i>", "1"),
        ("0<i style='opacity:.0'>1</i>", "0"),
        ("0<i style='position:absolute;clip: rect(0, 0, 0, 0)'>1</i>", "0"),
        ("0<i style='height:0;overflow:hidden'>1</i>", "0"),
        ("<i style='visibility:hidden'>1<b style='visibility:visible'>2</b></i>", "2"),
        ("<del>1</del><ins>2</ins>", "2"),
        ("a\x00b\x01c", "abc"),
    ],
)
def test_text_as_it_is_shown(content: str, text: str) -> None:
    assert cell(content) == text


def test_a_cell_of_no_display_is_no_cell_and_an_invisible_one_is() -> None:
    page = "<table><tr><td>a<td style='display:none'>b<td style='visibility:hidden'>c<td>d</table>"
    assert tables(page) == ["a _ d"]


@pytest.mark.parametrize(
    "attribute", ["hidden", "style='display:none'", "style=visibility:collapse"]
)
def test_a_row_that_is_not_shown(attribute: str) -> None:
    assert tables(f"<table><tr {attribute}><td>a<td>b<tr><td>c<td>d</table>") == ["c d"]


@pytest.mark.parametrize(
    "style", ["opacity:0", "font-size:0", "height:0;overflow:hidden", "opacity:0;font-size:0"]
)
def test_a_block_with_a_table_that_scripts_or_sheets_reveal_is_in_sight(style: str) -> None:
    page = (
        f"<i style=opacity:0>x</i><div class=fadeIn style='{style}'><h1>报告</h1>"
        f"<p style='{style}'>y</p><div style='{style}'><table><tr><td>a<td>b</table></div></div>"
        "<div style=opacity:0>z</div>"
    )
    assert outline(read(page)) == ["报告", "[a b]"]


def test_a_table_where_nobody_sees_it_is_told() -> None:
    document = read("<p>a<div style='position:absolute;left:-9999px'><table><td>b</table></div>")
    assert outline(document) == ["a"]
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.STRAY_TEXT]


def test_each_block_is_a_paragraph_in_reading_order() -> None:
    page = """<body><h1>报告</h1>正文<div>一<p>二<br>三</p>四</div>
        <table><tr><td>a<td>b</table><table><tr><td>c<td>d</table><p>&nbsp;</p>五"""
    assert outline(read(page)) == ["报告", "正文", "一", "二\n三", "四", "[a b]", "[c d]", "五"]


def test_a_table_flattened_into_paragraphs_stays_paragraphs() -> None:
    page = "<p>行政许可</p><p>0</p><p>行政处罚</p><p>12</p>"
    assert outline(read(page)) == ["行政许可", "0", "行政处罚", "12"]


def test_lines_are_paragraphs_where_only_the_tables_are_of_a_page() -> None:
    """Markdown with tables in HTML."""
    table = "<table><tr><td>a\nb<td>c<tr><td>d<td><br>e</table>"
    source = f"# 某县某局2023年报告\n\n一、总体情况\n正文。\n\n{table}\n二、其他\n".encode()
    document = read_html(source, detect(source, ""))
    assert outline(document) == [
        "# 某县某局2023年报告",
        "一、总体情况",
        "正文。",
        "[a~b c]",
        "二、其他",
    ]


def test_preformatted_text_keeps_its_lines_and_tabs() -> None:
    assert outline(read("<pre>规章\t0\n\n行政许可\t 12\n</pre>")) == ["规章\t0\n\n行政许可\t 12"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title> 某县\n财政局 </title>", "某县财政局"),
        ('<meta name="ArticleTitle" content="某局报告">', "某局报告"),
        ('<title></title><meta property="og:title" content="某局报告">', "某局报告"),
        ('<title>a</title><meta name="ArticleTitle" content="b">', "a"),
        ("", ""),
    ],
)
def test_titles(head: str, title: str) -> None:
    assert read(f"<head>{head}</head><body><svg><title>x</title></svg>文").title == title


def test_a_frameset_has_no_content() -> None:
    page = "<frameset cols='*'><frame src=a.html><noframes>旧浏览器</noframes></frameset>"
    assert read(page).blocks == ()


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<ol><li>国家秘密<li>其他</ol>", ["1.国家秘密", "2.其他"]),
        (
            "<ol start=3><li><p>甲</p><p>乙</p><li value=8>a<li>b</ol>",
            ["3.甲", "乙", "8. a", "9. b"],
        ),
        ("<ol type=A><li>甲<ol><li>乙</ol><li>丙</ol>", ["A.甲", "1.乙", "B.丙"]),
        ("<ol><li>1.甲<li>（二）乙<li>③丙</ol>", ["1.甲", "（二）乙", "③丙"]),
        ("<ol style='list-style: none'><li>甲</ol><ul><li>乙</ul>", ["甲", "乙"]),
    ],
)
def test_numbers_of_lists(page: str, shown: list[str]) -> None:
    assert outline(read(page)) == shown


# Where.


def test_places_are_paths_that_lead_there() -> None:
    source = b"<html><body><div>x</div><div><p>a<table><tr><td>b<td>c<tr><td>d<td>e</table></div>"
    document = read_html(source, detect(source, ""))
    soup = BeautifulSoup(source, "lxml")
    paragraph, table = document.blocks[1:]
    assert isinstance(paragraph, Paragraph)
    assert isinstance(table, Table)
    assert paragraph.where.path == "/html/body/div[2]/p[1]"
    assert table.where.path == "/html/body/div[2]/table[1]"
    for found in table.cells:
        node = soup
        for step in (found.where.path or "").strip("/").split("/"):
            name, _, number = step.rstrip("]").partition("[")
            node = node.find_all(name, recursive=False)[int(number or 1) - 1]
        assert node.get_text(strip=True) == found.text


# Tables within tables.

INNER = "<table><tr><td>规章<td>0<tr><td>许可<td>1</table>"


@pytest.mark.parametrize(
    "page",
    [
        f"<table><tr><td>头<tr><td>{INNER}<tr><td>尾</table>",
        f"<table><tr><td><table><tr><td>头</table><tr><td>{INNER}<tr><td>尾</table>",
        f"<table><tr><td>头</td></tr><tr><td></td><td>{INNER}</td></tr><tr><td>尾</td></tr></table>",
        f"<table role=presentation><tr><td>头<td>{INNER}<td>尾</table>",
        f"<table><tr><td><table><tr><td>头<table><tr><td>{INNER}</table></table>尾</table>",
    ],
)
def test_layout_tables_are_poured_out(page: str) -> None:
    assert outline(read(page)) == ["头", "[规章 0]", "尾"]


def test_a_table_within_a_data_cell_follows_its_table() -> None:
    page = f"""<table><tr><td>a<td>b<td>c<tr><td>d<td>e {INNER}<td>f</table>"""
    first, second = read(page).tables()
    assert drawn(first) == "a b c\nd e f"
    assert drawn(second) == "规章 0\n许可 1"
    assert (first.id, second.id) == ("t1", "t2")


def test_a_frame_within_a_data_cell_is_its_text() -> None:
    page = "<table><tr><td>a<td><table><tr><td>b</table><tr><td>c<td>d</table>"
    assert tables(page) == ["a b\nc d"]


def test_an_article_beside_a_menu_is_no_data() -> None:
    text = "工作情况。" * 300
    page = f"<table><tr><td><p>菜单</p><p>首页</p></td><td><p>{text}</p><p>完</p></td></table>"
    assert outline(read(page)) == ["菜单", "首页", text, "完"]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<img src=/figures/12.png>", "\ufffd"),
        ("<input type=text name=a>", "\ufffd"),
        ("<input type=text value=''>", ""),
        ("<input type=hidden name=a>", ""),
        ("<img src=/images/spacer.gif>", ""),
        ("<img src=a.gif width=1 height=20>", ""),
        ("<img src=/icons/up.png> 12", "12"),
        ("<span style='visibility:hidden'><img src=a.png></span>", ""),
    ],
)
def test_a_cell_that_shows_something_else_than_text_is_not_blank(content: str, shown: str) -> None:
    [table] = read(f"<table><tr><td>规章<td>{content}<tr><td>文件<td>1</table>").tables()
    assert table.cells[1].text == shown


# Tables that are one row each.

ROWS = (
    "<td>项<td>上年<td>本年",
    "<td>许可<td>3<td>1",
    "<td>规章<td><td>",
    "<td colspan=2>收费<td>9",
)


def row_tables(*rows: str, between: str = "") -> str:
    return between.join(f"<table><tr>{row}</table>" for row in rows)


def test_rows_that_are_tables_each_are_one_table() -> None:
    assert tables(row_tables(*ROWS)) == ["项 上年 本年\n许可 3 1\n规章 _ _\n收费 < 9"]


def test_one_cell_between_rows_reaches_over_them() -> None:
    page = row_tables(*ROWS[:2], "<td>第（五）项", *ROWS[2:])
    assert tables(page) == ["项 上年 本年\n许可 3 1\n第（五）项 < <\n规章 _ _\n收费 < 9"]


@pytest.mark.parametrize(
    "page",
    [
        row_tables(*ROWS[1:3]),  # too few to be told from layout
        row_tables(*ROWS[1:4], between="<p>文</p>"),
        row_tables("<td>甲<td>乙", "<td>标题<td><td>", "<td>丙<td>丁<td>戊<td>己"),
        row_tables("<td>标题<td><td>", "<td>副题<td><td>", "<td>单位<td><td>"),
        row_tables(*ROWS[:2], f"<td>{'文' * 200}<td>1<td>2", ROWS[3]),
    ],
)
def test_tables_that_merely_follow_each_other_stay_apart(page: str) -> None:
    assert all(len({c.row for c in table.cells}) == 1 for table in read(page).tables())


def test_a_table_with_a_table_in_it_is_no_row_of_another() -> None:
    page = row_tables(*ROWS[:2], f"<td>a{INNER}<td>b<td>c<td>d<td>e", *ROWS[2:])
    assert "规章 0\n许可 1" in tables(page)


def test_a_table_cut_in_pieces_keeps_its_columns_in_each() -> None:
    first = "<table><tr><td>办理结果<td>公开<td>1<tr><td><td>不公开<td>2</table>"
    last = "<table><tr><td colspan=2>总计<td>3<tr><td colspan=2>结转<td>4</table>"
    assert tables(first + "<p>&nbsp;" + last)[1] == "总计 < 3\n结转 < 4"


# Tables that are not made of <table>.


@pytest.mark.parametrize(
    "page",
    [
        """<div role=table><div role=rowgroup><div role=row><span role=columnheader>a</span>
        <span role=columnheader>b</span></div></div><div role=row><div role=rowheader>c</div>
        <div role=cell>d</div></div></div>""",
        """<div style="display:table"><div style="display:table-row">
        <div style="display: table-cell">a</div><div style="display:table-cell">b</div></div>
        <div style="display:table-row"><div style="display:table-cell">c</div>
        <div style="display:table-cell">d</div></div></div>""",
        """<div class=tr><div class=td>a</div><div class=td>b</div></div>
        <div class="tr odd"><div class=td>c</div><div class=td>d</div></div>""",
        """<ul class=tr><li class=th>a</li><li class=th>b</li></ul>
        <ul class=tr><li class=td>c</li><li class=td>d</li></ul>""",
    ],
)
def test_roles_styles_and_classes_make_tables(page: str) -> None:
    assert outline(read(f"<p>头</p>{page}<p>尾</p>")) == ["头", "[a b]", "尾"]
    assert tables(page) == ["a b\nc d"]


def test_aria_spans() -> None:
    page = """<div role=table><div role=row><i role=cell aria-colspan=2>a</i></div>
        <div role=row><i role=cell>b</i><i role=cell>c</i></div></div>"""
    assert tables(page) == ["a <\nb c"]


# Exports of Word and WPS.


def test_exports_of_word_and_wps() -> None:
    source = (HERE / "documents" / "word-export.html").read_bytes()
    detection = detect(source, "word-export.doc")
    document = read_html(source, detection)
    assert (document.format, document.encoding) == (Format.HTML, "gb18030")
    assert document.title == "某县档案馆2023年政府信息公开工作年度报告"
    [table] = document.tables()
    assert drawn(table) == (HERE / "documents" / "word-export.grid").read_text("utf-8").strip()
    assert outline(document)[0] == "二、主动公开政府信息情况"


def test_a_page_in_a_mime_message_reads_like_the_page() -> None:
    page = (HERE / "documents" / "word-export.html").read_bytes()

    source = (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
        b"Content-Type: text/html; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(page)
        + b"--b--\n"
    )
    plain, packed = (read_html(each, detect(each, "")) for each in (page, source))
    assert packed == plain


# Limits.


@pytest.mark.parametrize("depth", [260, 5_000])
@pytest.mark.parametrize("tag", ["div", "span", "font"])
def test_deep_pages_are_read_in_full(depth: int, tag: str) -> None:
    page = f"<{tag}>" * depth + INNER + "底" + f"</{tag}>" * depth + "<p>尾"
    assert outline(read(page)) == ["[规章 0]", "底", "尾"]


def test_frames_in_frames() -> None:
    page = "<table><tr><td>" * 1_500 + INNER + "</table>" * 1_500
    assert tables(page) == ["规章 0\n许可 1"]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<div>" * 100_000 + "x", id="depth"),
        pytest.param("<table><tr><td>" * 100_000 + "x", id="tables in tables"),
        pytest.param("<b>" * (MAX_DEPTH - 10) + "</i>" * 2_100_000, id="ends without beginnings"),
        pytest.param("<table>" + "<tr><td>" * (MAX_CELLS + 1), id="cells"),
        pytest.param("<p>" + "规章" * 10_100_000, id="text"),
    ],
)
def test_pages_beyond_all_measure_are_refused_at_once(page: str) -> None:
    source = f"<!doctype html>{page}".encode()
    detection = detect(source, "")
    before = time.process_time()
    with pytest.raises(Refusal) as refusal:
        read_html(source, detection)
    assert refusal.value.code is RefusalCode.TOO_COMPLEX
    assert time.process_time() - before < 20


def test_many_rows_take_time_in_proportion() -> None:
    def seconds(rows: int) -> float:
        source = ("<table>" + "<tr><td>规章<td>0<td>1" * rows + "</table>").encode()
        detection = detect(source, "")
        before = time.process_time()
        read_html(source, detection)
        return time.process_time() - before

    seconds(500)
    # 16 times the rows; were each row to look at all the others, 256 times the time.
    assert seconds(16_000) < 80 * max(seconds(1_000), 0.01)


# Properties.


def as_html(rows: list[list[Span]]) -> str:
    def cells(row: list[Span]) -> Iterator[str]:
        for span in row:
            text = escape(span.text).replace("\n", "<br>")
            yield f"<td rowspan={span.rowspan} colspan={span.colspan}>{text}</td>"

    return "<table>" + "".join(f"<tr>{''.join(cells(row))}</tr>" for row in rows) + "</table>"


@given(grids())
def test_a_grid_written_as_html_reads_back(rows: list[list[Span]]) -> None:
    grid = placed_to_grid(joined_edges(rows_to_cells([rows])))
    if len(grid.cells) < 5 or not any(c.text for c in grid.cells):  # may be a frame
        return
    assert tables(as_html(rows)) == [drawn(grid.table("t1"))]


@given(grids())
def test_beautiful_soup_sees_the_same_cells(rows: list[list[Span]]) -> None:
    """A peer that shares only the tokeniser: the texts of the cells, in order."""
    page = as_html(rows)
    cells = BeautifulSoup(page, "html.parser").find_all("td")
    if len(cells) < 5 or not any(found.text for found in cells):
        return
    [table] = read(page).tables()
    seen = [found.get_text("\n" if found.br else "").strip() for found in cells]
    assert [found.text for found in table.cells] == seen


TAGS = (
    *("<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=2>", "<td colspan=3>", "</td>"),
    *("<th>", "<tbody>", "</tbody>", "<tfoot>", "<caption>", "</caption>", "<div>", "</div>", "a"),
    *("<div class=tr>", "<div class=td>", "<p>", "<br>", "<div role=table>", "<select>", "<b>"),
)


@given(st.lists(st.sampled_from(TAGS), max_size=40))
@example(["<td>", "a", "<caption>", "<div class=td>", "a", "<td>"])
def test_any_soup_of_tags_is_read_and_no_text_is_lost(tags: list[str]) -> None:
    document = read("".join(tags) + "z")
    letters = "".join(
        block.text
        if isinstance(block, Paragraph)
        else block.caption + "".join(found.text for found in block.cells)
        for block in document.blocks
    )
    if "<select>" not in tags:
        assert letters.count("a") == tags.count("a")
        assert letters.count("z") == 1


# Real documents.


@needs_writer
@pytest.mark.skipif(not BLANK.exists(), reason="the shared samples are not beside the repository")
@pytest.mark.slow
def test_the_blank_form_as_libreoffice_exports_it(tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "html", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(BLANK)], check=True, capture_output=True, timeout=180)
    source = (tmp_path / "blank-2021.html").read_bytes()
    sizes = [(t.n_rows, t.n_columns) for t in read_html(source, detect(source, "")).tables()]
    assert sizes == [(14, 4), (28, 10), (4, 15)]


# What stands beside a figure.


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("12<sup>1</sup>", "12¹"),
        ("12<sup> [3]</sup>", "12³"),
        ("12<span style='font-size:8px;vertical-align: super'>（2）</span>", "12²"),
        ("<b>12</b><sup><a href=#>1</a></sup>", "12¹"),
        ("1<sup>st</sup>", "1st"),
        ("12<sub>3</sub>", "12[3]"),
    ],
)
def test_a_raised_number_is_no_digit_of_the_figure(content: str, shown: str) -> None:
    assert cell(content) == shown


@pytest.mark.parametrize(
    "struck",
    [
        "<s>9</s>",
        "<STRIKE>9</STRIKE>",
        '<span style="color:red;text-decoration:line-through">9</span>',
        '<p style="TEXT-DECORATION: underline line-through"><b>9</b></p>',
    ],
)
def test_struck_text_is_left_out_and_told(struck: str) -> None:
    assert cell(f"{struck}12") == "12"
    document = read(f"<table><tr><td>{struck}12<td>甲<tr><td>3<td>乙</table>")
    [doubt] = document.doubts
    assert doubt.kind is DoubtKind.STRAY_TEXT
    assert "'9'" in told(doubt.says, "en")
    assert doubt.where.path


def test_a_row_of_blanks_among_rows_that_are_tables() -> None:
    rows = ("<td>一<td>二<td>三", "<td>甲<td>1<td>2", "<td><td><td>", "<td>乙<td>3<td>4")
    page = "".join(f"<table><tr>{row}</table>" for row in rows)
    [table] = read(page).tables()
    assert [cell.text for cell in table.grid()[2] if cell] == ["", "", ""]
