"""What Prometheus may have seen, minute by minute, and which alerts must fire then. By hand, in the
notation of `promtool test rules`: `1+2x3` is 1 3 5 7, `_` is nothing.

The same with faults that were really made: `tests/faults/test_alerts.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MINUTES = 80
#: A series -> its values.
Series = Mapping[str, str]

_WORKERS = ("worker-light", "worker-pdf", "worker-ocr")
_PROCESSES = (*_WORKERS, "sweep", "listener", "site", "flower")
_QUEUES = ("light", "pdf", "ocr")


def always(value: float) -> str:
    return f"{value}+0x{MINUTES}"


def rising(by: float, *, until: int = MINUTES) -> str:
    """Each minute by so much, and then no more."""
    return f"0+{by}x{until} {by * until}+0x{MINUTES - until}"


def twice_in_five() -> str:
    """By one, twice in five minutes."""
    return " ".join(f"{2 * minute // 5}" for minute in range(MINUTES + 1))


def up(process: str) -> str:
    return f'up{{job="gouji",process="{process}",instance="{process}:9464"}}'


def ended(status: str = "done", process: str = "worker-light") -> str:
    return f'gouji_documents_ended_total{{format="html",status="{status}",process="{process}"}}'


def refused(code: str) -> str:
    return f'gouji_refusals_total{{code="{code}",process="worker-light"}}'


def errors(server: str, kind: str = "unavailable", process: str = "sweep") -> str:
    return f'gouji_errors_total{{server="{server}",kind="{kind}",process="{process}"}}'


def queue(of: str, what: str = "length") -> str:
    return f'gouji_queue_{what}{{queue="{of}",process="sweep"}}'


def started(process: str) -> str:
    return f'process_start_time_seconds{{job="gouji",process="{process}",instance="x"}}'


def http(status: str, route: str = "list") -> str:
    return f'gouji_http_requests_total{{route="{route}",status="{status}",process="site"}}'


PENDING = 'gouji_sweep_last_documents{found="pending",process="sweep"}'
OLDEST = 'gouji_oldest_pending_age_seconds{process="sweep"}'
SWEPT = 'gouji_sweep_last_success_timestamp_seconds{process="sweep"}'
ROUNDS = 'gouji_sweep_rounds_total{outcome="ended",process="sweep"}'
LOOP = 'gouji_worker_loop_timestamp_seconds{process="worker-light",instance="x"}'
TAKEN = 'gouji_events_total{via="webhook",outcome="taken",process="listener"}'
BY_EVENT = 'gouji_published_jobs_total{queue="light",reason="event",process="listener"}'
BY_SWEEP = 'gouji_published_jobs_total{queue="light",reason="sweep",process="sweep"}'
MEMORY = 'gouji_broker_memory_used_bytes{process="sweep"}'
LIMIT = 'gouji_broker_memory_limit_bytes{process="sweep"}'
LOST = 'gouji_observations_lost_total{process="worker-light"}'

#: Ten documents a minute, each told of, one in twenty refused.
QUIET: Series = {
    **{up(process): always(1) for process in _PROCESSES},
    **{started(process): always(0) for process in _PROCESSES},
    **{queue(of): always(3) for of in _QUEUES},
    **{queue(of, "oldest_age_seconds"): always(5) for of in _QUEUES},
    **{errors(server): always(0) for server in ("store", "broker", "catalogue", "events")},
    errors("store", process="worker-light"): always(0),
    errors("store", "misconfigured"): always(0),
    ended(): rising(10),
    ended("refused"): rising(0.5),
    ended("failed"): always(0),
    refused("encrypted"): rising(0.5),
    refused("timeout"): always(0),
    PENDING: always(3),
    OLDEST: always(20),
    SWEPT: rising(60),
    ROUNDS: rising(2),
    LOOP: rising(60),
    TAKEN: rising(10),
    BY_EVENT: rising(10),
    BY_SWEEP: always(0),
    MEMORY: always(10),
    LIMIT: always(256),
    LOST: always(0),
    http("2xx"): rising(10),
    http("5xx"): always(0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    what: str
    #: What is otherwise than in a quiet run.
    seen: Series
    #: Minute -> the alerts that fire then, all of them.
    fire: Mapping[int, set[str]]


def nothing(what: str, seen: Series) -> Scenario:
    return Scenario(what=what, seen=seen, fire={at: set() for at in range(5, MINUTES, 15)})


def once(alert: str, seen: Series, *, silent: int, at: int) -> Scenario:
    """Not yet in the minute `silent`, but in `at`."""
    return Scenario(what=alert, seen=seen, fire={silent: set(), at: {alert}})


_NO_RECORDS = {ended(): always(100), ended("refused"): always(5), refused("encrypted"): always(5)}

SCENARIOS = (
    nothing("a quiet run", {}),
    nothing("an office that is closed", _NO_RECORDS | {PENDING: always(0), TAKEN: always(5)}),
    nothing(
        "a restart of everything",
        {up(process): f"1+0x20 0+0x3 1+0x{MINUTES}" for process in _PROCESSES}
        | {started(process): f"0+0x20 1200+0x{MINUTES}" for process in _PROCESSES},
    ),
    nothing(
        "a store that is away for three minutes",
        {
            errors("store"): f"0+0x20 2+2x3 8+0x{MINUTES}",
            errors("store", process="worker-light"): f"0+0x20 10+10x3 40+0x{MINUTES}",
            ROUNDS: f"0+2x20 40+0x3 42+2x{MINUTES}",
        },
    ),
    nothing("one error in a minute", {errors("store"): rising(1), errors("broker"): rising(1)}),
    nothing("a few that time out", {refused("timeout"): rising(0.05)}),
    nothing("a flood of an hour", {PENDING: always(9000), queue("light"): always(1000)}),
    nothing("no limit to the broker's memory", {LIMIT: always(0), MEMORY: always(10**9)}),
    once("GoujiNothingEnds", _NO_RECORDS, silent=15, at=45),
    Scenario(
        what="it is over when documents end again",
        seen=_NO_RECORDS | {ended(): f"0+0x60 0+10x{MINUTES}"},
        fire={59: {"GoujiNothingEnds"}, 70: set()},
    ),
    once("GoujiDocumentsLate", {OLDEST: rising(60)}, silent=65, at=75),
    once(
        "GoujiManyRefused",
        {ended("refused"): rising(6), refused("encrypted"): rising(6)},
        silent=4,
        at=20,
    ),
    once("GoujiLimitsReached", {refused("timeout"): rising(1)}, silent=4, at=20),
    once("GoujiProgramBroke", {ended("failed"): f"0+0x20 1+0x{MINUTES}"}, silent=19, at=22),
    once("GoujiSweepStandsStill", {SWEPT: f"0+60x20 1200+0x{MINUTES}"}, silent=30, at=38),
    once("GoujiSweepStandsStill", {SWEPT: "_"}, silent=4, at=8),
    # Ended never more, however often it is started.
    once("GoujiSweepStandsStill", {SWEPT: f"0+60x20 0+0x{MINUTES}"}, silent=33, at=38),
    nothing(
        "a sweep that starts anew beside a million documents",
        {SWEPT: f"0+60x18 1080+0x1 0+0x8 1800+60x{MINUTES}"},
    ),
    once("GoujiQueueWaits", {queue("pdf", "oldest_age_seconds"): rising(60)}, silent=35, at=45),
    Scenario(
        what="no worker",
        seen={up("worker-pdf"): f"1+0x20 0+0x{MINUTES}"},
        fire={24: set(), 27: {"GoujiNoWorker", "GoujiProcessDown"}},
    ),
    once("GoujiNoWorker", {up("worker-ocr"): "_"}, silent=4, at=8),
    nothing("no worker, and nothing to do", {up("worker-ocr"): "_", queue("ocr"): always(0)}),
    once("GoujiWorkerHangs", {LOOP: f"0+60x20 1200+0x{MINUTES}"}, silent=30, at=38),
    once("GoujiEventsMissing", {TAKEN: always(7), BY_SWEEP: rising(1)}, silent=15, at=25),
    once("GoujiProcessDown", {up("flower"): "_"}, silent=4, at=8),
    once("GoujiProcessDown", {up("listener"): f"1+0x20 0+0x{MINUTES}"}, silent=24, at=27),
    once("GoujiSiteDown", {up("site"): "_"}, silent=4, at=8),
    once("GoujiSiteDown", {up("site"): f"1+0x20 0+0x{MINUTES}"}, silent=24, at=27),
    once("GoujiSiteBreaks", {http("5xx"): rising(1)}, silent=5, at=15),
    # Nothing else is asked for but whether it is there.
    once(
        "GoujiSiteBreaks",
        {http("2xx"): always(0), http("5xx"): rising(1), http("2xx", "health"): rising(30)},
        silent=5,
        at=15,
    ),
    once(
        "GoujiProcessRestarts",
        {started("worker-pdf"): f"0+0x20 1+1x5 6+0x{MINUTES}"},
        silent=22,
        at=26,
    ),
    once("GoujiObservationsLost", {LOST: f"0+0x20 3+0x{MINUTES}"}, silent=19, at=22),
    once("GoujiStoreAway", {errors("store"): rising(2), ROUNDS: always(9)}, silent=5, at=10),
    # It answers nothing, and only the sweep asks: four tries of half a minute, and its pause.
    once("GoujiStoreAway", {errors("store"): twice_in_five(), ROUNDS: always(9)}, silent=5, at=15),
    once(
        "GoujiStoreTakesNoWrites",
        _NO_RECORDS | {errors("store", process="worker-light"): rising(5)},
        silent=5,
        at=12,
    ),
    once("GoujiBrokerAway", {errors("broker"): rising(2), ROUNDS: always(9)}, silent=5, at=10),
    once("GoujiBrokerFull", {MEMORY: rising(4)}, silent=55, at=60),
    once("GoujiMisconfigured", {errors("store", "misconfigured"): rising(1)}, silent=4, at=8),
    once("GoujiCatalogueBroken", {errors("catalogue"): rising(1)}, silent=8, at=16),
)


def as_promtool_wants_them(rules: str) -> dict[str, Any]:
    """`rules`: where they are."""
    tests = []
    for scenario in SCENARIOS:
        series = QUIET | scenario.seen
        asked = [
            {
                "expr": 'group by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{minute}m",
                "exp_samples": [
                    {"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in sorted(alerts)
                ],
            }
            for minute, alerts in scenario.fire.items()
        ]
        tests.append(
            {
                "name": scenario.what,
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": values} for name, values in series.items()
                ],
                "promql_expr_test": asked,
            }
        )
    return {"rule_files": [rules], "evaluation_interval": "1m", "tests": tests}
