"""Header rows of tables whose columns are only an order -> the columns that their rows have.

Organs leave columns out and put others in. Where only an order is left of the columns, the
form's own order is then the wrong one: the heads that stand over a block say which columns it
has. Heads that are the form's, all of them and no other, add nothing and are not given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tasks.forms.vocabulary import Block, Edition, Line
from tasks.recognise.columns import is_title
from tasks.recognise.rows import HAN, Row
from tasks.says.amounts import looks_like_value
from tasks.says.labels import key
from tasks.says.vocabulary import OTHER, column_labels, row_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHeads:
    """The heads over the rows of a block where they are not the form's."""

    #: From left to right; None for a head that the form does not have there.
    columns: tuple[Line | None, ...]

    @property
    def foreign(self) -> bool:
        """Whether a head is none of the form's: a column that is missing may be that."""
        return None in self.columns


def own_heads(
    rows: Sequence[Row], placed: Mapping[int, str], edition: Edition
) -> Mapping[int, OwnHeads]:
    """index of a placed row -> the heads over it; only rows of which order alone is known."""
    block_of = {line.id: block for block in edition.blocks for line in block.rows}
    found: dict[int, OwnHeads] = {}
    for header, below in _parts(rows, placed, edition):
        blocks = {id(block_of[placed[at]]): block_of[placed[at]] for at in below}
        if len(blocks) != 1:
            continue
        [block] = blocks.values()
        most = max(sum(map(looks_like_value, _texts(rows[at]))) for at in below)
        heads = _heads(header, block, edition, most)
        if heads is not None:
            found.update(dict.fromkeys(below, heads))
    return found


def _parts(
    rows: Sequence[Row], placed: Mapping[int, str], edition: Edition
) -> Iterator[tuple[list[Row], list[int]]]:
    """Header rows that follow each other, and the placed rows below them up to the next title
    or header: of one block, or else the heads of some were lost."""
    header: list[Row] = []
    below: list[int] = []
    for index, row in enumerate(rows):
        heads = index not in placed and _may_be_heads(row, edition)
        new_table = index > 0 and rows[index - 1].table is not row.table
        if new_table or (below and heads) or (index not in placed and is_title(row, edition)):
            if header and below:
                yield header, below
            header, below = [], []
        if heads:
            header.append(row)
        elif index in placed and not row.table.columns_sure:
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


def _heads(header: Sequence[Row], block: Block, edition: Edition, most: int) -> OwnHeads | None:
    """None where they are the form's, or where a head may have been lost. `most`: how many
    figures a row has that has the most."""
    if any(column.group for column in block.columns):
        heads = _under_groups(header, block, edition)
        return heads if heads and most <= len(heads.columns) else None
    if len(header) != 1:
        return None
    said = _texts(header[0])
    stub = row_labels(edition.table, edition.edition).match(said[0]) if said else None
    said = said[1:] if stub and stub.id == OTHER else said
    if not said or not all(said):
        return None  # a blank among the heads: a label that was lost
    texts = [text for text, _ in groupby(said)]
    columns = [_column(text, block, edition) for text in texts]
    others = any(
        column is None and not _may_be_misspelt(text, own)
        for text, column, own in zip(texts, columns, block.columns, strict=False)
    )
    return _if_not_the_form_s(columns, block, others=others)


def _may_be_misspelt(text: str, column: Line) -> bool:
    """Whether a head may be that of a column in other words: `备注` has no sign of 本年制发件数."""
    said = set(HAN.findall(key(text)))
    return not said or any(said & set(key(label)) for label in column.labels)


def _texts(row: Row) -> list[str]:
    """The texts of a row without the blanks before and behind them."""
    texts = [cell.text.strip() for cell in row.own]
    filled = [at for at, text in enumerate(texts) if text]
    return texts[filled[0] : filled[-1] + 1] if filled else []


def _column(text: str, block: Block, edition: Edition) -> Line | None:
    found = column_labels(edition.table, edition.edition).match(text)
    return next((c for c in block.columns if found and c.id == found.id), None)


def _if_not_the_form_s(
    columns: Sequence[Line | None], block: Block, *, others: bool = False
) -> OwnHeads | None:
    """`others`: in the place of a column of the form stands a head that says something else."""
    known = [block.columns.index(column) for column in columns if column is not None]
    if not known or known != sorted(set(known)):
        return None
    if len(columns) >= len(block.columns) and (
        len(known) == len(block.columns)
        or (
            not others
            and all(c is None or c is own for c, own in zip(columns, block.columns, strict=False))
        )
    ):
        return None  # the form's, with a misspelt one or with a remark behind them
    return OwnHeads(columns=tuple(columns))


def _under_groups(header: Sequence[Row], block: Block, edition: Edition) -> OwnHeads | None:
    """Heads of several rows do not keep their order in text; those of the form keep the form's.
    A head that is not known, or a group without a column under it, may be any column."""
    texts = [text for row in header for text in _texts(row) if text]
    surroundings = row_labels(edition.table, edition.edition)
    groups = {key(label) for column in block.columns for label in column.group}
    known = [column for text in texts if (column := _column(text, block, edition)) is not None]
    others = [text for text in texts if _column(text, block, edition) is None]
    if not all((found := surroundings.match(t)) and found.id == OTHER for t in others):
        return None
    headed = {key(label) for column in known for label in column.group}
    if not {key(text) for text in others} & groups <= headed or len(known) < _FEWEST_UNDER_GROUPS:
        return None
    return _if_not_the_form_s([column for column in block.columns if column in known], block)


#: Fewer heads than this of a table with groups of columns are a piece of its header.
_FEWEST_UNDER_GROUPS = 2
