"""The records of what is in an archive -> the archive's own, and the list of them for people. Pure.

records -> lines -> parts, which can be written down and read again -> one record, two files
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from tasks.render.coverage import outcome
from tasks.render.outputs import PAGE, WORKBOOK
from tasks.render.result import ENGINE, Envelope, dumps, enveloped, loads
from tasks.render.sheet import Row, rows
from tasks.render.sheet_files import FileRow, file_row, write_list

#: As the reports beside other records are.
_LANGUAGE = "zh"
#: Findings that are listed beside the record: no person reads more, and a page of 50 000 has 30 MB
#: and takes some 300 MiB to be made.
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one member: of all that its record says, what a list needs."""

    member: str
    #: Of its record.
    etag: str
    summary: Envelope
    rows: tuple[Row, ...] = ()
    #: None where what lies there is none that this program understands.
    file: FileRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some members, in the order of the archive."""

    lines: tuple[Line, ...]

    @property
    def etags(self) -> dict[str, str]:
        """Name of a member -> etag of its record."""
        return {line.member: line.etag for line in self.lines}


def line_of(name: str, record: str, etag: str, envelope: Envelope | None) -> Line:
    """By its name in the archive, the key and the etag of its record, and what that says."""
    if envelope is None:
        summary = {"member": name, "record": record, "status": "failed"}
        return Line(member=name, etag=etag, summary=summary)
    return Line(
        member=name,
        etag=etag,
        summary=_summary(name, record, envelope),
        rows=tuple(rows(envelope, _LANGUAGE)),
        file=file_row(envelope, _LANGUAGE),
    )


def write_part(part: Part) -> bytes:
    lines = [
        {
            "member": line.member,
            "etag": line.etag,
            "summary": line.summary,
            "rows": [asdict(row) for row in line.rows],
            "file": None if line.file is None else asdict(line.file),
        }
        for line in part.lines
    ]
    return dumps({"engine": ENGINE, "lines": lines})


def read_part(body: bytes) -> Part | None:
    """None for what another gouji wrote, or somebody else."""
    try:
        told: Any = loads(body)
        if told["engine"] != ENGINE:
            return None
        return Part(lines=tuple(map(_line, told["lines"])))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _line(told: Mapping[str, Any]) -> Line:
    return Line(
        member=str(told["member"]),
        etag=str(told["etag"]),
        summary=dict(told["summary"]),
        rows=tuple(Row(**row) for row in told["rows"]),
        file=None if told["file"] is None else FileRow(**told["file"]),
    )


class Gathered:
    """What became of the members of an archive, one part after the other."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._summaries: list[Envelope] = []
        self._rows: list[Row] = []
        self._files: list[FileRow] = []
        self._left_out = 0

    def add(self, part: Part) -> None:
        for line in part.lines:
            self._summaries.append(line.summary)
            if line.file is not None:
                self._files.append(line.file)
            listed = line.rows[: self._most_rows - len(self._rows)]
            self._rows += listed
            self._left_out += len(line.rows) - len(listed)

    def envelope(self, source: Mapping[str, Any], parts: Envelope) -> Envelope:
        """The record: `parts` of reading the archive itself, with `members` in its order."""
        return enveloped(source, {**parts, "members": self._summaries})

    def outputs(self) -> dict[str, bytes]:
        """The list of all of them for people, beside the record."""
        return {PAGE: self._file(".html"), WORKBOOK: self._file(".xlsx")}

    def _file(self, ending: str) -> bytes:
        file = BytesIO()
        write_list(file, ending, self._rows, self._files, _LANGUAGE, left_out=self._left_out)
        return file.getvalue()


def _summary(name: str, record: str, envelope: Envelope) -> Envelope:
    source, report = envelope["source"], envelope.get("report") or {}
    told = envelope.get("refusal") or envelope.get("error") or {}
    said: Envelope = {
        "member": name,
        "status": envelope["status"],
        "outcome": outcome(envelope),
        "record": record,
        "size": source.get("size"),
        "sha256": source.get("sha256"),
    }
    if envelope["status"] == "done":
        document = envelope.get("document") or {}
        severities = [finding["severity"] for finding in envelope["findings"]]
        return said | {
            "format": document.get("format"),
            **({"read_by": document["read_by"]} if document.get("read_by") else {}),
            "organ": report.get("organ"),
            "year": report.get("year"),
            "errors": severities.count("error"),
            "warnings": severities.count("warning"),
        }
    return said | {
        "code": told.get("code") or told.get("type"),
        "message": told.get("message"),
        "message_en": told.get("message_en"),
    }
