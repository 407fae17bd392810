"""The list of what is in an archive: bounded, whatever its members come to."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from tasks.model.document import Document, Format
from tasks.model.report import Outcome
from tasks.render import result
from tasks.render.batch import Gathered, Line, Part, line_of, read_part, write_part
from tasks.render.outputs import PAGE, WORKBOOK
from tasks.render.sheet import Row
from tasks.render.sheet_files import file_row

ARCHIVE = result.parts(Outcome(document=Document(format=Format.ARCHIVE), report=None))
SOURCE = {"name": "全县.zip", "key": "inbox/全县.zip", "etag": "e", "size": 1, "sha256": "0"}
PAGE_PARTS = result.parts(Outcome(document=Document(format=Format.HTML), report=None))


def line(name: str, rows: int) -> Line:
    source = SOURCE | {"member": name}
    told = line_of(name, "results/a", "e", result.enveloped(source, PAGE_PARTS))
    found = tuple(Row(file=name, organ=None, year=None, why=f"{n}") for n in range(rows))
    return replace(told, rows=found)


def test_what_is_left_out_is_said() -> None:
    gathered = Gathered(most_rows=10)
    for number in range(4):
        part = Part(lines=(line(f"{number}.html", 4),))
        again = read_part(write_part(part))
        assert again == part
        gathered.add(again)
    outputs = gathered.outputs()
    page = outputs[PAGE].decode()
    assert "问题 16 条" in page
    assert "另有 6 条问题未列入" in page
    findings, files = openpyxl.load_workbook(BytesIO(outputs[WORKBOOK])).worksheets
    told = [row[-1].value for row in findings.iter_rows(min_row=2)]
    assert told[:10] == [f"{n % 4}" for n in range(10)]
    assert told[10] == "另有 6 条问题未列入，见各文件自己的结果。"
    assert len(told) == 11
    assert files.max_row == 5, "all files are listed"
    members = gathered.envelope(SOURCE, ARCHIVE)["members"]
    assert [one["member"] for one in members] == [f"{number}.html" for number in range(4)]


def test_as_many_as_may_be_are_all_listed() -> None:
    gathered = Gathered(most_rows=8)
    gathered.add(Part(lines=(line("a.html", 4), line("b.html", 4))))
    assert "未列入" not in gathered.outputs()[PAGE].decode()


NAMES = ["=HYPERLINK(1)", "@a", "<script>alert(1)</script>", "\u202eabc", "\uffff", "x" * 1000]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_of_members_stay_names(name: str) -> None:
    gathered = Gathered()
    told = line(f"{name}.html", 0)
    assert told.file == file_row(
        result.enveloped(SOURCE | {"member": f"{name}.html"}, PAGE_PARTS), "zh"
    )
    gathered.add(Part(lines=(told,)))
    outputs = gathered.outputs()
    assert b"<script>alert" not in outputs[PAGE]
    _, files = openpyxl.load_workbook(BytesIO(outputs[WORKBOOK])).worksheets
    cell = files["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert f"{name}.html".replace("\uffff", "\ufffd") in str(cell.value)
