"""What the sweep tells besides its work: where documents stand, and how long the queues are.

    a round ended ──> the catalogue is counted ──> the board
    every few seconds ──> the broker is asked  ──> the board

Never when somebody reads the metrics, who would then wait for whoever is away. What could not be
learnt is not told, rather than told as it was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from storage.broker import Broker
from storage.catalogue import Catalogue, CatalogueError, Filters
from storage.errors import StorageError
from tasks.queues import Queue
from workers.board import Board, Values
from workers.metrics import CODES, OTHER, RULES, STATES
from workers.observe import observe

if TYPE_CHECKING:
    from workers.catalogue import Clerk
    from workers.sweep import Swept

log = structlog.get_logger("gouji")

#: Between two looks at the queues.
QUEUES_SECONDS = 5.0
#: Of a round's time at most so much goes to counting: a catalogue of a million takes seconds.
SHARE = 0.1
#: What a round tells of itself and of the documents without a record.
_FOUND = (
    "gouji_sweep_last_duration_seconds",
    "gouji_sweep_last_documents",
    "gouji_oldest_pending_age_seconds",
)
#: What the catalogue tells.
_COUNTED = (
    "gouji_documents",
    "gouji_refused_documents",
    "gouji_documents_with_findings",
    "gouji_catalogue_read_timestamp_seconds",
)


class Truth:
    """Of one process that sweeps."""

    def __init__(self, board: Board, clerk: Clerk) -> None:
        self._board = board
        self._clerk = clerk
        self._count_at = 0.0
        board.put("gouji_sweep_last_success_timestamp_seconds", {(): 0.0})

    def round_ended(self, swept: Swept, seconds: float, oldest_pending: datetime | None) -> None:
        """`oldest_pending`: when the oldest document without a record was dropped."""
        if swept.elsewhere:
            # Whoever sweeps tells, and what was true of the last round here may not be any more.
            observe("gouji_sweep_rounds_total", outcome="elsewhere")
            for name in (*_FOUND, *_COUNTED):
                self._board.put(name, {})
            return
        observe("gouji_sweep_rounds_total", outcome="ended")
        put = self._board.put
        put("gouji_sweep_last_success_timestamp_seconds", {(): time.time()})
        put("gouji_sweep_last_duration_seconds", {(): seconds})
        found = {name: number for name, number in asdict(swept).items() if name != "elsewhere"}
        put("gouji_sweep_last_documents", {(name,): n for name, n in found.items()})
        self._board.ask("gouji_oldest_pending_age_seconds", lambda: {(): _age(oldest_pending)})
        self._count()

    def round_failed(self) -> None:
        observe("gouji_sweep_rounds_total", outcome="failed")

    def _count(self) -> None:
        catalogue = self._clerk.catalogue
        if catalogue is None or time.monotonic() < self._count_at:
            return
        began = time.monotonic()
        told: Mapping[str, Values] = {}
        if self._clerk.is_at_work:
            try:
                told = _counted(catalogue)
            except CatalogueError as error:
                self._clerk.complain(error)
        for name in _COUNTED:
            self._board.put(name, told.get(name, {}))
        ended = time.monotonic()
        self._count_at = ended + (ended - began) / SHARE


def _age(since: datetime | None) -> float:
    return max(0.0, (datetime.now(UTC) - since).total_seconds()) if since else 0.0


def _counted(catalogue: Catalogue) -> Mapping[str, Values]:
    standing = catalogue.standing()
    refused = catalogue.facet("code", Filters(verdicts=("refused",)))
    findings = catalogue.facet("rule", Filters())
    return {
        "gouji_documents": {
            (state, within): standing.get((state, inside), 0)
            for state in STATES
            for within, inside in (("inbox", False), ("archive", True))
        },
        "gouji_refused_documents": _of_set(refused, CODES),
        "gouji_documents_with_findings": _of_set(findings, RULES),
        "gouji_catalogue_read_timestamp_seconds": {(): time.time()},
    }


def _of_set(counted: Mapping[str | None, int], values: tuple[str, ...]) -> Values:
    """All of a closed set, also what there is none of."""
    told = dict.fromkeys(values, 0.0)
    for value, number in counted.items():
        told[value if value in told else OTHER] += number
    return {(value,): number for value, number in told.items()}


def watch_queues(board: Board, broker: Broker, stop: threading.Event) -> None:
    """Tell how long the queues are, by a thread, until `stop` is set."""

    def watch() -> None:
        while not stop.is_set():
            _look_at_queues(board, broker)
            stop.wait(QUEUES_SECONDS)

    threading.Thread(target=watch, name="queues", daemon=True).start()


def _look_at_queues(board: Board, broker: Broker) -> None:
    lengths: Values = {}
    due: dict[str, float | None] = {}
    taken: Values = {}
    used: Values = {}
    limit: Values = {}
    try:
        lengths = {(queue,): n for queue, n in broker.queue_lengths(Queue).items()}
        due = {queue: broker.next_due(queue) for queue in Queue}
        taken = {(): broker.unacknowledged()}
        memory = broker.memory_bytes()
        used, limit = {(): memory[0]}, {(): memory[1]}
    except StorageError as error:
        log.debug("queues.not_seen", message=str(error))
    except Exception:
        log.exception("metrics.broke")
    board.put("gouji_queue_length", lengths)
    board.ask("gouji_queue_oldest_age_seconds", lambda: _ages(due))
    board.put("gouji_unacknowledged_jobs", taken)
    board.put("gouji_broker_memory_used_bytes", used)
    board.put("gouji_broker_memory_limit_bytes", limit)


def _ages(due: Mapping[str, float | None]) -> Values:
    now = time.time()
    return {(queue,): max(0.0, now - (since or now)) for queue, since in due.items()}
