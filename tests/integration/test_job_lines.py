"""What each line of the log says of the job that it belongs to, read from a real worker's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from station import Station, Worker, wait_for


def lines(worker: Worker) -> list[dict[str, Any]]:
    said = worker.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in said if line.startswith("{")]


def of_jobs(worker: Worker, key: str) -> list[dict[str, Any]]:
    return [line for line in lines(worker) if line.get("key") == key and "job" in line]


def test_a_line_of_a_job_says_which_version_queue_and_try(
    new_station: Callable[..., Station],
) -> None:
    # No try ends for want of time, on however slow a machine.
    station = new_station(soft_time_limit_seconds=200, hard_time_limit_seconds=300)
    client = station.place.store._client()
    client.put_bucket_versioning(
        Bucket=station.settings.s3_bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    worker = station.start_worker()
    station.drop("defect.html", b"<p>older")
    info = station.place.store.head(station.drop("defect.html").key)
    assert info.version_id
    station.tell(info)
    station.given_up("defect.html")
    killed = station.place.store.head(station.drop("slow.html").key)
    station.tell(killed)
    worker.kill_child_at(wait_for(lambda: station.tries("slow.html")))
    station.done("slow.html")
    station.at_rest()
    wait_for(lambda: any(line["event"] == "job.ended" for line in of_jobs(worker, killed.key)))

    found = of_jobs(worker, info.key)
    assert [(line["event"], line["attempt"]) for line in found] == [
        ("job.broke", 1),
        ("job.broke", 2),
        ("job.gave_up", 3),
        ("job.ended", 3),
    ]
    for line in (*found, *of_jobs(worker, killed.key)):
        dropped = info if line["key"] == info.key else killed
        assert (line["etag"], line["version_id"]) == (dropped.etag, dropped.version_id)
        assert line["queue"] == "light"
        assert len(line["job"]) == 32
    # Nothing of a job is left to the lines of the next one, or to those of none.
    for line in lines(worker):
        assert ("job" in line) == ("key" in line) == ("attempt" in line), line


def test_what_is_said_of_a_version_is_of_the_one_that_is_there(station: Station) -> None:
    heard_of = station.drop("twice.html", b"<p>older")
    there = station.drop("twice.html")
    station.tell(heard_of)
    station.done("twice.html")
    (worker,) = station.workers
    (line,) = wait_for(lambda: of_jobs(worker, there.key))
    assert (line["event"], line["etag"]) == ("job.ended", there.etag)
    assert there.etag != heard_of.etag
    assert "version_id" not in line
