"""The envelope `gouji/result@1`, field by field as the contract has it."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.metadata import version

import pytest

from samples.report import make_report
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Cell, Document, Format, Paragraph, Table, Where
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import (
    Finding,
    Kind,
    LeftOver,
    Outcome,
    PlacedBy,
    Report,
    Severity,
    Suspect,
    Value,
)
from tasks.model.saying import say
from tasks.render.result import done, dumps, failed, loads, refused

SOURCE = {"name": "年报.pdf", "size": 73594, "sha256": "0" * 64}
TABLE = Table(
    id="p3/t1",
    n_rows=2,
    n_columns=2,
    caption="二、",
    cells=(
        Cell(text="规章", row=0, column=0, colspan=2, where=Where(page=3, box=(1.04, 2.06, 3, 4))),
        Cell(text="", row=1, column=0, where=Where(path="/html/body/table[1]/tr[2]/td[1]")),
        Cell(text="12\n<b>", row=1, column=1, where=Where(lines=(4, 5))),
    ),
)


def outcome(*values: Value, **options) -> Outcome:
    columns = ("issued", "repealed", "in_force")
    report = Report(
        form="disclosure-annual-report",
        organ="某县财政局",
        year=2023,
        edition={"disclosure": "2021", "requests": "2019", "disputes": None},
        values={
            "disclosure": {"regulations": dict(zip(columns, values, strict=False))},
            "requests": {},
            "disputes": {},
        },
        left_over=options.get("left_over", ()),
    )
    document = Document(
        format=Format.PDF, pages=5, title="标题", blocks=(Paragraph(text="正文"), TABLE)
    )
    return Outcome(document=document, report=report, findings=options.get("findings", ()))


def written(value: Value) -> str:
    """The value as it stands in the JSON."""
    body = dumps(done(SOURCE, outcome(value))).decode()
    return body.partition('"issued": ')[2].partition("}")[0] + "}"


def test_a_document_that_was_read():
    envelope = json.loads(dumps(done(SOURCE, outcome())))

    assert list(envelope) == [
        "schema", "status", "source", "document", "report", "findings", "tables", "engine",
    ]  # fmt: skip
    assert (envelope["schema"], envelope["status"]) == ("gouji/result@1", "done")
    assert envelope["source"] == SOURCE
    assert envelope["document"] == {"format": "pdf", "encoding": None, "pages": 5, "title": "标题"}
    assert envelope["engine"] == {"version": version("gouji")}


def test_the_report():
    report = json.loads(dumps(done(SOURCE, outcome())))["report"]

    assert report == {
        "form": "disclosure-annual-report",
        "organ": "某县财政局",
        "year": 2023,
        "edition": {"disclosure": "2021", "requests": "2019", "disputes": None},
        "disclosure": {"regulations": {}},
        "requests": {},
        "disputes": {},
        "left_over": [],
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            Value(kind=Kind.NUMBER, value=0, raw="0", at="p3/t1/r3c2"),
            '{"value": 0, "raw": "0", "kind": "number", "at": "p3/t1/r3c2"}',
        ),
        (
            Value(kind=Kind.BLANK, raw="", at="p3/t1/r3c2"),
            '{"value": null, "raw": "", "kind": "blank", "at": "p3/t1/r3c2"}',
        ),
        (
            Value(kind=Kind.DASH, raw="——", at="t1/r1c1"),
            '{"value": null, "raw": "——", "kind": "dash", "at": "t1/r1c1"}',
        ),
        (
            Value(kind=Kind.UNREADABLE, raw="1 2", at="t1/r1c1", doubt=1.0),
            '{"value": null, "raw": "1 2", "kind": "unreadable", "at": "t1/r1c1"}',
        ),
        (Value(kind=Kind.ABSENT), '{"value": null, "raw": "", "kind": "absent", "at": null}'),
        (
            Value(kind=Kind.NUMBER, value=251000, raw="251000元", at="t1/r1c1", unit="元"),
            '{"value": 251000, "raw": "251000元", "kind": "number", "at": "t1/r1c1", "unit": "元"}',
        ),
        (
            Value(kind=Kind.NUMBER, value=22, raw="22（其中修订16件）", note="其中修订16件"),
            '{"value": 22, "raw": "22（其中修订16件）", "kind": "number", "at": null, '
            '"note": "其中修订16件"}',
        ),
        (
            Value(kind=Kind.NUMBER, value=1, raw="1", placed_by=PlacedBy.ORDER),
            '{"value": 1, "raw": "1", "kind": "number", "at": null, "placed_by": "order"}',
        ),
        (
            Value(kind=Kind.NUMBER, value=1, raw="1", placed_by=PlacedBy.RELATIONS),
            '{"value": 1, "raw": "1", "kind": "number", "at": null, "placed_by": "relations"}',
        ),
    ],
    ids=lambda one: str(one.kind) if isinstance(one, Value) else "",
)
def test_values(value, said):
    assert written(value) == said


@pytest.mark.parametrize(
    "figure",
    [
        "1690.23", "0.092", "1.50", "96171.6", "0.10", "712.187895", "0.0",
        "1234567890.123456789", "100000000000000000000.5",
        "0.00000001",
    ],
)  # fmt: skip
def test_decimals_stand_exactly_as_written(figure):
    said = written(Value(kind=Kind.NUMBER, value=Decimal(figure), raw=figure))

    assert said.startswith(f'{{"value": {figure},')


@pytest.mark.parametrize("figure", [0, -35, 2**63, 10**17 + 1])
def test_integers_stay_integers(figure):
    assert written(Value(kind=Kind.NUMBER, value=figure)).startswith(f'{{"value": {figure},')


def test_a_finding():
    finding = Finding(
        rule="requests.balance",
        severity=Severity.ERROR,
        says=(say("extraction.year"), say("relation.undetermined")),
        cells=("requests.new.total",),
        expected="12",
        actual="11",
        suspects=(Suspect(cell="requests.new.total", value="13"), Suspect(cell="x", value=None)),
    )

    said = json.loads(dumps(done(SOURCE, outcome(findings=(finding,)))))["findings"]

    assert said == [
        {
            "rule": "requests.balance",
            "severity": "error",
            "message": "没有找到报告的年度；不能确定是哪一格填错",
            "message_en": "the year reported on was not found; "
            "which cell is wrong is not determined",
            "cells": ["requests.new.total"],
            "expected": "12",
            "actual": "11",
            "suspects": [
                {"cell": "requests.new.total", "value": "13"},
                {"cell": "x", "value": None},
            ],
        }
    ]


def test_what_is_left_over():
    left = LeftOver(table="disclosure", label="其他主动公开文件", values=("1", "2"), at="t1/r5c1")

    said = json.loads(dumps(done(SOURCE, outcome(left_over=(left,)))))["report"]["left_over"]

    assert said == [
        {
            "table": "disclosure",
            "label": "其他主动公开文件",
            "values": ["1", "2"],
            "at": "t1/r5c1",
        }
    ]


def test_the_tables():
    tables = json.loads(dumps(done(SOURCE, outcome())))["tables"]

    assert tables == [
        {
            "id": "p3/t1",
            "caption": "二、",
            "n_rows": 2,
            "n_columns": 2,
            "cells": [
                {"row": 0, "column": 0, "rowspan": 1, "colspan": 2, "text": "规章",
                 "where": {"page": 3, "box": [1.0, 2.1, 3, 4]}},
                {"row": 1, "column": 0, "rowspan": 1, "colspan": 1, "text": "",
                 "where": {"path": "/html/body/table[1]/tr[2]/td[1]"}},
                {"row": 1, "column": 1, "rowspan": 1, "colspan": 1, "text": "12\n<b>",
                 "where": {"lines": [4, 5]}},
            ],
        }
    ]  # fmt: skip


def test_a_document_that_is_no_report_keeps_its_tables():
    whole = outcome()

    envelope = done(SOURCE, Outcome(document=whole.document, report=None))

    assert envelope["report"] is None
    assert envelope["findings"] == []
    assert len(envelope["tables"]) == 1


@pytest.mark.parametrize("code", RefusalCode)
def test_a_document_that_is_refused(code):
    envelope = json.loads(dumps(refused(SOURCE, Refusal(code, "请另存", "save it again"))))

    assert envelope == {
        "schema": "gouji/result@1",
        "status": "refused",
        "source": SOURCE,
        "refusal": {"code": str(code), "message": "请另存", "message_en": "save it again"},
        "engine": {"version": version("gouji")},
    }


def test_a_document_on_which_the_program_broke():
    envelope = failed(SOURCE, error="ValueError", message="cells overlap")

    assert (envelope["schema"], envelope["status"]) == ("gouji/result@1", "failed")
    assert envelope["error"] == {"type": "ValueError", "message": "cells overlap"}


@pytest.mark.parametrize(
    "text",
    ['"引号"', "\\", "\n\r\t", "\x00\x1f", "\u2028\u2029", "</script>", "𠮷", "\ufeff", "=1+1"],
)
def test_any_text_is_one_line_of_json_and_comes_back(text):
    body = dumps(done(SOURCE, outcome(Value(kind=Kind.UNREADABLE, raw=text))))

    assert b"\n" not in body
    assert b"\r" not in body
    assert loads(body)["report"]["disclosure"]["regulations"]["issued"]["raw"] == text
    assert json.loads(body)["report"]["disclosure"]["regulations"]["issued"]["raw"] == text


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc80b"])
def test_half_of_a_character_is_replaced_never_refused(text):
    body = dumps(done(SOURCE, outcome(Value(kind=Kind.UNREADABLE, raw=text))))

    raw = json.loads(body.decode("utf-8"))["report"]["disclosure"]["regulations"]["issued"]["raw"]
    assert raw == text.encode("utf-8", "replace").decode()


def test_characters_stand_as_themselves():
    assert "某县财政局".encode() in dumps(done(SOURCE, outcome()))


def test_decimals_come_back_exactly():
    envelope = done(SOURCE, outcome(Value(kind=Kind.NUMBER, value=Decimal("1.50"), raw="1.50")))

    back = loads(dumps(envelope))

    assert back["report"] == envelope["report"]
    assert str(back["report"]["disclosure"]["regulations"]["issued"]["value"]) == "1.50"


def test_a_whole_report_has_every_field_of_its_editions():
    from tasks.forms.annual_report import FORM

    source = make_report(5, blanks="mixed", year=2023)
    result = json.loads(dumps(done(SOURCE, examine(render(source, Format.HTML, "plain"), "a"))))

    report = result["report"]
    for table, edition in report["edition"].items():
        for row, column in FORM.edition(table, edition).fields():
            if not row.optional:
                value = report[table][row.id][column.id]
                assert {"value", "raw", "kind", "at"} <= value.keys()
                assert (value["kind"] == "number") == (value["value"] is not None)
    ids = {table["id"] for table in result["tables"]}
    assert {
        value["at"].rpartition("/")[0]
        for table in report["edition"]
        for line in report[table].values()
        for value in line.values()
        if value["at"]
    } <= ids
