"""One document, one job: look, examine, write down. The only file here that knows Celery.

    enqueue ──> broker ──> process ──> treat:
        gone, already                       nothing to do
        done                                results/<path>/…, result.json last
        refused (the document cannot work)  failed/<path>.json, at once
        failed  (our program broke on it)   failed/<path>.json, after `max_attempts`
        superseded                          overwritten meanwhile; the newer version has its job
        busy                                another worker is at it

A job names a key, and what counts is the version that the inbox has when the job runs. So a
job may come late, twice or for nothing, and the outcome is the same.
"""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Protocol

import structlog
from celery import Celery, Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError

from storage.attempts import AttemptCount
from storage.broker import Leases, Marks
from storage.errors import Conflict, NotFound, StorageError, TooLarge, Unavailable, of_broker
from storage.objects import ObjectInfo, ObjectStore
from storage.results import Commit, DocumentVersion, Records
from tasks.model.refusal import Refusal, RefusalCode, ended, too_large
from tasks.render import result
from tasks.render.outputs import outputs

log = structlog.get_logger("gouji")

#: What Flower shows of a job, and its log line.
Summary = dict[str, Any]


class Queue(StrEnum):
    """Heavy formats wait for each other, not in front of the light ones."""

    LIGHT = "light"
    PDF = "pdf"


#: Kind of a file by the end of its name: for the queue and for Flower's eyes only. What the
#: document really is, `detect` finds in its bytes.
KINDS: dict[str, str] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".htm": "html",
    ".html": "html",
    ".mht": "html",
    ".mhtml": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".md": "text",
    ".txt": "text",
}


class TryAgain(Exception):
    """Our program broke on a document (the cause), which has attempts left."""


class Broke(Exception):
    """Our program broke on a document in another process: `kind` is its exception there."""

    def __init__(self, kind: str, message: str, traceback: str) -> None:
        super().__init__(message)
        self.kind = kind
        # Logged with this one's own, which says only where it was heard of.
        self.add_note(traceback)


class Lost(Exception):
    """Reading it was ended, and not by the document, it seems. So it has attempts left;
    `last` is what is said after the last of them."""

    def __init__(self, last: Refusal) -> None:
        super().__init__(str(last))
        self.last = last


class Busy(Exception):
    """Another worker is at this document, or was until a moment ago."""


class Hint(Protocol):
    """Which document to look at: a `storage` event or version."""

    @property
    def key(self) -> str: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def version_id(self) -> str | None: ...


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
    #: How often our program may break on a document.
    max_attempts: int
    #: How often the worker of a document may die. Workers die for reasons of their own, and a
    #: document has a process of its own to end; so more often than `max_attempts`.
    max_begun: int
    max_document_bytes: int
    #: A worker that died is held to be at its document for this long.
    lease_seconds: float
    #: A job that was last seen in the broker this long ago is taken to be lost.
    mark_seconds: float
    #: Told of each record that was committed, with what it says. Raises nothing.
    note: Callable[[DocumentVersion, ObjectInfo, result.Envelope], None] = _told_nobody

    def mark(self, version: DocumentVersion) -> bool:
        """Whether it was not marked before."""
        return self.marks.mark(version, self.mark_seconds)

    def still_waits(self, version: DocumentVersion) -> None:
        """Its job was seen in the broker, or is about to be there."""
        self.marks.keep(version, self.mark_seconds)

    def _still_at(self, version: DocumentVersion) -> None:
        with suppress(Unavailable):
            self.marks.keep(version, self.lease_seconds)

    @contextmanager
    def alone(self, version: DocumentVersion) -> Iterator[None]:
        """While at a document, keep others away from it. Raises `Busy`.

        Two at once would do no harm to the records, but they would use up each other's
        attempts. The sweep's mark now lasts no longer than the lease: if this worker dies,
        the next sweep after that takes the document up again.
        """
        digest = hashlib.sha256(f"{version.etag}:{version.key}".encode()).hexdigest()
        name = f"document:{digest}"
        if not self.leases.acquire(name, self.lease_seconds):
            raise Busy(version.key)
        self._still_at(version)
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(self.lease_seconds / 3):
                with suppress(Unavailable):
                    self.leases.acquire(name, self.lease_seconds)
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


# --- the job -------------------------------------------------------------------------------


@shared_task(name="process", bind=True)  # type: ignore[untyped-decorator]
def process(
    self: Task,
    key: str,
    etag: str | None = None,
    version_id: str | None = None,
    *,
    force: bool = False,
) -> Summary:
    """`etag` and `version_id` are what was heard of, for people who look at Flower."""
    place: Workplace = self.app.workplace
    summary = treat(place, key, force=force)
    if summary["status"] == "gone" and etag is not None:
        _unmark(place, _heard_of(key, etag))
    return summary


def treat(place: Workplace, key: str, *, force: bool = False) -> Summary:
    """Bring the current version of a document to its terminal record; `force`: once more.

    Raises StorageError (not the document's fault, and not charged to it), `TryAgain`, `Busy`.
    """
    info = place.store.head(key)
    if info is None:
        return {"status": "gone"}
    version = DocumentVersion.of(info)
    with place.alone(version):
        try:
            ended = not force and place.records.terminal(version)
            summary = {"status": "already"} if ended else _attempt(place, version, force)
        except Exception:
            # It is going to wait for its next try.
            with suppress(Unavailable):
                place.still_waits(version)
            raise
        _unmark(place, version)
    return summary


def _attempt(place: Workplace, version: DocumentVersion, force: bool) -> Summary:
    # Counted before anything is done, so that it counts even if this process is killed.
    number = place.attempts.begin(version)
    try:
        return _bring_to_record(place, version, force, number)
    except (StorageError, SoftTimeLimitExceeded) as error:
        with suppress(Unavailable):
            place.attempts.refund(version)
        if isinstance(error, NotFound | Conflict):
            return {"status": "superseded"}
        raise


def _bring_to_record(
    place: Workplace, version: DocumentVersion, force: bool, number: int
) -> Summary:
    source = _source(version)
    try:
        if number > place.max_begun:
            number = place.max_begun
            raise ended(RefusalCode.CRASHED)
        body = _fetch(place, version)
        source["sha256"] = hashlib.sha256(body).hexdigest()
        parts = _examine(place, body, source["name"])
        return _write_result(place, version, source, parts, force)
    except Refusal as refusal:
        envelope = result.refused(source, refusal)
        summary = {"status": "refused", "code": str(refusal.code)}
    except (StorageError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        times = place.attempts.failed(version, datetime.now(UTC)).times
        if times < place.max_attempts:
            raise TryAgain from error
        # The earlier tries are logged where they are sent to be tried again.
        log.exception("job.gave_up", attempts=number)
        if isinstance(error, Lost):
            envelope = result.refused(source, error.last)
            summary = {"status": "refused", "code": str(error.last.code)}
        else:
            kind = error.kind if isinstance(error, Broke) else type(error).__name__
            envelope = result.failed(source, error=kind, message=str(error))
            summary = {"status": "failed", "error": kind}
    return _write_failure(place, version, envelope | {"attempts": number}, summary, force)


def _fetch(place: Workplace, version: DocumentVersion) -> bytes:
    """NotFound or Conflict: the version is not there any more."""
    limit = place.max_document_bytes
    if version.size > limit:
        raise too_large(limit // 2**20)
    try:
        return place.store.get(
            version.key,
            version_id=version.version_id,
            if_match=version.etag,
            limit_bytes=limit,
        ).body
    except TooLarge as error:
        raise too_large(limit // 2**20) from error


def _examine(place: Workplace, body: bytes, name: str) -> result.Envelope:
    try:
        return place.examine(body, name)
    except SoftTimeLimitExceeded as error:
        # The time of the job, of which fetching took too much: a document's own is watched
        # where it is read.
        raise Lost(ended(RefusalCode.TIMEOUT)) from error
    except MemoryError as error:
        raise ended(RefusalCode.OUT_OF_MEMORY) from error


def _write_result(
    place: Workplace,
    version: DocumentVersion,
    source: dict[str, Any],
    parts: result.Envelope,
    force: bool,
) -> Summary:
    envelope = result.enveloped(source, parts)
    commit = place.records.write_result(
        version,
        result.dumps(envelope),
        # A fault of ours in them is one on the document: tried again, and then told.
        outputs(envelope),
        replace=force,
        committed=lambda record: place.note(version, record, envelope),
    )
    _settle(place, version)
    if commit is Commit.SUPERSEDED:
        return {"status": "superseded"}
    return {
        "status": "done",
        "format": parts["document"]["format"],
        "tables": len(parts["tables"]),
        "findings": len(parts["findings"]),
    }


def _write_failure(
    place: Workplace,
    version: DocumentVersion,
    envelope: result.Envelope,
    summary: Summary,
    force: bool,
) -> Summary:
    now = datetime.now(UTC)
    envelope |= {
        "first_failed_at": place.attempts.failed(version, now).first_at.isoformat(),
        "last_failed_at": now.isoformat(),
    }
    commit = place.records.write_failure(
        version,
        result.dumps(envelope),
        replace=force,
        committed=lambda record: place.note(version, record, envelope),
    )
    _settle(place, version)
    return summary if commit is Commit.COMMITTED else {"status": str(commit)}


def _settle(place: Workplace, version: DocumentVersion) -> None:
    """The record is written; that Redis is away now is no reason to do it all again."""
    with suppress(Unavailable):
        place.attempts.forget(version)


def _unmark(place: Workplace, version: DocumentVersion) -> None:
    """Its job has come to its end; where Redis is away, the mark ends by itself."""
    with suppress(Unavailable):
        place.marks.unmark(version)


def _source(version: DocumentVersion) -> dict[str, Any]:
    return {
        "name": PurePosixPath(version.key).name,
        "size": version.size,
        "sha256": None,
        "key": version.key,
        "etag": version.etag,
        "version_id": version.version_id,
        "last_modified": version.last_modified.isoformat(),
    }


# --- the way into the broker -----------------------------------------------------------------


def enqueue_once(app: Celery, hint: Hint, *, reason: str, force: bool = False) -> bool:
    """Publish the job of a document, unless its version is marked: it waits, or is worked on.

    False: it is marked. A hint without an etag is always published. Raises Unavailable.
    """
    place: Workplace = app.workplace
    version = _version(hint)
    if version is None:
        enqueue(app, hint, reason=reason, force=force)
        return True
    if not place.mark(version):
        return False
    try:
        enqueue(app, version, reason=reason, force=force)
    except StorageError:
        _unmark(place, version)
        raise
    return True


def enqueue(app: Celery, hint: Hint, *, reason: str, force: bool = False) -> str:
    """Publish the job of a document and mark it as enqueued; the job's id.

    `reason` says who asked, for people. `force` does a document anew that has its record,
    with all its attempts. Raises Unavailable where the broker does not take the job, and
    Misconfigured where its certificate is not trusted.
    """
    place: Workplace = app.workplace
    version = _version(hint)
    if force and version:
        place.attempts.forget(version)
    name = job_id(hint, force)
    kind = _kind(hint.key)
    try:
        app.send_task(
            "process",
            args=(hint.key, hint.etag, hint.version_id),
            kwargs={"force": force},
            # By the name of the queue only: after a FLUSHALL, what is published to a named
            # exchange vanishes without an error.
            queue=queue_of(hint.key),
            task_id=name,
            shadow=f"process[{kind}]",
            argsrepr=hint.key,
            kwargsrepr=f"{reason}, force" if force else reason,
        )
    except OperationalError as error:
        raise of_broker(f"enqueue {hint.key}", error) from error
    if version:
        with suppress(Unavailable):
            place.mark(version)
    return name


def queue_of(key: str) -> Queue:
    return Queue.PDF if _kind(key) == "pdf" else Queue.LIGHT


def _kind(key: str) -> str:
    return KINDS.get(PurePosixPath(key).suffix.lower(), "other")


def _version(hint: Hint) -> DocumentVersion | None:
    """As far as marks and attempts are concerned, which go by key and etag."""
    if isinstance(hint, DocumentVersion):
        return hint
    if hint.etag is None:
        return None
    return _heard_of(hint.key, hint.etag, hint.version_id)


def _heard_of(key: str, etag: str, version_id: str | None = None) -> DocumentVersion:
    return DocumentVersion(
        key=key, etag=etag, version_id=version_id, last_modified=datetime.now(UTC), size=0
    )


def job_id(hint: Hint, force: bool = False) -> str:
    """The same for the same content, so that Flower shows one row a version. Nothing is
    suppressed by it: Celery keeps no results here, and runs what it is given."""
    nonce = uuid.uuid4().hex if force or hint.etag is None else ""
    return hashlib.sha256(f"{hint.etag}:{hint.key}:{nonce}".encode()).hexdigest()[:32]
