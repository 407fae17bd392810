"""Is it a table? What drawn lines enclose may be frames around prose, a chart, a drawing, a
form; what stands in columns may be prose, a list, a table of contents, the ends of bars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from tasks.model.box import Box
from tasks.model.patterns import regex
from tasks.read.pdf.lattice import PAGE_HIGH, Lattice, LatticeCell, share_of_ground
from tasks.read.pdf.lines import NUMERIC, Line, line_text
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import in_columns, line_to_row
from tasks.read.pdf.pieces import Piece
from tasks.read.pdf.white import Block, GridRow

#: Share of the page, from its top, where the last row of a table may stand, and its fewest
#: columns: one row alone is a frame otherwise.
REST_OF_FORM = 0.2
FEWEST_OF_REST = 3
#: A chart has at least this many lines each way, and text in less than this share of the
#: rows and of the columns between them.
FEWEST_OF_CHART = 4
SHARE_OF_CHART = 0.4
#: A drawing of boxes and arrows has fewer cells than this share of the boxes of its lattice:
#: each line is a side of one box only. Paper with a printed grid has text in less than this
#: share of its cells.
SHARE_OF_DRAWING = 0.25
SHARE_OF_PAPER = 0.05
#: Cells of a table are rectangles; where a line of one is broken, little is of another shape.
SHARE_OF_GROUND = 0.25
#: A line of prose fills this share of its frame, and has so many characters; two such frames
#: are a stack.
PROSE_FILL = 0.8
SHORTEST_PROSE = 15
FEWEST_OF_STACK = 2
#: A title in the frame of a table is numbered, or larger than its texts by this factor. Notes
#: begin with a word, or with a mark where they are smaller than this share.
LARGER = 1.15
SMALLER = 0.95
TITLE = regex(
    r"\s*(?:table|tab\.|exhibit|annex|appendix|表|附表|附件)\s*[\d一二三四五六七八九十（(A-Z]",
    re.IGNORECASE,
)
NOTE = regex(r"\s*(?:notes?|sources?|备?注|说明|(?:资料|数据)来源)\s*\d*\s*[:：.]", re.IGNORECASE)
NOTE_MARK = regex(r"\s*(?:\*|[（(]?[\da-z]{1,2}[)）])")
#: Lines of figures or of numbered entries in one cell, from which it is no cell.
FEWEST_IN_ONE = 3
#: The number of an entry.
ENTRY = regex(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")
#: White between heads with lines and the rows below, in font sizes, at the most; and the
#: fewest figures that must stand there.
HEAD_WHITE = 3.0
FEWEST_BELOW = 3
#: How far at the left of heads a row below them may begin, in points.
LEFT_OF_HEADS = 3.0

#: Rows and columns from which rows without lines are a table: with figures and a head; with
#: figures and two rows without a head; with a lone row of figures, of which each has a head,
#: but for a share; with words only.
FEWEST_COLUMNS, FEWEST_ROWS = 3, 3
FEWEST_WITHOUT_HEAD = 4
FEWEST_IN_LONE, HEADED = 4, 0.6
#: Shares: of entries that are figures, from which a table is one of figures; of entries that
#: may reach over columns; of rows that may be prose; of rows between lines that must have
#: several entries.
FIGURED = 0.5
MOST_CROSSING = 0.25
MOST_PROSE = 0.3
WIDE_ROWS = 0.3
#: A table of contents, or an index, has so many entries at least, which are this share of its
#: lines; pages before and behind the text are counted apart.
FEWEST_PAGES = 3
LISTED = 0.8
CONTENTS_COLUMNS = (2, 3)
PAGE = regex(r"\d{1,3}|[ivxlc]+|[A-Z]{1,2}-\d{1,3}")
SECTION = regex(r"[A-Z]?\d{1,2}(?:\.\d{1,2})*\.?")
#: Digits of what counts pages or items.
LONGEST_COUNT = 6
#: Share of the lines of a bar chart that have one value; and how far values stand off one
#: place where they are no column, in points.
SHARE_SINGLE = 0.7
OFF_COLUMN = 1.0
#: Texts of one column begin, or end, or have their middle at one place, but for so many points,
#: and for this share of them.
LEVEL = 3.0
MOST_ASIDE = 0.25


# --- what lines enclose -----------------------------------------------------------------------


def frames_page(
    lattice: Lattice, cells: Sequence[LatticeCell], texts: Sequence[Sequence[Line]], height: float
) -> bool:
    """Whether a network is the frame of a page of this height, its margin, a tab at its side:
    a row is as high as the page, and all upright text in it stands in one cell.

    A label that spans many rows makes none of them high; a box for a long text has a label.
    """
    high = [row for row in range(lattice.n_rows) if lattice.height(row) > PAGE_HIGH * height]
    return any(
        sum(
            bool(lines) and cell.row <= row < cell.row + cell.rowspan
            for cell, lines in zip(cells, texts, strict=True)
        )
        <= 1
        for row in high
    )


def rows_of_table(
    lattice: Lattice, cells: Sequence[LatticeCell], texts: Sequence[Sequence[Line]]
) -> range:
    """The rows without the framed prose above and below, and without a title and notes in the
    frame; `texts` are the lines of each cell.

    Some makers of PDFs box each line of the body text, and the boxes touch the table.
    """
    wide: dict[int, Sequence[Line]] = {}
    prose: dict[int, bool] = {}
    for cell, lines in zip(cells, texts, strict=True):
        if cell.colspan == lattice.n_columns:
            is_prose = len(lines) == 1 and _fills(lines[0], cell.box, lattice.xs)
            rows = range(cell.row, cell.row + cell.rowspan)
            prose.update(dict.fromkeys(rows, is_prose))
            wide.update(dict.fromkeys(rows, lines))
    rows = range(lattice.n_rows)
    above = _stack(prose, rows)
    below = _stack(prose, rows[::-1])
    rows = rows[above : len(rows) - below]
    size = median([line.size for lines in texts for line in lines] or [0.0])
    notes = _first_note(rows, wide, size, lattice.xs)
    first = _after_title(rows[: notes - rows.start], wide, size)
    return range(first, notes)


def _stack(prose: Mapping[int, bool], rows: range) -> int:
    """How many rows from the edge to the last line of prose, 0 where that is no stack."""
    last = 0
    for run, row in enumerate(rows, 1):
        if row not in prose:
            break
        if prose[row]:
            last = run
    return last if last >= FEWEST_OF_STACK else 0


def _first_note(
    rows: range, wide: Mapping[int, Sequence[Line]], size: float, edges: Sequence[float]
) -> int:
    """The first of the notes in the frame below a table, the row below its last where there are
    none: rows of one cell each to the end, of which the first begins as a note does."""
    found = rows.stop
    for row in reversed(rows):
        if row not in wide or any(_is_row(line, edges) for line in wide[row]):
            break
        if _is_note(wide[row], size):
            found = row
    return found if found > rows.start else rows.stop


def _is_note(lines: Sequence[Line], size: float) -> bool:
    if not lines:
        return False
    text = line_text(lines[0].glyphs)
    small = lines[0].size < SMALLER * size
    return NOTE.match(text) is not None or (small and NOTE_MARK.match(text) is not None)


def _is_text(lines: Sequence[Line]) -> bool:
    """Whether a cell holds one text, and not those of several columns without uprights."""
    return bool(lines) and all(len(line_to_row(line).phrases) == 1 for line in lines)


def _after_title(rows: range, wide: Mapping[int, Sequence[Line]], size: float) -> int:
    """The first row below the title in the frame above a table: the only row of one cell, with
    a number or in larger letters. Elsewhere a row of one cell says what the next ones are about.
    """
    inside = [row for row in rows if row in wide and _is_text(wide[row])]
    if inside != [rows.start] or len(rows) < 2:
        return rows.start
    line = wide[rows.start][0]
    titles = line.size > LARGER * size or TITLE.match(line_text(line.glyphs)) is not None
    return rows.start + titles


def _fills(line: Line, frame: Box, edges: Sequence[float]) -> bool:
    """Whether a line is prose in a frame of its own, and no row that no upright parts."""
    wide = line.box.width >= PROSE_FILL * frame.width
    long = wide and len(line_text(line.glyphs)) >= SHORTEST_PROSE
    return long and not _is_row(line, edges)


def _is_row(line: Line, edges: Sequence[float]) -> bool:
    """Whether it is a row of the columns with these edges, though no uprights part it: prose
    may have white at an edge as well, but no figure between two."""
    phrases = line_to_row(line).phrases
    places = in_columns(phrases, edges)
    told = len(phrases) > 1 or any(phrase.is_figure for phrase in places.values())
    return told and len(places) > 1


def is_table(piece: Piece, sheet: Sheet) -> bool:
    """Two columns at least, and text in two cells: frames and axes of charts are none.

    One row at the top of a page may be the end of a form that was not filled in.
    """
    filled = sum(bool(cell.text) for cell in piece.cells)
    columns = {cell.column for cell in piece.cells}
    top = piece.box.top < REST_OF_FORM * sheet.height
    if piece.n_rows == 1 and len(columns) >= FEWEST_OF_REST and top:
        return filled >= 1
    return len(columns) >= 2 and filled >= 2


def is_drawing(piece: Piece, lattice: Lattice) -> bool:
    """The lines of a chart, with text in few of its rows and few of its columns; boxes that
    stand here and there, or with ground around them; a grid to draw on."""
    if _is_chain(piece):
        return True
    if min(piece.n_rows, piece.n_columns) < FEWEST_OF_CHART:
        return False
    filled = [cell for cell in piece.cells if cell.text]
    rows, columns = len({cell.row for cell in filled}), len({cell.column for cell in filled})
    return (
        (rows < SHARE_OF_CHART * piece.n_rows and columns < SHARE_OF_CHART * piece.n_columns)
        or len(piece.cells) < SHARE_OF_DRAWING * piece.n_rows * piece.n_columns
        or len(filled) < SHARE_OF_PAPER * len(piece.cells)
        or share_of_ground(lattice) > SHARE_OF_GROUND
    )


def _is_chain(piece: Piece) -> bool:
    """Whether boxes stand below one another, with arrows between them: an upright parts each
    row between two of them and none with text."""
    filled = [cell for cell in piece.cells if cell.text]
    parted = [row for row, cells in enumerate(piece.rows()) if len(cells) > 1]
    return (
        len(filled) > 1
        and all(cell.colspan == piece.n_columns for cell in filled)
        and all(
            any(upper.below <= row < lower.row for row in parted)
            for upper, lower in pairwise(filled)
        )
    )


def holds_rows(piece: Piece) -> bool:
    """Whether one cell, or two side by side, hold what must be several rows: figures or
    entries below each other."""
    beside: Counter[int] = Counter()
    for cell in piece.cells:
        rows = sum(_is_row_by_itself(line) for line in cell.text.split("\n"))
        if rows >= FEWEST_IN_ONE:
            return True
        beside[cell.row] += rows == 2
    return any(count >= 2 for count in beside.values())


def _is_row_by_itself(line: str) -> bool:
    return bool(ENTRY.match(line)) or any(set(word) <= NUMERIC for word in line.split())


def goes_on_outside(piece: Piece, lines: Sequence[Line]) -> bool:
    """Whether a table has lines in part: around its figures, while its labels at their left
    have none; around its heads, while the rows below have none. `lines` stand in no table."""
    left, top, _, bottom = piece.box
    beside = sum(top < line.middle < bottom and line.box.x0 < left for line in lines)
    if beside >= max(2, piece.n_rows / 2):
        return True
    return not _has_figures(piece) and _has_rows_below(piece, lines)


def _has_figures(piece: Piece) -> bool:
    return any(cell.text.strip() and set(cell.text.strip()) <= NUMERIC for cell in piece.cells)


def _has_rows_below(piece: Piece, lines: Sequence[Line]) -> bool:
    """Whether rows with figures under its columns stand right below."""
    bottom, figures = piece.box.bottom, 0
    below = [line for line in lines if line.middle >= piece.box.bottom]
    for line in sorted(below, key=lambda line: line.box.top):
        far = line.box.top - bottom > HEAD_WHITE * line.size
        if far or line.box.x0 < piece.box.x0 - LEFT_OF_HEADS:
            break
        figures += sum(
            phrase.is_figure and piece.xs[1] < phrase.box.middle[0] < piece.xs[-1]
            for phrase in line_to_row(line).phrases
        )
        bottom = line.box.bottom
    return figures >= FEWEST_BELOW


# --- what stands in columns -------------------------------------------------------------------


def is_evident(block: Block, grid: Sequence[GridRow], n_head: int, n_columns: int) -> bool:
    """Whether a block without lines between its columns is a table beyond doubt."""
    body = grid[n_head:]
    wide = [row for row in body if len(row) >= 2]
    if _is_contents(grid, n_columns) or _crosses(body):
        return False
    if len(wide) < 2 and not _is_lone_row(wide, grid[:n_head]):
        return False
    if not block.closed and (
        _is_list(body, n_head, n_columns) or _is_bar_chart(wide, n_columns) or _is_prose(block)
    ):
        return False
    if block.closed or block.xs:
        return len(wide) >= WIDE_ROWS * len(body)
    later = [entry for row in body for entry in row if entry.first > 0]
    if later and sum(entry.is_figure for entry in later) >= FIGURED * len(later):
        if n_head == 0 and len(wide) == 2:
            return n_columns >= FEWEST_WITHOUT_HEAD
        return n_columns >= FEWEST_COLUMNS or len(wide) >= FEWEST_ROWS
    enough = n_columns >= FEWEST_COLUMNS and len(wide) >= FEWEST_ROWS
    return enough and _starts_agree(body, n_columns)


def _crosses(body: Sequence[GridRow]) -> bool:
    """Whether too many entries reach over columns."""
    crossing = sum(entry.spans for row in body for entry in row)
    return crossing > MOST_CROSSING * sum(map(len, body))


def _is_prose(block: Block) -> bool:
    prose = sum(phrase.is_prose for row in block.rows for phrase in row.phrases)
    return prose > MOST_PROSE * len(block.rows)


def _is_count(text: str) -> bool:
    """Whether it counts pages or items; ① is a digit to Python and no number."""
    return text.isdecimal() and len(text) <= LONGEST_COUNT


def _is_contents(grid: Sequence[GridRow], n_columns: int) -> bool:
    """Whether it is a table of contents: titles, and pages that only go up."""
    if n_columns not in CONTENTS_COLUMNS:
        return False
    pages = [
        phrase.text for row in grid if row[-1].last == n_columns - 1 for phrase in row[-1].phrases
    ]
    figures = [entry for row in grid for entry in row[:-1] if entry.is_figure]
    if len(pages) < FEWEST_PAGES or not all(map(PAGE.fullmatch, pages)):
        return False
    counted = [int(page) for page in pages if _is_count(page)]
    rising = bool(counted) and all(one <= next_ for one, next_ in pairwise(counted))
    return rising and all(SECTION.fullmatch(entry.phrases[0].text) for entry in figures)


def _is_list(body: Sequence[GridRow], n_head: int, n_columns: int) -> bool:
    """Whether it is a list without heads: an index, words in their order and their pages, or
    lines with their numbers."""
    pairs = [(row[0].phrases[0].text, row[-1].phrases[0].text) for row in body if len(row) == 2]
    if n_head or n_columns != 2 or len(pairs) < max(FEWEST_PAGES, LISTED * len(body)):
        return False
    firsts, lasts = zip(*pairs, strict=True)
    in_order = all(one.casefold() <= next_.casefold() for one, next_ in pairwise(firsts))
    if in_order and all(map(_is_count, lasts)):
        return not any(map(_is_count, firsts))
    numbers = [int(first) for first in firsts if _is_count(first)]
    counts = len(numbers) == len(firsts) and all(
        0 < next_ - one <= 2 for one, next_ in pairwise(numbers)
    )
    return counts and not any(row[-1].is_figure for row in body)


def _is_bar_chart(wide: Sequence[GridRow], n_columns: int) -> bool:
    """Whether nearly each line has one value, at another place: those at the ends of bars."""
    single = [row[1] for row in wide if len(row) == 2]
    if n_columns < FEWEST_WITHOUT_HEAD or len(single) < SHARE_SINGLE * len(wide):
        return False
    columns = [[e.box for e in single if e.first == column] for column in range(1, n_columns)]
    return any(len(boxes) > 1 and not _are_level(boxes, OFF_COLUMN) for boxes in columns)


def _is_lone_row(wide: Sequence[GridRow], head: Sequence[GridRow]) -> bool:
    """One row of figures, each with a head above it."""
    return (
        len(wide) == 1
        and len(wide[0]) >= FEWEST_IN_LONE
        and all(entry.is_figure for entry in wide[0])
        and any(len(row) >= HEADED * len(wide[0]) for row in head)
    )


def _starts_agree(body: Sequence[GridRow], n_columns: int) -> bool:
    """Whether the entries of each later column begin (or end, or centre) at one place."""
    columns = [
        [e.box for row in body for e in row if e.first == e.last == column]
        for column in range(1, n_columns)
    ]
    return all(len(boxes) > 1 and _are_level(boxes, LEVEL) for boxes in columns)


def _are_level(boxes: Sequence[Box], reach: float) -> bool:
    """Whether most of them begin, or end, or have their middle, at one place."""
    edges = zip(*((box.x0, box.x1, box.middle[0]) for box in boxes), strict=True)
    aside = [sum(abs(x - median(xs)) > reach for x in xs) for xs in edges]
    return bool(min(aside) <= MOST_ASIDE * len(boxes))
