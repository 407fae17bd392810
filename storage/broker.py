"""What else is asked of Redis: is it there, how long are its queues, who holds a lease, and
what was given to it a moment ago. Celery itself talks to Redis by its own means.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from storage.attempts import EXPIRY_SECONDS, PREFIX, connect
from storage.errors import redis_errors
from storage.results import DocumentVersion

# Both as one step: between a GET and what follows from it a lease may end and go to another.
_ACQUIRE = """
if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('pexpire', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


#: A header of a job's message: since when, or from when on, it waits to be done (Unix time).
DUE = "gouji_due"
#: Names that go into one command.
_AT_ONCE = 1000


class Broker:
    """Raises Unavailable where Redis is down."""

    def __init__(self, redis_url: str, *, timeout_seconds: float = 5) -> None:
        self._redis = connect(redis_url, timeout_seconds=timeout_seconds)

    def ping(self) -> None:
        with redis_errors("ping the broker"):
            self._redis.ping()

    def queue_lengths(self, queues: Iterable[str]) -> dict[str, int]:
        """Jobs that wait, by queue; those already with a worker are not counted."""
        names = list(queues)
        with redis_errors("ask for queue lengths"):
            asked = self._redis.pipeline(transaction=False)
            for name in names:
                asked.llen(PREFIX + name)
            return dict(zip(names, map(int, asked.execute()), strict=True))

    def next_due(self, queue: str) -> float | None:
        """Since when the job waits that is next (Unix time); None where none waits, or where its
        message does not say."""
        with redis_errors("read a queue"):
            last = self._redis.lrange(PREFIX + queue, -1, -1)
        return _due(_parsed(last[0])) if last else None

    def on_their_way(self, queues: Iterable[str], most: int) -> set[str]:
        """What the jobs are about that wait or that a worker has, of each queue at most so
        many."""
        waiting = (self.waiting_for(queue, most) for queue in queues)
        with redis_errors("read what workers have"):
            taken = self._redis.hgetall(PREFIX + "unacked").values()
        subjects = map(_subject_of, map(_taken_message, taken))
        return {subject for subject in subjects if subject}.union(*waiting)

    def waiting_for(self, queue: str, most: int) -> set[str]:
        """What the jobs that wait are about: their first argument, of at most so many.

        Those in the queue, and those that a worker of any queue keeps until their time has
        come. What a worker is at, or had taken when it died, is not told from here.
        """
        with redis_errors("read a queue"):
            # In this order: a job may be taken meanwhile.
            queued = self._redis.lrange(PREFIX + queue, 0, most - 1)
            taken = self._redis.hgetall(PREFIX + "unacked").values()
        messages = [*map(_parsed, queued), *filter(_is_postponed, map(_taken_message, taken))]
        return {subject for subject in map(_subject_of, messages) if subject}

    def memory_bytes(self) -> tuple[int, int]:
        """How much of its memory is used, and its limit; 0: it has none."""
        with redis_errors("ask for the memory of the broker"):
            told = self._redis.info("memory")
        return int(told["used_memory"]), int(told["maxmemory"])

    def unacknowledged(self) -> int:
        """Jobs that are with a worker, or were when it died."""
        with redis_errors("ask for unacknowledged jobs"):
            return int(self._redis.hlen(PREFIX + "unacked"))


class Leases(Protocol):
    def acquire(self, name: str, seconds: float) -> bool:
        """Whether it is ours now, for so long. Taking it again while it is ours renews it."""

    def release(self, name: str) -> None:
        """Give it back early; nothing happens where it is not ours."""


class Marks(Protocol):
    def mark(self, version: DocumentVersion, seconds: float) -> bool:
        """Whether it was not marked before; the mark goes by itself after so long."""

    def keep(self, version: DocumentVersion, seconds: float) -> None:
        """From now on the mark lasts so long, whether there was one or not."""

    def unmark(self, version: DocumentVersion) -> None:
        """Nothing happens where there is none."""


class Outstanding(Protocol):
    """Which members of a version of an archive were given to the broker and have not ended.

    A hint, as marks are: who is the last one to end has them gathered at once, and where this
    was lost, the sweep does.
    """

    def add(self, archive: DocumentVersion, members: Iterable[str]) -> None:
        """By their names."""

    def ended(self, archive: DocumentVersion, member: str) -> bool:
        """One has ended: whether none is left."""

    def some(self, archive: DocumentVersion) -> bool:
        """Whether there are any."""

    def forget(self, archive: DocumentVersion) -> None:
        """All of them were gathered."""


class RedisLeases:
    """For what only one process may do at a time, such as a sweep. Unavailable: Redis is down."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)
        self._holder = uuid.uuid4().hex

    def acquire(self, name: str, seconds: float) -> bool:
        with redis_errors(f"acquire {name}"):
            key = f"{PREFIX}lease:{name}"
            return bool(self._redis.eval(_ACQUIRE, 1, key, self._holder, _milliseconds(seconds)))

    def release(self, name: str) -> None:
        with redis_errors(f"release {name}"):
            self._redis.eval(_RELEASE, 1, f"{PREFIX}lease:{name}", self._holder)


class RedisMarks:
    """Versions that are queued or running, so that nobody queues them once more."""

    def __init__(self, redis_url: str, *, timeout_seconds: float = 5) -> None:
        self._redis = connect(redis_url, timeout_seconds=timeout_seconds)

    def mark(self, version: DocumentVersion, seconds: float) -> bool:
        with redis_errors("mark as enqueued"):
            return bool(self._redis.set(_mark(version), b"1", nx=True, px=_milliseconds(seconds)))

    def keep(self, version: DocumentVersion, seconds: float) -> None:
        with redis_errors("keep marked"):
            self._redis.set(_mark(version), b"1", px=_milliseconds(seconds))

    def unmark(self, version: DocumentVersion) -> None:
        with redis_errors("unmark"):
            self._redis.delete(_mark(version))


class RedisOutstanding:
    """Raises Unavailable where Redis is down."""

    def __init__(self, redis_url: str, *, expiry_seconds: int = EXPIRY_SECONDS) -> None:
        self._redis = connect(redis_url)
        self._expiry_seconds = expiry_seconds

    def add(self, archive: DocumentVersion, members: Iterable[str]) -> None:
        names = [_short(member) for member in members]
        with redis_errors("note members"):
            noted = self._redis.pipeline(transaction=True)
            for first in range(0, len(names), _AT_ONCE):
                noted.sadd(_outstanding(archive), *names[first : first + _AT_ONCE])
            noted.expire(_outstanding(archive), self._expiry_seconds)
            noted.execute()

    def ended(self, archive: DocumentVersion, member: str) -> bool:
        with redis_errors("note the end of a member"):
            noted = self._redis.pipeline(transaction=True)
            noted.srem(_outstanding(archive), _short(member))
            noted.scard(_outstanding(archive))
            return not noted.execute()[1]

    def some(self, archive: DocumentVersion) -> bool:
        with redis_errors("ask for members"):
            return bool(self._redis.exists(_outstanding(archive)))

    def forget(self, archive: DocumentVersion) -> None:
        with redis_errors("forget members"):
            self._redis.delete(_outstanding(archive))


class MemoryLeases:
    """Leases among the holders that share one `held`, within this process."""

    def __init__(
        self,
        held: dict[str, tuple[object, float]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._held = {} if held is None else held
        self._clock = clock
        self._lock = _LOCK

    def acquire(self, name: str, seconds: float) -> bool:
        with self._lock:
            holder, until = self._held.get(name, (self, 0.0))
            if holder is not self and until > self._clock():
                return False
            self._held[name] = (self, self._clock() + seconds)
            return True

    def release(self, name: str) -> None:
        with self._lock:
            if self._held.get(name, (None, 0.0))[0] is self:
                del self._held[name]


class MemoryMarks:
    """Marks within this process: for tests and trials."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._until: dict[str, float] = {}
        self._clock = clock
        self._lock = _LOCK

    def mark(self, version: DocumentVersion, seconds: float) -> bool:
        with self._lock:
            if self._until.get(_mark(version), 0.0) > self._clock():
                return False
            self._until[_mark(version)] = self._clock() + seconds
            return True

    def keep(self, version: DocumentVersion, seconds: float) -> None:
        with self._lock:
            self._until[_mark(version)] = self._clock() + seconds

    def unmark(self, version: DocumentVersion) -> None:
        with self._lock:
            self._until.pop(_mark(version), None)


class MemoryOutstanding:
    """Within this process: for tests and trials."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {}
        self._lock = _LOCK

    def add(self, archive: DocumentVersion, members: Iterable[str]) -> None:
        with self._lock:
            self._names.setdefault(_outstanding(archive), set()).update(map(_short, members))

    def ended(self, archive: DocumentVersion, member: str) -> bool:
        with self._lock:
            left = self._names.get(_outstanding(archive), set())
            left.discard(_short(member))
            return not left

    def some(self, archive: DocumentVersion) -> bool:
        with self._lock:
            return bool(self._names.get(_outstanding(archive)))

    def forget(self, archive: DocumentVersion) -> None:
        with self._lock:
            self._names.pop(_outstanding(archive), None)


_LOCK = threading.Lock()


def _parsed(text: bytes) -> Any:
    """None for what is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _taken_message(kept: bytes) -> Any:
    """As kombu notes it: the message, its exchange, its routing key."""
    noted = _parsed(kept)
    return noted[0] if isinstance(noted, list) and noted else None


def _is_postponed(message: Any) -> bool:
    """Whether its time is still to come. False for what is no message of Celery's."""
    try:
        return datetime.fromisoformat(message["headers"]["eta"]) > datetime.now(UTC)
    except (ValueError, TypeError, KeyError):
        return False


def _due(message: Any) -> float | None:
    try:
        return float(message["headers"][DUE])
    except (ValueError, TypeError, KeyError):
        return None


def _subject_of(message: Any) -> str | None:
    """The first argument of a job. None for what is no message of Celery's."""
    try:
        arguments = json.loads(base64.b64decode(message["body"]))[0]
        return arguments[0] if isinstance(arguments[0], str) else None
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


def _mark(version: DocumentVersion) -> str:
    return f"{PREFIX}enqueued:{version.etag}:{version.key}"


def _outstanding(archive: DocumentVersion) -> str:
    return f"{PREFIX}outstanding:{archive.etag}:{archive.key}"


def _short(member: str) -> str:
    """Of thousands of long names; two that meet cost one more look of the sweep."""
    return hashlib.sha256(member.encode("utf-8", "replace")).hexdigest()[:16]


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
