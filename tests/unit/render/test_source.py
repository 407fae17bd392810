"""What people call a document: the same everywhere, with the archive that it lies in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from samples import make_report, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render import dataset
from tasks.render.outputs import outputs
from tasks.render.result import done
from tasks.render.sheet import rows
from tasks.render.sheet_files import file_row
from tasks.render.source import file_of, name_of
from workers.cli.people import told

MEMBER = {"name": "a.zip", "path": "2023/a.zip", "member": "各镇/乡镇.zip!年报.html"}
CALLED = "2023/a.zip!各镇/乡镇.zip!年报.html"


@pytest.fixture(scope="module")
def envelope() -> dict[str, Any]:
    report = make_report(5, year=2023)
    body = render(report, Format.HTML, "cms")
    return done({**MEMBER, "size": 1, "sha256": "0"}, examine(body, "年报.html"))


@pytest.mark.parametrize(
    ("source", "file", "name"),
    [
        (MEMBER, CALLED, "a.zip!各镇/乡镇.zip!年报.html"),
        ({**MEMBER, "key": "inbox/a.zip"}, "inbox/a.zip/!/各镇/乡镇.zip!年报.html", None),
        ({"name": "a.html", "path": "x/a.html"}, "x/a.html", "a.html"),
        ({"name": "a.html"}, "a.html", "a.html"),
    ],
)
def test_archive_and_member(source: dict[str, str], file: str, name: str | None) -> None:
    assert file_of(source) == file
    assert name is None or name_of(source) == name


def test_it_is_on_the_page_and_in_the_workbook(envelope: dict[str, Any]) -> None:
    made = outputs(envelope)
    assert CALLED in made["report.html"].decode()
    book = openpyxl.load_workbook(BytesIO(made["report.xlsx"]))
    assert CALLED in {cell.value for row in book.worksheets[0].rows for cell in row}


def test_it_is_in_the_lists_and_in_the_data(envelope: dict[str, Any]) -> None:
    wrong = {**envelope, "report": None, "findings": []}
    assert {row.file for row in rows(wrong, "zh")} == {CALLED}
    assert file_row(envelope, "zh").file == CALLED
    assert told(envelope, "zh").startswith(f"{CALLED}: ")
    assert CALLED in {value for row in dataset.long_rows(envelope, None) for value in row}
