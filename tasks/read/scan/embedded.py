"""A document with signs for its pictures → the same with what the pictures say in their place.

Each picture is a page of its own, with a number that counts through the document; those with
nothing between them are laid out together, since tables go on from one to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.model.document import (
    Block,
    Cell,
    Document,
    Doubt,
    DoubtKind,
    Paragraph,
    Reading,
    Table,
    TextRun,
    Where,
)
from tasks.model.refusal import Refusal
from tasks.model.saying import Saying, say
from tasks.read.embedded import MARK, MOST_PICTURES, without_marks
from tasks.read.nesting import UNREAD
from tasks.read.scan.laid import lay_out_read
from tasks.read.scan.page import PageReader, ReadPage
from tasks.read.scan.paper import is_paper
from tasks.read.scan.pictures import pages_of
from tasks.read.scan.pixels import Picture

#: A picture in a text whose resolution nobody knows is as broad as its lines, in points.
LINE_WIDTH = 430.0


@dataclass(frozen=True, slots=True)
class _Said:
    """What pictures say that stand one after the other."""

    blocks: tuple[Block, ...] = ()
    runs: tuple[TextRun, ...] = ()
    readings: tuple[Reading, ...] = ()


def with_pictures_read(document: Document, pictures: Sequence[bytes]) -> Document:
    """`pictures`: by the numbers that their signs in the document say."""
    parts = [part for block in document.blocks for part in _parted(block)]
    shown = [one for part in parts if isinstance(part, _Pictures) for one in part.numbers]
    chosen = dict.fromkeys(shown)
    numbers = {one: number for number, one in enumerate(list(chosen)[:MOST_PICTURES], 1)}
    reader = PageReader()
    blocks: list[Block] = []
    runs: list[TextRun] = []
    readings: list[Reading] = []
    doubts: list[Doubt] = []
    waiting: dict[int, Where] = {}
    if len(chosen) > len(numbers):
        doubts.append(_doubt(say("picture.too_many", n=len(chosen) - len(numbers)), Where()))
    for part in [*parts, None]:
        if isinstance(part, _Pictures):
            waiting |= {numbers[one]: part.where for one in part.numbers if one in numbers}
            continue
        if waiting:
            read = dict(_read(waiting, numbers, pictures, reader, doubts))
            said = _laid_out(read, waiting, len(numbers))
            blocks += said.blocks
            runs += said.runs
            readings += said.readings
            waiting = {}
        if part is not None:
            blocks.append(part)
    return replace(
        document,
        title=without_marks(document.title).strip(),
        blocks=tuple(_numbered(blocks)),
        doubts=(*document.doubts, *doubts),
        runs=tuple(runs),
        readings=tuple(readings),
    )


@dataclass(frozen=True, slots=True)
class _Pictures:
    numbers: tuple[int, ...]
    where: Where


def _parted(block: Block) -> Iterator[Block | _Pictures]:
    """The block without signs, and what stood between its texts; of a table, behind it."""
    if isinstance(block, Table):
        texts = (block.caption, *(cell.text for cell in block.cells))
        marks = tuple(int(one) for text in texts for one in MARK.findall(text))
        if not marks:
            yield block
            return
        cells = tuple(map(_without_marks, block.cells))
        yield replace(block, cells=cells, caption=without_marks(block.caption).strip())
        yield _Pictures(marks, block.where)
        return
    # Texts at even places, numbers of pictures between them.
    for index, part in enumerate(MARK.split(block.text)):
        if index % 2:
            yield _Pictures((int(part),), block.where)
        elif part.strip():
            yield replace(block, text=part.strip())


def _without_marks(cell: Cell) -> Cell:
    """A cell that shows a picture is not blank."""
    if not MARK.search(cell.text):
        return cell
    return replace(cell, text=without_marks(cell.text).strip() or UNREAD)


def _read(
    waiting: Mapping[int, Where],
    numbers: Mapping[int, int],
    pictures: Sequence[bytes],
    reader: PageReader,
    doubts: list[Doubt],
) -> Iterator[tuple[int, ReadPage]]:
    """Those that show something written, by their numbers; of damaged ones it is said that they
    were not read."""
    by_number = {number: one for one, number in numbers.items()}
    for number, where in waiting.items():
        one = by_number[number]
        picture = _picture(pictures[one]) if one < len(pictures) else None
        if picture is None:
            doubts.append(_doubt(say("picture.broken", n=number), where))
        elif is_paper(picture.pixels):
            yield number, reader.read(picture)


def _picture(source: bytes) -> Picture | None:
    """None where it is damaged, too large, or of a kind that is not known."""
    try:
        found = next(pages_of(source), None)
    except Refusal:
        return None
    return found and Picture(pixels=found.pixels, width=found.width or LINE_WIDTH)


def _laid_out(read: Mapping[int, ReadPage], places: Mapping[int, Where], n_pages: int) -> _Said:
    scan = lay_out_read([None] * n_pages, read)

    def placed(where: Where) -> Where:
        """Each picture has a path of its own, as pages have numbers."""
        if where.page is None:
            return where
        path = f"{places[where.page].path or ''}/picture[{where.page}]"
        return replace(where, path=path)

    return _Said(
        blocks=tuple(_block_placed(block, placed) for block in scan.laid.blocks),
        runs=tuple(replace(one, where=placed(one.where)) for one in scan.laid.runs),
        readings=tuple(replace(one, where=placed(one.where)) for one in scan.readings),
    )


def _block_placed(block: Block, placed: Callable[[Where], Where]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, where=placed(block.where))
    cells = tuple(replace(cell, where=placed(cell.where)) for cell in block.cells)
    return replace(block, where=placed(block.where), cells=cells)


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    count = 0
    for block in blocks:
        count += isinstance(block, Table)
        yield replace(block, id=f"t{count}") if isinstance(block, Table) else block


def _doubt(said: Saying, where: Where) -> Doubt:
    return Doubt(kind=DoubtKind.TRUNCATED, says=(said,), where=where)
