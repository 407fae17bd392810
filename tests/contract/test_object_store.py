"""One suite for every store: the one in memory is only as good as it behaves like a real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.errors import Conflict, Misconfigured, NotFound, TooLarge, Unavailable
from storage.local import LocalServers, free_port
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo, ObjectStore, S3ObjectStore

TEXT = "text/plain"
HOSTILE = [
    "inbox/%2F",
    "inbox/a%2Fb",
    "inbox/a+b c",
    "inbox/ space at both ends ",
    "inbox/县财政局/2023年度报告（终稿）.pdf",
    "inbox/😀",
    "inbox/tab\tand\nline",
    "inbox/\"'<>&",
    "inbox/?x#y&z=1;",
    "inbox/..hidden",
    "inbox/" + "x" * 255,
    "inbox/" + "/".join(["县" * 80] * 4) + "/" + "y" * 53,
]


@pytest.fixture(params=["memory", "s3", "boto3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """`s3`: single objects are asked for directly, as of a plain address; `boto3`: as of AWS."""
    if request.param == "memory":
        return MemoryObjectStore()
    new: Callable[..., S3ObjectStore] = request.getfixturevalue("new_s3_store")
    return new(direct=request.param == "s3")


def keys_of(infos: Iterator[ObjectInfo]) -> list[str]:
    return [info.key for info in infos]


def test_what_was_put_is_there(store: ObjectStore) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    put = store.put("inbox/a.txt", b"one", content_type=TEXT)
    stored = store.get("inbox/a.txt")
    assert stored.body == b"one"
    assert stored.info == store.head("inbox/a.txt")
    assert (put.key, put.size, put.etag) == ("inbox/a.txt", 3, stored.info.etag)
    assert stored.info.etag == "f97c5d29941bfb1b2fdab0874906ab82"
    assert stored.info.last_modified.tzinfo is UTC
    assert stored.info.last_modified.microsecond == 0
    assert before < stored.info.last_modified <= datetime.now(UTC) + timedelta(seconds=2)


def test_a_part_of_an_object(store: ObjectStore) -> None:
    info = store.put("inbox/a.bin", bytes(range(256)), content_type=TEXT)
    assert store.get_part("inbox/a.bin", 0, 3, if_match=info.etag) == b"\0\1\2"
    assert store.get_part("inbox/a.bin", 250, 6, if_match=info.etag) == bytes(range(250, 256))
    with pytest.raises(Unavailable):
        store.get_part("inbox/a.bin", 250, 7, if_match=info.etag)
    with pytest.raises(NotFound):
        store.get_part("inbox/none", 0, 1, if_match=info.etag)
    store.put("inbox/a.bin", bytes(256), content_type=TEXT)
    with pytest.raises(Conflict):
        store.get_part("inbox/a.bin", 0, 3, if_match=info.etag)


def test_a_listing_says_the_same_as_head(store: ObjectStore) -> None:
    store.put("inbox/a.txt", b"one", content_type=TEXT)
    assert list(store.list("inbox/")) == [store.head("inbox/a.txt")]


def test_an_empty_object(store: ObjectStore) -> None:
    store.put("inbox/empty", b"", content_type=TEXT)
    assert store.get("inbox/empty").body == b""


def test_get_and_head_of_what_is_missing(store: ObjectStore) -> None:
    with pytest.raises(NotFound):
        store.get("inbox/nowhere")
    assert store.head("inbox/nowhere") is None
    assert store.head("inbox/../nowhere") is None
    assert store.head("inbox/" + "n" * 1018) is None


def test_no_versions_where_the_bucket_keeps_none(store: ObjectStore) -> None:
    info = store.put("inbox/a", b"one", content_type=TEXT)
    assert info.version_id is None
    assert store.head("inbox/a", "v-of-elsewhere") is None
    with pytest.raises(NotFound):
        store.get("inbox/a", version_id="v-of-elsewhere")


def test_get_on_condition(store: ObjectStore) -> None:
    etag = store.put("inbox/a", b"one", content_type=TEXT).etag
    assert store.get("inbox/a", if_match=etag).body == b"one"
    with pytest.raises(Conflict):
        store.get("inbox/a", if_match="0" * 32)


def test_get_within_a_limit(store: ObjectStore) -> None:
    store.put("inbox/a", b"12345", content_type=TEXT)
    assert store.get("inbox/a", limit_bytes=5).body == b"12345"
    with pytest.raises(TooLarge):
        store.get("inbox/a", limit_bytes=4)


def test_create_only_if_absent(store: ObjectStore) -> None:
    store.put("results/a", b"one", content_type=TEXT, if_absent=True)
    with pytest.raises(Conflict):
        store.put("results/a", b"two", content_type=TEXT, if_absent=True)
    assert store.get("results/a").body == b"one"


def test_meeting_its_own_write_is_a_success(store: ObjectStore) -> None:
    first = store.put("results/a", b"one", content_type=TEXT, if_absent=True)
    again = store.put("results/a", b"one", content_type=TEXT, if_absent=True)
    assert again.etag == first.etag


def test_replace_only_what_was_read(store: ObjectStore) -> None:
    first = store.put("results/a", b"one", content_type=TEXT)
    second = store.put("results/a", b"two", content_type=TEXT, if_match=first.etag)
    assert second.etag != first.etag
    with pytest.raises(Conflict):
        store.put("results/a", b"three", content_type=TEXT, if_match=first.etag)
    assert store.get("results/a").body == b"two"


def test_nothing_to_replace(store: ObjectStore) -> None:
    with pytest.raises(Conflict):
        store.put("results/a", b"one", content_type=TEXT, if_match="0" * 32)
    assert store.head("results/a") is None


def winners(write: Callable[[int], Any]) -> list[int]:
    """Which of eight writers, let go at the same moment, met no conflict."""
    gate = threading.Barrier(8)

    def attempt(number: int) -> bool:
        gate.wait()
        try:
            write(number)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        return [number for number, won in enumerate(pool.map(attempt, range(8))) if won]


@pytest.mark.parametrize("round_number", range(2))
def test_of_eight_creators_one_succeeds(store: ObjectStore, round_number: int) -> None:
    key = f"results/{round_number}"
    won = winners(lambda n: store.put(key, b"%d" % n, content_type=TEXT, if_absent=True))
    assert len(won) == 1
    assert store.get(key).body == b"%d" % won[0]


@pytest.mark.parametrize("round_number", range(2))
def test_of_eight_replacers_one_succeeds(store: ObjectStore, round_number: int) -> None:
    key = f"results/{round_number}"
    etag = store.put(key, b"first", content_type=TEXT).etag
    won = winners(lambda n: store.put(key, b"%d" % n, content_type=TEXT, if_match=etag))
    assert len(won) == 1
    assert store.get(key).body == b"%d" % won[0]


def test_hostile_keys_come_back_as_they_were(store: ObjectStore) -> None:
    for number, key in enumerate(HOSTILE):
        store.put(key, b"%d" % number, content_type=TEXT)
    for number, key in enumerate(HOSTILE):
        assert store.get(key).body == b"%d" % number
    assert sorted(keys_of(store.list("inbox/"))) == sorted(HOSTILE)


def test_a_document_may_have_the_name_of_a_folder(store: ObjectStore) -> None:
    keys = ["inbox/a", "inbox/a-b", "inbox/a/result.json"]
    for key in keys:
        store.put(key, key.encode(), content_type=TEXT)
    assert [store.get(key).body.decode() for key in keys] == keys
    assert sorted(keys_of(store.list("inbox/"))) == keys


def test_listing_by_prefix_and_from_a_key_on(store: ObjectStore) -> None:
    for key in ("inbox/a/1", "inbox/a/2", "inbox/b", "results/a"):
        store.put(key, b"", content_type=TEXT)
    assert keys_of(store.list("inbox/")) == ["inbox/a/1", "inbox/a/2", "inbox/b"]
    assert keys_of(store.list("inbox/a")) == ["inbox/a/1", "inbox/a/2"]
    assert keys_of(store.list("inbox/", start_after="inbox/a/1")) == ["inbox/a/2", "inbox/b"]
    assert keys_of(store.list("nothing/")) == []


def test_the_order_of_a_listing_is_one_of_two(store: ObjectStore) -> None:
    wanted = ["inbox/a", "inbox/a/b", "inbox/a%2Fb", "inbox/a-b", "inbox/a.b/c", "inbox/中"]
    for key in wanted:
        store.put(key, b"", content_type=TEXT)
    listed = keys_of(store.list("inbox/"))
    assert listed in (sorted(wanted), sorted(wanted, key=lambda key: key.split("/")))


def test_more_than_a_page(store: ObjectStore) -> None:
    wanted = [f"inbox/{number // 100}/{number}" for number in range(1050)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: store.put(key, b"", content_type=TEXT), wanted))
    assert sorted(keys_of(store.list("inbox/"))) == sorted(wanted)


def test_a_listing_is_lazy(store: ObjectStore) -> None:
    store.put("inbox/a", b"", content_type=TEXT)
    assert next(store.list("inbox/")).key == "inbox/a"


def test_only_dead_letters_are_deleted(store: ObjectStore) -> None:
    store.put("failed/a.json", b"{}", content_type=TEXT)
    store.delete_failed("failed/a.json")
    store.delete_failed("failed/a.json")
    assert store.head("failed/a.json") is None
    for key in ("inbox/a", "results/a/result.json", "failed/", "failed/../inbox/a", "", "failed"):
        with pytest.raises(ValueError, match="only dead letters"):
            store.delete_failed(key)


def test_a_dead_letter_that_is_another_now_is_not_deleted(store: ObjectStore) -> None:
    read = store.put("failed/a.json", b"{}", content_type=TEXT)
    store.put("failed/a.json", b"{ }", content_type=TEXT)
    with pytest.raises(Conflict):
        store.delete_failed("failed/a.json", if_match=read.etag)
    written = store.head("failed/a.json")
    assert written is not None
    store.delete_failed("failed/a.json", if_match=written.etag)
    store.delete_failed("failed/a.json", if_match=written.etag)
    assert store.head("failed/a.json") is None


def test_the_probe_passes_and_leaves_nothing(store: ObjectStore) -> None:
    store.probe()
    assert list(store.list("")) == []


class HeedlessStore(MemoryObjectStore):
    """Accepts conditions and ignores them, as some real stores do."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        return super().put(key, body, content_type=content_type)


class HalfHeedlessStore(MemoryObjectStore):
    """Obeys If-None-Match only."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        return super().put(key, body, content_type=content_type, if_absent=if_absent)


def test_a_store_that_ignores_one_condition_is_found_out() -> None:
    with pytest.raises(Misconfigured, match="ignores If-Match"):
        HalfHeedlessStore().probe()


def test_a_store_that_ignores_conditions_is_found_out() -> None:
    with pytest.raises(Misconfigured, match="ignores If-None-Match"):
        HeedlessStore().probe()


# --- versions ---------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "s3", "boto3"])
def versioned(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore(versions=True)
    new: Callable[..., S3ObjectStore] = request.getfixturevalue("new_s3_store")
    s3_store = new(direct=request.param == "s3")
    s3_store._client().put_bucket_versioning(
        Bucket=s3_store.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    return s3_store


def test_old_versions_stay_readable(versioned: ObjectStore) -> None:
    first = versioned.put("inbox/a", b"one", content_type=TEXT)
    second = versioned.put("inbox/a", b"two", content_type=TEXT)
    assert first.version_id is not None
    assert first.version_id != second.version_id
    assert versioned.get("inbox/a").info.version_id == second.version_id
    assert versioned.get("inbox/a", version_id=first.version_id).body == b"one"
    assert versioned.head("inbox/a", "no-such-version") is None
    assert keys_of(versioned.list("inbox/")) == ["inbox/a"]


def test_conditions_hold_with_versions_too(versioned: ObjectStore) -> None:
    first = versioned.put("inbox/a", b"one", content_type=TEXT, if_absent=True)
    with pytest.raises(Conflict):
        versioned.put("inbox/a", b"two", content_type=TEXT, if_absent=True)
    versioned.put("inbox/a", b"two", content_type=TEXT, if_match=first.etag)
    with pytest.raises(Conflict):
        versioned.put("inbox/a", b"three", content_type=TEXT, if_match=first.etag)


# --- what can be wrong with a real store ------------------------------------------------------


def other(servers: LocalServers, **changes: str) -> S3ObjectStore:
    s3 = servers.s3
    given = {
        "endpoint": s3.endpoint,
        "bucket": s3.bucket,
        "access_key": s3.access_key,
        "secret_key": s3.secret_key,
    }
    return S3ObjectStore(**{**given, **changes})  # type: ignore[arg-type]


def test_what_is_asked_plainly_needs_no_client_of_boto3(
    local_servers: LocalServers, new_s3_store: Callable[..., S3ObjectStore]
) -> None:
    """Of 20 MiB, in each process of the service."""
    bucket = new_s3_store().bucket
    plain = other(local_servers, bucket=bucket)
    plain.ensure_bucket()
    plain.probe()
    for key in HOSTILE:
        plain.put(key, b"one", content_type=TEXT)
    there = list(plain.list("inbox/"))
    first = plain.put("failed/a.json", b"{}", content_type=TEXT)
    plain.delete_failed("failed/a.json", if_match=first.etag)
    assert plain.head("failed/a.json") is None
    assert plain._made._made is None

    by_boto3 = S3ObjectStore(
        endpoint=local_servers.s3.endpoint,
        bucket=bucket,
        access_key=local_servers.s3.access_key,
        secret_key=local_servers.s3.secret_key,
        direct=False,
    )
    assert list(by_boto3.list("inbox/")) == there
    assert {info.key for info in there} == set(HOSTILE)


@pytest.mark.parametrize("change", [{"secret_key": "wrong"}, {"access_key": "nobody"}])
def test_wrong_credentials(local_servers: LocalServers, change: dict[str, str]) -> None:
    store = other(local_servers, **change)
    with pytest.raises(Misconfigured, match="GOUJI_S3_ACCESS_KEY"):
        store.probe()
    with pytest.raises(Misconfigured):
        store.get("inbox/a")
    with pytest.raises(Misconfigured):
        store.head("inbox/a")
    with pytest.raises(Misconfigured):
        store.put("results/a", b"", content_type=TEXT)


def test_a_missing_bucket(local_servers: LocalServers) -> None:
    store = other(local_servers, bucket="never-made")
    with pytest.raises(Misconfigured, match="GOUJI_S3_BUCKET"):
        store.probe()
    with pytest.raises(Misconfigured, match="GOUJI_S3_BUCKET"):
        store.put("results/a", b"", content_type=TEXT)


def test_nobody_listens() -> None:
    store = S3ObjectStore(
        endpoint=f"http://127.0.0.1:{free_port()}", bucket="any", access_key="a", secret_key="b"
    )
    with pytest.raises(Unavailable, match="get inbox/a"):
        store.get("inbox/a")


def test_an_endpoint_that_is_none() -> None:
    store = S3ObjectStore(endpoint="no address", bucket="any", access_key="a", secret_key="b")
    with pytest.raises(Misconfigured, match="GOUJI_S3_ENDPOINT"):
        store.head("inbox/a")


# --- an object where the store has a folder -----------------------------------------------------


@pytest.mark.parametrize("emptied", [False, True])
def test_what_is_put_where_only_longer_keys_are_or_were(store: ObjectStore, emptied: bool) -> None:
    """SeaweedFS takes the folder for an object that is there already."""
    below = store.put("failed/a.json/b.json", b"below", content_type=TEXT)
    if emptied:
        store.delete_failed(below.key)
    put = store.put("failed/a.json", b"one", content_type=TEXT, if_absent=True)
    # Not its time: that of a write is the answer's, which may come in the next second.
    assert store.get("failed/a.json").info.etag == put.etag
    with pytest.raises(Conflict):
        store.put("failed/a.json", b"two", content_type=TEXT, if_absent=True)
    with pytest.raises(Conflict):
        store.put("failed/a.json", b"two", content_type=TEXT, if_match="0" * 32)
    store.put("failed/a.json", b"two", content_type=TEXT, if_match=put.etag)
    listed = keys_of(store.list("failed/"))
    assert listed == ["failed/a.json"] + ["failed/a.json/b.json"] * (not emptied)


def test_nothing_is_replaced_by_etag_where_only_longer_keys_are(store: ObjectStore) -> None:
    store.put("results/a/b", b"below", content_type=TEXT)
    with pytest.raises(Conflict):
        store.put("results/a", b"one", content_type=TEXT, if_match="0" * 32)
    assert store.head("results/a") is None
