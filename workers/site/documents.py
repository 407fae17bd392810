"""One document: its report with the wrong cells, beside the original at the right place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, assert_never

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from storage import keys
from storage.catalogue import CatalogueError, Filters
from storage.errors import Conflict, NotFound
from storage.results import DocumentVersion, State
from storage.reviews import NotOurs
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.queues import holds_others
from tasks.render.coverage import outcome
from tasks.render.outputs import PAGE, WORKBOOK
from tasks.render.page import parts
from tasks.render.result import Envelope, dumps, loads
from tasks.render.sentences import message_of, no_report_told
from workers.cli.series import Series
from workers.site.asked import ORDERS, is_number
from workers.site.desk import Desk, Standing
from workers.site.originals import (
    IMAGE_HEADERS,
    PAGE_HEADERS,
    Busy,
    NotShown,
    PageImage,
    Way,
    original,
    tables,
    way_of,
)
from workers.site.rendering import language, link, page
from workers.site.saving import saved, saved_parts
from workers.site.trouble import NotThere

#: Reports of one organ that are held against each other.
_MOST_YEARS = 40


def document(request: Request) -> Response:
    """GET /document?key=…&cell=…"""
    desk: Desk = request.app.state.desk
    standing = _standing(desk, request)
    key, envelope = standing.version.key, standing.envelope
    about: dict[str, Any] = {
        "key": key,
        "version": standing.version,
        "state": standing.state,
        "came": outcome(envelope) if envelope else "pending",
        "title": PurePosixPath(key).name,
        "archive": keys.archive_of(key),
        "years": (),
        "cell": request.query_params.get("cell", ""),
    }
    if envelope is None:
        return page(request, "document_pending.html", **about, progress=_progress(desk, standing))
    if standing.state is State.FAILED:
        told = envelope.get("refusal") or envelope.get("error") or {}
        about |= {
            "why": message_of(told, language(request)) if "message" in told else "",
            "code": told.get("code") or told.get("type") or "",
        }
        return page(request, "document_failed.html", **about)
    if came_of_members := envelope.get("members"):
        return page(
            request,
            "document_batch.html",
            **about,
            summary=no_report_told(envelope, language(request)),
            members=[_member(key, one) for one in came_of_members],
        )
    others = _of_organ(desk, envelope)
    envelope = _beside_others(envelope, others)
    turned = "page" in request.query_params
    report = parts(envelope, lambda cell: _place_link(key, envelope, cell))
    first = "" if turned else _first_suspect(report["findings"], envelope)
    try:
        decisions, is_foreign = desk.reviews.read(key).decisions, False
    except NotOurs:
        decisions, is_foreign = (), True
    return page(
        request,
        "document.html",
        **about
        | {
            "report": report,
            "years": [(one["report"]["year"], _key(one)) for one in others],
            "decisions": {one.finding: one for one in decisions},
            "is_foreign": is_foreign,
            "next_open": _next_open(desk, key),
            **beside(desk, standing, about["cell"] or first, request.query_params.get("page", "")),
        },
    )


def _progress(desk: Desk, standing: Standing) -> tuple[int, int] | None:
    """Of an archive that was unpacked: how many of how many have ended."""
    if not holds_others(standing.version.key):
        return None
    listed = desk.members.read(standing.version)
    if listed is None:
        return None
    states = [state for _, state, _ in desk.records.standings_in(standing.version, listed)]
    return sum(state is not State.PENDING for state in states), len(states)


def _member(key: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """A line of an archive's record, with where it leads to."""
    return {**_UNTOLD, **told, "key": keys.member_key(key, told["member"])}


#: Of a member that was not read, or by another gouji.
_UNTOLD = dict.fromkeys(("outcome", "organ", "year", "errors", "warnings", "code"))


def _first_suspect(findings: Iterable[Mapping[str, Any]], envelope: Envelope) -> str:
    """The cell that is most likely wrong, where it has a place; else ""."""
    cells = (str(suspect["cell"]) for one in findings for suspect in one["suspects"])
    return next((cell for cell in cells if _has_place(envelope, cell)), "")


def _has_place(envelope: Envelope, cell: str) -> bool:
    table, row, column = cell.split(".")
    report = envelope.get("report") or {}
    return bool((report.get(table, {}).get(row, {}).get(column) or {}).get("at"))


def _next_open(desk: Desk, key: str) -> str | None:
    """Another document with findings that nobody has decided on, those with most errors first."""
    if desk.catalogue is None:
        return None
    try:
        rows = desk.catalogue.find(Filters(review="open"), order=ORDERS["errors"], limit=2)
    except CatalogueError:
        return None
    return next((row["key"] for row in rows if row["key"] != key), None)


def beside(desk: Desk, standing: Standing, cell: str, turned_to: str = "") -> dict[str, Any]:
    """What the original shows of a cell, "" from its beginning, of a PDF the page that was turned
    to; or why it cannot be shown."""
    assert standing.envelope is not None  # noqa: S101 - of a result
    version, envelope = standing.version, standing.envelope
    place = original(envelope, cell or None)
    name = PurePosixPath(version.key).name
    way = way_of(place.format)
    shown: dict[str, Any] = {"place": place, "way": way, "untold": None}
    try:
        match way:
            case Way.IMAGE:
                number = place.where.page or _page_number(turned_to)
                image = _page_image(desk, version, number, place.format)
                box = place.where.box if place.exact else None
                shown |= {"image": image, "page": number, "frame": box and image.frame(box)}
            case Way.PAGE:
                pass  # a frame asks for it
            case Way.LINES:
                body = partial(_body, desk, version)
                shown["lines"] = desk.originals.lines(body, name, place)
            case Way.TABLES:
                shown["tables"] = tables(envelope, place)
            case _:
                assert_never(way)
    except (Refusal, NotShown) as error:
        shown["untold"] = (error.message, error.message_en)
    return shown


def _page_image(desk: Desk, version: DocumentVersion, number: int, format: Format) -> PageImage:
    # All members of an archive have its etag.
    content = f"{version.etag}/{version.member or ''}"
    name = PurePosixPath(version.key).name
    body = partial(_body, desk, version)
    return desk.originals.page_image(content, name, number, body, format)


def _page_number(text: str) -> int:
    return int(text) if is_number(text) else 1


def pdf_page(request: Request) -> Response:
    """GET /original/page.png?key=…&etag=…&page=N"""
    desk: Desk = request.app.state.desk
    standing = _standing(desk, request)
    version = standing.version
    if request.query_params.get("etag") != version.etag:
        raise NotThere("no_original")
    number = _page_number(request.query_params.get("page", ""))
    told = (standing.envelope or {}).get("document") or {}
    format = Format.IMAGE if told.get("format") == Format.IMAGE else Format.PDF
    try:
        image = _page_image(desk, version, number, format)
    except Busy:
        return Response(status_code=503, headers={"Retry-After": "2"})
    except (Refusal, NotShown) as error:
        raise NotThere("no_original") from error
    return Response(image.png, headers=IMAGE_HEADERS)


def web_page(request: Request) -> Response:
    """GET /original/page.html?key=…&cell=…: in a frame, as a page of nobody."""
    desk: Desk = request.app.state.desk
    standing = _standing(desk, request)
    if standing.envelope is None or standing.state is not State.RESULT:
        raise NotThere("no_original")
    place = original(standing.envelope, request.query_params.get("cell") or None)
    if way_of(place.format) is not Way.PAGE:
        raise NotThere("no_original")
    name = PurePosixPath(standing.version.key).name
    try:
        body = partial(_body, desk, standing.version)
        marked = desk.originals.marked_page(body, name, place)
    except (Refusal, NotShown) as error:
        told = error.message if language(request) == "zh" else error.message_en
        return PlainTextResponse(told, status_code=422, headers=PAGE_HEADERS | _PLAIN)
    return Response(marked, headers=PAGE_HEADERS)


_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def _body(desk: Desk, version: DocumentVersion) -> bytes:
    """Raises NotThere where the inbox has gone on to another version."""
    body = desk.original(version)
    if body is None:
        raise NotThere("no_original")
    return body


def download(request: Request) -> Response:
    """GET /download?key=…&what=original|report.html|report.xlsx|result.json: never shown, always
    saved, whatever it is."""
    desk: Desk = request.app.state.desk
    standing = _standing(desk, request)
    what = request.query_params.get("what", "original")
    name = PurePosixPath(standing.version.key).name
    if what == "original":
        return _original(desk, standing.version, name)
    if what in (PAGE, WORKBOOK) and standing.state is State.RESULT:
        body = _output(desk, standing.version, what)
        name = f"{PurePosixPath(name).stem}{PurePosixPath(what).suffix}"
    elif what == keys.RESULT_NAME and standing.envelope is not None:
        body, name = dumps(standing.envelope), f"{PurePosixPath(name).stem}.json"
    else:
        raise NotThere("not_found")
    if body is None:
        raise NotThere("no_original")
    return saved(body, name)


def _original(desk: Desk, version: DocumentVersion, name: str) -> Response:
    parts = desk.parts(version)
    # The first one here, where it can still be said that there is none.
    try:
        first = next(parts, b"")
    except (NotFound, Conflict):
        raise NotThere("no_original") from None
    return saved_parts(chain([first], parts), version.size, name)


def told_envelope(desk: Desk, envelope: Envelope) -> Envelope:
    """With what the reports of other years tell of it, as the page shows it."""
    return _beside_others(envelope, _of_organ(desk, envelope))


def _standing(desk: Desk, request: Request) -> Standing:
    standing = desk.standing(request.query_params.get("key", ""))
    if standing is None:
        raise NotThere("no_document")
    return standing


def _place_link(key: str, envelope: Envelope, cell: str) -> str | None:
    """To the place of the cell in the original; None where it has none."""
    there = link("/document", key=key, cell=cell) + "#original"
    return there if _has_place(envelope, cell) else None


def _output(desk: Desk, version: DocumentVersion, name: str) -> bytes | None:
    record = desk.records.read_result(version.key)
    if record is None:
        return None
    return desk.store.get(keys.beside(record.info.key, name)).body


def _of_organ(desk: Desk, envelope: Envelope) -> list[Envelope]:
    """The reports of the organ in the order of their years, this one among them: as it is shown,
    since the catalogue may have an older one of it, or none."""
    report = envelope.get("report") or {}
    organ, own = report.get("organ_key"), _key(envelope)
    if desk.catalogue is None or organ is None or report.get("year") is None:
        return []
    try:
        rows = desk.catalogue.find(Filters(organ_key=organ), limit=_MOST_YEARS)
        others = [row["key"] for row in rows if row["key"] != own]
        packed = list(desk.catalogue.envelopes(others))
    except CatalogueError:
        return []
    found = [envelope, *(loads(body) for _, _, body in packed)]
    known = [one for one in found if (one.get("report") or {}).get("year")]
    return sorted(known, key=lambda one: (one["report"]["year"], _key(one)))


def _key(envelope: Envelope) -> str:
    """What the document is called."""
    return keys.key_in(envelope["source"]) or ""


def _beside_others(envelope: Envelope, others: Sequence[Envelope]) -> Envelope:
    """With what the reports of other years tell of it."""
    series, own = Series(), _key(envelope)
    for one in others:
        series.add(one)
    for told in series.envelopes():
        if _key(told) == own:
            return {**told, "tables": envelope["tables"]}
    return envelope
