"""The records of what is in an archive -> the archive's own, and the list of them for people. Pure.

What is held is some lines of each, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tasks.render.coverage import outcome
from tasks.render.outputs import PAGE, WORKBOOK
from tasks.render.result import Envelope, enveloped
from tasks.render.sheet import Row, rows
from tasks.render.sheet_files import FileRow, file_row, write_list

#: As the reports beside other records are.
_LANGUAGE = "zh"


class Gathered:
    """What became of the members of an archive, one after the other."""

    def __init__(self) -> None:
        self._members: list[Envelope] = []
        self._rows: list[Row] = []
        self._files: list[FileRow] = []

    def add(self, name: str, record: str, envelope: Envelope | None) -> None:
        """By its name in the archive and the key of its record. None: what lies there is none
        that this program understands."""
        if envelope is None:
            self._members.append({"member": name, "record": record, "status": "failed"})
            return
        self._members.append(_summary(name, record, envelope))
        self._rows += rows(envelope, _LANGUAGE)
        self._files.append(file_row(envelope, _LANGUAGE))

    def envelope(self, source: Mapping[str, Any], parts: Envelope) -> Envelope:
        """The record: `parts` of reading the archive itself, with `members` in its order."""
        return enveloped(source, {**parts, "members": self._members})

    def outputs(self) -> dict[str, bytes]:
        """The list of all of them for people, beside the record."""
        return {PAGE: self._file(".html"), WORKBOOK: self._file(".xlsx")}

    def _file(self, ending: str) -> bytes:
        file = BytesIO()
        write_list(file, ending, self._rows, self._files, _LANGUAGE)
        return file.getvalue()


def _summary(name: str, record: str, envelope: Envelope) -> Envelope:
    """What a list needs of it; the rest is in its record."""
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
        severities = [finding["severity"] for finding in envelope["findings"]]
        return said | {
            "format": (envelope.get("document") or {}).get("format"),
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
