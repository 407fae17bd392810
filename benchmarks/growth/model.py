"""The service as a model of queues, in simulated time: arrivals in, times to a record out.

    arrivals ──event──> queue ──> slots (processes of workers) ──> record
        │ event lost      │ emptied, or lost with its taker
        └────> pending <──┘
                  └── sweep, every so often, within its backlog ──> queue

What is modelled is what decides how long a document waits: queues in order of arrival, marks,
the sweep with its rounds that grow with the bucket, its backlog, messages that are lost, workers
that die, outages. What is not: the disk, the network, and that processes on one machine slow
each other down; a slot is a processor of its own. Seconds everywhere. The same plan, arrivals
and seed give the same outcome.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

import simpy

from tasks.queues import Queue
from workers.settings import REDELIVERY_SECONDS

Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How long a slot is at a document: lognormal."""

    #: Mean, in seconds.
    seconds: float
    #: Standard deviation of the logarithm; 0: always the mean.
    spread: float = 0.0

    def drawn(self, chance: Random) -> float:
        if not self.spread:
            return self.seconds
        middle = math.log(self.seconds) - self.spread**2 / 2
        return chance.lognormvariate(middle, self.spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    what: Literal["broker", "store"]
    begins: float
    ends: float
    #: The broker comes back empty: messages and marks are gone.
    is_emptied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A deployment, and what goes wrong in it."""

    #: Processes of workers, by queue.
    slots: Mapping[Queue, int]
    service: Mapping[Queue, Service]
    #: As the settings of these names.
    sweep_seconds: float = 30.0
    sweep_backlog: int = 1000
    enqueued_seconds: float = 300.0
    redelivery_seconds: float = REDELIVERY_SECONDS
    #: A round of the sweep: so long, and for each document of the bucket so much more.
    round_seconds: float = 0.0
    round_seconds_each: float = 0.0
    #: Documents that the bucket had before.
    bucket: int = 0
    #: Shares of events that never come; of messages that are lost as they are taken; of documents
    #: over which their worker dies.
    events_lost: float = 0.0
    messages_lost: float = 0.0
    workers_lost: float = 0.0
    #: Until a worker that died is there again.
    restart_seconds: float = 10.0
    #: The longest pause between two tries while the store is away.
    retry_seconds: float = 60.0
    outages: Sequence[Outage] = ()
    #: Between two looks at the backlog.
    look_seconds: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    at: float
    queue: Queue


@dataclass(slots=True, kw_only=True)
class Outcome:
    #: Seconds from the arrival to the record, in order of the records.
    waited: dict[Queue, list[float]]
    #: When, and how many documents had no record then.
    backlog: list[tuple[float, int]] = field(default_factory=list)
    #: Seconds that slots were at documents.
    busy: dict[Queue, float] = field(default_factory=lambda: dict.fromkeys(Queue, 0.0))
    #: Of the sweep.
    rounds: int = 0
    longest_round: float = 0.0
    enqueued_by_sweep: int = 0
    #: When the last document had its record.
    ended: float = 0.0

    def all_waited(self) -> list[float]:
        return sorted(seconds for waited in self.waited.values() for seconds in waited)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of values in ascending order, at least one; the smallest that so many do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(slots=True, eq=False)
class _Document:
    arrived: float
    queue: Queue
    #: Until then nobody enqueues it anew.
    marked: float = 0.0
    has_record: bool = False


class _Line:
    """A queue of the broker: first come, first served, and none while the broker is away."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._idle = deque[simpy.Event]()
        self.waiting = deque[_Document]()
        self.is_open = True

    def put(self, document: _Document) -> None:
        self.waiting.append(document)
        self._serve()

    def take(self) -> simpy.Event:
        """Comes with a document."""
        taken = self._env.event()
        self._idle.append(taken)
        self._serve()
        return taken

    def opened(self, is_open: bool) -> None:
        self.is_open = is_open
        self._serve()

    def _serve(self) -> None:
        while self.is_open and self._idle and self.waiting:
            self._idle.popleft().succeed(self.waiting.popleft())


class _Month:
    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.env = simpy.Environment()
        self.chance = Random(seed)
        self.lines = {queue: _Line(self.env) for queue in plan.slots}
        self.outcome = Outcome(waited={queue: [] for queue in plan.slots})
        #: Neither in a queue nor with a worker, in the order in which they were lost.
        self.lost: dict[_Document, None] = {}
        self.arrived = self.pending = 0
        self.away = Counter[str]()
        self.store_is_back = self.env.event()
        self.all_done = self.env.event()

    # --- documents

    def arrive(self, arrivals: Iterable[Arrival]) -> Steps:
        """In the order of their times."""
        for arrival in arrivals:
            if arrival.at > self.env.now:
                yield self.env.timeout(arrival.at - self.env.now)
            document = _Document(self.env.now, arrival.queue)
            self.arrived += 1
            self.pending += 1
            if self.away["broker"] or self.chance.random() < self.plan.events_lost:
                self.lost[document] = None
            else:
                self.enqueue(document)
        while self.pending:
            yield self.env.timeout(self.plan.look_seconds)
        self.all_done.succeed()

    def enqueue(self, document: _Document) -> None:
        document.marked = self.env.now + self.plan.enqueued_seconds
        self.lines[document.queue].put(document)

    def lose(self, document: _Document) -> None:
        """Its mark was kept up until now."""
        document.marked = self.env.now + self.plan.enqueued_seconds
        self.lost[document] = None

    def record(self, document: _Document) -> None:
        self.lost.pop(document, None)
        document.has_record = True
        self.pending -= 1
        self.outcome.waited[document.queue].append(self.env.now - document.arrived)
        self.outcome.ended = self.env.now

    # --- processes

    def work(self, queue: Queue) -> Steps:
        """One slot."""
        line, plan = self.lines[queue], self.plan
        while True:
            document: _Document = yield line.take()
            if document.has_record:
                continue
            fate = self.chance.random()
            if fate < plan.messages_lost:
                self.lose(document)
                continue
            seconds = plan.service[queue].drawn(self.chance)
            if fate < plan.messages_lost + plan.workers_lost:
                yield from self.die(document, seconds * self.chance.random())
                continue
            yield self.env.timeout(seconds)
            self.outcome.busy[queue] += seconds
            while self.away["store"]:
                yield self.store_is_back
                yield self.env.timeout(self.chance.uniform(0, plan.retry_seconds))
            if not document.has_record:
                self.record(document)

    def die(self, document: _Document, seconds: float) -> Steps:
        """In the middle of it; the message comes back by itself, unless the sweep is quicker."""
        yield self.env.timeout(seconds)
        self.outcome.busy[document.queue] += seconds
        self.lose(document)
        self.env.process(self.redeliver(document))
        yield self.env.timeout(self.plan.restart_seconds)

    def redeliver(self, document: _Document) -> Steps:
        yield self.env.timeout(self.plan.redelivery_seconds)
        if document in self.lost:
            del self.lost[document]
            self.enqueue(document)

    def sweep(self) -> Steps:
        plan, outcome = self.plan, self.outcome
        while True:
            yield self.env.timeout(plan.sweep_seconds)
            if self.away.total():
                continue
            took = plan.round_seconds + plan.round_seconds_each * (plan.bucket + self.arrived)
            yield self.env.timeout(took)
            outcome.rounds += 1
            outcome.longest_round = max(outcome.longest_round, took)
            if not self.away.total():
                self.enqueue_lost()

    def enqueue_lost(self) -> None:
        room = {
            queue: self.plan.sweep_backlog - len(line.waiting) for queue, line in self.lines.items()
        }
        for document in list(self.lost):
            if document.marked <= self.env.now and room[document.queue] > 0:
                room[document.queue] -= 1
                del self.lost[document]
                self.enqueue(document)
                self.outcome.enqueued_by_sweep += 1

    def fail(self, outage: Outage) -> Steps:
        yield self.env.timeout(outage.begins)
        self.away[outage.what] += 1
        if outage.what == "broker":
            self.broker_goes(is_emptied=outage.is_emptied)
        yield self.env.timeout(outage.ends - outage.begins)
        self.away[outage.what] -= 1
        if outage.what == "broker":
            for line in self.lines.values():
                line.opened(True)
        else:
            self.store_is_back.succeed()
            self.store_is_back = self.env.event()

    def broker_goes(self, *, is_emptied: bool) -> None:
        for line in self.lines.values():
            line.opened(False)
            if is_emptied:
                for document in line.waiting:
                    document.marked = 0.0
                    self.lost[document] = None
                line.waiting.clear()

    def look(self) -> Steps:
        while True:
            self.outcome.backlog.append((self.env.now, self.pending))
            yield self.env.timeout(self.plan.look_seconds)


def simulate(plan: Plan, arrivals: Iterable[Arrival], *, seed: int = 0) -> Outcome:
    """Until every document has its record. `arrivals` in the order of their times."""
    month = _Month(plan, seed)
    for queue, slots in plan.slots.items():
        for _ in range(slots):
            month.env.process(month.work(queue))
    month.env.process(month.sweep())
    month.env.process(month.look())
    for outage in plan.outages:
        month.env.process(month.fail(outage))
    month.env.process(month.arrive(arrivals))
    month.env.run(until=month.all_done)
    return month.outcome
