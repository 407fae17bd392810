"""Style sheets inside of pages: what they hide is not read, and that is told."""

from __future__ import annotations

import pytest

from tasks.detect import detect
from tasks.model.document import Document, DoubtKind
from tasks.read.html import read_html

ROWS = "<tr><td>甲<td>1</tr><tr><td>乙<td>2</tr>"


def read(sheet: str, body: str, **opening: str) -> Document:
    said = "".join(f' {name}="{value}"' for name, value in opening.items())
    page = f"<!doctype html><meta charset=utf-8><style{said}>{sheet}</style>{body}</html>"
    return read_html(page.encode(), detect(page.encode(), ""))


def cell(sheet: str, content: str) -> str:
    document = read(sheet, f"<table><tr><td class=c>{content}</td><td>x<td>y</tr>{ROWS}</table>")
    return next(document.tables()).cells[0].text


@pytest.mark.parametrize(
    "sheet",
    [
        ".old { display: none }",
        ".a, .old{color:red;DISPLAY:NONE}",
        "span.old {display:none}",
        "td .old{display:none}",
        "td>span{display:none}",
        ".c > .old.really{display:none}",
        "#one{visibility:hidden}",
        "* .old{display:none}",
        "<!-- /* .old{} */ .old{display:none} -->",
        ".old{display:none",
        "@import url(x.css); .old{display:none}",
        ".old{display:inline} .old{display:none}",
        "span{display:inline} .old{display:none}",
        ".old{display:none} span{display:inline}",
        ".old{display:none!important} .old{display:inline}",
        ".old{text-decoration: line-through red}",
    ],
)
def test_what_a_sheet_hides_is_no_content(sheet: str) -> None:
    assert cell(sheet, '<span class="old really" id=one>9</span>12') == "12"


@pytest.mark.parametrize(
    "sheet",
    [
        ".other{display:none}",
        "b.old{display:none}",
        "tr>span.old{display:none}",
        ".old:hover{display:none}",
        ".old[x]{display:none}",
        ".old + b{display:none}",
        "@media print{.old{display:none}}",
        "@media (max-width:9px){ .old{display:none} .c{display:none} }",
        "/* .old{display:none} */",
        ".old{display:none} .old{display:inline}",
        ".old{display:none} #one{display:inline}",
    ],
)
def test_what_no_rule_hides_is_read(sheet: str) -> None:
    assert cell(sheet, '<span class="old" id=one>9</span>12') == "912"


def test_the_style_of_an_element_outweighs_its_sheet_unless_that_is_important() -> None:
    shown = '<span class=old style="display:inline">9</span>12'
    assert cell(".old{display:none}", shown) == "912"
    assert cell(".old{display:none !important}", shown) == "12"


def test_sheets_for_paper_and_sheets_in_comments_are_none() -> None:
    rule = ".old{display:none}"
    body = f"<table><tr><td class=old>9<td>x<td>y</tr>{ROWS}</table>"
    paper = read(rule, body, media="print")
    assert next(paper.tables()).cells[0].text == "9"
    remark = read("p{}", f"<!-- <style>{rule}</style> -->{body}")
    assert next(remark.tables()).cells[0].text == "9"


def test_hidden_tables_and_rows_are_told_and_hidden_menus_are_not() -> None:
    rule = ".old{display:none}"
    table = f"<table>{ROWS}</table>"
    hidden = read(rule, f"<div class=old><table><tr><td>丙<td>9</table></div>{table}")
    assert [len(one.cells) for one in hidden.tables()] == [4]
    assert [doubt.kind for doubt in hidden.doubts] == [DoubtKind.STRAY_TEXT]
    row = read(rule, f"<table><tr class=old><td>丙<td>9</tr>{ROWS}</table>")
    assert [len(one.cells) for one in row.tables()] == [4]
    assert [doubt.kind for doubt in row.doubts] == [DoubtKind.STRAY_TEXT]
    menu = read(rule, f"<ul class=old><li>首页 12</ul>{table}")
    assert menu.doubts == ()


def test_a_page_whose_tables_are_all_hidden_is_shown_by_a_script() -> None:
    document = read(".tab{display:none}", f"<div class=tab><table>{ROWS}</table></div>")
    assert [len(one.cells) for one in document.tables()] == [4]


def test_tables_by_class() -> None:
    sheet = ".t{display:table} .r{display:table-row} .r b{display:table-cell}"
    body = "<div class=t><p class=r><b>甲</b><b>1</b></p><p class=r><b>乙</b><b>2</b></p></div>"
    [table] = read(sheet, body).tables()
    assert (table.n_rows, table.n_columns) == (2, 2)
