"""A job as a worker's main process has it: what became of one whose process cannot tell.

In a file of its own, as `worker.py`: billiard reads its settings when it is imported.
"""

from __future__ import annotations

from typing import Any

import structlog
from billiard.einfo import ExceptionWithTraceback
from billiard.exceptions import WorkerLostError
from celery.worker import request

from workers.base import about_job, queue_of_request
from workers.observe import observe


class Request(request.Request):  # type: ignore[misc]
    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        error = exc_info.exception
        if isinstance(error, ExceptionWithTraceback):
            error = error.exc
        # As it exits in the middle, a process may say so itself before it is missed.
        if isinstance(error, WorkerLostError | SystemExit):
            self._observe("lost")
        with structlog.contextvars.bound_contextvars(**about_job(self)):
            return super().on_failure(exc_info, *args, **kwargs)

    def on_timeout(self, soft: bool, timeout: float) -> None:
        if not soft:
            self._observe("overdue")
        with structlog.contextvars.bound_contextvars(**about_job(self)):
            super().on_timeout(soft, timeout)

    @property
    def retries(self) -> int:
        return int(self.request_dict.get("retries") or 0)

    def _observe(self, outcome: str) -> None:
        observe("gouji_jobs_total", queue=queue_of_request(self), outcome=outcome)
