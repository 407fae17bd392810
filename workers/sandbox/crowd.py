"""Reading among others, or alone: for a document that the kernel ended for want of memory,
which says nothing about the document while its neighbours take memory too.

Those who share the memory share a lock, each process for itself: many may read among others,
one alone while nobody else does. Who wants to be alone closes the gate first, so that the
others, of whom there is always one, cannot keep it waiting for ever.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.errors import Unavailable

#: Longer than most documents take, and with one of them well below a job's time limit.
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.05
#: Bytes of the file that stand for the gate and for the room behind it.
_GATE, _ROOM = 0, 1


class Crowd:
    """The processes that are forked from this one, and all that use the same folder."""

    def __init__(
        self, folder: Path | None = None, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        """`folder`: of a service on this machine, where there is one."""
        self._file = _opened(folder)
        self._patience_seconds = patience_seconds

    @contextmanager
    def among(self) -> Iterator[None]:
        """Beside others who do the same. Unavailable where someone is alone for long."""
        until = time.monotonic() + self._patience_seconds
        with ExitStack() as held:
            with self._held(_GATE, fcntl.LOCK_SH, until):
                held.enter_context(self._held(_ROOM, fcntl.LOCK_SH, until))
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """When all others have ended. Unavailable where one of them takes long."""
        until = time.monotonic() + self._patience_seconds
        with (
            self._held(_GATE, fcntl.LOCK_EX, until),
            self._held(_ROOM, fcntl.LOCK_EX, until),
        ):
            yield

    @contextmanager
    def _held(self, byte: int, how: int, until: float) -> Iterator[None]:
        while not self._taken(byte, how):
            if time.monotonic() > until:
                raise Unavailable("a document that needs much memory is read alone")
            time.sleep(PAUSE_SECONDS)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)

    def _taken(self, byte: int, how: int) -> bool:
        try:
            fcntl.lockf(self._file, how | fcntl.LOCK_NB, 1, byte)
        except BlockingIOError:
            return False
        except PermissionError:  # what POSIX allows as well
            return False
        return True


def _opened(folder: Path | None) -> int:
    """Locks belong to the process that takes them, not to this descriptor, which is inherited."""
    if folder is not None:
        try:
            return os.open(folder / "crowd.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # no such folder, or not ours to write: then with our children only
            pass
    if hasattr(os, "memfd_create"):
        return os.memfd_create("crowd")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
