"""`Job`, the class of every task: context for the logs, the waiting between two tries, and what
became of each for the metrics.

the document is done, refused, failed or left   -> acknowledged; the record says so
jobs.PutOff (decided in tasks/decide.py)        -> again later
anything else                                   -> fails, loudly; the sweep brings it back
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from celery import Task
from celery.exceptions import Reject

from storage.broker import DUE
from tasks.jobs import PutOff
from tasks.queues import kind_of
from workers.observe import Observation, observe_all

log = structlog.get_logger("gouji")


class Job(Task):  # type: ignore[misc]
    """Base class of all tasks (`task_cls`)."""

    abstract = True
    #: None is no limit: outages end when they end.
    max_retries = None
    #: After the process of a job was lost; how often is counted by `storage.attempts`.
    default_retry_delay = 1
    #: What the main process has of a job.
    Request = "workers.request:Request"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        about = about_job(self.request)
        # What the job before this one came to know of its version.
        structlog.contextvars.clear_contextvars()
        traced = self.app.traces.job(vars(self.request), about)
        with structlog.contextvars.bound_contextvars(**about), traced:
            tried = _Try(self)
            try:
                summary = self.run(*args, **kwargs)
            except PutOff as later:
                return self._later(later, tried, about)
            except MemoryError as error:
                tried.came_to("error", about)
                # Celery's main process ends itself when it hears of a MemoryError.
                raise RuntimeError("out of memory outside of reading") from error
            except Exception:
                tried.came_to("error", about)
                raise
            seconds = tried.came_to(summary["status"], about | summary)
            log.info("job.ended", seconds=round(seconds, 3), **summary)
            return summary

    def _later(self, later: PutOff, tried: _Try, about: Mapping[str, Any]) -> Any:
        """Raises Retry. Returns where the broker cannot be told: then the sweep brings the
        document back.

        Celery would give the whole traceback to the worker, which reads nothing in an outage
        of the broker: the pool process would stand in the middle of writing, be told that its
        time is up, and leave half a message, over which the worker breaks down.
        """
        again, error = later.again, later.__cause__ or later
        seconds = random.uniform(again.least_seconds, again.most_seconds)  # noqa: S311
        log.warning(
            "job.broke" if again.charged else "job.waits",
            error=type(error).__name__,
            message=str(error),
            retry_in_seconds=round(seconds, 1),
            exc_info=error if again.charged else None,
        )
        try:
            retry: Exception = self.retry(exc=error, countdown=seconds, throw=False)
        except Reject as unpublished:
            log.warning("job.let_go", message=str(unpublished.reason))
            tried.came_to("let_go", about)
            return {"status": "let go"}
        tried.came_to("broke" if again.charged else "again", about)
        raise retry from error


def about_job(request: Any) -> dict[str, Any]:
    """What the log lines of a job carry: its id and its queue, which try of its message this is,
    and which version of which document that is about. `tasks.jobs` puts the version in its place
    that it finds in the inbox."""
    message = dict(zip(("key", "etag", "version_id"), request.args or (), strict=False))
    named = {name: value for name, value in message.items() if value is not None}
    attempt = (getattr(request, "retries", None) or 0) + 1
    return {"job": request.id, "queue": queue_of_request(request), "attempt": attempt} | named


class _Try:
    """One try of a job, from now on."""

    def __init__(self, job: Job) -> None:
        self._queue = queue_of_request(job.request)
        self._traces = job.app.traces
        self._stages = job.app.stages
        # Of a job that was killed in this process there may be some.
        self._stages.taken()
        self._began = time.monotonic()
        self._waited = _waited(job.request)

    def came_to(self, outcome: str, about: Mapping[str, Any]) -> float:
        """How many seconds it took. `about`: what is known of the document."""
        seconds = time.monotonic() - self._began
        observe_all(self._told(outcome, seconds, about))
        self._traces.note(outcome=outcome, format=about.get("format"))
        return seconds

    def _told(
        self, outcome: str, seconds: float, about: Mapping[str, Any]
    ) -> Iterator[Observation]:
        queue = {"queue": self._queue}
        yield Observation("gouji_jobs_total", 1.0, queue | {"outcome": outcome})
        yield Observation("gouji_job_duration_seconds", seconds, queue)
        if self._waited is not None:
            yield Observation("gouji_job_wait_seconds", self._waited, queue)
        kind = about.get("format") or kind_of(about.get("key", ""))
        for stage, took in self._stages.taken().items():
            labels = {"format": kind, "stage": stage}
            yield Observation("gouji_stage_duration_seconds", took, labels)


def queue_of_request(request: Any) -> str:
    """The queue that a job came from."""
    return (request.delivery_info or {}).get("routing_key") or ""


def _waited(request: Any) -> float | None:
    """Seconds since it was published, or since its time had come; None where nobody said when.
    The clocks of two hosts may differ."""
    due = getattr(request, DUE, None)
    return max(0.0, time.time() - due) if isinstance(due, int | float) else None
