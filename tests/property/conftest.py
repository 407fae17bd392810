"""Figures of this rung, added up over all tests (and all processes) and shown at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator

import pytest
from known_faults import TOLERATED

#: Under this prefix a test's property is a figure to be added up, not a remark.
_COUNTED = "total: "


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """`count("one truth, many shapes", documents=2, cells=398)` adds to the totals."""

    def add(suite: str, **figures: int) -> None:
        for name, figure in figures.items():
            record_property(f"{_COUNTED}{suite}: {name.replace('_', ' ')}", figure)

    return add


@pytest.fixture
def remark(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """A line of figures that cannot be added up."""
    return record_property


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A known fault in a sweep is reported as one; where it does not show, the test passes."""
    report = yield
    reason = item.stash.get(TOLERATED, None)
    if reason and report.when == "call" and report.failed:
        report.outcome = "skipped"
        report.wasxfail = reason
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    totals: Counter[str] = Counter()
    remarks: list[tuple[str, object]] = []
    for report in [one for group in terminalreporter.stats.values() for one in group]:
        if getattr(report, "when", None) != "call":
            continue
        for name, value in report.user_properties:
            if name.startswith(_COUNTED):
                totals[name.removeprefix(_COUNTED)] += value
            else:
                remarks.append((name, value))
    if not totals and not remarks:
        return
    terminalreporter.section("figures of the property suites")
    for name, total in sorted(totals.items()):
        terminalreporter.write_line(f"{name}: {total:,}")
    for name, value in sorted(remarks, key=lambda pair: pair[0]):
        terminalreporter.write_line(f"{name}: {value}")
