"""Colours of a DOCX as they are seen; used by the DOCX reader.

A colour is six hexadecimal figures. As the colour of text `AUTO` is one that Word picks so that
it can be seen; as a shading it is none: what is behind shows through.

Source: ECMA-376 Part 1, 17.3.2.6 color, 17.3.5 Shading, 17.3.2.15 highlight, 17.18.97
ST_ThemeColor, 17.15.1.20 clrSchemeMapping.
"""

from __future__ import annotations

import re
from colorsys import hls_to_rgb, rgb_to_hls

from lxml import etree

from tasks.read.numbering import W

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
AUTO = ""
PAPER = "FFFFFF"
#: Something is behind that is no plain colour: a picture, colours that run into each other.
UNKNOWN = "?"
#: Colours whose parts differ by no more than this cannot be told apart on a page.
_NEAR = 16

_HIGHLIGHTS = {
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "darkBlue": "00008B",
    "darkCyan": "008B8B",
    "darkGray": "A9A9A9",
    "darkGreen": "006400",
    "darkMagenta": "800080",
    "darkRed": "8B0000",
    "darkYellow": "808000",
    "green": "00FF00",
    "lightGray": "D3D3D3",
    "magenta": "FF00FF",
    "red": "FF0000",
    "white": "FFFFFF",
    "yellow": "FFFF00",
}
#: What names of the text's scheme are in the theme, unless the settings say otherwise.
_SLOTS = {
    "background1": "lt1",
    "bg1": "lt1",
    "text1": "dk1",
    "tx1": "dk1",
    "background2": "lt2",
    "bg2": "lt2",
    "text2": "dk2",
    "tx2": "dk2",
    "light1": "lt1",
    "dark1": "dk1",
    "light2": "lt2",
    "dark2": "dk2",
    "hyperlink": "hlink",
    "followedHyperlink": "folHlink",
}
#: Of a document that has no theme.
_PLAIN = {"lt1": PAPER, "dk1": "000000"}
#: What the settings can say otherwise.
_MAPPED = {
    "bg1": ("background1", "bg1"),
    "t1": ("text1", "tx1"),
    "bg2": ("background2", "bg2"),
    "t2": ("text2", "tx2"),
}


class Palette:
    """The colours of the theme by their names in the text."""

    def __init__(self, theme: etree._Element | None, settings: etree._Element | None) -> None:
        self._theme = _PLAIN | ({} if theme is None else dict(_theme_colours(theme)))
        self._slots = dict(_SLOTS)
        mapping = None if settings is None else settings.find(f"{W}clrSchemeMapping")
        for short, names in _MAPPED.items():
            slot = None if mapping is None else _SLOTS.get(mapping.get(f"{W}{short}", ""))
            self._slots |= dict.fromkeys(names, slot) if slot else {}

    def text(self, element: etree._Element | None) -> str:
        """The colour that a `w:color` says."""
        return AUTO if element is None else self._colour(element, "val", "theme")

    def shading(self, element: etree._Element | None) -> str:
        """The colour that a `w:shd` lays behind the text."""
        pattern = "nil" if element is None else element.get(f"{W}val", "clear")
        if element is None or pattern == "nil":
            return AUTO
        fill = self._colour(element, "fill", "themeFill")
        if pattern == "clear":
            return fill
        ink = self._colour(element, "color", "theme") or "000000"
        if pattern == "solid":
            return ink
        share = re.fullmatch(r"pct(\d{1,2})", pattern)
        return _mixed(ink, fill or PAPER, int(share[1]) / 100) if share else UNKNOWN

    def drawn(self, element: etree._Element) -> str:
        """The colour that a fill of DrawingML says, `a:solidFill` or its like of Word."""
        for colour in element:
            name = etree.QName(colour).localname
            value = colour.get("val") or colour.get(f"{_W14}val") or ""
            if name == "srgbClr" and not len(colour):
                return _hex(value)
            if name == "schemeClr" and not len(colour):
                return self._named(value) or UNKNOWN
        return UNKNOWN

    def _named(self, name: str) -> str:
        return self._theme.get(self._slots.get(name, name), AUTO)

    def _colour(self, element: etree._Element, own: str, theme: str) -> str:
        """What the theme says goes before what stands beside it, which old programs read."""
        written = _hex(element.get(f"{W}{own}", ""))
        name = element.get(f"{W}{theme}" if own == "fill" else f"{W}{theme}Color")
        found = self._named(name) if name and name != "none" else AUTO
        if not found:
            return written
        tint, shade = (element.get(f"{W}{theme}{how}") for how in ("Tint", "Shade"))
        if not (tint or shade):
            return found
        return written or _turned(found, _share(tint), _share(shade))


def is_like(colour: str, behind: str) -> bool:
    """Whether text of this colour cannot be seen on what is behind; both are known."""
    parts = zip(_parts(colour), _parts(behind), strict=True)
    return all(abs(one - other) <= _NEAR for one, other in parts)


def is_light(colour: str) -> bool:
    return min(_parts(colour)) >= 0xFF - _NEAR


def highlight(name: str) -> str:
    return _HIGHLIGHTS.get(name, AUTO)


def _theme_colours(theme: etree._Element) -> list[tuple[str, str]]:
    found = []
    for slot in theme.iterfind(f"{A}themeElements/{A}clrScheme/*"):
        for colour in slot:
            value = _hex(colour.get("lastClr") or colour.get("val") or "")
            if value:
                found.append((etree.QName(slot).localname, value))
    return found


def _hex(text: str) -> str:
    return text.upper() if re.fullmatch("[0-9A-Fa-f]{6}", text) else AUTO


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def _written(parts: tuple[float, ...]) -> str:
    return "".join(f"{min(max(round(part), 0), 255):02X}" for part in parts)


def _mixed(ink: str, ground: str, share: float) -> str:
    pairs = zip(_parts(ink), _parts(ground), strict=True)
    return _written(tuple(share * one + (1 - share) * other for one, other in pairs))


def _share(text: str | None) -> float:
    return int(text, 16) / 255 if text and re.fullmatch("[0-9A-Fa-f]{1,2}", text) else 1.0


def _turned(colour: str, tint: float, shade: float) -> str:
    """Lighter by a tint, darker by a shade."""
    hue, light, depth = rgb_to_hls(*(part / 255 for part in _parts(colour)))
    light = light * shade * tint + (1 - tint)
    return _written(tuple(255 * part for part in hls_to_rgb(hue, light, depth)))
