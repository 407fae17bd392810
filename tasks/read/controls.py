"""Fields and content controls of a DOCX: what they show where the text does not say it.

A field has an instruction and the result that it gave last. A drop-down shows the entry that
its number names and may have no result at all; a check box is drawn. Content controls may be
bound to data elsewhere in the package, which Word shows in place of what the control holds.
What a field or control shows and the document does not hold is `UNSURE`, never nothing.

Source: ECMA-376 Part 1, 17.16.5 Fields, 17.16.17 ffData, 17.16.9 ddList, 17.5.2 Structured
Document Tags, 17.5.2.6 dataBinding; 22.5 Custom XML Data Properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from lxml import etree

from tasks.model.patterns import regex
from tasks.read.numbering import W, is_on
from tasks.read.package import Package

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}"


class Sign(Enum):
    """What is shown and is no text of the document."""

    UNSURE = "unsure"


#: Fields that show nothing where they stand, or nothing until they have a result: entries of
#: indexes and the indexes, settings, steps of a merge.
_SILENT = frozenset(
    (
        *("XE", "TC", "TA", "RD", "SET", "ASK", "PRIVATE", "NEXT", "NEXTIF", "SKIPIF", "ADVANCE"),
        *("TOC", "INDEX", "TOA", "BIBLIOGRAPHY", "HYPERLINK", "COMMENTS"),
    )
)
_WORD = regex(r"\s*([A-Za-z]+|=)")
#: What may be a figure of a cell.
_FIGURE = regex(r"\s*[-+]?\d[\d,.\s]*")
_BOX = {True: "☑", False: "□"}


@dataclass(slots=True)
class _Field:
    #: What a form field is, None for any other field.
    form: etree._Element | None
    instruction: str = ""
    has_result: bool = False
    result: list[str] = field(default_factory=list)


class Fields:
    """The fields that are open in a paragraph, the innermost last."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def are_showing(self) -> bool:
        """Whether what comes now is the result of every field around it."""
        return all(one.has_result for one in self._open)

    def instruct(self, text: str) -> None:
        if self._open and not self._open[-1].has_result:
            self._open[-1].instruction += text

    def show(self, text: str) -> None:
        if self._open:
            self._open[-1].result.append(text)

    def turn(self, mark: etree._Element) -> Iterator[str | Sign]:
        """A field begins, comes to its result, or ends: then what it shows beside the result."""
        kind = mark.get(f"{W}fldCharType", "")
        if kind == "begin":
            self._open.append(_Field(mark.find(f"{W}ffData")))
        elif kind == "separate" and self._open:
            self._open[-1].has_result = True
        elif kind == "end" and self._open:
            ended = self._open.pop()
            said = "".join(ended.result)
            self.show(said)
            if self.are_showing:
                yield from _shown_beside(said, ended)


def _shown_beside(said: str, ended: _Field) -> Iterator[str | Sign]:
    choices = None if ended.form is None else ended.form.find(f"{W}ddList")
    box = None if ended.form is None else ended.form.find(f"{W}checkBox")
    if choices is not None:
        entry = _entry(choices)
        if not said.strip() and entry is not None:
            yield entry
        elif entry is None or said.strip() != entry.strip():
            yield Sign.UNSURE
    elif box is not None:
        if not said.strip():
            yield _BOX[_is_checked(box)]
    elif not said and not is_silent(ended.instruction):
        yield Sign.UNSURE


def _entry(choices: etree._Element) -> str | None:
    """The entry that a drop-down shows; None where it names one that is not there."""
    entries = [one.get(f"{W}val", "") for one in choices.iterfind(f"{W}listEntry")]
    chosen = choices.find(f"{W}result")
    if chosen is None:
        chosen = choices.find(f"{W}default")
    number = "0" if chosen is None else chosen.get(f"{W}val", "0")
    at = int(number) if re.fullmatch("[0-9]{1,3}", number) else -1
    return entries[at] if 0 <= at < len(entries) else None


def _is_checked(box: etree._Element) -> bool:
    checked = box.find(f"{W}checked")
    return is_on(box.find(f"{W}default") if checked is None else checked)


def is_silent(instruction: str) -> bool:
    """Whether the field of this instruction shows nothing where it stands."""
    word = _WORD.match(instruction)
    return word is not None and word[1].upper() in _SILENT


def said_in(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


# Content controls.


def is_prompt(control: etree._Element) -> bool:
    """Whether a content control shows what should be entered, and nothing that was."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


#: XML of the package by the id that controls name it with.
Stores = Mapping[str, etree._Element]

#: The ways to a text that are followed: from the root, by name and number.
_STEP = r"/(?:[\w.-]+:)?[\w.-]+(?:\[\d{1,4}\])?"
_WAY = regex(rf"(?:{_STEP}){{1,12}}(?:/@(?:[\w.-]+:)?[\w.-]+|/text\(\))?")
_PREFIX = regex(r"xmlns:([\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")


def stores_of(package: Package, main: str) -> Stores:
    """The data that controls of the main part may be bound to."""
    found: dict[str, etree._Element] = {}
    for link in package.relationships(main):
        if link.kind != "customXml":
            continue
        root = package.xml(link.target)
        if root is None:
            continue
        abouts = [package.xml(about.target) for about in package.relationships(link.target)]
        ids = [about.get(f"{_DATA}itemID", "").lower() for about in abouts if about is not None]
        found |= dict.fromkeys(ids or [link.target], root)
    return found


def unsure_cells(body: etree._Element, stores: Stores) -> frozenset[etree._Element]:
    """The cells of tables of which a control shows something else than it holds."""
    found: set[etree._Element] = set()
    for control in body.iter(f"{W}sdt"):
        if not (_is_emptied(control) or _asks_a_figure(control) or _differs(control, stores)):
            continue
        around = next(control.iterancestors(f"{W}tc"), None)
        found.update(control.iter(f"{W}tc") if around is None else [around])
    return frozenset(found)


def _is_emptied(control: etree._Element) -> bool:
    """Whether a control knows what was chosen and holds nothing."""
    properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
    if properties is None or not _knows(properties) or is_prompt(control):
        return False
    return content is None or not (_text(content) or content.find(f".//{W}sym") is not None)


def _knows(properties: etree._Element) -> bool:
    """Whether a control keeps what was chosen beside what it holds."""
    choices = (properties.find(f"{W}{name}") for name in ("dropDownList", "comboBox"))
    date = properties.find(f"{W}date")
    return (
        any(one is not None and one.get(f"{W}lastValue") for one in choices)
        or (date is not None and bool(date.get(f"{W}fullDate")))
        or properties.find(f"{_W14}checkbox") is not None
    )


def _asks_a_figure(control: etree._Element) -> bool:
    """Whether a prompt is a figure: programs that fill in a form forget to say that it is none
    any more."""
    return is_prompt(control) and bool(_FIGURE.fullmatch(_text(control.find(f"{W}sdtContent"))))


def _differs(control: etree._Element, stores: Stores) -> bool:
    properties = control.find(f"{W}sdtPr")
    binding = None if properties is None else _binding(properties)
    if properties is None or binding is None or _is_no_text(properties):
        return False
    name = binding.get(f"{W}storeItemID", "").lower()
    try:
        found = [_followed(one, binding) for id, one in stores.items() if name in ("", id)]
    except _NotFollowed:
        return True
    bound = next((one for one in found if one is not None), None)
    if bound is None or bound.lstrip().startswith("<"):
        return False
    shown = "" if is_prompt(control) else _text(control.find(f"{W}sdtContent"))
    return _squeezed(shown) not in {_squeezed(one) for one in _ways_to_show(properties, bound)}


def _binding(properties: etree._Element) -> etree._Element | None:
    """Where a control has its text from; without the name of a store, from whichever has it.
    Source: ECMA-376 Part 1, 17.5.2.6 dataBinding; MS-DOCX 2.5.3.5 for later Word."""
    for name in (f"{W}dataBinding", f"{_W15}dataBinding"):
        binding = properties.find(name)
        if binding is not None:
            return binding
    return None


class _NotFollowed(Exception):
    """A way into the data that is more than names and numbers."""


def _followed(store: etree._Element, binding: etree._Element) -> str | None:
    """The text at the end of the way; None where it leads nowhere, and Word shows what is
    held."""
    way = binding.get(f"{W}xpath", "")
    if not _WAY.fullmatch(way):
        raise _NotFollowed
    said = _PREFIX.findall(binding.get(f"{W}prefixMappings", ""))
    prefixes = {prefix: one or other for prefix, one, other in said if one or other}
    try:
        found = store.getroottree().xpath(way, namespaces=prefixes)
    except etree.XPathError as error:
        raise _NotFollowed from error
    if not isinstance(found, list) or not found:
        return None
    first = found[0]
    return _whole(first) if isinstance(first, etree._Element) else str(first)


def _whole(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _is_no_text(properties: etree._Element) -> bool:
    """Pictures, boxes and dates are shown in another way than they are kept."""
    names = (f"{W}picture", f"{W}date", f"{W}richText", f"{_W14}checkbox")
    return any(properties.find(name) is not None for name in names)


def _ways_to_show(properties: etree._Element, bound: str) -> Iterator[str]:
    yield bound
    for item in properties.iter(f"{W}listItem"):
        if item.get(f"{W}value") == bound:
            yield item.get(f"{W}displayText", bound)


def _text(content: etree._Element | None) -> str:
    """What stands in a control, controls within that still ask left out."""
    if content is None:
        return ""
    asking = [one for one in content.iter(f"{W}sdt") if is_prompt(one)]
    asked = {text for one in asking for text in one.iter(f"{W}t")}
    return "".join(text.text or "" for text in content.iter(f"{W}t") if text not in asked)


def _squeezed(text: str) -> str:
    return "".join(text.split())
