"""What a sandbox may answer that was to unpack an archive: its document may have taken it over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.limits import MAX_MEMBERS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.unpack.names import is_safe
from workers.sandbox.wire import Extract, Garbage
from workers.sandbox.work import portion_of

ONE = {"name": "a.html", "size": 1}
NOT = {"name": "b.html", "code": "encrypted", "message": "加密", "message_en": "encrypted"}


def test_members_and_refusals() -> None:
    facts = {"members": [ONE, NOT, {"name": "c", "size": 2}], "following": 8}
    found = portion_of(Extract(facts=facts, attached=b"abc"), 5)
    first, refused, last = found.members
    assert (first.name, first.content, last.name, last.content) == ("a.html", b"a", "c", b"bc")
    assert refused.name == "b.html"
    assert isinstance(refused.content, Refusal)
    assert (refused.content.code, refused.content.message) == (RefusalCode.ENCRYPTED, "加密")
    assert found.following == 8


def garbage() -> list[Any]:
    """Members, what follows, what is attached."""
    names = ["", "/a", "../a", "a/./b", "a//b", "a\x00", "a\x1b[2J", "a\ud800", "a" * 2000, None, 1]
    sizes = [-1, 2, 10**30, None, "1", 1.5]
    return [
        *[([ONE | {"name": name}], None, b"a") for name in names],
        *[([NOT | {"name": name}], None, b"") for name in names],
        *[([ONE | {"size": size}], None, b"a") for size in sizes],
        *[(members, None, b"") for members in (None, {}, "a", [None], [[]], [{}], [ONE, 1])],
        *[([ONE], following, b"a") for following in (0, 2, -1, "1", [], {}, False)],
        ([], 0, b""),
        ([ONE], None, b"ab"),
        ([ONE | NOT], None, b"a"),
        ([NOT | {"code": "unheard_of"}], None, b""),
        ([NOT | {"message": 1}], None, b""),
        ([ONE | {"size": 0}] * (MAX_MEMBERS + 1), None, b""),
    ]


@pytest.mark.parametrize(("members", "following", "attached"), garbage(), ids=range(len(garbage())))
def test_garbage(members: Any, following: Any, attached: bytes) -> None:
    facts = {"members": members, "following": following}
    with pytest.raises(Garbage):
        portion_of(Extract(facts=facts, attached=attached), 0)


def test_it_comes_to_an_end() -> None:
    """However few are told at a time."""
    facts = {"members": [ONE | {"size": 0}], "following": MAX_MEMBERS + 1}
    with pytest.raises(Garbage):
        portion_of(Extract(facts=facts), MAX_MEMBERS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
fields = {
    "name": anything,
    "size": anything,
    "code": st.sampled_from(["encrypted", "x"]) | anything,
}
members = st.lists(st.fixed_dictionaries({}, optional={**fields, "message": anything}) | anything)


@given(members | anything, anything, st.binary(max_size=20), st.integers(0, 20))
def test_whatever_is_said_is_garbage_or_members(
    told: Any, following: Any, attached: bytes, after: int
) -> None:
    facts = {"members": told, "following": following}
    try:
        found = portion_of(Extract(facts=facts, attached=attached), after)
    except Garbage:
        return
    assert all(is_safe(one.name) for one in found.members)
    assert (
        b"".join(one.content for one in found.members if isinstance(one.content, bytes)) == attached
    )
    assert found.following is None or type(found.following) is int
