"""The inbox: what was dropped and what became of it; and the same as a file."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import Response

from storage.catalogue import Catalogue, CatalogueError
from storage.results import State
from storage.reviews import NotOurs
from tasks.model.document import BATCHES, Format
from tasks.queues import KINDS
from tasks.render.dataset import LONG, Column, Scalar, long_rows, wide_columns, wide_row
from tasks.render.dataset_files import TooManyRows, csv_parts, write
from tasks.render.decided import Decided, with_decisions
from tasks.render.result import Envelope, loads
from tasks.render.sheet import Row
from tasks.render.sheet import rows as list_rows
from tasks.render.sheet_files import FileRow, file_row, waiting_row, write_list
from workers.site.access.guard import FOLLOWS
from workers.site.asked import ORDERS, PAGE, Asked
from workers.site.desk import Desk
from workers.site.rendering import is_fragment, language, page
from workers.site.saving import saved_as_made, saved_file
from workers.site.words import UPLOADS, words

#: What is listed, as files.
FILES = ("list.xlsx", "list.csv", "list.html", "wide.xlsx", "wide.csv", "long.csv")
#: A list or a workbook of more documents is not made for a browser that waits.
MOST_LISTED = 20_000
#: Documents of which the bucket is asked for one file.
MOST_ASKED_FOR = 500
_BATCH = 500
#: Keys, and what the records say; None of what has none.
Documents = Iterator[tuple[str, Envelope | None]]
CHOICES_SECONDS = 5.0


def inbox(request: Request) -> Response:
    """GET /"""
    desk: Desk = request.app.state.desk
    asked = Asked.of(request.query_params)
    listed = _listed_or_none(desk, asked, request.app.state.choices)
    if listed is not None and request.headers.get(FOLLOWS) == listed["stamp"]:
        return Response(status_code=204)  # nothing has changed: what is there stays, and the focus
    return page(
        request,
        "inbox_list.html" if is_fragment(request) else "inbox.html",
        asked=asked,
        listed=listed,
        mib=desk.max_document_mib,
        archive_mib=desk.max_archive_mib,
        archives=" ".join(end for end, kind in KINDS.items() if kind in BATCHES),
        orders=ORDERS,
        upload_words={name: said.in_(language(request)) for name, said in UPLOADS.items()},
    )


def _listed_or_none(desk: Desk, asked: Asked, choices: Choices) -> dict[str, Any] | None:
    if desk.catalogue is None:
        return None
    try:
        return _listed(desk.catalogue, asked, choices)
    except CatalogueError:
        return None


def _listed(catalogue: Catalogue, asked: Asked, choices: Choices) -> dict[str, Any]:
    filters = asked.filters
    found = catalogue.count(filters)
    waiting = catalogue.count(replace(filters, state=State.PENDING)) if not filters.state else 0
    pages = max(1, math.ceil(found / PAGE))
    number = min(asked.page, pages)
    rows = catalogue.find(
        filters, order=ORDERS[asked.order], offset=(number - 1) * PAGE, limit=PAGE, found=found
    )
    return {
        "rows": rows,
        "stamp": hashlib.sha256(repr((rows, found, waiting)).encode()).hexdigest()[:16],
        "found": found,
        "waiting": waiting,
        "page": number,
        "pages": pages,
        "choices": choices.of(catalogue),
    }


class Choices:
    """What may be chosen in each filter: what there is. A list that follows by itself asks every
    few seconds, for each who looks, and what there is to choose changes seldom."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._known: dict[str, Any] = {}

    def of(self, catalogue: Catalogue) -> dict[str, Any]:
        with self._lock:
            if not self._known or time.monotonic() > self._until:
                self._known = _choices(catalogue)
                self._until = time.monotonic() + CHOICES_SECONDS
            return self._known


def _choices(catalogue: Catalogue) -> dict[str, Any]:
    everything = Asked().filters
    years = [year for year in catalogue.facet("year", everything) if year is not None]
    return {
        "year": [(year, year) for year in sorted(years, reverse=True)],
        "format": [(one, one) for one in Format],
        "rule": sorted(catalogue.facet("rule", everything)),
    }


def take(request: Request) -> Response:
    """GET /list.xlsx and its like: what is listed, as a file."""
    desk: Desk = request.app.state.desk
    what, _, ending = request.url.path.rpartition("/")[2].rpartition(".")
    asked, spoken = Asked.of(request.query_params), language(request)
    catalogue, name = desk.asked_catalogue(), f"{words(spoken)(_NAMES[what])}.{ending}"
    if what in _DATA and ending == "csv":
        # A gigabyte for twenty thousand documents: it is kept nowhere.
        columns, rows = _DATA[what]
        return saved_as_made(csv_parts(columns(), rows(_ended(desk, catalogue, asked))), name)
    if catalogue.count(asked.filters) > MOST_LISTED:
        return page(request, "too_many.html", status=422, most=MOST_LISTED, asked=asked)
    # It has no name, so nothing is left of it whoever goes away, and when.
    file = TemporaryFile()  # noqa: SIM115 - closed when it was sent
    try:
        with request.app.state.making.one():
            documents = _documents(desk, catalogue, asked)
            reviewed = {key for _, key in catalogue.known_reviews()}
            decided = partial(_decided, desk, reviewed)
            _write(file, what, f".{ending}", documents, decided, spoken)
    except TooManyRows:
        file.close()
        return page(request, "too_many.html", status=422, most=MOST_LISTED, asked=asked)
    except BaseException:
        file.close()
        raise
    return saved_file(file, name)


def _write(
    file: BinaryIO,
    what: str,
    ending: str,
    documents: Documents,
    decided: Callable[[str], Mapping[str, Decided]],
    spoken: str,
) -> None:
    if what == "list":
        rows: list[Row] = []
        files: list[FileRow] = []
        for key, envelope in documents:
            if envelope is None:
                files.append(waiting_row(key, spoken))
                continue
            told = with_decisions(envelope, decided(key))
            rows += list_rows(told, spoken)
            files.append(file_row(told, spoken))
        write_list(file, ending, rows, files, spoken)
    else:
        columns, rows_of = _DATA[what]
        write(file, ending, columns(), rows_of(one for _, one in documents if one is not None))


def _wide(envelopes: Iterator[Envelope]) -> Iterator[tuple[Scalar, ...]]:
    found = (wide_row(one, None) for one in envelopes if one.get("report"))
    return (row for row in found if row is not None)


def _long(envelopes: Iterator[Envelope]) -> Iterator[tuple[Scalar, ...]]:
    return (row for one in envelopes if one.get("report") for row in long_rows(one, None))


_Rows = Callable[[Iterator[Envelope]], Iterator[tuple[Scalar, ...]]]
#: Columns and rows of each data set.
_DATA: dict[str, tuple[Callable[[], Sequence[Column]], _Rows]] = {
    "wide": (wide_columns, _wide),
    "long": (lambda: LONG, _long),
}
#: How a file is called, in the words of the pages.
_NAMES = {"list": "file_list", "wide": "file_wide", "long": "file_long"}


def _decided(desk: Desk, reviewed: Collection[str], key: str) -> Mapping[str, Decided]:
    """What people decided on a document, by the ids of its findings."""
    if key not in reviewed:
        return {}
    try:
        return {one.finding: one for one in desk.reviews.read(key).decisions}
    except NotOurs:
        return {}


def _ended(desk: Desk, catalogue: Catalogue, asked: Asked) -> Iterator[Envelope]:
    return (one for _, one in _documents(desk, catalogue, asked) if one is not None)


def _documents(desk: Desk, catalogue: Catalogue, asked: Asked) -> Documents:
    """In the order of their keys, a part at a time. Who takes a list along must find in it what
    has ended: of what the catalogue does not know to have, the bucket is asked."""
    after, asked_for = "", 0
    while rows := catalogue.find(asked.filters, after=after, limit=_BATCH):
        after = rows[-1]["key"]
        packed = {key: body for key, _, body in catalogue.envelopes(row["key"] for row in rows)}
        for row in rows:
            body = packed.get(row["key"])
            if body is not None:
                yield row["key"], loads(body)
                continue
            asked_for += 1
            if asked_for > MOST_ASKED_FOR:
                yield row["key"], None
            elif (standing := desk.standing(row["key"])) is not None:
                yield row["key"], standing.envelope
