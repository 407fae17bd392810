"""Many envelopes, each held against the same organ's report of the year before.

In whatever order they come; packed, so that tens of thousands of reports fit into memory. The
same bytes count once, however many files hold them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tasks.check.series import Follows, against_last_year, agreed, duplicate, follows
from tasks.model.report import Finding, Report
from tasks.model.saying import say
from tasks.render.result import Envelope, dumps, loads, report_of, with_findings
from tasks.render.source import file_of


class Series:
    """The envelopes of one run, or of one bucket."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        #: Of each envelope, whose report of which year it is; None where it tells neither.
        self._who: list[Follows | None] = []
        #: What tells its bytes from others'.
        self._content: list[str] = []
        #: Whose and which year -> one envelope for each content, in the order added.
        self._of: dict[Follows, dict[str, int]] = {}
        #: Envelopes given out before their last year's report had come.
        self._waiting: set[int] = set()

    def add(self, envelope: Envelope) -> int:
        """Its number, for `so_far`. Tables are not kept: nothing here asks for them."""
        number, report = len(self._packed), envelope.get("report")
        who = follows(report["organ"], report["year"]) if report else None
        self._packed.append(zlib.compress(dumps({**envelope, "tables": []}), 1))
        content = str(envelope["source"].get("sha256") or number)
        self._who.append(who)
        self._content.append(content)
        if who:
            self._of.setdefault(who, {}).setdefault(content, number)
        return number

    def so_far(self, number: int) -> tuple[Finding, ...]:
        """What those that came by now tell of one that is given out now.

        Where the next year's report was given out before, what it would have been told goes
        with this one.
        """
        who = self._who[number]
        if who is None:
            return ()
        if not self._contents(who.before):
            self._waiting.add(number)
        later = [one for one in self._contents(who.after) if one in self._waiting]
        self._waiting.difference_update(later)
        return (
            *self._doubled(number, who),
            *self._against_last(number, who),
            *(told for one in later for told in self._told_late(one)),
        )

    def envelopes(self) -> Iterator[Envelope]:
        """In the order added, without tables, with all that the others tell of each."""
        for number, who in enumerate(self._who):
            envelope = self._unpacked(number)
            if who:
                findings = (*self._doubled(number, who), *self._against_last(number, who))
                envelope = with_findings(envelope, findings)
            yield envelope

    def breaks(self) -> Iterator[tuple[Envelope, Envelope, tuple[Finding, ...]]]:
        """(report, last year's or the other of that year, findings) of each that has any."""
        for who, contents in self._of.items():
            for number in contents.values():
                last = self._contents(who.before)
                doubled, against = self._doubled(number, who), self._against_last(number, who)
                if doubled:
                    other = next(one for one in contents.values() if one != number)
                    yield self._unpacked(number), self._unpacked(other), doubled
                if against:
                    yield self._unpacked(number), self._unpacked(last[0]), against

    def _contents(self, who: Follows) -> list[int]:
        return list(self._of.get(who, {}).values())

    def _doubled(self, number: int, who: Follows) -> tuple[Finding, ...]:
        """Of other files that tell of the same year something else."""
        own = self._content[number]
        others = [one for one in self._contents(who) if self._content[one] != own]
        if not others:
            return ()
        (report,) = self._reports([number])
        named = {_named(self._unpacked(one)): self._reports([one])[0] for one in others}
        return (duplicate(report, named),)

    def _against_last(self, number: int, who: Follows) -> tuple[Finding, ...]:
        last, now = self._reports(self._contents(who.before)), self._reports(self._contents(who))
        if not last or not now:
            return ()
        return tuple(against_last_year(agreed(now), agreed(last)))

    def _told_late(self, number: int) -> Iterator[Finding]:
        """Findings of a report that is out, for its last year's: its cells are not this one's."""
        who = self._who[number]
        assert who is not None  # noqa: S101 - it waits, so it is known
        of = _named(self._unpacked(number))
        for finding in self._against_last(number, who):
            yield replace(
                finding,
                says=(say("series.of_another_report", file=of, year=who.year, said=finding.says),),
                cells=(),
                suspects=(),
            )

    def _reports(self, numbers: Sequence[int]) -> list[Report]:
        found = (report_of(self._unpacked(number)) for number in numbers)
        return [report for report in found if report]

    def _unpacked(self, number: int) -> Envelope:
        return loads(zlib.decompress(self._packed[number]))


def _named(envelope: Envelope) -> str:
    """How people find the file again."""
    return file_of(envelope["source"])
