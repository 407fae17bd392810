"""Pages as drawn → tables, paragraphs and runs, and what is to be said of them.

Here every format whose pages are drawn goes one way, whatever its bytes are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tasks.model.document import Block, Doubt, DoubtKind, Table, TextRun, Where
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.saying import Saying, say
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.leaves import parted
from tasks.read.pdf.marks import Sheet, doubt
from tasks.read.pdf.pages import sheets_to_blocks
from tasks.read.pdf.refused import corrupt
from tasks.read.pdf.sheets import drawn_to_sheet

#: A page with fewer characters than this, most of it under images, is a scanned one.
FEWEST_CHARACTERS = 20
SCANNED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Laid:
    """The pages of a document and what is on them."""

    #: How many pages there are; those that could not be followed, and those of which a part could
    #: not, from 1.
    n_pages: int
    lost: tuple[int, ...]
    damaged: tuple[int, ...]
    sheets: tuple[Sheet, ...]
    blocks: tuple[Block, ...]
    runs: tuple[TextRun, ...]

    @property
    def seen(self) -> str:
        """All characters that leave ink."""
        return "".join(
            glyph.text for sheet in self.sheets for glyph in sheet.glyphs if not glyph.blank
        )

    @property
    def has_tables(self) -> bool:
        return any(isinstance(block, Table) for block in self.blocks)


def lay_out(pages: deque[Drawn | None]) -> Laid:
    """`pages`: as drawn, None where a page could not be followed. It is empty afterwards: what is
    drawn on a page takes as much room as what is made of it, and each is given up on the way."""
    n_pages = len(pages)
    sheets: list[Sheet] = []
    lost: list[int] = []
    damaged: list[int] = []
    place = 0
    for number in range(1, n_pages + 1):
        drawn = pages.popleft()
        if drawn is None:
            lost.append(number)
        elif drawn.damaged:
            damaged.append(number)
        # A page that is lost leaves a gap between the places of the others.
        leaves = parted(drawn_to_sheet(number, drawn, place)) if drawn is not None else []
        sheets += leaves
        place += len(leaves) or 1
    blocks, runs = sheets_to_blocks(sheets)
    return Laid(n_pages, tuple(lost), tuple(damaged), tuple(sheets), blocks, runs)


def page_doubts(laid: Laid) -> Iterator[Doubt]:
    for number in laid.lost:
        yield _of_page(number, say("pdf.lost_page", page=number))
    for number in laid.damaged:
        yield _of_page(number, say("pdf.damaged_page", page=number))
    for sheet in laid.sheets:
        yield from sheet.doubts
    for sheet in laid.sheets:
        if _is_scan(sheet):
            yield _of_page(sheet.number, say("pdf.scanned_page", page=sheet.number))


def scanned_pages(laid: Laid) -> tuple[int, ...]:
    """Pages whose figures are pixels: pictures of pages, with or without a hidden layer of text,
    and outlines in place of text; from 1."""
    scans = {sheet.number for sheet in laid.sheets if _is_scan(sheet) or _is_overlaid(sheet)}
    if not any(map(_n_seen, laid.sheets)):
        scans |= {one.number for one in laid.sheets if one.shades or one.horizontals}
    return tuple(sorted(scans))


def has_text_beside(laid: Laid, scanned: Collection[int]) -> bool:
    """Whether a page that is none of these, from 1, has something to say."""
    return any(
        sheet.number not in scanned and _n_seen(sheet) >= FEWEST_CHARACTERS for sheet in laid.sheets
    )


def _is_overlaid(sheet: Sheet) -> bool:
    """Whether all of it is a picture under text that a program read from it."""
    return any(
        one.kind is DoubtKind.SCAN and one.where.box == sheet.where(sheet.box).box
        for one in sheet.doubts
    )


def refuse_without_text(laid: Laid, name: str) -> None:
    """Raises Refusal where there is nothing to read: no text at all, or scanned pages only.
    `name`: what the format is called."""
    seen = sum(map(_n_seen, laid.sheets))
    if seen == 0 and laid.damaged:
        raise corrupt(name)
    scans = [sheet for sheet in laid.sheets if _is_scan(sheet)]
    with_text = [sheet for sheet in laid.sheets if _n_seen(sheet) >= FEWEST_CHARACTERS]
    if scans and not with_text:
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            f"{name}是扫描件（图片），没有可读取的文字。请上传由文字处理软件直接导出的PDF或原始文档。",
            f"the {name} holds scanned pages without text: send the PDF exported by the word "
            "processor, or the original document",
        )
    if seen == 0 and any(sheet.shades or sheet.horizontals for sheet in laid.sheets):
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            f"{name}的文字已转为图形（相当于扫描件），无法读取。请上传由文字处理软件直接导出的PDF或原始文档。",
            f"the {name} holds outlines instead of text, as scanned pages do: send the PDF "
            "exported by the word processor, or the original document",
        )
    if seen == 0:
        raise Refusal(
            RefusalCode.EMPTY,
            f"{name}的各页都是空白。请检查后重新上传。",
            f"all pages of the {name} are blank: check the file and send it again",
        )


def _n_seen(sheet: Sheet) -> int:
    return sum(not glyph.blank for glyph in sheet.glyphs)


def _is_scan(sheet: Sheet) -> bool:
    return sheet.image_share >= SCANNED_SHARE and _n_seen(sheet) < FEWEST_CHARACTERS


def _of_page(number: int, said: Saying) -> Doubt:
    return doubt(DoubtKind.TRUNCATED, said, Where(page=number))
