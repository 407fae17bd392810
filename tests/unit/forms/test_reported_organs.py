"""Who has reported: one organ under two names is one, and a name of many is only itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.check.reported import Organ, compared, is_ambiguous
from tasks.forms.expected import Expected


def listed(*names: str) -> Expected:
    return Expected(names=names)


def test_reported_missing_and_unexpected() -> None:
    told = compared(
        listed("霁川县财政局", "霁川县水利局"), ["霁川县财政局", "霁川县教育局", "霁川县财政局"]
    )
    assert told.reported == (Organ(name="霁川县财政局", reported_as=("霁川县财政局",)),)
    assert told.missing == (Organ(name="霁川县水利局"),)
    assert told.unexpected == ("霁川县教育局",)
    assert told.ambiguous == ()


def test_an_organ_that_is_written_in_two_ways_matches_once() -> None:
    told = compared(
        listed("洪泽区人民政府", "淮安市洪泽区人民政府"),
        ["江苏省淮安市洪泽区人民政府", "洪澤區人民政府"],
    )
    assert told.reported == (
        Organ(
            name="洪泽区人民政府",
            also=("淮安市洪泽区人民政府",),
            reported_as=("江苏省淮安市洪泽区人民政府", "洪澤區人民政府"),
        ),
    )
    assert (told.missing, told.unexpected) == ((), ())


def test_a_name_without_a_place_matches_itself_only_and_is_told() -> None:
    told = compared(listed("财政局", "洪泽区水利局"), ["洪泽区财政局", "水利局", "财 政 局"])
    assert told.reported == (Organ(name="财政局", reported_as=("财 政 局",)),)
    assert told.missing == (Organ(name="洪泽区水利局"),)
    assert set(told.unexpected) == {"洪泽区财政局", "水利局"}
    assert set(told.ambiguous) == {"财政局", "水利局", "财 政 局"}


@pytest.mark.parametrize(
    ("name", "ambiguous"),
    [
        ("财政局", True),
        ("县财政局", True),
        ("市市场监督管理局", True),
        ("市场监督管理局", True),
        ("乡村振兴局", True),
        ("鼓楼区财政局", True),
        ("南京市鼓楼区财政局", False),
        ("洪泽区财政局", False),
        ("霁川县财政局", False),
        ("三河镇人民政府", False),
        ("国家统计局", False),
    ],
)
def test_which_names_may_be_those_of_many(name: str, ambiguous: bool) -> None:
    assert is_ambiguous(name) is ambiguous


NAMES = st.sampled_from(
    ["洪泽区财政局", "淮安市洪泽区财政局", "财政局", "县财政局", "霁川县财政局", "鼓楼区财政局",
     "三河镇人民政府"]
)  # fmt: skip


@given(st.lists(NAMES, unique=True), st.lists(NAMES))
def test_nobody_is_lost_or_counted_twice(expected: list[str], reported: list[str]) -> None:
    told = compared(listed(*expected), reported)
    organs = (*told.reported, *told.missing)
    assert sorted(name for one in organs for name in (one.name, *one.also)) == sorted(expected)
    under = [name for one in told.reported for name in one.reported_as]
    assert len(under) == len(set(under))
    assert not set(under) & set(told.unexpected)
    assert set(under) | set(told.unexpected) <= set(reported)
    assert {one.name for one in told.missing}.isdisjoint(reported)
    assert told == compared(listed(*expected), list(reversed(reported)))
