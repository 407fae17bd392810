"""How often each version of a document was tried: counted before it is parsed, in Redis.

Counted before, since a document that kills its process leaves no other trace. The count is
a safety net with an expiry, not a record: where Redis loses it, a document gets more tries.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from storage.errors import redis_errors
from storage.results import DocumentVersion

PREFIX = "gouji:"
#: Longer than any document can be on its way, with all its redeliveries.
EXPIRY_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How often a version was tried."""

    #: This attempt included.
    begun: int
    #: Of those before, the ones that were charged.
    failed: int


class AttemptCount(Protocol):
    def begin(self, version: DocumentVersion) -> Tried:
        """Count this attempt."""

    def refund(self, version: DocumentVersion) -> None:
        """Take the last attempt back: the world failed, not the document."""

    def failed(self, version: DocumentVersion, at: datetime) -> None:
        """Charge a failed attempt to it."""

    def first_failed(self, version: DocumentVersion, at: datetime) -> datetime:
        """When it first failed: `at`, unless it had failed before. Charges nothing."""

    def forget(self, version: DocumentVersion) -> None:
        """The version has its record, or gets a fresh start."""


class Attempts:
    """Counted in Redis, for all workers together. Raises Unavailable where it is down."""

    def __init__(self, redis_url: str, *, expiry_seconds: int = EXPIRY_SECONDS) -> None:
        self._redis = connect(redis_url)
        self._expiry_seconds = expiry_seconds

    def begin(self, version: DocumentVersion) -> Tried:
        with redis_errors("count an attempt"):
            counted = self._redis.pipeline(transaction=True)
            counted.hincrby(_name(version), "begun", 1)
            counted.hget(_name(version), "failed")
            counted.expire(_name(version), self._expiry_seconds)
            begun, failed, _ = counted.execute()
            return Tried(begun=int(begun), failed=int(failed or 0))

    def refund(self, version: DocumentVersion) -> None:
        with redis_errors("refund an attempt"):
            counted = self._redis.pipeline(transaction=True)
            counted.hincrby(_name(version), "begun", -1)
            counted.expire(_name(version), self._expiry_seconds)
            counted.execute()

    def failed(self, version: DocumentVersion, at: datetime) -> None:
        with redis_errors("note a failure"):
            noted = self._redis.pipeline(transaction=True)
            noted.hsetnx(_name(version), "first_failed_at", at.isoformat())
            noted.hincrby(_name(version), "failed", 1)
            noted.expire(_name(version), self._expiry_seconds)
            noted.execute()

    def first_failed(self, version: DocumentVersion, at: datetime) -> datetime:
        with redis_errors("note a failure"):
            noted = self._redis.pipeline(transaction=True)
            noted.hsetnx(_name(version), "first_failed_at", at.isoformat())
            noted.hget(_name(version), "first_failed_at")
            noted.expire(_name(version), self._expiry_seconds)
            _, first, _ = noted.execute()
            return datetime.fromisoformat(first.decode())

    def forget(self, version: DocumentVersion) -> None:
        with redis_errors("forget attempts"):
            self._redis.delete(_name(version))


class MemoryAttempts:
    """Counted in this process: for tests and trials."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._first: dict[str, datetime] = {}

    def begin(self, version: DocumentVersion) -> Tried:
        name = _name(version)
        with self._lock:
            self._begun[name] += 1
            return Tried(begun=self._begun[name], failed=self._failed[name])

    def refund(self, version: DocumentVersion) -> None:
        with self._lock:
            self._begun[_name(version)] -= 1

    def failed(self, version: DocumentVersion, at: datetime) -> None:
        with self._lock:
            self._failed[_name(version)] += 1
            self._first.setdefault(_name(version), at.astimezone(UTC))

    def first_failed(self, version: DocumentVersion, at: datetime) -> datetime:
        with self._lock:
            return self._first.setdefault(_name(version), at.astimezone(UTC))

    def forget(self, version: DocumentVersion) -> None:
        with self._lock:
            for noted in (self._begun, self._failed, self._first):
                noted.pop(_name(version), None)


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
