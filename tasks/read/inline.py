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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.controls import Fields, Sign, is_prompt, is_silent, said_in
from tasks.read.looks import Look
from tasks.read.numbering import W

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

_CIRCLED = {0x80 + n: one for n, one in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩")} | {
    0x8B + n: one for n, one in enumerate("⓿❶❷❸❹❺❻❼❽❾❿")
}
#: Symbol fonts have characters of their own; these occur in forms.
_SYMBOLS = {
    "wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0xA8: "□", 0xFB: "✗", 0xFC: "✓"}
    | {0xFD: "☒", 0xFE: "☑"}
    | _CIRCLED,
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "□"},
    "wingdings 3": {},
    "webdings": {},
    "symbol": {ord(one): one for one in " 0123456789.,/%()[]<>=+:;"}
    | {0x2D: "−", 0xB4: "×", 0xB8: "÷", 0xB1: "±", 0xB7: "·", 0xB3: "≥", 0xA3: "≤"},
}
_RAISED = regex(r"\s*[\[(［（〔]?([0-9]{1,3})[\])］）〕]?\s*")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGIT = regex("[0-9０-９]")
_AFTER_MARK = regex(r"[⁰¹²³⁴-⁹]\s*[0-9０-９.,，]")
#: Set a little higher or lower, in half-points, text still stands on its line.
_ON_ITS_LINE = 3
_SPACES = regex(r"[ \n\r]+")
#: What stands behind it is shown from right to left, figures as well; not by every program that
#: shows letters.
_TURNED = "\u202e"


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class Unmapped:
    #: Font and code, for people.
    symbol: str


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
    if not text.isascii() and (_TURNED in text or _AFTER_MARK.search(text)):
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


def is_of_symbols(look: Look) -> bool:
    return look.font in _SYMBOLS


def _is_unsure(element: etree._Element) -> bool:
    """Whether the text in an element is not all that it shows, or not in its order."""
    tag = element.tag
    if tag == f"{W}fldSimple":
        return not said_in(element) and not is_silent(element.get(f"{W}instr", ""))
    if tag == f"{W}bdo":
        return element.get(f"{W}val") == "rtl" and bool(_DIGIT.search(said_in(element)))
    return tag in _BUILT


def _read(element: etree._Element, look: Look) -> Iterator[Inline]:
    if element.tag == f"{W}sym":
        yield _symbol(element, look)
        return
    text = _text(element)
    if look.font in _SYMBOLS:
        for one in text:
            yield _of_font(look.font, one, look)
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
    return _of_font(element.get(f"{W}font", "").strip().lower(), chr(int(code, 16)), look)


def _of_font(font: str, one: str, look: Look) -> Inline:
    """A character of a symbol font, which may stand in private use."""
    number = ord(one)
    private = 0xF000 <= number <= 0xF0FF
    if font in _SYMBOLS and (private or (0x20 < number < 0x100)):
        found = _SYMBOLS[font].get(number & 0xFF)
        return Shown(found, look) if found else Unmapped(f"{font} {number:04X}")
    if private or not number or 0xD800 <= number < 0xF900:
        return Unmapped(f"{font} {number:04X}")
    return Shown(one, look)


def alternative(element: etree._Element) -> Iterable[etree._Element]:
    """One of the alternatives: the first that is understood, as all of them say the same."""
    for choice in element.iterfind(f"{MC}Choice"):
        needs = [choice.nsmap.get(one, "") for one in choice.get("Requires", "").split()]
        if all(one.startswith(_UNDERSTOOD) for one in needs):
            return choice
    fallback = element.find(f"{MC}Fallback")
    return () if fallback is None else fallback


# What is seen, as one text.


@dataclass(frozen=True, slots=True)
class Composed:
    text: str
    #: What raised or lowered text says is not sure.
    is_sure: bool = True


def composed(shown: Sequence[Shown]) -> Composed:
    """The text of a paragraph; spaces as they stand."""
    places = [one.look.raised_by for one in shown if one.text.strip()]
    level = next((at for at in places if abs(at) < _ON_ITS_LINE), places[0] if places else 0)
    parts: list[tuple[int, str]] = []
    for one in shown:
        step = _step(one.look, level) if one.text.strip() else 0
        if parts and parts[-1][0] == step:
            parts[-1] = (step, parts[-1][1] + one.text)
        else:
            parts.append((step, one.text))
    text = "".join(_marked(said) if step > 0 else said for step, said in parts)
    odd = any(
        step and _DIGIT.search(said) and not (step > 0 and _RAISED.fullmatch(said))
        for step, said in parts
    )
    return Composed(text, is_sure=not odd and not _AFTER_MARK.search(text))


def _step(look: Look, level: int) -> int:
    """1 for raised text, -1 for lowered, 0 for text on its line."""
    if look.aligned:
        return 1 if look.aligned == "superscript" else -1
    away = look.raised_by - level
    return 0 if abs(away) < _ON_ITS_LINE else (1 if away > 0 else -1)


def _marked(said: str) -> str:
    mark = _RAISED.fullmatch(said)
    return (mark[1] if mark else said).translate(_RAISE)
