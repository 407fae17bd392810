"""What stands outside of the lines of a table and is of it: labels of its rows at the left, heads
of its columns above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from tasks.model.box import Box, hull
from tasks.read.pdf.heads import HEAD_WHITE
from tasks.read.pdf.lines import glyphs_to_cell_text
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import Phrase, Row, holds_figures, in_columns, is_about
from tasks.read.pdf.pieces import Piece, PieceCell, in_order

#: Rows of figures that have labels, at the least, and their share of all such rows.
FEWEST_LABELS = 3
MOSTLY = 0.8
#: A label is as high as the text of its row, but for this share of its size.
LEVEL = 0.3
#: Most lines of a paragraph are broader than this, in font sizes, and begin and end where the
#: others do, but for so many points.
BROADEST = 10.0
SAME_EDGE = 2.0


class Band(NamedTuple):
    """The heights between which a row of a table stands."""

    top: float
    bottom: float

    def holds(self, line: Row) -> bool:
        return self.top <= line.middle < self.bottom


def with_outside(
    piece: Piece, inside: Sequence[Row], outside: Sequence[Row], sheet: Sheet
) -> tuple[Piece, list[Phrase]]:
    """The piece with its labels and heads, if they stand outside, and these. `inside` are its
    lines, `outside` those in no table."""
    labels = _labels(piece, inside, outside)
    piece = _with_labels(piece, labels, sheet) if labels else piece
    heads = _heads(piece, inside, outside)
    piece = _with_heads(piece, heads, sheet) if heads else piece
    return piece, [*labels.values(), *(phrase for words in heads.values() for phrase in words)]


# --- labels at the left -----------------------------------------------------------------------


def _labels(piece: Piece, inside: Sequence[Row], outside: Sequence[Row]) -> Mapping[int, Phrase]:
    """The labels by their rows, none unless nearly each row with figures has one that is level
    with it."""
    bands = _bands(piece)
    labels: dict[int, Phrase] = {}
    for line in outside:
        beside = [phrase for phrase in line.phrases if phrase.box.x1 <= piece.box.x0]
        at = next((row for row, band in enumerate(bands) if band.holds(line)), None)
        if at is None or not beside:
            continue
        within = [other for other in inside if bands[at].holds(other)]
        reach = LEVEL * line.size
        level = not within or any(abs(one.middle - line.middle) <= reach for one in within)
        if at in labels or len(beside) > 1 or not level:
            return {}
        labels[at] = beside[0]
    if len(labels) < FEWEST_LABELS:
        return {}
    figured = {
        row
        for row, band in enumerate(bands)
        if any(line.n_figures for line in inside if band.holds(line))
    }
    enough = len(figured & labels.keys()) >= max(FEWEST_LABELS, MOSTLY * len(figured))
    return labels if enough and not _are_prose([*labels.values()]) else {}


def _bands(piece: Piece) -> list[Band]:
    """The rows from top to bottom; one in which no cell begins or ends holds nothing."""
    tops: dict[int, float] = {}
    bottoms: dict[int, float] = {}
    for cell in piece.cells:
        tops[cell.row] = min(cell.box.top, tops.get(cell.row, cell.box.top))
        last = cell.below - 1
        bottoms[last] = max(cell.box.bottom, bottoms.get(last, cell.box.bottom))
    return [
        Band(tops[row], bottoms[row]) if row in tops and row in bottoms else Band(0.0, 0.0)
        for row in range(piece.n_rows)
    ]


def _are_prose(labels: Sequence[Phrase]) -> bool:
    left = median(label.box.x0 for label in labels)
    right = median(label.box.x1 for label in labels)
    filled = [
        label
        for label in labels
        if abs(label.box.x0 - left) <= SAME_EDGE
        and abs(label.box.x1 - right) <= SAME_EDGE
        and label.box.width > BROADEST * max(glyph.size for glyph in label.glyphs)
    ]
    return any(label.is_prose for label in labels) or 2 * len(filled) > len(labels)


def _with_labels(piece: Piece, labels: Mapping[int, Phrase], sheet: Sheet) -> Piece:
    """The piece with its labels as the first column; blank where a row has none."""
    left, right = min(label.box.x0 for label in labels.values()), piece.xs[0]
    cells = [replace(cell, column=cell.column + 1) for cell in piece.cells]
    for row, (top, bottom) in enumerate(_bands(piece)):
        held = [labels[row]] if row in labels else []
        cells.append(_cell(row, 0, Box(left, top, right, bottom), held, sheet))
    return _grown(replace(piece, xs=(left, *piece.xs)), cells, labels.values(), sheet)


def _cell(row: int, column: int, box: Box, held: Sequence[Phrase], sheet: Sheet) -> PieceCell:
    where = sheet.where(box)
    text = glyphs_to_cell_text([glyph for phrase in held for glyph in phrase.glyphs], where)
    return PieceCell(row, column, 1, 1, box, where, text.text, text.doubts)


def _grown(piece: Piece, cells: list[PieceCell], phrases: Iterable[Phrase], sheet: Sheet) -> Piece:
    """The piece with these cells, and its box with these phrases in it."""
    box = hull([piece.box, *(phrase.box for phrase in phrases)])
    return replace(piece, box=box, where=sheet.where(box), cells=in_order(cells))


# --- heads above ------------------------------------------------------------------------------


def _heads(
    piece: Piece, inside: Sequence[Row], outside: Sequence[Row]
) -> Mapping[int, Sequence[Phrase]]:
    """The lines of heads by their columns, where figures begin right below the first line and
    each column of them has a head right above it; none elsewhere."""
    bottom = _bands(piece)[0].bottom
    if not any(holds_figures(line) for line in inside if line.middle < bottom):
        return {}
    heads: dict[int, list[Phrase]] = {}
    low = piece.box.top
    for line in reversed([line for line in outside if line.middle < low]):
        places = in_columns(line.phrases, piece.xs)
        far = low - line.box.bottom >= HEAD_WHITE * line.size
        if far or len(places) < len(line.phrases) or any(map(is_about, line.phrases)):
            break
        if places.keys() == {0} or (not heads and len(places) < 2):
            break  # a title
        for column, phrase in places.items():
            heads.setdefault(column, []).insert(0, phrase)
        low = line.box.top
    return heads if heads.keys() >= {*range(1, piece.n_columns)} else {}


def _with_heads(piece: Piece, heads: Mapping[int, Sequence[Phrase]], sheet: Sheet) -> Piece:
    """The piece with its heads as the first row; blank where a column has none."""
    phrases = [phrase for words in heads.values() for phrase in words]
    top, bottom = min(phrase.box.top for phrase in phrases), piece.box.top
    cells = [replace(cell, row=cell.row + 1) for cell in piece.cells]
    for column, (left, right) in enumerate(pairwise(piece.xs)):
        held = heads.get(column, ())
        cells.append(_cell(0, column, Box(left, top, right, bottom), held, sheet))
    return _grown(replace(piece, n_rows=piece.n_rows + 1), cells, phrases, sheet)
