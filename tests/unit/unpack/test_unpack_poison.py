"""Archives that would cost too much, lie, or reach out: each member ends as it should."""

from __future__ import annotations

import pytest

from samples.archives import is_opened_here
from samples.poison_archives import ARCHIVE_POISON, ArchivePoison
from tasks.detect import detect
from tasks.model.document import BATCHES
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read import read
from tasks.unpack import unpack
from tasks.unpack.names import leads_out

HERE = [one for one in ARCHIVE_POISON.values() if not one.is_foreign or is_opened_here("7z")]
#: Of which each byte can be damaged, and each end cut off, in little time.
SMALL = [one for one in HERE if not one.is_large]
GIVING = [one for one in SMALL if one.whole is None]


def named(poison: ArchivePoison) -> str:
    return poison.name


def ended(source: bytes) -> tuple[RefusalCode | None, list[tuple[str, RefusalCode | None]]]:
    """Of the whole, and of each member."""
    try:
        detection = detect(source, "a")
        if detection.format not in BATCHES:
            return RefusalCode.UNSUPPORTED_FORMAT, []
        found = list(unpack(source, detection))
    except Refusal as refusal:
        return refusal.code, []
    return None, [
        (one.name, one.content.code if isinstance(one.content, Refusal) else None) for one in found
    ]


@pytest.mark.parametrize("poison", HERE, ids=named)
def test_each_ends_as_it_should(poison: ArchivePoison) -> None:
    whole, found = ended(poison.make())
    assert whole == poison.whole
    assert found == list(poison.members)
    assert not [name for name, _ in found if leads_out(name)]


@pytest.mark.parametrize("poison", [one for one in HERE if one.whole], ids=named)
def test_what_cannot_be_taken_apart_is_refused_as_it_is_read(poison: ArchivePoison) -> None:
    source = poison.make()
    with pytest.raises(Refusal) as refused:
        read(source, detect(source, poison.name))
    assert refused.value.code is poison.whole


@pytest.mark.parametrize("poison", GIVING, ids=named)
def test_cut_anywhere_none_is_lost_without_a_word(poison: ArchivePoison) -> None:
    """What is left of a small archive is refused, or gives each member or its refusal."""
    source = poison.make()
    # A letter cut off in its headers is one without attachments, for all that is told.
    begin = source.index(b"\r\n\r\n") + 4 if poison.name.endswith(".eml") else 9
    for end in range(begin, len(source) - 1):
        whole, found = ended(source[:end])
        names = [name for name, _ in found]
        assert whole or names == [name for name, _ in poison.members] or _says_so(found)


def _says_so(found: list[tuple[str, RefusalCode | None]]) -> bool:
    return any(code is not None for _, code in found)


@pytest.mark.parametrize("poison", SMALL, ids=named)
def test_any_byte_wrong_ends_in_members_or_a_refusal(poison: ArchivePoison) -> None:
    source = poison.make()
    for place in range(9, len(source)):
        damaged = bytearray(source)
        damaged[place] ^= 0x55
        ended(bytes(damaged))
