"""Findings put together by what has gone wrong; nothing is dropped."""

from __future__ import annotations

from typing import Any

import pytest

from samples import STYLES, make_report, render
from samples.report import LogicalReport, broken, with_figure
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.causes import Cause, causes
from tasks.render.cells import Cells
from tasks.render.result import Envelope, done
from tasks.render.sentences import sentences

REPORT = make_report(
    5, organ="霁川县财政局", year=2023, zero_share=0.3,
    editions={"disclosure": "2021", "requests": "2021"},
)  # fmt: skip
ROWS = [row for row in REPORT.values["requests"] if REPORT.amount(f"requests.{row}.total")]


def envelope(report: LogicalReport) -> Envelope:
    body = render(report, Format.HTML, next(iter(STYLES[Format.HTML])))
    return done({"name": "a.html"}, examine(body, "a.html"))


def without_totals(*rows: str) -> LogicalReport:
    report = REPORT
    for row in rows:
        report = with_figure(report, f"requests.{row}.total", None)
    return report


def rules(cause: Cause) -> set[str]:
    return {finding["rule"] for finding in cause.findings}


def errors(found: Envelope) -> list[Cause]:
    return [cause for cause in causes(found) if cause.severity == "error"]


def test_relations_that_one_cell_breaks_are_one_cause() -> None:
    (cause,) = errors(envelope(broken(REPORT, "requests.new.natural_person", 3)))
    assert rules(cause) >= {"requests.balance", "requests.applicants"}
    assert [suspect["cell"] for suspect in cause.suspects] == ["requests.new.natural_person"]
    assert not cause.is_to_be_filled_in


@pytest.mark.parametrize("left", [ROWS[:0], ROWS[:1], ROWS[3:5]], ids=["all", "but_one", "but_two"])
def test_an_empty_column_of_totals_is_one_cause(left: list[str]) -> None:
    """Also where some of them are filled in, and each of the others is a finding of its own."""
    blank = [row for row in ROWS if row not in left]
    (cause,) = errors(envelope(without_totals(*blank)))
    assert {suspect["cell"] for suspect in cause.suspects} == {
        f"requests.{row}.total" for row in blank
    }
    assert cause.is_to_be_filled_in


def test_two_slips_are_two_causes() -> None:
    twice = broken(broken(REPORT, "requests.new.natural_person", 3), "disputes.review.upheld", 2)
    assert len(errors(envelope(twice))) == 2


def test_a_sentence_that_confirms_the_correction_goes_with_it() -> None:
    report = REPORT
    for row in ROWS:
        report = with_figure(report, f"requests.{row}.total", 0)
    found = envelope(report)
    assert {f["rule"] for f in found["findings"]} > {"requests.applicants", "narrative.received"}
    (cause,) = errors(found)
    assert rules(cause) > {"requests.applicants", "narrative.received"}


def finding(**more: Any) -> dict[str, Any]:
    return {
        "rule": "requests.balance", "severity": "error", "message": "", "message_en": "",
        "cells": [], "expected": None, "actual": None, "suspects": [], **more,
    }  # fmt: skip


def test_a_sentence_that_tells_another_figure_stays_apart() -> None:
    cell = "requests.new.total"
    suspected = finding(suspects=[{"cell": cell, "value": "12"}], expected="12")
    told = finding(rule="narrative.received", cells=[cell], actual="13")
    assert len(causes({"findings": [suspected, told]})) == 2
    assert len(causes({"findings": [suspected, told | {"actual": "12"}]})) == 1


def test_findings_that_are_alike_stay_two() -> None:
    assert len(causes({"findings": [finding(), finding()]})) == 2


def test_one_doubt_of_many_places_is_told_once_with_their_number() -> None:
    doubt = finding(rule="extraction.unmapped_characters", message="有的字无法读取。")
    other = doubt | {"message": "另一处。"}
    found = {"findings": [doubt, other, doubt, doubt], "report": None}
    first, second = causes(found)
    assert (len(first.findings), len(second.findings)) == (3, 1)
    cells = Cells(found, "zh")
    assert sentences(first, cells, "zh") == ["有的字无法读取。（共 3 处）"]
    assert sentences(second, cells, "zh") == ["另一处。"]


def test_notes_may_be_left_out() -> None:
    found = {"findings": [finding(severity="info"), finding()]}
    assert len(causes(found)) == 2
    assert [cause.severity for cause in causes(found, notes=False)] == ["error"]
