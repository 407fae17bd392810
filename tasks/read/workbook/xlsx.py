"""XLSX → Book: the parts of the package, row by row.

Read from its XML and not through a library: openpyxl takes ten times as long, and calamine
gives no formulas, number formats or hidden rows. Macros, links and queries are parts of the
package that are never opened.

Source: ECMA-376-1, 18 SpreadsheetML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from operator import attrgetter

from lxml import etree

from tasks.model.patterns import regex
from tasks.model.refusal import Refusal
from tasks.read.package import Named, Package, Relationship, corrupt, too_deep
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
from tasks.read.workbook.looks import looks_of
from tasks.read.workbook.sums import written_formula

NAMED = Named(zh="XLSX 工作簿", en="XLSX workbook", program="Excel")
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DRAWN_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_T, _R, _R_PR, _SI, _IS, _V, _F, _C, _ROW = (
    f"{_S}{name}" for name in ("t", "r", "rPr", "si", "is", "v", "f", "c", "row")
)
_MERGE, _COL, _FORMAT = (f"{_S}{name}" for name in ("mergeCell", "col", "sheetFormatPr"))
_ADDRESS = regex(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = regex(r"_x([0-9A-Fa-f]{4})_")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ROWS, _COLUMNS = 1_048_576, 16_384
#: Merged ranges of a sheet; as many as any has.
_MOST_MERGED = 100_000


def read_xlsx(source: bytes) -> Book:
    """Raises Refusal `corrupt`, `encrypted`, `too_complex`."""
    package = Package(source, NAMED)
    links = package.relationships("")
    main = next((link.target for link in links if link.kind == "officeDocument"), "")
    main = main or "xl/workbook.xml"
    root = package.xml(main)
    if root is None:
        raise _corrupt("缺少工作簿部件", "its main part is missing")
    parts = {link.id: link for link in package.relationships(main)}
    reading = _Reading(
        package=package,
        looks=looks_of(package.xml(_of_kind(parts.values(), "styles"))),
        strings=_strings(package.source(_of_kind(parts.values(), "sharedStrings"))),
        is_stale=any(_is_on(one.get("fullCalcOnLoad")) for one in root.iter(f"{_S}calcPr")),
    )
    sheets = tuple(
        reading.sheet(one, parts[one.get(_ID, "")].target)
        for one in root.iter(f"{_S}sheet")
        if one.get(_ID, "") in parts and parts[one.get(_ID, "")].kind == "worksheet"
    )
    if not sheets:
        raise _corrupt("没有工作表", "it has no sheets")
    return Book(
        title=_title(package),
        sheets=sheets,
        from_1904=any(_is_on(one.get("date1904")) for one in root.iter(f"{_S}workbookPr")),
    )


def _of_kind(links: Iterable[Relationship], kind: str) -> str:
    return next((link.target for link in links if link.kind == kind), "")


def _title(package: Package) -> str:
    root = package.xml(_of_kind(package.relationships(""), "core-properties"))
    return "" if root is None else visible(" ".join(root.findtext(_TITLE, "").split()))


def _is_on(said: str | None) -> bool:
    return said in ("1", "true", "on")


# Strings.


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    struck: str = ""


_NO_TEXT = _Text("")


def _strings(source: bytes | None) -> tuple[_Text, ...]:
    if source is None:
        return ()
    meter = Meter()
    found: list[_Text] = []
    for element in _elements(source, (_SI,)):
        found.append(_text_of(element))
        meter.cell(found[-1].text)
    return tuple(found)


def _text_of(element: etree._Element) -> _Text:
    """What is seen of a string: without readings above its signs and what is struck through."""
    if len(element) == 1 and element[0].tag == _T:
        return _Text(_plain(element[0].text or ""))
    out: list[str] = []
    struck: list[str] = []
    for part in element:
        if part.tag == _T:
            out.append(part.text or "")
        elif part.tag == _R:
            said = "".join(one.text or "" for one in part.iterchildren(_T))
            looks = part.find(_R_PR)
            (struck if _has(looks, "strike") else out).append(_on_its_line(said, looks))
    return _Text(_plain("".join(out)), _plain("".join(struck)))


def _has(looks: etree._Element | None, name: str) -> bool:
    found = None if looks is None else looks.find(f"{_S}{name}")
    return found is not None and found.get("val", "1") not in ("0", "false", "off")


def _on_its_line(said: str, looks: etree._Element | None) -> str:
    """A raised figure is a mark, and no digit of the figure before it."""
    found = None if looks is None else looks.find(f"{_S}vertAlign")
    aligned = "" if found is None else found.get("val", "")
    if aligned not in ("superscript", "subscript") or not any(map(str.isdigit, said)):
        return said
    if aligned == "superscript" and said.strip().isascii() and said.strip().isdigit():
        return said.translate(_RAISED)
    return said + UNREAD


def _plain(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"))


# Sheets.


@dataclass(slots=True, kw_only=True)
class _Grid:
    """What was met of a sheet so far."""

    cells: list[Kept] = field(default_factory=list)
    lined_rows: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    #: Formulas that several cells share, and the cell that each was written for.
    shared: dict[str, tuple[str, int, int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One workbook; what its sheets have in common."""

    package: Package
    looks: tuple[Look, ...]
    strings: tuple[_Text, ...]
    is_stale: bool
    meter: Meter = field(default_factory=Meter)

    def sheet(self, said: etree._Element, part: str) -> Sheet:
        name, is_hidden = said.get("name", ""), said.get("state", "visible") != "visible"
        source = self.package.source(part)
        if source is None:
            raise _corrupt("缺少工作表部件", "a sheet is missing")
        grid = _Grid()
        at = -1
        for element in _elements(source, (_ROW, _MERGE, _COL)):
            if element.tag == _ROW:
                at = self._row(element, at, grid)
            elif element.tag == _MERGE:
                _merge(element, grid)
            else:
                _column(element, grid)
        return Sheet(
            name=visible(name),
            is_hidden=is_hidden,
            cells=tuple(sorted(grid.cells, key=attrgetter("row", "column"))),
            merged=tuple(grid.merged),
            hidden_rows=Lines.of(grid.hidden_rows),
            hidden_columns=Lines.of(grid.hidden_columns),
            lined_rows=frozenset(grid.lined_rows),
            drawn=self._drawn(part),
        )

    def _row(self, element: etree._Element, before: int, grid: _Grid) -> int:
        """The row's number."""
        row = _number(element.get("r"), before + 1, _ROWS)
        if _is_on(element.get("hidden")) or element.get("ht") in ("0", "0.0"):
            _add_line(grid.hidden_rows, row)
        column = -1
        for one in element.iterchildren(_C):
            column = _column_of(one.get("r"), column + 1)
            if column >= _COLUMNS:
                raise _corrupt("单元格地址有误", "a cell lies outside of its sheet")
            self._cell(one, row, column, grid)
        return row

    def _cell(self, element: etree._Element, row: int, column: int, grid: _Grid) -> None:
        look = self._look(element.get("s"))
        formula = stored = None
        found = _NO_TEXT
        # By its children at once: `find` takes longer than all else that is done with a cell.
        parts = {one.tag: one for one in element.iterchildren(reversed=True)}
        if parts:
            formula = self._formula(parts.get(_F), row, column, grid)
            stored, found = self._value(element.get("t", "n"), parts, formula)
        if stored is None:
            if look.is_lined:
                grid.lined_rows.add(row)
            return
        self.meter.cell(found.text)
        grid.cells.append(
            Kept(
                row=row,
                column=column,
                stored=stored,
                text=found.text,
                look=look,
                formula=formula,
                struck=found.struck,
            )
        )

    def _look(self, index: str | None) -> Look:
        if index is None or not index.isdecimal() or int(index) >= len(self.looks):
            return self.looks[0] if self.looks and index is None else PLAIN
        return self.looks[int(index)]

    def _value(
        self, kind: str, parts: Mapping[str, etree._Element], formula: Formula | None
    ) -> tuple[Stored | None, _Text]:
        """None: the cell is blank."""
        if kind == "inlineStr":
            found = parts.get(_IS)
            text = _NO_TEXT if found is None else _text_of(found)
            return (Stored.TEXT if text.text or text.struck else None), text
        value = parts.get(_V)
        said = "" if value is None else value.text or ""
        if formula and (value is None or (not said and (kind != "str" or formula.terms))):
            return Stored.NOTHING, _NO_TEXT
        if not said:
            return None, _NO_TEXT
        return self._stored(kind, said)

    def _stored(self, kind: str, said: str) -> tuple[Stored | None, _Text]:
        match kind:
            case "s":
                index = int(said) if said.isdecimal() else len(self.strings)
                if index >= len(self.strings):
                    raise _corrupt("字符串表不完整", "its table of strings is cut short")
                text = self.strings[index]
                return (Stored.TEXT if text.text or text.struck else None), text
            case "str" | "d":
                return Stored.TEXT, _Text(_plain(said))
            case "b":
                return Stored.TEXT, _Text("TRUE" if _is_on(said) else "FALSE")
            case "e":
                return Stored.ERROR, _Text(said)
            case _:
                return Stored.NUMBER, _Text(said)

    def _formula(
        self, element: etree._Element | None, row: int, column: int, grid: _Grid
    ) -> Formula | None:
        if element is None:
            return None
        text, moved = element.text or "", (0, 0)
        if element.get("t") == "shared":
            key = element.get("si", "")
            if text:
                grid.shared[key] = (text, row, column)
            elif key in grid.shared:
                text, first, left = grid.shared[key]
                moved = (row - first, column - left)
        return written_formula(text, is_stale=self.is_stale, moved=moved)

    def _drawn(self, part: str) -> str:
        """The text of what is drawn on the sheet."""
        for link in self.package.relationships(part):
            if link.kind == "drawing":
                root = self.package.xml(link.target)
                if root is not None:
                    said = (one.text or "" for one in root.iter(_DRAWN_TEXT))
                    return visible("".join(said)).strip()
        return ""


def _elements(source: bytes, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Elements one after the other, each forgotten once it was looked at: a sheet may have a
    million rows with nothing in them."""
    parsing = etree.iterparse(
        BytesIO(source),
        tag=tags,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parsing:
            yield element
            element.clear()
            around = element.getparent()
            while around is not None and element.getprevious() is not None:
                del around[0]
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise too_deep(NAMED) from error
        raise _corrupt("XML 有错误", "its XML is not well formed") from error


def _number(said: str | None, otherwise: int, most: int) -> int:
    """An address from 1 as one from 0."""
    number = int(said) - 1 if said and said.isdecimal() and len(said) < 10 else otherwise
    if not 0 <= number < most:
        raise _corrupt("单元格地址有误", "a cell lies outside of its sheet")
    return number


def _column_of(address: str | None, otherwise: int) -> int:
    letters = (address or "").rstrip("0123456789")
    return _column_number(letters) if letters else otherwise


@lru_cache(maxsize=1_024)
def _column_number(letters: str) -> int:
    """More than there are where they are no letters of a column."""
    letters = letters.lstrip("$").rstrip("$")
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) < 4):
        return _COLUMNS
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _merge(element: etree._Element, grid: _Grid) -> None:
    first, _, last = element.get("ref", "").partition(":")
    corners = [_ADDRESS.fullmatch(one) for one in (first, last or first)]
    if None in corners:
        return
    rows = sorted(int(one[2]) - 1 for one in corners if one)
    columns = sorted(_column_number(one[1]) for one in corners if one)
    grid.merged.append((rows[0], rows[1], columns[0], columns[1]))
    if len(grid.merged) > _MOST_MERGED:
        raise too_complex()


def _column(element: etree._Element, grid: _Grid) -> None:
    if _is_on(element.get("hidden")) or element.get("width") in ("0", "0.0"):
        first = _number(element.get("min"), 0, _COLUMNS)
        grid.hidden_columns.append((first, _number(element.get("max"), first, _COLUMNS)))


def _add_line(ranges: list[tuple[int, int]], line: int) -> None:
    if ranges and ranges[-1][1] == line - 1:
        ranges[-1] = (ranges[-1][0], line)
    else:
        ranges.append((line, line))


def _corrupt(why: str, why_en: str) -> Refusal:
    return corrupt(why, why_en, NAMED)
