"""What has to be said: of one table of the form as it was read, and of the document as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition
from tasks.identify.identity import Identity
from tasks.model.document import Document, Format
from tasks.model.report import Field, Finding, Kind, Severity, TableValues
from tasks.model.saying import LinesOf, Saying, TableOf, say
from tasks.recognise.rows import Row

_NO_FIGURE = say("unreadable.no_figure")
#: Signs of what was seen that go to programs.
_LONGEST_SEEN = 120


def _finding(
    said: Saying,
    fields: Iterable[Field] = (),
    *,
    rule: str,
    of: Edition | None = None,
    severity: Severity = Severity.WARNING,
    actual: str | None = None,
) -> Finding:
    """`of`: what the fields are fields of."""
    table = of.table if of else ""
    return Finding(
        rule=rule,
        severity=severity,
        says=(said,),
        cells=tuple(f"{table}.{row}.{column}" for row, column in fields),
        actual=actual,
    )


def _lines(edition: Edition, rows: Iterable[str]) -> LinesOf:
    return LinesOf(edition.table, edition.edition, "row", tuple(dict.fromkeys(rows)))


def _rows_of(edition: Edition, fields: Iterable[Field]) -> LinesOf:
    return _lines(edition, (row for row, _ in fields))


def _text(row: Row) -> str:
    return " | ".join(cell.text.replace("\n", "") for cell in row.own if cell.text.strip())


# How a table was read


def edition_in_doubt(chosen: Edition) -> Finding:
    """`cells`: what the other editions have and this one has not."""
    own = {(row.id, column.id) for row, column in chosen.fields()}
    others = dict.fromkeys(
        (row.id, column.id) for other in FORM.of(chosen.table) for row, column in other.fields()
    )
    said = say("extraction.edition", table=TableOf(chosen.table), edition=chosen.edition)
    return _finding(
        said, (one for one in others if one not in own), rule="extraction.edition", of=chosen
    )


def inferred(edition: Edition, fields: Sequence[Field]) -> Iterator[Finding]:
    if fields:
        said = say("extraction.inferred", rows=_rows_of(edition, fields), n=len(fields))
        yield _finding(said, fields, rule="extraction.inferred", of=edition, severity=Severity.INFO)


def placed_by_order(
    edition: Edition, values: TableValues, fields: Sequence[Field]
) -> Iterator[Finding]:
    if fields:
        rows = sorted({row for row, _ in fields}, key=list(values).index)
        said = say("extraction.placed_by_order", rows=_lines(edition, rows))
        yield _finding(
            said, fields, rule="extraction.placed_by_order", of=edition, severity=Severity.INFO
        )


def reordered(edition: Edition, rows: Sequence[str]) -> Iterator[Finding]:
    if rows:
        said = say("extraction.reordered_rows", rows=_lines(edition, rows))
        yield _finding(said, rule="extraction.reordered_rows", severity=Severity.INFO)


def unreadable(
    edition: Edition, values: TableValues, troubles: Mapping[Field, Saying | None]
) -> Iterator[Finding]:
    """One finding a reason, with all the cells it hides."""
    causes: dict[Saying, list[Field]] = {}
    for row, columns in values.items():
        for column, value in columns.items():
            if value.kind is Kind.UNREADABLE:
                causes.setdefault(troubles[row, column] or _NO_FIGURE, []).append((row, column))
    for why, fields in causes.items():
        raws = tuple(dict.fromkeys(values[row][column].raw for row, column in fields))
        said = say(
            "extraction.unreadable",
            rows=_rows_of(edition, fields),
            n=len(fields),
            why=why,
            seen=raws,
        )
        # what was seen goes to programs as well, in one form whatever people speak
        seen = "；".join(raw or "（空）" for raw in raws)
        short = seen if len(seen) <= _LONGEST_SEEN else seen[:_LONGEST_SEEN] + "…"
        yield _finding(said, fields, rule="extraction.unreadable", of=edition, actual=short)


def not_taken(edition: Edition, fields: Sequence[Field], why: Saying) -> Finding:
    """Of values that could be read, and are not believed."""
    rows = _rows_of(edition, fields)
    said = say("extraction.unreadable.not_taken", rows=rows, n=len(fields), why=why)
    return _finding(said, fields, rule="extraction.unreadable", of=edition)


def doubled(edition: Edition, line: str, row: Row, differing: Sequence[Field]) -> Finding:
    """The same line twice: alike is harmless, else neither reading is taken."""
    of = _lines(edition, [line])
    if not differing:
        alike = say("extraction.doubled_row.alike", row=of)
        return _finding(
            alike, rule="extraction.doubled_row", severity=Severity.INFO, actual=_text(row)
        )
    said = say("extraction.doubled_row", row=of)
    return _finding(said, differing, rule="extraction.doubled_row", of=edition, actual=_text(row))


def unknown(edition: Edition, row: Row, torn: Sequence[Field]) -> Finding:
    """A row of no line of the form; `torn`: the fields of the row above that it may belong to."""
    text = _text(row)
    said = say("extraction.unknown_row", table=TableOf(edition.table), text=text)
    return _finding(said, torn, rule="extraction.unknown_row", of=edition, actual=text)


def lost(edition: Edition, row: Row) -> Finding:
    """A row that may be one of several lines."""
    text = _text(row)
    said = say("extraction.lost_row", table=TableOf(edition.table), text=text)
    return _finding(said, rule="extraction.lost_row", actual=text)


def elsewhere(edition: Edition, row: Row) -> Finding:
    """A row whose line only another copy of the table has."""
    text = _text(row)
    said = say("extraction.unknown_row.elsewhere", table=TableOf(edition.table), text=text)
    return _finding(said, rule="extraction.unknown_row", actual=text)


def left_out(edition: Edition, fields: Sequence[Field]) -> Iterator[Finding]:
    """Rows that are not read."""
    if fields:
        said = say("extraction.missing_row", rows=_rows_of(edition, fields))
        yield _finding(said, fields, rule="extraction.missing_row", of=edition)


def absent(edition: Edition, values: TableValues) -> Iterator[Finding]:
    """Rows that are not there, then those that are there without some of their columns; none of
    a block that is often left out."""
    often = {row.id for block in edition.blocks if block.optional for row in block.rows}
    whole: list[Field] = []
    partly: list[Field] = []
    for row, columns in values.items():
        gone = [(row, c) for c, value in columns.items() if value.kind is Kind.ABSENT]
        if row not in often:
            (whole if len(gone) == len(columns) else partly).extend(gone)
    yield from left_out(edition, whole)
    if partly:
        said = say("extraction.missing_row.partly", rows=_rows_of(edition, partly))
        yield _finding(said, partly, rule="extraction.missing_row", of=edition)


# The document


def of_document(document: Document, whose: Identity, missing: Iterable[str]) -> Iterator[Finding]:
    """The readers' doubts, what is not known of who reports, and the tables that are missing."""
    doubts = list(document.doubts)
    for table in document.tables():
        doubts += table.doubts
        doubts += [doubt for cell in table.cells for doubt in cell.doubts]
    for doubt in doubts:
        yield Finding(rule=f"extraction.{doubt.kind}", severity=Severity.WARNING, says=doubt.says)
    if document.readings:
        said = _read_by_ocr(document)
        yield _finding(said, rule="extraction.read_by_ocr", severity=Severity.INFO)
    yield from whose.findings
    if whose.organ is None:
        yield _finding(say("extraction.organ"), rule="extraction.organ")
    if whose.year is None:
        yield _finding(say("extraction.year"), rule="extraction.year")
    for name in missing:
        said = say("extraction.missing_table", table=TableOf(name))
        yield _finding(said, rule="extraction.missing_table")


def _read_by_ocr(document: Document) -> Saying:
    """Which of its pages; of a picture, and of a document all of whose pages are, no more."""
    pages = sorted({one.where.page for one in document.readings if one.where.page is not None})
    if document.format is Format.IMAGE or (pages and len(pages) == document.pages):
        return say("extraction.read_by_ocr")
    if not pages or document.pages is None:
        return say("extraction.read_by_ocr.pictures")
    return say("extraction.read_by_ocr.pages", pages=_ranges(pages))


def _ranges(pages: Sequence[int]) -> str:
    """`2–4, 7`"""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], page]
        else:
            runs.append([page])
    return ", ".join("–".join(map(str, run)) for run in runs)
