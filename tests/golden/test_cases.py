"""The cases met in real documents and in bug reports of others: figures right, or said not to be.

They stand beside the checkout, with a program of their own that holds the installed command
against what is right; where they are missing, this skips.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parents[3] / "shared" / "cases"
JUDGE = CASES / "run.py"
GOUJI = Path(sys.executable).with_name("gouji")

pytestmark = pytest.mark.skipif(
    not JUDGE.exists(), reason="the cases (../shared/cases) are not on this machine"
)


def names() -> list[str]:
    """Of the cases that have a file; those in words have tests of their own."""
    told = sorted(path for path in CASES.glob("*.json") if not path.stem.endswith("truth"))
    return [path.stem for path in told if json.loads(path.read_text("utf-8")).get("file")]


@pytest.mark.parametrize("name", names())
def test_it_is_read_as_it_is(name: str, tmp_path: Path) -> None:
    for path in (*CASES.glob(f"{name}.*"), *CASES.glob("*truth.json")):
        (tmp_path / path.name).symlink_to(path)
    command = [sys.executable, str(JUDGE), str(GOUJI), str(tmp_path)]
    judged = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert judged.returncode == 0, judged.stderr
    assert "1 of 1 cases right" in judged.stdout


def test_a_wrong_figure_is_noticed(tmp_path: Path) -> None:
    """The judge itself can fail."""
    case = {"file": "a.txt", "must": {"requests.new.total": 7}, "report": True}
    (tmp_path / "a.json").write_text(json.dumps(case))
    (tmp_path / "a.txt").write_text("no report at all")
    command = [sys.executable, str(JUDGE), str(GOUJI), str(tmp_path)]
    judged = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert judged.returncode == 1
    assert "0 of 1 cases right" in judged.stdout
