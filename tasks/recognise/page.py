"""What stands on a page without lines -> tables of the form, by the labels around it.

    runs of text with their places
      | areas.py     heads side by side, and what stands below them
      | labels       left of the heads: rows, and the groups that they belong to  (whole.py)
      | candidates   each figure with the heads above it and the labels beside it
      v
    a table with a cell for each row and head, blank where nothing stands

A reader that knows no labels needs figures to find columns by, and most cells of these
tables are blank. The labels of the form are always there, and a figure stands under one and
beside another. One that may be under two or beside two becomes a cell that spans both, and so
is neither's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.box import Box
from tasks.model.document import Block, Cell, Document, Paragraph, Table, TextRun, Where
from tasks.recognise.areas import Area, Heads, areas, heads_above, is_number, says_row
from tasks.recognise.whole import (
    LINE_GAP,
    Text,
    around,
    line_height,
    runs_to_texts,
    share,
    with_next_lines,
)
from tasks.says.amounts import looks_like_value
from tasks.says.labels import key
from tasks.says.vocabulary import OTHER

#: No table of the form has so many texts.
_MOST_RUNS = 3000


class Side(Enum):
    """Where the figures stand in their columns."""

    LEFT = 0
    CENTRE = 1
    RIGHT = 2


def with_table(document: Document, table: str, side: Side | None = None) -> Document | None:
    """The document with a table of the form made of the runs that it stands in, in the place
    of what the reader made of them; None where no such table stands there.

    `side`: where figures stand in the columns of other tables, if this one does not show it.
    """
    sound = (one for one in areas(document.runs, table) if len(one.runs) <= _MOST_RUNS)
    laid = [layout for area in sound if (layout := _lay_out(area, side))]
    fullest = max(laid, key=lambda layout: layout.n_said, default=None)
    return _in_place(document, _to_table(fullest)) if fullest else None


def side_of(document: Document) -> Side | None:
    """Where figures stand in the columns of the document's tables without lines; None where
    too few figures show it."""
    for table in FORM.tables:
        for area in areas(document.runs, table):
            _, runs = _labels_and_figures(area)
            side = _side_of_figures([Text.of(run.text, (run,)) for run in runs], area.heads)
            if side is not None and len(runs) >= _FEWEST_FIGURES:
                return side
    return None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row by its label, or by figures that stand beside none."""

    #: Its label, or the first of its figures.
    text: Text
    is_labelled: bool
    heads: Heads
    #: Labels left of its own: of the group that it belongs to.
    groups: tuple[Text, ...] = ()

    @property
    def says(self) -> str | None:
        return self.text.says if self.is_labelled else None

    @property
    def page(self) -> int | None:
        return self.text.runs[0].where.page


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A figure, and what it may belong to: one row and one head where it is sure."""

    figure: Text
    #: Numbers of rows, from top to bottom; at least one.
    rows: tuple[int, ...]
    #: Numbers of heads among those over it, from left to right; at least one.
    heads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """All that makes a table."""

    #: From the first page to the last.
    rows: tuple[_Row, ...]
    candidates: tuple[_Candidate, ...]
    #: Columns of labels left of the figures: that of the group and that of the row, or none.
    n_labels: int
    #: How many labels of the form it is made by.
    n_said: int


def _lay_out(area: Area, fallback: Side | None) -> _Layout | None:
    """None where the labels are too few or not as the form has them."""
    edition = FORM.of(area.table)[0]
    if edition.sideways and len(area.heads[0].columns) == edition.n_fields:
        return _on_its_side(area, fallback)
    return _upright(area, fallback)


def _upright(area: Area, fallback: Side | None) -> _Layout | None:
    """A table whose rows are rows of the form."""
    labels, runs = _labels_and_figures(area)
    labelled = _rows(labels, area.heads)
    said = {row.says for row in labelled if row.says}
    if len(said) < FORM.evidence[area.table].rows:
        return None
    figures = _figures(_without_titles(runs, area.table))
    side = _side_of_figures(figures, area.heads) or fallback
    rows = [*labelled, *_unlabelled(figures, labelled, area.heads)]
    rows.sort(key=lambda row: (row.text.sheet, row.text.middle[1]))
    candidates = [
        _Candidate(figure, beside, _heads_over(figure, rows[beside[0]].heads, side))
        for figure in figures
        if (beside := _rows_beside(figure, rows))
    ]
    return _Layout(tuple(rows), _with_lost_labels(rows, candidates), 2, len(said))


def _on_its_side(area: Area, fallback: Side | None) -> _Layout | None:
    """One line of figures below the columns of the form, which stand once for each of its rows."""
    heads, block = area.heads[0], FORM.of(area.table)[0].blocks[0]
    once = [column.id for column in block.columns]
    groups = _over_columns(heads, [row.id for row in block.rows], area.table)
    figures = _figures(area.runs)
    if groups is None or [head.says for head in heads.columns] != once * len(block.rows):
        return None
    if not all(_is_level(one, two) for one, two in pairwise(figures)):
        return None
    side = _side_of_figures(figures, [heads]) or fallback
    row = _Row(heads.columns[0], False, replace(heads, others=groups))
    candidates = [_Candidate(figure, (0,), _heads_over(figure, heads, side)) for figure in figures]
    return _Layout((row,), tuple(candidates), 0, len(heads.columns))


def _over_columns(heads: Heads, rows: Sequence[str], table: str) -> tuple[Text, ...] | None:
    """The label of each row, which stands over its share of the heads; None where one does not."""
    n = len(heads.columns) // len(rows)
    found: list[Text] = []
    for at, row in enumerate(rows):
        left, right = heads.columns[at * n].box.x0, heads.columns[at * n + n - 1].box.x1
        over = [text for text in heads.others if left <= text.middle[0] <= right]
        own = [text for text in over if (says_row(text.text, table) or ("",))[0] == row]
        if len(own) != 1:
            return None
        found += own
    return tuple(found)


# Rows

#: How far from the lines of a label a figure of its row may stand, in heights of a line.
_OFF_LINE = 0.45
#: Of two labels level with a figure one is nearer if its middle is by so much, likewise.
_NEARER = 0.5
#: Figures are level if their middles are nearer than this, likewise.
_LEVEL = 0.5
#: A label ends left of another that stands beside it, but for so many points.
_OVERLAP = 2.0


def _labels_and_figures(area: Area) -> tuple[list[Text], list[TextRun]]:
    """What stands left of the heads, as labels, and what stands under them or belongs there.

    A figure may stand left of the middle of the first head: then words stand before it, or none
    at its height. Words behind it make it the number of a label.
    """
    left: list[TextRun] = []
    under: list[TextRun] = []
    for run in area.runs:
        heads = heads_above(run.sheet, run.box.middle[1], area.heads)
        if heads is not None:
            is_left = run.box.middle[0] < heads.middles[0]
            (left if is_left else under).append(run)
    words = [run for run in left if not looks_like_value(run.text)]
    rest: list[TextRun] = []
    for run in left:
        (under if _is_figure(run, words) else rest).append(run)
    texts = _row_texts(rest, area.table)
    edge = max((text.box.x1 for text in texts if text.says not in (None, OTHER)), default=0.0)
    # what begins right of all labels is no label, whatever it says
    under += [run for text in texts if text.box.x0 > edge for run in text.runs]
    labels = [text for text in texts if text.box.x0 <= edge and not looks_like_value(text.text)]
    return labels, under


def _is_figure(run: TextRun, words: Sequence[TextRun]) -> bool:
    """Whether something among the labels is none, nor the number of one."""
    middle, reach = run.box.middle, _OFF_LINE * line_height(run)
    level = [
        word
        for word in words
        if word.sheet == run.sheet and word.box.top - reach < middle[1] < word.box.bottom + reach
    ]
    if not level:
        return is_number(run.text)  # no sign of a label that is set vertically: 三
    behind = any(word.box.x1 >= middle[0] for word in level)
    return looks_like_value(run.text) and not behind


def _row_texts(runs: Sequence[TextRun], table: str) -> list[Text]:
    return runs_to_texts(runs, lambda text: says_row(text, table), table)


def _rows(labels: Sequence[Text], heads: Sequence[Heads]) -> list[_Row]:
    """Rows by their labels, each group's label with the row that is nearest."""
    rows: list[_Row] = []
    groups: list[Text] = []
    for text in labels:
        over = heads_above(text.sheet, text.middle[1], heads)
        if text.says == OTHER or _stands_left(text, labels):
            groups.append(text)
        elif over is not None:
            rows.append(_Row(text, True, over))
    for group in groups:
        away = {
            n: abs(row.text.middle[1] - group.middle[1])
            for n, row in enumerate(rows)
            if row.text.sheet == group.sheet
        }
        if away:
            nearest = min(away, key=lambda n: away[n])
            rows[nearest] = replace(rows[nearest], groups=(*rows[nearest].groups, group))
    return rows


def _stands_left(text: Text, labels: Sequence[Text]) -> bool:
    """Whether another label stands level with it, to its right."""
    _, top, x1, bottom = text.box
    return any(
        other is not text
        and other.sheet == text.sheet
        and other.box.x0 >= x1 - _OVERLAP
        and other.box.top < bottom
        and top < other.box.bottom
        for other in labels
    )


def _unlabelled(
    figures: Sequence[Text], labelled: Sequence[_Row], heads: Sequence[Heads]
) -> list[_Row]:
    """The rows of figures that stand beside no label."""
    rows: list[_Row] = []
    for figure in figures:
        over = heads_above(figure.sheet, figure.middle[1], heads)
        if over is not None and not _rows_beside(figure, [*labelled, *rows]):
            rows.append(_Row(figure, False, over))
    return rows


def _rows_beside(figure: Text, rows: Sequence[_Row]) -> tuple[int, ...]:
    """The row whose label stands level with a figure, several where no one is nearest; else the
    row of figures without a label at its height; none where there is none."""
    middle, reach = figure.middle[1], _OFF_LINE * figure.height
    away: dict[int, float] = {}
    for n, row in enumerate(rows):
        levels = row.text.levels(figure.sheet) if row.is_labelled else None
        if levels and levels[0] - reach <= middle <= levels[1] + reach:
            away[n] = abs(sum(levels) / 2 - middle)
    if not away:
        loose = (n for n, row in enumerate(rows) if not row.is_labelled)
        return tuple(n for n in loose if _is_level(figure, rows[n].text))[:1]
    nearest = min(away, key=lambda n: away[n])
    near = away[nearest] + _NEARER * figure.height
    beside = (n for n in sorted(away) if rows[n].heads is rows[nearest].heads)
    return tuple(n for n in beside if n == nearest or away[n] <= near)


def _is_level(figure: Text, other: Text) -> bool:
    away = abs(figure.middle[1] - other.middle[1])
    return figure.sheet == other.sheet and away < _LEVEL * figure.height


def _with_lost_labels(
    rows: Sequence[_Row], candidates: Sequence[_Candidate]
) -> tuple[_Candidate, ...]:
    """Figures beside a text that says no row, or beside none, or two in one column, may be
    those of a row above or below that has none: then they may belong to both."""
    stands = Counter((row, one.heads) for one in candidates for row in one.rows)
    filled = {row for row, _ in stands}
    doubled = {row for (row, _), times in stands.items() if times > 1}
    downwards = list(pairwise(range(len(rows))))
    near: dict[int, int] = {}
    for one, two in [*downwards, *((two, one) for one, two in downwards)]:
        is_strange = rows[one].says is None or one in doubled
        is_bare = rows[two].says is not None and two not in filled
        if is_strange and is_bare and one in filled and _may_be_one(rows[one], rows[two]):
            near[one] = two
    return tuple(
        replace(one, rows=tuple(sorted({*one.rows, *(near[n] for n in one.rows if n in near)})))
        for one in candidates
    )


def _may_be_one(one: _Row, two: _Row) -> bool:
    """Whether they may be lines of one row: cut by the page break, or with less white between
    them than labels of two rows have."""
    if one.heads is not two.heads:
        return False
    upper, lower = sorted((one.text, two.text), key=lambda text: (text.sheet, text.box.top))
    cut = upper.sheet != lower.sheet
    return cut or lower.box.top - upper.box.bottom < LINE_GAP * upper.height


# Figures


def _without_titles(runs: Sequence[TextRun], table: str) -> list[TextRun]:
    """Without the title of a block whose heads are on the next page."""
    words = [run for run in runs if not looks_like_value(run.text)]
    titles = [text for text in _row_texts(words, table) if text.says == OTHER]
    places = {(run.sheet, run.box) for text in titles for run in text.runs}
    return [run for run in runs if (run.sheet, run.box) not in places]


def _figures(runs: Sequence[TextRun]) -> list[Text]:
    """Figures, those with a remark on the lines below as one."""

    def goes_on(text: Text, below: Text) -> bool:
        last, run = text.runs[-1], below.runs[0]
        gap = run.box.top - last.box.bottom
        if not 0 <= gap + line_height(last) / 2 < LINE_GAP * text.height:
            return False
        if run.sheet != last.sheet or share(run, last) <= 0:
            return False
        return not (looks_like_value(text.text) and looks_like_value(run.text))

    return with_next_lines((Text.of(run.text, (run,)) for run in runs), goes_on)


# Heads

#: A figure is under the middle of its head within this share of the way to the next; where
#: most are, one may stand further off.
_CENTRED = 0.2
_MOSTLY = 0.9
_OFF_HEAD = 0.4
#: So many figures show at which side of their columns they stand.
_FEWEST_FIGURES = 8
#: Edges nearer than this, in points, stand at one place.
_ONE_PLACE = 1.5
#: A text reaches into the next column if it does by more points.
_REACHES_OVER = 1.0
#: A figure at one side of its column does not end at the middle of a head, in heights of a line.
_AT_MIDDLE = 0.3


def _side_of_figures(figures: Sequence[Text], heads: Sequence[Heads]) -> Side | None:
    """None where that cannot be told."""
    over = ((figure, heads_above(figure.sheet, figure.middle[1], heads)) for figure in figures)
    beside = [(figure, one.middles) for figure, one in over if one and len(one.columns) > 1]
    off = [_nearest(figure.middle[0], middles)[2] for figure, middles in beside]
    if sum(one <= _CENTRED for one in off) >= _MOSTLY * len(off):
        return Side.CENTRE
    left, right = (_n_places([figure.box[n] for figure, _ in beside]) for n in (0, 2))
    if left != right:
        return Side.LEFT if left < right else Side.RIGHT
    # alike where all figures have one digit: what stands outside of all heads tells
    before = any(figure.middle[0] < middles[0] for figure, middles in beside)
    behind = any(figure.middle[0] > middles[-1] for figure, middles in beside)
    if before == behind:
        return None
    return Side.LEFT if before else Side.RIGHT


def _n_places(edges: Sequence[float]) -> int:
    """At how many places edges stand; those a hair apart are one."""
    ordered = sorted(edges)
    return sum(after - before > _ONE_PLACE for before, after in pairwise(ordered)) + bool(ordered)


def _nearest(x: float, middles: Sequence[float]) -> tuple[int, int, float]:
    """The head whose middle is nearest, the next one in the direction of x, and how far x is
    off the first, in shares of the way to the second. There are two heads at least."""
    numbers = range(len(middles))
    at = min(numbers, key=lambda n: abs(middles[n] - x))
    step = 1 if x > middles[at] else -1
    beside = at + step if at + step in numbers else at - step
    return at, beside, abs(x - middles[at]) / max(abs(middles[beside] - middles[at]), 1.0)


def _heads_over(figure: Text, heads: Heads, side: Side | None) -> tuple[int, ...]:
    """The number of the head that a figure stands under; several where it stands between."""
    columns, middles = heads.columns, heads.middles
    if len(columns) == 1:
        return (0,)
    if side in (Side.LEFT, Side.RIGHT):
        return _heads_beside(figure, middles, side)
    x0, _, x1, _ = figure.box
    edges = [(left.box.x1 + right.box.x0) / 2 for left, right in pairwise(columns)]
    first = sum(edge <= x0 + _REACHES_OVER for edge in edges)
    last = sum(edge < x1 - _REACHES_OVER for edge in edges)
    if first < last:
        return tuple(range(first, last + 1))
    at, beside, off = _nearest(figure.middle[0], middles)
    reach = _OFF_HEAD if side else _CENTRED
    return (at,) if off <= reach else (min(at, beside), max(at, beside))


def _heads_beside(figure: Text, middles: Sequence[float], side: Side) -> tuple[int, ...]:
    """Figures that stand at one side of their columns end between the middle of their own head
    and that of the next on that side."""
    x = figure.box.x0 if side is Side.LEFT else figure.box.x1
    if x < 2 * middles[0] - middles[1] or x > 2 * middles[-1] - middles[-2]:
        return tuple(range(len(middles)))  # further out than any column of these heads reaches
    doubt = _AT_MIDDLE * figure.height
    edges, ends = (
        (middles[:-1], (x - doubt, x)) if side is Side.LEFT else (middles[1:], (x, x + doubt))
    )
    first, last = (sum(edge < end for edge in edges) for end in ends)
    return tuple(range(first, last + 1))


# To a table


@dataclass(frozen=True, slots=True)
class _Spot:
    """Rows and columns of a grid that some figures share."""

    rows: range
    columns: range
    figures: tuple[Text, ...]

    def cells(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row in self.rows for column in self.columns)


def _to_table(layout: _Layout) -> Table:
    rows, n_labels = layout.rows, layout.n_labels
    width = n_labels + max(len(row.heads.columns) for row in rows)
    lines: list[list[Cell]] = []
    #: Of each row, the number of its line in the grid.
    at: list[int] = []
    for number, row in enumerate(rows):
        if number == 0 or row.heads is not rows[number - 1].heads:
            lines += _head_lines(row.heads, n_labels, width)
        at.append(len(lines))
        lines.append(_label_cells(row, n_labels))
    spots = _apart(_spot(one, at, n_labels) for one in layout.candidates)
    taken = {cell for spot in spots for cell in spot.cells()}
    cells = [replace(cell, row=number) for number, line in enumerate(lines) for cell in line]
    cells += map(_figure_cell, spots)
    for row, number in zip(rows, at, strict=True):
        columns = range(n_labels, n_labels + len(row.heads.columns))
        free = [column for column in columns if (number, column) not in taken]
        place = Where(page=row.page)
        cells += [Cell(text="", row=number, column=column, where=place) for column in free]
    return Table(
        id="",
        n_rows=len(lines),
        n_columns=width,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        where=Where(page=rows[0].heads.page),
    )


def _spot(candidate: _Candidate, at: Sequence[int], n_labels: int) -> _Spot:
    rows = range(at[candidate.rows[0]], at[candidate.rows[-1]] + 1)
    columns = range(n_labels + candidate.heads[0], n_labels + candidate.heads[-1] + 1)
    return _Spot(rows, columns, (candidate.figure,))


def _apart(spots: Iterable[_Spot]) -> list[_Spot]:
    """The spots, those that share a cell made one."""
    owners: dict[tuple[int, int], _Spot] = {}
    for spot in spots:
        met: list[_Spot] = []
        whole = spot
        while more := {owners[cell] for cell in whole.cells() if cell in owners}.difference(met):
            met += more
            whole = _around([spot, *met])
        owners.update(dict.fromkeys(whole.cells(), whole))
    return list(dict.fromkeys(owners.values()))


def _around(spots: Sequence[_Spot]) -> _Spot:
    def whole(ranges: Sequence[range]) -> range:
        return range(min(one.start for one in ranges), max(one.stop for one in ranges))

    figures = tuple(figure for spot in spots for figure in spot.figures)
    return _Spot(whole([one.rows for one in spots]), whole([one.columns for one in spots]), figures)


def _figure_cell(spot: _Spot) -> Cell:
    figures = sorted(spot.figures, key=lambda figure: (figure.sheet, figure.box.top, figure.box.x0))
    cell = replace(_cell(figures, spot.columns.start), row=spot.rows.start)
    return replace(cell, rowspan=len(spot.rows), colspan=len(spot.columns))


def _head_lines(heads: Heads, n_labels: int, width: int) -> list[list[Cell]]:
    """What stands over the heads and left of them, and the heads."""
    lines: list[list[Cell]] = []
    if n_labels == 0:
        n = width // len(heads.others)
        lines = [[_cell((text,), at * n, n) for at, text in enumerate(heads.others)]]
    elif heads.others:
        edge = heads.columns[0].box.x0
        left = [text for text in heads.others if text.middle[0] < edge]
        over = [text for text in heads.others if text.middle[0] >= edge]
        lines = [[_cell(left, 0, n_labels), _cell(over, n_labels, width - n_labels)]]
    corner = [_cell((), 0, n_labels)] if n_labels else []
    columns = [_cell((head,), n_labels + n) for n, head in enumerate(heads.columns)]
    return [*lines, [*corner, *columns]]


def _label_cells(row: _Row, n_labels: int) -> list[Cell]:
    label = [row.text] if row.is_labelled else []
    if row.groups:
        return [_cell(row.groups, 0), _cell(label, 1, n_labels - 1)]
    return [_cell(label, 0, n_labels)] if n_labels else []


def _cell(texts: Sequence[Text], column: int, colspan: int = 1) -> Cell:
    """In the first row."""
    runs = [run for text in texts for run in text.runs]
    return Cell(
        text=" ".join(text.text for text in texts),
        row=0,
        column=column,
        colspan=colspan,
        where=around(runs),
        doubts=tuple(doubt for run in runs for doubt in run.doubts),
    )


# Into the document


def _in_place(document: Document, table: Table) -> Document:
    """The table where the first of its texts stood, and nothing of it twice."""
    standing = _Standing(document.runs)
    gone = _Standing([run for cell in table.cells for run in standing.within(cell.where)])
    blocks: list[Block] = []
    put = False
    for block in document.blocks:
        rest = _without(block, gone)
        if rest is not block and not put:
            blocks.append(table)
            put = True
        if rest is not None:
            blocks.append(rest)
    if not put:
        blocks.append(table)
    return replace(document, blocks=tuple(_numbered(blocks)))


class _Standing:
    """Runs by the places of their middles."""

    def __init__(self, runs: Iterable[TextRun]) -> None:
        by_page: dict[int | None, list[tuple[float, float, TextRun]]] = {}
        for run in runs:
            if run.where.box:
                x, y = Box(*run.where.box).middle
                by_page.setdefault(run.where.page, []).append((y, x, run))
        #: From top to bottom.
        self._pages = {page: sorted(at, key=_height) for page, at in by_page.items()}

    def within(self, where: Where) -> list[TextRun]:
        """The runs whose middles are there; none where no place is known."""
        if where.box is None or where.page not in self._pages:
            return []
        box = Box(*where.box)
        page = self._pages[where.page]
        first = bisect_left(page, box.top, key=_height)
        last = bisect_right(page, box.bottom, first, key=_height)
        return [run for _, x, run in page[first:last] if box.x0 <= x <= box.x1]


def _height(standing: tuple[float, float, TextRun]) -> float:
    return standing[0]


def _without(block: Block, gone: _Standing) -> Block | None:
    """A block without the rows that hold what is gone, None where nothing is left."""
    if isinstance(block, Paragraph):
        held = gone.within(block.where)
        more = len(key(block.text)) > 2 * sum(len(key(run.text)) for run in held)
        return block if not held or more else None
    held_rows = {
        row
        for cell in block.cells
        if gone.within(cell.where)
        for row in range(cell.row, cell.row + cell.rowspan)
    }
    if not held_rows:
        return block
    return _with_rows(block, [row for row in range(block.n_rows) if row not in held_rows])


def _with_rows(table: Table, kept: Sequence[int]) -> Table | None:
    """A table with these rows only, and what it was made of likewise: the others are in another
    table now. None where no cell is left."""
    number = {row: n for n, row in enumerate(kept)}
    cells = tuple(
        replace(
            cell,
            row=number[cell.row],
            rowspan=1,
            origin=(number[cell.origin[0]], cell.origin[1]) if cell.origin else None,
        )
        for cell in table.cells
        if cell.row in number
    )
    source = table.source and _with_rows(table.source, kept)
    return replace(table, n_rows=len(kept), cells=cells, source=source) if cells else None


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """The tables that begin on each page by their number there."""
    count: dict[int, int] = {}
    for block in blocks:
        if isinstance(block, Table) and block.where.page is not None:
            page = block.where.page
            count[page] = count.get(page, 0) + 1
            yield replace(block, id=f"p{page}/t{count[page]}")
        else:
            yield block
