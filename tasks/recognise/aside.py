"""Grids that are out of joint, set right before anything is read from them.

Where a table is cut, the merged label beside a row may leave no cell behind it: the row is
short, and each figure stands under the head to the left of its own. Where a merged label
reaches one row too far, the row below is pushed aside: it is long, and its label stands under
the first head. Where the header itself lost its spans, its heads stand over columns that are
not theirs. A column that counts the rows has figures in it which are none. Programs that know
no spans write a spanning cell once for each place that it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.forms.annual_report import FORM
from tasks.model.document import Cell, Document, Table
from tasks.model.report import Kind
from tasks.recognise.rows import Row, cells_by_row, spoken_of, table_rows
from tasks.says.amounts import digits_to_int, looks_like_value, text_to_amount
from tasks.says.labels import key
from tasks.says.vocabulary import any_column_label, any_row_label

#: One head alone shows no columns that figures could be out of.
_FEWEST_HEADS = 2


def set_right(document: Document) -> Document:
    """The document with such rows moved under their heads, their label as wide as is left.
    Where the header is at fault, columns are only an order.

    A short row that has figures is moved only where the rows short in its way prove it: one of
    them has a figure where the header leaves room for labels alone, or figures that tie under
    their heads.
    """
    return _with_tables(document, lambda t: _in_place(t) if t.columns_sure else t)


def without_running_numbers(document: Document) -> Document:
    """The document with what counts the rows left out."""
    return _with_tables(document, lambda t: _blanked(t) if t.columns_sure else _uncounted(t))


def _with_tables(document: Document, change: Callable[[Table], Table]) -> Document:
    blocks = tuple(
        change(block) if isinstance(block, Table) else block for block in document.blocks
    )
    same = all(one is other for one, other in zip(blocks, document.blocks, strict=True))
    return document if same else replace(document, blocks=blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aside:
    """A row in which a label and just enough cells for the heads stand, but not under them."""

    label: Cell
    cells: tuple[Cell, ...]
    #: How many columns it has to go to the right.
    by: int
    #: The cells of its figures, where the last of them is 总计.
    totalled: tuple[Cell, ...]

    def has_room(self) -> bool:
        """Whether something is left of the label when its figures are under their heads."""
        return self.label.colspan + self.by >= 1

    def says_nothing(self) -> bool:
        """Whether it is all one where its figures stand."""
        amounts = [text_to_amount(cell.text) for cell in self.cells]
        return not any(amount.value or amount.kind is Kind.UNREADABLE for amount in amounts)

    def is_among_labels(self, cell: Cell) -> bool:
        return cell.column < self.cells[0].column + self.by

    def proves(self) -> bool:
        return (
            self.by < 0
            or any(cell.text.strip() for cell in self.cells if self.is_among_labels(cell))
            or _ties(self.totalled)
        )


def _ties(cells: Sequence[Cell]) -> bool:
    """Whether the last figure is the sum of the others, and not of nothing."""
    if not cells:
        return False
    *parts, total = (text_to_amount(cell.text).value or 0 for cell in cells)
    return 0 < total == sum(parts)


def _in_place(table: Table) -> Table:
    if sum(cell.rowspan * cell.colspan for cell in table.cells) == table.n_rows * table.n_columns:
        return table
    rows_aside = list(_rows_aside(table))
    if _is_disjointed(table) or not all(aside.has_room() for aside in rows_aside):
        return replace(table, columns_sure=False)
    alike: dict[tuple[int, int], list[_Aside]] = defaultdict(list)
    for aside in rows_aside:
        alike[aside.by, aside.label.column].append(aside)
    moved: dict[int, Cell] = {}
    for rows in alike.values():
        proven = any(aside.proves() for aside in rows)
        for aside in rows if proven else filter(_Aside.says_nothing, rows):
            wider = replace(aside.label, colspan=aside.label.colspan + aside.by)
            moved[id(aside.label)] = wider
            for cell in aside.cells:
                moved[id(cell)] = cell.moved(column=cell.column + aside.by)
    if not moved:
        return table
    cells = tuple(moved.get(id(cell), cell) for cell in table.cells)
    width = max(cell.column + cell.colspan for cell in cells)
    return table.reworked(cells, n_columns=width)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """A cell over a column of figures, or between two of them."""

    column: int
    colspan: int
    #: The column of the form; None for a cell that heads none.
    id: str | None


def _rows_aside(table: Table) -> Iterator[_Aside]:
    heads: tuple[_Head, ...] = ()
    name = None
    for row in table_rows(table):
        name = spoken_of(row) or name
        if name is None:
            continue
        found = _heads(row, name)
        if not found and (aside := _aside(row, heads, name)):
            yield aside
        heads = found or heads


def _heads(row: Row, table: str) -> tuple[_Head, ...]:
    """The cells from the first head in this row on, those that hang down included."""
    if row.has_values():
        return ()
    labels = any_column_label(table)
    heads = [
        _Head(column=c.column, colspan=c.colspan, id=found.id if found else None)
        for c in row.cells
        for found in [labels.match(c.text) if c.column > 0 else None]
    ]
    known = [at for at, head in enumerate(heads) if head.id]
    if len(known) < _FEWEST_HEADS or not any(labels.match(c.text) for c in row.own):
        return ()
    return tuple(heads[known[0] :])


def _is_disjointed(table: Table) -> bool:
    """Whether the heads of neighbouring rows stand in no order of the form, though those of
    each row do."""
    name = next(filter(None, map(spoken_of, table_rows(table))), None)
    if name is None:
        return False
    labels = any_column_label(name)
    together: dict[str, int] = {}
    for row in table_rows(table):
        heads = [] if row.has_values() else [c for c in row.own if labels.match(c.text)]
        if not heads:
            if together and row.has_values():
                break
            continue
        said = {match.id: c.column for c in heads if (match := labels.match(c.text))}
        if not _in_order(name, said):
            return False
        together |= said
    return len(together) > _FEWEST_HEADS and not _in_order(name, together)


def _in_order(table: str, heads: Mapping[str, int]) -> bool:
    """Whether some block of the form has these heads in this order."""
    said = sorted(heads, key=lambda head: heads[head])
    return any(
        said == [column.id for column in block.columns if column.id in heads]
        for edition in FORM.of(table)
        for block in edition.blocks
    )


# Spanning cells that are written again and again


def without_repeats(document: Document) -> Document:
    """The document with what stands under one spanning head, and is its text each time, once.

    Only where columns are an order, and a title of rows shows that spans are written so.
    """
    return _with_tables(document, lambda t: t if t.columns_sure else _once(t))


#: A title takes at least so many places.
_FEWEST_REPEATS = 3


def _once(table: Table) -> Table:
    rows = cells_by_row(table)
    if not any(map(_is_repeated_title, rows)):
        return table
    spans: list[tuple[int, int]] = []
    width = 0
    kept: list[list[Cell]] = []
    for row in rows:
        if _is_repeated_title(row):
            spans = []
        elif _is_head(row):
            spans, width = _runs(row), len(row)
        alike = len(row) == width and all(
            len({cell.text for cell in row[first:end]}) == 1 for first, end in spans
        )
        gone = {at for first, end in spans for at in range(first + 1, end)} if alike else set()
        kept.append([cell for at, cell in enumerate(row) if at not in gone])
    cells = tuple(cell.moved(column=column) for row in kept for column, cell in enumerate(row))
    return table.reworked(cells, n_columns=max(map(len, kept)))


def _is_repeated_title(row: Sequence[Cell]) -> bool:
    if len(row) < _FEWEST_REPEATS or looks_like_value(row[0].text):
        return False
    return len({key(cell.text) for cell in row}) == 1 and bool(key(row[0].text))


def _is_head(row: Sequence[Cell]) -> bool:
    return not any(looks_like_value(cell.text) for cell in row) and any(
        any_column_label(table).match(cell.text) for cell in row for table in FORM.tables
    )


def _runs(row: Sequence[Cell]) -> list[tuple[int, int]]:
    """Where neighbouring cells of a row are alike: the first, and after the last."""
    runs: list[tuple[int, int]] = []
    first = 0
    for at in range(1, len(row) + 1):
        if at == len(row) or key(row[at].text) != key(row[first].text):
            if at - first > 1 and key(row[first].text):
                runs.append((first, at))
            first = at
    return runs


# Running numbers


_NUMBER_HEADS = frozenset({"", "序号", "行次", "序", "编号"})
#: Fewer rows than this count nothing.
_FEWEST_NUMBERS = 3


def _blanked(table: Table) -> Table:
    """With the cells of a first column that counts the rows blank."""
    if not _is_counted(table):
        return table
    return table.reworked(tuple(replace(c, text="") if c.column == 0 else c for c in table.cells))


def _uncounted(table: Table) -> Table:
    """Without those cells: where columns are an order, one that is blank would have a place."""
    if not _is_counted(table):
        return table
    rest = tuple(c.moved(column=c.column - 1) for c in table.cells if c.column > 0)
    return table.reworked(rest, n_columns=table.n_columns - 1)


def _is_counted(table: Table) -> bool:
    """Whether the first column counts the rows, each number before the row's first text."""
    first = [cell for cell in table.cells if cell.column == 0]
    if table.n_columns < 3 or any(cell.colspan > 1 for cell in first):
        return False
    texts = [cell.text.strip() for cell in first]
    start = next(
        (at for at, text in enumerate(texts) if text.isascii() and text.isdigit()), len(texts)
    )
    numbers = [text for text in texts[start:] if text]
    begun = (digits_to_int(numbers[0]) or 0) if numbers else 0
    counted = [str(begun + at) for at in range(len(numbers))]
    if (
        len(numbers) < _FEWEST_NUMBERS
        or numbers != counted
        or begun > start + 1
        or any(key(text) not in _NUMBER_HEADS for text in texts[:start])
    ):
        return False
    grid = (row.grid[1] for row in table_rows(table))
    after = [cell.text for cell in grid if cell is not None]
    return sum(bool(text.strip()) and looks_like_value(text) for text in after) <= 1


def _aside(row: Row, heads: Sequence[_Head], table: str) -> _Aside | None:
    n = len(heads)
    if not n or len(row.own) <= n:
        return None
    *before, label = row.own[:-n]
    cells = row.own[-n:]
    end = label.column + label.colspan
    by = heads[0].column - end
    headed = tuple(cell for cell, head in zip(cells, heads, strict=True) if head.id)
    if (
        by == 0
        or label.rowspan > 1
        or [(head.column - by, head.colspan) for head in heads]
        != [(cell.column, cell.colspan) for cell in cells]
        or any(cell.rowspan > 1 for cell in cells)
        or any(cell.text.strip() and not looks_like_value(cell.text) for cell in headed)
        or None in row.grid[:end]
        or any(cell is not None for cell in row.grid[cells[-1].column + cells[-1].colspan :])
        or any(looks_like_value(cell.text) for cell in (*before, label))
        or not any_row_label(table).match(label.text)
    ):
        return None
    columns = [block.columns for edition in FORM.of(table) for block in edition.blocks]
    total = any(len(block) == len(headed) and block[-1].id == "total" for block in columns)
    last = [head.id for head in heads if head.id][-1] == "total"
    return _Aside(label=label, cells=cells, by=by, totalled=headed if total and last else ())
