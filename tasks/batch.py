"""An archive or a mail: one document, in which others lie.

    the job of the archive   unpack ──> each member beside its records, the list last ──> their jobs
    the job of a member      as that of any document; the last one to end has them gathered
    the job of the archive   gather ──> the records of all are read ──> its own, which lists them

What a step has done lies in the bucket, and whoever comes next goes on from there: a try after
one that was killed, the sweep, somebody who has a member processed again. Redis only says when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storage.errors import NotFound, Unavailable
from storage.members import Contents, Listing, Member
from storage.results import Commit, DocumentVersion, Standing, State
from tasks.model.document import BATCHES
from tasks.model.limits import MAX_INFLATED_BYTES
from tasks.model.refusal import Refusal, RefusalCode, ended
from tasks.render import result
from tasks.render.shape import read_envelope
from tasks.workplace import Reason, Summary, Turn, Workplace

if TYPE_CHECKING:
    from tasks import unpack as unpacking
    from tasks.render.batch import Gathered, Part

#: Members that are put into the bucket, or read from it, between two looks at the clock.
_SOME = 100
#: Members that come to something else while they are gathered are gathered once more; after so
#: many rounds that is left to the next job.
_ROUNDS = 3


def is_one(parts: result.Envelope) -> bool:
    """Whether what was read is an archive or a mail."""
    return parts["document"]["format"] in BATCHES


# --- unpacking -------------------------------------------------------------------------------


def unpack(
    place: Workplace,
    archive: DocumentVersion,
    contents: Contents,
    portion_from: Callable[[int], unpacking.Portion],
) -> Listing:
    """All members beside their records, then the list of them: `contents`, which has none yet.

    Raises Refusal where it cannot be opened, Conflict where the inbox has gone on, TurnIsOver
    where some of them are there.
    """
    keeping = _Keeping(place, archive)
    after: int | None = 0
    while after is not None:
        portion = portion_from(after)
        keeping.expect(portion.members)
        for one in portion.members:
            keeping.take(one)
        after = portion.following
    contents = replace(contents, members=tuple(keeping.members))
    return place.members.write(archive, contents, again=keeping.again)


class _Keeping:
    """Members on their way to where their records will be."""

    def __init__(self, place: Workplace, archive: DocumentVersion) -> None:
        self._place, self._archive = place, archive
        self._turn = Turn(place.turn_seconds)
        #: What earlier tries have left.
        self._there = place.members.kept(archive)
        self._new = 0
        self._names: set[str] = set()
        self._bytes = 0
        self.members: list[Member] = []
        #: Whether something of this version is there from when it lay there before.
        self.again = False

    def expect(self, members: Sequence[unpacking.Member]) -> None:
        """Raises Refusal for more than there can be: then what takes it apart is taken over."""
        before = len(self._names)
        self._names.update(one.name for one in members)
        self._bytes += sum(len(one.content) for one in members if isinstance(one.content, bytes))
        if self._bytes > MAX_INFLATED_BYTES or len(self._names) < before + len(members):
            raise ended(RefusalCode.CRASHED)

    def take(self, member: unpacking.Member) -> None:
        """Raises TurnIsOver, once some more are there than before."""
        self.members.append(self._kept(member))
        if self._new == _SOME:
            self._new = 0
            self._turn.may_end()

    def _kept(self, member: unpacking.Member) -> Member:
        if isinstance(member.content, Refusal):
            version = self._archive.holding(member.name, 0)
            self.again |= _refuse(self._place, version, member.content)
            return Member(name=member.name, size=0, sha256=None)
        size = len(member.content)
        version = self._archive.holding(member.name, size)
        self.again |= self._place.members.kept_before(version, self._there)
        self._new += self._place.members.keep(version, member.content, self._there)
        digest = hashlib.sha256(member.content).hexdigest()
        return Member(name=member.name, size=size, sha256=digest)


def _refuse(place: Workplace, member: DocumentVersion, refusal: Refusal) -> bool:
    """What cannot be taken out has its dead letter at once: there is nothing for a job to read.
    Whether it has one from when its archive lay there before."""
    now = datetime.now(UTC)
    envelope = result.as_letter(
        result.refused(result.source_of(member), refusal), attempts=1, first=now, last=now
    )
    commit = place.records.write_failure(
        member,
        result.dumps(envelope),
        committed=lambda record: place.note(member, record, envelope),
    )
    if commit is not Commit.ALREADY_THERE:
        return False
    record = place.records.look(member).record
    return record is not None and record.info.last_modified < member.last_modified


def taken_out(place: Workplace, member: DocumentVersion, limit_bytes: int) -> bytes:
    """The bytes of a member. Raises NotFound, TooLarge.

    Where its list says that it was taken out and it is not there, its archive is unpacked anew.
    Raises Refusal where that was refused.
    """
    try:
        return place.members.original(member, limit_bytes=limit_bytes).body
    except NotFound:
        archive = _archive_of(member)
        if (refusal := _why_not(place, archive)) is not None:
            raise refusal from None
        if place.members.read(archive) is not None:
            place.publish(archive, Reason.UNPACK)
        raise


def _why_not(place: Workplace, archive: DocumentVersion) -> Refusal | None:
    """What stands in its dead letter, where it was refused."""
    found = place.records.look(archive)
    letter = found.record
    if letter is None or found.state is not State.FAILED:
        return None
    told = (read_envelope(letter.body) or {}).get("refusal") or {}
    if told.get("code") not in set(RefusalCode):
        return None
    return Refusal(RefusalCode(told["code"]), told["message"], told.get("message_en") or "")


# --- waiting for the members -----------------------------------------------------------------


def go_on(place: Workplace, archive: DocumentVersion, listed: Listing) -> Summary:
    """From where the members are: to their jobs, or to the record of the archive."""
    standings = list(place.records.standings_in(archive, listed))
    pending = [member for member, state, _ in standings if state is State.PENDING]
    if not pending:
        return _gather(place, archive, listed, _etags(standings))
    # Those that were given out and lost are given out anew by the sweep, one by one.
    if not place.outstanding.some(archive):
        _give_out(place, archive, pending)
        if not place.outstanding.some(archive):
            # All of them ended before this job could be told of it.
            return go_on(place, archive, listed)
    return _waiting(listed, len(pending))


def _give_out(
    place: Workplace, archive: DocumentVersion, members: Sequence[DocumentVersion]
) -> None:
    place.outstanding.add(archive, [one.member or "" for one in members])
    for one in members:
        place.publish(one, Reason.MEMBER)
    # From here on the last of them can have a job of the archive.
    place.marks.unmark(archive)


def _waiting(listed: Listing, pending: int) -> Summary:
    return {"status": "waiting", "members": len(listed.members), "pending": pending}


def one_ended(place: Workplace, member: DocumentVersion) -> None:
    """A member has come to something: the last one has all of them gathered."""
    archive = _archive_of(member)
    # Without Redis the sweep sees to it.
    with suppress(Unavailable):
        if place.outstanding.ended(archive, member.member or ""):
            place.publish(archive, Reason.GATHER)


def begins_anew(place: Workplace, version: DocumentVersion) -> None:
    """Somebody has it processed again: of many members of an archive the last one to end has
    them gathered."""
    if version.archive is not None:
        with suppress(Unavailable):
            place.outstanding.add(_archive_of(version), [version.member or ""])


def _archive_of(member: DocumentVersion) -> DocumentVersion:
    return replace(member, key=member.archive or member.key)


# --- gathering -------------------------------------------------------------------------------


def _gather(
    place: Workplace, archive: DocumentVersion, listed: Listing, etags: Mapping[str, str]
) -> Summary:
    """`etags`: of what seems to be the members' records. Raises TurnIsOver where some parts of
    them were noted."""
    # Processes that only publish do without it.
    from tasks.render.batch import Gathered

    turn = Turn(place.turn_seconds)
    for _ in range(_ROUNDS):
        gathered = Gathered()
        for number, part in enumerate(_parts(listed)):
            found = _part(place, archive, number, part, etags, turn)
            if isinstance(found, list):
                # What seemed to be their records is about another version of the archive.
                _give_out(place, archive, found)
                return _waiting(listed, len(found))
            gathered.add(found)
        summary = _write(place, archive, listed, gathered)
        place.outstanding.forget(archive)
        # A member that comes to something else from here on finds no mark in its way.
        place.marks.unmark(archive)
        before, etags = etags, _etags(place.records.standings_in(archive, listed))
        if etags == before:
            break
    return summary


def _parts(listed: Listing) -> Iterator[Sequence[Member]]:
    members = listed.members
    return (members[first : first + _SOME] for first in range(0, len(members), _SOME))


def _part(
    place: Workplace,
    archive: DocumentVersion,
    number: int,
    members: Sequence[Member],
    etags: Mapping[str, str],
    turn: Turn,
) -> Part | list[DocumentVersion]:
    """What became of some of the members, as it was noted where their records are the same since;
    or those that have no record of this version. `etags`: of what seems to be their records.
    Raises TurnIsOver where it was noted now."""
    from tasks.render.batch import Line, Part, line_of, read_part, write_part

    wanted = {one.name: etags.get(one.name, "") for one in members}
    noted = place.members.gathered(archive, number)
    part = None if noted is None else read_part(noted)
    if part is not None and part.etags == wanted:
        return part
    lines, pending = list[Line](), list[DocumentVersion]()
    for one in members:
        member = archive.holding(one.name, one.size)
        record = place.records.look(member).record
        if record is None:
            pending.append(member)
        else:
            told = read_envelope(record.body, tables=False)
            lines.append(line_of(one.name, record.info.key, record.info.etag, told))
    if pending:
        return pending
    part = Part(lines=tuple(lines))
    place.members.note_gathered(archive, number, write_part(part))
    turn.may_end()
    return part


def _etags(standings: Iterable[Standing]) -> dict[str, str]:
    """Of the records of members, by the members' names."""
    return {member.member or "": record.etag for member, _, record in standings if record}


def _write(
    place: Workplace, archive: DocumentVersion, listed: Listing, gathered: Gathered
) -> Summary:
    source = result.source_of(archive) | {"sha256": listed.contents.sha256}
    envelope = gathered.envelope(source, listed.contents.parts)
    with place.during("render"):
        drawn = gathered.outputs()
    with place.during("write"):
        commit = place.records.write_result(
            archive,
            result.dumps(envelope),
            drawn,
            replace=True,
            committed=lambda record: place.note(archive, record, envelope),
        )
    if commit is not Commit.COMMITTED:
        return {"status": str(commit)}
    return {
        "status": "done",
        "format": listed.contents.parts["document"]["format"],
        "members": len(listed.members),
    }
