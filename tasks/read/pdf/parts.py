"""Which pictures on a page may hold what the document has to say: a table shown as a picture, or
a part of the page that was scanned. The page's background and small decorations are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tasks.model.box import Box
from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.saying import say
from tasks.model.scans import Scans
from tasks.read.embedded import MOST_PICTURES
from tasks.read.pdf.drawn import Drawn, DrawnCharacter
from tasks.read.pdf.laid import Laid, has_text_beside, scanned_pages
from tasks.read.pdf.marks import doubt
from tasks.read.pdf.scans import hidden_on, whole_pictures
from tasks.read.scan import available, ready

#: Smaller pictures hold no table, in points.
LEAST_WIDTH, LEAST_HEIGHT = 144.0, 48.0
#: A picture under so many characters that are seen is the background of a page.
BACKGROUND = 40
#: Fewer characters beneath a picture are no layer of text, but what it happens to cover.
LAYER = 20


@dataclass(frozen=True, slots=True)
class Part:
    box: Box
    #: Whether a program has laid what it read of it on the page, unseen.
    is_layered: bool


def parts_of(pages: Iterable[Drawn | None]) -> Mapping[int, tuple[Part, ...]]:
    """By the numbers of their pages, from 1."""
    found = {
        number: tuple(_parts(page))
        for number, page in enumerate(pages, 1)
        if page is not None and page.images
    }
    return {number: parts for number, parts in found.items() if parts}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a document is read from its pixels."""

    #: Pages that are pictures of pages, from 1.
    scanned: tuple[int, ...]
    #: On other pages, where pictures stand.
    parts: Mapping[int, tuple[Box, ...]]
    #: Pictures that are not read.
    left: tuple[Where, ...]
    #: How many of these are too many.
    n_over: int

    @property
    def is_any(self) -> bool:
        return bool(self.scanned or self.parts)


def wanted_of(
    laid: Laid, parts: Mapping[int, tuple[Part, ...]], *, pictured: bool, scans: Scans = Scans.READ
) -> Wanted:
    """Pictures without a layer of text are read where there is no text beside them, and where
    pixels are read anyway; else if they are asked for (`pictured`)."""
    scanned = scanned_pages(laid)
    if not parts:
        return Wanted(scanned, {}, (), 0)
    room = MOST_PICTURES - len(scanned)
    is_bare = pictured or bool(scanned) or not laid.seen
    is_layered = is_bare or available(scans)
    taken: dict[int, tuple[Box, ...]] = {}
    left: list[Where] = []
    for number, those in parts.items():
        if number in scanned:
            continue
        asked = [one.box for one in those if is_bare or (is_layered and one.is_layered)]
        boxes = tuple(asked[: max(room, 0)])
        room -= len(asked)
        if boxes:
            taken[number] = boxes
        left += (_where(number, one.box) for one in those if one.box not in boxes)
    return Wanted(scanned, taken, tuple(left), max(0, -room))


def within_reach(wanted: Wanted, laid: Laid, scans: Scans) -> Wanted:
    """What is read of it here. A program without models, or that is to read none, keeps what other
    pages say. Raises ScanLeft, and Refusal where there are no other pages."""
    if not wanted.is_any:
        return wanted
    is_kept = scans is not Scans.LEAVE and not available(scans)
    if not (is_kept and has_text_beside(laid, wanted.scanned)):
        ready(scans)
        return wanted
    pages = [Where(page=number) for number in wanted.scanned]
    parts = [_where(number, box) for number, boxes in wanted.parts.items() for box in boxes]
    return Wanted((), {}, (*pages, *parts, *wanted.left), 0)


def over_doubts(wanted: Wanted) -> Iterator[Doubt]:
    if wanted.n_over:
        yield doubt(DoubtKind.TRUNCATED, say("picture.too_many", n=wanted.n_over))


def _where(number: int, box: Box) -> Where:
    x0, top, x1, bottom = (round(value, 1) for value in box)
    return Where(page=number, box=(x0, top, x1, bottom))


def _parts(page: Drawn) -> Iterator[Part]:
    paper = Box(0, 0, page.width, page.height)
    pictures = [
        one
        for one in whole_pictures(page.images)
        if one.box.common(paper).width >= LEAST_WIDTH
        and one.box.common(paper).height >= LEAST_HEIGHT
    ]
    if not pictures:
        return
    hidden = hidden_on(pictures, page.characters)
    layered = Counter(one.box for one in hidden.values())
    seen = [
        one.box.middle
        for index, one in enumerate(page.characters)
        if index not in hidden and _is_seen(one)
    ]
    for one in pictures:
        if sum(one.box.holds(*place) for place in seen) < BACKGROUND:
            yield Part(one.box.common(paper), layered[one.box] >= LAYER)


def _is_seen(one: DrawnCharacter) -> bool:
    return bool(one.text.strip()) and not (one.no_ink or one.covered)
