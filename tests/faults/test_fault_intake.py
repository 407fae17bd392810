"""Events come often, late, in no order, broken or not at all; people overwrite and delete."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from random import Random

import pytest
from corpus import light
from world import Normal, Row, World, until

from samples import make_report, render
from storage.keys import INBOX, KEY_BYTES
from tasks.model.document import Format


def page(seed: int) -> bytes:
    return render(make_report(seed, year=2023), Format.HTML, "plain")


@pytest.mark.long
def test_events_tenfold_and_reordered(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    world.start("light", "light-2", "sweep", "listen")
    documents = light(corpus, 40)
    infos = world.drop(documents) * 10
    Random(9).shuffle(infos)
    for at in range(0, len(infos), 20):
        world.tell(infos[at : at + 20])
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), events=len(infos), settled=took)


@pytest.mark.long
def test_events_all_dropped(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    world.start("light", "sweep")
    documents = light(corpus, 40)
    world.drop(documents)
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), events=0, settled=took)


def test_events_malformed(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Noise between the true ones: refused with 400, 401, 413, and the listener serves on."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 12)
    chance = Random(13)
    answers = []
    noise = [
        b"",
        b"{",
        b"[" * 100_000,
        b"\x80\x81",
        json.dumps({"Records": [{"eventName": 7}]}).encode(),
        json.dumps({"Records": "x" * 2**21}).encode(),
        json.dumps({"key": "/buckets/../../etc", "event_type": "create", "message": 1}).encode(),
        json.dumps({"Message": json.dumps({"Message": "{}"})}).encode(),
    ]
    for name, body in documents.items():
        answers.append(world.post(chance.choice(noise)))
        answers.append(world.post(chance.randbytes(200)))
        answers.append(world.post(b"{}", token="wrong"))
        assert world.tell(world.drop({name: body})) == 202
    assert set(answers) <= {400, 401, 413, 202}, answers
    took = world.keeps_its_promise(quiet, 90)
    assert world.processes["listen"].starts == 1
    row.says(documents=len(documents), events=len(answers), settled=took)


@pytest.mark.long
def test_two_workers_on_one_document(world: World, row: Row) -> None:
    """Leases gone the moment they are taken, and marks, without which an event is a job again:
    both read, one record comes of it."""
    world.start("light", "light-2", misbehaving=True)
    world.start("sweep", "listen")
    documents: dict[str, bytes] = {}

    def tries() -> int:
        return sum(world.tries(name) for name in documents)

    for number in range(20):
        four = {f"slow-{number}-{n}.html": page(n) for n in range(4)}
        documents |= four
        infos = world.drop(four)
        for _ in range(4):
            world.tell(infos)
            client = world.broker.client()
            held = [*client.keys("gouji:lease:*"), *client.keys("gouji:enqueued:*")]
            client.delete(*held or ["none"])
            time.sleep(0.4)
        if tries() > len(documents):
            break
    took = world.settle(120)
    assert tries() > len(documents), "some were read twice"
    assert set(world.terminal_keys().values()) == {1}
    row.says(documents=len(documents), tries=tries(), settled=took)


def test_overwritten_and_deleted_in_the_middle(world: World, row: Row) -> None:
    """The newest version has the record; what was deleted keeps none that it did not have."""
    world.start("light", misbehaving=True)
    world.start("sweep", "listen")
    names = [f"slow-{number}.html" for number in range(4)]
    for version in range(4):
        world.tell(world.drop({name: page(version * 10 + n) for n, name in enumerate(names)}))
        time.sleep(0.7)
    world.tell(world.drop({"slow-gone.html": page(99)}))
    until(lambda: world.tries("slow-gone.html"), 60, "begun")
    world.remove("slow-gone.html")
    took = world.settle(120)
    for name in names:
        record = world.records.read_result(INBOX + name)
        assert record is not None
        assert record.source is not None
        assert record.source.etag == world.dropped[INBOX + name].etag
        assert world.records.read_failure(INBOX + name) is None
    row.says(documents=len(names) + 1, versions=16, settled=took)


@pytest.mark.long
def test_two_sweeps_at_once(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Three of them, and the broker emptied so that none has the lease for long."""
    world.start("sweep", "sweep-2", "sweep-3", "light")
    documents = light(corpus, 40)
    world.drop(documents)
    for _ in range(5):
        time.sleep(1)
        world.broker.wipe()
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), wipes=world.broker.wipes, settled=took)


@pytest.mark.long
def test_reprocess_during_the_first_run(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    from tasks import jobs
    from workers.app import make_app

    world.start("light", "sweep", "listen")
    documents = light(corpus, 40)
    infos = world.drop(documents)
    world.tell(infos)
    app = make_app(world.settings, publisher=True)
    for _ in range(3):
        time.sleep(0.5)
        for info in infos:
            jobs.enqueue(app, info, reason="reprocess", force=True)
    took = world.keeps_its_promise(quiet, 180)
    row.says(documents=len(documents), jobs=4 * len(infos), settled=took)


HOSTILE = (
    "../escape.html",
    "a/../../results/x/result.json",
    "%2e%2e%2f.html",
    "a%2Fb.html",
    "a+b c.html",
    " leading and trailing .html ",
    "县/局/年度报告.html",
    "line\nbreak.html",
    "bell\x07\x1b[31mred.html",
    "\u2028separator\u202ereversed.html",
    "=cmd|' /C calc'!A0.html",
    "<script>alert(1)</script>.html",
    "a\\b.html",
    "result.json",
    "x/result.json/result.json",
    "deep/" * 100 + "a.html",
    "é" * 100 + ".html",
    ("long/" * 300)[: KEY_BYTES - len(INBOX) - 5] + ".html",
    "-rf.html",
    "a.html.json",
)


def test_hostile_keys(world: World, row: Row) -> None:
    """Every key that the store takes has its one record, and nothing is written elsewhere."""
    from storage.errors import StorageError

    world.start("light", "sweep", "listen")
    for number, name in enumerate(HOSTILE):
        with suppress(StorageError):  # SeaweedFS takes some as paths and others not at all
            world.drop({name: page(number % 5)})
    world.dropped = {info.key: info for info in world.store.list(INBOX)}
    assert len(world.dropped) > 12
    world.tell(world.dropped.values())
    took = world.settle(90)
    assert set(world.terminal_keys()) == set(world.dropped)
    rooms = {info.key.split("/")[0] for info in world.store.list("")}
    assert rooms <= {"inbox", "results", "failed"}
    for process in world.processes.values():
        for line in process.said().splitlines():
            assert not line.startswith("{") or json.loads(line)
            assert "\x1b[31m" not in line
    row.says(documents=len(world.dropped), settled=took)
