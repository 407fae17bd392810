"""The text of a page while it is gathered into blocks, and the tables that are open in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.model.document import Where
from tasks.model.patterns import regex
from tasks.read.grid import joined_edges, placed_to_grid, rows_to_cells
from tasks.read.nesting import Content, Held, Loose, is_layout, is_short, kept, pieces, poured
from tasks.read.visible import INVISIBLE, visible

#: A text that has its number already: pages number by hand inside of lists whose own
#: numbers a style sheet has taken away.
_NUMBERED = regex(r"[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[)）、.．]|[①-⒛]")
_WIDE_BEGINNING = regex("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]")

# In the text being gathered, white space that is kept is written in control characters that
# no HTML can contain, until the rest has collapsed.
KEPT_LINE, _KEPT_SPACE, _KEPT_TAB = "\x01", "\x02", "\x03"
KEEP = str.maketrans({"\n": KEPT_LINE, " ": _KEPT_SPACE, "\t": _KEPT_TAB, "\r": None})
_RESTORE = str.maketrans({_KEPT_SPACE: " ", _KEPT_TAB: "\t"})
_SPACES = regex(r"[ \t\n\f\r]+")
_AROUND_LINE = regex(f"[ \t]*{KEPT_LINE}[ \t]*")
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
# A line break in the source between two wide characters is no space: Word wraps there.
# Source: CSS Text 3, 4.1.3 Segment break transformation rules.
_WRAPPED = regex(f"(?<=[{_WIDE}])[ \t\f\r]*\n[ \t\n\f\r]*(?=[{_WIDE}])")


#: Without any of these a text is shown as it is written, but for spaces around it.
_CHANGED = regex(
    rf"[\t\n\f\r\xa0{KEPT_LINE}{_KEPT_SPACE}{_KEPT_TAB}{''.join(map(chr, INVISIBLE))}]|  "
)


def rendered(text: str) -> str:
    """The text as it is shown: white space collapsed, nothing invisible, nothing outside."""
    if text.isalnum():
        return text
    if not _CHANGED.search(text):
        return text.strip()
    if "\n" in text:
        text = _WRAPPED.sub("", text)
    text = _SPACES.sub(" ", visible(text, lines=KEPT_LINE))
    if KEPT_LINE in text:
        text = _AROUND_LINE.sub("\n", text)
    if _KEPT_SPACE in text or _KEPT_TAB in text:
        text = text.translate(_RESTORE)
    return text.replace("\xa0", " ").strip()


#: Names under which a page has a title beside its own.
_TITLE_METAS = ("articletitle", "og:title")


def title_of(titles: Sequence[str], metas: Mapping[str, str]) -> str:
    """The title of a page with these titles and other facts about it; "" where it has none."""
    found = [*titles[:1], *(metas.get(name, "") for name in _TITLE_METAS)]
    return next((title for title in (rendered(text) for text in found) if title), "")


@dataclass(slots=True, eq=False)
class Text:
    """Text that is being gathered into blocks."""

    contents: list[Content]
    parts: list[str] = field(default_factory=list)
    where: Where | None = None
    #: The number of the list item whose text comes next.
    number: str = ""

    def end_block(self) -> None:
        if not self.parts:
            return
        text = rendered("".join(self.parts) if len(self.parts) > 1 else self.parts[0])
        if text:
            if self.number and not _NUMBERED.match(text):
                text = f"{self.number}{'' if _WIDE_BEGINNING.match(text) else ' '}{text}"
            self.number = ""
            self.contents.append(Loose(text=text, where=self.where or Where()))
        self.parts.clear()
        self.where = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a text was when something began in it."""

    text: Text
    parts: int
    blocks: int

    @classmethod
    def of(cls, text: Text) -> Mark:
        return cls(text, len(text.parts), len(text.contents))

    def turn(self, text: Text) -> bool:
        """Set what was gathered since in the reverse order. False where that is no one line."""
        if text is not self.text or len(text.contents) != self.blocks:
            return False
        since = "".join(text.parts[self.parts :])
        lines = since.split(KEPT_LINE)
        text.parts[self.parts :] = [KEPT_LINE.join(line[::-1] for line in lines)]
        return True


@dataclass(slots=True, eq=False)
class OpenRow:
    cells: list[Held] = field(default_factory=list)
    #: Of no height: the row in which Word keeps the widths of its columns.
    flat: bool = False


@dataclass(slots=True, eq=False)
class OpenGroup:
    rows: list[OpenRow] = field(default_factory=list)
    last: bool = False


@dataclass(slots=True, eq=False)
class OpenTable:
    """A table that is open, and the row and cell that are open in it."""

    where: Where
    #: Made of `<table>`, not of roles, styles or classes.
    native: bool
    presentation: bool
    #: The text of what stands in no cell; browsers show it before the table.
    text: Text
    #: Number of elements open around it, if it stands for rows that are in no table.
    anonymous_at: int | None = None
    groups: list[OpenGroup] = field(default_factory=list)
    group: OpenGroup | None = None
    row: OpenRow | None = None
    cell: Held | None = None
    caption: Text | None = None
    captions: list[Content] = field(default_factory=list)
    #: Figures in the open cell that do not stand where they are written: the number of the
    #: element that moves them, and the text.
    moved: list[tuple[int, str]] = field(default_factory=list)


def settled_table(table: OpenTable) -> list[Content]:
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


def _is_ruler(row: OpenRow) -> bool:
    return row.flat and not any(cell.contents for cell in row.cells)


_FIGURES = regex(r"[0-9０-９.,，]+")


def is_scrambled(moved: Sequence[tuple[int, str]], text: str) -> bool:
    """Whether the figures of a cell stand in another order than they are written in, so far as
    one can know: some of them are moved, and others are not, or are moved by themselves."""
    figures = ["".join(_FIGURES.findall(one)) for _, one in moved]
    by = {mover for (mover, _), figure in zip(moved, figures, strict=True) if figure}
    return len(by) > 1 or bool(by and "".join(figures) != "".join(_FIGURES.findall(text)))
