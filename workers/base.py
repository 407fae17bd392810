"""`Job`, the class of every task: context for the logs, and what happens after trouble.

the document is done, refused or given up    -> acknowledged; the record says so
Unavailable, Misconfigured                   -> again later, as often as it takes
jobs.TryAgain (our program broke on it)      -> again soon; jobs counts and gives up
anything else                                -> fails, loudly; the sweep brings it back
"""

from __future__ import annotations

import random
import time
from typing import Any

import structlog
from celery import Task
from celery.exceptions import Reject, SoftTimeLimitExceeded

from storage.errors import Misconfigured, Unavailable
from tasks.jobs import Busy, TryAgain

#: Between the tries in an outage. The longest must stay below the broker's visibility timeout.
FIRST_COUNTDOWN_SECONDS = 1.0
LONGEST_COUNTDOWN_SECONDS = 60.0

log = structlog.get_logger("gouji")


def countdown_seconds(retries: int, chance: float) -> float:
    """Doubles with each retry up to a minute; `chance` in 0…1 takes off up to half of it,
    so that ten thousand documents don't come back in the same second."""
    # 2.0**1024 is too large for a float, and an outage may last.
    longest = min(LONGEST_COUNTDOWN_SECONDS, FIRST_COUNTDOWN_SECONDS * 2.0 ** min(retries, 10))
    return longest * (1 - chance / 2)


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
            except (Unavailable, Misconfigured, SoftTimeLimitExceeded) as error:
                return self._later("job.waits", error)
            except TryAgain as error:
                return self._later("job.broke", error.__cause__ or error)
            except Busy as error:
                if not self._came_again() and not kwargs.get("force"):
                    # Told of twice. Whoever is at it has the message that counts.
                    return {"status": "busy"}
                # By the end of the dead worker's lease this comes to something.
                seconds = min(LONGEST_COUNTDOWN_SECONDS, self.app.workplace.lease_seconds / 2)
                return self._later("job.waits", error, seconds)
            except MemoryError as error:
                # Celery's main process ends itself when it hears of a MemoryError.
                raise RuntimeError("out of memory outside of reading") from error
            log.info("job.ended", seconds=round(time.monotonic() - began, 3), **summary)
            return summary

    def _came_again(self) -> bool:
        """Whether another delivery of this message came to nothing: then the worker that
        seems to be at the document may be dead, and this one must not be let go."""
        redelivered = (self.request.delivery_info or {}).get("redelivered")
        return bool(redelivered or self.request.retries)

    def about(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the log lines of this job carry."""
        key = kwargs.get("key", args[0] if args else None)
        return {} if key is None else {"key": key}

    def _later(self, event: str, error: BaseException, seconds: float | None = None) -> Any:
        """Raises Retry. Returns where the broker cannot be told: then the sweep brings the
        document back.

        Celery would give the whole traceback to the worker, which reads nothing in an outage
        of the broker: the pool process would stand in the middle of writing, be told that its
        time is up, and leave half a message, over which the worker breaks down.
        """
        if seconds is None:
            seconds = countdown_seconds(self.request.retries, random.random())  # noqa: S311
        log.warning(
            event,
            error=type(error).__name__,
            message=str(error),
            retry_in_seconds=round(seconds, 1),
            exc_info=error if event == "job.broke" else None,
        )
        try:
            again: Exception = self.retry(exc=error, countdown=seconds, throw=False)
        except Reject as unpublished:
            log.warning("job.let_go", message=str(unpublished.reason))
            return {"status": "let go"}
        raise again from error
