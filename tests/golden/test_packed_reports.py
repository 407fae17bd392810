"""An archive of reports as a province would send it, with names in GBK: every cell of each member,
and the fault that was planted.

It stands beside the checkout; where it is missing, this skips.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from as_truth import figures

FORMATS = Path(__file__).parents[3] / "shared" / "samples" / "formats"
INDEX = FORMATS / "index.jsonl"

pytestmark = pytest.mark.skipif(
    not INDEX.exists(), reason="the samples (../shared/samples/formats) are not on this machine"
)


def truths() -> list[dict]:
    lines = INDEX.read_text(encoding="utf-8").splitlines() if INDEX.exists() else []
    told = [json.loads(line, parse_float=Decimal) for line in lines]
    return [one for one in told if "member" in one]


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, list[dict]]:
    command = [sys.executable, "-m", "workers.cli", "check", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, check=False, input=stdin)
    lines = done.stdout.decode("utf-8").splitlines()
    return done.returncode, [json.loads(line, parse_float=Decimal) for line in lines]


@pytest.fixture(scope="module")
def archive() -> Path:
    (name,) = {one["file"] for one in truths()}
    return FORMATS / name


@pytest.fixture(scope="module")
def results(archive: Path) -> dict[str, dict]:
    """The command itself: member -> its JSON line."""
    code, lines = run(str(archive))
    assert code == 1  # one of them has a fault
    assert len(lines) == len(truths())
    return {line["source"]["member"]: line for line in lines}


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth["member"])
def test_every_cell_of_each_member(truth: dict, results: dict[str, dict]) -> None:
    report = results[truth["member"]]["report"]
    assert (report["organ"], report["year"]) == (truth["organ"], truth["year"])
    assert report["edition"] == truth["edition"]
    for table in ("disclosure", "requests", "disputes"):
        assert figures(report, table) == truth[table]


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth["member"])
def test_the_planted_faults_are_found_and_no_others(truth: dict, results: dict[str, dict]) -> None:
    findings = results[truth["member"]]["findings"]
    errors = [finding for finding in findings if finding["severity"] == "error"]
    planted = {f"{one['table']}.{one['row']}.{one['col']}" for one in truth["faults"]}
    suspected = {suspect["cell"] for finding in errors for suspect in finding["suspects"]}
    assert bool(errors) == bool(planted)
    assert planted <= suspected


def test_each_line_tells_of_its_member(archive: Path, results: dict[str, dict]) -> None:
    with ZipFile(archive, metadata_encoding="gb18030") as package:
        for member, result in results.items():
            body = package.read(member)
            assert result["source"] == {
                "name": archive.name,
                "path": str(archive),
                "member": member,
                "size": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
            }


def test_from_standard_input_it_is_the_same(archive: Path, results: dict[str, dict]) -> None:
    code, lines = run("-", stdin=archive.read_bytes())
    assert code == 1
    found = {line["source"]["member"]: (line["report"], line["findings"]) for line in lines}
    assert found == {name: (one["report"], one["findings"]) for name, one in results.items()}
