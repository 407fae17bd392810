"""Document -> Report: which form this is, of whom and when, and where each figure stands.

Document
  | spaces.py       signs that stand for a space taken off the figures
  | identity.py     organ and year
  |   witnesses.py    everything that says them
  |   names.py        what an organ's name is
  |   wrapped.py      lines that were broken at a width put together
  |   regions.py      a name -> the place it lies in, and what all names of one organ share
  | sections.py     whether it is a report at all, and anybody's
  | aside.py        grids that are out of joint set right
  | gathered.py     rows that are tables of their own, each below its label -> one table
  | anchors.py      what stands on a page without lines -> tables by the labels around it
  |   heads.py        heads side by side, and how far their table reaches
  |   whole.py        labels that take several lines made whole
  |   sides.py        a figure -> the head that it stands under
  | restore.py      text that has lost its rows -> tables again, of those not found so far
  |   tokens.py       lines -> labels, figures and blanks with their places
  |   fragments.py    labels in pieces put together
  |   positions.py    figures laid out by spaces -> the blanks between them
  | rows.py         tables of the document -> segments of the form's tables
  | align.py        rows against the form's lines
  | columns.py      header rows -> the columns over them
  | place.py        cells against columns, under heads   (sideways.py: table 四)
  |   order.py        where only their order is known
  | read_tables.py  cells -> values, and what has to be said about them
  |   amounts.py      the text of a cell -> a figure
  |   infer.py        rows without their columns -> figures, where the relations leave one way
  | leaving.py      the working copy -> the document's own tables, and those restored from text
  | scans.py        figures of scanned pages -> unreadable
  v
Document, Report, findings `extraction.*` and `year.*`

labels.py and vocabulary.py: what a text says once its way of writing is taken off, and which
labels there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.forms.annual_report import FORM
from tasks.identify.identity import Identity, identify
from tasks.identify.regions import organ_key, region_of
from tasks.identify.sections import holds_nothing, sections_of, seen_blank
from tasks.model.document import Document, DoubtKind, Table
from tasks.model.report import Finding, Kind, Report, Severity
from tasks.model.saying import TableOf, say
from tasks.recognise.anchors import side_of, with_table
from tasks.recognise.aside import set_right, without_repeats, without_running_numbers
from tasks.recognise.gathered import with_gathered_rows, without_gathered_rows
from tasks.recognise.leaving import with_own_tables
from tasks.recognise.read_tables import TableReading, read_table
from tasks.recognise.restore import restore, unfold
from tasks.recognise.rows import Segment, lines_of, tables_to_segments
from tasks.recognise.scans import distrust_scans
from tasks.recognise.spaces import without_lost_spaces
from tasks.says.labels import key

#: Where all heads of its columns are there as well so many are enough.
_FEWEST_HEADED = 2
#: Share of the cells that the reader's own table shows.
_ENOUGH = 0.8
#: A longer text is a sentence, not a label.
_LONGEST_LABEL = 80


def recognise(document: Document) -> tuple[Document, Report | None, tuple[Finding, ...]]:
    """Find the report in a document.

    Gives the document back as well, its tables as they were read, with those among them that
    flattening had dissolved: each address of a value leads to its cell there. The report is None
    where the document is no report of the form; then there are no findings.
    """
    read = document
    document = without_lost_spaces(document)
    document = set_right(unfold(without_repeats(without_running_numbers(document))))
    who = identify(document)
    document, readings = _read_all(with_gathered_rows(document), who)
    document = without_gathered_rows(document)
    whose = _whose(document, who, readings)
    if whose is None:
        return read, None, ()
    texts = _short_texts(document)
    for reading in readings.values():
        reading.tell_left_out(texts)
    if any(doubt.kind is DoubtKind.LOST_LINES for doubt in document.doubts):
        for reading in readings.values():
            reading.distrust_all()
    distrust_scans(document, readings.values())
    findings = [finding for reading in readings.values() for finding in reading.findings]
    report = Report(
        form=FORM.id,
        organ=whose.organ,
        year=whose.year,
        region=region_of(whose.organ, whose.year),
        organ_key=organ_key(whose.organ),
        edition={
            table: readings[table].edition.edition if table in readings else None
            for table in FORM.tables
        },
        values={
            table: readings[table].values if table in readings else {} for table in FORM.tables
        },
        left_over=tuple(left for reading in readings.values() for left in reading.left_over),
    )
    document = with_own_tables(document)
    return (
        document,
        report,
        (
            *_doubts(document),
            *whose.findings,
            *_unknown_identity(whose),
            *_missing_tables(readings),
            *findings,
        ),
    )


def _whose(
    document: Document, who: Identity, readings: Mapping[str, TableReading]
) -> Identity | None:
    """Who reports, and on which year; None where the document is no report.

    The blank form, as a notice sends it out, is nobody's, whoever shows it.
    """
    rows = [row for reading in readings.values() for row in reading.values.values()]
    cells = [value for row in rows for value in row.values()]
    aside = any(left.values for reading in readings.values() for left in reading.left_over)
    if readings and (aside or not holds_nothing(cells)):
        return who
    sections = sections_of(document)
    if not readings:
        return who if sections.make_report(titled=who.titled) else None
    if not sections.is_notice and (sections.told or who.titled_in_full):
        return who
    return Identity(organ=None, year=None) if seen_blank(cells) else None


def _read_all(document: Document, who: Identity) -> tuple[Document, dict[str, TableReading]]:
    document, readings = _with_anchored(document, who)
    missing = [table for table in FORM.tables if table not in readings]
    if missing:
        restored = restore(document, missing)
        if restored is not document:
            return restored, _read_tables(restored, who)
    return document, readings


def _with_anchored(document: Document, who: Identity) -> tuple[Document, dict[str, TableReading]]:
    """On a page without lines the reader can only guess at columns from where figures stand;
    a table laid out by its labels is taken instead, unless it shows much less."""
    readings = _read_tables(document, who)
    side = side_of(document)
    for table in FORM.tables:
        laid = with_table(document, table, side)
        if laid is None:
            continue
        again = _read_tables(laid, who)
        if _known(again, table) >= _ENOUGH * _known(readings, table):
            document, readings = laid, again
    return document, readings


def _known(readings: Mapping[str, TableReading], table: str) -> int:
    """How many cells of a table are read."""
    values = readings[table].values.values() if table in readings else ()
    hidden = (Kind.UNREADABLE, Kind.ABSENT)
    return sum(value.kind not in hidden for row in values for value in row.values())


def _read_tables(document: Document, who: Identity) -> dict[str, TableReading]:
    segments = tables_to_segments(document.tables(), at_end=_at_end(document))
    readings: dict[str, TableReading] = {}
    for table in FORM.tables:
        chosen = _belonging(table, segments.get(table, ()))
        reading = read_table(table, chosen, who.year) if chosen else None
        if reading and (reading.found >= FORM.evidence[table].lines or _is_beginning(reading)):
            readings[table] = reading
    return readings


def _is_beginning(reading: TableReading) -> bool:
    """Whether it is a whole header with the first rows: what a text that breaks off leaves."""
    return reading.headed and reading.found >= _FEWEST_HEADED


def _at_end(document: Document) -> Table | None:
    """The table that a text ends with."""
    last = document.blocks[-1] if document.blocks else None
    return last if isinstance(last, Table) and not last.columns_sure else None


def _belonging(table: str, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments that make up the table: the fullest, those that go on with other lines,
    and those that repeat most of it. A few labels in a table of the text are none of these.
    """
    lines = [lines_of(table, segment) for segment in segments]
    if not any(lines):
        return tuple(segments)
    main = max(range(len(segments)), key=lambda index: len(lines[index]))
    covered = set(lines[main])
    kept = {main}
    for index in [*range(main + 1, len(segments)), *range(main - 1, -1, -1)]:
        new = lines[index] - covered
        repeats = lines[index] & covered
        if len(new) > len(repeats) or not lines[index] or len(repeats) * 10 >= len(lines[main]) * 6:
            kept.add(index)
            covered |= lines[index]
    return tuple(segment for index, segment in enumerate(segments) if index in kept)


def _short_texts(document: Document) -> list[str]:
    """Keys of the lines and cells that may be labels, or labels with figures run into them."""
    said = [cell.text for table in document.tables() for cell in table.cells]
    said += [line for block in document.paragraphs() for line in block.text.split("\n")]
    return [key(text) for text in said if len(text) <= _LONGEST_LABEL]


# What has to be said of the document as a whole


def _doubts(document: Document) -> list[Finding]:
    doubts = list(document.doubts)
    for table in document.tables():
        doubts += table.doubts
        doubts += [doubt for cell in table.cells for doubt in cell.doubts]
    return [
        Finding(
            rule=f"extraction.{doubt.kind}",
            severity=Severity.WARNING,
            says=doubt.says,
        )
        for doubt in doubts
    ]


def _unknown_identity(who: Identity) -> list[Finding]:
    findings = []
    if who.organ is None:
        findings.append(
            Finding(
                rule="extraction.organ",
                severity=Severity.WARNING,
                says=(say("extraction.organ"),),
            )
        )
    if who.year is None:
        findings.append(
            Finding(
                rule="extraction.year",
                severity=Severity.WARNING,
                says=(say("extraction.year"),),
            )
        )
    return findings


def _missing_tables(readings: Mapping[str, TableReading]) -> list[Finding]:
    return [
        Finding(
            rule="extraction.missing_table",
            severity=Severity.WARNING,
            says=(say("extraction.missing_table", table=TableOf(table)),),
        )
        for table in FORM.tables
        if table not in readings
    ]
