"""What the table of configuration promises, and what the applications share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from tasks.model.scans import Scans
from tasks.queues import Queue
from workers.app import configuration, hasty, make_app, transport, worker_options
from workers.base import Job
from workers.sandbox.client import Sandbox
from workers.sandbox.starting import limits
from workers.settings import Settings

SETTINGS = Settings(
    soft_time_limit_seconds=10, hard_time_limit_seconds=20, light_concurrency=3, pdf_concurrency=1
)


def test_no_line_is_said_twice_and_each_has_its_reason() -> None:
    for table in (configuration(SETTINGS), transport(SETTINGS), hasty(SETTINGS)):
        assert len({line.name for line in table}) == len(table)
        assert all(line.why for line in table)


def test_every_line_is_a_setting_that_celery_knows() -> None:
    """A name mistyped would be ignored by Celery without a word."""
    known = set(make_app(SETTINGS).conf.defaults[-1])
    assert {line.name for line in configuration(SETTINGS)} <= known


def test_the_application_is_configured_by_the_table() -> None:
    app = make_app(SETTINGS)
    assert {line.name: app.conf[line.name] for line in configuration(SETTINGS)} == {
        line.name: line.value for line in configuration(SETTINGS)
    }
    assert (app.conf.task_soft_time_limit, app.conf.task_time_limit) == (15, 20)
    assert app.conf.accept_content == ["json"]


def test_scans_have_limits_of_their_own() -> None:
    settings = Settings(
        ocr_soft_time_limit_seconds=500,
        ocr_hard_time_limit_seconds=600,
        ocr_memory_mib=2000,
        ocr_cpu_seconds=400,
    ).for_scans()
    found = limits(settings)
    assert (found.wall_seconds, found.memory_mib, found.cpu_seconds) == (500, 2000, 400)
    conf = make_app(settings).conf
    assert (conf.task_soft_time_limit, conf.task_time_limit) == (550, 600)


def test_scans_are_left_to_others_where_there_are_others() -> None:
    apps = [make_app(Settings(ocr_enabled=enabled)) for enabled in (True, False)]
    asked = [app.examine for app in apps]
    assert all(isinstance(one, Sandbox) for one in asked)
    assert [one.scans for one in asked if isinstance(one, Sandbox)] == [Scans.LEAVE, Scans.REFUSE]


def test_the_task_is_a_job_of_ours() -> None:
    assert isinstance(make_app(SETTINGS).tasks["process"], Job)


def test_a_publisher_waits_for_nobody() -> None:
    patient, quick = make_app(SETTINGS), make_app(SETTINGS, publisher=True)
    assert patient.conf.broker_transport_options["socket_timeout"] == 30
    assert quick.conf.broker_transport_options["socket_timeout"] == 3
    assert quick.conf.broker_transport_options["global_keyprefix"] == "gouji:"


def test_an_application_shows_no_password() -> None:
    app = make_app(Settings(broker_url=SecretStr("redis://:hunter2@127.0.0.1:1/0")))
    assert "hunter2" not in repr(app)
    assert "hunter2" not in app.connection().as_uri()


def test_a_worker_serves_one_queue_with_its_own_number_of_processes() -> None:
    light, pdf = (worker_options(SETTINGS, queue) for queue in (Queue.LIGHT, Queue.PDF))
    assert (light["queues"], light["concurrency"]) == (["light"], 3)
    assert (pdf["queues"], pdf["concurrency"]) == (["pdf"], 1)
    ocr = worker_options(SETTINGS, Queue.OCR)
    assert (ocr["queues"], ocr["concurrency"]) == (["ocr"], 1)
    silent = Settings(task_events_enabled=False)
    assert pdf["task_events"]
    assert not worker_options(silent, Queue.PDF)["task_events"]


def test_the_application_is_imported_before_the_pool() -> None:
    """The pool reads the environment that `serve` makes as it is imported."""
    said = subprocess.run(
        [sys.executable, "-c", "import sys, workers.app; print('billiard.common' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "False"


_GROUP = Path("/proc/self/autogroup")


@pytest.mark.skipif(
    not (_GROUP.exists() and _GROUP.read_text().strip()), reason="a kernel without autogroups"
)
@pytest.mark.parametrize("own", [True, False], ids=["its_own", "a_shells"])
def test_a_session_gives_way_as_a_whole_where_it_is_its_own(own: bool) -> None:
    """What one is started from has the same session, and others have theirs."""
    shell = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
    )
    giving = "from workers.app import give_way; give_way(10); import os; print(os.nice(0))"
    looking = f"{giving}; print(open('{_GROUP}').read().split()[-1])"
    said = subprocess.run(
        [sys.executable, "-c", *([looking] if own else [shell, looking])],
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == [str(min(19, os.nice(0) + 10)), "10" if own else "0"]
