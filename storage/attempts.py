"""How often each version of a document was tried: counted before it is parsed, in Redis.

Counted before, since a document that kills its process leaves no other trace. The count is
a safety net with an expiry, not a record: where Redis loses it, a document gets more tries.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from storage.errors import redis_errors
from storage.results import DocumentVersion

PREFIX = "gouji:"
#: Longer than any document can be on its way, with all its redeliveries.
EXPIRY_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """What is known of the attempts that failed."""

    first_at: datetime
    times: int


class AttemptCount(Protocol):
    def begin(self, version: DocumentVersion) -> int:
        """Count this attempt; the number of it, from 1."""

    def refund(self, version: DocumentVersion) -> None:
        """Take the last attempt back: the world failed, not the document."""

    def failed(self, version: DocumentVersion, at: datetime) -> Failures:
        """Note a failed attempt; of all of them, this one included."""

    def forget(self, version: DocumentVersion) -> None:
        """The version has its record, or gets a fresh start."""


class Attempts:
    """Counted in Redis, for all workers together. Raises Unavailable where it is down."""

    def __init__(self, redis_url: str, *, expiry_seconds: int = EXPIRY_SECONDS) -> None:
        self._redis = connect(redis_url)
        self._expiry_seconds = expiry_seconds

    def begin(self, version: DocumentVersion) -> int:
        with redis_errors("count an attempt"):
            counted = self._redis.pipeline(transaction=True)
            counted.hincrby(_name(version), "begun", 1)
            counted.expire(_name(version), self._expiry_seconds)
            return int(counted.execute()[0])

    def refund(self, version: DocumentVersion) -> None:
        with redis_errors("refund an attempt"):
            counted = self._redis.pipeline(transaction=True)
            counted.hincrby(_name(version), "begun", -1)
            counted.expire(_name(version), self._expiry_seconds)
            counted.execute()

    def failed(self, version: DocumentVersion, at: datetime) -> Failures:
        with redis_errors("note a failure"):
            noted = self._redis.pipeline(transaction=True)
            noted.hsetnx(_name(version), "first_failed_at", at.isoformat())
            noted.hget(_name(version), "first_failed_at")
            noted.hincrby(_name(version), "failed", 1)
            noted.expire(_name(version), self._expiry_seconds)
            _, first, times, _ = noted.execute()
            return Failures(first_at=datetime.fromisoformat(first.decode()), times=int(times))

    def forget(self, version: DocumentVersion) -> None:
        with redis_errors("forget attempts"):
            self._redis.delete(_name(version))


class MemoryAttempts:
    """Counted in this process: for tests and trials."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[str, int] = {}
        self._failures: dict[str, Failures] = {}

    def begin(self, version: DocumentVersion) -> int:
        return self._add(version, 1)

    def refund(self, version: DocumentVersion) -> None:
        self._add(version, -1)

    def failed(self, version: DocumentVersion, at: datetime) -> Failures:
        with self._lock:
            before = self._failures.get(_name(version))
            now = Failures(
                first_at=before.first_at if before else at.astimezone(UTC),
                times=before.times + 1 if before else 1,
            )
            self._failures[_name(version)] = now
            return now

    def forget(self, version: DocumentVersion) -> None:
        with self._lock:
            self._begun.pop(_name(version), None)
            self._failures.pop(_name(version), None)

    def _add(self, version: DocumentVersion, number: int) -> int:
        with self._lock:
            self._begun[_name(version)] = self._begun.get(_name(version), 0) + number
            return self._begun[_name(version)]


def connect(redis_url: str, *, timeout_seconds: float = 5) -> Any:
    """A client that answers or fails within the timeout; nothing is connected to yet."""
    # Here and not above: `gouji check` needs no Redis.
    import redis

    return redis.Redis.from_url(
        redis_url,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        health_check_interval=10,
    )


def _name(version: DocumentVersion) -> str:
    # The etag first: it has no colon, so no key can be mistaken for another.
    return f"{PREFIX}attempts:{version.etag}:{version.key}"
