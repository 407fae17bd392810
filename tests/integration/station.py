"""What an integration test works with: a bucket, a database of the broker, real workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil
from pydantic import SecretStr

from storage import keys
from storage.attempts import connect
from storage.broker import Broker
from storage.objects import ObjectInfo
from storage.results import Record
from tasks import jobs
from tasks.queues import Queue
from workers.app import Service, make_app
from workers.settings import Settings
from workers.sweep import Sweeper, open_sweeper

HERE = Path(__file__).parent
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>
<p>一、总体情况</p><table><tr><td>规章</td><td>{figure}</td></tr></table></body></html>"""

#: For what takes a second or two on a machine that has nothing else to do.
PATIENCE_SECONDS = 90.0

T = TypeVar("T")


def page(title: str = "某局", figure: int = 1) -> bytes:
    return PAGE.format(title=title, figure=figure).encode()


def wait_for(what: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not come within {seconds} s")


class Worker:
    """A worker process of `worker.py`, with its output in a file."""

    def __init__(self, settings: Settings, folder: Path, queue: str) -> None:
        self.log = folder / f"worker.{time.time_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "worker.py"), queue, str(folder)],
                env={**os.environ, **settings.to_environ()},
                stdout=log,
                stderr=log,
                # Its children go with it: `end` kills the group.
                start_new_session=True,
            )

    def ready(self) -> Worker:
        wait_for(lambda: b" ready." in self.log.read_bytes())
        return self

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def kill_child_at(self, tries: list[Path]) -> None:
        """The pool process that left the last of these notes."""
        os.kill(int(tries[-1].suffix[1:]), signal.SIGKILL)

    def end(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait(10)


class Station:
    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.app: Service = make_app(settings, publisher=True)
        self.place = self.app.workplace
        self.broker = Broker(settings.broker_url.get_secret_value())
        self.workers: list[Worker] = []

    # --- doing

    def start_worker(self, queue: str = "light", **changed: Any) -> Worker:
        settings = self.settings.model_copy(update=changed)
        self.workers.append(Worker(settings, self.folder, queue))
        return self.workers[-1].ready()

    def end_workers(self) -> None:
        while self.workers:
            self.workers.pop().end()

    def drop(self, name: str, body: bytes | None = None) -> ObjectInfo:
        """Put a document into the inbox; nobody is told."""
        body = page(title=name) if body is None else body
        return self.place.store.put(f"inbox/{name}", body, content_type="text/html")

    def tell(self, info: ObjectInfo, *, force: bool = False) -> None:
        jobs.enqueue(self.app, info, reason="test", force=force)

    def sweeper(self) -> Sweeper:
        return open_sweeper(self.settings)

    # --- looking

    def tries(self, name: str) -> list[Path]:
        """A note for each time that the document was begun to be examined, oldest first."""
        return sorted(self.folder.glob(f"{name}.*"))

    def result(self, name: str) -> Record | None:
        return self.place.records.read_result(f"inbox/{name}")

    def failure(self, name: str) -> Record | None:
        return self.place.records.read_failure(f"inbox/{name}")

    def done(self, name: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        return wait_for(lambda: self.result(name), seconds).envelope or {}

    def given_up(self, name: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        return wait_for(lambda: self.failure(name), seconds).envelope or {}

    def at_rest(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Until no job waits or runs.

        A worker that has just taken one has not noted it in the broker yet; its mark is there.
        """
        marks = connect(self.settings.broker_url.get_secret_value())

        def idle() -> bool:
            waiting = sum(self.broker.queue_lengths(Queue).values())
            marked = len(marks.keys("gouji:enqueued:*"))
            return waiting + self.broker.unacknowledged() + marked == 0

        wait_for(idle, seconds)

    def objects(self, name: str) -> list[str]:
        """All keys about a document but its own."""
        store = self.place.store
        return [
            info.key for prefix in (keys.RESULTS, keys.FAILED) for info in store.list(prefix + name)
        ]


def whole_result(name: str) -> list[str]:
    """What is there of a document that was read once, and nothing besides."""
    return [f"{keys.RESULTS}{name}/{one}" for one in (*keys.OUTPUT_NAMES, keys.RESULT_NAME)]


def with_secret_url(url: str, database: int) -> SecretStr:
    return SecretStr(url.rsplit("/", 1)[0] + f"/{database}")
