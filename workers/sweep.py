"""Intake by listing: what lies in the inbox without a record becomes a job.

    inbox/ less results/ less failed/  ->  less what is queued or running  ->  jobs

Events are hints and get lost, messages are lost by the broker; this is what makes the
service complete. It may run in any number of processes: a lease lets one of them work.

Once an hour everything is compared; between, what was pending in the last round and all
that came since. S3 lists by name and not by time, so the inbox is listed each time, but
the records are looked at only beside such documents.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from logging import DEBUG, INFO
from typing import TYPE_CHECKING

import structlog

from storage.broker import Broker, Leases, RedisLeases
from storage.catalogue import CatalogueError
from storage.errors import StorageError, Unavailable
from storage.objects import ObjectInfo
from storage.results import DOUBT, DocumentVersion, State
from tasks import jobs
from tasks.queues import Queue, queue_of
from tasks.workplace import Reason
from workers.app import Service, make_app
from workers.catalogue import Mending
from workers.settings import Settings
from workers.traces import open_traces

if TYPE_CHECKING:
    from workers.board import Board
    from workers.catalogue import Clerk
    from workers.truth import Truth

log = structlog.get_logger("gouji")

LEASE = "sweep"
#: How long a sweeper that died keeps others from sweeping.
LEASE_SECONDS = 15.0
#: Everything is compared this often; between, what is pending or new.
EVERYTHING_SECONDS = 3600.0
#: The queues are measured once in so many pending documents.
STRIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one round found: `pending` = `enqueued` + `waiting` + `held_back`."""

    #: Documents whose current version has no record.
    pending: int = 0
    #: Of these: given to the broker now.
    enqueued: int = 0
    #: Queued or running already.
    waiting: int = 0
    #: Left for a later round, as their queue is long already.
    held_back: int = 0
    #: Besides: archives whose record is older than that of a member, given to the broker now.
    gathered_anew: int = 0
    #: Another process is sweeping: nothing was looked at.
    elsewhere: bool = False


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What a round may pass over, by what the ones before it saw. Moments are the store's."""

    #: When the last round began, by our clock; see `Records.states`.
    settled_before: datetime | None = None
    #: When everything was last compared, on this process's monotonic clock.
    everything_at: float | None = None
    newest: datetime | None = None
    oldest_pending: datetime | None = None

    def note(self, version: DocumentVersion, state: State) -> None:
        moment = version.last_modified
        self.newest = max(self.newest or moment, moment)
        if state is State.PENDING:
            self.oldest_pending = min(self.oldest_pending or moment, moment)

    def wants_everything(self) -> bool:
        return (
            self.everything_at is None
            or self.newest is None
            or time.monotonic() - self.everything_at > EVERYTHING_SECONDS
        )

    def since(self) -> datetime | None:
        """Documents modified before have their record; None where that is not known."""
        if self.newest is None or self.wants_everything():
            return None
        # The clocks of a store's nodes may differ.
        recent = self.newest - DOUBT
        return min(recent, self.oldest_pending or recent)


class Sweeper:
    """Sweeps as often as it is told to, and remembers what need not be looked at again."""

    def __init__(self, app: Service, broker: Broker, leases: Leases) -> None:
        self._app = app
        self.broker = broker
        self._leases = leases
        self._seen = _Seen()

    @property
    def oldest_pending(self) -> datetime | None:
        """When the oldest document was dropped that had no record in the last round."""
        return self._seen.oldest_pending

    @property
    def clerk(self) -> Clerk:
        return self._app.clerk

    def once(self) -> Swept:
        """One round. Raises StorageError; what was enqueued until then stays enqueued."""
        with self._alone() as ours:
            return self._round() if ours else Swept(elsewhere=True)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether the lease is ours, and if so, for as long as this takes."""
        if not self._leases.acquire(LEASE, LEASE_SECONDS):
            yield False
            return
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(LEASE_SECONDS / 3):
                with suppress(Unavailable):
                    self._leases.acquire(LEASE, LEASE_SECONDS)

        renewing = threading.Thread(target=renew, name="lease", daemon=True)
        renewing.start()
        try:
            yield True
        finally:
            ended.set()
            renewing.join()
            with suppress(Unavailable):
                self._leases.release(LEASE)

    def _round(self) -> Swept:
        before = self._seen
        since = before.since()
        seen = _Seen(
            settled_before=datetime.now(UTC),
            everything_at=time.monotonic() if since is None else before.everything_at,
            newest=before.newest,
        )
        pending = _Pending(self._app, self.broker)
        standings = self._app.workplace.records.standings(
            settled_before=before.settled_before,
            modified_since=since,
            known=self._app.clerk.known,
            behind=pending.gather,
        )

        def take(version: DocumentVersion) -> None:
            seen.note(version, State.PENDING)
            pending.take(version)

        catalogue = _Catalogued(self._app, is_whole=since is None, overtaken=take)
        for version, state, record in standings:
            if state is State.PENDING:
                take(version)
            else:
                seen.note(version, state)
            catalogue.take(version, state, record)
        catalogue.end()
        self._seen = seen
        return pending.swept


class _Pending:
    """Gives pending documents to the broker, within what the queues have room for."""

    def __init__(self, app: Service, broker: Broker) -> None:
        self._app = app
        self._broker = broker
        self._length: dict[str, int] = {}
        self._room: dict[str, int] = {}
        self._waiting: dict[str, set[str]] = {}
        self.swept = Swept()

    def take(self, version: DocumentVersion) -> None:
        if self.swept.pending % STRIDE == 0:
            self._measure()
        became = self._enqueue(version, self._queue_of(version.key))
        counted = {"pending": self.swept.pending + 1, became: getattr(self.swept, became) + 1}
        self.swept = replace(self.swept, **counted)

    def _queue_of(self, key: str) -> Queue:
        return queue_of(key, has_ocr=self._app.settings.ocr_enabled)

    def gather(self, archive: DocumentVersion) -> None:
        """One whose record does not list what a member has come to: who was to have it gathered
        was killed, or the message was lost."""
        # Otherwise the last of those that are processed again has it gathered.
        if self._app.workplace.outstanding.some(archive):
            return
        self._measure()
        if self._enqueue(archive, self._queue_of(archive.key), Reason.GATHER) == "enqueued":
            self.swept = replace(self.swept, gathered_anew=self.swept.gathered_anew + 1)

    def _enqueue(self, version: DocumentVersion, queue: Queue, reason: str = "sweep") -> str:
        """`enqueued`, `waiting` or `held_back`."""
        place = self._app.workplace
        if self._room[queue] <= 0:
            return "held_back"
        # A mark lasts for minutes, and a job may wait for longer: it is kept up for as long. One
        # that turned out to be a scan waits where its name does not say.
        if version.key in self._waiting_for(queue) or version.key in self._waiting_for(Queue.OCR):
            place.still_waits(version)
            return "waiting"
        gather = reason is Reason.GATHER
        if not jobs.enqueue_once(self._app, version, reason=reason, gather=gather):
            return "waiting"
        self._room[queue] -= 1
        return "enqueued"

    def _waiting_for(self, queue: Queue) -> set[str]:
        """Read once a round: what is queued later has its mark."""
        if queue not in self._waiting:
            self._waiting[queue] = self._broker.waiting_for(queue, self._most_of(queue))
        return self._waiting[queue]

    def _most_of(self, queue: Queue) -> int:
        """Of a queue that is full nothing more is asked than that. Who hands scans on does not ask
        whether there is room for them, and each of them would be handed on again and again."""
        most = self._app.settings.sweep_backlog
        return max(most, self._length[queue]) if queue is Queue.OCR else most

    def _measure(self) -> None:
        self._length = self._broker.queue_lengths(Queue)
        most = self._app.settings.sweep_backlog
        self._room = {queue: most - length for queue, length in self._length.items()}


class _Catalogued:
    """Brings the catalogue in line with what a round sees; without it the round goes on."""

    def __init__(
        self, app: Service, *, is_whole: bool, overtaken: Callable[[DocumentVersion], None]
    ) -> None:
        """`overtaken` as of `Mending`."""
        self._clerk = app.clerk
        self._mending: Mending | None = None
        catalogue = self._clerk.catalogue
        if catalogue is not None and self._clerk.is_at_work:
            with self._heard():
                records = app.workplace.records
                self._mending = Mending(catalogue, records, is_whole=is_whole, overtaken=overtaken)

    def take(self, version: DocumentVersion, state: State, record: ObjectInfo | None) -> None:
        if self._mending is not None:
            with self._heard():
                self._mending.take(version, state, record)

    def end(self) -> None:
        if self._mending is not None:
            with self._heard():
                self._mending.end()

    @contextmanager
    def _heard(self) -> Iterator[None]:
        try:
            yield
        except CatalogueError as error:
            self._mending = None
            self._clerk.complain(error)


def open_sweeper(settings: Settings) -> Sweeper:
    broker_url = settings.broker_address()
    app = make_app(settings, publisher=True)
    app.traces = open_traces(settings, "sweep")
    return Sweeper(app, Broker(broker_url), RedisLeases(broker_url))


def run(settings: Settings, stop: threading.Event, board: Board | None = None) -> None:
    """Sweep every `sweep_seconds` until `stop` is set, through all outages. `board`: where what is
    found is told."""
    sweeper = open_sweeper(settings)
    truth = None if board is None else _telling(sweeper, board, stop)
    while not stop.is_set():
        began = time.monotonic()
        try:
            swept = sweeper.once()
        except StorageError as error:
            log.warning("sweep.failed", error=type(error).__name__, message=str(error))
            if truth is not None:
                truth.round_failed()
        else:
            log.log(_level(swept), "sweep.ended", **asdict(swept))
            if truth is not None:
                truth.round_ended(swept, time.monotonic() - began, sweeper.oldest_pending)
        stop.wait(settings.sweep_seconds)


def _telling(sweeper: Sweeper, board: Board, stop: threading.Event) -> Truth:
    from workers.truth import Truth, watch_queues

    watch_queues(board, sweeper.broker, stop)
    return Truth(board, sweeper.clerk)


def _level(swept: Swept) -> int:
    """A round that found nothing to do is no news."""
    return INFO if swept.enqueued or swept.held_back or swept.gathered_anew else DEBUG
