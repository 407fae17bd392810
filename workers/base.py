"""`Job`, the class of every task: context for the logs, and the waiting between two tries.

the document is done, refused, failed or left   -> acknowledged; the record says so
jobs.PutOff (decided in tasks/decide.py)        -> again later
anything else                                   -> fails, loudly; the sweep brings it back
"""

from __future__ import annotations

import random
import time
from typing import Any

import structlog
from celery import Task
from celery.exceptions import Reject

from tasks.jobs import PutOff

log = structlog.get_logger("gouji")


class Job(Task):  # type: ignore[misc]
    """Base class of all tasks (`task_cls`)."""

    abstract = True
    #: None is no limit: outages end when they end.
    max_retries = None
    #: After the process of a job was lost; how often is counted by `storage.attempts`.
    default_retry_delay = 1

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        about = self.about(*args, **kwargs)
        with structlog.contextvars.bound_contextvars(job=self.request.id, **about):
            began = time.monotonic()
            try:
                summary = self.run(*args, **kwargs)
            except PutOff as later:
                return self._later(later)
            except MemoryError as error:
                # Celery's main process ends itself when it hears of a MemoryError.
                raise RuntimeError("out of memory outside of reading") from error
            log.info("job.ended", seconds=round(time.monotonic() - began, 3), **summary)
            return summary

    def about(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the log lines of this job carry."""
        key = kwargs.get("key", args[0] if args else None)
        return {} if key is None else {"key": key}

    def _later(self, later: PutOff) -> Any:
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
            return {"status": "let go"}
        raise retry from error
