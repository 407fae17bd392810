"""Fonts whose characters pdfminer does not tell, told by the name of their encoding; and
ligatures of which the map of a font tells the last letter only, told by their names.

A font of the Adobe collections says its collection twice: in its CIDSystemInfo, which some
makers of encrypted files leave unencrypted and so illegible, and in the name of its
encoding (ISO 32000-1, 9.7.5.2, table 118), which is no string and is never encrypted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from pdfminer.cmapdb import CMapDB, FileUnicodeMap
from pdfminer.pdffont import PDFCIDFont, PDFSimpleFont, PDFType3Font
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral

#: How the name of a predefined encoding begins, and the collection of its characters.
COLLECTIONS = {
    "GB": "Adobe-GB1",
    "UniGB": "Adobe-GB1",
    "B5": "Adobe-CNS1",
    "HKscs": "Adobe-CNS1",
    "ET": "Adobe-CNS1",
    "CNS": "Adobe-CNS1",
    "UniCNS": "Adobe-CNS1",
    "UniJIS": "Adobe-Japan1",
    "UniKS": "Adobe-Korea1",
}


#: How the names of fonts begin whose characters are signs: a tick is at the place of `4`.
SIGNS = ("ZapfDingbats", "Wingdings", "Webdings")


def is_of_signs(font: Any) -> bool:
    """Whether letters and digits of a font are none, and no map says what they are."""
    name = str(getattr(font, "basefont", "") or font.fontname or "").rpartition("+")[2]
    return name.startswith(SIGNS) and getattr(font, "unicode_map", None) is None


class Resources(PDFResourceManager):
    """Fonts and colours of one file."""

    def get_font(self, objid: Any, spec: Any) -> Any:
        font = super().get_font(objid, spec)
        if isinstance(font, PDFType3Font):
            drawn: Any = font
            drawn.spec = spec  # its glyphs are in it, which pdfminer does not keep
        if isinstance(font, PDFCIDFont) and font.unicode_map is None:
            collection = _collection(spec.get("Encoding"))
            if collection is not None:
                font.unicode_map = CMapDB.get_unicode_map(collection, font.is_vertical())
        names_glyphs = isinstance(resolve1(spec.get("Encoding")), dict)
        if isinstance(font, PDFSimpleFont) and names_glyphs:
            _spell_ligatures(font.unicode_map, font.cid2unicode)
        return font


def _spell_ligatures(told: Any, named: Mapping[int, str]) -> None:
    """Gives a font's map the ligatures of which it tells the end, `i` for `fi`.

    Makers that keep one character a code keep the last one. Nothing else is taken from the
    names of glyphs, since these may be invented while the map is right.
    """
    if not isinstance(told, FileUnicodeMap):
        return
    for code, text in told.cid2unichr.items():
        letters = unicodedata.normalize("NFKC", named.get(code, ""))
        if letters.isalpha() and len(text) < len(letters) and letters.endswith(text):
            told.cid2unichr[code] = letters


def _collection(encoding: Any) -> str | None:
    name = encoding.name if isinstance(encoding, PSLiteral) else ""
    if not isinstance(name, str) or "-" not in name:
        return None
    return next((to for begins, to in COLLECTIONS.items() if name.startswith(begins)), None)
