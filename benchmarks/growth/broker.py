"""What jobs take in the embedded Valkey: `python -m benchmarks.growth.broker [DOCUMENTS]`.

DOCUMENTS (20,000) are given to the broker as the listener gives them, and nobody takes one: bytes
of the broker's memory, and processor time of it and of who gives them, a document. Then, on an
empty one, what else a document may have there: the mark alone, the count of its tries, its lease,
and its place among the members of an archive that have not ended.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr

from storage.attempts import connect
from storage.broker import Broker
from storage.keys import INBOX
from storage.local import LocalServers
from storage.results import DocumentVersion
from tasks import jobs
from tasks.queues import Queue
from workers.app import Service, make_app
from workers.settings import Settings

DROPPED = datetime(2026, 1, 31, tzinfo=UTC)
#: Members of one archive.
MEMBERS = 1000


def version(number: int) -> DocumentVersion:
    """Of a path as people have them: 60 bytes."""
    key = f"{INBOX}2025/霁川县/{number:08}/政府信息公开工作年度报告.html"
    etag = f"{number:032x}"
    return DocumentVersion(key=key, etag=etag, version_id=None, last_modified=DROPPED, size=60_000)


def used(redis: Any) -> int:
    """Bytes, once what is due to be freed is freed."""
    return int(redis.info("memory")["used_memory"])


def each(redis: Any, versions: list[DocumentVersion], note: Callable[[], object]) -> float:
    """Bytes a document."""
    redis.flushdb()
    before = used(redis)
    note()
    return (used(redis) - before) / len(versions)


def kept(app: Service, versions: list[DocumentVersion]) -> dict[str, Callable[[], object]]:
    place = app.workplace

    def members() -> None:
        for first in range(0, len(versions), MEMBERS):
            inside = versions[first : first + MEMBERS]
            place.outstanding.add(versions[first], [one.key for one in inside])

    return {
        "mark": lambda: [place.marks.mark(one, 300) for one in versions],
        "tries": lambda: [place.attempts.begin(one) for one in versions],
        "lease": lambda: [place.leases.acquire(f"{one.etag}:{one.key}", 300) for one in versions],
        "member": members,
    }


def main(documents: int) -> None:
    versions = [version(number) for number in range(documents)]
    with tempfile.TemporaryDirectory() as folder, LocalServers(Path(folder) / "servers") as servers:
        told: dict[str, Any] = {
            "home": Path(folder),
            "broker_url": SecretStr(servers.broker_url),
            "s3_endpoint": servers.s3.endpoint,
            "s3_access_key": servers.s3.access_key,
            "s3_secret_key": SecretStr(servers.s3.secret_key),
            "enqueued_seconds": 3600,
        }
        app = make_app(Settings(**told), publisher=True)
        redis, server = connect(servers.broker_url), psutil.Process(servers.pids["valkey"])
        its, own, began = sum(server.cpu_times()[:2]), time.process_time(), time.monotonic()

        def publish() -> None:
            for one in versions:
                jobs.enqueue_once(app, one, reason="event")

        size = each(redis, versions, publish)
        own, its = time.process_time() - own, sum(server.cpu_times()[:2]) - its
        waiting = Broker(servers.broker_url).queue_lengths(Queue)
        assert waiting[Queue.LIGHT] == documents, waiting
        rss = server.memory_info().rss / 2**20
        print(f"{documents} jobs with their marks: {size:.0f} bytes each, broker {rss:.0f} MiB RSS")
        print(f"  {1e6 * own / documents:.0f} us of who gives them, {1e6 * its / documents:.0f} us")
        print(f"  of the broker; {documents / (time.monotonic() - began):.0f} a second")
        for name, note in kept(app, versions).items():
            print(f"{name}: {each(redis, versions, note):.0f} bytes a document")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
