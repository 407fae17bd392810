"""Keys whose records could meet each other's, drawn at random: in an empty bucket, and in one
that gouji 0.1.0 has filled by its own rule."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest
from botocore.exceptions import ClientError
from world import Row, World

from samples import make_report, render
from storage.counts import count
from storage.errors import StorageError
from storage.keys import FAILED, INBOX, KEY_BYTES, RESULTS, document_key, is_document, result_keys
from storage.objects import ObjectInfo
from tasks.model.document import Format

PARTS = (
    *("a", "b", "c.html", "d.json", "e.json.json", ".json", "f~" + "0" * 64),
    *("result.json", "report.html", "report.xlsx", "!", "!later.json", "result.json.d"),
    *("x" * 250, "x" * 251, "y" * 255, "县" * 85, "x" * 145 + ".json" + "x" * 100),
    *("+ &%2F", "é", " ", "..g"),
)
BODIES = (
    render(make_report(1, year=2023), Format.HTML, "plain"),
    render(make_report(2, year=2023), Format.TEXT, "pipe_rows"),
    b"",  # refused
    b"%PDF-1.4 and no more",  # refused
)


def paths(chance: Random) -> Iterator[str]:
    """Without end; often one is a folder of another, or is called as another's record."""
    seen = ["a"]
    while True:
        drawn = [chance.choice(PARTS) for _ in range(chance.randint(1, 3))]
        kind = chance.random()
        if kind < 0.3:
            drawn = [chance.choice(seen), *drawn[:1]]
        elif kind < 0.5:
            path = chance.choice(seen)
            drawn = [chance.choice([f"{path}/result.json", f"{path}.json", f"{path}/report.html"])]
        elif kind < 0.55:
            # As long as a key may be.
            stem = "/".join(drawn)
            drawn = [(stem + "/" + "long/" * 300)[: KEY_BYTES - len(INBOX) - 5].rstrip("/"), "end"]
        path = "/".join(drawn)
        # No document is overwritten here: one that had a result and is refused then has both.
        if path not in seen and len((INBOX + path).encode()) <= KEY_BYTES:
            seen.append(path)
            yield path


def drop(world: World, drawn: Iterator[str], chance: Random, documents: int) -> list[ObjectInfo]:
    """Until there are so many that the store took, in the order in which they came."""
    before = set(world.dropped)
    while len(world.dropped) < len(before) + documents:
        with suppress(StorageError):  # SeaweedFS takes no empty part, for example
            world.drop({next(drawn): chance.choice(BODIES)})
        world.dropped = {i.key: i for i in world.store.list(INBOX) if is_document(i.key)}
    return [info for key, info in world.dropped.items() if key not in before]


def keeps_one_record_each(world: World, seconds: float) -> float:
    took = world.settle(seconds)
    assert world.terminal_keys() == Counter(dict.fromkeys(map(document_key, world.dropped), 1))
    counts = count(world.store)
    assert (counts.documents, counts.pending) == (len(world.dropped), 0)
    return took


def test_keys_that_meet(world: World, row: Row) -> None:
    world.start("light", "sweep", "listen")
    chance = Random(38)
    for documents in (10, 10):
        world.tell(drop(world, paths(chance), chance, documents))
    took = keeps_one_record_each(world, 120)
    row.says(documents=len(world.dropped), settled=took)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_many_keys_that_meet(seed: int, world: World, row: Row) -> None:
    world.start("light", "light-2", "sweep", "listen")
    chance = Random(seed)
    drawn = paths(chance)
    for _ in range(5):
        world.tell(drop(world, drawn, chance, 25))
    took = keeps_one_record_each(world, 240)
    row.says(documents=len(world.dropped), settled=took)


# --- a bucket of gouji 0.1.0 ----------------------------------------------------------------------


#: Whether they had a result, else a dead letter. Of each two, gouji 0.1.0 could write the first
#: on SeaweedFS, and then not the second.
STUCK = {"odd/a.html/result.json": True, "odd/a.html": True, "q/b.json/c": False, "q/b": False}


def first_kept(path: str) -> str:
    """The rule of gouji 0.1.0, written down once more."""
    fits = all(p not in ("", ".", "..") and len(p.encode()) <= 250 for p in path.split("/"))
    if fits and len(path.encode()) <= 975 and not re.search(r"~[0-9a-f]{64}\Z", path):
        return path

    def cut(text: str, limit: int) -> str:
        return text.encode()[:limit].decode(errors="ignore")

    parts = [cut(part, 150) for part in path.split("/") if part not in ("", ".", "..")]
    readable = cut("/".join(parts), 600).rstrip("/.")
    return f"{readable}~{hashlib.sha256(path.encode()).hexdigest()}"


def fill_as_the_first(world: World, infos: list[ObjectInfo]) -> int:
    """Records where gouji 0.1.0 wrote them, under its condition; how many it could not write."""
    stuck = 0
    # The deep ones first: what is above them is then not written on SeaweedFS.
    for number, info in enumerate(sorted(infos, key=lambda info: -info.key.count("/"))):
        path = info.key.removeprefix(INBOX)
        done, path = STUCK.get(path, number % 3 != 0), first_kept(path)
        place = f"{RESULTS}{path}/result.json" if done else f"{FAILED}{path}.json"
        envelope = {
            "status": "done" if done else "refused",
            "source": {
                "key": info.key,
                "etag": info.etag,
                "version_id": None,
                "last_modified": info.last_modified.isoformat(),
            },
            "engine": {"version": "0.1.0"},
        }
        try:
            world.store._client().put_object(
                Bucket=world.store.bucket,
                Key=place,
                Body=json.dumps(envelope).encode(),
                IfNoneMatch="*",
            )
        except ClientError:
            stuck += 1
    return stuck


def engines(world: World) -> dict[str, str]:
    """Inbox key -> the version that wrote its record."""
    return {key: record["engine"]["version"] for key, record in world.normal().items()}


@pytest.mark.parametrize("documents", [24, pytest.param(90, marks=pytest.mark.long)])
def test_a_bucket_that_the_first_version_has_filled(documents: int, world: World, row: Row) -> None:
    """Its records count and are not made again; what it could not record, what is new and what
    was overwritten gets one."""
    chance = Random(documents)
    drawn = paths(chance)
    old = [*world.drop(dict.fromkeys(STUCK, BODIES[0])), *drop(world, drawn, chance, documents)]
    stuck = fill_as_the_first(world, old)
    recorded = set(engines(world))
    assert 2 <= stuck == len(old) - len(recorded)
    elsewhere = [info for info in old if len(result_keys(document_key(info.key))) > 1]
    assert len(elsewhere) > documents / 4
    overwritten = chance.sample(old, documents // 4)
    world.drop({info.key.removeprefix(INBOX): b"<p>new</p>" for info in overwritten})
    new = drop(world, drawn, chance, documents // 4)
    world.start("light", "sweep")
    took = keeps_one_record_each(world, 240)
    by_the_first = recorded - {document_key(info.key) for info in overwritten}
    made = engines(world)
    called = {info.key: document_key(info.key) for info in (*old, *new)}
    kept = [called[info.key] for info in old if called[info.key] in by_the_first]
    assert all(made[key] == "0.1.0" for key in kept)
    for info in (*overwritten, *new):
        key = called[info.key]
        record = world.records.read_result(key) or world.records.read_failure(key)
        assert record is not None
        assert record.source is not None
        assert record.source.etag == world.dropped[info.key].etag
    before = {info.key: info.etag for room in (RESULTS, FAILED) for info in world.store.list(room)}
    time.sleep(3 * world.settings.sweep_seconds)
    after = {info.key: info.etag for room in (RESULTS, FAILED) for info in world.store.list(room)}
    assert after == before, "nothing is processed again and again"
    row.says(documents=len(world.dropped), stuck=stuck, settled=took)
