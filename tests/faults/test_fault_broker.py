"""The broker loses what it was given, goes away, fills up: what is left to do stands in the
bucket."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from random import Random

import pytest
from corpus import light
from world import Normal, Row, World, until

from storage.errors import Unavailable
from tasks import jobs
from workers.app import make_app


def test_flushall_again_and_again(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Messages, marks, leases and attempts vanish in the middle of everything."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 30)
    arriving = world.arrive(documents, 4)
    chance = Random(11)
    while arriving.is_alive():
        time.sleep(chance.uniform(0.2, 0.8))
        world.broker.wipe()
    took = world.keeps_its_promise(quiet)
    row.says(documents=len(documents), wipes=world.broker.wipes, settled=took)


@pytest.mark.long
def test_broker_killed_and_restarted_empty(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    world.start("light", "sweep", "listen")
    documents = light(corpus, 60)
    arriving = world.arrive(documents, 12)
    for _ in range(3):
        time.sleep(2)
        world.broker.kill()
        world.kills["broker"] += 1
        time.sleep(1.5)
        world.broker.start()
    arriving.join()
    took = world.keeps_its_promise(quiet, 120)
    assert all(process.starts == 1 for process in world.processes.values()), "they lived on"
    row.says(documents=len(documents), kills=dict(world.kills), settled=took)


@pytest.mark.long
def test_broker_stopped(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """Away for longer than every timeout between (90 s), and empty when it returns."""
    world.start("light", "sweep", "listen")
    documents = light(corpus, 40)
    arriving = world.arrive(documents, 4)
    time.sleep(1)
    world.broker.kill()
    arriving.join()
    assert world.tell(world.drop({"told-in-vain.txt": b"x"})) == 503, "said, not swallowed"
    world.remove("told-in-vain.txt")
    time.sleep(90)
    world.broker.start()
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), kills={"broker": 1}, settled=took)


@pytest.mark.long
@pytest.mark.parametrize("how", ["out_of_memory", "readonly"])
def test_broker_takes_no_writes(
    how: str,
    world: World,
    row: Row,
    corpus: Mapping[str, bytes],
    quiet: Mapping[str, Normal],
) -> None:
    world.start("light", "sweep", "listen")
    spoil: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "out_of_memory": (
            lambda: world.broker.set("maxmemory", "1"),
            lambda: world.broker.set("maxmemory", "0"),
        ),
        "readonly": (
            lambda: world.broker.client().replicaof("127.0.0.1", 1),
            lambda: world.broker.client().replicaof("NO", "ONE"),
        ),
    }
    break_it, mend_it = spoil[how]
    documents = light(corpus, 60)
    arriving = world.arrive(documents, 8)
    for _ in range(2):
        time.sleep(1.5)
        break_it()
        time.sleep(3)
        mend_it()
    arriving.join()
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(documents), faults=2, settled=took)


@pytest.mark.long
def test_backlog_of_ten_thousand_during_an_outage(
    world: World, row: Row, corpus: Mapping[str, bytes], quiet: Mapping[str, Normal]
) -> None:
    """The store is away, ten thousand jobs wait: in the broker, not in a worker's memory."""
    from proxy import Fault, always

    world.start("light")
    documents = light(corpus, 50)
    infos = world.drop(documents)
    world.proxy.fault = always(Fault.REFUSED)
    app = make_app(world.settings, publisher=True)
    before = rss_mib(world)
    for _ in range(10_000 // len(infos)):
        for info in infos:
            jobs.enqueue(app, info, reason="test")
    most = before
    for _ in range(20):
        time.sleep(1)
        most = max(most, rss_mib(world))
    assert world.queued() + eta(world) > 9_000
    assert most - before < 60, (before, most)
    world.proxy.fault = lambda _: None
    world.start("sweep")
    took = world.keeps_its_promise(quiet, 1500)
    row.says(documents=len(documents), jobs=10_000, settled=took, mib=f"{before:.0f} to {most:.0f}")


def rss_mib(world: World) -> float:
    import psutil

    main = psutil.Process(world.processes["light"].popen.pid)
    return main.memory_info().rss / 2**20


def eta(world: World) -> int:
    """Jobs that a worker holds for later are not acknowledged."""
    return int(world.broker.client().hlen("gouji:unacked"))


@pytest.mark.long
def test_attempts_wiped(world: World, row: Row) -> None:
    """What our program breaks on may be tried anew, and ends all the same; never is a good
    one lost."""
    world.start("light", misbehaving=True)
    world.start("sweep", "listen")
    world.tell(world.drop({"defect.html": b"<p>x</p>", "good.html": b"<p>y</p>"}))
    until(lambda: world.tries("defect.html") >= 2, 60, "second try")
    world.broker.wipe()
    until(lambda: world.records.read_failure("inbox/defect.html"), 60, "dead letter")
    took = world.settle(30)
    assert world.records.read_result("inbox/good.html")
    assert world.tries("defect.html") <= 6
    row.says(documents=2, wipes=1, tries=world.tries("defect.html"), settled=took)


def test_a_publisher_hears_of_a_broker_that_is_full(world: World) -> None:
    world.broker.set("maxmemory", "1")
    app = make_app(world.settings, publisher=True)
    (info,) = world.drop({"a.html": b"<p>x</p>"})
    with pytest.raises(Unavailable):
        jobs.enqueue(app, info, reason="test")
