"""What a line of the log looks like, and what never stands in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from pydantic import SecretStr

from workers import logs
from workers.settings import Settings

SECRETS = {
    "s3_access_key": "me",
    "s3_secret_key": SecretStr("hunter2"),
    "broker_url": SecretStr("redis://gouji:pa55word@valkey:6379/0"),
}


@pytest.fixture(autouse=True)
def _root_logger_as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def lines_of(settings: Settings) -> tuple[structlog.stdlib.BoundLogger, io.StringIO]:
    stream = io.StringIO()
    logs.configure(settings, stream)
    return structlog.get_logger("gouji"), stream


def test_an_event_is_one_line_of_json_whatever_the_key_contains() -> None:
    log, stream = lines_of(Settings(log_format="json"))
    key = "inbox/a\nb\u2028c\x85d\x1b[31m报告.html"
    log.info("job.ended", key=key, tables=3)
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["key"], event["tables"]) == ("job.ended", key, 3)
    assert "报告" in line


def test_a_console_line_stays_one_line() -> None:
    log, stream = lines_of(Settings(log_format="console"))
    log.info("job.ended", key="inbox/a\nlevel=error\u2028\x1b[31m")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_are_starred_wherever_they_turn_up(form: str) -> None:
    log, stream = lines_of(Settings(log_format=form, **SECRETS))
    log.info("settings.read", value={"secret": "hunter2"}, broker="redis://gouji:pa55word@valkey")
    logging.getLogger("kombu").warning("cannot connect to redis://gouji:pa55word@valkey")
    try:
        raise ValueError("hunter2")
    except ValueError:
        log.exception("job.broke")
    said = stream.getvalue()
    assert "hunter2" not in said
    assert "pa55word" not in said
    assert "redis://gouji:**********@valkey" in said
    assert "Traceback" in said


def test_context_of_a_job_stands_in_its_lines() -> None:
    log, stream = lines_of(Settings(log_format="json"))
    with structlog.contextvars.bound_contextvars(key="inbox/a.html"):
        log.info("job.ended")
    log.info("sweep.ended")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["key"] == "inbox/a.html"
    assert "key" not in second


def test_less_important_events_are_left_out() -> None:
    log, stream = lines_of(Settings(log_level="warning"))
    log.info("job.ended")
    assert stream.getvalue() == ""
