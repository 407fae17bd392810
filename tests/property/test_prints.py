"""PDFs as fonts, printers, scanners and form programs leave them, many of each kind.

A font may call a digit blank, a page cut a row inside of its figures or a table by its
columns, a field have a box for each digit, a scan lie over what a program read from it. No
figure is wrong, none is lost without a word, and none is a blank that a person sees.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from against_truth import BLANKS, compare, seeds, silently_lost

from samples.hard.prints import PRINTS
from samples.hard.shape import Shape
from samples.layout import Draft, draft
from samples.report import make_report
from tasks.flow import examine
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Kind, Outcome, Severity

SUITE = "fonts, printers, scanners"
READ = [shape for shape in PRINTS if shape.outcome == "report"]
REFUSED = [shape for shape in PRINTS if shape.outcome != "report"]
#: Nothing of these is lost: every figure must be read.
WHOLE = {"set_otherwise", "combs", "on_picture"}


def drafted(seed: int) -> Draft:
    zeros = (0.3, 0.7, 0.9)[seed % 3]
    return draft(make_report(seed, blanks=BLANKS[seed % 4], zero_share=zeros, big=seed % 5 == 0))


def reading(shape: Shape, seed: int) -> tuple[Draft, Outcome]:
    report = drafted(seed)
    return report, examine(shape.make(report, seed), "report.pdf")


def from_text(outcome: Outcome) -> list[str]:
    """The figures that were not read from pixels."""
    assert outcome.report is not None
    return [
        f"{table}.{row}.{column}"
        for table, rows in outcome.report.values.items()
        for row, columns in rows.items()
        for column, value in columns.items()
        if value.kind is Kind.NUMBER and value.confidence is None
    ]


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.parametrize("shape", READ, ids=lambda shape: shape.name)
def test_no_figure_is_wrong_or_lost_without_a_word(
    shape: Shape, seed: int, count: Callable[..., None]
) -> None:
    report, outcome = reading(shape, seed)
    compared = compare(report.truth, outcome.report)
    assert [str(one) for one in compared.wrong] == []
    assert [str(one) for one in silently_lost(compared, outcome)] == []
    if compared.lost:
        assert any(
            finding.rule.startswith("extraction.") and finding.severity is not Severity.INFO
            for finding in outcome.findings
        )
    if shape.name in WHOLE:
        assert [str(one) for one in compared.lost] == []
    if shape.name == "scan_over_text":
        assert from_text(outcome) == []  # the pixels are read, and not what lies over them
    errors = [one.rule for one in outcome.findings if one.severity is Severity.ERROR]
    assert errors == []  # nothing is blamed on the organ
    count(SUITE, documents=1, figures_right=compared.right, figures_unread=len(compared.lost))


@pytest.mark.parametrize("shape", REFUSED, ids=lambda shape: shape.name)
def test_pages_that_only_stand_in_front_are_refused(shape: Shape) -> None:
    with pytest.raises(Refusal) as refusal:
        reading(shape, 1)
    assert refusal.value.code is RefusalCode.UNSUPPORTED_FORMAT
