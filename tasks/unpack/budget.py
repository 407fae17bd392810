"""What one archive may ask of us, with all that lies within it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.model.limits import (
    MAX_INFLATED_BYTES,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
    MAX_RATIO,
    RATIO_FLOOR_BYTES,
)
from tasks.model.refusal import Refusal
from tasks.unpack import refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One thing out of an archive or a mail, under the name that it has there."""

    name: str
    content: bytes | Refusal


class Budget:
    """Counts what is inflated, since declared sizes lie."""

    def __init__(self) -> None:
        self._bytes = MAX_INFLATED_BYTES
        self._members = MAX_MEMBERS

    def expect(self, members: int) -> None:
        """Before they are taken out. Raises Refusal for the archive that has so many."""
        if members > self._members:
            raise refused.too_many()
        self._members -= members

    def joined(self, chunks: Iterable[bytes], packed_bytes: int) -> bytes:
        """A member as it is inflated, from so many bytes. Raises Refusal for the member."""
        most = max(RATIO_FLOOR_BYTES, MAX_RATIO * packed_bytes)
        held: list[bytes] = []
        size = 0
        if self._bytes < 0:
            raise refused.used_up()
        for chunk in chunks:
            size += len(chunk)
            self._bytes -= len(chunk)
            if self._bytes < 0:
                raise refused.used_up()
            if size > most:
                raise refused.bomb()
            if size > MAX_MEMBER_BYTES:
                raise refused.too_large_member()
            held.append(chunk)
        return b"".join(held)


def refuse_declared(size: int, packed_bytes: int) -> None:
    """Before a member of that size is inflated. Raises Refusal."""
    if size > max(RATIO_FLOOR_BYTES, MAX_RATIO * packed_bytes):
        raise refused.bomb()
    if size > MAX_MEMBER_BYTES:
        raise refused.too_large_member()
