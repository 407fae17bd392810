"""Characters that the font calls blank or a dash → what ink they leave on the page.

A font's map to Unicode may be wrong: it calls a digit a space, a soft hyphen, or nothing at
all. Who reads the page sees the digit. So each glyph that is called blank is looked at once
a document: as PDFium, which reads the font's outlines, measures it; in fonts of drawn glyphs
(Type 3) by what they draw; where the font is not in the file, by its encoding.

A glyph with ink is a character that cannot be told. One without ink is a blank, whatever
it is called. Where neither can be told it stays what the font calls it.
"""

from __future__ import annotations

import ctypes
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from typing import Any

import pypdfium2
from pdfminer.cmapdb import CMapDB
from pdfminer.pdffont import PDFCIDFont, PDFType3Font
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import LIT, PSLiteral
from pypdfium2 import raw

from tasks.model.patterns import regex
from tasks.read.pdf.drawn import DASHES, DIGITS, UNMAPPED, Drawn, Ghost, is_ghost
from tasks.read.pdf.faces import is_of_signs
from tasks.read.pdf.outlines import is_blank

#: Ink is thicker than this share of the size of its text. PDFium gives a glyph without an
#: outline a box of a hundredth of a point.
THINNEST = 0.03
#: A hyphen is no higher than this share of the size, and broader than it is high.
FLAT = 0.2
DASH = 1.5
#: No dash is so high, and no digit lower.
HIGHEST_DASH = 0.4
#: Text of no size at all is taken for one of this size, in points.
SMALLEST_SIZE = 0.1
#: How far apart the two libraries may place one character, in points.
NEAR = 0.75
#: A glyph that PDFium shows on none of so many pages cannot be told.
MOST_PAGES_A_GLYPH = 3
#: More glyphs of one document than this are not looked at; a font has a handful of blanks.
MOST_GLYPHS = 1000
#: More of them within a point are piled up, and no text.
MOST_AT_A_PLACE = 16

#: Operators that leave ink: paths, shadings, images, text.
PAINTS = regex(rb"(?:^|[\s\]>)])(?:[fBb]\*?|F|S|s|sh|Do|EI|Tj|TJ|'|\")(?=$|[\s\[<(/])")
EMBEDDED = ("FontFile", "FontFile2", "FontFile3")
#: How glyphs are numbered where nothing else is said (ISO 32000-1, 9.7.4.2).
IDENTITY = LIT("Identity")
SOFT_HYPHEN = "\xad"
SPACE = 0x20

#: A font and the number of a character in it.
Glyph = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Ink:
    """How far the ink of a glyph reaches, along its line and across it, in font sizes."""

    along: float
    across: float

    @property
    def is_there(self) -> bool:
        return min(self.along, self.across) > THINNEST

    @property
    def is_flat(self) -> bool:
        return self.across <= FLAT and self.along > DASH * self.across


NONE = Ink(0.0, 0.0)
HYPHEN = Ink(0.3, 0.05)
#: That of a glyph whose shape is not known.
SOME = Ink(1.0, 1.0)


def with_ghosts_told(source: bytes, pages: Sequence[Drawn | None]) -> list[Drawn | None]:
    """The pages; each character that is called blank, or a dash, has the text that a reader
    of the page sees."""
    whole = _with_every_digit([page for page in pages if page is not None])
    asked = [_of_interest(page, whole) for page in pages]
    told = _inks(source, asked)
    return [
        page if page is None else _with_texts(page, ghosts, told)
        for page, ghosts in zip(pages, asked, strict=True)
    ]


def _of_interest(page: Drawn | None, whole: set[Any]) -> list[Ghost]:
    """Where every digit of a font is known, its dashes are none."""
    ghosts = page.ghosts if page is not None else ()
    return [one for one in ghosts if one.character.text not in DASHES or one.font not in whole]


def _with_texts(page: Drawn, ghosts: list[Ghost], told: Mapping[Glyph, Ink]) -> Drawn:
    if not ghosts:
        return page
    characters = list(page.characters)
    for ghost in ghosts:
        if (ink := told.get((ghost.font, ghost.code))) is not None:
            text = _seen(ghost.character.text, ink)
            characters[ghost.index] = characters[ghost.index]._replace(text=text)
    return replace(page, characters=tuple(characters))


def _inks(source: bytes, ghosts: list[list[Ghost]]) -> dict[Glyph, Ink]:
    """The ink of the glyphs on these pages, as far as it can be told."""
    told: dict[Glyph, Ink] = {}
    asked: set[Glyph] = set()
    for ghost in chain.from_iterable(ghosts):
        glyph = (ghost.font, ghost.code)
        if glyph in told or glyph in asked or len(told) + len(asked) >= MOST_GLYPHS:
            continue
        ink = _by_font(ghost)
        if ink is None:
            asked.add(glyph)
        else:
            told[glyph] = ink
    return told | _measured(source, ghosts, asked) if asked else told


def _with_every_digit(drawn: list[Drawn]) -> set[Any]:
    """The fonts that call no digit a dash, since each is there by its own name."""
    digits: dict[Any, set[str]] = defaultdict(set)
    for page in drawn:
        for font, shown in page.digits.items():
            digits[font] |= shown
    return {font for font, shown in digits.items() if shown == DIGITS}


def _seen(called: str, ink: Ink) -> str:
    if called in DASHES:
        return UNMAPPED if ink.across > HIGHEST_DASH else called
    if not ink.is_there:
        return " " if called and not called.strip() else ""
    if ink is HYPHEN or (called == SOFT_HYPHEN and ink.is_flat):
        return "-"
    return UNMAPPED


# --- by the font alone ----------------------------------------------------------------------


def _by_font(ghost: Ghost) -> Ink | None:
    """None where PDFium has to be asked."""
    font = ghost.font
    if ghost.character.text in DASHES:
        return None if any(key in font.descriptor for key in EMBEDDED) else HYPHEN
    if is_of_signs(font):
        return NONE if ghost.code == SPACE else None
    if isinstance(font, PDFType3Font):
        return _drawn_glyph(getattr(font, "spec", None), ghost.code)
    if any(key in font.descriptor for key in EMBEDDED):
        return NONE if _has_no_outline(font, ghost.code) else None
    # PDFium would measure what it takes in place of the font.
    return (_of_collection if isinstance(font, PDFCIDFont) else _of_encoding)(font, ghost.code)


def _has_no_outline(font: Any, code: int) -> bool:
    """Whether the file of a font of numbered glyphs (CIDFontType2) says so."""
    spec = getattr(font, "spec", None)
    file = resolve1(font.descriptor.get("FontFile2"))
    if not isinstance(spec, dict) or not isinstance(file, PDFStream):
        return False
    by_number = getattr(resolve1(spec.get("CIDToGIDMap", IDENTITY)), "name", "") == IDENTITY.name
    is_of_kind = getattr(resolve1(spec.get("Subtype")), "name", "") == "CIDFontType2"
    try:
        return by_number and is_of_kind and is_blank(file.get_data(), code)
    except Exception:  # noqa: BLE001 - pdfminer raises anything on broken streams
        return False


def _drawn_glyph(spec: Any, code: int) -> Ink:
    """Whether the procedure of a glyph paints. Source: ISO 32000-1, 9.6.5."""
    procedures = resolve1(spec.get("CharProcs")) if isinstance(spec, dict) else None
    name = _name_of(spec, code)
    procedure = resolve1(procedures.get(name)) if isinstance(procedures, dict) else None
    if not isinstance(procedure, PDFStream):
        return NONE  # nothing is painted for a glyph without a procedure
    try:
        return SOME if PAINTS.search(procedure.get_data()) else NONE
    except Exception:  # noqa: BLE001 - pdfminer raises anything on broken streams
        return SOME


def _name_of(spec: Any, code: int) -> str | None:
    encoding = resolve1(spec.get("Encoding")) if isinstance(spec, dict) else None
    listed = resolve1(encoding.get("Differences")) if isinstance(encoding, dict) else None
    at = 0
    found: str | None = None
    for entry in listed if isinstance(listed, list) else ():
        entry = resolve1(entry)
        if isinstance(entry, int):
            at = entry
        elif isinstance(entry, PSLiteral):
            if at == code:
                found = str(entry.name)
            at += 1
    return found


def _of_collection(font: Any, code: int) -> Ink | None:
    """What a font of an Adobe collection that is not in the file shows, by its number there."""
    try:
        character = CMapDB.get_unicode_map(font.cidcoding).get_unichr(code)
    except (CMapDB.CMapNotFound, KeyError):
        return None
    return NONE if is_ghost(character) else SOME


def _of_encoding(font: Any, code: int) -> Ink | None:
    """What a font that is not in the file shows at a place of its encoding. WinAnsi has a
    hyphen at that of the soft one (ISO 32000-1, annex D.2), which pdfminer takes for a space."""
    character = getattr(font, "cid2unicode", {}).get(code)
    if character is None:
        return None
    if code == ord(SOFT_HYPHEN) and character in (" ", SOFT_HYPHEN):
        return HYPHEN
    return NONE if is_ghost(character) else SOME


# --- by PDFium ------------------------------------------------------------------------------


def _measured(source: bytes, pages: list[list[Ghost]], asked: set[Glyph]) -> dict[Glyph, Ink]:
    """The ink of these glyphs, as far as PDFium shows them."""
    told: dict[Glyph, Ink] = {}
    tries: Counter[Glyph] = Counter()
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        return told
    try:
        for number, page in enumerate(pages):
            wanted = _wanted(page, asked - told.keys(), tries)
            if wanted and number < len(document):
                told |= _on_page(document, number, wanted)
    finally:
        document.close()
    return told


def _wanted(page: list[Ghost], asked: set[Glyph], tries: Counter[Glyph]) -> list[Ghost]:
    """Where on a page glyphs stand that are still to be told."""
    ghosts = [
        ghost
        for ghost in page
        if (ghost.font, ghost.code) in asked and tries[ghost.font, ghost.code] < MOST_PAGES_A_GLYPH
    ]
    tries.update({(ghost.font, ghost.code) for ghost in ghosts})
    return ghosts


def _on_page(document: pypdfium2.PdfDocument, number: int, wanted: list[Ghost]) -> dict[Glyph, Ink]:
    told: dict[Glyph, Ink] = {}
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return told
    for ghost, box in _found(text, _places(wanted)):
        told.setdefault((ghost.font, ghost.code), _to_ink(box, ghost))
    text.close()
    page.close()
    return told


def _places(wanted: list[Ghost]) -> dict[tuple[int, int], list[Ghost]]:
    """The characters by the square points that they stand in or near to."""
    places: dict[tuple[int, int], list[Ghost]] = defaultdict(list)
    for ghost in wanted:
        x, y = ghost.place
        columns = range(int(x - NEAR), int(x + NEAR) + 1)
        for place in product(columns, range(int(y - NEAR), int(y + NEAR) + 1)):
            if len(places[place]) < MOST_AT_A_PLACE:
                places[place].append(ghost)
    return places


def _found(
    text: Any, places: dict[tuple[int, int], list[Ghost]]
) -> Iterator[tuple[Ghost, tuple[float, float]]]:
    """Those of the characters that PDFium has, with width and height of their ink."""
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, low, high = (ctypes.c_double() for _ in range(4))
    for index in range(raw.FPDFText_CountChars(text)):
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        for ghost in places.get((int(x.value), int(y.value)), ()):
            if abs(ghost.place[0] - x.value) > NEAR or abs(ghost.place[1] - y.value) > NEAR:
                continue
            if raw.FPDFText_IsGenerated(text, index):
                continue  # a space that PDFium thinks is meant
            raw.FPDFText_GetCharBox(text, index, left, right, low, high)
            yield ghost, (right.value - left.value, high.value - low.value)


def _to_ink(box: tuple[float, float], ghost: Ghost) -> Ink:
    size = max(ghost.character.size, SMALLEST_SIZE)
    width, height = box[0] / size, box[1] / size
    a, b = ghost.along
    return Ink(width, height) if abs(a) >= abs(b) else Ink(height, width)
