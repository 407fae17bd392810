"""The body of an ODT: paragraphs, lists, sections, text boxes, and tables as placed cells; used by
the ODT reader.

A cell that is merged with others stands at its upper left place and says how far it reaches; at
its other places stand covered cells. Headers and footers of pages lie in another part.

Source: OpenDocument 1.3, Part 3, 4.4 Text Sections, 5 Text Content, 9 Tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_TABLES_WITHIN
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.read.nesting import Content, Held, Loose
from tasks.read.odt.inline import HIDDEN_PARAGRAPH, pieces
from tasks.read.odt.lists import Counted, Lists, number
from tasks.read.odt.names import DRAW, TABLE, TEXT, XLINK
from tasks.read.odt.styles import Styles
from tasks.read.package import Named, too_complex, too_deep
from tasks.read.placed import Placed, as_contents, covered, drop_slivers
from tasks.read.unseen import Unseen, Why, clean

_KIND = Named(zh="ODT 文档", en="ODT document", program="Word")
_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_LIST, _TABLE, _SECTION = f"{TEXT}list", f"{TABLE}table", f"{TEXT}section"
_ITEMS = (f"{TEXT}list-item", f"{TEXT}list-header")
#: Stand around others: indexes with what they list, groups of shapes, paragraphs with a number.
_AROUND = frozenset(
    (
        *(f"{TEXT}{name}-index" for name in ("alphabetical", "illustration", "table", "object")),
        *(f"{TEXT}{name}" for name in ("table-of-content", "user-index", "bibliography")),
        *(f"{TEXT}{name}" for name in ("index-body", "index-title", "numbered-paragraph")),
        *(f"{DRAW}{name}" for name in ("g", "a", "frame", "text-box", "custom-shape", "rect")),
        *(f"{DRAW}{name}" for name in ("ellipse", "circle", "polygon", "path", "caption")),
    )
)
_ROW, _COLUMN = f"{TABLE}table-row", f"{TABLE}table-column"
_CELL, _COVERED = f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
_AROUND_ROWS = frozenset(f"{TABLE}table-{name}" for name in ("header-rows", "rows", "row-group"))
_AROUND_COLUMNS = frozenset(
    f"{TABLE}table-{name}" for name in ("header-columns", "columns", "column-group")
)
#: What is drawn or put in from another program; where it is all that a cell holds, it may be a
#: figure.
_PICTURES = tuple(
    f"{DRAW}{name}" for name in ("image", "object", "object-ole", "control", "plugin")
)
_NAME = f"{TEXT}style-name"
_WIDE_BEGINNING = regex("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the document something stands, and what is around it."""

    #: How many cells, text boxes, sections and lists are around it.
    depth: int = 0
    #: The colour that is behind.
    ground: str

    def within(self, ground: str = "") -> Place:
        if self.depth >= MAX_TABLES_WITHIN:
            raise too_deep(_KIND)
        return Place(depth=self.depth + 1, ground=ground or self.ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class _InList:
    """The list that an item is in."""

    counted: Counted
    style: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    element: etree._Element
    path: str
    style: str


@dataclass(slots=True, kw_only=True)
class Body:
    """One walk through the body; the lists count on as it goes."""

    styles: Styles
    lists: Lists
    heading: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    unseen: Unseen = field(default_factory=Unseen)
    _cells: int = 0
    _characters: int = 0

    def contents(self, element: etree._Element, path: str, place: Place) -> list[Content]:
        """What the body, a section, a cell or a text box holds."""
        found: list[Content] = []
        for child, where in _children(element, path):
            tag = child.tag
            if tag in _PARAGRAPHS:
                found += self._paragraph(child, where, place)
            elif tag == _TABLE:
                found += self._table(child, where, place)
            elif tag == _LIST:
                found += self._list(child, where, place.within(), None)
            elif tag == _SECTION:
                found += self._section(child, where, place)
            elif tag in _AROUND:
                fill = self.styles.fill(child.get(f"{DRAW}style-name", ""))
                found += self.contents(child, where, place.within(fill))
        return found

    def _section(self, element: etree._Element, path: str, place: Place) -> list[Content]:
        if element.get(f"{TEXT}display") == "none" or element.get(f"{TEXT}is-hidden") == "true":
            return []
        found = self.contents(element, path, place.within())
        source = element.find(f"{TEXT}section-source")
        if not found and source is not None and source.get(f"{XLINK}href"):
            self.unseen.unsure += 1
            said = (say("docx.embedded"),)
            self.doubts.append(Doubt(kind=DoubtKind.TRUNCATED, says=said, where=Where(path=path)))
        return found

    # Lists.

    def _list(
        self, element: etree._Element, path: str, place: Place, around: _InList | None
    ) -> list[Content]:
        """A list within another goes on in its style, and counts with it."""
        style = element.get(_NAME) or (around.style if around else "") or self._first_style(element)
        if around is None:
            inside = _InList(counted=self.lists.begun(element, style), style=style, level=1)
        else:
            inside = _InList(counted=around.counted, style=style, level=around.level + 1)
        found: list[Content] = []
        for item, where in _children(element, path):
            if item.tag in _ITEMS:
                found += self._item(item, where, place, inside)
        return found

    def _first_style(self, element: etree._Element) -> str:
        """The list style of the first paragraph, where the list names none."""
        first = next(element.iter(*_PARAGRAPHS), None)
        return "" if first is None else self.styles.list_of(first.get(_NAME, "")) or ""

    def _item(
        self, item: etree._Element, path: str, place: Place, inside: _InList
    ) -> list[Content]:
        found: list[Content] = []
        is_first = item.tag == f"{TEXT}list-item"
        for child, where in _children(item, path):
            if child.tag in _PARAGRAPHS:
                label = ""
                if is_first:
                    start = number(item.get(f"{TEXT}start-value"), None)
                    label = self.lists.item(inside.counted, inside.style, inside.level, start)
                is_first = False
                found += self._paragraph(child, where, place, label)
            elif child.tag == _LIST:
                found += self._list(child, where, place.within(), inside)
            elif child.tag == _TABLE:
                found += self._table(child, where, place)
        return found

    # Paragraphs.

    def _paragraph(
        self, element: etree._Element, path: str, place: Place, label: str | None = None
    ) -> list[Content]:
        """`label`: its number in a list, None where it is in none."""
        name = element.get(_NAME, "")
        where = Where(path=path)
        if any(one.get(f"{TEXT}is-hidden") == "true" for one in element.iter(HIDDEN_PARAGRAPH)):
            return []
        behind = self.styles.shade("paragraph", name) or place.ground
        said, boxes = self._composed(element, behind, where)
        text = clean(said)
        if label is None:
            label = self._heading_number(element, name)
        if label:
            apart = "" if not text or _WIDE_BEGINNING.match(text) else " "
            text = clean(f"{label}{apart}{text}")
        self._count(text)
        is_heading = element.get(f"{TEXT}outline-level") == "1" or self.styles.is_title(name)
        if is_heading and not self.heading:
            self.heading = text.replace("\n", "")
        found: list[Content] = [Loose(text=text, where=where)] if text else []
        for number_of, box in enumerate(boxes, 1):
            inside = place.within(self.styles.fill(box.get(f"{DRAW}style-name", "")))
            found += self.contents(box, f"{path}/frame[{number_of}]", inside)
        return found

    def _heading_number(self, element: etree._Element, style: str) -> str:
        """The number of a heading that is in no list."""
        level = number(element.get(f"{TEXT}outline-level"), None)
        if element.tag != f"{TEXT}h" or level is None:
            return ""
        if element.get(f"{TEXT}is-list-header") == "true" or self.styles.list_of(style) == "":
            return ""
        anew = element.get(f"{TEXT}restart-numbering") == "true"
        start = number(element.get(f"{TEXT}start-value"), None)
        return self.lists.heading(level, start if anew else None)

    def _composed(
        self, element: etree._Element, behind: str, where: Where
    ) -> tuple[str, list[etree._Element]]:
        """The text of a paragraph, and the frames and shapes in it."""
        style = self.styles.of_paragraph(element.get(_NAME, ""))
        said, boxes, doubts = self.unseen.written(
            pieces(element, style, self.styles), behind, where
        )
        self.doubts += doubts
        return said, boxes

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise too_complex(
                f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters", _KIND
            )

    # Tables.

    def _table(self, element: etree._Element, path: str, place: Place) -> list[Content]:
        name = element.get(f"{TABLE}style-name", "")
        if self.styles.is_put_away(name):
            return []
        inside = Place(depth=place.depth, ground=self.styles.shade("table", name) or place.ground)
        shown: list[_Row] = []
        #: Of each row of the file, how many are shown before it.
        before = [0]
        for row in self._rows(element, path):
            if not self._is_unseen(row):
                shown.append(row)
            before.append(len(shown))
        cells = list(self._placed(shown, before, inside))
        widths = list(self._widths(element))
        rows: list[list[Placed]] = [[] for _ in shown]
        for placed, _ in cells:
            rows[placed.row].append(placed)
        drop_slivers(rows, widths)
        edges = tuple(accumulate(widths, initial=0)) if all(widths) else ()
        return as_contents(cells, len(shown), Where(path=path), edges=edges)

    def _placed(
        self, shown: Sequence[_Row], before: Sequence[int], place: Place
    ) -> Iterator[tuple[Placed, int]]:
        """The cells that begin somewhere, with how many of the rows that are shown each takes.

        Programs leave out covered cells: then cells follow one another and are pushed aside by
        those that reach down, as in a web page.
        """
        covers = any(next(row.element.iterchildren(_COVERED), None) is not None for row in shown)
        #: From column, to column, up to row.
        above: list[tuple[int, int, int]] = []
        indices = [index for index in range(len(before) - 1) if before[index] < before[index + 1]]
        for at, (row, index) in enumerate(zip(shown, indices, strict=True)):
            above = [one for one in above if one[2] > at]
            pushed = 0
            for placed, rowspan in self._row(row, place):
                placed.row = at
                end = before[min(index + rowspan, len(before) - 1)]
                if not covers:
                    placed.column, pushed = _pushed(placed.column + pushed, above, pushed)
                    self._count_cells(len(above) // 8)
                    pushed += placed.span - 1
                    if end - at > 1:
                        above.append((placed.column, placed.column + placed.span, end))
                yield placed, max(end - at, 1)

    def _rows(self, element: etree._Element, path: str) -> Iterator[_Row]:
        """The rows with their repetitions, which count as cells so that a number in a file
        cannot ask for more than a file may hold."""
        for child, where in _children(element, path, _AROUND_ROWS):
            if child.tag != _ROW:
                continue
            times = max(number(child.get(f"{TABLE}number-rows-repeated"), 1) or 1, 1)
            self._count_cells(times - 1)
            row = _Row(element=child, path=where, style=child.get(f"{TABLE}style-name", ""))
            for _ in range(times):
                yield row

    def _is_unseen(self, row: _Row) -> bool:
        """Whether a row is put away, or too flat to show its text."""
        if row.element.get(f"{TABLE}visibility", "visible") != "visible":
            return True
        if not self.styles.is_flat(row.style):
            return False
        text = "".join(str(one) for one in row.element.itertext())
        if text.strip():
            self.unseen.left_out.append((Why.TINY, text, Where(path=row.path)))
        return True

    def _row(self, row: _Row, place: Place) -> Iterator[tuple[Placed, int]]:
        """The cells that begin in a row, and how many rows of the file each takes."""
        column = 0
        shade = self.styles.shade("table-row", row.style)
        for cell, where in _children(row.element, row.path):
            if cell.tag not in (_CELL, _COVERED):
                continue
            times = max(number(cell.get(f"{TABLE}number-columns-repeated"), 1) or 1, 1)
            self._count_cells(times)
            if cell.tag == _COVERED:
                self._covered(cell, where, place)
                column += times
                continue
            span = max(number(cell.get(f"{TABLE}number-columns-spanned"), 1) or 1, 1)
            rowspan = max(number(cell.get(f"{TABLE}number-rows-spanned"), 1) or 1, 1)
            for _ in range(times):
                held = self._cell(cell, where, place.within(shade))
                yield Placed(column=column, span=span, held=held), rowspan
                column += 1

    def _cell(self, element: etree._Element, path: str, place: Place) -> Held:
        shade = self.styles.shade("table-cell", element.get(f"{TABLE}style-name", ""))
        before = self.unseen.unsure
        held = Held(where=Where(path=path))
        inside = Place(depth=place.depth, ground=shade or place.ground)
        held.contents = self.contents(element, path, inside)
        drawn = next(element.iter(*_PICTURES), None) is not None
        held.unread = (not held.contents and drawn) or bool(held.tables() and not held.text)
        held.unsure = self.unseen.unsure > before
        return held

    def _covered(self, element: etree._Element, path: str, place: Place) -> None:
        """What lies below a merged cell is not shown."""
        if not len(element):
            return
        hidden = Held(where=Where(path=path))
        hidden.contents = self.contents(element, path, place.within())
        if hidden.text:
            self.doubts.append(covered(hidden))

    def _widths(self, table: etree._Element) -> Iterator[int]:
        for column, _ in _children(table, "", _AROUND_COLUMNS):
            if column.tag != _COLUMN:
                continue
            times = max(number(column.get(f"{TABLE}number-columns-repeated"), 1) or 1, 1)
            self._count_cells(times)
            width = self.styles.width(column.get(f"{TABLE}style-name", ""))
            yield from (width for _ in range(times))

    def _count_cells(self, more: int) -> None:
        self._cells += more
        if self._cells > MAX_CELLS:
            raise too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells", _KIND)


def _pushed(column: int, above: Iterable[tuple[int, int, int]], by: int) -> tuple[int, int]:
    """The first column from this one on that no cell from above takes, and how far cells are
    pushed aside in all."""
    for start, end, _ in sorted(above):
        if start <= column < end:
            by += end - column
            column = end
    return column, by


def _children(
    element: etree._Element, path: str, around: Iterable[str] = ()
) -> Iterator[tuple[etree._Element, str]]:
    """The children with their paths, those within mere wrappers in their place."""
    counts: dict[str, int] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        counts[name] = counts.get(name, 0) + 1
        where = f"{path}/{name}[{counts[name]}]"
        if child.tag in around:
            yield from _children(child, where, around)
        else:
            yield child, where
