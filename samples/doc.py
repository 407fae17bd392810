"""Report -> DOC: the binary format of Word 97, as Word, WPS and LibreOffice write it.

Only what a reader of text and tables needs: header, pieces of text, what is said of characters and
paragraphs. No styles, fonts or lists.

Source: [MS-DOC] 2.5 File Information Block, 2.8.35 PlcPcd, 2.9.33 ChpxFkp, 2.9.180 PapxFkp,
2.9.321 TDefTableOperand; [MS-CFB].
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from samples.layout import LogicalCell, LogicalTable
from samples.prose import Paper, Passage
from samples.style import named
from samples.word import NESTED, PIECES, TRACKED, WordStyle, in_runs, kept_edges, rows_of

_WIDE, _OFF = 900, 30
_PAGE, _TEXT_AT = 512, 2_048
_NOBODY = 0xFFFFFFFF
#: Operations on a paragraph that take more bytes lie among the data.
_MOST_ON_A_PAGE = 440
_HIDDEN, _DELETED, _STRUCK, _SPECIAL = (
    struct.pack("<HB", code, 1) for code in (0x083C, 0x0800, 0x0837, 0x0855)
)
_IN_TABLE = struct.pack("<HB", 0x2416, 1)
_ENDS_ROW = _IN_TABLE + struct.pack("<HB", 0x2417, 1)
_WITHIN = _IN_TABLE + struct.pack("<HL", 0x6649, 2)
_ENDS_INNER_CELL = _WITHIN + struct.pack("<HB", 0x244B, 1)
_ENDS_INNER_ROW = _ENDS_INNER_CELL + struct.pack("<HB", 0x244C, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocStyle(WordStyle):
    #: The outermost group label one character a paragraph.
    vertical: bool = False
    #: Cells that reach over columns say so column by column, instead of being wide.
    across: bool = False
    #: The old figure struck through beside the new one.
    struck: bool = False
    #: The edges of each row rounded by itself.
    rounded: bool = False
    #: What a row is lies among the data, as that of many columns does.
    huge: bool = False
    #: Letters of one byte where one is enough, so that the text lies in many pieces.
    narrow: bool = False
    #: Saved in haste: the pieces lie in the file from last to first.
    hasty: bool = False


def render_doc(paper: Paper, style: DocStyle, seed: int) -> bytes:
    writer = _Writer(style=style, random=Random(seed))
    for part in paper.parts:
        writer.part(part)
    if style.nested:
        writer.mark("\x07", _IN_TABLE)
        writer.end_row([_WIDE * 12], [0], is_inner=False)
    writer.mark("\r", b"")
    return assembled(writer.runs, writer.paragraphs, writer.data, style)


@dataclass(slots=True, kw_only=True)
class _Writer:
    style: DocStyle
    random: Random
    #: Text, and the operations on how it looks.
    runs: list[tuple[str, bytes]] = field(default_factory=list)
    #: How many characters a paragraph has, and the operations on it.
    paragraphs: list[tuple[int, bytes]] = field(default_factory=list)
    data: bytes = b""
    _kept: set[int] = field(default_factory=set)
    _length: int = 0

    def write(self, text: str, said: bytes = b"") -> None:
        self.runs.append((text, said))
        self._length += len(text)

    def mark(self, one: str, said: bytes) -> None:
        """Ends a paragraph."""
        self.write(one)
        self.paragraphs.append((self._length, said))
        self._length = 0

    def part(self, part: Passage | LogicalTable) -> None:
        around = _IN_TABLE if self.style.nested else b""
        if isinstance(part, Passage):
            self._written(part.text)
            self.mark("\r", around)
            return
        for one in self.style.tables(part):
            self._table(one)
            self.mark("\r", around)

    def _written(self, text: str) -> None:
        if not self.style.noise:
            self.write(text)
            return
        for run in in_runs(text, self.random):
            self.write(run)
            self._noise()

    def _noise(self) -> None:
        match self.random.randrange(4):
            case 0:
                self.write("9", _HIDDEN)
            case 1:
                self.write("\x02", _SPECIAL)
            case 2:
                self.write("\x05", _SPECIAL)
            case _:
                self.write("\x13", _SPECIAL)
                self.write(" XE 88 ")
                self.write("\x15", _SPECIAL)

    # --- tables ---

    def _table(self, table: LogicalTable) -> None:
        printed = self.style.printed(table, "\x0b")
        self._kept = kept_edges(printed)
        for row in rows_of(printed):
            self._row(row)

    def _row(self, cells: list[tuple[LogicalCell, bool]]) -> None:
        edges: list[int] = []
        flags: list[int] = []
        for cell, is_first in cells:
            down = 0 if cell.rowspan == 1 else (0x60 if is_first else 0x20)
            parts = range(1, cell.colspan + 1) if self.style.across else [cell.colspan]
            for part in parts:
                across = 0
                if self.style.across and cell.colspan > 1:
                    across = 1 if part == 1 else 2
                flags.append(down | across)
                off = self.style.rounded and cell.column + part not in self._kept
                wide = self.random.randint(-_OFF, _OFF) if off else 0
                edges.append(_WIDE * (cell.column + part) + wide)
                if is_first and part == parts[0]:
                    self._filled(cell)
                self._end_cell()
        self.end_row(edges, flags, is_inner=self.style.nested)

    def _end_cell(self) -> None:
        if self.style.nested:
            self.mark("\r", _ENDS_INNER_CELL)
        else:
            self.mark("\x07", _IN_TABLE)

    def end_row(self, edges: Sequence[int], flags: Sequence[int], *, is_inner: bool) -> None:
        cells = b"".join(
            struct.pack("<HH", flag, edge) + bytes(16)
            for flag, edge in zip(flags, edges, strict=True)
        )
        held = struct.pack(f"<B{len(edges) + 1}h", len(edges), 0, *edges) + cells
        said = struct.pack("<HH", 0xD608, len(held) + 1) + held
        said = (_ENDS_INNER_ROW if is_inner else _ENDS_ROW) + said
        if self.style.huge or len(said) > _MOST_ON_A_PAGE:
            said = self._put_away(said)
        self.mark("\r" if is_inner else "\x07", said)

    def _put_away(self, said: bytes) -> bytes:
        at = len(self.data)
        self.data += struct.pack("<H", len(said)) + said
        return struct.pack("<HL", 0x6646, at)

    def _filled(self, cell: LogicalCell) -> None:
        if self.style.vertical and cell.role == "group" and cell.column == 0:
            for one in cell.text[:-1]:
                self.write(one)
                self.mark("\r", _IN_TABLE)
            self.write(cell.text[-1:])
            return
        if cell.role == "value" and cell.text and (self.style.tracked or self.style.struck):
            old = str(self.random.randint(100, 999))
            self.write(old, _DELETED if self.style.tracked else _STRUCK)
        self._written(cell.text.replace("\n", "\x0b"))


# --- the file -----------------------------------------------------------------------------

#: From, to, and whether its letters are one byte long.
_Stretch = tuple[int, int, bool]
#: From, to in the file, and the operations on what lies there.
_Said = tuple[int, int, bytes]


def assembled(
    runs: Sequence[tuple[str, bytes]],
    paragraphs: Sequence[tuple[int, bytes]],
    data: bytes = b"",
    style: DocStyle | None = None,
    parts: Mapping[int, bytes] | None = None,
) -> bytes:
    """A file of these runs and paragraphs. `parts`: further ones of the table stream, by the
    number of their place in the header."""
    style = style or DocStyle(name="", about="")
    text = "".join(said for said, _ in runs)
    stretches = _stretches(text, narrow=style.narrow)
    places, main = _laid_out(text, stretches, from_last=style.hasty)
    of_text = _spread(((len(said), how) for said, how in runs), stretches, places)
    of_paragraphs = _spread(paragraphs, stretches, places)
    tables = {
        12: _pages(main, of_text, 1, lambda said: bytes((len(said),)) + said if said else b""),
        13: _pages(main, of_paragraphs, 13, _of_paragraph),
        33: _piece_table(stretches, places),
        **(parts or {}),
    }
    header, table = bytearray(_header(len(text))), b""
    for number, part in sorted(tables.items()):
        struct.pack_into("<2L", header, 0x9A + 8 * number, len(table), len(part))
        table += part
    main[: len(header)] = header
    return compound({"Data": data, "1Table": table, "WordDocument": bytes(main)})


def _stretches(text: str, *, narrow: bool) -> list[_Stretch]:
    if not narrow:
        ends = sorted({0, len(text) // 3, 2 * len(text) // 3, len(text)})
        return [(first, end, False) for first, end in pairwise(ends)]
    found: list[_Stretch] = []
    for number, one in enumerate(text):
        if found and found[-1][2] == one.isascii():
            found[-1] = (found[-1][0], number + 1, one.isascii())
        else:
            found.append((number, number + 1, one.isascii()))
    return found


def _laid_out(
    text: str, stretches: Sequence[_Stretch], *, from_last: bool
) -> tuple[dict[_Stretch, int], bytearray]:
    """Where each stretch lies, and the stream with them."""
    main, places = bytearray(_TEXT_AT), dict[_Stretch, int]()
    for stretch in reversed(stretches) if from_last else stretches:
        first, end, is_narrow = stretch
        places[stretch] = len(main)
        main += text[first:end].encode("ascii" if is_narrow else "utf-16-le")
    main += bytes(-len(main) % _PAGE)
    return places, main


def _spread(
    runs: Iterable[tuple[int, bytes]],
    stretches: Sequence[_Stretch],
    places: Mapping[_Stretch, int],
) -> list[_Said]:
    """What is said of so many characters each, as places in the file, in their order."""
    found: list[_Said] = []
    begun = at = 0
    for count, said in runs:
        while count:
            first, last, is_narrow = stretches[at]
            width = 1 if is_narrow else 2
            taken = min(count, last - begun)
            place = places[stretches[at]] + (begun - first) * width
            if taken:
                found.append((place, place + taken * width, said))
            begun, count = begun + taken, count - taken
            at += begun == last and at + 1 < len(stretches)
    return sorted(found)


def _pages(
    main: bytearray, runs: Sequence[_Said], width: int, written: Callable[[bytes], bytes]
) -> bytes:
    """Puts what is said on pages behind the text; where each page begins, and its number."""
    starts: list[int] = []
    numbers: list[int] = []
    waiting = list(runs)
    while waiting:
        page, back, held = bytearray(_PAGE), _PAGE - 2, list[tuple[_Said, int]]()
        for run in waiting:
            said = written(run[2])
            size = len(said) + len(said) % 2
            if (4 + width) * (len(held) + 1) + 4 > back - size:
                break
            back -= size
            page[back : back + len(said)] = said
            held.append((run, back // 2 if said else 0))
        waiting = waiting[len(held) :]
        ends = [run[0] for run, _ in held] + [held[-1][0][1]]
        struct.pack_into(f"<{len(ends)}L", page, 0, *ends)
        for number, (_, at) in enumerate(held):
            page[4 * len(ends) + width * number] = at
        page[_PAGE - 1] = len(held)
        starts.append(ends[0])
        numbers.append(len(main) // _PAGE)
        main += page
    return struct.pack(f"<{2 * len(starts) + 1}L", *starts, runs[-1][1], *numbers)


def _of_paragraph(said: bytes) -> bytes:
    held = bytes(2) + said
    if len(held) % 2:
        return bytes(((len(held) + 1) // 2,)) + held
    return bytes((0, len(held) // 2)) + held


def _piece_table(stretches: Sequence[_Stretch], places: Mapping[_Stretch, int]) -> bytes:
    firsts = [first for first, _, _ in stretches]
    made = struct.pack(f"<{len(firsts) + 1}L", *firsts, stretches[-1][1])
    for stretch in stretches:
        at = places[stretch]
        made += struct.pack("<HLH", 0, 2 * at | 0x40000000 if stretch[2] else at, 0)
    return struct.pack("<BL", 2, len(made)) + made


def _header(n_text: int) -> bytes:
    counts = [0] * 22
    counts[3] = n_text
    return (
        struct.pack("<5HHH", 0xA5EC, 0xC1, 0, 0x804, 0, 0x1200, 0xBF)
        + bytes(18)
        + struct.pack("<H28xH22lH", 14, 22, *counts, 93)
        + bytes(8 * 93 + 2)
    )


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 file with these streams in its root, which go by the length of their names."""
    body, starts, table = b"", dict[str, int](), list[int]()
    padded = {name: held.ljust(4_096, b"\0") for name, held in streams.items()}
    for name, held in padded.items():
        starts[name] = len(table)
        body += held + bytes(-len(held) % 512)
        count = -(-len(held) // 512)
        table += [*range(len(table) + 1, len(table) + count), 0xFFFFFFFE]
    names = list(streams)
    middle = len(names) // 2
    entries = [_entry("Root Entry", 5, child=middle + 1)]
    for number, name in enumerate(names):
        left = number if number == middle and number else 0xFFFFFFFF
        right = number + 2 if number >= middle and number + 1 < len(names) else 0xFFFFFFFF
        entry = _entry(name, 2, left=left, right=right)
        entries.append(entry[:116] + struct.pack("<2L", starts[name], len(padded[name])) + bytes(4))
    directory = len(table)
    body += b"".join(entries).ljust(512, b"\0")
    table.append(0xFFFFFFFE)
    count = -(-(len(table) + 2) // 127)
    first = len(table)
    table += [0xFFFFFFFD] * count
    table += [0xFFFFFFFF] * (128 * count - len(table))
    body += struct.pack(f"<{len(table)}L", *table)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9L", 0, count, directory, 0, 4_096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    numbers = range(first, first + count)
    return head + struct.pack("<109L", *numbers, *[0xFFFFFFFF] * (109 - count)) + body


def _entry(
    name: str,
    kind: int,
    *,
    left: int = 0xFFFFFFFF,
    right: int = 0xFFFFFFFF,
    child: int = 0xFFFFFFFF,
) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    head = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters), kind, 1)
    head += struct.pack("<3L", left, right, child) + bytes(36)
    return head + struct.pack("<2L", 0xFFFFFFFE, 0) + bytes(4)


DOC_STYLES = named(
    DocStyle(name="plain", about="by a converter: wide cells"),
    DocStyle(
        name="wps",
        about="WPS: vertical label a paragraph a character, split headers, columns merged",
        vertical=True,
        split=True,
        across=True,
    ),
    DocStyle(name="across", about="columns merged one by one", across=True),
    DocStyle(**TRACKED),
    DocStyle(**NESTED),
    DocStyle(name="noise", about="hidden text, notes, comments, fields", noise=True),
    DocStyle(name="struck", about="old figures struck through", struck=True),
    DocStyle(name="rounded", about="edges of each row rounded by itself", rounded=True),
    DocStyle(name="huge", about="what rows are lies among the data", huge=True, across=True),
    DocStyle(name="narrow", about="letters of one byte where one is enough", narrow=True),
    DocStyle(name="hasty", about="saved in haste: pieces from last to first", hasty=True),
    DocStyle(**PIECES),
)
