"""docs/security.md: every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`(tests/[\w./-]+\.py)::(\w+)`")
#: ASVS, what is asked, met, how, test.
ROWS = [
    cells
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| **", "| ---", "| ASVS"))
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
]


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    parsed = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(one.name for one in parsed if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_the_test_of_each_row_is_there(row: list[str]) -> None:
    assert len(row) == 5
    _, _, met, how, test = row
    assert met in ("yes", "in part", "no")
    assert how
    found = [name in names_in(path) for path, name in _NAMED.findall(test)]
    assert len(found) == (0 if test == "–" else 1)
    assert all(found)
    assert found or "no" in met or "there is none" in how


def test_all_chapters_that_apply_are_there() -> None:
    chapters = {row[0].partition(".")[0] for row in ROWS}
    assert {"2", "3", "4", "5", "7", "8", "9", "10", "12", "13", "14"} <= chapters
    assert len(ROWS) > 70
