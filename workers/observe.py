"""What a part of the program has to tell of its work, as it happens: `observe`.

    observe ──> nobody                       no metrics are served: the default
            ──> the board of this process    `workers/board.py`
            ──> a line to the parent         in a child of a worker's pool (`ToParent`)

Nothing here waits, and nothing raises: what is told is never worth a document.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import NamedTuple

import structlog

log = structlog.get_logger("gouji")

#: Of a message: some twenty observations take a tenth of it.
MOST_BYTES = 32768


class Observation(NamedTuple):
    """So much more of a counter, or one value of a histogram."""

    name: str
    value: float
    labels: Mapping[str, str]


#: Takes what was observed at one time.
Sink = Callable[[Iterable[Observation]], None]


def _nobody(_: Iterable[Observation]) -> None:
    return


_sink: Sink = _nobody


def tell_to(sink: Sink | None) -> None:
    """From now on, in this process and those that are forked from it."""
    global _sink
    _sink = sink or _nobody


def observe(name: str, value: float = 1.0, **labels: str) -> None:
    """`name` and `labels` as `workers/metrics.py` declares them."""
    observe_all([Observation(name, value, labels)])


def observe_all(observations: Iterable[Observation]) -> None:
    """As one message."""
    try:
        _sink(observations)
    except Exception:
        log.exception("metrics.broke")


class ToParent:
    """From the processes that are forked from this one to this one."""

    def __init__(self) -> None:
        # Both ends here: a fork gives each child the second.
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._theirs.setblocking(False)
        #: Messages that were dropped, and not told of yet.
        self._lost = 0
        os.register_at_fork(after_in_child=self._in_child)

    def _in_child(self) -> None:
        self._ours.close()
        self._lost = 0
        tell_to(self.send)

    def send(self, observations: Iterable[Observation]) -> None:
        """Never waits: what does not fit is dropped, and the next message says so."""
        try:
            self._theirs.send(json.dumps([self._lost, list(observations)]).encode())
        except OSError:
            self._lost += 1
        else:
            self._lost = 0

    def receive(self) -> bytes:
        """One message, waited for."""
        return self._ours.recv(MOST_BYTES)


def understood(message: bytes) -> tuple[int, list[Observation]]:
    """How many messages were dropped before, and what this one says. ValueError for what is no
    message of ours, as a document that took over its process might write."""
    try:
        lost, told = json.loads(message)
        return int(_amount(lost)), [
            Observation(str(name), _amount(value), dict(labels)) for name, value, labels in told
        ]
    except (TypeError, OverflowError, RecursionError) as error:
        raise ValueError("no observations") from error


def _amount(told: float) -> float:
    """A counter that NaN or infinity was added to would be that for as long as its process lives,
    and each sum that it is part of."""
    value = float(told)
    if not 0 <= value < inf:
        raise ValueError(f"{value} is no amount")
    return value


class Stages:
    """How long a job was at each of its steps. Of one job at a time."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def during(self, stage: str) -> Iterator[None]:
        """Added up where a job comes to a stage more than once."""
        began = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - began
            self._seconds[stage] = self._seconds.get(stage, 0.0) + took

    def taken(self) -> dict[str, float]:
        """Stage -> seconds since this was asked last."""
        seconds, self._seconds = self._seconds, {}
        return seconds
