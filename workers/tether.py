"""The line between `gouji up` and each process it starts: a socket pair.

The child says "ready" on it once; when it breaks, the supervisor is gone, however it
went, and the child stops by itself. Portable, and without a race, where asking the kernel
for a signal at the parent's death is neither.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time

READY = b"ready\n"
#: A child without its supervisor has this long to finish; then its whole group goes.
GRACE_SECONDS = 10.0


class Tether:
    """The child's end; without a line (a process run alone) it does nothing."""

    def __init__(self, descriptor: int | None) -> None:
        self._line = None if descriptor is None else socket.socket(fileno=descriptor)
        if self._line is None:
            return
        self._line.set_inheritable(False)
        threading.Thread(target=_hold, args=(self._line,), name="tether", daemon=True).start()

    def ready(self) -> None:
        """Tell the supervisor, once, that work can come."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.sendall(READY)


def _hold(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while line.recv(64):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    end_own_group()


def end_own_group() -> None:
    """Kill this process and all it has started, where it leads a group of its own."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
