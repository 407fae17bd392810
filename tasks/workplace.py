"""What a job works with: the store, the broker's hints, and who reads documents."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from storage.attempts import AttemptCount
from storage.broker import Leases, Marks, Outstanding
from storage.errors import Unavailable
from storage.members import Members
from storage.objects import ObjectInfo, ObjectStore
from storage.results import DocumentVersion, Records
from tasks.decide import TryLimits
from tasks.render import result

if TYPE_CHECKING:
    from tasks.unpack import Portion

#: What Flower shows of a job, and its log line.
Summary = dict[str, Any]


class Reason(StrEnum):
    """Why a job gives a document to the broker."""

    #: It lies in an archive that was unpacked.
    MEMBER = "member"
    #: All that lies in it has ended.
    GATHER = "gather"
    #: What was taken out of it is not there any more.
    UNPACK = "unpack"


class TurnIsOver(Exception):
    """What a job is at takes longer than one turn; what it did lies in the bucket."""


class Turn:
    """How long a job may go on before others have theirs, and before its time is up."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def may_end(self) -> None:
        """Asked where something was done that need not be done again. Raises TurnIsOver."""
        if time.monotonic() > self._until:
            raise TurnIsOver("more of it in the next turn")


class Busy(Exception):
    """Another worker is at this document, or was until a moment ago."""


def _watched_by_nobody(_stage: str) -> AbstractContextManager[None]:
    return nullcontext()


def _told_nobody(_version: DocumentVersion, _record: ObjectInfo, _: result.Envelope) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a job needs, opened once in each process (`workers.app`)."""

    store: ObjectStore
    records: Records
    attempts: AttemptCount
    leases: Leases
    marks: Marks
    #: What is done to one document; the `parts` of its result. Raises `Refusal`; any other
    #: exception is our program's, or `Broke` or `Lost`.
    examine: Callable[[bytes, str], result.Envelope]
    #: What is in an archive, from the member of this number on. Raises as `examine`.
    unpack: Callable[[bytes, str, int], Portion]
    #: Gives a document to the broker, unless its version is marked. Raises Unavailable.
    publish: Callable[[DocumentVersion, Reason], None]
    members: Members
    outstanding: Outstanding
    limits: TryLimits
    max_document_bytes: int
    #: Of what is called as an archive is.
    max_archive_bytes: int
    #: Of a job that takes several of them.
    turn_seconds: float
    #: A job that was last seen in the broker this long ago is taken to be lost.
    mark_seconds: float
    #: Gives a scan to those who read pixels, whether its version is marked or not, and marks it;
    #: also says whether somebody wants it done once more. Raises Unavailable. None: there is
    #: nobody who reads them.
    hand_on: Callable[[DocumentVersion, bool], None] | None = None
    #: Told of each record that was committed, with what it says. Raises nothing.
    note: Callable[[DocumentVersion, ObjectInfo, result.Envelope], None] = _told_nobody
    #: Around each stage of a job: `fetch`, `read`, `render`, `write`.
    during: Callable[[str], AbstractContextManager[None]] = _watched_by_nobody

    def mark(self, version: DocumentVersion) -> bool:
        """Whether it was not marked before."""
        return self.marks.mark(version, self.mark_seconds)

    def still_waits(self, version: DocumentVersion) -> None:
        """Its job was seen in the broker, or is about to be there."""
        self.marks.keep(version, self.mark_seconds)

    def _still_at(self, version: DocumentVersion) -> None:
        with suppress(Unavailable):
            self.marks.keep(version, self.limits.lease_seconds)

    @contextmanager
    def alone(self, version: DocumentVersion) -> Iterator[None]:
        """While at a document, keep others away from it. Raises `Busy`.

        Two at once would do no harm to the records, but they would use up each other's
        attempts. The sweep's mark now lasts no longer than the lease: if this worker dies,
        the next sweep after that takes the document up again.
        """
        digest = hashlib.sha256(f"{version.etag}:{version.key}".encode()).hexdigest()
        name = f"document:{digest}"
        seconds = self.limits.lease_seconds
        if not self.leases.acquire(name, seconds):
            raise Busy(version.key)
        self._still_at(version)
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(seconds / 3):
                with suppress(Unavailable):
                    self.leases.acquire(name, seconds)
                    self._still_at(version)

        renewing = threading.Thread(target=renew, name="lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            with suppress(Unavailable):
                self.leases.release(name)
