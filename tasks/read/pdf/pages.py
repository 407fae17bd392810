"""Sheets → tables and paragraphs in reading order, those that cross pages made whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from tasks.model.box import Box, hull
from tasks.model.document import Block, Cell, Paragraph, Table, TextRun
from tasks.read.pdf.aligned import find_aligned
from tasks.read.pdf.beside import begins_anew, join_beside
from tasks.read.pdf.joined import goes_on, join_pieces
from tasks.read.pdf.lines import glyphs_to_lines, line_text, upright
from tasks.read.pdf.marks import Sheet
from tasks.read.pdf.phrases import Row
from tasks.read.pdf.pieces import Piece
from tasks.read.pdf.prose import Margins, Text, find_furniture, join_lines, lines_to_texts
from tasks.read.pdf.ruled import Found, find_ruled
from tasks.read.pdf.runs import glyphs_to_runs
from tasks.read.pdf.zones import Zone, lines_to_zones

#: A line right above a table, up to this long, is its caption.
LONGEST_CAPTION = 80

Part = Text | Piece


@dataclass(frozen=True, slots=True)
class Placed:
    """A text or a table, and where it begins."""

    page: int
    #: Whether it is the first on its page, but for page furniture.
    first: bool
    part: Part


def sheets_to_blocks(sheets: Sequence[Sheet]) -> tuple[tuple[Block, ...], tuple[TextRun, ...]]:
    """The blocks of the document, page furniture left out but for its first time; and what no
    lines part, with its places."""
    found = [find_ruled(sheet) for sheet in sheets]
    lines = [glyphs_to_lines(glyph for glyph in one.glyphs if not glyph.angle) for one in found]
    margins = find_furniture(list(zip(sheets, lines, strict=True)))
    placed: list[Placed] = []
    runs: list[TextRun] = []
    for sheet, one, loose in zip(sheets, found, lines, strict=True):
        body = [line for line in loose if line not in margins.furniture]
        zones = lines_to_zones(body, sheet)
        parts = chain.from_iterable(_zone_to_parts(zone, one, sheet) for zone in zones)
        placed += [Placed(sheet.number, n == 0, part) for n, part in enumerate(parts)]
        seen = [*(glyph for line in body for glyph in line.glyphs), *one.in_open]
        runs += glyphs_to_runs(seen, sheet)
    heads, feet = _running(margins)
    aside = _aside(found, sheets)
    return (*heads, *_to_blocks(_whole(placed)), *feet, *aside), tuple(runs)


# --- one page ---------------------------------------------------------------------------------


def _zone_to_parts(zone: Zone, found: Found, sheet: Sheet) -> list[Part]:
    """Tables and paragraphs of one column of text, in reading order."""
    pieces = [piece for piece in found.pieces if zone.holds(piece.box)]
    place = zone.place
    lying = [rule for rule in found.horizontals if place.top <= rule.at < place.bottom]
    lying = [rule for rule in lying if place.x0 <= (rule.start + rule.end) / 2 < place.x1]
    upright = [rule for rule in found.verticals if place.x0 <= rule.at < place.x1]
    aligned: list[Piece] = []
    loose: list[Row] = []
    for stretch in _stretches(zone.rows, pieces):
        outside = [row for row in stretch if not _is_in(row, found.drawings)]
        more, rest = find_aligned(sheet, outside, lying, upright)
        aligned += more
        loose += [row for row in stretch if row not in outside] + rest
    loose.sort(key=lambda row: row.box.top)
    return _in_order([*pieces, *aligned], loose, sheet)


def _is_in(row: Row, drawings: Sequence[Box]) -> bool:
    """Whether the middle of a row stands in a drawing, or most of it in several side by side."""
    inside = sum(any(box.holds(*p.box.middle) for box in drawings) for p in row.phrases)
    whole = any(box.holds(*row.box.middle) for box in drawings)
    return whole or 2 * inside > len(row.phrases)


def _stretches(rows: Sequence[Row], pieces: Sequence[Piece]) -> list[list[Row]]:
    """Rows between tables: nothing goes on across a table."""
    stretches: list[list[Row]] = [[] for _ in range(len(pieces) + 1)]
    for row in rows:
        stretches[sum(piece.box.top < row.middle for piece in pieces)].append(row)
    return stretches


def _in_order(pieces: Sequence[Piece], rows: Sequence[Row], sheet: Sheet) -> list[Part]:
    """Tables where they stand among the lines."""
    parts: list[Part] = []
    lines = [row.line for row in rows]
    for piece in sorted(pieces, key=lambda piece: piece.box.top):
        above = [line for line in lines if line.middle < piece.box.top]
        lines = [line for line in lines if line.middle >= piece.box.top]
        parts += [*lines_to_texts(above, sheet), piece]
    return [*parts, *lines_to_texts(lines, sheet)]


# --- all pages --------------------------------------------------------------------------------


def _whole(placed: list[Placed]) -> list[Placed]:
    """Tables and paragraphs that cross pages are one.

    A table may be cut by its columns as well. Its pages are printed across first or downwards
    first, so columns are looked for before the rows are put together and after.
    """
    for joined in (_side_by_side, _one_below_other, _side_by_side):
        placed = _joined(placed, joined)
    return placed


def _joined(placed: list[Placed], whole: Callable[[Part, Part], Part | None]) -> list[Placed]:
    """The last part of a page and the first of the next as one, where they are one."""
    joined: list[Placed] = []
    for one in placed:
        made = whole(joined[-1].part, one.part) if joined and one.first else None
        if made is None:
            joined.append(one)
        else:
            joined[-1] = replace(joined[-1], part=made)
    return joined


def _one_below_other(before: Part, part: Part) -> Part | None:
    """Two parts of a table or text above and below a break as one, None where they are two."""
    if isinstance(before, Piece) and isinstance(part, Piece):
        if goes_on(before, part) and not begins_anew(before, part):
            return join_pieces(before, part)
    elif isinstance(before, Text) and isinstance(part, Text) and before.open_end and part.flush:
        text = join_lines(before.text, part.text)
        return replace(part, text=text, where=before.where, flush=before.flush)
    return None


def _side_by_side(before: Part, part: Part) -> Part | None:
    """Two parts of a table side by side as one."""
    if not isinstance(before, Piece) or not isinstance(part, Piece):
        return None
    return join_beside(before, part) if part.first_leaf == before.leaf + 1 else None


def _running(margins: Margins) -> tuple[list[Paragraph], list[Paragraph]]:
    """Running headers and footers, each once: they frame the document, not a page."""
    heads: list[Paragraph] = []
    feet: list[Paragraph] = []
    for sheet, line in margins.first:
        text = Paragraph(text=line_text(line.glyphs), where=sheet.where(line.box))
        (heads if line.box.top < sheet.height / 2 else feet).append(text)
    return heads, feet


def _aside(found: Sequence[Found], sheets: Sequence[Sheet]) -> list[Paragraph]:
    """Text beside that of the pages, set upwards or downwards, each once: it goes with no line."""
    texts: dict[str, Paragraph] = {}
    for one, sheet in zip(found, sheets, strict=True):
        for angle in sorted({glyph.angle for glyph in one.glyphs} - {0}):
            turned = [glyph for glyph in one.glyphs if glyph.angle == angle]
            place = {glyph.order: glyph.box for glyph in turned}
            for line in glyphs_to_lines(upright(turned)):
                text = line_text(line.glyphs)
                where = sheet.where(hull(place[glyph.order] for glyph in line.glyphs))
                texts.setdefault(text, Paragraph(text=text, where=where))
    return list(texts.values())


def _to_blocks(placed: Sequence[Placed]) -> Iterator[Block]:
    count: dict[int, int] = {}
    above = ""
    for one in placed:
        if isinstance(one.part, Text):
            yield Paragraph(text=one.part.text, where=one.part.where)
            above = one.part.text
        else:
            count[one.page] = count.get(one.page, 0) + 1
            yield _to_table(one.part, f"p{one.page}/t{count[one.page]}", above)
            above = ""


def _to_table(piece: Piece, name: str, above: str) -> Table:
    is_caption = len(above) <= LONGEST_CAPTION and "。" not in above
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
        caption=above if is_caption else "",
        where=piece.where,
    )
