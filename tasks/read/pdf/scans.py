"""Pictures on a page → which text on it is only the hidden layer of a scan.

Who scans a report may let a program read the picture. What it read is laid on the page as
text that nobody sees: without ink upon the picture, or beneath it. It is good enough to
search in; as figures it is a guess. A picture that lies beneath text that is seen is the
page's background, or a watermark, and says nothing about the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tasks.model.box import Box, hull
from tasks.model.document import Doubt, DoubtKind
from tasks.model.saying import say
from tasks.read.pdf.drawn import DrawnCharacter, DrawnImage
from tasks.read.pdf.marks import Sheet, doubt

#: A page is a scan where pictures with hidden text take this share of it.
SCANNED_SHARE = 0.3
#: Sides of the parts of one picture lie no further apart, in points.
TOUCHING = 1.5
#: The largest pictures of a page that are looked at.
MOST_PICTURES = 64


def whole_pictures(images: Sequence[DrawnImage]) -> list[DrawnImage]:
    """The largest pictures; those laid in strips or tiles are one."""
    rows = _joined(images, lambda one, other: _beside(one.box, other.box))
    whole = _joined(rows, lambda one, other: _below(one.box, other.box))
    return sorted(whole, key=lambda one: one.box.area)[-MOST_PICTURES:]


def _joined(
    images: Sequence[DrawnImage], go_on: Callable[[DrawnImage, DrawnImage], bool]
) -> list[DrawnImage]:
    joined: list[DrawnImage] = []
    for image in images:
        last = joined[-1] if joined else None
        if last is not None and go_on(last, image):
            joined[-1] = replace(
                last,
                box=hull([last.box, image.box]),
                before=min(last.before, image.before),
                opaque=last.opaque and image.opaque,
            )
        else:
            joined.append(image)
    return joined


def _beside(one: Box, other: Box) -> bool:
    level = abs(one.top - other.top) + abs(one.bottom - other.bottom) <= TOUCHING
    return level and abs(one.x1 - other.x0) <= TOUCHING


def _below(one: Box, other: Box) -> bool:
    """Strips may be laid from the bottom of the page upwards."""
    level = abs(one.x0 - other.x0) + abs(one.x1 - other.x1) <= TOUCHING
    return level and min(abs(one.bottom - other.top), abs(one.top - other.bottom)) <= TOUCHING


def hidden_on(
    pictures: Sequence[DrawnImage], characters: Sequence[DrawnCharacter]
) -> dict[int, DrawnImage]:
    """The characters that are hidden on a picture, or beneath it, by their index."""
    hidden: dict[int, DrawnImage] = {}
    if not pictures:
        return hidden
    for index, character in enumerate(characters):
        if not character.text.strip() or character.covered:
            continue
        x, y = character.box.middle
        for picture in pictures:
            beneath = picture.opaque and index < picture.before
            if (character.no_ink or beneath) and picture.box.holds(x, y):
                hidden[index] = picture
                break
    return hidden


def scan_doubts(sheet: Sheet, pictures: list[Box], n_hidden: int, n_seen: int) -> list[Doubt]:
    """Which part of the page is a scan, `pictures` being those with hidden text: all of it
    where little else is seen on it."""
    if not n_hidden:
        return []
    if sheet.image_share >= SCANNED_SHARE and n_hidden >= n_seen:
        return [_scan(sheet, None)]
    return [_scan(sheet, box) for box in dict.fromkeys(pictures)]


def _scan(sheet: Sheet, part: Box | None) -> Doubt:
    number = sheet.number
    where = sheet.where(part or sheet.box)
    said = say("pdf.scan", page=number) if part is None else say("pdf.scan_in_part", page=number)
    return doubt(DoubtKind.SCAN, said, where)
