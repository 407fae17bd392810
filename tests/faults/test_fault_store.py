"""The store refuses, stalls, cuts short, says what is not true: trouble of the world, which
no document is charged with."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping

import pytest
from corpus import light
from proxy import Fault, always, now_and_then
from world import GOUJI, Normal, Row, World, until

STORMS: tuple[tuple[str, float, tuple[Fault, ...]], ...] = (
    ("refused", 0.2, (Fault.REFUSED,)),
    ("storm_of_503", 0.4, (Fault.STORM,)),
    ("slow", 0.1, (Fault.SLOW,)),
    ("cut_bodies", 0.3, (Fault.CUT_BODY,)),
    ("lost_answers", 0.5, (Fault.LOST_ANSWER,)),
    ("busy_409", 0.5, (Fault.BUSY,)),
    ("not_as_read_412", 0.4, (Fault.NOT_AS_READ,)),
)


@pytest.mark.long
@pytest.mark.parametrize(("name", "share", "faults"), STORMS, ids=[name for name, *_ in STORMS])
def test_store(
    name: str,
    share: float,
    faults: tuple[Fault, ...],
    world: World,
    row: Row,
    corpus: Mapping[str, bytes],
    quiet: Mapping[str, Normal],
) -> None:
    """One kind of fault in a share of all requests, while documents arrive."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 30)
    world.proxy.fault = now_and_then(5, share, *faults)
    arriving = world.arrive(documents, 5)
    arriving.join()
    # A worker writes once a document; what befalls writes only does so less often.
    until(lambda: sum(world.proxy.done.values()) > 10, 60, "faults")
    time.sleep(5)
    world.proxy.fault = lambda _: None
    took = world.keeps_its_promise(quiet, 150)
    row.says(documents=len(documents), faults=sum(world.proxy.done.values()), settled=took)


def test_store_of_all_faults_at_once(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Every kind, in a fifth of all requests; the service gets through without a pause."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 25)
    quick = (fault for fault in Fault if fault is not Fault.SLOW)
    world.proxy.fault = now_and_then(7, 0.2, *quick)
    world.arrive(documents, 3).join()
    until(lambda: sum(world.proxy.done.values()) > 30, 60, "faults")
    world.proxy.fault = lambda _: None
    took = world.keeps_its_promise(quiet, 150)
    row.says(documents=len(documents), faults=sum(world.proxy.done.values()), settled=took)


@pytest.mark.long
def test_store_away(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Refused for five minutes while documents arrive by another way."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 40)
    world.proxy.fault = always(Fault.REFUSED)
    world.arrive(documents, 5).join()
    time.sleep(300)
    assert world.records.tally().pending == len(documents)
    world.proxy.fault = lambda _: None
    took = world.keeps_its_promise(quiet, 150)
    attempts = world.broker.client().keys("gouji:attempts:*")
    assert attempts == [], "nothing was charged"
    row.says(documents=len(documents), settled=took)


def test_a_store_that_ignores_conditions_is_refused(world: World, row: Row) -> None:
    """Where a write with a condition is done whatever the condition says, no worker serves."""
    world.proxy.heedless = True
    ended = subprocess.run(
        [*GOUJI, "worker", "--queue", "light"],
        env=world.environ(),
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 64
    assert b"ignores If-None-Match" in ended.stderr
    row.says(documents=0)


@pytest.mark.long
def test_a_worker_waits_for_a_store_that_is_away_when_it_starts(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """It cannot be asked whether it heeds conditions, and so is asked again."""
    world.proxy.fault = always(Fault.STORM)
    documents = light(corpus, 3)
    world.start("listen", "sweep")
    world.start("light", wait=False)
    world.tell(world.drop(documents))
    until(lambda: "store.waits" in world.processes["light"].said(), 40, "waiting")
    world.proxy.fault = lambda _: None
    took = world.keeps_its_promise(quiet, 90)
    assert world.processes["light"].starts == 1
    row.says(documents=len(documents), settled=took)
