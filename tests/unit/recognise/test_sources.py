"""From where a table is read is known before it is read: the reader's grid, a page, text."""

from __future__ import annotations

from dataclasses import replace

from pages import page
from pictures import drawn, table

from tasks.model.document import Cell, Document, Table
from tasks.recognise import recognise

ROWS = {
    "一、本年新收政府信息公开申请数量": "7 0 0 0 0 0 7",
    "二、上年结转政府信息公开申请数量": "1 0 0 0 0 0 1",
    "（一）予以公开": "5 0 0 0 0 0 5",
    "1.属于国家秘密": "1 0 0 0 0 0 1",
    "2.其他法律行政法规禁止公开": "1 0 0 0 0 0 1",
    "1.本机关不掌握相关政府信息": "1 0 0 0 0 0 1",
    "2.没有现成信息需要另行制作": "0 0 0 0 0 0 0",
    "3.补正后申请内容仍不明确": "0 0 0 0 0 0 0",
    "2.重复申请": "0 0 0 0 0 0 0",
    "（七）总计": "8 0 0 0 0 0 8",
    "四、结转下年度继续办理": "0 0 0 0 0 0 0",
}
HEADS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def picture(*heads: str) -> str:
    """The table on a page without lines: heads 16 signs apart, each figure below its own."""
    lines = ["三、收到和处理政府信息公开申请情况", ""]
    lines += [" " * 40 + "".join(_centred(head) for head in heads), ""]
    for label, figures in ROWS.items():
        room = " " * (40 - 2 * len(label) + sum(sign.isascii() for sign in label))
        lines += [label + room + "".join(figure.center(16) for figure in figures.split()), ""]
    return "\n".join(lines)


def _centred(head: str) -> str:
    """A Han character takes two signs."""
    return head.center(16 - len(head))


def in_a_grid(document: Document) -> Document:
    """What a reader makes of it that takes each text for a cell below the heads, in order."""
    rows = [("", *HEADS), *((label, *figures.split()) for label, figures in ROWS.items())]
    grid = table("\n".join(" | ".join(row) for row in rows), id="p1/t1")
    return replace(document, blocks=(*document.blocks[:1], _placed(grid, document)))


def _placed(grid: Table, document: Document) -> Table:
    """Each cell where its text stands on the page, from above and from the left."""
    runs = sorted(document.runs[1:], key=lambda run: (run.box[1], run.box[0]))
    cells: list[Cell] = []
    for cell in grid.cells:
        run = next((run for run in runs if run.text == cell.text), None)
        if run:
            runs.remove(run)
        cells.append(replace(cell, where=run.where) if run else cell)
    return replace(grid, cells=tuple(cells), where=document.runs[0].where)


def read(document: Document) -> dict[str, str]:
    _, report, _ = recognise(document)
    assert report is not None
    return {row: drawn(values.values()) for row, values in report.values["requests"].items()}


def test_a_page_is_read_by_its_labels() -> None:
    assert read(page(picture(*HEADS)))["granted"] == "5 0 0 0 0 0 5"


def test_where_a_head_cannot_be_read_the_readers_columns_are_taken() -> None:
    """Two figures would stand under the head beside it, in each row."""
    document = page(picture(*HEADS[:5], "", HEADS[6]))

    assert read(in_a_grid(document))["granted"] == "5 0 0 0 0 0 5"


def test_a_head_that_is_not_the_form_s_is_a_column_of_its_own() -> None:
    document = page(picture(*HEADS[:5], "某某", HEADS[6]))

    assert read(document)["granted"] == "~5 ~0 ~0 ~0 ~0 ~0 ~5"
