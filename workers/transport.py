"""kombu's Redis transport, with one of its errors told as what it is: a lost connection.

A channel may be used after its connection was let go of: to acknowledge a job that ended
during an outage, or to give back jobs as the connection is closed. kombu then meets a None
where the address was, and Celery takes the AttributeError for a defect of the program and
ends the worker. A lost connection it waits out.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


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
