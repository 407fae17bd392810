"""The environment is read once, and complained about in full."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr, ValidationError

from storage.closed import certificate
from workers.settings import Settings, SettingsError, read_settings


def complaints(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return caught.value.lines


def test_defaults_need_no_environment() -> None:
    assert read_settings({"PATH": "/bin"}) == Settings()


def test_every_setting_says_what_it_is_for() -> None:
    for name, _, description, is_default in Settings().shown():
        assert name.startswith("GOUJI_")
        assert description.endswith(".")
        assert is_default


def test_values_are_read_into_their_types() -> None:
    settings = read_settings(
        {"GOUJI_HOME": "/data", "GOUJI_SWEEP_SECONDS": "2.5", "GOUJI_TASK_EVENTS_ENABLED": "false"}
    )
    assert (settings.home, settings.sweep_seconds, settings.task_events_enabled) == (
        Path("/data"),
        2.5,
        False,
    )


def test_an_empty_value_counts_as_not_set() -> None:
    assert read_settings({"GOUJI_S3_ENDPOINT": ""}).s3_endpoint is None


def test_an_unknown_name_is_an_error_that_names_the_nearest() -> None:
    (line,) = complaints({"GOUJI_SWEP_SECONDS": "5"})
    assert line == "GOUJI_SWEP_SECONDS is no setting: did you mean GOUJI_SWEEP_SECONDS?"


def test_all_faults_are_told_at_once_one_a_line() -> None:
    lines = complaints({"GOUJI_QQQ": "1", "GOUJI_LISTEN_PORT": "70000", "GOUJI_ATTEMPTS": "many"})
    assert [line.split()[0].rstrip(":") for line in lines] == [
        "GOUJI_QQQ",
        "GOUJI_LISTEN_PORT",
        "GOUJI_ATTEMPTS",
    ]
    assert all("\n" not in line for line in lines)


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"GOUJI_SOFT_TIME_LIMIT_SECONDS": "400"}, "less than GOUJI_HARD_TIME_LIMIT_SECONDS"),
        ({"GOUJI_HARD_TIME_LIMIT_SECONDS": "1800"}, "less than 1800"),
        ({"GOUJI_OCR_SOFT_TIME_LIMIT_SECONDS": "960"}, "less than GOUJI_OCR_HARD_TIME_LIMIT"),
        ({"GOUJI_OCR_HARD_TIME_LIMIT_SECONDS": "1800"}, "GOUJI_OCR_HARD_TIME_LIMIT_SECONDS must"),
        ({"GOUJI_S3_ACCESS_KEY": "me"}, "or neither"),
        ({"GOUJI_BROKER_URL": "amqp://host"}, "redis://"),
        ({"GOUJI_S3_ENDPOINT": "host:9000"}, "http://"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(environ: dict[str, str], word: str) -> None:
    (line,) = complaints(environ)
    assert word in line


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("open sesame\n", encoding="utf-8")
    settings = read_settings({"GOUJI_WEBHOOK_TOKEN_FILE": str(secret)})
    assert settings.webhook_token == SecretStr("open sesame")


def test_a_secret_set_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    (line,) = complaints({"GOUJI_WEBHOOK_TOKEN_FILE": missing})
    assert line.startswith("GOUJI_WEBHOOK_TOKEN_FILE")
    lines = complaints({"GOUJI_WEBHOOK_TOKEN_FILE": missing, "GOUJI_WEBHOOK_TOKEN": "x"})
    assert any("both set" in line for line in lines)


def test_only_secrets_may_come_from_a_file() -> None:
    (line,) = complaints({"GOUJI_S3_BUCKET_FILE": "/run/bucket"})
    assert "no setting" in line


def test_secrets_are_not_shown_and_not_in_complaints() -> None:
    settings = Settings(
        s3_access_key="me",
        s3_secret_key=SecretStr("hunter2"),
        broker_url=SecretStr("redis://:hunter2@valkey:6379/1"),
    )
    shown = "".join(value for _, value, _, _ in settings.shown())
    assert "hunter2" not in repr(settings) + str(settings) + shown
    assert "redis://:**********@valkey:6379/1" in shown
    lines = complaints({"GOUJI_BROKER_URL": "hunter2", "GOUJI_S3_SECRET_KEY": "hunter2"})
    assert "hunter2" not in "".join(lines)


def test_settings_travel_to_another_process_unchanged() -> None:
    settings = Settings(
        home=Path("/data"),
        webhook_token=SecretStr("token"),
        sweep_seconds=1.5,
        task_events_enabled=False,
    )
    assert read_settings(settings.to_environ()) == settings


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().attempts = 5


def _authority(tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_bytes(certificate(["valkey"]).authority)
    return str(path)


def test_a_broker_behind_tls_is_verified_unless_said_otherwise(tmp_path: Path) -> None:
    plain = Settings(broker_url=SecretStr("redis://valkey/0"))
    assert plain.broker_address() == "redis://valkey/0"
    bare = Settings(broker_url=SecretStr("rediss://valkey/0"))
    assert "ssl_cert_reqs=required" in bare.broker_address()
    assert "ssl_check_hostname=true" in bare.broker_address()
    chosen = Settings(broker_url=SecretStr("rediss://valkey/0?ssl_cert_reqs=none"))
    assert chosen.broker_address().count("ssl_cert_reqs") == 1
    assert "ssl_cert_reqs=none" in chosen.broker_address()
    authority = _authority(tmp_path)
    settings = read_settings(
        {"GOUJI_BROKER_URL": "rediss://valkey/0", "GOUJI_BROKER_CA_FILE": authority}
    )
    assert quote(authority, safe="") in settings.broker_address()
    assert read_settings(settings.to_environ()) == settings


@pytest.mark.parametrize(
    ("url", "file", "said"),
    [
        ("redis://valkey", "ca.pem", "rediss://"),
        ("rediss://valkey?ssl_cert_reqs=none", "ca.pem", "contradict"),
        ("rediss://valkey", "missing.pem", "cannot be used"),
        ("rediss://valkey", "no.pem", "no certificate in it"),
        ("rediss://valkey?ssl_cert_reqs=perhaps", None, "required, optional or none"),
        ("http://valkey", None, "must begin with"),
    ],
)
def test_what_contradicts_itself_about_tls_is_refused(
    tmp_path: Path, url: str, file: str | None, said: str
) -> None:
    _authority(tmp_path)
    (tmp_path / "no.pem").write_text("nothing")
    given = {"GOUJI_BROKER_URL": url}
    if file:
        given["GOUJI_BROKER_CA_FILE"] = str(tmp_path / file)
    (line,) = complaints(given)
    assert said in line
