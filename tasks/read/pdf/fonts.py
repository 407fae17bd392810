"""Fonts whose characters pdfminer does not tell, told by the name of their encoding; and
ligatures of which the map of a font tells the last letter only, told by their names.

A font of the Adobe collections says its collection twice: in its CIDSystemInfo, which some
makers of encrypted files leave unencrypted and so illegible, and in the name of its
encoding (ISO 32000-1, 9.7.5.2, table 118), which is no string and is never encrypted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pdfminer.cmapdb import CMapDB, FileUnicodeMap
from pdfminer.encodingdb import name2unicode
from pdfminer.fontmetrics import FONT_METRICS
from pdfminer.pdffont import PDFCIDFont, PDFSimpleFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import LIT, PSLiteral

from tasks.read.pdf.faces import Face
from tasks.read.pdf.headers import header_to_texts
from tasks.read.pdf.maps import source_to_map

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


#: Kinds of fonts, but that of two parts (Type0), which has another one in it.
TYPE_1 = ("Type1", "MMType1", "TrueType")
SIMPLE_FONTS = (*TYPE_1, "Type3")
CID_FONTS = ("CIDFontType0", "CIDFontType2")


class Resources(PDFResourceManager):
    """Fonts and colours of one file."""

    def __init__(self, *, at_once: bool = True) -> None:
        """Without `at_once` pdfminer takes in all of them."""
        super().__init__()
        self._at_once = at_once
        self._faces: dict[Any, Face] = {}

    def face(self, font: Any) -> Face:
        face = self._faces.get(font)
        if face is None:
            face = self._faces[font] = Face(font)
        return face

    def get_font(self, objid: Any, spec: Any) -> Any:
        if objid and objid in self._cached_fonts:
            return self._cached_fonts[objid]
        parts = _parts_of(spec) if self._at_once else Parts(spec)
        font: Any = super().get_font(objid, parts.rest)
        if parts.told is not None:
            font.unicode_map = parts.told
        if parts.in_file is not None:
            font.cid2unicode = parts.in_file
        if parts.named:
            font.cid2unicode = _with_names(font.cid2unicode, parts.named)
        if not hasattr(font, "spec"):  # which, of a font of two parts, is that of the inner one
            font.spec = spec
        if isinstance(font, PDFCIDFont) and font.unicode_map is None:
            collection = _collection(spec.get("Encoding"))
            if collection is not None:
                font.unicode_map = CMapDB.get_unicode_map(collection, font.is_vertical())
        names_glyphs = isinstance(resolve1(spec.get("Encoding")), dict)
        if isinstance(font, PDFSimpleFont) and names_glyphs:
            _spell_ligatures(font.unicode_map, font.cid2unicode)
        return font


class Parts(NamedTuple):
    """A font, and what of it is taken in here."""

    rest: Mapping[str, Any]
    #: Its map to Unicode.
    told: FileUnicodeMap | None = None
    #: Numbers of characters, each with the names of those that follow from there.
    named: Sequence[Any] = ()
    #: What its file calls its characters, where nothing else does.
    in_file: Mapping[int, str] | None = None


def _parts_of(spec: Mapping[str, Any]) -> Parts:
    kind = getattr(resolve1(spec.get("Subtype")), "name", "")
    rest = dict(spec)
    to_unicode = spec.get("ToUnicode")
    stream = to_unicode if kind in CID_FONTS else resolve1(to_unicode)
    told = _to_map(stream) if kind in CID_FONTS or kind in SIMPLE_FONTS else None
    if told is not None and kind in CID_FONTS:
        rest["ToUnicode"] = PDFStream({}, b"")  # else pdfminer looks for another map
    elif told is not None:
        del rest["ToUnicode"]
    if (texts := _in_file(spec, kind)) is not None:
        return Parts({**rest, "Encoding": LIT("StandardEncoding")}, told, in_file=texts)
    encoding = resolve1(spec.get("Encoding")) if kind in SIMPLE_FONTS else None
    named = resolve1(encoding.get("Differences")) if isinstance(encoding, dict) else None
    if not isinstance(encoding, dict) or not isinstance(named, list):
        return Parts(rest, told)
    rest["Encoding"] = {key: of for key, of in encoding.items() if key != "Differences"}
    return Parts(rest, told, named)


def _in_file(spec: Mapping[str, Any], kind: str) -> dict[int, str] | None:
    """What pdfminer takes from the file of a font that has no encoding beside it."""
    if kind not in TYPE_1 or "Encoding" in spec or _name(spec.get("BaseFont")) in FONT_METRICS:
        return None
    descriptor = resolve1(spec.get("FontDescriptor"))
    file = resolve1(descriptor.get("FontFile")) if isinstance(descriptor, dict) else None
    length = resolve1(file.get("Length1")) if isinstance(file, PDFStream) else None
    if not isinstance(file, PDFStream) or type(length) is not int:
        return None
    try:
        return header_to_texts(file.get_data()[:length])
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises anything on broken streams
        return None


def _name(thing: Any) -> Any:
    return getattr(thing, "name", None)


def _to_map(stream: Any) -> FileUnicodeMap | None:
    """None where pdfminer has to read it, or to complain of it."""
    if not isinstance(stream, PDFStream):
        return None
    try:
        return source_to_map(stream.get_data())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises anything on broken streams
        return None


def _with_names(texts: Mapping[int, str], named: Sequence[Any]) -> dict[int, str]:
    """The texts of an encoding, with those of the characters that are named one by one."""
    told = dict(texts)
    code = 0
    for one in named:
        if isinstance(one, int):
            code = one
        elif isinstance(one, PSLiteral):
            text = _named(one.name)
            if text is not None:
                told[code] = text
            code += 1
    return told


@lru_cache(maxsize=8192)
def _named(name: Any) -> str | None:
    """The text that the name of a glyph says."""
    try:
        return str(name2unicode(name))
    except (KeyError, ValueError):
        return None


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
