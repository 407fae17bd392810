"""What a page says where it cannot be shown: always what to do."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from storage.catalogue import CatalogueError
from storage.errors import StorageError
from storage.reviews import NotOurs
from workers.site.rendering import is_fragment, page

log = structlog.get_logger("gouji")

#: HTTP status -> the words for it.
_WORDS = {400: "bad_request", 403: "not_allowed", 404: "not_found", 405: "not_found", 409: "newer"}


class NotThere(Exception):
    """What a page was asked about is not there; `words` names what is said."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


async def not_there(request: Request, error: Exception) -> Response:
    words = error.words if isinstance(error, NotThere) else "not_found"
    return page(request, "trouble.html", status=404, said=words)


async def foreign(request: Request, error: Exception) -> Response:
    log.warning("site.foreign_review", message=str(error))
    return page(request, "trouble.html", status=409, said="foreign_review")


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    words = _WORDS.get(error.status_code)
    if words is None:
        return PlainTextResponse(
            f"{error.detail}\n", status_code=error.status_code, headers=error.headers
        )
    response = page(request, "trouble.html", status=error.status_code, said=words)
    response.headers.update(error.headers or {})
    return response


async def away(request: Request, error: Exception) -> Response:
    """The store, the queue or the catalogue. A part of a page that is there says so in its
    place, so the answer is one that is shown."""
    words = "no_catalogue" if isinstance(error, CatalogueError) else "no_store"
    log.warning("site.away", message=str(error), path=request.url.path)
    status = 200 if is_fragment(request) else 503
    return page(request, "trouble.html", status=status, said=words)


async def broke(request: Request, error: Exception) -> Response:
    log.error("site.broke", path=request.url.path, exc_info=error)
    return page(request, "trouble.html", status=500, said="broke")


HANDLERS = {
    NotThere: not_there,
    NotOurs: foreign,
    HTTPException: refused,
    StorageError: away,
    Exception: broke,
}
