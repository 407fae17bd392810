"""What becomes of an attempt at a document: decided here, and carried out in jobs.py.

    trouble      whose fault     how often            then                       charged
    none yet     –               `limits.begun`       GoOn; after it refused       –
    Hopeless     the document's  once                 Refuse                       –
    Defect       ours            `limits.failures`    Again; the last time Fail    yes
    CutOff       unknown         `limits.failures`    Again; the last time Refuse  yes
    Outage       the world's     as often as it takes Again                        no
    Overwritten  nobody's        once                 Leave                        no
    Held         nobody's        until it is free     Again or Leave               no
    Unfinished   nobody's        until it is done     Again                        no

Only what a document did, or what we did to it, ends it; the types of `decide` say so. Nothing
here knows a clock, a store or a broker: they are in the attempt, as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never, overload

from tasks.model.refusal import Refusal, RefusalCode, ended

#: Between two tries. The longest must stay below the broker's visibility timeout.
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLimits:
    """How often a document may be tried, and how long for."""

    #: How many of its attempts may fail.
    failures: int
    #: How many may be begun. Workers die for reasons of their own, and a document has a process
    #: of its own to end; so more than `failures`.
    begun: int
    #: A worker that died is held to be at its document for this long.
    lease_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is known of an attempt at one version of a document, and of the message that asks
    for it."""

    #: The number of it, from 1; 0: it has not begun.
    begun: int = 0
    #: How many before it failed and were charged.
    failed: int = 0
    #: How often its message was put off before.
    put_off: int = 0
    #: Its message was delivered before, and that came to nothing.
    redelivered: bool = False
    #: Somebody wants the document done once more.
    forced: bool = False
    #: It is about what came after whoever is at the document may have looked.
    gathers: bool = False


# --- troubles --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopeless:
    """The document can never work."""

    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Our program broke on it."""

    #: The name of its exception.
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """Reading it was ended, and not by the document, it seems."""

    #: What is said after the last attempt.
    last: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Store or broker are away, or closed to us, or so slow that the job's time was up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwritten:
    """The inbox has gone on; the newer version has a job of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Another worker is at this document, or was until a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """It is so large that it takes several turns, and this one got on with it."""


Own = Defect | CutOff
Elsewhere = Outage | Overwritten | Held | Unfinished
Trouble = Hopeless | Own | Elsewhere


# --- verdicts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn:
    """Read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Try it again after a time between these two: so that ten thousand documents do not come
    back in the same second."""

    least_seconds: float
    most_seconds: float
    #: Whether the attempt counts as one that failed; else it is given back.
    charged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Its record: refused, with this."""

    refusal: Refusal
    #: How many attempts were made.
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """Its record: failed, with this exception of ours."""

    error: str
    message: str
    #: How many attempts were made.
    attempts: int


class Why(StrEnum):
    """Why a job ends without a record: what Flower shows of it."""

    SUPERSEDED = "superseded"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Nothing is left to do for this job."""

    why: Why


End = Refuse | Fail
Verdict = GoOn | Again | Leave | End


@overload
def decide(attempt: Attempt, trouble: None, limits: TryLimits) -> GoOn | Refuse: ...
@overload
def decide(attempt: Attempt, trouble: Hopeless, limits: TryLimits) -> Refuse: ...
@overload
def decide(attempt: Attempt, trouble: Own, limits: TryLimits) -> Again | End: ...
@overload
def decide(attempt: Attempt, trouble: Elsewhere, limits: TryLimits) -> Again | Leave: ...
def decide(attempt: Attempt, trouble: Trouble | None, limits: TryLimits) -> Verdict:
    """What follows for a document. No trouble: the attempt is about to begin."""
    match trouble:
        case None:
            return _begin(attempt, limits)
        case Hopeless():
            return Refuse(refusal=trouble.refusal, attempts=attempt.begun)
        case Defect() | CutOff():
            if attempt.failed + 1 < limits.failures:
                return _later(attempt, charged=True)
            return _give_up(attempt, trouble)
        case Outage():
            return _later(attempt)
        case Overwritten():
            return Leave(why=Why.SUPERSEDED)
        case Held():
            return _wait_or_leave(attempt, limits)
        case Unfinished():
            return Again(least_seconds=0.0, most_seconds=FIRST_WAIT_SECONDS)
        case _:
            assert_never(trouble)


def _begin(attempt: Attempt, limits: TryLimits) -> GoOn | Refuse:
    """A document whose workers die leaves no other trace than that it was begun so often."""
    if attempt.begun <= limits.begun:
        return GoOn()
    return Refuse(refusal=ended(RefusalCode.CRASHED), attempts=limits.begun)


def _give_up(attempt: Attempt, trouble: Own) -> End:
    if isinstance(trouble, CutOff):
        return Refuse(refusal=trouble.last, attempts=attempt.begun)
    return Fail(error=trouble.error, message=trouble.message, attempts=attempt.begun)


def _later(attempt: Attempt, *, charged: bool = False) -> Again:
    """Twice as late each time, up to a minute."""
    # 2.0**1024 is too large for a float, and an outage may last.
    seconds = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(attempt.put_off, 10))
    return Again(least_seconds=seconds / 2, most_seconds=seconds, charged=charged)


def _wait_or_leave(attempt: Attempt, limits: TryLimits) -> Again | Leave:
    """Whoever is at it has the message that counts. Unless this is that message: the worker that
    seems to be at the document may be dead then, and by the end of its lease this comes to
    something. Or it is about what whoever is at it may not have seen."""
    if not (attempt.redelivered or attempt.put_off or attempt.forced or attempt.gathers):
        return Leave(why=Why.BUSY)
    seconds = min(LONGEST_WAIT_SECONDS, limits.lease_seconds / 2)
    return Again(least_seconds=seconds, most_seconds=seconds)
