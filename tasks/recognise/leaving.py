"""The working copy -> the tables that leave the program: those of the document.

Recognising moves cells and leaves out what counts the rows. All that is for recognising only: a
table leaves as the reader gave it. A table that recognising restored from text leaves in the
place of that text.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from tasks.model.document import Block, Document, Paragraph


def with_own_tables(document: Document) -> Document:
    """The document with the reader's tables in place of their working copies."""
    return replace(document, blocks=tuple(map(_as_read, document.blocks)))


def _as_read(block: Block) -> Block:
    """A table under the id that the addresses of its cells have."""
    if isinstance(block, Paragraph) or block.source is None:
        return block
    return replace(block.source, id=block.id)


def free_id(document: Document) -> str:
    """The number of one more table."""
    taken = {table.id for table in document.tables()}
    return next(id for n in count(len(taken) + 1) if (id := f"t{n}") not in taken)
