"""Lines that were broken at a width are put together, and others left alone."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable

import pytest

from tasks.identify.wrapped import paragraphs
from tasks.model.document import Cell, Document, Format, Paragraph, Table

LONG = (
    "2023年，本机关共收到政府信息公开申请135件，上年结转14件，全年共办结政府信息公开申请148件，"
    "其中予以公开36件、部分公开22件、不予公开18件，结转下年度继续办理1件，"
    "因政府信息公开引发的行政复议35件、行政诉讼12件，均已依法办理。"
)
TITLE = "霁川县财政局2023年政府信息公开工作年度报告"


#: Of nearly one length, as headings often are.
HEADINGS = [
    "一、主动公开政府信息的总体情况及有关数据",
    "二、收到和处理政府信息公开申请的有关情况",
    "三、因政府信息公开被申请行政复议诉讼情况",
    "四、政府信息公开工作存在的问题及改进情况",
]


def texts(*lines: str, format: Format = Format.TEXT) -> list[str]:
    blocks = tuple(Paragraph(text=line) for line in lines)
    return list(paragraphs(Document(format=format, blocks=blocks)))


def by_characters(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width)


def by_columns(text: str, width: int) -> list[str]:
    lines, used = [""], 0
    for sign in text:
        wide = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used + wide > width:
            lines.append("")
            used = 0
        lines[-1] += sign
        used += wide
    return lines


@pytest.mark.parametrize(("broken", "width"), [(by_characters, 28), (by_columns, 50)])
@pytest.mark.parametrize("in_one_block", [False, True])
def test_a_text_broken_at_a_width(broken: Callable, width: int, in_one_block: bool) -> None:
    lines = [TITLE, *broken(LONG, width), "无。"]

    found = texts("\n".join(lines)) if in_one_block else texts(*lines)

    assert found == [TITLE, LONG, "无。"]


def test_paragraphs_of_different_length_stay() -> None:
    lines = [TITLE, "一、总体情况", LONG, LONG[:80], LONG[:90], LONG[:30]]

    assert texts(*lines) == lines


@pytest.mark.parametrize("format", list(Format))
def test_headings_of_one_length_stay(format: Format) -> None:
    lines = [TITLE, *HEADINGS, "霁川县财政局", "2024年1月12日"]

    assert texts(*lines, format=format) == lines


@pytest.mark.parametrize("format", [Format.HTML, Format.DOCX, Format.PDF])
def test_blocks_of_one_length_are_no_broken_lines_where_blocks_are_told(format: Format) -> None:
    lines = by_characters(LONG, 28)

    assert texts(*lines, format=format) == lines
    assert texts("\n".join(lines), format=format) == [LONG]


def test_a_numbered_or_ended_line_is_no_middle_of_a_paragraph() -> None:
    lines = by_characters(LONG, 28)
    ended = ["一是加强组织领导和制度建设，进一步提高政府信息公开工作。", *HEADINGS[:1]]

    assert texts(*lines, *ended, "无。") == [LONG, *ended, "无。"]
    assert texts(*lines, HEADINGS[0] + "工作成效和经验做法", "（一）无。", "无。") == [
        LONG,
        HEADINGS[0] + "工作成效和经验做法",
        "（一）无。",
        "无。",
    ]


def test_a_table_ends_a_paragraph() -> None:
    table = Table(id="t1", n_rows=1, n_columns=1, cells=(Cell(text="规章", row=0, column=0),))
    first, second = by_characters(LONG, 30), by_characters(LONG, 30)
    blocks = (
        *(Paragraph(text=line) for line in first),
        table,
        *(Paragraph(text=line) for line in second),
    )

    assert list(paragraphs(Document(format=Format.TEXT, blocks=blocks))) == [LONG, LONG]


def test_a_menu_and_a_title_of_one_length_are_no_broken_text() -> None:
    lines = [
        "霁川县人民政府门户网站",
        "首页 政务公开 互动交流",
        "霁川县公安局交通警察大队",
        "2022年",
        "政府信息公开工作年度报告",
        "2022年，公开信息40条。",
    ]

    assert texts(*lines) == lines
