"""The documents that arrive, and what may become of each."""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from samples import make_report, render
from samples.folder import samples
from samples.poison import POISON
from samples.report import Truth
from samples.scans import drawn_scan
from tasks.model.document import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    #: Below `inbox/`.
    path: str
    body: bytes
    #: `report`, `no report`, `refused:<code>`.
    outcomes: tuple[str, ...]


def mixed(folder: str, count: int, seed: int, *, poison: bool = True) -> list[Arriving]:
    """The samples' mix of formats and styles; with poison one in ten is some."""
    return [
        Arriving(path=f"{folder}/{one.name}", body=one.body, outcomes=one.outcomes)
        for one in samples(count, seed, poison=poison)
    ]


def poisoned(folder: str) -> list[Arriving]:
    return [
        Arriving(path=f"{folder}/{poison.name}", body=poison.make(), outcomes=poison.outcomes)
        for poison in POISON.values()
    ]


def quick(folder: str, count: int) -> list[Arriving]:
    """Pages of HTML, each of another report."""
    return [
        Arriving(
            path=f"{folder}/{number}.html",
            body=render(make_report(number, year=2023), Format.HTML, "plain"),
            outcomes=("report",),
        )
        for number in range(count)
    ]


def scan(folder: str) -> tuple[Arriving, Truth]:
    """A report as a scanner has it, and its figures."""
    body, name, truth = drawn_scan("grey", 1)
    return Arriving(path=f"{folder}/{name}", body=body, outcomes=("report",)), truth


#: Pages of 1200 cells; one takes some 0.4 s of a processor. All of them must end within
#: GOUJI_SHUTDOWN_SECONDS on a machine that has ten times as much to do.
LONG = 14


def long(path: str, pages: int = LONG) -> Arriving:
    """A PDF of dense tables, no report, that takes some 6 s."""
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=A4)
    for page in range(pages):
        _dense(drawn, page)
        drawn.showPage()
    drawn.save()
    return Arriving(path=path, body=out.getvalue(), outcomes=("no report",))


def _dense(drawn: canvas.Canvas, page: int, rows: int = 60, columns: int = 20) -> None:
    drawn.setFont("Helvetica", 5)
    top, height, left, width = 820, 13, 20, 27
    for row in range(rows + 1):
        drawn.line(left, top - row * height, left + columns * width, top - row * height)
    for column in range(columns + 1):
        drawn.line(left + column * width, top, left + column * width, top - rows * height)
    for row in range(rows):
        for column in range(columns):
            figure = str((page * 7 + row * 31 + column) % 9973)
            drawn.drawString(left + column * width + 2, top - row * height - 10, figure)
