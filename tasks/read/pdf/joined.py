"""Pieces of tables on several pages → whole tables.

A piece at the top of a page goes on with the table at the bottom of the page before it
if nothing but page furniture stands between, and their columns agree. What the page
break cut is put together again: a header that is repeated is dropped; a label whose cell
was cut (`（四）无` / `法提供`, or a rest that is blank) becomes one cell over the rows of
both pages; a row whose lines were cut becomes one row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tasks.model.patterns import regex
from tasks.read.pdf.lines import is_han
from tasks.read.pdf.pieces import Piece, PieceCell, in_order, moved

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
NUMBERED = regex(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]+|[-—/])"
)
#: What may be a part of a figure, over lines.
DIGITS = regex(r"[\d.,，．][\d.,，．\s]*")
BLANK_OR_NUMBER = regex(r"[\s\d.,，．%％+\-—–/()（）*…:]*")


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
    for row in after.rows():
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
    return replace(after, cells=tuple(cells), xs=before.xs)


def _column_at(cell: PieceCell, piece: Piece, shift: float = 0.0) -> int:
    middle = cell.box.middle[0] - shift
    return max(0, min(sum(edge <= middle for edge in piece.xs) - 1, piece.n_columns - 1))


def _columns_agree(one: Sequence[float], other: Sequence[float], reach: float = SAME_EDGE) -> bool:
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
    lower = _on_edges(after, tuple(edge + shift for edge in xs))
    if upper is None or lower is None:
        return None
    lower = _without_header(upper, lower)
    if not lower.cells:
        return upper
    cells = _across_break(_to_break(upper, lower))
    n_rows = max(cell.below for cell in cells)
    return replace(upper, xs=xs, n_rows=n_rows, cells=in_order(cells), leaf=after.leaf)


def _on_edges(piece: Piece, xs: tuple[float, ...]) -> Piece | None:
    """The piece with its columns counted on these edges; None where two would be one."""

    def nearest(edge: float) -> int:
        return min(range(len(xs)), key=lambda i: abs(xs[i] - edge))

    columns = list(range(len(xs)))
    if len(piece.xs) != len(xs):
        columns = [nearest(edge) for edge in piece.xs]
    if any(one >= next_ for one, next_ in pairwise(columns)):
        return None
    if columns == list(range(len(piece.xs))):
        return replace(piece, xs=xs)
    cells = tuple(
        replace(
            cell,
            column=columns[cell.column],
            colspan=columns[cell.beyond] - columns[cell.column],
        )
        for cell in piece.cells
    )
    return replace(piece, xs=xs, cells=cells)


def _without_header(upper: Piece, lower: Piece) -> Piece:
    """The lower piece without the rows that repeat the first rows of the upper one."""
    repeated = 0
    pairs = zip(upper.rows(), lower.rows(), strict=False)
    for row, (above, below) in enumerate(pairs):
        if row >= MOST_HEADER_ROWS or not above or _signature(above) != _signature(below):
            break
        words = [cell.text for cell in above if cell.text.strip()]
        if not words or any(BLANK_OR_NUMBER.fullmatch(word) for word in words):
            break
        repeated = row + 1
    if any(cell.row < repeated < cell.below for cell in lower.cells):
        return lower
    cells = tuple(moved(cell, -repeated) for cell in lower.cells if cell.row >= repeated)
    return replace(lower, cells=cells, n_rows=lower.n_rows - repeated)


def _signature(row: list[PieceCell]) -> list[tuple[int, int, str]]:
    return [(cell.column, cell.colspan, "".join(cell.text.split())) for cell in row]


#: First column and number of columns of a cell.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Break:
    """A table where a page ends: the cells that end there, and that begin on the next."""

    upper: Piece
    lower: Piece
    last: Mapping[Span, PieceCell]
    first: Mapping[Span, PieceCell]

    @property
    def same_cells(self) -> bool:
        return self.last.keys() == self.first.keys() and len(self.first) > 1


def _to_break(upper: Piece, lower: Piece) -> Break:
    ends = [cell for cell in upper.cells if cell.below == upper.n_rows]
    begins = [cell for cell in lower.cells if cell.row == 0]
    return Break(
        upper,
        lower,
        {(cell.column, cell.colspan): cell for cell in ends},
        {(cell.column, cell.colspan): cell for cell in begins},
    )


def _across_break(at: Break) -> list[PieceCell]:
    """The cells of both pieces, those that the break cut made whole."""
    as_row = _row_is_cut(at) or _digits_are_cut(at)
    if as_row:
        cut = set(at.first)
    elif _heads_end(at):
        cut = set()
    else:
        cut = {span for span in at.first if span in at.last and _is_rest(span, at)}
    joined = {
        at.last[span].place: _made_whole(at.last[span], at.first[span], as_row=as_row)
        for span in cut
    }
    shift = at.upper.n_rows - as_row
    return [
        *(joined.get(cell.place, cell) for cell in at.upper.cells),
        *(
            moved(cell, shift)
            for cell in at.lower.cells
            if cell.row > 0 or (cell.column, cell.colspan) not in cut
        ),
    ]


def _made_whole(above: PieceCell, below: PieceCell, *, as_row: bool) -> PieceCell:
    """One cell of both; where a row was cut they are both in it."""
    above_is_blank = below.text.strip() and not above.text.strip()
    return replace(
        above,
        rowspan=above.rowspan + below.rowspan - as_row,
        text=_together(above.text, below.text),
        where=below.where if above_is_blank else above.where,
        doubts=above.doubts + below.doubts,
        white=below.white if as_row else above.white,
    )


def _row_is_cut(at: Break) -> bool:
    """Whether the rows at the break are two parts of one row.

    They have the same cells; one part holds all the figures and the other none, the lower
    part does not begin a new entry, and no label ends above. Labels over several rows say
    nothing here. Where there are no figures, it must be seen that a label goes on.
    """
    if not at.same_cells:
        return False
    parts = [(at.last[span], cell) for span, cell in at.first.items()]
    parts = [(one, two) for one, two in parts if one.rowspan == two.rowspan == 1]
    words_below = [two.text for _, two in parts if two.text and not _is_figure(two.text)]
    if not words_below or any(_is_numbered(text) for text in words_below):
        return False
    cut = [(one, two) for one, two in parts if one.text and two.text]
    if len(cut) >= FEWEST_SIGNS and all(_is_one_sign(above.text) for above, _ in cut):
        return True
    return not any(_stand_apart(*both) for both in cut) and _figures_allow(parts, cut)


Pair = tuple[PieceCell, PieceCell]


def _figures_allow(parts: list[Pair], cut: list[Pair]) -> bool:
    """Whether the figures of two parts of a row may be those of one; `cut` have text in both."""
    above = [two for one, two in parts if _is_figure(one.text)]
    below = [one for one, two in parts if _is_figure(two.text)]
    if above and below:
        whole = any(one.text.strip() and not two.text.strip() for one, two in parts)
        return whole and _digits_go_on(parts) and any(_runs_on(*both) for both in cut)
    if above or below:
        return not any(other.text for other in above or below)
    return any(_runs_on(*both) for both in cut) and all(_is_close(*both) for both in cut)


def _digits_are_cut(at: Break) -> bool:
    """Whether the row below the break holds the last digits of figures that were wrapped in
    narrow cells: `1` and `1` of eleven. Each stands under a figure, no label is beside them,
    and no other row of figures is without words, but for the row above where none has any.
    """
    if not at.same_cells:
        return False
    parts = [(at.last[span], cell) for span, cell in at.first.items() if cell.rowspan == 1]
    if not _digits_go_on(parts) or any(two.text and not _is_figure(two.text) for _, two in parts):
        return False
    return not any(map(_is_bare, (*at.upper.rows()[:-1], *at.lower.rows()[1:])))


def _is_bare(row: list[PieceCell]) -> bool:
    """Whether a row holds figures and no words."""
    told = [cell.text for cell in row if cell.text.strip()]
    return bool(told) and all(_is_figure(text) for text in told)


def _digits_go_on(parts: list[Pair]) -> bool:
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


def _heads_end(at: Break) -> bool:
    """Whether the break falls between heads and their figures: a blank there is a figure too."""
    under = [(at.last.get(span), cell) for span, cell in at.first.items() if cell.text]
    return bool(under) and all(
        _is_figure(two.text) and one is not None and bool(one.text) and not _is_figure(one.text)
        for one, two in under
    )


def _is_figure(text: str) -> bool:
    return bool(text.strip()) and BLANK_OR_NUMBER.fullmatch(text) is not None


def _is_rest(span: Span, at: Break) -> bool:
    """Whether the cell below the break is the rest of the one above it.

    Only labels of groups are: they have text to their right on both pages.
    """
    above, below = at.last[span], at.first[span]
    if _is_figure(above.text) or _is_figure(below.text):
        return False
    if not _texts_right(below, at.first) or _begins_left(below, at):
        return False
    tall = above.rowspan > 1 or below.rowspan > 1
    before_labels = any(not _is_figure(text) for text in _texts_right(above, at.last))
    if not below.text:
        return tall or (before_labels and bool(above.text))
    if not above.text:
        return before_labels
    return tall and not _is_numbered(below.text)


def _begins_left(cell: PieceCell, at: Break) -> bool:
    """Whether an entry of one row begins left of the cell: labels of groups stand before all."""
    return any(
        other.column < cell.column
        and bool(other.text)
        and other.rowspan == 1
        and (above := at.last.get(span)) is not None
        and above.rowspan == 1
        and bool(above.text)
        for span, other in at.first.items()
    )


def _texts_right(cell: PieceCell, row: Mapping[Span, PieceCell]) -> list[str]:
    return [other.text for (column, _), other in row.items() if column > cell.column and other.text]


def _together(above: str, below: str) -> str:
    return f"{above}\n{below}" if above and below else above or below
