"""Table 四: one line of figures under a header of several rows, and the shapes it is turned into.

As printed, 15 columns; turned on its side (15 lines of one figure) in narrow pages; as a matrix
of three lines by five outcomes; in blocks, one below the other or each a table of its own. In a
sure grid all of these are one: a figure is what the labels over it and before it say. Where
labels are lost, or only the order of the cells is known, the figures must be all there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tasks.forms.vocabulary import Edition
from tasks.model.document import Cell, Table
from tasks.model.report import PlacedBy
from tasks.model.saying import Saying, say
from tasks.recognise.blanks import ends_in_doubt
from tasks.recognise.place import Placement, Spot, Spots, compared, place_rows
from tasks.recognise.rows import Row, Segment, turned
from tasks.says.amounts import looks_like_value
from tasks.says.labels import Labels
from tasks.says.vocabulary import OTHER, column_labels, row_labels

_UNTOLD = say("unreadable.columns_untold")
_SEVERAL = say("unreadable.several")
_MERGED_FIGURE = say("unreadable.merged_figure")
#: (row id, column id)
_Field = tuple[str, str]


def place_sideways(segments: Sequence[Segment], edition: Edition) -> Placement:
    """Read the segments by their labels, else by their order, else turned; the fullest reading
    wins, and of these the first."""
    sure = all(segment.table.columns_sure for segment in segments)
    readings = [_by_labels(segments, edition)] if sure else []
    if readings and _is_whole(readings[0]):
        return readings[0]
    if any(None in row.grid for segment in segments for row in segment.rows):
        readings = []  # what stands where is in doubt
    kept = any(segment.blanks_kept for segment in segments)
    each = [_in_order(segment.rows, edition, blanks_kept=kept) for segment in segments]
    whole = [reading for reading in each if _is_whole(reading)]
    if whole:
        return compared(whole)
    rows = [row for segment in segments for row in segment.rows]
    readings.append(_in_order(rows, edition, blanks_kept=kept))
    if not any(_is_parted(row, edition) for segment in segments for row in segment.rows):
        readings.append(place_rows(segments, edition))
    if sure:
        readings += [
            _in_order(turned(segment).rows, edition, blanks_kept=kept) for segment in segments
        ]
    return max(readings, key=lambda reading: (reading.readable, reading.score))


def _is_whole(placement: Placement) -> bool:
    return placement.readable == len(list(placement.edition.fields()))


# By labels


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the labels over a column, or before a cell, come to; the last one counts."""

    line: str | None = None
    head: str | None = None
    #: The last label.
    cell: Cell | None = None
    #: The first half of a label that a page break cut in two.
    half: str = ""

    def is_part(self) -> bool:
        """Whether the last label is not one of an outcome."""
        return self.cell is not None and self.head is None

    def is_head(self) -> bool:
        """Whether an outcome stands over this, of whichever line."""
        return self.head is not None and self.line is None

    def then(self, id: str, cell: Cell, heads: frozenset[str]) -> _Said:
        if id in heads:
            return replace(self, head=id, cell=cell, half="")
        # another part of the table begins here
        return _Said(line=None if id == OTHER else id, cell=cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The labels of the table's lines and of their outcomes."""

    lines: Labels
    heads: Labels
    head_ids: frozenset[str]

    def match(self, text: str) -> str | None:
        found = self.lines.match(text) or self.heads.match(text)
        return found.id if found else None


def _words(edition: Edition) -> _Words:
    return _Words(
        lines=row_labels(edition.table, edition.edition),
        heads=column_labels(edition.table, edition.edition),
        head_ids=frozenset(column.id for column in edition.blocks[0].columns),
    )


def _by_labels(segments: Sequence[Segment], edition: Edition) -> Placement:
    """Each figure where the labels over it and before it say; of a line that stands twice the
    first reading."""
    placement = Placement(edition=edition)
    words = _words(edition)
    over: dict[int, _Said] = {}
    table: Table | None = None
    for segment in segments:
        bare = not any(words.match(cell.text) for row in segment.rows for cell in row.own)
        if not (bare and table and table.n_columns == segment.table.n_columns):
            over = {}
        table = segment.table
        #: line -> its readings, more than one where it stands here twice
        readings: dict[str, list[tuple[Row, Spots]]] = {}
        for row in segment.rows:
            figures = _figures_under(row, words, over)
            for where, spot in figures.items():
                _add(readings.setdefault(where[0], []), where, spot, row)
            if not figures and row.has_values() and any(words.match(c.text) for c in row.cells):
                placement.unknown.append(row)
        for line, found in readings.items():
            for row, spots in _only_said(found):
                if placement.spots.keys() & spots.keys():
                    placement.doubled.append((line, row, spots))
                else:
                    placement.spots.update(spots)
                    placement.rows.setdefault(line, row)
    placement.score = float(len(placement.spots))
    return placement


def _add(readings: list[tuple[Row, Spots]], where: _Field, spot: Spot, row: Row) -> None:
    """To the last reading, unless it has the field already."""
    if readings and where not in readings[-1][1]:
        readings[-1][1][where] = spot
    else:
        readings.append((row, {where: spot}))


def _only_said(readings: list[tuple[Row, Spots]]) -> list[tuple[Row, Spots]]:
    """Without rows of nothing but blanks, which a header left behind, unless there is no other."""
    said = [one for one in readings if any(cell.text.strip() for cell in one[0].own)]
    return said or readings[:1]


def _figures_under(row: Row, words: _Words, over: dict[int, _Said]) -> Spots:
    """The figures of a row by their fields; `over` takes up the labels of the row.

    A blank before a label of its row is none, nor is a text in a row of heads.
    """
    cells = row.cells
    labels = {id(cell): word for cell in cells if (word := _word(cell, words, over))}
    n_heads = sum(word in words.head_ids for word in labels.values())
    is_header = n_heads > 1 and not row.has_values()
    may_be_text = row.has_values() or n_heads == 1
    last_label = max((cell.column for cell in row.own if id(cell) in labels), default=-1)
    before = _Said()
    spots: Spots = {}
    for cell in cells:
        above = [over.get(at, _Said()) for at in _columns(cell)]
        if word := labels.get(id(cell)):
            before = before.then(word, cell, words.head_ids)
            if cell.row == row.index:
                over |= {
                    at: said.then(word, cell, words.head_ids)
                    for at, said in zip(_columns(cell), above, strict=True)
                }
        elif cell.row < row.index:
            continue
        elif not cell.text.strip() and before.is_part() and not any(s.is_head() for s in above):
            # the label before it is merged over this one, or meant to be
            over |= dict.fromkeys(_columns(cell), before)
        elif is_header or (cell.text.strip() and not n_heads and not row.has_values()):
            over |= {at: replace(over.get(at, _Said()), half=cell.text) for at in _columns(cell)}
        elif (
            (may_be_text or looks_like_value(cell.text)) if cell.text else cell.column > last_label
        ):
            # in the order of the columns, which a set has not
            told = dict.fromkeys(field for said in above if (field := _field(said, before)))
            for where in told:
                spot = Spot(table=row.table, cell=cell, trouble=_trouble(cell, above, told, before))
                spots[where] = _better(spots[where], spot) if where in spots else spot
    return spots


def _word(cell: Cell, words: _Words, over: Mapping[int, _Said]) -> str | None:
    """What a label says, alone or as the second half of one."""
    half = over.get(cell.column, _Said()).half
    joined = words.heads.match(half + cell.text) if half and cell.text.strip() else None
    return words.match(cell.text) or (joined.id if joined else None)


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.colspan)


def _field(above: _Said, before: _Said) -> _Field | None:
    """What two labels say together, one of the line and one of the outcome."""
    if (above.line and before.line) or (above.head and before.head):
        return None
    line, head = above.line or before.line, above.head or before.head
    return (line, head) if line and head else None


def _trouble(
    cell: Cell, above: Sequence[_Said], told: Mapping[_Field, None], before: _Said
) -> Saying | None:
    """Why a cell is not the figure of one field alone. A program that saved the table may have
    parted columns that no figure parts: then the lowest label reaches just as far."""
    if cell.rowspan > 1 and not before.head:
        return _MERGED_FIGURE
    if cell.colspan == 1 and len(told) == 1:
        return None
    lowest = {(said.cell.column, said.cell.colspan) for said in above if said.cell}
    alone = lowest == {(cell.column, cell.colspan)} or (not lowest and len(told) == 1)
    return None if alone else _MERGED_FIGURE


def _better(one: Spot, other: Spot) -> Spot:
    """Of two cells of a row for one field the one with a figure in it."""
    ranks = [_rank(spot) for spot in (one, other)]
    best = one if ranks[0] >= ranks[1] else other
    return replace(best, trouble=_SEVERAL) if ranks == [2, 2] else best


def _rank(spot: Spot) -> int:
    text = spot.cell.text if spot.cell else ""
    return 2 if looks_like_value(text) else 1 if text.strip() else 0


# By order


def _in_order(rows: Sequence[Row], edition: Edition, *, blanks_kept: bool) -> Placement:
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
    cells = [(row, cell) for row in figures for cell in _figures_of(row, len(fields))]
    filled = [(row, cell) for row, cell in cells if cell.text.strip()]
    if not sure and len(figures) == 1 and _ends_in_padding(cells, len(fields), header):
        cells = cells[: len(fields)]
    chosen = cells if len(cells) == len(fields) else filled
    if _disordered(header, edition):
        chosen = []
    if not (figures[0].table.blanks_sure or blanks_kept) and ends_in_doubt(
        [cell for _, cell in chosen]
    ):
        chosen = []
    placement.rows = {row.id: figures[0] for row in edition.rows()}
    if len(chosen) == len(fields):
        by = PlacedBy.LABEL if not sure or placement.score >= 10 else PlacedBy.ORDER
        placement.spots = {
            (line.id, column.id): Spot(table=row.table, cell=cell, by=by)
            for (line, column), (row, cell) in zip(fields, chosen, strict=True)
        }
        return placement
    seen = " ".join(cell.text for _, cell in filled)
    placement.spots = {
        (row.id, column.id): Spot(table=figures[0].table, cell=None, trouble=_UNTOLD, seen=seen)
        for row, column in fields
    }
    return placement


def _is_parted(row: Row, edition: Edition) -> bool:
    """Whether a row heads several lines side by side: each outcome stands there once a line."""
    heads = column_labels(edition.table, edition.edition)
    said = [found.id for cell in row.own if (found := heads.match(cell.text))]
    return len(said) > len(set(said))


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


def _figures_of(row: Row, most: int) -> tuple[Cell, ...]:
    """The cells of a line of figures, without a label before them; `most`: that there may be."""
    cells = row.own
    start = 0
    while (
        start < len(cells) and cells[start].text.strip() and not looks_like_value(cells[start].text)
    ):
        start += 1
    cells = cells[start:]
    more = len(cells) - most
    if more > 0 and not any(c.text.strip() for c in cells[:more]):
        # a blank before them, unless it is the first of them and the last is too much
        return cells[more:] if any(c.text.strip() for c in cells[-more:]) else cells
    return cells


def _ends_in_padding(cells: Sequence[tuple[Row, Cell]], n: int, header: Sequence[Row]) -> bool:
    """Whether a line is longer than n, and the rows above show that what is blank at their ends
    is padding."""
    rows = [row.own for row in header if row.own]
    padded = any(not row[-1].text.strip() for row in rows) and all(
        row[0].text.strip() for row in rows
    )
    return len(cells) > n and padded and not any(cell.text.strip() for _, cell in cells[n:])


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
