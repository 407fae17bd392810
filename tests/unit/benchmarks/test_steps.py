"""Steps are found by their address, and stand where they stood when nothing is in their place."""

from __future__ import annotations

import pytest

from benchmarks.steps import UnknownStep, in_place_of, step_at
from tasks.says import labels, vocabulary

KEY = "tasks.says.labels:key"


def test_a_step_and_a_method_are_found() -> None:
    assert step_at(KEY) is labels.key
    assert step_at("tasks.says.labels:Labels.match") is labels.Labels.match


@pytest.mark.parametrize(
    "address",
    [
        "tasks.says.nowhere:key",
        "tasks.says.labels:nothing",
        "tasks.says.labels:Labels.nothing",
        "tasks.says.labels:NOT_EXACT",
    ],
)
def test_what_is_no_step_is_named(address: str) -> None:
    with pytest.raises(UnknownStep, match=address):
        step_at(address)


def test_something_else_stands_everywhere_and_goes_again() -> None:
    step = labels.key
    with in_place_of(KEY, lambda _: lambda text: "other"):
        # A module that took it by name at its start has the other one as well.
        assert (labels.key("规章"), vocabulary.key("规章")) == ("other", "other")
        assert vocabulary.titles() == {"other"}
    assert labels.key is vocabulary.key is step
    assert "other" not in vocabulary.titles()


def test_it_goes_where_something_breaks_as_well() -> None:
    step = labels.key
    with pytest.raises(ZeroDivisionError), in_place_of(KEY, lambda _: lambda text: "other"):
        1 / 0  # noqa: B018
    assert labels.key is step
