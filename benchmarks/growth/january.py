"""A January in which the reports of a country come, simulated.

    python -m benchmarks.growth.january [--documents 500000] [--slots 1+1+1,1+1+4] [--scans 0.05]
                                        [--bucket 4500000] [--seed 1] [--beside PAGES]

The form is due on the 31st of January, so most come in the last ten days, in office hours. For
each choice of slots (light+pdf+ocr): how long documents waited for their record, the longest
backlog, how busy the slots were. With the last choice the same month once more: with everything
that goes wrong (events and messages lost, workers that die, the broker emptied and the store away
on the busiest Friday), without any event, and each of these beside a bucket of earlier years.

With `--beside` nothing of the country: a real `gouji up` reads some pages, and the model is given
their moments and how long each took; when both had done half, most and all is told as ratios.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random

from benchmarks.growth.model import Arrival, Outage, Outcome, Plan, Service, quantile, simulate
from tasks.queues import Queue

HOUR, DAY = 3600.0, 86400.0
#: Share of the documents that come on each day of the month, 1st to 31st: a fifth before the
#: 22nd, then more each day; as January 2027, in which the 2nd is a Saturday.
_DAYS = 31
_FIRST_SATURDAY = 1
_LAST_DAYS = 10
_SHARE_OF_LAST_DAYS = 0.8
_SHARE_OF_WEEKENDS = 0.15
#: By the hour of the day: nine to twelve and two to half past five, little besides.
_HOURS = (
    *(0.3,) * 8,
    4.0,
    10.0,
    12.0,
    11.0,
    3.0,
    4.0,
    10.0,
    12.0,
    12.0,
    7.0,
    *(1.5,) * 4,
    0.6,
    0.3,
)

#: What a slot is at a document for, seconds of the processor: reading (docs/performance.md) and
#: what the pool, the store and the others take for it. `light` is of HTML, DOCX, DOC and workbooks.
SERVICE: Mapping[Queue, Service] = {
    Queue.LIGHT: Service(seconds=0.11, spread=0.5),
    Queue.PDF: Service(seconds=0.40, spread=0.7),
    Queue.OCR: Service(seconds=28.0, spread=0.7),
}
#: Assumed: most organs publish a page. Scans by `--scans`; of the rest so many are PDFs.
SHARE_OF_PDF = 0.2
#: A page of a listing of a thousand, ours and the store's, by benchmarks/growth/bucket.py.
ROUND_SECONDS_EACH = 40e-6
ROUND_SECONDS = 0.1
_QUEUES = (Queue.LIGHT, Queue.PDF, Queue.OCR)


# --- arrivals --------------------------------------------------------------------------------


def day_weights() -> list[float]:
    """Of each day of the month; their sum is 1."""
    late = [_SHARE_OF_LAST_DAYS * (number + 1) for number in range(_LAST_DAYS)]
    early = [1 - _SHARE_OF_LAST_DAYS] * (_DAYS - _LAST_DAYS)
    weights = _to(1 - _SHARE_OF_LAST_DAYS, _worked(early, 0))
    return weights + _to(_SHARE_OF_LAST_DAYS, _worked(late, _DAYS - _LAST_DAYS))


def _worked(weights: Iterable[float], first: int) -> list[float]:
    """Less on Saturdays and Sundays."""
    return [
        weight * (_SHARE_OF_WEEKENDS if (day - _FIRST_SATURDAY) % 7 in (0, 1) else 1)
        for day, weight in enumerate(weights, first)
    ]


def _to(share: float, weights: list[float]) -> list[float]:
    return [share * weight / sum(weights) for weight in weights]


def arrivals(documents: int, *, scans: float, seed: int) -> list[Arrival]:
    """In the order of their times, which are seconds from the month's beginning."""
    chance = Random(seed)
    kinds = ((1 - scans) * (1 - SHARE_OF_PDF), (1 - scans) * SHARE_OF_PDF, scans)
    days = chance.choices(range(_DAYS), day_weights(), k=documents)
    hours = chance.choices(range(24), _HOURS, k=documents)
    queues = chance.choices(_QUEUES, kinds, k=documents)
    return sorted(
        (
            Arrival(at=DAY * day + HOUR * (hour + chance.random()), queue=queue)
            for day, hour, queue in zip(days, hours, queues, strict=True)
        ),
        key=lambda arrival: arrival.at,
    )


# --- plans -----------------------------------------------------------------------------------


def plan_of(slots: str, bucket: int = 0) -> Plan:
    """`slots`: as `2+1+4`, of light, pdf and ocr."""
    return Plan(
        slots=dict(zip(_QUEUES, map(int, slots.split("+")), strict=True)),
        service=SERVICE,
        look_seconds=60.0,
        bucket=bucket,
        round_seconds=ROUND_SECONDS,
        round_seconds_each=ROUND_SECONDS_EACH,
    )


def with_faults(plan: Plan) -> Plan:
    """The 29th is the Friday before the last day."""
    friday = 28 * DAY
    return replace(
        plan,
        events_lost=0.01,
        messages_lost=0.001,
        workers_lost=0.001,
        outages=(
            Outage(what="broker", begins=friday + 10 * HOUR, ends=friday + 10.5 * HOUR,
                   is_emptied=True),
            Outage(what="store", begins=friday + 15 * HOUR, ends=friday + 16 * HOUR),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line of the table; seconds."""

    median: float
    p95: float
    most: float
    most_pending: int
    busy_hours: float
    #: Of all slots' time until the last record.
    busy: float
    longest_round: float
    enqueued_by_sweep: int


def told(plan: Plan, outcome: Outcome) -> Told:
    waited = outcome.all_waited()
    return Told(
        median=quantile(waited, 0.5),
        p95=quantile(waited, 0.95),
        most=waited[-1],
        most_pending=max(pending for _, pending in outcome.backlog),
        busy_hours=sum(outcome.busy.values()) / HOUR,
        busy=sum(outcome.busy.values()) / (sum(plan.slots.values()) * outcome.ended),
        longest_round=outcome.longest_round,
        enqueued_by_sweep=outcome.enqueued_by_sweep,
    )


def lines(plans: Iterable[tuple[str, Plan]], come: list[Arrival], seed: int) -> Iterator[str]:
    yield (
        "| slots | median | 95 % | longest | most pending | busy, hours | busy"
        " | longest round | by the sweep |"
    )
    yield "| --- " + "| ---: " * 8 + "|"
    for name, plan in plans:
        one = told(plan, simulate(plan, come, seed=seed))
        yield (
            f"| {name} | {span(one.median)} | {span(one.p95)} | {span(one.most)}"
            f" | {one.most_pending:,} | {one.busy_hours:,.0f} | {one.busy:.0%}"
            f" | {span(one.longest_round)} | {one.enqueued_by_sweep:,} |"
        )


def span(seconds: float) -> str:
    """For people: `0.4 s`, `12 min`, `3.5 h`, `6.1 d`."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


# --- beside the service ------------------------------------------------------------------------


def beside(documents: int, seed: int) -> str:
    """Pages at once, by a real service and by the model of it."""
    from benchmarks import service  # starts servers, which the rest of this does not need
    from samples.folder import samples

    made = [one for one in samples(4 * documents, seed, poison=False) if _is_light(one.name)]
    bodies = {one.name: one.body for one in made[:documents]}
    with tempfile.TemporaryDirectory() as folder, service.running(Path(folder) / "home") as up:
        store = up.store()
        service.put_all(store, dict(list(bodies.items())[:8]), "inbox/first/")
        service.wait_for(lambda: len(_ended(Path(folder), "inbox/first/")) == 8)
        began = time.time()
        service.put_all(store, bodies, "inbox/then/")
        put = time.time() - began
        service.wait_for(lambda: len(_ended(Path(folder), "inbox/then/")) == len(bodies))
        ended = _ended(Path(folder), "inbox/then/")
        slots = up.settings().light_concurrency
    real = sorted(moment - began for moment, _ in ended)
    each = sum(seconds for _, seconds in ended) / len(ended)
    come = [Arrival(at=put * n / len(bodies), queue=Queue.LIGHT) for n in range(len(bodies))]
    plan = Plan(slots={Queue.LIGHT: slots}, service={Queue.LIGHT: Service(seconds=each)})
    outcome = simulate(replace(plan, look_seconds=1), come, seed=seed)
    modelled = sorted(
        wait + one.at for wait, one in zip(outcome.waited[Queue.LIGHT], come, strict=True)
    )
    shares = (0.5, 0.95, 1.0)
    ratios = [quantile(real, share) / quantile(modelled, share) for share in shares]
    return (
        f"{len(real)} pages, {slots} slots, {each:.3f} s each: the service's moments of the"
        f" records beside the model's: half {ratios[0]:.2f}, 95 % {ratios[1]:.2f}, all"
        f" {ratios[2]:.2f}"
    )


def _is_light(name: str) -> bool:
    return name.endswith((".html", ".txt", ".docx"))


def _ended(folder: Path, prefix: str) -> list[tuple[float, float]]:
    """Of jobs that wrote a record: when they ended, and how long they took, by the logs."""
    found = []
    for log in (folder / "home").rglob("worker-light*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if '"job.ended"' in line and f'"key": "{prefix}' in line and '"already"' not in line:
                said = json.loads(line)
                moment = datetime.fromisoformat(said["timestamp"]).timestamp()
                found.append((moment, float(said["seconds"])))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth.january")
    parser.add_argument("--documents", type=int, default=500_000, help="in the month (500000)")
    parser.add_argument("--slots", default="1+1+1,1+1+2,1+1+3,1+1+4,1+1+6,2+2+8")
    parser.add_argument("--bucket", type=int, default=4_500_000, help="of earlier years (4500000)")
    parser.add_argument("--scans", type=float, default=0.05, help="share of scans (0.05)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beside", type=int, metavar="PAGES", help="beside a real service")
    given = parser.parse_args()
    if given.beside:
        print(beside(given.beside, given.seed))
        return
    come = arrivals(given.documents, scans=given.scans, seed=given.seed)
    for line in lines(plans_of(given.slots.split(","), given.bucket), come, given.seed):
        print(line, flush=True)


def plans_of(choices: list[str], bucket: int) -> Iterator[tuple[str, Plan]]:
    for slots in choices:
        yield slots, plan_of(slots)
    for there, after in ((0, ""), (bucket, f", {bucket:,} before")):
        plan = plan_of(choices[-1], there)
        if there:
            yield f"{choices[-1]}{after}", plan
        yield f"{choices[-1]}, faults{after}", with_faults(plan)
        yield f"{choices[-1]}, no events{after}", replace(plan, events_lost=1.0)


if __name__ == "__main__":
    main()
