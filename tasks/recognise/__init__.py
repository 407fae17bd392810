"""Document -> Report: which form this is, of whom and when, and where each figure stands.

Document
  | mend.py         tables that are out of joint set right, and rows gathered that are tables
  | page.py         what stands on a page without lines -> tables by the labels around it
  |   areas.py        heads side by side, and how far their table reaches
  |   whole.py        labels that take several lines made whole
  | text.py         text that has lost its rows -> tables again, of those not found so far
  |   lines.py        lines -> labels, figures and blanks with their places
  |   pieces.py       labels in pieces put together
  |   spacing.py      empty lines and gaps of spaces -> the blanks that they stand for
  | rows.py         tables of the document -> segments of the form's tables
  | align.py        rows against the form's lines
  | columns.py      header rows -> the columns over them
  | place.py        cells against columns, under heads   (sideways.py: table 四)
  |   order.py        where only their order is known
  | values.py       the edition that fits best; its fields -> values
  |   infer.py        rows without their columns -> figures, where the relations leave one way
  |   findings.py     what has to be said
  | leaving.py      the working copy -> the document's own tables, and those restored from text
  v
Document, Report, findings `extraction.*` and `year.*`

What a text says is asked of `tasks/says`, who reports on which year of `tasks/identify`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tasks.forms.annual_report import FORM
from tasks.identify.identity import Identity, identify
from tasks.identify.regions import organ_key, region_of
from tasks.identify.sections import holds_nothing, sections_of, seen_blank
from tasks.model.box import Box
from tasks.model.document import Document, DoubtKind, Format, Table, Where
from tasks.model.report import Finding, Report, Value
from tasks.model.saying import say
from tasks.recognise.findings import of_document
from tasks.recognise.leaving import with_own_tables
from tasks.recognise.mend import mended, with_gathered_rows, without_gathered_rows
from tasks.recognise.rows import Segment, is_long_line, lines_of, tables_to_segments
from tasks.recognise.values import TableReading, read_table
from tasks.says.amounts import looks_like_value
from tasks.says.labels import key
from tasks.says.spaces import without_lost_spaces

#: Where all heads of its columns are there as well so many lines are enough.
_FEWEST_HEADED = 2
#: A table laid out by its labels shows no fewer of the figures than this share of what the
#: reader's own table shows. Where a head was not found, two figures stand under another one.
_ENOUGH = 0.8
#: A segment whose lines repeat this share of the fullest one's is another copy of the table.
_ANOTHER_COPY = 0.6
#: A longer text is a sentence, not a label.
_LONGEST_LABEL = 80

#: table of the form -> how it was read
_Readings = Mapping[str, TableReading]


def recognise(document: Document) -> tuple[Document, Report | None, tuple[Finding, ...]]:
    """Find the report in a document.

    Gives the document back as well, its tables as they were read, with those among them that
    flattening had dissolved: each address of a value leads to its cell there. The report is None
    where the document is no report of the form; then there are no findings.
    """
    read = document
    document = _unfolded(mended(without_lost_spaces(document)))
    who = identify(document)
    document = _with_laid_out(with_gathered_rows(document))
    document, readings = _with_restored(document, _read(document, who.year, {}), who.year)
    document = without_gathered_rows(document)
    whose = _whose(document, who, readings)
    if whose is None:
        return read, None, ()
    readings = _doubted(document, readings)
    report = _to_report(whose, readings)
    document = with_own_tables(document)
    missing = [table for table in FORM.tables if table not in readings]
    findings = [finding for reading in readings.values() for finding in reading.findings]
    return document, report, (*of_document(document, whose, missing), *findings)


def _to_report(whose: Identity, readings: _Readings) -> Report:
    edition = {table: reading.edition.edition for table, reading in readings.items()}
    values = {table: reading.values for table, reading in readings.items()}
    return Report(
        form=FORM.id,
        organ=whose.organ,
        year=whose.year,
        region=region_of(whose.organ, whose.year),
        organ_key=organ_key(whose.organ),
        edition={table: edition.get(table) for table in FORM.tables},
        values={table: values.get(table, {}) for table in FORM.tables},
        left_over=tuple(left for reading in readings.values() for left in reading.left_over),
    )


def _whose(document: Document, who: Identity, readings: _Readings) -> Identity | None:
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


# From where a table is read: the reader's grid, a page by its labels, text


def _unfolded(document: Document) -> Document:
    """Lines that are several rows, or a page, cut."""
    if document.format is not Format.TEXT and not any(map(is_long_line, document.paragraphs())):
        return document
    from tasks.recognise.text import unfold

    return unfold(document)


def _with_laid_out(document: Document) -> Document:
    """On a page without lines the reader can only guess at columns from where figures stand;
    a table laid out by its labels is taken instead, unless it shows much less."""
    if not document.runs:
        return document
    # These rooms are imported for the documents that need them: a plain table needs neither.
    from tasks.recognise.page import side_of, with_table

    side = side_of(document)
    for table in FORM.tables:
        laid = with_table(document, table, side)
        if laid and _n_shown(laid, table) >= _ENOUGH * _n_shown(document, table):
            document = laid
    return document


def _n_shown(document: Document, table: str) -> int:
    """How many figures have a cell of their own where a table of the form stands."""
    return sum(
        cell.rowspan == cell.colspan == 1
        and len(cell.text.split()) == 1
        and looks_like_value(cell.text)
        for segment in _segments_of(document).get(table, ())
        for row in segment.rows
        for cell in row.own
    )


def _with_restored(
    document: Document, readings: _Readings, year: int | None
) -> tuple[Document, _Readings]:
    """Tables that are not found as such are looked for in the text."""
    missing = [table for table in FORM.tables if table not in readings]
    if not missing:
        return document, readings
    from tasks.recognise.text import restore

    restored = restore(document, missing)
    if restored is document:
        return document, readings
    return restored, _read(restored, year, readings)


def _read(document: Document, year: int | None, before: _Readings) -> _Readings:
    """What is there of the tables of the form; `before`: as they were read already."""
    readings: dict[str, TableReading] = {}
    for table, segments in _segments_of(document).items():
        known = before.get(table)
        if known and known.segments == segments:
            readings[table] = known
        elif (reading := read_table(table, segments, year)) and _is_enough(reading):
            readings[table] = reading
    return readings


def _is_enough(reading: TableReading) -> bool:
    """Whether so much of a table is there that it is one: some of its lines, or the whole header
    with the first of them, which a text that breaks off leaves."""
    enough = reading.found >= FORM.evidence[reading.edition.table].lines
    return enough or (reading.headed and reading.found >= _FEWEST_HEADED)


def _segments_of(document: Document) -> Mapping[str, tuple[Segment, ...]]:
    """Table of the form, in their order -> the segments that make it up."""
    last = document.blocks[-1] if document.blocks else None
    at_end = last if isinstance(last, Table) and not last.columns_sure else None
    segments = tables_to_segments(document.tables(), at_end=at_end)
    return {name: _belonging(name, segments[name]) for name in FORM.tables if name in segments}


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
        repeats = lines[index] & covered
        goes_on = len(lines[index] - covered) > len(repeats) or not lines[index]
        if goes_on or len(repeats) >= _ANOTHER_COPY * len(lines[main]):
            kept.add(index)
            covered |= lines[index]
    return tuple(segment for index, segment in enumerate(segments) if index in kept)


# What is read and not believed


def _doubted(document: Document, readings: _Readings) -> _Readings:
    texts = _short_texts(document)
    lines_lost = any(doubt.kind is DoubtKind.LOST_LINES for doubt in document.doubts)
    scans = [doubt.where for doubt in document.doubts if doubt.kind is DoubtKind.SCAN]
    doubted = {table: reading.with_left_out(texts) for table, reading in readings.items()}
    if lines_lost:
        doubted = {table: reading.with_lines_lost() for table, reading in doubted.items()}
    if scans:
        places = {t.at(cell): cell.where for t in document.tables() for cell in t.cells}
        doubted = {
            table: reading.distrusted(_scanned(reading, scans, places), say("not_taken.scan"))
            for table, reading in doubted.items()
        }
    return _rested_on_pixels(document, doubted) if document.readings else doubted


def _rested_on_pixels(document: Document, readings: _Readings) -> _Readings:
    from tasks.recognise.pixels import Readings, weighed

    seen = Readings(document)
    return {
        table: reading.with_values(dict(weighed(reading.edition, reading.values, seen)))
        for table, reading in readings.items()
    }


def _short_texts(document: Document) -> list[str]:
    """Keys of the lines and cells that may be labels, or labels with figures run into them."""
    said = [cell.text for table in document.tables() for cell in table.cells]
    said += [line for block in document.paragraphs() for line in block.text.split("\n")]
    return [key(text) for text in said if len(text) <= _LONGEST_LABEL]


def _scanned(
    reading: TableReading, scans: Sequence[Where], places: Mapping[str, Where]
) -> Callable[[Value], bool]:
    """Whether a value stands on a picture of a page: its text is what some program read from it.

    A figure may be misread and a blank be a figure that was missed, so neither is taken. Labels
    are: what they are is known, and one that is misread is no other label.
    """

    def place(value: Value) -> Where:
        return places.get(value.at or "", Where())

    values = [value for columns in reading.values.values() for value in columns.values()]
    known = [place(value) for value in values if place(value).page is not None]
    # a blank of a table laid out by its labels has no place: it goes with the rest of its table
    others = not known or any(_is_in(where, scans) for where in known)
    return lambda value: others if place(value).page is None else _is_in(place(value), scans)


def _is_in(where: Where, scans: Sequence[Where]) -> bool:
    return any(scan.page == where.page and _may_overlap(scan, where) for scan in scans)


def _may_overlap(one: Where, other: Where) -> bool:
    """On one page; what has no box may be anywhere there."""
    if one.box is None or other.box is None:
        return True
    return Box(*one.box).overlaps(Box(*other.box))
