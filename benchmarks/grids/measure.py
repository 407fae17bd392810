"""The adjacency relations of Göbel, Hassan, Oro, Orsi (2012, 2013), by which grids are compared.

A relation is a pair of neighbouring cells that hold text, to the right or below; blank cells
are passed over, and a pair counts once however many rows or columns its cells share. Captions,
notes and sources are no cells. Precision and recall are taken a page at a time, over all its
tables together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell at its upper left position."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1


Grid = Sequence[GridCell]
Relation = tuple[str, str, str]


def normal(text: str) -> str:
    """Text without what readers differ in: spaces, leaders, forms of a character."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[.·]{4,}", "", "".join(text.split()))
    return text.casefold()


def relations(grid: Grid) -> Counter[Relation]:
    """Each cell that holds text with its next such neighbours to the right and below."""
    at: dict[tuple[int, int], GridCell] = {}
    for cell in grid:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                at[row, column] = cell
    n_rows = max((row for row, _ in at), default=-1) + 1
    n_columns = max((column for _, column in at), default=-1) + 1
    found: set[tuple[GridCell, GridCell, str]] = set()
    for cell in grid:
        if not normal(cell.text):
            continue
        for row in range(cell.row, cell.row + cell.rowspan):
            right = ((row, column) for column in range(cell.column + cell.colspan, n_columns))
            _add(found, cell, right, at, "right")
        for column in range(cell.column, cell.column + cell.colspan):
            below = ((row, column) for row in range(cell.row + cell.rowspan, n_rows))
            _add(found, cell, below, at, "below")
    return Counter((normal(one.text), normal(other.text), way) for one, other, way in found)


def _add(
    found: set[tuple[GridCell, GridCell, str]],
    cell: GridCell,
    places: Iterable[tuple[int, int]],
    at: dict[tuple[int, int], GridCell],
    way: str,
) -> None:
    for place in places:
        other = at.get(place)
        if other is not None and normal(other.text):
            found.add((cell, other, way))
            return


@dataclass(slots=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score(truth: Sequence[Grid], found: Sequence[Grid]) -> Score:
    """Relations of all tables of a document together."""
    expected: Counter[Relation] = Counter()
    actual: Counter[Relation] = Counter()
    for grid in truth:
        expected += relations(grid)
    for grid in found:
        actual += relations(grid)
    right = sum((expected & actual).values())
    n_expected, n_actual = sum(expected.values()), sum(actual.values())
    if not n_expected:
        return Score(0.0 if n_actual else 1.0, 1.0)
    return Score(right / n_actual if n_actual else 0.0, right / n_expected)
