"""The working copy -> the tables that leave the program: those of the document.

Recognising moves cells, leaves out what counts the rows and takes torn tables apart. All that
is for recognising only: a table leaves as the reader gave it. A table that recognising restored
from text leaves in the place of that text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, groupby

from tasks.model.document import Block, Document, Paragraph, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Torn(Paragraph):
    """A cell of a table that was taken apart to be read as text."""

    table: Table


def taken_apart(table: Table) -> list[Block]:
    """The cells of a table as paragraphs."""
    return [Torn(text=cell.text, where=cell.where, table=table) for cell in table.cells]


def with_own_tables(document: Document) -> Document:
    """The document with the reader's tables in place of their working copies.

    A table taken apart is whole again where nothing of it went into a restored one; else what
    is left of it are paragraphs.
    """
    return replace(document, blocks=tuple(_own(document)))


def _own(document: Document) -> Iterator[Block]:
    for table, run in groupby(document.blocks, key=_torn_from):
        parts = list(run)
        if table is not None and len(parts) == len(table.cells):
            yield _as_read(table)
        else:
            yield from map(_as_read, parts)


def _torn_from(block: Block) -> Table | None:
    return block.table if isinstance(block, Torn) else None


def _as_read(block: Block) -> Block:
    """A table under the id that the addresses of its cells have."""
    if isinstance(block, Torn):
        return Paragraph(text=block.text, where=block.where)
    if isinstance(block, Paragraph) or block.source is None:
        return block
    return replace(block.source, id=block.id)


def free_id(document: Document) -> str:
    """The number of one more table; those taken apart still have theirs."""
    taken = {block.table.id for block in document.blocks if isinstance(block, Torn)}
    taken |= {table.id for table in document.tables()}
    return next(id for n in count(len(taken) + 1) if (id := f"t{n}") not in taken)
