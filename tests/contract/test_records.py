"""The commit of terminal records: what races, crashes and late workers must not spoil.

Documents are dropped, replaced and taken away between the steps of a write by stores that
do so at a chosen operation; nothing is patched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import keys
from storage.errors import Unavailable
from storage.members import Contents, Member, Members
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo, ObjectStore, S3ObjectStore, Stored
from storage.results import DOUBT, Commit, DocumentVersion, Records, State
from tasks.render.result import source_of

KEY = "inbox/县/a.pdf"
RESULT = "results/县/a.pdf/result.json"
FAILED = "failed/县/a.pdf.json"


class Clock:
    """A store's clock that goes only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore()
    s3_store: S3ObjectStore = request.getfixturevalue("s3_store")
    return s3_store


def drop(store: ObjectStore, content: str = "one", key: str = KEY) -> DocumentVersion:
    """Somebody puts a document into the inbox."""
    store.put(key, content.encode(), content_type="application/pdf")
    info = store.head(key)
    assert info is not None
    return DocumentVersion.of(info)


def current(store: ObjectStore) -> DocumentVersion:
    info = store.head(KEY)
    assert info is not None
    return DocumentVersion.of(info)


def envelope(version: DocumentVersion, status: str = "done", **more: object) -> bytes:
    source = {
        "key": version.object_key,
        **({"member": version.member} if version.member else {}),
        "etag": version.etag,
        "version_id": version.version_id,
        "last_modified": version.last_modified.isoformat(),
    }
    return json.dumps({"status": status, "source": source, **more}).encode()


def body(store: ObjectStore, key: str) -> bytes | None:
    return store.get(key).body if store.head(key) else None


# --- one writer ---------------------------------------------------------------------------------


def test_a_result_and_its_outputs(store: ObjectStore) -> None:
    version, records = drop(store), Records(store)
    outputs = {"report.html": b"1,2", "report.xlsx": b"PK"}
    assert records.terminal(version) is None
    assert records.write_result(version, envelope(version), outputs) is Commit.COMMITTED
    assert records.terminal(version) is State.RESULT
    assert body(store, RESULT) == envelope(version)
    assert body(store, "results/县/a.pdf/report.html") == b"1,2"
    read = records.read_result(KEY)
    assert read is not None
    assert read.source is not None
    assert (read.key, read.source.etag) == (KEY, version.etag)
    assert [record.key for record in records.results()] == [KEY]
    assert [record.key for record in records.results("inbox/县/")] == [KEY]
    assert list(records.results("inbox/市/")) == []


def test_a_dead_letter_goes_when_a_run_succeeds(store: ObjectStore) -> None:
    version, records = drop(store), Records(store)
    failure = envelope(version, "failed")
    assert records.write_failure(version, failure) is Commit.COMMITTED
    assert records.terminal(version) is State.FAILED
    assert [record.key for record in records.failures()] == [KEY]
    assert records.write_failure(version, failure) is Commit.ALREADY_THERE
    assert records.write_result(version, envelope(version), {}) is Commit.COMMITTED
    assert records.terminal(version) is State.RESULT
    assert body(store, FAILED) is None


def test_a_second_result_of_the_same_version(store: ObjectStore) -> None:
    version, records = drop(store), Records(store)
    records.write_result(version, envelope(version), {"report.html": b"old"})
    newer = envelope(version, engine="0.2")
    late = records.write_result(version, newer, {"report.html": b"new"})
    assert late is Commit.ALREADY_THERE
    assert body(store, "results/县/a.pdf/report.html") == b"old"
    again = records.write_result(version, newer, {"report.html": b"new"}, replace=True)
    assert again is Commit.COMMITTED
    assert body(store, RESULT) == newer
    assert body(store, "results/县/a.pdf/report.html") == b"new"


def test_a_failure_never_replaces_a_result_of_its_version(store: ObjectStore) -> None:
    version, records = drop(store), Records(store)
    records.write_result(version, envelope(version), {})
    failure = envelope(version, "failed")
    assert records.write_failure(version, failure, replace=True) is Commit.ALREADY_THERE
    assert body(store, FAILED) is None


def test_a_newer_version_replaces_an_older(store: ObjectStore) -> None:
    records = Records(store)
    first = drop(store, "one")
    records.write_result(first, envelope(first), {"report.html": b"1"})
    second = drop(store, "two")
    assert records.terminal(second) is None
    done = records.write_result(second, envelope(second), {"report.html": b"2"})
    assert done is Commit.COMMITTED
    assert body(store, RESULT) == envelope(second)
    assert body(store, "results/县/a.pdf/report.html") == b"2"


def test_an_older_version_never_replaces_a_newer(store: ObjectStore) -> None:
    records = Records(store)
    first = drop(store, "one")
    second = drop(store, "two")
    records.write_result(second, envelope(second), {"report.html": b"2"})
    late = records.write_result(first, envelope(first), {"report.html": b"1"}, replace=True)
    assert late is Commit.SUPERSEDED
    assert records.write_failure(first, envelope(first, "failed")) is Commit.SUPERSEDED
    assert body(store, RESULT) == envelope(second)
    assert body(store, "results/县/a.pdf/report.html") == b"2"
    assert body(store, FAILED) is None


def test_an_older_version_waits_for_no_newer(store: ObjectStore) -> None:
    """The inbox has moved on, and the newer one has no record yet: it will write its own."""
    first = drop(store, "one")
    drop(store, "two")
    assert Records(store).write_result(first, envelope(first), {}) is Commit.SUPERSEDED
    assert body(store, RESULT) is None


def test_the_envelope_must_be_about_the_version(store: ObjectStore) -> None:
    version = drop(store)
    other = drop(store, "two", "inbox/b")
    with pytest.raises(ValueError, match="the envelope is about"):
        Records(store).write_result(version, envelope(other), {})
    with pytest.raises(ValueError, match="the envelope is about"):
        Records(store).write_failure(version, b"{}")
    assert body(store, RESULT) is None


def test_what_is_not_ours_is_written_over(store: ObjectStore) -> None:
    version, records = drop(store), Records(store)
    store.put(RESULT, b"[not json", content_type="text/plain")
    assert records.terminal(version) is None
    assert records.write_result(version, envelope(version), {}) is Commit.COMMITTED


def test_what_a_run_that_died_left_beside(store: ObjectStore) -> None:
    """Outputs without a result, of an engine that wrote them differently."""
    version = drop(store)
    store.put("results/县/a.pdf/report.html", b"half", content_type="text/csv")
    done = Records(store).write_result(version, envelope(version), {"report.html": b"whole"})
    assert done is Commit.COMMITTED
    assert body(store, "results/县/a.pdf/report.html") == b"whole"


# --- when the object is gone: only ages are left ------------------------------------------------


def test_a_document_taken_away_still_gets_its_record() -> None:
    store = MemoryObjectStore()
    version = drop(store)
    store.remove(KEY)
    assert Records(store).write_result(version, envelope(version), {}) is Commit.COMMITTED


@pytest.mark.parametrize("apart", [0, 1])
def test_of_a_document_taken_away_the_record_of_the_newer_stays(apart: int) -> None:
    clock = Clock()
    store = MemoryObjectStore(clock=clock)
    records = Records(store)
    first = drop(store, "one")
    clock.go(seconds=apart)
    second = drop(store, "two")
    records.write_result(second, envelope(second), {})
    store.remove(KEY)
    assert records.write_result(first, envelope(first), {}) is Commit.SUPERSEDED
    assert records.write_failure(first, envelope(first, "failed")) is Commit.SUPERSEDED
    assert body(store, RESULT) == envelope(second)


def test_a_success_leaves_the_dead_letter_of_a_newer_version() -> None:
    clock = Clock()
    store = MemoryObjectStore(clock=clock)
    records = Records(store)
    first = drop(store, "one")
    clock.go(seconds=1)
    second = drop(store, "two")
    records.write_failure(second, envelope(second, "failed"))
    store.remove(KEY)
    assert records.write_result(first, envelope(first), {}) is Commit.COMMITTED
    assert body(store, FAILED) == envelope(second, "failed")


def test_a_success_leaves_the_dead_letter_of_a_newer_version_of_the_same_second() -> None:
    """The clock says nothing about which of them is newer; the inbox does."""
    store = Interrupted(Clock())
    first = drop(store, "one")

    def overwrite() -> None:
        second = drop(store, "two")
        Records(store).write_failure(second, envelope(second, "failed"))

    store.at[2] = overwrite  # when the result of the first is about to be written
    assert Records(store).write_result(first, envelope(first), {}) is Commit.COMMITTED
    assert body(store, FAILED) == envelope(current(store), "failed")
    assert list(Records(store).pending()) == []


def test_a_dead_letter_written_while_an_older_is_taken_away_stays() -> None:
    class Late(MemoryObjectStore):
        """A newer version fails between the look at a dead letter and its removal."""

        def delete_failed(self, key: str, *, if_match: str | None = None) -> None:
            second = drop(self, "two")
            Records(self).write_failure(second, envelope(second, "failed"))
            super().delete_failed(key, if_match=if_match)

    store = Late()
    first = drop(store, "one")
    Records(store).write_failure(first, envelope(first, "failed"))
    assert Records(store).write_result(first, envelope(first), {}) is Commit.COMMITTED
    assert list(Records(store).pending()) == []
    assert body(store, FAILED) == envelope(current(store), "failed")


# --- several writers ----------------------------------------------------------------------------


class Interrupted(MemoryObjectStore):
    """Does something else once, just before the nth PUT."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(**({"clock": clock} if clock else {}))
        self.puts = 0
        self.at: dict[int, Callable[[], object]] = {}

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        self.puts += 1
        self.at.pop(self.puts, lambda: None)()
        return super().put(
            key, body, content_type=content_type, if_absent=if_absent, if_match=if_match
        )


OUTPUTS = ("report.html", "report.xlsx")


def write(store: ObjectStore, version: DocumentVersion) -> Commit:
    outputs = dict.fromkeys(OUTPUTS, version.etag.encode())
    return Records(store).write_result(version, envelope(version), outputs)


def assert_of_one_version(store: ObjectStore, version: DocumentVersion) -> None:
    assert body(store, RESULT) == envelope(version)
    for name in OUTPUTS:
        assert body(store, keys.output_key(KEY, name)) == version.etag.encode()


@pytest.mark.parametrize("before", [True, False], ids=["with-record", "without-record"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_newer_version_comes_and_is_done_in_the_midst(number: int, before: bool) -> None:
    """At every PUT of the older one's write; result and outputs end up of one version."""
    store = Interrupted()
    if before:
        write(store, drop(store, "zero"))
    first = drop(store, "one")
    newer: list[DocumentVersion] = []

    def interrupt() -> None:
        newer.append(drop(store, "two"))
        assert write(store, newer[0]) is Commit.COMMITTED

    store.at[store.puts + number] = interrupt
    assert write(store, first) is Commit.SUPERSEDED
    assert_of_one_version(store, newer[0])


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_newer_version_comes_in_the_midst_and_is_done_later(number: int) -> None:
    store = Interrupted()
    first = drop(store, "one")
    newer: list[DocumentVersion] = []
    store.at[store.puts + number] = lambda: newer.append(drop(store, "two"))
    write(store, first)
    assert list(Records(store).pending()) == newer
    assert write(store, newer[0]) is Commit.COMMITTED
    assert_of_one_version(store, newer[0])
    assert list(Records(store).pending()) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_two_workers_on_one_version(number: int) -> None:
    store = Interrupted()
    version = drop(store)
    outcomes: list[Commit] = []
    store.at[store.puts + number] = lambda: outcomes.append(write(store, version))
    outcomes.append(write(store, version))
    assert Commit.COMMITTED in outcomes
    assert_of_one_version(store, version)


def test_a_result_and_a_failure_of_one_version_at_once() -> None:
    """Whichever way they overlap, the result stays and the dead letter goes."""
    for number in (1, 2):
        store = Interrupted()
        version = drop(store)
        records = Records(store)
        store.at[store.puts + number] = lambda v=version, s=store: write(s, v)  # type: ignore[misc]
        records.write_failure(version, envelope(version, "failed"))
        if number == 1:
            assert records.terminal(version) is State.RESULT
            assert body(store, FAILED) is None
    store = Interrupted()
    version = drop(store)
    records = Records(store)
    store.at[store.puts + 3] = lambda: records.write_failure(version, envelope(version, "failed"))
    assert write(store, version) is Commit.COMMITTED
    assert body(store, FAILED) is None


class Restless(MemoryObjectStore):
    """Another process replaces the record before every write of ours."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        if key == RESULT:
            there = self.head(key)
            super().put(key, f"not ours {there}".encode(), content_type=content_type)
        return super().put(
            key, body, content_type=content_type, if_absent=if_absent, if_match=if_match
        )


def test_whoever_never_gets_through_gives_up() -> None:
    store = Restless()
    version = drop(store)
    with pytest.raises(Unavailable, match="others keep writing"):
        Records(store).write_result(version, envelope(version), {})


# --- paths that could meet the records of others, and what gouji 0.1.0 made of them --------------


#: Of each pair, a record of the first is where one of the second needs a folder.
MEETING = (
    ("odd/a.html", "odd/a.html/result.json"),
    ("q/b", "q/b.json/c"),
    ("p", "p/report.html"),
    ("z.zip", "z.zip/!/m.html"),
)


@pytest.mark.parametrize(("above", "below"), MEETING)
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("status", ["done", "failed"])
def test_documents_whose_records_could_meet(
    store: ObjectStore, above: str, below: str, first: int, status: str
) -> None:
    records = Records(store)
    names = [above, below]
    versions = [drop(store, name, f"inbox/{name}") for name in names]
    for version in (versions[first], versions[1 - first]):
        assert commit(records, version, status) is Commit.COMMITTED
        assert commit(records, version, status) is Commit.ALREADY_THERE
    assert list(records.pending()) == []
    listed = [*records.results(), *records.failures()]
    assert sorted(str(record.key) for record in listed) == sorted(v.key for v in versions)


def commit(records: Records, version: DocumentVersion, status: str) -> Commit:
    if status == "done":
        outputs = dict.fromkeys(keys.OUTPUT_NAMES, b"output")
        return records.write_result(version, envelope(version), outputs)
    return records.write_failure(version, envelope(version, status))


def left_by_the_first(store: ObjectStore, version: DocumentVersion, status: str) -> str:
    """A record where gouji 0.1.0 wrote it, by its own rule, written down here once more."""
    path = version.object_key.removeprefix("inbox/")
    key = f"results/{path}/result.json" if status == "done" else f"failed/{path}.json"
    store.put(key, envelope(version, status), content_type="application/json")
    return key


@pytest.mark.parametrize(("above", "below"), MEETING)
@pytest.mark.parametrize("status", ["done", "failed"])
def test_a_record_of_the_first_version_counts_and_stands_in_nobodys_way(
    store: ObjectStore, above: str, below: str, status: str
) -> None:
    records = Records(store)
    old = drop(store, "old", f"inbox/{below}")
    place = left_by_the_first(store, old, status)
    other = drop(store, "other", f"inbox/{above}")
    assert list(records.pending()) == [other]
    assert commit(records, other, status) is Commit.COMMITTED
    assert list(records.pending()) == []
    assert commit(records, old, status) is Commit.ALREADY_THERE
    assert body(store, place) == envelope(old, status)
    assert len([*records.results(), *records.failures()]) == 2


@pytest.mark.parametrize(("above", "below"), MEETING)
def test_a_record_of_the_first_version_is_followed_by_one(
    store: ObjectStore, above: str, below: str
) -> None:
    """Of an overwritten document: at the same place a result, and no dead letter is left."""
    records = Records(store)
    place = left_by_the_first(store, drop(store, "old", f"inbox/{below}"), "done")
    letter = left_by_the_first(store, drop(store, "older", f"inbox/{below}"), "failed")
    newer = drop(store, "new", f"inbox/{below}")
    assert list(records.pending()) == [newer]
    assert commit(records, newer, "done") is Commit.COMMITTED
    assert body(store, place) == envelope(newer)
    assert body(store, letter) is None
    assert len([*records.results(), *records.failures()]) == 1
    # Nor does the folder that SeaweedFS keeps of the letter stand in the way.
    other = drop(store, "other", f"inbox/{above}")
    assert commit(records, other, "failed") is Commit.COMMITTED
    assert list(records.pending()) == []


def test_what_lies_at_an_older_place_and_is_not_ours_is_no_record(store: ObjectStore) -> None:
    version = drop(store, "one", "inbox/p/report.html")
    store.put("results/p/report.html/result.json", b"{}", content_type="application/json")
    records = Records(store)
    assert list(records.pending()) == [version]
    assert commit(records, version, "done") is Commit.COMMITTED
    assert list(records.pending()) == []


# --- what is pending ------------------------------------------------------------------------------


def test_where_documents_stand(store: ObjectStore) -> None:
    records = Records(store)
    names = ["a", "a-b", "a/b", "a.json", "a.json/b", "é", "x" * 255, "c+d e", "n"]
    versions = {name: drop(store, name, f"inbox/{name}") for name in names}
    for name in names[::3]:
        records.write_result(versions[name], envelope(versions[name]), {"report.html": b""})
    for name in names[1::3]:
        records.write_failure(versions[name], envelope(versions[name], "failed"))
    store.put("inbox/folder/", b"", content_type="httpd/unix-directory")
    states = {version.key.removeprefix("inbox/"): state for version, state in records.states()}
    assert states == {
        **dict.fromkeys(names[::3], State.RESULT),
        **dict.fromkeys(names[1::3], State.FAILED),
        **dict.fromkeys(names[2::3], State.PENDING),
    }
    assert list(records.pending("inbox/a/")) == [versions["a/b"]]
    tally = records.tally()
    assert (tally.result, tally.failed, tally.pending) == (3, 3, 3)


def test_many_documents_are_compared_by_listings(store: ObjectStore) -> None:
    """More than are asked for one by one, in folders whose order differs between stores."""
    records = Records(store)
    names = [f"{folder}/{number}" for folder in ("a", "a-b", "a.b", "b/a") for number in range(8)]
    versions = {name: drop(store, name, f"inbox/{name}") for name in [*names, "a", "b"]}
    done = set(names[::2]) | {"b"}
    for name in done:
        records.write_result(versions[name], envelope(versions[name]), {})
    pending = {version.key.removeprefix("inbox/") for version in records.pending()}
    assert pending == set(versions) - done


def test_an_overwritten_document_is_pending_again(store: ObjectStore) -> None:
    records = Records(store)
    first = drop(store, "one")
    records.write_result(first, envelope(first), {})
    assert list(records.pending()) == []
    second = drop(store, "two")
    assert list(records.pending()) == [second]


class Ordered(MemoryObjectStore):
    """Lists by parts between slashes if told so, as SeaweedFS does, and keeps what was read."""

    def __init__(self, clock: Callable[[], datetime], *, by_parts: bool = False) -> None:
        super().__init__(clock=clock)
        self.by_parts = by_parts
        self.read: list[str] = []
        self.listed: list[str] = []

    def get(
        self,
        key: str,
        *,
        version_id: str | None = None,
        if_match: str | None = None,
        limit_bytes: int | None = None,
    ) -> Stored:
        self.read.append(key)
        return super().get(key, version_id=version_id, if_match=if_match, limit_bytes=limit_bytes)

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        self.listed.append(prefix)
        order = (lambda key: key.split("/")) if self.by_parts else str
        for info in sorted(super().list(prefix), key=lambda info: order(info.key)):
            if start_after is None or order(info.key) > order(start_after):
                yield info


def test_young_records_are_read_once_and_old_ones_never() -> None:
    clock = Clock()
    store = Ordered(clock)
    records = Records(store)
    version = drop(store)
    clock.go(seconds=1)
    records.write_result(version, envelope(version), {})

    def read(settled_before: datetime | None) -> list[str]:
        store.read.clear()
        assert list(records.pending(settled_before=settled_before)) == []
        return list(store.read)

    assert read(None) == [RESULT]
    assert read(clock.now) == [RESULT]  # a sweep that began just now may have missed it
    assert read(clock.now + DOUBT + timedelta(seconds=1)) == []
    clock.go(hours=1)
    later = drop(store, "one again")
    clock.go(seconds=DOUBT.total_seconds() + 1)
    records.write_result(later, envelope(later), {})
    assert read(None) == []


def test_a_record_of_an_older_version_does_not_become_this_ones_by_lying_there() -> None:
    """Written in the moment in which its document was overwritten, so that it is the younger one;
    and the newer version's job is held back, or lost, for longer than young records are read."""
    clock = Clock()
    store = Ordered(clock)
    records = Records(store)
    older = drop(store, "one")
    newer = drop(store, "two")
    clock.go(seconds=1)
    store.put(RESULT, envelope(older), content_type="application/json")
    for _ in range(3):
        assert list(records.pending(settled_before=clock.now)) == [newer]
        clock.go(seconds=2 * DOUBT.total_seconds())
    assert records.write_result(newer, envelope(newer), {}) is Commit.COMMITTED
    assert list(records.pending(settled_before=clock.now)) == []
    store.read.clear()
    assert list(records.pending(settled_before=clock.now)) == []
    assert store.read == []


def test_a_record_that_is_known_is_not_read() -> None:
    clock = Clock()
    store = Ordered(clock)
    records = Records(store)
    versions = [drop(store, "one", f"inbox/{number}") for number in range(4)]
    clock.go(seconds=1)
    for version in versions[:3]:
        records.write_result(version, envelope(version), {})
    etags = {version.key: written_etag(store, version) for version in versions[:3]}
    asked: list[str] = []

    def known(about: Sequence[DocumentVersion]) -> dict[str, str]:
        asked.extend(version.key for version in about)
        # Of the second another record is known, and of the third none.
        return {versions[0].key: etags[versions[0].key], versions[1].key: "another"}

    store.read.clear()
    states = [state for _, state, _ in records.standings(known=known)]
    assert states == [State.RESULT] * 3 + [State.PENDING]
    assert asked == [version.key for version in versions[:3]]
    assert store.read == [keys.result_key(version.key) for version in versions[1:3]]


def written_etag(store: ObjectStore, version: DocumentVersion) -> str:
    info = store.head(keys.result_key(version.key))
    assert info is not None
    return info.etag


def test_younger_documents_only_and_their_records_one_by_one() -> None:
    """Of a large inbox only what came since is compared, and no listing of all records."""
    clock = Clock()
    store = Ordered(clock)
    records = Records(store)
    for number in range(2000):
        version = drop(store, "one", f"inbox/{number:04}")
        if number % 200:
            records.write_result(version, envelope(version), {})
    clock.go(hours=1)
    late = [drop(store, "two", f"inbox/{number:04}") for number in range(0, 2000, 100)]
    clock.go(minutes=6)
    for version in late[:5]:
        records.write_result(version, envelope(version), {})
    store.listed.clear()
    found = dict(records.states(modified_since=late[0].last_modified))
    assert set(found) == set(late)
    assert [version for version in late if found[version] is State.RESULT] == late[:5]
    assert store.listed == ["inbox/"]


names = st.lists(st.sampled_from(["a", "b", "-", ".", "/", " ", "0", "中"]), min_size=1, max_size=5)
paths = names.map("".join).filter(lambda path: keys.is_document(keys.INBOX + path))


@settings(max_examples=60)
@given(
    st.sets(paths, min_size=17, max_size=60),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_listings_in_either_order_miss_nothing(
    inbox: set[str], random: object, by_parts: bool
) -> None:
    """Old records, so that nothing is read: only the comparison of listings decides."""
    clock = Clock()
    store = Ordered(clock, by_parts=by_parts)
    records = Records(store)
    choose = random.choice  # type: ignore[attr-defined]
    versions = {path: drop(store, path, keys.INBOX + path) for path in inbox}
    clock.go(days=1)
    expected: dict[str, State] = {}
    for path, version in versions.items():
        expected[version.key] = choose(list(State))
        if expected[version.key] is State.RESULT:
            records.write_result(
                version, envelope(version), {"report.xlsx": b"", "report.html": b""}
            )
        elif expected[version.key] is State.FAILED:
            records.write_failure(version, envelope(version, "failed"))
        assert path
    assert {version.key: state for version, state in records.states()} == expected


def test_what_members_are_called_hides_none_of_their_records(store: ObjectStore) -> None:
    """More than are asked for one by one, so that they are seen only if the store lists them."""
    names = [".uploads/a.html", "b/.uploads", "c.versions/d.html", "e.versions", "!", "a/!/b",
             "result.json", "!members.json", "x.json", "x.json/y", "=a.html", "%2F..%2f",
             "a+b&c=d?.html#x", "\u202eq.html", "\uffff.html", "x" * 2000, "字" * 700, "\\",
             *map(str, range(20))]  # fmt: skip
    archive = drop(store, key="inbox/全县.zip")
    members = tuple(Member(name=name, size=1, sha256="") for name in names)
    contents = Contents(sha256="", parts={}, members=members)
    for one in members:
        Members(store).keep(archive.holding(one.name, 1), b"1", {})
    listed = Members(store).write(archive, contents)
    records = Records(store)
    for number, one in enumerate(members):
        version = archive.holding(one.name, 1)
        source = source_of(version)
        if number % 2:
            envelope = json.dumps({"source": source, "status": "failed"}).encode()
            records.write_failure(version, envelope)
        else:
            envelope = json.dumps({"source": source, "status": "done"}).encode()
            records.write_result(version, envelope, {"report.html": b"1"})
    assert len(Members(store).kept(archive)) == len(names)
    standings = list(records.standings_in(archive, listed))
    assert [version.member for version, _, _ in standings] == names
    assert [one.member for one, state, _ in standings if state is State.PENDING] == []
