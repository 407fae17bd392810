"""Bad documents among good ones: each ends with its code, and the good ones hardly notice."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

import pytest
from corpus import light
from world import Row, World

from samples.poison import POISON
from storage.keys import INBOX

#: Those that a worker for light documents meets; the PDFs have their own queue.
LIGHT_POISON = tuple(name for name in POISON if not name.endswith(".pdf"))


def ended(envelope: Mapping[str, object]) -> str:
    if envelope["status"] == "refused":
        refusal = envelope["refusal"]
        assert isinstance(refusal, dict)
        return f"refused:{refusal['code']}"
    return "report" if envelope.get("report") else "no report"


@pytest.mark.long
def test_every_poison_ends_with_its_code(world: World, row: Row) -> None:
    world.start("light", "pdf", "sweep", "listen")
    world.tell(world.drop({name: poison.make() for name, poison in POISON.items()}))
    took = world.settle(240)
    outcomes = {}
    for name in POISON:
        records = (
            world.records.read_result(INBOX + name),
            world.records.read_failure(INBOX + name),
        )
        (record,) = (found for found in records if found)
        assert record.envelope is not None
        outcomes[name] = ended(record.envelope)
        assert record.envelope.get("attempts", 1) <= 3
    wrong = {name: got for name, got in outcomes.items() if got not in POISON[name].outcomes}
    assert not wrong
    starts = {name: process.starts for name, process in world.processes.items()}
    assert set(starts.values()) == {1}, "every process lives on"
    row.says(documents=len(POISON), settled=took)


@pytest.mark.long
def test_poison_one_in_ten(world: World, row: Row, corpus: Mapping[str, bytes]) -> None:
    """The good ones go through at no less than four fifths of the rate that they have alone."""
    good = {
        name: body
        for name, body in light(corpus, 220).items()
        if not any(name.endswith(poison) for poison in POISON)
    }
    world.start("light", "listen")
    alone = {f"alone/{name}": body for name, body in good.items()}
    mixed = {f"mixed/{name}": body for name, body in good.items()}
    for number, name in enumerate(list(mixed)):
        if number % 10 == 9:
            poison = POISON[LIGHT_POISON[number // 10 % len(LIGHT_POISON)]]
            mixed[f"mixed/{name}-{poison.name}"] = poison.make()
    rate_alone = rate(world, alone, alone)
    rate_mixed = rate(world, mixed, {f"mixed/{name}" for name in good})
    for key in world.terminal_keys():
        name = next((n for n in LIGHT_POISON if key.endswith(f"-{n}")), None)
        if name is not None and key.startswith(f"{INBOX}mixed/"):
            record = world.records.read_result(key) or world.records.read_failure(key)
            assert record is not None
            assert ended(record.envelope or {}) in POISON[name].outcomes
    row.says(
        documents=len(alone) + len(mixed),
        good_per_second=f"{rate_alone:.1f} alone, {rate_mixed:.1f} among poison",
        share=f"{rate_mixed / rate_alone:.0%}",
    )
    assert rate_mixed >= 0.8 * rate_alone


def rate(world: World, documents: Mapping[str, bytes], good: Iterable[str]) -> float:
    """Good documents a second, from the first event to the last good result."""
    infos = world.drop(dict(shuffled(documents)))
    began = time.time()
    world.tell(infos)
    world.settle(400)
    wanted = {INBOX + name for name in good}
    ends = [record.info.last_modified for record in world.records.results() if record.key in wanted]
    assert len(ends) == len(wanted)
    latest: datetime = max(ends)
    # The store tells whole seconds.
    return len(wanted) / max(1.0, latest.timestamp() + 1 - began)


def shuffled(documents: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    from random import Random

    items = list(documents.items())
    Random(21).shuffle(items)
    return items
