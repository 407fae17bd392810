"""Decisions of people on findings, and what is left to decide.

form ── what was shown ──> Choice ──> the bucket, on what was read there ──> the catalogue
                                         └ somebody decided meanwhile: told, nothing lost
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage.results import State
from storage.reviews import NOTE_CHARACTERS, Choice, Decision, clean_note
from tasks.render.identity import finding_id
from tasks.render.page import parts
from tasks.render.result import Envelope
from workers.site.access.guard import require
from workers.site.access.users import Role
from workers.site.asked import ORDERS, PAGE, Asked
from workers.site.desk import Desk, Standing
from workers.site.documents import told_envelope
from workers.site.forms import form_of
from workers.site.rendering import is_fragment, link, page
from workers.site.trouble import NotThere, told

REOPEN = "reopen"


def left(request: Request) -> Response:
    """GET /review: documents with findings that nobody has decided on."""
    desk: Desk = request.app.state.desk
    catalogue = desk.asked_catalogue()
    asked = replace(Asked.of(request.query_params), review="open")
    found = catalogue.count(asked.filters)
    pages = max(1, math.ceil(found / PAGE))
    number = min(asked.page, pages)
    rows = catalogue.find(
        asked.filters,
        order=ORDERS["errors"],
        offset=(number - 1) * PAGE,
        limit=PAGE,
        found=found,
    )
    return page(
        request, "review.html", asked=asked, rows=rows, found=found, number=number, pages=pages
    )


async def decide(request: Request) -> Response:
    """POST /review: key, number, decision, note; finding and seen, as many of both."""
    session = require(request, Role.REVIEWER)
    form = await form_of(request)
    return await run_in_threadpool(_decide, request, form, session.user.name)


def _decide(request: Request, form: FormData, by: str) -> Response:
    desk: Desk = request.app.state.desk
    key = str(form.get("key", ""))
    standing = desk.standing(key)
    if standing is None or standing.envelope is None or standing.state is not State.RESULT:
        raise NotThere("no_document")
    envelope = told_envelope(desk, standing.envelope)
    if len(clean_note(str(form.get("note", "")))) > NOTE_CHARACTERS:
        return told(request, "long_note", status=422)
    try:
        choices = list(_choices(form, standing, envelope))
    except (ValueError, KeyError) as error:
        raise HTTPException(400) from error
    settled = desk.reviews.decide(key, choices, by=by, at=datetime.now(UTC))
    # where the catalogue does not answer, the next sweep writes it there
    desk.clerk.note_decisions(desk.reviews, key)
    number = str(form.get("number", "0"))
    if not is_fragment(request):
        return RedirectResponse(link("/document", key=key) + f"#f{number}", status_code=303)
    shown = next((one for one in parts(envelope)["findings"] if str(one["number"]) == number), None)
    if shown is None:
        raise HTTPException(409)
    return page(
        request,
        "finding.html",
        one=shown,
        key=key,
        version=standing.version,
        decisions={one.finding: one for one in settled.review.decisions},
        conflict=bool(settled.meanwhile),
    )


def _choices(form: FormData, standing: Standing, envelope: Envelope) -> list[Choice]:
    """KeyError where the document has no such finding any more."""
    by_id: dict[str, Mapping[str, Any]] = {finding_id(one): one for one in envelope["findings"]}
    findings = [str(one) for one in form.getlist("finding")]
    seen = [str(one) for one in form.getlist("seen")]
    said = str(form.get("decision", ""))
    return [
        Choice(
            finding=finding,
            rule=by_id[finding]["rule"],
            decision=None if said == REOPEN else Decision(said),
            note=str(form.get("note", "")),
            etag=standing.version.etag,
            message=by_id[finding]["message"],
            seen=mark,
        )
        for finding, mark in zip(findings, seen, strict=True)
    ]
