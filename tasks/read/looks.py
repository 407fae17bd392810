"""How a run of a DOCX looks, as far as it decides what can be read; used by the DOCX reader.

    defaults -> style of the table -> of the paragraph -> of the characters -> the run itself

A later one goes before an earlier one, but for the switches that a style turns over: hidden by
the style of the paragraph and by that of its characters is shown.

Source: ECMA-376 Part 1, 17.7.2 Style Hierarchy, 17.7.3 Toggle Properties, 17.7.6 Conditional
Table Formatting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.numbering import W, first, is_on
from tasks.read.palette import AUTO, PAPER, UNKNOWN, Palette, highlight, is_like
from tasks.read.seen import Look
from tasks.read.styles import Styles

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
#: Shapes of older programs, and how one says that it lies below the text.
_VML_SHAPES = tuple(
    f"{{urn:schemas-microsoft-com:vml}}{name}" for name in ("shape", "rect", "roundrect", "oval")
)
_LOW = regex(r"z-index\s*:\s*-")
#: Properties of a run that are looked at, each by its element.
Properties = Mapping[str, etree._Element]
_NOTHING: Properties = {}

_LOOKED_AT = frozenset(
    (
        f"{_W14}textFill",
        f"{_W14}textOutline",
        *(f"{W}{name}" for name in ("vanish", "specVanish", "strike", "dstrike", "vertAlign")),
        *(f"{W}{name}" for name in ("position", "color", "shd", "highlight", "sz", "w", "rFonts")),
    )
)
#: What the look of a run hangs on beside the table and the paragraph around it.
_TELLING = _LOOKED_AT | {f"{W}rStyle"}
_DEEPEST_STYLE = 20
#: Text of fewer half-points than this is a speck.
_LEAST_SIZE = 4
#: Characters of a smaller share of their width are a line.
_LEAST_WIDTH = 5
_SIZE = 20
_LENGTH = regex(r"(-?\d{1,6}(?:\.\d{1,9})?)(pt|in|cm|mm|pc|pi)?")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0, "pi": 12.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the style of a paragraph says beside the look of its runs, ancestors included."""

    number: str | None = None
    level: int | None = None
    heading: bool = False
    shade: str = AUTO


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Around:
    """What the table around a cell says of the runs in it."""

    properties: Properties
    #: Of its cells, and of its paragraphs.
    shade: str = AUTO


BARE = Around(properties=_NOTHING)


class Looks:
    """The styles of a document, resolved as they are asked for."""

    def __init__(self, styles: Styles, palette: Palette) -> None:
        self.palette = palette
        self._elements = styles
        runs = None if styles.defaults is None else styles.defaults.find(f"{W}rPrDefault/{W}rPr")
        self._defaults = looked_at(runs)
        self._runs: dict[tuple[str, str], Properties] = {}
        self._styles: dict[str, Style] = {}
        self._looks: dict[tuple[str, str, int], Look] = {}
        #: By the table around, the style of the paragraph, and what a run says itself.
        self._said: dict[tuple[int, str, _Said], Look] = {}
        self._around: dict[tuple[str, tuple[str, ...]], Around] = {}

    def style(self, id: str) -> Style:
        """Of a paragraph; `id` may be that of no style."""
        if id not in self._styles:
            self._styles[id] = self._style(id)
        return self._styles[id]

    def look(self, run: etree._Element | None, paragraph: str, around: Around) -> Look:
        """`run`: its properties; `paragraph`: the id of its style."""
        said = () if run is None else _said(run)
        if said is None:
            return self._look_of(run, paragraph, around)
        known = self._said.get((id(around), paragraph, said))
        if known is None:
            known = self._look_of(run, paragraph, around)
            self._said[id(around), paragraph, said] = known
        return known

    def _look_of(self, run: etree._Element | None, paragraph: str, around: Around) -> Look:
        own = looked_at(run)
        characters = _value(run, "rStyle") or ""
        key = (paragraph, characters, id(around))
        if key not in self._looks:
            self._looks[key] = self._look(
                [
                    around.properties,
                    self._of_runs("paragraph", paragraph),
                    self._of_runs("character", characters),
                ]
            )
        return self._changed(self._looks[key], own) if own else self._looks[key]

    def around(self, table: str, conditions: tuple[str, ...]) -> Around:
        """What the style of a table says of a cell that meets these conditions, later ones
        first."""
        key = (table, conditions)
        if key not in self._around:
            chain = list(self._chain("table", table))
            parts = [
                part
                for condition in ("", "wholeTable", *conditions)
                for style in reversed(chain)
                for part in _parts_of(style, condition)
            ]
            properties: dict[str, etree._Element] = {}
            shade = AUTO
            for part in parts:
                properties |= looked_at(part.find(f"{W}rPr"))
                for behind in (part.find(f"{W}tcPr/{W}shd"), part.find(f"{W}pPr/{W}shd")):
                    shade = shade if behind is None else self.palette.shading(behind)
            ink = self.palette.text(properties.get(f"{W}color"))
            if UNKNOWN not in (ink, shade) and ink and shade and is_like(ink, shade):
                # parts of one style that meet at a corner; nobody hides a text so
                del properties[f"{W}color"]
            self._around[key] = Around(properties=properties, shade=shade)
        return self._around[key]

    def is_parted(self, table: str) -> bool:
        """Whether the style of a table says something of its rows, columns or corners alone."""
        return any(
            first(style, f"{W}tblStylePr") is not None for style in self._chain("table", table)
        )

    def bands(self, table: str) -> tuple[int, int]:
        """How many rows, and how many columns, one band of a table has."""
        sizes = []
        for name in ("tblStyleRowBandSize", "tblStyleColBandSize"):
            said = (
                _value(first(style, f"{W}tblPr"), name) for style in self._chain("table", table)
            )
            sizes.append(max(_number(next(filter(None, said), ""), 1), 1))
        return sizes[0], sizes[1]

    def _chain(self, kind: str, id: str) -> Iterator[etree._Element]:
        """The style and what it is based on, of one kind; the usual one where none is named."""
        id = id if id in self._elements else self._elements.usual.get(kind, "")
        for _ in range(_DEEPEST_STYLE):
            element = self._elements.get(id)
            if element is None or element.get(f"{W}type", kind) != kind:
                return
            yield element
            id = _value(element, "basedOn") or ""

    def _of_runs(self, kind: str, id: str) -> Properties:
        if (kind, id) not in self._runs:
            found: dict[str, etree._Element] = {}
            for style in self._chain(kind, id):
                found = {**looked_at(style.find(f"{W}rPr")), **found}
            self._runs[kind, id] = found
        return self._runs[kind, id]

    def _style(self, id: str) -> Style:
        number = level = shade = None
        heading = False
        for element in self._chain("paragraph", id):
            numbered = element.find(f"{W}pPr/{W}numPr")
            if numbered is not None:
                number = number or _value(numbered, "numId")
                at = _value(numbered, "ilvl")
                level = _number(at, 0) if level is None and at is not None else level
            shade = element.find(f"{W}pPr/{W}shd") if shade is None else shade
            heading = heading or (_value(element, "name") or "").lower() in ("title", "heading 1")
        return Style(number=number, level=level, heading=heading, shade=self.palette.shading(shade))

    def _look(self, levels: Sequence[Properties]) -> Look:
        """Of what the styles say alone."""
        nearest: dict[str, etree._Element] = {**self._defaults}
        for level in levels:
            nearest |= level
        switches = {}
        for name in (f"{W}vanish", f"{W}strike"):
            on = sum(is_on(level.get(name)) for level in levels) % 2 == 1
            switches[name] = on or is_on(self._defaults.get(name))
            nearest.pop(name, None)
        look = self._changed(Look(), nearest)
        return replace(
            look,
            hidden=look.hidden or switches[f"{W}vanish"],
            struck=look.struck or switches[f"{W}strike"],
        )

    def _changed(self, look: Look, own: Properties) -> Look:
        """The look with what is said nearer to the run."""
        changes: dict[str, object] = {}
        for tag, element in own.items():
            match tag.rpartition("}")[2]:
                case "vanish" | "specVanish":
                    changes["hidden"] = is_on(element) or bool(changes.get("hidden"))
                case "strike" | "dstrike":
                    changes["struck"] = is_on(element) or bool(changes.get("struck"))
                case "vertAlign":
                    said = element.get(f"{W}val", "")
                    changes["aligned"] = said if said.endswith("script") else ""
                case "position":
                    changes["raised_by"] = _half_points(element)
                case "sz":
                    changes["tiny"] = _half_points(element, _SIZE) < _LEAST_SIZE
                case "rFonts":
                    changes["font"] = _font(element, look.font)
        if f"{W}w" in own:
            narrow = _number(own[f"{W}w"].get(f"{W}val", ""), 100) < _LEAST_WIDTH
            changes["tiny"] = narrow or changes.get("tiny", look.tiny)
        return replace(look, **changes, **self._inked(look, own))  # type: ignore[arg-type]

    def _inked(self, look: Look, own: Properties) -> dict[str, object]:
        inked: dict[str, object] = {}
        if f"{W}color" in own:
            inked["colour"] = self.palette.text(own[f"{W}color"])
        if f"{W}shd" in own:
            inked["shade"] = self.palette.shading(own[f"{W}shd"])
        if f"{W}highlight" in own:
            marked = highlight(own[f"{W}highlight"].get(f"{W}val", ""))
            inked |= {"shade": marked} if marked else {}
        if f"{_W14}textFill" in own:
            inked |= self._filled(own)
        return inked

    def _filled(self, own: Properties) -> dict[str, object]:
        """What effects of newer programs make of the ink; an outline is seen without it."""
        outline = own.get(f"{_W14}textOutline")
        if outline is not None and outline.find(f"{_W14}noFill") is None and len(outline):
            return {"clear": False, "colour": AUTO}
        fill = own[f"{_W14}textFill"]
        solid = fill.find(f"{_W14}solidFill")
        if solid is not None:
            return {"clear": False, "colour": self.palette.drawn(solid)}
        return {"clear": fill.find(f"{_W14}noFill") is not None, "colour": AUTO}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLook:
    """Which parts of its style a table takes."""

    id: str
    n_rows: int
    #: Rows and columns of a band.
    bands: tuple[int, int]
    #: `firstRow`, `lastColumn` …, and `noHBand`.
    flags: frozenset[str]
    #: Whether the style says anything of parts of the table alone.
    is_parted: bool

    def conditions(self, row: int, column: int, *, last: bool) -> tuple[str, ...]:
        """The parts of the style that a cell takes, those that go before others last."""
        first, end = "firstRow" in self.flags, "lastRow" in self.flags
        left, right = "firstColumn" in self.flags, "lastColumn" in self.flags
        is_first, is_end = first and row == 0, end and row == self.n_rows - 1
        is_left, is_right = left and column == 0, right and last
        met: list[str] = []
        if "noVBand" not in self.flags and not is_left and not is_right:
            met.append(f"band{1 + (column - left) // self.bands[1] % 2}Vert")
        if "noHBand" not in self.flags and not is_first and not is_end:
            met.append(f"band{1 + (row - first) // self.bands[0] % 2}Horz")
        # the specification has rows before columns; Word's own styles are drawn for the reverse:
        # one of them has black letters for the corner, on the white of its first row
        met += ["firstCol"] * is_left + ["lastCol"] * is_right
        met += ["firstRow"] * is_first + ["lastRow"] * is_end
        met += ["neCell"] * (is_first and is_right) + ["nwCell"] * (is_first and is_left)
        met += ["seCell"] * (is_end and is_right) + ["swCell"] * (is_end and is_left)
        return tuple(met)


#: Bits of an older way to write the flags.
_BITS = {
    "firstRow": 0x20,
    "lastRow": 0x40,
    "firstColumn": 0x80,
    "lastColumn": 0x100,
    "noHBand": 0x200,
    "noVBand": 0x400,
}


def table_look(looks: Looks, properties: etree._Element | None, n_rows: int) -> TableLook:
    id = _value(properties, "tblStyle") or ""
    element = None if properties is None else properties.find(f"{W}tblLook")
    flags: set[str] = set()
    if element is not None:
        bits = element.get(f"{W}val", "0")
        number = int(bits, 16) if re.fullmatch("[0-9A-Fa-f]{1,4}", bits) else 0
        for name, bit in _BITS.items():
            said = element.get(f"{W}{name}")
            if said in ("1", "true", "on") or (said is None and number & bit):
                flags.add(name)
    return TableLook(
        id=id,
        n_rows=n_rows,
        bands=looks.bands(id),
        flags=frozenset(flags),
        is_parted=looks.is_parted(id),
    )


def ground(document: etree._Element, settings: etree._Element | None) -> str:
    """The colour of the page, where the document shows one; not known where something is drawn
    behind the text."""
    if any(anchor.get("behindDoc") in ("1", "true") for anchor in document.iter(_ANCHOR)):
        return UNKNOWN
    if any(_LOW.search(shape.get("style", "")) for shape in document.iter(*_VML_SHAPES)):
        return UNKNOWN
    background = document.find(f"{W}background")
    shown = settings is not None and is_on(settings.find(f"{W}displayBackgroundShape"))
    if background is None or not shown:
        return PAPER
    if len(background):
        return UNKNOWN
    said = background.get(f"{W}color", "")
    return said.upper() if re.fullmatch("[0-9A-Fa-f]{6}", said) else PAPER


#: Tags, names and values of some properties.
_Said = tuple[tuple[object, ...], ...]


def _said(properties: etree._Element) -> _Said | None:
    """What the look of a run hangs on, to be compared; None where it is more than values."""
    found: list[tuple[object, ...]] = []
    for child in properties:
        if child.tag in _TELLING:
            if len(child):
                return None
            found.append((child.tag, *child.items()))
    return tuple(found)


def looked_at(properties: etree._Element | None) -> Properties:
    if properties is None:
        return _NOTHING
    return {child.tag: child for child in properties if child.tag in _LOOKED_AT}


def _parts_of(style: etree._Element, condition: str) -> Iterator[etree._Element]:
    if not condition:
        yield style
        return
    for part in style.iterfind(f"{W}tblStylePr"):
        if part.get(f"{W}type") == condition:
            yield part


def _font(element: etree._Element, otherwise: str) -> str:
    """Of letters and figures; a font of the theme is none of symbols."""
    if element.get(f"{W}asciiTheme"):
        return ""
    said = element.get(f"{W}ascii")
    return otherwise if said is None else said.strip().lower()


def _half_points(element: etree._Element, otherwise: int = 0) -> int:
    """Half-points, or a length with its unit."""
    found = _LENGTH.fullmatch(element.get(f"{W}val", ""))
    if not found:
        return otherwise
    number = float(found[1])
    return round(number * 2 * _POINTS[found[2]]) if found[2] else round(number)


def _number(text: str, otherwise: int) -> int:
    found = re.fullmatch(r"(\d{1,4})%?", text)
    return int(found[1]) if found else otherwise


def _value(element: etree._Element | None, name: str) -> str | None:
    child = None if element is None else first(element, f"{W}{name}")
    return None if child is None else child.get(f"{W}val")
