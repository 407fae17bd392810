"""What the pages of a document share: drawing parameters, colour spaces, composites, pictures.

What a character is stands in the text, and where it stands beside it. Fonts are asked one thing
alone: whether a glyph that the text calls blank has an outline.
Source: GB/T 33190-2016, 7.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.read.ofd.container import Container, folder_of, place
from tasks.read.ofd.looks import Looks, child, local
from tasks.read.package import Unreadable
from tasks.read.pdf.outlines import OUTLINES, is_blank

#: What a picture begins with that may let show what is beneath it: PNG, GIF, WebP.
_MAY_HAVE_HOLES = (b"\x89PNG", b"GIF8", b"RIFF")
_PNG = b"\x89PNG"
#: Where a PNG says what its pixels are made of; and those that have a share of transparency.
_KIND_OF_PIXELS = 25
_WITH_HOLES = (4, 6)
_HEAD = 8_192


class Resources:
    """Of a document; a page adds its own."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._parameters: dict[str, etree._Element] = {}
        self._spaces: dict[str, str] = {}
        self._pictures: dict[str, str] = {}
        self._opaque: dict[str, bool] = {}
        self._fonts: dict[str, str] = {}
        self._font_files: dict[str, bytes] = {}
        #: id -> the block of its content
        self.composites: dict[str, etree._Element] = {}
        self.looks = Looks(self._parameters, self._spaces)

    def add(self, name: str) -> bool:
        """The resources of a file; False where it is not there."""
        try:
            root = self._container.xml(name)
        except Unreadable:
            return False
        folder = place(folder_of(name), root.get("BaseLoc", "") or ".")
        for kind, one in _members(root):
            id = one.get("ID", "")
            if kind == "DrawParam":
                self._parameters[id] = one
            elif kind == "ColorSpace":
                self._spaces[id] = one.get("Type", "").upper()
            elif kind == "MultiMedia":
                file = child(one, "MediaFile")
                said = (file.text or "") if file is not None else ""
                self._pictures[id] = place(folder, said)
            elif kind == "Font":
                file = child(one, "FontFile")
                self._fonts[id] = place(folder, (file.text or "") if file is not None else "")
            elif kind in ("CompositeGraphicUnit", "VectorG"):
                content = child(one, "Content")
                if content is not None:
                    self.composites[id] = content
        return True

    def has_outline(self, font: str, glyph: int) -> bool:
        """Whether a glyph of a TrueType font that is in the file has one; of others it is not
        known, and they are believed."""
        name = self._fonts.get(font, "")
        if name not in self._font_files:
            self._font_files[name] = self._container.body(name) if name else b""
        source = self._font_files[name]
        return source.startswith(OUTLINES) and not is_blank(source, glyph)

    def picture(self, id: str) -> str:
        """The name of its file, "" where there is none."""
        return self._pictures.get(id, "")

    def is_opaque(self, id: str) -> bool:
        """Whether nothing is seen through a picture. What is not known lets nothing through."""
        if id not in self._opaque:
            head = self._container.head(self._pictures.get(id, ""), _HEAD)
            self._opaque[id] = not _may_have_holes(head)
        return self._opaque[id]


def _members(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for group in root:
        for one in group:
            yield local(one), one


def _may_have_holes(head: bytes) -> bool:
    if head.startswith(_PNG) and len(head) > _KIND_OF_PIXELS:
        return head[_KIND_OF_PIXELS] in _WITH_HOLES or b"tRNS" in head
    return head.startswith(_MAY_HAVE_HOLES)
