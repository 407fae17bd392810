"""Every poison file through the sandbox: the right code, in time, and nothing else happens."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator

import psutil
import pytest

from samples.poison import POISON
from tasks.model.refusal import Refusal
from workers.sandbox.client import Sandbox
from workers.sandbox.confine import Limits

#: A fraction of what the service allows, on a machine that may have much to do.
LIMITS = Limits(memory_mib=768, cpu_seconds=30, wall_seconds=60)
#: What a document that reached out of its process would bring back.
SECRETS = ("root:", "/bin/", "GOUJI_")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(LIMITS)
    made.start()
    yield made
    made.close()


@pytest.mark.parametrize("name", POISON)
def test_each_ends_as_it_should(sandbox: Sandbox, name: str) -> None:
    body = POISON[name].make()
    began = time.monotonic()
    try:
        parts = sandbox(body, name)
    except Refusal as refusal:
        outcome, said = f"refused:{refusal.code}", refusal.message + refusal.message_en
    else:
        outcome = "report" if parts["report"] else "no report"
        said = json.dumps(parts, ensure_ascii=False, default=str)
    assert outcome in POISON[name].outcomes
    assert time.monotonic() - began < LIMITS.wall_seconds / 2
    assert not [secret for secret in SECRETS if secret in said]


def test_the_worker_and_its_server_stay_as_they_were(sandbox: Sandbox) -> None:
    bodies = [(name, poison.make()) for name, poison in POISON.items() if name != "crowded.html"]

    def round() -> None:
        for name, body in bodies:
            try:
                sandbox(body, name)
            except Refusal:
                continue
        gc.collect()

    worker = psutil.Process()
    round()
    server = psutil.Process(sandbox.pid)
    before = [(one.num_fds(), one.memory_info().rss) for one in (worker, server)]
    round()
    assert psutil.Process(sandbox.pid) == server
    for one, (descriptors, memory) in zip((worker, server), before, strict=True):
        assert one.num_fds() <= descriptors
        assert one.memory_info().rss < memory + 8 * 2**20
