"""One job on the bucket in memory: each way in which it can end, and who is charged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from storage.attempts import MemoryAttempts
from storage.broker import MemoryLeases, MemoryMarks, MemoryOutstanding
from storage.errors import Misconfigured, Unavailable
from storage.members import Members
from storage.memory import MemoryObjectStore
from storage.results import DocumentVersion, Records, State
from tasks import jobs
from tasks.decide import Attempt, TryLimits
from tasks.jobs import Broke, Lost, PutOff
from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode, ended
from tasks.model.report import Outcome
from tasks.model.scans import ScanLeft
from tasks.queues import Queue, queue_of
from tasks.render import result
from tasks.unpack import Portion
from tasks.workplace import Summary, Workplace

Examine = Callable[[bytes, str], result.Envelope]
KEY = "inbox/县/a.html"
READ = result.parts(Outcome(document=Document(format=Format.HTML), report=None))


@dataclass
class Desk:
    """A workplace in memory, with one document in its inbox."""

    place: Workplace
    store: MemoryObjectStore
    #: Shared by all who work here.
    held: dict[str, tuple[object, float]]

    def put(self, body: bytes) -> DocumentVersion:
        return DocumentVersion.of(self.store.put(KEY, body, content_type="text/html"))

    @property
    def version(self) -> DocumentVersion:
        info = self.store.head(KEY)
        assert info is not None
        return DocumentVersion.of(info)

    def with_examine(self, examine: Examine) -> Workplace:
        return replace(self.place, examine=examine)

    def attempts_begun(self) -> int:
        begun = self.place.attempts.begin(self.version).begun - 1
        self.place.attempts.refund(self.version)
        return begun

    def letter(self) -> dict[str, Any]:
        record = self.place.records.read_failure(KEY)
        assert record is not None
        return record.envelope or {}


def treat(place: Workplace, key: str, **asked: Any) -> Summary:
    """As a message asks for it that comes for the first time, unless told otherwise."""
    return jobs.treat(place, key, Attempt(**asked))


def reads(_: bytes, __: str) -> result.Envelope:
    return READ


def nothing_in_it(_: bytes, __: str, ___: int) -> Portion:
    raise AssertionError("no archive")


def raises(error: BaseException) -> Examine:
    def examine(_: bytes, __: str) -> result.Envelope:
        raise error

    return examine


@pytest.fixture
def desk() -> Desk:
    store = MemoryObjectStore()
    held: dict[str, tuple[object, float]] = {}
    place = Workplace(
        store=store,
        records=Records(store),
        attempts=MemoryAttempts(),
        leases=MemoryLeases(held),
        marks=MemoryMarks(),
        examine=reads,
        unpack=nothing_in_it,
        publish=lambda _, __: None,
        members=Members(store),
        outstanding=MemoryOutstanding(),
        limits=TryLimits(failures=3, begun=20, lease_seconds=5),
        max_document_bytes=100,
        max_archive_bytes=1000,
        turn_seconds=3600,
        mark_seconds=60,
    )
    made = Desk(place, store, held)
    made.put(b"<p>one</p>")
    return made


def test_done(desk: Desk) -> None:
    desk.place.mark(desk.version)
    assert treat(desk.place, KEY) == {
        "status": "done",
        "format": "html",
        "tables": 0,
        "findings": 0,
    }
    record = desk.place.records.read_result(KEY)
    assert record is not None
    assert record.source == desk.version
    assert desk.attempts_begun() == 0, "what is recorded is counted no more"
    assert desk.place.mark(desk.version), "nor marked"
    assert not desk.held, "nor held"


@pytest.mark.parametrize("path", ["!/a.html", "县/!!/a.html", "!重要/a.html", "!"])
def test_a_folder_may_be_called_as_ours_are(desk: Desk, path: str) -> None:
    version = DocumentVersion.of(
        desk.store.put(f"inbox/{path}", b"<p>one</p>", content_type="text/html")
    )
    assert treat(desk.place, version.key)["status"] == "done"
    record = desk.place.records.read_result(version.key)
    assert record is not None
    assert (record.source, record.envelope["source"]["key"]) == (version, f"inbox/{path}")


def test_gone_and_already(desk: Desk) -> None:
    assert treat(desk.place, "inbox/none.html") == {"status": "gone"}
    treat(desk.place, KEY)
    unread = desk.with_examine(raises(AssertionError("read again")))
    assert treat(unread, KEY) == {"status": "already"}


def test_refused(desk: Desk) -> None:
    place = desk.with_examine(raises(Refusal(RefusalCode.ENCRYPTED, "加密", "encrypted")))
    assert treat(place, KEY) == {"status": "refused", "code": "encrypted"}
    letter = desk.letter()
    assert letter["refusal"]["code"] == "encrypted"
    assert letter["attempts"] == 1
    assert treat(place, KEY) == {"status": "already"}


def test_failed_after_so_many_attempts(desk: Desk) -> None:
    place = desk.with_examine(raises(KeyError("a")))
    for _ in range(2):
        with pytest.raises(PutOff):
            treat(place, KEY)
        assert desk.place.records.terminal(desk.version) is None
    assert treat(place, KEY) == {"status": "failed", "error": "KeyError"}
    letter = desk.letter()
    assert (letter["status"], letter["attempts"]) == ("failed", 3)
    assert letter["first_failed_at"] <= letter["last_failed_at"]


def test_a_mark_lasts_as_long_as_a_job_waits_or_runs(desk: Desk) -> None:
    breaks = desk.with_examine(raises(KeyError("a")))
    for _ in range(2):
        with pytest.raises(PutOff):
            treat(breaks, KEY)
        assert not desk.place.mark(desk.version), "it is going to be tried again"
    treat(breaks, KEY)
    assert desk.place.mark(desk.version), "it ended"
    treat(breaks, KEY)
    assert desk.place.mark(desk.version), "it had ended already"


def test_a_newer_version_has_attempts_of_its_own(desk: Desk) -> None:
    place = desk.with_examine(raises(KeyError("a")))
    for _ in range(2):
        with pytest.raises(PutOff):
            treat(place, KEY)
    desk.put(b"<p>two</p>")
    with pytest.raises(PutOff):
        treat(place, KEY)


def test_crashed_is_said_of_a_document_begun_too_often(desk: Desk) -> None:
    for _ in range(20):
        desk.place.attempts.begin(desk.version)  # and then the process was gone
    unread = desk.with_examine(raises(AssertionError("read again")))
    assert treat(unread, KEY) == {"status": "refused", "code": "crashed"}
    assert desk.letter()["attempts"] == 20


def test_dead_workers_do_not_use_up_the_attempts(desk: Desk) -> None:
    for _ in range(19):
        desk.place.attempts.begin(desk.version)
    assert treat(desk.place, KEY)["status"] == "done"


def test_what_it_costs_is_the_documents_fault(desk: Desk) -> None:
    place = desk.with_examine(raises(MemoryError()))
    assert treat(place, KEY) == {"status": "refused", "code": "out_of_memory"}


@pytest.mark.parametrize(
    ("error", "code"),
    [(SoftTimeLimitExceeded(), "timeout"), (Lost(ended(RefusalCode.CRASHED)), "crashed")],
)
def test_what_may_have_been_another_is_charged_at_the_third_time(
    desk: Desk, error: Exception, code: str
) -> None:
    place = desk.with_examine(raises(error))
    for _ in range(2):
        with pytest.raises(PutOff):
            treat(place, KEY)
    assert treat(place, KEY) == {"status": "refused", "code": code}
    assert desk.letter()["attempts"] == 3


def test_what_broke_in_another_process_is_told_by_its_name(desk: Desk) -> None:
    place = desk.with_examine(raises(Broke("KeyError", "'a'", "Traceback: line 7")))
    for _ in range(2):
        with pytest.raises(PutOff):
            treat(place, KEY)
    assert treat(place, KEY) == {"status": "failed", "error": "KeyError"}
    assert desk.letter()["error"] == {"type": "KeyError", "message": "'a'"}


def test_too_large_is_not_fetched(desk: Desk) -> None:
    desk.put(b" " * 101)
    assert treat(desk.place, KEY) == {"status": "refused", "code": "too_large"}
    assert desk.letter()["source"]["sha256"] is None


class Outage(Records):
    """Records in a store that cannot be written to while `error` is set."""

    error: Exception | None = None

    def write_result(self, *args: Any, **kwargs: Any) -> Any:
        if self.error:
            raise self.error
        return super().write_result(*args, **kwargs)

    def write_failure(self, *args: Any, **kwargs: Any) -> Any:
        if self.error:
            raise self.error
        return super().write_failure(*args, **kwargs)


@pytest.mark.parametrize(
    "error", [Unavailable("away"), Misconfigured("no key"), SoftTimeLimitExceeded()]
)
@pytest.mark.parametrize(
    "examine", [reads, raises(Refusal(RefusalCode.EMPTY, "空", "empty"))], ids=["done", "refused"]
)
def test_an_outage_is_not_charged(desk: Desk, error: Exception, examine: Examine) -> None:
    records = Outage(desk.store)
    place = replace(desk.place, records=records, examine=examine)
    records.error = error
    for _ in range(5):
        with pytest.raises(PutOff) as later:
            treat(place, KEY)
        assert later.value.__cause__ is error
        assert not later.value.again.charged
    assert desk.attempts_begun() == 0
    records.error = None
    assert treat(place, KEY)["status"] in ("done", "refused")


def test_an_outage_at_the_last_attempt_does_not_make_a_crash_of_a_defect(desk: Desk) -> None:
    records = Outage(desk.store)
    place = replace(desk.place, records=records, examine=raises(KeyError("a")))
    for _ in range(2):
        with pytest.raises(PutOff):
            treat(place, KEY)
    records.error = Unavailable("away")
    with pytest.raises(PutOff) as later:
        treat(place, KEY)
    assert later.value.__cause__ is records.error
    records.error = None
    assert treat(place, KEY) == {"status": "failed", "error": "KeyError"}


def test_what_was_refused_in_an_outage_was_not_tried_in_vain(desk: Desk) -> None:
    records = Outage(desk.store)
    refused = raises(Refusal(RefusalCode.EMPTY, "空", "empty"))
    records.error = Unavailable("away")
    for _ in range(5):
        with pytest.raises(PutOff):
            treat(replace(desk.place, records=records, examine=refused), KEY)
    for _ in range(2):
        with pytest.raises(PutOff) as later:
            treat(desk.with_examine(raises(KeyError("a"))), KEY)
        assert later.value.again.charged


def test_overwritten_before_it_is_written_down(desk: Desk) -> None:
    def overwritten(_: bytes, __: str) -> result.Envelope:
        desk.put(b"<p>two</p>")
        return READ

    assert treat(desk.with_examine(overwritten), KEY) == {"status": "superseded"}
    assert desk.place.records.terminal(desk.version) is None
    assert treat(desk.place, KEY)["status"] == "done"


def test_one_at_a_time(desk: Desk) -> None:
    other = replace(desk.place, leases=MemoryLeases(desk.held))

    def meanwhile(_: bytes, __: str) -> result.Envelope:
        assert treat(other, KEY) == {"status": "busy"}
        for came_again in ({"redelivered": True}, {"put_off": 1}, {"forced": True}):
            with pytest.raises(PutOff):
                treat(other, KEY, **came_again)
        return READ

    assert treat(desk.with_examine(meanwhile), KEY)["status"] == "done"
    assert treat(other, KEY) == {"status": "already"}


def test_forced_it_is_done_anew(desk: Desk) -> None:
    treat(desk.with_examine(raises(Refusal(RefusalCode.EMPTY, "空", "empty"))), KEY)
    assert desk.place.records.terminal(desk.version) is State.FAILED
    assert treat(desk.place, KEY) == {"status": "already"}
    assert treat(desk.place, KEY, forced=True)["status"] == "done"
    assert desk.place.records.terminal(desk.version) is State.RESULT
    assert desk.place.records.read_failure(KEY) is None


def test_forced_and_refused_now_the_result_stays(desk: Desk) -> None:
    treat(desk.place, KEY)
    place = desk.with_examine(raises(Refusal(RefusalCode.EMPTY, "空", "empty")))
    assert treat(place, KEY, forced=True)["status"] == "already_there"
    assert desk.place.records.terminal(desk.version) is State.RESULT
    assert desk.place.records.read_failure(KEY) is None


@pytest.mark.parametrize(
    ("key", "queue"),
    [
        ("inbox/a.pdf", Queue.PDF),
        ("inbox/A.PDF", Queue.PDF),
        ("inbox/a.pdf.html", Queue.LIGHT),
        ("inbox/a.pdf/b", Queue.LIGHT),
        ("inbox/无后缀", Queue.LIGHT),
        ("inbox/.pdf", Queue.LIGHT),
        ("inbox/一.jpg", Queue.OCR),
        ("inbox/a.zip/!/B.TIFF", Queue.OCR),
        ("inbox/a.png.html", Queue.LIGHT),
    ],
)
def test_the_queue_goes_by_the_name(key: str, queue: Queue) -> None:
    assert queue_of(key) is queue


def test_no_picture_waits_where_nobody_reads_it() -> None:
    assert queue_of("inbox/a.png", has_ocr=False) is Queue.LIGHT
    assert queue_of("inbox/a.pdf", has_ocr=False) is Queue.PDF


# --- scans, which are left to others ------------------------------------------------------------


def test_a_scan_is_handed_on_once_nobody_is_at_it(desk: Desk) -> None:
    handed: list[tuple[DocumentVersion, bool]] = []

    def hand_on(version: DocumentVersion, forced: bool) -> None:
        with desk.place.alone(version):  # as the worker that takes it at once
            handed.append((version, forced))

    place = replace(desk.with_examine(raises(ScanLeft())), hand_on=hand_on)
    place.mark(desk.version)
    assert treat(place, KEY) == {"status": "scan", "left_to": "ocr"}
    assert handed == [(desk.version, False)]
    assert not place.mark(desk.version), "its other job is on its way"
    assert desk.place.records.terminal(desk.version) is None


def test_a_scan_that_somebody_wants_anew_is_handed_on_as_that(desk: Desk) -> None:
    treat(desk.place, KEY)
    handed: list[bool] = []
    place = replace(
        desk.with_examine(raises(ScanLeft())), hand_on=lambda _, forced: handed.append(forced)
    )
    assert treat(place, KEY, forced=True)["status"] == "scan"
    assert handed == [True]
    assert desk.place.records.terminal(desk.version) is State.RESULT, "until it is read anew"


def test_handing_on_is_charged_to_nobody_and_forgives_nothing(desk: Desk) -> None:
    """Of whoever reads its pixels, some may have died of it: those tries still count."""
    for _ in range(2):
        desk.place.attempts.begin(desk.version)
    place = replace(desk.with_examine(raises(ScanLeft())), hand_on=lambda _, __: None)
    for _ in range(3):
        treat(place, KEY)
    assert desk.attempts_begun() == 2


def test_a_scan_that_nobody_took_is_tried_again(desk: Desk) -> None:
    def away(_: DocumentVersion, __: bool) -> None:
        raise Unavailable("the broker is away")

    place = replace(desk.with_examine(raises(ScanLeft())), hand_on=away)
    with pytest.raises(PutOff) as put_off:
        treat(place, KEY)
    assert not put_off.value.again.charged
    assert desk.attempts_begun() == 0


def test_a_scan_is_refused_where_nobody_reads_any(desk: Desk) -> None:
    place = desk.with_examine(raises(ScanLeft()))
    assert treat(place, KEY) == {"status": "refused", "code": "unsupported_format"}
    refusal = desk.letter()["refusal"]
    assert "GOUJI_OCR_ENABLED" in refusal["message"]
    assert "gouji reprocess --code unsupported_format" in refusal["message_en"]
