"""XLS and .et → Book: the records of Excel 97 to 2003.

Source: [MS-XLS] 2.3 Record Enumeration. Macros (streams of their own), links to other files
and drawings are never opened.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from tasks.detect.compound import Broken, Compound
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.package import Named, corrupt
from tasks.read.visible import visible
from tasks.read.workbook.book import (
    PLAIN,
    UNREAD,
    Book,
    Formula,
    Kept,
    Lines,
    Look,
    Meter,
    Sheet,
    Stored,
    too_complex,
)
from tasks.read.workbook.looks import BUILT_IN, colour_by_number
from tasks.read.workbook.records import Record, Run, long_string, records, short_string, strings
from tasks.read.workbook.tokens import token_terms

NAMED = Named(zh="XLS 工作簿", en="XLS workbook", program="Excel")
_BOF, _EOF, _SHEET, _SST, _LOCKED = 0x0809, 0x000A, 0x0085, 0x00FC, 0x002F
_FONT, _FORMAT, _XF, _DATES = 0x0031, 0x041E, 0x00E0, 0x0022
_STRING = 0x0207
_EXCEL_97 = 0x0600
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_MERGED = 100_000
#: Sheets of a workbook; as many as any has.
_MOST_SHEETS = 1_000


def read_xls(source: bytes) -> Book:
    """Raises Refusal `corrupt`, `encrypted`, `too_complex`, `unsupported_format`."""
    try:
        found = Compound(source).stream("Workbook")
        if found is None:
            raise Broken("it has no workbook")
        return _book(found)
    except (Broken, struct.error, IndexError) as error:
        raise corrupt(
            "文件不完整或结构有误", "it is cut short or its structure is broken", NAMED
        ) from error


@dataclass(frozen=True, slots=True)
class _Tab:
    name: str
    at: int
    is_hidden: bool
    is_sheet: bool


@dataclass(frozen=True, slots=True)
class _Font:
    is_struck: bool
    #: 1 raised, 2 lowered.
    raised: int
    colour: str


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    struck: str = ""


def _book(found: bytes) -> Book:
    shared = _Globals()
    for record in records(found):
        if record.kind == _EOF:
            break
        shared.take(record)
    if not any(tab.is_sheet for tab in shared.tabs):
        raise Broken("it has no sheets")
    looks = shared.looks()
    texts = [shared.text(*one) for one in shared.strings]
    meter = Meter()
    return Book(
        sheets=tuple(
            _SheetReading(tab, looks, texts, shared, meter).sheet(found)
            for tab in shared.tabs
            if tab.is_sheet
        ),
        from_1904=shared.from_1904,
    )


# What is said of the whole workbook.


@dataclass(slots=True)
class _Globals:
    tabs: list[_Tab] = field(default_factory=list)
    strings: list[tuple[str, tuple[Run, ...]]] = field(default_factory=list)
    fonts: list[_Font] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    #: Font, format, whether it has lines, pattern, colour in front and behind.
    styles: list[tuple[int, int, bool, int, int]] = field(default_factory=list)
    from_1904: bool = False
    _begun: bool = False

    def take(self, record: Record) -> None:
        if not self._begun:
            self._begin(record)
        body = record.body
        match record.kind:
            case 0x002F:
                raise _locked()
            case 0x0085:
                self._tab(body)
            case 0x00FC:
                (count,) = struct.unpack_from("<L", body, 4)
                self._strings(record, count)
            case 0x0031:
                self.fonts.append(_font(body))
            case 0x041E:
                self.formats[body[0] + 256 * body[1]] = long_string(record.parts, 2)
            case 0x00E0:
                self.styles.append(_style(body))
            case 0x0022:
                self.from_1904 = body[:1] == b"\x01"

    def _begin(self, record: Record) -> None:
        self._begun = True
        if record.kind != _BOF:
            raise Broken("it does not begin as a workbook")
        (version,) = struct.unpack_from("<H", record.body, 0)
        if version != _EXCEL_97:
            raise _older()

    def _tab(self, body: bytes) -> None:
        at, state, kind = struct.unpack_from("<L2B", body, 0)
        name = visible(short_string(body, 6))
        self.tabs.append(_Tab(name, at, bool(state & 3), kind == 0))
        if len(self.tabs) > _MOST_SHEETS:
            raise too_complex()

    def _strings(self, record: Record, count: int) -> None:
        meter = Meter()
        for text, runs in strings(record.parts, 8, count):
            meter.cell(text)
            self.strings.append((text, runs))

    def looks(self) -> tuple[Look, ...]:
        return tuple(map(self._look, self.styles))

    def _look(self, style: tuple[int, int, bool, int, int]) -> Look:
        number, format, is_lined, pattern, behind = style
        font = self._font_of(number)
        ground = {0: "FFFFFF", 1: colour_by_number(behind, "FFFFFF")}.get(pattern, "")
        return Look(
            code=self.formats.get(format) or BUILT_IN.get(format, "?"),
            is_struck=font.is_struck,
            is_unseen=font.colour == ground,
            is_lined=is_lined,
        )

    def _font_of(self, number: int) -> _Font:
        number -= number > 4  # there is no font 4
        return self.fonts[number] if number < len(self.fonts) else _Font(False, 0, "000000")

    def text(self, text: str, runs: tuple[Run, ...]) -> _Text:
        """Without what is struck through; raised figures as such."""
        if not runs:
            return _Text(_plain(text))
        ends = [*(first for first, _ in runs[1:]), len(text)]
        out, struck = [text[: runs[0][0]]], list[str]()
        for (first, number), end in zip(runs, ends, strict=True):
            font, said = self._font_of(number), text[first:end]
            (struck if font.is_struck else out).append(_on_its_line(said, font))
        return _Text(_plain("".join(out)), _plain("".join(struck)))


def _on_its_line(said: str, font: _Font) -> str:
    """A raised figure is a mark, and no digit of the figure before it."""
    if not font.raised or not any(map(str.isdigit, said)):
        return said
    if font.raised == 1 and said.strip().isascii() and said.strip().isdigit():
        return said.translate(_RAISED)
    return said + UNREAD


def _plain(text: str) -> str:
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"))


def _font(body: bytes) -> _Font:
    flags, colour, _, raised = struct.unpack_from("<4H", body, 2)
    return _Font(bool(flags & 8), raised, colour_by_number(colour, "000000"))


def _style(body: bytes) -> tuple[int, int, bool, int, int]:
    font, format = struct.unpack_from("<2H", body, 0)
    lines, sides, colours = struct.unpack_from("<2LH", body, 10)
    is_lined = bool(lines & 0xFFFF)  # four sides, four bits each
    return font, format, is_lined, sides >> 26, colours & 0x7F


# Sheets.


@dataclass(slots=True)
class _SheetReading:
    tab: _Tab
    looks: tuple[Look, ...]
    texts: list[_Text]
    shared: _Globals
    meter: Meter
    cells: list[Kept] = field(default_factory=list)
    lined_rows: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    #: A formula whose text follows in a record of its own.
    _waiting: tuple[int, int, int, Formula] | None = None
    #: Formulas that several cells share, by the cell that is named for them; which of `cells`
    #: have which.
    _shared: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _sharing: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    _named: tuple[int, int] | None = None

    def sheet(self, found: bytes) -> Sheet:
        takers = self._takers()
        depth = 0  # of charts and the like within
        for record in records(found, self.tab.at):
            depth += (record.kind == _BOF) - (record.kind == _EOF)
            if depth <= 0:
                break
            taker = takers.get(record.kind)
            if taker is not None and depth == 1:
                taker(record)
        else:
            raise Broken("a sheet of it has no end")
        return Sheet(
            name=self.tab.name,
            is_hidden=self.tab.is_hidden,
            cells=tuple(sorted(self._all(), key=lambda cell: (cell.row, cell.column))),
            merged=tuple(self.merged),
            hidden_rows=Lines.of(self.hidden_rows),
            hidden_columns=Lines.of(self.hidden_columns),
            lined_rows=frozenset(self.lined_rows),
        )

    def _all(self) -> Iterator[Kept]:
        """The cells, with the formulas that they share."""
        for cell in self.cells:
            named = self._sharing.get((cell.row, cell.column))
            if named is None or cell.formula is None:
                yield cell
                continue
            tokens = self._shared.get(named, b"")
            terms = token_terms(tokens, (cell.row, cell.column))
            if cell.stored is not Stored.NOTHING or terms or not _may_be_empty(tokens):
                yield replace(cell, formula=replace(cell.formula, terms=terms))

    def _takers(self) -> dict[int, Callable[[Record], None]]:
        return {
            0x00FD: self._shared_text,
            0x0204: self._own_text,
            0x00D6: self._own_text,
            0x0203: self._number,
            0x027E: self._short_number,
            0x00BD: self._short_numbers,
            0x0201: self._blank,
            0x00BE: self._blanks,
            0x0205: self._truth_or_error,
            0x0006: self._formula,
            0x04BC: self._share,
            _STRING: self._result,
            0x0208: self._row,
            0x007D: self._column,
            0x00E5: self._merge,
            _LOCKED: self._locked,
        }

    def _keep(
        self,
        place: tuple[int, int, int],
        stored: Stored,
        text: _Text | str,
        formula: Formula | None = None,
    ) -> None:
        row, column, style = place
        said = _Text(text) if isinstance(text, str) else text
        self.meter.cell(said.text)
        self.cells.append(
            Kept(
                row=row,
                column=column,
                stored=stored,
                text=said.text,
                look=self._look(style),
                formula=formula,
                struck=said.struck,
            )
        )

    def _look(self, style: int) -> Look:
        return self.looks[style] if style < len(self.looks) else PLAIN

    def _shared_text(self, record: Record) -> None:
        row, column, style, index = struct.unpack_from("<3HL", record.body, 0)
        text = self.texts[index]
        if text.text or text.struck:
            self._keep((row, column, style), Stored.TEXT, text)

    def _own_text(self, record: Record) -> None:
        place = struct.unpack_from("<3H", record.body, 0)
        text = _plain(long_string(record.parts, 6))
        if text:
            self._keep(place, Stored.TEXT, text)

    def _number(self, record: Record) -> None:
        row, column, style, number = struct.unpack_from("<3Hd", record.body, 0)
        self._keep((row, column, style), Stored.NUMBER, repr(number))

    def _short_number(self, record: Record) -> None:
        row, column, style, number = struct.unpack_from("<3HL", record.body, 0)
        self._keep((row, column, style), Stored.NUMBER, _short(number))

    def _short_numbers(self, record: Record) -> None:
        row, first = struct.unpack_from("<2H", record.body, 0)
        for at in range(4, len(record.body) - 7, 6):
            style, number = struct.unpack_from("<HL", record.body, at)
            column = first + (at - 4) // 6
            self._keep((row, column, style), Stored.NUMBER, _short(number))

    def _blank(self, record: Record) -> None:
        row, _, style = struct.unpack_from("<3H", record.body, 0)
        self._line(row, (style,))

    def _blanks(self, record: Record) -> None:
        (row,) = struct.unpack_from("<H", record.body, 0)
        body = record.body[4:-2]
        self._line(row, struct.unpack(f"<{len(body) // 2}H", body[: len(body) // 2 * 2]))

    def _line(self, row: int, styles: tuple[int, ...]) -> None:
        if row not in self.lined_rows and any(self._look(one).is_lined for one in {*styles}):
            self.lined_rows.add(row)

    def _truth_or_error(self, record: Record) -> None:
        row, column, style, value, is_error = struct.unpack_from("<3H2B", record.body, 0)
        self._told((row, column, style), value, is_error=bool(is_error), formula=None)

    def _told(
        self, place: tuple[int, int, int], value: int, *, is_error: bool, formula: Formula | None
    ) -> None:
        if is_error:
            self._keep(place, Stored.ERROR, _ERRORS.get(value, "#ERROR!"), formula)
        else:
            self._keep(place, Stored.TEXT, "TRUE" if value else "FALSE", formula)

    def _formula(self, record: Record) -> None:
        row, column, style = place = struct.unpack_from("<3H", record.body, 0)
        result = record.body[6:14]
        (flags,) = struct.unpack_from("<H", record.body, 14)
        (length,) = struct.unpack_from("<H", record.body, 20)
        tokens = record.body[22 : 22 + length]
        formula = Formula(terms=token_terms(tokens, place[:2]), is_stale=bool(flags & 1))
        self._waiting = None
        self._named = struct.unpack_from("<2H", tokens, 1) if tokens[:1] == b"\x01" else None
        if self._named:
            self._sharing[(row, column)] = self._named
        if result[6:] != b"\xff\xff":
            number = struct.unpack("<d", result)[0]
            self._keep(place, Stored.NUMBER, repr(number), formula)
        elif result[0] == 0:
            self._waiting = (row, column, style, formula)
        elif result[0] in (1, 2):
            self._told(place, result[2], is_error=result[0] == 2, formula=formula)
        elif formula.terms or formula.is_stale or not _may_be_empty(tokens):
            # No text, which programs also write where they have not calculated.
            self._keep(place, Stored.NOTHING, "", formula)

    def _share(self, record: Record) -> None:
        """Follows the first of those that share it."""
        (length,) = struct.unpack_from("<H", record.body, 8)
        if self._named:
            self._shared[self._named] = record.body[10 : 10 + length]

    def _result(self, record: Record) -> None:
        if self._waiting:
            *place, formula = self._waiting
            self._waiting = None
            text = _plain(long_string(record.parts))
            row, column, style = place
            if text:
                self._keep((row, column, style), Stored.TEXT, text, formula)

    def _row(self, record: Record) -> None:
        (row,) = struct.unpack_from("<H", record.body, 0)
        (flags,) = struct.unpack_from("<H", record.body, 12)
        if flags & 0x20:
            if self.hidden_rows and self.hidden_rows[-1][1] == row - 1:
                self.hidden_rows[-1] = (self.hidden_rows[-1][0], row)
            else:
                self.hidden_rows.append((row, row))

    def _column(self, record: Record) -> None:
        first, last, width, _, flags = struct.unpack_from("<5H", record.body, 0)
        if flags & 1 or width == 0:
            self.hidden_columns.append((first, last))

    def _merge(self, record: Record) -> None:
        (count,) = struct.unpack_from("<H", record.body, 0)
        for at in range(2, 2 + 8 * count, 8):
            self.merged.append(struct.unpack_from("<4H", record.body, at))
        if len(self.merged) > _MOST_MERGED:
            raise too_complex()

    def _locked(self, record: Record) -> None:
        raise _locked()


def _short(number: int) -> str:
    """Thirty bits: a whole number, or the first half of a fraction; divided by 100 or not.

    Source: [MS-XLS] 2.5.122 RkNumber.
    """
    if number & 2:
        value: float = (number >> 2) - ((number >> 31) << 30)
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<L", number & 0xFFFFFFFC))[0]
    return repr(value / 100 if number & 1 else value)


def _may_be_empty(tokens: bytes) -> bool:
    """Whether a formula has a text of no signs in it, which may be what it gives."""
    return b"\x17\x00" in tokens


def _locked() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "工作簿设有打开密码，无法读取。请取消密码后重新提交。",
        "The workbook needs a password to open. Remove the password and send it again.",
    )


def _older() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "不支持的文件格式：Excel 95 或更早的工作簿。请用 Excel 或 WPS 另存为 .xlsx 后重新提交。",
        "Unsupported format: workbook of Excel 95 or older. Save it as .xlsx in Excel or WPS and "
        "send it again.",
    )
