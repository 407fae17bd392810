"""Members of an archive, as they go out of the sandbox: asked for by `test_sandbox_archives.py`."""

from __future__ import annotations

from tasks.model.refusal import Refusal
from tasks.unpack import Member, portion
from workers.sandbox.wire import Extract


def members(source: bytes, name: str, *, after: int, most_bytes: int) -> Extract:
    """`facts`: of each its name, and its size or how it is refused; `attached`: the contents."""
    found = portion(source, name, after=after, most_bytes=most_bytes)
    return Extract(
        facts={"members": [_fact(one) for one in found.members], "following": found.following},
        attached=b"".join(one.content for one in found.members if isinstance(one.content, bytes)),
    )


def _fact(one: Member) -> list[object]:
    is_refused = isinstance(one.content, Refusal)
    return [one.name, str(one.content.code) if is_refused else None]


def warm() -> None:
    """Nothing: what unpacking needs must be had from within."""
