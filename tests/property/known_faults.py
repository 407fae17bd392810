"""Faults that are known and not mended yet, and what the sweeps tolerate because of them.

Each fault stands in `test_known_faults` as one document that shows it, marked to fail: when
it is mended, that test says so, and its lines here go as well.
"""

from __future__ import annotations

import pytest

#: Shapes in which figures are sometimes not read though they could be.
UNSURE_SHAPES = frozenset[str]()

_LOST = "test_every_figure_is_read_where_nothing_needed_is_lost"
_WHO = "test_organ_year_and_editions_are_right"

#: Shapes in which a row whose label is spoilt as well may be told to be unreadable.
UNSURE_IF_SPOILT = UNSURE_SHAPES | {
    "pdf/unruled_cut",
    "pdf/unruled_left",
    # the only figure of a document does not show at which side of its column it stands
    "pdf/unruled_low",
    "pdf/unruled_narrow",
    "pdf/unruled_rotated",
    "text/columns_of_spaces",
}

#: (test, shape or defect)
_TOLERATED = {
    # a cell that went with its sign leaves an empty line, which may be a blank cell
    ("test_a_cell_that_went_moves_no_figure", "pipe_before_row"),
    *((_LOST, shape) for shape in UNSURE_SHAPES),
    *((_WHO, shape) for shape in UNSURE_SHAPES),
    # what is left may look like another edition
    (_WHO, "text/without_repeats"),
    (_WHO, "text/run_together"),
    # line breaks anywhere in labels, in rows that a page cuts
    ("test_every_figure_is_read", "breaks"),
    ("test_rows_that_the_form_does_not_have_are_kept_aside", "breaks"),
    # rows that the form may leave out are lost with the end of a numbered table
    ("test_no_number_of_a_row_is_a_figure", "pdf/unruled_cut"),
    # 其他处理 is not found among numbers: the other edition's rows are not missed
    ("test_no_number_of_a_row_is_a_figure", "text/run_together"),
}


TOLERATED = pytest.StashKey[str]()


def tolerate(request: pytest.FixtureRequest, test: str, where: str) -> None:
    """The test may fail here; `conftest` then reports it as a known fault."""
    if (test, where) in _TOLERATED:
        request.node.stash[TOLERATED] = f"{where}: see test_known_faults"
