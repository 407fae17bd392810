"""A column of running numbers before a report's tables: none of them is ever a figure.

Where each cell has a line of its own, or a page has no lines, the number of a row follows the
figures of the row above, and where blank cells vanish it would fill a column of that row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from against_truth import BLANKS, compare, seeds, silently_lost
from known_faults import tolerate

from samples.layout import draft, with_numbers
from samples.report import make_report
from samples.style import Lost
from samples.styles import STYLES, render
from tasks.flow import examine
from tasks.model.document import Format

SUITE = "rows that are numbered"
#: Of each style at scale 1.
REPORTS = 1
#: The two tables whose lines are rows.
COUNTED = ("disclosure", "requests")
SHAPES = [
    (format, name)
    for format, styles in STYLES.items()
    for name, style in styles.items()
    if style.refusal is None and Lost.TEXT not in style.loses
]


@pytest.mark.parametrize(("format", "name"), SHAPES, ids=lambda part: str(part))
def test_no_number_of_a_row_is_a_figure(
    format: Format, name: str, count: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    silent = []
    at = list(STYLES[format]).index(name)
    for seed in seeds(REPORTS):
        blanks = BLANKS[(seed + at) % len(BLANKS)]
        drafted = draft(make_report(seed * 89 + at, blanks=blanks))
        tables = tuple(with_numbers(t) if t.id in COUNTED else t for t in drafted.tables)
        outcome = examine(render(replace(drafted, tables=tables), format, name, seed), "document")
        compared = compare(drafted.truth, outcome.report)
        count(
            SUITE,
            documents=1,
            figures_right=compared.right,
            figures_wrong=len(compared.wrong),
            figures_lost=len(compared.lost),
        )
        assert [(seed, blanks, str(bad)) for bad in compared.wrong] == []
        silent += [(seed, blanks, str(bad)) for bad in silently_lost(compared, outcome)]
    # no figure that is wrong is tolerated
    tolerate(request, "test_no_number_of_a_row_is_a_figure", f"{format}/{name}")
    assert silent == []
