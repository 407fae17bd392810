"""report.html and report.xlsx: every figure at its place, the wrong one named, nothing computed."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import lxml.html
import openpyxl
import pytest
from calc import needs_calc

from samples import STYLES, make_report, render
from samples.defects import DEFECTS, spoil
from samples.layout import draft
from samples.report import LogicalReport, broken
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.marks import shown, values
from tasks.render.outputs import PAGE, WORKBOOK, outputs
from tasks.render.page import page
from tasks.render.result import Envelope, done, refused
from tasks.render.workbook import workbook

SOURCE = {"name": "a.html", "key": "inbox/2023/a.html", "size": 3, "sha256": "ab" * 32}
NEW = "requests.new.natural_person"
STYLE = next(iter(STYLES[Format.HTML]))


def envelope(report: LogicalReport) -> Envelope:
    return done(SOURCE, examine(render(report, Format.HTML, STYLE), "a.html"))


def drawn(seed: int) -> Envelope:
    """Reports of both editions, one spoilt in two ways of three."""
    report = make_report(seed, year=2023, blanks="mixed", zero_share=(0.3, 0.7, 0.97)[seed % 3])
    drafted = draft(report)
    if seed % 3:
        drafted = spoil(drafted, sorted(DEFECTS)[seed % len(DEFECTS)], seed)
    return done(SOURCE, examine(render(drafted, Format.HTML, STYLE, seed), "a.html"))


def tree(told: Envelope) -> Any:
    return lxml.html.document_fromstring(page(told))


def sheets(told: Envelope) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(told)))


WRONG = envelope(
    broken(make_report(5, organ="淮安市洪泽区霁川服务中心", year=2023, zero_share=0.3), NEW, 3)
)
RIGHT = str(make_report(5, organ="淮安市洪泽区霁川服务中心", year=2023, zero_share=0.3).amount(NEW))


@pytest.mark.parametrize("seed", range(12))
def test_every_figure_stands_at_its_place(seed: int) -> None:
    told = drawn(seed)
    by_id = {cell.get("id"): cell for cell in tree(told).xpath("//td[@id]")}
    for cell, value in values(told):
        if cell not in by_id:
            # a row that may be left out, of a report that lacks it
            assert value["kind"] == "absent", cell
            continue
        text = by_id[cell].text_content().replace("\u3000", "")
        assert text.startswith(shown(value)), cell
        if value["kind"] == "number" and len(value["raw"]) < 20:
            assert value["raw"].strip() in text
        if value["at"] is not None:
            row, column = re.fullmatch(r".*r(\d+)c(\d+)", value["at"]).groups()  # type: ignore[union-attr]
            assert f"第 {row} 行第 {column} 列" in by_id[cell].get("title"), cell
        assert ("absent" in (by_id[cell].get("class") or "")) == (value["kind"] == "absent")
        assert ("unreadable" in (by_id[cell].get("class") or "")) == (value["kind"] == "unreadable")


@pytest.mark.parametrize("seed", range(12))
def test_a_workbook_has_every_figure_and_its_formulas_reckon_right(seed: int) -> None:
    told = drawn(seed)
    book = sheets(told)
    numbers = sorted(
        float(value["value"])
        for cell, value in values(told)
        if value["kind"] == "number" and len(str(value["value"])) < 15
    )
    found = sorted(
        float(cell.value)
        for name in ("表二", "表三", "表四")
        for row in book[name].iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    )
    assert found == numbers
    cached = openpyxl.load_workbook(io.BytesIO(workbook(told)), data_only=True)
    for name in ("表三", "表四"):
        for row in book[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cached[name][cell.coordinate].value == reckoned(book[name], cell.value)


def reckoned(sheet: Any, formula: str) -> float:
    """`=SUM(A1,B1)-SUM(C1)`, as a spreadsheet does it."""
    left, right = re.fullmatch(r"=SUM\((.*)\)-SUM\((.*)\)", formula).groups()  # type: ignore[union-attr]

    def summed(cells: str) -> float:
        read = (sheet[one].value for one in cells.split(","))
        return sum(one for one in read if isinstance(one, int | float))

    return summed(left) - summed(right)


def test_the_wrong_cell_is_marked_and_says_what_it_should_be() -> None:
    cell = tree(WRONG).get_element_by_id(NEW)
    assert {"wrong", "in_error"} <= set(cell.get("class").split())
    assert cell.xpath(".//ins")[0].text == f"→{RIGHT}"
    (link,) = cell.xpath("./a/@href")
    (finding,) = tree(WRONG).xpath(f"//li[@id='{link[1:]}']")
    assert finding.xpath(".//ul/li/a/@href") == [f"#{NEW}"]
    assert f"应为 {RIGHT}" in finding.xpath("string(.//ul/li)")
    assert finding.xpath(".//*[@lang='en']")
    comment = next(c.comment for row in sheets(WRONG)["表三"].iter_rows() for c in row if c.comment)
    assert f"应为 {RIGHT}" in comment.text


def test_the_head_says_whose_it_is_and_what_came_of_it() -> None:
    told = tree(WRONG)
    assert "淮安市洪泽区霁川服务中心" in told.xpath("string(//h1)")
    assert told.xpath("string(//*[contains(@class,'verdict')])") == "有 1 处错误"
    head = told.xpath("string(//header)")
    assert all(text in head for text in ("inbox/2023/a.html", "ab" * 32, "江苏省淮安市洪泽区"))
    first = sheets(WRONG)["结论"]
    assert first["A1"].value == "淮安市洪泽区霁川服务中心"


def test_a_page_needs_nothing_from_elsewhere() -> None:
    told = tree(WRONG)
    assert not told.xpath("//script | //link | //img | //@src | //iframe | //object | //form")
    assert all(href.startswith("#") for href in told.xpath("//@href"))
    ids = told.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in told.xpath("//@href")} <= set(ids)
    assert not re.search(r"url\(|@import", page(WRONG))
    assert "default-src 'none'" in told.xpath("string(//meta[@http-equiv]/@content)")


def test_what_is_no_report_shows_its_tables() -> None:
    told = done(SOURCE, examine(b"<table><tr><td>a&lt;b<td>2<tr><td colspan=2>3</table>", "a.html"))
    assert told["report"] is None
    shown_page = tree(told)
    assert "不是政府信息公开工作年度报告" in shown_page.xpath("string(//header)")
    assert [cell.text_content() for cell in shown_page.xpath("//td")] == ["a<b", "2", "3"]
    assert sheets(told).sheetnames == ["结论", "问题清单"]


def test_a_table_that_is_missing_is_said_to_be() -> None:
    told = envelope(make_report(7, year=2023))
    told["report"]["edition"]["disputes"] = None
    told["report"]["disputes"] = {}
    assert "文中没有找到这张表" in tree(told).xpath("string(//table[@id='disputes']/caption)")
    assert "表四" in sheets(told).sheetnames


HOSTILE = '=HYPERLINK("x")</td><script>alert(1)</script>\x00\x0b\ud800' + "长" * 40_000


def test_hostile_text_stays_text() -> None:
    told = envelope(make_report(7, year=2023))
    told["report"]["organ"] = HOSTILE
    told["document"]["title"] = HOSTILE
    told["source"] = {**SOURCE, "key": HOSTILE}
    told["report"]["requests"]["new"]["total"] |= {
        "kind": "unreadable",
        "value": None,
        "raw": HOSTILE,
    }
    told["report"]["left_over"] = [
        {"table": "requests", "label": HOSTILE, "values": [HOSTILE], "at": None}
    ]
    shown_page = lxml.html.document_fromstring(outputs(told)[PAGE].decode())
    assert not shown_page.xpath("//script")
    book = openpyxl.load_workbook(io.BytesIO(outputs(told)[WORKBOOK]))
    assert book["结论"]["A1"].data_type == "s"
    formulas = [c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert all(one.startswith("=SUM(") for one in formulas)


def test_a_sum_with_an_unread_cell_is_none() -> None:
    told = envelope(make_report(7, year=2023, zero_share=0.3))
    told["report"]["requests"]["new"]["total"] |= {"kind": "unreadable", "value": None}
    texts = [c.value for row in sheets(told)["表三"].iter_rows() for c in row]
    assert texts.count("有未读出的格") == 2  # its row and its column


def test_the_same_envelope_gives_the_same_bytes() -> None:
    assert outputs(WRONG) == outputs(WRONG)


def test_a_refused_document_has_none() -> None:
    refusal = Refusal(RefusalCode.ENCRYPTED, "文件已加密。", "The file is encrypted.")
    assert outputs(refused(SOURCE, refusal)) == {}


def test_any_figures_whatever(tmp_path: Path) -> None:
    """Envelopes as a later engine may write them: big, negative, long, of every kind."""
    dice = random.Random(3)
    kinds = ("blank", "dash", "unreadable", "absent")
    for _ in range(20):
        told = envelope(make_report(dice.randrange(1000), year=2023))
        for _, value in values(told):
            if dice.random() < 0.3:
                value |= {"kind": dice.choice(kinds), "value": None, "raw": dice.choice("/-— ")}
            elif dice.random() < 0.2:
                value |= {"kind": "number", "value": dice.choice((-5, 10**17, 0)), "raw": "x" * 30}
        made = outputs(told)
        assert lxml.html.document_fromstring(made[PAGE].decode()).xpath("//table")
        assert openpyxl.load_workbook(io.BytesIO(made[WORKBOOK])).sheetnames[0] == "结论"


@pytest.mark.slow
@needs_calc
def test_libreoffice_opens_it_and_reckons_the_same(tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").write_bytes(workbook(WRONG))
    command = [
        "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
        "--convert-to", "ods", "--outdir", str(tmp_path), str(tmp_path / "report.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    again = [
        *command[:4],
        "xlsx",
        "--outdir",
        str(tmp_path / "again"),
        str(tmp_path / "report.ods"),
    ]
    subprocess.run(again, check=True, capture_output=True, timeout=300)
    mine = openpyxl.load_workbook(io.BytesIO(workbook(WRONG)), data_only=True)
    theirs = openpyxl.load_workbook(tmp_path / "again" / "report.xlsx", data_only=True)
    assert theirs.sheetnames == mine.sheetnames
    for name in ("表二", "表三", "表四"):
        for row in mine[name].iter_rows():
            for cell in row:
                assert theirs[name][cell.coordinate].value == cell.value, (name, cell.coordinate)


CHROMIUM = shutil.which("chromium")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt install chromium")
def test_a_browser_shows_it_and_prints_it_on_a4(tmp_path: Path) -> None:
    """Pictures are kept in build/pages to be looked at."""
    import pypdfium2

    kept = Path("build/pages").resolve()
    kept.mkdir(parents=True, exist_ok=True)
    (tmp_path / "report.html").write_bytes(outputs(WRONG)[PAGE])
    common = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-sync", f"--user-data-dir={tmp_path}/profile",
    ]  # fmt: skip
    url = (tmp_path / "report.html").as_uri()
    pdf, picture = kept / "report.pdf", kept / "report.png"
    for more in (
        ["--no-pdf-header-footer", f"--print-to-pdf={pdf}"],
        ["--window-size=1100,2200", f"--screenshot={picture}"],
    ):
        ran = subprocess.run([*common, *more, url], capture_output=True, text=True, timeout=300)
        assert "CONSOLE" not in ran.stderr
    document = pypdfium2.PdfDocument(pdf)
    sizes = {tuple(round(edge) for edge in document[n].get_size()) for n in range(len(document))}
    assert sizes == {(595, 842)}
    assert len(document) <= 4
    text = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    # nothing is cut: the last column of the broadest tables, and what should be
    assert RIGHT in text
    assert text.count("总计") >= 4
    assert picture.stat().st_size > 20_000
