"""Archives and mails of all kinds, damaged anyhow: members and refusals, and never a surprise."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from against_truth import FIRST_SEED, SCALE

from samples.archives import KINDS, Kind, archive_of, is_opened_here
from tasks.detect import detect
from tasks.model.document import BATCHES
from tasks.model.refusal import Refusal
from tasks.unpack import unpack
from tasks.unpack.names import leads_out

SUITE = "archives, damaged"
#: Of each kind at scale 1.
DAMAGED = 100
#: What means something to one of the readers.
TELLING = (b"\xff" * 4, bytes(4), b"\r\n\r\n", b"--=_part\r\n", b'"', b"charset=utf-16", b"=?x?B?",
           b"*0*=", b"PK\1\2", b"../", b"message/rfc822")  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in KINDS if is_opened_here(kind)])
def test_whatever_is_damaged(kind: Kind, count: Callable[..., None]) -> None:
    random = Random(f"{kind} {FIRST_SEED}")
    sound = [archive_of(2, FIRST_SEED + number, kind).body for number in range(5)]
    opened = 0
    damaged = round(DAMAGED * SCALE)
    for _ in range(damaged):
        opened += _is_opened(_damaged(random.choice(sound), random))
    count(SUITE, archives=damaged, opened=opened)


def _is_opened(source: bytes) -> bool:
    try:
        found = detect(source, "a")
        if found.format not in BATCHES:
            return False
        names = [one.name for one in unpack(source, found)]
    except Refusal:
        return False
    assert names
    assert len(set(names)) == len(names)
    assert not any(map(leads_out, names))
    return True


def _damaged(sound: bytes, random: Random) -> bytes:
    """Most of it near the beginning and the end, where headers and directories are."""
    body = bytearray(sound)
    for _ in range(random.choice((1, 1, 2, 4))):
        place = random.choice((random.randrange(600), -random.randrange(1, 600)))
        at = min(max(place if place >= 0 else len(body) + place, 0), len(body) - 1)
        end = at + random.randrange(1, 30)
        match random.randrange(4):
            case 0:
                body[at] = random.randrange(256)
            case 1:
                del body[at:end]
            case 2:
                body[at:at] = body[at:end]
            case _:
                body[at:end] = random.choice(TELLING)
    return bytes(body)
