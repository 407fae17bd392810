"""Archives are taken apart where documents are read: without files, programs or threads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from samples.archives import KINDS, Kind, archive_of, is_opened_here
from samples.poison_archives import ARCHIVE_POISON, ArchivePoison
from tasks.detect import detect
from tasks.model.refusal import Refusal, RefusalCode
from tasks.unpack import unpack
from workers.sandbox import wire
from workers.sandbox.client import Enclosure, Sandbox
from workers.sandbox.confine import Limits

HERE = Path(__file__).parent
LIMITS = Limits(memory_mib=768, cpu_seconds=60, wall_seconds=120)
OPENED = [kind for kind in KINDS if is_opened_here(kind)]
POISON = [one for one in ARCHIVE_POISON.values() if not one.is_foreign or "7z" in OPENED]
PORTION_BYTES = 64 << 20


@pytest.fixture(scope="module")
def enclosure() -> Iterator[Enclosure]:
    made = Enclosure(LIMITS, examine="unpacking:members", warm="unpacking:warm", paths=[HERE])
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(LIMITS)
    made.start()
    yield made
    made.close()


def answers(enclosure: Enclosure, body: bytes, name: str) -> Iterator[wire.Extract]:
    after: int | None = 0
    while after is not None:
        found = enclosure.ask(
            lambda extract: extract, body, name, after=after, most_bytes=PORTION_BYTES
        )
        yield found
        after = found.facts["following"]


@pytest.mark.parametrize("kind", OPENED)
def test_each_kind(enclosure: Enclosure, kind: Kind) -> None:
    body = archive_of(3, 11, kind).body
    (found,) = answers(enclosure, body, "a")
    members = list(unpack(body, detect(body, "a")))
    assert [name for name, _ in found.facts["members"]] == [one.name for one in members]
    whole = b"".join(one.content for one in members if isinstance(one.content, bytes))
    assert hashlib.sha256(found.attached).digest() == hashlib.sha256(whole).digest()


@pytest.mark.parametrize("kind", OPENED)
def test_a_worker_is_told_that_it_has_a_batch(sandbox: Sandbox, kind: Kind) -> None:
    told = sandbox(archive_of(2, 12, kind).body, "a.docx")
    assert told["document"]["format"] in ("archive", "mail")
    assert told["report"] is None


@pytest.mark.parametrize("poison", POISON, ids=lambda poison: poison.name)
def test_poison_has_its_codes(enclosure: Enclosure, poison: ArchivePoison) -> None:
    whole: RefusalCode | None = None
    found: list[tuple[str, str | None]] = []
    try:
        for answer in answers(enclosure, poison.make(), poison.name):
            found += [tuple(one) for one in answer.facts["members"]]
    except Refusal as refusal:
        whole = refusal.code
    assert (whole, found) == (poison.whole, list(poison.members))
