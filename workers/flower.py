"""Flower: who works on what, for people. A view over events that may be lost, never a record.

Driven as its own command does it, but with the password off the command line and a socket
that may have been handed down.
"""

from __future__ import annotations

import ast
import signal
import socket
from collections.abc import Callable
from pathlib import PurePosixPath
from types import FrameType
from typing import Any

from flower.app import Flower
from flower.events import Events
from flower.urls import settings as pages
from flower.views.broker import BrokerView
from flower.views.monitor import Metrics
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.options import options
from tornado.web import authenticated

from tasks.queues import KINDS, SCAN, Queue
from workers.app import make_app
from workers.settings import Settings

#: What was seen is kept through a crash too; a long list is not saved too often.
SAVE_MILLISECONDS = 5 * 60 * 1000
MOST_JOBS = 10_000
MOST_WORKERS = 100
COLUMNS = "name,args,state,received,runtime,result,worker"


#: What became of a document -> the event by which Flower shows its job. To Celery, a job that
#: wrote a dead letter is a success.
ENDS = {"refused": "task-refused", "failed": "task-failed"}


class NamedEvents(Events):  # type: ignore[misc]
    """Calls a job `process[pdf]` from the first that is heard of it, and what became of its
    document by its state: SUCCESS, REFUSED or FAILURE (failed).

    Celery's worker gives a job's `shadow` as its name, but the publisher's event, which may
    come before or after, gives the task's own.
    """

    def on_event(self, event: dict[str, Any]) -> None:
        if event["type"] == "task-sent" and "[" not in event["name"]:
            event["name"] = f"{event['name']}[{_kind_of(event)}]"
        if event["type"] == "task-succeeded":
            event |= _as_it_ended(str(event.get("result")))
        super().on_event(event)


def _kind_of(event: dict[str, Any]) -> str:
    """As `jobs` has it in the `shadow` of a job that is published: by what is shown of its
    arguments."""
    if str(event.get("kwargs", "")).startswith(SCAN):
        return SCAN
    return KINDS.get(PurePosixPath(str(event["args"])).suffix.lower(), "other")


def _as_it_ended(result: str) -> dict[str, Any]:
    """What is to be changed in the event of a job that ended; `result`: the repr of its
    summary, which may have been cut short."""
    try:
        summary = ast.literal_eval(result)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return {}
    status = summary.get("status") if isinstance(summary, dict) else None
    if status not in ENDS:
        return {}
    why = summary.get("code") or summary.get("error")
    return {"type": ENDS[status], "exception": f"{status}: {why}"}


class AllQueues(BrokerView):  # type: ignore[misc]
    """Its list has the queues of the workers that it has heard of, which may be one."""

    def get_active_queue_names(self) -> list[str]:
        return sorted({*super().get_active_queue_names(), *map(str, Queue)})


class ClosedMetrics(Metrics):  # type: ignore[misc]
    """Asks for the password, as all pages do: Flower itself shows its metrics to everybody,
    and with them how many documents there are. `/healthcheck` stays open, and says OK."""

    @authenticated
    async def get(self) -> None:
        await super().get()


def serve(settings: Settings, opened: socket.socket, ready: Callable[[], None]) -> None:
    """Serve the pages at a listening socket until SIGTERM or Ctrl-C.

    `settings.flower_password` is set. `ready` is called once requests are answered.
    """
    assert settings.flower_password is not None  # noqa: S101
    folder = settings.home / "flower"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = settings.flower_password.get_secret_value()
    options.basic_auth = [f"{settings.flower_user}:{password}"]
    options.tasks_columns = COLUMNS
    app, loop = make_app(settings), IOLoop.current()
    events = NamedEvents(
        app,
        io_loop=loop,
        db=str(folder / "state"),
        persistent=True,
        state_save_interval=SAVE_MILLISECONDS,
        max_tasks_in_memory=MOST_JOBS,
        max_workers_in_memory=MOST_WORKERS,
    )
    web = Flower(options=options, capp=app, events=events, io_loop=loop, **pages)
    web.add_handlers(".*", [(r"/metrics", ClosedMetrics), (r"/broker", AllQueues)])
    HTTPServer(web).add_socket(opened)
    signal.signal(signal.SIGTERM, _leave)
    loop.add_callback(ready)
    try:
        web.start()
    except (KeyboardInterrupt, SystemExit):
        web.stop()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
