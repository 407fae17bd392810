"""`python -m deploy.check`: each kind of defect is told, and nothing of what is right."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.check import compose, monitoring, policies, scripts
from deploy.check.manifests import of_all
from deploy.check.programs import Missing, run
from deploy.check.promql import Malformed, asked, filled_in

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = ROOT / "docker-compose.yml"
EXAMPLE = DEPLOY / "example.env"


# --- the compose file ---------------------------------------------------------------------------


def test_nothing_is_to_be_said_against_the_compose_file() -> None:
    assert compose.complaints(COMPOSE, EXAMPLE) == []


@pytest.mark.parametrize(
    ("where", "key", "value", "said"),
    [
        ((), "servises", {}, "'servises' not allowed"),
        (("services", "flower"), "helthcheck", {}, "flower.helthcheck"),
        (("services", "flower", "healthcheck"), "intervall", "3s", "'intervall' not allowed"),
        (("services", "flower", "healthcheck"), "interval", "soon", 'invalid duration "soon"'),
        (("services", "flower"), "mem_limit", "plenty", "invalid size: 'plenty'"),
        (("services", "flower"), "ports", ["127.0.0.1:x:5555"], "invalid hostPort: x"),
        (("services", "flower"), "networks", ["brokr"], "undefined network brokr"),
        (("services", "flower"), "volumes", ["flowr:/x"], "undefined volume flowr"),
        (
            ("services", "flower", "depends_on"),
            "nobody",
            {"condition": "service_healthy"},
            'undefined service "nobody"',
        ),
        (
            ("services", "flower", "environment"),
            "GOUJI_FLOWER_PASSWORD",
            "${GOUJI_FLOWER_PASWORD}",
            "GOUJI_FLOWER_PASWORD",
        ),
    ],
)
def test_what_is_wrong_in_a_compose_file_is_told(
    where: tuple[str, ...], key: str, value: Any, said: str, tmp_path: Path
) -> None:
    told = yaml.safe_load(COMPOSE.read_text())
    place = told
    for name in where:
        place = place[name]
    place[key] = value
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(yaml.safe_dump(told))
    found = compose.complaints(broken, EXAMPLE)
    assert [line for line in found if said in line], found


def test_a_program_that_is_missing_is_named() -> None:
    with pytest.raises(Missing, match="no-such-program is not installed: make setup"):
        run("no-such-program")


# --- the image, scripts and policies ------------------------------------------------------------


def test_what_is_wrong_in_a_dockerfile_is_told(tmp_path: Path) -> None:
    assert scripts.of_image(DEPLOY / "Dockerfile") == []
    broken = tmp_path / "Dockerfile"
    broken.write_text("FROM python\nRUN cd /src && pip install x\n")
    found = "\n".join(scripts.of_image(broken))
    assert "DL3006" in found
    broken.write_text("FROM python:3.11\nRUNN x\n")
    assert "missing whitespace" in "\n".join(scripts.of_image(broken))


def test_what_is_wrong_in_a_script_is_told(tmp_path: Path) -> None:
    assert scripts.of_scripts(DEPLOY) == []
    assert DEPLOY / "make-env.sh" in set(scripts.shell_scripts(DEPLOY))
    (tmp_path / "a").write_text("#!/bin/sh\nrm -r $1\n")
    assert "SC2086" in "\n".join(scripts.of_scripts(tmp_path))
    (tmp_path / "a").unlink()
    assert scripts.of_scripts(tmp_path) == []


POLICIES = sorted((DEPLOY / "policies").rglob("*.json"))


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_nothing_is_to_be_said_against_a_policy(file: Path) -> None:
    assert policies.complaints(file) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"s3:GetObject"', '"s3:GetObjekt"', "'s3:GetObjekt' is not"),
        ('"Effect"', '"Efect"', "'Efect' was unexpected"),
        ("arn:aws:s3:::", "arn:aws:s3:", "does not match"),
        ('"2012-10-17"', '"2012-10-18"', "'2012-10-17' was expected"),
        ('"FindDocuments"', '"LookAtRecords"', "two statements have one Sid"),
        (':::gouji"]', ':::gouji/*"]', "s3:ListBucket on arn:aws:s3:::gouji/*"),
        ("/failed/*", "", "s3:GetObject on arn:aws:s3:::gouji, which"),
        ('"Effect": "Allow",', '"Effect": "Deny", "Effect": "Allow",', "a name stands twice"),
        ("}\n", "", "delimiter"),
    ],
)
def test_what_is_wrong_in_a_policy_is_told(
    right: str, wrong: str, said: str, tmp_path: Path
) -> None:
    text = (DEPLOY / "policies/sweep.json").read_text()
    assert right in text
    broken = tmp_path / "sweep.json"
    broken.write_text(text.replace(right, wrong))
    found = policies.complaints(broken)
    assert [line for line in found if said in line], found


# --- manifests: the rest is in test_deploy_k8s.py -------------------------------------------------


def test_a_combination_that_breaks_is_named(tmp_path: Path) -> None:
    k8s = Path(shutil.copytree(DEPLOY / "k8s", tmp_path / "k8s"))
    shutil.rmtree(k8s / "overlays")
    shutil.rmtree(k8s / "components/monitoring")
    scaling = k8s / "components/keda/scaling.yaml"
    scaling.write_text(scaling.read_text().replace("listName: gouji:pdf", "listName: pdf"))
    assert of_all(k8s) == ["base + components/keda: worker-pdf is scaled by another queue"]
    scaling.write_text("kind: [")
    (said,) = of_all(k8s)
    assert said.startswith("base + components/keda: ")


# --- PromQL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "metrics"),
    [
        ("up == 0", ["up"]),
        ('sum by (queue) (rate(a_total{queue="pdf"}[5m])) > 3', ["a_total"]),
        ("a / on (queue) group_left b offset 5m", ["a", "b"]),
        ("max_over_time(a[1h:5m]) and absent(b)", ["a", "b"]),
        ('{__name__="a"}', ["a"]),
        ("time()", []),
    ],
)
def test_metrics_of_an_expression(expression: str, metrics: list[str]) -> None:
    assert [one.metric for one in asked(expression)] == metrics


def test_labels_of_a_selector() -> None:
    (one,) = asked('a{b="c", d=~"e|f", g=~"h.*", i!="j"}')
    assert one.labels == {"b": ("c",), "d": ("e", "f"), "g": (), "i": ()}


@pytest.mark.parametrize(
    "expression",
    ["rate(a[5m)", "rate(a)", "sum(a", "nosuch(a)", 'a{b=~"("}', 'a{b="c" or d="e"}', ""],
)
def test_what_is_no_expression(expression: str) -> None:
    with pytest.raises(Malformed):
        asked(expression)


@pytest.mark.parametrize(
    ("written", "asked_for"),
    [
        ("rate(a[$__rate_interval])", "rate(a[5m])"),
        ("rate(a[${__interval}])", "rate(a[5m])"),
        ("max_over_time(a[$long:$step])", "max_over_time(a[5m:5m])"),
        ('a{queue=~"${queue:regex}"} > $limit', 'a{queue=~"1"} > 1'),
        ("a > [[limit]]", "a > 1"),
    ],
)
def test_variables_of_grafana(written: str, asked_for: str) -> None:
    assert filled_in(written) == asked_for
    assert asked(asked_for)


# --- rules and dashboards -------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    name: str
    kind: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)


TABLE = {
    row.name: row
    for row in (
        Row("gouji_jobs_total", "counter", {"queue": ("light", "pdf")}),
        Row("gouji_job_seconds", "histogram", {"queue": ("light", "pdf")}),
        Row("gouji_oldest_age_seconds", "gauge"),
        Row("gouji_build_info", "gauge", {"version": ()}),
    )
}

RULES: dict[str, Any] = {
    "groups": [
        {
            "name": "documents",
            "rules": [
                {"record": "queue:gouji_jobs:rate5m", "expr": "rate(gouji_jobs_total[5m])"},
                {
                    "alert": "Waiting",
                    "expr": 'gouji_oldest_age_seconds{job="sweep"} > 600',
                    "for": "5m",
                    "labels": {"severity": "page"},
                    "annotations": {"summary": "they wait"},
                },
                {"alert": "Idle", "expr": 'queue:gouji_jobs:rate5m{queue="none"} == 0'},
            ],
        }
    ]
}
DASHBOARD: dict[str, Any] = {
    "uid": "gouji",
    "title": "gouji",
    "schemaVersion": 39,
    "panels": [
        {
            "id": 1,
            "type": "timeseries",
            "title": "Jobs",
            "targets": [
                {"expr": 'rate(gouji_jobs_total{queue=~"$queue"}[$__rate_interval])'},
                {"expr": "queue:gouji_jobs:rate5m"},
            ],
        },
        {
            "id": 2,
            "type": "row",
            "panels": [{"id": 3, "type": "stat", "targets": [{"expr": "gouji_build_info"}]}],
        },
    ],
    "templating": {
        "list": [
            {
                "type": "query",
                "name": "queue",
                "query": {"query": "label_values(gouji_jobs_total, queue)"},
            },
            {"type": "query", "name": "job", "query": "label_values(job)"},
        ]
    },
}


PROMETHEUS: dict[str, Any] = {
    "scrape_configs": [
        {
            "job_name": "gouji",
            "static_configs": [{"targets": ["sweep:9000"], "labels": {"process": "sweep"}}],
            "relabel_configs": [{"source_labels": ["a"], "target_label": "role"}],
        }
    ]
}


def told(folder: Path, rules: Any = RULES, dashboard: Any = DASHBOARD) -> list[str]:
    (folder / "grafana").mkdir(exist_ok=True)
    (folder / "rules.yml").write_text(yaml.safe_dump(rules))
    (folder / "grafana/gouji.json").write_text(json.dumps(dashboard))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(PROMETHEUS))
    (folder / "README.md").write_text("what is here")
    return monitoring.complaints(TABLE, folder)


def test_nothing_is_to_be_said_against_what_is_right(tmp_path: Path) -> None:
    assert told(tmp_path) == []
    found = monitoring.look(tmp_path / "grafana/gouji.json")
    assert len(found.expressions) == 4


def with_expression(expression: str) -> dict[str, Any]:
    return {"groups": [{"name": "g", "rules": [{"alert": "A", "expr": expression}]}]}


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("gouji_jobz_total", "gouji_jobz_total is not declared"),
        ("rate(gouji_jobs_total[5m)", "rules.yml: g: A: no PromQL: unexpected character"),
        ("rate(gouji_jobs_total)", "expected type matrix"),
        ('gouji_jobs_total{qeue="pdf"}', "gouji_jobs_total has no label qeue"),
        ('gouji_jobs_total{queue="pdff"}', "never told with queue=pdff"),
        ('gouji_jobs_total{queue=~"light|pdff"}', "never told with queue=pdff"),
        ('gouji_jobs_total{le="1"}', "gouji_jobs_total has no label le"),
        ("gouji_job_seconds", "gouji_job_seconds is not declared"),
        ("gouji_oldest_age_seconds_count", "gouji_oldest_age_seconds_count is not declared"),
        ('up{queue="pdf"}', "up has no label queue"),
        ('{queue="pdf"}', "a selector without a metric is not declared"),
    ],
)
def test_what_is_wrong_in_an_expression_is_told(expression: str, said: str, tmp_path: Path) -> None:
    found = told(tmp_path, rules=with_expression(expression), dashboard=None)
    assert [line for line in found if said in line], found


@pytest.mark.parametrize(
    "expression",
    [
        'histogram_quantile(0.9, sum by (le) (rate(gouji_job_seconds_bucket{le!="+Inf"}[5m])))',
        'rate(gouji_job_seconds_sum{queue="pdf"}[5m]) / rate(gouji_job_seconds_count[5m])',
        'gouji_build_info{version="0.3.0", instance="x", job="worker"}',
        'gouji_jobs_total{queue=~"pdf|light", queue!="x"}',
        'up{job="gouji", process="sweep", role="b"} == 0',
        'gouji_jobs_total{process="worker"}',
    ],
)
def test_what_is_right_in_an_expression(expression: str, tmp_path: Path) -> None:
    assert told(tmp_path, rules=with_expression(expression), dashboard=None) == []


def test_a_rule_in_an_object_of_kubernetes(tmp_path: Path) -> None:
    rule = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule"}
    found = told(tmp_path, rules={**rule, "spec": with_expression("nobodys")}, dashboard=None)
    assert found == ["rules.yml: g: A: nobodys is not declared in workers/metrics.py"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"alert": "A", "expr": "up", "fr": "5m"}, "'fr' was unexpected"),
        ({"alert": "A", "expr": "up", "for": "five minutes"}, "'five minutes' does not match"),
        ({"alert": "A"}, "'expr' is a required property"),
        ({"alert": "A", "record": "a", "expr": "up"}, "'record' was unexpected"),
    ],
)
def test_what_is_wrong_in_a_rule_is_told(rule: dict[str, str], said: str, tmp_path: Path) -> None:
    rules = {"groups": [{"name": "g", "rules": [rule]}]}
    found = told(tmp_path, rules=rules, dashboard=None)
    assert [line for line in found if said in line and "groups.0.rules.0" in line], found


def test_an_alert_that_is_there_twice(tmp_path: Path) -> None:
    rules = {"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up"}] * 2}]}
    assert "rules.yml: the alert A is there twice" in told(tmp_path, rules=rules)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"panels": []}, "panels: []"),
        ({"uid": "a b"}, "uid: 'a b' does not match"),
        ({"title": None}, "title: None is not"),
        (
            {"panels": [{"id": 1, "type": "stat"}, {"id": 1, "type": "stat"}]},
            "two panels have the id 1",
        ),
        (
            {"panels": [{"type": "stat", "title": "T", "targets": [{"expr": "nobodys"}]}]},
            "gouji.json: T: nobodys is not declared",
        ),
        (
            {
                "templating": {
                    "list": [{"type": "query", "name": "q", "query": "label_values(n, q)"}]
                }
            },
            "variable q: n is not declared",
        ),
        ({"annotations": {"list": [{"name": "a", "expr": "n"}]}}, "annotation a: n is not"),
    ],
)
def test_what_is_wrong_in_a_dashboard_is_told(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    found = told(tmp_path, dashboard=DASHBOARD | change)
    assert [line for line in found if said in line], found


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    told(tmp_path)
    (tmp_path / "rules.yml").write_text("groups: [")
    (tmp_path / "grafana/gouji.json").write_text("{")
    found = monitoring.complaints(TABLE, tmp_path)
    assert {line.partition(":")[0] for line in found} == {"rules.yml", "gouji.json"}


def test_what_is_recorded_is_no_metric_of_another_name(tmp_path: Path) -> None:
    rules = {"groups": [{"name": "g", "rules": [{"record": "a:b", "expr": "vector(1)"}]}]}
    assert told(tmp_path, rules=rules) == [
        "gouji.json: Jobs: queue:gouji_jobs:rate5m is not declared in workers/metrics.py"
    ]
