"""Intake by events that wait in a queue: S3's in SQS, fetched as they come.

    receive ──> understand ──> the broker ──> delete
                    │              └ away: it stays, and comes back
                    ├ another bucket's, no document, no creation: deleted and counted
                    └ nobody understands it: said, and left to the queue's redrive policy

A message is deleted only after the broker has the jobs that it tells of. So whatever ends this
process, or is away, the message comes back after the queue's visibility timeout; what was
enqueued already has its mark, or its record. Order does not matter, as a job looks at what the
inbox has then. Any number of these processes may share a queue.

    GET /healthz  200 while messages are fetched or somebody who is away is waited for
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.broker import Broker
from storage.errors import Misconfigured, StorageError
from storage.event_queue import EventQueue, Message
from storage.events import Event, EventKind, MalformedEvent, parse_events, tested_bucket
from storage.keys import is_document
from tasks import jobs
from workers.app import Service, make_app
from workers.listen import count_events, enqueue_all
from workers.settings import Complaint, Settings, SettingsError
from workers.traces import open_traces

log = structlog.get_logger("gouji")

#: Hands documents to the broker, in the order given; whether their message came before. Blocks,
#: not for long; StorageError.
Take = Callable[[Sequence[Event], bool], None]

#: How often what was passed over is told.
TELL_SECONDS = 60.0
#: A message that nobody understands is deleted when it comes more often than this, unless the
#: queue has a place for such.
MOST_RECEIVES = 5
#: So many messages of other buckets, and none of ours: the queue is another bucket's.
STRANGERS = 10
#: Between two tries: doubled each time, up to the second.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
#: After messages of which none was done with: a queue may give them again at once.
KEPT_PAUSE_SECONDS = 0.2
#: Longer than a step takes that hangs: a call to SQS, tried twice, with its timeouts.
STALE_SECONDS = 180.0
#: How much of a message that nobody understands is logged, in characters.
_BEGINNING = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message tells of."""

    #: New documents of our inbox.
    documents: tuple[Event, ...]
    #: Those that it names.
    buckets: frozenset[str]
    #: What else it tells of, by why nothing is done for it.
    passed_over: Counter[str]


def understand(body: str, bucket: str) -> Told:
    """MalformedEvent, and nothing else, where nobody understands it."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent(f"no JSON ({error})") from error
    events = parse_events(parsed)
    tested = tested_bucket(parsed)
    why = {event: _passed_over(event, bucket) for event in events}
    passed_over = Counter(reason for event in events if (reason := why[event]))
    if not events:
        passed_over["connection_tests" if tested else "about_no_object"] += 1
    return Told(
        documents=tuple(event for event in events if not why[event]),
        buckets=frozenset(event.bucket for event in events) | ({tested} if tested else set()),
        passed_over=passed_over,
    )


def _passed_over(event: Event, bucket: str) -> str:
    """Why nothing is done for it; "" where something is."""
    if event.bucket != bucket:
        return "other_buckets"
    if event.kind is not EventKind.CREATED:
        return "removals"
    return "" if is_document(event.key) else "no_documents"


class Whose:
    """Whether the queue is our bucket's, told by what comes out of it.

    Until something of ours came, all stays in the queue: with the address of somebody else's queue
    in our settings, nothing of his is lost.
    """

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self.is_ours = False
        self._strangers: set[str] = set()

    def look(self, message: Message, told: Told) -> None:
        """Misconfigured where it is another bucket's."""
        self.is_ours |= self._bucket in told.buckets
        if self.is_ours or not told.buckets:
            return
        if not self._strangers:
            log.error("events.of_another_bucket", message=self._complaint(told.buckets))
        self._strangers.add(message.id)
        if len(self._strangers) >= STRANGERS:
            raise Misconfigured(self._complaint(told.buckets))

    def _complaint(self, buckets: Iterable[str]) -> str:
        named = ", ".join(sorted(buckets))
        return (
            f"the queue tells of the bucket {named}, and of {self._bucket} it has told nothing;"
            " correct GOUJI_SQS_QUEUE_URL or GOUJI_S3_BUCKET"
        )


class PassedOver:
    """Counts what nothing is done for, and tells of it now and then."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._told_at = time.monotonic()

    def add(self, counted: Counter[str]) -> None:
        self._counted += counted

    def tell(self, *, now: bool = False) -> None:
        if self._counted and (now or time.monotonic() - self._told_at > TELL_SECONDS):
            log.info("events.passed_over", **self._counted)
            self._counted.clear()
            self._told_at = time.monotonic()


class _NotTaken(Exception):
    """The broker is away."""


class Poller:
    """Fetches until it is told to stop; `run` belongs to one thread, the rest to another."""

    def __init__(
        self, queue: EventQueue, bucket: str, take: Take, ask_broker: Callable[[], None]
    ) -> None:
        """`take` and `ask_broker` raise StorageError where the broker is away."""
        self._queue = queue
        self._bucket = bucket
        self._take = take
        self._ask_broker = ask_broker
        self._whose = Whose(bucket)
        self._passed_over = PassedOver()
        self._stop = threading.Event()
        #: Held while there are messages in hand.
        self._hands = threading.Lock()
        self._alive_at = time.monotonic()
        self._is_checked = False

    def stop(self) -> None:
        self._stop.set()

    def finish(self, seconds: float) -> bool:
        """Whether what is in hand has ended within so long; nothing is begun after this."""
        self.stop()
        ended = self._hands.acquire(timeout=seconds)
        if ended:
            self._hands.release()
        self._passed_over.tell(now=True)
        return ended

    def is_alive(self) -> bool:
        return time.monotonic() - self._alive_at < STALE_SECONDS

    def run(self) -> None:
        """Through all outages of the queue and the broker. Raises Misconfigured of the queue."""
        failures = 0
        # Nothing is fetched while nobody would take it: each time counts as a receive.
        broker_is_there = False
        while not self._stop.is_set():
            self._alive_at = time.monotonic()
            try:
                if not broker_is_there:
                    self._wait_for_broker()
                    broker_is_there = True
                self._round()
            except Misconfigured:
                raise
            except _NotTaken:
                broker_is_there = False
            except StorageError as error:
                if not self._stop.is_set():
                    log.warning("queue.away", message=str(error))
            else:
                failures = 0
                continue
            failures += 1
            self._stop.wait(pause_seconds(failures))

    def _wait_for_broker(self) -> None:
        try:
            self._ask_broker()
        except StorageError as error:
            log.warning("broker.waits", message=str(error))
            raise _NotTaken from error

    def _round(self) -> None:
        if not self._is_checked:
            self._check()
        self._passed_over.tell()
        messages = self._queue.receive()
        with self._hands:
            # Told to stop in the meantime: they come back.
            done = 0 if self._stop.is_set() else self._treat(messages)
        if messages and not done:
            self._stop.wait(KEPT_PAUSE_SECONDS)

    def _check(self) -> None:
        manners = self._queue.manners()
        self._queue.probe()
        log.info(
            "queue.found",
            url=self._queue.url,
            visibility_seconds=manners.visibility_seconds,
            most_receives=manners.most_receives,
        )
        self._is_checked = True

    def _treat(self, messages: Sequence[Message]) -> int:
        """How many are done with. Raises _NotTaken, when what the broker took is deleted."""
        understood: list[tuple[Message, Told]] = []
        strange: list[tuple[Message, MalformedEvent]] = []
        for message in messages:
            try:
                understood.append((message, understand(message.body, self._bucket)))
            except MalformedEvent as error:
                strange.append((message, error))
        # All before any: one of ours says whose the others are.
        for message, told in understood:
            self._whose.look(message, told)
        taken, trouble = self._taken(understood)
        self._delete(taken)
        if trouble is not None:
            raise _NotTaken from trouble
        given_up = [message for message, error in strange if self._is_given_up(message, error)]
        self._delete(given_up)
        return len(taken) + len(given_up)

    def _taken(
        self, understood: Iterable[tuple[Message, Told]]
    ) -> tuple[list[Message], StorageError | None]:
        """Those that are done with, and what the broker said to the first that is not."""
        done: list[Message] = []
        documents = 0
        trouble: StorageError | None = None
        for message, told in understood:
            self._alive_at = time.monotonic()
            try:
                self._take(told.documents, message.received > 1)
            except StorageError as error:
                log.warning("events.not_taken", documents=len(told.documents), message=str(error))
                count_events("sqs", not_taken=len(told.documents))
                trouble = error
                break
            documents += len(told.documents)
            count_events("sqs", taken=len(told.documents))
            if self._whose.is_ours:
                count_events("sqs", passed_over=told.passed_over.total())
                self._passed_over.add(told.passed_over)
                done.append(message)
        if documents:
            log.info("events.taken", documents=documents)
        return done, trouble

    def _is_given_up(self, message: Message, error: MalformedEvent) -> bool:
        """Whether one that nobody understands is deleted."""
        said = {
            "message_id": message.id,
            "received": message.received,
            "begins": message.body[:_BEGINNING],
            "why": str(error)[:_BEGINNING],
        }
        given_up = (
            message.received > MOST_RECEIVES
            and self._whose.is_ours
            # Asked now: it may have got its dead-letter queue since.
            and self._queue.manners().most_receives is None
        )
        count_events("sqs", refused=1)
        log.error("events.given_up" if given_up else "events.not_understood", **said)
        return given_up

    def _delete(self, messages: Sequence[Message]) -> None:
        if failed := self._queue.delete(messages):
            log.warning("events.not_deleted", messages=len(failed), codes=sorted(set(failed)))


def pause_seconds(failures: int) -> float:
    """After the first: 1."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 10))


def open_poller(settings: Settings) -> Poller:
    """SettingsError where no queue is named, or where traces are asked for that cannot be made."""
    if settings.sqs_queue_url is None:
        raise SettingsError(
            [
                Complaint(
                    "set GOUJI_SQS_QUEUE_URL: the address of the queue with the bucket's events",
                    "请设置 GOUJI_SQS_QUEUE_URL：存放存储桶通知的队列的地址",
                )
            ]
        )
    secret = settings.sqs_secret_key
    queue = EventQueue(
        url=settings.sqs_queue_url,
        access_key=settings.sqs_access_key,
        secret_key=secret.get_secret_value() if secret else None,
        region=settings.s3_region,
    )
    broker = Broker(settings.broker_address())
    app = make_app(settings, publisher=True)
    app.traces = open_traces(settings, "poll")
    return Poller(queue, settings.s3_bucket, partial(enqueue, app), broker.ping)


def enqueue(app: Service, events: Sequence[Event], came_before: bool) -> None:
    if not came_before:
        enqueue_all(app, events)
        return
    # Whoever had the message may have died after he had marked the document, and before the broker
    # had its job. Of two jobs one finds the record.
    for event in events:
        jobs.enqueue(app, event, reason="event")


def health(poller: Poller) -> Starlette:
    async def healthz(_: Request) -> Response:
        alive = poller.is_alive()
        return PlainTextResponse("ok\n" if alive else "stuck\n", status_code=200 if alive else 503)

    return Starlette(routes=[Route("/healthz", healthz, methods=["GET"])])
