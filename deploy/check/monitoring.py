"""Rules and dashboards: what they ask Prometheus for must be an expression, of metrics that
somebody tells, with labels that these have.

    a file ──> what it is, by its content ──> its expressions, and where each stands ──> complaints

A rule file may also lie in an object of Kubernetes (PrometheusRule). What else is YAML there,
such as the settings of Prometheus and Grafana, is parsed and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from deploy.check.promql import VARIABLE, Asked, Malformed, asked, filled_in
from deploy.check.schemas import Schema, closed, errors


class Declared(Protocol):
    """A row of the table in workers/metrics.py."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, Sequence[str]]:
        """With their values; none: they are not a closed set."""


Table = Mapping[str, Declared]

#: Labels that any target has; others are told by who scrapes it.
TARGET = frozenset(
    {"job", "instance", "namespace", "pod", "container", "service", "node", "endpoint"}
)
#: What a histogram is told as.
_PARTS = ("_bucket", "_sum", "_count")
#: Metrics of others -> their labels.
OTHERS: Mapping[str, frozenset[str]] = {
    "up": frozenset(),
    "scrape_duration_seconds": frozenset(),
    "scrape_samples_scraped": frozenset(),
    "ALERTS": frozenset({"alertname", "alertstate", "severity"}),
    "ALERTS_FOR_STATE": frozenset({"alertname", "severity"}),
    # Of whatever prometheus_client runs in.
    "process_resident_memory_bytes": frozenset(),
    "process_start_time_seconds": frozenset(),
    "process_cpu_seconds_total": frozenset(),
    "process_open_fds": frozenset(),
    "process_max_fds": frozenset(),
    # `flower/app.py` and `flower/events.py`
    "flower_events_total": frozenset({"worker", "type", "task"}),
    "flower_worker_online": frozenset({"worker"}),
    "flower_worker_number_of_currently_executing_tasks": frozenset({"worker"}),
    "flower_worker_prefetched_tasks": frozenset({"worker", "task"}),
}

_WORDS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_DURATION: Schema = {"type": "string", "pattern": r"^(\d+(ms|s|m|h|d|w|y))+$|^0$"}
_TEXT: Schema = {"type": "string", "minLength": 1}
_EXPRESSION: Schema = {"type": ["string", "number"]}

_ALERT = closed(
    {"alert": _TEXT, "expr": _EXPRESSION},
    {"for": _DURATION, "keep_firing_for": _DURATION, "labels": _WORDS, "annotations": _WORDS},
)
_RECORDING = closed({"record": _TEXT, "expr": _EXPRESSION}, {"labels": _WORDS})
_RULE: Schema = {"if": {"required": ["alert"]}, "then": _ALERT, "else": _RECORDING}
_GROUP = closed(
    {"name": _TEXT, "rules": {"type": "array", "items": _RULE, "minItems": 1}},
    {
        "interval": _DURATION,
        "query_offset": _DURATION,
        "limit": {"type": "integer"},
        "labels": _WORDS,
    },
)
#: Source: prometheus.io/docs, "Recording rules", "Alerting rules".
_RULES = closed({"groups": {"type": "array", "items": _GROUP, "minItems": 1}}, {})
_DASHBOARD: Schema = {
    "type": "object",
    "properties": {
        "uid": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"},
        "title": _TEXT,
        "schemaVersion": {"type": "integer"},
        "panels": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "type": _TEXT,
                    "title": {"type": "string"},
                },
                "required": ["type"],
            },
        },
    },
    "required": ["uid", "title", "schemaVersion", "panels"],
}
#: What Grafana asks for the values of a variable.
_VALUES = re.compile(r"^\s*label_values\((?:(?P<of>.*),)?\s*(?P<label>\w+)\s*\)\s*$", re.DOTALL)
_RESULT = re.compile(r"^\s*query_result\((?P<of>.*)\)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expression:
    #: The file and the place in it.
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is in the files."""

    complaints: tuple[str, ...] = ()
    expressions: tuple[Expression, ...] = ()
    #: Series that rules record.
    recorded: frozenset[str] = frozenset()
    #: Labels that whoever scrapes gives to all series of a target.
    given: frozenset[str] = frozenset()


def complaints(table: Table, *folders: Path) -> list[str]:
    """Of all rules and dashboards below the folders. None where they are not there."""
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    found = [look(file) for file in files]
    together = _together(found)
    said = [*together.complaints]
    for expression in together.expressions:
        said += _of_expression(expression, table, together)
    return said


def look(file: Path) -> Found:
    """Nothing is in a file of another kind."""
    try:
        if file.suffix == ".json":
            return _of_json(file.name, json.loads(file.read_text()))
        if file.suffix in (".yml", ".yaml"):
            told = [*yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader)]
            return _together([_of_yaml(file.name, one) for one in told])
    except (ValueError, yaml.YAMLError) as error:
        return Found(complaints=(f"{file.name}: {' '.join(str(error).split())}",))
    return Found()


def _together(found: Sequence[Found]) -> Found:
    return Found(
        complaints=tuple(line for one in found for line in one.complaints),
        expressions=tuple(expression for one in found for expression in one.expressions),
        recorded=frozenset(name for one in found for name in one.recorded),
        given=frozenset(label for one in found for label in one.given),
    )


# --- rules ------------------------------------------------------------------------------------


def _of_yaml(name: str, told: Any) -> Found:
    if not isinstance(told, dict):
        return Found()
    if "scrape_configs" in told:
        return Found(given=frozenset(_given(told)))
    if told.get("kind") == "PrometheusRule":
        told = told.get("spec", {})
    if "groups" not in told:
        return Found()
    if said := errors(told, _RULES):
        return Found(complaints=tuple(f"{name}: {one}" for one in said))
    rules = [(group["name"], rule) for group in told["groups"] for rule in group["rules"]]
    names = [str(rule.get("alert") or rule["record"]) for _, rule in rules]
    alerts = [rule["alert"] for _, rule in rules if "alert" in rule]
    twice = {one for one in alerts if alerts.count(one) > 1}
    return Found(
        complaints=tuple(f"{name}: the alert {one} is there twice" for one in sorted(twice)),
        expressions=tuple(
            Expression(f"{name}: {group}: {which}", str(rule["expr"]))
            for (group, rule), which in zip(rules, names, strict=True)
        ),
        recorded=frozenset(rule["record"] for _, rule in rules if "record" in rule),
    )


def _given(prometheus: dict[str, Any]) -> Iterator[str]:
    for job in prometheus["scrape_configs"] or ():
        for targets in job.get("static_configs", ()):
            yield from targets.get("labels", ())
        for change in job.get("relabel_configs", ()):
            yield from filter(None, [change.get("target_label")])


# --- dashboards -------------------------------------------------------------------------------


def _of_json(name: str, told: Any) -> Found:
    if not isinstance(told, dict) or "panels" not in told:
        return Found()
    if said := errors(told, _DASHBOARD):
        return Found(complaints=tuple(f"{name}: {one}" for one in said))
    ids = [panel["id"] for panel in _panels(told["panels"]) if "id" in panel]
    twice = {one for one in ids if ids.count(one) > 1}
    return Found(
        complaints=tuple(f"{name}: two panels have the id {one}" for one in sorted(twice)),
        expressions=(*_of_panels(name, told["panels"]), *_of_variables(name, told)),
    )


def _panels(panels: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row holds those that are folded into it."""
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels", ()))


def _of_panels(name: str, panels: Sequence[dict[str, Any]]) -> Iterator[Expression]:
    for panel in _panels(panels):
        for target in panel.get("targets", ()):
            if "expr" in target:
                title = panel.get("title") or panel["type"]
                yield Expression(f"{name}: {title}", filled_in(str(target["expr"])))


def _of_variables(name: str, told: dict[str, Any]) -> Iterator[Expression]:
    for one in told.get("templating", {}).get("list", ()):
        query = one.get("query", "")
        text = str(query.get("query", "") if isinstance(query, dict) else query)
        found = _VALUES.match(text) or _RESULT.match(text)
        if one.get("type") == "query" and found and found["of"]:
            yield Expression(f"{name}: variable {one.get('name')}", filled_in(found["of"]))
    for one in told.get("annotations", {}).get("list", ()):
        if "expr" in one:
            yield Expression(f"{name}: annotation {one.get('name')}", filled_in(str(one["expr"])))


# --- what they ask for ------------------------------------------------------------------------


def _of_expression(expression: Expression, table: Table, among: Found) -> Iterator[str]:
    try:
        selectors = asked(expression.text)
    except Malformed as error:
        yield f"{expression.where}: no PromQL: {error}"
        return
    for one in selectors:
        if one.metric not in among.recorded:
            said = _of_selector(one, table, TARGET | among.given)
            yield from (f"{expression.where}: {line}" for line in said)


def _of_selector(one: Asked, table: Table, targets: frozenset[str]) -> Iterator[str]:
    if one.metric in OTHERS:
        unknown = one.labels.keys() - OTHERS[one.metric] - targets
        yield from (f"{one.metric} has no label {label}" for label in sorted(unknown))
        return
    row, extra = _row(one.metric, table)
    if row is None:
        named = one.metric or "a selector without a metric"
        yield f"{named} is not declared in workers/metrics.py"
        return
    for label, values in one.labels.items():
        if label not in row.labels:
            if label not in targets | extra:
                yield f"{one.metric} has no label {label}"
        elif row.labels[label]:
            unknown = set(values) - {"", VARIABLE, *row.labels[label]}
            yield from (f"{one.metric} is never told with {label}={no}" for no in sorted(unknown))


def _row(metric: str, table: Table) -> tuple[Declared | None, frozenset[str]]:
    """Of a series, and the labels that it has besides."""
    row = table.get(metric)
    if row is not None:
        return (None if row.kind == "histogram" else row), frozenset()
    for part in _PARTS:
        row = table.get(metric.removesuffix(part)) if metric.endswith(part) else None
        if row is not None and row.kind == "histogram":
            return row, frozenset({"le"} if part == "_bucket" else ())
    return None, frozenset()
