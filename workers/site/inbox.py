"""The inbox: what was dropped and what became of it; and the same as a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import Response

from storage.catalogue import Catalogue, CatalogueError
from tasks.model.document import Format
from tasks.render.dataset import LONG, Column, Scalar, long_rows, wide_columns, wide_row
from tasks.render.dataset_files import TooManyRows, csv_parts, write
from tasks.render.result import Envelope, loads
from tasks.render.sheet import Row
from tasks.render.sheet import rows as list_rows
from tasks.render.sheet_files import FileRow, file_row, write_list
from workers.site.asked import ORDERS, PAGE, Asked
from workers.site.desk import Desk
from workers.site.rendering import is_fragment, language, page
from workers.site.saving import saved_as_made, saved_file
from workers.site.words import UPLOADS

#: What is listed, as files.
FILES = ("list.xlsx", "list.csv", "list.html", "wide.xlsx", "wide.csv", "long.csv")
#: A list or a workbook of more documents is not made for a browser that waits.
MOST_LISTED = 20_000
_BATCH = 500


def inbox(request: Request) -> Response:
    """GET /"""
    desk: Desk = request.app.state.desk
    asked = Asked.of(request.query_params)
    listed = _listed_or_none(desk, asked)
    return page(
        request,
        "inbox_list.html" if is_fragment(request) else "inbox.html",
        asked=asked,
        listed=listed,
        mib=desk.max_document_mib,
        orders=ORDERS,
        upload_words={name: said.in_(language(request)) for name, said in UPLOADS.items()},
    )


def _listed_or_none(desk: Desk, asked: Asked) -> dict[str, Any] | None:
    if desk.catalogue is None:
        return None
    try:
        return _listed(desk.catalogue, asked)
    except CatalogueError:
        return None


def _listed(catalogue: Catalogue, asked: Asked) -> dict[str, Any]:
    filters = asked.filters
    found = catalogue.count(filters)
    pages = max(1, math.ceil(found / PAGE))
    number = min(asked.page, pages)
    return {
        "rows": catalogue.find(
            filters, order=ORDERS[asked.order], offset=(number - 1) * PAGE, limit=PAGE
        ),
        "found": found,
        "page": number,
        "pages": pages,
        "choices": choices(catalogue),
    }


def choices(catalogue: Catalogue) -> dict[str, Any]:
    """What may be chosen in each filter: what there is."""
    everything = Asked().filters
    years = [year for year in catalogue.facet("year", everything) if year is not None]
    return {
        "verdict": catalogue.facet("verdict", everything),
        "year": [(year, year) for year in sorted(years, reverse=True)],
        "format": [(one, one) for one in Format],
        "rule": [(rule, rule) for rule in sorted(catalogue.facet("rule", everything))],
    }


def take(request: Request) -> Response:
    """GET /list.xlsx and its like: what is listed, as a file."""
    desk: Desk = request.app.state.desk
    what, _, ending = request.url.path.rpartition("/")[2].rpartition(".")
    asked, spoken = Asked.of(request.query_params), language(request)
    catalogue, name = desk.asked_catalogue(), f"{_NAMES[what]}.{ending}"
    if what in _DATA and ending == "csv":
        # A gigabyte for twenty thousand documents: it is kept nowhere.
        columns, rows = _DATA[what]
        return saved_as_made(csv_parts(columns(), rows(_envelopes(catalogue, asked))), name)
    if catalogue.count(asked.filters) > MOST_LISTED:
        return page(request, "too_many.html", status=422, most=MOST_LISTED, asked=asked)
    # It has no name, so nothing is left of it whoever goes away, and when.
    file = TemporaryFile()  # noqa: SIM115 - closed when it was sent
    try:
        with request.app.state.making.one():
            _write(file, what, f".{ending}", _envelopes(catalogue, asked), spoken)
    except TooManyRows:
        file.close()
        return page(request, "too_many.html", status=422, most=MOST_LISTED, asked=asked)
    except BaseException:
        file.close()
        raise
    return saved_file(file, name)


def _write(
    file: BinaryIO, what: str, ending: str, envelopes: Iterator[Envelope], spoken: str
) -> None:
    if what == "list":
        rows: list[Row] = []
        files: list[FileRow] = []
        for envelope in envelopes:
            rows += list_rows(envelope, spoken)
            files.append(file_row(envelope, spoken))
        write_list(file, ending, rows, files, spoken)
    else:
        columns, rows_of = _DATA[what]
        write(file, ending, columns(), rows_of(envelopes))


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
_NAMES = {"list": "问题清单", "wide": "年报数据", "long": "年报数据（每数一行）"}


def _envelopes(catalogue: Catalogue, asked: Asked) -> Iterator[Envelope]:
    """In the order of their keys, a part at a time."""
    after = ""
    while rows := catalogue.find(asked.filters, after=after, limit=_BATCH):
        after = rows[-1]["key"]
        for _, _, packed in catalogue.envelopes(row["key"] for row in rows):
            yield loads(packed)
