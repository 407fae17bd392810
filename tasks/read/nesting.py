"""What becomes of tables within tables; shared by the readers of markup.

Pages and letters are laid out with tables. A layout table is poured out: its text becomes
paragraphs, the tables in it stand for themselves. A data table with a table in one of its
cells is kept, and the inner table follows it. Tables that are one row each and stand one under
the other, as some editors save a table, are joined: alone such a row looks like layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from tasks.model.document import Block, Cell, Doubt, Paragraph, Where
from tasks.model.patterns import regex
from tasks.read.grid import Grid, Span, placed_to_grid

_NOWHERE = Where()

#: A cell with as much text as this, in a table of so few cells with text, is a page column.
ARTICLE_CHARACTERS = 800
ARTICLE_CELLS = 4
#: A table that holds tables is data only with so many plain cells, and so many to each cell
#: that holds a table.
DATA_PLAIN_CELLS = 4
DATA_PLAIN_TO_HOLDING = 3
#: A table of more rows, or with a longer text, is no piece of a table cut at its rows.
PIECE_ROWS = 3
PIECE_CHARACTERS = 120
PIECE_BLOCKS = 40
MOST_PIECE_COLUMNS = 100
#: So many pieces make a table, and so many of them say something in two columns.
FEWEST_PIECES = 3
#: Edges so near to each other are one, in twentieths of a point.
EDGE_TOLERANCE = 60
FEWEST_TELLING_PIECES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A block of text."""

    text: str
    where: Where = _NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A table that holds data."""

    grid: Grid
    caption: str = ""
    where: Where = _NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A table that may be a piece of a larger one."""

    #: As they were placed, columns in which no cell begins included.
    cells: tuple[Cell, ...]
    #: What it is if it is a table of its own.
    alone: tuple[Loose | Data, ...]
    where: Where = _NOWHERE
    #: Where its columns begin and the last one ends; () where it is not told.
    edges: tuple[int, ...] = ()

    @property
    def n_rows(self) -> int:
        return max(cell.row + cell.rowspan for cell in self.cells)

    @property
    def n_columns(self) -> int:
        return max(cell.column + cell.colspan for cell in self.cells)

    @property
    def columns(self) -> frozenset[int]:
        """Those in which some cell begins."""
        return frozenset(cell.column for cell in self.cells)

    def may_be_rows(self) -> bool:
        """Whether it can be a row or a few of a table that was cut at its rows."""
        return self.n_rows <= PIECE_ROWS and not any(
            len(cell.text) > PIECE_CHARACTERS for cell in self.cells
        )


Content = Loose | Data | Piece


def settled(contents: Iterable[Content]) -> Iterator[Loose | Data]:
    """The contents with each piece taken for a table of its own."""
    for item in contents:
        if isinstance(item, Piece):
            yield from item.alone
        else:
            yield item


#: A text with words in it is no figure, unless a figure begins it that is not its number.
_WORDS = regex("[\u3400-\u9fff]{2}")
_FIGURE_FIRST = regex(r"[+-]?\d(?!\d?\s*[.、．:：)）]\s*[^\W\d])")
#: Stands in a cell of data for what is shown there and is no text: the cell is not blank.
UNREAD = "\ufffd"


@dataclass(slots=True, kw_only=True)
class Held:
    """A cell with what it holds, before anyone knows whether its table is data or layout."""

    contents: list[Content] = field(default_factory=list)
    rowspan: int = 1
    colspan: int = 1
    where: Where = _NOWHERE
    doubts: tuple[Doubt, ...] = ()
    #: Something is shown in it that is not text: a picture, a field that a script fills.
    unread: bool = False
    #: Its text is not all that it says, or says it in another way.
    unsure: bool = False

    @property
    def text(self) -> str:
        if len(self.contents) == 1 and isinstance(only := self.contents[0], Loose):
            return only.text
        return "\n".join(item.text for item in settled(self.contents) if isinstance(item, Loose))

    @property
    def shown(self) -> str:
        """The text, or the sign that something else stands there. Behind a text that is not
        sure the sign stands as well, unless it is words."""
        text = self.text
        if self.unsure and (not _WORDS.search(text) or _FIGURE_FIRST.match(text)):
            return text + UNREAD
        return text or (UNREAD if self.unread else "")

    def tables(self) -> list[Data]:
        for item in self.contents:
            if not isinstance(item, Loose):
                return [one for one in settled(self.contents) if isinstance(one, Data)]
        return []

    def holds_data(self) -> bool:
        """Whether some table in this cell has anything in it."""
        if len(self.contents) == 1 and isinstance(self.contents[0], Loose):
            return False
        return any(cell.text for table in self.tables() for cell in table.grid.cells)

    def span(self) -> Span:
        return Span(self.shown, self.rowspan, self.colspan, self.where, self.doubts)


def is_layout(rows: Sequence[Sequence[Held]]) -> bool:
    """Whether a table only puts things in their places, or keeps a place free."""
    cells = [cell for row in rows for cell in row]
    filled = [cell for cell in cells if cell.contents or cell.unsure]
    if len(cells) <= 1 or not filled:
        return True
    if any(cell.holds_data() for cell in filled):
        return not _is_data_around(rows)
    if len(filled) > ARTICLE_CELLS:
        return False
    if len(filled) == 1 and len(cells) <= ARTICLE_CELLS:
        return not _is_short_form(rows, filled[0])
    longest = max((len(cell.text) for cell in filled), default=0)
    return longest >= ARTICLE_CHARACTERS


def _is_short_form(rows: Sequence[Sequence[Held]], filled: Held) -> bool:
    """Whether one short text in a few cells is what is filled in of a form: rows and columns
    stand around it, where a frame has the one or the other."""
    in_columns = sum(bool(row) for row in rows) > 1 and any(len(row) > 1 for row in rows)
    return in_columns and not filled.tables() and len(filled.text) <= PIECE_CHARACTERS


def _is_data_around(rows: Sequence[Sequence[Held]]) -> bool:
    """Whether a table that holds tables says something in columns itself."""
    holding = sum(cell.holds_data() for row in rows for cell in row)
    plain = [sum(bool(cell.text) and not cell.holds_data() for cell in row) for row in rows]
    return (
        sum(plain) >= max(DATA_PLAIN_CELLS, DATA_PLAIN_TO_HOLDING * holding)
        and sum(count >= 2 for count in plain) >= 2
    )


def poured(rows: Iterable[Iterable[Held]]) -> list[Content]:
    """What a layout table holds, in reading order."""
    return [item for row in rows for cell in row for item in cell.contents]


def is_short(contents: Sequence[Content]) -> bool:
    """Whether a layout table holds no more than a row may; its cells need no look if not."""
    return len(contents) <= PIECE_BLOCKS and all(isinstance(item, Loose) for item in contents)


def pieces(
    cells: Sequence[Cell],
    rows: Iterable[Iterable[Held]],
    contents: Sequence[Content],
    where: Where,
    edges: tuple[int, ...] = (),
) -> list[Content]:
    """What a table of these rows comes to, `contents`, as a piece where it may be one; `cells`
    as placed."""
    if len(cells) < 2 and not any(cell.text for cell in cells):
        return list(contents)
    if any(cell.tables() for row in rows for cell in row):
        return list(contents)
    return [Piece(cells=tuple(cells), alone=tuple(settled(contents)), where=where, edges=edges)]


def joined(contents: Iterable[Content]) -> Iterator[Loose | Data]:
    """Pieces that follow each other as the table that they were cut from, if they are one."""
    for is_piece, run in groupby(contents, key=lambda item: isinstance(item, Piece)):
        if not is_piece:
            yield from settled(run)
            continue
        found = [item for item in run if isinstance(item, Piece)]
        for together in _of_one_width(_on_common_edges(found)):
            if _is_cut(together):
                yield _one_table(together)
            else:
                yield from settled(_on_one_grid(together))


def _on_common_edges(run: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces on the columns of the finest, where the edges of all lie on its edges: a
    program may give each row the grid that it needs alone."""
    finest = max(run, key=lambda piece: piece.n_columns)
    if len(run) < FEWEST_PIECES or finest.n_columns > MOST_PIECE_COLUMNS:
        return run
    moved: list[Piece] = []
    for piece in run:
        if not finest.edges or len(piece.edges) != piece.n_columns + 1:
            return run
        places = [_nearest(finest.edges, edge) for edge in piece.edges]
        if -1 in places or places != sorted(set(places)) or places[-1] != finest.n_columns:
            return run
        cells = (
            replace(
                cell,
                column=places[cell.column],
                colspan=places[cell.column + cell.colspan] - places[cell.column],
            )
            for cell in piece.cells
        )
        moved.append(replace(piece, cells=tuple(cells), edges=finest.edges))
    return moved


def _nearest(edges: Sequence[int], at: int) -> int:
    """The edge at this place; -1 where there is none near."""
    index = min(range(len(edges)), key=lambda index: abs(edges[index] - at))
    return index if abs(edges[index] - at) <= EDGE_TOLERANCE else -1


def _of_one_width(run: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces parted where their width changes, or a whole table begins. One cell between
    two pieces as wide as each other reaches over all their columns, even if it does not say so.
    """
    parts: list[list[Piece]] = []
    width, rows = 0, False
    for piece, after in zip(run, [*run[1:], None], strict=True):
        if len(piece.cells) == 1 and piece.n_columns == 1 < width and rows:
            if after is not None and after.n_columns == width:
                parts[-1].append(_stretched(piece, width))
                continue
        elif piece.n_columns == width and piece.may_be_rows() == rows:
            parts[-1].append(piece)
            continue
        parts.append([piece])
        width, rows = piece.n_columns, piece.may_be_rows()
    return parts


def _stretched(piece: Piece, width: int) -> Piece:
    return replace(piece, cells=(replace(piece.cells[0], colspan=width),))


def _is_cut(run: Sequence[Piece]) -> bool:
    """Whether these are rows of one table: most of them single ones, some of them with more
    than one text."""
    if not all(piece.may_be_rows() for piece in run):
        return False
    telling = sum(sum(bool(cell.text) for cell in piece.cells) > 1 for piece in run)
    return (
        len(run) >= FEWEST_PIECES
        and telling >= FEWEST_TELLING_PIECES
        and sum(piece.n_rows == 1 for piece in run) * 2 > len(run)
    )


def _on_one_grid(run: Sequence[Piece]) -> Iterator[Piece]:
    """Tables of one width in their full number of columns: in the last rows of a table that was
    cut, no cell may begin where one does in the rows before."""
    most = max((piece.columns for piece in run), key=len)
    for piece in run:
        if piece.columns < most and len(piece.alone) == 1 and isinstance(piece.alone[0], Data):
            whole = replace(piece.alone[0], grid=placed_to_grid(piece.cells, columns=most))
            yield replace(piece, alone=(whole,))
        else:
            yield piece


def _one_table(run: Sequence[Piece]) -> Data:
    cells: list[Cell] = []
    first = 0
    for piece in run:
        cells += (replace(cell, row=first + cell.row) for cell in piece.cells)
        first += piece.n_rows
    captions = (item.caption for piece in run for item in piece.alone if isinstance(item, Data))
    return Data(
        grid=placed_to_grid(cells),
        caption=next(filter(None, captions), ""),
        where=run[0].where,
    )


def kept(grid: Grid, rows: Iterable[Iterable[Held]], caption: str, where: Where) -> list[Content]:
    """A data table, then the tables in its cells."""
    inner = [table for row in rows for cell in row for table in cell.tables()]
    return [Data(grid=grid, caption=caption, where=where), *inner]


def blocks(contents: Iterable[Content]) -> tuple[Block, ...]:
    """Paragraphs and tables, the tables numbered in reading order."""
    made: list[Block] = []
    tables = 0
    for item in joined(contents):
        if isinstance(item, Loose):
            made.append(Paragraph(text=item.text, where=item.where))
        elif item.grid.cells:
            tables += 1
            made.append(item.grid.table(f"t{tables}", caption=item.caption, where=item.where))
    return tuple(made)
