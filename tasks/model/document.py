"""The vocabulary of reading: what every reader gives and every later room takes.

A `Document` is its blocks in reading order. A table is a rectangular grid. Where
flattening to text lost the spans, its rows are still rows (`columns_sure` is False); where
it lost the rows as well, there are `Paragraph`s with their line numbers, and the
recogniser, which knows the form, restores what it can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from tasks.model.box import Box
from tasks.model.saying import Saying


class Format(StrEnum):
    """Formats that have a reader, and files that hold documents (`BATCHES`)."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    TEXT = "text"
    OFD = "ofd"
    #: A scan or a photograph of pages: PNG, JPEG, TIFF.
    IMAGE = "image"
    ODT = "odt"
    RTF = "rtf"
    XLSX = "xlsx"
    #: Of Excel 97 to 2003 and of WPS, also named `.et`.
    XLS = "xls"
    DOC = "doc"
    ARCHIVE = "archive"
    MAIL = "mail"


#: A file of these is no document: what counts are its members (`tasks/unpack`).
BATCHES = frozenset({Format.ARCHIVE, Format.MAIL})
#: Between the name of one and the name of what lies in it.
WITHIN = "!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Which format some bytes are in, and why we think so."""

    format: Format
    #: Name of the character encoding for `html` and `text` (a Python codec name), else None.
    encoding: str | None = None
    #: Byte offset at which the document itself begins (a PDF after leading junk).
    offset: int = 0
    #: What was seen, in the order it was looked at; for people.
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in the source document. Readers fill in what their format has."""

    #: Page, from 1 (PDF, OFD).
    page: int | None = None
    #: x0, top, x1, bottom in points from the page's upper left corner (PDF, OFD).
    box: tuple[float, float, float, float] | None = None
    #: Path of the element from the root, as `/html/body/table[2]/tr[3]/td[1]` (HTML,
    #: DOCX, ODT); of RTF and DOC, which have none, `/rtf/table[2]/row[3]/cell[1]`.
    path: str | None = None
    #: First and last line, from 1 (text).
    lines: tuple[int, int] | None = None


class DoubtKind(StrEnum):
    """Why a reading is in doubt. Becomes the finding `extraction.<kind>`."""

    OVERLAPPING_SPAN = "overlapping_span"
    SPLIT_DIGITS = "split_digits"
    CLOSE_NUMBERS = "close_numbers"
    STRAY_TEXT = "stray_text"
    UNMAPPED_CHARACTERS = "unmapped_characters"
    ENCODING = "encoding"
    RAGGED_ROWS = "ragged_rows"
    TRUNCATED = "truncated"
    LOST_LINES = "lost_lines"
    #: The place is a picture of a page, and the text what a program read from it: no figure
    #: there is sure, nor that a cell is blank.
    SCAN = "scan"
    #: What a cell of a workbook shows is not what it holds, or is not in the file.
    AS_SHOWN = "as_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something in the document that could be read in more than one way."""

    kind: DoubtKind
    #: What was seen.
    says: tuple[Saying, ...]
    where: Where = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table, at its upper left position; rows and columns count from 0."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    where: Where = Where()
    doubts: tuple[Doubt, ...] = ()
    #: Row and column in the reader's table, where recognising put the cell elsewhere.
    origin: tuple[int, int] | None = None
    #: Its text there, where recognising took off what is no part of a figure.
    as_read: str | None = None

    def __post_init__(self) -> None:
        if self.row < 0 or self.column < 0 or self.rowspan < 1 or self.colspan < 1:
            raise ValueError(f"no such position in a grid: {self!r}")

    def moved(self, *, row: int | None = None, column: int | None = None) -> Cell:
        """The cell elsewhere in a working copy of its table; it knows where it came from."""
        return replace(
            self,
            row=self.row if row is None else row,
            column=self.column if column is None else column,
            origin=self.origin or (self.row, self.column),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A run of text between tables. Line breaks inside it are kept as `\\n`."""

    text: str
    where: Where = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A rectangular grid, `n_rows` × `n_columns`. Cells are in row-major order.

    Cells never overlap and never reach outside the grid. A position covered by no cell
    (a short row) is simply not there, which is not the same as a cell with no text.
    """

    #: `p3/t1` (the first table that begins on page 3), `t2` where there are no pages.
    id: str
    n_rows: int
    n_columns: int
    cells: tuple[Cell, ...]
    caption: str = ""
    #: False where the rows are sure but the columns are only an order within each row:
    #: text in which spanned cells vanished. The recogniser then places by count and order.
    columns_sure: bool = True
    #: False where a cell without a text at the end of a row may be no cell, but a sign that
    #: closes the row in place of what a span swallowed, or of a blank cell that was dropped.
    blanks_sure: bool = True
    where: Where = Where()
    doubts: tuple[Doubt, ...] = ()
    #: What the reader gave, where this is the working copy that recognising changed.
    source: Table | None = None

    def __post_init__(self) -> None:
        taken: set[tuple[int, int]] = set()
        for cell in self.cells:
            if cell.row + cell.rowspan > self.n_rows or cell.column + cell.colspan > self.n_columns:
                raise ValueError(f"cell outside of {self.id}: {cell!r}")
            if cell.rowspan == cell.colspan == 1:
                if (cell.row, cell.column) in taken:
                    raise ValueError(f"cells overlap in {self.id}: {cell!r}")
                taken.add((cell.row, cell.column))
                continue
            positions = {
                (row, column)
                for row in range(cell.row, cell.row + cell.rowspan)
                for column in range(cell.column, cell.column + cell.colspan)
            }
            if taken & positions:
                raise ValueError(f"cells overlap in {self.id}: {cell!r}")
            taken |= positions

    def grid(self) -> tuple[tuple[Cell | None, ...], ...]:
        """Rows × columns; a spanning cell stands at each of its positions, None where none is."""
        rows: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                rows[row][cell.column : cell.column + cell.colspan] = [cell] * cell.colspan
        return tuple(tuple(row) for row in rows)

    def at(self, cell: Cell) -> str:
        """The address of a cell for people and programs: `p3/t1/r3c2`, counted from 1.

        Of a cell that recognising moved, the address in the reader's table.
        """
        row, column = cell.origin or (cell.row, cell.column)
        return f"{self.id}/r{row + 1}c{column + 1}"

    def reworked(self, cells: tuple[Cell, ...], *, n_rows: int = 0, n_columns: int = 0) -> Table:
        """A working copy with other cells, as many rows and columns as said or as before."""
        return replace(
            self,
            cells=cells,
            n_rows=n_rows or self.n_rows,
            n_columns=n_columns or self.n_columns,
            source=self.source or self,
        )


Block = Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
    """Text that stands together in one line of a page, where no lines part rows and columns."""

    text: str
    #: Which sheet it stands on, from 0; two pages in one are two sheets.
    sheet: int
    #: On the sheet turned so that its text reads upright.
    box: Box
    where: Where
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A line of text that was read from pixels. It is evidence and no truth: `tasks/check`
    decides what is taken of it."""

    #: The page, and the box around the ink.
    where: Where
    #: As the reader read it. "" where there is ink that it made nothing of.
    text: str
    #: Of the character that it is least sure of, 0 to 1.
    confidence: float
    #: What a second reader, of other errors, read there; None where it was not asked, or cannot
    #: tell: it knows figures only.
    second: str | None = None
    #: Nothing was read: something lies over the page here, under which print may be hidden.
    covering: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a reader made of the bytes."""

    format: Format
    encoding: str | None = None
    #: Number of pages (PDF, OFD), else None.
    pages: int | None = None
    #: The document's own title (HTML `<title>`, properties of the others), "" where it has none.
    title: str = ""
    blocks: tuple[Block, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    #: What stands outside of tables whose cells all have lines around them, from top to bottom
    #: (PDF, OFD). The same text is in the blocks; here it has its place.
    runs: tuple[TextRun, ...] = ()
    #: What of it was read from pixels, each line once; the same text is in the blocks.
    readings: tuple[Reading, ...] = ()
    #: Where pictures are that are large enough to hold a table and were not read: as far as it is
    #: told. Whoever misses something has the document read with them (`tasks/flow.py`).
    pictures: tuple[Where, ...] = ()

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))

    def paragraphs(self) -> Iterator[Paragraph]:
        return (block for block in self.blocks if isinstance(block, Paragraph))
