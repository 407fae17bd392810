"""Faults that are known and not mended yet, and what the sweeps tolerate because of them.

Each fault stands in `test_known_faults` as one document that shows it, marked to fail: when
it is mended, that test says so, and its lines here go as well.
"""

from __future__ import annotations

import pytest

#: Shapes in which figures stand in wrong places, or that break the reader.
WRONG_SHAPES = frozenset({"pdf/horizontal", "pdf/outer", "pdf/unruled"})
#: Shapes in which figures are sometimes not read though they could be.
UNSURE_SHAPES = WRONG_SHAPES

_WRONG = "test_no_figure_is_wrong"
_LOST = "test_every_figure_is_read_where_nothing_needed_is_lost"
_SAID = "test_what_is_lost_is_said"
_WHO = "test_organ_year_and_editions_are_right"
_ALARM = "test_clean_reports_raise_no_error"

#: (test, shape or defect)
_TOLERATED = {
    *((_LOST, shape) for shape in UNSURE_SHAPES),
    *((_WHO, shape) for shape in UNSURE_SHAPES),
    *(
        (test, shape)
        for test in (_WRONG, _SAID, _ALARM, "test_every_document_is_read")
        for shape in WRONG_SHAPES
    ),
    # what is left may look like another edition
    (_WHO, "text/without_repeats"),
    (_WHO, "text/run_together"),
    *(
        (test, "breaks")
        for test in (
            "test_every_figure_is_read",
            "test_rows_that_the_form_does_not_have_are_kept_aside",
        )
    ),
}


TOLERATED = pytest.StashKey[str]()


def tolerate(request: pytest.FixtureRequest, test: str, where: str) -> None:
    """The test may fail here; `conftest` then reports it as a known fault."""
    if (test, where) in _TOLERATED:
        request.node.stash[TOLERATED] = f"{where}: see test_known_faults"
