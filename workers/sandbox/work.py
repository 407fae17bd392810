"""What workers have done in the sandbox: a document is read, or an archive is unpacked.

A scan is read where that is asked for; else the answer is that it is one.

An archive comes back in portions, of which each fits into one answer: its members one behind the
other as what is attached, and of each a line that says how long it is, or why it is not there.
"""

from __future__ import annotations

from typing import Any

from tasks.model.limits import MAX_MEMBERS
from tasks.model.refusal import Refusal
from tasks.model.report import Outcome
from tasks.model.scans import ScanLeft, Scans
from tasks.unpack import Member, Portion
from tasks.unpack.names import is_safe
from workers.sandbox.wire import LEFT, Extract, Garbage, refusal_of, refusal_told

#: Below what an answer may have in all, with room for what is said of each member.
MOST_BYTES = 96 * 2**20


def work(
    source: bytes, name: str, *, after: int | None = None, scans: str = Scans.LEAVE
) -> Outcome | Extract:
    """`after`: the number of the member to go on with; None: read it. Raises Refusal."""
    if after is None:
        from tasks.flow import examine

        try:
            return examine(source, name, scans=Scans(scans))
        except ScanLeft:
            return LEFT
    from tasks.unpack import portion

    found = portion(source, name, after=after, most_bytes=MOST_BYTES)
    return Extract(
        facts={"members": [_told(one) for one in found.members], "following": found.following},
        attached=b"".join(
            one.content for one in found.members if not isinstance(one.content, Refusal)
        ),
    )


def _told(member: Member) -> dict[str, Any]:
    content = member.content
    if isinstance(content, Refusal):
        return {"name": member.name, **refusal_told(content)}
    return {"name": member.name, "size": len(content)}


def portion_of(extract: Extract, after: int) -> Portion:
    """The worker's check of the answer: what it says of names and lengths may be anything.
    Raises Garbage."""
    told, said = extract.facts.get("members"), extract.facts.get("following")
    if not isinstance(told, list) or not (said is None or said == after + len(told)):
        raise Garbage("no list of members")
    if after + len(told) > MAX_MEMBERS or (said is not None and not told):
        raise Garbage("members without an end")
    following = None if said is None else after + len(told)
    members, first = [], 0
    for one in told:
        member, size = _member(one, extract.attached, first)
        members.append(member)
        first += size
    if first != len(extract.attached):
        raise Garbage("members of another length")
    return Portion(members=tuple(members), following=following)


def _member(told: Any, attached: bytes, first: int) -> tuple[Member, int]:
    if not (isinstance(told, dict) and isinstance(told.get("name"), str) and is_safe(told["name"])):
        raise Garbage("a member without a name that it may have")
    match told:
        case {"name": str(name), "size": int(size), **rest} if not rest and size >= 0:
            if first + size > len(attached):
                raise Garbage("a member that is longer than what came")
            return Member(name=name, content=attached[first : first + size]), size
        case {"name": str(name), "code": _, "message": _, "message_en": _, **rest} if not rest:
            return Member(name=name, content=refusal_of(told)), 0
    raise Garbage("a member of another form")
