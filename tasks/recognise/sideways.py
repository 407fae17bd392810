"""Table 四: one line of figures under a header of several rows, and the shapes it is turned into.

As printed, 15 columns; turned on its side (15 lines of one figure) in narrow pages; as a matrix
of three lines by five outcomes; in blocks, one below the other or each a table of its own. In a
sure grid all of these are one: a figure is what the labels over it and before it say. Where
labels are lost, or only the order of the cells is known, the figures must be all there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise

from tasks.forms.vocabulary import Edition
from tasks.model.document import Cell, Table
from tasks.model.report import Field, PlacedBy
from tasks.model.saying import Saying, say
from tasks.recognise.order import Padding, ends_in_doubt, pick
from tasks.recognise.place import SEVERAL, Placement, Spot, compared, place_rows
from tasks.recognise.rows import Row, Segment, filled, reach, seen_in
from tasks.says.amounts import looks_like_value
from tasks.says.labels import Labels
from tasks.says.vocabulary import OTHER, column_labels, row_labels

_UNTOLD = say("unreadable.columns_untold")
_MERGED_FIGURE = say("unreadable.merged_figure")
#: So many labels over a line of figures show that it is that of the form.
_FEWEST_LABELS = 10
#: A row, and the figures that it and those below it have for one line.
_Reading = tuple[Row, dict[Field, Spot]]


def place_sideways(segments: Sequence[Segment], edition: Edition) -> Placement:
    """Read the segments by their labels, else by their order, else as rows; the fullest reading
    wins, and of these the first."""
    rows = [row for segment in segments for row in segment.rows]
    sure = all(segment.table.columns_sure for segment in segments)
    readings = [_by_labels(segments, edition)] if sure else []
    if readings and _is_whole(readings[0]):
        return readings[0]
    if any(None in row.grid for row in rows):
        readings = []  # what stands where is in doubt
    kept = any(segment.blanks_kept for segment in segments)
    each = [_by_order(segment.rows, edition, blanks_kept=kept) for segment in segments]
    if whole := [reading for reading in each if _is_whole(reading)]:
        return compared(whole)
    readings.append(_by_order(rows, edition, blanks_kept=kept))
    if not any(_is_parted(row, edition) for row in rows):
        readings.append(place_rows(segments, edition))
    return max(readings, key=lambda reading: reading.readable)


def _is_whole(placement: Placement) -> bool:
    return placement.readable == placement.edition.n_fields


# By labels


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the labels over a column, or before a cell, come to; the last one counts."""

    line: str | None = None
    head: str | None = None
    #: The last label.
    cell: Cell | None = None
    #: A text that says nothing alone: the first half of a label that was cut in two.
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


_NOTHING = _Said()
#: grid column -> what stands over it
_Over = Mapping[int, _Said]


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
    words = _words(edition)
    over: _Over = {}
    table: Table | None = None
    #: line -> its readings, more than one where it stands in the document twice
    readings: dict[str, list[_Reading]] = {}
    unknown = []
    for segment in segments:
        bare = not any(words.match(cell.text) for row in segment.rows for cell in row.own)
        if not (bare and table and table.n_columns == segment.table.n_columns):
            over = {}
        table = segment.table
        for row in segment.rows:
            figures, over = _read(row, words, over)
            for where, spot in figures.items():
                _add(readings.setdefault(where[0], []), where, spot, row)
            if not figures and row.has_values() and any(words.match(c.text) for c in row.cells):
                unknown.append(row)
    said = {line: _only_said(found) for line, found in readings.items()}
    spots = {where: spot for found in said.values() for where, spot in found[0][1].items()}
    return Placement(
        edition=edition,
        spots=spots,
        doubled=tuple(
            (line, row, again) for line, found in said.items() for row, again in found[1:]
        ),
        unknown=tuple(unknown),
        rows={line: found[0][0] for line, found in said.items()},
    )


def _add(readings: list[_Reading], where: Field, spot: Spot, row: Row) -> None:
    """To the last reading, unless it has the field already."""
    if readings and where not in readings[-1][1]:
        readings[-1][1][where] = spot
    else:
        readings.append((row, {where: spot}))


def _only_said(readings: list[_Reading]) -> list[_Reading]:
    """Without rows of nothing but blanks, which a header left behind, unless there is no other."""
    return [one for one in readings if filled(one[0].own)] or readings[:1]


def _read(row: Row, words: _Words, over: _Over) -> tuple[dict[Field, Spot], _Over]:
    """The figures of a row by their fields, and what stands over the columns below it.

    A blank before a label of its row is none, nor is a text in a row of heads.
    """
    labels = {cell.column: word for cell in row.cells if (word := _word(cell, words, over))}
    n_heads = sum(word in words.head_ids for word in labels.values())
    has_values = row.has_values()
    last_label = max((cell.column for cell in row.own if cell.column in labels), default=-1)
    before = _NOTHING
    spots: dict[Field, Spot] = {}
    over = dict(over)
    for cell in row.cells:
        above = [over.get(at, _NOTHING) for at in reach(cell)]
        if word := labels.get(cell.column):
            before = before.then(word, cell, words.head_ids)
            if cell.row == row.index:
                heard = [said.then(word, cell, words.head_ids) for said in above]
                over |= dict(zip(reach(cell), heard, strict=True))
        elif cell.row < row.index:
            continue
        elif cell.text.strip():
            if has_values or n_heads == 1:
                _put(spots, row, cell, above, before)
            else:
                halved = replace(above[0], half=cell.text)
                over |= dict.fromkeys(reach(cell), halved)
        elif before.is_part() and not any(said.is_head() for said in above):
            # the label before it is merged over this one, or meant to be
            over |= dict.fromkeys(reach(cell), before)
        elif cell.column > last_label and (has_values or n_heads < 2):
            _put(spots, row, cell, above, before)
    return spots, over


def _word(cell: Cell, words: _Words, over: _Over) -> str | None:
    """What a label says, alone or as the second half of one."""
    half = over.get(cell.column, _NOTHING).half if cell.text.strip() else ""
    found = words.heads.match(half + cell.text) if half else None
    return words.match(cell.text) or (found.id if found else None)


def _put(
    spots: dict[Field, Spot], row: Row, cell: Cell, above: Sequence[_Said], before: _Said
) -> None:
    """The cell to each field that the labels over it and before it tell of."""
    # in the order of the columns, which a set has not
    told = dict.fromkeys(field for said in above if (field := _field(said, before)))
    for where in told:
        spot = Spot(table=row.table, cell=cell, trouble=_trouble(cell, above, told, before))
        spots[where] = _better(spots.get(where, spot), spot)


def _better(one: Spot, other: Spot) -> Spot:
    """Of two cells of a row for one field the one with a text in it."""
    texts = [spot for spot in (one, other) if spot.cell and spot.cell.text.strip()]
    if len(texts) > 1 and one is not other:
        return replace(one, trouble=SEVERAL)
    return texts[0] if texts else one


def _field(above: _Said, before: _Said) -> Field | None:
    """What two labels say together, one of the line and one of the outcome."""
    if (above.line and before.line) or (above.head and before.head):
        return None
    line, head = above.line or before.line, above.head or before.head
    return (line, head) if line and head else None


def _trouble(
    cell: Cell, above: Sequence[_Said], told: Mapping[Field, None], before: _Said
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


# By order


def _by_order(rows: Sequence[Row], edition: Edition, *, blanks_kept: bool) -> Placement:
    """All figures in the order of the form, where there is one for each field; lines with labels
    of their own are a matrix, which `place_rows` reads."""
    figures = [row for row in rows if row.has_values()] or _blank_figures(rows)
    if not figures or any(_is_labelled(row, edition) for row in figures):
        return Placement(edition=edition)
    header = [row for row in rows if row not in figures]
    fields = [(line.id, column.id) for line, column in edition.fields()]
    table = figures[0].table
    cells = [cell for row in figures for cell in _without_label(row)]
    chosen = pick(cells, len(fields), _padding(header))
    in_doubt = ends_in_doubt(chosen) and not (table.blanks_sure or blanks_kept)
    if not chosen or in_doubt or _are_disordered(header, edition):
        untold = Spot(table=table, cell=None, trouble=_UNTOLD, seen=seen_in(cells))
        spots = dict.fromkeys(fields, untold)
    else:
        labelled = not table.columns_sure or _n_labels(header, edition) >= _FEWEST_LABELS
        by = PlacedBy.LABEL if labelled else PlacedBy.ORDER
        spots = {
            where: Spot(table=table, cell=cell, by=by)
            for where, cell in zip(fields, chosen, strict=True)
        }
    lines = {line.id: figures[0] for line in edition.rows()}
    return Placement(edition=edition, spots=spots, rows=lines)


def _is_parted(row: Row, edition: Edition) -> bool:
    """Whether a row heads several lines side by side: each outcome stands there once a line."""
    heads = column_labels(edition.table, edition.edition)
    said = [found.id for cell in row.own if (found := heads.match(cell.text))]
    return len(said) > len(set(said))


def _is_labelled(row: Row, edition: Edition) -> bool:
    labels = row_labels(edition.table, edition.edition)
    return any(labels.match(cell.text) for cell in row.own if not looks_like_value(cell.text))


def _blank_figures(rows: Sequence[Row]) -> list[Row]:
    """The line of figures of a table in which all are blank: the first without any text
    under the labels, with a cell of its own in every column."""
    labelled = [at for at, row in enumerate(rows) if filled(row.own)]
    after = rows[labelled[-1] + 1 :] if labelled else []
    return [row for row in after if len(row.own) == row.table.n_columns][:1]


def _without_label(row: Row) -> Iterable[Cell]:
    """The cells of a line of figures from the first that is blank or a figure."""
    return dropwhile(lambda c: c.text.strip() and not looks_like_value(c.text), row.own)


def _padding(header: Sequence[Row]) -> Padding:
    """A blank before the figures is no cell of theirs, nor are those behind them where the rows
    above end in blanks, and none of them begins with one."""
    rows = [row.own for row in header if row.own]
    ends = any(not cells[-1].text.strip() for cells in rows)
    behind = ends and all(cells[0].text.strip() for cells in rows)
    return Padding(before=not behind, behind=behind)


def _are_disordered(header: Sequence[Row], edition: Edition) -> bool:
    """Whether the outcomes are printed in another order than the form's."""
    heads = column_labels(edition.table, edition.edition)
    order = [column.id for column in edition.blocks[0].columns]
    for row in header:
        said = [order.index(f.id) for cell in row.own if (f := heads.match(cell.text))]
        if any(after <= at and at != len(order) - 1 for at, after in pairwise(said)):
            return True
    return False


def _n_labels(header: Sequence[Row], edition: Edition) -> int:
    """How many labels of the form stand over the figures."""
    lines = row_labels(edition.table, edition.edition)
    heads = column_labels(edition.table, edition.edition)
    texts = [cell.text for row in header for cell in row.own]
    return sum(bool(lines.match(text) or heads.match(text)) for text in texts)
