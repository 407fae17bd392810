"""Invented reports, rendered in many shapes; the demo, the tests and the benchmarks use them.

    make_report -> draft -> (defects) -> render(format, style) -> bytes, and truth beside them

Needs the extra `local`. Everything is seeded: the same arguments give the same bytes.
"""

from samples.demo import DemoDocument, demo_documents
from samples.layout import Draft, LogicalCell, LogicalTable, draft, layout
from samples.report import (
    LogicalReport,
    Truth,
    broken,
    make_report,
    misreported,
    next_year,
    truth,
    with_figure,
)
from samples.styles import STYLES, render

__all__ = [
    "STYLES",
    "DemoDocument",
    "Draft",
    "LogicalCell",
    "LogicalReport",
    "LogicalTable",
    "Truth",
    "broken",
    "demo_documents",
    "draft",
    "layout",
    "make_report",
    "misreported",
    "next_year",
    "render",
    "truth",
    "with_figure",
]
