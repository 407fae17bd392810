"""Outcome -> the envelope `gouji/result@1`, as the contract with programs outside fixes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Protocol

import simplejson

from tasks import VERSION
from tasks.model.document import Cell, Document, Table, Where
from tasks.model.refusal import Refusal
from tasks.model.report import Finding, Kind, Outcome, PlacedBy, Report, Value
from tasks.render.wording import told

SCHEMA = "gouji/result@1"
#: `document.read_by`, of what was read from pixels.
READ_BY_OCR = "ocr"
ENGINE = {"version": VERSION}

#: One JSON object: nested dicts, lists, strings, ints, Decimals, None.
Envelope = dict[str, Any]


class Version(Protocol):
    """One version of a document, as `storage.results.DocumentVersion`."""

    @property
    def object_key(self) -> str: ...
    @property
    def member(self) -> str | None: ...
    @property
    def etag(self) -> str: ...
    @property
    def version_id(self) -> str | None: ...
    @property
    def last_modified(self) -> datetime: ...
    @property
    def size(self) -> int: ...


def source_of(version: Version) -> Envelope:
    """`source` of a document in the bucket, but for what is known only of its bytes. Of a member
    the name, key, etag, version id and time are its archive's, the size is its own."""
    named: Envelope = {} if version.member is None else {"member": version.member}
    return {
        "name": PurePosixPath(version.object_key).name,
        **named,
        "size": version.size,
        "sha256": None,
        "key": version.object_key,
        "etag": version.etag,
        "version_id": version.version_id,
        "last_modified": version.last_modified.isoformat(),
    }


def done(source: Mapping[str, Any], outcome: Outcome) -> Envelope:
    """The envelope of a document that was read. `source` has name, size, sha256, of what lies in
    an archive member, and in the bucket key, etag, version_id and last_modified."""
    return enveloped(source, parts(outcome))


def parts(outcome: Outcome) -> Envelope:
    """What the envelope says of the document itself: all that comes of reading it."""
    return {
        "document": _document(outcome.document),
        "report": _report(outcome.report) if outcome.report else None,
        "findings": [_finding(finding) for finding in outcome.findings],
        "tables": [_table(table) for table in outcome.document.tables()],
    }


def enveloped(source: Mapping[str, Any], parts: Envelope) -> Envelope:
    """The envelope of a document that was read elsewhere, from its `parts`."""
    return {
        "schema": SCHEMA,
        "status": "done",
        "source": dict(source),
        **parts,
        "engine": ENGINE,
    }


def refused(source: Mapping[str, Any], refusal: Refusal) -> Envelope:
    """The envelope of a document that can never work."""
    return {
        "schema": SCHEMA,
        "status": "refused",
        "source": dict(source),
        "refusal": {
            "code": str(refusal.code),
            "message": refusal.message,
            "message_en": refusal.message_en,
        },
        "engine": ENGINE,
    }


def failed(source: Mapping[str, Any], *, error: str, message: str) -> Envelope:
    """The envelope of a document on which our program broke: `error` is the exception's type."""
    return {
        "schema": SCHEMA,
        "status": "failed",
        "source": dict(source),
        "error": {"type": error, "message": message},
        "engine": ENGINE,
    }


def as_letter(envelope: Envelope, *, attempts: int, first: datetime, last: datetime) -> Envelope:
    """The envelope of a document without a result as its dead letter: after how many attempts, and
    when the first and the last of them failed."""
    return envelope | {
        "attempts": attempts,
        "first_failed_at": first.isoformat(),
        "last_failed_at": last.isoformat(),
    }


def dumps(envelope: Envelope) -> bytes:
    """One line of UTF-8 JSON without a line end; decimals as they were written."""
    text: str = simplejson.dumps(
        envelope,
        ensure_ascii=False,
        use_decimal=False,
        default=_decimal,
        # There is none; asking each value whether it is one takes half of the time.
        namedtuple_as_object=False,
        separators=(", ", ": "),
    )
    return text.encode("utf-8", "replace")


def _decimal(value: object) -> simplejson.RawJSON:
    """`0.00000001` and not `1E-8`, which is the same number and not as it was written."""
    if not isinstance(value, Decimal):
        raise TypeError(f"no JSON for {value!r}")
    return simplejson.RawJSON(format(value, "f"))


def loads(body: bytes) -> Envelope:
    """The envelope back, decimals exact."""
    envelope: Envelope = simplejson.loads(body.decode("utf-8"), use_decimal=True)
    return envelope


def report_of(envelope: Envelope) -> Report | None:
    """The report of an envelope, without what only reading it needs. None where it has none."""
    told = envelope.get("report")
    if not told:
        return None
    return Report(
        form=told["form"],
        organ=told["organ"],
        year=told["year"],
        edition=told["edition"],
        values={
            table: {
                row: {column: _value_of(value) for column, value in columns.items()}
                for row, columns in told[table].items()
            }
            for table in told["edition"]
        },
    )


def with_findings(envelope: Envelope, findings: Iterable[Finding]) -> Envelope:
    """The envelope with findings that only other reports could give, each once."""
    known = envelope["findings"]
    more = [said for finding in findings if (said := _finding(finding)) not in known]
    return {**envelope, "findings": [*known, *more]}


def _value_of(told: Envelope) -> Value:
    return Value(
        kind=Kind(told["kind"]),
        value=told["value"],
        raw=told["raw"],
        at=told["at"],
        unit=told.get("unit"),
        note=told.get("note"),
        placed_by=PlacedBy(told.get("placed_by", PlacedBy.LABEL)),
        confidence=None if told.get("confidence") is None else float(told["confidence"]),
    )


def _document(document: Document) -> Envelope:
    read_by: Envelope = {"read_by": READ_BY_OCR} if document.readings else {}
    return {
        "format": str(document.format),
        "encoding": document.encoding,
        "pages": document.pages,
        "title": document.title,
        **read_by,
    }


def _report(report: Report) -> Envelope:
    tables = {
        table: {
            row: {column: _value(value) for column, value in columns.items()}
            for row, columns in rows.items()
        }
        for table, rows in report.values.items()
    }
    known: Envelope = {}
    if report.region is not None:
        known["region"] = asdict(report.region)
    if report.organ_key is not None:
        known["organ_key"] = report.organ_key
    return {
        "form": report.form,
        "organ": report.organ,
        "year": report.year,
        **known,
        "edition": dict(report.edition),
        **tables,
        "left_over": [asdict(left) for left in report.left_over],
    }


def _value(value: Value) -> Envelope:
    said: Envelope = {
        "value": value.value,
        "raw": value.raw,
        "kind": str(value.kind),
        "at": value.at,
    }
    if value.unit is not None:
        said["unit"] = value.unit
    if value.note is not None:
        said["note"] = value.note
    if value.placed_by is not PlacedBy.LABEL:
        said["placed_by"] = str(value.placed_by)
    if value.confidence is not None:
        said["confidence"] = _share(value.confidence)
    return said


def _share(confidence: float) -> int | Decimal:
    """`0.972`; an integer where it is one."""
    exact = Decimal(f"{confidence:.3f}")
    return int(exact) if exact == int(exact) else exact.normalize()


def _finding(finding: Finding) -> Envelope:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": told(finding.says, "zh"),
        "message_en": told(finding.says, "en"),
        "cells": list(finding.cells),
        "expected": finding.expected,
        "actual": finding.actual,
        "suspects": [asdict(suspect) for suspect in finding.suspects],
    }


def _table(table: Table) -> Envelope:
    return {
        "id": table.id,
        "caption": table.caption,
        "n_rows": table.n_rows,
        "n_columns": table.n_columns,
        "cells": [_cell(cell) for cell in table.cells],
    }


def _cell(cell: Cell) -> Envelope:
    return {
        "row": cell.row,
        "column": cell.column,
        "rowspan": cell.rowspan,
        "colspan": cell.colspan,
        "text": cell.text,
        "where": _where(cell.where),
    }


def _where(where: Where) -> Envelope:
    said: Envelope = {}
    if where.page is not None:
        said["page"] = where.page
    if where.box is not None:
        said["box"] = [round(edge, 1) for edge in where.box]
    if where.path is not None:
        said["path"] = where.path
    if where.lines is not None:
        said["lines"] = list(where.lines)
    return said
