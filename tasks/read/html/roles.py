"""What the elements of a page are for us: the tables behind `page`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum, auto

from tasks.model.patterns import regex


class Role(IntEnum):
    """What an element is for us."""

    INLINE = auto()
    BLOCK = auto()
    PRE = auto()
    BREAK = auto()
    SKIP = auto()
    TABLE = auto()
    GROUP = auto()
    ROW = auto()
    CELL = auto()
    CAPTION = auto()
    INPUT = auto()
    SELECT = auto()
    OPTION = auto()
    #: Shown, and no text: what stands inside of it is for programs that cannot show it.
    PICTURE = auto()
    #: Another page, shown in place.
    FRAME = auto()
    #: A drawing, which may have text in it.
    DRAWING = auto()
    #: Part of a formula that sets its figures otherwise than in one line.
    FORMULA = auto()
    TITLE = auto()
    META = auto()


def _roles() -> dict[str, Role]:
    table = {
        Role.BLOCK: "address article aside blockquote body center dd details dialog dir div dl "
        "dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr "
        "html legend li main menu nav ol p search section summary ul",
        Role.PRE: "pre listing xmp plaintext textarea",
        Role.BREAK: "br",
        # Ruby: the reading over a character is not what is written.
        Role.SKIP: "annotation annotation-xml applet audio datalist del noembed noframes "
        "noscript rp rt rtc script style template video xml",
        Role.TABLE: "table",
        Role.GROUP: "thead tbody tfoot",
        Role.ROW: "tr",
        Role.CELL: "td th",
        Role.CAPTION: "caption",
        Role.INPUT: "input",
        Role.SELECT: "select",
        Role.OPTION: "option",
        Role.PICTURE: "img canvas embed meter progress",
        Role.FRAME: "iframe frame object",
        Role.DRAWING: "svg",
        Role.FORMULA: "msup msub msubsup mmultiscripts mover munder munderover mfrac msqrt mroot "
        "mphantom mtable",
        Role.TITLE: "title",
        Role.META: "meta",
    }
    return {tag: role for role, tags in table.items() for tag in tags.split()}


TAGS = _roles()
TABLE_PARTS = {Role.TABLE, Role.GROUP, Role.ROW, Role.CELL, Role.CAPTION}
#: Nothing of the page's sheets is put before or behind what they hold.
WITHOUT_CONTENT = {Role.BREAK, Role.INPUT, Role.PICTURE, Role.FRAME, Role.DRAWING, Role.META}
_ARIA = {
    "table": Role.TABLE,
    "grid": Role.TABLE,
    "treegrid": Role.TABLE,
    "rowgroup": Role.GROUP,
    "row": Role.ROW,
    "cell": Role.CELL,
    "gridcell": Role.CELL,
    "columnheader": Role.CELL,
    "rowheader": Role.CELL,
    "caption": Role.CAPTION,
}
_DISPLAY = {
    "table": Role.TABLE,
    "inline-table": Role.TABLE,
    "table-row-group": Role.GROUP,
    "table-header-group": Role.GROUP,
    "table-footer-group": Role.GROUP,
    "table-row": Role.ROW,
    "table-cell": Role.CELL,
    "table-caption": Role.CAPTION,
    "block": Role.BLOCK,
}
#: Class names that say what a `<div>` stands for.
_CLASSES = {"tr": Role.ROW, "td": Role.CELL, "th": Role.CELL}
_CLASS_TAGS = {"div", "span", "ul", "li", "dl", "dt", "dd", "p", "section"}
#: Elements that are not shown unless they say so.
CLOSED = {"dialog": "open"}

#: What Word says of the marks of notes, whose sheet may be lost.
_NOTE_MARKS = {"MsoFootnoteReference", "MsoEndnoteReference"}
_STYLE_FLAT = regex(r"(?:^|;)\s*height\s*:\s*0(?:\.0*)?(?:pt|px|cm|mm|in|em)?\s*(?:;|$|!)")
_FLAT_HEIGHT = regex(r"\s*0+(?:\.0*)?(?:px|pt)?\s*")
_COUNT = regex(r"[ \t\n\f\r]*\+?([0-9]+)")
_WIDEST = {"colspan": 1_000, "rowspan": 65_534}

#: A picture of no more pixels than this, or of such a name, shows nothing.
_SPACER = 2
_SPACER_NAME = regex(r"(?:spacer|blank|transparent|clear|space|dot|line)[^/]*$", re.IGNORECASE)
TYPED_IN = {"", "text", "number", "tel", "search", "email", "url", "date", "month", "time"}
#: Fields that show what they hold on a button, and those that show something else.
BUTTONS = {"button", "submit", "reset"}
DRAWN_FIELDS = {"password", "range", "image", "color", "checkbox", "radio"}


def role_of(
    tag: str, role: Role, attributes: Mapping[str, str], display: str, visibility: str
) -> Role:
    """What the element is for, given what its attributes and style say about it."""
    if _is_switched_off(tag, attributes) or display == "none":
        return Role.SKIP
    if role is Role.ROW:
        return Role.SKIP if visibility == "collapse" else role
    if role not in (Role.INLINE, Role.BLOCK):
        return role
    if "role" in attributes:
        role = _ARIA.get(attributes["role"].strip().lower(), role)
    role = _DISPLAY.get(display, role)
    if tag in _CLASS_TAGS and role not in TABLE_PARTS and "class" in attributes:
        names = attributes["class"].lower().split()
        role = next((_CLASSES[name] for name in names if name in _CLASSES), role)
    return role


def _is_switched_off(tag: str, attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes and not is_folded(tag, attributes):
        return True
    if "popover" in attributes:
        return True
    return tag in CLOSED and CLOSED[tag] not in attributes


def is_folded(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether what it holds is shown only when the reader asks for it."""
    if tag == "details":
        return "open" not in attributes
    return attributes.get("hidden", "").strip().lower() == "until-found"


def is_spacer(attributes: Mapping[str, str]) -> bool:
    """Whether a picture or frame only keeps a place free."""
    if any(whole(attributes.get(name), 99) <= _SPACER for name in ("width", "height")):
        return True
    return "srcdoc" not in attributes and bool(_SPACER_NAME.search(attributes.get("src", "")))


def whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,6}", text.strip()) else otherwise


def is_note_mark(attributes: Mapping[str, str]) -> bool:
    """Classes that Word gives to the marks of notes, whose sheet may be lost."""
    said = attributes.get("class", "")
    return "noteRef" in said and not _NOTE_MARKS.isdisjoint(said.split())


def is_flat(attributes: Mapping[str, str]) -> bool:
    height = attributes.get("height")
    if height is not None and _FLAT_HEIGHT.fullmatch(height):
        return True
    return bool(_STYLE_FLAT.search(attributes.get("style", "").lower()))


def span_of(name: str, attributes: Mapping[str, str]) -> int:
    """`colspan` or `rowspan`; 1 where it is no number.

    Source: HTML Standard, 2.3.4.2 Non-negative integers; 4.9.11 for the caps.
    """
    found = _COUNT.match(attributes.get(name) or attributes.get(f"aria-{name}") or "")
    if found is None:
        return 1
    digits = found[1].lstrip("0")
    return min(int(digits[:9] or "0"), _WIDEST[name])
