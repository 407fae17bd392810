"""Alerts and dashboards: they parse, name what is there, and belong together. Whether an alert
fires when its fault is made: `tests/faults/test_alerts.py`."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any

import pytest
import yaml
from alert_series import SCENARIOS, as_promtool_wants_them

from deploy.check.monitoring import complaints
from deploy.check.promql import Asked, asked, filled_in
from workers.board import MOST_AT_ZERO
from workers.metrics import METRICS, Kind

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy/monitoring"
RUNBOOKS = ROOT / "docs/runbooks"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((MONITORING / "rules.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARDS = sorted((MONITORING / "grafana/dashboards").glob("*.json"))
_PARTS = {Kind.HISTOGRAM: ("_bucket", "_sum", "_count")}


def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed: apt install prometheus")
    return found


def panels(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["panels"])


def queries() -> Iterator[tuple[str, str]]:
    """Who asks -> what."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for path in DASHBOARDS:
        for panel in panels(path):
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


def selectors() -> Iterator[tuple[str, Asked]]:
    """Who asks -> for what."""
    for who, expr in queries():
        for one in asked(filled_in(expr)):
            yield who, one


# --- they parse --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [("rules", "rules.yml"), ("config", "prometheus.yml")])
def test_prometheus_understands_it(what: tuple[str, str]) -> None:
    kind, file = what
    asked = [promtool(), "check", kind, str(MONITORING / file)]
    checked = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "SUCCESS" in checked.stdout


def test_rules_fire_when_they_should_and_are_silent_else(tmp_path: Path) -> None:
    file = tmp_path / "tests.yml"
    made = as_promtool_wants_them(str(MONITORING / "rules.yml"))
    file.write_text(yaml.safe_dump(made), encoding="utf-8")
    asked = [promtool(), "test", "rules", str(file)]
    tested = subprocess.run(asked, capture_output=True, text=True, timeout=120)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    fired = {alert for one in SCENARIOS for alerts in one.fire.values() for alert in alerts}
    assert fired == {rule["alert"] for rule in RULES}


def test_what_is_generated_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    generate = runpy.run_path(str(MONITORING / "generate.py"))
    assert generate["main"](["--check"]) == 0, capsys.readouterr().err


def test_grafana_has_a_field_for_all_that_dashboards_say() -> None:
    """By the types that its makers publish: what they do not know, reading and writing drops."""
    plugins = pytest.importorskip(
        "grafana_foundation_sdk.cog.plugins", reason="grafana-foundation-sdk is not installed"
    )
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard

    plugins.register_default_plugins()
    assert len(DASHBOARDS) == 3
    for path in DASHBOARDS:
        ours = json.loads(path.read_text(encoding="utf-8"))
        back = json.loads(json.dumps(Dashboard.from_json(ours), cls=JSONEncoder))
        assert [*_missing(ours, back, path.stem)] == []
        misspelt = ours | {"titel": ours["title"]}
        back = json.loads(json.dumps(Dashboard.from_json(misspelt), cls=JSONEncoder))
        assert [*_missing(misspelt, back, "")] == [".titel"]


def _missing(ours: Any, theirs: Any, at: str) -> Iterator[str]:
    """Where what we say is not what came back. That it has more is no harm: defaults."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from _missing(value, theirs.get(key, ...), f"{at}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (value, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _missing(value, other, f"{at}[{number}]")
    elif ours != theirs:
        yield at


# --- they name what is there -------------------------------------------------------------------


def test_what_is_asked_for_is_declared() -> None:
    """Metrics, their labels, and the values of these."""
    assert complaints(METRICS, MONITORING, ROOT / "deploy/k8s") == []
    assert len({one.metric for _, one in selectors()}) > 20


def test_what_an_alert_counts_is_told_from_the_start() -> None:
    """A series that appears with its first event has no increase by which that could be seen."""
    named = {one.metric for rule in RULES for one in asked(rule["expr"])}
    counters = [METRICS[name] for name in named & METRICS.keys() if name.endswith("_total")]
    assert len(counters) > 5
    for metric in counters:
        assert prod(map(len, metric.labels.values())) <= MOST_AT_ZERO, metric.name


def test_every_metric_is_looked_at_by_somebody() -> None:
    """What no alert and no panel shows, nobody would miss."""
    named = {one.metric for _, one in selectors()}
    parts = tuple(chain.from_iterable(_PARTS.values()))
    seen = {re.sub(f"({'|'.join(parts)})$", "", name) for name in named}
    assert {metric.name for metric in METRICS.values()} - seen == set()


# --- they belong together ----------------------------------------------------------------------


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    pages = {path.stem for path in RUNBOOKS.glob("Gouji*.md")}
    assert pages == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_is_about(rule: dict[str, Any]) -> None:
    name, said = rule["alert"], rule["annotations"]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert said["runbook"] == f"docs/runbooks/{name}.md"
    assert re.search(r"[\u4e00-\u9fff]", said["summary"])
    assert not re.search(r"[\u4e00-\u9fff]", said["summary_en"])
    page = (ROOT / said["runbook"]).read_text(encoding="utf-8")
    assert page.startswith(f"# {name} ")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## 什么意思 What it means",
        "## 看哪里 What to look at",
        "## 怎么办 What to do",
        "## 怎样算好了 How to see that it is over",
    ]


def test_the_table_of_alerts_is_that_of_the_rules() -> None:
    table = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\((\w+\.md)\) \| (\w+) \| (\S+) \|", table, re.MULTILINE)
    assert rows == [
        (rule["alert"], f"{rule['alert']}.md", rule["labels"]["severity"], rule.get("for", "—"))
        for rule in RULES
    ]


def test_seconds_in_rules_are_written_so_that_tests_can_shorten_them() -> None:
    for rule in RULES:
        for compared in re.findall(
            r"_(?:age|timestamp)_seconds\)*[^><]*[><] (\d+[\d* ]*)", rule["expr"]
        ):
            assert re.fullmatch(r"0|\d+ \* 60( \* 60)?\s*", compared), rule["alert"]
