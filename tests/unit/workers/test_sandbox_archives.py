"""Archives are taken apart where documents are read: without files, programs or threads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samples.archives import KINDS, Kind, archive_of, is_opened_here
from samples.poison_archives import ARCHIVE_POISON, ArchivePoison
from tasks.detect import detect
from tasks.model.refusal import Refusal, RefusalCode
from tasks.unpack import Member, unpack
from workers.sandbox.client import Sandbox
from workers.sandbox.confine import Limits

LIMITS = Limits(memory_mib=768, cpu_seconds=60, wall_seconds=120)
OPENED = [kind for kind in KINDS if is_opened_here(kind)]
POISON = [one for one in ARCHIVE_POISON.values() if not one.is_foreign or "7z" in OPENED]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(LIMITS)
    made.start()
    yield made
    made.close()


def unpacked(sandbox: Sandbox, body: bytes, name: str) -> Iterator[Member]:
    after: int | None = 0
    while after is not None:
        found = sandbox.unpack(body, name, after)
        yield from found.members
        after = found.following


@pytest.mark.parametrize("kind", OPENED)
def test_each_kind(sandbox: Sandbox, kind: Kind) -> None:
    body = archive_of(3, 11, kind).body
    assert list(unpacked(sandbox, body, "a")) == list(unpack(body, detect(body, "a")))


@pytest.mark.parametrize("kind", OPENED)
def test_a_worker_is_told_that_it_has_a_batch(sandbox: Sandbox, kind: Kind) -> None:
    told = sandbox(archive_of(2, 12, kind).body, "a.docx")
    assert told["document"]["format"] in ("archive", "mail")
    assert told["report"] is None


@pytest.mark.parametrize("poison", POISON, ids=lambda poison: poison.name)
def test_poison_has_its_codes(sandbox: Sandbox, poison: ArchivePoison) -> None:
    whole: RefusalCode | None = None
    found: list[tuple[str, RefusalCode | None]] = []
    try:
        for one in unpacked(sandbox, poison.make(), poison.name):
            refused = isinstance(one.content, Refusal)
            found.append((one.name, one.content.code if refused else None))
    except Refusal as refusal:
        whole = refusal.code
    assert (whole, found) == (poison.whole, list(poison.members))
