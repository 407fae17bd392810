"""Processes killed and servers cut off in the middle of documents: one record in the end."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest
from cutter import Wire
from pydantic import SecretStr
from station import Station, wait_for, whole_result

from storage.results import DocumentVersion


@pytest.fixture
def alone(new_station: Callable[..., Station]) -> Station:
    """A station without workers."""
    return new_station()


def begun(station: Station, name: str, times: int = 1) -> None:
    wait_for(lambda: len(station.tries(name)) >= times)


def test_a_pool_process_killed_in_the_middle(station: Station) -> None:
    info = station.drop("slow-orphan.html")
    station.tell(info)
    begun(station, "slow-orphan.html")
    station.workers[0].kill_child_at(station.tries("slow-orphan.html"))
    assert station.done("slow-orphan.html")["status"] == "done"
    station.at_rest()
    assert len(station.tries("slow-orphan.html")) == 2
    assert station.objects("slow-orphan.html") == whole_result("slow-orphan.html")


def test_a_whole_worker_killed_in_the_middle(alone: Station) -> None:
    first = alone.start_worker()
    info = alone.drop("slow-widow.html")
    alone.tell(info)
    begun(alone, "slow-widow.html")
    first.end()
    alone.start_worker()
    sweeper = alone.sweeper()
    # The dead worker's message comes back in half an hour; the sweep is sooner.
    wait_for(lambda: sweeper.once().enqueued)
    assert alone.done("slow-widow.html")["status"] == "done"
    assert alone.objects("slow-widow.html") == whole_result("slow-widow.html")


def test_a_worker_told_to_stop_ends_what_it_has_begun(alone: Station) -> None:
    worker = alone.start_worker(shutdown_seconds=80)
    for name in ("slow-1.html", "slow-2.html", "slow-3.html", "slow-4.html"):
        alone.tell(alone.drop(name))
    begun(alone, "slow-1.html")
    begun(alone, "slow-2.html")
    worker.process.send_signal(signal.SIGTERM)
    for child in worker.children():
        child.send_signal(signal.SIGTERM)  # as to a whole group
    assert worker.process.wait(90) == 0
    assert alone.result("slow-1.html")
    assert alone.result("slow-2.html")
    # The others were not taken, or were given back.
    assert alone.broker.unacknowledged() == 0
    assert sum(alone.broker.queue_lengths(["light"]).values()) == 2


def test_a_worker_that_cannot_end_in_time_gives_its_job_back(alone: Station) -> None:
    worker = alone.start_worker(shutdown_seconds=0.5)
    alone.tell(alone.drop("slow-late.html"))
    begun(alone, "slow-late.html")
    worker.process.send_signal(signal.SIGTERM)
    worker.process.wait(90)
    assert alone.result("slow-late.html") is None
    alone.start_worker()
    assert alone.done("slow-late.html")["status"] == "done"


def test_a_document_that_kills_its_process_is_refused_and_the_worker_lives(
    station: Station,
) -> None:
    before = [child.pid for child in station.workers[0].children()]
    station.tell(station.drop("killer.html"))
    envelope = station.given_up("killer.html")
    assert (envelope["status"], envelope["refusal"]["code"]) == ("refused", "crashed")
    assert envelope["attempts"] == 1
    assert len(station.tries("killer.html")) == 1
    assert [child.pid for child in station.workers[0].children()] == before
    station.tell(station.drop("life-goes-on.html"))
    assert station.done("life-goes-on.html")["status"] == "done"


def test_a_document_that_takes_too_long_is_refused_whether_it_yields_or_not(
    alone: Station,
) -> None:
    alone.start_worker(soft_time_limit_seconds=1, hard_time_limit_seconds=20)
    for name in ("endless.html", "stubborn.html"):
        alone.tell(alone.drop(name))
    for name in ("endless.html", "stubborn.html"):
        envelope = alone.given_up(name)
        assert (envelope["refusal"]["code"], envelope["attempts"]) == ("timeout", 1)
        assert len(alone.tries(name)) == 1


@pytest.mark.slow
def test_a_good_document_outlives_more_dead_workers_than_it_has_attempts(
    station: Station,
) -> None:
    station.tell(station.drop("slow-victim.html"))
    for death in range(1, station.settings.attempts + 2):
        begun(station, "slow-victim.html", death)
        station.workers[0].kill_child_at(station.tries("slow-victim.html"))
    assert station.done("slow-victim.html")["status"] == "done"
    assert station.failure("slow-victim.html") is None


def test_an_outage_of_the_store_is_not_charged_to_the_document(alone: Station) -> None:
    wire = wire_to_store(alone)
    alone.start_worker(s3_endpoint=f"http://127.0.0.1:{wire.port}")
    info = alone.drop("slow-outage.html")
    alone.tell(info)
    begun(alone, "slow-outage.html")
    wire.cut()  # it is read by now; it cannot be written
    wait_for(lambda: b"job.waits" in alone.workers[0].log.read_bytes())
    time.sleep(2)
    assert alone.place.attempts.begin(DocumentVersion.of(info)).begun == 1, "nothing is charged"
    alone.place.attempts.refund(DocumentVersion.of(info))
    wire.mend()
    assert alone.done("slow-outage.html")["status"] == "done"
    assert alone.failure("slow-outage.html") is None


def test_a_worker_outlives_an_outage_of_the_broker(alone: Station) -> None:
    password, _, far = alone.settings.broker_url.get_secret_value().rpartition("@")
    host, _, port = far.split("/")[0].partition(":")
    wire = Wire(host, int(port))
    url = f"{password}@127.0.0.1:{wire.port}/{far.split('/')[1]}"
    worker = alone.start_worker(broker_url=SecretStr(url))
    alone.tell(alone.drop("slow-cut-off.html"))
    begun(alone, "slow-cut-off.html")
    wire.cut()
    # The store is there, so what was read is written down.
    assert alone.done("slow-cut-off.html")["status"] == "done"
    wire.mend()
    alone.tell(alone.drop("afterwards.html"))
    assert alone.done("afterwards.html")["status"] == "done"
    assert worker.process.poll() is None


def test_a_channel_used_after_its_connection_is_a_lost_connection(alone: Station) -> None:
    # Celery waits those out; anything else ends the worker.
    connection = alone.app.connection_for_read()
    channel = connection.default_channel
    connection.collect()
    with pytest.raises(connection.connection_errors, match="was closed"):
        channel.basic_ack("a job that ended meanwhile")


def wire_to_store(station: Station) -> Wire:
    host, port = station.settings.s3_endpoint.removeprefix("http://").split(":")
    return Wire(host, int(port))
