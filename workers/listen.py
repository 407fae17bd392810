"""Intake by events: the store tells what was put, each document becomes a job. And the pages.

    POST /events   bearer token; a notification in any shape that storage.events knows
    GET  /healthz  200 while this process serves
    …              the pages (`workers.site`), where somebody may sign in

One application: on one host it is one process, and in a deployment the same command runs twice,
once without the keys of the store and once without the token of the events.

An event that is lost does no harm, the sweep finds the document. So the answers are honest
rather than patient: 503 at once when the broker does not take the job, and the store tries
again as often as it likes.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from storage.errors import StorageError
from storage.events import Event, EventKind, MalformedEvent, parse_events
from storage.keys import is_document
from storage.results import DocumentVersion
from tasks import jobs
from workers.app import Service, make_app
from workers.observe import observe
from workers.settings import Complaint, Settings, SettingsError, has_site
from workers.traces import open_traces

log = structlog.get_logger("gouji")

#: Events that are handed to the broker at a time.
_THREADS = 16

Serve = Callable[[Request], Awaitable[Response]]
#: Hands documents to the broker, in the order given. Blocks, not for long; `Unavailable`.
Take = Callable[[Sequence[Event]], None]


def open_listener(settings: Settings) -> ASGIApp:
    """The ASGI application that publishes to the broker of the settings.

    SettingsError where neither events may come nor anybody may sign in, or where traces are asked
    for that cannot be made.
    """
    app = make_app(settings, publisher=True)
    app.traces = open_traces(settings, "listen")
    if not has_site(settings):
        return make_listener(settings, partial(enqueue_all, app))
    from workers.cli.service import open_store
    from workers.site.app import make_site, open_desk

    desk = open_desk(settings, open_store(settings), partial(process_again, app))
    intake = routes(settings, partial(enqueue_all, app)) if settings.webhook_token else [HEALTH]
    return make_site(settings, desk, intake)


def process_again(app: Service, versions: Sequence[DocumentVersion]) -> None:
    """Not what waits or is worked on already: who clicks fifty times has it done once."""
    for version in versions:
        jobs.enqueue_once(app, version, reason="reprocess", force=True)


def enqueue_all(app: Service, events: Sequence[Event]) -> None:
    for event in events:
        jobs.enqueue_once(app, event, reason="event")


def make_listener(settings: Settings, take: Take) -> Starlette:
    """Intake alone."""
    return Starlette(routes=routes(settings, take), exception_handlers={HTTPException: _say})


def routes(settings: Settings, take: Take) -> list[Route]:
    """SettingsError without a token: intake is never open to all."""
    if settings.webhook_token is None:
        raise SettingsError(
            [
                Complaint(
                    "set GOUJI_WEBHOOK_TOKEN: the listener asks its callers for it",
                    "请设置 GOUJI_WEBHOOK_TOKEN：接收进程要向来访者查验它",
                )
            ]
        )
    token = settings.webhook_token.get_secret_value().encode()
    limit_bytes = settings.max_event_kib * 1024
    # Their own: those that Starlette lends may all be waiting for pages.
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="events")

    async def events(request: Request) -> Response:
        try:
            _ask_for_token(request, token)
            told = _events(await _body(request, limit_bytes))
        except HTTPException:
            count_events("webhook", refused=1)
            raise
        found = _documents(told, settings.s3_bucket)
        if found:
            try:
                await asyncio.wrap_future(threads.submit(take, found))
            except StorageError as error:
                log.warning("events.not_taken", documents=len(found), message=str(error))
                count_events("webhook", not_taken=len(found))
                raise _no(503, "the broker does not take the job: try again") from error
        count_events("webhook", taken=len(found), passed_over=len(told) - len(found))
        log.info("events.taken", documents=len(found))
        return JSONResponse({"accepted": len(found)}, status_code=202)

    return [Route("/events", _answering(events), methods=["POST"]), HEALTH]


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


HEALTH = Route("/healthz", _healthz, methods=["GET"])


def _answering(serve: Serve) -> Serve:
    """Programs are answered in plain text, also where the pages answer people."""

    async def answer(request: Request) -> Response:
        try:
            return await serve(request)
        except HTTPException as error:
            return await _say(request, error)

    return answer


def _ask_for_token(request: Request, token: bytes) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # Compared in constant time: how long it takes must not tell how much was right.
    right = secrets.compare_digest(given.strip().encode(), token)
    if scheme.lower() != "bearer" or not right:
        raise _no(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})


async def _body(request: Request, limit_bytes: int) -> bytes:
    """What was sent; not read on beyond the limit, whatever length was announced."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            raise _no(413, f"at most {limit_bytes} bytes are read", {"Connection": "close"})
    return bytes(body)


def _events(body: bytes) -> Sequence[Event]:
    try:
        return parse_events(json.loads(body))
    except (MalformedEvent, ValueError, RecursionError) as error:
        # One line, and not all of a hostile body in it.
        raise _no(400, " ".join(str(error).split())[:200] or "no JSON") from error


def _documents(told: Sequence[Event], bucket: str) -> tuple[Event, ...]:
    return tuple(
        event
        for event in told
        if event.kind is EventKind.CREATED and event.bucket == bucket and is_document(event.key)
    )


def count_events(via: str, **numbers: int) -> None:
    """By what became of them."""
    for outcome, number in numbers.items():
        if number:
            observe("gouji_events_total", number, via=via, outcome=outcome)


def _no(status: int, why: str, headers: dict[str, str] | None = None) -> HTTPException:
    return HTTPException(status, why, headers)


async def _say(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # what Starlette's signature allows
        raise error
    return PlainTextResponse(
        f"{error.detail}\n", status_code=error.status_code, headers=error.headers
    )
