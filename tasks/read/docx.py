"""DOCX to Document. One reader of four behind `tasks/read`; takes what `detect` decided.

    package.py      zip -> XML trees, within limits
    numbering.py    list numbers, which no part of the package spells out
    here            what Word would show: insertions and not deletions, results of fields and
                    not their instructions, each text box once; tables as placed cells
    nesting, grid   shared with HTML

python-docx is not used: it leaves out text in insertions, content controls and text boxes,
and has no list numbers. Tests use it as a peer that writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from lxml import etree

from tasks.model.document import Cell, Detection, Document, Doubt, DoubtKind, Format, Where
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_TABLES_WITHIN
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.grid import placed_to_grid
from tasks.read.nesting import (
    Content,
    Held,
    Loose,
    blocks,
    is_layout,
    is_short,
    kept,
    pieces,
    poured,
)
from tasks.read.numbering import Numbering, W, is_on
from tasks.read.package import Package, corrupt, too_deep
from tasks.read.visible import visible

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"

#: Elements that only stand around others: content controls, custom XML, insertions.
_AROUND = frozenset(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "dir", "bdo")
)
#: Elements whose text is not content: what was deleted or moved away, instructions of fields,
#: properties, the reading over a character.
_PASSED_OVER = frozenset(
    f"{W}{name}"
    for name in (
        *("del", "moveFrom", "delText", "delInstrText", "instrText", "pPr", "rPr", "sdtPr"),
        *("sdtEndPr", "smartTagPr", "customXmlPr", "rt", "rubyPr", "fldData", "ffData"),
    )
)
#: Parts of the document that lie in another file.
_ELSEWHERE = (f"{W}altChunk", f"{W}subDoc")
#: A picture in DrawingML and in VML; where it is all that a cell holds, it may be a figure.
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
#: Symbol fonts put their characters into private use; these occur in forms.
_SYMBOLS = {
    "wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0xA8: "□", 0xFB: "✗", 0xFC: "✓"}
    | {0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "□"},
    "symbol": {0x2B: "+", 0x2D: "−", 0xB4: "×", 0xB8: "÷", 0xB1: "±", 0xB7: "·", 0xB3: "≥"}
    | {0xA3: "≤"},
}
#: A raised number is the mark of a footnote or a power, never more digits of the figure.
_RAISED = re.compile(r"\s*[\[(［（〔]?([0-9]{1,3})[\])］）〕]?\s*")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACES = re.compile(r"[ \n\r]+")
_LINE_SPACES = re.compile(r" *\n *")
_WIDE_BEGINNING = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]")
_DEEPEST_STYLE = 20
#: Edges of cells this near (twentieths of a point) to a line of the grid lie on it.
_SNAP = 120
#: A column of the grid narrower than this (as well) cannot be seen.
_SLIVER = 120


def read_docx(source: bytes, detection: Detection) -> Document:
    """Raises Refusal `corrupt`, `encrypted`, `too_complex`."""
    package = Package(source)
    main = _main_part(package)
    root = package.xml(main)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise corrupt("缺少正文", "its main part is missing")
    parts = {link.kind: link.target for link in package.relationships(main)}
    reader = _Reader(
        numbering=Numbering(package.xml(parts.get("numbering", ""))),
        styles=_styles(package.xml(parts.get("styles", ""))),
    )
    contents = reader.contents(body, "/document/body")
    return Document(
        format=Format.DOCX,
        title=_title(package) or reader.heading,
        blocks=blocks(contents),
        doubts=(*reader.doubts, *_struck_out(reader.struck)),
    )


def _main_part(package: Package) -> str:
    links = package.relationships("")
    return next((link.target for link in links if link.kind == "officeDocument"), "") or (
        "word/document.xml"
    )


def _title(package: Package) -> str:
    links = package.relationships("")
    core = next((link.target for link in links if link.kind == "core-properties"), "")
    root = package.xml(core)
    return "" if root is None else _clean(root.findtext(_TITLE, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """What a style says about numbers and hiding, its ancestors included."""

    number: str | None = None
    level: int | None = None
    hidden: bool = False
    heading: bool = False


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    if root is None:
        return {}
    elements = {style.get(f"{W}styleId", ""): style for style in root.iterfind(f"{W}style")}
    return {id: _style(id, elements) for id in elements}


def _style(id: str, elements: dict[str, etree._Element]) -> _Style:
    number = level = hidden = None
    heading = False
    for _ in range(_DEEPEST_STYLE):
        element = elements.get(id)
        if element is None:
            break
        numbered = element.find(f"{W}pPr/{W}numPr")
        if numbered is not None:
            number = number or _value(numbered, "numId")
            if level is None and (at := _value(numbered, "ilvl")) is not None:
                level = _integer(at, 0)
        vanish = element.find(f"{W}rPr/{W}vanish")
        if hidden is None and vanish is not None:
            hidden = is_on(vanish)
        heading = heading or (_value(element, "name") or "").lower() in ("title", "heading 1")
        id = _value(element, "basedOn") or ""
    return _Style(number=number, level=level, hidden=bool(hidden), heading=heading)


@dataclass(slots=True, kw_only=True)
class _Placed:
    """A cell of one row with the columns that it takes."""

    column: int
    span: int
    held: Held
    #: Goes on from the cell above.
    continues: bool = False
    #: Begins a cell that may go on below.
    begins: bool = False
    #: As declared, in twentieths of a point; None where it is not.
    width: int | None = None
    row: int = 0


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One walk through the body; the lists count on as it goes."""

    numbering: Numbering
    styles: dict[str, _Style]
    heading: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    #: Texts struck through by hand, which no revision deleted.
    struck: list[tuple[str, Where]] = field(default_factory=list)
    _cells: int = 0
    _characters: int = 0

    def contents(self, element: etree._Element, path: str, depth: int = 0) -> list[Content]:
        """What a body, a cell or a text box holds. `depth`: how many of the latter two."""
        if depth > MAX_TABLES_WITHIN:
            raise too_deep()
        found: list[Content] = []
        for child, where in _children(element, path):
            if child.tag == f"{W}p":
                found.extend(self._paragraph(child, where, depth))
            elif child.tag == f"{W}tbl":
                found.extend(self._table(child, where, depth))
            elif child.tag in _ELSEWHERE:
                self.doubts.append(_elsewhere(where))
        return found

    # Paragraphs.

    def _paragraph(self, element: etree._Element, path: str, depth: int) -> list[Content]:
        properties = element.find(f"{W}pPr")
        style = self.styles.get(_value(properties, "pStyle") or "", _Style())
        parts: list[str] = []
        boxes: list[etree._Element] = []
        doubts: list[str] = []
        struck: list[str] = []
        for piece in _inline(element, lambda run: self._is_hidden(run) or _is_struck(run, struck)):
            if isinstance(piece, str):
                parts.append(piece)
            elif piece.tag == f"{W}sym":
                parts.append(_symbol(piece, doubts))
            else:
                boxes.append(piece)
        text = _clean("".join(parts))
        if text or not _is_removed(properties):
            text = self._labelled(properties, style, text)
        self._count(text)
        if style.heading and not self.heading:
            self.heading = text.replace("\n", "")
        where = Where(path=path)
        self.doubts.extend(_unmapped(symbol, where) for symbol in doubts)
        if struck:
            self.struck.append(("".join(struck).strip(), where))
        found: list[Content] = [Loose(text=text, where=where)] if text else []
        for number, box in enumerate(boxes, 1):
            found.extend(self.contents(box, f"{path}/txbxContent[{number}]", depth + 1))
        return found

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise _too_complex(f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters")

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        vanish = properties.find(f"{W}vanish")
        if vanish is not None:
            return is_on(vanish)
        return self.styles.get(_value(properties, "rStyle") or "", _Style()).hidden

    def _labelled(self, properties: etree._Element | None, style: _Style, text: str) -> str:
        """The text behind its list number, if it has one."""
        numbered = None if properties is None else properties.find(f"{W}numPr")
        number = _value(numbered, "numId") or style.number
        if number is None:
            return text
        level = _value(numbered, "ilvl")
        at = style.level if level is None else _integer(level, 0)
        if at is None:
            at = self.numbering.styles.get(_value(properties, "pStyle") or "", 0)
        label = self.numbering.label(number, at)
        apart = "" if not text or _WIDE_BEGINNING.match(text) else " "
        return f"{label}{apart}{text}" if label else text

    # Tables.

    def _table(self, element: etree._Element, path: str, depth: int) -> list[Content]:
        rows = [
            self._row(row, where, depth)
            for row, where in _children(element, path)
            if row.tag == f"{W}tr" and not _is_gone(row.find(f"{W}trPr"), "del", "hidden")
        ]
        _align(rows, element)
        _drop_slivers(rows, _grid_widths(element))
        cells = _merged_down(rows)
        held: list[list[Held]] = [[] for _ in rows]
        for placed, _ in cells:
            held[placed.row].append(placed.held)
        where = Where(path=path)
        as_placed = [_cell(placed, rowspan) for placed, rowspan in cells]
        widths = _grid_widths(element)
        edges = tuple(accumulate(widths, initial=0)) if all(widths) else ()
        if is_layout(held):
            layout = poured(held)
            return pieces(as_placed, held, layout, where, edges) if is_short(layout) else layout
        caption = _value(element.find(f"{W}tblPr"), "tblCaption") or ""
        own = kept(placed_to_grid(as_placed), held, _clean(caption), where)
        return pieces(as_placed, held, own, where, edges)

    def _row(self, element: etree._Element, path: str, depth: int) -> list[_Placed]:
        properties = element.find(f"{W}trPr")
        column = _integer(_value(properties, "gridBefore"), 0)
        cells: list[_Placed] = []
        for child, where in _children(element, path):
            if child.tag != f"{W}tc":
                continue
            properties = child.find(f"{W}tcPr")
            if _is_gone(properties, "cellDel"):
                continue
            span = max(_integer(_value(properties, "gridSpan"), 1), 1)
            held = Held(where=Where(path=where))
            held.contents = self.contents(child, where, depth + 1)
            held.unread = not held.contents and _shows_picture(child)
            if cells and _merge(properties, "hMerge") == "continue":
                cells[-1].span += span
                cells[-1].held.contents.extend(held.contents)
            else:
                merge = _merge(properties, "vMerge")
                cells.append(
                    _Placed(
                        column=column,
                        span=span,
                        held=held,
                        continues=merge == "continue",
                        begins=merge == "restart",
                        width=_width(properties),
                    )
                )
            column += span
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise _too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
        return cells


def _children(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    """The children with their paths, those within mere wrappers in their place."""
    waiting: list[tuple[Iterator[etree._Element], str, Counter[str]]]
    waiting = [(iter(element), path, Counter())]
    while waiting:
        children, path, counts = waiting[-1]
        child = next(children, None)
        if child is None:
            waiting.pop()
            continue
        name = child.tag.rpartition("}")[2]
        counts[name] += 1
        where = f"{path}/{name}[{counts[name]}]"
        if child.tag == f"{_MC}AlternateContent":
            waiting.append((iter(_alternative(child)), where, Counter()))
        elif child.tag == f"{W}sdt" and _is_prompt(child):
            continue
        elif child.tag in _AROUND:
            waiting.append((iter(child), where, Counter()))
        else:
            yield child, where


def _inline(
    paragraph: etree._Element, is_hidden: Callable[[etree._Element], bool]
) -> Iterator[str | etree._Element]:
    """What a paragraph shows: text, symbols and text boxes, the latter two as elements."""
    waiting: list[Iterator[etree._Element]] = [iter(paragraph)]
    #: A field each, innermost last: whether its result has begun.
    fields: list[bool] = []
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
            continue
        tag = element.tag
        if tag in _PASSED_OVER or (tag == f"{W}r" and is_hidden(element)):
            continue
        if tag == f"{W}r" and all(fields) and (mark := _raised(element)):
            yield mark
        elif tag == f"{W}fldChar":
            _turn(fields, element.get(f"{W}fldCharType", ""))
        elif tag == f"{W}txbxContent":
            yield element
        elif tag == f"{_MC}AlternateContent":
            waiting.append(iter(_alternative(element)))
        elif tag == f"{W}sdt" and _is_prompt(element):
            continue
        elif not all(fields) or tag not in _SHOWN:
            waiting.append(iter(element))
        elif tag == f"{W}sym":
            yield element
        else:
            yield _shown(element)


_SHOWN = frozenset((f"{W}t", f"{_M}t", f"{W}sym", f"{W}br", *_CHARACTERS))


def _shown(element: etree._Element) -> str:
    if element.tag == f"{W}br":
        return "\n" if element.get(f"{W}type", "textWrapping") == "textWrapping" else ""
    if element.tag in _CHARACTERS:
        return _CHARACTERS[element.tag]
    text = _SPACES.sub(" ", element.text or "")
    return text if element.get(_XML_SPACE) == "preserve" else text.strip(" \t")


def _turn(fields: list[bool], kind: str) -> None:
    """A field begins, comes to its result, or ends."""
    if kind == "begin":
        fields.append(False)
    elif kind == "separate" and fields:
        fields[-1] = True
    elif kind == "end" and fields:
        fields.pop()


def _alternative(element: etree._Element) -> Iterable[etree._Element]:
    """One of the alternatives: the newest, as all of them say the same."""
    choice = element.find(f"{_MC}Choice")
    chosen = element.find(f"{_MC}Fallback") if choice is None else choice
    return () if chosen is None else chosen


def _is_prompt(control: etree._Element) -> bool:
    """Whether a content control shows what should be entered, and nothing that was."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


def _is_gone(properties: etree._Element | None, *marks: str) -> bool:
    return properties is not None and any(is_on(properties.find(f"{W}{mark}")) for mark in marks)


def _is_removed(properties: etree._Element | None) -> bool:
    """Whether an empty paragraph's mark is deleted or hidden, so that it has no number."""
    if properties is None:
        return False
    return _is_gone(properties.find(f"{W}rPr"), "del", "moveFrom", "vanish")


def _is_struck(run: etree._Element, struck: list[str]) -> bool:
    """Whether a line goes through the run; its text is noted then."""
    if not _is_gone(run.find(f"{W}rPr"), "strike", "dstrike"):
        return False
    text = _said(run)
    if text.strip():
        struck.append(text)
    return True


def _said(run: etree._Element) -> str:
    return "".join(text.text or "" for text in run.iter(f"{W}t"))


def _raised(run: etree._Element) -> str:
    """The small raised number that the run is, "" where it is something else."""
    if _value(run.find(f"{W}rPr"), "vertAlign") != "superscript":
        return ""
    mark = _RAISED.fullmatch(_said(run))
    return mark[1].translate(_RAISE) if mark else ""


def _shows_picture(element: etree._Element) -> bool:
    return next(element.iter(*_PICTURES), None) is not None


def _merge(properties: etree._Element | None, name: str) -> str:
    """`restart`, `continue` (also where it says nothing) or "" for none."""
    element = None if properties is None else properties.find(f"{W}{name}")
    return "" if element is None else element.get(f"{W}val", "continue")


def _width(properties: etree._Element | None) -> int | None:
    element = None if properties is None else properties.find(f"{W}tcW")
    if element is None or element.get(f"{W}type", "dxa") != "dxa":
        return None
    return _integer(element.get(f"{W}w"), 0) or None


def _align(rows: list[list[_Placed]], table: etree._Element) -> None:
    """Gives rows that do not fill the grid the columns that their widths say.

    Some programs leave out `gridSpan` and let the widths speak, as Word does when it draws.
    """
    widths = _grid_widths(table)
    edges = list(accumulate(widths, initial=0))
    if len(edges) < 3 or any(right <= left for left, right in pairwise(edges)):
        return
    for row in rows:
        if not row or row[-1].column + row[-1].span == len(widths):
            continue
        declared = [cell.width for cell in row]
        known = [width for width in declared if width is not None]
        if len(known) < len(declared) or row[0].column:
            continue
        lines = [_nearest(edges, at) for at in accumulate(known, initial=0)]
        if lines[-1] == len(widths) and all(left < right for left, right in pairwise(lines)):
            for cell, (left, right) in zip(row, pairwise(lines), strict=True):
                cell.column, cell.span = left, right - left


def _grid_widths(table: etree._Element) -> list[int]:
    """The widths of the grid's columns in twentieths of a point, 0 where one is not told."""
    columns = table.iterfind(f"{W}tblGrid/{W}gridCol")
    return [_integer(column.get(f"{W}w"), 0) for column in columns]


def _drop_slivers(rows: Sequence[Sequence[_Placed]], widths: Sequence[int]) -> None:
    """Takes out columns too narrow to be seen, in which no cell stands alone.

    Programs that round the widths of rows apart write one edge as two, a hair from each other.
    """
    own = {cell.column for row in rows for cell in row if cell.span == 1}
    slivers = {
        column for column, width in enumerate(widths) if 0 < width < _SLIVER and column not in own
    }
    if not slivers:
        return
    before = list(accumulate((column not in slivers for column in range(len(widths))), initial=0))

    def place(edge: int) -> int:
        return before[edge] if edge < len(before) else edge - len(slivers)

    edges = [(place(cell.column), place(cell.column + cell.span)) for row in rows for cell in row]
    if all(left < right for left, right in edges):
        for cell, (left, right) in zip((c for row in rows for c in row), edges, strict=True):
            cell.column, cell.span = left, right - left


def _nearest(edges: Sequence[int], at: int) -> int:
    """The line of the grid at this place; -1 where there is none near."""
    index = min(range(len(edges)), key=lambda index: abs(edges[index] - at))
    return index if abs(edges[index] - at) <= _SNAP else -1


def _merged_down(rows: Sequence[Sequence[_Placed]]) -> list[tuple[_Placed, int]]:
    """The cells that begin somewhere, in row-major order, and how many rows each takes.

    A cell that goes on from a cell that is not there, or has another width, begins itself.
    """
    cells: list[tuple[_Placed, int]] = []
    above: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        here: dict[tuple[int, int], int] = {}
        for placed in row:
            placed.row = number
            key = (placed.column, placed.span)
            if placed.continues and key in above:
                index = above[key]
                begun, rowspan = cells[index]
                cells[index] = (begun, rowspan + 1)
                if placed.held.text:
                    begun.held.doubts = (*begun.held.doubts, _covered(placed.held))
                here[key] = index
            else:
                cells.append((placed, 1))
                if placed.begins or placed.continues:
                    here[key] = len(cells) - 1
        above = here
    return cells


def _cell(placed: _Placed, rowspan: int) -> Cell:
    return Cell(
        text=placed.held.shown,
        row=placed.row,
        column=placed.column,
        rowspan=rowspan,
        colspan=placed.span,
        where=placed.held.where,
        doubts=placed.held.doubts,
    )


def _symbol(element: etree._Element, unmapped: list[str]) -> str:
    font = element.get(f"{W}font", "").strip().lower()
    code = element.get(f"{W}char", "")
    if not re.fullmatch("[0-9A-Fa-f]{1,4}", code):
        return ""
    number = int(code, 16)
    if not 0xF000 <= number <= 0xF0FF:
        return chr(number) if number and not 0xD800 <= number < 0xF900 else "\ufffd"
    found = _SYMBOLS.get(font, {}).get(number - 0xF000)
    if found is None:
        unmapped.append(f"{font} {code}")
    return found or "\ufffd"


def _clean(text: str) -> str:
    """Nothing invisible, no spaces at the ends of lines, nothing outside."""
    return _LINE_SPACES.sub("\n", visible(text).replace("\xa0", " ")).strip()


def _value(element: etree._Element | None, name: str) -> str | None:
    child = None if element is None else element.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,7}", text) else otherwise


def _covered(held: Held) -> Doubt:
    return Doubt(
        kind=DoubtKind.STRAY_TEXT,
        message=f"合并单元格中有不显示的文字“{held.text[:40]}”，未计入。",
        message_en=f"A merged cell holds text that is not shown ({held.text[:40]!r}); left out.",
        where=held.where,
    )


def _struck_out(struck: Sequence[tuple[str, Where]]) -> Iterator[Doubt]:
    if struck:
        first, where = struck[0]
        yield Doubt(
            kind=DoubtKind.STRAY_TEXT,
            message=f"有 {len(struck)} 处文字加了删除线（第一处：“{first[:40]}”），未读取。",
            message_en=f"{len(struck)} texts are struck through and were left out "
            f"(the first: {first[:40]!r}).",
            where=where,
        )


def _unmapped(symbol: str, where: Where) -> Doubt:
    return Doubt(
        kind=DoubtKind.UNMAPPED_CHARACTERS,
        message=f"有无法识别的符号字体字符（{symbol}）。",
        message_en=f"A character of a symbol font could not be read ({symbol}).",
        where=where,
    )


def _elsewhere(path: str) -> Doubt:
    return Doubt(
        kind=DoubtKind.TRUNCATED,
        message="文档中嵌入了另一个文件作为正文的一部分，这一部分未读取。",
        message_en="Another file is embedded as part of the text; that part was not read.",
        where=Where(path=path),
    )


def _too_complex(what: str, what_en: str) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"DOCX 文档过于复杂（{what}），无法处理。请拆分后重新提交。",
        f"The DOCX document is too complex ({what_en}). Split it and send it again.",
    )
