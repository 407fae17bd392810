"""Many envelopes, each held against the same organ's report of the year before.

In whatever order they come; packed, so that tens of thousands of reports fit into memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tasks.check.series import against_last_year, pairs
from tasks.model.report import Finding
from tasks.render.result import Envelope, dumps, loads, report_of, with_findings


class Series:
    """The envelopes of one run, or of one bucket."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._who: list[tuple[int, str | None, int | None]] = []

    def add(self, envelope: Envelope) -> None:
        report = envelope.get("report")
        if report:
            self._who.append((len(self._packed), report["organ"], report["year"]))
        self._packed.append(zlib.compress(dumps(envelope), 1))

    def envelopes(self) -> Iterator[Envelope]:
        """In the order added, with the findings against last year's reports."""
        before = dict(pairs(self._who))
        for index in range(len(self._packed)):
            envelope = self._unpacked(index)
            if index in before:
                envelope = with_findings(envelope, self._findings(envelope, before[index]))
            yield envelope

    def breaks(self) -> Iterator[tuple[Envelope, Envelope, tuple[Finding, ...]]]:
        """(report, last year's, findings) of each pair that has any."""
        for index, last in pairs(self._who):
            envelope = self._unpacked(index)
            findings = self._findings(envelope, last)
            if findings:
                yield envelope, self._unpacked(last), findings

    def _findings(self, envelope: Envelope, last: int) -> tuple[Finding, ...]:
        report, before = report_of(envelope), report_of(self._unpacked(last))
        return tuple(against_last_year(report, before)) if report and before else ()

    def _unpacked(self, index: int) -> Envelope:
        return loads(zlib.decompress(self._packed[index]))
