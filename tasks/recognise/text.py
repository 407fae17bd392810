"""Paragraphs that were a table of the form once -> rows again.

    paragraphs
      | unfold       a page on one line, rows that stand in one -> lines and rows again
      | lines.py     lines -> labels, figures, blanks
      | pieces.py    labels in pieces put together
      | window       where the table is
      | rows         a row begins at a row's label and holds the figures up to the next
      | spacing.py   blanks, by empty lines and by columns of spaces
      v
    Document with the table in it

Flattening may leave one cell a line, several to a line, or a whole page on one line, with
no row ends. What the form knows brings the rows back. Which columns they belong to is decided
later, with the same rules as for any row whose columns are only an order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis
from tasks.model.document import Block, Cell, Document, Format, Paragraph, Table
from tasks.recognise.leaving import free_id
from tasks.recognise.lines import (
    PROSE,
    Is,
    Mark,
    TextRow,
    begins_vertical,
    is_damaged,
    joined_lines,
    row_of,
    text_row,
    to_marks,
)
from tasks.recognise.pieces import whole_labels, with_whole_heads
from tasks.recognise.rows import cells_by_row, is_long_line
from tasks.recognise.spacing import (
    groups_in,
    is_group,
    laid_under,
    metrics_of,
    widths,
    with_empty_lines,
    with_laid_blanks,
    with_lines_between,
    with_sure_blanks,
)
from tasks.says.amounts import looks_like_value
from tasks.says.figures import heads_row_numbers, may_say_row, row_number_before
from tasks.says.labels import key, numbering, plain
from tasks.says.vocabulary import (
    any_column_label,
    any_other_label,
    any_row_label,
    headings,
    table_of,
)

#: A text of more lines than this is no report, and would take long to go through.
_MOST_LINES = 20_000
#: A table of fewer or more rows than this is not one of the form.
_FEWEST_ROWS, _MOST_ROWS = 2, 300


@dataclass(frozen=True, slots=True)
class _Shown:
    """What all of the document shows about each of its tables: one program wrote them."""

    #: How places in a line are counted: see `metrics_of`.
    metrics: Sequence[bool]
    #: Empty lines are blank cells, since they are in another table.
    empty_lines: bool = False


def restore(document: Document, missing: Sequence[str]) -> Document:
    """The document with the paragraphs that are tables of the form made tables again.

    `missing`: the tables of the form that were not found as tables. Such a table's columns
    are not sure.
    """
    if sum(isinstance(block, Paragraph) for block in document.blocks) > _MOST_LINES or not missing:
        return document
    shown = _Shown(metrics_of(to_marks(document, missing[0])))
    restored = _restore_all(document, missing, shown)
    own = {table.id for table in document.tables()}
    made = (table for table in restored.tables() if table.id not in own)
    blanks = {_has_sure_blanks(table) for table in made}
    if len(blanks) < 2:
        return restored
    return _restore_all(document, missing, replace(shown, empty_lines=True))


def _restore_all(document: Document, missing: Sequence[str], shown: _Shown) -> Document:
    for table in missing:
        document = _restore_one(document, table, shown)
    return document


def _has_sure_blanks(table: Table) -> bool:
    return table.blanks_sure and any(not cell.text for cell in table.cells)


def _restore_one(document: Document, table: str, shown: _Shown) -> Document:
    marks = whole_labels(to_marks(document, table), table)
    window = _window(marks, table)
    if window is None:
        return document
    inside = marks[window[0] : window[1]]
    # a head of numbers may stand before the first label
    if _holds_untold_numbers(marks[max(window[0] - 1, 0) : window[1]]):
        return document
    # the first text after the table shows that it is whole
    end = next((mark for mark in marks[window[1] :] if mark.text.strip()), None)
    if FORM.of(table)[0].sideways:
        rows = _sideways_rows(inside, table, end, shown)
    else:
        rows = _upright_rows(inside, table, end, shown)
    if not _FEWEST_ROWS <= len(rows) <= _MOST_ROWS:
        return document
    return _with_table(document, inside, rows)


# Before all else: lines again


#: A line longer than this, of more words and with so many labels, is a page without line breaks.
_PAGE_WORDS, _PAGE_LABELS = 30, 8


def unfold(document: Document) -> Document:
    """A page that stands on one line cut where it has spaces: Chinese prose has none, so what
    the spaces part are its lines and cells. Heads whose halves stand in two rows are put
    together, and rows that stand in one are parted."""
    if any(_is_whole_page(block) for block in document.blocks):
        document = replace(document, blocks=tuple(_cut_pages(document.blocks)))
    if document.format is Format.TEXT:
        document = replace(document, blocks=tuple(map(_with_rows_apart, document.blocks)))
    return document


def _cut_pages(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph) and _is_whole_page(block):
            yield from (Paragraph(text=part, where=block.where) for part in block.text.split())
        else:
            yield block


def _is_whole_page(block: Block) -> bool:
    if isinstance(block, Table) or not is_long_line(block):
        return False
    words = block.text.split()
    labels = (word for word in words if table_of(word))
    return len(words) > _PAGE_WORDS and len(list(labels)) >= _PAGE_LABELS


def _with_rows_apart(block: Block) -> Block:
    """A table whose columns are an order with whole heads, and a row ended where a row's label
    follows figures: the break between them was lost."""
    if not isinstance(block, Table) or block.columns_sure:
        return block
    table = with_whole_heads(block)
    rows: list[list[Cell]] = []
    for row in cells_by_row(table):
        rows.append([])
        for cell in row:
            if _says_any_row(cell.text) and any(looks_like_value(c.text) for c in rows[-1]):
                rows.append([])
            rows[-1].append(cell)
    if len(rows) == table.n_rows:
        return table
    cells = tuple(
        cell.moved(row=r, column=c) for r, row in enumerate(rows) for c, cell in enumerate(row)
    )
    return table.reworked(cells, n_rows=len(rows), n_columns=max(map(len, rows)))


def _says_any_row(text: str) -> bool:
    return any(row_of(text.split("\n")[-1], table) for table in FORM.tables)


# Where the table is


def _window(marks: Sequence[Mark], table: str) -> tuple[int, int] | None:
    """First and last + 1 mark of the table: the run of labels and figures with the most
    different labels."""
    best: tuple[int, int, int] | None = None
    start: int | None = None
    last = 0
    seen: set[str] = set()
    for index in range(len(marks) + 1):
        mark = marks[index] if index < len(marks) else None
        if mark is None or _ends_table(mark, table):
            if start is not None and (best is None or len(seen) > best[0]):
                best = (len(seen), start, last + 1)
            start, seen = None, set()
        elif mark.is_ is Is.LABEL:
            start = index if start is None else start
            seen.add(key(mark.text))
            last = index
        elif mark.is_cell and start is not None:
            last = index
    if best is None or best[0] < FORM.evidence[table].labels:
        return None
    return best[1], best[2]


def _holds_untold_numbers(marks: Sequence[Mark]) -> bool:
    """Whether the rows are numbered, and which figures the numbers are could not be told: there
    is still a head over them, and they begin."""
    heads = (at for at, mark in enumerate(marks) if heads_row_numbers(mark.text))
    head = next(heads, len(marks))
    said = (
        mark.text if mark.is_ is Is.VALUE else row_number_before(mark.text) for mark in marks[head:]
    )
    return next(filter(None, map(str.strip, said)), "") == "1"


def _ends_table(mark: Mark, table: str) -> bool:
    """Another table, prose, a heading, or a label that stands in another table of the form."""
    if mark.is_ is not Is.OTHER:
        return mark.is_ is Is.END
    if len(mark.text) > PROSE or "。" in mark.text or key(mark.text) in headings():
        return True
    return table_of(mark.text) not in (None, table)


# Marks to rows


def _upright_rows(
    marks: Sequence[Mark], table: str, end: Mark | None, shown: _Shown
) -> list[TextRow]:
    rows = [text_row(row, table) for row in _cut(marks, table)]
    if len(rows) > _MOST_ROWS:
        return rows
    spaced = partial(with_empty_lines, table=table, end=end, shown=shown.empty_lines)
    torn = _torn_apart(rows)
    doubtful = torn or _shifted(rows, table)
    if doubtful and (whole := spaced(rows)) and (torn or _are_in_order(whole, table)):
        return whole
    rows = with_sure_blanks(_with_figures_apart(rows, doubtful), table)
    return with_laid_blanks(spaced(rows) or rows, table, shown.metrics)


def _cut(marks: Sequence[Mark], table: str) -> list[list[Mark]]:
    """A row begins at a label that comes after figures, or that is a row's own label."""
    rows: list[list[Mark]] = [[]]
    laid_out = any(mark.span for mark in marks)
    for mark in marks:
        if mark.is_ is Is.OTHER and not key(mark.text) and not is_damaged(mark):
            continue
        if laid_out and begins_vertical(mark):
            continue
        if rows[-1] and _begins_row(mark, rows[-1], table):
            rows.append([])
        rows[-1].append(mark)
    return [row for row in rows if row]


def _begins_row(mark: Mark, row: Sequence[Mark], table: str) -> bool:
    if mark.is_ is Is.VALUE:
        # the label between the heads and these figures was lost
        return _are_heads(row, table)
    figures = any(part.is_cell for part in row)
    if mark.is_ is Is.BLANK or (figures and is_damaged(mark)):
        return False
    row_labels, column_labels = any_row_label(table), any_column_label(table)
    says_row = bool(row_labels.match(mark.text)) or _is_numbered(mark)
    after_heads = says_row and any(column_labels.match(part.text) for part in row)
    another = mark.is_ is Is.LABEL and any(
        part.is_ is Is.LABEL and row_labels.match(part.text) for part in row
    )
    return figures or another or after_heads or _begins_block(mark, table)


def _are_heads(row: Sequence[Mark], table: str) -> bool:
    """Whether a row has heads of columns that say no row as well, and nothing else but blanks
    and labels that head no figure."""
    columns, rows, others = any_column_label(table), any_row_label(table), any_other_label(table)
    said = [mark for mark in row if mark.is_ is not Is.BLANK]
    return any(columns.match(mark.text) for mark in said) and all(
        mark.is_ is Is.LABEL
        and not rows.match(mark.text)
        and (columns.match(mark.text) or others.match(mark.text))
        for mark in said
    )


def _is_numbered(mark: Mark) -> bool:
    """Whether it is numbered as the labels of rows are: one that the form does not know."""
    return mark.is_ is Is.OTHER and bool(numbering(mark.text))


#: So many signs of its title tell a block: 第二十条.
_TITLE = 4


def _begins_block(mark: Mark, table: str) -> bool:
    """`第二十条…` and `信息内容` stand on lines of their own."""
    said = key(mark.text)
    return said in _stubs(table) or said[:_TITLE] in _titles(table)


@cache
def _titles(table: str) -> frozenset[str]:
    blocks = [block for edition in FORM.of(table) for block in edition.blocks]
    return frozenset(key(block.title)[:_TITLE] for block in blocks if block.title)


@cache
def _stubs(table: str) -> frozenset[str]:
    blocks = [block for edition in FORM.of(table) for block in edition.blocks]
    return frozenset(key(block.stub) for block in blocks if block.stub)


# Order


#: Of the labels of a text whose lines begin with them, fewer than this share do not.
_FEW = 0.3
#: Fewer labels than this show no order of the whole table.
_FEWEST_TORN = 3


def _torn_apart(rows: Sequence[TextRow]) -> set[int]:
    """All labels first and all figures after them: the figures are not the last label's. Its row,
    none where that is not so."""
    labelled = [at for at, row in enumerate(rows) if row.says]
    with_figures = [at for at in labelled if any(m.is_ is not Is.LABEL for m in rows[at].marks)]
    alone = len(labelled) >= _FEWEST_TORN and with_figures == labelled[-1:]
    return set(with_figures) if alone else set()


def _shifted(rows: Sequence[TextRow], table: str) -> set[int]:
    """The rows whose figures may belong to the row below.

    Some texts have the figures of a row before its label. Then figures stand under a header
    without a row's label, or a row has too many; each label after it has the figures of the
    next, down to one that has none. Where blanks vanished as well, no count tells; but the row of
    a total has no fewer figures than one that it is the total of, and no figure of a row stands
    in the line of the next label where lines begin with labels.
    """
    doubtful: set[int] = set()
    run: list[int] | None = None
    disorder = False
    groups = groups_in(rows, table)
    for at, row in enumerate(rows):
        figures = len(row.figures)
        if (row.says is None and not figures) or _is_unknown(row) or is_group(row, groups):
            continue
        if row.says and not row.cells and run:
            doubtful.update(run)
            disorder, run = True, None
        elif row.says is None or figures > max(widths(table)[row.says]):
            disorder = disorder or row.says is None
            run = []
        elif run is not None:
            run.append(at)
    before_labels = _before_labels(rows)
    if _lost_blanks(rows, table) and (disorder or _is_more_than_total(rows, table)):
        several = {at for at, row in enumerate(rows) if len({m.line for m in row.figures}) > 1}
        return several | before_labels
    return doubtful | before_labels


def _are_in_order(rows: Sequence[TextRow], table: str) -> bool:
    """Whether each label of a row has its cells, and all figures have a label before them, if
    only one that the form does not know."""
    groups = groups_in(rows, table)
    texts = ((row, [mark for mark in row.marks if not mark.is_cell]) for row in rows)
    return all(
        is_group(row, groups)
        or (bool(row.cells) if row.says else not row.figures or _says_row_of_its_own(said))
        for row, said in texts
    )


def _says_row_of_its_own(texts: Sequence[Mark]) -> bool:
    return bool(texts) and texts[-1].is_ is Is.OTHER and may_say_row(texts[-1].text)


def _before_labels(rows: Sequence[TextRow]) -> set[int]:
    """The rows with a figure in the line of the next label, and not in that of their own, where
    nearly all labels begin their lines."""
    lines = [None if row.marks[0].is_cell else row.marks[0].line for row in rows]
    found = {
        at
        for at, (own, below) in enumerate(pairwise(lines))
        if own and below is not own and any(mark.line is below for mark in rows[at].figures)
    }
    return found if len(found) < _FEW * len(rows) else set()


def _is_more_than_total(rows: Sequence[TextRow], table: str) -> bool:
    """Whether a row has more figures than the row of its total has, and that one or one below it
    has none."""
    last = {row.says: at for at, row in enumerate(rows) if row.says}
    sums = [
        (part, one.wholes[0])
        for edition in FORM.of(table)
        for one in edition.relations
        if one.axis is Axis.COLUMN and len(one.wholes) == 1
        for part in one.parts
    ]
    return any(
        len(rows[last[part]].cells) > len(rows[last[whole]].cells)
        and not all(row.cells for row in rows[last[whole] :] if row.says)
        for part, whole in sums
        if part in last and whole in last
    )


def _is_unknown(row: TextRow) -> bool:
    """Whether its figures stand behind a text that is numbered as the labels of rows are: one
    that the form does not know, and no header."""
    texts = [mark for mark in row.marks if not mark.is_cell]
    return bool(texts) and _is_numbered(texts[-1])


def _lost_blanks(rows: Sequence[TextRow], table: str) -> bool:
    return any(0 < len(row.cells) < min(widths(table)[row.says]) for row in rows if row.says)


def _with_figures_apart(rows: Sequence[TextRow], doubtful: set[int]) -> list[TextRow]:
    """The doubtful rows without their figures, which stand in one cell at the end."""
    figures = [mark for at in sorted(doubtful) for mark in rows[at].figures]
    if not figures:
        return list(rows)
    kept = [row.without(Is.VALUE) if at in doubtful else row for at, row in enumerate(rows)]
    text = " ".join(mark.text for mark in figures)
    where = joined_lines(figures[0].where, figures[-1].where)
    apart = TextRow((replace(figures[0], text=text, where=where),), says=None)
    # a row whose label was lost has nothing left
    return [*(row for row in kept if row.marks), apart]


# A table on its side: one line of figures under all labels


def _sideways_rows(
    marks: Sequence[Mark], table: str, end: Mark | None, shown: _Shown
) -> list[TextRow]:
    """The labels, and the figures after the last of them; blanks before it are padding."""
    last = max(at for at, mark in enumerate(marks) if mark.is_ is Is.LABEL)
    labels = [mark for mark in marks[: last + 1] if mark.is_ is not Is.BLANK]
    below = marks[last + 1 :]
    figures = [mark for mark in below if mark.is_cell]
    if not any(mark.is_ is Is.VALUE for mark in labels):
        if any(mark.is_ is Is.BLANK for mark in marks[:last]):
            # blanks that are no cells: not every one has a column
            figures = [mark for mark in figures if mark.is_ is Is.VALUE]
        if not any(map(is_damaged, below)):
            figures = laid_under(labels, figures, table, shown.metrics)
            figures = with_lines_between(labels, figures, table, end) or figures
        if figures and all(mark.is_ is Is.BLANK for mark in figures):
            # lines of labels no longer than that of the blanks, which is what tells it
            width = len(figures)
            parts = [labels[at : at + width] for at in range(0, len(labels), width)]
            return [text_row(row, table) for row in (*parts, figures)]
    return [text_row(row, table) for row in (labels, figures) if row]


# Rows to a table


def _with_table(document: Document, marks: Sequence[Mark], rows: Sequence[TextRow]) -> Document:
    """Put the restored table in the place of the paragraphs that it is made of."""
    first, last = (pick(mark.line.block for mark in marks) for pick in (min, max))
    return replace(
        document,
        blocks=(
            *document.blocks[:first],
            *_kept(document.blocks[first], marks, first, before=True),
            _to_table(free_id(document), marks, rows),
            *_kept(document.blocks[last], marks, last, before=False),
            *document.blocks[last + 1 :],
        ),
    )


def _to_table(id: str, marks: Sequence[Mark], rows: Sequence[TextRow]) -> Table:
    where = sorted((mark.where for mark in marks), key=lambda where: where.lines or (0, 0))
    return Table(
        id=id,
        n_rows=len(rows),
        n_columns=max(len(row.marks) for row in rows),
        cells=tuple(
            Cell(text=mark.text, row=r, column=c, where=mark.where)
            for r, row in enumerate(rows)
            for c, mark in enumerate(row.marks)
        ),
        columns_sure=False,
        # where blanks have signs of their own these may as well close the rows
        blanks_sure=not any(mark.is_ is Is.BLANK for mark in marks),
        where=joined_lines(where[0], where[-1]),
    )


def _kept(block: Block, marks: Sequence[Mark], index: int, *, before: bool) -> list[Paragraph]:
    """What a paragraph says beside the table, where a whole page stands on one line."""
    if not isinstance(block, Paragraph) or len(block.text) <= PROSE:
        return []
    said = plain(block.text)
    inside = [mark.text for mark in marks if mark.line.block == index and mark.text]
    if not inside:
        return []
    rest = said.partition(inside[0])[0] if before else said.rpartition(inside[-1])[2]
    return [Paragraph(text=rest.strip(), where=block.where)] if rest.strip() else []
