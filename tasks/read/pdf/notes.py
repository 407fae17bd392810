"""Text that lies on a page beside its content: values of form fields, typed-on notes.

A viewer shows the appearance that is stored with such a note, or makes one of its value.
Where the two say the same, the appearance tells where each character stands; where there is
no appearance, the value is set in the middle of its place; where they differ, nobody knows
what was meant, and no character of it is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from math import cos, radians, sin
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import Matrix, apply_matrix_rect, decode_text, mult_matrix

from tasks.model.patterns import regex
from tasks.read.pdf.layers import hidden_layers, is_hidden

#: Left, low, right, high.
Rectangle = tuple[float, float, float, float]

#: Flags of a note (`/F`): hidden, not shown on screen.
UNSEEN = 0b10 | 0b100000
#: Flags of a field (`/Ff`): shown as asterisks; one character in each of as many boxes as
#: there may be; a button that only has a caption.
PASSWORD = 1 << 13
COMB = 1 << 24
PUSH = 1 << 16
#: More boxes than this are no comb.
MOST_BOXES = 200
#: What stands in the place of a box that is ticked, or of a choice that is taken.
TICK = "\u2611"
#: More notes than this on one page are no form.
MOST_NOTES = 5000
#: Fields inherit from this many groups above them at the most.
DEEPEST = 32

_NUMBER = regex(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_LINES = regex(r"\r\n|[\r\n\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Note:
    """A text beside the content of the page."""

    text: str
    #: Whether it is the value of a field of a form.
    field: bool
    #: Left, low, right, high, in the coordinates of the page's content.
    rectangle: Rectangle
    #: How far its text is turned against the page's, in degrees, counter-clockwise.
    turned: int
    #: What a viewer shows, None where it makes that of the value.
    appearance: PDFStream | None
    #: Whether viewers are told to make it anew of the value.
    stale: bool
    #: What it takes from the form where it does not say: fonts.
    resources: dict[Any, Any]
    #: In how many boxes its characters stand, one in each; 0 where they stand together.
    boxes: int = 0

    @property
    def lines(self) -> list[str]:
        return _LINES.split(self.text)


def page_to_notes(page: PDFPage) -> Iterator[Note]:
    """The notes of a page that are seen and are text, in the order they are drawn."""
    form = _form(page)
    for entry in _entries(page):
        if (note := _to_note(entry, form)) is not None:
            yield note


def page_to_struck(page: PDFPage) -> Iterator[Rectangle]:
    """The places that notes on the page strike out."""
    for entry in _entries(page):
        places = resolve1(entry.get("QuadPoints"))
        if _name(entry.get("Subtype")) != "StrikeOut" or not isinstance(places, list):
            continue
        for start in range(0, len(places) - 7, 8):
            quad = [resolve1(at) for at in places[start : start + 8]]
            if all(isinstance(at, (int, float)) for at in quad):
                yield min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])


def _entries(page: PDFPage) -> Iterator[dict[Any, Any]]:
    """The notes of a page that are shown on the screen."""
    off = hidden_layers(page)
    references = resolve1(page.annots)
    if not isinstance(references, (list, tuple)):
        return
    for reference in islice(references, MOST_NOTES):
        entry = resolve1(reference)
        flags = resolve1(entry.get("F")) if isinstance(entry, dict) else UNSEEN
        if not (isinstance(flags, int) and flags & UNSEEN) and not is_hidden(entry.get("OC"), off):
            yield entry


def _form(page: PDFPage) -> dict[Any, Any]:
    catalog = getattr(page.doc, "catalog", None)
    form = resolve1(catalog.get("AcroForm")) if isinstance(catalog, dict) else None
    return form if isinstance(form, dict) else {}


def _to_note(entry: dict[Any, Any], form: dict[Any, Any]) -> Note | None:
    rectangle = _rectangle(entry.get("Rect"))
    if rectangle is None:
        return None
    kind = _name(entry.get("Subtype"))
    text = _text(entry, kind)
    if text is None:
        return None
    looks = resolve1(entry.get("MK"))
    turned = resolve1(looks.get("R")) if isinstance(looks, dict) else 0
    shared = resolve1(form.get("DR"))
    return Note(
        text=text,
        field=kind == "Widget",
        rectangle=rectangle,
        turned=turned if isinstance(turned, int) else 0,
        appearance=_appearance(entry),
        stale=resolve1(form.get("NeedAppearances")) is True and kind == "Widget",
        resources=shared if isinstance(shared, dict) else {},
        boxes=_boxes(entry),
    )


def _text(entry: dict[Any, Any], kind: str) -> str | None:
    """What it says, None where it is no text."""
    if kind == "FreeText":
        return to_text(entry.get("Contents"))
    field_kind = _name(_inherited(entry, "FT"))
    if kind != "Widget" or (field_kind == "Tx" and _flags(entry) & PASSWORD):
        return None
    match field_kind:
        case "Tx":
            return to_text(_inherited(entry, "V"))
        case "Ch":
            return _chosen(entry)
        case "Btn":
            return _pressed(entry)
    return None


def _pressed(entry: dict[Any, Any]) -> str | None:
    """The caption of a button, the tick in a box: what is drawn for it is a sign of a font of
    signs, or a drawing, and says only that it is there."""
    if _flags(entry) & PUSH:
        looks = resolve1(entry.get("MK"))
        return (to_text(looks.get("CA")) if isinstance(looks, dict) else "") or None
    return TICK if _name(entry.get("AS")) not in ("", "Off") else None


def _flags(entry: dict[Any, Any]) -> int:
    flags = _inherited(entry, "Ff")
    return flags if isinstance(flags, int) else 0


def _boxes(entry: dict[Any, Any]) -> int:
    """Source: ISO 32000-1, 12.7.4.3, table 228."""
    longest = _inherited(entry, "MaxLen")
    if not isinstance(longest, int) or not 1 < longest <= MOST_BOXES:
        return 0
    return longest if _flags(entry) & COMB and _name(_inherited(entry, "FT")) == "Tx" else 0


def _inherited(entry: dict[Any, Any], key: str) -> Any:
    """What a field says, or the group that it is in."""
    at: Any = entry
    for _ in range(DEEPEST):
        if not isinstance(at, dict):
            break
        if key in at:
            return resolve1(at[key])
        at = resolve1(at.get("Parent"))
    return None


def _name(value: Any) -> str:
    value = resolve1(value)
    return str(value.name) if isinstance(value, PSLiteral) else ""


def _rectangle(value: Any) -> Rectangle | None:
    value = resolve1(value)
    sides = [resolve1(side) for side in value] if isinstance(value, (list, tuple)) else []
    if len(sides) != 4 or not all(isinstance(side, (int, float)) for side in sides):
        return None
    (x0, x1), (y0, y1) = sorted(map(float, sides[::2])), sorted(map(float, sides[1::2]))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _chosen(entry: dict[Any, Any]) -> str:
    """What is shown for the choice: options may pair what is meant and what is shown."""
    value, options = _inherited(entry, "V"), _inherited(entry, "Opt")
    shown = {}
    for option in options if isinstance(options, list) else ():
        pair = resolve1(option)
        if isinstance(pair, list) and len(pair) == 2:
            shown[to_text(pair[0])] = to_text(pair[1])
    meant = [to_text(one) for one in (value if isinstance(value, list) else [value])]
    return "\n".join(shown.get(one, one) for one in meant)


def _appearance(entry: dict[Any, Any]) -> PDFStream | None:
    looks = resolve1(entry.get("AP"))
    usual = resolve1(looks.get("N")) if isinstance(looks, dict) else None
    return usual if isinstance(usual, PDFStream) else None


def placed(note: Note, appearance: PDFStream, ctm: Matrix) -> tuple[dict[Any, Any], Matrix]:
    """The resources of its appearance, and the matrix from there to the page as drawn.

    Source: ISO 32000-1, 12.5.5, algorithm 8.1.
    """
    attributes = appearance.attrs
    matrix = _matrix(attributes.get("Matrix"))
    box = _rectangle(attributes.get("BBox")) or (0.0, 0.0, 1.0, 1.0)
    x0, y0, x1, y1 = apply_matrix_rect(matrix, box)
    left, low, right, high = note.rectangle
    a = (right - left) / (x1 - x0) if x1 > x0 else 1.0
    d = (high - low) / (y1 - y0) if y1 > y0 else 1.0
    fitted = mult_matrix(matrix, (a, 0.0, 0.0, d, left - a * x0, low - d * y0))
    own = resolve1(attributes.get("Resources"))
    own = own if isinstance(own, dict) else {}
    fonts = [resolve1(part.get("Font")) for part in (note.resources, own)]
    both = {name: font for part in fonts if isinstance(part, dict) for name, font in part.items()}
    return {**note.resources, **own, "Font": both}, mult_matrix(fitted, ctm)


def _matrix(value: Any) -> Matrix:
    value = resolve1(value)
    parts = [resolve1(part) for part in value] if isinstance(value, (list, tuple)) else []
    if len(parts) != 6 or not all(isinstance(part, (int, float)) for part in parts):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = (float(part) for part in parts)
    return (a, b, c, d, e, f)


def direction(note: Note, ctm: Matrix) -> tuple[float, float]:
    """Where its text runs on the page as drawn."""
    x, y = round(cos(radians(note.turned))), round(sin(radians(note.turned)))
    a, b, c, d, _, _ = ctm
    return a * x + c * y, b * x + d * y


def same(one: str, other: str) -> bool:
    """Whether two texts have the same characters, whatever is between them, or are one
    number, which a form may show as `1,234.00`."""
    one, other = _bare(one), _bare(other)
    return one == other or _number(one) == _number(other) is not None


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def to_text(raw: Any) -> str:
    """A text string: UTF-16 of either order, UTF-8, GB 18030 (against the rules), PDFDoc.

    A long one may be a stream; "" where it is neither.
    """
    raw = resolve1(raw)
    if isinstance(raw, PDFStream):
        raw = raw.get_data()
    if not isinstance(raw, bytes):
        return ""
    for mark, codec in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if raw.startswith(mark):
            return raw[2:].decode(codec, "ignore")
    if raw.isascii():
        return raw.decode("ascii")
    for codec in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return decode_text(raw)
