"""What could not be processed, by its cause; and having documents processed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage.catalogue import Catalogue, Filters
from storage.errors import StorageError
from storage.results import DocumentVersion, State
from tasks.model.refusal import RefusalCode
from workers.site.access.guard import require
from workers.site.access.users import Role
from workers.site.desk import Desk
from workers.site.forms import form_of
from workers.site.rendering import link, page
from workers.site.trouble import NotThere, told

log = structlog.get_logger("gouji")

#: What the document itself will always be; any other cause may have been the machine's or ours.
HOPELESS = frozenset(
    {
        RefusalCode.UNSUPPORTED_FORMAT,
        RefusalCode.EMPTY,
        RefusalCode.ENCRYPTED,
        RefusalCode.CORRUPT,
        RefusalCode.TOO_LARGE,
        RefusalCode.TOO_COMPLEX,
    }
)
_BATCH = 500
#: Of a group, so many are named.
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Documents that ended alike."""

    code: str
    said: str
    said_en: str
    count: int
    keys: tuple[str, ...]

    @property
    def may_pass(self) -> bool:
        return self.code not in HOPELESS


def failed(request: Request) -> Response:
    """GET /failed"""
    desk: Desk = request.app.state.desk
    catalogue = desk.asked_catalogue()
    groups = [
        Group(
            code=one.code or "",
            said=one.said or "",
            said_en=one.said_en or one.said or "",
            count=one.documents,
            keys=tuple(
                row["key"]
                for row in catalogue.find(
                    Filters(state=State.FAILED, codes=(one.code or "",), said=one.said),
                    limit=_MOST_NAMED,
                )
            ),
        )
        for one in catalogue.groups()
    ]
    return page(
        request,
        "failed.html",
        groups=groups,
        again=sum(one.count for one in groups if one.may_pass),
        done=request.query_params.get("done", ""),
    )


async def again(request: Request) -> Response:
    """POST /again: `key` for one document; `code` and `said` for a group; `all`."""
    require(request, Role.REVIEWER)
    form = {name: str(value) for name, value in (await form_of(request)).items()}
    desk: Desk = request.app.state.desk
    return await run_in_threadpool(_again, request, desk, form)


def _again(request: Request, desk: Desk, form: dict[str, str]) -> Response:
    if "key" in form:
        standing = desk.standing(form["key"])
        if standing is None:
            raise NotThere("no_document")
        versions = [standing.version]
        then = link("/document", key=form["key"])
    elif "code" in form or "all" in form:
        versions = list(_versions(desk.asked_catalogue(), form))
        then = link("/failed", done=len(versions))
    else:
        raise HTTPException(400)
    try:
        # Of many it takes a while, in which somebody may click again and again.
        with request.app.state.sending.one():
            desk.again(versions)
    except StorageError as error:
        log.warning("site.away", message=str(error), path=request.url.path)
        return told(request, "no_queue", status=503)
    return RedirectResponse(then, status_code=303)


def _versions(catalogue: Catalogue, form: dict[str, str]) -> Iterator[DocumentVersion]:
    if "all" in form:
        groups = [one for one in catalogue.groups() if (one.code or "") not in HOPELESS]
        wanted = [(one.code or "", one.said) for one in groups]
    else:
        wanted = [(form["code"], form.get("said"))]
    for code, said in wanted:
        after = ""
        filters = Filters(state=State.FAILED, codes=(code,), said=said)
        while rows := catalogue.find(filters, after=after, limit=_BATCH):
            after = rows[-1]["key"]
            for row in rows:
                yield _version(row)


def _version(row: Mapping[str, Any]) -> DocumentVersion:
    return DocumentVersion(
        key=row["key"],
        etag=row["etag"],
        version_id=row["version_id"],
        last_modified=datetime.fromisoformat(row["modified"]),
        size=row["size"],
    )
