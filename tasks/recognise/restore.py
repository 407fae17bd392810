"""Paragraphs that were a table of the form once -> rows again.

    paragraphs
      | unfold        a page on one line, tables torn in single rows -> lines again
      | tokens.py     labels, figures, blanks
      | fragments.py  labels in pieces put together
      | window        where the table is
      | rows          a row begins at a row's label and holds the figures up to the next
      | positions.py  blanks between figures that stand in columns
      v
    Document with the table in it

Flattening may leave one cell a line, several to a line, or a whole page on one line, with
no row ends. What the form knows brings the rows back. Which columns they belong to is decided
later, with the same rules as for any row whose columns are only an order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.document import Block, Cell, Document, Format, Paragraph, Table, Where
from tasks.recognise.fragments import is_row_label, whole_labels, with_whole_heads
from tasks.recognise.leaving import free_id, taken_apart
from tasks.recognise.positions import Full, Layout, in_line, layout_of, near, with_blanks
from tasks.recognise.rows import cells_by_row
from tasks.recognise.tokens import (
    PROSE,
    Is,
    Token,
    end_token,
    is_damaged,
    joined_lines,
    to_tokens,
)
from tasks.says.amounts import looks_like_value
from tasks.says.figures import hides_figures
from tasks.says.labels import Labels, key, numbering, plain
from tasks.says.vocabulary import (
    any_column_label,
    any_other_label,
    any_row_label,
    table_of,
    titles,
)

#: A text of more lines than this is no report, and would take long to go through.
_MOST_LINES = 20_000

_Line = list[Token]


def restore(document: Document, missing: Sequence[str]) -> Document:
    """The document with the paragraphs that are tables of the form made tables again.

    `missing`: the tables of the form that were not found as tables. Such a table's columns
    are not sure.
    """
    if sum(isinstance(block, Paragraph) for block in document.blocks) > _MOST_LINES:
        return document
    restored = _restore_all(document, missing, empty_lines_shown=False)
    before = {id(table) for table in document.tables()}
    blanks = {_has_sure_blanks(table) for table in restored.tables() if id(table) not in before}
    if len(blanks) < 2:
        return restored
    # what empty lines are in one table they are in the others
    return _restore_all(document, missing, empty_lines_shown=True)


def _restore_all(
    document: Document, missing: Sequence[str], *, empty_lines_shown: bool
) -> Document:
    for table in missing:
        document = _restore_one(document, table, empty_lines_shown=empty_lines_shown)
    return document


def _has_sure_blanks(table: Table) -> bool:
    return table.blanks_sure and any(not cell.text for cell in table.cells)


def _restore_one(document: Document, table: str, *, empty_lines_shown: bool) -> Document:
    tokens = whole_labels(to_tokens(document, table), table)
    window = _window(tokens, table)
    if window is None:
        return document
    inside = tokens[window[0] : window[1]]
    rows = _rows(inside, table, _next(tokens[window[1] :]), empty_lines_shown=empty_lines_shown)
    if not 2 <= len(rows) <= _MOST_ROWS:
        return document
    return _with_table(document, inside, rows)


def _next(tokens: Sequence[Token]) -> Token | None:
    """The first text after the table, which shows that it is whole."""
    return next((token for token in tokens if token.text.strip()), None)


# Before all else: lines again


#: A line longer than this that holds labels of a table is a page without line breaks.
_WHOLE_PAGE = 1200
#: Fewer rows that stand alone than this are tables of their own.
_FEWEST_ROWS = 2
#: Fewer labels than this show no order of the whole table.
_FEWEST_TORN = 3
#: A table of more rows than this is not one of the form.
_MOST_ROWS = 300
#: Headers that stand between two of them, at most.
_MOST_TORN = 5


def unfold(document: Document) -> Document:
    """A page that stands on one line cut where it has spaces: Chinese prose has none, so what
    the spaces part are its lines and cells. Rows that stand in one are parted. Tables that
    are one row of figures under a paragraph that is its label, or half of a table whose other
    half is text, are made text."""
    if any(_is_whole_page(block) for block in document.blocks):
        document = replace(document, blocks=tuple(_cut_pages(document.blocks)))
    if document.format is Format.TEXT:
        document = _with_whole_heads(document)
        document = _without_joined_rows(document)
        document = _without_torn_rows(document)
        document = _without_halves(document)
    return document


def _cut_pages(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph) and _is_whole_page(block):
            yield from (Paragraph(text=part, where=block.where) for part in block.text.split())
        else:
            yield block


def _is_whole_page(block: Block) -> bool:
    if isinstance(block, Table) or len(block.text) < _WHOLE_PAGE or "\n" in block.text:
        return False
    words = block.text.split()
    return len(words) > 30 and sum(bool(table_of(word)) for word in words) >= 8


def _with_whole_heads(document: Document) -> Document:
    """Heads whose halves stand in two rows of cells put together."""
    blocks = [
        with_whole_heads(block) if isinstance(block, Table) and not block.columns_sure else block
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))


def _without_joined_rows(document: Document) -> Document:
    """Rows that lost the break between them: a row ends where a row's label follows figures."""
    blocks = [
        _parted(block) if isinstance(block, Table) and not block.columns_sure else block
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))


def _parted(table: Table) -> Table:
    rows: list[list[Cell]] = []
    for row in cells_by_row(table):
        rows.append([])
        for cell in row:
            if _is_any_row_label(cell.text) and any(looks_like_value(c.text) for c in rows[-1]):
                rows.append([])
            rows[-1].append(cell)
    if len(rows) == table.n_rows:
        return table
    cells = tuple(
        cell.moved(row=r, column=c) for r, row in enumerate(rows) for c, cell in enumerate(row)
    )
    return table.reworked(cells, n_rows=len(rows), n_columns=max(map(len, rows)))


def _without_torn_rows(document: Document) -> Document:
    """Labels as paragraphs and their figures as tables of one row: both as paragraphs."""
    rows = {
        index
        for index, (before, block) in enumerate(pairwise(document.blocks), 1)
        if isinstance(before, Paragraph) and _is_figures(block) and _is_any_row_label(before.text)
    }
    if len(rows) < _FEWEST_ROWS:
        return document
    blocks: list[Block] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Table) and (index in rows or _is_labels(block)):
            blocks += taken_apart(block)
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _is_figures(block: Block) -> bool:
    """A few rows of a table whose first is figures without a label."""
    if not isinstance(block, Table) or block.n_rows > _MOST_TORN:
        return False
    first = [cell.text for cell in block.cells if cell.row == 0 and cell.text.strip()]
    return all(map(looks_like_value, first))


def _is_labels(table: Table) -> bool:
    filled = [cell.text for cell in table.cells if cell.text.strip()]
    return table.n_rows <= _MOST_TORN and all(map(table_of, filled))


def _is_any_row_label(text: str) -> bool:
    return any(_row_of(text.split("\n")[-1], table) for table in FORM.tables)


def _without_halves(document: Document) -> Document:
    """Tables kept by spaces whose columns were plain on one page and not on the next: text
    again."""
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    halves = set()
    for table in FORM.tables:
        laid = [i for i, b in enumerate(document.blocks) if _is_laid_out(b) and _votes(b, table)]
        if laid and sum(_speaks_of(text, table) for text in texts) >= 2:
            halves.update(laid)
    if not halves:
        return document
    blocks: list[Block] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Table) and index in halves:
            blocks += taken_apart(block)
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _is_laid_out(block: Block) -> bool:
    return (
        isinstance(block, Table)
        and block.columns_sure
        and all(cell.rowspan == cell.colspan == 1 for cell in block.cells)
    )


def _votes(block: Block, table: str) -> bool:
    return isinstance(block, Table) and any(_row_of(c.text, table) for c in block.cells)


def _speaks_of(text: str, table: str) -> bool:
    """Whether a line begins with a row's label; of the text's many lines most are too long."""
    head = text.strip().split("  ")[0]
    return len(head) < PROSE and _row_of(head, table) is not None


# Where the table is


def _window(tokens: Sequence[Token], table: str) -> tuple[int, int] | None:
    """First and last + 1 token of the table: the run of labels and figures with the most
    different labels."""
    best: tuple[int, int, int] | None = None
    start: int | None = None
    last = 0
    seen: set[str] = set()
    for index, token in enumerate([*tokens, end_token(-1, Where())]):
        if _ends_table(token, table):
            if start is not None and (best is None or len(seen) > best[0]):
                best = (len(seen), start, last + 1)
            start, seen = None, set()
        elif token.is_ is Is.LABEL:
            start = index if start is None else start
            seen.add(key(token.text))
            last = index
        elif token.is_ in (Is.VALUE, Is.BLANK) and start is not None:
            last = index
    if best is None or best[0] < FORM.evidence[table].labels:
        return None
    return best[1], best[2]


def _ends_table(token: Token, table: str) -> bool:
    if token.is_ is not Is.OTHER:
        return False
    text = token.text
    return len(text) > PROSE or text == "\n" or "。" in text or _other_table(text, table)


def _other_table(text: str, table: str) -> bool:
    """A heading, or a label that stands in another table of the form."""
    other = table_of(text)
    if other is not None and other != table:
        return True
    said = key(text)
    return said in titles() or said.endswith("报告的事项")


# Tokens to rows


def _rows(
    tokens: Sequence[Token], table: str, end: Token | None, *, empty_lines_shown: bool
) -> list[_Line]:
    if FORM.of(table)[0].sideways:
        return _sideways_rows(tokens, end)
    rows = _cut(tokens, table)
    if len(rows) > _MOST_ROWS:
        return rows
    few = not empty_lines_shown
    torn = _torn_apart(rows, table)
    if torn is not rows and (spaced := _with_empty_lines(rows, table, end, few_prove_nothing=few)):
        return spaced
    rows = _without_shifted(torn, table)
    rows = _with_sure_blanks(rows, table)
    rows = _with_empty_lines(rows, table, end, few_prove_nothing=few) or rows
    return _with_laid_blanks(rows, table)


def _cut(tokens: Sequence[Token], table: str) -> list[_Line]:
    """A row begins at a label that comes after figures, or that is a row's own label."""
    row_labels = any_row_label(table)
    column_labels = any_column_label(table)
    rows: list[_Line] = [[]]
    for token in tokens:
        row = rows[-1]
        if token.is_ is Is.VALUE and _are_heads(row, table):
            # the label between the heads and these figures was lost
            rows.append(row := [])
        figures = any(part.is_ in (Is.VALUE, Is.BLANK) for part in row)
        if token.is_ is Is.OTHER and not key(token.text) and not is_damaged(token):
            continue
        if token.is_ in (Is.LABEL, Is.OTHER) and row and not (figures and is_damaged(token)):
            says_row = bool(row_labels.match(token.text)) or _is_numbered([token])
            has_row = any(part.is_ is Is.LABEL and row_labels.match(part.text) for part in row)
            heads = says_row and any(column_labels.match(part.text) for part in row)
            another = has_row and token.is_ is Is.LABEL
            if figures or another or heads or _begins_block(token):
                rows.append([])
        rows[-1].append(token)
    return [row for row in rows if row]


def _are_heads(row: _Line, table: str) -> bool:
    """Whether a row has heads of columns that say no row as well, and nothing else but blanks
    and labels that head no figure."""
    columns, rows, others = any_column_label(table), any_row_label(table), any_other_label(table)
    said = [token for token in row if token.is_ is not Is.BLANK]
    return any(columns.match(token.text) for token in said) and all(
        token.is_ is Is.LABEL
        and not rows.match(token.text)
        and (columns.match(token.text) or others.match(token.text))
        for token in said
    )


def _begins_block(token: Token) -> bool:
    """`第二十条…` and `信息内容` stand on lines of their own."""
    return key(token.text).startswith("第二十条") or key(token.text) == "信息内容"


def _row_of(text: str, table: str) -> str | None:
    found = any_row_label(table).match(text)
    return found.id if found and found.score > 0.9 else None


def _label_of(row: _Line, table: str) -> str | None:
    """The id of the row of the form that the last label before the figures says."""
    labels = _labels_of(row)
    return _row_of(labels[-1].text, table) if labels else None


def _nearest_label_of(row: _Line, table: str) -> str | None:
    """The same where the label may be misspelt."""
    labels = _labels_of(row)
    found = any_row_label(table).match(labels[-1].text) if labels else None
    return found.id if found else None


def _labels_of(row: _Line) -> list[Token]:
    return [token for token in row if token.is_ is Is.LABEL]


def _figures_of(row: _Line) -> list[Token]:
    return [token for token in row if token.is_ is Is.VALUE]


@cache
def _widths(table: str) -> Mapping[str, frozenset[int]]:
    """Row id -> numbers of columns that it has in the editions."""
    widths: dict[str, set[int]] = {}
    for edition in FORM.of(table):
        for block in edition.blocks:
            for line in block.rows:
                widths.setdefault(line.id, set()).add(len(block.columns))
    return {row: frozenset(counts) for row, counts in widths.items()}


def _torn_apart(rows: list[_Line], table: str) -> list[_Line]:
    """All labels first and all figures after them: the figures are not the last label's."""
    labelled = [row for row in rows if _label_of(row, table)]
    with_figures = [row for row in labelled if any(t.is_ is not Is.LABEL for t in row)]
    if len(labelled) < _FEWEST_TORN or len(with_figures) != 1 or with_figures[0] != labelled[-1]:
        return rows
    torn: list[_Line] = []
    for row in rows:
        figures = _figures_of(row)
        if row is with_figures[0] and figures:
            torn += [[token for token in row if token.is_ is Is.LABEL], figures]
        else:
            torn.append(row)
    return torn


# Order


def _without_shifted(rows: list[_Line], table: str) -> list[_Line]:
    """Figures that may belong to the row below, taken from their labels.

    Some texts have the figures of a row before its label. Then figures stand under a header
    without a row's label, or a row has too many; each label after it has the figures of the
    next, down to one that has none. Where blanks vanished as well, no count tells.
    """
    doubtful: set[int] = set()
    run: list[int] | None = None
    disorder = False
    groups = _groups_in(rows, table)
    for at, row in enumerate(rows):
        label, figures = _label_of(row, table), len(_figures_of(row))
        if (label is None and not figures) or _is_numbered(row):
            continue
        if _is_group(row, groups):
            continue
        if label is not None and not _cells_of(row) and run:
            doubtful.update(run)
            disorder, run = True, None
        elif label is None or figures > max(_widths(table)[label]):
            disorder = disorder or label is None
            run = []
        elif run is not None:
            run.append(at)
    if disorder and _lost_blanks(rows, table):
        doubtful = {
            at for at, row in enumerate(rows) if len({t.line for t in _figures_of(row)}) > 1
        }
    return _with_figures_apart(rows, doubtful)


def _is_group(row: _Line, groups: frozenset[str]) -> bool:
    """（六）其他处理 says a row in one edition and stands over rows in the other."""
    labels = _labels_of(row)
    return bool(labels) and not _cells_of(row) and key(labels[-1].text) in groups


def _is_numbered(row: _Line) -> bool:
    """Whether the figures stand behind a text that is numbered as the labels of rows are:
    one that the form does not know, and no header."""
    texts = [token for token in row if token.is_ in (Is.LABEL, Is.OTHER)]
    last = texts[-1] if texts else None
    return last is not None and last.is_ is Is.OTHER and bool(numbering(last.text))


def _cells_of(row: _Line) -> list[Token]:
    return [token for token in row if token.is_ in (Is.VALUE, Is.BLANK)]


def _lost_blanks(rows: Sequence[_Line], table: str) -> bool:
    return any(
        0 < len(_cells_of(row)) < min(_widths(table)[label])
        for row in rows
        if (label := _label_of(row, table))
    )


def _with_figures_apart(rows: Sequence[_Line], doubtful: set[int]) -> list[_Line]:
    """The doubtful rows without their figures, which stand in one cell at the end."""
    figures = [token for at in sorted(doubtful) for token in _figures_of(rows[at])]
    if not figures:
        return list(rows)
    kept = [
        [token for token in row if token.is_ is not Is.VALUE] if at in doubtful else row
        for at, row in enumerate(rows)
    ]
    text = " ".join(token.text for token in figures)
    where = joined_lines(figures[0].where, figures[-1].where)
    # a row whose label was lost has nothing left
    return [*filter(None, kept), [replace(figures[0], text=text, where=where)]]


# Blanks


@dataclass(frozen=True, slots=True)
class _Spacing:
    """How empty lines stand between cells, each on lines of its own."""

    #: Empty lines between two cells, blank or not, of one row.
    between: int
    #: Lines that a blank cell adds.
    blank: int
    #: Empty lines that part rows, beside those between any two cells.
    rows: int = 0

    def blanks(self, before: Token, after: Token, *, new_row: bool) -> int | None:
        """How many blank cells stand between two cells; None where that does not come out even."""
        more = _first_line(after) - _last_line(before) - 1 - self.between - self.rows * new_row
        return None if more < 0 or more % self.blank else more // self.blank


#: Empty lines that part rows, at most.
_MOST_PARTING = 3


def _spacings(labels: Sequence[Token], row_labels: Labels | None) -> Iterator[_Spacing]:
    """The ways in which empty lines may stand, from those between labels that head no row:
    as many everywhere, or more where a row ends. `row_labels`: None where no label heads one."""
    gaps = {
        _first_line(after) - _last_line(before) - 1
        for before, after in pairwise(labels)
        if before.is_ is after.is_ is Is.LABEL
        and not (row_labels and row_labels.match(before.text))
    }
    between = min(gaps, default=-1)
    if between < 0:
        return
    more = {gap - between for gap in gaps if gap > between} or {0}
    for rows in sorted(rows for rows in more if rows <= _MOST_PARTING):
        for blank in {1, between + 1}:
            yield _Spacing(between, blank, rows)


def _with_empty_lines(
    rows: Sequence[_Line], table: str, end: Token | None, *, few_prove_nothing: bool
) -> list[_Line] | None:
    """Empty lines are blank cells where with them every row has its number of columns, in one
    way only; None where some row has not. `end`: what stands after the table."""
    if any(len({t.line for t in figures}) < len(figures) for figures in map(_figures_of, rows)):
        return None
    if any(token.is_ is Is.BLANK for row in rows for token in row):
        return None  # blanks have signs of their own here
    spacings = _spacings([token for row in rows for token in row], any_row_label(table))
    ways = {
        tuple(map(tuple, way))
        for spacing in spacings
        if (way := _with_blanks_at(rows, table, spacing, end, few_prove_nothing=few_prove_nothing))
    }
    return [list(row) for row in ways.pop()] if len(ways) == 1 else None


def _with_blanks_at(
    rows: Sequence[_Line],
    table: str,
    spacing: _Spacing,
    end: Token | None,
    *,
    few_prove_nothing: bool,
) -> list[_Line] | None:
    groups = _groups_in(rows, table)
    filled: list[_Line] = []
    labelled = added = among = 0
    for at, row in enumerate(rows):
        after = rows[at + 1][0] if at + 1 < len(rows) else None
        label = None if _is_group(row, groups) else _label_of(row, table)
        cells = _cells_and_empty_lines(row, after, spacing) if label else []
        if cells is None:
            return None
        if label is not None and after is None:
            widths = _widths(table)[label]
            width = _n_heads(rows[at - 1], table) if len(widths) > 1 else min(widths)
            cells = _last_cells(row, cells, width, spacing, end)
        if label is None or not cells or any(map(is_damaged, row)):
            filled.append(row)
            continue
        if len(cells) not in _widths(table)[label]:
            return None
        labelled += 1
        added += len(cells) > len(_figures_of(row))
        among += 0 < len(_figures_of(row)) < len(cells)
        filled.append([*(t for t in row if t.is_ in (Is.LABEL, Is.OTHER)), *cells])
    # blanks among the figures of very few rows alone may be any empty lines
    few = few_prove_nothing and added == among <= max(1.0, _FEW_BLANKS * labelled)
    return filled if added and not few and labelled >= _FEWEST_TORN else None


#: Such a share of the rows with blanks among their figures, and no others, proves nothing.
_FEW_BLANKS = 0.125


def _n_heads(row: _Line, table: str) -> int:
    """How many columns a row of heads names."""
    labels = any_column_label(table)
    return len({found.id for token in row if (found := labels.match(token.text))})


def _last_cells(
    row: _Line, cells: list[Token], width: int, spacing: _Spacing, end: Token | None
) -> list[Token]:
    """The cells of the last row with the blanks at its end, if there are lines for them."""
    missing = width - len(cells)
    if end is None or missing < 0:
        return []
    more = _first_line(end) - _last_line(row[-1]) - 1 - spacing.between
    return [*cells, *[_blank(row[-1])] * missing] if missing * spacing.blank <= more else []


def _cells_and_empty_lines(
    row: _Line, after: Token | None, spacing: _Spacing
) -> list[Token] | None:
    """The figures of a row, and blanks for the empty lines before, between and after them;
    None where the empty lines do not come out even."""
    parts = [next(token for token in reversed(row) if token.is_ is Is.LABEL)]
    parts += [token for token in row if token.is_ in (Is.VALUE, Is.BLANK)]
    cells: list[Token] = []
    for before, part in pairwise([*parts, *([after] if after is not None else [])]):
        blanks = spacing.blanks(before, part, new_row=part is after)
        if blanks is None:
            return None
        cells += [_blank(before)] * blanks
        cells += [part] if part is not after else []
    return cells


def _first_line(token: Token) -> int:
    return token.where.lines[0] if token.where.lines else 0


def _last_line(token: Token) -> int:
    return token.where.lines[1] if token.where.lines else 0


def _blank(beside: Token) -> Token:
    return Token("", Is.BLANK, beside.block, beside.where, beside.line)


#: Of ten rows with figures so many have to agree in what their blanks are.
_MOST_OF_TEN = 8


def _with_sure_blanks(rows: list[_Line], table: str) -> list[_Line]:
    """Without the blanks that are not surely cells, but what the text's makers left.

    They are cells where with them nearly every row has its columns; or, where swallowed cells
    left blanks too, nearly every row is of one length with its labels. Rows that are not lose
    their blanks all the same. Rows laid out by spaces have none yet.
    """
    sure = max((_sure(rows, widths, table) for widths in _widths_by_edition(table)), key=len)
    return [
        row if at in sure else [token for token in row if token.is_ is not Is.BLANK]
        for at, row in enumerate(rows)
    ]


def _widths_by_edition(table: str) -> list[Mapping[str, int]]:
    return [
        {line.id: len(block.columns) for block in edition.blocks for line in block.rows}
        for edition in FORM.of(table)
    ]


def _sure(rows: Sequence[_Line], widths: Mapping[str, int], table: str) -> set[int]:
    """The rows whose blanks are cells; none where too few rows agree."""
    known = {
        at: len(_cells_of(row)) - widths[label]
        for at, row in enumerate(rows)
        if (label := _nearest_label_of(row, table)) is not None
        and label in widths
        and _cells_of(row)
        and all(token.spot is None for token in _cells_of(row))
    }
    lengths = Counter(len(rows[at]) for at in known)
    common = max(lengths, key=lambda length: lengths[length], default=0)
    exact = {at for at, extra in known.items() if extra == 0}
    even = {at for at, extra in known.items() if extra >= 0 and len(rows[at]) == common}
    for sure in (exact, even):
        if len(sure) * 10 >= len(known) * _MOST_OF_TEN:
            return sure
    return set()


def _may_be_head(rows: Sequence[_Line], table: str) -> bool:
    """Whether the last of the rows says 总计 or 其他 without a number and before every label that
    a row alone can have: it may be part of the header, and its row missing."""
    columns = any_column_label(table)
    *before, row = (_labels_of(row)[-1].text for row in rows if _label_of(row, table))
    return (
        not numbering(row)
        and bool(columns.match(row))
        and all(not numbering(label) and bool(columns.match(label)) for label in before)
    )


def _with_laid_blanks(rows: list[_Line], table: str) -> list[_Line]:
    """Rows laid out in columns with their blanks; the others as they were."""
    if not _is_laid_out_text(rows):
        return rows
    groups = _groups_in(rows, table)
    whole = all(_is_labelled(row, table, groups) for row in rows if _figures_of(row))
    whole = whole and not any(
        token.is_ is Is.OTHER and hides_figures(token.text) for row in rows for token in row
    )
    layout = _layout(rows, table)
    laid: list[_Line] = []
    for at, row in enumerate(rows):
        label, figures = _label_of(row, table), _figures_of(row)
        above = _width_above(rows[:at], table)
        if (
            label is None
            or len(_cells_of(row))
            in ({above} if above in _widths(table)[label] else _widths(table)[label])
            or any(map(is_damaged, row))
        ):
            laid.append(row)
        elif figures and len(figures) == len(_cells_of(row)):
            laid.append(_laid(rows, at, table, label, layout))
        elif (
            whole
            and _is_labelled(row, table, groups)
            and not _may_be_head(rows[: at + 1], table)
            and (width := _only_width(rows, at, table, label))
        ):
            laid.append([*row, *[_blank(row[-1])] * width])
        else:
            laid.append(row)
    return laid


def _layout(rows: Sequence[_Line], table: str) -> Layout:
    """How the figures stand; where they are too few to tell, as heads over and over do."""
    figures = [token for row in rows for token in _figures_of(row)]
    layout = layout_of(figures)
    if layout.by_width is not None:
        return layout
    heads = [token for row in rows for token in _heads(row, table).values()]
    return replace(layout, by_width=layout_of([*figures, *heads]).by_width)


def _is_labelled(row: _Line, table: str, groups: frozenset[str]) -> bool:
    """Whether a row's label stands in it whole, and is not that of a group."""
    return any(is_row_label(token, table, groups) for token in row)


def _groups_in(rows: Sequence[_Line], table: str) -> frozenset[str]:
    """Keys of the labels that stand over rows that are there; one alone may be a column."""
    present = {_label_of(row, table) for row in rows}
    under = Counter(
        key(line.group[-1])
        for edition in FORM.of(table)
        for line in edition.rows()
        if line.group and line.id in present
    )
    return frozenset(group for group, lines in under.items() if lines > 1)


def _is_laid_out_text(rows: Sequence[_Line]) -> bool:
    """Gaps of several spaces that are not all alike: those would part the cells, no more."""
    spots = [token.spot for row in rows for token in row]
    gaps = {spot.gap for spot in spots if spot is not None and spot.gap}
    return len(gaps) > 1


def _laid(rows: Sequence[_Line], at: int, table: str, label: str, layout: Layout) -> _Line:
    row, figures = rows[at], _figures_of(rows[at])
    readings = [
        reading
        for width in _widths(table)[label]
        if width > len(figures)
        and (full := _anchors(rows, at, width, table, layout))
        and (reading := with_blanks(figures, full, at, layout))
    ]
    if len(readings) != 1:
        return row
    return [*(token for token in row if token.is_ is not Is.VALUE), *readings[0]]


def _anchors(rows: Sequence[_Line], at: int, width: int, table: str, layout: Layout) -> list[Full]:
    """What shows where the columns stand, on the same page: full rows near by, else headers."""
    page = _figures_of(rows[at])[0].where.page
    full = near(_full_rows(rows, width, table), at, layout)
    full = in_line([row for row in full if row[1][0].where.page == page], layout)
    return full or [r for r in _headers(rows, width, table) if r[1][0].where.page == page]


def _only_width(rows: Sequence[_Line], at: int, table: str, label: str) -> int:
    """The number of columns of a row without a figure, 0 where it could be another."""
    widths = _widths(table)[label]
    shown = [w for w in widths if _full_rows(rows, w, table) or _headers(rows[:at], w, table)]
    return shown[0] if len(shown) == 1 and len(widths) == 1 else _width_above(rows[:at], table)


def _width_above(rows: Sequence[_Line], table: str) -> int:
    """How many columns the nearest header above names."""
    heads = list(_all_heads(rows, table))
    return len(heads[-1][1]) if heads else 0


def _full_rows(rows: Sequence[_Line], width: int, table: str) -> list[Full]:
    """Rows of so many figures on one line, that may have as many columns."""
    return [
        (at, figures)
        for at, row in enumerate(rows)
        if len(figures := _figures_of(row)) == width
        and len({f.line for f in figures}) == 1
        and ((label := _label_of(row, table)) is None or width in _widths(table)[label])
    ]


def _headers(rows: Sequence[_Line], width: int, table: str) -> list[Full]:
    """Headers of so many labels, each a column of its own."""
    return [(at, heads) for at, heads in _all_heads(rows, table) if len(heads) == width]


def _all_heads(rows: Sequence[_Line], table: str) -> Iterator[Full]:
    """The labels of columns from left to right, of rows without figures that follow each
    other; with the index of the last."""
    heads: dict[str, Token] = {}
    for at, row in enumerate([*rows, None]):
        labels = _heads(row, table) if row is not None else {}
        if heads and (not labels or heads.keys() & labels.keys()):
            yield at - 1, sorted(heads.values(), key=_left)
            heads = {}
        heads |= labels


def _heads(row: _Line, table: str) -> dict[str, Token]:
    if _figures_of(row):
        return {}
    labels = any_column_label(table)
    return {
        found.id: token
        for token in row
        if token.spot is not None and (found := labels.match(token.text))
    }


# Table 四, one line of figures under all labels


def _sideways_rows(tokens: Sequence[Token], end: Token | None) -> list[_Line]:
    """The labels, and the figures after the last of them; blanks before it are padding."""
    last = max(i for i, token in enumerate(tokens) if token.is_ is Is.LABEL)
    labels = _in_place([token for token in tokens[: last + 1] if token.is_ is not Is.BLANK])
    figures = [token for token in tokens[last + 1 :] if token.is_ in (Is.VALUE, Is.BLANK)]
    if any(token.is_ is Is.VALUE for token in labels):
        return [labels, figures] if figures else [labels]
    if any(token.is_ is Is.BLANK for token in tokens[:last]):
        # blanks that are no cells: not every one has a column
        figures = _figures_of(figures)
    if not any(map(is_damaged, tokens[last + 1 :])):
        figures = _laid_under(figures, labels)
        figures = _with_lines_between(labels, figures, end) or figures
    if not figures:
        return [labels]
    if not _figures_of(figures):
        # lines of labels no longer than that of the blanks, which is what tells it
        width = len(figures)
        return [*(labels[at : at + width] for at in range(0, len(labels), width)), figures]
    return [labels, figures]


def _with_lines_between(
    labels: Sequence[Token], figures: Sequence[Token], end: Token | None
) -> list[Token] | None:
    """The figures with blanks for the empty lines before, between and after them, where they
    come out as many as there are columns; None where they do not."""
    columns = len(list(FORM.of("disputes")[0].fields()))
    cells = [labels[-1], *figures]
    lines = {token.line for token in cells}
    if len(figures) >= columns or len(lines) < len(cells) or -1 in lines:
        return None
    ways = {
        tuple(way)
        for spacing in _spacings(labels, None)  # all of them stand over the one row of figures
        if (way := _fifteen(cells, spacing, end, columns))
    }
    return list(ways.pop()) if len(ways) == 1 else None


def _fifteen(
    cells: Sequence[Token], spacing: _Spacing, end: Token | None, columns: int
) -> list[Token]:
    found: list[Token] = []
    for at, (before, cell) in enumerate(pairwise(cells)):
        blanks = spacing.blanks(before, cell, new_row=at == 0)
        if blanks is None:
            return []
        found += [*[_blank(before)] * blanks, cell]
    missing = columns - len(found)
    if missing < 0 or (missing and end is None):
        return []
    if missing and end is not None:
        # all of the line is blank: the lines that part it from the heads stand there, too
        only_heads = len(cells) == 1
        if spacing.blanks(cells[-1], end, new_row=only_heads) != missing:
            return []
    return [*found, *[_blank(cells[-1])] * missing]


def _in_place(labels: list[Token]) -> list[Token]:
    """The labels with the outcomes from left to right, where their places are known."""
    outcomes = any_column_label("disputes")
    leaves = [token for token in labels if outcomes.match(token.text)]
    if any(token.spot is None for token in leaves) or not _is_laid_out_text([labels]):
        return labels
    leaves.sort(key=_left)
    return [*(token for token in labels if not outcomes.match(token.text)), *leaves]


def _left(token: Token) -> float:
    return token.spot.by_character[0] if token.spot else 0.0


def _laid_under(figures: list[Token], labels: Sequence[Token]) -> list[Token]:
    """A line of figures with its blanks, by the outcomes that stand over it."""
    columns = len(list(FORM.of("disputes")[0].fields()))
    if len(figures) >= columns or any(token.is_ is Is.BLANK for token in figures):
        return figures
    outcomes = any_column_label("disputes")
    heads = [t for t in labels if outcomes.match(t.text) and t.spot is not None]
    pages = {token.where.page for token in (*heads, *figures)}
    if len(heads) != columns or len(pages) > 1:
        return figures
    if not figures:
        return [_blank(labels[-1])] * columns
    heads.sort(key=_left)
    # the heads of groups begin where the first of their columns does
    layout = layout_of([*(token for token in labels if token.spot is not None), *figures])
    return with_blanks(figures, [(0, heads)], 1, Layout(layout.by_width, 1)) or figures


# Rows to a table


def _with_table(document: Document, tokens: Sequence[Token], rows: list[_Line]) -> Document:
    """Put the restored table in the place of the paragraphs that it is made of."""
    used = set(range(min(t.block for t in tokens), max(t.block for t in tokens) + 1))
    table = _to_table(free_id(document), tokens, rows)
    blocks: list[Block] = []
    for index, block in enumerate(document.blocks):
        if index == min(used):
            blocks += [*_kept(document, tokens, index, before=True), table]
        if index in used:
            if index == max(used):
                blocks += _kept(document, tokens, index, before=False)
            continue
        blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _to_table(id: str, tokens: Sequence[Token], rows: Sequence[_Line]) -> Table:
    where = sorted((t.where for t in tokens), key=lambda where: where.lines or (0, 0))
    return Table(
        id=id,
        n_rows=len(rows),
        n_columns=max(len(row) for row in rows),
        cells=tuple(
            Cell(text=token.text, row=r, column=c, where=token.where)
            for r, row in enumerate(rows)
            for c, token in enumerate(row)
        ),
        columns_sure=False,
        # where blanks have signs of their own these may as well close the rows
        blanks_sure=not any(token.is_ is Is.BLANK for token in tokens),
        where=joined_lines(where[0], where[-1]),
    )


def _kept(
    document: Document, tokens: Sequence[Token], index: int, *, before: bool
) -> list[Paragraph]:
    """What a paragraph says beside the table, where a whole page stands on one line."""
    block = document.blocks[index]
    if not isinstance(block, Paragraph) or len(block.text) <= PROSE:
        return []
    said = plain(block.text)
    inside = [token.text for token in tokens if token.block == index and token.text]
    if not inside:
        return []
    rest = said.partition(inside[0])[0] if before else said.rpartition(inside[-1])[2]
    return [Paragraph(text=rest.strip(), where=block.where)] if rest.strip() else []
