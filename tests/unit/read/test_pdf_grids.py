"""The measure of `benchmarks/grids`, its pages, and floors under our own score on them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from benchmarks.grids import styles
from benchmarks.grids.kinds import FAMILIES, make_page
from benchmarks.grids.measure import Grid, GridCell, normal, relations, score
from benchmarks.grids.pages import Kind
from benchmarks.grids.readers import from_rows, ours

#: One page in English, one in Chinese.
SEEDS = (0, 1)
#: The kinds of which nothing is lost, and nothing may be.
WHOLE = {
    "none in the last rows",
    "truly one cell",
    "bars",
    "curves",
    "pies",
    "flow charts",
    "rows of sections",
    "labels",
}
#: Those of which hardly anything is lost, on the mean of some pages.
NEARLY_WHOLE = {
    "no upright in the body",
    "page frame",
    "side tab",
    "side line",
    "lying bars",
    "title and notes",
    "text",
    "records",
    "torn",
    "between lines",
    "without a line",
    "stub down",
    "tall heads",
    "heads above the lines",
    "row below the line",
    "two columns of words",
    "dot leaders",
    "ligatures",
}
LEAST = 0.97
#: Read with the map of its font, which spells badly, the text of a page is not what it shows.
MISSPELT = {"ligatures"}
KINDS = [
    pytest.param(name, kind, id=name)
    for family in FAMILIES.values()
    for name, kind in family.items()
]


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
        source, truth, _ = styles.make_page(seed)
        path = tmp_path / "page.pdf"
        path.write_bytes(source)
        scores.append(score(truth, ours(path)).f1)
    assert sum(scores) / len(scores) > 0.95


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_page_of_each_kind_shows_what_is_true_of_it(name: str, kind: Kind) -> None:
    for seed in SEEDS:
        source, truth = make_page(kind, seed)
        letters = Counter(normal(_text(source)))
        for grid in truth:
            _assert_no_place_is_covered_twice(grid)
            if name not in MISSPELT:
                assert Counter("".join(normal(cell.text) for cell in grid)) <= letters
        assert score(truth, truth).f1 == 1.0


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_page_of_each_kind_costs_what_is_missed_on_it(name: str, kind: Kind) -> None:
    for seed in SEEDS:
        _, truth = make_page(kind, seed)
        if truth:
            missed = [[cell for cell in grid if cell.column] for grid in truth]
            assert score(truth, missed).f1 < 1.0
        else:
            assert score(truth, [from_rows([["a", "b"]])]).f1 == 0.0


@pytest.mark.parametrize(("name", "kind"), [one for one in KINDS if one.id in WHOLE])
def test_nothing_is_lost_of_some_kinds(name: str, kind: Kind, tmp_path: Path) -> None:
    for seed in range(4):
        source, truth = make_page(kind, seed)
        path = tmp_path / "page.pdf"
        path.write_bytes(source)
        assert score(truth, ours(path)).f1 == 1.0


@pytest.mark.parametrize(("name", "kind"), [one for one in KINDS if one.id in NEARLY_WHOLE])
def test_hardly_anything_is_lost_of_others(name: str, kind: Kind, tmp_path: Path) -> None:
    scores = []
    for seed in range(4):
        source, truth = make_page(kind, seed)
        path = tmp_path / "page.pdf"
        path.write_bytes(source)
        scores.append(score(truth, ours(path)).f1)
    assert sum(scores) / len(scores) > LEAST


def _text(source: bytes) -> str:
    document = pypdfium2.PdfDocument(source)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range())


def _assert_no_place_is_covered_twice(grid: Grid) -> None:
    covered = Counter(
        (row, column)
        for cell in grid
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    )
    assert set(covered.values()) == {1}
