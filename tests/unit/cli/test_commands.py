"""What every command says about itself, and that its example is true."""

from __future__ import annotations

import json
import re
import shlex
from io import StringIO
from pathlib import Path

import pytest

from workers.cli import run
from workers.cli.commands import gouji
from workers.sandbox.client import isolation
from workers.settings import Settings

COMMANDS = gouji.commands
#: Need a service; tests/system runs them.
NEED_A_SERVICE = {
    "submit",
    "status",
    "list",
    "results",
    "failed",
    "reprocess",
    "export",
    "catalogue",
}
#: Run until they are told to stop; tests/system runs them too.
RUN_ON = {"up", "demo", "worker", "listen", "flower", "sweep", "site"}


def example(name: str, capfd: pytest.CaptureFixture[str]) -> list[str]:
    assert run([name, "--help"]) == 0
    (line,) = re.findall(r"Example:\s+gouji (.*)", capfd.readouterr().out)
    return shlex.split(str(line))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_words_and_an_example_of_itself(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert COMMANDS[name].help
    assert example(name, capfd)[0] == name


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - RUN_ON - NEED_A_SERVICE))
def test_examples_run(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()
    Path("reports/report.pdf").write_bytes("一、总体情况\n".encode())
    monkeypatch.setattr("sys.stdin", StringIO("correct horse\n"))  # of site-user
    assert run(example(name, capfd)) == 0


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() & NEED_A_SERVICE))
def test_examples_that_need_a_service_say_how_to_have_one(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()
    Path("reports/a.txt").write_text("a")
    assert run(example(name, capfd)) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "gouji up" in err


def test_settings_tells_where_each_value_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    monkeypatch.setenv("GOUJI_S3_ACCESS_KEY", "us")
    monkeypatch.setenv("GOUJI_S3_SECRET_KEY_FILE", str(secret))
    assert run(["settings", "--json"]) == 0
    out = capfd.readouterr().out
    rows = {row["name"]: row for row in json.loads(out)}
    assert len(rows) == len(Settings.model_fields)
    assert rows["GOUJI_S3_ACCESS_KEY"]["source"] == "environment"
    assert rows["GOUJI_S3_SECRET_KEY"]["source"] == f"file {secret}"
    assert rows["GOUJI_S3_BUCKET"]["source"] == "default"
    assert "hush" not in out


def test_settings_tells_what_the_sandbox_can_do_here(capfd: pytest.CaptureFixture[str]) -> None:
    missing = [measure for measure in isolation() if not measure.in_force]
    assert run(["settings"]) == 0
    said = capfd.readouterr().err.partition("Sandbox: ")[2].splitlines()
    assert said[0].endswith("measures are in force here.")
    assert len(said) == 1 + len(missing)
    assert all(measure.why_not in line for measure, line in zip(missing, said[1:], strict=True))


def test_every_setting_that_will_not_do_has_a_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOUJI_ATTEMPTS", "many")
    monkeypatch.setenv("GOUJI_S3_BUKCET", "a")
    assert run(["settings"]) == 64
    assert len(capfd.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["reprocess"], "--all-failed"),
        (["reprocess", "--older-than-engine", "newest"], "newest"),
        (["reprocess", "--older-than-engine", "1" * 5000], "no version"),
        (["results", "../etc/passwd/"], "no key"),
        (["submit", "missing.pdf"], "does not exist"),
    ],
)
def test_wrong_usage_is_seen_before_the_service_is_looked_for(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 64
    assert said in capfd.readouterr().err
