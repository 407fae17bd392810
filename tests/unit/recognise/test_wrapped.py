"""Lines that were broken at a width are put together, and others left alone."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable

import pytest

from tasks.model.document import Cell, Document, Format, Paragraph, Table
from tasks.recognise.wrapped import paragraphs

LONG = (
    "2023年，本机关共收到政府信息公开申请135件，上年结转14件，全年共办结政府信息公开申请148件，"
    "其中予以公开36件、部分公开22件、不予公开18件，结转下年度继续办理1件，"
    "因政府信息公开引发的行政复议35件、行政诉讼12件，均已依法办理。"
)
TITLE = "霁川县财政局2023年政府信息公开工作年度报告"


def texts(*lines: str) -> list[str]:
    blocks = tuple(Paragraph(text=line) for line in lines)
    return list(paragraphs(Document(format=Format.TEXT, blocks=blocks)))


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


def test_a_table_ends_a_paragraph() -> None:
    table = Table(id="t1", n_rows=1, n_columns=1, cells=(Cell(text="规章", row=0, column=0),))
    first, second = by_characters(LONG, 30), by_characters(LONG, 30)
    blocks = (
        *(Paragraph(text=line) for line in first),
        table,
        *(Paragraph(text=line) for line in second),
    )

    assert list(paragraphs(Document(format=Format.TEXT, blocks=blocks))) == [LONG, LONG]
