"""Archives: what is in them has jobs of its own, and whatever dies, each ends once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from random import Random

import pytest
from corpus import light, mixed, pages
from in_quiet import quiet_run
from world import Row, World, until

from samples import archives

KEY = "全省/各单位.zip"
LONG_MEMBERS = 2000


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Names in GBK, as the tools of offices write them."""
    return archives.zipped(tuple(members.items()), codec="gbk")


def batch() -> dict[str, bytes]:
    """An archive with reports, poison, an empty file, and another archive in it."""
    documents = light(mixed(40), 24)
    names = list(documents)
    inner = zipped({name: documents.pop(name) for name in names[:6]})
    return {KEY: zipped(documents | {"乡镇.zip": inner, "空.docx": b""})}


def thousands() -> dict[str, bytes]:
    return {KEY: zipped(dict(pages(LONG_MEMBERS, seed=9)))}


def test_an_archive_under_kills(world: World, row: Row) -> None:
    """A pool child, a worker, the sweep killed, and the broker emptied, while it is unpacked and
    its members are read."""
    documents = batch()
    quiet = quiet_run(documents)
    assert len(quiet) == 26
    world.start("light", "sweep", "listen")
    world.tell(world.drop(documents))
    chance = Random(7)
    for blow in ("child", "light", "wipe", "child", "sweep"):
        time.sleep(chance.uniform(0.3, 1.0))
        _strike(world, blow, chance)
    took = world.keeps_its_promise(quiet, 120)
    row.says(documents=len(quiet), kills=dict(world.kills), wipes=world.broker.wipes, settled=took)


@pytest.mark.long
def test_an_archive_of_thousands_under_twenty_kills(world: World, row: Row) -> None:
    documents = thousands()
    quiet = quiet_run(documents)
    assert len(quiet) == LONG_MEMBERS + 1
    world.start("light", "light-2", "sweep", "listen")
    world.tell(world.drop(documents))
    chance = Random(20)
    blows = ["child"] * 10 + ["light", "light-2"] * 3 + ["sweep", "listen"] * 2 + ["wipe"] * 3
    chance.shuffle(blows)
    for blow in blows:
        time.sleep(chance.uniform(0.5, 3.0))
        _strike(world, blow, chance)
    took = world.keeps_its_promise(quiet, 900)
    assert sum(world.kills.values()) == 20
    row.says(documents=len(quiet), kills=dict(world.kills), wipes=world.broker.wipes, settled=took)


@pytest.mark.long
def test_an_archive_replaced_while_it_is_worked_at(world: World, row: Row) -> None:
    """Of the members of the older version nothing counts, and those of the newer are all there."""
    older, newer = thousands(), batch()
    quiet = quiet_run(newer)
    world.start("light", "sweep", "listen")
    world.tell(world.drop(older))
    until(lambda: world.ended() >= 20, 60, "some members of the older version")
    world.tell(world.drop(newer))
    until(lambda: world.records.tally().pending == 0, 120, "pending", pause=1.0)
    found = world.normal()
    assert {key: found[key] for key in quiet} == quiet
    assert {version.key for version, _ in world.records.states()} == set(quiet)
    row.says(documents=len(quiet))


def _strike(world: World, blow: str, chance: Random) -> None:
    if blow == "wipe":
        world.broker.wipe()
    elif blow == "child":
        until(lambda: world.kill_child("light", chance), 30, "child")
    else:
        world.kill(blow)
