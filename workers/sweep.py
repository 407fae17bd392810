"""Intake by listing: what lies in the inbox without a record becomes a job.

    inbox/ less results/ less failed/  ->  less what was enqueued a moment ago  ->  jobs

Events are hints and get lost, messages are lost by the broker; this is what makes the
service complete. It may run in any number of processes: a lease lets one of them work.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from logging import DEBUG, INFO

import structlog

from storage.broker import Broker, Leases, RedisLeases
from storage.errors import StorageError
from storage.results import DocumentVersion
from tasks import jobs
from workers.app import Service, make_app
from workers.settings import Settings

log = structlog.get_logger("gouji")

LEASE = "sweep"
#: How long a sweeper that died keeps others from sweeping; renewed as the listing goes on.
LEASE_SECONDS = 60.0
#: Renewed, and the queues measured, once in so many documents.
STRIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one round found: `pending` = `enqueued` + `waiting` + `held_back`."""

    #: Documents whose current version has no record.
    pending: int = 0
    #: Of these: given to the broker now.
    enqueued: int = 0
    #: Enqueued a moment ago, by an event or an earlier round.
    waiting: int = 0
    #: Left for a later round, as their queue is long already.
    held_back: int = 0
    #: Another process is sweeping: nothing was looked at.
    elsewhere: bool = False


class Sweeper:
    """Sweeps as often as it is told to, and remembers what need not be read again."""

    def __init__(self, app: Service, broker: Broker, leases: Leases) -> None:
        self._app = app
        self._broker = broker
        self._leases = leases
        #: When the last complete round began, see `Records.states`.
        self._settled_before: datetime | None = None

    def once(self) -> Swept:
        """One round. Raises StorageError; what was enqueued until then stays enqueued."""
        if not self._leases.acquire(LEASE, LEASE_SECONDS):
            return Swept(elsewhere=True)
        began = datetime.now(UTC)
        try:
            pending = self._app.workplace.records.pending(settled_before=self._settled_before)
            swept = self._enqueue(pending)
        finally:
            self._leases.release(LEASE)
        self._settled_before = began
        return swept

    def _enqueue(self, pending: Iterable[DocumentVersion]) -> Swept:
        swept = Swept()
        room: dict[str, int] = {}
        for number, version in enumerate(pending):
            if number % STRIDE == 0:
                self._leases.acquire(LEASE, LEASE_SECONDS)
                room = self._room()
            swept = self._one(version, room, replace(swept, pending=swept.pending + 1))
        return swept

    def _one(self, version: DocumentVersion, room: dict[str, int], swept: Swept) -> Swept:
        queue = jobs.queue_of(version.key)
        if room[queue] <= 0:
            return replace(swept, held_back=swept.held_back + 1)
        place = self._app.workplace
        if not place.mark(version):
            return replace(swept, waiting=swept.waiting + 1)
        try:
            jobs.enqueue(self._app, version, reason="sweep")
        except StorageError:
            place.marks.unmark(version)
            raise
        room[queue] -= 1
        return replace(swept, enqueued=swept.enqueued + 1)

    def _room(self) -> dict[str, int]:
        lengths = self._broker.queue_lengths(jobs.Queue)
        return {queue: self._app.settings.sweep_backlog - n for queue, n in lengths.items()}


def open_sweeper(settings: Settings) -> Sweeper:
    broker_url = settings.broker_url.get_secret_value()
    app = make_app(settings, publisher=True)
    return Sweeper(app, Broker(broker_url), RedisLeases(broker_url))


def run(settings: Settings, stop: threading.Event) -> None:
    """Sweep every `sweep_seconds` until `stop` is set, through all outages."""
    sweeper = open_sweeper(settings)
    while not stop.is_set():
        try:
            swept = sweeper.once()
        except StorageError as error:
            log.warning("sweep.failed", error=type(error).__name__, message=str(error))
        else:
            log.log(_level(swept), "sweep.ended", **asdict(swept))
        stop.wait(settings.sweep_seconds)


def _level(swept: Swept) -> int:
    """A round that found nothing to do is no news."""
    return INFO if swept.enqueued or swept.held_back else DEBUG
