"""Header rows -> the columns that the rows below them have.

In a sure grid a head stands over grid columns, and so over its figures. Heads may take several
rows (自然人 stands over 商业企业), be halved, reach over more columns than their figures, or stand
in a table of their own. A header holds for the rows below it.

Where only an order is left of the columns, the heads over a block say which columns it has:
organs leave columns out and put others in, and then the form's own order is the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tasks.forms.vocabulary import Block, Edition, Line
from tasks.model.document import Cell, Table
from tasks.model.report import PlacedBy
from tasks.recognise.rows import Row, filled, meet, reach
from tasks.says.amounts import looks_like_value
from tasks.says.figures import HAN
from tasks.says.labels import Labels, key, numbering
from tasks.says.remembered import remembered
from tasks.says.vocabulary import OTHER, column_labels, row_labels

#: A label as like as this to one of the form is that one.
_SURE = 0.9
#: Heads that stand in one cell have no more words or lines.
_MOST_WORDS = 12
#: Fewer heads than this of a table with groups of columns are a piece of its header.
_FEWEST_UNDER_GROUPS = 2


# What a row of heads is


def _is_title(row: Row, edition: Edition) -> bool:
    """Whether one text stands in the row that heads no figures, in a table whose blocks have
    titles."""
    texts = [cell.text for cell in filled(row.own)]
    titled = any(block.title for block in edition.blocks)
    return titled and len(texts) == 1 and _heads_nothing(texts[0], edition)


def _heads_nothing(text: str, edition: Edition) -> bool:
    """Whether a text is a corner, a group or a title of the form."""
    found = row_labels(edition.table, edition.edition).match(text)
    return found is not None and found.id == OTHER


# Heads over columns of the grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of the form by the grid columns they stand over."""

    #: column id -> grid columns
    spans: Mapping[str, range]
    by: PlacedBy = PlacedBy.LABEL
    #: The labels of a row stand in another order than the form's: order tells nothing.
    disordered: bool = False
    #: Grid columns under a text that is no head of the form's.
    foreign: frozenset[int] = frozenset()

    @property
    def clear(self) -> Mapping[str, range]:
        """The columns whose head shares its place with no other: two in one cell, or one over the
        other, as where a page shows one column for two, say of neither which figures are its."""
        return _clear(tuple(self.spans.items()))


@remembered
def _clear(spans: tuple[tuple[str, range], ...]) -> Mapping[str, range]:
    return {
        id: span
        for id, span in spans
        if not any(meet(span, other) for at, other in spans if at != id)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers over the rows of a table of the form."""

    #: For each row the header in force there; None where none was seen yet.
    over: tuple[Header | None, ...]
    #: The rows that are heads themselves, by their index.
    rows: frozenset[int]
    #: The rows that begin with what the header above them lacks, so that no label of theirs is
    #: known: heads printed again in the middle of a row of text, 其他 the last of them.
    begun: frozenset[int]

    @property
    def columns(self) -> set[str]:
        """Every column that has its head."""
        return {column for header in self.over if header for column in header.spans}


def headers_of(rows: Sequence[Row], edition: Edition) -> Headers:
    """Header rows that follow each other make one header (自然人 stands above 商业企业)."""
    over: list[Header | None] = []
    heads, begun = set(), set()
    current: Header | None = None
    table: Table | None = None
    gathering = False
    #: Texts of a header that say nothing alone: `商业` over `企业`.
    halves: dict[range, str] = {}
    for at, row in enumerate(rows):
        if table is not None and row.table is not table:
            gathering, halves = False, {}
            current = _moved_over(current, table, row.table, edition)
        spans = _header_spans(row, edition, halves)
        above = current if row.table is table else None
        if len(spans) == 1 and _says_row(row, spans, above, edition, gathering=gathering):
            spans = {}
        table = row.table
        halves = {} if row.has_values() else {**halves, **_unsaid(row, spans)}
        if spans:
            current = _with_row(current if gathering else None, spans, halves, edition)
            gathering = True
            heads.add(at)
        elif gathering and current and _ends_header(row, current, edition):
            begun.add(at)
            gathering = False
        elif row.has_values() or _is_title(row, edition) or _says_line(row, edition):
            gathering = False
        over.append(current)
    return Headers(over=tuple(over), rows=frozenset(heads), begun=frozenset(begun))


def _with_row(
    header: Header | None,
    spans: Mapping[str, range],
    others: Mapping[range, str],
    edition: Edition,
) -> Header:
    """The header with one more row; None for one that begins with it. `others`: what else stands
    over columns here."""
    above = header or Header(spans={})
    foreign = (
        at for at, text in others.items() if text.strip() and not _heads_nothing(text, edition)
    )
    return Header(
        spans={**above.spans, **spans},
        disordered=above.disordered or _disordered(spans, edition),
        foreign=above.foreign.union(*foreign),
    )


def _moved_over(
    header: Header | None, table: Table, after: Table, edition: Edition
) -> Header | None:
    """The header of a table over the next one, which may have more or fewer columns before the
    figures: tables end on the same edge, and figures begin where the labels end. None where it
    cannot stand there: labels reach under it, or end nowhere before it."""
    if header is None:
        return None
    by = after.n_columns - table.n_columns
    first = min(span.start for span in header.spans.values()) + by
    labels = row_labels(edition.table, edition.edition)
    ends = any(reach(cell).stop == first and labels.match(cell.text) for cell in after.cells)
    if (by != 0 and not ends) or any(end > first for end in _ends_of_lines(after, edition)):
        return None
    moved = {id: range(span.start + by, span.stop + by) for id, span in header.spans.items()}
    return replace(header, spans=moved, foreign=frozenset(at + by for at in header.foreign))


def _ends_of_lines(table: Table, edition: Edition) -> set[int]:
    """Where the labels of lines end; what may be a head, or the head of a group, is none."""
    rows = row_labels(edition.table, edition.edition)
    columns = column_labels(edition.table, edition.edition)
    return {
        reach(cell).stop
        for cell in table.cells
        if (found := rows.match(cell.text))
        and found.id != OTHER
        and (numbering(cell.text) or not columns.match(cell.text))
    }


def _unsaid(row: Row, spans: Mapping[str, range]) -> dict[range, str]:
    """The texts of a row that head no column, by the grid columns they stand over."""
    said = set(spans.values())
    return {reach(cell): cell.text for cell in row.own if reach(cell) not in said}


def _disordered(spans: Mapping[str, range], edition: Edition) -> bool:
    """Whether no block of the form has these columns in this order."""
    said = sorted(spans, key=lambda column: spans[column].start)
    orders = ([column.id for column in block.columns] for block in edition.blocks)
    return not any(said == [column for column in order if column in spans] for order in orders)


def _header_spans(row: Row, edition: Edition, halves: Mapping[range, str]) -> dict[str, range]:
    """The columns that this row heads; empty where it is no header. `halves`: what stands over
    each column and may go on here."""
    spans: dict[str, range] = {}
    if row.has_values():
        return spans
    labels = column_labels(edition.table, edition.edition)
    for cell in filled(row.own):
        whole = halves.get(reach(cell), "") + cell.text
        if cell.column == 0 and row.table.columns_sure:
            continue
        said = _several(cell.text, labels) if row.table.columns_sure else ()
        if not said and (found := labels.match(cell.text) or labels.match(whole)):
            said = (found.id,)
        spans.update((id, reach(cell)) for id in said if id not in spans)
    return spans


def _several(text: str, labels: Labels) -> tuple[str, ...]:
    """The columns that a text says where it is the heads of several, `上一年项目数量 本年增/减`;
    none where it may be one head of several words."""
    words, whole = text.split(), labels.match(text)
    if not 1 < len(words) <= _MOST_WORDS or (whole and whole.score == 1.0):
        return ()
    found = _heads_in(words, labels)
    return found if len(set(found)) > 1 else ()


def _heads_in(words: Sequence[str], labels: Labels) -> tuple[str, ...]:
    """The heads that make up all the words, the first of them the shortest that is one; none
    where they do not."""
    for end in range(1, len(words) + 1):
        head = labels.match("".join(words[:end]))
        if head is None or head.score < _SURE:
            continue
        rest = _heads_in(words[end:], labels)
        if rest or end == len(words):
            return (head.id, *rest)
    return ()


def _says_row(
    row: Row,
    spans: Mapping[str, range],
    above: Header | None,
    edition: Edition,
    *,
    gathering: bool,
) -> bool:
    """`（七）总计` with all its figures blank says a row, not a column; 总计 alone among heads of
    several lines, as text has them, does not."""
    text = filled(row.own)[0].text
    if not row.table.columns_sure and (gathering or numbering(text)):
        return bool(numbering(text))
    [span] = spans.values()
    if above and span.start < min(one.start for one in above.spans.values()):
        return True
    said = row_labels(edition.table, edition.edition).match(text)
    return said is not None and said.id != OTHER and said.score > _SURE


def _ends_header(row: Row, header: Header, edition: Edition) -> bool:
    """Whether all words of a row of text with figures are heads that the header above it lacks:
    其他 and 总计 say a row as well, but there they are what was left of the header."""
    if row.table.columns_sure or not row.has_values():
        return False
    labels = column_labels(edition.table, edition.edition)
    texts = [cell.text for cell in filled(row.own) if not row.is_figure(cell)]
    said = [None if numbering(text) else labels.match(text) for text in texts]
    return bool(said) and all(found and found.id not in header.spans for found in said)


def _says_line(row: Row, edition: Edition) -> bool:
    """Whether the label of a line of the form stands in a row."""
    labels = row_labels(edition.table, edition.edition)
    return any((found := labels.match(cell.text)) and found.id != OTHER for cell in row.own)


def completed(header: Header, columns: Sequence[Line], width: int) -> Header | None:
    """The header over these columns, with those whose label was lost put in by their order;
    None if it leaves a column open."""
    clear = header.clear
    known = {column.id: clear[column.id] for column in columns if column.id in clear}
    if len(known) == len(columns):
        return Header(spans=known, foreign=header.foreign)
    if any(column.id in header.spans and column.id not in known for column in columns):
        return None  # order would put one where it shares its place
    starts = {known[c.id].start - at for at, c in enumerate(columns) if c.id in known}
    wide = any(len(span) > 1 for span in known.values())
    if len(known) * 2 < len(columns) or len(starts) != 1 or wide:
        return None
    start = starts.pop()
    if start < 0 or start + len(columns) > width:
        return None
    return Header(
        spans={c.id: range(start + at, start + at + 1) for at, c in enumerate(columns)},
        by=PlacedBy.ORDER,
        foreign=header.foreign,
    )


# Heads of text, of which only the order is known

#: From left to right; None for a head that the form does not have there.
Columns = tuple[Line | None, ...]


def own_columns(
    rows: Sequence[Row], blocks: Mapping[int, Block], edition: Edition
) -> Mapping[int, Columns]:
    """index of a row -> the columns over it where they are not the form's; only of rows of text.

    `blocks`: for each row that is a line of the form, by its index, the block of that line.
    """
    found: dict[int, Columns] = {}
    if all(row.table.columns_sure for row in rows):
        return found
    for header, below in _parts(rows, blocks, edition):
        block = blocks[below[0]]
        if any(blocks[at] is not block for at in below):
            continue  # the heads of some of them were lost
        most = max(sum(looks_like_value(cell.text) for cell in rows[at].own) for at in below)
        columns = _columns(header, block, edition, most)
        if columns is not None:
            found.update(dict.fromkeys(below, columns))
    return found


def _parts(
    rows: Sequence[Row], blocks: Mapping[int, Block], edition: Edition
) -> Iterator[tuple[list[Row], list[int]]]:
    """Header rows that follow each other, and the lines below them up to the next title or
    header."""
    header: list[Row] = []
    below: list[int] = []
    for index, row in enumerate(rows):
        heads = index not in blocks and _may_be_heads(row, edition)
        new_table = index > 0 and rows[index - 1].table is not row.table
        if new_table or (below and heads) or (index not in blocks and _is_title(row, edition)):
            if header and below:
                yield header, below
            header, below = [], []
        if heads:
            header.append(row)
        elif index in blocks and not row.table.columns_sure:
            below.append(index)
    if header and below:
        yield header, below


def _may_be_heads(row: Row, edition: Edition) -> bool:
    """A row without figures with the head of a column in it, or with the first cell of a header."""
    if row.table.columns_sure or row.has_values():
        return False
    labels = column_labels(edition.table, edition.edition)
    stubs = {key(block.stub) for block in edition.blocks if block.stub}
    return any(labels.match(cell.text) or key(cell.text) in stubs for cell in row.own)


def _columns(header: Sequence[Row], block: Block, edition: Edition, most: int) -> Columns | None:
    """None where they are the form's, or where a head may have been lost. `most`: how many
    figures a row has that has the most."""
    if any(column.group for column in block.columns):
        columns = _under_groups(header, block, edition)
        return columns if columns and most <= len(columns) else None
    if len(header) != 1:
        return None
    texts = [cell.text for cell in _without_blank_ends(header[0].own)]
    if texts and _heads_nothing(texts[0], edition):
        texts = texts[1:]
    if not texts or not all(map(str.strip, texts)):
        return None  # a blank among the heads: a label that was lost
    texts = [text for text, _ in groupby(texts)]
    columns = tuple(_column(text, block, edition) for text in texts)
    others = any(
        column is None and not _may_be_misspelt(text, own)
        for text, column, own in zip(texts, columns, block.columns, strict=False)
    )
    return columns if _are_its_own(columns, block, others=others) else None


def _without_blank_ends(cells: Sequence[Cell]) -> Sequence[Cell]:
    said = [at for at, cell in enumerate(cells) if cell.text.strip()]
    return cells[said[0] : said[-1] + 1] if said else ()


def _column(text: str, block: Block, edition: Edition) -> Line | None:
    found = column_labels(edition.table, edition.edition).match(text)
    return next((c for c in block.columns if found and c.id == found.id), None)


def _may_be_misspelt(text: str, column: Line) -> bool:
    """Whether a head may be that of a column in other words: `备注` has no sign of 本年制发件数."""
    said = set(HAN.findall(key(text)))
    return not said or any(said & set(key(label)) for label in column.labels)


def _are_its_own(columns: Columns, block: Block, *, others: bool = False) -> bool:
    """Whether columns are others than the form's, and in its order. `others`: in the place of a
    column of the form stands a head that says something else."""
    known = [block.columns.index(column) for column in columns if column is not None]
    if not known or known != sorted(set(known)):
        return False
    if len(columns) < len(block.columns):
        return True
    # the form's, with a remark behind them, or with a misspelt one
    misspelt = not others and all(
        c is None or c is own for c, own in zip(columns, block.columns, strict=False)
    )
    return len(known) != len(block.columns) and not misspelt


def _under_groups(header: Sequence[Row], block: Block, edition: Edition) -> Columns | None:
    """Heads of several rows do not keep their order in text; those of the form keep the form's.
    A head that is not known, or a group without a column under it, may be any column."""
    texts = [cell.text for row in header for cell in filled(row.own)]
    heads = {text: _column(text, block, edition) for text in texts}
    others = {key(text) for text, column in heads.items() if column is None}
    if not all(_heads_nothing(text, edition) for text in heads if heads[text] is None):
        return None
    known = tuple(column for column in block.columns if column in heads.values())
    groups = {key(label) for column in block.columns for label in column.group}
    headed = {key(label) for column in known for label in column.group}
    if not others & groups <= headed or len(known) < _FEWEST_UNDER_GROUPS:
        return None
    return known if _are_its_own(known, block) else None
