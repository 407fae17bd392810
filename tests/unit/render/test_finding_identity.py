"""Which findings are the same one, and which are not."""

from __future__ import annotations

from typing import Any

import pytest

from samples import broken, make_report, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.identity import finding_id
from tasks.render.result import done, dumps, loads

FINDING: dict[str, Any] = {
    "rule": "requests.balance",
    "severity": "error",
    "message": "自然人：不平",
    "message_en": "natural persons do not tie",
    "cells": ["requests.new.natural_person", "requests.processed_total.natural_person"],
    "expected": "12",
    "actual": "11",
    "suspects": [{"cell": "requests.new.natural_person", "value": "13"}],
}
BARE = {**FINDING, "cells": [], "expected": None, "actual": None}


@pytest.mark.parametrize(
    "changed",
    [
        {"message": "另一种说法", "message_en": "in other words"},
        {"severity": "warning"},
        {"suspects": []},
        {"cells": FINDING["cells"][::-1]},
        {"where": "a field of a later engine"},
    ],
)
def test_it_is_the_same(changed: dict[str, Any]) -> None:
    assert finding_id({**FINDING, **changed}) == finding_id(FINDING)


@pytest.mark.parametrize(
    "changed",
    [
        {"rule": "requests.outcomes"},
        {"cells": FINDING["cells"][:1]},
        {"cells": []},
        {"expected": "13"},
        {"actual": "10"},
        {"expected": "11", "actual": "12"},
        {"expected": None},
    ],
)
def test_it_is_another(changed: dict[str, Any]) -> None:
    assert finding_id({**FINDING, **changed}) != finding_id(FINDING)


def test_without_cells_and_figures_the_message_tells_which() -> None:
    assert finding_id(BARE) != finding_id({**BARE, "message": "另一处"})
    assert finding_id({**BARE, "actual": "财政局"}) == finding_id(
        {**BARE, "actual": "财政局", "message": "另一处"}
    )


def test_it_never_changes() -> None:
    """What people decided years ago must be found again."""
    assert finding_id(FINDING) == "6876d6519cdcc833"
    assert finding_id(BARE) == "4bf34afd2b35ad25"


def test_two_files_of_one_report_have_the_same_findings_and_no_two_are_taken_for_one() -> None:
    report = make_report(7, organ="霁川县财政局", year=2023)
    report = broken(report, "requests.new.natural_person", 3)
    first, second = (
        {finding_id(one) for one in read["findings"]}
        for read in (
            loads(dumps(done({"name": "a"}, examine(render(report, format_, style), "a"))))
            for format_, style in ((Format.HTML, "cms"), (Format.DOCX, "plain"))
        )
    )
    assert len(first) > 1
    assert first == second
