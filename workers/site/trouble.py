"""What a page says where it cannot be shown: always what to do."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from storage.catalogue import CatalogueError
from storage.errors import StorageError
from storage.reviews import NotOurs
from workers.site.rendering import is_fragment, page
from workers.site.turns import TooMany

log = structlog.get_logger("gouji")

#: HTTP status -> the words for it.
_WORDS = {
    400: "bad_request",
    403: "not_allowed",
    404: "not_found",
    405: "not_found",
    409: "newer",
    413: "too_long",
}
_BUSY_SECONDS = 10


class NotThere(Exception):
    """What a page was asked about is not there; `words` names what is said."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def told(request: Request, words: str, *, status: int) -> Response:
    """A page, or no more than its sentence where it goes into a page that is there: all of those
    take what they get, but for the one that picks it out of `main`."""
    is_part = is_fragment(request) and request.headers.get("hx-target") != "main"
    return page(request, "trouble.html", status=status, said=words, is_part=is_part)


async def not_there(request: Request, error: Exception) -> Response:
    words = error.words if isinstance(error, NotThere) else "not_found"
    return told(request, words, status=404)


async def foreign(request: Request, error: Exception) -> Response:
    log.warning("site.foreign_review", message=str(error))
    return told(request, "foreign_review", status=409)


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    words = _WORDS.get(error.status_code)
    if words is None:
        return PlainTextResponse(
            f"{error.detail}\n", status_code=error.status_code, headers=error.headers
        )
    response = told(request, words, status=error.status_code)
    response.headers.update(error.headers or {})
    return response


async def away(request: Request, error: Exception) -> Response:
    """The store, the queue or the catalogue. A part of a page that is there says so in its
    place, so the answer is one that is shown."""
    words = "no_catalogue" if isinstance(error, CatalogueError) else "no_store"
    log.warning("site.away", message=str(error), path=request.url.path)
    return _later(request, words)


async def busy(request: Request, error: Exception) -> Response:
    response = _later(request, "too_busy")
    response.headers["Retry-After"] = str(_BUSY_SECONDS)
    return response


def _later(request: Request, words: str) -> Response:
    return told(request, words, status=200 if is_fragment(request) else 503)


async def gone(request: Request, error: Exception) -> Response:
    """The visitor went away in the middle of a sentence: nobody's fault, and nobody listens."""
    return PlainTextResponse("", status_code=408, headers={"Connection": "close"})


async def broke(request: Request, error: Exception) -> Response:
    log.error("site.broke", path=request.url.path, exc_info=error)
    return told(request, "broke", status=500)


HANDLERS = {
    NotThere: not_there,
    NotOurs: foreign,
    HTTPException: refused,
    ClientDisconnect: gone,
    TooMany: busy,
    StorageError: away,
    Exception: broke,
}
