"""Rows of the form that are tables of their own, each below its label -> one table.

    一、本年新收政府信息公开申请数量        a paragraph, the caption or the first row of the table
    数据1 | 数据2 | … | 数据6 | 总计        heads that say nothing, or none at all
    27 | 0 | … | 0 | 27                     as many figures as the form has columns

Only their order is left, so it has to be shown: heads that do say a column stand where the
form has it, and where a row has a total the rows tie. What is read so is marked as placed by
its order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis, Line
from tasks.model.document import Block, Cell, Document, Paragraph, Table
from tasks.model.report import Kind
from tasks.recognise.rows import cells_by_row
from tasks.says.amounts import looks_like_value, text_to_amount
from tasks.says.vocabulary import any_column_label, any_other_label, any_row_label

#: Fewer rows show no habit.
_FEWEST_ROWS = 3
#: Rows of such a table: its label, two of heads, the figures.
_MOST_ROWS = 4
#: Of ten rows with figures so many tie.
_MOST_OF_TEN = 8
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
    blocks: list[Block] = []
    for table, run in _runs(document.blocks):
        is_table = len(run.rows) >= _FEWEST_ROWS and _tie(run.rows, table)
        blocks += [_to_table(run)] if is_table else run.sources
    return _replaced(document, blocks)


def without_gathered_rows(document: Document) -> Document:
    """The document with these tables as they stand in it."""
    blocks: list[Block] = []
    for block in document.blocks:
        blocks += block.sources if isinstance(block, Gathered) else [block]
    return _replaced(document, blocks)


def _replaced(document: Document, blocks: Sequence[Block]) -> Document:
    same = len(blocks) == len(document.blocks)
    same = same and all(a is b for a, b in zip(blocks, document.blocks, strict=True))
    return document if same else replace(document, blocks=tuple(blocks))


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A label of the form, and the figures of its row with the table that they stand in; a label
    of a group has none."""

    label: Cell
    table: Table | None = None
    figures: tuple[Cell, ...] = ()


@dataclass(slots=True)
class _Run:
    """Blocks that follow each other, and the rows that they are."""

    sources: list[Block] = field(default_factory=list)
    lines: list[_Labelled] = field(default_factory=list)
    #: The last label, which the next block has the figures of.
    open: str = ""

    @property
    def rows(self) -> list[_Labelled]:
        return [line for line in self.lines if line.figures]


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[str, _Run]]:
    """The blocks, parted into runs of one table of the form and single blocks."""
    run, of = _Run(), ""
    for block in blocks:
        table = of if of and _taken(block, of, run) else ""
        if not table:
            yield of, run
            run = _Run()
            table = next((name for name in FORM.tables if _taken(block, name, run)), "")
        run.sources.append(block)
        of = table
    yield of, run


def _taken(block: Block, table: str, run: _Run) -> bool:
    """Whether a block is a label or a row of such a table; it is added to the lines of the run."""
    if isinstance(block, Paragraph):
        return _is_label(block, table, run)
    labelled = _row_of(block, table, run.open)
    if labelled:
        run.lines.append(labelled)
        run.open = ""
    return labelled is not None


def _is_label(block: Paragraph, table: str, run: _Run) -> bool:
    said = [line.strip(_MARKS) for line in block.text.split("\n") if line.strip(_MARKS)]
    if not said:
        return bool(run.lines or run.open)
    if not all(_says_row(text, table) or any_other_label(table).match(text) for text in said):
        return False
    *groups, last = said
    if not _says_row(last, table):
        groups, last = said, ""
    run.lines += [_Labelled(_cell(text, block)) for text in groups]
    run.open = last
    return True


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
    fitting = [columns for columns in _columns(table, label) if len(columns) == len(figures)]
    if not figures or not any(_heads_fit(heads, columns, table) for columns in fitting):
        return None
    return _Labelled(_cell(label, block), block, figures)


def _figures(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """The figures of a row without a text before them; none where a text stands among them."""
    if row and row[0].text.strip() and not looks_like_value(row[0].text):
        row = row[1:]
    plain = all(not cell.text.strip() or looks_like_value(cell.text) for cell in row)
    return tuple(row) if plain and all(cell.colspan == 1 for cell in row) else ()


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
    """Whether nearly all rows with figures tie, where the table has a relation within rows."""
    if not any(relation.axis is Axis.ROW for relation in FORM.of(table)[0].relations):
        return True
    filled = tied = 0
    for row in rows:
        amounts = [text_to_amount(cell.text) for cell in row.figures]
        if any(amount.kind is Kind.UNREADABLE for amount in amounts):
            continue
        *parts, total = (amount.value or 0 for amount in amounts)
        filled += bool(total or any(parts))
        tied += bool(total or any(parts)) and sum(parts) == total
    return tied * 10 >= filled * _MOST_OF_TEN


def _to_table(run: _Run) -> Gathered:
    cells: list[Cell] = []
    addresses: dict[tuple[int, int], str] = {}
    for row, line in enumerate(run.lines):
        for column, cell in enumerate((line.label, *line.figures)):
            cells.append(
                Cell(text=cell.text, row=row, column=column, where=cell.where, doubts=cell.doubts)
            )
            if line.table is not None and column:
                addresses[row, column] = line.table.at(cell)
    first = next(line.table for line in run.rows if line.table)
    return Gathered(
        id=first.id,
        n_rows=len(run.lines),
        n_columns=1 + max(len(line.figures) for line in run.lines),
        cells=tuple(cells),
        where=first.where,
        sources=tuple(run.sources),
        addresses=addresses,
    )
