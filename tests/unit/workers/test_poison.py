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


def ended(sandbox: Sandbox, name: str, body: bytes) -> tuple[str, str]:
    """What became of it, and all that was said."""
    try:
        parts = sandbox(body, name)
    except Refusal as refusal:
        return f"refused:{refusal.code}", refusal.message + refusal.message_en
    outcome = "report" if parts["report"] else "no report"
    return outcome, json.dumps(parts, ensure_ascii=False, default=str)


def test_each_ends_as_it_should_and_the_worker_and_its_server_stay_as_they_were(
    sandbox: Sandbox, subtests: pytest.Subtests
) -> None:
    bodies = {name: poison.make() for name, poison in POISON.items()}
    for name, body in bodies.items():
        with subtests.test(name):
            began = time.monotonic()
            outcome, said = ended(sandbox, name, body)
            assert time.monotonic() - began < LIMITS.wall_seconds / 2
            assert outcome in POISON[name].outcomes
            assert not [secret for secret in SECRETS if secret in said]

    # By now everything has been met once, and a second time takes nothing more.
    gc.collect()
    server = psutil.Process(sandbox.pid)
    before = [(one.num_fds(), one.memory_info().rss) for one in (psutil.Process(), server)]
    for name, body in bodies.items():
        ended(sandbox, name, body)
    gc.collect()
    assert psutil.Process(sandbox.pid) == server
    for one, (descriptors, memory) in zip((psutil.Process(), server), before, strict=True):
        assert one.num_fds() <= descriptors
        assert one.memory_info().rss < memory + 8 * 2**20
