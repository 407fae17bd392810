"""Processes die, by themselves or by force, in the middle of anything."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping
from itertools import islice
from random import Random

import pytest
from corpus import light
from proxy import Asked, Fault
from world import Normal, Row, World, until


@pytest.mark.long
def test_fifty_kills_and_ten_wipes(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """`kill -9` at random moments to random processes, and the broker emptied, while all the
    documents arrive."""
    world.start("light", "pdf", "sweep", "listen")
    arriving = world.arrive(corpus, 90)
    chance = Random(50)
    workers, others = ("light", "pdf"), ("sweep", "listen")
    blows = ["worker"] * 18 + ["child"] * 24 + ["other"] * 8 + ["wipe"] * 10
    chance.shuffle(blows)
    for blow in blows:
        time.sleep(chance.uniform(0.5, 2.5))
        if blow == "wipe":
            world.broker.wipe()
        elif blow == "child":
            until(lambda: world.kill_child(chance.choice(workers), chance), 30, "child")
        else:
            world.kill(chance.choice(workers if blow == "worker" else others))
    arriving.join()
    took = world.keeps_its_promise(quiet, 300)
    assert sum(world.kills.values()) == 50
    row.says(documents=len(corpus), kills=dict(world.kills), wipes=world.broker.wipes, settled=took)


def test_a_few_kills(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """The same in short: a pool child, a worker, the sweep, twice each."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 25)
    arriving = world.arrive(documents, 8)
    chance = Random(3)
    for _ in range(2):
        time.sleep(1)
        until(lambda: world.kill_child("light", chance), 30, "child")
        world.kill("sweep")
        time.sleep(1)
        world.kill("light")
    arriving.join()
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), kills=dict(world.kills), settled=took)


@pytest.mark.long
def test_pool_children_killed(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """As an OOM killer does it, every half second."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 40)
    arriving = world.arrive(documents, 8)
    chance = Random(4)
    while arriving.is_alive():
        time.sleep(0.5)
        world.kill_child("light", chance)
    took = world.keeps_its_promise(quiet, 120)
    assert world.processes["light"].starts == 1, "the worker lives on"
    row.says(documents=len(documents), kills=dict(world.kills), settled=took)


#: A moment of a job: the request that the worker makes next, and whether it dies before or
#: after the store has done it.
MOMENTS: tuple[tuple[str, str, str, bool], ...] = (
    ("after_the_pop", "HEAD", "/inbox/", False),
    ("before_it_is_fetched", "GET", "/inbox/", False),
    ("before_the_put", "PUT", "/results/", False),
    ("after_the_put_before_the_ack", "PUT", "/results/", True),
)


@pytest.mark.long
@pytest.mark.parametrize("victim", ["machine", "child"])
@pytest.mark.parametrize(
    ("moment", "method", "room", "done"), MOMENTS, ids=[name for name, *_ in MOMENTS]
)
def test_killed(
    moment: str,
    method: str,
    room: str,
    done: bool,
    victim: str,
    world: World,
    row: Row,
    corpus: Mapping[str, bytes],
    quiet: Mapping[str, Normal],
) -> None:
    """At one and the same moment of a job, for each of six documents."""
    # The sweep asks the store as well, and must not be taken for the worker.
    world.start("light", "listen", light_concurrency=1)
    documents = {name: body for name, body in corpus.items() if name.endswith(".txt")}
    documents = light(documents, 8)
    struck: set[str] = set()

    def strike(asked: Asked) -> bool:
        if asked.method != method or room not in asked.path:
            return False
        if asked.path in struck or len(struck) == 6:
            return False
        struck.add(asked.path)
        if victim == "machine":
            world.kill_group("light")
        else:
            for child in world.processes["light"].children():
                child.kill()
                world.kills["pool child"] += 1
        return True

    if done:
        world.proxy.answered = strike
    else:
        world.proxy.fault = lambda asked: Fault.REFUSED if strike(asked) else None
    world.tell(world.drop(documents))
    world.start("sweep", s3_endpoint=world.straight)
    took = world.keeps_its_promise(quiet, 120)
    assert len(struck) == 6
    row.says(documents=len(documents), kills=dict(world.kills), settled=took)


@pytest.mark.long
def test_clocks_that_differ(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Workers and sweep up to a quarter of an hour before and behind the store: nothing goes by
    a clock of theirs. Half of the documents are put twice. Beyond that a store refuses every
    request, and the worker waits and says why."""
    world.start("light", within=("skewed.py", 14 * 60))
    world.start("light-2", within=("skewed.py", -14 * 60))
    world.start("sweep", within=("skewed.py", 13 * 60))
    world.start("light-3", within=("skewed.py", 2 * 3600), wait=False)
    world.start("listen")
    documents = light(corpus, 40)
    other = dict(zip(list(documents)[:20], reversed(list(documents.values())), strict=False))
    world.arrive(other, 3).join()
    world.arrive(documents, 5).join()
    took = world.keeps_its_promise(quiet, 120)
    until(lambda: "set the clock of this machine" in world.processes["light-3"].said(), 30)
    row.says(documents=len(documents), settled=took)


@pytest.mark.long
def test_no_room_for_temporary_files(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Not a byte is left where temporary files go."""
    if subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("only root may fill a /tmp of its own")
    documents = dict(islice(corpus.items(), 30))
    world.start("light", "pdf", "sweep", "listen", within=("full_tmp.py",))
    world.arrive(documents, 5).join()
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), settled=took)


@pytest.mark.long
def test_sigterm_under_load(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """As at each deployment: told to stop, ends what it has begun, and the next one comes."""
    world.start("light", "light-2", "sweep", "listen")
    documents = light(corpus, 80)
    arriving = world.arrive(documents, 10)
    stops = 0
    while arriving.is_alive():
        time.sleep(2.5)
        world.processes[("light", "light-2")[stops % 2]].signal(signal.SIGTERM)
        stops += 1
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), kills={"SIGTERM": stops}, settled=took)


@pytest.mark.long
def test_hanging_document_and_broker_restart(world: World, row: Row) -> None:
    """The slot of a document that hangs comes free, also over a restart of the broker."""
    world.start(
        "light",
        misbehaving=True,
        light_concurrency=1,
        soft_time_limit_seconds=4,
        hard_time_limit_seconds=6,
        attempts=1,
    )
    world.start("sweep", "listen")
    world.tell(world.drop({"endless.html": b"<p>x</p>"}))
    until(lambda: world.tries("endless.html"), 20, "begun")
    world.broker.kill()
    world.broker.start()
    world.tell(world.drop({"after.html": b"<p>y</p>"}))
    took = world.settle(90)
    letter = world.records.read_failure("inbox/endless.html")
    assert letter is not None
    assert (letter.envelope or {})["refusal"]["code"] == "timeout"
    assert world.records.read_result("inbox/after.html")
    row.says(documents=2, kills={"broker": 1}, settled=took)


@pytest.mark.long
def test_a_worker_stopped_in_its_sleep_is_not_waited_for(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Frozen in the middle (SIGSTOP, as a suspended machine), it writes when others have
    written: nothing is doubled, nothing older wins."""
    world.start("light", "light-2", "sweep", "listen")
    documents = light(corpus, 40)
    arriving = world.arrive(documents, 6)
    for _ in range(3):
        time.sleep(1)
        frozen = [world.processes["light"].popen.pid]
        frozen += [child.pid for child in world.processes["light"].children()]
        for pid in frozen:
            world.freeze(pid)
        time.sleep(4)
        for pid in frozen:
            world.thaw(pid)
    arriving.join()
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), kills={"SIGSTOP": 3}, settled=took)
