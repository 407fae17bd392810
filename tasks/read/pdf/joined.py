"""Pieces of tables on several pages → whole tables.

A piece at the top of a page goes on with the table at the bottom of the page before it
if nothing but page furniture stands between, and their columns agree. What the page
break cut is put together again: a header that is repeated is dropped; a label whose cell
was cut (`（四）无` / `法提供`, or a rest that is blank) becomes one cell over the rows of
both pages; a row whose lines were cut becomes one row.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise

from tasks.model.document import Where
from tasks.read.pdf.lines import is_han
from tasks.read.pdf.marks import Piece, PieceCell

#: How far apart edges of columns may be that are the same edge.
SAME_EDGE = 4.0
#: The same for the ends of text, where no edge is drawn.
WHITE_EDGE = 25.0
#: How far the whole piece may be shifted on the next page (margins for binding).
MOST_SHIFT = 60.0
#: Share of the cells that must stand below those of their column where no edge is drawn.
MOSTLY = 0.8
#: Rows of a header that may be repeated.
MOST_HEADER_ROWS = 6
#: White beside the last line of a text, in font sizes, where one more character and what may
#: not be parted from it had room, the white within the sides of a cell included; and where
#: no character had.
ROOM = 3.5
FULL = 1.6
#: White between a text and the break, in font sizes: above and below a text in the middle of
#: its cell, and where a text is cut.
AIR = 0.8
CLOSE = 0.5
#: So many heads side by side of which one character each stands above the break.
FEWEST_SIGNS = 3

#: A label that begins a new entry, not the rest of one.
NUMBERED = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]+|[-—/])"
)
#: What may be a part of a figure, over lines.
DIGITS = re.compile(r"[\d.,，．][\d.,，．\s]*")
BLANK_OR_NUMBER = re.compile(r"[\s\d.,，．%％+\-—–/()（）*…:]*")


def goes_on(before: Piece, after: Piece) -> bool:
    """Whether the columns of two pieces on neighbouring pages agree."""
    if after.first_leaf != before.leaf + 1 or before.ruled != after.ruled:
        return False
    if before.ruled:
        return _columns_agree(before.xs, after.xs)
    return _same_columns(before, after) or _fits_in(before, after)


def _same_columns(before: Piece, after: Piece) -> bool:
    """Whether two pieces without lines have the same columns."""
    outer = [before.box.x0, before.box.x1], [after.box.x0, after.box.x1]
    return (
        before.n_columns == after.n_columns
        and _columns_agree(*outer, reach=WHITE_EDGE)
        and _stands_below(before, after)
    )


def _stands_below(before: Piece, after: Piece) -> bool:
    """Whether the text of the columns stands below that of the same columns."""
    shift = after.box.x0 - before.box.x0
    told = [cell for cell in after.cells if cell.text and cell.colspan == 1]
    below = sum(_column_at(cell, before, shift) == cell.column for cell in told)
    return below >= MOSTLY * len(told)


def _fits_in(before: Piece, after: Piece) -> bool:
    """Whether the columns without lines of one piece stand where columns of the other do."""
    if after.n_columns > before.n_columns or abs(after.box.x0 - before.box.x0) > 8:
        return False
    if after.box.x1 > before.box.x1 + WHITE_EDGE:
        return False
    return _in_columns_of(before, after) is not None


def _in_columns_of(before: Piece, after: Piece) -> Piece | None:
    """The piece with its cells in the columns of the other one that they stand under; None
    where a figure and something else stand under one. Labels of two columns become one."""
    cells: list[PieceCell] = []
    for row in _rows(after):
        held: dict[int, PieceCell] = {}
        for cell in sorted(row, key=lambda cell: cell.column):
            column = _column_at(cell, before)
            other = held.get(column)
            if not cell.text:
                continue
            if other is not None and (_is_figure(cell.text) or _is_figure(other.text)):
                return None
            text = f"{other.text} {cell.text}" if other is not None else cell.text
            doubts = (*other.doubts, *cell.doubts) if other is not None else cell.doubts
            held[column] = replace(cell, column=column, colspan=1, text=text, doubts=doubts)
        cells += held.values()
        cells += [
            replace(row[0], column=column, colspan=1, text="", doubts=())
            for column in range(before.n_columns)
            if column not in held
        ]
    return replace(after, cells=cells, xs=before.xs)


def _column_at(cell: PieceCell, piece: Piece, shift: float = 0.0) -> int:
    middle = cell.box.middle[0] - shift
    return max(0, min(sum(edge <= middle for edge in piece.xs) - 1, piece.n_columns - 1))


def _columns_agree(one: list[float], other: list[float], reach: float = SAME_EDGE) -> bool:
    """Same outer edges, and the edges of one among those of the other."""
    shift = other[0] - one[0]
    if abs(shift) > reach:
        if abs(shift) > MOST_SHIFT or len(one) != len(other) or len(one) < 4:
            return False
        other = [edge - shift for edge in other]
    if abs(other[-1] - one[-1]) > reach:
        return False
    few, many = sorted((one, other), key=len)
    return all(any(abs(edge - near) <= reach for near in many) for edge in few)


def join_pieces(before: Piece, after: Piece) -> Piece | None:
    """One piece of both, which keeps the place of the first; None where two columns of one
    fall on one column of the other."""
    if not before.ruled and not _same_columns(before, after):
        after = _in_columns_of(before, after) or after
    shift = after.xs[0] - before.xs[0] if before.n_columns == after.n_columns else 0.0
    xs = max((before.xs, after.xs), key=len)  # the first of both where they are as many
    upper = _on_edges(before, xs)
    lower = _on_edges(after, [edge + shift for edge in xs])
    if upper is None or lower is None:
        return None
    lower = _without_header(upper, lower)
    if not lower.cells:
        return upper
    cells = _across_break(upper, lower)
    n_rows = max(cell.row + cell.rowspan for cell in cells)
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(upper, xs=xs, n_rows=n_rows, cells=cells, leaf=after.leaf)


def _on_edges(piece: Piece, xs: list[float]) -> Piece | None:
    """The piece with its columns counted on these edges; None where two would be one."""

    def nearest(edge: float) -> int:
        return min(range(len(xs)), key=lambda i: abs(xs[i] - edge))

    columns = list(range(len(xs)))
    if len(piece.xs) != len(xs):
        columns = [nearest(edge) for edge in piece.xs]
    if any(one >= next_ for one, next_ in pairwise(columns)):
        return None
    cells = [
        replace(
            cell,
            column=columns[cell.column],
            colspan=columns[cell.column + cell.colspan] - columns[cell.column],
        )
        for cell in piece.cells
    ]
    return replace(piece, xs=xs, cells=cells)


def _rows(piece: Piece) -> list[list[PieceCell]]:
    rows: list[list[PieceCell]] = [[] for _ in range(piece.n_rows)]
    for cell in piece.cells:
        rows[cell.row].append(cell)
    return rows


def _without_header(upper: Piece, lower: Piece) -> Piece:
    """The lower piece without the rows that repeat the first rows of the upper one."""
    repeated = 0
    pairs = zip(_rows(upper), _rows(lower), strict=False)
    for row, (above, below) in enumerate(pairs):
        if row >= MOST_HEADER_ROWS or not above or _signature(above) != _signature(below):
            break
        words = [cell.text for cell in above if cell.text.strip()]
        if not words or any(BLANK_OR_NUMBER.fullmatch(word) for word in words):
            break
        repeated = row + 1
    if any(cell.row < repeated < cell.row + cell.rowspan for cell in lower.cells):
        return lower
    cells = [replace(cell, row=cell.row - repeated) for cell in lower.cells if cell.row >= repeated]
    return replace(lower, cells=cells, n_rows=lower.n_rows - repeated)


def _signature(row: list[PieceCell]) -> list[tuple[int, int, str]]:
    return [(cell.column, cell.colspan, "".join(cell.text.split())) for cell in row]


def _across_break(upper: Piece, lower: Piece) -> list[PieceCell]:
    """The cells of both pieces, those that the break cut made whole."""
    last = {
        (cell.column, cell.colspan): cell
        for cell in upper.cells
        if cell.row + cell.rowspan == upper.n_rows
    }
    first = {(cell.column, cell.colspan): cell for cell in lower.cells if cell.row == 0}
    if _row_is_cut(last, first) or _digits_are_cut(upper, lower, last, first):
        return _join_row(upper, lower, last, first)
    joined: dict[int, PieceCell] = {}
    gone: set[int] = set()
    for place, below in first.items() if not _heads_end(last, first) else ():
        above = last.get(place)
        if above is not None and _is_rest(above, below, last, first):
            gone.add(id(below))
            joined[id(above)] = replace(
                above,
                rowspan=above.rowspan + below.rowspan,
                text=_together(above.text, below.text),
                where=_where(above, below),
                doubts=above.doubts + below.doubts,
            )
    cells = [joined.get(id(cell), cell) for cell in upper.cells]
    cells += [
        replace(cell, row=cell.row + upper.n_rows) for cell in lower.cells if id(cell) not in gone
    ]
    return cells


def _row_is_cut(
    last: dict[tuple[int, int], PieceCell], first: dict[tuple[int, int], PieceCell]
) -> bool:
    """Whether the rows at the break are two parts of one row.

    They have the same cells; one part holds all the figures and the other none, the lower
    part does not begin a new entry, and no label ends above. Labels over several rows say
    nothing here. Where there are no figures, it must be seen that a label goes on.
    """
    if last.keys() != first.keys() or len(first) < 2:
        return False
    low = {
        place: cell
        for place, cell in first.items()
        if cell.rowspan == 1 and last[place].rowspan == 1
    }
    words_below = [cell.text for cell in low.values() if cell.text and not _is_figure(cell.text)]
    if not words_below or any(_is_numbered(text) for text in words_below):
        return False
    cut = [(last[place], cell) for place, cell in low.items() if last[place].text and cell.text]
    if len(cut) >= FEWEST_SIGNS and all(_is_one_sign(above.text) for above, _ in cut):
        return True
    if any(_stand_apart(*parts) for parts in cut):
        return False
    above = [place for place in low if _is_figure(last[place].text)]
    below = [place for place in low if _is_figure(first[place].text)]
    if not above and not below:
        return any(_runs_on(*parts) for parts in cut) and all(_is_close(*p) for p in cut)
    if above and below:
        parts = [(last[place], first[place]) for place in low]
        whole = any(one.text.strip() and not other.text.strip() for one, other in parts)
        return whole and _digits_go_on(parts) and any(_runs_on(*labels) for labels in cut)
    blank = last if below else first
    return all(not blank[place].text for place in above or below)


def _digits_are_cut(
    upper: Piece,
    lower: Piece,
    last: dict[tuple[int, int], PieceCell],
    first: dict[tuple[int, int], PieceCell],
) -> bool:
    """Whether the row below the break holds the last digits of figures that were wrapped in
    narrow cells: `1` and `1` of eleven. Each stands under a figure, no label is beside them,
    and no other row of figures is without words, but for the row above where none has any.
    """
    if last.keys() != first.keys() or len(first) < 2:
        return False
    parts = [(last[place], cell) for place, cell in first.items() if cell.rowspan == 1]
    if not _digits_go_on(parts) or any(
        below.text and not _is_figure(below.text) for _, below in parts
    ):
        return False
    others = [*_rows(upper)[:-1], *_rows(lower)[1:]]
    return not any(_is_bare(row) for row in others)


def _is_bare(row: list[PieceCell]) -> bool:
    """Whether a row holds figures and no words."""
    told = [cell.text for cell in row if cell.text.strip()]
    return bool(told) and all(_is_figure(text) for text in told)


def _digits_go_on(parts: list[tuple[PieceCell, PieceCell]]) -> bool:
    """Whether figures below may be the rest of those above, for want of room: none is longer."""
    figures = [(above.text, below.text) for above, below in parts if _is_figure(below.text)]
    return (
        bool(figures)
        and all(DIGITS.fullmatch(text) for pair in figures for text in pair)
        and all(_widest(below) <= _widest(above) for above, below in figures)
    )


def _widest(text: str) -> int:
    return max(len(line.strip()) for line in text.split("\n"))


def _is_numbered(text: str) -> bool:
    """Chromium writes 一 as the Kangxi radical that looks the same."""
    return NUMBERED.match(unicodedata.normalize("NFKC", text)) is not None


def _is_one_sign(text: str) -> bool:
    """No head is one character; set vertically, the others are below the break."""
    return len(text) == 1 and is_han(text)


def _stand_apart(above: PieceCell, below: PieceCell) -> bool:
    """Whether the text above the break ends there: it leaves room in its last line, or both
    texts stand in the middle of cells of their own."""
    if above.white is None or below.white is None:
        return False
    if above.white.beside > ROOM:
        return True
    return min(above.white.below, below.white.above) > AIR


def _runs_on(above: PieceCell, below: PieceCell) -> bool:
    """Whether the text above the break fills its last line."""
    return above.white is not None and above.white.beside < FULL and _is_close(above, below)


def _is_close(above: PieceCell, below: PieceCell) -> bool:
    """Whether one text reaches down to the break, and the other up to it."""
    if above.white is None or below.white is None:
        return False
    return max(above.white.below, below.white.above) < CLOSE


def _heads_end(
    last: dict[tuple[int, int], PieceCell], first: dict[tuple[int, int], PieceCell]
) -> bool:
    """Whether the break falls between heads and their figures: a blank there is a figure too."""
    under = {place for place, cell in first.items() if cell.text}
    return bool(under) and all(
        _is_figure(first[place].text)
        and place in last
        and bool(last[place].text)
        and not _is_figure(last[place].text)
        for place in under
    )


def _is_figure(text: str) -> bool:
    return bool(text.strip()) and BLANK_OR_NUMBER.fullmatch(text) is not None


def _join_row(
    upper: Piece,
    lower: Piece,
    last: dict[tuple[int, int], PieceCell],
    first: dict[tuple[int, int], PieceCell],
) -> list[PieceCell]:
    joined = {
        id(last[place]): replace(
            last[place],
            rowspan=last[place].rowspan + below.rowspan - 1,
            text=_together(last[place].text, below.text),
            where=_where(last[place], below),
            doubts=last[place].doubts + below.doubts,
            white=below.white,
        )
        for place, below in first.items()
    }
    cells = [joined.get(id(cell), cell) for cell in upper.cells]
    cells += [
        replace(cell, row=cell.row + upper.n_rows - 1) for cell in lower.cells if cell.row > 0
    ]
    return cells


def _where(above: PieceCell, below: PieceCell) -> Where:
    """Of a cell that the break cut: where its text is, or begins."""
    return below.where if below.text.strip() and not above.text.strip() else above.where


def _is_rest(
    above: PieceCell,
    below: PieceCell,
    last: dict[tuple[int, int], PieceCell],
    first: dict[tuple[int, int], PieceCell],
) -> bool:
    """Whether the cell below the break is the rest of the one above it.

    Only labels of groups are: they have text to their right on both pages.
    """
    if _is_figure(above.text) or _is_figure(below.text):
        return False
    if not _texts_right(below, first) or _begins_left(below, last, first):
        return False
    tall = above.rowspan > 1 or below.rowspan > 1
    before_labels = any(not _is_figure(text) for text in _texts_right(above, last))
    if not below.text:
        return tall or (before_labels and bool(above.text))
    if not above.text:
        return before_labels
    return tall and not _is_numbered(below.text)


def _begins_left(
    cell: PieceCell,
    last: dict[tuple[int, int], PieceCell],
    first: dict[tuple[int, int], PieceCell],
) -> bool:
    """Whether an entry of one row begins left of the cell: labels of groups stand before all."""
    return any(
        other.column < cell.column
        and bool(other.text)
        and other.rowspan == 1
        and place in last
        and last[place].rowspan == 1
        and bool(last[place].text)
        for place, other in first.items()
    )


def _texts_right(cell: PieceCell, row: dict[tuple[int, int], PieceCell]) -> list[str]:
    return [other.text for (column, _), other in row.items() if column > cell.column and other.text]


def _together(above: str, below: str) -> str:
    return f"{above}\n{below}" if above and below else above or below
