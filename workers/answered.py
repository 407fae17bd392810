"""Counts the requests that the listener and the pages answer, by what was asked for."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.observe import Observation, observe_all
from workers.site.inbox import FILES

#: First part of a path -> class of its route; what is not here is `other`.
ROUTES = {
    "": "list",
    **dict.fromkeys(FILES, "list"),
    "events": "events",
    "healthz": "health",
    "sign-in": "sign_in",
    "sign-out": "sign_in",
    "document": "document",
    "download": "document",
    "original": "original",
    "upload": "upload",
    "review": "review",
    "again": "failed",
    "failed": "failed",
    "overview": "overview",
    "static": "static",
}


class Answered:
    """Around an application, and around all that it has around itself."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began = time.monotonic()
        status = "gone"

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        try:
            await self._application(scope, receive, note)
        finally:
            route = {"route": route_of(scope["path"])}
            seconds = time.monotonic() - began
            observe_all(
                [
                    Observation("gouji_http_requests_total", 1.0, route | {"status": status}),
                    Observation("gouji_http_request_duration_seconds", seconds, route),
                ]
            )


def route_of(path: str) -> str:
    return ROUTES.get(path.removeprefix("/").partition("/")[0], "other")
