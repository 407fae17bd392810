"""The manifests of deploy/k8s as a cluster would get them, and what is held against them.

    folder -> rendered by kubectl's kustomize -> Manifests -> complaints, a sentence each

Each check is a function of the whole that yields complaints; none: it holds.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, combinations
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import click
import kubernetes_validate
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from deploy.check.crds import CRDS
from deploy.check.programs import run
from tasks.queues import Queue
from workers.cli.commands import gouji
from workers.settings import PREFIX, Settings, SettingsError, read_settings

#: The oldest release that is not out of support everywhere, and the newest with schemas.
RELEASES = ("1.30", "1.37")
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
SECRETS = PurePosixPath("/run/secrets/gouji")
#: What a worker holds beside its documents was seen to be 220 to 300 MiB; models take 200 more.
WORKER_MIB, MODELS_MIB = 300, 200
_SIZES = {"Mi": 1, "Gi": 1024}

Object = dict[str, Any]


class NotRendered(Exception):
    """Kustomize does not take it, or takes it with a warning."""


def render(folder: Path) -> Manifests:
    """Raises NotRendered and Missing."""
    made = run("kubectl", "kustomize", folder)
    if made.returncode or made.stderr:
        raise NotRendered(made.stderr.strip())
    return Manifests([*yaml.load_all(made.stdout, Loader=yaml.CSafeLoader)])


def parts(k8s: Path) -> Iterator[tuple[str, ...]]:
    """All that an operator can put together: the base or an overlay, with any of the components."""
    overlays = ["base", *(f"overlays/{one}" for one in _names(k8s / "overlays"))]
    components = [f"components/{one}" for one in _names(k8s / "components")]
    for overlay in overlays:
        for count in range(len(components) + 1):
            yield from ((overlay, *chosen) for chosen in combinations(components, count))


def _names(folder: Path) -> list[str]:
    return sorted(file.parent.name for file in folder.glob("*/kustomization.yaml"))


def put_together(chosen: tuple[str, ...], k8s: Path) -> Manifests:
    """In a folder `own` beside the parts, as an operator does it; `k8s` is written to. Raises
    NotRendered and Missing."""
    own = k8s / "own"
    own.mkdir(exist_ok=True)
    told = {"resources": [f"../{chosen[0]}"], "components": [f"../{one}" for one in chosen[1:]]}
    (own / "kustomization.yaml").write_text(yaml.safe_dump(told))
    return render(own)


def of_all(k8s: Path) -> list[str]:
    """Of everything that can be put together, each complaint once. Raises Missing."""
    found: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(k8s, Path(folder) / "k8s"))
        for chosen in parts(k8s):
            try:
                said = complaints(put_together(chosen, copy))
            except NotRendered as error:
                said = [str(error)]
            for one in said:
                found.setdefault(one, " + ".join(chosen))
    return [f"{where}: {one}" for one, where in found.items()]


@dataclass(frozen=True)
class Manifests:
    objects: list[Object]

    def of(self, kind: str) -> Iterator[Object]:
        return (one for one in self.objects if one["kind"] == kind)

    def names(self, kind: str) -> set[str]:
        return {one["metadata"]["name"] for one in self.of(kind)}

    @cached_property
    def pods(self) -> dict[str, Object]:
        """Name of what runs it -> its template."""
        return {
            one["metadata"]["name"]: one["spec"]["template"]
            for kind in ("Deployment", "StatefulSet")
            for one in self.of(kind)
        }

    @cached_property
    def ours(self) -> dict[str, Object]:
        """Of our own processes only."""
        return {
            name: pod
            for name, pod in self.pods.items()
            if pod["spec"]["containers"][0]["name"] == "gouji"
        }

    def environ(self, name: str) -> dict[str, str]:
        container = self.ours[name]["spec"]["containers"][0]
        told: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            wanted = source["configMapRef"]["name"]
            told |= next(m["data"] for m in self.of("ConfigMap") if m["metadata"]["name"] == wanted)
        return told | {one["name"]: one["value"] for one in container.get("env", ())}

    def settings(self, name: str) -> Settings:
        """With something in each file of a secret, as the pod would find it."""
        with TemporaryDirectory() as folder:
            told = dict(_with_secrets(self.environ(name), Path(folder)))
            return read_settings(told)

    def selected(self, selector: Mapping[str, str]) -> dict[str, Object]:
        return {
            name: pod
            for name, pod in self.pods.items()
            if selector.items() <= pod["metadata"]["labels"].items()
        }


def _with_secrets(environ: Mapping[str, str], folder: Path) -> Iterator[tuple[str, str]]:
    filled = {"broker-url": "redis://broker", "catalogue-url": "none"}
    for name, value in environ.items():
        file = PurePosixPath(value).name
        if PurePosixPath(value).is_relative_to(SECRETS):
            (folder / file).write_text(filled.get(file, "a secret"))
            yield name, str(folder / file)
        else:
            yield name, value


# --- what is held -----------------------------------------------------------------------------


@cache
def _definitions(release: str) -> Registry[Any]:
    told = (SCHEMAS / f"v{release}.0-local-strict/_definitions.json").read_text()
    return Resource.from_contents(json.loads(told)) @ Registry()


@cache
def _validator(release: str, api_version: str, kind: str) -> Draft202012Validator:
    """Strict: what is in no schema is an error. FileNotFoundError where the kind is unknown."""
    group, _, version = api_version.rpartition("/")
    file = "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part)
    schema = json.loads((SCHEMAS / f"v{release}.0-local-strict/{file}.json").read_text())
    return Draft202012Validator(
        schema, registry=Resource.from_contents(schema) @ _definitions(release)
    )


def schemas_hold(made: Manifests) -> Iterator[str]:
    for one in made.objects:
        name = f"{one['kind']} {one['metadata']['name']}"
        own = CRDS.get((one["apiVersion"], one["kind"]))
        validators = (
            [Draft202012Validator(own)]
            if own is not None
            else [_validator(release, one["apiVersion"], one["kind"]) for release in RELEASES]
        )
        for error in chain.from_iterable(held.iter_errors(one) for held in validators):
            yield f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message}"


def all_is_in_one_namespace(made: Manifests) -> Iterator[str]:
    for one in made.objects:
        if one["kind"] != "Namespace" and one["metadata"].get("namespace") != "gouji":
            yield f"{one['kind']} {one['metadata']['name']} is not in the namespace"


_POD = {
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
}
_CONTAINER = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def pods_are_confined(made: Manifests) -> Iterator[str]:
    for name, pod in made.pods.items():
        spec = pod["spec"]
        yield from (f"{name}: {key}" for key, value in _POD.items() if spec.get(key) is not value)
        security = spec.get("securityContext", {})
        if not security.get("runAsNonRoot") or not security.get("runAsUser"):
            yield f"{name} may be root"
        if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{name} may make any system call"
        if name in made.ours and security.get("runAsUser") != 10001:
            yield f"{name} is not the user of the image"
        if any(
            "emptyDir" in one and not one["emptyDir"].get("sizeLimit") for one in spec["volumes"]
        ):
            yield f"{name} may fill the node's disk"
        for container in (*spec["containers"], *spec.get("initContainers", ())):
            yield from _confined(name, container)


def _confined(name: str, container: Object) -> Iterator[str]:
    if container.get("securityContext") != _CONTAINER:
        yield f"{name} is not confined"
    if not re.search(r":\d+\.\d+(\.\d+)?$", container["image"]):
        yield f"{name} has an image without a version"
    if container.get("imagePullPolicy") != "IfNotPresent":
        yield f"{name} does not say when its image is pulled"
    if "memory" not in container["resources"].get("limits", {}):
        yield f"{name} may take all memory"
    if container["resources"].get("requests", {}).keys() != {"cpu", "memory"}:
        yield f"{name} does not say what it takes"
    # The sweep serves nobody.
    if name != "sweep" and not {"startupProbe", "livenessProbe"} <= container.keys():
        yield f"{name} does not tell whether it lives"


def settings_are_settings(made: Manifests) -> Iterator[str]:
    for name in made.ours:
        try:
            made.settings(name)
        except SettingsError as error:
            yield f"{name}: {error}"


def no_secret_is_in_the_environment(made: Manifests) -> Iterator[str]:
    secret = {
        PREFIX + field.upper()
        for field, what in Settings.model_fields.items()
        if "SecretStr" in str(what.annotation)
    }
    for name, pod in made.pods.items():
        for container in pod["spec"]["containers"]:
            told = {one["name"] for one in container.get("env", ())}
            if name in made.ours:
                told |= made.environ(name).keys()
            yield from (f"{name}: {variable} is in the environment" for variable in told & secret)
            if "secretKeyRef" in str(container) or "secretRef" in str(container):
                yield f"{name} has a secret in its environment"


def commands_are_ours(made: Manifests) -> Iterator[str]:
    for name, pod in made.ours.items():
        verb, *options = pod["spec"]["containers"][0]["args"]
        try:
            gouji.commands[verb].make_context(verb, [*options])
        except (KeyError, click.ClickException) as error:
            yield f"{name}: gouji {verb} {' '.join(options)}: {error}"


def workers_have_room(made: Manifests) -> Iterator[str]:
    for name, settings, queue in _workers(made):
        limit = made.ours[name]["spec"]["containers"][0]["resources"]["limits"]["memory"]
        needed = (
            WORKER_MIB
            + {
                Queue.LIGHT: settings.light_concurrency * settings.sandbox_memory_mib,
                Queue.PDF: settings.pdf_concurrency * settings.sandbox_memory_mib,
                Queue.OCR: settings.ocr_concurrency * (settings.ocr_memory_mib + MODELS_MIB),
            }[queue]
        )
        if _mib(limit) < needed:
            yield f"{name} has {limit}, and its documents may take {needed}Mi"


def _workers(made: Manifests) -> Iterator[tuple[str, Settings, Queue]]:
    for name, pod in made.ours.items():
        verb, *options = pod["spec"]["containers"][0]["args"]
        if verb == "worker":
            yield name, made.settings(name), Queue(options[-1])


def _mib(size: str) -> int:
    return int(size[:-2]) * _SIZES[size[-2:]]


def workers_have_time_to_stop(made: Manifests) -> Iterator[str]:
    for name, settings, _ in _workers(made):
        if made.pods[name]["spec"]["terminationGracePeriodSeconds"] <= settings.shutdown_seconds:
            yield f"{name} is killed before it has stopped"


def workers_are_asked_whether_they_live(made: Manifests) -> Iterator[str]:
    for name, settings, _ in _workers(made):
        container = made.pods[name]["spec"]["containers"][0]
        asked = ["python", "/opt/gouji/deploy/healthy.py", "alive", str(settings.alive_file)]
        for probe in ("startupProbe", "livenessProbe"):
            if container[probe].get("exec") != {"command": asked}:
                yield f"{name}: its {probe} looks at another file"


def whoever_is_scaled_is_let_end(made: Manifests) -> Iterator[str]:
    """By KEDA, which does not see who is busy."""
    known = {name: (settings, queue) for name, settings, queue in _workers(made)}
    for one in made.of("ScaledObject"):
        spec, name = one["spec"], one["spec"]["scaleTargetRef"]["name"]
        if name not in known:
            yield f"ScaledObject {name} scales nobody"
            continue
        settings, queue = known[name]
        limits = settings.for_scans() if queue is Queue.OCR else settings
        if settings.shutdown_seconds <= limits.hard_time_limit_seconds:
            yield f"{name} is stopped in the middle of a document"
        if (
            spec["minReplicaCount"] == 0
            and spec["cooldownPeriod"] <= limits.hard_time_limit_seconds
        ):
            yield f"{name}: the last one goes before it has ended"
        if spec["triggers"][0]["metadata"]["listName"] != f"gouji:{queue}":
            yield f"{name} is scaled by another queue"
        if any("replicas" in d["spec"] for d in made.of("Deployment") if _name(d) == name):
            yield f"{name}: its replicas are KEDA's"


def _name(one: Object) -> str:
    return str(one["metadata"]["name"])


def what_is_referred_to_is_there(made: Manifests) -> Iterator[str]:
    accounts = made.names("ServiceAccount")
    for name, pod in made.pods.items():
        spec = pod["spec"]
        if name in made.ours and spec.get("serviceAccountName") not in accounts:
            yield f"{name}: there is no account {spec.get('serviceAccountName')}"
        mounts = {mount["name"] for one in spec["containers"] for mount in one["volumeMounts"]}
        claims = {claim["metadata"]["name"] for claim in _claims(made, name)}
        if mounts != {volume["name"] for volume in spec["volumes"]} | claims:
            yield f"{name}: volumes and mounts differ"
        for container in spec["containers"]:
            ports = {port["name"] for port in container.get("ports", ())}
            asked = {
                container[probe]["httpGet"]["port"]
                for probe in ("startupProbe", "readinessProbe", "livenessProbe")
                if "httpGet" in container.get(probe, ())
            }
            yield from (f"{name} has no port {port}" for port in asked - ports)


def _claims(made: Manifests, name: str) -> list[Object]:
    found = [one for one in made.of("StatefulSet") if _name(one) == name]
    return found[0]["spec"]["volumeClaimTemplates"] if found else []


def what_is_selected_is_there(made: Manifests) -> Iterator[str]:
    for one in made.of("Service"):
        pods = made.selected(one["spec"]["selector"])
        named = {port["name"] for pod in pods.values() for port in _ports(pod)}
        if not {port["targetPort"] for port in one["spec"]["ports"]} <= named:
            yield f"Service {_name(one)} leads nowhere"
    for one in made.of("PodDisruptionBudget"):
        if not made.selected(one["spec"]["selector"]["matchLabels"]):
            yield f"PodDisruptionBudget {_name(one)} protects nobody"
    for one in made.of("PodMonitor"):
        asked = made.selected(one["spec"]["selector"]["matchLabels"])
        if asked.keys() != made.ours.keys():
            yield f"PodMonitor {_name(one)} does not ask each process of ours, and nobody else"
        ports = {endpoint["port"] for endpoint in one["spec"]["podMetricsEndpoints"]}
        for name, pod in asked.items():
            told = {port["name"]: port["containerPort"] for port in _ports(pod)}
            if ports != {"metrics"} or told.get("metrics") != made.settings(name).metrics_port:
                yield f"PodMonitor {_name(one)}: {name} tells its metrics elsewhere"


def _ports(pod: Object) -> list[Object]:
    return [port for one in pod["spec"]["containers"] for port in one.get("ports", ())]


def nobody_speaks_unless_allowed(made: Manifests) -> Iterator[str]:
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if closed not in [one["spec"] for one in made.of("NetworkPolicy")]:
        yield "not everything is forbidden that is not allowed"
    for one in made.of("NetworkPolicy"):
        for rule in (*one["spec"].get("ingress", ()), *one["spec"].get("egress", ())):
            if not rule.get("ports") or not (rule.get("from") or rule.get("to")):
                yield f"NetworkPolicy {_name(one)} opens more than a door"
            if any(not peer for peer in (*rule.get("from", ()), *rule.get("to", ()))):
                yield f"NetworkPolicy {_name(one)} lets everybody in"


CHECKS: tuple[Callable[[Manifests], Iterator[str]], ...] = (
    schemas_hold,
    all_is_in_one_namespace,
    pods_are_confined,
    settings_are_settings,
    no_secret_is_in_the_environment,
    commands_are_ours,
    workers_have_room,
    workers_have_time_to_stop,
    workers_are_asked_whether_they_live,
    whoever_is_scaled_is_let_end,
    what_is_referred_to_is_there,
    what_is_selected_is_there,
    nobody_speaks_unless_allowed,
)


def complaints(made: Manifests) -> list[str]:
    """Of the first check that fails: later ones rest on what earlier ones hold."""
    return next(filter(None, ([*check(made)] for check in CHECKS)), [])
