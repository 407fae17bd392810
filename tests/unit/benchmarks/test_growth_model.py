"""The model of the service beside cases whose outcome is known."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from statistics import fmean

import pytest

from benchmarks.growth.model import Arrival, Outage, Outcome, Plan, Service, quantile, simulate
from tasks.queues import Queue


def plan(slots: int = 1, seconds: float = 1.0, **others: object) -> Plan:
    return Plan(
        slots={Queue.LIGHT: slots},
        service={Queue.LIGHT: Service(seconds=seconds)},
        look_seconds=1.0,
        **others,  # type: ignore[arg-type]
    )


def arrivals(moments: Iterable[float]) -> list[Arrival]:
    return [Arrival(at=moment, queue=Queue.LIGHT) for moment in moments]


def waited(outcome: Outcome) -> list[float]:
    return outcome.waited[Queue.LIGHT]


def most_pending(outcome: Outcome) -> int:
    return max(pending for _, pending in outcome.backlog)


def poisson(count: int, rate: float, seed: int) -> list[Arrival]:
    chance, moment, moments = Random(seed), 0.0, []
    for _ in range(count):
        moment += chance.expovariate(rate)
        moments.append(moment)
    return arrivals(moments)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_poisson_arrivals_and_one_slot(load: float) -> None:
    """M/D/1: the mean wait before service is load / (2 (1 - load)) services (Pollaczek and
    Khinchine)."""
    found = fmean(waited(simulate(plan(), poisson(40_000, load, seed=3)))) - 1.0
    assert found == pytest.approx(load / (2 * (1 - load)), rel=0.06)


def test_services_that_differ_wait_longer() -> None:
    """M/G/1 of the same theorem: the wait grows with the second moment of the service."""
    spread, load = 0.7, 0.5
    service = {Queue.LIGHT: Service(seconds=1.0, spread=spread)}
    drawn = Plan(slots={Queue.LIGHT: 1}, service=service, look_seconds=1.0)
    found = fmean(waited(simulate(drawn, poisson(60_000, load, seed=4), seed=4))) - 1.0
    second_moment = 2.718281828 ** (spread**2)
    assert found == pytest.approx(load * second_moment / (2 * (1 - load)), rel=0.1)


def test_as_many_slots_as_are_needed() -> None:
    """One a second, two seconds each, two slots: nobody waits."""
    outcome = simulate(plan(slots=2, seconds=2.0), arrivals(range(100)))
    assert waited(outcome) == pytest.approx([2.0] * 100)
    assert outcome.busy[Queue.LIGHT] == pytest.approx(200)
    assert outcome.ended == pytest.approx(101)


def test_too_few_slots() -> None:
    """Two a second and one done a second: the n-th waits for half of those before it."""
    outcome = simulate(plan(), arrivals(number / 2 for number in range(100)))
    assert waited(outcome) == pytest.approx([1 + number / 2 for number in range(100)])
    assert most_pending(outcome) == pytest.approx(50, abs=1)


def test_a_lost_event_is_made_up_for_by_the_next_round() -> None:
    lost = plan(events_lost=1.0, sweep_seconds=30, round_seconds=2, round_seconds_each=0.5)
    outcome = simulate(lost, arrivals([10.0, 10.0]))
    # A round begins after 30 s, and takes 2 s and half a second for each of both.
    assert waited(outcome) == pytest.approx([30 + 3 + 1 - 10, 30 + 3 + 2 - 10])
    assert (outcome.rounds, outcome.enqueued_by_sweep) == (1, 2)


@pytest.mark.parametrize("lost", ["messages_lost", "workers_lost"])
def test_what_is_lost_waits_for_its_mark(lost: str) -> None:
    """Half of twenty that come at once; the others are done before the first mark has ended."""
    lossy = plan(**{lost: 0.5}, enqueued_seconds=100, redelivery_seconds=1e6, restart_seconds=0)
    found = sorted(waited(simulate(lossy, arrivals([0.0] * 20), seed=1)))
    late = [seconds for seconds in found if seconds > 20]
    assert 0 < len(late) < 20
    assert all(seconds >= 100 for seconds in late)


def test_without_a_sweep_in_time_a_message_comes_back_by_itself() -> None:
    back = plan(workers_lost=0.5, redelivery_seconds=50, sweep_seconds=1e6, restart_seconds=0)
    outcome = simulate(back, arrivals([0.0] * 20), seed=1)
    assert outcome.enqueued_by_sweep == 0
    assert max(waited(outcome)) > 50
    assert len(waited(outcome)) == 20


def test_an_emptied_broker_is_filled_up_by_rounds() -> None:
    """100 wait when it goes; each round gives ten, and slots do them at once."""
    outage = Outage(what="broker", begins=0.5, ends=5, is_emptied=True)
    emptied = plan(slots=100, seconds=0.1, sweep_backlog=10, sweep_seconds=30, outages=[outage])
    outcome = simulate(emptied, arrivals([1.0] * 100))
    assert outcome.rounds == 10
    assert quantile(sorted(waited(outcome)), 1.0) == pytest.approx(300.1 - 1)


def test_while_the_store_is_away_nothing_ends() -> None:
    outage = Outage(what="store", begins=10, ends=110)
    away = plan(slots=3, outages=[outage], retry_seconds=0)
    outcome = simulate(away, arrivals(float(number) for number in range(50)))
    assert not [s for s, a in zip(waited(outcome), range(50), strict=True) if 10 < s + a < 110]
    assert len(waited(outcome)) == 50


def test_a_seed_gives_one_outcome() -> None:
    lossy = plan(events_lost=0.1, messages_lost=0.05, workers_lost=0.05)
    first, again, other = (
        waited(simulate(lossy, poisson(500, 0.5, seed=1), seed=seed)) for seed in (5, 5, 6)
    )
    assert first == again != other
    assert len(first) == len(other) == 500


def test_quantiles() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2
    assert quantile([1, 2, 3, 4], 0.95) == 4
    assert quantile([7], 0.0) == 7
