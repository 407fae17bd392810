"""A page that only shows: no text of it is hidden, raised, struck, moved, turned or made up.

Most pages are such. What an element is comes of its tag and attributes alone, so it is found once
for all elements that have the same (`_Kind`), and libxml2's own tree is walked, which takes a
fraction of the time that events take. At the first thing that asks for more (a style that hides,
a field with a value, rows out of place, `<pre>`) the page is given up, and `page` reads it from its
beginning. Both read to the same contents.

libxml2 leaves out of its trees what lies too deep: long before that a page is given up as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from lxml import etree

from tasks.model.document import Doubt, Where
from tasks.read.html.colours import ANY, CLEAR, WHITE, Colour, colour_of, is_light, is_same
from tasks.read.html.gathered import (
    KEPT_LINE,
    OpenGroup,
    OpenRow,
    OpenTable,
    Text,
    rendered,
    settled_table,
    title_of,
)
from tasks.read.html.look import PLAIN, Look, own_look
from tasks.read.html.roles import (
    BUTTONS,
    DRAWN_FIELDS,
    TABLE_PARTS,
    TAGS,
    TYPED_IN,
    Role,
    is_flat,
    is_folded,
    is_note_mark,
    is_spacer,
    role_of,
    span_of,
)
from tasks.read.nesting import Content, Held, Loose

#: What is read with care wherever it stands.
_BEYOND_TAGS = frozenset(
    ("s", "strike", "sup", "sub", "bdo", "bdi", "details", "summary", "ol", "slot")
)
_BEYOND_ROLES = frozenset((Role.PRE, Role.SELECT, Role.OPTION, Role.FRAME, Role.FORMULA))
#: Columns tell nothing of what is in them.
_COLUMNS = frozenset(("col", "colgroup"))
#: Nested deeper than this a page is given up.
_DEEPEST = 100


class _NotPlain(Exception):
    """There is more to the page than this way of reading knows."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What elements of one tag and the same attributes are."""

    tag: str
    role: Role
    #: Its text stands elsewhere than it is written, or beside a picture: plain out of tables.
    moves: bool = False
    rowspan: int = 1
    colspan: int = 1
    #: A row of no height; a table for its looks; a group of rows that is shown last.
    flat: bool = False
    presentation: bool = False
    last: bool = False
    #: A picture or field that shows what is no text.
    shows: bool = False
    ink: Colour | None = None
    #: What colours it says are behind its text.
    grounds: tuple[Colour, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainPage:
    """What was read of such a page."""

    #: No script must be supposed to show it.
    by_script = False

    read: tuple[Content, ...]
    titles: tuple[str, ...]
    metas: Mapping[str, str]

    def contents(self) -> list[Content]:
        return list(self.read)

    def doubts(self) -> list[Doubt]:
        """Nothing is left out of such a page."""
        return []

    def title(self) -> str:
        return title_of(self.titles, self.metas)


def plain_page(root: etree._Element, *, foreign: bool) -> PlainPage | None:
    """The page of this tree, without comments; None where it is not plain.

    `foreign`: sheets that nobody sent may lay any colour behind the text.
    """
    walk = _Walk(ANY if foreign else WHITE)
    contents: list[Content] = []
    text = Text(contents)
    try:
        walk.page(root, text)
    except _NotPlain:
        return None
    return PlainPage(tuple(contents), tuple(walk.titles), walk.metas)


class _Walk:
    """One walk through a tree."""

    def __init__(self, ground: Colour) -> None:
        self._kinds: dict[tuple[object, ...], _Kind] = {}
        self._inks: set[Colour] = set()
        self._grounds = {ground}
        self._tables = 0
        self._depth = 0
        self.titles: list[str] = []
        self.metas: dict[str, str] = {}

    def page(self, root: etree._Element, text: Text) -> None:
        beside = (root.getprevious(), root.getnext(), root.tail)
        if (
            root.tag != "html"
            or self._kind(root).role is not Role.BLOCK
            or any(one is not None for one in beside)
        ):
            raise _NotPlain
        self._flow(root, text, "/html", Where(path="/html"), None)
        text.end_block()
        for ink in self._inks:
            if any(is_same(ink, ground) for ground in self._grounds):
                raise _NotPlain
            if ink == CLEAR or (ANY in self._grounds and is_light(ink)):
                raise _NotPlain

    def _kind(self, element: etree._Element) -> _Kind:
        key = (element.tag, *element.items())
        known = self._kinds.get(key)
        if known is None:
            known = self._kinds[key] = _kind_of(key)
            self._grounds.update(known.grounds)
            if known.ink is not None:
                self._inks.add(known.ink)
        return known

    # Text.

    def _flow(
        self, element: etree._Element, text: Text, path: str, place: Where, cell: Held | None
    ) -> None:
        """What an element holds. `place`: of the innermost element around that is more than a
        span; `cell`: the one that is open in the innermost table."""
        if said := element.text:
            _gather(text, said, place)
        if not len(element):
            return
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotPlain
        numbers: dict[str, int] = {}
        for child in element:
            kind = self._kind(child)
            tag, role = kind.tag, kind.role
            number = numbers[tag] = numbers.get(tag, 0) + 1
            if role is Role.INLINE:
                if kind.moves and self._tables:
                    raise _NotPlain
                if len(child):
                    self._flow(child, text, f"{path}/{tag}[{number}]", place, cell)
                elif said := child.text:
                    _gather(text, said, place)
            elif role is Role.BREAK:
                text.parts.append(KEPT_LINE)
            elif role is not Role.SKIP:
                there = f"{path}/body" if tag == "body" else f"{path}/{tag}[{number}]"
                self._more(child, kind, text, there, cell)
            if said := child.tail:
                _gather(text, said, place)
        self._depth -= 1

    def _more(
        self, element: etree._Element, kind: _Kind, text: Text, path: str, cell: Held | None
    ) -> None:
        """What is more than a span of text."""
        role = kind.role
        if role is Role.BLOCK:
            if kind.moves and self._tables:
                raise _NotPlain
            text.end_block()
            self._flow(element, text, path, Where(path=path), cell)
            text.end_block()
        elif role is Role.TABLE:
            text.end_block()
            text.contents.extend(self._table(element, kind, path))
        elif role is Role.META:
            name = element.get("name") or element.get("property") or ""
            self.metas.setdefault(name.strip().lower(), element.get("content", ""))
        elif role is Role.TITLE and not len(element):
            self.titles.append(element.text or "")
        elif role is Role.PICTURE or (role in (Role.INPUT, Role.DRAWING) and not self._tables):
            if kind.shows and cell is not None:
                cell.unread = True
        else:
            raise _NotPlain

    # Tables.

    def _table(self, element: etree._Element, kind: _Kind, path: str) -> list[Content]:
        self._tables += 1
        table = OpenTable(Where(path=path), True, kind.presentation, Text([]))
        for child, inner, there in self._parts(element, path):
            if inner.role is Role.ROW:
                if table.group is None:
                    table.group = OpenGroup()
                    table.groups.append(table.group)
                table.group.rows.append(self._row(child, inner, there))
            elif inner.role is Role.GROUP:
                table.group = None
                table.groups.append(self._group(child, inner, there))
            elif inner.role is Role.CAPTION:
                caption = Text(table.captions)
                self._flow(child, caption, there, Where(path=there), None)
                caption.end_block()
            else:
                raise _NotPlain
        self._tables -= 1
        return settled_table(table)

    def _group(self, element: etree._Element, kind: _Kind, path: str) -> OpenGroup:
        group = OpenGroup(last=kind.last)
        for child, inner, there in self._parts(element, path):
            if inner.role is not Role.ROW:
                raise _NotPlain
            group.rows.append(self._row(child, inner, there))
        return group

    def _row(self, element: etree._Element, kind: _Kind, path: str) -> OpenRow:
        row = OpenRow(flat=kind.flat)
        for child, inner, there in self._parts(element, path):
            if inner.role is not Role.CELL:
                raise _NotPlain
            row.cells.append(self._cell(child, inner, there))
        return row

    def _cell(self, element: etree._Element, kind: _Kind, path: str) -> Held:
        where = Where(path=path)
        cell = Held(colspan=kind.colspan, rowspan=kind.rowspan, where=where)
        if not len(element):
            said = rendered(element.text or "")
            if said:
                cell.contents.append(Loose(text=said, where=where))
            return cell
        text = Text(cell.contents)
        self._flow(element, text, path, where, cell)
        text.end_block()
        return cell

    def _parts(self, element: etree._Element, path: str) -> list[tuple[etree._Element, _Kind, str]]:
        """The parts of a table, group or row, beside which there is nothing."""
        if (said := element.text) and not said.isspace():
            raise _NotPlain
        found: list[tuple[etree._Element, _Kind, str]] = []
        numbers: dict[str, int] = {}
        for child in element:
            kind = self._kind(child)
            tag = kind.tag
            number = numbers[tag] = numbers.get(tag, 0) + 1
            if kind.role in TABLE_PARTS and not kind.moves:
                found.append((child, kind, f"{path}/{tag}[{number}]"))
            elif kind.role is not Role.SKIP and not _is_column(child):
                raise _NotPlain
            if (said := child.tail) and not said.isspace():
                raise _NotPlain
        return found


def _gather(text: Text, said: str, place: Where) -> None:
    if text.where is None and not said.isspace():
        text.where = place
    text.parts.append(said)


def _is_column(element: etree._Element) -> bool:
    """Whether an element only speaks of columns."""
    return element.tag in _COLUMNS and all(
        one.tag in _COLUMNS and not (one.text or "").strip() for one in element.iter()
    )


@lru_cache(maxsize=4_096)
def _kind_of(key: tuple[object, ...]) -> _Kind:
    """`key`: the tag, then names and values of its attributes."""
    tag, items = key[0], cast(tuple[tuple[str, str], ...], key[1:])
    if not isinstance(tag, str) or tag in _BEYOND_TAGS or "-" in tag:
        raise _NotPlain
    attributes = dict(items)
    look = own_look(attributes.get("style", "")) if "style" in attributes else PLAIN
    usual = TAGS.get(tag, Role.INLINE)
    role = role_of(tag, usual, attributes, look.display, look.visibility)
    if role is Role.SKIP:
        return _Kind(tag, role)
    if role is not usual and role in TABLE_PARTS:
        raise _NotPlain
    if role in _BEYOND_ROLES or not _is_plain(look, role) or is_folded(tag, attributes):
        raise _NotPlain
    if attributes.get("dir", "").strip().lower() == "rtl" or is_note_mark(attributes):
        raise _NotPlain
    kind = _Kind(
        tag,
        role,
        moves=look.moved or look.small or look.pictured,
        ink=_ink(tag, attributes, look),
        grounds=tuple(_grounds(attributes, look)),
    )
    if role is Role.INPUT:
        return replace(kind, shows=_is_shown(attributes))
    if role is Role.PICTURE:
        return replace(kind, shows=not is_spacer(attributes))
    return _part_of_table(kind, attributes) if role in TABLE_PARTS else kind


def _part_of_table(kind: _Kind, attributes: Mapping[str, str]) -> _Kind:
    return replace(
        kind,
        rowspan=span_of("rowspan", attributes),
        colspan=max(span_of("colspan", attributes), 1),
        flat=is_flat(attributes),
        presentation=attributes.get("role", "").strip().lower() in ("presentation", "none"),
        last=kind.tag == "tfoot" or "footer-group" in attributes.get("style", ""),
    )


def _ink(tag: str, attributes: Mapping[str, str], look: Look) -> Colour | None:
    if look.ink is not None:
        return look.ink
    return colour_of(attributes.get("color" if tag == "font" else "text", "").lower())


def _grounds(attributes: Mapping[str, str], look: Look) -> Iterator[Colour]:
    said = colour_of(attributes.get("bgcolor", "").lower())
    yield from (one for one in (look.ground, said) if one is not None)
    if "background" in attributes:
        yield ANY


def _is_shown(attributes: Mapping[str, str]) -> bool:
    """Whether a field shows something; one with a text in it is not plain."""
    kind = attributes.get("type", "").strip().lower()
    if kind not in ("hidden", "file") and kind not in DRAWN_FIELDS and attributes.get("value"):
        raise _NotPlain
    if not (kind in TYPED_IN or kind in BUTTONS or kind in DRAWN_FIELDS):
        return False
    return kind not in BUTTONS


def _is_plain(look: Look, role: Role) -> bool:
    """Whether a text that looks so is simply there to be read, and where it is written."""
    if look is PLAIN:
        return True
    hidden = look.visibility in ("hidden", "collapse") or look.tiny or look.faded or look.beside
    closed = look.closed and role not in TABLE_PARTS
    raised = look.raised and role is Role.INLINE
    odd = look.struck or look.puzzling or look.unsure or look.pre or look.content
    turned = look.turned or look.override or look.direction == "rtl"
    return not (hidden or closed or raised or odd or turned)
