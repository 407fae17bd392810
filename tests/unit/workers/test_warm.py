"""What the sandbox reads before its first fork: whole reports, so that all which reading one
keeps is kept."""

from __future__ import annotations

import pytest

from tasks.flow import examine
from tasks.model.report import Kind
from workers.sandbox.warm import FORMATS


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"warm.pdf"}))
def test_a_warm_document_is_a_report_with_all_that_the_form_has(name: str) -> None:
    outcome = examine(FORMATS[name](), name)
    report = outcome.report
    assert report is not None
    wanted = "2019" if name.startswith("older") else "2021"
    assert dict(report.edition) == {"disclosure": wanted, "requests": wanted, "disputes": "2021"}
    assert not report.left_over
    # A place that is known: the list of places is long, and read at its first use.
    assert report.region is not None
    kinds = {
        value.kind
        for rows in report.values.values()
        for columns in rows.values()
        for value in columns.values()
    }
    assert kinds <= {Kind.NUMBER, Kind.ABSENT}
    # Findings are found and worded.
    assert {"requests.balance", "requests.applicants"} <= {one.rule for one in outcome.findings}
    assert not [one for one in outcome.findings if one.rule.startswith("extraction.")]
