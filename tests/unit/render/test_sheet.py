"""The list that is passed on."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from samples import STYLES, make_report, render
from samples.report import LogicalReport, broken, with_figure
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render.batch import Gathered, Part, line_of
from tasks.render.result import Envelope, done, failed, refused
from tasks.render.sheet import BYTE_ORDER_MARK, HEADS, Row, csv_lines, rows

REPORT = make_report(
    5, organ="霁川县财政局", year=2023, zero_share=0.3,
    editions={"disclosure": "2021", "requests": "2021"},
)  # fmt: skip
SOURCE = {"name": "a.html", "path": "年报/a.html"}


def envelope(report: LogicalReport) -> Envelope:
    body = render(report, Format.HTML, next(iter(STYLES[Format.HTML])))
    return done(SOURCE, examine(body, "a.html"))


def read_back(listed: list[Row], language: str = "zh") -> list[list[str]]:
    text = "".join(csv_lines(listed, language))
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_a_report_without_findings_has_no_row() -> None:
    assert list(rows(envelope(REPORT), "zh")) == []
    assert read_back([]) == [list(HEADS["zh"])]


def test_an_archive_itself_has_no_row_whatever_is_in_it() -> None:
    wrong = envelope(broken(REPORT, "requests.new.natural_person", 3))
    gathered = Gathered()
    gathered.add(Part(lines=(line_of("a.html", "results/a.zip/!/a.html/result.json", "1", wrong),)))
    parts = {"document": {"format": "archive", "title": ""}, "report": None, "findings": []}
    archive = gathered.envelope({"name": "a.zip"}, parts)
    assert archive["members"][0]["outcome"] == "error"
    assert list(rows(archive, "zh")) == []


def test_one_row_a_suspected_cell() -> None:
    wrong = broken(REPORT, "requests.new.natural_person", 3)
    (row,) = rows(envelope(wrong), "zh")
    right = REPORT.amount("requests.new.natural_person")
    assert (row.file, row.organ, row.year) == ("年报/a.html", "霁川县财政局", 2023)
    assert (row.table, row.row, row.column) == (
        "表三", "一、本年新收政府信息公开申请数量", "自然人",
    )  # fmt: skip
    assert (row.now, row.should) == (right + 3, right)
    assert row.verdict == "最可能有误"
    assert "自然人" in row.why
    assert read_back([row])[1][7:9] == [str(right + 3), str(right)]


def test_each_total_to_be_filled_in_has_its_row() -> None:
    report, totals = REPORT, []
    for row in REPORT.values["requests"]:
        if REPORT.amount(f"requests.{row}.total"):
            totals.append(REPORT.amount(f"requests.{row}.total"))
            report = with_figure(report, f"requests.{row}.total", None)
    listed = list(rows(envelope(report), "zh"))
    assert [row.should for row in listed] == totals
    assert {row.now for row in listed} == {"（未填）"}
    assert {row.verdict for row in listed} == {"应填"}


def test_the_same_in_english() -> None:
    (row,) = rows(envelope(broken(REPORT, "requests.new.natural_person", 3)), "en")
    assert (row.table, row.row, row.column) == ("requests", "new requests", "natural persons")
    assert read_back([row], "en")[0] == list(HEADS["en"])


def test_what_was_not_read_has_a_row() -> None:
    refusal = Refusal(RefusalCode.ENCRYPTED, "请取消密码", "remove the password")
    (row,) = rows(refused(SOURCE, refusal), "zh")
    assert (row.kind, row.why) == ("无法处理", "请取消密码")
    (row,) = rows(failed(SOURCE, error="KeyError", message="x"), "en")
    assert row.kind == "our program broke"
    (row,) = rows(done(SOURCE, examine("通知\n今天放假。\n".encode(), "a.txt")), "zh")
    assert "不是政府信息公开工作年度报告" in row.why


@pytest.mark.parametrize(
    ("kind", "said"),
    [("absent", "（文中没有）"), ("unreadable", "（读不出）"), ("blank", "（未填）")],
)
def test_what_is_not_there_or_not_readable_is_not_blank(kind: str, said: str) -> None:
    made = envelope(REPORT)
    value = made["report"]["requests"]["granted"]["total"]
    value |= {"value": None, "raw": "", "kind": kind}
    made["findings"] = [FINDING]
    (row,) = rows(made, "zh")
    assert row.now == said


#: A finding about one cell, which suspects none.
FINDING = {
    "rule": "extraction.missing_row", "severity": "warning", "message": "缺少", "message_en": "",
    "cells": ["requests.granted.total"], "expected": None, "actual": None, "suspects": [],
}  # fmt: skip


def test_a_report_of_which_much_was_not_read_has_a_row() -> None:
    report = REPORT
    for row in REPORT.values["requests"]:
        report = with_figure(report, f"requests.{row}.total", None, written="？")
    assert any("多处未能核对" in row.why for row in rows(envelope(report), "zh"))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_text_that_begins_like_a_formula_is_text(begin: str) -> None:
    name = f"{begin}1+1|cmd!A0"
    (_, line) = read_back([Row(file=name, organ=None, year=None, now=name)])
    assert line[0] == line[7] == "'" + name


@pytest.mark.parametrize("now", [-3, Decimal("-0.50"), Decimal("1E+3"), 0])
def test_a_number_is_a_number(now: int | Decimal) -> None:
    (_, line) = read_back([Row(file="a", organ=None, year=2023, now=now)])
    assert line[2] == "2023"
    assert Decimal(line[7]) == now
    assert "E" not in line[7]


def test_separators_and_lines_in_a_text_stay_in_their_cell() -> None:
    text = 'a,"b"\r\n；c'
    (_, line) = read_back([Row(file="x", organ=text, year=None, why="\x1b[2J\0ok")])
    assert line[1] == text
    assert line[-1] == "[2Jok"


def test_a_cell_is_no_longer_than_a_spreadsheet_takes_it() -> None:
    _, (_, organ, *_, why) = read_back(
        [Row(file="a", organ="=" * 40_000, year=1, why="长" * 40_000)]
    )
    assert (len(organ), organ[:2]) == (32_767, "'=")
    assert why == "长" * 32_766 + "…"
