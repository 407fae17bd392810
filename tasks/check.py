"""Placeholder while the room is being built."""
from tasks.model.document import Document
from tasks.model.report import Finding, Report


def check(document: Document, report: Report) -> tuple[Finding, ...]:
    return ()
