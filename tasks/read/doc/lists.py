"""The lists of an old Word document, told as a DOCX tells them; used by its reader.

Source: [MS-DOC] 2.9.150 LSTF, 2.9.147 LVL, 2.9.131 LFO; [MS-OSHARED] 2.2.1.3 MSONFC, whose numbers
are the order in which ECMA-376 Part 1, 17.18.59 names the ways to count.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from lxml import etree

from tasks.read.doc.file import LISTS, OVERRIDES, WordFile
from tasks.read.numbering import LEVELS, Numbering, W

_WAYS = (
    *("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "decimal"),
    *("decimal", "decimal", "decimal", "ideographDigital", "japaneseCounting", "decimal"),
    *("decimal", "decimalFullWidth", "decimal", "decimal", "japaneseDigitalTenThousand"),
    *("decimalEnclosedCircle", "decimalFullWidth2", "decimal", "decimal", "decimalZero", "bullet"),
    *("decimal", "decimal", "decimalEnclosedFullstop", "decimalEnclosedParen"),
    *("decimalEnclosedCircleChinese", "ideographEnclosedCircle", "ideographTraditional"),
    *("ideographZodiac", "ideographZodiac", "taiwaneseCounting", "ideographLegalTraditional"),
    *("taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting"),
    *("chineseLegalSimplified", "chineseCountingThousand"),
)
_NONE = 255
_LIST, _LEVEL, _OVERRIDE = 28, 28, 16
_MOST_LISTS = 5_000


def numbering(file: WordFile) -> Numbering:
    """Lists by their numbers, from 1; those that cannot be read have none."""
    root = etree.Element(f"{W}numbering")
    try:
        root.extend(_abstract(file))
        root.extend(_numbers(file))
    except (struct.error, IndexError):
        return Numbering(None)
    return Numbering(root)


def _abstract(file: WordFile) -> Iterator[etree._Element]:
    lists, levels = file.part(LISTS), file.behind(LISTS)
    count = struct.unpack_from("<H", lists)[0] if lists else 0
    at = 0
    for number in range(min(count, _MOST_LISTS)):
        held = lists[2 + _LIST * number : 2 + _LIST * (number + 1)]
        made = etree.Element(f"{W}abstractNum")
        made.set(f"{W}abstractNumId", str(struct.unpack_from("<l", held)[0]))
        for level in range(1 if held[26] & 1 else LEVELS):
            one, at = _level(levels, at, level)
            made.append(one)
        yield made


def _level(source: bytes, at: int, level: int) -> tuple[etree._Element, int]:
    """A level, and where the next one begins."""
    start, way, flags = struct.unpack_from("<lBB", source, at)
    of_text, of_paragraph = source[at + 24], source[at + 25]
    limit = source[at + 26]
    at += _LEVEL + of_text + of_paragraph
    size = struct.unpack_from("<H", source, at)[0]
    text = source[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace")
    shown = "".join(f"%{ord(one) + 1}" if ord(one) < LEVELS else one for one in text)
    name = "none" if way == _NONE else (_WAYS[way] if way < len(_WAYS) else "decimal")
    made = etree.Element(f"{W}lvl")
    made.set(f"{W}ilvl", str(level))
    said = {"start": str(max(start, 0)), "numFmt": name, "lvlText": shown}
    if flags & 0x04:
        said["isLgl"] = "1"
    if flags & 0x08:
        said["lvlRestart"] = str(limit)
    for tag, value in said.items():
        etree.SubElement(made, f"{W}{tag}").set(f"{W}val", value)
    return made, at + 2 + 2 * size


def _numbers(file: WordFile) -> Iterator[etree._Element]:
    source = file.part(OVERRIDES)
    count = struct.unpack_from("<L", source)[0] if source else 0
    at = 4 + _OVERRIDE * min(count, _MOST_LISTS)
    for number in range(min(count, _MOST_LISTS)):
        held = source[4 + _OVERRIDE * number : 4 + _OVERRIDE * (number + 1)]
        made = etree.Element(f"{W}num")
        made.set(f"{W}numId", str(number + 1))
        abstract = etree.SubElement(made, f"{W}abstractNumId")
        abstract.set(f"{W}val", str(struct.unpack_from("<l", held)[0]))
        at += 4
        for _ in range(held[12]):
            override, at = _override(source, at)
            made.append(override)
        yield made


def _override(source: bytes, at: int) -> tuple[etree._Element, int]:
    start, flags = struct.unpack_from("<lL", source, at)
    made = etree.Element(f"{W}lvlOverride")
    made.set(f"{W}ilvl", str(flags & 15))
    if flags & 0x10:
        etree.SubElement(made, f"{W}startOverride").set(f"{W}val", str(max(start, 0)))
    at += 8
    if flags & 0x20:
        level, at = _level(source, at, flags & 15)
        made.append(level)
    return made, at
