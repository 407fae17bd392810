"""What becomes of an attempt: each trouble at each of its points as a table, and what holds for
every way that a document can go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide import (
    LONGEST_WAIT_SECONDS,
    Again,
    Attempt,
    CutOff,
    Defect,
    Elsewhere,
    End,
    Fail,
    GoOn,
    Held,
    Hopeless,
    Leave,
    Outage,
    Overwritten,
    Own,
    Refuse,
    Trouble,
    TryLimits,
    Unfinished,
    Verdict,
    Why,
    decide,
)
from tasks.model.refusal import Refusal, RefusalCode, ended

LIMITS = TryLimits(failures=3, begun=20, lease_seconds=30)
ENCRYPTED = Refusal(RefusalCode.ENCRYPTED, "加密", "encrypted")
TIMEOUT = ended(RefusalCode.TIMEOUT)

HOPELESS = Hopeless(refusal=ENCRYPTED)
DEFECT = Defect(error="KeyError", message="'a'")
CUT_OFF = CutOff(last=TIMEOUT)

ATTEMPTS = {
    "first": Attempt(begun=1),
    "second": Attempt(begun=2, failed=1, put_off=1),
    "third": Attempt(begun=3, failed=2, put_off=2),
    "after two deaths": Attempt(begun=3, redelivered=True),
    "after an hour away": Attempt(begun=1, put_off=70),
    "begun for the last time": Attempt(begun=20, redelivered=True),
    "begun too often": Attempt(begun=21, redelivered=True),
    "forced": Attempt(begun=1, forced=True),
    "gathers": Attempt(begun=1, gathers=True),
}


def refused(refusal: Refusal, attempts: int) -> tuple[object, ...]:
    return Refuse, refusal.code, refusal.message, refusal.message_en, attempts


def failed(attempts: int) -> tuple[object, ...]:
    return Fail, DEFECT.error, DEFECT.message, attempts


def charged(most: float) -> Again:
    return Again(least_seconds=most / 2, most_seconds=most, charged=True)


def waits(most: float, least: float | None = None) -> Again:
    return Again(least_seconds=most / 2 if least is None else least, most_seconds=most)


CRASHED = refused(ended(RefusalCode.CRASHED), 20)
SUPERSEDED = Leave(why=Why.SUPERSEDED)
BUSY = Leave(why=Why.BUSY)
#: Half the lease, and not by chance.
FREE_SOON = waits(15, least=15)

# fmt: off
TABLE = {
    # attempt                   no trouble yet  hopeless               defect        cut off
    "first":                   (GoOn(),  refused(ENCRYPTED, 1),  charged(1),   charged(1)),
    "second":                  (GoOn(),  refused(ENCRYPTED, 2),  charged(2),   charged(2)),
    "third":                   (GoOn(),  refused(ENCRYPTED, 3),  failed(3),    refused(TIMEOUT, 3)),
    "after two deaths":        (GoOn(),  refused(ENCRYPTED, 3),  charged(1),   charged(1)),
    "after an hour away":      (GoOn(),  refused(ENCRYPTED, 1),  charged(60),  charged(60)),
    "begun for the last time": (GoOn(),  refused(ENCRYPTED, 20), charged(1),   charged(1)),
    "begun too often":         (CRASHED, refused(ENCRYPTED, 21), charged(1),   charged(1)),
    "forced":                  (GoOn(),  refused(ENCRYPTED, 1),  charged(1),   charged(1)),
    "gathers":                 (GoOn(),  refused(ENCRYPTED, 1),  charged(1),   charged(1)),
}
NEXT_TURN = Again(least_seconds=0, most_seconds=1)
TABLE_ELSEWHERE = {
    # attempt                   outage      overwritten  held by another  more to do
    "first":                   (waits(1),  SUPERSEDED,  BUSY, NEXT_TURN),
    "second":                  (waits(2),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "third":                   (waits(4),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "after two deaths":        (waits(1),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "after an hour away":      (waits(60), SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "begun for the last time": (waits(1),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "begun too often":         (waits(1),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "forced":                  (waits(1),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
    "gathers":                 (waits(1),  SUPERSEDED,  FREE_SOON, NEXT_TURN),
}
# fmt: on
TROUBLES = (None, HOPELESS, DEFECT, CUT_OFF, Outage(), Overwritten(), Held(), Unfinished())


def said(verdict: Verdict) -> object:
    """Refusals are exceptions, which are never equal."""
    match verdict:
        case Refuse():
            return refused(verdict.refusal, verdict.attempts)
        case Fail():
            return Fail, verdict.error, verdict.message, verdict.attempts
        case _:
            return verdict


def test_the_table_is_whole() -> None:
    assert {type(trouble) for trouble in TROUBLES} == {type(None), *get_args(Trouble)}
    assert set(ATTEMPTS) == set(TABLE) == set(TABLE_ELSEWHERE)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_each_trouble_at_each_attempt(attempt: str) -> None:
    verdicts = tuple(said(decide(ATTEMPTS[attempt], trouble, LIMITS)) for trouble in TROUBLES)
    assert verdicts == (*TABLE[attempt], *TABLE_ELSEWHERE[attempt])


@pytest.mark.parametrize(
    ("lease_seconds", "seconds"), [(1, 0.5), (120, 60), (10_000, LONGEST_WAIT_SECONDS)]
)
def test_a_held_document_is_waited_for_no_longer_than_any(
    lease_seconds: float, seconds: float
) -> None:
    limits = replace(LIMITS, lease_seconds=lease_seconds)
    assert decide(Attempt(redelivered=True), Held(), limits) == waits(seconds, least=seconds)


# --- whatever the attempt ------------------------------------------------------------------------

limits_drawn = st.builds(
    TryLimits,
    failures=st.integers(1, 6),
    begun=st.integers(1, 30),
    lease_seconds=st.floats(0.5, 10_000),
)
attempts_drawn = st.builds(
    Attempt,
    begun=st.integers(0, 10**6),
    failed=st.integers(0, 10**6),
    put_off=st.integers(0, 10**6),
    redelivered=st.booleans(),
    forced=st.booleans(),
    gathers=st.booleans(),
)
hopeless = st.builds(
    Hopeless, refusal=st.sampled_from(RefusalCode).map(lambda c: Refusal(c, "", ""))
)
own = st.builds(Defect, error=st.text(), message=st.text()) | st.builds(
    CutOff, last=st.just(TIMEOUT)
)
elsewhere = st.sampled_from((Outage(), Overwritten(), Held()))


@given(attempts_drawn, hopeless, limits_drawn)
def test_the_documents_own_fault_is_never_tried_again(
    attempt: Attempt, trouble: Hopeless, limits: TryLimits
) -> None:
    verdict = decide(attempt, trouble, limits)
    assert isinstance(verdict, Refuse)
    assert verdict.refusal is trouble.refusal


@given(attempts_drawn, elsewhere, limits_drawn)
def test_what_happened_elsewhere_never_ends_a_document_and_is_not_charged(
    attempt: Attempt, trouble: Elsewhere, limits: TryLimits
) -> None:
    verdict = decide(attempt, trouble, limits)
    if isinstance(verdict, Again):
        assert not verdict.charged
    else:
        assert isinstance(verdict, Leave)


@given(attempts_drawn, own, limits_drawn)
def test_no_attempt_goes_on_after_the_limit(
    attempt: Attempt, trouble: Own, limits: TryLimits
) -> None:
    verdict = decide(attempt, trouble, limits)
    ends = attempt.failed + 1 >= limits.failures
    assert isinstance(verdict, End if ends else Again)
    begins = decide(attempt, None, limits)
    assert isinstance(begins, GoOn if attempt.begun <= limits.begun else Refuse)


@given(attempts_drawn, own | elsewhere, limits_drawn)
def test_waits_grow_and_are_bounded(attempt: Attempt, trouble: Trouble, limits: TryLimits) -> None:
    sooner = decide(attempt, trouble, limits)
    later = decide(replace(attempt, put_off=attempt.put_off + 1), trouble, limits)
    if not isinstance(sooner, Again):
        return
    assert isinstance(later, Again), "put off once, it is put off until it ends"
    assert 0 < sooner.least_seconds <= sooner.most_seconds <= LONGEST_WAIT_SECONDS
    assert sooner.least_seconds <= later.least_seconds
    assert sooner.most_seconds <= later.most_seconds


# --- the whole way of a document -----------------------------------------------------------------


@dataclass(frozen=True)
class Died:
    """Its worker was killed: nobody decides anything."""


@dataclass
class Way:
    """The counts of a document as a job keeps them, and what was read and charged."""

    limits: TryLimits
    attempt: Attempt = field(default_factory=Attempt)
    readings: int = 0
    deaths: int = 0
    defects: int = 0

    def go(self, happens: Died | Trouble) -> Verdict | None:
        """One delivery. None: its worker died."""
        attempt = replace(self.attempt, begun=self.attempt.begun + 1)
        verdict = decide(attempt, None, self.limits)
        if isinstance(verdict, GoOn):
            self.readings += 1
            if isinstance(happens, Died):
                self.deaths += 1
                self.attempt = replace(attempt, redelivered=True)
                return None
            self.defects += isinstance(happens, Own)
            verdict = decide(attempt, happens, self.limits)
        if isinstance(verdict, Again):
            self.attempt = replace(
                attempt,
                begun=attempt.begun - (not verdict.charged),
                failed=attempt.failed + verdict.charged,
                put_off=attempt.put_off + 1,
            )
        return verdict


@given(limits_drawn, st.lists(st.just(Died()) | own | st.just(Outage()), max_size=60))
def test_a_document_goes_on_until_it_used_up_what_it_has(
    limits: TryLimits, happenings: list[Died | Trouble]
) -> None:
    way = Way(limits)
    for happens in happenings:
        verdict = way.go(happens)
        used_up = way.defects == limits.failures
        # Its workers died so often: whatever would have happened, it is not read.
        begun_up = isinstance(verdict, Refuse) and verdict.refusal.code is RefusalCode.CRASHED
        if begun_up:
            assert way.deaths + way.defects == limits.begun == verdict.attempts
            return
        assert isinstance(verdict, End) == used_up
        assert way.deaths + way.defects <= limits.begun
        if used_up:
            return


@given(limits_drawn, own)
def test_a_document_that_breaks_each_time_ends(limits: TryLimits, trouble: Own) -> None:
    limits = replace(limits, begun=limits.failures + limits.begun)
    way = Way(limits)
    verdicts = [way.go(trouble) for _ in range(limits.failures)]
    assert all(isinstance(verdict, Again) for verdict in verdicts[:-1])
    assert isinstance(verdicts[-1], End)
    assert verdicts[-1].attempts == limits.failures


@given(limits_drawn)
def test_a_document_whose_worker_dies_each_time_ends(limits: TryLimits) -> None:
    way = Way(limits)
    assert [way.go(Died()) for _ in range(limits.begun)] == [None] * limits.begun
    assert said(way.go(Died())) == refused(ended(RefusalCode.CRASHED), limits.begun)
    assert way.readings == limits.begun


@given(limits_drawn, st.integers(1, 200))
def test_an_outage_of_any_length_uses_nothing_up(limits: TryLimits, times: int) -> None:
    way = Way(limits)
    for _ in range(times):
        assert isinstance(way.go(Outage()), Again)
    assert way.attempt == Attempt(put_off=times)
