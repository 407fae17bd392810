"""`gouji list`: which documents of the inbox have errors, were refused, or are pending.

Exact: what the catalogue does not know is read from the bucket, and the reports are held
against each other, which no record can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from storage import keys
from tasks.render.causes import causes
from tasks.render.cells import Cells
from tasks.render.sentences import message_of, read_by_told, sentences
from workers.cli.catalogued import ledger_of
from workers.cli.language import Said, spoken, tell
from workers.cli.ledger import PENDING, Entry, Ledger
from workers.cli.progress import progress
from workers.cli.series import Series
from workers.cli.service import open_store, service_or_stop

DONE = "done"
ERRORS = "errors"
#: What a document is listed as -> the same for people.
STATUSES = {
    ERRORS: Said("有错误", "errors"),
    "refused": Said("拒收", "refused"),
    "failed": Said("出错", "failed"),
    PENDING: Said("待处理", "pending"),
}
HEADS = (Said("状态", "status"), Said("文件", "key"), Said("说明", "what"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which of them; each that is given narrows the choice."""

    year: int | None = None
    #: A rule that is broken, or the beginning of its id: `requests.`
    rule: str | None = None
    format: str | None = None
    #: A part of the organ's name, as the report gives it or by its key.
    organ: str | None = None

    def has(self, entry: Entry) -> bool:
        envelope = entry.envelope or {}
        report = envelope.get("report") or {}
        rules = (f["rule"] for f in envelope.get("findings", ()) if f["severity"] == "error")
        names = (report.get("organ") or "", report.get("organ_key") or "")
        return all(
            (
                self.year is None or report.get("year") == self.year,
                self.rule is None or any(rule.startswith(self.rule) for rule in rules),
                self.format is None or entry.format == self.format,
                self.organ is None or any(self.organ in name for name in names),
            )
        )


def show_list(
    *,
    errors: bool,
    refused: bool,
    pending: bool,
    prefix: str,
    as_json: bool,
    narrowed: Narrowed | None = None,
) -> None:
    """One JSON object a line, or a table; in the order of the keys."""
    everything = not (errors or refused or pending)
    wanted = {
        status
        for asked, statuses in (
            (errors, (ERRORS,)),
            (refused, ("refused", "failed")),
            (pending, (PENDING,)),
        )
        if asked or everything
        for status in statuses
    }
    settings = service_or_stop()
    with progress("read") as step:
        ledger = ledger_of(settings, open_store(settings))
        found = [
            one
            for one in listed(ledger, wanted, prefix, advance=step)
            if narrowed is None or narrowed.has(one[1])
        ]
    if as_json:
        for status, entry in found:
            print(json.dumps(_as_json(status, entry), ensure_ascii=False))
        return
    _print(found, everything=everything)


def listed(
    ledger: Ledger,
    wanted: Collection[str],
    prefix: str,
    advance: Callable[[int], None] = lambda _total: None,
) -> Iterator[tuple[str, Entry]]:
    """What each is listed as, of those that are wanted; in the order of the keys.

    Reports are held against those of the years beside that are below the prefix as well.
    """
    entries, series = [], Series()
    for entry in ledger.entries(prefix.removeprefix(keys.INBOX), advance=advance):
        if entry.status == DONE and entry.envelope:
            series.add(entry.envelope)
            # the series has it, packed
            entry = replace(entry, envelope=None)
        entries.append(entry)
    done = series.envelopes()
    for entry in entries:
        told = replace(entry, envelope=next(done)) if entry.status == DONE else entry
        status = _status(told)
        if status in wanted:
            yield status, told


def _status(entry: Entry) -> str:
    """`done` where nothing is wrong."""
    return ERRORS if entry.has_errors else entry.status


def _as_json(status: str, entry: Entry) -> dict[str, Any]:
    envelope = entry.envelope or {}
    report = envelope.get("report") or {}
    return {
        "key": entry.version.key,
        "status": status,
        "organ": report.get("organ"),
        "year": report.get("year"),
        "code": entry.code,
        "read_by": (envelope.get("document") or {}).get("read_by"),
        "errors": [f["rule"] for f in envelope.get("findings", ()) if f["severity"] == "error"],
        "since": entry.version.last_modified.isoformat(),
    }


def _print(found: list[tuple[str, Entry]], *, everything: bool) -> None:
    if not found:
        tell(_NOTHING_AT_ALL if everything else _NOTHING)
        return
    from workers.cli.tables import print_table

    rows = [
        (str(STATUSES[status]), entry.version.key, "; ".join(_what(entry)))
        for status, entry in found
    ]
    print_table([str(head) for head in HEADS], rows, heading=1)
    tell(
        Said(
            f"共 {len(found)} 份；`gouji results KEY` 显示其中一份的结果",
            f"{len(found)} in all; `gouji results KEY` shows what became of one",
        )
    )


_NOTHING = Said("没有这样的文件", "there is no such document")
_NOTHING_AT_ALL = Said(
    "没有存在错误、被拒收或待处理的文件", "no document has errors, was refused or is pending"
)


def _what(entry: Entry) -> Iterator[str]:
    """What is wrong with it, each cause in its first sentence."""
    envelope = entry.envelope or {}
    said = envelope.get("refusal") or envelope.get("error")
    if said:
        yield f"{entry.code}: {message_of(said, spoken())}"
        return
    if read_by := read_by_told(envelope, spoken()):
        yield read_by
    cells = Cells(envelope, spoken())
    for cause in causes(envelope, notes=False):
        if cause.severity == "error":
            yield sentences(cause, cells, spoken())[0]
