"""`gouji status`: how many documents stand where, and what waits."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from storage.broker import Broker
from storage.errors import StorageError
from workers.cli.harmless import harmless
from workers.cli.ledger import PENDING, Entry, Ledger
from workers.cli.progress import progress
from workers.cli.series import Series
from workers.cli.service import open_store, service_or_stop
from workers.settings import Settings

QUEUES = ("light", "pdf")
WATCH_SECONDS = 2.0
#: So many findings of the series are shown to people.
MOST_BREAKS = 20
DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oldest:
    key: str
    since: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A report that does not go on from last year's."""

    key: str
    last_year: str
    rule: str
    severity: str
    message: str
    message_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What `--json` prints; `done` counts those with errors too."""

    inbox: int
    done: int
    with_errors: int
    refused: int
    failed: int
    pending: int
    #: Format -> documents done.
    formats: dict[str, int]
    #: Queue -> jobs that wait; None where the broker does not answer.
    queues: dict[str, int] | None
    oldest_pending: Oldest | None
    #: Reports of the bucket held against those of the year before.
    series: tuple[Break, ...]


def show_status(*, watch: bool, as_json: bool) -> None:
    settings = service_or_stop()
    ledger = Ledger(open_store(settings))
    if not watch:
        with progress("read") as step:
            status = _status(ledger.entries(advance=step), _queues(settings))
        print(_as_json(status) if as_json else _as_text(status))
        return
    try:
        _watch(settings, ledger, as_json=as_json)
    except KeyboardInterrupt:
        return


def _watch(settings: Settings, ledger: Ledger, *, as_json: bool) -> None:
    """A picture that is drawn again on a terminal, else one after the other."""
    while True:
        status = _status(ledger.entries(), _queues(settings))
        if as_json:
            print(_as_json(status), flush=True)
        else:
            if sys.stdout.isatty():
                print("\x1b[H\x1b[J", end="")
            print(_as_text(status), end="\n\n", flush=True)
        time.sleep(WATCH_SECONDS)


def _status(entries: Iterable[Entry], queues: dict[str, int] | None) -> Status:
    counts: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    oldest: Entry | None = None
    errors = 0
    series = Series()
    for entry in entries:
        if entry.envelope and entry.status == DONE:
            series.add({**entry.envelope, "tables": []})
        counts[entry.status] += 1
        errors += entry.has_errors
        if entry.format:
            formats[entry.format] += 1
        if entry.status == PENDING and _is_older(entry, oldest):
            oldest = entry
    return Status(
        inbox=counts.total(),
        done=counts["done"],
        with_errors=errors,
        refused=counts["refused"],
        failed=counts["failed"],
        pending=counts[PENDING],
        formats=dict(sorted(formats.items())),
        queues=queues,
        oldest_pending=_oldest(oldest) if oldest else None,
        series=tuple(_breaks(series)),
    )


def _breaks(series: Series) -> Iterator[Break]:
    for envelope, last, findings in series.breaks():
        for finding in findings:
            yield Break(
                key=envelope["source"]["key"],
                last_year=last["source"]["key"],
                rule=finding.rule,
                severity=str(finding.severity),
                message=finding.message,
                message_en=finding.message_en,
            )


def _is_older(entry: Entry, than: Entry | None) -> bool:
    return than is None or entry.version.last_modified < than.version.last_modified


def _oldest(entry: Entry) -> Oldest:
    since = entry.version.last_modified
    waited = datetime.now(UTC) - since
    return Oldest(
        key=entry.version.key,
        since=since.isoformat(),
        seconds=max(0, int(waited.total_seconds())),
    )


def _queues(settings: Settings) -> dict[str, int] | None:
    try:
        return Broker(settings.broker_address()).queue_lengths(QUEUES)
    except StorageError as error:
        # What stands in the bucket is true without the broker.
        print(f"gouji: {error}", file=sys.stderr)
        return None


def _as_json(status: Status) -> str:
    return json.dumps(asdict(status), ensure_ascii=False)


def _as_text(status: Status) -> str:
    lines = [
        ("inbox", status.inbox),
        ("done", f"{status.done}  ({status.with_errors} with errors)"),
        ("refused", status.refused),
        ("failed", status.failed),
        ("pending", status.pending),
        ("formats", _counted(status.formats) or "-"),
        ("queues", "unknown" if status.queues is None else _counted(status.queues)),
    ]
    if status.oldest_pending:
        oldest = status.oldest_pending
        lines.append(("oldest", f"{harmless(oldest.key)}, waiting for {oldest.seconds} s"))
    told = [f"{name:8} {value}" for name, value in lines]
    if status.series:
        told.append(f"series   {len(status.series)} findings against last year's reports")
        told += [f"         {one.key}: {one.message}" for one in status.series[:MOST_BREAKS]]
        if len(status.series) > MOST_BREAKS:
            told.append("         … all of them with --json")
    return "\n".join(told)


def _counted(counts: dict[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counts.items())
