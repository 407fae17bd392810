"""What stands on a page without lines -> tables of the form, by the labels around it.

    runs of text with their places
      | heads    labels of columns side by side         (whole.py: labels in lines made whole)
      | rows     labels of rows below them, page after page, up to the next heading
      | figures  each to the head above it and the label beside it
      v
    a table with a cell for each row and head, blank where nothing stands

A reader that knows no labels needs figures to find columns by, and most cells of these
tables are blank. The labels of the form are always there, and a figure stands under one and
beside another. One that stands between two becomes a cell that spans both, and so is neither's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.document import Block, Cell, Document, Paragraph, Table, TextRun, Where
from tasks.recognise.heads import Band, Stretch, band_over, says_row, stretches
from tasks.recognise.sides import Side, heads_over, side_of_figures
from tasks.recognise.whole import (
    LINE_GAP,
    Text,
    around,
    holds,
    line_height,
    place_of,
    runs_to_texts,
    share,
)
from tasks.says.amounts import looks_like_value
from tasks.says.labels import key
from tasks.says.vocabulary import OTHER

#: So many figures show at which side of their columns they stand.
_FEWEST_FIGURES = 8
#: How far from the lines of a label a figure of its row may stand, in heights of a line.
_OFF_LINE = 0.45
#: Of two labels level with a figure one is nearer if its middle is within this, likewise.
_NEAR = 0.3
#: The text that another goes on from is one of so many before it.
_NEAR_TEXTS = 60
#: No table of the form has so many texts.
_MOST_RUNS = 3000
#: Share of the white between labels of two rows that is never between two lines of one.
_NEAR_LINES = 0.6
#: Figures without a label this near to a label without figures may be its own, likewise.
_MAY_BE_ITS = 1.5


def with_table(document: Document, table: str, side: Side | None = None) -> Document | None:
    """The document with a table of the form made of the runs that it stands in, in the place
    of what the reader made of them; None where no such table stands there.

    `side`: where figures stand in the columns of other tables, if this one does not show it.
    """
    sound = [
        one
        for one in stretches(document.runs, table)
        if not one.is_odd and len(one.runs) <= _MOST_RUNS
    ]
    made = [_to_table(stretch, side) for stretch in sound]
    fullest = max((one for one in made if one), key=lambda one: one.n_labels, default=None)
    return _in_place(document, fullest.table) if fullest else None


@dataclass(frozen=True, slots=True)
class _Made:
    """A table, and how many labels of the form it was made by."""

    table: Table
    n_labels: int


# Rows


@dataclass(slots=True, eq=False)
class _Row:
    """A row by its label, or by figures that stand beside none."""

    label: Text | None
    band: Band
    #: Sheet and middle.
    at: tuple[int, float]
    #: The page of the document.
    page: int | None
    #: Labels left of its own: of the group that it belongs to.
    groups: list[Text] = field(default_factory=list)


def _upright(stretch: Stretch, fallback: Side | None) -> _Made | None:
    """A table whose rows are rows of the form."""
    bands, table = stretch.bands, stretch.table
    labels, runs = _parted(stretch.runs, bands, table)
    rows = _rows(_with_lines_joined(labels), bands)
    said = {row.label.says for row in rows if row.label and row.label.says}
    if len(said) < FORM.evidence[table].rows:
        return None
    figures = _figure_texts(_without_titles(runs, table))
    side = side_of_figures(figures, bands) or fallback
    stands = [_stand(figure, rows, bands, side) for figure in figures]
    rows.sort(key=lambda row: row.at)
    return _Made(_rows_to_table(rows, [stand for stand in stands if stand], bands), len(said))


def _parted(
    runs: Sequence[TextRun], bands: Sequence[Band], table: str
) -> tuple[list[Text], list[TextRun]]:
    """What stands left, as labels, and what stands under the heads."""
    left: list[TextRun] = []
    under: list[TextRun] = []
    for run in runs:
        band = band_over(run.sheet, (run.box[1] + run.box[3]) / 2, bands)
        if band is not None:
            middle = (run.box[0] + run.box[2]) / 2
            (left if middle < band.heads[0].middle[0] else under).append(run)
    words = [run for run in left if not looks_like_value(run.text)]
    labels = runs_to_texts(words, lambda text: says_row(text, table), table)
    edge = max((text.box[2] for text in labels if text.says not in (None, OTHER)), default=0.0)
    # what begins right of all labels is no label, whatever it says; nor is a figure that stands
    # behind the label of its row, though another label reaches further
    behind = {id(run) for run in left if run.box[0] > edge or _is_behind(run, words)}
    under += [run for run in left if id(run) in behind]
    left = [run for run in left if id(run) not in behind]
    texts = runs_to_texts(left, lambda text: says_row(text, table), table)
    return [text for text in texts if not looks_like_value(text.text)], under


def _is_behind(run: TextRun, words: Sequence[TextRun]) -> bool:
    """Whether it is a figure with words before it at its height and none behind it."""
    if not looks_like_value(run.text):
        return False
    middle = (run.box[1] + run.box[3]) / 2
    level = [
        word for word in words if word.sheet == run.sheet and word.box[1] < middle < word.box[3]
    ]
    return bool(level) and all(word.box[2] < (run.box[0] + run.box[2]) / 2 for word in level)


def _with_lines_joined(texts: Sequence[Text]) -> list[Text]:
    """Labels that the form does not have, too, with all their lines: what begins at one place
    and stands nearer than the labels of two rows do."""
    known = [text for text in texts if text.says not in (None, OTHER)]
    gaps = [lower.box[1] - upper.box[3] for upper, lower in _one_below_the_other(known)]
    white = min((gap for gap in gaps if gap > 0), default=0.0)
    near = min([_NEAR_LINES * white, *(LINE_GAP * text.height for text in texts)])
    joined: list[Text] = []
    for text in sorted(texts, key=lambda text: (text.sheet, text.box[1])):
        above = next(
            (one for one in reversed(joined[-_NEAR_TEXTS:]) if _is_next_line(one, text, near)), None
        )
        if above is None:
            joined.append(text)
        else:
            runs = (*above.runs, *text.runs)
            joined[joined.index(above)] = Text(f"{above.text}\n{text.text}", runs)
    return joined


def _one_below_the_other(texts: Sequence[Text]) -> list[tuple[Text, Text]]:
    ordered = sorted(texts, key=lambda text: (text.sheet, text.box[1]))
    return [(one, two) for one, two in pairwise(ordered) if one.sheet == two.sheet]


def _is_next_line(above: Text, text: Text, near: float) -> bool:
    begins = abs(above.box[0] - text.box[0]) < text.height / 2
    unknown = above.says is None and text.says is None and above.sheet == text.sheet
    return unknown and begins and 0 <= text.box[1] - above.box[3] < near


def _rows(texts: Sequence[Text], bands: Sequence[Band]) -> list[_Row]:
    rows: list[_Row] = []
    groups: list[Text] = []
    for text in texts:
        band = band_over(text.sheet, text.middle[1], bands)
        if band is None:
            continue
        if text.says == OTHER or _stands_left(text, texts):
            groups.append(text)
        else:
            page = text.runs[0].where.page
            rows.append(_Row(text, band, (text.sheet, text.middle[1]), page))
    for group in groups:
        beside = [row for row in rows if row.at[0] == group.sheet]
        if beside:
            nearest = min(beside, key=lambda row: abs(row.at[1] - group.middle[1]))
            nearest.groups.append(group)
    return rows


def _stands_left(text: Text, texts: Sequence[Text]) -> bool:
    """Whether another label stands level with it, to its right."""
    _, top, x1, bottom = text.box
    return any(
        other is not text
        and other.sheet == text.sheet
        and other.box[0] >= x1 - 2
        and other.box[1] < bottom
        and top < other.box[3]
        for other in texts
    )


# Figures


@dataclass(frozen=True, slots=True)
class _Stand:
    """A figure with the rows and the heads that it may belong to; one of each if it is sure."""

    figure: Text
    rows: tuple[_Row, ...]
    columns: tuple[int, ...]


def _without_titles(runs: Sequence[TextRun], table: str) -> list[TextRun]:
    """Without the title of a block whose heads are on the next page."""
    words = [run for run in runs if not looks_like_value(run.text)]
    texts = runs_to_texts(words, lambda text: says_row(text, table), table)
    titles = {place_of(run) for text in texts if text.says == OTHER for run in text.runs}
    return [run for run in runs if not any(holds(place, run) for place in titles)]


def _figure_texts(runs: Sequence[TextRun]) -> list[Text]:
    """Figures, those with a remark on the lines below as one."""
    texts: list[Text] = []
    for run in runs:
        above = next((one for one in reversed(texts[-_NEAR_TEXTS:]) if _goes_on(one, run)), None)
        if above is None:
            texts.append(Text(run.text, (run,)))
        else:
            whole = Text(f"{above.text}\n{run.text}", (*above.runs, run))
            texts[texts.index(above)] = whole
    return texts


def _goes_on(text: Text, run: TextRun) -> bool:
    last = text.runs[-1]
    gap = run.box[1] - last.box[3]
    if run.sheet != last.sheet or not 0 <= gap + line_height(last) / 2 < LINE_GAP * text.height:
        return False
    remark = not (looks_like_value(text.text) and looks_like_value(run.text))
    return remark and share(run, last) > 0


def _stand(
    figure: Text, rows: list[_Row], bands: Sequence[Band], side: Side | None
) -> _Stand | None:
    band = band_over(figure.sheet, figure.middle[1], bands)
    if band is None:
        return None
    beside = _rows_beside(figure, rows) or [_unlabelled(figure, rows, band)]
    return _Stand(figure, tuple(beside), heads_over(figure, band, side))


def _rows_beside(figure: Text, rows: Sequence[_Row]) -> list[_Row]:
    """The row whose label stands level with a figure; several where no one is nearest."""
    middle, reach = figure.middle[1], _OFF_LINE * figure.height
    level: list[tuple[float, int]] = []
    for n, row in enumerate(rows):
        levels = row.label.levels(figure.sheet) if row.label else None
        if levels and levels[0] - reach <= middle <= levels[1] + reach:
            level.append((abs(sum(levels) / 2 - middle), n))
    level.sort()
    if len(level) > 1:
        nearest, next_ = level[0][0], level[1][0]
        if nearest < _NEAR * figure.height and next_ > 2 * nearest + 0.2 * figure.height:
            level = level[:1]
    beside = [rows[n] for _, n in level]
    return [row for row in beside if row.band is beside[0].band]


def _unlabelled(figure: Text, rows: list[_Row], band: Band) -> _Row:
    """The row of figures without a label at this height, made if there is none."""
    sheet, middle = figure.sheet, figure.middle[1]
    for row in rows:
        if row.label is None and row.at[0] == sheet and abs(row.at[1] - middle) < figure.height / 2:
            return row
    rows.append(_Row(None, band, (sheet, middle), figure.runs[0].where.page))
    return rows[-1]


def side_of(document: Document) -> Side | None:
    """Where figures stand in the columns of the document's tables without lines."""
    for table in FORM.tables:
        for stretch in stretches(document.runs, table):
            _, runs = _parted(stretch.runs, stretch.bands, table)
            side = side_of_figures([Text(run.text, (run,)) for run in runs], stretch.bands)
            if side is not None and len(runs) >= _FEWEST_FIGURES:
                return side
    return None


# To a table


@dataclass(frozen=True, slots=True)
class _Area:
    """Rows and columns of a grid, first and last, that some figures share."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    figures: tuple[Text, ...] = ()

    def cells(self) -> Iterator[tuple[int, int]]:
        for row in range(self.rows[0], self.rows[1] + 1):
            for column in range(self.columns[0], self.columns[1] + 1):
                yield row, column

    def with_(self, other: _Area) -> _Area:
        (r0, r1), (c0, c1) = self.rows, self.columns
        (r2, r3), (c2, c3) = other.rows, other.columns
        rows, columns = (min(r0, r2), max(r1, r3)), (min(c0, c2), max(c1, c3))
        return _Area(rows, columns, (*self.figures, *other.figures))


#: Columns of the labels: of the group, of the row.
_LABELS = 2


def _to_table(stretch: Stretch, side: Side | None) -> _Made | None:
    edition = FORM.of(stretch.table)[0]
    if edition.sideways and len(stretch.bands[0].heads) == len(list(edition.fields())):
        return _sideways(stretch, side)
    return _upright(stretch, side)


def _rows_to_table(rows: list[_Row], stands: Sequence[_Stand], bands: Sequence[Band]) -> Table:
    stands = _with_lost_labels(rows, stands)
    width = _LABELS + max(len(band.heads) for band in bands)
    cells: list[Cell] = []
    number: dict[int, int] = {}
    n_rows = 0
    band: Band | None = None
    for row in rows:
        if row.band is not band:
            band = row.band
            for line in _head_lines(band, n_rows, width):
                cells += line
                n_rows += 1
        number[id(row)] = n_rows
        cells += _label_cells(row, n_rows)
        n_rows += 1
    areas = _apart([_stand_to_area(stand, number) for stand in stands])
    cells += [_figure_cell(area) for area in areas]
    taken = {cell for area in areas for cell in area.cells()}
    for row in rows:
        for column in range(_LABELS, _LABELS + len(row.band.heads)):
            if (number[id(row)], column) not in taken:
                place = Where(page=row.page)
                cells.append(Cell(text="", row=number[id(row)], column=column, where=place))
    first = bands[0].heads[0].runs[0].where
    return Table(
        id="",
        n_rows=n_rows,
        n_columns=width,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        where=Where(page=first.page),
    )


def _with_lost_labels(rows: Sequence[_Row], stands: Sequence[_Stand]) -> list[_Stand]:
    """Figures beside a text that says no row, or beside none, or two in one column, may be
    those of a row above or below that has none: then they are given to both."""
    with_figures = {id(row) for stand in stands for row in stand.rows}
    seen: set[tuple[int, tuple[int, ...]]] = set()
    doubled: set[int] = set()
    for stand in stands:
        here = {(id(row), stand.columns) for row in stand.rows}
        doubled.update(row for row, _ in here & seen)
        seen |= here
    near: dict[int, _Row] = {}
    for one, two in [*pairwise(rows), *((two, one) for one, two in pairwise(rows))]:
        strange = one.label is None or one.label.says is None or id(one) in doubled
        bare = two.label is not None and two.label.says and id(two) not in with_figures
        if strange and bare and id(one) in with_figures and _is_near(one, two):
            near[id(one)] = two
    return [
        replace(stand, rows=(*stand.rows, *(near[id(r)] for r in stand.rows if id(r) in near)))
        for stand in stands
    ]


def _is_near(one: _Row, two: _Row) -> bool:
    """Whether they may be lines of one row."""
    labels = [row.label for row in (one, two) if row.label]
    (sheet, here), (other, there) = one.at, two.at
    if one.band is not two.band:
        return False
    if sheet != other:
        return True  # cut by the page break
    if len(labels) == 2:
        upper, lower = sorted(labels, key=lambda label: label.box[1])
        return lower.box[1] - upper.box[3] < LINE_GAP * upper.height
    levels = labels[0].box
    away = max(levels[1] - here, there - here, here - levels[3], 0.0)
    return min(away, abs(there - here)) < _MAY_BE_ITS * labels[0].height


def _stand_to_area(stand: _Stand, number: dict[int, int]) -> _Area:
    rows = sorted(number[id(row)] for row in stand.rows)
    columns = [_LABELS + column for column in stand.columns]
    return _Area((rows[0], rows[-1]), (columns[0], columns[-1]), (stand.figure,))


def _apart(areas: Sequence[_Area]) -> list[_Area]:
    """The areas, those that share a cell made one."""
    apart: dict[int, _Area] = {}
    owners: dict[tuple[int, int], int] = {}
    for number, area in enumerate(areas):
        while shared := {owners[cell] for cell in area.cells() if cell in owners} - {number}:
            for other in sorted(shared):
                area = apart.pop(other).with_(area)
                owners = {cell: owner for cell, owner in owners.items() if owner != other}
        apart[number] = area
        owners.update(dict.fromkeys(area.cells(), number))
    return list(apart.values())


def _figure_cell(area: _Area) -> Cell:
    figures = sorted(area.figures, key=lambda figure: (figure.sheet, figure.box[1], figure.box[0]))
    cell = _cell(figures, area.rows[0], area.columns[0])
    rowspan = area.rows[1] - area.rows[0] + 1
    return replace(cell, rowspan=rowspan, colspan=area.columns[1] - area.columns[0] + 1)


def _head_lines(band: Band, first: int, width: int) -> list[list[Cell]]:
    """What stands over the heads and left of them, and the heads."""
    lines: list[list[Cell]] = []
    if band.others:
        first_head = band.heads[0].box[0]
        left = [text for text in band.others if text.middle[0] < first_head]
        right = [text for text in band.others if text.middle[0] >= first_head]
        over = replace(_cell(right, first, _LABELS), colspan=width - _LABELS)
        lines.append([replace(_cell(left, first, 0), colspan=_LABELS), over])
    row = first + len(lines)
    heads = [_cell((head,), row, _LABELS + n) for n, head in enumerate(band.heads)]
    return [*lines, [Cell(text="", row=row, column=0, colspan=_LABELS), *heads]]


def _label_cells(row: _Row, at: int) -> list[Cell]:
    label = [row.label] if row.label else []
    if row.groups:
        return [_cell(row.groups, at, 0), _cell(label, at, 1)]
    return [replace(_cell(label, at, 0), colspan=_LABELS)]


def _cell(texts: Sequence[Text], row: int, column: int) -> Cell:
    runs = [run for text in texts for run in text.runs]
    return Cell(
        text=" ".join(text.text for text in texts),
        row=row,
        column=column,
        where=around(runs),
        doubts=tuple(doubt for run in runs for doubt in run.doubts),
    )


# Table 四


def _sideways(stretch: Stretch, fallback: Side | None) -> _Made | None:
    """One line of figures below the outcomes, which stand as often as there are rows."""
    edition = FORM.of(stretch.table)[0]
    order = [column.id for column in edition.blocks[0].columns]
    band = stretch.bands[0]
    if [head.says for head in band.heads] != order * len(edition.blocks[0].rows):
        return None
    groups = _group_cells(band)
    figures = _figure_texts(stretch.runs)
    if groups is None or not _is_one_line(figures):
        return None
    n = len(band.heads)
    side = side_of_figures(figures, [band]) or fallback
    areas = _apart([_under(figure, band, side) for figure in figures])
    taken = {c for area in areas for c in range(area.columns[0], area.columns[1] + 1)}
    place = Where(page=band.heads[0].runs[0].where.page)
    blanks = [Cell(text="", row=2, column=c, where=place) for c in range(n) if c not in taken]
    line = sorted([*map(_figure_cell, areas), *blanks], key=lambda cell: cell.column)
    heads = [_cell((head,), 1, column) for column, head in enumerate(band.heads)]
    table = Table(
        id="",
        n_rows=3,
        n_columns=n,
        cells=(*groups, *heads, *line),
        where=place,
    )
    return _Made(table, n)


def _under(figure: Text, band: Band, side: Side | None) -> _Area:
    columns = heads_over(figure, band, side)
    return _Area((2, 2), (columns[0], columns[-1]), (figure,))


def _is_one_line(figures: Sequence[Text]) -> bool:
    return all(
        one.sheet == two.sheet and abs(one.middle[1] - two.middle[1]) < one.height / 2
        for one, two in pairwise(figures)
    )


def _group_cells(band: Band) -> list[Cell] | None:
    """The labels of the rows, each over the outcomes that it is over; None where one is not."""
    rows = FORM.of("disputes")[0].blocks[0].rows
    n = len(band.heads) // len(rows)
    cells = []
    for at, row in enumerate(rows):
        left, right = band.heads[at * n].box[0], band.heads[at * n + n - 1].box[2]
        over = [
            text
            for text in band.others
            if left <= text.middle[0] <= right
            and (says_row(text.text, "disputes") or ("",))[0] == row.id
        ]
        if len(over) != 1:
            return None
        cells.append(replace(_cell(over, 0, at * n), colspan=n))
    return cells


# Into the document


def _in_place(document: Document, table: Table) -> Document:
    """The table where the first of its texts stood, and nothing of it twice."""
    places = [cell.where for cell in table.cells if cell.where.box]
    runs = [run for run in document.runs if any(_is_in(run.where, place) for place in places)]
    blocks: list[Block] = []
    put = False
    for block in document.blocks:
        rest = _without(block, runs)
        if rest is not block and not put:
            blocks.append(table)
            put = True
        if rest is not None:
            blocks.append(rest)
    if not put:
        blocks.append(table)
    return replace(document, blocks=tuple(_numbered(blocks)))


def _without(block: Block, runs: Sequence[TextRun]) -> Block | None:
    """A block without the rows that hold these runs, None where nothing is left."""
    if isinstance(block, Paragraph):
        held = [run for run in runs if _is_in(run.where, block.where)]
        more = len(key(block.text)) > 2 * sum(len(key(run.text)) for run in held)
        return block if not held or more else None
    held_rows = {
        row
        for cell in block.cells
        if any(_is_in(run.where, cell.where) for run in runs)
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


def _is_in(where: Where, around: Where) -> bool:
    if where.box is None or around.box is None or where.page != around.page:
        return False
    x, y = (where.box[0] + where.box[2]) / 2, (where.box[1] + where.box[3]) / 2
    return around.box[0] <= x <= around.box[2] and around.box[1] <= y <= around.box[3]


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
