"""Plain text -> Document: tables by pipes, tabs or commas, and reports flattened from tables.

The grammar of flattened tables that this reader assumes:

    text      = { prose line | region }
    region    = lines that carry pipes, or begin with or hold tabs, or agree in their commas;
                blank lines inside it are allowed, a section heading ends it
    pipes     a cell is what stands between two pipes, line breaks included. A row is a
              constant number of pipes, and ends where a line ends. Outer pipes, rulers and
              closing runs (`|||` for cells that a span swallowed) need no rule of their own:
              they are pipes. Where no such number exists, a line is a row; where a line
              holds one cell and nothing tells the rows apart, the cells are paragraphs.
    tabs      a tab before each cell, a blank line between rows, text without a tab continues
              the cell above; or a tab between the cells of a line, a line a row.
    commas    at least three lines with equally many commas and short cells.

Spans are lost in all of these, so the columns of such a table are only an order
(`columns_sure` is False). Text that has lost its rows too is left as paragraphs, one a line,
an empty one for a cell that was blank: restoring the form from them is for the recogniser.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    Where,
)

_PIPES = str.maketrans("｜│┃¦", "||||")
_RULER = re.compile(r"[|\s:+\-—─=]*(?:-{3,}|─{2,}|—{3,}|={3,})[|\s:+\-—─=]*")
#: `三、收到和处理政府信息公开申请情况`: stands between two tables, never inside one.
_HEADING = re.compile(
    r"\s*[一二三四五六七八九十]{1,2}\s*[、.．][^|\t]*(?:情况|事项|情況|事項|报告|報告)\s*"
)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_LONGEST_CELL = 200
_MOST_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()


@dataclass(slots=True)
class _Piece:
    """The text between two pipes and the lines it stood on."""

    text: str
    first: int
    last: int


_Row = list[_Piece]


def read_text(source: bytes, detection: Detection) -> Document:
    """Read text in the encoding that was detected; bytes that do not fit become a doubt."""
    encoding = detection.encoding or "utf-8"
    text = source[detection.offset :].decode(encoding, "replace").translate(_INVISIBLE)
    doubts: tuple[Doubt, ...] = ()
    if "\ufffd" in text:
        doubts = (
            Doubt(
                kind=DoubtKind.ENCODING,
                message=f"有 {text.count(chr(0xFFFD))} 处字节不合 {encoding} 编码，已用 � 代替",
                message_en=f"{text.count(chr(0xFFFD))} places do not fit the encoding {encoding}",
            ),
        )
    lines = [
        _Line(n, line) for n, line in enumerate(re.split(r"\r\n|[\r\n\v\f\u2028\u2029]", text), 1)
    ]
    if _repeats_removed(lines):
        doubts += (
            Doubt(
                kind=DoubtKind.LOST_LINES,
                message="文中没有任何重复的行：转成文本时重复的行被删掉了，表中的数已不可靠",
                message_en="no line occurs twice: repeated lines were removed on the way to text, "
                "so the figures of the tables are lost",
            ),
        )
    blocks = tuple(_number_tables(_blocks(lines)))
    return Document(format=Format.TEXT, encoding=encoding, title="", blocks=blocks, doubts=doubts)


def _repeats_removed(lines: Sequence[_Line]) -> bool:
    """Many short lines and none of them twice. Cells a line apart always repeat: zeros,
    headers, totals."""
    short = [said for line in lines if 0 < len(said := line.text.strip(" |\t\u3000")) <= 40]
    figures = [said for said in short if said.isdigit()]
    return len(short) >= 30 and len(figures) >= 5 and len(set(short)) == len(short)


def _number_tables(blocks: Iterable[Paragraph | list[_Row]]) -> Iterator[Block]:
    count = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            count += 1
            yield _table(f"t{count}", block)


def _blocks(lines: Sequence[_Line]) -> Iterator[Paragraph | list[_Row]]:
    """Cut the lines into regions and read each by its own grammar."""
    at = 0
    while at < len(lines):
        for starts, read in (
            (_is_pipe_line, _read_pipes),
            (_is_tab_line, _read_tabs),
        ):
            if starts(lines[at]):
                end = _region_end(lines, at, starts)
                yield from read(lines[at:end])
                at = end
                break
        else:
            end = _comma_region_end(lines, at)
            if end:
                yield _read_commas(lines[at:end])
                at = end
                continue
            if not lines[at].blank:
                yield _paragraph(lines[at].text, lines[at].number, lines[at].number)
            at += 1


def _paragraph(text: str, first: int, last: int) -> Paragraph:
    return Paragraph(text=text.strip(), where=Where(lines=(first, last)))


# Regions


def _is_pipe_line(line: _Line) -> bool:
    return "|" in line.text.translate(_PIPES)


def _is_tab_line(line: _Line) -> bool:
    """A tab before text, between texts, or alone; not the indent of a paragraph of prose."""
    head = line.text.split("\t")
    return "\t" in line.text and all(len(cell) <= _LONGEST_CELL for cell in head)


def _region_end(lines: Sequence[_Line], start: int, belongs: Callable[[_Line], bool]) -> int:
    """Index after the last line of the region that begins at `start`.

    A line without a mark stays inside only as part of a cell: short, no heading, and with a
    marked line after it.
    """
    end = start + 1
    at = end
    loose = 0
    while at < len(lines):
        line = lines[at]
        if belongs(line):
            end = at + 1
            loose = 0
        elif line.blank:
            pass
        elif _ends_region(line) or loose >= 3 or (belongs is _is_tab_line and lines[at - 1].blank):
            break
        else:
            loose += 1
        at += 1
    if belongs is _is_tab_line:
        # the last cell's own line breaks
        while end < len(lines) and not lines[end].blank and not _ends_region(lines[end]):
            end += 1
    return end


def _ends_region(line: _Line) -> bool:
    return bool(_HEADING.fullmatch(line.text)) or len(line.text) > 60


# Pipes


def _read_pipes(lines: Sequence[_Line]) -> Iterator[Paragraph | list[_Row]]:
    kept = [
        _Line(line.number, line.text.translate(_PIPES))
        for line in lines
        if not (_RULER.fullmatch(line.text.translate(_PIPES)) and "-" in line.text + "-")
        or set(line.text.translate(_PIPES).strip()) == {"|"}
    ]
    filled = [line for line in kept if not line.blank]
    if _lines_are_rows(filled):
        rows: list[_Row] | None = _rows_by_line(filled)
    else:
        rows = _rows_by_count(filled)
        if rows is None and _mostly_rows(filled):
            rows = _joined(_rows_by_line(filled))
        if rows is None:
            rows = _rows_by_closers(filled)
    if rows is None:
        yield from _loose_cells(kept)
    elif len(rows) == 1 and sum(bool(piece.text) for piece in rows[0]) < 2:
        # a single pipe in prose, or a breadcrumb
        yield from _loose_cells(kept)
    else:
        yield rows


def _rows_by_count(lines: Sequence[_Line]) -> list[_Row] | None:
    """Rows as a constant number of pipes that always ends with a line. None if there is none.

    The smallest such number above 1 whose row ends also never cut a run of pipes.
    """
    # with one pipe a line any number would do: there is nothing to tell rows by
    if len(lines) < 2 or max(line.text.count("|") for line in lines) < 2:
        return None
    for pipes in range(2, _MOST_COLUMNS):
        cut = _cut_by_count(lines, pipes)
        if cut is not None:
            return cut
    return None


def _cut_by_count(lines: Sequence[_Line], pipes: int) -> list[_Row] | None:
    """Rows of `pipes` pipes each; None where a row would not end with a line."""
    rows: list[_Row] = []
    row: _Row = []
    text, first, seen = "", 0, 0
    for line in lines:
        if line.blank:
            continue
        rest = line.text.strip()
        parts = rest.split("|")
        for position, part in enumerate(parts):
            first = first or line.number
            text = (
                f"{text}\n{part.strip()}"
                if text and part.strip() and position == 0
                else text + part.strip()
            )
            if position == len(parts) - 1:
                break
            if seen == pipes:
                return None
            row.append(_Piece(text.strip(), first, line.number))
            text, first, seen = "", 0, seen + 1
        if seen == pipes:
            if text:
                return None
            rows.append(row)
            row, seen = [], 0
    if row or text:
        if text:
            row.append(_Piece(text, first, lines[-1].number))
        rows.append(row)
        if len(rows) > 1 and len(row) > pipes:
            return None
    if len(rows) < 2:
        return None
    return _without_outer(rows)


def _without_outer(rows: list[_Row]) -> list[_Row]:
    """Drop the empty piece before each leading pipe, if every row has one and one cell more."""
    complete = [row for row in rows if len(row) == len(rows[0])]
    if all(row and not row[0].text for row in complete) and len(complete) > 1:
        return [row[1:] for row in rows]
    return rows


def _lines_are_rows(lines: Sequence[_Line]) -> bool:
    """Every line has as many pipes, or every line is closed on both sides and most hold
    several cells."""
    texts = [line.text.strip() for line in lines]
    counts = {text.count("|") for text in texts}
    if len(counts) == 1:
        return (len(texts) > 1 and counts != {1}) or _mostly_rows(lines)
    outer = all(text.startswith("|") and text.endswith("|") and len(text) > 1 for text in texts)
    return outer and sum(text.count("|") > 2 for text in texts) * 2 >= len(texts)


def _mostly_rows(lines: Sequence[_Line]) -> bool:
    filled = [sum(bool(cell.strip()) for cell in line.text.split("|")) for line in lines]
    several = sum(count >= 2 for count in filled)
    return several * 2 >= sum(count >= 1 for count in filled)


def _rows_by_line(lines: Sequence[_Line]) -> list[_Row]:
    """A line a row, outer pipes left out."""
    rows: list[_Row] = []
    opened = all(line.text.lstrip().startswith("|") for line in lines)
    closed = all(line.text.rstrip().endswith("|") for line in lines)
    for line in lines:
        rest = line.text.strip()
        cells = [_Piece(part.strip(), line.number, line.number) for part in rest.split("|")]
        if opened:
            cells = cells[1:]
        if closed and len(cells) > 1:
            cells = cells[:-1]
        rows.append(cells)
    return rows


def _joined(rows: list[_Row]) -> list[_Row]:
    """A row too short is joined with the next where the two make up a whole one."""
    widths = [len(row) for row in rows]
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    joined: list[_Row] = []
    for row in rows:
        before = joined[-1] if joined else None
        if (
            before is not None
            and len(before) < common
            and len(before) + len(row) == common
            and not any(_is_label(piece.text) for piece in row)
        ):
            before.extend(row)
        else:
            joined.append(list(row))
    return joined


def _is_label(text: str) -> bool:
    return sum("\u4e00" <= character <= "\u9fff" for character in text) >= 2


def _rows_by_closers(lines: Sequence[_Line]) -> list[_Row] | None:
    """Rows that end with a line of at least two pipes. None where there are too few of those."""
    closers = sum(set(line.text.strip()) == {"|"} and len(line.text.strip()) > 1 for line in lines)
    if closers < 2 or closers * 12 < len(lines) // 2:
        return None
    rows: list[_Row] = []
    row: _Row = []
    for line in lines:
        rest = line.text.strip()
        if set(rest) == {"|"} and len(rest) > 1:
            rows.append(row + [_Piece("", line.number, line.number) for _ in rest])
            row = []
        elif not line.blank:
            parts = rest.strip().removesuffix("|").split("|")
            row += [_Piece(part.strip(), line.number, line.number) for part in parts]
    if row:
        rows.append(row)
    return [row for row in rows if row]


def _loose_cells(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    """One paragraph a cell, an empty one for a blank cell: the rows are lost."""
    text, first, seen = "", 0, False
    for line in lines:
        if line.blank:
            continue
        parts = line.text.strip().split("|")
        for position, part in enumerate(parts):
            said = part.strip()
            if said:
                first = first or line.number
                text = f"{text}\n{said}" if text else said
            if position < len(parts) - 1:
                # the pipe before the first cell closes nothing
                if text or seen:
                    yield _paragraph(text, first or line.number, line.number)
                text, first, seen = "", 0, True
    if text:
        yield _paragraph(text, first, lines[-1].number)


# Tabs


def _read_tabs(lines: Sequence[_Line]) -> Iterator[Paragraph | list[_Row]]:
    marked = [line for line in lines if "\t" in line.text]
    between = sum("\t" in line.text.strip("\t ").strip() for line in marked)
    if between * 2 > len(marked):
        rows = _tab_separated(lines)
    elif any(line.text == "" for line in lines) or len(marked) < 3:
        rows = _tab_before_each(lines)
    else:
        yield from _tab_cells(lines)
        return
    if len(rows) == 1 and len(rows[0]) < 3:
        yield from (_paragraph(p.text, p.first, p.last) for row in rows for p in row if p.text)
    else:
        yield rows


def _tab_separated(lines: Sequence[_Line]) -> list[_Row]:
    return [
        [_Piece(cell.strip(), line.number, line.number) for cell in line.text.split("\t")]
        for line in lines
        if not line.blank or "\t" in line.text
    ]


def _tab_before_each(lines: Sequence[_Line]) -> list[_Row]:
    """A tab before each cell, an empty line between rows; other lines continue a cell."""
    rows: list[_Row] = [[]]
    for line in lines:
        if line.text == "":
            rows.append([])
        elif "\t" in line.text:
            cells = (
                line.text.split("\t")[1:] if line.text.startswith("\t") else line.text.split("\t")
            )
            rows[-1] += [_Piece(cell.strip(), line.number, line.number) for cell in cells]
        elif rows[-1]:
            last = rows[-1][-1]
            last.text, last.last = f"{last.text}\n{line.text.strip()}".strip(), line.number
        elif not line.blank:
            rows[-1].append(_Piece(line.text.strip(), line.number, line.number))
    return [row for row in rows if row]


def _tab_cells(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    for line in lines:
        if "\t" in line.text:
            for cell in line.text.lstrip("\t").split("\t") if line.text.strip() else [""]:
                yield _paragraph(cell, line.number, line.number)
        elif not line.blank:
            yield _paragraph(line.text, line.number, line.number)


# Commas


def _comma_region_end(lines: Sequence[_Line], start: int) -> int:
    """Index after a run of at least three lines that agree in their commas, else 0."""
    width = _commas(lines[start].text)
    if width < 2:
        return 0
    end = start
    while end < len(lines) and _commas(lines[end].text) == width:
        end += 1
    return end if end - start >= 3 else 0


def _commas(text: str) -> int:
    """Number of separating commas in a line of short cells, 0 where it reads as prose."""
    if "," not in text or "。" in text:
        return 0
    cells = next(csv.reader([text]))
    return 0 if any(len(cell) > 80 for cell in cells) else len(cells) - 1


def _read_commas(lines: Sequence[_Line]) -> list[_Row]:
    return [
        [_Piece(cell.strip(), line.number, line.number) for cell in next(csv.reader([line.text]))]
        for line in lines
    ]


# Rows to tables


def _table(id: str, rows: list[_Row]) -> Table:
    """A rectangular grid; rows that are short are left short."""
    rows = [row for row in rows if row]
    width = max((len(row) for row in rows), default=0)
    cells = tuple(
        Cell(text=piece.text, row=r, column=c, where=Where(lines=(piece.first, piece.last)))
        for r, row in enumerate(rows)
        for c, piece in enumerate(row)
    )
    lines = [line for row in rows for piece in row for line in (piece.first, piece.last)]
    return Table(
        id=id,
        n_rows=len(rows),
        n_columns=width,
        cells=cells,
        columns_sure=False,
        where=Where(lines=(min(lines), max(lines))) if lines else Where(),
    )
