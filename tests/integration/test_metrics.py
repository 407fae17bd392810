"""What processes tell of themselves, with a real store, broker and worker, read over HTTP."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from scraping import Series, of, scrape
from station import PATIENCE_SECONDS, Station, page, wait_for

from samples import make_report, render
from samples.report import with_figure
from storage.local import free_port
from storage.results import State
from tasks import VERSION
from tasks.model.document import Format
from workers.settings import Settings

#: What no document comes near on a machine that is ten times slower, so that each is tried once.
PATIENT = {"soft_time_limit_seconds": 200, "hard_time_limit_seconds": 300, "lease_seconds": 20}


def told(port: int, expected: dict[str, int]) -> dict[str, float]:
    """What became of tries, once all that is expected is told of."""

    def seen() -> dict[str, float]:
        return {name: n for (name,), n in of(scrape(port), "gouji_jobs_total", "outcome").items()}

    wait_for(lambda: expected.items() <= seen().items())
    return seen()


def in_bucket(station: Station) -> Counter[str]:
    """How many documents, members among them, have which record."""
    found: Counter[str] = Counter()
    for version, state, _ in station.place.records.standings():
        read = station.place.records
        record = read.read_failure(version.key) if state is State.FAILED else None
        found[(record.envelope or {})["status"] if record else str(state)] += 1
    return found


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, page(title=name))
    return packed.getvalue()


def test_a_worker_tells_of_every_document_what_became_of_it(
    new_station: Callable[..., Station],
) -> None:
    station, port = new_station(**PATIENT), free_port()
    station.start_worker(metrics_port=port)
    station.tell(station.drop("a.html"))
    station.tell(station.drop("b.html"))
    station.tell(station.drop("c.txt", "一、总体情况\n本年没有。\n".encode()))
    station.tell(station.drop("empty.html", b""))
    station.tell(station.drop("killer.html"))
    station.tell(station.drop("defect.html"))
    station.tell(station.drop("letters.zip", archive("d.html", "e.html")))
    done = ("a.html", "b.html", "c.txt", "letters.zip", "letters.zip/!/d.html")
    for name in done:
        station.done(name)
    for name in ("empty.html", "killer.html", "defect.html"):
        station.given_up(name)
    station.at_rest()
    station.tell(station.place.store.head("inbox/a.html"))

    expected = {"done": 6, "waiting": 1, "refused": 2, "broke": 2, "failed": 1, "already": 1}
    assert told(port, expected) == expected
    samples = scrape(port)
    assert of(samples, "gouji_documents_ended_total", "format", "status") == {
        ("html", "done"): 4,
        ("text", "done"): 1,
        ("archive", "done"): 1,
        ("html", "refused"): 2,
        ("html", "failed"): 1,
    }
    assert of(samples, "gouji_refusals_total", "code") == {("empty",): 1, ("crashed",): 1}
    ends = of(samples, "gouji_sandbox_ends_total", "cause")
    # An archive is asked for twice: what it is, and what is in it.
    assert ends == {("answered",): 8, ("broke",): 3, ("crashed",): 1}
    assert of(samples, "gouji_published_jobs_total", "queue", "reason") == {
        ("light", "member"): 2,
        ("light", "gather"): 1,
        ("light", "retry"): 2,
    }
    for stage in ("fetch", "read", "render", "write"):
        key = (("format", "text"), ("stage", stage))
        assert samples["gouji_stage_duration_seconds_count", key] == 1
    assert samples["gouji_job_duration_seconds_count", (("queue", "light"),)] == 13
    assert samples["gouji_job_wait_seconds_count", (("queue", "light"),)] == 13
    assert samples["gouji_pool_processes_total", ()] == 2
    assert samples["gouji_observations_lost_total", ()] == 0
    assert samples["gouji_running_jobs", (("queue", "light"),)] == 0
    assert samples["gouji_worker_loop_timestamp_seconds", ()] > 0
    assert not of(samples, "gouji_errors_total", "server", "kind")
    ended = sum(of(samples, "gouji_documents_ended_total", "format", "status").values())
    assert ended == in_bucket(station).total()


def test_the_numbers_outlive_the_processes_that_they_are_of(
    new_station: Callable[..., Station],
) -> None:
    station, port = new_station(max_child_jobs=2, **PATIENT | {"lease_seconds": 3}), free_port()
    worker = station.start_worker(metrics_port=port)
    for number in range(6):
        station.tell(station.drop(f"{number}.html"))
    for victim in ("slow-a.html", "slow-b.html"):
        station.tell(station.drop(victim))
        tries = wait_for(lambda name=victim: station.tries(name))
        running = scrape(port)["gouji_running_jobs", (("queue", "light"),)]
        assert running >= 1
        worker.kill_child_at(tries)
        station.done(victim)

    # The mark of a job that was killed may outlive it, so it is not waited for.
    # While a killed one's lease lasts, the next to have its job comes again.
    outcomes = told(port, {"done": 8, "lost": 2})
    assert outcomes.keys() <= {"done", "lost", "again"}
    samples = scrape(port)
    # Of ten tries no process had more than two.
    assert samples["gouji_pool_processes_total", ()] >= 5
    assert of(samples, "gouji_documents_ended_total", "status") == {("done",): 8}
    assert in_bucket(station) == {"result": 8}
    assert worker.process.poll() is None


def test_an_overdue_job_is_told_of_by_the_main_process(
    new_station: Callable[..., Station],
) -> None:
    station, port = new_station(soft_time_limit_seconds=1, hard_time_limit_seconds=2), free_port()
    worker = station.start_worker(metrics_port=port)
    station.tell(station.drop("endless.html"))
    tries = wait_for(lambda: station.tries("endless.html"))
    # Stopped, it cannot heed the soft limit.
    os.kill(int(tries[-1].suffix[1:]), signal.SIGSTOP)
    assert told(port, {"overdue": 1})["overdue"] == 1
    assert worker.process.poll() is None


# --- the sweep -------------------------------------------------------------------------------


@contextmanager
def running(settings: Settings, *arguments: str, stderr: int | None = None) -> Iterator[Any]:
    """One process of the command."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", *arguments],
        env={**os.environ, **settings.to_environ(), "GOUJI_LANG": "en"},
        stderr=stderr,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def status(station: Station) -> dict[str, Any]:
    said = subprocess.run(
        [sys.executable, "-m", "workers.cli", "status", "--json"],
        env={**os.environ, **station.settings.to_environ()},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(said.stdout)


def rules_broken(station: Station) -> Counter[str]:
    found: Counter[str] = Counter()
    for version, state, _ in station.place.records.standings():
        if state is State.RESULT:
            envelope = station.place.records.read_result(version.key).envelope
            graves = (one for one in envelope["findings"] if one["severity"] != "info")
            found.update({one["rule"] for one in graves})
    return found


def test_the_sweep_tells_what_the_bucket_holds(
    new_station: Callable[..., Station], tmp_path: Path
) -> None:
    station = new_station(home=tmp_path, sweep_seconds=0.5, **PATIENT)
    station.start_worker()
    wrong = with_figure(make_report(seed=7), "requests.new.business", 99)
    dropped = {
        "wrong.html": render(wrong, Format.HTML, "plain", 1),
        "a.html": page(),
        "empty.html": b"",
        "defect.html": page(),
        "letters.zip": archive("d.html", "empty-defect.html"),
    }
    for name, body in dropped.items():
        station.tell(station.drop(name, body))
    for name in ("wrong.html", "a.html", "letters.zip"):
        station.done(name)
    for name in ("empty.html", "defect.html"):
        station.given_up(name)
    station.at_rest()
    # Nobody serves their queue.
    for name in ("first.pdf", "second.pdf"):
        station.drop(name, b"%PDF-1.4 and no more")

    port = free_port()
    settings = station.settings.model_copy(update={"metrics_port": port})
    with running(settings, "sweep", "--forever"):

        def seen() -> dict[Series, float]:
            samples = scrape(port)
            queues = of(samples, "gouji_queue_length", "queue")
            return samples if samples and queues.get(("pdf",)) == 2 else {}

        samples = wait_for(seen)
        before = status(station)
        samples = scrape(port)
        after = status(station)
    standing = of(samples, "gouji_documents", "within", "state")
    assert standing == {
        ("inbox", "done"): 3,
        ("inbox", "refused"): 1,
        ("inbox", "failed"): 1,
        ("inbox", "pending"): 2,
        ("archive", "done"): 1,
        ("archive", "failed"): 1,
    }
    told = {state: n for (within, state), n in standing.items() if within == "inbox"}
    assert told["done"] == before["done"]
    assert told["refused"] + told["failed"] == before["failed"]
    assert told["pending"] == before["pending"] == before["queues"]["pdf"]
    assert samples["gouji_unacknowledged_jobs", ()] == before["taken"] == 0
    oldest = samples["gouji_oldest_pending_age_seconds", ()]
    assert before["oldest_pending"]["seconds"] <= oldest <= after["oldest_pending"]["seconds"] + 1
    assert 0 < samples["gouji_queue_oldest_age_seconds", (("queue", "pdf"),)] <= oldest + 1
    assert of(samples, "gouji_refused_documents", "code") == {("empty",): 1}
    broken = of(samples, "gouji_documents_with_findings", "rule")
    assert broken == {(rule,): n for rule, n in rules_broken(station).items()}
    assert broken["requests.balance",] == 1
    assert of(samples, "gouji_published_jobs_total", "queue", "reason") == {("pdf", "sweep"): 2}
    assert samples["gouji_sweep_rounds_total", (("outcome", "ended"),)] >= 1
    assert samples["gouji_sweep_last_documents", (("found", "pending"),)] == 2
    ended = samples["gouji_sweep_last_success_timestamp_seconds", ()]
    assert ended <= time.time()
    assert samples["gouji_catalogue_read_timestamp_seconds", ()] >= ended - 60


# --- while others are away -------------------------------------------------------------------


def test_who_waits_for_store_and_broker_answers_and_tells_of_both(
    new_station: Callable[..., Station], tmp_path: Path
) -> None:
    away = new_station().settings.model_copy(
        update={
            "home": tmp_path,
            "s3_endpoint": f"http://127.0.0.1:{free_port()}",
            "broker_url": SecretStr(f"redis://127.0.0.1:{free_port()}/0"),
        }
    )
    for process, arguments in (
        ("sweep", ("sweep", "--forever")),
        ("worker", ("worker", "--queue", "light")),
    ):
        port = free_port()
        settings = away.model_copy(update={"metrics_port": port})
        with running(settings, *arguments):

            def troubles(port: int = port) -> set[str]:
                told = of(scrape(port), "gouji_errors_total", "server", "kind")
                return {server for server, kind in told if kind == "unavailable"}

            met = {"broker"} if process == "sweep" else {"broker", "store"}
            wait_for(lambda expected=met, ask=troubles: expected <= ask())
            samples = scrape(port)
        assert samples["gouji_build_info", (("version", VERSION),)] == 1
        assert not of(samples, "gouji_queue_length", "queue")
        assert samples.get(("gouji_sweep_last_success_timestamp_seconds", ()), 0) == 0


def test_a_port_that_is_taken_ends_the_process_and_names_the_setting(
    new_station: Callable[..., Station],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = new_station().settings.model_copy(update={"metrics_port": port})
        for arguments in (("worker", "--queue", "light"), ("listen",)):
            with running(settings, *arguments, stderr=subprocess.PIPE) as process:
                said = process.communicate(timeout=PATIENCE_SECONDS)[1].decode()
            assert process.returncode == 1
            assert said.count("\n") == 1
            assert f"port {port}" in said
            assert "GOUJI_METRICS_PORT" in said


def test_the_listener_tells_of_events_and_of_pages(
    new_station: Callable[..., Station], tmp_path: Path
) -> None:
    port, events, site = free_port(), free_port(), free_port()
    station = new_station()
    settings = station.settings.model_copy(
        update={
            "home": tmp_path,
            "metrics_port": port,
            "listen_port": events,
            "site_port": site,
            "site_password": SecretStr("open sesame"),
        }
    )
    event = {
        "eventName": "ObjectCreated:Put",
        "s3": {
            "bucket": {"name": settings.s3_bucket},
            "object": {"key": "inbox/a.html", "eTag": "abc"},
        },
    }
    removed = event | {"eventName": "ObjectRemoved:Delete"}
    right = {"Authorization": "Bearer open sesame"}
    with running(settings, "listen"):
        wait_for(lambda: scrape(port))

        def post(body: object, headers: dict[str, str] = right) -> int:
            address = f"http://127.0.0.1:{events}/events"
            return httpx.post(address, json=body, headers=headers, timeout=60).status_code

        wait_for(lambda: is_open(events) and is_open(site))
        assert post({"Records": [event, removed]}) == 202
        assert post({"Records": [event]}) == 202
        assert post(["what"]) == 400
        assert post({"Records": [event]}, {}) == 401
        for path, code in (("/", 303), ("/sign-in", 200), ("/static/none.css", 404)):
            asked = {"Accept": "text/html"}
            answer = httpx.get(f"http://127.0.0.1:{site}{path}", headers=asked, timeout=60)
            assert answer.status_code == code
        samples = scrape(port)
    assert of(samples, "gouji_events_total", "via", "outcome") == {
        ("webhook", "taken"): 2,
        ("webhook", "passed_over"): 1,
        ("webhook", "refused"): 2,
    }
    # The second found it marked.
    assert of(samples, "gouji_published_jobs_total", "queue", "reason") == {("light", "event"): 1}
    assert of(samples, "gouji_http_requests_total", "route", "status") == {
        ("events", "2xx"): 2,
        ("events", "4xx"): 2,
        ("list", "3xx"): 1,
        ("sign_in", "2xx"): 1,
        ("static", "4xx"): 1,
    }
    assert samples["gouji_http_request_duration_seconds_count", (("route", "events"),)] == 4


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionError:
        return False
    return True
