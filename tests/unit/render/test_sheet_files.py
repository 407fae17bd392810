"""The list as a workbook and as a page: the same rows, and every file of the run."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import astuple
from decimal import Decimal
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from calc import needs_calc

from samples import STYLES, make_report, render
from samples.report import broken
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.causes import causes
from tasks.render.result import Envelope, done, refused
from tasks.render.sheet import HEADS, Row, rows
from tasks.render.sheet_files import FileRow, file_row, write_list
from tasks.render.workbook import workbook

REPORT = make_report(5, organ="霁川县财政局", year=2023, zero_share=0.3)
CELL = "requests.new.natural_person"


def envelopes() -> list[Envelope]:
    found = []
    for name, report in (("好.html", REPORT), ("错.html", broken(REPORT, CELL, 3))):
        body = render(report, Format.HTML, next(iter(STYLES[Format.HTML])))
        found.append(done({"name": name, "path": f"年报/{name}"}, examine(body, name)))
    locked = Refusal(RefusalCode.ENCRYPTED, "文件已加密。", "The file is encrypted.")
    found.append(refused({"name": "锁.pdf", "path": "年报/锁.pdf"}, locked))
    return found


LISTED = [row for one in envelopes() for row in rows(one, "zh")]
FILES = [file_row(one, "zh") for one in envelopes()]


def written(ending: str, listed: list[Row], files: list[FileRow], language: str = "zh") -> bytes:
    file = io.BytesIO()
    write_list(file, ending, listed, files, language)
    return file.getvalue()


def cells(body: bytes, sheet: str) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def test_a_workbook_has_the_rows_and_all_files() -> None:
    body = written(".xlsx", LISTED, FILES)
    found, files = cells(body, "问题清单"), cells(body, "全部文件")
    assert found[0] == list(HEADS["zh"])
    assert found[1:] == [[entry or None for entry in astuple(row)] for row in LISTED]
    right = REPORT.amount(CELL)
    assert found[1][7:9] == [right + 3, right]
    assert [row[:4] for row in files[1:]] == [
        ["年报/好.html", "霁川县财政局", 2023, "未发现问题"],
        ["年报/错.html", "霁川县财政局", 2023, "有错误"],
        ["年报/锁.pdf", None, None, "无法处理"],
    ]


def test_a_page_has_the_same_and_needs_nothing_from_elsewhere() -> None:
    page = lxml.html.document_fromstring(written(".html", LISTED, FILES).decode())
    found, files = page.xpath("//table")
    texts = [[cell.text_content() for cell in row] for row in found.xpath(".//tbody/tr")]
    assert texts == [["" if one is None else str(one) for one in astuple(row)] for row in LISTED]
    assert len(files.xpath(".//tbody/tr")) == 3
    assert page.get("lang") == "zh-CN"
    assert not page.xpath("//script | //link | //img | //@src | //@href")
    assert page.xpath("//p")[0].text == "共 3 份，其中 1 份有错误；问题 2 条。"


def test_relations_that_one_cell_breaks_are_one_error_everywhere() -> None:
    """The list has one row for them, and so the file has one error."""
    told = envelopes()[1]
    assert len(told["findings"]) > 1
    assert len(causes(told)) == 1
    (row,) = rows(told, "zh")
    assert file_row(told, "zh").errors == 1
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(told)))["结论"]
    assert "错误 1 处，提示 0 处" in [cell.value for cell in sheet["B"]]
    assert row.kind == "错误"


def test_labels_of_two_lines_have_room_in_the_workbook() -> None:
    report = next(
        one for one in (make_report(seed, year=2023) for seed in range(50))
        if one.editions["requests"] == "2021"
    )  # fmt: skip
    body = render(report, Format.HTML, next(iter(STYLES[Format.HTML])))
    told = done({"name": "a.html"}, examine(body, "a.html"))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(told)))["表三"]
    (row,) = (cell.row for cell in sheet["C"] if "逾期不补正" in str(cell.value))
    assert sheet.row_dimensions[row].height > 30
    assert sheet.row_dimensions[row - 2].height is None


def test_nothing_to_mend_is_said() -> None:
    page = written(".html", [], FILES[:1]).decode()
    assert "没有发现需要更正的格。" in page
    assert cells(written(".xlsx", [], FILES[:1]), "问题清单") == [list(HEADS["zh"])]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_stay_text(language: str) -> None:
    hostile = '=HYPERLINK("x")<script>alert(1)</script>\x00\ud800'
    row = Row(file=hostile, organ="@x", year=2023, now=Decimal("1690.23"), why="x" * 40_000)
    body = written(".xlsx", [row], [], language)
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    assert [sheet.cell(2, column).data_type for column in (1, 2, 8)] == ["s", "s", "n"]
    assert str(sheet.cell(2, 1).value).startswith("=HYPERLINK")
    assert sheet.cell(2, 8).value == 1690.23
    page = written(".html", [row], [], language).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_figure_of_too_many_digits_is_a_text() -> None:
    row = Row(file="a", organ=None, year=None, now=12345678901234567)
    assert cells(written(".xlsx", [row], []), "问题清单")[1][7] == "12345678901234567"


@pytest.mark.slow
@needs_calc
def test_libreoffice_reads_the_list_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "清单.xlsx").write_bytes(written(".xlsx", LISTED, FILES))
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path),
            str(tmp_path / "清单.xlsx"),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    with (tmp_path / "清单.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == list(HEADS["zh"])
    assert read[1:] == [["" if one is None else str(one) for one in astuple(row)] for row in LISTED]
