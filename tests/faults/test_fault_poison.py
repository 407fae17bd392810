"""Bad documents among good ones: each ends with its code, and the good ones hardly notice."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

import pytest
from corpus import light
from world import Row, World

from samples.poison import POISON
from storage.keys import INBOX, RESULTS, document_of, is_result
from tasks.queues import Queue, queue_of

#: Those that a worker for light documents meets; the PDFs have their own queue.
#: What the worker of the light queue takes, which is alone in the second scenario.
LIGHT_POISON = tuple(name for name in POISON if queue_of(name) is Queue.LIGHT)
ROUNDS = 4


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
    seconds = {"alone": 0.0, "mixed": 0.0}
    # By turns, as other work on the machine would else be taken for the price of poison.
    for part in range(ROUNDS):
        names = list(good)[part::ROUNDS]
        for way in seconds:
            documents = {f"{way}/{name}": good[name] for name in names}
            wanted = list(documents)
            for number, name in enumerate(wanted[9::10] if way == "mixed" else ()):
                kind = LIGHT_POISON[(part * len(names) // 10 + number) % len(LIGHT_POISON)]
                documents[f"{name}-{kind}"] = POISON[kind].make()
            seconds[way] += until_good(world, documents, wanted)
    for key in world.terminal_keys():
        name = next((n for n in LIGHT_POISON if key.endswith(f"-{n}")), None)
        if name is not None and key.startswith(f"{INBOX}mixed/"):
            record = world.records.read_result(key) or world.records.read_failure(key)
            assert record is not None
            assert ended(record.envelope or {}) in POISON[name].outcomes
    rates = {way: len(good) / took for way, took in seconds.items()}
    row.says(
        documents=len(world.dropped),
        good_per_second=f"{rates['alone']:.1f} alone, {rates['mixed']:.1f} among poison",
        share=f"{rates['mixed'] / rates['alone']:.0%}",
    )
    assert rates["mixed"] >= 0.8 * rates["alone"]


def until_good(world: World, documents: Mapping[str, bytes], good: Iterable[str]) -> float:
    """Seconds from the first event to the last record of a good document."""
    infos = world.drop(dict(shuffled(documents)))
    began = time.monotonic()
    world.tell(infos)
    wanted = {INBOX + name for name in good}
    ended_keys: set[str | None] = set()
    while not wanted <= ended_keys:
        assert time.monotonic() - began < 400
        time.sleep(0.1)
        listed = world.store.list(RESULTS)
        ended_keys = {document_of(info.key) for info in listed if is_result(info.key)}
    took = time.monotonic() - began
    world.settle(400)
    return took


def shuffled(documents: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    from random import Random

    items = list(documents.items())
    Random(21).shuffle(items)
    return items
