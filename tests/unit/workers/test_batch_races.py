"""An archive while others replace it, take it away, work at it, or lose what they were told.

What others do at which request is drawn as well, more of it at PROPERTY_SCALE=10.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_batch import INSIDE, KEY, PARTS, Killed, Mortal, Town, examine, member, unpack

from storage.broker import MemoryLeases, MemoryMarks, MemoryOutstanding
from storage.errors import Unavailable
from storage.memory import MemoryObjectStore
from storage.results import Commit, DocumentVersion, State
from tasks import jobs
from tasks.decide import Attempt
from tasks.jobs import PutOff
from tasks.render import outputs, result
from tasks.render.batch import Gathered
from tasks.unpack import Portion
from tasks.workplace import Reason

SCALE = max(1, int(os.environ.get("PROPERTY_SCALE", "1")))

#: What lies there for a while: with what is read in one and cannot be taken out of the other.
OTHER: dict[str, str | None] = {
    "坏.docx": None, "镇/a.html": "none", "新.html": "new", "镇/b.html": None,
}  # fmt: skip
MENDED: dict[str, str | None] = {"坏.docx": "mended", "镇/a.html": None, "镇/b.html": "changed"}
#: Of which nothing is kept beside the records.
ALL_BAD: dict[str, str | None] = {"坏.docx": None, "镇/b.html": None}


@pytest.fixture(scope="module", autouse=True)
def each_is_drawn_once() -> Iterator[None]:
    """Pages and workbooks are kept by what they are made of: in a thousand turns the same few
    records come up again, and to draw them anew took most of the time."""
    kept: dict[object, Any] = {}
    of_one, of_all = outputs.outputs, Gathered._file

    def outputs_of(envelope: result.Envelope) -> dict[str, bytes]:
        made_of = result.dumps(envelope)
        return kept.get(made_of) or kept.setdefault(made_of, of_one(envelope))

    def file_of(gathered: Gathered, ending: str) -> bytes:
        made_of = ending, repr((gathered._rows, gathered._files, gathered._left_out))
        return kept.get(made_of) or kept.setdefault(made_of, of_all(gathered, ending))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outputs, "outputs", outputs_of)
        patched.setattr(Gathered, "_file", file_of)
        yield


class Watched(Mortal):
    """Tells of each request; a second goes by with each write."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 31, tzinfo=UTC)
        self.ticks = True
        self._clock = self._next
        self.asked: Callable[[], None] = lambda: None

    def _next(self) -> datetime:
        self.now += timedelta(seconds=self.ticks)
        return self.now

    def _step(self, do: Callable[[], Any]) -> Any:
        self.asked()
        return do()


class Crowded(Town):
    """Others do something at requests of certain numbers, in the middle of a job."""

    def __init__(
        self,
        then: dict[int, list[Meanwhile]] | None = None,
        inside: dict[str, str | None] = INSIDE,
    ) -> None:
        self.watched = Watched()
        super().__init__(store=self.watched)
        self.then, self.requests, self.inside = then or {}, 0, inside
        self.put_off: deque[tuple[str, Reason]] = deque()
        self.held: dict[str, tuple[object, float]] = {}
        self.place = replace(self.place, leases=MemoryLeases(self.held))
        self.drop(inside)
        self.watched.asked = self.asked

    def asked(self) -> None:
        self.requests += 1
        several = self.then.pop(self.requests, None)
        if several is None:
            return
        mine = self.place.leases
        self.watched.asked = lambda: None
        # Another process, by its leases.
        self.place = replace(self.place, leases=MemoryLeases(self.held))
        try:
            for meanwhile in several:
                meanwhile(self)
        finally:
            self.place = replace(self.place, leases=mine)
            self.watched.asked = self.asked

    def do(self, key: str, reason: Reason | None = None) -> None:
        asked = Attempt(forced=reason is Reason.UNPACK, gathers=reason is Reason.GATHER)
        try:
            self.came.append(jobs.treat(self.place, key, asked))
        except PutOff:
            self.put_off.append((key, reason or Reason.MEMBER))
        except Killed:
            self.after_a_flood()

    def after_a_flood(self) -> None:
        self.waiting.clear()
        self.put_off.clear()
        self.held.clear()
        self.place = replace(self.place, marks=MemoryMarks(), outstanding=MemoryOutstanding())

    def force(self, key: str) -> None:
        """As `gouji reprocess` does."""
        archive = self.current()
        if archive is not None:
            version = archive if key == KEY else replace(archive, key=key)
            self.place.attempts.forget(version)
            jobs.batch.begins_anew(self.place, version)
            self.waiting.append((key, Reason.UNPACK))
            self.place.mark(version)

    def current(self) -> DocumentVersion | None:
        info = MemoryObjectStore.head(self.store, KEY)
        return None if info is None else DocumentVersion.of(info)

    def give_out(self) -> bool:
        """As a sweep does, undisturbed; whether anything is to be done."""
        asked, self.watched.asked = self.watched.asked, lambda: None
        behind = list[DocumentVersion]()
        standings = list(self.place.records.standings(behind=behind.append))
        pending = [version for version, state, _ in standings if state is State.PENDING]
        for version in pending:
            self.publish(version, Reason.MEMBER)
        for version in behind:
            if not self.place.outstanding.some(version):
                self.publish(version, Reason.GATHER)
        self.watched.asked = asked
        return bool(pending or behind)

    def end(self) -> None:
        """Everybody has done what he was about to do, and the sweep goes on."""
        for _ in range(40):
            self.work()
            self.waiting, self.put_off = self.put_off, self.waiting
            if not self.waiting:
                # Marks, and who is outstanding, end by themselves.
                self.place = replace(
                    self.place, marks=MemoryMarks(), outstanding=MemoryOutstanding()
                )
                if not self.give_out():
                    return
        raise AssertionError((self.waiting, self.came[-8:]))


Meanwhile = Callable[[Crowded], None]


def replaces(town: Crowded) -> None:
    town.drop(OTHER)
    town.waiting.append((KEY, Reason.MEMBER))


def mends(town: Crowded) -> None:
    town.drop(MENDED)
    town.waiting.append((KEY, Reason.MEMBER))


def puts_back(town: Crowded) -> None:
    town.drop(town.inside)
    town.waiting.append((KEY, Reason.MEMBER))


def takes_away(town: Crowded) -> None:
    if town.current() is not None:
        town.store.remove(KEY)


def is_another_for_a_while(town: Crowded) -> None:
    """Which is unpacked, and then what was there lies there again."""
    replaces(town)
    works(town)
    puts_back(town)


def is_one_that_is_cut_off(town: Crowded) -> None:
    """Likewise, but before it is listed what is in the other one."""

    def not_all(body: bytes, name: str, after: int) -> Portion:
        if after:
            raise Unavailable("the store is away")
        return unpack(body, name, after)

    whole, town.place = town.place.unpack, replace(town.place, unpack=not_all)
    replaces(town)
    town.do(*town.waiting.pop())
    town.place = replace(town.place, unpack=whole)
    puts_back(town)


def is_back_and_done(town: Crowded) -> None:
    """Others come to the end of it before whoever is at something goes on."""
    puts_back(town)
    works(town)


def is_back_and_done_in_a_second(town: Crowded) -> None:
    """By the store's clock all that follows is of the same."""
    puts_back(town)
    town.watched.ticks = False
    works(town)


def is_done_twice(town: Crowded) -> None:
    """The leases of whoever is at something have ended."""
    is_another_for_a_while(town)
    loses_everything(town)
    town.waiting.append((KEY, Reason.MEMBER))
    works(town)


def works(town: Crowded) -> None:
    town.work()


def works_one_job(town: Crowded) -> None:
    if town.waiting:
        town.do(*town.waiting.popleft())


def has_a_member_done_again(town: Crowded) -> None:
    def reads_all(body: bytes, name: str) -> result.Envelope:
        return examine(body, name) if body.startswith(b"ZIP") else PARTS

    town.place = replace(town.place, examine=reads_all)
    town.force(member("c.zip!d.html"))


def has_one_done_again_that_was_not_taken_out(town: Crowded) -> None:
    town.force(member("坏.docx"))


def has_the_archive_done_again(town: Crowded) -> None:
    town.force(KEY)


def sweeps(town: Crowded) -> None:
    town.give_out()


def loses_a_message(town: Crowded) -> None:
    if town.waiting:
        town.waiting.popleft()


def loses_everything(town: Crowded) -> None:
    town.after_a_flood()


def kills(_: Crowded) -> None:
    raise Killed


ORDERLY: tuple[Meanwhile, ...] = (
    replaces, mends, puts_back, is_another_for_a_while, is_one_that_is_cut_off, is_back_and_done,
    takes_away, works, works_one_job, has_a_member_done_again,
    has_one_done_again_that_was_not_taken_out, has_the_archive_done_again, sweeps,
)  # fmt: skip
LOSSES: tuple[Meanwhile, ...] = (loses_a_message, loses_everything, kills)


def steps(of: tuple[Meanwhile, ...]) -> st.SearchStrategy[list[tuple[int, Meanwhile]]]:
    """So many requests after the one before; often at the same."""
    gaps = st.integers(0, 100) | st.integers(0, 2)
    return st.lists(st.tuples(gaps, st.sampled_from(of)), max_size=7)


def after(found: list[tuple[int, Meanwhile]]) -> Crowded:
    at, then = 0, defaultdict[int, list[Meanwhile]](list)
    for gap, meanwhile in found:
        at += gap
        then[at].append(meanwhile)
    town = Crowded(then)
    town.do(KEY)
    town.end()
    return town


def listed(town: Crowded) -> list[tuple[str, str, str]]:
    """What the archive's record says of its members: all have one of the version that lies there,
    of what is in it."""
    town.watched.asked = lambda: None
    archive = town.current()
    if archive is None:
        return []
    record = town.place.records.look(archive).result
    assert record is not None
    members = result.loads(record.body)["members"]
    inside = json.loads(town.store.get(KEY).body[3:])
    there = town.place.members.read(archive)
    assert there is not None
    assert [one.name for one in there.members] == list(inside)
    assert [one["member"] for one in members] == list(inside)
    for name, text in inside.items():
        found = town.place.records.look(archive.holding(name, 0))
        assert found.record is not None, name
        source = result.loads(found.record.body)["source"]
        assert source["etag"] == archive.etag
        assert text is None or source["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    return [(one["member"], one["status"], one["record"]) for one in members]


#: The dead letter of a member was written over, and nobody saw that.
FOUND: list[tuple[int, Meanwhile]] = [
    (33, sweeps), (56, replaces), (39, takes_away), (1, puts_back), (10, has_the_archive_done_again)
]  # fmt: skip


#: Gathered while another one had its place, and its record written when it lay there again.
GATHERED_MEANWHILE: list[tuple[int, Meanwhile]] = [
    (36, works), (10, replaces), (15, works), (1, puts_back)
]  # fmt: skip


@given(steps((*ORDERLY, *LOSSES)))
@example(FOUND)
@example(GATHERED_MEANWHILE)
@settings(max_examples=60 * SCALE)
def test_each_member_comes_to_its_record_and_is_listed_whatever_happens(
    found: list[tuple[int, Meanwhile]],
) -> None:
    lists_what_they_came_to(after(found))


def lists_what_they_came_to(town: Crowded) -> None:
    for name, status, record in listed(town):
        told = json.loads(town.store.get(record).body)
        assert (told["source"]["member"], told["status"]) == (name, status)


@pytest.mark.parametrize(
    ("inside", "other", "then"),
    [
        (INSIDE, replaces, is_back_and_done),
        (INSIDE, mends, is_back_and_done),
        (INSIDE, mends, is_back_and_done_in_a_second),
        (ALL_BAD, mends, is_back_and_done),
    ],
    ids=["replaced", "mended", "mended, in a second", "nothing is kept"],
)
def test_put_back_and_done_at_each_request_of_who_is_at_the_other_one(
    inside: dict[str, str | None], other: Meanwhile, then: Meanwhile
) -> None:
    """What he writes late lies where all were gathered already."""
    for number in range(1, 1000):
        town = Crowded(inside=inside)
        town.do(KEY)
        town.end()
        other(town)
        town.then[town.requests + number] = [then]
        town.end()
        if town.then:
            break
        lists_what_they_came_to(town)
    assert number > 60


@pytest.mark.parametrize(
    "meanwhile",
    [is_another_for_a_while, is_one_that_is_cut_off, is_done_twice],
)
def test_another_one_for_a_while_at_each_request(
    meanwhile: Meanwhile,
) -> None:
    """What was looked at before counts no more, whenever it is written."""
    for number in range(1, 1000):
        town = Crowded({number: [meanwhile]})
        town.do(KEY)
        town.end()
        if town.then:
            break
        lists_what_they_came_to(town)
    assert number > 20


def is_late(town: Crowded) -> None:
    """Who was at the other one writes over what was read before, which nobody writes anew."""
    archive = town.current()
    assert archive is not None
    there = town.place.records.look(archive.holding("镇/b.html", 0)).record
    assert there is not None
    told = result.loads(there.body)
    told["source"]["etag"] = "of the other one"
    town.store.put(there.info.key, result.dumps(told), content_type="", if_match=there.info.etag)


@pytest.mark.parametrize("inside", [INSIDE, ALL_BAD], ids=["some are read", "none is"])
def test_what_is_late_is_seen_though_who_gathers_is_killed(inside: dict[str, str | None]) -> None:
    for number in range(1, 1000):
        town = Crowded(inside=inside)
        town.do(KEY)
        town.end()
        replaces(town)
        town.waiting.clear()
        puts_back(town)
        at = town.requests + number
        town.then.update({at: [is_late], at + 1: [kills]})
        town.end()
        if town.then:
            break
        lists_what_they_came_to(town)
    assert number > 20


def test_a_member_that_was_done_again_is_listed_though_nobody_said_so() -> None:
    town = Crowded()
    town.do(KEY)
    town.end()
    has_a_member_done_again(town)
    works_one_job(town)
    assert list(town.waiting) == [(KEY, Reason.GATHER)]
    loses_everything(town)
    town.end()
    lists_what_they_came_to(town)
    assert ("c.zip!d.html", "done") in [(name, status) for name, status, _ in listed(town)]
    assert not town.give_out(), "it is gathered once"


def test_who_began_before_it_was_put_back_writes_no_record_of_it() -> None:
    """However late: then a record is believed by its age. Of a member the same bytes count."""
    town = Crowded()
    town.do(KEY)
    town.end()
    before = town.current()
    assert before is not None
    inside = before.holding("镇/b.html", 3)
    bodies = [town.place.records.look(one).result for one in (before, inside)]
    replaces(town)
    puts_back(town)
    commits = [
        town.place.records.write_result(version, record.body, {}, replace=True)
        for version, record in zip((before, inside), bodies, strict=True)
        if record is not None
    ]
    assert commits == [Commit.SUPERSEDED, Commit.COMMITTED]


def test_put_back_after_another_one_had_its_place() -> None:
    """The record of the archive is of these bytes; those of its members were written over."""
    town = Crowded()
    town.do(KEY)
    town.end()
    replaces(town)
    # unpacked, and some of what is in it read
    for _ in range(2):
        works_one_job(town)
    puts_back(town)
    town.end()
    assert [name for name, _, _ in listed(town)] == list(INSIDE)
