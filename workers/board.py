"""What a process tells of itself, as Prometheus reads it: the declared metrics with their values.

    observe ──> counters, histograms        put, ask ──> gauges
                              └──> text <──┘

All of it is done under one lock. A fork takes that lock first, so that no child of a worker's pool
is born while another thread is in the middle of something.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from math import prod

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from storage import errors
from tasks import VERSION
from workers.metrics import METRICS, OTHER, Kind, Metric, Process
from workers.observe import Observation, ToParent, observe, tell_to, understood

log = structlog.get_logger("gouji")

#: A counter with so few series shows all of them from the start, at 0: what appears only with its
#: first event has no increase by which an alert could see that.
MOST_AT_ZERO = 60

#: Values of the labels, in the order in which they are declared -> the value of the gauge.
Values = Mapping[tuple[str, ...], float]


class NotDeclared(Exception):
    """A metric, a label or a value that `workers/metrics.py` does not have."""


class Board:
    def __init__(self, processes: Iterable[Process]) -> None:
        """`processes`: what this one is, or several of them in one."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        these = set(processes)
        self._metrics = {
            name: metric for name, metric in METRICS.items() if these & set(metric.told_by)
        }
        #: Taken again by a thread that has it, as in a handler of a signal.
        self._lock = threading.RLock()
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._counted = dict(self._registered())
        self._gauges = _Gauges(self._metrics)
        self._registry.register(self._gauges)
        self.put("gouji_build_info", {(VERSION,): 1.0})

    def _registered(self) -> Iterator[tuple[str, Counter | Histogram]]:
        for name, metric in self._metrics.items():
            if metric.kind is Kind.COUNTER:
                yield name, _counter(metric, self._registry)
            elif metric.kind is Kind.HISTOGRAM:
                yield (
                    name,
                    Histogram(
                        name,
                        metric.en,
                        tuple(metric.labels),
                        buckets=metric.buckets,
                        registry=self._registry,
                    ),
                )

    def take(self, observations: Iterable[Observation]) -> None:
        """A sink of `observe`. What is not declared is logged, and the rest counts."""
        with self._lock:
            for one in observations:
                try:
                    self._count(one)
                except NotDeclared:
                    log.exception("metrics.not_declared")

    def _count(self, one: Observation) -> None:
        metric, counted = METRICS.get(one.name), self._counted.get(one.name)
        if metric is None or metric.kind is Kind.GAUGE:
            raise NotDeclared(one.name)
        if counted is None:  # another process tells it
            return
        values = declared(metric, one.labels)
        series = counted.labels(*values) if values else counted
        if isinstance(series, Counter):
            series.inc(one.value)
        else:
            series.observe(one.value)

    def put(self, name: str, values: Values) -> None:
        """All that a gauge tells from now on; nothing: it is not known."""
        self.ask(name, lambda: values)

    def ask(self, name: str, for_values: Callable[[], Values]) -> None:
        """Likewise, asked whenever somebody reads. It must not wait."""
        with self._lock:
            self._gauges.asked[self._gauge(name)] = for_values

    def _gauge(self, name: str) -> str:
        metric = METRICS.get(name)
        if metric is None or metric.kind is not Kind.GAUGE:
            raise NotDeclared(name)
        return name

    def text(self) -> bytes:
        """In Prometheus' text format 0.0.4."""
        with self._lock:
            return generate_latest(self._registry)

    def hear(self, line: ToParent) -> None:
        """From now on, what children of this process send on this line, by a thread."""
        os.register_at_fork(
            before=self._lock.acquire,
            after_in_parent=self._lock.release,
            after_in_child=self._lock.release,
        )
        threading.Thread(target=self._hear, args=(line,), name="metrics", daemon=True).start()

    def _hear(self, line: ToParent) -> None:
        while True:
            message = line.receive()
            with self._lock:
                try:
                    self._understand(message)
                except Exception:
                    log.exception("metrics.broke")

    def _understand(self, message: bytes) -> None:
        try:
            lost, observations = understood(message)
        except ValueError:
            lost, observations = 1, []
        if lost:
            observations = [Observation("gouji_observations_lost_total", lost, {}), *observations]
        self.take(observations)


class _Gauges(Collector):
    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self._metrics = metrics
        self.asked: dict[str, Callable[[], Values]] = {}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, metric in self._metrics.items():
            if metric.kind is Kind.GAUGE:
                yield self._told(metric, self.asked.get(name))

    def _told(self, metric: Metric, ask: Callable[[], Values] | None) -> GaugeMetricFamily:
        """Without a value where asking for it fails."""
        family = GaugeMetricFamily(metric.name, metric.en, labels=tuple(metric.labels))
        try:
            for values, number in (ask() if ask else {}).items():
                family.add_metric(values, number)
        except Exception:
            log.exception("metrics.broke", metric=metric.name)
        return family


def _counter(metric: Metric, registry: CollectorRegistry) -> Counter:
    counter = Counter(metric.name, metric.en, tuple(metric.labels), registry=registry)
    sets = metric.labels.values()
    if metric.labels and prod(map(len, sets)) <= MOST_AT_ZERO:
        for values in product(*sets):
            counter.labels(*values)
    return counter


def declared(metric: Metric, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Values in the order of the labels, `other` for those of no set that has it."""
    if labels.keys() != metric.labels.keys():
        raise NotDeclared(f"{metric.name} with {', '.join(labels) or 'no label'}")
    return tuple(_declared(metric, name, labels[name]) for name in metric.labels)


def _declared(metric: Metric, name: str, value: str) -> str:
    allowed = metric.labels[name]
    if value in allowed:
        return value
    if OTHER in allowed:
        return OTHER
    raise NotDeclared(f"{metric.name} with {name}={value[:40]!r}")


def start_telling(board: Board) -> None:
    """What is observed in this process stands on this board from now on."""
    tell_to(board.take)
    errors.heard_by(_trouble)


def _trouble(server: str, error: errors.StorageError) -> None:
    kind = "misconfigured" if isinstance(error, errors.Misconfigured) else "unavailable"
    observe("gouji_errors_total", server=server, kind=kind)
