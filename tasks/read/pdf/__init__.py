"""bytes of a PDF → Document.

bytes
  | opening.py    pages as drawn, or a Refusal        (pdfminer, PDFium)
  |   objects.py    objects of the file; fonts.py: fonts, maps.py: their maps to Unicode;
                    content.py: operands and operators; tokens.py: the lexer of these; what it
                    does not know is left to pdfminer
  |   interpreter.py  operators done; strings.py, faces.py: strings set
  |   canvas.py     what is drawn on each page; notes.py, layers.py: fields and
                    notes that lie on it, layers that are not shown
  |   ink.py        characters that their font calls blank, and are none
  |   shells.py     pages that only stand in front of the document
  | sheets.py     what is seen on each page: glyphs; rules.py: lines and shades;
                  marked.py: struck, raised; shaded.py: lines that are edges of colours;
                  scans.py: hidden text of scans
  | leaves.py     two pages on one sheet are two sheets
  | pages.py      tables and paragraphs in reading order:
  |   charts.py     drawings with a scale or with bars, which are no tables
  |   ruled.py      tables by their lines (lattice.py); partly.py: what no line parts, the text
                    does; outside.py: labels at the left of the lines, heads above
  |   zones.py      columns of text
  |   aligned.py    tables by the white between their columns (blocks, white, heads, body, cells)
  |   judge.py      what of both is a table
  |   prose.py      the other lines: page furniture, paragraphs
  |   joined.py     tables over pages made whole; beside.py: those cut by their columns
  |   runs.py       what no lines part, with its places
  v
Document: paragraphs and tables in reading order, runs of text
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.model.document import Detection, Document, Doubt, DoubtKind, Format, Table, Where
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.saying import Saying, say
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.leaves import parted
from tasks.read.pdf.marks import Sheet, doubt
from tasks.read.pdf.opening import corrupt, open_pdf
from tasks.read.pdf.pages import sheets_to_blocks
from tasks.read.pdf.sheets import drawn_to_sheet
from tasks.read.pdf.shells import refuse_shell, shell_to_doubts

#: A page with fewer characters than this, most of it under images, is a scanned one.
FEWEST_CHARACTERS = 20
SCANNED_SHARE = 0.3

__all__ = ["read_pdf"]


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
    blocks, runs = sheets_to_blocks(sheets)
    seen = "".join(glyph.text for sheet in sheets for glyph in sheet.glyphs if not glyph.blank)
    has_tables = any(isinstance(block, Table) for block in blocks)
    refuse_shell(opened.shell, seen, has_tables=has_tables)
    _refuse_without_text(sheets, damaged)
    scanned = [sheet.number for sheet in sheets if _is_scan(sheet)]
    lost = [number for number, drawn in enumerate(opened.pages, 1) if drawn is None]
    return Document(
        format=Format.PDF,
        pages=len(opened.pages),
        title=opened.title,
        blocks=blocks,
        doubts=(
            *shell_to_doubts(opened.shell),
            *(_of_page(n, say("pdf.lost_page", page=n)) for n in lost),
            *(_of_page(n, say("pdf.damaged_page", page=n)) for n in damaged),
            *(doubt for sheet in sheets for doubt in sheet.doubts),
            *(_of_page(n, say("pdf.scanned_page", page=n)) for n in scanned),
        ),
        runs=runs,
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


def _of_page(number: int, said: Saying) -> Doubt:
    return doubt(DoubtKind.TRUNCATED, said, Where(page=number))
