"""Celery and kombu where they would end or hang over an outage of the broker.

`Channel`: a channel may be used after its connection was let go of: to acknowledge a job that
ended during an outage, or to give back jobs as the connection is closed. kombu then meets a
None where the address was, and Celery takes the AttributeError for a defect of the program
and ends the worker. A lost connection it waits out.

`Worker`: a worker that breaks down waits for its pool, without an end where that is what
broke. It must end, with a code other than 0, for whoever starts it again.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import structlog
from celery.apps import worker
from kombu.transport import TRANSPORT_ALIASES, redis

log = structlog.get_logger("gouji")


class Channel(redis.Channel):
    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("the connection of this channel was closed")
        return super()._connparams(*args, **kwargs)  # type: ignore[no-untyped-call]


class Transport(redis.Transport):
    Channel = Channel


def register() -> None:
    """Make this the transport of `redis://` and `rediss://` addresses in this process."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"


class Worker(worker.Worker):  # type: ignore[misc]
    def stop(self, in_sighandler: bool = False, exitcode: int | None = None) -> None:
        if exitcode:
            seconds = self.app.settings.shutdown_seconds
            log.error("worker.broke_down", ends_in_seconds=seconds)
            late = threading.Timer(seconds, os._exit, (exitcode,))
            late.daemon = True
            late.start()
        super().stop(in_sighandler, exitcode)
