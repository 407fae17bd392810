"""What a paragraph of an ODT shows, piece by piece; used by the ODT reader.

    text:p  ->  Shown        text and how it looks
                Unmapped     a character of a symbol font that is not known
                Sign.UNSURE  something is shown here that the document does not hold as text
                a frame or shape with text of its own, as the element

Deleted text lies elsewhere in the file. Notes, comments and the reading over a character are no
part of the text; fields show what they showed last.

Source: OpenDocument 1.3, Part 3, 6 Paragraph Elements Content, 7 Text Fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.controls import Sign
from tasks.read.odt.names import DRAW, FIELD, LOEXT, OFFICE, TEXT
from tasks.read.odt.styles import Styles, TextStyle
from tasks.read.seen import PRIVATE, Look, Shown, Unmapped, is_of_symbols, of_font

#: What is no part of the text around it.
_PASSED_OVER = frozenset(
    (
        *(f"{TEXT}{name}" for name in ("note", "ruby-text", "number", "script", "tracked-changes")),
        *(f"{OFFICE}{name}" for name in ("annotation", "annotation-end", "forms")),
    )
)
_PROMPT = f"{TEXT}placeholder"
_CONTROL, _ASKS = f"{LOEXT}content-control", f"{LOEXT}showing-place-holder"
_SPANS = (f"{TEXT}span", f"{TEXT}a")
#: Form fields of Word documents whose text is kept as a parameter, or drawn.
_FORM_FIELD = f"{FIELD}fieldmark"
#: Fields that may be put away where they stand.
_HIDDEN = f"{TEXT}hidden-text"
HIDDEN_PARAGRAPH = f"{TEXT}hidden-paragraph"
#: Frames and shapes.
_SHAPES = frozenset(
    f"{DRAW}{name}"
    for name in ("frame", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "caption")
)
_SPACES = regex(r"[ \t\r\n]+")
_FIGURE = regex(r"\D{0,2}\d[\d,.\s]*\D{0,2}")
#: Spaces that one element stands for.
_MOST_SPACES = 1_000
#: What stands behind it is shown from right to left, figures as well.
_TURNED = "\u202e"

Inline = Shown | Unmapped | Sign | etree._Element


def pieces(paragraph: etree._Element, style: TextStyle, styles: Styles) -> Iterator[Inline]:
    """`style`: of the paragraph."""
    waiting: list[tuple[etree._Element | str, TextStyle]] = []

    def enter(element: etree._Element, style: TextStyle) -> None:
        for child in reversed(element):
            if child.tail:
                waiting.append((child.tail, style))
            waiting.append((child, style))
        if element.text:
            waiting.append((element.text, style))

    enter(paragraph, style)
    while waiting:
        one, style = waiting.pop()
        if isinstance(one, str):
            yield from _texts(_SPACES.sub(" ", one), style.look)
        elif one.tag in _SHAPES:
            yield one
        elif _is_left_out(one):
            if _asks_a_figure(one):
                yield Sign.UNSURE
        elif (said := _character(one)) is not None:
            yield Shown(said, style.look)
        elif one.tag == _FORM_FIELD or _is_choice_untold(one):
            yield Sign.UNSURE
        else:
            name = one.get(f"{TEXT}style-name", "") if one.tag in _SPANS else ""
            enter(one, styles.within(style, name) if name else style)


def _is_left_out(element: etree._Element) -> bool:
    tag = element.tag
    if tag in _PASSED_OVER or _is_prompt(element):
        return True
    if tag == _HIDDEN:
        return element.get(f"{TEXT}is-hidden") == "true"
    return element.get(f"{TEXT}display") == "none"


def _is_choice_untold(element: etree._Element) -> bool:
    """Whether it offers entries, and holds none of them."""
    if element.tag != _CONTROL or element.find(f"{LOEXT}list-item") is None:
        return False
    return not "".join(str(one) for one in element.itertext()).strip()


def _is_prompt(element: etree._Element) -> bool:
    return element.tag == _PROMPT or (element.tag == _CONTROL and element.get(_ASKS) == "true")


def _asks_a_figure(element: etree._Element) -> bool:
    """Whether a prompt is a figure: programs that fill in a form forget to say that it is none
    any more."""
    text = "".join(str(one) for one in element.itertext())
    return _is_prompt(element) and bool(_FIGURE.fullmatch(text.strip()))


def _character(element: etree._Element) -> str | None:
    match element.tag.removeprefix(TEXT):
        case "s":
            count = element.get(f"{TEXT}c", "1")
            return " " * min(int(count), _MOST_SPACES) if count.isdecimal() else " "
        case "tab":
            return "\t"
        case "line-break":
            return "\n"
    return None


def _texts(text: str, look: Look) -> Iterator[Inline]:
    if look.hidden:
        return
    if is_of_symbols(look):
        for one in text:
            yield of_font(look.font, one, look)
        return
    if _TURNED in text:
        yield Sign.UNSURE
    if not PRIVATE.search(text):
        yield Shown(text, look)
        return
    for one in text:
        yield of_font(look.font, one, look)
