"""Drawn pages (PDF, OFD) of which some, or parts of some, are pictures: these are read from their
pixels, and laid out together with what is drawn on the others and around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from tasks.model.box import Box
from tasks.model.limits import MAX_SCANNED_PAGES
from tasks.read.pdf.drawn import Drawn, DrawnCharacter, DrawnPath
from tasks.read.pdf.laid import Laid
from tasks.read.pdf.scans import hidden_on, whole_pictures
from tasks.read.scan.laid import LaidScan, lay_out_read
from tasks.read.scan.page import PageReader, ReadLine, ReadPage
from tasks.read.scan.paper import is_paper
from tasks.read.scan.pictures import too_many_pages
from tasks.read.scan.pixels import Picture, Span
from tasks.read.scan.upright import way_of_turn

#: A picture lies in a part of a page if it reaches no further beyond it, in points.
TOUCHING = 1.0
#: Smaller parts, in pixels, hold nothing.
SMALLEST = 16


class Paged(Protocol):
    """A document whose pages are drawn."""

    @property
    def shows_text(self) -> bool:
        """Whether its pixels show the text of a page as well as its pictures."""
        ...

    def drawn(self) -> Sequence[Drawn | None]:
        """Its pages, anew."""
        ...

    def pixels(self, numbers: Iterable[int]) -> Iterator[tuple[int, Picture | None]]:
        """Each of these pages, from 1, as it is shown; None where that cannot be told."""
        ...


def with_pixels_read(
    source: Paged, laid: Laid, scanned: Collection[int], parts: Mapping[int, Sequence[Box]]
) -> LaidScan:
    """`laid`: the pages as far as they hold text; `scanned`: those that are pictures, from 1;
    `parts`: where pictures stand on others that are to be read as well, in points."""
    if len({*scanned, *parts}) > MAX_SCANNED_PAGES:
        raise too_many_pages()
    reader = PageReader()
    # Laid out anew, since tables go on from page to page.
    drawn = source.drawn()
    read: dict[int, ReadPage] = {}
    for number, picture in source.pixels(sorted({*scanned, *parts})):
        page = drawn[number - 1]
        if picture is None:
            continue
        if page is None or (number in scanned and source.shows_text):
            found: ReadPage | None = reader.read(picture)
        else:
            found = _page_read(page, picture, parts.get(number), reader)
        if found is not None and _counts(found, page):
            read[number] = found
    return lay_out_read(drawn, read)


def _counts(found: ReadPage, page: Drawn | None) -> bool:
    """Whether something was read, or the page is blank. Else it is told as what it is: a scan
    that could not be read, or text that a program laid on it."""
    if any(line.text for line in found.lines):
        return True
    return not found.lines and not (page and page.characters)


def _page_read(
    page: Drawn, picture: Picture, boxes: Sequence[Box] | None, reader: PageReader
) -> ReadPage | None:
    """`boxes`: None where all of the page is a picture."""
    if boxes is not None:
        return _with_parts_read(page, picture, boxes, reader)
    whole = Box(0, 0, page.width, page.height)
    return _with_parts_read(page, picture, (whole,), reader) or reader.read(picture)


def _with_parts_read(
    page: Drawn, picture: Picture, boxes: Sequence[Box], reader: PageReader
) -> ReadPage | None:
    """The page with what is written in these parts of it at its place, in place of the hidden
    text of the pictures there; None where nothing is written there, or not upright."""
    shown = _without_text(page, picture)
    characters: list[DrawnCharacter] = []
    paths: list[DrawnPath] = []
    lines: list[ReadLine] = []
    done: list[Box] = []
    for box in boxes:
        found = _part_read(page, shown, box, reader)
        if found is None:
            continue
        done.append(box)
        characters += (_character_moved(one, box) for one in found.drawn.characters)
        paths += (_path_moved(one, box) for one in found.drawn.paths)
        lines += (replace(one, box=one.box.moved(box.x0, box.top)) for one in found.lines)
    if not done:
        return None
    around = _without_pictures(page, done)
    drawn = replace(
        around,
        characters=(*around.characters, *characters),
        paths=(*around.paths, *paths),
    )
    return ReadPage(drawn, tuple(lines), way_of_turn(0, 0, 0))


def _part_read(page: Drawn, shown: Picture, box: Box, reader: PageReader) -> ReadPage | None:
    height, width = shown.pixels.shape[:2]
    across, down = width / page.width, height / page.height
    span = Span(
        max(0, round(box.x0 * across)),
        max(0, round(box.top * down)),
        min(width, round(box.x1 * across)),
        min(height, round(box.bottom * down)),
    )
    if min(span.width, span.height) < SMALLEST:
        return None
    pixels = span.of(shown.pixels)
    # A page that is nothing but a picture is one of paper, however dark.
    if not box.covers(Box(0, 0, page.width, page.height)) and not is_paper(pixels):
        return None
    found = reader.read(Picture(pixels=pixels, width=span.width / across))
    is_read = any(line.text for line in found.lines)
    return found if is_read and _is_upright(found) else None


def _is_upright(page: ReadPage) -> bool:
    """Whether it was turned by no more than a scanner does: else it would not fit its place."""
    return float(page.way.matrix[0, 0]) > abs(float(page.way.matrix[0, 1])) * 2


def _without_text(page: Drawn, picture: Picture) -> Picture:
    """The page without the text that is seen on it, which needs no reading."""
    pixels = np.array(picture.pixels)
    across, down = pixels.shape[1] / page.width, pixels.shape[0] / page.height
    for one in page.characters:
        if one.no_ink or one.covered or not one.text.strip():
            continue
        x0, top, x1, bottom = one.box
        rows = slice(max(0, int(top * down)), max(0, int(bottom * down) + 1))
        pixels[rows, max(0, int(x0 * across)) : max(0, int(x1 * across) + 1)] = 255
    return Picture(pixels=pixels, width=picture.width)


def _without_pictures(page: Drawn, boxes: Sequence[Box]) -> Drawn:
    """Without the pictures in these parts and the text that is hidden on them."""
    within = [box.grown(TOUCHING) for box in boxes]
    pictures = [
        one for one in whole_pictures(page.images) if any(box.covers(one.box) for box in within)
    ]
    hidden = hidden_on(pictures, page.characters)
    kept = [index for index in range(len(page.characters)) if index not in hidden]
    place = {index: new for new, index in enumerate(kept)}
    images = tuple(
        replace(one, before=sum(index < one.before for index in kept))
        for one in page.images
        if not any(box.covers(one.box) for box in within)
    )
    return replace(
        page,
        characters=tuple(page.characters[index] for index in kept),
        images=images,
        ghosts=tuple(
            replace(one, index=place[one.index]) for one in page.ghosts if one.index in place
        ),
    )


def _character_moved(one: DrawnCharacter, by: Box) -> DrawnCharacter:
    x, y = one.origin
    return one._replace(box=one.box.moved(by.x0, by.top), origin=(x + by.x0, y + by.top))


def _path_moved(one: DrawnPath, by: Box) -> DrawnPath:
    strokes = tuple(
        ((x0 + by.x0, top + by.top), (x1 + by.x0, bottom + by.top))
        for (x0, top), (x1, bottom) in one.strokes
    )
    return replace(one, strokes=strokes, box=one.box.moved(by.x0, by.top))
