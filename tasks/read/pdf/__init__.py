"""bytes of a PDF → Document.

bytes
  | opening.py    pages as drawn, or a Refusal        (pdfplumber, pdfminer, PDFium; fonts.py)
  |   ink.py        characters that their font calls blank, and are none
  |   shells.py     pages that only stand in front of the document
  | canvas.py     what is drawn on each page; notes.py, layers.py: fields and
                  notes that lie on it, layers that are not shown
  | sheets.py     what is seen on each page: glyphs, rules, shades; marked.py: struck, raised;
                  shaded.py: lines that are edges of colours; scans.py: hidden text of scans
  | leaves.py     two pages on one sheet are two sheets
  | ruled.py      tables by their lines; partly.py: what no line parts, the text does
  | zones.py      columns of text, in reading order
  | aligned.py    tables by the white between their columns (blocks, columns, rows)
  | prose.py      the other lines: page furniture, paragraphs
  | joined.py     tables over pages made whole; beside.py: those cut by their columns
  | runs.py       what no lines part, with its places
  v
Document: paragraphs and tables in reading order, runs of text
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tasks.model.box import Box
from tasks.model.document import (
    Block,
    Cell,
    Detection,
    Document,
    Doubt,
    DoubtKind,
    Format,
    Paragraph,
    Table,
    TextRun,
    Where,
)
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.saying import Saying, say
from tasks.read.pdf.aligned import find_aligned
from tasks.read.pdf.beside import begins_anew, join_beside
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.joined import goes_on, join_pieces
from tasks.read.pdf.leaves import parted
from tasks.read.pdf.lines import Line, glyphs_to_lines, line_text
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.opening import corrupt, open_pdf
from tasks.read.pdf.pieces import Piece
from tasks.read.pdf.prose import Text, find_furniture, join_lines, lines_to_texts
from tasks.read.pdf.ruled import Found, find_ruled
from tasks.read.pdf.runs import glyphs_to_runs
from tasks.read.pdf.sheets import drawn_to_sheet
from tasks.read.pdf.shells import refuse_shell, shell_to_doubts
from tasks.read.pdf.zones import Zone, lines_to_zones

#: A page with fewer characters than this, most of it under images, is a scanned one.
FEWEST_CHARACTERS = 20
SCANNED_SHARE = 0.3
#: A line right above a table, up to this long, is its caption.
LONGEST_CAPTION = 80

__all__ = ["read_pdf"]

Part = Text | Piece


@dataclass(slots=True)
class PageBlocks:
    """The texts and pieces of one page, in reading order."""

    sheet: Sheet
    blocks: list[Text | Piece]
    #: Headers and footers that are repeated on other pages and stand here first.
    running: list[Line]
    runs: list[TextRun]


def read_pdf(source: bytes, detection: Detection) -> Document:
    """Raises Refusal: empty, encrypted, corrupt, too_complex, unsupported_format (scans)."""
    source = source[detection.offset :]
    if not source.strip():
        raise Refusal(
            RefusalCode.EMPTY, "文件是空的。请重新上传。", "the file is empty: send it again"
        )
    opened = open_pdf(source)
    sheets = _pages_to_sheets(opened.pages)
    damaged = [n for n, drawn in enumerate(opened.pages, 1) if drawn and drawn.damaged]
    pages = sheets_to_pages(sheets)
    blocks = pages_to_blocks(pages)
    seen = "".join(glyph.text for sheet in sheets for glyph in sheet.glyphs if not glyph.blank)
    has_tables = any(isinstance(block, Table) for block in blocks)
    refuse_shell(opened.shell, seen, has_tables=has_tables)
    _refuse_without_text(sheets, damaged)
    lost = [number for number, drawn in enumerate(opened.pages, 1) if drawn is None]
    return Document(
        format=Format.PDF,
        pages=len(opened.pages),
        title=opened.title,
        blocks=blocks,
        doubts=(
            *shell_to_doubts(opened.shell),
            *(_lost_page(number) for number in lost),
            *(_damaged_page(number) for number in damaged),
            *(doubt for sheet in sheets for doubt in sheet.doubts),
            *(_scanned_page(sheet.number) for sheet in sheets if _is_scan(sheet)),
        ),
        runs=tuple(run for page in pages for run in page.runs),
    )


def _pages_to_sheets(pages: Sequence[Drawn | None]) -> list[Sheet]:
    """The sheets in reading order; a page that is lost leaves a gap between their places."""
    sheets: list[Sheet] = []
    place = 0
    for number, drawn in enumerate(pages, 1):
        leaves = parted(drawn_to_sheet(number, drawn, place)) if drawn is not None else []
        sheets += leaves
        place += len(leaves) or 1
    return sheets


def sheets_to_pages(sheets: list[Sheet]) -> list[PageBlocks]:
    """Tables and paragraphs of each page; page furniture left out but for its first time."""
    found = [find_ruled(sheet) for sheet in sheets]
    loose = [glyphs_to_lines(one.glyphs) for one in found]
    margins = find_furniture(list(zip(sheets, loose, strict=True)))
    pages = []
    for sheet, one, lines in zip(sheets, found, loose, strict=True):
        furniture = margins.furniture.get(sheet.leaf, set())
        body = [line for line in lines if id(line) not in furniture]
        blocks: list[Text | Piece] = []
        for zone in lines_to_zones(body, sheet):
            held = [piece for piece in one.pieces if _in_zone(piece, zone)]
            blocks.extend(_zone_to_blocks(zone, held, one, sheet))
        seen = [*(glyph for line in body for glyph in line.glyphs), *one.in_open]
        runs = glyphs_to_runs(seen, sheet)
        pages.append(PageBlocks(sheet, blocks, margins.first.get(sheet.leaf, []), runs))
    return pages


def _in_zone(piece: Piece, zone: Zone) -> bool:
    x, y = piece.box.middle
    return zone.x0 <= x < zone.x1 and zone.top <= y < zone.bottom


def _zone_to_blocks(
    zone: Zone, pieces: list[Piece], found: Found, sheet: Sheet
) -> list[Text | Piece]:
    """Tables and paragraphs of one column of text, in reading order."""
    rules = [rule for rule in found.horizontals if zone.top <= rule.at < zone.bottom]
    rules = [rule for rule in rules if zone.x0 <= (rule.start + rule.end) / 2 < zone.x1]
    uprights = [rule for rule in found.verticals if zone.x0 <= rule.at < zone.x1]
    stretches = _stretches(zone.lines, pieces)
    aligned: list[Piece] = []
    loose: list[Line] = []
    for stretch in stretches:
        in_drawings = [line for line in stretch if _is_in(line, found.drawings)]
        loose.extend(in_drawings)
        outside = [line for line in stretch if line not in in_drawings]
        more, rest = find_aligned(sheet, outside, rules, uprights)
        aligned.extend(more)
        loose.extend(rest)
    loose.sort(key=lambda line: line.box.top)
    return _in_order([*pieces, *aligned], loose, sheet)


def _is_in(line: Line, drawings: Sequence[Box]) -> bool:
    return any(box.holds(*line.box.middle) for box in drawings)


def _stretches(lines: list[Line], pieces: list[Piece]) -> list[list[Line]]:
    """Lines between tables: nothing goes on across a table."""
    stretches: list[list[Line]] = [[]]
    tops = sorted(piece.box.top for piece in pieces)
    for line in lines:
        passed = sum(top < line.box.middle[1] for top in tops)
        while len(stretches) <= passed:
            stretches.append([])
        stretches[passed].append(line)
    return stretches


def _in_order(pieces: list[Piece], lines: list[Line], sheet: Sheet) -> list[Text | Piece]:
    """Tables where they stand among the lines."""
    blocks: list[Text | Piece] = []
    rest = lines
    for piece in sorted(pieces, key=lambda piece: piece.box.top):
        above = [line for line in rest if line.box.middle[1] < piece.box.top]
        rest = [line for line in rest if line.box.middle[1] >= piece.box.top]
        blocks.extend(lines_to_texts(above, sheet))
        blocks.append(piece)
    blocks.extend(lines_to_texts(rest, sheet))
    return blocks


@dataclass(frozen=True, slots=True)
class Placed:
    """A text or a table, and where it begins."""

    page: int
    #: Whether it is the first on its page, but for page furniture.
    first: bool
    block: Part


def pages_to_blocks(pages: list[PageBlocks]) -> tuple[Block, ...]:
    """The blocks of the document; tables and paragraphs that cross pages are one block.

    A table may be cut by its columns as well. Its pages are printed across first or downwards
    first, so columns are looked for before the rows are put together and after.
    """
    placed = [
        Placed(page.sheet.number, index == 0, block)
        for page in pages
        for index, block in enumerate(page.blocks)
    ]
    for whole in (_side_by_side, _one_below_other, _side_by_side):
        placed = _joined(placed, whole)
    heads, feet = _running(pages)
    return (*heads, *_named([(one.page, one.block) for one in placed]), *feet)


def _joined(placed: list[Placed], whole: Callable[[Part, Part], Part | None]) -> list[Placed]:
    """The last block of a page and the first of the next as one, where they are one."""
    joined: list[Placed] = []
    for one in placed:
        made = whole(joined[-1].block, one.block) if joined and one.first else None
        if made is None:
            joined.append(one)
        else:
            joined[-1] = replace(joined[-1], block=made)
    return joined


def _one_below_other(before: Part, block: Part) -> Part | None:
    """Two parts of a table or text above and below a break as one, None where they are two."""
    if isinstance(before, Piece) and isinstance(block, Piece):
        if goes_on(before, block) and not begins_anew(before, block):
            return join_pieces(before, block)
    elif isinstance(before, Text) and isinstance(block, Text) and before.open_end and block.flush:
        text = join_lines(before.text, block.text)
        return replace(block, text=text, where=before.where, flush=before.flush)
    return None


def _side_by_side(before: Part, block: Part) -> Part | None:
    """Two parts of a table side by side as one."""
    if not isinstance(before, Piece) or not isinstance(block, Piece):
        return None
    return join_beside(before, block) if block.first_leaf == before.leaf + 1 else None


def _running(pages: list[PageBlocks]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Running headers and footers, each once: they frame the document, not a page."""
    heads: list[Paragraph] = []
    feet: list[Paragraph] = []
    for page in pages:
        for line in page.running:
            text = Paragraph(text=line_text(line.glyphs), where=page.sheet.where(line.box))
            (heads if line.box.top < page.sheet.height / 2 else feet).append(text)
    return heads, feet


def _named(joined: list[tuple[int, Text | Piece]]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    count: dict[int, int] = {}
    for page, block in joined:
        if isinstance(block, Text):
            blocks.append(Paragraph(text=block.text, where=block.where))
            continue
        count[page] = count.get(page, 0) + 1
        last = blocks[-1] if blocks else None
        caption = last.text if isinstance(last, Paragraph) else ""
        blocks.append(_to_table(block, f"p{page}/t{count[page]}", caption))
    return tuple(blocks)


def _to_table(piece: Piece, name: str, caption: str) -> Table:
    return Table(
        id=name,
        n_rows=piece.n_rows,
        n_columns=piece.n_columns,
        cells=tuple(
            Cell(
                text=cell.text,
                row=cell.row,
                column=cell.column,
                rowspan=cell.rowspan,
                colspan=cell.colspan,
                where=cell.where,
                doubts=cell.doubts,
            )
            for cell in piece.cells
        ),
        caption=caption if len(caption) <= LONGEST_CAPTION and "。" not in caption else "",
        where=piece.where,
    )


def _n_seen(sheet: Sheet) -> int:
    return sum(not glyph.blank for glyph in sheet.glyphs)


def _is_scan(sheet: Sheet) -> bool:
    return sheet.image_share >= SCANNED_SHARE and _n_seen(sheet) < FEWEST_CHARACTERS


def _refuse_without_text(sheets: list[Sheet], damaged: list[int]) -> None:
    """Raises Refusal where there is nothing to read: no text at all, or scanned pages only."""
    seen = sum(_n_seen(sheet) for sheet in sheets)
    if seen == 0 and damaged:
        raise corrupt()
    scans = [sheet for sheet in sheets if _is_scan(sheet)]
    with_text = [sheet for sheet in sheets if _n_seen(sheet) >= FEWEST_CHARACTERS]
    if scans and not with_text:
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            "PDF是扫描件（图片），没有可读取的文字。请上传由文字处理软件直接导出的PDF或原始文档。",
            "the PDF holds scanned pages without text: send the PDF exported by the word "
            "processor, or the original document",
        )
    if seen == 0 and any(sheet.shades or sheet.horizontals for sheet in sheets):
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            "PDF的文字已转为图形（相当于扫描件），无法读取。请上传由文字处理软件直接导出的PDF或原始文档。",
            "the PDF holds outlines instead of text, as scanned pages do: send the PDF exported "
            "by the word processor, or the original document",
        )
    if seen == 0:
        raise Refusal(
            RefusalCode.EMPTY,
            "PDF的各页都是空白。请检查后重新上传。",
            "all pages of the PDF are blank: check the file and send it again",
        )


def _lost_page(number: int) -> Doubt:
    return _of_page(number, say("pdf.lost_page", page=number))


def _damaged_page(number: int) -> Doubt:
    return _of_page(number, say("pdf.damaged_page", page=number))


def _scanned_page(number: int) -> Doubt:
    return _of_page(number, say("pdf.scanned_page", page=number))


def _of_page(number: int, said: Saying) -> Doubt:
    return Doubt(kind=DoubtKind.TRUNCATED, says=(said,), where=Where(page=number))
