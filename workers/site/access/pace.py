"""How slowly a visitor may send: who has sent nothing for long, or hardly anything, has gone.

So no place that is kept for an upload, and no body half read, is ever held for good.
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import Message, Receive

#: Until the first byte, and beside the rate.
PATIENCE_SECONDS = 30.0
#: Three uploads at once through a line of one Mbit/s are faster.
SLOWEST_BYTES_PER_SECOND = 32 * 1024


def hastened(receive: Receive, patience_seconds: float = PATIENCE_SECONDS) -> Receive:
    """`receive`, which tells of a body that comes too slowly as of a visitor who went away."""
    came, since, is_whole = 0, 0.0, False

    async def in_time() -> Message:
        nonlocal came, since, is_whole
        if is_whole:  # what is waited for now is that the visitor goes
            return await receive()
        # From when it is first read: until then, it is we who let the visitor wait.
        since = since or time.monotonic()
        allowed = patience_seconds + came / SLOWEST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(since + allowed - time.monotonic()):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        came += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        return message

    return in_time
