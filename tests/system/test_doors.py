"""What a stranger on this machine can see and reach while the service runs."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from served import Up, until


def secrets_of(up: Up) -> dict[str, str]:
    said = up.up
    credentials = json.loads((up.home / "credentials.json").read_text())
    return {
        "secret key of the store": said["s3"]["secret_key"],
        "password of the broker": said["broker"].split("@")[0].rpartition(":")[2],
        "password of Flower": said["flower_password"],
        "password of the pages": said["site_password"],
        "token of the webhook": credentials["webhook_token"],
    }


def test_no_command_line_shows_a_secret(up: Up) -> None:
    """Anybody may read /proc/*/cmdline."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system has no /proc")
    # A process of the service may just have been started again.
    lines = until(lambda: _with_all_of(up, _command_lines()))
    for name, secret in secrets_of(up).items():
        assert not [line for line in lines.values() if secret in line], name


def _command_lines() -> dict[str, str]:
    """Process -> command line."""
    lines = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            lines[process.name] = (process / "cmdline").read_bytes().decode(errors="replace")
    return lines


def _with_all_of(up: Up, lines: dict[str, str]) -> dict[str, str] | None:
    # As they are now: one that was started again has another number than at the beginning.
    ours = {str(pid) for pid in json.loads((up.home / "up.json").read_text())["pids"].values()}
    there = str(up.process.pid) in lines and len(ours & set(lines)) >= 6
    return lines if there else None


def test_no_log_shows_a_secret(up: Up) -> None:
    logs = [path.read_text(errors="replace") for path in (up.home / "logs").iterdir()]
    assert logs
    for name, secret in secrets_of(up).items():
        assert not [log for log in logs if secret in log], name


def test_files_with_secrets_are_the_owners_alone(up: Up) -> None:
    found = 0
    for folder, _, names in os.walk(up.home):
        for name in names:
            path = Path(folder) / name
            if path.suffix not in (".json", ".conf", ".toml") or path.stat().st_size > 10**6:
                continue
            text = path.read_text(errors="replace")
            if any(secret in text for secret in secrets_of(up).values()):
                found += 1
                assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert found >= 4


@pytest.mark.parametrize(
    "path", ["/", "/workers", "/tasks", "/tasks/datatable", "/broker", "/api/tasks", "/metrics"]
)
def test_flower_asks_for_the_password(up: Up, path: str) -> None:
    address = up.up["flower"]
    assert httpx.get(address + path).status_code == 401
    assert httpx.get(address + path, auth=("gouji", "guessed")).status_code == 401
    right = ("gouji", up.up["flower_password"])
    assert httpx.get(address + path, auth=right).status_code in (200, 400)


def test_flowers_health_says_nothing_but_ok(up: Up) -> None:
    answer = httpx.get(up.up["flower"] + "/healthcheck")
    assert (answer.status_code, answer.text) == (200, "OK")


def test_a_stranger_gets_nothing_from_store_broker_and_listener(up: Up) -> None:
    s3 = up.up["s3"]
    for path in ("", f"/{s3['bucket']}", f"/{s3['bucket']}/inbox/a"):
        assert httpx.get(s3["endpoint"] + path).status_code == 403
    assert httpx.post(up.up["listener"] + "/events", content=b"{}").status_code == 401
