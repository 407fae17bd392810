"""A text as it grows: paragraphs, cells, rows, tables within tables; shared by the readers of RTF
and of old Word documents.

A paragraph says in how many tables it stands. A cell ends with its mark, a row with its own, and a
table with the first paragraph outside of it.

Source: Rich Text Format Specification 1.9.1, Table Definitions, Nested Tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.model.document import Where
from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS, MAX_TABLES_WITHIN
from tasks.model.patterns import regex
from tasks.model.refusal import Refusal
from tasks.read.edges import Definition, Row, row_of, table_of
from tasks.read.nesting import Content, Held, Loose
from tasks.read.package import Named, too_complex, too_deep
from tasks.read.seen import Shown, composed
from tasks.read.unseen import Unseen, Why, clean

_WIDE_BEGINNING = regex("[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]")


@dataclass(slots=True, kw_only=True)
class Tally:
    """What counts over all the stories of a document."""

    #: The name of its format, for people.
    kind: Named
    unseen: Unseen = field(default_factory=Unseen)
    #: Pictures and the like that were met.
    pictures: int = 0
    heading: str = ""
    characters: int = 0
    cells: int = 0
    #: Cells that rows define.
    definitions: int = 0
    #: Rows that began and did not end.
    lost_rows: int = 0

    def count(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > MAX_CHARACTERS:
            raise too_complex(
                f"超过 {MAX_CHARACTERS} 个字符", f"over {MAX_CHARACTERS} characters", self.kind
            )

    def count_definition(self) -> None:
        self.definitions += 1
        if self.definitions > 2 * MAX_CELLS:
            raise self._too_many_cells()

    def _too_many_cells(self) -> Refusal:
        return too_complex(f"超过 {MAX_CELLS} 个单元格", f"more than {MAX_CELLS} cells", self.kind)

    def count_cell(self) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise self._too_many_cells()


@dataclass(slots=True, kw_only=True)
class _Level:
    """A table that is open: its rows, the cells of its last row, the contents of the last cell."""

    path: str
    rows: list[Row] = field(default_factory=list)
    cells: list[Held] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    #: Tables in the last cell.
    tables: int = 0
    #: As the counts were when the last cell began.
    unsure: int = 0
    pictures: int = 0

    def cell_path(self) -> str:
        return f"{self.path}/row[{len(self.rows) + 1}]/cell[{len(self.cells) + 1}]"


@dataclass(slots=True, kw_only=True)
class Story:
    """The document, or the text of a box in it."""

    tally: Tally
    path: str
    depth: int = 0
    contents: list[Content] = field(default_factory=list)
    #: Of the paragraph that is being written.
    shown: list[Shown] = field(default_factory=list)
    label: str = ""
    boxes: list[Content] = field(default_factory=list)
    #: How often a paragraph ended.
    paragraphs: int = 0
    definition: Definition = field(default_factory=Definition)
    #: A row is defined and has not ended.
    is_defined: bool = False
    #: Text was met in this row that a revision deleted.
    has_deleted: bool = False
    _levels: list[_Level] = field(default_factory=list)
    _tables: int = 0

    def level(self, said: int) -> int:
        """In how many tables a paragraph stands that says so many: some programs say nothing in
        the cells of a row that is open."""
        if said == 0 and self._levels and (self.is_defined or self._levels[0].cells):
            return 1
        return 1 if said == 0 and self.is_defined else said

    def end_paragraph(self, level: int, *, is_heading: bool = False, is_gone: bool = False) -> None:
        """`is_gone`: its mark is deleted or hidden, so that it has no number if it is empty."""
        whole = composed(self.shown)
        self.tally.unseen.unsure += not whole.is_sure
        text = clean(whole.text)
        if self.label and (text or not is_gone):
            apart = "" if not text or _WIDE_BEGINNING.match(text) else " "
            text = clean(f"{self.label}{apart}{text}")
        self.tally.count(text)
        self.paragraphs += 1
        if is_heading and not self.tally.heading:
            self.tally.heading = text.replace("\n", "")
        room = self._room(level)
        if text:
            path = self._levels[-1].cell_path() if self._levels else self.path
            room.append(Loose(text=text, where=Where(path=f"{path}/par[{self.paragraphs}]")))
        room += self.boxes
        self.shown, self.label, self.boxes = [], "", []

    def end_cell(self, level: int) -> None:
        """The paragraph has ended."""
        self._room(level)
        open_level = self._levels[-1]
        held = Held(where=Where(path=open_level.cell_path()), contents=open_level.contents)
        pictured = self.tally.pictures > open_level.pictures
        held.unread = (not held.contents and pictured) or bool(held.tables() and not held.text)
        held.unsure = self.tally.unseen.unsure > open_level.unsure
        open_level.cells.append(held)
        self._begin_cell(open_level)
        self.tally.count_cell()

    def end_row(self, level: int) -> None:
        self._room(level)
        open_level = self._levels[-1]
        row = row_of(self.definition, open_level.cells)
        loose, open_level.contents = open_level.contents, []
        is_gone = self.has_deleted and not any(held.contents for held in row.cells)
        self.has_deleted = False
        if row.cells and not is_gone:
            if row.is_flat:
                self._note_flat(row)
            else:
                open_level.rows.append(row)
        open_level.cells = []
        self._begin_cell(open_level)
        if level == 1:
            self.is_defined = False
        if loose:  # behind the last cell there is none that it could stand in
            self.tally.unseen.unsure += 1
            (self._levels[-2].contents if level > 1 else self.contents).extend(loose)

    def cell_number(self) -> int:
        """Of the outermost table, from 0: how many cells its last row has before this one."""
        return len(self._levels[0].cells) if self._levels else 0

    def ended(self) -> list[Content]:
        """All of it; a row without its end is left out."""
        self._close(0)
        return self.contents

    def ground(self) -> tuple[int, int] | None:
        """The number of the colour behind the cell that is being written, and the pattern over
        it; None where its row is not defined yet. (0, 0) outside of tables."""
        if not self.is_defined or len(self._levels) > 1:
            return None if self._levels else (0, 0)
        at = len(self._levels[0].cells) if self._levels else 0
        if at >= len(self.definition.cells):
            return None
        says = self.definition.cells[at]
        return says.behind, says.pattern

    def _note_flat(self, row: Row) -> None:
        for held in row.cells:
            if held.text.strip():
                self.tally.unseen.left_out.append((Why.TINY, held.text, held.where))

    def _begin_cell(self, level: _Level) -> None:
        level.contents, level.tables = [], 0
        level.unsure, level.pictures = self.tally.unseen.unsure, self.tally.pictures

    def _room(self, level: int) -> list[Content]:
        """Where the contents of this level go; tables further in have ended."""
        if level + self.depth > MAX_TABLES_WITHIN:
            raise too_deep(self.tally.kind)
        self._close(level)
        while len(self._levels) < level:
            self._open()
        return self._levels[-1].contents if self._levels else self.contents

    def _open(self) -> None:
        if self._levels:
            around = self._levels[-1]
            around.tables += 1
            path = f"{around.cell_path()}/table[{around.tables}]"
        else:
            self._tables += 1
            path = f"{self.path}/table[{self._tables}]"
        opened = _Level(path=path)
        self._begin_cell(opened)
        self._levels.append(opened)

    def _close(self, level: int) -> None:
        while len(self._levels) > level:
            done = self._levels.pop()
            room = self._levels[-1].contents if self._levels else self.contents
            if done.rows:
                room += table_of(done.rows, Where(path=done.path))
            if done.cells:
                self.tally.lost_rows += 1
            else:
                room += done.contents
