"""bytes -> Outcome: the way of one document through the rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tasks.check import check
from tasks.detect import detect
from tasks.forms.annual_report import FORM
from tasks.model.document import Detection, Document, Doubt, DoubtKind
from tasks.model.report import Kind, Outcome, Value
from tasks.model.saying import Saying, say
from tasks.model.scans import Scans
from tasks.read import read, read_with_pictures
from tasks.read.scan import available, ready
from tasks.recognise import recognise

#: A document with fewer characters than this has nothing to say beside its pictures.
FEWEST_CHARACTERS = 200
_ALL_TABLES = len(FORM.tables)
#: What a cell may say.
_SAID = (Kind.NUMBER, Kind.BLANK, Kind.DASH)


def examine(source: bytes, name: str, *, scans: Scans = Scans.READ) -> Outcome:
    """Read one document, recognise the report in it and check its figures.

    `name` is the file's name as it came; it never decides the format. Raises `Refusal`, and
    `ScanLeft` where scans are left to others.
    """
    detection = detect(source, name)
    document = read(source, detection, scans=scans)
    outcome = conclude(document)
    if document.pictures and _n_tables(outcome) < _ALL_TABLES:
        return _with_pictures(source, detection, document, outcome, scans)
    return outcome


def conclude(document: Document) -> Outcome:
    """What a reader gave, through the rooms that follow. Raises `Refusal`."""
    document, report, doubts = recognise(document)
    if report is None:
        return Outcome(document=document, report=None, findings=doubts)
    report, findings = check(document, report)
    return Outcome(document=document, report=report, findings=(*doubts, *findings))


def _with_pictures(
    source: bytes, detection: Detection, document: Document, outcome: Outcome, scans: Scans
) -> Outcome:
    """What the text lacks may be shown in pictures. What they say counts where more tables are
    found with them than without."""
    if not available(scans):
        if outcome.report is not None:
            said = say("picture.unread", n=len(document.pictures))
            return conclude(_with_doubts(document, [_doubt(said, document)]))
        if _n_characters(document) >= FEWEST_CHARACTERS:
            return outcome
    ready(scans)
    read_again = read_with_pictures(source, detection)
    pictured = conclude(read_again)
    told = [one for one in read_again.doubts if one.says[0].id.startswith("picture.")]
    if _n_tables(pictured) > _n_tables(outcome):
        if _keeps(pictured, outcome):
            return pictured
        told.append(_doubt(say("picture.other", n=len(document.pictures)), document))
    if told and outcome.report is not None:
        return conclude(_with_doubts(document, told))
    return outcome


def _keeps(pictured: Outcome, outcome: Outcome) -> bool:
    """Whether all that the text says still stands when pictures are read as well: another table
    in a picture, of another year or organ, is none of the report's."""
    before, after = outcome.report, pictured.report
    if before is None or after is None:
        return True
    if before.organ not in (None, after.organ) or before.year not in (None, after.year):
        return False
    return all(
        value.kind not in _SAID or _same(value, after.values[table].get(row, {}).get(column))
        for table, rows in before.values.items()
        for row, columns in rows.items()
        for column, value in columns.items()
    )


def _same(one: Value, other: Value | None) -> bool:
    return other is not None and (one.kind, one.value) == (other.kind, other.value)


def _n_tables(outcome: Outcome) -> int:
    """How many of a report's tables were found; -1 where there is no report."""
    if outcome.report is None:
        return -1
    return sum(edition is not None for edition in outcome.report.edition.values())


def _n_characters(document: Document) -> int:
    said = sum(len(block.text) for block in document.paragraphs())
    return said + sum(len(cell.text) for table in document.tables() for cell in table.cells)


def _with_doubts(document: Document, doubts: Iterable[Doubt]) -> Document:
    return replace(document, doubts=(*document.doubts, *doubts))


def _doubt(said: Saying, document: Document) -> Doubt:
    return Doubt(kind=DoubtKind.TRUNCATED, says=(said,), where=document.pictures[0])
