"""The measure of `benchmarks/grids.py`, and a floor under our own score on its pages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "grids.py"


@pytest.fixture(scope="module")
def grids() -> ModuleType:
    spec = importlib.util.spec_from_file_location("grids", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["grids"] = module
    spec.loader.exec_module(module)
    return module


def test_neighbours_pass_over_blanks_and_stand_once_for_a_span(grids: ModuleType) -> None:
    cell = grids.GridCell
    grid = [cell(0, 0, "A", colspan=2), cell(1, 0, ""), cell(1, 1, "b c"), cell(2, 0, "d")]
    assert dict(grids.relations(grid)) == {("a", "bc", "below"): 1, ("a", "d", "below"): 1}


def test_precision_and_recall(grids: ModuleType) -> None:
    truth = grids.from_rows([["a", "b"], ["c", "d"]])
    found = grids.from_rows([["a", "b"], ["c", "x"]])
    score = grids.score([truth], [found])
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)
    assert grids.score([truth], []).f1 == 0.0


def test_our_score_does_not_fall(grids: ModuleType, tmp_path: Path) -> None:
    scores = []
    for seed in range(50_000, 50_018):  # each style twice
        source, truth, _ = grids.make_page(seed)
        path = tmp_path / "page.pdf"
        path.write_bytes(source)
        scores.append(grids.score(truth, grids.ours(path)).f1)
    assert sum(scores) / len(scores) > 0.95
