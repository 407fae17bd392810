"""`gouji status`: how many documents stand where, and what waits: the inbox as it is listed, beside
the catalogue or else the other listings, and the broker."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from storage.broker import Broker
from storage.catalogue import Catalogue, CatalogueError
from storage.counts import count
from storage.errors import StorageError
from storage.objects import ObjectStore
from storage.results import DocumentVersion
from workers.cli.catalogued import catalogue_or_none, counted
from workers.cli.harmless import harmless
from workers.cli.language import Said, tell
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import told
from workers.settings import Settings

QUEUES = ("light", "pdf", "ocr")
WATCH_SECONDS = 2.0
#: Of each queue so many jobs are looked at.
MOST_JOBS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Oldest:
    key: str
    since: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What the broker has."""

    #: Queue -> jobs that wait.
    queues: dict[str, int]
    #: Jobs that a worker has: it is at them, or keeps them until their time comes.
    taken: int
    #: Keys of the documents that all of them are about.
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What `--json` prints."""

    inbox: int
    #: Their current version has a result, whatever was found in it.
    done: int
    #: It has a dead letter: refused or failed (`gouji failed` says which).
    failed: int
    pending: int
    #: Documents whose record is as old as they are or older, beyond those that were looked at:
    #: their number in `done`, `failed` and `pending` goes by time alone.
    doubtful: int
    #: Queue -> jobs that wait, and jobs that workers have; None where the broker does not
    #: answer.
    queues: dict[str, int] | None
    taken: int | None
    oldest_pending: Oldest | None


def show_status(*, watch: bool, as_json: bool) -> None:
    settings = service_or_stop()
    store, catalogue = open_store(settings), catalogue_or_none(settings)
    if not watch:
        _print(_status(store, catalogue, _jobs(settings)), as_json=as_json)
        return
    try:
        _watch(settings, store, catalogue, as_json=as_json)
    except KeyboardInterrupt:
        return


def _watch(
    settings: Settings, store: ObjectStore, catalogue: Catalogue | None, *, as_json: bool
) -> None:
    """A picture that is drawn again on a terminal, else one after the other."""
    jobs = _jobs(settings)
    if not as_json:
        # At once: listing a large bucket takes seconds.
        print(_told_of(jobs), Said("正在统计…", "counting …"), sep="\n", end="\n\n", flush=True)
    while True:
        status = _status(store, catalogue, jobs)
        if sys.stdout.isatty() and not as_json:
            print("\x1b[H\x1b[J", end="")
        _print(status, as_json=as_json, end="\n" if as_json else "\n\n")
        time.sleep(WATCH_SECONDS)
        jobs = _jobs(settings)


def _print(status: Status, *, as_json: bool, end: str = "\n") -> None:
    print(_as_json(status) if as_json else _as_text(status), end=end, flush=True)


def _status(store: ObjectStore, catalogue: Catalogue | None, jobs: Jobs | None) -> Status:
    counts = None
    if catalogue is not None:
        with suppress(CatalogueError):
            counts = counted(store, catalogue)
    if counts is None:
        counts = count(store, on_their_way=jobs.keys if jobs else ())
    return Status(
        inbox=counts.documents,
        done=counts.results,
        failed=counts.failures,
        pending=counts.pending,
        doubtful=counts.doubtful,
        queues=jobs.queues if jobs else None,
        taken=jobs.taken if jobs else None,
        oldest_pending=_oldest(counts.oldest_pending),
    )


def _oldest(version: DocumentVersion | None) -> Oldest | None:
    if version is None:
        return None
    waited = datetime.now(UTC) - version.last_modified
    return Oldest(
        key=version.key,
        since=version.last_modified.isoformat(),
        seconds=max(0, int(waited.total_seconds())),
    )


def _jobs(settings: Settings) -> Jobs | None:
    broker = Broker(settings.broker_address())
    try:
        return Jobs(
            queues=broker.queue_lengths(QUEUES),
            taken=broker.unacknowledged(),
            keys=frozenset(broker.on_their_way(QUEUES, MOST_JOBS)),
        )
    except StorageError as error:
        # What stands in the bucket is true without the broker.
        tell(told(error))
        return None


def _as_json(status: Status) -> str:
    return json.dumps(asdict(status), ensure_ascii=False)


def _as_text(status: Status) -> str:
    lines = [
        f"{Said('收件     ', 'inbox    ')}{status.inbox}",
        f"{Said('完成     ', 'done     ')}{status.done}",
        f"{Said('未成     ', 'failed   ')}{status.failed}"
        f"{Said('  （被拒收或出错：`gouji failed`）', '  (refused or failed: `gouji failed`)')}",
        f"{Said('待处理   ', 'pending  ')}{status.pending}{_doubt(status.doubtful)}",
        _waiting(status.queues, status.taken),
    ]
    if status.oldest_pending:
        oldest = status.oldest_pending
        key, seconds = harmless(oldest.key), oldest.seconds
        lines.append(
            f"{Said(f'最久     {key}，已等 {seconds} 秒', f'oldest   {key}, for {seconds} s')}"
        )
    return "\n".join(lines)


def _doubt(doubtful: int) -> str:
    if not doubtful:
        return ""
    return str(Said(f"  （有 {doubtful} 份只按时间判断）", f"  ({doubtful} told by time alone)"))


def _told_of(jobs: Jobs | None) -> str:
    return _waiting(jobs.queues if jobs else None, jobs.taken if jobs else None)


def _waiting(queues: dict[str, int] | None, taken: int | None) -> str:
    head = str(Said("队列     ", "queues   "))
    if queues is None:
        return head + str(Said("未知", "unknown"))
    counted = [f"{name} {length}" for name, length in queues.items()]
    return head + "  ".join([*counted, str(Said(f"处理中 {taken}", f"with workers {taken}"))])
