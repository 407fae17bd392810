"""Regions with tabs -> rows, or cells whose rows are lost. The grammar: see the package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.model.limits import MAX_CELLS
from tasks.model.patterns import regex
from tasks.read.text.commas import record_at, split_record
from tasks.read.text.lines import Line
from tasks.read.text.pieces import Found, Piece, Row, Rows, paragraph, too_large
from tasks.read.text.regions import ends_region

_LONGEST_CELL = 200
_LOOSE = 3


def is_tab_line(line: Line) -> bool:
    """A tab before text, between texts, or alone; not in a line of prose."""
    return "\t" in line.text and all(len(cell) <= _LONGEST_CELL for cell in line.text.split("\t"))


def tab_region_end(lines: Sequence[Line], start: int) -> int:
    """Index after the region: lines without a tab only where they go on with a cell."""
    end, at, loose = start + 1, start + 1, 0
    while at < len(lines):
        line = lines[at]
        if is_tab_line(line):
            end, loose = at + 1, 0
        elif line.blank:
            pass
        elif ends_region(line) or loose >= _LOOSE or lines[at - 1].blank:
            break
        else:
            loose += 1
        at += 1
    # the last cell's own line breaks
    while end < len(lines) and not lines[end].blank and not ends_region(lines[end]):
        end += 1
    return end


# Tabs alone in their lines, between cells


#: Fewer of them are no table.
_FEWEST_ALONE = 3
#: Texts between two of them: the last cell of a row, a title and the first of the next, in two
#: lines each.
_MOST_BETWEEN = 5


class TabsAlone:
    """The regions whose tabs stand alone in their lines."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._last = max((at for at, line in enumerate(lines) if not line.blank), default=-1)
        #: A tab beside a text stands there: what begins before it is no such region.
        self._refused = -1

    def goes_on(self, end: int) -> bool:
        """Whether a text stands behind a region."""
        return end <= self._last

    def end(self, start: int) -> int:
        """Index after a region that begins with a tab, 0 where it is none."""
        lines = self._lines
        if start <= self._refused:
            return 0
        end, at, tabs, texts = start, start, 0, 0
        while at < len(lines) and texts <= _MOST_BETWEEN:
            line = lines[at]
            if "\t" in line.text:
                if line.text.strip():
                    self._refused = at
                    return 0
                end, tabs, texts = at + 1, tabs + 1, 0
            elif not line.blank:
                if ends_region(line):
                    break
                texts += 1
            at += 1
        last = next((at for at in range(end, len(lines)) if not lines[at].blank), None)
        if last is not None and not ends_region(lines[last]):
            end = last + 1
        return end if tabs >= _FEWEST_ALONE else 0


def read_tabs_alone(lines: Sequence[Line], *, goes_on: bool) -> Iterator[Found]:
    """A tab between two cells of a row, so none between two rows. A word behind figures begins
    a row: the last cell of the one before is blank. Nor does a figure stand in a row of heads:
    it is in the next, whose first cell is blank."""
    rows: list[Row] = [[]]
    after_tab = False
    for line in lines:
        row = rows[-1]
        if "\t" in line.text:
            blanks = line.text.count("\t") - 1 + after_tab
            if blanks and _is_header(row):
                rows.append(row := [Piece("", line.number, line.number)])
            row += [Piece("", line.number, line.number) for _ in range(blanks)]
            after_tab = True
        elif not line.blank:
            said = Piece(line.text.strip(), line.number, line.number)
            if after_tab and _begins_row(said.text, row):
                row.append(Piece("", line.number, line.number))
                rows.append([said])
            elif after_tab and _is_header(row) and not _is_label(said.text):
                rows.append([Piece("", line.number, line.number), said])
            elif after_tab or not row:
                row.append(said)
            else:
                rows.append([said])
            after_tab = False
    if after_tab and goes_on:
        rows[-1].append(Piece("", lines[-1].number, lines[-1].number))
    yield from _table(rows)


#: `第二十条第（五）项`: a title over rows.
_TITLE = regex(r"第[一二三四五六七八九十百]+条")


def _begins_row(text: str, row: Row) -> bool:
    behind_figures = _is_label(text) and any(not _is_label(piece.text) for piece in row[1:])
    return bool(row) and (behind_figures or bool(_TITLE.match(text)))


#: A row of so many labels and no figure is one of heads.
_FEWEST_HEADS = 5


def _is_header(row: Row) -> bool:
    """Whether texts are heads: very many, or the last as short as 总计, which heads no row."""
    many = len(row) >= _FEWEST_HEADS or (len(row) > 1 and _n_han(row[-1].text) == _LABEL)
    return many and all(_is_label(piece.text) for piece in row)


#: Chinese characters of the shortest label.
_LABEL = 2


def _is_label(text: str) -> bool:
    return _n_han(text) >= _LABEL


def _n_han(text: str) -> int:
    return sum("\u4e00" <= character <= "\u9fff" for character in text)


# Tabs before or between cells


def read_tabs(lines: Sequence[Line]) -> Iterator[Found]:
    marked = [line for line in lines if "\t" in line.text]
    if sum(line.text.count("\t") for line in marked) > MAX_CELLS:
        raise too_large()
    between = sum("\t" in line.text.strip("\t ") for line in marked)
    if between * 2 > len(marked) or _are_alike([line.text.count("\t") for line in marked]):
        yield from _line_a_row(lines)
    elif any(line.text == "" for line in lines) or len(marked) < 3:
        yield from _table(_before_each_cell(lines))
    else:
        yield from _loose_cells(lines)


#: So many tabs in so many of the lines are those of a table in which most cells are blank.
_FEWEST_TABS, _ALIKE = 3, 0.8


def _are_alike(counts: Sequence[int]) -> bool:
    usual, times = Counter(counts).most_common(1)[0]
    return usual >= _FEWEST_TABS and len(counts) > 1 and times >= _ALIKE * len(counts)


def _table(rows: list[Row]) -> Iterator[Found]:
    """Rows as a table; two cells in one row are a line of text with a tab in it."""
    rows = [row for row in rows if row]
    if len(rows) > 1 and all(not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    if len(rows) == 1 and len(rows[0]) < 3:
        yield from (paragraph(p.text, p.first, p.last) for p in rows[0] if p.text)
    elif rows:
        yield Rows(rows, blanks_sure=False)


def _line_a_row(lines: Sequence[Line]) -> Iterator[Found]:
    """A tab between cells. A line without one stands between two tables."""
    rows: list[Row] = []
    at = 0
    while at < len(lines):
        taken, text = record_at(lines, at)
        first, last = lines[at].number, lines[at + taken - 1].number
        at += taken
        if "\t" in text:
            rows.append([Piece(cell, first, last) for cell in split_record(text, "\t")])
        elif text.strip():
            yield from _table(rows)
            yield paragraph(text, first, last)
            rows = []
    yield from _table(rows)


def _before_each_cell(lines: Sequence[Line]) -> list[Row]:
    """A tab before each cell, an empty line between rows; other lines continue a cell."""
    rows: list[Row] = [[]]
    for line in lines:
        if line.text == "":
            rows.append([])
        elif "\t" in line.text:
            cells = line.text.removeprefix("\t").split("\t")
            rows[-1] += [Piece(cell.strip(), line.number, line.number) for cell in cells]
        elif rows[-1]:
            last = rows[-1][-1]
            last.text, last.last = f"{last.text}\n{line.text.strip()}".strip(), line.number
        elif not line.blank:
            rows[-1].append(Piece(line.text.strip(), line.number, line.number))
    return [row for row in rows if row]


def _loose_cells(lines: Sequence[Line]) -> Iterator[Found]:
    for line in lines:
        if "\t" in line.text:
            for cell in line.text.lstrip("\t").split("\t") if line.text.strip() else [""]:
                yield paragraph(cell, line.number, line.number)
        elif not line.blank:
            yield paragraph(line.text, line.number, line.number)
