"""The real reports that were read by hand: every cell, organ, year and edition.

They stand beside the checkout and are never part of it; where they are missing, this skips.
"""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from as_truth import figures

from tasks.says.labels import plain

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
TRUTH = SAMPLES / "truth.json"

pytestmark = pytest.mark.skipif(
    not TRUTH.exists(), reason="the real reports (../shared/samples) are not on this machine"
)


def truths() -> list[dict]:
    return json.loads(TRUTH.read_text(encoding="utf-8")) if TRUTH.exists() else []


@pytest.fixture(scope="module")
def results() -> dict[str, dict]:
    """The command itself, as a program outside would run it: file name -> its JSON line."""
    files = [str(SAMPLES / truth["file"]) for truth in truths()]
    command = [sys.executable, "-m", "workers.cli", "check", *files, "--json"]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    lines = run.stdout.decode("utf-8").splitlines()
    assert len(lines) == len(files)
    read = [json.loads(line, parse_float=Decimal) for line in lines]
    return {result["source"]["name"]: result for result in read}


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth["file"])
def test_every_cell(truth: dict, results: dict[str, dict]) -> None:
    report = results[truth["file"]]["report"]
    for table in ("disclosure", "requests", "disputes"):
        assert figures(report, table) == truth[table]


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth["file"])
def test_who_when_and_which_edition(truth: dict, results: dict[str, dict]) -> None:
    report = results[truth["file"]]["report"]
    assert report["year"] == truth["year"]
    assert report["edition"] == truth["edition"]
    # the truth may give the bare name of the place where the document gives the full one
    assert plain(truth["organ"]) in plain(report["organ"])


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth["file"])
def test_no_false_alarm(truth: dict, results: dict[str, dict]) -> None:
    findings = results[truth["file"]]["findings"]
    assert [finding for finding in findings if finding["severity"] == "error"] == []


def test_rows_placed_by_order_are_said(results: dict[str, dict]) -> None:
    name = "000_f7a711ea8f70b4da.txt"
    told = [f for f in results[name]["findings"] if f["rule"] == "extraction.placed_by_order"]
    rows = {cell.split(".")[1] for finding in told for cell in finding["cells"]}
    assert {"granted", "partly_granted", "denied_state_secret", "denied_enforcement_file"} <= rows
    assert "denied_administrative_inquiry" not in rows
    granted = results[name]["report"]["requests"]["granted"]["total"]
    assert granted["placed_by"] == "order"


def test_the_blank_form_is_the_form() -> None:
    from tasks.flow import examine

    outcome = examine((SAMPLES / "blank-2021.docx").read_bytes(), "blank-2021.docx")
    assert outcome.report is not None
    assert outcome.report.edition == {
        "disclosure": "2021",
        "requests": "2021",
        "disputes": "2021",
    }
    kinds = {
        value.kind
        for rows in outcome.report.values.values()
        for columns in rows.values()
        for value in columns.values()
    }
    assert kinds == {"blank"}
