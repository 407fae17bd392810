"""DOCX to Document. One reader of four behind `tasks/read`; takes what `detect` decided.

    package.py      zip -> XML trees, within limits
    numbering.py    list numbers, which no part of the package spells out
    looks.py        styles -> how a run looks: raised, struck, hidden, in what colour
      styles.py       the styles that a document uses
      palette.py      colours, of the theme as well
    controls.py     fields and content controls: what they show beside the text
    inline.py       what a paragraph shows, piece by piece
    shown.py        pictures, and signs in their places (embedded.py)
    here            what Word would show, each text box once; tables as placed cells
    nesting, grid   shared with HTML

python-docx is not used: it leaves out text in insertions, content controls and text boxes,
and has no list numbers. Tests use it as a peer that writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import accumulate, pairwise

from lxml import etree

from tasks.model.document import Detection, Document, Doubt, DoubtKind, Format, Where
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_TABLES_WITHIN
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.read.controls import is_prompt, said_in, stores_of, unsure_cells
from tasks.read.embedded import Marks
from tasks.read.inline import MC, LookOf, alternative, pieces, plain_text
from tasks.read.looks import BARE, Around, Looks, Style, TableLook, ground, table_look
from tasks.read.nesting import Content, Held, Loose, blocks
from tasks.read.numbering import Numbering, W, first, is_on
from tasks.read.package import Package, corrupt, too_complex, too_deep
from tasks.read.palette import UNKNOWN, Palette
from tasks.read.placed import Placed, as_contents, drop_slivers, merged_down
from tasks.read.seen import Look, is_of_symbols
from tasks.read.shown import pictures_in, put_marks
from tasks.read.styles import Styles
from tasks.read.unseen import Unseen, Why, clean

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"

#: Elements that only stand around others: content controls, custom XML, insertions.
_AROUND = frozenset(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "dir", "bdo")
)
#: Shapes that a text box may be in.
_SHAPES = (
    f"{_SHAPE}wsp",
    *(f"{{urn:schemas-microsoft-com:vml}}{name}" for name in ("shape", "rect", "roundrect")),
)
#: Parts of the document that lie in another file.
_ELSEWHERE = (f"{W}altChunk", f"{W}subDoc")
#: What is drawn, linked or put in from another program; where it is all that a cell holds, it
#: may be a figure.
_PICTURES = (
    *(f"{W}drawing", f"{W}pict", f"{W}object", f"{W}contentPart"),
    "{http://schemas.microsoft.com/office/word/2010/wordml}contentPart",
)
_P, _TBL, _TR, _TC = (f"{W}{name}" for name in ("p", "tbl", "tr", "tc"))
_P_PR, _R_PR, _TR_PR, _TC_PR = (f"{W}{name}" for name in ("pPr", "rPr", "trPr", "tcPr"))
_NUM_PR, _SHD = f"{W}numPr", f"{W}shd"
_SDT, _ALTERNATES, _MATHS = f"{W}sdt", f"{MC}AlternateContent", f"{_MATH}oMathPara"
_WIDE_BEGINNING = regex("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]")
#: A row of this exact height or less (likewise) shows nothing of its text.
_FLAT = 40
#: Edges of cells this near (twentieths of a point) to a line of the grid lie on it.
_SNAP = 120


def read_docx(source: bytes, detection: Detection, marks: Marks | None = None) -> Document:
    """`marks`: where signs are to stand for pictures. Raises Refusal `corrupt`, `encrypted`,
    `too_complex`."""
    package = Package(source)
    main = _main_part(package)
    root = package.xml(main)
    body = None if root is None else root.find(f"{W}body")
    if root is None or body is None:
        raise corrupt("缺少正文", "its main part is missing")
    if marks is not None:
        put_marks(body, package, main, marks)
    parts = {link.kind: link.target for link in package.relationships(main)}
    settings = package.xml(parts.get("settings", ""))
    palette = Palette(package.xml(parts.get("theme", "")), settings)
    reader = _Reader(
        numbering=Numbering(package.xml(parts.get("numbering", ""))),
        looks=Looks(Styles(package.source(parts.get("styles", ""))), palette),
        unsure=unsure_cells(body, stores_of(package, main)),
    )
    contents = reader.contents(body, "/document/body", _Place(ground=ground(root, settings)))
    return Document(
        format=Format.DOCX,
        title=_title(package) or reader.heading,
        blocks=blocks(contents),
        doubts=(*reader.doubts, *reader.unseen.doubts()),
        pictures=pictures_in(package, main) if marks is None else (),
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
    return "" if root is None else clean(root.findtext(_TITLE, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in the document something stands, and what is around it."""

    #: How many cells and text boxes are around it.
    depth: int = 0
    #: What the table says of its runs.
    around: Around = BARE
    #: The colour that is behind.
    ground: str

    def within(self, *, around: Around = BARE, ground: str = "") -> _Place:
        return _Place(depth=self.depth + 1, around=around, ground=ground or self.ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Says:
    """What a cell says of itself."""

    is_gone: bool = False
    #: How many columns of the grid it takes, and its width in twentieths of a point.
    span: int = 1
    width: int | None = None
    #: Goes on from the cell before it.
    goes_on: bool = False
    #: From the cell above: `restart`, `continue` or "".
    merge: str = ""
    #: The colour behind it, None where it says nothing of that.
    shade: str | None = None


_SAYS_NOTHING = _Says()
_SAID_OF_CELLS = frozenset(
    f"{W}{name}" for name in ("cellDel", "gridSpan", "hMerge", "vMerge", "tcW", "shd")
)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One walk through the body; the lists count on as it goes."""

    numbering: Numbering
    looks: Looks
    #: Cells of which a control shows something else than it holds.
    unsure: frozenset[etree._Element]
    heading: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    unseen: Unseen = field(default_factory=Unseen)
    _cells: int = 0
    _characters: int = 0
    _said: dict[tuple[object, ...], _Says] = field(default_factory=dict)

    def contents(self, element: etree._Element, path: str, place: _Place) -> list[Content]:
        """What a body, a cell or a text box holds."""
        if place.depth > MAX_TABLES_WITHIN:
            raise too_deep()
        found: list[Content] = []
        for child, where in _children(element, path):
            if child.tag == _P:
                found.extend(self._paragraph(child, where, place))
            elif child.tag == _TBL:
                found.extend(self._table(child, where, place))
            elif child.tag in _ELSEWHERE:
                self.unseen.unsure += 1
                self.doubts.append(_elsewhere(where))
            elif child.tag == _MATHS:
                found.extend(self._paragraph(child, where, place))
        return found

    # Paragraphs.

    def _paragraph(self, element: etree._Element, path: str, place: _Place) -> list[Content]:
        properties = first(element, _P_PR)
        id = _value(properties, "pStyle") or ""
        style = self.looks.style(id)
        where = Where(path=path)
        behind = self._behind(properties, style, place)
        boxes: list[etree._Element] = []
        look, around = self.looks.look, place.around
        said = plain_text(element, lambda own: _is_plain(look(own, id, around), behind))
        if said is None:
            look_of = partial(self._look, id, around)
            said, boxes = self._composed(element, look_of, behind, where)
        text = clean(said)
        if text or not _is_removed(properties):
            text = self._labelled(properties, style, text)
        self._count(text)
        if style.heading and not self.heading:
            self.heading = text.replace("\n", "")
        found: list[Content] = [Loose(text=text, where=where)] if text else []
        for number, box in enumerate(boxes, 1):
            inside = place.within(ground=self._fill(box))
            found.extend(self.contents(box, f"{path}/txbxContent[{number}]", inside))
        return found

    def _composed(
        self, element: etree._Element, look_of: LookOf, behind: str, where: Where
    ) -> tuple[str, list[etree._Element]]:
        """The text of a paragraph, and the text boxes in it."""
        said, boxes, doubts = self.unseen.written(pieces(element, look_of), behind, where)
        self.doubts += doubts
        return said, boxes

    def _look(self, style: str, around: Around, run: etree._Element) -> Look:
        return self.looks.look(first(run, _R_PR), style, around)

    def _behind(self, properties: etree._Element | None, style: Style, place: _Place) -> str:
        own = _shading(properties)
        shade = style.shade if own is None else self.looks.palette.shading(own)
        return shade or place.ground

    def _fill(self, box: etree._Element) -> str:
        """The colour of the shape around a text box; "" where what is behind shows through."""
        shape = next(box.iterancestors(*_SHAPES), None)
        if shape is None:
            return ""
        if shape.tag != f"{_SHAPE}wsp":
            return _vml_fill(shape)
        properties = shape.find(f"{_SHAPE}spPr")
        for fill in () if properties is None else properties:
            name = etree.QName(fill).localname
            if name == "solidFill":
                return self.looks.palette.drawn(fill)
            if name in ("gradFill", "blipFill", "pattFill", "grpFill"):
                return UNKNOWN
            if name == "noFill":
                return ""
        style = shape.find(f"{_SHAPE}style/{_DRAWING}fillRef")
        if style is None or style.get("idx", "0") == "0":
            return ""
        return self.looks.palette.drawn(style)

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise too_complex(f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters")

    def _labelled(self, properties: etree._Element | None, style: Style, text: str) -> str:
        """The text behind its list number, if it has one."""
        numbered = None if properties is None else first(properties, _NUM_PR)
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

    def _table(self, element: etree._Element, path: str, place: _Place) -> list[Content]:
        shown = [
            (row, where)
            for row, where in _children(element, path)
            if row.tag == _TR and not self._is_unseen(row, where)
        ]
        properties = element.find(f"{W}tblPr")
        look = table_look(self.looks, properties, len(shown))
        shade = _shading(properties)
        inside = replace(place, ground=self.looks.palette.shading(shade) or place.ground)
        rows = [
            self._row(row, where, inside, look, number) for number, (row, where) in enumerate(shown)
        ]
        widths = _grid_widths(element)
        _align(rows, widths)
        drop_slivers(rows, widths)
        edges = tuple(accumulate(widths, initial=0)) if all(widths) else ()
        caption = clean(_value(properties, "tblCaption") or "")
        return as_contents(
            merged_down(rows), len(rows), Where(path=path), caption=caption, edges=edges
        )

    def _is_unseen(self, row: etree._Element, where: str) -> bool:
        """Whether a row is deleted, hidden, or too flat to show its text."""
        properties = first(row, _TR_PR)
        if _is_gone(properties, "del", "hidden"):
            return True
        if not _is_flat(properties):
            return False
        text = said_in(row)
        if text.strip():
            self.unseen.left_out.append((Why.TINY, text, Where(path=where)))
        return True

    def _row(
        self, element: etree._Element, path: str, place: _Place, look: TableLook, number: int
    ) -> list[Placed]:
        properties = first(element, _TR_PR)
        column = _integer(_value(properties, "gridBefore"), 0)
        cells: list[Placed] = []
        children = [(child, at) for child, at in _children(element, path) if child.tag == _TC]
        for child, where in children:
            says = self._says(first(child, _TC_PR))
            if says.is_gone:
                continue
            last = child is children[-1][0]
            met = look.conditions(number, column, last=last) if look.is_parted else ()
            held = self._cell(child, says, where, place, self.looks.around(look.id, met))
            if cells and says.goes_on:
                cells[-1].span += says.span
                cells[-1].held.contents.extend(held.contents)
                cells[-1].held.unsure |= held.unsure
            else:
                cells.append(
                    Placed(
                        column=column,
                        span=says.span,
                        held=held,
                        continues=says.merge == "continue",
                        begins=says.merge == "restart",
                        width=says.width,
                    )
                )
            column += says.span
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
        return cells

    def _says(self, properties: etree._Element | None) -> _Says:
        """What a cell says of itself; the same for all that say the same."""
        if properties is None:
            return _SAYS_NOTHING
        key = tuple([(one.tag, *one.items()) for one in properties if one.tag in _SAID_OF_CELLS])
        known = self._said.get(key)
        if known is None:
            own = _shading(properties)
            known = self._said[key] = _Says(
                is_gone=_is_gone(properties, "cellDel"),
                span=max(_integer(_value(properties, "gridSpan"), 1), 1),
                goes_on=_merge(properties, "hMerge") == "continue",
                merge=_merge(properties, "vMerge"),
                width=_width(properties),
                shade=None if own is None else self.looks.palette.shading(own),
            )
        return known

    def _cell(
        self, element: etree._Element, says: _Says, path: str, place: _Place, around: Around
    ) -> Held:
        shade = around.shade if says.shade is None else says.shade
        before = self.unseen.unsure
        self.unseen.unsure += element in self.unsure
        held = Held(where=Where(path=path))
        held.contents = self.contents(element, path, place.within(around=around, ground=shade))
        held.unread = not held.contents and _shows_picture(element)
        held.unsure = self.unseen.unsure > before
        return held


def _children(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    """The children with their paths, those within mere wrappers in their place."""
    waiting: list[tuple[Iterator[etree._Element], str, dict[str, int]]]
    waiting = [(iter(element), path, {})]
    while waiting:
        children, path, counts = waiting[-1]
        for child in children:
            tag = child.tag
            name = _local(tag)
            number = counts[name] = counts.get(name, 0) + 1
            where = f"{path}/{name}[{number}]"
            if tag == _ALTERNATES:
                waiting.append((iter(alternative(child)), where, {}))
                break
            if tag in _AROUND:
                if tag != _SDT or not is_prompt(child):
                    waiting.append((iter(child), where, {}))
                    break
            else:
                yield child, where
        else:
            waiting.pop()


@lru_cache(maxsize=1_024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _is_plain(look: Look, behind: str) -> bool:
    """Whether text that looks so is simply there to be read."""
    if look.hidden or look.struck or look.tiny or look.aligned or look.raised_by:
        return False
    return look.is_unseen(behind) is False and not is_of_symbols(look)


def _is_gone(properties: etree._Element | None, *marks: str) -> bool:
    return properties is not None and any(is_on(first(properties, f"{W}{mark}")) for mark in marks)


def _is_removed(properties: etree._Element | None) -> bool:
    """Whether an empty paragraph's mark is deleted or hidden, so that it has no number."""
    if properties is None:
        return False
    return _is_gone(first(properties, _R_PR), "del", "moveFrom", "vanish")


def _shows_picture(element: etree._Element) -> bool:
    return next(element.iter(*_PICTURES), None) is not None


def _shading(properties: etree._Element | None) -> etree._Element | None:
    return None if properties is None else first(properties, _SHD)


def _is_flat(properties: etree._Element | None) -> bool:
    height = None if properties is None else first(properties, f"{W}trHeight")
    if height is None or height.get(f"{W}hRule") != "exact":
        return False
    return 0 < _integer(height.get(f"{W}val"), 0) <= _FLAT


def _vml_fill(shape: etree._Element) -> str:
    """The colour of a shape of older programs, white where it does not say."""
    if shape.get("filled", "t").lower() in ("f", "false"):
        return ""
    said = re.match("#([0-9A-Fa-f]{6})", shape.get("fillcolor", "#FFFFFF"))
    return said[1].upper() if said else UNKNOWN


def _merge(properties: etree._Element | None, name: str) -> str:
    """`restart`, `continue` (also where it says nothing) or "" for none."""
    element = None if properties is None else first(properties, f"{W}{name}")
    return "" if element is None else element.get(f"{W}val", "continue")


def _width(properties: etree._Element | None) -> int | None:
    element = None if properties is None else first(properties, f"{W}tcW")
    if element is None or element.get(f"{W}type", "dxa") != "dxa":
        return None
    return _integer(element.get(f"{W}w"), 0) or None


def _align(rows: list[list[Placed]], widths: Sequence[int]) -> None:
    """Gives rows that do not fill the grid the columns that their widths say.

    Some programs leave out `gridSpan` and let the widths speak, as Word does when it draws.
    """
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


def _nearest(edges: Sequence[int], at: int) -> int:
    """The line of the grid at this place; -1 where there is none near."""
    index = min(range(len(edges)), key=lambda index: abs(edges[index] - at))
    return index if abs(edges[index] - at) <= _SNAP else -1


def _value(element: etree._Element | None, name: str) -> str | None:
    child = None if element is None else first(element, f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,7}", text) else otherwise


def _elsewhere(path: str) -> Doubt:
    return Doubt(
        kind=DoubtKind.TRUNCATED,
        says=(say("docx.embedded"),),
        where=Where(path=path),
    )
