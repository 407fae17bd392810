"""What a paragraph of a DOCX shows, piece by piece; used by the DOCX reader.

    w:p  ->  Shown        text and how it looks
             Unmapped     a character of a symbol font that is not known
             Sign.UNSURE  something is shown here that the document does not hold as text
             w:txbxContent, as the element

Insertions and not deletions, results of fields and not their instructions, one of the
alternatives that say the same. Then `composed` puts what is seen into one text: a raised number
is the mark of a footnote or a power and no more digits.

Source: ECMA-376 Part 1, 17.3.3 Run Content; Part 3, 10 Markup Compatibility.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.controls import Fields, Sign, is_prompt, is_silent, said_in
from tasks.read.numbering import W
from tasks.read.seen import AFTER_MARK, DIGIT, SYMBOLS, Look, Shown, Unmapped, of_font

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

#: Elements whose text is not content: what was deleted or moved away, instructions of fields,
#: properties, the reading over a character.
_PASSED_OVER = frozenset(
    f"{W}{name}"
    for name in (
        *("del", "moveFrom", "delText", "delInstrText", "instrText", "pPr", "rPr", "sdtPr"),
        *("sdtEndPr", "smartTagPr", "customXmlPr", "rt", "rubyPr", "fldData", "ffData"),
    )
)
#: Formulas that stand in more than one line: a fraction `1/2` is not 12.
_BUILT = frozenset(
    f"{_M}{name}"
    for name in (
        *("f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "limLow", "limUpp", "m", "eqArr"),
        *("acc", "bar", "func", "groupChr", "phant", "borderBox"),
    )
)
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
_BREAK = f"{W}br"
_RUNS = (f"{W}r", f"{_M}r")
_PLAIN_RUN, _PLAIN_TEXT = f"{W}r", f"{W}t"
#: What shows nothing beside runs.
_BESIDE_RUNS = frozenset(
    f"{W}{name}" for name in ("pPr", "proofErr", "bookmarkStart", "bookmarkEnd")
)
_PROPERTIES, _PAGE_BREAK = f"{W}rPr", f"{W}lastRenderedPageBreak"
_SHOWN = frozenset((f"{W}t", f"{_M}t", f"{W}sym", f"{W}br", *_CHARACTERS))
#: Alternatives that need these are understood by the programs of today.
_UNDERSTOOD = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")

_SPACES = regex(r"[ \n\r]+")
#: What stands behind it is shown from right to left, figures as well; not by every program that
#: shows letters.
_TURNED = "\u202e"


Inline = Shown | Unmapped | Sign | etree._Element


LookOf = Callable[[etree._Element], Look]


def pieces(paragraph: etree._Element, look_of: LookOf) -> Iterator[Inline]:
    """`look_of`: how a run looks."""
    waiting: list[tuple[Iterator[etree._Element], Look]] = [(iter(paragraph), Look())]
    fields = Fields()
    while waiting:
        children, look = waiting[-1]
        element = next(children, None)
        if element is None:
            waiting.pop()
            continue
        tag = element.tag
        if tag == f"{W}fldChar":
            for made in fields.turn(element):
                yield Shown(made, look) if isinstance(made, str) else made
        elif tag in _PASSED_OVER or look.hidden:
            if tag == f"{W}instrText":
                fields.instruct(element.text or "")
        elif tag == f"{W}txbxContent":
            yield element
        elif tag == f"{MC}AlternateContent":
            waiting.append((iter(alternative(element)), look))
        elif tag == f"{W}sdt" and is_prompt(element):
            continue
        elif not fields.are_showing or tag not in _SHOWN:
            if fields.are_showing and _is_unsure(element):
                yield Sign.UNSURE
            waiting.append((iter(element), look_of(element) if tag in _RUNS else look))
        else:
            for one in _read(element, look):
                if isinstance(one, Shown):
                    fields.show(one.text)
                yield one


def plain_text(
    paragraph: etree._Element, is_plain: Callable[[etree._Element | None], bool]
) -> str | None:
    """The text of a paragraph that has runs of text and nothing else, each of them plain: what
    `pieces` and `composed` come to, in a fraction of the time. None where there is more to it.

    `is_plain`: of the properties of a run, None where it has none."""
    parts: list[str] = []
    bare = False
    for child in paragraph:
        if child.tag == _PLAIN_RUN:
            said = _plain_run(child, is_plain)
            if said is None:
                return None
            bare = bare or not said.has_properties
            parts.append(said.text)
        elif child.tag not in _BESIDE_RUNS:
            return None
    text = "".join(parts)
    if bare and not is_plain(None):
        return None
    if not text.isascii() and (_TURNED in text or AFTER_MARK.search(text)):
        return None
    return text


class _Run(NamedTuple):
    text: str
    has_properties: bool


def _plain_run(
    run: etree._Element, is_plain: Callable[[etree._Element | None], bool]
) -> _Run | None:
    """What a run says that has properties and text and nothing else."""
    text, has_properties = "", False
    for one in run:
        tag = one.tag
        if tag == _PLAIN_TEXT:
            text += _text(one)
        elif tag == _PROPERTIES:
            has_properties = True
            if not is_plain(one):
                return None
        elif tag != _PAGE_BREAK:
            return None
    return _Run(text, has_properties)


def _is_unsure(element: etree._Element) -> bool:
    """Whether the text in an element is not all that it shows, or not in its order."""
    tag = element.tag
    if tag == f"{W}fldSimple":
        return not said_in(element) and not is_silent(element.get(f"{W}instr", ""))
    if tag == f"{W}bdo":
        return element.get(f"{W}val") == "rtl" and bool(DIGIT.search(said_in(element)))
    return tag in _BUILT


def _read(element: etree._Element, look: Look) -> Iterator[Inline]:
    if element.tag == f"{W}sym":
        yield _symbol(element, look)
        return
    text = _text(element)
    if look.font in SYMBOLS:
        for one in text:
            yield of_font(look.font, one, look)
        return
    if _TURNED in text:
        yield Sign.UNSURE
    yield Shown(text, look)


def _text(element: etree._Element) -> str:
    if element.tag == _BREAK:
        return "\n" if element.get(f"{W}type", "textWrapping") == "textWrapping" else ""
    if element.tag in _CHARACTERS:
        return _CHARACTERS[element.tag]
    text = element.text or ""
    if not text.isalnum():
        text = _SPACES.sub(" ", text)
    return text if element.get(_XML_SPACE) == "preserve" else text.strip(" \t")


def _symbol(element: etree._Element, look: Look) -> Inline:
    code = element.get(f"{W}char", "")
    if not re.fullmatch("[0-9A-Fa-f]{1,4}", code):
        return Sign.UNSURE
    return of_font(element.get(f"{W}font", "").strip().lower(), chr(int(code, 16)), look)


def alternative(element: etree._Element) -> Iterable[etree._Element]:
    """One of the alternatives: the first that is understood, as all of them say the same."""
    for choice in element.iterfind(f"{MC}Choice"):
        needs = [choice.nsmap.get(one, "") for one in choice.get("Requires", "").split()]
        if all(one.startswith(_UNDERSTOOD) for one in needs):
            return choice
    fallback = element.find(f"{MC}Fallback")
    return () if fallback is None else fallback
