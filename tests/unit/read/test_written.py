"""Tables that pages and letters write out with signs."""

from __future__ import annotations

from html import escape

import pytest
from drawn import drawn, outline

from tasks.detect import detect
from tasks.model.document import Document, Table
from tasks.read import read
from tasks.read.html import read_html

ROWS = ["信息内容 | 本年制发件数 | 现行有效件数", "规章 | 0 | 1", "行政规范性文件 | 2 | 30"]
GRID = "信息内容 本年制发件数 现行有效件数\n规章 0 1\n行政规范性文件 2 30"


def page(body: str) -> Document:
    source = f"<!doctype html><meta charset=utf-8><body>{body}".encode()
    return read(source, detect(source, ""))


@pytest.mark.parametrize(
    "body",
    [
        "<pre>" + "\n".join(ROWS) + "</pre>",
        "<div>" + "<br/>".join(ROWS) + "</div>",
        "".join(f"<p>{row}</p>" for row in ROWS),
        "<pre>" + "\n".join(row.replace(" | ", "\t") for row in ROWS) + "</pre>",
        "<p>" + "<br>".join(f"| {row} |" for row in ROWS) + "</p>",
        "<pre>" + "\n".join([f"| {ROWS[0]} |", "|---|---|---|", *map("| {} |".format, ROWS[1:])]),
    ],
)
def test_rows_of_signs_are_a_table_between_its_paragraphs(body: str) -> None:
    document = page(f"<p>二、主动公开</p>{body}<p>三、收到和处理。</p>")

    before, table, after = document.blocks
    assert isinstance(table, Table)
    assert drawn(table) == GRID
    assert not table.columns_sure
    assert (outline(document)[0], outline(document)[2]) == ("二、主动公开", "三、收到和处理。")
    assert before.where.path == "/html/body/p[1]"
    assert after.where.path
    assert table.cells[0].where.path


def test_tables_are_numbered_in_order_with_the_page_s_own() -> None:
    own = "<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    document = page(own + "<pre>" + "\n".join(ROWS) + "</pre>" + own)

    assert [table.id for table in document.tables()] == ["t1", "t2", "t3"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>首页 | 公开 | 互动</p><p>正文。</p>",
        "<p>首页 | 公开 | 互动</p><p>字号：大 | 中 | 小</p>",
        "<p>甲。</p><p>乙|丙</p><p>丁。</p><p>戊。</p>",
        "<pre>" + escape("第一行\n第二行\n第三行") + "</pre>",
    ],
)
def test_what_is_no_table_stays_as_it_was(body: str) -> None:
    source = f"<!doctype html><meta charset=utf-8><body>{body}".encode()

    assert page(body) == read_html(source, detect(source, ""))
