"""Decisions of people in the bucket: nobody's is lost, and nobody's is written over unseen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from storage import keys
from storage.errors import TooLarge
from storage.memory import MemoryObjectStore
from storage.objects import ObjectStore, S3ObjectStore
from storage.reviews import (
    HISTORY,
    NOTE_CHARACTERS,
    Choice,
    Decision,
    NotOurs,
    Review,
    Reviews,
    clean_note,
)

KEY = "inbox/县/a.pdf"
PLACE = "reviews/县/a.pdf.json"
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
CONFIRMED, DISMISSED = Decision.CONFIRMED, Decision.DISMISSED


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore()
    s3_store: S3ObjectStore = request.getfixturevalue("s3_store")
    return s3_store


@pytest.fixture
def reviews(store: ObjectStore) -> Reviews:
    return Reviews(store)


def choice(
    number: int = 1, decision: Decision | None = CONFIRMED, *, seen: str = "", **more: Any
) -> Choice:
    said = {"rule": "requests.balance", "etag": "e1", "message": "不平", **more}
    return Choice(finding=f"{number:016x}", decision=decision, seen=seen, **said)


def standing(review: Review) -> dict[str, str]:
    return {one.finding: f"{one.decision} by {one.by}" for one in review.decisions}


FIRST, SECOND = choice(1).finding, choice(2).finding


def test_where_nobody_decided(reviews: Reviews) -> None:
    assert reviews.read(KEY) == Review(key=KEY)
    assert reviews.etag(KEY) is None
    assert list(reviews.listed()) == []


def test_what_was_decided_is_there(store: ObjectStore, reviews: Reviews) -> None:
    wished = [choice(1, note="核对过原表"), choice(2, DISMISSED)]
    settled = reviews.decide(KEY, wished, by="王", at=NOON)
    assert settled.meanwhile == ()
    assert settled.review == reviews.read(KEY)
    assert settled.review.etag == reviews.etag(KEY)
    assert [info.key for info in reviews.listed()] == [PLACE]
    assert json.loads(store.get(PLACE).body) == {
        "schema": "gouji/reviews@1",
        "key": KEY,
        "decisions": [
            {
                "finding": FIRST, "rule": "requests.balance", "decision": "confirmed",
                "note": "核对过原表", "by": "王", "at": "2026-02-01T12:00:00+00:00", "etag": "e1",
                "message": "不平",
            },
            {
                "finding": SECOND, "rule": "requests.balance", "decision": "dismissed",
                "note": "", "by": "王", "at": "2026-02-01T12:00:00+00:00", "etag": "e1",
                "message": "不平",
            },
        ],
        "history": [],
    }  # fmt: skip


def test_a_decision_is_changed_and_taken_back_by_who_saw_it(reviews: Reviews) -> None:
    first = reviews.decide(KEY, [choice()], by="王", at=NOON).review.of(FIRST)
    assert first is not None
    changed = reviews.decide(KEY, [choice(1, DISMISSED, seen=first.mark)], by="李", at=NOON)
    second = changed.review.of(FIRST)
    assert second is not None
    assert standing(changed.review) == {FIRST: "dismissed by 李"}
    reopened = reviews.decide(KEY, [choice(1, None, seen=second.mark)], by="王", at=NOON)
    assert reopened.review.decisions == ()
    assert [(one.was, one.by) for one in reopened.review.history] == [(first, "李"), (second, "王")]
    assert reviews.read(KEY) == reopened.review


def test_who_comes_second_is_told_and_changes_nothing(reviews: Reviews) -> None:
    reviews.decide(KEY, [choice()], by="王", at=NOON)
    before = reviews.etag(KEY)
    (told,) = reviews.decide(KEY, [choice(1, DISMISSED)], by="李", at=NOON).meanwhile
    assert told.stands is not None
    assert (told.finding, told.stands.by, told.stands.decision) == (FIRST, "王", CONFIRMED)
    assert reviews.etag(KEY) == before
    # what else was wished is taken
    settled = reviews.decide(KEY, [choice(1, DISMISSED), choice(2)], by="李", at=NOON)
    assert standing(settled.review) == {FIRST: "confirmed by 王", SECOND: "confirmed by 李"}
    assert [one.finding for one in settled.meanwhile] == [FIRST]
    # somebody took it back
    mark = told.stands.mark
    reviews.decide(KEY, [choice(1, None, seen=mark)], by="王", at=NOON)
    (told,) = reviews.decide(KEY, [choice(1, DISMISSED, seen=mark)], by="李", at=NOON).meanwhile
    assert told.stands is None


def test_to_wish_what_stands_is_no_conflict(reviews: Reviews) -> None:
    reviews.decide(KEY, [choice()], by="王", at=NOON)
    before = reviews.etag(KEY)
    assert reviews.decide(KEY, [choice()], by="王", at=NOON.replace(hour=13)).meanwhile == ()
    assert reviews.decide(KEY, [choice(2, None, seen="stale")], by="李", at=NOON).meanwhile == ()
    assert reviews.etag(KEY) == before


def test_people_who_decide_at_once_lose_nothing(store: ObjectStore) -> None:
    """Two on each finding: one of them decides, the other one is told of it."""
    people = 8
    together = Barrier(people)

    def decide(person: int) -> int:
        together.wait(30)
        wished = choice(person // 2, CONFIRMED if person % 2 else DISMISSED)
        return len(Reviews(store).decide(KEY, [wished], by=str(person), at=NOON).meanwhile)

    with ThreadPoolExecutor(people) as pool:
        told = list(pool.map(decide, range(people)))
    review = Reviews(store).read(KEY)
    assert [told[2 * pair] + told[2 * pair + 1] for pair in range(people // 2)] == [1] * 4
    decided = {int(one.by) for one in review.decisions}
    assert decided == {person for person in range(people) if not told[person]}
    assert review.history == ()


def body(**changed: Any) -> bytes:
    told = {"schema": "gouji/reviews@1", "key": KEY, "decisions": [], "history": [], **changed}
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b"{}",
        body(schema="gouji/reviews@2"),
        body(key="inbox/b.pdf"),
        body(key=7),
        body(decisions=[{}]),
        body(decisions={"a": 1}),
        body(history=7),
        body(history=[{"ended_by": "a", "ended_at": "b"}]),
        body(more=1),
    ],
    ids=range(13),
)
def test_what_is_not_ours_is_never_written_over(body: bytes) -> None:
    store = MemoryObjectStore()
    store.put(PLACE, body, content_type="text/plain")
    with pytest.raises(NotOurs, match="move it away"):
        Reviews(store).decide(KEY, [choice()], by="王", at=NOON)
    assert store.get(PLACE).body == body


def test_a_later_field_of_a_decision_is_not_lost() -> None:
    store = MemoryObjectStore()
    reviews = Reviews(store)
    reviews.decide(KEY, [choice()], by="王", at=NOON)
    told = json.loads(store.get(PLACE).body)
    told["decisions"][0]["reason"] = "new"
    store.put(PLACE, json.dumps(told).encode(), content_type="application/json")
    with pytest.raises(NotOurs):
        reviews.decide(KEY, [choice(2)], by="王", at=NOON)


def test_the_history_is_bounded() -> None:
    reviews = Reviews(MemoryObjectStore())
    mark = ""
    for turn in range(HISTORY + 5):
        wished = choice(1, CONFIRMED if turn % 2 else DISMISSED, seen=mark, note=f"{turn}")
        decided = reviews.decide(KEY, [wished], by="王", at=NOON).review.of(FIRST)
        assert decided is not None
        mark = decided.mark
    history = reviews.read(KEY).history
    assert [one.was.note for one in history] == [f"{turn}" for turn in range(4, HISTORY + 4)]


def test_an_object_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.reviews.MOST_BYTES", 1000)
    store = MemoryObjectStore()
    with pytest.raises(TooLarge):
        Reviews(store).decide(KEY, [choice(note="n" * 1000)], by="王", at=NOON)
    store.put(PLACE, b" " * 1001, content_type="text/plain")
    with pytest.raises(NotOurs):
        Reviews(store).read(KEY)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("两行\r\n第二行\r", "两行\n第二行"),
        ("a\x00b\x1b[31m\x85\ud800", "ab[31m"),
        ("\u202e倒\u2066", "倒"),
        ("a\tb", "a b"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_notes_have_no_control_characters(written: str, kept: str) -> None:
    assert clean_note(written) == kept
    reviews = Reviews(MemoryObjectStore())
    decided = reviews.decide(KEY, [choice(note=written)], by=" 王\n\x00 ", at=NOON).review.of(FIRST)
    assert decided is not None
    assert (decided.note, decided.by) == (kept, "王")


def test_what_no_page_sends() -> None:
    choice(note="注" * NOTE_CHARACTERS)
    with pytest.raises(ValueError, match="more than 2000"):
        choice(note="注" * (NOTE_CHARACTERS + 1))
    with pytest.raises(ValueError, match="id of a finding"):
        Choice(finding="../x", rule="r", decision=CONFIRMED, etag="e", message="m")
    with pytest.raises(ValueError, match="nobody"):
        Reviews(MemoryObjectStore()).decide(KEY, [choice()], by=" \x00", at=NOON)


def test_the_document_of_an_object_is_found(store: ObjectStore, reviews: Reviews) -> None:
    long = "inbox/" + "长" * 90
    for key in (KEY, long):
        reviews.decide(key, [choice()], by="王", at=NOON)
        assert reviews.document_of(keys.review_key(key)) == key
    place = keys.review_key(long + "x")
    assert reviews.document_of(place) is None
    store.put(place, store.get(keys.review_key(long)).body, content_type="text/plain")
    assert reviews.document_of(place) is None
