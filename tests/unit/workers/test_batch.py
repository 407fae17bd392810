"""An archive on the bucket in memory: its members' jobs, and its own, wherever they are cut off."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from storage import keys
from storage.attempts import MemoryAttempts
from storage.broker import MemoryLeases, MemoryMarks, MemoryOutstanding
from storage.members import Members
from storage.memory import MemoryObjectStore
from storage.results import DocumentVersion, Records, State
from tasks import jobs
from tasks.decide import Attempt, TryLimits
from tasks.jobs import PutOff
from tasks.model.document import Document, Format
from tasks.model.limits import MAX_INFLATED_BYTES
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Outcome
from tasks.render import result
from tasks.unpack import Member, Portion
from tasks.workplace import Reason, Summary, Workplace

KEY = "inbox/县/全县.zip"
#: What is in it; of one member that cannot be taken out, nothing.
INSIDE = {"镇/a.html": "one", "镇/b.html": "two", "坏.docx": None, "c.zip!d.html": "none"}
PARTS = result.parts(Outcome(document=Document(format=Format.HTML), report=None))
ARCHIVE = result.parts(Outcome(document=Document(format=Format.ARCHIVE), report=None))


def packed(inside: dict[str, str | None]) -> bytes:
    return b"ZIP" + json.dumps(inside).encode()


def examine(body: bytes, _: str) -> result.Envelope:
    if body.startswith(b"ZIP"):
        return ARCHIVE
    if body == b"none":
        raise Refusal(RefusalCode.UNSUPPORTED_FORMAT, "不支持", "unsupported")
    return PARTS


def unpack(body: bytes, _: str, after: int) -> Portion:
    """Two members at a time."""
    inside = list(json.loads(body[3:]).items())
    members = tuple(
        Member(
            name=name,
            content=text.encode()
            if text is not None
            else Refusal(RefusalCode.ENCRYPTED, "加密", "encrypted"),
        )
        for name, text in inside[after : after + 2]
    )
    following = after + len(members)
    return Portion(members=members, following=following if following < len(inside) else None)


class Killed(BaseException):
    """The process ends here."""


class Mortal(MemoryObjectStore):
    """Ends the process at a request of a number, before it is done or after."""

    def __init__(self) -> None:
        super().__init__()
        self.until: int | None = None
        self.afterwards = False

    def _step(self, do: Callable[[], Any]) -> Any:
        if self.until is None:
            return do()
        self.until -= 1
        if self.until != 0:
            return do()
        self.until = None
        try:
            if self.afterwards:
                do()
        finally:
            raise Killed

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._step(lambda: super(Mortal, self).get(*args, **kwargs))

    def head(self, *args: Any, **kwargs: Any) -> Any:
        return self._step(lambda: super(Mortal, self).head(*args, **kwargs))

    def put(self, *args: Any, **kwargs: Any) -> Any:
        return self._step(lambda: super(Mortal, self).put(*args, **kwargs))


@dataclass
class Town:
    """A bucket with one archive, a queue, and who works it off."""

    store: Mortal = field(default_factory=Mortal)
    waiting: deque[tuple[str, Reason]] = field(default_factory=deque)
    came: list[Summary] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.place = Workplace(
            store=self.store,
            records=Records(self.store),
            attempts=MemoryAttempts(),
            leases=MemoryLeases(),
            marks=MemoryMarks(),
            examine=examine,
            unpack=unpack,
            publish=self.publish,
            members=Members(self.store),
            outstanding=MemoryOutstanding(),
            limits=TryLimits(failures=3, begun=20, lease_seconds=5),
            max_document_bytes=100,
            max_archive_bytes=1000,
            turn_seconds=3600,
            mark_seconds=60,
        )

    def publish(self, version: DocumentVersion, reason: Reason) -> None:
        """As the broker takes it: of a marked version nothing."""
        if self.place.mark(version):
            self.waiting.append((version.key, reason))

    def drop(self, inside: dict[str, str | None]) -> None:
        there = MemoryObjectStore.head(self.store, KEY)
        self.store.put(
            KEY, packed(inside), content_type="application/zip", if_match=there and there.etag
        )

    def work(self) -> None:
        """Until the queue is empty."""
        while self.waiting:
            key, reason = self.waiting.popleft()
            self.do(key, reason)

    def do(self, key: str, reason: Reason | None = None) -> None:
        asked = Attempt(forced=reason is Reason.UNPACK, gathers=reason is Reason.GATHER)
        try:
            came = jobs.treat(self.place, key, asked)
        except PutOff:
            return
        self.came.append(came)

    def after_a_flood(self) -> None:
        """Nothing is left in Redis, and nobody is at anything."""
        self.waiting.clear()
        self.place = replace(
            self.place,
            marks=MemoryMarks(),
            outstanding=MemoryOutstanding(),
            leases=MemoryLeases(),
        )

    def sweep(self) -> None:
        """What is pending becomes a job, as long as there is any."""
        for _ in range(10):
            pending = list(self.place.records.pending())
            if not pending:
                return
            for version in pending:
                if self.place.mark(version):
                    self.waiting.append((version.key, Reason.MEMBER))
            self.work()
        raise AssertionError(pending)

    def records(self) -> dict[str, Any]:
        """What stands in the bucket in the end, without what differs from run to run."""
        found = {}
        for record in (*self.place.records.results(), *self.place.records.failures()):
            told = result.loads(record.body)
            said = {
                "status": told["status"],
                "code": (told.get("refusal") or {}).get("code"),
                "sha256": told["source"]["sha256"],
                "members": [
                    (one["member"], one["status"], one["record"]) for one in told.get("members", ())
                ],
            }
            assert record.key is not None
            assert record.key not in found, "two of one document"
            found[record.key] = said
        return found


@pytest.fixture
def town() -> Town:
    made = Town()
    made.drop(INSIDE)
    return made


def member(name: str) -> str:
    return keys.member_key(KEY, name)


@pytest.fixture(scope="module")
def quiet() -> dict[str, Any]:
    made = Town()
    made.drop(INSIDE)
    made.do(KEY)
    made.work()
    return made.records()


def test_each_member_has_its_record_and_the_archive_one(town: Town) -> None:
    town.do(KEY)
    assert town.came == [{"status": "waiting", "members": 4, "pending": 3}]
    assert [reason for _, reason in town.waiting] == [Reason.MEMBER] * 3
    town.work()
    assert town.came[-1] == {"status": "done", "format": "archive", "members": 4}
    found = town.records()
    assert {key: (one["status"], one["code"]) for key, one in found.items()} == {
        KEY: ("done", None),
        member("镇/a.html"): ("done", None),
        member("镇/b.html"): ("done", None),
        member("坏.docx"): ("refused", "encrypted"),
        member("c.zip!d.html"): ("refused", "unsupported_format"),
    }
    assert [name for name, _, _ in found[KEY]["members"]] == list(INSIDE)
    for name, _, record in found[KEY]["members"]:
        there = town.store.get(record)
        assert json.loads(there.body)["source"]["member"] == name
    assert found[member("镇/a.html")]["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert list(town.place.records.pending()) == []
    assert not town.place.outstanding.some(town_version(town))
    assert town.place.mark(town_version(town)), "nobody has it marked"


def lose_original(town: Town, name: str) -> None:
    """What was taken out of the archive under that name."""
    original = town.place.members.original_info(town_version(town).holding(name, 0))
    assert original is not None
    del town.store._objects[original.key]


def town_version(town: Town) -> DocumentVersion:
    info = town.store.head(KEY)
    assert info is not None
    return DocumentVersion.of(info)


def test_what_a_record_of_a_member_says_of_it(town: Town) -> None:
    town.do(KEY)
    town.work()
    record = town.place.records.read_result(member("镇/b.html"))
    assert record is not None
    assert record.info.key == "results/县/全县.zip/!/镇/b.html/result.json"
    source = result.loads(record.body)["source"]
    assert (source["name"], source["member"], source["key"]) == ("全县.zip", "镇/b.html", KEY)
    assert source["size"] == 3
    assert source["etag"] == town_version(town).etag
    assert town.store.get(keys.output_key(KEY, "report.xlsx")).body.startswith(b"PK")
    assert "镇/b.html" in town.store.get(keys.output_key(KEY, "report.html")).body.decode()


@pytest.mark.parametrize("afterwards", [False, True])
def test_killed_at_each_request_and_swept(quiet: dict[str, Any], afterwards: bool) -> None:
    """Wherever the process ends, and with all of Redis gone: in the end it is as in a quiet run."""
    killed = 0
    for number in range(1, 1000):
        town = Town()
        town.drop(INSIDE)
        town.store.until, town.store.afterwards = number, afterwards
        try:
            town.do(KEY)
            town.work()
        except Killed:
            killed += 1
        else:
            town.store.until = None
            break
        town.after_a_flood()
        town.sweep()
        assert town.records() == quiet, f"killed at request {number}"
    assert killed > 50
    assert town.records() == quiet


def test_lost_messages_are_brought_back_by_the_sweep(town: Town, quiet: dict[str, Any]) -> None:
    town.do(KEY)
    town.waiting.popleft()
    town.work()
    assert KEY not in town.records(), "one is missing"
    town.after_a_flood()
    town.sweep()
    assert town.records() == quiet


def test_the_last_one_ends_while_the_archive_still_gives_them_out(quiet: dict[str, Any]) -> None:
    """Then nobody but the job of the archive itself is left to gather them."""
    town = Town()
    town.drop(INSIDE)

    def at_once(version: DocumentVersion, reason: Reason) -> None:
        if town.place.mark(version):
            town.do(version.key, reason)

    town.place = replace(town.place, publish=at_once)
    town.do(KEY)
    assert town.records() == quiet


def test_replaced_in_the_middle(town: Town) -> None:
    town.do(KEY)
    town.do(*town.waiting.popleft())
    newer = {"镇/a.html": "one", "新.html": "new"}
    town.drop(newer)
    town.work()
    assert town.came[-1] == {"status": "superseded"}, "of the older version nothing more is done"
    town.do(KEY)
    town.work()
    found = town.records()
    assert [name for name, _, _ in found[KEY]["members"]] == list(newer)
    etag = town_version(town).etag
    for name in newer:
        record = town.place.records.read_result(member(name))
        assert record is not None
        assert record.source is not None
        assert record.source.etag == etag, "also of what is the same in both"


def test_a_record_of_an_older_version_that_was_written_late_is_not_taken(town: Town) -> None:
    """By a worker that had asked the inbox before, and wrote after the new list was there."""
    town.do(KEY)
    town.work()
    late = town.place.records.read_result(member("镇/a.html"))
    assert late is not None
    town.drop(INSIDE | {"镇/a.html": "other"})
    town.do(KEY)
    town.waiting = deque(one for one in town.waiting if one[0] != member("镇/a.html"))
    town.store.put(late.info.key, late.body + b" ", content_type="", if_match=late.info.etag)
    town.work()
    town.after_a_flood()
    town.sweep()
    town.do(KEY, Reason.GATHER)
    town.work()
    record = town.place.records.read_result(member("镇/a.html"))
    assert record is not None
    assert result.loads(record.body)["source"]["sha256"] == hashlib.sha256(b"other").hexdigest()
    assert town.records()[KEY]["status"] == "done"


def test_a_large_one_takes_several_turns_and_gets_on_with_each(town: Town) -> None:
    """Each turn is over as soon as it may be; nothing that one did is done once more."""
    inside: dict[str, str | None] = {f"{number:03}.html": f"{number}" for number in range(250)}
    town.drop(inside)
    puts = Counter[str]()
    put = town.store.put

    def counted(key: str, *args: Any, **kwargs: Any) -> Any:
        puts[key.rpartition("/")[2].partition("-")[0]] += 1
        return put(key, *args, **kwargs)

    town.store.put = counted  # type: ignore[method-assign]
    town.place = replace(town.place, turn_seconds=-1.0, max_archive_bytes=10_000)
    turns = 0
    while KEY not in town.records():
        town.after_a_flood()
        town.do(KEY)
        town.work()
        turns += 1
        assert turns < 20
    assert turns > 4
    assert (puts["!original"], puts["!gathered"]) == (250, 3)
    assert [name for name, _, _ in town.records()[KEY]["members"]] == list(inside)
    assert town.place.attempts.begin(town_version(town)).begun == 1, "none was charged"


def test_a_member_that_is_processed_again_is_listed_anew(town: Town) -> None:
    town.do(KEY)
    town.work()

    def reads_all(body: bytes, name: str) -> result.Envelope:
        return examine(body, name) if body.startswith(b"ZIP") else PARTS

    town.place = replace(town.place, examine=reads_all)
    key = member("c.zip!d.html")
    jobs.batch.begins_anew(town.place, replace(town_version(town), key=key))
    jobs.treat(town.place, key, Attempt(forced=True))
    assert list(town.waiting) == [(KEY, Reason.GATHER)]
    town.work()
    listed = {name: status for name, status, _ in town.records()[KEY]["members"]}
    assert listed["c.zip!d.html"] == "done"
    assert town.place.records.terminal(replace(town_version(town), key=key)) is State.RESULT


def test_what_was_taken_out_and_is_gone_is_taken_out_again(town: Town) -> None:
    town.do(KEY)
    lose_original(town, "镇/a.html")
    town.work()
    assert Counter(one["status"] for one in town.came)["superseded"] == 1
    town.sweep()
    assert town.records()[member("镇/a.html")]["status"] == "done"
    assert town.records()[KEY]["status"] == "done"


def test_an_archive_that_cannot_be_opened_is_refused(town: Town) -> None:
    def closed(_: bytes, __: str, ___: int) -> Portion:
        raise Refusal(RefusalCode.CORRUPT, "损坏", "damaged")

    town.place = replace(town.place, unpack=closed)
    town.do(KEY)
    assert town.came == [{"status": "refused", "code": "corrupt"}]
    assert town.records()[KEY]["code"] == "corrupt"


def test_an_archive_may_be_larger_than_a_document(town: Town) -> None:
    inside: dict[str, str | None] = {f"{number}.html": "x" * 20 for number in range(10)}
    inside["large.html"] = "y" * 101
    town.drop(inside)
    assert len(packed(inside)) > town.place.max_document_bytes
    town.do(KEY)
    town.work()
    found = town.records()
    assert found[KEY]["status"] == "done"
    assert found[member("large.html")]["code"] == "too_large"
    town.drop({"a.html": "x" * 1000})
    town.do(KEY)
    assert town.came[-1] == {"status": "refused", "code": "too_large"}
    assert town.place.records.terminal(town_version(town)) is State.FAILED


def test_a_defect_while_gathering_ends_in_a_dead_letter(town: Town) -> None:
    town.do(KEY)
    town.work()

    class Broken(Records):
        def write_result(self, version: DocumentVersion, *args: Any, **kwargs: Any) -> Any:
            if version.member is None:
                raise KeyError("our fault")
            return super().write_result(version, *args, **kwargs)

    other = Town()
    other.drop(INSIDE)
    other.place = replace(other.place, records=Broken(other.store))
    other.do(KEY)
    other.work()
    for _ in range(2):
        other.after_a_flood()
        other.do(KEY)
    assert other.came[-1] == {"status": "failed", "error": "KeyError"}
    assert set(other.records()) == set(town.records())


def test_unpacking_that_takes_longer_than_a_job_may_is_refused_in_the_end(town: Town) -> None:
    """Each try would begin from the beginning, for ever."""

    def never_ends(_: bytes, __: str, ___: int) -> Portion:
        raise SoftTimeLimitExceeded

    town.place = replace(town.place, unpack=never_ends)
    for _ in range(town.place.limits.failures):
        assert town.came == []
        town.do(KEY)
    assert town.came == [{"status": "refused", "code": "timeout"}]
    assert list(town.place.records.pending()) == []


def large(_: bytes, __: str, after: int) -> Portion:
    """More than any archive may have."""
    content = bytes(MAX_INFLATED_BYTES // 8 + 1)
    members = tuple(Member(name=f"{number}.html", content=content) for number in range(8))
    return Portion(members=members, following=None)


def twice(_: bytes, __: str, after: int) -> Portion:
    """The same name in each portion."""
    members = (Member(name="a.html", content=b"one"),)
    return Portion(members=members, following=None if after else 1)


@pytest.mark.parametrize("taken_over", [large, twice])
def test_what_no_archive_has_is_told_by_who_was_taken_over(
    town: Town, taken_over: Callable[[bytes, str, int], Portion]
) -> None:
    town.place = replace(town.place, unpack=taken_over)
    town.do(KEY)
    assert town.came == [{"status": "refused", "code": "crashed"}]
    assert not town.waiting


def test_an_older_list_never_replaces_a_newer_one(quiet: dict[str, Any]) -> None:
    """Replaced, unpacked and gathered while the job of the older version was about to write."""
    town = Town()
    town.drop({"老.html": "old"})
    put, at = town.store.put, keys.members_key(KEY)

    def overtaken(key: str, *args: Any, **kwargs: Any) -> Any:
        if key == at:
            town.store.put = put  # type: ignore[method-assign]
            town.drop(INSIDE)
            town.do(KEY)
            town.work()
        return put(key, *args, **kwargs)

    town.store.put = overtaken  # type: ignore[method-assign]
    town.do(KEY)
    assert town.came[-1] == {"status": "superseded"}
    found = town.records()
    assert {key: found[key] for key in quiet} == quiet
    assert town.place.members.read(town_version(town)) is not None


def test_one_that_is_not_called_as_an_archive_is_unpacked_once() -> None:
    town, key, unpacked = Town(), "inbox/县/全县.json", list[int]()

    def counted(body: bytes, name: str, after: int) -> Portion:
        unpacked.append(after)
        return unpack(body, name, after)

    town.place = replace(town.place, unpack=counted)
    town.store.put(key, packed(INSIDE), content_type="")
    town.do(key)
    # as the sweep gives it while its members wait
    town.do(key)
    assert town.came[-1] == {"status": "waiting", "members": 4, "pending": 3}
    assert unpacked == [0, 2]
    town.work()
    assert town.records()[key]["status"] == "done"
    town.do(key, Reason.UNPACK)
    assert unpacked == [0, 2, 0, 2]


def test_what_was_taken_out_and_is_gone_for_good_is_refused_as_its_archive(town: Town) -> None:
    """Else its job would have it unpacked again, and that its own, for ever."""
    town.do(KEY)
    lose_original(town, "镇/a.html")

    def closed(_: bytes, __: str, ___: int) -> Portion:
        raise Refusal(RefusalCode.UNSUPPORTED_FORMAT, "没有库", "no library")

    town.place = replace(town.place, unpack=closed)
    town.work()
    town.sweep()
    found = town.records()
    assert found[member("镇/a.html")]["code"] == "unsupported_format"
    assert found[KEY]["status"] == "done", "it is gathered nevertheless"
    assert [name for name, _, _ in found[KEY]["members"]] == list(INSIDE)


def test_a_member_that_ends_while_its_archive_is_about_to_end_is_listed(town: Town) -> None:
    """The job that would list it finds another worker at the archive, and waits for that."""
    town.do(KEY)
    town.work()
    held: dict[str, tuple[object, float]] = {}
    key, waits = member("c.zip!d.html"), list[str]()

    def reads_all(body: bytes, name: str) -> result.Envelope:
        return examine(body, name) if body.startswith(b"ZIP") else PARTS

    other = replace(town.place, examine=reads_all, leases=MemoryLeases(held))

    class Late(MemoryAttempts):
        """When its record is written, and its job has not ended yet."""

        def forget(self, version: DocumentVersion) -> None:
            super().forget(version)
            if version.member is None and not waits:
                jobs.treat(other, key, Attempt(forced=True))
                waits.extend(name for name, _ in town.waiting)
                with pytest.raises(PutOff):
                    jobs.treat(other, KEY, Attempt(gathers=True))

    town.place = replace(town.place, leases=MemoryLeases(held), attempts=Late())
    town.do(KEY, Reason.GATHER)
    assert waits == [KEY]
    jobs.treat(other, KEY, Attempt(gathers=True, put_off=1))
    listed = {name: status for name, status, _ in town.records()[KEY]["members"]}
    assert listed["c.zip!d.html"] == "done"
