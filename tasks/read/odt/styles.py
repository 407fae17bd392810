"""How a text of an ODT looks, and what styles say of tables; used by the ODT reader.

    default of paragraphs -> style of the paragraph -> of each span around the run

A later one goes before an earlier one. A style takes what it does not say from its parent.

Source: OpenDocument 1.3, Part 3, 16 Styles, 20 Formatting Attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.odt.names import DRAW, FO, LOEXT, OFFICE, STYLE, SVG, TABLE, TEXT, XLINK
from tasks.read.palette import AUTO, PAPER, UNKNOWN
from tasks.read.seen import Look

#: Attributes of a style, by their names.
Properties = Mapping[str, str]

_DEEPEST_STYLE = 20
#: Text of fewer points than this is a speck, of a smaller share of its width a line.
_LEAST_SIZE, _LEAST_WIDTH = 2.0, 5.0
#: Raised or lowered by less (per cent), text still stands on its line.
_ON_ITS_LINE = 8.0
#: A row of this height or less (twentieths of a point) shows nothing of its text.
_FLAT = 40
_LENGTH = regex(r"(-?\d{1,6}(?:\.\d{1,9})?)(pt|in|cm|mm|pc|px)")
_TWENTIETHS = {"pt": 20.0, "in": 1440.0, "cm": 566.93, "mm": 56.693, "pc": 240.0, "px": 15.0}
_SHARE = regex(r"(-?\d{1,4}(?:\.\d{1,9})?)%")
_COLOUR = regex("#([0-9A-Fa-f]{6})")
_SIZE = f"{FO}font-size"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """What the styles around a run come to."""

    properties: Properties
    look: Look


class Styles:
    """The styles of a document, resolved as they are asked for."""

    def __init__(self, content: etree._Element, common: etree._Element | None) -> None:
        self._elements: dict[tuple[str, str], etree._Element] = {}
        self._defaults: dict[str, etree._Element] = {}
        self._fonts: dict[str, str] = {}
        self._resolved: dict[tuple[str, str, str], Properties] = {}
        self._looks: dict[tuple[tuple[str, str], ...], TextStyle] = {}
        if common is not None:
            self._take(common, f"{OFFICE}styles")
        self._take(content, f"{OFFICE}automatic-styles")
        self.paper = PAPER if common is None else _paper(common)

    def _take(self, root: etree._Element, place: str) -> None:
        for face in root.iterfind(f"{OFFICE}font-face-decls/{STYLE}font-face"):
            family = face.get(f"{SVG}font-family", "").strip("'\"")
            self._fonts[face.get(f"{STYLE}name", "")] = family.lower()
        for style in root.iterfind(f"{place}/{STYLE}style"):
            family = style.get(f"{STYLE}family", "")
            self._elements[family, style.get(f"{STYLE}name", "")] = style
        for style in root.iterfind(f"{place}/{STYLE}default-style"):
            self._defaults[style.get(f"{STYLE}family", "")] = style

    # Texts.

    def of_paragraph(self, name: str) -> TextStyle:
        default = self._defaults.get("paragraph")
        properties = {} if default is None else _said(default, "text")
        return self._styled(_over(properties, self._chain("paragraph", name, "text")))

    def within(self, around: TextStyle, name: str) -> TextStyle:
        """Of a span of this style in what looks like `around`."""
        own = self._chain("text", name, "text")
        return self._styled(_over(around.properties, own)) if own else around

    def _styled(self, properties: Properties) -> TextStyle:
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            self._looks[key] = TextStyle(properties=properties, look=self._look(properties))
        return self._looks[key]

    def _look(self, said: Properties) -> Look:
        lines = (said.get(f"{STYLE}text-line-through-{one}", "none") for one in ("style", "type"))
        size = length(said.get(_SIZE, ""))
        width = _share(said.get(f"{STYLE}text-scale", ""))
        ink = _ink(said)
        # LibreOffice calls ink that it picks itself transparent as well
        opacity = _share(said.get(f"{LOEXT}opacity", "")) if ink else None
        font = said.get(f"{STYLE}font-name")
        named = self._fonts.get(font or "", font or "") or said.get(f"{FO}font-family", "")
        return Look(
            hidden=said.get(f"{TEXT}display") == "none",
            struck=any(line != "none" for line in lines),
            tiny=(size is not None and size < _LEAST_SIZE * 20)
            or (width is not None and width < _LEAST_WIDTH),
            aligned=_aligned(said.get(f"{STYLE}text-position", "")),
            colour=ink,
            clear=opacity == 0,
            shade=_colour(said.get(f"{FO}background-color", "")),
            font=named.strip("'\" ").lower(),
        )

    def is_title(self, name: str) -> bool:
        """Whether a paragraph style is that of the title, or made from it."""
        return any(
            style.get(f"{STYLE}name") == "Title" for style in self._styles("paragraph", name)
        )

    def list_of(self, name: str) -> str | None:
        """The list style that a paragraph style names, "" for none; None where it is silent."""
        for style in self._styles("paragraph", name):
            found = style.get(f"{STYLE}list-style-name")
            if found is not None:
                return found
        return None

    # Boxes, from tables to paragraphs.

    def shade(self, family: str, name: str) -> str:
        """The colour that a table, row, cell or paragraph lays behind its text; "" for none."""
        kind = family if family.startswith("table") else "paragraph"
        found = AUTO
        for style in self._styles(family, name):
            for own in style.iterfind(f"{STYLE}{kind}-properties"):
                picture = own.find(f"{STYLE}background-image")
                if picture is not None and picture.get(f"{XLINK}href"):
                    return UNKNOWN
                found = found or _colour(own.get(f"{FO}background-color", ""))
        return found

    def fill(self, name: str) -> str:
        """The colour of a shape or frame; "" where what is behind shows through."""
        said = self._chain("graphic", name, "graphic")
        kind = said.get(f"{DRAW}fill", "")
        if kind == "solid":
            return _colour(said.get(f"{DRAW}fill-color", "")) or UNKNOWN
        if kind and kind != "none":
            return UNKNOWN
        return _colour(said.get(f"{FO}background-color", ""))

    def is_put_away(self, table: str) -> bool:
        """Whether a table is not to be shown."""
        return self._chain("table", table, "table").get(f"{TABLE}display") == "false"

    def is_flat(self, row: str) -> bool:
        height = length(self._chain("table-row", row, "table-row").get(f"{STYLE}row-height", ""))
        return height is not None and 0 <= height <= _FLAT

    def width(self, column: str) -> int:
        """In twentieths of a point, 0 where it is not told."""
        said = self._chain("table-column", column, "table-column")
        return round(length(said.get(f"{STYLE}column-width", "")) or 0)

    # Resolving.

    def _chain(self, family: str, name: str, kind: str) -> Properties:
        """What a style says of one kind of properties, its parents' included."""
        key = (family, name, kind)
        if key not in self._resolved:
            found: Properties = {}
            for style in reversed(list(self._styles(family, name))):
                found = _over(found, _said(style, kind))
            self._resolved[key] = found
        return self._resolved[key]

    def _styles(self, family: str, name: str) -> Iterator[etree._Element]:
        """The style and its parents."""
        for _ in range(_DEEPEST_STYLE):
            style = self._elements.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")


def _said(style: etree._Element, kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in style.iterfind(f"{STYLE}{kind}-properties"):
        found.update((str(name), str(value)) for name, value in one.items())
    return found


def _over(under: Properties, own: Properties) -> Properties:
    """What is said nearer to the text goes before; a size in per cent is of that beneath."""
    if not own:
        return under
    merged = {**under, **own}
    if f"{FO}color" in own and f"{STYLE}use-window-font-color" not in own:
        merged.pop(f"{STYLE}use-window-font-color", None)
    share = _share(own.get(_SIZE, ""))
    if share is not None:
        size = length(under.get(_SIZE, ""))
        merged[_SIZE] = "" if size is None else f"{size / 20 * share / 100:.4f}pt"
    return merged


def length(text: str) -> float | None:
    """In twentieths of a point."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _TWENTIETHS[found[2]] if found else None


def _share(text: str) -> float | None:
    found = _SHARE.fullmatch(text)
    return float(found[1]) if found else None


def _aligned(position: str) -> str:
    first = position.partition(" ")[0]
    if first in ("super", "sub"):
        return f"{first}script"
    by = _share(first) or 0.0
    return "" if abs(by) < _ON_ITS_LINE else ("superscript" if by > 0 else "subscript")


def _ink(said: Properties) -> str:
    if said.get(f"{STYLE}use-window-font-color") == "true":
        return AUTO
    return _colour(said.get(f"{FO}color", ""))


def _colour(text: str) -> str:
    found = _COLOUR.fullmatch(text)
    return found[1].upper() if found else AUTO


def _paper(common: etree._Element) -> str:
    """The colour of the pages."""
    masters = common.iterfind(f"{OFFICE}master-styles/{STYLE}master-page")
    layout = next((one.get(f"{STYLE}page-layout-name", "") for one in masters), "")
    for one in common.iterfind(f"{OFFICE}automatic-styles/{STYLE}page-layout"):
        said = one.find(f"{STYLE}page-layout-properties")
        if one.get(f"{STYLE}name") == layout and said is not None:
            return _colour(said.get(f"{FO}background-color", "")) or PAPER
    return PAPER
