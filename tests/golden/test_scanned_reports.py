"""Scans as counties send them: every cell of each, and that nothing is doubted that is right.

They stand beside the checkout; where they are missing, this skips.
"""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from as_truth import figures

FORMATS = Path(__file__).parents[3] / "shared" / "samples" / "formats"
INDEX = FORMATS / "index.jsonl"
SCANNED = {"scan", "layer", "fax", "image"}

pytestmark = pytest.mark.skipif(
    not INDEX.exists(), reason="the samples (../shared/samples/formats) are not on this machine"
)


def truths() -> list[dict]:
    lines = INDEX.read_text(encoding="utf-8").splitlines() if INDEX.exists() else []
    told = [json.loads(line, parse_float=Decimal) for line in lines]
    return [one for one in told if SCANNED & set(one.get("tags", ())) and "member" not in one]


@pytest.fixture(scope="module")
def results() -> dict[str, dict]:
    """The command itself, once for all: name -> its JSON line."""
    files = [str(FORMATS / one["file"]) for one in truths()]
    command = [sys.executable, "-m", "workers.cli", "check", *files, "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    lines = done.stdout.decode("utf-8").splitlines()
    told = [json.loads(line, parse_float=Decimal) for line in lines]
    return {one["source"]["name"]: one for one in told}


def test_there_are_some_of_each_kind() -> None:
    assert {one["file"].rsplit(".", 1)[1] for one in truths()} == {"pdf", "tif"}
    assert len(truths()) == 3


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth["file"])
def test_every_cell_of_each_scan(truth: dict, results: dict[str, dict]) -> None:
    result = results[truth["file"]]
    assert result["document"]["read_by"] == "ocr"
    report = result["report"]
    assert (report["organ"], report["year"]) == (truth["organ"], truth["year"])
    assert report["edition"] == truth["edition"]
    for table in report["edition"]:
        assert figures(report, table) == truth[table]
    told = [one["rule"] for one in result["findings"] if one["severity"] != "info"]
    assert told == []
    confident = [
        value["confidence"]
        for table in report["edition"]
        for columns in report[table].values()
        for value in columns.values()
        if value["kind"] == "number"
    ]
    assert len(confident) > 150
    assert min(confident) > 0
