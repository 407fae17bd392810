"""Table 四: one line of figures under a header of several rows, and the shapes it is turned into.

As printed, 15 columns; turned on its side (15 lines of one figure) in narrow pages; or as a
matrix of three lines by five outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tasks.forms.vocabulary import Edition
from tasks.model.document import Cell, Table
from tasks.model.report import PlacedBy
from tasks.recognise.amounts import looks_like_value
from tasks.recognise.labels import Labels, key
from tasks.recognise.place import Placement, Spot, Spots, place_rows
from tasks.recognise.rows import Row, Segment, table_rows
from tasks.recognise.vocabulary import column_labels, row_labels

_UNTOLD = (
    "这一行的数与 15 栏对不上，不知道哪个数属于哪一栏",
    "the figures do not fill the 15 columns, so their columns cannot be told",
)


def place_sideways(segments: Sequence[Segment], edition: Edition) -> Placement:
    """Read the segments as printed, else turned, else as a matrix; the fullest reading wins."""
    each = [_place_printed(segment.rows, edition) for segment in segments]
    whole = [reading for reading in each if _is_whole(reading)]
    if whole:
        return _compared(whole)
    printed = _place_printed([row for segment in segments for row in segment.rows], edition)
    if _is_whole(printed):
        return printed
    readings = [printed, place_rows(segments, edition)]
    if all(segment.table.columns_sure for segment in segments):
        for segment in segments:
            turned = table_rows(_turned(segment.table))
            reading = _place_printed(turned, edition)
            readings.append(_turned_back(reading, segment.table))
    return max(readings, key=lambda reading: (_readable(reading), reading.score))


def _is_whole(placement: Placement) -> bool:
    return placement.found == len(list(placement.edition.rows())) and not any(
        spot.trouble for spot in placement.spots.values()
    )


def _compared(readings: Sequence[Placement]) -> Placement:
    """The first of several whole tables; the others are later readings of the same lines."""
    first = readings[0]
    for other in readings[1:]:
        for line, row in other.rows.items():
            spots = {field: spot for field, spot in other.spots.items() if field[0] == line}
            first.doubled.append((line, row, spots))
    return first


def _readable(placement: Placement) -> int:
    return sum(not spot.trouble for spot in placement.spots.values())


def _turned(table: Table) -> Table:
    cells = sorted(
        (
            Cell(
                text=cell.text,
                row=cell.column,
                column=cell.row,
                rowspan=cell.colspan,
                colspan=cell.rowspan,
                where=cell.where,
                doubts=cell.doubts,
            )
            for cell in table.cells
        ),
        key=lambda cell: (cell.row, cell.column),
    )
    return Table(
        id=table.id,
        n_rows=table.n_columns,
        n_columns=table.n_rows,
        cells=tuple(cells),
        where=table.where,
    )


def _turned_back(placement: Placement, table: Table) -> Placement:
    """The same reading with the cells of the table as it stands in the document."""
    at = {(cell.row, cell.column): cell for cell in table.cells}
    for field, spot in list(placement.spots.items()):
        cell = at[spot.cell.column, spot.cell.row] if spot.cell else None
        placement.spots[field] = Spot(
            table=table, cell=cell, by=spot.by, trouble=spot.trouble, seen=spot.seen
        )
    return placement


def _place_printed(rows: Sequence[Row], edition: Edition) -> Placement:
    placement = Placement(edition=edition)
    figures = [row for row in rows if row.has_values()] or _blank_figures(rows)
    if any(_labelled(row, edition) for row in figures):
        # lines with labels of their own: a matrix, which `place_rows` reads
        return Placement(edition=edition)
    header = [row for row in rows if row not in figures]
    placement.score = float(_header_score(header, edition))
    if not figures:
        return placement
    sure = figures[0].table.columns_sure
    fields = list(edition.fields())
    if len(figures) > 1 and sure:
        figures = _only_filled(figures)
    if sure and len(figures) == 1:
        spots = _under_paths(header, figures[0], edition)
        if spots:
            placement.spots = spots
            placement.rows = {row.id: figures[0] for row in edition.rows()}
            return placement
    cells = [cell for row in figures for cell in _figures_of(row)]
    filled = [cell for cell in cells if cell.text.strip()]
    if not sure and len(figures) == 1:
        cells = _without_padding(cells, len(fields), header)
    chosen = cells if len(cells) == len(fields) else filled
    if _disordered(header, edition):
        chosen = []
    placement.rows = {row.id: figures[0] for row in edition.rows()}
    if len(chosen) == len(fields):
        by = PlacedBy.LABEL if not sure or placement.score >= 10 else PlacedBy.ORDER
        placement.spots = {
            (row.id, column.id): Spot(table=figures[0].table, cell=cell, by=by)
            for (row, column), cell in zip(fields, chosen, strict=True)
        }
        return placement
    seen = " ".join(cell.text for cell in filled)
    placement.spots = {
        (row.id, column.id): Spot(table=figures[0].table, cell=None, trouble=_UNTOLD, seen=seen)
        for row, column in fields
    }
    return placement


def _labelled(row: Row, edition: Edition) -> bool:
    labels = row_labels(edition.table, edition.edition)
    return any(labels.match(cell.text) for cell in row.own if not looks_like_value(cell.text))


def _blank_figures(rows: Sequence[Row]) -> list[Row]:
    """The line of figures of a table in which all are blank: the first without any text
    under the labels, with a cell of its own in every column."""
    labelled = [i for i, row in enumerate(rows) if any(cell.text.strip() for cell in row.own)]
    after = rows[labelled[-1] + 1 :] if labelled else []
    return [row for row in after if len(row.own) == row.table.n_columns][:1]


def _only_filled(figures: list[Row]) -> list[Row]:
    """Without rows of nothing but blanks, unless there is no other."""
    filled = [row for row in figures if any(cell.text.strip() for cell in row.own)]
    return filled or figures[:1]


def _figures_of(row: Row) -> tuple[Cell, ...]:
    """The cells of a line of figures, without a label before them."""
    cells = row.own
    start = 0
    while (
        start < len(cells) and cells[start].text.strip() and not looks_like_value(cells[start].text)
    ):
        start += 1
    return cells[start:]


def _without_padding(cells: list[Cell], n: int, header: Sequence[Row]) -> list[Cell]:
    """The first n cells of a longer line whose others are blank, where the rows above show that
    padding stands at their ends."""
    rows = [row.own for row in header if row.own]
    padded = any(not row[-1].text.strip() for row in rows) and all(
        row[0].text.strip() for row in rows
    )
    if len(cells) > n and padded and not any(cell.text.strip() for cell in cells[n:]):
        return cells[:n]
    return cells


def _disordered(header: Sequence[Row], edition: Edition) -> bool:
    """Whether the outcomes are printed in another order than the form's."""
    leaves = column_labels(edition.table, edition.edition)
    order = [column.id for column in edition.blocks[0].columns]
    for row in header:
        said = [found.id for cell in row.own if (found := leaves.match(cell.text))]
        steps = ((order.index(a), order.index(b)) for a, b in pairwise(said))
        if any(after <= before and before != len(order) - 1 for before, after in steps):
            return True
    return False


def _header_score(header: Sequence[Row], edition: Edition) -> int:
    rows = row_labels(edition.table, edition.edition)
    columns = column_labels(edition.table, edition.edition)
    return sum(
        bool(rows.match(cell.text) or columns.match(cell.text))
        for row in header
        for cell in row.own
    )


def _under_paths(header: Sequence[Row], figures: Row, edition: Edition) -> Spots | None:
    """Place each figure by the labels over it; None unless every field is found once."""
    groups = row_labels(edition.table, edition.edition)
    leaves = column_labels(edition.table, edition.edition)
    spots: Spots = {}
    for cell in figures.own:
        paths = [
            _path(header, at, figures) for at in range(cell.column, cell.column + cell.colspan)
        ]
        found = {(_group_of(path, groups), _leaf_of(path, leaves)) for path in paths}
        told = [(group, leaf) for group, leaf in found if group and leaf]
        # a program that saved the table may have parted columns that no figure parts
        apart = cell.colspan == 1 or _stands_alone(header, cell, figures)
        if (apart and len(told) > 1) or any(field in spots for field in told):
            return None
        trouble = None if apart else _MERGED_FIGURE
        for field in told:
            spots[field] = Spot(table=figures.table, cell=cell, trouble=trouble)
    wanted = {(row.id, column.id) for row, column in edition.fields()}
    if set(spots) != wanted:
        return None
    return {(row.id, column.id): spots[row.id, column.id] for row, column in edition.fields()}


def _leaf_of(path: Sequence[str], leaves: Labels) -> str | None:
    """The outcome that a path ends on; a page break may have cut its label in two."""
    halves = ["".join(path[-2:])] if len(path) > 1 else []
    said = [*reversed(path), *halves]
    return next((found.id for text in said if (found := leaves.match(text))), None)


def _group_of(path: Sequence[str], groups: Labels) -> str | None:
    for text in reversed(path):
        if (found := groups.match(text)) and not found.id.startswith(":"):
            return found.id
    return None


def _stands_alone(header: Sequence[Row], figure: Cell, figures: Row) -> bool:
    """Whether the lowest label over a figure reaches over just the columns that the figure
    takes."""
    over: dict[int, Cell] = {}
    for row in header:
        if row.table is figures.table and row.index > figures.index:
            continue
        for column in range(figure.column, figure.column + figure.colspan):
            cell = row.grid[column] if column < len(row.grid) else None
            if cell is not None and key(cell.text):
                over[column] = cell
    heads = list(over.values())
    return len(over) == figure.colspan and all(
        (head.column, head.colspan) == (figure.column, figure.colspan) for head in heads
    )


_MERGED_FIGURE = ("这一格与相邻的格合并了", "the cell is merged with its neighbours")


def _path(header: Sequence[Row], column: int, figures: Row) -> list[str]:
    """The texts over a column, outermost first, each spanning cell once."""
    path: dict[int, str] = {}
    for row in header:
        if row.table is figures.table and row.index > figures.index:
            continue
        if column < len(row.grid) and (cell := row.grid[column]) is not None and key(cell.text):
            path[id(cell)] = cell.text
    return list(path.values())
