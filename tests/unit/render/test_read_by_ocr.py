"""What was read from a scan is said wherever a report is shown, and its confidence beside it."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from samples.readings import Seen, as_scanned
from samples.report import make_report
from samples.styles import render
from tasks.flow import conclude, examine
from tasks.model.document import Format
from tasks.render.batch import line_of
from tasks.render.dataset import LONG, long_rows, wide_columns, wide_row
from tasks.render.entry import entry
from tasks.render.marks import Marks
from tasks.render.page import page
from tasks.render.result import done, dumps, loads, report_of
from tasks.render.shape import is_envelope
from tasks.render.sheet_files import file_row
from tasks.render.workbook import workbook
from workers.cli.people import told

REPORT = make_report(11, year=2023, narrative=False, zero_share=0.3)
UNSURE, DIFFERING, SETTLED = (
    "disclosure.licensing.decisions",
    "disclosure.penalties.decisions",
    "requests.new.total",
)
SOURCE = {"name": "扫描.pdf", "size": 1, "sha256": "0" * 64}


def envelope() -> dict[str, Any]:
    total = str(int(REPORT.amount(SETTLED)) + 6)
    read = {
        UNSURE: Seen(confidence=0.71239),
        DIFFERING: Seen(second="98765"),
        SETTLED: Seen(second=total),
    }
    return loads(dumps(done(SOURCE, conclude(as_scanned(REPORT, read)))))


def as_text() -> dict[str, Any]:
    return loads(dumps(done(SOURCE, examine(render(REPORT, Format.HTML, "plain", 1), "a.html"))))


def value(told: dict[str, Any], cell: str) -> dict[str, Any]:
    table, row, column = cell.split(".")
    return told["report"][table][row][column]


def test_the_envelope() -> None:
    scan, text = envelope(), as_text()

    assert scan["document"]["read_by"] == "ocr"
    assert value(scan, UNSURE)["confidence"] == Decimal("0.712")
    assert value(scan, SETTLED)["confidence"] == Decimal("0.99")
    assert is_envelope(scan)
    # of a document that held its text, not a word
    assert "read_by" not in text["document"]
    assert "confidence" not in value(text, UNSURE)
    assert b"confidence" not in dumps(text)
    assert "扫描" not in told(text, "zh")[len(SOURCE["name"]) :]


def test_a_report_comes_back_with_its_confidence() -> None:
    report = report_of(envelope())
    assert report is not None
    assert report.values["disclosure"]["licensing"]["decisions"].confidence == 0.712


@pytest.mark.parametrize("wrong", ["0.9", Decimal(2), Decimal(-1), True, [1]])
def test_a_confidence_that_is_none_is_no_record_of_ours(wrong: object) -> None:
    scan = envelope()
    value(scan, UNSURE)["confidence"] = wrong
    assert not is_envelope(scan)


def test_doubted_cells_are_marked_and_no_others() -> None:
    marks = Marks.of(envelope())
    doubtful = {cell for cell, mark in marks.by_cell.items() if mark.doubtful}
    assert doubtful == {UNSURE, DIFFERING}


def test_the_page() -> None:
    html = page(envelope())
    head = html.partition("</header>")[0]
    assert "读自扫描件" in head
    assert "read from a scan" in head
    cell = html.partition(f'<td id="{UNSURE}"')[2].partition("</td>")[0]
    assert 'class="warned doubtful"' in cell
    assert "读自扫描件，把握 0.712" in cell
    assert "<b>?</b>" in cell
    assert "扫描件" not in page(as_text())


def test_the_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(envelope())))
    facts = {row[0].value: row[1].value for row in book["结论"].iter_rows(max_col=2)}
    assert facts["读取"] == "读自扫描件"
    comments = [
        cell.comment.text
        for row in book["表二"].iter_rows()
        for cell in row
        if cell.comment is not None
    ]
    assert len(comments) == 2
    assert any("把握 0.712" in text for text in comments)
    with ZipFile(io.BytesIO(workbook(as_text()))) as plain:
        assert "扫描件" not in plain.read("xl/sharedStrings.xml").decode()


def test_lists() -> None:
    scan = envelope()
    assert "读自扫描件" in file_row(scan, "zh").why
    assert "read from a scan" in file_row(scan, "en").why
    first, *_ = told(scan, "zh", notes=False).splitlines()
    assert "读自扫描件" in first
    assert "扫描件" not in file_row(as_text(), "zh").why


def test_the_catalogue_and_the_data_set() -> None:
    scan, text = envelope(), as_text()
    assert (entry(scan)["read_by"], entry(text)["read_by"]) == ("ocr", None)

    names = [column.name for column in LONG]
    rows = [dict(zip(names, row, strict=True)) for row in long_rows(scan, 1)]
    [unsure] = [
        one for one in rows if (one["table"], one["row"], one["column"]) == tuple(UNSURE.split("."))
    ]
    assert (unsure["read_by"], unsure["confidence"]) == ("ocr", 0.712)
    wide = dict(zip([one.name for one in wide_columns()], wide_row(scan, 1) or (), strict=True))
    assert wide["read_by"] == "ocr"
    plain = [dict(zip(names, row, strict=True)) for row in long_rows(text, 1)]
    assert {(one["read_by"], one["confidence"]) for one in plain} == {(None, None)}


def test_a_member_of_an_archive() -> None:
    summary = line_of("a.pdf", "record", "", envelope()).summary
    assert summary["read_by"] == "ocr"
    assert "read_by" not in line_of("a.html", "record", "", as_text()).summary
