"""S3 that tells SQS, and `gouji listen --sqs`: store and queue are those of moto's server.

What is dropped is told of by the store itself, and nothing else tells of it: the sweep runs in one
scenario only, where the queue loses messages.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from corpus import light
from own_aws import KEY, SECRET, Aws
from pydantic import SecretStr
from world import Normal, Row, World, until

from samples import make_report, render
from storage.event_queue import POLL_SECONDS
from storage.keys import INBOX
from tasks.model.document import Format

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class _S3:
    endpoint: str
    access_key: str = KEY
    secret_key: str = SECRET


@dataclass(frozen=True)
class _Servers:
    s3: _S3


class Told(World):
    """A world whose store tells a queue."""

    def __init__(self, aws: Aws, folder: Path, **changed: object) -> None:
        self.aws = aws
        self.url = aws.new_queue(visibility_seconds=2)
        given = {
            "sqs_queue_url": self.url,
            "sqs_access_key": KEY,
            "sqs_secret_key": SecretStr(SECRET),
        }
        super().__init__(_Servers(_S3(aws.endpoint)), folder, **given | changed)  # type: ignore[arg-type]
        aws.tell(self.store.bucket, self.url)

    def end(self) -> None:
        # This store takes no bucket with something in it.
        for info in list(self.store.list("")):
            self.aws.s3.delete_object(Bucket=self.store.bucket, Key=info.key)
        super().end()

    def fetched(self, seconds: float = 60) -> None:
        until(lambda: self.aws.left(self.url) == 0, seconds, "messages left")


@pytest.fixture
def told(aws: Aws, tmp_path: Path) -> Iterator[Callable[..., Told]]:
    made: list[Told] = []

    def make(**changed: object) -> Told:
        made.append(Told(aws, tmp_path / f"world-{len(made)}", **changed))
        return made[-1]

    yield make
    for world in made:
        world.end()


def texts(count: int) -> dict[str, bytes]:
    """Small ones."""
    return {
        f"2023/{number}.html": render(make_report(number % 7, year=2023), Format.HTML, "plain")
        for number in range(count)
    }


def test_queue_poller_killed_and_broker_away(told: Callable[..., Told], row: Row) -> None:
    """300 documents, among messages of others and such that nobody understands; 70 of them come
    while the broker is away."""
    world = told()
    chance = Random(5)
    elsewhere = world.aws.new_bucket()
    world.aws.tell(elsewhere, world.url)
    world.start("light", "light-2")
    world.start("poll", wait=False)
    documents = texts(300)
    noise = 0
    for number, (name, body) in enumerate(documents.items()):
        world.drop({name: body})
        if number % 10 == 3:
            world.aws.put(elsewhere, f"inbox/{number}.html")
            world.aws.send(world.url, chance.choice(["no event", "{}", "[" * 9999, "年报"]))
            noise += 2
        if number % 40 == 20:
            world.kill("poll")
        if number == 150:
            # What is in it would be lost with it, and wait for the sweep.
            world.settle(120, len(world.dropped))
            world.broker.kill()
            world.kills["broker"] += 1
        if number == 220:
            world.broker.start()
    took = world.settle(200, len(documents))
    assert set(world.terminal_keys()) == set(world.dropped)
    # Also those that nobody understands, after some rounds.
    world.fetched(120)
    assert "events.given_up" in world.processes["poll"].said()
    row.says(documents=len(documents), noise=noise, kills=dict(world.kills), settled=took)


def test_queue_tells_twice_and_of_parts(
    told: Callable[..., Told], row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    world = told()
    documents = light(corpus, 20)
    world.start("poll", wait=False)
    world.start("light")
    for name, body in documents.items():
        world.aws.put_in_parts(world.store.bucket, INBOX + name, body)
    # In one piece after that: the etag of the quiet run.
    world.drop(documents)
    took = world.keeps_its_promise(quiet, 120)
    world.fetched()
    row.says(documents=len(documents), settled=took)


def test_queue_loses_messages(
    told: Callable[..., Told], row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Each third is taken out by somebody else; the sweep finds the document."""
    world = told(sweep_seconds=1)
    documents = light(corpus, 30)
    world.drop(documents)
    thief = world.aws.queue(world.url)
    thief.delete(thief.receive(1))
    world.start("poll", wait=False)
    world.start("light", "sweep")
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), stolen=10, settled=took)


def test_queue_poller_told_to_stop_again_and_again(told: Callable[..., Told], row: Row) -> None:
    """It ends before a long poll would, has nothing half done, and starts again."""
    world = told()
    world.start("light")
    world.start("poll", wait=False)
    documents = texts(60)
    poller = world.processes["poll"]
    for number, (name, body) in enumerate(documents.items()):
        world.drop({name: body})
        if number % 20 == 10:
            stops = world.kills["told to stop"]
            until(lambda: poller.said().count("queue.found") > stops, 30, "it serves")  # noqa: B023
            process = poller.popen
            process.send_signal(signal.SIGTERM)
            assert process.wait(POLL_SECONDS - 5) == 0
            world.kills["told to stop"] += 1
    took = world.settle(120, len(documents))
    assert set(world.terminal_keys()) == set(world.dropped)
    world.fetched()
    row.says(documents=len(documents), kills=dict(world.kills), settled=took)
