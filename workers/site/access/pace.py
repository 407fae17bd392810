"""How slowly a visitor may send: who has sent nothing for long, or hardly anything, has gone.

So no place that is kept for an upload, and no body half read, is ever held for good.
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import Message, Receive

#: Without a byte, however many came before.
PATIENCE_SECONDS = 30.0
#: Three uploads at once through a line of one Mbit/s are faster.
SLOWEST_BYTES_PER_SECOND = 32 * 1024


def hastened(receive: Receive, patience_seconds: float = PATIENCE_SECONDS) -> Receive:
    """`receive`, which tells of a body that comes too slowly as of a visitor who went away."""
    until, is_whole = 0.0, False

    async def in_time() -> Message:
        nonlocal until, is_whole
        if is_whole:  # what is waited for now is that the visitor goes
            return await receive()
        # From when it is first read: until then, it is we who let the visitor wait.
        until = until or time.monotonic() + patience_seconds
        try:
            async with asyncio.timeout(until - time.monotonic()):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        earned = until + len(message.get("body", b"")) / SLOWEST_BYTES_PER_SECOND
        # Who was quick first may not do nothing for the rest of the time.
        until = min(earned, time.monotonic() + patience_seconds)
        is_whole = not message.get("more_body", False)
        return message

    return in_time
