"""The target of the parser: tags in, contents out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_DEPTH
from tasks.model.patterns import regex
from tasks.model.saying import Saying, say
from tasks.read.html.colours import ANY, CLEAR, WHITE, Colour, colour_of, is_light, is_same
from tasks.read.html.drawings import Drawing
from tasks.read.html.frames import Page, Spent
from tasks.read.html.gathered import (
    KEEP,
    KEPT_LINE,
    Mark,
    OpenGroup,
    OpenRow,
    OpenTable,
    Text,
    is_scrambled,
    settled_table,
    title_of,
)
from tasks.read.html.look import PLAIN, Look, own_look
from tasks.read.html.refused import too_complex
from tasks.read.html.roles import (
    BUTTONS,
    CLOSED,
    DRAWN_FIELDS,
    TABLE_PARTS,
    TAGS,
    TYPED_IN,
    WITHOUT_CONTENT,
    Role,
    is_flat,
    is_folded,
    is_note_mark,
    is_spacer,
    role_of,
    span_of,
    whole,
)
from tasks.read.html.selectors import HOST, Named, root
from tasks.read.html.sheets import Cascade, Looks
from tasks.read.nesting import Content, Held
from tasks.read.numbering import FORMATS

#: What tags say of the look of their text.
_STRUCK = {"s", "strike"}
_RAISED_TAGS = {"sup", "sub"}
_LOWERED = "sub"
#: Tags and attributes that say how a text is seen, besides style and class.
_SPEAKING_TAGS = {*_STRUCK, *_RAISED_TAGS, "font", "bdo", "bdi", "details", "summary", "body"}
_SPEAKING = frozenset(("dir", "bgcolor", "background", "hidden"))
#: Lays out what it holds in the direction of the text.
_LAYS_OUT = regex("flex|grid")
#: A raised number is the mark of a footnote or a power, never more digits of the figure.
_RAISED = regex(r"\s*[\[(［（〔]?([0-9]{1,3})[\])］）〕]?\s*")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGITS = regex("[0-9０-９]")

#: `type` of an `<ol>` and the number format that it asks for.
_LIST_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLE_NO_NUMBERS = regex(r"list-style(?:-type)?\s*:[^;]*\bnone\b")

#: Deeper than this, places are not told: their paths would outweigh the page.
_DEEPEST_PATH = 200

#: What is put into an element: strings, attributes of the element, and what is not followed.
_CONTENT = regex(
    r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'"
    r"|attr\(\s*([\w-]+)(?:\s+(?:string|raw-string|type\(\*\)))?\s*(?:,\s*(?:\"([^\"]*)\"|'([^']*)'))?\s*\)"
    r"|(/)|\s+|(normal|none)\b|(.)",
    re.DOTALL | re.IGNORECASE,
)
#: Longer than any text that a sheet puts into a cell.
_LONGEST_CONTENT = 1_000
_CSS_ESCAPE = regex(r"\\(?:([0-9a-fA-F]{1,6})\s?|\n|(.))", re.DOTALL)


class Read(Protocol):
    """What was read of a page."""

    @property
    def by_script(self) -> bool: ...
    def contents(self) -> list[Content]: ...
    def doubts(self) -> list[Doubt]: ...
    def title(self) -> str: ...


ReadFrame = Callable[[Page], Read]


@dataclass(frozen=True, slots=True)
class Sight:
    """How the text of an element is seen; what stands in it sees it likewise."""

    #: `visibility: hidden`, which children may undo.
    unseen: bool = False
    #: Set off the line; struck through. Children cannot undo them.
    raised: bool = False
    lowered: bool = False
    struck: bool = False
    #: Out of sight: transparent, clipped, beside the page. Children cannot undo it.
    gone: bool = False
    #: `font-size: 0`, which children may undo.
    tiny: bool = False
    #: Held back until the reader asks for it.
    folded: bool = False
    #: Seen otherwise than written, or perhaps not at all: no figure.
    unsure: bool = False
    #: The number of the element that moves it out of its order, 0 where none does.
    moved: int = 0
    ink: Colour | None = None
    ground: Colour = WHITE
    direction: str = ""
    #: Characters run from right to left.
    reversed: bool = False

    #: Not seen at all; a text that is simply there to be read.
    hidden: bool = field(init=False, compare=False, default=False)
    plain: bool = field(init=False, compare=False, default=True)

    def __post_init__(self) -> None:
        hidden = self.unseen or self.gone or self.tiny
        marked = hidden or self.raised or self.struck or self.folded or self.unsure
        inked = self.ink is not None and (self.pale or self.perhaps_pale)
        object.__setattr__(self, "hidden", hidden)
        object.__setattr__(self, "plain", not (marked or self.moved or inked))

    @property
    def pale(self) -> bool:
        """Whether the text has the colour of what it stands on."""
        ink = self.ink
        return ink is not None and (ink == CLEAR or is_same(ink, self.ground))

    @property
    def perhaps_pale(self) -> bool:
        return self.ink is not None and self.ground == ANY and is_light(self.ink)


@dataclass(slots=True, eq=False)
class _Element:
    """An open element."""

    tag: str
    #: Which of its kind it is among its parent's children, from 1.
    number: int
    role: Role
    sight: Sight
    #: Its number in the page, where its own style lets it fade: what a script may undo.
    fades: int = 0
    #: How many children of each name there were, and whether there is text.
    children: dict[str, int] = field(default_factory=dict)
    filled: bool = False
    #: The table, group, row, cell or caption that ends with this element.
    opened: object = None
    pre: bool = False
    #: Its children stand in another order than they are written in.
    turns: bool = False
    #: Where its text begins that is to be turned around.
    turned: Mark | None = None
    looks: Looks | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    #: Where it stands, once that was asked for.
    path: str = ""
    #: The numbers of a list: the next one, and how it is written.
    next: int = 1
    format: str | None = None


_SIGHT = Sight()


class Reader:
    """The target of the parser for one page."""

    def __init__(
        self,
        page: Page,
        sheets: Cascade,
        read_frame: ReadFrame,
        *,
        lines: bool = False,
        shown: frozenset[int] = frozenset(),
        unfolded: bool = False,
    ) -> None:
        self._page = page
        self._read_frame = read_frame
        self._spent: Spent = page.spent
        self._sheets = sheets
        #: Each line outside of tables is a block.
        self._lines = lines
        self._unfolded = unfolded
        #: The open element as selectors see it; kept only where there are sheets.
        self._named: Named | None = None
        #: Sheets and elements of the trees around the shadow tree that is being read.
        self._scopes: list[tuple[Cascade, Named | None]] = []
        #: How elements are seen that look alike; with what is known by its place in memory.
        self._sights: dict[tuple[int, int, Role], tuple[Sight, Sight, Look]] = {}
        self._hides = False
        self.hid_tables = False
        #: What the sheets hide is read nevertheless: a script must be supposed to show it.
        self.by_script = False
        self.cells_folded = 0
        self._hidden_at: Where | None = None
        #: Tags so far. `shown`: by their numbers, elements that are in sight whatever their style
        #: says; `faded`: those around a table that are not.
        self._tags = 0
        self._shown = shown
        self.faded: set[int] = set()
        self._beside_at: Where | None = None
        self._struck_out: list[tuple[str, Where]] = []
        self._paled: list[tuple[str, Where]] = []
        self._within: list[Doubt] = []
        self._contents: list[Content] = []
        self._texts = [Text(self._contents)]
        first = Sight(ground=ANY) if sheets.foreign else _SIGHT
        self._elements: list[_Element] = [_Element("", 1, Role.BLOCK, first)]
        self._tables: list[OpenTable] = []
        self._skipped = 0
        self._pre = 0
        self.cells = 0
        self._characters = 0
        self._drawing: Drawing | None = None
        self._drawn = 0
        self._title: list[str] | None = None
        self._titles: list[str] = []
        self._metas: dict[str, str] = {}
        self._options: list[tuple[bool, list[str]]] | None = None
        self._many = False

    # What the parser calls.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._tags += 1
        if self._skipped:
            self._skipped += 1
            self._see_skipped(tag)
            return
        if self._drawing is not None:
            self._draw(tag, attributes)
            return
        parent = self._elements[-1]
        number = parent.children.get(tag, 0) + 1
        parent.children[tag] = number
        role, sight, look, looks, fades = TAGS.get(tag, Role.INLINE), parent.sight, PLAIN, None, 0
        if attributes or self._sheets or tag in CLOSED:
            style = attributes.get("style", "")
            if self._sheets:
                looks = self._looks(tag, attributes, style)
                look = looks.own
            elif style:
                look = own_look(style)
            role = role_of(tag, role, attributes, look.display, look.visibility)
            if look.display == "none" and own_look(style).display != "none":
                self._hide(tag)
        if sight.folded and self._is_folded(parent, tag, role):
            self._fold()
            role = Role.SKIP
        if role is Role.SKIP:
            self._skipped = 1
            return
        if attributes or look is not PLAIN or parent.turns or tag in _SPEAKING_TAGS:
            sight, fades = self._sight(tag, role, attributes, look, parent)
        if role not in TABLE_PARTS:
            self._leave_anonymous()
        element = _Element(tag, number, role, sight, fades)
        self._elements.append(element)
        if len(self._elements) > MAX_DEPTH:
            raise too_complex(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")
        if role is Role.TABLE and (sight.gone or sight.tiny):
            self._see_table_out_of_sight()
        if look.pre or role is Role.PRE:
            element.pre = True
            self._pre += 1
        if look.turned or (sight.direction == "rtl" and _LAYS_OUT.search(look.display)):
            element.turns = True
        if role is not Role.INLINE:
            self._begin(element, attributes)
        if look.says_more or looks is not None or sight.reversed or tag == "bdo":
            self._begin_look(element, attributes, look, looks)

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            if not self._skipped:
                self._hides = False
                self._leave_named()
            return
        if self._drawing is not None and self._drawn:
            self._drawn -= 1
            self._drawing.end()
            if self._drawn:
                self._leave_named()
                return
            self._end_drawing()
        element = self._elements[-1]
        if "-" in tag and not element.filled and not element.children:
            self._see_unread()  # an element of the page's own making: a script says what it shows
        if element.looks is not None:
            self._put_behind(element)
        if element.turned is not None and not element.turned.turn(self._texts[-1]):
            self._see_unsure()
        self._elements.pop()
        self._leave_named()
        depth = len(self._elements)
        while self._tables and (self._tables[-1].anonymous_at or 0) > depth:
            self._end_table(self._tables[-1])
        if element.pre:
            self._pre -= 1
        if element.role is not Role.INLINE:
            self._finish(element)

    def data(self, text: str) -> None:
        if self._skipped:
            return
        if self._title is not None:
            self._title.append(text)
            return
        if self._drawing is not None:
            self._drawing.data(text)
            return
        if self._options is not None:
            if self._options:
                self._options[-1][1].append(text)
            return
        element = self._elements[-1]
        element.filled = True
        if not element.sight.plain:
            seen = self._as_seen(text, element.sight)
            if seen is None:
                return
            text = seen
        if not text.isspace():
            self._leave_anonymous()
        self._write(text)

    def close(self) -> None:
        while self._tables:
            self._end_table(self._tables[-1])
        for gathered in reversed(self._texts):
            gathered.end_block()

    # What `shadows` calls.

    def enter(self, sheets: Cascade, host: Mapping[str, str]) -> None:
        """What comes next stands in a shadow tree with sheets of its own; `host`: the attributes
        of the element that has it."""
        self._scopes.append((self._sheets, self._named))
        self._sheets, self._named = sheets, root(HOST, host)
        if sheets.looks_at_host(self._named):
            self._see_unsure()

    def visit(self) -> None:
        """What comes next stands in the tree around the shadow tree."""
        inner = self._sheets
        self._scopes.append((self._sheets, self._named))
        self._sheets, self._named = self._scopes[-2]
        if inner.slotted:
            self._see_unsure()

    def leave(self) -> None:
        self._sheets, self._named = self._scopes.pop()

    # What the page holds.

    def contents(self) -> list[Content]:
        return self._contents

    def doubts(self) -> list[Doubt]:
        """What was left out that some would read."""
        found = list(self._within)
        if self._struck_out:
            first, where = self._struck_out[0]
            n = len(self._struck_out)
            found.append(_stray(say("stray_text.struck", n=n, first=first[:_CITED]), where))
        if self._paled:
            first, where = self._paled[0]
            n = len(self._paled)
            found.append(_stray(say("stray_text.on_its_colour", n=n, first=first[:_CITED]), where))
        if self._hidden_at:
            found.append(_stray(say("page.hides_tables"), self._hidden_at))
        if self._beside_at:
            found.append(_stray(say("page.puts_tables_away"), self._beside_at))
        return found

    def title(self) -> str:
        return title_of(self._titles, self._metas)

    # How elements look.

    def _looks(self, tag: str, attributes: Mapping[str, str], style: str) -> Looks:
        if self._named is None:
            self._named = root(tag, attributes)
        else:
            self._named = self._named.child(tag, attributes, siblings=self._sheets.asks_siblings)
        return self._sheets.looks(self._named, style)

    def _leave_named(self) -> None:
        if self._named is None:
            return
        parent = self._named.parent
        if self._named.tag == "tr" and parent is not None and parent.tag == "tbody":
            # the row group was not written
            parent = parent if self._elements[-1].tag == "tbody" else parent.parent
        self._named = parent

    def _sight(
        self,
        tag: str,
        role: Role,
        attributes: Mapping[str, str],
        look: Look,
        parent: _Element,
    ) -> tuple[Sight, int]:
        """How an element is seen, and its number if a script may show it."""
        before = parent.sight
        if (
            parent.turns
            or before.direction == "rtl"
            or tag in _SPEAKING_TAGS
            or not _SPEAKING.isdisjoint(attributes)
            or (attributes and is_note_mark(attributes))
            or (look is not PLAIN and look.is_of_its_own)
        ):
            return self._own_sight(tag, role, attributes, look, parent)
        if look is PLAIN and not (before.moved and role is Role.CELL):
            return before, 0
        # by the objects themselves: elements that look alike share them
        key = (id(before), id(look), role)
        known = self._sights.get(key)
        if known is None:
            sight, _ = self._own_sight(tag, role, attributes, look, parent)
            known = self._sights[key] = (sight, before, look)
        return known[0], 0

    def _own_sight(
        self,
        tag: str,
        role: Role,
        attributes: Mapping[str, str],
        look: Look,
        parent: _Element,
    ) -> tuple[Sight, int]:
        before = parent.sight
        unseen = look.visibility in ("hidden", "collapse") if look.visibility else before.unseen
        tiny = before.tiny and not (tag == "font" and "size" in attributes)
        tiny = look.tiny if look.tiny is not None else tiny
        faded = look.faded or (look.closed and role not in TABLE_PARTS)
        fades = self._tags if faded or (look.tiny and tiny) else 0
        if fades in self._shown:
            faded = tiny = False
        direction = look.direction or attributes.get("dir", "").strip().lower() or before.direction
        raised = before.raised or tag in _RAISED_TAGS or (role is Role.INLINE and look.raised)
        raised = raised or is_note_mark(attributes)
        moved = before.moved
        inline = role is Role.INLINE or role is Role.BLOCK
        isolated = look.isolated or tag == "bdi" or "dir" in attributes
        away = look.moved or (look.small and not raised) or (isolated and before.direction == "rtl")
        if (inline and away) or parent.turns:
            moved = self._tags
        elif role is Role.CELL:
            moved = 0
        sight = Sight(
            unseen=unseen,
            raised=raised,
            lowered=before.lowered or tag == _LOWERED or (raised and look.lowered),
            struck=before.struck or tag in _STRUCK or look.struck,
            gone=before.gone or faded or look.beside,
            tiny=tiny,
            folded=(before.folded and not _is_summary(tag, parent))
            or (not self._unfolded and is_folded(tag, attributes)),
            unsure=before.unsure or look.unsure or look.puzzling,
            moved=moved,
            ink=self._ink(tag, attributes, look, before),
            ground=self._ground(attributes, look, before),
            direction=direction,
            reversed=direction == "rtl" and (look.override or tag == "bdo"),
        )
        return (before if sight == before else sight), fades

    @staticmethod
    def _ink(tag: str, attributes: Mapping[str, str], look: Look, before: Sight) -> Colour | None:
        said = attributes.get("color", "") if tag == "font" else attributes.get("text", "")
        if look.ink is not None or not said:
            return look.ink if look.ink is not None else before.ink
        return colour_of(said.lower()) or before.ink

    @staticmethod
    def _ground(attributes: Mapping[str, str], look: Look, before: Sight) -> Colour:
        if look.ground is not None:
            return look.ground
        if "background" in attributes:
            return ANY
        said = colour_of(attributes["bgcolor"].lower()) if "bgcolor" in attributes else None
        return said if said is not None and said != CLEAR else before.ground

    def _as_seen(self, text: str, sight: Sight) -> str | None:
        """A text as it is seen; None where it is not. Notes what is left out."""
        if sight.hidden:
            return None
        if sight.folded and self._tables:
            return None
        if sight.struck or sight.pale:
            if not text.isspace():
                left_out = self._struck_out if sight.struck else self._paled
                left_out.append((text.strip(), self._place()))
            return None
        if sight.unsure or (sight.perhaps_pale and _DIGITS.search(text)):
            self._see_unsure()
        if sight.moved and self._tables and not text.isspace():
            self._tables[-1].moved.append((sight.moved, text))
        if sight.raised and _DIGITS.search(text):
            mark = None if sight.lowered else _RAISED.fullmatch(text)
            return mark[1].translate(_RAISE) if mark else f"[{text.strip()}]"
        return text

    # What sheets put into elements.

    def _begin_look(
        self,
        element: _Element,
        attributes: Mapping[str, str],
        look: Look,
        looks: Looks | None,
    ) -> None:
        if element.sight.reversed:
            element.turned = Mark.of(self._texts[-1])
        elif (look.override or element.tag == "bdo") and any(one.turned for one in self._elements):
            self._see_unsure()
        if look.content not in ("", "normal", "none") and "url" in look.content:
            self._see_unsure()
        if element.role in WITHOUT_CONTENT:
            return
        if look.pictured and element.role in (Role.INLINE, Role.BLOCK, Role.CELL):
            self._see_unread()
        if looks is not None and (looks.before is not None or looks.after is not None):
            element.looks = looks
            element.attributes = dict(attributes)
            if looks.before is not None and not looks.late:
                self._put(element, looks.before)

    def _put_behind(self, element: _Element) -> None:
        looks = element.looks
        if looks is None:
            return
        if looks.late and self._named is not None:
            self._named.empty = not element.filled and not element.children
            looks = self._sheets.looks(self._named, element.attributes.get("style", ""))
            if looks.before is not None:
                self._put(element, looks.before)
        if looks.after is not None:
            self._put(element, looks.after)

    def _put(self, element: _Element, look: Look) -> None:
        """Write what a sheet puts into an element; what is not followed makes it unsure."""
        written, followed = _content(look.content, element.attributes)
        if look.unsure or not followed:
            if look.display != "none":
                self._see_unsure()
            if look.unsure:
                return
        if not written or look.display == "none":
            return
        if element.role in (Role.TABLE, Role.GROUP, Role.ROW):
            self._put_beside(element, look, written)
            return
        sight, _ = self._sight("", Role.INLINE, {}, look, element)
        role = Role.BLOCK if look.display in ("block", "flex", "table") else Role.INLINE
        self._elements.append(_Element("", 0, role, sight))
        if role is Role.BLOCK:
            self._texts[-1].end_block()
        self.data(written)
        if role is Role.BLOCK:
            self._texts[-1].end_block()
        self._elements.pop()

    def _put_beside(self, element: _Element, look: Look, written: str) -> None:
        """A text that a sheet puts into a row is a cell of it."""
        if look.moved or not self._tables:
            return
        table = self._tables[-1]
        cell = self._begin_cell(table, {})
        self._write(written)
        cell.unsure = element.role is not Role.ROW
        self._end_cell(table)

    # Text.

    def _hide(self, tag: str) -> None:
        """Note what a sheet hides, where it matters: a table or a part of one."""
        self._hides = True
        self.hid_tables = self.hid_tables or tag == "table"
        if self._tables or tag == "table":
            self._hidden_at = self._hidden_at or self._place()

    def _is_folded(self, parent: _Element, tag: str, role: Role) -> bool:
        """Whether an element is held back: the first summary is not, nor is text on the page."""
        if _is_summary(tag, parent):
            return False
        in_cell = bool(self._tables) and self._tables[-1].cell is not None
        return in_cell or role is Role.TABLE

    def _fold(self) -> None:
        self._hides = True
        if self._tables:
            return
        self.cells_folded += 1
        self._hidden_at = self._hidden_at or self._place()

    def _see_skipped(self, tag: str) -> None:
        if not self._hides:
            return
        if tag == "table":
            self.hid_tables = True
            self._hidden_at = self._hidden_at or self._place()
        elif tag in ("td", "th"):
            self.cells_folded += 1

    def _see_table_out_of_sight(self) -> None:
        fading = {element.fades for element in self._elements if element.fades} - self._shown
        self.faded |= fading
        if not fading:
            self._beside_at = self._beside_at or self._place()

    def _write(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise too_complex(f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters")
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
        gathered.parts.append(text.translate(KEEP) if self._pre else text)

    def _place(self) -> Where:
        """The innermost open element that is more than a span of text."""
        if len(self._elements) > _DEEPEST_PATH:
            return Where()
        depth = len(self._elements)
        while depth > 1 and self._elements[depth - 1].role is Role.INLINE:
            depth -= 1
        return Where(path=self._path(depth) or "/")

    def _path(self, depth: int) -> str:
        """The path of the open element at this depth, kept in it and in those around."""
        known = depth
        while known > 1 and not self._elements[known - 1].path:
            known -= 1
        path = self._elements[known - 1].path
        for element in self._elements[known:depth]:
            tag = element.tag
            step = tag if tag in ("html", "body") else f"{tag}[{element.number}]"
            path = element.path = f"{path}/{step}"
        return path

    def _see_unread(self) -> None:
        """Something stands here that is shown and cannot be read."""
        if self._tables and (cell := self._tables[-1].cell) and not self._elements[-1].sight.hidden:
            cell.unread = True

    def _see_unsure(self) -> None:
        """What is seen here is not, or perhaps not, what is read."""
        if self._tables and (cell := self._tables[-1].cell):
            cell.unsure = True

    # Elements.

    def _begin(self, element: _Element, attributes: Mapping[str, str]) -> None:
        role = element.role
        if role is Role.BLOCK or role is Role.PRE:
            self._texts[-1].end_block()
            if element.tag == "ol":
                _begin_list(element, attributes)
            elif element.tag == "li":
                self._texts[-1].number = _item_number(self._elements[-2], attributes)
        elif role is Role.BREAK:
            self._texts[-1].parts.append(KEPT_LINE)
        elif role in TABLE_PARTS:
            self._begin_part(element, attributes)
        elif role is Role.INPUT:
            self._fill_in(attributes)
        elif role is Role.PICTURE:
            if not is_spacer(attributes):
                self._see_unread()
            if element.tag != "img":
                self._pass_over(element)
        elif role is Role.FRAME:
            self._show_frame(element, attributes)
        elif role is Role.DRAWING:
            self._drawing = Drawing(attributes)
            self._drawn = 1
            self._drawing.start(element.tag, attributes, PLAIN)
        elif role is Role.FORMULA:
            self._see_unread()
            self._see_unsure()
        elif role is Role.SELECT:
            self._options = []
            self._many = "multiple" in attributes or whole(attributes.get("size"), 1) > 1
        elif role is Role.OPTION and self._options is not None:
            self._options.append(("selected" in attributes, [attributes.get("label", "")]))
        elif role is Role.TITLE:
            self._title = []
        elif role is Role.META:
            name = attributes.get("name") or attributes.get("property") or ""
            self._metas.setdefault(name.strip().lower(), attributes.get("content", ""))

    def _finish(self, element: _Element) -> None:
        role = element.role
        if role is Role.BLOCK or role is Role.PRE:
            self._texts[-1].end_block()
            if element.tag == "li" and self._texts[-1].number:
                # its number stands there alone
                self._texts[-1].number = ""
                self._see_unread()
                self._see_unsure()
        elif role in TABLE_PARTS:
            self._finish_part(element)
        elif role is Role.SELECT and self._options is not None:
            self._choose(self._options)
        elif role is Role.TITLE and self._title is not None:
            self._titles.append("".join(self._title))
            self._title = None

    def _pass_over(self, element: _Element) -> None:
        """What stands inside of the element that has just begun is not shown."""
        self._elements.pop()
        self._skipped = 1

    def _fill_in(self, attributes: Mapping[str, str]) -> None:
        """What a form field shows."""
        value = attributes.get("value", "")
        kind = attributes.get("type", "").strip().lower()
        if kind in TYPED_IN or kind in BUTTONS:
            if value:
                self.data(value)
            elif "value" not in attributes and kind in TYPED_IN:
                # saved after a script had filled it
                self._see_unread()
        elif kind in DRAWN_FIELDS:
            self._see_unread()
        elif kind not in ("hidden", "file"):  # one that browsers take for text
            self.data(value)

    def _choose(self, options: Sequence[tuple[bool, list[str]]]) -> None:
        """What a drop-down shows: the last option that is chosen, or the first of all."""
        self._options = None
        texts = [(chosen, text[0] or "".join(text[1:])) for chosen, text in options]
        if self._many:
            if len(texts) > 1:
                self._see_unsure()
                self._see_unread()
            chosen = [text for _, text in texts]
        else:
            chosen = [text for selected, text in texts if selected][-1:] or [
                text for _, text in texts[:1]
            ]
        for text in chosen:
            self.data(text)

    def _show_frame(self, element: _Element, attributes: Mapping[str, str]) -> None:
        """The page in a frame stands where the frame does; one that was not sent is not read."""
        sight = element.sight
        inner = None
        if not sight.hidden and not is_spacer(attributes):
            inner = self._page.frame(attributes)
            if inner is None:
                self._see_unread()
        if inner is not None:
            read = self._read_frame(inner)
            self._texts[-1].end_block()
            self._texts[-1].contents.extend(read.contents())
            if not read.contents():
                self._see_unread()
            self._within += (*inner.doubts, *read.doubts())
            if title := read.title():
                self._titles.append(title)
        self._pass_over(element)

    # Drawings.

    def _draw(self, tag: str, attributes: Mapping[str, str]) -> None:
        drawing = self._drawing
        if drawing is None:
            return
        self._drawn += 1
        style = attributes.get("style", "")
        look = self._looks(tag, attributes, style).own if self._sheets else own_look(style)
        drawing.start(tag, attributes, look)

    def _end_drawing(self) -> None:
        drawing, self._drawing = self._drawing, None
        if drawing is None or not self._tables or self._tables[-1].cell is None:
            return
        text = drawing.text()
        if text is None:
            self._see_unread()
            if drawing.has_text():
                self._see_unsure()
        elif text:
            self.data(text)

    # Tables.

    def _begin_part(self, element: _Element, attributes: Mapping[str, str]) -> None:
        native = TAGS.get(element.tag) in TABLE_PARTS
        if element.role is Role.TABLE:
            presentation = attributes.get("role", "").strip().lower() in ("presentation", "none")
            element.opened = self._begin_table(native, presentation=presentation)
            return
        table = self._table_for(native, element.role)
        if element.role is Role.CAPTION:
            self._end_row(table)
            table.caption = Text(table.captions)
            self._texts.append(table.caption)
            element.opened = table.caption
        elif element.role is Role.GROUP:
            self._end_row(table)
            last = element.tag == "tfoot" or "footer-group" in attributes.get("style", "")
            element.opened = table.group = OpenGroup(last=last)
            table.groups.append(table.group)
        elif element.role is Role.ROW:
            element.opened = self._begin_row(table, flat=is_flat(attributes))
        else:
            element.opened = self._begin_cell(table, attributes)

    def _finish_part(self, element: _Element) -> None:
        """Ends what the element opened, unless something else has ended it already."""
        opened = element.opened
        if isinstance(opened, OpenTable):
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

    def _table_for(self, native: bool, role: Role) -> OpenTable:
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

    def _begin_table(self, native: bool, *, presentation: bool = False) -> OpenTable:
        self._texts[-1].end_block()
        table = OpenTable(self._place(), native, presentation, Text([]))
        self._tables.append(table)
        self._texts.append(table.text)
        return table

    def _begin_row(self, table: OpenTable, *, flat: bool = False) -> OpenRow:
        self._end_row(table)
        if table.group is None:
            table.group = OpenGroup()
            table.groups.append(table.group)
        table.row = OpenRow(flat=flat)
        table.group.rows.append(table.row)
        return table.row

    def _begin_cell(self, table: OpenTable, attributes: Mapping[str, str]) -> Held:
        self._end_cell(table)
        row = table.row or self._begin_row(table)
        self.cells += 1
        self._spent.cells += 1
        if self._spent.cells > MAX_CELLS * 3 or self.cells > MAX_CELLS:
            raise too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells")
        table.cell = Held(
            colspan=max(span_of("colspan", attributes), 1),
            rowspan=span_of("rowspan", attributes),
            where=self._place(),
        )
        row.cells.append(table.cell)
        self._texts.append(Text(table.cell.contents))
        return table.cell

    def _end_cell(self, table: OpenTable) -> None:
        """Ends the open cell or caption."""
        if table.cell is not None or table.caption is not None:
            self._texts.pop().end_block()
        if table.moved:
            if table.cell is not None and is_scrambled(table.moved, table.cell.text):
                table.cell.unsure = True
            table.moved.clear()
        table.cell = table.caption = None

    def _end_row(self, table: OpenTable) -> None:
        self._end_cell(table)
        table.row = None

    def _end_table(self, table: OpenTable) -> None:
        """`table` is the innermost one."""
        self._end_row(table)
        self._texts.pop().end_block()
        self._tables.pop()
        self._texts[-1].end_block()
        self._texts[-1].contents.extend(settled_table(table))


def _is_summary(tag: str, parent: _Element) -> bool:
    """Whether an element is what `<details>` shows while it is closed."""
    return tag == "summary" and parent.tag == "details" and parent.children[tag] == 1


#: Characters of a text that was left out.
_CITED = 40


def _stray(said: Saying, where: Where) -> Doubt:
    return Doubt(kind=DoubtKind.STRAY_TEXT, says=(said,), where=where)


def _content(content: str, attributes: Mapping[str, str]) -> tuple[str, bool]:
    """What a sheet puts into an element; False where some of it is not followed."""
    parts: list[str] = []
    if len(content) > _LONGEST_CONTENT:
        return "", False
    for found in _CONTENT.finditer(content):
        double, single, name, default, other, slash, nothing, rest = found.groups()
        if rest is not None:
            return "".join(parts), False
        if slash or nothing:
            break
        if name is not None:
            parts.append(attributes.get(name.lower(), default or other or ""))
        elif double is not None or single is not None:
            parts.append(_CSS_ESCAPE.sub(_unescaped, double if double is not None else single))
    return "".join(parts), True


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        code = int(found[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return found[2] or ""


def _begin_list(element: _Element, attributes: Mapping[str, str]) -> None:
    if not _STYLE_NO_NUMBERS.search(attributes.get("style", "").lower()):
        element.next = whole(attributes.get("start"), 1)
        element.format = _LIST_TYPES.get(attributes.get("type", ""), "decimal")


def _item_number(parent: _Element, attributes: Mapping[str, str]) -> str:
    """`1.`, or "" where the item stands in no numbered list."""
    if parent.format is None:
        return ""
    number = whole(attributes.get("value"), parent.next)
    parent.next = number + 1
    return f"{FORMATS[parent.format](number)}."
