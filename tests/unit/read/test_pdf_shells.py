"""Files whose pages only stand in front of the document."""

from __future__ import annotations

import pytest
from pdf_drawing import Paper, read
from test_pdf_files import refused

from samples.hard.prints import with_entries
from tasks.model.document import DoubtKind
from tasks.model.refusal import RefusalCode

XFA = "/AcroForm << /Fields [] /XFA [(template) (x)] >>"
COLLECTION = "/Collection << /Type /Collection /View /D >>"


def page(*lines: str, table: bool = False) -> bytes:
    paper = Paper()
    for number, line in enumerate(lines):
        paper.text(50, 60 + 16 * number, line)
    if table:
        paper.grid([50, 150, 250], [400, 420, 440], [["项目", "件数"], ["规章", "12"]])
    return paper.done()


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (with_entries(page("Please wait..."), f"{XFA} /NeedsRendering true"), "XFA"),
        (with_entries(page("Loading"), XFA), "XFA"),
        (with_entries(page("Loading", table=True), f"{XFA} /NeedsRendering true"), "XFA"),
        (page("Please wait...", "If this message is not eventually replaced with"), "XFA"),
        (page("请稍候...", "如果此消息未被替换，请升级 Adobe Reader"), "XFA"),
        (with_entries(page("文件包封面"), COLLECTION), "文件包"),
        (with_entries(page("1 a.pdf", table=True), COLLECTION), "文件包"),
        (with_entries(page(""), COLLECTION), "文件包"),
    ],
)
def test_a_page_in_front_is_refused(source: bytes, word: str) -> None:
    refusal = refused(source)
    assert refusal.code is RefusalCode.UNSUPPORTED_FORMAT
    assert word in refusal.message


#: More than a cover says.
LONG = tuple(
    f"第{n}条，本年主动公开政府信息{n}条，办理依申请公开{n}件，均已按期答复，未收取任何费用。"
    for n in range(21)
)


@pytest.mark.parametrize(
    ("entries", "doubts"),
    [
        (XFA, []),
        (f"{XFA} /NeedsRendering true", [DoubtKind.TRUNCATED]),
        (COLLECTION, [DoubtKind.TRUNCATED]),
    ],
)
def test_pages_that_hold_a_document_are_read(entries: str, doubts: list[DoubtKind]) -> None:
    document = read(with_entries(page(*LONG, table=True), entries))
    assert [cell.text for table in document.tables() for cell in table.cells][-1] == "12"
    assert [doubt.kind for doubt in document.doubts] == doubts


def test_a_form_without_a_form_in_xml_is_read() -> None:
    source = with_entries(page("短", table=True), "/AcroForm << /Fields [] >>")
    assert len(list(read(source).tables())) == 1
