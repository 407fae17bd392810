"""A bucket that was copied into a new store, as in deploy/README.md: what becomes of it there.

old bucket ── every object, by key ──> new bucket; an empty broker, no catalogue
                                         ├──> gouji catalogue rebuild
                                         └──> the service: who has his record is not read again
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from station import Station, page, wait_for

from storage.objects import ObjectInfo, S3ObjectStore
from storage.results import State
from storage.reviews import Choice, Decision, Reviews

FINDING = "0" * 16
CHOICE = Choice(
    finding=FINDING, rule="r", decision=Decision.DISMISSED, note="原件如此", etag="", message="m"
)
#: As one `sync` of the whole bucket goes.
BY_KEY = ("expected/", "failed/", "inbox/", "results/", "reviews/")
#: As it must be where the service runs meanwhile, which would read what has no record yet.
INBOX_LAST = ("expected/", "failed/", "results/", "reviews/", "inbox/")
#: What a restore costs: their etags, or when they were put, tell another version.
READ_AGAIN = ["archive.zip", "parts.html"]


def zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return made.getvalue()


def put_in_parts(store: S3ObjectStore, key: str, body: bytes) -> None:
    """As clients put what is large: the etag is another one."""
    client, named = store._client(), {"Bucket": store.bucket, "Key": key}
    upload = client.create_multipart_upload(**named)["UploadId"]
    part = client.upload_part(**named, UploadId=upload, PartNumber=1, Body=body)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(**named, UploadId=upload, MultipartUpload=parts)


def copied(old: Station, new: Station, prefixes: Sequence[str]) -> None:
    """What a client does that knows nothing of us."""
    for prefix in prefixes:
        for info in old.place.store.list(prefix):
            body = old.place.store.get(info.key).body
            new.place.store.put(info.key, body, content_type="application/octet-stream")


def swept(station: Station) -> None:
    """Until nothing pends."""
    sweeper = station.sweeper()

    def is_quiet() -> bool:
        left = sweeper.once().pending
        station.at_rest()
        return left == 0

    wait_for(is_quiet)


def gouji(station: Station, *arguments: str) -> str:
    """What the command says on standard output."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "workers.cli", *arguments],
        env={**others, **station.settings.to_environ()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def counts(station: Station) -> dict[str, Any]:
    told = json.loads(gouji(station, "status", "--json"))
    return {name: told[name] for name in ("inbox", "done", "failed", "pending")}


def states(station: Station) -> dict[str, State]:
    return {
        version.key.removeprefix("inbox/"): state
        for version, state in station.place.records.states()
    }


def written(station: Station) -> dict[str, ObjectInfo]:
    """All that the service writes, by key."""
    prefixes = ("results/", "failed/", "reviews/")
    return {info.key: info for one in prefixes for info in station.place.store.list(one)}


def named(key: str) -> str:
    """The document that an object is about."""
    return key.split("/")[1].removesuffix(".json")


@pytest.fixture(scope="module")
def old(new_station: Callable[..., Station], tmp_path_factory: pytest.TempPathFactory) -> Station:
    """Some of each kind; all have their record, but one that was replaced a moment ago."""
    station = new_station(home=tmp_path_factory.mktemp("old"), attempts=1)
    station.start_worker()
    for name in ("done.html", "reviewed.html", "replaced.html", "defect.html"):
        station.drop(name)
    station.drop("empty.docx", b"")
    put_in_parts(station.place.store, "inbox/parts.html", page("parts"))
    members = {"one.html": page("one"), "two.html": page("two", 2), "empty.html": b""}
    station.drop("archive.zip", zipped(members))
    swept(station)
    station.end_workers()
    store = station.place.store
    Reviews(store).decide("inbox/reviewed.html", [CHOICE], by="a", at=datetime.now(UTC))
    store.put("expected/organs.csv", "名称\n某局\n".encode(), content_type="text/csv")
    return station


def test_what_has_its_record_is_not_read_again(
    old: Station, new_station: Callable[..., Station], tmp_path: Path
) -> None:
    told = counts(old)
    assert (told["inbox"], told["pending"]) == (7, 0)
    kept = written(old)
    old.drop("replaced.html", page("replaced", 2))
    new = new_station(home=tmp_path, attempts=1)
    copied(old, new, BY_KEY)

    gouji(new, "catalogue", "rebuild")
    pending = [name for name, state in states(new).items() if state is State.PENDING]
    assert pending == sorted([*READ_AGAIN, "replaced.html"])
    before = written(new)
    assert {key: one.etag for key, one in before.items()} == {
        key: one.etag for key, one in kept.items()
    }

    new.start_worker()
    swept(new)
    tried = {path.name.rsplit(".", 2)[0] for path in new.folder.glob("*.html.*")}
    assert tried == {"parts.html", "replaced.html"}
    after = written(new)
    assert {named(key) for key, one in after.items() if before.get(key) != one} == {
        *READ_AGAIN,
        "replaced.html",
    }
    # Neither is a member taken out or read again.
    assert not [key for key in after if "/!/" in key and before.get(key) != after[key]]
    assert after.keys() == before.keys()
    assert counts(new) == told
    assert states(new) == states(old) | {"replaced.html": State.RESULT}
    for key in ("inbox/archive.zip", "inbox/parts.html"):
        assert told_of(new, key) == told_of(old, key)


def told_of(station: Station, key: str) -> dict[str, Any]:
    """Its record, but for when and as which version it was put."""
    record = station.place.records.read_result(key)
    assert record is not None
    told = record.envelope or {}
    return told | {"source": {"sha256": told["source"]["sha256"]}}


def test_decisions_and_the_list_come_along(
    old: Station, new_station: Callable[..., Station], tmp_path: Path
) -> None:
    new = new_station(home=tmp_path, attempts=1)
    copied(old, new, INBOX_LAST)
    there = states(new)
    assert {name for name, state in there.items() if state is State.PENDING} <= {
        *READ_AGAIN,
        "replaced.html",
    }
    decided = Reviews(new.place.store).read("inbox/reviewed.html").decisions
    assert decided == Reviews(old.place.store).read("inbox/reviewed.html").decisions
    assert [one.finding for one in decided] == [FINDING]
    assert new.place.store.get("expected/organs.csv").body.decode().startswith("名称")
