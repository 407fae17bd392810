"""Celery's worker, which ends when it has broken down, and shows that it is alive until then.

It waits for its pool first, without an end where the pool is what broke. It must end, with a
code other than 0, for whoever starts it again.

In a file of its own: billiard, which comes with Celery's worker, reads its settings from the
environment as it is imported, and `workers.app.serve` makes them.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from typing import TYPE_CHECKING

import structlog
from celery.apps import worker

if TYPE_CHECKING:
    from workers.board import Board

log = structlog.get_logger("gouji")

ALIVE_SECONDS = 5.0


def went_round(board: Board) -> None:
    board.put("gouji_worker_loop_timestamp_seconds", {(): time.time()})


class Worker(worker.Worker):  # type: ignore[misc]
    def on_start(self) -> None:
        """Before the processes of the pool are forked."""
        super().on_start()
        # Of what is there nothing is garbage; a child that looked for it would copy every page.
        gc.collect()
        gc.freeze()
        # In the loop that takes and ends jobs: a thread would live on beside one that hangs.
        if (file := self.app.settings.alive_file) is not None:
            self.timer.call_repeatedly(ALIVE_SECONDS, file.touch)
        if self.app.board is not None:
            went_round(self.app.board)
            self.timer.call_repeatedly(ALIVE_SECONDS, went_round, (self.app.board,))

    def stop(self, in_sighandler: bool = False, exitcode: int | None = None) -> None:
        if exitcode:
            seconds = self.app.settings.shutdown_seconds
            log.error("worker.broke_down", ends_in_seconds=seconds)
            late = threading.Timer(seconds, os._exit, (exitcode,))
            late.daemon = True
            late.start()
        super().stop(in_sighandler, exitcode)
