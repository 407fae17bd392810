"""What a browser shows and the source does not say: no figure wrong, none silently blank.

Each kind of `samples.hard.shown` is drawn with other selectors, properties, tools. Where all is
followed every figure must be read; elsewhere it may be unreadable, if a finding says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from against_truth import BLANKS, compare, seeds, silently_lost

from samples.hard.shown import SHOWN, Shown
from samples.layout import draft
from samples.report import make_report, truth
from tasks.flow import examine
from tasks.model.refusal import Refusal
from tasks.model.report import Outcome

SUITE = "what a browser shows"
#: Forms of each kind at scale 1.
FORMS = 4


@pytest.fixture(params=SHOWN, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Shown:
    found: Shown = request.param
    return found


def test_what_is_shown_is_read_or_said_to_be_unreadable(
    kind: Shown, count: Callable[..., None]
) -> None:
    wrong, lost, silent = [], [], []
    right = 0
    for seed in seeds(FORMS):
        report = make_report(seed * 31 + 5, blanks=BLANKS[seed % len(BLANKS)], big=seed % 3 == 0)
        try:
            outcome = examine(kind.make(draft(report), seed), f"a.{kind.suffix}")
        except Refusal as refusal:
            lost.append((seed, str(refusal)))
            continue
        if outcome.report is None:
            assert _is_said(outcome), (kind.name, seed)
            lost.append((seed, "no report"))
            continue
        compared = compare(truth(report), outcome.report)
        right += compared.right
        wrong += [(seed, str(one)) for one in compared.wrong]
        lost += [(seed, str(one)) for one in compared.lost]
        silent += [(seed, str(one)) for one in silently_lost(compared, outcome)]
    count(SUITE, forms=FORMS, figures_right=right, figures_wrong=len(wrong), unreadable=len(lost))
    assert wrong == []
    assert silent == []
    if kind.certain:
        assert lost == []


def _is_said(outcome: Outcome) -> bool:
    return any(finding.rule.startswith("extraction.") for finding in outcome.findings)
