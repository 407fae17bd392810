"""Opens what is an archive or a mail, and what lies within it, down to the leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.detect import detect, may_be_batch
from tasks.detect.packages import ZIP_MAGICS
from tasks.model.document import BATCHES, WITHIN, Detection, Format
from tasks.model.limits import MAX_ARCHIVES_WITHIN
from tasks.model.refusal import Refusal
from tasks.unpack import names, refused
from tasks.unpack.budget import Budget, Taken
from tasks.unpack.letters import mail
from tasks.unpack.names import Names
from tasks.unpack.zips import zipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A document in an archive or a mail, or in one within it."""

    #: `各镇/乡镇.zip!年报.docx`: unique in the archive; `/` between folders, no leading `/`, no
    #: part `.` or `..`.
    name: str
    #: What lies there, or why it is not taken out.
    content: bytes | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Some members, in the order of the archive."""

    members: tuple[Member, ...]
    #: The number, from 0, of the member to go on with; None where these were the last.
    following: int | None


def unpack(source: bytes, found: Detection) -> Iterator[Member]:
    """Each document in it, the same ones in the same order each time.

    Raises Refusal before the first one where nothing can be taken out at all.
    """
    return _Walk().leaves(source, found.format, "", 0)


def portion(source: bytes, name: str, *, after: int, most_bytes: int) -> Portion:
    """Members from number `after` on, as many as have `most_bytes` together, but one at least.

    All before them are taken out again, so `after` may be asked for in any order. Raises
    Refusal as `unpack`, and as `detect`.
    """
    held: list[Member] = []
    size = 0
    for number, member in enumerate(unpack(source, detect(source, name))):
        if number < after:
            continue
        size += len(member.content) if isinstance(member.content, bytes) else 0
        if held and size > most_bytes:
            return Portion(members=tuple(held), following=number)
        held.append(member)
    return Portion(members=tuple(held), following=None)


class _Walk:
    """One way through an archive."""

    def __init__(self) -> None:
        self._budget = Budget()
        self._names = Names()

    def leaves(self, source: bytes, format: Format, prefix: str, depth: int) -> Iterator[Member]:
        """Raises Refusal before the first one or not at all."""
        is_empty = True
        for taken in self._opened(source, format):
            is_empty = False
            name = self._names.given(prefix + names.safe(taken.name))
            if names.leads_out(taken.name):
                yield Member(name=name, content=refused.name_outside())
            elif isinstance(taken.content, Refusal):
                yield Member(name=name, content=taken.content)
            else:
                yield from self._within(name, taken.content, depth)
        if is_empty:
            raise refused.nothing_in_it()

    def _within(self, name: str, content: bytes, depth: int) -> Iterator[Member]:
        """The member itself, or what lies in it."""
        format = _batch(content)
        if format is None:
            yield Member(name=name, content=content)
        elif depth == MAX_ARCHIVES_WITHIN:
            yield Member(name=name, content=refused.too_deep())
        else:
            try:
                yield from self.leaves(content, format, name + WITHIN, depth + 1)
            except Refusal as refusal:
                yield Member(name=name, content=refusal)

    def _opened(self, source: bytes, format: Format) -> Iterator[Taken]:
        if format is Format.MAIL:
            return mail(source, self._budget)
        if source.startswith(ZIP_MAGICS):
            return zipped(source, self._budget)
        # Imported for these only: it loads a library of the system.
        from tasks.unpack.foreign import unpacked

        return unpacked(source, self._budget)


def _batch(content: bytes) -> Format | None:
    """What a member is that holds members; None for a document, and for what its own job will
    refuse."""
    if not may_be_batch(content):
        return None
    try:
        found = detect(content, "").format
    except Refusal:
        return None
    return found if found in BATCHES else None
