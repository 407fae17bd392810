"""Spans to grids."""

from __future__ import annotations

import pytest
from drawn import drawn, lines
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.document import Cell, DoubtKind, Where
from tasks.model.limits import MAX_CELLS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.grid import Grid, Span, joined_edges, placed_to_grid, rows_to_cells, rows_to_grid
from tasks.render.wording import told


def rows(*written: str) -> list[list[Span]]:
    """`a b:2x3` is a cell a, and a cell b over 2 rows and 3 columns."""
    made = []
    for row in written:
        spans = []
        for word in row.split():
            text, _, size = word.partition(":")
            rowspan, _, colspan = (size or "1x1").partition("x")
            spans.append(Span(text=text, rowspan=int(rowspan), colspan=int(colspan)))
        made.append(spans)
    return made


def picture(grid: Grid) -> str:
    return drawn(grid.table("t1"))


def test_cells_are_pushed_aside_by_spans_from_above() -> None:
    grid = rows_to_grid([rows("a:2x1 b:1x2 c", "d e f", "g h i j")])
    assert picture(grid) == lines("""
        a b < c
        ^ d e f
        g h i j
    """)
    assert grid.doubts == ()


def test_a_rowspan_of_nought_goes_down_to_the_end_of_its_group() -> None:
    grid = rows_to_grid([rows("a:0x1 b", "c", "d"), rows("e f")])
    assert picture(grid) == lines("""
        a b
        ^ c
        ^ d
        e f
    """)


def test_groups_that_cut_a_table_out_of_joint_are_none() -> None:
    """LibreOffice takes the first row for the head, whatever spans begin in it."""
    grid = rows_to_grid([rows("a:2x1 b:1x2"), rows("c d", "e f g")])
    assert picture(grid) == lines("""
        a b <
        ^ c d
        e f g
    """)
    assert grid.doubts == ()


def test_a_rowspan_ends_with_its_group() -> None:
    grid = rows_to_grid([rows("a:9x1 b"), rows("c d")])
    assert picture(grid) == lines("""
        a b
        c d
    """)


def test_a_colspan_beyond_the_last_column_is_cut_in_silence() -> None:
    grid = rows_to_grid([rows("title:1x1000", "a b")])
    assert picture(grid) == lines("""
        title <
        a     b
    """)
    assert grid.doubts == ()
    assert all(cell.doubts == () for cell in grid.cells)


def test_columns_and_rows_in_which_no_cell_begins_are_not_there() -> None:
    grid = rows_to_grid([rows("a:2x2 b:2x3", "", "c:1x2 d:1x3")])
    assert picture(grid) == lines("""
        a b
        c d
    """)


def test_of_two_overlapping_cells_the_later_gives_way() -> None:
    grid = rows_to_grid([rows("a b c:2x1", "d:1x3")])
    assert picture(grid) == lines("""
        a b c
        d < ^
    """)
    [doubted] = [cell for cell in grid.cells if cell.doubts]
    assert doubted.text == "d"
    assert doubted.doubts[0].kind is DoubtKind.OVERLAPPING_SPAN


def test_rows_that_end_early_are_doubted_and_not_filled() -> None:
    grid = rows_to_grid([rows("a b c", "d e", "f g h")])
    assert picture(grid) == lines("""
        a b c
        d e .
        f g h
    """)
    [doubt] = grid.doubts
    assert doubt.kind is DoubtKind.RAGGED_ROWS
    assert "第 2 行" in told(doubt.says, "zh")
    assert "(2)" in told(doubt.says, "en")


def test_placed_cells_that_overlap_keep_all_their_text() -> None:
    grid = placed_to_grid(
        [
            Cell(text="under", row=0, column=0, colspan=2),
            Cell(text="over", row=0, column=1),
            Cell(text="next", row=0, column=2),
        ]
    )
    assert picture(grid) == "under/over < next"
    assert grid.cells[0].doubts[0].kind is DoubtKind.OVERLAPPING_SPAN


def test_an_edge_that_one_row_has_beside_that_of_the_others_is_the_same() -> None:
    group = rows("r:1x2 l:1x3", "a b:1x2 c d", "1 2:1x2 3 4")
    assert picture(rows_to_grid([group])) == lines("""
        r < l < <
        a b < c d
        1 2 < 3 4
    """)
    assert picture(placed_to_grid(joined_edges(rows_to_cells([group])))) == lines("""
        r < l <
        a b c d
        1 2 3 4
    """)


def test_an_edge_beside_another_in_one_row_is_another() -> None:
    group = rows("r:1x2 l:1x3", "a b:1x2 c d", "1 2 x 3 4")
    assert joined_edges(rows_to_cells([group])) == rows_to_cells([group])


def test_no_cells_are_no_grid() -> None:
    assert rows_to_grid([]) == Grid(n_rows=0, n_columns=0, cells=())


@pytest.mark.parametrize(
    "group",
    [
        pytest.param([[Span(text="")] * 1000] * (MAX_CELLS // 1000 + 1), id="too many cells"),
        pytest.param(
            [[Span(text="", colspan=n + 1), Span(text="")] for n in range(2_000)],
            id="too many positions",
        ),
        pytest.param([[Span(text="", rowspan=0)] for _ in range(3_000)], id="ever more spans"),
    ],
)
def test_tables_larger_than_any_report_are_refused(group: list[list[Span]]) -> None:
    with pytest.raises(Refusal) as refusal:
        rows_to_grid([group])
    assert refusal.value.code is RefusalCode.TOO_COMPLEX


spans = st.builds(
    Span,
    text=st.sampled_from("abc"),
    rowspan=st.integers(0, 5),
    colspan=st.integers(1, 5) | st.just(10**9),
    where=st.just(Where()),
    doubts=st.just(()),
)


@given(st.lists(st.lists(st.lists(spans, max_size=5), max_size=5), max_size=3))
def test_whatever_the_spans_the_grid_is_sound(groups: list[list[list[Span]]]) -> None:
    """`Table` itself refuses cells that overlap or reach out; no cell may get lost."""
    grid = rows_to_grid(groups)
    table = grid.table("t1")
    texts = [span.text for group in groups for row in group for span in row]
    assert [cell.text for cell in table.cells] == texts
    assert {cell.row for cell in table.cells} == set(range(table.n_rows))
    assert {cell.column for cell in table.cells} == set(range(table.n_columns))
    full = all(cell is not None for row in table.grid() for cell in row)
    assert full == (not grid.doubts)


@given(st.lists(st.lists(st.lists(spans, max_size=5), max_size=5), max_size=3))
def test_joined_edges_lose_no_cell(groups: list[list[list[Span]]]) -> None:
    cells = rows_to_cells(groups)
    joined = joined_edges(cells)
    assert [(cell.text, cell.row) for cell in joined] == [(cell.text, cell.row) for cell in cells]
    assert all(cell.colspan > 0 for cell in joined)
    texts = [cell.text for cell in placed_to_grid(joined).cells]
    assert texts == [span.text for group in groups for row in group for span in row]
