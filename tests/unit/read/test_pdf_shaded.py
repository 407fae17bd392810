"""Cells that are told apart by their colour."""

from __future__ import annotations

import time
from itertools import pairwise

from pdf_drawing import Paper, tables

from tasks.model.box import Box
from tasks.read.pdf.shaded import shades_to_rules

LATIN = "Helvetica"
XS = (60.0, 160.0, 420.0, 520.0)
TEXTS = (
    ("Indicator", "Definition", "Source"),
    ("Employment", "Employed persons aged 20 to 64 as a share of all", "Labour survey"),
    ("Education", "Persons aged 30 to 34 who have completed a study", "Labour survey"),
    ("Poverty", "Persons with an income below 60 % of the median", "Income survey"),
    ("Research", "Gross expenditure as a percentage of the product", "Accounts"),
)
GRID = ["|".join(texts) for texts in TEXTS]


def shaded(paper: Paper, rows: int, step: int) -> None:
    """Every so many rows have a shade in each cell."""
    paper.canvas.setFillGray(0.85)
    for row in range(0, rows, step):
        for x0, x1 in pairwise(XS):
            paper.bar(x0, 100 + 16 * row, x1, 116 + 16 * row)
    paper.canvas.setFillGray(0)


def written(paper: Paper, texts: tuple[tuple[str, ...], ...] = TEXTS) -> None:
    for row, cells in enumerate(texts):
        for x, text in zip(XS, cells, strict=False):
            paper.text(x + 4, 112 + 16 * row, text, font=LATIN)


def test_words_in_cells_of_which_every_second_row_is_shaded() -> None:
    paper = Paper()
    shaded(paper, 5, 2)
    written(paper)
    assert tables(paper.done()) == [GRID]


def test_very_many_shades_that_meet_at_other_places_in_every_line() -> None:
    shades = [
        Box(x0, 20.0 * row, x1, 20.0 * row + 10)
        for row in range(2_000)
        for x0, x1 in ((0.0, 10.0 + 4 * row), (10.0 + 4 * row, 9_000.0))
    ]
    before = time.process_time()
    assert shades_to_rules(shades, [], []) == ([], [])
    assert time.process_time() - before < 3


def test_edges_a_hair_apart_are_one() -> None:
    shades = [
        Box(0, 0, 29.9, 10),
        Box(29.9, 0, 90, 10),
        Box(0, 20, 31.3, 30),
        Box(31.3, 20, 60, 30),
    ]
    shades += [Box(60, 20, 90, 30), Box(0, 40, 45, 50), Box(45, 40, 90, 50)]
    lying, _ = shades_to_rules(shades, [], [])
    assert [rule.at for rule in lying] == [0, 10, 20, 30]


def test_the_last_row_has_no_shade() -> None:
    paper = Paper()
    shaded(paper, 4, 2)
    written(paper, TEXTS[:4])
    assert tables(paper.done()) == [GRID[:4]]


def test_prose_below_the_last_shade_is_no_row() -> None:
    paper = Paper()
    shaded(paper, 3, 2)
    written(paper, TEXTS[:3])
    paper.text(
        60, 160, "The figures of this chapter were taken from the accounts of 2009.", 10, LATIN
    )
    paper.text(
        60, 173, "Changes of less than half a point are not significant, as before.", 10, LATIN
    )
    assert tables(paper.done()) == [GRID[:3]]


def test_tables_beside_one_another_whose_rows_are_not_level() -> None:
    paper = Paper()
    paper.canvas.setFillGray(0.85)
    for left, top in ((60.0, 100.0), (320.0, 107.0)):
        for row in (0, 2, 4):
            for x0, x1 in ((left, left + 90), (left + 90, left + 200)):
                paper.bar(x0, top + 16 * row, x1, top + 16 * (row + 1))
    paper.canvas.setFillGray(0)
    for left, top in ((60.0, 100.0), (320.0, 107.0)):
        for row, texts in enumerate(TEXTS):
            paper.text(left + 4, top + 12 + 16 * row, texts[0], font=LATIN)
            paper.text(left + 94, top + 12 + 16 * row, texts[2], font=LATIN)
    grid = [f"{texts[0]}|{texts[2]}" for texts in TEXTS]
    assert tables(paper.done()) == [grid, grid]


def test_shades_behind_words_are_no_cells() -> None:
    paper = Paper()
    paper.canvas.setFillGray(0.85)
    for n, x in enumerate((200.0, 310.0, 270.0)):
        paper.bar(60, 100 + 14 * n, x, 113 + 14 * n)
        paper.bar(x, 100 + 14 * n, 500, 113 + 14 * n)
    paper.canvas.setFillGray(0)
    for n in range(3):
        paper.text(
            62,
            110 + 14 * n,
            "The office carried out a survey of all regions in that year",
            10,
            LATIN,
        )
    assert tables(paper.done()) == []
