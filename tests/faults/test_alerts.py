"""Each alert of `deploy/monitoring/rules.yml` fires when its fault is made for real, and is over
when that is mended; in a quiet run all are silent.

The rules are those that are deployed, with all their times divided by the same number
(`own_prometheus.py`): a minute is two seconds. Which series make them fire is tried minute by
minute, and without that division, in `tests/unit/test_monitoring.py`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hanging import HANG
from proxy import Fault, always
from watched import PASSWORD, PROCESSES, Watched
from world import Row, until

from samples import archives
from samples.poison import POISON
from storage.local import LocalServers

DASHBOARDS = Path(__file__).parents[2] / "deploy/monitoring/grafana/dashboards"


@pytest.fixture
def new_watched(local_servers: LocalServers, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(**changed: Any) -> Watched:
        made.append(Watched(local_servers, tmp_path / f"watched-{len(made)}", **changed))
        return made[-1]

    yield make
    for watched in made:
        watched.end()


@pytest.fixture
def watched(new_watched: Callable[..., Watched]) -> Watched:
    """All processes at work, documents coming, and nothing wrong."""
    made = new_watched()
    made.begin(*PROCESSES)
    made.live()
    return made


# --- nothing is wrong --------------------------------------------------------------------------

#: Panels that show nothing where nothing is wrong.
EMPTY_IN_QUIET = {
    "正在报警",
    "压缩包和邮件中的文件",
    "现有被拒收的文件",
    "各规则发现问题的文件（最多的二十条）",
    "丢失的观测数（每小时）",
    "拒收（每小时），按原因",
}


def queries() -> Iterator[tuple[str, str]]:
    for path in sorted(DASHBOARDS.glob("*.json")):
        for shown in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in shown["targets"]:
                yield shown["title"], target["expr"].replace("$__rate_interval", "10s")


@pytest.mark.long
def test_alerts_are_silent_in_a_quiet_run(watched: Watched, row: Row) -> None:
    """Longer than the longest that any rule looks back; meanwhile each panel of each dashboard has
    something to show."""
    began, visitor = time.monotonic(), sign_in(watched)
    while time.monotonic() - began < 150:
        assert visitor.get("/").status_code == 200
        time.sleep(1)
    assert watched.seen().fired() == set()
    assert watched.seen().values("sum(gouji_documents_ended_total)", "")[""] > 20
    shown = [(title, expr, watched.seen().query(expr)) for title, expr in queries()]
    assert {title for title, _, series in shown if not series} <= EMPTY_IN_QUIET
    row.says(documents=len(watched.dropped), panels=len(shown))


@pytest.mark.long
def test_alerts_are_silent_over_restarts(new_watched: Callable[..., Watched], row: Row) -> None:
    """As at a deployment: each process is told to stop, and started again. Here a minute is six
    seconds, as a process takes as long to start as ever."""
    watched = new_watched()
    watched.begin(*PROCESSES, times=10)
    watched.live()
    for name in PROCESSES:
        stopped = watched.processes[name]
        stopped.signal(signal.SIGTERM)
        until(lambda stopped=stopped: stopped.starts == 2, 60, name)
    until(lambda: watched.answering() == set(PROCESSES.values()), 60, "all are back")
    # Longer than it is borne that one is not there.
    time.sleep(45)
    assert watched.seen().fired() == set()
    row.says(documents=len(watched.dropped), kills={"SIGTERM": len(PROCESSES)})


def test_an_alert_fires_where_nobody_sweeps_and_is_over_when_somebody_does(
    new_watched: Callable[..., Watched],
) -> None:
    """The short form of all that follows, in which a minute is less than half a second."""
    watched = new_watched()
    watched.begin("sweep", times=150)

    def swept() -> bool:
        seen = watched.seen()
        ended = seen.values('gouji_sweep_rounds_total{outcome="ended"}', "process")
        return any(ended.values()) and "GoujiSweepStandsStill" not in seen.firing()

    until(swept, 60, "a round")
    watched.stop("sweep")
    watched.fires("GoujiSweepStandsStill", seconds=60)
    watched.run("sweep")
    until(swept, 60, "over")


# --- documents and work ------------------------------------------------------------------------


@pytest.mark.long
def test_nobody_works(watched: Watched, row: Row) -> None:
    watched.stop("light")
    watched.fires("GoujiNoWorker", "GoujiProcessDown", "GoujiNothingEnds", "GoujiQueueWaits")
    watched.fires("GoujiDocumentsLate", seconds=200)
    watched.run("light")
    watched.is_over()
    watched.fired_only(
        *("GoujiNoWorker", "GoujiProcessDown", "GoujiNothingEnds", "GoujiQueueWaits"),
        "GoujiDocumentsLate",
    )
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_documents_that_do_not_work_come_in_bulk(
    new_watched: Callable[..., Watched], row: Row
) -> None:
    """Broken ones, some that take more memory than they may, one on which our program breaks."""
    watched = new_watched(attempts=1)
    watched.begin("sweep", "listen", "listen-site", "flower")
    watched.run("light", misbehaving=True)
    watched.live()
    until(lambda: watched.ended() > 3, 60, "records")
    broken = POISON["half.docx"].make()
    watched.tell(watched.drop({f"broken-{number}.docx": broken for number in range(40)}))
    watched.come("hog-", count=8)
    watched.come("defect-")
    alerts = ("GoujiManyRefused", "GoujiLimitsReached", "GoujiProgramBroke")
    watched.fires(*alerts)
    codes = watched.seen().values('ALERTS{alertname=~"Gouji.*(Refused|Reached)"}', "code")
    assert codes.keys() == {"corrupt", "out_of_memory"}
    # Of an hour's documents they are no more, then.
    watched.is_over()
    watched.fired_only(*alerts, perhaps=["GoujiProcessDown"])  # until there was a worker
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_events_do_not_come(watched: Watched, row: Row) -> None:
    watched.tells = False
    watched.fires("GoujiEventsMissing", seconds=300)
    watched.tells = True
    watched.is_over()
    watched.fired_only("GoujiEventsMissing")
    row.says(documents=len(watched.dropped))


# --- processes ---------------------------------------------------------------------------------


@pytest.mark.long
def test_nobody_sweeps(watched: Watched, row: Row) -> None:
    watched.stop("sweep")
    watched.fires("GoujiSweepStandsStill", "GoujiProcessDown")
    watched.run("sweep")
    watched.is_over()
    watched.fired_only("GoujiSweepStandsStill", "GoujiProcessDown")
    row.says(documents=len(watched.dropped))


@pytest.mark.long
@pytest.mark.parametrize("name", ["listen", "flower", "listen-site"])
def test_a_process_is_gone(watched: Watched, row: Row, name: str) -> None:
    alert = "GoujiSiteDown" if name == "listen-site" else "GoujiProcessDown"
    watched.stop(name)
    watched.fires(alert)
    watched.run(name)
    watched.is_over()
    watched.fired_only(alert)
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_a_worker_is_frozen(watched: Watched, row: Row) -> None:
    """As by SIGSTOP, or a host that swaps: nobody answers, though the process is there."""
    pid = watched.processes["light"].popen.pid
    watched.freeze(pid)
    watched.fires("GoujiProcessDown", "GoujiNoWorker")
    watched.thaw(pid)
    watched.is_over()
    watched.fired_only("GoujiProcessDown", "GoujiNoWorker", perhaps=["GoujiNothingEnds"])
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_the_loop_of_a_worker_hangs(
    new_watched: Callable[..., Watched], tmp_path: Path, row: Row
) -> None:
    """It answers Prometheus, and takes no job."""
    watched, file = new_watched(), tmp_path / "hang"
    watched.begin("sweep", "listen", "listen-site", "flower")
    watched.run("light", within=("hanging.py", file))
    until(lambda: watched.answering() == set(PROCESSES.values()), 60, "scraped")
    # Some time after that it went round for the first time.
    until(lambda: watched.seen().query("gouji_worker_loop_timestamp_seconds > 0"), 60, "its loop")
    watched.is_over()
    before = watched.seen().fired()
    file.touch()
    watched.processes["light"].signal(HANG)
    watched.fires("GoujiWorkerHangs")
    assert "worker-light" in watched.answering()
    file.unlink()
    watched.is_over()
    watched.fired_only("GoujiWorkerHangs", perhaps=before)
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_a_process_starts_again_and_again(watched: Watched, row: Row) -> None:
    started = 'process_start_time_seconds{process="listener"}'
    for _ in range(5):
        before = watched.seen().values(started, "process")
        watched.kill("listen")
        until(lambda b=before: watched.seen().values(started, "process") not in ({}, b), 60)
    watched.fires("GoujiProcessRestarts", seconds=10)
    watched.is_over()
    watched.fired_only("GoujiProcessRestarts")
    row.says(documents=len(watched.dropped), kills=dict(watched.kills))


@pytest.mark.long
def test_observations_are_lost(watched: Watched, row: Row) -> None:
    """The main process is frozen while one of its pool has more to tell than the line between them
    holds: it unpacks an archive, and each of the documents in it becomes a job."""
    pid = watched.processes["light"].popen.pid
    members = [(f"{number}.txt", b"no report, %d" % number) for number in range(400)]
    (archive,) = watched.drop({"many.zip": archives.zipped(members)})
    digest = hashlib.sha256(f"{archive.etag}:{archive.key}".encode()).hexdigest()
    broker = watched.broker.client()
    watched.tell([archive])
    begun = f"gouji:lease:document:{digest}"
    until(lambda: broker.exists(begun), 60, "begun", pause=0.005)
    watched.freeze(pid)
    # By the one process, and by the sweep, which finds those that it was not told of yet.
    until(lambda: watched.queued() >= 350, 60, "jobs")
    watched.thaw(pid)
    watched.fires("GoujiObservationsLost")
    watched.is_over()
    watched.fired_only(
        "GoujiObservationsLost", perhaps=["GoujiProcessDown", "GoujiNoWorker", "GoujiNothingEnds"]
    )
    row.says(documents=len(watched.dropped) + len(members))


# --- pages -------------------------------------------------------------------------------------


def sign_in(watched: Watched) -> httpx.Client:
    visitor = httpx.Client(base_url=f"http://127.0.0.1:{watched.site_port}", timeout=30)
    shown = visitor.get("/sign-in").text
    (csrf,) = re.findall(r'name="csrf" value="([^"]+)"', shown)
    form = {"csrf": csrf, "user": watched.settings.site_user, "password": PASSWORD}
    assert visitor.post("/sign-in", data=form).status_code == 303
    return visitor


# --- servers -----------------------------------------------------------------------------------


@pytest.mark.long
def test_the_store_is_away(watched: Watched, row: Row) -> None:
    """And people look at documents meanwhile, whose originals are there."""
    visitor = sign_in(watched)
    until(lambda: watched.ended() > 0, 60, "a record")
    (key, *_) = watched.dropped
    watched.proxy.fault = always(Fault.REFUSED)

    def look() -> bool:
        with contextlib.suppress(httpx.TimeoutException):
            visitor.get("/document", params={"key": key})
        return {"GoujiStoreAway", "GoujiSiteBreaks"} <= watched.seen().firing()

    until(look, 120, "store and pages")
    watched.proxy.fault = lambda _: None
    watched.is_over()
    watched.fired_only(
        *("GoujiStoreAway", "GoujiSiteBreaks"),
        perhaps=["GoujiSweepStandsStill", "GoujiNothingEnds"],
    )
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_the_store_takes_no_writes(watched: Watched, row: Row) -> None:
    """As with a full disk: what is there is read, and nothing is written."""
    until(lambda: watched.ended() > 0, 60, "a record")
    watched.proxy.fault = always(Fault.FULL)
    watched.fires("GoujiStoreTakesNoWrites")
    watched.proxy.fault = lambda _: None
    watched.is_over()
    watched.fired_only("GoujiStoreTakesNoWrites", perhaps=["GoujiNothingEnds", "GoujiQueueWaits"])
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_the_broker_is_away(watched: Watched, row: Row) -> None:
    watched.broker.kill()
    watched.fires("GoujiBrokerAway")
    watched.broker.start()
    watched.is_over()
    watched.fired_only("GoujiBrokerAway", perhaps=["GoujiSweepStandsStill", "GoujiNothingEnds"])
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_the_broker_is_nearly_full(watched: Watched, row: Row) -> None:
    # What somebody else keeps there, or jobs in great numbers.
    others = {f"others-{number}": b"x" * (20 * 2**20) for number in range(11)}
    for name, body in others.items():
        watched.broker.client().set(name, body)
    watched.fires("GoujiBrokerFull")
    watched.broker.client().delete(*others)
    watched.is_over()
    watched.fired_only("GoujiBrokerFull")
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_the_store_turns_us_away(watched: Watched, row: Row) -> None:
    """Keys were changed, and nobody told the processes that are there. One that starts with such a
    key ends at once, and is missed."""
    watched.proxy.fault = always(Fault.TURNED_AWAY)
    watched.fires("GoujiMisconfigured")
    watched.proxy.fault = lambda _: None
    watched.is_over()
    watched.fired_only("GoujiMisconfigured", perhaps=["GoujiSweepStandsStill", "GoujiNothingEnds"])
    row.says(documents=len(watched.dropped))


@pytest.mark.long
def test_the_catalogue_is_spoilt(watched: Watched, row: Row) -> None:
    visitor = sign_in(watched)
    file = watched.settings.home / "catalogue.db"
    assert visitor.get("/").status_code == 200
    spoilt = b"this is no database" * 10_000

    def look() -> bool:
        file.write_bytes(spoilt)
        visitor.get("/")
        return "GoujiCatalogueBroken" in watched.seen().firing()

    until(look, 120, "catalogue")
    for name in ("sweep", "light", "listen-site"):
        watched.stop(name)
    for path in file.parent.glob("catalogue.db*"):
        path.unlink()
    for name in ("sweep", "light", "listen-site"):
        watched.run(name)
    watched.is_over()
    # The latter as they were stopped for it.
    stopped = ["GoujiSweepStandsStill", "GoujiProcessDown", "GoujiSiteDown", "GoujiNoWorker"]
    watched.fired_only("GoujiCatalogueBroken", perhaps=["GoujiSiteBreaks", *stopped])
    row.says(documents=len(watched.dropped))
