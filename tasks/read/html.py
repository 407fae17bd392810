"""HTML to Document. One reader of four behind `tasks/read`; takes what `detect` decided.

lxml's parser calls `_Page` for each tag as it goes, and no tree is built: libxml2 drops what
lies deeper than 256 elements from its trees without a word, events have no such limit, and
nothing here recurses. The whole reading takes less time than BeautifulSoup over lxml needs for
the bare texts of the cells, since that makes a Python object of each tag first; the project
uses it to find declared encodings, and tests use it as a peer.

What counts is what a browser shows: hidden elements are not content, whether they themselves or
the page's style sheets (`cascade`) say so, nor is what is struck through; white space collapses;
rows and cells that stand in no table are taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

from lxml import etree

from tasks.detect.encoding import decode
from tasks.detect.mhtml import html_part
from tasks.model.document import Detection, Document, Doubt, DoubtKind, Format, Where
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_DEPTH, MAX_TAGS
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.cascade import Cascade, Named, cascade, named
from tasks.read.grid import joined_edges, placed_to_grid, rows_to_cells
from tasks.read.nesting import (
    Content,
    Data,
    Held,
    Loose,
    blocks,
    is_layout,
    is_short,
    kept,
    pieces,
    poured,
    settled,
)
from tasks.read.numbering import FORMATS
from tasks.read.visible import visible


class _Role(IntEnum):
    """What an element is for us."""

    INLINE = auto()
    BLOCK = auto()
    PRE = auto()
    BREAK = auto()
    SKIP = auto()
    TABLE = auto()
    GROUP = auto()
    ROW = auto()
    CELL = auto()
    CAPTION = auto()
    INPUT = auto()
    SELECT = auto()
    OPTION = auto()
    PICTURE = auto()
    TITLE = auto()
    META = auto()


def _roles() -> dict[str, _Role]:
    table = {
        _Role.BLOCK: "address article aside blockquote body center dd details dialog dir div dl "
        "dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr "
        "html legend li main menu nav ol p search section summary ul",
        _Role.PRE: "pre listing xmp plaintext textarea",
        _Role.BREAK: "br",
        # Ruby: the reading over a character is not what is written.
        _Role.SKIP: "applet audio canvas datalist del embed iframe noembed noframes noscript "
        "object rp rt rtc script style svg template video xml",
        _Role.TABLE: "table",
        _Role.GROUP: "thead tbody tfoot",
        _Role.ROW: "tr",
        _Role.CELL: "td th",
        _Role.CAPTION: "caption",
        _Role.INPUT: "input",
        _Role.SELECT: "select",
        _Role.OPTION: "option",
        _Role.PICTURE: "img",
        _Role.TITLE: "title",
        _Role.META: "meta",
    }
    return {tag: role for role, tags in table.items() for tag in tags.split()}


_TAGS = _roles()
_TABLE_PARTS = {_Role.TABLE, _Role.GROUP, _Role.ROW, _Role.CELL, _Role.CAPTION}
_ARIA = {
    "table": _Role.TABLE,
    "grid": _Role.TABLE,
    "treegrid": _Role.TABLE,
    "rowgroup": _Role.GROUP,
    "row": _Role.ROW,
    "cell": _Role.CELL,
    "gridcell": _Role.CELL,
    "columnheader": _Role.CELL,
    "rowheader": _Role.CELL,
    "caption": _Role.CAPTION,
}
_DISPLAY = {
    "table": _Role.TABLE,
    "inline-table": _Role.TABLE,
    "table-row-group": _Role.GROUP,
    "table-header-group": _Role.GROUP,
    "table-footer-group": _Role.GROUP,
    "table-row": _Role.ROW,
    "table-cell": _Role.CELL,
    "table-caption": _Role.CAPTION,
    "block": _Role.BLOCK,
}
#: Class names that say what a `<div>` stands for.
_CLASSES = {"tr": _Role.ROW, "td": _Role.CELL, "th": _Role.CELL}
_CLASS_TAGS = {"div", "span", "ul", "li", "dl", "dt", "dd", "p", "section"}
#: A picture of no more pixels than this, or of such a name, shows nothing.
_SPACER = 2
_SPACER_NAME = re.compile(r"(?:spacer|blank|transparent|clear|space|dot|line)[^/]*$", re.IGNORECASE)
_TYPED_IN = {"", "text", "number", "tel", "search", "email", "url", "date", "month", "time"}
_STRUCK = {"s", "strike"}
#: A raised number is the mark of a footnote or a power, never more digits of the figure.
_RAISED = re.compile(r"\s*[\[(［（〔]?([0-9]{1,3})[\])］）〕]?\s*")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TITLE_METAS = ("articletitle", "og:title")

#: `type` of an `<ol>` and the number format that it asks for.
_LIST_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
#: A text that has its number already: pages number by hand inside of lists whose own
#: numbers a style sheet has taken away.
_NUMBERED = re.compile(r"[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[)）、.．]|[①-⒛]")
_WIDE_BEGINNING = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]")

_STYLE_DISPLAY = re.compile(r"(?:^|[;\s])display\s*:\s*([a-z-]+)")
_STYLE_VISIBILITY = re.compile(r"(?:^|[;\s])visibility\s*:\s*([a-z]+)")
_STYLE_PRE = re.compile(r"(?:^|[;\s])white-space\s*:\s*(?:pre|break-spaces)")
_STYLE_RAISED = re.compile(r"(?:^|[;\s])vertical-align\s*:\s*super")
_STYLE_STRUCK = re.compile(r"(?:^|[;\s])text-decoration(?:-line)?\s*:[^;]*line-through")
_STYLE_TINY = re.compile(r"font-size\s*:\s*0(?:\.0*)?(?:px|pt|r?em|%)?\s*(?:;|$|!)")
_STYLE_CLEAR = re.compile(r"(?:^|[;\s])opacity\s*:\s*(?:0(?:\.0*)?|\.0+)\s*(?:;|$|!)")
_STYLE_CLIPPED = re.compile(r"(?:^|[;\s])clip\s*:\s*rect\((?:\s*[01](?:px)?[\s,]*){4}\)")
#: Further aside than any page is wide: `left:50%;margin-left:-500px` centres a page.
_FAR = r"\s*:\s*-(?:999|[1-9]\d{3,})(?![\d.]*%)"
_STYLE_ASIDE = re.compile(rf"(?:^|[;\s])(?:left|top){_FAR}")
_STYLE_INDENTED = re.compile(rf"(?:^|[;\s])text-indent{_FAR}")
_STYLE_LIFTED = re.compile(r"(?:^|[;\s])position\s*:\s*(?:absolute|fixed)")
_STYLE_FLAT = re.compile(r"(?:^|;)\s*height\s*:\s*0(?:\.0*)?(?:pt|px|cm|mm|in|em)?\s*(?:;|$|!)")
_STYLE_NO_NUMBERS = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b")
_STYLE_MSO_HIDE = re.compile(r"mso-hide\s*:\s*all")
_FLAT_HEIGHT = re.compile(r"\s*0+(?:\.0*)?(?:px|pt)?\s*")
_COUNT = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")
_WIDEST = {"colspan": 1_000, "rowspan": 65_534}

# In the text being gathered, white space that is kept is written in control characters that
# no HTML can contain, until the rest has collapsed.
_KEPT_LINE, _KEPT_SPACE, _KEPT_TAB = "\x01", "\x02", "\x03"
_KEEP = str.maketrans({"\n": _KEPT_LINE, " ": _KEPT_SPACE, "\t": _KEPT_TAB, "\r": None})
_RESTORE = str.maketrans({_KEPT_SPACE: " ", _KEPT_TAB: "\t", "\xa0": " "})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\n\f\r]+")
_AROUND_LINE = re.compile(f"[ \t]*{_KEPT_LINE}[ \t]*")
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
# A line break in the source between two wide characters is no space: Word wraps there.
# Source: CSS Text 3, 4.1.3 Segment break transformation rules.
_WRAPPED = re.compile(f"(?<=[{_WIDE}])[ \t\f\r]*\n[ \t\n\f\r]*(?=[{_WIDE}])")

#: Where a browser begins a row, and libxml2, which passes over the end tag, does not.
_ROW_ENDED = re.compile(r"</tr\s*>(?=\s*<t[dh][\s>])", re.IGNORECASE)

_CELL_BEGINS = re.compile(r"<t[dh][\s>]", re.IGNORECASE)

#: What makes the paragraphs of a page. Where none of it stands outside of tables, lines do.
_PAGE_BLOCKS = re.compile(
    r"<(/?)(table|!doctype|html|body|p|br|h[1-6]|li|pre|xmp)(?=[\s/>])", re.IGNORECASE
)

#: Deeper than this, places are not told: their paths would outweigh the page.
_DEEPEST_PATH = 200


def read_html(source: bytes, detection: Detection) -> Document:
    """Raises Refusal `too_complex`. A page without content, as a frameset, has no blocks."""
    part = html_part(source)
    text, doubts = decode(source if part is None else part.body, detection)
    if text.count("<") > MAX_TAGS:
        raise _too_complex(f"超过 {MAX_TAGS} 个标签", f"more than {MAX_TAGS} tags")
    if sum(1 for _ in _CELL_BEGINS.finditer(text)) > MAX_CELLS:
        # Known before six seconds are spent on them.
        raise _too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
    sheets = cascade(text)
    page = _parse(text, sheets)
    if page.faded:
        # A script lets blocks fade in, a sheet that nobody sent makes their texts larger.
        page = _parse(text, sheets, shown=frozenset(page.faded))
    if page.hid_tables and not any(isinstance(one, Data) for one in settled(page.contents())):
        # A script shows what the sheets hide: tabs, pages that fade in.
        page = _parse(text, Cascade(()))
    return Document(
        format=Format.HTML,
        encoding=detection.encoding,
        title=page.title(),
        blocks=blocks(page.contents()),
        doubts=(*doubts, *_truncated(text), *page.doubts()),
    )


def _parse(text: str, sheets: Cascade, shown: frozenset[int] = frozenset()) -> _Page:
    page = _Page(sheets, lines=_is_lines(text), shown=shown)
    target: Any = page  # the stubs ask for a method for comments, which we do without
    # As UTF-8 with the encoding fixed, so that no declaration in the page is believed again.
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
    source = _ROW_ENDED.sub("</tr><tr>", _CONTROLS.sub("", text)).encode("utf-8", "replace")
    if source.strip():
        parser.feed(source)
        parser.close()
    return page


def _is_lines(text: str) -> bool:
    """Whether this is text, as Markdown, with nothing of a page in it but its tables."""
    depth = 0
    for tag in _PAGE_BLOCKS.finditer(text):
        if tag[2].lower() == "table":
            depth = max(depth + (-1 if tag[1] else 1), 0)
        elif not depth:
            return False
    return True


def _truncated(text: str) -> tuple[Doubt, ...]:
    """A doubt where a table is still open at the end of a page that never ends."""
    low = text.lower()
    if "</html" in low[-2_000:] or low.count("<table") <= low.count("</table"):
        return ()
    return (
        Doubt(
            kind=DoubtKind.TRUNCATED,
            message="网页在表格结束之前就中断了，可能没有保存完整。",
            message_en="The page breaks off inside a table; it may not have been saved in full.",
        ),
    )


@dataclass(slots=True, eq=False)
class _Element:
    """An open element."""

    tag: str
    #: Which of its kind it is among its parent's children, from 1.
    number: int
    role: _Role
    #: `visibility: hidden`, which children inherit and may undo.
    unseen: bool
    #: Set above the line; struck through. Children inherit both and cannot undo them.
    raised: bool = False
    struck: bool = False
    #: Out of sight: transparent, clipped, beside the page. Children cannot undo it.
    gone: bool = False
    #: `font-size: 0`, which children inherit and may undo.
    tiny: bool = False
    #: Its number in the page, where its own style lets it fade: what a script may undo.
    fades: int = 0
    #: How many children of each name there were.
    children: dict[str, int] = field(default_factory=dict)
    #: The table, group, row, cell or caption that ends with this element.
    opened: object = None
    pre: bool = False
    #: The numbers of a list: the next one, and how it is written.
    next: int = 1
    format: str | None = None

    def is_unseen(self) -> bool:
        return self.unseen or self.gone or self.tiny


@dataclass(slots=True, eq=False)
class _Text:
    """Text that is being gathered into blocks."""

    contents: list[Content]
    parts: list[str] = field(default_factory=list)
    where: Where | None = None
    #: The number of the list item whose text comes next.
    number: str = ""

    def end_block(self) -> None:
        if not self.parts:
            return
        text = _rendered("".join(self.parts))
        if text:
            if self.number and not _NUMBERED.match(text):
                text = f"{self.number}{'' if _WIDE_BEGINNING.match(text) else ' '}{text}"
            self.number = ""
            self.contents.append(Loose(text=text, where=self.where or Where()))
        self.parts.clear()
        self.where = None


@dataclass(slots=True, eq=False)
class _Row:
    cells: list[Held] = field(default_factory=list)
    #: Of no height: the row in which Word keeps the widths of its columns.
    flat: bool = False


@dataclass(slots=True, eq=False)
class _Group:
    rows: list[_Row] = field(default_factory=list)
    last: bool = False


@dataclass(slots=True, eq=False)
class _Table:
    """A table that is open, and the row and cell that are open in it."""

    where: Where
    #: Made of `<table>`, not of roles, styles or classes.
    native: bool
    presentation: bool
    #: The text of what stands in no cell; browsers show it before the table.
    text: _Text
    #: Number of elements open around it, if it stands for rows that are in no table.
    anonymous_at: int | None = None
    groups: list[_Group] = field(default_factory=list)
    group: _Group | None = None
    row: _Row | None = None
    cell: Held | None = None
    caption: _Text | None = None
    captions: list[Content] = field(default_factory=list)


class _Page:
    """The target of the parser: tags in, contents out."""

    def __init__(
        self, sheets: Cascade, *, lines: bool = False, shown: frozenset[int] = frozenset()
    ) -> None:
        self._sheets = sheets
        #: Each line outside of tables is a block.
        self._lines = lines
        #: The open elements as selectors see them; kept only where there are sheets.
        self._path: list[Named] = []
        self._hides = False
        self.hid_tables = False
        self._hidden_at: Where | None = None
        #: Tags so far. `shown`: by their numbers, elements that are in sight whatever their style
        #: says; `faded`: those around a table that are not.
        self._tags = 0
        self._shown = shown
        self.faded: set[int] = set()
        self._beside_at: Where | None = None
        self._struck_out: list[tuple[str, Where]] = []
        self._contents: list[Content] = []
        self._texts = [_Text(self._contents)]
        self._elements: list[_Element] = [_Element("", 1, _Role.BLOCK, unseen=False)]
        self._tables: list[_Table] = []
        self._skipped = 0
        self._pre = 0
        self._cells = 0
        self._characters = 0
        self._title: list[str] | None = None
        self._titles: list[str] = []
        self._metas: dict[str, str] = {}
        self._options: list[tuple[bool, list[str]]] | None = None

    # What the parser calls.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._tags += 1
        if self._skipped:
            self._skipped += 1
            if self._hides and tag == "table":
                self.hid_tables = True
                self._hidden_at = self._hidden_at or self._place()
            return
        parent = self._elements[-1]
        number = parent.children.get(tag, 0) + 1
        parent.children[tag] = number
        role, unseen, pre = _TAGS.get(tag, _Role.INLINE), parent.unseen, False
        raised, struck = parent.raised or tag == "sup", parent.struck or tag in _STRUCK
        gone, tiny, fades = parent.gone, parent.tiny and not _is_sized(tag, attributes), 0
        if attributes or self._sheets:
            own = style = attributes.get("style", "").lower()
            if self._sheets:
                self._path.append(named(tag, attributes))
                over, under = self._sheets.looks(self._path)
                style = f"{over}{own};{under}" if over or under else own
            role = _role(tag, role, attributes, style)
            if style:
                unseen = _unseen(style, unseen)
                pre = "white-space" in style and bool(_STYLE_PRE.search(style))
                raised = raised or bool(_STYLE_RAISED.search(style))
                struck = struck or bool(_STYLE_STRUCK.search(style))
                tiny = bool(_STYLE_TINY.search(style)) if "font-size" in style else tiny
                faded = _is_faded(style, role)
                if faded or tiny:
                    fades = self._tags
                if fades in self._shown:
                    faded = tiny = False
                gone = gone or faded or _is_beside(style)
            if role is _Role.SKIP and style != own:
                self._hide(tag)
        if role is _Role.SKIP:
            self._skipped = 1
            return
        if role not in _TABLE_PARTS:
            self._leave_anonymous()
        element = _Element(tag, number, role, unseen, raised, struck, gone, tiny, fades)
        self._elements.append(element)
        if len(self._elements) > MAX_DEPTH:
            raise _too_complex(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")
        if role is _Role.TABLE and (gone or tiny):
            self._see_table_out_of_sight()
        if pre or role is _Role.PRE:
            element.pre = True
            self._pre += 1
        if role is not _Role.INLINE:
            self._begin(element, attributes)

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            if not self._skipped:
                self._hides = False
                if self._sheets:
                    self._path.pop()
            return
        element = self._elements.pop()
        if self._sheets:
            self._path.pop()
        depth = len(self._elements)
        while self._tables and (self._tables[-1].anonymous_at or 0) > depth:
            self._end_table(self._tables[-1])
        if element.pre:
            self._pre -= 1
        if element.role is not _Role.INLINE:
            self._finish(element)

    def data(self, text: str) -> None:
        if self._skipped:
            return
        if self._title is not None:
            self._title.append(text)
            return
        if self._options is not None:
            if self._options:
                self._options[-1][1].append(text)
            return
        element = self._elements[-1]
        if element.is_unseen():
            return
        if element.struck:
            if not text.isspace():
                self._struck_out.append((text.strip(), self._place()))
            return
        if element.raised and (mark := _RAISED.fullmatch(text)):
            text = mark[1].translate(_RAISE)
        if not text.isspace():
            self._leave_anonymous()
        self._write(text)

    def close(self) -> None:
        while self._tables:
            self._end_table(self._tables[-1])
        for gathered in reversed(self._texts):
            gathered.end_block()

    # What the page holds.

    def contents(self) -> list[Content]:
        return self._contents

    def doubts(self) -> list[Doubt]:
        """What was left out that some would read."""
        found = []
        if self._struck_out:
            first, where = self._struck_out[0]
            count = len(self._struck_out)
            found.append(
                Doubt(
                    kind=DoubtKind.STRAY_TEXT,
                    message=f"有 {count} 处文字加了删除线（第一处：“{first[:40]}”），未读取。",
                    message_en=f"{count} texts are struck through and were left out "
                    f"(the first: {first[:40]!r}).",
                    where=where,
                )
            )
        if self._hidden_at:
            found.append(
                Doubt(
                    kind=DoubtKind.STRAY_TEXT,
                    message="网页的样式表隐藏了表格或表格中的内容，未读取。",
                    message_en="The style sheet of the page hides tables or parts of them; "
                    "these were left out.",
                    where=self._hidden_at,
                )
            )
        if self._beside_at:
            found.append(
                Doubt(
                    kind=DoubtKind.STRAY_TEXT,
                    message="网页把表格放在看不见的地方，未读取。",
                    message_en="The page puts a table where nobody sees it; it was left out.",
                    where=self._beside_at,
                )
            )
        return found

    def title(self) -> str:
        found = [*self._titles[:1], *(self._metas.get(name, "") for name in _TITLE_METAS)]
        return next((title for title in (_rendered(text) for text in found) if title), "")

    # Text.

    def _hide(self, tag: str) -> None:
        """Note what a sheet hides, where it matters: a table or a part of one."""
        self._hides = True
        self.hid_tables = self.hid_tables or tag == "table"
        if self._tables or tag == "table":
            self._hidden_at = self._hidden_at or self._place()

    def _see_table_out_of_sight(self) -> None:
        fading = {element.fades for element in self._elements if element.fades} - self._shown
        self.faded |= fading
        if not fading:
            self._beside_at = self._beside_at or self._place()

    def _write(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise _too_complex(f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters")
        if self._lines and not self._tables and not self._pre and "\n" in text:
            for at, line in enumerate(text.split("\n")):
                if at:
                    self._texts[-1].end_block()
                self._gather(line)
            return
        self._gather(text)

    def _gather(self, text: str) -> None:
        gathered = self._texts[-1]
        if gathered.where is None and not text.isspace():
            gathered.where = self._place()
        gathered.parts.append(text.translate(_KEEP) if self._pre else text)

    def _place(self) -> Where:
        """The innermost open element that is more than a span of text."""
        if len(self._elements) > _DEEPEST_PATH:
            return Where()
        depth = len(self._elements)
        while depth > 1 and self._elements[depth - 1].role is _Role.INLINE:
            depth -= 1
        steps = [
            element.tag if element.tag in ("html", "body") else f"{element.tag}[{element.number}]"
            for element in self._elements[1:depth]
        ]
        return Where(path="/" + "/".join(steps))

    def _see_unread(self) -> None:
        """Something stands here that is shown and cannot be read."""
        if self._tables and (cell := self._tables[-1].cell) and not self._elements[-1].is_unseen():
            cell.unread = True

    # Elements.

    def _begin(self, element: _Element, attributes: Mapping[str, str]) -> None:
        role = element.role
        if role is _Role.BLOCK or role is _Role.PRE:
            self._texts[-1].end_block()
            if element.tag == "ol":
                _begin_list(element, attributes)
            elif element.tag == "li":
                self._texts[-1].number = _item_number(self._elements[-2], attributes)
        elif role is _Role.BREAK:
            self._texts[-1].parts.append(_KEPT_LINE)
        elif role in _TABLE_PARTS:
            self._begin_part(element, attributes)
        elif role is _Role.INPUT:
            value = attributes.get("value", "")
            if attributes.get("type", "").strip().lower() in _TYPED_IN:
                if value:
                    self.data(value)
                elif "value" not in attributes:
                    # saved after a script had filled it
                    self._see_unread()
        elif role is _Role.PICTURE:
            if not _is_spacer(attributes):
                self._see_unread()
        elif role is _Role.SELECT:
            self._options = []
        elif role is _Role.OPTION and self._options is not None:
            self._options.append(("selected" in attributes, []))
        elif role is _Role.TITLE:
            self._title = []
        elif role is _Role.META:
            name = attributes.get("name") or attributes.get("property") or ""
            self._metas.setdefault(name.strip().lower(), attributes.get("content", ""))

    def _finish(self, element: _Element) -> None:
        role = element.role
        if role is _Role.BLOCK or role is _Role.PRE:
            self._texts[-1].end_block()
        elif role in _TABLE_PARTS:
            self._finish_part(element)
        elif role is _Role.SELECT and self._options is not None:
            options, self._options = self._options, None
            chosen = [text for selected, text in options if selected] or [
                text for _, text in options[:1]
            ]
            for text in chosen:
                self.data("".join(text))
        elif role is _Role.TITLE and self._title is not None:
            self._titles.append("".join(self._title))
            self._title = None

    # Tables.

    def _begin_part(self, element: _Element, attributes: Mapping[str, str]) -> None:
        native = _TAGS.get(element.tag) in _TABLE_PARTS
        if element.role is _Role.TABLE:
            presentation = attributes.get("role", "").strip().lower() in ("presentation", "none")
            element.opened = self._begin_table(native, presentation=presentation)
            return
        table = self._table_for(native, element.role)
        if element.role is _Role.CAPTION:
            self._end_row(table)
            table.caption = _Text(table.captions)
            self._texts.append(table.caption)
            element.opened = table.caption
        elif element.role is _Role.GROUP:
            self._end_row(table)
            last = element.tag == "tfoot" or "footer-group" in attributes.get("style", "")
            element.opened = table.group = _Group(last=last)
            table.groups.append(table.group)
        elif element.role is _Role.ROW:
            element.opened = self._begin_row(table, flat=_is_flat(attributes))
        else:
            element.opened = self._begin_cell(table, attributes)

    def _finish_part(self, element: _Element) -> None:
        """Ends what the element opened, unless something else has ended it already."""
        opened = element.opened
        if isinstance(opened, _Table):
            while opened in self._tables:
                self._end_table(self._tables[-1])
        if not self._tables:
            return
        table = self._tables[-1]
        if opened is table.cell or opened is table.caption:
            self._end_cell(table)
        elif opened is table.row:
            self._end_row(table)
        elif opened is table.group:
            self._end_row(table)
            table.group = None

    def _table_for(self, native: bool, role: _Role) -> _Table:
        """The table that a row or cell belongs to; a new one where it stands in none."""
        if native:
            while any(table.native for table in self._tables) and not self._tables[-1].native:
                self._end_table(self._tables[-1])
            if self._tables:
                return self._tables[-1]
        elif self._tables and not self._tables[-1].native:
            table = self._tables[-1]
            if table.cell is None or table.anonymous_at == len(self._elements) - 1:
                return table
        table = self._begin_table(native)
        table.anonymous_at = len(self._elements) - 1
        return table

    def _leave_anonymous(self) -> None:
        """Something other than a row beside the rows ends the table that stood for them."""
        if self._tables and self._tables[-1].anonymous_at == len(self._elements):
            self._end_table(self._tables[-1])

    def _begin_table(self, native: bool, *, presentation: bool = False) -> _Table:
        self._texts[-1].end_block()
        table = _Table(self._place(), native, presentation, _Text([]))
        self._tables.append(table)
        self._texts.append(table.text)
        return table

    def _begin_row(self, table: _Table, *, flat: bool = False) -> _Row:
        self._end_row(table)
        if table.group is None:
            table.group = _Group()
            table.groups.append(table.group)
        table.row = _Row(flat=flat)
        table.group.rows.append(table.row)
        return table.row

    def _begin_cell(self, table: _Table, attributes: Mapping[str, str]) -> Held:
        self._end_cell(table)
        row = table.row or self._begin_row(table)
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise _too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
        table.cell = Held(
            colspan=max(_span("colspan", attributes), 1),
            rowspan=_span("rowspan", attributes),
            where=self._place(),
        )
        row.cells.append(table.cell)
        self._texts.append(_Text(table.cell.contents))
        return table.cell

    def _end_cell(self, table: _Table) -> None:
        """Ends the open cell or caption."""
        if table.cell is not None or table.caption is not None:
            self._texts.pop().end_block()
        table.cell = table.caption = None

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        table.row = None

    def _end_table(self, table: _Table) -> None:
        """`table` is the innermost one."""
        self._end_row(table)
        self._texts.pop().end_block()
        self._tables.pop()
        self._texts[-1].end_block()
        self._texts[-1].contents.extend(_settled(table))


def _settled(table: _Table) -> list[Content]:
    """A closed table as what it holds: itself, or its contents where it is layout."""
    ordered = sorted(table.groups, key=lambda group: group.last)
    groups = [[row.cells for row in group.rows if not _is_ruler(row)] for group in ordered]
    rows = [cells for group in groups for cells in group]
    before = [*table.text.contents]
    layout = poured(rows) if table.presentation or is_layout(rows) else None
    if layout is not None and (table.presentation or not is_short(layout)):
        return [*before, *table.captions, *layout]
    spans = [[[cell.span() for cell in cells] for cells in group] for group in groups]
    cells = joined_edges(rows_to_cells(spans))
    if layout is not None:
        return [*before, *table.captions, *pieces(cells, rows, layout, table.where)]
    caption = "\n".join(item.text for item in table.captions if isinstance(item, Loose))
    before += (item for item in table.captions if not isinstance(item, Loose))
    own = kept(placed_to_grid(cells), rows, caption, table.where)
    return [*before, *pieces(cells, rows, own, table.where)]


def _is_ruler(row: _Row) -> bool:
    return row.flat and not any(cell.contents for cell in row.cells)


def _role(tag: str, role: _Role, attributes: Mapping[str, str], style: str) -> _Role:
    """What the element is for, given what its attributes say about it."""
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return _Role.SKIP
    display = _STYLE_DISPLAY.search(style) if "display" in style else None
    if (display and display[1] == "none") or (
        "mso-hide" in style and _STYLE_MSO_HIDE.search(style)
    ):
        return _Role.SKIP
    if role is _Role.ROW and "visibility" in style:
        visibility = _STYLE_VISIBILITY.search(style)
        return _Role.SKIP if visibility and visibility[1] == "collapse" else role
    if role not in (_Role.INLINE, _Role.BLOCK):
        return role
    if "role" in attributes:
        role = _ARIA.get(attributes["role"].strip().lower(), role)
    if display:
        role = _DISPLAY.get(display[1], role)
    if tag in _CLASS_TAGS and role not in _TABLE_PARTS and "class" in attributes:
        names = attributes["class"].lower().split()
        role = next((_CLASSES[name] for name in names if name in _CLASSES), role)
    return role


def _is_spacer(attributes: Mapping[str, str]) -> bool:
    """Whether a picture only keeps a place free."""
    if any(_whole(attributes.get(name), 99) <= _SPACER for name in ("width", "height")):
        return True
    return bool(_SPACER_NAME.search(attributes.get("src", "")))


def _begin_list(element: _Element, attributes: Mapping[str, str]) -> None:
    if not _STYLE_NO_NUMBERS.search(attributes.get("style", "").lower()):
        element.next = _whole(attributes.get("start"), 1)
        element.format = _LIST_TYPES.get(attributes.get("type", ""), "decimal")


def _item_number(parent: _Element, attributes: Mapping[str, str]) -> str:
    """`1.`, or "" where the item stands in no numbered list."""
    if parent.format is None:
        return ""
    number = _whole(attributes.get("value"), parent.next)
    parent.next = number + 1
    return f"{FORMATS[parent.format](number)}."


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,6}", text.strip()) else otherwise


def _unseen(style: str, inherited: bool) -> bool:
    found = _STYLE_VISIBILITY.search(style) if "visibility" in style else None
    return inherited if found is None else found[1] in ("hidden", "collapse")


def _is_faded(style: str, role: _Role) -> bool:
    """Whether the text of an element is not drawn until a script says so."""
    return bool("opacity" in style and _STYLE_CLEAR.search(style)) or (
        role not in _TABLE_PARTS and "overflow" in style and _is_closed(style)
    )


def _is_beside(style: str) -> bool:
    """Whether the text of an element is drawn where nobody sees it."""
    return bool(
        ("clip" in style and _STYLE_CLIPPED.search(style))
        or ("position" in style and _STYLE_LIFTED.search(style) and _STYLE_ASIDE.search(style))
        or ("text-indent" in style and _STYLE_INDENTED.search(style))
    )


def _is_sized(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element's own size undoes a `font-size: 0` around it."""
    return tag == "font" and "size" in attributes


def _is_closed(style: str) -> bool:
    return "hidden" in style and bool(_STYLE_FLAT.search(style))


def _is_flat(attributes: Mapping[str, str]) -> bool:
    height = attributes.get("height")
    if height is not None and _FLAT_HEIGHT.fullmatch(height):
        return True
    return bool(_STYLE_FLAT.search(attributes.get("style", "").lower()))


def _span(name: str, attributes: Mapping[str, str]) -> int:
    """`colspan` or `rowspan`; 1 where it is no number.

    Source: HTML Standard, 2.3.4.2 Non-negative integers; 4.9.11 for the caps.
    """
    found = _COUNT.match(attributes.get(name) or attributes.get(f"aria-{name}") or "")
    if found is None:
        return 1
    digits = found[1].lstrip("0")
    return min(int(digits[:9] or "0"), _WIDEST[name])


def _rendered(text: str) -> str:
    """The text as it is shown: white space collapsed, nothing invisible, nothing outside."""
    if "\n" in text:
        text = _WRAPPED.sub("", text)
    text = _SPACES.sub(" ", visible(text))
    if _KEPT_LINE in text:
        text = _AROUND_LINE.sub("\n", text)
    return text.translate(_RESTORE).strip()


def _too_complex(what: str, what_en: str) -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"网页过于复杂（{what}），无法处理。请另存为较简单的文件后重新提交。",
        f"The page is too complex ({what_en}). Save it in a simpler form and send it again.",
    )
