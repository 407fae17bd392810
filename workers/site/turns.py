"""Work that takes long is done for a few at a time; the others wait, and not in any number.

Else whoever asks for ten workbooks at once has all threads of the pages, and the memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TooMany(Exception):
    """Others are served first: ask again in a moment."""


class Turns:
    def __init__(self, *, at_once: int, waiting: int, patience_seconds: float = 30.0) -> None:
        self._places = threading.Semaphore(at_once)
        self._room = threading.Semaphore(at_once + waiting)
        self._patience_seconds = patience_seconds

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises TooMany at once where too many wait, or where a turn does not come."""
        if not self._room.acquire(blocking=False):
            raise TooMany
        try:
            if not self._places.acquire(timeout=self._patience_seconds):
                raise TooMany
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._room.release()
