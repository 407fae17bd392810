"""Pages read from pixels, alone or between others → tables, paragraphs, and where they stood."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.model.box import Box
from tasks.model.document import Block, Doubt, DoubtKind, Reading, Table, TextRun, Where
from tasks.model.saying import say
from tasks.read.pdf.drawn import UNMAPPED, Drawn
from tasks.read.pdf.laid import Laid, lay_out
from tasks.read.pdf.marks import Sheet, doubt
from tasks.read.scan.page import ReadPage


@dataclass(frozen=True, slots=True)
class LaidScan:
    laid: Laid
    readings: tuple[Reading, ...]


def lay_out_read(pages: Iterable[Drawn | None], read: Mapping[int, ReadPage]) -> LaidScan:
    """`pages`: as drawn; `read`: those of them that were read from pixels, by their number from 1,
    which take the place of what is drawn there."""
    drawn = deque(
        read[number].drawn if number in read else page for number, page in enumerate(pages, 1)
    )
    laid = lay_out(drawn)
    laid = replace(
        laid,
        sheets=tuple(_with_doubts(sheet, read) for sheet in laid.sheets),
        blocks=tuple(_block_back(block, read) for block in laid.blocks),
        runs=tuple(_run_back(run, read) for run in laid.runs),
    )
    readings = tuple(
        Reading(
            where=_back(Where(page=number, box=line.box), read),
            text=line.text,
            confidence=line.confidence,
            second=line.second,
            covering=line.covering,
        )
        for number, page in read.items()
        for line in page.lines
    )
    return LaidScan(laid, readings)


def _with_doubts(sheet: Sheet, read: Mapping[int, ReadPage]) -> Sheet:
    """Of two that share a page the left one says it."""
    if sheet.number not in read or sheet.left:
        return sheet
    page, where = read[sheet.number], Where(page=sheet.number)
    doubts = list(sheet.doubts)
    if page.is_bent:
        said = say("scan.bent_page", page=sheet.number)
        doubts.append(doubt(DoubtKind.SCAN, said, where))
    n_unread = sum(one.text == UNMAPPED for one in page.drawn.characters)
    if n_unread:
        said = say("scan.unread_ink", page=sheet.number, n=n_unread)
        doubts.append(doubt(DoubtKind.UNMAPPED_CHARACTERS, said, where))
    return replace(sheet, doubts=tuple(doubts))


def _back(where: Where, read: Mapping[int, ReadPage]) -> Where:
    """On the page as it came, askew as it was."""
    if where.page is None or where.page not in read or where.box is None:
        return where
    box = read[where.page].way.back(Box(*where.box))
    x0, top, x1, bottom = (round(value, 1) for value in box)
    return replace(where, box=(x0, top, x1, bottom))


def _block_back(block: Block, read: Mapping[int, ReadPage]) -> Block:
    if not isinstance(block, Table):
        return replace(block, where=_back(block.where, read))
    cells = tuple(
        replace(
            cell,
            where=_back(cell.where, read),
            doubts=_doubts_back(cell.doubts, read),
        )
        for cell in block.cells
    )
    doubts = _doubts_back(block.doubts, read)
    return replace(block, where=_back(block.where, read), cells=cells, doubts=doubts)


def _doubts_back(doubts: Sequence[Doubt], read: Mapping[int, ReadPage]) -> tuple[Doubt, ...]:
    """Without those that blame a font for what was not read: a page is told of once."""
    return tuple(
        replace(one, where=_back(one.where, read))
        for one in doubts
        if not (one.kind is DoubtKind.UNMAPPED_CHARACTERS and one.where.page in read)
    )


def _run_back(run: TextRun, read: Mapping[int, ReadPage]) -> TextRun:
    return replace(run, where=_back(run.where, read))
