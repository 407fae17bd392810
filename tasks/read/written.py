"""Tables that a page or letter writes out with signs: read by the grammars of text.

Rows of pipes in `<pre>`, parted by `<br>` or each in a paragraph, columns of tabs or spaces,
drawn frames. Beside the readers and not in one of them, since none knows another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, TypeGuard

from tasks.model.document import Block, Document, Paragraph, Table
from tasks.model.patterns import regex

if TYPE_CHECKING:
    from tasks.read.text.lines import Line

#: What parts cells: pipes, tabs, frames, gaps.
_SIGN = regex(r"[|｜│┃║￨┆┊\t]")
_GAP = regex(r"\S {2,}\S")
#: Fewer rows than this are a menu or a line of links.
_FEWEST_ROWS = 3
#: More lines than this between two tables are no report.
_MOST_LINES = 50_000


def with_written_tables(document: Document) -> Document:
    """The document with such tables as tables, its own tables left as they are."""
    if not any(map(_is_marked, document.blocks)):
        return document
    blocks: list[Block] = []
    for is_text, run in groupby(document.blocks, key=lambda block: isinstance(block, Paragraph)):
        if is_text:
            blocks += _read([block for block in run if isinstance(block, Paragraph)])
        else:
            blocks += run
    return replace(document, blocks=tuple(_numbered(blocks)))


def _is_marked(block: Block) -> bool:
    return isinstance(block, Paragraph) and _has_mark(block.text)


def _has_mark(text: str) -> bool:
    return bool(_SIGN.search(text) or ("  " in text and _GAP.search(text)))


@dataclass(frozen=True, slots=True)
class _Source:
    """Lines of text and the paragraph that each is of."""

    lines: Sequence[Line]
    paragraphs: Sequence[Paragraph]

    def of(self, block: Block) -> Paragraph:
        return self.paragraphs[block.where.lines[0] - 1 if block.where.lines else 0]


def _read(paragraphs: Sequence[Paragraph]) -> Iterator[Block]:
    rows = [line for one in paragraphs for line in one.text.split("\n") if _has_mark(line)]
    said = [(line, one) for one in paragraphs for line in one.text.split("\n")]
    if len(rows) < _FEWEST_ROWS or len(said) > _MOST_LINES:
        yield from paragraphs
        return
    # Imported where something is written so, as in few pages and letters.
    from tasks.read.text import lines_to_blocks
    from tasks.read.text.lines import Line

    source = _Source(
        [Line(number, line) for number, (line, _) in enumerate(said, 1)], [one for _, one in said]
    )
    found = list(lines_to_blocks(source.lines))
    taken = {
        id(source.paragraphs[number - 1])
        for table in found
        if _is_table(table) and table.where.lines
        for number in range(table.where.lines[0], table.where.lines[1] + 1)
    }
    kept: set[int] = set()
    for block in found:
        own = source.of(block)
        if _is_table(block):
            yield _placed(block, source)
        elif id(own) in taken and isinstance(block, Paragraph):
            yield replace(block, where=own.where)
        elif id(own) in taken and isinstance(block, Table):
            yield from (Paragraph(text=cell.text, where=own.where) for cell in block.cells)
        elif id(own) not in kept:
            kept.add(id(own))
            yield own


def _is_table(block: Block) -> TypeGuard[Table]:
    return isinstance(block, Table) and block.n_rows >= _FEWEST_ROWS and block.n_columns > 1


def _placed(block: Table, source: _Source) -> Table:
    """A table with the places of the paragraphs that its rows stand in."""
    cells = tuple(
        replace(
            cell,
            where=source.paragraphs[cell.where.lines[0] - 1].where
            if cell.where.lines
            else source.of(block).where,
        )
        for cell in block.cells
    )
    return replace(block, cells=cells, where=source.of(block).where)


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    count = 0
    for block in blocks:
        count += isinstance(block, Table)
        yield replace(block, id=f"t{count}") if isinstance(block, Table) else block
