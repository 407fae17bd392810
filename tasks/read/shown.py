"""Pictures in a DOCX: which are there, and signs in their places."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.model.document import Where
from tasks.read.embedded import HEAD, MOST_PICTURES, Marks, may_hold_table
from tasks.read.numbering import W
from tasks.read.package import Package, Unreadable

_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWN = (f"{W}drawing", f"{W}pict", f"{W}object")
#: What names the part that holds a picture, and how.
_NAMING = {
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip": f"{_RELATIONSHIPS}embed",
    "{urn:schemas-microsoft-com:vml}imagedata": f"{_RELATIONSHIPS}id",
}


def pictures_in(package: Package, part: str) -> tuple[Where, ...]:
    """The pictures of a part that may hold a table, by their names in the package."""
    names = dict.fromkeys(
        link.target for link in package.relationships(part) if link.kind == "image"
    )
    return tuple(
        Where(path=f"/{name}")
        for name in list(names)[:MOST_PICTURES]
        if may_hold_table(head := package.head(name, HEAD), len(head))
    )


def put_marks(body: etree._Element, package: Package, part: str, marks: Marks) -> None:
    """Behind each picture, as a text of its run."""
    targets = {link.id: link.target for link in package.relationships(part)}
    drawn = list(body.iter(*_DRAWN))
    for one in drawn:
        said = "".join(marks.put(_picture(package, name)) for name in _names(one, targets))
        if said:
            text = etree.Element(f"{W}t")
            text.text = said
            one.addnext(text)


def _names(drawn: etree._Element, targets: dict[str, str]) -> Iterator[str]:
    """The parts that it shows; what lies within a text box in it is another one's."""
    for one in drawn.iter(*_NAMING):
        if next(one.iterancestors(*_DRAWN), None) is drawn:
            name = targets.get(one.get(_NAMING[str(one.tag)], ""))
            if name:
                yield name


def _picture(package: Package, name: str) -> bytes:
    try:
        return package.inflated(name)
    except Unreadable:
        return b""
