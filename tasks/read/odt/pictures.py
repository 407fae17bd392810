"""Pictures in an ODT: which are there, and signs in their places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from tasks.model.document import Where
from tasks.read.embedded import HEAD, MOST_PICTURES, Marks, may_hold_table
from tasks.read.odt.names import DRAW, TEXT, XLINK
from tasks.read.package import Package, Unreadable


def pictures_in(body: etree._Element, package: Package) -> tuple[Where, ...]:
    """The pictures that may hold a table, by their names in the package."""
    names = dict.fromkeys(name for _, name in _pictures(body))
    return tuple(
        Where(path=f"/{name}")
        for name in islice(names, MOST_PICTURES)
        if may_hold_table(head := package.head(name, HEAD), len(head))
    )


def put_marks(body: etree._Element, package: Package, marks: Marks) -> None:
    """Behind each picture, as a paragraph of its frame; of several that say the same, and of
    frames with a text, in the first place only."""
    for picture, name in list(_pictures(body)):
        frame = picture.getparent()
        if frame is None or frame.find(f"{DRAW}image") is not picture:
            continue
        if frame.find(f"{DRAW}text-box") is not None:
            continue
        try:
            said = marks.put(package.inflated(name))
        except Unreadable:
            continue
        if said:
            paragraph = etree.Element(f"{TEXT}p")
            paragraph.text = said
            picture.addnext(paragraph)


def _pictures(body: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Those that lie in the package."""
    for one in body.iter(f"{DRAW}image"):
        name = one.get(f"{XLINK}href", "")
        if name and ":" not in name:
            yield one, name.removeprefix("./")
