"""Faults that are known and not mended yet, and what the sweeps tolerate because of them.

Each fault stands in `test_known_faults` as one document that shows it, marked to fail: when
it is mended, that test says so, and its lines here go as well.
"""

from __future__ import annotations

import pytest

#: Shapes in which figures are sometimes not read though they could be.
UNSURE_SHAPES = frozenset({"text/columns_of_spaces", "text/without_characters"})

_LOST = "test_every_figure_is_read_where_nothing_needed_is_lost"
_WHO = "test_organ_year_and_editions_are_right"

#: (test, shape or defect)
_TOLERATED = {
    *((_LOST, shape) for shape in UNSURE_SHAPES),
    *((_WHO, shape) for shape in UNSURE_SHAPES),
    # what is left may look like another edition
    (_WHO, "text/without_repeats"),
    (_WHO, "text/run_together"),
}


TOLERATED = pytest.StashKey[str]()


def tolerate(request: pytest.FixtureRequest, test: str, where: str) -> None:
    """The test may fail here; `conftest` then reports it as a known fault."""
    if (test, where) in _TOLERATED:
        request.node.stash[TOLERATED] = f"{where}: see test_known_faults"
