"""A connection of the listener: whoever is slow to say what he wants, or to take it, has gone.

uvicorn waits for both without end, and a process has some thousand connections, which the
intake shares with the pages. How slowly a body may come is said in `site/access/pace.py`.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: For the head of a request, from its first byte, or from the beginning of the connection.
HEAD_SECONDS = 20.0
#: In which at least something of an answer must be taken.
TAKING_SECONDS = 60.0


class Door(H11Protocol):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._no_head: asyncio.TimerHandle | None = None
        self._not_taken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        _end(self._no_head)
        _end(self._not_taken)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look_again(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        super().resume_writing()
        _end(self._not_taken)

    def _expect_head(self) -> None:
        # A body that comes after its answer is read by nobody, and counts as no head either.
        is_answered = self.cycle is not None and self.cycle.response_complete
        reads_on = self.conn.their_state is h11.SEND_BODY and not is_answered
        if reads_on or self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            _end(self._no_head)
        elif self._no_head is None or self._no_head.cancelled():
            self._no_head = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _look_again(self, left_bytes: int) -> None:
        self._not_taken = self.loop.call_later(TAKING_SECONDS, self._look, left_bytes)

    def _look(self, before_bytes: int) -> None:
        left_bytes = self.transport.get_write_buffer_size()
        if left_bytes >= before_bytes:
            self.transport.abort()
        else:
            self._look_again(left_bytes)


def _end(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
