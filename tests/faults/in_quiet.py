"""What becomes of documents where nothing goes wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from world import Normal, normal_of

from storage.attempts import MemoryAttempts
from storage.broker import MemoryLeases, MemoryMarks, MemoryOutstanding
from storage.keys import INBOX
from storage.members import Members
from storage.memory import MemoryObjectStore
from storage.results import DocumentVersion, Records
from tasks import flow
from tasks.decide import Attempt, TryLimits
from tasks.jobs import treat
from tasks.render import result
from tasks.unpack import portion
from tasks.workplace import Reason, Workplace


def quiet_run(documents: Mapping[str, bytes]) -> dict[str, Normal]:
    """Their records, by document.

    Of the same jobs, but one after the other in this process on a bucket in memory: there is
    no server, no sandbox and no second worker that could fail.
    """
    store = MemoryObjectStore()
    waiting: deque[tuple[str, bool]] = deque()

    def publish(version: DocumentVersion, reason: Reason) -> None:
        waiting.append((version.key, reason is Reason.GATHER))

    place = Workplace(
        store=store,
        records=Records(store),
        attempts=MemoryAttempts(),
        leases=MemoryLeases(),
        marks=MemoryMarks(),
        examine=lambda body, name: result.parts(flow.examine(body, name)),
        unpack=lambda body, name, after: portion(body, name, after=after, most_bytes=2**30),
        publish=publish,
        members=Members(store),
        outstanding=MemoryOutstanding(),
        limits=TryLimits(failures=1, begun=1, lease_seconds=60),
        max_document_bytes=2**30,
        max_archive_bytes=2**30,
        turn_seconds=3600,
        mark_seconds=60,
    )
    for name, body in documents.items():
        store.put(INBOX + name, body, content_type="application/octet-stream")
        waiting.append((INBOX + name, False))
    while waiting:
        key, gather = waiting.popleft()
        came = treat(place, key, Attempt(gathers=gather))["status"]
        assert came in ("done", "refused", "waiting"), (key, came)
    return normal_of(place.records)
