"""Rows that are tables of their own below their labels -> one table, by their order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pictures import table

from tasks.model.document import Block, Document, Format, Paragraph, Table
from tasks.recognise import recognise
from tasks.recognise.mend import Gathered, with_gathered_rows, without_gathered_rows

HEADS = "数据1 | 数据2 | 数据3 | 数据4 | 数据5 | 数据6 | 总计"
ROWS = {
    "一、本年新收政府信息公开申请数量": "3 | 1 | 0 | 0 | 0 | 0 | 4",
    "二、上年结转政府信息公开申请数量": "0 | 0 | 0 | 0 | 0 | 0 | 0",
    "（一）予以公开": "2 | 1 |  | / | 0 | 0 | 3",
    "1.属于国家秘密": "1 | 0 | 0 | 0 | 0 | 0 | 1",
    "（七）总计": "3 | 1 | 0 | 0 | 0 | 0 | 4",
    "四、结转下年度继续办理": "0 | 0 | 0 | 0 | 0 | 0 | 0",
}


def document(*blocks: Block | str) -> Document:
    return Document(
        format=Format.HTML,
        blocks=tuple(Paragraph(text=b) if isinstance(b, str) else b for b in blocks),
    )


def below_labels(heads: str = HEADS, **changed: str) -> list[Block | str]:
    """A label and a table each."""
    blocks: list[Block | str] = []
    for number, (label, figures) in enumerate({**ROWS, **changed}.items(), 1):
        blocks += [label, table(f"{heads}\n{figures}" if heads else figures, id=f"t{number}")]
    return blocks


def gathered(*blocks: Block | str) -> list[Gathered]:
    return [t for t in with_gathered_rows(document(*blocks)).tables() if isinstance(t, Gathered)]


@pytest.mark.parametrize(
    "heads",
    [
        HEADS,
        "",
        "Column1 | Column2 | Column3 | Column4 | Column5 | Column6 | Column7",
        "A | B | C | D | E | F | G",
        "列一 | 列二 | 列三 | 列四 | 列五 | 其他 | 总计",
        "自然人 | 数据 | 数据 | 数据 | 数据 | 数据 | 合计",
        " | | | | | | ",
    ],
)
def test_rows_below_their_labels_are_one_table(heads):
    (found,) = gathered(*below_labels(heads))

    assert [cell.text for cell in found.cells if cell.column == 0] == list(ROWS)
    last = 2 if heads else 1
    assert [found.at(c) for c in found.cells if c.row == 0][1:] == [
        f"t1/r{last}c{column}" for column in range(1, 8)
    ]


def test_what_is_read_so_is_marked():
    _, report, findings = recognise(document("政府信息公开", *below_labels()))

    assert report is not None
    values = report.values["requests"]
    assert [v.value for v in values["new"].values()] == [3, 1, 0, 0, 0, 0, 4]
    assert [v.kind.value for v in values["granted"].values()][2:4] == ["blank", "dash"]
    (order,) = [f for f in findings if f.rule == "extraction.placed_by_order"]
    assert "requests.new.natural_person" in order.cells


def test_the_document_keeps_its_tables():
    given = document(*below_labels())
    after, _, _ = recognise(given)

    assert without_gathered_rows(with_gathered_rows(given)) == given
    assert list(after.tables()) == list(given.tables())


def test_the_label_may_be_the_caption_or_the_first_row():
    captions = [
        replace(table(f"{HEADS}\n{figures}"), caption=label) for label, figures in ROWS.items()
    ]
    titles = [
        table(f"{label} | < | < | < | < | < | <\n{HEADS}\n{figures}")
        for label, figures in ROWS.items()
    ]

    assert [found.n_rows for found in gathered(*captions)] == [6]
    assert [found.n_rows for found in gathered(*titles)] == [6]


def test_groups_stand_between():
    blocks = below_labels()
    (found,) = gathered(*blocks[:6], "（三）不予公开", *blocks[6:])

    assert [cell.text for cell in found.cells if cell.column == 0][3] == "（三）不予公开"


def _labels_alone() -> list[Block | str]:
    return list(ROWS)


@pytest.mark.parametrize(
    "blocks",
    [
        below_labels("总计 | 数据1 | 数据2 | 数据3 | 数据4 | 数据5 | 数据6"),
        below_labels("商业企业 | 自然人 | 数据3 | 数据4 | 数据5 | 数据6 | 总计"),
        # nothing ties: the last may be no total
        below_labels(**dict.fromkeys(ROWS, "1 | 2 | 3 | 4 | 5 | 6 | 7")),
        # one figure too few or too many
        below_labels(HEADS.rpartition(" | ")[0], **dict.fromkeys(ROWS, "0 | 0 | 0 | 0 | 0 | 0")),
        below_labels(f"{HEADS} | 备注", **{label: f"{row} | 5" for label, row in ROWS.items()}),
        below_labels()[:4],
        _labels_alone(),
    ],
)
def test_rows_whose_order_is_not_shown_are_left(blocks):
    assert gathered(*blocks) == []


def test_a_paragraph_between_parts_them():
    blocks = below_labels()
    found = gathered(*blocks[:6], "以上为收到申请的情况，以下为办理情况。", *blocks[6:])

    assert [one.n_rows for one in found] == [3, 3]


def test_what_stands_around_them_stays():
    before = table("信息内容 | 本年制发件数\n规章 | 3", id="t8")
    after = table("姓名 | 电话\n甲 | 乙", id="t9")
    found = with_gathered_rows(document("前言", before, *below_labels(), after, "附注"))

    kinds = [type(block).__name__ for block in found.blocks]
    assert kinds == ["Paragraph", "Table", "Gathered", "Table", "Paragraph"]


def test_a_table_without_a_label_is_left():
    blocks = below_labels()
    loose: Table = table(f"{HEADS}\n9 | 0 | 0 | 0 | 0 | 0 | 9", id="t9")
    (found,) = gathered(*blocks, loose)

    assert found.n_rows == 6
