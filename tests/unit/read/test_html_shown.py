"""What a browser shows of a cell and its source does not say, and the reverse."""

from __future__ import annotations

import pytest
from drawn import drawn

from tasks.detect import detect
from tasks.model.document import Document, DoubtKind, Paragraph
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.html import read_html
from tasks.render.wording import told

#: Stands for what is shown and not read.
UNREAD = "\ufffd"
ROWS = "<tr><td>甲<td>1</tr><tr><td>乙<td>2</tr>"


def read(page: str) -> Document:
    source = f"<!doctype html><meta charset=utf-8>{page}".encode()
    return read_html(source, detect(source, ""))


def cell(sheet: str, content: str, attributes: str = "") -> str:
    """The text of a cell with this content in a page with this sheet."""
    style = f"<style>{sheet}</style>" if sheet else ""
    row = f"<tr><td {attributes}>{content}</td><td>x</td><td>y</td></tr>"
    [table] = read(f"{style}<table>{row}{ROWS}</table>{'文' * 99}").tables()
    return table.cells[0].text


# --- what sheets put into elements -------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "content", "attributes", "shown"),
    [
        ("td[data-v]::before{content:attr(data-v)}", "", "data-v=12", "12"),
        ("td[data-v]:after{content:attr( DATA-V ) ' 件'}", "", "data-v=12", "12 件"),
        ("td::before{content:attr(data-v, '7')}", "", "", "7"),
        ("td[title='1 2']:before{content:'a' attr(title) \"b\"}", "", "title='1 2'", "a1 2b"),
        (".n{font-size:0} .n::before{font-size:14px;content:'12'}", "9", "class=n", "12"),
        (".n b::before{content:'1'} .n b::after{content:'3'}", "<b>2</b>", "class=n", "123"),
        (".n::before{content:'\\31\\32 '}", "", "class=n", "12"),
        (".n::before{content:'\\201c'}", "1", "class=n", "“1"),
        (".n::before{content:'1' / 'one'}", "", "class=n", "1"),
        (".n::before{content:'1';display:none}", "2", "class=n", "2"),
        (".n::before{content:'1';visibility:hidden}", "2", "class=n", "2"),
        (".n::before{content:'1'} td.n::before{content:none}", "2", "class=n", "2"),
        (":root{--v:'7'} .n::before{content:var(--v)}", "", "class=n", "7"),
        (".n::before{content:var(--v, attr(title))}", "", "class=n title=12", "12"),
        ("*|td.n::before{content:'4'}", "", "class=n", "4"),
        (".n::before{content:'1'!important} td.n::before{content:'3'}", "2", "class=n", "12"),
        (".n::before{content:'1';display:block}", "2", "class=n", "1\n2"),
        (".n:empty::before{content:'0'}", "", "class=n", "0"),
        (".n:empty::before{content:'0'}", "12", "class=n", "12"),
        (".n:not(:empty)::after{content:'5'}", "1", "class=n", "15"),
        (".n::before{content:'';display:table}", "2", "class=n", "2"),
        ("td{ &.n::before{content:'4'} }", "", "class=n", "4"),
        ("i::before{content:'4'}", "<svg width=9 height=9></svg>", "", ""),
    ],
)
def test_what_a_sheet_puts_into_an_element_is_read(
    sheet: str, content: str, attributes: str, shown: str
) -> None:
    assert cell(sheet, content, attributes) == shown


@pytest.mark.parametrize(
    ("sheet", "content", "shown"),
    [
        (".n::before{content:counter(row)}", "", UNREAD),
        (".n::before{content:counter(row)}", "12", f"12{UNREAD}"),
        (".n::before{content:counter(row)}", "本年新收申请", "本年新收申请"),
        (".n::before{content:var(--v)}", "", UNREAD),
        (".n{--v:'1'} .n::before{content:var(--v)}", "", UNREAD),
        (":root{--v:'1'} :root{--v:'2'} .n::before{content:var(--v)}", "", UNREAD),
        (".n::before{content:url(12.png)}", "", UNREAD),
        ("", "<ol start=12><li></li></ol>", UNREAD),
        ("", "<ol><li></li></ol><p>5</p>", f"5{UNREAD}"),
        ("", "<x-number value=12></x-number>", UNREAD),
        ("", "<x-number>12</x-number>", "12"),
        (".n{content:url(12.png)}", "12", f"12{UNREAD}"),
        (".n:last-child::before{content:'1'}", "", UNREAD),
        (".n:has(b)::before{content:'1'}", "", UNREAD),
        ("@supports (display:grid){.n::before{content:'1'}}", "2", f"2{UNREAD}"),
        ("@media (hover){.n::before{content:'1'}}", "", UNREAD),
        ("@layer base{.n::before{content:'1'}}", "", UNREAD),
        (".n::first-letter{font-size:0}", "12", f"12{UNREAD}"),
        (".n{background-image:url(12.png)}", "", UNREAD),
        (".n i{background:url(digits.png) -8px 0}", "<i></i>", UNREAD),
        (".n li{list-style-type:'12'}", "<ul><li></li></ul>", UNREAD),
    ],
)
def test_what_is_put_in_otherwise_makes_a_cell_unreadable(
    sheet: str, content: str, shown: str
) -> None:
    assert cell(sheet, content, "class=n") == shown


def test_a_sheet_that_puts_a_text_into_a_row_makes_a_cell() -> None:
    page = f"<style>tr.n::before{{content:'9'}}</style><table><tr class=n><td>1</tr>{ROWS}</table>"
    [table] = read(page).tables()
    assert drawn(table).splitlines()[0] == "9 1"


# --- selectors ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "selector",
    [
        "[data-a]",
        "[data-a=x]",
        "[data-a='X' i]",
        "[data-a^=x]",
        "b[data-a$='x']",
        "[class~=two]",
        "i + .one",
        "i ~ .one",
        "td > i + b",
        ":is(.one, .none)",
        ":where(td) .two",
        ".one:not(.x)",
        "b:nth-child(2)",
        "b:nth-child(even)",
        "b:nth-of-type(1)",
        "b:first-of-type",
        "td b:nth-child(-n+2)",
        "tbody .one",
        "table > tbody > tr > td > b",
        ":root b",
        ".one:not(:hover)",
        ".one:not(.a, .b)",
        "td>.one",
        "tr:first-child b",
        ".\\6fne, .one",
        ".sm\\:one",
    ],
)
def test_selectors_that_fit(selector: str) -> None:
    content = '<i>x</i><b class="one two sm:one" data-a=x>9</b>12'
    assert cell(f"{selector}{{display:none}}", content) == "x12"


@pytest.mark.parametrize(
    "selector",
    [
        "[data-b]",
        "[data-a=X]",
        "[data-a^='']",
        "[data-a~='']",
        "b + i",
        ".one ~ .one",
        ":is(.none)",
        "b:nth-child(1)",
        "b:nth-child(odd)",
        "b:nth-of-type(2)",
        "table > tr b",
        ".one:not(b)",
        ".one:hover",
        "td:not(.x):hover b",
        ".one::selection",
        "b .one",
        "b:not(",
        "tr:nth-child(2) b",
        ".one:visited",
    ],
)
def test_selectors_that_do_not_fit(selector: str) -> None:
    content = '<i>x</i><b class="one two" data-a=x>9</b>12'
    assert cell(f"{selector}{{display:none}}", content) == "x912"


@pytest.mark.parametrize("selector", ["b:last-child", "td:has(b) b", "b:only-of-type"])
def test_selectors_of_which_it_is_not_known_whether_they_fit(selector: str) -> None:
    assert cell(f"{selector}{{display:none}}", "<b>9</b>12") == f"912{UNREAD}"


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("@media screen", "12"),
        ("@media not print", "12"),
        ("@media only screen and (min-width: 640px)", "12"),
        ("@media print, screen", "12"),
        ("@media (max-width: 640px)", "912"),
        ("@media print", "912"),
        ("@media not all", "912"),
        ("@media (min-width: 1200px)", f"912{UNREAD}"),
        ("@media (prefers-color-scheme: dark)", f"912{UNREAD}"),
    ],
)
def test_conditions_on_the_screen(condition: str, shown: str) -> None:
    assert cell(f"{condition}{{.n{{display:none}}}}", "<b class=n>9</b>12") == shown


# --- what is not seen --------------------------------------------------------------------


@pytest.mark.parametrize(
    "style",
    [
        "color:#fff",
        "color:white",
        "color:rgb(255 255 255)",
        "color:transparent",
        "color:#ffffff00",
        "color:#fefefe",
        "color:hsl(0,0%,100%)",
        "color:#369;background:#369",
        "width:1px;height:1px;overflow:hidden;position:absolute",
        "clip-path:inset(100%)",
        "clip-path:circle(0)",
        "max-width:0;overflow:hidden;display:inline-block",
        "font:0/0 a",
        "transform:translateX(-9999px)",
        "transform:scale(0)",
        "opacity:.01",
        "opacity:0%",
        "filter:opacity(0)",
        "content-visibility:hidden",
        "position:fixed;top:9999px",
        "font-size:.5px",
        "position:absolute;right:-9999em",
        "display:inline-block;scale:0",
        "display:none;display:invisible",
    ],
)
def test_what_nobody_sees_is_left_out(style: str) -> None:
    assert cell("", f'<b style="{style}">9</b>12') == "12"
    assert cell(f".old{{{style}}}", "<b class=old>9</b>12") == "12"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<td bgcolor=#336699><font color=white>12</font>", "12"),
        ("<td style='background:url(a.png) #036;color:#fff'>12", "12"),
        ("<td style='background:linear-gradient(#036, #048)'><font color=#FFFFFF>12</font>", "12"),
        ("<td style='color:#fff;background:#fff'><b style='color:#000'>12</b>", "12"),
        ("<td style='background:url(a.png);color:#fff'>12", f"12{UNREAD}"),
        ("<td style='background:var(--b);color:#fff'>12", f"12{UNREAD}"),
        ("<td style='background:url(a.png);color:#fff'>自然人", "自然人"),
    ],
)
def test_a_light_text_is_seen_on_a_dark_ground(page: str, shown: str) -> None:
    [table] = read(f"<table><tr>{page}</td><td>x<td>y</tr>{ROWS}</table>{'文' * 99}").tables()
    assert table.cells[0].text == shown


def test_a_light_text_is_in_doubt_where_a_sheet_was_not_sent() -> None:
    head = "<link rel=stylesheet href=site.css>"
    [table] = read(
        f"{head}<table><tr><td style='color:#fff'>12<td>x</tr>{ROWS}</table>{'文' * 99}"
    ).tables()
    assert table.cells[0].text == f"12{UNREAD}"


def test_a_colour_may_have_a_name_of_the_pages_own() -> None:
    content = "<b class=old>9</b>12"
    assert cell(":root{--paper:#fff} .old{color:var(--paper)}", content) == "12"
    assert cell(".dark{--paper:#fff} .old{color:var(--paper)}", content) == "912"
    assert cell(":root{--ink:#fff} html{--ink:#000} .old{color:var(--ink)}", content) == "912"


def test_a_text_in_the_colour_of_its_ground_is_told() -> None:
    page = f"<table><tr><td>甲<td>3<font color=#ffffff>45</font></tr>{ROWS}</table>"
    document = read(page)
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.STRAY_TEXT]
    assert "45" in told(document.doubts[0].says, "zh")


@pytest.mark.parametrize(
    "content",
    [
        "12<span class=MsoFootnoteReference>1</span>",
        "12<a style='mso-footnote-id:ftn1'>1</a>",
        "12<i style='position:relative;top:-.5em;font-size:70%'>1</i>",
        "12<i style='vertical-align:5px;font-size:8px'>[1]</i>",
        "12<i style='vertical-align:text-top;font-size:9px'>1</i>",
        "12<i style='vertical-align:top;font-size:6.5pt'>1</i>",
        "12<sup>1</sup>",
    ],
)
def test_a_mark_is_no_digit_of_the_figure(content: str) -> None:
    assert cell("", content) == "12¹"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("12<sup>1,2</sup>", "12[1,2]"),
        ("<i style='vertical-align:sub'>1</i>2", "[1]2"),
        ("<b style='float:right'>2</b><b style='float:right'>1</b>", f"21{UNREAD}"),
        ("<b style='float:right'>12</b>", "12"),
        ("12<b style='float:right'>件</b>", "12件"),
        ("1<b style='font-size:50%'>2</b>", f"12{UNREAD}"),
        ("1<i style='position:relative;left:-20px'>2</i>", f"12{UNREAD}"),
        (
            "<span style='display:flex;flex-direction:row-reverse'><b>2</b><b>1</b></span>",
            f"21{UNREAD}",
        ),
        ("<b style='transform:scaleX(-1);display:inline-block'>12</b>", f"12{UNREAD}"),
        ("<b style='-webkit-text-security:disc'>12</b>", f"12{UNREAD}"),
        ("<b style='clip-path:inset(0 50% 0 0)'>12</b>", f"12{UNREAD}"),
        ("1<b style='font-variant-position:super'>2</b>", f"12{UNREAD}"),
        ("1<b style='font-variant:super'>2</b>", f"12{UNREAD}"),
    ],
)
def test_figures_that_are_seen_otherwise_than_written(content: str, shown: str) -> None:
    assert cell("", content) == shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<bdo dir=rtl>21</bdo>", "12"),
        ("<bdo dir=rtl>2<b>1</b></bdo>0", "120"),
        ("<bdo dir=ltr>12</bdo>", "12"),
        ("<span style='unicode-bidi:bidi-override;direction:rtl'>21</span>", "12"),
        ("<span dir=rtl>12</span>", "12"),
        ("<span dir=rtl><bdi>2</bdi><bdi>1</bdi></span>", f"21{UNREAD}"),
        ("<span dir=rtl><bdi>12</bdi>件</span>", "12件"),
        ("<span dir=rtl><b dir=ltr>2</b>1</span>", f"21{UNREAD}"),
        (
            "<p dir=rtl><b style='display:inline-block'>2</b><b style='display:inline-block'>1</b>",
            f"21{UNREAD}",
        ),
        ("<p dir=rtl style='display:grid'><b>2</b><b>1</b>", f"21{UNREAD}"),
        ("<p dir=rtl><b>1</b><b>2</b>", "12"),
        ("<bdo dir=rtl>21<br>43</bdo>", "12\n34"),
        ("&#x202e;21&#x202c;0", "120"),
        ("<p>&#x202e;21</p><p>3</p>", "12\n3"),
        ("&#x202e;2&#x202d;1&#x202c;3", f"213{UNREAD}"),
        ("<bdo dir=rtl><bdo dir=ltr>12</bdo>3</bdo>", f"321{UNREAD}"),
    ],
)
def test_characters_that_run_backwards(content: str, shown: str) -> None:
    assert cell("", content) == shown


# --- drawings, fields, what is held back -------------------------------------------------


@pytest.mark.parametrize(
    ("drawing", "shown"),
    [
        ("<svg width=40 height=20><text x=2 y=15>138</text></svg>", "138"),
        (
            "<svg width=40 height=20><title>9</title><text x=2 y=15>1<tspan>2</tspan></text></svg>",
            "12",
        ),
        (
            "<svg viewBox='0 0 40 20'><rect width=9 height=9 />"
            "<text x='50%' y=15 text-anchor=middle>1</text></svg>",
            "1",
        ),
        ("<svg width=60 height=20><text x=2 y=15>1</text><text x=11 y=15>2</text></svg>", "12"),
        ("<svg width=60 height=20><text x=11 y=15>2</text><text x=2 y=15>1</text></svg>", "12"),
        ("<svg width=90 height=20><text x=2 y=15>1</text><text x=60 y=15>2</text></svg>", UNREAD),
        ("<svg width=40 height=20><text>138</text></svg>", UNREAD),
        ("<svg width=10 height=20><text x=2 y=15>138</text></svg>", UNREAD),
        ("<svg width=40 height=20><text x=2 y=15 fill=none>138</text></svg>", UNREAD),
        ("<svg width=40 height=20><text x='2 9 1' y=15>138</text></svg>", UNREAD),
        ("<svg width=40 height=20><text x=2 y=15 dx='0 -20'>138</text></svg>", UNREAD),
        (
            "<svg width=40 height=20><g transform='scale(-1 1)'><text x=2 y=15>1</text></g></svg>",
            UNREAD,
        ),
        (
            "<svg width=40 height=20><text x=2 y=15>1</text><rect width=99 height=99 /></svg>",
            UNREAD,
        ),
        ("<svg width=40 height=20><path d='M0 0'/></svg>", UNREAD),
        ("5<svg width=40 height=20><text>138</text></svg>", f"5{UNREAD}"),
        ("5<svg width=12 height=12><path d='M0 0'/></svg>", "5"),
        ("<canvas>12</canvas>", UNREAD),
        ("<object data=a.svg>12</object>", UNREAD),
        ("<embed src=a.svg>", UNREAD),
        ("<meter value=3>12</meter>", UNREAD),
        ("<iframe src=a.html>12</iframe>", UNREAD),
        ("<math><mn>12</mn></math>", "12"),
        ("<math><msup><mn>1</mn><mn>2</mn></msup></math>", f"12{UNREAD}"),
        ("<input type=password value=12>", UNREAD),
        ("<input type=button value=12>", "12"),
        ("<input type=hidden value=12>", ""),
        ("<select><option>1<option selected>2</select>", "2"),
        ("<select><option label=7>1</select>", "7"),
        ("<select multiple><option>1<option>2</select>", f"12{UNREAD}"),
        ("<details><summary>12</summary>其中 5</details>", "12"),
        ("<details open><summary>12</summary>5</details>", "12\n5"),
        ("<dialog>9</dialog>12", "12"),
        ("<div popover>9</div>12", "12"),
        ("<dialog open>9</dialog>", "9"),
        ("<b hidden=until-found>9</b>12", "12"),
        ("<noscript>9</noscript>12", "12"),
        ("<template>9</template>12", "12"),
    ],
)
def test_what_is_no_plain_text(drawing: str, shown: str) -> None:
    assert cell("", drawing) == shown


def test_tables_that_are_held_back_are_read_where_they_are_the_page() -> None:
    table = f"<table>{ROWS}</table>"
    folded = f"<details><summary>表</summary>{table}</details>"
    assert [len(one.cells) for one in read(folded).tables()] == [4]
    beside = read(f"{folded}<table>{ROWS}<tr><td>丙<td>3</tr></table>")
    assert [len(one.cells) for one in beside.tables()] == [6]
    assert [doubt.kind for doubt in beside.doubts] == [DoubtKind.STRAY_TEXT]


# --- pages in pages ----------------------------------------------------------------------


def test_a_frame_stands_in_its_place() -> None:
    frame = f"<style>td{{color:#000}}</style><p>乙</p><table>{ROWS}</table>".replace('"', "&quot;")
    document = read(f'<p>甲</p><iframe srcdoc="{frame}"><p>无</p></iframe><p>丙</p>')
    assert [type(block) is Paragraph for block in document.blocks] == [True, True, False, True]
    named = read(f'<iframe src="about:blank" srcdoc="{frame}"></iframe>')
    assert len([*named.tables()]) == 1
    hidden = read(f'<p>甲</p><iframe width=0 srcdoc="{frame}"></iframe>')
    assert not [*hidden.tables()]


def test_a_sheet_in_a_frame_is_for_the_frame() -> None:
    frame = "<style>b{display:none}</style><b>9</b>乙"
    texts = [
        block.text
        for block in read(f'<p><b>甲</b></p><iframe srcdoc="{frame}"></iframe>').paragraphs()
    ]
    assert texts == ["甲", "乙"]


def test_frames_without_end_are_refused() -> None:
    page = "<p>1</p>"
    for _ in range(12):
        page = '<iframe srcdoc="{}"></iframe>'.format(
            page.replace("&", "&amp;").replace('"', "&quot;")
        )
    with pytest.raises(Refusal) as refused:
        read(page)
    assert refused.value.code is RefusalCode.TOO_COMPLEX


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<div><template shadowrootmode=open><p>1</p></template><p>2</p></div>", ["1"]),
        (
            "<div><template shadowrootmode=open><p>1</p><slot></slot></template><p>2</p></div>",
            ["1", "2"],
        ),
        (
            "<div><p slot=a>2</p><template shadowrootmode=open><slot name=a></slot><p>1</p>"
            "</template></div>",
            ["2", "1"],
        ),
        ("<div><template shadowrootmode=open><slot><p>3</p></slot></template></div>", ["3"]),
        ("<x-a><template shadowrootmode=open><p>1</p></template></x-a>", ["1"]),
        ("<div><template><p>1</p></template><p>2</p></div>", ["2"]),
        (
            "<style>p{display:none}</style>"
            "<div><template shadowrootmode=open><p>1</p></template></div>",
            ["1"],
        ),
        (
            "<div><template shadowrootmode=open><style>p{display:none}</style><p>1</p><slot></slot>"
            "</template><p>2</p></div><p>3</p>",
            ["2", "3"],
        ),
        (
            "<div><template shadowrootmode=open><section><template shadowrootmode=open>"
            "<p>1</p><slot></slot>"
            "</template><p>2</p></section></template></div>",
            ["1", "2"],
        ),
    ],
)
def test_shadow_trees(page: str, texts: list[str]) -> None:
    assert [block.text for block in read(page).paragraphs()] == texts


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (":host{display:none}", f"129{UNREAD}"),
        (":host(.n){color:#fff}", f"129{UNREAD}"),
        (":host(.m){color:#fff}", "129"),
        (":host::before{content:'1'}", f"129{UNREAD}"),
        (":host(.n) i{display:none}", "12"),
        (":host i{display:none}", "12"),
        (":host-context(table) i{display:none}", f"129{UNREAD}"),
        (":host{display:block}", "129"),
        (":root i{display:none}", "129"),
    ],
)
def test_what_a_shadow_tree_says_of_its_host(rule: str, shown: str) -> None:
    tree = f"<template shadowrootmode=open><style>{rule}</style><i>9</i></template>"
    assert cell("", f"12<x-a class=n>{tree}</x-a>") == shown


def test_a_shadow_tree_may_name_its_sheet() -> None:
    sheet = "<link rel=stylesheet href='data:text/css,i%7Bdisplay:none%7D'>"
    tree = f"<template shadowrootmode=open>{sheet}<i>9</i>12</template>"
    assert cell("", f"<x-a>{tree}</x-a>") == "12"


def test_a_browser_that_saves_shadow_trees_leaves_out_their_sheets() -> None:
    tree = "<x-a><template shadowmode=open><i>9</i></template></x-a>"
    document = message((HTML, f"<table><tr><td>{tree}12</table>"))
    [doubt] = document.doubts
    assert "影子树的样式表" in told(doubt.says, "zh")


def message(*parts: tuple[str, str], parameters: str = "") -> Document:
    """A saved page: headers and body of each part."""
    body = "".join(f"--b\r\n{headers}\r\n\r\n{text}\r\n" for headers, text in parts)
    source = (
        f"MIME-Version: 1.0\r\nContent-Type: multipart/related; {parameters}boundary=b\r\n\r\n"
        f"{body}--b--\r\n"
    ).encode()
    return read_html(source, detect(source, ""))


HTML = "Content-Type: text/html; charset=utf-8"
TABLE = f"<table>{ROWS}</table>"


@pytest.mark.parametrize(
    ("frame", "headers"),
    [
        ("<iframe src='cid:f@x'></iframe>", "Content-ID: <f@x>"),
        ("<iframe src='http://a/b.html#t'></iframe>", "Content-Location: http://a/b.html"),
        ("<iframe src='b.html'></iframe>", "Content-Location: http://a/b.html"),
        (
            "<base href='http://c/d/'><iframe src=b.html></iframe>",
            "Content-Location: http://c/d/b.html",
        ),
        ("<frameset><frame src='x%20y/b.htm'></frameset>", "Content-Location: http://a/x y/b.htm"),
        ("<object data='cid:f@x' type=text/html></object>", "Content-ID: <f@x>"),
    ],
)
def test_a_frame_of_a_saved_page(frame: str, headers: str) -> None:
    root = (f"{HTML}\r\nContent-Location: http://a/i.html", f"<title>t</title>{frame}")
    document = message(root, (f"{HTML}\r\n{headers}", TABLE))
    assert [len(one.cells) for one in document.tables()] == [4]
    assert document.doubts == ()


def test_a_page_that_no_frame_shows_is_told() -> None:
    document = message((HTML, "<p>首页</p>"), (f"{HTML}\r\nContent-ID: <f@x>", TABLE))
    assert [*document.tables()] == []
    assert [doubt.kind for doubt in document.doubts] == [DoubtKind.STRAY_TEXT]


def test_the_root_of_a_saved_page_need_not_come_first() -> None:
    parts = ((f"{HTML}\r\nContent-ID: <n@x>", "<p>导航"), (f"{HTML}\r\nContent-ID: <r@x>", TABLE))
    assert [len(t.cells) for t in message(*parts, parameters='start="<r@x>"; ').tables()] == [4]
    assert [*message(*parts, parameters='start="<n@x>"; ').tables()] == []
    assert [*message(*parts, parameters='start="<gone@x>"; ').tables()] == []


@pytest.mark.parametrize("header", ["Content-Location: cid:s@x", "Content-ID: <s@x>"])
def test_a_sheet_that_was_sent_along_is_the_pages_own(header: str) -> None:
    head = "<link rel=stylesheet href='cid:s@x'>"
    page = f"{head}<table><tr><td>1<b class=o>9</b><td>x</tr>{ROWS}</table>"
    document = message((HTML, page), (f"Content-Type: text/css\r\n{header}", ".o{display:none}"))
    assert next(document.tables()).cells[0].text == "1"


def test_sheets_that_ask_for_sheets() -> None:
    kind = "Content-Type: text/css\r\nContent-Location: http://a/"
    page = (
        f"{HTML}\r\nContent-Location: http://a/i.html",
        f"<link rel=stylesheet href=s/a.css>"
        f"<table><tr><td>1<b class=o>9</b><td>x</tr>{ROWS}</table>",
    )
    first = (f"{kind}s/a.css", "@import 'b.css';")
    second = (f"{kind}s/b.css", "@import url(../c.css) screen;")
    last = (f"{kind}c.css", "@import 's/a.css'; .o{display:none}")
    assert next(message(page, first, second, last).tables()).cells[0].text == "1"
    assert next(message(page, first, second).tables()).cells[0].text == "19"


def test_a_page_that_frames_itself_is_shown_once() -> None:
    root = f"{HTML}\r\nContent-Location: http://a/i.html"
    document = message((root, f"{TABLE}<iframe src=i.html></iframe>"))
    assert [len(one.cells) for one in document.tables()] == [4]


def test_a_sheet_in_an_address_is_the_pages_own() -> None:
    head = "<link rel=stylesheet href='data:text/css,.o%7Bdisplay:none%7D'>"
    [table] = read(f"{head}<table><tr><td>1<b class=o>9</b><td>x</tr>{ROWS}</table>").tables()
    assert table.cells[0].text == "1"
