"""All reports of a year: who has reported, how they came out, what is broken most, their sums."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from storage.catalogue import Catalogue, Filters
from storage.errors import NotFound, TooLarge
from tasks.check.reported import Compared, compared
from tasks.forms.expected import MOST_MIB, Complaint, expected_of
from tasks.render.charts import Bar, Group, bars, columns, stacked
from tasks.render.figures import OtherForm, pack
from tasks.render.page import parts
from tasks.render.rules import rule_name
from tasks.render.shape import read_envelope
from tasks.render.sheet import BYTE_ORDER_MARK, csv_line
from tasks.render.sums import Sums, filled, summed
from tasks.render.sums_workbook import sums_workbook
from workers.cli.language import Said
from workers.site.access.guard import require
from workers.site.access.users import Role
from workers.site.asked import is_number
from workers.site.desk import Desk
from workers.site.forms import form_of
from workers.site.rendering import language, link, page
from workers.site.saving import saved
from workers.site.trouble import NotThere
from workers.site.words import VERDICTS, words

#: Where the list of the organs that should report lies, as it was uploaded.
EXPECTED = "expected/organs.csv"
EXPECTED_BYTES = MOST_MIB * 2**20
MOST_RULES = 10
MOST_YEARS = 6
#: In the order in which they stand in a chart.
_ENDED = ("error", "poor", "warning", "clean", "nothing")
#: What is drawn year against year: words, and the cells whose sums are added.
_DRAWN: dict[str, dict[str, tuple[str, ...]]] = {
    "drawn_requests": {
        "drawn_new": ("requests.new.total",),
        "drawn_processed": ("requests.processed_total.total",),
        "drawn_forward": ("requests.carried_forward.total",),
    },
    "drawn_disputes": {
        "drawn_review": ("disputes.review.total",),
        "drawn_litigation": (
            "disputes.litigation_direct.total",
            "disputes.litigation_after_review.total",
        ),
    },
}


def overview(request: Request) -> Response:
    """GET /overview?year=…"""
    desk: Desk = request.app.state.desk
    return page(request, "overview.html", complaint=None, **_shown(request, desk))


def _shown(request: Request, desk: Desk) -> dict[str, Any]:
    catalogue, t = desk.asked_catalogue(), words(language(request))
    by_year = catalogue.verdicts_by_year()
    years, year = _years(request, catalogue)
    shown: dict[str, Any] = {
        "years": years,
        "year": year,
        "compared": _compared(request, desk, year),
    }
    if year is None:
        return shown
    counts = [(name, by_year.get((year, name), 0)) for name in _ENDED]
    spoken = language(request)
    broken = Counter(catalogue.facet("rule", Filters(years=(year,)))).most_common(MOST_RULES)
    rules = [(rule, rule_name(rule, spoken), n) for rule, n in broken]
    verdicts = [
        Bar(label=VERDICTS[name].in_(spoken), value=n, look=name) for name, n in counts if n
    ]
    return shown | {
        "counts": [(name, n) for name, n in counts if n],
        "rules": rules,
        "verdict_chart": Markup(stacked(verdicts, id="verdicts", title=t("verdicts"))),  # noqa: S704 - drawn here
        "rule_chart": Markup(  # noqa: S704
            bars(
                [Bar(label=name, value=n) for _, name, n in rules],
                id="rules",
                title=t("rules_broken"),
            )
        ),
    }


def _years(request: Request, catalogue: Catalogue) -> tuple[Sequence[int], int | None]:
    """Those that reports are about, the latest first, and the one that is asked for."""
    found = {year for year in catalogue.facet("year", Filters()) if year is not None}
    years = sorted(found, reverse=True)
    asked = request.query_params.get("year", "")
    chosen = int(asked) if is_number(asked) else None
    if chosen in found:
        return years, chosen
    return years, years[0] if years else None


def _asked_year(request: Request, catalogue: Catalogue) -> tuple[Sequence[int], int]:
    """Likewise. Raises NotThere where there is no report at all."""
    years, year = _years(request, catalogue)
    if year is None:
        raise NotThere("no_reports")
    return years, year


# --- sums ------------------------------------------------------------------------------------


class Reckoned:
    """The sums of each year, kept until a document of the year changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[int, tuple[tuple[int, int], Sums]] = {}

    def of(self, catalogue: Catalogue, year: int) -> Sums:
        filters = Filters(years=(year,))
        # One at a time: the second who asks finds what the first has reckoned.
        with self._lock:
            stamp = catalogue.stamp(filters)
            known = self._of.get(year)
            if known is not None and known[0] == stamp:
                return known[1]
            sums = _summed(catalogue, year)
            self._of[year] = stamp, sums
            return sums


def _summed(catalogue: Catalogue, year: int) -> Sums:
    filters = Filters(years=(year,))
    rows = catalogue.figures(filters)
    try:
        return summed(((organ_key, packed) for _, _, organ_key, _, packed in rows), year=year)
    except OtherForm:
        # packed by another version: what the records say is there as well
        return summed(_packed_anew(catalogue, filters), year=year)


def _packed_anew(catalogue: Catalogue, filters: Filters) -> Iterator[tuple[str | None, bytes]]:
    keys = (key for key, *_ in catalogue.figures(filters))
    for _, _, body in catalogue.envelopes(keys):
        envelope = read_envelope(body)
        if envelope is None or not envelope.get("report"):
            continue
        report = envelope["report"]
        yield report.get("organ_key"), pack(report, envelope["findings"])


def sums_part(request: Request) -> Response:
    """GET /overview/sums?year=…: a part of the page, which may take a while."""
    desk: Desk = request.app.state.desk
    catalogue, t = desk.asked_catalogue(), words(language(request))
    years, year = _asked_year(request, catalogue)
    reckoned: Reckoned = request.app.state.reckoned
    drawn = years[:MOST_YEARS][::-1]
    with request.app.state.making.one():
        sums = reckoned.of(catalogue, year)
        by_year = {one: reckoned.of(catalogue, one) for one in drawn}
    return page(
        request,
        "overview_sums.html",
        year=year,
        sums=sums,
        forms=[parts(one) for one in filled(sums, t("sums"))],
        charts=[_chart(by_year, name, series, t) for name, series in _DRAWN.items()],
    )


def _chart(
    by_year: Mapping[int, Sums], name: str, series: Mapping[str, tuple[str, ...]], t: Any
) -> dict[str, Any]:
    groups = [
        Group(label=str(year), values=tuple(_added(sums, cells) for cells in series.values()))
        for year, sums in by_year.items()
    ]
    named = [t(one) for one in series]
    drawn = Markup(columns(groups, named, id=name, title=t(name)))  # noqa: S704 - drawn here
    return {"title": t(name), "drawn": drawn, "groups": groups, "series": named}


def _added(sums: Sums, cells: Sequence[str]) -> Any:
    """Over all editions; None where no report gives any of them."""
    found = [
        one.fields[cell]
        for one in sums.tables
        for cell in cells
        if cell in one.fields and one.fields[cell].is_summed
    ]
    total = sum(one.total for one in found)
    # No report of ours has a figure below 0 there, and none can be drawn.
    return total if found and total >= 0 else None


def sums_file(request: Request) -> Response:
    """GET /overview/sums.xlsx?year=…"""
    desk: Desk = request.app.state.desk
    catalogue, t = desk.asked_catalogue(), words(language(request))
    _, year = _asked_year(request, catalogue)
    with request.app.state.making.one():
        sums = request.app.state.reckoned.of(catalogue, year)
        names = {key: organ for organ, key, _, _ in catalogue.reported(year) if key}
        book = sums_workbook(sums, t("sums"), names)
    return saved(book, f"{year} {t('sums')}.xlsx")


# --- who should report -----------------------------------------------------------------------


def _compared(request: Request, desk: Desk, year: int | None) -> Compared | None:
    """None where there is no list, or what lies there is none. Kept: a list of all organs of a
    province takes a second."""
    info, catalogue = desk.store.head(EXPECTED), desk.asked_catalogue()
    if info is None:
        return None
    filters = Filters(years=() if year is None else (year,))
    stamp = info.etag, catalogue.stamp(filters)
    known: dict[int | None, tuple[Any, Compared | None]] = request.app.state.compared
    if year not in known or known[year][0] != stamp:
        with request.app.state.making.one():
            known[year] = stamp, _compared_anew(desk, catalogue, year)
    return known[year][1]


def _compared_anew(desk: Desk, catalogue: Catalogue, year: int | None) -> Compared | None:
    try:
        expected = expected_of(desk.store.get(EXPECTED, limit_bytes=EXPECTED_BYTES).body)
    except (NotFound, TooLarge):
        return None
    if isinstance(expected, Complaint):
        return None
    reported = catalogue.reported(year) if year is not None else ()
    return compared(expected, (organ for organ, _, _, _ in reported))


async def set_expected(request: Request) -> Response:
    """PUT /overview/expected with a file, or POST with the names in a form."""
    require(request, Role.REVIEWER)
    if request.method == "PUT":
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > EXPECTED_BYTES:
                break
        complaint = await run_in_threadpool(_set_expected, request, bytes(body))
        said = {"why": complaint.in_(language(request)) if complaint else ""}
        return JSONResponse(said, status_code=422 if complaint else 200)
    names = str((await form_of(request)).get("names", ""))
    complaint = await run_in_threadpool(_set_expected, request, names.encode())
    there = link("/overview", year=request.query_params.get("year")) + "#expected"
    if complaint is None:
        return RedirectResponse(there, status_code=303)
    shown = await run_in_threadpool(_shown, request, request.app.state.desk)
    return page(
        request, "overview.html", status=422, complaint=complaint.in_(language(request)), **shown
    )


def _set_expected(request: Request, body: bytes) -> Said | None:
    """What is wrong with it; None where it is kept."""
    desk: Desk = request.app.state.desk
    found = expected_of(body)
    if isinstance(found, Complaint):
        return Said(found.zh, found.en)
    desk.store.put(EXPECTED, body, content_type="text/csv")
    return None


def expected_file(request: Request) -> Response:
    """GET /overview/expected.csv?year=…: the list, and who has reported."""
    desk: Desk = request.app.state.desk
    t = words(language(request))
    _, year = _years(request, desk.asked_catalogue())
    found = _compared(request, desk, year)
    if found is None:
        raise NotThere("expected_none")
    lines = [csv_line((t("organ"), t("state")))]
    for state, organs in (("reported", found.reported), ("missing", found.missing)):
        lines += [csv_line((one.name, t(state))) for one in organs]
    lines += [csv_line((name, t("unexpected"))) for name in found.unexpected]
    return saved((BYTE_ORDER_MARK + "".join(lines)).encode(), f"{t('expected_title')}.csv")
