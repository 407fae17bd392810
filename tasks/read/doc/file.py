"""Where in an old Word document what lies: its header, the pieces of its text, and what is said of
each stretch of bytes; used by its reader.

The text lies in the file in pieces, and in their order it reads. What is said of characters and
paragraphs is found by the place of a byte in the file.

Source: [MS-DOC] 2.5 File Information Block, 2.9.38 Clx, 2.9.33 ChpxFkp, 2.9.180 PapxFkp.
"""

from __future__ import annotations

import codecs
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tasks.detect.compound import Compound
from tasks.model.limits import MAX_CHARACTERS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.package import Named, corrupt, too_complex

KIND = Named(zh="旧版 Word 或 WPS 文档", en="legacy Word or WPS document", program="Word")
_MAGIC, _WORD_97 = 0xA5EC, 0xC1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PAGE = 512
_COUNTS = 0x4C
_PLACES = 0x9A
#: Numbers of places in the header.
STYLES, CHARACTERS, PARAGRAPHS, FONTS, PIECES, LISTS, OVERRIDES = 1, 12, 13, 15, 33, 73, 74
_HUGE = (0x6645, 0x6646)
# Python loads a codec when it is first asked for, and in the sandbox no file can be opened.
for _codec in ("cp1252", "utf-16-le"):
    codecs.lookup(_codec)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Bytes from here to there, and the operations on what they look like."""

    start: int
    end: int
    said: bytes
    #: Of a paragraph, the number of its style.
    style: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text: `first` and `end` count characters, `at` is its place in the file."""

    first: int
    end: int
    at: int
    is_narrow: bool
    said: bytes = b""

    @property
    def width(self) -> int:
        return 1 if self.is_narrow else 2


@dataclass(slots=True)
class Runs:
    """Runs by where they begin."""

    runs: list[Run]
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runs.sort(key=lambda run: run.start)
        self._starts = [run.start for run in self.runs]

    def at(self, place: int) -> Run | None:
        number = bisect_right(self._starts, place) - 1
        if number < 0 or place >= self.runs[number].end:
            return None
        return self.runs[number]

    def until(self, place: int) -> int:
        """Where what is said at this place may change next; beyond all places for nowhere."""
        number = bisect_right(self._starts, place) - 1
        if number >= 0 and place < self.runs[number].end:
            return self.runs[number].end
        following = number + 1
        return self._starts[following] if following < len(self._starts) else 1 << 40


class WordFile:
    """Raises Refusal `corrupt`, `encrypted`, `unsupported_format`, and `Broken`."""

    def __init__(self, source: bytes) -> None:
        self._compound = Compound(source)
        self.main = self._compound.stream("WordDocument") or b""
        if len(self.main) < _PLACES or self._short(0) != _MAGIC:
            raise broken()
        flags = self._short(10)
        if flags & _ENCRYPTED:
            raise _encrypted()
        if self._short(2) < _WORD_97:
            raise _too_old()
        table = "1Table" if flags & _SECOND_TABLE else "0Table"
        self.table = self._compound.stream(table) or b""
        counts = struct.unpack_from("<8l", self.main, _COUNTS)
        self.n_text, self.before_boxes, self.n_boxes = counts[0], sum(counts[:6]), counts[6]
        if not self.table or min(counts) < 0:
            raise broken()
        if sum(counts) > MAX_CHARACTERS:
            raise too_complex(
                f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters", KIND
            )
        self.pieces = list(self._pieces())
        self.characters = Runs(list(self._runs(CHARACTERS, is_paragraph=False)))
        self.paragraphs = Runs(list(self._runs(PARAGRAPHS, is_paragraph=True)))
        if not self.pieces or self.pieces[-1].end < self.n_text:
            raise broken()

    @cached_property
    def _data(self) -> bytes:
        """Mostly pictures: read where something else lies among them."""
        return self._compound.stream("Data") or b""

    def part(self, number: int) -> bytes:
        """A part of the table stream, by the number of its place."""
        at, size = self._place(number)
        if at + size > len(self.table):
            raise broken()
        return self.table[at : at + size]

    def behind(self, number: int) -> bytes:
        """What follows a part."""
        at, size = self._place(number)
        return self.table[at + size :] if size else b""

    def _place(self, number: int) -> tuple[int, int]:
        at = _PLACES + 8 * number
        if at + 8 > len(self.main):
            return 0, 0
        place, size = struct.unpack_from("<2L", self.main, at)
        return place, size

    def _short(self, at: int) -> int:
        return int.from_bytes(self.main[at : at + 2], "little")

    def _pieces(self) -> Iterator[Piece]:
        source, at = self.part(PIECES), 0
        said: list[bytes] = []
        while at + 3 <= len(source) and source[at] == 1:
            size = struct.unpack_from("<H", source, at + 1)[0]
            said.append(source[at + 3 : at + 3 + size])
            at += 3 + size
        if at + 5 > len(source) or source[at] != 2:
            raise broken()
        count = (struct.unpack_from("<L", source, at + 1)[0] - 4) // 12
        at += 5
        if count < 1 or at + 12 * count + 4 > len(source):
            raise broken()
        ends = struct.unpack_from(f"<{count + 1}L", source, at)
        for number in range(count):
            first, end = ends[number], ends[number + 1]
            _, place, modifier = struct.unpack_from("<HLH", source, at + 4 * count + 4 + 8 * number)
            is_narrow = bool(place & 0x40000000)
            place &= 0x3FFFFFFF
            made = Piece(
                first=first,
                end=end,
                at=place // 2 if is_narrow else place,
                is_narrow=is_narrow,
                said=_of_modifier(modifier, said),
            )
            if end < first or made.at + (end - first) * made.width > len(self.main):
                raise broken()
            yield made

    def _runs(self, number: int, *, is_paragraph: bool) -> Iterator[Run]:
        source = self.part(number)
        count = max((len(source) - 4) // 8, 0)
        if count > len(self.main) // _PAGE:
            raise broken()
        for index in range(count):
            page = struct.unpack_from("<L", source, 4 * (count + 1 + index))[0] & 0x3FFFFF
            held = self.main[page * _PAGE : (page + 1) * _PAGE]
            if len(held) < _PAGE:
                raise broken()
            yield from self._of_paragraphs(held) if is_paragraph else _of_characters(held)

    def _of_paragraphs(self, page: bytes) -> Iterator[Run]:
        for start, end, at in _stretches(page, 13):
            if not at:
                yield Run(start=start, end=end, said=b"")
                continue
            size, begins = 2 * page[at] - 1, at + 1
            if not page[at]:
                size, begins = 2 * page[min(at + 1, _PAGE - 1)], at + 2
            held = page[begins : begins + size]
            said = held[2:]
            if int.from_bytes(said[:2], "little") in _HUGE and len(said) >= 6:
                said = self._huge(struct.unpack_from("<L", said, 2)[0]) + said[6:]
            yield Run(start=start, end=end, said=said, style=int.from_bytes(held[:2], "little"))

    def _huge(self, at: int) -> bytes:
        """What did not fit into a page lies among the data."""
        size = struct.unpack_from("<H", self._data, at)[0]
        held = self._data[at + 2 : at + 2 + size]
        if len(held) < size:
            raise broken()
        return held


def _of_characters(page: bytes) -> Iterator[Run]:
    for start, end, at in _stretches(page, 1):
        said = page[at + 1 : at + 1 + page[at]] if at else b""
        yield Run(start=start, end=end, said=said)


def _stretches(page: bytes, width: int) -> Iterator[tuple[int, int, int]]:
    """From, to, and where on the page it is said what they look like; 0 for nowhere."""
    count = page[_PAGE - 1]
    if 4 * (count + 1) + width * count > _PAGE - 1:
        raise broken()
    ends = struct.unpack_from(f"<{count + 1}L", page)
    for number in range(count):
        yield ends[number], ends[number + 1], 2 * page[4 * (count + 1) + width * number]


#: Operations that a piece may name by a short number, with their own.
_SHORT = {0x41: 0x0800, 0x53: 0x2A53, 0x57: 0x0837, 0x5C: 0x083C, 0x68: 0x2A48}


def _of_modifier(modifier: int, said: list[bytes]) -> bytes:
    """What was changed of a piece when the document was saved in haste."""
    if modifier & 1:
        number = modifier >> 1
        return said[number] if number < len(said) else b""
    code = _SHORT.get(modifier >> 1 & 0x7F)
    return b"" if code is None else struct.pack("<HB", code, modifier >> 8)


def broken() -> Refusal:
    return corrupt("内部结构不完整", "its inner structure is incomplete", KIND)


def _encrypted() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "文档设有打开密码，无法读取。请取消密码后重新提交。",
        "The document needs a password to open. Remove it and send the document again.",
    )


def _too_old() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "不支持的文件格式：Word 95 或更早的文档。请用 Word 或 WPS 打开，另存为 DOCX 后重新提交。",
        "Unsupported format: a document of Word 95 or older. Open it in Word or WPS, save it as "
        "DOCX and send it again.",
    )
