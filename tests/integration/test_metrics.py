"""What processes tell of themselves, with a real store, broker and worker, read over HTTP."""

from __future__ import annotations

import io
import os
import signal
import zipfile
from collections import Counter
from collections.abc import Callable

from scraping import free_port, of, scrape
from station import Station, page, wait_for

from storage.results import State


def told(station: Station, port: int, total: int) -> dict[tuple[str, ...], float]:
    """What became of tries, when so many were told of."""

    def all_of_them() -> dict[tuple[str, ...], float] | None:
        outcomes = of(scrape(port), "gouji_jobs_total", "outcome")
        return outcomes if sum(outcomes.values()) >= total else None

    return wait_for(all_of_them)


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
    station, port = new_station(), free_port()
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

    outcomes = told(station, port, 12)
    assert outcomes == {
        ("done",): 6,
        ("waiting",): 1,
        ("refused",): 2,
        ("broke",): 2,
        ("failed",): 1,
        ("already",): 1,
    }
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
    station, port = new_station(max_child_jobs=2), free_port()
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
    station.at_rest()

    outcomes = told(station, port, 10)
    samples = scrape(port)
    assert outcomes[("done",)] == 8
    assert outcomes[("lost",)] == 2
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
    outcomes = told(station, port, 1)
    assert outcomes[("overdue",)] == 1
    assert worker.process.poll() is None
