"""What is counted and leased in Redis, and the same in memory."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.attempts import AttemptCount, Attempts, MemoryAttempts, Tried, connect
from storage.broker import (
    DUE,
    Broker,
    Leases,
    Marks,
    MemoryLeases,
    MemoryMarks,
    RedisLeases,
    RedisMarks,
)
from storage.errors import Misconfigured, Unavailable
from storage.local import LocalServers, free_port
from storage.results import DocumentVersion

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def new_version(etag: str = "e1") -> DocumentVersion:
    key = f"inbox/{uuid.uuid4().hex}:报告 a.pdf"
    return DocumentVersion(key=key, etag=etag, version_id=None, last_modified=NOW, size=1)


def broker_url(request: pytest.FixtureRequest) -> str:
    servers: LocalServers = request.getfixturevalue("local_servers")
    return servers.broker_url


@pytest.fixture(params=["memory", "redis"])
def attempts(request: pytest.FixtureRequest) -> AttemptCount:
    return MemoryAttempts() if request.param == "memory" else Attempts(broker_url(request))


@pytest.fixture(params=["memory", "redis"])
def marks(request: pytest.FixtureRequest) -> Marks:
    return MemoryMarks() if request.param == "memory" else RedisMarks(broker_url(request))


@pytest.fixture(params=["memory", "redis"])
def two_holders(request: pytest.FixtureRequest) -> tuple[Leases, Leases]:
    if request.param == "memory":
        held: dict[str, tuple[object, float]] = {}
        return MemoryLeases(held), MemoryLeases(held)
    return RedisLeases(broker_url(request)), RedisLeases(broker_url(request))


def test_attempts_are_counted_by_version(attempts: AttemptCount) -> None:
    version = new_version()
    other = DocumentVersion(key=version.key, etag="e2", version_id=None, last_modified=NOW, size=1)
    assert [attempts.begin(version).begun for _ in range(3)] == [1, 2, 3]
    assert attempts.begin(other).begun == 1
    attempts.refund(version)
    assert attempts.begin(version).begun == 3
    attempts.forget(version)
    assert attempts.begin(version).begun == 1


def test_failures_are_counted_and_the_first_is_remembered(attempts: AttemptCount) -> None:
    version = new_version()
    attempts.failed(version, NOW)
    attempts.failed(version, NOW + timedelta(minutes=1))
    assert attempts.begin(version) == Tried(begun=1, failed=2)
    later = NOW + timedelta(hours=2)
    assert attempts.first_failed(version, later) == NOW
    attempts.forget(version)
    assert attempts.first_failed(version, later) == later
    assert attempts.first_failed(version, later + timedelta(hours=1)) == later
    assert attempts.begin(version) == Tried(begun=1, failed=0), "asking charges nothing"


def test_attempts_end_by_themselves(local_servers: LocalServers) -> None:
    attempts = Attempts(local_servers.broker_url, expiry_seconds=1)
    version = new_version()
    assert attempts.begin(version).begun == 1
    time.sleep(1.2)
    assert attempts.begin(version).begun == 1


def test_a_version_is_marked_once_at_a_time(marks: Marks) -> None:
    version = new_version()
    assert marks.mark(version, 60)
    assert not marks.mark(version, 60)
    marks.unmark(version)
    assert marks.mark(version, 0.2)
    time.sleep(0.3)
    assert marks.mark(version, 60)


def test_a_lease_has_one_holder(two_holders: tuple[Leases, Leases]) -> None:
    one, other = two_holders
    name = uuid.uuid4().hex
    assert one.acquire(name, 60)
    assert not other.acquire(name, 60)
    assert one.acquire(name, 60)  # renewed
    other.release(name)  # not its own
    assert not other.acquire(name, 60)
    one.release(name)
    assert other.acquire(name, 60)


def test_a_lease_ends_by_itself(two_holders: tuple[Leases, Leases]) -> None:
    one, other = two_holders
    name = uuid.uuid4().hex
    assert one.acquire(name, 0.2)
    time.sleep(0.3)
    assert other.acquire(name, 60)
    assert not one.acquire(name, 60)


def test_queue_lengths(local_servers: LocalServers) -> None:
    broker = Broker(local_servers.broker_url)
    broker.ping()
    name = uuid.uuid4().hex
    connect(local_servers.broker_url).rpush(f"gouji:{name}", "job", "job")
    assert broker.queue_lengths([name, "empty"]) == {name: 2, "empty": 0}
    assert broker.unacknowledged() == 0


def test_since_when_the_next_job_waits(local_servers: LocalServers) -> None:
    broker, name = Broker(local_servers.broker_url), uuid.uuid4().hex
    redis = connect(local_servers.broker_url)
    assert broker.next_due(name) is None
    # Workers take them from the right.
    for due in (30.5, 20.5):
        redis.rpush(f"gouji:{name}", json.dumps({"headers": {DUE: due}}))
    assert broker.next_due(name) == 20.5
    for strange in (message("inbox/a.pdf"), "no job", "[]", json.dumps({"headers": {DUE: "x"}})):
        redis.rpush(f"gouji:{name}", strange)
        assert broker.next_due(name) is None


def test_how_full_its_memory_is(local_servers: LocalServers) -> None:
    broker, redis = Broker(local_servers.broker_url), connect(local_servers.broker_url)
    before = redis.config_get("maxmemory")["maxmemory"]
    name, body = uuid.uuid4().hex, b"x" * 2**22
    try:
        redis.config_set("maxmemory", "0")
        used, limit = broker.memory_bytes()
        assert limit == 0
        redis.set(name, body)
        redis.config_set("maxmemory", "256mb")
        more, limit = broker.memory_bytes()
        assert more - used > len(body) // 2
        assert limit == 256 * 2**20
    finally:
        redis.delete(name)
        redis.config_set("maxmemory", before)


def test_what_waiting_jobs_are_about(local_servers: LocalServers) -> None:
    broker, name = Broker(local_servers.broker_url), uuid.uuid4().hex
    redis = connect(local_servers.broker_url)
    kept = uuid.uuid4().hex
    redis.rpush(
        f"gouji:{name}", message("inbox/县.pdf"), message(7), "no job", "{}", "[]", "[" * 99_999
    )
    later, past = (datetime.now(UTC) + timedelta(minutes=n) for n in (1, -1))
    for number, (key, eta) in enumerate((("later", later), ("past", past), ("at once", None))):
        noted = json.dumps([json.loads(message(f"inbox/{key}", eta)), "", name])
        redis.hset("gouji:unacked", f"{kept}-{number}", noted)
    redis.hset("gouji:unacked", f"{kept}-3", "no job")
    try:
        assert broker.waiting_for(name, 100) == {"inbox/县.pdf", "inbox/later"}
        assert broker.waiting_for("empty", 100) == {"inbox/later"}
    finally:
        redis.hdel("gouji:unacked", *(f"{kept}-{number}" for number in range(4)))


def message(key: object, eta: datetime | None = None) -> str:
    body = base64.b64encode(json.dumps([[key, "etag", None], {}, {}]).encode()).decode()
    headers = {"id": "1", "eta": eta and eta.isoformat()}
    return json.dumps({"body": body, "headers": headers})


@pytest.mark.parametrize(
    "ask",
    [
        lambda url: Broker(url, timeout_seconds=1).ping(),
        lambda url: Attempts(url).begin(new_version()),
        lambda url: RedisMarks(url).mark(new_version(), 1),
        lambda url: RedisLeases(url).acquire("any", 1),
    ],
)
def test_redis_is_down(ask: Callable[[str], object]) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    with pytest.raises(Unavailable):
        ask(url)


def test_a_wrong_password(local_servers: LocalServers) -> None:
    port = local_servers.broker_url.rpartition(":")[2]
    with pytest.raises(Misconfigured, match="GOUJI_BROKER_URL"):
        Broker(f"redis://:wrong@127.0.0.1:{port}").ping()
    with pytest.raises(Misconfigured, match="GOUJI_BROKER_URL"):
        Broker(f"redis://127.0.0.1:{port}").ping()


def test_a_redis_that_takes_no_writes(local_servers: LocalServers) -> None:
    """Out of memory passes by itself: nothing for an operator to correct in the settings."""
    redis = connect(local_servers.broker_url)
    redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(Unavailable):
            Attempts(local_servers.broker_url).begin(new_version())
    finally:
        redis.config_set("maxmemory", "0")
