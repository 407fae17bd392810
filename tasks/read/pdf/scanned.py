"""A PDF of which some pages, or all, are pictures of pages: these are read from their pixels."""

from __future__ import annotations

from collections.abc import Collection

from tasks.model.document import Reading
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.laid import Laid
from tasks.read.pdf.opening import open_pdf
from tasks.read.pdf.pixels import render_pages
from tasks.read.scan.laid import lay_out_read
from tasks.read.scan.page import ReadPage, read_page
from tasks.read.scan.recogniser import recogniser


def with_pixels_read(
    source: bytes, laid: Laid, scanned: Collection[int]
) -> tuple[Laid, tuple[Reading, ...]]:
    """`laid`: the pages as far as they hold text; `scanned`: the others, from 1."""
    reader = recogniser()
    read: dict[int, ReadPage] = {}
    for number, picture in render_pages(source, sorted(scanned)):
        if picture is not None:
            read[number] = read_page(picture, reader)
    # Laid out anew, since tables go on from page to page.
    drawn: tuple[Drawn | None, ...] = (None,) * laid.n_pages
    if len(read) < laid.n_pages:
        drawn = open_pdf(source).pages
    scan = lay_out_read(drawn, read)
    return scan.laid, scan.readings
