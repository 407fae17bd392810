"""An archive while others replace it, take it away, work at it, or lose what they were told."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_batch import INSIDE, KEY, PARTS, Killed, Mortal, Town, examine, member

from storage.broker import MemoryLeases, MemoryMarks, MemoryOutstanding
from storage.memory import MemoryObjectStore
from storage.results import DocumentVersion, State
from tasks import jobs
from tasks.decide import Attempt
from tasks.jobs import PutOff
from tasks.render import result
from tasks.workplace import Reason

OTHER: dict[str, str | None] = {"镇/a.html": "none", "新.html": "new", "坏.docx": None}


class Watched(Mortal):
    """Tells of each request; a second goes by with each write."""

    def __init__(self) -> None:
        super().__init__()
        seconds = count()
        self._clock = lambda: datetime(2026, 1, 31, tzinfo=UTC) + timedelta(seconds=next(seconds))
        self.asked: Callable[[], None] = lambda: None

    def _step(self, do: Callable[[], Any]) -> Any:
        self.asked()
        return do()


class Crowded(Town):
    """Others do something at requests of certain numbers, in the middle of a job."""

    def __init__(self, then: dict[int, Meanwhile]) -> None:
        self.watched = Watched()
        super().__init__(store=self.watched)
        self.then, self.requests = then, 0
        self.put_off: deque[tuple[str, Reason]] = deque()
        self.held: dict[str, tuple[object, float]] = {}
        self.place = replace(self.place, leases=MemoryLeases(self.held))
        self.drop(INSIDE)
        self.watched.asked = self.asked

    def asked(self) -> None:
        self.requests += 1
        meanwhile = self.then.pop(self.requests, None)
        if meanwhile is None:
            return
        mine = self.place.leases
        self.watched.asked = lambda: None
        # Another process, by its leases.
        self.place = replace(self.place, leases=MemoryLeases(self.held))
        try:
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
        """As a sweep does, undisturbed; whether anything is pending."""
        asked, self.watched.asked = self.watched.asked, lambda: None
        pending = list(self.place.records.pending())
        for version in pending:
            self.publish(version, Reason.MEMBER)
        self.watched.asked = asked
        return bool(pending)

    def end(self) -> None:
        """Everybody has done what he was about to do, and the sweep goes on."""
        for _ in range(40):
            self.work()
            self.waiting, self.put_off = self.put_off, self.waiting
            if not self.waiting:
                # Marks end by themselves.
                self.place = replace(self.place, marks=MemoryMarks())
                if not self.give_out():
                    return
        raise AssertionError((self.waiting, self.came[-8:]))


Meanwhile = Callable[[Crowded], None]


def replaces(town: Crowded) -> None:
    town.drop(OTHER)
    town.waiting.append((KEY, Reason.MEMBER))


def puts_back(town: Crowded) -> None:
    town.drop(INSIDE)
    town.waiting.append((KEY, Reason.MEMBER))


def takes_away(town: Crowded) -> None:
    if town.current() is not None:
        town.store.remove(KEY)


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
    replaces, puts_back, takes_away, works, works_one_job, has_a_member_done_again,
    has_one_done_again_that_was_not_taken_out, has_the_archive_done_again, sweeps,
)  # fmt: skip
LOSSES: tuple[Meanwhile, ...] = (loses_a_message, loses_everything, kills)


def steps(of: tuple[Meanwhile, ...]) -> st.SearchStrategy[list[tuple[int, Meanwhile]]]:
    """So many requests after the one before."""
    return st.lists(st.tuples(st.integers(1, 60), st.sampled_from(of)), max_size=7)


def after(found: list[tuple[int, Meanwhile]]) -> Crowded:
    at, then = 0, dict[int, Meanwhile]()
    for gap, meanwhile in found:
        at += gap
        then[at] = meanwhile
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
    assert [one["member"] for one in members] == list(inside)
    for name, text in inside.items():
        found = town.place.records.look(archive.holding(name, 0))
        there = found.result if found.state is State.RESULT else found.failure
        assert found.state is not None, name
        assert there is not None
        source = result.loads(there.body)["source"]
        assert text is None or source["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    return [(one["member"], one["status"], one["record"]) for one in members]


#: The dead letter of a member was written over, and nobody saw that.
FOUND: list[tuple[int, Meanwhile]] = [
    (33, sweeps), (56, replaces), (39, takes_away), (1, puts_back), (10, has_the_archive_done_again)
]  # fmt: skip


@given(steps((*ORDERLY, *LOSSES)))
@example(FOUND)
@settings(max_examples=60)
def test_each_member_comes_to_its_record_whatever_happens(
    found: list[tuple[int, Meanwhile]],
) -> None:
    listed(after(found))


@given(steps(ORDERLY))
@settings(max_examples=60)
def test_the_archive_lists_what_they_came_to_last(found: list[tuple[int, Meanwhile]]) -> None:
    """Where nothing is lost; else the next one that is done again has it listed."""
    town = after(found)
    for name, status, record in listed(town):
        told = json.loads(town.store.get(record).body)
        assert (told["source"]["member"], told["status"]) == (name, status)


def test_put_back_after_another_one_had_its_place() -> None:
    """The record of the archive is of these bytes; those of its members were written over."""
    town = Crowded({})
    town.do(KEY)
    town.end()
    replaces(town)
    # unpacked, and some of what is in it read
    for _ in range(2):
        works_one_job(town)
    puts_back(town)
    town.end()
    assert [name for name, _, _ in listed(town)] == list(INSIDE)
