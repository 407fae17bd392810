"""The pages as one ASGI application: which address is which page, and what they work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from storage.objects import ObjectStore
from storage.results import DocumentVersion, Records
from storage.reviews import Reviews
from workers.catalogue import Clerk
from workers.settings import Settings
from workers.site import documents, failed, inbox, overview, reviewing, uploads
from workers.site.access.gate import open_gate
from workers.site.access.guard import Guard
from workers.site.access.local import local_path
from workers.site.access.sign_in import sign_in_routes
from workers.site.desk import Desk
from workers.site.originals import Originals
from workers.site.rendering import LANGUAGE_COOKIE, templates
from workers.site.trouble import HANDLERS
from workers.site.turns import Turns

#: A year.
_LANGUAGE_SECONDS = 365 * 24 * 3600


def open_desk(
    settings: Settings, store: ObjectStore, again: Callable[[Sequence[DocumentVersion]], None]
) -> Desk:
    return Desk(
        store=store,
        records=Records(store),
        reviews=Reviews(store),
        catalogue=Clerk.of(settings).catalogue,
        originals=Originals(),
        again=again,
        max_document_mib=settings.max_document_mib,
        max_archive_mib=settings.max_archive_mib,
        flower=settings.flower_url,
    )


def routes() -> list[BaseRoute]:
    return [
        Route("/", inbox.inbox),
        *(Route(f"/{name}", inbox.take) for name in inbox.FILES),
        Route("/document", documents.document),
        Route("/download", documents.download),
        Route("/original/page.png", documents.pdf_page),
        Route("/original/page.html", documents.web_page),
        Route("/upload", uploads.upload, methods=["PUT"]),
        Route("/upload/states", uploads.states, methods=["POST"]),
        Route("/review", reviewing.left),
        Route("/review", reviewing.decide, methods=["POST"]),
        Route("/failed", failed.failed),
        Route("/again", failed.again, methods=["POST"]),
        Route("/overview", overview.overview),
        Route("/overview/sums", overview.sums_part),
        Route("/overview/sums.xlsx", overview.sums_file),
        Route("/overview/expected", overview.set_expected, methods=["PUT", "POST"]),
        Route("/overview/expected.csv", overview.expected_file),
        Route("/language", choose_language),
        Mount("/static", StaticFiles(packages=[("workers.site", "static")])),
    ]


def choose_language(request: Request) -> Response:
    """GET /language?to=en&next=…"""
    chosen = "en" if request.query_params.get("to") == "en" else "zh"
    response = RedirectResponse(local_path(request.query_params.get("next", "/")), status_code=303)
    response.set_cookie(
        LANGUAGE_COOKIE, chosen, max_age=_LANGUAGE_SECONDS, httponly=True, samesite="lax"
    )
    return response


def make_site(settings: Settings, desk: Desk, intake: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The application; `intake`: what programs ask for, at the same doors.

    Raises `SettingsError` where nobody may sign in.
    """
    gate = open_gate(settings)
    site = Starlette(
        routes=[*intake, *sign_in_routes(gate, templates()), *routes()],
        exception_handlers=HANDLERS,
    )
    site.state.desk = desk
    site.state.uploading = uploads.gate()
    site.state.choices = inbox.Choices()
    site.state.reckoned = overview.Reckoned()
    site.state.compared = {}
    site.state.making = Turns(at_once=2, waiting=6)
    site.state.sending = Turns(at_once=1, waiting=2)
    # Around all of it, so that what is said of a fault has its headers, too.
    return Guard(site, gate)
