"""The measure of `benchmarks/grids`, and a floor under our own score on its pages."""

from __future__ import annotations

from pathlib import Path

from benchmarks.grids.measure import GridCell, relations, score
from benchmarks.grids.readers import from_rows, ours
from benchmarks.grids.styles import make_page


def test_neighbours_pass_over_blanks_and_stand_once_for_a_span() -> None:
    cell = GridCell
    grid = [cell(0, 0, "A", colspan=2), cell(1, 0, ""), cell(1, 1, "b c"), cell(2, 0, "d")]
    assert dict(relations(grid)) == {("a", "bc", "below"): 1, ("a", "d", "below"): 1}


def test_precision_and_recall() -> None:
    truth = from_rows([["a", "b"], ["c", "d"]])
    found = from_rows([["a", "b"], ["c", "x"]])
    half = score([truth], [found])
    assert (half.precision, half.recall, half.f1) == (0.5, 0.5, 0.5)
    assert score([truth], []).f1 == 0.0


def test_our_score_does_not_fall(tmp_path: Path) -> None:
    scores = []
    for seed in range(50_000, 50_018):  # each style twice
        source, truth, _ = make_page(seed)
        path = tmp_path / "page.pdf"
        path.write_bytes(source)
        scores.append(score(truth, ours(path)).f1)
    assert sum(scores) / len(scores) > 0.95
