"""The manifests of deploy/k8s: rendered as a cluster would get them, without one. What of them was
run nowhere is told in deploy/README.md."""

from __future__ import annotations

import re
import shutil
import textwrap
from base64 import b64decode
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from test_deploy import COMPOSE, RIGHTS, SERVICES

from deploy.check.manifests import SECRETS, Manifests, complaints, parts, put_together, render
from deploy.k8s import make_secrets
from tasks import VERSION
from workers.settings import has_site

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy/k8s"
#: Some of what an operator may put together; `make check` looks at all.
COMBINATIONS = {
    "base": ("base",),
    "seaweedfs": ("overlays/seaweedfs",),
    "seaweedfs scaled and watched": (
        "overlays/seaweedfs",
        "components/keda",
        "components/monitoring",
    ),
    "aws-sqs": ("overlays/aws-sqs",),
    "aws-sqs scaled and watched": (
        "overlays/aws-sqs",
        "components/keda",
        "components/monitoring",
    ),
}


@cache
def made(name: str) -> Manifests:
    with TemporaryDirectory() as folder:
        k8s = Path(shutil.copytree(K8S, Path(folder) / "k8s"))
        return put_together(COMBINATIONS[name], k8s)


@pytest.mark.parametrize("name", COMBINATIONS)
def test_nothing_is_to_be_said_against_it(name: str) -> None:
    assert complaints(made(name)) == []
    assert {"worker-light", "worker-pdf", "worker-ocr"} <= made(name).ours.keys()


def test_all_is_looked_at_that_can_be_put_together() -> None:
    chosen = set(parts(K8S))
    assert set(COMBINATIONS.values()) <= chosen
    assert ("base", "components/keda") in chosen


#: What somebody might do to them -> what is said then.
BREAKS: dict[str, tuple[str, str, str, str]] = {
    "a misspelt field": (
        "base/sweep.yaml",
        "terminationGracePeriodSeconds",
        "terminationGracePeriod",
        "Deployment sweep: spec.template.spec: Additional properties are not allowed",
    ),
    "a number where KEDA takes words": (
        "components/keda/scaling.yaml",
        'databaseIndex: "0"',
        "databaseIndex: 0",
        "0 is not of type 'string'",
    ),
    "root": (
        "base/confined.yaml",
        "runAsNonRoot: true",
        "runAsNonRoot: false",
        "worker-pdf may be root",
    ),
    "a setting that is none": (
        "base/site.yaml",
        "GOUJI_SITE_HOST,",
        "GOUJI_SITE_HOAST,",
        "GOUJI_SITE_HOAST is no setting",
    ),
    "a password in the environment": (
        "base/flower.yaml",
        "{name: GOUJI_FLOWER_PASSWORD_FILE, value: /run/secrets/gouji/flower-password}",
        "{name: GOUJI_FLOWER_PASSWORD, value: sesame}",
        "flower: GOUJI_FLOWER_PASSWORD is in the environment",
    ),
    "a command that is none": (
        "base/worker-ocr.yaml",
        "[worker, --queue, ocr]",
        "[worker, --queue, scans]",
        "worker-ocr: gouji worker --queue scans",
    ),
    "too little memory": (
        "base/worker-pdf.yaml",
        "memory: 2560Mi",
        "memory: 2Gi",
        "worker-pdf has 2Gi, and its documents may take 2348Mi",
    ),
    "the newest image": (
        "base/confined.yaml",
        f"gouji:{VERSION}",
        "gouji:latest",
        "sweep has an image without a version",
    ),
    "too little time": (
        "base/worker-light.yaml",
        "Seconds: 75",
        "Seconds: 60",
        "worker-light is killed before it has stopped",
    ),
    "impatient scaling": (
        "components/keda/scaling.yaml",
        "cooldownPeriod: 1200",
        "cooldownPeriod: 300",
        "worker-ocr: the last one goes before it has ended",
    ),
    "another queue": (
        "components/keda/scaling.yaml",
        "listName: gouji:pdf",
        "listName: pdf",
        "worker-pdf is scaled by another queue",
    ),
    "a port that nobody has": (
        "base/flower.yaml",
        "targetPort: flower",
        "targetPort: pages",
        "Service flower leads nowhere",
    ),
    "metrics where nobody looks": (
        "components/monitoring/port.yaml",
        "containerPort: 9464",
        "containerPort: 9465",
        "sweep tells its metrics elsewhere",
    ),
    "a misspelt alert": (
        "components/monitoring/rules.yaml",
        "severity: critical",
        "severity: [critical]",
        "['critical'] is not of type 'string'",
    ),
    "an open door": (
        "base/doors.yaml",
        "policyTypes: [Ingress, Egress]",
        "policyTypes: [Ingress]",
        "not everything is forbidden that is not allowed",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_broken_is_noticed(what: str, tmp_path: Path) -> None:
    file, right, wrong, said = BREAKS[what]
    k8s = Path(shutil.copytree(K8S, tmp_path / "k8s"))
    text = (k8s / file).read_text()
    assert right in text
    (k8s / file).write_text(text.replace(right, wrong))
    component = "/".join(file.split("/")[:2])
    parts = ("base", component) if file.startswith("components/") else ("base",)
    found = complaints(put_together(parts, k8s))
    assert [one for one in found if said in one], found


# --- beside the compose file -------------------------------------------------------------------


def images(pods: dict[str, Any]) -> set[str]:
    return {one["image"] for pod in pods.values() for one in pod["spec"]["containers"]}


@pytest.mark.parametrize("name", COMBINATIONS)
def test_images_are_those_of_the_compose_file(name: str) -> None:
    theirs = {service["image"] for service in SERVICES.values()}
    assert images(made(name).ours) == {f"gouji:{VERSION}"}
    # The catalogue is a file there.
    assert {one for one in images(made(name).pods) if not one.startswith("postgres:")} <= theirs


def test_every_process_of_the_compose_file_has_its_pod() -> None:
    here = made("seaweedfs").ours
    assert here.keys() == RIGHTS.keys()
    for name, pod in here.items():
        assert pod["spec"]["containers"][0]["args"] == SERVICES[name]["command"]


@pytest.mark.parametrize("name", RIGHTS)
def test_each_reaches_what_it_has_keys_to(name: str) -> None:
    store, broker = RIGHTS[name]
    pod, settings = made("seaweedfs").ours[name], made("seaweedfs").settings(name)
    assert settings.s3_access_key == store
    reaches = {label for label in pod["metadata"]["labels"] if label.startswith("gouji/reaches")}
    assert ("gouji/reaches-store" in reaches) == (store is not None)
    assert ("gouji/reaches-catalogue" in reaches) == (settings.catalogue_url is not None)
    assert ("gouji/reaches-broker" in reaches) == (broker is not None)


def test_servers_are_started_as_in_the_compose_file() -> None:
    pods = made("seaweedfs").pods
    valkey = pods["valkey"]["spec"]["containers"][0]
    assert valkey["command"] == SERVICES["valkey"]["command"]
    weed = pods["seaweedfs"]["spec"]["containers"][0]
    assert weed["command"] == SERVICES["seaweedfs"]["entrypoint"]
    theirs = SERVICES["seaweedfs"]["command"]
    assert [a for a in weed["args"] if not a.startswith("-ip=")] == [
        a for a in theirs if not a.startswith("-ip=")
    ]
    assert "-ip=127.0.0.1" in weed["args"]


def test_what_each_process_cannot_do_without_is_there() -> None:
    of = made("seaweedfs").settings
    assert of("listener").webhook_token
    assert of("flower").flower_password
    assert has_site(of("site"))
    assert of("worker-ocr").s3_endpoint == COMPOSE["x-places"]["GOUJI_S3_ENDPOINT"]


# --- secrets ----------------------------------------------------------------------------------


@cache
def secrets() -> dict[str, dict[str, str]]:
    items = make_secrets.manifest(make_secrets.new_words())["items"]
    return {
        one["metadata"]["name"]: {
            file: b64decode(text).decode() for file, text in one["data"].items()
        }
        for one in items
    }


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_file_of_a_secret_is_made(name: str) -> None:
    """Those of a store of your own have the same names."""
    for process, pod in made(name).ours.items():
        mounted = next(v for v in pod["spec"]["volumes"] if v["name"] == "secrets")
        files = {
            path.name
            for path in map(PurePosixPath, made(name).environ(process).values())
            if path.is_relative_to(SECRETS)
        }
        assert files
        there = secrets()[mounted["secret"]["secretName"]].keys()
        # Of AWS, roles stand for keys, and nobody posts events.
        assert files <= there if name.startswith("aws") else files == there
    for one in made(name).of("TriggerAuthentication"):
        for wanted in one["spec"]["secretTargetRef"]:
            assert wanted["key"] in secrets()[wanted["name"]]


def test_secrets_of_servers_are_made() -> None:
    for name in ("seaweedfs", "valkey", "catalogue"):
        mounted = [
            volume["secret"]["secretName"]
            for volume in made("seaweedfs").pods[name]["spec"]["volumes"]
            if "secret" in volume
        ]
        assert mounted == [name]
        assert secrets()[name]


def test_both_ends_are_given_the_same_secret() -> None:
    given = secrets()
    assert given["gouji-listener"]["webhook-token"] in given["seaweedfs"]["notification.toml"]
    assert given["gouji-worker"]["s3-secret-key"] in given["seaweedfs"]["identities.json"]
    assert given["catalogue"]["password"] in given["gouji-site"]["catalogue-url"]
    rules = given["valkey"]["users.acl"]
    assert set(re.findall(r"^user (\w+) on #", rules, re.M)) == {
        "flower",
        "keda",
        "listener",
        "site",
        "sweep",
        "worker",
    }
    assert "#" + "0" * 64 not in rules
    assert make_secrets.new_words() != make_secrets.new_words()


def test_keda_may_count_and_nothing_else() -> None:
    rule = (K8S / "keda.acl").read_text().split()
    keys = {word for word in rule if word.startswith("~")}
    counted = {
        trigger["metadata"]["listName"]
        for one in made("seaweedfs scaled and watched").of("ScaledObject")
        for trigger in one["spec"]["triggers"]
    }
    assert keys == {f"~{name}" for name in counted}
    assert {word for word in rule if word.startswith(("+", "-@"))} <= {
        *("-@all", "+auth", "+hello", "+ping", "+select", "+client|setname", "+client|setinfo"),
        *("+eval", "+evalsha", "+script|load", "+type", "+llen"),
    }


# --- monitoring ---------------------------------------------------------------------------------


def test_alerts_of_the_cluster_are_those_of_prometheus() -> None:
    (rule,) = made("seaweedfs scaled and watched").of("PrometheusRule")
    assert rule["spec"] == yaml.safe_load((ROOT / "deploy/monitoring/rules.yml").read_text())


def test_no_port_of_metrics_is_open_where_nobody_looks() -> None:
    here = made("seaweedfs")
    assert {here.settings(name).metrics_port for name in here.ours} == {None}


# --- the page ---------------------------------------------------------------------------------


def test_no_key_of_aws_is_stored() -> None:
    for name in made("aws-sqs").ours:
        assert made("aws-sqs").settings(name).s3_access_key is None
    assert "listener" not in made("aws-sqs").names("Service")


def own(folder: Path, *beginnings: str) -> Manifests:
    """What the examples of the page that begin so make of the manifests, together."""
    page = (ROOT / "deploy/README.md").read_text()
    indented = [
        found
        for begins in beginnings
        for found in re.findall(rf"```yaml\n( +{begins}\n.*?)```", page, re.DOTALL)
    ]
    assert len(indented) == len(beginnings)
    k8s = Path(shutil.copytree(K8S, folder / "k8s"))
    (k8s / "own").mkdir()
    (k8s / "own/kustomization.yaml").write_text("".join(map(textwrap.dedent, indented)))
    return render(k8s / "own")


def test_the_example_of_the_page_is_one(tmp_path: Path) -> None:
    found = own(tmp_path, "# own/kustomization.yaml")
    assert complaints(found) == []
    assert images(found.ours) == {f"registry.example.cn/gouji:{VERSION}"}
    assert found.settings("site").site_https


def test_the_users_of_the_page_reach_the_pages(tmp_path: Path) -> None:
    found = own(tmp_path, "# own/kustomization.yaml", "patches:")
    pod = found.ours["site"]["spec"]
    (container,) = pod["containers"]
    (file,) = [one["value"] for one in container["env"] if one["name"] == "GOUJI_SITE_USERS_FILE"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    mounted = mounts[str(PurePosixPath(file).parent)]
    (volume,) = [one for one in pod["volumes"] if one["name"] == mounted]
    assert volume["secret"]["secretName"] == "gouji-site-users"
    # What was there before is there still.
    assert {"tmp", "home", "secrets"} < set(mounts.values())
