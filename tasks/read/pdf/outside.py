"""Labels of rows that stand left of a table with lines, outside of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from tasks.model.box import Box, hull
from tasks.read.pdf.lines import glyphs_to_cell_text
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import Phrase, Row
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


def labels_outside(
    piece: Piece, inside: Sequence[Row], outside: Sequence[Row]
) -> Mapping[int, Phrase]:
    """The labels by their rows, none unless nearly each row with figures has one that is level
    with it. `inside` are the lines of the piece, `outside` those in no table."""
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


def with_labels(piece: Piece, labels: Mapping[int, Phrase], sheet: Sheet) -> Piece:
    """The piece with its labels as the first column; blank where a row has none."""
    left, right = min(label.box.x0 for label in labels.values()), piece.xs[0]
    cells = [replace(cell, column=cell.column + 1) for cell in piece.cells]
    for row, (top, bottom) in enumerate(_bands(piece)):
        box = Box(left, top, right, bottom)
        where = sheet.where(box)
        text = glyphs_to_cell_text(labels[row].glyphs if row in labels else (), where)
        cells.append(PieceCell(row, 0, 1, 1, box, where, text.text, text.doubts))
    box = hull([piece.box, *(label.box for label in labels.values())])
    return replace(
        piece, box=box, where=sheet.where(box), xs=(left, *piece.xs), cells=in_order(cells)
    )
