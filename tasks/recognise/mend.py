"""Tables that are out of joint -> set right, before anything is read from them.

numbers    a column that counts the rows has figures in it which are none
repeats    programs that know no spans write a spanning cell once for each place that it takes
asides     rows whose figures stand beside their heads
gathered   rows that are tables of their own, each below its label -> one table

What leaves the program is not changed by it (`leaving.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Line
from tasks.model.document import Block, Cell, Document, Table
from tasks.model.report import Kind
from tasks.recognise.rows import Row, cells_by_row, spoken_of, table_rows
from tasks.says.amounts import digits_to_int, looks_like_value, text_to_amount
from tasks.says.figures import heads_row_numbers, row_number_before, row_numbers
from tasks.says.labels import key
from tasks.says.vocabulary import any_column_label, any_other_label, any_row_label


def mended(document: Document) -> Document:
    """The document with each table set right by itself."""
    blocks = (_mended(b) if isinstance(b, Table) else b for b in document.blocks)
    return replace(document, blocks=tuple(blocks))


def _mended(table: Table) -> Table:
    table = _uncounted(table)
    return _in_place(table) if table.columns_sure else _once(table)


def _ties(columns: Sequence[str], cells: Sequence[Cell], table: str) -> bool | None:
    """Whether the figures of a row tie as the form says; None where they are all nothing, one of
    them cannot be read or the form ties no such row."""
    read = zip(columns, (text_to_amount(cell.text) for cell in cells), strict=True)
    amounts = {id: one.value or 0 for id, one in read if one.kind is not Kind.UNREADABLE}
    relations = (edition.row_relation(amounts) for edition in FORM.of(table))
    relation = next(filter(None, relations), None)
    if relation is None or not any(amounts.values()):
        return None
    parts, wholes = relation.sums(amounts)
    return parts == wholes


# Running numbers


#: Fewer rows than this count nothing.
_FEWEST_NUMBERS = 3
#: Numbers, labels and figures.
_FEWEST_COLUMNS = 3


def _uncounted(table: Table) -> Table:
    """The table without what counts its rows: the texts of the first column, or, where columns
    are only an order, the column or what stands before labels."""
    counted = _is_counted(table)
    if counted and table.columns_sure:
        cells = tuple(replace(c, text="") if c.column == 0 else c for c in table.cells)
        return table.reworked(cells)
    if counted:
        # a cell that is blank would have a place in the order
        cells = tuple(c.moved(column=c.column - 1) for c in table.cells if c.column > 0)
        return table.reworked(cells, n_columns=table.n_columns - 1)
    return table if table.columns_sure else _uncounted_in_order(table)


def _uncounted_in_order(table: Table) -> Table:
    in_order = list(chain.from_iterable(cells_by_row(table)))
    numbers = row_numbers([(cell.row, cell.text) for cell in in_order])
    if not numbers:
        return table
    rows: list[list[Cell]] = [[] for _ in range(table.n_rows)]
    for at, cell in enumerate(in_order):
        before = row_number_before(cell.text) if at in numbers else ""
        if at not in numbers or before:
            text = cell.text.removeprefix(before)
            rows[cell.row].append(replace(cell, text=text).moved(column=len(rows[cell.row])))
    return table.reworked(tuple(chain.from_iterable(rows)))


def _is_counted(table: Table) -> bool:
    """Whether the first column counts the rows, each number before the row's first text."""
    first = [cell for cell in table.cells if cell.column == 0]
    if table.n_columns < _FEWEST_COLUMNS or any(cell.colspan > 1 for cell in first):
        return False
    texts = [cell.text.strip() for cell in first]
    digits = (at for at, text in enumerate(texts) if text.isascii() and text.isdigit())
    start = next(digits, len(texts))
    numbers = [text for text in texts[start:] if text]
    if len(numbers) < _FEWEST_NUMBERS or not all(
        not key(t) or heads_row_numbers(t) for t in texts[:start]
    ):
        return False
    begun = digits_to_int(numbers[0]) or 0
    # they may count from the first line of the head on; a piece without a head goes on counting
    if 0 < start < begun - 1 or numbers != [str(begun + at) for at in range(len(numbers))]:
        return False
    after = [cell.text for line in table.grid() if (cell := line[1]) is not None]
    return sum(map(looks_like_value, after)) <= 1


# Spanning cells that are written again and again


#: A title takes at least so many places.
_FEWEST_REPEATS = 3


def _once(table: Table) -> Table:
    """What stands under one spanning head, and is its text each time, once; only where a title of
    rows shows that spans are written so."""
    rows = cells_by_row(table)
    if not any(map(_is_repeated_title, rows)):
        return table
    kept: list[Sequence[Cell]] = []
    head: Sequence[Cell] = ()
    for row in rows:
        if _is_repeated_title(row):
            head = ()
        elif _is_head(row):
            head = row
        kept.append(_spans_once(row, head))
    cells = tuple(cell.moved(column=column) for row in kept for column, cell in enumerate(row))
    return table.reworked(cells, n_columns=max(map(len, kept)))


def _spans_once(row: Sequence[Cell], head: Sequence[Cell]) -> Sequence[Cell]:
    """A row without its repeats; as it is where it says two things under one head."""
    said = [key(cell.text) for cell in head]
    again = {at for at in range(1, len(said)) if said[at] and said[at] == said[at - 1]}
    if len(row) != len(head) or any(row[at].text != row[at - 1].text for at in again):
        return row
    return [cell for at, cell in enumerate(row) if at not in again]


def _is_repeated_title(row: Sequence[Cell]) -> bool:
    if len(row) < _FEWEST_REPEATS or looks_like_value(row[0].text):
        return False
    return len({key(cell.text) for cell in row}) == 1 and bool(key(row[0].text))


def _is_head(row: Sequence[Cell]) -> bool:
    return not any(looks_like_value(cell.text) for cell in row) and any(
        any_column_label(table).match(cell.text) for cell in row for table in FORM.tables
    )


# Figures beside their heads


#: One head alone shows no columns that figures could be out of.
_FEWEST_HEADS = 2


@dataclass(frozen=True, slots=True)
class _Aside:
    """A row in which a label and just enough cells for the heads stand, but not under them.

    Where a table is cut, the merged label beside a row may leave no cell behind it: the row is
    short, and each figure stands under the head to the left of its own. Where a merged label
    reaches one row too far, the row below is pushed aside: it is long.
    """

    label: Cell
    cells: tuple[Cell, ...]
    #: How many columns the cells have to go to the right.
    by: int
    #: It can only be meant so: it is long, it has a figure where the header leaves room for
    #: labels alone, or its figures tie under the heads.
    sure: bool


def _in_place(table: Table) -> Table:
    """The table with such rows moved under their heads: the sure ones, those that are aside in
    the same way, and those that say nothing. Where the header is at fault, or nothing would be
    left of a label, columns are only an order."""
    if sum(cell.rowspan * cell.colspan for cell in table.cells) == table.n_rows * table.n_columns:
        return table
    asides = list(_asides(table))
    if _is_disjointed(table) or any(aside.label.colspan + aside.by < 1 for aside in asides):
        return replace(table, columns_sure=False)
    alike = {(aside.by, aside.label.column) for aside in asides if aside.sure}
    moved: dict[tuple[int, int], Cell] = {}
    for aside in asides:
        label = aside.label
        if (aside.by, label.column) in alike or _says_nothing(aside.cells):
            moved[label.row, label.column] = replace(label, colspan=label.colspan + aside.by)
            for cell in aside.cells:
                moved[cell.row, cell.column] = cell.moved(column=cell.column + aside.by)
    if not moved:
        return table
    cells = tuple(moved.get((cell.row, cell.column), cell) for cell in table.cells)
    return table.reworked(cells, n_columns=max(cell.column + cell.colspan for cell in cells))


def _says_nothing(cells: Sequence[Cell]) -> bool:
    """Whether it is all one where these figures stand."""
    amounts = [text_to_amount(cell.text) for cell in cells]
    return not any(amount.value or amount.kind is Kind.UNREADABLE for amount in amounts)


def _asides(table: Table) -> Iterator[_Aside]:
    heads: tuple[Cell, ...] = ()
    name = None
    for row in table_rows(table):
        name = spoken_of(row) or name
        if name is None:
            continue
        if found := _heads(row, name):
            heads = found
        elif len(row.own) > len(heads) > 0 and (aside := _aside(row, heads, name)):
            yield aside


def _heads(row: Row, table: str) -> tuple[Cell, ...]:
    """The cells from the first head in this row on, those that hang down included."""
    labels = any_column_label(table)
    if row.has_values() or not any(labels.match(cell.text) for cell in row.own):
        return ()
    known = [at for at, cell in enumerate(row.cells) if _column_under(cell, table)]
    return row.cells[known[0] :] if len(known) >= _FEWEST_HEADS else ()


def _column_under(head: Cell, table: str) -> str | None:
    """The column of the form that stands under a cell."""
    found = any_column_label(table).match(head.text) if head.column > 0 else None
    return found.id if found else None


def _aside(row: Row, heads: Sequence[Cell], table: str) -> _Aside | None:
    *before, label = row.own[: -len(heads)]
    cells = row.own[-len(heads) :]
    by = heads[0].column - label.column - label.colspan
    under = [(head.column - by, head.colspan) for head in heads]
    if by == 0 or under != [(cell.column, cell.colspan) for cell in cells]:
        return None
    headed = {
        id: c for head, c in zip(heads, cells, strict=True) if (id := _column_under(head, table))
    }
    if not _is_whole(row, label, cells) or not all(map(_may_stand, headed.values())):
        return None
    if any(looks_like_value(cell.text) for cell in (*before, label)):
        return None
    if not any_row_label(table).match(label.text):
        return None
    among_labels = any(cell.text.strip() for cell in cells if cell.column < heads[0].column)
    ties = _ties(list(headed), list(headed.values()), table)
    return _Aside(label, cells, by, sure=by < 0 or among_labels or bool(ties))


def _is_whole(row: Row, label: Cell, cells: Sequence[Cell]) -> bool:
    """Whether nothing of a row hangs down, is missing before the figures or follows them."""
    end = cells[-1].column + cells[-1].colspan
    return (
        all(cell.rowspan == 1 for cell in (label, *cells))
        and None not in row.grid[: label.column + label.colspan]
        and all(cell is None for cell in row.grid[end:])
    )


def _may_stand(cell: Cell) -> bool:
    return not cell.text.strip() or looks_like_value(cell.text)


def _is_disjointed(table: Table) -> bool:
    """Whether the heads of neighbouring rows stand in no order of the form, though those of
    each row do: the header lost its spans, and its heads stand over columns that are not theirs."""
    name = next(filter(None, map(spoken_of, table_rows(table))), None)
    if name is None:
        return False
    labels = any_column_label(name)
    together: dict[str, int] = {}
    for row in table_rows(table):
        if row.has_values():
            if together:
                break
            continue
        said = {match.id: c.column for c in row.own if (match := labels.match(c.text))}
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


# Rows that are tables of their own
#
#     一、本年新收政府信息公开申请数量        a paragraph, the caption or the first row of the table
#     数据1 | 数据2 | … | 数据6 | 总计        heads that say nothing, or none at all
#     27 | 0 | … | 0 | 27                     as many figures as the form has columns
#
# Only their order is left, so it has to be shown: heads that do say a column stand where the
# form has it, and where a row has a total the rows tie. What is read so is marked as placed by
# its order.


#: Fewer rows show no habit.
_FEWEST_ROWS = 3
#: Rows of such a table: its label, two of heads, the figures.
_MOST_ROWS = 4
#: Share of the rows with figures that tie.
_MOST_TIE = 0.8
#: Signs of a label, with a number and a remark.
_LONGEST_LABEL = 80
#: A label must be as like as this to one of the form.
_ALIKE = 0.9
#: What marks a heading in Markdown.
_MARKS = "#* \t\u3000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(Table):
    """A table made of several; addresses are those of the cells in the document."""

    sources: tuple[Block, ...]
    #: (row, column) here -> address there
    addresses: Mapping[tuple[int, int], str]

    def at(self, cell: Cell) -> str:
        return self.addresses.get((cell.row, cell.column), self.id)


def with_gathered_rows(document: Document) -> Document:
    """The document with such rows as one table."""
    if sum(table.n_rows <= _MOST_ROWS for table in document.tables()) < _FEWEST_ROWS:
        return document
    blocks: Iterable[Block] = document.blocks
    for table in FORM.tables:
        blocks = _with_gathered(blocks, table)
    return replace(document, blocks=tuple(blocks))


def without_gathered_rows(document: Document) -> Document:
    """The document with these tables as they stand in it."""
    blocks = (b.sources if isinstance(b, Gathered) else (b,) for b in document.blocks)
    return replace(document, blocks=tuple(chain.from_iterable(blocks)))


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A label of the form, and the figures of its row with the table that they stand in; a label
    of a group has none, and one that the next block has the figures of has none yet."""

    label: Cell
    table: Table | None = None
    figures: tuple[Cell, ...] = ()
    #: The columns that the form has for them.
    columns: tuple[Line, ...] = ()


def _with_gathered(blocks: Iterable[Block], table: str) -> Iterator[Block]:
    """The blocks, with each run that is a table of the form as one."""
    run: list[Block] = []
    lines: list[_Labelled] = []
    for block in blocks:
        label = _open_label(lines, table)
        said = _said(block, table, label)
        if said is None:
            yield from _run_to_blocks(run, lines, table)
            run, lines, label = [], [], ""
            said = _said(block, table, label)
        if said is None:
            yield block
            continue
        if label and isinstance(block, Table):
            lines.pop()  # it has its figures now
        run.append(block)
        lines += said
    yield from _run_to_blocks(run, lines, table)


def _open_label(lines: Sequence[_Labelled], table: str) -> str:
    """The label that the next block may have the figures of."""
    last = lines[-1].label.text if lines and not lines[-1].figures else ""
    return last if _says_row(last, table) else ""


def _said(block: Block, table: str, label: str) -> list[_Labelled] | None:
    """The labels or the row that a block is, below a label; None where it is neither."""
    if isinstance(block, Table):
        row = _row_of(block, table, label)
        return [row] if row else None
    texts = [line.strip(_MARKS) for line in block.text.split("\n") if line.strip(_MARKS)]
    if all(_says_row(text, table) or any_other_label(table).match(text) for text in texts):
        return [_Labelled(_cell(text, block)) for text in texts]
    return None


def _run_to_blocks(run: Sequence[Block], lines: Sequence[_Labelled], table: str) -> Sequence[Block]:
    rows = [line for line in lines if line.figures]
    if len(rows) < _FEWEST_ROWS or not _tie(rows, table):
        return run
    return [_to_table(run, lines[: lines.index(rows[-1]) + 1])]


def _cell(text: str, block: Block) -> Cell:
    return Cell(text=text, row=0, column=0, where=block.where)


def _says_row(text: str, table: str) -> bool:
    found = any_row_label(table).match(text) if len(text) <= _LONGEST_LABEL else None
    return found is not None and found.score > _ALIKE


def _row_of(block: Table, table: str, label: str) -> _Labelled | None:
    """The row that a table is, below its label; None where it is none."""
    if block.n_rows > _MOST_ROWS or any(cell.rowspan > 1 for cell in block.cells):
        return None
    *above, last = cells_by_row(block)
    label = label or block.caption.strip(_MARKS)
    if above and len(above[0]) == 1 and _says_row(above[0][0].text, table):
        label = above.pop(0)[0].text.strip()
    if not _says_row(label, table) or any(looks_like_value(c.text) for row in above for c in row):
        return None
    figures = _figures(last)
    heads = [row[-len(figures) :] for row in above]
    for columns in _columns(table, label):
        if figures and len(columns) == len(figures) and _heads_fit(heads, columns, table):
            return _Labelled(_cell(label, block), block, figures, columns)
    return None


def _figures(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """The figures of a row without a text before them; none where a text stands among them."""
    figures = tuple(row) if row and _may_stand(row[0]) else tuple(row[1:])
    return figures if all(_may_stand(cell) and cell.colspan == 1 for cell in figures) else ()


def _columns(table: str, label: str) -> list[tuple[Line, ...]]:
    """The columns that the row has in the editions."""
    found = any_row_label(table).match(label)
    return [
        block.columns
        for edition in FORM.of(table)
        for block in edition.blocks
        if found and found.id in {row.id for row in block.rows}
    ]


def _heads_fit(heads: Sequence[Sequence[Cell]], columns: Sequence[Line], table: str) -> bool:
    """Whether no head says a column that stands elsewhere."""
    labels = any_column_label(table)
    return all(
        match.id == column.id
        for row in heads
        for cell, column in zip(row, columns, strict=False)
        if (match := labels.match(cell.text))
    )


def _tie(rows: Sequence[_Labelled], table: str) -> bool:
    """Whether nearly all rows with figures tie, as far as the form says how."""
    ties = [_ties([column.id for column in row.columns], row.figures, table) for row in rows]
    known = [tie for tie in ties if tie is not None]
    return sum(known) >= _MOST_TIE * len(known)


def _to_table(sources: Sequence[Block], lines: Sequence[_Labelled]) -> Gathered:
    cells: list[Cell] = []
    addresses: dict[tuple[int, int], str] = {}
    for row, line in enumerate(lines):
        for column, cell in enumerate((line.label, *line.figures)):
            cells.append(replace(cell, row=row, column=column))
            if line.table is not None and column:
                addresses[row, column] = line.table.at(cell)
    first = next(line.table for line in lines if line.table)
    return Gathered(
        id=first.id,
        n_rows=len(lines),
        n_columns=1 + max(len(line.figures) for line in lines),
        cells=tuple(cells),
        where=first.where,
        sources=tuple(sources),
        addresses=addresses,
    )
