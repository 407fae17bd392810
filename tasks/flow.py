"""bytes -> Outcome: the way of one document through the rooms."""

from __future__ import annotations

from tasks.check import check
from tasks.detect import detect
from tasks.model.document import Document
from tasks.model.report import Outcome
from tasks.model.scans import Scans
from tasks.read import read
from tasks.recognise import recognise


def examine(source: bytes, name: str, *, scans: Scans = Scans.READ) -> Outcome:
    """Read one document, recognise the report in it and check its figures.

    `name` is the file's name as it came; it never decides the format. Raises `Refusal`, and
    `ScanLeft` where scans are left to others.
    """
    return conclude(read(source, detect(source, name), scans=scans))


def conclude(document: Document) -> Outcome:
    """What a reader gave, through the rooms that follow. Raises `Refusal`."""
    document, report, doubts = recognise(document)
    findings = check(document, report) if report else ()
    return Outcome(document=document, report=report, findings=(*doubts, *findings))
