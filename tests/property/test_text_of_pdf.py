"""Text that poppler takes out of PDFs: no figure is wrong, and what is lost is told.

One report of each style in the default run; more of them at PROPERTY_SCALE=10.
"""

from __future__ import annotations

import pytest
from against_truth import BLANKS, compare, seeds, silently_lost

from samples.hard.programs import LATER_PROGRAMS, PDF_TO_TEXT, is_here
from samples.hard.shape import Shape
from samples.layout import draft
from samples.report import make_report, truth
from tasks.flow import examine

pytestmark = pytest.mark.skipif(
    not is_here(PDF_TO_TEXT), reason="pdftotext is not installed: apt install poppler-utils"
)
ZERO_SHARES = (0.7, 0.3, 0.9)


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.parametrize("shape", LATER_PROGRAMS, ids=lambda shape: shape.name)
def test_no_figure_is_wrong_and_no_loss_is_silent(shape: Shape, seed: int) -> None:
    at = LATER_PROGRAMS.index(shape)
    report = make_report(
        seed,
        blanks=BLANKS[(seed + at) % len(BLANKS)],
        zero_share=ZERO_SHARES[seed % len(ZERO_SHARES)],
        big=seed % 5 == 0,
    )

    outcome = examine(shape.make(draft(report), seed), "report.txt")

    found = compare(truth(report), outcome.report)
    assert [str(field) for field in found.wrong] == []
    assert silently_lost(found, outcome) == []
    assert found.right > 0
