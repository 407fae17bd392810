"""The third way in: S3 tells a queue, and `gouji listen --sqs` fetches what it told.

Nobody works here: what counts is which jobs the broker has. Whole runs, with processes that are
killed, are in `tests/faults/test_fault_queue.py`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from own_aws import KEY, SECRET, Aws
from pydantic import SecretStr
from redis import Redis
from scraping import of as numbers
from scraping import samples_of
from station import Station, wait_for
from structlog.testing import capture_logs

from storage import errors
from storage.broker import Broker
from storage.errors import Misconfigured, Unavailable
from storage.event_queue import AT_ONCE, EventQueue
from storage.local import free_port
from storage.results import DocumentVersion
from tasks.queues import Queue
from workers.app import make_app
from workers.board import Board, start_telling
from workers.metrics import Process
from workers.observe import tell_to
from workers.poll import MOST_RECEIVES, STRANGERS, Poller, enqueue, understand

Logs = list[Any]


class Post:
    """A bucket that tells a queue, and who fetches from it."""

    def __init__(self, aws: Aws, station: Station, **queue: Any) -> None:
        self.aws = aws
        self.station = station
        self.bucket = aws.new_bucket(station.settings.s3_bucket)
        self.url = aws.new_queue(**queue)
        self.pollers: list[Poller] = []

    def settings(self, **changed: Any) -> Any:
        given = {
            "sqs_queue_url": self.url,
            "sqs_access_key": KEY,
            "sqs_secret_key": SecretStr(SECRET),
            "listen_port": free_port(),
        }
        return self.station.settings.model_copy(update=given | changed)

    def fetch(self, ask_broker: Callable[[], None] | None = None) -> Poller:
        """In this process, as the command does it."""
        settings = self.settings()
        queue = EventQueue(url=self.url, access_key=KEY, secret_key=SECRET)
        broker = Broker(settings.broker_address())
        take = partial(enqueue, make_app(settings, publisher=True))
        poller = Poller(queue, self.bucket, take, ask_broker or broker.ping)
        threading.Thread(target=poller.run, daemon=True).start()
        self.pollers.append(poller)
        return poller

    def put(self, *names: str) -> None:
        for name in names:
            self.aws.put(self.bucket, name)

    def is_empty(self) -> bool:
        return self.aws.left(self.url) == 0

    def emptied(self) -> None:
        wait_for(self.is_empty)

    def forget_jobs(self) -> None:
        """Those that other tests left in the broker."""
        redis = Redis.from_url(self.station.settings.broker_url.get_secret_value())
        redis.delete(f"gouji:{Queue.LIGHT}")

    def jobs(self) -> list[str]:
        """What the jobs that wait are about."""
        redis = Redis.from_url(self.station.settings.broker_url.get_secret_value())
        told = [json.loads(one) for one in redis.lrange(f"gouji:{Queue.LIGHT}", 0, -1)]
        return sorted(one["headers"]["argsrepr"] for one in told)


@pytest.fixture
def new_post(aws: Aws, new_station: Callable[..., Station]) -> Iterator[Callable[..., Post]]:
    made: list[Post] = []

    def make(**queue: Any) -> Post:
        made.append(Post(aws, new_station(), **queue))
        made[-1].forget_jobs()
        return made[-1]

    yield make
    for post in made:
        for poller in post.pollers:
            assert poller.finish(30)


@pytest.fixture
def post(new_post: Callable[..., Post]) -> Post:
    return new_post()


@pytest.fixture
def logs() -> Iterator[Logs]:
    with capture_logs() as caught:
        yield caught


@pytest.fixture
def board() -> Iterator[Board]:
    """Where this process tells what it does."""
    made = Board([Process.POLL])
    start_telling(made)
    yield made
    tell_to(None)
    errors.heard_by(None)


def of(logs: Logs, event: str) -> list[dict[str, Any]]:
    return [one for one in logs if one["event"] == event]


def test_what_s3_tells_becomes_jobs(post: Post, logs: Logs) -> None:
    """Also in parts, where S3 tells twice; also by names that it encodes."""
    post.aws.tell(post.bucket, post.url)
    post.put("inbox/2023/年报 a+b.html", "inbox/%2F.html", "results/x/result.json")
    post.aws.put_in_parts(post.bucket, "inbox/parts.html", b"parts")
    post.aws.put(post.bucket, "inbox/parts-2.html", b"parts")
    post.fetch()
    post.emptied()
    assert post.jobs() == [
        "inbox/%2F.html",
        "inbox/2023/年报 a+b.html",
        "inbox/parts-2.html",
        "inbox/parts.html",
    ]
    assert sum(one["documents"] for one in of(logs, "events.taken")) == 5, "one of them twice"
    (found,) = of(logs, "queue.found")
    assert (found["visibility_seconds"], found["most_receives"]) == (30, None)


def test_what_is_not_ours_is_deleted_and_counted(post: Post, logs: Logs, board: Board) -> None:
    elsewhere = post.aws.new_bucket()
    for bucket in (post.bucket, elsewhere):
        post.aws.tell(bucket, post.url, prefix="")
        post.aws.put(bucket, "inbox/a.html")
        post.aws.put(bucket, "other/a.html")
    poller = post.fetch()
    post.emptied()
    assert post.jobs() == ["inbox/a.html"]
    assert poller.finish(30)
    counted: dict[str, int] = {}
    for line in of(logs, "events.passed_over"):
        for why in ("other_buckets", "no_documents", "connection_tests"):
            counted[why] = counted.get(why, 0) + line.get(why, 0)
    assert counted == {"other_buckets": 2, "no_documents": 1, "connection_tests": 2}
    samples = samples_of(board.text().decode())
    assert numbers(samples, "gouji_events_total", "via", "outcome") == {
        ("sqs", "taken"): 1,
        ("sqs", "passed_over"): 5,
    }


def test_the_queue_of_another_bucket_keeps_what_it_has(post: Post, logs: Logs) -> None:
    elsewhere = post.aws.new_bucket()
    post.aws.tell(elsewhere, post.url)
    for number in range(STRANGERS):
        post.aws.put(elsewhere, f"inbox/{number}.html")
    queue = EventQueue(url=post.url, access_key=KEY, secret_key=SECRET)
    poller = Poller(queue, post.bucket, lambda events, again: None, lambda: None)
    with pytest.raises(Misconfigured, match=f"bucket {elsewhere}, .*GOUJI_S3_BUCKET"):
        poller.run()
    assert post.aws.left(post.url) == STRANGERS + 1
    assert len(of(logs, "events.of_another_bucket")) == 1


def test_until_one_of_ours_came_those_of_another_bucket_stay(
    new_post: Callable[..., Post], logs: Logs
) -> None:
    post = new_post(visibility_seconds=0)
    elsewhere = post.aws.new_bucket()
    post.aws.tell(elsewhere, post.url)
    post.aws.put(elsewhere, "inbox/a.html")
    post.aws.send(post.url, {"detail-type": "Scheduled Event", "detail": {}})
    post.aws.send(post.url, "of another program")
    poller = post.fetch()
    wait_for(lambda: of(logs, "events.of_another_bucket"))
    # All came, and come again and again.
    beside = post.aws.queue(post.url)
    most = MOST_RECEIVES + 1
    wait_for(lambda: any(message.received > most for message in beside.receive(0)))
    assert post.aws.left(post.url) == 4
    assert len(of(logs, "events.of_another_bucket")) == 1
    post.aws.tell(post.bucket, post.url)
    post.emptied()
    assert poller.is_alive()
    assert post.jobs() == []


def test_what_nobody_understands_is_told_and_given_up(
    new_post: Callable[..., Post], logs: Logs
) -> None:
    post = new_post(visibility_seconds=0)  # it comes back at once
    post.aws.send(post.url, "<xml>no event</xml>")
    post.aws.tell(post.bucket, post.url)
    post.fetch()
    post.emptied()
    told = of(logs, "events.not_understood")
    assert [one["received"] for one in told] == list(range(1, MOST_RECEIVES + 1))
    (given_up,) = of(logs, "events.given_up")
    assert {one["log_level"] for one in (*told, given_up)} == {"error"}
    assert {one["begins"] for one in (*told, given_up)} == {"<xml>no event</xml>"}


def test_what_nobody_understands_is_left_to_the_redrive_policy(
    new_post: Callable[..., Post], aws: Aws, logs: Logs
) -> None:
    dead = aws.new_queue()
    most = MOST_RECEIVES + 2
    arn = aws.attributes(dead)["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": most})
    post = new_post(visibility_seconds=0, RedrivePolicy=redrive)
    post.aws.send(post.url, "no event")
    post.fetch()
    wait_for(lambda: aws.left(dead) == 1)
    assert not of(logs, "events.given_up")
    assert len(of(logs, "events.not_understood")) == most


def test_while_the_broker_is_away_nothing_is_fetched_and_nothing_lost(
    new_post: Callable[..., Post], logs: Logs
) -> None:
    post = new_post(visibility_seconds=1)
    away = True

    def ask() -> None:
        if away:
            raise Unavailable("ping: nobody answers")

    post.aws.tell(post.bucket, post.url)
    post.put("inbox/a.html")
    post.fetch(ask)
    wait_for(lambda: of(logs, "broker.waits"))
    assert post.jobs() == []
    (test, event) = post.aws.queue(post.url).receive(0)
    assert {test.received, event.received} == {1}, "it was not fetched before"
    away = False
    post.emptied()
    assert post.jobs() == ["inbox/a.html"]


def test_what_the_broker_does_not_take_comes_back(
    new_post: Callable[..., Post], logs: Logs
) -> None:
    """It answers, and takes no writes."""
    post = new_post(visibility_seconds=1)
    redis = Redis.from_url(post.station.settings.broker_url.get_secret_value())
    post.aws.tell(post.bucket, post.url)
    post.put(*(f"inbox/{number}.html" for number in range(4)))
    redis.config_set("min-replicas-to-write", "1")
    try:
        post.fetch()
        wait_for(lambda: of(logs, "events.not_taken"))
        assert not post.is_empty()
        assert post.jobs() == []
    finally:
        redis.config_set("min-replicas-to-write", "0")
    post.emptied()
    assert post.jobs() == [f"inbox/{number}.html" for number in range(4)]


def test_who_died_between_the_mark_and_the_job_has_lost_nothing(
    new_post: Callable[..., Post],
) -> None:
    post = new_post(visibility_seconds=1)
    post.aws.tell(post.bucket, post.url)
    post.put("inbox/a.html")
    first = post.aws.queue(post.url).receive(1)
    (event,) = (event for one in first for event in understand(one.body, post.bucket).documents)
    now = datetime.now(UTC)
    told = {"key": event.key, "etag": str(event.etag), "version_id": None, "size": 0}
    assert post.station.place.mark(DocumentVersion(**told, last_modified=now))
    post.fetch()
    post.emptied()
    assert post.jobs() == ["inbox/a.html"]


# --- the command -----------------------------------------------------------------------------


def start(settings: Any, log: Path) -> subprocess.Popen[bytes]:
    others = {name: told for name, told in os.environ.items() if not name.startswith("GOUJI_")}
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "workers.cli", "--lang", "en", "listen", "--sqs"],
            env=others | settings.to_environ(),
            stdout=file,
            stderr=file,
        )


def test_a_poller_that_is_killed_loses_nothing_and_ends_when_told(
    new_post: Callable[..., Post], tmp_path: Path
) -> None:
    post = new_post(visibility_seconds=1)
    settings = post.settings()
    post.aws.tell(post.bucket, post.url)
    names = sorted(f"inbox/{number}.html" for number in range(60))
    post.put(*names)
    first = start(settings, tmp_path / "killed")
    try:
        wait_for(post.jobs)
    finally:
        first.kill()
        first.wait(10)
    second = start(settings, tmp_path / "log")
    try:
        wait_for(post.is_empty)
        # Those that the first one had in hand came again, and may have a job each more.
        assert set(post.jobs()) == set(names)
        assert len(post.jobs()) <= len(names) + AT_ONCE
        healthy = httpx.get(f"http://127.0.0.1:{settings.listen_port}/healthz", trust_env=False)
        assert (healthy.status_code, healthy.text) == (200, "ok\n")
        # It waits for messages, which may take twenty seconds.
        second.send_signal(signal.SIGTERM)
        assert second.wait(10) == 0
    finally:
        second.kill()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_the_command_says_what_is_wrong_and_ends(post: Post, tmp_path: Path) -> None:
    none = f"{post.aws.endpoint}/123456789012/none"
    process = start(post.settings(sqs_queue_url=none), tmp_path / "log")
    try:
        assert process.wait(60) == 64
    finally:
        process.kill()
    said = [line for line in (tmp_path / "log").read_text().splitlines() if "{" not in line]
    assert len(said) == 1
    assert "NonExistentQueue; correct GOUJI_SQS_QUEUE_URL" in said[0]
