"""The two ways in: events and the sweep."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from redis import Redis
from starlette.applications import Starlette
from station import Station, page, wait_for

from storage import keys
from storage.broker import RedisLeases
from storage.members import Contents, Member
from storage.objects import ObjectInfo, ObjectStore, Stored
from storage.results import DocumentVersion, Records
from tasks import flow, jobs
from tasks.queues import Queue
from tasks.render import result
from workers.app import make_app
from workers.listen import open_listener
from workers.sweep import Sweeper, Swept, run


@pytest.fixture
def quiet(new_station: Callable[..., Station]) -> Station:
    """Nobody works here."""
    return new_station()


def post(listener: Starlette, body: object) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=listener)
        async with httpx.AsyncClient(transport=transport, base_url="http://listener") as client:
            return await client.post(
                "/events", json=body, headers={"Authorization": "Bearer open sesame"}
            )

    return asyncio.run(send())


def s3_event(station: Station, *infos: ObjectInfo) -> object:
    return {
        "Records": [
            {
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": station.settings.s3_bucket},
                    "object": {"key": info.key, "eTag": info.etag},
                },
            }
            for info in infos
        ]
    }


def queued(station: Station) -> int:
    return station.broker.queue_lengths(Queue)["light"]


def test_an_event_becomes_a_result(station: Station) -> None:
    answer = post(open_listener(station.settings), s3_event(station, station.drop("told.html")))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    assert station.done("told.html")["status"] == "done"


def test_the_listener_says_503_while_the_broker_is_down(station: Station) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refused
        away = with_broker(station, nobody.getsockname()[1])
        began = time.monotonic()
        answer = post(open_listener(away.settings), s3_event(station, station.drop("a.html")))
    assert answer.status_code == 503
    assert time.monotonic() - began < 2


def test_the_listener_does_not_hang_with_a_broker_that_hangs(station: Station) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = with_broker(station, silent.getsockname()[1])
        began = time.monotonic()
        answer = post(open_listener(away.settings), s3_event(station, station.drop("b.html")))
    assert answer.status_code == 503
    assert time.monotonic() - began < 4


def with_broker(station: Station, port: int) -> Station:
    settings = station.settings.model_copy(
        update={
            "broker_url": SecretStr(f"redis://127.0.0.1:{port}/0"),
            "publish_timeout_seconds": 0.5,
        }
    )
    return Station(settings, station.folder)


def test_the_sweep_finds_what_no_event_told_of(station: Station) -> None:
    station.drop("silent.html")
    with sweeping(station):
        assert station.done("silent.html")["status"] == "done"


@contextmanager
def sweeping(station: Station) -> Iterator[None]:
    import threading

    stop = threading.Event()
    settings = station.settings.model_copy(update={"sweep_seconds": 0.5})
    thread = threading.Thread(target=run, args=(settings, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_a_round_counts_what_it_found(quiet: Station) -> None:
    told = quiet.drop("told.html")
    quiet.tell(told)
    quiet.drop("not-told.html")
    quiet.drop("not-told.pdf")
    assert quiet.sweeper().once() == Swept(pending=3, enqueued=2, waiting=1)
    assert quiet.sweeper().once() == Swept(pending=3, waiting=3)
    assert queued(quiet) == 2


def test_a_message_that_was_lost_is_sent_again(quiet: Station) -> None:
    quiet.drop("lost.html")
    sweeper = quiet.sweeper()
    assert sweeper.once().enqueued == 1
    lost = Redis.from_url(quiet.settings.broker_url.get_secret_value())
    assert lost.delete("gouji:light") == 1
    time.sleep(quiet.settings.enqueued_seconds + 0.1)
    assert sweeper.once().enqueued == 1


def test_a_job_that_waits_longer_than_a_mark_lasts_is_not_sent_again(
    new_station: Callable[..., Station],
) -> None:
    station = new_station(enqueued_seconds=4)
    events = open_listener(station.settings)
    infos = [station.drop(f"{number}.html") for number in range(5)]
    assert post(events, s3_event(station, *infos)).status_code == 202
    sweeper = station.sweeper()
    ends = time.monotonic() + 3 * station.settings.enqueued_seconds
    while time.monotonic() < ends:
        assert sweeper.once() == Swept(pending=5, waiting=5)
        # Nor by an event that comes again.
        assert post(events, s3_event(station, *infos)).status_code == 202
        time.sleep(0.2)
    assert queued(station) == 5


def test_a_job_that_a_worker_keeps_for_later_is_not_sent_again(
    new_station: Callable[..., Station],
) -> None:
    """In an outage of the store jobs wait for their retry: in no queue, and nobody is at them."""
    from cutter import Wire

    station = new_station(enqueued_seconds=5, lease_seconds=1)
    host, port = station.settings.s3_endpoint.removeprefix("http://").split(":")
    wire = Wire(host, int(port))
    station.start_worker(s3_endpoint=f"http://127.0.0.1:{wire.port}")
    info = station.drop("waits.html")
    wire.cut()
    station.tell(info)
    sweeper = station.sweeper()
    wait_for(lambda: station.workers[0].log.read_bytes().count(b"job.waits") >= 3)
    for _ in range(20):
        # Between a retry's time and the look at the store it is held by its mark.
        assert sweeper.once() == Swept(pending=1, waiting=1)
        time.sleep(0.1)
    wire.mend()
    assert station.done("waits.html")["status"] == "done"


def test_a_job_that_ended_leaves_no_mark(station: Station) -> None:
    for name, body in (("ends.html", None), ("ends-refused.html", b"")):
        info = station.drop(name, body)
        post(open_listener(station.settings), s3_event(station, info))
        wait_for(lambda: station.result(name) or station.failure(name))  # noqa: B023
    station.tell(info)  # ends as `already`
    station.at_rest()
    redis = Redis.from_url(station.settings.broker_url.get_secret_value())
    wait_for(lambda: redis.keys("gouji:enqueued:*ends*") == [])


def test_two_sweeps_at_once_are_one(quiet: Station) -> None:
    quiet.drop("once.html")
    other = quiet.sweeper()
    assert other._leases.acquire("sweep", 5)
    assert quiet.sweeper().once() == Swept(elsewhere=True)
    other._leases.release("sweep")
    assert quiet.sweeper().once().enqueued == 1


def test_a_long_queue_is_not_made_longer(new_station: Callable[..., Station]) -> None:
    station = new_station(sweep_backlog=2)
    for number in range(4):
        station.drop(f"{number}.html")
    station.drop("other-queue.pdf")
    assert station.sweeper().once() == Swept(pending=5, enqueued=3, held_back=2)
    assert queued(station) == 2


def test_a_sweep_that_starts_anew_reads_no_record_that_the_catalogue_has(
    new_station: Callable[..., Station], tmp_path: Path
) -> None:
    quiet = new_station(home=tmp_path)
    versions = [DocumentVersion.of(quiet.drop(f"{number}.html")) for number in range(3)]
    outcome = flow.examine(page(), "a.html")
    for version in versions:
        body = result.dumps(result.done(result.source_of(version), outcome))
        quiet.place.records.write_result(version, body, {})
    assert quiet.sweeper().once() == Swept()
    app = make_app(quiet.settings, publisher=True)
    store = Reads(app.workplace.store)
    app.workplace = replace(app.workplace, records=Records(store))
    broker_url = quiet.settings.broker_url.get_secret_value()
    again = Sweeper(app, quiet.broker, RedisLeases(broker_url))
    assert again.once() == Swept()
    assert store.read == []
    # Nor is the catalogue believed beyond the version that it knows.
    changed = quiet.drop("1.html", page(title="another"))
    assert changed.etag != versions[1].etag
    assert again.once() == Swept(pending=1, enqueued=1)
    assert store.read == [keys.result_key(versions[1].key)]


class Reads:
    """A store, and the keys of what was read of it."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.read: list[str] = []

    def get(self, key: str, **told: Any) -> Stored:
        self.read.append(key)
        return self._store.get(key, **told)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_an_archive_that_was_not_gathered_since_is_gathered(quiet: Station) -> None:
    """Its member has come to another record, and the message that told of it was lost."""
    records = quiet.place.records
    archive = DocumentVersion.of(quiet.drop("all.zip"))
    inside = Member(name="a.html", size=1, sha256="")
    quiet.place.members.write(archive, Contents(sha256="", parts={}, members=(inside,)))
    member = archive.holding("a.html", 1)

    def write(version: DocumentVersion, **told: object) -> datetime:
        body = result.dumps({"source": result.source_of(version), **told})
        records.write_result(version, body, {}, replace=True)
        record = records.look(version).record
        assert record is not None
        return record.info.last_modified

    write(member)
    gathered = write(archive, members=[])
    assert quiet.sweeper().once() == Swept()
    wait_for(lambda: write(member) > gathered)
    quiet.place.outstanding.add(archive, ["a.html"])
    assert quiet.sweeper().once() == Swept(), "the last of those that are done again sees to it"
    quiet.place.outstanding.forget(archive)
    assert quiet.sweeper().once() == Swept(gathered_anew=1)
    assert quiet.sweeper().once() == Swept(), "its job waits"
    assert queued(quiet) == 1


def test_the_sweep_goes_on_after_an_outage(
    station: Station, new_station: Callable[..., Station]
) -> None:
    """The store refuses, the loop says so and tries again."""
    from cutter import Wire

    host, port = station.settings.s3_endpoint.removeprefix("http://").split(":")
    wire = Wire(host, int(port))
    behind = station.settings.model_copy(update={"s3_endpoint": f"http://127.0.0.1:{wire.port}"})
    wire.cut()
    station.drop("after-outage.html")
    with sweeping(Station(behind, station.folder)):
        time.sleep(1)
        assert station.result("after-outage.html") is None
        wire.mend()
        assert station.done("after-outage.html")["status"] == "done"


# --- scans --------------------------------------------------------------------------------------


def messages(station: Station, queue: Queue) -> list[dict[str, Any]]:
    redis = Redis.from_url(station.settings.broker_url.get_secret_value())
    return [json.loads(one) for one in redis.lrange(f"gouji:{queue}", 0, -1)]


def test_a_scan_has_the_time_that_its_worker_gives_it(quiet: Station) -> None:
    """And not that of whoever publishes, which Celery sends along unless told otherwise."""
    picture, scan = quiet.drop("a.png"), DocumentVersion.of(quiet.drop("b.pdf"))
    quiet.tell(picture)
    jobs.hand_on(quiet.app, scan, False)
    sent = [one["headers"] for one in messages(quiet, Queue.OCR)]
    assert {one["argsrepr"]: one["shadow"] for one in sent} == {
        picture.key: "process[image]",
        scan.key: "process[scan]",
    }
    assert [one["timelimit"] for one in sent] == [[None, None]] * 2
    assert jobs.job_id(scan) not in {one["id"] for one in sent}


def test_a_scan_that_waits_is_not_enqueued_again_whatever_its_name(
    new_station: Callable[..., Station],
) -> None:
    """Also where more of them wait than the sweep would give to a queue."""
    station = new_station(sweep_backlog=2)
    versions = [DocumentVersion.of(station.drop(f"{number}.pdf")) for number in range(5)]
    for version in versions:
        jobs.hand_on(station.app, version, False)
        station.place.marks.unmark(version)
    before = station.broker.queue_lengths(Queue)
    assert before["ocr"] == 5
    assert station.sweeper().once() == Swept(pending=5, waiting=5)
    assert station.broker.queue_lengths(Queue) == before


def test_no_picture_waits_where_nobody_reads_scans(new_station: Callable[..., Station]) -> None:
    station = new_station(ocr_enabled=False)
    station.drop("a.png")
    before = station.broker.queue_lengths(Queue)
    assert station.sweeper().once().enqueued == 1
    assert station.broker.queue_lengths(Queue) == {**before, "light": before["light"] + 1}
