"""DOCX whose figures stand beside text that is not seen, or are shown by what is no text.

Drawn form by form and several at once: a figure is right or unreadable, never wrong and never
blank without a word.
"""

from __future__ import annotations

from functools import cache

import pytest
from against_truth import BLANKS, FIRST_SEED, Compared, compare, seeds, silently_lost

from samples.hard.effects import SEEN, STRAY, UNTOLD, Effect, with_effects
from samples.layout import Draft, draft
from samples.report import make_report
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Outcome, Severity
from tasks.render.wording import told

#: Documents of each effect, and of all of them at once, at scale 1.
FORMS, MIXED = 1, 4
#: So many reports stand behind all of them.
REPORTS = 4


@cache
def written(number: int) -> tuple[Draft, bytes]:
    drafted = draft(make_report(number, blanks=BLANKS[number % len(BLANKS)], zero_share=0.4))
    return drafted, render(drafted, Format.DOCX, ("plain", "wps")[number % 2])


def reading(effects: tuple[Effect, ...], seed: int) -> tuple[Outcome, Compared]:
    drafted, source = written(FIRST_SEED + seed % REPORTS)
    outcome = examine(with_effects(source, effects, seed), "document.docx")
    return outcome, compare(drafted.truth, outcome.report)


def strays(outcome: Outcome) -> str:
    rules = ("extraction.stray_text",)
    return "; ".join(told(one.says, "en") for one in outcome.findings if one.rule in rules)


def seeds_of(effect: Effect) -> range:
    every = (*STRAY, *SEEN, *UNTOLD)
    first = every.index(effect) * 101
    return range(first + FIRST_SEED, first + FIRST_SEED + len(seeds(FORMS)))


@pytest.mark.parametrize("effect", STRAY, ids=lambda effect: effect.name)
def test_what_is_no_digit_of_the_figure_is_left_out(effect: Effect) -> None:
    for seed in seeds_of(effect):
        outcome, compared = reading((effect,), seed)
        assert (compared.wrong, compared.lost) == ((), ()), seed
        assert effect.said in strays(outcome)
        assert bool(effect.said) == bool(strays(outcome))


@pytest.mark.parametrize("effect", SEEN, ids=lambda effect: effect.name)
def test_what_is_seen_is_read(effect: Effect) -> None:
    for seed in seeds_of(effect):
        outcome, compared = reading((effect,), seed)
        assert (compared.wrong, compared.lost) == ((), ()), seed
        assert strays(outcome) == ""


@pytest.mark.parametrize("effect", UNTOLD, ids=lambda effect: effect.name)
def test_what_no_text_says_is_unreadable(effect: Effect) -> None:
    for seed in seeds_of(effect):
        outcome, compared = reading((effect,), seed)
        assert compared.wrong == (), seed
        assert compared.lost
        assert silently_lost(compared, outcome) == []
        assert any(
            one.rule == "extraction.unreadable" and one.severity is Severity.WARNING
            for one in outcome.findings
        )


def test_all_of_them_at_once() -> None:
    for seed in seeds(MIXED):
        outcome, compared = reading((*STRAY, *SEEN, *UNTOLD), seed)
        assert compared.wrong == (), seed
        assert silently_lost(compared, outcome) == [], seed


def test_there_are_many_forms() -> None:
    names = [effect.name for effect in (*STRAY, *SEEN, *UNTOLD)]
    assert len(names) == len(set(names)) >= 50
