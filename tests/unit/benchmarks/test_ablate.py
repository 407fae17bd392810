"""Doing without a step: all that are named exist, and what comes of it is what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks.ablate import (
    BEGIN,
    END,
    FIRST,
    PAGE,
    STEPS,
    Tried,
    Without,
    main,
    named,
    page_with,
    row,
    rows_of,
    summed,
    try_file,
)
from benchmarks.kept import Kept
from benchmarks.steps import UnknownStep
from benchmarks.vector import known

#: Of text whose rows are lost, and of text in which the relations tell figures.
TEXT = "hard/062-text-cell_a_paragraph.txt"
INFER = "tasks.recognise.infer:infer"
GONE = Without("tasks.recognise.infer:no_such_step", FIRST)


def tried(name: str, steps: Sequence[Without]) -> Tried:
    return try_file(known()[name], steps, Kept(None))


def test_every_step_that_is_named_exists() -> None:
    assert named([]) == [*STEPS]
    assert len({one.address for one in STEPS}) == len(STEPS)


def test_a_step_that_has_gone_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnknownStep, match=GONE.address):
        named([], [*STEPS, GONE])
    assert main([], [*STEPS, GONE]) == 1
    assert GONE.address in capsys.readouterr().err


def test_what_is_not_tried_would_have_been_the_same() -> None:
    """A step that does nothing in a file is not left out there, only reckoned with."""
    steps = [one for one in STEPS if not one.is_of_reading][::3]
    reckoned = tried(TEXT, steps)
    every = tried(TEXT, [replace(one, in_place=True) for one in steps])
    assert reckoned.whole == every.whole
    assert reckoned.without == every.without
    assert 0 < len(reckoned.acting) < len(every.without)


def test_a_step_that_finds_figures_loses_them() -> None:
    steps = named([INFER])
    lines = (name for name in known() if "dropped_rows_closed." in name)
    effects = summed([tried(name, steps) for name in lines], steps)
    effect = effects.steps[INFER]
    assert effect.acts > 0
    assert effect.lost > 0
    assert (effect.wrong, effect.broke) == (0, 0)


def test_a_step_that_others_rest_on_breaks_what_is_read() -> None:
    steps = [Without("tasks.recognise.place:place_rows", FIRST)]
    effects = summed([tried(TEXT, steps)], steps)
    effect = effects.steps[steps[0].address]
    assert (effect.broke, effect.differ, effect.lost) == (1, 1, effects.right)


def test_the_page_has_the_steps_of_the_table() -> None:
    assert [*rows_of(PAGE.read_text(encoding="utf-8"))] == [one.address for one in STEPS]


def test_what_is_not_told_again_stays_on_the_page() -> None:
    steps = STEPS[:2]
    effects = summed([], steps)
    rows = {one.address: row(one, effects.steps[one.address]) for one in steps}
    page = page_with(f"before {BEGIN}\n{END} after", rows, "said before")
    other = rows[steps[1].address].replace("| 0 |", "| 7 |", 1)
    again = page_with(page, {steps[1].address: other}, "said now")
    assert rows_of(again) == {**rows, steps[1].address: other}
    assert again.startswith("before ")
    assert again.endswith(" after")
    assert "said before" not in again
    assert "said now" in again
