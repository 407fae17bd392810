"""One document, one job: look, examine, write down. The only file here that knows Celery.

    enqueue ──> broker ──> process ──> treat:
        gone, already     nothing to do
        waiting           an archive, for what is in it (`batch.py`)
        scan              left to those who read pixels, with a job of its own in their queue
        done              results/<path>/…, result.json last
        refused, failed   failed/<path>.json
        superseded, busy  left to another job
        PutOff            tried again later

What follows after trouble is decided in decide.py. Here troubles are recognised in exceptions,
and verdicts are carried out, but for the waiting (`workers.base`).

A job names a key, and what counts is the version that the inbox has when the job runs. So a
job may come late, twice or for nothing, and the outcome is the same.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from celery import Celery, Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError

from storage.errors import (
    Conflict,
    Misconfigured,
    NotFound,
    StorageError,
    TooLarge,
    Unavailable,
    of_broker,
)
from storage.members import Contents, Listing
from storage.results import Commit, DocumentVersion, Found
from tasks import batch
from tasks.decide import (
    Again,
    Attempt,
    CutOff,
    Defect,
    Elsewhere,
    End,
    GoOn,
    Held,
    Hopeless,
    Leave,
    Outage,
    Overwritten,
    Own,
    Refuse,
    Unfinished,
    decide,
)
from tasks.model.refusal import Refusal, RefusalCode, ended, too_large
from tasks.model.scans import ScanLeft, scans_are_off
from tasks.queues import SCAN, Queue, holds_others, kind_of, queue_of
from tasks.render import result
from tasks.workplace import Busy, Reason, Summary, TurnIsOver, Workplace

if TYPE_CHECKING:
    from tasks.unpack import Portion

#: A document that came to this has its record.
_ENDED = ("already", "done", "refused", "failed")
#: One that is left to those who read pixels.
_LEFT: Summary = {"status": SCAN, "left_to": str(Queue.OCR)}

log = structlog.get_logger("gouji")


class PutOff(Exception):
    """The document is to be tried again, for the cause of this."""

    def __init__(self, again: Again) -> None:
        super().__init__()
        self.again = again


class Broke(Exception):
    """Our program broke on a document in another process: `kind` is its exception there."""

    def __init__(self, kind: str, message: str, traceback: str) -> None:
        super().__init__(message)
        self.kind = kind
        # Logged with this one's own, which says only where it was heard of.
        self.add_note(traceback)


class Lost(Exception):
    """Reading it was ended, and not by the document, it seems: a `CutOff`."""

    def __init__(self, last: Refusal) -> None:
        super().__init__(str(last))
        self.last = last


class Hint(Protocol):
    """Which document to look at: a `storage` event or version."""

    @property
    def key(self) -> str: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def version_id(self) -> str | None: ...


# --- the job -------------------------------------------------------------------------------


@shared_task(name="process", bind=True)  # type: ignore[untyped-decorator]
def process(
    self: Task,
    key: str,
    etag: str | None = None,
    version_id: str | None = None,
    *,
    force: bool = False,
    gather: bool = False,
) -> Summary:
    """`etag` and `version_id` are what was heard of, for people who look at Flower. `gather`: of
    an archive, whatever it has: its members have come to something."""
    asked = Attempt(
        put_off=self.request.retries,
        redelivered=bool((self.request.delivery_info or {}).get("redelivered")),
        forced=force,
        gathers=gather,
    )
    return treat(self.app.workplace, key, asked, heard_of=etag)


def treat(
    place: Workplace,
    key: str,
    asked: Attempt,
    *,
    heard_of: str | None = None,
) -> Summary:
    """Bring the current version of a document to its terminal record.

    `asked`: what the message says of the attempt, which has not begun. `heard_of`: the etag
    that the message was about, which may be gone.
    Raises PutOff, and what is a defect of ours in more than reading a document.
    """
    try:
        return _treat(place, key, asked, heard_of)
    except (Unavailable, Misconfigured, SoftTimeLimitExceeded, Busy) as error:
        # Before the attempt has begun, or after its record was written.
        return _without_record(decide(asked, _elsewhere(error), place.limits), error)


def _treat(place: Workplace, key: str, asked: Attempt, heard_of: str | None) -> Summary:
    version = place.records.current(key)
    if version is None:
        if heard_of is not None:
            _unmark(place, _heard_of(key, heard_of))
        return {"status": "gone"}
    # Of the lines that follow: what was heard of may be another one.
    structlog.contextvars.bind_contextvars(
        etag=version.etag, **({"version_id": version.version_id} if version.version_id else {})
    )
    try:
        with place.alone(version):
            try:
                summary = _looked_at(place, version, asked)
            except Exception:
                # It is going to wait for its next try.
                with suppress(Unavailable):
                    place.still_waits(version)
                raise
            _unmark(place, version)
    except ScanLeft:
        # Now, as nobody is at it any more whom its other job could meet.
        return _handed_on(place, version, asked)
    if version.member is not None and summary["status"] in _ENDED:
        batch.one_ended(place, version)
    return summary


def _handed_on(place: Workplace, version: DocumentVersion, asked: Attempt) -> Summary:
    """A job that dies before or after this is no loss: whoever is next at the document, by the
    sweep or by a redelivery, hands it on once more, and of two jobs one finds its record."""
    if place.hand_on is not None:
        place.hand_on(version, asked.forced)
    return _LEFT


def _looked_at(place: Workplace, version: DocumentVersion, asked: Attempt) -> Summary:
    found = None if asked.forced else place.records.look(version)
    if found is not None and found.state is not None and not asked.gathers:
        return {"status": "already"}
    listed = None if asked.forced else _unpacked_before(place, version, asked)
    source = result.source_of(version)
    if listed is not None:
        return _attempt(place, version, asked, source, lambda: batch.go_on(place, version, listed))
    return _attempt(place, version, asked, source, lambda: _read(place, version, source, found))


def _unpacked_before(place: Workplace, version: DocumentVersion, asked: Attempt) -> Listing | None:
    """What is in it, where it is an archive: looked for only if it seems to be one."""
    is_one = version.member is None and (asked.gathers or holds_others(version.key))
    return place.members.read(version) if is_one else None


def _attempt(
    place: Workplace,
    version: DocumentVersion,
    asked: Attempt,
    source: dict[str, Any],
    work: Callable[[], Summary],
) -> Summary:
    """`work` brings it to its record, or as far as it comes, and completes `source` with what is
    known only of what was fetched."""
    # Counted before anything is done, so that it counts even if this process is killed.
    tried = place.attempts.begin(version)
    attempt = replace(asked, begun=tried.begun, failed=tried.failed)
    try:
        summary = _begun(place, version, attempt, source, work)
    except ScanLeft:
        # Those before it still count: of whoever reads its pixels, one may have died of it.
        with suppress(Unavailable):
            place.attempts.refund(version)
        raise
    except (StorageError, SoftTimeLimitExceeded, TurnIsOver) as error:
        with suppress(Unavailable):
            place.attempts.refund(version)
        return _without_record(decide(attempt, _elsewhere(error), place.limits), error)
    _settle(place, version)
    return summary


def _begun(
    place: Workplace,
    version: DocumentVersion,
    attempt: Attempt,
    source: dict[str, Any],
    work: Callable[[], Summary],
) -> Summary:
    verdict: GoOn | End = decide(attempt, None, place.limits)
    if isinstance(verdict, GoOn):
        try:
            return work()
        except (StorageError, SoftTimeLimitExceeded, TurnIsOver, ScanLeft):
            raise
        except Exception as error:
            after = decide(attempt, _trouble(error), place.limits)
            if isinstance(after, Again):
                place.attempts.failed(version, datetime.now(UTC))
                raise PutOff(after) from error
            if not isinstance(error, Refusal):
                # The earlier tries are logged where they are sent to be tried again.
                log.exception("job.gave_up", attempts=attempt.begun)
            verdict = after
    return _write_failure(place, version, source, verdict, attempt.forced)


def _trouble(error: Exception) -> Hopeless | Own:
    """While a document is read."""
    match error:
        case Refusal():
            return Hopeless(refusal=error)
        case Lost():
            return CutOff(last=error.last)
        case Broke():
            return Defect(error=error.kind, message=str(error))
        case _:
            return Defect(error=type(error).__name__, message=str(error))


def _elsewhere(error: Exception) -> Elsewhere:
    """Around the reading: of the store, the broker, and those who share them."""
    match error:
        case NotFound() | Conflict():
            return Overwritten()
        case Busy():
            return Held()
        case TurnIsOver():
            return Unfinished()
        case _:
            return Outage()


def _without_record(verdict: Again | Leave, error: Exception) -> Summary:
    if isinstance(verdict, Again):
        raise PutOff(verdict) from error
    return {"status": str(verdict.why)}


def _read(
    place: Workplace, version: DocumentVersion, source: dict[str, Any], found: Found | None
) -> Summary:
    """`found`: what lies where its records belong; None for one that is forced, which replaces
    them."""
    with place.during("fetch"):
        body = _fetch(place, version)
    source |= {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    version = replace(version, size=len(body))
    name = _file_name(version)
    parts = _examine(place, body, name)
    if batch.is_one(parts):
        if version.member is not None:
            raise TypeError("an archive in an archive, which is not taken out as a whole")
        # Its name may not have told what it is.
        listed = None if found is None else place.members.read(version)
        if listed is None:
            contents = Contents(sha256=source["sha256"], parts=parts, members=())
            listed = batch.unpack(
                place, version, contents, lambda after: _unpack(place, body, name, after)
            )
        return batch.go_on(place, version, listed)
    return _write_result(place, version, source, parts, found)


def _file_name(version: DocumentVersion) -> str:
    """The file's own, which is a witness of whose report it is."""
    if version.member is None:
        return PurePosixPath(version.object_key).name
    # Processes that only publish do without it.
    from tasks.unpack.names import base_of

    return base_of(version.member)


def _fetch(place: Workplace, version: DocumentVersion) -> bytes:
    """NotFound or Conflict: the version is not there any more."""
    may_be_large = version.member is None and holds_others(version.key)
    limit = place.max_archive_bytes if may_be_large else place.max_document_bytes
    try:
        if version.member is not None:
            return batch.taken_out(place, version, limit)
        if version.size > limit:
            raise too_large(limit // 2**20)
        return place.store.get(
            version.object_key,
            version_id=version.version_id,
            if_match=version.etag,
            limit_bytes=limit,
        ).body
    except TooLarge as error:
        raise too_large(limit // 2**20) from error


def _examine(place: Workplace, body: bytes, name: str) -> result.Envelope:
    """Raises ScanLeft where there is somebody to leave it to."""
    with place.during("read"), _its_own():
        try:
            return place.examine(body, name)
        except ScanLeft:
            if place.hand_on is not None:
                raise
            raise scans_are_off() from None


def _unpack(place: Workplace, body: bytes, name: str, after: int) -> Portion:
    with place.during("read"), _its_own():
        return place.unpack(body, name, after)


@contextmanager
def _its_own() -> Iterator[None]:
    """While a document is read: then time and memory are its own."""
    try:
        yield
    except SoftTimeLimitExceeded as error:
        # The time of the job, of which fetching took too much, or an archive in many portions: a
        # document's own is watched where it is read.
        raise Lost(ended(RefusalCode.TIMEOUT)) from error
    except MemoryError as error:
        raise ended(RefusalCode.OUT_OF_MEMORY) from error


def _write_result(
    place: Workplace,
    version: DocumentVersion,
    source: dict[str, Any],
    parts: result.Envelope,
    found: Found | None,
) -> Summary:
    # Who only hands jobs on draws no pages.
    from tasks.render.outputs import outputs

    envelope = result.enveloped(source, parts)
    with place.during("render"):
        # A fault of ours in them is one on the document: tried again, and then told.
        drawn = outputs(envelope)
    with place.during("write"):
        commit = place.records.write_result(
            version,
            result.dumps(envelope),
            drawn,
            replace=found is None,
            committed=lambda record: place.note(version, record, envelope),
            found=found,
        )
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
    source: dict[str, Any],
    verdict: End,
    forced: bool,
) -> Summary:
    now = datetime.now(UTC)
    summary, envelope = _told(verdict, source)
    envelope = result.as_letter(
        envelope,
        attempts=verdict.attempts,
        first=place.attempts.first_failed(version, now),
        last=now,
    )
    with place.during("write"):
        commit = place.records.write_failure(
            version,
            result.dumps(envelope),
            replace=forced,
            committed=lambda record: place.note(version, record, envelope),
        )
    return summary if commit is Commit.COMMITTED else {"status": str(commit)}


def _told(verdict: End, source: dict[str, Any]) -> tuple[Summary, result.Envelope]:
    """To Flower, and in the record."""
    if isinstance(verdict, Refuse):
        refusal = verdict.refusal
        summary = {"status": "refused", "code": str(refusal.code)}
        return summary, result.refused(source, refusal)
    summary = {"status": "failed", "error": verdict.error}
    return summary, result.failed(source, error=verdict.error, message=verdict.message)


def _settle(place: Workplace, version: DocumentVersion) -> None:
    """It came to what it could; that Redis is away now is no reason to do it all again."""
    with suppress(Unavailable):
        place.attempts.forget(version)


def _unmark(place: Workplace, version: DocumentVersion) -> None:
    """Its job has come to its end; where Redis is away, the mark ends by itself."""
    with suppress(Unavailable):
        place.marks.unmark(version)


# --- the way into the broker -----------------------------------------------------------------


def enqueue_once(
    app: Celery, hint: Hint, *, reason: str, force: bool = False, gather: bool = False
) -> bool:
    """Publish the job of a document, unless its version is marked: it waits, or is worked on.

    False: it is marked. A hint without an etag is always published. Raises Unavailable.
    """
    place: Workplace = app.workplace
    version = _version(hint)
    if version is None:
        _publish(app, hint, reason, force, gather)
        return True
    if not place.mark(version):
        return False
    try:
        _publish(app, version, reason, force, gather)
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
    name = _publish(app, hint, reason, force)
    version = _version(hint)
    if version:
        place: Workplace = app.workplace
        with suppress(Unavailable):
            place.mark(version)
    return name


def publish(app: Celery, version: DocumentVersion, reason: Reason) -> None:
    """`Workplace.publish`."""
    enqueue_once(
        app,
        version,
        reason=reason,
        force=reason is Reason.UNPACK,
        gather=reason is Reason.GATHER,
    )


def hand_on(app: Celery, version: DocumentVersion, force: bool) -> None:
    """`Workplace.hand_on`. Its attempts go on where they were."""
    place: Workplace = app.workplace
    place.still_waits(version)
    _send(app, version, Queue.OCR, _Wish(reason=SCAN, force=force))


def _publish(app: Celery, hint: Hint, reason: str, force: bool, gather: bool = False) -> str:
    place: Workplace = app.workplace
    version = _version(hint)
    if force and version:
        place.attempts.forget(version)
        batch.begins_anew(place, version)
    queue = queue_of(hint.key, has_ocr=place.hand_on is not None)
    return _send(app, hint, queue, _Wish(reason=reason, force=force, gather=gather))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a message says besides which document it is about."""

    #: For people.
    reason: str
    force: bool = False
    gather: bool = False

    @property
    def is_scan(self) -> bool:
        return self.reason == SCAN


def _send(app: Celery, hint: Hint, queue: Queue, wish: _Wish) -> str:
    """The job's id."""
    name = job_id(hint, wish.force, is_scan=wish.is_scan)
    kind = SCAN if wish.is_scan else kind_of(hint.key)
    try:
        app.send_task(
            "process",
            args=(hint.key, hint.etag, hint.version_id),
            kwargs={"force": wish.force} | ({"gather": True} if wish.gather else {}),
            # By the name of the queue only: after a FLUSHALL, what is published to a named
            # exchange vanishes without an error.
            queue=queue,
            # Those of the worker that takes it. Unless told otherwise, Celery sends along those of
            # whoever publishes, and a scan would have the time of a page.
            time_limit=None,
            soft_time_limit=None,
            task_id=name,
            shadow=f"process[{kind}]",
            argsrepr=hint.key,
            kwargsrepr=f"{wish.reason}, force" if wish.force else wish.reason,
        )
    except OperationalError as error:
        raise of_broker(f"enqueue {hint.key}", error) from error
    return name


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


def job_id(hint: Hint, force: bool = False, *, is_scan: bool = False) -> str:
    """The same for the same content, so that Flower shows one row a version, and of a scan one
    more: who was at it first has come to an end. Nothing is suppressed by it: Celery keeps no
    results here, and runs what it is given."""
    nonce = uuid.uuid4().hex if force or hint.etag is None else "scan" if is_scan else ""
    return hashlib.sha256(f"{hint.etag}:{hint.key}:{nonce}".encode()).hexdigest()[:32]
